"""Accounts of parents: each gate before them, by page and by command line; who gets one, under which name; and who may approve."""

import json

import pytest

from glowlite import clock
from glowlite.models import (
    AccessCode,
    Approval,
    Audit,
    Authority,
    BriefingReading,
    Contact,
    Duty,
    Link,
    Match,
    Pupil,
    School,
    User,
    UserContact,
)
from glowlite.models.school import Place
from glowlite.policy import Role
from glowlite.rollout import accounts, candidates, codes, signing, steps, switching
from glowlite.rollout.accounts import CannotApprove
from glowlite.rollout.steps import NotYet
from tests import kilmorran

AILIE, RAB, MORVEN, ERIK, UNA, DOUGAL, NIA = "K1", "K2", "K3", "K4", "K5", "K6", "K7"
STRANGERS = ["mairi.macleod", "ailsa.reid", "magnus.isbister", "tam.harper", "jean.baxter", "donald.munro", "helen.ross", None]


@pytest.fixture
def in_app(site):
    """in_app(function, …) calls what needs the app's secret; never around a visitor, whose requests have a context of their own."""

    def call(function, *given):
        with site.app_context():
            return function(*given)

    return call


@pytest.fixture
def school(site, tmp_path) -> School:
    return kilmorran.found(Authority.get(), tmp_path)


def user(username: str) -> User:
    return User.get(User.username == username)


def contact(number: str) -> Contact:
    return Contact.get(Contact.mis_id == number)


def turn_on(school):
    for place in (Place(school.authority), Place(school.authority, school)):
        switching.turn(user("helen.ross"), place, on=True)


def sign_policy(school):
    signing.sign(user("rhona.imrie"), school, signing.POLICY)


def sign_pages(school):
    signing.sign(user("rhona.imrie"), school, signing.PAGES_STEP)


def approve_first(school):
    accounts.approve(user("effie.leask"), school, contact(AILIE), remote=True)


def sign_check(school):
    signing.sign(user("rhona.imrie"), school, signing.CHECK)


def tell_staff(school):
    version = signing.digest(signing.rests_on(school, 8))
    for teacher in steps.briefed(school)[0]:
        BriefingReading.create(school=school, user=teacher, version=version, at=clock.now())


FOR_THE_FIRST = (turn_on, sign_policy, sign_pages)
FOR_THE_OTHERS = (*FOR_THE_FIRST, approve_first, sign_check, tell_staff)


@pytest.fixture
def ready_for_first(school):
    for do in FOR_THE_FIRST:
        do(school)
    return school


@pytest.fixture
def ready(school):
    """All that comes before the other parents is done; Ailie Buchanan has the first account."""
    for do in FOR_THE_OTHERS:
        do(school)
    return school


def names(school: School) -> set[str]:
    return {row.user.username for row in Approval.select().where(Approval.school == school)}


def ids(*numbers: str) -> list[int]:
    return [contact(number).id for number in numbers]


def send(visitor, school, *numbers, who="effie.leask", **fields):
    return visitor(who).post(f"/schools/{school.id}/accounts", {"contact": ids(*numbers), "which": "ticked", "remote": "yes", **fields})


# --- the gates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", FOR_THE_FIRST, ids=lambda step: step.__name__)
def test_no_first_account_before_each_step_is_done(visitor, shell, school, missing):
    for do in FOR_THE_FIRST:
        if do is not missing:
            do(school)
    with pytest.raises(NotYet):
        accounts.approve(user("rhona.imrie"), school, contact(AILIE), remote=True)
    assert send(visitor, school, AILIE).status == 303 and send(visitor, school, which="all").status == 303
    result = shell("accounts", "approve", "--school", "kilmorran", "--contact", AILIE, "--remote")
    assert result.exit_code == 1 and "is not done yet" in result.output
    assert not Approval.select().where(Approval.school == school).exists()
    assert not User.select().where(User.username == "ailie.buchanan").exists()


@pytest.mark.parametrize("missing", [sign_check, tell_staff], ids=lambda step: step.__name__)
def test_no_second_account_before_each_step_is_done(visitor, shell, school, missing):
    for do in FOR_THE_OTHERS:
        if do is not missing:
            do(school)
    page = visitor("effie.leask")
    assert send(visitor, school, MORVEN).status == 303 and send(visitor, school, which="all").status == 303
    assert "No account can be approved at the moment" in page.get(f"/schools/{school.id}/accounts")
    for arguments in (["--contact", MORVEN], ["--class", "P4"], ["--all"]):
        result = shell("accounts", "approve", "--school", "kilmorran", *arguments)
        assert result.exit_code == 1 and "is not done yet" in result.output and "Traceback" not in result.output
    added = shell("users", "add", "morven", "--role", "parent", "--school", "kilmorran", "--contact", MORVEN)
    assert added.exit_code == 1 and "is not done yet" in added.output and not User.select().where(User.username == "morven").exists()
    assert names(school) == {"ailie.buchanan"}


