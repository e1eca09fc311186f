"""Hides Markdown: what people write becomes HTML that can do no harm."""

from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "h5", "blockquote", "code", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td"}
SCHEMES = {"https", "http", "mailto", "tel"}

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table"])


@lru_cache(maxsize=500)  # a post is read by many
def html(text: str) -> Markup:
    """Markdown as safe HTML: no script, style, frame or picture from elsewhere; headings start below the page's own."""
    return _safe(_markdown.parse(text))


@lru_cache(maxsize=500)
def beginning(text: str, longest: int = 280) -> Markup | None:
    """The first paragraphs or lists of a long text as safe HTML, of about so many characters; None when the whole is no longer."""
    tokens = _markdown.parse(text)
    size = 0
    for number, token in enumerate(tokens):
        size += len(token.content) if token.type in ("inline", "code_block", "fence") else 0
        if token.level == 0 and token.nesting <= 0 and size > longest:
            return _safe(tokens[:number + 1]) if tokens[number + 1:] else None
    return None


def _safe(tokens: Sequence[Token]) -> Markup:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(5, int(token.tag[1]) + 2)}"
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(nh3.clean(rendered, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"))  # noqa: S704

