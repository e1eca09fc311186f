"""A mother's way through the site, on a phone and at a desk, with and without scripts, and with nothing but a keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import tab_to
from tests.browser.pages import words_of
from tests.browser.site import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
NEW_PASSWORD = "peat tram gannet {}"


def panel(page, key):
    return page.locator(f"#w-{key}")


def title(page, key):
    return page.locator(f"#w-{key}-title")


def open_child(page, name):
    page.get_by_role("navigation", name="Your children").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def remember(page):
    """Mark every panel in the browser's memory, so that it shows which of them were exchanged."""
    page.evaluate("document.querySelectorAll('.panel').forEach(panel => { panel.remembered = true })")


def exchanged(page):
    return page.evaluate("[...document.querySelectorAll('.panel')].filter(panel => !panel.remembered).map(panel => panel.id)")


def has_changed(page, key, name):
    """Only this panel was exchanged, the keyboard is on its heading, and it was announced."""
    expect(title(page, key)).to_be_focused()
    expect(page.locator("#live")).to_have_text(f"{name}, updated")
    assert exchanged(page) == [f"w-{key}"]


@SIZES
def test_home_says_what_today_needs(signed_in, size):
    page = signed_in("mairi.macleod", size)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Mairi")
    expect(page.get_by_text("Thursday 19 November 2026")).to_be_visible()
    today = panel(page, "today")
    expect(today.get_by_role("heading", level=3)).to_have_text(["Catriona", "Finlay"])
    expect(today.get_by_text("Registered this morning at school.")).to_have_count(2)
    expect(today.get_by_text("Bring today:").first).to_be_visible()


@SIZES
def test_attendance_goes_a_month_back_and_forth(signed_in, size):
    page = signed_in("mairi.macleod", size)
    open_child(page, "Catriona")
    child = page.url
    attendance = panel(page, "attendance")
    expect(attendance.locator("caption")).to_have_text("November 2026")
    remember(page)
    attendance.get_by_role("link", name="October").click()
    has_changed(page, "attendance", "Attendance")
    expect(attendance.locator("caption")).to_have_text("October 2026")
    expect(page).to_have_url(f"{child}?attendance.month=2026-10")
    attendance.get_by_role("link", name="November").click()
    expect(attendance.locator("caption")).to_have_text("November 2026")
    expect(page).to_have_url(f"{child}?attendance.month=2026-11")
    assert exchanged(page) == ["w-attendance"]
    page.go_back()
    expect(page.locator("caption")).to_have_text("October 2026")
    page.go_back()
    expect(page.locator("caption")).to_have_text("November 2026")
    expect(page).to_have_url(child)


def test_a_phone_has_a_short_way_to_each_panel(signed_in):
    page = signed_in("mairi.macleod", PHONE)
    open_child(page, "Catriona")
    short_ways = page.get_by_role("navigation", name="On this page")
    short_ways.locator("summary").click()
    expect(short_ways.get_by_role("link")).to_have_text(page.locator(".panel h2").all_inner_texts())
    short_ways.get_by_role("link", name="Attendance").click()
    expect(title(page, "attendance")).to_be_in_viewport()
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    expect(short_ways).to_be_hidden()


def test_timetable_on_a_phone_is_a_day(signed_in):
    page = signed_in("mairi.macleod", PHONE)
    open_child(page, "Catriona")
    timetable = panel(page, "timetable")
    expect(timetable.locator(".week h3:visible")).to_have_text([re.compile("Thu 19 Nov")])
    remember(page)
    timetable.get_by_role("link", name="Fri 20").click()
    has_changed(page, "timetable", "Timetable")
    expect(timetable.locator(".week h3:visible")).to_have_text(["Fri 20 Nov"])
    timetable.get_by_role("link", name="Week after").click()
    expect(timetable.locator(".week h3:visible")).to_have_text(["Fri 27 Nov"])


