"""Hides how a parent's way through the site is followed: signed in as them, in this very process, every address once, and nothing of it is kept."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_options_header
from werkzeug.routing import BuildError, Rule
from werkzeug.test import Client, TestResponse

from glowlite import agreement, clock, db
from glowlite.exposure import files
from glowlite.exposure.reading import Document, bare, plain, read
from glowlite.models import Contact, School, User, UserContact
from glowlite.policy import PARENT_HAT, Viewer

MOST_PAGES = 600
MOST_ALIKE = 8  # of one page with other values in its address, such as month after month
AT_ONCE = 25  # addresses in one transaction: others may have to wait with their writing meanwhile
HERE = "http://localhost"
READABLE = ("text/", "application/json", "application/xml")
FOUND, GUESSED = "link", "guess"

Things = dict[str, list[Any]]  # by the name of an address's part: what stands there


class Guessable(NamedTuple):
    """What somebody could put into an address: records of others, and their own with parts that may not be there."""

    others: Things
    own: Things


class CannotCheck(Exception):
    """This account cannot be signed in with; the message says why."""


@dataclass
class Page:
    """What one address gave. by: found as a link, or guessed. raw: as it came, or its words when it is a file; file: its name then.

    data: a file that is still to be read. left: why somebody has to look at it.
    """

    address: str
    endpoint: str
    arguments: dict[str, Any]
    status: int
    mime: str
    by: str
    document: Document
    raw: str = ""
    file: str = ""
    to: str = ""
    data: bytes = b""
    left: list[str] = field(default_factory=list)

    def open_file(self) -> None:
        """Read what is attached; it may take a moment, in which nobody should have to wait with their writing."""
        if self.data:
            contents = files.read(self.data, self.mime)
            self.document, self.raw, self.left, self.data = bare(contents.pieces), contents.text, contents.left, b""


@dataclass
class Walk:
    """Everything that was followed. alike: addresses left out because eight like them were seen. refused: guesses that opened nothing."""

    pages: list[Page] = field(default_factory=list)
    alike: int = 0
    refused: int = 0
    stopped: str = ""


def follow(user: User, school: School, prepare: Callable[[], Guessable], *, until: Callable[[Page], bool] = lambda page: False,
           told: Callable[[int], None] = lambda done: None) -> Walk:
    """Everything that this parent of this school reaches by following, and then what they could guess.

    prepare: writes what is to be there meanwhile, and says what could be guessed. until: stops the walk when it says so of a page.
    """
    walk = Walk()
    for page in _pages(walk, user, school, prepare):
        page.open_file()
        walk.pages.append(page)
        told(len(walk.pages))
        if until(page):
            break
        if len(walk.pages) >= MOST_PAGES:
            walk.stopped = f"The check stopped after {MOST_PAGES} pages; what lies beyond was not looked at."
            break
    walk.refused = sum(page.by == GUESSED and page.status >= 400 for page in walk.pages)
    walk.pages = [page for page in walk.pages if page.by == FOUND or page.status < 300]
    if walk.pages and urlsplit(walk.pages[0].to).path == "/sign-in":
        raise CannotCheck("This account does not get past the sign-in page. It may be locked, or no link opens a child to it.")
    return walk


def _pages(walk: Walk, user: User, school: School, prepare: Callable[[], Guessable]) -> Iterator[Page]:
    """In small transactions that are rolled back: first what is linked, then the guesses."""
    trail = _Trail(walk)
    while trail.waiting:
        yield from _in_one(user, school, prepare, lambda browser, guessable: trail.some(browser))
    number, left = 0, 1
    while left > 0:
        def guess(browser: "_Browser", guessable: Guessable, number: int = number) -> list[Page]:
            nonlocal left
            addresses = [address for address in guesses(guessable) if address not in trail.known]
            left = len(addresses) - number - AT_ONCE
            return [browser.get(address, by=GUESSED) for address in addresses[number:number + AT_ONCE]]

        yield from _in_one(user, school, prepare, guess)
        number += AT_ONCE


def _in_one(user: User, school: School, prepare: Callable[[], Guessable], look: Callable[["_Browser", Guessable], list[Page]]) -> list[Page]:
    with db.undone():
        _let_in(user, school)
        guessable = prepare()
        return look(_Browser(user), guessable)


def _let_in(user: User, school: School) -> None:
    """As a parent of this school only, past everything that is asked of them first: how they came so far is no secret of anybody's."""
    elsewhere = Contact.select(Contact.id).where(Contact.school != school)
    UserContact.delete().where(UserContact.user == user, UserContact.contact.in_(elsewhere)).execute()
    User.update(must_change_password=False, remote_access=True, welcomed=clock.now()).where(User.id == user.id).execute()
    agreement.accept(user, agreement.to_accept(Viewer.of(User.get_by_id(user.id), PARENT_HAT)))


