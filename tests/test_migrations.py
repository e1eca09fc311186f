"""The models and the migrated database are the same shape, seen from both sides."""

import peewee
import pytest
from playhouse.migrations import Runner
from playhouse.schema_diff import diff_models

from glowlite import db
from glowlite.models import ALL

KINDS = {peewee.AutoField: "integer", peewee.BigAutoField: "integer", peewee.IntegerField: "integer", peewee.CharField: "text", peewee.TextField: "text",
         peewee.DateField: "date", peewee.DateTimeField: "timestamp", peewee.BooleanField: "boolean", peewee.ForeignKeyField: "integer",
         peewee.BlobField: "bytes"}


def test_the_models_and_the_migrated_tables_are_equal(site):
    difference = diff_models(db.database.obj, list(ALL))
    assert not difference, difference


def test_there_is_no_table_without_a_model(site):
    tables = set(db.database.obj.get_tables())
    assert {name for name in tables if "migrat" not in name and not name.startswith("sqlite_")} == {model._meta.table_name for model in ALL}


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_columns_have_the_type_and_may_be_empty_as_the_model_says(site, model):
    columns = {column.name: column for column in db.database.obj.get_columns(model._meta.table_name)}
    assert set(columns) == {field.column_name for field in model._meta.sorted_fields}
    for field in model._meta.sorted_fields:
        column = columns[field.column_name]
        assert column.null == field.null or field.primary_key, field.name
        expected = KINDS[type(field)] if db.is_postgresql() else KINDS[type(field)].replace("boolean", "integer")  # yes and no are 1 and 0 there
        assert _kind(column.data_type) == expected, (field.name, column.data_type)


def _kind(data_type: str) -> str:
    word = data_type.lower()
    for start, kind in (("int", "integer"), ("bigint", "integer"), ("varchar", "text"), ("character varying", "text"), ("text", "text"),
                        ("datetime", "timestamp"), ("timestamp", "timestamp"), ("date", "date"), ("bool", "boolean"), ("blob", "bytes"), ("bytea", "bytes")):
        if word.startswith(start):
            return kind
    return word


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
def test_what_points_elsewhere_is_held_by_the_database(site, model):
    held = {(key.column, key.dest_table) for key in db.database.obj.get_foreign_keys(model._meta.table_name)}
    assert held == {(field.column_name, field.rel_model._meta.table_name) for field in model._meta.refs}


def test_migrating_again_applies_nothing(site, shell):
    assert db.pending_migrations() == [] and db.migrate() == []
    result = shell("db", "upgrade")
    assert (result.exit_code, result.output) == (0, "The database is up to date.\n")


def test_migrations_are_numbered_without_gap_and_said_in_a_sentence():
    files = sorted(db.MIGRATIONS.glob("*.py"))
    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    for file in files:
        assert file.read_text().startswith('"""') and "from glowlite" not in file.read_text(), file.name


def test_an_upgrade_takes_access_from_nobody(tmp_path):
    """A link of before the school's rule could narrow anything gives what it gave."""
    old = peewee.SqliteDatabase(tmp_path / "old.db")
    runner = Runner(old, str(db.MIGRATIONS))
    runner.up("0002_news_and_pages")
    old.execute_sql("INSERT INTO links (pupil_id, contact_id, parental_responsibility, court_order) VALUES (1, 1, TRUE, FALSE)")
    runner.up()
    assert old.execute_sql("SELECT rule_shuts, head_says, head_knew_order FROM links").fetchall() == [(0, None, 0)]
    old.close()
