"""Hides the record of a child's school life: marks, conduct, results, assignments and the school calendar."""

from peewee import BooleanField, CharField, CompositeKey, DateField, ForeignKeyField, IntegerField, TextField

from glowlite.models.base import FromMis
from glowlite.models.groups import Group
from glowlite.models.people import Pupil, Staff
from glowlite.models.school import School


class Mark(FromMis):
    """One session mark: was this child there this morning (AM) or afternoon (PM)?"""

    pupil = ForeignKeyField(Pupil, index=False)
    day = DateField()
    session = CharField(2)
    code = CharField(4)

    class Meta:
        table_name = "marks"
        primary_key = CompositeKey("pupil", "day", "session")


class Conduct(FromMis):
    """kind: achievement or behaviour. `comment` may name other children: hidden unless the school decides otherwise.

    names_other: does the comment name another child of the school? Written by glowlite/naming; None: not looked at yet. A parent reads a
    comment only where it is False.
    """

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    pupil = ForeignKeyField(Pupil)
    kind = CharField(20)
    type = CharField(120)
    day = DateField()
    points = IntegerField(null=True)
    staff = ForeignKeyField(Staff, null=True)
    comment = TextField(null=True)
    names_other = BooleanField(null=True)

    class Meta:
        table_name = "conduct"
        indexes = ((("school", "mis_id"), True),)


class Result(FromMis):
    """One assessment result; nobody at home sees it before `released`."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    pupil = ForeignKeyField(Pupil)
    subject = CharField(80)
    title = CharField(120)
    day = DateField()
    value = CharField(40)
    out_of = CharField(20, null=True)
    comment = TextField(null=True)
    released = DateField(null=True)

    class Meta:
        table_name = "results"
        indexes = ((("school", "mis_id"), True),)


class Assignment(FromMis):
    """Homework of a group; shown from the day it is set."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    group = ForeignKeyField(Group)
    staff = ForeignKeyField(Staff, null=True)
    title = CharField(160)
    details = TextField(null=True)
    resource = CharField(400, null=True)
    set_on = DateField()
    due_on = DateField()

    class Meta:
        table_name = "assignments"
        indexes = ((("school", "mis_id"), True),)


class CalendarEntry(FromMis):
    """A date in the school calendar. kind: term, holiday, closure, in-service, event, week. audience: everyone or staff."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    kind = CharField(20)
    title = CharField(160)
    starts = DateField()
    ends = DateField(null=True)
    details = TextField(null=True)
    audience = CharField(20, default="everyone")

    class Meta:
        table_name = "calendar"
        indexes = ((("school", "mis_id"), True),)
