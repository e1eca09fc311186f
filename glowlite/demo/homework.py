"""Hides how homework is made: which texts suit a group, and when each is set and due, never the same one twice."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from glowlite.demo import cast
from glowlite.demo.week import Group, Lesson, Week
from glowlite.demo.year import DAY, SchoolYear

TEXTS = Path(__file__).with_name("homework.txt")
RESOURCES = "https://example.org/learn/"
EACH_FORTNIGHT = {"English", "Mathematics", "Science", "French", "Literacy", "Numeracy"}
RARELY = {"Physical Education", "PSE", "RME", "Supported Study", "PE", "Library", "Swimming", "Assembly"}
PREPARED_AHEAD = 4 * DAY  # teachers have this much ready that families do not see yet


class Text(NamedTuple):
    title: str
    resource: str
    details: str


@cache
def _file() -> tuple[tuple[tuple[str, ...], ...], dict[tuple[str, ...], tuple[str, ...]]]:
    lines = [tuple(line.split("|")) for line in TEXTS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    topics = {line[1:3]: tuple(line[3].split("; ")) for line in lines if line[0] == "topics"}
    return tuple(line for line in lines if line[0] != "topics"), topics


@cache
def texts(level: str, subject: str) -> tuple[tuple[Text, ...], tuple[Text, ...]]:
    """What can be set in a subject: first the texts of its own, then those that any topic fits."""
    lines, topics = _file()
    named: list[Text] = []
    general: list[Text] = []
    for line_level, line_subject, title, resource, details in lines:
        if line_level != level or line_subject not in (subject, "*"):
            continue
        chosen = named if line_subject == subject else general
        for topic in topics.get((level, subject), ()) if "{topic}" in title + details else ("",):
            link = RESOURCES + resource if resource else ""
            chosen.append(Text(_sentence(title.replace("{topic}", topic)), link, details.replace("{topic}", topic)))
    return tuple(named), tuple(general)


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:]


def level(group: Group) -> str:
    """junior, senior, early or upper, from the first figure in the group's id: 2B-EN, S4-BI, P5-LIT."""
    figure = next(letter for letter in group.id if letter.isdigit())
    if group.id.startswith("P"):
        return "early" if figure < "4" else "upper"
    return "junior" if figure < "4" else "senior"


def assignments(week: Week, year: SchoolYear, today: date) -> Iterator[tuple[object, ...]]:
    """Rows of assignments.csv."""
    meetings: dict[str, list[Lesson]] = {}
    for lesson in week.lessons:
        meetings.setdefault(lesson.group.id, []).append(lesson)
    for group in week.groups.values():
        if group.kind == "class" and group.id in meetings:
            yield from _of_group(group, meetings[group.id], week, year, today)
    if english := week.groups.get(next(iter(cast.ALWAYS_TEACHES))):
        ready = today + 2 * DAY
        details = "Families see this only from the day it is set."
        yield ("A-CANARY", english.id, english.staff[0], cast.CANARY_ASSIGNMENT, details, "",
               ready.isoformat(), (ready + 7 * DAY).isoformat())


def _of_group(group: Group, lessons: list[Lesson], week: Week, year: SchoolYear,
              today: date) -> Iterator[tuple[object, ...]]:
    rng = Random(f"{year.begins} {group.id} homework")
    weekdays = {week.periods[lesson.slot].weekday for lesson in lessons}
    days = [day for day in year.days if day.isoweekday() in weekdays]
    waiting = _shuffled(group, rng)
    position = rng.randrange(1, 5) if len(days) > 5 else 0
    serial = 0
    while waiting and position < len(days):
        set_on = days[position]
        earliest = set_on + rng.choice((2, 4, 6, 7)) * DAY
        due = next((day for day in days[position + 1:] if day >= earliest), None)
        if due is None or set_on > today + PREPARED_AHEAD:
            return
        serial += 1
        text = waiting.pop(0)
        yield (f"A-{group.id}-{serial:02}", group.id, lessons[0].staff_id, text.title, text.details, text.resource,
               set_on.isoformat(), due.isoformat())
        position = _next(days, set_on + _gap(group, rng) * DAY)


def _shuffled(group: Group, rng: Random) -> list[Text]:
    """Two of the subject's own texts, then a general one, so that the general ones do not drown the others."""
    own, general = (list(some) for some in texts(level(group), group.subject))
    rng.shuffle(own)
    rng.shuffle(general)
    mixed = []
    while own or general:
        mixed += own[:2] + general[:1]
        del own[:2], general[:1]
    return mixed


def _gap(group: Group, rng: Random) -> int:
    """Days to the next homework: one or two a fortnight in the subjects that matter most at home, one in five weeks elsewhere."""
    senior = level(group) == "senior"
    if group.subject in RARELY:
        return rng.randint(28, 42)
    if group.subject in EACH_FORTNIGHT:
        return rng.choice((7, 9) if group.id.startswith("P") else (8, 12, 14, 14))
    return rng.choice((12, 14, 18)) if senior else rng.choice((14, 21, 28))


def _next(days: list[date], wanted: date) -> int:
    return next((n for n, day in enumerate(days) if day >= wanted), len(days))
