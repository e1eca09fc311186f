"""What parents say is no longer right about themselves: the list of the office, and what it answers."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import corrections
from glowlite.rollout.corrections import FIELDS, CannotSettle
from glowlite.views.base import me

pages = Blueprint("corrections", __name__)


@pages.get("/schools/<int:school>/corrections")
@gate.needs(Action.SETTLE_CORRECTIONS, "school")
def open_ones(school: School) -> ResponseReturnValue:
    return _page(school)


@pages.post("/schools/<int:school>/corrections/<int:correction>")
@gate.needs(Action.SETTLE_CORRECTIONS, "school")
def settle(school: School, correction: int) -> ResponseReturnValue:
    one = (correction <= gate.LARGEST_ID and corrections.one_open(school, correction)) or abort(404)
    try:
        corrections.settle(me(), one, request.form.get("state", ""), request.form.get("answer", "").strip())
    except CannotSettle as problem:
        return _page(school, one.id, str(problem)), 422
    flash(f"Settled: {FIELDS[one.field]} of {one.contact.name}. They read it under “My details”.")
    return redirect(url_for("corrections.open_ones", school=school.id), 303)


def _page(school: School, wrong: int = 0, message: str = "") -> str:
    """wrong: the request whose answer did not do, and why."""
    return render_template("pages/corrections.html", school=school, waiting=corrections.open_at([school.id]), settled=corrections.settled_at(school),
                           labels=FIELDS, now=corrections.now, wrong=wrong, message=message, longest=corrections.LONGEST)
