"""Hides a page while it is arranged: what stands on it, the draft and its changes, publishing, and earlier versions.

A page is one school's own, or one of the authority: the default for schools without their own, or the authority's own page.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Self

from peewee import IntegrityError

from glowlite import clock, db, policy
from glowlite.models import Audit, Authority, Page, PageDraft, PageVersion, Placement, School, User
from glowlite.policy import Role, roles_with_page

MOST_VERSIONS = 20

NAMES = {"home": "Home page", "child": "A child’s page", "group": "A group’s page", "authority": "The authority’s page"}

Place = School | Authority  # whose pages


def authority_of(place: Place) -> Authority:
    return place.authority if isinstance(place, School) else place


def schools_of(place: Place) -> list[School]:
    """The schools whose people meet what is arranged here."""
    return [place] if isinstance(place, School) else list(School.select().where(School.authority == place).order_by(School.name))


class Stopped(Exception):
    """A page cannot be arranged so; the message says why."""


class Overtaken(Stopped):
    """Somebody else has changed the page since this editor saw it."""


class Part(policy.Part, Protocol):
    """What a page is put together from, as far as arranging needs to know; widgets are such."""

    @property
    def options(self) -> Mapping[str, Any]: ...


@dataclass
class Placed:
    """A widget on the page of a role."""

    widget: str
    is_on: bool
    options: dict[str, Any]


Content = dict[str, list[Placed]]  # role -> widgets in order


# --- what there is --------------------------------------------------------------------------------


@dataclass
class Arrangement:
    """One page of a place: what people meet now, and what its editors are arranging. page: None until a school has its own."""

    place: Place
    key: str
    page: Page | None
    published: Content
    draft: PageDraft | None

    @classmethod
    def of(cls, place: Place, key: str) -> Self:
        default = Page.default(authority_of(place), key)
        page = Page.get_or_none(Page.school == place, Page.key == key) if isinstance(place, School) else default
        draft = PageDraft.get_or_none(PageDraft.page == page) if page else None
        return cls(place, key, page, _content(place, key, page or default), draft)

    @cached_property
    def content(self) -> Content:
        """What the editors see: the draft, or what is published."""
        return _complete(self.place, self.key, _read(self.draft.content_text)) if self.draft else self.published

    @property
    def stamp(self) -> str:
        """Stands for all that an editor saw; a change is only made to the very same."""
        return hashlib.sha256(_written(self.content).encode()).hexdigest()[:16]

    @cached_property
    def versions(self) -> list[PageVersion]:
        """What was published, the newest first."""
        rows = PageVersion.select().where(PageVersion.page == self.page).order_by(PageVersion.number.desc()).limit(MOST_VERSIONS)
        return list(rows) if self.page else []

    @cached_property
    def default(self) -> Content | None:
        """What a school without its own page has; None where the page is the authority's itself."""
        if not isinstance(self.place, School):
            return None
        return _content(self.place, self.key, Page.default(self.place.authority, self.key))

    @cached_property
    def kept_by(self) -> list[School]:
        """Of a default page: the schools that published their own and keep it."""
        own = Page.select(Page.school).join(PageVersion).where(Page.key == self.key)
        return [] if isinstance(self.place, School) else [school for school in schools_of(self.place) if school.id in {row.school_id for row in own}]


def _content(place: Place, key: str, page: Page | None) -> Content:
    return _complete(place, key, _placements(page))


def _placements(page: Page | None) -> Content:
    content: Content = {}
    for row in Placement.select().where(Placement.page == page).order_by(Placement.position, Placement.id) if page else ():
        content.setdefault(row.role, []).append(Placed(row.widget, row.is_on, row.options))
    return content


def _complete(place: Place, key: str, content: Content) -> Content:
    """The same with every role that has this page, in one order, so that equal pages are written alike."""
    return {role: content.get(role, []) for role in sorted({*content, *(role.value for role in roles_with_page(key, place))})}


def _written(content: Content) -> str:
    return json.dumps({role: [vars(placed) for placed in row] for role, row in content.items()}, sort_keys=True)


def _read(text: str) -> Content:
    return {role: [Placed(**placed) for placed in row] for role, row in json.loads(text).items()}


# --- changing the draft -------------------------------------------------------------------------------


def turn(content: Content, role: Role, widget: str, *, on: bool) -> None:
    _find(content, role, widget).is_on = on


def move(content: Content, role: Role, widget: str, to: int) -> None:
    """Put a widget at this place of the role's page, counted from 0; too far is the end."""
    placed = _find(content, role, widget)
    content[role].remove(placed)
    content[role].insert(min(max(to, 0), len(content[role])), placed)


def step(content: Content, role: Role, widget: str, by: int) -> None:
    move(content, role, widget, content[role].index(_find(content, role, widget)) + by)


def put(content: Content, role: Role, widget: str) -> None:
    """Add a widget at the end."""
    if any(placed.widget == widget for placed in content[role]):
        raise Stopped("That is on the page already.")
    content[role].append(Placed(widget, True, {}))


def take_off(content: Content, role: Role, widget: str) -> None:
    content[role].remove(_find(content, role, widget))


def set_options(content: Content, role: Role, widget: str, options: dict[str, Any]) -> None:
    _find(content, role, widget).options = options


def lay_out(content: Content, role: Role, row: list[Placed]) -> None:
    """Put these in the place of all that the role has on the page."""
    content[role] = deepcopy(row)


def _find(content: Content, role: Role, widget: str) -> Placed:
    found = next((placed for placed in content[role] if placed.widget == widget), None)
    if found is None:
        raise Stopped("That is not on the page any more.")
    return found


