"""Widgets and fields when there is nothing to show, while something loads, and when that fails: said in words, to eyes and to ears."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from glowlite.widgets import WIDGETS
from tests.browser.looking import look_at
from tests.browser.pages import open_everything
from tests.browser.site import DESK

TEMPLATES = Path(__file__).parents[2] / "templates" / "widgets"

# Who opens what, and the widgets that are met there with nothing in them. Glenbeg is a school of this morning, and Oliwia joined yesterday.
EMPTY = [
    ("new.head", "/", {"waiting", "my_posts", "calendar", "classes", "drops", "source"}),
    ("new.office", "/", {"waiting", "drops", "calendar", "classes", "source"}),
    ("new.editor", "/", {"my_posts", "calendar", "source"}),
    ("new.teacher", "/", {"classes", "my_posts", "calendar", "source"}),
    ("new.head", "/groups/{new class}", {"news", "work_set", "calendar", "documents", "teachers"}),
    ("marta.wojcik", "/children/{oliwia}", {"today", "homework", "timetable", "attendance", "groups", "conduct", "results"}),
    ("marta.wojcik", "/", {"homework"}),
]
# An empty state that no page of a real school reaches, and why; `links` is emptied in a test of its own.
NEVER_EMPTY = {
    "changes": "that the school was added is its first line",
    "held": "who is a parent is one by a contact's record, and that is what it shows",
    "links": "a school begins with the usual ones",
    "purpose": "an authority begins with good words, and would have to empty them",
}
# Who opens what, and the widgets met there with something in them; documents come with test_writing.
FULL = [
    ("mairi.macleod", "/", {"today", "news", "homework", "children", "conduct", "calendar", "links", "held", "source"}),
    ("mairi.macleod", "/children/{catriona}", {"timetable", "attendance", "groups", "results"}),
    ("mairi.macleod", "/groups/{2b-english}", {"work_set", "teachers"}),
    ("mairi.macleod", "/authorities/{council}", {"purpose"}),
    ("donald.munro", "/", {"waiting", "changes", "my_posts", "classes", "drops"}),
]
STEPS = {"homework": "Homework of the last four weeks", "timetable": "Week after", "attendance": "October"}


def panel(page, key):
    return page.locator(f"#w-{key}")


def test_the_empty_state_of_every_widget_is_looked_at():
    have_one = {file.stem for file in TEMPLATES.glob("*.html") if 'class="empty"' in file.read_text()}
    assert have_one == set().union(*(keys for _, _, keys in EMPTY)) | NEVER_EMPTY.keys()


def test_every_widget_is_looked_at_full():
    assert WIDGETS.keys() == set().union(*(keys for _, _, keys in FULL)) | {"documents"}


def test_the_steps_of_every_widget_that_has_some_are_tried():
    assert {file.stem for file in TEMPLATES.glob("*.html") if "part_link(" in file.read_text()} == STEPS.keys()


@pytest.mark.parametrize(("who", "address", "keys"), EMPTY, ids=[f"{who} {address}" for who, address, _ in EMPTY])
def test_nothing_is_said_in_a_sentence(new_school, signed_in, who, address, keys):
    page = signed_in(who)
    page.goto(new_school.at(address))
    open_everything(page)
    for key in keys:
        said = panel(page, key).locator(".empty").first
        expect(said).to_be_visible()
        assert re.fullmatch(r"[A-Z“].{20,}[.!]", said.inner_text().strip()), said.inner_text()
    assert not re.search(r"\b(None|null|undefined|nan)\b", page.locator("main").inner_text())
    look_at(page)


@pytest.mark.parametrize(("who", "address", "keys"), FULL, ids=[f"{who} {address}" for who, address, _ in FULL])
def test_something_is_not_called_nothing(site, signed_in, who, address, keys):
    page = signed_in(who)
    page.goto(site.at(address))
    for key in keys:
        expect(panel(page, key)).to_be_visible()
        expect(panel(page, key).locator(".empty")).to_have_count(0)


def test_links_that_the_editor_took_out_are_missed_in_words(new_school, signed_in):
    page = signed_in("new.editor", DESK)
    page.goto(new_school.at("/schools/{glenbeg}/pages/home?role=parent"))
    page.locator("#arrange-links summary").click()
    page.locator("#option-links-links").fill("")
    page.locator("#arrange-links-options").click()
    expect(panel(page, "links").locator(".empty")).to_contain_text("No links yet.")
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.locator("#live")).to_contain_text("The draft is thrown away.")


# --- while it loads, and when it fails ------------------------------------------------------------------


@pytest.mark.parametrize("key", STEPS)
def test_a_panel_is_dimmed_while_it_loads(site, signed_in, key):
    page = signed_in("mairi.macleod")
    page.goto(site.at("/children/{catriona}"))
    waiting = []
    page.route("**/widgets/*", lambda route: waiting.append(route))  # noqa: PLW0108 - what it takes is looked at
    panel(page, key).get_by_role("link", name=STEPS[key]).click()
    expect(panel(page, key)).to_have_css("opacity", "0.6")
    waiting[0].continue_()
    expect(page.locator(f"#w-{key}-title")).to_be_focused()
    expect(panel(page, key)).to_have_css("opacity", "1")


FAILURES = {404: "This is not here any more.", 429: "Please wait a few minutes", 500: "Something went wrong on our side.", 0: "GlowLite cannot be reached."}


@pytest.mark.parametrize("status", FAILURES)
@pytest.mark.parametrize("key", STEPS)
def test_a_failure_is_said_in_the_panel_and_aloud(site, signed_in, complaints, key, status):
    page = signed_in("mairi.macleod")
    page.goto(site.at("/children/{catriona}"))
    page.route("**/widgets/*", lambda route: route.fulfill(status=status, body="") if status else route.abort())
    before = panel(page, key).inner_text()
    step = panel(page, key).get_by_role("link", name=STEPS[key])
    step.click()
    expect(panel(page, key).locator(".wrongs")).to_contain_text(FAILURES[status])
    expect(page.locator("#live")).to_contain_text(FAILURES[status])
    expect(panel(page, key)).to_have_css("opacity", "1")
    expect(step).to_be_focused()
    assert panel(page, key).inner_text().replace(panel(page, key).locator(".wrongs").inner_text(), "").split() == before.split()
    complaints.clear()
    if status == 404:
        look_at(page)
    page.unroute("**/widgets/*")
    step.click()
    expect(page.locator(f"#w-{key}-title")).to_be_focused()
    expect(panel(page, key).locator(".wrongs")).to_have_count(0)


@pytest.mark.parametrize(("address", "field", "letters", "found"), [
    ("/schools/{academy}/people", "Find somebody", "karen f", "1 person"),
    ("/schools/{academy}/why", "A few letters of the name", "macl", "12 to choose from"),
])
def test_finding_while_typing_says_how_many_and_says_when_it_fails(site, signed_in, complaints, address, field, letters, found):
    page = signed_in("jean.baxter")
    page.goto(site.at(address))
    page.route("**/schools/**", lambda route: route.abort())
    page.get_by_label(field).first.press_sequentially("zz")
    expect(page.locator(".wrongs")).to_contain_text("GlowLite cannot be reached.")
    expect(page.locator("#live")).to_contain_text("GlowLite cannot be reached.")
    complaints.clear()
    page.unroute("**/schools/**")
    page.get_by_label(field).first.press_sequentially("z")
    expect(page.locator("#live")).to_contain_text("fits “zzz”")
    expect(page.locator(".wrongs")).to_have_count(0)
    page.get_by_label(field).first.fill(letters)
    expect(page.locator("#live")).to_have_text(found)
    expect(page.get_by_label(field).first).to_be_focused()


def test_the_page_editor_says_in_words_that_it_could_not_be_reached(site, signed_in, complaints):
    page = signed_in("margaret.sinclair", DESK)
    page.goto(site.at("/schools/{primary}/pages/child"))
    page.context.set_offline(True)
    page.get_by_role("button", name="Move Homework down").click()
    expect(page.locator("#arrange-homework .wrongs")).to_contain_text("GlowLite cannot be reached.")
    expect(page.locator("#live")).to_contain_text("GlowLite cannot be reached.")
    expect(page.get_by_role("button", name="Move Homework down")).to_be_focused()
    complaints.clear()
    page.context.set_offline(False)
