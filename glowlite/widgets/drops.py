"""The newest drops of a school and how they went, and what is wrong most often in the last one."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN, fn

from glowlite.folder import late
from glowlite.mis.report import BRAKE, NOTE, ROW, STOP
from glowlite.mis.waiting import outcomes
from glowlite.models import Drop, Problem, School
from glowlite.policy import Action, schools_open
from glowlite.widgets.base import Ask, Option, Widget

MOST_KINDS = 4  # of one drop
WEIGHTS = (STOP, BRAKE, ROW, NOTE)


class Kind(NamedTuple):
    """Problems that say the same of one column, and how many times. row: of the only one."""

    file: str
    row: int | None
    column: str | None
    message: str
    times: int


class Loaded(NamedTuple):
    """outcome: as of `waiting.outcomes`. kinds: the heaviest and commonest problems, of the newest drop of its school only."""

    school: School
    number: int
    outcome: str
    when: datetime
    problems: int
    kinds: list[Kind]


def fetch(ask: Ask) -> dict[str, Any] | None:
    return {"drops": _drops(ask), "late": late.late_ones(ask.schools.values()), "with_schools": len(ask.schools) > 1,
            "loading": schools_open(ask.viewer, Action.LOAD_DROPS)}


def _drops(ask: Ask) -> list[Loaded]:
    found = list(Drop.select(Drop.school, Drop.id, Drop.status, Drop.started, fn.COUNT(Problem.id).alias("things")).join(Problem, JOIN.LEFT_OUTER)
                 .where(Drop.school.in_(list(ask.schools))).group_by(Drop.school, Drop.id, Drop.status, Drop.started)
                 .order_by(Drop.id.desc()).limit(ask.option("how_many")))
    newest: dict[int, int] = {}
    for drop in found:
        newest.setdefault(drop.school_id, drop.id)
    kinds, outcome = _kinds(newest.values()), outcomes(found)
    return [Loaded(ask.schools[drop.school_id], drop.id, outcome[drop.id], drop.started, drop.things, kinds.get(drop.id, [])) for drop in found]


def _kinds(drops: Iterable[int]) -> dict[int, list[Kind]]:
    """By drop. Messages that differ only in a number are of one kind."""
    rows = (Problem.select(Problem.drop, Problem.weight, Problem.file, Problem.column, Problem.message, fn.COUNT(Problem.id), fn.MIN(Problem.row))
            .where(Problem.drop.in_(list(drops))).group_by(Problem.drop, Problem.weight, Problem.file, Problem.column, Problem.message))
    alike: dict[tuple[Any, ...], list[tuple[str, int, int | None]]] = defaultdict(list)
    for drop, weight, file, column, message, times, row in rows.tuples():
        alike[drop, WEIGHTS.index(weight), file, column or "", re.sub(r"\d+", "…", message)].append((message, times, row))
    kinds: dict[int, list[tuple[int, Kind]]] = defaultdict(list)
    for (drop, weight, file, column, folded), several in alike.items():
        kinds[drop].append((weight, _kind(file, column or None, folded, several)))
    return {drop: _most_useful(found) for drop, found in kinds.items()}


def _most_useful(kinds: list[tuple[int, Kind]]) -> list[Kind]:
    """The heaviest first, then the commonest."""
    in_order = sorted(kinds, key=lambda one: (one[0], -one[1].times, one[1].file, one[1].message))
    return [kind for _, kind in in_order[:MOST_KINDS]]


def _kind(file: str, column: str | None, folded: str, several: list[tuple[str, int, int | None]]) -> Kind:
    times, (message, _, row) = sum(times for _, times, _ in several), several[0]
    return Kind(file, row if times == 1 else None, column, message if len(several) == 1 else folded, times)


WIDGET = Widget(
    title="Drops from the MIS",
    needs=Action.SEE_DROPS,
    fetch=fetch,
    pages=("home",),
    options={"how_many": Option("number", 4, "How many drops")},
    about="For the head and the office: what was loaded from the MIS, how it went, and what to put right there.",
)
