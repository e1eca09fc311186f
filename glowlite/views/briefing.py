"""What parents can see, told to staff: the briefing, who has read it, and the page of a group as parents see it."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from glowlite import clock, gate, paper
from glowlite.arranging import NAMES
from glowlite.models import Audit, Group, School
from glowlite.policy import Action
from glowlite.rollout import briefing
from glowlite.stand_in import as_parents as drawn_as_parents
from glowlite.views.base import me
from glowlite.widgets import WIDGETS

pages = Blueprint("briefing", __name__)

OVERTAKEN = "What parents can see has just changed. Below is what holds now; please look at it and confirm again."


@pages.get("/schools/<int:school>/briefing")
@gate.needs(Action.READ_BRIEFING, "school")
def page(school: School) -> ResponseReturnValue:
    return render_template("pages/briefing.html", **_said(school))


@pages.post("/schools/<int:school>/briefing")
@gate.needs(Action.READ_BRIEFING, "school")
def confirm(school: School) -> ResponseReturnValue:
    done = briefing.confirm(me(), school, request.form.get("version", ""))
    flash("Thank you. It is written down that you know what parents can see." if done else OVERTAKEN)
    return redirect(url_for("briefing.page", school=school.id), 303)


@pages.get("/schools/<int:school>/briefing.pdf")
@gate.needs(Action.READ_BRIEFING, "school")
def printed(school: School) -> ResponseReturnValue:
    response = Response(paper.pdf("briefing", **_said(school)), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"what-parents-see-{school.code}.pdf")
    return response


@pages.get("/schools/<int:school>/briefing/staff")
@gate.needs(Action.TELL_STAFF, "school")
def staff(school: School) -> ResponseReturnValue:
    return render_template("pages/briefing_staff.html", school=school, people=briefing.staff(school), version=briefing.version(school),
                           without_account=briefing.without_account(school))


@pages.post("/schools/<int:school>/briefing/staff/<int:user>")
@gate.needs(Action.TELL_STAFF, "school")
def told(school: School, user: int) -> ResponseReturnValue:
    teacher = next((one.user for one in briefing.staff(school) if one.user.id == user), None) or abort(404)
    done = briefing.confirm(teacher, school, request.form.get("version", ""), told_by=me())
    flash(f"Recorded: you told {teacher.name} in person." if done else OVERTAKEN)
    return redirect(url_for("briefing.staff", school=school.id), 303)


@pages.get("/groups/<int:group>/as-parents")
@gate.needs(Action.SEE_AS_PARENTS, "group")
def as_parents(group: Group) -> ResponseReturnValue:
    _record(group)
    taught, = briefing.as_parents_meet(group.school, [group])
    return drawn_as_parents(group, lambda panels: render_template("pages/as_parents.html", group=group, taught=taught, panels=panels, parts=WIDGETS))


def _said(school: School) -> dict[str, object]:
    reader = me()
    return {"school": school, "now": briefing.of_school(school), "groups": briefing.groups_of(reader, school), "version": briefing.version(school),
            "reading": briefing.reading(reader, school), "changes": briefing.changes(reader, school), "parts": WIDGETS, "names": NAMES}


def _record(group: Group) -> None:
    """Write down who looked at which group's page with parents' eyes; once for each time one turns to it."""
    looked = repr((str(clock.today()), "as parents", group.id))
    if session.get("looked") != looked:
        Audit.write(me(), "looked at page as", f"{group.name} as its parents", school=group.school)
        session["looked"] = looked
