"""Hides how the new school year is recognised in a drop that waits, and what in that drop is not part of it.

In August the oldest leave, the youngest come and all others move up. That trips several brakes at once, each rightly; a person who is told
what it looks like, and apart from that what else happens, finds the thirty children who are missing for another reason.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from peewee import chunked

from glowlite import words
from glowlite.mis.identity import Stranger
from glowlite.mis.impact import Apart, Footing, NewYear, names_by_id, names_of
from glowlite.mis.years import place, step
from glowlite.models import Pupil

SOME = 0.1  # of the biggest year group; a smaller one at the edge is a slip of the pen or a guest


def seen(before: Footing, after: Footing, strangers: Collection[Stranger], explained: Iterable[str]) -> NewYear | None:
    """Is this the new school year? When most of the oldest leave and most of those who stay move up by one year; else None.

    strangers: of whom the id is another person's now. explained: the reasons to wait that only count how many leave and lose access.
    """
    look = _Look(before, after, strangers)
    return NewYear(look.sentence(), look.apart(), list(explained)) if look.is_one() else None


class _Look:
    """Who left, came, moved up, and who did otherwise: ids of pupils, but for those whose id has changed hands."""

    def __init__(self, before: Footing, after: Footing, strangers: Collection[Stranger]) -> None:
        self.before, self.after, self.strangers = before, after, strangers
        pupils = [one for one in strangers if one.noun.model is Pupil]
        seconds = {number for some in chunked([one.mis_id for one in pupils], 500)
                   for (number,) in Pupil.select(Pupil.id).where(Pupil.mis_id.in_(some)).tuples()}
        self.left = before.roll.keys() - after.roll.keys() - {one.record for one in pupils}
        self.came = after.roll.keys() - before.roll.keys() - seconds
        self.stay = before.roll.keys() & after.roll.keys()
        self.up = {number for number in self.stay if step(before.roll[number], after.roll[number]) == 1}
        self.oldest, self.youngest = _edge(before.roll.values(), max), _edge(after.roll.values(), min)

    def is_one(self) -> bool:
        of_oldest = [year for year in self.before.roll.values() if place(year) == place(self.oldest)]
        return bool(self.oldest) and 2 * len(self._out_of_oldest()) > len(of_oldest) and 2 * len(self.up) > len(self.stay)

    def sentence(self) -> str:
        came = len(self._into_youngest())
        return (f"This looks like the new school year: {len(self._out_of_oldest()):,} left from {self.oldest}, "
                f"{f'{came:,}' if came else 'nobody'} came into {self.youngest}, {len(self.up):,} moved up a year.")

    def apart(self) -> list[Apart]:
        """What is not part of it, the gravest first; nothing for what there is none of."""
        lost, gained = self.before.pairs - self.after.pairs, self.after.pairs - self.before.pairs
        lost = {pair for pair in lost if pair[1] in self.after.roll}
        gained = {pair for pair in gained if pair[1] in self.before.roll}
        swapped = [f"{one.before} → {one.now}" for one in self.strangers]
        others = [
            Apart(f"{words.plural(len(swapped), 'id has', 'ids have')} become somebody else’s", swapped),
            Apart(f"{words.plural(len(lost), 'link', 'links')} of an adult to a child who stays would lose access", names_of(lost)),
            Apart(f"{words.plural(len(gained), 'link', 'links')} of an adult to a child who was here before would gain access", names_of(gained)),
            self._pupils("left from another year than " + self.oldest, self.left - self._out_of_oldest(), self.before),
            self._pupils("did not move up a year", self.stay - self.up, self.after),
            self._pupils("came into another year than " + self.youngest, self.came - self._into_youngest(), self.after),
        ]
        return [one for one in others if one.names]

    def _pupils(self, what: str, numbers: Collection[int], footing: Footing) -> Apart:
        names = names_by_id(Pupil, set(numbers))
        told = sorted(f"{name}, {footing.roll[number] or 'no year'}" for number, name in names.items())
        return Apart(f"{words.plural(len(told), 'pupil')} {what}", told)

    def _out_of_oldest(self) -> set[int]:
        return {number for number in self.left if place(self.before.roll[number]) == place(self.oldest)}

    def _into_youngest(self) -> set[int]:
        return {number for number in self.came if place(self.after.roll[number]) == place(self.youngest)}


def _edge(years: Iterable[str | None], which: Any) -> str:
    """The oldest (max) or youngest (min) year group of more than a few pupils, of the kind that most are of; "" when no year has a number."""
    sizes = Counter(year for year in years if year and place(year))
    kinds: Counter[str] = Counter()
    for year, number in sizes.items():
        kinds[_kind(year)] += number
    real = [year for year, number in sizes.items() if _kind(year) == kinds.most_common(1)[0][0] and number > SOME * max(sizes.values())]
    return which(real, key=place, default="")


def _kind(year: str) -> str:
    found = place(year)
    return found[0] if found else ""
