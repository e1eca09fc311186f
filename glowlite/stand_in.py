"""Hides the invented parent: somebody with a child in a group, who exists only while its page is drawn, so that no real family has to be looked at."""

import secrets
from collections.abc import Callable

from glowlite import db, widgets
from glowlite.models import Contact, Group, GroupPage, Link, Membership, Pupil, User, UserContact
from glowlite.policy import PARENT_HAT, Action, Viewer, can
from glowlite.widgets import Panel

Draw = Callable[[list[Panel] | None], str]


def as_parents(group: Group, draw: Draw) -> str:
    """What `draw` makes of the panels that a parent of this group meets, as if its teacher let them in; of None where the school lets none into groups."""
    with db.undone():
        viewer = _parent_of(group)
        panels = widgets.panels(viewer, widgets.group_page(viewer, group)) if can(viewer, Action.GROUP, group) else None
        return draw(panels)


def _parent_of(group: Group) -> Viewer:
    name = secrets.token_hex(8)
    child = Pupil.create(school=group.school_id, mis_id=name, forename="Your child", surname="")
    adult = Contact.create(school=group.school_id, mis_id=name, surname="A parent")
    Link.create(pupil=child, contact=adult, parental_responsibility=True, court_order=False, rule_shuts=False)
    Membership.create(group=group, pupil=child)
    user = User.create(username=name, name="A parent")
    UserContact.create(user=user, contact=adult)
    if not GroupPage.update(open_to_parents=True).where(GroupPage.group == group).execute():
        GroupPage.create(group=group, open_to_parents=True)
    return Viewer.of(user, PARENT_HAT)
