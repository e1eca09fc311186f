"""Hides what all rows that came from an MIS have in common: the drop and row they came from, and that they end, never vanish."""

from peewee import DateField, ForeignKeyField, IntegerField

from glowlite.db import BaseModel
from glowlite.models.drops import Drop


class FromMis(BaseModel):
    """A row written by a drop. `gone` is the day it was missing from the newest drop; None while it stands."""

    drop = ForeignKeyField(Drop, null=True, index=False)
    source_row = IntegerField(null=True)
    gone = DateField(null=True)
