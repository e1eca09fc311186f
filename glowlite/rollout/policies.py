"""Hides how authority and school decide what each role may use: the matrix, a change told by name before it is kept, and its sign-off.

The matrix is the very `Decisions` that the gate asks; a change is tried for real and rolled back to see whom it reaches.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from glowlite import clock, db, policy
from glowlite.models import Audit, Authority, ComponentPolicy, Contact, Group, Pupil, School, SignOff, User, UserContact
from glowlite.models.school import Place
from glowlite.policy import (
    PARENT_HAT,
    STAFF_HAT,
    Action,
    Decision,
    Decisions,
    Role,
    components_of,
    reached,
    reached_by_link,
    roles_of_school,
)
from glowlite.rollout import signing

OVERTAKEN = "Somebody has decided something since you opened the page. Nothing of yours is saved yet; this is what it would mean now."


class Overtaken(Exception):
    """Somebody else has changed what was looked at; the message says so."""


class Setting(StrEnum):
    """What one place says about a role and a component. UNSAID: a school follows its authority; the authority itself has not decided."""

    UNSAID = "unsaid"
    ON = "on"
    OFF = "off"
    ON_LOCKED = "on-locked"
    OFF_LOCKED = "off-locked"

    @property
    def allowed(self) -> bool:
        return self in (Setting.ON, Setting.ON_LOCKED)

    @property
    def locked(self) -> bool:
        return self in (Setting.ON_LOCKED, Setting.OFF_LOCKED)


OF_SCHOOL = (Setting.UNSAID, Setting.ON, Setting.OFF)
OF_AUTHORITY = (Setting.ON, Setting.OFF, Setting.ON_LOCKED, Setting.OFF_LOCKED)


# --- the matrix ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One role and one component. decision: None where GlowLite never allows it, whoever decides. choices: what this place may say.

    differing: for the authority, the schools that say something of their own.
    """

    role: Role
    action: Action
    decision: Decision | None
    setting: Setting
    choices: tuple[Setting, ...] = ()
    differing: list[School] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        return self.decision is not None and self.decision.decided_at is None

    @property
    def follows(self) -> bool:
        """What it would be if the school said nothing of its own: on or off."""
        return bool(self.decision and self.decision.authority)


class Row(NamedTuple):
    """One component, with a cell for each role of the matrix."""

    action: Action
    cells: list[Cell]


COMPONENTS = [action for action in Action if action.component]


def roles(place: Place) -> list[Role]:
    """The columns, parents first. A school's has none for the authority, about which it does not decide."""
    return roles_of_school() if place.school else list(Role)


def matrix(place: Place) -> list[Row]:
    """Every component and role, as the gate would answer at this school, or as the authority has decided for all."""
    made = _made(place)
    return [Row(action, [made(role, action) for role in roles(place)]) for action in COMPONENTS]


def column(place: Place, role: Role) -> list[Cell]:
    """The cells of one role that somebody can decide about."""
    made = _made(place)
    return [made(role, action) for action in components_of(role)]


def parts(cells: list[Cell]) -> list[tuple[str, list[Cell]]]:
    """A column in parts with a heading each, what is about children first."""
    about = {Pupil: "My child" if cells[0].role == PARENT_HAT else "Pupils", Group: "Classes and groups"} if cells else {}
    found: dict[str, list[Cell]] = {heading: [] for heading in about.values()}
    for cell in cells:
        found.setdefault(about.get(cell.action.subject, "The school"), []).append(cell)
    return [(heading, some) for heading, some in found.items() if some]


def never(role: Role) -> list[Action]:
    """The components that no decision can give this role."""
    return [action for action in COMPONENTS if action not in components_of(role)]


Making = Callable[[Role, Action], Cell]


def _made(place: Place) -> Making:
    """What makes a cell; reads once what it needs."""
    return _cells_of_school(place.school) if place.school else _cells_of_authority(place.authority)


def _cells_of_school(school: School) -> Making:
    decisions = Decisions.about([school.id], list(Role))

    def cell(role: Role, action: Action) -> Cell:
        if action not in components_of(role):
            return Cell(role, action, None, Setting.UNSAID)
        decision = decisions.get((school.id, role, action.key), Decision())
        setting = {None: Setting.UNSAID, True: Setting.ON, False: Setting.OFF}[decision.school]
        is_open = decision.authority is not None and not decision.locked
        return Cell(role, action, decision, setting, OF_SCHOOL if is_open else ())

    return cell


