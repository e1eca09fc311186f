"""Hides how the people of a school are found and who they are: pupils, contacts, staff and accounts as one list; reset, lock and unlock."""

import re
import secrets
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import Model

from glowlite import db, policy
from glowlite.models import Audit, Contact, Duty, Link, Membership, Pupil, School, Staff, User, UserContact, UserStaff
from glowlite.policy import Action, Viewer

MOST = 60

PUPIL, CONTACT, STAFF, ACCOUNT = "pupil", "contact", "staff", "account"
MODELS: dict[str, type[Model]] = {PUPIL: Pupil, CONTACT: Contact, STAFF: Staff, ACCOUNT: User}

# Letters without the signs that cannot be mistaken for one another on paper or on the telephone.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_UNLIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"})


# --- finding --------------------------------------------------------------------------------------------


@dataclass
class Found:
    """Somebody found. kind and id: the address of their page; about: what they are, in words."""

    kind: str
    id: int
    name: str
    about: str
    words: list[str] = field(default_factory=list)
    username: str = ""
    mis_ids: list[str] = field(default_factory=list)

    @property
    def full_names(self) -> list[str]:
        """As they are called, and as the MIS writes it."""
        return [self.name, *self.words]

    @property
    def key(self) -> str:
        """The same in one word, for forms."""
        return f"{self.kind}-{self.id}"


def folded(text: str) -> str:
    """Text as it is compared: lower case, without accents, and words without dots, dashes and apostrophes."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower().translate(_UNLIKE)) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['’`ʼ]", "", plain)).strip()


def find(school: School, letters: str, *, kinds: Iterable[str] = (PUPIL, CONTACT, STAFF, ACCOUNT)) -> list[Found]:
    """The people of this school of whom each of the words begins a name, or stands in a user name or MIS id; by surname."""
    wanted = folded(letters).split()
    if not wanted:
        return []
    everybody = [one for one in (*_pupils(school), *_adults(school)) if one.kind in kinds]
    matching = [one for one in everybody if all(_matches(one, word) for word in wanted)]
    return sorted(matching, key=lambda one: (folded(one.name).split()[-1:], folded(one.name), one.id))


def _matches(one: Found, word: str) -> bool:
    names = (part for name in (one.name, *one.words) for part in folded(name).split())
    return any(name.startswith(word) for name in names) or any(word in folded(key) for key in (one.username, *one.mis_ids) if key)


def _pupils(school: School) -> list[Found]:
    columns = (Pupil.id, Pupil.forename, Pupil.surname, Pupil.known_as, Pupil.mis_id, Pupil.registration, Pupil.year_group, Pupil.gone)
    return [Found(PUPIL, row.id, row.name, _pupil_words(row), [f"{row.forename} {row.surname}"], mis_ids=[row.mis_id])
            for row in Pupil.select(*columns).where(Pupil.school == school)]


def _pupil_words(pupil: Pupil) -> str:
    place = pupil.registration or pupil.year_group
    return " · ".join(part for part in ("Pupil", place, "no longer on the roll" if pupil.gone else "") if part)


def _adults(school: School) -> list[Found]:
    """Contacts, staff and accounts, each person once: an account stands for all the records that are joined to it."""
    accounts: dict[int, Found] = {}
    for user in User.select(User.id, User.name, User.username).where(User.id.in_(policy.accounts_of(school))):
        accounts[user.id] = Found(ACCOUNT, user.id, user.name, "", username=user.username)
    duties = _duty_words(school)
    contacts = _records(Contact, UserContact, school, "Contact", accounts)
    staff = _records(Staff, UserStaff, school, "Staff", accounts)
    for number, one in accounts.items():
        one.about = " · ".join(dict.fromkeys([*filter(None, [one.about]), *duties.get(number, ["account"])]))
    return [*accounts.values(), *contacts, *staff]


def _records(model: Any, joint: Any, school: School, word: str, accounts: dict[int, Found]) -> list[Found]:
    """The contacts or staff without an account; those with one are added to it."""
    owner = {getattr(row, f"{model.__name__.lower()}_id"): row.user_id for row in joint.select().join(model).where(model.school == school)}
    alone = []
    for row in model.select().where(model.school == school):
        about = word if not row.gone else f"{word}, no longer in the MIS"
        account = accounts.get(owner.get(row.id, 0))
        if account is None:
            alone.append(Found(model.__name__.lower(), row.id, row.name, about, [row.forename or ""], mis_ids=[row.mis_id]))
        else:
            account.words += [row.name, row.forename or ""]
            account.mis_ids.append(row.mis_id)
            account.about = " · ".join(filter(None, [account.about, about]))
    return alone


def _duty_words(school: School) -> dict[int, list[str]]:
    words: dict[int, list[str]] = defaultdict(list)
    for duty in Duty.select(Duty.user, Duty.role).where(Duty.school == school):
        words[duty.user_id].append(duty.role)
    return words


def school_or_first(viewer: Viewer, number: int) -> School | None:
    """The school with this number among those whose people this viewer may find, or else the first of them."""
    mine = policy.all_allowed(viewer, Action.FIND_PEOPLE)
    return next((school for school in mine if school.id == number), mine[0] if mine else None)


# --- one person -------------------------------------------------------------------------------------------


class Relation(NamedTuple):
    """A link as one end of it sees the other. opens: does it give access? user: the adult's account, if any. source: where the MIS says so."""

    link: Link
    name: str
    kind: str
    id: int
    opens: bool
    user: User | None
    source: str


