"""Hides how a page that is being arranged is looked at: what policy refuses there, and the page as somebody else would see it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

from peewee import ModelSelect, fn

from glowlite.arranging.drafts import Part, Place, authority_of, schools_of
from glowlite.models import Authority, Contact, Duty, GroupPage, Link, Membership, Pupil, School, User, UserContact
from glowlite.policy import PAGES, ROLES, Action, Decisions, Role, Viewer, Why, links_with_access, school_children

MOST_PEOPLE = 8


def refusals(place: Place, role: Role, key: str, parts: Iterable[Part]) -> dict[str, Why]:
    """By the key of a part: why sieves 1 to 3 keep it from everybody in this role, wherever on this page it stands."""
    schools, authority = schools_of(place), authority_of(place).name
    decisions = Decisions.about([school.id for school in schools], [role])
    deciding = f"the head of {place.name}" if isinstance(place, School) else "the head of each school"
    answers = {
        1: Why(False, 1, f"GlowLite never shows this to {role.people}.", who="nobody"),
        2: Why(False, 2, f"{authority} has not switched this on for {role.people}.", who=authority),
        3: Why(False, 3, f"{place.name if isinstance(place, School) else 'Every school'} has switched this off for {role.people}.", who=deciding)}

    def sieve(action: Action) -> int | None:
        if action not in ROLES[role]:
            return 1
        stops = [decisions.decided_at(school.id, role, action) for school in schools] if action.component else [None]
        return None if None in stops else max(filter(None, stops), default=None)

    def refusal(part: Part) -> Why | None:
        if key not in part.pages:
            return Why(False, 1, "This part is not made for this page.", who="nobody")
        wanted = (PAGES[key], *([Action.CHILD] if part.needs.subject is Pupil else []), part.needs)
        return next((answers[stop] for stop in map(sieve, wanted) if stop), None)

    return {part.key: why for part in parts if (why := refusal(part))}


# --- looking at a page as somebody else -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Glance(Viewer):
    """Somebody as another looks at their page: what either of the two may not see is not there. One role, the schools of one place."""

    through: Viewer

    @classmethod
    def of_role(cls, user: User | None, place: Place, role: Role, through: Viewer) -> Self:
        """Without a user it is somebody made up, whom no child is linked to."""
        schools = {school.id: school for school in schools_of(place)}
        there = frozenset((role, number) for number in schools)
        hat = Viewer(0, "", there).hats[0]
        if user is None:
            return cls(0, "somebody made up", there, hat, schools, through=through)
        return cls(user.id, user.name, there & Viewer.of(user).held, hat, schools, through=through)

    @property
    def looker(self) -> Viewer:
        return self.through

    def schools_for(self, role: Role, action: Action) -> list[int]:
        theirs = {school for own in self.through.roles for school in self.through.schools_for(own, action)}
        return [school for school in super().schools_for(role, action)
                if school in theirs and (action.subject in (School, Authority) or _opens_every_child(self.through, school))]

    def hides(self, role: Role, action: Action) -> bool:
        """Is it only the looker who may not see it?"""
        return bool(super().schools_for(role, action)) and not self.schools_for(role, action)


def sees_families(viewer: Viewer, place: Place) -> bool:
    """May this viewer look at the pages here as real people? Never the authority, whose work is no child's data."""
    return isinstance(place, School) and _opens_every_child(viewer, place.id)


def _opens_every_child(viewer: Viewer, school_id: int) -> bool:
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


def glance(looker: Viewer, place: Place, role: Role, person: Person | None) -> Glance:
    """The page of this person in this role, or of somebody made up, as the looker may see it."""
    return Glance.of_role(User.get_by_id(person.id) if person else None, place, role, looker)


def people(looker: Viewer, place: Place, role: Role, key: str) -> list[Person]:
    """A few whose page may be looked at, the most typical first: families of each kind, or staff."""
    if not isinstance(place, School) or not sees_families(looker, place):
        return []
    is_parent = Glance.of_role(None, place, role, looker).at_home_with_children
    return _families(place, key) if is_parent else _staff(place, role)


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
