"""Hides who learns together and when: groups, their pupils and teachers, periods and lessons."""

from peewee import CharField, ForeignKeyField, IntegerField

from glowlite.models.base import FromMis
from glowlite.models.people import Pupil, Staff
from glowlite.models.school import School


class Group(FromMis):
    """kind: class, registration, year, house, club."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    kind = CharField(20)
    name = CharField(120)
    subject = CharField(80, null=True)

    class Meta:
        table_name = "groups"
        indexes = ((("school", "mis_id"), True),)


class Membership(FromMis):
    """A pupil is in a group."""

    group = ForeignKeyField(Group)
    pupil = ForeignKeyField(Pupil)

    class Meta:
        table_name = "memberships"
        indexes = ((("pupil", "group"), True),)


class Teaching(FromMis):
    """A member of staff teaches or looks after a group."""

    group = ForeignKeyField(Group)
    staff = ForeignKeyField(Staff)

    class Meta:
        table_name = "teaching"
        indexes = ((("group", "staff"), True),)


class Period(FromMis):
    """One slot of the school week. weekday: 1 = Monday … 5 = Friday; week: blank, or A/B in a two-week timetable."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    week = CharField(4, null=True)
    weekday = IntegerField()
    name = CharField(40)
    starts = CharField(5)
    ends = CharField(5)

    class Meta:
        table_name = "periods"
        indexes = ((("school", "mis_id"), True),)


class Lesson(FromMis):
    """A group meets in a period. `bring` is the kit a child needs, in the school's words."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    group = ForeignKeyField(Group)
    period = ForeignKeyField(Period)
    staff = ForeignKeyField(Staff, null=True)
    room = CharField(40, null=True)
    bring = CharField(120, null=True)

    class Meta:
        table_name = "lessons"
        indexes = ((("school", "mis_id"), True),)
