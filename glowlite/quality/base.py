"""Hides what all work on the data has in common: what was found about whom and what would be right, and the ground on which it is looked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from peewee import JOIN

from glowlite import policy
from glowlite.mis.report import KEPT, ROW
from glowlite.mis.stage import NOBODY
from glowlite.models import Contact, Drop, Group, Link, Membership, Problem, Pupil, School, Staff, Teaching
from glowlite.policy import Action
from glowlite.quality.marks import Registers

SURNAMES = (Pupil.registration, Pupil.surname, Pupil.forename, Pupil.id)  # class by class, as teachers have them


class Source(NamedTuple):
    """Where a row came from. file is what the drop called it; it is looked up by the table when the row is shown."""

    table: str = ""
    drop: int | None = None
    row: int | None = None
    file: str = ""

    @property
    def words(self) -> str:
        """links.csv, row 12, drop 31"""
        parts = (self.file, self.row and f"row {self.row}", self.drop and f"drop {self.drop}")
        return ", ".join(str(part) for part in parts if part)


class Finding(NamedTuple):
    """One thing that is wrong. ids: the MIS's own. who: the person who can mend it, where that is known better than of its kind.

    person: kind and number of the page about somebody.
    """

    about: str
    found: str
    right: str
    ids: str = ""
    who: str = ""
    person: tuple[str, int] | None = None
    source: Source = Source()


class Work(NamedTuple):
    """What one kind of work comes to. of: of how many; wrong: how many of these are not right, where one finding is about several."""

    findings: list[Finding]
    of: int
    several: int | None = None

    @property
    def wrong(self) -> int:
        return min(len(self.findings) if self.several is None else self.several, self.of)


class Elsewhere(NamedTuple):
    """Another page on which work is done: the name of its address, the words that lead there, and what one must be allowed to do."""

    endpoint: str
    words: str
    needs: Action


@dataclass(frozen=True)
class Kind:
    """A kind of work. who: who can mend it, and where; {mis} stands for the MIS. points: what it is worth in the score."""

    key: str
    title: str
    why: str
    who: str
    points: int
    units: tuple[str, str]
    look: "Callable[[Ground], Work]"
    elsewhere: Elsewhere | None = None


class LinkRow(NamedTuple):
    """A link that stands, with the cells that matter here."""

    pupil: int
    contact: int
    court_order: bool | None
    account_selected: bool | None


class Class(NamedTuple):
    """The registration class of a pupil, and who takes its register."""

    name: str
    teachers: tuple[str, ...]

    @property
    def register(self) -> str:
        return f"{' or '.join(self.teachers)}: register of {self.name}" if self.teachers else ""


@dataclass(frozen=True)
class Ground:
    """What stands about one school today, read once for all kinds of work."""

    school: School

    @cached_property
    def drop(self) -> Drop | None:
        """The newest drop that was kept."""
        return self.school.drops.where(Drop.status == KEPT).order_by(Drop.id.desc()).first()

    @cached_property
    def problems(self) -> list[Problem]:
        """Its rows that were set aside, and those that point to nobody."""
        wanted = (Problem.weight == ROW) | Problem.message.startswith(NOBODY)
        return list(self.drop.problems.where(wanted).order_by(Problem.id)) if self.drop else []

    @cached_property
    def mis(self) -> str:
        """The name of the MIS, as the newest drop has it that says so."""
        named = self.drop if self.drop and self.drop.mis else self.school.drops.where(Drop.status == KEPT, Drop.mis != "").order_by(Drop.id.desc()).first()
        return named.mis if named else "the MIS"

    @cached_property
    def pupils(self) -> list[Pupil]:
        """Those on the roll, class by class."""
        return list(Pupil.select().where(Pupil.school == self.school, policy.on_roll()).order_by(*SURNAMES))

    @cached_property
    def registers(self) -> Registers:
        return Registers(self.school, self.pupils)

    @cached_property
    def contacts(self) -> dict[int, Contact]:
        rows = Contact.select().where(Contact.school == self.school, Contact.gone.is_null()).order_by(Contact.surname, Contact.forename, Contact.id)
        return {row.id: row for row in rows}

    @cached_property
    def links(self) -> list[LinkRow]:
        rows = (Link.select(Link.pupil, Link.contact, Link.court_order, Link.account_selected).join(Pupil)
                .where(Pupil.school == self.school, Link.gone.is_null(), Pupil.gone.is_null()))
        return [LinkRow(*row) for row in rows.tuples()]

    @cached_property
    def access(self) -> set[tuple[int, int]]:
        """(contact id, pupil id) of each link that opens a child to an adult."""
        return policy.access_pairs(self.school)

    @cached_property
    def classes(self) -> dict[int, Class]:
        """The registration class of each pupil who is in one, with its teachers."""
        rows = (Membership.select(Membership.pupil, Group.name, Staff.title, Staff.forename, Staff.surname).join(Group)
                .join(Teaching, JOIN.LEFT_OUTER, on=(Teaching.group == Group.id) & Teaching.gone.is_null())
                .join(Staff, JOIN.LEFT_OUTER, on=(Teaching.staff == Staff.id) & Staff.gone.is_null())
                .where(Group.school == self.school, Group.kind == "registration", Group.gone.is_null(), Membership.gone.is_null()).order_by(Staff.surname))
        found: dict[int, Class] = {}
        for pupil, name, title, forename, surname in rows.tuples():
            teacher = (Staff(title=title, forename=forename, surname=surname).name,) if surname else ()
            found[pupil] = Class(name, (*found[pupil].teachers, *teacher) if pupil in found else teacher)
        return found


def of_pupil(pupil: Pupil, found: str, right: str, *, who: str = "", source: Source | None = None) -> Finding:
    """A finding about a pupil, who stands in a row of the MIS."""
    place = Source("pupils", pupil.drop_id, pupil.source_row) if source is None else source
    about = f"{pupil.name}, {pupil.registration}" if pupil.registration else pupil.name
    return Finding(about, found, right, pupil.mis_id, who, ("pupil", pupil.id), place)


def of_contact(contact: Contact, found: str, right: str) -> Finding:
    """A finding about an adult, who stands in a row of the MIS."""
    return Finding(contact.name, found, right, contact.mis_id, "", ("contact", contact.id), Source("contacts", contact.drop_id, contact.source_row))


def with_files(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, each with the name that its file had in the drop it came from."""
    found = list(findings)
    wanted = {one.source.drop for one in found if one.source.drop and not one.source.file}
    sources = {drop.id: drop.report.get("sources", {}) for drop in Drop.select(Drop.id, Drop.report_text).where(Drop.id.in_(wanted))} if wanted else {}
    return [_with_file(one, sources) for one in found]


def _with_file(one: Finding, sources: dict[int, dict[str, str]]) -> Finding:
    if one.source.file or not one.source.drop:
        return one
    table = one.source.table
    return one._replace(source=one.source._replace(file=sources.get(one.source.drop, {}).get(table, f"{table}.csv")))
