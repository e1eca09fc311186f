"""Hides how the primary school's week is made: a class and a teacher for each stage, and who has the hall when."""

from random import Random

from glowlite.demo import cast
from glowlite.demo.people import HOUSES, STAGES, Pupil
from glowlite.demo.week import Group, Period, Teacher, Week

PARTS = (("First thing", "09:00", "09:50"), ("Before break", "09:50", "10:40"), ("After break", "10:55", "11:45"),
         ("Before lunch", "11:45", "12:30"), ("After lunch", "13:20", "14:10"), ("Last thing", "14:10", "15:00"))
DAYS = ("MON", "TUE", "WED", "THU", "FRI")
PERIODS = tuple(Period(f"{day}{n}", number, *part)
                for number, day in enumerate(DAYS, start=1) for n, part in enumerate(PARTS, start=1))

SUBJECTS = {"Literacy": "LIT", "Numeracy": "NUM", "Health and Wellbeing": "HWB", "Topic": "TOP", "Expressive Arts": "ART",
            "Science": "SCI", "Gàidhlig": "GD", "PE": "PE", "Library": "LIB", "Swimming": "SWI", "Assembly": "ASM"}
FILLING = (("Literacy", 8), ("Numeracy", 7), ("Topic", 3), ("Expressive Arts", 2), ("Health and Wellbeing", 2), ("Science", 2),
           ("Gàidhlig", 2))
BRING = {"PE": "PE kit and gym shoes", "Library": "Library book", "Swimming": "Swimming things and a towel"}
PE_PAIRS = ((1, 4), (2, 5), (1, 3), (3, 5), (2, 4))  # two fixed days, never next to each other
ASSEMBLY = next(n for n, period in enumerate(PERIODS) if period.id == "FRI6")
FULL_CLASS, SMALL_STAGE = 28, 8
CLUBS = (("Eco Club", "ECO"), ("Lego Club", "LEGO"), ("Running Club", "RUN"))


def primary_week(pupils: list[Pupil], rng: Random) -> Week:
    """The primary school's whole week for these pupils; fills in each pupil's class."""
    week = Week(cast.PRIMARY, PERIODS, rng)
    here = [pupil for pupil in pupils if pupil.in_class]
    taken: set[tuple[str, int]] = set()
    for n, (name, members) in enumerate(_classes(here).items()):
        for pupil in members:
            pupil.registration = name
        teacher = _class_teacher(week, name, n)
        ids = [pupil.id for pupil in members]
        week.add(f"REG-{name}", "registration", name, ids, staff=[teacher.id])
        _lessons(week, name, ids, teacher, PE_PAIRS[n % len(PE_PAIRS)], taken)
    _everyone(week, here)
    return week


def _classes(pupils: list[Pupil]) -> dict[str, list[Pupil]]:
    """A class for each stage; several when a stage is big; two stages together when they are small."""
    by_stage = {stage: [pupil for pupil in pupils if pupil.stage == stage] for stage in STAGES[:7]}
    if len(pupils) < SMALL_STAGE * 7:
        return {"P1-2": by_stage["P1"] + by_stage["P2"], "P3-4": by_stage["P3"] + by_stage["P4"],
                "P5-6": by_stage["P5"] + by_stage["P6"], "P7": by_stage["P7"]}
    classes = {}
    for stage, members in by_stage.items():
        count = -(-len(members) // FULL_CLASS)
        for n in range(count):
            classes[stage if count == 1 else f"{stage}{chr(ord('A') + n)}"] = members[n::count]
    return classes


def _class_teacher(week: Week, name: str, number: int) -> Teacher:
    room = f"Room {number + 1}"
    mine = [one for one in week.staff if one.department and name.startswith(one.department) and not one.room]
    if mine:
        mine[0].room = room
        return mine[0]
    return week.hire(f"Class Teacher, {name}", name, room)


def _lessons(week: Week, name: str, pupils: list[str], teacher: Teacher, pe_days: tuple[int, int],
             taken: set[tuple[str, int]]) -> None:
    """First what needs a shared place, then assembly, then the class's own room for the rest of the week."""

    def group(subject: str) -> Group:
        id = f"{name}-{SUBJECTS[subject]}"
        return week.groups.get(id) or week.add(id, "class", f"{name} {subject}", pupils, subject)

    free = [slot for slot in range(len(PERIODS)) if slot != ASSEMBLY]
    bookings = [("PE", "Hall", day) for day in pe_days] + [("Library", "Library", 0)]
    if name[:2] in ("P4", "P5") or name == "P3-4":
        bookings.append(("Swimming", "Morran Pool", 0))
    for subject, place, day in bookings:
        room, slot = _booking(place, day, free, taken, week.rng)
        free.remove(slot)
        week.meet(group(subject), [slot], teacher, (BRING[subject],), room)
    week.meet(group("Assembly"), [ASSEMBLY], teacher, room="Hall")
    rest = [subject for subject, count in FILLING for _ in range(count)]
    mornings = sorted(free, key=lambda slot: ((slot % len(PARTS)) // 2, week.rng.random()))
    for subject in SUBJECTS:  # literacy and numeracy come first in the day, as the list does
        mine = [slot for slot, one in zip(mornings, rest, strict=False) if one == subject]
        if mine:
            week.meet(group(subject), mine, teacher)


def _booking(place: str, day: int, free: list[int], taken: set[tuple[str, int]], rng: Random) -> tuple[str, int]:
    """A free period of the place on that day (0: any day); a second place of the kind when the first is full."""
    slots = [slot for slot in free if day in (0, PERIODS[slot].weekday)]
    rng.shuffle(slots)
    for number in range(1, 100):
        room = place if number == 1 else f"{place} {number}"
        for slot in slots:
            if (room, slot) not in taken:
                taken.add((room, slot))
                return room, slot
    raise ValueError(f"no room left for {place}")


def _everyone(week: Week, pupils: list[Pupil]) -> None:
    """Stages and houses belong to the head; clubs to teachers the cast does not name."""
    head = week.staff[0].id
    for stage in STAGES[:7]:
        week.add(f"YEAR-{stage}", "year", stage, (one.id for one in pupils if one.stage == stage), staff=[head])
    for house in HOUSES[cast.PRIMARY]:
        week.add(f"HOUSE-{house.upper()}", "house", house, (one.id for one in pupils if one.house == house), staff=[head])
    helpers = [one for one in week.teachers() if one.id > "T1009"]
    older = [pupil for pupil in pupils if pupil.stage > "P3"]
    for n, (club, short) in enumerate(CLUBS):
        members = sorted(one.id for one in week.rng.sample(older, max(2, len(older) // 6)))
        week.add(f"CLUB-{short}", "club", club, members, staff=[helpers[n % len(helpers)].id])
