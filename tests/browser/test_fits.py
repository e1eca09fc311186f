"""Every page for everybody in windows and with text of any size, under fingers, on paper, and without movement: nothing is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import (
    pressable_on_paper,
    sticks_out,
    sticks_out_when_spaced,
    sticks_out_when_text_is_larger,
    too_small,
)
from tests.browser.pages import EVERYBODY, NOWHERE, be, every_page, open_everything
from tests.browser.site import DESK, NARROW, PHONE

pytestmark = pytest.mark.looks

everybody = pytest.mark.parametrize("who", EVERYBODY)
DOUBLED = (640, 450)  # a desk at a zoom of 200 %; 320 px is 1280 px at 400 %


def pages_of(site, signed_in, who, **more):
    page = be(signed_in, who, **more)
    for _ in every_page(site, page, who):
        yield page
    page.goto(site.at(NOWHERE))
    yield page


@everybody
def test_nothing_sticks_out_is_too_small_or_pressable_on_paper(site, signed_in, who):
    """Three questions on one walk, for the walk takes longer than the questions."""
    found = []
    for page in pages_of(site, signed_in, who):
        for size in (NARROW, PHONE, DOUBLED, DESK):
            found += sticks_out(page, size)
        found += sticks_out_when_spaced(page, NARROW) + sticks_out_when_spaced(page, DESK)
        found += sticks_out_when_text_is_larger(page, DOUBLED, "200%")
        found += pressable_on_paper(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        found += too_small(page)
    assert found == [], "\n".join(found)


LONG_NAMES = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const long = {Catriona: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio", Finlay: "Wilhelmina-Alexandrina Theodora", Isla: "Featherstonehaughina",
                  MacLeod: "Featherstonehaugh-Cholmondeley-Macgillivray", Fraser: "Featherstonehaugh-Cholmondeley-Macgillivray",
                  English: "Religious, Moral and Philosophical Studies", Highlander: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter",
                  "mairi.macleod": "llanfairpwllgwyngyllgogerychwyrndrobwll.featherstonehaugh-cholmondeley"};
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(
        new RegExp(Object.keys(long).sort((a, b) => b.length - a.length).join("|"), "g"), short => long[short]);
}"""


@pytest.mark.parametrize("who", ["parent", "teacher", "head", "office"])
def test_the_longest_names_fit_too(site, signed_in, who):
    found = []
    for page in pages_of(site, signed_in, who):
        page.evaluate(LONG_NAMES)
        for size in (NARROW, PHONE, DESK):
            found += sticks_out(page, size)
    assert found == [], "\n".join(found)


# --- on paper, without movement ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_has_every_panel_in_black_on_white(site, signed_in, scheme):
    page = signed_in("mairi.macleod", DESK, scheme)
    page.goto(site.at("/children/{catriona}"))
    panels = page.locator(".panel").count()
    page.emulate_media(media="print")
    expect(page.locator(".panel:visible")).to_have_count(panels)
    for gone in (".board .steps", ".board .days"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    expect(page.get_by_text("Printed from GlowLite on Thursday 19 November 2026, for Mairi MacLeod")).to_be_visible()
    expect(page.locator(".week h3:visible")).to_have_count(5)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(("who", "address", "words"), [
    ("jean.baxter", "/schools/{academy}/why?adult-letters=gordon.fraser&child-letters=isla+fraser", "Gordon Fraser cannot open the page"),
    ("jean.baxter", "/schools/{academy}/drops/{held drop}", "links.csv"),
    ("jean.baxter", "/schools/{academy}/people/pupil/{isla}", "Karen Fraser"),
    ("donald.munro", "/schools/{academy}/audit", "drop held"),
    ("ailsa.reid", "/news/{diary}", "whose diary is it"),
])
def test_paper_has_what_was_asked_for(site, signed_in, who, address, words):
    page = signed_in(who, DESK, "dark")
    page.goto(site.at(address))
    page.emulate_media(media="print")
    expect(page.get_by_text(re.compile(words)).locator("visible=true").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_nothing_moves_for_those_who_asked_for_that(site, signed_in):
    moving = """() => [...document.querySelectorAll("*")].filter(one => ["", "::before", "::after"].some(part => {
        const style = getComputedStyle(one, part || null);
        return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
    })).length"""
    for who, address in (("mairi.macleod", "/children/{catriona}"), ("donald.munro", "/schools/{academy}/pages/home")):
        page = signed_in(who, reduced_motion="reduce")
        page.goto(site.at(address))
        open_everything(page)
        assert page.evaluate(moving) == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
