"""Hides the authority's switch: whether parents may be brought on at all, for every school and for each of them; off until it is turned on."""

from typing import NamedTuple

from glowlite import clock, db
from glowlite.models import Audit, School, Switch, User
from glowlite.models.school import Place
from glowlite.rollout import candidates


class Effect(NamedTuple):
    """What turning a switch on would mean for one school. waiting: adults who could then get an account."""

    school: School
    waiting: int
    accounts: int
    other_is_on: bool


def newest(place: Place) -> Switch | None:
    """The last time this switch was used."""
    here = Switch.school == place.school if place.school else Switch.school.is_null()
    return Switch.select().where(Switch.authority == place.authority, here).order_by(Switch.at.desc(), Switch.id.desc()).first()


def is_on(place: Place) -> bool:
    last = newest(place)
    return last is not None and last.is_on


def lets_parents_in(school: School) -> bool:
    """Both switches, the authority's and the school's."""
    return is_on(Place(school.authority)) and is_on(Place(school.authority, school))


def turn(by: User, place: Place, *, on: bool) -> None:
    """Use the switch. Off again, nobody new gets an account and no code opens one; who is in stays in, for that rests on their links."""
    with db.write_lock():
        Switch.create(authority=place.authority, school=place.school, is_on=on, at=clock.now(), by=by.name)
        Audit.write(by, "switched parents", place.name, school=place.school, before={"on": not on}, after={"on": on})


def effect(place: Place) -> list[Effect]:
    """What it would mean at each school concerned, to be shown before it is done."""
    schools = [place.school] if place.school else list(School.select().where(School.authority == place.authority).order_by(School.name))
    return [_effect_at(school, place) for school in schools]


def _effect_at(school: School, place: Place) -> Effect:
    now = candidates.counts(school)
    other = Place(school.authority) if place.school else Place(school.authority, school)
    return Effect(school, now.waiting, now.accounts, is_on(other))
