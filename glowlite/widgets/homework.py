"""Homework by the day it is due, with what a family needs in order to help."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from glowlite import school_day
from glowlite.models import Pupil
from glowlite.policy import Action
from glowlite.school_day import Homework
from glowlite.widgets.base import Ask, Option, Widget

WEEKS_BACK = timedelta(weeks=4)


class Task(NamedTuple):
    """One assignment of one child. site: the host name of its resource, None when there is no address one can trust."""

    child: Pupil
    homework: Homework
    site: str | None


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    past = ask.query.get("show") == "past"
    tasks = _past(ask) if past else _coming(ask)
    return {
        "past": past, "days": school_day.by_day(tasks, lambda task: task.homework.due_on),
        "days_ahead": max(ask.option("days_ahead", child.school_id) for child in ask.children),
        "with_names": ask.page == "home", "compact": ask.page == "home",
    }


def _coming(ask: Ask) -> list[Task]:
    """What is still to be done: all of it on a child's page, the next days on the home page."""
    ids = tuple(child.id for child in ask.children)
    found = ask.once(("homework", ids), lambda: school_day.homework(ids, ask.today, ask.today))
    return sorted(_tasks(ask, found, lambda task, child: ask.page == "child" or task.due_on <= _horizon(ask, child)),
                  key=lambda task: task.homework.due_on)


def _past(ask: Ask) -> list[Task]:
    ids, yesterday = [child.id for child in ask.children], ask.today - timedelta(days=1)
    found = school_day.homework(ids, ask.today, ask.today - WEEKS_BACK, yesterday)
    return sorted(_tasks(ask, found, lambda task, child: True), key=lambda task: task.homework.due_on, reverse=True)


def _tasks(ask: Ask, found: dict[int, list[Homework]], wanted: Any) -> list[Task]:
    return [Task(child, task, _site(task.resource))
            for child in ask.children for task in found.get(child.id, []) if wanted(task, child)]


def _horizon(ask: Ask, child: Pupil) -> date:
    return ask.today + timedelta(days=ask.option("days_ahead", child.school_id))


def _site(address: str | None) -> str | None:
    parts = urlsplit(address or "")
    return parts.hostname if parts.scheme == "https" else None


WIDGET = Widget(
    title="Homework",
    needs=Action.HOMEWORK,
    fetch=fetch,
    options={"days_ahead": Option("number", 7, "On the home page: how many days ahead")},
    about="What was set, when it is due, and the material that goes with it.",
)
