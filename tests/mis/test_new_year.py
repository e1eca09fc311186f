"""The new school year in a drop that waits: it is called so, and what is no part of it is named apart."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from glowlite import mis
from glowlite.mis.impact import NewYear
from glowlite.mis.report import HELD, KEPT, Report
from glowlite.mis.wording import in_words
from glowlite.models import Drop, School
from tests.mis.bundles import Bundle, changed
from tests.mis.conftest import Load, said, total

Access = Callable[[], set[str]]
YEARS = ("S1", "S2", "S3", "S4", "S5", "S6")
A_YEAR = 10  # pupils


def school(shift: int = 0) -> Bundle:
    """Ten pupils in each of S1 to S6, each with one adult. shift: so many years later, under the same ids."""
    pupils = [(number, YEARS[place]) for place in range(6) for number in numbers(place - shift)]
    return {
        "pupils.csv": "\n".join(["id,forename,surname,born,year_group",
                                 *(f"P{n:03},Ann,Name{n},{2010 + n // 10}-03-01,{year}" for n, year in pupils), ""]),
        "contacts.csv": "\n".join(["id,forename,surname", *(f"C{n:03},Bea,Name{n}" for n, _ in pupils), ""]),
        "links.csv": "\n".join(["pupil_id,contact_id,parental_responsibility,court_order", *(f"P{n:03},C{n:03},Y,N" for n, _ in pupils), ""]),
        "groups.csv": "\n".join(["id,kind,name", *(f"{shift}-{year},year,{year}" for year in YEARS), ""]),
        "memberships.csv": "\n".join(["group_id,pupil_id", *(f"{shift}-{year},P{n:03}" for n, year in pupils), ""]),
    }


def numbers(place: int) -> Iterator[int]:
    """The numbers of those who began so many years after the first: S1 of this year has place 0, S6 has 5, next year's S1 has -1."""
    yield from range(100 - place * A_YEAR, 100 - place * A_YEAR + A_YEAR)


def without_pupils(bundle: Bundle, *gone: int) -> Bundle:
    """The same without these children and what is about them."""
    ids = [id for n in gone for id in (f"P{n:03},", f"C{n:03},", f",P{n:03}\n")]
    return {name: "".join(line for line in str(text).splitlines(keepends=True) if not any(id in line for id in ids)) for name, text in bundle.items()}


def apart(report: Report) -> dict[str, list[str]]:
    assert report.new_year
    return {one.what: one.names for one in report.new_year.apart}


def test_a_roll_over_is_called_the_new_school_year_and_still_waits(load: Load, access: Access) -> None:
    load(school())
    before = access()
    report = load(school(1))
    assert report.status == HELD and access() == before
    assert report.new_year and report.new_year.sentence == "This looks like the new school year: 10 left from S6, 10 came into S1, 50 moved up a year."
    assert apart(report) == {} and {problem.message for problem in report.brakes()} == set(report.new_year.explained) and len(report.brakes()) == 4


def test_let_in_everybody_is_a_year_on(load: Load, access: Access, waiting_room: Path, glenbeg: School) -> None:
    load(school())
    held = Drop.get_by_id(load(school(1)).drop_id)
    assert mis.release(held, by="a test", waiting_room=waiting_room).status == KEPT
    assert len(access()) == 60 and "C110-P110" in access() and "C050-P050" not in access()


def test_it_is_kept_with_the_drop_and_said_first_in_plain_text(load: Load) -> None:
    load(school())
    report = load(without_pupils(school(1), 85))
    assert NewYear.of_json(Drop.get_by_id(report.drop_id).report["new_year"]) == report.new_year
    text = in_words(report)
    assert text.index("This looks like the new school year") < text.index("Not part of that: 1 pupil left from another year than S6") < text.index("would end")
    assert "new_year" not in report.as_json()


