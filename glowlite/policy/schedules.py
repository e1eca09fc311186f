"""Hides when parents get to see what: a component that opens at a moment, a register that must be checked first, days to hold back.

A school's schedule is JSON in its row, since every page of a parent asks it:
{"results": {"opens": "2026-11-27T15:30:00"}, "attendance": {"checked": ["2026-11-19", "AM"]}, "conduct": {"days": 3}}
"""

import json
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from glowlite.models import School

MOST_DAYS = 30
SESSIONS = {"AM": "morning", "PM": "afternoon"}


class Schedule(NamedTuple):
    """What one school holds back of one component. opens: a UTC moment. checked: (day, session) up to which registers were checked.

    days: how long something recorded is held back. All None: nothing is held back.
    """

    opens: datetime | None = None
    checked: tuple[date, str] | None = None
    days: int | None = None

    def waits(self, now: datetime) -> bool:
        """Is the component still shut as a whole?"""
        return self.opens is not None and now < self.opens

    def newest_day(self, today: date) -> date:
        """The last day of which something recorded is shown."""
        return today - timedelta(days=self.days or 0)

    def shows_mark(self, day: date, session: str) -> bool:
        """May the mark of this session be shown? AM sorts before PM."""
        return self.checked is None or (day, session) <= self.checked

    @property
    def words(self) -> str:
        """What parents wait for although the component is open to them; empty when there is nothing."""
        parts = []
        if self.checked:
            day, session = self.checked
            parts.append(f"registers show once the school has checked them, at present up to the {SESSIONS[session]} of {day:%a} {day.day} {day:%b}")
        if self.days:
            parts.append(f"what is written down shows after {self.days} {'day' if self.days == 1 else 'days'}")
        return ", and ".join(parts)


NOTHING = Schedule()


def schedule_of(school: School, component: str) -> Schedule:
    """What a school holds back of this component."""
    return of_text(school.schedule_text, component)


def of_text(text: str, component: str) -> Schedule:
    """The same from the column as it stands."""
    if text == "{}":
        return NOTHING
    row = _rows(text).get(component, {})
    opens, checked = row.get("opens"), row.get("checked")
    return Schedule(datetime.fromisoformat(opens) if opens else None,
                    (date.fromisoformat(checked[0]), checked[1]) if checked else None, row.get("days"))


@lru_cache(maxsize=500)
def _rows(text: str) -> dict[str, dict[str, Any]]:
    """Every component of a page asks the same text."""
    rows: dict[str, dict[str, Any]] = json.loads(text)
    return rows
