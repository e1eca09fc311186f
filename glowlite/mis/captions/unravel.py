"""Hides how rows that speak of a child, its adults and its classes at once become neutral rows, one sheet a noun.

Where a report has no number for somebody, one is made of what it has: a child is its forename, surname and birthday together, an adult
is known by name within one child only. So nobody is ever merged with anybody: brothers and sisters have each their own record of a parent.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from glowlite.mis.captions import BLOCKS, PUPIL_KEYS, REGISTRATION, column_in_words, decides_access, one_cell, plain_number
from glowlite.mis.formats import Sheet
from glowlite.mis.read import Kept
from glowlite.mis.report import NOTE, ROW, Problem, Report
from glowlite.mis.rows import BY_NAME, NOUNS, day

REACH = ("email", "mobile", "phone")
NO_NAME = "(name not given)"
COURT_ORDER = "links.court_order"
TYPES = {"conduct.achievement": "achievement", "conduct.behaviour": "behaviour"}
FILLERS = ("?", "??", "#N/A")
ONE_BIRTHDAY = ("A child without a number is known by forename, surname and birthday together, and here one of them is missing or cannot be read{why}. "
                "The row is set aside.")
NO_NUMBER = "The number by which the child is known is missing. The row is set aside."
STRANGE_NUMBER = "No file of this bundle that has the MIS's own numbers names a child with this one. The row is set aside."
NO_NUMBERS_OF_CHILDREN = ("This file has no number for a child, so a child is known by forename, surname and birthday together. When one of them is "
                          "corrected in the MIS, GlowLite takes it for another child.")
NO_NUMBERS_OF_ADULTS = ("This file has no number for an adult, so an adult is known by name within one child only. Nobody is merged: brothers and "
                        "sisters have each their own record of a parent, also where name and e-mail are the same.")
NOT_ALL = "This file speaks only for the children in it: nobody who is missing from it leaves the school."
TWO_ADULTS = ("This cell names more than one adult, and nobody can tell who of them is meant by what stands beside it: it gives no access. Give each adult "
              "columns or a row.")
NOBODYS = "Neither this adult's number nor a child is named, so it is not known whose parent it is. What is said of this adult is set aside."
OUT_OF_STEP = ("This row has more cells than the header; a comma within a cell needs quotation marks around it. As nobody can tell what it says, "
               "it is set aside and gives no access.")

Cells = dict[str, str]


class Reading(NamedTuple):
    """One file and what its columns are. targets: of each column, "" for left alone. whole: does it speak for the whole school?"""

    file: str
    targets: list[str]
    rows: Iterable[tuple[int, list[str]]]
    whole: bool = False

    def has(self, *targets: str) -> bool:
        return bool({*targets} & {target.partition("#")[0] for target in self.targets})

    def columns(self, noun: str, block: str = "") -> list[str]:
        """The columns of one noun that this file has."""
        found = (target.partition("#") for target in self.targets)
        return list(dict.fromkeys(base.partition(".")[2] for base, _, number in found if base.startswith(f"{noun}.") and number == block))

    @property
    def blocks(self) -> list[str]:
        """The adults of a row, as the marks of their columns: "" for one without a number, then #1, #2…"""
        return [block for block in ("", *(f"#{place}" for place in BLOCKS)) if self.columns("contacts", block[1:])]

    @property
    def has_codes(self) -> bool:
        return "marks.code" in self.targets

    def pick(self, target: str) -> Callable[[list[str]], str]:
        """What gives the cell of this column from a row that is as wide as the header; "" where the file has no such column."""
        return itemgetter(self.targets.index(target)) if target in self.targets else lambda row: ""

    def cells(self, row: list[str]) -> Cells:
        """target -> what stands there; of several columns the first that is filled, of an address all."""
        found: Cells = {}
        for target, cell in zip(self.targets, row, strict=False):
            text = cell.strip()
            if target and text and text not in FILLERS:
                is_address = target.partition("#")[0] == "contacts.address" and found.get(target)
                found[target] = f"{found[target]}, {text}" if is_address else found.get(target) or text
        return found

    def is_out_of_step(self, row: list[str]) -> bool:
        """Has it more cells than the header? Where access hangs on it a blank one is enough: the others may have moved by one."""
        return len(row) > len(self.targets) and (self._gives_access or any(map(str.strip, row[len(self.targets):])))

    def takes_away(self, row: list[str]) -> bool:
        """Does a cell of this row say that an adult may not see a child?"""
        return any(_takes_away(target.partition("#")[0].removeprefix("links."), cell.strip()) for target, cell in zip(self.targets, row, strict=False)
                   if target.startswith("links."))

    @property
    def _gives_access(self) -> bool:
        return any(self.has(f"links.{column.name}") for column in BY_NAME["links"].columns if column.guards)


