"""Hides when the texts of a school are looked at: what a drop brought, and all of them again when somebody new could be named."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from peewee import JOIN, ModelSelect, chunked

from glowlite import clock
from glowlite.models import Audit, ClearedText, Conduct, Drop, Journal, Pupil, School, Staff, User
from glowlite.naming.finding import find
from glowlite.naming.roster import Adult, Roster

NAMES = ("forename", "known_as", "surname")
AT_ONCE = 500  # a statement holds only so many values


def check(school: School, drop: Drop | None = None) -> int:
    """Say of the comments of this school whether they name another child, within the caller's transaction; returns how many were read.

    drop: read only what it brought or changed, and what nobody has read yet; all of them when a pupil is new or is called otherwise since.
    """
    rows = _standing(school).select(Conduct.id, Conduct.pupil, Pupil.mis_id, Conduct.comment, Conduct.names_other)
    if drop and not _names_are_new(drop):
        rows = rows.where((Conduct.drop == drop) | Conduct.names_other.is_null())
    rows = list(rows.tuples())
    if rows:
        _write(_verdicts(rows, roster_of(school), _cleared(school)))
    return len(rows)


def _standing(school: School) -> ModelSelect:
    return (Conduct.select().join(Pupil).where(Conduct.school == school, Conduct.gone.is_null(), Conduct.comment.is_null(False), Conduct.comment != ""))


def _names_are_new(drop: Drop) -> bool:
    """Has this drop brought a pupil, or given one another name? Who left is still known, so going changes nothing."""
    rows = Journal.select(Journal.before).where(Journal.drop == drop, Journal.table == Pupil._meta.table_name)
    known = {row["id"]: [row[name] for name in NAMES] for row in (json.loads(before) for (before,) in rows.tuples())}
    touched = Pupil.select(Pupil.id, Pupil.forename, Pupil.known_as, Pupil.surname).where(Pupil.drop == drop)
    return any(known.get(number) != names for number, *names in touched.tuples())


def roster_of(school: School) -> Roster:
    """Everybody who is or was a pupil here: a text of last year may name who has left."""
    pupils = Pupil.select(Pupil.id, Pupil.forename, Pupil.known_as, Pupil.surname).where(Pupil.school == school)
    staff = Staff.select(Staff.forename, Staff.surname).where(Staff.school == school)
    return Roster(pupils.namedtuples(), [Adult(forename or "", surname) for forename, surname in staff.tuples()])


def _verdicts(rows: Iterable[Any], roster: Roster, cleared: set[str]) -> dict[bool, list[int]]:
    """Verdict -> ids of the entries that have another one, or none, so far."""
    news: dict[bool, list[int]] = {True: [], False: []}
    for number, pupil, mis_id, comment, before in rows:
        names_other = bool(find(comment, pupil, roster)) and digest(mis_id, comment) not in cleared
        if names_other is not before:
            news[names_other].append(number)
    return news


def _write(news: dict[bool, list[int]]) -> None:
    for names_other, numbers in news.items():
        for some in chunked(numbers, AT_ONCE):
            Conduct.update(names_other=names_other).where(Conduct.id.in_(some)).execute()


# --- what the office does about them ---------------------------------------------------------------------


def naming_others(school: School) -> ModelSelect:
    """The entries whose comment names another child, the newest first, with pupil and teacher."""
    return (_standing(school).select(Conduct, Pupil, Staff).join_from(Conduct, Staff, JOIN.LEFT_OUTER)
            .where(Conduct.names_other == True).order_by(Conduct.day.desc(), Conduct.id.desc()))


def one_naming_others(school: School, number: int) -> Conduct | None:
    """That of them with this number."""
    return naming_others(school).where(Conduct.id == number).first()


def digest(mis_id: str, comment: str) -> str:
    """Marks one text about one pupil; another word in it, and it is another text."""
    return hashlib.sha256(f"{mis_id}\0{comment}".encode()).hexdigest()


def clear(by: User, entry: Conduct) -> None:
    """Somebody of the school has read this very text and says that it names nobody else. Within the caller's transaction."""
    mark = digest(entry.pupil.mis_id, entry.comment)
    ClearedText.get_or_create(school=entry.school_id, digest=mark, defaults={"by": by.username, "at": clock.now()})
    same = Conduct.pupil == entry.pupil_id, Conduct.comment == entry.comment
    Conduct.update(names_other=False).where(*same).execute()
    Audit.write(by, "cleared a comment", f"entry {entry.mis_id} about {entry.pupil.name}"[:120], school=entry.school, before=entry.comment)
    entry.school.touch()


def _cleared(school: School) -> set[str]:
    return {mark for (mark,) in ClearedText.select(ClearedText.digest).where(ClearedText.school == school).tuples()}