def test_a_disaster_within_the_roll_over_is_named_apart(load: Load) -> None:
    """Four of S3 are missing too, a father has lost his right, one id is somebody else's, one repeats the year, one comes into S4, one adult is let in."""
    load(changed(school(), "links.csv", ("P105,C105,Y,N", "P105,C105,Y,Y")))
    bad = without_pupils(school(1), 80, 81, 82, 83)
    bad = changed(bad, "pupils.csv", ("P100,Ann,Name100,2020-03-01,S2", "P100,Ann,Name100,2020-03-01,S1"),
                  ("P101,Ann,Name101,2020-03-01", "P101,Zoe,Young,2013-01-31"), ("P110,Ann", "P200,Eve,New,2016-01-01,S4\nP110,Ann"))
    bad = changed(bad, "links.csv", ("P103,C103,Y,N", "P103,C103,N,N"))
    report = load(bad)
    assert report.status == HELD and report.new_year
    assert report.new_year.sentence == "This looks like the new school year: 10 left from S6, 10 came into S1, 44 moved up a year."
    assert apart(report) == {
        "1 id has become somebody else’s": ["Ann Name101, 2020-03-01 → Zoe Young, 2013-01-31"],
        "1 link of an adult to a child who stays would lose access": ["Bea Name103 – Ann Name103"],
        "1 link of an adult to a child who was here before would gain access": ["Bea Name105 – Ann Name105"],
        "4 pupils left from another year than S6": [f"Ann Name{n}, S3" for n in (80, 81, 82, 83)],
        "1 pupil did not move up a year": ["Ann Name100, S1"],
        "1 pupil came into another year than S1": ["Eve New, S4"]}
    assert not any("somebody else" in reason for reason in report.new_year.explained) and said(report, "This id was somebody else’s")


def test_reasons_that_are_of_no_school_year_are_not_explained_by_it(load: Load) -> None:
    load(school())
    report = load(changed(school(1), "links.csv", ("parental_responsibility,court_order", "parental_responsibility,legal")))
    assert report.new_year and [p.message for p in report.brakes() if p.message not in report.new_year.explained] == [
        "Earlier drops had this column, which decides who may see a child. The old answers were kept. The drop waits for a person."]


@pytest.mark.parametrize("bundle", [
    without_pupils(school(), *range(50, 60)),  # all of S6 are missing in March
    without_pupils(school(), *range(50, 60), *range(90, 95)),
    school(-1),  # last year's export
    without_pupils(school(1), *range(60, 110)),  # moved up, but hardly anybody is left
    changed(school(1), "pupils.csv", *((f",{year}\n", ",\n") for year in YEARS)),  # no year groups
    ], ids=["S6 missing", "S6 and half of S2 missing", "a year back", "only the new ones", "no years"])
def test_what_is_no_new_school_year_is_not_called_one(load: Load, bundle: Bundle) -> None:
    load(school())
    report = load(bundle)
    assert report.status == HELD and report.new_year is None


def test_who_left_in_june_is_a_leaver_of_the_new_year_too(load: Load) -> None:
    """S6 stand in the file, with their last day."""
    load(school())
    leavers = "".join(f"P{n:03},Ann,Name{n},2015-03-01,S6,2026-06-26\n" for n in range(50, 60))
    rest = "".join(f"{line},\n" for line in str(school(1)["pupils.csv"]).splitlines()[1:])
    report = load(school(1) | {"pupils.csv": f"id,forename,surname,born,year_group,left\n{leavers}{rest}"})
    assert report.new_year and report.new_year.sentence.startswith("This looks like the new school year: 10 left from S6")
    assert "did not move up" not in str(apart(report))


def test_a_primary_and_a_school_in_england_have_their_own_years(load: Load) -> None:
    names = {"S1": "Year 7", "S2": "Year 8", "S3": "Year 9", "S4": "Year 10", "S5": "Year 11", "S6": "Year 12"}
    load(changed(school(), "pupils.csv", *((f",{short}\n", f",{name}\n") for short, name in names.items())))
    report = load(changed(school(1), "pupils.csv", *((f",{short}\n", f",{name}\n") for short, name in names.items())))
    assert report.new_year and "10 left from Year 12, 10 came into Year 7, 50 moved up" in report.new_year.sentence


def test_one_slip_of_the_pen_makes_no_oldest_year(load: Load) -> None:
    load(changed(school(), "pupils.csv", ("P105,Ann,Name105,2020-03-01,S1", "P105,Ann,Name105,2020-03-01,S7")))
    report = load(school(1))
    assert report.new_year and "left from S6" in report.new_year.sentence and total(report)
