"""The hand-over desk of a parents' night: finding an adult, and the four things that are done there."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import desk
from glowlite.rollout.desk import CannotHandOver, Visit
from glowlite.views.base import me

pages = Blueprint("desk", __name__, url_prefix="/schools/<int:school>/desk")


@pages.get("")
@gate.needs(Action.HAND_OVER, "school")
def find(school: School) -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()[:80]
    found = desk.find(school, typed)
    response = make_response(render_template("pages/desk.html", school=school, typed=typed, found=found[:desk.MOST], more=len(found) > desk.MOST))
    response.headers["Permissions-Policy"] = gate.WITH_CAMERA  # the square on a letter is read with it
    return response


@pages.get("/<int:user>")
@gate.needs(Action.HAND_OVER, "school")
def person(school: School, user: int) -> ResponseReturnValue:
    return render_template("pages/desk_person.html", school=school, here=_visit(school, user), shown=desk.may_be_shown(school))


@pages.post("/<int:user>/identity")
@gate.needs(Action.HAND_OVER, "school")
def identity(school: School, user: int) -> ResponseReturnValue:
    return _done(desk.check_identity, _visit(school, user), request.form.get("looked", ""))


@pages.post("/<int:user>/agreement")
@gate.needs(Action.HAND_OVER, "school")
def paper(school: School, user: int) -> ResponseReturnValue:
    return _done(desk.record_paper, _visit(school, user))


@pages.post("/<int:user>/letter")
@gate.needs(Action.HAND_OVER, "school")
def letter(school: School, user: int) -> ResponseReturnValue:
    return _done(desk.take_letter, _visit(school, user))


@pages.post("/<int:user>/code")
@gate.needs(Action.HAND_OVER, "school")
def code(school: School, user: int) -> ResponseReturnValue:
    here = _visit(school, user)
    try:
        handed = desk.make_code(me(), here)
    except CannotHandOver as problem:
        return _back(here, str(problem))
    return render_template("pages/desk_code.html", school=school, here=here, handed=handed)


@pages.post("/<int:user>/training")
@gate.needs(Action.HAND_OVER, "school")
def trained(school: School, user: int) -> ResponseReturnValue:
    return _done(desk.note_training, _visit(school, user), request.form.get("training", 0, type=int))


def _visit(school: School, user: int) -> Visit:
    found: Visit = (user <= gate.LARGEST_ID and desk.visit(school, user)) or abort(404)
    return found


def _done(thing: Callable[..., Any], here: Visit, *more: Any) -> ResponseReturnValue:
    try:
        thing(me(), here, *more)
    except CannotHandOver as problem:
        return _back(here, str(problem))
    return _back(here)


def _back(here: Visit, message: str = "") -> ResponseReturnValue:
    if message:
        flash(message)
    return redirect(url_for("desk.person", school=here.school.id, user=here.user.id), 303)
