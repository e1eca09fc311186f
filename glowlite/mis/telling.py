"""Hides how formats read records alike, and how they speak of the rows and columns that do not come in."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from glowlite.mis.read import Table, fold
from glowlite.mis.report import Problem, Report

OF_OTHERS = "Rows of other schools, to be read in their own drops"
MOST_UNKNOWN = 20
MOST_NAMED = 5


def note_unknown(table: Table, unknown: Sequence[str], report: Report) -> None:
    """Name these columns, which the format does not have."""
    for name in unknown[:MOST_UNKNOWN]:
        report.note(table.name, "GlowLite does not know this column and left it alone.", column=name)
    if len(unknown) > MOST_UNKNOWN:
        report.note(table.name, f"More columns that are not known and were left alone: {len(unknown) - MOST_UNKNOWN}.")


def nothing(cell: str) -> bool:
    """Is this how a database writes that there is nothing? Not to be asked of a name: Null is a surname."""
    return cell.lower() in ("null", "(null)", "\\n")


def which(rows: Sequence[int]) -> str:
    """Which rows something was said of, as a sentence: Rows 2, 5, 6 and 3 more."""
    named = ", ".join(map(str, rows[:MOST_NAMED]))
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return f"Row{'s' if len(rows) > 1 else ''} {named}{more}."


def not_among(table: Table, needed: Iterable[tuple[str, ...]], others: str) -> list[str]:
    """The captions of a file that are neither columns it needs nor these, which are named in lower case with blanks between."""
    known = {fold(name) for names in needed for name in names} | set(others.split())
    return [caption for caption in table.captions if caption and fold(caption) not in known and not fold(caption).startswith("metadata.")]


def called(table: Table, columns: Mapping[str, str]) -> dict[str, str]:
    """Columns of the drop format -> what this file calls those they come from; a name that is no column of it stays."""
    captions = dict(zip(map(fold, table.captions), table.captions, strict=True))
    return {ours: captions.get(theirs, theirs) for ours, theirs in columns.items()}


def records(table: Table, names: Collection[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The records of a file, without what a database writes for nothing. names: columns in which that could be somebody's name."""
    for number, row in table.records():
        yield number, {column: "" if nothing(cell) and column not in names else cell for column, cell in row.items()}


def set_aside(report: Report, file: str, row: int, column: str | None, value: str, message: str) -> None:
    """Report a row that cannot be used and is in no sheet, and count it."""
    report.add_row(Problem(file, row, column, value, f"{message} The row is set aside."))
    report.count(file, "rows")
    report.count(file, "set_aside")


class Mentions:
    """What is to be said of several rows at once: with how many and which they are."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.rows: dict[tuple[str, str], list[int]] = {}

    def add(self, file: str, number: int, message: str) -> None:
        self.rows.setdefault((file, message), []).append(number)

    def say(self) -> None:
        for (file, message), rows in self.rows.items():
            self.report.note(file, f"{message}: {len(rows)}. {which(rows)}")
        self.rows.clear()


def unread(table: Table) -> dict[int, Problem | None]:
    """The rows out of step as a sheet sets them aside, once `note_out_of_step` has spoken of them."""
    return dict.fromkeys(table.out_of_step())
