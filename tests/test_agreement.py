"""The acceptable use policy: nothing opens before it is accepted, a new version asks again, and paper counts when somebody saw it."""

import json

import pytest

from glowlite import agreement
from glowlite.agreement import CannotPublish
from glowlite.models import Agreement, AgreementText, Audit, School, User
from glowlite.models.school import Place


@pytest.fixture
def helen(site):
    return User.get(User.username == "helen.ross")


@pytest.fixture
def new_version(helen, academy):
    """The council publishes a new text."""
    place = Place(academy.authority)
    agreement.save_draft(helen, place, "Canary rule: be kind.\n\nKeep your password to yourself.")
    return agreement.publish(helen, place)


def agree(visitor, page, **fields):
    return visitor.post("/agreement", {"text": [form["text"] for form in page.forms if "text" in form] or "", **fields})


# --- nothing else opens ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/why-not", "/widgets/today", "/children/{child}", "/children/{child}/widgets/attendance", "/news/{post}"])
def test_nothing_opens_for_a_parent_before_the_new_version_is_accepted(visitor, pupil, new_version, path):
    mairi = visitor("mairi.macleod")
    address = path.format(child=pupil("000101").id, post=1)
    stopped = mairi.get(address)
    assert stopped.status == 303 and stopped.headers["Location"].startswith("/agreement") and "Catriona" not in stopped


def test_after_accepting_one_comes_to_where_one_wanted(visitor, pupil, new_version):
    mairi = visitor("mairi.macleod")
    child = f"/children/{pupil('000101').id}"
    way = mairi.get(child).headers["Location"]
    assert "Canary rule" in mairi.get(way)
    gone_on = mairi.post(way, {"agree": "y", "text": str(new_version.id)})
    assert gone_on.status == 303 and gone_on.headers["Location"] == child
    assert mairi.get(child).status == 200 and mairi.get("/agreement").status == 303


def test_without_the_tick_nothing_is_accepted(visitor, new_version):
    mairi = visitor("mairi.macleod")
    mairi.post("/agreement", {"text": str(new_version.id)})
    assert mairi.get("/").status == 303 and not Agreement.select().where(Agreement.text == new_version).exists()


def test_only_the_version_one_saw_can_be_accepted(visitor, new_version, helen, academy):
    """Between the page and the click the council published another."""
    agreement.save_draft(helen, Place(academy.authority), "A newer text.")
    newer = agreement.publish(helen, Place(academy.authority))
    mairi = visitor("mairi.macleod")
    mairi.post("/agreement", {"agree": "y", "text": str(new_version.id)})
    assert mairi.get("/").status == 303
    mairi.post("/agreement", {"agree": "y", "text": str(newer.id)})
    assert mairi.get("/").status == 200


def test_staff_are_asked_only_under_the_parents_hat(visitor, new_version):
    assert visitor("donald.munro").get("/").status == 200
    assert visitor("shona.campbell", hat="staff").get("/").status == 200
    assert visitor("shona.campbell", hat="parent").get("/").status == 303


def test_what_one_school_adds_asks_its_own_parents_only(visitor, academy):
    donald = User.get(User.username == "donald.munro")
    agreement.save_draft(donald, Place(academy.authority, academy), "At the academy: Canary addition.")
    agreement.publish(donald, Place(academy.authority, academy))
    assert visitor("tomasz.kowalski").get("/").status == 303
    assert visitor("karen.fraser").get("/").status == 303
    primary_only = next(name for name in ("nasreen.hussain",) if visitor(name).get("/").status == 200)
    assert primary_only


# --- writing -----------------------------------------------------------------------------------------------


def test_a_draft_asks_nobody(visitor, helen, academy):
    agreement.save_draft(helen, Place(academy.authority), "Not yet.")
    assert visitor("mairi.macleod").get("/").status == 200


def test_the_same_text_again_asks_nobody(helen, academy, new_version):
    agreement.save_draft(helen, Place(academy.authority), new_version.body)
    with pytest.raises(CannotPublish, match="word for word"):
        agreement.publish(helen, Place(academy.authority))


