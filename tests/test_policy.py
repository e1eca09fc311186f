"""The six sieves: each stops alone, none widens, and the list and the single question are one query."""

from datetime import timedelta

import pytest

from glowlite import clock, founding, widgets
from glowlite.demo import cast
from glowlite.models import (
    Assignment,
    Authority,
    CalendarEntry,
    ComponentPolicy,
    Contact,
    Duty,
    Group,
    Link,
    Page,
    Placement,
    Post,
    PostPupil,
    Pupil,
    Result,
    School,
    User,
    UserContact,
)
from glowlite.policy import (
    PARENT_HAT,
    ROLES,
    STAFF_HAT,
    Action,
    Role,
    Viewer,
    all_allowed,
    allowed,
    among,
    can,
    held_by,
    one_allowed,
    why,
)
from glowlite.widgets import child_page, home_of, panel

ABOUT_CHILDREN = [action for action in Action if action.subject is Pupil]
EVERYBODY = [(one.username, hat) for one in (*cast.ADULTS, *cast.STAFF) if one.username
             for hat in ((PARENT_HAT, STAFF_HAT) if one.username == "shona.campbell" else (None,))] + [(cast.AUTHORITY_USERNAME, None)]
EVERYBODY = list(dict.fromkeys(EVERYBODY))
CATRIONA, FINLAY, ISLA, EWAN, RORY = "000101", "000102", "000104", "000105", "000110"


def user(username: str) -> User:
    return User.get(User.username == username)


def numbers(viewer: Viewer, action: Action) -> set[str]:
    return {child.mis_id for child in allowed(viewer, action)}


def authority_says(word: bool, action: Action, role: Role = Role.PARENT, *, locked: bool = False) -> None:
    rows = ComponentPolicy.update(allowed=word, locked=locked).where(
        ComponentPolicy.school.is_null(), ComponentPolicy.role == role, ComponentPolicy.component == action.key)
    assert rows.execute() == 1


def school_says(word: bool, school: School, action: Action, role: Role = Role.PARENT) -> None:
    ComponentPolicy.create(authority=school.authority, school=school, role=role, component=action.key, allowed=word)


# --- sieve 1: the ceiling ---------------------------------------------------------------------------------


def test_what_is_not_written_for_a_role_is_refused(viewer_of, pupil):
    assert not can(viewer_of("ailsa.reid"), Action.HELD, pupil(CATRIONA))
    assert not can(viewer_of("priya.sharma"), Action.CHILD, pupil(CATRIONA))
    assert why(user("ailsa.reid"), Action.HELD, pupil(CATRIONA)).sieve == 1


def test_no_toggle_goes_beyond_the_ceiling(viewer_of, academy):
    beyond = [(role, action) for role in Role for action in Action if action.component and action not in ROLES[role]]
    for role, action in beyond:
        ComponentPolicy.create(authority=academy.authority, role=role, component=action.key, allowed=True)
        for school in School.select():
            school_says(True, school, action, role)
    for username, role in (("ailsa.reid", Role.TEACHER), ("donald.munro", Role.HEAD), ("jean.baxter", Role.OFFICE),
                           ("priya.sharma", Role.EDITOR), ("helen.ross", Role.AUTHORITY), ("mairi.macleod", Role.PARENT)):
        for action in (action for owner, action in beyond if owner is role):
            assert not allowed(viewer_of(username), action).exists(), (username, action)


# --- sieves 2 and 3: authority and school ---------------------------------------------------------------------


def test_what_the_authority_left_unwritten_is_off(viewer_of, pupil):
    ComponentPolicy.delete().where(ComponentPolicy.component == "attendance", ComponentPolicy.role == "parent").execute()
    assert not can(viewer_of("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA))
    assert why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA)).sieve == 2


def test_a_school_cannot_switch_on_what_the_authority_left_unwritten(viewer_of, pupil, academy):
    ComponentPolicy.delete().where(ComponentPolicy.component == "attendance", ComponentPolicy.role == "parent").execute()
    school_says(True, academy, Action.ATTENDANCE)
    assert not can(viewer_of("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA))


def test_off_at_the_authority_is_off_at_its_schools(viewer_of, pupil):
    authority_says(False, Action.ATTENDANCE)
    assert numbers(viewer_of("mairi.macleod"), Action.ATTENDANCE) == set()
    assert numbers(viewer_of("mairi.macleod"), Action.TIMETABLE) == {CATRIONA, FINLAY}
    assert why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA)).sieve == 2


