"""Bundles as rostering systems write them, each with one defect: what does not come in is named by its row and by the file's own columns."""

from collections.abc import Callable

import pytest

from glowlite.mis.report import HELD, KEPT, REFUSED, Report
from glowlite.models import Contact, Group, Link, Membership, Pupil, School, Staff
from tests.mis import bundles
from tests.mis import oneroster_bundles as one
from tests.mis.bundles import Bundle, changed, without
from tests.mis.conftest import Load, adds_up, counts, said
from tests.mis.test_captions import ROWS, bromcom

Access = Callable[[], set[str]]
LINKS = "pupil_id,contact_id,relationship,priority,parental_responsibility,court_order,account_selected\n"


@pytest.fixture
def school(glenbeg: School) -> School:
    glenbeg.mis_id = "9001"
    glenbeg.save()
    return glenbeg


def standing(model: type) -> set[str]:
    """The MIS's ids of one kind of rows of Glenbeg that stand."""
    return {row.mis_id for row in model.select().join(School).where(School.code == "glenbeg", model.gone.is_null())}


def links() -> set[str]:
    return {f"{row.pupil.mis_id}-{row.contact.mis_id}" for row in Link.select().join(Pupil).join(School).where(School.code == "glenbeg", Link.gone.is_null())}


def more(bundle: Bundle, file: str, *rows: str) -> Bundle:
    """The same bundle with these rows at the end of a file."""
    return bundle | {file: str(bundle[file]).rstrip("\n") + "\n" + "\n".join([*rows, ""])}


def endings(report: Report, words: str) -> list[str]:
    """How many and which rows this is said of."""
    return [problem.message[problem.message.rindex(": "):] for problem in report.problems if words in problem.message]


def no_manifest() -> Bundle:
    return without(one.bulk_11(), "manifest.csv")


# --- cells that moved into a blank last one ------------------------------------------------------------------


@pytest.mark.parametrize("row", ["0001,C2,Uncle, maternal,1,N,N,", "0001,C2,Uncle, maternal,1,N,N, "])
def test_a_comma_without_quotation_marks_that_moves_cells_into_a_blank_last_one_gives_no_access(load: Load, access: Access, row: str) -> None:
    report = load(bundles.family() | {"links.csv": f"{LINKS}0001,C1,Mother,1,Y,N,\n{row}\n0003,C3,Mother,1,Y,N,\n"})
    assert access() == {"C1-0001", "C3-0003"} and said(report, "more cells than the header") == [("links.csv", 3, None)]


def test_nor_does_it_in_a_report_whose_captions_the_school_chose(load: Load, access: Access) -> None:
    report = load(bromcom(ROWS[0].replace("Mother,1,Y,N", "Aunt, maternal,1,N,N"), *ROWS[1:]))
    assert access() == {"C1-0002"} and said(report, "more cells than the header") == [("Students.csv", 2, None)]


def test_commas_at_the_end_of_all_rows_are_no_cells(load: Load, access: Access) -> None:
    report = load(bundles.family() | {"links.csv": f"{LINKS}0001,C1,Mother,1,Y,N,,,\n0003,C3,Mother,1,Y,N,,,\n"})
    assert access() == {"C1-0001", "C3-0003"} and not said(report, "more cells")


def test_a_name_with_a_comma_does_not_move_the_cells_of_a_user(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("Una,Bell,,,,,,102,,", "Una, Mary,Bell,,,,,,102,,")))
    assert "503" not in standing(Contact) and said(report, "not as many cells") == [("users.csv", 9, None)] and adds_up(report)


# --- rows that point to nobody, or give somebody's id to somebody else ----------------------------------------


def test_what_belongs_to_a_second_person_of_one_id_is_not_taken_for_the_firsts(load: Load, school: School) -> None:
    """Neither a child whom the second names, nor the role that they have."""
    report = load(more(one.bulk_11(), "users.csv", "502,,,true,9001,parent,zed,,Zed,Other,,,,,,102,,", "11,,,true,9001,student,eva,,Eva,Pupil,,,,,,,07,"))
    assert "102-502" not in links() and "11" not in standing(Pupil)
    assert said(report, "has this id and another name") == [("users.csv", 11, "sourcedId"), ("users.csv", 12, "sourcedId")] and adds_up(report)


@pytest.mark.parametrize("place", ["999", ""])
def test_a_person_of_an_unknown_school_is_named(load: Load, school: School, place: str) -> None:
    report = load(more(one.bulk_11(), "users.csv", f"109,,,true,{place},student,x,,Xi,Yu,,,,,,,07,"))
    assert said(report, "no such organisation") == [("users.csv", 11, "orgSourcedIds")] and "109" not in standing(Pupil) and adds_up(report)


