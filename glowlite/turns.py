"""Hides slow clients and crowds: a request is taken in whole before it gets a turn, and only a few have a turn at once.

A phone on a bad line may need a minute for the last byte of a form. Until then it holds a thread of the server, which is
cheap, but neither a database connection nor a place among those at work.
"""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import Any

from glowlite import db

AT_WORK = 4  # Python works on one request at a time; more would only wait for each other, each with a connection
IN_MEMORY = 1_000_000
PIECE = 65_536

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Turns:
    """A WSGI application around another. longest: how many bytes the body of a request may have; of a longer one just enough is read to refuse it."""

    def __init__(self, application: Application, longest: Callable[[dict[str, Any]], int]) -> None:
        self.application, self.longest = application, longest
        self.places = BoundedSemaphore(AT_WORK)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        with SpooledTemporaryFile(IN_MEMORY) as body:
            if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                self._take_in(environ, body)
            with self.places:
                try:
                    return _whole(self.application(environ, start_response))
                finally:
                    db.give_back()

    def _take_in(self, environ: dict[str, Any], body: SpooledTemporaryFile[bytes]) -> None:
        """Read the body, however long it takes to arrive."""
        given = environ.get("CONTENT_LENGTH") or "0"
        declared = int(given) if given.isdigit() else 0
        longest = self.longest(environ)
        left = min(declared, longest + 1) if declared else longest + 1
        while left and (piece := environ["wsgi.input"].read(min(left, PIECE))):
            body.write(piece)
            left -= len(piece)
        environ["CONTENT_LENGTH"] = str(max(body.tell(), declared if declared > longest else 0))
        body.seek(0)
        environ["wsgi.input"] = body


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    try:
        return list(answer)
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()
