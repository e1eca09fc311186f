"""The commands that answer who sees what: flask why, flask who-sees."""

import click
from flask.cli import with_appcontext

from glowlite import people, reach
from glowlite.cli.base import school_of
from glowlite.models import Post, Pupil, School, User
from glowlite.widgets import WIDGETS
from glowlite.widgets.base import Widget


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
    school = school_of(code)
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
    here = [school_of(code)] if code else list(School.select().order_by(School.code))
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


COMMANDS = (why, who_sees)
