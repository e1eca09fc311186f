"""Useful links, written by the school or the authority: one a line."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from glowlite.policy import Action
from glowlite.widgets.base import Ask, Option, Widget

USUAL = """\
Parentzone Scotland: how children learn, and how to help | https://education.gov.scot/parentzone
NHS inform: health advice for families | https://www.nhsinform.scot
School holidays in Scotland | https://www.mygov.scot/school-holidays"""


class Link(NamedTuple):
    label: str
    address: str
    site: str


def fetch(ask: Ask) -> dict[str, Any] | None:
    """The links of all schools, each address once."""
    links: dict[str, Link] = {}
    for school in ask.schools:
        for link in parse(ask.option("links", school)):
            links.setdefault(link.address, link)
    return {"links": list(links.values())}


def parse(lines: str) -> list[Link]:
    """`Label | https://…` a line. Lines that are not so are left out: a half-typed link helps nobody."""
    return [link for line in lines.splitlines() if (link := _link(line)) is not None]


def _link(line: str) -> Link | None:
    label, _, address = (part.strip() for part in line.rpartition("|"))
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if not label or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or any(c in address for c in " <>\"'"):
        return None
    return Link(label, address, parts.hostname.removeprefix("www."))


WIDGET = Widget(
    title="Useful links",
    needs=Action.LINKS,
    fetch=fetch,
    pages=("home", "child", "group", "authority"),
    options={"links": Option("lines", USUAL, "One link a line: Label | https://…")},
    about="Links that families find useful.",
)
