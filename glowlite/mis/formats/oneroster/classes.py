"""Hides how classes, enrolments and academic sessions of OneRoster become groups, who is in them and who teaches them, and terms."""

from functools import cached_property

from glowlite.mis.formats import Sheet
from glowlite.mis.formats.oneroster.files import File, Record, listed, word
from glowlite.mis.formats.oneroster.school import NO_DATE, School, person
from glowlite.mis.report import NOTE, Problem
from glowlite.mis.rows import BY_NAME
from glowlite.mis.sessions import COLUMNS, ended_terms, is_no_date, is_over, is_to_come, terms
from glowlite.mis.telling import OF_OTHERS

GROUP = {"id": "sourcedid", "name": "title"}
KINDS = {"homeroom": "registration", "scheduled": "class"}
ENROLLED = dict.fromkeys(("student", "pupil", "learner"), "memberships") | {"teacher": "teaching"}
NOUNS = ("memberships", "teaching")
NO_GROUP_HERE = {"administrator", "proctor", "aide", "guardian", "parent", "relative"}

Keyed = list[tuple[int, tuple[str, str]]]


class Classes:
    """The groups of one school."""

    def __init__(self, school: School) -> None:
        self.school, self.files, self.on_record = school, school.files, school.on_record

    def sheets(self) -> list[Sheet]:
        return [*self._groups(), *self._enrolled(), *self._terms()]

    # --- groups ------------------------------------------------------------------------------------------

    @cached_property
    def mine(self) -> dict[str, Record]:
        """This school's classes, also those of which nobody can tell whose they are."""
        file = self.files["classes"]
        return {row["sourcedid"]: row for number, row in self.files.rows("classes")
                if self.school.is_mine(row.get("schoolsourcedid", "")) or (file and (number in file.out_of_step or not self._is_known_org(row)))}

    def _is_known_org(self, row: Record) -> bool:
        org = row.get("schoolsourcedid", "")
        return bool(org) and self.school.knows(org)

    @cached_property
    def everyones(self) -> set[str]:
        return {row["sourcedid"] for _, row in self.files.rows("classes")}

    def is_elsewhere(self, group: str, org: str = "") -> bool:
        """Is this class another school's? org: what the row itself says of it."""
        if group in self.everyones:
            return group not in self.mine
        return bool(org) and not self.school.is_mine(org)

    def said_of(self, group: str) -> dict[str, str]:
        """A class as the drop format has it: what the bundle says of it, and else what stands."""
        return self._group(group, self.mine.get(group, {}))

    def _groups(self) -> list[Sheet]:
        file = self.files["classes"]
        if file is None:
            return []
        columns = ["id", "kind", "name", "subject"]
        rows = [(number, [said.get(column, "") for column in columns]) for number, row in file.rows()
                if row["sourcedid"] in self.mine and (said := self._group(row["sourcedid"], row))]
        for number, row in file.rows():
            if row["sourcedid"] not in self.mine:
                self.school.mention("classes", number, OF_OTHERS)
            elif word(row.get("classtype", "")) not in ("", *KINDS):
                message = "A class is homeroom or scheduled; this one was taken as a class."
                self.school.report.add_row(Problem(file.table.name, number, "classType", row["classtype"], message, NOTE))
        ends = () if self.files.is_whole("classes") else [(number, (row["sourcedid"],)) for number, row in file.over() if row["sourcedid"] not in self.mine]
        return [Sheet(BY_NAME["groups"], file.table.name, columns, rows, self.files.is_whole("classes"), ends,
                      file.called(GROUP | {"kind": "classtype", "subject": "subjects"}), self._nobodys(file) | file.unread)]

    def _nobodys(self, file: File) -> dict[int, Problem | None]:
        """The classes of an organisation that is not in orgs.csv: set aside, and not taken for missing."""
        message = "There is no such organisation in orgs.csv, so nobody knows whose class this is. The row is set aside."
        return {number: Problem(file.table.name, number, "schoolSourcedId", org, message) for number, row in file.rows()
                if (org := row.get("schoolsourcedid", "")) and not self.school.knows(org)}

    def _group(self, group: str, row: Record) -> dict[str, str]:
        standing = self.on_record.rows("groups").get((group,), {})
        if not row:
            return standing
        kind = KINDS.get(word(row.get("classtype", "")), standing.get("kind") or "class")
        subject = "" if kind == "registration" else self._subject(row)
        return standing | person(row, GROUP) | {"kind": kind} | ({"subject": subject} if subject or self.files["courses"] else {})

    def _subject(self, row: Record) -> str:
        course = self._courses.get(row.get("coursesourcedid", ""), {})
        return next(iter([*listed(row.get("subjects", "")), *listed(course.get("subjects", "")), course.get("title", "")]), "")

    @cached_property
    def _courses(self) -> dict[str, Record]:
        return {row["sourcedid"]: row for _, row in self.files.rows("courses")}

    # --- who is in them ----------------------------------------------------------------------------------

    @cached_property
    def enrolled(self) -> dict[str, Keyed]:
        """memberships and teaching -> (row, (class, person)) of those that hold today."""
        found: dict[str, Keyed] = {noun: [] for noun in NOUNS}
        for number, row in self._enrollments:
            if self._is_past(row) or is_to_come(row.get("begindate", "")):
                self.school.mention("enrollments", number, "Enrolments that have ended, or begin after today, and do not count")
                continue
            if is_no_date(row.get("begindate", "")) or is_no_date(row.get("enddate", "")):
                self.school.mention("enrollments", number, NO_DATE)
            for noun in self._nouns(number, row):
                found[noun].append((number, (row["classsourcedid"], row["usersourcedid"])))
        return found

    @cached_property
    def registrations(self) -> dict[str, str]:
        """pupil -> the name of the registration class that they are in."""
        rows = self.enrolled["memberships"]
        return {pupil: said["name"] for _, (group, pupil) in rows if (said := self.said_of(group)).get("kind") == "registration" and said.get("name")}

    @cached_property
    def teachers(self) -> set[str]:
        return {person for _, (group, person) in self.enrolled["teaching"] if group in self.mine or (group,) in self.on_record.rows("groups")}

    def _enrolled(self) -> list[Sheet]:
        file = self.files["enrollments"]
        if file is None:
            return []
        is_whole = self.files.is_whole("enrollments")
        person = {"memberships": "pupil_id", "teaching": "staff_id"}
        return [Sheet(BY_NAME[noun], file.table.name, ["group_id", person[noun]], [(number, list(key)) for number, key in rows], is_whole,
                      () if is_whole else self._ended(noun), file.called({"group_id": "classsourcedid", person[noun]: "usersourcedid"}), file.unread)
                for noun, rows in self.enrolled.items()]

    @cached_property
    def _enrollments(self) -> list[tuple[int, Record]]:
        """Those in this school's classes, and in classes that nobody knows."""
        found = []
        for number, row in self.files.rows("enrollments"):
            if self.is_elsewhere(row["classsourcedid"], row.get("schoolsourcedid", "")):
                self.school.mention("enrollments", number, OF_OTHERS)
            else:
                found.append((number, row))
        return found

    def _nouns(self, number: int, row: Record) -> list[str]:
        """What an enrolment means; of one that cannot be read both, so that it is set aside and nothing is ended for the want of it."""
        file = self.files["enrollments"]
        if file and number in file.out_of_step:
            return list(NOUNS)
        said = word(row["role"])
        if said in ENROLLED:
            return [ENROLLED[said]]
        if said in NO_GROUP_HERE or said.startswith("ext:"):
            self.school.mention("enrollments", number, "Enrolments left out, as they are neither a pupil's nor a teacher's")
            return []
        key = (row["classsourcedid"], row["usersourcedid"])
        standing = [noun for noun in NOUNS if key in self.on_record.rows(noun)]
        if not standing:
            self.school.set_aside("enrollments", number, "role", row["role"], "An enrolment is a student's or a teacher's; this says neither.")
        return standing

    def _is_past(self, row: Record) -> bool:
        return is_over(row.get("enddate", ""), self.files.ends_are_the_day_after)

    def _ended(self, noun: str) -> Keyed:
        """Of news: the enrolments that are over, unless another row says that they hold."""
        holds = {key for _, key in self.enrolled[noun]}
        over = [*self.files.over("enrollments"), *((number, row) for number, row in self._enrollments if self._is_past(row))]
        keys = [(number, (row["classsourcedid"], row["usersourcedid"])) for number, row in over]
        for number, key in keys:
            if not all(key) and noun == "memberships":
                self.school.set_aside("enrollments", number, "sourcedId", "", "This enrolment is over, but the row does not say whose it is in which class.")
        return [(number, key) for number, key in keys if key not in holds and key in self.on_record.rows(noun)]

    # --- terms -------------------------------------------------------------------------------------------

    def _terms(self) -> list[Sheet]:
        """Terms only: what else stands in the calendar is not known to OneRoster and stays."""
        file = self.files["academicsessions"]
        if file is None:
            return []
        rows = terms(file.rows(), self.files.ends_are_the_day_after)
        if self.files.is_whole("academicsessions"):
            ended = ended_terms(self.on_record, rows) if rows else []
        else:
            ended = [(number, (row["sourcedid"],)) for number, row in file.over()]
        return [Sheet(BY_NAME["calendar"], file.table.name, COLUMNS, rows, False, ended)] if rows or ended else []
