"""The head's decisions about single links: the list of those that stand, and deciding about one."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from glowlite import clock, gate
from glowlite.models import Link, School
from glowlite.policy import Action, schools_open
from glowlite.rollout import link_decisions
from glowlite.rollout.link_decisions import LONGEST, CannotDecide
from glowlite.views.base import me, without_nul

pages = Blueprint("link_decisions", __name__)

OPEN, SHUT = "open", "shut"
ORDERS = {True: "yes", False: "no", None: "blank"}  # a court order, as the form says what the head saw


class Decision(FlaskForm):
    says = RadioField("What is decided", [InputRequired("Choose one of the two.")], choices={OPEN: "Open", SHUT: "Shut"})
    knows = BooleanField("I have read the court order, or asked whether there is one, and it allows this")
    reason = TextAreaField("Why", [InputRequired("Say why; whoever looks at it again has to know."), Length(max=2000)],
                           filters=[without_nul], render_kw={"rows": 3})
    review_on = DateField("To be looked at again on", [InputRequired("Say on which day it is looked at again.")])
    order = HiddenField()

    def validate_knows(self, field: BooleanField) -> None:
        if self.says.data == OPEN and self.order.data != ORDERS[False] and not field.data:
            raise ValidationError("To open this link, say that you know what the court ordered.")

    def validate_review_on(self, field: DateField) -> None:
        if field.data and not clock.today() < field.data <= clock.today() + LONGEST:
            raise ValidationError("Choose a day after today and within a year.")


@pages.get("/schools/<int:school>/link-decisions")
@gate.needs(Action.SEE_LINK_DECISIONS, "school")
def standing(school: School) -> ResponseReturnValue:
    return render_template("pages/link_decisions.html", school=school, standing=link_decisions.standing(school),
                           orders=link_decisions.orders_waiting([school.id]), may_decide=school.id in schools_open(g.viewer, Action.DECIDE_LINK))


@pages.get("/schools/<int:school>/links/<int:link>/decision")
@gate.needs(Action.DECIDE_LINK, "school")
def page(school: School, link: int) -> ResponseReturnValue:
    found = _link(school, link)
    gate.record_reading([found.pupil], request.path)
    return _page(school, found, Decision(formdata=None, order=ORDERS[found.court_order]))


@pages.post("/schools/<int:school>/links/<int:link>/decision")
@gate.needs(Action.DECIDE_LINK, "school")
def decide(school: School, link: int) -> ResponseReturnValue:
    found, form = _link(school, link), Decision()
    problem = _decide(found, form) if form.validate() else ""
    if problem or form.errors:
        return _page(school, found, form, problem), 422
    flash(f"Decided about {found.contact.name} and {found.pupil.name}, and in force from now on.")
    return redirect(url_for("link_decisions.standing", school=school.id), 303)


@pages.post("/schools/<int:school>/links/<int:link>/decision/back")
@gate.needs(Action.DECIDE_LINK, "school")
def take_back(school: School, link: int) -> ResponseReturnValue:
    found = _link(school, link)
    link_decisions.take_back(me(), found)
    flash(f"The decision about {found.contact.name} and {found.pupil.name} is taken back. The MIS and the school’s rule decide again.")
    return redirect(url_for("link_decisions.standing", school=school.id), 303)


def _link(school: School, number: int) -> Link:
    return (number <= gate.LARGEST_ID and link_decisions.of(school, number)) or abort(404)


def _decide(link: Link, form: Decision) -> str:
    """What stopped it; empty when it is decided."""
    word = form.order.data or "nothing"
    seen = {said: order for order, said in ORDERS.items()}.get(word, word)
    given: dict[str, Any] = {"reason": form.reason.data.strip(), "review_on": form.review_on.data, "order_seen": seen}
    try:
        link_decisions.decide(me(), link, opens=form.says.data == OPEN, **given)
    except CannotDecide as problem:
        return str(problem)
    return ""


def _page(school: School, link: Link, form: Decision, problem: str = "") -> str:
    """The page as the MIS stands now: what the head sees is what the next answer rests on."""
    form.order.data = ORDERS[link.court_order]
    return render_template("pages/link_decision.html", school=school, form=form, problem=problem, outlook=link_decisions.outlook(link),
                           is_over=link_decisions.is_over(link))
