"""Bundles as other systems make them and other people's computers pack them: what comes in, what waits, and who may see whom afterwards."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glowlite import mis
from glowlite.mis.captions import guess
from glowlite.mis.read import Table
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.mis.wording import in_words
from glowlite.models import Authority, Drop, Pupil, School
from tests.mis import bundles
from tests.mis.bundles import Bundle
from tests.mis.conftest import Load, said
from tests.mis.test_reading import zipped

ANN = "id,forename,surname\n0001,Ann,Bell\n"
NAMES = ("Ann", "Ben", "Cat", "Dan", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jon")


@pytest.mark.parametrize("beside", [".DS_Store", "._pupils.csv", "export/._pupils.csv", "__MACOSX/._pupils.csv", "export/.~lock.pupils.csv#"])
def test_what_a_computer_hides_beside_the_files_is_not_spoken_of(load: Load, tmp_path: Path, beside: str) -> None:
    report = load(zipped(tmp_path / "export.zip", {"export/pupils.csv": ANN, beside: b"\0\5\x16\7"}))
    assert report.status == KEPT and not report.problems


def test_a_folder_that_was_unpacked_into_a_folder_is_read(load: Load, tmp_path: Path) -> None:
    inner = tmp_path / "drop" / "export" / "export"
    inner.mkdir(parents=True)
    (inner / "PUPILS.CSV").write_text(ANN)
    assert load(tmp_path / "drop").status == KEPT


def test_a_link_to_a_folder_elsewhere_is_not_followed(load: Load, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "pupils.csv").write_text(ANN)
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "export").symlink_to(tmp_path / "elsewhere")
    assert load(tmp_path / "drop").status == REFUSED


def test_an_empty_file_is_called_empty(load: Load) -> None:
    report = load({"pupils.csv": ""})
    assert report.status == REFUSED and said(report, "The file is empty") == [("pupils.csv", None, None)]


def test_a_header_without_rows_is_spoken_of(load: Load) -> None:
    assert said(load({"pupils.csv": "id,forename,surname\n"}), "not one row under them") == [("pupils.csv", None, None)]


@pytest.mark.parametrize("bundle", [{"StudentEnrollment.csv": "Section SIS ID,SIS ID\nS1,101\nS1,999\n"},
                                    {"marks.csv": "pupil_id,day,session,code\n0001,2026-11-18,AM,10\n"}])
def test_a_bundle_of_which_nothing_could_be_used_waits(load: Load, bundle: Bundle) -> None:
    report = load(bundle)
    assert report.status == HELD and said(report, "Not one row of this bundle could be used")


def test_a_bundle_of_which_something_could_be_used_does_not_wait(load: Load) -> None:
    assert load({"pupils.csv": ANN, "marks.csv": "pupil_id,day,session,code\n0009,2026-11-18,AM,10\n"}).status == KEPT


def test_a_school_does_not_take_over_the_id_of_another(load: Load, glenbeg: School) -> None:
    School.create(authority=Authority.select().first(), code="strath", name="Strath", mis_id="G1")
    report = load(bundles.everything())
    assert report.status == REFUSED and said(report, "that is Strath here (code strath), not Glenbeg")
    assert School.get_by_id(glenbeg.id).mis_id is None and not Pupil.select().where(Pupil.school == glenbeg).exists()


def test_two_schools_of_one_name_are_counted_apart(load: Load) -> None:
    for code in ("one", "two"):
        twin = School.create(authority=Authority.select().first(), code=code, name="St Mary's")
        assert load({"pupils.csv": ANN}, code=code).status == KEPT and twin.name == "St Mary's"
    assert said(load({"pupils.csv": ANN}), "1 of 1 pupils in this file stand at St Mary's")


def test_what_waits_for_captions_is_not_said_to_be_released(load: Load) -> None:
    words = in_words(load({"export.csv": "Adno,Forename,Surname,Contact Name\n1,Ann,Bell,Mairi Bell\n"}))
    assert "flask drops captions" in words and "flask drops release" not in words and "If it is let in" not in words


def test_a_report_with_two_columns_of_one_caption_is_asked_about(load: Load) -> None:
    report = load({"export.csv": "ID,Forename,Surname,ID,Forename,Surname,Mobile number\n000101,Ann,Bell,P1,Mairi,Bell,07700900001\n"})
    assert report.status == HELD and said(report, "does not know this layout")


def test_a_row_of_date_patterns_is_an_instruction() -> None:
    table = Table("class list.csv", b"CHILD_FIRST_NAME,CHILD_DATE_OF_BIRTH\nRequired,DD/MM/YYYY\nAnn,25/04/2013\n")
    assert list(table.left_alone) == [2] and len(list(table.rows())) == 1


@pytest.mark.parametrize(("header", "cells", "targets"), [
    # Clever: a grade is the year group where there are no results
    ("Student_id,Last_name,First_name,Grade,Contact_relationship,Contact_name,Contact_email,Contact_sis_id", "s1,Bell,Ann,7,Mother,Mairi Bell,m@x.org,c1",
     "pupils.id pupils.surname pupils.forename pupils.year_group links.relationship contacts.name contacts.email contacts.id"),
    # Bromcom: a tutor group is no tutor
    ("Student ID,Student First Name,Student Last Name,Tutor Group", "1,Ann,Bell,7A", "pupils.id pupils.forename pupils.surname pupils.registration"),
    # PowerSchool: whether it is the main address is no address
    ("Contact ID,Prefix,Last Name,Email Address,Is Primary Email Address,studentNumber,Contact Priority Order", "501,Mrs,Bell,m@x.org,1,1001,1",
     "contacts.id contacts.title contacts.surname contacts.email  pupils.id links.priority"),
    ("UPN,Pupil Forename,Pupil Surname,DoB", "H801200001001,Ann,Bell,25/04/2013", "pupils.upn pupils.forename pupils.surname pupils.born"),
    ("Subject,Adno,Result Date,Grade", "Maths,1,19/11/2026,B", "results.subject pupils.id results.day results.value"),
    ("Adno,Subject,Grade", "1,Maths,B", "pupils.id results.subject results.value")])
def test_captions_of_other_systems_are_guessed(header: str, cells: str, targets: str) -> None:
    found = guess.proposal(Table("x.csv", f"{header}\n{cells}\n{cells}\n".encode())).guesses
    assert [one.target for one in found] == targets.split(" ")


def of_years(years: dict[int, int]) -> Bundle:
    """Ten children with a parent each for every year in which a class began. years: that year -> the year group they are in now."""
    children = [(f"{began}{number}", name, began, group) for began, group in years.items() for number, name in enumerate(NAMES)]
    return {"pupils.csv": "id,forename,surname,born,year_group\n"
                          + "".join(f"{id},{name},Bell{id},{began - 12}-03-01,S{group}\n" for id, name, began, group in children),
            "contacts.csv": "id,surname\n" + "".join(f"C{id},Bell{id}\n" for id, *_ in children),
            "links.csv": "pupil_id,contact_id,parental_responsibility,court_order\n" + "".join(f"{id},C{id},Y,N\n" for id, *_ in children)}


def test_in_august_the_leavers_wait_for_a_person_and_then_only_theirs_lose_access(load: Load, access: Callable[[], set[str]], waiting_room: Path) -> None:
    load(of_years({2026 - group: group for group in range(1, 7)}))
    report = load(of_years({2027 - group: group for group in range(1, 7)}))
    assert report.status == HELD and said(report, "10 of 60 pupils") and not said(report, "go back by a year group") and not said(report, "somebody else")
    released = mis.release(Drop.get_by_id(report.drop_id), by="a test", waiting_room=waiting_room)
    assert released.status == KEPT and {name.split("-")[1][:4] for name in access()} == {"2021", "2022", "2023", "2024", "2025", "2026"}
    assert all(name.split("-")[0] == f"C{name.split('-')[1]}" for name in access()) and len(access()) == 60
