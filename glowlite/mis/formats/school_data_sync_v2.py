"""Microsoft School Data Sync v2.1: organisations, people with roles, classes, and which adult is related to which pupil.

Headers: https://learn.microsoft.com/en-us/schooldatasync/sds-v2.1-csv-file-format
A relationship's role (guardian, relative, doctor …) gives no access: the format has no column for rights.
Passwords and userFlags.csv (support plans, free meals) are not read.
"""

from collections.abc import Callable, Iterable
from functools import cached_property

from glowlite.mis.formats import About, Sheet, note_out_of_step, require
from glowlite.mis.on_record import OnRecord
from glowlite.mis.read import Bundle
from glowlite.mis.report import Refused, Report
from glowlite.mis.rows import BY_NAME
from glowlite.mis.sessions import COLUMNS, ended_terms, terms

NAME = "School Data Sync v2.1"
ABOUT = About(
    what="Microsoft School Data Sync v2.1: organisations, people with roles, classes, and which adult is related to which pupil.",
    files=(("orgs.csv", "sourcedId,name,type"), ("users.csv", "sourcedId,username,givenName,familyName"), ("roles.csv", "userSourcedId,orgSourcedId,role"),
           ("classes.csv", "sourcedId,orgSourcedId,title"), ("enrollments.csv", "classSourcedId,userSourcedId,role"),
           ("relationships.csv", "userSourcedId,relationshipUserSourcedId,relationshipRole"), ("demographics.csv", "userSourcedId,birthDate"),
           ("courses.csv", "sourcedId,title"), ("academicSessions.csv", "sourcedId,title,type,startDate,endDate")),
    rights="A relationship's role (parent, guardian, doctor) says nothing about rights, so nobody gains access from it.",
    bundle=("sds-v2.1",),
    more=("An adult needs no row in roles.csv; whoever stands in relationships.csv is a contact, a doctor too.",
          "The subject of a class is the title of its course: the columns subject and grade of courses.csv are met swapped.",
          "Terms come from academicSessions.csv (semesters where there are no terms). What else stands in the calendar stays.",
          "Passwords and userFlags.csv (support plans, free meals) are not read."))

NOT_STAFF = {"student", "parent", "guardian", "relative", "doctor", "other"}
NEEDED = {
    "orgs.csv": (("sourcedid",), ("name",), ("type",)),
    "users.csv": (("sourcedid",), ("givenname",), ("familyname",)),
    "roles.csv": (("usersourcedid",), ("orgsourcedid",), ("role",)),
    "classes.csv": (("sourcedid",), ("orgsourcedid",), ("title",)),
    "enrollments.csv": (("classsourcedid",), ("usersourcedid",), ("role",)),
    "relationships.csv": (("usersourcedid",), ("relationshipusersourcedid",)),
    "demographics.csv": (("usersourcedid",),),
    "courses.csv": (("sourcedid",),),
    "academicsessions.csv": (("sourcedid",), ("title",), ("type",), ("startdate",), ("enddate",)),
}

TELLTALE = {"users.csv": {"sourcedid", "givenname"}, "roles.csv": {"usersourcedid", "orgsourcedid"}, "relationships.csv": {"relationshipusersourcedid"}}

Record = dict[str, str]
Row = tuple[int, list[str]]


def recognises(bundle: Bundle) -> bool:
    """By any file that tells: one that lost a column is then named, and not taken for somebody else's."""
    return any((table := bundle.named(name)) and columns <= set(table.header) for name, columns in TELLTALE.items())


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    table = bundle.named("orgs.csv")
    rows = [row for _, row in table.records()] if table else []
    return [(row.get("sourcedid", ""), row.get("name", "")) for row in rows if row.get("type", "").lower() == "school"]


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    for name in ("orgs.csv", "roles.csv"):
        if bundle.named(name) is None:
            raise Refused(f"School Data Sync v2.1 always has {name}; without it nobody knows who is a pupil of which school.", name)
    for table in bundle.tables:
        if table.name.lower() in NEEDED:
            require(table, *NEEDED[table.name.lower()])
            note_out_of_step(table, report)
        else:
            report.note(table.name, "GlowLite has no use for this file and left it alone.")
    for name in ("roles.csv", "classes.csv"):
        if (needed := bundle.named(name)) and (rows := needed.out_of_step()):
            raise Refused("This row has more cells than the header, so nobody knows whose it is; put quotation marks around a cell with a comma.",
                          name, rows[0])
    school = _School(bundle, str(school_id))
    if not school.pupil_roles:
        raise Refused("Not one pupil in this file is of this school.", "roles.csv", value=school_id)
    school.note_siblings(report)
    return school.sheets()


