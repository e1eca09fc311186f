"""Hides when the drop of a school is late, and that its office is told so once by e-mail."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from flask import current_app
from peewee import fn

from glowlite import clock, school_day
from glowlite.mis import drop_rules
from glowlite.mis.report import HELD, KEPT, RELEASED
from glowlite.models import Drop, School
from glowlite.rollout import mail

FURTHEST = 60  # days; beyond that it is late whatever the calendar says
COUNTS = (KEPT, HELD, RELEASED)


class Late(NamedTuple):
    """last: the day of the newest drop. days: so many school days have come since, today included."""

    last: date
    days: int


def late_ones(schools: Iterable[School]) -> dict[int, Late]:
    """By school: those whose newest drop is older than its rules allow. A school that never had one is not late."""
    schools = list(schools)
    newest = _newest(schools)
    calendars = school_day.calendar([school.id for school in schools], clock.today() - timedelta(days=FURTHEST))
    found = {}
    for school in schools:
        if school.id in newest:
            late = Late(newest[school.id], _school_days(newest[school.id], calendars[school.id]))
            if late.days > drop_rules.of(school).late_after_days:
                found[school.id] = late
    return found


def tell(school: School) -> Iterator[str]:
    """Mail the office of a school whose drop is late, once until the next drop comes; yields a sentence about it."""
    late = late_ones([school]).get(school.id)
    if late is None or not mail.is_on() or not school.email or (school.late_told and clock.local(school.late_told).date() > late.last):
        return
    letter = current_app.jinja_env.get_template("emails/late.txt")
    try:
        mail.send(school.email, f"No data from the MIS for {late.days} school days",
                  letter.render(school=school, late=late, site=current_app.config["GLOWLITE"].address))
    except mail.NotSent as problem:
        yield f"the office could not be told that the drop is late. {problem}"
        return
    School.update(late_told=clock.now()).where(School.id == school.id).execute()
    yield f"the newest drop is {late.days} school days old; the office was told by e-mail."


def _newest(schools: list[School]) -> dict[int, date]:
    """By school: the day on which the MIS last said how things stand."""
    last = Drop.select(fn.MAX(Drop.id)).where(Drop.school.in_([school.id for school in schools]), Drop.status.in_(COUNTS)).group_by(Drop.school)
    return {drop.school_id: clock.local(drop.finished or drop.started).date() for drop in Drop.select().where(Drop.id.in_(last))}


def _school_days(last: date, calendar: school_day.Calendar) -> int:
    ahead = (clock.today() - last).days
    if ahead > FURTHEST:
        return FURTHEST
    return sum(school_day.on(last + timedelta(days=n), calendar).open for n in range(1, ahead + 1))
