"""Why somebody sees something or not: each sieve has its sentence, and who-sees says what policy says."""

from datetime import timedelta

import pytest

from glowlite import clock, reach
from glowlite.models import (
    Authority,
    ComponentPolicy,
    Group,
    GroupPage,
    Link,
    Membership,
    Placement,
    Post,
    PostPupil,
    Pupil,
    School,
    User,
    UserContact,
)
from glowlite.policy import Action, Viewer, allowed, can
from glowlite.widgets import WIDGETS

CATRIONA, FINLAY, ISLA, EWAN, RORY, LEFT = "000101", "000102", "000104", "000105", "000110", "000112"


def user(username: str) -> User:
    return User.get(User.username == username)


@pytest.fixture
def english(academy) -> Group:
    """Catriona's English class, opened to parents by Ailsa Reid."""
    group = Group.get(Group.school == academy, Group.mis_id == "2B-EN")
    GroupPage.arrange(group, True, [])
    return group


@pytest.fixture
def write(academy):
    """write(group=…, state="draft") makes a post of Ailsa Reid's."""

    def make(**more) -> Post:
        author = user("ailsa.reid")
        return Post.create(**{"authority": academy.authority, "school": academy, "author": author, "author_name": author.name, "title": "Spelling",
                              "state": "published", "shows_from": clock.now() - timedelta(hours=1), "changed": clock.now()} | more)

    return make


# --- who-sees says what policy says -------------------------------------------------------------------------


def sees(username: str, action: Action, record) -> bool:
    somebody = user(username)
    return any(can(Viewer.of(somebody, hat), action, record) for hat in Viewer.of(somebody).hats)


@pytest.mark.parametrize("kind", ["class", "closed class", "school", "authority", "named", "staff", "draft", "withdrawn", "expired", "not yet"])
def test_who_sees_a_post_is_what_policy_allows(write, english, kind):
    hour = timedelta(hours=1)
    if kind == "closed class":
        GroupPage.arrange(english, False, [])
    post = write(**{"class": {"group": english}, "closed class": {"group": english}, "school": {}, "authority": {"school": None},
                    "named": {"group": english, "named_only": True}, "staff": {"for_parents": False}, "draft": {"state": "draft"},
                    "withdrawn": {"state": "withdrawn"}, "expired": {"shows_until": clock.now() - hour}, "not yet": {"shows_from": clock.now() + hour}}[kind])
    if kind == "named":
        PostPupil.create(post=post, pupil=Pupil.get(Pupil.mis_id == CATRIONA), is_for=True)
    found = reach.who_sees_post(post)
    told = {adult.username for adult in found.those_who_can}
    assert told == {one.username for one in User.select() if sees(one.username, Action.NEWS, post)}
    assert all(adult.cannot and all(no.why.fact and no.why.sieve is not None for no in adult.cannot) for adult in found.those_who_cannot)
    if kind not in ("authority", "school", "staff"):
        for adult in found.adults:
            assert reach.why_post(user(adult.username), post).sees == adult.sees


@pytest.mark.parametrize("key", sorted(WIDGETS))
def test_who_sees_a_widget_is_what_policy_allows(academy, english, key):
    part = WIDGETS[key]
    found = reach.who_sees_part(part, academy)
    told = {adult.username for adult in found.those_who_can}
    for one in User.select():
        somebody = [Viewer.of(one, hat) for hat in Viewer.of(one).hats]
        here = [viewer for viewer in somebody if academy.id in viewer.school_ids]
        assert (one.username in told) == any(_stands_for(viewer, academy, part) and _has(viewer, academy, part.needs) for viewer in here), one.username
    assert all(adult.cannot for adult in found.those_who_cannot)


def _stands_for(viewer: Viewer, school: School, part) -> bool:
    roles = [role for role, place in viewer.worn if place == school.id]
    return Placement.select().where(Placement.widget == part.key, Placement.role.in_(roles), Placement.is_on).exists()


def _has(viewer: Viewer, school: School, action: Action) -> bool:
    if action.subject in (Post, Authority):
        return any(school.id in viewer.schools_for(role, action) for role in viewer.roles)
    place = School.id if action.subject is School else action.subject.school
    return allowed(viewer, action).where(place == school.id).exists()


def test_who_sees_attendance_names_the_children_of_each_parent(academy):
    gordon = next(adult for adult in reach.who_sees_part(WIDGETS["attendance"], academy).adults if adult.username == "gordon.fraser")
    assert gordon.can == ["as parent of Ewan Fraser"]
    assert [(no.child, no.why.sieve) for no in gordon.cannot] == [("Isla Fraser", 5)] and "court order" in gordon.cannot[0].why.fact


