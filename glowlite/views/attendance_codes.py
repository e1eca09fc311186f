"""What attendance codes mean: the table a school uses, the codes that nobody has explained, and those of the school's own."""

from collections import Counter

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from glowlite import attendance, clock, code_tables, gate
from glowlite.attendance import SIGNS
from glowlite.code_tables import LONGEST_CODE, LONGEST_WORDS, Meaning, NotPossible
from glowlite.models import Authority, OwnCode, School
from glowlite.models.school import CATEGORIES
from glowlite.policy import Action
from glowlite.views.base import me, without_nul

pages = Blueprint("attendance_codes", __name__)


class OwnCodeForm(FlaskForm):
    """A code, what it means, and how it counts."""

    code = StringField("Code", [InputRequired("Type the code."), Length(max=LONGEST_CODE, message=f"A code has at most {LONGEST_CODE} characters.")],
                       filters=[without_nul])
    words = StringField("What it means", [InputRequired("Say what it means."), Length(max=LONGEST_WORDS)], filters=[without_nul])
    category = RadioField("How it counts", [InputRequired("Choose how it counts.")], choices=[SelectChoice(one, SIGNS[one][1]) for one in CATEGORIES])


# --- one school ----------------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/attendance-codes")
@gate.needs(Action.SET_CODES, "school")
def of_school(school: School) -> ResponseReturnValue:
    return _page(school)


@pages.post("/schools/<int:school>/attendance-codes")
@gate.needs(Action.SET_CODES, "school")
def choose(school: School) -> ResponseReturnValue:
    wanted = without_nul(request.form.get("table"))
    if wanted is None:
        return _page(school, "Choose a table."), 422
    try:
        code_tables.choose(me(), school, wanted)
    except NotPossible as problem:
        return _page(school, str(problem)), 422
    flash(f"{school.name} uses the table “{code_tables.title(school.code_table)}”. Pages and percentages follow it at once.")
    return redirect(url_for("attendance_codes.of_school", school=school.id), 303)


def _page(school: School, message: str = "") -> str:
    came = code_tables.occurrences(school)
    found, numbers = attendance.fits(school, came), Counter[str]()
    for one in came:
        numbers[one.code] += one.number
    return render_template("pages/attendance_codes.html", school=school, fits=found, better=attendance.better(found, school), numbers=numbers,
                           unknown=code_tables.unknown(school, came), own=code_tables.own_codes(school), kinds=_by_kind(school), signs=SIGNS,
                           title=code_tables.title, origin=code_tables.origin(school), message=message)


def _by_kind(school: School) -> list[tuple[str, list[Meaning]]]:
    """The codes in force by how they count; those that have ended come last of their kind."""
    today = clock.today()
    rows = [one for some in code_tables.meanings(school).values() for one in some]
    kinds = [(kind, sorted((one for one in rows if one.category == kind), key=lambda one: one.until < today)) for kind in CATEGORIES]
    return [(kind, some) for kind, some in kinds if some]


# --- codes of the school's own ---------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/attendance-codes/own")
@gate.needs(Action.SET_CODES, "school")
def ask(school: School) -> ResponseReturnValue:
    code = (without_nul(request.args.get("code")) or "")[:LONGEST_CODE]
    own = next((one for one in code_tables.own_codes(school) if one.code == code), None)
    return _asked(school, OwnCodeForm(formdata=None, obj=own, code=code), own)


@pages.post("/schools/<int:school>/attendance-codes/own")
@gate.needs(Action.SET_CODES, "school")
def keep(school: School) -> ResponseReturnValue:
    form = OwnCodeForm()
    if not form.validate():
        return _asked(school, form), 422
    try:
        own = code_tables.name_own(me(), school, form.code.data, form.words.data, form.category.data)
    except NotPossible as problem:
        return _asked(school, form, message=str(problem)), 422
    flash(f"{own.code} is now: {own.words}. Pages and percentages follow it at once.")
    return redirect(url_for("attendance_codes.of_school", school=school.id), 303)


@pages.post("/schools/<int:school>/attendance-codes/own/<int:number>/end")
@gate.needs(Action.SET_CODES, "school")
def end(school: School, number: int) -> ResponseReturnValue:
    own = next((one for one in code_tables.own_codes(school) if one.id == number), None) or abort(404)
    code_tables.take_away(me(), own)
    flash(f"{own.code} is no longer explained. Where it comes up, families read “not yet known”.")
    return redirect(url_for("attendance_codes.of_school", school=school.id), 303)


def _asked(school: School, form: OwnCodeForm, own: OwnCode | None = None, message: str = "") -> str:
    """With what has come of the code, and where there is one, what the school has said of it."""
    typed = (form.code.data or "").strip()
    came = next((one for one in code_tables.unknown(school) if one.code == typed), None)
    return render_template("pages/attendance_code.html", school=school, form=form, own=own, came=came, message=message, signs=SIGNS, title=code_tables.title)


# --- all schools ----------------------------------------------------------------------------------------------


@pages.get("/authorities/<int:authority>/attendance-codes")
@gate.needs(Action.SET_AUTHORITY_CODES, "authority")
def of_authority(authority: Authority) -> ResponseReturnValue:
    return _page_of_all(authority)


@pages.post("/authorities/<int:authority>/attendance-codes")
@gate.needs(Action.SET_AUTHORITY_CODES, "authority")
def choose_for_all(authority: Authority) -> ResponseReturnValue:
    try:
        changed = code_tables.choose_for_all(me(), authority, without_nul(request.form.get("table")) or "")
    except NotPossible as problem:
        return _page_of_all(authority, str(problem)), 422
    flash(f"Saved. {len(changed) or 'No'} {'school has' if len(changed) == 1 else 'schools have'} another table now than before.")
    return redirect(url_for("attendance_codes.of_authority", authority=authority.id), 303)


def _page_of_all(authority: Authority, message: str = "") -> str:
    return render_template("pages/attendance_codes_of_all.html", authority=authority, tables=code_tables.names(), title=code_tables.title, message=message,
                           schools=code_tables.of_schools(authority), followers=list(code_tables.followers(authority)), origin=code_tables.origin)
