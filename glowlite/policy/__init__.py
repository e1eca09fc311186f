"""Hides who may do what: roles, actions, and the one query behind every list, page, widget and export.

Six sieves, and each only narrows: 1 the ceiling (ROLES below), 2 the authority's policy, 3 the school's policy,
4 the placement on a page, 5 the link between adult and child, 6 the item itself (release dates, audiences).
`allowed()` joins sieves 1, 2, 3 and 5 into a query; `glowlite.widgets` adds the placement and each widget its items.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple, Self

from peewee import Expression, ModelSelect, Value, fn

from glowlite import clock
from glowlite.models import (
    ComponentPolicy,
    Contact,
    Duty,
    Group,
    Link,
    Membership,
    Pupil,
    School,
    Teaching,
    User,
    UserContact,
    UserStaff,
)
from glowlite.prepared import as_models, prepared


class Role(StrEnum):
    PARENT = "parent"
    TEACHER = "teacher"
    HEAD = "head"
    EDITOR = "editor"
    OFFICE = "office"
    AUTHORITY = "authority"


class Action(Enum):
    """Something a person may do, with the sentence the office reads out, and what it is done to.

    component: authority and schools decide about it per role (sieves 2 and 3). Its key is its name in lower case.
    """

    SEE_HOME = ("open a home page", User, False)
    WEAR_HAT = ("change between parent and staff", User, False)
    CHANGE_PASSWORD = ("change the password", User, False)
    CHILD = ("open the page", Pupil, True)
    TODAY = ("see what today brings", Pupil, True)
    TIMETABLE = ("see the timetable", Pupil, True)
    ATTENDANCE = ("see attendance", Pupil, True)
    HOMEWORK = ("see homework", Pupil, True)
    CONDUCT = ("see praise and behaviour", Pupil, True)
    CONDUCT_TEXT = ("read the comments on praise and behaviour", Pupil, True)
    RESULTS = ("see results", Pupil, True)
    HELD = ("see what the school holds about the family", Pupil, True)
    CALENDAR = ("see the school's dates", School, True)
    LINKS = ("see useful links", School, True)
    SOURCE = ("see where the data comes from", School, True)
    CLASSES = ("see the list of a group", Group, True)

    def __init__(self, sentence: str, subject: Any, component: bool) -> None:
        self.sentence, self.subject, self.component = sentence, subject, component

    @cached_property
    def key(self) -> str:
        return self.name.lower().replace("_", "-")


# --- the rules: one expression each over the records of an action ------------------------------------


class Asker(NamedTuple):
    """All that a rule may know: who asks, and when. While a query is being prepared, stand-ins for both."""

    user_id: Any
    today: Any


def on_roll(today: Any = None) -> Expression:
    return Pupil.gone.is_null() & (Pupil.left_on.is_null() | (Pupil.left_on >= (today or clock.today())))


def link_gives_access() -> Expression:
    """The usual UK rule: parental responsibility and no court order, both on record. NULL (a blank cell) fails both."""
    return (Link.parental_responsibility == True) & (Link.court_order == False) & Link.gone.is_null()


def links_with_access(today: Any = None) -> ModelSelect:
    """Links that give an adult access to a child, whether or not the adult has an account."""
    return (Link.select().join(Contact).switch(Link).join(Pupil)
            .where(link_gives_access(), Contact.gone.is_null(), on_roll(today)))


def themselves(asker: Asker) -> Expression:
    return User.id == asker.user_id


def linked_children(asker: Asker) -> Expression:
    mine = (links_with_access(asker.today).select(Link.pupil)
            .join_from(Contact, UserContact).where(UserContact.user == asker.user_id))
    return Pupil.id.in_(mine)


def taught_children(asker: Asker) -> Expression:
    """Pupils of the groups this person teaches; the staff hat only, so a teacher's own child is no short cut."""
    taught = (Membership.select(Membership.pupil).join(Group)
              .where(Membership.gone.is_null(), taught_groups(asker)))
    return on_roll(asker.today) & Pupil.id.in_(taught)


def taught_groups(asker: Asker) -> Expression:
    mine = (Teaching.select(Teaching.group).join(UserStaff, on=UserStaff.staff == Teaching.staff)
            .where(UserStaff.user == asker.user_id, Teaching.gone.is_null()))
    return Group.gone.is_null() & Group.id.in_(mine)


def school_children(asker: Asker) -> Expression:
    return on_roll(asker.today)


def school_groups(asker: Asker) -> Expression:
    return Group.gone.is_null()


def their_schools(asker: Asker) -> Expression:
    return School.id.is_null(False)


Rule = Callable[[Asker], Expression]

_EVERYONE: dict[Action, Rule] = {
    Action.SEE_HOME: themselves, Action.WEAR_HAT: themselves, Action.CHANGE_PASSWORD: themselves,
    Action.CALENDAR: their_schools, Action.LINKS: their_schools, Action.SOURCE: their_schools,
}


