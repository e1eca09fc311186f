"""Hides how measurements become a table: on the terminal, and in docs/performance.md between the markers of their database."""

import os
import platform
import re
import sqlite3
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
HEADER = ("What", "Measured", "Baseline", "Ratio (median; lowest to highest)", "Aim", "Held")


class Line(NamedTuple):
    """One line of the table. holds: None where there is no aim."""

    what: str
    measured: str
    baseline: str = ""
    ratio: str = ""
    aim: str = ""
    holds: bool | None = None

    @property
    def cells(self) -> list[str]:
        return [*self[:5], {None: "", True: "yes", False: "**no**"}[self.holds]]


def ratio(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f}; {min(values):.2f} to {max(values):.2f}"


def text(lines: Iterable[Line]) -> str:
    rows = [list(HEADER), *(line.cells for line in lines)]
    widths = [max(len(row[number]) for row in rows) for number in range(len(HEADER))]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows)


def machine(database_version: str) -> str:
    """The machine's shape, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} on {platform.machine()}, "
            f"Python {platform.python_version()}, {database_version}")


def database_version(server: str | None) -> str:
    if not server:
        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg

    with psycopg.connect(server) as connection:
        return f"PostgreSQL {connection.info.server_version // 10_000}"


def write(name: str, about: str, lines: Iterable[Line]) -> None:
    """Put the table in its place on the page. name: sqlite or postgresql."""
    begins, ends = f"<!-- {name} begins -->", f"<!-- {name} ends -->"
    inside = f"{begins}\n{about}.\n\n{text(lines)}\n{ends}"
    PAGE.write_text(re.sub(f"{begins}.*{ends}", lambda _: inside, PAGE.read_text(), flags=re.DOTALL))
