"""Hides the starting layouts: pages for parents as they suit a nursery, a primary, a secondary or another school, to begin from."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from glowlite.arranging.drafts import Place, Placed
from glowlite.models import School
from glowlite.policy import Role

FILE = Path(__file__).parents[1] / "defaults" / "layouts.json"


class Layout(NamedTuple):
    """What stands on one page of one role, in a layout. about: for whom it is good, in a sentence. fits: is it made for this kind of school?"""

    key: str
    name: str
    about: str
    row: list[Placed]
    fits: bool


def layouts(place: Place, key: str, role: Role) -> list[Layout]:
    """The layouts that there are for this page of this role, what fits the school first."""
    kind = place.kind if isinstance(place, School) else None
    found = [Layout(one["key"], one["name"], one["about"][key], [Placed(widget, True, options) for widget, options in one["pages"][key][role]],
                    kind in one["kinds"])
             for one in _shipped() if role in one["pages"].get(key, {})]
    return sorted(found, key=lambda layout: not layout.fits)


@cache
def _shipped() -> list[dict[str, Any]]:
    shipped: list[dict[str, Any]] = json.loads(FILE.read_text())
    return shipped
