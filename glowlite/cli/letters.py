"""The command that makes account details: flask accounts letters."""

import sys
from pathlib import Path
from typing import Any

import click

from glowlite.cli.accounts import group
from glowlite.cli.base import operator, school_of
from glowlite.models import School, User
from glowlite.rollout import letters, steps
from glowlite.rollout.letters import CHOSEN, CLASS, CSV, PDF, UNUSED, CannotMake, Choice


@group.command("letters")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--class", "class_name", help="Whoever of this class has not signed in yet.")
@click.option("--user", "names", multiple=True, help="A user name; can be given several times.")
@click.option("--all", "everyone", is_flag=True, help="Everybody who has not signed in yet.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True, help="The PDF to write.")
@click.option("--csv", "with_csv", is_flag=True, help="Write the same as a CSV beside it.")
def make_letters(code: str, class_name: str | None, names: tuple[str, ...], everyone: bool, out: Path, with_csv: bool) -> None:
    """Make letters with new codes, one page each with help on its back; older codes of these people end."""
    if sum(map(bool, (names, class_name, everyone))) != 1:
        raise click.UsageError("Say for whom: --class NAME, --user NAME or --all.")
    school, bar = school_of(code), _Bar()
    try:
        made = letters.make(operator(), school, _choice(class_name, names), letters.PRINTED, bar)
    except (CannotMake, steps.NotYet) as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        bar.finish()
    _write(school, made.run.id, {PDF: out} | ({CSV: out.with_suffix(".csv")} if with_csv else {}))
    click.echo(made.message, err=True)


def _choice(class_name: str | None, names: tuple[str, ...]) -> Choice:
    return Choice(CHOSEN, users=tuple(_users(names))) if names else Choice(CLASS, class_name) if class_name else Choice(UNUSED)


def _users(names: tuple[str, ...]) -> list[int]:
    found = {row.username: row.id for row in User.select().where(User.username.in_([name.strip().lower() for name in names]))}
    missing = [name for name in names if name.strip().lower() not in found]
    if missing:
        raise click.ClickException(f"There is no account {', '.join(missing)}.")
    return list(found.values())


def _write(school: School, run: int, paths: dict[str, Path]) -> None:
    """Codes are in it, so nobody else on this machine reads it."""
    for name, path in paths.items():
        path.touch(mode=0o600)
        path.write_bytes(letters.fetch(operator(), school, run, name) or b"")


class _Bar:
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self.bar: Any = None

    def begin(self, total: int) -> None:
        self.bar = click.progressbar(length=total, label="Letters", file=sys.stderr)

    def step(self, count: int = 1) -> None:
        self.bar.update(count)

    def finish(self) -> None:
        if self.bar:
            self.bar.render_finish()


COMMANDS: tuple[click.Command, ...] = ()  # it belongs to the group of accounts
