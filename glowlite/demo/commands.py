"""The commands of the demo: flask demo load, bundle, sign-ins."""

import json
import secrets
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from glowlite import clock, founding, mis
from glowlite.demo import agreements, bundle, cast, exports, posts, quality, rollout
from glowlite.mis.report import KEPT
from glowlite.models import Authority, School

commands = AppGroup("demo", help="The fictional authority to try GlowLite with.")

SHOWN = {
    "mairi.macleod": "parent of two children in two schools",
    "tomasz.kowalski": "parent of one",
    "gordon.fraser": "parent, restricted: a court order on one of two children",
    "shona.campbell": "teacher who is a parent",
    "ailsa.reid": "teacher",
    "donald.munro": "head",
    "priya.sharma": "editor",
    "jean.baxter": "office",
    "helen.ross": "authority",
}
WORDS = ("harbour", "lantern", "thistle", "meadow", "puffin", "bramble", "skylark", "pebble", "heron", "rowan", "island", "ferry")


def _notes() -> Path:
    """Who can sign in, kept beside the database and never in the repository."""
    return current_app.config["GLOWLITE"].data_folder / "demo-sign-ins.json"


@commands.command("load")
@click.option("--pupils", type=click.IntRange(bundle.FEWEST, bundle.MOST), default=360, show_default=True, help="How many pupils in all.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to make the school year up to; today when left out.")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is a school already.")
def load(pupils: int, day: datetime | None, if_empty: bool) -> None:
    """Make the demo authority: write its schools' MIS bundles, load them as drops, and open the accounts."""
    if School.select().exists() or Authority.select().exists():
        if if_empty:
            return
        raise click.ClickException("There are schools here already. The demo only goes into an empty database.")
    authority = founding.found(cast.AUTHORITY, "demo")
    for school in cast.SCHOOLS:
        founding.add_school(authority, school.code, school.name, "demo", mis_id=school.id, kind=school.kind, accent=school.accent)
    with tempfile.TemporaryDirectory() as folder:
        for code, path in bundle.write(Path(folder), day.date() if day else clock.today(), pupils).items():
            report = mis.load(path, code, by="demo")
            if report.status != KEPT:
                raise click.ClickException("\n".join(map(str, report.problems)) or f"The drop of {code} was {report.status}.")
            click.echo(f"{code}: {report.total('created'):,} rows loaded from its MIS bundle.", err=True)
    _open_accounts(authority)
    agreements.write(authority)
    posts.write(authority, day.date() if day else clock.today())
    rollout.write(authority)
    quality.write(authority)


def _open_accounts(authority: Authority) -> None:
    from glowlite.demo import accounts  # needs the drops to be in

    password = "-".join(secrets.SystemRandom().sample(WORDS, 3))
    rows = accounts.make_accounts(authority, password)
    _notes().write_text(json.dumps([vars(row) | {"about": SHOWN.get(row.username, row.role)} for row in rows], ensure_ascii=False, indent=1))
    _notes().chmod(0o600)


@commands.command("bundle")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--format", "name", type=click.Choice(list(exports.by_name())), required=True, help="How which system would write it.")
@click.option("--school", "code", type=click.Choice([school.code for school in cast.SCHOOLS]), default=cast.ACADEMY, show_default=True)
@click.option("--pupils", type=click.IntRange(bundle.FEWEST, bundle.MOST), default=360, show_default=True, help="How many pupils in all.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to make the school year up to; today when left out.")
def write_bundle(folder: Path | None, name: str, code: str, pupils: int, day: datetime | None) -> None:
    """Write one school of the demo as another system would export it, into FOLDER (bundle-NAME when left out)."""
    folder = folder or Path(f"bundle-{name}")
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Name a new folder, so that nothing gets mixed.")
    folder.mkdir(parents=True, exist_ok=True)
    exports.by_name()[name].write(folder, name, bundle.rows(code, day.date() if day else clock.today(), pupils))
    click.echo(str(folder))


@commands.command("sign-ins")
@click.option("--json", "as_json", is_flag=True)
def sign_ins(as_json: bool) -> None:
    """Say who can sign in as what."""
    if not _notes().exists():
        if as_json:
            click.echo("[]")
        sys.exit(0)
    rows = json.loads(_notes().read_text())
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    click.echo(f"\nSign in with the password  {rows[0]['password']}  as\n")
    by_name = {row["username"]: row for row in rows}
    for username, about in SHOWN.items():
        click.echo(f"  {username:<18} {about:<58} {by_name[username]['school']}")
    click.echo(f"\n  … and {len(rows) - len(SHOWN)} more: flask demo sign-ins --json\n")
