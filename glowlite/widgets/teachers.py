"""Who teaches a group or looks after it."""

from typing import Any

from glowlite.models import Staff, Teaching
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Widget


def fetch(ask: Ask) -> dict[str, Any] | None:
    """Names and jobs; never an address of any kind."""
    rows = Staff.select(Staff.title, Staff.forename, Staff.surname, Staff.job).join(Teaching).where(
        Teaching.group == ask.group, Teaching.gone.is_null(), Staff.gone.is_null())
    return {"staff": list(rows.order_by(Staff.surname))}


WIDGET = Widget(title="Who teaches this group", needs=Action.GROUP, fetch=fetch, pages=("group",), about="The staff of the group, by name and job.")
