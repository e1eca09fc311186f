"""Training of parents: the sessions as the school arranges them, and as parents take their places."""

from datetime import timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from glowlite import clock, gate, widgets
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import decisions, training
from glowlite.rollout.training import NoPlace, Session
from glowlite.views.base import me, without_nul
from glowlite.words import moment

pages = Blueprint("trainings", __name__)

MOST_PLACES = 500
LONGEST_AHEAD = timedelta(days=366)


class Arranging(FlaskForm):
    title = StringField("What it is called", [InputRequired("Give it a name."), Length(max=120)], filters=[without_nul])
    starts = DateTimeLocalField("When", [InputRequired("Say on which day and at what time.")])
    place = StringField("Where", [InputRequired("Say where it is."), Length(max=120)], filters=[without_nul])
    places = IntegerField("How many places", [InputRequired("Say how many can come."), NumberRange(1, MOST_PLACES)])
    trainers = StringField("Who shows", [Length(max=300)], filters=[without_nul])

    def validate_starts(self, field: DateTimeLocalField) -> None:
        if field.data and not clock.now() < clock.stored(field.data) < clock.now() + LONGEST_AHEAD:
            raise ValidationError("Choose a time to come, within a year.")


# --- by the school ------------------------------------------------------------------------------------------


@pages.route("/schools/<int:school>/trainings", methods=["GET", "POST"])
@gate.needs(Action.HOLD_TRAINING, "school")
def of_school(school: School) -> ResponseReturnValue:
    form = Arranging()
    if form.validate_on_submit():
        facts = {name: given for name, given in form.data.items() if name not in ("csrf_token", "starts")}
        training.arrange(me(), school, starts=clock.stored(form.starts.data), **facts)
        flash(f"Arranged: {form.title.data}. Parents can take places from now on.")
        return redirect(url_for("trainings.of_school", school=school.id), 303)
    coming, over = training.of_school(school)
    page = render_template("pages/trainings.html", school=school, form=form, coming=coming, over=over, offer=decisions.training(school))
    return page, 422 if form.errors else 200


@pages.get("/schools/<int:school>/trainings/<int:number>")
@gate.needs(Action.HOLD_TRAINING, "school")
def one(school: School, number: int) -> ResponseReturnValue:
    session = _session(school, number)
    return render_template("pages/training.html", school=school, session=session, has_begun=session.training.starts <= clock.now())


@pages.post("/schools/<int:school>/trainings/<int:number>")
@gate.needs(Action.HOLD_TRAINING, "school")
def note_who_came(school: School, number: int) -> ResponseReturnValue:
    training.note_who_came(me(), _session(school, number), request.form.getlist("came", type=int))
    flash("Noted who came.")
    return redirect(url_for("trainings.one", school=school.id, number=number), 303)


@pages.post("/schools/<int:school>/trainings/<int:number>/cancel")
@gate.needs(Action.HOLD_TRAINING, "school")
def cancel(school: School, number: int) -> ResponseReturnValue:
    session = _session(school, number)
    training.cancel(me(), session.training)
    flash(f"Cancelled: {session.training.title}. Whoever had a place reads so on their page; better tell them, too.")
    return redirect(url_for("trainings.of_school", school=school.id), 303)


def _session(school: School, number: int) -> Session:
    return (number <= gate.LARGEST_ID and training.of(school, number)) or abort(404)


# --- by parents ---------------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/training")
@gate.needs(Action.TAKE_TRAINING, "school")
def for_parents(school: School) -> ResponseReturnValue:
    offers = training.offers(g.viewer.user_id, school)
    return render_template("pages/training_offers.html", school=school, offers=offers, offer=decisions.training(school), kinds=decisions.KINDS,
                           family=widgets.home_of(g.viewer))


@pages.post("/schools/<int:school>/training/<int:number>/take")
@gate.needs(Action.TAKE_TRAINING, "school")
def take(school: School, number: int) -> ResponseReturnValue:
    try:
        taken = training.take(me(), school, min(number, gate.LARGEST_ID))
        flash(f"You have a place: {taken.title}, {moment(taken.starts)}, {taken.place}.")
    except NoPlace as problem:
        flash(str(problem))
    return redirect(url_for("trainings.for_parents", school=school.id), 303)


@pages.post("/schools/<int:school>/training/<int:number>/give-back")
@gate.needs(Action.TAKE_TRAINING, "school")
def give_back(school: School, number: int) -> ResponseReturnValue:
    training.give_back(me(), school, number)
    flash("You have given your place back. Thank you for telling; somebody else can come now.")
    return redirect(url_for("trainings.for_parents", school=school.id), 303)
