"""Why somebody sees something or not, who sees it, and for each person why they do not see it themselves."""

from typing import NamedTuple

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from glowlite import gate, people, reach, widgets
from glowlite.models import Group, Post, Pupil, School, User
from glowlite.people import ACCOUNT, CONTACT, PUPIL, STAFF, Found, Person
from glowlite.policy import Action, Why
from glowlite.views.base import me
from glowlite.widgets import WIDGETS, Widget

pages = Blueprint("why", __name__)

MOST_CHOICES = 12


class Pick(NamedTuple):
    """One field in which to find somebody: what was typed, who matches, how many more, and who is chosen."""

    name: str
    typed: str
    found: list[Found]
    more: int
    chosen: Person | None

    @property
    def pupil(self) -> Pupil | None:
        return self.chosen.pupil if self.chosen else None


@pages.get("/schools/<int:school>/why")
@gate.needs(Action.ASK_WHY, "school")
def why(school: School) -> ResponseReturnValue:
    adult = _pick(school, "adult", ACCOUNT, CONTACT, STAFF)
    child = _pick(school, "child", PUPIL)
    group = _chosen_group(child)
    answer = _answer(school, adult.chosen, child.pupil, group)
    gate.record_reading([child.pupil] if answer and child.pupil else [], request.path)
    return render_template("pages/why.html", school=school, adult=adult, child=child, group=group, groups=_groups(child), what=_what(),
                           parts=WIDGETS, posts=reach.posts_at(g.viewer, school), answer=answer)


@pages.get("/schools/<int:school>/who-sees")
@gate.needs(Action.ASK_WHY, "school")
def who_sees(school: School) -> ResponseReturnValue:
    post, part = _post(school, request.args.get("post", "")), WIDGETS.get(request.args.get("widget", ""))
    if any(request.args.get(name) for name in ("post", "widget")) and not (post or part):
        abort(404)
    found = reach.who_sees_post(post, school) if post else reach.who_sees_part(part, school) if part else None
    return render_template("pages/who_sees.html", school=school, parts=WIDGETS, posts=reach.posts_at(g.viewer, school), post=post, part=part, found=found)


@pages.get("/why-not")
@gate.needs(Action.ASK_WHY_NOT_ME)
def why_not() -> ResponseReturnValue:
    family = widgets.home_of(g.viewer)
    parts = [part for part in WIDGETS.values() if "child" in part.pages or "home" in part.pages]
    missing = {child.id: reach.missing(me(), child, parts) for child in family.children}
    closed = {child.id: reach.closed_groups(g.viewer, child) for child in family.children}
    held = {number: _held(family.schools[number], parts) for number in family.schools}
    return render_template("pages/why_not.html", family=family, missing=missing, closed=closed, held=held)


def _held(school: School, parts: list[Widget]) -> dict[str, str]:
    """Title -> what the school holds back for a while of a part that is open."""
    waits = {part.title: g.viewer.held_back(school, part.needs).words for part in parts}
    return {title: words for title, words in waits.items() if words}


# --- what was chosen in the form ----------------------------------------------------------------------------


def _pick(school: School, name: str, *kinds: str) -> Pick:
    """The person chosen under this name; when nobody is yet, the only one whom the letters fit."""
    typed, key = request.args.get(f"{name}-letters", "").strip()[:80], request.args.get(name, "")
    found = people.find(school, typed, kinds=kinds) if typed else []
    if typed and key not in [one.key for one in found]:
        key = found[0].key if len(found) == 1 else ""
    chosen = people.by_key(school, key) if key.partition("-")[0] in kinds else None
    return Pick(name, typed, found[:MOST_CHOICES], max(0, len(found) - MOST_CHOICES), chosen)


def _what() -> str:
    """What is asked about: page, a widget's key, post-7 or group."""
    return request.args.get("what", "page")


def _groups(child: Pick) -> list[Group]:
    return reach.groups_of(child.pupil) if child.pupil else []


def _chosen_group(child: Pick) -> Group | None:
    number = request.args.get("group", "")
    return next((group for group in _groups(child) if str(group.id) == number), None)


def _post(school: School, number: str) -> Post | None:
    known = number.isascii() and number.isdigit() and int(number) <= gate.LARGEST_ID
    return reach.post_at(g.viewer, school, int(number)) if known else None


def _answer(school: School, adult: Person | None, child: Pupil | None, group: Group | None) -> Why | None:
    """The answer to the question in the form, once it is complete."""
    what, post = _what(), _post(school, _what().removeprefix("post-"))
    if adult is None or (child is None and post is None):
        return None
    if adult.user is None:
        return _without_account(adult, child)
    return _about(school, adult.user, child, what, post, group)


def _without_account(adult: Person, child: Pupil | None) -> Why:
    if child and adult.contacts:
        return reach.why_not_without_account(adult.contacts[0], child)
    return reach.no_account(adult.name)


def _about(school: School, user: User, child: Pupil | None, what: str, post: Post | None, group: Group | None) -> Why | None:
    if post:
        return reach.why_post(user, post, school)
    if child is None:
        return None
    if what == "group" and group:
        return reach.why_group(user, group)
    part = WIDGETS.get(what)
    return reach.why_part(user, child, part, group) if part else reach.why_child(user, child)
