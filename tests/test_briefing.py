"""What staff are told about what parents can see: drawn from what is in force, read again when it changes; and a group's page with parents' eyes."""

import re

import pytest

from glowlite import clock, founding, news
from glowlite.models import (
    Audit,
    Authority,
    BriefingReading,
    ComponentPolicy,
    Contact,
    Group,
    GroupPage,
    KeyDecision,
    Membership,
    Placement,
    Post,
    Pupil,
    School,
    User,
)
from glowlite.news import Place, Wording
from glowlite.policy import PARENT_HAT, Action, Role, Viewer, can, components_of
from glowlite.rollout import briefing, signing, steps


def user(name: str) -> User:
    return User.get(User.username == name)


def group(number: str) -> Group:
    return Group.get(Group.mis_id == number)


@pytest.fixture
def off(academy):
    """off("attendance") switches a component off for the parents of the Academy, and has that signed."""

    def switch(component: str) -> None:
        ComponentPolicy.create(authority=academy.authority, school=academy, role=PARENT_HAT, component=component, allowed=False)
        signing.sign(user("donald.munro"), academy, signing.POLICY)

    return switch


@pytest.fixture
def address(academy) -> str:
    return f"/schools/{academy.id}/briefing"


# --- what it says ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("component", ["attendance", "results", "news", "conduct-text"])
def test_the_briefing_says_of_each_component_what_the_gate_says(academy, component):
    action = next(one for one in components_of(Role.PARENT) if one.key == component)
    words = briefing.WORDS.get(action, action.sentence)
    for allowed in (True, False):
        ComponentPolicy.update(allowed=allowed).where(ComponentPolicy.role == PARENT_HAT, ComponentPolicy.component == component).execute()
        opens = academy.id in Viewer.of(user("mairi.macleod")).schools_for(Role.PARENT, action)
        assert [part.is_open for part in briefing.of_school(academy).parts if part.words == words] == [opens] == [allowed]


def test_what_comes_off_a_page_comes_off_the_briefing(visitor, address):
    reid = visitor("ailsa.reid")
    assert "Useful links" in reid.get(address)
    Placement.update(is_on=False).where(Placement.widget == "links").execute()
    assert "Useful links" not in reid.get(address)


def test_a_schedule_is_said_beside_what_it_holds_back(academy, visitor, address):
    School.update(schedule_text='{"results": {"opens": "2026-11-27T15:30:00"}}').where(School.id == academy.id).execute()
    assert re.search(r"see results\s*<small>opens on Fri 27 Nov at 15:30</small>", visitor("ailsa.reid").get(address).text)


def test_the_schools_rule_on_who_counts_is_said_in_words(academy, visitor, address):
    assert "The school’s own rule narrows this" not in visitor("ailsa.reid").get(address)
    value = '{"rules": [{"years": ["S1"], "opens": "one"}, {}], "grace_days": 14}'
    KeyDecision.create(authority=academy.authority, school=academy, topic="parents", value_text=value, at=clock.now(), by="Donald Munro")
    page = visitor("ailsa.reid").get(address)
    assert "S1: one such adult for each child" in page and "14 days" in page


def test_a_teacher_finds_their_groups_and_what_parents_meet_there(visitor, address):
    GroupPage.arrange(group("2B-EN"), True, ["teachers"])
    page = visitor("ailsa.reid").get(address)
    names = re.findall(r"<li><strong>(.+?)</strong>", page.text)
    assert "2B English" in names and "3A English" in names and "2A Physical Education" not in names
    assert "You have hidden Who teaches this group" in page and f"/groups/{group('2B-EN').id}/as-parents" in page.links


def test_nobody_reads_a_name_of_a_child_or_an_adult_in_it(visitor, address):
    page = visitor("ailsa.reid").get(address)
    people = {row.name for row in (*Pupil.select(), *Contact.select())} - {row.name for row in User.select() if row.username == "ailsa.reid"}
    assert not [name for name in people if name in page.text]


def test_it_can_be_had_on_paper(visitor, address):
    paper = visitor("ailsa.reid").client.get(f"{address}.pdf")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF") and len(paper.data) > 5000


# --- who has read it -------------------------------------------------------------------------------------------------


def test_a_change_asks_again_and_is_named(visitor, academy, address, off):
    reid = visitor("ailsa.reid")
    BriefingReading.delete().execute()
    version = briefing.version(academy)
    assert reid.post(address, {"version": version}).status == 303
    assert briefing.reading(user("ailsa.reid"), academy) and "You have read this" in reid.get(address)
    off("attendance")
    page = reid.get(address)
    assert "Have you read it?" in page and "attendance is now off" in page
    assert briefing.reading(user("ailsa.reid"), academy) is None


