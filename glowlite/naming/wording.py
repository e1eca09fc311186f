"""Hides how a text is said without the names: another pupil, two other pupils', at the start of a sentence with a capital."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from glowlite.naming.finding import Found

COUNTED = ("no", "another", "two other", "three other", "four other", "five other", "six other", "seven other", "eight other", "nine other")
BETWEEN = re.compile(r"\s*(?:,|,?\s*(?:and|&|\+|/|or)|/|\+)?\s*\Z", re.IGNORECASE)
KIN = re.compile(r"\b((?:friend|brother|sister|twin|cousin|classmate|partner|teammate|neighbour|pal|mate|buddy)s?),?\s+\Z", re.IGNORECASE)
OTHER = re.compile(r"\b(?:the other|another|a different|the second|both|two)\s+\Z", re.IGNORECASE)
BEGINS = re.compile(r"(?:\A|[.!?:\n]|[\"\u201c(])\s*\Z")


class Piece(NamedTuple):
    """A stretch of a text. is_name: it names another child."""

    text: str
    is_name: bool


def pieces(text: str, found: Sequence[Found]) -> Iterator[Piece]:
    """The text in order, what names somebody apart from what does not."""
    at = 0
    for one in found:
        if one.start > at:
            yield Piece(text[at:one.start], False)
        yield Piece(text[one.start:one.end], True)
        at = one.end
    if at < len(text):
        yield Piece(text[at:], False)


def proposed(text: str, found: Sequence[Found]) -> str:
    """The text with each of these names replaced, as a person would have written it; somebody reads it over before it goes into the MIS."""
    said, at = "", 0
    met: list[tuple[int, ...]] = []
    for run in _runs(text, found):
        start, end = run[0].start, run[-1].end
        said += text[at:start]
        whom = [one.whom for one in run]
        said, words = _said(said, run, is_known=len(whom) == 1 and whom[0] in met, only_one=len({*met, *whom}) == 1)
        met += whom
        said, at = said + (words.upper() if text.isupper() else words), end
    return said + text[at:]


def _runs(text: str, found: Sequence[Found]) -> Iterator[list[Found]]:
    """Names that stand in one list: Jack, Will and Mark."""
    run: list[Found] = []
    for one in found:
        if run and (run[-1].owns or not BETWEEN.fullmatch(text[run[-1].end:one.start])):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _said(before: str, run: list[Found], *, is_known: bool, only_one: bool) -> tuple[str, str]:
    """(what stands before, the words instead of these names)"""
    owns, count = run[-1].owns, len(run)
    kin = KIN.search(before)
    if kin and count == 1:
        return before[:kin.end(1)], "'s" if owns else ""
    if other := OTHER.search(before):
        both = other.group().strip().lower() in ("both", "two")
        before, words = before[:other.start()], "two pupils" if both else "another pupil"
    elif is_known:
        words = "the other pupil" if only_one else "that pupil"
    else:
        number = COUNTED[count] if count < len(COUNTED) else f"{count} other"
        words = f"{number} pupil{'' if count == 1 else 's'}"
    if owns:
        words += "'" if words.endswith("s") else "'s"
    return before, words[:1].upper() + words[1:] if BEGINS.search(before) else words
