"""Cells and rows: ids, dates, yes and no, rows out of step, duplicates and references."""

import datetime
from collections.abc import Callable

import pytest

from glowlite.mis.report import KEPT
from glowlite.mis.rows import NOUNS, text
from glowlite.models import Link, Period, Pupil, School
from tests.mis import bundles
from tests.mis.bundles import changed
from tests.mis.conftest import Load, adds_up, counts, said, total

Access = Callable[[], set[str]]


def pupils() -> dict[str, Pupil]:
    return {row.mis_id: row for row in Pupil.select().join(School).where(School.code == "glenbeg")}


def born(load: Load, cell: str) -> tuple[datetime.date | None, list[object]]:
    report = load({"pupils.csv": f'id,forename,surname,born\n1,A,B,"{cell}"\n'})
    return pupils()["1"].born, list(report.problems)


@pytest.mark.parametrize("cell", ["2014-03-02", "02/03/2014", "2/3/2014", "02.03.2014", "2014-3-2", " 02/03/2014 ", "2014-03-02T00:00:00", "2014-03-02 00:00"])
def test_iso_and_uk_dates_are_read(load: Load, cell: str) -> None:
    assert born(load, cell) == (datetime.date(2014, 3, 2), [])


@pytest.mark.parametrize("cell", [
    "03/13/2014", "31/02/2014", "2014-02-30", "02/03/14", "41700", "yesterday", "1066-10-14", "2999-01-01", "٢٠١٤-٠٣-٠٢", "0000-00-00"])
def test_a_date_that_is_none_counts_as_blank_and_is_named(load: Load, cell: str) -> None:
    day, problems = born(load, cell)
    assert day is None and len(problems) == 1 and "2026-11-23 or 23/11/2026" in str(problems[0]) and cell in str(problems[0])


def test_leading_zeros_are_kept(load: Load) -> None:
    load({"pupils.csv": "id,scn,forename,surname\n000123,091234564,Ann,Bell\n123,,Ben,Bell\n"})
    assert pupils()["000123"].scn == "091234564" and pupils()["123"].forename == "Ben"


@pytest.mark.parametrize("number", ["a/b c", "Ü-1", "o'neil", "-1", "1.0", "%(x)s", ":school", "'; DROP TABLE pupils; --", "=1+1", "\u202e12", "x" * 80])
def test_an_id_may_be_any_text(load: Load, access: Access, number: str) -> None:
    report = load({name: str(content).replace("0001", number) for name, content in bundles.family().items()})
    assert report.status == KEPT and not report.problems and f"C1-{number}" in access()
    assert not total(load({name: str(content).replace("0001", number) + "\n" for name, content in bundles.family().items()}))


@pytest.mark.parametrize("number", ["1.23457E+11", "1E+05", "#REF!", "#N/A", "########", "x" * 81, "a\x07b", "a\ufffdb"])
def test_an_id_that_a_spreadsheet_spoilt_belongs_to_nobody(load: Load, access: Access, number: str) -> None:
    """Two pupils with one spoilt id would share their parents."""
    report = load({name: str(content).replace("0001", number).replace("0002", number) for name, content in bundles.family().items()})
    assert access() == {"C3-0003"} and set(pupils()) == {"0003"} and adds_up(report)
    assert ("pupils.csv", 2, "id") in [(p.file, p.row, p.column) for p in report.problems]


def test_a_row_without_an_id_is_set_aside_and_nobody_is_ended_for_it(load: Load, access: Access) -> None:
    load(bundles.family())
    before = access()
    report = load(changed(bundles.family(), "pupils.csv", ("0003,Cat", ",Cat")))
    assert counts(report, "pupils.csv") == {"rows": 3, "unchanged": 2, "set_aside": 1} and access() == before
    assert ("pupils.csv", 4, "id") in said(report, "must not be empty") and said(report, "nothing that is missing from this file was ended")


