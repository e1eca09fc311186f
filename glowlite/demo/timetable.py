"""Hides how the academy's timetable is made: who takes what, when and with whom, without a clash."""

from collections.abc import Callable, Iterable
from random import Random

from glowlite.demo import cast
from glowlite.demo.people import HOUSES, Pupil
from glowlite.demo.week import FULL_LOAD, Group, Period, Teacher, Week

STARTS = ("08:50", "09:40", "10:45", "11:35", "13:10", "14:00", "14:50")
ENDS = ("09:40", "10:30", "11:35", "12:25", "14:00", "14:50", "15:40")
DAYS = (("MON", 7), ("TUE", 7), ("WED", 6), ("THU", 6), ("FRI", 6))
PERIODS = tuple(Period(f"{day}{n + 1}", number, f"Period {n + 1}", STARTS[n], ENDS[n])
                for number, (day, count) in enumerate(DAYS, start=1) for n in range(count))

SUBJECTS = {  # subject -> its short form in ids and the department that teaches it
    "English": ("EN", "English"), "Drama": ("DR", "English"), "Mathematics": ("MA", "Mathematics"),
    "Applications of Maths": ("AP", "Mathematics"),
    "French": ("FR", "Languages"), "Gàidhlig": ("GD", "Languages"), "Science": ("SC", "Science"), "Biology": ("BI", "Science"),
    "Chemistry": ("CH", "Science"), "Physics": ("PH", "Science"), "History": ("HI", "Social Subjects"),
    "Geography": ("GG", "Social Subjects"), "Modern Studies": ("MS", "Social Subjects"), "RME": ("RM", "Social Subjects"),
    "Physical Education": ("PE", "Physical Education"), "Home Economics": ("HE", "Home Economics"),
    "Health and Food Technology": ("HF", "Home Economics"), "Art and Design": ("AD", "Art and Design"),
    "Photography": ("PT", "Art and Design"), "Music": ("MU", "Music"), "Design and Technology": ("DT", "Technologies"),
    "Graphic Communication": ("GC", "Technologies"), "Computing Science": ("CS", "Business and Computing"),
    "Business Management": ("BM", "Business and Computing"), "Administration and IT": ("AI", "Business and Computing"),
    "PSE": ("PS", ""), "Supported Study": ("SS", ""),
}
ROOMS = {"English": "E", "Mathematics": "M", "Languages": "L", "Science": "Lab ", "Social Subjects": "H",
         "Home Economics": "Kitchen ", "Art and Design": "Art ", "Music": "Music ", "Technologies": "Workshop ",
         "Business and Computing": "C"}
PE_PLACES = ("Games Hall", "Gymnasium", "Playing Fields", "Fitness Suite", "Dance Studio")

# Periods a week. PSE and supported study come last: anyone who is free takes them.
JUNIOR = (("English", 4), ("Science", 3), ("French", 3), ("Physical Education", 3), ("History", 2), ("Geography", 2),
          ("Home Economics", 2), ("Art and Design", 2), ("Music", 2), ("Design and Technology", 2), ("Computing Science", 1),
          ("RME", 1), ("PSE", 1))
SENIOR = (("English", 4), ("Physical Education", 2), ("RME", 1), ("PSE", 1))
COLUMNS = (("Biology", "History", "Gàidhlig", "Business Management"),
           ("Physics", "Geography", "Art and Design", "Administration and IT"),
           ("Modern Studies", "Chemistry", "French", "Computing Science"),
           ("Music", "Graphic Communication", "Drama", "Health and Food Technology"),
           ("Physical Education", "Photography", "Design and Technology", "Applications of Maths"))
SET_SIZE = 26

BRING = {
    "Physical Education": ("PE kit and indoor trainers", "PE kit for outdoors and a water bottle", "PE kit and indoor trainers"),
    "Home Economics": ("Apron, ingredients and a box with a lid", ""),
    "Health and Food Technology": ("Apron and ingredients", ""),
    "Mathematics": ("", "Scientific calculator", "", "Scientific calculator"), "Art and Design": ("Sketchbook", ""),
    "Music": ("Your own instrument, if you play one", ""),
    "Design and Technology": ("Closed shoes, and a band for long hair", ""),
    "Geography": ("", "Coloured pencils"), "French": ("Vocabulary jotter", "", ""),
    "English": ("Your own reading book", "", "", ""),
    "Photography": ("Memory card or phone cable",),
}
CLUBS = (("Shinty", "SHINTY"), ("Choir", "CHOIR"), ("Chess Club", "CHESS"), ("Coding Club", "CODING"),
         ("Còmhradh: Gaelic conversation", "GAELIC"), ("Duke of Edinburgh's Award", "DOFE"))


