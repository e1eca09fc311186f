"""Taking back the newest drop of a school: what would happen, by name, and doing it."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.mis.undo import NothingToUndo, newest, undo
from glowlite.models import Drop, School
from glowlite.policy import Action
from glowlite.views.base import me

pages = Blueprint("undoing", __name__, url_prefix="/schools/<int:school>/drops/<int:number>/undo")


@pages.get("")
@gate.needs(Action.LOAD_DROPS, "school")
def ask(school: School, number: int) -> ResponseReturnValue:
    try:
        tried = undo(_newest(school, number), by=me().username, keep=False)
    except NothingToUndo:
        abort(404)
    return render_template("pages/undo.html", school=school, tried=tried)


@pages.post("")
@gate.needs(Action.LOAD_DROPS, "school")
def take_back(school: School, number: int) -> ResponseReturnValue:
    try:
        undo(_newest(school, number), by=me().username)
    except NothingToUndo:  # somebody was quicker
        abort(404)
    flash(f"Drop {number} is undone. Everything from the MIS stands as it did before it.")
    return redirect(url_for("drops.drop", school=school.id, number=number), 303)


def _newest(school: School, number: int) -> Drop:
    """The drop of this number, which is only here while it is the one that can be undone."""
    drop = newest(school)
    return drop if drop and drop.id == number else abort(404)
