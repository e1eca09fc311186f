"""Hides what an author of reports puts around the rows: titles above the header, instructions under it, the header again, a total at the end."""

import re
from collections import deque
from collections.abc import Iterable
from itertools import accumulate, pairwise

Record = tuple[int, list[str]]

LOOKED_AT = 15  # rows in which the header must come
TITLE_CELLS = 2

PAGE = re.compile(r"(page|side) \d{1,4}( ?(of|/) ?\d{1,4})?\.?", re.IGNORECASE)
NAME = re.compile(r"[^\W\d_][^@]{0,79}")
LIKE_A_NAME = re.compile(r"(?=.*[^\W\d_])[^@]{1,80}", re.DOTALL)
TITLE = re.compile(r"(week|w/c|printed|report|run|produced|generated|as (at|of)|date|academic year)\b.*\d", re.IGNORECASE)
INSTRUCTION = re.compile(r"((required|optional|mandatory|compulsory)\b|(dd.mm.yyyy|yyyy.mm.dd)$)", re.IGNORECASE)
TOTAL = re.compile(r"((grand |sub-?)?totals?\b|counts?\b|number of \w+|\(?\d+ (rows?|records?|pupils|students)\b|end of (report|file|list|data)|"
                   r"(report )?(printed|generated|run|produced) (on|by|at)\b)", re.IGNORECASE)


def header_row(records: Iterable[Record]) -> int:
    """The place of the header among the first records, 0 being the first; 0 also where there is none.

    It is the first row that is not blank, unless that is no more than a title and a row of names stands below, or names groups of the columns below.
    """
    numbered = ((place, record) for place, (_, record) in zip(range(LOOKED_AT), records, strict=False) if any(map(str.strip, record)))
    first, top = next(numbered, (0, []))
    if not _is_title(_filled(top)) and not _may_name_groups(top):  # what comes later need not even be readable
        return first
    below = list(numbered)
    for (_, above), (place, record) in pairwise([(first, top), *below]):
        if is_group_row(above, record) or _is_plain_header(above, record):
            return place
        if not _is_title(_filled(above)):
            break
    return _below_titles(first, [(place, _filled(record)) for place, record in below]) if _is_title(_filled(top)) else first


def _below_titles(first: int, below: list[Record]) -> int:
    """The place of the first row of names that is about as wide as the table; that of the title where there is none."""
    widest = max((len(cells) for _, cells in below), default=0)
    for number, (place, cells) in enumerate(below):
        if len(cells) > 1 and len(cells) >= 0.6 * widest and _may_be_names(cells) and all(len(above) <= TITLE_CELLS for _, above in below[:number]):
            return place
    return first


def _may_name_groups(cells: list[str]) -> bool:
    """Are there gaps to the right of its names, as above columns that belong together?"""
    return 2 <= len(_filled(cells)) <= len(cells) / 2


def _is_plain_header(above: list[str], names: list[str]) -> bool:
    """Names in every column, without a digit, under a row with gaps: what stands above is a title in two places, or groups that nobody needs."""
    filled = _filled(names)
    is_full = len(filled) == len(names) >= 2 * len(_filled(above))
    return _may_name_groups(above) and is_full and _are_names(filled) and not any(map(re.compile(r"\d").search, filled))


def is_group_row(above: list[str], names: list[str]) -> bool:
    """Does this row say what groups of the columns below it are of (Pupil, Contact), so that two of one name are told apart?"""
    below = _filled(names)
    if not _may_name_groups(above) or len(_filled(above)) * 2 > len(below) or len(set(below)) == len(below) or len(names) < len(above):
        return False
    together = under(above, names)
    return len(set(together)) == len(together) and all(NAME.fullmatch(name) for name in names)


def under(above: list[str], names: list[str]) -> list[str]:
    """The names, each with that of its group before it."""
    cells = [cell.strip() for cell in above] + [""] * (len(names) - len(above))
    groups: Iterable[str] = accumulate(cells, lambda before, here: here or before)
    return [f"{group} {name}".strip() for group, name in zip(groups, names, strict=False)]


def _filled(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _is_title(cells: list[str]) -> bool:
    return len(cells) == 1 or (len(cells) <= TITLE_CELLS and (not _are_names(cells) or any(map(TITLE.match, cells))))


def _are_names(cells: list[str]) -> bool:
    return len(set(cells)) == len(cells) and all(NAME.fullmatch(cell) for cell in cells)


def _may_be_names(cells: list[str]) -> bool:
    """Names, of which a few may come twice or begin with a sign or a date (% Attendance, 16/11/2026 AM), as a header under a title may have them."""
    plain = sum(NAME.fullmatch(cell) is not None for cell in cells)
    return plain * 2 >= len(cells) < len(set(cells)) * 2 and all(LIKE_A_NAME.fullmatch(cell) for cell in cells)


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


def extras(records: Iterable[Record], header: list[str]) -> tuple[list[int], list[int], list[int]]:
    """(rows that are the header again, that number the pages, rows at the end that sum up) of all records below the header."""
    again, pages, last = [], [], deque[Record](maxlen=3)
    for number, cells in records:
        if cells == header or [cell.strip("\ufeff ") for cell in cells] == header:
            again.append(number)
        elif len(filled := _filled(cells)) == 1 and PAGE.fullmatch(filled[0]):
            pages.append(number)
        elif any(map(str.strip, cells)):
            last.append((number, cells))
    totals: list[int] = []
    while last and is_total(last[-1][1], len(header)):
        totals.append(last.pop()[0])
    return again, pages, totals
