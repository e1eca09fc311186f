"""The commands of the site: flask db, schools, users, codes, drops, why, who-sees."""

import getpass
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import peewee
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from glowlite import db, founding, mis, people, reach
from glowlite.mis import documentation
from glowlite.mis.report import HELD, KEPT, Report
from glowlite.models import Audit, Contact, Drop, Duty, Post, Pupil, School, Staff, User, UserContact, UserStaff
from glowlite.models.users import SHORTEST_PASSWORD
from glowlite.policy import Role
from glowlite.widgets import WIDGETS
from glowlite.widgets.base import Widget


class Commands(AppGroup):
    """Commands that say in a sentence when the database does not answer."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (peewee.OperationalError, peewee.ProgrammingError) as error:
            first_line = str(error).splitlines()[0]
            raise click.ClickException(f"The database did not answer as it should: {first_line}. Is DATABASE_URL right, and did "
                                       "`flask db upgrade` run?") from error


database = Commands("db", help="The database.")
schools = Commands("schools", help="The schools of the authority.")
users = Commands("users", help="Accounts.")
codes = Commands("codes", help="Tables of attendance codes.")
drops = Commands("drops", help="Deliveries of MIS files.")

MOST_NAMES = 20

GROUPS = (database, schools, users, codes, drops)


def _operator() -> str:
    """Who is at the keyboard, for the audit."""
    return f"command line ({os.environ.get('USER') or getpass.getuser()})"


def _school(code: str) -> School:
    school = School.get_or_none(School.code == code)
    if school is None:
        known = ", ".join(row.code for row in School.select().order_by(School.code).limit(20)) or "none yet"
        raise click.ClickException(f"There is no school with the code {code}. Schools here: {known}.")
    return school


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest shape, with the shipped code tables."""
    applied = db.migrate()
    founding.fill_missing_code_tables()
    founding.complete_defaults()
    click.echo(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@schools.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--mis-id", help="The id by which the MIS knows the school.")
@click.option("--kind", type=click.Choice(["primary", "secondary", "special", "nursery", "all-through"]), default="secondary")
@click.option("--codes", "code_table", help="Which table of attendance codes the marks use.", default="scotland", show_default=True)
def add_school(code: str, name: str, mis_id: str | None, kind: str, code_table: str) -> None:
    """Add a school, or say by which id the MIS knows one that is there."""
    school = School.get_or_none(School.code == code)
    if school and mis_id:
        school.mis_id = mis_id
        school.save()
        Audit.write(_operator(), "changed school", code, school=school, after={"mis_id": mis_id})
    elif school:
        raise click.ClickException(f"There is already a school with the code {code}: {school.name}.")
    else:
        authority = founding.the_authority() or founding.found("Local authority", _operator())
        founding.add_school(authority, code, name, _operator(), mis_id=mis_id, kind=kind, code_table=code_table)
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
    school = _school(code) if code else None
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
        Audit.write(_operator(), "added duty", username, school=school, after={"role": role, "contact": contact, "staff": staff})
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


@users.command("lock")
@click.argument("username")
def lock_user(username: str) -> None:
    """Close an account at once: no more sign-ins, and every open session ends."""
    user = User.get_or_none(User.username == username.strip().lower())
    if user is None:
        raise click.ClickException(f"There is no account {username}.")
    with db.write_lock():
        user.lock()
        Audit.write(_operator(), "locked account", user.username)
    click.echo(f"{user.username} is locked.")


@codes.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", required=True, help="The table's name, as schools have it: scotland, england-2024, or your own.")
def load_codes(file: Path, table: str) -> None:
    """Replace a table of attendance codes by a CSV file: code, words, category, valid_from, valid_to."""
    try:
        count = founding.load_codes(file, table)
    except (KeyError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name} cannot be read: it needs the columns code, words and category, as UTF-8.") from error
    click.echo(f"{table}: {count} codes.")


# --- drops ----------------------------------------------------------------------------------------


def waiting_room() -> Path:
    """Where held bundles wait for a person."""
    return current_app.config["GLOWLITE"].waiting_room


@drops.command("load")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--dry-run", is_flag=True, help="Do everything, say what would happen, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def load_drop(path: Path, code: str, dry_run: bool, as_json: bool) -> None:
    """Load a folder, a zip or a CSV file. Ends with 0 when it was kept, 1 when it is held, 2 when it is refused."""
    if founding.the_authority() is None:
        founding.found("Local authority", _operator())
    bar = _ProgressBar()
    report = mis.load(path, code, by=_operator(), keep=not dry_run, waiting_room=waiting_room(), started=bar.started)
    bar.finish()
    say(report, as_json)


@drops.command("release")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True)
def release_drop(number: int, as_json: bool) -> None:
    """Let in a held drop after looking at its report."""
    drop = Drop.get_or_none(Drop.id == number, Drop.status == HELD)
    if drop is None or not (waiting_room() / str(number)).is_dir():
        raise click.ClickException(f"There is no held drop {number}.")
    say(mis.release(drop, by=_operator(), waiting_room=waiting_room()), as_json)


@drops.command("format")
def drop_format() -> None:
    """Print docs/drop-format.md, written from the very tables that read the files."""
    click.echo(documentation.drop_format(), nl=False)


