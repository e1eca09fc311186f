"""OneRoster 1.1 and 1.2: whole, and as a delta in which everything is news and a leaver is to be deleted."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from glowlite.demo import cast
from glowlite.demo.exports import Rows, write_table
from glowlite.demo.names import folded

FORMATS = ("oneroster-1.1", "oneroster-1.2", "oneroster-1.2-delta")

DISTRICT = "99"
ROLES = {"Mother": "parent", "Father": "parent", "Carer": "guardian", "Doctor": "aide", "Social worker": "aide"}  # anyone else is a relative
STAFF_ROLES = {"Head Teacher": ("administrator", "principal"), "Office Manager": ("administrator", "siteAdministrator")}
CLASS_TYPES = {"class": "scheduled", "registration": "homeroom"}
NUMERIC = re.compile(r"\d+")
ALL_FILES = {
    "1.1": "academicSessions categories classes classResources courses courseResources demographics enrollments lineItems orgs resources results users",
    "1.2": "academicSessions categories classes classResources courses courseResources demographics enrollments lineItemLearningObjectiveIds lineItems "
           "lineItemScoreScales orgs resources resultLearningObjectiveIds results resultScoreScales roles scoreScales userProfiles userResources users",
}
HEADERS = {  # after sourcedId, status, dateLastModified
    "orgs": "name type identifier parentSourcedId",
    "users": "enabledUser orgSourcedIds role username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades password",
    "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white "
                    "demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth "
                    "publicSchoolResidenceStatus",
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects subjectCodes periods",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "categories": "title",
    "lineItems": "title description assignDate dueDate classSourcedId categorySourcedId gradingPeriodSourcedId resultValueMin resultValueMax",
    "results": "lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment",
}
HEADERS_1_2 = HEADERS | {
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds grades password "
             "userMasterIdentifier resourceSourcedIds preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "categories": "title weight",
    "lineItems": "title description assignDate dueDate classSourcedId categorySourcedId academicSessionSourcedId resultValueMin resultValueMax schoolSourcedId",
    "results": "lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment textScore classSourcedId inProgress incomplete late missing",
}

Row = dict[str, str]


def write(folder: Path, name: str, rows: Rows) -> None:
    version = "1.1" if "1.1" in name else "1.2"
    headers = HEADERS if version == "1.1" else HEADERS_1_2
    mode = "delta" if name.endswith("delta") else "bulk"
    export = _Export(rows, version, mode == "delta")
    for file, columns in headers.items():
        header = ["sourcedId", "status", "dateLastModified", *columns.split()]
        write_table(folder, f"{file}.csv", header, ([export.stamped(row).get(column, "") for column in header] for row in export.of(file)))
    announced = [(f"file.{file}", mode if file in headers else "absent") for file in ALL_FILES[version].split()]
    properties = [("manifest.version", "1.0"), ("oneroster.version", version), *announced]
    write_table(folder, "manifest.csv", ("propertyName", "value"),
                [*properties, ("source.systemName", rows["school"][0]["mis"]), ("source.systemCode", rows["school"][0]["id"])])


class _Export:
    """The rows of one school, file by file, as column -> text."""

    def __init__(self, rows: Rows, version: str, is_delta: bool) -> None:
        self.rows, self.is_1_2, self.is_delta = rows, version == "1.2", is_delta
        self.school = rows["school"][0]
        self.terms = [row for row in rows["calendar"] if row["kind"] == "term"]
        self.groups = {row["id"]: row for row in rows["groups"] if row["kind"] in CLASS_TYPES}
        self.newest = max(row["day"] for row in rows["marks"])

    def of(self, file: str) -> Iterator[Row]:
        return {"orgs": self.orgs, "users": self.users, "roles": self.roles, "demographics": self.demographics, "academicSessions": self.sessions,
                "courses": self.courses, "classes": self.classes, "enrollments": self.enrollments, "categories": self.categories,
                "lineItems": self.line_items, "results": self.results}[file]()

    def stamped(self, row: Row) -> Row:
        return {"status": "active", "dateLastModified": f"{self.newest}T02:15:00.000Z"} | row if self.is_delta else row

    def orgs(self) -> Iterator[Row]:
        yield {"sourcedId": DISTRICT, "name": cast.AUTHORITY, "type": "district"}
        yield {"sourcedId": self.school["id"], "name": self.school["name"], "type": "school", "identifier": self.school["id"], "parentSourcedId": DISTRICT}
        yield {"sourcedId": f"{self.school['id']}-EN", "name": "English, Drama and Media", "type": "department", "parentSourcedId": self.school["id"]}

    # --- people ------------------------------------------------------------------------------------------

    def users(self) -> Iterator[Row]:
        for one in self.rows["staff"]:
            orgs = [self.school["id"], *([f"{self.school['id']}-EN"] if "English" in one["job"] else [])]
            yield self._user(one, STAFF_ROLES.get(one["job"], ("teacher",))[0]) | {"orgSourcedIds": ",".join(orgs)}
        for one in self.rows["pupils"]:
            agents = [self._same(link["contact_id"]) for link in self.rows["links"] if link["pupil_id"] == one["id"]] if self.is_1_2 else []
            more = {"userIds": f"{{SCN:{one['scn']}}}", "grades": one["year_group"], "preferredGivenName": one["known_as"], "agentSourcedIds": ",".join(agents)}
            yield self._user(one, "student") | more | ({"status": "tobedeleted"} if self.is_delta and one["left"] else {})
        for one in self.rows["contacts"]:
            if self._same(one["id"]) == one["id"]:
                children = [] if self.is_1_2 else [link["pupil_id"] for link in self._links[one["id"]]]
                yield self._user(one, self._role(one["id"])) | {"sms": one["mobile"], "phone": one["phone"], "agentSourcedIds": ",".join(children)}

    def _user(self, one: Row, role: str) -> Row:
        username = f"{folded(one['forename'])}.{folded(one['surname'])}.{one['id'].lower()}"
        return {"sourcedId": one["id"], "enabledUser": "true", "orgSourcedIds": self.school["id"], "primaryOrgSourcedId": self.school["id"], "role": role,
                "username": username, "givenName": one["forename"], "familyName": one["surname"], "email": one.get("email", "")}

    def _same(self, contact: str) -> str:
        """In 1.2 a person with two roles is one user: a teacher who is a parent, too."""
        return next((one.id for one in cast.STAFF if one.contact_id == contact and one.school == self.school_code), contact) if self.is_1_2 else contact

    @cached_property
    def school_code(self) -> str:
        return next(one.code for one in cast.SCHOOLS if one.id == self.school["id"])

    @cached_property
    def _links(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for link in self.rows["links"]:
            found.setdefault(link["contact_id"], []).append(link)
        return found

    def _role(self, contact: str) -> str:
        return ROLES.get(self._links[contact][0]["relationship"], "relative")

    def roles(self) -> Iterator[Row]:
        for one in self.rows["staff"]:
            yield self._held(one["id"], STAFF_ROLES.get(one["job"], ("", "teacher"))[1])
        for one in self.rows["pupils"]:
            yield self._held(one["id"], "student") | {"beginDate": one["joined"], "endDate": self._end(one["left"])}
        for one in self.rows["contacts"]:
            user = self._same(one["id"])
            yield self._held(user, self._role(one["id"]), "primary" if user == one["id"] else "secondary")

    def _held(self, user: str, role: str, type: str = "primary") -> Row:
        return {"sourcedId": f"{user}-{role}", "userSourcedId": user, "roleType": type, "role": role, "orgSourcedId": self.school["id"]}

    def demographics(self) -> Iterator[Row]:
        return ({"sourcedId": one["id"], "birthDate": one["born"], "sex": "unspecified"} for one in self.rows["pupils"])

    # --- classes -----------------------------------------------------------------------------------------

    def sessions(self) -> Iterator[Row]:
        first, last = self.terms[0], self.terms[-1]
        year = {"schoolYear": last["ends"][:4]}
        yield {"sourcedId": "SY", "title": f"Session {first['starts'][:4]}–{last['ends'][:4]}", "type": "schoolYear", "startDate": first["starts"],
               "endDate": self._end(last["ends"])} | year
        for term in self.terms:
            yield {"sourcedId": term["id"], "title": term["title"], "type": "term", "startDate": term["starts"], "endDate": self._end(term["ends"]),
                   "parentSourcedId": "SY"} | year

    def _end(self, day: str) -> str:
        """Since 1.2 an end is the day after."""
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat() if day and self.is_1_2 else day

    def courses(self) -> Iterator[Row]:
        for subject in dict.fromkeys(group["subject"] or "Registration" for group in self.groups.values()):
            yield {"sourcedId": self._course(subject), "schoolYearSourcedId": "SY", "title": subject, "orgSourcedId": self.school["id"],
                   "subjects": "" if subject == "Registration" else subject}

    def _course(self, subject: str) -> str:
        return f"CRS-{folded(subject.replace(' ', '-'))}"

    def classes(self) -> Iterator[Row]:
        lessons: dict[str, list[Row]] = {}
        for lesson in self.rows["lessons"]:
            lessons.setdefault(lesson["group_id"], []).append(lesson)
        for group in self.groups.values():
            mine = lessons.get(group["id"], [])
            yield {"sourcedId": group["id"], "title": group["name"], "courseSourcedId": self._course(group["subject"] or "Registration"),
                   "classCode": group["id"], "classType": CLASS_TYPES[group["kind"]], "location": mine[0]["room"] if mine else "",
                   "schoolSourcedId": self.school["id"], "termSourcedIds": ",".join(term["id"] for term in self.terms), "subjects": group["subject"],
                   "periods": ",".join(lesson["period_id"] for lesson in mine)}

    def enrollments(self) -> Iterator[Row]:
        for row in self.rows["memberships"]:
            if row["group_id"] in self.groups:
                yield self._enrolled(row["group_id"], row["pupil_id"], "student", "")
        teaching = [row for row in self.rows["teaching"] if row["group_id"] in self.groups]
        for row in teaching:
            yield self._enrolled(row["group_id"], row["staff_id"], "teacher", "true")
        shared = teaching[0]
        second = next(row["staff_id"] for row in teaching if row["staff_id"] != shared["staff_id"])
        yield self._enrolled(shared["group_id"], second, "teacher", "false")

    def _enrolled(self, group: str, user: str, role: str, primary: str) -> Row:
        return {"sourcedId": f"{group}-{user}", "classSourcedId": group, "schoolSourcedId": self.school["id"], "userSourcedId": user, "role": role,
                "primary": primary, "beginDate": self.terms[0]["starts"], "endDate": self._end(self.terms[-1]["ends"])}

    # --- homework and results ----------------------------------------------------------------------------

    def categories(self) -> Iterator[Row]:
        yield {"sourcedId": "HW", "title": "Homework"}
        yield {"sourcedId": "TEST", "title": "Tests and tracking"}

    def line_items(self) -> Iterator[Row]:
        for one in self.rows["assignments"]:
            if one["group_id"] in self.groups:
                yield self._item(one["id"], one["group_id"], one["title"], one["set_on"], one["due_on"], "HW", "10") | {
                    "description": one["details"].replace("\n", " ")}
        for id, (group, one) in self._tests.items():
            yield self._item(id, group, one["title"], one["day"], one["day"], "TEST", one["out_of"])

    def _item(self, id: str, group: str, title: str, assigned: str, due: str, category: str, most: str) -> Row:
        term = max((one for one in self.terms if one["starts"] <= assigned), key=lambda one: one["starts"], default=self.terms[0])["id"]
        return {"sourcedId": id, "title": title, "assignDate": assigned, "dueDate": due, "classSourcedId": group, "categorySourcedId": category,
                "gradingPeriodSourcedId": term, "academicSessionSourcedId": term, "resultValueMin": "0", "resultValueMax": most,
                "schoolSourcedId": self.school["id"]}

    @cached_property
    def _tests(self) -> dict[str, tuple[str, Row]]:
        """Line item -> (class, one of its results)."""
        return {self._test(group, one): (group, one) for one, group in self._marked}

    def _test(self, group: str, one: Row) -> str:
        return f"T-{group}-{folded(one['title'].replace(' ', '-'))}-{one['day']}"

    @cached_property
    def _marked(self) -> list[tuple[Row, str]]:
        """Each result, with the class it was earned in; 1.1 knows scores only, no grades."""
        classes: dict[tuple[str, str], str] = {}
        for row in self.rows["memberships"]:
            if row["group_id"] in self.groups:
                classes.setdefault((row["pupil_id"], self.groups[row["group_id"]]["subject"]), row["group_id"])
        return [(one, group) for one in self.rows["results"] if (group := classes.get((one["pupil_id"], one["subject"])))
                and (self.is_1_2 or NUMERIC.fullmatch(one["value"]))]

    def results(self) -> Iterator[Row]:
        for place, (one, group) in enumerate(self._marked):
            score = f"{one['value']}.0" if NUMERIC.fullmatch(one["value"]) else ""
            row = {"sourcedId": one["id"], "lineItemSourcedId": self._test(group, one), "studentSourcedId": one["pupil_id"], "scoreStatus": "fully graded",
                   "score": score, "textScore": "" if score else one["value"], "scoreDate": one["released"] or one["day"], "comment": one["comment"],
                   "classSourcedId": group}
            odd = {5: "exempt", 6: "not submitted"}.get(place)
            yield row | {"scoreStatus": odd, "score": "", "textScore": "", "comment": ""} if odd else row
