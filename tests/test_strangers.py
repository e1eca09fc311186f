"""Nobody meets a child who is not theirs: every page, widget and post, and every link that parents of the demo can follow."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from html import unescape
from typing import Any

import pytest
import time_machine
from PIL import Image

from glowlite import clock, news
from glowlite.db import run
from glowlite.demo import cast
from glowlite.models import (
    Contact,
    Duty,
    FileContent,
    Group,
    GroupPage,
    Link,
    Membership,
    Post,
    PostFile,
    PostPupil,
    Pupil,
    School,
    Staff,
    Teaching,
    User,
    UserContact,
    UserStaff,
)
from glowlite.models.news import DRAFT, PUBLISHED
from glowlite.news import Place, Wording
from glowlite.policy import PARENT_HAT, STAFF_HAT
from glowlite.widgets import WIDGETS
from tests.visitor import Visitor

PARENTS = [adult for adult in cast.ADULTS if adult.username]
CANARY_NEWS = "Canary of the staff room"
CANARIES = (cast.CANARY_COMMENT, cast.CANARY_RESULT, cast.CANARY_STAFF_EVENT, cast.CANARY_ASSIGNMENT, CANARY_NEWS)
CATRIONA, FINLAY, ISLA, EWAN, RORY = "000101", "000102", "000104", "000105", "000110"
HOUR = timedelta(hours=1)


def user(username: str) -> User:
    return User.get(User.username == username)


def group(number: str) -> Group:
    return Group.get(Group.mis_id == number)


# --- somebody who has no business here ----------------------------------------------------------------


def home_parts() -> list[str]:
    return ["/"] + [f"/widgets/{key}" for key in WIDGETS]


def child_parts(child: Pupil) -> list[str]:
    return [f"/children/{child.id}"] + [f"/children/{child.id}/widgets/{key}" for key in WIDGETS]


def test_someone_not_signed_in_gets_no_page_and_no_widget(visitor, pupil):
    stranger = visitor()
    for path in (*home_parts(), *child_parts(pupil("000101"))):
        seen = stranger.get(path)
        assert seen.status == 303 and seen.headers["Location"].startswith("/sign-in"), path
        seen = stranger.get(path, HX_Request="true")
        assert (seen.status, seen.text) == (204, "") and seen.headers["HX-Redirect"].startswith("/sign-in"), path


def a_teacher_of_other_classes(child: Pupil) -> str:
    """The user name of a teacher of the same school who has this child in no group."""
    rows = run("""SELECT s.id FROM staff s WHERE s.school_id = :school AND s.mis_id > 'T0009' AND s.id NOT IN
                  (SELECT t.staff_id FROM teaching t JOIN memberships m ON m.group_id = t.group_id WHERE m.pupil_id = :pupil)
                  AND s.id IN (SELECT staff_id FROM teaching) ORDER BY s.id""", school=child.school_id, pupil=child.id).fetchall()
    return User.select().join(UserStaff).where(UserStaff.staff == rows[0][0]).get().username


OUTSIDERS = [("tomasz.kowalski", "another family"), ("gordon.fraser", "a father kept from this child by a court order"),
             ("shona.campbell", "a teacher as a parent"), ("mhairi.nicolson", "a teacher of the other school"), ("priya.sharma", "an editor"),
             ("helen.ross", "the authority"), ("margaret.sinclair", "the head of the other school"), ("paul.geddes", "a parent of a leaver"),
             ("?", "a teacher of other classes")]
SHOWN_OUT = ("paul.geddes",)  # no role is left to him: whatever he opens, his session ends where one signs in


@pytest.mark.parametrize("username", [name for name, _ in OUTSIDERS], ids=[about for _, about in OUTSIDERS])
def test_an_outsider_finds_nothing_at_any_address_of_a_child(visitor, pupil, username):
    isla = pupil("000104")
    outsider, refused = visitor(a_teacher_of_other_classes(isla) if username == "?" else username), 303 if username in SHOWN_OUT else 404
    assert {path: outsider.get(path).status for path in child_parts(isla)} == dict.fromkeys(child_parts(isla), refused)


@pytest.fixture
def still() -> Iterator[None]:
    """No second passes: pages say the time, and tokens know it."""
    with time_machine.travel(clock.local(clock.now()), tick=False):
        yield


def test_what_one_may_not_see_looks_like_what_is_not_there(visitor, pupil, still):
    gordon = visitor("gordon.fraser")
    hidden, missing = gordon.get(f"/children/{pupil('000104').id}"), gordon.get("/children/2000000000")
    assert (hidden.status, hidden.text) == (missing.status, missing.text)
    assert {name: value for name, value in hidden.headers.items() if name != "Set-Cookie"} == dict(missing.headers)


@pytest.mark.parametrize("username", ["paul.geddes", "blank.macaulay", "blank.nowak"])
def test_an_open_session_of_someone_without_access_opens_nothing(visitor, username):
    for path in home_parts():
        shown_out = visitor(username).get(path)
        assert (shown_out.status, shown_out.headers["Location"]) == (303, "/sign-in"), path


def test_every_widget_stops_at_the_children_of_the_page(visitor, pupil):
    """Each widget of gordon's home and of Ewan's page, without a word about Isla."""
    gordon, ewan, isla = visitor("gordon.fraser"), pupil("000105"), pupil("000104")
    for path in (*home_parts(), *child_parts(ewan)):
        assert given_away(gordon.get(path).text, {"Isla", "000104", f"/children/{isla.id}", "Karen", "9 Manse Road, Morran"}) == set(), path


# --- news, and the pages of groups ----------------------------------------------------------------------


WRITTEN = frozenset({"Canary trip", "heron", "canary-list.pdf"})
WORDS = WRITTEN | {"Isla", "Isla Fraser"}


@pytest.fixture
def trip(pupil) -> Post:
    """Ailsa Reid's news for Isla's English class, with a picture and a file. Parents may come in."""
    GroupPage.arrange(group("3A-EN"), True, [])
    author = user("ailsa.reid")
    post = news.draft(author, Place.of(group("3A-EN")), Wording("Canary trip", "Isla saw a heron.", addressed={pupil(ISLA).id}))
    news.attach(post, "canary.jpg", a_picture(), "Isla and the heron")
    news.attach(post, "canary-list.pdf", b"%PDF-1.4 heron", "")
    news.publish(author, post)
    return Post.get_by_id(post.id)


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return out.getvalue()


def of_post(post: Post) -> list[str]:
    """Its page, its picture in each form, and its file."""
    contents = FileContent.select(FileContent, PostFile).join(PostFile).where(PostFile.post == post)
    return [f"/news/{post.id}"] + [f"/news/{post.id}/files/{content.file.key}/{content.form}" for content in contents]


def of_group(post: Post) -> list[str]:
    """The group's page and those of its widgets that show news."""
    return [f"/groups/{post.group_id}"] + [f"/groups/{post.group_id}/widgets/{key}" for key in ("news", "documents")]


