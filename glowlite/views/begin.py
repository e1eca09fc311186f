"""Coming in for the first time, or again: a code from the school and a child's birthday open the choice of a password."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from glowlite import gate
from glowlite.models import AccessCode
from glowlite.policy import Action, can
from glowlite.rollout import accounts, codes, decisions, forgotten
from glowlite.rollout.codes import CodeIsGone
from glowlite.views.base import ChosenPassword, without_nul

pages = Blueprint("begin", __name__)

WRONG = "That code and that date of birth do not open anything. Please check both. After five wrong dates a code is used up."


class Proof(FlaskForm):
    code = StringField("Code", [InputRequired("Type the code."), Length(max=60)], filters=[without_nul])
    born = StringField("Your child’s date of birth", [InputRequired("Type the date of birth."), Length(max=40)], filters=[without_nul])

    def validate_born(self, field: StringField) -> None:
        if self.birthday is None:
            raise ValidationError("Type day, month and year, such as 30/04/2014.")

    @property
    def birthday(self) -> date | None:
        return codes.day_typed(self.born.data or "")


class Lost(FlaskForm):
    username = StringField("User name", [InputRequired("Type your user name."), Length(max=200)], filters=[without_nul])


def _failed(response: Response) -> bool:
    return response.status_code == 422


@pages.get("/begin")
@gate.public
def page() -> ResponseReturnValue:
    code = request.args.get("code", "")[:60].replace("\0", "")
    desk = _desk_of(code)
    return redirect(desk, 303) if desk else _proof(Proof(formdata=None, code=code))


def _desk_of(code: str) -> str | None:
    """Staff who hand details over and scan a letter come to the desk of its adult."""
    access = codes.whose(code) if current_user.is_authenticated else None
    if access is None or gate.kept_out(current_user):
        return None
    school = access.contact.school
    if not can(gate.viewer_here(current_user, session.get("hat")), Action.HAND_OVER, school):
        return None
    if not codes.still_works(access):
        flash("The letter you have scanned opens nothing any more: it has been used, a newer one was made, or it is too old. Make a code now.")
    return url_for("desk.person", school=school.id, user=access.user_id)


@pages.post("/begin")
@gate.public
@gate.limiter.limit("100 per 5 minutes", deduct_when=_failed)
def begin() -> ResponseReturnValue:
    form = Proof()
    access = codes.check(form.code.data, form.birthday) if form.validate() else None
    stopped = gate.kept_out(access.user) if access else WRONG
    if access is None or stopped:
        return _proof(form, None if form.errors else stopped), 422
    choice = _choice_for(access)
    if "new" not in request.form or not choice.validate():
        return render_template("pages/begin_password.html", form=choice, proof=form, access=access), 422 if choice.errors else 200
    return _come_in(access, form, choice)


def _choice_for(access: AccessCode) -> ChosenPassword:
    form = ChosenPassword()
    form.username = access.user.username
    return form


def _come_in(access: AccessCode, proof: Proof, choice: ChosenPassword) -> ResponseReturnValue:
    try:
        user = accounts.begin(access, choice.new.data)
    except CodeIsGone:
        return _proof(proof, WRONG), 422
    session.clear()  # nothing planted before, and nobody else's session on this phone
    login_user(user)
    flash(f"That is done. From now on you sign in as {user.username}, with the password that you chose.")
    return redirect(gate.way_on(), 303)


def _proof(form: Proof, message: str | None = None) -> str:
    return render_template("pages/begin.html", form=form, message=message)


# --- lost passwords ---------------------------------------------------------------------------------------


@pages.get("/forgotten")
@gate.public
def lost() -> ResponseReturnValue:
    return _lost(Lost(formdata=None))


@pages.post("/forgotten")
@gate.public
@gate.limiter.limit("10 per 10 minutes")
def send_lost() -> ResponseReturnValue:
    form = Lost()
    if not form.validate():
        return _lost(form), 422
    forgotten.ask(form.username.data)
    return render_template("pages/forgotten_sent.html", help=decisions.help_at_the_door())


def _lost(form: Lost) -> str:
    return render_template("pages/forgotten.html", form=form, is_offered=forgotten.is_offered(), help=decisions.help_at_the_door())
