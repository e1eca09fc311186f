"""Hides how a cell that says several things is taken apart (a full name, a slot like 1Mon:4), and how an id is made where there is none."""

import hashlib
import re
from typing import NamedTuple

TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "revd", "sir", "lady", "lord", "dame", "fr"}
PARTICLES = {"de", "da", "di", "del", "van", "von", "der", "den", "la", "le", "bin", "binte", "al", "nic", "mac", "st", "st."}
SLOT = re.compile(r"(?P<week>\d|[A-D])?\s*(?P<day>mon|tue|wed|thu|fri|sat|sun)[a-z]*[:\s]+(?P<name>\w{1,10})", re.IGNORECASE)


class Name(NamedTuple):
    title: str
    forename: str
    surname: str


class Slot(NamedTuple):
    week: str
    day: str
    name: str

    @property
    def is_registration(self) -> bool:
        return self.name.lower() in ("am", "pm", "reg")

    @property
    def in_words(self) -> str:
        return f"Period {self.name}" if self.name.isdigit() else self.name


def full_name(cell: str) -> Name:
    """“Mrs Mairi MacLeod”, “MacLeod, Mairi” and “Jan van der Berg” in three; a single word is a surname."""
    surname, comma, rest = (part.strip() for part in cell.partition(","))
    words = (rest if comma else cell).split()
    title = words.pop(0) if len(words) + bool(comma) > 1 and words and words[0].lower().rstrip(".") in TITLES else ""
    if comma:
        return Name(title, " ".join(words), surname)
    last = len(words) - 1
    begin = next((place for place, word in enumerate(words[1:last], start=1) if word in PARTICLES), last)
    return Name(title, " ".join(words[:begin]), " ".join(words[begin:]))


def slot(cell: str) -> Slot | None:
    """1Mon:4 is the Monday of week 1, period 4; None when the cell says no such thing."""
    found = SLOT.fullmatch(cell.strip())
    return Slot((found["week"] or "").upper(), found["day"].capitalize(), found["name"]) if found else None


def half_day(cell: str) -> str:
    """AM or PM of what a report calls a session; anything else stays as it is, to be reported."""
    found = re.search(r"\b(am|pm)\b", cell, re.IGNORECASE)
    return found[1].upper() if found else {"morning": "AM", "afternoon": "PM"}.get(cell.strip().lower(), cell)


def year(cell: str) -> str:
    """8 is Year 8."""
    return f"Year {int(cell)}" if re.fullmatch(r"\d\d?", cell, re.ASCII) else " ".join(cell.split())


def made_id(kind: str, *parts: str) -> str:
    """The same for the same words, whatever their capitals and blanks; kind: what stands before it, so that nobody takes it for the MIS's own."""
    words = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return f"{kind}:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
