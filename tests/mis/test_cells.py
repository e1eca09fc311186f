"""Cells and rows: ids, dates, yes and no, rows out of step, duplicates and references."""

import datetime
from collections.abc import Callable

import pytest

from glowlite.mis.report import HELD, KEPT
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


@pytest.mark.parametrize("cell", ["2014-03-02", "02/03/2014", "02-03-2014", "2/3/2014 00:00", "2014-03-02T00:00:00.000Z",
                                  "2 March 2014", "02-Mar-2014", "2 Mar 2014", "02/03/2014", "2/3/2014",
                                  "02.03.2014", "2014-3-2", " 02/03/2014 ", "2014-03-02T00:00:00", "2014-03-02 00:00"])
def test_iso_and_uk_dates_are_read(load: Load, cell: str) -> None:
    assert born(load, cell) == (datetime.date(2014, 3, 2), [])


@pytest.mark.parametrize("cell", [
    "03/13/2014", "31/02/2014", "2014-02-30", "02/03/14", "41700", "yesterday", "1066-10-14", "2999-01-01", "٢٠١٤-٠٣-٠٢", "0000-00-00"])
def test_a_date_that_is_none_counts_as_blank_and_is_named(load: Load, cell: str) -> None:
    day, problems = born(load, cell)
    assert day is None and len(problems) == 1 and "2026-11-23 or 23/11/2026" in str(problems[0]) and cell in str(problems[0])


@pytest.mark.parametrize(("cell", "words"), [
    ("41700", "spreadsheet's day number"), ("45981.0", "spreadsheet's day number"), ("02/03/14", "a year of two digits"),
    ("03/13/2014", "the month seems to come first"), ("31/02/2014", "")])
def test_a_date_that_is_none_is_told_what_it_looks_like(load: Load, cell: str, words: str) -> None:
    _, problems = born(load, cell)
    assert words in str(problems[0]) and ("; " in str(problems[0])) == bool(words)


def birthdays(*cells: str) -> dict[str, str | bytes]:
    return {"pupils.csv": "\n".join(["id,forename,surname,born", *(f"{number},Ann,Bell,{cell}" for number, cell in enumerate(cells, start=1)), ""])}


def test_a_column_with_the_months_first_is_not_guessed_at(load: Load) -> None:
    report = load(birthdays("04/02/2014", "12/31/2012", "2013-05-06", "5/5/2014"))
    assert {number: str(row.born) for number, row in pupils().items()} == {"1": "None", "2": "None", "3": "2013-05-06", "4": "2014-05-05"}
    assert said(report, "In this column the month seems to come first") == [("pupils.csv", 3, "born")]
    assert "More dates taken as blank: 1." in str(report.problems)


def test_one_date_with_the_month_first_among_others_is_a_slip(load: Load) -> None:
    report = load(birthdays("04/02/2014", "12/31/2012", "25/12/2013"))
    assert pupils()["1"].born == datetime.date(2014, 2, 4) and pupils()["2"].born is None and not said(report, "In this column")


def test_marks_with_the_months_first_are_set_aside_and_end_nothing(load: Load) -> None:
    load(bundles.marks("0001,2026-11-02,AM,10", "0001,2026-02-11,AM,10", "0001,2026-05-05,AM,10", "0001,2026-08-08,AM,10"))
    report = load(bundles.marks("0001,11/02/2026,AM,10", "0001,11/03/2026,AM,10", "0001,11/19/2026,AM,10"))
    assert counts(report, "marks.csv") == {"rows": 3, "unchanged": 1, "set_aside": 2} and not total(report)
    assert said(report, "In this column the month seems to come first") == [("marks.csv", 4, "day")]


@pytest.mark.parametrize("cell", ["26.6.26", "soon", "06/26/2026", "46199"])
def test_a_leaving_day_that_cannot_be_read_does_not_bring_a_pupil_back(load: Load, access: Access, cell: str) -> None:
    """Taken as blank it would say that the pupil is still on roll, and the parents' access would come back."""
    left = "id,forename,surname,left\n0001,Ann,Bell,{}\n0002,Ben,Bell,\n0003,Cat,Dow,\n"
    load(bundles.family() | {"pupils.csv": left.format("2026-06-26")})
    assert access() == {"C1-0002", "C3-0003"}
    report = load({"pupils.csv": left.format(cell)})
    assert access() == {"C1-0002", "C3-0003"} and counts(report, "pupils.csv") == {"rows": 3, "unchanged": 2, "set_aside": 1}


def test_an_audience_that_cannot_be_read_is_not_everyone(load: Load) -> None:
    report = load({"calendar.csv": "id,kind,title,starts,audience\nX1,event,Staff night,2026-12-01,teachers only\n"})
    assert counts(report, "calendar.csv") == {"rows": 1, "set_aside": 1}


def test_a_day_of_release_that_cannot_be_read_releases_nothing(load: Load) -> None:
    results = "id,pupil_id,subject,title,day,value,released\nR1,0001,English,Essay,2026-11-02,17,next week\n"
    assert counts(load(bundles.family() | {"results.csv": results}), "results.csv") == {"rows": 1, "set_aside": 1}


