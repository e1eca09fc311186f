"""The one door to widgets: whole pages and single fragments are put together here, through the same sieves.

A widget is a module in this folder with a `WIDGET`; the folder is the registry. The module's name is the widget's key
and the name of its template in templates/widgets/.
"""

import json
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from glowlite import clock
from glowlite.models import Authority, Group, GroupPage, Membership, Pupil, School
from glowlite.policy import PAGES, PARENT_HAT, Action, Viewer, all_allowed, allowed, among, can, placed, schools_open
from glowlite.widgets.base import Ask, Opening, Widget


def _registered() -> dict[str, Widget]:
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.name != "base"]
    return {name: replace(import_module(f"{__name__}.{name}").WIDGET, key=name) for name in names}


WIDGETS: dict[str, Widget] = _registered()


@dataclass(frozen=True)
class Panel:
    """A widget that passed every sieve, with what its template needs; without values, all it says is when it opens."""

    widget: Widget
    ask: Ask
    values: dict[str, Any]

    @property
    def template(self) -> str:
        return f"widgets/{self.widget.key}.html"


@dataclass(frozen=True)
class Subject:
    """What a page is about: these schools, these children (one on a child's page), and the group or authority whose page it is.

    arranged: for a preview, what stands where (school id, role, widget, options as text) instead of what is published.
    """

    page: str
    schools: dict[int, School]
    children: list[Pupil]
    group: Group | None = None
    authority: Authority | None = None
    arranged: tuple[tuple[int, str, str, str], ...] | None = None


def home_of(viewer: Viewer) -> Subject:
    """The viewer's home page: every child the hat opens, if it is the parent's hat, and every school."""
    children = all_allowed(viewer, Action.CHILD) if viewer.at_home_with_children else []
    return Subject("home", viewer.schools, sorted(children, key=lambda child: (child.born or date.max, child.id)))


def child_page(child: Pupil, family: Subject | None = None) -> Subject:
    """The page of a child that the gate has already let this viewer see. family: the viewer's home page, where that is known."""
    if family:
        child.school = family.schools[child.school_id]  # read already
    return Subject("child", {child.school_id: child.school}, [child])


def group_page(viewer: Viewer, group: Group, family: Subject | None = None) -> Subject:
    """The page of a group that the gate has already let this viewer see; for a parent with their own children in it."""
    members = {number for (number,) in Membership.select(Membership.pupil).where(Membership.group == group, Membership.gone.is_null()).tuples()}
    children = (family or home_of(viewer)).children
    return Subject("group", {group.school_id: group.school}, [child for child in children if child.id in members], group)


def authority_page(viewer: Viewer, authority: Authority) -> Subject:
    """The page of an authority that the gate has already let this viewer see; for those of its schools through which they do. About no child."""
    opened = schools_open(viewer, PAGES["authority"])
    schools = {number: school for number, school in viewer.schools.items() if school.authority_id == authority.id and number in opened}
    return Subject("authority", schools, [], authority=authority)


def first_page(viewer: Viewer, key: str, place: School | Authority) -> Subject:
    """For a preview: a page of this kind that this viewer reaches, the first by name; about nobody when they reach none, and for an authority."""
    if key == "home":
        return home_of(viewer)
    model = PAGES[key].subject
    if isinstance(place, Authority):
        return authority_page(viewer, place) if model is Authority else Subject(key, viewer.schools, [])
    names = (Pupil.surname, Pupil.forename, Pupil.id) if model is Pupil else (Group.name, Group.id)
    record = allowed(viewer, PAGES[key]).where(model.school == place).order_by(*names).first()
    if record is None:
        return Subject(key, {place.id: place}, [])
    return child_page(record) if model is Pupil else group_page(viewer, record)


def panels(viewer: Viewer, subject: Subject, query: Mapping[str, str] | None = None) -> list[Panel]:
    """All widgets of a page for this viewer, in order. query: the address's `<widget>.<name>` values."""
    asks = _asks(viewer, subject, query or {})
    return [panel for ask in asks if (panel := _filled(ask)) is not None]


