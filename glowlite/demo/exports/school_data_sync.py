"""School Data Sync, all generations: v1 with guardians, v1 as in the UK, v2, and v2.1 with contacts. No passwords are made up."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from glowlite.demo import cast
from glowlite.demo.exports import Rows, write_table
from glowlite.demo.names import folded

FORMATS = ("sds-v1", "sds-v1-uk", "sds-v2", "sds-v2.1")

ROLES = {"Mother": "parent", "Father": "parent", "Carer": "guardian", "Doctor": "doctor"}
KIN = ("Grand", "Aunt", "Uncle", "Sister", "Brother")
SCHOOL = "SIS ID,Name,School Number,School NCES_ID,State ID,Grade Low,Grade High,Principal SIS ID,Principal Name,Principal Secondary Email,Address,City," \
         "State,Country,Zip,Phone,Zone"
SECTION = "SIS ID,School SIS ID,Section Name,Section Number,Term SIS ID,Term Name,Term StartDate,Term EndDate,Course SIS ID,Course Name,Course Number," \
          "Course Description,Course Subject,Periods,Status"
STUDENT = "SIS ID,School SIS ID,First Name,Last Name,Username,Password,State ID,Secondary Email,Student Number,Middle Name,Grade,Status,Birthdate," \
          "Graduation Year"
TEACHER = "SIS ID,School SIS ID,First Name,Last Name,Username,Password,State ID,Teacher Number,Status,Middle Name,Secondary Email,Title,Qualification"
V2 = {"orgs": "sourcedId,name,type,parentSourcedId", "users": "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade",
      "classes": "sourcedId,orgSourcedId,title", "enrollments": "classSourcedId,userSourcedId,role"}
V2_1 = {
    "orgs": V2["orgs"], "users": "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms",
    "roles": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate",
    "classes": "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId,code", "enrollments": V2["enrollments"],
    "academicSessions": "sourcedId,title,type,schoolYear,startDate,endDate",
    "courses": "sourcedId,orgSourcedId,title,code,schoolYearSourcedId,subject,grade",
    "demographics": "userSourcedId,sex,birthDate,birthCity,birthState,birthCountry,ethnicityCodes,raceCodes",
    "relationships": "userSourcedId,relationshipUserSourcedId,relationshipRole",
}
DISTRICT = "99"

Row = dict[str, str]


def write(folder: Path, name: str, rows: Rows) -> None:
    writers: dict[str, Callable[[], Iterator[tuple[str, str, list[Row]]]]] = {
        "sds-v1": _V1(rows).files, "sds-v1-uk": _V1(rows).uk_files, "sds-v2": _V2(rows).files, "sds-v2.1": _V2(rows).newer_files}
    for file, header, some in writers[name]():
        columns = header.split(",")
        write_table(folder, file, columns, ([row.get(column, "") for column in columns] for row in some))


class _Export:
    """What all generations have in common. SDS knows one kind of class, so registration classes are classes, too."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.school = rows, rows["school"][0]
        self.terms = [row for row in rows["calendar"] if row["kind"] == "term"]
        self.groups = {row["id"]: row for row in rows["groups"] if row["kind"] in ("class", "registration")}
        self.memberships = [row for row in rows["memberships"] if row["group_id"] in self.groups]
        self.pupils = [row for row in rows["pupils"] if not row["left"]]

    @property
    def teaching(self) -> list[Row]:
        """Who teaches what; the first class is shared by two."""
        rows = [row for row in self.rows["teaching"] if row["group_id"] in self.groups]
        second = next(row["staff_id"] for row in rows if row["staff_id"] != rows[0]["staff_id"])
        return [*rows, {"group_id": rows[0]["group_id"], "staff_id": second}]

    def here(self, row: Row) -> bool:
        return any(row["pupil_id"] == one["id"] for one in self.pupils)

    def username(self, one: Row) -> str:
        return f"{folded(one['forename'])}.{folded(one['surname'])}.{one['id'].lower()}"

    def course(self, group: Row) -> str:
        return f"CRS-{folded((group['subject'] or 'Registration').replace(' ', '-'))}"


