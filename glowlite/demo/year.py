"""Hides when a Scottish school is open: from any day to its session, its holidays, in-service days and school days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

DAY = timedelta(days=1)


def monday_from(day: date) -> date:
    return day + DAY * (-day.weekday() % 7)


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus."""
    century, golden = divmod(year, 100)[0], year % 19
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def session_opens(year: int) -> date:
    """The Monday in mid-August on which staff come back; pupils follow on the Tuesday."""
    return monday_from(date(year, 8, 15))


@dataclass(frozen=True)
class Span:
    kind: str
    title: str
    starts: date
    ends: date
    details: str = ""

    def __contains__(self, day: date) -> bool:
        return self.starts <= day <= self.ends


@dataclass(frozen=True)
class SchoolYear:
    """One session, August to June, named by the year in which it begins."""

    begins: int

    @classmethod
    def around(cls, today: date) -> "SchoolYear":
        return cls(today.year if today >= session_opens(today.year) else today.year - 1)

    @property
    def first(self) -> date:
        return session_opens(self.begins) + DAY

    @cached_property
    def last(self) -> date:
        """The last Friday in June."""
        end = date(self.begins + 1, 6, 30)
        return end - DAY * ((end.weekday() - 4) % 7)

    @cached_property
    def snow_day(self) -> date:
        return monday_from(date(self.begins + 1, 1, 16)) + 2 * DAY

    @cached_property
    def holidays(self) -> tuple[Span, ...]:
        now, then = self.begins, self.begins + 1
        september = monday_from(date(now, 9, 22))
        october = monday_from(date(now, 10, 8))
        christmas, new_year = monday_from(date(now, 12, 19)), monday_from(date(then, 1, 3)) + DAY
        february = monday_from(date(then, 2, 12))
        spring = easter(then) - 6 * DAY
        may = monday_from(date(then, 5, 1))
        return (
            Span("holiday", "September weekend", september - 3 * DAY, september),
            Span("holiday", "October holiday", october, october + 11 * DAY),
            Span("holiday", "Christmas holiday", christmas, new_year,
                 f"School opens again on {new_year + DAY:%a} {(new_year + DAY).day} January."),
            Span("holiday", "February mid-term", february, february + DAY),
            Span("holiday", "Easter holiday", spring, spring + 11 * DAY),
            Span("holiday", "May Day", may, may),
            Span("holiday", "Summer holiday", self.last + 3 * DAY, session_opens(then) - DAY),
        )

    @cached_property
    def in_service(self) -> tuple[Span, ...]:
        opens, (_, october, _, february, _, may, _) = session_opens(self.begins), self.holidays
        days = (opens, october.ends + 3 * DAY, february.ends + DAY, may.ends + DAY)
        return tuple(Span("in-service", "In-service day: no school for pupils", day, day) for day in days)

    @cached_property
    def terms(self) -> tuple[Span, ...]:
        _, october, christmas, _, spring, _, _ = self.holidays
        starts = [self.first, *(self.school_day_from(span.ends) for span in (october, christmas, spring))]
        ends = [*(max(day for day in self.days if day < span.starts) for span in (october, christmas, spring)), self.last]
        return tuple(Span("term", f"Term {n}", *edges) for n, edges in enumerate(zip(starts, ends, strict=True), start=1))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every day on which the school expects pupils, had there been no snow."""
        shut = (*self.holidays, *self.in_service)
        every = (self.first + DAY * n for n in range((self.last - self.first).days + 1))
        return tuple(day for day in every if day.weekday() < 5 and not any(day in span for span in shut))

    def open_days(self, until: date) -> tuple[date, ...]:
        """The school days so far. Nobody knows of the snow day before it comes, but no marks were taken on it."""
        return tuple(day for day in self.days if day <= until and day != self.snow_day)

    def school_day_from(self, day: date) -> date:
        """That day, or the next one with pupils in school; the last day of the session when there is none."""
        return next((open_day for open_day in self.days if open_day >= day), self.last)
