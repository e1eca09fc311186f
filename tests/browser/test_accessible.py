"""Every page for everybody who can open it: no violation of WCAG 2.2 AA that a machine can find, in both widths and both colour schemes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import look_at
from tests.browser.pages import EVERYBODY, IN_A_STORY, NO_PAGES, NOWHERE, PAGES, be, every_page, open_everything

everybody = pytest.mark.parametrize("who", EVERYBODY)


def test_every_route_is_a_page_that_is_visited_or_no_page(site):
    routes = set(site.inside.python("tests.browser.numbers:print_routes"))
    assert routes == PAGES.keys() | NO_PAGES.keys() | IN_A_STORY.keys()
    assert len(routes) == len(PAGES) + len(NO_PAGES) + len(IN_A_STORY)


@pytest.mark.parametrize("route", NO_PAGES)
def test_what_counts_as_no_page_is_none(site, signed_in, route):
    who, address = NO_PAGES[route]
    answer = be(signed_in, who).request.get(site.at(address))
    assert answer.ok and answer.url == site.at(address)
    assert "html" not in answer.headers["content-type"] or "<html" not in answer.text()


@pytest.mark.looks
@everybody
def test_nothing_for_axe_on_any_page(site, signed_in, who):
    page = be(signed_in, who)
    for _ in every_page(site, page, who):
        look_at(page)
    page.goto(site.at(NOWHERE))
    if who != "stranger":
        expect(page.get_by_role("heading", level=1)).to_have_text("Not here, or not for you")
        look_at(page)


@pytest.mark.looks
@everybody
def test_every_page_says_where_one_is_in_the_same_way(site, signed_in, who):
    """A title that no other page has and one h1, a way home, and where there is a menu the page itself marked in it, or its neighbour."""
    page = be(signed_in, who)
    titles: dict[str, str] = {}
    for route in every_page(site, page, who):
        assert page.title().endswith(" – GlowLite") and titles.setdefault(page.title(), route) == route, f"{page.url}: {page.title()}"
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.locator(".brand")).to_have_attribute("href", "/")
        if route in IN_MENU and who not in PARENTS and (who == "authority" or route != "schools.all_of_them"):  # others have but one school
            expect(page.get_by_role("navigation", name="Pages").locator("[aria-current=page]")).to_have_text(IN_MENU[route])


PARENTS = ("parent", "parent of a child with nothing", "teacher as a parent", "stranger")
IN_MENU = {
    "home.home": "Home", "people.find": "People", "people.person": "People", "why.why": "Why?", "why.who_sees": "Who sees this?",
    "news.write_for_school": "Write news", "arranging.index": "Pages", "arranging.page": "Pages", "drops.history": "Drops", "drops.drop": "Drops",
    "captions.ask": "Drops", "captions.of_school": "Drops",
    "quality.overview": "Data", "quality.work": "Data", "texts.of_school": "Data", "audit.log": "Audit",
    "schools.all_of_them": "Schools", "news.write_for_authority": "Write to all",
}


# --- after something was sent ---------------------------------------------------------------------------


def test_nothing_for_axe_where_one_does_not_get_in(site, open_context):
    page = open_context().new_page()
    page.goto(f"{site.address}/sign-in")
    for password, said in (("not this one", "do not belong together"), (site.passwords["paul.geddes"], "Your account is not open at the moment.")):
        page.get_by_label("User name").fill("paul.geddes")  # his only child has left
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
        look_at(page)


def test_nothing_for_axe_when_a_new_password_is_wrong(site, signed_in):
    page = signed_in("tomasz.kowalski")
    page.goto(f"{site.address}/password")
    for label, typed in (("Password you have now", "not it"), ("New password", "long enough"), ("New password again", "another one")):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_role("main").get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The two new passwords differ.")).to_be_visible()
    look_at(page)


def test_nothing_for_axe_after_a_step_and_after_a_failure(signed_in, complaints):
    page = signed_in("mairi.macleod")
    page.get_by_role("navigation", name="Your children").get_by_role("link", name="Catriona").click()
    page.get_by_role("link", name="October").click()
    expect(page.locator("caption")).to_have_text("October 2026")
    page.context.set_offline(True)
    page.get_by_role("link", name="September").click()
    expect(page.locator(".wrongs")).to_be_visible()
    page.context.set_offline(False)
    complaints.clear()
    open_everything(page)
    look_at(page)


@pytest.mark.parametrize("address", ["/groups/{2b-english}/news/new", "/news/{diary}/edit"])
def test_nothing_for_axe_when_news_is_sent_empty(site, signed_in, address):
    page = signed_in("ailsa.reid")
    page.goto(site.at(address))
    page.get_by_label("Title").fill("")
    page.locator("form[enctype] button.main").click()
    page.evaluate("document.querySelectorAll(':invalid').length")
    if page.get_by_role("alert").count() == 0:  # the browser itself asks for the title, first; the server must say it too
        page.evaluate("document.querySelector('form[enctype]').noValidate = true")
        page.locator("form[enctype] button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("Give the post a title.")).to_be_visible()
    expect(page).to_have_title(re.compile("^Please check: "))
    open_everything(page)
    look_at(page)


def test_nothing_for_axe_in_the_office_after_sending(site, signed_in):
    page = signed_in("jean.baxter")
    page.goto(site.at("/schools/{academy}/drops"))
    page.get_by_role("button", name="Load it").click()
    expect(page.get_by_role("alert")).to_contain_text("No file was chosen.")
    look_at(page)
    page.get_by_label("Files from the MIS").set_input_files({"name": "pupils.csv", "mimeType": "text/csv", "buffer": b"nothing;like;it\n1;2;3\n"})
    page.get_by_role("button", name="Try it first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This could not be loaded")
    look_at(page)
    page.goto(site.at("/schools/{academy}/people/account/{linda}"))
    page.get_by_role("button", name="Lock the account").click()
    expect(page.get_by_role("status")).to_contain_text("is locked")
    look_at(page)
    page.get_by_role("button", name="Open the account again").click()
    page.get_by_role("button", name="Give a new code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Code of Linda Smith")
    look_at(page)


def test_nothing_for_axe_in_the_page_editor_while_something_is_wrong(site, signed_in):
    page = signed_in("priya.sharma")
    page.goto(site.at("/schools/{academy}/pages/home"))
    open_everything(page)
    page.locator("#option-news-how_many").fill("999")
    page.locator("#arrange-news-options").click()
    expect(page.locator("#option-news-how_many-wrong")).to_be_visible()
    open_everything(page)
    look_at(page)
    assert page.evaluate("document.activeElement.id") == "option-news-how_many"
