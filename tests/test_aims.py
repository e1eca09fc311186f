"""The aims: each reader meets their own page, in words that the head has answered for."""

import pytest

from glowlite.models import AimsText, Audit, School, User
from glowlite.rollout import aims

CANARY = "Canary aim for the staff room"


@pytest.fixture
def written(academy):
    donald = User.get(User.username == "donald.munro")
    aims.write(donald, academy, aims.PARENTS, "### Why\n\nSo that *home and school* know the same.")
    aims.write(donald, academy, aims.STAFF, CANARY)


@pytest.fixture
def address(academy):
    return f"/schools/{academy.id}/aims"


def test_parents_read_theirs_and_not_that_of_staff(visitor, written, address):
    page = visitor("mairi.macleod").get(address)
    assert "<em>home and school</em>" in page and CANARY not in page


@pytest.mark.parametrize("username", ["ailsa.reid", "jean.baxter", "priya.sharma", "donald.munro", "helen.ross"])
def test_staff_read_both(visitor, written, address, username):
    page = visitor(username).get(address)
    assert CANARY in page and "<em>home and school</em>" in page


def test_a_teacher_reads_as_what_she_is_here_as(visitor, written, address):
    assert CANARY in visitor("shona.campbell", "staff").get(address) and CANARY not in visitor("shona.campbell", "parent").get(address)


@pytest.mark.parametrize("username", ["margaret.sinclair", "mhairi.nicolson", "nasreen.hussain", "isobel.grant"])
def test_nobody_of_another_school_reads_them(visitor, written, address, username):
    assert visitor(username).get(address).status == 404


def test_nobody_meets_words_that_no_head_has_answered_for(visitor, address):
    AimsText.delete().execute()
    page = visitor("mairi.macleod").get(address)
    assert "has not written this page yet" in page and "Why we do this" not in page


def test_the_head_begins_from_good_words(visitor, academy, address):
    AimsText.delete().execute()
    donald = visitor("donald.munro")
    assert f"{address}/parents" in donald.get(address).links
    form = donald.get(f"{address}/parents")
    assert "what work was set" in form and not AimsText.select().exists()


def test_what_the_head_writes_is_read_at_once_and_is_in_the_audit(visitor, address):
    assert visitor("donald.munro").post(f"{address}/parents", {"body": "Because we are **one team**."}).status == 303
    assert "<strong>one team</strong>" in visitor("mairi.macleod").get(address)
    row = Audit.select().where(Audit.action == "wrote what this is for").order_by(Audit.id.desc()).get()
    assert row.actor_name == "donald.munro" and "one team" in row.after


def test_writing_again_replaces_it(visitor, academy, written, address):
    visitor("donald.munro").post(f"{address}/staff", {"body": "Other words."})
    assert [row.body for row in AimsText.select().where(AimsText.school == academy, AimsText.audience == "staff")] == ["Other words."]


@pytest.mark.parametrize("body", ["", "  \r\n ", "\0", "x" * 10_001])
def test_nothing_and_too_much_are_not_kept(visitor, written, address, body):
    before = [row.body for row in AimsText.select()]
    assert visitor("donald.munro").post(f"{address}/staff", {"body": body}).status == 422
    assert [row.body for row in AimsText.select()] == before


@pytest.mark.parametrize("username", ["mairi.macleod", "ailsa.reid", "jean.baxter", "priya.sharma", "margaret.sinclair", "helen.ross"])
def test_nobody_but_the_head_writes(visitor, written, address, username):
    assert visitor(username).post(f"{address}/parents", {"body": "x"}).status == 404
    assert not AimsText.select().where(AimsText.body == "x").exists()


def test_there_is_no_third_audience(visitor, address):
    assert visitor("donald.munro").get(f"{address}/children").status == 404


def test_every_page_of_a_parent_leads_there(visitor, address):
    primary = School.get(School.code == "shore-primary")
    assert {address, f"/schools/{primary.id}/aims"} <= set(visitor("mairi.macleod").get("/").links)
    assert f"/schools/{primary.id}/aims" not in visitor("tomasz.kowalski").get("/").links
