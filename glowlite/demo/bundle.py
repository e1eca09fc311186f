"""Hides how the demo becomes files: for each school one folder of CSV files in GlowLite's own drop format."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from random import Random

from glowlite.demo import cast
from glowlite.demo.attendance import marks
from glowlite.demo.conduct import conduct
from glowlite.demo.events import calendar
from glowlite.demo.homework import assignments
from glowlite.demo.names import folded
from glowlite.demo.people import Pupil, Roll, roll
from glowlite.demo.primary import primary_week
from glowlite.demo.results import results
from glowlite.demo.timetable import academy_week
from glowlite.demo.week import Teacher, Week
from glowlite.demo.year import SchoolYear

Row = Iterable[object]
FEWEST, MOST = 30, 3000

HEADERS = {
    "school": "id name kind mis attendance_codes address phone email",
    "staff": "id title forename surname job email",
    "pupils": "id scn forename surname known_as born year_group registration house photo_consent joined left",
    "contacts": "id title forename surname email mobile phone address postcode",
    "links": "pupil_id contact_id relationship priority parental_responsibility court_order lives_with account_selected",
    "groups": "id kind name subject",
    "memberships": "group_id pupil_id",
    "teaching": "group_id staff_id",
    "periods": "id weekday name starts ends",
    "lessons": "id group_id period_id staff_id room bring",
    "marks": "pupil_id day session code",
    "conduct": "id pupil_id kind type day points staff_id comment",
    "results": "id pupil_id subject title day value out_of comment released",
    "assignments": "id group_id staff_id title details resource set_on due_on",
    "calendar": "id kind title starts ends details audience",
}
DAY_NAMES = ("", "Mon", "Tue", "Wed", "Thu", "Fri")


def write(folder: Path, today: date, pupils: int = 360) -> dict[str, Path]:
    """Write folder/<school code>/<noun>.csv as the MIS stood on that day; returns school code -> its folder.

    The same day and number give the same bytes. A later day of the session adds to the files and changes next to nothing.
    """
    folders = {}
    for school in cast.SCHOOLS:
        folders[school.code] = folder / school.code
        folders[school.code].mkdir(parents=True, exist_ok=True)
        for noun, rows in _rows(school, today, pupils).items():
            _write(folders[school.code] / f"{noun}.csv", HEADERS[noun].split(), rows)
    return folders


def rows(code: str, today: date, pupils: int = 360) -> dict[str, list[dict[str, str]]]:
    """The same for one school, not written: noun -> rows, column -> text."""
    school = next(one for one in cast.SCHOOLS if one.code == code)
    return {noun: [dict(zip(HEADERS[noun].split(), ("" if cell is None else str(cell) for cell in row), strict=True)) for row in some]
            for noun, some in _rows(school, today, pupils).items()}


def _rows(school: cast.School, today: date, pupils: int) -> dict[str, Iterable[Row]]:
    if not FEWEST <= pupils <= MOST:
        raise ValueError(f"the demo is made for {FEWEST} to {MOST} pupils, not {pupils}")
    year, people = SchoolYear.around(today), roll(today, pupils).of(school.code)
    plan = academy_week if school.code == cast.ACADEMY else primary_week
    return _files(school, people, plan(people.pupils, Random(f"{year.begins} {pupils} {school.code}")), year, today)


def _write(path: Path, header: list[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _files(school: cast.School, people: Roll, week: Week, year: SchoolYear, today: date) -> dict[str, Iterable[Row]]:
    about = (school.id, school.name, school.kind, school.mis, "scotland", school.address, school.phone, school.email)
    return {
        "school": [about],
        "staff": ((one.id, one.title, one.forename, one.surname, one.job, _email(one, school)) for one in week.staff),
        "pupils": map(_pupil, people.pupils),
        "contacts": ((one.id, one.title, one.forename, one.surname, one.email, one.mobile, one.phone, one.address, one.postcode)
                     for one in people.adults.values()),
        "links": ((tie.pupil_id, tie.contact_id, tie.relationship, tie.priority, tie.parental_responsibility, tie.court_order,
                   tie.lives_with, tie.account_selected) for tie in people.ties),
        "groups": ((group.id, group.kind, group.name, group.subject) for group in week.groups.values()),
        "memberships": ((group.id, pupil) for group in week.groups.values() for pupil in group.pupils),
        "teaching": ((group.id, staff) for group in week.groups.values() for staff in group.staff),
        "periods": ((one.id, DAY_NAMES[one.weekday], one.name, one.starts, one.ends) for one in week.periods),
        "lessons": _lessons(week),
        "marks": marks(people.pupils, year, today),
        "conduct": conduct(people.pupils, week, year, today),
        "results": results(people.pupils, week, year, today),
        "assignments": assignments(week, year, today),
        "calendar": calendar(school.code, year, today),
    }


def _email(one: Teacher, school: cast.School) -> str:
    return f"{folded(one.forename)[0]}.{folded(one.surname)}@{school.code}.example"


def _pupil(one: Pupil) -> Row:
    return (one.id, one.scn, one.forename, one.surname, one.known_as, one.born.isoformat(), one.stage, one.registration,
            one.house, one.photo_consent, one.joined.isoformat(), one.left.isoformat() if one.left else "")


def _lessons(week: Week) -> Iterator[Row]:
    for lesson in week.lessons:
        period = week.periods[lesson.slot].id
        yield f"{lesson.group.id}-{period}", lesson.group.id, period, lesson.staff_id, lesson.room, lesson.bring
