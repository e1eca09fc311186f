"""Coming in with a code: one answer for every mistake, one use, the owner's own password; and what a lost password leads to."""

import re
from datetime import date, timedelta

import pytest
import time_machine

from glowlite import clock
from glowlite.models import AccessCode, Audit, Contact, Duty, KeyDecision, Link, Pupil, School, User, UserContact
from glowlite.models.school import Place
from glowlite.policy import Role
from glowlite.rollout import accounts, codes, forgotten, mail, switching
from glowlite.rollout.codes import CodeIsGone

MAIRI, CATRIONA, RORY = "mairi.macleod", "000101", "000110"
PASSWORD = {"new": "puffins over the bay", "again": "puffins over the bay"}
BIRTHDAY = "30/04/2013"


def user(username: str) -> User:
    return User.get(User.username == username)


def contact(username: str, school: School) -> Contact:
    return Contact.select().join(UserContact).where(UserContact.user == user(username), Contact.school == school).get()


@pytest.fixture
def in_app(site):
    """in_app(function, …) calls what needs the app's secret; never around a visitor, whose requests have a context of their own."""

    def call(function, *given):
        with site.app_context():
            return function(*given)

    return call


@pytest.fixture
def code_of(academy, in_app):
    """A code for somebody whose account was approved and never opened."""

    def make(username=MAIRI):
        User.update(password_hash=None, last_sign_in=None).where(User.username == username).execute()
        return in_app(codes.make, "Jean Baxter", user(username), contact(username, academy), "letter")

    return make


@pytest.fixture(autouse=True)
def catrionas_birthday(site):
    assert date(2013, 4, 30) == Pupil.get(Pupil.mis_id == CATRIONA).born  # as BIRTHDAY says


def prove(visitor, code, born=BIRTHDAY, **fields):
    return visitor().post("/begin", {"code": code, "born": born, **fields})


# --- in -------------------------------------------------------------------------------------------------------


def test_a_letter_leads_to_ones_own_password_and_in(visitor, code_of):
    mairi, code = visitor(), code_of()
    page = mairi.get(f"/begin?code={code}")
    assert page.status == 200 and f'value="{code}"' in page and page.headers["Cache-Control"] == "no-store"
    choice = mairi.post("/begin", {"code": code, "born": BIRTHDAY})
    assert choice.status == 200 and "mairi.macleod" in choice and "Mairi MacLeod" in choice and not user(MAIRI).password_hash
    done = mairi.post("/begin", {"code": code, "born": BIRTHDAY, **PASSWORD})
    assert done.status == 303 and "Catriona" in mairi.get("/") and user(MAIRI).last_sign_in
    assert visitor().sign_in(MAIRI, PASSWORD["new"]).status == 303


def test_a_new_parent_is_welcomed(visitor, code_of):
    User.update(welcomed=None).where(User.username == MAIRI).execute()
    assert prove(visitor, code_of(), **PASSWORD).headers["Location"] == "/welcome/details"


def test_using_a_code_is_written_down(visitor, code_of):
    prove(visitor, code_of(), **PASSWORD)
    row = Audit.select().where(Audit.action == "used code").get()
    assert (row.actor_name, row.subject) == (MAIRI, MAIRI)


@pytest.mark.parametrize("typed", ["30/04/2014", "30/4/14", "30.4.2014", "30-04-2014", " 30 04 2014 ", "30042014", "30 April 2014", "30th Apr 14",
                                   "April 30, 2014", "2014-04-30", "30 APRIL 2014"])
def test_a_birthday_may_be_typed_as_people_do(typed):
    assert codes.day_typed(typed) == date(2014, 4, 30)


@pytest.mark.parametrize("typed", ["", "x", "30/04", "31/02/2014", "04/30/2014", "0/0/0", "30/04/20145", "30 Foo 2014", "٣٠/٠٤", "9" * 5000, "1/2/3/4"])
def test_what_is_no_birthday_is_said_and_costs_no_try(visitor, code_of, typed):
    assert codes.day_typed(typed) is None
    page = prove(visitor, code_of(), typed[:30])
    assert page.status == 422 and "Type " in page and AccessCode.get().wrong == 0


