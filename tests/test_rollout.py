"""The nine steps: what makes one done, what opens it again, what stops the next, and the authority's switch."""

import json

import pytest

from glowlite import clock, founding
from glowlite.models import Authority, ComponentPolicy, ExposureCheck, KeyDecision, Page, Placement, School, User
from glowlite.models.school import Place
from glowlite.rollout import candidates, signing, steps, switching
from tests import kilmorran


def user(name: str) -> User:
    return User.get(User.username == name)


@pytest.fixture
def council(site) -> Authority:
    return Authority.get()


@pytest.fixture
def empty_school(council) -> School:
    """A school with nothing but its name, in an authority that has its part done."""
    return founding.add_school(council, "kilmorran", "Kilmorran Primary", "test", kind="primary")


def states(school: School) -> dict[int, str]:
    return {step.number: step.state for step in steps.of_school(school)}


# --- what makes a step done ---------------------------------------------------------------------------


def test_a_school_of_the_demo_has_gone_all_nine(academy):
    assert set(states(academy).values()) == {"done"}


def test_an_empty_school_has_what_the_authority_did_and_no_more(empty_school):
    assert states(empty_school) == {1: "done", 2: "open", 3: "open", 4: "done", 5: "open", 6: "blocked", 7: "blocked", 8: "blocked", 9: "blocked"}


def test_each_step_says_who_and_when(academy):
    shown = {step["number"]: step["evidence"][0] for step in steps.as_json(academy)["steps"]}
    assert shown[2]["who"] == "Helen Ross" and shown[3]["who"] == "Donald Munro" and all(one["at"] for number, one in shown.items() if number != 9)


def test_the_next_one_is_the_first_that_can_be_done(empty_school):
    assert steps.next_one(steps.of_school(empty_school)).number == 2


def test_nothing_is_next_when_all_is_done(academy):
    assert steps.next_one(steps.of_school(academy)) is None


# --- what opens a step again -----------------------------------------------------------------------------


def test_a_changed_policy_opens_the_sign_offs_that_rested_on_it(academy):
    ComponentPolicy.create(authority=academy.authority, school=academy, role="parent", component="attendance", allowed=False)
    found = {step.number: step for step in steps.of_school(academy)}
    assert (found[3].state, found[3].reopened) == ("again", ["attendance is now off"])
    assert (found[7].state, found[7].blocked_by, found[6].state) == ("blocked", 3, "done")
    with pytest.raises(steps.NotYet, match=r"Step 3"):
        steps.demand(academy, 9)


def test_putting_it_back_closes_them_again(academy):
    row = ComponentPolicy.create(authority=academy.authority, school=academy, role="parent", component="attendance", allowed=False)
    row.delete_instance()
    assert set(states(academy).values()) == {"done"}


def test_once_the_policy_is_signed_again_the_check_is_next(academy):
    ComponentPolicy.create(authority=academy.authority, school=academy, role="parent", component="attendance", allowed=False)
    signing.sign(user("donald.munro"), academy, signing.POLICY)
    assert steps.next_one(steps.of_school(academy)).number == 7 and states(academy)[7] == "again"


def test_a_page_arranged_anew_opens_the_pages_and_then_the_check(academy):
    on_page = (Placement.page == Page.default(academy.authority, "child")) & (Placement.role == "parent")
    Placement.update(is_on=False).where(on_page, Placement.widget == "conduct").execute()
    assert (states(academy)[5], states(academy)[7], states(academy)[8]) == ("again", "blocked", "blocked")


@pytest.mark.parametrize(("username", "state"), [("mairi.macleod", "again"), ("karen.fraser", "done")], ids=["of the first", "of another"])
def test_a_later_check_that_finds_something_opens_step_seven(academy, username, state):
    ExposureCheck.create(school=academy, user=user(username), username=username, at=clock.now(), by="nightly", pages=9, findings=1, report_text="{}")
    assert states(academy)[7] == state


def test_what_teachers_meet_opens_nothing(academy):
    Placement.update(is_on=False).where(Placement.page == Page.default(academy.authority, "child"), Placement.role == "teacher").execute()
    assert set(states(academy).values()) == {"done"}


def test_a_schedule_opens_the_sign_off_but_the_day_of_a_register_does_not(academy):
    academy.schedule_text = json.dumps({"attendance": {"checked": ["2026-11-18", "PM"]}})
    academy.save()
    assert states(academy)[3] == "again"
    signing.sign(user("donald.munro"), academy, signing.POLICY)
    academy.schedule_text = json.dumps({"attendance": {"checked": ["2026-11-19", "AM"]}})
    academy.save()
    assert states(academy)[3] == "done"


def test_a_day_on_which_results_open_delays_and_opens_no_step(academy):
    academy.schedule_text = json.dumps({"results": {"opens": "2026-11-27T15:30:00"}})
    academy.save()
    assert states(academy)[3] == states(academy)[7] == "done"


def test_a_decision_of_the_school_comes_before_the_authoritys(academy):
    KeyDecision.create(authority=academy.authority, school=academy, topic="support", value_text="{}", at=clock.now(), by="Donald Munro")
    evidence = [one for one in steps.of_school(academy)[3].evidence if one.what.startswith("What help")]
    assert [one.who for one in evidence] == ["Donald Munro"]


