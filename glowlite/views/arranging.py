"""The page editor: what stands on the pages of a school or the authority for whom, and beside it the page as they would see it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from glowlite import arranging, clock, gate, widgets
from glowlite.arranging import NAMES, Arrangement, Compared, Content, Glance, Person, Place, Placed, Stopped, Wrong
from glowlite.models import Audit, Authority, School, SignOff
from glowlite.policy import Action, Role, Why, pages_of, roles_with_page
from glowlite.rollout import signing
from glowlite.rollout.signing import CannotSign
from glowlite.views.base import me
from glowlite.widgets import WIDGETS, Panel, Subject, Widget

pages = Blueprint("arranging", __name__)

LACKS = {"child": "No child’s page is open to this person.", "group": "No group’s page is open to this person."}
UNPUBLISHED = "Nobody sees this before you publish."


class Asked(NamedTuple):
    """Which page of which place is arranged, for which role, and looked at as whom (0 = whoever is typical)."""

    place: Place
    key: str
    role: Role
    person: int = 0

    @classmethod
    def of(cls, place: Place, key: str) -> "Asked":
        """From the address and the form; 404 for a page or role that there is not."""
        roles = roles_with_page(key, place)
        role = next((role for role in roles if role == request.values.get("role", roles[0])), None) if roles else None
        return cls(place, key, role or abort(404), request.values.get("person", 0, type=int))

    @property
    def name(self) -> str:
        return NAMES[self.key]

    def url(self, view: str = "page", **more: Any) -> str:
        return _address(self.place, view, key=self.key, **more)

    @property
    def here(self) -> dict[str, Any]:
        """What an address needs, to come back to the same role and person."""
        return {"role": self.role.value} | ({"person": self.person} if self.person else {})


def _address(place: Place, view: str, **more: Any) -> str:
    if isinstance(place, School):
        return url_for(f"arranging.{view}", school=place.id, **more)
    return url_for(f"arranging.{view}_of_authority", authority=place.id, **more)


# --- the pages ------------------------------------------------------------------------------------


@pages.get("/schools/<int:school>/pages")
@gate.needs(Action.ARRANGE_PAGES, "school")
def index(school: School) -> ResponseReturnValue:
    return _index(school)


@pages.get("/authorities/<int:authority>/pages")
@gate.needs(Action.ARRANGE_AUTHORITY_PAGE, "authority")
def index_of_authority(authority: Authority) -> ResponseReturnValue:
    return _index(authority)


@pages.get("/schools/<int:school>/pages/<key>")
@gate.needs(Action.ARRANGE_PAGES, "school")
def page(school: School, key: str) -> ResponseReturnValue:
    return _editor(Asked.of(school, key))


@pages.get("/authorities/<int:authority>/pages/<key>")
@gate.needs(Action.ARRANGE_AUTHORITY_PAGE, "authority")
def page_of_authority(authority: Authority, key: str) -> ResponseReturnValue:
    return _editor(Asked.of(authority, key))


@pages.post("/schools/<int:school>/pages/<key>/changes")
@gate.needs(Action.ARRANGE_PAGES, "school")
def change(school: School, key: str) -> ResponseReturnValue:
    return _pressed(Asked.of(school, key))


@pages.post("/authorities/<int:authority>/pages/<key>/changes")
@gate.needs(Action.ARRANGE_AUTHORITY_PAGE, "authority")
def change_of_authority(authority: Authority, key: str) -> ResponseReturnValue:
    return _pressed(Asked.of(authority, key))


@pages.post("/schools/<int:school>/pages/sign")
@gate.needs(Action.SIGN_PAGES, "school")
def sign(school: School) -> ResponseReturnValue:
    note, seen = request.form.get("note", "").strip()[:LONGEST_NOTE], request.form.get("seen", "")
    try:
        signing.sign(me(), school, signing.PAGES_STEP, note, seen=seen)
    except CannotSign as stopped:
        return _index(school, str(stopped)), 409
    flash("Signed off. It counts until the pages of parents are arranged anew.")
    return redirect(url_for("arranging.index", school=school.id), 303)


# --- all pages of a place, and who answers for them ------------------------------------------------------


LONGEST_NOTE = 200


class Standing(NamedTuple):
    """How the sign-off of parents' pages stands. meets: page -> what is on it for parents. seen: stands for all of this."""

    last: SignOff | None
    counts: bool
    changed: list[str]
    meets: dict[str, list[str]]
    seen: str


