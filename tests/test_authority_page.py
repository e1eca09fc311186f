"""The authority's own page and the default pages of its schools: who sees them, who arranges them, and that no school loses what it arranged."""

import json
import re

import pytest

from glowlite import founding, news
from glowlite.arranging import Arrangement
from glowlite.demo import cast
from glowlite.models import (
    Audit,
    ComponentPolicy,
    Duty,
    Link,
    Page,
    PageDraft,
    Placement,
    Post,
    PostReading,
    Pupil,
    Reading,
    School,
    User,
    UserContact,
)
from glowlite.news import Place, Wording
from glowlite.policy import Action, Role, roles_with_page
from glowlite.rollout import signing

HELEN, HEAD, PARENT, MOTHER = "helen.ross", "donald.munro", "tomasz.kowalski", "mairi.macleod"  # Mairi has a child in each school


@pytest.fixture
def council(academy):
    return academy.authority


@pytest.fixture
def primary(academy):
    return School.get(School.code == cast.PRIMARY)


@pytest.fixture
def page(council):
    return f"/authorities/{council.id}"


@pytest.fixture
def pressed(visitor, council):
    """pressed("off", "links") presses a button of the editor, as the authority and on the page as it is."""

    def press(do, widget="", key="authority", who=HELEN, role=Role.PARENT, stamp=None, **more):
        fields = {"do": do, "widget": widget, "role": role.value, "stamp": stamp or Arrangement.of(council, key).stamp, **more}
        return visitor(who).post(f"/authorities/{council.id}/pages/{key}/changes", fields)

    return press


@pytest.fixture
def arranged(visitor):
    """arranged(school, "off", "news") does it at a school, without publishing."""

    def press(school, do, widget="", key="home", who=HEAD):
        fields = {"do": do, "widget": widget, "role": Role.PARENT.value, "stamp": Arrangement.of(school, key).stamp}
        return visitor(who).post(f"/schools/{school.id}/pages/{key}/changes", fields)

    return press


@pytest.fixture
def glenbeg(site):
    """Another authority, with a school, whose head is Gillian Gray."""
    authority = founding.found("Glenbeg Council", "test")
    school = founding.add_school(authority, "glenbeg", "Glenbeg Academy", "test")
    head = User.create(username="gillian.gray", name="Gillian Gray")
    Duty.create(user=head, role=Role.HEAD.value, school=school, authority=authority)
    return authority


def parts(seen):
    return re.findall(r'id="w-(\w+)-title"', seen.text)


def turn(school, authority, allowed):
    """The authority, or one school, decides about the page for parents."""
    here = ComponentPolicy.school == school if school else ComponentPolicy.school.is_null()
    ComponentPolicy.delete().where(ComponentPolicy.authority == authority, here, ComponentPolicy.role == Role.PARENT.value,
                                   ComponentPolicy.component == Action.SEE_AUTHORITY_PAGE.key).execute()
    ComponentPolicy.create(authority=authority, school=school, role=Role.PARENT.value, component=Action.SEE_AUTHORITY_PAGE.key, allowed=allowed)


# --- who sees it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [PARENT, MOTHER, "shona.campbell", "ailsa.reid", "mhairi.nicolson", HEAD, "isobel.grant", "priya.sharma", HELEN])
def test_everybody_of_a_school_opens_the_page_of_its_authority(visitor, page, who):
    seen = visitor(who).get(page)
    assert seen.status == 200 and parts(seen) == ["news", "purpose", "calendar", "links"]
    assert "Strathmorran Council" in seen and "Winter bus times from Monday" in seen and "Home and school know different halves" in seen


@pytest.mark.parametrize("who", ["paul.geddes", "blank.macaulay"])
def test_who_belongs_to_no_school_finds_nothing(visitor, page, who):
    for path in (page, f"{page}/widgets/news", f"{page}/widgets/purpose"):
        seen = visitor(who).get(path)
        assert seen.status in (303, 404) and "bus times" not in seen and "Strathmorran" not in seen


def test_a_restriction_shuts_it_at_the_next_request(visitor, page):
    karen = visitor("karen.fraser")
    assert karen.get(page).status == 200
    mine = UserContact.select(UserContact.contact).where(UserContact.user == User.get(User.username == "karen.fraser"))
    Link.update(court_order=True).where(Link.contact.in_(mine)).execute()
    for path in (page, f"{page}/widgets/news"):
        seen = karen.get(path)
        assert seen.status in (303, 404) and "bus times" not in seen


