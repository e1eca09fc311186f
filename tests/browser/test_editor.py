"""The page editor and those who have the page open meanwhile: with and without scripts, by button, by dragging and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import tab_to
from tests.browser.looking import look_at
from tests.browser.site import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
HEAD, MOTHER = "margaret.sinclair", "nasreen.hussain"  # at the Primary, whose pages no other test looks at
CHILD, HOME = "/schools/{primary}/pages/child?role=parent", "/schools/{primary}/pages/home?role=parent"


@pytest.fixture
def editor(site, signed_in):
    """editor(CHILD, DESK): the head has the page editor open; afterwards every part is switched on again, and no draft is left."""
    opened = []

    def open_editor(path, size=DESK, **more):
        page = signed_in(HEAD, size, **more)
        page.goto(site.at(path))
        opened.append((page, path))
        return page

    yield open_editor
    for page, path in opened:
        page.goto(site.at(path))
        if page.locator("#arrange-discard").count():
            page.locator("#arrange-discard").click()
            expect(page.get_by_text("The draft is thrown away.").first).to_be_visible()
        if page.get_by_role("button", name="Switch on").count():
            page.get_by_role("button", name="Switch on").click()
            page.get_by_role("button", name="Publish", exact=True).click()
            expect(page.get_by_text("People see it from now on.").first).to_be_visible()


def said(page, words):
    """Said to the ears, and to the eyes at the top of the editor."""
    expect(page.locator("#live")).to_have_text(words)
    expect(page.locator(".said").first).to_have_text(words)


def titles(page):
    return [title.split("\n")[0] for title in page.locator("ol.arrange-list h3").all_inner_texts()]


@SIZES
def test_without_scripts_a_part_is_switched_off_and_published(editor, signed_in, site, size):
    head, mother = editor(HOME, size, java_script_enabled=False), signed_in(MOTHER, size, java_script_enabled=False)
    expect(mother.get_by_role("heading", name="Useful links")).to_be_visible()
    head.get_by_role("button", name="Switch off Useful links").click()
    expect(head.get_by_text("Useful links is switched off. Nobody sees this before you publish.")).to_be_visible()
    expect(head.get_by_text("Parents lose Useful links").or_(head.get_by_text(re.compile("Useful links (is switched off|comes off)"))).first).to_be_visible()
    mother.reload()
    expect(mother.get_by_role("heading", name="Useful links")).to_be_visible()
    head.get_by_role("button", name="Publish", exact=True).click()
    expect(head.get_by_text("People see it from now on.")).to_be_visible()
    mother.reload()
    expect(mother.get_by_role("heading", level=1)).to_contain_text("Hello")
    expect(mother.get_by_role("heading", name="Useful links")).to_have_count(0)


@SIZES
def test_a_part_that_is_switched_off_says_so_to_whoever_has_it_open(editor, signed_in, complaints, size):
    head, mother = editor(CHILD), signed_in(MOTHER, size)
    mother.get_by_role("navigation", name="Your children").get_by_role("link", name="Aisha").click()
    attendance = mother.locator("#w-attendance")
    head.get_by_role("button", name="Switch off Attendance").click()
    said(head, "Attendance is switched off. Nobody sees this before you publish.")
    attendance.get_by_role("link", name="October").click()
    expect(attendance.locator("caption")).to_have_text("October 2026")
    head.get_by_role("button", name="Publish", exact=True).click()
    said(head, "A child’s page is published. People see it from now on.")
    step = attendance.get_by_role("link", name="September")
    step.click()
    gone = "This is not here any more. Reload the page to see what is."
    expect(attendance.locator(".wrongs")).to_have_text(gone)
    expect(mother.locator("#live")).to_have_text(gone)
    expect(step).to_be_focused()
    complaints.clear()
    look_at(mother)
    timetable = mother.locator("#w-timetable")
    timetable.get_by_role("link", name="Week after").click()
    expect(mother.locator("#w-timetable-title")).to_be_focused()
    expect(mother.locator("#live")).to_have_text("Timetable, updated")
    mother.reload()
    expect(mother.locator("#w-timetable")).to_be_visible()
    expect(attendance).to_have_count(0)


@SIZES
def test_moving_by_button_keeps_the_keyboard_where_it_was(editor, size):
    page = editor(CHILD, size)
    assert titles(page)[:3] == ["Today", "Homework", "Timetable"]
    page.get_by_role("button", name="Move Timetable up").focus()
    page.keyboard.press("Enter")
    said(page, "Timetable moved up. Nobody sees this before you publish.")
    expect(page.get_by_role("button", name="Move Timetable up")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("Timetable moved up. Nobody sees this before you publish.")
    expect(page.get_by_role("button", name="Move Timetable up")).to_have_count(0)
    expect(page.get_by_role("button", name="Move Timetable down")).to_be_focused()
    assert titles(page)[:3] == ["Timetable", "Today", "Homework"]
    tab_to(page, page.get_by_role("button", name="Switch off Timetable"), steps=1, key="Shift+Tab")
    page.keyboard.press("Enter")
    said(page, "Timetable is switched off. Nobody sees this before you publish.")
    expect(page.get_by_role("button", name="Switch on Timetable")).to_be_focused()
    expect(page.locator(".arrange-preview #w-timetable")).to_have_count(0)
    page.keyboard.press("Enter")
    said(page, "Timetable is switched on. Nobody sees this before you publish.")
    tab_to(page, page.get_by_role("button", name="Take off Timetable"), steps=3)
    page.keyboard.press("Enter")
    said(page, "Timetable is off the page. Nobody sees this before you publish.")
    expect(page.locator("#arrange-list")).to_be_focused()
    page.get_by_role("button", name="Add Timetable").press("Enter")
    said(page, "Timetable is on the page now, at the end. Nobody sees this before you publish.")
    expect(page.locator("#arrange-timetable")).to_be_focused()


def drag(page, key, onto):
    """By the title of one part onto that of another, as a hand does: beginning with a little movement."""
    page.locator(f"#arrange-{key} h3").hover()
    box = page.locator(f"#arrange-{key} h3").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    for _ in range(2):
        page.locator(f"#arrange-{onto} h3").hover()
    page.mouse.up()


def test_dragging_moves_a_part_and_says_where_it_is(editor):
    page = editor(CHILD)
    drag(page, "timetable", onto="today")
    said(page, "Timetable is number 1 now. Nobody sees this before you publish.")
    assert titles(page)[:3] == ["Timetable", "Today", "Homework"]
    expect(page.locator("#arrange-timetable")).to_be_focused()
    drag(page, "timetable", onto="homework")
    said(page, "Timetable is number 3 now. Nobody sees this before you publish.")
    assert titles(page)[:3] == ["Today", "Homework", "Timetable"]


def test_two_editors_do_not_overwrite_one_another(editor, complaints):
    mine, theirs = editor(CHILD), editor(CHILD)
    theirs.get_by_role("button", name="Move Timetable up").click()
    said(theirs, "Timetable moved up. Nobody sees this before you publish.")
    mine.get_by_role("button", name="Switch off Results").click()
    expect(mine.locator(".said").first).to_be_visible()
    said(mine, mine.locator(".said").first.inner_text())
    assert titles(mine)[:2] == ["Today", "Timetable"], "what the other did is there now"
    expect(mine.get_by_role("button", name="Switch off Results")).to_be_focused()
    complaints.clear()


@SIZES
def test_a_keyboard_is_enough_to_set_an_option_and_to_look_as_somebody_else(editor, size):
    page = editor(HOME, size)
    tab_to(page, page.locator("#arrange-news summary"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("How many posts"), steps=1)
    page.keyboard.press("Control+a")
    page.keyboard.type("999")
    page.keyboard.press("Enter")
    expect(page.get_by_label("How many posts")).to_be_focused()
    expect(page.get_by_label("How many posts")).to_have_attribute("aria-invalid", "true")
    look_at(page)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.get_by_label("How many posts").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    said(page, "The options of News are set. Nobody sees this before you publish.")
    tab_to(page, page.get_by_label("Look at it as"), steps=120)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#live")).to_have_text("The page is as chosen now")
    expect(page.get_by_label("Look at it as")).to_be_focused()
