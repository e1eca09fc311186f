"""Hides the memory of what was loaded: each drop, its problems, and the journal of rows as they were before."""

import json
from typing import Any

from peewee import BigAutoField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.school import School


class Drop(BaseModel):
    """One delivery of files for one school. `report` is the JSON that `flask drops load --json` prints.

    status: open, kept, held, refused, released (a held one that was let in), undone.
    finished: when it was loaded, or came once more with the very same bytes.
    newest_day: the newest day of which its marks speak; tells yesterday's files from today's.
    """

    school = ForeignKeyField(School, backref="drops")
    status = CharField(10)
    format = CharField(40, null=True)
    mis = CharField(60, default="")
    digest = CharField(64)
    loaded_by = CharField(80)
    started = DateTimeField()
    finished = DateTimeField(null=True)
    newest_day = DateField(null=True)
    undone = DateTimeField(null=True)
    undone_by = CharField(80, default="")
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


class CaptionMap(BaseModel):
    """What the captions of one kind of file mean at one school; several may be in force, one a kind of file.

    header: the captions of the file it was made for, as it writes them, a JSON list. map: folded caption -> "noun.column", or "" for
    left alone; the shape is that of mis/captions/. ended: when another took its place; None while it is in force.
    """

    school = ForeignKeyField(School, backref="caption_maps", on_delete="CASCADE")
    name = CharField(80)
    header_text = TextField()
    map_text = TextField()
    made_by = CharField(80)
    made = DateTimeField()
    ended = DateTimeField(null=True)

    class Meta:
        table_name = "caption_maps"

    @property
    def header(self) -> list[str]:
        return json.loads(self.header_text)

    @property
    def map(self) -> dict[str, Any]:
        return json.loads(self.map_text)


class ClearedText(BaseModel):
    """Somebody at the school has read this very conduct text and says that it names no other child. digest: of the text, so that a new one is new."""

    school = ForeignKeyField(School, on_delete="CASCADE")
    digest = CharField(64)
    by = CharField(80)
    at = DateTimeField()

    class Meta:
        table_name = "cleared_texts"
        indexes = ((("school", "digest"), True),)


class QualityScore(BaseModel):
    """How good the data of a school was in one week, 0 to 100. week: its Monday. open: kind of work -> how many of it were to do."""

    school = ForeignKeyField(School, on_delete="CASCADE")
    week = DateField()
    score = IntegerField()
    open_text = TextField(default="{}")

    class Meta:
        table_name = "quality_scores"
        indexes = ((("school", "week"), True),)

    @property
    def open(self) -> dict[str, int]:
        return json.loads(self.open_text)
