"""Praise first, then what went wrong. Comments stay hidden unless the school shows them, and from parents while they name another child."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any, NamedTuple

from peewee import JOIN, ModelSelect

from glowlite.models import Conduct, Pupil, Staff
from glowlite.policy import Action, readable_comment
from glowlite.prepared import prepared
from glowlite.school_day import teacher_name
from glowlite.widgets.base import Ask, Option, Widget

PRAISE_ON_HOME = 3
KINDS = ("achievement", "behaviour")


class Remark(NamedTuple):
    """One entry. comment: None where this viewer may not read it."""

    kind: str
    type: str
    day: date
    points: int | None
    teacher: str | None
    comment: str | None


class ChildsConduct(NamedTuple):
    """behaviour: None where the school does not show it. waits: what its schedule keeps back, in words; empty when nothing."""

    child: Pupil
    praise: list[Remark]
    behaviour: list[Remark] | None
    waits: str

    @property
    def praise_points(self) -> int:
        return sum(remark.points or 0 for remark in self.praise)

    @property
    def behaviour_points(self) -> int:
        return sum(remark.points or 0 for remark in self.behaviour or [])


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    found = _remarks(ask)
    return {
        "children": [_conduct_of(ask, child, found.get(child.id, [])) for child in ask.children],
        "compact": ask.page == "home", "on_home": PRAISE_ON_HOME,
        "days_back": max(ask.option("days", child.school_id) for child in ask.children),
    }


def _remarks(ask: Ask) -> dict[int, list[Remark]]:
    """What the schools recorded about these children, newest first; on the home page praise only."""
    readable = {child.id for child in ask.may(Action.CONDUCT_TEXT)}
    longest = max(ask.option("days", child.school_id) for child in ask.children)
    ids, kinds = tuple(child.id for child in ask.children), KINDS[:1] if ask.page == "home" else KINDS
    found: dict[int, list[Remark]] = defaultdict(list)
    for pupil, *row in _recorded(ids, kinds, ask.today - timedelta(days=longest), ask.today, hat=ask.viewer.hat):
        remark = Remark(*row)
        found[pupil].append(remark if pupil in readable else remark._replace(comment=None))
    return found


@prepared
def _recorded(pupil_ids: Any, kinds: Any, first: Any, last: Any, *, hat: str) -> ModelSelect:
    return (Conduct.select(Conduct.pupil, Conduct.kind, Conduct.type, Conduct.day, Conduct.points, teacher_name(), readable_comment(hat))
            .join(Staff, JOIN.LEFT_OUTER, on=(Conduct.staff == Staff.id) & Staff.gone.is_null())
            .where(Conduct.pupil.in_(pupil_ids), Conduct.kind.in_(kinds), Conduct.gone.is_null(), Conduct.day.between(first, last))
            .order_by(Conduct.day.desc(), Conduct.id.desc()))


def _conduct_of(ask: Ask, child: Pupil, remarks: list[Remark]) -> ChildsConduct:
    since = ask.today - timedelta(days=ask.option("days", child.school_id))
    held = ask.held_back(child, Action.CONDUCT)
    recent = [remark for remark in remarks if since <= remark.day <= held.newest_day(ask.today)]
    praise = [remark for remark in recent if remark.kind == "achievement"]
    behaviour = [remark for remark in recent if remark.kind == "behaviour"]
    return ChildsConduct(child, praise, behaviour if ask.option("show_behaviour", child.school_id) else None, held.words)


WIDGET = Widget(
    title="Praise and behaviour",
    needs=Action.CONDUCT,
    fetch=fetch,
    options={
        "show_behaviour": Option("yes-no", True, "Show what went wrong, too"),
        "days": Option("number", 90, "How many days back", highest=365),
    },
    about="Praise first, then behaviour; on the home page the latest praise only.",
)
