"""A school of its own for each test, and the two questions every test of a drop asks: what did it say, and who may see whom now?"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from glowlite import mis, policy
from glowlite.mis.report import Report
from glowlite.models import ALL, Authority, Contact, Pupil, School, User, UserContact
from tests.mis.bundles import Bundle

Load = Callable[..., Report]


@pytest.fixture
def glenbeg(rolled_back: None) -> School:
    return School.create(authority=Authority.select().first(), code="glenbeg", name="Glenbeg")


@pytest.fixture
def waiting_room(tmp_path: Path) -> Path:
    return tmp_path / "held"


@pytest.fixture
def load(glenbeg: School, write_bundle: Callable[..., Path], waiting_room: Path) -> Load:
    """load(bundle) loads it for Glenbeg, each time from a fresh folder. A Path is loaded as it is."""
    count = iter(range(1000))

    def load_it(bundle: Bundle | Path, code: str = "glenbeg", **more: object) -> Report:
        path = bundle if isinstance(bundle, Path) else write_bundle(bundle, f"bundle{next(count)}")
        return mis.load(path, code, by="a test", waiting_room=waiting_room, **more)

    return load_it


@pytest.fixture
def access(glenbeg: School) -> Callable[[], set[str]]:
    """Who may see whom at Glenbeg, as "C1-0001"."""

    def pairs() -> set[str]:
        contacts, pupils = ({row.id: row.mis_id for row in model.select()} for model in (Contact, Pupil))
        return {f"{contacts[contact]}-{pupils[pupil]}" for contact, pupil in policy.access_pairs(glenbeg)}

    return pairs


@pytest.fixture
def account(glenbeg: School) -> Callable[[str], User]:
    """account("C1") makes an account for that adult."""

    def make(number: str) -> User:
        user = User.create(username=f"glenbeg.{number.lower()}", name=number)
        UserContact.create(user=user, contact=Contact.get(Contact.school == glenbeg, Contact.mis_id == number))
        return user

    return make


def counts(report: Report, file: str) -> dict[str, int]:
    """The counts of one file that are not 0."""
    found = [entry for entry in report.as_json()["files"] if entry["name"] == file]
    assert len(found) == 1, f"{file} stands {len(found)} times in the report: {report.as_json()}"
    return {what: number for what, number in found[0].items() if number and what != "name"}


def total(report: Report) -> dict[str, int]:
    """created, changed and gone of all files, those that are not 0."""
    return {what: report.total(what) for what in ("created", "changed", "gone") if report.total(what)}


def adds_up(report: Report) -> bool:
    """Is each row of each file accounted for, once?"""
    return all(file["rows"] == file["created"] + file["changed"] + file["unchanged"] + file["set_aside"] for file in report.as_json()["files"])


def said(report: Report, words: str) -> list[tuple[str, int | None, str | None]]:
    """(file, row, column) of the problems whose message has these words."""
    return [(problem.file, problem.row, problem.column) for problem in report.problems if words in problem.message]


def table_sizes() -> Counter[str]:
    return Counter({model._meta.table_name: model.select().count() for model in ALL})


def whole_database() -> str:
    """Every row of every table as text."""
    return json.dumps([list(model.select().tuples()) for model in ALL], default=str, ensure_ascii=False)
