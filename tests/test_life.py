"""Life after: leavers, accounts that nothing opens, who never came, sixteen and eighteen; and a restriction acts within one request."""

import json
from datetime import date, timedelta

import pytest
import time_machine

from glowlite import clock, mis
from glowlite.models import Audit, ComingOfAge, Contact, KeyDecision, Link, Pupil, School, User
from glowlite.policy import parenthood
from glowlite.rollout import life, link_decisions

DAY = timedelta(days=1)
CATRIONA, ISLA, EWAN, LEWIS = "000101", "000104", "000105", "000112"


@pytest.fixture
def page(visitor, academy):
    """What the office reads."""
    return lambda: visitor("jean.baxter").get(f"/schools/{academy.id}/life")


def grace(school, days):
    value = {"rules": [{"years": [], "priority": None, "lives_with": False, "opens": "all"}], "grace_days": days}
    KeyDecision.create(authority=school.authority, school=school, topic="parents", value_text=json.dumps(value), at=clock.now(), by="Donald Munro")
    parenthood.settle(school)


def leaves(child, day):
    Pupil.update(left_on=day).where(Pupil.id == child.id).execute()
    parenthood.settle(child.school)


# --- leavers ------------------------------------------------------------------------------------------------


def test_a_leaver_is_listed_with_the_day_and_the_adults(academy, pupil):
    leaves(pupil(CATRIONA), clock.today() + 10 * DAY)
    one = next(one for one in life.leavers(academy) if one.pupil.mis_id == CATRIONA)
    assert one.last_day == clock.today() + 10 * DAY and not one.is_over
    assert [(adult.contact.name, adult.user and adult.user.username) for adult in one.adults] == [("Mairi MacLeod", "mairi.macleod"), ("Calum MacLeod", None)]


def test_the_grace_that_the_school_states_counts_and_is_stated(academy, pupil, page, visitor):
    grace(academy, 14)
    leaves(pupil(CATRIONA), clock.today() - 3 * DAY)
    one = next(one for one in life.leavers(academy) if one.pupil.mis_id == CATRIONA)
    assert one.last_day == clock.today() + 11 * DAY and "for 14 days after the last day" in page()
    assert visitor("mairi.macleod").get(f"/children/{pupil(CATRIONA).id}").status == 200


def test_the_day_after_the_grace_the_page_is_shut(academy, pupil, visitor):
    grace(academy, 14)
    leaves(pupil(CATRIONA), clock.today() - 3 * DAY)
    mairi, child = visitor("mairi.macleod"), f"/children/{pupil(CATRIONA).id}"
    with time_machine.travel(clock.local(clock.now()) + 11 * DAY):
        assert mairi.get(child).status == 200
    with time_machine.travel(clock.local(clock.now()) + 12 * DAY):
        assert mairi.get(child).status == 404 and next(one for one in life.leavers(academy) if one.pupil.mis_id == CATRIONA).is_over


def test_grace_is_for_who_is_still_in_the_drop(academy, pupil, visitor):
    """Of a child the MIS no longer names, nobody would say any more whether there is an order."""
    grace(academy, 14)
    leaves(pupil(CATRIONA), clock.today() - 3 * DAY)
    Pupil.update(gone=clock.today()).where(Pupil.id == pupil(CATRIONA).id).execute()
    assert visitor("mairi.macleod").get(f"/children/{pupil(CATRIONA).id}").status == 404


def test_without_grace_the_last_day_is_the_last(academy, pupil, visitor):
    leaves(pupil(CATRIONA), clock.today() - DAY)
    assert visitor("mairi.macleod").get(f"/children/{pupil(CATRIONA).id}").status == 404


def test_who_left_long_ago_and_who_stays_are_not_listed(academy, pupil):
    leaves(pupil(CATRIONA), clock.today() - 61 * DAY)
    assert CATRIONA not in {one.pupil.mis_id for one in life.leavers(academy)} and ISLA not in {one.pupil.mis_id for one in life.leavers(academy)}


# --- accounts that nothing opens ------------------------------------------------------------------------------


