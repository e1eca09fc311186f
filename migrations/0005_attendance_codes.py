"""Attendance codes chosen on screen: the authority's table, what a school has chosen, what its bundles say, and codes of its own."""

from peewee import *


class Base(Model):
    class Meta:
        legacy_table_names = False


class School(Base):
    class Meta:
        table_name = "schools"


class OwnCode(Base):
    school = ForeignKeyField(School, on_delete="CASCADE")
    code = CharField(4)
    words = CharField(120)
    category = CharField(20)
    by = CharField(80)
    at = DateTimeField()

    class Meta:
        table_name = "own_codes"
        indexes = ((("school", "code"), True),)


def up(migrator, db):
    with db.bind_ctx([OwnCode], bind_refs=False, bind_backrefs=False):
        db.create_tables([OwnCode])
    migrator.migrate(
        migrator.add_column("authorities", "code_table", CharField(40, default="scotland")),
        migrator.add_column("schools", "codes_said", CharField(40, default="")),
        migrator.add_column("schools", "codes_chosen", CharField(40, null=True)))
    # Whoever had another table than the usual one, or a row of its own in a bundle, keeps what it has, whatever the authority says later.
    db.execute_sql("UPDATE schools SET codes_said = code_table WHERE code_table <> 'scotland' "
                   "OR EXISTS (SELECT 1 FROM drops WHERE drops.school_id = schools.id AND drops.mis <> '')")
