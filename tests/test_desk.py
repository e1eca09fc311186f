"""The hand-over desk: an adult is found in a few letters, and nothing is signed or given before somebody has looked who it is."""

import json
import re
from datetime import timedelta

import pytest

from glowlite import agreement, clock
from glowlite.models import (
    AccessCode,
    Agreement,
    Approval,
    Audit,
    Contact,
    HandOver,
    KeyDecision,
    SignOff,
    Switch,
    Training,
    TrainingPlace,
)
from glowlite.models.school import Place
from glowlite.rollout import codes, desk, letters, signing, steps
from tests import kilmorran
from tests.test_letters import Silent, chosen, restrict, user

A_PASSPORT = "A passport"


@pytest.fixture
def baxter(visitor, academy):
    """Jean Baxter at the desk; baxter.do("karen.fraser", "identity", looked=…) presses a button."""
    jean = visitor("jean.baxter")
    jean.page = lambda name: jean.get(f"/schools/{academy.id}/desk/{user(name).id}")
    jean.do = lambda name, thing, **fields: jean.post(f"/schools/{academy.id}/desk/{user(name).id}/{thing}", fields)
    jean.find = lambda typed: jean.get(f"/schools/{academy.id}/desk?q={typed}")
    return jean


@pytest.fixture
def jean(site):
    with site.app_context():
        yield user("jean.baxter")


@pytest.fixture
def letter(jean, academy):
    """Karen Fraser's letter lies ready."""
    return letters.make(jean, academy, chosen("karen.fraser"), letters.LISTED, Silent())


@pytest.fixture
def new_version(academy):
    place = Place(academy.authority)
    agreement.save_draft(user("helen.ross"), place, "Be kind.")
    return agreement.publish(user("helen.ross"), place)


@pytest.fixture
def tonight(academy):
    return Training.create(school=academy, title="First steps", starts=clock.now() + timedelta(hours=3), place="Library", places=1)


def code_on(page):
    return re.search(r"<code>([A-Z0-9-]{14})</code>", page.text)[1]


def test_the_desk_alone_may_ask_for_the_camera(baxter, academy):
    pages = {address: baxter.get(address).headers["Permissions-Policy"] for address in ("/", f"/schools/{academy.id}/desk", f"/schools/{academy.id}/people")}
    assert [address for address, policy in pages.items() if "camera=(self)" in policy] == [f"/schools/{academy.id}/desk"]
    assert all("microphone=()" in policy for policy in pages.values())


# --- finding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["karen", "fras", "isla", "isla+fraser", "fraser+3a", "KAREN+3A"])
def test_an_adult_is_found_by_name_child_or_class(baxter, typed):
    assert "Karen Fraser" in baxter.find(typed)


def test_a_restricted_link_leads_to_nobody(baxter):
    """Gordon Fraser may see Ewan. He is not found by Isla, and Isla does not stand beside him."""
    assert "Gordon Fraser" not in baxter.find("isla") and "Gordon Fraser" in baxter.find("ewan")
    gordon = baxter.find("gordon+fraser")
    assert "Ewan" in gordon and "Isla" not in gordon


def test_the_desk_shows_no_surname_of_a_child_no_address_and_no_telephone(baxter, academy):
    page = baxter.page("tomasz.kowalski").text + baxter.find("kowalski").text
    contact = Approval.get(Approval.user == user("tomasz.kowalski")).contact
    assert "Zofia" in page and "Kowalska" not in page
    assert not [word for word in (contact.address, contact.postcode, contact.email, contact.mobile) if word and word in page]


def test_who_could_have_an_account_is_told_apart_from_who_could_not(baxter, academy):
    Approval.delete().where(Approval.user == user("tomasz.kowalski")).execute()
    assert "no account yet" in baxter.find("tomasz")
    assert "Alasdair Beaton" not in baxter.find("beaton") and "Nobody with an account fits" in baxter.find("beaton")


def test_many_are_cut_short_and_it_is_said(baxter):
    page = baxter.find("m")
    assert "There are more" in page and page.text.count("<strong>") == desk.MOST


def test_finding_takes_as_many_queries_for_many_as_for_few(counted, academy):
    with counted() as few:
        desk.find(academy, "karen")
    with counted() as many:
        desk.find(academy, "m")
    assert len(few) == len(many) <= 4


