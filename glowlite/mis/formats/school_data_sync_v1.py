"""Microsoft School Data Sync, first generation, plain and UK: people, sections, who is in them, and guardians by their e-mail addresses.

Headers: https://learn.microsoft.com/en-us/schooldatasync/school-data-sync-format-csv-files-for-sds and parent-contact-sync-file-format there.
The UK files call the same columns `ID` and `DfE Number` where the others say `SIS ID`. Dates are month first. Passwords are not read.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property

from glowlite import words
from glowlite.mis.formats import About, Sheet, note_out_of_step, require
from glowlite.mis.on_record import OnRecord
from glowlite.mis.read import Bundle, Table
from glowlite.mis.report import NOTE, Problem, Refused, Report
from glowlite.mis.rows import BY_NAME

NAME = "School Data Sync v1"
ABOUT = About(
    what="Microsoft School Data Sync, first generation, plain and UK: people, sections, who is in them, and guardians.",
    files=(("School.csv", "SIS ID,Name"), ("Student.csv", "SIS ID,School SIS ID,First Name,Last Name,Username"),
           ("Teacher.csv", "SIS ID,School SIS ID,First Name,Last Name,Username"), ("Section.csv", "SIS ID,School SIS ID,Section Name"),
           ("StudentEnrollment.csv", "Section SIS ID,SIS ID"), ("TeacherRoster.csv", "Section SIS ID,SIS ID"),
           ("User.csv", "Email,First Name,Last Name,Phone"), ("Guardianrelationship.csv", "SIS ID,Email,Role")),
    rights="A guardian's role (Parent, Guardian, Doctor) says nothing about rights, and there are no columns for them, so nobody gains access from it.",
    bundle=("sds-v1", "sds-v1-uk"),
    more=("The UK files say `ID`, `DfE Number`, `School DfE Number` and `Section ID` instead.",
          "Dates are month first: `4/2/2014` is 2 April. Passwords are not read. People and sections whose Status is Inactive are left out.",
          "Guardians are known by nothing but their e-mail address. Where two of them share one they cannot be told apart, and neither comes across."))

Record = dict[str, str]
ID, SCHOOL, SECTION = ("sis_id", "id"), ("school_sis_id", "school_dfe_number"), ("section_sis_id", "section_id")
NEEDED = {
    "school.csv": (("sis_id", "dfe_number", "id"), ("name",)),
    "student.csv": (ID, SCHOOL, ("first_name",), ("last_name",)),
    "teacher.csv": (ID, SCHOOL, ("last_name",)),
    "section.csv": (ID, SCHOOL, ("section_name",)),
    "studentenrollment.csv": (SECTION, ID),
    "teacherroster.csv": (SECTION, ID),
    "user.csv": (("email",), ("first_name",), ("last_name",)),
    "guardianrelationship.csv": (ID, ("email",)),
}
TELLTALE = {
    "student.csv": (SCHOOL, ("username",)),
    "studentenrollment.csv": (SECTION, ID),
    "teacherroster.csv": (SECTION, ID),
    "guardianrelationship.csv": (ID, ("email",)),
}
SILENT = "There are no guardians in this export. The adults on record and their links stay as they are."


def recognises(bundle: Bundle) -> bool:
    """By any file that tells: one that lost a column is then named, and not taken for somebody else's."""
    return any(table is not None and all(set(names) & set(table.header) for names in columns)
               for table, columns in ((bundle.named(name), columns) for name, columns in TELLTALE.items()))


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    if table := bundle.named("school.csv"):
        return [(_id(row), row.get("name", "")) for _, row in table.records()]
    table = bundle.named("student.csv")
    numbers = {row.get(_school_column(table) or "", "") for _, row in table.records()} if table else set()
    return [(number, "") for number in sorted(numbers - {""})]


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    for table in bundle.tables:
        if table.name.lower() in NEEDED:
            require(table, *NEEDED[table.name.lower()])
            note_out_of_step(table, report)
        else:
            report.note(table.name, "School Data Sync v1 has no such file; it was left alone.")
    students = bundle.named("student.csv")
    if students and not any(row.get(_school_column(students) or "") == school_id for _, row in students.records()):
        raise Refused("Not one pupil in this file is of this school.", students.name, value=school_id)
    sections = bundle.named("section.csv")
    mine = {_id(row) for _, row in sections.records() if row.get(_school_column(sections) or "") == school_id} if sections else set()
    everyones = {_id(row) for _, row in sections.records()} if sections else set()

    def here(table: Table) -> Callable[[Record], bool]:
        column = _school_column(table) or ""
        return lambda row: row.get(column) == school_id

    def in_my_section(row: Record) -> bool:
        return _section(row) in mine or _section(row) not in everyones  # an unknown section is for the office to look at

    plans = (
        ("school.csv", "school", ["id", "name", "address", "phone"], lambda row: _id(row) == school_id,
         lambda row: [_id(row), row["name"], ", ".join(part for part in (row.get("address"), row.get("city")) if part), row.get("phone", "")]),
        ("teacher.csv", "staff", ["id", "title", "forename", "surname", "email"], None,
         lambda row: [_id(row), row.get("title", ""), row.get("first_name", ""), row.get("last_name", ""), row.get("secondary_email", "")]),
        ("student.csv", "pupils", ["id", "forename", "surname", "born", "year_group"], None,
         lambda row: [_id(row), row.get("first_name", ""), row.get("last_name", ""), month_first(row.get("birthdate", "")), row.get("grade", "")]),
        ("section.csv", "groups", ["id", "kind", "name", "subject"], None,
         lambda row: [_id(row), "class", row.get("section_name", ""), row.get("course_subject", "")]),
        ("studentenrollment.csv", "memberships", ["group_id", "pupil_id"], in_my_section, lambda row: [_section(row), _id(row)]),
        ("teacherroster.csv", "teaching", ["group_id", "staff_id"], in_my_section, lambda row: [_section(row), _id(row)]),
    )
    found = []
    for file, noun, columns, belongs, cells in plans:
        if file_table := bundle.named(file):
            found.append(Sheet(BY_NAME[noun], file_table.name, columns, _rows(file_table, belongs or here(file_table), cells, report)))
    return [*found, *_Guardians(bundle, school_id, report).sheets()]


