"""Drops to trust: undoing, when a drop waits, what captions mean, conduct texts that name another child, and the score of the data."""

from peewee import *


class Base(Model):
    class Meta:
        legacy_table_names = False


class School(Base):
    class Meta:
        table_name = "schools"


class CaptionMap(Base):
    school = ForeignKeyField(School, on_delete="CASCADE")
    name = CharField(80)
    header_text = TextField()
    map_text = TextField()
    made_by = CharField(80)
    made = DateTimeField()
    ended = DateTimeField(null=True)

    class Meta:
        table_name = "caption_maps"


class ClearedText(Base):
    school = ForeignKeyField(School, on_delete="CASCADE")
    digest = CharField(64)
    by = CharField(80)
    at = DateTimeField()

    class Meta:
        table_name = "cleared_texts"
        indexes = ((("school", "digest"), True),)


class QualityScore(Base):
    school = ForeignKeyField(School, on_delete="CASCADE")
    week = DateField()
    score = IntegerField()
    open_text = TextField(default="{}")

    class Meta:
        table_name = "quality_scores"
        indexes = ((("school", "week"), True),)


TABLES = (CaptionMap, ClearedText, QualityScore)


def up(migrator, db):
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("authorities", "drop_rules_text", TextField(default="{}")),
        migrator.add_column("schools", "drop_rules_text", TextField(default="{}")),
        migrator.add_column("schools", "late_told", DateTimeField(null=True)),
        migrator.add_column("drops", "newest_day", DateField(null=True)),
        migrator.add_column("drops", "undone", DateTimeField(null=True)),
        migrator.add_column("drops", "undone_by", CharField(80, default="")),
        migrator.add_column("conduct", "names_other", BooleanField(null=True)))