# --- zeros that a spreadsheet took ------------------------------------------------------------------------


def cut(bundle: bundles.Bundle, *files: str) -> bundles.Bundle:
    return bundle | {file: str(bundle[file]).replace("\n000", "\n") for file in files}


def test_an_id_without_its_zeros_is_nobody_new(load: Load, access: Access) -> None:
    load(bundles.family())
    before = access()
    report = load(changed(bundles.family(), "pupils.csv", ("0001,Ann", "1,Ann")))
    assert said(report, "This seems to be 0001 without the zeros") == [("pupils.csv", 2, "id")] and set(pupils()) == {"0001", "0002", "0003"}
    assert counts(report, "pupils.csv") == {"rows": 3, "unchanged": 2, "set_aside": 1} and access() == before


def test_a_file_of_ids_without_their_zeros_waits(load: Load, access: Access) -> None:
    load(bundles.family())
    before = access()
    report = load(cut(bundles.family(), "pupils.csv"))
    assert report.status == HELD and said(report, "3 of 3 rows had to be set aside") == [("pupils.csv", None, None)]
    assert access() == before and set(pupils()) == {"0001", "0002", "0003"} and len(said(report, "without the zeros")) == 3


def test_a_file_of_which_nothing_can_be_used_is_no_success(load: Load) -> None:
    report = load({"pupils.csv": "id,forename,surname\n1,Ann,\n"})
    assert report.status == HELD and said(report, "1 of 1 rows had to be set aside")


def test_links_without_zeros_are_told_whom_they_seem_to_mean(load: Load, access: Access) -> None:
    report = load(cut(bundles.family(), "links.csv"))
    assert not access() and len(said(report, "This seems to be 0001 without the zeros")) == 2


def test_an_id_that_is_shorter_than_all_others_is_nobody(load: Load) -> None:
    rows = [f"{n:06},Ann,Bell" for n in range(100, 120)]
    load({"pupils.csv": "\n".join(["id,forename,surname", *rows, ""])})
    report = load({"pupils.csv": "\n".join(["id,forename,surname", *rows[1:], "123,Ben,Dow", ""])})
    assert said(report, "shorter than all others") == [("pupils.csv", 21, "id")] and "123" not in pupils() and adds_up(report)
    assert counts(report, "pupils.csv") == {"rows": 20, "unchanged": 19, "set_aside": 1}, "and nobody was ended, who could be that very row"


@pytest.mark.parametrize("ids", [("1", "22", "333"), ("100", "22", "7"), ("A1", "0002", "3"), ("000123", "123", "")])
def test_ids_of_different_lengths_are_not_suspected_without_reason(load: Load, ids: tuple[str, ...]) -> None:
    report = load({"pupils.csv": "\n".join(["id,forename,surname", *(f"{number},Ann,Bell" for number in ids if number), ""])})
    assert set(pupils()) == set(ids) - {""} and not report.problems


def test_zeros_kept_by_a_formula_are_kept(load: Load, access: Access) -> None:
    report = load({name: str(content).replace("0001", '="0001"') for name, content in bundles.family().items()})
    assert "C1-0001" in access() and not report.problems


@pytest.mark.parametrize("cell", ["0001\u00a0", "\u200b0001", "0001\ufeff", "\u00a00001\u200e"])
def test_ids_that_look_alike_are_the_same(load: Load, access: Access, cell: str) -> None:
    load(changed(bundles.family(), "links.csv", ("0001,C1", f"{cell},C1")))
    assert "C1-0001" in access()


@pytest.mark.parametrize("cell", ["#REF!", "#N/A", "########", "#VALUE!", "#DIV/0!"])
def test_what_a_spreadsheet_writes_without_a_value_is_no_name(load: Load, cell: str) -> None:
    report = load({"pupils.csv": f"id,forename,surname,house\n1,Ann,{cell},\n2,Ben,Bell,{cell}\n"})
    assert set(pupils()) == {"2"} and pupils()["2"].house in (None, "") and len(said(report, "where it has no value")) == 2


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


@pytest.mark.parametrize("row", ["0001,C1,Mother,Y,N", "0001,C1,Mother N,Y,N", "0001,C1,Y,N", "0001,C1"])
def test_a_link_with_too_few_cells_gives_no_access(load: Load, access: Access, row: str) -> None:
    """With one comma lost, each cell stands for its neighbour: N,Y,N becomes Y,N."""
    report = load(bundles.links(row, "0003,C3,Mother,Y,N,Y", header="pupil_id,contact_id,relationship,parental_responsibility,court_order,lives_with"))
    assert access() == {"C3-0003"} and said(report, "fewer cells than the header") == [("links.csv", 2, None)]


def test_a_link_with_too_few_cells_still_takes_access_away(load: Load, access: Access) -> None:
    load(bundles.family())
    header = "pupil_id,contact_id,parental_responsibility,court_order,relationship"
    load(bundles.links("0001,C1,Y,Y", "0002,C1,Y,N,Mother", "0001,C2,Y,N,Father", "0003,C3,Y,N,Mother", header=header))
    assert access() == {"C1-0002", "C2-0001", "C3-0003"}


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
