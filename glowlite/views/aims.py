"""What this is for: the school's page for parents and the one for staff, and writing them."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action, can
from glowlite.rollout import aims
from glowlite.views.base import me, without_nul

pages = Blueprint("aims", __name__)


MISSING = "Write the text first."


class Writing(FlaskForm):
    body = TextAreaField("Text", [InputRequired(MISSING), DataRequired(MISSING), Length(max=aims.LONGEST)], filters=[without_nul], render_kw={"rows": 22})


@pages.get("/schools/<int:school>/aims")
@gate.needs(Action.READ_AIMS, "school")
def page(school: School) -> ResponseReturnValue:
    audiences = [aims.PARENTS] if g.viewer.at_home_with_children else [aims.STAFF, aims.PARENTS]
    may_write = can(g.viewer, Action.WRITE_AIMS, school)
    return render_template("pages/aims.html", school=school, texts=aims.of_school(school), audiences=audiences, may_write=may_write)


@pages.route("/schools/<int:school>/aims/<any(parents, staff):audience>", methods=["GET", "POST"])
@gate.needs(Action.WRITE_AIMS, "school")
def write(school: School, audience: str) -> ResponseReturnValue:
    text = aims.of_school(school).get(audience)
    form = Writing(body=text.body if text else aims.starting_words(audience))
    if form.validate_on_submit():
        aims.write(me(), school, audience, form.body.data)
        flash(f"This is now what {audience} read.")
        return redirect(url_for("aims.page", school=school.id), 303)
    return render_template("pages/aims_edit.html", school=school, audience=audience, form=form, text=text), 422 if form.errors else 200
