"""What today brings each child: lessons, kit, homework, and what the register says."""

from datetime import date
from typing import Any, NamedTuple

from glowlite import attendance, school_day
from glowlite.attendance import Half, Register
from glowlite.models import Pupil
from glowlite.policy import Action
from glowlite.school_day import Day, Homework, Slot
from glowlite.widgets.base import Ask, Option, Widget

Kit = list[tuple[str, list[str]]]


class ChildsDay(NamedTuple):
    """One child's day. shown: today, or the next school day when there is none today; None when nobody knows when that is.

    A part the viewer may not see is None: lessons, kit and kit_after by TIMETABLE, homework by HOMEWORK, register by ATTENDANCE.
    """

    child: Pupil
    today: Day
    shown: Day | None
    after: Day | None
    lessons: list[Slot] | None
    kit: Kit | None
    kit_after: Kit | None
    homework: list[Homework] | None
    register: list[Register] | None
    show_lessons: bool


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    read = _Readings(ask)
    return {"days": [_day_of(ask, child, read) for child in ask.children], "compact": ask.page == "home"}


class _Readings:
    """What is read once for all children of the page."""

    def __init__(self, ask: Ask) -> None:
        self.days = self._days(ask)
        self.lessons = self._lessons(ask)
        self.homework = self._homework(ask)
        self.marks = self._marks(ask)

    def _days(self, ask: Ask) -> dict[int, tuple[Day, Day | None]]:
        """Today and the next school day of each school with a child here."""
        calendar = ask.calendar()
        entries = {child.school_id: calendar.get(child.school_id, []) for child in ask.children}
        return {number: (school_day.on(ask.today, here), school_day.next_after(ask.today, here)) for number, here in entries.items()}

    def _weekdays(self) -> tuple[int, ...]:
        """Today and the next school day; on a child's page the timetable reads the whole week anyway."""
        return tuple(sorted({day.date.isoweekday() for days in self.days.values() for day in days if day}))

    def _lessons(self, ask: Ask) -> dict[int, list[Slot] | None]:
        ids = tuple(child.id for child in ask.may(Action.TIMETABLE))
        weekdays = self._weekdays() if ask.page == "home" else school_day.WEEK
        found = ask.once(("lessons", ids, weekdays), lambda: school_day.lessons(ids, weekdays)) if ids else {}
        return {number: found.get(number, []) for number in ids}

    def _homework(self, ask: Ask) -> dict[int, list[Homework] | None]:
        ids = tuple(child.id for child in ask.may(Action.HOMEWORK))
        found = ask.once(("homework", ids), lambda: school_day.homework(ids, ask.today, ask.today)) if ids else {}
        return {number: found.get(number, []) for number in ids}

    def _marks(self, ask: Ask) -> dict[int, list[Half] | None]:
        ids = tuple(child.id for child in ask.may(Action.ATTENDANCE))
        found = ask.once(("marks today", ids), lambda: attendance.marks(ids, (ask.today, ask.today))) if ids else {}
        return {number: found.get(number, []) for number in ids}


def _day_of(ask: Ask, child: Pupil, read: _Readings) -> ChildsDay:
    today, following = read.days[child.school_id]
    shown, after = (today, following) if today.open else (following, None)
    week, homework, marks = read.lessons.get(child.id), read.homework.get(child.id), read.marks.get(child.id)
    lessons = None if week is None else _slots(shown, week)
    return ChildsDay(
        child, today, shown, after,
        lessons=lessons,
        kit=None if lessons is None else school_day.kit(lessons),
        kit_after=None if week is None else school_day.kit(_slots(after, week)),
        homework=None if homework is None else _due(homework, ask.today, following),
        register=None if marks is None or not today.open else attendance.register(marks, ask.held_back(child, Action.ATTENDANCE)),
        show_lessons=ask.option("show_lessons", child.school_id))


def _slots(day: Day | None, lessons: list[Slot]) -> list[Slot]:
    return school_day.slots(day, lessons) if day else []


def _due(homework: list[Homework], today: date, following: Day | None) -> list[Homework]:
    """What must be in the bag: due today, on the next school day, or on a free day between the two."""
    last = following.date if following else today
    return [task for task in homework if task.due_on <= last]


WIDGET = Widget(
    title="Today",
    needs=Action.TODAY,
    fetch=fetch,
    options={"show_lessons": Option("yes-no", True, "Show the lessons of the day")},
    about="What to bring, what is due, the lessons of the day and whether the child is registered.",
)
