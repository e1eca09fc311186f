"""The page editor: a draft that nobody meets, the page as others would see it, publishing, two people at once, and who may."""

import json
import re

import pytest

from glowlite import arranging, founding, widgets
from glowlite.arranging import Arrangement, Placed, Wrong
from glowlite.models import (
    Audit,
    ComponentPolicy,
    Duty,
    Page,
    PageDraft,
    PageVersion,
    Placement,
    Pupil,
    Reading,
    School,
    SignOff,
    User,
)
from glowlite.policy import ROLES, Action, Role, roles_with_page
from glowlite.rollout import signing
from glowlite.widgets import WIDGETS
from glowlite.widgets.base import Option, Widget

HEAD, EDITOR, PARENT = "donald.munro", "priya.sharma", "tomasz.kowalski"
PARENTS = {"role": Role.PARENT.value}


@pytest.fixture
def at(academy):
    """at("home/changes") is the address in the page editor of the Academy."""
    return lambda rest="": f"/schools/{academy.id}/pages{'/' + rest if rest else ''}"


@pytest.fixture
def changed(visitor, at, academy):
    """changed("off", "results", page="child") presses a button of the editor, as the head and on the page as it is."""

    def press(do, widget, page="home", who=HEAD, role=Role.PARENT, stamp=None, htmx=False, **more):
        fields = {"do": do, "widget": widget, "role": role.value, "stamp": stamp or Arrangement.of(academy, page).stamp, **more}
        return visitor(who).post(at(f"{page}/changes"), fields, **({"HX_Request": "true"} if htmx else {}))

    return press


@pytest.fixture
def published(visitor, at, academy):
    def press(page="home", who=HEAD):
        return visitor(who).post(at(f"{page}/changes"), {"do": "publish", "stamp": Arrangement.of(academy, page).stamp, **PARENTS})

    return press


def order(school, page="home", role=Role.PARENT):
    return [placed.widget for placed in Arrangement.of(school, page).content[role]]


def previewed(seen):
    """The panels of the preview, in order."""
    return re.findall(r'id="w-(\w+)-title"', seen.text)


def stored():
    """Everything that people could meet."""
    return sorted(Placement.select(Placement.page, Placement.role, Placement.widget, Placement.position, Placement.is_on, Placement.options_text).tuples())


# --- arranging ----------------------------------------------------------------------------------------


def test_the_head_arranges_and_parents_meet_nothing_of_it_until_it_is_published(visitor, at, changed, published, academy):
    for do, widget in (("off", "calendar"), ("up", "children"), ("take-off", "links")):
        assert changed(do, widget).status == 303
    editor = visitor(HEAD).get(at("home?role=parent"))
    assert "calendar" not in previewed(editor)
    assert order(academy)[:4] == ["today", "news", "children", "homework"]
    assert previewed(visitor(PARENT).get("/")).index("homework") < previewed(visitor(PARENT).get("/")).index("children")
    assert "w-calendar" in visitor(PARENT).get("/")
    assert "Dates is switched off" in editor and "Useful links comes off" in editor
    assert "My children moves up" in editor or "Homework moves down" in editor
    assert published().status == 303
    home = visitor(PARENT).get("/")
    assert previewed(home) == [key for key in previewed(editor) if key in previewed(home)]
    assert "w-calendar" not in home and "w-links" not in home
    assert not PageDraft.select().exists()


def test_a_widget_that_a_parent_has_open_is_gone_at_once(visitor, changed, published):
    parent = visitor(PARENT)
    first = parent.get("/")
    assert parent.get("/widgets/calendar").status == 200
    changed("off", "calendar")
    assert parent.get("/widgets/calendar").status == 200
    assert parent.get("/", If_None_Match=first.headers["ETag"]).status == 304
    published()
    assert parent.get("/widgets/calendar").status == 404
    assert parent.get("/", If_None_Match=first.headers["ETag"]).status == 200


