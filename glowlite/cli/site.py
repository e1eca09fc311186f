"""The commands that set a site up: flask db, schools, users."""

import json
import secrets
import sys

import click

from glowlite import code_tables, db, founding
from glowlite.cli.base import Commands, operator, school_of
from glowlite.models import Audit, Contact, Duty, School, Staff, User, UserContact, UserStaff
from glowlite.models.users import SHORTEST_PASSWORD
from glowlite.policy import Role
from glowlite.rollout import accounts
from glowlite.rollout.steps import NotYet

database = Commands("db", help="The database.")
schools = Commands("schools", help="The schools of the authority.")
users = Commands("users", help="Accounts.")


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest shape, with the shipped code tables."""
    applied = db.migrate()
    code_tables.fill_missing()
    founding.complete_defaults()
    click.echo(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@schools.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--mis-id", help="The id by which the MIS knows the school.")
@click.option("--kind", type=click.Choice(["primary", "secondary", "special", "nursery", "all-through"]), default="secondary")
@click.option("--codes", "table", help="Which table of attendance codes the marks use; that of the authority when left out.")
def addschool_of(code: str, name: str, mis_id: str | None, kind: str, table: str | None) -> None:
    """Add a school, or say by which id the MIS knows one that is there."""
    school = School.get_or_none(School.code == code)
    if school and mis_id:
        school.mis_id = mis_id
        school.save()
        Audit.write(operator(), "changed school", code, school=school, after={"mis_id": mis_id})
    elif school:
        raise click.ClickException(f"There is already a school with the code {code}: {school.name}.")
    else:
        if table is not None:
            code_tables.check(table)
        authority = founding.the_authority() or founding.found("Local authority", operator())
        founding.add_school(authority, code, name, operator(), mis_id=mis_id, kind=kind, codes_chosen=table)
    click.echo(f"{code}: {name}")


@users.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--school", "code", help="The school's code; not needed for a duty at the authority.")
@click.option("--name", help="The person's name; the user name when left out.")
@click.option("--contact", help="For a parent: the contact's id in the school's MIS. Access comes from that contact's links.")
@click.option("--staff", help="For staff: the id in the school's MIS, so that a teacher has their groups.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--json", "as_json", is_flag=True)
def add_user(username: str, role: str, code: str | None, name: str | None, contact: str | None, staff: str | None,
             password_stdin: bool, as_json: bool) -> None:
    """Add an account, or another duty to one that is there. Prints a first password, to be changed at the first sign-in."""
    school = school_of(code) if code else None
    authority = school.authority if school else founding.the_authority()
    if authority is None or (school is None and role != Role.AUTHORITY):
        raise click.UsageError("Say which school: --school CODE.")
    username = username.strip().lower()
    with db.write_lock():
        user, is_new = User.get_or_create(username=username, defaults={"name": name or username})
        password = _first_password(password_stdin) if is_new else None
        if password:
            user.set_password(password, by_owner=password_stdin)
        Duty.get_or_create(user=user, role=role, school=school, authority=authority)
        _join(user, school, contact, staff)
        Audit.write(operator(), "added duty", username, school=school, after={"role": role, "contact": contact, "staff": staff})
    row = {"username": username, "role": role, "school": code, "password": None if password_stdin else password}
    if as_json:
        click.echo(json.dumps(row))
    elif row["password"]:
        click.echo(f"{username} may sign in with the first password {password}")
    else:
        click.echo(f"{username} is {role}{f' at {school.name}' if school else ''}.")


def _first_password(from_stdin: bool) -> str:
    if not from_stdin:
        return secrets.token_urlsafe(12)
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(f"A password needs at least {SHORTEST_PASSWORD} characters.")
    return password


def _join(user: User, school: School | None, contact: str | None, staff: str | None) -> None:
    """Say which records in the school's MIS this account stands for."""
    for model, joint, number in ((Contact, UserContact, contact), (Staff, UserStaff, staff)):
        if number is None:
            continue
        record = model.get_or_none(model.school == school, model.mis_id == number)
        if record is None:
            raise click.ClickException(f"{number} is not an id in the {model._meta.table_name} of that school.")
        joint.get_or_create(user=user, **{model.__name__.lower(): record})
        if model is Contact:
            _count_as_approved(user, record)


def _count_as_approved(user: User, contact: Contact) -> None:
    """Here as on the pages: nobody gets in before the steps of the rollout that come first."""
    try:
        accounts.record_made(operator(), user, contact)
    except NotYet as stopped:
        raise click.ClickException(str(stopped)) from stopped


@users.command("lock")
@click.argument("username")
def lock_user(username: str) -> None:
    """Close an account at once: no more sign-ins, and every open session ends."""
    user = User.get_or_none(User.username == username.strip().lower())
    if user is None:
        raise click.ClickException(f"There is no account {username}.")
    with db.write_lock():
        user.lock()
        Audit.write(operator(), "locked account", user.username)
    click.echo(f"{user.username} is locked.")


COMMANDS = (database, schools, users)
