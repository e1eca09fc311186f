"""The next dates of the schools, those that are going on now included; on the authority's page what families plan their year by."""

from itertools import islice
from typing import Any, NamedTuple

from glowlite.models import School
from glowlite.policy import Action
from glowlite.school_day import Entry
from glowlite.widgets.base import Ask, Option, Widget

OF_THE_YEAR = ("term", "holiday", "in-service")
KINDS = {"term": "Term", "holiday": "No school", "closure": "School closed", "in-service": "No school for pupils"}


class Date(NamedTuple):
    """A date of one or several schools. mark: what it means for the day, in two words."""

    entry: Entry
    schools: list[School]
    mark: str | None
    is_now: bool


def fetch(ask: Ask) -> dict[str, Any] | None:
    how_many = ask.option("how_many")
    of_all = len(ask.schools) if ask.authority else None  # there, only what is not the same for all needs a name
    return {"dates": _dates(ask, how_many)[:how_many], "with_schools": len(ask.schools) > 1, "of_all": of_all}


def _dates(ask: Ask, how_many: int) -> list[Date]:
    """The next of each school, by start. A date that several schools share is one, with all of their names."""
    shared: dict[tuple[Any, ...], Date] = {}
    for number, school in ask.schools.items():
        for entry in islice((entry for entry in ask.calendar().get(number, []) if _to_come(entry, ask)), how_many):
            here = Date(entry, [], KINDS.get(entry.kind), entry.covers(ask.today))
            shared.setdefault(entry[1:], here).schools.append(school)
    return sorted(shared.values(), key=lambda one: (one.entry.starts, one.entry.title))


def _to_come(entry: Entry, ask: Ask) -> bool:
    """To come or going on; but a term that has begun would stand on the first line for months."""
    belongs = entry.kind in OF_THE_YEAR if ask.authority else entry.kind != "week"
    return entry.public and belongs and entry.ends >= ask.today and not (entry.kind == "term" and entry.starts < ask.today)


WIDGET = Widget(
    title="Dates",
    needs=Action.CALENDAR,
    fetch=fetch,
    pages=("home", "child", "group", "authority"),
    options={"how_many": Option("number", 6, "How many dates")},
    about="The next dates in the school calendar.",
)
