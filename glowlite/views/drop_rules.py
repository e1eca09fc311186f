"""When a drop waits for a person, is late, and how long raw files stay: chosen by a school, within what the authority allows."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from glowlite import gate
from glowlite.mis import drop_rules
from glowlite.mis.drop_rules import MEASURED, UTMOST, Bounds, DropRules
from glowlite.models import Authority, School
from glowlite.policy import Action
from glowlite.views.base import me

pages = Blueprint("drop_rules", __name__)

UNITS = {"share": "Per cent", "number": "And in number"}
DAYS = {"late_after_days": "School days without a drop until it counts as late", "keep_raw_days": "Days for which the files from the MIS are kept"}
LABELS = {f"{what}_{unit}": words for what in MEASURED for unit, words in UNITS.items()} | DAYS
ENDS = {"lowest": "From", "highest": "up to"}


# --- forms --------------------------------------------------------------------------------------------------


def _number(label: str, bounds: Bounds) -> IntegerField:
    words = f"Type a number from {bounds.lowest} to {bounds.highest}." if bounds.lowest < bounds.highest else f"Only {bounds.lowest} is possible here."
    return IntegerField(label, [InputRequired(words), NumberRange(*bounds, words)])


def _rules_form(school: School) -> FlaskForm:
    """A field for each number, from where to where the authority lets it go; filled with what is in force, or with what was sent."""
    fields = {name: _number(LABELS[name], bounds) for name, bounds in drop_rules.bounds_of(school.authority).items()}
    return type("RulesForm", (FlaskForm,), fields)(obj=drop_rules.of(school))


class _BoundsForm(FlaskForm):
    """Two fields for each number: the lowest and the highest that a school may choose."""

    def validate(self, extra_validators: Any = None) -> bool:
        """The lowest is not above the highest."""
        is_valid = super().validate(extra_validators)
        for name in UTMOST:
            lowest, highest = self[f"{name}_lowest"], self[f"{name}_highest"]
            if is_valid and lowest.data > highest.data:
                highest.errors = [*highest.errors, "This must not be below the first number."]
        return not self.errors

    @property
    def bounds(self) -> dict[str, tuple[int, int]]:
        return {name: (self[f"{name}_lowest"].data, self[f"{name}_highest"].data) for name in UTMOST}


def _bounds_form(authority: Authority) -> _BoundsForm:
    fields = {f"{name}_{end}": _number(ENDS[end], bounds) for name, bounds in UTMOST.items() for end in ENDS}
    data = {f"{name}_{end}": getattr(bounds, end) for name, bounds in drop_rules.bounds_of(authority).items() for end in ENDS}
    return type("BoundsForm", (_BoundsForm,), fields)(data=data)


# --- one school ----------------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/drops/rules")
@gate.needs(Action.SET_DROPS, "school")
def of_school(school: School) -> ResponseReturnValue:
    return _page(school, _rules_form(school), drop_rules.of(school))


@pages.post("/schools/<int:school>/drops/rules")
@gate.needs(Action.SET_DROPS, "school")
def decide(school: School) -> ResponseReturnValue:
    form = _rules_form(school)
    if not form.validate():
        return _page(school, form, drop_rules.of(school)), 422
    wanted = {name: form[name].data for name in UTMOST}
    if request.form.get("do") == "show":
        return _page(school, form, DropRules(**wanted), is_trial=True)
    drop_rules.decide(me(), school, wanted)
    flash("Saved. It counts from the next drop.")
    return redirect(url_for("drop_rules.of_school", school=school.id), 303)


def _page(school: School, form: FlaskForm, rules: DropRules, *, is_trial: bool = False) -> str:
    """With what these rules would have meant for the last drops."""
    past = drop_rules.looking_back(school, rules)
    return render_template("pages/drop_rules.html", school=school, form=form, measured=MEASURED, days=DAYS, past=past, is_trial=is_trial,
                           bounds=drop_rules.bounds_of(school.authority), most=drop_rules.highest(past))


# --- all schools ----------------------------------------------------------------------------------------------


@pages.get("/authorities/<int:authority>/drops/rules")
@gate.needs(Action.SET_AUTHORITY_DROPS, "authority")
def of_authority(authority: Authority) -> ResponseReturnValue:
    return _page_of_all(authority, _bounds_form(authority))


@pages.post("/authorities/<int:authority>/drops/rules")
@gate.needs(Action.SET_AUTHORITY_DROPS, "authority")
def decide_for_all(authority: Authority) -> ResponseReturnValue:
    form = _bounds_form(authority)
    if not form.validate():
        return _page_of_all(authority, form), 422
    drop_rules.decide_bounds(me(), authority, form.bounds)
    flash("Saved. It counts at every school from the next drop.")
    return redirect(url_for("drop_rules.of_authority", authority=authority.id), 303)


def _page_of_all(authority: Authority, form: FlaskForm) -> str:
    return render_template("pages/drop_bounds.html", authority=authority, form=form, measured=MEASURED, days=DAYS, units=UNITS, utmost=UTMOST,
                           usual=drop_rules.USUAL)
