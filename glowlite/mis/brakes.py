"""Hides when a drop must wait for a person: before anything is kept, whatever is unusual about it stops it, each reason by its name."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from glowlite import clock, db, words
from glowlite.mis.apply import Change
from glowlite.mis.drop_rules import GAINED, LOST, OFF_ROLL, SET_ASIDE, SHRINKS, UNBORN, DropRules, Measure
from glowlite.mis.identity import Recognised
from glowlite.mis.impact import Footing, Impact
from glowlite.mis.report import KEPT, UNDONE, Report
from glowlite.mis.stage import Stage, Staged
from glowlite.mis.waiting import newest_since
from glowlite.mis.years import step
from glowlite.models import Contact, Drop, Link, School

WAITS = "The drop waits for a person."
BACK = timedelta(days=7)  # marks that end so long before those of an earlier drop are of an older export
HARDLY = 0.10
MOST_NAMED = 20


@dataclass
class Brakes:
    """All that is known of a drop once it is written and before it is kept. `check` adds a problem of weight BRAKE for each reason to wait.

    counted: those of the reasons that only count how many people leave and lose access.
    """

    drop: Drop
    stage: Stage
    changes: list[Change]
    recognised: Recognised
    before: Footing
    impact: Impact
    rules: DropRules
    report: Report
    shrunken: set[str] = field(default_factory=set)
    counted: list[str] = field(default_factory=list)

    def check(self) -> None:
        for change in self.changes:
            if change.noun.people or not change.noun.whole or self._is_emptied(change):
                self._shrinking(change)
            self._set_aside(change)
        self._nothing_came_in()
        self._off_roll()
        self._access()
        self._restriction_gone()
        self._birthdays()
        self._ids_of_others()
        self._another_school()
        self._undone_before()
        self._older_export()
        self._years_down()

    @property
    def school(self) -> School:
        return self.stage.school

    def _wait(self, file: str, message: str, **place: object) -> None:
        self.report.brake(file, f"{message} {WAITS}", **place)

    def _wait_for_so_many(self, file: str, message: str) -> None:
        self._wait(file, message)
        self.counted.append(f"{message} {WAITS}")

    def _is_unusual(self, what: str, number: int, of: int) -> bool:
        """Write down the measure, which is what the school decides about; is it beyond what passes?"""
        measure = Measure(what, number, of)
        self.report.measures.append(measure)
        return self.rules.unusual(measure)

    # --- more or less than usual --------------------------------------------------------------------------

    def _is_emptied(self, change: Change) -> bool:
        """Would a file that speaks for all rows end every one and bring none? In August all classes end, too, but others come."""
        return self.stage.staged[change.noun.name].whole and change.gone == change.before and not change.created

    def _shrinking(self, change: Change) -> None:
        is_all = change.noun.people and change.gone == change.before > 0  # of a small school, too: an empty file looks like that
        if self._is_unusual(SHRINKS, change.gone, change.before) or is_all:
            self.shrunken.add(change.noun.name)
            wait = self._wait_for_so_many if change.noun.people else self._wait
            wait(change.file, f"{change.gone} of {change.before} {change.noun.name} on record are not in this file and would end. Is the export complete?")

    def _set_aside(self, change: Change) -> None:
        counts = self.report.counts[change.file]
        is_all = change.noun.people and counts["set_aside"] == counts["rows"] > 0  # nothing of it came in: that must not look like success
        if self._is_unusual(SET_ASIDE, counts["set_aside"], counts["rows"]) or is_all:
            self._wait(change.file, f"{counts['set_aside']} of {counts['rows']} rows had to be set aside. Something is wrong with the whole file.")

    def _nothing_came_in(self) -> None:
        """All that there was is set aside, though of no file so much that it is unusual: that must not look like success."""
        if 0 < self.report.total("rows") <= self.report.total("set_aside") and not self.report.brakes():
            self._wait("", "Not one row of this bundle could be used.")

    def _off_roll(self) -> None:
        number, of = len(self.impact.leaving), len(self.before.roll)
        if self._is_unusual(OFF_ROLL, number, of) and "pupils" not in self.shrunken:
            self._wait_for_so_many(self._file("pupils"), f"{number} of {of} pupils would leave the roll. That is unusual.")

    def _access(self) -> None:
        of = len(self.before.pairs)
        if self._is_unusual(LOST, len(self.impact.lost), of):
            self._wait_for_so_many("", f"{len(self.impact.lost)} of {of} adult-child links would lose access. That is unusual.")
        if of and self._is_unusual(GAINED, self.impact.to_known, of):
            self._wait("", f"{words.plural(self.impact.to_known, 'link')} to pupils who were here before would gain access, beside the {of} "
                       "that give it today. That is unusual; has a column of rights changed its meaning?")

    def _restriction_gone(self) -> None:
        """A restriction column that is no longer there keeps the old restrictions and holds the drop."""
        staged = self.stage.staged.get("links")
        if staged is None:
            return
        given = {column.name for column in staged.columns}
        for column in staged.noun.columns:
            if column.guards and column.name not in given and self._was_given(column.live):
                self._wait(staged.file, "Earlier drops had this column, which decides who may see a child. The old answers were kept.",
                           row=1, column=column.name)

    def _birthdays(self) -> None:
        """Dates of birth that were there and are blank now, or can no longer be read: parents need them to use the codes in their letters."""
        number, of = self.recognised.unborn, self.recognised.born
        if self._is_unusual(UNBORN, number, of) or number == of > 1:
            self._wait(self._file("pupils"), f"{number} of {of} pupils would lose their date of birth, which parents need to use the code in their letter. "
                       "Are the dates still written as before?", row=1, column="born")

    def _was_given(self, column: str) -> bool:
        rows = Link.select().join(Contact).where(Contact.school == self.school, Link._meta.columns[column].is_null(False), Link.gone.is_null())
        return bool(rows.exists())

    # --- other people, another school ---------------------------------------------------------------------

    def _ids_of_others(self) -> None:
        strangers = self.recognised.strangers
        for one in strangers[:MOST_NAMED]:
            again = f", who ended on {_uk(one.ended)}" if one.ended else ""
            self._wait(one.file, f"This id was somebody else’s before{again}. Nobody who could see the first may see the second, "
                       "unless you say that they are the same person.", row=one.row, column="id",
                       value=f"{one.mis_id}, before: {one.before}; now: {one.now}")
        if len(strangers) > MOST_NAMED:
            self._wait("", f"{len(strangers)} ids are of other people than before; the first {MOST_NAMED} are named. Were all ids given out anew?")

    def _another_school(self) -> None:
        """Hardly anybody of the file is known here, or most of it stands in another school under the same ids and names."""
        staged = self.stage.staged.get("pupils")
        of = db.run(f"SELECT COUNT(*) FROM {staged.table} WHERE aside = 0").fetchone()[0] if staged else 0
        if staged is None or not of:
            return
        known, here = self.recognised.known, len(self.before.roll)
        if staged.whole and here and known < HARDLY * min(of, here):
            self._wait(staged.file, f"Only {known} of {of} pupils in this file are known here, where {here} are on the roll. "
                       "Is it the file of another school, or has the MIS given out new ids?")
        if known * 2 < of and (other := self._stand_elsewhere(staged, of)):
            say = self._wait if here else self.report.note  # an empty school has no parents yet, and schools do merge
            say(staged.file, f"{other} Is it the bundle of that school?")

    def _stand_elsewhere(self, staged: Staged, of: int) -> str:
        """In which other school of the authority most of these pupils stand, in a sentence; empty when in none."""
        found = db.run(f"SELECT c.name, COUNT(*) AS number FROM {staged.table} AS s JOIN pupils AS t ON t.mis_id = s.mis_id AND t.surname = s.surname "
                       "AND t.forename = s.forename AND (t.born = s.born OR t.born IS NULL OR s.born IS NULL) AND t.gone IS NULL "
                       "JOIN schools AS c ON c.id = t.school_id WHERE s.aside = 0 AND c.id != :school AND c.authority_id = :authority "
                       "GROUP BY c.id, c.name ORDER BY number DESC LIMIT 1", school=self.school.id, authority=self.school.authority_id).fetchone()
        return f"{found[1]} of {of} pupils in this file stand at {found[0]} under the same ids and names." if found and found[1] * 2 > of else ""

    # --- older than what stands ----------------------------------------------------------------------------

    def _undone_before(self) -> None:
        """The very bundle that somebody took back: whoever did so had a reason, and a folder that is filled by a program does not know it."""
        same = Drop.select().where(Drop.school == self.school, Drop.digest == self.drop.digest, Drop.status.in_((KEPT, UNDONE)), Drop.id != self.drop.id)
        last = same.order_by(Drop.id.desc()).first()
        if last and last.status == UNDONE:
            self._wait("", f"This bundle is the one that {last.undone_by} undid on {clock.local(last.undone):%-d %B %Y at %H:%M} (drop {last.id}). "
                       "Let it in only if that was a mistake, or if it is right by now.")

    def _older_export(self) -> None:
        kept = Drop.select().where(Drop.school == self.school, Drop.status == KEPT, Drop.id != self.drop.id)
        same = kept.where(Drop.digest == self.drop.digest).order_by(Drop.id.desc()).first()
        if same and newest_since(same):
            self._wait("", f"These are the very files of drop {same.id} of {clock.local(same.started):%d/%m/%Y %H:%M}, and newer ones have come since. "
                       "Going back could give access that was taken away.")
        day, last = newest_day(self.stage), max((drop.newest_day for drop in kept.where(Drop.newest_day.is_null(False))), default=None)
        if day and last and day < last - BACK:
            self._wait(self._file("marks"), f"The newest mark is of {_uk(day)}, but marks up to {_uk(last)} have been here before. Is it an older export?")

    def _years_down(self) -> None:
        """Most pupils a year younger than on record: an export of last school year."""
        staged = self.stage.staged.get("pupils")
        if staged is None or "year_group" not in staged.given:
            return
        years = self.recognised.years
        down = sum(1 for before, now in years if (step(before, now) or 0) < 0)
        if down > 2 and down * 2 > len(years):
            self._wait(staged.file, f"{down} of {len(years)} pupils would go back by a year group or more. Is it an export of an earlier school year?")

    def _file(self, noun: str) -> str:
        staged = self.stage.staged.get(noun)
        return staged.file if staged else ""


def newest_day(stage: Stage) -> date | None:
    """The newest day of which the staged marks speak; one that lies ahead is a slip of the pen and counts as today."""
    staged = stage.staged.get("marks")
    return min(date.fromisoformat(str(staged.days[1])), clock.today()) if staged and staged.days else None


def _uk(day: object) -> str:
    return f"{date.fromisoformat(str(day)):%d/%m/%Y}"
