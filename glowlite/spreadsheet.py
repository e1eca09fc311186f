"""Hides what spreadsheets make of a CSV: the mark by which they read UTF-8, and cells that none of them takes for a formula."""

import csv
import io
from collections.abc import Iterable

MARK = "\ufeff"  # at the beginning of the file


def row(cells: Iterable[str]) -> str:
    """One line of the file."""
    text = io.StringIO()
    csv.writer(text).writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Some spreadsheets pass over blanks before a formula, some take wide signs for the plain ones."""
    begins = cell.lstrip(" \u00a0\ufeff\u200b")
    return f"'{cell}" if begins.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else cell
