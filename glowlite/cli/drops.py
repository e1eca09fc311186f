"""The commands about deliveries of MIS files: flask drops load, release, undo, format, formats, check-texts."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app

from glowlite import db, founding, mis, naming, quality
from glowlite.cli.base import Commands, operator, school_of
from glowlite.mis import documentation, formats, shut_again, undo
from glowlite.mis.report import HELD, Report
from glowlite.mis.wording import in_words
from glowlite.models import Drop, School


class DropCommands(Commands):
    """Ends with 0 when all is well, 1 when something is held, 2 when it is refused, 3 when it could not be done now and nothing was kept."""

    code_of_trouble = 3


drops = DropCommands("drops", help="Deliveries of MIS files.")


def waiting_room() -> Path:
    """Where held bundles wait for a person."""
    return current_app.config["GLOWLITE"].waiting_room


@drops.command("load")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--dry-run", is_flag=True, help="Do everything, say what would happen, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def load_drop(path: Path, code: str, dry_run: bool, as_json: bool) -> None:
    """Load a folder, a zip or a CSV file. Ends with 0 when it was kept, 1 when it is held, 2 when it is refused."""
    if founding.the_authority() is None:
        founding.found("Local authority", operator())
    bar = _ProgressBar()
    report = mis.load(path, code, by=operator(), keep=not dry_run, waiting_room=waiting_room(), started=bar.started, waits=say_waiting)
    bar.finish()
    quality.after_drop(code, report)
    say(report, as_json)


@drops.command("release")
@click.argument("number", type=int)
@click.option("--same", multiple=True, metavar="'FILE ID'", help="This id is still the same person, corrected, as in --same 'pupils 0003'. Repeatable.")
@click.option("--json", "as_json", is_flag=True)
def release_drop(number: int, same: tuple[str, ...], as_json: bool) -> None:
    """Let in a held drop after looking at its report."""
    drop = Drop.get_or_none(Drop.id == number, Drop.status == HELD)
    if drop is None or not (waiting_room() / str(number)).is_dir():
        raise click.ClickException(f"There is no held drop {number}.")
    known = {one["key"] for one in drop.report.get("strangers", [])}
    if wrong := set(same) - known:
        there = ", ".join(sorted(known)) or "there are none"
        raise click.BadParameter(f"“{min(wrong)}” is none of the ids that are somebody else’s in drop {number}: {there}.", param_hint="--same")
    report = mis.release(drop, by=operator(), waiting_room=waiting_room(), same=set(same), waits=say_waiting)
    quality.after_drop(drop.school.code, report)
    say(report, as_json)


@drops.command("undo")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--dry-run", is_flag=True, help="Do everything, say what would happen, and keep nothing.")
@click.option("--give-back", multiple=True, metavar="LINK|all", help="Undo the drop's restriction on this link, too; the dry run names the links. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def undo_drop(code: str, dry_run: bool, give_back: tuple[str, ...], as_json: bool) -> None:
    """Undo the newest kept drop of a school.

    It gives nobody access by itself: whom the drop has shut out stays so until the next drop says otherwise, but for --give-back.
    Ends with 0 when it is done, 1 when there is nothing to undo, 2 when there is no such school or link.
    """
    school = School.get_or_none(School.code == code)
    if school is None:
        raise click.UsageError(f"There is no school with the code {code}.")
    drop = undo.newest(school)
    if drop is None:
        click.echo(json.dumps({"drop": None, "status": "nothing-to-undo"}, indent=2) if as_json else f"{school.name} has no drop that could be undone.")
        sys.exit(1)
    try:
        done = undo.undo(drop, by=operator(), keep=not dry_run, give_back=_links(give_back), waits=say_waiting)
    except shut_again.NoSuchLink as problem:
        raise click.UsageError(str(problem)) from None
    except undo.NothingToUndo as problem:  # somebody was quicker
        click.echo(str(problem), err=True)
        sys.exit(1)
    click.echo(json.dumps(done.as_json(), indent=2) if as_json else done.in_words())


def _links(said: tuple[str, ...]) -> shut_again.GiveBack:
    """What was said with --give-back."""
    if "all" in said:
        return shut_again.ALL
    if wrong := [one for one in said if not one.isascii() or not one.isdigit()]:
        raise click.BadParameter(f"“{wrong[0]}” is neither the number of a link nor “all”.", param_hint="--give-back")
    return frozenset(map(int, said))


@drops.command("format")
def drop_format() -> None:
    """Print docs/drop-format.md, written from the very tables that read the files."""
    click.echo(documentation.drop_format(), nl=False)


@drops.command("formats")
@click.option("--markdown", is_flag=True, help="Print docs/formats.md.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def known_formats(markdown: bool, as_json: bool) -> None:
    """Say which formats are read, by which headers they are known, and whether anybody can gain access from them."""
    if markdown:
        click.echo(documentation.all_formats(), nl=False)
    elif as_json:
        click.echo(json.dumps([{"name": one.NAME} | one.ABOUT._asdict() for one in formats.everyone()], indent=2))
    else:
        click.echo("\n\n".join(f"{one.NAME}\n  {one.ABOUT.what}\n  {one.ABOUT.rights}" for one in formats.everyone()))


@drops.command("check-texts")
@click.option("--school", "code", help="One school's code; without it all schools.")
def check_texts(code: str | None) -> None:
    """Look again whether comments on conduct name another child. Each drop does so for what it brings; this is for what came before GlowLite did."""
    for school in [school_of(code)] if code else School.select().order_by(School.code):
        with db.write_lock():
            read = naming.check(school)
            school.touch()
        click.echo(f"{school.name}: {read:,} comments read, {naming.naming_others(school).count():,} name another child or may do so.")


def say_waiting() -> None:
    click.echo("Another drop of this school is being loaded; waiting.", err=True)


class _ProgressBar:
    """A bar on a terminal; nothing elsewhere, so that logs and JSON stay clean."""

    def __init__(self) -> None:
        self.bar: Any = None

    def started(self, rows: int) -> Callable[[int], None]:
        if not sys.stderr.isatty():
            return lambda rows: None
        self.bar = click.progressbar(length=rows, label="Reading", file=sys.stderr)
        return self.bar.update

    def finish(self) -> None:
        if self.bar:
            self.bar.render_finish()


def say(report: Report, as_json: bool) -> None:
    """Print the report and end with its exit code."""
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        click.echo(in_words(report))
    sys.exit(report.exit_code)