def test_only_this_school_and_only_this_role_change(visitor, changed, published, academy):
    before = stored()
    changed("off", "calendar")
    published()
    assert "w-calendar" in visitor("mairi.macleod").get("/"), "she has a child at the Primary, too"
    assert "w-calendar" in visitor("ailsa.reid").get("/")
    default = Page.get(Page.school.is_null(), Page.key == "home")
    assert [row for row in stored() if row[0] == default.id] == [row for row in before if row[0] == default.id]


def test_a_new_widget_is_put_at_the_end_and_cannot_be_there_twice(visitor, changed, academy):
    assert changed("put", "attendance").status == 303
    assert order(academy)[-1] == "attendance"
    assert changed("put", "attendance").status == 409
    assert order(academy).count("attendance") == 1


def test_buttons_and_dragging_move_alike(changed, academy):
    changed("down", "today")
    assert order(academy)[:2] == ["news", "today"]
    changed("move", "today", to="0")
    assert order(academy)[:2] == ["today", "news"]
    changed("move", "source", to="1")
    assert order(academy)[1] == "source"
    changed("move", "today", to="9" * 40)
    assert order(academy)[-1] == "today"


def test_without_a_difference_there_is_no_draft(changed, academy):
    changed("off", "news")
    assert Page.select().where(Page.school == academy).exists()
    changed("on", "news")
    assert not PageDraft.select().exists()
    assert not Page.select().where(Page.school == academy).exists(), "the school follows the authority's page again"


def test_a_draft_is_thrown_away(changed):
    before = stored()
    changed("off", "news")
    assert changed("discard", "").status == 303
    assert stored() == before
    assert not PageDraft.select().exists()


def test_htmx_gets_the_editor_alone_and_a_sentence_to_say(changed):
    seen = changed("off", "calendar", htmx=True)
    assert seen.status == 200
    assert "<html" not in seen and 'id="arrange"' in seen
    assert "Dates is switched off. Nobody sees this before you publish." in seen


def test_every_button_says_what_it_moves(visitor, at):
    seen = visitor(HEAD).get(at("home?role=parent"))
    names = [" ".join(re.sub("<[^>]+>", "", name).split()) for name in re.findall(r"<button[^>]*>(.*?)</button>", seen.text, re.DOTALL)]
    assert {"Move Homework up", "Move Homework down", "Switch off Homework", "Take off Homework", "Add Attendance"} <= set(names)


# --- publishing, and earlier versions --------------------------------------------------------------------


def test_publishing_is_audited_with_before_and_after(changed, published, academy):
    stamp = academy.stamp
    changed("off", "calendar")
    published()
    row = Audit.get(Audit.action == "published page")
    before, after = json.loads(row.before), json.loads(row.after)
    assert list(before) == [Role.PARENT.value]
    assert {"widget": "calendar", "is_on": True, "options": {}} in before[Role.PARENT]
    assert {"widget": "calendar", "is_on": False, "options": {}} in after[Role.PARENT]
    assert (row.actor_name, row.school_id) == (HEAD, academy.id)
    assert School.get_by_id(academy.id).stamp == stamp + 1


def test_an_earlier_version_is_brought_back_as_a_draft(visitor, at, changed, published, academy):
    first = order(academy)
    changed("take-off", "calendar")
    published()
    changed("take-off", "links")
    published()
    assert [version.number for version in Arrangement.of(academy, "home").versions] == [3, 2, 1]
    editor = visitor(HEAD).get(at("home?role=parent"))
    assert "Bring back" in editor and "Donald Munro" in editor
    assert changed("bring-back", "", number="1").status == 303
    assert "w-calendar" not in visitor(PARENT).get("/"), "it is only a draft"
    assert order(academy) == first
    published()
    assert "w-calendar" in visitor(PARENT).get("/") and "w-links" in visitor(PARENT).get("/")
    assert PageVersion.select().count() == 4


def test_there_is_nothing_to_publish_or_bring_back(changed, published):
    assert published().status == 409
    assert changed("bring-back", "", number="7").status == changed("bring-back", "", number="x").status == 409


