"""Hides that a subquery which a statement holds several times is put before it and asked once.

A rule of policy stands in a statement as often as the statement picks records, and with it whose children somebody's are. A
database does not notice that it is the same each time: PostgreSQL took twenty times longer to plan the news of a home page
than to find them.
"""

import re
from collections import defaultdict
from typing import Any

Span = tuple[int, int]

_DECLARED, _REFERRED = re.compile(r' AS "(\w+)"'), re.compile(r'"(\w+)"\.')
_NAMED = '(SELECT * FROM "once'


def asked_once(sql: str, values: list[Any], place: str) -> tuple[str, list[Any]]:
    """The statement and its values with each repeated subquery in a WITH clause; as it was where there is none.

    place: what stands for a value in the SQL. Only what refers to nothing outside itself is taken out, so the answer is the same.
    """
    number = 0
    while "'" not in sql and (spans := _repeated(sql, values, place)):
        number += 1
        sql, values = _before_all(sql, values, place, spans, number)
    return sql, values


def _repeated(sql: str, values: list[Any], place: str) -> list[Span]:
    """Where the longest subquery stands that occurs more than once, word for word and with the same values."""
    same: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for start, end in _subqueries(sql):
        same[sql[start:end], repr(_values(values, sql, place, start, end))].append((start, end))
    found = [spans for (text, _), spans in same.items() if len(spans) > 1 and not text.startswith(_NAMED) and not _leans_on(text)]
    return max(found, key=lambda spans: spans[0][1] - spans[0][0], default=[])


def _before_all(sql: str, values: list[Any], place: str, spans: list[Span], number: int) -> tuple[str, list[Any]]:
    """The statement with a name in place of each of these equal subqueries."""
    text, given, rest, others, at = sql[slice(*spans[0])], _values(values, sql, place, *spans[0]), "", [], 0
    for start, end in [*spans, (len(sql), len(sql))]:
        rest += sql[at:start] + (f"{_NAMED}{number}\")" if start < end else "")
        others += _values(values, sql, place, at, start)
        at = end
    return f"WITH \"once{number}\" AS {text}{',' if rest.startswith('WITH ') else ''} {rest.removeprefix('WITH ')}", given + others


def _values(values: list[Any], sql: str, place: str, start: int, end: int) -> list[Any]:
    """The values of this part of the statement."""
    before = sql.count(place, 0, start)
    return values[before:before + sql.count(place, start, end)]


def _subqueries(sql: str) -> list[Span]:
    """From bracket to bracket, the inner before the outer."""
    opened, found = [], []
    for number, sign in enumerate(sql):
        if sign == "(":
            opened.append(number)
        elif sign == ")":
            start = opened.pop()
            if sql.startswith("(SELECT ", start):
                found.append((start, number + 1))
    return found


def _leans_on(subquery: str) -> set[str]:
    """The tables outside a subquery that it refers to, by their short names. Of a union that cannot be said so easily: it is left alone."""
    own, outside, spans = subquery[1:-1], set[str](), _subqueries(subquery[1:-1])
    for start, end in sorted((span for span in spans if not any(a < span[0] < b for a, b in spans)), reverse=True):
        outside |= _leans_on(own[start:end])
        own = own[:start] + own[end:]
    if own.count("SELECT ") > 1:
        return {"a union"}
    return (outside | set(_REFERRED.findall(own))) - set(_DECLARED.findall(own))
