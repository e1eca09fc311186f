"""Hides how a year of attendance comes about: spells of illness, a bug in November, late sleepers, children who stay away."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import NamedTuple

from glowlite.demo import cast
from glowlite.demo.people import Pupil
from glowlite.demo.year import DAY, SchoolYear, monday_from

PRESENT, LATE, WORK, TAUGHT_AT_HOME, LEAVE = "10", "11", "12", "13", "02"
SICK, DOCTOR, UNEXPLAINED, HOLIDAY, FAMILY_TROUBLE = "30", "31", "20", "21", "14"
SPELL_LENGTHS, SPELL_WEIGHTS = (1, 2, 3, 4, 5, 8), (34, 26, 17, 10, 9, 4)
SPELL_HALF_DAYS = 5.1  # on average: what turns a share of sessions missed into the chance that a spell begins
MONDAY_TO_FRIDAY = (1.3, 0.9, 0.85, 0.95, 1.2)


class Habit(NamedTuple):
    """Chances on an ordinary day: that a spell begins, of one odd session away, and of coming late."""

    spell: float
    odd: float
    late: float
    stays_away: bool


def marks(pupils: list[Pupil], year: SchoolYear, today: date) -> Iterator[tuple[str, str, str, str]]:
    """Rows of marks.csv: every session so far. Today's afternoon is still to come, and one class has not been registered yet."""
    days = year.open_days(today)
    waiting = _class_not_registered(pupils, today)
    texts = {day: day.isoformat() for day in days}
    for pupil in pupils:
        if pupil.id == cast.JOINED_YESTERDAY:
            continue
        for day, morning, afternoon in _sessions(pupil, days, year):
            if day != today:
                yield pupil.id, texts[day], "AM", morning
                yield pupil.id, texts[day], "PM", afternoon
            elif pupil.registration != waiting:
                yield pupil.id, texts[day], "AM", morning


def _class_not_registered(pupils: list[Pupil], today: date) -> str:
    classes = sorted({pupil.registration for pupil in pupils if pupil.registration})
    return Random(f"{today} register").choice(classes) if classes else ""


def _habit(rng: Random) -> Habit:
    kind = rng.random()
    if kind < 0.04:
        missed, odd = rng.uniform(0.12, 0.22), 0.05
    elif kind < 0.13:
        missed, odd = rng.uniform(0.05, 0.10), 0.012
    else:
        missed, odd = rng.uniform(0.008, 0.05), 0.007
    late = rng.uniform(0.07, 0.2) if rng.random() < 0.09 else 0.006
    return Habit(missed * 2 / SPELL_HALF_DAYS, odd, late, kind < 0.04)


def _sessions(pupil: Pupil, days: tuple[date, ...], year: SchoolYear) -> Iterator[tuple[date, str, str]]:
    """Each day's two codes, drawn day by day from the child's own stream: tomorrow's bundle repeats today's and adds to it."""
    rng = Random(f"{year.begins} {pupil.id} marks")
    draw, habit = rng.random, _habit(rng)
    bug = monday_from(date(year.begins, 11, 14))
    work = monday_from(date(year.begins, 11, 1)) if pupil.stage == "S4" else None
    away, code, back_after_lunch = 0, SICK, False
    for day in days:
        if day < pupil.joined:
            continue
        if pupil.left and day > pupil.left:
            return
        morning = afternoon = PRESENT
        if work and work <= day < work + 5 * DAY:
            morning = afternoon = WORK
        ill_week = bug <= day < bug + 5 * DAY
        if away:
            away -= 1
            morning = code
            afternoon = PRESENT if back_after_lunch and not away else code
        elif draw() < habit.spell * MONDAY_TO_FRIDAY[day.weekday()] * (4.5 if ill_week else 1):
            code, away = (SICK, rng.choice((1, 2, 3))) if ill_week else _spell(rng, habit)
            back_after_lunch = code == SICK and draw() < 0.15
            morning = PRESENT if code == SICK and draw() < 0.15 else code  # sent home at lunchtime
            afternoon, away = code, away - 1
        elif draw() < habit.odd:
            morning, afternoon = _odd_session(rng, habit, morning, afternoon)
        elif draw() < habit.late and morning == PRESENT:
            morning = LATE
        yield day, morning, afternoon


def _spell(rng: Random, habit: Habit) -> tuple[str, int]:
    """Why a child is away, and for how many days."""
    reason = rng.random()
    if habit.stays_away and reason < 0.45:
        return UNEXPLAINED, rng.choice((1, 1, 2, 3))
    if reason < 0.05:
        return HOLIDAY, rng.choice((3, 5, 5, 7))
    if reason < 0.06:
        return LEAVE, 10
    if reason < 0.075:
        return FAMILY_TROUBLE, rng.choice((1, 2))
    if reason < 0.085:
        return TAUGHT_AT_HOME, 8
    return SICK, rng.choices(SPELL_LENGTHS, SPELL_WEIGHTS)[0]


def _odd_session(rng: Random, habit: Habit, morning: str, afternoon: str) -> tuple[str, str]:
    reason = UNEXPLAINED if rng.random() < (0.7 if habit.stays_away else 0.15) else DOCTOR
    if rng.random() < 0.5:
        return reason, afternoon
    return morning, reason
