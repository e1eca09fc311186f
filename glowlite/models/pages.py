"""Hides how pages are put together: pages, the widgets placed on them, and what each role may use."""

import json
from typing import Any

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.school import Authority, School


class Page(BaseModel):
    """A page of one school, or the authority's default for all that have none of their own. key: home, child, group, school, authority."""

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    key = CharField(20)

    class Meta:
        table_name = "pages"
        indexes = ((("authority", "school", "key"), True),)

    @classmethod
    def of(cls, school: School, key: str) -> "Page | None":
        """The school's own page of this kind, or else the authority's."""
        return cls.get_or_none(cls.school == school, cls.key == key) or cls.default(school.authority, key)

    @classmethod
    def default(cls, authority: Authority, key: str) -> "Page | None":
        return cls.get_or_none(cls.school.is_null(), cls.authority == authority, cls.key == key)


class Placement(BaseModel):
    """A widget stands on a page for a role."""

    page = ForeignKeyField(Page, backref="placements", on_delete="CASCADE")
    role = CharField(20)
    widget = CharField(40)
    position = IntegerField()
    is_on = BooleanField(default=True)
    options_text = TextField(default="{}")

    class Meta:
        table_name = "placements"
        indexes = ((("page", "role", "widget"), True),)

    @property
    def options(self) -> dict[str, Any]:
        return json.loads(self.options_text)


class PageDraft(BaseModel):
    """What an editor is arranging and nobody else sees yet: role -> list of {widget, is_on, options}.

    version: grows with every change, so that two people arranging one page cannot overwrite each other unknowingly.
    """

    page = ForeignKeyField(Page, unique=True, on_delete="CASCADE")
    content_text = TextField()
    version = IntegerField(default=1)
    changed = DateTimeField()
    changed_by = CharField(120)

    class Meta:
        table_name = "page_drafts"


class PageVersion(BaseModel):
    """A page as it was published, to be brought back."""

    page = ForeignKeyField(Page, backref="versions", on_delete="CASCADE")
    number = IntegerField()
    content_text = TextField()
    published = DateTimeField()
    published_by = CharField(120)

    class Meta:
        table_name = "page_versions"
        indexes = ((("page", "number"), True),)


class ComponentPolicy(BaseModel):
    """Whether a role may use a component: the authority's row is the default (or, locked, the law); a school's row decides for it."""

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    role = CharField(20)
    component = CharField(40)
    allowed = BooleanField()
    locked = BooleanField(default=False)

    class Meta:
        table_name = "component_policies"
        indexes = ((("authority", "school", "role", "component"), True),)