# --- two people at once ------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_and_nothing_is_lost(changed, academy):
    stamp = Arrangement.of(academy, "home").stamp
    assert changed("off", "news", stamp=stamp).status == 303
    seen = changed("off", "calendar", who=EDITOR, stamp=stamp)
    assert seen.status == 409
    assert "Donald Munro has changed this page since you saw it" in seen
    assert "News is switched off" in seen and "Dates is switched off" not in seen
    assert changed("off", "calendar", who=EDITOR).status == 303
    off = {placed.widget for placed in Arrangement.of(academy, "home").content[Role.PARENT] if not placed.is_on}
    assert off == {"news", "calendar"}


def test_nobody_publishes_what_they_have_not_seen(changed, academy):
    changed("off", "news")
    stamp = Arrangement.of(academy, "home").stamp
    changed("off", "calendar", who=EDITOR)
    for act in ("publish", "discard", "bring-back", "layout", "default"):
        assert changed(act, "", stamp=stamp, number="1", layout="primary").status == 409
    assert len(Arrangement.of(academy, "home").content[Role.PARENT]) == 9
    assert PageDraft.select().count() == 1


def test_what_was_typed_too_late_is_still_in_the_form(changed, academy):
    stamp = Arrangement.of(academy, "home").stamp
    changed("off", "news", who=EDITOR)
    seen = changed("options", "links", stamp=stamp, **{"option.links": "Our shop | https://shop.example.org"})
    assert seen.status == 409 and "Priya Sharma has changed this page" in seen
    assert re.search(r"<details open>.*<textarea[^>]*>Our shop", seen.text, re.DOTALL)


def test_a_change_after_somebody_published_is_stale_too(changed, published, academy):
    stamp = Arrangement.of(academy, "home").stamp
    changed("off", "news")
    published()
    assert changed("off", "calendar", stamp=stamp).status == 409


def test_of_two_changes_at_the_same_moment_one_is_told(academy, monkeypatch):
    """The page is read, then another's change comes in between, then it is written."""
    head = User.get(User.username == HEAD)
    arranging.change(head, academy, "home", Arrangement.of(academy, "home").stamp, lambda content: arranging.take_off(content, Role.PARENT, "news"))
    seen = Arrangement.of(academy, "home")
    with pytest.raises(arranging.Overtaken):
        arranging.change(head, academy, "home", seen.stamp,
                         lambda content: PageDraft.update(version=PageDraft.version + 1).execute() and content[Role.PARENT].pop())
    assert len(Arrangement.of(academy, "home").content[Role.PARENT]) == 8


# --- refused --------------------------------------------------------------------------------------------------


def test_what_the_school_switched_off_is_shown_with_the_reason(visitor, at, academy):
    ComponentPolicy.create(authority=academy.authority, school=academy, role=Role.PARENT.value, component="conduct", allowed=False)
    seen = visitor(HEAD).get(at("home?role=parent"))
    assert f"{academy.name} has switched this off for parents." in seen
    assert f"Who can change that: the head of {academy.name}." in seen
    assert "conduct" not in previewed(seen)


def test_what_the_authority_has_not_switched_on_is_shown_with_the_reason(visitor, at, academy):
    ComponentPolicy.update(allowed=False).where(ComponentPolicy.component == "results", ComponentPolicy.role == Role.PARENT.value).execute()
    seen = visitor(HEAD).get(at("child?role=parent"))
    assert f"{academy.authority.name} has not switched this on for parents." in seen
    assert "results" not in previewed(seen)


def test_what_a_role_can_never_have_cannot_be_added(visitor, at, changed, academy):
    seen = visitor(HEAD).get(at("home?role=parent"))
    assert "GlowLite never shows this to parents." in seen and "arrange-classes-put" not in seen
    answer = changed("put", "classes")
    assert answer.status == 409 and "GlowLite never shows this to parents." in answer
    assert "classes" not in order(academy)
    assert changed("put", "timetable").status == 409, "made for the child's page only"
    assert changed("put", "no-such-thing").status == 409


