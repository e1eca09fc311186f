"""The office at its desk and on a phone: asking why, finding somebody, the menu, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import tab_to
from tests.browser.site import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["", "without scripts"])


def go(page, words):
    """By the menu, which on a phone is behind a word."""
    menu = page.get_by_role("navigation", name="Pages")
    if menu.locator("summary").is_visible():
        expect(menu.get_by_role("link", name=words, exact=True)).to_be_hidden()
        menu.locator("summary").click()
    menu.get_by_role("link", name=words, exact=True).click()


@SIZES
@SCRIPTS
def test_why_gordon_fraser_does_not_see_isla_is_a_sentence_to_read_out(signed_in, size, scripts):
    page = signed_in("jean.baxter", size, java_script_enabled=scripts)
    go(page, "Why?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Why does somebody see this, or not?")
    adult, child = page.get_by_role("group", name="Which adult?"), page.get_by_role("group", name="Which child?")
    adult.get_by_label("A few letters of the name").press_sequentially("gord fras")
    if scripts:
        adult.get_by_role("radio", name="Gordon Fraser").check()
    child.get_by_label("A few letters of the name").press_sequentially("isla")
    if scripts:
        child.get_by_role("radio", name="Isla Fraser").check()
    page.get_by_role("button", name="Why?").click()
    if not scripts:  # several are called Isla: choose one of those who were found
        child.get_by_role("radio", name="Isla Fraser").check()
        page.get_by_role("button", name="Why?").click()
    answer = page.get_by_role("region", name="To read out")
    expect(answer).to_contain_text("Gordon Fraser cannot open the page for Isla Fraser: the MIS has a court order on record between these two.")
    expect(answer).to_contain_text(re.compile(r"links\.csv, row \d+"))
    expect(page).to_have_title("The answer: Why? – GlowLite")


@SIZES
@SCRIPTS
def test_somebody_is_found_and_asked_about_from_their_page(signed_in, size, scripts):
    page = signed_in("jean.baxter", size, java_script_enabled=scripts)
    go(page, "People")
    page.get_by_label("Find somebody").press_sequentially("isla fraser")
    if not scripts:
        page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Isla Fraser").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Isla Fraser")
    adults = page.get_by_role("region", name="Adults").get_by_role("listitem")
    expect(adults.filter(has_text="Karen Fraser")).to_contain_text("Gives access")
    expect(adults.filter(has_text="Gordon Fraser")).to_contain_text("Gives no access")
    page.get_by_role("link", name="Why? Gordon Fraser").click()
    expect(page.get_by_role("region", name="To read out")).to_contain_text("Gordon Fraser cannot open the page for Isla Fraser")


@SIZES
@SCRIPTS
def test_files_are_tried_and_nothing_is_kept(site, signed_in, size, scripts):
    page = signed_in("jean.baxter", size, java_script_enabled=scripts)
    go(page, "Drops")
    before = page.get_by_role("link", name=re.compile(r"^Drop \d+$")).count()
    cells = b"id,forename,surname\n000101,Catriona,MacLeod\n"
    page.get_by_label("Files from the MIS").set_input_files({"name": "pupils.csv", "mimeType": "text/csv", "buffer": cells})
    page.get_by_role("button", name="Try it first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tried: this would wait for a person")
    expect(page.get_by_role("region", name="Why it would wait")).to_contain_text("Is the export complete?")
    page.get_by_role("link", name="All drops").click()
    expect(page.get_by_role("link", name=re.compile(r"^Drop \d+$"))).to_have_count(before)


@SIZES
def test_a_keyboard_is_enough_to_ask_why(site, signed_in, size):
    page = signed_in("jean.baxter", size)
    page.goto(site.at("/schools/{academy}/why"))
    adult, child = page.get_by_role("group", name="Which adult?"), page.get_by_role("group", name="Which child?")
    tab_to(page, page.locator(".skip"))
    page.keyboard.press("Enter")
    tab_to(page, adult.get_by_label("A few letters of the name"), steps=1)
    page.keyboard.type("karen fraser")
    expect(page.locator("#live")).to_have_text("1 to choose from")
    tab_to(page, adult.get_by_role("radio"), steps=1)
    page.keyboard.press("Space")
    tab_to(page, child.get_by_label("A few letters of the name"), steps=1)
    page.keyboard.type("isla fraser")
    expect(child.get_by_role("radio")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="To read out")).to_contain_text("Karen Fraser")
    tab_to(page, page.get_by_role("navigation", name="Pages").locator("summary" if size == PHONE else "a").first)
    page.keyboard.press("Enter")
    if size == PHONE:
        tab_to(page, page.get_by_role("link", name="Home", exact=True), steps=1)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Jean")
