"""The first tables. The models are frozen copies, independent of the application's."""

import secrets

from peewee import *



class Base(Model):
    class Meta:
        legacy_table_names = False


class Authority(Base):
    name = CharField(120)

    class Meta:
        table_name = "authorities"


class School(Base):
    authority = ForeignKeyField(Authority)
    code = CharField(40, unique=True)
    mis_id = CharField(80, null=True)
    name = CharField(120)
    kind = CharField(20, default="secondary")
    code_table = CharField(40, default="scotland")
    accent = CharField(20, default="loch")
    address = CharField(200, default="")
    phone = CharField(40, default="")
    email = CharField(120, default="")
    stamp = IntegerField(default=0)

    class Meta:
        table_name = "schools"


class AttendanceCode(Base):
    table = CharField(40, column_name="code_table")
    code = CharField(4)
    words = TextField()
    category = CharField(20)
    valid_from = DateField(null=True)
    valid_to = DateField(null=True)

    class Meta:
        table_name = "attendance_codes"
        indexes = ((("table", "code"), True),)


class Drop(Base):
    school = ForeignKeyField(School)
    status = CharField(10)
    format = CharField(40, null=True)
    mis = CharField(60, default="")
    digest = CharField(64)
    loaded_by = CharField(80)
    started = DateTimeField()
    finished = DateTimeField(null=True)
    report_text = TextField(default="{}")

    class Meta:
        table_name = "drops"
        indexes = ((("school", "status"), False),)


class Problem(Base):
    drop = ForeignKeyField(Drop, on_delete="CASCADE")
    weight = CharField(10)
    file = CharField(200)
    row = IntegerField(null=True)
    column = CharField(80, null=True, column_name="column_name")
    value = TextField(null=True)
    message = TextField()

    class Meta:
        table_name = "problems"


class Journal(Base):
    id = BigAutoField()
    drop = ForeignKeyField(Drop, on_delete="CASCADE")
    table = CharField(40, column_name="table_name")
    before = TextField()

    class Meta:
        table_name = "journal"


class FromMis(Base):
    drop = ForeignKeyField(Drop, null=True, index=False)
    source_row = IntegerField(null=True)
    gone = DateField(null=True)


class Pupil(FromMis):
    school = ForeignKeyField(School)
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

    class Meta:
        table_name = "pupils"
        indexes = ((("school", "mis_id"), True),)


class Contact(FromMis):
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


class Link(FromMis):
    pupil = ForeignKeyField(Pupil)
    contact = ForeignKeyField(Contact)
    relationship = CharField(60, null=True)
    priority = IntegerField(null=True)
    parental_responsibility = BooleanField(null=True)
    court_order = BooleanField(null=True)
    lives_with = BooleanField(null=True)
    account_selected = BooleanField(null=True)

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


