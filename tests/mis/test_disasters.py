"""What school offices report of other systems, thirty disasters in the order of docs/disasters.md, and what becomes of each here."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from glowlite import clock, mis
from glowlite.mis.report import DRY_RUN, HELD, KEPT, REFUSED
from glowlite.models import Assignment, Contact, Drop, Lesson, Link, Mark, Pupil, School, Staff, User
from glowlite.rollout import link_decisions
from tests.mis import bundles, disasters
from tests.mis.bundles import changed, without
from tests.mis.conftest import Load, adds_up, counts, said, table_sizes, total

Access = Callable[[], set[str]]
ALL_FOUR = {"C1-0001", "C1-0002", "C2-0001", "C3-0003"}
PAGE = Path(__file__).parents[2] / "docs" / "disasters.md"


def on_roll() -> dict[str, Pupil]:
    rows = Pupil.select().join(School).where(School.code == "glenbeg", Pupil.gone.is_null())
    return {row.mis_id: row for row in rows}


def again(bundle: bundles.Bundle) -> bundles.Bundle:
    """The same rows in other bytes."""
    return {name: f"{content}\n" for name, content in bundle.items()}


# 1 a partial or missing file, and everybody is deactivated


@pytest.mark.parametrize("file", ["pupils.csv", "contacts.csv", "links.csv"])
def test_a_missing_file_ends_nobody(load: Load, access: Access, file: str) -> None:
    load(bundles.family())
    report = load(without(bundles.family(), file))
    assert report.status == KEPT and not total(report) and access() == ALL_FOUR


def test_half_a_file_waits_for_a_person(load: Load, access: Access) -> None:
    load(bundles.crowd())
    report = load(disasters.half_a_file())
    assert report.status == HELD and said(report, "Is the export complete?") and len(access()) == len(on_roll()) == 20


# 2 one bad value, and the rows look missing


def test_a_bad_value_makes_nobody_missing(load: Load, access: Access) -> None:
    load(bundles.crowd())
    report = load(disasters.not_eligibile())
    assert counts(report, "pupils.csv") == {"rows": 20, "unchanged": 20} and len(access()) == 20
    assert len(said(report, "Y or N is needed")) == 20


# 3 guards that others had to add


def test_an_unusual_drop_says_who_would_be_hit_before_anything_happens(load: Load, access: Access) -> None:
    load(bundles.crowd())
    before = table_sizes()
    dry = load(disasters.half_a_file(), keep=False)
    assert dry.status == HELD and len(dry.lost) == 10 and "Name19 – Ann Name19" in dry.lost
    assert table_sizes() == before and len(access()) == 20


def test_a_dry_run_keeps_nothing_and_counts_the_same(load: Load) -> None:
    before = table_sizes()
    dry = load(bundles.family(), keep=False)
    assert dry.status == DRY_RUN and table_sizes() == before
    assert dry.as_json()["files"] == load(bundles.family()).as_json()["files"]


# 4 absent from a class list, and moved to an unknown school


def test_a_child_who_is_not_on_a_class_list_stays(load: Load) -> None:
    first, other = "Ann,Bell,01/03/2014,1A,Mairi Bell,m@example.org,,", "Cat,Dow,24/12/2013,1B,Flora Dow,,,"
    load(disasters.class_list(first, other))
    report = load(disasters.class_list(first))
    assert report.status == KEPT and report.total("gone") == 0 and {row.forename for row in on_roll().values()} == {"Ann", "Cat"}


# 5 a mark at the start of the file, another encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_gives_the_same_names(load: Load, access: Access, encoding: str) -> None:
    report = load({name: str(content).encode(encoding) for name, content in disasters.accents().items()})
    assert [row.name for _, row in sorted(on_roll().items())] == ["Zoë MacAoidh", "Seán Ó Briain", "Žofie Dow"] and access() == ALL_FOUR
    assert bool(said(report, "read as Windows text")) == (encoding == "cp1252")


def test_accents_that_were_spoilt_on_the_way_are_noticed(load: Load) -> None:
    spoilt = {name: str(content).encode().decode("cp1252").encode() for name, content in changed(disasters.accents(), "pupils.csv", ("Ž", "Z")).items()}
    assert said(load(spoilt), "spoilt before it came here") == [("pupils.csv", None, None)]


# 6 the delimiter of the country


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_gives_the_same_rows(load: Load, access: Access, delimiter: str) -> None:
    report = load({name: str(content).replace(",", delimiter) for name, content in bundles.family().items()})
    assert total(report) == {"created": 10} and access() == ALL_FOUR and not report.problems


# 7 stray and non-breaking blanks


def test_blanks_around_headers_and_cells_make_no_difference(load: Load, access: Access) -> None:
    report = load(disasters.stray_blanks())
    assert not report.problems and access() == {"C1-0001"} and on_roll()["0001"].name == "Ann Bell"


# 8 zeros lost in a spreadsheet


def test_ids_without_their_zeros_are_nobody_new_and_end_nobody(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load(disasters.opened_in_a_spreadsheet())
    assert report.status == HELD and access() == ALL_FOUR and set(on_roll()) == {"0001", "0002", "0003"}
    assert ("pupils.csv", 2, "id") in said(report, "This seems to be 0001 without the zeros")


def test_ids_keep_their_zeros(load: Load) -> None:
    load({"pupils.csv": "id,scn,forename,surname\n000123,091234564,Ann,Bell\n=\"000456\",081234562,Ben,Bell\n"})
    assert {number: row.scn for number, row in on_roll().items()} == {"000123": "091234564", "000456": "081234562"}


# 9 dates


def test_a_date_that_could_be_two_days_is_not_guessed(load: Load) -> None:
    report = load(disasters.dates("04/02/2014", "12/31/2012", "2013-05-06"))
    assert [row.born and row.born.isoformat() for _, row in sorted(on_roll().items())] == [None, None, "2013-05-06"]
    assert said(report, "the month seems to come first, so nobody can tell") == [("pupils.csv", 3, "born")]


def test_a_spreadsheets_day_number_is_called_one(load: Load) -> None:
    assert said(load(disasters.dates("41700", "02/03/14")), "a spreadsheet's day number") == [("pupils.csv", 2, "born")]


# 10 line breaks within a cell


def test_line_breaks_in_cells_are_kept_and_rows_keep_their_numbers(load: Load) -> None:
    report = load(disasters.line_breaks())
    assert said(report, "must not be empty") == [("contacts.csv", 4, "surname")] and counts(report, "contacts.csv") == {"rows": 3, "created": 2, "set_aside": 1}
    assert Contact.get(Contact.mis_id == "C2", Contact.drop == report.drop_id).address == "4 Shore Street\nGlenbeg"


# 11 quotation marks with a backslash


def test_backslashes_before_quotation_marks_refuse_the_drop_by_row(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load(changed(bundles.family(), "pupils.csv", ("0002,Ben,Bell", '0002,"Ben \\"Benny\\" B",Bell')))
    assert report.status == REFUSED and said(report, "with a backslash before it") == [("pupils.csv", 3, None)] and access() == ALL_FOUR


# 12 the same parent twice, once for each child


def test_one_mother_under_two_ids_stays_two_until_a_person_joins_them(load: Load, access: Access, glenbeg: School) -> None:
    load(disasters.one_mother_twice())
    assert access() == {"A-1"}, "the order about the second child must not be forgotten, nor reach the first"
    assert Contact.select().where(Contact.school == glenbeg, Contact.gone.is_null()).count() == 2


# 13 two parents, one e-mail address


def test_two_adults_with_one_address_stay_two(load: Load, access: Access, account: Callable[[str], User]) -> None:
    load(bundles.family())
    mother, father = account("C1"), account("C2")
    report = load(changed(bundles.family(), "links.csv", ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,Y,Y")))
    assert report.lost == ["Rob Bell – Ann Bell"] and access() == ALL_FOUR - {"C2-0001"}
    assert mother.id != father.id and {row.email for row in Contact.select().where(Contact.mis_id.in_(["C1", "C2"]))} == {"bells@example.org"}


# 14 staff who are parents


def test_staff_and_contacts_of_one_id_and_address_are_two(load: Load, access: Access) -> None:
    report = load(disasters.teacher_with_a_child_here())
    assert report.status == KEPT and access() == {"C1-0001"}
    assert Staff.get(Staff.mis_id == "T1", Staff.drop == report.drop_id).name == "Mairi Bell"
    assert Contact.get(Contact.mis_id == "T1", Contact.drop == report.drop_id).name == "Flora Dow"


# 15 twins


def test_twins_stay_two_and_each_keeps_its_own_order(load: Load, access: Access) -> None:
    load(disasters.twins())
    assert set(on_roll()) == {"1", "2"} and access() == {"A-1", "B-2"}


# 16 the same name twice


def test_namesakes_are_never_taken_for_one_family(load: Load, access: Access) -> None:
    assert total(load(disasters.same_names())) == {"created": 6} and access() == {"A-1", "B-2"}
    assert not total(load(again(disasters.same_names())))


# 17 an id that is given to somebody else


def test_an_id_given_to_another_child_waits_and_shows_the_child_to_nobody(load: Load, access: Access, waiting_room: Path) -> None:
    load(bundles.family())
    report = load(disasters.id_given_to_another())
    assert report.status == HELD and on_roll()["0003"].name == "Cat Dow" and ("pupils.csv", 4, "id") in said(report, "somebody else")
    released = mis.release(Drop.get_by_id(report.drop_id), by="head", waiting_room=waiting_room)
    assert released.status == KEPT and on_roll()["0003"].name == "Olaf Hansen"
    assert Pupil.get(Pupil.forename == "Cat", Pupil.surname == "Dow").gone is not None, "her record is ended, not overwritten"


# 18 the same row twice


def test_a_row_that_stands_twice_counts_once_and_of_two_that_disagree_the_stricter(load: Load, access: Access) -> None:
    report = load(disasters.rows_twice())
    assert counts(report, "pupils.csv") == {"rows": 5, "created": 3, "unchanged": 1, "set_aside": 1} and on_roll()["0001"].forename == "Ann"
    assert said(report, "The first was used, this row is set aside") == [("pupils.csv", 4, None)]
    assert access() == ALL_FOUR - {"C2-0001"} and said(report, "Whatever gives less access was used") == [("links.csv", 5, None)]


# 19 a move to another school, a child of two schools, a leaving day that is missing


def test_a_child_who_moves_leaves_here_and_joins_there_by_what_each_school_says(load: Load, access: Access, glenbeg: School) -> None:
    School.create(authority=glenbeg.authority, code="shore", name="Shore")
    load(bundles.family())
    load(bundles.family() | {"links.csv": f"{disasters.PAIR}\n0003,C3,N,N\n"}, code="shore")
    assert access() == ALL_FOUR, "what one school says of a child changes nothing in another"
    load(changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", "")))
    assert access() == ALL_FOUR - {"C3-0003"} and "0003" not in on_roll()
    assert Pupil.select().where(Pupil.mis_id == "0003").count() == 2, "nobody is deleted"


# 20 the header drifts, and the import says success


def test_a_needed_column_under_another_name_refuses_the_drop(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load(disasters.header_drift())
    assert report.status == REFUSED and said(report, "The column surname is missing") == [("pupils.csv", 1, "surname")] and access() == ALL_FOUR


def test_a_column_of_rights_under_another_name_waits(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load(disasters.rights_renamed())
    assert report.status == HELD and ("links.csv", 1, "court_order") in said(report, "The old answers were kept") and access() == ALL_FOUR
    assert said(report, "does not know this column") == [("links.csv", None, "legal_restriction")]


def test_a_drop_of_which_nothing_can_be_used_is_no_success(load: Load) -> None:
    report = load({"pupils.csv": "id,forename,surname\n0001,,Bell\n0002,Ben,\n"})
    assert report.status == HELD and said(report, "2 of 2 rows had to be set aside") == [("pupils.csv", None, None)]


# 21 rows skipped in silence


def test_every_row_is_counted_and_every_row_set_aside_is_named(load: Load) -> None:
    broken = changed(bundles.family(), "pupils.csv", ("0001,Ann", ",Ann"), ("0002,Ben,Bell", "0002,Ben,"))
    report = load(broken | {"notes.csv": "a,b\n1,2\n", "photo.jpg": b"x"})
    assert adds_up(report) and {row for file, row, _ in said(report, "The row is set aside") if file == "pupils.csv"} == {2, 3}
    assert {row for file, row, _ in said(report, "The row is set aside") if file == "links.csv"} == {2, 3, 4}
    assert said(report, "was left alone") == [("photo.jpg", None, None), ("notes.csv", None, None)]


# 22 the next import overwrites what people decided here


def test_what_the_head_decided_outlasts_the_next_drop(load: Load, access: Access, account: Callable[[str], User], glenbeg: School) -> None:
    load(bundles.family())
    account("C1").save()
    link = Link.select().join(Contact).where(Contact.school == glenbeg, Contact.mis_id == "C3").get()
    head = User.get(User.username == "donald.munro")
    link_decisions.decide(head, link, opens=False, reason="A matter of safety", review_on=clock.today() + timedelta(days=30), order_seen=link.court_order)
    assert access() == ALL_FOUR - {"C3-0003"}
    report = load(changed(bundles.family(), "contacts.csv", ("C3,Flora", "C3,Florence")))
    assert report.status == KEPT and access() == ALL_FOUR - {"C3-0003"} and User.get(User.username == "glenbeg.c1").name == "C1"


# 23 rows that were deleted upstream linger


def test_what_is_no_longer_in_its_file_is_ended(load: Load, access: Access) -> None:
    load(bundles.with_marks())
    report = load(changed(bundles.with_marks(), "links.csv", ("0001,C2,Father,2,Y,N\n", "")) | {"marks.csv": bundles.marks(
        "0001,2026-11-16,AM,10", "0001,2026-11-17,AM,20", "0002,2026-11-16,AM,10")["marks.csv"]})
    assert report.status == KEPT and access() == ALL_FOUR - {"C2-0001"} and report.lost == ["Rob Bell – Ann Bell"]
    assert counts(report, "marks.csv")["gone"] == 1 and Mark.select().where(Mark.gone.is_null(False), Mark.session == "PM").count() == 1


# 24 rows come before those they point to


def test_the_order_of_files_and_rows_does_not_matter_and_orphans_are_named(load: Load, access: Access) -> None:
    report = load(disasters.orphans())
    assert report.status == KEPT and access() == ALL_FOUR
    assert said(report, "There is no such id") == [("a.csv", 6, "pupil_id"), ("a.csv", 7, "contact_id")]


# 25 the name in use and the legal name


def test_another_spelling_or_name_in_use_is_the_same_child(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load({"pupils.csv": "id,forename,surname,known_as\n0001,Anne,Bell,Annie\n0002,Ben,Bell,\n0003,Cat,Dow,\n"})
    assert report.status == KEPT and counts(report, "pupils.csv") == {"rows": 3, "changed": 1, "unchanged": 2} and access() == ALL_FOUR
    assert on_roll()["0001"].first_name == "Annie"


# 26 a restriction that does not reach what is open already


def test_a_restriction_ends_what_is_open_also_when_the_drop_waits(load: Load, access: Access, account: Callable[[str], User]) -> None:
    load(bundles.crowd())
    father = account("C003")
    session = father.session_key
    report = load(changed(bundles.crowd(range(10), linked=range(10)), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y")))
    assert report.status == HELD and "C003-P003" not in access() and len(access()) == 19
    assert User.get_by_id(father.id).session_key != session and said(report, "Restrictions act at once")


# 27 access that is too wide


def test_a_link_opens_one_child_and_nothing_beside_it(load: Load, access: Access) -> None:
    load(bundles.links("0001,C1,Mother,1,Y,N", "0002,C1,Mother,1,,N", "0002,C2,Parent and legal guardian,1,,", "0003,C3,Mother,1,N,N"))
    assert access() == {"C1-0001"}, "no brother, no relationship, no priority opens a child"


# 28 the timetable is refreshed, and what hung on its lessons hangs in the air


def test_a_new_timetable_takes_neither_marks_nor_homework_away(load: Load, glenbeg: School) -> None:
    load(disasters.timetable("L", "MON1"))
    report = load(disasters.timetable("X", "TUE1"))
    assert report.status == KEPT and counts(report, "lessons.csv") == {"rows": 1, "created": 1, "gone": 1}
    assert [row.mis_id for row in Lesson.select().join(School, on=Lesson.school == School.id).where(School.code == "glenbeg", Lesson.gone.is_null())] == ["X1"]
    assert Mark.select().join(Pupil).where(Pupil.school == glenbeg, Mark.gone.is_null()).count() == 4
    assert Assignment.select().where(Assignment.school == glenbeg, Assignment.gone.is_null()).count() == 1


# 29 data that contradict themselves


def test_present_and_absent_at_once_is_named_and_the_first_counts(load: Load) -> None:
    report = load(disasters.present_and_absent())
    assert said(report, "says otherwise about the same") == [("marks.csv", 4, None)]
    assert Mark.select().where(Mark.drop == report.drop_id).count() == 2 and counts(report, "marks.csv")["set_aside"] == 1


# 30 guardians in formats that hardly say what their words mean


def test_no_word_for_a_guardian_gives_access_whatever_the_format(load: Load, access: Access, glenbeg: School) -> None:
    School.update(mis_id="9001").where(School.id == glenbeg.id).execute()
    report = load(disasters.guardians("parent", "guardian", "relative", "aide", "doctor", "other", "Parental Responsibility", ""))
    assert report.status == KEPT and not access() and counts(report, "relationships.csv")["created"] == 8
    assert said(report, "nobody gains access from it") == [("relationships.csv", None, None)]


# --- the page and these tests go together ------------------------------------------------------------------


def test_the_page_names_every_test_in_its_order() -> None:
    here = re.findall(r"^def (test_\w+)", Path(__file__).read_text(encoding="utf-8"), re.MULTILINE)[:-1]
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(number) for number, *_ in rows] == list(range(1, 31))
    assert [name for *_, names in rows for name in re.findall(r"`(test_\w+)`", names)] == here