# --- the four things, in order ------------------------------------------------------------------------------------------


def test_each_thing_is_one_press_and_written_down(baxter, letter, new_version, tonight, academy):
    """Five presses for one adult, the one for the next included."""
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    baxter.do("karen.fraser", "agreement")
    baxter.do("karen.fraser", "letter")
    baxter.do("karen.fraser", "training", training=str(tonight.id))
    page, karen = baxter.page("karen.fraser"), user("karen.fraser")
    assert page.text.count('class="opens"') == 4 and 'class="main" href' in page.text
    row = HandOver.get(HandOver.user == karen)
    assert (row.identity, row.how, row.by) == (A_PASSPORT, "letter", "Jean Baxter") and row.given
    assert Agreement.get(Agreement.user == karen, Agreement.text == new_version).witness == "Jean Baxter"
    assert TrainingPlace.get(TrainingPlace.user == karen, TrainingPlace.training == tonight).came
    told = {row.action for row in Audit.select().where(Audit.actor == user("jean.baxter"))}
    assert {"checked identity", "handed over"} <= told


@pytest.mark.parametrize(("thing", "fields"), [("agreement", {}), ("letter", {}), ("code", {}), ("training", {"training": "1"})])
def test_nothing_comes_before_a_look_at_who_it_is(baxter, letter, new_version, tonight, thing, fields):
    made = AccessCode.select().count()
    assert baxter.do("karen.fraser", thing, **fields).status == 303
    assert "First look who it is." in baxter.page("karen.fraser")
    assert not HandOver.select().exists() and not TrainingPlace.select().exists() and AccessCode.select().count() == made
    assert not Agreement.select().where(Agreement.text == new_version).exists()


def test_a_look_counts_for_that_day_only(baxter, letter):
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    HandOver.update(at=clock.now() - timedelta(days=1)).execute()
    baxter.do("karen.fraser", "letter")
    assert not HandOver.select().where(HandOver.given.is_null(False)).exists()


def test_what_counts_as_proof_is_what_the_school_decided(baxter, academy):
    value = {"ways": ["collected"], "days": 30, "identity": "A library card or two bills"}
    KeyDecision.create(authority=academy.authority, school=academy, topic="handing-out", value_text=json.dumps(value), at=clock.now(), by="test")
    page = baxter.page("karen.fraser")
    assert "A library card" in page and "Two bills" in page and A_PASSPORT not in page
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    assert not HandOver.select().exists()


def test_a_code_made_at_the_desk_works_and_ends_the_letter(baxter, letter, academy, pupil):
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    page = baxter.do("karen.fraser", "code")
    born = pupil("000104").born
    assert page.status == 200 and "no-store" in page.headers["Cache-Control"] and "<svg" in page and born.strftime("%d/%m/%Y") not in page
    assert codes.check(code_on(page), born).how == "desk"
    alive = AccessCode.select().where(AccessCode.user == user("karen.fraser"), codes.alive())
    assert [row.how for row in alive] == ["desk"] and HandOver.get().how == "code"


def test_a_letter_whose_code_is_dead_cannot_be_taken(baxter, letter):
    AccessCode.update(expires=clock.now() - timedelta(minutes=1)).execute()
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    assert "Has the letter in hand" not in baxter.page("karen.fraser")
    baxter.do("karen.fraser", "letter")
    assert "no letter that still works" in baxter.page("karen.fraser") and HandOver.get().given is None


def test_a_training_of_another_day_is_not_noted(baxter, tonight):
    Training.update(starts=clock.now() + timedelta(days=1)).execute()
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    baxter.do("karen.fraser", "training", training=str(tonight.id))
    assert not TrainingPlace.select().exists() and "No training is arranged for today" in baxter.page("karen.fraser")


def test_the_evidence_of_step_nine_counts_what_was_given_not_what_was_looked_at(baxter, letter, academy):
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    assert "handed over" not in " ".join(one.what for one in steps.of_school(academy)[8].evidence)
    baxter.do("karen.fraser", "letter")
    assert "1 handed over at the desk" in [one.what for one in steps.of_school(academy)[8].evidence]


# --- what stops it ---------------------------------------------------------------------------------------------------------