# --- each sieve has its answer --------------------------------------------------------------------------------


@pytest.fixture
def why(pupil):
    """why("gordon.fraser", "000104", "attendance")"""
    return lambda username, child, key, group=None: reach.why_part(user(username), pupil(child), WIDGETS[key], group)


def say(word: bool, key: str, school: School | None, *, role: str = "parent") -> None:
    authority = School.get().authority
    ComponentPolicy.delete().where(ComponentPolicy.role == role, ComponentPolicy.component == key,
                                   ComponentPolicy.school == school if school else ComponentPolicy.school.is_null()).execute()
    ComponentPolicy.create(authority=authority, school=school, role=role, component=key, allowed=word)


def test_a_yes_stops_nowhere(why):
    answer = why("mairi.macleod", CATRIONA, "attendance")
    assert answer.sees and answer.sieve is None and answer.sentence == "Mairi MacLeod can see attendance for Catriona MacLeod."


def test_the_ceiling_is_the_first_sieve(why):
    assert why("ailsa.reid", CATRIONA, "held").sieve == 1


def test_the_authority_is_the_second(why):
    say(False, "attendance", None)
    answer = why("mairi.macleod", CATRIONA, "attendance")
    assert answer.sieve == 2 and "Strathmorran Council" in answer.sentence and answer.who == "Strathmorran Council" and answer.source


def test_the_school_is_the_third(why, academy):
    say(False, "attendance", academy)
    answer = why("mairi.macleod", CATRIONA, "attendance")
    assert answer.sieve == 3 and "Morran Academy has switched this off" in answer.sentence and "head" in answer.who


def test_the_page_is_the_fourth(why):
    Placement.update(is_on=False).where(Placement.widget == "attendance").execute()
    answer = why("mairi.macleod", CATRIONA, "attendance")
    assert answer.sieve == 4 and "page “" in answer.source and "editor" in answer.who


def test_the_link_is_the_fifth_with_file_row_and_date(why):
    answer = why("gordon.fraser", ISLA, "attendance")
    assert answer.sieve == 5 and "court order" in answer.sentence
    assert answer.source.startswith("links.csv, row ") and "Nov 2026" in answer.source and "head" in answer.who


@pytest.mark.parametrize(("username", "child", "words"), [
    ("blank.macaulay", "000113", "blank means no"), ("blank.nowak", "000115", "blank means no"), ("tomasz.kowalski", CATRIONA, "not joined to any contact"),
    ("ailsa.reid", FINLAY, "not in a group or school of theirs")])
def test_the_fact_of_a_link_is_named(why, username, child, words):
    answer = why(username, child, "attendance")
    assert answer.sieve == 5 and words in answer.sentence


def test_a_locked_account_is_the_answer_before_all_sieves(why):
    user("mairi.macleod").lock()
    answer = why("mairi.macleod", CATRIONA, "attendance")
    assert not answer.sees and answer.sieve == 0 and "locked since Thu 19 Nov 2026" in answer.sentence


def test_a_teacher_with_a_child_is_answered_under_the_hat_that_sees_most(why):
    assert why("shona.campbell", RORY, "attendance").sees
    assert not why("shona.campbell", CATRIONA, "attendance").sees


def test_why_agrees_with_policy_for_every_cast_parent_and_child(why, academy):
    for one in User.select().join(UserContact).distinct().limit(40):
        viewer = Viewer.of(one, "parent")
        mine = {child.id for child in allowed(viewer, Action.ATTENDANCE)} & {child.id for child in allowed(viewer, Action.CHILD)}
        for number in (CATRIONA, ISLA, EWAN, RORY):
            child = Pupil.get(Pupil.mis_id == number)
            staff = Viewer.of(one, "staff")
            taught = staff.hat == "staff" and can(staff, Action.ATTENDANCE, child)
            assert why(one.username, number, "attendance").sees == (child.id in mine or taught), (one.username, number)


# --- a post, and the page of a group: sieves 5 and 6 -----------------------------------------------------------


