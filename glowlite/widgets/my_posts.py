"""What the viewer wrote: drafts, what is to come and what is out, with how many parents have read it, and where to write more."""

from datetime import datetime
from typing import Any, NamedTuple

from peewee import JOIN, ModelSelect

from glowlite import clock
from glowlite.models import Authority, Group, GroupPage, Post, School, Teaching, UserStaff
from glowlite.models.news import DRAFT, PUBLISHED, WITHDRAWN
from glowlite.policy import Action, allowed, narrowed, schools_open
from glowlite.readership import Readership, readership
from glowlite.widgets.base import Ask, Option, Widget

SCHEDULED, OUT, EXPIRED = "scheduled", "out", "expired"
ORDER = (DRAFT, SCHEDULED, OUT, EXPIRED, WITHDRAWN)


class Written(NamedTuple):
    """One post. state: one of ORDER. since: from when that is so. readers: of a post that is out and for parents, else None.

    is_shut: its group's page is not open to parents, so nobody at home can read it.
    """

    id: int
    title: str
    place: str
    accent: str
    state: str
    since: datetime
    readers: Readership | None
    is_shut: bool


def fetch(ask: Ask) -> dict[str, Any] | None:
    posts, now = list(_newest(ask)), clock.now()
    readers = readership(post for post in posts if post.for_parents and _state(post, now)[0] == OUT)
    written = [_written(post, now, readers.get(post.id), len(ask.schools) > 1) for post in posts]
    return {"posts": sorted(written, key=_rank), "groups": narrowed(ask.viewer, Action.WRITE_GROUP_NEWS, _taught_by, ask.viewer.user_id),
            "schools": [ask.schools[number] for number in _open(ask, Action.WRITE_SCHOOL_NEWS)],
            "authorities": sorted({ask.schools[number].authority_id for number in _open(ask, Action.WRITE_AUTHORITY_NEWS)})}


def _open(ask: Ask, action: Action) -> list[int]:
    return [number for number in ask.schools if number in schools_open(ask.viewer, action)]


def _taught_by(groups: ModelSelect, asker: Any, user_id: Any) -> ModelSelect:
    """(id, name) of their own groups; who may write for all groups of a school finds the others on their pages."""
    own = Teaching.select(Teaching.group).join(UserStaff, on=UserStaff.staff == Teaching.staff).where(UserStaff.user == user_id, Teaching.gone.is_null())
    return groups.where(Group.id.in_(own)).select(Group.id, Group.name).order_by(Group.name)


def _newest(ask: Ask) -> ModelSelect:
    """The viewer's own, as far as they may still open and change them; in a preview without what only they themselves see."""
    changeable = allowed(ask.viewer.looker, Action.CHANGE_NEWS).select(Post.id)
    names = (Group.name.alias("group_name"), School.name.alias("school_name"), Authority.name.alias("authority_name"), School.accent,
             GroupPage.open_to_parents)
    return (allowed(ask.viewer, Action.NEWS).select(Post, *names)
            .join(Group, JOIN.LEFT_OUTER).switch(Post).join(School, JOIN.LEFT_OUTER).switch(Post).join(Authority)
            .join_from(Post, GroupPage, JOIN.LEFT_OUTER, on=GroupPage.group == Post.group)
            .where(Post.author == ask.viewer.user_id, Post.id.in_(changeable), Post.school.in_(list(ask.schools)) | Post.school.is_null())
            .order_by(Post.changed.desc(), Post.id.desc()).limit(ask.option("how_many")).objects())


def _written(post: Any, now: datetime, readers: Readership | None, with_school: bool) -> Written:
    place = post.group_name or post.school_name or post.authority_name
    if with_school and post.group_name:
        place = f"{place}, {post.school_name}"
    return Written(post.id, post.title, place, post.accent or "loch", *_state(post, now), readers, bool(post.group_id and not post.open_to_parents))


def _rank(one: Written) -> tuple[int, float]:
    """Drafts first, then what is to come, the next first; of all others the newest."""
    moment = one.since.timestamp()
    return ORDER.index(one.state), moment if one.state == SCHEDULED else -moment


def _state(post: Post, now: datetime) -> tuple[str, datetime]:
    if post.state != PUBLISHED:
        return post.state, post.changed
    if post.shows_from and post.shows_from > now:
        return SCHEDULED, post.shows_from
    if post.shows_until and post.shows_until <= now:
        return EXPIRED, post.shows_until
    return OUT, post.shows_from or post.changed


WIDGET = Widget(
    title="My posts",
    needs=Action.CHANGE_NEWS,
    fetch=fetch,
    pages=("home",),
    options={"how_many": Option("number", 6, "How many posts")},
    about="For staff: what they wrote themselves, and how many parents have read it.",
)
