"""How far long work is, for the person who started it."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import jobs

pages = Blueprint("jobs", __name__)


@pages.get("/schools/<int:school>/jobs/<int:number>")
@gate.needs(Action.SEE_ROLLOUT, "school")
def page(school: School, number: int) -> ResponseReturnValue:
    job = (number <= gate.LARGEST_ID and jobs.of(current_user.id, school, number)) or abort(404)
    return render_template("pages/job.html", school=school, job=job, is_over=job.state in (jobs.DONE, jobs.FAILED), next_page=jobs.next_page(job))
