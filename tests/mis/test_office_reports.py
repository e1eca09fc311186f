"""Files as school offices have them, one defect each: what GlowLite proposes, what is read, who is kept apart, and who gains nothing by it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from glowlite import mis
from glowlite.mis import captions
from glowlite.mis.captions import NotAMap, explaining, guess, one_cell, week_grid
from glowlite.mis.read import Table
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.mis.rows import guard
from glowlite.models import Contact, Link, Mark, Pupil, School
from tests.mis.bundles import Bundle
from tests.mis.conftest import Load, adds_up, said, total

Access = Callable[[], set[str]]


@pytest.fixture
def explain(glenbeg: School, waiting_room: Path) -> Callable[..., Any]:
    """explain(more, below=True) answers for the newest drop as an office would that trusts the proposal and ticks the columns that decide."""
    def answer(more: dict[str, str] | None = None, below: bool = False, decides: bool = True) -> mis.Report:
        drop = glenbeg.drops.order_by(glenbeg.drops.model.id.desc()).first()
        asked = explaining.questions(drop, waiting_room)
        answers = [explaining.said(one, {g.caption: g.target or (g.suspect if decides else "") for g in one.guesses} | (more or {}),
                                   whole=False, name=one.file, below=below) for one in asked]
        explaining.keep(drop, asked, answers, by="a test")
        return mis.again(drop, by="a test", waiting_room=waiting_room)

    return answer


def proposed(text: str, file: str = "x.csv") -> dict[str, str]:
    """caption -> what is proposed, or suspected of deciding, for it."""
    found = guess.proposal(Table(file, text.encode())).guesses
    return {one.caption: one.target or (f"?{one.suspect}" if one.suspect else "") for one in found}


def targets(text: str, file: str = "x.csv") -> list[str]:
    return [*proposed(text, file).values()]


def families(school: School) -> set[tuple[str, str]]:
    """(child, adult) of every link."""
    rows = Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact).where(Pupil.school == school, Link.gone.is_null())
    return {(row.pupil.forename, row.contact.name) for row in rows}


# --- what the captions say ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("header", "cells", "wanted"), [
    ("Adno,Legal Surname,Legal Forename,DOB,Title,Surname,Forename,Relationship", "1,Bell,Ann,01/03/2014,Mrs,Dow,Mairi,Mother",
     "pupils.id pupils.surname pupils.forename pupils.born contacts.title contacts.surname contacts.forename links.relationship"),
    ("StudentForename,StudentSurname,DOB,ParentTitle,ParentSurname,ParentEmail,ParentTitle,ParentSurname,ParentEmail",
     "Ann,Bell,01/03/2014,Mrs,Bell,a@b.example,Mr,Bell,c@d.example",
     "pupils.forename pupils.surname pupils.born contacts.title contacts.surname contacts.email contacts.title#2 contacts.surname#2 contacts.email#2"),
    ("Pupil ID,Name,DOB,Name,Phone,Name,Phone", "1,Ann Bell,01/03/2014,Jo Bell,07700,Rob Bell,07701",
     "pupils.id pupils.name pupils.born contacts.name contacts.phone contacts.name#2 contacts.phone#2"),
    ("Child's name,DOB,Mum,Mum mobile,Dad,Dad mobile", "Ann Bell,01/03/2014,Jo Bell,07700,Rob Bell,07701",
     "pupils.name pupils.born contacts.name#1 contacts.mobile#1 contacts.name#2 contacts.mobile#2"),
    ("First name,Surname,D.O.B.,Parent/Carer 1 – Name,Parent/Carer 1 – Mobile,Parent/Carer 2 – Name", "Ann,Bell,01/03/2014,Jo Bell,07700,Rob Bell",
     "pupils.forename pupils.surname pupils.born contacts.name#1 contacts.mobile#1 contacts.name#2"),
    ("Pupil,UPN,Contact 1,Contact 1 phone,Contact 2", '"Bell, Ann",H801200001001,Jo Bell,07700,Rob Bell',
     "pupils.name pupils.upn contacts.name#1 contacts.phone#1 contacts.name#2"),
    ("Student Number,Student Name,Guardian Name,Guardian Phone,Second Guardian Name,Second Guardian Phone", "1,Ann Bell,Jo Bell,07700,Rob Bell,07701",
     "pupils.id pupils.name contacts.name contacts.phone contacts.name#2 contacts.phone#2"),
    ("UPN,Household 1 - Parent 1 Full Name,Household 1 - Parent 1 Email,Household 1 - Parent 2 Full Name", "H801200001001,Jo Bell,a@b.example,Rob Bell",
     "pupils.upn contacts.name#1 contacts.email#1 contacts.name#2"),
    ("*Pupil ID (MIS) *,Forename [legal],Surname (legal),Date of Birth (dd/mm/yyyy),Reg. Group:", "1,Ann,Bell,01/03/2014,4A",
     "pupils.id pupils.forename pupils.surname pupils.born pupils.registration"),
    (",,Pupil ID,Forename,Surname", ",,1,Ann,Bell", " pupils.id pupils.forename pupils.surname"),
    ("№,Adno,Forename,Surname", "7,1,Ann,Bell", " pupils.id pupils.forename pupils.surname"),
    ("Staff Code,Title,Forename,Surname,Job Title,Work Email", "TRE,Mr,Tom,Reid,Teacher,t@b.example",
     "staff.id staff.title staff.forename staff.surname staff.job staff.email"),
    ("Pupil Code,Pupil Surname,Parent Code,Parent Email 1,Parent Email 2", "1,Bell,F1,a@b.example,c@d.example",
     "pupils.id pupils.surname contacts.id contacts.email contacts.email"),
    ("SCN,Date,Opening,Code", "091234564,19/11/2026,AM,10", "pupils.scn marks.day marks.session marks.code")])
def test_captions_as_offices_write_them(header: str, cells: str, wanted: str) -> None:
    assert " ".join(targets(f"{header}\n{cells}\n{cells}\n")).split() == wanted.split()


@pytest.mark.parametrize(("header", "cells"), [
    ("Nom;Prénom;Né(e) le;Classe;Responsable 1 - Nom;Responsable 1 - Prénom", "Bell;Ann;05/06/2013;4e B;Bell;Jo"),
    ("Familienname;Rufname;Geburtsdatum;Klasse;Erziehungsberechtigter 1 Nachname;Erziehungsberechtigter 1 Vorname", "Bell;Ann;05.06.2013;4b;Bell;Jo"),
    ("Achternaam;Roepnaam;Geboortedatum;Klas;Ouder 1 achternaam;Ouder 1 voornaam", "Bell;Ann;05-06-2013;4b;Bell;Jo"),
    ("Efternamn;Förnamn;Date of birth;Klass;Vårdnadshavare 1 efternamn;Vårdnadshavare 1 förnamn", "Bell;Ann;2013-06-05;4b;Bell;Jo"),
    ("Cyfenw;Enw cyntaf;Dyddiad geni;Dosbarth;Cyfenw rhiant 1;Enw cyntaf rhiant 1", "Bell;Ann;05/06/2013;4b;Bell;Jo")])
def test_captions_in_other_languages(header: str, cells: str) -> None:
    assert targets(f"{header}\n{cells}\n") == ["pupils.surname", "pupils.forename", "pupils.born", "pupils.registration", "contacts.surname#1",
                                               "contacts.forename#1"]


def test_a_child_s_own_e_mail_address_is_not_that_of_a_parent() -> None:
    assert proposed("Adno,Forename,Surname,Email\n1,Ann,Bell,ann@school.example\n2,Ben,Bell,ben@school.example\n")["Email"] == ""


def test_a_column_of_yes_and_no_is_nobody_s_name() -> None:
    found = proposed("SCN,Contact Name,Main Carer,Email\n1,Jo Bell,Y,a@b.example\n1,Rob Bell,N,c@d.example\n")
    assert (found["Main Carer"], found["Email"]) == ("", "contacts.email")


def test_a_list_of_adults_is_known_by_its_name() -> None:
    text = "ExternalID,Title,FirstName,Surname,Email,Students\n501,Mrs,Jo,Bell,a@b.example,4501\n"
    assert targets(text, "Xporter_contacts.csv")[:4] == ["contacts.id", "contacts.title", "contacts.forename", "contacts.surname"]
    assert targets(text, "Xporter_contacts.csv")[5] == "pupils.id" and targets(text, "Xporter_pupils.csv")[0] == "pupils.id"


def test_the_name_of_a_file_says_which_entries_it_holds() -> None:
    text = "Adm No,Date,Type,Points\n1,19/11/2026,Kindness,1\n"
    assert proposed(text, "Achievements.csv")["Type"] == "conduct.achievement" and proposed(text, "Behaviour log.csv")["Type"] == "conduct.behaviour"


# --- what decides who may see a child -----------------------------------------------------------------------


@pytest.mark.parametrize("caption", ["Has Parental Responsibility", "IsCourtOrder", "Court order in place?", "Do Not Disclose", "No contact order",
                                     "Any court order?", "Injunction", "Contact PR (Y/N)", "Student Portal Access", "Responsable légal 1", "Custody",
                                     "Parental Resp. Flag", "No Access Flag", "Contact 1 Legal Restrictions"])
@pytest.mark.parametrize("cell", ["Y", "Yes - father", "12/03/2024", "✓", ""])
def test_what_decides_is_pointed_out_whatever_stands_under_it(caption: str, cell: str) -> None:
    assert proposed(f"Adno,Contact Name,{caption}\n1,Jo Bell,{cell}\n")[caption].startswith("?links.")


def test_a_new_column_of_court_orders_in_free_words_holds_the_drop(load: Load, explain: Callable[..., Any]) -> None:
    head, row = "Adno,Forename,Surname,Contact Name", "1,Ann,Bell,Jo Bell"
    load({"x.csv": f"{head}\n{row}\n"})
    assert explain().status == KEPT
    report = load({"x.csv": f"{head},Court Order\n{row},See file\n"})
    assert report.status == HELD and said(report, "looks like contact: court order")


ONE_ORDER = ("Forename,Surname,DOB,Contact 1,Contact 1 PR,Contact 2,Contact 2 PR,Court order in place?\n"
             "Ann,Bell,01/03/2014,Jo Bell,Y,Rob Bell,Y,{}\nBen,Dow,09/12/2012,Sue Dow,Y,,,No\n")


@pytest.mark.parametrize(("cell", "may_see"), [("Yes - father", 1), ("Y", 1), ("", 1), ("12/03/2024", 1), ("N", 3)])
def test_a_court_order_said_once_for_a_child_is_about_all_its_adults(load: Load, access: Access, explain: Callable[..., Any], cell: str, may_see: int) -> None:
    load({"x.csv": ONE_ORDER.format(cell)})
    assert explain().status == KEPT and len(access()) == may_see


def test_an_adult_s_own_court_order_goes_before_that_of_the_row(load: Load, access: Access, explain: Callable[..., Any]) -> None:
    head = "Adno,Forename,Surname,Contact 1,Contact 1 PR,Contact 1 Court Order,Contact 2,Contact 2 PR,Any court order?"
    load({"x.csv": f"{head}\n1,Ann,Bell,Jo Bell,Y,,Rob Bell,Y,N\n"})
    assert explain().status == KEPT and len(access()) == 1, "a blank one of her own is not filled from that of the row"


@pytest.mark.parametrize(("cell", "may_see"), [("N", 1), ("Y", 0)])
def test_a_no_beside_an_adult_without_a_number_is_not_about_the_second_one(load: Load, access: Access, explain: Callable[..., Any], cell: str,
                                                                           may_see: int) -> None:
    head = "Adno,Forename,Surname,Guardian Name,Guardian PR,Court order,Second Guardian Name,Second Guardian PR"
    load({"x.csv": f"{head}\n1,Ann,Bell,Jo Bell,Y,{cell},Rob Bell,Y\n"})
    assert explain({"Guardian PR": "links.parental_responsibility", "Court order": "links.court_order",
                    "Second Guardian PR": "links.parental_responsibility#2"}).status == KEPT and len(access()) == may_see


@pytest.mark.parametrize(("refuses", "cell", "value"), [
    (True, "Yes - Court Order", True), (True, "Y (father)", True), (True, "yes", True), (True, "✓", True), (True, "N", False),
    (False, "No, removed 2024", False), (False, "✓", True), (False, "Oui", True), (False, "nein", False)])
def test_words_beside_a_yes_or_no_are_believed_where_they_take_access_away(refuses: bool, cell: str, value: bool) -> None:
    assert guard(refuses)(cell) is value


@pytest.mark.parametrize(("refuses", "cell"), [(True, "No contact order"), (True, "None"), (True, "12/03/2024"), (True, "No - lapsed"), (False, "Yes - shared"),
                                               (False, "Full"), (False, "x"), (True, "✗"), (False, "1 of 2")])
def test_words_that_would_give_access_are_not_believed(refuses: bool, cell: str) -> None:
    with pytest.raises(ValueError, match="Y or N"):
        guard(refuses)(cell)


def test_a_court_order_with_words_beside_it_acts_at_once_though_the_drop_waits(load: Load, access: Access, explain: Callable[..., Any]) -> None:
    head = "Adno,Forename,Surname,Contact Name,PR,Court Order"
    load({"x.csv": f"{head}\n1,Ann,Bell,Jo Bell,Y,N\n"})
    explain()
    assert len(access()) == 1
    report = load({"x.csv": f"{head},House\n1,Ann,Bell,Jo Bell,Y,Yes - see file,Skye\n"})
    assert report.status == HELD and not access()


# --- two adults in one cell --------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["Jane & Bill Lowe", "Mr & Mrs Park", "Ms K Reed / Mr J Fox", "Sarah Green, David Green", "Jo and Al Bell",
                                  "Jo Bell; Al Bell"])
def test_a_cell_that_names_two_adults_gives_no_access(load: Load, access: Access, explain: Callable[..., Any], cell: str) -> None:
    load({"x.csv": f'Adno,Forename,Surname,Parent Name,Parent Email,PR,Court Order\n1,Ann,Bell,"{cell}",a@b.example,Y,N\n2,Ben,Dow,Sue Dow,,Y,N\n'})
    report = explain()
    assert report.status == KEPT and len(access()) == 1 and said(report, "names more than one adult") == [("x.csv", 2, None)]


def test_two_surnames_in_one_cell_are_two_adults(load: Load, access: Access, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Adno,Forename,Surname,Parent Surname,PR,Court Order\n1,Ann,Bell,Bell / Fox,Y,N\n2,Ben,Dow,Smith-Jones,Y,N\n"})
    assert explain().status == KEPT and len(access()) == 1


def test_a_court_order_about_two_adults_in_one_cell_counts(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Adno,Forename,Surname,Parent Name,PR,Court Order\n1,Ann,Bell,Jo & Al Bell,Y,Y\n"})
    explain()
    link = Link.select().join(Pupil).where(Pupil.school == glenbeg).get()
    assert (link.parental_responsibility, link.court_order) == (None, True)


@pytest.mark.parametrize("name", ["Anderson, Sandy", "Mrs Andrea Orr", "García López, Ana María", "O'Neill-Ferrand, Máire", "Orla Rand", "Sloan"])
def test_one_adult_is_one(name: str) -> None:
    assert not one_cell.is_several(name)


@pytest.mark.parametrize(("cell", "parts"), [("SMITH, Jean (Mrs)", ("Mrs", "Jean", "SMITH")), ("Jean Smith (Dr.)", ("Dr.", "Jean", "Smith")),
                                             ("Smith, Jean (Granny)", ("", "Jean (Granny)", "Smith"))])
def test_a_title_behind_a_name(cell: str, parts: tuple[str, str, str]) -> None:
    assert one_cell.full_name(cell) == parts


@pytest.mark.parametrize(("cell", "wanted"), [("8", "Year 8"), ("Y10", "Year 10"), ("Curriculum Year 7", "Year 7"), ("Year 08", "Year 8"), ("P4", "P4"),
                                              ("S2", "S2"), ("Reception", "Reception")])
def test_a_year_group_however_it_is_put(cell: str, wanted: str) -> None:
    assert one_cell.year(cell) == wanted


def test_two_e_mail_addresses_in_a_cell_are_none(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Adno,Forename,Surname,Parent Name,Parent Email\n1,Ann,Bell,Jo Bell,a@b.example; c@d.example\n"})
    assert said(explain(), "not one e-mail address") and Contact.get(Contact.school == glenbeg).email in ("", None)


# --- a child named once, its contacts below -----------------------------------------------------------------

BLOCKS = ("Adno,Forename,Surname,Contact Name,Relationship,PR,Court Order\n0001,Ann,Bell,Jo Bell,Mother,Y,N\n,,,Rob Bell,Father,Y,Y\n"
          ",,,Flo Dean,Gran,N,N\n0002,Ben,Dow,Sue Dow,Mother,Y,N\n,,,Tim Dow,Father,Y,N\n")


def test_rows_below_a_child_are_set_aside_unless_somebody_says_whose_they_are(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load({"x.csv": BLOCKS})
    report = explain()
    assert families(glenbeg) == {("Ann", "Jo Bell"), ("Ben", "Sue Dow")} and len(said(report, "number by which the child is known is missing")) == 3


def test_rows_below_a_child_are_its_contacts_when_somebody_says_so(load: Load, glenbeg: School, access: Access, explain: Callable[..., Any]) -> None:
    load({"x.csv": BLOCKS})
    assert explain(below=True).status == KEPT
    assert families(glenbeg) == {("Ann", "Jo Bell"), ("Ann", "Rob Bell"), ("Ann", "Flo Dean"), ("Ben", "Sue Dow"), ("Ben", "Tim Dow")}
    assert len(access()) == 3 and not total(load({"x.csv": f"{BLOCKS}\n"}))


@pytest.mark.parametrize("row", ["0002,Ben,Dow,Sue Dow,Mother,Y,N,oops", ",Ben,Dow,Sue Dow,Mother,Y,N"])
def test_nobody_is_put_below_a_row_that_cannot_be_read(load: Load, glenbeg: School, explain: Callable[..., Any], row: str) -> None:
    load({"x.csv": BLOCKS.replace("0002,Ben,Dow,Sue Dow,Mother,Y,N", row)})
    explain(below=True)
    assert not any("Dow" in adult for _, adult in families(glenbeg))


def test_a_row_with_a_part_of_a_child_is_not_below_another(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load({"x.csv": BLOCKS.replace(",,,Rob Bell", ",Amy,Bell,Rob Bell").replace(",,,Flo Dean", "0003,Amy,Bell,Flo Dean")})
    explain(below=True)
    assert ("Ann", "Rob Bell") not in families(glenbeg)


def test_the_page_asks_only_where_there_are_such_rows() -> None:
    assert guess.proposal(Table("x.csv", BLOCKS.encode())).has_gaps
    assert not guess.proposal(Table("x.csv", b"Adno,Forename,Surname,Contact Name\n1,Ann,Bell,Jo\n2,Ben,Dow,\n")).has_gaps


def test_what_was_said_of_rows_below_is_handed_on_with_the_map() -> None:
    layout = captions.checked("x", {"Adno": "pupils.id"}, False, below=True)
    assert captions.read(captions.written([layout]).encode())[0].below
    with pytest.raises(NotAMap, match="“below” is true or false"):
        captions.read(b'{"shape": "GlowLite caption maps, 1", "maps": [{"name": "x", "captions": {"Adno": "pupils.id"}, "below": "yes"}]}')


# --- pupils and parents in one file -------------------------------------------------------------------------

MIXED = ("ID,Type,First Name,Last Name,Date of birth,Class,Email,Child ID,Relationship,PR,Court Order\n1,Student,Ann,Bell,01/03/2014,4A,,,,,\n"
         "2,Guardian,Jo,Bell,,,bells@example.org,1,Mother,Y,N\n3,Guardian,Rob,Bell,,,bells@example.org,1,Father,Y,Y\n4,Staff,Tom,Reid,,,t@b.example,,,,\n"
         "5,,Amy,Orr,,,,,,,\n")


def test_a_parent_in_a_file_of_pupils_is_no_pupil(load: Load, glenbeg: School, access: Access, explain: Callable[..., Any]) -> None:
    assert load({"x.csv": MIXED}).status == HELD
    report = explain()
    assert [row.mis_id for row in Pupil.select().where(Pupil.school == glenbeg)] == ["1"] and access() == {"2-1"} and adds_up(report)
    assert {row.mis_id: row.email for row in Contact.select().where(Contact.school == glenbeg)} == {"2": "bells@example.org", "3": "bells@example.org"}
    assert said(report, "neither a pupil nor a parent") == [("x.csv", 5, None)] and said(report, "whether it is a pupil or a parent") == [("x.csv", 6, None)]
    assert not total(load({"x.csv": f"{MIXED}\n"}))


def test_an_order_about_an_adult_of_an_unknown_role_is_not_overlooked(load: Load, access: Access, explain: Callable[..., Any]) -> None:
    load({"x.csv": MIXED})
    explain()
    load({"x.csv": MIXED.replace("2,Guardian,", "2,Mother (no contact),").replace("Mother,Y,N", "Mother,Y,Y")})
    assert access() == set()


def test_the_number_of_a_child_is_never_that_of_its_parent() -> None:
    found = proposed("Person Number,Role,Full Name,Email,Children\nP1,STUDENT,Ann Bell,,\nP2,PARENT,Jo Bell,a@b.example,P1\n")
    assert [*found.values()] == ["pupils.id", "pupils.role", "pupils.name", "contacts.email", "pupils.child"]


def test_a_role_gives_nobody_access(load: Load, access: Access, explain: Callable[..., Any]) -> None:
    load({"x.csv": MIXED})
    explain(decides=False)
    assert access() == set()


def test_parents_of_one_family_are_not_parents_of_its_children(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Family,Role,Person ID,Name,Date of birth,Email\nF1,Child,1,Ann Bell,01/03/2014,\nF1,Parent,2,Jo Bell,,a@b.example\n"})
    report = explain()
    assert families(glenbeg) == set() and said(report, "not known whose parents") and Contact.select().where(Contact.school == glenbeg).count() == 1


def test_an_adult_without_a_number_or_a_child_is_set_aside_and_said(load: Load, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Role,Name,Date of birth,Email\nChild,Ann Bell,01/03/2014,\nParent,Jo Bell,,a@b.example\n"})
    assert said(explain(), "not known whose parent it is") == [("x.csv", 3, None)]


# --- a week of marks in a row -------------------------------------------------------------------------------

PUPILS = {"pupils.csv": "id,forename,surname\n0001,Ann,Bell\n0002,Ben,Dow\n"}
DATED = "Adno,Name,16/11/2026 AM,16/11/2026 PM,17/11/2026 AM\n0001,\"Bell, Ann\",/,\\,L\n0002,\"Dow, Ben\",/,,C1\n"
NAMED = "Adno,Mon AM,Mon PM,Tue AM,% Attendance\n0001,/,\\,L,99\n0002,/,,C1,50\n"


def marks(school: School) -> set[tuple[str, str, str, str]]:
    rows = Mark.select(Mark, Pupil).join(Pupil).where(Pupil.school == school, Mark.gone.is_null())
    return {(row.pupil.mis_id, str(row.day), row.session, row.code) for row in rows}


MONDAY = {("0001", "2026-11-16", "AM", "/"), ("0001", "2026-11-16", "PM", "\\"), ("0001", "2026-11-17", "AM", "L"), ("0002", "2026-11-16", "AM", "/"),
          ("0002", "2026-11-17", "AM", "C1")}


@pytest.mark.parametrize("text", [
    DATED, f"Week commencing 16/11/2026\n{NAMED}", f"Attendance w/c 16 Nov 2026,,,,\n{NAMED}", f"School X,,Week ending: 20/11/2026\n{NAMED}",
    NAMED.replace("Adno,", "Adno,W/C,").replace("0001,", "0001,16/11/2026,").replace("0002,", "0002,2026-11-18,"),
    ",,Monday 16/11/2026,,Tuesday 17/11/2026\nAdno,Form,AM,PM,AM\n0001,4A,/,\\,L\n0002,4A,/,,C1\n"])
def test_a_week_of_marks_in_a_row_is_read(load: Load, glenbeg: School, explain: Callable[..., Any], text: str) -> None:
    load(PUPILS)
    assert load({"week.csv": text}).status == HELD
    report = explain()
    assert report.status == KEPT and marks(glenbeg) == MONDAY and adds_up(report)


def test_next_week_s_grid_is_read_by_the_same_map_and_ends_no_mark(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load(PUPILS)
    load({"week.csv": DATED})
    explain()
    report = load({"week.csv": DATED.replace("16/11", "23/11").replace(",17/11/2026 AM", "").replace(",L\n", "\n").replace(",C1\n", "\n")})
    assert report.status == KEPT and marks(glenbeg) == MONDAY | {("0001", "2026-11-23", "AM", "/"), ("0001", "2026-11-23", "PM", "\\"),
                                                                 ("0002", "2026-11-23", "AM", "/")}


def test_a_grid_that_does_not_say_which_week_waits(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load(PUPILS)
    load({"week.csv": NAMED})
    report = explain()
    assert report.status == HELD and said(report, "of which week") and not marks(glenbeg)


def test_a_week_that_cannot_be_read_sets_its_row_aside(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load(PUPILS)
    load({"week.csv": NAMED.replace("Adno,", "Adno,Week,").replace("0001,", "0001,16/11/2026,").replace("0002,", "0002,this week,")})
    report = explain({"Week": "marks.week"})
    assert {row[0] for row in marks(glenbeg)} <= {"0001"} and said(report, "A date like") and adds_up(report)


def test_a_row_of_a_grid_with_a_cell_too_many_gives_no_marks(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load(PUPILS)
    load({"week.csv": DATED.replace("/,\\,L", "oops,/,\\,L")})
    explain()
    assert {row[0] for row in marks(glenbeg)} <= {"0002"}


@pytest.mark.parametrize(("caption", "wanted"), [
    ("Mon AM", (None, 0, "AM")), ("PM Friday", (None, 4, "PM")), ("16/11/2026 - PM", (date(2026, 11, 16), 0, "PM")),
    ("Thu 19 Nov 2026 am", (date(2026, 11, 19), 0, "AM"))])
def test_what_a_caption_says_of_a_half_day(caption: str, wanted: tuple[date | None, int, str]) -> None:
    assert week_grid.half_day(caption) == wanted


@pytest.mark.parametrize("caption", ["AM", "AM mark", "AM/PM", "Mon AM PM", "Session", "16/11 AM", "Spam", "1 AM", "Mon", "Am I?", ""])
def test_a_caption_that_names_no_half_day(caption: str) -> None:
    assert week_grid.half_day(caption) is None


def test_half_days_are_said_to_be_one_thing() -> None:
    with pytest.raises(NotAMap, match="Say the same of all"):
        captions.checked("x", {"Adno": "pupils.id", "Mon AM": "marks.grid", "Tue AM": ""}, False)


# --- headers and pages --------------------------------------------------------------------------------------


def test_a_header_of_two_rows_is_read_together() -> None:
    table = Table("x.csv", b"Pupil,,,Contact,,\nID,Forename,Surname,Title,Forename,Surname\n1,Ann,Bell,Mrs,Jo,Bell\n")
    assert table.captions == ["Pupil ID", "Pupil Forename", "Pupil Surname", "Contact Title", "Contact Forename", "Contact Surname"]
    assert [number for number, _ in table.rows()] == [3] and any("two rows" in problem.message for problem in table.notes())


def test_groups_above_names_that_come_once_are_a_title() -> None:
    table = Table("x.csv", b"Pupil,,,Contact,,\nAdno,Forename,Surname,Name,Relationship,Mobile\n1,Ann,Bell,Jo Bell,Mother,07700\n")
    assert table.captions == ["Adno", "Forename", "Surname", "Name", "Relationship", "Mobile"]
    assert [one.target for one in guess.proposal(table).guesses] == ["pupils.id", "pupils.forename", "pupils.surname", "contacts.name", "links.relationship",
                                                                     "contacts.mobile"]


@pytest.mark.parametrize("text", ["Contacts of 4A,22/11/2026,,,,\nID,Forename,Surname,Title,Forename,Surname\n1,Ann,Bell,Mrs,Jo,Bell\n",
                                  "ID,Forename,,,,\nS1,Ann,Bell,Bell,x,y\n"])
def test_a_title_or_a_header_with_gaps_names_no_groups(text: str) -> None:
    assert not any(caption.startswith(("Contacts of 4A", "22/11", "ID S1")) for caption in Table("x.csv", text.encode()).captions)


def test_the_numbers_of_pages_are_no_people() -> None:
    head = "Pupil ID,Forename,Surname"
    table = Table("x.csv", f"{head}\n1,Ann,Bell\nPage 2 of 2,,\n{head}\n2,Ben,Dow\nPage 2,,\nTotal: 2,,\n".encode())
    assert [cells[0] for _, cells in table.rows()] == ["1", "2"]


def test_apostrophes_around_every_cell_are_none_of_the_names() -> None:
    table = Table("x.csv", b"'Pupil ID','Forename','Surname'\r\n'0001','Ann','O''Neill'\r\n")
    assert table.captions == ["Pupil ID", "Forename", "Surname"] and [cells for _, cells in table.rows()] == [["0001", "Ann", "O'Neill"]]
    assert Table("x.csv", b"'Pupil',Forename\n1,Ann\n").captions == ["'Pupil'", "Forename"]


# --- who is meant -------------------------------------------------------------------------------------------


def test_a_report_that_says_only_the_upn_finds_the_child_on_record(load: Load, glenbeg: School, explain: Callable[..., Any]) -> None:
    load({"pupils.csv": "id,upn,forename,surname\n0001,H801200001001,Ann,Bell\n0002,A801200001002,Ben,Dow\n0003,A801200001002,Cat,Orr\n"})
    load({"x.csv": "UPN,Date,Session,Mark\nh8012 0000 1001,19/11/2026,AM,/\nA801200001002,19/11/2026,AM,/\n"})
    report = explain()
    assert {row[0] for row in marks(glenbeg)} == {"0001"}, "and a number that two children have is nobody's"
    assert said(report, "no such id among the pupils") == [("x.csv", 3, "pupil_id")]


def test_a_report_by_which_no_child_could_be_known_is_told_at_once(load: Load, explain: Callable[..., Any]) -> None:
    load({"x.csv": 'Pupil,Class,Parent\n"Bell, Ann",P4,"Bell, Jo (Mrs)"\n'})
    with pytest.raises(NotAMap, match="UPN, SCN or date of birth"):
        explain()


def test_a_report_of_entries_without_their_kind_is_told_at_once(load: Load, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Adno,Date,Type,Points\n1,19/11/2026,Kindness,1\n"})
    with pytest.raises(NotAMap, match="achievement or behaviour"):
        explain()


def test_a_birthday_that_cannot_be_read_is_told_why(load: Load, explain: Callable[..., Any]) -> None:
    load({"x.csv": "Forename,Surname,DOB\nAnn,Bell,1/3/14\nBen,Dow,09/12/2012\n"})
    assert said(explain({"DOB": "pupils.born"}), "a year of two digits could be in either century") == [("x.csv", 2, "date of birth")]


# --- other kinds of file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "kind"), [
    (b"From: office@school.example\r\nTo: x@y.example\r\nSubject: class list\r\n\r\nHi\r\n", "a mail"), (b"BEGIN:VCARD\r\nFN:Jo Bell\r\n", "address cards"),
    (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet")])
def test_another_kind_of_file_is_called_what_it_is(load: Load, data: bytes, kind: str) -> None:
    bundle: Bundle = {"x.csv": data}
    report = load(bundle)
    assert report.status == REFUSED and said(report, kind)