def test_an_account_that_nothing_opens_is_listed_with_the_reason(academy, page):
    found = {one.user.username: one.reason for one in life.closed(academy)}
    assert found["paul.geddes"].startswith("Lewis Geddes left on ") and "parental responsibility" in found["blank.macaulay"]
    assert "paul.geddes" in page() and "closed, because Lewis Geddes left on" in page()


def test_who_still_has_one_child_is_not_closed(academy):
    assert not {"gordon.fraser", "mairi.macleod", "karen.fraser"} & {one.user.username for one in life.closed(academy)}


def test_what_is_open_at_another_school_is_not_closed(academy, pupil):
    Link.update(gone=clock.today()).where(Link.pupil == pupil(CATRIONA)).execute()
    assert "mairi.macleod" not in {one.user.username for one in life.closed(academy)}


def test_a_teacher_without_a_child_here_keeps_the_account(academy, pupil):
    Link.update(gone=clock.today()).where(Link.pupil == pupil("000110")).execute()
    assert "shona.campbell" not in {one.user.username for one in life.closed(academy)}


def test_whose_account_is_closed_is_told_at_the_door(visitor, sign_ins):
    answer = visitor().sign_in("paul.geddes", sign_ins["paul.geddes"]["password"])
    assert answer.status == 422 and "not open at the moment" in answer


# --- never signed in --------------------------------------------------------------------------------------------


def test_who_has_never_come_is_listed_until_they_come(academy, page):
    names = {one.user.username for one in life.never_signed_in(academy)}
    assert {"mairi.macleod", "tomasz.kowalski"} <= names and not {"paul.geddes", "nasreen.hussain", "ailsa.reid"} & names
    User.update(last_sign_in=clock.now()).where(User.username == "mairi.macleod").execute()
    assert "mairi.macleod" not in {one.user.username for one in life.never_signed_in(academy)}
    assert f"/schools/{academy.id}/accounts?state=never" in page().links


def test_a_locked_account_waits_for_nobody(academy):
    User.update(locked=clock.now()).where(User.username == "tomasz.kowalski").execute()
    assert "tomasz.kowalski" not in {one.user.username for one in life.never_signed_in(academy)}


# --- sixteen and eighteen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "days"), [(16, -60), (16, 0), (16, 60), (18, -1), (18, 59)])
def test_a_birthday_that_is_near_is_listed(academy, pupil, age, days):
    day = clock.today() + days * DAY
    Pupil.update(born=day.replace(year=day.year - age)).where(Pupil.mis_id == ISLA).execute()
    one = next(one for one in life.birthdays(academy) if one.pupil.mis_id == ISLA)
    assert (one.age, one.day, one.is_past) == (age, day, days <= 0)
    assert [adult.contact.forename for adult in one.adults] == ["Karen"]  # the father is kept from her by an order


@pytest.mark.parametrize(("age", "days"), [(16, -61), (16, 61), (17, 0), (15, 10)])
def test_another_day_or_another_age_is_not(academy, pupil, age, days):
    day = clock.today() + days * DAY
    Pupil.update(born=day.replace(year=day.year - age)).where(Pupil.mis_id == ISLA).execute()
    assert ISLA not in {one.pupil.mis_id for one in life.birthdays(academy)}


def test_nothing_is_decided_by_a_birthday(academy, pupil, visitor):
    Pupil.update(born=clock.today().replace(year=clock.today().year - 18)).where(Pupil.mis_id == ISLA).execute()
    life.birthdays(academy)
    assert visitor("karen.fraser").get(f"/children/{pupil(ISLA).id}").status == 200


def test_who_was_born_on_a_leap_day_is_sixteen_on_one_too():
    assert life.birthday(date(2008, 2, 29), 16) == date(2024, 2, 29) and life.birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)


def test_a_child_without_a_birthday_is_not_guessed_about(academy):
    Pupil.update(born=None).where(Pupil.mis_id == ISLA).execute()
    assert ISLA not in {one.pupil.mis_id for one in life.birthdays(academy)}


