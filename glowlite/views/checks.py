"""The check of what a parent meets: running it, its reports on the page and on paper, and its sign-off."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import exposure, gate, paper
from glowlite.exposure import reports
from glowlite.models import ExposureCheck, School
from glowlite.policy import Action, schools_open
from glowlite.rollout import signing
from glowlite.rollout.signing import CannotSign
from glowlite.rollout.steps import NotYet
from glowlite.views.base import me
from glowlite.widgets import WIDGETS

pages = Blueprint("checks", __name__, url_prefix="/schools/<int:school>/checks")

MOST_FOUND = 12


@pages.get("")
@gate.needs(Action.CHECK_EXPOSURE, "school")
def of_school(school: School) -> ResponseReturnValue:
    if request.args.get("check"):  # the way on from a check that has just run
        return redirect(url_for("checks.one", school=school.id, check=_check(school, request.args.get("check", 0, type=int)).id), 303)
    letters = request.args.get("q", "").strip()[:80]
    found = exposure.parents(school, letters) if letters else []
    return render_template("pages/checks.html", school=school, first=reports.first_user(school), letters=letters, found=found[:MOST_FOUND],
                           more=max(0, len(found) - MOST_FOUND), checks=reports.newest(school), signed=signing.last(school, signing.CHECK))


@pages.post("")
@gate.needs(Action.CHECK_EXPOSURE, "school")
def run(school: School) -> ResponseReturnValue:
    user = exposure.parent(school, request.form.get("user", 0, type=int))
    if user is None:
        flash("Nobody was checked: no page of a child here is open to that account.")
        return redirect(url_for("checks.of_school", school=school.id), 303)
    job = exposure.start(me(), school, user, url_for("checks.of_school", school=school.id) + "?check={result}")
    return redirect(url_for("jobs.page", school=school.id, number=job.id), 303)


@pages.get("/<int:check>")
@gate.needs(Action.CHECK_EXPOSURE, "school")
def one(school: School, check: int) -> ResponseReturnValue:
    return _report(_check(school, check))


@pages.get("/<int:check>.pdf")
@gate.needs(Action.CHECK_EXPOSURE, "school")
def printed(school: School, check: int) -> ResponseReturnValue:
    row = _check(school, check)
    response = Response(paper.pdf("check", **_said(row)), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"check-{school.code}-{row.at:%Y-%m-%d}-{row.id}.pdf")
    return response


@pages.post("/<int:check>/sign")
@gate.needs(Action.SIGN_CHECK, "school")
def sign(school: School, check: int) -> ResponseReturnValue:
    row = _check(school, check)
    try:
        reports.sign(me(), row, request.form.get("reason", "")[:1000])
    except (CannotSign, NotYet) as problem:
        return _report(row, str(problem)), 422
    flash("Signed off. Staff can be told now, and then the other parents follow.")
    return redirect(url_for("checks.one", school=school.id, check=row.id), 303)


def _check(school: School, number: int) -> ExposureCheck:
    return (number <= gate.LARGEST_ID and reports.one(school, number)) or abort(404)


def _said(row: ExposureCheck) -> dict[str, object]:
    return {"school": row.school, "check": row, "report": row.report, "kinds": reports.kinds(row), "difference": reports.compared(row), "parts": WIDGETS}


def _report(row: ExposureCheck, problem: str = "") -> str:
    signed = signing.last(row.school, signing.CHECK)
    return render_template("pages/check.html", **_said(row), why_not=reports.why_not_signed(row), problem=problem, signed=signed,
                           may_sign=row.school_id in schools_open(g.viewer, Action.SIGN_CHECK), typed=request.form.get("reason", ""))
