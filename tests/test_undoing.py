"""Undoing on the site and on the command line: what would happen by name, doing it once, and who may."""

import json

import pytest

from glowlite.mis.undo import newest, undo
from glowlite.models import Drop, Pupil, School
from glowlite.views import undoing
from tests.mis import bundles

WIDER = bundles.changed(bundles.family(), "links.csv", ("0003,C3,Mother,1,Y,N\n", "0003,C3,Mother,1,Y,N\n0002,C2,Father,2,Y,N\n"))


@pytest.fixture
def loaded(academy, shell, write_bundle) -> School:
    """Another school, with two drops."""
    School.create(authority=academy.authority, code="glenbeg", name="Glenbeg")
    for name, bundle in (("first", bundles.family()), ("second", WIDER)):
        assert shell("drops", "load", write_bundle(bundle, name), "--school", "glenbeg").exit_code == 0
    return School.get(School.code == "glenbeg")


# --- the page -------------------------------------------------------------------------------------------------


def test_the_office_sees_by_name_what_undoing_would_do_and_nothing_happens(visitor, academy):
    drop = newest(academy)
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/drops/{drop.id}/undo")
    assert page.status == 200 and "Mairi MacLeod – Catriona MacLeod" in page and "Would gain access: 0" in page and "Nothing has happened yet" in page
    assert Drop.get_by_id(drop.id).status == "kept" and Pupil.select().where(Pupil.school == academy).count() > 100


def test_the_office_undoes_the_newest_drop(visitor, academy):
    drop = newest(academy)
    address = f"/schools/{academy.id}/drops/{drop.id}"
    office = visitor("jean.baxter")
    assert "Undo this drop" in office.get(address) and office.post(f"{address}/undo").status == 303
    page = office.get(address)
    assert "<h1>Undone</h1>" in page and "by jean.baxter" in page and "Undo this drop" not in page
    assert office.post(f"{address}/undo").status == 404 and office.get(f"{address}/undo").status == 404
    assert "undone" in office.get(f"/schools/{academy.id}/drops")


def test_who_comes_second_while_another_undoes_it_finds_nothing(visitor, academy, monkeypatch):
    drop = newest(academy)
    undo(drop, by="a test")
    monkeypatch.setattr(undoing, "newest", lambda school: drop)  # as it was when the page was asked for
    address = f"/schools/{academy.id}/drops/{drop.id}/undo"
    assert visitor("jean.baxter").post(address).status == 404 and visitor("jean.baxter").get(address).status == 404


def test_a_family_meets_a_closed_door_after_the_drop_that_let_them_in_is_undone(visitor, academy, pupil):
    mother, child = visitor("mairi.macleod"), pupil("000101")
    assert mother.get(f"/children/{child.id}").status == 200
    visitor("jean.baxter").post(f"/schools/{academy.id}/drops/{newest(academy).id}/undo")
    assert mother.get(f"/children/{child.id}").status == 303  # signed out
    assert visitor("mairi.macleod").get(f"/children/{child.id}").status == 404


@pytest.mark.parametrize("who", ["donald.munro", "helen.ross", "priya.sharma", "ailsa.reid", "mairi.macleod", "margaret.sinclair", "isobel.grant"])
def test_nobody_else_undoes_or_sees_what_it_would_do(visitor, academy, who):
    drop, somebody = newest(academy), visitor(who)
    address = f"/schools/{academy.id}/drops/{drop.id}"
    assert somebody.get(f"{address}/undo").status == 404 and somebody.post(f"{address}/undo").status == 404
    assert "Undo this drop" not in somebody.get(address) and Drop.get_by_id(drop.id).status == "kept"


def test_an_older_drop_has_no_button(visitor, academy, shell, write_bundle):
    first = newest(academy)
    shell("drops", "load", write_bundle({"calendar.csv": "id,kind,title,starts\nX,event,Fair,2026-12-01\n"}), "--school", academy.code)
    assert newest(academy) != first
    address = f"/schools/{academy.id}/drops/{first.id}"
    assert "Undo this drop" not in visitor("jean.baxter").get(address) and visitor("jean.baxter").get(f"{address}/undo").status == 404


# --- the command line -----------------------------------------------------------------------------------------


def test_a_dry_run_names_who_gains_and_who_loses(loaded, shell):
    result = shell("drops", "undo", "--school", "glenbeg", "--dry-run")
    assert result.exit_code == 0 and "would lose access: Rob Bell – Ben Bell" in result.stdout and "Nothing was changed" in result.stdout
    assert newest(loaded).status == "kept"


def test_the_json_is_as_promised(loaded, shell):
    drop = newest(loaded)
    result = shell("drops", "undo", "--school", "glenbeg", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout) == {
        "drop": drop.id, "status": "undone", "rows": {"back": 0, "removed": 1, "ended": 0}, "access": {"gained": 0, "lost": 1}}


def test_one_after_another_until_there_is_nothing_left(loaded, shell):
    assert [shell("drops", "undo", "--school", "glenbeg").exit_code for _ in range(3)] == [0, 0, 1]
    result = shell("drops", "undo", "--school", "glenbeg", "--json")
    assert json.loads(result.stdout) == {"drop": None, "status": "nothing-to-undo"}


def test_an_unknown_school_is_refused(loaded, shell):
    result = shell("drops", "undo", "--school", "glenbog")
    assert result.exit_code == 2 and "There is no school with the code glenbog" in result.stderr
