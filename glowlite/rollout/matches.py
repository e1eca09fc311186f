"""Hides how two records in the MIS become one adult: offered with the evidence, joined by a person or by who proves both codes, taken apart again.

Nothing is ever joined by a name or an e-mail address. An office joins records of its own school only: to an account that is there,
whichever school made it. What another school holds is never shown, only whether it is the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from peewee import JOIN

from glowlite import clock, db
from glowlite.models import Approval, Audit, Contact, Duty, Match, School, User, UserContact, UserStaff
from glowlite.rollout import accounts, codes
from glowlite.rollout.codes import CodeIsGone
from glowlite.rollout.likeness import Known, Likeness


class CannotJoin(Exception):
    """The message says why, for the office."""


@dataclass(frozen=True)
class Offer:
    """Two records that may be one adult. ours: of the school that is asked. users: the accounts they have, if any."""

    ours: Contact
    other: Contact
    evidence: list[Likeness]
    user: User | None
    other_user: User | None

    @property
    def is_ours_too(self) -> bool:
        """Are both in the MIS of the one school?"""
        return self.ours.school_id == self.other.school_id

    @property
    def moves(self) -> Contact | None:
        """The record that would be put onto the other's account; None while neither has one."""
        if self.user and self.other_user:
            return self.other if self.is_ours_too and _is_livelier(self.user, self.other_user) else self.ours
        if self.user:
            return self.other
        return self.ours if self.other_user else None

    @property
    def has_two_accounts(self) -> bool:
        return self.user is not None and self.other_user is not None

    @property
    def stays(self) -> User | None:
        """The account that both would have."""
        return self.user if self.moves is self.other else self.other_user

    @property
    def leaves(self) -> User | None:
        """The second account, which the record would leave."""
        return self.other_user if self.moves is self.other else self.user


def _is_livelier(one: User, other: User) -> bool:
    """Is it the one that its owner uses: signed in later, or else made earlier?"""
    return (str(one.last_sign_in or ""), -one.id) > (str(other.last_sign_in or ""), -other.id)


# --- offering -----------------------------------------------------------------------------------------------


def offered(school: School) -> list[Offer]:
    """Pairs that may be one adult and of which nobody has said so or not; of another school's records those with an account.

    First those whose child has moved here: until they are joined, the account from the other school opens nothing.
    """
    known = Known.of(school)
    pairs = sorted(known.pairs, key=lambda pair: ((pair[0].id, pair[1].id) not in known.moved, pair[1].school_id != school.id,
                                                  pair[0].surname.casefold(), pair[0].id, pair[1].id))
    settled = {_who(known, row.first_id, row.second_id) for row in Match.select(Match.first, Match.second)}
    found = []
    for ours, other in pairs:
        who = _who(known, ours.id, other.id)
        if who not in settled and len(who) == 2 and (ours.school_id == other.school_id or known.user_of(other)):
            settled.add(who)  # an adult with several records is offered once
            found.append(Offer(ours, other, known.evidence(ours, other), known.user_of(ours), known.user_of(other)))
    return found


def _who(known: Known, *records: int) -> frozenset[tuple[str, int]]:
    """Whom these records are of, as far as that is known: one account, or the record itself."""
    return frozenset(("account", known.users[number].id) if number in known.users else ("record", number) for number in records)


def _key(one: Contact, other: Contact) -> tuple[int, int]:
    return min(one.id, other.id), max(one.id, other.id)


def offer_of(school: School, ours: int, other: int) -> Offer | None:
    """One of those that are offered now."""
    return next((offer for offer in offered(school) if (offer.ours.id, offer.other.id) == (ours, other)), None)


# --- answering ----------------------------------------------------------------------------------------------


def say_different(by: User, offer: Offer) -> None:
    """They are two people; they are not offered again."""
    with db.write_lock():
        _record(by.name, offer.ours, offer.other, same=False)
        _note(by, "said two records are two people", offer.ours, offer.other)


def join(by: User, school: School, offer: Offer) -> User | None:
    """They are one adult: from now on both records open one account, which is returned; None while neither has one.

    A record without an account is approved for the other's, by the same gates as any. Raises CannotJoin, steps.NotYet or accounts.CannotApprove.
    """
    _refuse_locked(offer)
    with db.write_lock():
        match = _record(by.name, offer.ours, offer.other, same=True)
        _note(by, "joined two records", offer.ours, offer.other)
        if offer.moves is None or offer.stays is None:
            return None
        match.moved = offer.moves
        if offer.leaves:
            match.from_user = offer.leaves
            _move(offer.moves, offer.leaves, offer.stays)
        else:
            accounts.approve(by, school, offer.moves, remote=offer.stays.remote_access)
        match.save()
        return offer.stays


def _refuse_locked(offer: Offer) -> None:
    for user in (offer.user, offer.other_user):
        if user and user.locked:
            raise CannotJoin("One of the two accounts is locked. Whoever locked it opens it first; then the records can be joined.")


def _record(by: str, one: Contact, other: Contact, *, same: bool) -> Match:
    first, second = _key(one, other)
    match = Match.get_or_none(Match.first == first, Match.second == second) or Match(first=first, second=second)
    match.is_same, match.at, match.by, match.moved, match.from_user = same, clock.now(), by, None, None
    match.save()
    return match


