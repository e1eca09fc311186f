"""Microsoft School Data Sync: rosters load, relationships give nobody access, passwords are never read."""

import datetime
from collections.abc import Callable

import pytest

from glowlite.mis.report import KEPT, REFUSED
from glowlite.models import CalendarEntry, Contact, Group, Link, Membership, Pupil, School, Staff, Teaching
from tests.mis import bundles
from tests.mis.bundles import Bundle, changed, without
from tests.mis.conftest import Load, adds_up, counts, said, total, whole_database

Access = Callable[[], set[str]]
BUNDLES = [bundles.sds_v1_uk, bundles.sds_v1, bundles.sds_v21]


@pytest.fixture
def school(glenbeg: School) -> School:
    glenbeg.mis_id = "9001"
    glenbeg.save()
    return glenbeg


@pytest.mark.parametrize(("bundle", "name"), [(bundles.sds_v1_uk, "School Data Sync v1"), (bundles.sds_v1, "School Data Sync v1"),
                                              (bundles.sds_v21, "School Data Sync v2.1")])
def test_a_roster_loads(load: Load, school: School, bundle: Callable[[], Bundle], name: str) -> None:
    report = load(bundle())
    assert (report.status, report.format) == (KEPT, name) and adds_up(report)
    rows = {row.mis_id: row for row in Pupil.select().where(Pupil.school == school)}
    assert set(rows) == {"101", "102"} and rows["101"].born == datetime.date(2014, 4, 2)
    assert [row.surname for row in Staff.select().where(Staff.school == school)] == ["Reid"]
    group = Group.get(Group.school == school)
    assert (group.name, group.subject) == ("7 English", "English")
    assert Membership.select().where(Membership.group == group).count() == 2 and Teaching.select().where(Teaching.group == group).count() == 1