def test_a_locked_no_cannot_be_widened_by_a_school(viewer_of, pupil, academy):
    authority_says(False, Action.ATTENDANCE, locked=True)
    school_says(True, academy, Action.ATTENDANCE)
    assert not can(viewer_of("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA))
    assert why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA)).sieve == 2


def test_a_default_no_that_is_not_locked_is_for_each_school_to_change(viewer_of, academy):
    authority_says(False, Action.ATTENDANCE)
    school_says(True, academy, Action.ATTENDANCE)
    assert numbers(viewer_of("mairi.macleod"), Action.ATTENDANCE) == {CATRIONA}


def test_a_school_switches_off_for_itself_alone(viewer_of, pupil, academy):
    school_says(False, academy, Action.ATTENDANCE)
    assert numbers(viewer_of("mairi.macleod"), Action.ATTENDANCE) == {FINLAY}
    assert why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA)).sieve == 3


def test_a_locked_yes_is_the_law_too(viewer_of, pupil, academy):
    authority_says(True, Action.ATTENDANCE, locked=True)
    school_says(False, academy, Action.ATTENDANCE)
    assert can(viewer_of("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA))


def test_off_for_parents_stays_on_for_the_class_teacher(viewer_of, pupil, academy):
    school_says(False, academy, Action.ATTENDANCE)
    assert can(viewer_of("ailsa.reid"), Action.ATTENDANCE, pupil(CATRIONA))


def test_comments_on_behaviour_are_off_until_the_school_decides(viewer_of, pupil, academy):
    assert not can(viewer_of("karen.fraser"), Action.CONDUCT_TEXT, pupil(EWAN))
    school_says(True, academy, Action.CONDUCT_TEXT)
    assert can(viewer_of("karen.fraser"), Action.CONDUCT_TEXT, pupil(EWAN))


def test_attendance_switched_off_leaves_every_widget(visitor, pupil, academy):
    karen, address = visitor("karen.fraser"), f"/children/{pupil(EWAN).id}"
    pages = ("/", "/widgets/today", "/widgets/children", address, f"{address}/widgets/today")
    shown = [page for page in pages if 'class="register' in karen.get(page)]
    assert shown == list(pages)
    school_says(False, academy, Action.ATTENDANCE)
    assert [page for page in pages if 'class="register' in karen.get(page)] == []
    assert 'id="w-attendance"' not in karen.get(address) and karen.get(f"{address}/widgets/attendance").status == 404


@pytest.mark.parametrize(("action", "trace"), [(Action.TIMETABLE, "Lessons today"), (Action.HOMEWORK, "No homework is due")])
def test_what_is_switched_off_leaves_the_today_widget(visitor, pupil, academy, action, trace):
    page = f"/children/{pupil(RORY).id}/widgets/today"
    shona = visitor("shona.campbell", PARENT_HAT)
    Assignment.delete().execute()
    assert trace in shona.get(page)
    school_says(False, academy, action)
    assert shona.get(page).status == 200 and trace not in shona.get(page)


def home_news(visitor, username: str) -> set[str]:
    """Which of the demo's news stands on somebody's home page: of Catriona's class, of the Academy, of Finlay's class, of the council."""
    home = visitor(username).get("/")
    return {name for name, title in (("2b", "Diary of a Highlander"), ("academy", "Parents’ evening for S1"), ("p5", "Our rock pool morning"),
                                     ("council", "Winter bus times from Monday")) if title in home}


def test_news_switched_off_by_a_school_leaves_feed_and_address(visitor, academy):
    mairi, diary = visitor("mairi.macleod"), Post.get(Post.title == "Diary of a Highlander")
    Post.update(shows_from=clock.now()).where(Post.title == "Winter bus times from Monday").execute()  # so that it stands high up
    assert home_news(visitor, "mairi.macleod") == {"2b", "academy", "p5", "council"} and mairi.get(f"/news/{diary.id}").status == 200
    school_says(False, academy, Action.NEWS)
    assert home_news(visitor, "mairi.macleod") == {"p5", "council"} and mairi.get(f"/news/{diary.id}").status == 404
    assert home_news(visitor, "ailsa.reid") == {"2b", "academy", "council"}


def test_news_switched_off_by_the_authority_leaves_every_home(visitor):
    authority_says(False, Action.NEWS)
    assert home_news(visitor, "mairi.macleod") == set()
    assert visitor("mairi.macleod").get("/widgets/news").status == 404


def test_group_pages_switched_off_by_a_school_are_no_ones_of_that_role(visitor, academy):
    english = Group.get(Group.mis_id == "2B-EN")
    school_says(False, academy, Action.GROUP)
    assert visitor("mairi.macleod").get(f"/groups/{english.id}").status == 404
    assert visitor("mairi.macleod").get(f"/groups/{Group.get(Group.mis_id == 'REG-P5').id}").status == 200
    assert visitor("ailsa.reid").get(f"/groups/{english.id}").status == 200


# --- sieve 4: the placement ---------------------------------------------------------------------------------------


def attendance_stands(**change) -> None:
    page = Page.get(Page.key == "child", Page.school.is_null())
    assert Placement.update(**change).where(Placement.page == page, Placement.role == "parent", Placement.widget == "attendance").execute() == 1


def test_a_widget_off_the_page_is_in_neither_page_nor_fragment(visitor, pupil):
    attendance_stands(is_on=False)
    address = f"/children/{pupil(CATRIONA).id}"
    assert 'id="w-attendance"' not in visitor("mairi.macleod").get(address)
    assert visitor("mairi.macleod").get(f"{address}/widgets/attendance").status == 404
    assert why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA), widget="attendance").sieve == 4
    assert 'id="w-attendance"' in visitor("ailsa.reid").get(address)


