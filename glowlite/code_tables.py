"""Hides which table of attendance codes a school uses, who has said so, and what codes mean that are in no table.

What a person of the school has chosen counts first, then what the newest school.csv says, then the table of the authority.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from peewee import fn

from glowlite import clock, db
from glowlite.models import AttendanceCode, Audit, Authority, Mark, OwnCode, Pupil, School, User
from glowlite.models.school import CATEGORIES

SHIPPED = Path(__file__).parent / "codes"
LONGEST_CODE, LONGEST_WORDS = OwnCode.code.max_length, OwnCode.words.max_length


class NotPossible(Exception):
    """What was said cannot be taken; the message says why and what would be right."""


class Meaning(NamedTuple):
    """What a code means between two days. is_own: the school has named it itself."""

    code: str
    words: str
    category: str
    since: date
    until: date
    is_own: bool = False

    @property
    def is_lasting(self) -> bool:
        return (self.since, self.until) == (date.min, date.max)


class Meanings(dict[str, list[Meaning]]):
    """What each code means: the table first, then the school itself."""

    def on(self, code: str, day: date) -> Meaning | None:
        """What a code meant on that day; None when nobody has said."""
        return next((one for one in self.get(code, ()) if one.since <= day <= one.until), None)

    def lasting(self) -> set[str]:
        """The codes that mean something on every day."""
        return {code for code, rows in self.items() if any(row.is_lasting for row in rows)}


class Occurrence(NamedTuple):
    """How many marks of a school have this code on a day. drop: the newest drop that brought or changed one."""

    code: str
    day: date
    number: int
    drop: int | None


class Unknown(NamedTuple):
    """A code that has come and nobody has explained: how many marks, from when to when, and the newest drop with one."""

    code: str
    number: int
    first: date
    last: date
    drop: int | None


# --- what codes mean -------------------------------------------------------------------------------------------


def names() -> list[str]:
    """The tables that there are."""
    return [name for (name,) in AttendanceCode.select(AttendanceCode.table).distinct().order_by(AttendanceCode.table).tuples()]


def title(table: str) -> str:
    """england-2024 -> England 2024."""
    return f"{table[:1].upper()}{table[1:]}".replace("-", " ")


def meanings(school: School, table: str | None = None) -> Meanings:
    """What codes mean at a school; table: as if it used this one."""
    found = Meanings()
    for row in AttendanceCode.select().where(AttendanceCode.table == (table or school.code_table)).order_by(AttendanceCode.code):
        found.setdefault(row.code, []).append(Meaning(row.code, row.words, row.category, row.valid_from or date.min, row.valid_to or date.max))
    for own in own_codes(school):
        found.setdefault(own.code, []).append(Meaning(own.code, own.words, own.category, date.min, date.max, is_own=True))
    return found


def own_codes(school: School) -> list[OwnCode]:
    return list(OwnCode.select().where(OwnCode.school == school).order_by(OwnCode.code))


# --- what has come ---------------------------------------------------------------------------------------------


def occurrences(school: School, besides: Iterable[str] = ()) -> list[Occurrence]:
    """The codes of all marks that stand, by code and day. besides: codes that are not looked for."""
    rows = (Mark.select(Mark.code, Mark.day, fn.COUNT(Mark.pupil), fn.MAX(Mark.drop)).join(Pupil)
            .where(Pupil.school == school, Mark.gone.is_null(), Mark.code.not_in(list(besides)))
            .group_by(Mark.code, Mark.day).order_by(Mark.code, Mark.day))
    return [Occurrence(*row) for row in rows.tuples()]


def unknown(school: School, came: list[Occurrence] | None = None) -> list[Unknown]:
    """The codes that have come and mean nothing on at least one of their days; families read “not yet known”. came: where all are read already."""
    known = meanings(school)
    strange = [one for one in (occurrences(school, besides=known.lasting()) if came is None else came) if known.on(one.code, one.day) is None]
    return [_unknown(code, list(found)) for code, found in groupby(strange, key=lambda one: one.code)]


def _unknown(code: str, found: list[Occurrence]) -> Unknown:
    return Unknown(code, sum(one.number for one in found), found[0].day, found[-1].day, max((one.drop for one in found if one.drop), default=None))


# --- which table counts ----------------------------------------------------------------------------------------


def settle(school: School) -> None:
    """Put the table in force that follows from what the school, its bundles and its authority say; what pages show is then new."""
    there = School.get_by_id(school.id)
    said = there.codes_said if there.codes_chosen is None else there.codes_chosen
    school.code_table = said or there.authority.code_table
    if school.code_table != there.code_table:
        School.update(code_table=school.code_table).where(School.id == school.id).execute()
        school.touch()


def choose(by: User | str, school: School, table: str) -> None:
    """A person of the school says which table counts from now on; "" is that of the authority. Raises NotPossible for one that is not there."""
    if table:
        check(table)
    before = school.code_table
    with db.write_lock():
        School.update(codes_chosen=table).where(School.id == school.id).execute()
        settle(school)
        Audit.write(by, "chose attendance codes", school.name, school=school, before={"table": before},
                    after={"table": school.code_table} | ({} if table else {"as": "the authority has it"}))


def choose_for_all(by: User | str, authority: Authority, table: str) -> list[School]:
    """The table of those schools for which nobody says another; returns those whose marks mean something else now. Raises NotPossible."""
    check(table)
    with db.write_lock():
        before = Authority.get_by_id(authority.id).code_table
        Authority.update(code_table=table).where(Authority.id == authority.id).execute()
        changed = list(followers(authority).where(School.code_table != table))
        Audit.write(by, "chose attendance codes for all schools", authority.name, before={"table": before},
                    after={"table": table, "schools": [school.code for school in changed]})
        for school in changed:
            Audit.write(by, "attendance codes follow the authority", school.name, school=school, before={"table": school.code_table}, after={"table": table})
            settle(school)
    return changed


def followers(authority: Authority) -> Any:
    """The schools that have the table of their authority."""
    nobody_says = School.codes_chosen.is_null() & (School.codes_said == "")
    return School.select().where(School.authority == authority, (School.codes_chosen == "") | nobody_says).order_by(School.name)


def origin(school: School) -> str:
    """Who has said which table counts: `school`, `bundle` or `default`, which is that of the authority."""
    return "school" if school.codes_chosen else "bundle" if school.codes_chosen is None and school.codes_said else "default"


def of_schools(authority: Authority) -> list[School]:
    """All schools of an authority, by name."""
    return list(School.select().where(School.authority == authority).order_by(School.name))


def check(table: str) -> None:
    """Raise NotPossible for a table that is not there."""
    if table not in names():
        there = ", ".join(names()) or "none yet"
        raise NotPossible(f"There is no table of attendance codes “{table}”. There are: {there}. `flask codes load` adds one.")


# --- codes of the school's own ---------------------------------------------------------------------------------


def name_own(by: User | str, school: School, code: str, words: str, category: str) -> OwnCode:
    """Say what a code means that the school's table does not know, or say it anew; it counts at once. Raises NotPossible."""
    code, words = code.strip(), " ".join(words.split())
    _check_own(school, code, words, category)
    with db.write_lock():
        old = OwnCode.get_or_none(OwnCode.school == school, OwnCode.code == code)
        own = old or OwnCode(school=school, code=code)
        before = _facts(old) if old else None
        own.words, own.category, own.by, own.at = words, category, by.username if isinstance(by, User) else by, clock.now()
        own.save()
        Audit.write(by, "said what an attendance code means", code, school=school, before=before, after=_facts(own))
        school.touch()
    return own


