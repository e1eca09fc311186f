"""How far the schools have come with bringing parents on, and the authority's switch."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.models import Authority, School
from glowlite.models.school import Place
from glowlite.policy import Action, schools_open
from glowlite.rollout import steps, switching
from glowlite.views.base import me

pages = Blueprint("rollout", __name__)


@pages.get("/schools/<int:school>/rollout")
@gate.needs(Action.SEE_ROLLOUT, "school")
def page(school: School) -> ResponseReturnValue:
    found = steps.of_school(school)
    by_name = school.id in schools_open(g.viewer, Action.FIND_PEOPLE)
    return render_template("pages/rollout.html", school=school, steps=found, next_step=steps.next_one(found), by_name=by_name)


@pages.get("/authorities/<int:authority>/rollout")
@gate.needs(Action.SEE_ROLLOUTS, "authority")
def overview(authority: Authority) -> ResponseReturnValue:
    schools = [(school, steps.of_school(school), switching.is_on(Place(authority, school))) for school in g.viewer.schools.values()]
    return render_template("pages/rollouts.html", authority=authority, schools=schools, titles=steps.TITLES, switch=switching.newest(Place(authority)))


@pages.route("/authorities/<int:authority>/switch", methods=["GET", "POST"])
@gate.needs(Action.SWITCH_ALL, "authority")
def switch_all(authority: Authority) -> ResponseReturnValue:
    return _switch(Place(authority))


@pages.route("/schools/<int:school>/switch", methods=["GET", "POST"])
@gate.needs(Action.SWITCH_SCHOOL, "school")
def switch_school(school: School) -> ResponseReturnValue:
    return _switch(Place(school.authority, school))


def _switch(place: Place) -> ResponseReturnValue:
    """The page says what would happen; the form on it names what it was about to do, so that two people cannot undo each other."""
    wanted = request.form.get("turn")
    if request.method == "POST" and wanted in ("on", "off"):
        if (wanted == "on") is not switching.is_on(place):
            switching.turn(me(), place, on=wanted == "on")
        flash(f"Bringing parents on is {wanted} for {place.name}.")
        return redirect(url_for("rollout.overview", authority=place.authority.id), 303)
    effects = switching.effect(place)
    return render_template("pages/switch.html", place=place, is_on=switching.is_on(place), last=switching.newest(place), effects=effects)
