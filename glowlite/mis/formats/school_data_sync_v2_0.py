"""Microsoft School Data Sync v2, before 2.1: organisations, people with one role each, classes and who is in them. No contacts, no marks.

Headers: as https://github.com/OfficeDev/O365-EDU-Tools has them. The role and the grade stand in users.csv, and passwords, which are not read.
"""

from collections.abc import Callable, Iterable

from glowlite.mis.formats import About, Sheet, note_out_of_step, require
from glowlite.mis.read import Bundle
from glowlite.mis.report import Refused, Report
from glowlite.mis.rows import BY_NAME
from glowlite.mis.telling import OF_OTHERS, Mentions, called, not_among, note_unknown, records, set_aside, unread

NAME = "School Data Sync v2"
ABOUT = About(
    what="Microsoft School Data Sync v2, before 2.1: organisations, people with one role each, classes and who is in them.",
    files=(("orgs.csv", "sourcedId,name,type,parentSourcedId"), ("users.csv", "sourcedId,orgSourcedIds,givenName,familyName,role,username,grade"),
           ("classes.csv", "sourcedId,orgSourcedId,title"), ("enrollments.csv", "classSourcedId,userSourcedId,role")),
    rights="The format has no columns for rights, and no contacts, so nobody gains access from it.",
    bundle=("sds-v2",),
    more=("The adults on record and their links stay as they are. Passwords are not read.",
          "A person may belong to several organisations, with a comma between; only this school's rows are read."))

NEEDED = {
    "orgs.csv": (("sourcedId",), ("name",), ("type",)),
    "users.csv": (("sourcedId",), ("orgSourcedIds",), ("givenName",), ("familyName",), ("role",)),
    "classes.csv": (("sourcedId",), ("orgSourcedId",), ("title",)),
    "enrollments.csv": (("classSourcedId",), ("userSourcedId",), ("role",)),
}
ALSO = {"orgs.csv": "parentsourcedid", "users.csv": "username password grade", "classes.csv": "", "enrollments.csv": ""}
PUPIL = {"student", "pupil", "learner"}
NOT_STAFF = {*PUPIL, "parent", "guardian", "relative", "other", ""}
NAMES = ("givenname", "familyname")
PERSON = {"id": "sourcedid", "forename": "givenname", "surname": "familyname", "email": "username", "year_group": "grade"}

Record = dict[str, str]
Row = tuple[int, list[str]]
# File, noun, columns, what they are called there, rows.
Plan = tuple[str, str, list[str], dict[str, str], Callable[[], Iterable[Row]]]


def recognises(bundle: Bundle) -> bool:
    users = bundle.named("users.csv")
    return users is not None and bundle.named("roles.csv") is None and {"sourcedid", "orgsourcedids", "role"} <= set(users.header)


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    return [(row.get("sourcedid", ""), row.get("name", "")) for _, row in _of(bundle, "orgs.csv") if row.get("type", "").lower() == "school"]


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    for table in bundle.tables:
        if table.kind not in NEEDED:
            report.note(table.name, "School Data Sync v2 has no such file; it was left alone.")
            continue
        require(table, *NEEDED[table.kind])
        note_out_of_step(table, report)
        note_unknown(table, not_among(table, NEEDED[table.kind], ALSO[table.kind]), report)
    _refuse_if_whose_is_unknown(bundle)
    school = _School(bundle, str(school_id))
    if not any(True for _ in school.pupils()):
        raise Refused("Not one pupil in this file is of this school.", "users.csv", value=school_id)
    school.check(report)
    return school.sheets()


