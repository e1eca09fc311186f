"""When a drop waits for a person, and how it is let in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glowlite import mis
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.models import Audit, Drop, Pupil, School
from tests.mis import bundles
from tests.mis.bundles import changed
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
    assert drop.status == HELD and drop.report == report.as_json() | {"sources": report.sources} and "brake" in [problem.weight for problem in drop.problems]
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


def test_a_drop_that_no_one_held_is_never_held_for_a_first_load(load: Load) -> None:
    assert load(bundles.crowd()).status == KEPT


def test_marks_that_vanish_in_numbers_wait(load: Load) -> None:
    rows = [f"P{n:03},2026-11-{day},AM,10" for n in range(20) for day in (16, 17)]
    load(bundles.crowd() | {"marks.csv": "\n".join(["pupil_id,day,session,code", *rows, ""])})
    report = load({"marks.csv": "\n".join(["pupil_id,day,session,code", *rows[:10], ""])})
    assert report.status == HELD and said(report, "30 of 40 marks on record are not in this file")