@dataclass
class Person:
    """Who somebody is at one school, whatever they were found as."""

    school: School
    name: str
    pupil: Pupil | None = None
    user: User | None = None
    contacts: list[Contact] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    @property
    def key(self) -> str:
        known = ((PUPIL, self.pupil), (ACCOUNT, self.user), *((CONTACT, one) for one in self.contacts), *((STAFF, one) for one in self.staff))
        return next(f"{kind}-{record.id}" for kind, record in known if record)


def person(school: School, kind: str, number: int) -> Person | None:
    """The person of this school with this number among pupils, contacts, staff or accounts; None when there is none here."""
    if kind == PUPIL:
        pupil = Pupil.get_or_none(Pupil.id == number, Pupil.school == school)
        return pupil and Person(school, pupil.name, pupil=pupil, relations=_adults_of(pupil))
    if kind == ACCOUNT:
        user = User.get_or_none(User.id == number, User.id.in_(policy.accounts_of(school)))
        return user and _account_holder(school, user)
    model, joint = (Contact, UserContact) if kind == CONTACT else (Staff, UserStaff)
    record = model.get_or_none(model.id == number, model.school == school)
    if record is None:
        return None
    owner = User.select().join(joint).where(getattr(joint, kind) == record).first()
    if owner:
        return _account_holder(school, owner)
    return Person(school, record.name, contacts=[record], relations=_children_of([record])) if kind == CONTACT else Person(school, record.name, staff=[record])


def by_key(school: School, key: str) -> Person | None:
    """The same by the one word that forms use, such as account-12."""
    kind, _, number = key.partition("-")
    known = kind in MODELS and number.isascii() and number.isdigit() and int(number) < 2**31
    return person(school, kind, int(number)) if known else None


def _account_holder(school: School, user: User) -> Person:
    contacts = list(Contact.select().join(UserContact).where(UserContact.user == user, Contact.school == school))
    staff = list(Staff.select().join(UserStaff).where(UserStaff.user == user, Staff.school == school))
    holds = sorted({role.value for role, place in Viewer.of(user).held if place == school.id})
    return Person(school, user.name, user=user, contacts=contacts, staff=staff, holds=holds, relations=_children_of(contacts))


def _children_of(contacts: list[Contact]) -> list[Relation]:
    links = list(Link.select(Link, Pupil).join(Pupil).where(Link.contact.in_([contact.id for contact in contacts])).order_by(Pupil.surname, Pupil.forename))
    opening = _opening(links)
    return [Relation(link, link.pupil.name, PUPIL, link.pupil_id, link.id in opening, None, policy.source_of(link)) for link in links]


def _adults_of(pupil: Pupil) -> list[Relation]:
    links = list(Link.select(Link, Contact).join(Contact).where(Link.pupil == pupil).order_by(Link.gone.is_null(False), Link.priority, Link.id))
    opening = _opening(links)
    owners = {joint.contact_id: joint.user for joint in UserContact.select(UserContact, User).join(User).where(
        UserContact.contact.in_([link.contact_id for link in links]))}
    return [Relation(link, link.contact.name, CONTACT, link.contact_id, link.id in opening, owners.get(link.contact_id), policy.source_of(link))
            for link in links]


def _opening(links: list[Link]) -> set[int]:
    return {number for (number,) in policy.links_with_access().select(Link.id).where(Link.id.in_([link.id for link in links])).tuples()}


def groups_of(pupil: Pupil) -> list[str]:
    rows = Membership.select().where(Membership.pupil == pupil, Membership.gone.is_null())
    return sorted(row.group.name for row in rows)


# --- accounts -----------------------------------------------------------------------------------------------


def reset(by: User, user: User, school: School | None) -> str:
    """Give an account a new first password, to be changed at the first sign-in, and end its sessions. It is told once and kept nowhere."""
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    with db.write_lock():
        user.set_password(password, by_owner=False)
        Audit.write(by, "reset password", user.username, school=school)
    return password


def lock(by: User, user: User, school: School | None) -> None:
    """Close an account at once: no more sign-ins, and every open session ends."""
    with db.write_lock():
        user.lock()
        Audit.write(by, "locked account", user.username, school=school, before={"locked": False}, after={"locked": True})


def unlock(by: User, user: User, school: School | None) -> None:
    with db.write_lock():
        User.update(locked=None).where(User.id == user.id).execute()
        Audit.write(by, "unlocked account", user.username, school=school, before={"locked": True}, after={"locked": False})