def test_the_command_line_makes_no_first_account_unseen(shell, ready_for_first):
    """Whoever is made there is nobody's first account, and so would never be checked."""
    for role in ("parent", "teacher"):
        result = shell("users", "add", "ailie", "--role", role, "--school", "kilmorran", "--contact", AILIE)
        assert result.exit_code == 1 and not UserContact.select().where(UserContact.contact == contact(AILIE)).exists()


def test_an_account_of_the_command_line_counts_as_approved(shell, ready):
    assert shell("users", "add", "morven", "--role", "parent", "--school", "kilmorran", "--contact", MORVEN).exit_code == 0
    assert names(ready) == {"ailie.buchanan", "morven"}


def test_the_first_is_approved_alone(visitor, shell, ready_for_first):
    with pytest.raises(CannotApprove, match="alone"):
        accounts.approve_all("test", ready_for_first, ids(AILIE, RAB), remote=True)
    send(visitor, ready_for_first, AILIE, RAB)
    send(visitor, ready_for_first, which="all")
    assert shell("accounts", "approve", "--school", "kilmorran", "--all").exit_code == 1
    assert names(ready_for_first) == set()


def test_in_a_second_window_the_first_cannot_be_approved_twice(visitor, ready_for_first):
    one, two = visitor("effie.leask"), visitor("rhona.imrie")
    for window in (one, two):
        assert "Approve the first account" in window.get(f"/schools/{ready_for_first.id}/accounts")
    send(visitor, ready_for_first, AILIE)
    send(visitor, ready_for_first, MORVEN, who="rhona.imrie")
    assert names(ready_for_first) == {"ailie.buchanan"}


def test_locking_the_first_makes_room_for_another_but_not_for_both(visitor, ready_for_first):
    """Lock one, approve the next, unlock: so nobody collects accounts before the check."""
    approve_first(ready_for_first)
    user("ailie.buchanan").lock()
    assert accounts.approve("test", ready_for_first, contact(MORVEN), remote=True).is_first
    back = visitor("effie.leask").post(f"/accounts/{user('ailie.buchanan').id}/unlock", {"school": str(ready_for_first.id)})
    assert back.status == 303 and user("ailie.buchanan").locked


def test_when_the_rollout_is_through_a_locked_account_opens_again(visitor, ready):
    accounts.approve("test", ready, contact(MORVEN), remote=True)
    user("morven.tulloch").lock()
    visitor("effie.leask").post(f"/accounts/{user('morven.tulloch').id}/unlock", {"school": str(ready.id)})
    assert user("morven.tulloch").locked is None


def test_a_policy_that_changes_afterwards_stops_the_next_account(ready):
    from glowlite.models import ComponentPolicy

    ComponentPolicy.create(authority=ready.authority, school=ready, role="parent", component="attendance", allowed=False)
    with pytest.raises(NotYet, match="Step 3"):
        accounts.approve("test", ready, contact(MORVEN), remote=True)


def test_with_the_switch_off_again_nobody_follows(ready):
    switching.turn(user("helen.ross"), Place(ready.authority, ready), on=False)
    with pytest.raises(NotYet, match="Step 2"):
        accounts.approve("test", ready, contact(MORVEN), remote=True)


def test_the_page_says_which_step_stops_it_and_leads_there(visitor, school):
    page = visitor("effie.leask").get(f"/schools/{school.id}/accounts")
    assert "Step 2 of the rollout" in page and f"/schools/{school.id}/rollout" in page.links and "Approve those ticked" not in page


# --- who gets one ------------------------------------------------------------------------------------------------


def test_the_first_account_is_made_like_every_later_one(ready_for_first):
    approval = accounts.approve(user("effie.leask"), ready_for_first, contact(AILIE), remote=False)
    made = approval.user
    assert (approval.is_first, approval.by, made.username, made.name, made.remote_access) == (True, "Effie Leask", "ailie.buchanan", "Ailie Buchanan", False)
    assert steps.first_account(ready_for_first) == approval
    row = Audit.select().where(Audit.action == "approved account").get()
    assert (row.actor_name, row.subject, row.school) == ("effie.leask", "ailie.buchanan", ready_for_first)
    assert json.loads(row.after) == {"contact": AILIE, "remote": False, "first": True}


