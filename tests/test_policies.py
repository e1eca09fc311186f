"""Who may use what: the matrix is what the gate says, a change is told by name before it is kept, and somebody signs for it."""

import html
import json
import re

import pytest

from glowlite import founding
from glowlite.models import Audit, Authority, ComponentPolicy, School, User
from glowlite.models.school import Place
from glowlite.policy import Action, Role, Viewer, components_of
from glowlite.rollout import policies, signing, steps
from glowlite.rollout.policies import Overtaken, Setting


def user(name: str) -> User:
    return User.get(User.username == name)


@pytest.fixture
def council(site) -> Authority:
    return Authority.get()


@pytest.fixture
def primary(site) -> School:
    return School.get(School.code == "shore-primary")


@pytest.fixture
def place(academy) -> Place:
    return Place(academy.authority, academy)


def authority_says(word: bool, action: Action, role: Role = Role.PARENT, *, locked: bool = False) -> None:
    ComponentPolicy.update(allowed=word, locked=locked).where(
        ComponentPolicy.school.is_null(), ComponentPolicy.role == role, ComponentPolicy.component == action.key).execute()


def school_says(word: bool, school: School, action: Action, role: Role = Role.PARENT) -> None:
    ComponentPolicy.create(authority=school.authority, school=school, role=role, component=action.key, allowed=word)


def fields_of(page, action: str) -> dict[str, str]:
    """What the form with this address would send: its hidden fields, and of each select what is chosen."""
    form = next(form for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if f'action="{action}"' in form)
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', form))
    for name, inside in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        hidden[name] = re.search(r'value="([^"]*)" selected', inside)[1]
    return hidden


def matrix_form(somebody, address: str) -> dict[str, str]:
    return fields_of(somebody.get(address), f"{address.partition('?')[0]}/review")


def said(page) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page.text)).split())


# --- the matrix ------------------------------------------------------------------------------------------


@pytest.fixture
def decided_all_ways(academy):
    """Every way in which two places can decide: differing both ways, locked both ways, not decided at all."""
    school_says(False, academy, Action.ATTENDANCE)
    authority_says(False, Action.RESULTS)
    school_says(True, academy, Action.RESULTS)
    authority_says(True, Action.HOMEWORK, locked=True)
    school_says(False, academy, Action.HOMEWORK)
    authority_says(False, Action.CONDUCT, Role.TEACHER, locked=True)
    school_says(True, academy, Action.CONDUCT, Role.TEACHER)
    ComponentPolicy.delete().where(ComponentPolicy.component == "links", ComponentPolicy.role == "editor").execute()


@pytest.mark.usefixtures("decided_all_ways")
def test_the_matrix_of_a_school_is_what_the_gate_says(academy, place):
    for row in policies.matrix(place):
        for cell in row.cells:
            holder = Viewer(0, "", frozenset({(cell.role, academy.id)}), "parent" if cell.role is Role.PARENT else "staff")
            assert cell.is_on is (academy.id in holder.schools_for(cell.role, row.action)), (cell.role, row.action)
            assert (cell.decision is None) is (row.action not in components_of(cell.role))


def test_the_matrix_has_every_component_and_every_role(council, place):
    assert {row.action for row in policies.matrix(place)} == {action for action in Action if action.component}
    assert policies.roles(Place(council)) == list(Role)


def test_a_school_decides_nothing_about_the_authority(place, visitor):
    assert Role.AUTHORITY not in policies.roles(place)
    assert visitor("donald.munro").get(f"/schools/{place.school.id}/policy?role=authority").status == 404


@pytest.mark.usefixtures("decided_all_ways")
def test_what_is_locked_or_not_decided_is_not_the_schools_to_choose(place):
    choices = {cell.action: cell.choices for cell in policies.column(place, Role.PARENT)}
    assert choices[Action.HOMEWORK] == () and choices[Action.ATTENDANCE]
    assert {cell.action: cell.choices for cell in policies.column(place, Role.EDITOR)}[Action.LINKS] == ()
    assert not policies.change(place, Role.PARENT, {"homework": "on"}).settings


def test_a_school_cannot_lock(place):
    assert not policies.change(place, Role.PARENT, {"attendance": "off-locked", "results": "perhaps"}).settings


def test_what_the_ceiling_forbids_cannot_be_chosen_and_says_so(place, visitor):
    assert not policies.change(place, Role.TEACHER, {"held": "on"}).settings
    page = visitor("donald.munro").get(f"/schools/{place.school.id}/policy?role=teacher")
    assert "GlowLite never allows teachers, whoever decides: what the school holds about the family." in said(page)