def test_a_restriction_stops_the_hand_over_and_shows_nothing_of_the_child(baxter, letter):
    baxter.do("karen.fraser", "identity", looked=A_PASSPORT)
    restrict("karen.fraser", "000104")
    restrict("karen.fraser", "000105")
    page = baxter.page("karen.fraser")
    assert "take this aside" in page and "Isla" not in page and "Ewan" not in page and "3A" not in page and len(page.forms) == 1
    for thing in ("identity", "agreement", "letter", "code", "training"):
        baxter.do("karen.fraser", thing, looked=A_PASSPORT)
    assert [row.given for row in HandOver.select()] == [None] and not AccessCode.select().where(AccessCode.how == "desk").exists()
    assert "Isla" not in baxter.find("karen")


def test_a_restriction_about_one_child_hides_that_child(baxter):
    restrict("karen.fraser", "000104")
    page = baxter.page("karen.fraser")
    assert "Ewan" in page and "Isla" not in page and "take this aside" not in page


def test_a_locked_account_and_a_switch_that_is_off_stop_it(baxter, academy):
    baxter.do("tomasz.kowalski", "identity", looked=A_PASSPORT)
    user("karen.fraser").lock()
    assert "take this aside" in baxter.page("karen.fraser")
    Switch.create(authority=academy.authority, school=academy, is_on=False, at=clock.now(), by="test")
    assert "take this aside" in baxter.page("tomasz.kowalski")
    baxter.do("tomasz.kowalski", "code")
    assert not AccessCode.select().exists()


def test_while_the_check_is_open_the_desk_serves_the_first_adult_only(baxter, academy):
    SignOff.delete().where(SignOff.school == academy, SignOff.step == signing.CHECK).execute()
    for name in ("tomasz.kowalski", "mairi.macleod"):
        baxter.do(name, "identity", looked=A_PASSPORT)
    assert baxter.do("tomasz.kowalski", "code").status == 303 and "Nothing shows that should not" in baxter.page("tomasz.kowalski")
    assert not AccessCode.select().exists() and not HandOver.select().where(HandOver.given.is_null(False)).exists()
    assert baxter.do("mairi.macleod", "code").status == 200


# --- who may ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["isobel.grant", "margaret.sinclair", "helen.ross", "ailsa.reid", "priya.sharma", "gordon.fraser", "karen.fraser", None])
def test_the_desk_is_for_head_and_office_of_this_school(visitor, academy, letter, username):
    somebody, karen, refused = visitor(username), user("karen.fraser").id, 404 if username else 303
    for path in ("", "?q=isla", f"/{karen}"):
        seen = somebody.get(f"/schools/{academy.id}/desk{path}")
        assert seen.status == refused and "Isla" not in seen
    for thing in ("identity", "agreement", "letter", "code", "training"):
        assert somebody.post(f"/schools/{academy.id}/desk/{karen}/{thing}", {"looked": A_PASSPORT}).status == refused
    assert not HandOver.select().exists() and AccessCode.select().count() == 1


@pytest.mark.parametrize("username", ["nasreen.hussain", "ailsa.reid", "jean.baxter"])
def test_who_is_no_adult_of_this_school_is_not_at_its_desk(baxter, username):
    assert baxter.page(username).status == 404 and baxter.do(username, "identity", looked=A_PASSPORT).status == 404
    assert baxter.get("/schools/1/desk/99999999999").status == 404


def test_a_school_that_has_not_begun_hands_nothing_over(visitor, academy, tmp_path):
    school = kilmorran.found(academy.authority, tmp_path)
    effie = visitor("effie.leask")
    page = effie.get(f"/schools/{school.id}/desk?q=buchanan")
    assert page.status == 200 and "no account yet" in page and "Ailie Buchanan" in page and "Dougal Oag" not in effie.get(f"/schools/{school.id}/desk?q=oag")


def test_a_scanned_letter_leads_staff_to_the_desk(baxter, jean, academy):
    code = codes.make(jean, user("karen.fraser"), Contact.get(Contact.id == Approval.get(Approval.user == user("karen.fraser")).contact), "letter")
    scanned = baxter.get(f"/begin?code={code}")
    assert scanned.status == 303 and scanned.headers["Location"] == f"/schools/{academy.id}/desk/{user('karen.fraser').id}"


def test_the_page_says_the_same_without_scripts(baxter):
    page = baxter.find("karen")
    assert [form for form in page.forms if form["method"] == "get" and "q" in form]
