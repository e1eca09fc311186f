"""The one door to widgets: whole pages and single fragments are put together here, through the same sieves.

A widget is a module in this folder with a `WIDGET`; the folder is the registry. The module's name is the widget's key
and the name of its template in templates/widgets/.
"""

import json
import pkgutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from typing import Any

from peewee import JOIN, ModelSelect, fn

from glowlite import clock
from glowlite.models import Page, Placement, Pupil, School
from glowlite.policy import Action, Viewer, all_allowed, among
from glowlite.prepared import as_models, prepared
from glowlite.widgets.base import Ask, Widget


def _registered() -> dict[str, Widget]:
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "base"]
    return {name: replace(import_module(f"{__name__}.{name}").WIDGET, key=name) for name in names}


WIDGETS: dict[str, Widget] = _registered()


@dataclass(frozen=True)
class Panel:
    """A widget that passed every sieve, with what its template needs."""

    widget: Widget
    ask: Ask
    values: dict[str, Any]

    @property
    def template(self) -> str:
        return f"widgets/{self.widget.key}.html"


@dataclass(frozen=True)
class Subject:
    """What a page is about: these schools, these children (one on a child's page)."""

    page: str
    schools: dict[int, School]
    children: list[Pupil]


def home_of(viewer: Viewer) -> Subject:
    """The viewer's home page: every child the hat opens, if it is the parent's hat, and every school."""
    schools = {school.id: school for school in as_models(School, _schools(tuple(viewer.school_ids)))}
    children = all_allowed(viewer, Action.CHILD) if viewer.at_home_with_children else []
    return Subject("home", schools, sorted(children, key=lambda child: (child.born or date.max, child.id)))


@prepared
def _schools(ids: Any) -> ModelSelect:
    return School.select().where(School.id.in_(ids)).order_by(School.name)


def child_page(child: Pupil, family: Subject | None = None) -> Subject:
    """The page of a child that the gate has already let this viewer see. family: the viewer's home page, where that is known."""
    if family:
        child.school = family.schools[child.school_id]  # read already
    return Subject("child", {child.school_id: child.school}, [child])


def panels(viewer: Viewer, subject: Subject, query: Mapping[str, str] | None = None) -> list[Panel]:
    """All widgets of a page for this viewer, in order. query: the address's `<widget>.<name>` values."""
    asks = _asks(viewer, subject, query or {})
    return [panel for ask in asks if (panel := _filled(ask)) is not None]


def panel(viewer: Viewer, subject: Subject, key: str, query: Mapping[str, str] | None = None) -> Panel | None:
    """One widget of a page, for a fragment; None when any sieve stops it. The same way as `panels`, for one key."""
    return next((_filled(ask) for ask in _asks(viewer, subject, query or {}) if ask.widget.key == key), None)


def _filled(ask: Ask) -> Panel | None:
    values = ask.widget.fetch(ask)
    return None if values is None else Panel(ask.widget, ask, values)


def _asks(viewer: Viewer, subject: Subject, query: Mapping[str, str]) -> list[Ask]:
    """What each placed widget is asked for, after sieves 1 to 5."""
    shared: dict[Any, Any] = {}
    asks = []
    for key, options in _placed(viewer, subject).items():
        widget = WIDGETS.get(key)
        if widget is None or subject.page not in widget.pages:
            continue
        opened = {school for role in viewer.roles for school in viewer.schools_for(role, widget.needs)}
        schools = [school for school in options if school in opened]
        children = [child for child in subject.children if child.school_id in schools]
        if widget.needs.subject is Pupil:
            children = among(viewer, widget.needs, children)
        if not schools or (widget.needs.subject is Pupil and subject.children and not children):
            continue
        asks.append(Ask(
            viewer=viewer, page=subject.page, widget=widget, children=children, all_children=subject.children,
            schools={number: subject.schools[number] for number in schools},
            options={school: options[school] for school in schools},
            query={name.split(".", 1)[1]: value for name, value in query.items() if name.startswith(f"{key}.")},
            today=clock.today(), shared=shared))
    return asks


def _placed(viewer: Viewer, subject: Subject) -> dict[str, dict[int, dict[str, Any]]]:
    """Sieve 4: widget key -> school id -> options, in order; a school without a page of its own has the authority's."""
    rows = _placements(subject.page, tuple(subject.schools), tuple(role.value for role in viewer.roles))
    placed: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for school_id, role, widget, options in rows:
        if (role, school_id) in viewer.worn:
            placed[widget].setdefault(school_id, json.loads(options))
    return placed


@prepared
def _placements(page: Any, schools: Any, roles: Any) -> ModelSelect:
    own = Page.alias()
    has_own = fn.EXISTS(own.select(1).where(own.school == School.id, own.key == page))
    return (Placement.select(School.id, Placement.role, Placement.widget, Placement.options_text)
            .join(Page).join(School, JOIN.INNER, on=School.authority == Page.authority)
            .where(School.id.in_(schools), Page.key == page, Placement.is_on, Placement.role.in_(roles),
                   (Page.school == School.id) | (Page.school.is_null() & ~has_own))
            .order_by(Placement.position, Placement.id, School.id))
