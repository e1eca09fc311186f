"""What changed at the viewer's schools lately: the newest rows of the audit, in the audit's own words."""

from typing import Any

from glowlite import logbook
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Option, Widget


def fetch(ask: Ask) -> dict[str, Any] | None:
    return {"lines": logbook.changes(ask.schools.values(), ask.option("how_many")), "with_schools": len(ask.schools) > 1}


WIDGET = Widget(
    title="What changed",
    needs=Action.SEE_AUDIT,
    fetch=fetch,
    pages=("home",),
    options={"how_many": Option("number", 6, "How many changes")},
    about="For those who may read the audit: who did what lately, newest first.",
)