def test_a_placement_for_another_role_is_not_ones_own(viewer_of, pupil):
    attendance_stands(role="editor")
    assert panel(viewer_of("mairi.macleod"), child_page(pupil(CATRIONA)), "attendance") is None
    assert why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA), widget="attendance").sieve == 4


def test_a_placement_opens_nothing_that_another_sieve_stops(viewer_of, pupil):
    page = Page.get(Page.key == "child", Page.school.is_null())
    Placement.create(page=page, role="teacher", widget="held", position=9)
    assert panel(viewer_of("ailsa.reid"), child_page(pupil(CATRIONA)), "held") is None


def test_a_schools_own_page_replaces_the_authoritys_for_its_children_only(viewer_of, pupil, academy):
    own = Page.create(authority=academy.authority, school=academy, key="child")
    Placement.create(page=own, role="parent", widget="today", position=0)
    mairi = viewer_of("mairi.macleod")
    assert panel(mairi, child_page(pupil(CATRIONA)), "attendance") is None and panel(mairi, child_page(pupil(CATRIONA)), "today")
    assert panel(mairi, child_page(pupil(FINLAY)), "attendance")


# --- sieve 5: the link -------------------------------------------------------------------------------------------


YESTERDAY = clock.today() - timedelta(days=1)
BREAKS = {
    "responsibility no": (Link, {"parental_responsibility": False}),
    "responsibility blank": (Link, {"parental_responsibility": None}),
    "court order yes": (Link, {"court_order": True}),
    "court order blank": (Link, {"court_order": None}),
    "link gone": (Link, {"gone": YESTERDAY}),
    "contact gone": (Contact, {"gone": YESTERDAY}),
    "pupil gone": (Pupil, {"gone": YESTERDAY}),
    "pupil left yesterday": (Pupil, {"left_on": "yesterday"}),
}


def break_catrionas(what: str) -> None:
    """One fact between Mairi MacLeod and Catriona is changed, and nothing else."""
    model, change = BREAKS[what]
    change = {name: clock.today() - timedelta(days=1) if value == "yesterday" else value for name, value in change.items()}
    link = Link.select().join(Pupil).switch(Link).join(Contact).where(Pupil.mis_id == CATRIONA, Contact.mis_id == "C000101").get()
    number = {Link: link.id, Contact: link.contact_id, Pupil: link.pupil_id}[model]
    assert model.update(**change).where(model.id == number).execute() == 1


