"""Hides how an id that has become somebody else's is told from a correction, and how the two people are kept apart.

Ids are the keys, so a re-issued one would hand one child's record to another's parents, or one adult's account to another adult. Whoever
had the id before keeps their whole record, ended, under an id that no MIS uses; whoever has it now begins anew, without any access but
what this very drop states. All of it is in the journal.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from glowlite import db
from glowlite.mis.report import Refused
from glowlite.mis.rows import Noun
from glowlite.mis.stage import Stage, Staged
from glowlite.people import folded

# By which a person is known, for each noun: the names, and what else speaks for one person, the stronger first.
NAMES = ("forename", "surname")
OTHER_SIGNS = {"pupils": ("born",), "contacts": ("mobile", "email"), "staff": ("email",)}


class Stranger(NamedTuple):
    """One id that is another person's from now on. record: the row of who had it; ended: when that one had ended, if it had."""

    noun: Noun
    file: str
    row: int
    mis_id: str
    record: int
    ended: Any
    before: str
    now: str

    @property
    def key(self) -> str:
        """Names this one in a drop: pupils 0003"""
        return f"{self.noun.name} {self.mis_id}"

    def as_json(self) -> dict[str, str]:
        """As it is kept with the drop, for who decides about it."""
        return {"key": self.key, "before": self.before, "now": self.now}


class _Person(NamedTuple):
    """Somebody as one side says, the MIS or what stands. known_as: pupils only."""

    forename: str
    surname: str
    known_as: str
    signs: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}".strip()

    def words(self) -> str:
        """As the office reads it: with the birthday or whatever else is known."""
        return ", ".join(filter(None, (self.name, *self.signs[:1])))


class Recognised(NamedTuple):
    """Who of the staged people is known. known: so many pupils under their id, ended ones too; years: year group before and now, of these.

    born: how many of these have a date of birth on record; unborn: how many of those would lose it.
    """

    strangers: list[Stranger]
    known: int
    years: list[tuple[str | None, str | None]]
    born: int
    unborn: int


def recognise(stage: Stage, same: Collection[dict[str, str]] = ()) -> Recognised:
    """Compare the staged people with those on record. To be asked before anything is written.

    same: strangers, as the drop was held with them, of whom a person has said that they are who they were, under a corrected name.
    Raises Refused when one of these is no longer there as that person has seen it: an older drop may have been undone since.
    """
    found = [one for name in OTHER_SIGNS if name in stage.staged for one in _strangers(stage, stage.staged[name])]
    there = [one.as_json() for one in found]
    if any(one not in there for one in same):
        raise Refused("Who had an id before has changed since this drop was held, so it must be asked anew who is the same person. Load the files again.")
    strangers = [one for one in found if one.as_json() not in same]
    pupils = stage.staged.get("pupils")
    rows = db.run(f"SELECT t.year_group, s.year_group, t.born, s.born FROM {pupils.table} AS s JOIN pupils AS t ON t.school_id = :school "
                  "AND t.mis_id = s.mis_id WHERE s.aside = 0", school=stage.school.id).fetchall() if pupils else []
    births = [now for *_, before, now in rows if before] if pupils and "born" in pupils.given else []
    return Recognised(strangers, len(rows) - sum(1 for one in strangers if one.noun.name == "pupils"), [(before, now) for before, now, *_ in rows],
                      len(births), births.count(None))


def _strangers(stage: Stage, staged: Staged) -> list[Stranger]:
    noun = staged.noun
    columns = [*NAMES, "known_as" if noun.name == "pupils" else "NULL", *OTHER_SIGNS[noun.name]]
    sides = ", ".join(column if column == "NULL" else f"{side}.{column}" for side in ("t", "s") for column in columns)
    renamed = " OR ".join(db.differs(f"t.{name}", f"s.{name}") for name in NAMES)
    rows = db.run(f"SELECT s.source_row, t.mis_id, t.id, t.gone, {sides} FROM {staged.table} AS s JOIN {noun.table} AS t "
                  f"ON t.school_id = :school AND t.mis_id = s.mis_id WHERE s.aside = 0 AND ({renamed}) ORDER BY s.source_row", school=stage.school.id)
    is_other = _is_another_child if noun.name == "pupils" else _is_another_adult
    strayed = _strayed(stage) if noun.name == "contacts" else set()
    found = []
    for row, mis_id, record, ended, *cells in rows.fetchall():
        before, now = _person(cells[:len(columns)]), _person(cells[len(columns):])
        if is_other(before, now) or (mis_id in strayed and _is_only_a_namesake(before, now)):
            found.append(Stranger(noun, staged.file, row, mis_id, record, ended, before.words(), now.words()))
    return found


def _strayed(stage: Stage) -> set[str]:
    """The ids of contacts who have had children here, and of whom this bundle names other children only."""
    staged = stage.staged.get("links")
    if staged is None:
        return set()
    before, now = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for contact, child in db.run(f"SELECT contact_id, pupil_id FROM {staged.table}").fetchall():
        now[contact].add(child)
    for contact, child in db.run("SELECT c.mis_id, p.mis_id FROM links AS t JOIN contacts AS c ON c.id = t.contact_id JOIN pupils AS p ON p.id = t.pupil_id "
                                 "WHERE c.school_id = :school", school=stage.school.id).fetchall():
        before[contact].add(child)
    return {contact for contact, children in now.items() if before[contact] and not before[contact] & children}


def _person(cells: list[Any]) -> _Person:
    forename, surname, known_as, *signs = (str(cell or "") for cell in cells)
    return _Person(forename, surname, known_as, tuple(signs))


def _is_another_child(before: _Person, now: _Person) -> bool:
    """Another name and another birthday; one alone is a correction. Where a birthday is not known, both names must be others."""
    if _same_words(before, now):
        return False
    first = _differ(before.forename, now.forename) and _differ(before.known_as or before.forename, now.forename)
    last = _differ(before.surname, now.surname)
    sign = _sign_differs(before, now)
    return (first and last) if sign is None else (first or last) and sign


def _is_another_adult(before: _Person, now: _Person) -> bool:
    """Another first name, with another surname or other ways to reach them. Who keeps the first name has married or was mistyped.

    An initial is no other first name. Where no first name is known, another surname and other ways to reach them.
    """
    if _same_words(before, now):
        return False
    last, sign = _differ(before.surname, now.surname), _sign_differs(before, now) is True
    if not before.forename or not now.forename:
        return last and sign
    old, new = folded(before.forename), folded(now.forename)
    return not (old.startswith(new) or new.startswith(old)) and (last or sign)


def _is_only_a_namesake(before: _Person, now: _Person) -> bool:
    """The first name may be the same, but neither surname nor other ways to reach them: of an adult with other children, nobody's marriage."""
    return not _same_words(before, now) and _differ(before.surname, now.surname) and _sign_differs(before, now) is True


def _same_words(before: _Person, now: _Person) -> bool:
    """The same names, perhaps in the other order: two columns were swapped."""
    return set(folded(before.name).split()) == set(folded(now.name).split())


def _differ(old: str, new: str) -> bool:
    return bool(old and new) and folded(old) != folded(new)


def _sign_differs(before: _Person, now: _Person) -> bool | None:
    """By the first sign that both sides know; None when there is none."""
    known = [(old, new) for old, new in zip(before.signs, now.signs, strict=True) if old and new]
    return _differ(*known[0]) if known else None