@pytest.fixture
def turning(academy, pupil):
    """Isla turned 16 five days ago. turning("words") is what the office sends about it."""
    day = clock.today() - 5 * DAY
    Pupil.update(born=day.replace(year=day.year - 16)).where(Pupil.mis_id == ISLA).execute()
    return lambda done="Mrs Reid asked her; both parents go on.": {"pupil": pupil(ISLA).id, "age": 16, "done": done}


@pytest.fixture
def send(visitor, academy):
    return lambda fields, username="jean.baxter", where="": visitor(username).post(f"/schools/{academy.id}/life/birthdays{where}", fields)


def is_due(academy):
    return ISLA in {one.pupil.mis_id for one in life.birthdays(academy)}


@pytest.mark.parametrize("username", ["jean.baxter", "donald.munro"])
def test_what_was_done_is_written_down_and_nothing_is_due_any_more(academy, turning, send, page, username):
    assert is_due(academy) and send(turning(), username).status == 303 and not is_due(academy)
    (row,) = life.dealt_with(academy)
    assert (row.pupil.mis_id, row.age, row.by, row.done) == (ISLA, 16, User.get(User.username == username).name, "Mrs Reid asked her; both parents go on.")
    assert "Mrs Reid asked her" in page() and "Dealt with in the last year: 1" in page()
    written = Audit.select().order_by(Audit.id.desc()).first()
    assert (written.actor_name, written.action, written.subject) == (username, "dealt with a birthday", "Isla Fraser, 16") and "both parents" in written.after


@pytest.mark.parametrize("done", ["", "  ", "done", "\0" * 20])
def test_a_tick_is_no_answer(academy, turning, send, done):
    answer = send(turning(done))
    assert answer.status == 422 and "Say in a sentence what was done" in answer and is_due(academy)


@pytest.mark.parametrize("changed", [{"age": 18}, {"age": 17}, {"pupil": 0}, {"pupil": 10**20}, {"pupil": "x", "age": "y"}])
def test_only_what_is_due_is_dealt_with(academy, turning, send, changed):
    answer = send(turning() | changed)
    assert answer.status == 422 and "not among those that are due" in answer and not ComingOfAge.select().exists()


def test_a_pupil_of_another_school_is_not_dealt_with_here(turning, send, academy):
    Pupil.update(school=School.get(School.code == "shore-primary")).where(Pupil.mis_id == ISLA).execute()
    assert send(turning()).status == 422 and not ComingOfAge.select().exists()


def test_two_who_deal_with_the_same_birthday_leave_one_word(academy, turning, send):
    assert send(turning()).status == 303 and send(turning("The other office has asked her too.")).status == 422
    assert [row.done for row in life.dealt_with(academy)] == [turning()["done"]]


def test_it_changes_nobodys_access(turning, send, pupil, visitor):
    send(turning("She wants nobody to see anything any more."))
    assert visitor("karen.fraser").get(f"/children/{pupil(ISLA).id}").status == 200


def test_another_date_from_the_mis_is_due_again(academy, turning, send):
    send(turning())
    Pupil.update(born=Pupil.get(Pupil.mis_id == ISLA).born + DAY).where(Pupil.mis_id == ISLA).execute()
    assert is_due(academy) and len(life.dealt_with(academy)) == 1


def test_what_was_written_by_mistake_is_due_again_and_the_audit_keeps_it(academy, turning, send):
    send(turning())
    (row,) = life.dealt_with(academy)
    assert send({}, where=f"/{row.id}/again").status == 303 and is_due(academy) and not life.dealt_with(academy)
    written = Audit.select().order_by(Audit.id.desc()).first()
    assert written.action == "took back what was done about a birthday" and "both parents" in written.before


def test_what_was_done_at_another_school_is_nobodys_here(academy, turning, send, visitor):
    send(turning())
    (row,) = life.dealt_with(academy)
    primary = School.get(School.code == "shore-primary")
    assert visitor("margaret.sinclair").post(f"/schools/{primary.id}/life/birthdays/{row.id}/again").status == 404
    assert life.dealt_with(primary) == [] and life.dealt_with(academy) == [row]