def test_nobody_signs_in_before_the_code_is_used(visitor, ready):
    made = accounts.approve("test", ready, contact(MORVEN), remote=True).user
    assert made.password_hash is None
    for password in ("", "None", "morven.tulloch"):
        assert visitor().sign_in("morven.tulloch", password).status == 422


@pytest.mark.parametrize(("number", "why"), [
    (ERIK, "not selected"), (UNA, "no parental responsibility"), (DOUGAL, "blank means no"), (AILIE, "has an account already: ailie.buchanan")])
def test_who_may_have_none_gets_none(visitor, shell, ready, number, why):
    with pytest.raises(CannotApprove, match=why):
        accounts.approve("test", ready, contact(number), remote=True)
    send(visitor, ready, number)
    result = shell("accounts", "approve", "--school", "kilmorran", "--contact", number)
    assert result.exit_code == 1 and why in result.output and names(ready) == {"ailie.buchanan"}


def test_one_who_may_not_stops_the_whole_list(ready):
    with pytest.raises(CannotApprove, match="Erik Tulloch"):
        accounts.approve_all("test", ready, ids(MORVEN, ERIK, NIA), remote=True)
    assert names(ready) == {"ailie.buchanan"} and not User.select().where(User.username == "morven.tulloch").exists()


def test_a_court_order_since_the_page_was_opened_stops_it(visitor, ready):
    Link.update(court_order=True).where(Link.contact == contact(MORVEN)).execute()
    send(visitor, ready, MORVEN, NIA)
    assert names(ready) == {"ailie.buchanan"}


def test_a_contact_of_another_school_is_nobodys_here(visitor, ready):
    other = Contact.get(Contact.mis_id == "C000102")
    before = Approval.select().count()
    visitor("effie.leask").post(f"/schools/{ready.id}/accounts", {"contact": other.id, "which": "ticked", "remote": "yes"})
    assert Approval.select().count() == before


def test_a_class_and_everybody(visitor, ready):
    send(visitor, ready, which="class", shown="P1")
    assert names(ready) == {"ailie.buchanan", "rab.buchanan", "nia.gilchrist"}
    send(visitor, ready, which="all")
    assert names(ready) == {"ailie.buchanan", "rab.buchanan", "nia.gilchrist", "morven.tulloch"}
    assert {row.is_first for row in Approval.select().where(Approval.school == ready)} == {True, False}
    assert steps.first_account(ready).user.username == "ailie.buchanan"


def test_without_a_word_on_remote_access_there_is_none(visitor, ready):
    visitor("effie.leask").post(f"/schools/{ready.id}/accounts", {"contact": ids(MORVEN), "which": "ticked"})
    assert user("morven.tulloch").remote_access is False


def test_two_at_once_make_one_account(visitor, ready, monkeypatch):
    """Both have seen Morven wait; the second comes to the table when the first has been there."""
    stale = candidates.of_school(ready, ids(MORVEN))
    accounts.approve("one", ready, contact(MORVEN), remote=True)
    monkeypatch.setattr(candidates, "of_school", lambda *_: stale)
    with pytest.raises(CannotApprove, match="same moment"):
        accounts.approve("two", ready, contact(MORVEN), remote=True)
    assert Approval.select().where(Approval.contact == contact(MORVEN)).count() == 1
    assert UserContact.select().where(UserContact.contact == contact(MORVEN)).count() == 1
    assert not User.select().where(User.username == "morven.tulloch2").exists()


def test_who_was_joined_to_an_account_by_a_person_gets_no_second(ready):
    Match.create(first=contact(NIA), second=contact(AILIE), is_same=True, at=clock.now(), by="test")
    assert accounts.approve("test", ready, contact(NIA), remote=True).user == user("ailie.buchanan")
    Match.create(first=contact(MORVEN), second=contact(AILIE), is_same=False, at=clock.now(), by="test")
    assert accounts.approve("test", ready, contact(MORVEN), remote=True).user == user("morven.tulloch")


