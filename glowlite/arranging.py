"""Hides how a school's pages are arranged: the draft, its changes, publishing, earlier versions, and looking at a page as somebody else."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, NamedTuple, Protocol, Self

from peewee import IntegrityError, ModelSelect, fn

from glowlite import clock, db, policy
from glowlite.models import (
    Audit,
    Contact,
    Duty,
    GroupPage,
    Link,
    Membership,
    Page,
    PageDraft,
    PageVersion,
    Placement,
    Pupil,
    School,
    User,
    UserContact,
)
from glowlite.policy import (
    PAGES,
    ROLES,
    Action,
    Decisions,
    Role,
    Viewer,
    Why,
    links_with_access,
    roles_with_page,
    school_children,
)

LONGEST_TEXT = 4000
MOST_PEOPLE = 8
MOST_VERSIONS = 20

NAMES = {"home": "Home page", "child": "A child’s page", "group": "A group’s page"}


class Stopped(Exception):
    """A page cannot be arranged so; the message says why."""


class Overtaken(Stopped):
    """Somebody else has changed the page since this editor saw it."""


class Wrong(Stopped):
    """Options that cannot be taken. words: by the name of the option, what would be right."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__("Nothing was saved yet. Please look at what is marked below.")
        self.words = words


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
Parts = Mapping[str, Part]


# --- what there is --------------------------------------------------------------------------------


@dataclass
class Arrangement:
    """One page of a school: what people meet now, and what its editors are arranging. page: None until the school has its own."""

    school: School
    key: str
    page: Page | None
    published: Content
    draft: PageDraft | None

    @classmethod
    def of(cls, school: School, key: str) -> Self:
        page = Page.get_or_none(Page.school == school, Page.key == key)
        draft = PageDraft.get_or_none(PageDraft.page == page) if page else None
        return cls(school, key, page, _complete(key, _placements(page or Page.default(school.authority, key))), draft)

    @cached_property
    def content(self) -> Content:
        """What the editors see: the draft, or what is published."""
        return _complete(self.key, _read(self.draft.content_text)) if self.draft else self.published

    @property
    def stamp(self) -> str:
        """Stands for all that an editor saw; a change is only made to the very same."""
        return hashlib.sha256(_written(self.content).encode()).hexdigest()[:16]

    @cached_property
    def versions(self) -> list[PageVersion]:
        """What was published, the newest first."""
        rows = PageVersion.select().where(PageVersion.page == self.page).order_by(PageVersion.number.desc()).limit(MOST_VERSIONS)
        return list(rows) if self.page else []


def _placements(page: Page | None) -> Content:
    content: Content = {}
    for row in Placement.select().where(Placement.page == page).order_by(Placement.position, Placement.id) if page else ():
        content.setdefault(row.role, []).append(Placed(row.widget, row.is_on, row.options))
    return content


def _complete(key: str, content: Content) -> Content:
    """The same with every role that has this page, in one order, so that equal pages are written alike."""
    return {role: content.get(role, []) for role in sorted({*content, *(role.value for role in roles_with_page(key))})}


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


def _find(content: Content, role: Role, widget: str) -> Placed:
    found = next((placed for placed in content[role] if placed.widget == widget), None)
    if found is None:
        raise Stopped("That is not on the page any more.")
    return found


def change(editor: User, school: School, key: str, stamp: str, alter: Callable[[Content], None]) -> None:
    """Change the draft. Raises Overtaken when the page is no longer what this editor saw, and then changes nothing."""
    with db.write_lock():
        arrangement = _unchanged(school, key, stamp)
        content = deepcopy(arrangement.content)
        alter(content)
        _keep(editor, arrangement, content)


def discard(school: School, key: str, stamp: str) -> None:
    """Throw the draft away; what is published stays."""
    with db.write_lock():
        _drop(_unchanged(school, key, stamp))


def bring_back(editor: User, school: School, key: str, stamp: str, number: int) -> None:
    """Make an earlier version the draft."""
    version = next((one for one in Arrangement.of(school, key).versions if one.number == number), None)
    if version is None:
        raise Stopped("That version is not there any more.")
    change(editor, school, key, stamp, lambda content: content.update(_read(version.content_text)))


def _unchanged(school: School, key: str, stamp: str) -> Arrangement:
    arrangement = Arrangement.of(school, key)
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
    """A page of the school's own that is for everybody just what they meet already."""
    page = Page.create(authority=arrangement.school.authority_id, school=arrangement.school, key=arrangement.key)
    _write(page, arrangement.published)
    return page


def _drop(arrangement: Arrangement) -> None:
    """Take the draft away, and the school's own page if it only stood for the draft: it follows the authority's again."""
    if arrangement.draft and not _at(arrangement.draft, PageDraft.delete()):
        raise Overtaken(_overtaken_by(arrangement))
    default = Page.default(arrangement.school.authority, arrangement.key)
    if arrangement.page and not arrangement.versions and default and _placements(arrangement.page) == _placements(default):
        Page.delete().where(Page.id == arrangement.page.id).execute()