class _Guardians:
    """The adults of one school's pupils, each known by an e-mail address."""

    def __init__(self, bundle: Bundle, school_id: str | None, report: Report) -> None:
        self.users, self.relations, self.students = map(bundle.named, ("user.csv", "guardianrelationship.csv", "student.csv"))
        self.school_id, self.report = school_id, report

    def sheets(self) -> list[Sheet]:
        if self.relations is None:
            return []
        links = list(self._links(self.relations))
        if not links:
            self.report.note(self.relations.name, SILENT)
            return []
        found = [Sheet(BY_NAME["links"], self.relations.name, ["pupil_id", "contact_id", "relationship"], links)]
        if self.users:
            columns = ["id", "forename", "surname", "email", "phone"]
            found.insert(0, Sheet(BY_NAME["contacts"], self.users.name, columns, list(self._contacts(self.users, {cells[1] for _, cells in links}))))
        return found

    def _links(self, table: Table) -> Iterator[tuple[int, list[str]]]:
        """Those of this school's pupils, and those that name a pupil nobody knows."""
        met: set[tuple[str, str]] = set()
        for number, row in table.records():
            key = (_id(row), _address(row))
            if not self._is_elsewhere(key[0]) and key not in met:
                met.add(key)
                yield number, [*key, row.get("role", "") or "Other"]

    @cached_property
    def _schools(self) -> dict[str, str]:
        column = (_school_column(self.students) if self.students else None) or ""
        return {_id(row): row.get(column, "") for _, row in self.students.records()} if self.students else {}

    @cached_property
    def _pupils_on_record(self) -> set[str]:
        return OnRecord(self.school_id).ids("pupils")

    def _is_elsewhere(self, pupil: str) -> bool:
        if self.students:
            return self._schools.get(pupil, self.school_id) != self.school_id
        return bool(self._pupils_on_record) and pupil not in self._pupils_on_record

    def _contacts(self, table: Table, linked: set[str]) -> Iterator[tuple[int, list[str]]]:
        """An address that is two people's is nobody's: their rows are set aside, so that nobody is taken for somebody else."""
        people: dict[str, set[str]] = {}
        for _, row in table.records():
            people.setdefault(_address(row), set()).add(_full_name(row))
        for number, row in table.records():
            address = _address(row)
            if address not in linked and address:
                continue
            is_shared = len(people[address]) > 1
            if is_shared:
                self.report.add_row(Problem(table.name, number, "Email", address, "Two adults share this address, and the format knows adults by nothing "
                                            "else. They cannot be told apart, so neither was taken.", NOTE))
            yield number, [address, row.get("first_name", ""), "" if is_shared else row.get("last_name", ""), address, row.get("phone", "")]


def month_first(cell: str) -> str:
    """A date of this format as ISO; what is none is handed on with a question mark, so that it is reported and not guessed."""
    parts = re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})", cell)
    if not parts:
        return cell
    month, day, year = map(int, parts.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{cell} (month first?)"


def _rows(table: Table, belongs: Callable[[Record], bool], cells: Callable[[Record], list[str]], report: Report) -> Iterator[tuple[int, list[str]]]:
    others = 0
    unsure = set(table.out_of_step())  # whose it is cannot be read; left out, its pupil would seem to have left
    inactive = 0
    for number, row in table.records():
        if row.get("status", "").lower() == "inactive":
            inactive += 1
        elif belongs(row) or number in unsure:
            yield number, cells(row)
        else:
            others += 1
    if inactive:
        report.note(table.name, f"{words.plural(inactive, 'row is inactive and was', 'rows are inactive and were')} left out.", column="Status")
    if others:
        report.note(table.name, f"{words.plural(others, 'row belongs', 'rows belong')} to other schools, to be read in their own drops.")


def _school_column(table: Table) -> str | None:
    return next((name for name in SCHOOL if name in table.header), None)


def _id(row: Record) -> str:
    return row.get("id") or row.get("sis_id") or row.get("dfe_number") or ""


def _section(row: Record) -> str:
    return row.get("section_id") or row.get("section_sis_id") or ""


def _address(row: Record) -> str:
    return row.get("email", "").lower()


def _full_name(row: Record) -> str:
    return f"{row.get('first_name', '')} {row.get('last_name', '')}".casefold()