@pytest.mark.parametrize(("username", "more", "sieve", "words"), [
    ("mairi.macleod", {}, None, "can read news"), ("mairi.macleod", {"state": "draft"}, 6, "it is a draft, which only its author Ailsa Reid sees"),
    ("mairi.macleod", {"state": "withdrawn"}, 6, "it was withdrawn on Thu 19 Nov 2026"),
    ("mairi.macleod", {"shows_from": "later"}, 6, "it does not show before Thu 19 Nov 2026"),
    ("mairi.macleod", {"shows_until": "earlier"}, 6, "it stopped showing Thu 19 Nov 2026"),
    ("mairi.macleod", {"for_parents": False}, 6, "not addressed to parents"), ("mairi.macleod", {"named_only": True}, 6, "named children, and Catriona"),
    ("tomasz.kowalski", {}, 5, "no child in 2B"), ("margaret.sinclair", {}, 5, "do not work at Morran Academy"),
    ("shona.campbell", {}, 5, "do not teach 2B"), ("ailsa.reid", {"state": "draft"}, None, "can read news"), ("donald.munro", {"state": "draft"}, 6, "draft")])
def test_what_stops_a_post_is_said(write, english, username, more, sieve, words):
    times = {"later": clock.now() + timedelta(hours=2), "earlier": clock.now() - timedelta(minutes=5)}
    answer = reach.why_post(user(username), write(group=english, **{key: times.get(value, value) for key, value in more.items()}))
    if username == "shona.campbell":  # under either hat
        assert answer.sieve == 5 and not answer.sees
        return
    assert answer.sieve == sieve and words in answer.sentence, answer


def test_a_group_that_its_teacher_keeps_closed_stops_its_news_and_parts(why, write, english, pupil):
    GroupPage.arrange(english, False, [])
    for answer in (reach.why_post(user("mairi.macleod"), write(group=english)), reach.why_group(user("mairi.macleod"), english),
                   why("mairi.macleod", CATRIONA, "teachers", english)):
        assert answer.sieve == 6 and "have not opened its page to parents" in answer.sentence and "Reid" in answer.who


def test_a_part_that_the_teacher_hid_says_so(why, english):
    GroupPage.arrange(english, True, ["teachers"])
    answer = why("mairi.macleod", CATRIONA, "teachers", english)
    assert answer.sieve == 6 and "hidden that part" in answer.sentence
    assert why("mairi.macleod", CATRIONA, "work_set", english).sees


def test_a_restricted_father_is_stopped_by_the_link_before_the_item(write, english, pupil):
    Membership.get_or_create(group=english, pupil=pupil(ISLA), defaults={"drop": None})
    Membership.update(gone=None).where(Membership.group == english, Membership.pupil == pupil(ISLA)).execute()
    Membership.delete().where(Membership.group == english, Membership.pupil == pupil(EWAN)).execute()
    answer = reach.why_post(user("gordon.fraser"), write(group=english, state="draft"))
    assert answer.sieve == 5 and "court order" in answer.sentence and answer.source.startswith("links.csv")


# --- the pages ----------------------------------------------------------------------------------------------


OFFICE = ["donald.munro", "jean.baxter"]
OTHERS = [None, "mairi.macleod", "ailsa.reid", "priya.sharma", "helen.ross", "margaret.sinclair"]


@pytest.mark.parametrize("page", ["why", "who-sees", "people"])
def test_the_office_pages_are_for_head_and_office_of_that_school(visitor, academy, page):
    address = f"/schools/{academy.id}/{page}"
    assert [visitor(one).get(address).status for one in OFFICE] == [200, 200]
    assert [visitor(one).get(address).status for one in OTHERS] == [303, 404, 404, 404, 404, 404]


def test_the_answer_is_found_by_letters_alone(visitor, academy, pupil):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/why?adult-letters=gordon fra&child-letters={ISLA}&what=attendance")
    assert page.status == 200 and "Gordon Fraser cannot see attendance for Isla Fraser: the MIS has a court order" in page
    assert "Sieve 5" in page and "links.csv, row" in page and "Who could change it" in page


def test_several_who_fit_are_offered_and_none_is_guessed(visitor, academy):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/why?adult-letters=fraser&child-letters={ISLA}&what=page")
    assert "Karen Fraser" in page and "Gordon Fraser" in page and "To read out" not in page


def test_nobody_fits_is_said(visitor, academy):
    assert "Nobody at this school fits" in visitor("jean.baxter").get(f"/schools/{academy.id}/why?adult-letters=zzzz")


def test_a_contact_without_account_is_answered_too(visitor, academy):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/why?adult-letters=angus mac&child-letters={CATRIONA}&what=page")
    assert "Angus MacLeod has no account" in page and "no parental responsibility" in page