class _School:
    """The rows of one organisation."""

    def __init__(self, bundle: Bundle, school_id: str) -> None:
        self.bundle, self.school_id = bundle, school_id
        self.classes = {row["sourcedid"] for _, row in _of(bundle, "classes.csv") if row["orgsourcedid"] == school_id}

    def sheets(self) -> list[Sheet]:
        enrolled = {"group_id": "classsourcedid", "pupil_id": "usersourcedid", "staff_id": "usersourcedid"}
        plans: tuple[Plan, ...] = (
            ("orgs.csv", "school", ["id", "name"], {}, self.school),
            ("users.csv", "staff", ["id", "forename", "surname", "email"], PERSON, self.staff),
            ("users.csv", "pupils", ["id", "forename", "surname", "year_group"], PERSON, self.pupils),
            ("classes.csv", "groups", ["id", "kind", "name"], {"id": "sourcedid", "name": "title"}, self.groups),
            ("enrollments.csv", "memberships", ["group_id", "pupil_id"], enrolled, lambda: self.enrolled(lambda role: role in PUPIL)),
            ("enrollments.csv", "teaching", ["group_id", "staff_id"], enrolled, lambda: self.enrolled(lambda role: role not in NOT_STAFF)),
        )
        return [Sheet(BY_NAME[noun], table.name, columns, rows(), captions=called(table, captions), unusable=unread(table))
                for file, noun, columns, captions, rows in plans if (table := self.bundle.named(file))]

    def check(self, report: Report) -> None:
        """Report the people and classes of organisations that nobody knows; mention those that are left out for a reason."""
        mentions = Mentions(report)
        users, classes = (table.name if (table := self.bundle.named(file)) else file for file in ("users.csv", "classes.csv"))
        orgs = {row["sourcedid"] for _, row in _of(self.bundle, "orgs.csv")}
        for number, user in _of(self.bundle, "users.csv"):
            here = _orgs(user)
            if orgs and not orgs & {*here}:
                set_aside(report, users, number, "orgSourcedIds", user["orgsourcedids"], "There is no such organisation in orgs.csv.")
            elif self.school_id not in here:
                mentions.add(users, number, OF_OTHERS)
            elif user["role"].lower() in NOT_STAFF - PUPIL:
                mentions.add(users, number, "Users left out, as they are neither pupils nor staff, and the format does not say whose parents they are")
        for number, row in _of(self.bundle, "classes.csv"):
            if orgs and row["orgsourcedid"] not in orgs:
                set_aside(report, classes, number, "orgSourcedId", row["orgsourcedid"], "There is no such organisation in orgs.csv.")
            elif row["sourcedid"] not in self.classes:
                mentions.add(classes, number, OF_OTHERS)
        mentions.say()

    def school(self) -> Iterable[Row]:
        return ((number, [row["sourcedid"], row["name"]]) for number, row in _of(self.bundle, "orgs.csv") if row["sourcedid"] == self.school_id)

    def staff(self) -> Iterable[Row]:
        return ((number, [user["sourcedid"], user["givenname"], user["familyname"], user.get("username", "")])
                for number, user in self._users(lambda role: role not in NOT_STAFF))

    def pupils(self) -> Iterable[Row]:
        return ((number, [user["sourcedid"], user["givenname"], user["familyname"], user.get("grade", "")])
                for number, user in self._users(lambda role: role in PUPIL))

    def _users(self, wanted: Callable[[str], bool]) -> Iterable[tuple[int, Record]]:
        for number, user in _of(self.bundle, "users.csv"):
            if self.school_id in _orgs(user) and wanted(user["role"].lower()):
                yield number, user

    def groups(self) -> Iterable[Row]:
        return ((number, [row["sourcedid"], "class", row["title"]]) for number, row in _of(self.bundle, "classes.csv") if row["sourcedid"] in self.classes)

    def enrolled(self, wanted: Callable[[str], bool]) -> Iterable[Row]:
        """One that is out of step is everyone's: with its person unknown it is set aside, and nothing is ended for the want of it."""
        everyones = {row["sourcedid"] for _, row in _of(self.bundle, "classes.csv")}
        for number, row in _of(self.bundle, "enrollments.csv"):
            is_wanted = wanted(row["role"].lower()) or not row["usersourcedid"]
            if is_wanted and (row["classsourcedid"] in self.classes or row["classsourcedid"] not in everyones):
                yield number, [row["classsourcedid"], row["usersourcedid"]]


def _of(bundle: Bundle, file: str) -> Iterable[tuple[int, Record]]:
    table = bundle.named(file)
    return records(table, NAMES) if table else []


def _orgs(user: Record) -> list[str]:
    return [org.strip() for org in user["orgsourcedids"].split(",")]


def _refuse_if_whose_is_unknown(bundle: Bundle) -> None:
    """Left out, the people and classes of such a row would seem to have gone."""
    for name in ("users.csv", "classes.csv"):
        if (table := bundle.named(name)) and (rows := table.out_of_step()):
            raise Refused("This row has not as many cells as the header, so nobody knows whose it is; put quotation marks around a cell with a comma.",
                          name, rows[0])