def test_the_people_of_another_authority_do_not_meet_it(visitor, page, glenbeg):
    gillian = visitor("gillian.gray")
    assert gillian.get(page).status == gillian.get(f"{page}/widgets/news").status == gillian.get(f"{page}/pages").status == 404
    own = gillian.get(f"/authorities/{glenbeg.id}")
    assert own.status == 200 and "Glenbeg Council" in own and "bus times" not in own
    assert "No news at the moment. What Glenbeg Council writes to all its schools will stand here." in own
    assert visitor(PARENT).get(f"/authorities/{glenbeg.id}").status == visitor(HELEN).get(f"/authorities/{glenbeg.id}/pages").status == 404


def test_who_belongs_to_two_authorities_meets_on_each_page_only_what_is_its_own(visitor, page, academy, glenbeg):
    Duty.create(user=User.get(User.username == "gillian.gray"), role=Role.HEAD.value, school=academy, authority=academy.authority)
    gillian = visitor("gillian.gray")
    assert "bus times" in gillian.get(page) and "Christmas holiday" in gillian.get(page)
    other = gillian.get(f"/authorities/{glenbeg.id}")
    assert "bus times" not in other and "Christmas holiday" not in other


def test_an_authority_can_shut_it_to_parents_and_so_can_a_school_for_its_own(visitor, page, council, primary):
    turn(primary, council, False)
    assert visitor(PARENT).get(page).status == visitor(MOTHER).get(page).status == 200, "both have a child at the Academy"
    assert visitor("nasreen.hussain").get(page).status == 404
    assert "Strathmorran Council" not in visitor("nasreen.hussain").get("/").text.split("</nav>")[0]
    turn(None, council, False)
    for who in (PARENT, MOTHER):
        assert visitor(who).get(page).status == visitor(who).get(f"{page}/widgets/links").status == 404
    assert visitor("ailsa.reid").get(page).status == 200


def test_a_school_that_shut_it_adds_nothing_to_it(visitor, page, council, primary, academy):
    """Mairi MacLeod comes through the Academy alone."""
    turn(primary, council, False)
    ComponentPolicy.create(authority=council, school=academy, role=Role.PARENT.value, component=Action.CALENDAR.key, allowed=False)
    assert "calendar" not in parts(visitor(MOTHER).get(page))


def test_the_chips_of_a_family_lead_there(visitor, page, pupil):
    for path in ("/", f"/children/{pupil('000101').id}", page):
        chips = visitor(MOTHER).get(path).text.split('<nav class="chips"')[1].split("</nav>")[0]
        assert f'href="{page}"' in chips and "Strathmorran Council" in chips and "Catriona" in chips
    assert "aria-current" in chips.split(page)[1].split(">")[0]


# --- what stands on it -----------------------------------------------------------------------------------------


def test_it_is_about_no_child_and_writes_down_no_reading(visitor, page, council):
    for who in (MOTHER, "ailsa.reid", HEAD):
        seen = visitor(who).get(page)
        inside = seen.text[seen.text.index("<main"):]
        assert not [child.name for child in Pupil.select() if child.name in inside]
    assert not Reading.select().where(Reading.page.startswith(page)).exists()


def test_its_news_is_the_authoritys_alone(visitor, page, academy, council):
    """And of that nothing for staff, no draft and nothing of a school or class."""
    helen = User.get(User.username == HELEN)
    for title, wording in (("Canary for staff", {"for_parents": False}), ("Canary for all", {})):
        news.publish(helen, news.draft(helen, Place.of(council), Wording(title, "Words.", **wording)))
    news.draft(helen, Place.of(council), Wording("Canary draft", "Words."))
    titles = {who: set(re.findall(r'<h3><a href="/news/\d+">(.*?)</a>', visitor(who).get(page).text)) for who in (MOTHER, "ailsa.reid")}
    assert titles[MOTHER] == {"Canary for all", "Winter bus times from Monday"}
    assert titles["ailsa.reid"] == titles[MOTHER] | {"Canary for staff"}
    assert Post.select().where(Post.school.is_null(False)).exists()


def test_news_read_there_is_read(visitor, page):
    visitor(PARENT).get(page)
    assert PostReading.select().where(PostReading.post == Post.get(Post.school.is_null()), PostReading.user == User.get(User.username == PARENT)).exists()


def test_its_dates_are_those_of_the_year_and_name_no_school_where_all_share_them(visitor, page):
    seen = visitor(MOTHER).get(f"{page}/widgets/calendar")
    assert "Christmas holiday" in seen and "School show" not in seen and "Shore Street" not in seen
    assert "School show" in visitor(MOTHER).get("/widgets/calendar")


def test_its_words_do_no_harm(visitor, pressed, page):
    bad = "<script>alert(1)</script>\n\n- **Kind** words"
    assert pressed("options", "purpose", **{"option.words": bad}).status == 303
    pressed("publish")
    seen = visitor(PARENT).get(page)
    assert "<strong>Kind</strong> words" in seen and "<script>alert" not in seen
    pressed("options", "purpose", **{"option.words": ""})
    pressed("publish")
    assert "What the schools want to reach with this site will stand here." in visitor(PARENT).get(page)