def test_timetable_at_a_desk_is_a_week_of_lessons_that_line_up(signed_in):
    page = signed_in("mairi.macleod", DESK)
    open_child(page, "Catriona")
    timetable = panel(page, "timetable")
    expect(timetable.locator(".week h3:visible")).to_have_count(5)
    expect(timetable.locator(".days")).to_be_hidden()
    tops = timetable.locator(".week .hours li:first-child").evaluate_all("items => items.map(item => item.getBoundingClientRect().top)")
    assert len(tops) == 5 and max(tops) - min(tops) < 1
    remember(page)
    timetable.get_by_role("link", name="Week before").click()
    has_changed(page, "timetable", "Timetable")
    expect(timetable.locator(".week h3:visible").first).to_have_text("Mon 9 Nov")


@SIZES
def test_homework_of_the_last_weeks_and_back(signed_in, size):
    page = signed_in("mairi.macleod", size)
    open_child(page, "Catriona")
    homework = panel(page, "homework")
    expect(homework.get_by_role("heading", name="Due tomorrow")).to_be_visible()
    remember(page)
    homework.get_by_role("link", name="Homework of the last four weeks").click()
    has_changed(page, "homework", "Homework")
    expect(homework.get_by_role("heading", level=3).first).to_contain_text("Was due")
    homework.get_by_role("link", name="Back to what is due").click()
    expect(homework.get_by_role("heading", name="Due tomorrow")).to_be_visible()


@SIZES
@pytest.mark.parametrize("scripts", [True, False], ids=["", "without scripts"])
def test_a_new_password_signs_out_everywhere_else(site, signed_in, size, scripts):
    here, elsewhere = signed_in("mairi.macleod", size, java_script_enabled=scripts), signed_in("mairi.macleod", size)
    new = NEW_PASSWORD.format(f"{size[0]}{scripts}")
    here.locator("summary", has_text="Mairi MacLeod").click()
    here.get_by_role("link", name="Change password").click()
    here.get_by_label("Password you have now").fill(site.passwords["mairi.macleod"])
    here.get_by_label("New password", exact=True).fill(new)
    here.get_by_label("New password again").fill(new)
    here.get_by_role("main").get_by_role("button", name="Change password").click()
    expect(here.get_by_role("status")).to_contain_text("Your password is changed")
    site.passwords["mairi.macleod"] = new
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    here.locator("summary", has_text="Mairi MacLeod").click()
    here.get_by_role("button", name="Sign out").click()
    expect(here.get_by_text("You are signed out.")).to_be_visible()
    here.goto(f"{site.address}/")
    expect(here.get_by_role("heading", level=1)).to_have_text("Sign in")


STEPS = [("attendance", "October"), ("timetable", "Week after"), ("homework", "Homework of the last four weeks")]


@SIZES
def test_without_scripts_every_step_reaches_the_same_words(signed_in, size):
    """Each step is taken on a fresh page: links without scripts start from the page as it was sent."""
    with_scripts, without = signed_in("mairi.macleod", size), signed_in("mairi.macleod", size, java_script_enabled=False)
    assert words_of(with_scripts) == words_of(without)
    for page in (with_scripts, without):
        open_child(page, "Catriona")
    child = without.url
    assert words_of(with_scripts) == words_of(without)
    for key, link in STEPS:
        for page in (with_scripts, without):
            page.goto(child)
            panel(page, key).get_by_role("link", name=link).click()
            page.wait_for_url(lambda url: "?" in url)
        expect(title(with_scripts, key)).to_be_focused()
        assert words_of(with_scripts) == words_of(without)
        assert without.url.split("#")[0] == with_scripts.url
        assert title(without, key).bounding_box()["y"] < size[1], "the browser went to the panel"


