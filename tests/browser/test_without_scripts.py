"""Every page says the same to a browser that runs no scripts, and every form on it is one that such a browser can send."""

import pytest

from tests.browser.pages import be, every_page, open_everything, words_of

ONLY_BY_SCRIPT = " Show what I type"  # the one button that a script adds
# Buttons without a form around them, links without an address, and forms for which one must press what only a script hears.
DEAF = """() => [...document.querySelectorAll("button, a, [hx-get], [hx-post]")].filter(one => {
    if (one.closest(".arrange-preview")) return false;  // to look at only
    if (one.matches("button")) return !one.form || one.disabled;
    if (one.matches("a")) return !one.getAttribute("href");
    return !one.form && !one.matches("form[action]");
}).map(one => one.outerHTML.slice(0, 120))"""
SENDABLE = """() => [...document.forms].filter(form => !form.querySelector("button:not([type=button])") && !form.closest(".arrange-preview"))
    .map(form => form.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("who", ["stranger", "parent", "teacher", "head", "office", "editor", "authority"])
def test_every_page_is_the_same_without_scripts(site, signed_in, who):
    page, without = be(signed_in, who), be(signed_in, who, java_script_enabled=False)
    for _ in every_page(site, page, who):
        without.goto(page.url)
        open_everything(without)
        assert words_of(page).replace(ONLY_BY_SCRIPT, "") == words_of(without), page.url
        assert without.evaluate(DEAF) + without.evaluate(SENDABLE) == [], page.url
