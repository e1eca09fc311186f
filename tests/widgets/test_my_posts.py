"""What the writers of news meet at home: their own posts, in which state each is, and how many parents have read it."""

import re
from datetime import timedelta

import pytest

from glowlite import clock, news
from glowlite.demo import cast
from glowlite.models import Group, GroupPage, Post, PostReading, Pupil, School, User
from glowlite.news import Place, Wording
from glowlite.policy import PARENT_HAT, Action, reached
from glowlite.readership import Readership, readership
from glowlite.widgets import home_of, panel

DAY = timedelta(days=1)


def user(username: str) -> User:
    return User.get(User.username == username)


@pytest.fixture
def english() -> Group:
    """Catriona's class, whose page Ailsa Reid has opened to parents."""
    return Group.get(Group.mis_id == "2B-EN")


@pytest.fixture
def write(english):
    """write("Trip", begins=DAY) is a post of Ailsa Reid's for 2B English, published and showing from tomorrow."""

    def post(title: str, username: str = "ailsa.reid", place: object = None, *, begins=-DAY, ends=None, published: bool = True, **more) -> Post:
        now = clock.now()
        words = Wording(title, shows_from=now + begins, shows_until=ends and now + ends, **more)
        written = news.draft(user(username), Place.of(place or english), words)
        if published:
            news.publish(user(username), written)
        return Post.get_by_id(written.id)

    return post


@pytest.fixture
def mine(viewer_of):
    """mine("ailsa.reid") are the rows of her widget; None where it is not there."""

    def rows(username: str, hat: str | None = None):
        viewer = viewer_of(username, hat)
        shown = panel(viewer, home_of(viewer), "my_posts")
        return shown and shown.values["posts"]

    return rows


@pytest.fixture
def section(visitor):
    return lambda username, hat=None: visitor(username, hat).get("/widgets/my_posts")


def read_by(post: Post, *usernames: str) -> None:
    for username in usernames:
        PostReading.create(post=post, user=user(username), at=clock.now())


# --- what stands there -------------------------------------------------------------------------------------


def test_drafts_come_first_then_what_is_to_come_then_what_is_out(write, mine):
    write("Out")
    write("Over", begins=-2 * DAY, ends=-DAY)
    write("To come", begins=DAY)
    write("Half done", published=False)
    news.withdraw(user("ailsa.reid"), write("Taken back"))
    found = [(post.title, post.state) for post in mine("ailsa.reid")]
    assert found[:3] == [("Half done", "draft"), ("To come", "scheduled"), ("Out", "out")]
    assert found[-2:] == [("Over", "expired"), ("Taken back", "withdrawn")]


def test_each_state_is_said_in_words(write, section):
    write("Half done", published=False)
    write("To come", begins=DAY)
    write("Over", begins=-2 * DAY, ends=-DAY)
    news.withdraw(user("ailsa.reid"), write("Taken back"))
    words = ("Draft, only you see it.", "Shows from tomorrow at 10:", "Expired yesterday at 10:", "Withdrawn today at 10:", "Out since Tue 17 Nov at 08:30")
    assert [said for said in words if said not in section("ailsa.reid")] == []


def test_it_says_where_each_stands_and_leads_to_it(write, section):
    post = write("Trip")
    page = section("ailsa.reid")
    assert f"/news/{post.id}" in page.links and "2B English." in page


def test_one_who_has_written_nothing_is_told_where_to(section):
    teacher = section("shona.campbell", "staff")
    assert "You have not written anything yet" in teacher and re.search(r"/groups/\d+/news/new", teacher.text)
    assert "You have not written anything yet." in section("jean.baxter")


def test_nobody_sees_what_others_wrote(write, mine, academy):
    write("Of Ailsa Reid")
    write("Of the head", "donald.munro", academy)
    assert "Of Ailsa Reid" not in [post.title for post in mine("donald.munro")]
    assert "Of the head" not in [post.title for post in mine("ailsa.reid")]
    assert "Of the head" not in [post.title for post in mine("margaret.sinclair")]
    assert mine("shona.campbell", "staff") == []


def test_a_parent_has_no_such_part(section):
    assert section("mairi.macleod").status == section("shona.campbell", "parent").status == 404


def test_the_posts_of_a_class_one_no_longer_teaches_are_gone(write, mine, english):
    from glowlite.models import Teaching
    write("Trip")
    Teaching.update(gone=clock.today()).where(Teaching.group == english).execute()
    assert "Trip" not in [post.title for post in mine("ailsa.reid")]


