"""Hides which of the held drops still wait for a person, and which a newer one has overtaken."""

from collections.abc import Iterable
from typing import Any

from peewee import Expression, ModelSelect, fn

from glowlite.mis.report import HELD, KEPT, RELEASED, UNDONE
from glowlite.models import Drop, Journal, School

OVERTAKEN = "overtaken"  # what a held drop is called, not a status: when the newer one is undone, it waits again


def newest_since(drop: Drop) -> Drop | None:
    """The newest drop after this one of which something counts: a kept one, or one whose restrictions stand (see `_counts`)."""
    later = Drop.select().where(Drop.school == drop.school, Drop.id > drop.id, _counts(Drop))
    return later.order_by(Drop.id.desc()).first()


def still_waiting(schools: Iterable[School | int]) -> ModelSelect:
    """The held drops of these schools that can still be let in."""
    newer = Drop.alias()
    overtaken = newer.select(1).where(newer.school == Drop.school, newer.id > Drop.id, _counts(newer))
    return Drop.select().where(Drop.school.in_(list(schools)), Drop.status == HELD, ~fn.EXISTS(overtaken))


def outcomes(drops: Iterable[Drop]) -> dict[int, str]:
    """By number: the status of each drop, or OVERTAKEN for a held one that can no longer be let in."""
    drops = list(drops)
    held = {drop.school_id for drop in drops if drop.status == HELD}
    waiting = {number for (number,) in still_waiting(held).select(Drop.id).tuples()} if held else set()
    return {drop.id: OVERTAKEN if drop.status == HELD and drop.id not in waiting else drop.status for drop in drops}


def _counts(drop: Any) -> Expression:
    """Is it kept, or does it count for the links it shut: one that waits or waited, or was undone but for its restrictions?"""
    has_shut = drop.status.in_((HELD, RELEASED, UNDONE)) & fn.EXISTS(Journal.select(1).where(Journal.drop == drop.id))
    return (drop.status == KEPT) | has_shut
