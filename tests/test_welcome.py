"""The first ten minutes: a new parent is led from the policy to their details and through a tour of their own pages; nobody else is."""

import peewee
import pytest
from playhouse.migrations import Runner

from glowlite import agreement, clock
from glowlite.db import MIGRATIONS
from glowlite.models import Audit, ComponentPolicy, Contact, Reading, User
from glowlite.models.school import Place
from glowlite.rollout import codes

PASSWORD = "harbour-thistle-lantern"


@pytest.fixture
def new_parent(site):
    """new_parent("mairi.macleod") has never been here and has a password of her own."""

    def make(username):
        user = User.get(User.username == username)
        User.update(welcomed=None, last_sign_in=None).where(User.id == user.id).execute()
        user = User.get_by_id(user.id)
        user.set_password(PASSWORD)
        return user

    return make


@pytest.fixture
def mairi(new_parent, visitor):
    new_parent("mairi.macleod")
    return visitor("mairi.macleod")


def welcomed(username="mairi.macleod"):
    return User.get(User.username == username).welcomed


# --- who is led there --------------------------------------------------------------------------------------


def test_a_new_parent_comes_to_their_details_first(new_parent, visitor):
    new_parent("mairi.macleod")
    assert visitor().sign_in("mairi.macleod", PASSWORD).headers["Location"] == "/welcome/details"


def test_a_new_parent_comes_there_from_the_policy_too(mairi, academy):
    helen = User.get(User.username == "helen.ross")
    agreement.save_draft(helen, Place(academy.authority), "Be kind.")
    text = agreement.publish(helen, Place(academy.authority))
    way = mairi.get("/").headers["Location"]
    assert mairi.post(way, {"agree": "y", "text": str(text.id)}).headers["Location"] == "/welcome/details"


def test_a_code_leads_there_too(site, new_parent, visitor, academy, pupil):
    user, record = new_parent("mairi.macleod"), Contact.get(Contact.mis_id == "C000101", Contact.school == academy)
    with site.app_context():
        code = codes.make("letters", user, record, "letter")
    fields = {"code": code, "born": f"{pupil('000101').born:%d/%m/%Y}", "new": PASSWORD, "again": PASSWORD}
    assert visitor().post("/begin", fields).headers["Location"] == "/welcome/details"


def test_where_somebody_wanted_to_go_comes_first(new_parent, visitor, pupil):
    new_parent("mairi.macleod")
    child = f"/children/{pupil('000101').id}"
    assert visitor().post(f"/sign-in?next={child}", {"username": "mairi.macleod", "password": PASSWORD}).headers["Location"] == child


@pytest.mark.parametrize("username", ["ailsa.reid", "jean.baxter", "helen.ross"])
def test_staff_who_are_new_come_home(new_parent, visitor, username):
    new_parent(username)
    assert visitor().sign_in(username, PASSWORD).headers["Location"] == "/"


def test_who_has_been_here_comes_home(new_parent, visitor):
    user = new_parent("mairi.macleod")
    User.update(welcomed=clock.now()).where(User.id == user.id).execute()
    assert visitor().sign_in("mairi.macleod", PASSWORD).headers["Location"] == "/"


def test_an_upgrade_shows_nobody_round_who_knows_the_place(tmp_path):
    handle = peewee.SqliteDatabase(tmp_path / "old.db")
    Runner(handle, str(MIGRATIONS)).up("0002_news_and_pages")
    for name, here in (("old", "'2026-09-01 08:00:00'"), ("new", "NULL")):
        handle.execute_sql(f"INSERT INTO users (username, name, must_change_password, session_key, last_sign_in) VALUES ('{name}', 'x', 0, 'x', {here})")
    Runner(handle, str(MIGRATIONS)).up()
    assert handle.execute_sql("SELECT username FROM users WHERE welcomed IS NOT NULL").fetchall() == [("old",)]
    handle.close()


