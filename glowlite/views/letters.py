"""Letters, lists and mails with account details: choosing for whom, having them made, and taking them."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import letters
from glowlite.rollout.letters import Choice, Gone
from glowlite.views.base import me

pages = Blueprint("letters", __name__, url_prefix="/schools/<int:school>/letters")

TYPES = {letters.PDF: "application/pdf", letters.CSV: "text/csv"}


@pages.get("")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def page(school: School) -> ResponseReturnValue:
    return _page(school)


@pages.post("")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def make(school: School) -> ResponseReturnValue:
    choice = Choice.of(request.form.get("who", ""), request.form.get("class", ""), request.form.getlist("user", type=int))
    kind = request.form.get("kind", letters.PRINTED)
    if choice is None or kind not in letters.KINDS:
        return _page(school, "Please choose for whom."), 422
    job = letters.start(me(), school, choice, kind, then=url_for("letters.page", school=school.id))
    return redirect(url_for("jobs.page", school=school.id, number=job.id), 303)


@pages.get("/<int:run>/<name>")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def download(school: School, run: int, name: str) -> ResponseReturnValue:
    if name not in TYPES or run > gate.LARGEST_ID:
        abort(404)
    try:
        content = letters.fetch(me(), school, run, name)
    except Gone as problem:
        flash(str(problem))
        return redirect(url_for("letters.page", school=school.id), 303)
    return _file(f"{school.code}-{run}-{name}", TYPES[name], content) if content else abort(404)


def _file(name: str, kind: str, content: bytes) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(school: School, message: str = "") -> str:
    return render_template("pages/letters.html", school=school, counter=letters.counter(school), kinds=letters.KINDS, message=message)
