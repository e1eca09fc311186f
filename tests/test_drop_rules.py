"""When a drop waits, decided by the school within what the authority allows; who may, and what it does to drops."""

import json

import pytest

from glowlite import mis
from glowlite.mis import drop_rules
from glowlite.mis.drop_rules import NAMES, USUAL, UTMOST, DropRules, Measure
from glowlite.mis.report import HELD, KEPT
from glowlite.models import Audit, Authority, Drop, School, User
from tests.mis import bundles

SENT = {name: str(getattr(USUAL, name)) for name in NAMES}


@pytest.fixture
def glenbeg(rolled_back):
    return School.create(authority=Authority.select().first(), code="glenbeg", name="Glenbeg")


@pytest.fixture
def load(glenbeg, write_bundle):
    """load(bundle) loads it for Glenbeg."""
    count = iter(range(100))
    return lambda bundle: mis.load(write_bundle(bundle, f"bundle{next(count)}"), "glenbeg", by="a test")


def head():
    return User.get(User.username == "donald.munro")


def ten_are_missing():
    return {"pupils.csv": bundles.crowd(range(90))["pupils.csv"]}


# --- what counts --------------------------------------------------------------------------------------------


def test_who_decides_nothing_has_the_usual_numbers(glenbeg):
    assert drop_rules.of(glenbeg) == DropRules() and (USUAL.shrinks_share, USUAL.shrinks_number, USUAL.late_after_days, USUAL.keep_raw_days) == (10, 5, 2, 30)


@pytest.mark.parametrize(("number", "of", "unusual"), [(5, 6, False), (6, 60, False), (6, 59, True), (0, 0, False), (6, 0, True)])
def test_both_the_share_and_the_number_must_be_passed(number, of, unusual):
    assert USUAL.unusual(Measure("lost", number, of)) is unusual


@pytest.mark.parametrize(("number", "of", "unusual"), [(30, 60, False), (31, 60, True), (50, 60, True), (5, 6, False)])
def test_no_number_waves_more_than_half_of_a_small_school_through(number, of, unusual):
    assert DropRules(lost_number=50, lost_share=50).unusual(Measure("lost", number, of)) is unusual


@pytest.mark.parametrize(("share", "status"), [(9, HELD), (10, KEPT), (30, KEPT)])
def test_the_number_of_the_school_decides(glenbeg, load, share, status):
    load(bundles.crowd(range(100)))
    drop_rules.decide(head(), glenbeg, {"shrinks_share": share, "off_roll_share": share, "lost_share": 50})
    assert load(ten_are_missing()).status == status


def test_the_authority_pulls_the_school_into_its_bounds_at_once(glenbeg, load):
    load(bundles.crowd(range(100)))
    drop_rules.decide(head(), glenbeg, {"shrinks_share": 40})
    drop_rules.decide_bounds(head(), glenbeg.authority, {"shrinks_share": (1, 5), "keep_raw_days": (1, 7), "late_after_days": (4, 9)})
    there = drop_rules.of(School.get_by_id(glenbeg.id))
    assert (there.shrinks_share, there.keep_raw_days, there.late_after_days) == (5, 7, 4)
    assert load(ten_are_missing()).status == HELD
    assert drop_rules.decide(head(), School.get_by_id(glenbeg.id), {"shrinks_share": 0}).shrinks_share == 1


@pytest.mark.parametrize("sent", [(60, 90), (-4, 900), (20, 10)])
def test_no_bounds_go_beyond_half_a_school(rolled_back, sent):
    authority = Authority.select().first()
    after = drop_rules.decide_bounds(head(), authority, {"lost_share": sent})["lost_share"]
    assert 0 <= after.lowest <= after.highest <= UTMOST["lost_share"].highest == 50


def test_what_is_written_down_and_no_longer_known_does_no_harm(glenbeg):
    School.update(drop_rules_text=json.dumps({"lost_share": 7, "of_another_time": 3})).where(School.id == glenbeg.id).execute()
    assert drop_rules.of(School.get_by_id(glenbeg.id)) == DropRules(lost_share=7)


