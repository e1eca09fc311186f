"""Hides how rows of a big file that stand already, exactly so, are told apart: they are neither checked nor written again.

A school's marks come again whole every night, and nearly all of them stand. The standing marks of a pupil are fetched as one
text and cut into pieces: that takes a fraction of the time and memory of a row for each.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from glowlite import db
from glowlite.mis.rows import Noun, Reader
from glowlite.models import School

APART = "\x1f"  # no readable cell holds it
DAY, SLOT = len("2026-11-19"), len("2026-11-19AM")

Row = tuple[int, list[str]]


class _Plain(dict[str, str]):
    """A cell's text -> the text as it would stand; '' when it cannot be read."""

    def __init__(self, read: Reader) -> None:
        self.read = read

    def __missing__(self, cell: str) -> str:
        try:
            value = self.read(cell.strip())
            text = value.isoformat() if hasattr(value, "isoformat") else value
        except ValueError:
            text = ""
        self[cell] = text
        return text


class Standing:
    """The standing marks of one school. matched: how many rows of the file stand already. days: which days those are of."""

    def __init__(self, school: School, noun: Noun) -> None:
        joined = "string_agg" if db.is_postgresql() else "group_concat"
        mark = f"CAST(m.day AS TEXT) || m.session || m.code, '{APART}'"
        rows = db.run(f"SELECT p.mis_id, {joined}({mark}) FROM {noun.table} AS m JOIN pupils AS p ON p.id = m.pupil_id "
                      "WHERE p.school_id = :school AND m.gone IS NULL GROUP BY p.mis_id", school=school.id)
        # pupil -> "2026-11-19AM/" -> the row of the file that says so; 0 when none was met, -7 when row 7 says otherwise
        self.marks: dict[str, dict[str, int]] = {pupil: dict.fromkeys(marks.split(APART), 0) for pupil, marks in rows}
        self.by_slot: dict[str, dict[str, str]] = {}
        self.plain = [_Plain(noun.column(name).read) for name in ("pupil_id", "day", "session", "code")]
        self.days: set[str] = set()
        self.matched = 0

    def without(self, rows: Iterator[Row], places: list[int], width: int,
                conflict: Callable[[int, tuple[Any, ...], int], None]) -> Iterator[Row]:
        """The rows that do not stand yet. conflict: is told of a row that contradicts one before it, which is left out."""
        pupil_at, day_at, session_at, code_at = places
        pupils, days, sessions, codes = self.plain
        nobodys: dict[str, int] = {}
        for number, cells in rows:
            if len(cells) != width and (len(cells) < width or any(cells[width:])):
                yield number, cells
                continue
            pupil, day, session, code = pupils[cells[pupil_at]], days[cells[day_at]], sessions[cells[session_at]], codes[cells[code_at]]
            here = self.marks.get(pupil, nobodys)
            mark = f"{day}{session}{code}"
            met = here.get(mark)
            if met is None:
                met = self._take_over(pupil, f"{day}{session}", number) if here and code else 0
                if met <= 0:
                    yield number, cells
                    continue
            elif met >= 0:
                if not met:
                    here[mark] = number
                    self.days.add(day)
                self.matched += 1
                continue
            conflict(number, (pupil, day, session), abs(met))

    @cached_property
    def standing_days(self) -> set[str]:
        return {mark[:DAY] for marks in self.marks.values() for mark in marks}

    def _take_over(self, pupil: str, slot: str, number: int) -> int:
        """A row says otherwise than what stands in this slot: note it, unless a row before it was met there; returns that row."""
        here = self.marks[pupil]
        if slot[:DAY] not in self.standing_days:
            return 0
        if pupil not in self.by_slot:
            self.by_slot[pupil] = {mark[:SLOT]: mark for mark in here}
        mark = self.by_slot[pupil].get(slot)
        if mark is None:
            return 0
        here[mark] = here[mark] or -number
        return here[mark]

    def span(self, staged: list[str]) -> tuple[str, str] | None:
        """The first and the last day in the file, also counting these days of rows that were staged; None when it holds none."""
        found = self.days.union(staged)
        return (min(found), max(found)) if found else None

    def unmet(self, days: tuple[str, str] | None) -> list[tuple[str, str, str]]:
        """(pupil, day, session) of the standing marks of those days that the file does not hold as they stand."""
        if days is None:
            return []
        first, last = days
        return [(pupil, mark[:DAY], mark[DAY:SLOT]) for pupil, marks in self.marks.items() for mark, row in marks.items()
                if row <= 0 and first <= mark[:DAY] <= last]
