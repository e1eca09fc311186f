"""Hides how pages are put together: pages, the widgets placed on them, and what each role may use."""

import json
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.school import Authority, School


class Page(BaseModel):
    """A page of one school, or the authority's default for all that have none of their own. key: home, child."""

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    key = CharField(20)

    class Meta:
        table_name = "pages"
        indexes = ((("authority", "school", "key"), True),)


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