def test_what_opens_later_by_the_schedule_can_be_arranged_already(visitor, at, changed, academy):
    School.update(schedule_text=json.dumps({"results": {"opens": "2026-11-27T15:30:00"}})).where(School.id == academy.id).execute()
    seen = visitor(HEAD).get(at("home?role=parent"))
    assert seen.status == 200 and "arrange-results-put" in seen
    assert changed("put", "results").status == 303
    seen = visitor(HEAD).get(at("home?role=parent"))
    assert "results" in previewed(seen) and "27 Nov" in seen.text.split('class="arrange-preview"')[1]


# --- compared with the authority's page ---------------------------------------------------------------------------


def differences(seen):
    """Part -> what differs, as the table says it."""
    table = seen.text[seen.text.index('id="arrange-compare"'):]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table[:table.index("</table>")].split("<tr")[2:]]
    return {title: (here, there, said) for title, here, there, said in cells if said != "none"}


def test_the_editor_says_where_the_school_differs_from_the_authoritys_page(visitor, at, changed, academy):
    assert "Compared with Strathmorran Council: the same" in visitor(HEAD).get(at("home?role=parent"))
    changed("off", "links")
    changed("take-off", "source")
    changed("put", "results")
    changed("down", "today")
    set_options(visitor, at, academy, "calendar", how_many="3")
    seen = visitor(HEAD).get(at("home?role=parent"))
    assert "Compared with Strathmorran Council: 5 differences" in seen
    assert differences(seen) == {
        "News": ("1", "2", "stands further up here"), "Dates": ("6", "6", "How many dates: 3 here, 6 there"),
        "Useful links": ("7, off", "7", "switched off here"), "Results": ("9", "–", "only here"), "Where this comes from": ("–", "9", "not here")}
    assert "the same" in visitor(HEAD).get(at("home?role=teacher")).text.split('id="arrange-compare"')[1][:200], "the draft is the parents' page only"


def test_options_are_compared_as_they_work_and_long_ones_without_their_words(academy):
    parts = {"part": Widget("Part", Action.LINKS, lambda ask: None, options={
        "many": Option("number", 3, "How many"), "with": Option("yes-no", True, "With"), "text": Option("lines", "", "Lines")})}
    here, there = Placed("part", True, {"many": 3, "with": False, "text": "Canary"}), Placed("part", True, {})
    assert arranging.compare([here], [there], parts)[0].said == ["With: no here, yes there", "other words in its options"]


def test_the_authoritys_page_becomes_the_draft_for_this_role_alone(visitor, changed, published, academy):
    for role in (Role.PARENT, Role.TEACHER):
        changed("take-off", "news", role=role)
    published()
    assert changed("default", "").status == 303
    assert "news" in order(academy) and "news" not in order(academy, role=Role.TEACHER)
    assert "w-news" not in visitor(PARENT).get("/"), "it is only a draft"
    published()
    assert "w-news" in visitor(PARENT).get("/")


# --- signing off ------------------------------------------------------------------------------------------------------


@pytest.fixture
def kilmorran(academy):
    """A school with nothing done yet, whose head is the Academy's, too."""
    school = founding.add_school(academy.authority, "kilmorran", "Kilmorran Primary", "test")
    Duty.create(user=User.get(User.username == HEAD), role=Role.HEAD.value, school=school, authority=school.authority)
    return school


@pytest.fixture
def signed(visitor):
    """signed(school) presses the button of the sign-off, on the page as it is."""

    def press(school, who=HEAD, seen=None, **more):
        seen = seen or signing.digest(signing.rests_on(school, signing.PAGES_STEP))
        return visitor(who).post(f"/schools/{school.id}/pages/sign", {"seen": seen, **more})

    return press


