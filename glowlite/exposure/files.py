"""Hides what an attached file says: its words place by place, and why a person has to look at it when a machine cannot read it all."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from glowlite.exposure import unpack
from glowlite.exposure.reading import Piece
from glowlite.mis.read.texts import encoding_of

MOST_SECONDS = unpack.MOST_SECONDS + 10  # by the clock on the wall
MOST_REMEMBERED = 500
PACKED = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # whatever the name says
TOO_LONG = "it takes too long to read"
SOUND = "it is sound, and somebody has to listen to it"
OTHER_KIND = "it is of a kind that is not read"


class Contents(NamedTuple):
    """pieces: a page, a sheet or the whole file each. left: what remains for a person, as ends of sentences."""

    pieces: list[Piece]
    left: list[str]

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)


_known: dict[str, Contents] = {}  # many parents reach the same files


def read(data: bytes, mime: str) -> Contents:
    """Never raises: what cannot be read is said in `left`."""
    digest = hashlib.sha256(mime.encode() + b"\0" + data).hexdigest()
    if digest not in _known:
        if len(_known) >= MOST_REMEMBERED:
            _known.clear()
        _known[digest] = _read(data, mime)
    return _known[digest]


def _read(data: bytes, mime: str) -> Contents:
    if data.startswith(PACKED) or mime.startswith("application/"):
        return _taken_apart(data)
    if mime.startswith("text/"):
        text = _plain(data, mime)
        return Contents([Piece(text[:unpack.MOST_LETTERS], "")], [unpack.CUT] if len(text) > unpack.MOST_LETTERS else [])
    return Contents([], [SOUND if mime.startswith("audio/") else OTHER_KIND])


def _plain(data: bytes, mime: str) -> str:
    text = data.decode(encoding_of(data), errors="replace")
    if mime == "text/calendar":
        return re.sub(r"\r?\n[ \t]", "", text)  # RFC 5545: a long line goes on after a blank
    if mime == "text/csv":
        return re.sub(r'[",;|]+', "\t", text)  # whatever separates the cells here
    return text


def _taken_apart(data: bytes) -> Contents:
    """In a process of its own: what a file can do to the one who reads it ends there."""
    command = [sys.executable, "-P", str(Path(unpack.__file__))]
    try:
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=MOST_SECONDS, check=True)  # noqa: S603 - our own words
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        killed = isinstance(error, subprocess.TimeoutExpired) or error.returncode < 0
        return Contents([], [TOO_LONG if killed else unpack.DAMAGED])
    return Contents([Piece(text, "", place=place) for place, text in found["parts"]], found["left"])
