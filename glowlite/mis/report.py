"""Hides what a drop tells people: counts by file, problems by spreadsheet row, who gained or lost access, and the outcome."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

KEPT, HELD, REFUSED, DRY_RUN = "kept", "held", "refused", "dry-run"

# How heavy a problem is: a stop refuses the drop, a brake holds it, a row is set aside, a note is only said.
STOP, BRAKE, ROW, NOTE = "stop", "brake", "row", "note"

SHOWN_VALUE = 120


class Problem(NamedTuple):
    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    weight: str = ROW

    def as_json(self) -> dict[str, Any]:
        shown = self.value[:SHOWN_VALUE] if self.value else self.value
        return {"file": self.file, "row": self.row, "column": self.column, "value": shown, "message": self.message}

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file, f"row {self.row}" if self.row else "",
                                            f"column {self.column}" if self.column else "") if part)
        found = f" (found: {self.value[:SHOWN_VALUE]})" if self.value else ""
        return f"{place}: {self.message}{found}"


class Refused(Exception):
    """The bundle cannot be used at all; `problem` says why and what would be right."""

    def __init__(self, message: str, file: str = "", row: int | None = None, column: str | None = None, value: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(file, row, column, value, message, STOP)


COUNTS = ("rows", "created", "changed", "unchanged", "gone", "set_aside")


@dataclass
class Report:
    """The outcome of one load; `as_json` is a promise to scripts and stays as it is."""

    format: str | None = None
    status: str = REFUSED
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    drop_id: int | None = None

    def count(self, file: str, what: str, number: int = 1) -> None:
        self.counts.setdefault(file, Counter())[what] += number

    def note(self, file: str, message: str, **place: Any) -> None:
        self.problems.append(Problem(file, place.get("row"), place.get("column"), place.get("value"), message, NOTE))

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
