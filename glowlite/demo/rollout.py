"""Hides how the demo's schools have come to have parents on board: the evidence of their nine steps."""

import json
from datetime import datetime, time, timedelta

from peewee import chunked

from glowlite import clock, exposure
from glowlite.demo import cast
from glowlite.models import (
    AgreementText,
    Approval,
    Authority,
    BriefingReading,
    Contact,
    ExposureCheck,
    KeyDecision,
    LetterRun,
    School,
    SignOff,
    Switch,
    Training,
    User,
    UserContact,
)
from glowlite.rollout import aims, briefing, corrections, signing, steps

FIRST = "mairi.macleod"
NAMED = [adult.username for adult in cast.ADULTS if adult.username]  # tests and visitors sign in as these for the first time

DECISIONS = {
    "parents": {"rules": [{"years": [], "priority": None, "lives_with": False, "opens": "all"}], "grace_days": 0},
    "handing-out": {"ways": ["collected", "sent-home"], "days": 30, "identity": "A passport, a driving licence, or somebody of the school who knows them"},
    "support": {"reset": "at-office", "hours": "School days, 8.30 to 16.00",
                "words": "The office of your school gives you a new code. Bring something with your name and picture on it, or ring."},
    "training": {"kinds": ["sessions", "pupil-trainers", "parents-night"], "words": "Pupils show you round at the parents’ nights. Tea is made."},
}
HEADS = {cast.ACADEMY: "donald.munro", cast.PRIMARY: "margaret.sinclair"}
OFFICES = {cast.ACADEMY: "jean.baxter", cast.PRIMARY: "isobel.grant"}


def write(authority: Authority) -> None:
    """Both schools have gone all nine steps some weeks ago."""
    helen, then = _user("helen.ross"), clock.now() - timedelta(days=40)
    AgreementText.update(published=then, changed=then).execute()
    Switch.create(authority=authority, is_on=True, at=then, by=helen.name)
    for topic, value in DECISIONS.items():
        KeyDecision.create(authority=authority, topic=topic, value_text=json.dumps(value, ensure_ascii=False), reason="As agreed with the heads",
                           at=then, by=helen.name)
    for school in School.select().where(School.authority == authority, School.code.in_(list(HEADS))):
        Switch.create(authority=authority, school=school, is_on=True, at=then, by=helen.name)
        _sign(school, signing.POLICY, 35)
        _sign(school, signing.PAGES_STEP, 34)
        _approve(school)
        _check(school)
        _brief(school)
        _write_aims(school)
    _arrange_training(School.get(School.code == cast.ACADEMY))
    _correct()


def _user(username: str) -> User:
    return User.get(User.username == username)


def _sign(school: School, step: int, days: int) -> None:
    row = signing.sign(_user(HEADS[school.code]), school, step)
    SignOff.update(at=clock.now() - timedelta(days=days)).where(SignOff.id == row.id).execute()


def _check(school: School) -> None:
    """A real one, as the first parent."""
    row = exposure.check(_user(OFFICES[school.code]), school, _user(FIRST), proves=school.code == cast.ACADEMY)  # one proof is enough for a demo
    ExposureCheck.update(at=clock.now() - timedelta(days=31)).where(ExposureCheck.id == row.id).execute()
    _sign(school, signing.CHECK, 30)


def _approve(school: School) -> None:
    office, then = _user(OFFICES[school.code]), clock.now() - timedelta(days=32)
    joints = UserContact.select(UserContact, User).join(User)
    rows = [{"school": school.id, "user": joint.user_id, "contact": joint.contact_id, "is_first": joint.user.username == FIRST, "at": then, "by": office.name}
            for joint in joints if joint.contact.school_id == school.id]
    for some in chunked(rows, 500):
        Approval.insert_many(some).execute()
    come = [row["user"] for row in rows if row["user"] % 5 and not row["is_first"]]  # some never have, as everywhere
    for some in chunked(come, 500):
        User.update(last_sign_in=then + timedelta(days=12)).where(User.id.in_(some), User.username.not_in(NAMED)).execute()
    LetterRun.create(school=school, kind="letters", about="all classes", count=len(rows), at=then + timedelta(days=5), by=office.name)


def _brief(school: School) -> None:
    teachers, _ = steps.briefed(school)
    for user in teachers:
        briefing.confirm(user, school, briefing.version(school))
    BriefingReading.update(at=clock.now() - timedelta(days=29)).where(BriefingReading.school == school).execute()


def _write_aims(school: School) -> None:
    for audience in (aims.PARENTS, aims.STAFF):
        aims.write(_user(HEADS[school.code]), school, audience, aims.starting_words(audience))


def _arrange_training(school: School) -> None:
    evening = datetime.combine(clock.monday_of(clock.today()) + timedelta(days=10), time(18, 30))  # Thursday of next week
    Training.create(school=school, title="Parents’ night", starts=clock.stored(evening), place="Library", places=24, trainers="Rory, Beth and others of S5")


def _correct() -> None:
    """A mother has a new telephone, and the office has not seen it yet."""
    linda = _user("linda.smith")
    corrections.say(linda, Contact.select().join(UserContact).where(UserContact.user == linda).get(), {"mobile": "07700 900765"})
