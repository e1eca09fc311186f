"""News with its files, group pages, and drafts and versions of pages."""

import secrets

from peewee import *


class Base(Model):
    class Meta:
        legacy_table_names = False


class Authority(Base):
    class Meta:
        table_name = "authorities"


class School(Base):
    class Meta:
        table_name = "schools"


class Group(Base):
    class Meta:
        table_name = "groups"


class Pupil(Base):
    class Meta:
        table_name = "pupils"


class User(Base):
    class Meta:
        table_name = "users"


class Page(Base):
    class Meta:
        table_name = "pages"


class Post(Base):
    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    group = ForeignKeyField(Group, null=True)
    author = ForeignKeyField(User, null=True, on_delete="SET NULL")
    author_name = CharField(120)
    title = CharField(160)
    body = TextField(default="")
    state = CharField(12, default="draft")
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


class PostPupil(Base):
    post = ForeignKeyField(Post, on_delete="CASCADE")
    pupil = ForeignKeyField(Pupil, on_delete="CASCADE")
    is_for = BooleanField(default=False)
    is_shown = BooleanField(default=False)

    class Meta:
        table_name = "post_pupils"
        indexes = ((("post", "pupil"), True),)


class PostFile(Base):
    post = ForeignKeyField(Post, on_delete="CASCADE")
    key = CharField(32, unique=True, default=lambda: secrets.token_urlsafe(16))
    kind = CharField(10)
    name = CharField(160)
    alt = CharField(300, default="")
    width = IntegerField(null=True)
    height = IntegerField(null=True)

    class Meta:
        table_name = "post_files"


class FileContent(Base):
    file = ForeignKeyField(PostFile, on_delete="CASCADE")
    form = CharField(20)
    mime = CharField(100)
    data = BlobField()

    class Meta:
        table_name = "file_contents"
        indexes = ((("file", "form"), True),)


class PostReading(Base):
    post = ForeignKeyField(Post, on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE")
    at = DateTimeField()

    class Meta:
        table_name = "post_readings"
        indexes = ((("post", "user"), True),)


class GroupPage(Base):
    group = ForeignKeyField(Group, unique=True)
    open_to_parents = BooleanField(default=False)
    hidden_text = TextField(default="[]")

    class Meta:
        table_name = "group_pages"


class PageDraft(Base):
    page = ForeignKeyField(Page, unique=True, on_delete="CASCADE")
    content_text = TextField()
    version = IntegerField(default=1)
    changed = DateTimeField()
    changed_by = CharField(120)

    class Meta:
        table_name = "page_drafts"


class PageVersion(Base):
    page = ForeignKeyField(Page, on_delete="CASCADE")
    number = IntegerField()
    content_text = TextField()
    published = DateTimeField()
    published_by = CharField(120)

    class Meta:
        table_name = "page_versions"
        indexes = ((("page", "number"), True),)


TABLES = (Post, PostPupil, PostFile, FileContent, PostReading, GroupPage, PageDraft, PageVersion)


def up(migrator, db):
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("users", "last_visit", DateTimeField(null=True)),
        migrator.add_column("schools", "turns_text", TextField(default="[]")))

