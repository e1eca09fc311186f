"""A small school beside the demo's, for the modules that only read."""

from datetime import date

import pytest

from glowlite.models import (
    Assignment,
    AttendanceCode,
    Authority,
    CalendarEntry,
    Group,
    Lesson,
    Mark,
    Membership,
    Period,
    Pupil,
    School,
    Staff,
)

THURSDAY = date(2026, 11, 19)


@pytest.fixture
def school(site):
    """Glenbeg Academy with its calendar, a class with one pupil, and a code table."""
    school = School.create(authority=Authority.create(name="Glenbeg Council"), code="GA", name="Glenbeg Academy", code_table="glenbeg")
    for code, words, category in (("10", "In school", "present"), ("11", "Late", "late"), ("30", "Sickness", "authorised"),
                                  ("02", "Extended leave", "not-required")):
        AttendanceCode.create(table="glenbeg", code=code, words=words, category=category)
    AttendanceCode.create(table="glenbeg", code="H", words="Holiday", category="authorised", valid_to=date(2024, 8, 18))
    return school


@pytest.fixture
def pupil(school):
    return Pupil.create(school=school, mis_id="000123", forename="Catriona", surname="MacLeod")


@pytest.fixture
def lesson(school, pupil):
    """PE on Thursdays of week A, with Mrs Reid."""
    group = Group.create(school=school, mis_id="2B-PE", kind="class", name="2B PE", subject="PE")
    Membership.create(group=group, pupil=pupil)
    reid = Staff.create(school=school, mis_id="T07", title="Mrs", forename="Ailsa", surname="Reid")
    period = Period.create(school=school, mis_id="THU1", week="a", weekday=4, name="Period 1", starts="09:00", ends="09:50")
    return Lesson.create(school=school, mis_id="L1", group=group, period=period, staff=reid, room="Gym", bring="PE kit")


@pytest.fixture
def date_of(school):
    """Writes one entry into the school calendar."""

    def write(kind, title, starts, ends=None, audience="everyone"):
        return CalendarEntry.create(school=school, mis_id=f"{kind} {starts}", kind=kind, title=title, starts=starts, ends=ends,
                                    audience=audience)

    return write


@pytest.fixture
def mark(pupil):
    """Writes one session mark of the pupil."""

    def write(day, session, code, gone=None):
        return Mark.create(pupil=pupil, day=day, session=session, code=code, gone=gone)

    return write


@pytest.fixture
def homework(school, lesson):
    """Sets homework for the class."""

    def write(title, set_on, due_on, gone=None):
        return Assignment.create(school=school, mis_id=title, group=lesson.group, staff=lesson.staff, title=title,
                                 set_on=set_on, due_on=due_on, gone=gone)

    return write
