"""The commands of long work outside a request: flask jobs run."""

import click

from glowlite.cli.base import Commands
from glowlite.rollout import jobs

work = Commands("jobs", help="Long work outside a request.")


@work.command("run")
@click.argument("number", type=int)
def run(number: int) -> None:
    """Do a job that waits. The site starts this by itself."""
    if not jobs.run(number):
        raise click.ClickException(f"Job {number} was not done: it is not one that waits, or it failed.")


COMMANDS = (work,)