def _cells_of_authority(authority: Authority) -> Making:
    default: dict[tuple[str, str], ComponentPolicy] = {}
    own: dict[tuple[str, str], list[School]] = defaultdict(list)
    schools = {school.id: school for school in School.select().where(School.authority == authority).order_by(School.name)}
    for row in ComponentPolicy.select().where(ComponentPolicy.authority == authority):
        if row.school_id:
            own[row.role, row.component].append(schools[row.school_id])
        else:
            default[row.role, row.component] = row

    def cell(role: Role, action: Action) -> Cell:
        key = (role.value, action.key)
        if action not in components_of(role):
            return Cell(role, action, None, Setting.UNSAID)
        row = default.get(key)
        decision = Decision(row.allowed, row.locked) if row else Decision()
        return Cell(role, action, decision, _said(row), OF_AUTHORITY if row else (Setting.UNSAID, *OF_AUTHORITY), own[key])

    return cell


def _said(row: ComponentPolicy | None) -> Setting:
    if row is None:
        return Setting.UNSAID
    return Setting(f"{'on' if row.allowed else 'off'}{'-locked' if row.locked else ''}")


# --- a change, before it is kept ------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What somebody wants to decide about one role. settings: only what would differ from now."""

    place: Place
    role: Role
    settings: dict[Action, Setting]


class Person(NamedTuple):
    """Somebody whom a change concerns; a parent with the children it is about."""

    user: User
    children: list[Pupil]


@dataclass(frozen=True)
class Effect:
    """What a change means for one component at one school. gain, lose: how many; who: by name, where that may be told.

    opens: the school's schedule holds it back until then.
    """

    school: School
    action: Action
    gain: int
    lose: int
    who_gains: list[Person]
    who_loses: list[Person]
    opens: datetime | None = None


def change(place: Place, role: Role, given: Mapping[str, str]) -> Change:
    """What a form (component -> setting, both as words) would change; what this place may not decide is left out."""
    cells = {cell.action: cell for cell in column(place, role)}
    wanted = {action: given.get(action.key, "") for action in cells}
    settings = {action: Setting(word) for action, word in wanted.items() if word in cells[action].choices and word != cells[action].setting}
    return Change(place, role, settings)


def standing(place: Place) -> str:
    """Stands for everything decided that a matrix shows."""
    here = (ComponentPolicy.school.is_null() | (ComponentPolicy.school == place.school)) if place.school else ComponentPolicy.id.is_null(False)
    rows = (ComponentPolicy.select(ComponentPolicy.school, ComponentPolicy.role, ComponentPolicy.component, ComponentPolicy.allowed, ComponentPolicy.locked)
            .where(ComponentPolicy.authority == place.authority, here))
    return signing.digest({"decided": sorted([str(fact) for fact in row] for row in rows.tuples())})


Pairs = set[tuple[int, int]]  # (user, child); for staff, who reach pupils by their duties, 0 in place of the child


def effects(wanted: Change, *, named: bool = False) -> list[Effect]:
    """Whom it reaches: the real change, rolled back. Whole components only; when a schedule opens one is told, not counted.

    named: the names as well, for whoever may know them.
    """
    touched = [action for action in components_of(wanted.role) if {action, *_within(action)} & wanted.settings.keys()]
    schools = _schools(wanted.place)
    with db.undone():
        School.update(schedule_text="{}").where(School.id.in_([school.id for school in schools])).execute()
        before = {(school.id, action): _reach(school, wanted.role, action) for school in schools for action in touched}
        _write(wanted)
        after = {(school.id, action): _reach(school, wanted.role, action) for school in schools for action in touched}
    found = [_effect(school, action, before[school.id, action], after[school.id, action], named) for school in schools for action in touched]
    return [effect for effect in found if effect.gain or effect.lose]


def _schools(place: Place) -> list[School]:
    return [place.school] if place.school else list(School.select().where(School.authority == place.authority).order_by(School.name))


def _within(action: Action) -> tuple[Action, ...]:
    """What must be open as well before a page can show this: the child's page, and around a comment what it is about."""
    if action is Action.CONDUCT_TEXT:
        return (Action.CHILD, Action.CONDUCT)
    return (Action.CHILD,) if action.subject is Pupil and action is not Action.CHILD else ()


