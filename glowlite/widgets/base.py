"""Hides what a widget is: a title, the action it needs, its options, and one function that fetches what its template shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from glowlite import school_day
from glowlite.models import Authority, Group, Pupil, School
from glowlite.policy import Action, Schedule, Viewer, among

T = TypeVar("T")


class Option(NamedTuple):
    """Something a page editor may set for one placement. kind: number, yes-no, choice, lines."""

    kind: str
    default: Any
    label: str
    choices: tuple[str, ...] = ()
    lowest: int = 1
    highest: int = 60


class Opening(NamedTuple):
    """A school opens a widget to parents at a moment (UTC) still to come."""

    school: School
    at: datetime


@dataclass(frozen=True)
class Widget:
    """One web part. The name of its module is its key and the name of its template.

    pages: the pages it may stand on. needs: sieves 1, 2, 3 and 5. fetch: returns the template's values, or None when
    the widget has no place here at all (an empty state belongs into the template instead).
    """

    title: str
    needs: Action
    fetch: Callable[["Ask"], dict[str, Any] | None]
    pages: tuple[str, ...] = ("home", "child")
    options: Mapping[str, Option] = field(default_factory=dict)
    about: str = ""
    key: str = ""


@dataclass(frozen=True)
class Ask:
    """What one widget is asked for.

    children: those it may show, by its own action. all_children: those of the page, for asking `may` about other actions.
    schools: id -> School, those in which it stands on this page and is allowed. options: school id -> option values.
    query: the widget's own part of the address, `month` for `?attendance.month=…`. shared: what widgets of one page read once.
    later: the other schools of the page, as far as all that stops the widget there is that its time has not come.
    """

    viewer: Viewer
    page: str
    widget: Widget
    schools: Mapping[int, School]
    children: list[Pupil]
    all_children: list[Pupil]
    options: Mapping[int, Mapping[str, Any]]
    query: Mapping[str, str]
    today: date
    shared: dict[Any, Any]
    group: Group | None = None
    authority: Authority | None = None
    later: list[Opening] = field(default_factory=list)

    def may(self, action: Action) -> list[Pupil]:
        """The children of this widget for which the viewer may also do another action; every other datum shown is asked for here."""
        allowed = {child.id for child in self.once(("may", action), lambda: among(self.viewer, action, self.all_children))}
        return [child for child in self.children if child.id in allowed]

    def once(self, key: Any, read: Callable[[], T]) -> T:
        """Read something that several widgets of the page need, once."""
        if key not in self.shared:
            self.shared[key] = read()
        return self.shared[key]

    def calendar(self, since: date | None = None) -> dict[int, list[school_day.Entry]]:
        """The calendar of each school: from that day on, or else on the home page from today and on a child's from the start of the session."""
        since = since or (self.today if self.page == "home" else school_day.session_start(self.today))
        schools = tuple(self.schools)
        return self.once(("calendar", schools, since), lambda: school_day.calendar(schools, since))

    def option(self, name: str, school_id: int | None = None) -> Any:
        """The value of an option at a school (any school of this widget when none is named)."""
        values = self.options.get(school_id) if school_id else next(iter(self.options.values()), {})
        return (values or {}).get(name, self.widget.options[name].default)

    @cached_property
    def child(self) -> Pupil | None:
        """The one child, on a child's page."""
        return self.children[0] if self.page == "child" and self.children else None

    def held_back(self, child: Pupil, action: Action) -> Schedule:
        """What the child's school holds back of this from whoever looks."""
        return self.viewer.held_back(self.schools[child.school_id], action)

    @property
    def school_of(self) -> Callable[[Pupil], School]:
        return lambda child: self.schools[child.school_id]
