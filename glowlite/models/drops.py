"""Hides the memory of what was loaded: each drop, its problems, and the journal of rows as they were before."""

import json
from typing import Any

from peewee import BigAutoField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.school import School


class Drop(BaseModel):
    """One delivery of files for one school. `report` is the JSON that `flask drops load --json` prints."""

    school = ForeignKeyField(School, backref="drops")
    status = CharField(10)
    format = CharField(40, null=True)
    mis = CharField(60, default="")
    digest = CharField(64)
    loaded_by = CharField(80)
    started = DateTimeField()
    finished = DateTimeField(null=True)
    report_text = TextField(default="{}")

    class Meta:
        table_name = "drops"
        indexes = ((("school", "status"), False),)

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.report_text)


class Problem(BaseModel):
    """Something in a drop for a person to look at, by file and spreadsheet row."""

    drop = ForeignKeyField(Drop, backref="problems", on_delete="CASCADE")
    weight = CharField(10)
    file = CharField(200)
    row = IntegerField(null=True)
    column = CharField(80, null=True, column_name="column_name")
    value = TextField(null=True)
    message = TextField()

    class Meta:
        table_name = "problems"


class Journal(BaseModel):
    """A row as it stood before a drop changed or ended it. Rows without an entry were made by the drop they name."""

    id = BigAutoField()
    drop = ForeignKeyField(Drop, on_delete="CASCADE")
    table = CharField(40, column_name="table_name")
    before = TextField()

    class Meta:
        table_name = "journal"
