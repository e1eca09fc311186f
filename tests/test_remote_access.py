"""Remote access: without it a parent is let in from the school's own networks only, whatever the browser claims; and who has no role left is told so."""

import pytest

import app as the_app
from glowlite import db
from glowlite.config import Config
from glowlite.models import Audit, Contact, Link, School, User, UserContact
from glowlite.rollout import networks
from glowlite.rollout.networks import BadNetworks

MAIRI, SHONA = "mairi.macleod", "shona.campbell"
INSIDE, OUTSIDE = "192.0.2.17", "198.51.100.4"


def user(username: str) -> User:
    return User.get(User.username == username)


@pytest.fixture
def school_only(academy):
    """The academy knows its networks, and Mairi and Shona have no remote access."""
    School.update(networks_text="192.0.2.0/24\n2001:db8:12::/48").where(School.id == academy.id).execute()
    User.update(remote_access=False).where(User.username.in_([MAIRI, SHONA])).execute()


@pytest.fixture
def coming_from(visitor):
    """coming_from(address, username) is a visitor whose every request comes from there."""

    def come(address, username=None, hat=None):
        somebody = visitor(username, hat)
        somebody.client.environ_base["REMOTE_ADDR"] = address
        return somebody

    return come


# --- in and out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [INSIDE, "192.0.2.255", "::ffff:192.0.2.17", "2001:db8:12::9"])
def test_inside_the_school_everything_works(coming_from, school_only, sign_ins, address):
    mairi = coming_from(address)
    assert mairi.sign_in(MAIRI, sign_ins[MAIRI]["password"]).status == 303 and "Catriona" in mairi.get("/")


@pytest.mark.parametrize("address", [OUTSIDE, "192.0.3.1", "2001:db8:13::9", "::ffff:198.51.100.4", "127.0.0.1", "", "nonsense"])
def test_outside_nobody_signs_in_and_the_sentence_says_where_it_works_and_whom_to_ask(coming_from, school_only, sign_ins, address):
    mairi = coming_from(address)
    page = mairi.sign_in(MAIRI, sign_ins[MAIRI]["password"])
    assert page.status == 422 and "works inside Morran Academy or Shore Street Primary School only" in page and "ask the school office" in page
    assert mairi.get("/").status == 303


def test_the_sentence_needs_the_right_password(coming_from, school_only):
    assert "works inside" not in coming_from(OUTSIDE).sign_in(MAIRI, "a wrong password")


def test_going_home_with_an_open_session_ends_it_without_a_loop(coming_from, school_only, pupil):
    mairi = coming_from(INSIDE, MAIRI)
    assert mairi.get("/").status == 200
    mairi.client.environ_base["REMOTE_ADDR"] = OUTSIDE
    shown_out = mairi.get(f"/children/{pupil('000101').id}")
    assert (shown_out.status, shown_out.headers["Location"]) == (303, "/sign-in") and "Catriona" not in shown_out
    page = mairi.get("/sign-in")
    assert page.status == 200 and "works inside Morran Academy" in page
    mairi.client.environ_base["REMOTE_ADDR"] = INSIDE
    assert mairi.get("/").status == 303  # the session is over, not asleep


@pytest.mark.parametrize("path", ["/", "/widgets/today", "/password", "/agreement", "/why-not", "/welcome/details"])
def test_every_page_asks(coming_from, school_only, path):
    assert coming_from(OUTSIDE, MAIRI).get(path).headers["Location"] == "/sign-in"
    assert coming_from(OUTSIDE, MAIRI).get(path, HX_Request="true").headers["HX-Redirect"] == "/sign-in"


def test_a_first_password_is_no_way_round(coming_from, school_only):
    User.update(must_change_password=True).where(User.username == MAIRI).execute()
    assert coming_from(OUTSIDE, MAIRI).get("/password").headers["Location"] == "/sign-in"


def test_with_remote_access_one_may_come_from_anywhere(coming_from, school_only):
    assert coming_from(OUTSIDE, "karen.fraser").get("/").status == 200


def test_a_school_without_networks_lets_nobody_in_without_remote_access(coming_from, school_only):
    School.update(networks_text="").execute()
    assert coming_from(INSIDE, MAIRI).get("/").status == 303


