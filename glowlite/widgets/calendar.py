"""The next dates of the schools, those that are going on now included."""

from typing import Any, NamedTuple

from glowlite import school_day
from glowlite.models import School
from glowlite.policy import Action
from glowlite.school_day import Entry
from glowlite.widgets.base import Ask, Option, Widget

KINDS = {"term": "Term", "holiday": "No school", "closure": "School closed", "in-service": "No school for pupils"}


class Date(NamedTuple):
    """A date of one or several schools. mark: what it means for the day, in two words."""

    entry: Entry
    schools: list[School]
    mark: str | None
    is_now: bool


def fetch(ask: Ask) -> dict[str, Any] | None:
    schools, since = tuple(ask.schools), school_day.session_start(ask.today)
    found = ask.once(("calendar", schools), lambda: school_day.calendar(schools, since))
    return {"dates": _dates(ask, found)[:ask.option("how_many")], "with_schools": len(schools) > 1}


def _dates(ask: Ask, found: dict[int, list[Entry]]) -> list[Date]:
    """By start. A date that several schools share is one, with all of their names."""
    shared: dict[tuple[Any, ...], Date] = {}
    for number, school in ask.schools.items():
        for entry in found.get(number, []):
            begun_term = entry.kind == "term" and entry.starts < ask.today  # would stand on the first line for months
            if entry.public and entry.kind != "week" and entry.ends >= ask.today and not begun_term:
                date = Date(entry, [], KINDS.get(entry.kind), entry.covers(ask.today))
                shared.setdefault(entry[1:], date).schools.append(school)
    return sorted(shared.values(), key=lambda date: (date.entry.starts, date.entry.title))


WIDGET = Widget(
    title="Dates",
    needs=Action.CALENDAR,
    fetch=fetch,
    options={"how_many": Option("number", 6, "How many dates")},
    about="The next dates in the school calendar.",
)
