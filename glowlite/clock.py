"""Hides time zones: moments are stored in UTC, people read Europe/London."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment in UTC, without a zone, as every table stores it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def today() -> date:
    """Today's date where the schools are."""
    return datetime.now(LONDON).date()


def local(moment: datetime) -> datetime:
    """A stored UTC moment as London time."""
    return moment.replace(tzinfo=UTC).astimezone(LONDON)


def stored(moment: datetime) -> datetime:
    """A moment that somebody typed, in London time without a zone, as it is stored (UTC)."""
    return moment.replace(tzinfo=LONDON).astimezone(UTC).replace(tzinfo=None)


def this_morning() -> datetime:
    """The beginning of today where the schools are, as it is stored (UTC)."""
    return stored(datetime.combine(today(), datetime.min.time()))


def monday_of(day: date) -> date:
    """The Monday of the week that `day` is in."""
    return day - timedelta(days=day.weekday())
