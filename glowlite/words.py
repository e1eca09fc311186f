"""Hides how dates, times and names are said to people: the filters of every template."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for

from glowlite import clock, prose

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def day(value: date) -> str:
    """Mon 23 Nov"""
    return f"{DAYS[value.weekday()][:3]} {value.day} {MONTHS[value.month][:3]}"


def full_day(value: date) -> str:
    """Monday 23 November 2026"""
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month]} {value.year}"


def near_day(value: date) -> str:
    """today, tomorrow, yesterday, or Mon 23 Nov"""
    names = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return names.get((value - clock.today()).days) or day(value)


def days(first: date, last: date | None) -> str:
    """Mon 21 Dec – Tue 5 Jan, or one day alone"""
    return day(first) if last is None or last == first else f"{day(first)} – {day(last)}"


def moment(value: datetime) -> str:
    """today at 06:00, yesterday at 18:30, or Mon 23 Nov at 06:00; for a stored moment (UTC)"""
    here = clock.local(value)
    return f"{near_day(here.date())} at {here:%H:%M}"


def machine_day(value: date) -> str:
    return value.isoformat()


def plural(count: int, one: str, many: str | None = None) -> str:
    """1 lesson, 3 lessons"""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Iterable[str | None]) -> str:
    """Maths, Mrs Reid; what is empty is left out"""
    return ", ".join(str(part) for part in parts if part)


def address(endpoint: str, **values: Any) -> str:
    """Flask's url_for, which takes long for something that is the same every time."""
    return _address(request.script_root, endpoint, **values)


@lru_cache(maxsize=10_000)
def _address(root: str, endpoint: str, /, **values: Any) -> str:
    return url_for(endpoint, **values)


def teach(app: Flask) -> None:
    """Make these words known to the templates."""
    app.jinja_env.filters.update(listed=listed, day=day, full_day=full_day, near_day=near_day, moment=moment, machine_day=machine_day,
                                 plural=plural, prose=prose.html, beginning=prose.beginning)
    app.jinja_env.globals.update(url_for=address, days=days, today=clock.today, one_day=timedelta(days=1))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