class _Trail:
    """What is still to be followed, each address once."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.known, self.alike = walk, {"/"}, Counter[Any]()
        self.waiting = deque([("/", False)])

    def some(self, browser: "_Browser") -> list[Page]:
        pages: list[Page] = []
        while self.waiting and len(pages) < AT_ONCE:
            address, by_htmx = self.waiting.popleft()
            page = browser.get(address, by_htmx=by_htmx)
            pages.append(page)
            for way in page.document.ways:
                self._add(urljoin(HERE + address, way.address), way.by_htmx)
            if page.to:
                self._add(urljoin(HERE + address, page.to), by_htmx=False)
        return pages

    def _add(self, whole: str, by_htmx: bool) -> None:
        parts = urlsplit(whole)
        address = f"{parts.path or '/'}?{parts.query}".rstrip("?")
        if f"{parts.scheme}://{parts.netloc}" != HERE or parts.path.startswith("/static/") or address in self.known:
            return
        self.known.add(address)
        kind = (parts.path, frozenset(one.partition("=")[0] for one in parts.query.split("&")))
        self.alike[kind] += 1
        if parts.query and self.alike[kind] > MOST_ALIKE:
            self.walk.alike += 1
        else:
            self.waiting.append((address, by_htmx))


class _Browser:
    """Signed in without a password, and below `Turns`: the request that asked for the check has its turn already."""

    def __init__(self, user: User) -> None:
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self.client = Client(partial(Flask.wsgi_app, self.app))
        serializer = self.app.session_interface.get_signing_serializer(self.app)
        session = serializer.dumps({"_user_id": User.get_by_id(user.id).get_id(), "_fresh": True, "hat": PARENT_HAT})
        self.client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], session)
        self.routes = self.app.url_map.bind("localhost")

    def get(self, address: str, *, by_htmx: bool = False, by: str = FOUND) -> Page:
        """One address, in a context and a savepoint of its own, so that nothing leaks into the request around the check."""
        headers = {"HX-Request": "true"} if by_htmx else {}
        endpoint, arguments = self._route(address)
        try:
            with db.undone():
                answer: TestResponse = Context().run(self.client.get, address, headers=headers)
        except Exception:  # noqa: BLE001 - a page that breaks altogether is for the report
            return Page(address, endpoint, arguments, 500, "", by, plain(""))
        mime = answer.mimetype or ""
        how, options = parse_options_header(answer.headers.get("Content-Disposition", ""))
        is_file = answer.status_code == 200 and (how == "attachment" or not mime.startswith((*READABLE, "image/")))
        raw = answer.get_data().decode(errors="replace") if mime.startswith(READABLE) and not is_file else ""
        unread = by == GUESSED and answer.status_code >= 300  # what did not open
        document = plain("") if unread else read(raw) if mime == "text/html" else plain(raw)
        to = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
        return Page(address, endpoint, arguments, answer.status_code, mime, by, document, raw, options.get("filename", ""), to,
                    answer.get_data() if is_file else b"")

    def _route(self, address: str) -> tuple[str, dict[str, Any]]:
        try:
            endpoint, arguments = self.routes.match(unquote(urlsplit(address).path), method="GET")
        except HTTPException:
            return "", {}
        return str(endpoint), dict(arguments)


def guesses(guessable: Guessable) -> list[str]:
    """What somebody may type who knows how addresses are made: every page there is about others, and every part about their own."""
    rules = [rule for rule in current_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    found = [address for rule in rules for address in _built(rule, guessable.others, anything=[1])]
    found += [address for rule in rules if rule.arguments and rule.arguments <= guessable.own.keys() for address in _built(rule, guessable.own)]
    return list(dict.fromkeys(found))


def _built(rule: Rule, things: Things, anything: list[Any] | None = None) -> Iterator[str]:
    names, routes = sorted(rule.arguments), current_app.url_map.bind("localhost")
    for values in product(*(things.get(name, anything or []) for name in names)):
        try:
            yield routes.build(rule.endpoint, dict(zip(names, values, strict=True)), method="GET")
        except (BuildError, ValueError):
            continue
