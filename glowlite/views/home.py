"""The home page and its fragments."""

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from glowlite import gate, widgets
from glowlite.policy import Action

pages = Blueprint("home", __name__)


@pages.get("/")
@gate.needs(Action.SEE_HOME)
def home() -> ResponseReturnValue:
    subject = widgets.home_of(g.viewer)
    gate.record_reading_of_home(subject.children)
    return gate.unless_unchanged([*subject.schools.values()], subject.children, lambda: render_template(
        "pages/home.html", subject=subject, panels=widgets.panels(g.viewer, subject, request.args)))


@pages.get("/widgets/<key>")
@gate.needs(Action.SEE_HOME)
def part(key: str) -> ResponseReturnValue:
    subject = widgets.home_of(g.viewer)
    panel = widgets.panel(g.viewer, subject, key, request.args) or abort(404)
    gate.record_reading_of_home(subject.children)
    return render_template("parts/panel.html", panel=panel)