@pytest.mark.parametrize(("fields", "words"), [
    ({"new": "short", "again": "short"}, "at least 10"), ({"new": "puffins over the bay", "again": "puffins over the sea"}, "differ"),
    ({"new": "mairi.macleod", "again": "mairi.macleod"}, "not your user name"), ({"new": "", "again": ""}, "Type a new password")])
def test_a_password_that_will_not_do_leaves_the_code(visitor, code_of, fields, words):
    code = code_of()
    page = prove(visitor, code, **fields)
    assert page.status == 422 and words in page and not user(MAIRI).password_hash
    assert prove(visitor, code, **PASSWORD).status == 303


def test_whoever_was_signed_in_on_the_phone_is_signed_out(visitor, code_of):
    phone = visitor("karen.fraser")
    phone.post("/begin", {"code": code_of(), "born": BIRTHDAY, **PASSWORD})
    home = phone.get("/")
    assert "Catriona" in home and "Isla" not in home


def test_what_was_planted_before_does_not_live_on(visitor, code_of):
    phone, code = visitor(), code_of("shona.campbell")
    with phone.client.session_transaction() as session:
        session.update(hat="staff", planted="yes")
    born = Pupil.get(Pupil.mis_id == RORY).born.strftime("%d/%m/%Y")
    assert phone.post("/begin", {"code": code, "born": born, **PASSWORD}).status == 303
    with phone.client.session_transaction() as session:
        assert "planted" not in session and "hat" not in session


def test_other_devices_of_the_account_are_signed_out(visitor, code_of):
    code, tablet = code_of(), visitor(MAIRI)
    prove(visitor, code, **PASSWORD)
    assert tablet.get("/").status == 303


def test_a_code_from_another_site_is_refused(visitor, code_of):
    code = code_of()
    assert visitor().post("/begin", {"code": code, "born": BIRTHDAY, **PASSWORD}, csrf=False).status == 400 and not user(MAIRI).password_hash


# --- one answer for every mistake --------------------------------------------------------------------------------


@pytest.fixture
def still():
    """No second passes: tokens know the time."""
    with time_machine.travel(clock.local(clock.now()), tick=False):
        yield


def expired(code, academy):
    AccessCode.update(expires=clock.now() - timedelta(seconds=1)).execute()


def used(code, academy):
    AccessCode.update(used=clock.now()).execute()


def guessed(code, academy):
    AccessCode.update(wrong=5).execute()


def ended(code, academy):
    codes.end_for(user(MAIRI))


def restricted(code, academy):
    Link.update(court_order=True).where(Link.contact == contact(MAIRI, academy)).execute()


def locked(code, academy):
    user(MAIRI).lock()


def switched_off(code, academy):
    switching.turn(user("helen.ross"), Place(academy.authority, academy), on=False)


def made_head(code, academy):
    Duty.create(user=user(MAIRI), role=Role.HEAD.value, school=academy, authority=academy.authority)


@pytest.mark.parametrize("mishap", [expired, used, guessed, ended, restricted, locked, switched_off, made_head], ids=lambda one: one.__name__)
def test_whatever_is_wrong_the_answer_is_the_same(visitor, code_of, academy, mishap, still):
    def answer(code, born):
        stranger = visitor()
        token = stranger.csrf()
        page = stranger.client.post("/begin", data={"code": code, "born": born, "csrf_token": token, **PASSWORD})
        text = page.get_data(as_text=True).replace(token, "…").replace(code, "…").replace(born, "…")
        return page.status_code, text, sorted(page.headers.keys())

    code = code_of()
    unknown, wrong_day = answer("AAAA-AAAA-AAAA", BIRTHDAY), answer(code, "01/01/2001")
    mishap(code, academy)
    assert answer(code, BIRTHDAY) == wrong_day == unknown and unknown[0] == 422
    assert not user(MAIRI).password_hash


def test_an_old_code_is_dead_once_a_new_letter_is_printed(visitor, code_of):
    old, new = code_of(), code_of()
    assert prove(visitor, old, **PASSWORD).status == 422 and prove(visitor, new, **PASSWORD).status == 303


