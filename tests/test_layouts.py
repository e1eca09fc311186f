"""The layouts to begin from: made of widgets that may stand there, offered to the school they fit, and a draft until somebody publishes."""

import re

import pytest

from glowlite import arranging
from glowlite.arranging import Arrangement, layouts
from glowlite.models import ComponentPolicy, Page, PageDraft, PageVersion, Placement, School
from glowlite.policy import PAGES, ROLES, Action, Role
from glowlite.widgets import WIDGETS

HEAD, EDITOR, PARENT = "donald.munro", "priya.sharma", "tomasz.kowalski"
KINDS = ("nursery", "primary", "secondary", "special", "all-through")
OFFERED = [(key, layout.key) for key in ("home", "child") for layout in layouts(School(), key, Role.PARENT)]

every_layout = pytest.mark.parametrize(("page", "name"), OFFERED)


def layout(page, name):
    return next(one for one in layouts(School(), page, Role.PARENT) if one.key == name)


@pytest.fixture
def take(visitor, academy):
    """take("short") presses the button of a layout, as the head and on the page as it is."""

    def press(name, page="home", who=HEAD, stamp=None, role=Role.PARENT, **headers):
        fields = {"do": "layout", "layout": name, "role": role.value, "stamp": stamp or Arrangement.of(academy, page).stamp}
        return visitor(who).post(f"/schools/{academy.id}/pages/{page}/changes", fields, **headers)

    return press


def stored():
    return sorted(Placement.select(Placement.page, Placement.role, Placement.widget, Placement.position, Placement.is_on, Placement.options_text).tuples())


# --- what they are made of ---------------------------------------------------------------------------------


@every_layout
def test_a_layout_keeps_to_the_contract_of_its_widgets(page, name):
    row = layout(page, name).row
    keys = [placed.widget for placed in row]
    assert len(set(keys)) == len(keys) >= 5
    for placed in row:
        widget = WIDGETS[placed.widget]
        assert page in widget.pages and widget.needs in ROLES[Role.PARENT] and PAGES[page] in ROLES[Role.PARENT], placed.widget
        form = {option: value if isinstance(value, str) else str(value) for option, value in _values(widget, placed.options).items() if value is not False}
        assert arranging.options_from(widget, form) == placed.options, "valid, and only what is not as usual"


def _values(widget, options):
    assert set(options) <= set(widget.options)
    return {name: options.get(name, option.default) for name, option in widget.options.items()}


@every_layout
def test_a_layout_says_for_whom_it_is_and_never_hides_what_the_school_holds(page, name):
    one = layout(page, name)
    assert one.name and one.about.endswith(".")
    assert {"held", "source"} <= {placed.widget for placed in one.row}


