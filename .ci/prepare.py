"""Hides that a start takes three commands: one Python runs them all, because starting it costs more than they do."""

import sys
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app import create_app
from glowlite.config import BadSetting

COMMANDS = ("db upgrade", "demo load --if-empty", "demo sign-ins")

try:
    app = create_app()
    for command in COMMANDS:
        app.cli.main(command.split(), prog_name="flask", standalone_mode=False)
except BadSetting as error:
    sys.exit(str(error))
except click.ClickException as error:
    error.show()
    sys.exit(error.exit_code)
