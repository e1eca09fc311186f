"""Hides what speaks for two records being one adult: names, ways to reach them, children. It decides nothing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from peewee import ModelSelect, chunked, fn

from glowlite.models import Contact, Link, Pupil, School, User, UserContact
from glowlite.people import folded
from glowlite.policy import links_with_access
from glowlite.rollout import moves
from glowlite.rollout.moves import Move

SAME, DIFFERENT, NOT_THERE = "the same", "different", "not there"


class Likeness(NamedTuple):
    """One line, side by side. theirs: None where it is another school's, whose value is not shown."""

    label: str
    ours: str
    theirs: str | None
    verdict: str


def _number(text: str) -> str:
    """A telephone number as it is compared: digits, without the country."""
    return re.sub(r"^(44|0044)", "0", re.sub(r"\D", "", text))


def _squeezed(text: str) -> str:
    return folded(text).replace(" ", "")


def _address(contact: Contact) -> str:
    """House and postcode together: a street alone is many people's."""
    return f"{contact.address}, {contact.postcode}" if contact.address and contact.postcode else ""


class Line(NamedTuple):
    """What is compared, and in which form."""

    label: str
    value: Callable[[Contact], str]
    compared: Callable[[str], str]


# The two names first; what follows speaks for one adult beside them.
LINES = (
    Line("First name", lambda contact: contact.forename or "", folded),
    Line("Surname", lambda contact: contact.surname, folded),
    Line("E-mail", lambda contact: contact.email or "", str.casefold),
    Line("Mobile", lambda contact: contact.mobile or "", _number),
    Line("Telephone", lambda contact: contact.phone or "", _number),
    Line("Address", _address, _squeezed),
    Line("MIS id", lambda contact: contact.mis_id, str.strip),
)


def _signs(contact: Contact) -> tuple[str, ...]:
    """All lines of a record as they are compared."""
    return tuple(line.compared(line.value(contact)) for line in LINES)


def _verdict(left: str, right: str) -> str:
    if not left or not right:
        return NOT_THERE
    return SAME if left == right else DIFFERENT