def test_the_head_signs_the_pages_off_and_it_says_who_and_when(visitor, signed, kilmorran):
    index = f"/schools/{kilmorran.id}/pages"
    assert "Nobody has signed these pages off yet" in visitor(HEAD).get(index)
    assert signed(kilmorran, note="With the parent council").status == 303
    seen = visitor(HEAD).get(index)
    assert "Signed off, and it counts" in seen and "Donald Munro, today at 10:0" in seen and "With the parent council" in seen
    row = signing.last(kilmorran, signing.PAGES_STEP)
    assert signing.still_counts(row) and row.user.username == HEAD
    assert Audit.get(Audit.action == "signed off", Audit.school == kilmorran).actor_name == HEAD


def test_a_sign_off_counts_until_parents_meet_something_else(visitor, at, changed, published, signed, academy):
    assert signed(academy).status == 303
    changed("off", "news", role=Role.TEACHER)
    published()
    changed("off", "calendar")
    assert "Signed off, and it counts" in visitor(HEAD).get(at()), "neither another role's page nor a draft is what parents meet"
    published()
    seen = visitor(HEAD).get(at())
    assert "Signed off, but it counts no longer" in seen and "Since then the home page was arranged anew." in seen
    assert signed(academy, who=EDITOR).status == 303
    assert "Signed off, and it counts" in visitor(HEAD).get(at())


def test_nobody_signs_what_they_have_not_seen(visitor, changed, published, signed, academy):
    before = SignOff.select().count()
    seen = signing.digest(signing.rests_on(academy, signing.PAGES_STEP))
    changed("off", "calendar")
    published()
    for stale in (seen, "x"):
        answer = signed(academy, seen=stale)
        assert answer.status == 409 and "This has changed since you saw it, so nothing is signed." in answer
    assert SignOff.select().count() == before


def test_a_long_note_is_cut_and_words_stay_words(visitor, signed, kilmorran):
    assert signed(kilmorran, note="<b>" + "x" * 500).status == 303
    seen = visitor(HEAD).get(f"/schools/{kilmorran.id}/pages")
    assert "&lt;b&gt;xxx" in seen and "<b>xxx" not in seen and "x" * 198 not in seen


# --- options --------------------------------------------------------------------------------------------------


def set_options(visitor, at, academy, widget, page="home", htmx=False, **options):
    fields = {"do": "options", "widget": widget, "stamp": Arrangement.of(academy, page).stamp, **PARENTS}
    fields |= {f"option.{name}": value for name, value in options.items()}
    return visitor(HEAD).post(at(f"{page}/changes"), fields, **({"HX_Request": "true"} if htmx else {}))


def test_options_reach_the_preview_at_once_and_people_when_published(visitor, at, academy, published):
    assert set_options(visitor, at, academy, "links", links="Our shop | https://shop.example.org").status == 303
    assert "Our shop" in visitor(HEAD).get(at("home?role=parent"))
    assert "Our shop" not in visitor(PARENT).get("/")
    published()
    assert "Our shop" in visitor(PARENT).get("/")


@pytest.mark.parametrize("given", ["0", "61", "six", "", "-1", "6.5", "٣", "9" * 400])
def test_a_wrong_number_is_said_in_words_and_kept_in_the_form(visitor, at, academy, given):
    for htmx in (False, True):
        seen = set_options(visitor, at, academy, "calendar", how_many=given, htmx=htmx)
        assert seen.status == 422
        assert "Give a whole number from 1 to 60." in seen and 'aria-invalid="true"' in seen and f'value="{given}"' in seen
    assert not PageDraft.select().exists()


def test_a_tick_that_is_taken_away_is_a_no(visitor, at, academy):
    assert set_options(visitor, at, academy, "attendance", page="child", months="6").status == 303
    options = {placed.widget: placed.options for placed in Arrangement.of(academy, "child").content[Role.PARENT]}
    assert options["attendance"] == {"months": 6, "show_percentage": False}


