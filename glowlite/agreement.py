"""Hides the acceptable use policy: writing and publishing versions, what a parent still has to accept, and who has accepted what.

FIELD section 2, step 1: a parent accepts the version they saw before anything else opens; a new version asks again.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import NamedTuple

from glowlite import clock, db
from glowlite.models import Agreement, AgreementText, Audit, School, User
from glowlite.models.agreements import PAPER, SCREEN
from glowlite.models.school import Place
from glowlite.policy import PARENT_HAT, Action, Viewer, reached_by_link

LONGEST = 20_000


class CannotPublish(Exception):
    """The message says what is missing."""


def texts_of(place: Place) -> list[AgreementText]:
    """The published versions of a place, the newest first."""
    return list(AgreementText.published_of(place.authority, place.school))


def draft_of(place: Place) -> AgreementText | None:
    here = AgreementText.school == place.school if place.school else AgreementText.school.is_null()
    return AgreementText.select().where(AgreementText.authority == place.authority, here, AgreementText.number.is_null()).first()


def save_draft(by: User, place: Place, body: str) -> AgreementText:
    """Keep what is being written; nobody is asked to accept it before it is published."""
    with db.write_lock():
        text = draft_of(place) or AgreementText(authority=place.authority, school=place.school)
        text.body, text.changed, text.changed_by = body, clock.now(), by.name
        text.save()
    return text


def publish(by: User, place: Place) -> AgreementText:
    """Make the draft the version in force; every parent concerned is asked at their next page. Raises CannotPublish."""
    with db.write_lock():
        text = draft_of(place)
        if text is None or not text.body.strip():
            raise CannotPublish("There is nothing to publish yet. Write the text first.")
        newest = next(iter(texts_of(place)), None)
        if newest and newest.body == text.body:
            raise CannotPublish(f"This is word for word version {newest.number}. Nobody needs to be asked again.")
        text.number, text.published, text.changed_by = (newest.number if newest else 0) + 1, clock.now(), by.name
        text.save()
        _put_in_force(place)
        Audit.write(by, "published acceptable use policy", place.name, school=place.school, after={"version": text.number})
    return text


def _put_in_force(place: Place) -> None:
    for school in [place.school] if place.school else School.select().where(School.authority == place.authority):
        AgreementText.put_in_force(school)
        school.touch()


# --- accepting ----------------------------------------------------------------------------------------


def to_accept(viewer: Viewer) -> list[int]:
    """Ids of the versions that this viewer has not accepted yet: those in force at the schools where they are a parent. Needs no query."""
    if viewer.hat != PARENT_HAT:
        return []
    wanted = dict.fromkeys(number for school in viewer.schools.values() for number in json.loads(school.agreement_text))
    return [number for number in wanted if number not in viewer.agreed]


def texts(numbers: list[int]) -> list[AgreementText]:
    """These versions, the authority's before the schools'."""
    rows = AgreementText.select().where(AgreementText.id.in_(numbers))
    return list(rows.order_by(AgreementText.school.is_null(False), AgreementText.id))


def in_force(school: School) -> list[AgreementText]:
    """The versions that the parents of this school have to accept."""
    return texts(json.loads(school.agreement_text))


def accept(user: User, numbers: list[int], *, how: str = SCREEN, witness: str = "", recorded_by: str = "", at: datetime | None = None) -> None:
    """Write down that this person accepts these versions, on the screen or, seen by a witness, on paper."""
    with db.write_lock():
        rows = [{"user": user.id, "text": number, "at": at or clock.now(), "how": how, "witness": witness, "recorded_by": recorded_by} for number in numbers]
        if rows:
            Agreement.insert_many(rows).on_conflict_ignore().execute()
        agreed = sorted({*json.loads(user.agreed_text), *numbers})
        User.update(agreed_text=json.dumps(agreed)).where(User.id == user.id).execute()
        user.agreed_text = json.dumps(agreed)
        facts = {"versions": numbers, "how": how} | ({"witness": witness} if witness else {})
        Audit.write(recorded_by or user, "accepted acceptable use policy", user.username, after=facts)


def record_paper(by: User, user: User, school: School, signed: date, witness: str) -> None:
    """The office has the signed paper in hand: it counts for the versions in force at this school."""
    numbers = [number for number in json.loads(school.agreement_text) if number not in json.loads(user.agreed_text)]
    accept(user, numbers, how=PAPER, witness=witness, recorded_by=by.username, at=clock.stored(datetime.combine(signed, datetime.min.time())))


# --- who has, and what changed ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """One parent of a school. missing: versions in force that they have not accepted."""

    user: User
    accepted: Agreement | None
    missing: int

    @property
    def is_done(self) -> bool:
        return self.missing == 0


def standing(school: School) -> list[Standing]:
    """Every parent of a school with an account, by surname: have they accepted what is in force?"""
    wanted = json.loads(school.agreement_text)
    people = list(User.select().where(User.id.in_({user for user, _ in reached_by_link(Action.CHILD, school)})))
    rows = Agreement.select().where(Agreement.text.in_(wanted), Agreement.user.in_([user.id for user in people])).order_by(Agreement.at)
    newest = {row.user_id: row for row in rows}
    found = [Standing(user, newest.get(user.id), len(set(wanted) - set(json.loads(user.agreed_text)))) for user in people]
    return sorted(found, key=lambda one: one.user.by_surname)


class Change(NamedTuple):
    """A paragraph. kind: same, gone or new."""

    kind: str
    text: str


def compare(old: str, new: str) -> list[Change]:
    """What was taken out and put in between two versions, by paragraph."""
    before, after = _paragraphs(old), _paragraphs(new)
    changes: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes += [Change("same", words) for words in before[a:b]]
        else:
            changes += [Change("gone", words) for words in before[a:b]] + [Change("new", words) for words in after[c:d]]
    return changes


def _paragraphs(body: str) -> list[str]:
    return [paragraph.strip() for paragraph in body.replace("\r\n", "\n").split("\n\n") if paragraph.strip()]
