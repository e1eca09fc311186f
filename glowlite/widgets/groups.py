"""The groups of a child whose page the viewer may open."""

from typing import Any, NamedTuple

from peewee import ModelSelect

from glowlite.models import Group, Membership
from glowlite.policy import Action, narrowed
from glowlite.widgets.base import Ask, Widget

KINDS = {"class": "Classes", "registration": "Registration class", "year": "Year", "house": "House", "club": "Clubs"}


class Row(NamedTuple):
    id: int
    kind: str
    name: str
    subject: str | None


def fetch(ask: Ask) -> dict[str, Any] | None:
    """Kind in words -> groups, by name. Where a teacher lets no parent in, the group is not there for parents."""
    if ask.child is None:
        return None
    rows = [Row(*row) for row in narrowed(ask.viewer, Action.GROUP, _of_child, ask.child.id)]
    return {"groups": {words: here for kind, words in KINDS.items() if (here := [row for row in rows if row.kind == kind])}}


def _of_child(groups: ModelSelect, asker: Any, child: Any) -> ModelSelect:
    theirs = Membership.select(Membership.group).where(Membership.pupil == child, Membership.gone.is_null())
    return groups.where(Group.id.in_(theirs)).select(Group.id, Group.kind, Group.name, Group.subject).order_by(Group.name)


WIDGET = Widget(
    title="Classes and clubs",
    needs=Action.GROUP,
    fetch=fetch,
    pages=("child",),
    about="The groups of the child, each with the way to its page, where its teachers let one in.",
)