def _write(page: Page, content: Content) -> None:
    Placement.delete().where(Placement.page == page).execute()
    rows = [{"page": page, "role": role, "widget": placed.widget, "position": position, "is_on": placed.is_on,
             "options_text": json.dumps(placed.options)} for role, row in content.items() for position, placed in enumerate(row)]
    if rows:
        Placement.insert_many(rows).execute()


# --- publishing -----------------------------------------------------------------------------------------


def publish(editor: User, school: School, key: str, stamp: str) -> None:
    """Let people meet the draft from now on, and remember it as a version."""
    with db.write_lock():
        arrangement = _unchanged(school, key, stamp)
        page, before, after = arrangement.page, arrangement.published, arrangement.content
        if page is None or arrangement.draft is None:
            raise Stopped("There is nothing to publish: people see this page already.")
        if not _at(arrangement.draft, PageDraft.delete()):
            raise Overtaken(_overtaken_by(arrangement))
        if not arrangement.versions:
            _remember(page, before, "as it was before")
        _write(page, after)
        _remember(page, after, editor.name)
        changed = [role for role in after if before.get(role) != after[role]]
        Audit.write(editor, "published page", key, school=school, before=_said(before, changed), after=_said(after, changed))
        school.touch()


def _remember(page: Page, content: Content, by: str) -> None:
    newest = PageVersion.select(PageVersion.number).where(PageVersion.page == page).order_by(PageVersion.number.desc()).first()
    PageVersion.create(page=page, number=newest.number + 1 if newest else 1, content_text=_written(content), published=clock.now(), published_by=by)


def _said(content: Content, roles: Iterable[str]) -> dict[str, Any]:
    return {role: [vars(placed) for placed in content.get(role, [])] for role in roles}


def summary(before: Content, after: Content, parts: Parts) -> list[tuple[Role, list[str]]]:
    """What a draft changes for whom, in words: (parents, [Results comes off, News moves up])."""
    changes = [(role, _changes(before.get(role, []), after[role], parts)) for role in Role if role in after]
    return [(role, said) for role, said in changes if said]


def _changes(before: list[Placed], after: list[Placed], parts: Parts) -> list[str]:
    was, now = {one.widget: one for one in before}, {one.widget: one for one in after}
    said = [f"{_title(parts, key)} comes off" for key in was if key not in now]
    said += [f"{_title(parts, key)} is new{'' if one.is_on else ', switched off'}" for key, one in now.items() if key not in was]
    said += _moves([key for key in was if key in now], [key for key in now if key in was], parts)
    for key, one in now.items():
        if key in was and was[key].is_on != one.is_on:
            said.append(f"{_title(parts, key)} is switched {'on' if one.is_on else 'off'}")
        if key in was and was[key].options != one.options:
            said.append(f"{_title(parts, key)} gets other options")
    return said


def _moves(was: list[str], now: list[str], parts: Parts) -> list[str]:
    """As few moves as explain the new order."""
    stays = {key for start, _, size in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks() for key in was[start:start + size]}
    return [f"{_title(parts, key)} moves {'up' if now.index(key) < was.index(key) else 'down'}" for key in now if key not in stays]


def _title(parts: Parts, key: str) -> str:
    return parts[key].title if key in parts else key


# --- options ----------------------------------------------------------------------------------------------


def options_from(part: Part, given: Mapping[str, str]) -> dict[str, Any]:
    """The options of a form. Raises Wrong with words. What is as usual is not kept, so that it follows what is usual."""
    values, wrong = {}, {}
    for name, option in part.options.items():
        try:
            values[name] = _READERS[option.kind](option, given.get(name))
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Wrong(wrong)
    return {name: value for name, value in values.items() if value != part.options[name].default}


def _number(option: Any, text: str | None) -> int:
    digits = (text or "").strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 7 and option.lowest <= int(digits) <= option.highest:
        return int(digits)
    raise ValueError(f"Give a whole number from {option.lowest} to {option.highest}.")


def _choice(option: Any, text: str | None) -> str:
    if text in option.choices:
        return str(text)
    raise ValueError(f"Choose one of these: {', '.join(option.choices)}.")


def _lines(_: Any, text: str | None) -> str:
    lines = "\n".join(line.strip() for line in (text or "").replace("\0", "").splitlines()).strip()
    if len(lines) <= LONGEST_TEXT:
        return lines
    raise ValueError(f"This is too long: {LONGEST_TEXT:,} letters fit, and these are {len(lines):,}.")


_READERS: dict[str, Callable[[Any, str | None], Any]] = {
    "number": _number, "yes-no": lambda _, text: text is not None, "choice": _choice, "lines": _lines}


# --- what policy refuses --------------------------------------------------------------------------------------


