"""Changing one's password."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from glowlite import db, gate
from glowlite.models import Audit
from glowlite.models.users import SHORTEST_PASSWORD
from glowlite.policy import Action

pages = Blueprint("password", __name__, url_prefix="/password")


class NewPassword(FlaskForm):
    present = PasswordField("Password you have now", [InputRequired("Type the password you have now."), Length(max=400)])
    new = PasswordField("New password", [InputRequired("Type a new password."),
                                         Length(SHORTEST_PASSWORD, 400, f"Use at least {SHORTEST_PASSWORD} characters; three words are easy to remember.")])
    again = PasswordField("New password again", [EqualTo("new", "The two new passwords differ. Type the same one twice.")])

    def validate_present(self, field: PasswordField) -> None:
        if not current_user.has_password(field.data):
            raise ValidationError("That is not the password you have now.")

    def validate_new(self, field: PasswordField) -> None:
        if field.data.strip().lower() == current_user.username:
            raise ValidationError("Choose a password that is not your user name.")


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
    user, hat = current_user._get_current_object(), session.get("hat")
    with db.write_lock():
        user.set_password(form.new.data)
        Audit.write(user, "changed password", user.username)
    session.clear()
    login_user(user)
    session["hat"] = hat
    flash("Your password is changed. Every other device is signed out.")
    return redirect(url_for("home.home"), 303)
