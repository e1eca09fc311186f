"""Hides how a school decides when parents get to see what: opening at a moment, registers that must be checked, days to hold back.

What is decided stands in the school's row, where policy reads it (policy/schedules.py).
"""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from glowlite import clock, db
from glowlite.models import Audit, School, User
from glowlite.policy import PARENT_HAT, Action, Role, components_of, schedule_of
from glowlite.policy.schedules import MOST_DAYS, SESSIONS

REGISTERS, REMARKS = Action.ATTENDANCE, Action.CONDUCT  # what waits for a check, and what can be held back for days
AFTERNOON = 12  # from this hour on there can be a register of the afternoon
Rows = dict[str, dict[str, Any]]


class TooEarly(Exception):
    """Registers of a session that is still to come cannot have been checked."""


class Opening(NamedTuple):
    """A component that opens to parents, or has opened, at a moment."""

    action: Action
    at: datetime

    @property
    def is_to_come(self) -> bool:
        return self.at > clock.now()


class Timing(NamedTuple):
    """What a school has decided. checked: up to which day and session registers are; None where marks show at once. days: praise and behaviour."""

    openings: list[Opening]
    checked: tuple[date, str] | None
    days: int


def of_school(school: School) -> Timing:
    moments = {action: schedule_of(school, action.key).opens for action in openable()}
    openings = [Opening(action, at) for action, at in moments.items() if at]
    return Timing(sorted(openings, key=lambda one: one.at), schedule_of(school, REGISTERS.key).checked, schedule_of(school, REMARKS.key).days or 0)


def openable() -> list[Action]:
    """What can open at a moment: every component that parents can have."""
    return components_of(Role(PARENT_HAT))


def open_at(by: User, school: School, action: Action, at: datetime) -> None:
    """Parents see this from that moment (UTC) on, and nothing of it before."""
    _change(by, school, "decided when parents see it", lambda rows: _set(rows, action, "opens", at.isoformat()))


def open_now(by: User, school: School, action: Action) -> None:
    _change(by, school, "decided when parents see it", lambda rows: _set(rows, action, "opens", None))


def hold(by: User, school: School, *, after_check: bool, days: int) -> None:
    """Show marks only once registers are checked, or at once; hold praise and behaviour back for some days, or none."""
    yesterday = [(clock.today() - timedelta(days=1)).isoformat(), "PM"]  # what parents could see until now stays

    def decide(rows: Rows) -> None:
        before = rows.get(REGISTERS.key, {}).get("checked")
        _set(rows, REGISTERS, "checked", (before or yesterday) if after_check else None)
        _set(rows, REMARKS, "days", min(days, MOST_DAYS) or None)

    _change(by, school, "decided when parents see it", decide)


def newest_register() -> tuple[date, str]:
    """The last session of which there can be a register."""
    return clock.today(), "PM" if clock.local(clock.now()).hour >= AFTERNOON else "AM"


def check(by: User, school: School, day: date, session: str) -> None:
    """The registers are checked up to this session; where marks do not wait for that, it means nothing. Raises TooEarly."""
    if (day, session) > newest_register():
        raise TooEarly(f"The {SESSIONS[session]} of {day:%a} {day.day} {day:%b} is still to come.")

    def move_on(rows: Rows) -> None:
        if "checked" in rows.get(REGISTERS.key, {}):
            _set(rows, REGISTERS, "checked", [day.isoformat(), session])

    _change(by, school, "checked registers", move_on)


def _set(rows: Rows, action: Action, word: str, value: Any) -> None:
    row = rows.pop(action.key, {}) | {word: value}
    rows |= {action.key: kept} if (kept := {name: one for name, one in row.items() if one is not None}) else {}


def _change(by: User, school: School, said: str, decide: Callable[[Rows], None]) -> None:
    with db.write_lock():
        school.touch()  # on PostgreSQL this also holds the row until the change is made
        before: Rows = json.loads(School.get_by_id(school.id).schedule_text)
        after = json.loads(json.dumps(before))
        decide(after)
        if after != before:
            School.update(schedule_text=json.dumps(after, sort_keys=True)).where(School.id == school.id).execute()
            Audit.write(by, said, school.name, school=school, before=before, after=after)