@pytest.mark.parametrize("what", BREAKS)
def test_one_fact_closes_the_link_to_one_child(viewer_of, visitor, pupil, what):
    catriona, finlay = pupil(CATRIONA), pupil(FINLAY)
    break_catrionas(what)
    mairi = viewer_of("mairi.macleod")
    assert not any(can(mairi, action, catriona) for action in ABOUT_CHILDREN)
    assert numbers(mairi, Action.CHILD) == {FINLAY}
    assert visitor("mairi.macleod").get(f"/children/{catriona.id}").status == 404
    assert visitor("mairi.macleod").get(f"/children/{finlay.id}").status == 200
    assert "Catriona" not in visitor("mairi.macleod").get("/")
    assert why(user("mairi.macleod"), Action.CHILD, catriona).sieve == 5


def test_an_account_joined_to_no_contact_sees_nobody(viewer_of, pupil):
    UserContact.delete().where(UserContact.user == user("karen.fraser")).execute()
    assert numbers(viewer_of("karen.fraser"), Action.CHILD) == set() and not held_by(user("karen.fraser").id)


def test_a_pupil_who_leaves_today_is_here_until_tonight(viewer_of, pupil):
    Pupil.update(left_on=clock.today()).where(Pupil.mis_id == CATRIONA).execute()
    assert can(viewer_of("mairi.macleod"), Action.CHILD, pupil(CATRIONA))


def test_relationship_priority_and_residence_give_and_take_nothing(viewer_of, pupil):
    Link.update(relationship="Uncle", priority=9, lives_with=False).where(Link.pupil == pupil(EWAN)).execute()
    assert numbers(viewer_of("gordon.fraser"), Action.CHILD) == {EWAN}
    Link.update(relationship="Father", priority=1, lives_with=True).where(Link.pupil == pupil(ISLA)).execute()
    assert numbers(viewer_of("gordon.fraser"), Action.CHILD) == {EWAN}


@pytest.mark.parametrize("adult", [adult for adult in cast.ADULTS if adult.username], ids=lambda adult: adult.username)
def test_an_adult_reaches_the_children_the_mis_says_and_no_other(viewer_of, adult):
    given = {tie.pupil_id for tie in cast.TIES if tie.contact_id == adult.id and tie.parental_responsibility == "Y" and tie.court_order == "N"}
    for action in ABOUT_CHILDREN:
        expected = set() if action is Action.CONDUCT_TEXT else given - {cast.LEAVER}
        assert numbers(viewer_of(adult.username, PARENT_HAT), action) == expected, action


def test_a_duty_of_parent_does_not_replace_the_link(viewer_of, academy, pupil):
    Duty.create(user=user("gordon.fraser"), role="parent", school=academy, authority=academy.authority)
    assert numbers(viewer_of("gordon.fraser"), Action.CHILD) == {EWAN}


def test_somebody_refused_by_every_link_is_not_let_in_by_a_duty_of_parent(academy):
    for name in ("paul.geddes", "blank.macaulay", "blank.nowak"):
        Duty.create(user=user(name), role="parent", school=academy, authority=academy.authority)
        assert not held_by(user(name).id)


def test_a_parent_whom_nobody_has_joined_to_a_contact_yet_comes_in_and_sees_nobody(viewer_of, academy):
    new = User.create(username="new.parent", name="New Parent")
    Duty.create(user=new, role="parent", school=academy, authority=academy.authority)
    assert held_by(new.id) and numbers(viewer_of("new.parent"), Action.CHILD) == set()


def test_a_teacher_reaches_the_pupils_of_their_groups_while_they_teach_them(viewer_of, pupil):
    from glowlite.models import Membership, Teaching
    reid, catriona = viewer_of("ailsa.reid"), pupil(CATRIONA)
    english = Group.get(Group.mis_id == "2B-EN")
    assert can(reid, Action.CHILD, catriona) and can(reid, Action.CLASSES, english)
    Membership.update(gone=clock.today()).where(Membership.pupil == catriona).execute()
    assert not can(reid, Action.CHILD, catriona)
    Teaching.update(gone=clock.today()).execute()
    assert numbers(reid, Action.CHILD) == set() and not allowed(reid, Action.CLASSES).exists()