# --- user names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("forename", "surname", "name"), [
    ("Morag", "Fraser", "morag.fraser"), ("Tomasz", "Kowalski", "tomasz.kowalski2"), ("Łucja", "Wójcik", "lucja.wojcik"),
    ("Siobhán", "O’Brien", "siobhan.obrien"),
    ("Anne-Marie", "van der Berg", "annemarie.vanderberg"), (None, "Oag", "oag"), ("Ольга", "Іваненко", "family"), ("x" * 70, "y", "x" * 50)])
def test_a_user_name_can_be_typed_on_a_phone(forename, surname, name):
    made = accounts.username_for(Contact(forename=forename, surname=surname))
    assert made == name and made.isascii() and made == made.lower() and len(made) <= 60


def test_namesakes_get_a_number():
    taken = {"morag.fraser", "morag.fraser2"}
    assert accounts.username_for(Contact(forename="Morag", surname="Fraser"), taken) == "morag.fraser3"


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_page_lists_who_waits_who_has_one_and_why_somebody_has_none(visitor, ready):
    page = visitor("effie.leask").get(f"/schools/{ready.id}/accounts")
    assert "Morven Tulloch" in page and "ailie.buchanan" in page and "never signed in" in page
    assert "The school has not selected this adult for an account in the MIS" in page and "Erik Tulloch" in page
    assert "The MIS says this adult has no parental responsibility" in page


@pytest.mark.parametrize(("state", "shown"), [
    ("never", True), ("code-out", True), ("signed-in", False), ("locked", False), ("closed", False), ("nonsense", True)])
def test_a_code_that_is_out_counts_as_never_signed_in(visitor, ready, in_app, state, shown):
    in_app(codes.make, "test", user("ailie.buchanan"), contact(AILIE), "letter")
    assert ("<td data-label=\"User name\">ailie.buchanan" in visitor("effie.leask").get(f"/schools/{ready.id}/accounts?state={state}")) is shown


def sign_in_once(who):
    User.update(last_sign_in=clock.now()).where(User.id == who.id).execute()


def close_link(who):
    Link.update(parental_responsibility=None).where(Link.contact == contact(AILIE)).execute()


@pytest.mark.parametrize(("happens", "state"), [(sign_in_once, "signed-in"), (User.lock, "locked"), (close_link, "closed"), (lambda who: None, "never")])
def test_the_state_of_an_account(ready, happens, state):
    happens(user("ailie.buchanan"))
    found = accounts.listing(ready)
    assert [one.state for one in found.accounts] == [state]


def test_a_class_shows_its_own_only(visitor, ready):
    page = visitor("effie.leask").get(f"/schools/{ready.id}/accounts?class=P1")
    assert "Nia Gilchrist" in page and "Morven Tulloch" not in page and "Approve all 2 of P1" in page


@pytest.mark.parametrize("query", ["class=%00", "class=" + "x" * 500, "state=%00", "class=nothing&state=x", "shown=P1"])
def test_a_strange_address_is_no_error(visitor, ready, query):
    assert visitor("effie.leask").get(f"/schools/{ready.id}/accounts?{query}").status == 200


@pytest.mark.parametrize("fields", [
    {"contact": "x"}, {"contact": "99999999999999999999"}, {"contact": "0"}, {"which": "class", "shown": "nowhere"}, {"which": "toast"}])
def test_a_strange_form_approves_nobody(visitor, ready, fields):
    assert visitor("effie.leask").post(f"/schools/{ready.id}/accounts", {"remote": "yes", "which": "ticked", **fields}).status == 303
    assert names(ready) == {"ailie.buchanan"}


@pytest.mark.parametrize("username", STRANGERS)
def test_nobody_else_sees_or_approves(visitor, ready, username):
    stranger, status = visitor(username), 404 if username else 303
    assert stranger.get(f"/schools/{ready.id}/accounts").status == stranger.get(f"/schools/{ready.id}/networks").status == status
    assert stranger.post(f"/schools/{ready.id}/accounts", {"contact": ids(MORVEN), "which": "all", "remote": "yes"}).status == status
    assert stranger.post(f"/schools/{ready.id}/accounts/remote", {"user": user("ailie.buchanan").id, "remote": "no"}).status == status
    assert stranger.post(f"/schools/{ready.id}/networks", {"ranges": "192.0.2.0/24"}).status == status
    assert names(ready) == {"ailie.buchanan"} and user("ailie.buchanan").remote_access and not School.get_by_id(ready.id).networks_text


def test_a_form_from_another_site_approves_nobody(visitor, ready):
    answer = visitor("effie.leask").post(f"/schools/{ready.id}/accounts", {"which": "all", "remote": "yes"}, csrf=False)
    assert answer.status == 400 and names(ready) == {"ailie.buchanan"}


