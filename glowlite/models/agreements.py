"""Hides the acceptable use policy for parents: its versions, and who has accepted which."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

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
