"""The schools of somebody who has several, each with its pages."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.policy import Action

pages = Blueprint("schools", __name__)


@pages.get("/schools")
@gate.needs(Action.SEE_SCHOOLS)
def all_of_them() -> ResponseReturnValue:
    return render_template("pages/schools.html", schools=g.viewer.schools.values())