class _V1(_Export):
    def files(self) -> Iterator[tuple[str, str, list[Row]]]:
        yield "School.csv", SCHOOL, [self._school()]
        yield "Section.csv", SECTION, [self._section(group) for group in self.groups.values()]
        yield "Student.csv", STUDENT, [self._student(one) for one in self.pupils]
        yield "Teacher.csv", TEACHER, [self._teacher(one) for one in self.rows["staff"]]
        yield "StudentEnrollment.csv", "Section SIS ID,SIS ID", [{"Section SIS ID": row["group_id"], "SIS ID": row["pupil_id"]}
                                                                 for row in self.memberships if self.here(row)]
        yield "TeacherRoster.csv", "Section SIS ID,SIS ID", [{"Section SIS ID": row["group_id"], "SIS ID": row["staff_id"]} for row in self.teaching]
        guardians = self._guardians()
        yield "User.csv", "Email,First Name,Last Name,Phone,SIS ID", [
            {"Email": one["email"], "First Name": one["forename"], "Last Name": one["surname"], "Phone": one["mobile"]} for one in guardians.values()]
        yield "Guardianrelationship.csv", "SIS ID,Email,Role", [
            {"SIS ID": row["pupil_id"], "Email": guardians[row["contact_id"]]["email"], "Role": _role(row).title()}
            for row in self.rows["links"] if row["contact_id"] in guardians and self.here(row)]

    def uk_files(self) -> Iterator[tuple[str, str, list[Row]]]:
        """The same columns under other names, and no guardians."""
        for file, header, rows in list(self.files())[:6]:
            yield file, ",".join(_uk(file, column) for column in header.split(",")), [{_uk(file, column): cell for column, cell in row.items()} for row in rows]

    def _school(self) -> Row:
        street, city, postcode = self.school["address"].split(", ")
        return {"SIS ID": self.school["id"], "Name": self.school["name"], "School Number": self.school["id"], "Address": street, "City": city,
                "Country": "GB", "Zip": postcode, "Phone": self.school["phone"]}

    def _section(self, group: Row) -> Row:
        first, last = self.terms[0]["starts"], self.terms[-1]["ends"]
        return {"SIS ID": group["id"], "School SIS ID": self.school["id"], "Section Name": group["name"], "Section Number": group["id"],
                "Term SIS ID": f"SY{first[:4]}", "Term Name": f"Session {first[:4]}", "Term StartDate": _month_first(first), "Term EndDate": _month_first(last),
                "Course SIS ID": self.course(group), "Course Name": group["subject"] or "Registration", "Course Subject": group["subject"], "Status": "Active"}

    def _student(self, one: Row) -> Row:
        return {"SIS ID": one["id"], "School SIS ID": self.school["id"], "First Name": one["forename"], "Last Name": one["surname"],
                "Username": self.username(one), "Student Number": one["id"], "Grade": one["year_group"], "Status": "Active",
                "Birthdate": _month_first(one["born"])}

    def _teacher(self, one: Row) -> Row:
        return {"SIS ID": one["id"], "School SIS ID": self.school["id"], "First Name": one["forename"], "Last Name": one["surname"],
                "Username": self.username(one), "Teacher Number": one["id"], "Status": "Active", "Secondary Email": one["email"], "Title": one["title"]}

    def _guardians(self) -> dict[str, Row]:
        """Known by their addresses only: of two who share one the second is not there, nor is anyone without."""
        by_address: dict[str, Row] = {}
        for one in self.rows["contacts"]:
            if one["email"]:
                by_address.setdefault(one["email"].lower(), one)
        return {one["id"]: one for one in by_address.values()}