# --- details, tour, home -----------------------------------------------------------------------------------


def test_the_way_goes_from_details_over_four_cards_home(mairi):
    assert "Is this still right?" in mairi.get("/welcome/details")
    way, cards = mairi.post("/welcome/details/right").headers["Location"], 0
    while way:
        page = mairi.get(way)
        cards += 1
        way = next((link for link in page.links if link == f"/welcome/tour?card={cards + 1}"), None)
    assert cards == 4 and welcomed() is None
    assert mairi.post("/welcome/done").headers["Location"] == "/"
    assert welcomed() and mairi.get("/").status == 200


def test_the_details_that_were_confirmed_are_on_record_for_each_school(mairi):
    mairi.post("/welcome/details/right")
    assert Audit.select().where(Audit.action == "confirmed contact details").count() == 2


def test_the_tour_can_be_left_out_at_once(mairi):
    assert "Leave out the tour" in mairi.get("/welcome/tour") and mairi.post("/welcome/done").status == 303 and welcomed()


def test_the_tour_shows_ones_own_pages(mairi, pupil):
    home, child, news = (mairi.get(f"/welcome/tour?card={number}") for number in (1, 2, 3))
    assert 'id="w-today"' in home and "Finlay" in home
    assert 'id="w-homework"' in child and f"/children/{pupil('000101').id}" in child.links
    assert 'id="w-news"' in news


def test_the_excerpt_is_a_picture_and_not_to_be_used(mairi):
    assert 'class="excerpt" inert aria-hidden="true"' in mairi.get("/welcome/tour")


def test_the_tour_of_a_parent_kept_from_one_child_is_about_the_other(new_parent, visitor):
    """Gordon Fraser: a court order about Isla, none about Ewan."""
    new_parent("gordon.fraser")
    gordon = visitor("gordon.fraser")
    pages = [gordon.get(address) for address in ["/welcome/details", *(f"/welcome/tour?card={number}" for number in range(1, 5))]]
    assert any("Ewan" in page for page in pages) and not any("Isla" in page or "Karen" in page for page in pages)


def test_what_the_school_does_not_open_is_not_in_the_tour(mairi, academy):
    off = {"allowed": False, "locked": True}
    ComponentPolicy.update(off).where(ComponentPolicy.role == "parent", ComponentPolicy.component.in_(["homework", "news", "child"])).execute()
    child, news = mairi.get("/welcome/tour?card=2"), mairi.get("/welcome/tour?card=3")
    assert "There is none at the moment" in child and 'id="w-homework"' not in child and 'id="w-news"' not in news


def test_looking_at_the_card_of_a_child_is_recorded(mairi):
    before = Reading.select().count()
    mairi.get("/welcome/tour?card=2")
    row = Reading.select().order_by(Reading.id.desc()).first()
    assert Reading.select().count() == before + 1 and row.page == "/welcome/tour" and row.user.username == "mairi.macleod"


@pytest.mark.parametrize("number", ["0", "5", "-1", "x", "99999999999999"])
def test_there_are_four_cards_whatever_is_asked_for(mairi, number):
    assert mairi.get(f"/welcome/tour?card={number}").status == 200


@pytest.mark.parametrize(("username", "hat"), [("ailsa.reid", None), ("shona.campbell", "staff"), ("jean.baxter", None), ("donald.munro", None)])
def test_staff_have_no_such_pages(visitor, username, hat):
    somebody = visitor(username, hat)
    assert {somebody.get(path).status for path in ("/welcome/details", "/welcome/tour")} == {404}


def test_it_is_found_again_behind_ones_name(visitor):
    page = visitor("mairi.macleod").get("/")
    assert {"/welcome/details", "/codes"} <= set(page.links) and "/welcome/tour" in visitor("mairi.macleod").get("/welcome/details").links
    assert "/welcome/details" not in visitor("ailsa.reid").get("/").links
