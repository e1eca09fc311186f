"""Hides which ways lead from every page of staff: those pages of their schools that policy opens to them, asked without a query."""

from typing import NamedTuple

from flask import Flask, request

from glowlite.models import School
from glowlite.policy import Action, Viewer, schools_open
from glowlite.words import address

# What a school has, in the order in which it is needed.
PAGES = (
    (Action.FIND_PEOPLE, "People", "people.find"),
    (Action.ASK_WHY, "Why?", "why.why"),
    (Action.ASK_WHY, "Who sees this?", "why.who_sees"),
    (Action.WRITE_SCHOOL_NEWS, "Write news", "news.write_for_school"),
    (Action.ARRANGE_PAGES, "Pages", "arranging.index"),
    (Action.WRITE_AGREEMENT, "Use policy", "agreement.of_school"),
    (Action.RECORD_AGREEMENT, "Agreements", "agreement.standing"),
    (Action.SEE_DROPS, "Drops", "drops.history"),
    (Action.SEE_AUDIT, "Audit", "audit.log"),
)


class Way(NamedTuple):
    words: str
    address: str

    @property
    def is_here(self) -> bool:
        return request.path == self.address or (self.address != "/" and request.path.startswith(f"{self.address}/"))


def ways(viewer: Viewer) -> list[Way]:
    """From every page: home, and the pages of the school; of several schools the list, and the pages of the one that is open."""
    schools = [*viewer.schools.values()]
    found = [Way("Home", address("home.home"))]
    if len(schools) > 1 and not viewer.at_home_with_children:
        found.append(Way("Schools", address("schools.all_of_them")))
    if schools_open(viewer, Action.WRITE_AUTHORITY_NEWS):
        found.append(Way("Write to all", address("news.write_for_authority", authority=schools[0].authority_id)))
    here = schools[0] if len(schools) == 1 else (request.view_args or {}).get("school")
    return found + (ways_of(viewer, here) if isinstance(here, School) else [])


def ways_of(viewer: Viewer, school: School) -> list[Way]:
    """The pages of one school that this viewer may open."""
    return [Way(words, address(endpoint, school=school.id)) for action, words, endpoint in PAGES if school.id in schools_open(viewer, action)]


def teach(app: Flask) -> None:
    """Make the menu known to the templates."""
    app.jinja_env.globals.update(ways=ways, ways_of=ways_of)
