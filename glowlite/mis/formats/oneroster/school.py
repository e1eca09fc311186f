"""Hides which rows of a OneRoster bundle are one school's, and what the parts of its reading share."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from glowlite.mis.formats.oneroster.files import Files, Record, listed
from glowlite.mis.on_record import OnRecord
from glowlite.mis.report import Problem, Report

Row = tuple[int, list[str]]

ABOVE = {"district", "local", "state", "national"}
OF_OTHERS = "Rows of other schools, to be read in their own drops"


class School:
    """One school in a bundle. id: how the MIS knows it; None: the bundle does not say, and all of it is taken as this school's."""

    def __init__(self, files: Files, id: str | None, report: Report) -> None:
        self.files, self.id, self.report = files, id, report
        self.on_record = OnRecord(id)
        self.left_out: Counter[tuple[str, str]] = Counter()

    @cached_property
    def orgs(self) -> set[str]:
        """Its own id, and those of its departments, which some systems write as organisations of their own."""
        found = {self.id or ""}
        rows = [row for _, row in self.files.rows("orgs") if row["type"].lower() == "department"]
        for _ in rows:
            found |= {row["sourcedid"] for row in rows if row.get("parentsourcedid") in found}
        return found

    @cached_property
    def everyones_orgs(self) -> set[str]:
        return {row["sourcedid"] for _, row in self.files.rows("orgs")}

    def is_mine(self, org: str) -> bool:
        return self.id is None or org in self.orgs

    def leave_out(self, file: str, message: str) -> None:
        """Count a row that is left out for this reason, to be said once with how many there are."""
        self.left_out[self._name(file), message] += 1

    def set_aside(self, file: str, row: int, column: str, value: str, message: str) -> None:
        """Report a row that cannot be used, and count it."""
        self.report.add_row(Problem(self._name(file), row, column, value, f"{message} The row is set aside."))
        self.report.count(self._name(file), "rows")
        self.report.count(self._name(file), "set_aside")

    def say_what_was_left_out(self) -> None:
        for (file, message), number in self.left_out.items():
            self.report.note(file, f"{message}: {number}.")
        self.left_out.clear()

    def _name(self, file: str) -> str:
        found = self.files[file]
        return found.table.name if found else f"{file}.csv"


def named(files: Files) -> list[tuple[str, str]]:
    """(id, name) of each school in the bundle; where its orgs do not say it all, also of what its classes or people belong to."""
    orgs = {row["sourcedid"]: row for _, row in files.rows("orgs")}
    schools = {number: row["name"] for number, row in orgs.items() if row["type"].lower() == "school"}
    if schools and files.is_whole("orgs"):
        return sorted(schools.items())
    above = {number for number, row in orgs.items() if row["type"].lower() in ABOVE}
    parts = {number for number, row in orgs.items() if row["type"].lower() == "department" and row.get("parentsourcedid") in schools}
    return sorted((schools | {number: orgs.get(number, {}).get("name", "") for number in _used(files) - above - parts}).items())


def _used(files: Files) -> set[str]:
    """The organisations that classes belong to, or people where there are no classes."""
    columns = (("classes", "schoolsourcedid"), ("enrollments", "schoolsourcedid"), ("lineitems", "schoolsourcedid"),
               ("users", "orgsourcedids"), ("roles", "orgsourcedid"), ("users", "primaryorgsourcedid"))
    for file, column in columns:
        if found := set(_cells(files, file, column)):
            return found
    return set()


def _cells(files: Files, file: str, column: str) -> Iterator[str]:
    for _, row in files.rows(file):
        yield from listed(row.get(column, ""))


def person(row: Record, columns: dict[str, str]) -> dict[str, str]:
    """What a record says under the names of the drop format: of the columns that it has."""
    return {ours: row[theirs] for ours, theirs in columns.items() if theirs in row}