def test_what_one_had_before_one_is_what_is_confirmed(visitor, academy, address, off):
    """Between the page and the click the head switched something off."""
    BriefingReading.delete().execute()
    seen = briefing.version(academy)
    off("attendance")
    reid = visitor("ailsa.reid")
    reid.post(address, {"version": seen})
    assert "has just changed" in reid.get(address) and not BriefingReading.select().exists()


def test_confirming_twice_is_written_once(visitor, academy, address):
    BriefingReading.delete().execute()
    before = Audit.select().where(Audit.action == "read what parents can see", Audit.actor_name == "ailsa.reid").count()
    for _ in range(2):
        visitor("ailsa.reid").post(address, {"version": briefing.version(academy)})
    assert BriefingReading.select().count() == 1
    assert Audit.select().where(Audit.action == "read what parents can see", Audit.actor_name == "ailsa.reid").count() == before + 1


def test_the_step_is_done_when_the_last_teacher_knows(academy, off):
    off("results")
    signing.sign(user("donald.munro"), academy, signing.CHECK)
    assert steps.of_school(academy)[7].state == "again"
    for one in briefing.staff(academy):
        assert one.read is None and one.before
        briefing.confirm(one.user, academy, briefing.version(academy))
    assert steps.of_school(academy)[7].state == "done"


def test_who_was_told_in_person_is_recorded_by_whom(visitor, academy, address):
    BriefingReading.delete().execute()
    jean, reid = visitor("jean.baxter"), user("ailsa.reid")
    assert "Ailsa Reid" in jean.get(f"{address}/staff")
    jean.post(f"{address}/staff/{reid.id}", {"version": briefing.version(academy)})
    assert briefing.reading(reid, academy).told_by == "Jean Baxter"
    assert "told in person by Jean Baxter" in jean.get(f"{address}/staff")
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.actor_name, row.action, row.subject) == ("jean.baxter", "told what parents can see", "ailsa.reid")


@pytest.mark.parametrize("username", ["mairi.macleod", "mhairi.nicolson", "helen.ross"])
def test_nobody_but_a_teacher_of_the_school_can_be_told(visitor, academy, address, username):
    BriefingReading.delete().execute()
    assert visitor("jean.baxter").post(f"{address}/staff/{user(username).id}", {"version": briefing.version(academy)}).status == 404
    assert not BriefingReading.select().exists()


# --- the note on the home page ------------------------------------------------------------------------------------------


def test_a_teacher_finds_a_note_at_home_until_they_have_confirmed(visitor, academy, address):
    reid = visitor("ailsa.reid")
    assert "Read what they can see" not in reid.get("/")
    BriefingReading.delete().where(BriefingReading.user == user("ailsa.reid")).execute()
    assert "Read what they can see" in reid.get("/")
    reid.post(address, {"version": briefing.version(academy)})
    assert "Read what they can see" not in reid.get("/")


def test_before_the_policy_is_signed_nobody_is_asked_to_learn_it(visitor, academy):
    ComponentPolicy.create(authority=academy.authority, school=academy, role=PARENT_HAT, component="results", allowed=False)
    assert "Read what they can see" not in visitor("ailsa.reid").get("/")
    signing.sign(user("donald.munro"), academy, signing.POLICY)
    assert "Read what they can see" in visitor("ailsa.reid").get("/")


@pytest.mark.parametrize(("username", "hat"), [("mairi.macleod", None), ("shona.campbell", "parent"), ("jean.baxter", None), ("helen.ross", None)])
def test_who_does_not_teach_finds_none(visitor, username, hat):
    BriefingReading.delete().execute()
    assert "Read what they can see" not in visitor(username, hat).get("/")


def test_a_home_page_of_parents_asks_nothing_more_for_it(visitor, counted):
    mairi = visitor("mairi.macleod")
    mairi.get("/")
    with counted() as statements:
        mairi.get("/")
    assert not [sql for sql in statements if "briefing_readings" in sql or "sign_offs" in sql]


# --- a group as parents see it ----------------------------------------------------------------------------------------------


