"""The commands of bringing parents on: flask rollout status."""

import json

import click

from glowlite.cli.base import Commands, school_of
from glowlite.rollout import steps

rollout = Commands("rollout", help="Bringing parents on, in nine steps.")


@rollout.command("status")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--json", "as_json", is_flag=True)
def status(code: str, as_json: bool) -> None:
    """Say how far a school has come: each step, its state and the evidence."""
    school = school_of(code)
    if as_json:
        click.echo(json.dumps(steps.as_json(school), indent=2, ensure_ascii=False))
        return
    for step in steps.of_school(school):
        click.echo(f"{step.number}  {step.state:<8} {step.title}{f': {step.to_do}' if step.to_do else ''}")
        for one in step.evidence:
            click.echo(f"            {one.what}{f', {one.who}' if one.who else ''}{f', {one.at:%d/%m/%Y %H:%M} UTC' if one.at else ''}")


COMMANDS = (rollout,)