def test_every_kind_of_option_is_read():
    part = Widget("Part", Action.LINKS, lambda ask: None, options={
        "many": Option("number", 3, "How many"), "with": Option("yes-no", True, "With"),
        "size": Option("choice", "small", "Size", ("small", "large")), "text": Option("lines", "", "Lines")})
    given = {"many": " 4 ", "with": "on", "size": "large", "text": " a \r\nb\0"}
    assert arranging.options_from(part, given) == {"many": 4, "size": "large", "text": "a\nb"}
    with pytest.raises(Wrong) as wrong:
        arranging.options_from(part, {"many": "4", "size": "huge", "text": "x" * 4001})
    assert set(wrong.value.words) == {"size", "text"}
    assert wrong.value.words["size"] == "Choose one of these: small, large."


# --- the page as they would see it --------------------------------------------------------------------------------


def every_page():
    return [(key, role) for key in ("home", "child", "group") for role in roles_with_page(key, School())]


@pytest.mark.parametrize(("key", "role"), every_page())
@pytest.mark.parametrize("who", [HEAD, EDITOR])
def test_every_page_opens_for_every_role(visitor, at, who, key, role):
    seen = visitor(who).get(at(f"{key}?role={role.value}"))
    assert seen.status == 200 and f"for {role.people}" in seen
    assert visitor(who).get(at(f"{key}?role={role.value}"), HX_Request="true").status == 200


def test_a_preview_is_the_very_page_but_for_what_the_head_may_not_see(visitor, at, academy):
    seen = visitor(HEAD).get(at(f"home?role=parent&person={User.get(User.username == PARENT).id}"))
    chosen = re.search(r'<option value="(\d+)" selected>([^<:]+)', seen.text)
    theirs = visitor(User.get_by_id(int(chosen[1])).username).get("/")
    assert previewed(seen) == previewed(theirs)
    assert seen.text.count("Outline only") == 1, "the head may not see what the school holds about a family"
    assert Action.HELD not in ROLES[Role.HEAD]


def test_the_preview_acts_for_nobody(visitor, at):
    seen = visitor(HEAD).get(at("child?role=parent"))
    preview = seen.text[seen.text.index('class="arrange-preview"'):seen.text.index("<footer")]
    assert "panel-timetable" in preview
    assert not re.findall(r"<[^>]+\s(?:href|action|hx-[a-z]+)=", preview)


def test_only_families_of_this_school_and_only_their_children_here(visitor, at, academy, viewer_of, pupil):
    for person in arranging.people(viewer_of(HEAD), academy, Role.PARENT, "home"):
        seen = visitor(HEAD).get(at(f"home?role=parent&person={person.id}"))
        elsewhere = Pupil.select().where(Pupil.school != academy)
        assert f'<option value="{person.id}" selected>' in seen
        assert not [child.name for child in elsewhere if f"{child.name}</a>" in seen.text]
    mother = User.get(User.username == "mairi.macleod")
    assert "Finlay" not in visitor(HEAD).get(at(f"home?role=parent&person={mother.id}"))
    glance = arranging.glance(viewer_of(HEAD), academy, Role.PARENT, arranging.Person(mother.id, ""))
    assert [child.mis_id for child in widgets.home_of(glance).children] == ["000101"]


def test_somebody_who_is_not_on_the_list_is_not_looked_at(visitor, at, academy):
    primary = User.get(User.username == "margaret.sinclair")
    for person in (primary.id, 0, 10**12, -1, "x"):
        assert visitor(HEAD).get(at(f"home?role=parent&person={person}")).status == 200
    assert not Audit.select().where(Audit.action == "looked at page as", Audit.subject.contains("Sinclair")).exists()


def test_looking_is_written_down_once_for_each_person(visitor, at, academy, viewer_of):
    head = visitor(HEAD)
    for _ in range(2):
        head.get(at("child?role=parent"))
    person = arranging.people(viewer_of(HEAD), academy, Role.PARENT, "child")[0]
    reading = Reading.get(Reading.user == User.get(User.username == HEAD))
    assert reading.page == f"preview of child as {Role.PARENT.value}, user {person.id}"
    assert [row.subject for row in Audit.select().where(Audit.action == "looked at page as")] == [f"child as {Role.PARENT.value}: {person.name}"]
    assert Reading.select().where(Reading.page.startswith("preview")).count() == 1


