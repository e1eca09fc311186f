"""Hides what all commands share: saying a sentence when the database does not answer, who is at the keyboard, and which school is meant."""

import getpass
import os
from typing import Any

import click
import peewee
from flask.cli import AppGroup

from glowlite.models import School


class Commands(AppGroup):
    """Commands that say in a sentence when the database does not answer."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (peewee.OperationalError, peewee.ProgrammingError) as error:
            first_line = str(error).splitlines()[0]
            raise click.ClickException(f"The database did not answer as it should: {first_line}. Is DATABASE_URL right, and did "
                                       "`flask db upgrade` run?") from error


def operator() -> str:
    """Who is at the keyboard, for the audit."""
    return f"command line ({os.environ.get('USER') or getpass.getuser()})"


def school_of(code: str) -> School:
    school = School.get_or_none(School.code == code)
    if school is None:
        known = ", ".join(row.code for row in School.select().order_by(School.code).limit(20)) or "none yet"
        raise click.ClickException(f"There is no school with the code {code}. Schools here: {known}.")
    return school
