"""Hides how the academic sessions of OneRoster and School Data Sync become terms of the school calendar."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from glowlite import clock
from glowlite.mis.on_record import OnRecord

Record = dict[str, str]
COLUMNS = ["id", "kind", "title", "starts", "ends"]
KINDS = ("term", "semester")  # a school year or a marking period is no term


def terms(sessions: Iterable[tuple[int, Record]], day_after: bool) -> list[tuple[int, list[str]]]:
    """(row, cells of COLUMNS) of the terms among these records; of the semesters where there are no terms.

    day_after: the end is written as the first day that is no longer part of the session.
    """
    rows = list(sessions)
    kind = next((kind for kind in KINDS if any(row.get("type", "").lower() == kind for _, row in rows)), None)
    return [(number, [row.get("sourcedid", ""), "term", row.get("title", ""), day(row.get("startdate", "")), last_day(row.get("enddate", ""), day_after)])
            for number, row in rows if row.get("type", "").lower() == kind]


def ended_terms(on_record: OnRecord, rows: list[tuple[int, list[str]]]) -> list[tuple[int, tuple[str, ...]]]:
    """The terms on record that are not among these: the sessions speak for the terms of the calendar, and for nothing else in it."""
    here = {cells[0] for _, cells in rows}
    return [(1, key) for key, entry in on_record.rows("calendar").items() if entry["kind"] == "term" and key[0] not in here]


def day(cell: str) -> str:
    """The day of a moment in UTC such as 2021-08-31T23:00:00.000Z, as it is where the schools are; anything else is handed on as it is."""
    parts = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?", cell, re.ASCII)
    if not parts:
        return cell
    try:
        if parts[3] == "Z":
            return clock.local(datetime.fromisoformat(f"{parts[1]} {parts[2]}")).date().isoformat()
        return date.fromisoformat(parts[1]).isoformat()
    except (ValueError, OverflowError):
        return cell


def last_day(cell: str, day_after: bool) -> str:
    """The last day of something that ends on this one, or on the day before it."""
    text = day(cell)
    try:
        return (date.fromisoformat(text) - timedelta(days=1)).isoformat() if day_after else text
    except (ValueError, OverflowError):
        return text


def is_over(cell: str, day_after: bool) -> bool:
    """Has it ended before today? Not when the date is blank or no date."""
    return _is_date(last_day(cell, day_after)) and last_day(cell, day_after) < clock.today().isoformat()


def is_to_come(cell: str) -> bool:
    """Does it begin after today?"""
    return _is_date(day(cell)) and day(cell) > clock.today().isoformat()


def is_no_date(cell: str) -> bool:
    """Does something stand here that is no date?"""
    return bool(cell) and not _is_date(day(cell))


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII))
