"""When a drop waits for a person, and how it is let in."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from glowlite import clock, mis
from glowlite.mis import undo, waiting
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.models import Audit, Drop, Duty, Pupil, School, User
from glowlite.policy import Role
from tests.mis import bundles
from tests.mis.bundles import Bundle, changed
from tests.mis.conftest import Load, adds_up, counts, said, table_sizes

Access = Callable[[], set[str]]


def standing() -> int:
    return Pupil.select().join(School).where(School.code == "glenbeg", Pupil.gone.is_null()).count()


@pytest.mark.parametrize(("less", "status"), [(14, HELD), (15, KEPT), (19, KEPT)])
def test_a_file_that_shrinks_by_an_unusual_share_waits(load: Load, less: int, status: str) -> None:
    load(bundles.crowd())
    report = load({"pupils.csv": bundles.crowd(range(less))["pupils.csv"]})
    assert report.status == status and bool(said(report, "Is the export complete?")) == (status == HELD)
    assert standing() == (20 if status == HELD else less)


def test_one_in_ten_may_go_in_a_big_school(load: Load) -> None:
    load(bundles.crowd(range(100)))
    assert load({"pupils.csv": bundles.crowd(range(90))["pupils.csv"]}).status == KEPT


def test_losing_access_in_numbers_waits_and_is_told_by_name(load: Load, access: Access) -> None:
    load(bundles.crowd())
    blank = changed(bundles.crowd(), "links.csv", *((f"P{n:03},C{n:03},Y,N", f"P{n:03},C{n:03},Y,") for n in range(6)))
    report = load(blank)
    assert report.status == HELD and said(report, "6 of 20 adult-child links would lose access")
    assert report.as_json()["access"] == {"gained": 0, "lost": 6} and len(access()) == 20


def test_leaving_in_numbers_waits_though_no_row_is_missing(load: Load, access: Access) -> None:
    load(bundles.crowd())
    left = str(bundles.crowd()["pupils.csv"]).replace("surname", "surname,left").replace("\nP", "\nP").split("\n")
    report = load({"pupils.csv": "\n".join([left[0], *(f"{row},2026-06-26" for row in left[1:-1]), ""])})
    assert report.status == HELD and len(access()) == 20


def with_birthdays(*cells: str) -> Bundle:
    rows = [f"P{number:03},Ann,Name{number},{cell}" for number, cell in enumerate(cells)]
    return {"pupils.csv": "\n".join(["id,forename,surname,born", *rows, ""])}


@pytest.mark.parametrize("cell", ["", "see file", "04/{:02}/2014"])
def test_birthdays_that_can_no_longer_be_read_wait_and_stay(load: Load, cell: str) -> None:
    load(with_birthdays(*(f"2014-04-{day:02}" for day in range(1, 21))))
    report = load(with_birthdays(*(cell.format(day) for day in range(1, 21))))
    assert report.status == HELD and said(report, " of 20 pupils would lose their date of birth") == [("pupils.csv", 1, "born")]
    assert not Pupil.select().join(School).where(School.code == "glenbeg", Pupil.born.is_null()).exists()


def test_a_few_birthdays_less_do_not_wait(load: Load) -> None:
    load(with_birthdays(*(f"2014-04-{day:02}" for day in range(1, 21)), ""))
    assert load(with_birthdays(*[""] * 5, *(f"2014-04-{day:02}" for day in range(6, 21)), "")).status == KEPT


def test_the_few_birthdays_of_a_small_school_wait_together(load: Load) -> None:
    load(with_birthdays("2014-04-01", "2014-04-02"))
    assert load(with_birthdays("", "")).status == HELD


def test_a_file_without_birthdays_keeps_them(load: Load) -> None:
    load(with_birthdays(*(f"2014-04-{day:02}" for day in range(1, 21))))
    assert load({"pupils.csv": bundles.crowd()["pupils.csv"]}).status == KEPT
    assert not Pupil.select().join(School).where(School.code == "glenbeg", Pupil.born.is_null()).exists()


@pytest.mark.parametrize("column", ["parental_responsibility", "court_order"])
def test_a_restriction_column_that_is_gone_keeps_the_answers_and_waits(load: Load, access: Access, column: str) -> None:
    load(changed(bundles.crowd(), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y" if column == "court_order" else "P003,C003,N,N")))
    before = access()
    left = ({"parental_responsibility", "court_order"} - {column}).pop()
    bundle = bundles.crowd(header=f"pupil_id,contact_id,{left}", cells="N" if left == "court_order" else "Y")
    report = load(bundle)
    assert report.status == HELD and said(report, "The old answers were kept") == [("links.csv", 1, column)] and access() == before
    assert load(bundle, despite_brakes=True).status == KEPT and "C003-P003" not in access()


def test_too_many_rows_set_aside_wait(load: Load) -> None:
    bad = changed(bundles.crowd(), "pupils.csv", *((f"P{n:03},Ann,Name{n}\n", f"P{n:03},Ann,\n") for n in range(6)))
    report = load(bad)
    assert report.status == HELD and len(said(report, "rows had to be set aside")) == 2  # the pupils, and the links that point to them
    assert standing() == 0 and adds_up(report)


def test_a_few_rows_set_aside_do_not_wait(load: Load) -> None:
    assert load(changed(bundles.crowd(), "pupils.csv", ("P001,Ann,Name1\n", "P001,Ann,\n"))).status == KEPT


def test_a_held_drop_is_remembered_with_its_reasons(load: Load, waiting_room: Path) -> None:
    load(bundles.crowd())
    report = load(bundles.crowd(range(10)))
    drop = Drop.get_by_id(report.drop_id)
    assert drop.status == HELD and drop.report == json.loads(json.dumps(report.to_keep())) and "brake" in [problem.weight for problem in drop.problems]
    assert Audit.get(Audit.subject == f"drop {drop.id}").action == "drop held"
    assert [file.name for file in (waiting_room / str(drop.id)).iterdir()] == ["bundle.zip"] and (waiting_room / str(drop.id)).stat().st_mode & 0o077 == 0


def test_a_held_dry_run_keeps_nothing_and_says_held(load: Load, waiting_room: Path) -> None:
    load(bundles.crowd())
    held = changed(bundles.crowd(range(10), linked=range(20)), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y"))
    before = table_sizes()
    dry = load(held, keep=False)
    assert dry.status == HELD and table_sizes() == before and not waiting_room.exists()
    real = load(held)
    assert dry.as_json()["files"] == real.as_json()["files"] and dry.as_json()["access"] == real.as_json()["access"]


@pytest.mark.parametrize("as_zip", [True, False])
def test_a_held_drop_can_be_let_in(load: Load, write_bundle: Callable[..., Path], waiting_room: Path, tmp_path: Path, as_zip: bool) -> None:
    load(bundles.crowd())
    folder = write_bundle(bundles.crowd(range(10)), "later")
    if as_zip:
        from tests.mis.test_reading import zipped
        report = load(zipped(tmp_path / "later.zip", bundles.crowd(range(10)), "x/"))
    else:
        report = load(folder)
    drop = Drop.get_by_id(report.drop_id)
    released = mis.release(drop, by="head", waiting_room=waiting_room)
    assert released.status == KEPT and standing() == 10 and Drop.get_by_id(drop.id).status == "released"
    assert not (waiting_room / str(drop.id)).exists() and Audit.select().where(Audit.action == "drop released").exists()
    assert counts(released, "pupils.csv") == {"rows": 10, "unchanged": 10, "gone": 10}


def test_what_was_held_is_what_is_let_in(load: Load, write_bundle: Callable[..., Path], waiting_room: Path) -> None:
    load(bundles.crowd())
    folder = write_bundle(bundles.crowd(range(10)), "later")
    report = load(folder)
    write_bundle(bundles.crowd(range(3)), "later")  # the MIS has written over it meanwhile
    mis.release(Drop.get_by_id(report.drop_id), by="head", waiting_room=waiting_room)
    assert standing() == 10


def test_a_held_drop_older_than_what_stands_is_not_let_in(load: Load, access: Access, waiting_room: Path) -> None:
    load(bundles.crowd())
    old = Drop.get_by_id(load(bundles.crowd(range(10))).drop_id)
    load(changed(bundles.crowd(), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y")))
    report = mis.release(old, by="head", waiting_room=waiting_room)
    assert report.status == REFUSED and "C003-P003" not in access() and Drop.get_by_id(old.id).status == HELD and standing() == 20


ORDER = ("P003,C003,Y,N", "P003,C003,Y,Y")


def test_a_held_drop_older_than_a_restriction_is_not_let_in(load: Load, access: Access, waiting_room: Path) -> None:
    load(bundles.crowd())
    old = Drop.get_by_id(load(bundles.crowd(range(9))).drop_id)
    assert load(changed(bundles.crowd(range(10)), "links.csv", ORDER)).status == HELD
    report = mis.release(old, by="head", waiting_room=waiting_room)
    assert report.status == REFUSED and said(report, "has taken access away") and "C003-P003" not in access()


def test_nor_when_the_drop_with_the_restriction_was_let_in_and_undone(load: Load, access: Access, waiting_room: Path) -> None:
    load(bundles.crowd())
    old = Drop.get_by_id(load(bundles.crowd(range(9))).drop_id)
    ordered = Drop.get_by_id(load(changed(bundles.crowd(range(10)), "links.csv", ORDER)).drop_id)
    let_in = Drop.get_by_id(mis.release(ordered, by="head", waiting_room=waiting_room).drop_id)
    undo.undo(let_in, by="head")
    assert mis.release(old, by="head", waiting_room=waiting_room).status == REFUSED and "C003-P003" not in access()


def test_a_held_drop_can_be_let_in_though_a_newer_one_waits(load: Load, waiting_room: Path) -> None:
    load(bundles.crowd())
    old = Drop.get_by_id(load(bundles.crowd(range(9))).drop_id)
    load(bundles.crowd(range(10)))
    assert mis.release(old, by="head", waiting_room=waiting_room).status == KEPT


def statuses(school: School) -> list[str]:
    return [waiting.outcomes(school.drops)[drop.id] for drop in school.drops.order_by(Drop.id)]


def still(school: School) -> list[int]:
    return [drop.id for drop in waiting.still_waiting([school]).order_by(Drop.id)]


def test_what_is_held_waits_until_something_newer_counts(load: Load, glenbeg: School) -> None:
    load(bundles.crowd())
    first, second = load(bundles.crowd(range(9))).drop_id, load(bundles.crowd(range(10))).drop_id
    assert statuses(glenbeg) == [KEPT, HELD, HELD] and still(glenbeg) == [first, second]
    third = load(changed(bundles.crowd(range(11)), "links.csv", ORDER)).drop_id
    assert statuses(glenbeg) == [KEPT, "overtaken", "overtaken", HELD] and still(glenbeg) == [third]
    load(bundles.crowd(range(19)))
    assert statuses(glenbeg) == [KEPT, "overtaken", "overtaken", "overtaken", KEPT] and still(glenbeg) == []


def test_undone_completely_what_had_overtaken_it_it_waits_again(load: Load, glenbeg: School) -> None:
    load(bundles.crowd())
    held = load(bundles.crowd(range(9))).drop_id
    load(changed(bundles.crowd(), "links.csv", ORDER))
    undo.undo(undo.newest(glenbeg), by="head", give_back="all")
    assert statuses(glenbeg) == [KEPT, HELD, "undone"] and still(glenbeg) == [held]


def test_loaded_once_more_an_older_drop_that_waits_stays_the_one_drop(load: Load, glenbeg: School, waiting_room: Path) -> None:
    load(bundles.crowd())
    old = Drop.get_by_id(load(bundles.crowd(range(9))).drop_id)
    newer = load(bundles.crowd(range(10))).drop_id
    report = mis.again(old, by="head", waiting_room=waiting_room)
    assert report.status == HELD and report.drop_id == old.id and still(glenbeg) == [old.id, newer]
    assert glenbeg.drops.count() == 3 and sorted(path.name for path in waiting_room.iterdir()) == sorted([str(old.id), str(newer)])
    assert mis.release(Drop.get_by_id(old.id), by="head", waiting_room=waiting_room).status == KEPT and standing() == 9


def test_a_drop_that_no_one_held_is_never_held_for_a_first_load(load: Load) -> None:
    assert load(bundles.crowd()).status == KEPT


def test_marks_that_vanish_in_numbers_wait(load: Load) -> None:
    rows = [f"P{n:03},2026-11-{day},AM,10" for n in range(20) for day in (16, 17)]
    load(bundles.crowd() | {"marks.csv": "\n".join(["pupil_id,day,session,code", *rows, ""])})
    report = load({"marks.csv": "\n".join(["pupil_id,day,session,code", *rows[:10], ""])})
    assert report.status == HELD and said(report, "30 of 40 marks on record are not in this file")


# --- access gained, leaving the roll --------------------------------------------------------------------------


def test_gaining_access_in_numbers_waits_and_is_told_by_name(load: Load, access: Access) -> None:
    """A column of rights that has changed its meaning opens children to people who had been kept out."""
    shut = changed(bundles.crowd(), "links.csv", *((f"P{n:03},C{n:03},Y,N", f"P{n:03},C{n:03},Y,Y") for n in range(6)))
    load(shut)
    report = load(bundles.crowd())
    assert report.status == HELD and said(report, "6 links to pupils who were here before would gain access") and len(access()) == 14
    assert len(report.gained) == 6 and report.impact.sentence == "6 adults gain access."


def test_a_first_load_of_rights_does_not_wait(load: Load, access: Access) -> None:
    load(bundles.crowd(header="pupil_id,contact_id", cells="")  | {"links.csv": "pupil_id,contact_id\nP001,C001\n"})
    assert load(bundles.crowd()).status == KEPT and len(access()) == 20


def test_a_new_year_of_pupils_brings_its_parents_without_waiting(load: Load, access: Access) -> None:
    load(bundles.crowd())
    assert load(bundles.crowd(range(30))).status == KEPT and len(access()) == 30


def test_pupils_who_leave_by_their_day_wait_like_those_who_are_missing(load: Load) -> None:
    load({"pupils.csv": bundles.crowd()["pupils.csv"]})
    rows = str(bundles.crowd()["pupils.csv"]).replace("surname", "surname,left").split("\n")
    report = load({"pupils.csv": "\n".join([rows[0], *(f"{row},2026-06-26" for row in rows[1:7]), *rows[7:]])})
    assert report.status == HELD and said(report, "6 of 20 pupils would leave the roll") and report.impact.leaving[0] == "Ann Name0"


def test_the_impact_is_told_in_a_sentence_with_adults_counted_once(load: Load) -> None:
    """One adult with two children is one adult."""
    links = str(bundles.crowd()["links.csv"]).replace("P001,C001", "P001,C000")
    load(bundles.crowd() | {"links.csv": links})
    report = load({"pupils.csv": bundles.crowd(range(2, 12))["pupils.csv"]})
    assert report.impact.sentence == "9 adults lose access; 10 pupils leave the roll." and len(report.lost) == 10


def test_the_impact_of_a_held_drop_is_kept_with_it(load: Load) -> None:
    load(bundles.crowd())
    kept = Drop.get_by_id(load(bundles.crowd(range(10))).drop_id).report["impact"]
    assert kept["adults_lost"] == len(kept["lost"]) == len(kept["leaving"]) == 10 and kept["leaving"][0] == "Ann Name10"


# --- another school's bundle -----------------------------------------------------------------------------------


def test_a_bundle_in_which_hardly_anybody_is_known_waits(load: Load) -> None:
    load(bundles.crowd())
    report = load({"pupils.csv": bundles.crowd(range(100, 140))["pupils.csv"]})
    assert report.status == HELD and said(report, "Only 0 of 40 pupils in this file are known here, where 20 are on the roll") and standing() == 20


def test_a_small_school_that_grows_is_not_taken_for_another(load: Load) -> None:
    load(bundles.crowd(range(2)))
    assert load(bundles.crowd(range(60))).status == KEPT


@pytest.fixture
def hillend(glenbeg: School) -> School:
    return School.create(authority=glenbeg.authority, code="hillend", name="Hillend")


def test_the_bundle_of_the_school_next_door_waits_and_says_whose_it_is(load: Load, hillend: School) -> None:
    load(bundles.crowd(range(100, 140)), code="hillend")
    load(bundles.crowd())
    report = load(bundles.crowd(range(100, 140)))
    assert report.status == HELD and said(report, "40 of 40 pupils in this file stand at Hillend under the same ids and names") and standing() == 20


def test_the_bundle_next_door_with_the_same_ids_waits(load: Load, hillend: School) -> None:
    """Two schools that number their pupils from 1 on: every id is known, and is somebody else's."""
    others = str(bundles.crowd()["pupils.csv"]).replace("Ann,Name", "Bea,Other")
    load({"pupils.csv": others}, code="hillend")
    load(bundles.crowd())
    report = load({"pupils.csv": others})
    assert report.status == HELD and said(report, "stand at Hillend") and len(said(report, "This id was somebody else’s")) == 20 and standing() == 20


