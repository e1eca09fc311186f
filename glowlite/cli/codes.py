"""The commands for attendance codes: flask codes shows what they mean at a school, and does what the page does."""

import json
from pathlib import Path

import click

from glowlite import attendance, code_tables, founding, words
from glowlite.cli.base import Commands, operator, school_of
from glowlite.code_tables import NotPossible
from glowlite.models import OwnCode
from glowlite.models.school import CATEGORIES

codes = Commands("codes", help="What attendance codes mean.")


@codes.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", required=True, help="The table's name, as schools have it: scotland, england-2024, or your own.")
def load(file: Path, table: str) -> None:
    """Replace a table of attendance codes by a CSV file: code, words, category, valid_from, valid_to."""
    click.echo(f"{table}: {words.plural(code_tables.load(file, table, by=operator()), 'code')}.")


@codes.command("show")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--json", "as_json", is_flag=True)
def show(code: str, as_json: bool) -> None:
    """Say which table a school uses, how each table fits its marks, and which codes nobody has explained."""
    school = school_of(code)
    came = code_tables.occurrences(school)
    fits, strange = attendance.fits(school, came), code_tables.unknown(school, came)
    if as_json:
        tables = [{"table": fit.table, "known": fit.known, "of": fit.of, "marks_unknown": fit.strange, "percent": fit.share.percent} for fit in fits]
        unknown = [{"code": one.code, "marks": one.number, "first": str(one.first), "last": str(one.last), "drop": one.drop} for one in strange]
        own = [{"code": one.code, "words": one.words, "kind": one.category} for one in code_tables.own_codes(school)]
        click.echo(json.dumps({"table": school.code_table, "chosen": school.codes_chosen, "tables": tables, "unknown": unknown, "own": own}, indent=2))
        return
    click.echo(f"{school.name} uses {school.code_table}.")
    for fit in fits:
        click.echo(f"{fit.table}: knows {fit.known} of {words.plural(fit.of, 'code')}; {fit.strange:,} marks not known; in school {fit.share.percent} %.")
    for one in strange:
        click.echo(f"Not known: {one.code}, {words.plural(one.number, 'mark')}, {words.days(one.first, one.last)}.")


@codes.command("use")
@click.argument("table")
@click.option("--school", "code", help="The school's code; without it the table counts for all schools that say no other.")
def use(table: str, code: str | None) -> None:
    """Choose a table; `use authority --school CODE` goes back to that of the authority."""
    if code:
        school = school_of(code)
        code_tables.choose(operator(), school, "" if table == "authority" else table)
        click.echo(f"{school.name} uses {school.code_table}.")
        return
    authority = founding.the_authority()
    if authority is None:
        raise click.ClickException("There is no authority yet. Begin with `flask schools add CODE NAME`.")
    changed = code_tables.choose_for_all(operator(), authority, table)
    click.echo(f"{table} counts where no other is said. {words.plural(len(changed), 'school has', 'schools have')} it now that had another.")


@codes.command("name")
@click.argument("code")
@click.argument("meaning")
@click.option("--school", required=True, help="The school's code.")
@click.option("--kind", type=click.Choice(CATEGORIES), required=True, help="How it counts.")
def name(code: str, meaning: str, school: str, kind: str) -> None:
    """Say what a code of the school's own means, for families and in every percentage."""
    own = code_tables.name_own(operator(), school_of(school), code, meaning, kind)
    click.echo(f"{own.code}: {own.words} ({own.category}).")


@codes.command("forget")
@click.argument("code")
@click.option("--school", required=True, help="The school's code.")
def forget(code: str, school: str) -> None:
    """Take a code of the school's own away."""
    own = OwnCode.get_or_none(OwnCode.school == school_of(school), OwnCode.code == code)
    if own is None:
        raise NotPossible(f"{code} is no code of the school's own.")
    code_tables.take_away(operator(), own)
    click.echo(f"{code} means nothing any more.")


COMMANDS = (codes,)
