"""What each role may use: the matrix of a school and of the authority, the review of a change, its sign-off, and when parents see what."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from glowlite import clock, gate
from glowlite.models import Authority, School
from glowlite.models.school import Place
from glowlite.policy import Action, Role, schools_open
from glowlite.policy.schedules import MOST_DAYS, SESSIONS
from glowlite.rollout import policies, schedules, signing
from glowlite.rollout.policies import Change, Overtaken
from glowlite.rollout.schedules import TooEarly
from glowlite.views.base import me
from glowlite.widgets import WIDGETS

pages = Blueprint("policies", __name__)

# The widget that shows a component, for asking why somebody sees it.
SHOWN_BY = {widget.needs: key for key, widget in reversed(WIDGETS.items()) if "child" in widget.pages or "home" in widget.pages}
SHOWN_BY[Action.CONDUCT_TEXT] = SHOWN_BY[Action.CONDUCT]


class OpeningForm(FlaskForm):
    component = SelectField("What", choices=[SelectChoice(action.key, action.thing.capitalize()) for action in schedules.openable()],
                            default=Action.RESULTS.key)
    opens_on = DateField("Day", [InputRequired("Say on which day.")])
    opens_at = TimeField("Time", [InputRequired("Say at what time.")])

    def validate_opens_at(self, field: TimeField) -> None:
        if field.data and self.opens_on.data and self.moment <= clock.now():
            raise ValidationError("This moment has passed.")

    @property
    def moment(self) -> datetime:
        """As it is stored, in UTC."""
        return clock.stored(datetime.combine(self.opens_on.data, self.opens_at.data))


class HoldingForm(FlaskForm):
    after_check = BooleanField("Show marks only once the school has checked the register")
    days = IntegerField("Hold praise and behaviour back for so many days", [
        InputRequired("Say how many days; 0 shows it at once."), NumberRange(0, MOST_DAYS, f"0 to {MOST_DAYS} days.")])


class CheckedForm(FlaskForm):
    checked_day = DateField("Day", [InputRequired("Say up to which day.")])
    session = SelectField("Up to the end of the", choices=[SelectChoice(*session) for session in SESSIONS.items()])


class SigningForm(FlaskForm):
    note = TextAreaField("A word about it, if you like", [Length(max=500)], render_kw={"rows": 2})


# --- one school ------------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/policy")
@gate.needs(Action.SIGN_POLICY, "school")
def matrix(school: School) -> ResponseReturnValue:
    return _matrix(Place(school.authority, school))


@pages.post("/schools/<int:school>/policy/review")
@gate.needs(Action.DECIDE_POLICY, "school")
def review(school: School) -> ResponseReturnValue:
    return _review(Place(school.authority, school))


@pages.post("/schools/<int:school>/policy")
@gate.needs(Action.DECIDE_POLICY, "school")
def save(school: School) -> ResponseReturnValue:
    return _save(Place(school.authority, school))


@pages.post("/schools/<int:school>/policy/sign")
@gate.needs(Action.SIGN_POLICY, "school")
def sign(school: School) -> ResponseReturnValue:
    form, place = SigningForm(), Place(school.authority, school)
    if not form.validate():
        return _matrix(place, signing_form=form), 422
    try:
        policies.sign(me(), school, request.form.get("seen", ""), (form.note.data or "").strip())
        flash("Signed off. It counts for as long as nothing of it changes.")
    except Overtaken as problem:
        flash(str(problem))
    return redirect(_address(place), 303)


@pages.post("/schools/<int:school>/policy/opening")
@gate.needs(Action.DECIDE_POLICY, "school")
def opening(school: School) -> ResponseReturnValue:
    form, place = OpeningForm(), Place(school.authority, school)
    if not form.validate():
        return _matrix(place, opening_form=form), 422
    schedules.open_at(me(), school, _component(form.component.data), form.moment)
    return _decided(place)


@pages.post("/schools/<int:school>/policy/opening/<component>")
@gate.needs(Action.DECIDE_POLICY, "school")
def open_now(school: School, component: str) -> ResponseReturnValue:
    schedules.open_now(me(), school, _component(component))
    return _decided(Place(school.authority, school))


@pages.post("/schools/<int:school>/policy/holding")
@gate.needs(Action.DECIDE_POLICY, "school")
def holding(school: School) -> ResponseReturnValue:
    form, place = HoldingForm(), Place(school.authority, school)
    if not form.validate():
        return _matrix(place, holding_form=form), 422
    schedules.hold(me(), school, after_check=form.after_check.data, days=form.days.data)
    return _decided(place)


@pages.post("/schools/<int:school>/policy/registers")
@gate.needs(Action.SIGN_POLICY, "school")
def registers(school: School) -> ResponseReturnValue:
    form, place = CheckedForm(), Place(school.authority, school)
    try:
        if form.validate():
            schedules.check(me(), school, form.checked_day.data, form.session.data)
            return _decided(place, "Parents now see the marks up to there.")
    except TooEarly as problem:
        form.checked_day.errors = [str(problem)]
    return _matrix(place, checked_form=form), 422


# --- all schools -----------------------------------------------------------------------------------------


@pages.get("/authorities/<int:authority>/policy")
@gate.needs(Action.DECIDE_AUTHORITY_POLICY, "authority")
def of_authority(authority: Authority) -> ResponseReturnValue:
    return _matrix(Place(authority))


@pages.post("/authorities/<int:authority>/policy/review")
@gate.needs(Action.DECIDE_AUTHORITY_POLICY, "authority")
def review_for_all(authority: Authority) -> ResponseReturnValue:
    return _review(Place(authority))


@pages.post("/authorities/<int:authority>/policy")
@gate.needs(Action.DECIDE_AUTHORITY_POLICY, "authority")
def save_for_all(authority: Authority) -> ResponseReturnValue:
    return _save(Place(authority))


# --- what both have in common ------------------------------------------------------------------------------


def _role(place: Place) -> Role:
    """The role that is looked at: parents, unless the address or form names another; 404 for one that there is not."""
    roles = policies.roles(place)
    return next((role for role in roles if role == request.values.get("role", roles[0])), None) or abort(404)


def _component(key: str) -> Action:
    return next((action for action in schedules.openable() if action.key == key), None) or abort(404)


def _address(place: Place, role: Role | None = None, step: str = "matrix") -> str:
    """Of the matrix, or of another step that both kinds of place have."""
    if place.school:
        return url_for(f"policies.{step}", school=place.school.id, role=role)
    return url_for({"matrix": "policies.of_authority"}.get(step, f"policies.{step}_for_all"), authority=place.authority.id, role=role)


def _matrix(place: Place, **forms: FlaskForm) -> str:
    role = _role(place)
    cells = policies.column(place, role)
    more = _of_school(place.school, **forms) if place.school and role is policies.roles(place)[0] else {}
    may_decide = place.school is None or place.school.id in schools_open(g.viewer, Action.DECIDE_POLICY)
    return render_template("pages/policies.html", place=place, role=role, columns=policies.roles(place), parts=policies.parts(cells), address=_address,
                           rows=policies.matrix(place), never=policies.never(role), seen=policies.standing(place), may_decide=may_decide, **more)


def _of_school(school: School, **forms: FlaskForm) -> dict[str, Any]:
    """What the page shows below parents only: when they see what, and the sign-off."""
    times, last = schedules.of_school(school), signing.last(school, signing.POLICY)
    day, session = schedules.newest_register()
    ready: dict[str, Any] = {
        "opening_form": OpeningForm(formdata=None),
        "holding_form": HoldingForm(formdata=None, after_check=times.checked is not None, days=times.days),
        "checked_form": CheckedForm(formdata=None, checked_day=day, session=session),
        "signing_form": SigningForm(formdata=None),
    }
    signed = {"last": last, "counts": signing.still_counts(last), "changed": signing.what_changed(last), "parts": policies.signed_for(last)} if last else {}
    return ready | forms | {"times": times, "signed": signed, "to_sign": policies.to_sign(school), "sessions": SESSIONS}


def _wanted(place: Place) -> Change:
    return policies.change(place, _role(place), request.form.to_dict())


def _review(place: Place) -> ResponseReturnValue:
    wanted = _wanted(place)
    if request.form.get("seen") != policies.standing(place):
        return _reviewed(wanted, policies.OVERTAKEN), 409
    if not wanted.settings:
        flash("Nothing would change: everything stands as you chose it.")
        return redirect(_address(place, wanted.role), 303)
    return _reviewed(wanted)


def _reviewed(wanted: Change, problem: str = "") -> str:
    """Whom the change reaches. What is seen is read first: whatever is decided from then on is noticed at the saving."""
    place, seen = wanted.place, policies.standing(wanted.place)
    named = place.school is not None and place.school.id in schools_open(g.viewer, Action.FIND_PEOPLE)
    effects = policies.effects(wanted, named=named)
    return render_template("pages/policies_review.html", place=place, role=wanted.role, settings=wanted.settings, seen=seen, effects=effects,
                           problem=problem, shown_by=SHOWN_BY, address=_address)


def _save(place: Place) -> ResponseReturnValue:
    wanted = _wanted(place)
    try:
        policies.keep(me(), wanted, request.form.get("seen", ""))
    except Overtaken as problem:
        return _reviewed(wanted, str(problem)), 409
    flash(f"Saved. It counts from the next page that {wanted.role.people} open.")
    return redirect(_address(place, wanted.role), 303)


def _decided(place: Place, words: str = "Saved. Parents meet it at their next page.") -> ResponseReturnValue:
    flash(words)
    return redirect(_address(place), 303)
