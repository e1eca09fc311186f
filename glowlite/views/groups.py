"""The page of a group, and what its teachers decide about it."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import feed, gate, widgets
from glowlite.models import Audit, Group, GroupPage
from glowlite.policy import Action, can
from glowlite.views.base import me

pages = Blueprint("groups", __name__, url_prefix="/groups")


@pages.get("/<int:group>")
@gate.needs(Action.GROUP, "group")
def page(group: Group) -> ResponseReturnValue:
    family = widgets.home_of(g.viewer)
    subject = widgets.group_page(g.viewer, group, family)
    panels = widgets.panels(g.viewer, subject, request.args)
    gate.record_reading_of_group(subject.children, group)
    feed.record_reading(g.viewer, feed.posts_in(panels))
    return render_template("pages/group.html", group=group, family=family, panels=panels, arrangement=_arrangement(group))


@pages.get("/<int:group>/widgets/<key>")
@gate.needs(Action.GROUP, "group")
def part(group: Group, key: str) -> ResponseReturnValue:
    subject = widgets.group_page(g.viewer, group)
    panel = widgets.panel(g.viewer, subject, key, request.args) or abort(404)
    gate.record_reading_of_group(subject.children, group)
    return render_template("parts/panel.html", panel=panel)


@pages.post("/<int:group>/arrangement")
@gate.needs(Action.ARRANGE_GROUP, "group")
def arrange(group: Group) -> ResponseReturnValue:
    shown, opened = set(request.form.getlist("shown")), "open" in request.form
    hidden = [key for key in widgets.placed_for_parents(group) if key not in shown]
    GroupPage.arrange(group, opened, hidden)
    group.school.touch()
    Audit.write(me(), "arranged group page", group.name, school=group.school, after={"open": opened, "hidden": hidden})
    flash(f"Parents of {group.name} {'can come in' if opened else 'cannot come in'}.")
    return redirect(url_for("groups.page", group=group.id), 303)


def _arrangement(group: Group) -> dict[str, object] | None:
    """What the teacher can switch, or None for everyone else."""
    if not can(g.viewer, Action.ARRANGE_GROUP, group):
        return None
    return {"open": GroupPage.is_open(group), "widgets": widgets.placed_for_parents(group), "hidden": GroupPage.hidden_from_parents(group)}
