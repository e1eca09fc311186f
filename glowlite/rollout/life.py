"""Hides what becomes of accounts later: leavers, accounts that no link opens any more, who has never signed in, and children who turn 16 or 18.

Links and dates close access by themselves; here it is only said, with the day, and what a person does about it, or has done.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from peewee import ModelSelect, fn

from glowlite import clock, db
from glowlite.models import Approval, Audit, ComingOfAge, Contact, Duty, Link, Pupil, School, User, UserContact, UserStaff
from glowlite.policy import link_gives_access, links_with_access, on_roll
from glowlite.rollout import candidates, moves

AHEAD, BACK = timedelta(days=60), timedelta(days=60)
AGES = (16, 18)
SHOWN_FOR = timedelta(days=365)  # what was dealt with earlier stands in the audit
SHORTEST, LONGEST = 10, 500  # letters of what was done


class CannotDealWith(Exception):
    """The message says why nothing was written down."""


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
    """Children on the roll who turn 16 or 18 within sixty days, or did within the last sixty, and nobody has dealt with it yet; by day."""
    today = clock.today()
    oldest, youngest = today - BACK, today + AHEAD
    pupils = list(Pupil.select().where(Pupil.school == school, Pupil.born.is_null(False), on_roll()))
    done = set(ComingOfAge.select(ComingOfAge.pupil, ComingOfAge.day).join(Pupil).where(Pupil.school == school).tuples())
    due = [(pupil, age, day) for pupil in pupils for age in AGES
           if oldest <= (day := birthday(pupil.born, age)) <= youngest and (pupil.id, day) not in done]
    adults = _adults([pupil for pupil, _, _ in due])
    return sorted((Birthday(pupil, age, day, adults[pupil.id]) for pupil, age, day in due), key=lambda one: (one.day, one.pupil.surname, one.pupil.id))


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age; who was born on 29 February reaches it on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def deal_with(by: User, school: School, number: int, age: int, done: str) -> ComingOfAge:
    """Somebody has spoken with this pupil, and writes down what came of it; it is no longer due. Raises CannotDealWith."""
    words = " ".join(done.replace("\0", "").split())[:LONGEST]
    if len(words) < SHORTEST:
        raise CannotDealWith("Say in a sentence what was done: who asked the pupil, and what they said.")
    with db.write_lock():
        school.touch()  # also makes a second person wait who deals with the same birthday
        one = next((one for one in birthdays(school) if (one.pupil.id, one.age) == (number, age)), None)
        if one is None:
            raise CannotDealWith("This birthday is not among those that are due. Perhaps somebody else has just dealt with it.")
        row = ComingOfAge.create(pupil=one.pupil, age=age, day=one.day, done=words, at=clock.now(), by=by.name)
        Audit.write(by, "dealt with a birthday", f"{one.pupil.name}, {age}"[:120], school=school, after={"done": words, "day": one.day})
    return row


def dealt_with(school: School) -> list[ComingOfAge]:
    """What was done about birthdays within the last year, the newest first."""
    rows = ComingOfAge.select(ComingOfAge, Pupil).join(Pupil).where(Pupil.school == school, ComingOfAge.at > clock.now() - SHOWN_FOR)
    return list(rows.order_by(ComingOfAge.at.desc(), ComingOfAge.id.desc()))


def not_dealt_with(by: User, school: School, number: int) -> ComingOfAge | None:
    """It was written down by mistake: it is due again. The audit keeps what was written. None when there is nothing of that number here."""
    with db.write_lock():
        row = ComingOfAge.select(ComingOfAge, Pupil).join(Pupil).where(ComingOfAge.id == number, Pupil.school == school).first()
        if row:
            row.delete_instance()
            Audit.write(by, "took back what was done about a birthday", f"{row.pupil.name}, {row.age}"[:120], school=school,
                        before={"done": row.done, "by": row.by, "day": row.day})
    return row


def is_scottish(school: School) -> bool:
    """By its attendance codes: what 16 means in law differs across the border."""
    return school.code_table.startswith("scotland")