class _V2(_Export):
    def files(self) -> Iterator[tuple[str, str, list[Row]]]:
        people = [(one, "student", one["year_group"]) for one in self.pupils] + [(one, "teacher", "") for one in self.rows["staff"]]
        users = [self._person(one) | {"orgSourcedIds": self.school["id"], "role": role, "grade": grade} for one, role, grade in people]
        yield from ((f"{name}.csv", V2[name], rows) for name, rows in
                    (("orgs", self._orgs()), ("users", users), ("classes", self._classes()), ("enrollments", self._enrollments())))

    def newer_files(self) -> Iterator[tuple[str, str, list[Row]]]:
        contacts = [self._person(one) | {"username": one["email"], "email": one["email"], "phone": one["phone"], "sms": one["mobile"]}
                    for one in self.rows["contacts"]]
        staff = [self._person(one) | {"email": one["email"]} for one in self.rows["staff"]]
        year = f"SY{self.terms[0]['starts'][:4]}"
        rows = {
            "orgs": self._orgs(), "users": [*map(self._person, self.pupils), *staff, *contacts], "roles": self._roles(year),
            "classes": [row | {"sessionSourcedIds": year, "courseSourcedId": self.course(self.groups[row["sourcedId"]]), "code": row["sourcedId"]}
                        for row in self._classes()],
            "enrollments": self._enrollments(), "academicSessions": self._sessions(year), "courses": self._courses(year),
            "demographics": [{"userSourcedId": one["id"], "birthDate": one["born"], "birthCountry": "GB"} for one in self.pupils],
            "relationships": [{"userSourcedId": row["pupil_id"], "relationshipUserSourcedId": row["contact_id"], "relationshipRole": _role(row)}
                              for row in self.rows["links"] if self.here(row)],
        }
        yield from ((f"{name}.csv", V2_1[name], rows[name]) for name in V2_1)

    def _orgs(self) -> list[Row]:
        return [{"sourcedId": DISTRICT, "name": cast.AUTHORITY, "type": "district"},
                {"sourcedId": self.school["id"], "name": self.school["name"], "type": "school", "parentSourcedId": DISTRICT}]

    def _person(self, one: Row) -> Row:
        return {"sourcedId": one["id"], "username": self.username(one), "givenName": one["forename"], "familyName": one["surname"]}

    def _roles(self, year: str) -> list[Row]:
        """Of pupils and staff: the adults of a family have none."""
        held = {"orgSourcedId": self.school["id"], "sessionSourcedId": year, "isPrimary": "TRUE"}
        return [*(held | {"userSourcedId": one["id"], "role": "student", "grade": one["year_group"], "roleStartDate": one["joined"]} for one in self.pupils),
                *(held | {"userSourcedId": one["id"], "role": "teacher"} for one in self.rows["staff"])]

    def _classes(self) -> list[Row]:
        return [{"sourcedId": group["id"], "orgSourcedId": self.school["id"], "title": group["name"]} for group in self.groups.values()]

    def _enrollments(self) -> list[Row]:
        return [*({"classSourcedId": row["group_id"], "userSourcedId": row["pupil_id"], "role": "student"} for row in self.memberships if self.here(row)),
                *({"classSourcedId": row["group_id"], "userSourcedId": row["staff_id"], "role": "teacher"} for row in self.teaching)]

    def _sessions(self, year: str) -> list[Row]:
        first, last = self.terms[0]["starts"], self.terms[-1]["ends"]
        whole = {"sourcedId": year, "title": f"Session {first[:4]}", "type": "schoolYear", "startDate": first, "endDate": last}
        terms = [{"sourcedId": one["id"], "title": one["title"], "type": "term", "startDate": one["starts"], "endDate": one["ends"]} for one in self.terms]
        return [row | {"schoolYear": first[:4]} for row in (whole, *terms)]

    def _courses(self, year: str) -> list[Row]:
        """Subject and grade stand in each other's column, as they are met."""
        groups = {self.course(group): group for group in self.groups.values()}
        return [{"sourcedId": id, "orgSourcedId": self.school["id"], "title": group["subject"] or "Registration", "schoolYearSourcedId": year,
                 "subject": "S1", "grade": group["subject"]} for id, group in groups.items()]


def _role(link: Row) -> str:
    """The format's word for a relationship; the same adult may be one child's parent and another's relative."""
    said = link["relationship"]
    return ROLES.get(said, "relative" if said.startswith(KIN) else "other")


def _uk(file: str, column: str) -> str:
    if file == "School.csv":
        return {"SIS ID": "DfE Number", "Zip": "Postal Code"}.get(column, column)
    return {"SIS ID": "ID", "School SIS ID": "School DfE Number", "Section SIS ID": "Section ID"}.get(column, column)


def _month_first(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.month}/{found.day}/{found.year}"