@SIZES
def test_a_keyboard_is_enough_from_signing_in_to_a_month_of_attendance(site, open_context, size):
    page = open_context(size).new_page()
    page.goto(f"{site.address}/sign-in")
    tab_to(page, page.locator(".skip"))
    tab_to(page, page.get_by_label("User name"))
    page.keyboard.type("tomasz.kowalski")
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(site.passwords["tomasz.kowalski"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Tomasz")
    tab_to(page, page.get_by_role("navigation", name="Your children").get_by_role("link", name="Zofia"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zofia Kowalska")
    tab_to(page, panel(page, "attendance").get_by_role("link", name="October"))
    page.keyboard.press("Enter")
    expect(title(page, "attendance")).to_be_focused()
    tab_to(page, panel(page, "attendance").get_by_role("link", name="November"), steps=2)


def test_the_skip_link_leaves_out_what_comes_first(signed_in):
    page = signed_in("mairi.macleod")
    tab_to(page, page.locator(".skip"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, page.locator(".jump summary"), steps=1)


def test_the_password_can_be_shown_and_is_hidden_before_it_is_sent(site, open_context):
    page = open_context().new_page()
    page.goto(f"{site.address}/sign-in")
    password = page.get_by_label("Password", exact=True)
    page.get_by_role("button", name="Show what I type").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide what I type").click()
    expect(password).to_have_attribute("type", "password")


# --- when things go wrong ----------------------------------------------------------------------------------


def test_offline_is_said_in_words_and_can_be_tried_again(signed_in, complaints):
    page = signed_in("tomasz.kowalski")
    open_child(page, "Zofia")
    attendance = panel(page, "attendance")
    page.context.set_offline(True)
    attendance.get_by_role("link", name="October").click()
    expect(attendance.locator(".wrongs")).to_have_text("GlowLite cannot be reached. Check that you are online, then try again.")
    expect(page.locator("#live")).to_contain_text("cannot be reached")
    expect(attendance.locator("caption")).to_have_text("November 2026")
    complaints.clear()
    page.context.set_offline(False)
    attendance.get_by_role("link", name="October").click()
    expect(attendance.locator("caption")).to_have_text("October 2026")
    expect(attendance.locator(".wrongs")).to_have_count(0)


def test_a_session_that_ended_leads_to_sign_in_and_back_to_the_page(site, signed_in):
    page = signed_in("tomasz.kowalski")
    open_child(page, "Zofia")
    panel(page, "attendance").get_by_role("link", name="October").click()
    expect(page.locator("caption")).to_have_text("October 2026")
    october = page.url
    page.context.clear_cookies()
    panel(page, "attendance").get_by_role("link", name="September").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    site.sign_in(page, "tomasz.kowalski")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zofia Kowalska")
    expect(page).to_have_url(october)
    expect(page.locator("caption")).to_have_text("October 2026")


def test_a_wrong_password_is_said_in_words_and_the_name_stays(site, open_context):
    page = open_context().new_page()
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("User name").fill("tomasz.kowalski")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("User name")).to_have_value("tomasz.kowalski")
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    expect(page).to_have_title(re.compile("Please check"))


# --- other families ------------------------------------------------------------------------------------------


def test_a_father_with_a_court_order_about_isla_sees_ewan_only(signed_in):
    page = signed_in("gordon.fraser")
    expect(page.get_by_role("navigation", name="Your children").get_by_role("link")).to_have_text(["Home", "Ewan", "Strathmorran Council"])
    assert not re.search(r"\bIsla\b", page.content())
    open_child(page, "Ewan")
    assert not re.search(r"\bIsla\b", page.content())


def test_a_child_with_nothing_on_record_is_met_kindly(signed_in):
    page = signed_in("marta.wojcik")
    expect(panel(page, "homework")).to_contain_text("No homework is due in the next 7 days.")
    open_child(page, "Oliwia")
    for key, words in {"today": "No lessons are written down", "homework": "No homework at the moment", "timetable": "There is no timetable yet",
                       "attendance": "No marks have come from the school yet for Oliwia", "conduct": "Nothing written down in the last",
                       "results": "No results yet"}.items():
        expect(panel(page, key)).to_contain_text(words)
    assert not re.search(r"\b(None|null|undefined|nan)\b", words_of(page))


def test_a_teacher_who_is_a_mother_changes_hats(signed_in):
    page = signed_in("shona.campbell")
    expect(page.get_by_text("You are here as parent")).to_be_visible()
    open_child(page, "Rory")
    page.get_by_role("button", name="Change to staff").click()
    expect(page.get_by_text("You are here as staff")).to_be_visible()
    assert "Rory" not in words_of(page)
    page.get_by_role("button", name="Change to parent").click()
    expect(page.get_by_role("navigation", name="Your children").get_by_role("link", name="Rory")).to_be_visible()


def test_the_watcher_sees_a_page_that_breaks_its_own_policy(signed_in, complaints):
    page = signed_in("tomasz.kowalski")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("true")
    assert any("Content Security Policy" in said for said in complaints)
    complaints.clear()
