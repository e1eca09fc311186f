"""The home page and its fragments."""

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from glowlite import feed, gate, widgets
from glowlite.policy import Action
from glowlite.rollout import briefing

pages = Blueprint("home", __name__)


@pages.get("/")
@gate.needs(Action.SEE_HOME)
def home() -> ResponseReturnValue:
    family = widgets.home_of(g.viewer)
    gate.record_reading_of_home(family.children)
    if not g.viewer.at_home_with_children:
        return _whole(family)  # much of what staff work with changes without any family's page being another
    return gate.unless_unchanged([*family.schools.values()], family.children, lambda: _whole(family))


def _whole(family: widgets.Subject) -> str:
    panels = widgets.panels(g.viewer, family, request.args)
    feed.record_reading(g.viewer, feed.posts_in(panels))
    return render_template("pages/home.html", family=family, panels=panels, unread=briefing.unread(g.viewer))


@pages.get("/widgets/<key>")
@gate.needs(Action.SEE_HOME)
def part(key: str) -> ResponseReturnValue:
    subject = widgets.home_of(g.viewer)
    panel = widgets.panel(g.viewer, subject, key, request.args) or abort(404)
    gate.record_reading_of_home(subject.children)
    return render_template("parts/panel.html", panel=panel)