@pytest.mark.parametrize("query", ["adult=account-99999999999&child=pupil-0", "adult=x&child=pupil-1", "adult=pupil-1&child=account-1", "what=nothing",
                                   "adult=account-²&child=pupil-١", "group=99999999999999", "what=post-99999999999999999999"])
def test_nonsense_in_the_address_is_no_error(visitor, academy, query):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/why?{query}")
    assert page.status == 200 and "To read out" not in page


def test_a_child_of_another_school_cannot_be_asked_about(visitor, academy, pupil):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/why?adult-letters=mairi.macleod&child=pupil-{pupil(FINLAY).id}&what=page")
    assert "Finlay" not in page and "To read out" not in page


def test_who_sees_is_counted_and_named(visitor, academy, write, english):
    post = write(group=english)
    page = visitor("donald.munro").get(f"/schools/{academy.id}/who-sees?post={post.id}")
    found = reach.who_sees_post(post)
    assert found.sentence in page and "Mairi MacLeod" in page and "as parent of Catriona MacLeod" in page


def test_an_unknown_part_or_post_is_not_here(visitor, academy, write):
    jean = visitor("jean.baxter")
    for query in ("widget=nothing", "post=0", "post=x", "post=99999999999999", f"post={write(state='draft').id}"):
        assert jean.get(f"/schools/{academy.id}/who-sees?{query}").status == 404, query


# --- why don't I …? ---------------------------------------------------------------------------------------------


def test_a_parent_is_told_kindly_what_is_missing(visitor, academy):
    say(False, "attendance", academy)
    page = visitor("mairi.macleod").get("/why-not")
    assert page.status == 200 and "Morran Academy has not opened this to parents" in page and "01632" in page


def test_nothing_confirms_a_child_who_is_closed_to_the_parent(visitor):
    page = visitor("gordon.fraser").get("/why-not")
    assert "Ewan" in page and "Isla " not in page.text.replace("<", " ")
    assert "court" not in page.text.lower() and "Karen" not in page and "restrict" not in page.text.lower()


def test_a_parent_with_no_child_at_all_is_told_whom_to_ring(visitor):
    Link.update(court_order=True).where(Link.contact.in_(UserContact.select(UserContact.contact).where(
        UserContact.user == user("shona.campbell")))).execute()
    page = visitor("shona.campbell").get("/why-not")
    assert page.status == 200 and "Rory" not in page and "ring the office" in page


def test_a_stranger_signs_in_first(visitor):
    assert visitor().get("/why-not").status == 303


# --- the commands -------------------------------------------------------------------------------------------


def test_the_command_says_the_sentence_and_the_sieve(shell):
    result = shell("why", "gordon.fraser", ISLA, "attendance")
    assert result.exit_code == 0 and "Gordon Fraser cannot see attendance for Isla Fraser" in result.output
    assert "Sieve 5: the link between adult and child." in result.output and "links.csv, row" in result.output


def test_a_child_may_be_named(shell):
    assert "Mairi MacLeod can see homework for Catriona MacLeod." in shell("why", "mairi.macleod", "Catriona MacLeod", "homework").output


@pytest.mark.parametrize(("words", "told"), [
    (("nobody", ISLA, "today"), "There is no account nobody"), (("gordon.fraser", "Jo Nobody", "today"), "No pupil fits"),
    (("gordon.fraser", ISLA, "toast"), "There is no widget toast"), (("gordon.fraser", ISLA, "today", "--school", "x"), "no school")])
def test_the_command_says_what_is_wrong(shell, words, told):
    result = shell("why", *words)
    assert result.exit_code != 0 and told in result.output


def test_a_name_that_two_children_share_needs_the_id(shell):
    result = shell("why", "linda.smith", "James Smith", "today")
    assert result.exit_code != 0 and "Several pupils fit" in result.output and "000108" in result.output and "000109" in result.output
    assert "can see what today brings for Jamie Smith" in shell("why", "linda.smith", "jamie smith", "today").output


def test_who_sees_on_the_command_line(shell, write, english):
    result = shell("who-sees", "attendance", "--school", "morran-academy")
    assert result.exit_code == 0 and "adults can," in result.output and "not for Isla Fraser: the MIS has a court order" in result.output
    post = write(group=english)
    assert "Mairi MacLeod (mairi.macleod): as parent of Catriona MacLeod" in shell("who-sees", str(post.id), "--school", "morran-academy").output
    assert shell("who-sees", str(post.id), "--school", "shore-primary").exit_code != 0
    assert shell("who-sees", "attendance", "--school", "x").exit_code != 0
