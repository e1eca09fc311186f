"""Hides when a drop must wait for a person: before anything is kept, unusual losses and vanished restrictions stop it."""

from glowlite.mis.apply import Change
from glowlite.mis.report import Report
from glowlite.mis.stage import Stage
from glowlite.models import Contact, Link, School

UNUSUAL_SHARE = 0.10
UNUSUAL_NUMBER = 5


def check(stage: Stage, changes: list[Change], access_before: int, report: Report) -> None:
    """Add a problem of weight BRAKE to the report for each reason to wait. Runs after the changes, before they are kept."""
    for change in changes:
        if change.noun.people or not change.noun.whole:
            _check_shrinking(change, report)
        _check_set_aside(change, report)
    _check_restrictions(stage, report)
    if _unusual(len(report.lost), access_before):
        report.brake("", f"{len(report.lost)} of {access_before} adult-child links would lose access. That is unusual, so the drop waits for a person.")


def _unusual(number: int, of: int) -> bool:
    return number > UNUSUAL_NUMBER and number > UNUSUAL_SHARE * of


def _check_shrinking(change: Change, report: Report) -> None:
    is_all = change.noun.people and change.gone == change.before > 0  # of a small school, too: an empty file looks like that
    if is_all or _unusual(change.gone, change.before):
        report.brake(change.file, f"{change.gone} of {change.before} {change.noun.name} on record are not in this file and would end. "
                     "Is the export complete? The drop waits for a person.")


def _check_set_aside(change: Change, report: Report) -> None:
    counts = report.counts[change.file]
    if _unusual(counts["set_aside"], counts["rows"]):
        report.brake(change.file, f"{counts['set_aside']} of {counts['rows']} rows had to be set aside. "
                     "Something is wrong with the whole file, so the drop waits for a person.")


def _check_restrictions(stage: Stage, report: Report) -> None:
    """A restriction column that is no longer there keeps the old restrictions and holds the drop."""
    staged = stage.staged.get("links")
    if staged is None:
        return
    given = {column.name for column in staged.columns}
    for column in staged.noun.columns:
        if column.guards and column.name not in given and _was_given(stage.school, column.live):
            report.brake(staged.file, "Earlier drops had this column, which decides who may see a child. "
                         "The old answers were kept and the drop waits for a person.", row=1, column=column.name)


def _was_given(school: School, column: str) -> bool:
    rows = Link.select().join(Contact).where(Contact.school == school, Link._meta.columns[column].is_null(False), Link.gone.is_null())
    return bool(rows.exists())