@pytest.mark.parametrize("bundle", BUNDLES)
def test_no_password_is_anywhere_afterwards(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    load(bundle())
    assert bundles.SECRET not in whole_database()


@pytest.mark.parametrize(("bundle", "file", "old", "new"), [
    (bundles.sds_v1_uk, "Student.csv", "101,9001,Ann,Bell,ann,", "101,9001,Ann,"),                # a cell short: the password would be a name
    (bundles.sds_v1_uk, "Student.csv", "101,9001,Ann,Bell,ann,", "101,9001,Ann,Bell, Jr,x,ann,"),
    (bundles.sds_v1_uk, "Student.csv", "ID,School DfE Number,First Name,Last Name,Username,Password,Grade,Birthdate\n", ""),
    (bundles.sds_v21, "users.csv", "101,ann,Ann,Bell,", "101,Ann,Bell,"),
    (bundles.sds_v21, "users.csv", "501,mum,Mairi,Bell,", "501,mum,Mairi,Bell,Jr,of,"),
    (bundles.sds_v21, "users.csv", "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms\n", "")])
def test_no_password_slips_into_another_column(load: Load, school: School, bundle: Callable[[], Bundle], file: str, old: str, new: str) -> None:
    report = load(changed(bundle(), file, (old, new)))
    everything = whole_database() + str(report.as_json()) + "".join(map(str, report.problems))
    assert bundles.SECRET.lower() not in everything.lower()
    assert said(report, "not as many cells") or report.status == REFUSED


def test_a_row_out_of_step_does_not_end_its_pupil(load: Load, school: School) -> None:
    load(bundles.sds_v1_uk())
    report = load(changed(bundles.sds_v1_uk(), "Student.csv", ("101,9001,Ann,Bell", "101,9001,Ann,Bell, Jr")))
    assert report.total("gone") == 0 and counts(report, "Student.csv") == {"rows": 2, "unchanged": 1, "set_aside": 1}
    assert said(report, "not as many cells") == [("Student.csv", 2, None)]


def test_a_role_out_of_step_refuses_the_drop(load: Load, school: School) -> None:
    load(bundles.sds_v21())
    report = load(changed(bundles.sds_v21(), "roles.csv", ("101,9001", "101,x,9001")))
    assert report.status == REFUSED and report.problems[-1].row == 2


def test_one_school_of_two_is_read_and_the_rest_is_said(load: Load, school: School) -> None:
    report = load(bundles.sds_v1_uk())
    assert counts(report, "Student.csv") == {"rows": 2, "created": 2} and ("Student.csv", None, None) in said(report, "1 row belongs to other schools")
    assert not Pupil.select().where(Pupil.school == school, Pupil.mis_id == "201").exists()


def test_each_school_of_two_has_its_own_drop(load: Load, school: School) -> None:
    load(bundles.sds_v1_uk())
    other = load(bundles.sds_v1_uk(), code="9002")
    assert other.status == KEPT and School.get(School.code == "9002").name == "Low" and counts(other, "School.csv") == {"rows": 1, "created": 1}
    assert not total(load({name: f"{text}\n" for name, text in bundles.sds_v1_uk().items()}))


def test_a_bundle_of_two_schools_does_not_guess_which(load: Load) -> None:
    report = load(bundles.sds_v1_uk())
    assert report.status == REFUSED and "not known which" in report.problems[0].message


@pytest.mark.parametrize(("bundle", "file"), [(bundles.sds_v1_uk, "Student.csv"), (bundles.sds_v21, "roles.csv")])
def test_a_bundle_without_this_schools_pupils_is_refused(load: Load, school: School, bundle: Callable[[], Bundle], file: str) -> None:
    load(bundle())
    emptied = bundle() | {file: str(bundle()[file]).split("\n")[0] + "\n"}
    assert load(emptied).status == REFUSED and Pupil.select().where(Pupil.school == school, Pupil.gone.is_null()).count() == 2


def test_without_the_list_of_schools_the_pupils_say_whose_it_is(load: Load, school: School) -> None:
    assert load(without(bundles.sds_v1_uk(), "School.csv")).status == KEPT
    school.mis_id = "7777"
    school.save()
    assert load(without(bundles.sds_v1_uk(), "School.csv")).status == REFUSED


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_needed_column_that_is_missing_refuses_the_drop(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    for file, text in bundle().items():
        load(bundle() | {file: str(text).split(",", 1)[1]}, keep=False)
        report = load(bundle() | {file: "what,ever\n1,2\n"}, keep=False)
        assert report.status == REFUSED or file == "userFlags.csv", file
        assert load(bundle() | {file: ""}, keep=False).status == REFUSED or file == "userFlags.csv", file


def test_months_come_first_and_an_impossible_date_is_named(load: Load, school: School) -> None:
    report = load(changed(bundles.sds_v1_uk(), "Student.csv", ("12/31/2012", "31/12/2012")))
    assert said(report, "A date like") == [("Student.csv", 3, "Birthdate")] and "month first?" in str(report.problems)


def test_relationships_give_nobody_access_and_the_report_says_so(load: Load, school: School, access: Access) -> None:
    report = load(bundles.sds_v21())
    assert not access() and report.as_json()["access"] == {"gained": 0, "lost": 0}
    assert said(report, "nobody gains access from it") == [("relationships.csv", None, None)]
    assert {row.relationship for row in Link.select().join(Pupil).where(Pupil.school == school)} == {"parent", "guardian", "doctor"}
    assert {row.mis_id for row in Contact.select().where(Contact.school == school)} == {"501", "502"}


def test_the_files_of_the_report_are_those_of_the_bundle_and_add_up(load: Load, school: School) -> None:
    report = load(bundles.sds_v21())
    assert counts(report, "users.csv") == {"rows": 4, "created": 4}              # two pupils, two adults
    assert counts(report, "enrollments.csv") == {"rows": 3, "created": 3}        # two memberships, one teacher
    assert counts(report, "roles.csv") == {"rows": 1, "created": 1}              # staff
    assert counts(report, "orgs.csv") == {"rows": 1, "changed": 1} and adds_up(report)
    assert said(report, "no use for this file") == [("userFlags.csv", None, None)] and "FreeMeals" not in whole_database()


def test_an_adult_who_is_nobodys_user_is_set_aside(load: Load, school: School) -> None:
    report = load(changed(bundles.sds_v21(), "relationships.csv", ("101,501", "101,999")))
    assert said(report, "no such id") == [("relationships.csv", 2, "relationshipUserSourcedId")]


@pytest.mark.parametrize("bundle", BUNDLES)
def test_loading_twice_changes_nothing(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    load(bundle())
    report = load({name: f"{text}\n" for name, text in bundle().items()})
    assert report.status == KEPT and not total(report) and adds_up(report)


# --- guardians of v1 ---------------------------------------------------------------------------------------


def guardians(*relations: str, users: str = "m@example.org,Mairi,Bell,0131 1\nR@Example.org,Rob,Bell,\n") -> Bundle:
    return bundles.sds_v1() | {"User.csv": f"Email,First Name,Last Name,Phone\n{users}",
                               "Guardianrelationship.csv": "\n".join(["SIS ID,Email,Role", *relations, ""])}


def links() -> set[str]:
    return {f"{row.pupil.mis_id}-{row.contact.mis_id} {row.relationship}" for row in Link.select().join(Pupil).join(School)
            .where(School.code == "glenbeg", Link.gone.is_null())}


def test_guardians_are_known_by_their_addresses_and_gain_no_access(load: Load, school: School, access: Access) -> None:
    report = load(guardians("101,M@example.org,Parent", "102,m@example.org,Relative", "101,r@example.org,", "101,r@example.org,Doctor"))
    assert report.status == KEPT and adds_up(report)
    assert links() == {"101-m@example.org Parent", "102-m@example.org Relative", "101-r@example.org Other"}
    assert not access() and said(report, "nobody gains access from it") == [("Guardianrelationship.csv", None, None)]


def test_two_guardians_of_one_address_are_neither_merged_nor_chosen_between(load: Load, school: School) -> None:
    report = load(guardians("101,m@example.org,Parent", "102,r@example.org,Parent",
                            users="m@example.org,Mairi,Bell,\nM@example.org,Colin,Bell,\nr@example.org,Rob,Bell,\nR@EXAMPLE.org,ROB,BELL,\n"))
    assert {row.mis_id for row in Contact.select().where(Contact.school == school)} == {"r@example.org"} and links() == {"102-r@example.org Parent"}
    assert [row for _, row, _ in said(report, "They cannot be told apart")] == [2, 3] and adds_up(report)


def test_guardians_of_pupils_of_other_schools_stay_out(load: Load, school: School) -> None:
    load(guardians("101,m@example.org,Parent", "201,r@example.org,Parent"))
    assert {row.mis_id for row in Contact.select().where(Contact.school == school)} == {"m@example.org"}


def test_guardians_may_come_alone_and_an_empty_list_says_nothing(load: Load, school: School) -> None:
    load(bundles.sds_v1())
    alone = {name: text for name, text in guardians("101,m@example.org,Parent", "201,r@example.org,Parent").items() if name[0] in "UG"}
    assert load(alone).status == KEPT and links() == {"101-m@example.org Parent"}
    report = load(guardians())
    assert links() == {"101-m@example.org Parent"} and said(report, "no guardians in this export")


def test_the_inactive_are_left_out(load: Load, school: School) -> None:
    bundle = changed(bundles.sds_v1(), "Student.csv", ("Birthdate", "Birthdate,Status"), ("4/2/2014", "4/2/2014,Active"), ("12/31/2012", "12/31/2012,Inactive"),
                     ("1/1/2019", "1/1/2019,Active"))
    report = load(bundle)
    assert {row.mis_id for row in Pupil.select().where(Pupil.school == school)} == {"101"} and said(report, "1 row is inactive and was left out")


# --- v2, before 2.1 ------------------------------------------------------------------------------------------


def test_v2_loads_and_has_one_role_a_person(load: Load, school: School, access: Access) -> None:
    report = load(bundles.sds_v2())
    assert (report.status, report.format) == (KEPT, "School Data Sync v2") and adds_up(report) and not access()
    assert {(row.mis_id, row.year_group) for row in Pupil.select().where(Pupil.school == school)} == {("101", "07"), ("102", "08")}
    assert [row.surname for row in Staff.select().where(Staff.school == school)] == ["Reid"]
    group = Group.get(Group.school == school)
    assert Membership.select().where(Membership.group == group).count() == 2 and Teaching.select().where(Teaching.group == group).count() == 1
    assert not Contact.select().where(Contact.school == school).exists() and bundles.SECRET not in whole_database()


def test_v2_with_a_password_out_of_step_is_refused(load: Load, school: School) -> None:
    report = load(changed(bundles.sds_v2(), "users.csv", ("Ann,Bell,ann,", "Ann,Bell,")))
    assert report.status == REFUSED and report.problems[-1].row == 2 and bundles.SECRET not in whole_database() + str(report.as_json())


@pytest.mark.parametrize("bundle", [bundles.sds_v2, bundles.sds_v21])
def test_an_enrolment_out_of_step_ends_nothing(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    load(bundle())
    report = load(changed(bundle(), "enrollments.csv", ("K1,102,student", "K1,102,student,x")))
    assert report.total("gone") == 0 and adds_up(report)


# --- v2.1 --------------------------------------------------------------------------------------------------


def test_the_subject_is_the_courses_title_for_subject_and_grade_are_met_swapped(load: Load, school: School) -> None:
    load(changed(bundles.sds_v21(), "courses.csv", ("title\n", "title,code,subject,grade\n"), ("E,9001,English", "E,9001,English,EN7,07,English")))
    assert Group.get(Group.school == school).subject == "English"


def test_sessions_are_terms(load: Load, school: School) -> None:
    sessions = ("sourcedId,title,type,schoolYear,startDate,endDate\nY,Year,schoolYear,2026,2026-08-18,2027-06-25\n"
                "T1,Autumn,term,2026,2026-08-18,2026-12-18\nT2,Spring,term,2026,2027-01-05,2027-06-25\n")
    load(bundles.sds_v21() | {"academicSessions.csv": sessions})
    terms = CalendarEntry.select().where(CalendarEntry.school == school, CalendarEntry.gone.is_null())
    assert {(row.mis_id, row.kind, row.ends.isoformat()) for row in terms} == {("T1", "term", "2026-12-18"), ("T2", "term", "2027-06-25")}
    load(bundles.sds_v21() | {"academicSessions.csv": sessions.replace("T2,", "T3,")})
    assert {row.mis_id for row in terms.clone()} == {"T1", "T3"}


def test_a_brother_is_no_contact(load: Load, school: School) -> None:
    report = load(changed(bundles.sds_v21(), "relationships.csv", ("101,502,doctor", "101,102,relative")))
    assert "102" not in {row.mis_id for row in Contact.select().where(Contact.school == school)} and said(report, "between two pupils")
    assert adds_up(report)


def test_one_adult_may_be_two_things_to_two_children(load: Load, school: School) -> None:
    load(bundles.sds_v21())
    mine = Link.select().join(Contact).where(Contact.school == school, Contact.mis_id == "501")
    assert {row.relationship for row in mine} == {"parent", "guardian"}
