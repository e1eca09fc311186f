"""Hides what a page says: its words piece by piece, each with the widget it stands in, and the addresses it names."""

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

from glowlite.people import folded

INLINE = {"a", "abbr", "b", "bdi", "code", "del", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"style", "script"}
# What is for machines: names of looks and places, shapes, and the token that each form carries.
MACHINES = {"class", "id", "for", "d", "points", "viewbox", "x", "y", "cx", "cy", "r", "width", "height", "transform", "sizes", "style", "name", "type", "rel",
            "aria-labelledby", "aria-describedby", "hx-target", "hx-swap", "hx-select", "hx-trigger", "method", "lang", "charset", "fill"}
ADDRESSES = {"href", "src", "hx-get", "action", "srcset", "hx-push-url", "poster", "data"}
FOLLOWED = {"href", "src", "hx-get", "poster", "data"}
BREAK = ","  # stands between words that a sign or an element keeps apart

_SIGNS = re.compile(r"[,.;:!?()\[\]{}|·–—/\\\"“”„<>=+*#_\n]+")


class Piece(NamedTuple):
    """Some words that stand together. widget: the key of the panel around them, or nothing. is_address: they are an address of this site.

    place: where they stand in a file. Those of a file have a line for a line.
    """

    text: str
    widget: str
    is_address: bool = False
    place: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Folded, with a BREAK wherever a sign stands between two of them."""
        return _words(self.text)


@lru_cache(maxsize=20_000)  # the pages of a site say much the same
def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _SIGNS.split(text):
        words = folded(part).split()
        if words:
            found += [BREAK, *words] if found else words
    return tuple(found)


class Way(NamedTuple):
    """An address that a page names. by_htmx: as a fragment."""

    address: str
    by_htmx: bool = False


class Document(NamedTuple):
    """A page or fragment, read. parts: the panels on it, by key, in order."""

    title: str
    pieces: list[Piece]
    ways: list[Way]
    parts: list[str]


def read(html: str) -> Document:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return Document(reader.title, reader.pieces, reader.ways, list(dict.fromkeys(reader.parts)))


def bare(pieces: list[Piece]) -> Document:
    """What is no page: it has words, and neither panels nor ways on."""
    return Document("", pieces, [], [])


def plain(text: str) -> Document:
    """An answer that is text and nothing else."""
    return bare([Piece(line, "") for line in text.splitlines() if line.strip()])


class _Reader(HTMLParser):
    """Comments and attributes count as words, too: they travel to the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.ways: list[Way] = []
        self.parts: list[str] = []
        self.title = ""
        self._sections: list[str] = []
        self._text: list[str] = []
        self._inside: list[str] = []
        self._form: str | None = None
        self._fields: list[str] = []

    @property
    def _widget(self) -> str:
        return next((key for key in reversed(self._sections) if key), "")

    def flush(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self.pieces.append(Piece(text, self._widget))
        self._text = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in INLINE:
            self.flush()
        given = {name: value or "" for name, value in attrs}
        if tag == "section":
            key = given.get("id", "").removeprefix("w-") if given.get("id", "").startswith("w-") else ""
            self._sections.append(key)
            self.parts += [key] if key else []
        if tag not in VOID:
            self._inside.append(tag)
        self._attributes(tag, given)
        self._forms(tag, given)

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            if name in FOLLOWED and not (tag == "link" and given.get("rel") != "stylesheet"):
                self.ways.append(Way(value, name == "hx-get"))
            if name == "srcset":
                self.ways += [Way(one.split()[0]) for one in value.split(",") if one.split()]
            if name in MACHINES or given.get("name") == "csrf_token" or not value:
                continue
            own = name in ADDRESSES and not value.startswith(("mailto:", "tel:"))
            self.pieces.append(Piece(value.partition(":")[2] if value.startswith(("mailto:", "tel:")) else value, self._widget, own))

    def _forms(self, tag: str, given: dict[str, str]) -> None:
        """A form that only asks is followed as it stands."""
        if tag == "form" and given.get("method", "get").lower() == "get":
            self._form, self._fields = given.get("action", ""), []
        elif tag == "input" and self._form is not None and given.get("name") and given.get("type") not in ("checkbox", "radio", "file"):
            self._fields.append(f"{given['name']}={given.get('value', '')}")

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.flush()
        if tag == "section" and self._sections:
            self._sections.pop()
        if tag == "form" and self._form is not None:
            self.ways.append(Way(f"{self._form}?{'&'.join(self._fields)}"))
            self._form = None
        if tag in self._inside:
            while self._inside and self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._inside and self._inside[-1] in SILENT:
            return
        if self._inside and self._inside[-1] == "title" and "svg" not in self._inside:
            self.title += data
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        self.pieces.append(Piece(data, self._widget))
