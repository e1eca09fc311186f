"""Hides what is wrong with the rows that say who somebody is, and in which words each person who does not come in is spoken of."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from glowlite.mis.formats import missing
from glowlite.mis.formats.oneroster import roles
from glowlite.mis.formats.oneroster.files import Record, word
from glowlite.mis.formats.oneroster.school import NO_DATE
from glowlite.mis.report import NOTE, Problem, Refused
from glowlite.mis.sessions import is_no_date

if TYPE_CHECKING:
    from glowlite.mis.formats.oneroster.people import People

OF_OTHERS = "Users of other schools or of the whole authority, to be read in the drops of their schools"
NOT_NOW = "Users left out, as what they are here is over or begins after today"
NO_ROLE = "Users left out, as this drop does not say what they are"


class Faults:
    """Of the people of one bundle. source: the file that says what somebody is."""

    def __init__(self, people: "People") -> None:
        self.people, self.school, self.files = people, people.school, people.files
        self.source = "roles" if self.files["roles"] else "users"

    def check(self) -> None:
        """Refuse a bundle of which nobody knows who is a pupil here; report the rows that cannot be used, and who else is left out."""
        self._check_columns()
        for number, (first, id) in self.people.second_people.items():
            message = f"Row {first} has this id and another name, and an id is one person's. The first was used."
            self.school.set_aside("users", number, "sourcedId", id, message)
        for number in self.people.nameless:
            self._say(number, "sourcedId", "", "This cell must not be empty: nobody is known by anything but an id. The row is set aside.", "users")
        faulty = {id for number, id, row in self._rows() if self._has_fault(number, id, row)}
        self._say_who_is_left_out(faulty)

    def _check_columns(self) -> None:
        users = self.files["users"]
        if users is None or self.source == "roles" or not self.people.is_whole:
            return
        if not users.has("role"):
            raise Refused("Neither users.csv has a column role nor is there a roles.csv, so nobody knows who is a pupil.", users.table.name, 1, "role")
        if not users.has("orgsourcedids") and self.school.id and not self.people.only_org:
            raise missing(users.table, "orgSourcedIds", "orgSourcedIds")

    def _rows(self) -> Iterator[tuple[int, str, Record]]:
        """(row, person, record) of every row that says what somebody is."""
        if self.source == "roles":
            yield from ((number, row["usersourcedid"], row) for number, row in self.files.rows("roles"))
        else:
            yield from ((number, row["sourcedid"], row) for number, row in self.people.rows_of_users if row["sourcedid"])

    def _has_fault(self, number: int, id: str, row: Record) -> bool:
        """Does a row not say what somebody is, and where? It is reported, and set aside unless the person is known all the same."""
        people, said, file = self.people, row.get("role", ""), self.files[self.source]
        is_known = bool(people.kinds.get(id))
        if self.source == "roles" and (is_no_date(row.get("begindate", "")) or is_no_date(row.get("enddate", ""))):
            self.school.mention("roles", number, NO_DATE)
        if self.source == "roles" and people.is_whole and (is_known or not id) and id not in people.users and id not in people.over:
            return self._set_aside(number, "userSourcedId", id, "There is no such user in users.csv.")
        if file and number in file.out_of_step:  # of which the report speaks already
            if not is_known:
                self.school.count_aside(self.source)
            return not is_known
        if not roles.is_one(word(said)):
            return bool(said or self.files.is_whole("users")) and self._has_no_role(number, said, is_known)
        if word(said) in roles.NOUN and not is_known and id not in people.linked and not self._is_somewhere(id):
            column = "orgSourcedId" if self.source == "roles" else "orgSourcedIds"
            return self._set_aside(number, column, row.get(column.lower(), ""), "There is no such organisation in orgs.csv, so nobody knows at which "
                                   "school this person is.")
        return False

    def _has_no_role(self, number: int, said: str, is_known: bool) -> bool:
        if is_known:
            self._say(number, "role", said, "This is no role of OneRoster; the person stays what they are on record, and gains nothing by it.", weight=NOTE)
            return False
        return self._set_aside(number, "role", said, f"This is no role of OneRoster ({roles.ALL}), so nobody knows what this person is.")

    def _is_somewhere(self, id: str) -> bool:
        """Is one of the places at which somebody is known?"""
        return any(role.org and self.school.knows(role.org) for role in self.people.roles.get(id, []))

    def _say_who_is_left_out(self, faulty: set[str]) -> None:
        for number, row in self.people.rows_of_users:
            id = row["sourcedid"]
            if id and not self.people.kinds[id] and id not in self.people.linked and id not in faulty:
                self.school.mention("users", number, self._why_left_out(id))

    def _why_left_out(self, id: str) -> str:
        held = [role for role in self.people.roles.get(id, []) if role.word in roles.NOUN]
        if not held:
            return NOT_NOW if id in self.people.ended_roles else NO_ROLE
        return NOT_NOW if any(self.school.is_mine(role.org) for role in held) else OF_OTHERS

    def _set_aside(self, number: int, column: str, value: str, message: str) -> bool:
        self.school.set_aside(self.source, number, column, value, message)
        return True

    def _say(self, number: int, column: str, value: str, message: str, file: str = "", **more: str) -> None:
        self.school.report.add_row(Problem(self.school.file_name(file or self.source), number, column, value, message, **more))
