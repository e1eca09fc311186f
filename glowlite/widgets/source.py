"""Where what is on the page comes from: the last drop of each school, when it came and what was in it."""

import json
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import JOIN, ModelSelect, fn

from glowlite.models import Contact, Drop, School, UserContact
from glowlite.policy import Action
from glowlite.prepared import prepared
from glowlite.widgets.base import Ask, Widget

# What families know the files by. Adults' details are nobody's business here.
FILES = {
    "pupils": ("pupil", "pupils"), "lessons": ("lesson", "lessons"), "marks": ("register mark", "register marks"),
    "conduct": ("entry on praise and behaviour", "entries on praise and behaviour"), "results": ("result", "results"),
    "assignments": ("piece of homework", "pieces of homework"), "calendar": ("date", "dates"),
}


class OwnContact(NamedTuple):
    """The viewer's own row among the contacts of a school."""

    name: str
    email: str | None
    mobile: str | None
    phone: str | None
    address: str | None
    postcode: str | None


class Loaded(NamedTuple):
    """The last drop that was kept. files: (how many, one, several) in words families know."""

    mis: str
    when: datetime
    files: tuple[tuple[int, str, str], ...]


class Record(NamedTuple):
    """What a school has for the viewer: its last drop, if any, and the viewer's own contact rows there."""

    school: School
    loaded: Loaded | None
    own: list[OwnContact]


def fetch(ask: Ask) -> dict[str, Any] | None:
    return {"records": list(records(ask).values())}


def records(ask: Ask) -> dict[int, Record]:
    """For each school of the widget, in one query that `held` shares. Contacts are reached through the viewer's account only."""
    schools = tuple(ask.schools)
    return ask.once(("records", schools), lambda: _records(ask, _rows(schools, ask.viewer.user_id)))


def _records(ask: Ask, rows: dict[int, list[tuple[Any, ...]]]) -> dict[int, Record]:
    return {number: _record(school, rows.get(number, [])) for number, school in ask.schools.items()}


def _rows(school_ids: tuple[int, ...], user_id: int) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for school, *row in _loaded_and_own(school_ids, user_id):
        found[school].append(tuple(row))
    return found


@prepared
def _loaded_and_own(school_ids: Any, user_id: Any) -> ModelSelect:
    newest = Drop.alias()
    last = newest.select(fn.MAX(newest.id)).where(newest.school == School.id, newest.status == "kept")
    mine = UserContact.select(UserContact.contact).where(UserContact.user == user_id)
    return (School.select(School.id, Drop.mis, fn.COALESCE(Drop.finished, Drop.started), Drop.report_text,
                          Contact.id, Contact.title, Contact.forename, Contact.surname,
                          Contact.email, Contact.mobile, Contact.phone, Contact.address, Contact.postcode)
            .join(Drop, JOIN.LEFT_OUTER, on=Drop.id == last)
            .join_from(School, Contact, JOIN.LEFT_OUTER,
                       on=(Contact.school == School.id) & Contact.id.in_(mine) & Contact.gone.is_null())
            .where(School.id.in_(school_ids)).order_by(School.id, Contact.id))


def _record(school: School, rows: list[tuple[Any, ...]]) -> Record:
    own = [OwnContact(" ".join(part for part in (title, forename, surname) if part), *details)
           for _, _, _, contact, title, forename, surname, *details in rows if contact]
    mis, when, report = rows[0][:3] if rows else ("", None, None)
    return Record(school, Loaded(mis, when, _contents(report)) if when else None, own)


@lru_cache(maxsize=500)  # a report is long, and every parent of the school asks the same one
def _contents(report: str) -> tuple[tuple[int, str, str], ...]:
    """The files of a drop's report in words, those that held something."""
    rows = {file["name"].lower().removesuffix(".csv"): file.get("rows", 0) for file in json.loads(report).get("files", [])}
    return tuple((rows[name], *words) for name, words in FILES.items() if rows.get(name))


WIDGET = Widget(
    title="Where this comes from",
    needs=Action.SOURCE,
    fetch=fetch,
    about="The last delivery of data from each school: when it came and what was in it.",
)
