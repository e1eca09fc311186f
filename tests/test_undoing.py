"""Undoing on the site and on the command line: what would happen by name, doing it once, and who may."""

import json
import re

import pytest

from glowlite.mis.undo import newest, undo
from glowlite.models import Contact, Drop, Link, Pupil, School
from glowlite.policy import links_with_access
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
    assert page.status == 200 and "Mairi MacLeod – Catriona MacLeod" in page and "Undoing it gives nobody access" in page and "Nothing has happened yet" in page
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
        "drop": drop.id, "status": "undone", "rows": {"back": 0, "removed": 1, "ended": 0}, "access": {"gained": 0, "lost": 1},
        "left_shut": []}


def test_one_after_another_until_there_is_nothing_left(loaded, shell):
    assert [shell("drops", "undo", "--school", "glenbeg").exit_code for _ in range(3)] == [0, 0, 1]
    result = shell("drops", "undo", "--school", "glenbeg", "--json")
    assert json.loads(result.stdout) == {"drop": None, "status": "nothing-to-undo"}


def test_an_unknown_school_is_refused(loaded, shell):
    result = shell("drops", "undo", "--school", "glenbog")
    assert result.exit_code == 2 and "There is no school with the code glenbog" in result.stderr


# --- who stays shut out ---------------------------------------------------------------------------------------

HEADER = "pupil_id,contact_id,relationship,priority,parental_responsibility,court_order,lives_with,account_selected"


def links_file(school: School, **orders: str) -> str:
    """The links of a school as they stand, with another court order for these contacts."""
    say = {None: "", True: "Y", False: "N"}
    rows = Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact).where(Pupil.school == school, Link.gone.is_null())
    lines = [",".join([link.pupil.mis_id, link.contact.mis_id, link.relationship or "", str(link.priority or ""), say[link.parental_responsibility],
                       orders.get(link.contact.mis_id, say[link.court_order]), say[link.lives_with], say[link.account_selected]]) for link in rows]
    return "\n".join([HEADER, *lines, ""])


@pytest.fixture
def ordered(academy, shell, write_bundle) -> Drop:
    """The newest drop of the Academy: it has brought court orders about Mairi and Calum MacLeod."""
    path = write_bundle({"links.csv": links_file(academy, C000101="Y", C000102="Y")})
    assert shell("drops", "load", path, "--school", academy.code).exit_code == 0
    return newest(academy)


@pytest.fixture
def address(academy, ordered) -> str:
    return f"/schools/{academy.id}/drops/{ordered.id}"


def of_mairi(pupil) -> Link:
    return Link.select().join(Contact).where(Link.pupil == pupil("000101"), Contact.mis_id == "C000101").get()


def test_the_page_names_who_stays_shut_out_and_ticks_nobody(visitor, address):
    page = visitor("jean.baxter").get(f"{address}/undo")
    assert "would give 2 adults access again." in page and "They stay shut out until the next drop says otherwise" in page
    assert "Mairi MacLeod – Catriona MacLeod" in page and "A court order came with this drop." in page and not re.search(r"<input[^>]*checked", page.text)


def test_a_parent_under_an_order_reads_nothing_after_an_undo(visitor, address, pupil):
    child = pupil("000101")
    mother = visitor("mairi.macleod")
    assert mother.get(f"/children/{child.id}").status == 404
    office = visitor("jean.baxter")
    assert office.post(f"{address}/undo").status == 303
    assert mother.get(f"/children/{child.id}").status == 404 and "Catriona" not in mother.get("/")
    page = office.get(address)
    assert "2 links that it had shut stay shut until the next drop says otherwise: Calum MacLeod" in page
    assert "MacLeod" not in visitor("helen.ross").get(address) and "2 links that it had shut stay shut" in visitor("helen.ross").get(address)


def test_whom_the_office_ticks_reads_again_and_nobody_else(visitor, address, pupil):
    child, link = pupil("000101"), of_mairi(pupil)
    visitor("jean.baxter").post(f"{address}/undo", {"give_back": str(link.id)})
    assert visitor("mairi.macleod").get(f"/children/{child.id}").status == 200
    assert not access_of("C000102", child)


def access_of(contact: str, child: Pupil) -> bool:
    return links_with_access().where(Contact.mis_id == contact, Pupil.id == child.id).exists()


def test_all_of_them_are_those_that_the_page_has_named(visitor, address, pupil):
    child, link = pupil("000101"), of_mairi(pupil)
    visitor("jean.baxter").post(f"{address}/undo", {"all": "yes", "named": str(link.id)})
    assert access_of("C000101", child) and not access_of("C000102", child)


def test_a_link_that_the_drop_had_not_shut_is_refused_and_nothing_happens(visitor, address, ordered, pupil):
    other = Link.select().where(Link.pupil != pupil("000101")).first()
    page = visitor("jean.baxter").post(f"{address}/undo", {"give_back": [str(other.id), "x", "-1", "9" * 40]})
    assert page.status == 422 and "has changed since you looked" in page and Drop.get_by_id(ordered.id).status == "kept"


def test_the_command_gives_back_what_it_is_told_to(ordered, academy, shell, pupil):
    link, child = of_mairi(pupil), pupil("000101")
    tried = shell("drops", "undo", "--school", academy.code, "--dry-run")
    assert f"link {link.id}, Mairi MacLeod – Catriona MacLeod: a court order came with this drop" in tried.stdout and "--give-back" in tried.stdout
    assert shell("drops", "undo", "--school", academy.code, "--give-back", "all of them").exit_code == 2
    assert shell("drops", "undo", "--school", academy.code, "--give-back", "0").exit_code == 2 and newest(academy) == ordered
    told = json.loads(shell("drops", "undo", "--school", academy.code, "--give-back", link.id, "--json").stdout)
    assert [one["name"] for one in told["left_shut"]] == ["Calum MacLeod – Catriona MacLeod"] and told["access"] == {"gained": 1, "lost": 0}
    assert access_of("C000101", child) and not access_of("C000102", child)


def test_the_command_undoes_it_completely_when_it_is_told_to(ordered, academy, shell, pupil):
    told = json.loads(shell("drops", "undo", "--school", academy.code, "--give-back", "all", "--json").stdout)
    assert told["left_shut"] == [] and access_of("C000101", pupil("000101")) and access_of("C000102", pupil("000101"))