@dataclass
class Known:
    """What is read once for a school: its own adults, those of the authority who could be one of them, and the pairs that are alike.

    users and children: of the records in these pairs. moved: (ours, other) -> the child that both are contacts of, by which number.
    """

    school: School
    mine: list[Contact] = field(default_factory=list)
    others: dict[int, Contact] = field(default_factory=dict)
    pairs: list[tuple[Contact, Contact]] = field(default_factory=list)
    users: dict[int, User] = field(default_factory=dict)
    children: dict[int, list[Pupil]] = field(default_factory=lambda: defaultdict(list))
    signs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    moved: dict[tuple[int, int], Move] = field(default_factory=dict)

    @classmethod
    def of(cls, school: School) -> Self:
        known = cls(school)
        known.mine = list(_adults().where(Contact.school == school))
        known._find_others()
        known._find_moved()
        known.signs = {contact.id: _signs(contact) for contact in (*known.mine, *known.others.values())}
        known._read_children({contact.id for contact in known.mine})
        known.pairs = list(known._alike())
        known._read_children({other.id for _, other in known.pairs} - set(known.children))
        known._read_users({contact.id for pair in known.pairs for contact in pair})
        schools = {one.id: one for one in School.select().where(School.authority == school.authority_id)}
        for contact in (contact for pair in known.pairs for contact in pair):
            contact.school = schools[contact.school_id]
        return known

    def _read_children(self, numbers: set[int]) -> None:
        for some in chunked(sorted(numbers), 500):
            for link in Link.select(Link, Pupil).join(Pupil).where(Link.contact.in_(some), Link.gone.is_null()):
                self.children[link.contact_id].append(link.pupil)

    def _read_users(self, numbers: set[int]) -> None:
        for some in chunked(sorted(numbers), 500):
            joints = UserContact.select(UserContact, User).join(User).where(UserContact.contact.in_(some))
            self.users |= {joint.contact_id: joint.user for joint in joints}

    def _find_others(self) -> None:
        """Everybody in the authority with a surname or an e-mail address that stands among ours, whatever the capitals."""
        schools = School.select(School.id).where(School.authority == self.school.authority_id)
        here = _adults().where(Contact.school.in_(schools))
        for column in (Contact.surname, Contact.email):
            values = {value for contact in self.mine if (value := getattr(contact, column.name))}
            for some in chunked(sorted(values | {value.lower() for value in values}), 400):
                self.others |= {contact.id: contact for contact in here.where(column.in_(some) | fn.LOWER(column).in_(some))}

    def _find_moved(self) -> None:
        """Who has an account from a school that a child of ours has left, though nothing there opens it any more."""
        mine = {contact.id for contact in self.mine}
        for move in moves.into(self.school):
            theirs = Contact.select().join(Link).where(Link.pupil == move.there, Contact.id.in_(UserContact.select(UserContact.contact)))
            ours = [number for (number,) in Link.select(Link.contact).where(Link.pupil == move.here, Link.gone.is_null()).tuples() if number in mine]
            for other in theirs:
                self.others.setdefault(other.id, other)
                self.moved |= {(number, other.id): move for number in ours}

    def user_of(self, contact: Contact) -> User | None:
        return self.users.get(contact.id)

    def evidence(self, ours: Contact, other: Contact) -> list[Likeness]:
        is_ours = ours.school_id == other.school_id
        found = [Likeness(line.label, line.value(ours), line.value(other) if is_ours else None, _verdict(*signs))
                 for line, *signs in zip(LINES, self.signs[ours.id], self.signs[other.id], strict=True)]
        names = [", ".join(child.name for child in self.children[contact.id]) for contact in (ours, other)]
        found.append(Likeness("Children", names[0], names[1] if is_ours else None, self._children(ours, other)))
        move = self.moved.get((ours.id, other.id))
        return [Likeness("The same child", f"{move.here.name}, by {move.number}", None, SAME), *found] if move else found

    def _alike(self) -> Iterator[tuple[Contact, Contact]]:
        """Pairs of one of ours and another record, each once, that are worth a person's look."""
        by_key: dict[str, list[Contact]] = defaultdict(list)
        for other in self.others.values():
            for key in _keys(other):
                by_key[key].append(other)
        of_moves: dict[int, list[int]] = defaultdict(list)
        for number, other_number in self.moved:
            of_moves[number].append(other_number)
        for ours in self.mine:
            rivals = {other.id: other for key in _keys(ours) for other in by_key[key]} | {number: self.others[number] for number in of_moves[ours.id]}
            for other in rivals.values():
                if (other.school_id != ours.school_id or ours.id < other.id) and self._are_alike(ours, other):
                    yield ours, other

    def _are_alike(self, ours: Contact, other: Contact) -> bool:
        """The first name must not speak against it. With one surname a single other sign will do, with two it takes two.

        A child in common is such a sign in one MIS. A child who has moved is one too, for who has the same first name in both.
        """
        (first, surname, *left), (other_first, other_surname, *right) = self.signs[ours.id], self.signs[other.id]
        if first and other_first and first != other_first:
            return False
        needed = 1 if surname == other_surname else 2
        strong = sum(1 for mine, theirs in zip(left, right, strict=True) if mine and mine == theirs)
        if ours.school_id == other.school_id:
            return strong + (self._children(ours, other) == SAME) >= needed
        return strong + (bool(first) and first == other_first and (ours.id, other.id) in self.moved) >= needed

    def _children(self, ours: Contact, other: Contact) -> str:
        left, right = ({(folded(child.name), child.born) for child in self.children[contact.id]} for contact in (ours, other))
        return NOT_THERE if not left or not right else SAME if left & right else DIFFERENT


def _keys(contact: Contact) -> set[str]:
    """One of them two records must have in common."""
    return {folded(contact.surname), (contact.email or "").casefold()} - {""}


def _adults() -> ModelSelect:
    """Adults whom a link opens a child, or who have an account: nobody else can share one."""
    opened = links_with_access().select(Link.contact)
    joined = UserContact.select(UserContact.contact)
    return Contact.select().where(Contact.gone.is_null(), Contact.id.in_(opened) | Contact.id.in_(joined))
