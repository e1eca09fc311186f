"""The page of the authority, for the people of all its schools, and its fragments."""

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from glowlite import feed, gate, widgets
from glowlite.models import Authority
from glowlite.policy import Action, schools_open

pages = Blueprint("authority_page", __name__, url_prefix="/authorities/<int:authority>")


@pages.get("")
@gate.needs(Action.SEE_AUTHORITY_PAGE, "authority")
def page(authority: Authority) -> ResponseReturnValue:
    panels = widgets.panels(g.viewer, widgets.authority_page(g.viewer, authority), request.args)
    feed.record_reading(g.viewer, feed.posts_in(panels))
    may_arrange = bool(schools_open(g.viewer, Action.ARRANGE_AUTHORITY_PAGE))
    return render_template("pages/authority.html", authority=authority, family=widgets.home_of(g.viewer), panels=panels, may_arrange=may_arrange)


@pages.get("/widgets/<key>")
@gate.needs(Action.SEE_AUTHORITY_PAGE, "authority")
def part(authority: Authority, key: str) -> ResponseReturnValue:
    panel = widgets.panel(g.viewer, widgets.authority_page(g.viewer, authority), key, request.args) or abort(404)
    return render_template("parts/panel.html", panel=panel)
