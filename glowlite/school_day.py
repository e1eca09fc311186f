"""Hides what a day is at a school (open, weekend, holiday, week A or B) and what it brings a child: lessons, kit and homework."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from peewee import JOIN, Function, ModelSelect, fn

from glowlite import clock
from glowlite.models import Assignment, CalendarEntry, Group, Lesson, Membership, Period, Staff
from glowlite.prepared import prepared

T = TypeVar("T")

SESSION_BEGINS = 8, 1  # Scottish schools open in August, English ones in September
WEEK = (1, 2, 3, 4, 5, 6, 7)
WEEKEND, BETWEEN_TERMS = "it is the weekend", "the school is between terms"
LOOK_AHEAD = 100  # days; longer than any summer holiday
SHUT_WORDS = {"closure": "School closed", "holiday": "Holiday", "in-service": "In-service day for staff"}  # the stronger first


class Entry(NamedTuple):
    """One entry of the school calendar. What is for staff only keeps its dates and loses its words."""

    school_id: int
    kind: str
    title: str
    starts: date
    ends: date
    details: str | None = None
    public: bool = True

    def covers(self, day: date) -> bool:
        return self.starts <= day <= self.ends


class Day(NamedTuple):
    """One day at one school. shut: why no pupils are in school, None on a school day. week: A or B where the school has two."""

    date: date
    shut: str | None = None
    week: str | None = None

    @property
    def open(self) -> bool:
        return self.shut is None


class Slot(NamedTuple):
    """One lesson of one child."""

    pupil_id: int
    weekday: int
    week: str
    starts: str
    ends: str
    period: str
    group: str
    subject: str
    teacher: str | None
    room: str | None
    bring: str | None


class Homework(NamedTuple):
    """One assignment of one child."""

    pupil_id: int
    title: str
    details: str | None
    resource: str | None
    set_on: date
    due_on: date
    subject: str
    teacher: str | None


Calendar = Iterable[Entry]


# --- reading: one query each for any number of schools and children -----------------------------------


def session_start(day: date) -> date:
    """The first of August before this day: the session (school year) it is in."""
    first = date(day.year, *SESSION_BEGINS)
    return first if day >= first else first.replace(year=day.year - 1)


def calendar(school_ids: Iterable[int], since: date) -> dict[int, list[Entry]]:
    """The calendar of each school, by start: all that ends on `since` or later, and every term."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for school, kind, title, starts, ends, details, public in _calendar(tuple(school_ids), clock.monday_of(since)):
        if not public:
            title, details = SHUT_WORDS.get(kind, ""), None
        found[school].append(Entry(school, kind, title, starts, ends or _last_day(kind, starts), details, bool(public)))
    return found


@prepared
def _calendar(school_ids: Any, since: Any) -> ModelSelect:
    entry = CalendarEntry
    return (entry.select(entry.school, entry.kind, entry.title, entry.starts, entry.ends, entry.details,
                         entry.audience == "everyone")
            .where(entry.school.in_(school_ids), entry.gone.is_null(),
                   (fn.COALESCE(entry.ends, entry.starts) >= since) | (entry.kind == "term"))
            .order_by(entry.starts, entry.title))


def _last_day(kind: str, starts: date) -> date:
    """An entry without an end is one day; the name of a week counts to its Sunday."""
    return clock.monday_of(starts) + timedelta(days=6) if kind == "week" else starts


def lessons(pupil_ids: Iterable[int], weekdays: tuple[int, ...] = WEEK) -> dict[int, list[Slot]]:
    """The lessons of each child on these weekdays (1 = Monday), by time, for all weeks."""
    found: dict[int, list[Slot]] = defaultdict(list)
    for pupil, weekday, week, starts, ends, period, group, subject, *rest in _lessons(tuple(pupil_ids), weekdays):
        found[pupil].append(Slot(pupil, weekday, (week or "").upper(), starts, ends, period, group, subject or group, *rest))
    return found


@prepared
def _lessons(pupil_ids: Any, weekdays: Any) -> ModelSelect:
    return (Membership
            .select(Membership.pupil, Period.weekday, Period.week, Period.starts, Period.ends, Period.name,
                    Group.name, Group.subject, teacher_name(), Lesson.room, Lesson.bring)
            .join(Group).join(Lesson, on=Lesson.group == Group.id).join(Period)
            .join_from(Lesson, Staff, JOIN.LEFT_OUTER, on=(Lesson.staff == Staff.id) & Staff.gone.is_null())
            .where(Membership.pupil.in_(pupil_ids), Period.weekday.in_(weekdays), Membership.gone.is_null(),
                   Group.gone.is_null(), Lesson.gone.is_null(), Period.gone.is_null())
            .order_by(Period.starts, Period.ends, Lesson.id))


