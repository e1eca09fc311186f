"""The commands that look the site over: flask audit exposure."""

import json
from typing import Any

import click

from glowlite import exposure
from glowlite.cli.base import Commands, operator, school_of
from glowlite.exposure import CannotCheck, reports
from glowlite.models import ExposureCheck, School, User

audit = Commands("audit", help="Looking the site over.")


@audit.command("exposure")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--user", "username", help="The parent to go in as; the first account when left out.")
@click.option("--all", "everybody", is_flag=True, help="Every parent, one after the other; only reports with findings are kept.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def expose(context: click.Context, code: str, username: str | None, everybody: bool, as_json: bool) -> None:
    """Follow everything that a parent reaches and look for what should not show. Ends with 1 when there are findings.

    Nightly, as a line for cron: 30 3 * * * cd /srv/glowlite && .venv/bin/flask --app app audit exposure --school CODE --all
    """
    school = school_of(code)
    rows = _everybody(school, quiet=as_json) if everybody else [_one(school, username)]
    if as_json:
        click.echo(json.dumps({"school": school.code, "checks": [_as_json(row) for row in rows]}, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{len(rows)} checked, {sum(row.findings > 0 for row in rows)} with findings.")
    context.exit(1 if any(row.findings for row in rows) else 0)


def _one(school: School, username: str | None) -> ExposureCheck:
    user = User.get_or_none(User.username == username.strip().lower()) if username else reports.first_user(school)
    if user is None:
        raise click.ClickException(f"There is no account {username}." if username else f"{school.name} has no first account yet. Name somebody with --user.")
    try:
        row = exposure.check(operator(), school, user)
    except CannotCheck as problem:
        raise click.ClickException(str(problem)) from problem
    _say(row)
    return row


def _everybody(school: School, *, quiet: bool) -> list[ExposureCheck]:
    def told(user: User, row: ExposureCheck | None) -> None:
        if row is None:
            click.echo(f"{user.username}: nothing to follow.", err=True)
        elif row.findings or not quiet:
            _say(row)

    return exposure.all_of(operator(), school, told)


def _say(row: ExposureCheck) -> None:
    report = row.report
    planted, seen, proven = (report["canaries"][name] for name in ("planted", "seen", "proven"))
    self_test = "" if proven is None else f"; self-test found {proven} of {planted}"
    click.echo(f"{row.username}: {row.pages} addresses, {row.findings} findings; canaries planted {planted}, seen {seen}{self_test}.", err=True)
    for finding in report["findings"]:
        click.echo(f"  {finding['what']} ({', '.join(filter(None, (*finding['addresses'], finding['source'])))})", err=True)


def _as_json(row: ExposureCheck) -> dict[str, Any]:
    return {"user": row.username, "at": row.at.isoformat() + "Z", "pages": row.pages, "findings": row.findings, "report": row.report}


COMMANDS = (audit,)
