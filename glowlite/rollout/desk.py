"""Hides the hand-over desk of a parents' night: finding an adult quickly, and the four things that are done there, each written down.

The tablet stands where others see it: it shows forenames and classes, no address, no telephone, and no child that the adult may not see.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from peewee import JOIN

from glowlite import agreement, clock, db, policy
from glowlite.models import (
    AccessCode,
    Approval,
    Audit,
    Contact,
    HandOver,
    Link,
    Pupil,
    School,
    Training,
    TrainingPlace,
    User,
)
from glowlite.people import folded
from glowlite.qr import Square
from glowlite.rollout import codes, decisions, letters, training
from glowlite.rollout.codes import CannotMake
from glowlite.rollout.steps import NotYet

LETTER, CODE = "letter", "code"
MOST = 20


class CannotHandOver(Exception):
    """The message says what is missing; it may be read by whoever stands at the desk."""


# --- finding ------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """One adult. user_id: None where there is no account yet. children: forename and class of those they may see. words: what finds them."""

    name: str
    user_id: int | None
    children: list[str]
    words: set[str]
    was_here: bool = False

    def fits(self, wanted: list[str]) -> bool:
        return all(any(word.startswith(letters) for word in self.words) for letters in wanted)


def find(school: School, typed: str) -> list[Found]:
    """Adults of whom each word begins a name, the name of a child they may see, or its class; by name. One more than MOST says that there are more."""
    wanted = folded(typed).split()
    found = [one for one in _adults(school) if one.fits(wanted)] if wanted else []
    return sorted(found, key=lambda one: (folded(one.name).split()[-1:], folded(one.name), one.user_id or 0))[:MOST + 1]


def _adults(school: School) -> list[Found]:
    """Everybody with an account here, and whoever could have one."""
    children = _opened(school)
    given = {user for (user,) in HandOver.select(HandOver.user).where(HandOver.school == school, HandOver.given.is_null(False)).tuples()}
    rows = (Contact.select(Contact.id, Contact.forename, Contact.surname, Approval.user)
            .join(Approval, JOIN.LEFT_OUTER, on=(Approval.contact == Contact.id) & (Approval.school == school))
            .where(Contact.school == school, Contact.gone.is_null()).tuples())
    found = []
    for number, forename, surname, user in rows:
        if user or number in children:
            name = " ".join(filter(None, (forename, surname)))
            words = folded(" ".join([name, *(f"{child.name} {child.class_name}" for child in children[number])])).split()
            found.append(Found(name, user, [child.words for child in children[number]], set(words), user in given))
    return found


class Child(NamedTuple):
    name: str
    first_name: str
    class_name: str

    @property
    def words(self) -> str:
        return " ".join(filter(None, (self.first_name, self.class_name)))

    @classmethod
    def of(cls, pupil: Pupil) -> Self:
        return cls(pupil.name, pupil.first_name, pupil.registration or pupil.year_group or "")


def _opened(school: School, contact: Contact | None = None) -> dict[int, list[Child]]:
    """contact id -> the children here that the adult may see now."""
    columns = (Link.contact, Pupil.forename, Pupil.known_as, Pupil.surname, Pupil.registration, Pupil.year_group)
    rows = policy.links_with_access().select(*columns).where(Pupil.school == school)
    found: dict[int, list[Child]] = defaultdict(list)
    for link in rows.where(Link.contact == contact) if contact else rows:
        found[link.contact_id].append(Child.of(link.pupil))
    return found


# --- one adult --------------------------------------------------------------------------------------------------


class Tonight(NamedTuple):
    """A training of today, and since when this adult has been at it."""

    training: Training
    came: datetime | None


@dataclass
class Visit:
    """One adult at the desk. stopped: why nothing may be handed over. seen: what was looked at today. letter: one lies ready that still works."""

    school: School
    user: User
    contact: Contact
    children: list[Child]
    stopped: str
    seen: HandOver | None
    missing: int
    letter: AccessCode | None
    trainings: list[Tonight]

    @property
    def given(self) -> datetime | None:
        return self.seen.given if self.seen else None

    @property
    def came(self) -> bool:
        return any(one.came for one in self.trainings)

    @property
    def next_thing(self) -> str:
        """The first of the four that is still to be done; empty when none is."""
        to_do = {"identity": self.seen is None, "agreement": self.missing > 0, "hand-over": self.given is None,
                 "training": bool(self.trainings) and not self.came}
        return next((thing for thing, is_open in to_do.items() if is_open), "")


def visit(school: School, number: int) -> Visit | None:
    """The adult with this account at this school's desk; None when no account of theirs was approved here."""
    rows = Approval.select(Approval, User, Contact).join(User).switch(Approval).join(Contact)
    approvals = list(rows.where(Approval.school == school, Approval.user == number).order_by(Approval.id))
    if not approvals:
        return None
    approval = next((one for one in approvals if _opened(school, one.contact)), approvals[0])
    user, contact = approval.user, approval.contact
    missing = {text.id for text in agreement.in_force(school)} - set(json.loads(user.agreed_text))
    return Visit(school, user, contact, _opened(school, contact)[contact.id], codes.obstacle(user, contact), _seen_today(school, user),
                 len(missing), _letter(user), _tonight(school, user))


