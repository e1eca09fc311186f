"""News from a teacher to a parent and back out again: without scripts, with a picture, and with the keyboard alone."""

import re
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.keyboard import tab_to
from tests.browser.looking import look_at
from tests.browser.site import DESK, PHONE

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
ALT = "Four pupils at the window with their diaries"


def photograph() -> dict[str, Any]:
    """A picture as a phone would send it, for an upload field."""
    out = BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(out, "JPEG", quality=90)
    return {"name": "IMG_0412.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def loaded(picture):
    """Has the picture arrived? A lazy one must be seen first."""
    picture.scroll_into_view_if_needed()
    return picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")


@SIZES
def test_without_scripts_news_with_a_picture_goes_out_and_is_taken_back(signed_in, size):
    title = f"Our windows on {size[0]}"
    teacher, parent = (signed_in(who, size, java_script_enabled=False) for who in ("ailsa.reid", "mairi.macleod"))
    teacher.get_by_role("link", name="2B English", exact=True).first.click()
    teacher.get_by_role("link", name="Write news").click()
    teacher.get_by_label("Title").fill(title)
    teacher.get_by_label("Text").fill("We looked out.\n\n- **Rain**\n- More rain")
    teacher.get_by_label("A picture or file").first.set_input_files(photograph())
    teacher.get_by_label("What the picture shows").first.fill(ALT)
    teacher.get_by_role("button", name="See it as a parent").click()
    expect(teacher.get_by_role("heading", level=1)).to_have_text("As a parent sees it")
    expect(teacher.locator(".note")).to_contain_text(re.compile(r"It will reach \d+ parents with an account"))
    parent.reload()
    expect(parent.get_by_role("link", name=title)).to_have_count(0)
    teacher.get_by_role("button", name="Publish").click()
    expect(teacher.get_by_role("status")).to_have_text(f"“{title}” is published.")

    parent.reload()
    post = parent.locator("#w-news article", has_text=title)
    expect(post.get_by_text("Catriona", exact=True)).to_be_visible()
    assert loaded(post.get_by_role("img", name=ALT))
    post.get_by_role("link", name="2B English").click()
    expect(parent.get_by_role("heading", level=1)).to_have_text("2B English")
    parent.get_by_role("link", name=title).click()
    expect(parent.get_by_role("heading", level=1)).to_have_text(title)
    expect(parent.locator(".prose li")).to_have_text(["Rain", "More rain"])
    assert loaded(parent.get_by_role("img", name=ALT))
    expect(parent.get_by_role("navigation", name="Your children").get_by_role("link", name="Catriona")).to_be_visible()

    teacher.reload()
    teacher.locator("summary", has_text="on their screen").click()
    expect(teacher.get_by_text("Mairi MacLeod")).to_be_visible()
    teacher.get_by_role("button", name="Withdraw").click()
    expect(teacher.get_by_role("status")).to_contain_text("Nobody sees it any more.")
    assert parent.reload().status == 404
    expect(parent.get_by_role("heading", level=1)).to_have_text("Not here, or not for you")
    parent.get_by_role("link", name="Go to your home page").click()
    expect(parent.get_by_role("link", name=title)).to_have_count(0)


def test_a_picture_without_words_for_it_keeps_what_was_written(signed_in, site):
    page = signed_in("ailsa.reid")
    page.goto(site.at("/groups/{2b-english}/news/new"))
    page.get_by_label("Title").fill("A picture and nothing said")
    page.get_by_label("A picture or file").first.set_input_files(photograph())
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Your words are kept as a draft. IMG_0412.jpg: say in a few words what the picture shows")
    expect(page.get_by_label("Title")).to_have_value("A picture and nothing said")
    look_at(page)


def test_a_file_goes_along_and_stands_among_the_documents(signed_in, site):
    teacher, parent = signed_in("ailsa.reid"), signed_in("mairi.macleod")
    teacher.goto(site.at("/groups/{2b-english}/news/new"))
    teacher.get_by_label("Title").fill("Words for Friday")
    teacher.get_by_label("A picture or file").first.set_input_files({"name": "words.txt", "mimeType": "text/plain", "buffer": b"bothy, machair, skerry"})
    teacher.get_by_role("button", name="Publish").click()
    expect(teacher.get_by_role("status")).to_contain_text("is published")
    parent.goto(site.at("/groups/{2b-english}"))
    look_at(parent)
    with parent.expect_download() as download:
        parent.locator("#w-documents").get_by_role("link", name="words.txt").click()
    assert download.value.path().read_bytes() == b"bothy, machair, skerry"
    teacher.get_by_role("button", name="Withdraw").click()


@SIZES
def test_a_keyboard_is_enough_to_write_and_publish(site, open_context, size):
    page, title = open_context(size).new_page(), f"By keyboard at {size[0]}"
    page.goto(f"{site.address}/sign-in")
    tab_to(page, page.get_by_label("User name"))
    page.keyboard.type("ailsa.reid")
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(site.passwords["ailsa.reid"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ailsa")
    tab_to(page, page.locator(".skip"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    tab_to(page, page.locator("#w-classes").get_by_role("link", name="2B English", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2B English")
    tab_to(page, page.get_by_role("link", name="Write news"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Write news")
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type(title)
    tab_to(page, page.get_by_label("Text"))
    page.keyboard.type("No mouse was near.")
    tab_to(page, page.locator("summary", has_text="Only for some families"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Only the families of the children ticked here"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("[name=addressed]").nth(9))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Publish"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(f"“{title}” is published.")
    expect(page.get_by_text("No mouse was near.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Withdraw"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is withdrawn")


@SIZES
def test_parents_are_let_in_and_shut_out_in_one_press(signed_in, site, size):
    page, parent = (signed_in(who, size, java_script_enabled=False) for who in ("ailsa.reid", "karen.fraser"))
    group = site.at("/groups/{3a-english}")
    page.goto(group)
    assert parent.goto(group).status == 404
    expect(page.get_by_role("heading", name="Parents cannot come in yet")).to_be_visible()
    page.get_by_role("button", name="Let parents in").click()
    expect(page.get_by_role("heading", name="Parents can come in")).to_be_visible()
    expect(page.locator("#come-in + p")).to_contain_text(
        "open this page and meet News, Homework set, Dates, Documents, Who teaches this group and Useful links.")
    assert parent.goto(group).status == 200
    page.locator("summary", has_text="Choose what they meet").click()
    page.get_by_role("checkbox", name="Homework set").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#come-in + p")).not_to_contain_text("Homework set")
    assert parent.reload().status == 200
    expect(parent.locator("#w-work_set")).to_have_count(0)
    page.get_by_role("button", name="Close it to parents").click()
    expect(page.get_by_role("heading", name="Parents cannot come in yet")).to_be_visible()
    assert parent.reload().status == 404
    page.locator("summary", has_text="Choose what they meet").click()
    expect(page.get_by_role("checkbox", name="Homework set")).not_to_be_checked()
    page.get_by_role("checkbox", name="Homework set").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#come-in + p")).to_contain_text("Homework set")
