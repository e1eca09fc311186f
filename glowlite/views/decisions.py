"""The four key decisions, of the authority and of a school: what was decided, what it does, and deciding."""

from typing import Any, Self

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput

from glowlite import gate
from glowlite.models import Authority, School
from glowlite.models.school import Place
from glowlite.policy import Action, schools_open
from glowlite.policy.parenthood import LONGEST_GRACE, PARENTS, LinkRule
from glowlite.rollout import decisions, steps
from glowlite.rollout.decisions import HANDING_OUT, SUPPORT, TRAINING, Effect, NotSeen
from glowlite.views.base import me, without_nul

pages = Blueprint("decisions", __name__)

TOPIC = "<any('handing-out', 'support', 'training'):topic>"
MOST_LINES = 12
LONGEST_TEXT = 2000
LOOK_ONCE_MORE = "Nothing is saved yet. Please look at who gains and who loses access, below; then save."


# --- forms --------------------------------------------------------------------------------------------------


class Ticks(SelectMultipleField):
    """Several of a few choices, each with a box to tick."""

    option_widget = CheckboxInput()


class Deciding(FlaskForm):
    """What every decision has; all other fields are its value."""

    reason = TextAreaField("Why (kept with the decision)", [Length(max=LONGEST_TEXT)], filters=[without_nul], render_kw={"rows": 2})

    @classmethod
    def of(cls, place: Place, topic: str) -> Self:
        """Filled with what is in force, or with what was sent."""
        decided = decisions.in_force(place, topic)
        return cls(data=decided.value if decided else None)

    @property
    def value(self) -> dict[str, Any]:
        return {name: given for name, given in self.data.items() if name not in ("reason", "csrf_token")}


class HandingOut(Deciding):
    ways = Ticks("How details reach an adult", [InputRequired("Choose at least one way.")], choices=decisions.WAYS)
    days = IntegerField("How many days a code works", [InputRequired("Say how many days."), NumberRange(1, decisions.LONGEST_CODE)],
                        default=decisions.HandingOut().days)
    identity = StringField("What the desk asks to see", [InputRequired("Say what is looked at."), Length(max=300)],
                           filters=[without_nul], default=decisions.HandingOut().identity)


class Support(Deciding):
    reset = RadioField("A lost password", [InputRequired("Choose one.")], choices=decisions.RESETS)
    hours = StringField("When somebody answers", [Length(max=200)], filters=[without_nul])
    words = TextAreaField("Words on the sign-in page", [InputRequired("Write what a parent without a password should do."), Length(max=LONGEST_TEXT)],
                          filters=[without_nul], render_kw={"rows": 5})


class Training(Deciding):
    kinds = Ticks("What is offered", [InputRequired("Choose at least one.")], choices=decisions.KINDS)
    words = TextAreaField("Words for parents", [Length(max=LONGEST_TEXT)], filters=[without_nul], render_kw={"rows": 4})


class Line(Form):
    """One line of the rule on who counts as a parent."""

    years = Ticks("Year groups", choices=[])
    priority = SelectField("Priority", coerce=lambda typed: int(typed) if typed else None,
                           choices={"": "any"} | {str(number): f"up to {number}" for number in range(1, 10)})
    lives_with = BooleanField("The child lives with the adult")
    opens = SelectField("Who gets access", choices=decisions.OPENS)


class Rule(Deciding):
    """Who counts as a parent."""

    rules = FieldList(FormField(Line), min_entries=1, max_entries=MOST_LINES)
    grace_days = IntegerField("Days that parents of a leaver keep their access", [InputRequired("Say how many days; 0 for none."),
                              NumberRange(0, LONGEST_GRACE)], default=0)

    @classmethod
    def of(cls, place: Place, topic: str = PARENTS) -> Self:
        return super().of(place, topic).offering(decisions.years_of(place))

    def offering(self, years: list[str]) -> Self:
        for line in self.rules:
            line.form.years.choices = years
        return self

    def validate_reason(self, field: TextAreaField) -> None:
        if "save" in request.form and not (field.data or "").strip():
            raise ValidationError("Say why, so that whoever asks later can be told.")

    def pressed(self, button: str) -> Self:
        """The form after a button on its lines: add, or remove, up or down with the number of the line."""
        lines, years = list(self.rules.data), self.rules[0].form.years.choices
        what, _, number = button.partition("-")
        at = int(number) if number.isdecimal() and int(number) < len(lines) else None
        if what == "add" and len(lines) < MOST_LINES:
            lines.append(LinkRule()._asdict())
        elif what == "remove" and at is not None and len(lines) > 1:
            lines.pop(at)
        elif what in ("up", "down") and at is not None:
            lines.insert(max(0, at + (1 if what == "down" else -1)), lines.pop(at))
        return type(self)(formdata=None, data=self.value | {"rules": lines, "reason": self.reason.data}).offering(years)


FORMS: dict[str, type[Deciding]] = {HANDING_OUT: HandingOut, SUPPORT: Support, TRAINING: Training}


# --- what was decided -----------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/decisions")
@gate.needs(Action.SEE_ROLLOUT, "school")
def of_school(school: School) -> ResponseReturnValue:
    return _overview(Place(school.authority, school), may_decide=school.id in schools_open(g.viewer, Action.DECIDE_KEYS))


