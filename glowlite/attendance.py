"""Hides what attendance marks mean: codes become words and categories, marks become days, and days a percentage."""

from calendar import Calendar as Weeks
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from peewee import JOIN, ModelSelect, fn

from glowlite import clock, code_tables
from glowlite.models import AttendanceCode, Mark, OwnCode, Pupil, School
from glowlite.policy.schedules import NOTHING, SESSIONS, Schedule
from glowlite.prepared import prepared

UNKNOWN = "unknown"

# A sign for each category, so that nobody has to tell colours apart, and what it says in the legend.
SIGNS = {
    "present": ("✓", "In school"),
    "late": ("L", "Late, counts as in school"),
    "approved": ("E", "Learning elsewhere, counts as in school"),
    "authorised": ("A", "Absent, the school agrees with the reason"),
    "unauthorised": ("U", "Absent, no reason the school can accept yet"),
    "not-required": ("–", "Not expected in school, not counted"),
    UNKNOWN: ("?", "Not yet known, not counted"),
}
IN_SCHOOL = {"present", "late", "approved"}
COUNTED = IN_SCHOOL | {"authorised", "unauthorised"}


class Half(NamedTuple):
    """One session mark: half a school day of one child. category: `unknown` when neither the school's table nor the school has such a code."""

    pupil_id: int
    day: date
    session: str
    code: str
    words: str
    category: str

    @property
    def sign(self) -> str:
        return SIGNS.get(self.category, SIGNS[UNKNOWN])[0]

    @property
    def when(self) -> str:
        return SESSIONS[self.session]


class Share(NamedTuple):
    """How much of what was possible: half days in school of half days that count."""

    present: int
    possible: int

    @property
    def percent(self) -> int | None:
        """Rounded, but 100 only when nothing was missed and 0 only when everything was."""
        if not self.possible:
            return None
        rounded = round(100 * self.present / self.possible)
        return min(rounded, 99) if self.present < self.possible else 100


class Spell(NamedTuple):
    """A mark on one day, for the list: the morning, the afternoon, or all day."""

    day: date
    when: str
    half: Half


@dataclass(frozen=True)
class Used:
    """A code that occurs, with the days on which it does."""

    half: Half
    count: int
    days: list[tuple[date, str]]


class Register(NamedTuple):
    """What today's register says about a child: a category, `unknown` or `waiting`, and a sentence."""

    state: str
    words: str


# --- reading -------------------------------------------------------------------------------------------


def marks(pupil_ids: Iterable[int], *spans: tuple[date, date]) -> dict[int, list[Half]]:
    """The marks of each child within any of these spans of days, oldest first, in one query."""
    found: dict[int, list[Half]] = defaultdict(list)
    for pupil, day, session, mark, words, category in _marks(tuple(pupil_ids), *spans):
        found[pupil].append(Half(pupil, day, session, mark, words or f"not yet known (code {mark})", category or UNKNOWN))
    return found


@prepared
def _marks(pupil_ids: Any, *spans: Any) -> ModelSelect:
    code, own = AttendanceCode, OwnCode
    means = ((code.table == School.code_table) & (code.code == Mark.code)
             & (code.valid_from.is_null() | (code.valid_from <= Mark.day))
             & (code.valid_to.is_null() | (code.valid_to >= Mark.day)))
    within = reduce(or_, [Mark.day.between(first, last) for first, last in spans])
    named = (own.school == School.id) & (own.code == Mark.code)
    said = (fn.COALESCE(code.words, own.words), fn.COALESCE(code.category, own.category))  # the table counts before the school itself
    return (Mark.select(Mark.pupil, Mark.day, Mark.session, Mark.code, *said)
            .join(Pupil).join(School).join(code, JOIN.LEFT_OUTER, on=means).join(own, JOIN.LEFT_OUTER, on=named)
            .where(Mark.pupil.in_(pupil_ids), Mark.gone.is_null(), within)
            .order_by(Mark.day, Mark.session))


def shown(halves: Iterable[Half], schedule: Schedule) -> list[Half]:
    """Without the marks of registers that the school has not checked yet."""
    return [half for half in halves if schedule.shows_mark(half.day, half.session)]


# --- counting --------------------------------------------------------------------------------------------


def share(halves: Iterable[Half]) -> Share:
    """Late and approved count as in school; what is unknown or not required is left out altogether."""
    counted = [half.category for half in halves if half.category in COUNTED]
    return Share(sum(category in IN_SCHOOL for category in counted), len(counted))


