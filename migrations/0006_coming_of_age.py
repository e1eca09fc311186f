"""Sixteen and eighteen: what was done about a birthday, so that it is no longer due."""

from peewee import *


class Base(Model):
    class Meta:
        legacy_table_names = False


class Pupil(Base):
    class Meta:
        table_name = "pupils"


class ComingOfAge(Base):
    pupil = ForeignKeyField(Pupil)
    age = IntegerField()
    day = DateField()
    done = TextField()
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "comings_of_age"
        indexes = ((("pupil", "day"), True),)


def up(migrator, db):
    with db.bind_ctx([ComingOfAge], bind_refs=False, bind_backrefs=False):
        db.create_tables([ComingOfAge])
