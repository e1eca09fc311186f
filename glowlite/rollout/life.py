"""Hides what becomes of accounts later: leavers, accounts that no link opens any more, who has never signed in, and children who turn 16 or 18.

Links and dates close access by themselves; here it is only said, with the day, and what a person does about it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from peewee import ModelSelect, fn

from glowlite import clock
from glowlite.models import Approval, Contact, Duty, Link, Pupil, School, User, UserContact, UserStaff
from glowlite.policy import link_gives_access, links_with_access, on_roll
from glowlite.rollout import candidates, moves

AHEAD, BACK = timedelta(days=60), timedelta(days=60)
AGES = (16, 18)


class Adult(NamedTuple):
    """An adult whose link opens a child. user: None without an account. head_says: open or shut, while the head has decided about this link."""

    contact: Contact
    user: User | None
    head_says: str | None


class Leaver(NamedTuple):
    """last_day: the last on which the parents see the child, with the school's grace. adults: with access until then, or those who had it."""

    pupil: Pupil
    last_day: date
    adults: list[Adult]

    @property
    def is_over(self) -> bool:
        return self.last_day < clock.today()


class Closed(NamedTuple):
    """An account that nothing opens any more. reason: in the words of the office."""

    user: User
    contact: Contact
    reason: str


class Waiting(NamedTuple):
    """An account that is open, whose owner has never come. since: when it was approved, if that is on record."""

    user: User
    contact: Contact
    since: datetime | None


class Birthday(NamedTuple):
    pupil: Pupil
    age: int
    day: date
    adults: list[Adult]

    @property
    def is_past(self) -> bool:
        return self.day <= clock.today()


# --- leavers ------------------------------------------------------------------------------------------------


def leavers(school: School) -> list[Leaver]:
    """Children with a last day on record, whose parents' access ends or has ended lately; the next to end first."""
    found = list(Pupil.select().where(Pupil.school == school, Pupil.left_on.is_null(False), Pupil.gone.is_null(),
                                      fn.COALESCE(Pupil.parents_until, Pupil.left_on) >= clock.today() - BACK))
    adults = _adults(found, standing_only=False)
    rows = [Leaver(pupil, max(pupil.left_on, pupil.parents_until or pupil.left_on), adults[pupil.id]) for pupil in found]
    return sorted(rows, key=lambda one: (one.last_day, one.pupil.surname, one.pupil.id))


def _adults(pupils: Iterable[Pupil], *, standing_only: bool = True) -> dict[int, list[Adult]]:
    """By child: the adults whom a link opens it to; of leavers also those for whom the day alone has shut it."""
    numbers = [pupil.id for pupil in pupils]
    rows = (links_with_access() if standing_only else _links_whatever_the_day()).select(Link, Contact).where(Link.pupil.in_(numbers))
    links = list(rows.order_by(Link.priority, Link.id))
    joints = UserContact.select(UserContact, User).join(User).where(UserContact.contact.in_([link.contact_id for link in links]))
    owners = {joint.contact_id: joint.user for joint in joints}
    found: dict[int, list[Adult]] = defaultdict(list)
    for link in links:
        found[link.pupil_id].append(Adult(link.contact, owners.get(link.contact_id), link.head_says))
    return found


def _links_whatever_the_day() -> ModelSelect:
    return Link.select().join(Contact).switch(Link).join(Pupil).where(link_gives_access(), Contact.gone.is_null())


# --- accounts that nothing opens ------------------------------------------------------------------------------


def closed(school: School) -> list[Closed]:
    """Accounts of this school's adults that no link opens any more, here or elsewhere; staff keep theirs. By surname."""
    left = moves.left_behind(school)
    return [one for one in _shut(school) if one.contact.id not in left]


def moved(school: School) -> list[Closed]:
    """Such accounts that are not over: a child has moved within the authority, and the other school has not yet joined the adult's records."""
    left = moves.left_behind(school)
    return [one for one in _shut(school) if one.contact.id in left]


def _shut(school: School) -> list[Closed]:
    opened = links_with_access().select(UserContact.user).join_from(Contact, UserContact)
    duties = Duty.select(Duty.user) | UserStaff.select(UserStaff.user)
    rows = list(UserContact.select(UserContact, User, Contact).join(User).switch(UserContact).join(Contact).where(
        Contact.school == school, UserContact.user.not_in(opened), UserContact.user.not_in(duties)))
    reasons = _reasons(school, [row.contact for row in rows])
    found = [Closed(row.user, row.contact, reasons[row.contact_id]) for row in rows]
    return sorted(found, key=lambda one: (one.contact.surname.casefold(), one.user.name.casefold(), one.contact.id))


def _reasons(school: School, contacts: list[Contact]) -> dict[int, str]:
    found = candidates.reasons(school, contacts)
    found |= {contact.id: "the MIS no longer has this adult" for contact in contacts if contact.gone}
    links = _links_whatever_the_day().select(Link, Pupil).where(Link.contact.in_(contacts)).order_by(Link.priority, Link.id)
    for link in links:
        left = f"left on {link.pupil.left_on:%-d %b %Y}" if link.pupil.left_on else "is no longer in the MIS"
        found[link.contact_id] = f"{link.pupil.name} {left}"
    return found


# --- never signed in --------------------------------------------------------------------------------------------


def never_signed_in(school: School) -> list[Waiting]:
    """Open accounts of this school's adults whose owners have never come, those who wait longest first."""
    rows = UserContact.select(UserContact, User, Contact).join(User).switch(UserContact).join(Contact).where(
        Contact.school == school, Contact.id.in_(links_with_access().select(Link.contact)), User.last_sign_in.is_null(), User.locked.is_null())
    approved = dict(Approval.select(Approval.contact, Approval.at).where(Approval.school == school).tuples())
    found = [Waiting(row.user, row.contact, approved.get(row.contact_id)) for row in rows]
    return sorted(found, key=lambda one: (one.since is None, one.since, one.contact.surname.casefold(), one.contact.id))


# --- sixteen and eighteen ---------------------------------------------------------------------------------------


def birthdays(school: School) -> list[Birthday]:
    """Children on the roll who turn 16 or 18 within sixty days, or did within the last sixty; by day."""
    today = clock.today()
    oldest, youngest = today - BACK, today + AHEAD
    pupils = list(Pupil.select().where(Pupil.school == school, Pupil.born.is_null(False), on_roll()))
    due = [(pupil, age, day) for pupil in pupils for age in AGES if oldest <= (day := birthday(pupil.born, age)) <= youngest]
    adults = _adults([pupil for pupil, _, _ in due])
    return sorted((Birthday(pupil, age, day, adults[pupil.id]) for pupil, age, day in due), key=lambda one: (one.day, one.pupil.surname, one.pupil.id))


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age; who was born on 29 February reaches it on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def is_scottish(school: School) -> bool:
    """By its attendance codes: what 16 means in law differs across the border."""
    return school.code_table.startswith("scotland")
