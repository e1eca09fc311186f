"""Hides the accounts of parents: who may have one yet, approving them, their user names, remote access, and a new way in for who lost theirs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from peewee import IntegrityError

from glowlite import clock, db, people
from glowlite.models import AccessCode, Approval, Audit, Contact, Match, School, Staff, User, UserContact, UserStaff
from glowlite.rollout import candidates, codes, steps
from glowlite.rollout.candidates import Candidate
from glowlite.rollout.codes import CannotMake, CodeIsGone
from glowlite.rollout.steps import NotYet

FIRST, OTHERS = 6, 9  # the steps in which accounts are approved
LONGEST_NAME = 50  # of a user name, which leaves room for a number


class CannotApprove(Exception):
    """The message says who cannot be approved, and why."""


# --- approving ------------------------------------------------------------------------------------------------


def demand_one_more(school: School) -> None:
    """Raises NotYet unless the rollout has come so far that another account may be made: the first, or any other."""
    steps.demand(school, OTHERS if steps.first_account(school) else FIRST)


def what_stops(school: School) -> str:
    """The same as a sentence; empty when nothing stops it."""
    try:
        demand_one_more(school)
    except NotYet as stopped:
        return str(stopped)
    return ""


def approve(by: User | str, school: School, contact: Contact, *, remote: bool) -> Approval:
    """Make the account of one adult. Nobody can sign in with it before its code is used. Raises NotYet or CannotApprove."""
    return approve_all(by, school, [contact.id], remote=remote)[0]


def approve_all(by: User | str, school: School, contact_ids: Collection[int], *, remote: bool) -> list[Approval]:
    """The same for several, all of them or none. While there is no first account, one only. remote: may they use it from anywhere?"""
    try:
        with db.write_lock():
            school.touch()  # also keeps a second person from approving at this school at the same moment
            demand_one_more(school)
            first = steps.first_account(school) is None
            if first and len(contact_ids) > 1:
                raise CannotApprove("The first account is approved alone: the school tries everything with it before others follow.")
            found = candidates.of_school(school, contact_ids)
            _refuse_others(found, contact_ids)
            return [_make(by, school, one.contact, remote=remote, first=first) for one in found]
    except IntegrityError as error:
        raise CannotApprove("Somebody else was approving accounts at the same moment. Please look again.") from error


def _refuse_others(found: list[Candidate], wanted: Collection[int]) -> None:
    if not wanted:
        raise CannotApprove("There is nobody to approve. Choose at least one adult who waits.")
    if {one.contact.id for one in found} != set(wanted):
        raise CannotApprove("Somebody among them is no contact of this school any more. Please look again.")
    for one in found:
        if one.user:
            raise CannotApprove(f"{one.contact.name} has an account already: {one.user.username}.")
        if one.state != candidates.WAITING:
            raise CannotApprove(f"{one.contact.name} cannot have an account: {one.why_not}.")


def _make(by: User | str, school: School, contact: Contact, *, remote: bool, first: bool) -> Approval:
    user = _joined_by_a_person(contact) or User.create(username=username_for(contact), name=contact.name, remote_access=remote)
    UserContact.create(user=user, contact=contact)
    approval = Approval.create(school=school, user=user, contact=contact, is_first=first, at=clock.now(), by=by.name if isinstance(by, User) else by)
    Audit.write(by, "approved account", user.username, school=school, after={"contact": contact.mis_id, "remote": user.remote_access, "first": first})
    return approval


def _joined_by_a_person(contact: Contact) -> User | None:
    """The account of the record of which a person said that it is the same adult. Its remote access stays as it is."""
    same = [row.second_id if row.first_id == contact.id else row.first_id for row in
            Match.select().where(Match.is_same == True, (Match.first == contact) | (Match.second == contact))]
    return User.select().join(UserContact).where(UserContact.contact.in_(same)).order_by(User.id).first()


def record_made(by: str, user: User, contact: Contact) -> None:
    """An account that was made at the command line counts like an approved one. Raises NotYet: the first is made by approval only."""
    steps.demand(contact.school, OTHERS)
    Approval.get_or_create(school=contact.school, contact=contact, defaults={"user": user, "at": clock.now(), "by": by})


def username_for(person: Contact | Staff, taken: Collection[str] | None = None) -> str:
    """forename.surname in plain letters, with a number from 2 on when somebody has it. taken: where accounts are not in the database yet."""
    plain = ".".join(filter(None, (people.folded(part or "").replace(" ", "") for part in (person.forename, person.surname))))[:LONGEST_NAME] or "family"
    if taken is None:
        taken = {name for (name,) in User.select(User.username).where(User.username.startswith(plain)).tuples()}
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}{number}"
    return name


# --- who has one ------------------------------------------------------------------------------------------------


LOCKED, CLOSED, SIGNED_IN, CODE_OUT, NEVER = "locked", "closed", "signed-in", "code-out", "never"
STATES = {SIGNED_IN: "has signed in", NEVER: "never signed in", CODE_OUT: "code out, not used yet", LOCKED: "locked", CLOSED: "closed: no link opens a child"}


@dataclass(frozen=True)
class Account:
    """An adult of a school with an account. code: the one that could still be used."""

    candidate: Candidate
    user: User
    code: AccessCode | None = None

    @property
    def state(self) -> str:
        if self.user.locked:
            return LOCKED
        if not self.candidate.opened:
            return CLOSED
        return SIGNED_IN if self.user.last_sign_in else CODE_OUT if self.code else NEVER

    @property
    def words(self) -> str:
        return STATES[self.state]

    def fits(self, state: str) -> bool:
        """A code that is out was never used either."""
        return not state or self.state == state or (state == NEVER and self.state == CODE_OUT)


class Listing(NamedTuple):
    """The adults of a school, or of one class. classes: all there are. has_first: later accounts may be approved several at once."""

    waiting: list[Candidate]
    accounts: list[Account]
    left_out: list[Candidate]
    classes: list[str]
    has_first: bool
    stopped: str


def listing(school: School, class_name: str = "", state: str = "") -> Listing:
    """Who waits, who has an account (in this state), and who has none and why."""
    everybody = candidates.of_school(school)
    shown = [one for one in everybody if not class_name or class_name in one.classes]
    found = _with_codes(shown)
    return Listing(
        [one for one in shown if one.state == candidates.WAITING], [one for one in found if one.fits(state)],
        [one for one in shown if one.state == candidates.LEFT_OUT], sorted({name for one in everybody for name in one.classes}),
        steps.first_account(school) is not None, what_stops(school))


def of_school(school: School) -> list[Account]:
    """Everybody of a school who has an account."""
    return _with_codes(candidates.of_school(school))


def waiting_ids(school: School, class_name: str = "") -> list[int]:
    """The contacts that wait for an account now, of the school or of one class."""
    return [one.contact.id for one in candidates.of_school(school)
            if one.state == candidates.WAITING and (not class_name or class_name in one.classes)]


def _with_codes(shown: list[Candidate]) -> list[Account]:
    users = [one.user.id for one in shown if one.user]
    alive = {row.user_id: row for row in AccessCode.select().where(AccessCode.user.in_(users), codes.alive())}
    return [Account(one, one.user, alive.get(one.user.id)) for one in shown if one.user]


# --- remote access, and back in ---------------------------------------------------------------------------------


def let_in_from_anywhere(by: User | str, school: School, user_ids: Iterable[int], *, remote: bool) -> int:
    """Give remote access to these parents of the school, or take it; returns for how many that was a change."""
    here = UserContact.select(UserContact.user).join(Contact).where(Contact.school == school)
    with db.write_lock():
        users = list(User.select().where(User.id.in_(list(user_ids)), User.id.in_(here), User.remote_access != remote))
        for user in users:
            User.update(remote_access=remote).where(User.id == user.id).execute()
            Audit.write(by, "changed remote access", user.username, school=school, before={"remote": not remote}, after={"remote": remote})
    return len(users)


class WayIn(NamedTuple):
    """What somebody gets into their hand who lost their password: a code, or for staff a first password."""

    code: str = ""
    until: datetime | None = None
    password: str = ""


def new_way_in(by: User, user: User, school: School | None) -> WayIn:
    """A parent gets a code, staff without a child a first password; what they had ends at once. Raises CannotMake."""
    contacts = sorted(Contact.select().join(UserContact).where(UserContact.user == user), key=lambda one: (not school or one.school_id != school.id, one.id))
    stopped = [codes.obstacle(user, contact) for contact in contacts]
    if contacts and "" in stopped:
        return _new_code(by, user, contacts[stopped.index("")])
    if contacts and codes.suits(user) and not UserStaff.select().where(UserStaff.user == user).exists():
        raise CannotMake(stopped[0])
    return WayIn(password=people.reset(by, user, school))


def _new_code(by: User, user: User, contact: Contact) -> WayIn:
    with db.write_lock():
        code = codes.make(by, user, contact, "desk")
        user.password_hash, user.must_change_password = None, False
        user.end_sessions()
        Audit.write(by, "reset password", user.username, school=contact.school)
        until = AccessCode.select(AccessCode.expires).where(AccessCode.user == user, codes.alive()).get().expires
    return WayIn(code, until)


def begin(access: AccessCode, password: str) -> User:
    """A code that was proven sets the password of its account. Raises CodeIsGone when it has been used or its account locked since."""
    with db.write_lock():
        codes.use(access)
        user = User.get_by_id(access.user_id)
        if user.locked:
            raise CodeIsGone
        user.last_sign_in = clock.now()
        user.set_password(password)
    return user


def open_again(by: User, user: User, school: School | None) -> None:
    """Unlock an account, unless that would put a second parent beside a first one whose check is not signed. Raises NotYet."""
    for approval in Approval.select(Approval, School).join(School).where(Approval.user == user):
        first = steps.first_account(approval.school)
        if first and first.user_id != user.id:
            steps.demand(approval.school, OTHERS)
    people.unlock(by, user, school)
