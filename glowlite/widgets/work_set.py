"""The homework that was set for a group."""

from datetime import timedelta
from typing import Any

from glowlite.models import Assignment
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Option, Widget


def fetch(ask: Ask) -> dict[str, Any] | None:
    """Newest due date last; parents only where homework is open to them."""
    if ask.viewer.at_home_with_children and not ask.may(Action.HOMEWORK):
        return None
    since = ask.today - timedelta(days=ask.option("days_back"))
    rows = Assignment.select().where(Assignment.group == ask.group, Assignment.gone.is_null(), Assignment.set_on <= ask.today, Assignment.due_on >= since)
    return {"assignments": list(rows.order_by(Assignment.due_on))}


WIDGET = Widget(
    title="Homework set",
    needs=Action.GROUP,
    fetch=fetch,
    pages=("group",),
    options={"days_back": Option("number", 14, "How many days back")},
    about="What was set for the group, by due date.",
)
