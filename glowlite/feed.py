"""Hides how news is read: one feed for each page, every post once with the children it concerns, and who has had it on their screen."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from peewee import JOIN, Expression, ModelSelect, fn

from glowlite import clock, db
from glowlite.models import Authority, Group, Membership, Post, PostFile, PostPupil, PostReading, Pupil, School
from glowlite.policy import Action, Viewer, all_allowed, can, may_be_shown, narrowed, showing
from glowlite.prepared import as_models


class File(NamedTuple):
    """A picture or file of a post, as a page needs it. key: a part of its address. kind: picture or file."""

    id: int
    key: str
    kind: str
    name: str
    alt: str
    width: int | None
    height: int | None


class Item(NamedTuple):
    """A post as one person meets it. children: those of the viewer's that it concerns, once each. place: whose news it is, by name."""

    post: Post
    place: str
    accent: str
    children: list[Pupil]
    files: list[File]
    is_read: bool
    is_new: bool


def feed(viewer: Viewer, children: Iterable[Pupil], *, most: int, group: Group | None = None, child: Pupil | None = None,
         authority: Authority | None = None) -> list[Item]:
    """The newest posts this viewer may see, pinned ones first, in one query. What came since the last visit is new.

    group: only of this group. child: only what concerns this child. authority: only what it writes itself, to all its schools.
    """
    mine = list(children)
    about = (viewer.user_id, tuple(one.id for one in mine), most)
    if group:
        rows = narrowed(viewer, Action.NEWS, _of_group, *about, group.id)
    elif child:
        rows = narrowed(viewer, Action.NEWS, _about_child, *about, child.id, child.school_id)
    elif authority:
        rows = narrowed(viewer, Action.NEWS, _of_authority, *about, authority.id)
    else:
        rows = narrowed(viewer, Action.NEWS, _newest, *about, tuple(viewer.school_ids))
    return [_item(viewer, row, mine) for row in rows]


def item(viewer: Viewer, post: Post) -> Item:
    """One post that the gate has already let this viewer see."""
    children = all_allowed(viewer, Action.CHILD) if viewer.at_home_with_children else []
    row, = narrowed(viewer, Action.NEWS, _numbered, viewer.user_id, tuple(child.id for child in children), post.id)
    return _item(viewer, row, children)


def posts_in(panels: Iterable[Any]) -> list[Item]:
    """What the news of a page shows."""
    return [item for panel in panels for item in panel.values.get("items", ()) if isinstance(item, Item)]


def may_write(viewer: Viewer, group: Group | None) -> bool:
    """Does the page of this group (or, without one, the home page) offer to write?"""
    return group is not None and can(viewer, Action.WRITE_GROUP_NEWS, group)


def record_reading(viewer: Viewer, items: Iterable[Item]) -> None:
    """Write down that these posts were on this person's screen; only the first time counts."""
    rows = [{"post": item.post.id, "user": viewer.user_id, "at": clock.now()} for item in items if not item.is_read]
    if rows:
        PostReading.insert_many(rows).on_conflict_ignore().execute()


# --- the queries ----------------------------------------------------------------------------------------


FEW_SCHOOLS = 5  # whose posts are looked for one school after the other
ORDER = (Post.pinned.desc(), Post.shows_from.desc(), Post.id.desc())


def _detailed(chosen: Expression, user_id: Any, children: Any) -> ModelSelect:
    """These posts with all that their cards say: place, the children concerned, files, and whether this person has read them.

    They are chosen by number first, or SQLite would look up the rest for every post of the year before it takes the newest.
    """
    members = Membership.select(db.json_rows(Membership.pupil)).where(
        Membership.group == Post.group, Membership.pupil.in_(children), Membership.gone.is_null())
    named = PostPupil.select(db.json_rows(PostPupil.pupil)).where(PostPupil.post == Post.id, PostPupil.is_for, PostPupil.pupil.in_(children))
    files = PostFile.select(db.json_rows(*(getattr(PostFile, name) for name in File._fields))).where(PostFile.post == Post.id, may_be_shown())
    read = fn.EXISTS(PostReading.select(1).where(PostReading.post == Post.id, PostReading.user == user_id))
    return (Post.select(*Post._meta.sorted_fields, Group.name, School.name, Authority.name, School.accent, members, named, files, read)
            .join(Group, JOIN.LEFT_OUTER).switch(Post).join(School, JOIN.LEFT_OUTER).switch(Post).join(Authority)
            .where(chosen).order_by(*ORDER))


def _first(posts: ModelSelect, asker: Any, most: Any, *wheres: Expression) -> Expression:
    """The newest of each of these, walked through in the order of an index: only as far as the last that is wanted, not through a whole year."""
    shown = posts.where(showing(asker)).order_by(*ORDER).limit(most)
    return reduce(or_, [Post.id.in_(shown.where(where).select(Post.id)) for where in wheres])


def _newest(posts: ModelSelect, asker: Any, user_id: Any, children: Any, most: Any, schools: Any) -> ModelSelect:
    wheres = [Post.school == school for school in schools] if len(schools) <= FEW_SCHOOLS else [Post.school.is_null(False)]
    return _detailed(_first(posts, asker, most, Post.school.is_null(), *wheres), user_id, children).limit(most)


def _of_group(posts: ModelSelect, asker: Any, user_id: Any, children: Any, most: Any, group: Any) -> ModelSelect:
    return _detailed(_first(posts, asker, most, Post.group == group), user_id, children)


def _of_authority(posts: ModelSelect, asker: Any, user_id: Any, children: Any, most: Any, authority: Any) -> ModelSelect:
    return _detailed(_first(posts, asker, most, (Post.authority == authority) & Post.school.is_null()), user_id, children)


def _about_child(posts: ModelSelect, asker: Any, user_id: Any, children: Any, most: Any, child: Any, school: Any) -> ModelSelect:
    concerning = posts.where(_concerns(child))
    return _detailed(_first(concerning, asker, most, Post.school.is_null(), Post.school == school), user_id, children).limit(most)


def _numbered(posts: ModelSelect, asker: Any, user_id: Any, children: Any, number: Any) -> ModelSelect:
    return _detailed(Post.id.in_(posts.where(Post.id == number).select(Post.id)), user_id, children)


def _concerns(child: Any) -> Expression:
    """News of everybody, or of the child's groups; of what is for named children, only what names this one."""
    groups = Membership.select(Membership.group).where(Membership.pupil == child, Membership.gone.is_null())
    named = PostPupil.select(PostPupil.post).where(PostPupil.pupil == child, PostPupil.is_for)
    return (Post.group.is_null() | Post.group.in_(groups)) & (~Post.named_only | Post.id.in_(named))


def _item(viewer: Viewer, row: Any, children: list[Pupil]) -> Item:
    *columns, group, school, authority, accent, members, named, files, is_read = row
    post, = as_models(Post, [columns])
    shows_from: datetime | None = post.shows_from
    is_new = bool(viewer.last_visit and shows_from and shows_from > viewer.last_visit)
    return Item(post, group or school or authority, accent or "loch", _concerned(post, children, _ids(members), _ids(named)),
                sorted(File(*file) for file in json.loads(files or "[]")), bool(is_read), is_new)


def _ids(text: str | None) -> set[int]:
    return {number for (number,) in json.loads(text or "[]")}


def _concerned(post: Post, children: list[Pupil], members: set[int], named: set[int]) -> list[Pupil]:
    here = [child for child in children if post.school_id in (None, child.school_id)]
    if post.group_id:
        here = [child for child in here if child.id in members]
    return [child for child in here if not post.named_only or child.id in named]
