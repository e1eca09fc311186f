"""What the gate does around every request: headers, cookies, methods, the reading log, answers without rendering, and errors in plain words."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from glowlite import clock, db, gate, widgets
from glowlite.clock import LONDON
from glowlite.models import CalendarEntry, ComponentPolicy, Link, Pupil, Reading, School, User
from glowlite.policy import PARENT_HAT, STAFF_HAT
from tests.conftest import THURSDAY


@pytest.fixture
def catriona(pupil) -> str:
    return f"/children/{pupil('000101').id}"


# --- headers and cookies ---------------------------------------------------------------------------------


def test_every_answer_carries_the_safe_headers(visitor, catriona):
    for username, path in ((None, "/sign-in"), (None, "/"), (None, "/nowhere"), ("mairi.macleod", "/"), ("mairi.macleod", f"{catriona}/widgets/today"),
                           ("mairi.macleod", "/children/0"), (None, "/healthz")):
        headers = visitor(username).get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "*" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, path
        assert "form-action 'self'" in policy and "base-uri 'none'" in policy and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin" and "HX-Request" in headers["Vary"]
        assert headers["Cache-Control"] in ("no-store", "private, no-cache") and ("ETag" in headers) == (headers["Cache-Control"] != "no-store")


def test_the_stylesheet_in_the_page_is_the_one_that_the_policy_allows(visitor):
    import base64
    import hashlib
    page = visitor().get("/sign-in")
    style = re.search("<style>(.*?)</style>", page.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("address", "secure"), [
    ("http://127.0.0.1:8000", False), ("http://localhost:8000", False), ("http://[::1]:8000", False), ("https://127.0.0.1", True),
    ("http://glow.example", True), ("https://glow.example", True), ("http://[2001:db8::1]", True), ("http://127.0.0.1.evil.example", True)])
def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(visitor, address, secure):
    cookie = visitor().client.get("/sign-in", base_url=address).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain" not in cookie and ("Secure" in cookie) == secure


def test_over_https_the_browser_is_told_to_stay_there(visitor):
    assert "Strict-Transport-Security" in visitor().client.get("/sign-in", base_url="https://glow.example").headers
    assert "Strict-Transport-Security" not in visitor().client.get("/sign-in").headers


def test_static_files_come_without_a_session_and_for_good(visitor):
    address = next(link for link in visitor().get("/sign-in").links if link.endswith("glowlite.js"))
    with visitor().client.get(address) as answer:
        answer.get_data()
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/x/../../requirements.txt", "/instance/glowlite.db", "/.git/config"])
def test_no_file_of_the_installation_is_served(visitor, path):
    assert visitor("mairi.macleod").client.get(path).status_code == 404


# --- methods -------------------------------------------------------------------------------------------------


def test_asking_for_the_head_only_is_asking(visitor, catriona, pupil):
    for username, status in ((None, 303), ("tomasz.kowalski", 404), ("mairi.macleod", 200)):
        answer = visitor(username).client.head(catriona)
        assert (answer.status_code, answer.data) == (status, b""), username


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "POST", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused_in_words(visitor, catriona, method):
    mairi = visitor("mairi.macleod")
    token = mairi.csrf()
    for path in ("/", catriona, f"{catriona}/widgets/today", "/healthz"):
        answer = mairi.client.open(path, method=method, headers={"X-CSRFToken": token, "Referer": "http://127.0.0.1/"})
        assert answer.status_code == 405 and "GET" in answer.headers["Allow"], path
        assert "Catriona" not in answer.get_data(as_text=True)


def test_asking_for_the_methods_of_a_page_tells_nothing_of_the_child(visitor, catriona):
    tomasz = visitor("tomasz.kowalski")
    hidden, missing = (tomasz.client.open(path, method="OPTIONS") for path in (catriona, "/children/2000000000"))
    assert (hidden.status_code, hidden.headers.get("Allow")) == (missing.status_code, missing.headers.get("Allow")) == (404, None)


# --- errors in plain words ------------------------------------------------------------------------------------


@pytest.fixture
def failing(site, monkeypatch):
    """The page of a health check that fails half-way."""
    def fail():
        secret = "the secret in the stack"
        raise RuntimeError(secret)
    monkeypatch.setitem(site.view_functions, "health.healthz", gate.public(fail))


def test_an_error_is_a_page_in_plain_words(visitor, failing, caplog):
    answer = visitor("mairi.macleod").get("/healthz")
    assert answer.status == 500 and "Something went wrong on our side" in answer
    for trace in ("RuntimeError", "Traceback", "the secret in the stack", ".py"):
        assert trace not in answer
    assert "the secret in the stack" in caplog.text


def test_an_error_carries_the_safe_headers(visitor, failing):
    headers = visitor().get("/healthz").headers
    assert headers["Cache-Control"] == "no-store" and "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_database_that_fails_is_a_page_in_plain_words_too(visitor, monkeypatch):
    mairi = visitor("mairi.macleod")
    db.run("ALTER TABLE users RENAME TO users_elsewhere")
    answer = mairi.get("/")
    assert answer.status == 500 and "Something went wrong on our side" in answer and "users" not in answer


def test_what_is_too_big_is_refused_before_it_is_read(visitor):
    stranger = visitor()
    answer = stranger.client.post("/sign-in", data={"csrf_token": stranger.csrf(), "username": "x" * 3_000_000})
    assert answer.status_code == 413 and "too big" in answer.get_data(as_text=True)


@pytest.mark.parametrize("query", ["attendance.month=9999-99", "attendance.month=0001-01", "attendance.month=2026-11-01", "timetable.day=0001-01-01",
                                   "timetable.day=9999-12-31", "timetable.day=x%00", "homework.show=%F0%9F%98%80", "attendance.month=" + "9" * 500, "=&&.=.",
                                   "attendance.month=2026-10&attendance.month=2026-09", "today.=1"])
def test_odd_words_in_the_address_are_no_error(visitor, catriona, query):
    mairi = visitor("mairi.macleod")
    for path in (catriona, f"{catriona}/widgets/attendance", f"{catriona}/widgets/timetable", "/"):
        assert mairi.get(f"{path}?{query}").status == 200, path


@pytest.mark.parametrize("path", ["/children/-1", "/children/1.5", "/children/x", "/children/", "/children/1/", "/children/1/widgets/", "/widgets/%00",
                                  "/widgets/..",
                                  "/widgets/__init__", "/widgets/base", "//evil.example", "/%0d%0aX: y"])
def test_odd_addresses_are_not_there(visitor, path):
    assert visitor("mairi.macleod").get(path).status in (404, 308)


# --- the reading log ----------------------------------------------------------------------------------------------


def readings() -> list[tuple[str, str, str]]:
    return [(row.user.username, row.pupil.mis_id, row.page) for row in Reading.select().order_by(Reading.id)]


def test_reading_a_childs_page_or_a_part_of_it_is_recorded(visitor, catriona):
    for path in (catriona, f"{catriona}/widgets/attendance"):
        visitor("ailsa.reid").get(path)
    assert readings() == [("ailsa.reid", "000101", catriona), ("ailsa.reid", "000101", f"{catriona}/widgets/attendance")]
    assert abs(Reading.get().at - clock.now()) < timedelta(seconds=20)


def test_the_home_page_is_recorded_for_each_child_once_a_day(visitor):
    mairi = visitor("mairi.macleod")
    for _ in range(3):
        mairi.get("/")
        mairi.get("/widgets/today", HX_Request="true")
    assert readings() == [("mairi.macleod", "000101", "/"), ("mairi.macleod", "000102", "/")]
    with time_machine.travel(THURSDAY + timedelta(days=1), tick=True):
        mairi.get("/")
    assert len(readings()) == 4


def test_a_part_of_the_home_page_is_recorded_like_the_page(visitor):
    visitor("mairi.macleod").get("/widgets/today", HX_Request="true")
    assert [page for _, _, page in readings()] == ["/", "/"]


def test_a_page_that_the_browser_still_has_is_recorded_as_read(visitor, catriona):
    mairi = visitor("mairi.macleod")
    tag = mairi.get(catriona).headers["ETag"]
    assert mairi.get(catriona, If_None_Match=tag).status == 304
    assert len(readings()) == 2


def test_what_nobody_got_to_see_is_not_recorded(visitor, catriona, pupil):
    for username in (None, "tomasz.kowalski", "helen.ross"):
        visitor(username).get(catriona)
        visitor(username).get(f"{catriona}/widgets/today")
    mairi = visitor("mairi.macleod")
    for path in (f"{catriona}/widgets/nothing", f"{catriona}/widgets/children", "/widgets/nothing", "/children/0", f"/children/{pupil('000104').id}"):
        assert mairi.get(path).status == 404
    assert readings() == []


def test_a_page_that_failed_is_not_recorded(visitor, catriona, site, monkeypatch):
    monkeypatch.setitem(widgets.WIDGETS, "today", replace(widgets.WIDGETS["today"], fetch=lambda ask: 1 / 0))
    assert visitor("mairi.macleod").get(catriona).status == 500
    assert readings() == []


def test_staff_at_home_read_about_no_child(visitor):
    visitor("ailsa.reid").get("/")
    assert readings() == []


def test_a_page_that_cannot_be_recorded_is_not_shown(visitor, catriona):
    db.run("ALTER TABLE readings RENAME TO readings_elsewhere")
    answer = visitor("mairi.macleod").get(catriona)
    assert answer.status == 500 and "Catriona" not in answer


# --- pages that have not changed -----------------------------------------------------------------------------------


@pytest.fixture
def again(visitor, catriona):
    """Opens a page as mairi.macleod and returns what asks for it again, with the tag it came with."""
    def open_page(path: str = catriona, mairi=None):
        mairi = mairi or visitor("mairi.macleod")
        mairi.get(path)
        tag = mairi.get(path).headers["ETag"]
        return lambda somebody=mairi, where=path: somebody.get(where, If_None_Match=tag)
    return open_page


@pytest.mark.parametrize("path", ["/", None])
def test_the_same_page_again_is_not_rendered(again, catriona, counted, path):
    ask = again(path or catriona)
    with counted() as statements:
        answer = ask()
    assert (answer.status, answer.text) == (304, "") and answer.headers["Cache-Control"] == "private, no-cache"
    read = " ".join(statements)
    assert not re.search(r"marks|lessons|assignments|conduct|results|calendar|placements|drops", read), read


def test_a_page_that_has_changed_is_fetched_anew(again, academy):
    ask = again()
    academy.touch()
    assert ask().status == 200 and ask().headers["ETag"]


def test_a_drop_that_is_kept_makes_pages_new(again, academy, shell, write_bundle):
    dates = [f"{row.mis_id},{row.kind},{row.title},{row.starts},{row.ends or ''},{row.audience}"
             for row in CalendarEntry.select().where(CalendarEntry.school == academy) if "," not in row.title]
    bundle = write_bundle({"calendar.csv": "\n".join(["id,kind,title,starts,ends,audience", *dates, "X1,event,Lantern night,2026-11-20,,everyone"])})
    ask = again("/")
    assert shell("drops", "load", bundle, "--school", academy.code).exit_code == 0
    answer = ask()
    assert answer.status == 200 and "Lantern night" in answer


def test_a_new_table_of_codes_makes_pages_new(again, academy, shell, write_bundle):
    ask = again()
    file = write_bundle({"scotland.csv": "code,words,category\nP,Present,present\n"}) / "scotland.csv"
    assert shell("codes", "load", file, "--table", "scotland").exit_code == 0
    assert ask().status == 200


def test_a_decision_of_the_school_makes_pages_new(again, academy):
    ask = again()
    ComponentPolicy.create(authority=academy.authority, school=academy, role="parent", component="attendance", allowed=False)
    answer = ask()
    assert answer.status == 200 and 'id="w-attendance"' not in answer


def test_another_day_makes_pages_new(again):
    ask = again()
    with time_machine.travel(THURSDAY + timedelta(days=1), tick=True):
        assert ask().status == 200


def test_just_after_midnight_in_summer_is_another_day(again, visitor, catriona):
    with time_machine.travel(datetime(2027, 6, 10, 23, 59, tzinfo=LONDON), tick=False):
        ask = again()
        assert ask().status == 304
    with time_machine.travel(datetime(2027, 6, 11, 0, 1, tzinfo=LONDON), tick=False):
        assert ask().status == 200


def test_another_hat_makes_pages_new(again, visitor):
    shona = visitor("shona.campbell", PARENT_HAT)
    ask = again("/", shona)
    shona.post("/hat", {"hat": STAFF_HAT})
    answer = ask()
    assert answer.status == 200 and "Rory" not in answer


def test_a_new_restriction_is_not_hidden_by_an_unchanged_page(again, visitor, pupil):
    """Twins: the school, the class and the decisions stay the same, one child goes."""
    nasreen, aisha, amina = visitor("nasreen.hussain"), pupil("000106"), pupil("000107")
    child, sibling, home = (again(path, nasreen) for path in (f"/children/{aisha.id}", f"/children/{amina.id}", "/"))
    Link.update(court_order=True).where(Link.pupil == aisha).execute()
    assert child().status == 404
    assert sibling().status == 200 and "Aisha" not in sibling()
    assert home().status == 200 and "Aisha" not in home()


def test_nobody_gets_not_modified_for_the_tag_of_somebody_else(again, visitor, pupil):
    ewan = f"/children/{pupil('000105').id}"
    ask = again(ewan, visitor("karen.fraser"))
    assert ask(visitor("gordon.fraser")).status == 200 and ask(visitor("tomasz.kowalski")).status == 404 and ask(visitor()).status == 303
    assert ask(visitor("ailsa.reid")).status == 200


def test_two_parents_of_one_child_never_share_a_page(again, visitor, pupil):
    """Everything is alike but who looks: "what the school holds" is about the adult, too."""
    ask = again(f"/children/{pupil('000116').id}", visitor("fiona.drummond"))
    answer = ask(visitor("alan.drummond"))
    assert answer.status == 200 and "Alan" in answer and "Fiona" not in answer


def test_the_tag_of_one_page_is_not_that_of_another(again, pupil, catriona):
    ask = again()
    for where in ("/", f"/children/{pupil('000102').id}", f"{catriona}?attendance.month=2026-10"):
        assert ask(where=where).status == 200, where


def test_a_new_session_key_ends_what_the_browser_kept(again, visitor):
    ask = again()
    User.get(User.username == "mairi.macleod").end_sessions()
    assert ask().status == 303


def test_a_pupil_who_left_overnight_is_gone_at_once(again, visitor, pupil):
    ask = again()
    Pupil.update(left_on=clock.today() - timedelta(days=1)).where(Pupil.mis_id == "000101").execute()
    assert ask().status == 404


def test_two_schools_in_one_family_are_both_watched(again):
    ask = again("/")
    School.get(School.code == "shore-primary").touch()
    assert ask().status == 200


def test_a_message_is_never_swallowed_by_an_unchanged_page(visitor, sign_ins):
    mairi, password = visitor("mairi.macleod"), sign_ins["mairi.macleod"]["password"]
    tag = mairi.get("/").headers["ETag"]
    mairi.post("/password", {"present": password, "new": "puffins over the bay", "again": "puffins over the bay"})
    answer = mairi.get("/", If_None_Match=tag)
    assert answer.status == 200 and "Your password is changed" in answer
