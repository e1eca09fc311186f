"""Hides what a drop tells people: counts by file, problems by spreadsheet row, who gained or lost access, and the outcome."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from glowlite.mis.drop_rules import Measure
from glowlite.mis.impact import NOTHING, Impact, NewYear

KEPT, HELD, REFUSED, DRY_RUN = "kept", "held", "refused", "dry-run"
RELEASED = "released"  # what a held drop becomes once it was let in, as a drop of its own
UNDONE = "undone"

# How heavy a problem is: a stop refuses the drop, a brake holds it, a row is set aside, a note is only said.
STOP, BRAKE, ROW, NOTE = "stop", "brake", "row", "note"

# How much of a file's name, of a column's and of a cell is shown; the tables hold as much.
SHOWN_FILE, SHOWN_COLUMN, SHOWN_VALUE = 200, 80, 120

MOST_ROWS_PER_FILE = 200


class Problem(NamedTuple):
    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    weight: str = ROW

    def as_json(self) -> dict[str, Any]:
        return {"file": _shown(self.file, SHOWN_FILE), "row": self.row, "column": _shown(self.column, SHOWN_COLUMN),
                "value": _shown(self.value, SHOWN_VALUE), "message": self.message}

    def __str__(self) -> str:
        parts = (_shown(self.file, SHOWN_FILE), self.row and f"row {self.row}", self.column and f"column {_shown(self.column, SHOWN_COLUMN)}")
        place = ", ".join(part for part in parts if part)
        found = f" (found: {_shown(self.value, SHOWN_VALUE)})" if self.value else ""
        return f"{place}: {self.message}{found}" if place else f"{self.message}{found}"


def sentence(error: ValueError) -> str:
    """What a reader of cells has to say, as the beginning of a message."""
    return f"{str(error)[:1].upper()}{str(error)[1:]}"


def _shown(text: str | None, longest: int) -> str | None:
    """What came from outside, cut to length and without what a terminal would obey or PostgreSQL refuse to store."""
    return text and re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text if len(text) <= longest else f"{text[:longest - 1]}…")


class Refused(Exception):
    """The bundle cannot be used at all; `problem` says why and what would be right."""

    def __init__(self, message: str, file: str = "", row: int | None = None, column: str | None = None, value: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(file, row, column, value, message, STOP)


COUNTS = ("rows", "created", "changed", "unchanged", "gone", "set_aside")


@dataclass
class Report:
    """The outcome of one load; `as_json` is a promise to scripts and stays as it is. sources: table -> the file its rows came from.

    impact: what it means for people. new_year: if it looks like one. strangers: ids that are somebody else's now: key, before, now.
    measures: what the school's rules for drops were asked about. releasers: who can let in a held one.
    """

    format: str | None = None
    status: str = REFUSED
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    impact: Impact = NOTHING
    measures: list[Measure] = field(default_factory=list)
    releasers: list[str] = field(default_factory=list)
    new_year: NewYear | None = None
    strangers: list[dict[str, str]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    drop_id: int | None = None
    listed: Counter[str] = field(default_factory=Counter)

    @property
    def gained(self) -> list[str]:
        return self.impact.gained

    @property
    def lost(self) -> list[str]:
        return self.impact.lost

    def count(self, file: str, what: str, number: int = 1) -> None:
        self.counts.setdefault(file, Counter())[what] += number

    def note(self, file: str, message: str, **place: Any) -> None:
        self.problems.append(Problem(file, place.get("row"), place.get("column"), place.get("value"), message, NOTE))

    def add_row(self, problem: Problem) -> None:
        """Add a problem of one row, once however many marks stand in it; of each file only so many are listed."""
        if self.problems and self.problems[-1] == problem:
            return
        self.listed[problem.file] += 1
        if self.listed[problem.file] <= MOST_ROWS_PER_FILE:
            self.problems.append(problem)
        elif self.listed[problem.file] == MOST_ROWS_PER_FILE + 1:
            self.note(problem.file, f"More than {MOST_ROWS_PER_FILE} rows of this file need a look; the others are not listed.")

    def brake(self, file: str, message: str, **place: Any) -> None:
        """Add a reason to hold the drop, once."""
        problem = Problem(file, place.get("row"), place.get("column"), place.get("value"), message, BRAKE)
        if problem not in self.problems:
            self.problems.append(problem)

    def brakes(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.weight == BRAKE]

    def total(self, what: str) -> int:
        return sum(counts[what] for counts in self.counts.values())

    @property
    def exit_code(self) -> int:
        return {KEPT: 0, DRY_RUN: 0, HELD: 1, REFUSED: 2}[self.status]

    def as_json(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "status": self.status,
            "files": [{"name": name, **{what: counts[what] for what in COUNTS}} for name, counts in self.counts.items()],
            "problems": [problem.as_json() for problem in self.problems],
            "access": {"gained": len(self.gained), "lost": len(self.lost)},
        }

    def to_keep(self) -> dict[str, Any]:
        """What is kept with the drop: the report, and what pages say about it later."""
        new_year = {"new_year": self.new_year.as_json()} if self.new_year else {}
        more = {"sources": self.sources, "impact": self.impact.as_json(), "measures": self.measures, "strangers": self.strangers}
        return self.as_json() | more | new_year