def _about_children(rule: Rule, *, but: Iterable[Action] = ()) -> dict[Action, Rule]:
    return {action: rule for action in Action if action.subject is Pupil and action not in but}


# Sieve 1, the ceiling: the most a role can ever have. What is not written here is refused.
# Each rule is also confined to the schools in which the person holds the role.
ROLES: dict[Role, dict[Action, Rule]] = {
    Role.PARENT: _EVERYONE | _about_children(linked_children),
    Role.TEACHER: _EVERYONE | _about_children(taught_children, but=[Action.HELD]) | {Action.CLASSES: taught_groups},
    Role.HEAD: _EVERYONE | _about_children(school_children, but=[Action.HELD]) | {Action.CLASSES: school_groups},
    Role.OFFICE: _EVERYONE | _about_children(school_children, but=[Action.HELD]) | {Action.CLASSES: school_groups},
    Role.EDITOR: _EVERYONE,
    Role.AUTHORITY: _EVERYONE,
}

PARENT_HAT, STAFF_HAT = "parent", "staff"


# --- the viewer -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Viewer:
    """A signed-in person under one hat. Rights and pages follow the hat, so that nobody sees as a parent what only staff may see.

    held: every (role, school id) the person has, whichever hat is worn.
    """

    user_id: int
    name: str
    held: frozenset[tuple[Role, int]]
    hat: str = field(default=PARENT_HAT)

    @classmethod
    def of(cls, user: User, hat: str | None = None) -> Self:
        """The viewer for this user. A hat the person does not have is replaced by one that they have."""
        held = held_by(user.id)
        hats = _hats(held)
        return cls(user.id, user.name, held, hat if hat in hats else next(iter(hats), PARENT_HAT))

    @property
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

    @cached_property
    def roles(self) -> list[Role]:
        return [role for role in Role if any(role is held for held, _ in self.worn)]

    @cached_property
    def school_ids(self) -> list[int]:
        return sorted({school for _, school in self.worn})

    @cached_property
    def decisions(self) -> "Decisions":
        return Decisions.about(self.school_ids, self.roles)

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


def _hats(held: frozenset[tuple[Role, int]]) -> list[str]:
    parent = any(role is Role.PARENT for role, _ in held)
    staff = any(role is not Role.PARENT for role, _ in held)
    return [hat for hat, has in ((PARENT_HAT, parent), (STAFF_HAT, staff)) if has]


def held_by(user_id: int) -> frozenset[tuple[Role, int]]:
    """Every (role, school id): duties at a school, duties for the whole authority spread over its schools, and parenthood.

    A parent is made by a link that gives access, in the schools where there is one. Only an account that is not joined to
    any contact yet may be a parent by duty: it can sign in and is told that no child's page is open to it.
    """
    return frozenset((Role(role), school) for role, school in _roles_held(user_id, clock.today()))


@prepared
def _roles_held(user_id: Any, today: Any) -> ModelSelect:
    here = (School.id == Duty.school) | (Duty.school.is_null() & (School.authority == Duty.authority))
    unjoined = ~fn.EXISTS(UserContact.select().where(UserContact.user == user_id))  # once joined, the links alone decide
    duties = (Duty.select(Duty.role, School.id).join(School, on=here)
              .where(Duty.user == user_id, (Duty.role != Role.PARENT.value) | unjoined))
    parenthood = (links_with_access(today).select(Value(Role.PARENT.value), Pupil.school)
                  .join_from(Contact, UserContact).where(UserContact.user == user_id))
    return duties | parenthood


# --- sieves 2 and 3 ---------------------------------------------------------------------------------------


class Decision(NamedTuple):
    """authority: its default, None = unwritten; locked: schools cannot differ; school: its own word, None = none."""

    authority: bool | None = None
    locked: bool = False
    school: bool | None = None

    @property
    def stopped_at(self) -> int | None:
        """The sieve that says no (2 or 3), or None."""
        if self.authority is None or (self.locked and not self.authority):
            return 2
        if self.locked or self.school is None:
            return None if self.authority else 2
        return None if self.school else 3


UNDECIDED = Decision()


class Decisions(dict[tuple[int, str, str], Decision]):
    """What authority and schools decided, by school, role and component; read once per request."""

    @classmethod
    def about(cls, school_ids: list[int], roles: Iterable[Role]) -> Self:
        found = cls()
        for school, role, component, own, is_allowed, locked in _decided(tuple(school_ids), tuple(role.value for role in roles)):
            key = (school, role, component)
            before = found.get(key, UNDECIDED)
            found[key] = Decision(before.authority, before.locked, is_allowed) if own else Decision(is_allowed, locked, before.school)
        return found

    def stopped_at(self, school_id: int, role: Role, action: Action) -> int | None:
        if not action.component:
            return None
        return self.get((school_id, role, action.key), UNDECIDED).stopped_at