def test_into_an_empty_school_it_is_only_said(load: Load, hillend: School) -> None:
    load(bundles.crowd(), code="hillend")
    report = load(bundles.crowd())
    assert report.status == KEPT and said(report, "stand at Hillend")


def test_other_people_under_the_ids_of_another_school_are_nothing_to_say(load: Load, hillend: School) -> None:
    load(bundles.crowd(), code="hillend")
    report = load({"pupils.csv": str(bundles.crowd()["pupils.csv"]).replace("Ann,Name", "Bea,Other")})
    assert report.status == KEPT and not said(report, "stand at Hillend")


# --- older than what stands --------------------------------------------------------------------------------------


def test_yesterdays_files_again_wait(load: Load, access: Access) -> None:
    first = bundles.crowd()
    load(first)
    load(changed(first, "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y")))
    report = load(first)
    assert report.status == HELD and said(report, "These are the very files of drop") and "C003-P003" not in access()


def test_yesterdays_files_again_wait_when_a_held_drop_has_shut_a_link_since(load: Load, access: Access) -> None:
    load(bundles.crowd())
    assert load(changed(bundles.crowd(range(10)), "links.csv", ORDER)).status == HELD
    report = load(bundles.crowd())
    assert report.status == HELD and said(report, "These are the very files of drop") and "C003-P003" not in access()