@pages.get("/authorities/<int:authority>/decisions")
@gate.needs(Action.DECIDE_AUTHORITY_KEYS, "authority")
def of_authority(authority: Authority) -> ResponseReturnValue:
    return _overview(Place(authority), may_decide=True)


def _overview(place: Place, *, may_decide: bool) -> str:
    topics = {topic: (decisions.in_force(place, topic), decisions.history(place, topic), decisions.schools_of(place, topic)) for topic in steps.TOPICS}
    return render_template("pages/decisions.html", place=place, topics=topics, titles=steps.TOPICS, in_words=decisions.in_words, may_decide=may_decide,
                           schools=len(g.viewer.schools))


# --- deciding -------------------------------------------------------------------------------------------------


@pages.route(f"/schools/<int:school>/decisions/{TOPIC}", methods=["GET", "POST"])
@gate.needs(Action.DECIDE_KEYS, "school")
def decide(school: School, topic: str) -> ResponseReturnValue:
    return _decide(Place(school.authority, school), topic)


@pages.route(f"/authorities/<int:authority>/decisions/{TOPIC}", methods=["GET", "POST"])
@gate.needs(Action.DECIDE_AUTHORITY_KEYS, "authority")
def decide_for_all(authority: Authority, topic: str) -> ResponseReturnValue:
    return _decide(Place(authority), topic)


def _decide(place: Place, topic: str) -> ResponseReturnValue:
    form = FORMS[topic].of(place, topic)
    if form.validate_on_submit():
        decisions.record(me(), place, topic, form.value, (form.reason.data or "").strip())
        return _decided(place)
    return render_template(f"pages/decision_{topic}.html", place=place, topic=topic, form=form), 422 if form.errors else 200


# --- deciding who counts as a parent ----------------------------------------------------------------------------


@pages.route("/schools/<int:school>/decisions/parents", methods=["GET", "POST"])
@gate.needs(Action.DECIDE_KEYS, "school")
def parents(school: School) -> ResponseReturnValue:
    return _decide_parents(Place(school.authority, school))


@pages.route("/authorities/<int:authority>/decisions/parents", methods=["GET", "POST"])
@gate.needs(Action.DECIDE_AUTHORITY_KEYS, "authority")
def parents_of_all(authority: Authority) -> ResponseReturnValue:
    return _decide_parents(Place(authority))


def _decide_parents(place: Place) -> ResponseReturnValue:
    """Every button of the form comes here; only `save`, with the stamp of what was shown, decides."""
    form, is_saved = Rule.of(place), "save" in request.form
    is_right = request.method == "GET" or form.validate()
    if is_saved and is_right and _keep(place, form.value, form.reason.data.strip()):
        return _decided(place)
    errors = form.errors
    if request.form.get("do", "show") != "show":
        form = form.pressed(request.form["do"])
    has_rule = not set(errors) - {"reason"}
    effects = decisions.try_out(place, form.value) if has_rule else []
    page = render_template("pages/decision_parents.html", place=place, form=form, errors=errors, message=LOOK_ONCE_MORE if is_saved and is_right else "",
                           most=MOST_LINES, has_rule=has_rule, **_effect(place, form.value, effects))
    return page, 422 if is_saved else 200


def _keep(place: Place, value: dict[str, Any], reason: str) -> bool:
    try:
        decisions.record(me(), place, PARENTS, value, reason, seen=request.form["save"])
    except NotSeen:
        return False
    return True


def _effect(place: Place, value: dict[str, Any], effects: list[Effect]) -> dict[str, Any]:
    """What the template says about an effect: by name for a school, in numbers for the authority."""
    year = request.form.get("look", "")
    lists = decisions.by_name(effects[0], value, year) if place.school and effects else None
    return {"effects": effects, "stamp": decisions.stamp(value, effects), "lists": lists, "year": year, "years": decisions.years_of(place),
            "most_listed": decisions.MOST_LISTED}


# --- as the authority ---------------------------------------------------------------------------------------------


@pages.post("/schools/<int:school>/decisions/<any('parents', 'handing-out', 'support', 'training'):topic>/as-authority")
@gate.needs(Action.DECIDE_KEYS, "school")
def follow(school: School, topic: str) -> ResponseReturnValue:
    """The school goes back to what the authority decided. Who that lets in and keeps out is shown first."""
    place, seen = Place(school.authority, school), request.form.get("save", "")
    try:
        decisions.record(me(), place, topic, decisions.AS_AUTHORITY, "As the authority decided", seen=seen)
    except NotSeen:
        effects = decisions.try_out(place, decisions.AS_AUTHORITY)
        return render_template("pages/decision_follow.html", place=place, **_effect(place, decisions.AS_AUTHORITY, effects))
    return _decided(place)


def _decided(place: Place) -> ResponseReturnValue:
    flash("Decided, and in force from now on.")
    where = {"school": place.school.id} if place.school else {"authority": place.authority.id}
    return redirect(url_for("decisions.of_school" if place.school else "decisions.of_authority", **where), 303)
