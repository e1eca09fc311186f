"""Hides sieves 2 and 3: what the authority and each school decided about a role and a component."""

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from peewee import ModelSelect

from glowlite import clock
from glowlite.models import ComponentPolicy, School
from glowlite.policy import schedules
from glowlite.policy.roles import Action, Role
from glowlite.prepared import prepared


class Decision(NamedTuple):
    """authority: its default, None = unwritten; locked: schools cannot differ; school: its own word, None = none; waits: opens later."""

    authority: bool | None = None
    locked: bool = False
    school: bool | None = None
    waits: bool = False

    @property
    def stopped_at(self) -> int | None:
        """The sieve that says no (2, 3 or, while the school's schedule holds it back, 6), or None."""
        return self.decided_at or (6 if self.waits else None)

    @property
    def decided_at(self) -> int | None:
        """The same, whatever the schedule holds back."""
        if self.authority is None or (self.locked and not self.authority):
            return 2
        if self.locked or self.school is None:
            return None if self.authority else 2
        return None if self.school else 3


UNDECIDED = Decision()


class Decisions(dict[tuple[int, str, str], Decision]):
    """What authority and schools decided, by school, role and component; read once per request."""

    @classmethod
    def about(cls, school_ids: list[int], roles: Iterable[Role]) -> Self:
        found, now = cls(), clock.now()
        for school, role, component, own, is_allowed, locked, schedule in _decided(tuple(school_ids), tuple(role.value for role in roles)):
            key = (school, role, component)
            before = found.get(key, UNDECIDED)
            waits = role == Role.PARENT and schedules.of_text(schedule, component).waits(now)
            found[key] = (Decision(before.authority, before.locked, is_allowed, waits) if own
                          else Decision(is_allowed, locked, before.school, waits))
        return found

    def decided_at(self, school_id: int, role: Role, action: Action) -> int | None:
        """The sieve that says no whatever the schedule of the school holds back."""
        return self.get((school_id, role, action.key), UNDECIDED).decided_at

    def stopped_at(self, school_id: int, role: Role, action: Action) -> int | None:
        if not action.component:
            return None
        return self.get((school_id, role, action.key), UNDECIDED).stopped_at


@prepared
def _decided(school_ids: Any, roles: Any) -> ModelSelect:
    here = (ComponentPolicy.authority == School.authority) & (ComponentPolicy.school.is_null() | (ComponentPolicy.school == School.id))
    return (ComponentPolicy
            .select(School.id, ComponentPolicy.role, ComponentPolicy.component, ComponentPolicy.school,
                    ComponentPolicy.allowed, ComponentPolicy.locked, School.schedule_text)
            .join(School, on=here).where(School.id.in_(school_ids), ComponentPolicy.role.in_(roles)))
