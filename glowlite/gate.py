"""Hides what happens around every request: who is asking, CSRF, @needs or @public, the record or 404, the reading log, safe headers."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, logout_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException

from glowlite import agreement, clock, db
from glowlite.models import Group, Pupil, Reading, School, User
from glowlite.policy import PARENT_HAT, STAFF_HAT, Action, Viewer, can_for_themselves, one_allowed
from glowlite.rollout import networks

View = TypeVar("View", bound=Callable[..., Any])

NO_DEVICES = "microphone=(), geolocation=(), browsing-topics=()"
WITH_CAMERA = f"camera=(self), {NO_DEVICES}"  # of the one page that may ask for it
LARGEST_ID = 2**31 - 1  # what an id column holds; a longer number in an address is nobody's

csrf = CSRFProtect()
logins = LoginManager()
limiter = Limiter(key_func=get_remote_address)


class Access(NamedTuple):
    """What a view declares: an action, and the name of the address's part that says which record; no action = public."""

    action: Action | None
    record: str | None = None
    before_new_password: bool = False
    before_agreement: bool = False
    most_bytes: int | None = None


class UndeclaredView(Exception):
    """A view without @needs or @public; the site does not start."""


def needs(action: Action, record: str | None = None, *, before_new_password: bool = False, before_agreement: bool = False,
          most_bytes: int | None = None) -> Callable[[View], View]:
    """Declare what a view needs. The view receives the record that policy let through in place of its number.

    before_new_password: also open to someone who must first choose a new password. before_agreement: also to a parent who
    has not accepted the acceptable use policy yet. most_bytes: how large a form may be here.
    """

    def declare(view: View) -> View:
        view.access = Access(action, record, before_new_password, before_agreement, most_bytes)  # type: ignore[attr-defined]
        return view

    return declare


def public(view: View) -> View:
    """Declare that a view is open to anyone, signed in or not."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def refuse_undeclared_views(app: Flask) -> None:
    """Raise UndeclaredView when a route says neither @needs nor @public."""
    missing = [rule.rule for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access")]
    if missing:
        raise UndeclaredView(f"Say @needs(Action.…) or @public for: {', '.join(sorted(missing))}")


def guard(app: Flask) -> None:
    """Put the gate around an app."""
    app.before_request(open_gate)
    csrf.init_app(app)
    logins.init_app(app)
    limiter.init_app(app)
    logins.user_loader(User.of_session)
    app.after_request(add_safe_headers)
    app.after_request(record_what_was_read)
    app.teardown_request(lambda error: request.close())  # what was uploaded lies in files


def longest_body(app: Flask) -> Callable[[dict[str, Any]], int]:
    """For a request that has not been read yet: how many bytes its view takes. Uploads are only for who has a session."""

    def longest(environ: dict[str, Any]) -> int:
        usual: int = app.config["MAX_CONTENT_LENGTH"]
        if f"{app.config['SESSION_COOKIE_NAME']}=" not in environ.get("HTTP_COOKIE", ""):
            return usual
        try:
            endpoint, _ = app.url_map.bind_to_environ(environ).match()
        except HTTPException:
            return usual
        access: Access = getattr(app.view_functions[endpoint], "access")  # noqa: B009 - Flask does not know that views declare it
        return access.most_bytes or usual

    return longest


def open_gate() -> Response | None:
    """Runs before every view: nothing reaches a view that did not come through here."""
    db.open_for_request()
    view = current_app.view_functions.get(request.endpoint or "")
    access: Access | None = getattr(view, "access", None)
    if access is None or access.action is None:
        return None
    request.max_content_length = access.most_bytes or current_app.config["MAX_CONTENT_LENGTH"]
    if not current_user.is_authenticated:
        return _elsewhere(url_for("session.sign_in", next=_way_back()))
    try:
        g.viewer = viewer_here(current_user, session.get("hat"), _last_visit())
    except KeptOut as reason:
        return _shown_out(str(reason))
    if current_user.must_change_password and not access.before_new_password:
        return _elsewhere(url_for("password.change"))
    if not access.before_agreement and agreement.to_accept(g.viewer):
        return _elsewhere(url_for("agreement.page", next=_way_back()))
    _fetch_record(access.action, access.record)
    return None


CLOSED = "Your account is not open at the moment. Please ring the school office; they can tell you why."


class KeptOut(Exception):
    """This person may not be here, at the moment or from where they are; the message says so to them."""


def viewer_here(user: User, hat: str | None = None, last_visit: datetime | None = None) -> Viewer:
    """Who this person is, from the address they come from. Raises KeptOut when no role is left to them, or no way from there."""
    viewer = Viewer.of(user, hat, last_visit)
    if not viewer.held:
        raise KeptOut(CLOSED)
    stopped = networks.keeps_out(user, viewer.schools.values(), request.remote_addr) if viewer.hat == PARENT_HAT else ""
    if not stopped:
        return viewer
    if STAFF_HAT not in viewer.hats:
        raise KeptOut(stopped)
    if hat == PARENT_HAT:
        flash(stopped)
        session["hat"] = STAFF_HAT
    return replace(viewer, hat=STAFF_HAT)


def kept_out(user: User) -> str:
    """Why this person may not come in now, in a sentence for them; empty when they may."""
    try:
        viewer_here(user)
    except KeptOut as reason:
        return str(reason)
    return ""


def _shown_out(reason: str) -> Response:
    """End the session here and say why where one signs in."""
    logout_user()
    session.clear()
    flash(reason)
    response = _elsewhere(url_for("session.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


VISIT = timedelta(hours=1)


def _last_visit() -> datetime | None:
    """When this person was here before this visit; None on the very first. A visit is an hour from its first page."""
    now = clock.now()
    begun, before = session.get("visit", (None, None))
    if begun is None or now - datetime.fromisoformat(begun) > VISIT:
        before = current_user.last_visit and current_user.last_visit.isoformat()
        session["visit"] = (now.isoformat(), before)
        User.update(last_visit=now).where(User.id == current_user.id).execute()
    return datetime.fromisoformat(before) if before else None


def _fetch_record(action: Action, part: str | None) -> None:
    """Put the record that policy lets this viewer have into the view's arguments; 404 when there is none."""
    if part is None:
        if not can_for_themselves(g.viewer, action):
            abort(404)
        return
    arguments = request.view_args or {}
    number = arguments[part]
    record = one_allowed(g.viewer, action, number) if number <= LARGEST_ID else None
    if record is None:
        abort(404)
    request.view_args = {**arguments, part: record}
    if isinstance(record, Pupil):
        g.about_to_read = record


