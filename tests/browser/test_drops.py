"""A school and its drops: captions explained, a drop that takes away held and undone, comments that name others, when a drop waits."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import kilmorran
from tests.browser import site as places
from tests.browser.looking import look_at, sticks_out
from tests.browser.site import DESK, NARROW, PHONE, DemoSite

FORM_LIST = """Pupil No,Pupil Forename,Pupil Surname,D.O.B.,Form,Answers to,Contact 1 Name,Contact 1 Relation,Contact 1 Parental Responsibility,Court Order
100001,Skye,Buchanan,03/02/2018,P4,,Ailie Buchanan,Mother,Y,N
100006,Magnus,Flett,09/09/2018,P4,Mansie,Inga Flett,Aunt,Y,N
100007,Thora,Rendall,11/10/2018,P4,,Olaf Rendall,Father,Y,Y
"""
LINKS = kilmorran.BUNDLE["links.csv"].splitlines()
AILIE_AND_SKYE_ONLY = "\n".join([*LINKS[:2], ""])


@pytest.fixture(scope="module")
def small(worker_id: str) -> Iterator[DemoSite]:
    """A site of its own: what a drop changes stays changed."""
    with places.served_kilmorran(f"drops_{worker_id}") as site:
        yield site


@pytest.fixture
def at_kilmorran(small, open_context) -> Callable[..., Page]:
    """at_kilmorran("effie.leask", "/schools/{kilmorran}/drops", DESK): that page, open before her."""

    def come(username: str, path: str, size: tuple[int, int] = DESK, **more: object) -> Page:
        page = open_context(size, **more).new_page()
        small.sign_in(page, username)
        page.goto(small.at(path))
        return page

    return come


def send(page: Page, name: str, cells: str) -> None:
    """From the page of drops, to be loaded."""
    page.get_by_label("Files from the MIS").set_input_files({"name": name, "mimeType": "text/csv", "buffer": cells.encode()})
    page.get_by_role("button", name="Load it").click()


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def test_a_report_that_nobody_knows_is_explained_once(at_kilmorran):
    page = at_kilmorran("effie.leask", "/schools/{kilmorran}/drops")
    send(page, "Form list.csv", FORM_LIST)
    expect(title(page)).to_have_text("This drop waits for a person")
    expect(page.get_by_role("button", name="I have looked: let it in")).to_have_count(0)  # nothing of it is understood yet
    page.get_by_role("link", name="Say what the columns are").click()

    # what GlowLite proposes; who may see a child it never proposes
    columns = part(page, "Form list.csv")
    expect(columns.get_by_label("D.O.B.")).to_have_value("pupils.born")
    expect(columns.get_by_role("row", name="Court Order")).to_contain_text("May decide who may see a child")
    for caption in ("Contact 1 Parental Responsibility", "Court Order", "Answers to"):
        expect(columns.get_by_label(caption)).to_have_value("")
    columns.get_by_label("Answers to").select_option("Child: known as")
    columns.get_by_label("Contact 1 Parental Responsibility").select_option("links.parental_responsibility#1")
    columns.get_by_label("Court Order").select_option("links.court_order#1")
    columns.get_by_label("Name of this map").fill("List of a form")
    page.get_by_role("button", name="This is right: keep it and try the drop").click()
    expect(page.get_by_role("alert")).to_contain_text("A column that decides who may see a child has been chosen.")
    page.get_by_label("I have checked the columns that decide who may see a child").check()
    page.get_by_role("button", name="This is right: keep it and try the drop").click()

    # tried: who would gain, and the court order that gives nothing
    expect(title(page)).to_have_text("Tried: nothing was kept")
    gained = part(page, "Who may see a child")
    gained.get_by_text("Would gain access").click()
    expect(gained).to_contain_text("Inga Flett")
    expect(gained).not_to_contain_text("Olaf Rendall")
    look_at(page)
    assert not sticks_out(page, NARROW)
    page.get_by_role("button", name="Load it", exact=True).click()
    expect(title(page)).to_have_text("Loaded")
    expect(part(page, "Gained access")).to_contain_text("Inga Flett")

    # the next one is read at once, by the map that is kept and can be handed on
    page.get_by_role("link", name="All drops").click()
    send(page, "Form list.csv", FORM_LIST.replace("Thora,", "Tora,"))
    expect(title(page)).to_have_text("Loaded")
    page.get_by_role("link", name="All drops").click()
    page.get_by_role("link", name="Caption maps").click()
    own = part(page, "Maps of Kilmorran Primary School: 1")
    own.get_by_text("Its columns").click()
    expect(own.get_by_role("listitem").filter(has_text="court order").last).to_contain_text("decides who may see a child")
    with page.expect_download() as started:
        own.get_by_role("link", name="Download them").click()
    assert "List of a form" in json.dumps(json.loads(Path(started.value.path()).read_text()))


@pytest.mark.parametrize(("size", "scripts"), [(DESK, True), (PHONE, False)], ids=["desk", "phone without scripts"])
def test_a_drop_that_would_take_away_waits_is_let_in_and_undone(at_kilmorran, size, scripts):
    page = at_kilmorran("effie.leask", "/schools/{kilmorran}/drops", size, java_script_enabled=scripts)
    send(page, "links.csv", AILIE_AND_SKYE_ONLY)
    expect(title(page)).to_have_text("This drop waits for a person")
    expect(part(page, "Why it waits")).to_contain_text("Is the export complete?")
    expect(part(page, "What it means to let it in")).to_contain_text(re.compile(r"\d adults lose access"))
    expect(part(page, "What it means to let it in")).to_contain_text("Who can let it in: Effie Leask")
    expect(part(page, "Would lose access")).to_contain_text("Nia Gilchrist")
    expect(part(page, "Would lose access")).to_contain_text("Rab Buchanan")

    page.get_by_role("button", name="I have looked: let it in").click()
    expect(part(page, "Lost access")).to_contain_text("Nia Gilchrist")
    page.get_by_role("link", name="Undo this drop…").click()
    expect(part(page, "What would happen")).to_contain_text("rows would stand as before")
    expect(part(page, "Who is shut out, and stays so")).to_contain_text(re.compile(r"would give \d adults access again\.\s+They stay shut out"))
    expect(part(page, "Who is shut out, and stays so")).to_contain_text("Nia Gilchrist")
    page.get_by_role("checkbox", name=re.compile(r"^All \d+ of them")).check()
    page.get_by_role("button", name=re.compile(r"^Yes, undo drop \d+$")).click()
    expect(page.get_by_role("status")).to_contain_text("is undone. Everything from the MIS stands as it did before it.")
    expect(title(page)).to_have_text("Undone")
    expect(page.get_by_role("link", name="Undo this drop…")).to_have_count(0)


def let_parents_read_comments(head: Page, choice: str) -> None:
    head.get_by_label("The comments on praise and behaviour", exact=True).select_option(choice)
    head.get_by_role("button", name="See whom it reaches").click()
    head.get_by_role("button", name="Save", exact=True).click()
    expect(title(head)).to_have_text("Who may use what")


@pytest.fixture
def comments_open(site, signed_in) -> Iterator[None]:
    """Parents of the academy may read comments; afterwards it stands again as the council decides."""
    head = signed_in("donald.munro", DESK)
    head.goto(site.at("/schools/{academy}/policy?role=parent"))
    let_parents_read_comments(head, "on")
    yield
    let_parents_read_comments(head, "unsaid")


@pytest.mark.usefixtures("comments_open")
def test_a_parent_reads_a_comment_once_somebody_has_said_that_it_names_nobody_else(site, signed_in):
    said = "Pushing with Igor Wójcik on the stairs."
    parent = signed_in("euan.galbraith")
    parent.get_by_role("navigation", name="Your children").get_by_role("link", name="Connor").click()
    expect(title(parent)).to_contain_text("Connor Galbraith")
    expect(parent.get_by_text(said)).to_have_count(0)

    office = signed_in("jean.baxter", DESK)
    office.get_by_role("navigation", name="Pages").get_by_role("link", name="Data", exact=True).click()
    expect(title(office)).to_have_text("Data quality")
    work = office.get_by_role("list", name="Work to do").get_by_role("listitem").filter(has_text="emergency").first
    with office.expect_download() as started:
        work.get_by_role("link", name="As CSV").click()
    assert Path(started.value.path()).read_text(encoding="utf-8-sig").startswith("what,about,MIS id")
    work.get_by_role("link", name="See the list").click()
    expect(office.get_by_role("table")).to_be_visible()

    office.goto(site.at("/schools/{academy}/quality/comments"))
    text = part(office, "Connor Galbraith").filter(has_text=said)
    expect(text.locator("mark")).to_have_text("Igor Wójcik")
    expect(text.locator("ins")).to_have_text("Pushing with another pupil on the stairs.")
    text.get_by_text("This names nobody else").click()
    text.get_by_role("button", name="It names nobody else").click()
    expect(office.get_by_role("status")).to_contain_text("this comment about Connor Galbraith names nobody else")
    expect(office.get_by_text(said)).to_have_count(0)

    parent.reload()
    expect(parent.get_by_text(said)).to_be_visible()


def test_the_head_chooses_when_a_drop_waits_within_what_the_council_allows(at_kilmorran):
    council = at_kilmorran("catriona.gunn", "/authorities/{council}/drops/rules")
    lost = part(council, "Links between an adult and a child that lose access: more than").get_by_role("group", name="And in number")
    lost.get_by_label("From").fill("4")
    lost.get_by_label("up to").fill("3")
    council.get_by_role("button", name="Save for all schools").click()
    expect(lost).to_contain_text("This must not be below the first number.")
    lost.get_by_label("From").fill("1")
    council.get_by_role("button", name="Save for all schools").click()
    expect(council.get_by_role("status")).to_contain_text("It counts at every school from the next drop.")

    head = at_kilmorran("rhona.imrie", "/schools/{kilmorran}/drops")
    head.get_by_role("link", name="When a drop waits").click()
    lost = head.get_by_role("group", name="Links between an adult and a child that lose access: more than")
    number = lost.get_by_label("And in number")
    expect(number).to_have_value("3")  # the usual five, pulled to where the council lets it go
    number.fill("20")
    head.get_by_role("button", name="Save", exact=True).click()
    expect(lost).to_contain_text("Type a number from 1 to 3.")
    look_at(head)
    assert not sticks_out(head, NARROW)
    number.fill("2")
    head.get_by_role("button", name="Show what these would have meant").click()
    expect(part(head, "With the numbers that you try")).to_contain_text("Nothing is saved yet.")
    head.get_by_role("button", name="Save", exact=True).click()
    expect(head.get_by_role("status")).to_contain_text("It counts from the next drop.")
    head.reload()
    expect(number).to_have_value("2")