def _index(place: Place, wrong: str = "") -> str:
    arrangements = [Arrangement.of(place, key) for key in pages_of(place)]
    standing = _standing(place) if isinstance(place, School) else None
    return render_template("pages/arrange_index.html", place=place, names=NAMES, arrangements=arrangements, roles=roles_with_page,
                           address=_address, standing=standing, wrong=wrong)


def _standing(school: School) -> Standing:
    last, facts = signing.last(school, signing.PAGES_STEP), signing.rests_on(school, signing.PAGES_STEP)
    counts = last is not None and signing.still_counts(last)
    meets = {NAMES[key]: [WIDGETS[widget].title for widget, _ in row if widget in WIDGETS] for key, row in facts["pages"].items()}
    return Standing(last, counts, signing.what_changed(last) if last and not counts else [], meets, signing.digest(facts))


# --- what each button does, and the sentence that says so ----------------------------------------------


def _put(asked: Asked, content: Content, widget: str) -> str:
    part = WIDGETS.get(widget)
    if part is None:
        raise Stopped("There is no such part.")
    refused = arranging.refusals(asked.place, asked.role, asked.key, [part])
    if refused:
        raise Stopped(refused[part.key].sentence)
    arranging.put(content, asked.role, widget)
    return f"{_title(widget)} is on the page now, at the end"


def _step(by: int, words: str) -> Callable[[Asked, Content, str], str]:
    def alter(asked: Asked, content: Content, widget: str) -> str:
        arranging.step(content, asked.role, widget, by)
        return f"{_title(widget)} {words}"

    return alter


def _move(asked: Asked, content: Content, widget: str) -> str:
    to = request.form.get("to", type=int)
    arranging.move(content, asked.role, widget, abort(404) if to is None else to)
    return f"{_title(widget)} is number {[placed.widget for placed in content[asked.role]].index(widget) + 1} now"


def _turn(on: bool, words: str) -> Callable[[Asked, Content, str], str]:
    def alter(asked: Asked, content: Content, widget: str) -> str:
        arranging.turn(content, asked.role, widget, on=on)
        return f"{_title(widget)} {words}"

    return alter


def _take_off(asked: Asked, content: Content, widget: str) -> str:
    arranging.take_off(content, asked.role, widget)
    return f"{_title(widget)} is off the page"


def _set_options(asked: Asked, content: Content, widget: str) -> str:
    part = WIDGETS.get(widget) or abort(404)
    arranging.set_options(content, asked.role, widget, arranging.options_from(part, _given()))
    return f"The options of {part.title} are set"


def _take_layout(asked: Asked, content: Content, _: str) -> str:
    offered = {layout.key: layout for layout in arranging.layouts(asked.place, asked.key, asked.role)}
    layout = offered.get(request.form.get("layout", "")) or abort(404)
    arranging.lay_out(content, asked.role, layout.row)
    return f"The page for {asked.role.people} is as in the layout “{layout.name}” now"


def _take_default(asked: Asked, content: Content, _: str) -> str:
    default = Arrangement.of(asked.place, asked.key).default
    arranging.lay_out(content, asked.role, abort(404) if default is None else default[asked.role])
    return f"The page for {asked.role.people} is as {arranging.authority_of(asked.place).name} set it up now"


_CHANGES: dict[str, Callable[[Asked, Content, str], str]] = {
    "put": _put, "take-off": _take_off, "move": _move, "up": _step(-1, "moved up"), "down": _step(1, "moved down"),
    "on": _turn(True, "is switched on"), "off": _turn(False, "is switched off"),
    "options": _set_options, "layout": _take_layout, "default": _take_default,
}


def _title(widget: str) -> str:
    return WIDGETS[widget].title if widget in WIDGETS else "It"


def _given() -> dict[str, str]:
    """The options as they were typed."""
    return {name.removeprefix("option."): value for name, value in request.form.items() if name.startswith("option.")}


def _publish(asked: Asked) -> str:
    arranging.publish(me(), asked.place, asked.key, _stamp())
    return f"{asked.name} is published. People see it from now on."


def _discard(asked: Asked) -> str:
    arranging.discard(asked.place, asked.key, _stamp())
    return "The draft is thrown away. Below is what people see now."


def _bring_back(asked: Asked) -> str:
    number = request.form.get("number", 0, type=int)
    arranging.bring_back(me(), asked.place, asked.key, _stamp(), number)
    return f"Version {number} is your draft now. Nobody sees it before you publish."


