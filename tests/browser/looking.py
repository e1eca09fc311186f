"""What a machine can find wrong with a page as it stands: axe, what sticks out, targets too small, what paper should not have."""

from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.browser.site import DESK, PHONE

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
COLOURS_ONLY = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


@cache
def _axe() -> str:
    return Path(AXE_FILE_PATH).read_text()


def look_at(page: Page) -> None:
    """axe over the page as it is, at both widths and in both colour schemes; dark differs from light in colours only, whatever the width."""
    page.evaluate(_axe())
    for scheme, rules, sizes in (("light", RULES, (PHONE, DESK)), ("dark", COLOURS_ONLY, (PHONE,))):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
            assert not found, f"{page.url} {width} px, {scheme}\n" + "\n".join(
                f"{one['id']}: {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')}" for one in found for node in one["nodes"])


# Whatever is cut off or sticks out, by more than a rounding; what is there for screen readers only, or a picture of a page, does not count.
_STICKS_OUT = """() => {
    const wide = document.documentElement, found = [];
    if (wide.scrollWidth > wide.clientWidth) found.push(`the page is ${wide.scrollWidth} wide, the window ${wide.clientWidth}`);
    for (const one of document.querySelectorAll("body *:not(script):not(svg *):not(option):not(optgroup)")) {
        const style = getComputedStyle(one), box = one.getBoundingClientRect();
        if (one.closest(".unseen, .skip, [inert]") || !box.width || style.display === "inline") continue;
        if (box.right > wide.clientWidth + 1 || box.left < -1) found.push(`sticks out: ${one.outerHTML.slice(0, 120)}`);
        if (one.matches("input, select, textarea")) continue;
        if (one.scrollWidth > one.clientWidth + 2 && one.clientWidth) found.push(`wider than its box: ${one.outerHTML.slice(0, 120)}`);
        if (/hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 2) found.push(`cut off: ${one.outerHTML.slice(0, 120)}`);
    }
    return found;
}"""


def _short(found: str) -> str:
    return " ".join(found.split())


def sticks_out(page: Page, size: tuple[int, int] | None = None) -> list[str]:
    """What is wider than the window or than its own box, in a window of this size."""
    if size:
        page.set_viewport_size({"width": size[0], "height": size[1]})
    return [f"{page.url} {size or ''}: {_short(one)}" for one in page.evaluate(_STICKS_OUT)]


# WCAG 1.4.12, as a reader's own style would set it.
_SPACED = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
                       p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""


def sticks_out_when_spaced(page: Page, size: tuple[int, int]) -> list[str]:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(_SPACED)
    found = sticks_out(page)
    page.evaluate("document.adoptedStyleSheets = []")
    return found


def sticks_out_when_text_is_larger(page: Page, size: tuple[int, int], text: str) -> list[str]:
    """Text alone made larger, as phones have it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
    found = sticks_out(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


# Links within a sentence may be as small as the words around them (WCAG 2.5.8); all else has 24 px, and what one taps daily 44.
_TARGETS = """least => [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")].map(one =>
    one.closest("label.tick, label.tall") || one).filter(one => {
    const box = one.getBoundingClientRect(), around = getComputedStyle(one, "::after");
    const in_words = getComputedStyle(one).display === "inline" && one.closest("p, dd");
    const whole_card = around.position === "absolute";
    return box.width && !one.closest(".skip") && !in_words && !whole_card && (box.height < least || box.width < least);
}).map(one => `${Math.round(one.getBoundingClientRect().width)} × ${Math.round(one.getBoundingClientRect().height)}: ${one.outerHTML.slice(0, 100)}`)"""
_DAILY = """() => [...document.querySelectorAll(".step, .chips a, .brand, .me summary, button, summary, a.main, a.button, label.tick")].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width && box.height < 43.5;
}).map(one => `${Math.round(one.getBoundingClientRect().height)} high: ${one.outerHTML.slice(0, 100)}`)"""


def too_small(page: Page) -> list[str]:
    """What fingers would miss."""
    return [f"{page.url}: {_short(one)}" for one in page.evaluate(_TARGETS, 24) + page.evaluate(_DAILY)]


# What is there to be pressed or to go elsewhere with; a link in a text stays, as words.
_PRESSED = "nav, .top, .foot, .skip, .steps, .jump, .actions, .office, button, a.main, a.button, input[type=file], input[type=submit]"


def pressable_on_paper(page: Page) -> list[str]:
    """What of navigation and buttons would be printed."""
    page.emulate_media(media="print")
    found = page.locator(_PRESSED).locator("visible=true").evaluate_all("all => all.map(one => one.outerHTML.slice(0, 100))")
    page.emulate_media(media="screen")
    return [f"{page.url}: {_short(one)}" for one in found]
