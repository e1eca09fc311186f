"""What waits for the viewer to do something: held drops, court orders, reviews, corrections, drafts, news to come, shut pages, untaught classes."""

from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN, Expression, ModelSelect, fn

from glowlite import arranging, clock
from glowlite.mis.waiting import still_waiting
from glowlite.models import Drop, Group, GroupPage, Membership, Page, PageDraft, Post, School, Staff, Teaching
from glowlite.models.news import PUBLISHED
from glowlite.policy import Action, allowed, schools_open, showing
from glowlite.rollout import corrections, link_decisions
from glowlite.widgets.base import Ask, Widget

LISTED = 5  # of each kind


class HeldDrop(NamedTuple):
    school: School
    number: int
    since: datetime
    days: int


class Corrections(NamedTuple):
    """How many requests of parents wait at a school, and since when."""

    school: School
    number: int
    since: datetime


class DraftPage(NamedTuple):
    school: School
    key: str
    name: str
    changed: datetime
    changed_by: str


class ToCome(NamedTuple):
    """A post that is published and does not show yet."""

    id: int
    title: str
    place: str
    shows_from: datetime


class ShutGroup(NamedTuple):
    """A group with posts for parents on a page that parents cannot open."""

    id: int
    name: str
    school: School
    posts: int


class Untaught(NamedTuple):
    id: int
    name: str
    school: School


class Waiting(NamedTuple):
    """The first of one kind, and how many more there are."""

    first: list[Any]
    more: int


def fetch(ask: Ask) -> dict[str, Any] | None:
    found = {"drops": _drops(ask), **_links(ask), "corrections": _corrections(ask),
             "drafts": _drafts(ask), "posts": _posts(ask), "shut": _shut_groups(ask), "untaught": _untaught(ask)}
    return found | {"is_nothing": not any(kind.first for kind in found.values()), "with_schools": len(ask.schools) > 1}


def _first(rows: ModelSelect) -> tuple[list[Any], int]:
    """The first of these rows, and how many are left; the last column of each is how many there are."""
    found = list(rows.limit(LISTED).tuples())
    return [row[:-1] for row in found], (found[0][-1] - len(found) if found else 0)


def _number(column: Any) -> Any:
    """How many rows there are before the limit cuts them off."""
    return fn.COUNT(column).over()


def _drops(ask: Ask) -> Waiting:
    """Those that can still be let in, the oldest first."""
    rows, more = _first(still_waiting(ask.schools).select(Drop.school, Drop.id, Drop.started, _number(Drop.id)).order_by(Drop.started, Drop.id))
    return Waiting([HeldDrop(ask.schools[school], number, since, (ask.today - clock.local(since).date()).days) for school, number, since in rows], more)


def _links(ask: Ask) -> dict[str, Waiting]:
    """For who decides about single links: court orders nobody has decided about, and decisions to be looked at again soon."""
    schools = [number for number in ask.schools if number in schools_open(ask.viewer, Action.DECIDE_LINK)]
    orders, reviews = (link_decisions.orders_waiting(schools), link_decisions.due(schools)) if schools else ([], [])
    return {name: Waiting(rows[:LISTED], max(0, len(rows) - LISTED)) for name, rows in (("orders", orders), ("reviews", reviews))}


def _corrections(ask: Ask) -> Waiting:
    """What parents say is no longer right, for who settles it; one line a school."""
    schools = [number for number in ask.schools if number in schools_open(ask.viewer, Action.SETTLE_CORRECTIONS)]
    waiting = corrections.open_at(schools) if schools else []
    lines = [Corrections(ask.schools[number], len(own), own[0].at) for number in schools if (own := [one for one in waiting if one.school_id == number])]
    return Waiting(lines[:LISTED], max(0, len(lines) - LISTED))


def _drafts(ask: Ask) -> Waiting:
    schools = [number for number in ask.schools if number in schools_open(ask.viewer, Action.ARRANGE_PAGES)]
    rows, more = _first(PageDraft.select(Page.school, Page.key, PageDraft.changed, PageDraft.changed_by, _number(PageDraft.id))
                        .join(Page).where(Page.school.in_(schools)).order_by(PageDraft.changed, PageDraft.id))
    return Waiting([DraftPage(ask.schools[school], key, arranging.NAMES.get(key, key), *changed) for school, key, *changed in rows], more)


def _posts(ask: Ask) -> Waiting:
    """Only those that the viewer may still change."""
    rows, more = _first(allowed(ask.viewer, Action.CHANGE_NEWS).select(Post.id, Post.title, Group.name, Post.school, Post.shows_from, _number(Post.id))
                        .join(Group, JOIN.LEFT_OUTER)
                        .where(Post.school.in_(list(ask.schools)), Post.state == PUBLISHED, Post.shows_from > clock.now())
                        .order_by(Post.shows_from, Post.id))
    return Waiting([ToCome(number, title, group or ask.schools[school].name, since) for number, title, group, school, since in rows], more)


def _shut_groups(ask: Ask) -> Waiting:
    shut = GroupPage.open_to_parents.is_null() | (GroupPage.open_to_parents == False)
    rows, more = _first(_groups(ask, Action.ARRANGE_GROUP).select(Group.id, Group.name, Group.school, fn.COUNT(Post.id), _number(Group.id))
                        .join(Post, on=Post.group == Group.id).join_from(Group, GroupPage, JOIN.LEFT_OUTER)
                        .where(shut, Post.for_parents == True, showing(ask.viewer.asker()))
                        .group_by(Group.id, Group.name, Group.school).order_by(Group.name, Group.id))
    return Waiting([ShutGroup(number, name, ask.schools[school], posts) for number, name, school, posts in rows], more)


def _untaught(ask: Ask) -> Waiting:
    """Classes with pupils, of whom nobody knows who teaches them."""
    taught = Teaching.select(1).join(Staff).where(Teaching.group == Group.id, Teaching.gone.is_null(), Staff.gone.is_null())
    pupils = Membership.select(1).where(Membership.group == Group.id, Membership.gone.is_null())
    rows, more = _first(_groups(ask, Action.GROUP).select(Group.id, Group.name, Group.school, _number(Group.id))
                        .where(Group.kind.in_(("class", "registration")), fn.EXISTS(pupils), ~fn.EXISTS(taught)).order_by(Group.name, Group.id))
    return Waiting([Untaught(number, name, ask.schools[school]) for number, name, school in rows], more)


def _groups(ask: Ask, action: Action) -> ModelSelect:
    here: Expression = Group.school.in_(list(ask.schools))
    return allowed(ask.viewer, action).where(here)


WIDGET = Widget(
    title="What waits for you",
    needs=Action.SEE_DROPS,
    fetch=fetch,
    pages=("home",),
    about="For the head and the office: drops, drafts, news and classes that somebody must look at.",
)
