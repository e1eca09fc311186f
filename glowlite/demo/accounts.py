"""Hides how the people of the demo get their accounts, which a real school hands out by letter.

A contact's number stands for the same person in both demo schools (the council has one MIS), so accounts are joined
by that number. Nothing is ever joined by a name or an e-mail address.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import chunked

from glowlite import clock
from glowlite.db import database
from glowlite.demo import cast
from glowlite.models import Authority, Contact, Duty, Link, Pupil, School, Staff, User, UserContact, UserStaff
from glowlite.models.users import HASHER
from glowlite.policy import Role
from glowlite.rollout.accounts import username_for

AT_ONCE = 500  # rows in one statement


@dataclass(frozen=True)
class SignIn:
    """One line of the list that the demo prints. role and school: several are separated by a comma."""

    role: str
    name: str
    username: str
    password: str
    school: str


@dataclass
class _Person:
    """One account to be: the records it stands for and the duties it holds."""

    username: str
    name: str
    contacts: list[Contact]
    staff: list[Staff]
    duties: list[tuple[Role, School | None]]

    @property
    def roles(self) -> list[str]:
        return [*dict.fromkeys([role.value for role, _ in self.duties] + ([Role.PARENT.value] if self.contacts else []))]

    def schools(self, codes: dict[int, str]) -> list[str]:
        places = [record.school_id for record in (*self.staff, *self.contacts)]
        return [*dict.fromkeys(codes[place] for place in places)]


def make_accounts(authority: Authority, password: str) -> list[SignIn]:
    """Give an account to the cast, to all staff and to every adult whom the MIS selects and no order restricts.

    To be run once, after the bundles of both schools are loaded. The cast comes first in the list.
    """
    schools = {school.code: school for school in School.select().where(
        School.authority == authority, School.code.in_([one.code for one in cast.SCHOOLS]))}
    codes = {school.id: code for code, school in schools.items()}
    people = _people(schools)
    with database.atomic():
        _save(people, authority, password)
    return [SignIn(", ".join(one.roles), one.name, one.username, password, ", ".join(one.schools(codes))) for one in people]


def _people(schools: dict[str, School]) -> list[_Person]:
    contacts: dict[str, list[Contact]] = defaultdict(list)
    for contact in Contact.select().where(Contact.school.in_(list(schools.values()))).order_by(Contact.mis_id, Contact.school):
        contacts[contact.mis_id].append(contact)
    staff = {(row.school.code, row.mis_id): row for row in
             Staff.select(Staff, School).join(School).where(Staff.school.in_(list(schools.values()))).order_by(Staff.mis_id)}
    people = _cast(schools, contacts, staff)
    taken = {one.username for one in people}
    named = {record.id for one in people for record in one.staff}
    for row in staff.values():
        if row.id not in named:
            name = f"{row.forename} {row.surname}"
            people.append(_Person(_new_name(row, taken), name, [], [row], [(Role.TEACHER, row.school)]))
    mine = {adult.id for adult in cast.ADULTS}
    for number in sorted(_selected(schools) - mine):
        rows = contacts[number]
        people.append(_Person(_new_name(rows[0], taken), rows[0].name, rows, [], []))
    return people


def _new_name(person: Contact | Staff, taken: set[str]) -> str:
    name = username_for(person, taken)
    taken.add(name)
    return name


def _cast(schools: dict[str, School], contacts: dict[str, list[Contact]], staff: dict[tuple[str, str], Staff]) -> list[_Person]:
    """The named people, whatever their links say: some have an account only to be refused."""
    people = [_Person(cast.AUTHORITY_USERNAME, cast.AUTHORITY_NAME, [], [], [(Role.AUTHORITY, None)])]
    for member in cast.STAFF:
        row = staff[member.school, member.id]
        people.append(_Person(member.username, f"{member.forename} {member.surname}", contacts.get(member.contact_id, []), [row],
                              [(Role[member.role], schools[member.school])]))
    both = {member.contact_id for member in cast.STAFF}
    people += [_Person(adult.username, f"{adult.forename} {adult.surname}", contacts[adult.id], [], [])
               for adult in cast.ADULTS if adult.username and adult.id not in both]
    return people


def _selected(schools: dict[str, School]) -> set[str]:
    """The numbers of all contacts with a link that gives access and that the school selected for an account."""
    links = (Link.select(Contact.mis_id).join(Contact).switch(Link).join(Pupil)
             .where(Contact.school.in_(list(schools.values())), Link.parental_responsibility == True, Link.court_order == False,
                    Link.account_selected == True, Link.gone.is_null(), Contact.gone.is_null(), Pupil.gone.is_null()))
    return {number for (number,) in links.tuples()}


def _save(people: list[_Person], authority: Authority, password: str) -> None:
    hashed = HASHER.hash(password)  # once: a hash is slow on purpose, and the demo has one password for all
    _insert(User, ({"username": one.username, "name": one.name, "password_hash": hashed, "must_change_password": False, "welcomed": clock.now()}
                   for one in people))
    ids = dict(User.select(User.username, User.id).tuples())
    _insert(UserContact, ({"user": ids[one.username], "contact": row.id} for one in people for row in one.contacts))
    _insert(UserStaff, ({"user": ids[one.username], "staff": row.id} for one in people for row in one.staff))
    _insert(Duty, ({"user": ids[one.username], "role": role.value, "school": school, "authority": authority}
                   for one in people for role, school in one.duties))


def _insert(model: type[User] | type[UserContact] | type[UserStaff] | type[Duty], rows: Iterable[dict[str, object]]) -> None:
    for some in chunked(rows, AT_ONCE):
        model.insert_many(some).execute()
