"""Reports whose captions the school chose (SIMS, SEEMiS, Facility CMIS, Arbor, Bromcom), read by the caption maps of the school.

No such MIS has a fixed CSV header: the author of a report picks columns and captions. The shipped maps are of the layouts that their
reports commonly have; the captions of the SEEMiS map are ours, for no sample of its exports is public.
"""

from glowlite.mis import captions
from glowlite.mis.captions import Match, guess, one_a_row, unravel, week_grid
from glowlite.mis.captions.guess import Proposal
from glowlite.mis.formats import About, NotYetKnown, Sheet
from glowlite.mis.read import Bundle, Table
from glowlite.mis.report import BRAKE, Problem, Report

NAME = "Reports by captions"
MOST_NAMED = 4

ABOUT = About(
    what="Reports of SIMS, SEEMiS, Facility CMIS, Arbor, Bromcom or any other MIS, with the captions that the school chose for them.",
    files=tuple((layout.name, ",".join(layout.said)) for layout in captions.shipped()),
    rights="Access comes only from a column that a map names as parental responsibility together with one that it names as court order. "
           "Where a report has not both, nobody gains access from it.",
    bundle=("sims", "seemis", "cmis", "arbor", "bromcom"),
    more=("A file with exactly the captions of a map, in any order, is read at once. The maps above come with GlowLite.",
          "Any other file that names children waits: the office sees its first rows on the page Drops, GlowLite proposes which column is what, the office "
          "corrects it, and the map is kept for this school.",
          "A row is about one child. A list that names each child once with its contacts below, a file in which a column tells pupils and parents apart, a "
          "grid of marks (Mon AM, 16/11/2026 PM) and a header of two rows are read too.",
          "A cell that names two adults (Jane & Bill Lowe) gives neither of them access.",
          "A file of the school that has lost a caption, or gained one that seems to mean something, waits for a person.",
          "A child is known by the MIS's number, else by UPN or SCN, else by forename, surname and birthday together. An adult without a number is known "
          "by name within one child only, so nobody is merged.",
          "Lessons are read when a report of the bundle also says when each period begins and ends."))


def recognises(bundle: Bundle) -> bool:
    return any(captions.match(table, bundle.kept.layouts) or guess.proposal(table, bundle.kept.layouts).is_enough for table in bundle.tables)


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    return []


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    """Raises NotYetKnown when there is no file whose captions are known."""
    readings, strange = [], []
    for table in bundle.tables:
        match = captions.match(table, bundle.kept.layouts)
        proposal = None if match else guess.proposal(table, bundle.kept.layouts)
        if match:
            readings += _reading(table, match, bundle, report)
        elif proposal and proposal.is_enough:
            strange.append(_unknown(table, proposal))
        else:
            report.note(table.name, "GlowLite knows none of these captions; the file was left alone.")
    if strange and not readings:
        raise NotYetKnown(strange)
    report.problems += strange
    return unravel.sheets(readings, report, bundle.kept)


def unknown_tables(bundle: Bundle) -> list[Table]:
    """The files that a person must explain before they can be read as they stand: strange ones, and those that have changed."""
    matches = {table.name: captions.match(table, bundle.kept.layouts) for table in bundle.tables}
    return [table for table in bundle.tables if (match := matches[table.name]) is None or match.lost or _gained(table, match, bundle)]


def _reading(table: Table, match: Match, bundle: Bundle, report: Report) -> list[unravel.Reading]:
    """The file and what its columns are, after saying what has changed since the map was made."""
    layout = match.layout
    report.note(table.name, f"Read by the caption map “{layout.name}”.")
    for caption in match.lost:
        report.brake(table.name, f"The caption is no longer in this file; in the map “{layout.name}” it is {captions.in_words(layout.captions[caption])}. "
                     "What is on record stays, and the drop waits for a person.", row=1, column=caption)
    gained = _gained(table, match, bundle)
    for caption, meaning in gained.items():
        report.brake(table.name, f"The caption is new in this file and looks like {meaning}. The drop waits until a person has said on the page Drops "
                     "what it is.", row=1, column=caption)
    for caption in match.new:
        if caption not in gained:
            report.note(table.name, "The caption is new in this file; its column was left alone.", row=1, column=caption)
    if not layout.mapped:
        return []
    reading = unravel.Reading(table.name, [layout.captions.get(caption, "") for caption in captions.folded(table)], table.rows(), layout.whole)
    return one_a_row.readings(reading, table.captions, below=layout.below, monday=week_grid.week_of(table.titles), report=report)


def _gained(table: Table, match: Match, bundle: Bundle) -> dict[str, str]:
    """Captions that the map does not know and that seem to mean something, with what in words."""
    if not match.new:
        return {}
    guesses = zip(captions.folded(table), guess.proposal(table, [match.layout]).guesses, strict=True)
    meant = {caption: one.target or one.suspect for caption, one in guesses if caption in match.new}
    return {caption: captions.in_words(target) for caption, target in meant.items() if target}


def _unknown(table: Table, proposal: Proposal) -> Problem:
    offered: dict[str, str] = {}
    for one in proposal.guesses:
        if one.target:
            offered.setdefault(one.target, one.caption)  # of the ten half-days of a week the first
    words = ", ".join(f"“{caption}” is {captions.in_words(target)}" for target, caption in [*offered.items()][:MOST_NAMED])
    more = f" and {len(offered) - MOST_NAMED} more" if len(offered) > MOST_NAMED else ""
    message = ("GlowLite does not know this layout and has read nothing of it. Say what its columns are, on the page of this drop. "
               f"It proposes {words}{more}.")
    return Problem(table.name, table.header_row, None, None, message, BRAKE)