def of_author(post: Post) -> list[str]:
    return [f"/news/{post.id}/edit", f"/news/{post.id}/preview", f"/groups/{post.group_id}/news/new"]


def of_office(school: School, post: Post, child: Pupil) -> list[str]:
    pages = ["audit", "audit.csv", "drops", "people?q=isla", f"people/pupil/{child.id}", f"who-sees?post={post.id}", f"why?child=pupil-{child.id}", "pages"]
    return [f"/schools/{school.id}/{page}" for page in pages]


def statuses(somebody: Visitor, paths: Iterable[str]) -> dict[str, int]:
    return {path: somebody.get(path).status for path in paths}


def every(status: int, paths: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(paths, status)


def words_at(somebody: Visitor, paths: Iterable[str], words: Iterable[str] = WORDS, **headers: str) -> set[str]:
    """Those of the words that stand at any of these addresses, whatever the answer is."""
    return {word for path in paths for word in given_away(unescape(somebody.get(path, **headers).text), set(words))}


def test_the_family_and_the_author_find_it_at_those_addresses(visitor, trip, academy, pupil):
    """So that the tests below ask where there is something to find."""
    karen, ailsa, munro = (visitor(name) for name in ("karen.fraser", "ailsa.reid", "donald.munro"))
    for somebody in (karen, ailsa, munro):
        paths = of_post(trip) + of_group(trip)
        assert len(paths) == 9 and statuses(somebody, paths) == every(200, paths)
        assert words_at(somebody, paths) >= {*WRITTEN, "Isla"}
    assert "Canary trip" in karen.get("/") and "Canary trip" in karen.get(f"/children/{pupil(ISLA).id}")
    assert statuses(ailsa, of_author(trip)) == every(200, of_author(trip))
    assert statuses(munro, of_office(academy, trip, pupil(ISLA))) == every(200, of_office(academy, trip, pupil(ISLA)))


def test_someone_not_signed_in_gets_no_news_and_no_page_of_the_school(visitor, trip, academy, pupil):
    stranger = visitor()
    for path in (*of_post(trip), *of_group(trip), *of_author(trip), *of_office(academy, trip, pupil(ISLA)), "/why-not"):
        seen = stranger.get(path)
        assert seen.status == 303 and seen.headers["Location"].startswith("/sign-in") and given_away(seen.text, WORDS) == set(), path
        seen = stranger.get(path, HX_Request="true")
        assert (seen.status, seen.text) == (204, ""), path


@pytest.mark.parametrize("username", [name for name, _ in OUTSIDERS], ids=[about for _, about in OUTSIDERS])
def test_an_outsider_finds_neither_the_news_of_a_class_nor_its_page(visitor, trip, academy, pupil, username):
    isla = pupil(ISLA)
    outsider = visitor(a_teacher_of_other_classes(isla) if username == "?" else username)
    widgets = [f"/groups/{trip.group_id}/widgets/{key}" for key in WIDGETS]
    closed = [*of_post(trip), *of_group(trip), *widgets, *of_author(trip), *of_office(academy, trip, isla)]
    if username in ("priya.sharma", "helen.ross"):  # each has something to do for the school, and that says nothing about a child
        closed = [path for path in closed if not path.endswith(("/pages", "/audit", "/audit.csv", "/drops"))]
    assert statuses(outsider, closed) == every(303 if username in SHOWN_OUT else 404, closed)
    assert words_at(outsider, (*closed, "/", "/widgets/news", "/why-not", f"/schools/{academy.id}/pages"), {*WRITTEN, "Isla Fraser"}) == set()


def test_news_one_may_not_see_looks_like_news_that_is_not_there(visitor, trip, still):
    gordon = visitor("gordon.fraser")
    for path in of_post(trip):
        hidden, missing = gordon.get(path), gordon.get(path.replace(f"/{trip.id}", "/2000000000", 1))
        assert (hidden.status, hidden.text) == (missing.status, missing.text)


def test_the_office_opens_the_page_of_a_class_without_its_news(visitor, trip):
    jean = visitor("jean.baxter")
    assert statuses(jean, of_post(trip)) == every(404, of_post(trip))
    assert words_at(jean, (*of_group(trip), "/"), WRITTEN) == set()


def test_another_schools_office_finds_nobody_and_no_news(visitor, trip, pupil):
    grant, primary = visitor("isobel.grant"), School.get(School.code == cast.PRIMARY)
    here = f"/schools/{primary.id}"
    for path in (f"{here}/people?q=isla fraser", f"{here}/why?adult-letters=karen.fraser&child-letters={ISLA}&what=page", f"{here}/who-sees"):
        seen = grant.get(path)
        assert seen.status == 200 and given_away(seen.text, {*WORDS - {"Isla"}, "Karen Fraser"}) == set(), path
    assert grant.get(f"{here}/who-sees?post={trip.id}").status == grant.get(f"{here}/people/pupil/{pupil(ISLA).id}").status == 404


def test_news_for_all_schools_tells_each_school_about_its_own_people_only(visitor, academy, pupil):
    """Mairi MacLeod is in both schools; in neither does a link give her anything any more."""
    primary, council = School.get(School.code == cast.PRIMARY), Post.get(Post.school.is_null())
    change_link("mairi.macleod", pupil(CATRIONA), parental_responsibility=False)
    change_link("mairi.macleod", pupil(FINLAY), court_order=True)
    for office, school, theirs, others in (("jean.baxter", academy, "Catriona MacLeod", {"Finlay MacLeod", "Margaret Sinclair", "Nasreen Hussain"}),
                                           ("isobel.grant", primary, "Finlay MacLeod", {"Catriona MacLeod", "Donald Munro", "Karen Fraser"})):
        everybody = visitor(office).get(f"/schools/{school.id}/who-sees?post={council.id}")
        mairi = visitor(office).get(f"/schools/{school.id}/why?adult=account-{user('mairi.macleod').id}&what=post-{council.id}")
        for seen in (everybody, mairi):
            assert seen.status == 200 and theirs in seen and given_away(seen.text, others) == set()


# --- a restriction acts at once ---------------------------------------------------------------------------


def change_link(username: str, child: Pupil, **change: Any) -> None:
    contacts = UserContact.select(UserContact.contact).where(UserContact.user == user(username))
    assert Link.update(**change).where(Link.contact.in_(contacts), Link.pupil == child).execute() == 1


@pytest.mark.parametrize("change", [{"court_order": True}, {"court_order": None}, {"parental_responsibility": False}, {"parental_responsibility": None}],
                         ids=str)
def test_a_restriction_takes_news_and_group_away_at_the_next_request(visitor, pupil, trip, change):
    karen, closed = visitor("karen.fraser"), [*of_post(trip), *of_group(trip), f"/children/{pupil(ISLA).id}", f"/children/{pupil(ISLA).id}/widgets/news"]
    home = karen.get("/")
    assert statuses(karen, closed) == every(200, closed) and given_away(home.text, WORDS) >= {"Canary trip", "heron", "Isla"}
    change_link("karen.fraser", pupil(ISLA), **change)
    assert statuses(karen, closed) == every(404, closed)
    assert words_at(karen, (*closed, "/", "/widgets/news", "/why-not", *child_parts(pupil(EWAN))), If_None_Match=home.headers["ETag"]) == set()
    assert karen.get("/", If_None_Match=home.headers["ETag"]).status == 200 and "Ewan" in karen.get("/")


def test_who_loses_the_last_child_loses_the_schools_news_too(visitor, pupil):
    zofia = pupil("000103")
    general = [f"/news/{post.id}" for post in Post.select().where(Post.group.is_null(), Post.school.is_null() | (Post.school == zofia.school))]
    tomasz, paths = visitor("tomasz.kowalski"), ["/", "/widgets/news", *general]
    assert len(general) > 1 and statuses(tomasz, paths) == every(200, paths)
    change_link("tomasz.kowalski", zofia, court_order=True)
    assert {path: visitor("tomasz.kowalski").get(path).status for path in paths} == every(303, paths) == statuses(tomasz, paths)
    assert words_at(tomasz, (*paths, "/why-not"), {"Zofia", "Winter bus times from Monday"}) == set()


# --- what takes a post away from everybody but its author --------------------------------------------------


def of_somebody_else(post: Post) -> None:
    """Isla can be seen in the picture; the words are for another family."""
    other = Pupil.select().join(Membership).where(Membership.group == post.group, Pupil.mis_id != ISLA).first()
    Post.update(named_only=True).where(Post.id == post.id).execute()
    PostPupil.update(is_for=False, is_shown=True).where(PostPupil.post == post).execute()
    PostPupil.create(post=post, pupil=other, is_for=True)


def set_to(**change: Any) -> Callable[[Post], Any]:
    """Change a post. A time is written as so long from now."""
    return lambda post: Post.update(**{name: clock.now() + value if isinstance(value, timedelta) else value for name, value in change.items()}).where(
        Post.id == post.id).execute()


ENDS = {
    "withdrawn": lambda post: news.withdraw(user("ailsa.reid"), post), "a draft": set_to(state="draft"), "for later": set_to(shows_from=HOUR),
    "expired": set_to(shows_until=-HOUR), "for staff only": set_to(for_parents=False), "for other families only": of_somebody_else,
    "the class is closed to parents": lambda post: GroupPage.arrange(post.group, False, []),
    "the class has ended": lambda post: Group.update(gone=clock.today()).where(Group.id == post.group_id).execute(),
    "the child has left the class": lambda post: Membership.update(gone=clock.today()).where(Membership.group == post.group_id).execute(),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_for_a_family_ends_with_its_picture_file_and_fragments(visitor, pupil, trip, end):
    karen, ways = visitor("karen.fraser"), [f"/children/{pupil(ISLA).id}/widgets/news", "/", "/widgets/news", *of_group(trip)]
    assert statuses(karen, of_post(trip)) == every(200, of_post(trip)) and words_at(karen, ways) >= WRITTEN
    ENDS[end](trip)
    assert statuses(karen, of_post(trip)) == every(404, of_post(trip))
    assert words_at(karen, ways, WRITTEN) == set()


@pytest.mark.parametrize("end", ["a draft", "for later", "expired", "withdrawn", "the class has ended", "for parents only"])
def test_what_ends_for_a_colleague_ends_with_its_picture_file_and_fragments(visitor, trip, end):
    shona, ways = teaches_too(visitor), ["/", "/widgets/news", *of_group(trip)]
    assert statuses(shona, of_post(trip)) == every(200, of_post(trip)) and words_at(shona, ways) >= WRITTEN
    (ENDS | {"for parents only": set_to(for_staff=False)})[end](trip)
    assert statuses(shona, of_post(trip)) == every(404, of_post(trip))
    assert words_at(shona, ways, WRITTEN) == set()


def teaches_too(visitor) -> Visitor:
    """Shona Campbell as a second teacher of Isla's English class."""
    Teaching.create(group=group("3A-EN"), staff=Staff.get(Staff.mis_id == "T0008"), drop=Teaching.select().first().drop)
    return visitor("shona.campbell", STAFF_HAT)


def test_a_page_that_the_browser_kept_does_not_outlive_the_post(visitor, trip):
    news.edit(user("ailsa.reid"), trip, Wording("Canary trip", "Isla saw a heron.", shows_until=clock.now() + HOUR), 1)
    karen = visitor("karen.fraser")
    kept = karen.get("/").headers["ETag"]
    assert "Canary trip" in karen.get("/") and karen.get("/", If_None_Match=kept).status == 304
    with time_machine.travel(clock.local(clock.now()) + 2 * HOUR, tick=True):
        seen = karen.get("/", If_None_Match=kept)
        assert seen.status == 200 and "Canary trip" not in seen
        assert karen.get(f"/news/{trip.id}").status == 404


def test_of_brother_and_sister_in_one_house_each_parent_meets_their_own(visitor, pupil):
    """Gordon Fraser may see Ewan and not Isla, and both are in Islay."""
    house, head = group("HOUSE-ISLAY"), user("donald.munro")
    GroupPage.arrange(house, True, [])
    for title, addressed in (("Canary for all", set()), ("Canary for Isla", {pupil(ISLA).id}), ("Canary for Ewan", {pupil(EWAN).id})):
        news.publish(head, news.draft(head, Place.of(house), Wording(title, named_only=bool(addressed), addressed=addressed)))
    gordon, karen = visitor("gordon.fraser"), visitor("karen.fraser")
    ways = ["/", f"/groups/{house.id}", f"/children/{pupil(EWAN).id}/widgets/news", *(f"/news/{post.id}" for post in Post.select().where(Post.group == house))]
    words = {"Canary for all", "Canary for Isla", "Canary for Ewan", "Isla"}
    assert words_at(gordon, ways, words) == {"Canary for all", "Canary for Ewan"} and words_at(karen, ways, words) == words
    assert "Canary for Isla" not in karen.get(f"/children/{pupil(EWAN).id}/widgets/news")


# --- a teacher who is a parent ------------------------------------------------------------------------------


def test_as_a_parent_a_teacher_reads_nothing_for_staff_even_of_the_class_she_teaches(visitor, pupil):
    """Her son is put into her own class, and parents may come in there."""
    pe, drop = group("1A-PE"), Membership.select().first().drop
    GroupPage.arrange(pe, True, [])
    Membership.create(group=pe, pupil=pupil(RORY), drop=drop)
    shona = user("shona.campbell")
    posts = [news.draft(shona, Place.of(pe), Wording(title, for_parents=for_parents)) for title, for_parents in (("Canary staff", False), ("Canary kit", True))]
    for post in posts:
        news.publish(shona, post)
    mother, teacher = visitor("shona.campbell", PARENT_HAT), visitor("shona.campbell", STAFF_HAT)
    assert [mother.get(f"/news/{post.id}").status for post in posts] == [404, 200]
    assert [teacher.get(f"/news/{post.id}").status for post in posts] == [200, 200]
    ways = ("/", "/widgets/news", f"/groups/{pe.id}", f"/groups/{pe.id}/widgets/news", f"/children/{pupil(RORY).id}/widgets/news")
    assert words_at(mother, ways, {"Canary staff", "Canary kit"}) == {"Canary kit"}
    closed = [f"/news/{posts[1].id}/edit", f"/news/{posts[1].id}/preview", f"/groups/{pe.id}/news/new"]
    assert statuses(mother, closed) == every(404, closed) and statuses(teacher, closed) == every(200, closed)
    assert mother.post(f"/news/{posts[1].id}/withdraw").status == 404 and Post.get_by_id(posts[1].id).state == PUBLISHED


def test_as_a_teacher_a_parent_has_no_short_cut_to_the_class_of_her_child(visitor):
    GroupPage.arrange(group("2A-EN"), True, [])
    post = news.draft(user("ailsa.reid"), Place.of(group("2A-EN")), Wording("Canary sonnet"))
    news.publish(user("ailsa.reid"), post)
    paths = [f"/news/{post.id}", f"/groups/{post.group_id}", f"/groups/{post.group_id}/widgets/news"]
    mother, teacher = visitor("shona.campbell", PARENT_HAT), visitor("shona.campbell", STAFF_HAT)
    assert statuses(mother, paths) == every(200, paths) and "Canary sonnet" in mother.get("/")
    assert statuses(teacher, paths) == every(404, paths)
    assert words_at(teacher, (*paths, "/", "/widgets/news"), {"Canary sonnet", "Rory"}) == set()


# --- writing where one has no business ---------------------------------------------------------------------


SENT = {"title": "Intruder", "body": "x", "for_parents": "y", "for_staff": "y", "then": "publish", "version": "1"}
WRITERS = {"shona.campbell": {"1A-PE"}, "ailsa.reid": {"2B-EN"}, "donald.munro": {"1A-PE", "2B-EN", "academy"}, "jean.baxter": {"academy"},
           "priya.sharma": {"academy"}, "margaret.sinclair": {"REG-P5"}, "mhairi.nicolson": {"REG-P5"}, "helen.ross": {"council"}, "karen.fraser": set()}


@pytest.mark.parametrize("username", WRITERS)
def test_nobody_posts_to_a_place_that_is_not_theirs(visitor, academy, username):
    places = {number: f"/groups/{group(number).id}/news/new" for number in ("1A-PE", "2B-EN", "REG-P5")} | {
        "academy": f"/schools/{academy.id}/news/new", "council": f"/authorities/{academy.authority_id}/news/new"}
    writer = visitor(username, STAFF_HAT)
    assert {name for name, path in places.items() if writer.get(path).status == 200} == WRITERS[username]
    sent = {name: writer.post(path, SENT).status for name, path in places.items()}
    assert sent == {name: 303 if name in WRITERS[username] else 404 for name in places}
    assert Post.select().where(Post.title == "Intruder").count() == len(WRITERS[username])


def test_a_form_cannot_send_a_post_elsewhere(visitor, academy):
    """Whatever else it names: the address alone says where, and the session who."""
    english, pe = group("2B-EN"), group("1A-PE")
    more = {"group": str(english.id), "group_id": str(english.id), "author": str(user("ailsa.reid").id), "author_name": "Ailsa Reid", "state": "published"}
    assert visitor("shona.campbell", STAFF_HAT).post(f"/groups/{pe.id}/news/new", SENT | {"then": "draft"} | more).status == 303
    post = Post.get(Post.title == "Intruder")
    assert (post.group, post.author, post.author_name, post.state) == (pe, user("shona.campbell"), "Shona Campbell", DRAFT)


def test_a_child_of_another_class_cannot_be_named_in_a_form(visitor, pupil):
    named = {"addressed": str(pupil(CATRIONA).id), "named_only": "y"}
    assert visitor("shona.campbell", STAFF_HAT).post(f"/groups/{group('1A-PE').id}/news/new", SENT | named).status == 422
    assert not Post.select().where(Post.title == "Intruder").exists()


def unchanged(post: Post) -> bool:
    now = Post.get_by_id(post.id)
    return (now.title, now.state, now.version) == (post.title, post.state, post.version) and PostFile.select().where(PostFile.post == post).count() == 2


def of_changing(post: Post) -> list[str]:
    return [f"/news/{post.id}/{what}" for what in ("edit", "publish", "withdraw", *(f"files/{file.key}/remove" for file in post.files))]


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_a_colleague_who_teaches_the_class_too_reads_its_news_and_changes_none(visitor, trip, state):
    shona = teaches_too(visitor)
    assert shona.get(f"/news/{trip.id}").status == 200
    set_to(state=state)(trip)
    trip.state = state
    assert {path: shona.post(path, SENT).status for path in of_changing(trip)} == every(404, of_changing(trip)) and unchanged(trip)
    assert statuses(shona, of_author(trip)[:2]) == every(404, of_author(trip)[:2])


def test_a_colleagues_draft_is_not_there(visitor, trip):
    shona = teaches_too(visitor)
    set_to(state="draft")(trip)
    trip.state = "draft"
    for somebody in (shona, visitor("donald.munro"), visitor("karen.fraser")):
        assert statuses(somebody, of_post(trip)) == every(404, of_post(trip))
        assert {somebody.post(path, SENT).status for path in of_changing(trip)} == {404} and unchanged(trip)


def test_who_no_longer_teaches_a_class_has_nothing_to_do_with_its_news(visitor, trip):
    Teaching.update(gone=clock.today()).where(Teaching.group == trip.group).execute()
    ailsa, closed = visitor("ailsa.reid"), [*of_post(trip), *of_group(trip), *of_author(trip)]
    assert statuses(ailsa, closed) == every(404, closed)
    assert {ailsa.post(path, SENT).status for path in of_changing(trip)} == {404} and unchanged(trip)
    assert words_at(ailsa, ("/", "/widgets/news")) == set()


@pytest.mark.parametrize(("username", "now"), [("priya.sharma", "teacher"), ("helen.ross", "office"), ("helen.ross", "editor"), ("helen.ross", "head")])
def test_who_has_another_duty_now_changes_nothing_they_wrote_in_the_old_one(visitor, academy, username, now):
    author = user(username)
    place = Place.of(academy if username == "priya.sharma" else academy.authority)
    post = news.draft(author, place, Wording("From the old desk"))
    news.publish(author, post)
    assert visitor(username).get(f"/news/{post.id}/edit").status == 200
    Duty.update(role=now, school=academy).where(Duty.user == author).execute()
    assert visitor(username).get(f"/news/{post.id}").status == 200
    closed = [f"/news/{post.id}/{what}" for what in ("edit", "publish", "withdraw")]
    assert {path: visitor(username).post(path, SENT).status for path in closed} == every(404, closed)
    assert Post.get_by_id(post.id).title == "From the old desk"


def test_a_head_reads_the_news_of_the_council_while_it_shows_and_changes_none(visitor, academy):
    helen, munro = user("helen.ross"), visitor("donald.munro")
    post = news.draft(helen, Place.of(academy.authority), Wording("Canary of the council"))
    address = f"/news/{post.id}"
    assert munro.get(address).status == 404
    news.publish(helen, post)
    assert munro.get(address).status == 200
    closed = [f"{address}/{what}" for what in ("edit", "publish", "withdraw")]
    assert {path: munro.post(path, SENT).status for path in closed} == every(404, closed) and Post.get_by_id(post.id).title == "Canary of the council"
    set_to(shows_from=HOUR)(post)
    assert munro.get(address).status == 404
    news.withdraw(helen, post)
    assert munro.get(address).status == 404 and visitor("helen.ross").get(address).status == 200


@pytest.mark.parametrize("role", ["office", "editor", "head", "authority"])
def test_no_head_takes_over_whoever_has_such_a_duty_elsewhere(visitor, role):
    """The office manager of the Primary has a child at the Academy: its head may not reset her password and sign in as her."""
    grant = user("isobel.grant")
    UserContact.create(user=grant, contact=Contact.get(Contact.mis_id == "C000102"))
    Duty.update(role=role).where(Duty.user == grant).execute()
    before = grant.password_hash
    for username in ("donald.munro", "jean.baxter"):
        assert {visitor(username).post(f"/accounts/{grant.id}/{what}").status for what in ("reset", "lock", "unlock")} == {404}
    assert user("isobel.grant").password_hash == before and user("isobel.grant").locked is None
    assert visitor("margaret.sinclair").post(f"/accounts/{grant.id}/lock").status == (303 if role in ("office", "editor") else 404)


# --- crawling -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everybody(site) -> set[str]:
    """Every word that would give away a pupil or an adult of the MIS, and what must not leave the school at all."""
    words = {word for child in Pupil.select() for word in (*words_of(child), child.scn, child.upn)}
    return (words | {word for adult in Contact.select() for word in words_of(adult)} | set(CANARIES)) - {None, ""}


def words_of(row: Pupil | Contact) -> tuple[str | None, ...]:
    if isinstance(row, Pupil):
        return row.name, f"{row.forename} {row.surname}", row.mis_id
    return row.name, row.mis_id, row.email, row.mobile, row.phone, row.address, row.postcode


def own_children(username: str) -> set[int]:
    """As the MIS has it, asked in plain SQL and not of the policy that is being tested."""
    rows = run("""SELECT p.id FROM pupils p JOIN links l ON l.pupil_id = p.id JOIN user_contacts uc ON uc.contact_id = l.contact_id
                  JOIN users u ON u.id = uc.user_id WHERE u.username = :username AND l.parental_responsibility AND NOT l.court_order
                  AND p.left_on IS NULL""", username=username).fetchall()
    return {number for (number,) in rows}


def forbidden(username: str, everybody: set[str]) -> set[str]:
    """Every word about any child but their own, and about any adult but themselves."""
    adults = Contact.select().join(UserContact).join(User).where(User.username == username)
    children = Pupil.select().where(Pupil.id.in_(own_children(username)))
    return everybody - {word for row in (*adults, *children) for word in words_of(row)}


@cache
def parts_of(word: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", word))


def given_away(text: str, words: set[str]) -> set[str]:
    """Those of these words that the text holds, as words of their own."""
    there = set(re.findall(r"\w+", text))
    return {word for word in words if parts_of(word) <= there and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)}


class Crawler:
    """Follows every link of the site that a page names (GET only).

    Of the timetable's endless weeks this one and its neighbours; of whole pages that differ in one widget only, the first,
    since the widget itself is read every time.
    """

    def __init__(self, visitor) -> None:
        self.client, self.seen, self.lines, self.kinds = visitor.client, {}, set(), set()

    def walk(self, *starts: str) -> "Crawler":
        to_do = list(starts)
        while to_do:
            path = to_do.pop()
            if path in self.seen:
                continue
            response = self.client.get(path)
            text = unescape(response.get_data().decode(errors="replace"))  # pictures too
            self.seen[path] = response.status_code
            self.lines.update(text.splitlines())
            to_do += [link for link in self._links(text) if link not in self.seen and self._is_new(link)]
        return self

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def children(self) -> set[int]:
        return {int(number) for path in self.seen for number in re.findall(r"^/children/(\d+)", path)}

    def _links(self, text: str) -> Iterator[str]:
        for link in re.findall(r'(?:href|hx-get|src)="([^"#]+)', text):
            day = re.search(r"\.day=(\d{4}-\d\d-\d\d)", link)
            near = not day or abs(date.fromisoformat(day[1]) - clock.today()) <= timedelta(days=8)
            if link.startswith("/") and not link.startswith("/static/") and near:
                yield link

    def _is_new(self, link: str) -> bool:
        kind = link.partition("=")[0] if "?" in link and "/widgets/" not in link else link
        is_new = kind not in self.kinds
        self.kinds.add(kind)
        return is_new


@pytest.fixture
def hidden_news(academy) -> None:
    """In the school and in every class that parents may enter: what is for staff, for later, over, taken back, or not finished."""
    places = [{}, *({"group": page.group, "school": page.group.school} for page in GroupPage.select().where(GroupPage.open_to_parents))]
    assert len(places) > 10
    for place in places:
        for what in ({"for_parents": False}, {"shows_from": clock.now() + HOUR}, {"shows_until": clock.now() - HOUR}, {"state": "withdrawn"}, {"state": DRAFT},
                     {"named_only": True}):
            Post.create(**{"authority": academy.authority, "school": academy, "author_name": "x", "title": CANARY_NEWS, "state": PUBLISHED,
                           "shows_from": clock.now() - HOUR, "changed": clock.now(), **place, **what})


@pytest.mark.parametrize("adult", PARENTS, ids=lambda adult: adult.username)
def test_following_every_link_a_parent_meets_only_their_own_children(visitor, everybody, hidden_news, adult):
    crawler = Crawler(visitor(adult.username, PARENT_HAT)).walk("/", *home_parts(), "/why-not")
    mine = own_children(adult.username)
    assert crawler.children == mine
    assert given_away(crawler.text, forbidden(adult.username, everybody)) == set()
    linked = {status for path, status in crawler.seen.items() if mine and path not in home_parts()}
    assert linked <= {200}, {path: status for path, status in crawler.seen.items() if status != 200}


def test_the_crawl_goes_where_the_children_are(visitor, everybody):
    """That the crawl finds nothing means something only if it reads a lot, and would know a leak."""
    crawler = Crawler(visitor("karen.fraser")).walk("/")
    assert len(crawler.seen) > 30 and "Isla Fraser" in crawler.text and "karen.fraser@" in crawler.text
    words = forbidden("karen.fraser", everybody)
    assert {"Zofia Kowalska", "Gordon Fraser", "22 Harbour Brae, Ardmorran", "000103", "mairi.macleod@example.org", cast.CANARY_COMMENT} <= words
    assert given_away("<p>Registered with Zofia Kowalska.</p>", words) == {"Zofia Kowalska"}


@pytest.mark.parametrize("quarter", range(4))
def test_no_parent_of_the_demo_meets_another_familys_child(visitor, everybody, sign_ins, quarter):
    """The home page and the children's pages of everyone who can sign in."""
    parents = [name for name, row in sign_ins.items() if "parent" in row["role"]][quarter::4]
    assert len(parents) > 70
    for username in parents:
        somebody = visitor(username, PARENT_HAT)
        mine = own_children(username)
        answers = [somebody.client.get(path) for path in ("/", *(f"/children/{number}" for number in sorted(mine)))]
        assert not mine or {answer.status_code for answer in answers} == {200}, username
        pages = [answer.get_data(as_text=True) for answer in answers]
        lines = {line for page in pages for line in unescape(page).splitlines()}
        text = "\n".join(lines)
        assert {int(number) for number in re.findall(r"/children/(\d+)", text)} <= mine, username
        assert given_away(text, forbidden(username, everybody)) == set(), username


@pytest.mark.parametrize("username", ["karen.fraser", "gordon.fraser"])
def test_comments_on_behaviour_stay_in_school(visitor, pupil, username):
    seen = visitor(username).get(f"/children/{pupil(cast.CANARY_PUPIL).id}/widgets/conduct")
    assert seen.status == 200 and "Zofia" not in seen and cast.CANARY_COMMENT not in seen


def test_a_teacher_reads_the_names_of_their_own_classes_only(visitor, everybody):
    """Staff follow their links as well: to the pages of their groups and to writing there, and to the page of each child they teach."""
    nicolson = visitor("mhairi.nicolson")
    home = nicolson.get("/")
    taught = run("""SELECT DISTINCT m.pupil_id FROM memberships m JOIN teaching t ON t.group_id = m.group_id
                    JOIN user_staff us ON us.staff_id = t.staff_id JOIN users u ON u.id = us.user_id WHERE u.username = :name""", name="mhairi.nicolson")
    mine = list(Pupil.select().where(Pupil.id.in_([number for (number,) in taught.fetchall()])))
    assert {int(number) for number in re.findall(r"/children/(\d+)", home.text)} == {child.id for child in mine}
    groups = sorted({link for link in home.links if re.fullmatch(r"/groups/\d+", link)})
    text = "".join(nicolson.get(path).text for path in ("/", *groups, *(f"{path}/news/new" for path in groups)))
    colleagues = {word for one in Staff.select() for word in (one.name, f"{one.forename} {one.surname}")}
    others = everybody - colleagues - {word for child in mine for word in words_of(child)}
    assert groups and "Finlay MacLeod" in text and given_away(unescape(text), others) == set()