def test_looking_back_asks_the_same_question_of_the_last_drops(glenbeg, load):
    load(bundles.crowd(range(100)))
    load(ten_are_missing())
    past = drop_rules.looking_back(glenbeg, DropRules(shrinks_share=9))
    assert [[one.what for one in each.unusual] for each in past] == [["shrinks"], []]
    assert drop_rules.highest(past)["shrinks"] == Measure("shrinks", 10, 100)
    assert not any(each.unusual for each in drop_rules.looking_back(glenbeg, USUAL))


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_head_reads_and_changes_it_and_it_is_audited(visitor, academy):
    munro = visitor("donald.munro")
    page = munro.get(f"/schools/{academy.id}/drops/rules")
    assert "Pupils who leave the roll" in page and "What always waits" in page
    assert munro.post(f"/schools/{academy.id}/drops/rules", SENT | {"lost_number": "3", "do": "save"}).status == 303
    assert drop_rules.of(School.get_by_id(academy.id)).lost_number == 3
    entry = Audit.select().where(Audit.school == academy, Audit.action == "decided when a drop waits").get()
    assert (json.loads(entry.before), json.loads(entry.after), entry.actor_name) == ({"lost_number": 5}, {"lost_number": 3}, "donald.munro")


def test_trying_numbers_keeps_nothing(visitor, academy):
    page = visitor("donald.munro").post(f"/schools/{academy.id}/drops/rules", SENT | {"lost_number": "3", "do": "show"})
    assert page.status == 200 and "With the numbers that you try" in page and drop_rules.of(School.get_by_id(academy.id)) == USUAL


@pytest.mark.parametrize("wrong", ["", "51", "-1", "ten", "1e9", "999999999999999999999"])
def test_a_number_beyond_the_bounds_is_named_and_nothing_is_kept(visitor, academy, wrong):
    page = visitor("donald.munro").post(f"/schools/{academy.id}/drops/rules", SENT | {"lost_share": wrong, "do": "save"})
    assert page.status == 422 and "from 0 to 50" in page and drop_rules.of(School.get_by_id(academy.id)) == USUAL


def test_the_authority_sets_bounds_and_the_school_reads_them(visitor, academy):
    ross, address = visitor("helen.ross"), f"/authorities/{academy.authority_id}/drops/rules"
    assert "When a drop waits" in ross.get(address)
    sent = {f"{name}_{end}": str(getattr(bound, end)) for name, bound in UTMOST.items() for end in ("lowest", "highest")}
    assert ross.post(address, sent | {"lost_share_lowest": "8", "lost_share_highest": "6"}).status == 422
    assert ross.post(address, sent | {"lost_share_lowest": "2", "lost_share_highest": "6"}).status == 303
    assert drop_rules.of(School.get_by_id(academy.id)).lost_share == 6
    assert "2 to 6" in visitor("donald.munro").get(f"/schools/{academy.id}/drops/rules")
    assert Audit.select().where(Audit.action == "set the bounds for drops").exists()


@pytest.mark.parametrize("username", ["mairi.macleod", "gordon.fraser", "ailsa.reid", "mhairi.nicolson", "priya.sharma", "isobel.grant"])
def test_nobody_else_reads_or_decides(visitor, academy, username):
    somebody = visitor(username)
    for address in (f"/schools/{academy.id}/drops/rules", f"/authorities/{academy.authority_id}/drops/rules"):
        assert somebody.get(address).status == 404 and somebody.post(address, SENT).status == 404
    assert drop_rules.of(School.get_by_id(academy.id)) == USUAL


def test_a_stranger_is_asked_to_sign_in(visitor, academy):
    assert visitor().get(f"/schools/{academy.id}/drops/rules").status == 303


def test_the_page_of_drops_leads_there_for_who_may(visitor, academy):
    link = f"/schools/{academy.id}/drops/rules"
    assert link in visitor("jean.baxter").get(f"/schools/{academy.id}/drops").links
    assert link not in visitor("helen.ross").get(f"/schools/{academy.id}/drops").links


def test_the_newest_drop_remembers_what_was_measured(glenbeg, load):
    drop = Drop.get_by_id(load(bundles.crowd(range(100))).drop_id)
    assert Measure("shrinks", 0, 0) in drop_rules.measures_of(drop) and Measure("set_aside", 0, 100) in drop_rules.measures_of(drop)
