"""Hides the evidence of bringing parents on: switches, key decisions, sign-offs, checks, who has read the briefing, and the aims."""

import json
from typing import Any

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.school import Authority, School
from glowlite.models.users import User


class Switch(BaseModel):
    """The authority lets parents in, or no longer, for all its schools (no school) or for one. The newest row counts; none is off."""

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    is_on = BooleanField()
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "switches"
        indexes = ((("authority", "school", "at"), False),)


class KeyDecision(BaseModel):
    """One of the four key decisions (FIELD section 2, step 4), by the authority or, differing from it, by a school. The newest counts.

    topic: parents, handing-out, support or training. value_text: JSON, of the shape that rollout/decisions.py gives each topic;
    of a school that goes back to what the authority decided, {"as_authority": true}.
    """

    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    topic = CharField(20)
    value_text = TextField()
    reason = TextField(default="")
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "key_decisions"
        indexes = ((("authority", "school", "topic", "at"), False),)

    @property
    def value(self) -> dict[str, Any]:
        return json.loads(self.value_text)

    @property
    def as_authority(self) -> bool:
        """Does the school follow its authority from here on?"""
        return bool(self.value.get("as_authority"))


class SignOff(BaseModel):
    """Somebody has looked at what a step rests on and answers for it. It counts while `snapshot_text` is what stands now."""

    school = ForeignKeyField(School)
    step = IntegerField()
    snapshot_text = TextField()
    note = TextField(default="")
    at = DateTimeField()
    user = ForeignKeyField(User, null=True, on_delete="SET NULL")
    by = CharField(120)

    class Meta:
        table_name = "sign_offs"
        indexes = ((("school", "step", "at"), False),)


class ExposureCheck(BaseModel):
    """The site as one parent met it: every page that was followed, what showed, and each finding. report_text: JSON of exposure.py."""

    school = ForeignKeyField(School)
    user = ForeignKeyField(User, null=True, on_delete="SET NULL")
    username = CharField(60)
    at = DateTimeField()
    by = CharField(120)
    pages = IntegerField()
    findings = IntegerField()
    report_text = TextField()

    class Meta:
        table_name = "exposure_checks"
        indexes = ((("school", "at"), False),)

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.report_text)


class BriefingReading(BaseModel):
    """A member of staff has read what parents can see. version: a digest of what the briefing said. told_by: who told them in person.

    snapshot_text: what the briefing rested on, so that they can be told later what has changed since.
    """

    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    version = CharField(16)
    at = DateTimeField()
    told_by = CharField(120, default="")
    snapshot_text = TextField(default="{}")

    class Meta:
        table_name = "briefing_readings"
        indexes = ((("school", "user", "version"), True),)


class AimsText(BaseModel):
    """What all this is for, in the school's words. audience: parents or staff."""

    school = ForeignKeyField(School)
    audience = CharField(10)
    body = TextField()
    changed = DateTimeField()
    changed_by = CharField(120)

    class Meta:
        table_name = "aims_texts"
        indexes = ((("school", "audience"), True),)


class Job(BaseModel):
    """Long work outside a request. state: waiting, running, done or failed; message: what is said about it to people."""

    kind = CharField(20)
    school = ForeignKeyField(School)
    user = ForeignKeyField(User, null=True, on_delete="SET NULL")
    arguments_text = TextField(default="{}")
    state = CharField(10, default="waiting")
    done = IntegerField(default=0)
    total = IntegerField(default=0)
    message = TextField(default="")
    result = IntegerField(null=True)
    at = DateTimeField()

    class Meta:
        table_name = "jobs"

    @property
    def arguments(self) -> dict[str, Any]:
        return json.loads(self.arguments_text)
