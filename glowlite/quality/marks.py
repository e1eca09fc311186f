"""Hides how the marks of a school are counted: by class and half day, against the half days on which there ought to be some."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from peewee import ModelSelect, fn

from glowlite import clock, code_tables, policy, school_day
from glowlite.attendance import IN_SCHOOL
from glowlite.models import Mark, Pupil, School
from glowlite.prepared import prepared

WEEKS = 12  # as far back as somebody can still say who was there

Slot = tuple[date, str]  # a half day


class Count(NamedTuple):
    """How many pupils of a class have this code on a half day."""

    registration: str
    day: date
    session: str
    code: str
    number: int


@dataclass(frozen=True)
class Registers:
    """The marks of the pupils on the roll of a school, counted by class."""

    school: School
    pupils: list[Pupil]

    @cached_property
    def since(self) -> date:
        """The beginning of the session, but never longer ago than anybody can remember."""
        today = clock.today()
        return max(school_day.session_start(today), today - timedelta(weeks=WEEKS))

    @cached_property
    def counts(self) -> list[Count]:
        return [Count(*row) for row in _counts(self.school.id, self.since, clock.today())]

    @cached_property
    def days(self) -> dict[date, school_day.Day]:
        """What each day is on which there are marks, and each day up to the last register."""
        with_marks = {count.day for count in self.counts}
        entries = school_day.calendar([self.school.id], self.since)[self.school.id] if with_marks else []
        length = (self.last - min(with_marks)).days + 1 if with_marks else 0
        between = {min(with_marks) + timedelta(days=n) for n in range(length)}
        return {day: school_day.on(day, entries) for day in sorted(with_marks | between)}

    @cached_property
    def last(self) -> date:
        """The day of the last register that came: leave is planned ahead, being in school is not. Today's are still being taken."""
        days = {count.day for count in self.counts if count.day < clock.today() and self.category(count.code, count.day) in IN_SCHOOL}
        return max(days, default=date.min)

    @cached_property
    def expected(self) -> list[Slot]:
        """The half days that ought to be in a register: of each day of school so far, the sessions that are marked on such weekdays at all."""
        sessions = sorted({count.session for count in self.counts})
        ever = {(count.day.weekday(), count.session) for count in self.counts}  # many schools shut on Friday afternoons
        return [(day, session) for day, it in self.days.items() if it.open and day <= self.last for session in sessions if (day.weekday(), session) in ever]

    @cached_property
    def marked(self) -> Counter[tuple[str, Slot]]:
        """How many pupils of each class have a mark on each half day."""
        found: Counter[tuple[str, Slot]] = Counter()
        for count in self.counts:
            found[count.registration, (count.day, count.session)] += count.number
        return found

    @cached_property
    def classes(self) -> dict[str, list[Pupil]]:
        """The pupils of each registration class, and under "" those who are in none."""
        found: dict[str, list[Pupil]] = defaultdict(list)
        for pupil in self.pupils:
            found[pupil.registration or ""].append(pupil)
        return found

    @cached_property
    def of_anybody(self) -> set[Slot]:
        """The half days on which anybody has a mark."""
        return {slot for _, slot in self.marked}

    def due(self, name: str) -> list[Slot]:
        """The half days on which a class ought to be marked while others are. A class that is marked in the mornings only has no afternoons."""
        sessions = self._sessions[name]
        return [slot for slot in self.expected if name and slot in self.of_anybody and (slot[1] in sessions or not sessions)]

    @cached_property
    def _sessions(self) -> dict[str, set[str]]:
        """Mornings, afternoons or both: what each class is ever marked in."""
        found: dict[str, set[str]] = defaultdict(set)
        for name, (_, session) in self.marked:
            found[name].add(session)
        return found

    def taken(self, name: str) -> list[Slot]:
        """The half days on which the register of this class was taken; for who is in no class, that of anybody."""
        return [slot for slot in self.expected if (self.marked[name, slot] if name else slot in self.of_anybody)]

    @cached_property
    def meanings(self) -> code_tables.Meanings:
        return code_tables.meanings(self.school)

    def category(self, code: str, day: date) -> str | None:
        """What a code meant on that day; None when nobody has said."""
        meaning = self.meanings.on(code, day)
        return meaning.category if meaning else None


@prepared
def _counts(school: Any, since: Any, today: Any) -> ModelSelect:
    columns = (Mark.day, Mark.session, Mark.code)
    return (Mark.select(fn.COALESCE(Pupil.registration, ""), *columns, fn.COUNT(Mark.pupil)).join(Pupil)
            .where(Pupil.school == school, policy.on_roll(today), Mark.gone.is_null(), Mark.day >= since).group_by(Pupil.registration, *columns))
