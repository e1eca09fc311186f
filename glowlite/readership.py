"""Hides who has had which post on the screen: how many parents each post is for and how many of them have seen it, for many posts at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from peewee import Expression, ModelSelect, fn

from glowlite.models import Contact, Membership, Post, PostPupil, PostReading, Pupil, School, User, UserContact
from glowlite.policy import links_with_access

GROUP, SCHOOL, AUTHORITY, POST = "group", "school", "authority", "post"  # whose parents a post is for; of a post are those of the named children


class Readership(NamedTuple):
    """reached: the parents with an account whom a post is for. read: how many of them have had it on their screen."""

    read: int
    reached: int


def readership(posts: Iterable[Post]) -> dict[int, Readership]:
    """By the id of the post; the same few queries for many posts as for one. Posts of one place share the count of its parents."""
    found = list(posts)
    reached, read = _reached(found), _read(found)
    return {post.id: Readership(read.get(post.id, 0), reached.get(_place(post), 0)) for post in found}


def readers(post: Post) -> list[tuple[str, datetime]]:
    """(name, when first) of everyone who has had the post on their screen, newest first."""
    rows = PostReading.select(User.name, PostReading.at).join(User).where(PostReading.post == post).order_by(PostReading.at.desc())
    return list(rows.tuples())


def _place(post: Post) -> tuple[str, int]:
    if post.named_only:
        return POST, post.id
    if post.group_id:
        return GROUP, post.group_id
    return (SCHOOL, post.school_id) if post.school_id else (AUTHORITY, post.authority_id)


def _reached(posts: list[Post]) -> dict[tuple[str, int], int]:
    """How many parents with an account there are in each place of these posts."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, number in map(_place, posts):
        wanted[kind].add(number)
    return {(kind, number): count for kind, numbers in wanted.items() for number, count in _PARENTS_OF[kind](sorted(numbers)).tuples()}


def _parents(by: Any) -> ModelSelect:
    """(by, how many accounts) of those whom a link gives access to a child."""
    return links_with_access().join_from(Contact, UserContact).select(by, fn.COUNT(UserContact.user.distinct())).group_by(by)


def _of_groups(numbers: list[int]) -> ModelSelect:
    rows = _parents(Membership.group).join_from(Pupil, Membership, on=Membership.pupil == Pupil.id)
    return rows.where(Membership.group.in_(numbers), Membership.gone.is_null())


def _of_schools(numbers: list[int]) -> ModelSelect:
    return _parents(Pupil.school).where(Pupil.school.in_(numbers))


def _of_authorities(numbers: list[int]) -> ModelSelect:
    return _parents(School.authority).join_from(Pupil, School).where(School.authority.in_(numbers))


def _of_posts(numbers: list[int]) -> ModelSelect:
    """The parents of the children whom a post names, while these are in its group."""
    rows = _parents(PostPupil.post).join_from(Pupil, PostPupil, on=PostPupil.pupil == Pupil.id).join(Post)
    return rows.where(PostPupil.post.in_(numbers), PostPupil.is_for, _in_its_group())


_PARENTS_OF = {GROUP: _of_groups, SCHOOL: _of_schools, AUTHORITY: _of_authorities, POST: _of_posts}


def _read(posts: list[Post]) -> dict[int, int]:
    """How many of those whom a post is for have had it on their screen; staff who looked do not count."""
    rows = _parents(PostReading.post).join_from(UserContact, PostReading, on=PostReading.user == UserContact.user).join(Post)
    return dict(rows.where(PostReading.post.in_([post.id for post in posts]), _concerned()).tuples()) if posts else {}


def _concerned() -> Expression:
    """A child whom a post is about, by its place and by name."""
    here = School.select(School.id).where(School.authority == Post.authority)
    named = PostPupil.select(1).where(PostPupil.post == Post.id, PostPupil.pupil == Pupil.id, PostPupil.is_for)
    return ((Post.school == Pupil.school) | (Post.school.is_null() & Pupil.school.in_(here))) & _in_its_group() & (~Post.named_only | fn.EXISTS(named))


def _in_its_group() -> Expression:
    members = Membership.select(1).where(Membership.group == Post.group, Membership.pupil == Pupil.id, Membership.gone.is_null())
    return Post.group.is_null() | fn.EXISTS(members)