def test_it_takes_few_queries_however_many_schools(visitor, page, counted):
    numbers = {}
    for who in (PARENT, MOTHER):
        somebody = visitor(who)
        somebody.get(page)
        with counted() as statements:
            assert somebody.get(page).status == 200
        numbers[who] = len(statements)
    assert numbers[PARENT] == numbers[MOTHER] <= 12


# --- arranging it -------------------------------------------------------------------------------------------------


def test_the_authority_arranges_it_and_nobody_meets_that_before_it_is_published(visitor, pressed, page, academy, primary):
    stamps = {school.id: school.stamp for school in (academy, primary)}
    assert pressed("up", "purpose").status == pressed("take-off", "links").status == 303
    assert parts(visitor(PARENT).get(page)) == ["news", "purpose", "calendar", "links"]
    assert pressed("publish").status == 303
    assert parts(visitor(PARENT).get(page)) == ["purpose", "news", "calendar"]
    assert visitor(PARENT).get(f"{page}/widgets/links").status == 404
    assert parts(visitor("ailsa.reid").get(page)) == ["news", "purpose", "calendar", "links"], "teachers have their own"
    row = Audit.get(Audit.action == "published page")
    assert (row.subject, row.actor_name, row.school_id) == ("authority", HELEN, None) and list(json.loads(row.after)) == [Role.PARENT]
    assert all(School.get_by_id(number).stamp == stamp + 1 for number, stamp in stamps.items())


def test_an_earlier_version_of_it_is_brought_back(visitor, pressed, page):
    pressed("take-off", "links")
    pressed("publish")
    assert pressed("bring-back", number="1").status == pressed("publish").status == 303
    assert parts(visitor(PARENT).get(page)) == ["news", "purpose", "calendar", "links"]


def test_a_draft_thrown_away_leaves_the_default_where_it_was(pressed, council):
    before = sorted(Placement.select(Placement.page, Placement.role, Placement.widget, Placement.position).tuples())
    pressed("off", "news", key="home")
    assert pressed("discard", key="home").status == 303
    assert sorted(Placement.select(Placement.page, Placement.role, Placement.widget, Placement.position).tuples()) == before
    assert Page.default(council, "home") and not PageDraft.select().exists()


def test_of_two_at_the_authority_the_second_is_told(pressed, council):
    other = User.create(username="hamish.ross", name="Hamish Ross")
    Duty.create(user=other, role=Role.AUTHORITY.value, authority=council)
    stamp = Arrangement.of(council, "authority").stamp
    assert pressed("off", "links", stamp=stamp).status == 303
    answer = pressed("off", "news", stamp=stamp, who="hamish.ross")
    assert answer.status == 409 and "Helen Ross has changed this page since you saw it" in answer
    assert [placed.widget for placed in Arrangement.of(council, "authority").content[Role.PARENT] if not placed.is_on] == ["links"]


@pytest.mark.parametrize("who", [PARENT, "ailsa.reid", HEAD, "jean.baxter", "priya.sharma"])
def test_nobody_else_arranges_for_the_authority(visitor, pressed, page, who):
    before = Placement.select().count(), PageDraft.select().count()
    for path in ("pages", "pages/authority", "pages/home?role=parent"):
        assert visitor(who).get(f"{page}/{path}").status == 404
    for do in ("off", "publish", "discard", "layout"):
        assert pressed(do, "news", key="home", who=who, layout="short").status == 404
    assert (Placement.select().count(), PageDraft.select().count()) == before
    assert "Arrange the pages" not in visitor(who).get(page)


def test_the_authority_is_not_compared_with_itself_and_signs_nothing_for_a_school(visitor, pressed, page, academy):
    seen = visitor(HELEN).get(f"{page}/pages/home?role=parent")
    assert 'id="arrange-compare"' not in seen and 'id="arrange-layouts"' in seen
    assert pressed("default", key="home").status == 404
    assert visitor(HELEN).post(f"/schools/{academy.id}/pages/sign").status == 404
    assert "sign" not in re.findall(r'id="([\w-]+)"', visitor(HELEN).get(f"{page}/pages").text)