class _ProgressBar:
    """A bar on a terminal; nothing elsewhere, so that logs and JSON stay clean."""

    def __init__(self) -> None:
        self.bar: Any = None

    def started(self, rows: int) -> Callable[[int], None]:
        if not sys.stderr.isatty():
            return lambda rows: None
        self.bar = click.progressbar(length=rows, label="Reading", file=sys.stderr)
        return self.bar.update

    def finish(self) -> None:
        if self.bar:
            self.bar.render_finish()


def say(report: Report, as_json: bool) -> None:
    """Print the report and end with its exit code."""
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        click.echo(_in_words(report))
    sys.exit(report.exit_code)


def _in_words(report: Report) -> str:
    lines = []
    for file in report.as_json()["files"]:
        lines.append(f"{file['name']}: {file['rows']:,} rows; {file['created']:,} new, {file['changed']:,} changed, "
                     f"{file['unchanged']:,} unchanged, {file['gone']:,} ended, {file['set_aside']:,} set aside")
    lines += [str(problem) for problem in report.problems]
    gains, loses = ("gains", "loses") if report.status == KEPT else ("would gain", "would lose")
    lines += [f"{gains} access: {name}" for name in report.gained[:MOST_NAMES]]
    if len(report.gained) > MOST_NAMES:
        lines.append(f"… and {len(report.gained) - MOST_NAMES} more adult-child links")
    lines += [f"{loses} access: {name}" for name in report.lost]
    if report.status == KEPT and not any(report.total(what) for what in ("created", "changed", "gone")):
        lines.append("Nothing has changed.")
    release = f" Look at the report; then: flask drops release {report.drop_id}" if report.status == HELD and report.drop_id else ""
    return "\n".join([*lines, f"{report.format or 'Unknown format'}: {report.status}.{release}"])


# --- who sees what ------------------------------------------------------------------------------------


@click.command("why")
@click.argument("username")
@click.argument("child")
@click.argument("widget")
@click.option("--school", "code", help="The school's code, when the child's id or name alone would fit several.")
@with_appcontext
def why(username: str, child: str, widget: str, code: str | None) -> None:
    """Say why somebody sees a widget about a child, or not, and which sieve stops it. CHILD: an MIS id or "Forename Surname"."""
    user = User.get_or_none(User.username == username.strip().lower())
    if user is None:
        raise click.ClickException(f"There is no account {username}.")
    answer = reach.why_part(user, _child(child, code), _widget(widget))
    click.echo(answer.sentence)
    click.echo("No sieve stops it." if answer.sees else f"Sieve {answer.sieve}: {answer.sieve_name}.")
    for words, fact in (("Source", answer.source), ("Who could change it", answer.who)):
        if fact and not answer.sees:
            click.echo(f"{words}: {fact}.")


@click.command("who-sees")
@click.argument("what", metavar="POST|WIDGET")
@click.option("--school", "code", required=True, help="The school's code.")
@with_appcontext
def who_sees(what: str, code: str) -> None:
    """Say by name who sees a post (its number) or a widget (its key), and why the others do not."""
    school = _school(code)
    found = reach.who_sees_post(_post(what, school), school) if what.isdigit() else reach.who_sees_part(_widget(what), school)
    click.echo(f"{found.title}: {found.sentence}.")
    for adult in found.adults:
        click.echo(f"{'can   ' if adult.sees else 'cannot'}  {adult.name} ({adult.username}){': ' if adult.can else ''}{', '.join(adult.can)}")
        for no in adult.cannot:
            child = f"not for {no.child}: " if no.child else ""
            click.echo(f"        {child}{no.why.fact} (sieve {no.why.sieve}, {no.why.sieve_name}{f'; {no.why.source}' if no.why.source else ''})")
    if found.without_account:
        click.echo(f"Without an account, though the MIS would let them: {', '.join(found.without_account)}.")


def _child(words: str, code: str | None) -> Pupil:
    """The one pupil with this MIS id or this name."""
    here = [_school(code)] if code else list(School.select().order_by(School.code))
    pupils = list(Pupil.select().where(Pupil.school.in_(here), Pupil.mis_id == words.strip()))
    if not pupils:
        named = [one.id for school in here for one in people.find(school, words, kinds=[people.PUPIL])
                 if people.folded(words) in [people.folded(name) for name in one.full_names]]
        pupils = list(Pupil.select().where(Pupil.id.in_(named)))
    if len(pupils) == 1:
        return pupils[0]
    told = "; ".join(f"{pupil.name}, {pupil.mis_id}, {pupil.school.code}" for pupil in pupils)
    raise click.ClickException(f"Several pupils fit “{words}”: {told}. Give the MIS id, or --school CODE." if pupils else f"No pupil fits “{words}”.")


def _widget(key: str) -> Widget:
    if key not in WIDGETS:
        raise click.ClickException(f"There is no widget {key}. There are: {', '.join(sorted(WIDGETS))}.")
    return WIDGETS[key]


def _post(number: str, school: School) -> Post:
    here = Post.school.is_null() & (Post.authority == school.authority) | (Post.school == school)
    post = Post.get_or_none(Post.id == int(number), here) if len(number) < 10 else None
    if post is None:
        raise click.ClickException(f"There is no post {number} at {school.name}.")
    return post


COMMANDS = (*GROUPS, why, who_sees)
