"""Hides who may do what: roles, actions, and the one query behind every list, page, widget and export.

Six sieves, and each only narrows: 1 the ceiling (`rules`), 2 the authority's policy, 3 the school's policy (`decisions`),
4 the placement on a page, 5 the link between adult and child, 6 the item itself (release dates, audiences).
`allowed()` joins sieves 1, 2, 3 and 5 into a query; `glowlite.widgets` adds the placement and each widget its items.
"""

from glowlite.policy.answers import WHO_CHANGES_LINKS, Part, Question, Why, link_fact, source_of, usual_hat, why
from glowlite.policy.decisions import Decision, Decisions
from glowlite.policy.everybody import reached, reached_by_link, shown_to
from glowlite.policy.placements import placed
from glowlite.policy.records import (
    access_pairs,
    accounts_of,
    all_allowed,
    allowed,
    among,
    can,
    can_for_themselves,
    narrowed,
    one_allowed,
    runs_a_school,
    schools_open,
    who_may,
)
from glowlite.policy.roles import PARENT_HAT, STAFF_HAT, Action, Role
from glowlite.policy.rules import (
    PAGES,
    ROLES,
    components_of,
    in_parents_time,
    link_gives_access,
    links_with_access,
    may_be_shown,
    on_roll,
    pages_of,
    readable_comment,
    roles_of_school,
    roles_with_page,
    school_children,
    showing,
)
from glowlite.policy.schedules import Schedule, schedule_of
from glowlite.policy.viewer import Viewer, held_by

__all__ = [
    "PAGES",
    "PARENT_HAT",
    "ROLES",
    "STAFF_HAT",
    "WHO_CHANGES_LINKS",
    "Action",
    "Decision",
    "Decisions",
    "Part",
    "Question",
    "Role",
    "Schedule",
    "Viewer",
    "Why",
    "access_pairs",
    "accounts_of",
    "all_allowed",
    "allowed",
    "among",
    "can",
    "can_for_themselves",
    "components_of",
    "held_by",
    "in_parents_time",
    "link_fact",
    "link_gives_access",
    "links_with_access",
    "may_be_shown",
    "narrowed",
    "on_roll",
    "one_allowed",
    "pages_of",
    "placed",
    "reached",
    "reached_by_link",
    "readable_comment",
    "roles_of_school",
    "roles_with_page",
    "runs_a_school",
    "schedule_of",
    "school_children",
    "schools_open",
    "showing",
    "shown_to",
    "source_of",
    "usual_hat",
    "who_may",
    "why",
]
