"""A drop is kept whole or not at all, a dry run leaves no trace, and a school's data stays the school's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glowlite.mis import apply
from glowlite.mis.report import DRY_RUN, KEPT, REFUSED
from glowlite.models import Authority, Drop, Pupil, School
from tests.mis import bundles
from tests.mis.bundles import changed
from tests.mis.conftest import Load, said, table_sizes, total, whole_database

Access = Callable[[], set[str]]


@pytest.mark.parametrize("standing", [False, True])
def test_a_dry_run_keeps_nothing_and_counts_the_same(load: Load, standing: bool) -> None:
    bundle = bundles.everything()
    if standing:
        load(changed(bundle, "links.csv", ("0003,C3,Mother,1,Y,N", "0003,C3,Mother,1,N,N"), ("0001,C2", "0002,C2")))
    before, rows = table_sizes(), whole_database()
    dry = load(bundle, keep=False)
    assert dry.status == DRY_RUN and table_sizes() == before and whole_database() == rows
    real = load(bundle)
    assert real.status == KEPT and dry.as_json() | {"status": KEPT} == real.as_json() and real.total("created")


def test_a_dry_run_signs_nobody_out(load: Load, account: Callable[[str], Any]) -> None:
    load(bundles.family())
    user = account("C1")
    dry = load(changed(bundles.family(), "links.csv", ("0001,C1,Mother,1,Y,N", "0001,C1,Mother,1,Y,Y")), keep=False)
    assert dry.lost and type(user).get_by_id(user.id).session_key == user.session_key


def test_a_dry_run_of_a_new_school_leaves_no_school(load: Load) -> None:
    bundle = {"school.csv": "id,name\nnew-1,New School\n"} | bundles.family()
    before = table_sizes()
    dry = load(bundle, code="new-1", keep=False)
    assert dry.status == DRY_RUN and table_sizes() == before
    real = load(bundle, code="new-1")
    assert real.as_json()["files"] == dry.as_json()["files"] and School.get(School.code == "new-1").name == "New School"


def test_a_new_school_whose_drop_waits_is_there_without_pupils(load: Load) -> None:
    bad = changed(bundles.crowd(), "pupils.csv", *((f"P{n:03},Ann,Name{n}\n", f"P{n:03},Ann,\n") for n in range(6)))
    report = load({"school.csv": "id,name\nnew-1,New School\n"} | bad, code="new-1")
    school = School.get(School.code == "new-1")
    assert report.status == "held" and not Pupil.select().where(Pupil.school == school).exists() and Drop.get(Drop.school == school).status == "held"


@pytest.mark.parametrize("noun", ["pupils", "links", "calendar"])
def test_when_something_fails_half_way_nothing_is_kept(load: Load, monkeypatch: pytest.MonkeyPatch, noun: str) -> None:
    load(bundles.family())
    before = whole_database()
    add = apply._Writing._add

    def fail(self: Any) -> int:
        added = add(self)
        if self.noun.name == noun:
            raise RuntimeError("the power went")
        return added

    monkeypatch.setattr(apply._Writing, "_add", fail)
    with pytest.raises(RuntimeError):
        load(changed(bundles.everything(), "pupils.csv", ("Cat", "Cath")))
    assert whole_database() == before
    monkeypatch.undo()
    assert load(changed(bundles.everything(), "pupils.csv", ("Cat", "Cath"))).status == KEPT


def test_a_drop_refused_in_its_last_row_keeps_nothing(load: Load) -> None:
    load(bundles.family())
    report = load(changed(bundles.everything(), "pupils.csv", ("Cat", "Cath"), ("S2\n", 'S2\n0004,"Dan,Dow\n')))
    assert report.status == REFUSED and not total(report)
    assert Pupil.select().join(School).where(School.code == "glenbeg").count() == 3 and not Pupil.select().where(Pupil.forename == "Cath").exists()


# --- whose drop is it? -------------------------------------------------------------------------------------


def test_an_unknown_school_is_refused_and_the_known_ones_are_named(load: Load) -> None:
    report = load(bundles.family(), code="glenbog")
    assert report.status == REFUSED and "morran-academy" in report.problems[0].message


def test_a_bundle_of_another_school_is_refused(load: Load, access: Access) -> None:
    load(bundles.everything())
    before = access()
    report = load(changed(bundles.everything(), "school.csv", ("G1,Glenbeg Academy", "H7,Hillend High")))
    assert report.status == REFUSED and access() == before
    assert "H7 (Hillend High)" in report.problems[0].message and "G1" in report.problems[0].message


@pytest.mark.parametrize("row", [",Nameless", "1E+05,Spoilt"])
def test_a_school_without_a_readable_id_is_refused(load: Load, row: str) -> None:
    assert load({"school.csv": f"id,name\n{row}\n"} | bundles.family()).status == REFUSED


def test_a_school_name_that_is_too_long_is_no_crash(load: Load) -> None:
    assert load({"school.csv": f"id,name\nnew-1,{'x' * 500}\n"}, code="new-1").status == REFUSED
    report = load({"school.csv": f"id,name\nG1,{'x' * 500}\n"})
    assert report.status == KEPT and said(report, "At most 120 characters") == [("school.csv", 2, "name")]


def test_two_schools_with_the_same_ids_do_not_meet(load: Load, access: Access, glenbeg: School) -> None:
    School.create(authority=Authority.select().first(), code="hillend", name="Hillend")
    load(bundles.with_marks())
    load(changed(bundles.with_marks(), "links.csv", (",Y,N", ",Y,Y")), code="hillend")
    assert len(access()) == 4 and Pupil.select().where(Pupil.mis_id == "0001").count() == 2
    load(changed(bundles.with_marks(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", "")), code="hillend")
    assert len(access()) == 4 and not total(load({name: f"{text}\n" for name, text in bundles.with_marks().items()}))


def test_a_reference_never_reaches_into_another_school(load: Load) -> None:
    School.create(authority=Authority.select().first(), code="hillend", name="Hillend")
    load(bundles.family())
    report = load({"contacts.csv": "id,surname\nX,Spy\n", "links.csv": "pupil_id,contact_id,parental_responsibility,court_order\n0001,X,Y,N\n"}, code="hillend")
    assert not report.gained and said(report, "no such id")


def test_nothing_is_written_but_by_the_one_who_loads(load: Load, write_bundle: Callable[..., Path]) -> None:
    folder = write_bundle(bundles.family(), "mine")
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}
    load(folder)
    assert {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()} == before
