"""Hides what parents say is no longer right about themselves: a request with before and after. Only the office changes the data, in the MIS."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from peewee import ModelSelect

from glowlite import clock, db
from glowlite.models import Audit, Contact, Correction, School, User, UserContact
from glowlite.policy import Viewer

FIELDS = {"title": "Title", "forename": "First name", "surname": "Surname", "email": "E-mail", "mobile": "Mobile", "phone": "Telephone",
          "address": "Address", "postcode": "Postcode"}
OPEN, DONE, DECLINED, WITHDRAWN = "open", "done", "declined", "withdrawn"
LONGEST = 300
SHOWN_FOR = timedelta(days=60)  # what was settled longer ago is of no interest to anybody
BY_THE_MIS = "the MIS"


class CannotSettle(Exception):
    """The message says what is missing."""


def own_records(viewer: Viewer) -> list[Contact]:
    """What the schools hold about this very adult: the contacts joined to their account, where a child is open to them."""
    rows = Contact.select(Contact, School).join(School).switch(Contact).join(UserContact)
    return list(rows.where(UserContact.user == viewer.user_id, Contact.gone.is_null(), Contact.school.in_(viewer.school_ids))
                .order_by(School.name, Contact.id))


def repeated(records: list[Contact]) -> set[int]:
    """Ids of the records that say the very same as the first."""
    return {other.id for other in records[1:] if all(getattr(other, field) == getattr(records[0], field) for field in FIELDS)}


def say(by: User, contact: Contact, said: Mapping[str, str], *, also: Iterable[Contact] = ()) -> int:
    """A parent says how fields of their own record should be; returns how many differ from what the school holds.

    Of each field there is one open request. Saying what the school holds takes it back. also: other records of theirs,
    which are to say the same in what is new here.
    """
    wanted = {field: _tidy(said[field]) for field in FIELDS if field in said}
    new = {field: after for field, after in wanted.items() if not _same(getattr(contact, field) or "", after)}
    with db.write_lock():
        for field, after in wanted.items():
            _say_one(by, contact, field, after)
        for other in also:
            for field, after in new.items():
                _say_one(by, other, field, after)
    return len(new)


def _say_one(by: User, contact: Contact, field: str, after: str) -> None:
    held = getattr(contact, field) or ""
    standing = Correction.get_or_none(Correction.contact == contact, Correction.field == field, Correction.state == OPEN)
    if _same(held, after):
        if standing:
            _close(standing, WITHDRAWN, by.name)
            Audit.write(by, "took a correction back", _subject(contact, field), school=contact.school)
        return
    if standing and standing.after == after:
        return
    if standing:
        _close(standing, WITHDRAWN, by.name)
    Correction.create(school=contact.school_id, user=by, contact=contact, field=field, before=held, after=after, at=clock.now())
    Audit.write(by, "asked for a correction", _subject(contact, field), school=contact.school, before=held, after=after)


def confirm(by: User, contacts: Iterable[Contact]) -> None:
    """A parent says that all of it is right, but for what they have asked to be corrected."""
    with db.write_lock():
        for contact in contacts:
            Audit.write(by, "confirmed contact details", contact.name[:120], school=contact.school)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:LONGEST]


def _same(left: str, right: str) -> bool:
    """Do they say the same, whatever the spaces? An office may write a number in groups."""
    return "".join(left.split()) == "".join(right.split())


def _subject(contact: Contact, field: str) -> str:
    return f"{FIELDS[field]} of {contact.name}"[:120]


def _close(correction: Correction, state: str, by: str, answer: str = "") -> None:
    Correction.update(state=state, settled=clock.now(), settled_by=by, answer=answer).where(
        Correction.id == correction.id, Correction.state == OPEN).execute()


# --- what becomes of them -----------------------------------------------------------------------------------


def of_records(contacts: Iterable[Contact]) -> dict[int, list[Correction]]:
    """What somebody has said about these records of theirs, by record: what is open, and what was settled lately."""
    found: dict[int, list[Correction]] = {contact.id: [] for contact in contacts}
    _settle_by_the_mis(_open().where(Correction.contact.in_(list(found))))
    rows = Correction.select().where(Correction.contact.in_(list(found)), Correction.state != WITHDRAWN,
                                     (Correction.state == OPEN) | (Correction.settled > clock.now() - SHOWN_FOR))
    for row in rows.order_by(Correction.at.desc(), Correction.id.desc()):
        found[row.contact_id].append(row)
    return found


def open_at(school_ids: Iterable[int]) -> list[Correction]:
    """What still waits for the office of these schools, the oldest first."""
    here = _open().where(Correction.school.in_(list(school_ids)))
    _settle_by_the_mis(here)
    return list(here.order_by(Correction.at, Correction.id))


def settled_at(school: School) -> list[Correction]:
    """What was settled lately, the newest first."""
    rows = Correction.select(Correction, Contact).join(Contact).where(
        Correction.school == school, Correction.state.in_([DONE, DECLINED]), Correction.settled > clock.now() - SHOWN_FOR)
    return list(rows.order_by(Correction.settled.desc(), Correction.id.desc()))


def not_in_the_mis(school: School) -> list[Correction]:
    """What parents said and the MIS does not say yet: what is open, and what the office has called done lately."""
    called_done = [row for row in settled_at(school) if row.state == DONE and not _same(now(row), row.after)]
    return [*open_at([school.id]), *called_done]


def _open() -> ModelSelect:
    return Correction.select(Correction, Contact, School).join(Contact).switch(Correction).join(School).where(Correction.state == OPEN)


def _settle_by_the_mis(rows: Iterable[Correction]) -> None:
    """Once a drop has brought what the parent said, it is done, whoever did it."""
    arrived = [row for row in rows if _same(now(row), row.after)]
    if arrived:
        with db.write_lock():
            for row in arrived:
                _close(row, DONE, BY_THE_MIS)
                Audit.write(BY_THE_MIS, "settled a correction", _subject(row.contact, row.field), school=row.school, after=DONE)


def now(correction: Correction) -> str:
    """What the school holds in that field today."""
    return getattr(correction.contact, correction.field) or ""


def one_open(school: School, number: int) -> Correction | None:
    """The open request of this school with this number."""
    return _open().where(Correction.school == school, Correction.id == number).first()


def settle(by: User, correction: Correction, state: str, answer: str) -> None:
    """The office has put it right in the MIS, or will not. Who declines says why: the parent reads it."""
    if state not in (DONE, DECLINED):
        raise CannotSettle("Say whether it is done or declined.")
    if state == DECLINED and not answer:
        raise CannotSettle("Write a word to the parent: why does it stay as it is?")
    with db.write_lock():
        _close(correction, state, by.name, _tidy(answer))
        Audit.write(by, "settled a correction", _subject(correction.contact, correction.field), school=correction.school,
                    before=OPEN, after={"state": state, "answer": answer})
