"""The people of a school: finding them, who they are, and what the office does about an account."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate, people
from glowlite.models import School, User
from glowlite.policy import Action, can
from glowlite.rollout import accounts
from glowlite.rollout.codes import CannotMake
from glowlite.rollout.steps import NotYet
from glowlite.views.base import me

pages = Blueprint("people", __name__)


@pages.get("/schools/<int:school>/people")
@gate.needs(Action.FIND_PEOPLE, "school")
def find(school: School) -> ResponseReturnValue:
    letters = request.args.get("q", "").strip()[:80]
    found = people.find(school, letters)
    return render_template("pages/people.html", school=school, letters=letters, found=found[:people.MOST], more=max(0, len(found) - people.MOST))


@pages.get("/schools/<int:school>/people/<any(pupil, contact, staff, account):kind>/<int:number>")
@gate.needs(Action.FIND_PEOPLE, "school")
def person(school: School, kind: str, number: int) -> ResponseReturnValue:
    somebody = (number <= gate.LARGEST_ID and people.person(school, kind, number)) or abort(404)
    if somebody.pupil:
        gate.record_reading([somebody.pupil], request.path)
    may_manage = somebody.user is not None and can(g.viewer, Action.MANAGE_ACCOUNT, somebody.user)
    return render_template("pages/person.html", school=school, person=somebody, may_manage=may_manage, groups=people.groups_of,
                           may_decide=can(g.viewer, Action.DECIDE_LINK, school))


@pages.post("/accounts/<int:user>/reset")
@gate.needs(Action.MANAGE_ACCOUNT, "user")
def reset(user: User) -> ResponseReturnValue:
    school = _school()
    try:
        given = accounts.new_way_in(me(), user, school)
    except CannotMake as problem:
        flash(str(problem))
        return _back(user)
    return render_template("pages/first_password.html", school=school, user=user, given=given)


@pages.post("/accounts/<int:user>/lock")
@gate.needs(Action.MANAGE_ACCOUNT, "user")
def lock(user: User) -> ResponseReturnValue:
    people.lock(me(), user, _school())
    flash(f"The account of {user.name} is locked. Every device is signed out.")
    return _back(user)


@pages.post("/accounts/<int:user>/unlock")
@gate.needs(Action.MANAGE_ACCOUNT, "user")
def unlock(user: User) -> ResponseReturnValue:
    try:
        accounts.open_again(me(), user, _school())
        flash(f"The account of {user.name} is open again.")
    except NotYet as stopped:
        flash(str(stopped))
    return _back(user)


def _school() -> School | None:
    """The school on whose page the button was, as far as the viewer may find its people."""
    number = request.form.get("school", type=int) or 0
    return people.school_or_first(g.viewer, number)


def _back(user: User) -> ResponseReturnValue:
    school = _school()
    return redirect(url_for("people.person", school=school.id, kind=people.ACCOUNT, number=user.id) if school else url_for("home.home"), 303)