def test_the_authority_sees_which_schools_decide_for_themselves(academy, council, visitor):
    school_says(False, academy, Action.ATTENDANCE)
    page = said(visitor("helen.ross").get(f"/authorities/{council.id}/policy"))
    assert "Decided for itself: Morran Academy." in page


# --- the change by name -----------------------------------------------------------------------------------


def effect(place: Place, role: Role = Role.PARENT, **settings: str) -> dict[str, tuple[int, int]]:
    wanted = policies.change(place, role, {key.replace("_", "-"): word for key, word in settings.items()})
    return {f"{one.school.code} {one.action.key}": (one.gain, one.lose) for one in policies.effects(wanted)}


def parents_of(school: School, action: Action) -> set[int]:
    from glowlite.policy import reached_by_link
    return {number for number, _ in reached_by_link(action, school)}


def test_switching_something_off_takes_it_from_all_who_have_it(academy, place):
    assert effect(place, attendance="off") == {"morran-academy attendance": (0, len(parents_of(academy, Action.ATTENDANCE)))}


def test_switching_something_on_gives_it_to_all_with_a_child(academy, place):
    everybody = len(parents_of(academy, Action.CHILD))
    school_says(False, academy, Action.CONDUCT)
    assert effect(place, conduct="on") == {"morran-academy conduct": (everybody, 0)}


def test_a_change_both_ways_is_told_both_ways(academy, place):
    school_says(False, academy, Action.CONDUCT)
    told = effect(place, conduct="unsaid", attendance="off")
    assert told["morran-academy conduct"][0] == told["morran-academy attendance"][1] > 100


def test_with_the_page_of_a_child_goes_what_stands_on_it(academy, place):
    gone = {key.split()[1] for key, (_, lose) in effect(place, child="off").items() if lose}
    assert gone == {action.key for action in components_of(Role.PARENT) if action.key != "conduct-text" and action.subject.__name__ == "Pupil"}


def test_comments_reach_nobody_while_what_they_are_about_is_off(academy, place):
    school_says(False, academy, Action.CONDUCT)
    assert effect(place, conduct_text="on") == {}


def test_what_a_schedule_holds_back_is_counted_and_its_day_told(academy, place):
    School.update(schedule_text=json.dumps({"results": {"opens": "2026-11-27T15:30:00"}})).where(School.id == academy.id).execute()
    school_says(False, academy, Action.RESULTS)
    academy = School.get_by_id(academy.id)
    wanted = policies.change(Place(academy.authority, academy), Role.PARENT, {"results": "on"})
    [told] = policies.effects(wanted)
    assert told.gain > 100 and f"{told.opens:%d %H:%M}" == "27 15:30"


def test_a_restricted_father_gains_one_child_and_not_the_other(academy, place):
    school_says(False, academy, Action.ATTENDANCE)
    [told] = policies.effects(policies.change(place, Role.PARENT, {"attendance": "on"}), named=True)
    assert [child.first_name for one in told.who_gains if one.user.username == "gordon.fraser" for child in one.children] == ["Ewan"]


def test_a_locked_account_is_not_counted(academy, place):
    before = effect(place, attendance="off")["morran-academy attendance"][1]
    user("karen.fraser").lock()
    assert effect(place, attendance="off")["morran-academy attendance"][1] == before - 1


def test_trying_leaves_everything_as_it_is(academy, place, council):
    before = policies.standing(Place(council))
    effect(place, attendance="off", child="off")
    assert policies.standing(Place(council)) == before and School.get_by_id(academy.id).schedule_text == academy.schedule_text


def test_a_teacher_loses_a_page_and_parents_do_not(place):
    assert effect(place, Role.TEACHER, results="off").keys() == {"morran-academy results"}


def test_the_authority_is_told_of_each_school_that_it_changes(academy, primary, council):
    school_says(True, primary, Action.RESULTS)
    assert effect(Place(council), results="off") == {"morran-academy results": (0, len(parents_of(academy, Action.RESULTS)))}
    assert set(effect(Place(council), results="off-locked")) == {"morran-academy results", "shore-primary results"}


