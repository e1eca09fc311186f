"""Hides how adults come to their accounts: decisions about one link, approvals, codes, letters, what was handed over, corrections, training."""

from peewee import BlobField, BooleanField, CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, TextField

from glowlite.db import BaseModel
from glowlite.models.people import Contact, Link, Pupil
from glowlite.models.school import School
from glowlite.models.users import User


class LinkDecision(BaseModel):
    """The head's word on one adult and one child; the newest counts, until it is taken back (`ended`).

    order_then: the court order in the MIS when it was made. overtaken: that has changed since, so it no longer outranks an order.
    """

    link = ForeignKeyField(Link)
    opens = BooleanField()
    reason = TextField()
    review_on = DateField()
    order_then = BooleanField(null=True)
    overtaken = BooleanField(default=False)
    at = DateTimeField()
    by = CharField(120)
    ended = DateTimeField(null=True)
    ended_by = CharField(120, default="")

    class Meta:
        table_name = "link_decisions"


class Approval(BaseModel):
    """Somebody of the school approved that this contact has this account. is_first: the one account that the school tries everything with."""

    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    contact = ForeignKeyField(Contact)
    is_first = BooleanField(default=False)
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "approvals"
        indexes = ((("school", "contact"), True),)


class LetterRun(BaseModel):
    """Account details that were downloaded: letters as PDF, or a CSV. content: kept for a day, then emptied, for it holds codes."""

    school = ForeignKeyField(School)
    kind = CharField(10)
    about = CharField(120)
    count = IntegerField()
    at = DateTimeField()
    by = CharField(120)
    content = BlobField(null=True)
    fetched = DateTimeField(null=True)

    class Meta:
        table_name = "letter_runs"


class AccessCode(BaseModel):
    """A single-use code with which an adult sets their own password. Only a keyed digest is kept. how: letter, e-mail, desk or reset.

    contact: on whose children's birthdays the second fact rests; the account gets no further than that contact proves.
    wrong: how often the second fact was wrong; too often kills it. ended: a newer one, a restriction or a person killed it.
    """

    user = ForeignKeyField(User, on_delete="CASCADE")
    contact = ForeignKeyField(Contact)
    digest = CharField(64, unique=True)
    how = CharField(10)
    run = ForeignKeyField(LetterRun, null=True, on_delete="SET NULL")
    made = DateTimeField()
    by = CharField(120)
    expires = DateTimeField()
    wrong = IntegerField(default=0)
    used = DateTimeField(null=True)
    ended = DateTimeField(null=True)

    class Meta:
        table_name = "access_codes"


class HandOver(BaseModel):
    """At the desk: who was there and what was looked at, and since when the details are in their hand.

    how: letter, for one that was printed before, or code, for one that was made there and then.
    """

    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    identity = CharField(120)
    at = DateTimeField()
    by = CharField(120)
    given = DateTimeField(null=True)
    how = CharField(10, default="")

    class Meta:
        table_name = "hand_overs"


class Match(BaseModel):
    """A person's answer about two contacts who may be one adult: the same (their records share an account) or not.

    moved: the one that was put onto the other's account. from_user: the account that it had before.
    """

    first = ForeignKeyField(Contact)
    second = ForeignKeyField(Contact)
    is_same = BooleanField()
    at = DateTimeField()
    by = CharField(120)
    moved = ForeignKeyField(Contact, null=True)
    from_user = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "matches"
        indexes = ((("first", "second"), True),)


class Correction(BaseModel):
    """A parent says that something about themselves is no longer right. It never changes the data: the office does, in the MIS.

    state: open, done, declined, or withdrawn by the parent.
    """

    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    contact = ForeignKeyField(Contact)
    field = CharField(40)
    before = CharField(300, default="")
    after = CharField(300)
    at = DateTimeField()
    state = CharField(10, default="open")
    answer = CharField(300, default="")
    settled = DateTimeField(null=True)
    settled_by = CharField(120, default="")

    class Meta:
        table_name = "corrections"


class ComingOfAge(BaseModel):
    """A pupil turned 16 or 18, and somebody has dealt with what this means for the adults. day: the birthday; another date from the MIS is due again."""

    pupil = ForeignKeyField(Pupil)
    age = IntegerField()
    day = DateField()
    done = TextField()
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "comings_of_age"
        indexes = ((("pupil", "day"), True),)


class Training(BaseModel):
    """A first training for parents: when, where, how many places, and who shows them (often pupils)."""

    school = ForeignKeyField(School)
    title = CharField(120)
    starts = DateTimeField()
    place = CharField(120)
    places = IntegerField()
    trainers = CharField(300, default="")
    cancelled = DateTimeField(null=True)

    class Meta:
        table_name = "trainings"


class TrainingPlace(BaseModel):
    """A parent has a place in a training, and has been there."""

    training = ForeignKeyField(Training, backref="taken", on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE")
    at = DateTimeField()
    came = DateTimeField(null=True)

    class Meta:
        table_name = "training_places"
        indexes = ((("training", "user"), True),)