def panel(viewer: Viewer, subject: Subject, key: str, query: Mapping[str, str] | None = None) -> Panel | None:
    """One widget of a page, for a fragment; None when any sieve stops it. The same way as `panels`, for one key."""
    return next((_filled(ask) for ask in _asks(viewer, subject, query or {}) if ask.widget.key == key), None)


def placed_for_parents(group: Group) -> dict[str, str]:
    """key -> title of the widgets that a parent would meet on this group's page if the teacher hid none."""
    rows = placed("group", (group.school_id,), (PARENT_HAT,))
    return {key: WIDGETS[key].title for _, _, key, _ in rows if key in WIDGETS}


def _filled(ask: Ask) -> Panel | None:
    values = ask.widget.fetch(ask) if ask.schools else None
    return None if values is None and not ask.later else Panel(ask.widget, ask, values or {})


def _asks(viewer: Viewer, subject: Subject, query: Mapping[str, str]) -> list[Ask]:
    """What each placed widget is asked for, after sieves 1 to 5."""
    shared: dict[Any, Any] = {}
    asks = []
    for key, options in _placed(viewer, subject).items():
        widget = WIDGETS.get(key)
        if widget is None or subject.page not in widget.pages or _is_shut(viewer, subject, widget):
            continue
        opened = {school for role in viewer.roles for school in viewer.schools_for(role, widget.needs)}
        schools = [school for school in options if school in opened]
        children = [child for child in subject.children if child.school_id in schools]
        if widget.needs.subject is Pupil:
            children = among(viewer, widget.needs, children)
        later = _later(viewer, subject, widget, options)
        if not later and (not schools or (widget.needs.subject is Pupil and subject.children and not children)):
            continue
        asks.append(Ask(
            viewer=viewer, page=subject.page, widget=widget, children=children, all_children=subject.children, group=subject.group,
            authority=subject.authority,
            schools={number: subject.schools[number] for number in schools},
            options={school: options[school] for school in schools},
            query={name.split(".", 1)[1]: value for name, value in query.items() if name.startswith(f"{key}.")},
            today=clock.today(), shared=shared, later=later))
    return asks


def _later(viewer: Viewer, subject: Subject, widget: Widget, school_ids: Iterable[int]) -> list[Opening]:
    """The schools that open this widget at a moment to come; of what is about children, those of the children here."""
    about_children = widget.needs.subject is Pupil and widget.needs is not Action.CHILD
    here = {child.school_id for child in subject.children} if about_children else subject.schools
    moments = {number: viewer.opens_later(subject.schools[number], widget.needs) for number in school_ids if number in here}
    return [Opening(subject.schools[number], at) for number, at in moments.items() if at]


def _is_shut(viewer: Viewer, subject: Subject, widget: Widget) -> bool:
    """On a group's page: may this viewer not do with this group what the widget needs, or did its teacher hide it from parents?"""
    if subject.group is None:
        return False
    hidden = viewer.at_home_with_children and widget.key in GroupPage.hidden_from_parents(subject.group)
    return hidden or (widget.needs.subject is Group and not can(viewer, widget.needs, subject.group))


def _placed(viewer: Viewer, subject: Subject) -> dict[str, dict[int, Mapping[str, Any]]]:
    """Sieve 4: widget key -> school id -> options, in order; a school without a page of its own has the authority's."""
    rows: Iterable[tuple[Any, ...]] = subject.arranged if subject.arranged is not None else placed(
        subject.page, tuple(subject.schools), tuple(role.value for role in viewer.roles))
    found: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
    for school_id, role, widget, options in rows:
        if (role, school_id) in viewer.worn:
            found[widget].setdefault(school_id, _options(options))
    return found


@lru_cache(maxsize=2000)
def _options(text: str) -> Mapping[str, Any]:
    """The options of a placement; the same few texts stand on every page, so what is kept can only be read."""
    return MappingProxyType(json.loads(text))
