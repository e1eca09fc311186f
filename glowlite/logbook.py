"""Hides how the audit is read: which rows are a school's, and how one of them is said to people."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Self

from peewee import JOIN, Expression, ModelSelect

from glowlite import clock, policy
from glowlite.models import Audit, School, User

# Written down, but nothing at the school is another thing for it: who looked, and what only its author sees.
NO_CHANGE = ("looked at page as", "wore another hat", "downloaded audit", "drafted post")
BY_TITLE = ("published post", "withdrew post")  # what all may know by its title; of other posts only the number is said


class Line(NamedTuple):
    """One row as people read it. school: its id, None for what belongs to no school."""

    at: datetime
    username: str
    name: str
    action: str
    subject: str
    before: list[tuple[str, str]]
    after: list[tuple[str, str]]
    school: int | None = None

    @property
    def when(self) -> str:
        """Mon 23 Nov 2026, 18:05"""
        return f"{clock.local(self.at):%a %-d %b %Y, %H:%M}"

    @property
    def who(self) -> str:
        return self.name or self.username

    @property
    def about(self) -> str:
        """In a few words: the title of a post that is or was out, or else the subject; nothing when that is who did it."""
        titles = dict(self.before) | dict(self.after) if self.action in BY_TITLE else {}
        return "" if self.subject == self.username else titles.get("title", self.subject)

    @classmethod
    def of(cls, row: Audit, listed: int | None = None) -> Self:
        """listed: how many of a long list are said."""
        name = row.actor.name if row.actor_id else ""
        return cls(row.at, row.actor_name, name, row.action, row.subject, _facts(row.before, listed), _facts(row.after, listed), row.school_id)


def changes(schools: Iterable[School], most: int) -> list[Line]:
    """The newest of what changed at these schools, in one query; what people did to their own account is no change of the school."""
    here = Audit.school.in_([school.id for school in schools])
    rows = _with_actor().where(here, Audit.action.not_in(NO_CHANGE)).order_by(Audit.id.desc()).limit(most)
    return [Line.of(row) for row in rows]


def rows(school: School) -> ModelSelect:
    return _with_actor().where(written_for(school))


def _with_actor() -> ModelSelect:
    return Audit.select(Audit, User).join(User, JOIN.LEFT_OUTER)


def written_for(school: School) -> Expression:
    """What is written for this school; and what the people of it did to their own account, which belongs to no school."""
    return (Audit.school == school) | (Audit.school.is_null() & Audit.actor.in_(policy.accounts_of(school)))


def _facts(text: str | None, listed: int | None) -> list[tuple[str, str]]:
    """A stored JSON value as (name, words)."""
    if text is None:
        return []
    value = json.loads(text)
    facts = value.items() if isinstance(value, dict) else [("", value)]
    return [(name.replace("_", " "), _words(fact, listed)) for name, fact in facts]


def _words(fact: Any, listed: int | None = None) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, list):
        more = f" … and {len(fact) - listed} more" if listed and len(fact) > listed else ""
        return ", ".join(map(_words, fact[:listed])) + more or "none"
    return "–" if fact is None else json.dumps(fact, ensure_ascii=False) if isinstance(fact, dict) else str(fact)
