"""The commands about deliveries of MIS files: flask drops load, release, format, formats."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app

from glowlite import founding, mis
from glowlite.cli.base import Commands, operator
from glowlite.mis import documentation, formats
from glowlite.mis.report import HELD, KEPT, Report
from glowlite.models import Drop

drops = Commands("drops", help="Deliveries of MIS files.")

MOST_NAMES = 20


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
    report = mis.load(path, code, by=operator(), keep=not dry_run, waiting_room=waiting_room(), started=bar.started)
    bar.finish()
    say(report, as_json)


@drops.command("release")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True)
def release_drop(number: int, as_json: bool) -> None:
    """Let in a held drop after looking at its report."""
    drop = Drop.get_or_none(Drop.id == number, Drop.status == HELD)
    if drop is None or not (waiting_room() / str(number)).is_dir():
        raise click.ClickException(f"There is no held drop {number}.")
    say(mis.release(drop, by=operator(), waiting_room=waiting_room()), as_json)


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
        click.echo(_in_words(report))
    sys.exit(report.exit_code)


def _in_words(report: Report) -> str:
    lines = []
    for file in report.as_json()["files"]:
        lines.append(f"{file['name']}: {file['rows']:,} rows; {file['created']:,} new, {file['changed']:,} changed, "
                     f"{file['unchanged']:,} unchanged, {file['gone']:,} ended, {file['set_aside']:,} set aside")
    lines += [str(problem) for problem in report.problems]
    gains, loses = ("gains", "loses") if report.status == KEPT else ("would gain", "would lose")
    lines += [f"{gains} access: {name}" for name in report.gained[:MOST_NAMES]]
    if len(report.gained) > MOST_NAMES:
        lines.append(f"… and {len(report.gained) - MOST_NAMES} more adult-child links")
    lines += [f"{loses} access: {name}" for name in report.lost]
    if report.status == KEPT and not any(report.total(what) for what in ("created", "changed", "gone")):
        lines.append("Nothing has changed.")
    release = f" Look at the report; then: flask drops release {report.drop_id}" if report.status == HELD and report.drop_id else ""
    return "\n".join([*lines, f"{report.format or 'Unknown format'}: {report.status}.{release}"])


COMMANDS = (drops,)
