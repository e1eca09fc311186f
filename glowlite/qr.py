"""Hides QR codes: text as a square that a phone reads, drawn as one path."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import segno


class Square(NamedTuple):
    """A QR code as one path of lines, each a row of dark modules."""

    size: int
    path: str

    @classmethod
    def of(cls, text: str) -> Self:
        modules = segno.make(text, micro=False, error="m").matrix
        return cls(len(modules), "".join(f"M{x} {y}.5h{length}" for y, row in enumerate(modules) for x, length in _runs(row)))


def _runs(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where the dark modules of a row begin, and how many there are."""
    begins = None
    for x, dark in enumerate((*row, 0)):
        if dark and begins is None:
            begins = x
        elif not dark and begins is not None:
            yield begins, x - begins
            begins = None