@pytest.mark.parametrize("username", ["karen.fraser", "gordon.fraser", "ailsa.reid", "priya.sharma", "margaret.sinclair", "helen.ross"])
def test_nobody_else_writes_or_reads_what_was_done(academy, turning, send, visitor, pupil, username):
    assert send(turning(), username).status == 404 and is_due(academy)
    send(turning("Isla wants her father to see nothing."))
    seen = visitor(username)
    assert all("see nothing" not in seen.get(address) for address in ("/", f"/children/{pupil(ISLA).id}", f"/schools/{academy.id}/life"))


def test_what_is_said_of_sixteen_is_that_of_the_country(academy, page):
    assert "In Scotland" in page()
    School.update(code_table="england-2024").where(School.id == academy.id).execute()
    assert "In Scotland" not in page()


@pytest.mark.parametrize("username", ["mairi.macleod", "gordon.fraser", "ailsa.reid", "priya.sharma", "margaret.sinclair", "isobel.grant", "helen.ross"])
def test_nobody_else_reads_this_page(visitor, academy, username):
    assert visitor(username).get(f"/schools/{academy.id}/life").status == 404


# --- a restriction acts within one request ------------------------------------------------------------------------


@pytest.fixture
def order_in_a_drop(academy, write_bundle):
    """The MIS as it stands, but for a court order between Karen and both her children."""

    def load():
        cells = {True: "Y", False: "N", None: ""}
        rows = Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact).where(Pupil.school == academy, Link.gone.is_null())
        lines = [f"{row.pupil.mis_id},{row.contact.mis_id},{row.priority or ''},{cells[row.parental_responsibility]},"
                 f"{'Y' if row.contact.mis_id == 'C000105' else cells[row.court_order]},{cells[row.lives_with]},{cells[row.account_selected]}" for row in rows]
        header = "pupil_id,contact_id,priority,parental_responsibility,court_order,lives_with,account_selected\n"
        return mis.load(write_bundle({"links.csv": header + "\n".join(lines) + "\n"}), academy.code, by="nightly drop")

    return load


def everything_of(child):
    own = ["/", "/widgets/today", "/welcome/details", "/welcome/tour", "/codes", "/why-not"]
    return [*own, f"/children/{child.id}", f"/children/{child.id}/widgets/attendance"]


def test_an_order_that_a_drop_brings_ends_what_is_open(visitor, pupil, order_in_a_drop):
    karen, isla = visitor("karen.fraser"), pupil(ISLA)
    assert karen.get(f"/children/{isla.id}").status == 200
    assert order_in_a_drop().status == "kept"
    for address in everything_of(isla):
        seen = karen.get(address)
        assert seen.status == 303 and seen.headers["Location"].startswith("/sign-in") and "Isla" not in seen, address


def test_the_word_of_the_head_ends_what_is_open(visitor, pupil, academy):
    karen, isla = visitor("karen.fraser"), pupil(ISLA)
    donald = User.get(User.username == "donald.munro")
    assert karen.get(f"/children/{isla.id}").status == 200
    for child in (ISLA, EWAN):
        link = link_decisions.of(academy, Link.get(Link.pupil == pupil(child), Link.contact == Contact.get(Contact.mis_id == "C000105")).id)
        link_decisions.decide(donald, link, opens=False, reason="Police asked for it", review_on=clock.today() + 30 * DAY, order_seen=link.court_order)
    for address in everything_of(isla):
        seen = karen.get(address)
        assert seen.status == 303 and seen.headers["Location"].startswith("/sign-in") and "Isla" not in seen, address


def test_a_word_about_one_child_leaves_the_other(visitor, pupil, academy):
    isla, ewan = pupil(ISLA), pupil(EWAN)
    karen = visitor("karen.fraser")
    link = link_decisions.of(academy, Link.get(Link.pupil == isla, Link.contact == Contact.get(Contact.mis_id == "C000105")).id)
    donald = User.get(User.username == "donald.munro")
    link_decisions.decide(donald, link, opens=False, reason="Isla asked for it", review_on=clock.today() + 30 * DAY, order_seen=link.court_order)
    assert karen.get(f"/children/{isla.id}").status != 200  # signed out, for nobody knows what is open on that screen
    again = visitor("karen.fraser")
    assert again.get(f"/children/{isla.id}").status == 404 and again.get(f"/children/{ewan.id}").status == 200
