"""What every widget must keep to, whichever it is: the folder is the registry, so a new one is tested from its first day."""

import json
import re
from pathlib import Path

import pytest

from glowlite import policy, widgets
from glowlite.demo import cast
from glowlite.models import (
    Assignment,
    CalendarEntry,
    ComponentPolicy,
    Drop,
    Group,
    GroupPage,
    Membership,
    Page,
    Placement,
    Pupil,
    School,
    Teaching,
)
from glowlite.policy import PARENT_HAT, ROLES, Action, Role
from glowlite.widgets import WIDGETS

ROOT = Path(widgets.__file__).parents[2]
PAGES = json.loads((ROOT / "glowlite" / "defaults" / "pages.json").read_text())
KINDS = {"number": int, "yes-no": bool, "choice": str, "lines": str}

every_widget = pytest.mark.parametrize("key", WIDGETS)


@pytest.fixture
def place_all(site):
    """Every widget stands on every page that it may stand on, for each role that may use it."""
    for page in Page.select():
        Placement.delete().where(Placement.page == page).execute()
        for role in Role:
            for position, (key, widget) in enumerate(WIDGETS.items()):
                if page.key in widget.pages and widget.needs in ROLES[role]:
                    Placement.create(page=page, role=role.value, widget=key, position=position)


def addresses(key: str, child: Pupil) -> dict[str, str]:
    """page -> address of the fragment."""
    return {"home": f"/widgets/{key}", "child": f"/children/{child.id}/widgets/{key}", "group": f"/groups/{group_of(child).id}/widgets/{key}",
            "authority": f"/authorities/{child.school.authority_id}/widgets/{key}"}


def whole(page: str, child: Pupil) -> str:
    return {"home": "/", "child": f"/children/{child.id}", "group": f"/groups/{group_of(child).id}",
            "authority": f"/authorities/{child.school.authority_id}"}[page]


def group_of(child: Pupil) -> Group:
    """A group of the child into which its teacher lets parents: the class, or for a child without one an empty club."""
    known = Group.select().join(Membership).where(Membership.pupil == child, Group.kind == "registration", Membership.gone.is_null()).first()
    if known:
        return known
    club, _ = Group.get_or_create(school=child.school, mis_id="CLUB", kind="club", name="Chess club")
    Membership.get_or_create(group=club, pupil=child)
    GroupPage.arrange(club, True, [])
    return club


def section(text: str, key: str) -> str | None:
    """The section of this widget in a page."""
    panels = re.split(r'(?=<section class="panel )', text)
    mine = [panel[:panel.rindex("</section>")] for panel in panels if panel.startswith(f'<section class="panel panel-{key}"')]
    return mine[0] if mine else None