def change(editor: User, place: Place, key: str, stamp: str, alter: Callable[[Content], None]) -> None:
    """Change the draft. Raises Overtaken when the page is no longer what this editor saw, and then changes nothing."""
    with db.write_lock():
        arrangement = _unchanged(place, key, stamp)
        content = deepcopy(arrangement.content)
        alter(content)
        _keep(editor, arrangement, content)


def discard(place: Place, key: str, stamp: str) -> None:
    """Throw the draft away; what is published stays."""
    with db.write_lock():
        _drop(_unchanged(place, key, stamp))


def bring_back(editor: User, place: Place, key: str, stamp: str, number: int) -> None:
    """Make an earlier version the draft."""
    version = next((one for one in Arrangement.of(place, key).versions if one.number == number), None)
    if version is None:
        raise Stopped("That version is not there any more.")
    change(editor, place, key, stamp, lambda content: content.update(_read(version.content_text)))


def _unchanged(place: Place, key: str, stamp: str) -> Arrangement:
    arrangement = Arrangement.of(place, key)
    if arrangement.stamp != stamp:
        raise Overtaken(_overtaken_by(arrangement))
    return arrangement


def _overtaken_by(arrangement: Arrangement) -> str:
    last = arrangement.draft or next(iter(arrangement.versions), None)
    name = (last.changed_by if isinstance(last, PageDraft) else last.published_by) if last else "Somebody else"
    return f"{name} has changed this page since you saw it, so your last change was not made. Below is the page as it is now: look at it, then try again."


def _keep(editor: User, arrangement: Arrangement, content: Content) -> None:
    """Write the draft. One that is just what people meet already is none."""
    if content == arrangement.published:
        _drop(arrangement)
        return
    values = {"content_text": _written(content), "changed": clock.now(), "changed_by": editor.name}
    draft = arrangement.draft
    try:
        if draft is None:
            with db.database.atomic():
                PageDraft.create(page=arrangement.page or _own_page(arrangement), **values)
        elif not _at(draft, PageDraft.update(version=PageDraft.version + 1, **values)):
            raise Overtaken(_overtaken_by(arrangement))
    except IntegrityError as both_at_once:
        raise Overtaken(_overtaken_by(arrangement)) from both_at_once


def _at(draft: PageDraft, statement: Any) -> bool:
    """Run a statement on a draft if it still has this version; of two at the same moment one is told no."""
    return bool(statement.where(PageDraft.id == draft.id, PageDraft.version == draft.version).execute())


def _own_page(arrangement: Arrangement) -> Page:
    """A page of the place's own that is for everybody just what they meet already."""
    place = arrangement.place
    page = Page.create(authority=authority_of(place), school=place if isinstance(place, School) else None, key=arrangement.key)
    _write(page, arrangement.published)
    return page


def _drop(arrangement: Arrangement) -> None:
    """Take the draft away, and the school's own page if it only stood for the draft: it follows the authority's again."""
    if arrangement.draft and not _at(arrangement.draft, PageDraft.delete()):
        raise Overtaken(_overtaken_by(arrangement))
    if arrangement.page and not arrangement.versions and arrangement.published == arrangement.default:
        Page.delete().where(Page.id == arrangement.page.id).execute()


def _write(page: Page, content: Content) -> None:
    Placement.delete().where(Placement.page == page).execute()
    rows = [{"page": page, "role": role, "widget": placed.widget, "position": position, "is_on": placed.is_on,
             "options_text": json.dumps(placed.options)} for role, row in content.items() for position, placed in enumerate(row)]
    if rows:
        Placement.insert_many(rows).execute()


# --- publishing -----------------------------------------------------------------------------------------


def publish(editor: User, place: Place, key: str, stamp: str) -> None:
    """Let people meet the draft from now on, and remember it as a version."""
    with db.write_lock():
        arrangement = _unchanged(place, key, stamp)
        page, before, after, followers = arrangement.page, arrangement.published, arrangement.content, _followers(arrangement)
        if page is None or arrangement.draft is None:
            raise Stopped("There is nothing to publish: people see this page already.")
        if not _at(arrangement.draft, PageDraft.delete()):
            raise Overtaken(_overtaken_by(arrangement))
        if not arrangement.versions:
            _remember(page, before, "as it was before")
        for one in (page, *followers):
            _write(one, after)
        _remember(page, after, editor.name)
        changed = [role for role in after if before.get(role) != after[role]]
        Audit.write(editor, "published page", key, school=page.school, before=_said(before, changed), after=_said(after, changed))
        for school in schools_of(place):
            school.touch()


def _followers(arrangement: Arrangement) -> list[Page]:
    """Pages of schools that only stand for a draft there: what people meet is the default, and goes on being that."""
    if isinstance(arrangement.place, School):
        return []
    pages = Page.select().where(Page.authority == arrangement.place, Page.school.is_null(False), Page.key == arrangement.key,
                                Page.id.not_in(PageVersion.select(PageVersion.page)))
    return [page for page in pages if _content(page.school, arrangement.key, page) == _content(page.school, arrangement.key, arrangement.page)]


def _remember(page: Page, content: Content, by: str) -> None:
    newest = PageVersion.select(PageVersion.number).where(PageVersion.page == page).order_by(PageVersion.number.desc()).first()
    PageVersion.create(page=page, number=newest.number + 1 if newest else 1, content_text=_written(content), published=clock.now(), published_by=by)


def _said(content: Content, roles: Iterable[str]) -> dict[str, Any]:
    return {role: [vars(placed) for placed in content.get(role, [])] for role in roles}
