"""Hides what an author of reports puts around the rows: titles above the header, instructions under it, the header again, a total at the end."""

import re
from collections import deque
from collections.abc import Iterable

Record = tuple[int, list[str]]

LOOKED_AT = 15  # rows in which the header must come
TITLE_CELLS = 2

NAME = re.compile(r"[^\W\d_][^@]{0,79}")
INSTRUCTION = re.compile(r"((required|optional|mandatory|compulsory)\b|(dd.mm.yyyy|yyyy.mm.dd)$)", re.IGNORECASE)
TOTAL = re.compile(r"((grand |sub-?)?totals?\b|counts?\b|number of \w+|\(?\d+ (rows?|records?|pupils|students)\b|end of (report|file|list|data)|"
                   r"(report )?(printed|generated|run|produced) (on|by|at)\b)", re.IGNORECASE)


def header_row(records: Iterable[Record]) -> int:
    """The place of the header among the first records, 0 being the first; 0 also where there is none.

    It is the first row that is not blank, unless that is no more than a title and a row of names stands below.
    """
    numbered = ((place, cells) for place, (_, record) in zip(range(LOOKED_AT), records, strict=False) if (cells := _filled(record)))
    first, top = next(numbered, (0, []))
    if not _is_title(top):  # what comes later need not even be readable
        return first
    below = list(numbered)
    widest = max((len(cells) for _, cells in below), default=0)
    for number, (place, cells) in enumerate(below):
        if len(cells) > 1 and len(cells) >= 0.6 * widest and _are_names(cells) and all(len(above) <= TITLE_CELLS for _, above in below[:number]):
            return place
    return first


def _filled(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _is_title(cells: list[str]) -> bool:
    return len(cells) == 1 or (len(cells) <= TITLE_CELLS and not _are_names(cells))


def _are_names(cells: list[str]) -> bool:
    return len(set(cells)) == len(cells) and all(NAME.fullmatch(cell) for cell in cells)


def is_instruction(cells: list[str]) -> bool:
    """Does this row tell people how to fill in the columns (“Required: DD/MM/YYYY”)?"""
    filled = _filled(cells)
    return bool(filled) and all(INSTRUCTION.match(cell) for cell in filled)


def may_end_with_total(last_lines: Iterable[str]) -> bool:
    return any(TOTAL.match(line.lstrip("\"' ,;\t|")) for line in last_lines)


def is_total(cells: list[str], width: int) -> bool:
    """Does this row sum up a table of so many columns, or say that it is over? A row that fills most of its columns does not."""
    filled = _filled(cells)
    return bool(filled) and len(filled) <= max(1, width // 2) and TOTAL.match(filled[0]) is not None


def extras(records: Iterable[Record], header: list[str]) -> tuple[list[int], list[int]]:
    """(rows that are the header again, rows at the end that sum up) of all records below the header."""
    again, last = [], deque[Record](maxlen=3)
    for number, cells in records:
        if cells == header or [cell.strip("\ufeff ") for cell in cells] == header:
            again.append(number)
        elif any(map(str.strip, cells)):
            last.append((number, cells))
    totals: list[int] = []
    while last and is_total(last[-1][1], len(header)):
        totals.append(last.pop()[0])
    return again, totals
