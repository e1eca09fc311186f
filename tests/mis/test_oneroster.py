"""OneRoster 1.1 and 1.2: rosters, homework and results load, drift is borne, a delta ends only what it names, and nobody gains access."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from glowlite import db
from glowlite.mis.report import HELD, KEPT, REFUSED, Report
from glowlite.models import Assignment, CalendarEntry, Contact, Group, Link, Membership, Pupil, Result, School, Staff, Teaching
from tests.mis import bundles
from tests.mis import oneroster_bundles as one
from tests.mis.bundles import Bundle, changed, without
from tests.mis.conftest import Load, adds_up, said, total, whole_database

Access = Callable[[], set[str]]
BOTH = [one.bulk_11, one.bulk_12]
YESTERDAY, TODAY, TOMORROW = "2026-11-18", "2026-11-19", "2026-11-20"


@pytest.fixture
def school(glenbeg: School) -> School:
    glenbeg.mis_id = "9001"
    glenbeg.save()
    return glenbeg


def standing(model: type, *fields: str) -> set[str]:
    """The rows of Glenbeg that have not ended, as text of these fields."""
    rows = model.select().where(model.school == School.get(School.code == "glenbeg"), model.gone.is_null())
    return {" ".join(str(getattr(row, field) or "-") for field in fields) for row in rows}


def links() -> set[str]:
    rows = Link.select().join(Pupil).where(Pupil.school == School.get(School.code == "glenbeg"), Link.gone.is_null())
    return {f"{row.pupil.mis_id}-{row.contact.mis_id} {row.relationship or '-'}" for row in rows}


def members(model: type = Membership) -> set[str]:
    rows = model.select().join(Group).where(Group.school == School.get(School.code == "glenbeg"), model.gone.is_null())
    return {f"{row.group.mis_id}-{(row.pupil if model is Membership else row.staff).mis_id}" for row in rows}


def again(bundle: Bundle) -> Bundle:
    """The same rows, though not the same bytes."""
    return {name: f"{text}\n" for name, text in bundle.items()}


# --- what comes across ---------------------------------------------------------------------------------


@pytest.mark.parametrize("bundle", BOTH)
def test_a_roster_loads(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    report = load(bundle())
    assert (report.status, report.format) == (KEPT, "OneRoster") and adds_up(report) and not report.total("set_aside"), report.problems
    assert standing(Pupil, "mis_id", "surname", "born", "year_group", "registration") == {"101 Bell 2014-04-02 07 7B", "102 Bell - 08 -"}
    assert standing(Staff, "mis_id", "surname") == {"11 Reid", "12 Innes"}
    assert standing(Group, "mis_id", "kind", "name", "subject") == {"K1 class 7 English English", "R1 registration 7B -"}
    assert (members(), members(Teaching)) == ({"K1-101", "K1-102", "R1-101"}, {"K1-11"})
    school = School.get(School.id == school.id)
    assert school.name == "High"


def test_in_1_1_adults_name_their_children(load: Load, school: School) -> None:
    load(one.bulk_11())
    assert links() == {"101-501 parent", "102-501 parent", "101-502 guardian", "102-503 relative"}
    assert standing(Contact, "mis_id", "forename", "email", "mobile", "phone") == {
        "501 Mairi m@example.org 07700 1 0131 1", "502 Rob m@example.org - -", "503 Una - - -"}  # one address, two people


def test_in_1_2_children_name_their_adults_and_a_teacher_can_be_a_parent(load: Load, school: School) -> None:
    load(one.bulk_12())
    assert links() == {"101-501 parent", "101-502 guardian", "101-504 -", "102-501 parent", "102-503 relative", "102-11 parent"}
    assert standing(Contact, "mis_id") == {"501", "502", "503", "504", "11"} and "11" in standing(Staff, "mis_id")
    assert standing(Pupil, "mis_id", "known_as", "joined_on") == {"101 Annie 2025-08-19", "102 - 2025-08-19"}


@pytest.mark.parametrize("bundle", BOTH)
def test_nobody_gains_access_whatever_the_role(load: Load, school: School, access: Access, bundle: Callable[[], Bundle]) -> None:
    report = load(bundle())
    assert links() and not access() and report.as_json()["access"] == {"gained": 0, "lost": 0}
    assert said(report, "nobody gains access from it") == [("users.csv", None, None)]


@pytest.mark.parametrize("bundle", BOTH)
def test_no_password_is_anywhere_afterwards(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    load(bundle())
    assert bundles.SECRET not in whole_database()


@pytest.mark.parametrize(("bundle", "old", "new"), [
    (one.bulk_11, "student,ann,{SCN:091234564},Ann,", "student,ann,Ann,"), (one.bulk_11, "Ann,Bell,", "Ann,Bell,Jr,of,"),
    (one.bulk_12, "true,ann,,Ann,", "true,Ann,"), (one.bulk_12, "Ann,Bell,", "Ann,Bell,Jr,of,")])
def test_no_password_slips_into_another_column_and_its_row_is_not_taken_for_missing(
        load: Load, school: School, bundle: Callable[[], Bundle], old: str, new: str) -> None:
    load(bundle())
    before = links()
    report = load(changed(bundle(), "users.csv", (old, new)))
    assert bundles.SECRET.lower() not in (whole_database() + str(report.as_json())).lower()
    assert ("users.csv", 2, None) in said(report, "not as many cells") and "101 Bell" in standing(Pupil, "mis_id", "surname")
    assert links() == before and adds_up(report)


@pytest.mark.parametrize("bundle", BOTH)
def test_loading_twice_changes_nothing(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    load(bundle())
    report = load(again(bundle()))
    assert report.status == KEPT and not total(report) and adds_up(report)


def test_a_zip_is_read_like_a_folder(load: Load, school: School, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "oneroster.zip", "w") as archive:
        for name, text in one.bulk_12().items():
            archive.writestr(name, text)
    assert load(tmp_path / "oneroster.zip").status == KEPT and standing(Pupil, "mis_id") == {"101", "102"}


def test_numbers_of_the_country_come_across(load: Load, school: School) -> None:
    load(changed(one.bulk_11(), "users.csv", ("ben,,Ben", 'ben,"{LDAP:12},{upn: H801200001001 }",Ben')))
    assert standing(Pupil, "mis_id", "scn", "upn") == {"101 091234564 -", "102 - H801200001001"}


# --- terms, homework, results ----------------------------------------------------------------------------


def test_since_1_2_a_term_ends_the_day_before_its_end(load: Load, school: School) -> None:
    load(one.bulk_11())
    assert standing(CalendarEntry, "kind", "title", "ends") == {"term Autumn 2026-12-18"}
    load(one.bulk_12())
    assert standing(CalendarEntry, "kind", "title", "ends") == {"term Autumn 2026-12-17"}


def test_terms_replace_terms_and_leave_the_rest_of_the_calendar(load: Load, school: School) -> None:
    load(bundles.everything() | {"calendar.csv": "id,kind,title,starts,ends\nX1,holiday,Christmas,2026-12-21,2027-01-05\nT0,term,Old,2026-01-06,2026-03-27\n",
                                 "school.csv": "id,name\n9001,High\n"})
    load(one.bulk_11(), despite_brakes=True)
    assert standing(CalendarEntry, "mis_id") == {"X1", "T1"}


def test_line_items_are_homework_and_results_are_results(load: Load, school: School) -> None:
    report = load(one.bulk_11())
    assert standing(Assignment, "mis_id", "title", "details", "set_on", "due_on") == {"L1 Diary One page. 2026-11-16 2026-11-23"}
    assert standing(Result, "mis_id", "subject", "title", "day", "value", "out_of", "comment") == {"r1 English Diary 2026-11-18 23 30 Well done."}
    assert said(report, "still being marked): 1.") and said(report, "Rows of other schools, to be read in their own drops: 1.")


def test_where_there_is_a_category_for_homework_a_test_is_none(load: Load, school: School) -> None:
    bundle = changed(one.bulk_11(), "lineItems.csv", ("K1,C,", "K1,TEST,"))
    categories = one.csv("sourcedId,status,dateLastModified,title", "C,,,Home Work", "TEST,,,Tests")
    load(one.manifest("1.1", without(bundle, "manifest.csv") | {"categories.csv": categories}))
    assert not standing(Assignment, "mis_id") and standing(Result, "mis_id") == {"r1"}


@pytest.mark.parametrize("state", ["exempt", "not submitted", "partially graded", "submitted", ""])
def test_a_result_that_is_not_fully_graded_is_not_shown_any_more(load: Load, school: School, state: str) -> None:
    load(one.bulk_11())
    load(changed(one.bulk_11(), "results.csv", ("fully graded", state)))
    assert not standing(Result, "mis_id")


def test_a_state_that_nobody_knows_takes_no_result_away(load: Load, school: School) -> None:
    load(one.bulk_11())
    report = load(changed(one.bulk_11(), "results.csv", ("fully graded", "fuly graded")))
    assert standing(Result, "mis_id", "value") == {"r1 23"} and said(report, "none of exempt, fully graded") == [("results.csv", 2, "scoreStatus")]
    assert adds_up(report) and report.total("set_aside") == 1


def test_a_grade_in_words_and_one_without_a_score(load: Load, school: School) -> None:
    rows = one.csv(f"{one.RESULTS},textScore,inProgress", "r1,,,L1,101,fully graded,,2026-11-18,,Pass,", "r2,,,L1,102,fully graded,,2026-11-18,,,",
                   "r3,,,L1,102,fully graded,9,2026-11-18,,,true")
    report = load(one.bulk_11() | {"results.csv": rows})
    assert standing(Result, "mis_id", "value", "out_of") == {"r1 Pass -"} and said(report, "graded without a score")


# --- the manifest ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("modes", "file"), [({"demographics": "absent"}, "demographics.csv"), ({"results": "bulk"}, "results.csv"),
                                             ({"users": "whole"}, "manifest.csv")])
def test_files_that_contradict_the_manifest_are_refused(load: Load, school: School, modes: dict[str, str], file: str) -> None:
    bundle = without(one.bulk_11(), "results.csv")
    report = load(one.manifest("1.1", without(bundle, "manifest.csv"), **modes))
    assert report.status == REFUSED and report.problems[-1].file == file and "manifest" in str(report.problems[-1]).lower()
    assert not Pupil.select().where(Pupil.school == school).exists()


def test_a_manifest_alone_is_no_news(load: Load, school: School) -> None:
    load(one.bulk_12())
    report = load(one.manifest("1.2", {}))
    assert report.status == KEPT and not total(report) and said(report, "there is no news") and len(standing(Pupil, "mis_id")) == 2


def test_without_a_manifest_files_speak_for_everyone(load: Load, school: School) -> None:
    load(one.bulk_11())
    report = load(without(changed(one.bulk_11(), "enrollments.csv", ("e2,,,K1,9001,102,student,,,\n", "")), "manifest.csv"))
    assert report.status == KEPT and members() == {"K1-101", "R1-101"}


def test_a_manifest_with_other_words_for_absent_is_understood(load: Load, school: School) -> None:
    assert load(changed(one.bulk_12(), "manifest.csv", ("file.scoreScales,absent", "file.scoreScales,"), ("file.users,bulk", "File.users,Bulk"))).status == KEPT


# --- whole files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["tobedeleted", "inactive", "toBeDeleted"])
def test_who_is_marked_as_over_ends(load: Load, school: School, status: str) -> None:
    load(one.bulk_11())
    report = load(changed(one.bulk_11(), "users.csv", ("503,,,", f"503,{status},2026-11-18,")))
    assert standing(Contact, "mis_id") == {"501", "502"} and "102-503 relative" not in links() and said(report, "so that what they stand for ends: 1.")


def test_who_is_missing_ends_and_an_unusual_share_waits(load: Load, school: School) -> None:
    crowd = [f"{n},,,true,9001,student,u{n},,Ann,Name{n},,,,,,,," for n in range(300, 340)]
    load(one.bulk_11() | {"users.csv": one.bulk_11()["users.csv"] + "\n".join(crowd)})
    report = load(one.bulk_11())
    assert report.status == HELD and len(standing(Pupil, "mis_id")) == 42


def test_an_export_without_parents_says_nothing_about_them(load: Load, school: School) -> None:
    load(one.bulk_11())
    before = links()
    lines = [line for line in str(one.bulk_11()["users.csv"]).splitlines() if not line.startswith(("50", "60"))]
    report = load(one.bulk_11() | {"users.csv": "\n".join([*lines, ""])})
    assert report.status == KEPT and links() == before and said(report, "no parents or guardians") == [("users.csv", None, None)]


def test_an_export_without_staff_says_nothing_about_them(load: Load, school: School) -> None:
    load(one.bulk_11())
    lines = [line for line in str(one.bulk_11()["users.csv"]).splitlines() if not line.startswith(("11", "12"))]
    report = load(one.bulk_11() | {"users.csv": "\n".join([*lines, ""])})
    assert standing(Staff, "mis_id") == {"11", "12"} and said(report, "no staff in this export")


def test_an_export_without_relations_leaves_the_links(load: Load, school: School) -> None:
    load(one.bulk_11())
    before = links()
    report = load(changed(one.bulk_11(), "users.csv", ('"101,102"', ""), (",101,,", ",,,"), (",102,,", ",,,"), (",201,,", ",,,")))
    assert links() == before and said(report, "which adult belongs to which child")


def test_an_enrolment_that_disappears_or_is_past_ends(load: Load, school: School) -> None:
    load(one.bulk_12())
    gone = ("e2,,,K1,9001,102,student,,,\n", "")
    load(changed(one.bulk_12(), "enrollments.csv", ("K1,9001,101,student,,,", f"K1,9001,101,student,,2026-08-18,{TODAY}"), gone))
    assert members() == {"R1-101"}
    load(changed(one.bulk_12(), "enrollments.csv", ("K1,9001,101,student,,,", f"K1,9001,101,student,,2026-08-18,{TOMORROW}")))
    assert members() == {"K1-101", "K1-102", "R1-101"}


def test_an_enrolment_to_come_waits_for_its_day(load: Load, school: School) -> None:
    load(changed(one.bulk_11(), "enrollments.csv", ("11,teacher,true,,", f"11,teacher,true,{TOMORROW},")))
    assert not members(Teaching)


def test_a_role_that_has_ended_makes_a_leaver_of_a_pupil_and_nothing_of_an_adult(load: Load, school: School) -> None:
    load(changed(one.bulk_12(), "roles.csv", ("102,primary,student,2025-08-19,,", "102,primary,student,2025-08-19,2026-11-01,"),
                 ("11,primary,teacher,,,", "11,primary,teacher,,2026-11-01,")))
    assert standing(Pupil, "mis_id", "left_on") == {"101 -", "102 2026-10-31"} and standing(Staff, "mis_id") == {"12"}


# --- relations -------------------------------------------------------------------------------------------


def test_a_pupil_and_a_mere_teacher_are_not_linked(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("Ann,Bell,,,,,,,", "Ann,Bell,,,,,,11,"), ("ada@example.org,,,,", "ada@example.org,,,102,")))
    assert not [link for link in links() if "-11" in link] and "11" not in standing(Contact, "mis_id")
    assert said(report, "no parent, guardian, relative or aide: 2.") == [("users.csv", None, None)]


def test_brothers_and_sisters_are_not_linked(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("Ann,Bell,,,,,,,", "Ann,Bell,,,,,,102,")))
    assert len(links()) == 4 and said(report, "between an adult and a child: 1.")


def test_both_naming_each_other_is_one_link(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("Ann,Bell,,,,,,,", 'Ann,Bell,,,,,,"501;502",')))
    assert len(links()) == 4 and adds_up(report)


@pytest.mark.parametrize(("old", "new", "row"), [("Ann,Bell,,,,,,,", "Ann,Bell,,,,,,999,", 2), (",m@example.org,,,101,", ",m@example.org,,,999,", 8)])
def test_a_relation_to_nobody_is_set_aside_in_words(load: Load, school: School, old: str, new: str, row: int) -> None:
    report = load(changed(one.bulk_11(), "users.csv", (old, new)))
    assert said(report, "no such id") == [("users.csv", row, "agentSourcedIds")] and said(report, "The relation is set aside") and adds_up(report)
    assert {"101", "502"} <= standing(Pupil, "mis_id") | standing(Contact, "mis_id")


@pytest.mark.parametrize(("file", "old", "new"), [("enrollments.csv", "K1,9001,102,student", "K1,9001,999,student"),
                                                  ("enrollments.csv", "K1,9001,102,student", "K7,9001,102,student"),
                                                  ("lineItems.csv", "K1,C,", "K7,C,")])
def test_a_row_that_points_to_nothing_is_set_aside(load: Load, school: School, file: str, old: str, new: str) -> None:
    report = load(changed(one.bulk_11(), file, (old, new)))
    assert report.status == KEPT and [place[0] for place in said(report, "no such id")] == [file] and adds_up(report)


def test_a_role_of_nobody_is_set_aside(load: Load, school: School) -> None:
    report = load(changed(one.bulk_12(), "roles.csv", ("f,,,12", "f,,,999")))
    assert said(report, "no such user in users.csv") == [("roles.csv", 7, "userSourcedId")] and standing(Staff, "mis_id") == {"11"} and adds_up(report)


def test_a_result_of_an_unknown_line_item_is_set_aside(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "results.csv", ("r1,,,L1", "r1,,,L7")))
    assert said(report, "no such line item") == [("results.csv", 2, "lineItemSourcedId")] and report.total("set_aside") == 1 and adds_up(report)


# --- several schools, departments ------------------------------------------------------------------------


def test_each_school_of_two_has_its_own_drop(load: Load, school: School) -> None:
    load(one.bulk_11())
    report = load(one.bulk_11(), code="9002")
    other = School.get(School.code == "9002")
    assert report.status == KEPT and {row.mis_id for row in Pupil.select().where(Pupil.school == other)} == {"102", "201"}
    assert {row.mis_id for row in Contact.select().where(Contact.school == other)} >= {"601", "501"}
    assert not total(load(again(one.bulk_11())))


def test_a_bundle_of_two_schools_does_not_guess_which(load: Load) -> None:
    report = load(one.bulk_11())
    assert report.status == REFUSED and "not known which" in report.problems[0].message


def test_a_bundle_without_this_schools_pupils_is_refused(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", (",9001,student", ",9002,student"), ('"9002, 9001"', "9002")))
    assert report.status == REFUSED and "Not one pupil" in report.problems[-1].message


def test_a_department_that_stands_for_the_school_is_taken_as_one(load: Load, school: School) -> None:
    orgs = one.csv("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId", "9001,,,Whole School,department,,D")
    users = "\n".join(line for line in str(one.bulk_11()["users.csv"]).splitlines() if "9002" not in line)
    report = load(one.bulk_11() | {"orgs.csv": orgs, "users.csv": users, "classes.csv": str(one.bulk_11()["classes.csv"]).split("K9")[0]})
    assert report.status == KEPT and standing(Pupil, "mis_id") == {"101"}


# --- drift -----------------------------------------------------------------------------------------------


def turned(text: str) -> str:
    """The columns in the opposite order."""
    return "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines())


def test_columns_may_stand_in_any_order_and_case(load: Load, school: School) -> None:
    bundle = one.bulk_11() | {name: turned(str(one.bulk_11()[name])) for name in ("orgs.csv", "classes.csv", "enrollments.csv", "results.csv")}
    head, rest = str(bundle["users.csv"]).split("\n", 1)
    report = load(bundle | {"users.csv": f"{head.upper()}\n{rest}"})
    assert report.status == KEPT and len(links()) == 4 and members() == {"K1-101", "K1-102", "R1-101"}


def test_the_names_of_1_0_are_understood(load: Load, school: School) -> None:
    users = one.csv("sourcedId,status,dateLastModified,orgSourcedIds,role,username,userId,givenName,familyName,identifier,email,sms,phone,agents,grade,"
                    "ext_sender_ssoId,ext_sender_studentPassword",
                    f"101,,,9001,student,ann,abc,Ann,Bell,,,,,,07,x,{bundles.SECRET}", f"501,active,,9001,parent,mum,,Mairi,Bell,,,,,101,,,{bundles.SECRET}")
    bundle = {"orgs.csv": one.csv("sourcedId,status,dateLastModified,name,type,identifier,metadata.boarding,parentSourcedId", "9001,,,High,school,,FALSE,"),
              "users.csv": users, "demographics.csv": one.csv("userSourcedId,status,dateLastModified,birthdate", "101,,,2014-04-02"),
              "classes.csv": one.csv("sourcedId,status,dateLastModified,title,grade,courseSourcedId,classType,schoolSourcedId,termSourcedId,subjects",
                                     "K1,,,7 English,07,,Scheduled,9001,T1,English"),
              "enrollments.csv": one.csv("sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,status,dateLastModified,primary",
                                         "e1,K1,9001,101,student,active,,")}
    report = load(bundle)
    assert (report.status, report.format) == (KEPT, "OneRoster") and links() == {"101-501 parent"} and members() == {"K1-101"}
    assert standing(Pupil, "mis_id", "born", "year_group") == {"101 2014-04-02 07"} and bundles.SECRET not in whole_database()
    assert {file for file, _, _ in said(report, "the sender's own")} == {"users.csv", "orgs.csv"}


def test_null_is_nothing_but_in_a_name(load: Load, school: School) -> None:
    load(changed(one.bulk_11(), "users.csv", ("Una,Bell,,,,,,102,,", "Una,NULL,,,NULL,NULL,NULL,102,NULL,"), ("101,,,true", "101,NULL,NULL,true")))
    assert "503 NULL - -" in standing(Contact, "mis_id", "surname", "email", "mobile") and len(standing(Pupil, "mis_id")) == 2


def test_moments_are_days_where_the_school_is(load: Load, school: School) -> None:
    load(changed(one.bulk_11(), "demographics.csv", ("2014-04-02", "2014-04-01T23:00:00.000Z"))
         | {"academicSessions.csv": one.csv("sourcedId,title,type,startDate,endDate", "T1,Autumn,semester,2026-08-18T00:00:00.000Z,2026-12-18T00:00:00Z")})
    assert "101 2014-04-02" in standing(Pupil, "mis_id", "born")
    assert standing(CalendarEntry, "kind", "starts", "ends") == {"term 2026-08-18 2026-12-18"}


def test_missing_demographics_take_no_birthday_away(load: Load, school: School) -> None:
    load(one.bulk_11())
    load(changed(one.bulk_11(), "demographics.csv", ("101,,,2014-04-02,female\n", "")))
    load(one.manifest("1.1", without(without(one.bulk_11(), "manifest.csv"), "demographics.csv")))
    assert "101 2014-04-02" in standing(Pupil, "mis_id", "born")


@pytest.mark.parametrize("bundle", BOTH)
def test_a_role_that_nobody_knows_ends_nobody_and_makes_nobody(load: Load, school: School, bundle: Callable[[], Bundle]) -> None:
    file = "users.csv" if bundle is one.bulk_11 else "roles.csv"
    load(bundle())
    report = load(changed(bundle(), file, ("student", "studnet"), ("guardian", "gardian")) | {})
    assert report.status == REFUSED or standing(Pupil, "mis_id") == {"101", "102"}
    assert report.status == KEPT and "502" in standing(Contact, "mis_id") and len(said(report, "no role of OneRoster")) == 4
    assert adds_up(report)


def test_a_stranger_with_a_role_that_nobody_knows_is_set_aside(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("9001-EN,administrator", "9001,caretaker"), ("9001,relative", "9001,ext:friend")))
    assert said(report, "so nobody knows what this person is") == [("users.csv", 6, "role")] and standing(Staff, "mis_id") == {"11"}
    assert adds_up(report) and report.total("set_aside") == 1 and "503" not in standing(Contact, "mis_id")


def test_an_enrolment_with_a_role_that_nobody_knows_ends_nothing(load: Load, school: School) -> None:
    load(one.bulk_11())
    report = load(changed(one.bulk_11(), "enrollments.csv", ("K1,9001,101,student", "K1,9001,101,pupl")))
    assert members() == {"K1-101", "K1-102", "R1-101"} and report.status == KEPT


def test_other_odd_words_are_said_and_borne(load: Load, school: School) -> None:
    report = load(changed(changed(one.bulk_11(), "classes.csv", ("scheduled,E4", "seminar,E4")), "users.csv", ("12,,,", "12,activ,,")))
    assert said(report, "homeroom or scheduled") == [("classes.csv", 2, "classType")] and said(report, "active or tobedeleted") == [("users.csv", 6, "status")]
    assert report.status == KEPT


def test_one_id_of_two_people_is_said_and_neither_becomes_the_other(load: Load, school: School) -> None:
    report = load(changed(one.bulk_11(), "users.csv", ("102,,,true", "101,,,true")))
    assert standing(Pupil, "mis_id", "forename") == {"101 Ann"} and adds_up(report)
    assert said(report, "Row 2 has this id and another name") == [("users.csv", 3, "sourcedId")]


def test_people_without_an_id_are_set_aside_and_nobody_ends_for_them(load: Load, school: School) -> None:
    load(one.bulk_11())
    report = load(changed(one.bulk_11(), "users.csv", ("101,,,true", ",,,true"), ("102,,,true", ",,,true")))
    assert len(standing(Pupil, "mis_id")) == 2 and report.total("set_aside") >= 2 and adds_up(report)


@pytest.mark.parametrize(("file", "column"), [("users.csv", "sourcedId"), ("users.csv", "familyName"), ("users.csv", "role"), ("classes.csv", "title"),
                                              ("enrollments.csv", "userSourcedId"), ("orgs.csv", "type"), ("results.csv", "scoreStatus")])
def test_a_needed_column_that_is_missing_refuses_the_drop(load: Load, school: School, file: str, column: str) -> None:
    report = load(changed(one.bulk_11(), file, (column, "other")))
    assert report.status == REFUSED and report.problems[-1].file == file and column.lower() in str(report.problems[-1]).lower()


def test_a_row_out_of_step_ends_nothing(load: Load, school: School) -> None:
    load(one.bulk_11())
    report = load(changed(changed(one.bulk_11(), "enrollments.csv", ("e2,,,K1,9001,102,student,,,", "e2,,,K1,9001,102,student,,,,x")),
                          "classes.csv", ("R1,,,7B,", "R1,,,7B, the other one,")))
    assert members() >= {"K1-101", "K1-102"} and standing(Group, "mis_id") == {"K1", "R1"} and adds_up(report)
    assert load(changed(one.bulk_12(), "roles.csv", ("a,,,101", "a,,,,,101"))).status == REFUSED


# --- news ------------------------------------------------------------------------------------------------


@pytest.fixture
def known(load: Load, school: School) -> School:
    """The school after its first whole bundle of 1.2."""
    load(one.bulk_12())
    return school


def test_news_about_one_leave_the_others(load: Load, known: School) -> None:
    report = load(one.news(users=one.csv(one.USERS_12, "101,active,2026-11-18T02:00:00Z,true,ann,,Anne,Bell,,,,,,,07,,,,,,9001,")))
    assert report.status == KEPT and total(report) == {"changed": 1} and adds_up(report), report.problems
    assert standing(Pupil, "mis_id", "forename", "born", "registration") == {"101 Anne 2014-04-02 7B", "102 Ben - -"}
    assert len(links()) == 6 and len(standing(Contact, "mis_id")) == 5


def test_news_of_an_adult_and_of_a_birthday_need_no_other_file(load: Load, known: School) -> None:
    load(one.news(users=one.csv(one.USERS_12, "502,active,2026-11-18T02:00:00Z,true,rob,,Rob,Bell-Smith,,,new@example.org,,,,,,,,,,9001,"),
                  demographics=one.csv(one.DEMOGRAPHICS, "102,active,2026-11-18T02:00:00Z,2012-12-31,male")))
    assert "502 Bell-Smith new@example.org" in standing(Contact, "mis_id", "surname", "email") and "101-502 guardian" in links()
    assert "102 Ben 2012-12-31" in standing(Pupil, "mis_id", "forename", "born")


def test_news_of_a_class_leave_what_they_do_not_say(load: Load, known: School) -> None:
    load(one.news(classes=one.csv("sourcedId,status,dateLastModified,title,schoolSourcedId", "R1,active,2026-11-18T02:00:00Z,7B Reid,9001")))
    assert standing(Group, "mis_id", "kind", "name", "subject") == {"K1 class 7 English English", "R1 registration 7B Reid -"} and "R1-101" in members()


def test_news_end_only_what_they_mark_so(load: Load, known: School) -> None:
    report = load(one.news(users=one.csv(one.USERS_12, "503,tobedeleted,2026-11-18T02:00:00Z,true,gran,,Una,Bell,,,,,,,,,,,,,9001,"),
                           enrollments=one.csv(one.ENROLLMENTS, "e2,tobedeleted,2026-11-18T02:00:00Z,K1,9001,102,student,,,")))
    assert report.status == KEPT and total(report) == {"gone": 2} and members() == {"K1-101", "R1-101"}
    assert "503" not in standing(Contact, "mis_id") and len(standing(Pupil, "mis_id")) == 2


def test_a_role_that_is_over_ends_what_it_made_and_no_more(load: Load, known: School) -> None:
    load(one.news(roles=one.csv(one.ROLES, "e,tobedeleted,2026-11-18T02:00:00Z,11,secondary,parent,,,9001,")))
    assert "11" in standing(Staff, "mis_id") and "11" not in standing(Contact, "mis_id")


def test_a_new_pupil_comes_with_news_and_is_linked(load: Load, known: School) -> None:
    stamp = "active,2026-11-18T02:00:00Z"
    load(one.news(users=one.csv(one.USERS_12, f"103,{stamp},true,eve,,Eve,Bell,,,,,,501,07,,,,,,9001,"),
                  roles=one.csv(one.ROLES, f"z,{stamp},103,primary,student,,,9001,"),
                  enrollments=one.csv(one.ENROLLMENTS, f"z,{stamp},R1,9001,103,student,,,")))
    assert "103 7B" in standing(Pupil, "mis_id", "registration") and "103-501 parent" in links() and "R1-103" in members()


def test_somebody_who_names_others_now_is_no_longer_linked_to_those_left_out(load: Load, known: School) -> None:
    load(one.news(users=one.csv(one.USERS_12, '101,active,2026-11-18T02:00:00Z,true,ann,,Ann,Bell,,,,,,"501,504",07,,,,,,9001,')))
    assert {link for link in links() if link.startswith("101")} == {"101-501 parent", "101-504 -"} and "102-503 relative" in links()


def test_in_1_1_a_row_that_moves_a_pupil_to_another_school_ends_them_here(load: Load, school: School) -> None:
    load(one.bulk_11())
    load(one.news("1.1", orgs=str(one.bulk_11()["orgs.csv"]),
                  users=one.csv(one.USERS_11, "101,active,2026-11-18T02:00:00Z,true,9002,student,ann,,Ann,Bell,,,,,,,07,"),
                  enrollments=one.csv(one.ENROLLMENTS, "e1,tobedeleted,2026-11-18T02:00:00Z,K1,9001,101,student,,,")))
    assert standing(Pupil, "mis_id") == {"102"} and members() == {"K1-102", "R1-101"}


def test_news_of_results_need_no_line_items(load: Load, school: School) -> None:
    load(one.bulk_11())
    load(one.news("1.1", results=one.csv(one.RESULTS, "r1,active,2026-11-19T02:00:00Z,L1,101,fully graded,25,2026-11-18,Even better.")))
    assert standing(Result, "mis_id", "subject", "title", "value", "out_of") == {"r1 English Diary 25 30"}
    load(one.news("1.1", results=one.csv(one.RESULTS, "r1,active,2026-11-19T03:00:00Z,L1,101,submitted,,2026-11-18,")))
    assert not standing(Result, "mis_id")


def test_an_enrolment_that_is_over_and_back_holds(load: Load, known: School) -> None:
    stamp = "2026-11-18T02:00:00Z"
    load(one.news(enrollments=one.csv(one.ENROLLMENTS, f"e2,tobedeleted,{stamp},K1,9001,102,student,,,", f"e8,active,{stamp},K1,9001,102,student,,,")))
    assert "K1-102" in members()


def test_an_end_that_says_no_names_is_set_aside(load: Load, known: School) -> None:
    report = load(one.news(enrollments=one.csv(one.ENROLLMENTS, "e2,tobedeleted,2026-11-18T02:00:00Z,,,,,,,")))
    assert said(report, "does not say whose") == [("enrollments.csv", 2, "sourcedId")] and "K1-102" in members() and adds_up(report)


def test_news_of_another_school_are_refused(load: Load, known: School) -> None:
    report = load(one.news(users=one.csv(one.USERS_12, "201,active,2026-11-18T02:00:00Z,true,cat,,Catherine,Dow,,,,,,,P2,,,,,,9002,")))
    assert report.status == REFUSED and "9002" in report.problems[0].message


def test_the_same_news_again_change_nothing(load: Load, known: School) -> None:
    news = one.news(users=one.csv(one.USERS_12, '101,active,2026-11-18T02:00:00Z,true,ann,,Anne,Bell,,,,,,"501,504",07,,,,,,9001,'))
    load(news)
    report = load(again(news))
    assert not total(report) and adds_up(report)


# --- access given by another format ------------------------------------------------------------------------

RIGHTS = {"pupils.csv": "id,forename,surname\n101,Ann,Bell\n102,Ben,Bell\n",
          "contacts.csv": "id,forename,surname\n501,Mairi,Bell\n502,Rob,Bell\n503,Una,Bell\n",
          "links.csv": "pupil_id,contact_id,relationship,parental_responsibility,court_order\n101,501,Mother,Y,N\n101,502,Father,Y,Y\n102,503,Aunt,N,N\n"}


@pytest.mark.parametrize("bundle", [*BOTH, lambda: changed(bundles.sds_v21(), "users.csv", ("Dora,Good", "Rob,Bell"))])
def test_access_given_before_is_neither_widened_nor_is_a_restriction_lost(load: Load, school: School, access: Access, bundle: Callable[[], Bundle]) -> None:
    load(RIGHTS)
    assert access() == {"501-101"}
    report = load(bundle())
    assert report.status == HELD and [column for _, _, column in said(report, "Earlier drops had this column")] == ["parental_responsibility", "court_order"]
    assert access() == {"501-101"}
    load(bundle() | {"more.csv": "x\n1\n"}, despite_brakes=True)
    assert access() <= {"501-101"} and Link.get(Link.contact == Contact.get(Contact.school == school, Contact.mis_id == "502")).court_order is True


# --- which format is it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bundle", "name"), [
    (one.bulk_11, "OneRoster"), (one.bulk_12, "OneRoster"), (lambda: without(one.bulk_11(), "manifest.csv"), "OneRoster"),
    (lambda: without(one.bulk_12(), "manifest.csv"), "OneRoster"), (lambda: {"enrollments.csv": one.bulk_11()["enrollments.csv"]}, "OneRoster"),
    (bundles.sds_v21, "School Data Sync v2.1"), (lambda: bundles.sds_v21() | {"manifest.csv": "file,rows\nusers.csv,4\n"}, "School Data Sync v2.1"),
    (bundles.sds_v1, "School Data Sync v1"), (lambda: bundles.family() | {"manifest.csv": "file,rows\npupils.csv,3\n"}, "GlowLite CSV")])
def test_formats_that_share_the_names_of_their_files_are_told_apart(load: Load, school: School, bundle: Callable[[], Bundle], name: str) -> None:
    report: Report = load(bundle(), keep=False)
    assert report.format == name


# --- anything at all ---------------------------------------------------------------------------------------

FEW = settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
CELLS = some.one_of(some.sampled_from(["", " ", "NULL", "101", "102", "501", "11", "K1", "R1", "9001", "9002", "student", "parent", "tobedeleted", "inactive",
                                       "bulk", "delta", "absent", "fully graded", "2026-11-16", "2026-11-16T23:30:00Z", "9999-12-31T23:59:59Z", "0001-01-01",
                                       "1E+05", '"', "a,b", "x\ny", "\x00", "\ufffd", "é", "=1+1"]), some.text(max_size=8))


@FEW
@given(whole=some.sampled_from([0, 1]), file=some.integers(0, 20), row=some.integers(0, 9), column=some.integers(0, 12), cell=CELLS)
def test_any_cell_gives_a_report_that_adds_up(load: Load, school: School, access: Access, whole: int, file: int, row: int, column: int, cell: str) -> None:
    bundle = BOTH[whole]()
    name = sorted(bundle)[file % len(bundle)]
    lines = [line.split(",") for line in str(bundle[name]).splitlines()]
    lines[row % len(lines)][column % len(lines[row % len(lines)])] = cell
    spoilt = bundle | {name: "\n".join([*map(",".join, lines), ""]).encode("utf-8", "replace")}
    with db.database.atomic() as all_of_it:
        load(bundle)
        report = load(spoilt, despite_brakes=True)
        second = load(spoilt | {name: bytes(spoilt[name]) + b"\n"}, despite_brakes=True)
        nobody = not access()
        all_of_it.rollback()
    assert report.status in (KEPT, REFUSED) and adds_up(report) and nobody
    assert not total(second) and adds_up(second)
