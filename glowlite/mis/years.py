"""Hides how one year group is known to be above another: S2 follows S1, S1 follows P7, and Year 3 is of another kind."""

import re


def place(text: str | None) -> tuple[str, int] | None:
    """The kind of year group and its place among these; None when it has no number."""
    found = re.fullmatch(r"([a-z]*)\s*0*(\d{1,2})", (text or "").strip().lower())
    if not found:
        return None
    kind, number = found[1], int(found[2])
    return ("p", number + 7) if kind == "s" else (kind, number)  # S1 follows P7


def step(before: str | None, now: str | None) -> int | None:
    """By how many years the second is above the first; None when they are not of one kind."""
    one, other = place(before), place(now)
    return other[1] - one[1] if one and other and one[0] == other[0] else None
