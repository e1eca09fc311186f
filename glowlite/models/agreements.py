"""Hides the acceptable use policy for parents: its versions, and who has accepted which."""

import json
from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, TextField

from glowlite.db import BaseModel
from glowlite.models.school import Authority, School
from glowlite.models.users import User

SCREEN, PAPER = "screen", "paper"


class AgreementText(BaseModel):
    """The authority's text, or what a school adds to it. number: the version; a draft has none yet."""

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    number = IntegerField(null=True)
    body = TextField()
    changed = DateTimeField()
    changed_by = CharField(120)
    published = DateTimeField(null=True)

    class Meta:
        table_name = "agreement_texts"
        indexes = ((("authority", "school", "number"), False),)

    @classmethod
    def put_in_force(cls, school: School) -> None:
        """Write at the school which versions its parents have to accept, so that a page need not look for them."""
        newest = [cls.published_of(school.authority_id, place).first() for place in (None, school.id)]
        school.agreement_text = json.dumps([text.id for text in newest if text and text.body.strip()])
        School.update(agreement_text=school.agreement_text).where(School.id == school.id).execute()

    @classmethod
    def published_of(cls, authority: Any, school: Any) -> ModelSelect:
        """The published versions of the authority (school: None) or of what a school adds, the newest first."""
        here = cls.school.is_null() if school is None else cls.school == school
        return cls.select().where(cls.authority == authority, here, cls.number.is_null(False)).order_by(cls.number.desc())


class Agreement(BaseModel):
    """Somebody has accepted a version. how: screen or paper; on paper somebody of the office has seen and recorded it."""

    user = ForeignKeyField(User, on_delete="CASCADE")
    text = ForeignKeyField(AgreementText)
    at = DateTimeField()
    how = CharField(10, default=SCREEN)
    witness = CharField(120, default="")
    recorded_by = CharField(120, default="")

    class Meta:
        table_name = "agreements"
        indexes = ((("user", "text"), True),)

    @property
    def words(self) -> str:
        return f"on paper, seen by {self.witness}" if self.how == PAPER else "on the screen"
