"""What waits for the head and the office, and how they come to where it is done."""

from datetime import timedelta

import pytest

from glowlite import arranging, clock, news
from glowlite.arranging import Arrangement
from glowlite.models import Correction, Drop, Group, GroupPage, School, Teaching, User
from glowlite.news import Place, Wording
from glowlite.policy import Role
from glowlite.rollout import link_decisions

DAY = timedelta(days=1)


def user(username: str) -> User:
    return User.get(User.username == username)


@pytest.fixture
def section(visitor):
    return lambda username, hat=None: visitor(username, hat).get("/widgets/waiting")


@pytest.fixture(autouse=True)
def nothing_to_correct(site):
    """Without what a parent of the demo says is no longer right."""
    Correction.delete().execute()


@pytest.fixture
def all_decided():
    """The head has decided about every court order."""
    for link in link_decisions.orders_waiting([school.id for school in School.select()]):
        facts = {"reason": "As ordered", "review_on": clock.today() + 90 * DAY, "order_seen": True}
        link_decisions.decide(user("donald.munro"), link, opens=False, **facts)


@pytest.fixture
def held(academy):
    """A drop that has waited for three days."""
    return Drop.create(school=academy, status="held", digest="", loaded_by="nightly", started=clock.now() - 3 * DAY)


@pytest.fixture
def draft(academy):
    """Priya Sharma has changed the home page of the Academy and not published it."""
    stamp = Arrangement.of(academy, "home").stamp
    arranging.change(user("priya.sharma"), academy, "home", stamp, lambda content: arranging.take_off(content, Role.PARENT, "links"))


@pytest.fixture
def to_come(academy):
    post = news.draft(user("donald.munro"), Place.of(academy), Wording("Christmas dance", shows_from=clock.now() + DAY))
    news.publish(user("donald.munro"), post)
    return post


@pytest.mark.parametrize("username", ["donald.munro", "jean.baxter", "margaret.sinclair"])
def test_nothing_waits_as_long_as_all_is_done(section, all_decided, username):
    assert "Nothing waits for you." in section(username)


@pytest.mark.parametrize(("username", "hat"), [("mairi.macleod", None), ("shona.campbell", "parent"), ("shona.campbell", "staff"),
                                               ("ailsa.reid", None), ("priya.sharma", None), ("helen.ross", None)])
def test_it_is_for_the_head_and_the_office(section, held, username, hat):
    assert section(username, hat).status == 404


@pytest.mark.parametrize("username", ["donald.munro", "jean.baxter"])
def test_a_held_drop_waits_with_since_when(section, held, academy, username):
    page = section(username)
    assert f"/schools/{academy.id}/drops/{held.id}" in page.links and "for 3 days" in page and f"Drop {held.id} is held" in page


def test_a_drop_that_a_newer_one_has_overtaken_waits_no_more(section, held, academy):
    Drop.create(school=academy, status="kept", digest="", loaded_by="nightly", started=clock.now())
    assert "Nothing waits for you." in section("jean.baxter")


def test_a_draft_of_a_page_waits_for_those_who_arrange_pages(section, draft, academy):
    page = section("donald.munro")
    assert f"/schools/{academy.id}/pages/home" in page.links and "Home page: a draft is not published" in page and "Priya Sharma changed it today" in page
    assert "Nothing waits for you." in section("jean.baxter")


def test_news_to_come_waits_for_those_who_may_change_it(section, to_come):
    page = section("donald.munro")
    assert f"/news/{to_come.id}" in page.links and "News of Morran Academy, shows from tomorrow at 10:" in page
    assert "Christmas dance" not in section("jean.baxter")


def test_the_office_meets_its_own_news_to_come(section, academy):
    post = news.draft(user("jean.baxter"), Place.of(academy), Wording("Lost property", shows_from=clock.now() + DAY))
    news.publish(user("jean.baxter"), post)
    assert "Lost property" in section("jean.baxter") and "Lost property" in section("donald.munro")


def test_a_draft_of_news_waits_for_nobody_else(section, academy):
    news.draft(user("ailsa.reid"), Place.of(Group.get(Group.mis_id == "2B-EN")), Wording("Half done", shows_from=clock.now() + DAY))
    assert "Half done" not in section("donald.munro")


def test_a_page_with_posts_that_no_parent_can_open_waits_for_the_head(section):
    english = Group.get(Group.mis_id == "2B-EN")
    GroupPage.arrange(english, False, [])
    page = section("donald.munro")
    assert f"/groups/{english.id}" in page.links and "2B English: parents cannot open the page" in page and "2 posts for parents" in page
    assert "Nothing waits for you." in section("jean.baxter")
    GroupPage.delete().where(GroupPage.group == english).execute()
    assert "parents cannot open the page" in section("donald.munro")


def test_a_closed_page_with_posts_for_staff_only_does_not_wait(section, all_decided):
    group = Group.get(Group.mis_id == "3A-EN")
    post = news.draft(user("ailsa.reid"), Place.of(group), Wording("For staff", for_parents=False))
    news.publish(user("ailsa.reid"), post)
    assert "Nothing waits for you." in section("donald.munro")


@pytest.mark.parametrize("username", ["donald.munro", "jean.baxter"])
def test_a_class_without_a_teacher_waits(section, username):
    english = Group.get(Group.mis_id == "2B-EN")
    Teaching.update(gone=clock.today()).where(Teaching.group == english).execute()
    page = section(username)
    assert "2B English: no teacher on record" in page and f"/groups/{english.id}" in page.links


def test_a_teacher_who_has_left_is_no_teacher(section):
    teaching = Teaching.select().join(Group).where(Group.mis_id == "2B-EN").get()
    teaching.staff.gone = clock.today()
    teaching.staff.save()
    assert "2B English: no teacher on record" in section("donald.munro")


def test_of_many_the_first_are_named_and_the_others_counted(section, academy):
    classes = Group.select(Group.id).where(Group.school == academy, Group.kind.in_(("class", "registration")))
    Teaching.update(gone=clock.today()).where(Teaching.group.in_(classes)).execute()
    page = section("donald.munro")
    assert page.text.count("no teacher on record") == 5 and f"… and {classes.count() - 5} more" in page


def test_another_schools_matters_wait_for_others(section, held, draft, to_come):
    Teaching.update(gone=clock.today()).where(Teaching.group == Group.get(Group.mis_id == "2B-EN")).execute()
    assert "Nothing waits for you." in section("margaret.sinclair") and "Nothing waits for you." in section("isobel.grant")


def test_one_with_two_schools_is_told_which(section, held):
    from glowlite.models import Duty
    primary = School.get(School.code == "shore-primary")
    Duty.create(user=user("jean.baxter"), role="office", school=primary, authority=primary.authority)
    assert "for 3 days, Morran Academy" in section("jean.baxter")


def test_much_to_do_takes_as_few_queries_as_nothing(viewer_of, counted, academy):
    from glowlite.widgets import home_of, panel
    munro = viewer_of("donald.munro")
    home = home_of(munro)
    assert munro.decisions
    with counted() as few:
        panel(munro, home, "waiting")
    for _ in range(8):
        Drop.create(school=academy, status="held", digest="", loaded_by="nightly", started=clock.now())
    Teaching.update(gone=clock.today()).execute()
    with counted() as many:
        assert panel(munro, home, "waiting").values["drops"].more == 3
    assert len(many) == len(few) <= 9