def test_looking_changes_nothing(visitor, at):
    before = stored(), PageDraft.select().count(), Page.select().count()
    for key, role in every_page():
        visitor(HEAD).get(at(f"{key}?role={role.value}"))
    assert (stored(), PageDraft.select().count(), Page.select().count()) == before


def test_the_site_editor_never_meets_a_childs_data(visitor, at, academy, counted, viewer_of):
    names = {name for child in Pupil.select().where(Pupil.school == academy) for name in (child.name, f"{child.forename} {child.surname}")}
    assert arranging.people(viewer_of(EDITOR), academy, Role.PARENT, "home") == []
    parent = User.get(User.username == PARENT).id
    for key, role in every_page():
        seen = visitor(EDITOR).get(at(f"{key}?role={role.value}&person={parent}"))
        assert not [name for name in names if name in seen.text]
        assert "children’s data is not part of that" in seen
        assert "<article" not in seen.text, "no news either: it may name children"
    assert not Reading.select().where(Reading.user == User.get(User.username == EDITOR)).exists()


def test_what_is_off_for_the_head_is_an_outline_in_the_preview(visitor, at, academy):
    ComponentPolicy.create(authority=academy.authority, school=academy, role=Role.HEAD.value, component="attendance", allowed=False)
    seen = visitor(HEAD).get(at("child?role=parent"))
    assert "panel-attendance" not in seen and "attendance" in previewed(seen)


def test_a_group_page_is_looked_at_through_its_teachers_choice(visitor, at):
    seen = visitor(HEAD).get(at("group?role=teacher"))
    assert "The page of" in seen and "teachers" in previewed(seen)


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [PARENT, "ailsa.reid", "jean.baxter", "margaret.sinclair", "helen.ross", "shona.campbell"])
def test_for_everybody_else_there_is_no_page_editor(visitor, at, who):
    before = stored()
    for address in (at(), at("home"), at("home?role=parent")):
        assert visitor(who).get(address).status == 404
    for do in ("off", "options", "publish", "discard", "bring-back", "layout", "default"):
        assert visitor(who).post(at("home/changes"), {"do": do, "widget": "news", **PARENTS}).status == 404
    assert visitor(who).post(at("sign")).status == 404
    assert stored() == before


def test_a_stranger_is_asked_to_sign_in(visitor, at):
    assert visitor().get(at("home")).status == 303
    assert visitor().post(at("home/changes")).status == visitor().post(at("sign")).status == 303


@pytest.mark.parametrize("address", ["nothing", "school", "authority", "home?role=pupil", "home?role=authority", "child?role=editor"])
def test_a_page_or_role_that_there_is_not(visitor, at, address):
    assert visitor(HEAD).get(at(address)).status == 404


def test_what_no_button_sends(visitor, at, changed):
    assert changed("explode", "news").status == 404 and changed("move", "news").status == 404
    assert changed("off", "not-there").status == 409
    assert changed("off", "news", stamp="x").status == 409
    assert changed("options", "not-there").status == changed("layout", "", layout="not-there").status == 404
    assert visitor(HEAD).post(at("home/changes"), {"do": "publish", **PARENTS}, csrf=False).status == 400


def test_the_list_of_pages_says_what_waits(visitor, at, changed):
    assert "Draft" not in visitor(HEAD).get(at())
    changed("off", "news")
    seen = visitor(EDITOR).get(at())
    assert "Donald Munro changed it" in seen and "not published yet" in seen


def test_a_widget_that_the_code_no_longer_has_is_left_alone(visitor, at, changed, published, academy):
    page = Page.get(Page.school.is_null(), Page.key == "home")
    Placement.create(page=page, role=Role.PARENT.value, widget="vanished", position=99)
    assert "vanished" not in WIDGETS
    assert changed("off", "news").status == 303 and published().status == 303
    assert visitor(PARENT).get("/").status == 200
