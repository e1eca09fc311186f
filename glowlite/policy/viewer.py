"""Hides who somebody is: the roles they hold and where, the hat they wear, and what sieves 1 to 3 leave of it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from peewee import ModelSelect, Value, fn

from glowlite import clock
from glowlite.models import Authority, Contact, Duty, Pupil, School, User, UserContact
from glowlite.policy.decisions import Decisions
from glowlite.policy.roles import PARENT_HAT, STAFF_HAT, Action, Role
from glowlite.policy.rules import ROLES, Asker, links_with_access
from glowlite.policy.schedules import NOTHING, Schedule, schedule_of
from glowlite.prepared import as_models, prepared


@dataclass(frozen=True)
class Viewer:
    """A signed-in person under one hat. Rights and pages follow the hat, so that nobody sees as a parent what only staff may see.

    held: every (role, school id) the person has, whichever hat is worn. places: the schools of these, by id.
    agreed: ids of the versions of the acceptable use policy that they accepted.
    last_visit: when the visit before this one was; later news is new.
    """

    user_id: int
    name: str
    held: frozenset[tuple[Role, int]]
    hat: str = field(default=PARENT_HAT)
    places: dict[int, School] = field(default_factory=dict, compare=False, repr=False)
    last_visit: datetime | None = None
    agreed: frozenset[int] = frozenset()

    @classmethod
    def of(cls, user: User, hat: str | None = None, last_visit: datetime | None = None) -> Self:
        """The viewer for this user. A hat the person does not have is replaced by one that they have."""
        rows = _roles_held(user.id, clock.today())
        held, places = _pairs(rows), {school.id: school for school in map(_school, rows)}
        hats = _hats(held)
        return cls(user.id, user.name, held, hat if hat in hats else next(iter(hats), PARENT_HAT), places, last_visit,
                   frozenset(json.loads(user.agreed_text)))

    @cached_property
    def hats(self) -> list[str]:
        return _hats(self.held)

    @cached_property
    def worn(self) -> frozenset[tuple[Role, int]]:
        """The (role, school id) pairs under the hat."""
        return frozenset(pair for pair in self.held if (pair[0] is Role.PARENT) == (self.hat == PARENT_HAT))

    @property
    def at_home_with_children(self) -> bool:
        """Does the home page show children? Staff reach pupils through their groups."""
        return self.hat == PARENT_HAT

    @property
    def looker(self) -> "Viewer":
        """Whose eyes see the page: in a preview somebody else's."""
        return self

    @cached_property
    def roles(self) -> list[Role]:
        return [role for role in Role if any(role is held for held, _ in self.worn)]

    @cached_property
    def school_ids(self) -> list[int]:
        return sorted({school for _, school in self.worn})

    @cached_property
    def schools(self) -> dict[int, School]:
        """The schools under the hat, by name."""
        worn = [self.places[number] for number in self.school_ids]
        return {school.id: school for school in sorted(worn, key=lambda school: school.name)}

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions.about(self.school_ids, self.roles)

    def held_back(self, school: School, action: Action) -> Schedule:
        """What the school's schedule holds back of this: parents wait, staff see what is recorded."""
        return schedule_of(school, action.key) if self.hat == PARENT_HAT else NOTHING

    def opens_later(self, school: School, action: Action) -> datetime | None:
        """When the school's schedule opens this to who looks, if that is all that stops it."""
        waits = (Role.PARENT, school.id) in self.worn and action in ROLES[Role.PARENT] and self.decisions.stopped_at(school.id, Role.PARENT, action) == 6
        return schedule_of(school, action.key).opens if waits else None

    def asker(self) -> Asker:
        return Asker(self.user_id, clock.today(), clock.now())

    def schools_for(self, role: Role, action: Action) -> list[int]:
        """The schools in which sieves 1 to 3 let this role do this."""
        if (role, action) not in self._schools_for:
            self._schools_for[role, action] = [
                school for held, school in self.worn
                if held is role and action in ROLES[role] and self.decisions.stopped_at(school, role, action) is None]
        return self._schools_for[role, action]

    @cached_property
    def _schools_for(self) -> dict[tuple[Role, Action], list[int]]:
        """What `schools_for` has answered; a viewer lives for one request."""
        return {}


def hat_of(role: Role) -> str:
    return PARENT_HAT if role is Role.PARENT else STAFF_HAT


def _hats(held: frozenset[tuple[Role, int]]) -> list[str]:
    parent = any(role is Role.PARENT for role, _ in held)
    staff = any(role is not Role.PARENT for role, _ in held)
    return [hat for hat, has in ((PARENT_HAT, parent), (STAFF_HAT, staff)) if has]


def held_by(user_id: int) -> frozenset[tuple[Role, int]]:
    """Every (role, school id): duties at a school, duties for the whole authority spread over its schools, and parenthood.

    A parent is made by a link that gives access, in the schools where there is one. Only an account that is not joined to
    any contact yet may be a parent by duty: it can sign in and is told that no child's page is open to it.
    """
    return _pairs(_roles_held(user_id, clock.today()))


def _school(row: Any) -> School:
    _, *columns, authority = row
    school, = as_models(School, [columns])
    school.authority = Authority(id=school.authority_id, name=authority)
    return school


def _pairs(rows: list[Any]) -> frozenset[tuple[Role, int]]:
    return frozenset((Role(role), school) for role, school, *_ in rows)


@prepared
def _roles_held(user_id: Any, today: Any) -> ModelSelect:
    """Roles, each with the whole school and the name of its authority, which every page needs."""
    school = (*School._meta.sorted_fields, Authority.name)
    by_duty = duties().join_from(School, Authority).select(Duty.role, *school).where(Duty.user == user_id)
    by_link = parenthood(today).join_from(Pupil, School).join(Authority).select(Value(Role.PARENT.value), *school)
    return by_duty | by_link.where(UserContact.user == user_id)


def duties() -> ModelSelect:
    here = (School.id == Duty.school) | (Duty.school.is_null() & (School.authority == Duty.authority))
    unjoined = ~fn.EXISTS(UserContact.select().where(UserContact.user == Duty.user))  # once joined, the links alone decide
    return Duty.select().join(School, on=here).where((Duty.role != Role.PARENT.value) | unjoined)


def parenthood(today: Any) -> ModelSelect:
    return links_with_access(today).join_from(Contact, UserContact)