class _School:
    """The rows of one organisation, joined from the files that each hold a part of them."""

    def __init__(self, bundle: Bundle, school_id: str) -> None:
        self.bundle, self.school_id = bundle, school_id
        self.on_record = OnRecord(school_id)

    def sheets(self) -> list[Sheet]:
        plans = (
            ("orgs.csv", "school", ["id", "name"], self.school),
            ("roles.csv", "staff", ["id", "forename", "surname", "email"], self.staff),
            ("users.csv", "pupils", ["id", "forename", "surname", "born", "year_group", "joined", "left"], self.pupils),
            ("users.csv", "contacts", ["id", "forename", "surname", "email", "phone", "mobile"], self.contacts),
            ("relationships.csv", "links", ["pupil_id", "contact_id", "relationship"], self.links),
            ("classes.csv", "groups", ["id", "kind", "name", "subject"], self.groups),
            ("enrollments.csv", "memberships", ["group_id", "pupil_id"], self.memberships),
            ("enrollments.csv", "teaching", ["group_id", "staff_id"], self.teaching),
        )
        found = [Sheet(BY_NAME[noun], table.name, columns, rows()) for file, noun, columns, rows in plans if (table := self.bundle.named(file))]
        return [*found, *self._terms()]

    def _terms(self) -> Iterable[Sheet]:
        """Speaks for terms only: what else stands in the calendar stays."""
        table = self.bundle.named("academicSessions.csv")
        if table and (rows := terms(table.records(), day_after=False)):
            yield Sheet(BY_NAME["calendar"], table.name, COLUMNS, rows, False, ended_terms(self.on_record, rows))

    def school(self) -> Iterable[Row]:
        return [(number, [row["sourcedid"], row["name"]]) for number, row in self._of("orgs.csv") if row["sourcedid"] == self.school_id]

    def staff(self) -> Iterable[Row]:
        for number, role in self.here:
            user = self.users.get(role["usersourcedid"], {})
            if role["role"].lower() not in NOT_STAFF:
                yield number, [role["usersourcedid"], *_names(user), user.get("email") or user.get("username", "")]

    def pupils(self) -> Iterable[Row]:
        for number, user in self._of("users.csv"):
            role = self.pupil_roles.get(user["sourcedid"])
            if role:
                born = self.births.get(user["sourcedid"], "")
                yield number, [user["sourcedid"], *_names(user), born, role.get("grade", ""), role.get("rolestartdate", ""), role.get("roleenddate", "")]

    def contacts(self) -> Iterable[Row]:
        adults = {row["relationshipusersourcedid"] for _, row in self.relationships}
        for number, user in self._of("users.csv"):
            if user["sourcedid"] in adults:
                yield number, [user["sourcedid"], *_names(user), user.get("email", ""), user.get("phone", ""), user.get("sms", "")]

    def note_siblings(self, report: Report) -> None:
        number = sum(1 for _, row in self._of("relationships.csv") if row["relationshipusersourcedid"] in self.pupil_roles)
        if number:
            report.note("relationships.csv", f"Relationships left out, as they are between two pupils and not between an adult and a child: {number}.")

    def links(self) -> Iterable[Row]:
        for number, row in self.relationships:
            yield number, [row["usersourcedid"], row["relationshipusersourcedid"], row.get("relationshiprole", "")]

    def groups(self) -> Iterable[Row]:
        for number, row in self._of("classes.csv"):
            if row.get("orgsourcedid") == self.school_id:
                yield number, [row["sourcedid"], "class", row.get("title", ""), self.courses.get(row.get("coursesourcedid", ""), "")]

    def memberships(self) -> Iterable[Row]:
        return self._enrolled(lambda role: role == "student")

    def teaching(self) -> Iterable[Row]:
        return self._enrolled(lambda role: role not in NOT_STAFF)

    def _enrolled(self, wanted: Callable[[str], bool]) -> Iterable[Row]:
        """One that is out of step is everyone's: with its person unknown it is set aside, and nothing is ended for the want of it."""
        mine = {cells[0] for _, cells in self.groups()}
        for number, row in self._of("enrollments.csv"):
            if (wanted(row.get("role", "").lower()) or not row["usersourcedid"]) and row["classsourcedid"] in mine:
                yield number, [row["classsourcedid"], row["usersourcedid"]]

    # --- what several files know together ------------------------------------------------------------

    def _of(self, file: str) -> Iterable[tuple[int, Record]]:
        table = self.bundle.named(file)
        return table.records() if table else []

    @cached_property
    def users(self) -> dict[str, Record]:
        return {row["sourcedid"]: row for _, row in self._of("users.csv")}

    @cached_property
    def here(self) -> list[tuple[int, Record]]:
        """Roles at this school; one person may have several, the first counts."""
        first: dict[str, tuple[int, Record]] = {}
        for number, row in self._of("roles.csv"):
            if row.get("orgsourcedid") == self.school_id:
                first.setdefault(row["usersourcedid"], (number, row))
        return list(first.values())

    @cached_property
    def pupil_roles(self) -> dict[str, Record]:
        return {row["usersourcedid"]: row for _, row in self.here if row["role"].lower() == "student"}

    @cached_property
    def relationships(self) -> list[tuple[int, Record]]:
        """Those of this school's pupils to an adult; one that names a pupil nobody knows is kept, so that it is reported."""
        return [(number, row) for number, row in self._of("relationships.csv")
                if (row["usersourcedid"] in self.pupil_roles or row["usersourcedid"] not in self.users)
                and row["relationshipusersourcedid"] not in self.pupil_roles]

    @cached_property
    def births(self) -> dict[str, str]:
        return {row["usersourcedid"]: row.get("birthdate", "") for _, row in self._of("demographics.csv")}

    @cached_property
    def courses(self) -> dict[str, str]:
        return {row["sourcedid"]: row.get("title", "") for _, row in self._of("courses.csv")}


def _names(user: Record) -> list[str]:
    return [user.get("givenname", ""), user.get("familyname", "")]
