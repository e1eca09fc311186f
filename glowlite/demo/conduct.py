"""Hides how praise and trouble are made up: three kind entries for each unkind one, and comments that name other children."""

from collections.abc import Iterator
from datetime import date
from random import Random

from glowlite.demo import cast
from glowlite.demo.people import Pupil
from glowlite.demo.week import Week
from glowlite.demo.year import DAY, SchoolYear

ACHIEVEMENT = (  # type, points, comments
    ("Helping others", 2, ("Showed a new pupil round without being asked.", "Stayed behind to stack the chairs.",
                           "Noticed somebody sitting alone at lunch and went over.", "Explained the homework patiently, twice.")),
    ("Effort in class", 2, ("A tricky topic, and no giving up.", "The best concentration of the week.",
                            "Redrafted until it was right.", "Asked the question everybody else was afraid to ask.")),
    ("Excellent work", 3, ("A piece of work to keep.", "Read out to the class, who clapped.", "Neat, accurate and thoughtful.",
                           "Full marks, and explained why.")),
    ("Kindness", 2, ("A kind word at just the right moment.", "Shared when there was not enough to go round.", "")),
    ("Great improvement", 3, ("Look how far this has come since August.", "Twice the marks of last time.",
                              "Reads with real confidence now.")),
    ("Taking part", 1, ("Joined the debate with good arguments.", "Ran the tuck shop for charity.", "Played at the assembly.",
                        "")),
    ("Represented the school", 4, ("Played for the school on a wet Saturday.", "Welcomed visitors at the open evening.")),
    ("Excellent homework", 2, ("You can see the care in it.", "The interview with a grandparent was a joy to read.", "")),
)
BEHAVIOUR = (
    ("Homework not handed in", -1, ("Second time this month.", "Says the bag was left on the bus.", "")),
    ("Mobile phone in class", -1, ("Handed in until the bell, without fuss.", "Asked twice.", "")),
    ("Without kit", -1, ("Third PE lesson without kit. Is there a difficulty? We have spares.", "No apron.", "")),
    ("Disturbing the lesson", -2, ("Talking with {other} through the test.", "Moved away from {other} after two warnings.",
                                   "Settled down after a quiet word.", "")),
    ("Unkind words", -3, ("Called {other} names in the corridor. Apologised later.",
                          "Laughed at {other}'s reading. We talked about it.")),
    ("Unsafe behaviour", -3, ("Pushing with {other} on the stairs.", "Threw a snowball with a stone in it at {other}.",
                              "Ran with scissors.")),
    ("Late to lesson", -1, ("Ten minutes, with {other}.", "")),
)
PRIMARY_BEHAVIOUR = (
    ("Disturbing the class", -1, ("Calling out on the carpet.", "Could not stop giggling with {other}.", "")),
    ("Unkind words", -2, ("Told {other} to go away at break. They made up.", "")),
    ("Rough play", -2, ("Knocked {other} over in a game that got too wild.",
                        "Sand was thrown. It will be swept by the thrower.")),
)
PRAISE_A_WEEK, TROUBLE_A_WEEK = 0.15, 0.05


def conduct(pupils: list[Pupil], week: Week, year: SchoolYear, today: date) -> Iterator[tuple[object, ...]]:
    """Rows of conduct.csv."""
    staff, others = _teachers_and_classmates(pupils, week)
    mondays = [day for day in year.open_days(today) if day.weekday() == 0 or day - DAY not in year.days]
    for pupil in pupils:
        if pupil.in_class:
            yield from _of_pupil(pupil, staff[pupil.id], others[pupil.registration], mondays, year, today)
    ewan = next((pupil for pupil in pupils if pupil.id == cast.CANARY_PUPIL), None)
    if ewan and today > year.first + DAY:
        day = year.open_days(today - DAY)[-1]
        yield (cast.CANARY_CONDUCT, ewan.id, "behaviour", "Unsafe behaviour", day.isoformat(), -3, staff[ewan.id][0],
               cast.CANARY_COMMENT)


def _teachers_and_classmates(pupils: list[Pupil], week: Week) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    staff: dict[str, list[str]] = {}
    for group in week.groups.values():
        if group.kind == "class":
            for id in group.pupils:
                staff.setdefault(id, []).extend(group.staff)
    others: dict[str, list[str]] = {}
    for pupil in pupils:
        if pupil.in_class:
            others.setdefault(pupil.registration, []).append(f"{pupil.known_as or pupil.forename} {pupil.surname}")
    return staff, others


def _of_pupil(pupil: Pupil, staff: list[str], classmates: list[str], weeks: list[date], year: SchoolYear,
              today: date) -> Iterator[tuple[object, ...]]:
    rng = Random(f"{year.begins} {pupil.id} conduct")
    praise, trouble = PRAISE_A_WEEK * rng.uniform(0.5, 1.7), TROUBLE_A_WEEK * rng.choice((0.2, 0.3, 0.5, 1, 1, 4))
    me = f"{pupil.known_as or pupil.forename} {pupil.surname}"
    others = [name for name in classmates if name != me] or ["another pupil"]
    if pupil.school == cast.PRIMARY:
        trouble *= 0.6
    bad = PRIMARY_BEHAVIOUR if pupil.school == cast.PRIMARY else BEHAVIOUR
    for number, start in enumerate(weeks):
        for kind, chance, table in (("achievement", praise, ACHIEVEMENT), ("behaviour", trouble, bad)):
            hit, offset, (type_, points, comments) = rng.random() < chance, rng.randrange(5), rng.choice(table)
            comment, other, teacher = rng.choice(comments), rng.choice(others), rng.choice(staff)
            day = start + min(offset, 4 - start.weekday()) * DAY
            if hit and day <= today and day in year.days:
                yield (f"K{pupil.id[-5:]}{kind[0]}{number:02}", pupil.id, kind, type_, day.isoformat(), points, teacher,
                       comment.replace("{other}", other))
