"""The acceptable use policy: accepting it, writing it, printing it, and who has accepted it."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from glowlite import agreement, clock, gate, paper
from glowlite.agreement import CannotPublish
from glowlite.models import Authority, School
from glowlite.models.school import Place
from glowlite.policy import Action
from glowlite.views.base import me

pages = Blueprint("agreement", __name__)


class Writing(FlaskForm):
    body = TextAreaField("Text", [InputRequired("Write the text first."), Length(max=agreement.LONGEST)], render_kw={"rows": 16})


class Paper(FlaskForm):
    signed = DateField("Day on the paper", [InputRequired("Say which day stands on the paper.")])
    witness = StringField("Who saw it signed", [InputRequired("Name the person who saw it signed."), Length(max=120)])

    def validate_signed(self, field: DateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("This day is still to come.")


# --- accepting ----------------------------------------------------------------------------------------


@pages.get("/agreement")
@gate.needs(Action.AGREE, before_agreement=True)
def page() -> ResponseReturnValue:
    numbers = agreement.to_accept(g.viewer)
    return render_template("pages/agree.html", texts=agreement.texts(numbers)) if numbers else redirect(gate.way_on(), 303)


@pages.post("/agreement")
@gate.needs(Action.AGREE, before_agreement=True)
def agree() -> ResponseReturnValue:
    shown, wanted = set(request.form.getlist("text", type=int)), agreement.to_accept(g.viewer)
    if "agree" not in request.form or not shown >= set(wanted):
        flash("Please tick that you agree; without that nothing else opens. If the text has changed, it is shown anew.")
        return redirect(url_for("agreement.page", next=request.args.get("next")), 303)
    agreement.accept(me(), wanted)
    return redirect(gate.way_on(), 303)


# --- writing ------------------------------------------------------------------------------------------


@pages.route("/schools/<int:school>/agreement", methods=["GET", "POST"])
@gate.needs(Action.WRITE_AGREEMENT, "school")
def of_school(school: School) -> ResponseReturnValue:
    return _editor(Place(school.authority, school))


@pages.route("/authorities/<int:authority>/agreement", methods=["GET", "POST"])
@gate.needs(Action.WRITE_AUTHORITY_AGREEMENT, "authority")
def of_authority(authority: Authority) -> ResponseReturnValue:
    return _editor(Place(authority))


def _editor(place: Place) -> ResponseReturnValue:
    texts, draft = agreement.texts_of(place), agreement.draft_of(place)
    form = Writing(body=(draft or (texts[0] if texts else None)) and (draft or texts[0]).body)
    if request.method == "POST" and form.validate():
        return _keep(place, form)
    changes = agreement.compare(texts[0].body, draft.body) if texts and draft else []
    page = render_template("pages/agreement_edit.html", form=form, place=place, texts=texts, draft=draft, changes=changes, compare=agreement.compare)
    return page, 422 if form.errors else 200


def _keep(place: Place, form: Writing) -> ResponseReturnValue:
    author = me()
    agreement.save_draft(author, place, form.body.data)
    if request.form.get("then") != "publish":
        flash("Kept as a draft. Nobody is asked to accept it before you publish it.")
        return redirect(request.path, 303)
    try:
        text = agreement.publish(author, place)
        flash(f"Version {text.number} is published. Parents are asked at their next page.")
    except CannotPublish as problem:
        flash(str(problem))
    return redirect(request.path, 303)


# --- who has accepted -----------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/agreements")
@gate.needs(Action.RECORD_AGREEMENT, "school")
def standing(school: School) -> ResponseReturnValue:
    return _standing(school, Paper(formdata=None, signed=clock.today()))


@pages.get("/schools/<int:school>/agreement.pdf")
@gate.needs(Action.RECORD_AGREEMENT, "school")
def printed(school: School) -> ResponseReturnValue:
    return Response(paper.pdf("agreement", school=school, texts=agreement.in_force(school)), mimetype="application/pdf")


@pages.post("/schools/<int:school>/agreements/<int:user>")
@gate.needs(Action.RECORD_AGREEMENT, "school")
def record_paper(school: School, user: int) -> ResponseReturnValue:
    one = next((one for one in agreement.standing(school) if one.user.id == user), None) or abort(404)
    form = Paper()
    if not form.validate():
        return _standing(school, form), 422
    agreement.record_paper(me(), one.user, school, form.signed.data, form.witness.data.strip())
    flash(f"Recorded: {one.user.name} has signed on paper.")
    return redirect(url_for("agreement.standing", school=school.id), 303)


def _standing(school: School, form: Paper) -> str:
    return render_template("pages/agreements.html", school=school, form=form, people=agreement.standing(school), texts=agreement.in_force(school))
