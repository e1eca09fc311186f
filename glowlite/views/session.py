"""Signing in, signing out, and changing hats."""

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from glowlite import clock, gate
from glowlite.models import Audit, User
from glowlite.policy import Action
from glowlite.rollout import decisions
from glowlite.views.base import me, without_nul

pages = Blueprint("session", __name__)

WRONG = "That user name and password do not belong together. Please check both and try again."


class SignIn(FlaskForm):
    username = StringField("User name", [InputRequired("Type your user name."), Length(max=200)], filters=[without_nul])
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=400)])


def _failed(response: Response) -> bool:
    return response.status_code not in (302, 303)


def _who_and_where() -> str:
    return f"{get_remote_address()} {request.form.get('username', '').strip().lower()[:60]}"


@pages.get("/sign-in")
@gate.public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(gate.way_on(), 303)
    return _door(SignIn())


def _door(form: SignIn, message: str | None = None) -> str:
    help_of_all, help_of_schools = decisions.help_at_the_door()
    return render_template("pages/sign_in.html", form=form, message=message, help_of_all=help_of_all, help_of_schools=help_of_schools)


@pages.post("/sign-in")
@gate.public
@gate.limiter.limit("10 per 5 minutes", key_func=_who_and_where, deduct_when=_failed)
@gate.limiter.limit("100 per 5 minutes", deduct_when=_failed)
def send_sign_in() -> ResponseReturnValue:
    form = SignIn()
    user = User.with_credentials(form.username.data, form.password.data) if form.validate() else None
    stopped = gate.kept_out(user) if user else WRONG
    if user is None or stopped:
        return _door(form, stopped if form.validate() else None), 422
    session.clear()  # nothing planted before signing in may live on
    login_user(user)
    user.last_sign_in = clock.now()
    user.save(only=[User.last_sign_in])
    return redirect(gate.way_on(), 303)


@pages.post("/sign-out")
@gate.public
def sign_out() -> ResponseReturnValue:
    logout_user()
    session.clear()
    flash("You are signed out.")
    response = redirect(url_for("session.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.post("/hat")
@gate.needs(Action.WEAR_HAT, before_agreement=True)
def wear_hat() -> ResponseReturnValue:
    if request.form.get("hat") in g.viewer.hats:
        session["hat"] = request.form["hat"]
        Audit.write(me(), "wore another hat", g.viewer.name, before=g.viewer.hat, after=session["hat"])
    return redirect(url_for("home.home"), 303)
