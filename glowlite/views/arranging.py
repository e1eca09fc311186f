"""The page editor: what stands on a school's pages for whom, and beside it the page as they would see it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from glowlite import arranging, clock, gate, widgets
from glowlite.arranging import NAMES, Arrangement, Content, Glance, Person, Placed, Stopped, Wrong
from glowlite.models import Audit, School
from glowlite.policy import PAGES, Action, Role, Why, roles_with_page
from glowlite.widgets import WIDGETS, Panel, Subject, Widget

pages = Blueprint("arranging", __name__, url_prefix="/schools/<int:school>/pages")

LACKS = {"home": "", "child": "No child’s page is open to this person.", "group": "No group’s page is open to this person."}


class Asked(NamedTuple):
    """Which page of which school is arranged, for which role, and looked at as whom (0 = whoever is typical)."""

    school: School
    key: str
    role: Role
    person: int = 0

    @classmethod
    def of(cls, school: School, key: str) -> "Asked":
        """From the address and the form; 404 for a page or role that there is not."""
        roles = roles_with_page(key)
        role = next((role for role in roles if role == request.values.get("role", roles[0])), None) if roles else None
        return cls(school, key, role or abort(404), request.values.get("person", 0, type=int))

    @property
    def name(self) -> str:
        return NAMES[self.key]

    def url(self, view: str = "page", **more: Any) -> str:
        return url_for(f"arranging.{view}", school=self.school.id, key=self.key, **more)

    @property
    def here(self) -> dict[str, Any]:
        """What an address needs, to come back to the same role and person."""
        return {"role": self.role.value} | ({"person": self.person} if self.person else {})


# --- the pages ------------------------------------------------------------------------------------


@pages.get("")
@gate.needs(Action.ARRANGE_PAGES, "school")
def index(school: School) -> ResponseReturnValue:
    arrangements = [Arrangement.of(school, key) for key in PAGES]
    return render_template("pages/arrange_index.html", school=school, names=NAMES, arrangements=arrangements, roles=roles_with_page)


@pages.get("/<key>")
@gate.needs(Action.ARRANGE_PAGES, "school")
def page(school: School, key: str) -> ResponseReturnValue:
    return _editor(Asked.of(school, key))


@pages.post("/<key>/changes")
@gate.needs(Action.ARRANGE_PAGES, "school")
def change(school: School, key: str) -> ResponseReturnValue:
    asked, widget = Asked.of(school, key), request.form.get("widget", "")
    alter = _CHANGES.get(request.form.get("do", "move")) or abort(404)
    return _tried(asked, lambda: _change(asked, lambda content: alter(asked, content, widget)), widget)


@pages.post("/<key>/options")
@gate.needs(Action.ARRANGE_PAGES, "school")
def options(school: School, key: str) -> ResponseReturnValue:
    asked, widget = Asked.of(school, key), request.form.get("widget", "")
    part = WIDGETS.get(widget) or abort(404)
    given = {name.removeprefix("option."): value for name, value in request.form.items() if name.startswith("option.")}
    return _tried(asked, lambda: _set_options(asked, part, given), widget, given)


@pages.post("/<key>/publish")
@gate.needs(Action.ARRANGE_PAGES, "school")
def publish(school: School, key: str) -> ResponseReturnValue:
    return _tried(Asked.of(school, key), lambda: _publish(school, key))


@pages.post("/<key>/discard")
@gate.needs(Action.ARRANGE_PAGES, "school")
def discard(school: School, key: str) -> ResponseReturnValue:
    return _tried(Asked.of(school, key), lambda: _discard(school, key))


@pages.post("/<key>/versions/<int:number>")
@gate.needs(Action.ARRANGE_PAGES, "school")
def bring_back(school: School, key: str, number: int) -> ResponseReturnValue:
    return _tried(Asked.of(school, key), lambda: _bring_back(school, key, number))


# --- what each button does, and the sentence that says so ----------------------------------------------


def _put(asked: Asked, content: Content, widget: str) -> str:
    part = WIDGETS.get(widget)
    if part is None:
        raise Stopped("There is no such part.")
    refused = arranging.refusals(asked.school, asked.role, asked.key, [part])
    if refused:
        raise Stopped(refused[part.key].sentence)
    arranging.put(content, asked.role, widget)
    return "is on the page now, at the end"


def _step(by: int, words: str) -> Callable[[Asked, Content, str], str]:
    def alter(asked: Asked, content: Content, widget: str) -> str:
        arranging.step(content, asked.role, widget, by)
        return words

    return alter


def _move(asked: Asked, content: Content, widget: str) -> str:
    to = request.form.get("to", type=int)
    arranging.move(content, asked.role, widget, abort(404) if to is None else to)
    return f"is number {[placed.widget for placed in content[asked.role]].index(widget) + 1} now"


def _turn(on: bool, words: str) -> Callable[[Asked, Content, str], str]:
    def alter(asked: Asked, content: Content, widget: str) -> str:
        arranging.turn(content, asked.role, widget, on=on)
        return words

    return alter


def _take_off(asked: Asked, content: Content, widget: str) -> str:
    arranging.take_off(content, asked.role, widget)
    return "is off the page"


_CHANGES: dict[str, Callable[[Asked, Content, str], str]] = {
    "put": _put, "take-off": _take_off, "move": _move, "up": _step(-1, "moved up"), "down": _step(1, "moved down"),
    "on": _turn(True, "is switched on"), "off": _turn(False, "is switched off"),
}


def _change(asked: Asked, alter: Callable[[Content], str]) -> str:
    said: list[str] = []
    arranging.change(_me(), asked.school, asked.key, _stamp(), lambda content: said.append(alter(content)))
    widget = WIDGETS.get(request.form.get("widget", ""))
    return f"{widget.title if widget else 'It'} {said[0]}. Nobody sees this before you publish."


def _set_options(asked: Asked, part: Widget, given: dict[str, str]) -> str:
    values = arranging.options_from(part, given)
    arranging.change(_me(), asked.school, asked.key, _stamp(), lambda content: arranging.set_options(content, asked.role, part.key, values))
    return f"The options of {part.title} are set. Nobody sees this before you publish."


def _publish(school: School, key: str) -> str:
    arranging.publish(_me(), school, key, _stamp())
    return f"{NAMES[key]} is published. People see it from now on."


def _discard(school: School, key: str) -> str:
    arranging.discard(school, key, _stamp())
    return "The draft is thrown away. Below is what people see now."


def _bring_back(school: School, key: str, number: int) -> str:
    arranging.bring_back(_me(), school, key, _stamp(), number)
    return f"Version {number} is your draft now. Nobody sees it before you publish."


def _tried(asked: Asked, act: Callable[[], str], widget: str = "", given: dict[str, str] | None = None) -> Any:
    """Do it and show the page; or say why not, with what was typed kept."""
    try:
        said = act()
    except Wrong as wrong:
        return _editor(asked, str(wrong), widget, given, wrong.words), 422
    except Stopped as stopped:
        return _editor(asked, str(stopped), widget, given), 409
    if _by_htmx():
        return _editor(asked, said)
    flash(said)
    return redirect(asked.url(**asked.here, _anchor=f"arrange-{widget}" if widget else None), 303)


def _me() -> Any:
    return current_user._get_current_object()


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
    arrangement = Arrangement.of(asked.school, asked.key)
    people = arranging.people(g.viewer, asked.school, asked.role, asked.key)
    asked = asked._replace(person=asked.person if asked.person in {person.id for person in people} else 0)
    rows = _rows(asked, arrangement.content[asked.role])
    for row in rows:
        if row.widget.key == widget and given is not None:
            row.values, row.wrong, row.is_open = _typed(row.widget, given), wrong or {}, True
    return render_template(
        "parts/arrange_editor.html" if _by_htmx() else "pages/arrange.html", asked=asked, arrangement=arrangement, rows=rows, said=said,
        spare=_spare(asked, rows), people=people, roles=roles_with_page(asked.key), preview=_preview(asked, arrangement, people),
        summary=arranging.summary(arrangement.published, arrangement.content, WIDGETS))


def _rows(asked: Asked, row: list[Placed]) -> list[Row]:
    known = [(WIDGETS[placed.widget], placed) for placed in row if placed.widget in WIDGETS]
    refused = arranging.refusals(asked.school, asked.role, asked.key, [widget for widget, _ in known])
    return [Row(widget, placed.is_on, refused.get(widget.key), _values(widget, placed.options)) for widget, placed in known]


def _spare(asked: Asked, rows: list[Row]) -> list[Row]:
    """What could stand on this page and does not; what is refused comes last."""
    placed = {row.widget.key for row in rows}
    spare = [widget for widget in WIDGETS.values() if asked.key in widget.pages and widget.key not in placed]
    refused = arranging.refusals(asked.school, asked.role, asked.key, spare)
    found = [Row(widget, False, refused.get(widget.key), {}) for widget in spare]
    return sorted(found, key=lambda row: (row.refused is not None, row.widget.title))


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
    glance = arranging.glance(g.viewer, asked.school, asked.role, person)
    on = [WIDGETS[placed.widget] for placed in arrangement.content[asked.role] if placed.is_on and placed.widget in WIDGETS]
    refused = arranging.refusals(asked.school, asked.role, asked.key, on)
    on = [widget for widget in on if widget.key not in refused]
    subject = widgets.first_page(glance, asked.key, asked.school)
    shown = {panel.widget.key: panel for panel in _panels(glance, asked, subject, arrangement)}
    if person:
        _record(asked, person, subject)
    parts = [shown.get(widget.key, widget) for widget in on if widget.key in shown or not glance.schools_for(asked.role, widget.needs)]
    lacks = LACKS[asked.key] if person and not _has_subject(asked, subject) else ""
    may_see = arranging.sees_whole_school(g.viewer, asked.school.id)
    return Preview(person, _about(subject), lacks, may_see, parts, [widget for widget in on if widget.key not in shown and widget not in parts])


def _about(subject: Subject) -> str:
    """What a page is about, in words; nothing for a home page."""
    if subject.group:
        return f"The page of {subject.group.name}"
    return f"{subject.children[0].name}’s page" if subject.page != "home" and subject.children else ""


def _has_subject(asked: Asked, subject: Subject) -> bool:
    return asked.key == "home" or bool(subject.children or subject.group)


def _panels(glance: Glance, asked: Asked, subject: Subject, arrangement: Arrangement) -> list[Panel]:
    has_subject = _has_subject(asked, subject)
    rows = [(asked.school.id, asked.role.value, placed.widget, json.dumps(placed.options)) for placed in arrangement.content[asked.role]
            if placed.is_on and placed.widget in WIDGETS and (has_subject or WIDGETS[placed.widget].needs.subject is School)]
    return widgets.panels(glance, replace(subject, arranged=tuple(rows)))


def _record(asked: Asked, person: Person, subject: Subject) -> None:
    """Write down who looked at whose page, and which children were on it: once for each time one turns to it, not with every change."""
    looked = repr((str(clock.today()), asked.school.id, asked.key, asked.role.value, person.id, [child.id for child in subject.children]))
    if session.get("looked") != looked:
        gate.record_reading(subject.children, f"preview of {asked.key} as {asked.role.value}, user {person.id}")
        Audit.write(_me(), "looked at page as", f"{asked.key} as {asked.role.value}: {person.name}"[:120], school=asked.school)
        session["looked"] = looked


def still(html: str) -> Markup:
    """A page to look at only: its links, buttons and forms do nothing, for they would act as whoever looks."""
    def without_actions(tag: re.Match[str]) -> str:
        quiet = re.sub(r'\s(href|action|method|hx-[a-z:-]+|accesskey)="[^"]*"', "", tag[0])
        return re.sub(r"^<(button|input|select|textarea)\b", r"<\1 disabled", quiet)

    return Markup(re.sub(r"<[a-z][^>]*>", without_actions, html))  # noqa: S704


pages.add_app_template_filter(still)
