"""The audit: who reads it, what the filters leave, its pages, and a CSV that no spreadsheet runs."""

import csv
import io
from datetime import UTC, datetime

import pytest

from glowlite.models import Audit, School, User


@pytest.fixture
def wrote(academy):
    """wrote("locked account", "somebody", at=…) writes a row of Jean Baxter's."""

    def write(action: str, subject: str, at: datetime | None = None, **more) -> Audit:
        row = Audit.write(User.get(User.username == "jean.baxter"), action, subject, **{"school": academy} | more)
        if at:
            Audit.update(at=at.replace(tzinfo=None)).where(Audit.id == row.id).execute()
        return row

    return write


@pytest.fixture
def read(visitor, academy):
    return lambda query="", who="donald.munro": visitor(who).get(f"/schools/{academy.id}/audit{query}")


@pytest.mark.parametrize(("who", "status"), [(None, 303), ("donald.munro", 200), ("helen.ross", 404), ("jean.baxter", 404), ("priya.sharma", 404),
                                             ("ailsa.reid", 404), ("mairi.macleod", 404), ("margaret.sinclair", 404)])
def test_who_reads_it(read, who, status):
    assert read("", who).status == status and read(".csv", who).status == status


def test_a_row_says_who_when_what_before_and_after(read, wrote):
    wrote("changed policy", "attendance", before={"for_parents": True}, after={"for_parents": False})
    page = read()
    assert all(words in page for words in ("Jean Baxter", "jean.baxter", "Thu 19 Nov 2026", "changed policy", "for parents: yes", "for parents: no"))


def test_another_schools_rows_are_not_here(read, wrote):
    wrote("a secret of the other school", "x", school=School.get(School.code == "shore-primary"))
    assert "a secret of the other school" not in read() and "a secret of the other school" not in read(".csv")


def test_what_people_of_the_school_did_to_their_own_account_is_here(read, academy):
    for username in ("mairi.macleod", "margaret.sinclair"):
        Audit.write(User.get(User.username == username), "changed password", username)
    assert "mairi.macleod" in read() and "margaret.sinclair" not in read()


def test_filters_narrow(read, wrote):
    wrote("reset password", "gordon.fraser", datetime(2026, 11, 3, 23, 30, tzinfo=UTC))
    wrote("locked account", "karen.fraser", datetime(2026, 11, 5, 8, 0, tzinfo=UTC))
    assert "gordon.fraser" in read("?action=reset+password") and "karen.fraser" not in read("?action=reset+password")
    assert "karen.fraser" in read("?person=karen") and "gordon.fraser" not in read("?person=karen")
    assert "karen.fraser" in read("?person=Jean+Baxter")
    only = read("?from=2026-11-03&to=2026-11-03")
    assert "gordon.fraser" in only and "karen.fraser" not in only
    assert "Nothing fits" in read("?from=2026-10-01&to=2026-10-02") and "Nothing fits" in read("?person=%25%5F")


def test_a_day_is_a_day_in_london(read, wrote):
    wrote("reset password", "late.visitor", datetime(2026, 7, 1, 23, 30, tzinfo=UTC))  # half past midnight on 2 July there
    assert "late.visitor" in read("?from=2026-07-02&to=2026-07-02") and "late.visitor" not in read("?from=2026-07-01&to=2026-07-01")


@pytest.mark.parametrize("query", ["?from=yesterday", "?from=0001-01-01&to=9999-12-31", "?page=0", "?page=x", "?page=99999999999999999999",
                                   "?action=%00", "?person=%00"])
def test_nonsense_in_the_address_is_no_error(read, query):
    assert read(query).status == 200


def test_long_lists_come_in_pages(read, wrote):
    for number in range(120):
        wrote("counted", f"row number {number}.")
    first, second = read("?action=counted"), read("?action=counted&page=2")
    assert "row number 119." in first and "row number 69." not in first and "row number 69." in second and "row number 70." not in second
    assert any("page=2" in link and "action=counted" in link for link in first.links) and any("page=1" in link for link in second.links)


def test_the_csv_has_the_same_rows_and_no_formula(read, wrote):
    for cell in ("=1+1", "+44", "-2", "@SUM(A1)", "\tx", "harmless"):
        wrote("tried", cell, after=cell)
    answer = read(".csv?action=tried")
    assert answer.headers["Content-Type"].startswith("text/csv") and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["about"] for row in rows} == {"'=1+1", "'+44", "'-2", "'@SUM(A1)", "'\tx", "harmless"}
    assert all(not row["after"].startswith(("=", "+", "-", "@")) for row in rows) and rows[0]["when"].startswith("19/11/2026")


def test_downloading_is_in_the_audit_itself(read):
    read(".csv?person=jean")
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert row.action == "downloaded audit" and row.actor_name == "donald.munro" and "jean" in row.after
