"""Hides how a person's answers about the captions of a held drop become caption maps of the school."""

from collections.abc import Mapping
from pathlib import Path

from glowlite.mis import captions, kept_copy, read
from glowlite.mis.captions import Layout, guess
from glowlite.mis.captions.guess import Proposal
from glowlite.mis.formats import captions as reports
from glowlite.mis.report import HELD, Refused
from glowlite.models import Drop


def waits(drop: Drop, waiting_room: Path) -> bool:
    """Does this drop hold reports that are known by their captions, and wait for a person?"""
    return drop.status == HELD and drop.format == reports.NAME and kept_copy(waiting_room, drop).is_file()


def questions(drop: Drop, waiting_room: Path) -> list[Proposal]:
    """The files of a drop that waits which a person must explain, or has explained; empty when maps that come with GlowLite know them all."""
    try:
        bundle = read.bundle(kept_copy(waiting_room, drop))
        bundle.kept = captions.kept(drop.school)
        explained = [table for table in bundle.tables if (match := captions.match(table, bundle.kept.layouts)) and match.layout.number is not None]
        asked = reports.unknown_tables(bundle) or explained
        return [guess.proposal(table, bundle.kept.layouts) for table in asked if table.captions]
    except Refused:
        return []


def keep(drop: Drop, asked: list[Proposal], answers: list[Layout], *, by: str) -> None:
    """Keep what a person has said of each file; a map that the file nearly had is followed by the new one."""
    before = captions.of_school(drop.school)
    for proposal, layout in zip(asked, answers, strict=True):
        here = {captions.known_as(one.caption) for one in proposal.guesses}
        captions.keep(drop.school, layout, by=by, instead_of=captions.changed(here, before))


def proposed(proposal: Proposal) -> Layout:
    """The layout as GlowLite proposes it: nothing in it decides who may see a child unless somebody at the school has said so before."""
    name, whole, below = (proposal.like.name, proposal.like.whole, proposal.like.below) if proposal.like else (proposal.file, False, False)
    return said(proposal, {one.caption: one.target for one in proposal.guesses}, whole=whole, name=name, below=below)


def said(proposal: Proposal, targets: Mapping[str, str], *, whole: bool, name: str, below: bool = False) -> Layout:
    """The layout of a file as a person has said it. targets: caption -> target. Raises NotAMap when two captions say the same, or nothing could be read."""
    given = {one.caption: targets.get(one.caption, "") for one in proposal.guesses if one.caption}
    layout = captions.checked(name.strip()[:captions.LONGEST_NAME] or proposal.file[:captions.LONGEST_NAME], given, whole, below)
    captions.check_use(layout)
    return layout
