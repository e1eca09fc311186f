"""The one door to widgets: whole pages and single fragments are put together here, through the same sieves.

A widget is a module in this folder with a `WIDGET`; the folder is the registry. The module's name is the widget's key
and the name of its template in templates/widgets/.
"""

import pkgutil
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from peewee import JOIN, fn

from glowlite import clock
from glowlite.models import Page, Placement, Pupil, School
from glowlite.policy import Action, Viewer, allowed, among
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
    schools = {school.id: school for school in School.select().where(School.id.in_(viewer.school_ids)).order_by(School.name)}
    children = list(allowed(viewer, Action.CHILD).order_by(Pupil.born, Pupil.id)) if viewer.at_home_with_children else []
    return Subject("home", schools, children)


def child_page(child: Pupil) -> Subject:
    """The page of a child that the gate has already let this viewer see."""
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
        schools = [school for school in options if any(school in viewer.schools_for(role, widget.needs) for role in viewer.roles)]
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
    rows = _placements(viewer, subject)
    placed: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for school_id, placement in rows:
        if (placement.role, school_id) in viewer.worn:
            placed[placement.widget].setdefault(school_id, placement.options)
    return placed


def _placements(viewer: Viewer, subject: Subject) -> list[tuple[int, Placement]]:
    own = Page.alias()
    has_own = fn.EXISTS(own.select(1).where(own.school == School.id, own.key == subject.page))
    rows = (Placement.select(Placement, School.id.alias("at_school"))
            .join(Page).join(School, JOIN.INNER, on=School.authority == Page.authority)
            .where(School.id.in_(list(subject.schools)), Page.key == subject.page,
                   Placement.is_on, Placement.role.in_(viewer.roles),
                   (Page.school == School.id) | (Page.school.is_null() & ~has_own))
            .order_by(Placement.position, Placement.id, School.id))
    return [(row.at_school, row) for row in rows.objects()]