@pytest.mark.parametrize("page", ["home", "child"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_school_is_offered_its_own_first(page, kind):
    offered = layouts(School(kind=kind), page, Role.PARENT)
    assert offered[0].key == kind and offered[0].fits and not any(one.fits for one in offered[1:])
    assert {one.key for one in offered} >= set(KINDS)


def test_there_are_layouts_for_the_pages_of_families_only(academy):
    for key in PAGES:
        for role in Role:
            assert bool(layouts(academy, key, role)) == (role is Role.PARENT and key in ("home", "child"))
    assert not any(one.fits for one in layouts(academy.authority, "home", Role.PARENT)), "an authority has schools of all kinds"


# --- taking one ---------------------------------------------------------------------------------------------


def test_the_editor_offers_them_with_their_parts_in_order(visitor, academy):
    seen = visitor(EDITOR).get(f"/schools/{academy.id}/pages/home?role=parent")
    offer = seen.text[seen.text.index('id="arrange-layouts"'):seen.text.index('id="arrange-compare"')]
    titles = re.findall(r"<h3>(.*?)</h3>", offer)
    assert titles[0].startswith("Secondary") and "For a school like yours" in titles[0] and "like yours" not in "".join(titles[1:])
    first = re.findall(r"<li>(.*?)</li>", offer.split("layout-parts")[1])
    assert first == [WIDGETS[placed.widget].title for placed in layout("home", "secondary").row]
    assert 'id="arrange-layouts"' not in visitor(EDITOR).get(f"/schools/{academy.id}/pages/home?role=teacher")


@every_layout
def test_nothing_is_published_by_taking_a_layout(visitor, take, academy, page, name):
    before, home = stored(), visitor(PARENT).get("/").text
    assert take(name, page).status == 303
    assert PageDraft.select().count() == 1 and not PageVersion.select().exists()
    own = Page.get(Page.school == academy)
    assert [row for row in stored() if row[0] != own.id] == before
    assert re.findall(r'id="w-\w+-title"', visitor(PARENT).get("/").text) == re.findall(r'id="w-\w+-title"', home)
    arrangement = Arrangement.of(academy, page)
    assert arrangement.content[Role.PARENT] == layout(page, name).row
    assert {role: row for role, row in arrangement.content.items() if role != Role.PARENT} == {
        role: row for role, row in arrangement.published.items() if role != Role.PARENT}


def test_a_layout_is_undone_by_throwing_the_draft_away(visitor, take, academy):
    before, pages = stored(), Page.select().count()
    take("short")
    fields = {"do": "discard", "role": Role.PARENT.value, "stamp": Arrangement.of(academy, "home").stamp}
    assert visitor(HEAD).post(f"/schools/{academy.id}/pages/home/changes", fields).status == 303
    assert (stored(), Page.select().count(), PageDraft.select().count()) == (before, pages, 0)


def test_a_published_layout_is_what_parents_meet(visitor, take, academy):
    take("short")
    fields = {"do": "publish", "role": Role.PARENT.value, "stamp": Arrangement.of(academy, "home").stamp}
    visitor(HEAD).post(f"/schools/{academy.id}/pages/home/changes", fields)
    home = visitor(PARENT).get("/")
    assert re.findall(r'id="w-(\w+)-title"', home.text) == [placed.widget for placed in layout("home", "short").row]
    assert "This is what stands below." in visitor(HEAD).get(f"/schools/{academy.id}/pages/home?role=parent")


def test_of_two_editors_the_second_is_told_before_a_layout_takes_the_place_of_the_others_work(take, academy):
    stamp = Arrangement.of(academy, "home").stamp
    assert take("primary", stamp=stamp).status == 303
    answer = take("nursery", who=EDITOR, stamp=stamp)
    assert answer.status == 409 and "Donald Munro has changed this page since you saw it" in answer
    assert Arrangement.of(academy, "home").content[Role.PARENT] == layout("home", "primary").row


def test_htmx_gets_the_editor_and_the_sentence(take):
    seen = take("short", HX_Request="true")
    assert seen.status == 200 and "<html" not in seen
    assert "The page for parents is as in the layout “Short, to begin with” now. Nobody sees this before you publish." in seen


@pytest.mark.parametrize(("name", "page", "role"), [("castle", "home", Role.PARENT), ("primary", "home", Role.TEACHER), ("primary", "group", Role.PARENT)])
def test_a_layout_that_there_is_not_for_this_page_of_this_role(take, name, page, role):
    assert take(name, page, role=role).status == 404
    assert not PageDraft.select().exists()


def test_a_layout_opens_nothing_that_policy_keeps_shut(visitor, take, academy):
    """What the school switched off stands in the layout, and stays shut."""
    ComponentPolicy.create(authority=academy.authority, school=academy, role=Role.PARENT.value, component=Action.RESULTS.key, allowed=False)
    take("secondary")
    visitor(HEAD).post(f"/schools/{academy.id}/pages/home/changes",
                       {"do": "publish", "role": Role.PARENT.value, "stamp": Arrangement.of(academy, "home").stamp})
    assert "results" in [placed.widget for placed in Arrangement.of(academy, "home").published[Role.PARENT]]
    assert visitor(PARENT).get("/widgets/results").status == 404 and "w-results" not in visitor(PARENT).get("/")