def test_a_row_set_aside_leaves_what_is_on_record(load: Load) -> None:
    load(bundles.family())
    report = load(changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow", "0003,Cat,")))
    assert counts(report, "pupils.csv") == {"rows": 3, "unchanged": 2, "set_aside": 1}
    assert pupils()["0003"].surname == "Dow" and pupils()["0003"].gone is None


def test_a_row_with_too_many_cells_is_set_aside(load: Load) -> None:
    report = load(changed(bundles.family(), "pupils.csv", ("0001,Ann,Bell", "0001,Ann,Bell, Jr")))
    assert said(report, "more cells than the header") == [("pupils.csv", 2, None)] and "0001" not in pupils() and adds_up(report)


def test_a_row_with_too_few_cells_is_read_as_far_as_it_goes(load: Load) -> None:
    load({"pupils.csv": "id,forename,surname,born,house\n0001,Ann,Bell\n"})
    assert pupils()["0001"].born is None


def test_empty_cells_at_the_end_are_no_cells(load: Load) -> None:
    assert not load({"pupils.csv": "id,forename,surname\n0001,Ann,Bell,,, \n"}).problems


def test_a_formula_is_text(load: Load) -> None:
    load({"pupils.csv": "id,forename,surname\n1,\"=HYPERLINK(\"\"http://x\"\")\",@SUM(A1)\n"})
    assert pupils()["1"].forename == '=HYPERLINK("http://x")'


def test_a_cell_that_is_too_long_is_named_and_not_cut(load: Load) -> None:
    report = load({"pupils.csv": f"id,forename,surname,house\n1,Ann,Bell,{'x' * 90_000}\n2,{'y' * 90_000},Bell,\n"})
    assert said(report, "At most 40 characters") == [("pupils.csv", 2, "house")] and set(pupils()) == {"1"}
    assert max(len(str(problem["value"])) for problem in report.as_json()["problems"]) <= 120


def test_text_fits_the_tables_it_is_written_to() -> None:
    """PostgreSQL refuses what is longer than its column; SQLite would not show it."""
    for noun in NOUNS:
        for column in noun.columns:
            words = (column.read.__doc__ or "").split()
            field = noun.model._meta.fields.get(column.live) if noun.model else None
            if words[:3] == text(1).__doc__.split()[:3] and hasattr(field, "max_length"):  # type: ignore[union-attr]
                assert int(words[3]) <= field.max_length, f"{noun.name}.{column.name}"  # type: ignore[union-attr]


@pytest.mark.parametrize(("cell", "day"), [("Mon", 1), ("tuesday", 2), ("WEDS", 3), ("Thurs.", 4), ("5", 5), ("Monster", None), ("8", None), ("", None)])
def test_days_of_the_week(load: Load, cell: str, day: int | None) -> None:
    load({"periods.csv": f"id,weekday,name,starts,ends\n1,{cell},P1,9:00,9:50\n"})
    assert [row.weekday for row in Period.select().join(School).where(School.code == "glenbeg")] == ([day] if day else [])


# --- the same row twice ----------------------------------------------------------------------------------


def test_the_same_row_twice_is_one_row(load: Load) -> None:
    twice = changed(bundles.family(), "pupils.csv", ("0001,Ann,Bell,2014-03-01,S1\n", "0001,Ann,Bell,2014-03-01,S1\n" * 2))
    report = load(twice)
    assert counts(report, "pupils.csv") == {"rows": 4, "created": 3, "unchanged": 1} and not report.problems


def test_of_two_rows_that_disagree_the_first_counts_and_the_other_is_named(load: Load) -> None:
    twice = changed(bundles.family(), "pupils.csv", ("0002,Ben,Bell,", "0001,Ben,Dow,"))
    report = load(twice)
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 2, "set_aside": 1}
    assert pupils()["0001"].forename == "Ann" and said(report, "Row 2 says otherwise") == [("pupils.csv", 3, None)]
    assert not total(load({name: f"{content}\n" for name, content in twice.items()}))


