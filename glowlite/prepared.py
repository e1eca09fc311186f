"""Hides that the queries of busy pages are put into SQL once, not for every request: Peewee takes longer to write a join than a database to run it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any, NamedTuple

from peewee import BooleanField, CompoundSelectQuery, DateField, DateTimeField, Function, Model, Value

from glowlite import db, repeats

Convert = Callable[[Any], Any]


class _Place(NamedTuple):
    """Where a value of the call goes, by its number among them."""

    number: int


class _Text(NamedTuple):
    """A query as SQL. values: constants and places; converts: by column, what makes of SQLite's value what Python wants."""

    sql: str
    values: list[Any]
    converts: list[tuple[int, Convert]]


class ValueInText(Exception):
    """A query that was to be prepared holds a day of its own, which would be yesterday's tomorrow."""


def prepared(build: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Make a function that builds a query into one that runs it and returns its rows, each a tuple or list.

    `build` gets stand-ins for its positional values, each a single value or a tuple of them, so nobody's number and no
    day can stay in the SQL; they go to the database anew with every call. Keywords are part of the query, not values.
    """

    @lru_cache(maxsize=500)
    def text(postgresql: bool, shape: tuple[int | None, ...], **words: Any) -> _Text:
        return _compiled(build(*_stand_ins(shape), **words), postgresql)

    @wraps(build)
    def rows(*given: Any, **words: Any) -> list[tuple[Any, ...]]:
        shape = tuple(len(one) if isinstance(one, tuple) else None for one in given)
        query = text(db.is_postgresql(), shape, **words)
        values = [value for one in given for value in (one if isinstance(one, tuple) else (one,))]
        places = [values[value.number] if type(value) is _Place else value for value in query.values]
        found = db.database.execute_sql(query.sql, places).fetchall()
        return _converted(found, query.converts) if query.converts else found

    return rows


def as_models(model: type[Model], rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The rows of a prepared `Model.select()` as records."""
    names = model._meta.sorted_field_names
    records = []
    for row in rows:
        record = model(__no_default__=1)
        record.__data__.update(zip(names, row, strict=True))  # as Peewee keeps what came from the database
        records.append(record)
    return records


def _stand_ins(shape: tuple[int | None, ...]) -> list[Any]:
    numbers = iter(range(sum(1 if size is None else size for size in shape)))
    return [_stand_in(next(numbers)) if size is None else tuple(_stand_in(next(numbers)) for _ in range(size)) for size in shape]


def _stand_in(number: int) -> Value:
    return Value(_Place(number), converter=False, unpack=False)


def _compiled(query: Any, postgresql: bool) -> _Text:
    sql, values = query.sql()
    if any(isinstance(value, date) for value in values):
        raise ValueInText(f"Give the day to the query as a value: {sql}")
    sql, values = repeats.asked_once(sql, values, "%s" if postgresql else "?")
    while isinstance(query, CompoundSelectQuery):
        query = query.lhs  # the first half of a union names its columns
    columns = [] if postgresql else enumerate(query.selected_columns)
    return _Text(sql, values, [(number, convert) for number, column in columns if (convert := _from_sqlite(column))])


def _from_sqlite(column: Any) -> Convert | None:
    """SQLite knows neither days nor moments nor yes and no; PostgreSQL does."""
    while isinstance(column, Function) and column.arguments:
        column = column.arguments[0]
    converts: dict[Any, Convert] = {DateField: _day, DateTimeField: _moment, BooleanField: {0: False, 1: True}.get}
    return converts.get(type(column))


@lru_cache(maxsize=5000)
def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _converted(rows: list[tuple[Any, ...]], converts: list[tuple[int, Convert]]) -> list[Any]:
    lists = [list(row) for row in rows]
    for row in lists:
        for number, convert in converts:
            row[number] = convert(row[number])
    return lists
