"""A child's attendance: a month as a calendar, the share of the session, and in words what every mark means."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from glowlite import attendance, school_day
from glowlite.attendance import SIGNS, Half, Share, Spell, Used
from glowlite.models import Pupil
from glowlite.policy import Action
from glowlite.school_day import Entry
from glowlite.widgets.base import Ask, Option, Widget

NAMED_KINDS = ("holiday", "closure", "in-service")


class Cell(NamedTuple):
    """One day of the month drawn. day: None for a day of the month before or after. shut: why there is no school."""

    day: date | None
    shut: str | None
    is_today: bool
    halves: list[tuple[str, Half | None]]


class ChildsMonth(NamedTuple):
    """waits: what the school's schedule keeps back, in words; empty when nothing."""

    child: Pupil
    weeks: list[list[Cell]]
    closed: list[Entry]
    share: Share | None
    uncounted: int
    spells: list[Spell]
    used: list[Used]
    waits: str


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    first = _month_asked(ask)
    months = [_month_of(child, first, ask) for child in ask.children]
    categories = {used.half.category for month in months for used in month.used}
    return {
        "months": months, "month": first, "since": school_day.session_start(ask.today),
        "before": _before(first) if first > _oldest(ask) else None,
        "after": _after(first) if first < ask.today.replace(day=1) else None,
        "legend": [(category, *sign) for category, sign in SIGNS.items() if category in categories],
    }


def _month_of(child: Pupil, first: date, ask: Ask) -> ChildsMonth:
    held = ask.held_back(child, Action.ATTENDANCE)
    halves, entries = attendance.shown(_marks(ask, first).get(child.id, []), held), _calendar(ask).get(child.school_id, [])
    of_month = [half for half in halves if first <= half.day < _after(first)]
    of_session = [half for half in halves if half.day >= school_day.session_start(ask.today)]
    shown = ask.option("show_percentage", child.school_id)
    return ChildsMonth(
        child, _drawn(first, of_month, entries, ask.today), _closed(first, entries),
        share=attendance.share(of_session) if shown else None,
        uncounted=sum(half.category == attendance.UNKNOWN for half in of_session),
        spells=attendance.spells(of_month), used=attendance.used(of_month), waits=held.words)


# --- which month ----------------------------------------------------------------------------------------


def _month_asked(ask: Ask) -> date:
    """The month of the address, kept within the months the school shows; this month when it names none."""
    try:
        asked = date.fromisoformat(f"{ask.query.get('month', '')}-01")
    except ValueError:
        return ask.today.replace(day=1)
    return max(_oldest(ask), min(asked, ask.today.replace(day=1)))


def _oldest(ask: Ask) -> date:
    back = max(ask.option("months", child.school_id) for child in ask.children) - 1
    year, month = divmod(ask.today.year * 12 + ask.today.month - 1 - back, 12)
    return date(year, month + 1, 1)


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


# --- reading, once for all children -----------------------------------------------------------------------


def _marks(ask: Ask, first: date) -> dict[int, list[Half]]:
    ids = tuple(child.id for child in ask.children)
    session = school_day.session_start(ask.today), ask.today
    month = first, _after(first) - timedelta(days=1)
    return ask.once(("marks", ids, first), lambda: attendance.marks(ids, session, month))


def _calendar(ask: Ask) -> dict[int, list[Entry]]:
    return ask.calendar(min(_month_asked(ask), school_day.session_start(ask.today)))


# --- drawing -------------------------------------------------------------------------------------------------


def _drawn(first: date, halves: list[Half], entries: list[Entry], today: date) -> list[list[Cell]]:
    """The weeks of the month as cells. A mark is drawn even on a day the calendar calls closed: the school recorded it."""
    return [[_cell(day, marked, entries, today) for day, marked in week] for week in attendance.month(first, halves)]


def _cell(day: date | None, marked: dict[str, Half], entries: list[Entry], today: date) -> Cell:
    if day is None:
        return Cell(None, None, False, [])
    shut = None if marked else school_day.on(day, entries).shut
    halves = [] if shut else [(when, marked.get(session)) for session, when in attendance.SESSIONS.items()]
    return Cell(day, shut, day == today, halves)


def _closed(first: date, entries: list[Entry]) -> list[Entry]:
    """The holidays and closures that touch this month, to be named under it."""
    return [entry for entry in entries
            if entry.kind in NAMED_KINDS and entry.starts < _after(first) and entry.ends >= first]


WIDGET = Widget(
    title="Attendance",
    needs=Action.ATTENDANCE,
    fetch=fetch,
    options={
        "months": Option("number", 12, "How many months families can look back", highest=36),
        "show_percentage": Option("yes-no", True, "Show the percentage of the session"),
    },
    about="A month of mornings and afternoons as a calendar, with every mark in words.",
)
