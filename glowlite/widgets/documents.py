"""The files that came with a group's news."""

from typing import Any

from glowlite import feed
from glowlite.policy import Action
from glowlite.widgets.base import Ask, Option, Widget


def fetch(ask: Ask) -> dict[str, Any] | None:
    items = feed.feed(ask.viewer, ask.children, most=ask.option("how_many"), group=ask.group)
    return {"files": [(file, item.post) for item in items for file in item.files if file.kind == "file"]}


WIDGET = Widget(
    title="Documents",
    needs=Action.NEWS,
    fetch=fetch,
    pages=("group",),
    options={"how_many": Option("number", 40, "From how many posts")},
    about="Files from the group's posts, newest first.",
)
