"""Hides how a report reads as plain text, on a terminal and beside the files that it is about."""

from glowlite import words
from glowlite.mis.report import HELD, KEPT, Report

MOST_NAMES = 20


def in_words(report: Report) -> str:
    """The whole report, a line for each thing there is to know, the outcome last."""
    lines = []
    for file in report.as_json()["files"]:
        lines.append(f"{file['name']}: {words.plural(file['rows'], 'row')}; {file['created']:,} new, {file['changed']:,} changed, "
                     f"{file['unchanged']:,} unchanged, {file['gone']:,} ended, {file['set_aside']:,} set aside")
    if report.new_year:
        lines += [report.new_year.sentence, *(f"Not part of that: {one.what}" for one in report.new_year.apart)]
    lines += [str(problem) for problem in report.problems]
    gains, loses, leaves = ("gains", "loses", "leaves") if report.status == KEPT else ("would gain", "would lose", "would leave")
    lines += [f"{gains} access: {name}" for name in report.gained[:MOST_NAMES]]
    if len(report.gained) > MOST_NAMES:
        lines.append(f"… and {len(report.gained) - MOST_NAMES} more adult-child links")
    lines += [f"{loses} access: {name}" for name in report.lost]
    lines += [f"{leaves} the roll: {name}" for name in report.impact.leaving[:MOST_NAMES]]
    if len(report.impact.leaving) > MOST_NAMES:
        lines.append(f"… and {len(report.impact.leaving) - MOST_NAMES} more pupils")
    waits_for_captions = report.status == HELD and not report.counts  # of what is not understood nothing was read
    if report.status == HELD and not waits_for_captions:
        lines.append(f"If it is let in: {report.impact.sentence} Who can let it in: {', '.join(report.releasers) or 'nobody at the school'}.")
    if report.status == KEPT and not any(report.total(what) for what in ("created", "changed", "gone")):
        lines.append("Nothing has changed.")
    way = (f"Say on the page Drops what the captions mean, or take what is proposed: flask drops captions --school CODE --accept {report.drop_id}"
           if waits_for_captions else f"Look at the report; then: flask drops release {report.drop_id}")
    release = f" {way}" if report.status == HELD and report.drop_id else ""
    return "\n".join([*lines, f"{report.format or 'Unknown format'}: {report.status}.{release}"])
