"""Assessment results by subject, newest first; none before the day the school releases it."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from peewee import ModelSelect, fn

from glowlite.models import Pupil, Result
from glowlite.policy import Action
from glowlite.prepared import prepared
from glowlite.widgets.base import Ask, Option, Widget


class Grade(NamedTuple):
    subject: str
    title: str
    day: date
    value: str
    out_of: str | None
    comment: str | None


class ChildsResults(NamedTuple):
    """subjects: each with all of its results. latest: the newest of all, for the home page."""

    child: Pupil
    subjects: list[tuple[str, list[Grade]]]
    latest: list[Grade]


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    found = _grades(ask)
    return {"children": [_results_of(ask, child, found.get(child.id, [])) for child in ask.children],
            "compact": ask.page == "home"}


def _grades(ask: Ask) -> dict[int, list[Grade]]:
    """Newest first. Sieve 6: a result without a day of release is open from the day it was taken."""
    found: dict[int, list[Grade]] = defaultdict(list)
    for pupil, *row in _released(tuple(child.id for child in ask.children), ask.today):
        found[pupil].append(Grade(*row))
    return found


@prepared
def _released(pupil_ids: Any, today: Any) -> ModelSelect:
    return (Result.select(Result.pupil, Result.subject, Result.title, Result.day, Result.value, Result.out_of, Result.comment)
            .where(Result.pupil.in_(pupil_ids), Result.gone.is_null(), fn.COALESCE(Result.released, Result.day) <= today)
            .order_by(Result.day.desc(), Result.id.desc()))


def _results_of(ask: Ask, child: Pupil, grades: list[Grade]) -> ChildsResults:
    subjects: dict[str, list[Grade]] = defaultdict(list)
    for grade in grades:
        subjects[grade.subject].append(grade)
    return ChildsResults(child, sorted(subjects.items()), grades[:ask.option("latest", child.school_id)])


WIDGET = Widget(
    title="Results",
    needs=Action.RESULTS,
    fetch=fetch,
    options={"latest": Option("number", 3, "On the home page: how many of the newest")},
    about="Assessment results by subject, from the day the school releases them.",
)