def _reach(school: School, role: Role, action: Action) -> Pairs:
    wanted = (action, *_within(action))
    if role == PARENT_HAT and action.subject is Pupil:
        return set.intersection(*(reached_by_link(one, school) for one in wanted))
    records = {Pupil: Pupil.school == school, Group: Group.school == school}.get(action.subject)
    hat = PARENT_HAT if role == PARENT_HAT else STAFF_HAT
    people = set.intersection(*({user for user, worn in reached(one, records, [school]) if worn == hat} for one in wanted))
    return {pair for pair in _families(school) if pair[0] in people} if hat == PARENT_HAT else {(user, 0) for user in people}


def _families(school: School) -> Pairs:
    """Every account and child of this school between whom a link gives access."""
    accounts: dict[int, list[int]] = defaultdict(list)
    for user, contact in UserContact.select(UserContact.user, UserContact.contact).join(Contact).where(Contact.school == school).tuples():
        accounts[contact].append(user)
    return {(user, child) for contact, child in policy.access_pairs(school) for user in accounts[contact]}


def _effect(school: School, action: Action, before: Pairs, after: Pairs, named: bool) -> Effect:
    gain, lose = _people(after - before), _people(before - after)
    opens = policy.schedule_of(school, action.key).opens
    return Effect(school, action, len(gain), len(lose), gain if named else [], lose if named else [], opens if opens and opens > clock.now() else None)


def _people(pairs: Pairs) -> list[Person]:
    """By surname; whose account is locked sees nothing either way."""
    users = User.select().where(User.id.in_({user for user, _ in pairs}), User.locked.is_null())
    children = {child.id: child for child in Pupil.select().where(Pupil.id.in_({child for _, child in pairs}))}
    theirs: dict[int, list[Pupil]] = defaultdict(list)
    for user, child in sorted(pairs):
        theirs[user] += [children[child]] if child else []
    found = [Person(user, theirs[user.id]) for user in users]
    return sorted(found, key=lambda one: one.user.by_surname)


# --- keeping it -----------------------------------------------------------------------------------------


def keep(by: User, wanted: Change, seen: str) -> None:
    """Make the change. seen: what stood when it was looked at; raises Overtaken when something was decided since."""
    with db.write_lock():
        for school in _schools(wanted.place):
            school.touch()  # on PostgreSQL this also holds the row: of two at once the second sees what the first decided
        if standing(wanted.place) != seen:
            raise Overtaken(OVERTAKEN)
        was = {cell.action: cell.setting for cell in column(wanted.place, wanted.role)}
        _write(wanted)
        Audit.write(by, "decided what may be used", f"{wanted.place.name}, {wanted.role.people}", school=wanted.place.school,
                    before=_words({action: was[action] for action in wanted.settings}), after=_words(wanted.settings))


def _words(settings: Mapping[Action, Setting]) -> dict[str, str]:
    return {action.key: setting.value for action, setting in settings.items()}


def _write(wanted: Change) -> None:
    place = wanted.place
    whose = ComponentPolicy.school == place.school if place.school else ComponentPolicy.school.is_null()
    for action, setting in wanted.settings.items():
        here = (ComponentPolicy.authority == place.authority) & whose & (ComponentPolicy.role == wanted.role.value) & (ComponentPolicy.component == action.key)
        ComponentPolicy.delete().where(here).execute()
        if setting is not Setting.UNSAID:
            ComponentPolicy.create(authority=place.authority, school=place.school, role=wanted.role.value, component=action.key,
                                   allowed=setting.allowed, locked=setting.locked)


# --- signing it off ---------------------------------------------------------------------------------------


def to_sign(school: School) -> str:
    """Stands for what a sign-off would answer for now."""
    return signing.digest(signing.rests_on(school, signing.POLICY))


def sign(by: User, school: School, seen: str, note: str) -> SignOff:
    """Somebody answers for what parents may use. Raises Overtaken when that is not what they saw."""
    with db.write_lock():
        if seen != to_sign(school):
            raise Overtaken("What parents may use has changed since you looked. Please look again; nothing was signed.")
        return signing.sign(by, school, signing.POLICY, note)


def signed_for(sign_off: SignOff) -> list[tuple[Action, bool]]:
    """What parents could use when it was signed: each component, on or off."""
    may: dict[str, bool] = json.loads(sign_off.snapshot_text)["policy"]["may"]
    return [(action, may[action.key]) for action in COMPONENTS if action.key in may]