def _move(record: Contact, old: User, new: User) -> None:
    """Put a record onto another account. The old one is locked when nothing is left on it; of two settings of remote access the narrower counts."""
    UserContact.delete().where(UserContact.user == old, UserContact.contact == record).execute()
    UserContact.get_or_create(user=new, contact=record)
    Approval.update(user=new).where(Approval.contact == record).execute()
    codes.end_for(old)
    if new.remote_access and not old.remote_access:
        User.update(remote_access=False).where(User.id == new.id).execute()
        Audit.write("joining records", "changed remote access", new.username, school=record.school, before={"remote": True}, after={"remote": False})
    if _stands_for_somebody(old):
        old.end_sessions()
    else:
        old.lock()
        Audit.write("joining records", "locked account", old.username, school=record.school, before={"locked": False}, after={"locked": True})
    record.school.touch()


def _stands_for_somebody(user: User) -> bool:
    return any(model.select().where(model.user == user).exists() for model in (UserContact, UserStaff, Duty))


# --- by the parent ------------------------------------------------------------------------------------------


def prove(user: User, code: str, birthday: date | None) -> Contact | None:
    """A parent who is signed in has the code of another record and knows a child's birthday: that record joins their account.

    None, for whatever reason, when it does not.
    """
    access = codes.check(code, birthday)
    mine = Contact.select().join(UserContact).where(UserContact.user == user).order_by(Contact.id).first()
    if access is None or mine is None or access.user_id == user.id:
        return None
    record: Contact = access.contact
    try:
        with db.write_lock():
            codes.use(access)
            match = _record(user.name, mine, record, same=True)
            match.moved, match.from_user = record, access.user
            match.save()
            _move(record, access.user, user)
            _note(user, "joined two records by their codes", record, mine)
    except CodeIsGone:
        return None
    return record


# --- what was answered, and taking it apart -------------------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    """What somebody said about two records, as one of the schools sees it. user: the account that both have, if they are joined."""

    match: Match
    ours: Contact
    other: Contact
    user: User | None

    @property
    def is_ours_too(self) -> bool:
        return self.ours.school_id == self.other.school_id


def answered(school: School) -> list[Answered]:
    """What was said about records of this school, the newest first."""
    first, second = Contact.alias(), Contact.alias()
    rows = (Match.select(Match, first, second).join(first, JOIN.INNER, on=Match.first == first.id).switch(Match)
            .join(second, JOIN.INNER, on=Match.second == second.id)
            .where((first.school == school) | (second.school == school)).order_by(Match.at.desc(), Match.id.desc()))
    return [_as_seen_from(school, match) for match in rows]


def answered_one(school: School, number: int) -> Answered | None:
    return next((one for one in answered(school) if one.match.id == number), None)


def _as_seen_from(school: School, match: Match) -> Answered:
    pair = (match.first, match.second) if match.first.school_id == school.id else (match.second, match.first)
    shared = _shared_account(*pair) if match.is_same else None
    return Answered(match, *pair, shared)


def _shared_account(one: Contact, other: Contact) -> User | None:
    theirs = UserContact.select(UserContact.user).where(UserContact.contact == other)
    return User.select().join(UserContact).where(UserContact.contact == one, User.id.in_(theirs)).first()


def take_apart(by: User, one: Answered) -> None:
    """They are two people after all: the record that was moved goes back where it was, and both accounts are signed out at once."""
    match, shared = one.match, one.user
    with db.write_lock():
        if shared:
            record = match.moved or _joined_later(one)
            UserContact.delete().where(UserContact.user == shared, UserContact.contact == record).execute()
            codes.end_for(shared)
            shared.end_sessions()
            _give_back(record, match.from_user)
            record.school.touch()
        _record(by.name, match.first, match.second, same=False)
        _note(by, "took two records apart", one.ours, one.other)


def _give_back(record: Contact, user: User | None) -> None:
    """To the account that the record had, which was locked for want of another; without one it waits to be approved anew."""
    if user is None:
        Approval.delete().where(Approval.contact == record).execute()
        return
    is_empty = not _stands_for_somebody(user)
    UserContact.get_or_create(user=user, contact=record)
    Approval.update(user=user).where(Approval.contact == record).execute()
    if is_empty:
        User.update(locked=None).where(User.id == user.id).execute()
        Audit.write("taking records apart", "unlocked account", user.username, school=record.school, before={"locked": True}, after={"locked": False})


def _joined_later(one: Answered) -> Contact:
    rows: Iterable[UserContact] = UserContact.select().where(UserContact.user == one.user, UserContact.contact.in_([one.ours, one.other]))
    newest = max(rows, key=lambda row: row.id)
    return one.ours if newest.contact_id == one.ours.id else one.other


def ask_again(by: User, one: Answered) -> None:
    """Forget that they were said to be two people; if the evidence is still there they are offered again."""
    with db.write_lock():
        Match.delete().where(Match.id == one.match.id, Match.is_same == False).execute()
        _note(by, "asks again about two records", one.ours, one.other)


def _note(by: User, words: str, one: Contact, other: Contact) -> None:
    """Into the audit of each school concerned, which learns of the other's record only whose it is."""
    is_one_school = one.school_id == other.school_id
    for ours, theirs in [(one, other)] if is_one_school else [(one, other), (other, one)]:
        other_words = theirs.mis_id if is_one_school else theirs.school.name
        Audit.write(by, words, ours.name[:120], school=ours.school, after={"record": ours.mis_id, "other": other_words})