def take_away(by: User | str, own: OwnCode) -> None:
    """From now on the code means nothing again, unless a table knows it."""
    with db.write_lock():
        OwnCode.delete().where(OwnCode.id == own.id).execute()
        Audit.write(by, "took an attendance code away", own.code, school=own.school, before=_facts(own))
        own.school.touch()


def _facts(own: OwnCode) -> dict[str, str]:
    return {"words": own.words, "category": own.category}


def _check_own(school: School, code: str, words: str, category: str) -> None:
    if not 1 <= len(code) <= LONGEST_CODE:
        raise NotPossible(f"A code has 1 to {LONGEST_CODE} characters, exactly as the MIS writes it.")
    if not 1 <= len(words) <= LONGEST_WORDS:
        raise NotPossible(f"Say what the code means in 1 to {LONGEST_WORDS} characters; families read it.")
    if category not in CATEGORIES:
        raise NotPossible(f"“{category}” is not a kind of mark. It is one of: {', '.join(CATEGORIES)}.")
    here = meanings(school).on(code, clock.today())
    if here and not here.is_own:
        raise NotPossible(f"{code} is in the table “{title(school.code_table)}”: {here.words}. What the table says counts.")


# --- tables as files -------------------------------------------------------------------------------------------


def fill_missing() -> None:
    """Load each shipped table that is not there yet; one that was edited is never overwritten."""
    for file in sorted(SHIPPED.glob("*.csv")):
        if file.stem not in names():
            load(file, file.stem, by="upgrade")


def load(file: Path, table: str, *, by: str) -> int:
    """Replace a table by the rows of a CSV file (code, words, category, valid_from, valid_to); returns how many. Raises NotPossible."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(_rows(csv.DictReader(lines), table))
    except (KeyError, UnicodeDecodeError, csv.Error) as error:
        raise NotPossible(f"{file.name} cannot be read: it needs the columns code, words and category, as UTF-8.") from error
    with db.write_lock():
        AttendanceCode.delete().where(AttendanceCode.table == table).execute()
        AttendanceCode.insert_many(rows).execute()
        for school in School.select().where(School.code_table == table):
            Audit.write(by, "replaced a table of attendance codes", table, school=school, after={"codes": len(rows)})
            school.touch()
    return len(rows)


def _rows(lines: "csv.DictReader[str]", table: str) -> Iterator[dict[str, Any]]:
    """The rows as the database keeps them. Raises NotPossible, which says where and what would be right."""
    seen: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(lines, start=2):
        code, words, category = ((row[name] or "").strip() for name in ("code", "words", "category"))
        seen[code].append(number)
        wrong = (f"the code “{code}” has not 1 to {LONGEST_CODE} characters" if not 1 <= len(code) <= LONGEST_CODE
                 else f"“{category}” is not one of {', '.join(CATEGORIES)}" if category not in CATEGORIES
                 else f"{code} stands in row {seen[code][0]} already" if len(seen[code]) > 1 else "" if words else f"it is not said what {code} means")
        if wrong:
            raise NotPossible(f"Row {number}: {wrong}. Nothing was changed.")
        yield {"table": table, "code": code, "words": words, "category": category} | {name: _day(row.get(name), number) for name in ("valid_from", "valid_to")}
    if not seen:
        raise NotPossible("The file holds no code. Nothing was changed.")


def _day(cell: str | None, number: int) -> date | None:
    try:
        return date.fromisoformat(cell.strip()) if cell and cell.strip() else None
    except ValueError:
        raise NotPossible(f"Row {number}: “{cell}” is not a day like 2024-08-19. Nothing was changed.") from None