def test_versions_are_numbered_and_written_into_the_audit(helen, academy, new_version):
    assert new_version.number == 2
    assert json.loads(Audit.select().order_by(Audit.id.desc()).first().after) == {"version": 2}


def test_the_editor_shows_what_a_draft_takes_out_and_puts_in(visitor, helen, academy, new_version):
    agreement.save_draft(helen, Place(academy.authority), "Canary rule: be kinder.\n\nKeep your password to yourself.")
    page = visitor("helen.ross").get(f"/authorities/{academy.authority_id}/agreement")
    assert "<del>Canary rule: be kind.</del>" in page and "<ins>Canary rule: be kinder.</ins>" in page


@pytest.mark.parametrize("username", ["mairi.macleod", "ailsa.reid", "jean.baxter", "priya.sharma", "margaret.sinclair", "helen.ross"])
def test_nobody_else_writes_what_the_academy_adds(visitor, academy, username):
    stranger = visitor(username)
    assert stranger.get(f"/schools/{academy.id}/agreement").status == 404
    before = AgreementText.select().count()
    assert stranger.post(f"/schools/{academy.id}/agreement", {"body": "x", "then": "publish"}).status == 404
    assert AgreementText.select().count() == before


# --- paper -------------------------------------------------------------------------------------------------


def test_a_paper_that_somebody_saw_signed_counts(visitor, academy, new_version):
    mairi, jean = User.get(User.username == "mairi.macleod"), visitor("jean.baxter")
    assert "Mairi MacLeod" in jean.get(f"/schools/{academy.id}/agreements")
    sent = jean.post(f"/schools/{academy.id}/agreements/{mairi.id}", {"signed": "2026-11-18", "witness": "Jean Baxter"})
    row = Agreement.get(Agreement.user == mairi, Agreement.text == new_version)
    assert sent.status == 303 and (row.how, row.witness, row.recorded_by) == ("paper", "Jean Baxter", "jean.baxter")
    assert visitor("mairi.macleod").get("/").status == 200


@pytest.mark.parametrize("fields", [
    {"signed": "2026-11-18"}, {"witness": "Jean"}, {"signed": "2027-01-01", "witness": "Jean"}, {"signed": "x", "witness": "Jean"}])
def test_a_paper_without_day_or_witness_does_not_count(visitor, academy, new_version, fields):
    mairi = User.get(User.username == "mairi.macleod")
    assert visitor("jean.baxter").post(f"/schools/{academy.id}/agreements/{mairi.id}", fields).status == 422
    assert not Agreement.select().where(Agreement.text == new_version).exists()


def test_the_office_of_another_school_records_nothing(visitor, academy, new_version):
    mairi = User.get(User.username == "tomasz.kowalski")
    other = visitor("isobel.grant")
    assert other.post(f"/schools/{academy.id}/agreements/{mairi.id}", {"signed": "2026-11-18", "witness": "x"}).status == 404
    own = School.get(School.id != academy.id)
    assert other.post(f"/schools/{own.id}/agreements/{mairi.id}", {"signed": "2026-11-18", "witness": "x"}).status == 404


def test_a_home_page_takes_no_query_more_for_it(visitor, counted):
    mairi = visitor("mairi.macleod")
    mairi.get("/")
    with counted() as statements:
        mairi.get("/")
    assert not [sql for sql in statements if "agreement" in sql.split(" FROM ")[-1].split(" ")[0]]


def test_versions_are_compared_with_the_one_before(visitor, helen, academy):
    place = Place(academy.authority)
    for body in ("Be kind.\n\nKeep your password.", "Be kind.\n\nKeep your password to yourself."):
        agreement.save_draft(helen, place, body)
        agreement.publish(helen, place)
    page = visitor("helen.ross").get(f"/authorities/{academy.authority_id}/agreement")
    assert "<del>Keep your password.</del>" in page and "<ins>Keep your password to yourself.</ins>" in page
