"""Hides the one query behind every list, page, widget and export: the records with which a viewer may do something."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from peewee import Expression, ModelSelect

from glowlite import clock
from glowlite.models import Authority, Contact, Duty, Link, Post, Pupil, School, Staff, User, UserContact, UserStaff
from glowlite.policy.roles import Action
from glowlite.policy.rules import (
    EVERYONE,
    ROLES,
    RUNNING_A_SCHOOL,
    Asker,
    Rule,
    links_with_access,
    their_authority,
    their_schools,
    themselves,
)
from glowlite.policy.viewer import Viewer
from glowlite.prepared import as_models, prepared


def allowed(viewer: Viewer, action: Action) -> ModelSelect:
    """The records (users, pupils, schools or groups, by the action) with which this viewer may do this."""
    ways = _ways(viewer, action)
    return _opened_by(action, viewer.asker(), [rule for rule, _ in ways], [schools for _, schools in ways])


Narrow = Callable[..., ModelSelect]


def all_allowed(viewer: Viewer, action: Action) -> list[Any]:
    """The records of `allowed`, read the quick way."""
    return as_models(action.subject, narrowed(viewer, action, _all))


def one_allowed(viewer: Viewer, action: Action, number: int) -> Any:
    """The one of them with this number, or None."""
    return next(iter(as_models(action.subject, narrowed(viewer, action, _numbered, number))), None)


def narrowed(viewer: Viewer, action: Action, narrow: Narrow, *values: Any) -> list[Any]:
    """The rows that `narrow` makes of the records of `allowed`: fewer of them, more columns, an order; read the quick way.

    narrow: a function of a module, called with the records, the asker and stand-ins for the values; as with every prepared
    query, what differs from call to call must be among these.
    """
    ways = _ways(viewer, action)
    return _opened(viewer.user_id, clock.today(), clock.now(), *(schools for _, schools in ways), *values,
                   action=action, rules=tuple(rule for rule, _ in ways), narrow=narrow)


def _all(records: ModelSelect, asker: Asker) -> ModelSelect:
    return records


def _numbered(records: ModelSelect, asker: Asker, number: Any) -> ModelSelect:
    return records.where(records.model.id == number)


def can_for_themselves(viewer: Viewer, action: Action) -> bool:
    """May this viewer do something that is about nobody else? There is nothing to look up: the viewer is who signed in."""
    return any(rule is themselves for rule, _ in _ways(viewer, action))


def schools_open(viewer: Viewer, action: Action) -> set[int]:
    """Ids of the schools for which, as a whole, this viewer may do this. Sieves 1 to 3 say it all: there is nothing to look up."""
    return {school for rule, schools in _ways(viewer, action) if rule in (their_schools, their_authority) for school in schools}


def _ways(viewer: Viewer, action: Action) -> list[tuple[Rule, tuple[int, ...]]]:
    """The rules by which this viewer may do this with anything at all, each with the schools where sieves 1 to 3 let it."""
    ways = [(ROLES[role][action], tuple(viewer.schools_for(role, action))) for role in viewer.roles if action in ROLES[role]]
    return [(rule, schools) for rule, schools in ways if schools or not action.component]


def _opened_by(action: Action, asker: Asker, rules: Iterable[Rule], schools: Iterable[Any]) -> ModelSelect:
    """The records that any of these rules opens, each in its schools."""
    model = action.subject
    ways = [confined(action, rule(asker), here) for rule, here in zip(rules, schools, strict=True)]
    return model.select().where(reduce(or_, ways) if ways else model.id.is_null())


def confined(action: Action, opened: Expression, schools: Any) -> Expression:
    """What a rule opens, in these schools only."""
    if action.subject is User:
        return opened if action in EVERYONE else opened & User.id.in_(accounts_at(schools))
    authorities = School.select(School.authority).where(School.id.in_(schools))
    if action.subject is Authority:
        return opened & Authority.id.in_(authorities)
    if action.subject is Post:  # news of the whole authority has no school
        return opened & (Post.school.in_(schools) | (Post.school.is_null() & Post.authority.in_(authorities)))
    place = School.id if action.subject is School else action.subject.school
    return opened & place.in_(schools)


def accounts_at(schools: Any) -> ModelSelect:
    """Ids of the accounts that stand for a contact or a member of staff of these schools, or hold a duty there."""
    contacts = UserContact.select(UserContact.user).join(Contact).where(Contact.school.in_(schools))
    staff = UserStaff.select(UserStaff.user).join(Staff).where(Staff.school.in_(schools))
    return contacts | staff | Duty.select(Duty.user).where(Duty.school.in_(schools))


@prepared
def _opened(user_id: Any, today: Any, now: Any, *rest: Any, action: Action, rules: tuple[Rule, ...], narrow: Narrow) -> ModelSelect:
    asker, schools, values = Asker(user_id, today, now), rest[:len(rules)], rest[len(rules):]
    return narrow(_opened_by(action, asker, rules, schools), asker, *values)


def accounts_of(school: School) -> ModelSelect:
    """Ids of the accounts that stand for somebody of this school or hold a duty there."""
    return accounts_at([school.id])


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


def runs_a_school(user: User) -> bool:
    """Does this account hold a duty whose rights somebody could want to take over?"""
    return bool(Duty.select().where(Duty.user == user, Duty.role.in_([role.value for role in RUNNING_A_SCHOOL])).exists())


def who_may(action: Action, school: School) -> list[User]:
    """The people whose duty at this school lets them do this with the school as a whole, by surname; for pages that say whom to ask."""
    roles = [role.value for role in ROLES if ROLES[role].get(action) is their_schools]
    holders = User.select().join(Duty).where(Duty.school == school, Duty.role.in_(roles), User.locked.is_null()).distinct()
    return sorted(holders, key=lambda user: user.by_surname)


def access_pairs(school: School) -> set[tuple[int, int]]:
    """(contact id, pupil id) of every link of this school that gives access now; drops compare it before and after."""
    rows = links_with_access().select(Link.contact, Link.pupil).where(Pupil.school == school)
    return set(rows.tuples())


def users_behind(contact_ids: Iterable[int]) -> ModelSelect:
    """The accounts of these contacts."""
    return User.select().join(UserContact).where(UserContact.contact.in_(list(contact_ids))).distinct()