def test_staff_reach_nobody_outside_their_school(viewer_of):
    for username in ("donald.munro", "jean.baxter", "ailsa.reid"):
        assert {child.school.code for child in allowed(viewer_of(username), Action.CHILD)} == {cast.ACADEMY}
        assert {group.school.code for group in allowed(viewer_of(username), Action.CLASSES)} == {cast.ACADEMY}


def test_the_authoritys_duty_is_spread_over_its_schools_and_no_others(viewer_of, academy):
    new = School.create(authority=academy.authority, code="new", name="New Primary")
    founding.add_school(founding.found("Elsewhere Council", "test"), "elsewhere", "Elsewhere High", "test")
    schools = {school.code for school in allowed(viewer_of("helen.ross"), Action.CALENDAR)}
    assert schools == {cast.ACADEMY, cast.PRIMARY, new.code}
    assert numbers(viewer_of("helen.ross"), Action.CHILD) == set()


# --- sieve 6: the item ----------------------------------------------------------------------------------------------


def test_a_result_shows_from_the_day_of_release(visitor, pupil):
    address = f"/children/{pupil(CATRIONA).id}/widgets/results"
    rows = Result.update(released=clock.today() + timedelta(days=1)).where(Result.pupil == pupil(CATRIONA))
    assert rows.execute() and "out of" not in visitor("mairi.macleod").get(address)
    Result.update(released=clock.today()).where(Result.pupil == pupil(CATRIONA)).execute()
    assert "out of" in visitor("mairi.macleod").get(address)


def test_homework_shows_from_the_day_it_is_set(visitor, pupil):
    address = f"/children/{pupil(CATRIONA).id}/widgets/homework"
    english = Group.get(Group.mis_id == "2B-EN")
    task = Assignment.create(school=english.school, mis_id="X1", group=english, title="Learn the sonnet", set_on=clock.today() + timedelta(days=1),
                             due_on=clock.today() + timedelta(days=5))
    assert "Learn the sonnet" not in visitor("mairi.macleod").get(address)
    Assignment.update(set_on=clock.today()).where(Assignment.id == task.id).execute()
    assert "Learn the sonnet" in visitor("mairi.macleod").get(address)


def test_a_date_for_staff_is_not_shown_to_families(visitor, academy):
    entry = CalendarEntry.create(school=academy, mis_id="X1", kind="event", title="Budget meeting", starts=clock.today(), audience="staff")
    assert "Budget meeting" not in visitor("mairi.macleod").get("/widgets/calendar")
    CalendarEntry.update(audience="everyone").where(CalendarEntry.id == entry.id).execute()
    assert "Budget meeting" in visitor("mairi.macleod").get("/widgets/calendar")


# --- hats --------------------------------------------------------------------------------------------------------------


def test_a_teacher_who_is_a_parent_has_the_rights_of_the_hat_and_no_more(viewer_of):
    mother, teacher = viewer_of("shona.campbell", PARENT_HAT), viewer_of("shona.campbell", STAFF_HAT)
    assert numbers(mother, Action.CHILD) == numbers(mother, Action.HELD) == {RORY}
    assert RORY not in numbers(teacher, Action.CHILD) and len(numbers(teacher, Action.CHILD)) > 20
    assert numbers(teacher, Action.HELD) == set() and not allowed(mother, Action.CLASSES).exists()


def test_a_hat_one_does_not_have_cannot_be_worn(visitor, viewer_of):
    assert viewer_of("mairi.macleod", STAFF_HAT).hat == PARENT_HAT and viewer_of("ailsa.reid", PARENT_HAT).hat == STAFF_HAT
    assert viewer_of("ailsa.reid", "head").hat == STAFF_HAT
    mairi = visitor("mairi.macleod")
    assert mairi.post("/hat", {"hat": STAFF_HAT}).status == 303
    assert "Catriona" in mairi.get("/")


