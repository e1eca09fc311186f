"""A child's week at school: a day on a phone, the whole week on a desk."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from glowlite import school_day
from glowlite.policy import Action
from glowlite.school_day import Day, Slot
from glowlite.widgets.base import Ask, Option, Widget

FURTHEST = timedelta(days=366)


class TimetableDay(NamedTuple):
    day: Day
    lessons: list[Slot]
    selected: bool
    is_today: bool


def fetch(ask: Ask) -> dict[str, Any] | None:
    if ask.child is None:
        return None
    child = ask.child
    lessons = ask.once(("lessons", (child.id,), school_day.WEEK), lambda: school_day.lessons((child.id,))).get(child.id, [])
    entries = ask.calendar().get(child.school_id, [])
    chosen = _asked(ask) or _today_or_next(ask.today, entries)
    days = [TimetableDay(day, school_day.slots(day, lessons), day.date == chosen, day.date == ask.today)
            for day in school_day.week_of(chosen, entries)]
    return {
        "has_lessons": bool(lessons), "days": [day for day in days if _worth_a_column(day, lessons)],
        "chosen": next(day for day in days if day.selected), "week": days[0].day.week,
        "before": chosen - timedelta(days=7), "after": chosen + timedelta(days=7),
        "show_teachers": ask.option("show_teachers", child.school_id),
    }


def _asked(ask: Ask) -> date | None:
    """The day of the address, if it is one and not too far from today."""
    try:
        asked = date.fromisoformat(ask.query.get("day", ""))
    except ValueError:
        return None
    return asked if abs(asked - ask.today) <= FURTHEST else None


def _today_or_next(today: date, entries: list[school_day.Entry]) -> date:
    following = school_day.next_after(today, entries)
    return today if school_day.on(today, entries).open or following is None else following.date


def _worth_a_column(day: TimetableDay, lessons: list[Slot]) -> bool:
    """Monday to Friday, the day asked for, and a Saturday or Sunday with lessons."""
    number = day.day.date.isoweekday()
    return number <= 5 or day.selected or any(slot.weekday == number for slot in lessons)


WIDGET = Widget(
    title="Timetable",
    needs=Action.TIMETABLE,
    fetch=fetch,
    pages=("child",),
    options={"show_teachers": Option("yes-no", True, "Show who takes each lesson")},
    about="The child’s lessons: one day on a phone, the week on a desk.",
)