@pytest.mark.parametrize("key", ["authority", "home", "child", "group"])
def test_the_authority_looks_at_pages_and_never_at_a_family(visitor, page, key):
    names = {name for child in Pupil.select() for name in (child.name, f"{child.forename} {child.surname}")}
    mother = User.get(User.username == MOTHER)
    for role in roles_with_page(key, School.get().authority):
        seen = visitor(HELEN).get(f"{page}/pages/{key}?role={role.value}&person={mother.id}")
        assert seen.status == 200 and "this is nobody’s real page" in seen and "Look at it as" not in seen
        assert not [name for name in names if name in seen.text] and mother.name not in seen and "<article" not in seen
    assert not Reading.select().where(Reading.user == User.get(User.username == HELEN)).exists()
    assert not Audit.select().where(Audit.action == "looked at page as").exists()


# --- the default pages of its schools ---------------------------------------------------------------------------------


def test_schools_without_a_page_of_their_own_have_what_the_authority_publishes(visitor, pressed, arranged, academy, primary):
    arranged(academy, "take-off", "source")
    arranged(academy, "publish")
    pressed("take-off", "links", key="home")
    assert "w-links" in visitor("nasreen.hussain").get("/")
    pressed("publish", key="home")
    assert "w-links" not in visitor("nasreen.hussain").get("/")
    assert "w-links" in visitor(PARENT).get("/"), "the Academy has arranged its own"
    seen = visitor(HELEN).get(f"/authorities/{academy.authority_id}/pages")
    assert "Morran Academy keeps its own" in seen


def test_a_school_with_no_more_than_a_draft_still_has_the_authoritys_page(visitor, pressed, arranged, academy):
    arranged(academy, "take-off", "source")
    pressed("take-off", "links", key="home")
    pressed("publish", key="home")
    assert "w-links" not in visitor(PARENT).get("/")
    draft = Arrangement.of(academy, "home").content[Role.PARENT]
    assert "source" not in {placed.widget for placed in draft} and "links" in {placed.widget for placed in draft}
    assert arranged(academy, "discard").status == 303
    assert not Page.select().where(Page.school == academy).exists() and "w-links" not in visitor(PARENT).get("/")


def test_the_defaults_of_another_authority_stay(visitor, pressed, glenbeg):
    before = Arrangement.of(glenbeg, "home").published
    pressed("take-off", "links", key="home")
    pressed("publish", key="home")
    assert Arrangement.of(glenbeg, "home").published == before


def test_only_what_every_school_refuses_is_refused(visitor, page, pressed, council, academy, primary):
    ComponentPolicy.create(authority=council, school=academy, role=Role.PARENT.value, component="conduct", allowed=False)
    assert "switched this off" not in visitor(HELEN).get(f"{page}/pages/home?role=parent")
    ComponentPolicy.create(authority=council, school=primary, role=Role.PARENT.value, component="conduct", allowed=False)
    assert "Every school has switched this off for parents." in visitor(HELEN).get(f"{page}/pages/home?role=parent")
    assert pressed("put", "classes", key="home").status == 409


def test_an_upgrade_leaves_what_the_authority_arranged(shell, visitor, pressed, page):
    pressed("take-off", "links")
    pressed("publish")
    assert shell("db", "upgrade").exit_code == 0
    assert parts(visitor(PARENT).get(page)) == ["news", "purpose", "calendar"]


def test_an_upgrade_gives_the_page_to_an_authority_that_had_none(shell, visitor, page, council):
    Page.delete().where(Page.key == "authority").execute()
    ComponentPolicy.delete().where(ComponentPolicy.component == Action.SEE_AUTHORITY_PAGE.key).execute()
    assert visitor(PARENT).get(page).status == 404
    assert shell("db", "upgrade").exit_code == 0
    assert parts(visitor(PARENT).get(page)) == ["news", "purpose", "calendar", "links"]


# --- what schools have signed -----------------------------------------------------------------------------------------


def test_a_school_answers_for_its_own_pages_and_the_check_for_which_parts_the_authority_shows(pressed, academy):
    head = User.get(User.username == HEAD)
    pages, check = (signing.sign(head, academy, step) for step in (signing.PAGES_STEP, signing.CHECK))
    pressed("options", "purpose", **{"option.words": "Other words."})
    pressed("publish")
    assert signing.still_counts(pages) and signing.still_counts(check)
    pressed("take-off", "links")
    pressed("publish")
    assert signing.still_counts(pages) and not signing.still_counts(check)
    assert signing.what_changed(check) == ["the authority page was arranged anew"]


def test_a_default_page_that_changes_opens_the_sign_off_of_schools_that_have_it(pressed, arranged, academy, primary):
    head = User.get(User.username == HEAD)
    arranged(academy, "take-off", "source")
    arranged(academy, "publish")
    rows = {school.code: signing.sign(head, school, signing.PAGES_STEP) for school in (academy, primary)}
    pressed("take-off", "links", key="home")
    pressed("publish", key="home")
    assert [code for code, row in rows.items() if signing.still_counts(row)] == [cast.ACADEMY]
