"""Hides what stands of one school as the text of its neutral rows, for files that say only a part and leave the rest as it is."""

from datetime import date
from functools import cache
from typing import Any

from peewee import Expression

from glowlite.mis.rows import BY_NAME, Column, Noun
from glowlite.models import School

Key = tuple[str, ...]


class OnRecord:
    """The rows that stand of the school that the MIS knows by this id; none while no school, or more than one, is known by it."""

    def __init__(self, school_id: str | None) -> None:
        found = list(School.select().where(School.mis_id == school_id)) if school_id else []
        self.school = found[0] if len(found) == 1 else None
        self.rows = cache(self._rows)

    def _rows(self, noun_name: str) -> dict[Key, dict[str, str]]:
        """key -> column of the drop format -> its text."""
        if self.school is None:
            return {}
        noun = BY_NAME[noun_name]
        model = noun.model
        here = model.school == self.school if "school" in model._meta.fields else self._is_owned(noun)
        standing = model.select(*(model._meta.columns[column.live] for column in noun.columns)).where(here, model.gone.is_null()).tuples()
        names = {column.name: self._ids(column) for column in noun.columns if column.to}
        rows = ({column.name: _text(names[column.name].get(value) if column.to else value) for column, value in zip(noun.columns, values, strict=True)}
                for values in standing)
        return {tuple(row[name] for name in noun.key): row for row in rows}

    def ids(self, noun_name: str) -> set[str]:
        """The MIS's ids of the rows that stand."""
        return {key[0] for key in self.rows(noun_name)}

    def _is_owned(self, noun: Noun) -> Expression:
        """Of rows without a school of their own: do they belong to one that is of this school?"""
        column = noun.column(str(noun.owner))
        owner = BY_NAME[str(column.to)].model
        return noun.model._meta.columns[column.live].in_(owner.select(owner.id).where(owner.school == self.school))

    def _ids(self, column: Column) -> dict[int, str]:
        """Our id -> the MIS's, of the rows that a column may point to."""
        model = BY_NAME[str(column.to)].model
        return dict(model.select(model.id, model.mis_id).where(model.school == self.school).tuples())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Y" if value else "N"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
