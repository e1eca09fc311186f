"""The command about caption maps: flask drops captions shows a school's maps, explains a held drop, hands maps on and takes them over."""

from pathlib import Path

import click
from flask import current_app

from glowlite import mis
from glowlite.cli.base import operator, school_of
from glowlite.cli.drops import drops, say
from glowlite.mis import captions
from glowlite.mis.captions import Layout, NotAMap, explaining
from glowlite.models import Drop, School


@drops.command("captions")
@click.option("--school", "code", required=True, help="The school's code.")
@click.option("--accept", type=int, metavar="DROP", help="Keep what GlowLite proposes for a held drop, and load it. It gives nobody access.")
@click.option("--export", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the school's maps, or GlowLite's own, to a file.")
@click.option("--import", "source", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Keep the maps of a file, also those about access.")
def caption_maps(code: str, accept: int | None, target: Path | None, source: Path | None) -> None:
    """Say what the captions of a school's reports mean; without an option, list its maps."""
    school = school_of(code)
    if source:
        _take_over(school, source)
    elif target:
        target.write_text(captions.written(captions.of_school(school) or captions.shipped()), encoding="utf-8")
    elif accept is not None:
        _accept(school, accept)
    else:
        click.echo("\n".join(_line(layout) for layout in captions.of_school(school)) or f"{school.name} has no caption maps of its own.")


def _line(layout: Layout) -> str:
    columns = ", ".join(f"{caption} is {captions.in_words(target)}" for caption, target in layout.said.items() if target)
    return f"{layout.name}{' (the whole school)' if layout.whole else ''}: {columns}"


def _take_over(school: School, source: Path) -> None:
    try:
        layouts = captions.read(source.read_bytes())
    except NotAMap as problem:
        raise click.ClickException(str(problem)) from None
    for layout in layouts:
        captions.keep(school, layout, by=operator())
        click.echo(f"Kept: {_line(layout)}")


def _accept(school: School, number: int) -> None:
    room = current_app.config["GLOWLITE"].waiting_room
    drop = Drop.get_or_none(Drop.id == number, Drop.school == school)
    asked = explaining.questions(drop, room) if drop and explaining.waits(drop, room) else []
    if not asked:
        raise click.ClickException(f"There is no held drop {number} of {school.code} whose captions nobody has explained.")
    try:
        explaining.keep(drop, asked, [explaining.proposed(proposal) for proposal in asked], by=operator())
    except NotAMap as problem:
        raise click.ClickException(str(problem)) from None
    for guess in (guess for proposal in asked for guess in proposal.guesses if guess.suspect):
        click.echo(f"Left alone, for a person to say on the page Drops: “{guess.caption}”, which may be {captions.in_words(guess.suspect)}.", err=True)
    say(mis.again(drop, by=operator(), waiting_room=room), as_json=False)


COMMANDS = (drops,)
