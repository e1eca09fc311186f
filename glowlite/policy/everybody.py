"""Hides the reverse question: not what one person may see, but everyone who may see something; the same rules, asked of all at once."""

from collections.abc import Iterable

from peewee import Expression, ModelSelect, Value, fn

from glowlite import clock
from glowlite.models import Contact, Duty, Link, Pupil, School, User, UserContact
from glowlite.policy.decisions import Decisions
from glowlite.policy.placements import placed
from glowlite.policy.records import confined
from glowlite.policy.roles import Action, Role
from glowlite.policy.rules import ROLES, Asker
from glowlite.policy.viewer import duties, hat_of, parenthood


def reached(action: Action, records: Expression | None, schools: Iterable[School]) -> set[tuple[int, str]]:
    """(user id, hat) of everyone who may do this with any of these records of these schools: `allowed`, asked of everybody at once.

    records: None asks only sieves 1 to 3, for what has no record of its own.
    """
    roles = [role for role in Role if action in ROLES[role]]
    found: set[tuple[int, str]] = set()
    for school in schools:  # one by one: a role held at one school opens nothing of another
        decisions = Decisions.about([school.id], roles)
        for role in roles:
            if decisions.stopped_at(school.id, role, action) is None:
                found |= {(user, hat_of(role)) for user in _ids(_who_may(role, action, records, school))}
    return found


def _who_may(role: Role, action: Action, records: Expression | None, school: School) -> ModelSelect:
    people = User.select(User.id).where(User.id.in_(_holders(role, [school.id])))
    if records is None:
        return people
    opened = confined(action, ROLES[role][action](_anybody()), [school.id])
    return people.where(fn.EXISTS(action.subject.select(Value(1)).where(records, opened)))


def shown_to(school: School, page: str, widget: str) -> set[tuple[int, str]]:
    """(user id, hat) of everyone with a role for which this widget stands on this page (sieve 4)."""
    rows = placed(page, (school.id,), tuple(role.value for role in Role))
    roles = [Role(role) for _, role, key, _ in rows if key == widget]
    return {(user, hat_of(role)) for role in roles for user in _ids(_holders(role, [school.id]))}


def _ids(query: ModelSelect) -> set[int]:
    return {number for (number,) in query.tuples()}


def reached_by_link(action: Action, school: School) -> set[tuple[int, int]]:
    """(user id, pupil id): every child of this school with whom each parent may do this, for all of them at once."""
    if Decisions.about([school.id], [Role.PARENT]).stopped_at(school.id, Role.PARENT, action) is not None:
        return set()
    pairs = (User.select(User.id, Pupil.id).join(UserContact).join(Contact).join(Link).join(Pupil)
             .where(Pupil.school == school, ROLES[Role.PARENT][action](_anybody())))
    return set(pairs.tuples())


def _anybody() -> Asker:
    """In place of one person each row of the query's own User: the rules are the same."""
    return Asker(User.id, clock.today(), clock.now())


def _holders(role: Role, schools: list[int]) -> ModelSelect:
    """Ids of the accounts that hold this role at these schools."""
    by_duty = duties().select(Duty.user).where(Duty.role == role.value, School.id.in_(schools))
    if role is not Role.PARENT:
        return by_duty
    return by_duty | parenthood(clock.today()).select(UserContact.user).where(Pupil.school.in_(schools))
