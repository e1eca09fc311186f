"""A child's page and its fragments."""

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from glowlite import gate, widgets
from glowlite.models import Pupil
from glowlite.policy import Action

pages = Blueprint("children", __name__, url_prefix="/children")


@pages.get("/<int:child>")
@gate.needs(Action.CHILD, "child")
def page(child: Pupil) -> ResponseReturnValue:
    family = widgets.home_of(g.viewer)
    subject = widgets.child_page(child, family)
    return gate.unless_unchanged([*family.schools.values()], [child, *family.children], lambda: render_template(
        "pages/child.html", child=child, family=family, panels=widgets.panels(g.viewer, subject, request.args)))


@pages.get("/<int:child>/widgets/<key>")
@gate.needs(Action.CHILD, "child")
def part(child: Pupil, key: str) -> ResponseReturnValue:
    panel = widgets.panel(g.viewer, widgets.child_page(child), key, request.args) or abort(404)
    return render_template("parts/panel.html", panel=panel)
