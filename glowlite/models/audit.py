"""Hides the two logs: who changed what, and who read which child's page."""

import json
from typing import Any, Self

from peewee import BigAutoField, CharField, DateTimeField, ForeignKeyField, TextField

from glowlite import clock, db
from glowlite.db import BaseModel
from glowlite.models.people import Pupil
from glowlite.models.school import School
from glowlite.models.users import User


class Audit(BaseModel):
    """A change of policy, access, account or data: who, when, what, before and after."""

    id = BigAutoField()
    at = DateTimeField()
    actor = ForeignKeyField(User, null=True, on_delete="SET NULL")
    actor_name = CharField(120)
    school = ForeignKeyField(School, null=True)
    action = CharField(60)
    subject = CharField(120)
    before = TextField(null=True)
    after = TextField(null=True)

    class Meta:
        table_name = "audit"

    @classmethod
    def write(cls, actor: User | str, action: str, subject: str, *, school: School | None = None,
              before: Any = None, after: Any = None) -> Self:
        """Record a change in the same transaction as the change itself. A str actor is a process such as 'nightly drop'."""
        user = actor if isinstance(actor, User) else None
        texts = [None if value is None else json.dumps(value, default=str, sort_keys=True) for value in (before, after)]
        return cls.create(at=clock.now(), actor=user, actor_name=user.username if user else str(actor), school=school,
                          action=action, subject=subject, before=texts[0], after=texts[1])


class Reading(BaseModel):
    """Somebody saw a page or part of a page about a child."""

    id = BigAutoField()
    at = DateTimeField()
    user = ForeignKeyField(User, on_delete="CASCADE")
    pupil = ForeignKeyField(Pupil, on_delete="CASCADE")
    page = CharField(60)

    class Meta:
        table_name = "readings"
        indexes = ((("user", "pupil", "at"), False),)

    @classmethod
    def write(cls, user_id: int, pupil_id: int, page: str) -> None:
        """Record a reading. As SQL, for it is written with every page about a child."""
        db.run("INSERT INTO readings (at, user_id, pupil_id, page) VALUES (:at, :user_id, :pupil_id, :page)",
               at=clock.now(), user_id=user_id, pupil_id=pupil_id, page=page[:60])
