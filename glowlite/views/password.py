"""Changing one's password."""

from flask import Blueprint, flash, redirect, render_template, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from wtforms import PasswordField, ValidationError
from wtforms.validators import InputRequired, Length

from glowlite import db, gate
from glowlite.models import Audit
from glowlite.policy import Action
from glowlite.views.base import ChosenPassword, me

pages = Blueprint("password", __name__, url_prefix="/password")


class NewPassword(ChosenPassword):
    present = PasswordField("Password you have now", [InputRequired("Type the password you have now."), Length(max=400)])

    @property
    def username(self) -> str:  # type: ignore[override]
        return str(current_user.username)

    def validate_present(self, field: PasswordField) -> None:
        if not current_user.has_password(field.data):
            raise ValidationError("That is not the password you have now.")


@pages.get("")
@gate.needs(Action.CHANGE_PASSWORD, before_new_password=True, before_agreement=True)
def change() -> ResponseReturnValue:
    return render_template("pages/password.html", form=NewPassword())


@pages.post("")
@gate.needs(Action.CHANGE_PASSWORD, before_new_password=True, before_agreement=True)
@gate.limiter.limit("20 per 15 minutes", deduct_when=lambda response: response.status_code != 303)
def send_change() -> ResponseReturnValue:
    form = NewPassword()
    if not form.validate():
        return render_template("pages/password.html", form=form), 422
    user, hat = me(), session.get("hat")
    with db.write_lock():
        user.set_password(form.new.data)
        Audit.write(user, "changed password", user.username)
    session.clear()
    login_user(user)
    session["hat"] = hat
    flash("Your password is changed. Every other device is signed out.")
    return redirect(gate.way_on(), 303)
