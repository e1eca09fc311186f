"""Hides how families come about: pupils with their siblings across both schools, their adults, and the link between each two."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from glowlite.demo import cast
from glowlite.demo.names import CULTURES, PLAIN_POSTCODE_LETTERS, STREETS, VILLAGES, Culture, folded
from glowlite.demo.year import DAY, SchoolYear, session_opens

STAGES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "S1", "S2", "S3", "S4", "S5", "S6")
HOUSES = {cast.ACADEMY: ("Skye", "Mull", "Islay", "Jura"), cast.PRIMARY: ("Heron", "Otter", "Seal", "Puffin")}
FIRST_MADE_UP = 201  # numbers below are the cast's
SCN_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
KIN = (("Grandmother", "F"), ("Grandfather", "M"), ("Aunt", "F"), ("Uncle", "M"), ("Neighbour", "F"), ("Family friend", "M"))
CAST_NAMES = {(person.forename, person.surname) for person in (*cast.CHILDREN, *cast.ADULTS, *cast.STAFF)}


@dataclass
class Pupil:
    """`registration` is filled once classes are made; `left` only for the one who left."""

    id: str
    school: str
    scn: str
    forename: str
    surname: str
    stage: str
    born: date
    house: str
    joined: date
    known_as: str = ""
    registration: str = ""
    photo_consent: str = "Y"
    left: date | None = None

    @property
    def in_class(self) -> bool:
        return self.left is None and self.id != cast.JOINED_YESTERDAY


@dataclass(frozen=True)
class Adult:
    id: str
    title: str
    forename: str
    surname: str
    email: str
    mobile: str
    phone: str
    address: str
    postcode: str


@dataclass
class Roll:
    """Everybody at home and in class, of both schools."""

    pupils: list[Pupil] = field(default_factory=list)
    adults: dict[str, Adult] = field(default_factory=dict)
    ties: list[cast.Tie] = field(default_factory=list)

    def of(self, school: str) -> "Roll":
        pupils = [pupil for pupil in self.pupils if pupil.school == school]
        ids = {pupil.id for pupil in pupils}
        ties = [tie for tie in self.ties if tie.pupil_id in ids]
        known = {tie.contact_id for tie in ties}
        return Roll(pupils, {id: adult for id, adult in self.adults.items() if id in known}, ties)


def scn(issued: int, serial: int) -> str:
    """The first valid Scottish Candidate Number from this serial on; remainder 1 would need a check digit of 10."""
    while True:
        digits = f"{issued % 100:02}{serial % 1_000_000:06}"
        remainder = sum(int(digit) * weight for digit, weight in zip(digits, SCN_WEIGHTS, strict=True)) % 11
        if remainder != 1:
            return f"{digits}{(11 - remainder) % 11}"
        serial += 1


def roll(today: date, pupils: int) -> Roll:
    """The whole cast, then families until both schools are full. The same all session long but for the two days set by today."""
    return _Town(today, pupils).people


class _Town:
    def __init__(self, today: date, pupils: int) -> None:
        self.year = SchoolYear.around(today)
        self.rng = Random(f"{self.year.begins} {pupils} people")
        self.people = Roll()
        self.next_pupil, self.next_adult = FIRST_MADE_UP, FIRST_MADE_UP
        self._cast(today)
        seats = self._free_seats(pupils)
        while seats:
            self._family(self._siblings(seats))

    # --- the cast

    def _cast(self, today: date) -> None:
        for child in cast.CHILDREN:
            pupil = self._pupil(child.id, child.school, child.stage, child.forename, child.surname,
                                self._on(child.stage, child.birthday), child.house)
            pupil.known_as, pupil.registration = child.known_as, child.registration
            if child.id == cast.JOINED_YESTERDAY:
                pupil.joined = next(day for day in (today - DAY, today - 2 * DAY, today - 3 * DAY) if day.weekday() < 5)
            if child.id == cast.LEAVER:
                pupil.left = min(self.year.first + 10 * DAY, today - DAY)
        for n, adult in enumerate(cast.ADULTS, start=101):
            email = adult.email or (f"{adult.username}@example.org" if adult.username else "")
            self.people.adults[adult.id] = Adult(adult.id, adult.title, adult.forename, adult.surname, email,
                                                 f"07700 900{n}", f"01632 960{n + 100}", adult.address, adult.postcode)
        self.people.ties.extend(cast.TIES)

    def _cohort(self, stage: str) -> date:
        """The oldest of a stage are born on 1 March, four to five years before they start P1."""
        return date(self.year.begins - 5 - STAGES.index(stage), 3, 1)

    def _on(self, stage: str, birthday: tuple[int, int]) -> date:
        start, (month, day) = self._cohort(stage), birthday
        return date(start.year + (month < 3), month, day)

    # --- children

    def _free_seats(self, pupils: int) -> list[str]:
        """One stage for each child still to be made, so that the stages of a school end up about equally full."""
        seats: list[str] = []
        primary = round(pupils / 3)
        for stages, places in ((STAGES[:7], primary), (STAGES[7:], pupils - primary)):
            count = {stage: sum(pupil.stage == stage for pupil in self.people.pupils) for stage in stages}
            while sum(count.values()) < places:
                stage = min(stages, key=lambda one: count[one])
                count[stage] += 1
                seats.append(stage)
        self.rng.shuffle(seats)
        return seats

    def _siblings(self, seats: list[str]) -> list[str]:
        size = self.rng.choices((1, 2, 3), (45, 41, 14))[0]
        twins = self.rng.random() < 0.02
        taken = [seats.pop()]
        for position in range(len(seats) - 1, -1, -1):
            if len(taken) >= size:
                break
            years_apart = min(abs(STAGES.index(seats[position]) - STAGES.index(stage)) for stage in taken)
            if years_apart == 0 if twins and len(taken) == 1 else 1 <= years_apart <= 5:
                taken.append(seats.pop(position))
        return taken

    def _pupil(self, id: str, school: str, stage: str, forename: str, surname: str, born: date, house: str) -> Pupil:
        step = STAGES.index(stage)
        years_here = step - 7 if school == cast.ACADEMY else step
        if self.rng.random() < 0.08:
            years_here = self.rng.randint(0, years_here)  # moved here later
        pupil = Pupil(id, school, scn(self.year.begins - step, 100_000 + int(id) * 37), forename, surname, stage, born, house,
                      session_opens(self.year.begins - years_here) + DAY, photo_consent="N" if self.rng.random() < 0.09 else "Y")
        self.people.pupils.append(pupil)
        return pupil

    def _family(self, stages: list[str]) -> None:
        rng = self.rng
        culture = rng.choices(CULTURES, [one.share for one in CULTURES])[0]
        surname = rng.choice(culture.surnames)
        season = rng.randrange(365)  # siblings' birthdays lie near one another, so none are born too close together
        house = rng.randrange(4)
        used: set[str] = set()
        ids = []
        days: dict[str, date] = {}
        for stage in stages:
            boy = rng.random() < 0.5
            forename = self._forename(culture.boys if boy else culture.girls, _form(surname, boy), used)
            day_of_cohort = min(364, max(0, season + rng.randint(-40, 40)))
            born = days.setdefault(stage, self._cohort(stage) + timedelta(days=day_of_cohort))
            school = cast.ACADEMY if stage.startswith("S") else cast.PRIMARY
            id, family_name = f"{self.next_pupil:06}", _form(surname, boy)
            pupil = self._pupil(id, school, stage, forename, family_name, born, HOUSES[school][house])
            if rng.random() < 0.04:
                pupil.known_as = {"Alexander": "Alex", "Zuzanna": "Zuzia", "Jakub": "Kuba", "Isla": "Izzy"}.get(forename, "")
            self.next_pupil += 1
            ids.append(pupil.id)
        self._household(ids, culture, surname)

    def _forename(self, names: tuple[str, ...], surname: str, used: set[str]) -> str:
        free = [name for name in names if name not in used and (name, surname) not in CAST_NAMES]
        used.add(chosen := self.rng.choice(free))
        return chosen

    # --- adults

    def _household(self, pupils: list[str], culture: Culture, surname: str) -> None:
        rng, home = self.rng, self._home()
        sexes = rng.choices(("FM", "MF", "F", "M", "FF", "MM"), (62, 19, 12, 3, 2, 2))[0]
        apart = len(sexes) == 2 and rng.random() < 0.27
        first = self._adult(sexes[0], culture, surname, home)
        self._tie(first, pupils, "Mother" if sexes[0] == "F" else "Father", 1)
        if len(sexes) == 2:
            second = self._adult(sexes[1], culture, surname, self._home() if apart else home)
            ordered = apart and rng.random() < 0.07
            for pupil in pupils:  # an order may name one child and not the next
                order = "Y" if ordered and (pupil == pupils[0] or rng.random() < 0.5) else "N"
                self._tie(second, [pupil], "Mother" if sexes[1] == "F" else "Father", 2, court_order=order,
                          lives_with="N" if apart else "Y", account_selected="N" if order == "Y" else "")
        if apart and rng.random() < 0.3:
            sex = "M" if sexes[0] == "F" else "F"
            partner = self._adult(sex, culture, rng.choice(culture.surnames), home)
            word = "Step-father" if sex == "M" else "Step-mother"
            self._tie(partner, pupils, word, 3, responsibility="N", account_selected="N")
        if rng.random() < 0.85:
            word, sex = rng.choice(KIN)
            name = surname if word.startswith("Grand") else rng.choice(culture.surnames)
            kin = self._adult(sex, culture, name, self._home())
            self._tie(kin, pupils, word, 4, responsibility="N", lives_with="N", account_selected="N")

    def _tie(self, adult: str, pupils: list[str], word: str, priority: int, *, responsibility: str = "Y", court_order: str = "N",
             lives_with: str = "Y", account_selected: str = "") -> None:
        selected = account_selected or ("Y" if self.rng.random() < 0.95 else "N")
        self.people.ties.extend(cast.Tie(adult, pupil, word, priority, responsibility, court_order, lives_with, selected)
                                for pupil in pupils)

    def _adult(self, sex: str, culture: Culture, surname: str, home: tuple[str, str]) -> str:
        rng, id = self.rng, f"C{self.next_adult:06}"
        family = _form(surname, sex == "M")
        forename = self._forename(culture.fathers if sex == "M" else culture.mothers, family, set())
        email = f"{folded(forename)}.{folded(family)}{self.next_adult}@example.org" if rng.random() < 0.92 else ""
        phone = f"01632 960{rng.randrange(300, 1000)}" if rng.random() < 0.5 else ""
        title = "Mr" if sex == "M" else rng.choice(("Mrs", "Mrs", "Ms", "Miss"))
        self.people.adults[id] = Adult(id, title, forename, family, email, f"07700 900{rng.randrange(300, 1000)}", phone, *home)
        self.next_adult += 1
        return id

    def _home(self) -> tuple[str, str]:
        rng, village = self.rng, self.rng.randrange(len(VILLAGES))
        letters = rng.choice(PLAIN_POSTCODE_LETTERS) + rng.choice(PLAIN_POSTCODE_LETTERS)
        return f"{rng.randint(1, 96)} {rng.choice(STREETS)}, {VILLAGES[village]}", f"IV99 {max(1, village - 1)}{letters}"


def _form(surname: str, male: bool) -> str:
    """Polish and Gaelic surnames can differ between a man and a woman."""
    his, _, hers = surname.partition("|")
    return his if male or not hers else hers