def test_the_network_of_any_of_ones_schools_will_do_and_of_another_not(coming_from, school_only, academy):
    School.update(networks_text="").where(School.id == academy.id).execute()
    School.update(networks_text="203.0.113.0/28").where(School.id != academy.id).execute()
    assert coming_from("203.0.113.9", MAIRI).get("/").status == 200
    User.update(remote_access=False).where(User.username == "karen.fraser").execute()
    assert coming_from("203.0.113.9", "karen.fraser").get("/").status == 303  # her children are at the academy


def test_staff_work_from_home_and_only_their_childs_pages_stay_at_school(coming_from, school_only, sign_ins, pupil):
    shona = coming_from(OUTSIDE)
    assert shona.sign_in(SHONA, sign_ins[SHONA]["password"]).status == 303
    home = shona.get("/")
    assert home.status == 200 and "You are here as staff" in home
    shona.post("/hat", {"hat": "parent"})
    page = shona.get("/")
    assert page.status == 200 and "works inside Morran Academy only" in page and "You are here as staff" in page
    assert shona.get(f"/children/{pupil('000110').id}").status == 404


def test_asking_costs_no_query(coming_from, school_only, counted):
    def questions(username, address):
        somebody = coming_from(address, username)
        somebody.get("/")
        with counted() as statements:
            assert somebody.get("/").status == 200
        return len(statements)

    without = questions(MAIRI, INSIDE)
    User.update(remote_access=True).where(User.username == MAIRI).execute()
    assert questions(MAIRI, INSIDE) == without


# --- what a browser claims -----------------------------------------------------------------------------------------


CLAIMS = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Forwarded", "Via"]


@pytest.mark.parametrize("header", CLAIMS)
def test_a_header_is_no_way_in_when_no_proxy_is_trusted(coming_from, school_only, sign_ins, header):
    claimed = f"for={INSIDE}" if header == "Forwarded" else INSIDE
    mairi = coming_from(OUTSIDE)
    sent = {"username": MAIRI, "password": sign_ins[MAIRI]["password"], "csrf_token": mairi.csrf()}
    assert mairi.client.post("/sign-in", data=sent, headers={header: claimed}).status_code == 422
    assert coming_from(OUTSIDE, MAIRI).client.get("/", headers={header: claimed}).status_code == 303


@pytest.fixture
def behind_a_proxy(site, tmp_path):
    """The same site with one trusted proxy in front."""
    handle, config = db.database.obj, site.config["GLOWLITE"]
    other = the_app.create_app(Config(tmp_path, config.database_url, config.secret_key, trusted_proxies=1))
    db.database.initialize(handle)
    return other.test_client()


@pytest.mark.parametrize(("forwarded", "status"), [(INSIDE, 200), (OUTSIDE, 303), (f"{INSIDE}, {OUTSIDE}", 303), (f"{OUTSIDE}, {INSIDE}", 200)])
def test_one_trusted_proxy_is_believed_about_the_last_address_only(behind_a_proxy, school_only, forwarded, status):
    """What stands before the last one came from the browser."""
    with behind_a_proxy.session_transaction() as session:
        session["_user_id"] = user(MAIRI).get_id()
    answer = behind_a_proxy.get("/", headers={"X-Forwarded-For": forwarded}, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == status


# --- a code -----------------------------------------------------------------------------------------------------------


def test_a_code_lets_nobody_in_from_outside_and_is_not_used_up(coming_from, school_only, site, academy, pupil):
    from glowlite.models import AccessCode
    from glowlite.rollout import codes

    with site.app_context():
        code = codes.make("test", user(MAIRI), Contact.get(Contact.mis_id == "C000101", Contact.school == academy), "letter")
    fields = {"code": code, "born": pupil("000101").born.strftime("%d/%m/%Y"), "new": "puffins over the bay", "again": "puffins over the bay"}
    page = coming_from(OUTSIDE).post("/begin", fields)
    assert page.status == 422 and "works inside Morran Academy" in page and AccessCode.get().used is None
    assert coming_from(INSIDE).post("/begin", fields).status == 303


# --- no role left -----------------------------------------------------------------------------------------------------


def restrict():
    Link.update(court_order=True).where(Link.contact.in_(UserContact.select(UserContact.contact).where(UserContact.user == user(MAIRI)))).execute()


@pytest.mark.parametrize("path", ["/", "/widgets/today", "/children/1", "/password"])
def test_when_the_last_link_ends_the_session_ends_with_a_sentence(visitor, path):
    mairi = visitor(MAIRI)
    assert mairi.get("/").status == 200
    restrict()
    assert mairi.get(path).headers["Location"] == "/sign-in"
    page = mairi.get("/sign-in")
    assert page.status == 200 and "not open at the moment" in page and "Catriona" not in page


def test_a_fragment_of_somebody_with_no_role_left_leads_to_the_sentence_too(visitor):
    mairi = visitor(MAIRI)
    restrict()
    assert mairi.get("/widgets/today", HX_Request="true").headers["HX-Redirect"] == "/sign-in"


# --- writing the networks down --------------------------------------------------------------------------------------------


def keep(visitor, academy, text, who="jean.baxter"):
    return visitor(who).post(f"/schools/{academy.id}/networks", {"ranges": text})


def kept(academy) -> str:
    return School.get_by_id(academy.id).networks_text


def test_the_office_writes_the_networks_down(visitor, academy):
    assert keep(visitor, academy, " 192.0.2.0/24 \r\n\r\n2001:DB8:12::/48\r\n198.51.100.7\r\n192.0.2.0/24").status == 303
    assert kept(academy) == "192.0.2.0/24\n2001:db8:12::/48\n198.51.100.7/32"
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.action, row.actor_name, row.before) == ("changed networks", "jean.baxter", "[]") and "198.51.100.7/32" in row.after


