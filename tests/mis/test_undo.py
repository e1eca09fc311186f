"""Undoing the newest drop: everything from the MIS stands as before it, and what people have done since stays."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from glowlite import clock, mis
from glowlite.mis.report import HELD, KEPT
from glowlite.mis.rows import NOUNS
from glowlite.mis.shut_again import ALL
from glowlite.mis.undo import NothingToUndo, newest, undo
from glowlite.models import (
    Agreement,
    AgreementText,
    Audit,
    Conduct,
    Contact,
    Drop,
    Group,
    GroupPage,
    Journal,
    Link,
    LinkDecision,
    Post,
    Pupil,
    Reading,
    School,
    User,
)
from tests.mis import bundles
from tests.mis.bundles import changed, without
from tests.mis.conftest import Load, total, whole_database

Access = Callable[[], set[str]]
MODELS = [School, *(noun.model for noun in NOUNS if noun.model)]


def from_the_mis() -> dict[str, list[Any]]:
    """Every row that drops write, but for the stamp of the school, which only ever grows."""
    return {model._meta.table_name: sorted([{**row, "stamp": 0} for row in model.select().dicts()], key=repr) for model in MODELS}


def undo_newest(school: School, **more: Any) -> Any:
    """Completely, unless something else is said."""
    return undo(newest(school), by="a test", **{"give_back": ALL} | more)


def other() -> bundles.Bundle:
    """The sound bundle with something new, something changed and something gone in nearly every file."""
    found = changed(bundles.everything(), "pupils.csv", ("0002,Ben,Bell,01/09/2012,S3\n", "0004,Dan,Dow,2012-02-02,S3\n"), ("Cat", "Cath"))
    found = changed(found, "links.csv", ("0002,C1,Mother,1,Y,N\n", "0004,C3,Mother,1,Y,N\n"), ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,Y,Y"))
    found = changed(found, "marks.csv", ("0001,2026-11-16,PM,10", "0001,2026-11-16,PM,20"), ("0002,2026-11-16,AM,10\n", "0004,2026-11-17,AM,10\n"))
    found = changed(found, "memberships.csv", ("1-EN,0002\n", "1-EN,0004\n"))
    found = changed(found, "school.csv", ("Glenbeg Academy", "Glenbeg High"))
    found = changed(found, "calendar.csv", ("X1,holiday", "X2,holiday"))
    found = changed(found, "conduct.csv", ("Well done.", "Very well done."))
    return changed(found, "results.csv", ("R1,0001,English,Essay,2026-11-02,17,20", "R1,0003,English,Essay,2026-11-02,19,"))


# --- completely -------------------------------------------------------------------------------------------


def kept_with(load: Load, bundle: bundles.Bundle, **more: Any) -> None:
    assert load(bundle, **more).status == KEPT


def test_a_first_load_is_undone_completely(load: Load, glenbeg: School, access: Access) -> None:
    before = from_the_mis()
    kept_with(load, bundles.everything())
    undone = undo_newest(glenbeg)
    assert from_the_mis() == before and access() == set()
    assert undone.total("removed") > 20 and undone.total("back") == 1 and not undone.total("ended")


def test_a_changed_drop_is_undone_completely(load: Load, glenbeg: School, access: Access) -> None:
    kept_with(load, bundles.everything())
    before, seen = from_the_mis(), access()
    kept_with(load, other())
    assert access() != seen
    undone = undo_newest(glenbeg)
    assert from_the_mis() == before and access() == seen and undone.total("back") and undone.total("removed")


def test_a_shrinking_drop_that_was_let_in_is_undone_completely(load: Load, glenbeg: School, access: Access, waiting_room: Any) -> None:
    kept_with(load, bundles.crowd())
    before, seen = from_the_mis(), access()
    held = load(bundles.crowd(range(5)))
    assert held.status == HELD
    assert mis.release(Drop.get_by_id(held.drop_id), by="a test", waiting_room=waiting_room).status == KEPT
    assert len(access()) == 5
    undone = undo_newest(glenbeg)
    assert from_the_mis() == before and access() == seen and len(undone.gained) == 15
    assert Drop.get_by_id(held.drop_id).status == "released"


def test_an_empty_file_that_ended_everybody_is_undone_completely(load: Load, glenbeg: School) -> None:
    kept_with(load, bundles.with_marks())
    before = from_the_mis()
    kept_with(load, changed(bundles.with_marks(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", "")) | {"marks.csv": "pupil_id,day,session,code\n"},
              despite_brakes=True)
    undo_newest(glenbeg)
    assert from_the_mis() == before


def test_everybody_who_was_ended_comes_back_with_the_next_load(load: Load, access: Access) -> None:
    kept_with(load, bundles.family())
    seen = access()
    kept_with(load, {name: f"{str(text).splitlines()[0]}\n" for name, text in bundles.family().items()}, despite_brakes=True)
    assert access() == set()
    kept_with(load, {name: f"{text}\n" for name, text in bundles.family().items()}, despite_brakes=True)
    assert access() == seen


def test_one_drop_after_another_can_be_undone_back_to_the_beginning(load: Load, glenbeg: School) -> None:
    stood = []
    for bundle in (bundles.family(), bundles.everything(), other(), bundles.everything()):
        stood.append(from_the_mis())
        kept_with(load, bundle, despite_brakes=True)
    for before in reversed(stood):
        undo_newest(glenbeg)
        assert from_the_mis() == before
    assert newest(glenbeg) is None


def test_the_same_files_can_be_let_in_again_after_an_undo(load: Load, glenbeg: School, access: Access, waiting_room: Any) -> None:
    kept_with(load, bundles.everything())
    before = access()
    kept_with(load, other())
    stood, seen = from_the_mis(), access()
    undo_newest(glenbeg)
    held = load(other())
    assert held.status == HELD and access() == before - {"C2-0001"}  # an order is in it, and acts at once
    again = mis.release(Drop.get_by_id(held.drop_id), by="a test", waiting_room=waiting_room)
    assert again.status == KEPT and total(again) and access() == seen
    assert {name: len(rows) for name, rows in from_the_mis().items()} == {name: len(rows) for name, rows in stood.items()}


def test_the_files_before_load_again_after_an_undo(load: Load, glenbeg: School) -> None:
    kept_with(load, bundles.everything())
    kept_with(load, other())
    undo_newest(glenbeg)
    report = load(bundles.everything())
    assert report.status == KEPT and not total(report)


def test_an_id_that_a_wrong_bundle_gave_the_school_is_taken_back(load: Load, glenbeg: School) -> None:
    kept_with(load, {"school.csv": "id,name\nH7,Hillend High\n"} | bundles.family())
    assert School.get_by_id(glenbeg.id).mis_id == "H7"
    undo_newest(glenbeg)
    assert School.get_by_id(glenbeg.id).mis_id is None and load(bundles.everything()).status == KEPT


def test_another_school_is_not_touched(load: Load, glenbeg: School) -> None:
    hillend = School.create(authority=glenbeg.authority, code="hillend", name="Hillend")
    load(bundles.with_marks(), code="hillend")
    before = from_the_mis()
    kept_with(load, bundles.with_marks(), despite_brakes=True)
    undo_newest(glenbeg)
    assert from_the_mis() == before and newest(hillend)


def test_a_record_whose_id_was_somebody_else_s_has_it_back(load: Load, glenbeg: School, access: Access, account: Callable[[str], User]) -> None:
    kept_with(load, bundles.everything())
    before, seen = from_the_mis(), access()
    user = account("C3")
    stranger = changed(bundles.everything(), "contacts.csv", ("C3,Flora,Dow,", "C3,Zoe,Young,zoe@example.org"))
    stranger = changed(stranger, "pupils.csv", ("0003,Cat,Dow,2013-12-24", "0003,Tim,Young,2012-01-31"))
    kept_with(load, stranger, despite_brakes=True)
    assert before != from_the_mis() and user.as_contact.get().contact.name == "Flora Dow"
    undo_newest(glenbeg)
    assert from_the_mis() == before and access() == seen


# --- trying first -----------------------------------------------------------------------------------------


def test_a_dry_run_keeps_nothing_and_says_the_same(load: Load, glenbeg: School, account: Callable[[str], User]) -> None:
    kept_with(load, bundles.everything())
    kept_with(load, other())
    key = account("C3").session_key
    before = whole_database()
    tried = undo_newest(glenbeg, keep=False)
    assert whole_database() == before and User.get(User.name == "C3").session_key == key and tried.as_json()["status"] == "dry-run"
    done = undo_newest(glenbeg)
    assert (tried.counts, tried.gained, tried.lost) == (done.counts, done.gained, done.lost) and done.as_json()["status"] == "undone"


def test_who_gains_and_who_loses_is_named(load: Load, glenbeg: School) -> None:
    kept_with(load, bundles.everything())
    kept_with(load, other())
    undone = undo_newest(glenbeg, keep=False)
    assert undone.left_shut == [] and undone.gained == ["Mairi Bell – Ben Bell", "Rob Bell – Ann Bell"] and undone.lost == ["Flora Dow – Dan Dow"]


# --- what people have done since --------------------------------------------------------------------------


@pytest.fixture
def lived(load: Load, glenbeg: School, account: Callable[[str], User]) -> Iterator[User]:
    """After a first load: an account that signed in, accepted, read and was decided about; a class page and a post in it."""
    kept_with(load, bundles.everything())
    user = account("C1")
    user.set_password("a long password")
    ann = Pupil.get(Pupil.school == glenbeg, Pupil.mis_id == "0001")
    Reading.write(user.id, ann.id, "child")
    Agreement.create(user=user, text=AgreementText.select().first(), at=clock.now())
    group = Group.get(Group.school == glenbeg)
    GroupPage.arrange(group, True, [])
    Post.create(authority=glenbeg.authority, school=glenbeg, group=group, author=user, author_name="Somebody", title="News", changed=clock.now())
    link = Link.get(Link.pupil == ann, Link.contact == Contact.get(Contact.school == glenbeg, Contact.mis_id == "C1"))
    LinkDecision.create(link=link, opens=True, reason="seen", review_on=clock.today(), at=clock.now(), by="the head")
    return user


def test_what_people_have_done_stays_and_opens_nothing(lived: User, glenbeg: School, access: Access) -> None:
    had = {model: list(model.select().dicts()) for model in (Reading, Agreement, Post, GroupPage)}
    key = User.get_by_id(lived.id).session_key
    undone = undo_newest(glenbeg)
    assert {model: list(model.select().dicts()) for model in had} == had
    assert access() == set() and undone.lost and undone.total("ended") == 4  # Ann, her mother, their link, the class
    user = User.get_by_id(lived.id)
    assert user.has_password("a long password") and user.session_key != key and user.as_contact.count() == 1
    ended = [Pupil.get(Pupil.school == glenbeg), Contact.get(Contact.school == glenbeg), Group.get(Group.school == glenbeg)]
    assert [row.gone for row in ended] == [clock.today()] * 3 and LinkDecision.get().link.gone == clock.today()


def test_a_pupil_who_was_never_there_has_no_grace_of_a_leaver(load: Load, glenbeg: School, account: Callable[[str], User], access: Access) -> None:
    header, rest = bundles.PUPILS.split("\n", 1)
    left = clock.today().isoformat()
    kept_with(load, bundles.family() | {"pupils.csv": f"{header},left\n" + rest.replace("S1\n", f"S1,{left}\n").replace("S3\n", f"S3,{left}\n")})
    assert "C1-0001" in access()
    Reading.write(account("C1").id, Pupil.get(Pupil.school == glenbeg, Pupil.mis_id == "0001").id, "child")
    Pupil.update(parents_until="2027-12-31").where(Pupil.school == glenbeg).execute()
    undo_newest(glenbeg)
    assert access() == set()


def test_the_head_s_word_about_a_link_survives(load: Load, glenbeg: School, access: Access) -> None:
    kept_with(load, bundles.family())
    kept_with(load, changed(bundles.family(), "links.csv", ("0001,C2,Father,2", "0001,C2,Father,3")))
    link = Link.get(Link.contact == Contact.get(Contact.school == glenbeg, Contact.mis_id == "C2"))
    LinkDecision.create(link=link, opens=False, reason="seen", review_on=clock.today(), order_then=False, at=clock.now(), by="the head")
    undo_newest(glenbeg)
    link = Link.get_by_id(link.id)
    assert (link.priority, link.head_says) == (2, "shut") and "C2-0001" not in access()


def test_rows_that_are_kept_ended_come_back_with_the_next_load(lived: User, load: Load, glenbeg: School, access: Access) -> None:
    undo_newest(glenbeg)
    assert load(other()).status == KEPT and "C1-0001" in access()
    undo_newest(glenbeg)
    assert access() == set()


def test_who_loses_access_is_signed_out_and_nobody_else(load: Load, glenbeg: School, account: Callable[[str], User]) -> None:
    kept_with(load, without(bundles.everything(), "marks.csv"))
    kept_with(load, changed(other(), "links.csv", ("0001,C1,Mother,1", "0001,C1,Mum,1")))
    mairi, flora = account("C1"), account("C3")
    undo_newest(glenbeg)
    assert User.get_by_id(flora.id).session_key != flora.session_key and User.get_by_id(mairi.id).session_key == mairi.session_key


# --- restrictions of a held drop --------------------------------------------------------------------------


def shut_by_a_held_drop(load: Load) -> None:
    held = load(changed(bundles.crowd(range(9)), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,Y")))
    assert held.status == HELD


def test_a_restriction_that_a_held_drop_set_stays(load: Load, glenbeg: School, access: Access) -> None:
    kept_with(load, bundles.crowd(cells="Y,N,1", header="pupil_id,contact_id,parental_responsibility,court_order,priority"))
    kept_with(load, bundles.crowd(cells="Y,N,2", header="pupil_id,contact_id,parental_responsibility,court_order,priority"))
    shut_by_a_held_drop(load)
    assert newest(glenbeg) and "C003-P003" not in access()
    undo_newest(glenbeg)
    link = Link.get(Link.pupil == Pupil.get(Pupil.school == glenbeg, Pupil.mis_id == "P003"))
    assert (link.priority, link.court_order) == (1, True) and len(access()) == 19
    undo_newest(glenbeg)
    assert access() == set() and Link.get_by_id(link.id).gone == clock.today()


def test_a_link_that_a_held_drop_shut_ends_with_the_drop_that_made_it(load: Load, glenbeg: School, access: Access) -> None:
    kept_with(load, bundles.crowd())
    shut_by_a_held_drop(load)
    undone = undo_newest(glenbeg)
    assert access() == set() and undone.total("ended") == 3 and Pupil.select().where(Pupil.school == glenbeg).count() == 1


# --- which drop -------------------------------------------------------------------------------------------


def test_only_the_newest_kept_drop_is_undone(load: Load, glenbeg: School) -> None:
    kept_with(load, bundles.family())
    first = newest(glenbeg)
    kept_with(load, bundles.everything())
    with pytest.raises(NothingToUndo, match="is not the newest"):
        undo(first, by="a test")


def test_a_drop_is_undone_once(load: Load, glenbeg: School) -> None:
    kept_with(load, bundles.family())
    drop = newest(glenbeg)
    undo(drop, by="a test")
    with pytest.raises(NothingToUndo, match="which has none"):
        undo(drop, by="a test")
    drop = Drop.get_by_id(drop.id)
    assert (drop.status, drop.undone_by) == ("undone", "a test") and drop.undone and not Journal.select().where(Journal.drop == drop).exists()
    assert Audit.select().where(Audit.action == "drop undone", Audit.subject == f"drop {drop.id}").count() == 1


def test_a_refused_or_held_drop_since_does_not_stop_it(load: Load, glenbeg: School) -> None:
    before = from_the_mis()
    kept_with(load, bundles.crowd())
    load({"pupils.csv": ""})
    load(bundles.crowd(range(9)))
    undo_newest(glenbeg)
    assert from_the_mis() == before


def test_a_journal_of_an_older_version_is_enough(load: Load, glenbeg: School) -> None:
    kept_with(load, bundles.everything())
    kept_with(load, other())
    for entry in Journal.select().where(Journal.drop == newest(glenbeg), Journal.table == "pupils"):
        text = entry.before.replace('"photo_consent"', '"forgotten"')
        Journal.update(before=text).where(Journal.id == entry.id).execute()
    undo_newest(glenbeg)
    assert {pupil.known_as or pupil.forename for pupil in Pupil.select().where(Pupil.school == glenbeg, Pupil.gone.is_null())} == {"Ann", "Ben", "Cat"}


def test_a_comment_that_changes_back_is_looked_at_anew(load: Load, glenbeg: School) -> None:
    kept_with(load, changed(bundles.everything(), "conduct.csv", ("Well done.", "Ben Bell was rude.")))
    kept_with(load, bundles.everything())
    assert Conduct.get(Conduct.school == glenbeg).names_other is False
    undo_newest(glenbeg)
    entry = Conduct.get(Conduct.school == glenbeg)
    assert (entry.comment, entry.names_other) == ("Ben Bell was rude.", True)
