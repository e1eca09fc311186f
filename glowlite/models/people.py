"""Hides the people the MIS knows: pupils, their contacts, the link between one adult and one child, and staff."""

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField

from glowlite.models.base import FromMis
from glowlite.models.school import School


class Pupil(FromMis):
    """parents_until: how long the parents of a leaver keep their access; written by policy/parenthood.py."""

    school = ForeignKeyField(School, backref="pupils")
    mis_id = CharField(80)
    scn = CharField(20, null=True)
    upn = CharField(20, null=True)
    forename = CharField(80)
    surname = CharField(80)
    known_as = CharField(80, null=True)
    born = DateField(null=True)
    year_group = CharField(20, null=True)
    registration = CharField(40, null=True)
    house = CharField(40, null=True)
    photo_consent = BooleanField(null=True)
    joined_on = DateField(null=True)
    left_on = DateField(null=True)
    parents_until = DateField(null=True)

    class Meta:
        table_name = "pupils"
        indexes = ((("school", "mis_id"), True),)

    @property
    def first_name(self) -> str:
        return self.known_as or self.forename

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"


class Contact(FromMis):
    """An adult in the MIS. Being a contact gives no access: a doctor can be one."""

    school = ForeignKeyField(School)
    mis_id = CharField(80)
    title = CharField(20, null=True)
    forename = CharField(80, null=True)
    surname = CharField(80)
    email = CharField(200, null=True)
    mobile = CharField(40, null=True)
    phone = CharField(40, null=True)
    address = CharField(300, null=True)
    postcode = CharField(12, null=True)

    class Meta:
        table_name = "contacts"
        indexes = ((("school", "mis_id"), True),)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.forename, self.surname) if part)


class Link(FromMis):
    """One adult and one child. All access of parents hangs on this row; an empty cell in it gives none.

    The last three are written by policy/parenthood.py. rule_shuts: the school's narrower rule keeps this adult out; None: not looked at yet.
    head_says: open or shut, while a decision of the head stands; head_knew_order: it was made knowing the court order of today.
    """

    pupil = ForeignKeyField(Pupil, backref="links")
    contact = ForeignKeyField(Contact, backref="links")
    relationship = CharField(60, null=True)
    priority = IntegerField(null=True)
    parental_responsibility = BooleanField(null=True)
    court_order = BooleanField(null=True)
    lives_with = BooleanField(null=True)
    account_selected = BooleanField(null=True)
    rule_shuts = BooleanField(null=True, default=False)
    head_says = CharField(5, null=True)
    head_knew_order = BooleanField(null=True, default=False)

    class Meta:
        table_name = "links"
        indexes = ((("pupil", "contact"), True),)


class Staff(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    title = CharField(20, null=True)
    forename = CharField(80, null=True)
    surname = CharField(80)
    job = CharField(80, null=True)
    email = CharField(200, null=True)

    class Meta:
        table_name = "staff"
        indexes = ((("school", "mis_id"), True),)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title or self.forename, self.surname) if part)
