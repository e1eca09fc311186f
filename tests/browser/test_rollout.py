"""A school that has nothing yet takes all nine steps in a real browser: from the switch to a parent who reads their child's page."""

import re

from playwright.sync_api import expect

from tests.browser.looking import look_at, sticks_out
from tests.browser.site import DESK, NARROW, PHONE, DemoSite

PASSWORD = "a quiet harbour at dusk"


def on_board(page, site: DemoSite) -> None:
    page.goto(site.at("/schools/{kilmorran}/rollout"))


def step(page, number: int):
    return page.locator(f"#step-{number} .step-state")


def test_a_school_goes_all_nine_steps(signed_in, site, open_context):
    site.found_kilmorran()
    helen, rhona, effie, tam, magnus = (signed_in(who, DESK) for who in ("helen.ross", "rhona.imrie", "effie.leask", "tam.harper", "magnus.isbister"))

    # 1 and 4 are the authority's and done; 2: the switch
    on_board(rhona, site)
    expect(step(rhona, 1)).to_have_text("Done")
    expect(step(rhona, 9)).to_have_text("Waits for step 2")
    look_at(rhona)
    helen.goto(site.at("/schools/{kilmorran}/switch"))
    expect(helen.get_by_text("Nothing shows to anybody by this alone.")).to_be_visible()
    helen.get_by_role("button", name="Turn it on").click()
    expect(helen.get_by_role("status")).to_contain_text("is on for Kilmorran Primary School")

    # 3: the head goes through what parents may use; 5: the editor signs the pages
    on_board(rhona, site)
    rhona.locator(".step-next").get_by_role("link").click()
    rhona.get_by_role("button", name="I have gone through it and sign it off").click()
    tam.goto(site.at("/schools/{kilmorran}/pages"))
    tam.get_by_role("button", name="Sign off the pages of parents").click()
    on_board(rhona, site)
    expect(step(rhona, 3)).to_have_text("Done")
    expect(step(rhona, 5)).to_have_text("Done")

    # 6: one account, and no second before the check
    effie.goto(site.at("/schools/{kilmorran}/accounts"))
    effie.get_by_role("radio", name="Ailie Buchanan").check()
    effie.get_by_role("radio", name="From anywhere").check()
    effie.get_by_role("button", name="Approve the first account").click()
    expect(effie.get_by_text("No account can be approved at the moment.")).to_be_visible()
    expect(effie.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)

    # 7: the office checks, the head signs
    effie.goto(site.at("/schools/{kilmorran}/checks"))
    effie.get_by_role("button", name="Check as Ailie Buchanan").click()
    expect(effie.get_by_role("heading", level=1)).to_have_text("Done", timeout=120_000)
    look_at(effie)
    effie.get_by_role("link", name="Go on").click()
    expect(effie.get_by_role("heading", level=1)).to_have_text("Nothing showed that should not")
    rhona.goto(effie.url)
    rhona.get_by_role("button", name="Sign off this check").click()

    # 8: the teacher reads what parents can see
    magnus.goto(site.at("/schools/{kilmorran}/briefing"))
    magnus.get_by_role("button", name="I have read it").click()
    on_board(rhona, site)
    expect(step(rhona, 8)).to_have_text("Done")

    # 9: the others follow
    effie.goto(site.at("/schools/{kilmorran}/accounts"))
    expect(effie.get_by_text("the MIS says this adult has no parental responsibility")).to_be_attached()  # in what is folded: everyone left out
    effie.get_by_role("radio", name="From anywhere").check()
    effie.get_by_role("button", name="Approve all 3").click()
    on_board(rhona, site)
    expect(rhona.get_by_text("All nine steps are done")).to_be_visible()
    look_at(rhona)
    assert not sticks_out(rhona, NARROW)

    parent_comes_in(effie, site, open_context)


def parent_comes_in(office, site: DemoSite, open_context) -> None:
    """The desk hands Ailie a code; she begins on her own phone."""
    office.goto(site.at("/schools/{kilmorran}/desk"))
    office.get_by_role("searchbox").fill("ailie")
    office.get_by_role("link", name="Ailie Buchanan").click()
    office.get_by_role("button", name=re.compile("passport", re.IGNORECASE)).click()
    office.get_by_role("button", name="Make a code now").click()
    code = office.locator("code").inner_text()

    phone = open_context(PHONE).new_page()
    phone.goto(f"{site.address}/begin")
    phone.get_by_label("Code").fill(code.lower())
    phone.get_by_label("Your child’s date of birth").fill("3.2.2018")
    look_at(phone)
    phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    phone.get_by_role("button", name="Go on").click()
    look_at(phone)
    phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    phone.get_by_label("New password", exact=True).fill(PASSWORD)
    phone.get_by_label("New password again").fill(PASSWORD)
    phone.get_by_role("button", name="Set it and come in").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Before you begin")
    look_at(phone)
    assert not sticks_out(phone, NARROW)
    phone.goto(f"{site.address}/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Before you begin")
    phone.get_by_label("I have read this and agree to it").check()
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Is this still right?")
    phone.get_by_role("button", name="Yes, all of this is right").click()
    for _ in range(3):
        look_at(phone)
        phone.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        phone.locator(".tour").get_by_role("link", name="Next").click()
    phone.get_by_role("button", name="To your home page").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hello, Ailie")
    phone.get_by_role("navigation", name="Your children").get_by_role("link", name="Skye").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Skye Buchanan")

    again = open_context(PHONE).new_page()
    again.goto(f"{site.address}/begin?code={code}")
    again.get_by_label("Your child’s date of birth").fill("3.2.2018")
    again.get_by_role("button", name="Go on").click()
    expect(again.get_by_text("do not open anything")).to_be_visible()
