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
from glowlite.mis.report import Problem, Refused, Report
from glowlite.mis.rows import BY_NAME, day_and_month
from glowlite.mis.telling import called, not_among, note_unknown, records, set_aside, unread, which

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
          "Dates are month first: `4/2/2014` is 2 April; where more than one birthday proves to have the day first, and none the month, all are read so.",
          "Passwords are not read. People and sections whose Status is Inactive are left out.",
          "Guardians are known by nothing but their e-mail address. Where two of them share one they cannot be told apart, and neither comes across."))

Record = dict[str, str]
ID, SCHOOL, SECTION = ("sis_id", "id"), ("school_sis_id", "school_dfe_number"), ("section_sis_id", "section_id")
ID_CALLED, SCHOOL_CALLED, SECTION_CALLED = ("SIS ID", "ID"), ("School SIS ID", "School DfE Number"), ("Section SIS ID", "Section ID")
# What is read, and the columns without which it cannot be; then those that the format has beside them.
NEEDED = {
    "school.csv": (("SIS ID", "DfE Number", "ID"), ("Name",)),
    "student.csv": (ID_CALLED, SCHOOL_CALLED, ("First Name",), ("Last Name",)),
    "teacher.csv": (ID_CALLED, SCHOOL_CALLED, ("Last Name",)),
    "section.csv": (ID_CALLED, SCHOOL_CALLED, ("Section Name",)),
    "studentenrollment.csv": (SECTION_CALLED, ID_CALLED),
    "teacherroster.csv": (SECTION_CALLED, ID_CALLED),
    "user.csv": (("Email",), ("First Name",), ("Last Name",)),
    "guardianrelationship.csv": (ID_CALLED, ("Email",)),
}
PERSON = "username password state_id secondary_email middle_name status"
ALSO = {
    "school.csv": "school_number school_nces_id state_id grade_low grade_high principal_sis_id principal_name principal_secondary_email address city state "
                  "country zip postal_code phone zone",
    "student.csv": f"{PERSON} student_number grade birthdate graduation_year",
    "teacher.csv": f"{PERSON} first_name teacher_number title qualification",
    "section.csv": "section_number term_sis_id term_id term_name term_startdate term_enddate course_sis_id course_id course_name course_number "
                   "course_description course_subject periods status",
    "studentenrollment.csv": "",
    "teacherroster.csv": "",
    "user.csv": "phone sis_id id",
    "guardianrelationship.csv": "role",
}
NAMES = ("first_name", "last_name")
CALLED = {
    "student.csv": {"forename": "first_name", "surname": "last_name", "born": "birthdate", "year_group": "grade"},
    "teacher.csv": {"title": "title", "forename": "first_name", "surname": "last_name", "email": "secondary_email"},
    "section.csv": {"name": "section_name", "subject": "course_subject"},
    "user.csv": {"id": "email", "forename": "first_name", "surname": "last_name", "email": "email", "phone": "phone"},
    "guardianrelationship.csv": {"contact_id": "email", "relationship": "role"},
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
        if table.kind in NEEDED:
            require(table, *NEEDED[table.kind])
            note_out_of_step(table, report)
            note_unknown(table, not_among(table, NEEDED[table.kind], ALSO[table.kind]), report)
        else:
            report.note(table.name, "School Data Sync v1 has no such file; it was left alone.")
    students = bundle.named("student.csv")
    if students and not any(row.get(_school_column(students) or "") == school_id for _, row in students.records()):
        raise Refused("Not one pupil in this file is of this school.", students.name, value=school_id)
    sections = bundle.named("section.csv")
    mine = {_id(row) for _, row in sections.records() if row.get(_school_column(sections) or "") == school_id} if sections else set()
    everyones = {_id(row) for _, row in sections.records()} if sections else set()

    born = day_first if students and _has_days_first(students) else month_first

    def in_my_section(row: Record) -> bool:
        return _section(row) in mine or _section(row) not in everyones  # an unknown section is for the office to look at

    plans = (
        ("school.csv", "school", ["id", "name", "address", "phone"], lambda row: _id(row) == school_id,
         lambda row: [_id(row), row["name"], ", ".join(part for part in (row.get("address"), row.get("city")) if part), row.get("phone", "")]),
        ("teacher.csv", "staff", ["id", "title", "forename", "surname", "email"], None,
         lambda row: [_id(row), row.get("title", ""), row.get("first_name", ""), row.get("last_name", ""), row.get("secondary_email", "")]),
        ("student.csv", "pupils", ["id", "forename", "surname", "born", "year_group"], None,
         lambda row: [_id(row), row.get("first_name", ""), row.get("last_name", ""), born(row.get("birthdate", "")), row.get("grade", "")]),
        ("section.csv", "groups", ["id", "kind", "name", "subject"], None,
         lambda row: [_id(row), "class", row.get("section_name", ""), row.get("course_subject", "")]),
        ("studentenrollment.csv", "memberships", ["group_id", "pupil_id"], in_my_section, lambda row: [_section(row), _id(row)]),
        ("teacherroster.csv", "teaching", ["group_id", "staff_id"], in_my_section, lambda row: [_section(row), _id(row)]),
    )
    schools_ = {number for number, _ in schools(bundle)}
    found = []
    for file, noun, columns, belongs, cells in plans:
        if table_ := bundle.named(file):
            rows = _rows(table_, belongs or _Place(table_, school_id, schools_), cells, report)
            found.append(Sheet(BY_NAME[noun], table_.name, columns, rows, captions=_called(table_), unusable=unread(table_)))
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
        unclear = "Two adults in User.csv share this address, so nobody knows which of them this is. The row is set aside."
        unusable = {number: Problem(self.relations.name, number, "Email", cells[1], unclear) for number, cells in links if cells[1] in self._shared}
        found = [Sheet(BY_NAME["links"], self.relations.name, ["pupil_id", "contact_id", "relationship"], links, captions=_called(self.relations),
                       unusable=unusable | unread(self.relations))]
        if self.users:
            found.insert(0, self._contacts(self.users, {cells[1] for _, cells in links}))
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

    @cached_property
    def _shared(self) -> set[str]:
        """The addresses of two adults."""
        people: dict[str, set[str]] = {}
        for _, row in self.users.records() if self.users else ():
            people.setdefault(_address(row), set()).add(_full_name(row))
        return {address for address, names in people.items() if len(names) > 1 and address}

    def _contacts(self, table: Table, linked: set[str]) -> Sheet:
        """An address that is two people's is nobody's: their rows are set aside, so that nobody is taken for somebody else."""
        told = ("Two adults share this address, and the format knows adults by nothing else. They cannot be told apart, so neither was taken. "
                "The row is set aside.")
        rows = [(number, [_address(row), row.get("first_name", ""), row.get("last_name", ""), _address(row), row.get("phone", "")])
                for number, row in records(table, NAMES) if _address(row) in linked or not _address(row)]
        unusable = {number: Problem(table.name, number, "Email", cells[0], told) for number, cells in rows if cells[0] in self._shared}
        return Sheet(BY_NAME["contacts"], table.name, ["id", "forename", "surname", "email", "phone"], rows, captions=_called(table),
                     unusable=unusable | unread(table))


class _Place:
    """Is a row of this file one of this school's? known: the schools in the bundle."""

    def __init__(self, table: Table, school_id: str | None, known: set[str]) -> None:
        self.column, self.school_id, self.known = _school_column(table) or "", school_id, known

    def __call__(self, row: Record) -> bool:
        return row.get(self.column) == self.school_id

    def is_known(self, row: Record) -> bool:
        return row.get(self.column) in self.known


def _has_days_first(students: Table) -> bool:
    """Do the birthdays prove that they are written as in the UK? One alone could be a slip."""
    pairs = [pair for _, row in students.records() if (pair := day_and_month(row.get("birthdate", "")))]
    return sum(1 for first, _ in pairs if first > 12) > 1 and not any(second > 12 for _, second in pairs)


def day_first(cell: str) -> str:
    return cell


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
    others: list[int] = []
    inactive: list[int] = []
    unsure = set(table.out_of_step())  # whose it is cannot be read; left out, its pupil would seem to have left
    for number, row in records(table, NAMES):
        if row.get("status", "").lower() == "inactive":
            inactive.append(number)
        elif belongs(row) or number in unsure:
            yield number, cells(row)
        elif isinstance(belongs, _Place) and not belongs.is_known(row):
            set_aside(report, table.name, number, _caption(table, belongs.column), row.get(belongs.column, ""), "There is no such school in School.csv.")
        else:
            others.append(number)
    if inactive:
        report.note(table.name, f"{words.plural(len(inactive), 'row is inactive and was', 'rows are inactive and were')} left out. {which(inactive)}",
                    column="Status")
    if others:
        report.note(table.name, f"{words.plural(len(others), 'row belongs', 'rows belong')} to other schools, to be read in their own drops. {which(others)}")


def _called(table: Table) -> dict[str, str]:
    """Columns of the drop format -> what this file calls them."""
    ids = {"id": next((name for name in ID if name in table.header), ""), "group_id": next((name for name in SECTION if name in table.header), "")}
    people = dict.fromkeys(("pupil_id", "staff_id"), ids["id"])
    theirs = ids | people | CALLED.get(table.kind, {})
    return called(table, theirs)


def _caption(table: Table, column: str) -> str:
    return called(table, {"": column})[""]


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