class Group(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    kind = CharField(20)
    name = CharField(120)
    subject = CharField(80, null=True)

    class Meta:
        table_name = "groups"
        indexes = ((("school", "mis_id"), True),)


class Membership(FromMis):
    group = ForeignKeyField(Group)
    pupil = ForeignKeyField(Pupil)

    class Meta:
        table_name = "memberships"
        indexes = ((("pupil", "group"), True),)


class Teaching(FromMis):
    group = ForeignKeyField(Group)
    staff = ForeignKeyField(Staff)

    class Meta:
        table_name = "teaching"
        indexes = ((("group", "staff"), True),)


class Period(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    week = CharField(4, null=True)
    weekday = IntegerField()
    name = CharField(40)
    starts = CharField(5)
    ends = CharField(5)

    class Meta:
        table_name = "periods"
        indexes = ((("school", "mis_id"), True),)


class Lesson(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    group = ForeignKeyField(Group)
    period = ForeignKeyField(Period)
    staff = ForeignKeyField(Staff, null=True)
    room = CharField(40, null=True)
    bring = CharField(120, null=True)

    class Meta:
        table_name = "lessons"
        indexes = ((("school", "mis_id"), True),)


class Mark(FromMis):
    pupil = ForeignKeyField(Pupil, index=False)
    day = DateField()
    session = CharField(2)
    code = CharField(4)

    class Meta:
        table_name = "marks"
        primary_key = CompositeKey("pupil", "day", "session")


class Conduct(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    pupil = ForeignKeyField(Pupil)
    kind = CharField(20)
    type = CharField(120)
    day = DateField()
    points = IntegerField(null=True)
    staff = ForeignKeyField(Staff, null=True)
    comment = TextField(null=True)

    class Meta:
        table_name = "conduct"
        indexes = ((("school", "mis_id"), True),)


class Result(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    pupil = ForeignKeyField(Pupil)
    subject = CharField(80)
    title = CharField(120)
    day = DateField()
    value = CharField(40)
    out_of = CharField(20, null=True)
    comment = TextField(null=True)
    released = DateField(null=True)

    class Meta:
        table_name = "results"
        indexes = ((("school", "mis_id"), True),)


class Assignment(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    group = ForeignKeyField(Group)
    staff = ForeignKeyField(Staff, null=True)
    title = CharField(160)
    details = TextField(null=True)
    resource = CharField(400, null=True)
    set_on = DateField()
    due_on = DateField()

    class Meta:
        table_name = "assignments"
        indexes = ((("school", "mis_id"), True),)


class CalendarEntry(FromMis):
    school = ForeignKeyField(School)
    mis_id = CharField(80)
    kind = CharField(20)
    title = CharField(160)
    starts = DateField()
    ends = DateField(null=True)
    details = TextField(null=True)
    audience = CharField(20, default="everyone")

    class Meta:
        table_name = "calendar"
        indexes = ((("school", "mis_id"), True),)


class User(Base):
    username = CharField(60, unique=True)
    name = CharField(120)
    password_hash = CharField(200, null=True)
    must_change_password = BooleanField(default=False)
    session_key = CharField(24, default=lambda: secrets.token_urlsafe(12))
    locked = DateTimeField(null=True)
    last_sign_in = DateTimeField(null=True)

    class Meta:
        table_name = "users"


class UserContact(Base):
    user = ForeignKeyField(User, on_delete="CASCADE")
    contact = ForeignKeyField(Contact, on_delete="CASCADE")

    class Meta:
        table_name = "user_contacts"
        indexes = ((("user", "contact"), True),)


class UserStaff(Base):
    user = ForeignKeyField(User, on_delete="CASCADE")
    staff = ForeignKeyField(Staff, on_delete="CASCADE")

    class Meta:
        table_name = "user_staff"
        indexes = ((("user", "staff"), True),)


class Duty(Base):
    user = ForeignKeyField(User, on_delete="CASCADE")
    role = CharField(20)
    school = ForeignKeyField(School, null=True)
    authority = ForeignKeyField(Authority)

    class Meta:
        table_name = "duties"
        indexes = ((("user", "role", "school"), True),)


class Page(Base):
    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    key = CharField(20)

    class Meta:
        table_name = "pages"
        indexes = ((("authority", "school", "key"), True),)


class Placement(Base):
    page = ForeignKeyField(Page, on_delete="CASCADE")
    role = CharField(20)
    widget = CharField(40)
    position = IntegerField()
    is_on = BooleanField(default=True)
    options_text = TextField(default="{}")

    class Meta:
        table_name = "placements"
        indexes = ((("page", "role", "widget"), True),)


class ComponentPolicy(Base):
    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    role = CharField(20)
    component = CharField(40)
    allowed = BooleanField()
    locked = BooleanField(default=False)

    class Meta:
        table_name = "component_policies"
        indexes = ((("authority", "school", "role", "component"), True),)


class Audit(Base):
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


class Reading(Base):
    id = BigAutoField()
    at = DateTimeField()
    user = ForeignKeyField(User, on_delete="CASCADE")
    pupil = ForeignKeyField(Pupil, on_delete="CASCADE")
    page = CharField(60)

    class Meta:
        table_name = "readings"
        indexes = ((("user", "pupil", "at"), False),)


TABLES = (Authority, School, AttendanceCode, Drop, Problem, Journal, Pupil, Contact, Link, Staff, Group, Membership, Teaching, Period, Lesson, Mark, Conduct, Result, Assignment, CalendarEntry, User, UserContact, UserStaff, Duty, Page, Placement, ComponentPolicy, Audit, Reading)


def up(migrator, db):
    # Marks are read a pupil at a time: keep them in the order of their key where the database can.
    Mark._meta.without_rowid = isinstance(db, SqliteDatabase)
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES)