def homework(pupil_ids: Iterable[int], today: date, first: date, last: date | None = None) -> dict[int, list[Homework]]:
    """What each child was given to do, due from `first` to `last`, soonest first. Nothing is shown before the day it is set."""
    found: dict[int, list[Homework]] = defaultdict(list)
    for row in _homework(tuple(pupil_ids), today, first, last or date.max):
        found[row[0]].append(Homework(*row))
    return found


@prepared
def _homework(pupil_ids: Any, today: Any, first: Any, last: Any) -> ModelSelect:
    task = Assignment
    return (Membership
            .select(Membership.pupil, task.title, task.details, task.resource, task.set_on, task.due_on,
                    fn.COALESCE(Group.subject, Group.name), teacher_name())
            .join(Group).join(task, on=task.group == Group.id)
            .join_from(task, Staff, JOIN.LEFT_OUTER, on=(task.staff == Staff.id) & Staff.gone.is_null())
            .where(Membership.pupil.in_(pupil_ids), task.set_on <= today, task.due_on.between(first, last),
                   Membership.gone.is_null(), Group.gone.is_null(), task.gone.is_null())
            .order_by(task.due_on, task.id))


def teacher_name() -> Function:
    """SQL for how pupils call a member of staff: Mrs Reid. NULL where there is nobody."""
    return fn.TRIM(fn.COALESCE(Staff.title, Staff.forename, "").concat(" ").concat(Staff.surname))


# --- what a day is --------------------------------------------------------------------------------------


def on(day: date, entries: Calendar) -> Day:
    """What this day is at the school with this calendar. A school without a calendar opens from Monday to Friday."""
    of_day = [entry for entry in entries if entry.starts <= day <= entry.ends]
    return Day(day, _why_shut(day, of_day, entries), _week(of_day))


def _why_shut(day: date, of_day: Calendar, entries: Calendar) -> str | None:
    today = {entry.kind: entry for entry in of_day}
    for kind in SHUT_WORDS:
        if kind in today:
            return today[kind].title
    if day.weekday() >= 5:
        return WEEKEND
    return BETWEEN_TERMS if "term" not in today and _term_to_come(day, entries) else None


def _term_to_come(day: date, entries: Calendar) -> bool:
    """After the last term on record nobody can tell: better an empty register than a child kept at home."""
    return any(entry.kind == "term" and entry.starts > day for entry in entries)


def _week(of_day: Calendar) -> str | None:
    return next((entry.title.strip().upper() for entry in of_day if entry.kind == "week"), None)


def next_after(day: date, entries: Calendar) -> Day | None:
    """The next day with pupils in school, or None when the calendar knows of none."""
    ahead = (on(day + timedelta(days=n), entries) for n in range(1, LOOK_AHEAD))
    return next((found for found in ahead if found.open), None)


def week_of(day: date, entries: Calendar) -> list[Day]:
    """Monday to Sunday around this day."""
    monday = clock.monday_of(day)
    return [on(monday + timedelta(days=n), entries) for n in range(7)]


# --- what a day brings ------------------------------------------------------------------------------------


def slots(day: Day, all_lessons: Iterable[Slot]) -> list[Slot]:
    """The lessons of this day. Where nobody said which week it is, those of both weeks."""
    return [slot for slot in all_lessons if day.open and slot.weekday == day.date.isoweekday()
            and (not slot.week or day.week is None or slot.week == day.week)]


def kit(lessons_of_day: Iterable[Slot]) -> list[tuple[str, list[str]]]:
    """What to bring, each thing once, with the subjects it is for."""
    found: dict[str, list[str]] = {}
    for slot in lessons_of_day:
        if slot.bring and slot.subject not in found.setdefault(slot.bring, []):
            found[slot.bring].append(slot.subject)
    return list(found.items())


def by_day(things: Iterable[T], day_of: Callable[[T], date]) -> list[tuple[date, list[T]]]:
    """Things grouped by their day, in the order in which the days come up."""
    found: dict[date, list[T]] = {}
    for thing in things:
        found.setdefault(day_of(thing), []).append(thing)
    return list(found.items())