def test_changing_hats_changes_what_opens(visitor, pupil):
    shona, address = visitor("shona.campbell"), f"/children/{pupil(RORY).id}"
    assert shona.get(address).status == 200
    shona.post("/hat", {"hat": STAFF_HAT})
    assert shona.get(address).status == 404 and "Rory" not in shona.get("/")
    shona.post("/hat", {"hat": PARENT_HAT})
    assert shona.get(address).status == 200


# --- the list, the single question, the quick way and the reason agree ---------------------------------------------------


RECORDS = {Pupil: lambda: [Pupil.get(Pupil.mis_id == child.id) for child in cast.CHILDREN], Authority: lambda: list(Authority.select()),
           School: lambda: list(School.select()), Group: lambda: list(Group.select().where(Group.mis_id.in_(["2B-EN", "2A-EN", "REG-1A", "REG-P5", "1A-PE"]))),
           User: lambda: [user(name) for name, _ in EVERYBODY], Post: lambda: list(Post.select())}


@pytest.fixture
def news_of_every_kind(academy):
    """In a class that parents may enter, in one that they may not, in the school and in the authority: a post of each kind."""
    hour = timedelta(hours=1)
    kinds = [{}, {"state": "draft"}, {"state": "withdrawn"}, {"shows_from": clock.now() + hour}, {"shows_until": clock.now() - hour},
             {"for_parents": False}, {"for_staff": False}, {"named_only": True}]
    opened, closed = (Group.get(Group.mis_id == number) for number in ("2B-EN", "2A-EN"))
    places = [({"group": opened}, "ailsa.reid"), ({"group": closed}, "ailsa.reid"), ({}, "priya.sharma"), ({"school": None}, "helen.ross")]
    for place, author in places:
        for kind in kinds:
            post = Post.create(**{"authority": academy.authority, "school": academy, "author": user(author), "author_name": author, "title": "Post",
                                  "state": "published", "shows_from": clock.now() - hour, "changed": clock.now(), **place, **kind})
            PostPupil.create(post=post, pupil=Pupil.get(Pupil.mis_id == CATRIONA), is_for=True)


@pytest.mark.parametrize(("username", "hat"), EVERYBODY)
def test_can_is_membership_in_allowed(viewer_of, news_of_every_kind, username, hat):
    """And so are the quick ways to read one of the records, and all of them."""
    viewer = viewer_of(username, hat)
    for action in Action:
        ids = {record.id for record in allowed(viewer, action)}
        assert {record.id for record in all_allowed(viewer, action)} == ids, action
        for record in RECORDS[action.subject]():
            assert can(viewer, action, record) == (record.id in ids), (action, record)
            assert one_allowed(viewer, action, record.id) == (record if record.id in ids else None), (action, record)


@pytest.mark.parametrize(("username", "hat"), EVERYBODY)
def test_among_is_allowed_asked_of_a_few(viewer_of, academy, username, hat):
    for role in Role:
        if Action.ATTENDANCE in ROLES[role]:
            school_says(False, academy, Action.ATTENDANCE, role)
    viewer = viewer_of(username, hat)
    opened = list(allowed(viewer, Action.CHILD).limit(60))
    for action in ABOUT_CHILDREN:
        ids = {child.id for child in allowed(viewer, action)}
        assert among(viewer, action, opened) == [child for child in opened if child.id in ids], action


def test_among_is_allowed_for_somebody_with_several_duties(viewer_of, academy):
    Duty.create(user=user("ailsa.reid"), role="head", school=School.get(School.code == cast.PRIMARY), authority=academy.authority)
    school_says(False, academy, Action.RESULTS, Role.TEACHER)
    reid = viewer_of("ailsa.reid")
    opened = list(allowed(reid, Action.CHILD))
    assert {child.school.code for child in opened} == {cast.ACADEMY, cast.PRIMARY}
    assert {child.school.code for child in among(reid, Action.RESULTS, opened)} == {cast.PRIMARY}


