"""Hides the way from neutral rows to staging tables: each cell checked, each bad row set aside and named.

A staging table is temporary and lives in the connection, so filling it blocks nobody. Its columns are those of the live
table, but for references, which still are the MIS's ids.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import getitem, itemgetter
from typing import Any

import peewee

from glowlite import db
from glowlite.mis.formats import Sheet
from glowlite.mis.report import NOTE, ROW, Problem, Report, sentence
from glowlite.mis.rows import BY_NAME, Column, Noun, is_month_first
from glowlite.mis.stage import doubts
from glowlite.mis.stage.standing import Standing
from glowlite.models import School

Progress = Callable[[int], None]

STEP = 5_000
NOWHERE = 1_000_000
NOBODY = "There is no such id among"  # how the message of a row begins that points to nobody


@dataclass
class Staged:
    """One noun in its staging table. columns: those its file has, and those that have a default; given: names of the former.

    Of big files only: standing: how many rows stand already and were not staged; days: the first and the last it speaks for;
    unmet: the keys of rows that stand on those days and were not met in the file as they stand.
    whole: does the file speak for all rows of the school? ends: keys of the rows that it says are over.
    """

    noun: Noun
    file: str
    columns: list[Column]
    given: set[str]
    table: str
    standing: int = 0
    keyless: int = 0
    unmet: list[tuple[str, str, str]] | None = None
    days: tuple[str, str] | None = None
    whole: bool = True
    ends: Sequence[tuple[int, tuple[str, ...]]] = ()

    @property
    def values(self) -> list[Column]:
        """What a row that stands is compared with; a default is for new rows only."""
        return [column for column in self.columns if column.name in self.given and column.name not in self.noun.key]


@dataclass
class Stage:
    """All staged nouns of one drop, in the order in which they depend on each other."""

    school: School
    report: Report
    staged: dict[str, Staged] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)
    recorded: dict[str, set[str]] = field(default_factory=dict)

    def fill(self, sheets: list[Sheet], progress: Progress) -> None:
        """Check and stage every sheet, one a noun. One transaction, though nothing but temporary tables is written: that is quicker."""
        with db.database.atomic():
            for sheet in sheets:
                if sheet.noun.model is not None:
                    _Filling(self, sheet, progress).run()

    def clear(self) -> None:
        for staged in self.staged.values():
            db.run(f"DROP TABLE IF EXISTS {staged.table}")

    def on_record(self, noun: str) -> set[str]:
        """The MIS ids that the school has, those that are gone too."""
        if noun not in self.recorded:
            model = BY_NAME[noun].model
            self.recorded[noun] = {number for (number,) in model.select(model.mis_id).where(model.school == self.school).tuples()}
        return self.recorded[noun]

    def ids_of(self, noun: str) -> set[str]:
        """The MIS ids a reference may point to: those on record and those staged."""
        if noun not in self.known:
            here = self.staged.get(noun)
            new = {number for (number,) in db.run(f"SELECT mis_id FROM {here.table} WHERE aside = 0").fetchall()} if here else set()
            self.known[noun] = self.on_record(noun) | new
        return self.known[noun]


class _Filling:
    """One sheet on its way into its staging table."""

    def __init__(self, stage: Stage, sheet: Sheet, progress: Progress) -> None:
        self.stage, self.sheet, self.noun, self.report = stage, sheet, sheet.noun, stage.report
        self.progress = progress
        here = {name: number for number, name in enumerate(sheet.columns)}
        self.columns = [column for column in self.noun.columns if column.name in here or column.default is not None]
        # A default stands where the file has no column: beyond the last cell of any row.
        self.places = [here.get(column.name, NOWHERE) for column in self.columns]
        # What each text in a column means, as far as it was met before and nothing is wrong with it.
        self.meanings: list[dict[str, Any]] = [{} for _ in self.columns]
        self.key_places = [number for number, column in enumerate(self.columns) if column.name in self.noun.key]
        self.seen: dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]] = {}
        self.merged: dict[int, tuple[Any, ...]] = {}
        self.dates = doubts.Dates()
        self.whole_ids: dict[str, dict[str, str]] = {}
        self.aside = f"The {sheet.each} is set aside."

    def run(self) -> None:
        self.staged = self._table()
        self.known = {column.to: self.stage.ids_of(column.to) for column in self.columns if column.to}
        if "id" in self.noun.key:  # asked before the rows come: PostgreSQL answers nothing while it takes them in
            self.stage.on_record(self.noun.name)
        self.report.count(self.sheet.file, "rows", 0)
        rows = self._counted(self.sheet.rows)
        standing = None if self.noun.whole else Standing(self.stage.school, self.noun)
        if standing:
            rows = standing.without(rows, self.places, len(self.sheet.columns), self._conflict)
        names = ["source_row", "aside", *(column.live for column in self.columns)]
        db.write_rows(self.staged.table, names, self._staged_rows(rows))
        self._settle_dates(standing)
        self._settle_ids()
        if standing:
            ends = db.run(f"SELECT MIN(day), MAX(day) FROM {self.staged.table} WHERE aside = 0").fetchone()
            self.staged.days = standing.span([str(day) for day in ends if day])
            self.staged.standing, self.staged.unmet = standing.matched, standing.unmet(self.staged.days)
        self._write_merged()

    def _table(self) -> Staged:
        name = f"stage_{self.noun.table}"
        db.run(f"DROP TABLE IF EXISTS {name}")
        columns = ", ".join(f'"{column.live}" {_sql_type(self.noun, column)}' for column in self.noun.columns)
        db.run(f"CREATE TEMP TABLE {name} (source_row INTEGER, aside INTEGER, {columns})")
        self.report.sources[self.noun.table] = self.sheet.file
        staged = self.stage.staged[self.noun.name] = Staged(self.noun, self.sheet.file, self.columns, set(self.sheet.columns), name,
                                                             whole=self.sheet.whole, ends=self.sheet.ends)
        return staged

    def _counted(self, rows: Any) -> Iterator[tuple[int, list[str]]]:
        rows = iter(rows)
        while some := list(islice(rows, STEP)):
            self.report.count(self.sheet.file, "rows", len(some))
            self.progress(len(some))
            yield from some

    def _staged_rows(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[Any, ...]]:
        """Each row as values, ready to be written; set-aside rows keep their key, so that they are not taken for missing."""
        by_key, width, guarded = self.noun.whole, len(self.sheet.columns), any(column.guards for column in self.columns)
        pick, longest = itemgetter(*self.places), max(self.places)
        for number, cells in rows:
            if self.sheet.unusable and number in self.sheet.unusable:
                yield (number, 1, *self._unusable(number, cells))
                continue
            is_bad = False
            texts = pick(cells) if len(cells) > longest else [cells[place] if place < len(cells) else "" for place in self.places]
            try:
                row = tuple(map(getitem, self.meanings, texts))
            except KeyError:
                row, is_bad = self._read_row(texts, number)
            if len(cells) != width and (guarded or any(map(str.strip, cells[width:]))):
                row, is_bad = self._out_of_step(row, number, is_bad, "more" if len(cells) > width else "fewer")
            key = tuple([row[place] for place in self.key_places])
            if None in key:
                self.staged.keyless += 1
            if is_bad:
                self.report.count(self.sheet.file, "set_aside")
                yield (number, 1, *row)
            elif not by_key or self._is_first(key, number, row):
                yield (number, 0, *row)

    def _unusable(self, number: int, cells: list[str]) -> tuple[Any, ...]:
        """The values of a row that the format cannot use: its key, as far as it can be read."""
        if problem := self.sheet.unusable[number]:
            self.report.add_row(problem)
        self.report.count(self.sheet.file, "set_aside")
        given = dict(zip(self.sheet.columns, cells, strict=False))
        row = [_readable(column, given.get(column.name, "")) if place in self.key_places else None for place, column in enumerate(self.columns)]
        self.staged.keyless += any(row[place] is None for place in self.key_places)
        return tuple(row)

    def _read_row(self, texts: Sequence[str], number: int) -> tuple[tuple[Any, ...], bool]:
        """(values, must it be set aside?) of a row with a cell that was not met before."""
        values, is_bad = [], False
        for column, meaning, text in zip(self.columns, self.meanings, texts, strict=True):
            if text in meaning:
                values.append(meaning[text])
                continue
            value, problem = self._read(column, text, number)
            values.append(value)
            is_bad = is_bad or problem == ROW
            if problem is None:
                meaning[text] = value
        return tuple(values), is_bad

    def _out_of_step(self, row: tuple[Any, ...], number: int, is_bad: bool, how: str) -> tuple[tuple[Any, ...], bool]:
        """(values, must it be set aside?) of a row that has more or fewer cells than the header, so that none is sure to stand in its column.

        Where access hangs on a row it counts, with nothing but its key and what takes access away.
        """
        message = f"This row has {how} cells than the header; a comma within a cell needs quotation marks around it, a cell without a value its comma."
        if not any(column.guards for column in self.columns):
            self._say(number, None, None, f"{message} {self.aside}")
            return row, True
        self._say(number, None, None, f"{message} As nobody can tell what it says, it gives no access.", ROW if is_bad else NOTE)
        keep = [number in self.key_places or value == column.refuses for number, (column, value) in enumerate(zip(self.columns, row, strict=True))]
        return tuple(value if kept else None for value, kept in zip(row, keep, strict=True)), is_bad

    def _read(self, column: Column, raw: str, number: int) -> tuple[Any, str | None]:
        """(value, None), or (None, ROW or NOTE) after saying what is wrong with the cell."""
        cell = raw.strip()
        if not cell:
            if column.needed:
                self._say(number, column, raw, f"This cell must not be empty. {self.aside}")
                return None, ROW
            return column.default, None
        try:
            value = column.read(cell)
        except ValueError as error:
            weight = ROW if column.needed or column.opens else NOTE
            what = self.aside if weight == ROW else "Taken as blank: this gives no access." if column.guards else "Taken as blank."
            self._say(number, column, cell, f"{sentence(error)}. {what}", weight)
            if is_month_first(cell):
                self.dates.note(column, number, cell)
            return (column.default if weight == NOTE else None), weight
        if column.live == "mis_id" and (whole := self._whole_id(self.noun.name, value, self.stage.on_record(self.noun.name))):
            self._say(number, column, cell, f"{_lost_zeros(whole)} {self.aside}")
            return None, ROW
        if column.to and value not in self.known[column.to]:
            weight = ROW if column.needed else NOTE
            what = self.aside if column.needed else "Taken as blank."
            whole = self._whole_id(column.to, value, self.known[column.to])
            hint = f" {_lost_zeros(whole)}" if whole else ""
            self._say(number, column, cell, f"{NOBODY} the {column.to}, neither in this drop nor on record.{hint} {what}", weight)
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

    def _conflict(self, number: int, key: tuple[Any, ...], first: int) -> None:
        self._say(number, None, " ".join(map(str, key)), f"Row {first} says otherwise about the same. The first was used, this row is set aside.")
        self.report.count(self.sheet.file, "set_aside")

    # --- what only a whole column can tell -------------------------------------------------------------

    def _whole_id(self, noun: str, number: str, known: set[str]) -> str | None:
        """The known id that this one would be with its zeros; None when it is known itself, or no such one is."""
        if noun not in self.whole_ids:
            self.whole_ids[noun] = {cut: whole for cut, whole in doubts.without_zeros(known).items() if cut not in known}
        return self.whole_ids[noun].get(number)

    def _settle_ids(self) -> None:
        """Set aside ids that are shorter than all others, as without their zeros."""
        if self.noun.key != ("id",):
            return
        short = doubts.too_short(str(key[0]) for key in self.seen if key[0])
        for number in sorted(short - self.stage.on_record(self.noun.name)):
            rows = db.run(f"UPDATE {self.staged.table} SET aside = 1, mis_id = NULL WHERE mis_id = :number AND aside = 0", number=number).rowcount
            self.staged.keyless += rows
            self.report.count(self.sheet.file, "set_aside", rows)
            self._say(self.seen[(number,)][0], self.noun.column("id"), number,
                      "This id is shorter than all others, as if a spreadsheet had taken its zeros away. The row is set aside.")

    def _settle_dates(self, standing: Standing | None) -> None:
        """Where a column has its months first, no date in it is sure that could be read either way: none of them counts."""
        for number, column in enumerate(self.columns):
            unsure = self.dates.unsure(column, standing.plain[1] if standing and column.name == "day" else self.meanings[number])
            if not unsure:
                continue
            aside = column.needed or column.opens
            sets = f'"{column.live}" = NULL' + (", aside = 1" if aside else "")
            rows = sum(db.run(f'UPDATE {self.staged.table} SET {sets} WHERE "{column.live}" = :day AND aside = 0', day=day).rowcount for day in unsure)
            if aside:
                self.report.count(self.sheet.file, "set_aside", rows)
            row, cell = self.dates.proofs[column.name]
            self._say(row, column, cell, f"In this column the month seems to come first, so nobody can tell which day the others mean. More dates "
                      f"{'set aside with their rows' if aside else 'taken as blank'}: {rows}. Export dates as 23/11/2026 or 2026-11-23.", NOTE)

    def _write_merged(self) -> None:
        """Rows that were merged after they had been staged."""
        names = [column.live for column in self.columns]
        changes = ", ".join(f'"{name}" = :{name}' for name in names)
        for number, row in self.merged.items():
            db.run(f"UPDATE {self.staged.table} SET {changes} WHERE source_row = :row", row=number, **dict(zip(names, row, strict=True)))

    def _say(self, number: int, column: Column | None, value: str | None, message: str, weight: str = ROW) -> None:
        caption = self.sheet.captions.get(column.name, column.name) if column else None
        self.report.add_row(Problem(self.sheet.file, number, caption, value, message, weight))


def _lost_zeros(whole: str) -> str:
    return f"This seems to be {whole} without the zeros at its front, which a spreadsheet takes away; export again and do not open the file in between."


def _readable(column: Column, cell: str) -> Any:
    """What a cell of a key says; None when it cannot be read."""
    try:
        return column.read(cell.strip()) if cell.strip() else None
    except ValueError:
        return None


def _sql_type(noun: Noun, column: Column) -> str:
    if column.to:
        return "TEXT"
    kind = noun.model._meta.fields[column.live]
    kinds = ((peewee.DateField, "DATE"), (peewee.BooleanField, "BOOLEAN"), (peewee.IntegerField, "INTEGER"))
    return next((sql for field_kind, sql in kinds if isinstance(kind, field_kind)), "TEXT")
