"""Undoing a drop gives nobody access by itself: whom the drop had shut out stays so, until a person or the next drop says otherwise."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glowlite import clock, mis
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.mis.shut_again import NoSuchLink, left_shut
from glowlite.mis.undo import Undoing, newest, undo
from glowlite.models import Audit, Contact, Drop, Journal, KeyDecision, Link, LinkDecision, Pupil, School, User
from glowlite.policy import access_pairs, parenthood
from tests.mis import bundles
from tests.mis.bundles import Bundle, changed
from tests.mis.conftest import Load, said
from tests.mis.test_identity import sees
from tests.mis.test_undo import other

Access = Callable[[], set[str]]

ORDER = ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,Y,Y")
NO_RIGHT = ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,N,N")
BLANK = ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,,N")
NO_LINK = ("0001,C2,Father,2,Y,N\n", "")


def with_links(*swaps: tuple[str, str]) -> Bundle:
    return changed(bundles.everything(), "links.csv", *swaps)


def undo_newest(school: School, **more: Any) -> Undoing:
    return undo(newest(school), by="a test", **more)


def link(school: School, pupil: str, contact: str) -> Link:
    return (Link.select(Link).join(Pupil).switch(Link).join(Contact)
            .where(Pupil.school == school, Pupil.mis_id == pupil, Contact.mis_id == contact).get())


def names(undone: Undoing) -> list[str]:
    return [one.name for one in undone.left_shut]


LATER = {
    "a bit of everything": other(),
    "a court order": with_links(ORDER),
    "a right taken away": with_links(NO_RIGHT),
    "a right no longer on record": with_links(BLANK),
    "a link that is missing": with_links(NO_LINK),
    "a child who is missing": changed(bundles.everything(), "pupils.csv", ("0002,Ben,Bell,01/09/2012,S3\n", "")),
    "an adult who is missing": changed(bundles.everything(), "contacts.csv", ("C2,Rob,Bell,bells@example.org\n", "")),
    "an id that is somebody else's": changed(bundles.everything(), "contacts.csv", ("C1,Mairi,Bell,bells@example.org", "C1,Gus,Ross,gus@example.org")),
    "another child under an id": changed(bundles.everything(), "pupils.csv", ("0003,Cat,Dow,2013-12-24", "0003,Tim,Young,2012-01-31")),
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_undoing_gives_nobody_access_and_says_who_stays_shut_out(load: Load, glenbeg: School, later: Bundle) -> None:
    load(bundles.everything())
    first = access_pairs(glenbeg)
    load(later, despite_brakes=True)
    before = access_pairs(glenbeg)
    tried = undo_newest(glenbeg, keep=False)
    assert first - before and access_pairs(glenbeg) == before
    done = undo_newest(glenbeg)
    assert access_pairs(glenbeg) <= before and done.gained == [] and done.left_shut == tried.left_shut
    assert len([one for one in done.left_shut if one.would_open]) == len(first - before)
    assert json.loads(Audit.get(Audit.action == "drop undone").after)["left shut"] == names(done)


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_the_next_drop_decides_again(load: Load, glenbeg: School, access: Access, later: Bundle) -> None:
    load(bundles.everything())
    first = access()
    load(later, despite_brakes=True)
    undo_newest(glenbeg)
    news = changed(bundles.everything(), "conduct.csv", ("Well done.", "Very well done."))
    assert load(news).status == KEPT and access() == first


@pytest.mark.parametrize(("swap", "why"), [
    (ORDER, "a court order came with this drop"), (NO_RIGHT, "took parental responsibility away"),
    (BLANK, "no longer said that this adult has parental responsibility"), (NO_LINK, "no longer linked the two")])
def test_the_reason_is_named(load: Load, glenbeg: School, swap: tuple[str, str], why: str) -> None:
    load(bundles.everything())
    load(with_links(swap))
    undone = undo_newest(glenbeg, keep=False)
    assert names(undone) == ["Rob Bell – Ann Bell"] and why in undone.left_shut[0].why
    assert undone.sentence == ("Undoing it completely would give 1 adult access again. This one stays shut out until the next drop says "
                               "otherwise, or you say so here.")


def test_everything_else_stands_as_before(load: Load, glenbeg: School) -> None:
    load(bundles.everything())
    load(with_links(("0001,C2,Father,2,Y,N", "0001,C2,Dad,3,Y,Y"), ("0001,C1,Mother,1", "0001,C1,Mum,1")))
    undone = undo_newest(glenbeg)
    father, mother = link(glenbeg, "0001", "C2"), link(glenbeg, "0001", "C1")
    assert (father.relationship, father.priority, father.court_order) == ("Father", 2, True) and mother.relationship == "Mother"
    assert next(one.back for one in undone.counts if one.noun == "links") == 1


def test_who_is_ticked_is_given_access_again_and_nobody_else(load: Load, glenbeg: School, access: Access) -> None:
    load(bundles.everything())
    load(other())
    before, chosen = access(), link(glenbeg, "0002", "C1")
    undone = undo_newest(glenbeg, give_back=frozenset({chosen.id}))
    assert access() - before == {"C1-0002"} and undone.gained == ["Mairi Bell – Ben Bell"] and names(undone) == ["Rob Bell – Ann Bell"]


def test_a_link_that_would_not_be_loosened_cannot_be_named(load: Load, glenbeg: School) -> None:
    load(bundles.everything())
    load(with_links(ORDER))
    with pytest.raises(NoSuchLink, match="gives nobody access by link"):
        undo_newest(glenbeg, give_back=frozenset({link(glenbeg, "0001", "C2").id, link(glenbeg, "0003", "C3").id}))


def test_a_restriction_on_who_would_see_nothing_anyway_stays_too(load: Load, glenbeg: School) -> None:
    load(with_links(NO_RIGHT))
    load(with_links(("0001,C2,Father,2,Y,N", "0001,C2,Father,2,N,Y")))
    undone = undo_newest(glenbeg)
    assert [one.would_open for one in undone.left_shut] == [False] and link(glenbeg, "0001", "C2").court_order is True
    assert undone.sentence == "Restrictions that came with it stay in force until the next drop says otherwise."


@pytest.mark.parametrize(("before", "after", "column", "stays"), [
    ("0001,C2,Father,2,Y,", "0001,C2,Father,2,Y,Y", "court_order", True), ("0001,C2,Father,2,,N", "0001,C2,Father,2,N,N", "parental_responsibility", False)])
def test_what_was_not_known_before_does_not_wash_a_restriction_away(load: Load, glenbeg: School, before: str, after: str, column: str, stays: bool) -> None:
    load(with_links(("0001,C2,Father,2,Y,N", before)))
    load(with_links(("0001,C2,Father,2,Y,N", after)))
    undo_newest(glenbeg)
    assert getattr(link(glenbeg, "0001", "C2"), column) is stays


def test_a_doctor_whose_link_was_missing_is_a_contact_again(load: Load, glenbeg: School) -> None:
    load(with_links(NO_RIGHT))
    load(with_links(NO_LINK))
    undone = undo_newest(glenbeg)
    assert not undone.left_shut and link(glenbeg, "0001", "C2").gone is None


# --- what comes after it ----------------------------------------------------------------------------------


def test_the_bytes_of_before_wait_for_a_person_while_somebody_is_left_shut_out(load: Load, glenbeg: School, access: Access) -> None:
    load(bundles.everything())
    load(with_links(ORDER))
    undo_newest(glenbeg)
    report = load(bundles.everything())
    assert report.status == HELD and said(report, "These are the very files of drop") and "C2-0001" not in access()


def test_a_drop_that_waited_from_before_cannot_give_access_either(load: Load, glenbeg: School, access: Access, waiting_room: Path) -> None:
    load(bundles.crowd())
    old = Drop.get_by_id(load(bundles.crowd(range(9))).drop_id)
    load(changed(bundles.crowd(), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y")))
    undo_newest(glenbeg)
    report = mis.release(old, by="a test", waiting_room=waiting_room)
    assert report.status == REFUSED and said(report, "has taken access away") and "C003-P003" not in access()


def test_undoing_the_drop_before_it_too_gives_no_access_either(load: Load, glenbeg: School, access: Access) -> None:
    load(bundles.everything())
    load(with_links(("0001,C2,Father,2,Y,N", "0001,C2,Father,3,Y,N"), ("0003,C3,Mother,1", "0003,C3,Mother,2")))
    load(with_links(("0001,C2,Father,2,Y,N", "0001,C2,Father,4,Y,Y"), ("0003,C3,Mother,1,Y,N\n", "")))
    undo_newest(glenbeg)
    undo_newest(glenbeg, give_back="all")
    father = link(glenbeg, "0001", "C2")
    assert (father.priority, father.court_order) == (2, True) and access() == {"C1-0001", "C1-0002"}
    undo_newest(glenbeg, give_back="all")
    assert access() == set() and link(glenbeg, "0001", "C2").gone == clock.today()


def test_undoing_the_next_drop_gives_no_access_either(load: Load, glenbeg: School, access: Access) -> None:
    load(bundles.everything())
    load(with_links(ORDER, ("0003,C3,Mother,1,Y,N\n", "")))
    undo_newest(glenbeg)
    load(changed(bundles.everything(), "conduct.csv", ("Well done.", "Very well done.")))
    assert {"C2-0001", "C3-0003"} <= access()
    undo_newest(glenbeg)
    assert access() == {"C1-0001", "C1-0002"}


def test_what_an_undone_drop_still_shuts_is_known_until_the_next_one(load: Load, glenbeg: School) -> None:
    load(bundles.everything())
    load(with_links(ORDER))
    drop = newest(glenbeg)
    undo_newest(glenbeg)
    assert left_shut(drop) == ["Rob Bell – Ann Bell"]
    load(changed(bundles.everything(), "conduct.csv", ("Well done.", "Very well done.")))
    assert left_shut(drop) == []


def test_a_first_load_undone_leaves_nothing_behind(load: Load, glenbeg: School) -> None:
    load(bundles.everything())
    undone = undo_newest(glenbeg)
    assert not undone.left_shut and not Link.select().join(Pupil).where(Pupil.school == glenbeg).exists()
    assert not Journal.select().where(Journal.drop == undone.drop).exists()


# --- where somebody has decided ---------------------------------------------------------------------------


def test_an_order_that_ended_what_the_head_had_opened_stays(load: Load, glenbeg: School, access: Access) -> None:
    load(with_links(NO_RIGHT))
    father = link(glenbeg, "0001", "C2")
    LinkDecision.create(link=father, opens=True, reason="seen", review_on=clock.today(), order_then=False, at=clock.now(), by="the head")
    parenthood.settle(glenbeg)
    assert "C2-0001" in access()
    load(with_links(("0001,C2,Father,2,Y,N", "0001,C2,Father,2,N,Y")))
    assert "C2-0001" not in access()
    undone = undo_newest(glenbeg)
    assert "C2-0001" not in access() and names(undone) == ["Rob Bell – Ann Bell"]


@pytest.fixture
def one_for_each_child(glenbeg: School) -> None:
    KeyDecision.create(authority=glenbeg.authority, school=glenbeg, topic=parenthood.PARENTS, at=clock.now(), by="the head", reason="",
                       value_text='{"rules": [{"opens": "one"}]}')


def test_where_one_adult_counts_the_one_who_counts_now_goes_on(load: Load, glenbeg: School, access: Access, one_for_each_child: None) -> None:
    load(bundles.everything())
    assert "C1-0001" in access() and "C2-0001" not in access()
    load(with_links(("0001,C1,Mother,1,Y,N", "0001,C1,Mother,1,Y,Y")))
    assert "C2-0001" in access()
    undone = undo_newest(glenbeg)
    assert names(undone) == ["Mairi Bell – Ann Bell"] and "C2-0001" in access() and "C1-0001" not in access() and undone.lost == []


def test_where_one_adult_counts_another_order_of_ringing_gives_no_access(load: Load, glenbeg: School, access: Access, one_for_each_child: None) -> None:
    load(bundles.everything())
    load(with_links(("0001,C1,Mother,1,Y,N", "0001,C1,Mother,3,Y,N")))
    before = access()
    undone = undo_newest(glenbeg)
    assert access() <= before and [one.why for one in undone.left_shut] == ["the school’s rule on who counts as a parent said otherwise after it"]


def test_where_one_adult_counts_a_drop_that_waits_puts_nobody_in_the_place_of_another(load: Load, glenbeg: School, access: Access, waiting_room: Path,
                                                                                      one_for_each_child: None) -> None:
    load(bundles.everything())
    assert "C1-0001" in access() and "C2-0001" not in access()
    order = with_links(("0001,C1,Mother,1,Y,N", "0001,C1,Mother,1,Y,Y")) | {"pupils.csv": "id,forename,surname\n"}
    held = load(order)
    assert held.status == HELD and not access() & {"C1-0001", "C2-0001"}
    assert mis.release(Drop.get_by_id(held.drop_id), by="a test", waiting_room=waiting_room).status == KEPT and link(glenbeg, "0001", "C2").gone is None


# --- people -----------------------------------------------------------------------------------------------


def test_a_parent_under_an_order_sees_nothing_after_the_drop_that_brought_it_is_undone(load: Load, glenbeg: School, account: Callable[[str], User]) -> None:
    load(bundles.everything())
    rob = account("C2")
    assert sees(rob) == {"Ann Bell"}
    load(with_links(ORDER))
    undo_newest(glenbeg)
    assert sees(rob) == set()


# --- the same bundle again --------------------------------------------------------------------------------


def test_the_bundle_that_was_undone_waits_when_it_comes_again_and_says_why(load: Load, glenbeg: School, access: Access) -> None:
    load(bundles.everything())
    load(with_links(("0001,C2,Father,2", "0001,C2,Father,3")))
    drop = newest(glenbeg)
    undo(drop, by="jean.baxter")
    before = access()
    report = load(with_links(("0001,C2,Father,2", "0001,C2,Father,3")))
    assert report.status == HELD and [problem.message for problem in report.brakes()] == [
        f"This bundle is the one that jean.baxter undid on 19 November 2026 at {clock.local(Drop.get_by_id(drop.id).undone):%H:%M} (drop {drop.id}). "
        "Let it in only if that was a mistake, or if it is right by now. The drop waits for a person."]
    assert access() == before and link(glenbeg, "0001", "C2").priority == 2


def test_it_waits_also_when_another_has_come_between(load: Load, glenbeg: School) -> None:
    load(bundles.everything())
    load(with_links(ORDER))
    undo_newest(glenbeg)
    load(changed(bundles.everything(), "conduct.csv", ("Well done.", "Very well done.")))
    assert said(load(with_links(ORDER)), "is the one that a test undid")


def test_once_let_in_it_is_a_bundle_like_any_other(load: Load, glenbeg: School, waiting_room: Path) -> None:
    later = with_links(("0001,C2,Father,2", "0001,C2,Father,3"))
    load(bundles.everything())
    load(later)
    undo_newest(glenbeg)
    held = Drop.get_by_id(load(later).drop_id)
    assert load(later).drop_id == held.id  # the next night it is the same one that waits
    assert mis.release(held, by="a test", waiting_room=waiting_room).status == KEPT and link(glenbeg, "0001", "C2").priority == 3
    assert said(load(later), "the very same files as drop")


def test_a_restriction_in_it_acts_at_once_though_it_waits(load: Load, glenbeg: School, access: Access) -> None:
    load(bundles.everything())
    load(with_links(ORDER))
    undo_newest(glenbeg, give_back="all")
    assert "C2-0001" in access()
    assert load(with_links(ORDER)).status == HELD and "C2-0001" not in access()