def test_two_duties_at_one_school_do_not_lend_each_other_their_children(viewer_of, academy, pupil):
    """As head she opens every page; results are for teachers only here, so she sees those of the children she teaches."""
    Duty.create(user=user("ailsa.reid"), role="head", school=academy, authority=academy.authority)
    school_says(False, academy, Action.RESULTS, Role.HEAD)
    reid = viewer_of("ailsa.reid")
    stranger = allowed(reid, Action.CHILD).where(Pupil.id.not_in(allowed(reid, Action.RESULTS).select(Pupil.id))).first()
    assert panel(reid, child_page(pupil(CATRIONA)), "results") and panel(reid, child_page(stranger), "today")
    assert panel(reid, child_page(stranger), "results") is None
    assert "results" not in [one.widget.key for one in widgets.panels(reid, child_page(stranger))]


def test_a_placement_for_one_duty_stands_in_the_schools_of_that_duty_only(viewer_of, academy):
    primary = School.get(School.code == cast.PRIMARY)
    Duty.create(user=user("ailsa.reid"), role="editor", school=primary, authority=academy.authority)
    Placement.delete().where(Placement.widget == "links", Placement.role == "editor").execute()
    reid = viewer_of("ailsa.reid")
    assert set(panel(reid, home_of(reid), "calendar").ask.schools) == {academy.id, primary.id}
    assert set(panel(reid, home_of(reid), "links").ask.schools) == {academy.id}


@pytest.mark.parametrize(("username", "hat"), EVERYBODY)
def test_why_agrees_with_can_and_names_a_sieve(viewer_of, username, hat):
    viewer = viewer_of(username, hat)
    for child in RECORDS[Pupil]():
        for action in (Action.CHILD, Action.HELD, Action.CONDUCT_TEXT):
            answer = why(user(username), action, child, hat=hat)
            assert answer.sees == can(viewer, action, child), answer
            assert (answer.sieve is None) == answer.sees and answer.sentence.endswith(".") and (answer.sees or answer.who)


# --- why ----------------------------------------------------------------------------------------------------------------


REASONS = [
    ("gordon.fraser", ISLA, "court order on record"), ("paul.geddes", cast.LEAVER, "no longer on the roll of Morran Academy"),
    ("blank.macaulay", "000113", "does not say whether this adult has parental responsibility"),
    ("blank.nowak", "000115", "does not say whether there is a court order"),
    ("tomasz.kowalski", CATRIONA, "not joined to any contact of the child"), ("mhairi.nicolson", CATRIONA, "not in a group or school of theirs"),
]


@pytest.mark.parametrize(("username", "child", "words"), REASONS)
def test_why_names_the_fact(pupil, username, child, words):
    answer = why(user(username), Action.CHILD, pupil(child))
    assert not answer.sees and answer.sieve == 5 and words in answer.sentence


def test_why_names_the_file_the_row_and_the_day(pupil):
    link = Link.select().join(Pupil).switch(Link).join(Contact).where(Pupil.mis_id == ISLA, Contact.mis_id == "C000104").get()
    answer = why(user("gordon.fraser"), Action.CHILD, pupil(ISLA))
    assert answer.source.endswith(f"row {link.source_row}, drop of Thu 19 Nov 2026") and answer.source.startswith("links.csv")
    assert "head" in answer.who


def test_why_of_a_parent_who_sees(pupil):
    answer = why(user("mairi.macleod"), Action.ATTENDANCE, pupil(CATRIONA), widget="attendance")
    assert answer.sees and answer.sentence == "Mairi MacLeod can see attendance for Catriona MacLeod."


def test_why_asks_about_the_hat_even_when_its_last_link_is_closed(pupil):
    Link.update(court_order=True).where(Link.pupil == pupil(RORY)).execute()
    answer = why(user("shona.campbell"), Action.CHILD, pupil(RORY), hat=PARENT_HAT)
    assert (answer.sees, answer.sieve) == (False, 5) and "court order" in answer.sentence


def test_the_home_page_is_put_together_from_the_same_sieves(viewer_of, academy):
    school_says(False, academy, Action.CHILD)
    home = home_of(viewer_of("mairi.macleod"))
    assert [child.mis_id for child in home.children] == [FINLAY]
    assert "children" in widgets.WIDGETS and panel(viewer_of("mairi.macleod"), home, "children")