def test_the_head_who_looks_at_a_teachers_page_sees_no_draft(write, viewer_of, academy):
    from glowlite import arranging
    from glowlite.arranging import Person
    from glowlite.policy import Role
    write("Half done", published=False)
    write("Out")
    reid = user("ailsa.reid")
    glance = arranging.glance(viewer_of("donald.munro"), academy, Role.TEACHER, Person(reid.id, reid.name))
    titles = [post.title for post in panel(glance, home_of(glance), "my_posts").values["posts"]]
    assert "Out" in titles and "Half done" not in titles


# --- where to write ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("username", "for_school", "for_all"), [
    ("ailsa.reid", False, False), ("donald.munro", True, False), ("jean.baxter", True, False), ("priya.sharma", True, False), ("helen.ross", False, True)])
def test_who_may_write_for_whom_is_offered_it(section, academy, username, for_school, for_all):
    links = section(username).links
    assert (f"/schools/{academy.id}/news/new" in links, f"/authorities/{academy.authority_id}/news/new" in links) == (for_school, for_all)
    assert not any(f"/schools/{other.id}/" in link for other in School.select().where(School.id != academy.id) for link in links)


# --- who has read it -----------------------------------------------------------------------------------------


def test_readers_are_counted_among_the_parents_it_is_for(write, section):
    post = write("Trip")
    read_by(post, "mairi.macleod", "tomasz.kowalski", "ailsa.reid")
    of = len(parents_who_can_see(post))
    assert of > 1 and f"read by 1 of {of} parents" in section("ailsa.reid")


def test_what_is_not_for_parents_says_so(write, section):
    write("Staff only", for_parents=False)
    assert "not for parents" in section("ailsa.reid")


def test_what_no_parent_can_reach_says_so(write, section, english):
    write("Trip")
    GroupPage.arrange(english, False, [])
    assert "parents cannot open the page of the group" in section("ailsa.reid")


def parents_who_can_see(post):
    return {user for user, hat in reached(Action.NEWS, Post.id == post.id, School.select()) if hat == PARENT_HAT}


def test_a_post_is_said_to_be_for_just_those_parents_who_can_see_it(write, english, academy):
    catriona = Pupil.get(Pupil.mis_id == "000101")
    write("Of one child", named_only=True, addressed={catriona.id})
    write("Of all schools", "helen.ross", academy.authority)
    posts = list(Post.select())
    assert {number: both.reached for number, both in readership(posts).items()} == {post.id: len(parents_who_can_see(post)) for post in posts}


def test_readers_count_once_whatever_the_place(write, academy):
    catriona, finlay = (Pupil.get(Pupil.mis_id == number) for number in ("000101", "000102"))
    everybody, school = write("Of all schools", "helen.ross", academy.authority), write("Of the school", "donald.munro", academy)
    named = write("Of one child", named_only=True, addressed={catriona.id})
    primary = write("Of the other", "margaret.sinclair", finlay.school)
    for post in (everybody, school, named, primary):
        read_by(post, "mairi.macleod", "nasreen.hussain", "donald.munro")
    read = {number: both.read for number, both in readership([everybody, school, named, primary]).items()}
    assert read == {everybody.id: 2, school.id: 1, named.id: 1, primary.id: 2}  # Nasreen Hussain has children at the Primary only


def test_a_parent_who_lost_access_is_neither_reader_nor_reached(write):
    from glowlite.models import Link
    post = write("Trip")
    read_by(post, "mairi.macleod")
    before = readership([post])[post.id]
    Link.update(court_order=True).where(Link.pupil == Pupil.get(Pupil.mis_id == "000101")).execute()
    assert readership([post])[post.id] == Readership(before.read - 1, before.reached - 1)


def test_no_post_is_read_by_nobody_of_nobody():
    assert readership([]) == {}


def test_many_posts_take_as_few_queries_as_one(write, counted, mine):
    write("Number 0")
    with counted() as few:
        mine("ailsa.reid")
    for number in range(1, 6):
        write(f"Number {number}")
    with counted() as many:
        assert len(mine("ailsa.reid")) == 6
    assert len(many) == len(few) <= 12


def test_a_draft_is_there_as_soon_as_it_is_written(write, visitor):
    reid = visitor("ailsa.reid")
    before = reid.get("/")
    write("Half done", published=False)
    assert "Half done" in reid.get("/", **({"If_None_Match": before.headers["ETag"]} if "ETag" in before.headers else {}))


def test_posts_of_two_schools_say_which(write, mine, academy):
    from glowlite.models import Duty
    primary = School.get(School.code == cast.PRIMARY)
    Duty.create(user=user("donald.munro"), role="head", school=primary, authority=primary.authority)
    write("Of a class", "donald.munro", Group.get(Group.school == primary, Group.kind == "registration"))
    assert mine("donald.munro")[0].place.endswith("Shore Street Primary School")
