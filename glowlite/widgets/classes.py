"""The groups of a member of staff, each with its own page and the pupils whose page they may open."""

from collections import defaultdict
from typing import Any, NamedTuple

from glowlite.models import Group, Membership, Pupil, School, Teaching, UserStaff
from glowlite.policy import Action, allowed
from glowlite.widgets.base import Ask, Widget


class ClassPupil(NamedTuple):
    id: int
    name: str
    registration: str | None


class Class(NamedTuple):
    """has_page: may the viewer open the group's own page?"""

    id: int
    has_page: bool
    name: str
    subject: str | None
    school: School
    pupils: list[ClassPupil]


def fetch(ask: Ask) -> dict[str, Any] | None:
    groups = _groups(ask)
    numbers = [number for number, *_ in groups]
    pupils, paged = (_pupils(ask, numbers), _with_page(ask, numbers)) if groups else ({}, set())
    classes = [Class(number, number in paged, name, subject, ask.schools[school], pupils.get(number, [])) for number, school, name, subject in groups]
    return {"classes": classes, "with_schools": len(ask.schools) > 1}


def _groups(ask: Ask) -> list[tuple[int, int, str, str | None]]:
    """Their own groups; whoever may see every group of a school sees its registration classes beside their own."""
    own = (Teaching.select(Teaching.group).join(UserStaff, on=UserStaff.staff == Teaching.staff)
           .where(UserStaff.user == ask.viewer.user_id, Teaching.gone.is_null()))
    rows = (allowed(ask.viewer, Action.CLASSES).select(Group.id, Group.school, Group.name, Group.subject)
            .where(Group.school.in_(list(ask.schools)), (Group.kind == "registration") | Group.id.in_(own))
            .order_by(Group.school, Group.name))
    return list(rows.tuples())


def _pupils(ask: Ask, group_ids: list[int]) -> dict[int, list[ClassPupil]]:
    """The pupils of these groups, by name, as far as policy lets the viewer open them."""
    mine = allowed(ask.viewer, Action.CHILD).select(Pupil.id)
    rows = (Membership.select(Membership.group, Pupil.id, Pupil.known_as, Pupil.forename, Pupil.surname, Pupil.registration)
            .join(Pupil)
            .where(Membership.group.in_(group_ids), Membership.gone.is_null(), Pupil.gone.is_null(), Pupil.id.in_(mine))
            .order_by(Pupil.surname, Pupil.forename, Pupil.id))
    found: dict[int, list[ClassPupil]] = defaultdict(list)
    for group, number, known_as, forename, surname, registration in rows.tuples():
        found[group].append(ClassPupil(number, f"{known_as or forename} {surname}", registration))
    return found


def _with_page(ask: Ask, group_ids: list[int]) -> set[int]:
    return {number for (number,) in allowed(ask.viewer, Action.GROUP).select(Group.id).where(Group.id.in_(group_ids)).tuples()}


WIDGET = Widget(
    title="Classes",
    needs=Action.CLASSES,
    fetch=fetch,
    pages=("home",),
    about="For staff: their classes, with the way to the page of each and to each pupil’s.",
)
