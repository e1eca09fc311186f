"""Hides which database is used: the handle, connections, migrations, and the few words SQLite and PostgreSQL spell differently."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import peewee
from playhouse.db_url import connect as connect_url
from playhouse.migrations import Runner

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

AT_ONCE = 5_000  # rows

POOL = {"max_connections": 8, "stale_timeout": 300}  # a process; more than ever are at work at once

database = peewee.DatabaseProxy()


class BaseModel(peewee.Model):
    class Meta:
        database = database
        legacy_table_names = False


def use(url: str) -> peewee.Database:
    """Point every model at the database of this address and return it; nothing is opened yet."""
    kind, _, rest = url.partition(":")
    if kind == "sqlite":
        pragmas = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": "normal", "cache_size": -16_000}
        # one thread after another, never two at once: that is what the pool is for
        handle = connect_url(f"sqlite+pool:{rest}", pragmas=pragmas, timeout=15, check_same_thread=False, **POOL)
    else:
        handle = connect_url(f"postgresql+pool:{rest}", prefer_psycopg3=True, **POOL)
    database.initialize(handle)
    return handle


def open_for_request() -> None:
    """Take a connection from the pool: opening one costs more than reading."""
    database.connect(reuse_if_open=True)


def give_back() -> None:
    """Put this thread's connection back into the pool, unless it is in the middle of a transaction."""
    if not database.is_closed() and not database.in_transaction():
        database.close()


def is_postgresql() -> bool:
    return isinstance(database.obj, peewee.PostgresqlDatabase)


def migrate() -> list[str]:
    """Apply the migrations that are still to come; returns their names."""
    return list(Runner(database.obj, str(MIGRATIONS)).up())


def pending_migrations() -> list[str]:
    return [m.name for m in Runner(database.obj, str(MIGRATIONS)).status() if m.path and not m.applied]


def write_lock() -> Any:
    """A transaction that waits for its turn to write at the start, so that it cannot fail half-way for want of the lock."""
    return database.atomic() if is_postgresql() or database.in_transaction() else database.atomic("IMMEDIATE")


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone at the end, and nobody else has ever seen it. Others wait with their writing meanwhile: be quick."""
    with write_lock() as change:
        try:
            yield
        finally:
            change.rollback()


def in_words(error: BaseException) -> str:
    """What a person can make of a database that did not do its work."""
    said = (str(error).splitlines() or [""])[0]
    if "cannot rollback" in said and error.__context__:  # SQLite has done so itself; what went wrong came before
        return in_words(error.__context__)
    if "locked" in said:
        return "Somebody else is writing to the database and did not come to an end in time."
    if re.search("full|disk I/O|No space", said):
        return f"The disk that holds the database is full, or cannot be written ({said})."
    return f"The database did not answer as it should: {said}. Is DATABASE_URL right, and did `flask db upgrade` run?"


# --- SQL that both databases run ------------------------------------------------------------------

_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")


def run(sql: str, **values: Any) -> Any:
    """Execute one statement with :named values; returns the cursor (fetchall, rowcount)."""
    if is_postgresql():
        return database.execute_sql(_NAMED.sub(r"%(\1)s", sql), values or None)
    return database.execute_sql(sql, values or None)


def differs(left: str, right: str) -> str:
    """SQL that is true when two values differ, counting NULL as a value."""
    return f"{left} IS {'DISTINCT FROM' if is_postgresql() else 'NOT'} {right}"


def json_object(fields: dict[str, str]) -> str:
    """SQL for a JSON text made of name -> SQL expression."""
    inside = ", ".join(f"'{name}', {expression}" for name, expression in fields.items())
    return f"CAST(json_build_object({inside}) AS TEXT)" if is_postgresql() else f"json_object({inside})"


def rows_of_json(table: str, columns: list[str], texts: str) -> str:
    """SQL for rows of a table that were kept as JSON texts, with the table's types. texts: a query for (number, text)."""
    if is_postgresql():
        picked = ", ".join(f"r.{name}" for name in columns)
        return f"SELECT j.number, {picked} FROM ({texts}) AS j, json_populate_record(NULL::{table}, CAST(j.text AS json)) AS r"
    picked = ", ".join(f"json_extract(j.text, '$.{name}') AS {name}" for name in columns)
    return f"SELECT j.number, {picked} FROM ({texts}) AS j"


def json_rows(*columns: Any) -> peewee.Node:
    """Inside a query: all rows of a subquery as one JSON text, a list of lists. SQLite says [] for none, PostgreSQL NULL."""
    if is_postgresql():
        return peewee.fn.json_agg(peewee.fn.json_build_array(*columns)).cast("text")
    return peewee.fn.json_group_array(peewee.fn.json_array(*columns))


def write_rows(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write many rows by the quickest way each database has."""
    names = ", ".join(f'"{c}"' for c in columns)
    with peewee.__exception_wrapper__:
        if not is_postgresql():
            places = ", ".join("?" * len(columns))
            database.connection().executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
            return
        rows = iter(rows)
        while some := list(islice(rows, AT_ONCE)):  # a connection that copies answers nothing else, and making the next rows may ask something
            with database.connection().cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in some:
                    copy.write_row(row)
