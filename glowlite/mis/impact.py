"""Hides what a drop means for people: who gains and who loses sight of which child, who leaves the roll, and who can let it in."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from peewee import chunked

from glowlite import policy
from glowlite.models import Contact, Pupil, School

Pair = tuple[int, int]


class Footing(NamedTuple):
    """How a school stands: (contact, pupil) of every link that gives access, and the year group of each pupil on the roll."""

    pairs: set[Pair]
    roll: dict[int, str | None]

    @classmethod
    def of(cls, school: School) -> Self:
        roll = Pupil.select(Pupil.id, Pupil.year_group).where(Pupil.school == school, policy.on_roll())
        return cls(policy.access_pairs(school), dict(roll.tuples()))


@dataclass(frozen=True)
class Impact:
    """What lies between two footings, by name. gained and lost: "adult – child" for each link; leaving: pupils.

    adults_…: how many people that is, for one adult may have several children. to_known: links gained to pupils who were on the roll before.
    """

    gained: list[str]
    lost: list[str]
    leaving: list[str]
    adults_gained: int = 0
    adults_lost: int = 0
    to_known: int = 0

    @classmethod
    def between(cls, before: Footing, after: Footing) -> Self:
        gained, lost = after.pairs - before.pairs, before.pairs - after.pairs
        leaving = sorted(names_by_id(Pupil, before.roll.keys() - after.roll.keys()).values())
        return cls(names_of(gained), names_of(lost), leaving, _adults(gained), _adults(lost), sum(pupil in before.roll for _, pupil in gained))

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the drop, for the office that comes in the morning."""
        return {"gained": self.gained, "lost": self.lost, "leaving": self.leaving, "adults_gained": self.adults_gained, "adults_lost": self.adults_lost}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        return cls(**kept)

    @property
    def sentence(self) -> str:
        """Such as: 3 adults lose access, 1 gains; 2 pupils leave the roll."""
        adults = ", ".join(part for part in (
            _counted(self.adults_lost, "adult loses access", "adults lose access"),
            _counted(self.adults_gained, *(("gains", "gain") if self.adults_lost else ("adult gains access", "adults gain access")))) if part)
        leaving = _counted(len(self.leaving), "pupil leaves the roll", "pupils leave the roll")
        return f"{'; '.join(filter(None, (adults or 'Nobody gains or loses access', leaving)))}."


NOTHING = Impact([], [], [])


class Apart(NamedTuple):
    """One thing in a drop that is no part of the new school year, and whom it is about."""

    what: str
    names: list[str]


@dataclass(frozen=True)
class NewYear:
    """A drop that looks like the new school year (`new_year`). explained: the reasons to wait that only count what that brings with it."""

    sentence: str
    apart: list[Apart]
    explained: list[str]

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the drop."""
        return asdict(self) | {"apart": [one._asdict() for one in self.apart]}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        return cls(kept["sentence"], [Apart(**one) for one in kept["apart"]], kept["explained"])


def names_of(pairs: Iterable[Pair]) -> list[str]:
    """Each pair as "adult – child", by name."""
    pairs = list(pairs)
    contacts, pupils = names_by_id(Contact, {contact for contact, _ in pairs}), names_by_id(Pupil, {pupil for _, pupil in pairs})
    return sorted(f"{contacts[contact]} – {pupils[pupil]}" for contact, pupil in pairs)


def names_by_id(model: Any, numbers: set[int]) -> dict[int, str]:
    return {row.id: row.name for some in chunked(sorted(numbers), 500) for row in model.select().where(model.id.in_(some))}


def _adults(pairs: set[Pair]) -> int:
    return len({contact for contact, _ in pairs})


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else ""


def who_can_release(school: School) -> list[str]:
    """The names of the people at the school who may let in a drop that waits."""
    return [user.name for user in policy.who_may(policy.Action.LOAD_DROPS, school)]
