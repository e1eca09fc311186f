"""Hides how the finding of names is measured: of the texts that name another child how many were found, and of those found how many do."""

import time
from collections import Counter
from typing import NamedTuple

from glowlite import naming
from tests.naming import texts


class Figures(NamedTuple):
    """by_kind: (kind, names another child?, was found?) -> how many texts. build, check: seconds."""

    by_kind: Counter[tuple[str, bool, bool]]
    build: float
    check: float

    def count(self, names: bool, found: bool, kind: str | None = None) -> int:
        return sum(number for (one, *answer), number in self.by_kind.items() if answer == [names, found] and kind in (None, one))

    @property
    def recall(self) -> float:
        return self.count(True, True) / (self.count(True, True) + self.count(True, False))

    @property
    def precision(self) -> float:
        return self.count(True, True) / (self.count(True, True) + self.count(False, True))


def roster_of(pupils: list[texts.Child]) -> naming.Roster:
    return naming.Roster(pupils, [naming.Adult(forename, surname) for _, forename, surname in texts.STAFF_NAMES])


def measure(half: str, stock: str, seed: int, count: int = 4000) -> Figures:
    pupils, cases = texts.cases(half, stock, seed, count)
    begun = time.perf_counter()
    roster = roster_of(pupils)
    built = time.perf_counter()
    found = Counter((case.kind, case.names, bool(naming.find(case.text, case.about.id, roster))) for case in cases)
    return Figures(found, built - begun, time.perf_counter() - built)
