"""Bringing parents on: acceptable use policy, switches, key decisions, sign-offs, approvals, codes and all other evidence."""

from peewee import *


class Base(Model):
    class Meta:
        legacy_table_names = False


class Authority(Base):
    class Meta:
        table_name = "authorities"


class School(Base):
    class Meta:
        table_name = "schools"


class User(Base):
    class Meta:
        table_name = "users"


class Contact(Base):
    class Meta:
        table_name = "contacts"


class Link(Base):
    class Meta:
        table_name = "links"


class AgreementText(Base):
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


class Agreement(Base):
    user = ForeignKeyField(User, on_delete="CASCADE")
    text = ForeignKeyField(AgreementText)
    at = DateTimeField()
    how = CharField(10, default="screen")
    witness = CharField(120, default="")
    recorded_by = CharField(120, default="")

    class Meta:
        table_name = "agreements"
        indexes = ((("user", "text"), True),)


class Switch(Base):
    authority = ForeignKeyField(Authority)
    school = ForeignKeyField(School, null=True)
    is_on = BooleanField()
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "switches"
        indexes = ((("authority", "school", "at"), False),)


class KeyDecision(Base):
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


class SignOff(Base):
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


class ExposureCheck(Base):
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


class BriefingReading(Base):
    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    version = CharField(16)
    at = DateTimeField()
    told_by = CharField(120, default="")
    snapshot_text = TextField(default="{}")

    class Meta:
        table_name = "briefing_readings"
        indexes = ((("school", "user", "version"), True),)


class AimsText(Base):
    school = ForeignKeyField(School)
    audience = CharField(10)
    body = TextField()
    changed = DateTimeField()
    changed_by = CharField(120)

    class Meta:
        table_name = "aims_texts"
        indexes = ((("school", "audience"), True),)


class Job(Base):
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


class LinkDecision(Base):
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


class Approval(Base):
    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    contact = ForeignKeyField(Contact)
    is_first = BooleanField(default=False)
    at = DateTimeField()
    by = CharField(120)

    class Meta:
        table_name = "approvals"
        indexes = ((("school", "contact"), True),)


class LetterRun(Base):
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


class AccessCode(Base):
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


class HandOver(Base):
    school = ForeignKeyField(School)
    user = ForeignKeyField(User, on_delete="CASCADE")
    identity = CharField(120)
    at = DateTimeField()
    by = CharField(120)
    given = DateTimeField(null=True)
    how = CharField(10, default="")

    class Meta:
        table_name = "hand_overs"


class Match(Base):
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


class Correction(Base):
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


class Training(Base):
    school = ForeignKeyField(School)
    title = CharField(120)
    starts = DateTimeField()
    place = CharField(120)
    places = IntegerField()
    trainers = CharField(300, default="")
    cancelled = DateTimeField(null=True)

    class Meta:
        table_name = "trainings"


class TrainingPlace(Base):
    training = ForeignKeyField(Training, backref="taken", on_delete="CASCADE")
    user = ForeignKeyField(User, on_delete="CASCADE")
    at = DateTimeField()
    came = DateTimeField(null=True)

    class Meta:
        table_name = "training_places"
        indexes = ((("training", "user"), True),)


TABLES = (
    AgreementText, Agreement, Switch, KeyDecision, SignOff, ExposureCheck, BriefingReading, AimsText, Job,
    LinkDecision, Approval, LetterRun, AccessCode, HandOver, Match, Correction, Training, TrainingPlace,
)


def up(migrator, db):
    with db.bind_ctx(TABLES, bind_refs=False, bind_backrefs=False):
        db.create_tables(TABLES)
    migrator.migrate(
        migrator.add_column("users", "agreed_text", TextField(default="[]")),
        migrator.add_column("users", "remote_access", BooleanField(default=True)),
        migrator.add_column("users", "welcomed", DateTimeField(null=True)),
        migrator.add_column("schools", "agreement_text", TextField(default="[]")),
        migrator.add_column("schools", "schedule_text", TextField(default="{}")),
        migrator.add_column("schools", "networks_text", TextField(default="")),
        migrator.add_column("pupils", "parents_until", DateField(null=True)),
        migrator.add_column("links", "rule_shuts", BooleanField(null=True, default=False)),
        migrator.add_column("links", "head_says", CharField(5, null=True)),
        migrator.add_column("links", "head_knew_order", BooleanField(null=True, default=False)))
    db.execute_sql("UPDATE users SET welcomed = last_sign_in")  # who has been here before need not be shown round
    db.execute_sql("UPDATE links SET rule_shuts = FALSE, head_knew_order = FALSE")  # until somebody decides, the usual rule alone counts
