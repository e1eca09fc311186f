"""Hides how results come about: unit tests through the year and tracking three times, some of them not yet for families' eyes."""

from collections.abc import Iterator
from datetime import date
from random import Random

from glowlite.demo import cast
from glowlite.demo.people import Pupil
from glowlite.demo.week import Group, Week
from glowlite.demo.year import DAY, SchoolYear

UNTESTED = {"PSE", "Supported Study", "Library", "Swimming", "Assembly", "PE", "Topic", "Expressive Arts", "Health and Wellbeing",
            "Gàidhlig", "Science"}
TRACKED_ONLY = {"Physical Education", "RME", "Art and Design", "Music", "Drama", "Photography"}
TESTS_A_YEAR = 4
OUT_OF = (20, 25, 30, 40)
MARKING_TIME = 10 * DAY
TRACKING = (("Autumn tracking", 11, 6), ("Winter tracking", 2, 24), ("Summer tracking", 5, 28))
TRACKING_KEPT_BACK = 21 * DAY  # reports go home together
JUNIOR_GRADES = ("Needs support", "Developing", "On track", "On track", "Beyond expected")
SENIOR_GRADES = ("D", "C", "B", "B", "A")
TEST_COMMENTS = (
    (0.85, ("Secure throughout. Try the extension questions.", "Excellent: clear working and hardly a slip.", "")),
    (0.6, ("A solid result. The last two questions are worth another look.", "Good understanding; read the question twice.", "")),
    (0.0, ("The basics are coming. Support club on Thursdays would help.",
           "Not the day it might have been; there is a second chance.", "")),
)


def results(pupils: list[Pupil], week: Week, year: SchoolYear, today: date) -> Iterator[tuple[object, ...]]:
    """Rows of results.csv."""
    by_id = {pupil.id: pupil for pupil in pupils}
    ability = {pupil.id: Random(f"{year.begins} {pupil.id} ability").gauss(0.68, 0.15) for pupil in pupils}
    for group in week.groups.values():
        if group.kind == "class" and group.subject not in UNTESTED:
            members = [by_id[id] for id in group.pupils]
            if group.subject not in TRACKED_ONLY:
                yield from _tests(group, members, ability, year, today)
            yield from _tracking(group, members, ability, year, today)
    if cast.CHILDREN[0].id in by_id:  # Catriona's, so that a leak would show on the first page anybody opens
        yield ("R-CANARY", cast.CHILDREN[0].id, "English", cast.CANARY_RESULT, (today - DAY).isoformat(), "23", "30",
               "A thoughtful piece.", (today + 5 * DAY).isoformat())


def _tests(group: Group, members: list[Pupil], ability: dict[str, float], year: SchoolYear,
           today: date) -> Iterator[tuple[object, ...]]:
    rng = Random(f"{year.begins} {group.id} tests")
    span = len(year.days) // TESTS_A_YEAR
    for number in range(1, TESTS_A_YEAR + 1):
        day = year.days[(number - 1) * span + rng.randrange(span // 3, span)]
        most = rng.choice(OUT_OF)
        for pupil in members:
            share = min(1.0, max(0.1, rng.gauss(ability[pupil.id], 0.09)))
            comment = rng.choice(next(texts for least, texts in TEST_COMMENTS if share >= least))
            if day <= today - 2 * DAY:
                yield (f"R-{group.id}-{number}-{pupil.id}", pupil.id, group.subject, f"Unit {number} test", day.isoformat(),
                       round(share * most), most, comment, (day + MARKING_TIME).isoformat())


def _tracking(group: Group, members: list[Pupil], ability: dict[str, float], year: SchoolYear,
              today: date) -> Iterator[tuple[object, ...]]:
    rng = Random(f"{year.begins} {group.id} tracking")
    grades = SENIOR_GRADES if group.id[:2] in ("S4", "S5", "S6") or group.id[0] in "456" else JUNIOR_GRADES
    for number, (title, month, on) in enumerate(TRACKING, start=1):
        day = year.school_day_from(date(year.begins + (month < 8), month, on))
        for pupil in members:
            place = int((rng.gauss(ability[pupil.id], 0.12) - 0.35) / 0.13)
            if day <= today:
                yield (f"R-{group.id}-T{number}-{pupil.id}", pupil.id, group.subject, title, day.isoformat(),
                       grades[min(4, max(0, place))], "", "", (day + TRACKING_KEPT_BACK).isoformat())
