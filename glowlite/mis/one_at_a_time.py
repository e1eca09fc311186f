"""Hides how the imports of one school wait for each other, whichever process, page or command they come from."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from glowlite import db


@contextmanager
def alone(school_code: str, waits: Callable[[], None] | None = None) -> Iterator[None]:
    """Only one at a time is inside for a school; the lock ends with the process that holds it, however that ends.

    waits: called when another is inside, before waiting for it to come out. Not to be entered twice by one thread.
    """
    name = hashlib.sha256(school_code.encode()).digest()
    with (_on_the_server if db.is_postgresql() else _beside_the_file)(name, waits or (lambda: None)):
        yield


@contextmanager
def _on_the_server(name: bytes, waits: Callable[[], None]) -> Iterator[None]:
    number = int.from_bytes(name[:8], "big", signed=True)
    if not db.run("SELECT pg_try_advisory_lock(:number)", number=number).fetchone()[0]:
        waits()
        db.run("SELECT pg_advisory_lock(:number)", number=number)
    try:
        yield
    finally:
        db.run("SELECT pg_advisory_unlock(:number)", number=number)


@contextmanager
def _beside_the_file(name: bytes, waits: Callable[[], None]) -> Iterator[None]:
    """The file stays: removing one that another waits for would let two in."""
    with Path(f"{db.database.database}.{name.hex()[:12]}.loading").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
