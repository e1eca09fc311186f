"""Hides how users, roles and demographics of OneRoster become pupils, staff, contacts, and the links between adult and child.

A role or a relationship gives no access to anything. agentSourcedIds says that two people belong together, in either direction and
without saying how; so a link stands between a pupil and a person who is somebody's adult, never between a pupil and a mere member of staff.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from glowlite.mis.formats import Sheet
from glowlite.mis.formats.oneroster.faults import Faults
from glowlite.mis.formats.oneroster.files import Record, listed, word
from glowlite.mis.formats.oneroster.roles import ADULT, NOUN, PUPIL, STAFF, Role, is_one
from glowlite.mis.formats.oneroster.school import Row, School, named, person
from glowlite.mis.report import Problem, Refused
from glowlite.mis.rows import BY_NAME
from glowlite.mis.sessions import day, is_over, is_to_come, last_day

KINDS = ("staff", "pupils", "contacts")
ORGS = (("users", "orgsourcedids"), ("users", "primaryorgsourcedid"), ("roles", "orgsourcedid"))
COLUMNS = {
    "staff": {"id": "sourcedid", "forename": "givenname", "surname": "familyname", "email": "email"},
    "pupils": {"id": "sourcedid", "forename": "givenname", "surname": "familyname", "known_as": "preferredgivenname", "year_group": "grades"},
    "contacts": {"id": "sourcedid", "forename": "givenname", "surname": "familyname", "email": "email", "mobile": "sms", "phone": "phone"},
}
NOBODY = {"staff": "There are no staff in this export. Those on record stay as they are.",
          "contacts": "There are no parents or guardians in this export. The adults on record and their links stay as they are."}
BORN, BEGIN, END, TITLE, IDS = ("birthDate (demographics.csv)", "beginDate (roles.csv)", "endDate (roles.csv)", "title (classes.csv)", "userIds")
NUMBER = re.compile(r"\{\s*(SCN|UPN)\s*:\s*([^{}]+?)\s*\}", re.IGNORECASE)


class People:
    """Everybody of one school. registrations: pupil -> registration class, '' for none, of those of whom the bundle says so."""

    def __init__(self, school: School, registrations: dict[str, str], teachers: set[str]) -> None:
        """teachers: those whom an enrolment in a class of this school calls so."""
        self.school, self.files, self.on_record = school, school.files, school.on_record
        self.registrations, self.teachers = registrations, teachers
        self.file = next((name for name in ("users", "roles", "demographics", "enrollments") if self.files[name]), "users")
        users = self.files["users"]
        # A row out of step names neither its role nor its adults: then nobody is ended for the want of it.
        self.is_whole = self.files.is_whole("users") and not self.files.is_part("roles") and not (users and users.out_of_step)

    def sheets(self) -> list[Sheet]:
        if not any(self.files[name] for name in ("users", "roles", "demographics")) and not self.registrations:
            return []
        Faults(self).check()
        sheets = [sheet for kind in KINDS if (sheet := self._sheet(kind))]
        has_contacts = any(sheet.noun is BY_NAME["contacts"] for sheet in sheets)
        return [*sheets, *self._link_sheet()] if has_contacts or not self.is_whole else sheets

    def _sheet(self, kind: str) -> Sheet | None:
        """What the bundle has to say of one kind of people; a whole export without any of them is taken as silent on them."""
        rows, ends = list(self._rows(kind)), [] if self.is_whole else self._ends(kind)
        if self.is_whole and not rows:
            if kind == "pupils":
                raise Refused("Not one pupil in this file is of this school.", self._table, value=self.school.id)
            self.school.report.note(self._table, NOBODY[kind])
        if not rows and not ends:
            return None
        users = self.files["users"]
        called = users.called(COLUMNS[kind]) if users else {}
        more = {"born": BORN, "joined": BEGIN, "left": END, "registration": TITLE, "scn": IDS, "upn": IDS} if kind == "pupils" else {}
        unusable = self.nameless | users.unread if users else self.nameless
        return Sheet(BY_NAME[kind], self._table, self._columns(kind), rows, self.is_whole, ends, called | more, unusable)

    @property
    def _table(self) -> str:
        file = self.files[self.file]
        return file.table.name if file else "users.csv"

    # --- who is what -------------------------------------------------------------------------------------

    @cached_property
    def rows_of_users(self) -> list[tuple[int, Record]]:
        """Those of users.csv, but not those that give somebody's id to somebody else: nothing of them counts for the first."""
        return [(number, row) for number, row in self.files.rows("users") if number not in self.second_people]

    @cached_property
    def second_people(self) -> dict[int, tuple[int, str]]:
        """Rows with the id of a row before them, and another name -> that row and the id."""
        first: dict[str, tuple[int, str]] = {}
        second: dict[int, tuple[int, str]] = {}
        for number, row in self.files.rows("users"):
            name = f"{row['givenname']} {row['familyname']}".casefold()
            before = first.setdefault(row["sourcedid"], (number, name))
            if row["sourcedid"] and before[1] != name:
                second[number] = (before[0], row["sourcedid"])
        return second

    @cached_property
    def users(self) -> dict[str, Record]:
        first: dict[str, Record] = {}
        for _, row in self.rows_of_users:
            first.setdefault(row["sourcedid"], row)
        return first

    @cached_property
    def only_org(self) -> str:
        """This school, where neither users.csv nor roles.csv has a column for who is of which school, and the bundle is of no other."""
        is_told = any(file.has(column) for name, column in ORGS if (file := self.files[name]))
        return "" if is_told or len(named(self.files)) > 1 else self.school.id or ""

    @cached_property
    def roles(self) -> dict[str, list[Role]]:
        """person -> every role in the bundle, wherever it is held."""
        found: dict[str, list[Role]] = {}
        if self.files["roles"]:
            for _, row in self.files.rows("roles"):
                org = row.get("orgsourcedid") or self.users.get(row["usersourcedid"], {}).get("primaryorgsourcedid", "") or self.only_org
                found.setdefault(row["usersourcedid"], []).append(Role(word(row["role"]), org, row.get("begindate", ""), row.get("enddate", "")))
            return found
        for _, row in self.rows_of_users:
            if row.get("role"):
                orgs = listed(row.get("orgsourcedids", "")) or [self.only_org]
                found.setdefault(row["sourcedid"], []).extend(Role(word(row["role"]), org) for org in orgs)
        return found

    @cached_property
    def kinds(self) -> dict[str, set[str]]:
        """person -> what they are at this school: pupils, staff, contacts."""
        return {id: self._kinds_of(id) for id in {*self.users, *self.roles} if id}

    def _kinds_in(self, row: Record) -> set[str]:
        """What a row of users.csv is about; one without an id could be any of them, where roles are told apart from it."""
        if row["sourcedid"]:
            return self.kinds[row["sourcedid"]]
        return {NOUN.get(word(row.get("role", "")), "")} if not self.files["roles"] else set(KINDS)

    def _kinds_of(self, id: str) -> set[str]:
        roles = self.roles.get(id, [])
        here = {NOUN[role.word] for role in roles if role.word in NOUN and self.school.is_mine(role.org) and self._counts(role)}
        if id in self.teachers and any(role.word in STAFF and self._counts(role) for role in roles):
            here.add("staff")  # of the whole authority, and teaches here
        if self._says_too_little(id):
            here |= {kind for kind in KINDS if id in self.on_record.ids(kind)} - self.ended_roles.get(id, set())
        return here

    def _counts(self, role: Role) -> bool:
        """A pupil's role that has ended is a leaver's; anyone else's is no role any more."""
        return role.word in PUPIL or not (is_over(role.ends, self.files.ends_are_the_day_after) or is_to_come(role.begins))

    def _says_too_little(self, id: str) -> bool:
        """Does what stands of this person count, too: a bundle of news with some roles, a word that nobody knows, or a row out of step?"""
        roles = self.roles.get(id, [])
        if not self.is_whole and (self.files["roles"] or not roles):
            return True
        return id in self._unsure or any(not is_one(role.word) for role in roles)

    @cached_property
    def ended_roles(self) -> dict[str, set[str]]:
        """person -> what they are by roles that the bundle says are over, and by no other role in it."""
        found: dict[str, set[str]] = {}
        for _, row in self.files.over("roles"):
            still = {NOUN[role.word] for role in self.roles.get(row["usersourcedid"], []) if role.word in NOUN and self.school.is_mine(role.org)}
            if self.school.is_mine(row.get("orgsourcedid", "")) or not row.get("orgsourcedid"):
                found.setdefault(row["usersourcedid"], set()).update({NOUN.get(word(row["role"]), "")} - still)
        return found

    @cached_property
    def _unsure(self) -> set[str]:
        """Those whose role was left blank."""
        return set() if self.files["roles"] else {row["sourcedid"] for _, row in self.rows_of_users if not row.get("role")}

    def _is(self, id: str, kind: str) -> bool:
        if id in self.kinds:
            return kind in self.kinds[id]
        return not self.is_whole and id not in self.over and id in self.on_record.ids(kind)

    @cached_property
    def over(self) -> set[str]:
        return {row["sourcedid"] for _, row in self.files.over("users")} - set(self.users)

    def _is_adult(self, id: str) -> bool:
        """Somebody's adult, here or at another school; also one without any role, as some systems write parents."""
        if self._is(id, "contacts") or any(role.word in ADULT for role in self.roles.get(id, [])):
            return True
        return id in self.users and id not in self.roles and id not in self._unsure and bool(self.files["roles"]) and not self.kinds[id]

    # --- links -------------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> dict[tuple[str, str], int]:
        """(pupil, adult) -> the row that names the one in the other's."""
        found: dict[tuple[str, str], int] = {}
        for number, row in self.rows_of_users:
            for agent in listed(row.get("agentsourcedids", "")):
                pair = self._pair(number, row["sourcedid"], agent) if row["sourcedid"] else None
                if pair:
                    found.setdefault(pair, number)
        return found

    def _pair(self, number: int, one: str, other: str) -> tuple[str, str] | None:
        """(pupil, adult), whichever names the other; None when they are no child of this school and its adult."""
        for pupil, adult in ((one, other), (other, one)):
            if self._is(pupil, "pupils") and self._is_adult(adult):
                return pupil, adult
        if other in self.over:
            return None
        if other not in self.kinds and not any(self._is(other, kind) for kind in KINDS):  # nobody knows the other: for the office to look at
            return (one, other) if self._is(one, "pupils") else (other, one) if self._is(one, "contacts") else None
        if self._is(one, "pupils") and self._is(other, "pupils"):
            self.school.mention("users", number, "Relations left out, as they are between two pupils and not between an adult and a child")
        elif self._is(one, "pupils") or self._is(other, "pupils"):
            self.school.mention("users", number, "Relations left out, as they are between a pupil and somebody who is no parent, guardian, relative or aide")
        return None

    def _link_sheet(self) -> list[Sheet]:
        users = self.files["users"]
        if users is None or not users.has("agentsourcedids"):
            return []
        rows = [(number, [pupil, adult, self._relationship(adult)]) for (pupil, adult), number in self.links.items()]
        rows += [(number, ["", ""]) for number, row in self.rows_of_users if number in self.nameless and listed(row.get("agentsourcedids", ""))]
        if not rows and self.is_whole:
            self.school.report.note(self._table, "This export does not say which adult belongs to which child. The links on record stay as they are.")
            return []
        ends = () if self.is_whole else self._ended_links()
        called = users.called({"pupil_id": "agentsourcedids", "contact_id": "agentsourcedids", "relationship": "role"})
        columns = ["pupil_id", "contact_id", "relationship"]
        return [Sheet(BY_NAME["links"], self._table, columns, rows, self.is_whole, ends, called, self.nameless, "relation")] if rows or ends else []

    @cached_property
    def nameless(self) -> dict[int, Problem | None]:
        """The rows of users.csv without an id, of which `_check` has said so."""
        return {number: None for number, row in self.rows_of_users if not row["sourcedid"]}

    def _relationship(self, adult: str) -> str:
        said = next((role.word for role in self.roles.get(adult, []) if role.word in ADULT), "")
        return said or next((row["relationship"] for (_, contact), row in self._links_on_record if contact == adult), "")

    @cached_property
    def _links_on_record(self) -> list[tuple[tuple[str, ...], dict[str, str]]]:
        return [] if self.is_whole else list(self.on_record.rows("links").items())

    def _ended_links(self) -> list[tuple[int, tuple[str, ...]]]:
        """Of somebody who now names others only, the links to those no longer named, unless they name this one."""
        naming = {row["sourcedid"]: number for number, row in self.rows_of_users if listed(row.get("agentsourcedids", ""))}
        return [(naming.get(pupil) or naming[adult], (pupil, adult)) for (pupil, adult), _ in self._links_on_record
                if (pupil in naming or adult in naming) and (pupil, adult) not in self.links]

    # --- rows --------------------------------------------------------------------------------------------

    def _rows(self, kind: str) -> Iterator[Row]:
        columns = self._columns(kind)
        for number, id, row in self._touched(kind):
            said = self.on_record.rows(kind).get((id,), {}) | self._news(kind, id, number, row)
            yield number, [said.get(column, "") for column in columns]

    def _touched(self, kind: str) -> Iterator[tuple[int, str, Record]]:
        """(row, person, record) of everybody of this kind of whom the bundle has news; a person who stands twice in users.csv comes twice."""
        met: set[str] = set()
        for number, row in self.rows_of_users:
            if kind in self._kinds_in(row) or (kind == "contacts" and row["sourcedid"] in self.linked):
                met.add(row["sourcedid"])
                yield number, row["sourcedid"], row
        if self.files["users"] and self.is_whole:
            return
        others = [(number, row["usersourcedid"]) for number, row in self.files.rows("roles")]
        if kind == "pupils":
            others += [(number, row["sourcedid"]) for number, row in self.files.rows("demographics")]
            others += [(2, pupil) for pupil in self.registrations]
        for number, id in others:
            if id not in met and id not in self.over and self._is(id, kind):
                met.add(id)
                yield number, id, {}

    @cached_property
    def linked(self) -> set[str]:
        """The adults of this school's pupils."""
        return {adult for _, adult in self.links if self._is_adult(adult)}

    def _columns(self, kind: str) -> list[str]:
        """Those that the bundle can fill, and those without which nobody is known."""
        file = self.files["users"]
        given = [ours for ours, theirs in COLUMNS[kind].items() if (file and file.has(theirs)) or ours in ("id", "forename", "surname")]
        return given + (self._more_of_pupils if kind == "pupils" else [])

    @cached_property
    def _more_of_pupils(self) -> list[str]:
        roles, births = self.files["roles"], self.files["demographics"]
        dated = [ours for ours, theirs in (("joined", "begindate"), ("left", "enddate")) if roles and roles.has(theirs)]
        numbers = {name.lower() for row in self.users.values() for name, _ in NUMBER.findall(row.get("userids", ""))}
        return [*dated, *(["born"] if births and births.has("birthdate") else []), *(["registration"] if self.registrations else []), *sorted(numbers)]

    def _news(self, kind: str, id: str, number: int, row: Record) -> dict[str, str]:
        """What the bundle says of one person. row: theirs in users.csv, if they have one."""
        said = person(row, COLUMNS[kind]) | {"id": id}
        if kind != "pupils":
            return said
        if "year_group" in said:
            said["year_group"] = next(iter(listed(said["year_group"])), "")
        if id in self.registrations or self.files.is_whole("enrollments"):
            said["registration"] = self.registrations.get(id, "")
        if self.births.get(id):
            said["born"] = self.births[id]
        return said | {name.lower(): value for name, value in NUMBER.findall(row.get("userids", ""))} | self._dates(id)

    @cached_property
    def births(self) -> dict[str, str]:
        return {row["sourcedid"]: day(row.get("birthdate", "")) for _, row in self.files.rows("demographics")}

    def _dates(self, id: str) -> dict[str, str]:
        """First and last day of the pupil's role at this school; of several the one that ends last."""
        mine = [role for role in self.roles.get(id, []) if role.word in PUPIL and self.school.is_mine(role.org)]
        if not mine or not self.files["roles"]:
            return {}
        role = max(mine, key=lambda role: (role.ends == "", day(role.ends)))
        return {"joined": day(role.begins), "left": last_day(role.ends, self.files.ends_are_the_day_after)}

    def _ends(self, kind: str) -> list[tuple[int, tuple[str, ...]]]:
        """Of news: the people who are over, and those who no longer have any role that makes them this."""
        ended = [(number, row["sourcedid"]) for number, row in self.files.over("users") if row["sourcedid"] in self.over]
        ended += [(number, row["usersourcedid"]) for number, row in self.files.over("roles")
                  if kind in self.ended_roles.get(row["usersourcedid"], set())]
        if kind != "contacts" and not self.files["roles"]:  # a whole row of 1.1 says which role, and at which schools
            ended += [(number, row["sourcedid"]) for number, row in self.rows_of_users
                      if row["sourcedid"] in self.roles and kind not in self.kinds[row["sourcedid"]]]
        return [(number, (id,)) for number, id in ended if id in self.on_record.ids(kind)]
