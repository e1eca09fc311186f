"""Hides how each MIS spells things: one module a format, recognised by its headers, giving neutral rows.

A format module has NAME, `recognises(bundle)`, `schools(bundle)` and `sheets(bundle, school_id, report)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from glowlite.mis.read import Bundle
from glowlite.mis.report import Refused, Report
from glowlite.mis.rows import Noun

# The order in which formats are asked; GlowLite's own comes last, since its headers are the plainest.
NAMES = ("school_data_sync_v1", "school_data_sync_v2", "glowlite")


@dataclass
class Sheet:
    """Neutral rows of one noun from one file. columns: names of the drop format, in the order of the cells."""

    noun: Noun
    file: str
    columns: list[str]
    rows: Iterable[tuple[int, list[str]]]


class Format(Protocol):
    NAME: str

    def recognises(self, bundle: Bundle) -> bool: ...

    def schools(self, bundle: Bundle) -> list[tuple[str, str]]:
        """(the MIS's id, the name) of each school in the bundle; empty when it does not say."""

    def sheets(self, bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
        """The rows of this school (of the only one when None). Files and rows left alone are noted in the report."""


def of(bundle: Bundle) -> Format:
    """The format of this bundle. Raises Refused when no format knows these headers."""
    formats: list[Format] = [import_module(f"{__name__}.{name}") for name in NAMES]  # type: ignore[misc]
    for candidate in formats:
        if candidate.recognises(bundle):
            return candidate
    found = "; ".join(f"{table.name}: {', '.join(table.header[:8])}" for table in bundle.tables[:4])
    raise Refused(f"GlowLite does not know these headers. It reads {', '.join(f.NAME for f in formats)}; see docs/drop-format.md.",
                  bundle.tables[0].name, 1, None, found)
