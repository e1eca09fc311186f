"""Hides news: posts, whom they address, the pictures and files that go with them, and who has read them."""

import json
import secrets

from peewee import BlobField, BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.groups import Group
from glowlite.models.people import Pupil
from glowlite.models.school import Authority, School
from glowlite.models.users import User

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"


class Post(BaseModel):
    """News of a group, a school (no group) or the whole authority (no school).

    shows_from, shows_until: UTC moments between which it is seen. named_only: only for the families of the children in PostPupil.
    version: grows with every edit, so that two people editing at once cannot overwrite each other unknowingly.
    """

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    group = ForeignKeyField(Group, null=True)
    author = ForeignKeyField(User, null=True, on_delete="SET NULL")
    author_name = CharField(120)
    title = CharField(160)
    body = TextField(default="")
    state = CharField(12, default=DRAFT)
    for_parents = BooleanField(default=True)
    for_pupils = BooleanField(default=False)
    for_staff = BooleanField(default=True)
    named_only = BooleanField(default=False)
    pinned = BooleanField(default=False)
    shows_from = DateTimeField(null=True)
    shows_until = DateTimeField(null=True)
    changed = DateTimeField()
    version = IntegerField(default=1)

    class Meta:
        table_name = "posts"
        indexes = ((("group", "state", "pinned", "shows_from"), False), (("school", "state", "pinned", "shows_from"), False))


class PostPupil(BaseModel):
    """A child whom a post addresses by name (is_for), or who can be seen in its pictures (is_shown)."""

    post = ForeignKeyField(Post, backref="pupils", on_delete="CASCADE")
    pupil = ForeignKeyField(Pupil, on_delete="CASCADE")
    is_for = BooleanField(default=False)
    is_shown = BooleanField(default=False)

    class Meta:
        table_name = "post_pupils"
        indexes = ((("post", "pupil"), True),)


class PostFile(BaseModel):
    """A picture or file of a post. key: the unguessable part of its address; seeing the post is needed all the same."""

    post = ForeignKeyField(Post, backref="files", on_delete="CASCADE")
    key = CharField(32, unique=True, default=lambda: secrets.token_urlsafe(16))
    kind = CharField(10)
    name = CharField(160)
    alt = CharField(300, default="")
    width = IntegerField(null=True)
    height = IntegerField(null=True)

    class Meta:
        table_name = "post_files"


class FileContent(BaseModel):
    """The bytes of a file in one form: picture in large or small, as webp or jpeg; or the file as it came."""

    file = ForeignKeyField(PostFile, backref="contents", on_delete="CASCADE")
    form = CharField(20)
    mime = CharField(100)
    data = BlobField()

    class Meta:
        table_name = "file_contents"
        indexes = ((("file", "form"), True),)


class PostReading(BaseModel):
    """Somebody has had a post on their screen."""

    post = ForeignKeyField(Post, on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE")
    at = DateTimeField()

    class Meta:
        table_name = "post_readings"
        indexes = ((("post", "user"), True),)


class GroupPage(BaseModel):
    """What the teachers of a group decided: do parents come in at all, and which widgets do they not meet there?"""

    group = ForeignKeyField(Group, unique=True)
    open_to_parents = BooleanField(default=False)
    hidden_text = TextField(default="[]")

    class Meta:
        table_name = "group_pages"

    @classmethod
    def is_open(cls, group: Group) -> bool:
        """Do parents come in?"""
        page = cls.get_or_none(cls.group == group)
        return page is not None and page.open_to_parents

    @classmethod
    def hidden_from_parents(cls, group: Group) -> set[str]:
        page = cls.get_or_none(cls.group == group)
        return set(json.loads(page.hidden_text)) if page else set()

    @classmethod
    def arrange(cls, group: Group, open_to_parents: bool, hidden: list[str]) -> None:
        """Write down what a teacher decided about the page of their group."""
        values = {"open_to_parents": open_to_parents, "hidden_text": json.dumps(sorted(hidden))}
        if not cls.update(values).where(cls.group == group).execute():
            cls.create(group=group, **values)
