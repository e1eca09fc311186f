"""Reports by captions: shipped maps, strange reports that wait, what a school keeps, and children and adults without numbers."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from glowlite import clock, mis
from glowlite.mis import captions
from glowlite.mis.captions import Layout, NotAMap, explaining, guess
from glowlite.mis.read import Table
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.models import (
    CaptionMap,
    Conduct,
    Contact,
    Drop,
    Group,
    Lesson,
    Link,
    Mark,
    Membership,
    Period,
    Pupil,
    School,
    Staff,
)
from tests.mis.bundles import Bundle, changed
from tests.mis.conftest import Load, adds_up, counts, said, total

Access = Callable[[], set[str]]

BROMCOM = ("Student ID,UPN,First Name,Last Name,Preferred First Name,Date of Birth,Year Group,Tutor Group,Contact ID,Contact Title,Contact First Name,"
           "Contact Last Name,Relationship,Contact Priority,Parental Responsibility,Court Order Restricted Access,Lives With Student,Contact Email,"
           "Contact Mobile,Contact Home Phone")
ROWS = ("0001,,Ann,Bell,,01/03/2014,8,8A,C1,Ms,Mairi,Bell,Mother,1,Y,N,Y,bells@example.org,,",
        "0001,,Ann,Bell,,01/03/2014,8,8A,C2,Mr,Rob,Bell,Father,2,Y,Y,N,bells@example.org,,",
        "0002,,Ben,Bell,,09/12/2012,9,9B,C1,Ms,Mairi,Bell,Mother,1,Y,N,Y,bells@example.org,,")
STRANGE = {"Form list.csv": "Pupil No,Forename,Surname,DOB,Form,Contact 1 Name,Contact 1 Relationship,Contact 1 Parental Responsibility,"
                            "Contact 1 Court Order,Bus\n"
                            "0001,Ann,Bell,01/03/2014,8A,Mairi Bell,Mother,Y,N,14\n0002,Ben,Bell,09/12/2012,9B,Mairi Bell,Mother,Y,N,\n"}
NO_IDS = "Forename,Surname,DOB,Contact 1 Name,Contact 1 Email,Contact 2 Name,Contact 2 Email"


def bromcom(*rows: str) -> Bundle:
    return {"Students.csv": "\n".join([BROMCOM, *(rows or ROWS), ""])}


def a_map(header: str, whole: bool = False, **more: str) -> Layout:
    """What GlowLite proposes for these captions, and what somebody has said besides."""
    table = Table("x.csv", f"{header}\n".encode())
    offered = {caption: one.target for caption, one in zip(captions.folded(table), guess.proposal(table).guesses, strict=True)}
    return captions.checked("A map", offered | more, whole)


@pytest.fixture
def keep(glenbeg: School) -> Callable[..., Layout]:
    """keep(header) puts a map in force at Glenbeg."""

    def put(header: str, whole: bool = False, **more: str) -> Layout:
        layout = a_map(header, whole, **more)
        captions.keep(glenbeg, layout, by="a test")
        return layout

    return put


@pytest.fixture
def explain(glenbeg: School, waiting_room: Path) -> Callable[..., Any]:
    """explain({"bus": ""}) answers for the newest drop: what GlowLite proposes, and this; then loads it again."""

    def answer(more: dict[str, str] | None = None, whole: bool = False) -> mis.Report:
        drop = glenbeg.drops.order_by(Drop.id.desc()).first()
        asked = explaining.questions(drop, waiting_room)
        answers = [explaining.said(one, {g.caption: g.target for g in one.guesses} | (more or {}), whole=whole, name=one.file) for one in asked]
        explaining.keep(drop, asked, answers, by="a test")
        return mis.again(drop, by="a test", waiting_room=waiting_room)

    return answer


def pupils(school: School) -> dict[str, Pupil]:
    return {row.forename: row for row in Pupil.select().where(Pupil.school == school, Pupil.gone.is_null())}


# --- maps that come with GlowLite -----------------------------------------------------------------------------


def test_a_report_with_the_captions_of_a_shipped_map_is_read_at_once(load: Load, glenbeg: School, access: Access) -> None:
    report = load(bromcom())
    assert (report.status, report.format) == (KEPT, "Reports by captions") and adds_up(report)
    assert access() == {"C1-0001", "C1-0002"}  # C2 has a court order
    assert pupils(glenbeg)["Ann"].born.isoformat() == "2014-03-01" and pupils(glenbeg)["Ann"].year_group == "Year 8"
    assert {row.name for row in Group.select().where(Group.school == glenbeg)} == {"8A", "9B"}
    assert not total(load(bromcom(*ROWS, "")))


def test_the_order_of_the_columns_makes_no_difference(load: Load, access: Access) -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in [BROMCOM, *ROWS])
    assert load({"x.csv": turned}).status == KEPT and access() == {"C1-0001", "C1-0002"}


def test_a_whole_report_ends_who_is_no_longer_in_it(load: Load, glenbeg: School, access: Access) -> None:
    load(bromcom())
    report = load(bromcom(*ROWS[:2]))
    assert report.status == KEPT and set(pupils(glenbeg)) == {"Ann"} and access() == {"C1-0001"}


def test_a_relationship_never_gives_access(load: Load, access: Access) -> None:
    assert load(bromcom(ROWS[0].replace("Mother,1,Y,N", "Mother,1,,N"), ROWS[2].replace("Mother,1,Y,N", "Mother,1,Y,"))).status == KEPT
    assert access() == set()


def test_a_row_out_of_step_gives_no_access_and_takes_it_where_it_says_so(load: Load, access: Access) -> None:
    load(bromcom())
    report = load(bromcom(ROWS[0].replace(",Y,N,Y,", ",Y,Y,Y,") + ",oops", ROWS[1], ROWS[2] + ",oops"))
    assert access() == set() and len(said(report, "more cells than the header")) == 2


@pytest.mark.parametrize("rights", ["Y,Y", "N,N", "Y,", ",N"])
def test_two_rows_about_one_adult_and_child_give_what_is_less(load: Load, access: Access, rights: str) -> None:
    load(bromcom(*ROWS, ROWS[0].replace("Mother,1,Y,N", f"Mother,1,{rights}")))
    assert access() == {"C1-0002"}


def test_another_file_knows_the_children_by_upn(load: Load, glenbeg: School) -> None:
    captions.keep(glenbeg, a_map("UPN,Date,Session,Mark", whole=True), by="a test")
    with_upn = [row.replace("0001,,", "0001,H801200001001,") for row in ROWS]
    report = load(bromcom(*with_upn) | {"marks.csv": "UPN,Date,Session,Mark\nH801200001001,19/11/2026,Mon AM,10\nA000000000000,19/11/2026,AM,10\n"})
    assert report.status == KEPT and [row.pupil.mis_id for row in Mark.select().join(Pupil).where(Pupil.school == glenbeg)] == ["0001"]
    assert counts(report, "marks.csv") == {"rows": 2, "created": 1, "set_aside": 1}


TIMETABLE = {
    "Pupil timetables.csv": "Adno,Name,Reg,Subject code,Class,Initials,Room,Period\n0001,Ann Bell,8A,Ph,8x/Ph1,ABC ,11,1Mon:4\n0001,Ann Bell,8A,?,?,?,?,?\n"
                            "0001,Ann Bell,8A,Tu,8x/Tu,ABC ,3,1Fri:pm\n0002,Ben Bell,9B,Ph,8x/Ph1,ABC ,11,2Tue:1\n",
    "Teacher timetables.csv": "Title,Preferred Surname,Initials,Subject code,Class,Room,Period\nMrs,Reid,ABC ,Ph,8x/Ph1,11,1Mon:4\n",
    "Periods.csv": "Period,Start Time,End Time\n1Mon:4,11:00,11:50\n2Tue:1,09:00,09:50\n",
}


def test_a_timetable_of_two_weeks_is_read(load: Load, glenbeg: School) -> None:
    load(bromcom())
    report = load(TIMETABLE)
    assert report.status == KEPT and [row.surname for row in Staff.select().where(Staff.school == glenbeg)] == ["Reid"]
    assert {(row.mis_id, row.week, row.weekday, row.name) for row in Period.select().where(Period.school == glenbeg)} == {
        ("1Mon:4", "A", 1, "Period 4"), ("2Tue:1", "B", 2, "Period 1")}
    assert {(row.group.name, row.period.mis_id, row.staff.mis_id, row.room) for row in Lesson.select().where(Lesson.school == glenbeg)} == {
        ("8x/Ph1", "1Mon:4", "ABC", "11"), ("8x/Ph1", "2Tue:1", "ABC", "11")}
    assert {row.name for row in Group.select().where(Group.school == glenbeg, Group.gone.is_null())} == {"8A", "9B", "8x/Ph1", "8x/Tu"}


def test_without_the_times_of_periods_no_lessons_are_read(load: Load, glenbeg: School) -> None:
    load(bromcom())
    report = load({name: text for name, text in TIMETABLE.items() if name != "Periods.csv"})
    assert report.status == KEPT and said(report, "no file of this bundle says when") and not Lesson.select().where(Lesson.school == glenbeg).exists()


ACHIEVEMENTS = "Adno,Name,Date,Achievement Type,Points,Comments,Recorded By\n0001,Ann Bell,12/11/2026,Helping others,2,,\n"
BEHAVIOUR = "Adno,Name,Date,Behaviour Type,Points,Comments,Recorded By\n0001,Ann Bell,12/11/2026,Late to class,-1,,\n"


def test_a_missing_report_of_behaviour_is_not_an_empty_one(load: Load, glenbeg: School) -> None:
    load(bromcom())
    load({"a.csv": ACHIEVEMENTS, "b.csv": BEHAVIOUR})
    load({"a.csv": ACHIEVEMENTS.replace("Helping others", "Kindness")})
    standing = {(row.kind, row.type) for row in Conduct.select().join(Pupil).where(Pupil.school == glenbeg, Conduct.gone.is_null())}
    assert ("behaviour", "Late to class") in standing and ("achievement", "Kindness") in standing


# --- strange reports --------------------------------------------------------------------------------------------


def test_a_strange_report_waits_and_nothing_of_it_is_kept(load: Load, glenbeg: School, access: Access, waiting_room: Path) -> None:
    report = load(STRANGE)
    assert report.status == HELD and report.exit_code == 1 and said(report, "proposes “Pupil No” is child: number in the MIS")
    assert not pupils(glenbeg) and access() == set() and (waiting_room / str(report.drop_id) / "bundle.zip").is_file()


def test_a_proposal_never_says_by_itself_who_may_see_a_child(load: Load, access: Access, explain: Callable[..., Any]) -> None:
    load(STRANGE)
    report = explain()
    assert report.status == KEPT and access() == set() and said(report, "nobody gains access")


def test_nor_does_a_shipped_map_that_is_only_like_it(load: Load, glenbeg: School, access: Access, explain: Callable[..., Any]) -> None:
    assert load({"x.csv": "\n".join([BROMCOM + ",Bus", *(f"{row},14" for row in ROWS)])}).status == HELD
    assert explain().status == KEPT and access() == set()


def test_when_a_person_says_so_it_gives_access(load: Load, glenbeg: School, access: Access, explain: Callable[..., Any]) -> None:
    load(STRANGE)
    report = explain({"Contact 1 Parental Responsibility": "links.parental_responsibility#1", "Contact 1 Court Order": "links.court_order#1"})
    assert report.status == KEPT and len(access()) == 2
    assert [drop.status for drop in glenbeg.drops.order_by(Drop.id)] == ["released", "kept"]


def test_what_was_explained_once_is_read_from_then_on(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load(STRANGE)
    explain()
    report = load(changed(STRANGE, "Form list.csv", ("Ben", "Benjamin")))
    assert report.status == KEPT and total(report) == {"changed": 1} and set(pupils(glenbeg)) == {"Ann", "Benjamin"}


def test_a_strange_report_cannot_be_let_in_unexplained(load: Load, glenbeg: School, waiting_room: Path) -> None:
    drop = Drop.get_by_id(load(STRANGE).drop_id)
    report = mis.release(drop, by="a test", waiting_room=waiting_room)
    assert report.status == REFUSED and said(report, "Nobody has said yet") and Drop.get_by_id(drop.id).status == HELD


def test_the_brakes_hold_an_explained_drop_too(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    header = "Pupil No,Forename,Surname,DOB,Form"
    rows = [f"{n},Ann,Name{n},01/03/2014,8A" for n in range(20)]
    load({"x.csv": "\n".join([header, *rows])})
    explain(whole=True)
    load({"x.csv": "\n".join([f"{header},Bus,House", *(f"{row},1,Skye" for row in rows[:10])])})
    report = explain(whole=True)
    assert report.status == HELD and Pupil.select().where(Pupil.school == glenbeg, Pupil.gone.is_null()).count() == 20
    assert [drop.status for drop in glenbeg.drops.order_by(Drop.id)] == ["released", "kept", "held"]


@pytest.mark.parametrize("text", ["this;csv\nis,,,\n", "a,b\n1,2\n", "Bus,Driver\n14,Joe\n", "Surname\nBell\n"])
def test_junk_is_refused(load: Load, text: str) -> None:
    report = load({"x.csv": text})
    assert report.status == REFUSED and said(report, "does not know these headers")


def test_a_strange_file_beside_a_known_one_holds_the_drop(load: Load, glenbeg: School) -> None:
    report = load(bromcom() | STRANGE)
    assert report.status == HELD and said(report, "does not know this layout") == [("Form list.csv", 1, None)] and not pupils(glenbeg)


def test_two_columns_of_one_name_are_told_apart(load: Load, glenbeg: School, access: Access, explain: Callable[..., Any]) -> None:
    text = ("ID(Student),Forename,Surname,ID(Parent),Priority,Parental responsibility(T/F),Lives with Pupil(T/F),Title,Forename,Surname,Primary Email\n"
            "1,Ann,Bell,7,1,T,T,Mrs,Jo,Reid,jo@example.org\n")
    assert load({"x.csv": text}).status == HELD
    assert explain().status == KEPT and access() == set()
    assert Contact.get(Contact.school == glenbeg, Contact.mis_id == "7").name == "Jo Reid" and pupils(glenbeg)["Ann"].surname == "Bell"


def test_a_column_twice_in_our_own_format_is_still_refused(load: Load) -> None:
    assert load({"pupils.csv": "id,id,forename,surname\n1,1,Ann,Bell\n"}).status == REFUSED


STUDENTS = "student_id,first_name,last_name,dob\n1,Ann,Bell,01/03/2014\n2,Ben,Bell,09/12/2012\n"
PARENTS = "parent_id,first_name,last_name,email\n7,Mairi,Bell,bells@example.org\n8,Rob,Bell,bells@example.org\n"
TIES = "student_id,parent_id,relationship,court order,parental responsibility\n1,7,Mother,N,Y\n2,7,Mother,N,Y\n1,8,Father,Y,Y\n2,9,Uncle,N,Y\n"
IN_CLASS = "student_id,class_id\n1,K1\n2,K1\n"


def test_files_that_point_to_one_another_are_explained_together(load: Load, glenbeg: School, access: Access, explain: Callable[..., Any]) -> None:
    files: Bundle = {"a.csv": STUDENTS, "b.csv": PARENTS, "c.csv": TIES, "e.csv": IN_CLASS}
    report = load(files)
    assert report.status == HELD and len(said(report, "does not know this layout")) == 4
    report = explain({"court order": "links.court_order", "parental responsibility": "links.parental_responsibility"})
    assert report.status == KEPT and access() == {"7-1", "7-2"}
    assert said(report, "no such id among the contacts") == [("c.csv", 5, "contact_id")]
    assert {(row.pupil.mis_id, row.group.name, row.group.kind) for row in Membership.select().join(Group).where(Group.school == glenbeg)} == {
        ("1", "K1", "class"), ("2", "K1", "class")}


# --- when a known report changes ----------------------------------------------------------------------------------

HEADER = "Adno,Forename,Surname,DOB,Year,Contact ID,Contact Name,Parental Responsibility,Court Order"
RIGHTS = {"parental_responsibility": "links.parental_responsibility", "court_order": "links.court_order"}
FAMILY = (HEADER, "0001,Ann,Bell,01/03/2014,8,C1,Mairi Bell,Y,N", "0002,Ben,Bell,09/12/2012,9,C1,Mairi Bell,Y,N")


@pytest.fixture
def known(load: Load, keep: Callable[..., Layout]) -> Bundle:
    """A report that Glenbeg has explained and loaded."""
    keep(HEADER, **RIGHTS)
    bundle: Bundle = {"x.csv": "\n".join(FAMILY)}
    assert load(bundle).status == KEPT
    return bundle


def test_a_caption_that_is_lost_holds_the_drop_and_is_named(load: Load, known: Bundle, access: Access) -> None:
    report = load(changed(known, "x.csv", ("Court Order", "Notes")))
    assert report.status == HELD and ("x.csv", 1, "court_order") in said(report, "no longer in this file") and access() == {"C1-0001", "C1-0002"}


def test_a_caption_that_is_new_and_means_something_holds_the_drop(load: Load, known: Bundle) -> None:
    report = load({"x.csv": "\n".join(f"{line},{cell}" for line, cell in zip(FAMILY, ("House", "Skye", "Mull"), strict=True))})
    assert report.status == HELD and said(report, "looks like child: house") == [("x.csv", 1, "house")]


def test_a_caption_that_is_new_and_means_nothing_is_noted(load: Load, known: Bundle) -> None:
    report = load({"x.csv": "\n".join(f"{line},{cell}" for line, cell in zip(FAMILY, ("Bus", "14", ""), strict=True))})
    assert report.status == KEPT and said(report, "its column was left alone") == [("x.csv", 1, "bus")]


def test_a_restriction_in_a_changed_report_acts_at_once(load: Load, known: Bundle, access: Access) -> None:
    report = load(changed(known, "x.csv", ("Year", "Notes"), ("8,C1,Mairi Bell,Y,N", "8,C1,Mairi Bell,Y,Y")))
    assert report.status == HELD and access() == {"C1-0002"}


@pytest.mark.parametrize("cells", ["Y,N,oops", "Y,Y,oops"])
def test_a_row_out_of_step_in_a_partial_report_takes_access_too(load: Load, known: Bundle, access: Access, cells: str) -> None:
    load(changed(known, "x.csv", ("8,C1,Mairi Bell,Y,N", f"8,C1,Mairi Bell,{cells}")))
    assert access() == {"C1-0002"}


def test_a_report_that_lost_the_number_of_the_child_must_be_explained_anew(load: Load, known: Bundle, glenbeg: School) -> None:
    report = load(changed(known, "x.csv", ("Adno", "Locker")))
    assert report.status == HELD and said(report, "does not know this layout") and set(pupils(glenbeg)) == {"Ann", "Ben"}


def test_a_new_map_takes_the_place_of_the_one_it_follows(load: Load, known: Bundle, glenbeg: School, explain: Callable[..., Any], access: Access) -> None:
    load(changed(known, "x.csv", ("Year", "NC Year")))
    assert explain().status == KEPT and len(captions.in_force(glenbeg)) == 1
    assert access() == {"C1-0001", "C1-0002"}  # somebody at this school had said before which columns decide


def test_the_very_same_file_waits_again_once_its_map_has_ended(load: Load, known: Bundle, glenbeg: School) -> None:
    Drop.update(started=clock.now() - timedelta(minutes=1)).execute()
    CaptionMap.update(made=clock.now() - timedelta(minutes=2)).execute()
    assert said(load(known), "the very same files")
    captions.end(captions.in_force(glenbeg)[0], by="a test")
    assert load(known).status == HELD


def test_a_partial_report_ends_nobody_and_a_child_who_moved_class_leaves_the_old_one(load: Load, glenbeg: School, keep: Callable[..., Layout]) -> None:
    keep("Adno,Forename,Surname,Reg")
    load({"x.csv": "Adno,Forename,Surname,Reg\n1,Ann,Bell,8A\n2,Ben,Dow,8A\n"})
    report = load({"x.csv": "Adno,Forename,Surname,Reg\n1,Ann,Bell,8B\n"})
    standing = {(row.pupil.forename, row.group.name) for row in Membership.select().join(Group).where(Group.school == glenbeg, Membership.gone.is_null())}
    assert report.status == KEPT and standing == {("Ann", "8B"), ("Ben", "8A")} and set(pupils(glenbeg)) == {"Ann", "Ben"}


# --- nobody has a number --------------------------------------------------------------------------------------------


def test_without_numbers_brothers_and_sisters_have_each_their_own_record_of_a_parent(load: Load, glenbeg: School, keep: Callable[..., Layout]) -> None:
    keep(NO_IDS)
    report = load({"x.csv": f"{NO_IDS}\nAnn,Bell,01/03/2014,Mairi Bell,bells@example.org,Rob Bell,bells@example.org\n"
                            "Ben,Bell,09/12/2012,Mairi Bell,bells@example.org,,\n"})
    assert report.status == KEPT and said(report, "no number for a child") and said(report, "Nobody is merged")
    assert sorted(row.name for row in Contact.select().where(Contact.school == glenbeg)) == ["Mairi Bell", "Mairi Bell", "Rob Bell"]


def test_two_people_of_one_name_in_one_row_are_two(load: Load, glenbeg: School, keep: Callable[..., Layout]) -> None:
    keep(NO_IDS)
    load({"x.csv": f"{NO_IDS}\nAnn,Bell,01/03/2014,John Bell,old@example.org,John Bell,\n"})
    assert Contact.select().where(Contact.school == glenbeg).count() == 2


def test_the_same_child_comes_again_however_the_birthday_is_written(load: Load, glenbeg: School, keep: Callable[..., Layout]) -> None:
    keep(NO_IDS)
    load({"x.csv": f"{NO_IDS}\nAnn,Bell,01/03/2014,Mairi Bell,,,\n"})
    assert not total(load({"x.csv": f"{NO_IDS}\n Ann ,Bell,2014-03-01,Mairi  Bell,,,\n"}))


def test_twins_are_two(load: Load, glenbeg: School, keep: Callable[..., Layout]) -> None:
    keep(NO_IDS)
    load({"x.csv": f"{NO_IDS}\nAnn,Bell,01/03/2014,,,,\nAmy,Bell,01/03/2014,,,,\n"})
    assert set(pupils(glenbeg)) == {"Ann", "Amy"}


def test_a_child_without_a_birthday_is_set_aside(load: Load, glenbeg: School, keep: Callable[..., Layout]) -> None:
    keep(NO_IDS)
    report = load({"x.csv": f"{NO_IDS}\nAnn,Bell,,Mairi Bell,,,\nBen,Bell,09/12/2012,,,,\n"})
    assert set(pupils(glenbeg)) == {"Ben"} and adds_up(report)
    assert said(report, "forename, surname and birthday together, and here") == [("x.csv", 2, "date of birth")]


# --- maps as files ------------------------------------------------------------------------------------------------


def test_maps_can_be_handed_on_as_a_file() -> None:
    assert captions.read(captions.written(captions.shipped()).encode()) == list(captions.shipped())


@pytest.mark.parametrize(("one", "words"), [
    ({"name": "x", "captions": {"Adno": "pupils.idd"}}, "There is no such column"),
    ({"name": "x", "captions": {"Adno": "school.name"}}, "There is no such column"),
    ({"name": "x", "captions": {"Adno": "pupils.id#2"}}, "There is no such column"),
    ({"name": "x", "captions": {"A": "links.court_order", "B": "links.court_order"}}, "both said to be"),
    ({"name": "x", "captions": {"Adno": "pupils.id", "ADNO": ""}}, "twice"),
    ({"name": "", "captions": {"Adno": "pupils.id"}}, "no name"), ({"name": "x", "captions": []}, "no captions"), ("x", "no name"),
    ({"name": "x", "captions": {"Adno": 7}}, "no captions"), ({"name": "x", "captions": {"Adno": "pupils.id"}, "whole": "yes"}, "true or false")])
def test_a_file_that_is_no_map_is_refused_in_words(one: object, words: str) -> None:
    with pytest.raises(NotAMap, match=words):
        captions.read(json.dumps({"shape": captions.SHAPE, "maps": [one]}).encode())


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"{}", b'{"shape": "x", "maps": []}', b"[" * 5000])
def test_any_bytes_as_a_map_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(NotAMap):
        captions.read(data)


# --- guessing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("header", "cells", "targets"), [
    ("StudentForename,StudentSurname,Year,Reg,DOB", "Ann,Bell,8,8A,01/03/2014",
     "pupils.forename pupils.surname pupils.year_group pupils.registration pupils.born"),
    ("Student ID,Date,Session Name,Mark", "1,19/11/2026,AM,/", "pupils.id marks.day marks.session marks.code"),
    ("SCN,Mother Name,Mother Mobile,Father Name", "1,Jo Bell,07700,Rob Bell", "pupils.scn contacts.name#1 contacts.mobile#1 contacts.name#2"),
    ("Initials,Class,Room,Period", "ABC ,8x/Ph1,11,1Mon:4", "staff.id groups.id lessons.room periods.slot"),
    ("Adno,Behaviour Type,Incident Date,Points", "1,Late,19/11/2026,-1", "pupils.id conduct.behaviour conduct.day conduct.points"),
    ("Forename,Surname,National", "Ann,Bell,H801200001001", "pupils.forename pupils.surname pupils.upn")])
def test_captions_and_first_rows_say_what_a_column_is(header: str, cells: str, targets: str) -> None:
    found = guess.proposal(Table("x.csv", f"{header}\n{cells}\n{cells}\n".encode())).guesses
    assert [one.target for one in found] == targets.split()


def test_a_caption_that_does_not_fit_what_stands_under_it_is_not_believed() -> None:
    found = guess.proposal(Table("x.csv", b"Forename,Surname,DOB\nAnn,Bell,yes\nBen,Bell,no\n")).guesses
    assert found[2].target == "" and "does not look so" in found[2].why


@pytest.mark.parametrize("caption", ["Parental Responsibility", "PR", "Court Order", "Has access", "Contact 2 Court Order (Y/N)", "Legal Guardian"])
def test_a_column_that_decides_about_access_is_only_suspected(caption: str) -> None:
    one = guess.proposal(Table("x.csv", f"Adno,Contact 2 Name,{caption}\n1,Jo,Y\n".encode())).guesses[2]
    assert one.target == "" and captions.decides_access(one.suspect)


def test_what_links_are_known_by_never_depends_on_the_relationship(load: Load, glenbeg: School) -> None:
    load(bromcom())
    load(bromcom(*(row.replace("Mother", "Guardian") for row in ROWS)))
    assert Link.select().join(Pupil).where(Pupil.school == glenbeg, Link.gone.is_null()).count() == 3
