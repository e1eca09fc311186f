"""Hides how a school's week is written down: staff, groups, periods and lessons, and that nobody is in two places at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from random import Random

from glowlite.demo import cast
from glowlite.demo.names import CULTURES, GAELIC, SCOTTISH

FULL_LOAD = 26  # of 32 periods of 50 minutes: just under the national limit of 22.5 hours in class
CAST_STAFF = {(one.forename, one.surname) for one in (*cast.STAFF, *cast.ADULTS)}


@dataclass(frozen=True)
class Period:
    id: str
    weekday: int
    name: str
    starts: str
    ends: str


@dataclass
class Teacher:
    """`busy` holds the numbers of the periods taken. The room is the teacher's own, so a free teacher is a free room."""

    id: str
    title: str
    forename: str
    surname: str
    job: str
    department: str = ""
    room: str = ""
    busy: set[int] = field(default_factory=set)


@dataclass
class Group:
    id: str
    kind: str
    name: str
    subject: str = ""
    pupils: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lesson:
    group: Group
    slot: int
    staff_id: str
    room: str
    bring: str = ""


@dataclass
class Week:
    """The whole plan of one school."""

    school: str
    periods: tuple[Period, ...]
    rng: Random
    staff: list[Teacher] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    lessons: list[Lesson] = field(default_factory=list)
    next_staff: int = 10

    def __post_init__(self) -> None:
        for one in cast.STAFF:
            if one.school == self.school:
                self.staff.append(Teacher(one.id, one.title, one.forename, one.surname, one.job, one.department))

    def add(self, id: str, kind: str, name: str, pupils: Iterable[str], subject: str = "", staff: Iterable[str] = ()) -> Group:
        group = self.groups[id] = Group(id, kind, name, subject, list(pupils), list(staff))
        return group

    def hire(self, job: str, department: str = "", room: str = "") -> Teacher:
        """A new member of staff whose name nobody at the school has."""
        taken = {(one.forename, one.surname) for one in self.staff} | CAST_STAFF
        while True:
            culture = self.rng.choice((SCOTTISH, SCOTTISH, SCOTTISH, GAELIC, self.rng.choice(CULTURES)))
            male = self.rng.random() < 0.36
            his, _, hers = self.rng.choice(culture.surnames).partition("|")
            name = self.rng.choice(culture.fathers if male else culture.mothers), his if male or not hers else hers
            if name not in taken:
                break
        number = (1000 if self.school == cast.PRIMARY else 0) + self.next_staff
        self.next_staff += 1
        title = "Mr" if male else self.rng.choice(("Mrs", "Ms", "Miss"))
        self.staff.append(Teacher(f"T{number:04}", title, *name, job, department, room))
        return self.staff[-1]

    def teachers(self, departments: Collection[str] = ()) -> list[Teacher]:
        """Those of these departments, least busy first; nobody outside a department teaches."""
        found = [one for one in self.staff if (one.department in departments if departments else one.department)]
        return sorted(found, key=lambda one: (len(one.busy), one.id))

    def may_teach(self, teacher: Teacher, group: Group) -> bool:
        wanted = cast.ALWAYS_TEACHES.get(group.id, teacher.id)
        kept_apart = cast.NEVER_TEACHES.get(teacher.id, ())
        return wanted == teacher.id and not any(pupil in kept_apart for pupil in group.pupils)

    def meet(self, group: Group, slots: Iterable[int], teacher: Teacher, bring: tuple[str, ...] = (), room: str = "") -> None:
        """The group meets this teacher in these periods; `bring` is told lesson by lesson through the week."""
        if teacher.id not in group.staff:
            group.staff.append(teacher.id)
        for n, slot in enumerate(sorted(slots)):
            teacher.busy.add(slot)
            self.lessons.append(Lesson(group, slot, teacher.id, room or teacher.room, bring[n] if n < len(bring) else ""))
