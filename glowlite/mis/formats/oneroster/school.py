"""Hides which rows of a OneRoster bundle are one school's, and what the parts of its reading share."""

from collections.abc import Iterator
from functools import cached_property

from glowlite.mis.formats.oneroster.files import Files, Record, file_name, listed
from glowlite.mis.on_record import OnRecord
from glowlite.mis.report import Report
from glowlite.mis.telling import Mentions, set_aside

Row = tuple[int, list[str]]

NO_DATE = "Dates that cannot be read, where one like 2026-11-23 is needed, so that the row counts as if it held today"
ABOVE = {"district", "local", "state", "national"}


class School:
    """One school in a bundle. id: how the MIS knows it; None: the bundle does not say, and all of it is taken as this school's."""

    def __init__(self, files: Files, id: str | None, report: Report) -> None:
        self.files, self.id, self.report = files, id, report
        self.on_record = OnRecord(id)
        self.mentions = Mentions(report)

    @cached_property
    def orgs(self) -> set[str]:
        """Its own id, and those of its departments, which some systems write as organisations of their own."""
        found = {self.id or ""}
        rows = [row for _, row in self.files.rows("orgs") if row["type"].lower() == "department"]
        for _ in rows:
            found |= {row["sourcedid"] for row in rows if row.get("parentsourcedid") in found}
        return found

    def knows(self, org: str) -> bool:
        """Is this organisation in orgs.csv, or is there none that lists them all?"""
        return org in self.everyones_orgs or not self.files.is_whole("orgs")

    @cached_property
    def everyones_orgs(self) -> set[str]:
        return {row["sourcedid"] for _, row in self.files.rows("orgs")}

    def is_mine(self, org: str) -> bool:
        return self.id is None or org in self.orgs

    def mention(self, file: str, number: int, message: str) -> None:
        """Remember a row of which this is to be said: once, with which and how many there are."""
        self.mentions.add(self.file_name(file), number, message)

    def set_aside(self, file: str, row: int, column: str, value: str, message: str) -> None:
        """Report a row that cannot be used, and count it."""
        set_aside(self.report, self.file_name(file), row, column, value, message)

    def count_aside(self, file: str) -> None:
        """Count a row that cannot be used and of which the report speaks already."""
        self.report.count(self.file_name(file), "rows")
        self.report.count(self.file_name(file), "set_aside")

    def file_name(self, file: str) -> str:
        """What this file is called in the bundle, or by the standard."""
        found = self.files[file]
        return found.table.name if found else file_name(file)


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