def test_a_role_at_an_unknown_school_is_named(load: Load, school: School) -> None:
    report = load(changed(one.bulk_12(), "roles.csv", ("b,,,102,primary,student,2025-08-19,,9001", "b,,,102,primary,student,2025-08-19,,999")))
    assert said(report, "no such organisation") == [("roles.csv", 3, "orgSourcedId")] and standing(Pupil) == {"101"} and adds_up(report)


def test_a_user_without_any_role_is_named(load: Load, school: School) -> None:
    report = load(more(one.bulk_12(), "users.csv", "109,,,true,x,,Xi,Yu,,,,,,,,,,,,,9001,"))
    assert endings(report, "does not say what they are") == [": 1. Row 12."]


def test_who_is_left_out_is_said_by_reason_and_row(load: Load, school: School) -> None:
    report = load(more(one.bulk_11(), "users.csv", "900,,,true,D,administrator,x,,Big,Boss,,,,,,,,"))
    assert endings(report, "Users of other schools or of the whole authority") == [": 3. Rows 4, 10, 11."]


def test_a_class_of_an_unknown_school_is_named_once(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "classes.csv", ("R1,,,7B,07,REG,7B,homeroom,E4,9001", "R1,,,7B,07,REG,7B,homeroom,E4,999")))
    assert [place for place in rows_of(report, "classes.csv") if place[0] == 3] == [(3, "schoolSourcedId")] and "R1" not in standing(Group) and adds_up(report)


def test_a_class_that_cannot_be_read_does_not_end_and_one_that_is_missing_does(load: Load, school: School) -> None:
    load(one.bulk_11())
    bundle = changed(one.bulk_11(), "classes.csv", ("R1,,,7B,07,REG,7B,homeroom,E4,9001", "R1,,,7B,07,REG,7B,homeroom,E4,999"),
                     ("K1,,,7 English,07,E,7EN,scheduled,E4,9001,T1,,,1\n", ""))
    load(bundle)
    assert standing(Group) == {"R1"}


def rows_of(report: Report, file: str) -> list[tuple[int | None, str | None]]:
    return [(problem.row, problem.column) for problem in report.problems if problem.file == file and problem.row]


def test_a_dangling_row_is_named_by_the_columns_of_its_own_file(load: Load, school: School) -> None:
    report = load(more(one.bulk_11(), "enrollments.csv", "e8,,,K1,9001,999,student,,,", "e9,,,NOPE,9001,101,student,,,"))
    assert said(report, "no such id") == [("enrollments.csv", 7, "userSourcedId"), ("enrollments.csv", 8, "classSourcedId")] and adds_up(report)


def test_people_without_any_id_are_reported_once_each(load: Load, school: School) -> None:
    header, *rows = str(one.bulk_11()["users.csv"]).splitlines()
    report = load(one.bulk_11() | {"users.csv": "\n".join([header, *("," + row.partition(",")[2] for row in rows), ""])})
    assert report.status == HELD and [row for _, row, _ in said(report, "nobody is known by anything but an id")] == list(range(2, 11))


# --- words, dates and columns ---------------------------------------------------------------------------------


def test_a_pupil_a_mother_and_a_carer_are_known_by_these_words_and_gain_nothing(load: Load, school: School, access: Access) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("student", "Pupil"), ("9001,parent", "9001,Mother"), ("guardian", "Carer")))
    assert standing(Pupil) == {"101", "102"} and {"501", "502"} <= standing(Contact) and not access() and not said(report, "no role of OneRoster")


def test_null_in_any_case_is_nothing_but_in_a_name(load: Load, school: School) -> None:
    told = "503,null,Null,true,9001,relative,gran,,Una,Null,,,(null),null,"
    load(changed(one.bulk_11(), "users.csv", ("503,,,true,9001,relative,gran,,Una,Bell,,,,,", told)))
    row = Contact.get(Contact.school == school, Contact.mis_id == "503")
    assert (row.surname, row.email, row.mobile) == ("Null", None, None)


def test_an_enrolment_whose_end_cannot_be_read_holds_and_is_named(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "enrollments.csv", ("e2,,,K1,9001,102,student,,,", "e2,,,K1,9001,102,student,,,6/5/2026")))
    assert endings(report, "as if it held today") == [": 1. Row 3."]
    assert Membership.select().join(Pupil).where(Pupil.mis_id == "102", Membership.gone.is_null()).exists()


