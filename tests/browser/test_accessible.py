"""Every page for everybody: no violation of WCAG 2.2 AA that a machine can find, and nothing lost when narrow, large, spaced or printed."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.site import DESK, NARROW, PHONE

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
SOME_LOOKS = [(PHONE, "light"), (DESK, "dark")]
ALL_LOOKS = [*SOME_LOOKS, (PHONE, "dark"), (DESK, "light")]

# Who, under which hat, and how to get to a child's page from home; None where the role opens no child.
CHIP, CLASS = ".chips a:not([aria-current])", ".names a"
EVERYBODY = {
    "parent": ("mairi.macleod", CHIP),
    "parent of a child with nothing": ("marta.wojcik", CHIP),
    "teacher": ("ailsa.reid", CLASS),
    "head": ("donald.munro", CLASS),
    "office": ("jean.baxter", CLASS),
    "editor": ("priya.sharma", None),
    "authority": ("helen.ross", None),
    "teacher as a parent": ("shona.campbell", CHIP),
    "parent as a teacher": ("shona.campbell/staff", CLASS),
}


def look_at(page, looks=SOME_LOOKS):
    """axe over the page as it is, in both widths and both colour schemes; the same page, so that it is quick."""
    for size, scheme in looks:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AXE.run(page, options=RULES).response["violations"]
        assert not found, f"{page.url} {size} {scheme}\n" + "\n".join(
            f"{one['id']}: {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')}" for one in found for node in one["nodes"])


def be(signed_in, who, **more):
    username, _, hat = EVERYBODY[who][0].partition("/")
    page = signed_in(username, **more)
    if hat:
        page.get_by_role("button", name=f"Change to {hat}").click()
        expect(page.get_by_text(f"You are here as {hat}")).to_be_visible()
    return page


def open_everything(page):
    """Unfold what is folded: hidden words count too."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")


def open_a_child(page, way):
    open_everything(page)
    page.locator(way).first.click()
    page.wait_for_url(re.compile(r"/children/\d+"))


@pytest.mark.parametrize("who", EVERYBODY)
def test_nothing_for_axe_on_the_pages_of(signed_in, who):
    page = be(signed_in, who)
    looks = ALL_LOOKS if who == "parent" else SOME_LOOKS
    open_everything(page)
    look_at(page, looks)
    if way := EVERYBODY[who][1]:
        open_a_child(page, way)
        open_everything(page)
        look_at(page, looks)


def test_nothing_for_axe_where_one_signs_in(site, open_context):
    page = open_context().new_page()
    page.goto(f"{site.address}/sign-in")
    look_at(page)
    for password, said in (("not this one", "do not belong together"), (site.passwords["paul.geddes"], "Your account is not open at the moment.")):
        page.get_by_label("User name").fill("paul.geddes")  # his only child has left
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
        look_at(page)


def test_nothing_for_axe_when_something_is_wrong(site, signed_in):
    page = signed_in("tomasz.kowalski")
    page.goto(f"{site.address}/children/0")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not here, or not for you")
    look_at(page)
    page.goto(f"{site.address}/password")
    look_at(page)
    for label, typed in (("Password you have now", "not it"), ("New password", "long enough"), ("New password again", "another one")):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_role("main").get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The two new passwords differ.")).to_be_visible()
    look_at(page)


def test_nothing_for_axe_after_a_step_and_after_a_failure(signed_in, complaints):
    page = signed_in("mairi.macleod")
    open_a_child(page, CHIP)
    page.get_by_role("link", name="October").click()
    expect(page.locator("caption")).to_have_text("October 2026")
    page.context.set_offline(True)
    page.get_by_role("link", name="September").click()
    expect(page.locator(".wrongs")).to_be_visible()
    page.context.set_offline(False)
    complaints.clear()
    open_everything(page)
    look_at(page)


# --- narrow, large, spaced ---------------------------------------------------------------------------------

# Whatever is cut off or sticks out, by more than a rounding; what is there for screen readers only does not count.
STICKS_OUT = """() => {
    const wide = document.documentElement, found = [];
    if (wide.scrollWidth > wide.clientWidth) found.push(`the page is ${wide.scrollWidth} wide, the window ${wide.clientWidth}`);
    for (const one of document.querySelectorAll("body *:not(script):not(svg *)")) {
        const style = getComputedStyle(one), box = one.getBoundingClientRect();
        if (one.closest(".unseen, .skip") || !box.width || style.display === "inline") continue;
        if (box.right > wide.clientWidth + 1 || box.left < -1) found.push(`sticks out: ${one.outerHTML.slice(0, 120)}`);
        if (one.scrollWidth > one.clientWidth + 2 && one.clientWidth) found.push(`wider than its box: ${one.outerHTML.slice(0, 120)}`);
        if (/hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 2) found.push(`cut off: ${one.outerHTML.slice(0, 120)}`);
    }
    return found;
}"""

