"""Hides under which spellings the pupils of a school are known: compiled once, then asked word by word."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

from glowlite.naming.written import folded

SHORTEST_SLIP = 5  # a name of fewer letters has too many neighbours
PARTICLES = frozenset([
    "van", "der", "den", "de", "la", "le", "du", "da", "dos", "di", "al", "el", "bin", "ibn", "abu", "ap", "ben", "mac", "mc", "von", "ter", "san", "st"])
Ids = frozenset[int]
NOBODY: Ids = frozenset()


class Named(Protocol):
    """A pupil, as far as names go."""

    id: int
    forename: str
    known_as: str | None
    surname: str


class Adult(NamedTuple):
    forename: str
    surname: str


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Words that, written without a capital, are words although somebody may be called so."""
    lines = (Path(__file__).parent / "english.txt").read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


class Roster:
    """All pupils of one school by every way of writing a name. staff: who are not pupils; of staff the title tells, or the full name."""

    def __init__(self, pupils: Iterable[Named], staff: Sequence[Adult] = ()) -> None:
        first: dict[str, set[int]] = defaultdict(set)
        last: dict[str, set[int]] = defaultdict(set)
        heads: dict[str, set[int]] = defaultdict(set)
        tails: dict[str, set[int]] = defaultdict(set)
        self.own: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        for pupil in pupils:
            firsts, lasts = _spellings(pupil.forename) | _spellings(pupil.known_as or ""), _spellings(pupil.surname)
            self.own[pupil.id] = firsts, lasts
            for table, keys in ((first, firsts), (last, lasts), (heads, _initials(pupil.forename, pupil.known_as)), (tails, _initials(pupil.surname))):
                for key in keys:
                    table[key].add(pupil.id)
        self.first, self.last, self.heads, self.tails = ({key: frozenset(ids) for key, ids in table.items()} for table in (first, last, heads, tails))
        self.names = frozenset(self.first.keys() | self.last.keys())
        self.staff_surnames = {folded(adult.surname) for adult in staff}
        self.staff_names = self.staff_surnames | {folded(adult.forename) for adult in staff}
        self.staff = {(folded(adult.forename), folded(adult.surname)) for adult in staff if adult.forename}
        self._slips = _slips(self.names)

    def called(self, key: str) -> Ids:
        """Whose first name or surname, or part of one, this is."""
        return self.first.get(key, NOBODY) | self.last.get(key, NOBODY)

    def nearly(self, key: str) -> set[str]:
        """The names that are one slip away: a letter more, fewer or other, or two swapped."""
        if len(key) < SHORTEST_SLIP - 1:
            return set()
        near = {name for part in (key, *_shorter(key)) for name in self._slips.get(part, ())}
        return {name for name in near if _is_one_slip(key, name)}


def _spellings(name: str) -> frozenset[str]:
    """Every key under which a name may be met: its parts, and all of it as one word."""
    parts = [folded(part) for part in re.split(r"[\s\-]+", name)]
    keys = {part for part in parts if len(part) > 1 and part not in PARTICLES} | {"".join(parts)}
    return frozenset(key for key in keys if len(key) > 1)


def _initials(*names: str | None) -> set[str]:
    return {key[0] for name in names if name for part in re.split(r"[\s\-]+", name) if (key := folded(part))}


def _shorter(key: str) -> list[str]:
    return [key[:at] + key[at + 1:] for at in range(len(key))]


def _slips(names: Iterable[str]) -> dict[str, set[str]]:
    """What a name becomes without one of its letters -> the names. Two words one slip apart meet in it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if len(name) >= SHORTEST_SLIP - 1:
            for part in (name, *_shorter(name)):
                found[part].add(name)
    return found


def _is_one_slip(left: str, right: str) -> bool:
    """Of four letters only two that are swapped, or one written twice."""
    if left == right:
        return False
    if len(left) == len(right):
        apart = [at for at in range(len(left)) if left[at] != right[at]]
        swapped = len(apart) == 2 and apart[1] == apart[0] + 1 and left[apart[0]] == right[apart[1]] and left[apart[1]] == right[apart[0]]
        return swapped or (len(apart) == 1 and len(left) >= SHORTEST_SLIP)
    short, long = sorted((left, right), key=len)
    gaps = [at for at in range(len(long)) if long[:at] + long[at + 1:] == short]
    if len(long) - len(short) != 1 or not gaps:
        return False
    return len(short) >= SHORTEST_SLIP or len(long) > SHORTEST_SLIP or (len(long) == SHORTEST_SLIP and len(right) == len(long)) or len(gaps) > 1