def test_a_birthday_that_cannot_be_read_is_named_by_its_file(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "demographics.csv", ("2014-04-02", "soon")))
    assert said(report, "A date like") == [("users.csv", 2, "birthDate (demographics.csv)")]


@pytest.mark.parametrize(("bundle", "file", "header"), [
    (one.bulk_11, "users.csv", "grades,password"), (bundles.sds_v1, "Student.csv", "Grade,Birthdate"), (bundles.sds_v2, "users.csv", "role,grade"),
    (bundles.sds_v21, "users.csv", "phone,sms")])
def test_a_column_that_no_format_has_is_named(load: Load, school: School, bundle: Callable[[], Bundle], file: str, header: str) -> None:
    report = load(changed(bundle(), file, (f"{header}\n", f"{header},parentalResponsibility\n")))
    assert said(report, "does not know this column") == [(file, None, "parentalResponsibility")]


def test_one_school_and_no_column_for_it_is_that_school(load: Load, school: School) -> None:
    orgs = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n9001,,,High,school,,\n"
    bundle = changed(no_manifest() | {"orgs.csv": orgs}, "users.csv", ("orgSourcedIds", "metadata.orgs"))
    assert load(bundle).status == KEPT and {"101", "102"} <= standing(Pupil)


def test_several_schools_and_no_column_for_them_is_refused_in_words(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("orgSourcedIds", "metadata.orgs")))
    assert report.status == REFUSED and said(report, "The column orgSourcedIds is missing") == [("users.csv", 1, "orgSourcedIds")]


# --- files that are empty, or could be anything -----------------------------------------------------------------


@pytest.mark.parametrize(("bundle", "file"), [(one.bulk_11, "enrollments.csv"), (bundles.sds_v1, "StudentEnrollment.csv"), (bundles.sds_v21, "roles.csv")])
def test_an_empty_file_is_called_so(load: Load, school: School, bundle: Callable[[], Bundle], file: str) -> None:
    report = load(bundle() | {file: ""})
    assert report.status == REFUSED and said(report, "The file is empty, without even the names of columns") == [(file, None, None)]


def crowd() -> Bundle:
    """Seven pupils in one class."""
    bundle = no_manifest()
    bundle = more(bundle, "users.csv", *(f"3{n},,,true,9001,student,x{n},,Kid{n},Name{n},,,,,,,07," for n in range(5)))
    return more(bundle, "enrollments.csv", *(f"n{n},,,K1,9001,3{n},student,,," for n in range(5)))


@pytest.mark.parametrize(("file", "what"), [("enrollments.csv", "memberships"), ("users.csv", None)])
def test_names_of_columns_alone_do_not_end_everyone(load: Load, school: School, file: str, what: str | None) -> None:
    load(crowd())
    report = load(crowd() | {file: str(crowd()[file]).splitlines()[0] + "\n"})
    assert report.status == (HELD if what else REFUSED)
    assert Membership.select().join(Pupil).where(Pupil.school == school, Membership.gone.is_null()).count() == 8


def test_new_classes_in_august_do_not_wait(load: Load, school: School) -> None:
    load(crowd())
    assert load({file: str(text).replace("K1", "K2").replace("R1", "R2") for file, text in crowd().items()}).status == KEPT


def test_a_file_that_may_hold_the_pupils_is_not_left_out_in_silence(load: Load) -> None:
    people = "id,upi,mis_id,surname,forename\nA1,x,3,Bell,Ann\n"
    report = load({"students.csv": people, "contacts.csv": "id,surname\nC1,Bell\n"})
    assert report.status == HELD and said(report, "Name the file after what it holds") == [("students.csv", None, None)]


# --- School Data Sync -------------------------------------------------------------------------------------------


def test_roles_and_enrolments_of_nobody_are_named(load: Load, school: School) -> None:
    bundle = more(bundles.sds_v21(), "roles.csv", "999,9001,student,07,TRUE", "101,ZZZ,student,07,TRUE", "888,9001,teacher,,TRUE")
    report = load(more(bundle, "enrollments.csv", "NOPE,101,student", "K1,999,student"))
    assert said(report, "no such user") == [("roles.csv", 5, "userSourcedId"), ("roles.csv", 7, "userSourcedId")]
    assert said(report, "no such organisation") == [("roles.csv", 6, "orgSourcedId")]
    assert said(report, "no such id") == [("enrollments.csv", 5, "classSourcedId"), ("enrollments.csv", 6, "userSourcedId")] and adds_up(report)


