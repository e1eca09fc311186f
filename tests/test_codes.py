"""The single-use codes: what proves one, what ends one, and that whatever is wrong gets the very same answer."""

from datetime import date, timedelta

import pytest
import time_machine

from glowlite import clock, db
from glowlite.models import AccessCode, Audit, Contact, Duty, KeyDecision, Pupil, School, User, UserContact
from glowlite.models.school import Place
from glowlite.policy import Role
from glowlite.rollout import codes, switching
from glowlite.rollout.codes import CannotMake, CodeIsGone

CATRIONA, FINLAY, ISLA, EWAN, LEWIS = "000101", "000102", "000104", "000105", "000112"
WRONG_DAY = date(1999, 1, 1)


@pytest.fixture(autouse=True)
def in_the_app(site):
    with site.app_context():
        yield


def born(number: str) -> date:
    return Pupil.get(Pupil.mis_id == number).born


def user(username: str) -> User:
    return User.get(User.username == username)


def contact(username: str, school: School) -> Contact:
    return Contact.select().join(UserContact).where(UserContact.user == user(username), Contact.school == school).get()


@pytest.fixture
def code_of(academy):
    return lambda username="mairi.macleod", how="letter": codes.make("Jean Baxter", user(username), contact(username, academy), how)


def row() -> AccessCode:
    return AccessCode.select().order_by(AccessCode.id.desc()).get()


# --- making ---------------------------------------------------------------------------------------------------


def test_a_code_can_be_read_out_and_only_its_digest_is_kept(code_of):
    code = code_of()
    assert [len(group) for group in code.split("-")] == [4, 4, 4] and not set(code) & set("0O1IL")
    kept = str(AccessCode.select().tuples().get()) + str(list(Audit.select(Audit.subject, Audit.before, Audit.after).tuples()))
    assert code not in kept and code.replace("-", "").lower() not in kept and len(row().digest) == 64


def test_with_another_secret_the_same_code_is_another(code_of, site):
    code = code_of()
    site.config["SECRET_KEY"], before = "another secret, long enough for everybody", site.config["SECRET_KEY"]
    try:
        assert codes.whose(code) is None
    finally:
        site.config["SECRET_KEY"] = before
    assert codes.whose(code)


def test_no_two_codes_are_the_same(code_of):
    assert len({code_of() for _ in range(50)}) == 50


def test_a_newer_code_ends_the_older_ones(code_of):
    older, newer = code_of(), code_of()
    assert codes.check(older, born(CATRIONA)) is None and codes.check(newer, born(CATRIONA))


def test_a_code_of_somebody_else_ends_nobodys(code_of):
    mairis, _ = code_of("mairi.macleod"), code_of("karen.fraser")
    assert codes.check(mairis, born(CATRIONA))


def test_making_one_is_written_down(code_of):
    code_of()
    last = Audit.select().order_by(Audit.id.desc()).first()
    assert (last.actor_name, last.action, last.subject) == ("Jean Baxter", "made code", "mairi.macleod")


@pytest.fixture
def no_birthday():
    Pupil.update(born=None).where(Pupil.mis_id == CATRIONA).execute()


def test_without_a_birthday_on_record_the_office_is_told_and_no_code_is_made(code_of, no_birthday):
    with pytest.raises(CannotMake, match="no date of birth"):
        code_of()
    assert not AccessCode.select().exists()


@pytest.mark.parametrize("username", ["donald.munro", "jean.baxter", "priya.sharma", "helen.ross"])
def test_no_code_opens_an_account_that_runs_a_school(academy, username):
    """Its letter passes through the office, and with it the office could become the head."""
    theirs = contact("mairi.macleod", academy)
    UserContact.create(user=user(username), contact=theirs)
    with pytest.raises(CannotMake, match="first password"):
        codes.make("test", user(username), theirs, "letter")


def test_a_code_made_before_somebody_became_head_does_not_work_after(code_of, academy):
    code = code_of()
    Duty.create(user=user("mairi.macleod"), role=Role.HEAD.value, school=academy, authority=academy.authority)
    assert codes.check(code, born(CATRIONA)) is None


def test_a_refused_adult_gets_no_code(academy, code_of):
    with pytest.raises(CannotMake, match="No link"):
        code_of("paul.geddes")
    with pytest.raises(CannotMake, match="not joined"):
        codes.make("test", user("mairi.macleod"), contact("karen.fraser", academy), "letter")
    user("mairi.macleod").lock()
    with pytest.raises(CannotMake, match="locked"):
        code_of()


# --- what proves it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: f"  {code} \n",
                                   lambda code: " ".join(code.replace("-", "").lower()), lambda code: code.replace("-", "–")])
