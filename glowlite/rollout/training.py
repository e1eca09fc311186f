"""Hides the first training of parents: arranging sessions with places, taking and giving back a place, and who came.

A parent learns how many places are left, never who else comes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from glowlite import clock, db
from glowlite.models import Audit, School, Training, TrainingPlace, User
from glowlite.rollout import decisions


class NoPlace(Exception):
    """The message says why there is none to take."""


@dataclass(frozen=True)
class Session:
    """One training with those who have a place in it, by name; only for the school to read."""

    training: Training
    taken: list[TrainingPlace]

    @property
    def left(self) -> int:
        return max(0, self.training.places - len(self.taken))

    @property
    def came(self) -> int:
        return sum(place.came is not None for place in self.taken)


@dataclass(frozen=True)
class Offer:
    """One training as a parent sees it."""

    training: Training
    left: int
    is_mine: bool

    @property
    def is_open(self) -> bool:
        return self.training.cancelled is None and self.left > 0


# --- by the school ------------------------------------------------------------------------------------------


def arrange(by: User, school: School, *, title: str, starts: datetime, place: str, places: int, trainers: str = "") -> Training:
    """starts: a stored moment (UTC)."""
    with db.write_lock():
        training = Training.create(school=school, title=title, starts=starts, place=place, places=places, trainers=trainers)
        school.touch()
        Audit.write(by, "arranged training", title, school=school, after={"starts": starts, "place": place, "places": places, "trainers": trainers})
    return training


def cancel(by: User, training: Training) -> None:
    """It does not take place. Whoever had a place reads so on their page."""
    with db.write_lock():
        if not Training.update(cancelled=clock.now()).where(Training.id == training.id, Training.cancelled.is_null()).execute():
            return
        training.school.touch()
        Audit.write(by, "cancelled training", training.title, school=training.school, before={"starts": training.starts})


def of(school: School, number: int) -> Session | None:
    """The training with this number, if it is one of this school."""
    training = Training.get_or_none(Training.id == number, Training.school == school)
    return Session(training, _taken([training])) if training else None


def of_school(school: School) -> tuple[list[Session], list[Session]]:
    """The sessions of a school: those to come, the next first; and those that are over, the last first."""
    trainings = list(Training.select().where(Training.school == school).order_by(Training.starts, Training.id))
    taken = _taken(trainings)
    found = [Session(one, [place for place in taken if place.training_id == one.id]) for one in trainings]
    coming = [one for one in found if one.training.starts >= clock.this_morning()]  # until its day is over
    return coming, [one for one in reversed(found) if one not in coming]


def note_who_came(by: User, session: Session, users: Collection[int]) -> None:
    """Write down who of those with a place was there; the others were not."""
    with db.write_lock():
        for place in session.taken:
            came = place.came or clock.now() if place.user_id in users else None
            TrainingPlace.update(came=came).where(TrainingPlace.id == place.id).execute()
        came_now = sorted(place.user.username for place in session.taken if place.user_id in users)
        Audit.write(by, "noted who came", session.training.title, school=session.training.school, after={"came": came_now})


def note_at_the_desk(by: User, training: Training, user: User) -> None:
    """Somebody has been shown round there and then, with a place or without one: a chair is always found."""
    with db.write_lock():
        place, _ = TrainingPlace.get_or_create(training=training, user=user, defaults={"at": clock.now()})
        TrainingPlace.update(came=place.came or clock.now()).where(TrainingPlace.id == place.id).execute()
        Audit.write(by, "noted who came", training.title, school=training.school, after={"came": [user.username]})


def _taken(trainings: list[Training]) -> list[TrainingPlace]:
    rows = TrainingPlace.select(TrainingPlace, User).join(User).where(TrainingPlace.training.in_(trainings))
    return sorted(rows, key=lambda place: place.user.by_surname)


# --- by parents ---------------------------------------------------------------------------------------------


def offers(user_id: int, school: School) -> list[Offer]:
    """What a parent can come to: none where the school's decision offers no places; a cancelled one only to who had a place."""
    if not decisions.training(school).has_places:
        return []
    trainings = Training.select().where(Training.school == school, Training.starts >= clock.now()).order_by(Training.starts, Training.id)
    found = [Offer(one, max(0, one.places - one.taken.count()), one.taken.where(TrainingPlace.user == user_id).exists()) for one in trainings]
    return [one for one in found if one.is_mine or one.training.cancelled is None]


def take(user: User, school: School, number: int) -> Training:
    """Take a place. Raises NoPlace when there is none, or no such training is offered."""
    with db.write_lock():
        _one_at_a_time(number)
        offer = _offer(user, school, number)
        if offer is None or offer.training.cancelled:
            raise NoPlace("This training is not offered any more. Please choose another.")
        if offer.is_mine:
            return offer.training
        if not offer.is_open:
            raise NoPlace("The last place has just been taken. Please choose another training.")
        TrainingPlace.create(training=offer.training, user=user, at=clock.now())
        Audit.write(user, "took a place in a training", offer.training.title, school=school, after={"starts": offer.training.starts})
    return offer.training


def give_back(user: User, school: School, number: int) -> None:
    """Somebody else can have the place."""
    with db.write_lock():
        offer = _offer(user, school, number)
        if offer and offer.is_mine:
            TrainingPlace.delete().where(TrainingPlace.training == offer.training, TrainingPlace.user == user).execute()
            Audit.write(user, "gave a place in a training back", offer.training.title, school=school, before={"starts": offer.training.starts})


def _one_at_a_time(number: int) -> None:
    """Whoever comes second waits here until the first is done, and then counts the place that was taken: PostgreSQL locks the row."""
    Training.update(places=Training.places).where(Training.id == number).execute()


def _offer(user: User, school: School, number: int) -> Offer | None:
    return next((one for one in offers(user.id, school) if one.training.id == number), None)
