"""A card for each child, with the way to the child's page."""

from typing import Any, NamedTuple

from glowlite import attendance, school_day
from glowlite.attendance import Register
from glowlite.models import Pupil, School
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Widget


class Card(NamedTuple):
    """register: None where the viewer may not see it, and on days without school."""

    child: Pupil
    school: School
    register: list[Register] | None


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    registers = _registers(ask)
    return {"cards": [Card(child, ask.school_of(child), registers.get(child.id)) for child in ask.children]}


def _registers(ask: Ask) -> dict[int, list[Register]]:
    """What today's register says of each child, where the viewer may know and the school is open."""
    ids = tuple(child.id for child in ask.may(Action.ATTENDANCE))
    if not ids:
        return {}
    calendar = ask.calendar()
    marks = ask.once(("marks today", ids), lambda: attendance.marks(ids, (ask.today, ask.today)))
    return {child.id: attendance.register(marks.get(child.id, []), ask.held_back(child, Action.ATTENDANCE)) for child in ask.children
            if child.id in ids and school_day.on(ask.today, calendar.get(child.school_id, [])).open}


WIDGET = Widget(
    title="My children",
    needs=Action.CHILD,
    fetch=fetch,
    pages=("home",),
    about="A card for each child, with the way to the child’s page.",
)