@prepared
def _decided(school_ids: Any, roles: Any) -> ModelSelect:
    here = (ComponentPolicy.authority == School.authority) & (ComponentPolicy.school.is_null() | (ComponentPolicy.school == School.id))
    return (ComponentPolicy
            .select(School.id, ComponentPolicy.role, ComponentPolicy.component, ComponentPolicy.school,
                    ComponentPolicy.allowed, ComponentPolicy.locked)
            .join(School, on=here).where(School.id.in_(school_ids), ComponentPolicy.role.in_(roles)))


# --- what everything else asks ------------------------------------------------------------------------------


def allowed(viewer: Viewer, action: Action) -> ModelSelect:
    """The records (users, pupils, schools or groups, by the action) with which this viewer may do this."""
    ways = _ways(viewer, action)
    return _opened_by(action, Asker(viewer.user_id, clock.today()), [rule for rule, _ in ways], [schools for _, schools in ways])


def all_allowed(viewer: Viewer, action: Action) -> list[Any]:
    """The records of `allowed`, read the quick way."""
    ways = _ways(viewer, action)
    rows = _all_opened(viewer.user_id, clock.today(), *(schools for _, schools in ways), action=action, rules=tuple(rule for rule, _ in ways))
    return as_models(action.subject, rows)


def one_allowed(viewer: Viewer, action: Action, number: int) -> Any:
    """The one of them with this number, or None."""
    ways = _ways(viewer, action)
    rows = _one_opened(viewer.user_id, clock.today(), number, *(schools for _, schools in ways),
                       action=action, rules=tuple(rule for rule, _ in ways))
    return next(iter(as_models(action.subject, rows)), None)


def can_for_themselves(viewer: Viewer, action: Action) -> bool:
    """May this viewer do something that is about nobody else? There is nothing to look up: the viewer is who signed in."""
    return any(rule is themselves for rule, _ in _ways(viewer, action))


def _ways(viewer: Viewer, action: Action) -> list[tuple[Rule, tuple[int, ...]]]:
    """The rules by which this viewer may do this with anything at all, each with the schools where sieves 1 to 3 let it."""
    ways = [(ROLES[role][action], tuple(viewer.schools_for(role, action))) for role in viewer.roles if action in ROLES[role]]
    return [(rule, schools) for rule, schools in ways if schools or not action.component]


def _opened_by(action: Action, asker: Asker, rules: Iterable[Rule], schools: Iterable[Any]) -> ModelSelect:
    """The records that any of these rules opens, each in its schools."""
    model = action.subject
    ways = [_confined(action, rule(asker), here) for rule, here in zip(rules, schools, strict=True)]
    return model.select().where(reduce(or_, ways) if ways else model.id.is_null())


def _confined(action: Action, opened: Expression, schools: Any) -> Expression:
    """What a rule opens, in these schools only."""
    if action.subject is User:
        return opened
    place = School.id if action.subject is School else action.subject.school
    return opened & place.in_(schools)


@prepared
def _all_opened(user_id: Any, today: Any, *schools: Any, action: Action, rules: tuple[Rule, ...]) -> ModelSelect:
    return _opened_by(action, Asker(user_id, today), rules, schools)


@prepared
def _one_opened(user_id: Any, today: Any, number: Any, *schools: Any, action: Action, rules: tuple[Rule, ...]) -> ModelSelect:
    return _opened_by(action, Asker(user_id, today), rules, schools).where(action.subject.id == number)


def can(viewer: Viewer, action: Action, record: Any) -> bool:
    """May this viewer do this with this record? The same query as `allowed`, asked for one row."""
    return one_allowed(viewer, action, record.id) is not None


def among(viewer: Viewer, action: Action, children: list[Any]) -> list[Any]:
    """Those of these children (all already allowed for CHILD) with whom this viewer may also do this.

    Under one role with one rule for both, only sieves 1 to 3 are left to ask, and they are in memory: home pages stay quick.
    """
    role = viewer.roles[0] if len(viewer.roles) == 1 else None
    if role and ROLES[role].get(action) is ROLES[role].get(Action.CHILD):
        schools = viewer.schools_for(role, action)
        return [child for child in children if child.school_id in schools]
    mine = allowed(viewer, action).select(Pupil.id).where(Pupil.id.in_([child.id for child in children]))
    ids = {number for (number,) in mine.tuples()}
    return [child for child in children if child.id in ids]


def reaches_somebody(user: User) -> bool:
    """May this account sign in at all? One whose every link is refused or ended may not (FIELD rule 4)."""
    return bool(held_by(user.id))


def access_pairs(school: School) -> set[tuple[int, int]]:
    """(contact id, pupil id) of every link of this school that gives access now; drops compare it before and after."""
    rows = links_with_access().select(Link.contact, Link.pupil).where(Pupil.school == school)
    return set(rows.tuples())


def users_behind(contact_ids: Iterable[int]) -> ModelSelect:
    """The accounts of these contacts."""
    return User.select().join(UserContact).where(UserContact.contact.in_(list(contact_ids))).distinct()


from glowlite.policy.answers import Why, why  # noqa: E402 - answers are built upon all of the above

__all__ = ["Why", "why"]
