"""Hides how each MIS spells things: one module a format, recognised by its headers, giving neutral rows.

A format module has NAME, ABOUT, `recognises(bundle)`, `schools(bundle)` and `sheets(bundle, school_id, report)`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import NamedTuple, Protocol

from glowlite.mis.read import Bundle, Table, fold
from glowlite.mis.report import Problem, Refused, Report
from glowlite.mis.rows import NOUNS, Noun

# The order in which formats are asked; GlowLite's own comes late, since its headers are the plainest. By captions is read what no other format knows.
NAMES = ("oneroster", "school_data_sync_v1", "school_data_sync_v2_0", "school_data_sync_v2", "class_list", "ctf", "glowlite", "captions")


@dataclass
class Sheet:
    """Neutral rows of one noun from one file. columns: names of the drop format, in the order of the cells.

    whole: the file speaks for all rows of the school, so that a row that is not in it ends; else only for those it holds.
    ends: (spreadsheet row, key) of rows that the file itself says are over; key: the MIS's ids in the order of noun.key.
    captions: column -> what the file calls it, where that is not the name of the drop format.
    unusable: spreadsheet row -> why the format cannot use it; None: that was said already. It is set aside and, by its key, not missing.
    each: what a row of it is called in the report.
    """

    noun: Noun
    file: str
    columns: list[str]
    rows: Iterable[tuple[int, list[str]]]
    whole: bool = True
    ends: Sequence[tuple[int, tuple[str, ...]]] = ()
    captions: Mapping[str, str] = field(default_factory=dict)
    unusable: Mapping[int, Problem | None] = field(default_factory=dict)
    each: str = "row"


class About(NamedTuple):
    """What docs/formats.md and `flask drops formats` say of a format.

    what: a sentence: which systems write it, and what comes across. files: (file, its columns) as the format spells them, needed ones first.
    rights: a sentence: whether anybody can gain access from it, and by which columns. bundle: the names of its bundles for `flask demo bundle`.
    more: what else an office should know, a sentence each: dates, deltas, quirks that are tolerated.
    """

    what: str
    files: tuple[tuple[str, str], ...]
    rights: str
    bundle: tuple[str, ...]
    more: tuple[str, ...] = ()


class Format(Protocol):
    NAME: str
    ABOUT: About

    def recognises(self, bundle: Bundle) -> bool: ...

    def schools(self, bundle: Bundle) -> list[tuple[str, str]]:
        """(the MIS's id, the name) of each school in the bundle; empty when it does not say."""

    def sheets(self, bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
        """The rows of this school (of the only one when None). Files and rows left alone are noted in the report."""


class NotYetKnown(Refused):
    """Nothing of the bundle can be read before a person has said what its captions mean; `problems` says so of each file."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message, problems[0].file)
        self.problems = problems


def everyone() -> list[Format]:
    """All formats, in the order in which they are asked."""
    return [import_module(f"{__name__}.{name}") for name in NAMES]


def of(bundle: Bundle) -> Format:
    """The format of this bundle. Raises Refused when no format knows these headers."""
    *fixed, by_captions = everyone()
    doubled = None
    try:
        for candidate in fixed:
            if candidate.recognises(bundle):
                return candidate
    except Refused as refused:
        # Of the fixed formats none has two columns of one name. Reports that a school designs have: the child's forename and the contact's.
        if {file.lower() for one in fixed for file, _ in one.ABOUT.files} & {table.kind for table in bundle.tables}:
            raise
        doubled = refused
    if by_captions.recognises(bundle):
        return by_captions
    if empty := next((table for table in bundle.tables if not table.captions), None):
        raise Refused("The file is empty, without even the names of columns. Please export it again.", empty.name)
    raise doubled or Refused(
        f"GlowLite does not know these headers. The first row must name the columns, and some of them must say which child a row is about (one child a "
        f"row), such as Admission number, Forename and Surname. It reads {', '.join(f.NAME for f in everyone())}; see docs/formats.md."
        f"{' An XML file is read only by itself: send it without the other files.' if bundle.documents else ''}",
        bundle.files[0].name, 1, None, "; ".join(f"{table.name}: {shown_header(table)}" for table in bundle.tables[:4]))


def shown_header(table: Table) -> str:
    """A header as a message may show it. A file without one begins with a person, perhaps with a password: that is not shown."""
    ours = {column.name for noun in NOUNS for column in noun.columns}
    if not table.header:
        return "(nothing)"
    if ours & set(table.header) or all(re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name) for name in table.header):
        return ", ".join(table.header[:8])
    return "(this does not look like the names of columns)"


def require(table: Table, *columns: tuple[str, ...]) -> None:
    """Refuse the bundle when the header has none of the names of a needed column, as the format spells them."""
    for names in columns:
        if not set(map(fold, names)) & set(table.header):
            raise missing(table, " or ".join(names), names[0])


def missing(table: Table, names: str, column: str) -> Refused:
    """Why a file cannot be read that has not one of these columns."""
    if not table.header:
        return Refused("The file is empty, without even the names of columns. Please export it again; to say nothing about its rows, leave it out.", table.name)
    return Refused(f"The column {names} is missing; the file cannot be read without.", table.name, table.header_row, column, shown_header(table))


def note_out_of_step(table: Table, report: Report) -> None:
    for number in table.out_of_step():
        report.add_row(Problem(table.name, number, None, None, "This row has not as many cells as the header; a comma within a cell needs quotation "
                               "marks around it. Nothing but its first cell was read."))
