"""Hides the way from neutral rows to staging tables: each cell checked, each bad row set aside and named.

A staging table is temporary and lives in the connection, so filling it blocks nobody. Its columns are those of the live
table, but for references, which still are the MIS's ids.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import peewee

from glowlite import db
from glowlite.mis.formats import Sheet
from glowlite.mis.report import NOTE, ROW, Problem, Report
from glowlite.mis.rows import BY_NAME, Column, Noun
from glowlite.models import School

Progress = Callable[[int], None]

MOST_PROBLEMS_PER_FILE = 200
STEP = 5_000


@dataclass
class Staged:
    """One noun in its staging table. columns: those its file has. unseen: keys that stand live but not in the file (big files only)."""

    noun: Noun
    file: str
    columns: list[Column]
    table: str
    standing: int = 0
    keyless: int = 0
    unseen: list[tuple[Any, ...]] | None = None
    days: tuple[str, str] | None = None

    @property
    def values(self) -> list[Column]:
        return [column for column in self.columns if column.name not in self.noun.key]


@dataclass
class Stage:
    """All staged nouns of one drop, in the order in which they depend on each other."""

    school: School
    report: Report
    staged: dict[str, Staged] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)

    def fill(self, sheets: list[Sheet], progress: Progress) -> None:
        """Check and stage every sheet, one a noun."""
        for sheet in sheets:
            if sheet.noun.model is not None:
                _Filling(self, sheet, progress).run()

    def clear(self) -> None:
        for staged in self.staged.values():
            db.run(f"DROP TABLE IF EXISTS {staged.table}")

    def ids_of(self, noun: str) -> set[str]:
        """The MIS ids a reference may point to: those on record and those staged."""
        if noun not in self.known:
            model = BY_NAME[noun].model
            live = {number for (number,) in model.select(model.mis_id).where(model.school == self.school).tuples()}
            here = self.staged.get(noun)
            new = {number for (number,) in db.run(f"SELECT mis_id FROM {here.table} WHERE aside = 0").fetchall()} if here else set()
            self.known[noun] = live | new
        return self.known[noun]


class _Filling:
    """One sheet on its way into its staging table."""

    def __init__(self, stage: Stage, sheet: Sheet, progress: Progress) -> None:
        self.stage, self.sheet, self.noun, self.report = stage, sheet, sheet.noun, stage.report
        self.progress = progress
        here = {name: number for number, name in enumerate(sheet.columns)}
        self.columns = [column for column in self.noun.columns if column.name in here or column.default is not None]
        self.places = [here.get(column.name) for column in self.columns]
        self.key_places = [number for number, column in enumerate(self.columns) if column.name in self.noun.key]
        self.seen: dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]] = {}
        self.merged: dict[int, tuple[Any, ...]] = {}
        self.problems = 0

    def run(self) -> None:
        staged = self._table()
        self.known = {column.to: self.stage.ids_of(column.to) for column in self.columns if column.to}
        self.report.count(self.sheet.file, "rows", 0)
        standing = _Standing(self.stage.school, self.noun, staged) if not self.noun.whole else None
        rows = self._counted(self.sheet.rows)
        if standing:
            rows = standing.without(rows, self.places, self._conflict)
        names = ["source_row", "aside", *(column.live for column in self.columns)]
        db.write_rows(staged.table, names, self._staged_rows(rows, staged))
        if standing:
            staged.standing, staged.unseen = standing.matched, list(standing.code_of)
            staged.days = standing.days(staged.table)
        self._write_merged(staged)

    def _table(self) -> Staged:
        name = f"stage_{self.noun.table}"
        db.run(f"DROP TABLE IF EXISTS {name}")
        columns = ", ".join(f'"{column.live}" {_sql_type(self.noun, column)}' for column in self.noun.columns)
        db.run(f"CREATE TEMP TABLE {name} (source_row INTEGER, aside INTEGER, {columns})")
        staged = self.stage.staged[self.noun.name] = Staged(self.noun, self.sheet.file, self.columns, name)
        return staged

    def _counted(self, rows: Any) -> Iterator[tuple[int, list[str]]]:
        count = 0
        for count, row in enumerate(rows, start=1):
            if count % STEP == 0:
                self.progress(STEP)
            yield row
        self.progress(count % STEP)
        self.report.count(self.sheet.file, "rows", count)

    def _staged_rows(self, rows: Iterator[tuple[int, list[str]]], staged: Staged) -> Iterator[tuple[Any, ...]]:
        """Each row as values, ready to be written; set-aside rows keep their key, so that they are not taken for missing."""
        memos: list[dict[str, Any]] = [{} for _ in self.columns]
        plan = list(zip(self.columns, self.places, memos, strict=True))
        by_key = self.noun.whole
        for number, cells in rows:
            values, is_bad = [], False
            for column, place, memo in plan:
                cell = cells[place] if place is not None and place < len(cells) else ""
                try:
                    values.append(memo[cell])
                except KeyError:
                    value, problem = self._read(column, cell, number)
                    values.append(value)
                    is_bad = is_bad or problem == ROW
                    if problem is None:
                        memo[cell] = value
            if len(cells) > len(self.sheet.columns) and any(cell.strip() for cell in cells[len(self.sheet.columns):]):
                self._say(number, None, cells[len(self.sheet.columns)], "This row has more cells than the header; "
                          "a comma within a cell needs quotation marks around it. The row is set aside.")
                is_bad = True
            row = tuple(values)
            key = tuple(row[place] for place in self.key_places)
            if None in key:
                staged.keyless += 1
            if is_bad:
                self.report.count(self.sheet.file, "set_aside")
                yield (number, 1, *row)
            elif not by_key or self._is_first(key, number, row):
                yield (number, 0, *row)

    def _read(self, column: Column, raw: str, number: int) -> tuple[Any, str | None]:
        """(value, None), or (None, ROW or NOTE) after saying what is wrong with the cell."""
        cell = raw.strip()
        if not cell:
            if column.needed:
                self._say(number, column, raw, "This cell must not be empty. The row is set aside.")
                return None, ROW
            return column.default, None
        try:
            value = column.read(cell)
        except ValueError as error:
            weight = ROW if column.needed else NOTE
            what = "The row is set aside." if column.needed else "Taken as blank: this gives no access." if column.guards else "Taken as blank."
            self._say(number, column, cell, f"{str(error).capitalize()}. {what}", weight)
            return (column.default if weight == NOTE else None), weight
        if column.to and value not in self.known[column.to]:
            weight = ROW if column.needed else NOTE
            what = "The row is set aside." if column.needed else "Taken as blank."
            self._say(number, column, cell, f"There is no such id among the {column.to}, neither in this drop nor on record. {what}", weight)
            # The key stays readable, so that a live row with it is not taken for missing.
            return (value if weight == ROW else None), weight
        return value.isoformat() if hasattr(value, "isoformat") else value, None

    def _is_first(self, key: tuple[Any, ...], number: int, row: tuple[Any, ...]) -> bool:
        """Is this the first row with its key? A second one is counted when it is the same, merged or set aside when it differs."""
        first = self.seen.setdefault(key, (number, row))
        if first[0] == number:
            return True
        if first[1] == row:
            self.report.count(self.sheet.file, "unchanged")
        elif self.noun.merge:
            names = [column.name for column in self.columns]
            merged = self.noun.merge(dict(zip(names, first[1], strict=True)), dict(zip(names, row, strict=True)))
            self.merged[first[0]] = tuple(merged.values())
            self.seen[key] = (first[0], self.merged[first[0]])
            self._say(number, None, " ".join(map(str, key)), f"Row {first[0]} says otherwise about the same people. "
                      "Whatever gives less access was used.", NOTE)
            self.report.count(self.sheet.file, "unchanged")
        else:
            self._conflict(number, key, first[0])
        return False

    def _conflict(self, number: int, key: tuple[Any, ...], first: int | None = None) -> None:
        where = f"Row {first}" if first else "An earlier row"
        self._say(number, None, " ".join(map(str, key)), f"{where} already holds this id and says otherwise. The first was used, this row is set aside.")
        self.report.count(self.sheet.file, "set_aside")

    def _write_merged(self, staged: Staged) -> None:
        """Rows that were merged after they had been staged."""
        names = [column.live for column in self.columns]
        changes = ", ".join(f'"{name}" = :{name}' for name in names)
        for number, row in self.merged.items():
            db.run(f"UPDATE {staged.table} SET {changes} WHERE source_row = :row", row=number, **dict(zip(names, row, strict=True)))

    def _say(self, number: int, column: Column | None, value: str, message: str, weight: str = ROW) -> None:
        self.problems += 1
        if self.problems <= MOST_PROBLEMS_PER_FILE:
            self.report.problems.append(Problem(self.sheet.file, number, column.name if column else None, value, message, weight))
        elif self.problems == MOST_PROBLEMS_PER_FILE + 1:
            self.report.note(self.sheet.file, f"More than {MOST_PROBLEMS_PER_FILE} problems; the rest of this file's are not listed.")


class _Standing:
    """The rows of a big file that stand already, exactly so: they are counted, and neither checked nor staged again.

    A school's marks come again whole every night; nearly all of them stand. Comparing text with text here makes the
    nightly drop several times quicker and changes nothing about what is kept.
    """

    def __init__(self, school: School, noun: Noun, staged: Staged) -> None:
        model = noun.model
        rows = db.run(
            f"SELECT p.mis_id, CAST(m.day AS TEXT), m.session, m.code FROM {model._meta.table_name} m "
            "JOIN pupils p ON p.id = m.pupil_id WHERE p.school_id = :school AND m.gone IS NULL", school=school.id)
        self.code_of = {(pupil, day, session): code for pupil, day, session, code in rows}
        self.confirmed: dict[tuple[str, ...], str] = {}
        self.matched = 0

    def without(self, rows: Iterator[tuple[int, list[str]]], places: list[int | None],
                conflict: Callable[[int, tuple[Any, ...]], None]) -> Iterator[tuple[int, list[str]]]:
        """The rows that do not stand yet."""
        if not self.code_of or None in places:
            yield from rows
            return
        pupil, day, session, code = places
        standing, confirmed = self.code_of, self.confirmed
        for number, cells in rows:
            try:
                key = (cells[pupil], cells[day], cells[session])  # type: ignore[index]
                value = cells[code]  # type: ignore[index]
            except IndexError:
                yield number, cells
                continue
            if standing.get(key) == value:
                confirmed[key] = standing.pop(key)
                self.matched += 1
            elif key not in confirmed:
                yield number, cells
            elif confirmed[key] == value:
                self.matched += 1
            else:
                conflict(number, key)

    def days(self, table: str) -> tuple[str, str] | None:
        """The first and the last day in the file; None when it holds none."""
        staged = db.run(f"SELECT MIN(day), MAX(day) FROM {table} WHERE aside = 0").fetchone()
        found = {str(day) for day in staged if day} | {day for _, day, _ in self.confirmed}
        return (min(found), max(found)) if found else None


def _sql_type(noun: Noun, column: Column) -> str:
    if column.to:
        return "TEXT"
    kind = noun.model._meta.fields[column.live]
    kinds = ((peewee.DateField, "DATE"), (peewee.BooleanField, "BOOLEAN"), (peewee.IntegerField, "INTEGER"))
    return next((sql for field_kind, sql in kinds if isinstance(kind, field_kind)), "TEXT")
