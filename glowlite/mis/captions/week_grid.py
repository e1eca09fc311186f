"""Hides how a grid of marks, a child a row and a column for each half-day (“Mon AM”, “16/11/2026 PM”), becomes a row for each mark."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from glowlite.mis.rows import day, weekday

HALF = re.compile(r"\b(am|pm)\b", re.IGNORECASE)
WEEK = re.compile(r"\b(?:week (?:commencing|beginning|starting|of|ending)|w ?[/.-]? ?[bce])\b[:\s]*([\w/. -]+)", re.IGNORECASE)
MARK, MONDAY = "marks.grid", "marks.week"
NO_WEEK = ("The captions name days of a week, and neither a title above them nor a column says of which week, so no mark was read. Export the report with "
           "dates as captions, or with a column or a title like “Week commencing 16/11/2026”.")


class HalfDay(NamedTuple):
    """What the caption of such a column says: a date, or a day of the week (0 is Monday), and AM or PM."""

    day: date | None
    weekday: int
    half: str

    def day_in(self, monday: date | None) -> date | None:
        """The day that is meant, in the week of that Monday."""
        return self.day or (monday + timedelta(days=self.weekday) if monday else None)


def half_day(caption: str) -> HalfDay | None:
    """“16/11/2026 AM”, “Mon PM” and “PM Monday 16 Nov 2026”; None when a caption names no half-day."""
    halves = HALF.findall(caption)
    if len(halves) != 1:
        return None
    rest = " ".join(HALF.sub(" ", caption).split()).strip(" -\u2013\u2014:,()")
    try:
        return HalfDay(day(rest), 0, halves[0].upper())
    except ValueError:
        pass
    try:
        return HalfDay(None, weekday(rest) - 1, halves[0].upper()) if rest.isalpha() else None
    except ValueError:
        return None


def week_of(titles: Iterable[str]) -> date | None:
    """The Monday of the week that a title above the header names."""
    for title in titles:
        for found in WEEK.finditer(title):
            if monday := _monday(found[1].strip(" .-")):
                return monday
    return None


class Grid:
    """Where the marks of a grid stand. monday: of the week that the file is of, where it says so once for all rows."""

    def __init__(self, targets: Sequence[str], captions: Sequence[str], monday: date | None) -> None:
        self.width = len(targets)
        self.halves = [(place, half) for place, target in enumerate(targets) if target == MARK and (half := half_day(captions[place]))]
        self.week_at = targets.index(MONDAY) if MONDAY in targets else None
        self.monday = monday

    @property
    def needs_week(self) -> bool:
        """Do its captions name days of a week, and nothing says of which?"""
        return self.week_at is None and self.monday is None and any(half.day is None for _, half in self.halves)

    def rows(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """A row for each mark: the cells as they stand, then day, half and mark, then what was beyond the header."""
        for number, row in rows:
            cells = row[:self.width] + [""] * (self.width - len(row))
            said = cells[self.week_at] if self.week_at is not None else ""
            monday = _monday(said) if said else self.monday
            for place, half in self.halves:
                if mark := cells[place].strip():
                    on = half.day_in(monday)
                    yield number, [*cells, on.isoformat() if on else said, half.half, mark, *row[self.width:]]


def _monday(cell: str) -> date | None:
    try:
        found = day(cell.strip())
    except ValueError:
        return None
    return found - timedelta(days=found.weekday())