def test_the_authority_reads_no_name_of_a_family(council, visitor):
    authority_says(False, Action.RESULTS)
    helen, address = visitor("helen.ross"), f"/authorities/{council.id}/policy"
    page = helen.post(f"{address}/review", matrix_form(helen, address) | {"results": "on-locked", "attendance": "off-locked"})
    assert page.status == 200 and "parents gain results" in page and "parents lose attendance" in page
    assert "Morran Academy" in page and "Shore Street Primary School" in page
    assert not re.search("Karen|Fraser|Isla|karen.fraser|MacLeod", page.text)


def test_the_head_reads_names_with_children_each_linked_to_why(academy, visitor, pupil):
    donald = visitor("donald.munro")
    form = matrix_form(donald, f"/schools/{academy.id}/policy") | {"attendance": "off"}
    page = donald.post(f"/schools/{academy.id}/policy/review", form)
    assert page.status == 200 and f"{len(parents_of(academy, Action.ATTENDANCE))} parents lose attendance" in said(page)
    why = f"/schools/{academy.id}/why?adult=account-{user('karen.fraser').id}&child=pupil-{pupil('000104').id}&what=attendance"
    assert why in page.links
    assert "Karen Fraser can see attendance for Isla Fraser." in said(donald.get(why))


def test_a_child_a_court_order_keeps_from_a_father_is_not_named_beside_him(academy, visitor, pupil):
    donald = visitor("donald.munro")
    form = matrix_form(donald, f"/schools/{academy.id}/policy") | {"attendance": "off"}
    page = donald.post(f"/schools/{academy.id}/policy/review", form)
    assert f"adult=account-{user('gordon.fraser').id}&amp;child=pupil-{pupil('000105').id}" in page
    assert f"adult=account-{user('gordon.fraser').id}&amp;child=pupil-{pupil('000104').id}" not in page


# --- keeping it --------------------------------------------------------------------------------------------


def reviewed(somebody, address: str, role: str = "parent", **chosen: str) -> dict[str, str]:
    form = matrix_form(somebody, f"{address}?role={role}") | chosen
    return fields_of(somebody.post(f"{address}/review", form), address)


def test_looking_keeps_nothing_and_saving_keeps_what_was_looked_at(academy, visitor, pupil):
    donald, address = visitor("donald.munro"), f"/schools/{academy.id}/policy"
    karen, attendance = visitor("karen.fraser"), f"/children/{pupil('000104').id}/widgets/attendance"
    form = reviewed(donald, address, attendance="off")
    assert karen.get(attendance).status == 200
    assert donald.post(address, form).status == 303
    assert karen.get(attendance).status == 404
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.actor_name, row.school_id, json.loads(row.before), json.loads(row.after)) == (
        "donald.munro", academy.id, {"attendance": "unsaid"}, {"attendance": "off"})


def test_only_what_was_looked_at_is_kept(academy, visitor):
    donald, address = visitor("donald.munro"), f"/schools/{academy.id}/policy"
    form = reviewed(donald, address, attendance="off")
    assert set(form) == {"csrf_token", "role", "seen", "attendance"}
    donald.post(address, form)
    assert ComponentPolicy.select().where(ComponentPolicy.school == academy).count() == 1


def test_a_page_that_a_browser_keeps_is_fetched_anew(academy, visitor, place):
    karen = visitor("karen.fraser")
    karen.get("/")
    tag = karen.get("/").headers["ETag"]
    policies.keep(user("donald.munro"), policies.change(place, Role.TEACHER, {"results": "off"}), policies.standing(place))
    assert karen.get("/", If_None_Match=tag).status == 200


def test_back_to_what_the_authority_says(academy, place):
    school_says(False, academy, Action.ATTENDANCE)
    policies.keep(user("donald.munro"), policies.change(place, Role.PARENT, {"attendance": "unsaid"}), policies.standing(place))
    assert not ComponentPolicy.select().where(ComponentPolicy.school == academy).exists()


@pytest.mark.parametrize("somebody_else", ["the school", "the authority"])
def test_what_was_decided_since_the_review_is_told_and_not_overwritten(academy, visitor, somebody_else):
    donald, address = visitor("donald.munro"), f"/schools/{academy.id}/policy"
    form = reviewed(donald, address, attendance="off")
    school_says(False, academy, Action.RESULTS) if somebody_else == "the school" else authority_says(False, Action.RESULTS)
    told = donald.post(address, form)
    assert told.status == 409 and "Somebody has decided something since" in told and "lose attendance" in told
    assert not ComponentPolicy.select().where(ComponentPolicy.school == academy, ComponentPolicy.component == "attendance").exists()
    assert donald.post(address, fields_of(told, address)).status == 303


