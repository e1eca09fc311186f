"""Hides what no single cell can tell, only its column: whether the months come first, and whether ids have lost their zeros."""

from collections import Counter
from collections.abc import Iterable, Mapping

from glowlite.mis.rows import Column, day_and_month

MOSTLY = 0.8


def without_zeros(ids: Iterable[str]) -> dict[str, str]:
    """What a spreadsheet makes of ids that begin with zeros -> the ids."""
    return {number.lstrip("0"): number for number in ids if number.startswith("0") and number.isdecimal()}


def too_short(ids: Iterable[str]) -> set[str]:
    """The ids that have lost zeros, going by the others: nearly all are numbers of one length, and some of those begin with a zero."""
    numbers = [number for number in ids if number.isdecimal()]
    lengths = Counter(map(len, numbers))
    begins_with_zero = {len(number) for number in numbers if number.startswith("0")}
    usual = lengths.most_common(1)[0] if lengths else (0, 0)
    if begins_with_zero != {usual[0]} or usual[1] < MOSTLY * len(numbers):
        return set()
    return {number for number in numbers if len(number) < usual[0]}


class Dates:
    """The dates of one sheet of which the month may come first."""

    def __init__(self) -> None:
        self.proofs: dict[str, tuple[int, str]] = {}

    def note(self, column: Column, number: int, cell: str) -> None:
        """Remember the first date of a column that is one only if its month comes first."""
        self.proofs.setdefault(column.name, (number, cell))

    def unsure(self, column: Column, meanings: Mapping[str, str]) -> list[str]:
        """The days, as they were read, that could be others if the months of this column come first.

        meanings: each cell that could be read -> the day. A date with the day first in the same column makes the odd one a slip.
        """
        if column.name not in self.proofs:
            return []
        found = {cell: day_and_month(cell.strip()) for cell in meanings}
        if any(pair and pair[0] > 12 for pair in found.values()):
            return []
        return sorted({meanings[cell] for cell, pair in found.items() if pair and pair[0] != pair[1] and meanings[cell]})