def _seen_today(school: School, user: User) -> HandOver | None:
    rows = HandOver.select().where(HandOver.school == school, HandOver.user == user, HandOver.at >= clock.this_morning())
    return rows.order_by(HandOver.at.desc(), HandOver.id.desc()).first()


def _letter(user: User) -> AccessCode | None:
    return AccessCode.select().where(AccessCode.user == user, AccessCode.how == letters.HOW[letters.PRINTED], codes.alive()).first()


def _tonight(school: School, user: User) -> list[Tonight]:
    coming, _ = training.of_school(school)
    today = [one for one in coming if clock.local(one.training.starts).date() == clock.today() and one.training.cancelled is None]
    places = {place.training_id: place.came for place in TrainingPlace.select().where(TrainingPlace.user == user)}
    return [Tonight(one.training, places.get(one.training.id)) for one in today]


# --- the four things ----------------------------------------------------------------------------------------------


def may_be_shown(school: School) -> list[str]:
    """What counts as proof of who somebody is, as the school decided: a button each."""
    said = decisions.handing_out(school).identity
    parts = [part.strip(" .") for part in re.split(r",\s*(?:or\s+)?|;\s*|\s+or\s+", said) if part.strip(" .")]
    return [part[:1].upper() + part[1:119] for part in parts] or ["Somebody of the school knows them"]


def check_identity(by: User, here: Visit, looked: str) -> None:
    """Somebody has looked at this, today. Raises CannotHandOver."""
    _refuse_if_stopped(here)
    if looked not in may_be_shown(here.school):
        raise CannotHandOver("Say what was looked at.")
    with db.write_lock():
        HandOver.create(school=here.school, user=here.user, identity=looked, at=clock.now(), by=by.name)
        Audit.write(by, "checked identity", here.user.username, school=here.school, after={"looked at": looked})


def record_paper(by: User, here: Visit) -> None:
    """The acceptable use policy was signed on paper, before the eyes of whoever sits at the desk."""
    _refuse_if_unknown(here)
    agreement.record_paper(by, here.user, here.school, clock.today(), by.name)


class Handed(NamedTuple):
    """A code that was made at the desk, shown once: on paper, or for the camera of the adult's own phone."""

    code: str
    address: str
    square: Square


def take_letter(by: User, here: Visit) -> None:
    """The letter that was printed before is in their hand. Raises CannotHandOver."""
    _refuse_if_unknown(here)
    if here.letter is None:
        raise CannotHandOver("There is no letter that still works. Make a code now.")
    _give(by, here, LETTER)


def make_code(by: User, here: Visit) -> Handed:
    """A new code there and then; a letter that was printed before opens nothing any more. Raises CannotHandOver."""
    _refuse_if_unknown(here)
    with db.write_lock():
        try:
            code = codes.make(by, here.user, here.contact, "desk")
        except CannotMake as problem:
            raise CannotHandOver(str(problem)) from problem
        _give(by, here, CODE)
    return Handed(code, letters.way_in(), Square.of(letters.way_in(code)))


def _give(by: User, here: Visit, how: str) -> None:
    try:
        letters.demand(here.school, [here.user])
    except NotYet as stopped:
        raise CannotHandOver(str(stopped)) from stopped
    with db.write_lock():
        HandOver.update(given=clock.now(), how=how).where(HandOver.id == here.seen).execute()
        Audit.write(by, "handed over", here.user.username, school=here.school, after={"how": how, "looked at": here.seen and here.seen.identity})


def note_training(by: User, here: Visit, number: int) -> None:
    """They have been shown round today. Raises CannotHandOver."""
    _refuse_if_unknown(here)
    found = next((one.training for one in here.trainings if one.training.id == number), None)
    if found is None:
        raise CannotHandOver("This training is not one of today.")
    training.note_at_the_desk(by, found, here.user)


def _refuse_if_stopped(here: Visit) -> None:
    if here.stopped:
        raise CannotHandOver("Nothing can be handed over at the moment. The reason stands on the page, for the school only.")


def _refuse_if_unknown(here: Visit) -> None:
    """Nothing is signed or given before somebody has looked who it is."""
    _refuse_if_stopped(here)
    if here.seen is None:
        raise CannotHandOver("First look who it is.")