def test_a_second_window_comes_too_late(visitor, code_of):
    code, first, second = code_of(), visitor(), visitor()
    for window in (first, second):
        assert "Choose your password" in window.post("/begin", {"code": code, "born": BIRTHDAY})
    assert first.post("/begin", {"code": code, "born": BIRTHDAY, **PASSWORD}).status == 303
    late = second.post("/begin", {"code": code, "born": BIRTHDAY, "new": "somebody else entirely", "again": "somebody else entirely"})
    assert late.status == 422 and visitor().sign_in(MAIRI, PASSWORD["new"]).status == 303


def test_of_two_at_the_very_same_moment_one_sets_the_password(visitor, code_of, in_app, monkeypatch):
    code = code_of()
    proven = in_app(codes.check, code, date(2013, 4, 30))
    assert prove(visitor, code, **PASSWORD).status == 303
    with pytest.raises(CodeIsGone):
        accounts.begin(proven, "somebody else entirely")
    monkeypatch.setattr(codes, "check", lambda *_: proven)
    assert prove(visitor, code, new="somebody else entirely", again="somebody else entirely").status == 422
    assert visitor().sign_in(MAIRI, PASSWORD["new"]).status == 303


def test_locked_between_the_two_pages_the_code_opens_nothing(visitor, code_of, in_app):
    proven = in_app(codes.check, code_of(), date(2013, 4, 30))
    user(MAIRI).lock()
    with pytest.raises(CodeIsGone):
        accounts.begin(proven, PASSWORD["new"])
    assert user(MAIRI).locked and not user(MAIRI).password_hash and AccessCode.get().used is None


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": "\0", "born": "\0"}, {"code": "a" * 5000, "born": BIRTHDAY}, {"new": "x"},
                                    {"code": "' OR 1=1 --", "born": "30/04/2014\0"}])
def test_strange_input_is_no_error(visitor, fields):
    assert visitor().post("/begin", fields).status == 422
    assert visitor().client.get("/begin", query_string={"code": fields.get("code", "")}).status_code == 200


def test_trying_many_codes_from_one_address_is_stopped(visitor):
    stranger = visitor()
    sent = {"code": "", "born": "", "csrf_token": stranger.csrf()}
    assert [stranger.client.post("/begin", data=sent).status_code for _ in range(101)] == [422] * 100 + [429]


def test_a_code_made_for_one_school_opens_no_more_than_its_contact_proves(visitor, code_of):
    assert prove(visitor, code_of(), Pupil.get(Pupil.mis_id == "000102").born.strftime("%d/%m/%Y")).status == 422


# --- scanned by staff -----------------------------------------------------------------------------------------------


def test_the_office_that_scans_a_letter_comes_to_its_adult(visitor, code_of, academy):
    code = code_of()
    desk = f"/schools/{academy.id}/desk/{user(MAIRI).id}"
    for username in ("jean.baxter", "donald.munro"):
        assert visitor(username).get(f"/begin?code={code}").headers["Location"] == desk


def test_the_office_that_scans_an_older_letter_is_told_that_it_opens_nothing(visitor, code_of):
    older, newer = code_of(), code_of()
    jean = visitor("jean.baxter")
    assert "opens nothing any more" not in jean.get(jean.get(f"/begin?code={newer}").headers["Location"])
    assert "opens nothing any more" in jean.get(jean.get(f"/begin?code={older}").headers["Location"])


@pytest.mark.parametrize("username", [None, "karen.fraser", "ailsa.reid", "priya.sharma", "margaret.sinclair", "helen.ross"])
def test_nobody_else_learns_whose_letter_it_is(visitor, code_of, username):
    code = code_of()
    page = visitor(username).get(f"/begin?code={code}")
    assert page.status == 200 and "Mairi" not in page and "mairi" not in page


# --- forgotten ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def post(monkeypatch):
    """Every mail that was sent, as (to, subject, text)."""
    sent = []
    monkeypatch.setattr(mail, "is_on", lambda: True)
    monkeypatch.setattr(mail, "send", lambda *one: sent.append(one))
    return sent


@pytest.fixture
def self_service(academy, post):
    """The authority decided that parents help themselves; Mairi has an address of her own."""
    KeyDecision.create(authority=academy.authority, topic="support", value_text='{"reset": "self", "words": "Ring us.", "hours": "9 to 4"}',
                       at=clock.now() + timedelta(seconds=1), by="test")
    Contact.update(email="mairi@example.org").where(Contact.mis_id == "C000101").execute()


def ask(visitor, username=MAIRI):
    return visitor().post("/forgotten", {"username": username})


