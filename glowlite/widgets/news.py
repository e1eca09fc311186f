"""News: of the authority, the schools and the groups of one's children, in one feed."""

from typing import Any

from glowlite import feed
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Option, Widget


def fetch(ask: Ask) -> dict[str, Any] | None:
    most = ask.option("how_many")
    items = feed.feed(ask.viewer, ask.children, most=most, group=ask.group, child=ask.child, authority=ask.authority)
    return {"items": items, "with_names": ask.group is None and len(ask.all_children) > 1, "may_write": feed.may_write(ask.viewer, ask.group)}


WIDGET = Widget(
    title="News",
    needs=Action.NEWS,
    fetch=fetch,
    pages=("home", "child", "group", "authority"),
    options={"how_many": Option("number", 6, "How many posts")},
    about="What schools, classes and clubs write to families and staff; each post once.",
)
