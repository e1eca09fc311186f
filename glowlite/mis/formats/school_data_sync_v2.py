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
from glowlite.mis.report import Problem, Refused, Report
from glowlite.mis.rows import BY_NAME
from glowlite.mis.sessions import COLUMNS, ended_terms, terms
from glowlite.mis.telling import OF_OTHERS, Mentions, called, not_among, note_unknown, records, set_aside, unread

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

PUPIL = {"student", "pupil", "learner"}
NOT_STAFF = {*PUPIL, "parent", "guardian", "relative", "doctor", "other", ""}
# What is read, and the columns without which it cannot be; then those that the format has beside them.
NEEDED = {
    "orgs.csv": (("sourcedId",), ("name",), ("type",)),
    "users.csv": (("sourcedId",), ("givenName",), ("familyName",)),
    "roles.csv": (("userSourcedId",), ("orgSourcedId",), ("role",)),
    "classes.csv": (("sourcedId",), ("orgSourcedId",), ("title",)),
    "enrollments.csv": (("classSourcedId",), ("userSourcedId",), ("role",)),
    "relationships.csv": (("userSourcedId",), ("relationshipUserSourcedId",)),
    "demographics.csv": (("userSourcedId",),),
    "courses.csv": (("sourcedId",),),
    "academicsessions.csv": (("sourcedId",), ("title",), ("type",), ("startDate",), ("endDate",)),
}
ALSO = {
    "orgs.csv": "parentsourcedid",
    "users.csv": "username password activedirectorymatchid email phone sms",
    "roles.csv": "sessionsourcedid grade isprimary rolestartdate roleenddate",
    "classes.csv": "sessionsourcedids coursesourcedid code",
    "enrollments.csv": "",
    "relationships.csv": "relationshiprole",
    "demographics.csv": "sex birthdate birthcity birthstate birthcountry ethnicitycodes racecodes",
    "courses.csv": "orgsourcedid title code schoolyearsourcedid subject grade",
    "academicsessions.csv": "schoolyear",
}
PERSON = {"id": "sourcedid", "forename": "givenname", "surname": "familyname", "email": "email", "phone": "phone", "mobile": "sms"}
PUPILS = PERSON | {"born": "birthDate (demographics.csv)", "year_group": "grade (roles.csv)", "joined": "roleStartDate (roles.csv)",
                   "left": "roleEndDate (roles.csv)"}
STAFF = {"id": "usersourcedid", "forename": "givenName (users.csv)", "surname": "familyName (users.csv)", "email": "email (users.csv)"}

TELLTALE = {"users.csv": {"sourcedid", "givenname"}, "roles.csv": {"usersourcedid", "orgsourcedid"}, "relationships.csv": {"relationshipusersourcedid"}}

NAMES = ("givenname", "familyname")
ABOVE = {"district", "local", "state", "national", "region"}
SIBLINGS = "Relationships left out, as they are between two pupils and not between an adult and a child"
NO_USER = "There is no such user in users.csv."

Record = dict[str, str]
Row = tuple[int, list[str]]
# File, noun, columns, what they are called there, rows.
Plan = tuple[str, str, list[str], dict[str, str], Callable[[], Iterable[Row]]]


def recognises(bundle: Bundle) -> bool:
    """By any file that tells: one that lost a column is then named, and not taken for somebody else's."""
    return any((table := bundle.named(name)) and columns <= set(table.header) for name, columns in TELLTALE.items())


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    table = bundle.named("orgs.csv")
    rows = [row for _, row in table.records()] if table else []
    kinds = {row.get("type", "").lower() for row in rows}
    return [(row.get("sourcedid", ""), row.get("name", "")) for row in rows
            if (row.get("type", "").lower() == "school" if "school" in kinds else row.get("type", "").lower() not in ABOVE)]


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    for name in ("orgs.csv", "roles.csv"):
        if bundle.named(name) is None:
            raise Refused(f"School Data Sync v2.1 always has {name}; without it nobody knows who is a pupil of which school.", name)
    for table in bundle.tables:
        if table.kind in NEEDED:
            require(table, *NEEDED[table.kind])
            note_out_of_step(table, report)
            note_unknown(table, not_among(table, NEEDED[table.kind], ALSO[table.kind]), report)
        else:
            report.note(table.name, "GlowLite has no use for this file and left it alone.")
    for name in ("roles.csv", "classes.csv"):
        if (needed := bundle.named(name)) and (rows := needed.out_of_step()):
            raise Refused("This row has more cells than the header, so nobody knows whose it is; put quotation marks around a cell with a comma.",
                          name, rows[0])
    school = _School(bundle, str(school_id), report)
    if not school.pupil_roles:
        raise Refused("Not one pupil in this file is of this school.", "roles.csv", value=school_id)
    school.check()
    return school.sheets()


