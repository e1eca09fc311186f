"""Nobody meets a child who is not theirs: every page and every widget, and every link that parents of the demo can follow."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from html import unescape

import pytest

from glowlite import clock
from glowlite.db import run
from glowlite.demo import cast
from glowlite.models import Contact, Pupil, Staff, Teaching, User, UserContact, UserStaff
from glowlite.policy import PARENT_HAT
from glowlite.widgets import WIDGETS

PARENTS = [adult for adult in cast.ADULTS if adult.username]
CANARIES = (cast.CANARY_COMMENT, cast.CANARY_RESULT, cast.CANARY_STAFF_EVENT, cast.CANARY_ASSIGNMENT)


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


@pytest.mark.parametrize("username", [name for name, _ in OUTSIDERS], ids=[about for _, about in OUTSIDERS])
def test_an_outsider_finds_nothing_at_any_address_of_a_child(visitor, pupil, username):
    isla = pupil("000104")
    outsider = visitor(a_teacher_of_other_classes(isla) if username == "?" else username)
    assert {path: outsider.get(path).status for path in child_parts(isla)} == dict.fromkeys(child_parts(isla), 404)


def test_what_one_may_not_see_looks_like_what_is_not_there(visitor, pupil):
    gordon = visitor("gordon.fraser")
    hidden, missing = gordon.get(f"/children/{pupil('000104').id}"), gordon.get("/children/2000000000")
    assert (hidden.status, hidden.text) == (missing.status, missing.text)
    assert {name: value for name, value in hidden.headers.items() if name != "Set-Cookie"} == dict(missing.headers)


@pytest.mark.parametrize("username", ["paul.geddes", "blank.macaulay", "blank.nowak"])
def test_an_open_session_of_someone_without_access_opens_nothing(visitor, username):
    somebody = visitor(username)
    assert {somebody.get(path).status for path in home_parts()} == {404}


def test_every_widget_stops_at_the_children_of_the_page(visitor, pupil):
    """Each widget of gordon's home and of Ewan's page, without a word about Isla."""
    gordon, ewan, isla = visitor("gordon.fraser"), pupil("000105"), pupil("000104")
    for path in (*home_parts(), *child_parts(ewan)):
        assert given_away(gordon.get(path).text, {"Isla", "000104", f"/children/{isla.id}", "Karen", "9 Manse Road, Morran"}) == set(), path


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
            text = unescape(response.get_data(as_text=True))
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
        for link in re.findall(r'(?:href|hx-get)="([^"#]+)', text):
            day = re.search(r"\.day=(\d{4}-\d\d-\d\d)", link)
            near = not day or abs(date.fromisoformat(day[1]) - clock.today()) <= timedelta(days=8)
            if link.startswith("/") and not link.startswith("/static/") and near:
                yield link

    def _is_new(self, link: str) -> bool:
        kind = link.partition("=")[0] if "?" in link and "/widgets/" not in link else link
        is_new = kind not in self.kinds
        self.kinds.add(kind)
        return is_new


@pytest.mark.parametrize("adult", PARENTS, ids=lambda adult: adult.username)
def test_following_every_link_a_parent_meets_only_their_own_children(visitor, everybody, adult):
    crawler = Crawler(visitor(adult.username, PARENT_HAT)).walk("/", *home_parts())
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


def test_a_teacher_reads_the_names_of_their_own_classes_only(visitor, site):
    """Staff follow their links as well; every child's page they find is one of a group they teach."""
    crawler = Crawler(visitor("mhairi.nicolson"))
    text = unescape(crawler.client.get("/").get_data(as_text=True))
    found = {int(number) for number in re.findall(r"/children/(\d+)", text)}
    taught = run("""SELECT DISTINCT m.pupil_id FROM memberships m JOIN teaching t ON t.group_id = m.group_id
                    JOIN user_staff us ON us.staff_id = t.staff_id JOIN users u ON u.id = us.user_id WHERE u.username = :name""", name="mhairi.nicolson")
    assert found and found <= {number for (number,) in taught.fetchall()}
    assert Teaching.select().join(Staff).where(Staff.mis_id == "T1002").exists()
