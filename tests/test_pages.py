"""The pages as wholes: what is on them for whom, and what they say when there is nothing."""

import re

import pytest

from glowlite.models import Duty, Link, Page, Placement, Pupil, User
from glowlite.policy import PARENT_HAT, STAFF_HAT


@pytest.mark.parametrize(("username", "hat", "there"), [
    ("mairi.macleod", None, ["w-children", "w-today", "w-held"]), ("shona.campbell", PARENT_HAT, ["w-children"]),
    ("shona.campbell", STAFF_HAT, ["w-classes"]), ("ailsa.reid", None, ["w-classes", "w-calendar"]), ("donald.munro", None, ["w-calendar", "w-classes"]),
    ("priya.sharma", None, ["w-calendar", "w-links"]), ("helen.ross", None, ["w-source", "w-calendar"])])
def test_everyone_has_a_home_page_of_their_own(visitor, username, hat, there):
    page = visitor(username, hat).get("/")
    assert page.status == 200 and all(f'id="{part}"' in page for part in there)
    assert ('id="w-children"' in page) == (username == "mairi.macleod" or hat == PARENT_HAT)


def test_a_family_in_two_schools_has_one_page_with_a_chip_for_each_child(visitor):
    page = visitor("mairi.macleod").get("/")
    chips = page.text.split('<nav class="chips"')[1].split("</nav>")[0]
    names = ("Home", "Catriona", "Morran Academy", "Finlay", "Shore Street Primary", "Strathmorran Council")
    assert chips.count("<li") == 4 and all(name in chips for name in names)


def test_a_childs_page_leads_to_the_brothers_and_sisters(visitor, pupil):
    page = visitor("mairi.macleod").get(f"/children/{pupil('000101').id}")
    assert f"/children/{pupil('000102').id}" in page.links and 'aria-current="page"' in page


def test_a_childs_page_leads_to_no_sister_who_is_closed_to_this_parent(visitor, pupil):
    page = visitor("gordon.fraser").get(f"/children/{pupil('000105').id}")
    assert page.status == 200 and f"/children/{pupil('000104').id}" not in page.links


def test_one_who_has_two_hats_can_change_them_and_others_see_no_hats(visitor):
    assert "Change to staff" in visitor("shona.campbell", PARENT_HAT).get("/") and "Change to parent" in visitor("shona.campbell", STAFF_HAT).get("/")
    assert 'name="hat"' not in visitor("mairi.macleod").get("/") and 'name="hat"' not in visitor("ailsa.reid").get("/")


def test_a_page_without_any_widget_says_so(visitor):
    Placement.update(is_on=False).execute()
    assert "Nothing has been put on this page yet" in visitor("mairi.macleod").get("/")


def test_a_school_without_any_page_still_answers(visitor, pupil):
    Placement.delete().execute()
    Page.delete().execute()
    mairi = visitor("mairi.macleod")
    assert mairi.get("/").status == 200 and mairi.get(f"/children/{pupil('000101').id}").status == 200


def test_when_one_child_is_closed_the_other_stays_and_nothing_hints_at_the_first(visitor, pupil):
    Link.update(court_order=True).where(Link.pupil == pupil("000101")).execute()
    page = visitor("mairi.macleod").get("/")
    assert "Finlay" in page and "Catriona" not in page and "Morran Academy" not in page


def test_the_page_of_a_pupil_says_whose_it_is(visitor, pupil):
    page = visitor("linda.smith").get(f"/children/{pupil('000108').id}")
    assert "<h1>Jamie Smith</h1>" in page and "class 2A" in page


def test_namesakes_are_two_pupils(visitor, pupil):
    linda, robert = visitor("linda.smith"), visitor("robert.smith")
    assert linda.get(f"/children/{pupil('000109').id}").status == 404 and robert.get(f"/children/{pupil('000108').id}").status == 404
    assert "class 2B" in robert.get(f"/children/{pupil('000109').id}")


def test_two_parents_with_one_email_address_see_each_their_own_details(visitor, pupil):
    beth = f"/children/{pupil('000116').id}/widgets/held"
    fiona, alan = visitor("fiona.drummond").get(beth), visitor("alan.drummond").get(beth)
    assert "Fiona" in fiona and "Alan" not in fiona and "Alan" in alan and "Fiona" not in alan


def test_twins_are_two_children_with_two_pages(visitor, pupil):
    nasreen = visitor("nasreen.hussain")
    pages = [nasreen.get(f"/children/{pupil(number).id}") for number in ("000106", "000107")]
    assert "<h1>Aisha Hussain</h1>" in pages[0] and "<h1>Amina Hussain</h1>" in pages[1]


def test_a_name_is_shown_as_it_is_written(visitor, pupil):
    assert "Oliwia Wójcik" in visitor("marta.wojcik").get(f"/children/{pupil('000111').id}")
    assert "Eòghann" in visitor("mairi.mackenzie").get("/")


def test_a_parent_whose_school_has_opened_no_child_yet_is_told_whom_to_ring(visitor, academy, has_agreed):
    Duty.create(user=User.create(username="new.parent", name="New Parent"), role="parent", school=academy, authority=academy.authority)
    has_agreed("new.parent")
    page = visitor("new.parent").get("/")
    assert page.status == 200 and "There is no child’s page here for you" in page and "Morran Academy" in page


def test_only_what_a_page_needs_is_loaded_and_all_of_it_from_here(visitor, pupil):
    for path in ("/", f"/children/{pupil('000101').id}"):
        page = visitor("mairi.macleod").get(path)
        loaded = re.findall(r'(?: src| srcset|<link [^>]*href)="([^"]+)', page.text)
        assert len(loaded) > 2 and all(source.startswith("/") for source in loaded)
        waiting = re.findall(r"<img [^>]*>", page.text)
        assert all('loading="lazy"' in picture and re.search(r' width="\d+" height="\d+"', picture) for picture in waiting)


def test_the_health_check_asks_the_database_and_needs_no_session(visitor):
    answer = visitor().get("/healthz")
    assert answer.status == 200 and '"ok"' in answer.text and "Set-Cookie" not in answer.headers


def test_a_pupil_without_birthday_class_or_year_has_a_page(visitor, pupil):
    Pupil.update(born=None, registration=None, year_group=None, house=None).where(Pupil.mis_id.in_(["000101", "000102"])).execute()
    mairi = visitor("mairi.macleod")
    assert mairi.get("/").status == 200 and mairi.get(f"/children/{pupil('000101').id}").status == 200
