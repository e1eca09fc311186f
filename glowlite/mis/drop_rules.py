"""Hides what a school decides about its drops: when one waits for a person, when one is late, how long raw files stay.

The authority says from where to where each number may go; the school chooses within. Every number means: the smaller, the stricter.
The usual share is that of importers that learnt it the hard way (owncloud/core#29547: 10 %; lithnet/miis-autosync#154: 5 %).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NamedTuple

from glowlite import db
from glowlite.models import Audit, Authority, Drop, School, User

SHRINKS, OFF_ROLL, LOST, GAINED, SET_ASIDE, UNBORN = "shrinks", "off_roll", "lost", "gained", "set_aside", "unborn"

# What is measured in every drop, in words for those who decide about it.
MEASURED = {
    SHRINKS: "Rows that are missing from a file",
    OFF_ROLL: "Pupils who leave the roll",
    LOST: "Links between an adult and a child that lose access",
    GAINED: "Links to pupils already known that gain access",
    SET_ASIDE: "Rows that cannot be used",
    UNBORN: "Pupils who lose their date of birth",
}
NEWEST = 30


class Bounds(NamedTuple):
    """The lowest and the highest that may be chosen."""

    lowest: int
    highest: int

    def pulled(self, value: int) -> int:
        """The value, or the bound it goes beyond."""
        return max(self.lowest, min(self.highest, value))


class Measure(NamedTuple):
    """So many of so many, of one kind of MEASURED; found in a drop and kept with it."""

    what: str
    number: int
    of: int

    @property
    def share(self) -> float:
        """Per cent."""
        return 100 * self.number / self.of if self.of else 100.0


@dataclass(frozen=True)
class DropRules:
    """For each thing measured: more than this share (per cent) and more than this number of it make a drop wait. Then days."""

    shrinks_share: int = 10
    shrinks_number: int = 5
    off_roll_share: int = 10
    off_roll_number: int = 5
    lost_share: int = 10
    lost_number: int = 5
    gained_share: int = 10
    gained_number: int = 5
    set_aside_share: int = 10
    set_aside_number: int = 5
    unborn_share: int = 10
    unborn_number: int = 5
    late_after_days: int = 2  # school days
    keep_raw_days: int = 30

    def unusual(self, measure: Measure) -> bool:
        """Is this more than both the share and the number that pass without a person? Of more than half, the usual number passes at most."""
        share, number = (getattr(self, f"{measure.what}_{unit}") for unit in ("share", "number"))
        if measure.number * 100 > SHARE.highest * measure.of:
            number = min(number, getattr(USUAL, f"{measure.what}_number"))
        return measure.number > number and measure.number * 100 > share * measure.of


USUAL = DropRules()
NAMES = tuple(field.name for field in fields(DropRules))
SHARE, NUMBER = Bounds(0, 50), Bounds(0, 50)  # beyond half of a school no setting may wave a drop through
UTMOST: dict[str, Bounds] = {name: SHARE if name.endswith("_share") else NUMBER for name in NAMES} | {
    "late_after_days": Bounds(1, 20), "keep_raw_days": Bounds(1, 90)}


# --- asking -----------------------------------------------------------------------------------------------------


def of(school: School) -> DropRules:
    """The rules in force at a school: its own, or else the usual ones, pulled into the bounds of its authority."""
    bounds = bounds_of(school.authority)
    chosen = asdict(USUAL) | _numbers(school.drop_rules_text)
    return DropRules(**{name: bounds[name].pulled(chosen[name]) for name in NAMES})


def bounds_of(authority: Authority) -> dict[str, Bounds]:
    """From where to where each number may go, by its name."""
    said = json.loads(authority.drop_rules_text)
    return UTMOST | {name: _within(UTMOST[name], *said[name]) for name in NAMES if name in said}


def _within(utmost: Bounds, lowest: int, highest: int) -> Bounds:
    lowest = utmost.pulled(lowest)
    return Bounds(lowest, max(lowest, utmost.pulled(highest)))


def _numbers(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in json.loads(text).items() if name in NAMES}


# --- deciding ---------------------------------------------------------------------------------------------------


def decide(by: User, school: School, numbers: Mapping[str, int]) -> DropRules:
    """Keep what a school has chosen, pulled into the bounds; returns what counts from now on."""
    before = of(school)
    after = replace(before, **{name: bound.pulled(numbers[name]) for name, bound in bounds_of(school.authority).items() if name in numbers})
    with db.write_lock():
        School.update(drop_rules_text=json.dumps(asdict(after))).where(School.id == school.id).execute()
        Audit.write(by, "decided when a drop waits", school.name, school=school, **_difference(asdict(before), asdict(after)))
    return after


def decide_bounds(by: User, authority: Authority, bounds: Mapping[str, tuple[int, int]]) -> dict[str, Bounds]:
    """Keep from where to where the schools may go; it counts at once, also for what they have chosen. Returns what counts."""
    before = bounds_of(authority)
    after = before | {name: _within(UTMOST[name], *bounds[name]) for name in NAMES if name in bounds}
    with db.write_lock():
        Authority.update(drop_rules_text=json.dumps(after)).where(Authority.id == authority.id).execute()
        Audit.write(by, "set the bounds for drops", authority.name, **_difference(before, after))
    return after


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What changed, before and after."""
    changed = [name for name in after if before[name] != after[name]]
    return {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}


# --- looking back -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """One of the last drops, and what of it these rules would have stopped."""

    drop: Drop
    unusual: list[Measure]


def looking_back(school: School, rules: DropRules) -> list[Past]:
    """What the newest drops of which it was written down would have met under these rules, the newest first."""
    drops = Drop.select().where(Drop.school == school).order_by(Drop.id.desc()).limit(NEWEST)
    told = [(drop, measures_of(drop)) for drop in drops]
    return [Past(drop, [one for one in measures if rules.unusual(one)]) for drop, measures in told if measures]


def measures_of(drop: Drop) -> list[Measure]:
    return [Measure(*row) for row in drop.report.get("measures", [])]


def highest(past: Iterable[Past]) -> dict[str, Measure]:
    """By what is measured: the most that any of these drops held, by its share."""
    found: dict[str, Measure] = {}
    for measure in sorted((one for each in past for one in measures_of(each.drop)), key=lambda one: one.share):
        if measure.number:
            found[measure.what] = measure
    return found
