"""The accounts of parents: who waits for one, approving them, who has one, why somebody has none, and from where they may be used."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from glowlite import gate
from glowlite.models import School
from glowlite.policy import Action
from glowlite.rollout import accounts, networks
from glowlite.rollout.accounts import CannotApprove
from glowlite.rollout.networks import BadNetworks
from glowlite.rollout.steps import NotYet
from glowlite.views.base import me

pages = Blueprint("accounts", __name__)

MOST = 60  # of one kind on the page; a class is always shown whole


class Networks(FlaskForm):
    ranges = TextAreaField("The school’s networks", [Length(max=4000)], render_kw={"rows": 6})


@pages.get("/schools/<int:school>/accounts")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def people(school: School) -> ResponseReturnValue:
    chosen, state = _chosen_class(), request.args.get("state", "")
    found = accounts.listing(school, chosen, state if state in accounts.STATES else "")
    return render_template("pages/accounts.html", school=school, found=found, chosen=chosen, state=state, states=accounts.STATES,
                           most=len(found.waiting) + len(found.accounts) + len(found.left_out) if chosen else MOST)


def _chosen_class() -> str:
    """The class that is looked at."""
    return (request.form.get("shown") or request.args.get("class", "")).strip()[:40].replace("\0", "")


@pages.post("/schools/<int:school>/accounts")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def approve(school: School) -> ResponseReturnValue:
    try:
        made = accounts.approve_all(me(), school, _wanted(school), remote=request.form.get("remote") == "yes")
        names = made[0].user.username if len(made) == 1 else f"{len(made)} accounts"
        flash(f"Approved: {names}. Nobody can sign in before using a code: hand the details over next.")
    except (NotYet, CannotApprove) as stopped:
        flash(str(stopped))
    return _back(school)


def _wanted(school: School) -> list[int]:
    """Those that are ticked, or everyone who waits: of the class, or of the school."""
    if request.form.get("which") in ("class", "all"):
        return accounts.waiting_ids(school, _chosen_class() if request.form["which"] == "class" else "")
    return _numbers("contact")


@pages.post("/schools/<int:school>/accounts/remote")
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def remote(school: School) -> ResponseReturnValue:
    on = request.form.get("remote") == "yes"
    count = accounts.let_in_from_anywhere(me(), school, _numbers("user"), remote=on)
    words = "account works" if count == 1 else "accounts work"
    flash(f"{count} {words} {'from anywhere' if on else 'inside the school only'} from now on." if count else "Nothing was changed. Tick whom you mean first.")
    return _back(school)


@pages.route("/schools/<int:school>/networks", methods=["GET", "POST"])
@gate.needs(Action.APPROVE_ACCOUNTS, "school")
def ranges(school: School) -> ResponseReturnValue:
    form = Networks(ranges=school.networks_text)
    if request.method == "POST" and form.validate():
        try:
            networks.keep(me(), school, form.ranges.data or "")
            flash("Kept. It counts from the next page that somebody opens.")
            return redirect(request.path, 303)
        except BadNetworks as problem:
            form.ranges.errors = [str(problem)]
    return _ranges(school, form), 422 if form.errors else 200


def _ranges(school: School, form: Networks) -> str:
    return render_template("pages/accounts_networks.html", school=school, form=form, here=request.remote_addr,
                           is_inside=networks.is_inside(school, request.remote_addr))


def _numbers(name: str) -> list[int]:
    return [number for number in dict.fromkeys(request.form.getlist(name, type=int)) if 0 < number <= gate.LARGEST_ID]


def _back(school: School) -> ResponseReturnValue:
    """To the list as it was looked at."""
    query: dict[str, Any] = {"class": _chosen_class() or None, "state": request.form.get("state") or None}
    return redirect(url_for("accounts.people", school=school.id, **query), 303)