def words(text: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", text).split())


def reader(key: str, teacher: str = "mhairi.nicolson", head: str = "margaret.sinclair") -> str:
    """Somebody for whom this widget is there: a parent if parents may use it, else a teacher, else a head."""
    may = [role for role in Role if WIDGETS[key].needs in ROLES[role]]
    return "mairi.macleod" if Role.PARENT in may else teacher if Role.TEACHER in may else head


# --- the declaration -------------------------------------------------------------------------------------


@every_widget
def test_a_widget_says_what_it_is(key):
    widget = WIDGETS[key]
    assert widget.key == key and widget.title and isinstance(widget.needs, Action)
    assert widget.needs.component or widget.needs not in ROLES[Role.PARENT]  # of what families see, authority and school decide
    assert widget.about.endswith(".") and set(widget.pages) <= set(PAGES) and widget.pages
    assert (ROOT / "templates" / "widgets" / f"{key}.html").is_file()


@every_widget
def test_an_option_has_a_label_and_a_default_of_its_kind(key):
    for name, option in WIDGETS[key].options.items():
        assert option.label and type(option.default) is KINDS[option.kind], name
        assert option.kind != "number" or option.lowest <= option.default <= option.highest, name
        assert option.kind != "choice" or option.default in option.choices, name


def test_every_template_belongs_to_a_widget():
    assert {file.stem for file in (ROOT / "templates" / "widgets").glob("*.html")} == set(WIDGETS)


def test_the_default_pages_name_widgets_that_are_there_and_every_widget_stands_somewhere():
    placed = [(page, role, key, options) for page, roles in PAGES.items() for role, row in roles.items() for key, options in row]
    for page, role, key, options in placed:
        assert page in WIDGETS[key].pages and WIDGETS[key].needs in ROLES[Role(role)] and set(options) <= set(WIDGETS[key].options), (page, role, key)
    assert {key for _, _, key, _ in placed} == set(WIDGETS)


# --- page and fragment ---------------------------------------------------------------------------------------


@every_widget
def test_page_and_fragment_show_the_very_same(visitor, pupil, place_all, key):
    child = pupil("000102")
    somebody = visitor(reader(key))
    for page in WIDGETS[key].pages:
        fragment = somebody.get(addresses(key, child)[page], HX_Request="true")
        assert fragment.status == 200 and fragment.text.count("<h2") == 1
        assert section(somebody.get(whole(page, child)).text, key) == section(fragment.text, key)


@every_widget
def test_a_widget_whose_action_is_off_is_in_neither_page_nor_fragment(visitor, pupil, place_all, key):
    """A widget stricter than its page: the page still opens."""
    child, widget = pupil("000102"), WIDGETS[key]
    somebody = visitor(reader(key))
    if widget.needs is not Action.CHILD and widget.needs.component:
        ComponentPolicy.update(allowed=False, locked=True).where(ComponentPolicy.component == widget.needs.key).execute()
        for page in widget.pages:
            assert somebody.get(addresses(key, child)[page]).status == 404
            shown = somebody.get(whole(page, child))
            assert section(shown.text, key) is None and shown.status == (404 if widget.needs is policy.PAGES[page] else 200)


@every_widget
def test_a_widget_that_does_not_stand_on_a_page_has_no_fragment_there(visitor, pupil, place_all, key):
    Placement.update(is_on=False).where(Placement.widget == key).execute()
    for page in PAGES:
        assert visitor(reader(key)).get(addresses(key, pupil("000102"))[page]).status == 404


@every_widget
def test_a_widget_misplaced_on_a_page_it_was_not_made_for_stays_away(visitor, pupil, place_all, key):
    for page in set(PAGES) - set(WIDGETS[key].pages):
        Placement.create(page=Page.get(Page.key == page), role="parent", widget=key, position=99)
        assert visitor("mairi.macleod").get(addresses(key, pupil("000102"))[page]).status == 404
        assert visitor("mairi.macleod").get(whole(page, pupil("000102"))).status == 200


def test_a_placement_of_a_widget_that_is_no_more_breaks_nothing(visitor, site):
    Placement.create(page=Page.get(Page.key == "home"), role="parent", widget="horoscope", position=0)
    assert visitor("mairi.macleod").get("/").status == 200 and visitor("mairi.macleod").get("/widgets/horoscope").status == 404


@pytest.mark.parametrize("username", ["donald.munro", "jean.baxter", "priya.sharma", "helen.ross", "ailsa.reid"])
def test_any_widget_can_be_placed_for_any_role(visitor, viewer_of, pupil, username):
    """An editor of pages may try anything; the sieves decide what is shown, and nothing breaks."""
    page = {row.key: row for row in Page.select()}
    Placement.delete().execute()
    for role in Role:
        for key, widget in WIDGETS.items():
            for where in widget.pages:
                Placement.create(page=page[where], role=role.value, widget=key, position=0)
    assert visitor(username).get("/").status == 200
    assert visitor(username).get(f"/children/{pupil('000101').id}").status in (200, 404)


# --- nothing to show, and a lot ----------------------------------------------------------------------------------


@every_widget
def test_a_child_with_nothing_on_record_gets_words(visitor, pupil, place_all, key):
    """Oliwia Wójcik joined yesterday; the school has put in no calendar, loaded nothing that is still known and set no homework."""
    Membership.update(gone="2026-11-18").where(Membership.pupil == pupil("000111")).execute()
    CalendarEntry.delete().execute()
    Drop.update(status="held").execute()
    child = pupil("000111")
    somebody = visitor("marta.wojcik" if reader(key) == "mairi.macleod" else reader(key, "ailsa.reid", "donald.munro"))
    if reader(key) != "mairi.macleod":
        Teaching.update(gone="2026-11-18").execute()
    for page in WIDGETS[key].pages:
        seen = somebody.get(addresses(key, child)[page])
        assert seen.status == 200 and re.search("[A-Z].{15,}", words(seen.text).removeprefix(WIDGETS[key].title)), page


@every_widget
def test_a_school_that_has_put_in_nothing_at_all_gets_words(visitor, academy, place_all, key):
    """A new school, a new pupil, a new parent: not a row besides."""
    from glowlite.models import Contact, Link, User, UserContact
    new = School.create(authority=academy.authority, code="new", name="New Primary")
    child = Pupil.create(school=new, mis_id="1", forename="Nia", surname="Newcomer")
    contact = Contact.create(school=new, mis_id="1", surname="Newcomer")
    Link.create(pupil=child, contact=contact, parental_responsibility=True, court_order=False)
    user = User.create(username="newcomer", name="Newcomer")
    UserContact.create(user=user, contact=contact)
    if WIDGETS[key].needs in ROLES[Role.PARENT]:
        for page in WIDGETS[key].pages:
            seen = visitor("newcomer").get(addresses(key, child)[page])
            assert seen.status == 200 and len(words(seen.text)) > len(WIDGETS[key].title) + 15 and "None" not in words(seen.text), page
    assert visitor("newcomer").get(f"/children/{child.id}").status == visitor("newcomer").get("/").status == 200


@every_widget
def test_words_of_the_mis_are_words_and_never_markup(visitor, pupil, place_all, key):
    bad = "<b onclick=alert(1)>\"'&"
    Pupil.update(forename=bad, known_as=None, surname=bad, year_group=bad[:20], registration=bad, house=bad).where(Pupil.mis_id == "000102").execute()
    Group.update(name=bad, subject=bad).execute()
    School.update(name=bad, phone=bad[:30], email=bad).execute()
    CalendarEntry.update(title=bad, details=bad).execute()
    Assignment.update(title=bad, details=bad, resource="javascript:alert(1)").execute()
    for page in WIDGETS[key].pages:
        seen = visitor(reader(key)).get(addresses(key, pupil("000102"))[page])
        assert seen.status == 200 and "<b onclick" not in seen and 'href="javascript' not in seen, page


# --- the number of queries ------------------------------------------------------------------------------------------


@pytest.fixture
def big_family(pupil):
    """Mairi MacLeod has four children, two in each school."""
    from glowlite.models import Contact, Link
    for number, school in (("000103", cast.ACADEMY), ("000106", cast.PRIMARY)):
        contact = Contact.select().join(School).where(Contact.mis_id == "C000101", School.code == school).get()
        Link.create(pupil=pupil(number), contact=contact, parental_responsibility=True, court_order=False)


def statements_of(visit, counted) -> list[str]:
    """What a visit runs, without what is written down once: who read what, once a day, and that there was a visit."""
    with counted() as statements:
        assert visit().status == 200
    return [sql for sql in statements if not sql.startswith(("INSERT", 'UPDATE "users" SET "last_visit"'))]


def test_a_home_page_takes_as_few_queries_for_four_children_in_two_schools_as_for_one(visitor, counted, big_family):
    parents = {name: visitor(name) for name in ("mairi.macleod", "tomasz.kowalski")}
    numbers = {name: len(statements_of(lambda parent=parent: parent.get("/"), counted)) for name, parent in parents.items()}
    assert parents["mairi.macleod"].get("/").text.count('<li class="accent-') >= 4
    assert numbers["mairi.macleod"] == numbers["tomasz.kowalski"] <= 12


def test_a_childs_page_takes_few_queries(visitor, counted, pupil, big_family):
    mairi, address = visitor("mairi.macleod"), f"/children/{pupil('000101').id}"
    statements = statements_of(lambda: mairi.get(address), counted)
    assert len(statements) <= 16, "\n".join(statements)


def test_no_template_reads_from_the_database(visitor, viewer_of, counted, pupil, place_all, site):
    """Everything is fetched before the first word is rendered."""
    from flask import g, render_template

    from glowlite.widgets import child_page, home_of, panels
    viewer = viewer_of("mairi.macleod", PARENT_HAT)
    with site.test_request_context("/"):
        g.viewer, g._login_user = viewer, None
        home, child = home_of(viewer), child_page(pupil("000101"))
        filled = [(home, panels(viewer, home)), (child, panels(viewer, child))]
        with counted() as statements:
            for _, ready in filled:
                assert ready and render_template("parts/panels.html", panels=ready)
        assert statements == []
