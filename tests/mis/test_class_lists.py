"""The class list with two parents a row: no numbers, no rights, and every irregularity that schools send."""

from collections.abc import Callable

import pytest

from glowlite.mis.report import KEPT, REFUSED
from glowlite.models import Contact, Group, Link, Membership, Pupil, School
from tests.mis import bundles
from tests.mis.conftest import Load, adds_up, said, total, whole_database

Access = Callable[[], set[str]]

HEADER = ("CHILD_FIRST_NAME,CHILD_LAST_NAME,CHILD_PREFERRED_FIRST_NAME,CHILD_DATE_OF_BIRTH,CHILD_YEAR_GROUP,CHILD_REGISTRATION,CHILD_POSTCODE,"
          "CHILD_NHS_NUMBER,PARENT_1_NAME,PARENT_1_RELATIONSHIP,PARENT_1_PHONE,PARENT_1_EMAIL,PARENT_2_NAME,PARENT_2_RELATIONSHIP,PARENT_2_PHONE,PARENT_2_EMAIL")
ANN = "Ann,Bell,Annie,01/03/2014,8,8A,ZZ99 3WZ,9990000018,Mrs Mairi Bell,Mother,07700 900123,bells@example.org,Rob Bell,Father,,bells@example.org"
BEN = "Ben,Bell,,2012-12-09,9,9B,,,Mairi Bell,Mother,,bells@example.org,,,,"


def listed(*rows: str, header: str = HEADER, end: str = "\r\n") -> dict[str, bytes]:
    return {"class list.csv": ("\ufeff" + end.join([header, *rows])).encode()}


def test_children_their_classes_and_their_parents_load(load: Load, glenbeg: School, access: Access) -> None:
    report = load(listed(ANN, BEN))
    assert (report.status, report.format) == (KEPT, "Class list") and adds_up(report) and total(report)["created"] == 2 + 3 + 3 + 2 + 2
    ann = Pupil.get(Pupil.school == glenbeg, Pupil.forename == "Ann")
    assert (ann.known_as, ann.born.isoformat(), ann.year_group, ann.registration) == ("Annie", "2014-03-01", "Year 8", "8A")
    assert [row.group.name for row in Membership.select().join(Group).where(Membership.pupil == ann)] == ["8A"]
    mother = Contact.get(Contact.school == glenbeg, Contact.forename == "Mairi", Contact.phone == "07700 900123")
    assert (mother.title, mother.surname, mother.email) == ("Mrs", "Bell", "bells@example.org")
    assert access() == set()


def test_nobody_gains_access_and_the_report_says_so(load: Load, access: Access) -> None:
    assert said(load(listed(ANN.replace("Mother", "Y"))), "nobody gains access") and access() == set()
    assert {(row.parental_responsibility, row.court_order) for row in Link.select().join(Pupil).where(Pupil.forename == "Ann", Pupil.surname == "Bell")} == {
        (None, None)}


def test_a_class_list_takes_nobody_s_access_away(load: Load, access: Access) -> None:
    load(bundles.family())
    before = access()
    assert load(listed(ANN, BEN)).status in (KEPT, "held") and access() == before and before


def test_a_parent_of_two_is_two_records_and_two_on_one_e_mail_stay_two(load: Load, glenbeg: School) -> None:
    load(listed(ANN, BEN))
    assert sorted(row.forename for row in Contact.select().where(Contact.school == glenbeg, Contact.email == "bells@example.org")) == ["Mairi", "Mairi", "Rob"]


def test_the_same_list_again_changes_nothing_and_a_part_of_it_ends_nobody(load: Load, glenbeg: School) -> None:
    load(listed(ANN, BEN))
    assert not total(load(listed(ANN, BEN, ""))) and not total(load(listed(BEN)))


def test_columns_in_any_order_and_others_besides(load: Load, glenbeg: School) -> None:
    report = load(listed("2014-03-01,Bell,Bus 4,Ann", header="CHILD_DATE_OF_BIRTH,CHILD_LAST_NAME,BUS,CHILD_FIRST_NAME"))
    assert report.status == KEPT and said(report, "no such column") == [("class list.csv", None, "bus")]
    assert Pupil.get(Pupil.school == glenbeg).forename == "Ann"


def test_the_nhs_number_and_the_address_of_a_child_are_not_kept(load: Load) -> None:
    load(listed(ANN))
    assert "9990000018" not in whole_database() and "ZZ99" not in whole_database()


def test_the_row_of_instructions_is_left_alone(load: Load, glenbeg: School) -> None:
    report = load(listed("Required: Free text,Required: Free text,Optional: Free text,Required: DD/MM/YYYY,,,,,,,,,,,,", ANN))
    assert report.status == KEPT and said(report, "how to fill in") and Pupil.select().where(Pupil.school == glenbeg).count() == 1


@pytest.mark.parametrize(("row", "column"), [("Ann,Bell,,,8", "date of birth"), ("Ann,,,01/03/2014,8", "surname"),
                                             (",Bell,,01/03/2014,8", "forename"), ("Ann,Bell,,March 2014,8", "date of birth")])
def test_a_child_that_is_not_fully_named_is_set_aside(load: Load, glenbeg: School, row: str, column: str) -> None:
    report = load(listed(row, BEN))
    assert said(report, "and here one of them") == [("class list.csv", 2, column)] and adds_up(report)
    assert [one.forename for one in Pupil.select().where(Pupil.school == glenbeg)] == ["Ben"]


def test_ragged_blank_and_repeated_rows(load: Load, glenbeg: School) -> None:
    report = load(listed(ANN, ANN, ",,,,,,,,,,,,,,,", "", "Cat,Dow,,24/12/2013"))
    assert report.status == KEPT and total(report)["created"] == 2 + 2 + 2 + 1 + 1


def test_a_phone_without_a_name_is_an_adult_of_that_child(load: Load, glenbeg: School) -> None:
    load(listed("Ann,Bell,,01/03/2014,,,,,,Father,07700 900123,,,,,", "Ben,Bell,,09/12/2012,,,,,,Father,07700 900123,,,,,"))
    assert [row.phone for row in Contact.select().where(Contact.school == glenbeg)] == ["07700 900123"] * 2
    assert Link.select().join(Pupil).where(Pupil.school == glenbeg).count() == 2


def test_what_is_no_e_mail_address_is_left_out_and_said(load: Load, glenbeg: School) -> None:
    report = load(listed(ANN.replace("bells@example.org", "bells", 1)))
    assert said(report, "not one e-mail address") and Contact.get(Contact.school == glenbeg, Contact.forename == "Mairi").email in ("", None)


@pytest.mark.parametrize(("bundle", "words"), [
    (listed(), "not one child"), (listed(ANN, 'Ben,"Bell'), "quotation marks do not pair up"),
    (listed("Ann,Bell", header="CHILD_FIRST_NAME,CHILD_LAST_NAME"), "child_date_of_birth is missing")])
def test_what_cannot_be_used_is_refused_in_words(load: Load, bundle: dict[str, bytes], words: str) -> None:
    report = load(bundle)
    assert report.status == REFUSED and said(report, words)


def test_a_child_who_moved_leaves_the_old_class(load: Load, glenbeg: School) -> None:
    load(listed(ANN))
    load(listed(ANN.replace(",8A,", ",8B,")))
    assert [row.group.name for row in Membership.select().join(Group).where(Group.school == glenbeg, Membership.gone.is_null())] == ["8B"]