# WCAG 1.4.12, as a reader's own style would set it.
SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
                       p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("who", ["parent", "parent as a teacher", "authority"])
def test_nothing_sticks_out_when_narrow_or_spaced(signed_in, who):
    """320 px is also 1280 px at a zoom of 400 %."""
    page = be(signed_in, who, size=NARROW)
    ways = [None, EVERYBODY[who][1]] if EVERYBODY[who][1] else [None]
    for way in ways:
        if way:
            open_a_child(page, way)
        open_everything(page)
        assert page.evaluate(STICKS_OUT) == []
        page.evaluate(SPACED)
        assert page.evaluate(STICKS_OUT) == []
        page.evaluate("document.adoptedStyleSheets = []")


LONG_NAMES = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const long = {Catriona: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio", Finlay: "Wilhelmina-Alexandrina Theodora",
                  MacLeod: "Featherstonehaugh-Cholmondeley-Macgillivray", English: "Religious, Moral and Philosophical Studies"};
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(
        new RegExp(Object.keys(long).join("|"), "g"), short => long[short]);
}"""


@pytest.mark.parametrize("size", [NARROW, PHONE, DESK], ids=["narrow", "phone", "desk"])
def test_the_longest_names_fit_too(signed_in, size):
    page = signed_in("mairi.macleod", size)
    for way in (None, CHIP):
        if way:
            open_a_child(page, way)
        open_everything(page)
        page.evaluate(LONG_NAMES)
        assert page.evaluate(STICKS_OUT) == []


def test_nothing_sticks_out_at_a_zoom_of_200_per_cent(signed_in):
    """A desk at 200 % is half as wide with two pixels for one; and 200 % of text alone, as phones have it."""
    page = signed_in("mairi.macleod", (640, 450), device_scale_factor=2)
    for size in ("100%", "200%"):
        open_a_child(page, CHIP)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        assert page.evaluate(STICKS_OUT) == []
        page.get_by_role("link", name="Home", exact=True).click()
        page.wait_for_url(re.compile(r"/$"))
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        assert page.evaluate(STICKS_OUT) == []


# Links within a sentence may be as small as the words around them (WCAG 2.5.8); all else has 24 px, and what one taps daily 44.
TARGETS = """least => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden])")].filter(one => {
    const box = one.getBoundingClientRect(), around = getComputedStyle(one, "::after");
    const in_words = getComputedStyle(one).display === "inline" && one.closest("p, dd");
    const whole_card = around.position === "absolute";
    return box.width && !one.closest(".skip") && !in_words && !whole_card && (box.height < least || box.width < least);
}).map(one => `${Math.round(one.getBoundingClientRect().height)} high: ${one.outerHTML.slice(0, 100)}`)"""
DAILY = "least => [...document.querySelectorAll('.step, .chips a, .brand, .me summary, button, summary')].map(" \
        "one => one.getBoundingClientRect()).filter(box => box.width && box.height < least).length"


@pytest.mark.parametrize("who", ["parent", "parent as a teacher"])
def test_fingers_hit_every_target(signed_in, who):
    page = be(signed_in, who)
    open_everything(page)
    assert page.evaluate(TARGETS, 24) == []
    assert page.evaluate(DAILY, 43.5) == 0
    open_a_child(page, EVERYBODY[who][1])
    open_everything(page)
    assert page.evaluate(TARGETS, 24) == []
    assert page.evaluate(DAILY, 43.5) == 0


# --- on paper, without movement ----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_has_every_panel_and_nothing_to_press(signed_in, scheme):
    page = signed_in("mairi.macleod", DESK, scheme)
    open_a_child(page, CHIP)
    panels = page.locator(".panel").count()
    page.emulate_media(media="print")
    expect(page.locator(".panel:visible")).to_have_count(panels)
    for gone in (".top", ".chips", ".foot", ".skip", ".board .steps", ".board .days"):
        assert page.locator(f"{gone}:visible").count() == 0, gone
    expect(page.get_by_text("Printed from GlowLite on Thursday 19 November 2026, for Mairi MacLeod")).to_be_visible()
    expect(page.locator(".week h3:visible")).to_have_count(5)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_nothing_moves_for_those_who_asked_for_that(signed_in):
    page = signed_in("mairi.macleod", reduced_motion="reduce")
    open_a_child(page, CHIP)
    moving = """() => [...document.querySelectorAll("*")].filter(one => ["", "::before", "::after"].some(part => {
        const style = getComputedStyle(one, part || null);
        return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
    })).length"""
    assert page.evaluate(moving) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
