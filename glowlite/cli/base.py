"""Hides what all commands share: saying a sentence when the database does not answer, who is at the keyboard, and which school is meant."""

import errno
import getpass
import os
from typing import Any

import click
import peewee
from flask.cli import AppGroup

from glowlite import db
from glowlite.code_tables import NotPossible
from glowlite.models import School


class Trouble(click.ClickException):
    """Something on this machine does not do its work; the command ends with this code."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.exit_code = code  # type: ignore[misc]


class Commands(AppGroup):
    """Commands that say in a sentence what cannot be taken; and when the database or the disk does not do its work, ending with `code_of_trouble`."""

    code_of_trouble = 1

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except NotPossible as problem:
            raise click.ClickException(str(problem)) from None
        except peewee.DatabaseError as error:
            raise Trouble(db.in_words(error), self.code_of_trouble) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EACCES, errno.EROFS):
                raise
            raise Trouble(f"{error.strerror}: {error.filename or 'the disk'}.", self.code_of_trouble) from error


def operator() -> str:
    """Who is at the keyboard, for the audit."""
    return f"command line ({os.environ.get('USER') or getpass.getuser()})"


def school_of(code: str) -> School:
    school = School.get_or_none(School.code == code)
    if school is None:
        known = ", ".join(row.code for row in School.select().order_by(School.code).limit(20)) or "none yet"
        raise click.ClickException(f"There is no school with the code {code}. Schools here: {known}.")
    return school