@pytest.mark.parametrize(("text", "words"), [
    ("the library", "not a range"), ("192.0.2.0/33", "not a range"), ("192.0.2.5/24", "write 192.0.2.0/24"), ("0.0.0.0/0", "far more"), ("::/0", "far more"),
    ("10.0.0.0/7", "far more"), ("192.0.2.0/24\nnonsense", "not a range"), ("1\n" * 51, "51 lines"), ("192.0.2.0-192.0.2.9", "not a range")])
def test_what_is_no_network_is_said_and_nothing_is_kept(visitor, academy, text, words):
    page = keep(visitor, academy, text)
    assert page.status == 422 and words in page and kept(academy) == ""


def test_the_page_says_from_where_one_comes(coming_from, academy, school_only):
    assert "You are here from the address <strong>192.0.2.17</strong>, which is one of these" in coming_from(INSIDE, "jean.baxter").get(
        f"/schools/{academy.id}/networks")
    assert "which is none of these" in coming_from(OUTSIDE, "jean.baxter").get(f"/schools/{academy.id}/networks")


def test_keeping_the_same_again_writes_nothing(academy, school_only):
    school, before = School.get_by_id(academy.id), Audit.select().count()
    networks.keep(user("jean.baxter"), school, school.networks_text)
    assert Audit.select().count() == before
    with pytest.raises(BadNetworks):
        networks.keep(user("jean.baxter"), school, "x")


# --- giving and taking it ---------------------------------------------------------------------------------------------------


def send(visitor, academy, remote, *usernames, who="jean.baxter"):
    return visitor(who).post(f"/schools/{academy.id}/accounts/remote", {"user": [user(name).id for name in usernames], "remote": remote})


def test_remote_access_is_taken_and_given_in_bulk(visitor, academy):
    send(visitor, academy, "no", MAIRI, "karen.fraser")
    assert not user(MAIRI).remote_access and not user("karen.fraser").remote_access and user("gordon.fraser").remote_access
    assert visitor(MAIRI).get("/").status == 303
    send(visitor, academy, "yes", MAIRI)
    assert user(MAIRI).remote_access and not user("karen.fraser").remote_access
    rows = Audit.select().where(Audit.action == "changed remote access")
    assert [(row.subject, row.after) for row in rows.order_by(Audit.id)][-1] == (MAIRI, '{"remote": true}') and rows.count() == 3


def test_only_parents_of_the_school_can_be_named(visitor, academy):
    other = School.get(School.id != academy.id)
    outsider = next(user for user in User.select().join(UserContact).join(Contact).where(Contact.school == other) if not UserContact.select().join(
        Contact).where(UserContact.user == user, Contact.school == academy).exists())
    send(visitor, academy, "no", outsider.username, "donald.munro")
    assert user(outsider.username).remote_access and user("donald.munro").remote_access
