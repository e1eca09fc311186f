"""Makes a large authority out of the demo: every row of its schools again and again, under new numbers."""

import json
import sys

from peewee import ForeignKeyField

from glowlite import db
from glowlite.models import (
    Assignment,
    CalendarEntry,
    Conduct,
    Contact,
    Drop,
    Group,
    Lesson,
    Link,
    Mark,
    Membership,
    Period,
    Pupil,
    Result,
    School,
    Staff,
    Teaching,
    User,
    UserContact,
    UserStaff,
)
from tests.bench.count import opened

TABLES = (School, Drop, Pupil, Contact, Link, Staff, Group, Membership, Teaching, Period, Lesson, Mark, Conduct, Result, Assignment,
          CalendarEntry, User, UserContact, UserStaff)
APART = 1_000_000  # between the numbers of one copy and the next
UNIQUE = {"schools.code", "users.username"}


def make_schools(wanted: str) -> None:
    """Copy the schools that are there until there are so many."""
    opened()
    here = School.select().count()
    with db.database.atomic():
        for copy in range(1, int(wanted) // here):
            for model in TABLES:
                db.run(_copying(model, copy * APART))
    db.run("ANALYZE") if db.is_postgresql() else None
    print(json.dumps(School.select().count()))


def _copying(model: type, shift: int) -> str:
    """SQL that copies the original rows of a table; numbers, and references to copied tables, are moved on by `shift`."""
    table, names, values = model._meta.table_name, [], []
    for field in model._meta.sorted_fields:
        name = field.column_name
        moved = (isinstance(field, ForeignKeyField) and field.rel_model in TABLES) or name == "id"
        names.append(f'"{name}"')
        values.append(f'"{name}" + {shift}' if moved else f"\"{name}\" || '-{shift}'" if f"{table}.{name}" in UNIQUE else f'"{name}"')
    first = "pupil_id" if model is Mark else "id"
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE {first} < {APART}"


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