# --- the gate of a step -------------------------------------------------------------------------------------


def test_what_is_not_open_yet_is_refused_with_its_reason(empty_school):
    with pytest.raises(steps.NotYet, match=r"Step 2 .* is not done yet: The switch is off for Kilmorran Primary"):
        steps.demand(empty_school, 6)


def test_what_is_open_is_let_through(academy):
    steps.demand(academy, 9)


# --- the switch -----------------------------------------------------------------------------------------------


def test_both_switches_are_off_until_they_are_turned_on(council, empty_school):
    assert not switching.lets_parents_in(empty_school)
    switching.turn(user("helen.ross"), Place(council, empty_school), on=True)
    assert switching.lets_parents_in(empty_school)
    switching.turn(user("helen.ross"), Place(council), on=False)
    assert not switching.lets_parents_in(empty_school)


def test_the_page_says_what_would_happen_before_it_does(visitor, academy, council):
    page = visitor("helen.ross").get(f"/schools/{academy.id}/switch")
    assert "What turning it off would do" in page and switching.is_on(Place(council, academy))


def test_the_authority_turns_a_school_off_and_on_again(visitor, academy, council):
    helen = visitor("helen.ross")
    assert helen.post(f"/schools/{academy.id}/switch", {"turn": "off"}).status == 303 and not switching.lets_parents_in(academy)
    assert states(academy)[2] == "open"
    with pytest.raises(steps.NotYet, match=r"Step 2"):
        steps.demand(academy, 9)
    helen.post(f"/schools/{academy.id}/switch", {"turn": "on"})
    assert switching.lets_parents_in(academy)


def test_two_people_at_the_same_switch_turn_it_once(visitor, academy, council):
    helen = visitor("helen.ross")
    before = switching.newest(Place(council, academy)).id
    helen.post(f"/schools/{academy.id}/switch", {"turn": "on"})
    assert switching.newest(Place(council, academy)).id == before


def test_a_head_cannot_use_the_switch(visitor, academy):
    assert visitor("donald.munro").post(f"/schools/{academy.id}/switch", {"turn": "off"}).status == 404 and switching.lets_parents_in(academy)


def test_who_is_in_stays_in_when_the_switch_goes_off(visitor, academy, council):
    switching.turn(user("helen.ross"), Place(council), on=False)
    assert visitor("mairi.macleod").get("/").status == 200


# --- who waits ------------------------------------------------------------------------------------------------


@pytest.fixture
def kilmorran_school(council, tmp_path) -> School:
    return kilmorran.found(council, tmp_path)


def why_not(school: School) -> dict[str, str]:
    return {one.contact.name: one.why_not for one in candidates.of_school(school)}


def test_everyone_left_out_has_the_reason_said(kilmorran_school):
    assert why_not(kilmorran_school) == {
        "Ailie Buchanan": "", "Rab Buchanan": "", "Morven Tulloch": "", "Nia Gilchrist": "",
        "Erik Tulloch": "the school has not selected this adult for an account in the MIS",
        "Una Oag": "the MIS says this adult has no parental responsibility",
        "Dougal Oag": "the MIS does not say whether this adult has parental responsibility, and blank means no"}


def test_only_children_whose_link_opens_count(kilmorran_school):
    opened = {one.contact.name: [child.first_name for child in one.opened] for one in candidates.of_school(kilmorran_school)}
    assert opened["Rab Buchanan"] == ["Struan"] and opened["Ailie Buchanan"] == ["Skye", "Struan"]


@pytest.mark.parametrize("code", ["kilmorran", "morran-academy", "shore-primary"])
def test_counting_and_listing_agree(kilmorran_school, code):
    school = School.get(School.code == code)
    listed, counted = candidates.of_school(school), candidates.counts(school)
    assert (counted.waiting, counted.accounts) == tuple(sum(one.state == state for one in listed) for state in ("waiting", "approved"))


# --- the pages ----------------------------------------------------------------------------------------------------


def test_the_page_of_a_school_names_the_next_step_and_its_button(visitor, academy):
    ComponentPolicy.create(authority=academy.authority, school=academy, role="parent", component="attendance", allowed=False)
    page = visitor("donald.munro").get(f"/schools/{academy.id}/rollout")
    assert "Next: What parents may use" in page and f"/schools/{academy.id}/policy" in page.links


def test_the_authority_reads_no_name_of_a_family(visitor, academy):
    assert "mairi.macleod" in visitor("donald.munro").get(f"/schools/{academy.id}/rollout")
    assert "mairi.macleod" not in visitor("helen.ross").get(f"/schools/{academy.id}/rollout")


def test_the_overview_has_every_school(visitor, council):
    page = visitor("helen.ross").get(f"/authorities/{council.id}/rollout")
    assert "Morran Academy" in page and "Shore Street" in page


def test_the_command_gives_nine_steps_with_state_and_evidence(shell):
    answer = json.loads(shell("rollout", "status", "--school", "morran-academy", "--json").output)
    assert [step["number"] for step in answer["steps"]] == list(range(1, 10)) and all(step["state"] == "done" and step["evidence"] for step in answer["steps"])


def test_the_command_refuses_a_school_that_is_not_there(shell):
    assert "There is no school with the code nowhere" in shell("rollout", "status", "--school", "nowhere").output