def test_what_was_decided_since_the_form_was_opened_is_told_at_the_review(academy, visitor):
    donald, address = visitor("donald.munro"), f"/schools/{academy.id}/policy"
    form = matrix_form(donald, address) | {"attendance": "off"}
    school_says(False, academy, Action.RESULTS)
    told = donald.post(f"{address}/review", form)
    assert told.status == 409 and "Somebody has decided something since" in told


def test_a_form_that_saw_nothing_keeps_nothing(academy, visitor):
    assert visitor("donald.munro").post(f"/schools/{academy.id}/policy", {"role": "parent", "attendance": "off"}).status == 409
    assert not ComponentPolicy.select().where(ComponentPolicy.school == academy).exists()


def test_the_authority_locks_what_a_school_had_opened(academy, council, visitor, pupil):
    helen, address = visitor("helen.ross"), f"/authorities/{council.id}/policy"
    school_says(True, academy, Action.RESULTS)
    assert helen.post(address, reviewed(helen, address, results="off-locked")).status == 303
    assert visitor("karen.fraser").get(f"/children/{pupil('000104').id}/widgets/results").status == 404
    assert [cell.setting for cell in policies.column(Place(council), Role.PARENT) if cell.action is Action.RESULTS] == [Setting.OFF_LOCKED]


def test_choosing_nothing_new_changes_nothing(academy, visitor):
    donald, address = visitor("donald.munro"), f"/schools/{academy.id}/policy"
    assert donald.post(f"{address}/review", matrix_form(donald, address)).status == 303


# --- signing it off ------------------------------------------------------------------------------------------


def test_the_office_looks_and_signs_but_decides_nothing(academy, visitor):
    jean, address = visitor("jean.baxter"), f"/schools/{academy.id}/policy"
    school_says(False, academy, Action.RESULTS)
    page = jean.get(address)
    assert page.status == 200 and "It no longer counts: results is now off." in said(page) and "See whom it reaches" not in page
    assert jean.post(f"{address}/review", {"role": "parent"}).status == 404 and jean.post(address, {"role": "parent"}).status == 404
    assert jean.post(f"{address}/sign", fields_of(page, f"{address}/sign") | {"note": "With the parent council"}).status == 303
    last = signing.last(academy, signing.POLICY)
    assert (last.by, last.note, signing.still_counts(last)) == ("Jean Baxter", "With the parent council", True)
    assert dict(policies.signed_for(last))[Action.RESULTS] is False


def test_nobody_signs_for_what_they_did_not_see(academy):
    seen = policies.to_sign(academy)
    school_says(False, academy, Action.RESULTS)
    with pytest.raises(Overtaken):
        policies.sign(user("jean.baxter"), academy, seen, "")
    assert signing.last(academy, signing.POLICY).by == "Donald Munro"


def test_a_school_where_nobody_has_signed_says_what_to_do(council, visitor):
    empty = founding.add_school(council, "kilmorran", "Kilmorran Primary", "test")
    assert steps.of_school(empty)[2].state == "open"
    policies.sign(user("donald.munro"), empty, policies.to_sign(empty), "")
    assert steps.of_school(empty)[2].state == "done"


# --- nobody else ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["gordon.fraser", "mairi.macleod", "ailsa.reid", "priya.sharma", "margaret.sinclair", "helen.ross"])
def test_nobody_else_meets_the_policy_of_the_academy(academy, visitor, username):
    somebody, address = visitor(username), f"/schools/{academy.id}/policy"
    assert somebody.get(address).status == 404
    for step in ("", "/review", "/sign", "/opening", "/opening/results", "/holding", "/registers"):
        assert somebody.post(address + step, {"role": "parent", "attendance": "off", "seen": policies.to_sign(academy)}).status == 404, step
    assert not ComponentPolicy.select().where(ComponentPolicy.school == academy).exists()


@pytest.mark.parametrize("username", ["mairi.macleod", "ailsa.reid", "priya.sharma", "donald.munro", "jean.baxter"])
def test_nobody_but_the_authority_decides_for_all(council, visitor, username):
    somebody, address = visitor(username), f"/authorities/{council.id}/policy"
    assert somebody.get(address).status == 404
    assert somebody.post(address, {"role": "parent", "attendance": "off-locked"}).status == 404
    assert somebody.post(f"{address}/review", {"role": "parent", "attendance": "off-locked"}).status == 404


def test_someone_not_signed_in_is_asked_to(academy, visitor):
    assert visitor().get(f"/schools/{academy.id}/policy").status == 303