def test_a_teacher_who_is_missing_among_the_users_does_not_end(load: Load, school: School) -> None:
    load(bundles.sds_v21())
    report = load(changed(bundles.sds_v21(), "users.csv", (f"11,ada,Ada,Reid,{bundles.SECRET},,ada@example.org,,\n", "")))
    assert standing(Staff) == {"11"} and said(report, "no such user") == [("roles.csv", 4, "userSourcedId")] and adds_up(report)


def test_a_user_with_neither_role_nor_relation_is_named(load: Load, school: School) -> None:
    report = load(more(bundles.sds_v21(), "users.csv", "777,x,Xi,Yu,,,,,"))
    assert endings(report, "neither in roles.csv") == [": 1. Row 7."]


@pytest.mark.parametrize("bundle", [bundles.sds_v2, bundles.sds_v21])
def test_a_pupil_by_that_word_is_a_pupil_and_no_member_of_staff(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    load({file: str(text).replace("student", "Pupil") for file, text in bundle().items()})
    assert standing(Pupil) == {"101", "102"} and standing(Staff) == {"11"}


def test_people_and_sections_of_unknown_schools_are_named(load: Load, school: School) -> None:
    report = load(more(bundles.sds_v1_uk(), "Student.csv", "301,7777,Xi,Yu,x,,7,1/1/2014"))
    assert said(report, "no such school") == [("Student.csv", 5, "School DfE Number")] and "301" not in standing(Pupil) and adds_up(report)
    report = load(more(bundles.sds_v2(), "users.csv", "301,7777,Xi,Yu,x,,student,07"))
    assert said(report, "no such organisation") == [("users.csv", 6, "orgSourcedIds")] and adds_up(report)


@pytest.mark.parametrize(("births", "born"), [(("12/31/2012", "25/12/2013"), "2014-04-02"), (("31/12/2012", "1/1/2013"), "2014-04-02"),
                                              (("31/12/2012", "25/12/2013"), "2014-02-04")])
def test_birthdays_that_prove_to_have_the_day_first_are_read_so(load: Load, school: School, births: tuple[str, str], born: str) -> None:
    """More than one, and none that has the month first."""
    bundle = changed(bundles.sds_v1_uk(), "Student.csv", ("12/31/2012", births[0]))
    load(more(bundle, "Student.csv", f"103,9001,Dan,Fox,d,,7,{births[1]}"))
    assert str(Pupil.get(Pupil.school == school, Pupil.mis_id == "101").born) == born


def test_five_parents_of_one_address_are_five_people_where_they_have_ids(load: Load, school: School) -> None:
    rows = (f"70{n},,,true,9001,parent,p{n},,Parent{n},Bell,,,bells@example.org,,,101,," for n in range(5))
    load(more(one.bulk_11(), "users.csv", *rows))
    assert {f"70{n}" for n in range(5)} <= standing(Contact) and {f"101-70{n}" for n in range(5)} <= links()


def test_two_adults_of_one_address_are_each_told_why_they_did_not_come_in(load: Load, school: School) -> None:
    more_guardians = {"User.csv": "Email,First Name,Last Name,Phone\nm@example.org,Mairi,Bell,\nM@example.org,Colin,Bell,\nr@example.org,Rob,Dow,\n",
                      "Guardianrelationship.csv": "SIS ID,Email,Role\n101,m@example.org,Parent\n102,r@example.org,Parent\n"}
    report = load(bundles.sds_v1() | more_guardians)
    assert rows_of(report, "User.csv") == [(2, "Email"), (3, "Email")] and rows_of(report, "Guardianrelationship.csv") == [(2, "Email")]
    assert counts(report, "User.csv") == {"rows": 3, "created": 1, "set_aside": 2} and standing(Contact) == {"r@example.org"} and adds_up(report)


# --- names of files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Glenbeg_{}", "{}_20261118", "Glenbeg High-{} 2026-11-18"])
@pytest.mark.parametrize("bundle", [one.bulk_11, bundles.sds_v1, bundles.sds_v2, bundles.sds_v21])
def test_a_school_or_a_date_around_the_names_of_all_files_is_no_part_of_them(load: Load, school: School, bundle: Callable[[], Bundle], name: str) -> None:
    report = load({f"{name.format(file.removesuffix('.csv'))}.csv": text for file, text in bundle().items()})
    assert report.status == KEPT and standing(Pupil) == {"101", "102"} and adds_up(report)
    assert all(name.partition("{}")[0] in file["name"] for file in report.as_json()["files"])


def test_files_that_only_begin_alike_keep_their_names(load: Load) -> None:
    assert load({"pupils.csv": bundles.PUPILS, "pupils_photos.csv": "file,taken\na.jpg,Monday\n"}).status == KEPT