def _elsewhere(address: str) -> Response:
    """Send a page elsewhere, whether it was asked for by the browser or by htmx."""
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)  # type: ignore[return-value]


def _way_back() -> str | None:
    """The page to return to after signing in; a fragment's is the page it was asked from, never the bare fragment."""
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        return f"{page.path}?{page.query}" if page.query else page.path or None
    is_page = request.method == "GET" and request.path != "/" and "/widgets/" not in request.path
    return request.full_path.rstrip("?") if is_page else None


def way_on() -> str:
    """Where the person wanted to go before they were stopped, if that is a page of this site; else home, or what welcomes a new parent."""
    wanted = request.args.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith("//") and wanted.isprintable() and "\\" not in wanted
    return wanted if inside else url_for("welcome.details" if _is_new() else "home.home")


def _is_new() -> bool:
    """A parent whose first ten minutes are still to come?"""
    if current_user.welcomed is not None:
        return False
    viewer = g.get("viewer") or Viewer.of(current_user, session.get("hat"))
    return can_for_themselves(viewer, Action.BEGIN)


def seconds_to_wait() -> int:
    """How long the limit that this request ran into still holds."""
    limit = limiter.current_limit
    return max(1, round(limit.reset_at - time.time())) if limit else 60


# --- the reading log ---------------------------------------------------------------------------------


def record_what_was_read(response: Response) -> Response:
    """Write down the child whose record a view received, when it answered with something about them; if that fails, no page leaves."""
    child = g.pop("about_to_read", None)
    if child and response.status_code < 400:
        record_reading([child], request.path)
    return response


def record_reading(children: list[Pupil], page: str) -> None:
    """Write down that this person reads about these children."""
    for child in children:
        Reading.write(g.viewer.user_id, child.id, page)


def record_reading_of_home(children: list[Pupil]) -> None:
    """The same for a home page, once a day and browser: the signed cookie remembers, so that reading it again needs no writing."""
    read = f"{clock.today()}:{','.join(str(child.id) for child in children)}"
    if children and session.get("home_read") != read:
        record_reading(children, "/")
        session["home_read"] = read


def record_reading_of_group(children: list[Pupil], group: Group) -> None:
    """The same for a group's page, which says what one's own children there were set."""
    record_reading(children, f"/groups/{group.id}")


# --- pages that have not changed ----------------------------------------------------------------------


def unless_unchanged(schools: list[School], children: list[Pupil], render: Callable[[], str]) -> Response | str:
    """Answer 304 without rendering when nothing that the page could show has changed since this browser fetched it."""
    if session.get("_flashes"):
        return render()
    tag = _version_of(schools, children)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(render(), mimetype="text/html")
    response.set_etag(tag, weak=True)
    return response


def _version_of(schools: list[School], children: list[Pupil]) -> str:
    """Everything a page depends on: who looks, under which hat, at whom, the day, what was decided, and each school's stamp."""
    generate_csrf()  # the page's forms carry this session's token, so another session's page is another page
    facts = (current_app.config["BUILD"], session["csrf_token"], current_user.get_id(), g.viewer.hat, clock.today(), request.full_path,
             "HX-Request" in request.headers, sorted((*key, *decision) for key, decision in g.viewer.decisions.items()),
             [(school.id, school.stamp, *_news_of(school)) for school in schools], [child.id for child in children])
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]


def _news_of(school: School) -> tuple[datetime | None, datetime | None]:
    """When the news of a school last changed by the clock; and, if that is new to this person, since when they have not looked."""
    turn, before = school.last_turn(clock.now()), g.viewer.last_visit
    return turn, before if turn and before and turn > before else None


# --- headers --------------------------------------------------------------------------------------------


def add_safe_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", (  # a view may be stricter
        "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
        f"style-src 'self' 'sha256-{current_app.config['STYLE_HASH']}'; base-uri 'none'; frame-ancestors 'none'"))
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Permissions-Policy", f"camera=(), {NO_DEVICES}")
    headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in headers else "no-store")
    headers.add("Vary", "HX-Request")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
