"""Hides which children have moved between schools of the authority: on the roll at one, on record at another, under one SCN or UPN.

A move joins nobody: it is evidence that two records of an adult may be one, and a reason to keep the account until a person has looked.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from peewee import Field, ModelSelect, chunked

from glowlite import policy
from glowlite.mis.identity.numbers import CHECKS
from glowlite.models import Link, Pupil, School

NUMBERS: tuple[Field, ...] = (Pupil.scn, Pupil.upn)


class Move(NamedTuple):
    """One child, on the roll here and on record there. number: by which they are known to be one, such as SCN 091234564."""

    here: Pupil
    there: Pupil
    number: str


def into(school: School) -> list[Move]:
    """Children on the roll of this school who are on record at another, still or no longer on its roll."""
    mine = Pupil.select().where(Pupil.school == school, policy.on_roll())
    return list(_moves(mine, _elsewhere(school)))


def left_behind(school: School) -> set[int]:
    """Ids of the contacts of this school whose child has left it and is on the roll of another."""
    leavers = Pupil.select().where(Pupil.school == school, ~policy.on_roll())
    gone = [move.here.id for move in _moves(leavers, _elsewhere(school).where(policy.on_roll()))]
    return {number for some in chunked(gone, 500) for (number,) in Link.select(Link.contact).where(Link.pupil.in_(some)).tuples()}


def _elsewhere(school: School) -> ModelSelect:
    others = School.select(School.id).where(School.authority == school.authority_id, School.id != school.id)
    return Pupil.select().where(Pupil.school.in_(others))


def _moves(mine: ModelSelect, theirs: ModelSelect) -> Iterator[Move]:
    """By each number that is right and stands once in a school, where no birthday speaks against it."""
    for column in NUMBERS:
        ours = {number: pupil for (_, number), pupil in _known_by(mine.where(column.is_null(False)), column).items()}
        for some in chunked(sorted(ours), 500):
            for (_, number), there in _known_by(theirs.where(column.in_(some)), column).items():
                here = ours[number]
                if not (here.born and there.born and here.born != there.born):
                    yield Move(here, there, f"{column.name.upper()} {number}")


def _known_by(pupils: ModelSelect, column: Field) -> dict[tuple[int, str], Pupil]:
    """By school and number: those whose number is right and nobody else's there."""
    rows = [((pupil.school_id, getattr(pupil, column.name)), pupil) for pupil in pupils]
    times = Counter(key for key, _ in rows)
    return {key: pupil for key, pupil in rows if times[key] == 1 and not CHECKS[column.name](key[1])}
