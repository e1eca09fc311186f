"""What the school holds about a child and about the adult who looks; never about any other adult."""

from typing import Any, NamedTuple

from glowlite.models import Pupil, School
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Widget
from glowlite.widgets.source import Record, records

PHOTO_CONSENT = {True: "Yes, the school may use photographs", False: "No, the school may not use photographs",
                 None: "Nothing on record, so no photographs are used"}


class HeldChild(NamedTuple):
    """facts: (what, value); value None where the school holds nothing."""

    child: Pupil
    school: School
    facts: list[tuple[str, Any]]


def fetch(ask: Ask) -> dict[str, Any] | None:
    if not ask.children:
        return None
    schools = {child.school_id for child in ask.children}
    found: list[Record] = [record for number, record in records(ask).items() if number in schools]
    return {"children": [HeldChild(child, ask.school_of(child), _facts(child)) for child in ask.children],
            "records": found, "compact": ask.page == "home"}


def _facts(child: Pupil) -> list[tuple[str, Any]]:
    return [
        ("Legal name", f"{child.forename} {child.surname}"), ("Known as", child.first_name), ("Date of birth", child.born),
        ("Year", child.year_group), ("Registration class", child.registration), ("House", child.house),
        ("Photographs", PHOTO_CONSENT[child.photo_consent]),
    ]


WIDGET = Widget(
    title="What the school holds about us",
    needs=Action.HELD,
    fetch=fetch,
    about="The child’s own data, the viewing adult’s own contact details, and whom to tell when something is wrong.",
)