_WHOLE: dict[str, Callable[[Asked], str]] = {"publish": _publish, "discard": _discard, "bring-back": _bring_back}


def _pressed(asked: Asked) -> Any:
    """Do what the button says and show the page; or say why not, with what was typed kept."""
    do, widget = request.form.get("do", "move"), request.form.get("widget", "")
    if do not in _WHOLE | _CHANGES:
        abort(404)
    try:
        said = _WHOLE[do](asked) if do in _WHOLE else _change(asked, _CHANGES[do], widget)
    except Wrong as wrong:
        return _editor(asked, str(wrong), widget, _given(), wrong.words), 422
    except Stopped as stopped:
        return _editor(asked, str(stopped), widget, _given() if do == "options" else None), 409
    if _by_htmx():
        return _editor(asked, said)
    flash(said)
    return redirect(asked.url(**asked.here, _anchor=f"arrange-{widget}" if widget else None), 303)


def _change(asked: Asked, alter: Callable[[Asked, Content, str], str], widget: str) -> str:
    said: list[str] = []
    arranging.change(me(), asked.place, asked.key, _stamp(), lambda content: said.append(alter(asked, content, widget)))
    return f"{said[0]}. {UNPUBLISHED}"


def _stamp() -> str:
    return request.form.get("stamp", "")


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


# --- what the editor shows ------------------------------------------------------------------------------


@dataclass
class Row:
    """A widget in the list. refused: why nobody in the role sees it. values, wrong, is_open: of the form for its options."""

    widget: Widget
    is_on: bool
    refused: Why | None
    values: dict[str, Any]
    wrong: dict[str, str] = field(default_factory=dict)
    is_open: bool = False


def _editor(asked: Asked, said: str = "", widget: str = "", given: dict[str, str] | None = None, wrong: dict[str, str] | None = None) -> str:
    arrangement = Arrangement.of(asked.place, asked.key)
    people = arranging.people(g.viewer, asked.place, asked.role, asked.key)
    asked = asked._replace(person=asked.person if asked.person in {person.id for person in people} else 0)
    rows = _rows(asked, arrangement.content[asked.role])
    for row in rows:
        if row.widget.key == widget and given is not None:
            row.values, row.wrong, row.is_open = _typed(row.widget, given), wrong or {}, True
    return render_template(
        "parts/arrange_editor.html" if _by_htmx() else "pages/arrange.html", asked=asked, arrangement=arrangement, rows=rows, said=said,
        spare=_spare(asked, rows), people=people, roles=roles_with_page(asked.key, asked.place), preview=_preview(asked, arrangement, people),
        layouts=_layouts(asked, arrangement), compared=_compared(asked, arrangement), index=_address(asked.place, "index"),
        authority=arranging.authority_of(asked.place), summary=arranging.summary(arrangement.published, arrangement.content, WIDGETS))


def _rows(asked: Asked, row: list[Placed]) -> list[Row]:
    known = [(WIDGETS[placed.widget], placed) for placed in row if placed.widget in WIDGETS]
    refused = arranging.refusals(asked.place, asked.role, asked.key, [widget for widget, _ in known])
    return [Row(widget, placed.is_on, refused.get(widget.key), _values(widget, placed.options)) for widget, placed in known]


def _spare(asked: Asked, rows: list[Row]) -> list[Row]:
    """What could stand on this page and does not; what is refused comes last."""
    placed = {row.widget.key for row in rows}
    spare = [widget for widget in WIDGETS.values() if asked.key in widget.pages and widget.key not in placed]
    refused = arranging.refusals(asked.place, asked.role, asked.key, spare)
    found = [Row(widget, False, refused.get(widget.key), {}) for widget in spare]
    return sorted(found, key=lambda row: (row.refused is not None, row.widget.title))


class Offered(NamedTuple):
    """A layout to begin from. titles: its parts in order. is_here: is it just what stands there now?"""

    key: str
    name: str
    about: str
    titles: list[str]
    fits: bool
    is_here: bool


def _layouts(asked: Asked, arrangement: Arrangement) -> list[Offered]:
    return [Offered(layout.key, layout.name, layout.about, [_title(placed.widget) for placed in layout.row], layout.fits,
                    layout.row == arrangement.content[asked.role])
            for layout in arranging.layouts(asked.place, asked.key, asked.role)]