def month(first: date, halves: Iterable[Half]) -> list[list[tuple[date | None, dict[str, Half]]]]:
    """The weeks of a month, Monday first: each day with its marks by session; None for days of other months."""
    marked: dict[date, dict[str, Half]] = defaultdict(dict)
    for half in halves:
        marked[half.day][half.session] = half
    weeks = Weeks().monthdatescalendar(first.year, first.month)
    return [[(day, marked.get(day, {})) if day.month == first.month else (None, {}) for day in week] for week in weeks]


def spells(halves: Iterable[Half]) -> list[Spell]:
    """Every mark other than plain presence, newest first; a day with the same mark twice is one."""
    found: list[Spell] = []
    for half in halves:
        if half.category == "present":
            continue
        if found and found[-1].day == half.day and found[-1].half.code == half.code:
            found[-1] = Spell(half.day, "all day", half)
        else:
            found.append(Spell(half.day, half.when, half))
    return found[::-1]


def used(halves: Iterable[Half]) -> list[Used]:
    """Each code that occurs, the most frequent first, with its days. A child with `/` and `\\` has two codes for one meaning."""
    found: dict[tuple[str, str], list[Half]] = defaultdict(list)
    for half in halves:
        found[half.words, half.category].append(half)
    rows = [Used(group[0], len(group), _days(group)) for group in found.values()]
    return sorted(rows, key=lambda row: -row.count)


def _days(halves: list[Half]) -> list[tuple[date, str]]:
    sessions: dict[date, list[str]] = defaultdict(list)
    for half in halves:
        sessions[half.day].append(half.when)
    return [(day, "all day" if len(when) > 1 else when[0]) for day, when in sessions.items()]


# --- which table fits ---------------------------------------------------------------------------------------


class Fit(NamedTuple):
    """What one table would make of the marks that have come. known, of: codes of these; strange: marks that nobody could read by it."""

    table: str
    known: int
    of: int
    strange: int
    share: Share

    @property
    def title(self) -> str:
        return code_tables.title(self.table)


def fits(school: School, came: list[code_tables.Occurrence]) -> list[Fit]:
    """Each table, held against what has come: all marks of a school that stand."""
    return [_fit(came, table, code_tables.meanings(school, table)) for table in code_tables.names()]


def _fit(came: list[code_tables.Occurrence], table: str, meanings: code_tables.Meanings) -> Fit:
    """The school's own codes help to count, but make no table fit better."""
    counted, strangers = Counter[str](), set[str]()
    for one in came:
        meaning = meanings.on(one.code, one.day)
        counted[meaning.category if meaning else UNKNOWN] += one.number
        if meaning is None or meaning.is_own:
            strangers.add(one.code)
    codes = {one.code for one in came}
    there = Share(sum(counted[category] for category in IN_SCHOOL), sum(counted[category] for category in COUNTED))
    return Fit(table, len(codes - strangers), len(codes), counted[UNKNOWN], there)


def better(found: Iterable[Fit], school: School) -> Fit | None:
    """The table that knows most of the codes, where that is not the one in force; it is only ever proposed."""
    here = next((fit for fit in found if fit.table == school.code_table), None)
    best = max(found, key=lambda fit: fit.known, default=None)
    return best if best and best.known > (here.known if here else 0) else None


# --- today ---------------------------------------------------------------------------------------------------


def register(halves: Iterable[Half], schedule: Schedule = NOTHING) -> list[Register]:
    """What today's marks of a child say, a sentence for each half day that was marked and may be shown."""
    if not schedule.shows_mark(clock.today(), "AM"):
        return [Register("waiting", "Today’s register is not checked yet")]
    marked = shown(halves, schedule)
    if [half.category for half in marked] == ["present", "present"]:
        return [Register("present", "Registered this morning and afternoon at school")]
    said = [Register(half.category, _said(half)) for half in marked]
    return said or [Register("waiting", "The register is not in yet")]


def _said(half: Half) -> str:
    if half.category == "present":
        return f"Registered this {half.when} at school"
    sentences = {
        "late": f"Marked late this {half.when}",
        "approved": f"This {half.when}: {half.words}",
        "not-required": f"This {half.when}: {half.words}",
        UNKNOWN: f"This {half.when}’s mark is {half.words}",
    }
    return sentences.get(half.category, f"Marked absent this {half.when}: {half.words}")
