"""Hides how a cell that says several things is taken apart (a full name, a slot like 1Mon:4), and how an id is made where there is none."""

import hashlib
import re
from typing import NamedTuple

TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "revd", "sir", "lady", "lord", "dame", "fr"}
PARTICLES = {"de", "da", "di", "del", "van", "von", "der", "den", "la", "le", "bin", "binte", "al", "nic", "mac", "st", "st."}
TITLE_BEHIND = re.compile(r"(?P<name>.*\S)\s*\(\s*(?P<title>[^\W\d_]+\.?)\s*\)\s*")
SEVERAL = re.compile(r"\s(&|and|\+|or)\s|\w\s*[/;]\s*\w|(?P<surname>\w+),\s*[^,]+\s(?P=surname)(,|$)|\n", re.IGNORECASE)
YEAR = re.compile(r"(?:(?:curriculum|nc) )?(?:y|yr|year)? ?(\d\d?)", re.IGNORECASE | re.ASCII)
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
    """“Mrs Mairi MacLeod”, “MacLeod, Mairi (Mrs)” and “Jan van der Berg” in three; a single word is a surname."""
    if (behind := TITLE_BEHIND.fullmatch(cell)) and behind["title"].lower().rstrip(".") in TITLES:
        return full_name(behind["name"])._replace(title=behind["title"])
    surname, comma, rest = (part.strip() for part in cell.partition(","))
    words = (rest if comma else cell).split()
    title = words.pop(0) if len(words) + bool(comma) > 1 and words and words[0].lower().rstrip(".") in TITLES else ""
    if comma:
        return Name(title, " ".join(words), surname)
    last = len(words) - 1
    begin = next((place for place, word in enumerate(words[1:last], start=1) if word in PARTICLES), last)
    return Name(title, " ".join(words[:begin]), " ".join(words[begin:]))


def is_several(cell: str) -> bool:
    """“Jane & Bill Lowe”, “Ms K Reed / Mr J Fox” and “Sarah Green, David Green” are two adults, of whom nobody knows who is meant by what stands beside."""
    return SEVERAL.search(cell) is not None


def slot(cell: str) -> Slot | None:
    """1Mon:4 is the Monday of week 1, period 4; None when the cell says no such thing."""
    found = SLOT.fullmatch(cell.strip())
    return Slot((found["week"] or "").upper(), found["day"].capitalize(), found["name"]) if found else None


def half_day(cell: str) -> str:
    """AM or PM of what a report calls a session; anything else stays as it is, to be reported."""
    found = re.search(r"\b(am|pm)\b", cell, re.IGNORECASE)
    return found[1].upper() if found else {"morning": "AM", "afternoon": "PM"}.get(cell.strip().lower(), cell)


def year(cell: str) -> str:
    """8, Y8 and Curriculum Year 8 are Year 8."""
    found = YEAR.fullmatch(" ".join(cell.split()))
    return f"Year {int(found[1])}" if found else " ".join(cell.split())


def made_id(kind: str, *parts: str) -> str:
    """The same for the same words, whatever their capitals and blanks; kind: what stands before it, so that nobody takes it for the MIS's own."""
    words = "\x1f".join(" ".join(part.casefold().split()) for part in parts)
    return f"{kind}:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
