"""Hides the places: the local authority, its schools and the school calendar."""

import json
from datetime import datetime
from typing import NamedTuple

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel

ACCENTS = ("heather", "loch", "moss", "rowan", "slate", "bramble", "peat", "sea")  # each checked for contrast in glowlite.css
CATEGORIES = ("present", "late", "approved", "authorised", "unauthorised", "not-required")  # the kinds of marks; how each counts is in attendance.py


class Authority(BaseModel):
    """drop_rules: the bounds within which its schools decide when a drop waits; the shape is that of mis/drop_rules.py.

    code_table: the table of attendance codes of those schools for which nobody says another.
    """

    name = CharField(120)
    code_table = CharField(40, default="scotland")
    drop_rules_text = TextField(default="{}")

    class Meta:
        table_name = "authorities"


class School(BaseModel):
    """One school. `stamp` grows with every change a page could show, so that an unchanged page needs no rendering.

    agreement: ids of the versions of the acceptable use policy that are in force here.
    schedule: when parents get to see what, such as {"results": {"opens": …}}; the shape is that of policy/schedules.py.
    networks: the address ranges of the school, a line each; accounts without remote access sign in from these only.
    drop_rules: when a drop waits for a person, is late, and how long raw files are kept; the shape is that of mis/drop_rules.py.
    code_table: the table of attendance codes in force. It follows from codes_chosen, what a person has chosen ("" is: as the authority has it; None:
    nobody has); then codes_said, what the newest school.csv says; then the authority. Only glowlite/code_tables.py writes it.
    late_told: when the office was last told that a drop is late.
    turns: the moments (UTC) at which news of the school begins or ends to show, with nobody doing anything.
    """

    authority = ForeignKeyField(Authority, backref="schools")
    code = CharField(40, unique=True)
    mis_id = CharField(80, null=True)
    name = CharField(120)
    kind = CharField(20, default="secondary")
    code_table = CharField(40, default="scotland")
    codes_said = CharField(40, default="")
    codes_chosen = CharField(40, null=True)
    accent = CharField(20, default="loch")
    address = CharField(200, default="")
    phone = CharField(40, default="")
    email = CharField(120, default="")
    stamp = IntegerField(default=0)
    turns_text = TextField(default="[]")
    agreement_text = TextField(default="[]")
    schedule_text = TextField(default="{}")
    networks_text = TextField(default="")
    drop_rules_text = TextField(default="{}")
    late_told = DateTimeField(null=True)

    class Meta:
        table_name = "schools"

    def last_turn(self, now: datetime) -> datetime | None:
        """The newest of these moments that has passed."""
        return max((turn for turn in map(datetime.fromisoformat, json.loads(self.turns_text)) if turn <= now), default=None)

    def touch(self) -> None:
        """Say that something a page shows has changed; pages cached by browsers are then fetched anew."""
        School.update(stamp=School.stamp + 1).where(School.id == self.id).execute()


class Place(NamedTuple):
    """Where something is decided or written: for the whole authority, or for one of its schools."""

    authority: Authority
    school: School | None = None

    @property
    def name(self) -> str:
        return (self.school or self.authority).name


class AttendanceCode(BaseModel):
    """What one mark means. Tables are data: `flask codes load` replaces one from a CSV file. category: one of CATEGORIES."""

    table = CharField(40, column_name="code_table")
    code = CharField(4)
    words = TextField()
    category = CharField(20)
    valid_from = DateField(null=True)
    valid_to = DateField(null=True)

    class Meta:
        table_name = "attendance_codes"
        indexes = ((("table", "code"), True),)


class OwnCode(BaseModel):
    """What a code means at one school that its table does not know. Where the table does know it, the table counts."""

    school = ForeignKeyField(School, on_delete="CASCADE")
    code = CharField(4)
    words = CharField(120)
    category = CharField(20)
    by = CharField(80)
    at = DateTimeField()

    class Meta:
        table_name = "own_codes"
        indexes = ((("school", "code"), True),)