def test_a_code_may_be_typed_as_people_type(code_of, typed):
    assert codes.check(typed(code_of()), born(CATRIONA))


@pytest.mark.parametrize("nonsense", ["", " ", "-", "AAAA-AAAA-AAAA", "a" * 5000, "\0", "пароль", "' OR 1=1 --"])
def test_what_is_no_code_opens_nothing(code_of, nonsense):
    code_of()
    assert codes.check(nonsense, born(CATRIONA)) is None and row().wrong == 0


def test_the_birthday_must_be_of_a_child_whom_this_very_link_opens(code_of, academy):
    code = code_of("gordon.fraser")
    assert codes.check(code, born(ISLA)) is None  # a court order
    assert codes.check(code, born(CATRIONA)) is None and codes.check(code, None) is None
    assert codes.check(code, born(EWAN)).user.username == "gordon.fraser"


def test_a_child_at_another_school_does_not_prove_this_schools_code(code_of):
    assert codes.check(code_of(), born(FINLAY)) is None


def test_five_wrong_birthdays_end_a_code_and_the_right_one_comes_too_late(code_of):
    code = code_of()
    assert [codes.check(code, WRONG_DAY) for _ in range(5)] == [None] * 5
    assert row().ended and codes.check(code, born(CATRIONA)) is None
    assert Audit.select().where(Audit.action == "ended code after wrong birthdays", Audit.subject == "mairi.macleod").count() == 1


def test_four_wrong_birthdays_leave_one_more_try_and_right_ones_cost_none(code_of):
    code = code_of()
    for _ in range(4):
        codes.check(code, WRONG_DAY)
    assert all(codes.check(code, born(CATRIONA)) for _ in range(7))


# --- what stops it ------------------------------------------------------------------------------------------------


def expired(access):
    AccessCode.update(expires=clock.now() - timedelta(seconds=1)).execute()


def restricted(access):
    db.run("UPDATE links SET court_order = :yes WHERE contact_id = :contact", yes=True, contact=access.contact_id)


def switched_off(access):
    switching.turn(user("helen.ross"), Place(access.contact.school.authority, access.contact.school), on=False)


def switched_off_everywhere(access):
    switching.turn(user("helen.ross"), Place(access.contact.school.authority), on=False)


def locked(access):
    access.user.lock()


def taken_apart(access):
    UserContact.delete().where(UserContact.user == access.user, UserContact.contact == access.contact).execute()


def has_left(access):
    Pupil.update(left_on=clock.today() - timedelta(days=1), parents_until=None).where(Pupil.mis_id == CATRIONA).execute()


@pytest.mark.parametrize("stops", [
    expired, codes.use, restricted, switched_off, switched_off_everywhere, locked, taken_apart, has_left, lambda access: codes.end_for(access.user)])
def test_what_ends_a_code(code_of, stops):
    code = code_of()
    assert codes.check(code, born(CATRIONA))
    stops(row())
    assert codes.check(code, born(CATRIONA)) is None


def test_it_works_as_long_as_the_school_decided(code_of, academy):
    KeyDecision.create(authority=academy.authority, topic="handing-out", value_text='{"days": 3}', at=clock.now() + timedelta(seconds=1), by="test")
    code = code_of()
    with time_machine.travel(clock.now() + timedelta(days=2, hours=23), tick=True):
        assert codes.check(code, born(CATRIONA))
    with time_machine.travel(clock.now() + timedelta(days=3, minutes=1), tick=True):
        assert codes.check(code, born(CATRIONA)) is None


def test_of_two_at_once_one_is_too_late(code_of):
    code = code_of()
    phone, desk = codes.check(code, born(CATRIONA)), codes.check(code, born(CATRIONA))
    codes.use(phone)
    with pytest.raises(CodeIsGone):
        codes.use(desk)
    assert Audit.select().where(Audit.action == "used code").count() == 1


def test_a_code_that_was_ended_between_the_two_pages_cannot_be_used(code_of):
    access = codes.check(code_of(), born(CATRIONA))
    code_of()
    with pytest.raises(CodeIsGone):
        codes.use(access)


def test_every_wrong_answer_costs_the_same_questions(code_of, counted):
    code = code_of()
    used = code_of("karen.fraser")
    codes.use(row())
    shapes = {}
    for name, asked in (("unknown", ("AAAA-AAAA-AAAA", born(CATRIONA))), ("wrong birthday", (code, WRONG_DAY)), ("used", (used, born(ISLA)))):
        with counted() as statements:
            assert codes.check(*asked) is None
        shapes[name] = [sql.partition(" ")[0] for sql in statements if sql.startswith(("SELECT", "UPDATE"))]
    longest, shortest = max(map(len, shapes.values())), min(map(len, shapes.values()))
    assert longest - shortest <= 1, shapes
