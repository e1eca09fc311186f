"""Life after: leavers, accounts that nothing opens any more, who has never signed in, and who turns 16 or 18."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action, parenthood
from glowlite.rollout import life
from glowlite.rollout.life import CannotDealWith
from glowlite.views.base import me

pages = Blueprint("life", __name__)


@pages.get("/schools/<int:school>/life")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def page(school: School) -> ResponseReturnValue:
    return _page(school)


@pages.post("/schools/<int:school>/life/birthdays")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def deal_with(school: School) -> ResponseReturnValue:
    form = request.form
    try:
        row = life.deal_with(me(), school, form.get("pupil", 0, type=int), form.get("age", 0, type=int), form.get("done", ""))
    except CannotDealWith as problem:
        return _page(school, str(problem)), 422
    flash(f"Written down: what was done about {row.pupil.name} turning {row.age}.")
    return redirect(url_for("life.page", school=school.id), 303)


@pages.post("/schools/<int:school>/life/birthdays/<int:number>/again")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def due_again(school: School, number: int) -> ResponseReturnValue:
    row = (number <= gate.LARGEST_ID and life.not_dealt_with(me(), school, number)) or abort(404)
    flash(f"{row.pupil.name} turning {row.age} is no longer counted as dealt with.")
    return redirect(url_for("life.page", school=school.id), 303)


def _page(school: School, problem: str = "") -> str:
    """problem: why what was sent about a birthday was not written down."""
    return render_template("pages/life.html", school=school, grace=parenthood.grace_days(school), leavers=life.leavers(school), closed=life.closed(school),
                           moved=life.moved(school), waiting=life.never_signed_in(school), birthdays=life.birthdays(school),
                           dealt_with=life.dealt_with(school), is_scottish=life.is_scottish(school), problem=problem, longest=life.LONGEST)