def part(page, key: str) -> str:
    """The words of a panel, without what may differ: its links."""
    found = re.search(rf'<section class="panel panel-{key}".*?</section>', page.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.mark.parametrize("key", ["news", "work_set", "calendar", "documents", "teachers", "links"])
def test_a_teacher_sees_the_very_parts_that_a_parent_of_the_group_meets(visitor, key):
    number = group("2B-EN").id
    mine, theirs = visitor("ailsa.reid").get(f"/groups/{number}/as-parents"), visitor("mairi.macleod").get(f"/groups/{number}")
    assert part(mine, key).replace("New ", "") == part(theirs, key).replace("New ", "") != ""


def test_what_is_for_staff_a_draft_or_hidden_is_not_there(visitor):
    here, reid = group("2B-EN"), user("ailsa.reid")
    news.publish(reid, news.draft(reid, Place.of(here), Wording("Only us", "x", for_parents=False)))
    news.draft(reid, Place.of(here), Wording("Half a thought", "x"))
    news.publish(reid, news.draft(reid, Place.of(here), Wording("Wellies please", "x", for_staff=False)))
    GroupPage.arrange(here, True, ["teachers"])
    page = visitor("ailsa.reid").get(f"/groups/{here.id}/as-parents")
    assert "Wellies please" in page and "Only us" not in page and "Half a thought" not in page
    assert part(page, "teachers") == "" and "Hidden from them: Who teaches this group" in page


def test_a_post_for_one_family_is_not_shown_to_the_invented_one(visitor, pupil):
    here, reid = group("2B-EN"), user("ailsa.reid")
    news.publish(reid, news.draft(reid, Place.of(here), Wording("About Catriona", "x", named_only=True, addressed={pupil("000101").id})))
    page = visitor("ailsa.reid").get(f"/groups/{here.id}/as-parents")
    assert "About Catriona" not in page and "Catriona" not in part(page, "news")


def test_no_child_of_the_group_is_on_it(visitor):
    here = group("2B-EN")
    page = visitor("ailsa.reid").get(f"/groups/{here.id}/as-parents")
    names = [row.name for row in Pupil.select().join(Membership).where(Membership.group == here)]
    assert names and not [name for name in names if name in page.text]


def test_a_group_that_is_shut_is_shown_as_it_would_be_and_stays_shut(visitor):
    here = group("3A-EN")
    page = visitor("ailsa.reid").get(f"/groups/{here.id}/as-parents")
    assert "Parents cannot come in yet" in page and part(page, "work_set") and not GroupPage.is_open(here)


def test_where_the_school_lets_no_parent_into_groups_the_page_says_so(visitor, off):
    off("group")
    assert "lets no parent onto the pages of groups" in visitor("ailsa.reid").get(f"/groups/{group('2B-EN').id}/as-parents")


def test_nothing_in_it_can_be_clicked(visitor):
    page = visitor("ailsa.reid").get(f"/groups/{group('2B-EN').id}/as-parents")
    frame = page.text[page.text.index('<div class="arrange-preview"'):page.text.index("That you looked")]
    assert "href=" not in frame and "hx-get=" not in frame and "<form" not in frame


def test_the_invented_family_is_gone_afterwards_and_that_one_looked_is_written_down(visitor):
    before = [model.select().count() for model in (User, Pupil, Contact, Membership, GroupPage, Post)]
    reid = visitor("ailsa.reid")
    for _ in range(2):
        reid.get(f"/groups/{group('2B-EN').id}/as-parents")
    assert [model.select().count() for model in (User, Pupil, Contact, Membership, GroupPage, Post)] == before
    rows = Audit.select().where(Audit.action == "looked at page as", Audit.subject == "2B English as its parents")
    assert [row.actor_name for row in rows] == ["ailsa.reid"]


@pytest.mark.parametrize("username", ["mhairi.nicolson", "mairi.macleod", "gordon.fraser", "priya.sharma", "jean.baxter", "helen.ross", None])
def test_nobody_else_sees_it(visitor, username):
    seen = visitor(username).get(f"/groups/{group('2B-EN').id}/as-parents")
    assert seen.status == (404 if username else 303) and "2B English" not in seen


def test_a_teacher_of_the_same_school_sees_none_of_anothers_class(visitor):
    """Shona Campbell teaches PE, and her son is in 2A."""
    shona = visitor("shona.campbell", "staff")
    theirs = group("REG-2A")
    assert not can(Viewer.of(user("shona.campbell"), "staff"), Action.SEE_AS_PARENTS, theirs)
    assert shona.get(f"/groups/{theirs.id}/as-parents").status == 404


def test_a_new_school_has_a_briefing_from_its_first_day(visitor, site):
    school = founding.add_school(Authority.get(), "kilmorran", "Kilmorran Primary", "test")
    now = briefing.of_school(school)
    assert now.open and now.shut and now.pages["home"] and briefing.staff(school) == [] == briefing.without_account(school)