def academy_week(pupils: list[Pupil], rng: Random) -> Week:
    """The academy's whole week for these pupils; fills in each pupil's registration class."""
    plan = _Academy(pupils, rng)
    return plan.week


class _Academy:
    def __init__(self, pupils: list[Pupil], rng: Random) -> None:
        self.rng = rng
        self.week = Week(cast.ACADEMY, PERIODS, rng)
        self.free: dict[str, set[int]] = {}
        self.pupils = [pupil for pupil in pupils if pupil.in_class]
        self._leaders()
        self.classes = registration_classes(self.pupils, {"S2": 2}, 24, rng)
        for name in self.classes:
            self.free[name] = set(range(len(PERIODS)))
        for department in dict.fromkeys(department for _, department in SUBJECTS.values() if department):
            if not self.week.teachers([department]):
                self._hire(department)
        self.week.staff[[one.id for one in self.week.staff].index("T0008")].room = PE_PLACES[0]
        self._room(next(one for one in self.week.staff if one.id == "T0007"))
        self._blocks()
        self._singles()
        self._pastoral()

    # --- staff

    def _leaders(self) -> None:
        for years in ("S1 and S2", "S3 and S4", "S5 and S6"):
            self.week.hire(f"Depute Head Teacher, {years}")
        for house in HOUSES[cast.ACADEMY]:
            self.week.hire(f"Principal Teacher of Pupil Support, {house}")
        self.week.hire("Pupil Support Assistant")

    def _hire(self, department: str) -> Teacher:
        teacher = self.week.hire(f"Teacher of {department}", department)
        self._room(teacher)
        return teacher

    def _room(self, teacher: Teacher) -> None:
        number = len(self.week.teachers([teacher.department]))
        if teacher.department == "Physical Education":
            teacher.room = PE_PLACES[number - 1] if number <= len(PE_PLACES) else f"Court {number - len(PE_PLACES)}"
        else:
            teacher.room = f"{ROOMS[teacher.department]}{number}"

    # --- lessons

    def _blocks(self) -> None:
        """Maths sets and option columns: groups of one year that mix its classes and so meet at the same time."""
        for stage in ("S6", "S5", "S4", "S3", "S2", "S1"):
            members = [pupil.id for pupil in self.pupils if pupil.stage == stage]
            if not members:
                continue
            self.rng.shuffle(members)
            names = [name for name in self.classes if name[0] == stage[1]]
            sets = self._split(members, -(-len(members) // SET_SIZE))
            titles = [(f"{stage}-MA-{n}", f"{stage} Mathematics, set {n}") for n in range(1, len(sets) + 1)]
            groups = [self.week.add(id, "class", title, pupils, "Mathematics")
                      for (id, title), pupils in zip(titles, sets, strict=True)]
            self._together(groups, names, 4)
            if stage in ("S4", "S5", "S6"):
                for column in COLUMNS:
                    self._together(self._options(stage, column, members), names, 4)

    def _split(self, members: list[str], parts: int) -> list[list[str]]:
        return [sorted(members[n::parts]) for n in range(parts)]

    def _options(self, stage: str, column: tuple[str, ...], members: list[str]) -> list[Group]:
        """One group for each subject of the column, as many as the year can fill."""
        count = max(1, -(-len(members) // 20)) if len(members) < 12 else max(2, -(-len(members) // 20))
        self.rng.shuffle(members)
        groups = []
        for n, pupils in enumerate(self._split(members, count)):
            subject, again = column[n % len(column)], n // len(column)
            id = f"{stage}-{SUBJECTS[subject][0]}" + (f"-{again + 1}" if again else "")
            title = f"{stage} {subject}" + (f" {again + 1}" if again else "")
            groups.append(self.week.add(id, "class", title, pupils, subject))
        return groups

    def _together(self, groups: list[Group], classes: list[str], periods: int) -> None:
        common = set.intersection(*(self.free[name] for name in classes))
        departments = {SUBJECTS[group.subject][1] for group in groups}
        crowd = self.week.teachers(departments)
        slots = self._spread(common, periods, lambda slot: sum(slot in one.busy for one in crowd))
        for name in classes:
            self.free[name] -= set(slots)
        for group in groups:
            self.week.meet(group, slots, self._teacher(group, slots), BRING.get(group.subject, ()))

    def _singles(self) -> None:
        """Subjects taught by registration class, the department with the tightest week first."""
        order = ("English", "RME", "Computing Science", "Music", "Home Economics", "Art and Design", "Design and Technology",
                 "Physical Education", "Geography", "History", "French", "Science", "PSE", "Supported Study")
        for subject in order:
            for name in sorted(self.classes, key=lambda one: f"{one}-{SUBJECTS[subject][0]}" not in cast.ALWAYS_TEACHES):
                weekly = dict(JUNIOR if name[0] in "123" else SENIOR)
                if periods := weekly.get(subject):
                    id = f"{name}-{SUBJECTS[subject][0]}"
                    group = self.week.add(id, "class", f"{name} {subject}", self.classes[name], subject)
                    self._single(group, name, periods)

    def _single(self, group: Group, name: str, periods: int) -> None:
        """The least busy teacher with enough free periods in common with the class takes it."""
        department = SUBJECTS[group.subject][1]
        for teacher in self.week.teachers([department] if department else ()):
            open_slots = self.free[name] - teacher.busy
            if len(open_slots) >= periods and len(teacher.busy) + periods <= FULL_LOAD and self.week.may_teach(teacher, group):
                break
        else:
            teacher = self._hire(department or "English")
            open_slots = self.free[name]
        slots = self._spread(open_slots, periods, lambda slot: 0)
        self.free[name] -= set(slots)
        self.week.meet(group, slots, teacher, BRING.get(group.subject, ()))

    def _teacher(self, group: Group, slots: Iterable[int]) -> Teacher:
        wanted = set(slots)
        for teacher in self.week.teachers([SUBJECTS[group.subject][1]]):
            fits = not wanted & teacher.busy and len(teacher.busy) + len(wanted) <= FULL_LOAD
            if fits and self.week.may_teach(teacher, group):
                return teacher
        return self._hire(SUBJECTS[group.subject][1])

    def _spread(self, slots: Iterable[int], count: int, crowding: Callable[[int], int]) -> list[int]:
        """The least crowded of these periods, on as many different days as can be."""
        chosen: list[int] = []
        rest = {slot: self.rng.random() for slot in sorted(slots)}
        while len(chosen) < count:
            days = [PERIODS[slot].weekday for slot in chosen]
            best = min(rest, key=lambda slot: (days.count(PERIODS[slot].weekday), crowding(slot), rest[slot]))
            chosen.append(best)
            del rest[best]
        return chosen

    # --- registration, years, houses, clubs

    def _pastoral(self) -> None:
        teachers = self.week.teachers()
        leads = {one.job.rsplit(", ")[-1]: one.id for one in self.week.staff if "," in one.job}
        for n, (name, members) in enumerate(self.classes.items()):
            group = self.week.add(f"REG-{name}", "registration", name, members)
            tutors = [one for one in teachers if self.week.may_teach(one, group) and one.id != "T0007"]
            group.staff.append(tutors[n % len(tutors)].id)
        for stage in ("S1", "S2", "S3", "S4", "S5", "S6"):
            lead = next(id for years, id in leads.items() if stage in years)
            self.week.add(f"YEAR-{stage}", "year", stage, (one.id for one in self.pupils if one.stage == stage), staff=[lead])
        for house in HOUSES[cast.ACADEMY]:
            members = [one.id for one in self.pupils if one.house == house]
            self.week.add(f"HOUSE-{house.upper()}", "house", house, members, staff=[leads[house]])
        helpers = [one for one in teachers if not one.id < "T0009"]  # the cast teach their classes and no more
        for n, (club, short) in enumerate(CLUBS):
            members = sorted(one.id for one in self.rng.sample(self.pupils, max(3, len(self.pupils) // 12)))
            self.week.add(f"CLUB-{short}", "club", club, members, staff=[helpers[n * 5 % len(helpers)].id])


def registration_classes(pupils: list[Pupil], at_least: dict[str, int], size: int, rng: Random) -> dict[str, list[str]]:
    """Class name -> pupils, about equally full; the cast sit where they are told to. Sets each pupil's registration."""
    classes: dict[str, list[str]] = {}
    for stage in sorted({pupil.stage for pupil in pupils}):
        year = [pupil for pupil in pupils if pupil.stage == stage]
        count = max(at_least.get(stage, 1), -(-len(year) // size))
        names = [f"{stage[1]}{chr(ord('A') + n)}" for n in range(count)]
        made: dict[str, list[str]] = {name: [] for name in names}
        rng.shuffle(year)
        for pupil in sorted(year, key=lambda one: not one.registration):
            pupil.registration = pupil.registration or min(names, key=lambda name: len(made[name]))
            made[pupil.registration].append(pupil.id)
        classes.update({name: sorted(members) for name, members in made.items() if members})
    return classes
