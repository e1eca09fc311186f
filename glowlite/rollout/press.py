"""Hides how a thousand letters become one PDF in the memory of a few: drawn some at a time, with one back page for all of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pydyf
from peewee import chunked

AT_ONCE = 20  # more take more memory and are no quicker

Letter = Any


class _Sheet:
    """Stands for a page of WeasyPrint's that is laid out only when its turn comes, and forgotten once it is painted."""

    def __init__(self, like: Any, fronts: Iterator[Any], painted: Callable[[], None]) -> None:
        self.width, self.height, self.bleed = like.width, like.height, like.bleed
        self.bookmarks: list[Any] = []
        self.links: list[Any] = []
        self.anchors: dict[str, Any] = {}
        self.forms: dict[Any, list[Any]] = {None: []}
        self.fronts, self.painted = fronts, painted

    def paint(self, stream: Any, scale: float = 1) -> None:
        next(self.fronts).paint(stream, scale)
        self.painted()


def pdf(letters: Sequence[Letter], front: Callable[[Sequence[Letter]], str], back: str, painted: Callable[[], None]) -> bytes:
    """All these letters, each with the same back page. Nothing is fetched from anywhere.

    front: the HTML of some letters, exactly a page each. back: the HTML of one page. painted: called after each letter.
    """
    import weasyprint  # takes half a second to import, and only paper needs it
    from weasyprint.text.fonts import FontConfiguration

    fonts, nowhere = FontConfiguration(), weasyprint.urls.URLFetcher(allowed_protocols=("data",))

    def rendered(html: str) -> Any:
        return weasyprint.HTML(string=html, url_fetcher=nowhere).render(font_config=fonts)

    def fronts() -> Iterator[Any]:
        for some in chunked(letters, AT_ONCE):
            pages = rendered(front(some)).pages
            if len(pages) != len(some):
                raise ValueError(f"{len(some)} letters make {len(pages)} pages")  # or a code would stand on another's letter
            yield from pages

    behind = rendered(back)
    last, coming = behind.pages[0], fronts()
    sheets = [_Sheet(last, coming, painted) for _ in letters]
    content: bytes = behind.copy([*sheets, last]).write_pdf(finisher=_turn_over)
    return content


def _turn_over(document: Any, made: pydyf.PDF) -> None:
    """Put the last page behind every other one: the same drawing, so that it costs nothing."""
    *fronts, last = made.pages["Kids"][::3]
    behind = made.objects[last]
    kids: list[Any] = []
    for number in fronts:
        again = pydyf.Dictionary(behind)
        made.add_object(again)
        kids += [number, 0, "R", again.number, 0, "R"]
    made.pages["Kids"][:] = kids
    made.pages["Count"] = len(fronts) * 2