def test_a_lost_password_leads_to_a_code_by_mail_and_that_to_a_new_password(visitor, self_service, post, sign_ins):
    ask(visitor, " Mairi.MacLeod ")
    (to, _, text), = post
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", text)[0]
    assert to == "mairi@example.org" and "Mairi MacLeod" in text and f"/begin?code={code}" in text
    assert visitor().sign_in(MAIRI, sign_ins[MAIRI]["password"]).status == 303  # the old one works until then
    assert prove(visitor, code, **PASSWORD).status == 303
    assert AccessCode.get().how == "reset"


def test_the_mail_names_no_child_and_no_password(visitor, self_service, post):
    ask(visitor)
    assert not [word for word in ("Catriona", "Finlay", "30/04", "2013", "argon2") if word in post[0][2]]


def shared(academy):
    Contact.update(email="MAIRI@example.org ").where(Contact.mis_id == "C000103").execute()


def no_address(academy):
    Contact.update(email=None).where(Contact.mis_id == "C000101").execute()


def never_opened(academy):
    """A stranger must not be able to end the code in her letter."""
    User.update(password_hash=None).where(User.username == MAIRI).execute()


def at_the_office(academy):
    for school in School.select():
        KeyDecision.create(authority=academy.authority, school=school, topic="support", value_text='{"reset": "at-office"}',
                           at=clock.now() + timedelta(seconds=2), by="test")


def restricted_everywhere(academy):
    Link.update(court_order=True).where(Link.contact.in_(Contact.select(Contact.id).where(Contact.mis_id == "C000101"))).execute()


def off_everywhere(academy):
    switching.turn(user("helen.ross"), Place(academy.authority), on=False)


@pytest.mark.parametrize("stops", [shared, no_address, never_opened, at_the_office, restricted_everywhere, off_everywhere,
                                   lambda academy: user(MAIRI).lock(), lambda academy: made_head("", academy)])
def test_to_whom_no_code_is_mailed(visitor, self_service, post, academy, stops):
    stops(academy)
    assert ask(visitor).status == 200 and post == [] and not AccessCode.select().exists()


def test_whoever_is_named_the_answer_is_the_same(visitor, self_service, post):
    texts = {ask(visitor, username).text for username in (MAIRI, "nobody.at.all", "donald.munro", "fiona.drummond", "x" * 150)}
    assert len(texts) == 1 and "If that is a user name of ours" in texts.pop() and len(post) == 1


def test_the_work_is_done_beside_the_request(visitor, self_service, post, site, monkeypatch):
    """Mailing takes a second: whoever waits for the answer would learn from it."""
    begun = []
    monkeypatch.setattr(forgotten, "Thread", lambda **given: type("Later", (), {"start": lambda self: begun.append(given["args"][1])})())
    monkeypatch.setitem(site.config, "JOBS", "process")
    ask(visitor)
    ask(visitor, "nobody.at.all")
    assert begun == [MAIRI, "nobody.at.all"] and post == []


def test_asking_again_and_again_sends_one_mail(visitor, self_service, post):
    for _ in range(4):
        ask(visitor)
    assert len(post) == 1


def test_asking_too_often_from_one_address_is_stopped(visitor, self_service):
    assert [ask(visitor, f"name{number}").status for number in range(11)] == [200] * 10 + [429]


def test_a_mail_that_is_not_taken_leaves_no_code(visitor, self_service, monkeypatch):
    def refuse(*_):
        raise mail.NotSent("The mail server does not take the address.")

    monkeypatch.setattr(mail, "send", refuse)
    assert ask(visitor).status == 200 and AccessCode.get().ended


def test_where_the_office_does_it_the_page_says_so(visitor, post):
    page = visitor().get("/forgotten")
    assert page.status == 200 and "The office of your school gives you a new code" in page and 'name="username"' not in page


def test_where_parents_do_it_themselves_the_page_asks_for_the_user_name(visitor, self_service):
    page = visitor().get("/forgotten")
    assert 'name="username"' in page and "Ring us." in page and "9 to 4" in page


@pytest.mark.parametrize("username", ["", "x" * 5000])
def test_no_user_name_is_said(visitor, self_service, post, username):
    assert ask(visitor, username).status == 422 and post == []
