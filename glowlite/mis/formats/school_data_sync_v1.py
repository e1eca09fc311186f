"""Microsoft School Data Sync, first generation, plain and UK: people, sections and who is in them. No contacts, no marks.

Headers: https://learn.microsoft.com/en-us/schooldatasync/school-data-sync-format-csv-files-for-sds
The UK files call the same columns `ID` and `DfE Number` where the others say `SIS ID`. Dates are month first. Passwords are not read.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from glowlite.mis.formats import About, Sheet, note_out_of_step, require
from glowlite.mis.read import Bundle, Table
from glowlite.mis.report import Refused, Report
from glowlite.mis.rows import BY_NAME

NAME = "School Data Sync v1"
ABOUT = About(
    what="Microsoft School Data Sync, first generation, plain and UK: people, sections and who is in them.",
    files=(("School.csv", "SIS ID,Name"), ("Student.csv", "SIS ID,School SIS ID,First Name,Last Name,Username"),
           ("Teacher.csv", "SIS ID,School SIS ID,First Name,Last Name,Username"), ("Section.csv", "SIS ID,School SIS ID,Section Name"),
           ("StudentEnrollment.csv", "Section SIS ID,SIS ID"), ("TeacherRoster.csv", "Section SIS ID,SIS ID")),
    rights="The format has no columns for rights, so nobody gains access from it.",
    bundle=("sds-v1", "sds-v1-uk"))

Record = dict[str, str]
ID, SCHOOL, SECTION = ("sis_id", "id"), ("school_sis_id", "school_dfe_number"), ("section_sis_id", "section_id")
NEEDED = {
    "school.csv": (("sis_id", "dfe_number", "id"), ("name",)),
    "student.csv": (ID, SCHOOL, ("first_name",), ("last_name",)),
    "teacher.csv": (ID, SCHOOL, ("last_name",)),
    "section.csv": (ID, SCHOOL, ("section_name",)),
    "studentenrollment.csv": (SECTION, ID),
    "teacherroster.csv": (SECTION, ID),
}


def recognises(bundle: Bundle) -> bool:
    student = bundle.named("student.csv")
    return student is not None and _school_column(student) is not None and {"username"} <= set(student.header)


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
    return found


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
    for number, row in table.records():
        if belongs(row) or number in unsure:
            yield number, cells(row)
        else:
            others += 1
    if others:
        report.note(table.name, f"{others} rows belong to other schools and were left for their own drops.")


def _school_column(table: Table) -> str | None:
    return next((name for name in SCHOOL if name in table.header), None)


def _id(row: Record) -> str:
    return row.get("id") or row.get("sis_id") or row.get("dfe_number") or ""


def _section(row: Record) -> str:
    return row.get("section_id") or row.get("section_sis_id") or ""