class _School:
    """The rows of one organisation, joined from the files that each hold a part of them."""

    def __init__(self, bundle: Bundle, school_id: str, report: Report) -> None:
        self.bundle, self.school_id, self.report = bundle, school_id, report
        self.on_record = OnRecord(school_id)

    def sheets(self) -> list[Sheet]:
        enrolled = {"group_id": "classsourcedid", "pupil_id": "usersourcedid", "staff_id": "usersourcedid"}
        plans: tuple[Plan, ...] = (
            ("orgs.csv", "school", ["id", "name"], {}, self.school),
            ("roles.csv", "staff", ["id", "forename", "surname", "email"], STAFF, self.staff),
            ("users.csv", "pupils", ["id", "forename", "surname", "born", "year_group", "joined", "left"], PUPILS, self.pupils),
            ("users.csv", "contacts", ["id", "forename", "surname", "email", "phone", "mobile"], PERSON, self.contacts),
            ("relationships.csv", "links", ["pupil_id", "contact_id", "relationship"],
             {"pupil_id": "usersourcedid", "contact_id": "relationshipusersourcedid", "relationship": "relationshiprole"}, self.links),
            ("classes.csv", "groups", ["id", "kind", "name", "subject"], {"id": "sourcedid", "name": "title", "subject": "title (courses.csv)"}, self.groups),
            ("enrollments.csv", "memberships", ["group_id", "pupil_id"], enrolled, self.memberships),
            ("enrollments.csv", "teaching", ["group_id", "staff_id"], enrolled, self.teaching),
        )
        found = [Sheet(BY_NAME[noun], table.name, columns, rows(), captions=called(table, captions),
                       unusable=self._without_user if noun == "staff" else unread(table))
                 for file, noun, columns, captions, rows in plans if (table := self.bundle.named(file))]
        return [*found, *self._terms()]

    def _terms(self) -> Iterable[Sheet]:
        """Speaks for terms only: what else stands in the calendar stays."""
        table = self.bundle.named("academicSessions.csv")
        if table and (rows := terms(table.records(), day_after=False)):
            yield Sheet(BY_NAME["calendar"], table.name, COLUMNS, rows, False, ended_terms(self.on_record, rows))

    def school(self) -> Iterable[Row]:
        return [(number, [row["sourcedid"], row["name"]]) for number, row in self._of("orgs.csv") if row["sourcedid"] == self.school_id]

    def staff(self) -> Iterable[Row]:
        met: set[str] = set()
        for number, role in self.here:
            user = self.users.get(role["usersourcedid"], dict.fromkeys(NAMES, ""))
            if role["role"].lower() not in NOT_STAFF and role["usersourcedid"] not in met:
                met.add(role["usersourcedid"])
                yield number, [role["usersourcedid"], *_names(user), user.get("email") or user.get("username", "")]

    def pupils(self) -> Iterable[Row]:
        for number, user in self._of("users.csv"):
            role = self.pupil_roles.get(user["sourcedid"])
            if role:
                born = self.births.get(user["sourcedid"], "")
                yield number, [user["sourcedid"], *_names(user), born, role.get("grade", ""), role.get("rolestartdate", ""), role.get("roleenddate", "")]

    def contacts(self) -> Iterable[Row]:
        for number, user in self._of("users.csv"):
            if user["sourcedid"] in self.adults:
                yield number, [user["sourcedid"], *_names(user), user.get("email", ""), user.get("phone", ""), user.get("sms", "")]

    def links(self) -> Iterable[Row]:
        for number, row in self.relationships:
            yield number, [row["usersourcedid"], row["relationshipusersourcedid"], row.get("relationshiprole", "")]

    def groups(self) -> Iterable[Row]:
        for number, row in self._of("classes.csv"):
            if row["orgsourcedid"] == self.school_id:
                yield number, [row["sourcedid"], "class", row["title"], self.courses.get(row.get("coursesourcedid", ""), "")]

    def memberships(self) -> Iterable[Row]:
        return self._enrolled(lambda role: role in PUPIL)

    def teaching(self) -> Iterable[Row]:
        return self._enrolled(lambda role: role not in NOT_STAFF)

    def _enrolled(self, wanted: Callable[[str], bool]) -> Iterable[Row]:
        """One that is out of step is everyone's: with its person unknown it is set aside, and nothing is ended for the want of it."""
        for number, row in self._of("enrollments.csv"):
            if (wanted(row["role"].lower()) or not row["usersourcedid"]) and self.classes.get(row["classsourcedid"], self.school_id) == self.school_id:
                yield number, [row["classsourcedid"], row["usersourcedid"]]

    # --- what comes in by no sheet ---------------------------------------------------------------------

    def check(self) -> None:
        """Report the rows that point to nobody, or of which nobody knows what they are of; mention those that are left out for a reason."""
        self._check_orgs()
        mentions = Mentions(self.report)
        for number, row in self._of("classes.csv"):
            if self.school_id != row["orgsourcedid"] in self.orgs:
                mentions.add(self._name("classes.csv"), number, OF_OTHERS)
        mine = {row["usersourcedid"] for _, row in self.here} | self.adults
        for number, row in self._of("users.csv"):
            if row["sourcedid"] not in self.somebody:
                mentions.add(self._name("users.csv"), number, "Users left out, as they stand neither in roles.csv nor in relationships.csv")
            elif row["sourcedid"] not in mine:
                mentions.add(self._name("users.csv"), number, OF_OTHERS)
        for number, row in self._of("relationships.csv"):
            if row["relationshipusersourcedid"] in self.pupil_roles:
                mentions.add(self._name("relationships.csv"), number, SIBLINGS)
        for number, row in self._of("enrollments.csv"):
            if row["role"].lower() in NOT_STAFF - PUPIL and row["usersourcedid"]:
                mentions.add(self._name("enrollments.csv"), number, "Enrolments left out, as they are neither a pupil's nor a teacher's")
        mentions.say()

    def _check_orgs(self) -> None:
        for file in ("roles.csv", "classes.csv"):
            for number, row in self._of(file):
                if row["orgsourcedid"] not in self.orgs:
                    set_aside(self.report, self._name(file), number, "orgSourcedId", row["orgsourcedid"], "There is no such organisation in orgs.csv.")
        for number, row in self.here:
            if number in self._without_user and row["role"].lower() in NOT_STAFF:  # those of staff are in their sheet
                set_aside(self.report, self._name("roles.csv"), number, "userSourcedId", row["usersourcedid"], NO_USER)

    # --- what several files know together ------------------------------------------------------------

    def _name(self, file: str) -> str:
        """What this file is called in the bundle."""
        table = self.bundle.named(file)
        return table.name if table else file

    def _of(self, file: str) -> Iterable[tuple[int, Record]]:
        table = self.bundle.named(file)
        return records(table, NAMES) if table else []

    @cached_property
    def users(self) -> dict[str, Record]:
        first: dict[str, Record] = {}
        for _, row in self._of("users.csv"):
            first.setdefault(row["sourcedid"], row)
        return first

    @cached_property
    def here(self) -> list[tuple[int, Record]]:
        """The roles at this school."""
        return [(number, row) for number, row in self._of("roles.csv") if row["orgsourcedid"] == self.school_id]

    @cached_property
    def _without_user(self) -> dict[int, Problem | None]:
        return {number: Problem(self._name("roles.csv"), number, "userSourcedId", row["usersourcedid"], f"{NO_USER} The row is set aside.")
                for number, row in self.here if row["usersourcedid"] not in self.users}

    @cached_property
    def pupil_roles(self) -> dict[str, Record]:
        """pupil -> their role at this school; of several the first."""
        first: dict[str, Record] = {}
        for _, row in self.here:
            if row["role"].lower() in PUPIL:
                first.setdefault(row["usersourcedid"], row)
        return first

    @cached_property
    def classes(self) -> dict[str, str]:
        """class -> whose it is."""
        return {row["sourcedid"]: row["orgsourcedid"] for _, row in self._of("classes.csv")}

    @cached_property
    def relationships(self) -> list[tuple[int, Record]]:
        """Those of this school's pupils to an adult; one that names a pupil nobody knows is kept, so that it is reported."""
        return [(number, row) for number, row in self._of("relationships.csv")
                if (row["usersourcedid"] in self.pupil_roles or row["usersourcedid"] not in self.users)
                and row["relationshipusersourcedid"] not in self.pupil_roles]

    @cached_property
    def adults(self) -> set[str]:
        return {row["relationshipusersourcedid"] for _, row in self.relationships}

    @cached_property
    def orgs(self) -> set[str]:
        return {row["sourcedid"] for _, row in self._of("orgs.csv")}

    @cached_property
    def somebody(self) -> set[str]:
        """Whoever has a role or is related to a pupil, at any school."""
        return {row["usersourcedid"] for _, row in self._of("roles.csv")} | {row["relationshipusersourcedid"] for _, row in self._of("relationships.csv")}

    @cached_property
    def births(self) -> dict[str, str]:
        return {row["usersourcedid"]: row.get("birthdate", "") for _, row in self._of("demographics.csv")}

    @cached_property
    def courses(self) -> dict[str, str]:
        return {row["sourcedid"]: row.get("title", "") for _, row in self._of("courses.csv")}


def _names(user: Record) -> list[str]:
    return [user["givenname"], user["familyname"]]