def test_yesterdays_files_again_do_not_wait_when_what_was_held_has_shut_nothing(load: Load) -> None:
    load(bundles.crowd())
    assert load(bundles.crowd(range(10))).status == HELD
    assert load(bundles.crowd()).status == KEPT


def test_the_newest_files_again_do_not(load: Load) -> None:
    load(bundles.crowd())
    later = changed(bundles.crowd(), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y"))
    load(later)
    report = load(later)
    assert report.status == KEPT and said(report, "the very same files as drop")


def days(*some: str) -> bundles.Bundle:
    return {"marks.csv": "\n".join(["pupil_id,day,session,code", *(f"0001,{day},AM,10" for day in some), ""])}


@pytest.mark.parametrize(("newest", "status"), [("2026-11-12", KEPT), ("2026-11-10", KEPT), ("2026-11-09", HELD), ("2025-11-17", HELD)])
def test_marks_that_end_long_before_those_of_an_earlier_drop_wait(load: Load, newest: str, status: str) -> None:
    load(bundles.family() | days("2026-11-17"))
    assert Drop.select().order_by(Drop.id.desc()).first().newest_day == date(2026, 11, 17)
    report = load(days(newest))
    assert report.status == status and bool(said(report, "Is it an older export?")) == (status == HELD)


def test_a_mark_of_the_far_future_does_not_hold_every_drop_after_it(load: Load) -> None:
    load(bundles.family() | days("2026-11-17", "2062-11-18"))
    assert load(days(clock.today().isoformat())).status == KEPT


def test_marks_that_were_held_do_not_count_as_seen(load: Load) -> None:
    load(bundles.crowd() | days("2026-11-03"))
    assert load(bundles.crowd(range(10)) | {"marks.csv": "pupil_id,day,session,code\nP001,2026-11-20,AM,10\n"}).status == HELD
    assert load(bundles.crowd() | {"marks.csv": "pupil_id,day,session,code\nP001,2026-11-04,AM,10\n"}).status == KEPT


def of_year(*years: str) -> bundles.Bundle:
    return {"pupils.csv": "\n".join(["id,forename,surname,year_group", *(f"P{n:03},Ann,Name{n},{year}" for n, year in enumerate(years)), ""])}


@pytest.mark.parametrize(("before", "after", "status"), [
    (("S2", "S3", "S4", "S5"), ("S1", "S2", "S3", "S4"), HELD),
    (("S1", "S1", "P7", "S2"), ("P7", "P7", "P6", "S1"), HELD),
    (("Year 8", "Year 9", "10", "Year 11"), ("Year 7", "Year 8", "9", "Year 10"), HELD),
    (("S2", "S3", "S4", "S5"), ("S3", "S4", "S5", "S6"), KEPT),
    (("S2", "S3", "S4", "S5"), ("S1", "S3", "S4", "S5"), KEPT),
    (("S2", "S3", "S4", "S5"), ("Year 7", "Year 8", "Year 9", "Year 10"), KEPT),
    (("Seniors", "", "S4", "S5"), ("Juniors", "", "S4", "S5"), KEPT)])
def test_most_pupils_a_year_back_wait(load: Load, before: tuple[str, ...], after: tuple[str, ...], status: str) -> None:
    load(of_year(*before))
    report = load(of_year(*after))
    assert report.status == status and bool(said(report, "an earlier school year")) == (status == HELD)


# --- what is said about it -----------------------------------------------------------------------------------


def test_a_restriction_acts_at_once_whatever_holds_the_drop(load: Load, access: Access, hillend: School) -> None:
    first = bundles.crowd()
    load(first)
    order = changed(first, "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y"))
    held = order | {"pupils.csv": bundles.crowd(range(100, 140))["pupils.csv"]}
    assert load(held).status == HELD and "C003-P003" not in access()


def test_who_can_let_it_in_is_told_by_name(load: Load, glenbeg: School) -> None:
    for username, role in (("jean.baxter", Role.OFFICE), ("donald.munro", Role.HEAD), ("ailsa.reid", Role.TEACHER)):
        Duty.create(user=User.get(User.username == username), role=role.value, school=glenbeg, authority=glenbeg.authority)
    load(bundles.crowd())
    assert load(bundles.crowd(range(10))).releasers == ["Jean Baxter"] and load(bundles.crowd(range(9)), keep=False).releasers == ["Jean Baxter"]
    User.update(locked=clock.now()).where(User.username == "jean.baxter").execute()
    assert load(bundles.crowd(range(8))).releasers == []


def test_no_reason_to_wait_names_anybody(load: Load, hillend: School) -> None:
    """The authority reads the reasons, and no names."""
    load(bundles.crowd() | days("2026-11-17"))
    held = changed(bundles.crowd(range(1, 10)), "pupils.csv", ("P001,Ann,Name1", "P001,Eve,Other"))
    report = load(changed(held, "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y")))
    assert report.status == HELD and not [problem for problem in report.problems if "Name" in problem.message or "Eve" in problem.message]
