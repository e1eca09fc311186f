"""Taking back the newest drop of a school: what would happen, by name, who is given access again, and doing it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.mis.shut_again import NoSuchLink
from glowlite.mis.undo import NothingToUndo, newest, undo
from glowlite.models import Drop, School
from glowlite.policy import Action
from glowlite.views.base import me

pages = Blueprint("undoing", __name__, url_prefix="/schools/<int:school>/drops/<int:number>/undo")

CHANGED = "What undoing this drop would do has changed since you looked. Please look once more; nothing has happened yet."


@pages.get("")
@gate.needs(Action.LOAD_DROPS, "school")
def ask(school: School, number: int) -> ResponseReturnValue:
    return _asked(school, number)


@pages.post("")
@gate.needs(Action.LOAD_DROPS, "school")
def take_back(school: School, number: int) -> ResponseReturnValue:
    try:
        done = undo(_newest(school, number), by=me().username, give_back=_ticked())
    except NothingToUndo:  # somebody was quicker
        abort(404)
    except NoSuchLink:
        return _asked(school, number, CHANGED), 422
    flash(f"Drop {number} is undone. {done.sentence or 'Everything from the MIS stands as it did before it.'}")
    return redirect(url_for("drops.drop", school=school.id, number=number), 303)


def _asked(school: School, number: int, message: str = "") -> str:
    try:
        tried = undo(_newest(school, number), by=me().username, keep=False)
    except NothingToUndo:
        abort(404)
    return render_template("pages/undo.html", school=school, tried=tried, message=message)


def _newest(school: School, number: int) -> Drop:
    """The drop of this number, which is only here while it is the one that can be undone."""
    drop = newest(school)
    return drop if drop and drop.id == number else abort(404)


def _ticked() -> frozenset[int]:
    """The links on which restrictions go, too: those ticked, or with “all of them” those that the page has named, and never another one."""
    said = (request.form.get("named") or "").split() if request.form.get("all") == "yes" else request.form.getlist("give_back")
    return frozenset(int(one) for one in said if one.isascii() and one.isdigit() and int(one) <= gate.LARGEST_ID)