def _compared(asked: Asked, arrangement: Arrangement) -> list[Compared]:
    """With the authority's default, part by part; nothing where this is the default itself."""
    if arrangement.default is None:
        return []
    return arranging.compare(arrangement.content[asked.role], arrangement.default[asked.role], WIDGETS)


def _values(widget: Widget, options: dict[str, Any]) -> dict[str, Any]:
    return {name: options.get(name, option.default) for name, option in widget.options.items()}


def _typed(widget: Widget, given: dict[str, str]) -> dict[str, Any]:
    return {name: name in given if option.kind == "yes-no" else given.get(name, "") for name, option in widget.options.items()}


# --- the page as they would see it ----------------------------------------------------------------------


class Preview(NamedTuple):
    """parts: panels in order, or the widget alone where the editor may not see what they see. empty: what would show nothing.

    about: whose page it is. lacks: why there is no such page for this person. may_see: may the editor see real people's pages?
    """

    person: Person | None
    about: str
    lacks: str
    may_see: bool
    parts: list[Panel | Widget]
    empty: list[Widget]


def _preview(asked: Asked, arrangement: Arrangement, people: list[Person]) -> Preview:
    """Through the one door to widgets, with the draft in the place of what is published. Nothing is written but who looked."""
    person = next((person for person in people if person.id == asked.person), next(iter(people), None))
    glance = arranging.glance(g.viewer, asked.place, asked.role, person)
    on = [WIDGETS[placed.widget] for placed in arrangement.content[asked.role] if placed.is_on and placed.widget in WIDGETS]
    refused = arranging.refusals(asked.place, asked.role, asked.key, on)
    on = [widget for widget in on if widget.key not in refused]
    subject = widgets.first_page(glance, asked.key, asked.place)
    shown = {panel.widget.key: panel for panel in _panels(glance, asked, subject, arrangement)}
    if person:
        _record(asked, person, subject)
    parts = [shown.get(widget.key, widget) for widget in on if widget.key in shown or glance.hides(asked.role, widget.needs)]
    lacks = LACKS[asked.key] if person and not _has_subject(asked, subject) else ""
    empty = [widget for widget in on if widget.key not in shown and widget not in parts]
    return Preview(person, _about(subject), lacks, arranging.sees_families(g.viewer, asked.place), parts, empty)


def _about(subject: Subject) -> str:
    """What a page is about, in words; nothing for a home page."""
    if subject.group:
        return f"The page of {subject.group.name}"
    return f"{subject.children[0].name}’s page" if subject.page != "home" and subject.children else ""


def _has_subject(asked: Asked, subject: Subject) -> bool:
    return asked.key not in LACKS or bool(subject.children or subject.group)


def _panels(glance: Glance, asked: Asked, subject: Subject, arrangement: Arrangement) -> list[Panel]:
    has_subject = _has_subject(asked, subject)
    rows = [(school, asked.role.value, placed.widget, json.dumps(placed.options)) for placed in arrangement.content[asked.role] for school in subject.schools
            if placed.is_on and placed.widget in WIDGETS and (has_subject or WIDGETS[placed.widget].needs.subject is School)]
    return widgets.panels(glance, replace(subject, arranged=tuple(rows)))


def _record(asked: Asked, person: Person, subject: Subject) -> None:
    """Write down who looked at whose page, and which children were on it: once for each time one turns to it, not with every change."""
    looked = repr((str(clock.today()), asked.place.id, asked.key, asked.role.value, person.id, [child.id for child in subject.children]))
    if session.get("looked") != looked:
        gate.record_reading(subject.children, f"preview of {asked.key} as {asked.role.value}, user {person.id}")
        Audit.write(me(), "looked at page as", f"{asked.key} as {asked.role.value}: {person.name}"[:120], school=subject.schools.get(asked.place.id))
        session["looked"] = looked


def still(html: str) -> Markup:
    """A page to look at only: its links, buttons and forms do nothing, for they would act as whoever looks."""
    def without_actions(tag: re.Match[str]) -> str:
        quiet = re.sub(r'\s(href|action|method|hx-[a-z:-]+|accesskey)="[^"]*"', "", tag[0])
        return re.sub(r"^<(button|input|select|textarea)\b", r"<\1 disabled", quiet)

    return Markup(re.sub(r"<[a-z][^>]*>", without_actions, html))  # noqa: S704


pages.add_app_template_filter(still)
