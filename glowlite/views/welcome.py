"""The first ten minutes of a parent, and whenever they want them again: are the details right, and a tour of their own pages."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, StringField, TelField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from glowlite import gate, widgets
from glowlite.models import Contact, Pupil
from glowlite.policy import Action
from glowlite.rollout import corrections, welcome
from glowlite.rollout.corrections import FIELDS, LONGEST
from glowlite.views.base import me

pages = Blueprint("welcome", __name__, url_prefix="/welcome")

SHORT = Length(max=LONGEST, message=f"Please use at most {LONGEST} characters.")


class Details(FlaskForm):
    """How a parent's own record should be; filled with how it is. The gate has looked at the token."""

    class Meta:
        csrf = False

    title = StringField(FIELDS["title"], [SHORT])
    forename = StringField(FIELDS["forename"], [SHORT])
    surname = StringField(FIELDS["surname"], [InputRequired("A surname is needed."), SHORT])
    email = EmailField(FIELDS["email"], [Optional(), SHORT, Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message="An e-mail address has an @ and a dot.")])
    mobile = TelField(FIELDS["mobile"], [SHORT])
    phone = TelField(FIELDS["phone"], [SHORT])
    address = StringField(FIELDS["address"], [SHORT])
    postcode = StringField(FIELDS["postcode"], [SHORT])
    everywhere = BooleanField("Tell the other school the same")

    @property
    def said(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in FIELDS}


# --- are the details right? -------------------------------------------------------------------------------


@pages.get("/details")
@gate.needs(Action.CORRECT_DETAILS)
def details() -> ResponseReturnValue:
    return _details()


@pages.post("/details/<int:contact>")
@gate.needs(Action.CORRECT_DETAILS)
def correct(contact: int) -> ResponseReturnValue:
    records = corrections.own_records(g.viewer)
    record = next((one for one in records if one.id == contact), None) or abort(404)
    form = Details(prefix=f"{contact}-")
    if not form.validate():
        return _details(form), 422
    count = corrections.say(me(), record, form.said, also=records if form.everywhere.data else [])
    flash("The school office has been told. It looks at it and changes its own records; until then the old details stay." if count
          else "That is what the school has already; nothing needs to be changed.")
    return redirect(url_for("welcome.details"), 303)


@pages.post("/details/right")
@gate.needs(Action.CORRECT_DETAILS)
def all_right() -> ResponseReturnValue:
    corrections.confirm(me(), corrections.own_records(g.viewer))
    if current_user.welcomed is None:
        return redirect(url_for("welcome.tour"), 303)
    flash("Thank you. It is good to know that the school can reach you.")
    return redirect(url_for("home.home"), 303)


def _details(sent: Details | None = None) -> str:
    """sent: the form that somebody filled in, to be shown again with what is wrong."""
    records = corrections.own_records(g.viewer)
    said = corrections.of_records(records)
    forms = {record.id: sent if sent and sent._prefix == f"{record.id}-" else _filled(record, said[record.id]) for record in records}
    return render_template("pages/details.html", records=records, said=said, forms=forms, labels=FIELDS, sent=sent, repeated=corrections.repeated(records),
                           offices={record.school_id: record.school for record in records}.values(), family=widgets.home_of(g.viewer))


def _filled(record: Contact, said: list[corrections.Correction]) -> Details:
    """With what the school holds, or what the parent has said instead."""
    held = {name: getattr(record, name) for name in FIELDS} | {one.field: one.after for one in said if one.state == corrections.OPEN}
    return Details(formdata=None, prefix=f"{record.id}-", data=held | {"everywhere": True})


# --- the tour -----------------------------------------------------------------------------------------------


class Card(NamedTuple):
    """One of the four. panel: a part of the very page, as it is now; None where nothing is open there yet."""

    title: str
    panel: widgets.Panel | None = None
    children: tuple[Pupil, ...] = ()
    way: str = ""
    way_words: str = ""


@pages.get("/tour")
@gate.needs(Action.BEGIN)
def tour() -> ResponseReturnValue:
    number = min(max(request.args.get("card", 1, type=int), 1), len(CARDS))
    family = widgets.home_of(g.viewer)
    card = CARDS[number - 1](family)
    gate.record_reading([*card.children], request.path)
    return render_template("pages/tour.html", card=card, number=number, last=len(CARDS), family=family)


@pages.post("/done")
@gate.needs(Action.BEGIN)
def done() -> ResponseReturnValue:
    welcome.finish(me())
    return redirect(url_for("home.home"), 303)


def _home(family: widgets.Subject) -> Card:
    panel = _first_of(family, ("today", "timetable", "calendar", "source"))
    return Card("Your home page", panel, (*panel.ask.children,) if panel else (), url_for("home.home"), "Open your home page")


def _child(family: widgets.Subject) -> Card:
    child = next(iter(family.children), None)
    if child is None:
        return Card("A page for each child")
    panel = _first_of(widgets.child_page(child, family), ("homework", "timetable", "attendance", "results", "conduct"))
    return Card(f"A page about {child.first_name}", panel, (child,), url_for("children.page", child=child.id), f"Open {child.first_name}’s page")


def _news(family: widgets.Subject) -> Card:
    panel = _first_of(family, ("news", "calendar"))
    return Card("News and dates", panel, (), url_for("home.home", _anchor=f"w-{panel.widget.key}") if panel else "", "Open it on your home page")


def _wrong(family: widgets.Subject) -> Card:
    return Card("When something is missing or wrong", None, (), url_for("why.why_not"), "Open “Why don’t I see…?”")


CARDS: tuple[Callable[[widgets.Subject], Card], ...] = (_home, _child, _news, _wrong)


def _first_of(subject: widgets.Subject, keys: tuple[str, ...]) -> widgets.Panel | None:
    """The first of these parts that this parent has on that page."""
    return next((panel for key in keys if (panel := widgets.panel(g.viewer, subject, key))), None)
