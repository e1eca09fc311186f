"""Signing in and out: one answer for every mistake, limits that hit only the guesser, and sessions that end when they must."""

import argon2
import pytest
import time_machine

from glowlite import clock, db
from glowlite.models import Audit, User
from tests.visitor import Visitor

EVIL = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
    "//evil.example/%2f..", "/%09/evil.example", "/\t/evil.example", "/\t\\evil.example", "/\n/evil.example", "/\r\\evil.example",
    " //evil.example", "\t//evil.example", "//[evil.example", "/\x00/evil.example", "javascript:alert(1)", "data:text/html,hello",
    "//evil.example@127.0.0.1/", "http://127.0.0.1@evil.example/", "evil.example",
]


@pytest.fixture
def password(sign_ins) -> str:
    """All of the demo's accounts have the same."""
    return sign_ins["mairi.macleod"]["password"]


@pytest.fixture
def verified(monkeypatch) -> list[str]:
    """Every password that argon2 was asked about."""
    asked, verify = [], argon2.PasswordHasher.verify

    def watched(self, hashed, given):
        asked.append(given)
        return verify(self, hashed, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", watched)
    return asked


def guess(somebody: Visitor, username: str, times: int, password: str = "") -> list[int]:
    """Try so often; without a password unless one is given, which counts the same and is quicker."""
    token = somebody.csrf()
    sent = {"username": username, "password": password, "csrf_token": token}
    return [somebody.client.post("/sign-in", data=sent).status_code for _ in range(times)]


# --- in, and why not ---------------------------------------------------------------------------------


def test_the_right_password_opens_the_home_page(visitor, password):
    mairi = visitor()
    answer = mairi.sign_in("mairi.macleod", password)
    assert (answer.status, answer.headers["Location"]) == (303, "/") and "Catriona" in mairi.get("/")
    assert User.get(User.username == "mairi.macleod").last_sign_in


@pytest.mark.parametrize("username", ["Mairi.MacLeod", "  mairi.macleod "])
def test_a_user_name_may_be_typed_in_capitals_or_with_a_space(visitor, password, username):
    assert visitor().sign_in(username, password).status == 303


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(visitor, verified):
    pages = {}
    for username in ("mairi.macleod", "nobody.at.all"):
        stranger = visitor()
        token = stranger.csrf()
        answer = stranger.client.post("/sign-in", data={"username": username, "password": "wrong wrong wrong", "csrf_token": token})
        text = answer.get_data(as_text=True).replace(token, "…").replace(username, "…")
        pages[username] = (answer.status_code, text, sorted(answer.headers.keys()))
    assert pages["mairi.macleod"] == pages["nobody.at.all"] and pages["nobody.at.all"][0] == 422
    assert verified == ["wrong wrong wrong"] * 2


@pytest.mark.parametrize("username", ["mairi.macleod", "nobody.at.all", "locked", "without.password"])
def test_every_try_costs_one_verification(visitor, verified, username, password):
    User.create(username="locked", name="Locked", password_hash=User.get().password_hash, locked=clock.now())
    User.create(username="without.password", name="No password yet")
    visitor().sign_in(username, password if username == "locked" else "wrong")
    assert len(verified) == 1


def test_an_account_without_a_password_cannot_be_entered(visitor):
    User.create(username="without.password", name="No password yet")
    for given in ("", "None", "null"):
        assert visitor().sign_in("without.password", given).status == 422


@pytest.mark.parametrize("fields", [("mairi\x00.macleod", "x"), ("mairi.macleod", "x\x00"), ("", ""), ("m" * 5000, "x"), ("mairi.macleod", "x" * 5000),
                                    ("' OR 1=1 --", "x"), ("\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "пароль")])
def test_strange_input_is_a_wrong_password_and_not_an_error(visitor, fields):
    assert visitor().sign_in(*fields).status == 422


def test_a_form_without_its_fields_is_not_an_error(visitor):
    assert visitor().post("/sign-in", {}).status == 422


def test_a_sign_in_from_another_site_is_refused(visitor, password):
    stranger = visitor()
    stranger.get("/sign-in")
    assert stranger.post("/sign-in", {"username": "mairi.macleod", "password": password}, csrf=False).status == 400
    assert stranger.post("/sign-in", {"username": "mairi.macleod", "password": password, "csrf_token": visitor().csrf()}, csrf=False).status == 400
    assert stranger.get("/").status == 303


@pytest.mark.parametrize("path", ["/sign-out", "/hat", "/password"])
def test_every_form_of_someone_signed_in_needs_its_token(visitor, path):
    mairi = visitor("mairi.macleod")
    assert mairi.post(path, {"hat": "staff"}, csrf=False).status == 400 and mairi.get("/").status == 200


# --- closed accounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["paul.geddes", "blank.macaulay", "blank.nowak"])
def test_a_closed_account_stays_out_and_learns_it_only_with_the_right_password(visitor, password, username):
    right, wrong, unknown = visitor().sign_in(username, password), visitor().sign_in(username, "wrong"), visitor().sign_in("nobody", "wrong")
    assert (right.status, wrong.status) == (422, 422) and "not open at the moment" in right
    assert "not open at the moment" not in wrong and "do not belong together" in wrong and "do not belong together" in unknown


def test_after_a_refused_sign_in_nobody_is_signed_in(visitor, password):
    paul = visitor()
    paul.sign_in("paul.geddes", password)
    assert paul.get("/").status == 303


def test_a_locked_account_looks_like_a_wrong_password(visitor, password):
    User.get(User.username == "mairi.macleod").lock()
    answer = visitor().sign_in("mairi.macleod", password)
    assert answer.status == 422 and "do not belong together" in answer


# --- limits ---------------------------------------------------------------------------------------------


def test_guessing_is_stopped_in_words(visitor):
    guesser = visitor()
    assert guess(guesser, "mairi.macleod", 10, "not the password") == [422] * 10
    answer = guesser.sign_in("mairi.macleod", "not the password")
    assert answer.status == 429 and "Please wait" in answer and 0 < int(answer.headers["Retry-After"]) <= 300


def test_the_limit_holds_against_the_right_password_another_browser_and_another_spelling(visitor, password):
    guess(visitor(), "mairi.macleod", 10)
    assert visitor().sign_in("mairi.macleod", password).status == 429
    assert visitor().sign_in(" MAIRI.macleod", password).status == 429
    stranger = visitor()
    token = stranger.csrf()
    sent = {"username": "mairi.macleod", "password": password, "csrf_token": token}
    assert stranger.client.post("/sign-in", data=sent, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 429


def test_the_limit_is_over_after_five_minutes(visitor, password):
    guess(visitor(), "mairi.macleod", 11)
    with time_machine.travel(clock.now().timestamp() + 301, tick=True):
        assert visitor().sign_in("mairi.macleod", password).status == 303


def test_one_persons_mistakes_do_not_keep_the_family_out(visitor, password):
    guess(visitor(), "mairi.macleod", 11)
    assert visitor().sign_in("karen.fraser", password).status == 303


def test_signing_in_rightly_never_uses_up_the_limit(visitor, password):
    assert [visitor().sign_in("mairi.macleod", password).status for _ in range(11)] == [303] * 11


def test_trying_many_names_from_one_address_is_stopped(visitor, password):
    stranger = visitor()
    token = stranger.csrf()
    statuses = [stranger.client.post("/sign-in", data={"username": f"name{n}", "password": "", "csrf_token": token}).status_code for n in range(101)]
    assert statuses[:100] == [422] * 100 and statuses[100] == 429
    assert visitor().sign_in("mairi.macleod", password).status == 429


def test_guessing_the_present_password_of_an_open_session_is_stopped(visitor):
    mairi = visitor("mairi.macleod")
    sent = {"present": "wrong", "new": "a new password", "again": "a new password"}
    sent["csrf_token"] = mairi.csrf()
    assert [mairi.client.post("/password", data=sent | {"present": ""}).status_code for _ in range(19)] == [422] * 19
    assert [mairi.client.post("/password", data=sent).status_code for _ in range(2)] == [422, 429]


# --- where to -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", EVIL)
def test_nobody_is_sent_to_another_site(visitor, password, wanted):
    stranger = visitor()
    sent = {"username": "mairi.macleod", "password": password, "csrf_token": stranger.csrf()}
    for answer in (stranger.client.post("/sign-in", query_string={"next": wanted}, data=sent), stranger.client.get("/sign-in", query_string={"next": wanted})):
        where = answer.headers["Location"]
        assert answer.status_code == 303 and where.startswith("/") and where[1:2] not in ("/", "\\"), where
        assert not any(character in where for character in "\\\t\r\n") and "evil.example" not in where.split("/")[1], where


@pytest.mark.parametrize("wanted", ["%2f%2fevil.example", "/%2f%2fevil.example", "%2F%5Cevil.example", "%09//evil.example", "/%5cevil.example"])
def test_nobody_is_sent_to_another_site_by_escapes(visitor, password, wanted):
    stranger = visitor()
    sent = {"username": "mairi.macleod", "password": password, "csrf_token": stranger.csrf()}
    where = stranger.client.post(f"/sign-in?next={wanted}", data=sent).headers["Location"]
    assert where.startswith("/") and not where.startswith(("//", "/\\", "/\t"))


def test_signing_in_leads_to_the_page_that_was_asked_for(visitor, password, pupil):
    wanted = f"/children/{pupil('000101').id}?attendance.month=2026-10"
    stranger = visitor()
    to_sign_in = stranger.get(wanted).headers["Location"]
    sent = {"username": "mairi.macleod", "password": password, "csrf_token": stranger.csrf()}
    assert stranger.client.post(to_sign_in, data=sent).headers["Location"] == wanted


def test_after_a_fragment_signing_in_leads_to_the_whole_page(visitor):
    asked = visitor().get("/widgets/today", HX_Request="true", HX_Current_URL="http://127.0.0.1/children/1?attendance.month=2026-10")
    assert asked.status == 204 and asked.headers["HX-Redirect"] == "/sign-in?next=/children/1?attendance.month%3D2026-10"
    asked = visitor().get("/widgets/today", HX_Request="true", HX_Current_URL="https://evil.example//evil.example/")
    assert "evil" not in asked.headers["HX-Redirect"] or visitor().get(asked.headers["HX-Redirect"]).status == 200


# --- sessions --------------------------------------------------------------------------------------------


def test_signing_out_ends_it_here(visitor, password):
    mairi = visitor()
    mairi.sign_in("mairi.macleod", password)
    answer = mairi.post("/sign-out")
    assert answer.status == 303 and answer.headers["Clear-Site-Data"] == '"cache"'
    assert mairi.get("/").status == 303


def test_signing_out_needs_a_form(visitor):
    mairi = visitor("mairi.macleod")
    assert mairi.get("/sign-out").status == 405 and mairi.get("/").status == 200


def test_a_new_password_ends_the_sessions_on_other_devices(visitor, password):
    phone, desk = visitor(), visitor()
    phone.sign_in("mairi.macleod", password)
    desk.sign_in("mairi.macleod", password)
    changed = phone.post("/password", {"present": password, "new": "puffins over the bay", "again": "puffins over the bay"})
    assert changed.status == 303 and phone.get("/").status == 200 and desk.get("/").status == 303
    assert visitor().sign_in("mairi.macleod", password).status == 422 and visitor().sign_in("mairi.macleod", "puffins over the bay").status == 303
    assert Audit.select().where(Audit.action == "changed password", Audit.actor_name == "mairi.macleod").count() == 1


@pytest.mark.parametrize(("new", "again", "words"), [
    ("short", "short", "at least 10"), ("puffins over the bay", "puffins over the sea", "differ"), ("mairi.macleod", "mairi.macleod", "not your user name")])
def test_a_new_password_that_will_not_do_is_refused_and_ends_nothing(visitor, password, new, again, words):
    mairi = visitor("mairi.macleod")
    answer = mairi.post("/password", {"present": password, "new": new, "again": again})
    assert answer.status == 422 and words in answer and mairi.get("/").status == 200


def test_locking_ends_every_open_session(visitor):
    mairi = visitor("mairi.macleod")
    assert mairi.get("/").status == 200
    User.get(User.username == "mairi.macleod").lock()
    assert mairi.get("/").status == 303


def test_a_new_session_key_ends_every_open_session(visitor):
    mairi = visitor("mairi.macleod")
    User.get(User.username == "mairi.macleod").end_sessions()
    assert mairi.get("/").status == 303 and mairi.get("/", HX_Request="true").status == 204


@pytest.mark.parametrize("cookie", ["", "1", "1.", "1.wrong", ".", "x.y", "99999999.k", "-1.k"])
def test_a_session_that_names_nobody_is_nobodys(visitor, cookie):
    stranger = visitor()
    with stranger.client.session_transaction() as session:
        session["_user_id"] = cookie
    assert stranger.get("/").status == 303


def test_what_was_planted_before_signing_in_does_not_live_on(visitor, password):
    stranger = visitor()
    stranger.get("/sign-in")
    with stranger.client.session_transaction() as session:
        session.update(hat="staff", home_read="2026-11-19:1,2", planted="yes")
        before = session["csrf_token"]
    stranger.sign_in("mairi.macleod", password)
    with stranger.client.session_transaction() as session:
        assert "planted" not in session and "hat" not in session and session.get("csrf_token") != before


def test_a_cookie_somebody_else_wrote_is_worth_nothing(visitor, site):
    stranger = visitor()
    stranger.client.set_cookie("glowlite", "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb")
    assert stranger.get("/").status == 303


# --- a password that somebody else chose --------------------------------------------------------------------


def test_a_first_password_opens_nothing_but_the_page_to_change_it(visitor, password, pupil):
    User.update(must_change_password=True).where(User.username == "mairi.macleod").execute()
    mairi = visitor()
    mairi.sign_in("mairi.macleod", password)
    for path in ("/", "/widgets/today", f"/children/{pupil('000101').id}", f"/children/{pupil('000101').id}/widgets/today"):
        assert (mairi.get(path).status, mairi.get(path).headers["Location"]) == (303, "/password"), path
        assert mairi.get(path, HX_Request="true").headers["HX-Redirect"] == "/password", path
    assert mairi.post("/hat", {"hat": "parent"}).headers["Location"] == "/password"
    assert mairi.get("/password").status == 200 and "Choose your own password" in mairi.get("/password")
    assert mairi.post("/password", {"present": password, "new": "puffins over the bay", "again": "puffins over the bay"}).status == 303
    assert mairi.get("/").status == 200


def test_someone_with_a_first_password_can_still_sign_out(visitor, password):
    User.update(must_change_password=True).where(User.username == "mairi.macleod").execute()
    mairi = visitor("mairi.macleod")
    assert mairi.post("/sign-out").headers["Location"] == "/sign-in" and mairi.get("/password").status == 303


def test_a_restricted_person_with_an_open_session_is_out_at_once(visitor):
    tomasz = visitor("tomasz.kowalski")
    assert tomasz.get("/").status == 200
    db.run("UPDATE links SET court_order = :yes WHERE contact_id IN (SELECT id FROM contacts WHERE mis_id = 'C000103')", yes=True)
    shown_out = tomasz.get("/")
    assert (shown_out.status, shown_out.headers["Location"]) == (303, "/sign-in") and "not open at the moment" in tomasz.get("/sign-in")
