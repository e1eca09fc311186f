"""Life after: leavers, accounts that nothing opens any more, who has never signed in, and who turns 16 or 18."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action, parenthood
from glowlite.rollout import life

pages = Blueprint("life", __name__)


@pages.get("/schools/<int:school>/life")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def page(school: School) -> ResponseReturnValue:
    return render_template("pages/life.html", school=school, grace=parenthood.grace_days(school), leavers=life.leavers(school), closed=life.closed(school),
                           moved=life.moved(school), waiting=life.never_signed_in(school), birthdays=life.birthdays(school),
                           is_scottish=life.is_scottish(school))