# --- the command line -------------------------------------------------------------------------------------------------


def test_the_candidates_with_their_reasons(shell, ready):
    rows = {row["contact"]: row for row in json.loads(shell("accounts", "candidates", "--school", "kilmorran", "--json").output)}
    assert {number: row["state"] for number, row in rows.items()} == {
        AILIE: "approved", RAB: "waiting", MORVEN: "waiting", ERIK: "left out", UNA: "left out", DOUGAL: "left out", NIA: "waiting"}
    assert rows[AILIE]["username"] == "ailie.buchanan" and rows[RAB]["children"] == ["100002"] and "not selected" in rows[ERIK]["why_not"]
    text = shell("accounts", "candidates", "--school", "kilmorran").output
    assert "Erik Tulloch" in text and "has not selected" in text


def test_approving_prints_the_user_names(shell, ready):
    result = shell("accounts", "approve", "--school", "kilmorran", "--contact", RAB, "--contact", NIA, "--remote")
    assert result.exit_code == 0 and sorted(result.output.split()) == ["nia.gilchrist", "rab.buchanan"] and user("rab.buchanan").remote_access
    row = json.loads(shell("accounts", "approve", "--school", "kilmorran", "--class", "P4", "--json").output)
    assert row == {"school": "kilmorran", "approved": ["morven.tulloch"], "remote": False} and not user("morven.tulloch").remote_access


@pytest.mark.parametrize(("arguments", "words"), [
    ([], "Say who"), (["--all", "--class", "P4"], "Say who"), (["--contact", "K99"], "K99: not an id"), (["--class", "nowhere"], "nobody to approve")])
def test_what_cannot_be_done_is_said(shell, ready, arguments, words):
    result = shell("accounts", "approve", "--school", "kilmorran", *arguments)
    assert result.exit_code != 0 and words in result.output and "Traceback" not in result.output


# --- lost details -------------------------------------------------------------------------------------------------------


def reset(visitor, who, whom, school):
    return visitor(who).post(f"/accounts/{user(whom).id}/reset", {"school": str(school.id)})


def test_a_parent_who_lost_the_password_gets_a_code_and_the_old_password_ends(visitor, academy, sign_ins, in_app):
    mairi = visitor("mairi.macleod")
    page = reset(visitor, "jean.baxter", "mairi.macleod", academy)
    assert page.status == 200 and "Code of Mairi MacLeod" in page and page.headers["Cache-Control"] == "no-store"
    assert mairi.get("/").status == 303 and visitor().sign_in("mairi.macleod", sign_ins["mairi.macleod"]["password"]).status == 422
    code = page.text.partition("<code>")[2].partition("</code>")[0]
    assert in_app(codes.check, code, Pupil.get(Pupil.mis_id == "000101").born).user == user("mairi.macleod")
    assert code not in str(list(Audit.select(Audit.before, Audit.after).tuples()))


def test_staff_get_a_first_password_and_one_who_is_both_a_code(visitor, academy):
    assert "First password of Ailsa Reid" in reset(visitor, "jean.baxter", "ailsa.reid", academy)
    assert "Code of Shona Campbell" in reset(visitor, "jean.baxter", "shona.campbell", academy)


def test_office_and_head_get_a_first_password_even_as_parents(visitor, academy):
    """With a code on paper and a birthday from the MIS, the office could become the head."""
    UserContact.create(user=user("jean.baxter"), contact=Contact.get(Contact.mis_id == "C000102", Contact.school == academy))
    assert "First password of Jean Baxter" in reset(visitor, "donald.munro", "jean.baxter", academy)
    assert not AccessCode.select().exists()


def test_without_a_link_there_is_no_code_and_the_password_stays(visitor, academy):
    before = user("paul.geddes").password_hash
    jean = visitor("jean.baxter")
    assert jean.post(f"/accounts/{user('paul.geddes').id}/reset", {"school": str(academy.id)}).status == 303
    assert "gives access to a child" in jean.get("/") and user("paul.geddes").password_hash == before


def test_a_parent_is_not_given_a_password_by_naming_another_school(visitor, academy):
    primary = School.get(School.code == "shore-primary")
    Duty.create(user=user("jean.baxter"), role=Role.OFFICE.value, school=primary, authority=academy.authority)
    assert "Code of Tomasz Kowalski" in reset(visitor, "jean.baxter", "tomasz.kowalski", primary)
