"""Hides sieve 4: which widgets stand on a page of a school, for which role; a school without a page of its own has the authority's."""

from typing import Any

from peewee import JOIN, ModelSelect, fn

from glowlite.models import Page, Placement, School
from glowlite.prepared import prepared


@prepared
def placed(page: Any, school_ids: Any, roles: Any) -> ModelSelect:
    """(school id, role, widget, options as text) of what is on, in the order of the page. page: one of PAGES; roles: as words."""
    own = Page.alias()
    has_own = fn.EXISTS(own.select(1).where(own.school == School.id, own.key == page))
    return (Placement.select(School.id, Placement.role, Placement.widget, Placement.options_text)
            .join(Page).join(School, JOIN.INNER, on=School.authority == Page.authority)
            .where(School.id.in_(school_ids), Page.key == page, Placement.is_on, Placement.role.in_(roles),
                   (Page.school == School.id) | (Page.school.is_null() & ~has_own))
            .order_by(Placement.position, Placement.id, School.id))
