"""One adult, two records: the office's list of those who may be one, and the page where a parent proves a second code."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import accounts, matches
from glowlite.rollout.accounts import CannotApprove
from glowlite.rollout.codes import day_typed
from glowlite.rollout.matches import CannotJoin
from glowlite.rollout.steps import NotYet
from glowlite.views.base import me, without_nul

pages = Blueprint("matches", __name__)

WRONG = "That code and date of birth do not open anything. Please check both. If they are right, ring the office of the school that gave you the code."


# --- the office -----------------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/matches")
@gate.needs(Action.MATCH_PEOPLE, "school")
def offered(school: School) -> ResponseReturnValue:
    offers, said = matches.offered(school), matches.answered(school)
    return render_template("pages/matches.html", school=school, offers=offers, stopped=accounts.what_stops(school) if offers else "",
                           joined=[one for one in said if one.match.is_same], apart=[one for one in said if not one.match.is_same])


@pages.post("/schools/<int:school>/matches")
@gate.needs(Action.MATCH_PEOPLE, "school")
def answer(school: School) -> ResponseReturnValue:
    offer = matches.offer_of(school, request.form.get("ours", 0, type=int), request.form.get("other", 0, type=int))
    if offer is None:
        flash("These two are not offered any more. Please look again.")
    else:
        flash(_answer(school, offer, request.form.get("answer", "")))
    return redirect(url_for("matches.offered", school=school.id), 303)


@pages.post("/schools/<int:school>/matches/<int:match>")
@gate.needs(Action.MATCH_PEOPLE, "school")
def look_again(school: School, match: int) -> ResponseReturnValue:
    one = matches.answered_one(school, match) or abort(404)
    if one.match.is_same:
        matches.take_apart(me(), one)
        flash(f"Taken apart. What the second record of {one.ours.name} opened is shut, and every device is signed out.")
    else:
        matches.ask_again(me(), one)
        flash("Forgotten. If the evidence is still there, the two are offered again.")
    return redirect(url_for("matches.offered", school=school.id), 303)


def _answer(school: School, offer: matches.Offer, said: str) -> str:
    """Do what the person answered, and say so."""
    if said == "different":
        matches.say_different(me(), offer)
        return f"Remembered: {offer.ours.name} is two people. They are not offered again."
    if said != "same":
        return "Say whether they are the same or not."
    try:
        user = matches.join(me(), school, offer)
    except (CannotJoin, CannotApprove, NotYet) as stopped:
        return str(stopped)
    return f"Joined: both records are {user.name}, {user.username}." if user else "Remembered: they are one adult, and will get one account."


# --- the parent -------------------------------------------------------------------------------------------------


class SecondCode(FlaskForm):
    code = StringField("Code", [InputRequired("Type the code."), Length(max=60)], filters=[without_nul])
    born = StringField("Date of birth of the child", [InputRequired("Type the child’s date of birth."), Length(max=40)], filters=[without_nul])


def _who_and_where() -> str:
    return f"{get_remote_address()} {current_user.get_id()}"


@pages.get("/codes")
@gate.needs(Action.PROVE_CODE)
def codes() -> ResponseReturnValue:
    return render_template("pages/codes.html", form=SecondCode(formdata=None, data={"code": (without_nul(request.args.get("code")) or "")[:60]}))


@pages.post("/codes")
@gate.needs(Action.PROVE_CODE)
@gate.limiter.limit("10 per 5 minutes", key_func=_who_and_where, deduct_when=lambda response: response.status_code != 303)
def send_code() -> ResponseReturnValue:
    form = SecondCode()
    record = matches.prove(me(), form.code.data, day_typed(form.born.data)) if form.validate() else None
    if record is None:
        return render_template("pages/codes.html", form=form, message=None if form.errors else WRONG), 422
    flash(f"Done: what {record.school.name} opens to you is now on your pages too. You need one user name and one password only.")
    return redirect(url_for("home.home"), 303)
