"""The commands for accounts of parents: flask accounts candidates, flask accounts approve."""

import json
from typing import Any

import click

from glowlite.cli.base import Commands, operator, school_of
from glowlite.models import Contact, School
from glowlite.rollout import accounts, candidates
from glowlite.rollout.accounts import CannotApprove
from glowlite.rollout.candidates import Candidate
from glowlite.rollout.steps import NotYet

group = Commands("accounts", help="Accounts of parents.")


@group.command("candidates")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--json", "as_json", is_flag=True)
def list_candidates(code: str, as_json: bool) -> None:
    """Say who waits for an account, who has one, and why somebody has none."""
    rows = [_row(one) for one in candidates.of_school(school_of(code))]
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['state']:<9} {row['contact']:<12} {row['name']:<28} {', '.join(row['classes']):<12} {row['username'] or row['why_not']}".rstrip())


def _row(one: Candidate) -> dict[str, Any]:
    return {"contact": one.contact.mis_id, "name": one.contact.name, "state": one.state, "classes": one.classes,
            "children": [child.mis_id for child in one.opened], "username": one.user.username if one.user else None, "why_not": one.why_not or None}


@group.command("approve")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--contact", "numbers", multiple=True, help="The contact's id in the school's MIS; can be given several times.")
@click.option("--class", "class_name", help="Everyone who waits, of this class.")
@click.option("--all", "everyone", is_flag=True, help="Everyone who waits.")
@click.option("--remote/--no-remote", default=False, show_default=True, help="May they use it from anywhere, or inside the school only?")
@click.option("--json", "as_json", is_flag=True)
def approve(code: str, numbers: tuple[str, ...], class_name: str | None, everyone: bool, remote: bool, as_json: bool) -> None:
    """Approve accounts, all of those named or none. Prints the user names; nobody can sign in before using a code."""
    if sum(map(bool, (numbers, class_name, everyone))) != 1:
        raise click.UsageError("Say who: --contact ID, --class NAME or --all.")
    school = school_of(code)
    wanted = _contacts(school, numbers) if numbers else accounts.waiting_ids(school, class_name or "")
    try:
        made = accounts.approve_all(operator(), school, wanted, remote=remote)
    except (NotYet, CannotApprove) as stopped:
        raise click.ClickException(str(stopped)) from stopped
    names = [approval.user.username for approval in made]
    click.echo(json.dumps({"school": code, "approved": names, "remote": remote}) if as_json else "\n".join(names))


def _contacts(school: School, numbers: tuple[str, ...]) -> list[int]:
    found = {row.mis_id: row.id for row in Contact.select().where(Contact.school == school, Contact.mis_id.in_(numbers))}
    missing = [number for number in numbers if number not in found]
    if missing:
        raise click.ClickException(f"{', '.join(missing)}: not an id in the contacts of {school.name}.")
    return list(found.values())


COMMANDS = (group,)
