"""The commands about the folders into which schools deliver: flask drops sweep, watch."""

import json
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from peewee import PeeweeException

from glowlite import db, folder
from glowlite.cli.base import operator
from glowlite.cli.drops import drops
from glowlite.models import School

seconds = click.IntRange(min=0)
settling = click.option("--settle", type=seconds, default=folder.SETTLE, show_default=True, help="Seconds for which nothing of a delivery may have changed.")
school = click.option("--school", "code", help="Look into the folder of this school only.")


@drops.command("sweep")
@school
@settling
@click.option("--json", "as_json", is_flag=True, help="Print what was loaded as JSON: a list of school, delivery and report.")
def sweep(code: str | None, settle: int, as_json: bool) -> None:
    """Load what has arrived in the folders of the schools, once.

    Ends with 0 when all is well, 1 when a drop is held, 2 when one was refused, 3 when something could not be done and is tried again.
    """
    look = _look(code, settle, lambda sentence: click.echo(sentence, err=True))
    click.echo(json.dumps([one.as_json() for one in look.loaded], indent=2) if as_json else _in_words(look.loaded))
    sys.exit(look.exit_code)


@drops.command("watch")
@school
@settling
@click.option("--every", type=click.IntRange(min=1), default=60, show_default=True, help="Seconds between two looks.")
def watch(code: str | None, settle: int, every: int) -> None:
    """Look into the folders again and again, until somebody ends it (Ctrl-C, SIGTERM). A drop that is being loaded is finished first."""
    stop, news = threading.Event(), _News()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    while not stop.is_set():
        try:
            look = _look(code, settle, news.say, stop.is_set)
            if look.loaded:
                click.echo(_in_words(look.loaded))
        except PeeweeException as error:
            news.say(f"{db.in_words(error)} The next look tries again.")
        news.turn()
        stop.wait(every)


class _News:
    """Says what the look before has not said already, so that the log is not filled with what is known."""

    def __init__(self) -> None:
        self.before: set[str] = set()
        self.now: set[str] = set()

    def say(self, sentence: str) -> None:
        if sentence not in self.before | self.now:
            click.echo(sentence, err=True)
        self.now.add(sentence)

    def turn(self) -> None:
        self.before, self.now = self.now, set()


def _look(code: str | None, settle: int, say: Callable[[str], None], stopped: Callable[[], bool] = lambda: False) -> folder.Sweep:
    settings: Any = current_app.config["GLOWLITE"]
    only = School.get_or_none(School.code == code) if code else None
    if code and only is None:
        raise click.UsageError(f"There is no school with the code {code}.")
    return folder.sweep(settings.drops_folder, settings.waiting_room, by=f"folder, {operator()}", say=say, settle=settle, only=only, stopped=stopped)


def _in_words(loaded: list[folder.Loaded]) -> str:
    """A line for each delivery, without anybody's name: it ends up in the log of the server."""
    lines = []
    for one in loaded:
        looks = len(one.report.problems)
        number = f", drop {one.report.drop_id}" if one.report.drop_id else ""
        lines.append(f"{one.school}: {one.delivery}: {one.report.status}{number}{f'; {looks} to look at' if looks else ''}")
    return "\n".join(lines) or "Nothing has arrived."


COMMANDS = (drops,)