def refusals(school: School, role: Role, key: str, parts: Iterable[Part]) -> dict[str, Why]:
    """By the key of a part: why sieves 1 to 3 keep it from everybody in this role, wherever on this page it stands."""
    decisions = Decisions.about([school.id], [role])
    answers = {
        1: Why(False, 1, f"GlowLite never shows this to {role.people}.", who="nobody"),
        2: Why(False, 2, f"{school.authority.name} has not switched this on for {role.people}.", who=school.authority.name),
        3: Why(False, 3, f"{school.name} has switched this off for {role.people}.", who=f"the head of {school.name}")}

    def refusal(part: Part) -> Why | None:
        if key not in part.pages:
            return Why(False, 1, "This part is not made for this page.", who="nobody")
        wanted = (PAGES[key], *([Action.CHILD] if part.needs.subject is Pupil else []), part.needs)
        sieves = [decisions.stopped_at(school.id, role, action) if action in ROLES[role] else 1 for action in wanted]
        return next((answers[sieve] for sieve in sieves if sieve), None)

    return {part.key: why for part in parts if (why := refusal(part))}


# --- looking at a page as somebody else -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Glance(Viewer):
    """Somebody as another looks at their page: what either of the two may not see is not there. One role, one school."""

    through: Viewer

    @classmethod
    def of_role(cls, user: User | None, school: School, role: Role, through: Viewer) -> Self:
        """Without a user it is somebody made up, whom no child is linked to."""
        place = frozenset({(role, school.id)})
        held = place & Viewer.of(user).held if user else place
        hat = Viewer(0, "", place).hats[0]
        if user is None:
            return cls(0, "somebody made up", held, hat, {school.id: school}, through=through)
        return cls(user.id, user.name, held, hat, {school.id: school}, through=through)

    @property
    def looker(self) -> Viewer:
        return self.through

    def schools_for(self, role: Role, action: Action) -> list[int]:
        theirs = {school for own in self.through.roles for school in self.through.schools_for(own, action)}
        return [school for school in super().schools_for(role, action)
                if school in theirs and (action.subject is School or sees_whole_school(self.through, school))]


def sees_whole_school(viewer: Viewer, school_id: int) -> bool:
    """Does the role by which this viewer arranges pages open every child there, too? Nobody else looks at a real family's page."""
    roles = [role for role in viewer.roles if Action.ARRANGE_PAGES in ROLES[role] and ROLES[role].get(Action.CHILD) is school_children]
    return any(school_id in viewer.schools_for(role, Action.CHILD) for role in roles)


class Person(NamedTuple):
    """Somebody real to look at a page as. children: a parent's, in words, to choose by."""

    id: int
    name: str
    children: str = ""

    @property
    def words(self) -> str:
        return f"{self.name}: {self.children}" if self.children else self.name


def glance(looker: Viewer, school: School, role: Role, person: Person | None) -> Glance:
    """The page of this person in this role, or of somebody made up, as the looker may see it."""
    return Glance.of_role(User.get_by_id(person.id) if person else None, school, role, looker)


def people(looker: Viewer, school: School, role: Role, key: str) -> list[Person]:
    """A few whose page may be looked at, the most typical first: families of each kind, or staff."""
    if not sees_whole_school(looker, school.id):
        return []
    is_parent = Glance.of_role(None, school, role, looker).at_home_with_children
    return _families(school, key) if is_parent else _staff(school, role)


def _families(school: School, key: str) -> list[Person]:
    """One family for each set of year groups, the commonest sets first; for the page of a group, of those that one is open to."""
    families: dict[tuple[int, str], dict[int, tuple[str, str]]] = {}
    for number, name, child, first_name, year in _parents(school, key).tuples():
        families.setdefault((number, name), {})[child] = (first_name, year or "")
    kinds = {who: tuple(sorted(year for _, year in children.values())) for who, children in families.items()}
    common, first = Counter(kinds.values()), {kind: who for who, kind in reversed(kinds.items())}
    chosen = [first[kind] for kind in sorted(first, key=lambda kind: (-common[kind], kind))[:MOST_PEOPLE]]
    return [Person(number, name, _children(families[number, name].values())) for number, name in chosen]


def _children(children: Iterable[tuple[str, str]]) -> str:
    return " and ".join(f"{name} ({year})" if year else name for name, year in children)


def _parents(school: School, key: str) -> ModelSelect:
    """(user, name, child, first name, year group) of everyone who reaches a child of this school."""
    rows = (links_with_access().select(User.id, User.name, Pupil.id, fn.COALESCE(fn.NULLIF(Pupil.known_as, ""), Pupil.forename), Pupil.year_group)
            .join_from(Contact, UserContact).join(User)
            .where(Pupil.school == school, User.locked.is_null()).order_by(User.id, Pupil.born, Pupil.id))
    opened = (Membership.select(Membership.pupil).join(GroupPage, on=GroupPage.group == Membership.group)
              .where(GroupPage.open_to_parents == True, Membership.gone.is_null()))
    return rows.where(Link.pupil.in_(opened)) if PAGES[key] is Action.GROUP else rows


def _staff(school: School, role: Role) -> list[Person]:
    rows = User.select(User.id, User.name).join(Duty).where(Duty.role == role.value, Duty.school == school, User.locked.is_null())
    return [Person(*row) for row in rows.order_by(User.name).limit(MOST_PEOPLE).tuples()]