def test_a_good_row_after_a_bad_one_of_the_same_id_counts(load: Load) -> None:
    load(changed(bundles.family(), "pupils.csv", ("0001,Ann,Bell,2014-03-01,S1\n", "0001,,Bell,,\n0001,Ann,Bell,2014-03-01,S1\n")))
    assert pupils()["0001"].forename == "Ann"


# --- rows that point to others --------------------------------------------------------------------------


def test_a_row_that_points_to_nobody_is_set_aside(load: Load, access: Access) -> None:
    report = load(bundles.links("0001,C1,Mother,1,Y,N", "9999,C1,Mother,1,Y,N", "0001,C9,Mother,1,Y,N"))
    assert said(report, "no such id") == [("links.csv", 3, "pupil_id"), ("links.csv", 4, "contact_id")]
    assert access() == {"C1-0001"} and counts(report, "links.csv") == {"rows": 3, "created": 1, "set_aside": 2}


def test_a_reference_that_may_be_blank_is_blank_when_it_points_to_nobody(load: Load) -> None:
    report = load(changed(bundles.everything(), "lessons.csv", ("MON1,T1", "MON1,T9")))
    assert counts(report, "lessons.csv") == {"rows": 1, "created": 1} and said(report, "no such id") == [("lessons.csv", 2, "staff_id")]


def test_a_link_of_a_pupil_who_was_set_aside_gives_nothing(load: Load, access: Access) -> None:
    report = load(changed(bundles.family(), "pupils.csv", ("0001,Ann,Bell", "0001,Ann,")))
    assert access() == {"C1-0002", "C3-0003"} and len(said(report, "no such id")) == 2


def test_a_link_of_a_contact_who_was_set_aside_gives_nothing(load: Load, access: Access) -> None:
    load(changed(bundles.family(), "contacts.csv", ("C1,Mairi,Bell", "C1,Mairi,")))
    assert access() == {"C2-0001", "C3-0003"}


def test_columns_in_the_wrong_order_point_to_nobody(load: Load, access: Access) -> None:
    report = load(changed(bundles.family(), "links.csv", ("pupil_id,contact_id", "contact_id,pupil_id")))
    assert access() == set() and counts(report, "links.csv") == {"rows": 4, "set_aside": 4}


def test_the_ids_of_pupils_and_of_contacts_are_two_worlds(load: Load, access: Access) -> None:
    same = {name: str(content).replace("C1", "0001").replace("C2", "0002").replace("C3", "0003") for name, content in bundles.family().items()}
    load(same)
    assert access() == {"0001-0001", "0001-0002", "0002-0001", "0003-0003"}


def test_a_header_only_pupils_file_with_links_makes_nobody(load: Load, access: Access) -> None:
    report = load(bundles.family() | {"pupils.csv": "id,forename,surname\n"})
    assert access() == set() and counts(report, "links.csv") == {"rows": 4, "set_aside": 4}


# --- people are never merged ------------------------------------------------------------------------------


def test_twins_and_namesakes_stay_two(load: Load, access: Access) -> None:
    twins = "id,forename,surname,born\n1,Ali,Khan,2014-03-01\n2,Ali,Khan,2014-03-01\n"
    report = load({"pupils.csv": twins, "contacts.csv": "id,forename,surname\nA,Sara,Khan\nB,Sara,Khan\n",
                   "links.csv": "pupil_id,contact_id,parental_responsibility,court_order\n1,A,Y,N\n2,B,Y,N\n"})
    assert total(report) == {"created": 6} and access() == {"A-1", "B-2"}


def test_adults_who_share_an_address_stay_two(load: Load, access: Access) -> None:
    load(bundles.family())  # C1 and C2 share an e-mail address
    report = load(changed(bundles.family(), "links.csv", ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,Y,Y")))
    assert report.lost == ["Rob Bell – Ann Bell"] and "C1-0001" in access()


def test_no_link_is_made_by_a_family_name(load: Load) -> None:
    load({"pupils.csv": bundles.PUPILS, "contacts.csv": bundles.CONTACTS})
    assert not Link.select().join(Pupil).join(School).where(School.code == "glenbeg").exists()