@dataclass
class _Gathered:
    """The rows of one noun so far. more: rows that say otherwise about one that is there."""

    noun: str
    file: str
    columns: dict[str, None] = field(default_factory=dict)
    rows: dict[tuple[str, ...], tuple[int, Cells]] = field(default_factory=dict)
    more: list[tuple[int, Cells]] = field(default_factory=list)
    whole: bool = False

    def sheet(self, ends: list[tuple[int, tuple[str, ...]]]) -> Sheet:
        columns = list(self.columns)
        rows = sorted([*self.rows.values(), *self.more], key=lambda row: row[0])
        return Sheet(BY_NAME[self.noun], self.file, columns, [(number, [cells.get(name, "") for name in columns]) for number, cells in rows],
                     self.whole, ends)


def sheets(readings: list[Reading], report: Report, kept: Kept) -> list[Sheet]:
    """The rows of all files by noun. kept: what the school has on record, by which reports without numbers are read."""
    return _Unravelling(readings, report, kept).run()


class _Unravelling:
    def __init__(self, readings: list[Reading], report: Report, kept: Kept) -> None:
        self.report, self.registered, self.on_record = report, kept.registered, kept.numbers
        # Those that say a number of the MIS come first: others may name the same children by another number.
        self.readings = sorted(readings, key=lambda reading: not reading.has("pupils.id"))
        self.found: dict[str, _Gathered] = {}
        self.by_number: dict[str, str] = {}
        self.skipped: set[str] = set()
        self.has_staff = any(reading.has("staff.id") and reading.has("staff.surname", "staff.name") for reading in readings)
        self.has_times = any(reading.has("periods.starts") for reading in readings)
        self.weeks: set[str] = set()

    def run(self) -> list[Sheet]:
        for reading in self.readings:
            if not _is_of_marks(reading):
                self._gather(reading)
        self._settle_weeks()
        self._settle_groups()
        self._settle_whole()
        done = {noun: gathered.sheet(self._moved() if noun == "memberships" and not gathered.whole else []) for noun, gathered in self.found.items()}
        marks = [reading for reading in self.readings if _is_of_marks(reading)]
        if marks:
            rows = (row for reading in marks for row in self._marks(reading))
            done["marks"] = Sheet(BY_NAME["marks"], marks[0].file, ["pupil_id", "day", "session", "code"], rows, all(one.whole for one in marks))
        return [done[noun.name] for noun in NOUNS if noun.name in done]

    # --- one file ------------------------------------------------------------------------------------

    def _gather(self, reading: Reading) -> None:
        takers = list(self._takers(reading))
        speaks_of_child = _names_child(reading)
        self._say_what_is_missing(reading, speaks_of_child)
        for number, row in reading.rows:
            cells = reading.cells(row)
            child = self._child(reading, cells) if speaks_of_child else ""
            if speaks_of_child and not child:
                self._set_aside(reading, number, *_why_nobody(reading, cells))
            elif reading.is_out_of_step(row):
                self._out_of_step(reading, number, child, cells)
            else:
                for take in takers:
                    take(reading, number, child, cells)

    def _takers(self, reading: Reading) -> Iterator[Callable[[Reading, int, str, Cells], None]]:
        """What there is to take from each row of this file."""
        is_of_events = reading.has("periods.slot", "results.value", "conduct.type", *TYPES)
        if _names_child(reading) and reading.has("pupils.surname", "pupils.name") and not is_of_events:
            yield self._pupil
            if reading.has("pupils.registration"):
                yield self._registration
        if any(target.startswith(("contacts.", "links.")) for target in reading.targets):
            yield self._contacts
        if reading.has("staff.id") and reading.has("staff.surname", "staff.name"):
            yield self._staff
        if reading.has("groups.id", "groups.name"):
            yield self._group
        if reading.has("periods.starts"):
            yield self._period
        elif reading.has("periods.slot") and reading.has("groups.id", "groups.name"):
            yield self._lesson
        if reading.has("conduct.type", *TYPES):
            yield self._conduct
        if reading.has("results.value"):
            yield self._result

    def _say_what_is_missing(self, reading: Reading, speaks_of_child: bool) -> None:
        has_adults = any(target.startswith(("contacts.", "links.")) for target in reading.targets)
        if speaks_of_child and not reading.has(*PUPIL_KEYS):
            self.report.note(reading.file, NO_NUMBERS_OF_CHILDREN)
        if has_adults and not reading.has("contacts.id"):
            self.report.note(reading.file, NO_NUMBERS_OF_ADULTS)
        if reading.has("pupils.surname", "pupils.name") and not reading.whole:
            self.report.note(reading.file, NOT_ALL)
        if reading.has("periods.slot") and not self.has_times:
            self.report.note(reading.file, "The file says in which period a class meets, but no file of this bundle says when that begins and ends, so no "
                             "lessons were read. Add a report with Period, Start Time and End Time.")

    def _child(self, reading: Reading, cells: Cells) -> str:
        """By what the child of this row is known; "" when the row does not say."""
        key = next((key for key in PUPIL_KEYS if reading.has(key)), None)
        if key is None:
            name = _name("pupils", cells)
            born = _birthday(cells.get("pupils.born", ""))
            return one_cell.made_id("name", name.forename, name.surname, born) if name.forename and name.surname and born else ""
        number = cells.get(key, "")
        if key == "pupils.id":
            for other in PUPIL_KEYS[1:]:
                if other in cells:
                    self.by_number.setdefault(plain_number(cells[other]), number)
            return number
        plain = plain_number(number)
        return self.by_number.get(plain) or self.on_record.get(plain) or ("" if self.by_number else plain)

    def _add(self, noun: str, reading: Reading, number: int, key: tuple[str, ...], cells: Cells, columns: Iterable[str]) -> None:
        """A row of a noun: new, filling the blanks of one that is there, or saying otherwise."""
        gathered = self.found.setdefault(noun, _Gathered(noun, reading.file))
        gathered.columns |= dict.fromkeys(columns)
        gathered.whole |= reading.whole
        first = gathered.rows.setdefault(key, (number, cells))[1]
        if first is cells or first == cells:
            return
        if noun != "links" and all(first.get(name, "") in ("", value) for name, value in cells.items() if value):
            first |= {name: value for name, value in cells.items() if value}
        elif noun == "links" or gathered.file == reading.file:
            gathered.more.append((number, cells))
        else:
            self._say(reading, number, f"{gathered.file} says otherwise about the same. What stands there was used.", NOTE, " ".join(key))

    def _set_aside(self, reading: Reading, number: int, message: str, value: str | None = None, column: str | None = None) -> None:
        self._say(reading, number, message, ROW, value, column)
        self.report.count(reading.file, "rows")
        self.report.count(reading.file, "set_aside")
        self.skipped.add(reading.file)

    def _say(self, reading: Reading, number: int, message: str, weight: str, value: str | None = None, column: str | None = None) -> None:
        self.report.add_row(Problem(reading.file, number, column and column_in_words(column), value, message, weight))

    # --- one row -------------------------------------------------------------------------------------

    def _pupil(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        columns = ["id", "forename", "surname", *(name for name in reading.columns("pupils") if name not in ("id", "name", "forename", "surname"))]
        given = {name: cells.get(f"pupils.{name}", "") for name in columns}
        name = _name("pupils", cells)
        given |= {"id": child, "forename": name.forename, "surname": name.surname}
        if given.get("year_group"):
            given["year_group"] = one_cell.year(given["year_group"])
        self._add("pupils", reading, number, (child,), given, columns)

    def _registration(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        if name := cells.get("pupils.registration"):
            group = f"{REGISTRATION}{name}"
            self._add("groups", reading, number, (group,), {"id": group, "kind": "registration", "name": name}, ("id", "kind", "name"))
            self._add("memberships", reading, number, (group, child), {"group_id": group, "pupil_id": child}, ("group_id", "pupil_id"))

    def _contacts(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        told: list[str] = []
        for block in reading.blocks:
            self._contact(reading, number, child, cells, block, told)

    def _contact(self, reading: Reading, number: int, child: str, cells: Cells, block: str, told: list[str]) -> None:
        given = {name: cells.get(f"contacts.{name}{block}", "") for name in reading.columns("contacts", block[1:])}
        if not any(given.values()):
            return
        if given.get("email") and given["email"].count("@") != 1:
            self._say(reading, number, "This is not one e-mail address. Taken as blank.", NOTE, given["email"])
            given["email"] = ""
        name = _name("contacts", {f"contacts.{key}": value for key, value in given.items()})
        known_by = given.get("id") or self._made_contact(child, name, given, told)
        if not known_by or (not given.get("id") and reading.has("contacts.id")):
            self._set_aside(reading, number, "An adult here has neither a number nor a name. What is said of this adult is set aside." if child else NOBODYS)
            return
        if reading.has("contacts.name", "contacts.surname") or not reading.has("contacts.id"):
            columns = ["id", "title", "forename", "surname", *(one for one in given if one not in ("id", "name", "title", "forename", "surname"))]
            contact = given | {"id": known_by, "title": given.get("title") or name.title, "forename": name.forename, "surname": name.surname or NO_NAME}
            contact.pop("name", None)
            self._add("contacts", reading, number, (known_by,), contact, columns)
        if child:
            several = next((cell for key in ("name", "forename", "surname") if one_cell.is_several(cell := given.get(key, ""))), None)
            if several:
                self._say(reading, number, TWO_ADULTS, NOTE, several)
            self._link(reading, number, child, known_by, cells, block, _unless_it_gives if several else None)

    def _made_contact(self, child: str, name: one_cell.Name, given: Cells, told: list[str]) -> str:
        """told: who else stands in this row; two of one name in one row, a father and a grandfather, are two people."""
        said = f"{name.forename} {name.surname}".strip() or next((given[way] for way in REACH if given.get(way)), "")
        if not child or not said:
            return ""
        told.append(said.casefold())
        return one_cell.made_id("of", child, said, *(["again"] * (told.count(said.casefold()) - 1)))

    def _link(self, reading: Reading, number: int, child: str, contact: str, cells: Cells, block: str,
              believed: Callable[[str, str], bool] | None = None) -> None:
        """believed: of (column, cell), where not all that the row says of this adult and child can be."""
        columns = reading.columns("links", block[1:])
        given = {name: cells.get(f"links.{name}{block}", "") for name in columns}
        if block and "court_order" not in columns and COURT_ORDER in reading.targets:  # said once for all adults of the row
            said = cells.get(COURT_ORDER, "")
            is_of_another = reading.columns("contacts") and not _takes_away("court_order", said)  # its “no” is about the adult without a number
            columns, given = [*columns, "court_order"], given | {"court_order": "" if is_of_another else said}
        given = {name: cell for name, cell in given.items() if believed is None or believed(name, cell)} | {"pupil_id": child, "contact_id": contact}
        self._add("links", reading, number, (child, contact), given, ("pupil_id", "contact_id", *columns))

    def _out_of_step(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        """Of a row whose cells do not stand in their columns only what takes access away can be believed."""
        self._set_aside(reading, number, OUT_OF_STEP)
        for block in reading.blocks:
            contact = cells.get(f"contacts.id{block}")
            columns = reading.columns("links", block[1:])
            if child and contact and columns:
                self._link(reading, number, child, contact, cells, block, _takes_away)

    # --- the week and what happens in it ---------------------------------------------------------------

    def _staff(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        if code := cells.get("staff.id"):
            name = _name("staff", cells)
            columns = ["id", "title", "forename", "surname", *(one for one in ("job", "email") if reading.has(f"staff.{one}"))]
            given = {one: cells.get(f"staff.{one}", "") for one in columns} | {"forename": name.forename, "surname": name.surname}
            self._add("staff", reading, number, (code,), given | {"title": cells.get("staff.title") or name.title}, columns)

    def _group(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        group = _group_of(cells)
        if not group:
            return
        given = {"id": group} | {name: cells.get(f"groups.{name}", "") for name in ("kind", "name", "subject")}
        self._add("groups", reading, number, (group,), given, [name for name in given if name != "subject" or reading.has("groups.subject")])
        if child:
            self._add("memberships", reading, number, (group, child), {"group_id": group, "pupil_id": child}, ("group_id", "pupil_id"))
        staff = cells.get("staff.id") if self.has_staff else None
        if staff:
            self._add("teaching", reading, number, (group, staff), {"group_id": group, "staff_id": staff}, ("group_id", "staff_id"))

    def _period(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        code = cells.get("periods.slot", "")
        slot = one_cell.slot(code)
        if slot is None:
            self._set_aside(reading, number, "A period like 1Mon:4 or Mon:4 is needed. The row is set aside.", code or None)
        elif not slot.is_registration:
            self.weeks.add(slot.week)
            given = {"id": code, "week": slot.week, "weekday": slot.day, "name": slot.in_words, "starts": cells.get("periods.starts", ""),
                     "ends": cells.get("periods.ends", "")}
            self._add("periods", reading, number, (code,), given, given)

    def _lesson(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        group, code = _group_of(cells), cells.get("periods.slot", "")
        slot = one_cell.slot(code)
        if slot is None or not group:
            if code or group:
                self._set_aside(reading, number, "This row does not say which class meets in which period, like 1Mon:4. The row is set aside.", code or None)
            return
        if not self.has_times or slot.is_registration:
            return
        given = {"id": f"{group}@{code}", "group_id": group, "period_id": code, "room": cells.get("lessons.room", ""),
                 "staff_id": cells.get("staff.id", "") if self.has_staff else ""}
        lessons = self.found.get("lessons")
        if lessons is None or (group, code) not in lessons.rows:  # two teachers in one room are one lesson
            self._add("lessons", reading, number, (group, code), given, given)

    def _conduct(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        told = next((target for target in TYPES if target in cells), "conduct.type")
        kind = TYPES.get(told) or cells.get("conduct.kind", "")
        given = {name: cells.get(f"conduct.{name}", "") for name in ("day", "points", "comment")}
        given |= {"pupil_id": child, "kind": kind, "type": cells.get(told, "")}
        own = cells.get("conduct.id")
        given["id"] = f"{kind[:1].upper()}{own}" if own else one_cell.made_id("entry", child, kind, given["type"], given["day"], given["comment"])
        given["staff_id"] = cells.get("staff.id", "") if self.has_staff else ""
        self._add("conduct", reading, number, (given["id"],), given, given)

    def _result(self, reading: Reading, number: int, child: str, cells: Cells) -> None:
        given = {name: cells.get(f"results.{name}", "") for name in ("subject", "title", "day", "value", "out_of", "comment", "released")}
        columns = [name for name in given if name in ("subject", "title", "day", "value") or reading.has(f"results.{name}")]
        number_of = cells.get("results.id") or one_cell.made_id("result", child, given["subject"], given["title"], given["day"])
        self._add("results", reading, number, (number_of,), given | {"id": number_of, "pupil_id": child}, ("id", "pupil_id", *columns))

    def _marks(self, reading: Reading) -> Iterator[tuple[int, list[str]]]:
        """Row by row, for there are many; a row that holds both marks of a day gives two."""
        width = len(reading.targets)
        child, date, session, code = self._child_in(reading), *(reading.pick(f"marks.{name}") for name in ("day", "session", "code"))
        halves = [(reading.pick(target), name) for target, name in (("marks.am", "AM"), ("marks.pm", "PM")) if reading.has(target)]
        sessions = _HalfDays()
        for number, row in reading.rows:
            cells = row if len(row) >= width else row + [""] * (width - len(row))
            if reading.has_codes:
                yield number, [child(cells), date(cells), sessions[session(cells)], code(cells), *cells[width:]]
            for half, name in halves:
                if half(cells).strip():
                    yield number, [child(cells), date(cells), name, half(cells), *cells[width:]]

    def _child_in(self, reading: Reading) -> Callable[[list[str]], str]:
        """What says which child a row is about; the MIS's own number is taken as it stands, for that is quick."""
        return reading.pick("pupils.id") if reading.has("pupils.id") else lambda row: self._child(reading, reading.cells(row))

    # --- what a file speaks for ------------------------------------------------------------------------

    def _settle_weeks(self) -> None:
        """Two weeks are A and B; of one only, every week is alike."""
        names = {week: "AB"[place] if len(self.weeks) == 2 else "" for place, week in enumerate(sorted(self.weeks))}
        for _, cells in self.found["periods"].rows.values() if "periods" in self.found else ():
            cells["week"] = names[cells["week"]]

    def _settle_groups(self) -> None:
        """Where no file says so, a group is a class, called what it is known by."""
        for _, cells in self.found["groups"].rows.values() if "groups" in self.found else ():
            cells["kind"], cells["name"] = cells["kind"] or "class", cells["name"] or cells["id"]

    def _settle_whole(self) -> None:
        """A noun that is only half in these files must not end the other half."""
        classes = any(reading.whole and reading.has("groups.id", "groups.name") for reading in self.readings)
        registrations = any(reading.whole and reading.has("pupils.registration") for reading in self.readings) or not self.registered
        kinds = {kind for target, kind in TYPES.items() for reading in self.readings if reading.has(target)}
        for noun, gathered in self.found.items():
            is_complete = {"groups": classes and registrations, "memberships": classes and registrations, "staff": False,
                           "conduct": len(kinds) == 2 or any(reading.has("conduct.kind") for reading in self.readings)}
            # A row that could not be read may be anybody's, so nobody is taken for missing; but where access hangs on it, no row is no access.
            gathered.whole &= is_complete.get(noun, True) and (noun == "links" or not self.skipped)

    def _moved(self) -> list[tuple[int, tuple[str, ...]]]:
        """Children who are in another registration group now: the old one ends."""
        now: dict[str, set[str]] = {}
        for _, cells in self.found["memberships"].rows.values():
            now.setdefault(cells["pupil_id"], set()).add(cells["group_id"])
        registered = {child for child, groups in now.items() if any(group.startswith(REGISTRATION) for group in groups)}
        return [(0, (group, child)) for child in registered for group in sorted(self.registered.get(child, set()) - now[child])]


class _HalfDays(dict[str, str]):
    """What a report calls a session -> AM or PM."""

    def __missing__(self, cell: str) -> str:
        self[cell] = one_cell.half_day(cell.strip())
        return self[cell]


def _is_of_marks(reading: Reading) -> bool:
    return reading.has("marks.code", "marks.am", "marks.pm")


def _names_child(reading: Reading) -> bool:
    return reading.has(*PUPIL_KEYS, "pupils.surname", "pupils.name")


def _why_nobody(reading: Reading, cells: Cells) -> tuple[str, str | None, str]:
    """Why it is not known which child a row is about: the words, the cell and the column."""
    key = next((key for key in PUPIL_KEYS if reading.has(key)), None)
    if key:
        return (NO_NUMBER if key not in cells else STRANGE_NUMBER), cells.get(key), key
    name = _name("pupils", cells)
    column = "pupils.forename" if not name.forename else "pupils.surname" if not name.surname else "pupils.born"
    return ONE_BIRTHDAY.format(why=_why_unreadable(cells) if column == "pupils.born" else ""), cells.get(column), column


def _name(noun: str, cells: Cells) -> one_cell.Name:
    """The parts of a name, whether it stands in one cell or in several."""
    whole = one_cell.full_name(cells.get(f"{noun}.name", "")) if cells.get(f"{noun}.name") else one_cell.Name("", "", "")
    surname = cells.get(f"{noun}.surname")
    forename = cells.get(f"{noun}.forename") or whole.forename or (whole.surname if surname else "")  # a name beside a surname is the other half
    return one_cell.Name(whole.title, forename, surname or whole.surname)


def _group_of(cells: Cells) -> str:
    return cells.get("groups.id") or cells.get("groups.name", "")


def _birthday(cell: str) -> str:
    """As ISO, so that two ways of writing it are one; "" when it cannot be read."""
    try:
        return day(cell).isoformat() if cell else ""
    except ValueError:
        return ""


def _why_unreadable(cells: Cells) -> str:
    """What is wrong with the birthday of a row, as the end of a sentence."""
    try:
        day(cells.get("pupils.born") or "")
    except ValueError as error:
        return f": {error}" if "pupils.born" in cells else ""
    return ""


def _takes_away(name: str, cell: str) -> bool:
    """Does this cell of a link say that the adult may not see the child?"""
    column = BY_NAME["links"].column(name)
    try:
        return column.guards and column.read(cell) is column.refuses
    except ValueError:
        return False


def _unless_it_gives(name: str, cell: str) -> bool:
    """Is it nothing that could let an adult in?"""
    return not decides_access(f"links.{name}") or _takes_away(name, cell)
