"""Hides what work the data of a school needs: the kinds of it, the most useful first, what of each is to do, and the score by week."""

import json
from dataclasses import dataclass
from datetime import timedelta

from glowlite import clock, db
from glowlite.mis.report import KEPT, Report
from glowlite.models import QualityScore, School
from glowlite.policy import Action
from glowlite.quality import people, registers, rows
from glowlite.quality.base import Elsewhere, Finding, Ground, Kind, Work, with_files
from glowlite.quality.marks import WEEKS

__all__ = ["BY_KEY", "KINDS", "WEEKS", "Finding", "Ground", "Job", "Kind", "Survey", "Work", "after_drop", "remember",
           "survey", "weeks", "with_files", "work_of"]

# The most useful first: what protects a child, what brings a parent in, what families read, what only tidies.
KINDS = (
    Kind("texts", "Comments that name another child", "A parent would read about somebody else’s child. Until it is changed, no parent reads it.",
         "whoever wrote it, in {mis}: pupil › conduct", 14, ("comment", "comments"), rows.texts,
         Elsewhere("texts.of_school", "See the wording that is proposed", Action.SEE_QUALITY)),
    Kind("emergency", "Fewer than two emergency contacts", "When a child is hurt and the first adult does not answer, there is nobody else to ring.",
         "the office, in {mis}: pupil › contacts", 14, ("pupil", "pupils"), people.emergency_contacts),
    Kind("gaps", "Registers with gaps", "Nobody can say whether the child was there, and parents see a day without a mark.",
         "the teacher of the class: register", 12, ("gap", "gaps"), registers.gaps),
    Kind("reach", "Parents who cannot be reached", "Neither a letter nor a message gets to them, and no account details can be sent.",
         "the office, in {mis}: contact › address and telephone", 10, ("adult", "adults"), people.unreachable),
    Kind("corrected", "Details that parents have corrected", "They took the trouble to tell the school, and the MIS still says otherwise.",
         "the office, in {mis}: contact", 10, ("detail", "details"), people.corrected,
         Elsewhere("corrections.open_ones", "Answer the parents", Action.SETTLE_CORRECTIONS)),
    Kind("access", "Children whom no adult may see", "Their parents see nothing of them here. Where the MIS is silent, the answer is no.",
         "the office, in {mis}: pupil › contacts › parental responsibility, court order", 8, ("pupil", "pupils"), people.without_access),
    Kind("contradictions", "Marks that cannot be right", "Families trust the register as far as it agrees with itself.",
         "the office, in {mis}: attendance", 7, ("entry", "entries"), registers.contradictions),
    Kind("codes", "Marks with an unknown code", "Families read “not yet known”, and the half day is not counted.",
         "the office, here by saying what the code means, or in {mis}: attendance", 6, ("code of a pupil", "codes of pupils"), registers.unknown_codes,
         Elsewhere("attendance_codes.of_school", "Say what the codes mean", Action.SET_CODES)),
    Kind("orphans", "Rows that point to nobody", "What they say about somebody is lost.",
         "the office, in {mis}, with whoever sets up the export", 6, ("row", "rows"), rows.orphans),
    Kind("unread", "Rows that could not be read", "They were set aside, and what was on record before still stands.",
         "the office, in {mis}, with whoever sets up the export", 4, ("row", "rows"), rows.unread),
    Kind("untaught", "Classes without a teacher", "Nobody can write to the families of the class, and no teacher sees its pupils.",
         "the office, in {mis}: timetable or groups", 4, ("class", "classes"), rows.untaught),
    Kind("facts", "Pupils with something not on record", "Without a date of birth no parent can prove who they are; without consent no picture is shown.",
         "the office, in {mis}: pupil", 3, ("pupil", "pupils"), people.facts),
    Kind("numbers", "National numbers that are mistyped", "By its SCN or UPN a child is recognised after a move to another school.",
         "the office, in {mis}: pupil", 2, ("number", "numbers"), people.numbers),
)
BY_KEY = {kind.key: kind for kind in KINDS}

REMEMBERED = timedelta(weeks=26)  # as much as is drawn


@dataclass(frozen=True)
class Job:
    """One kind of work at one school today."""

    kind: Kind
    work: Work
    mis: str

    @property
    def number(self) -> int:
        return len(self.work.findings)

    @property
    def is_done(self) -> bool:
        return self.number == 0

    @property
    def who(self) -> str:
        return self.kind.who.format(mis=self.mis)

    @property
    def earned(self) -> float:
        """Half of the points come with the share that is right, the other half when nothing is left."""
        return self.kind.points * (1 - self.work.wrong / max(self.work.of, 1) + self.is_done) / 2

    def who_mends(self, finding: Finding) -> str:
        return finding.who or self.who


@dataclass(frozen=True)
class Survey:
    """All the work that the data of a school needs. Kinds of which there is nothing at this school are left out."""

    jobs: list[Job]

    @property
    def open(self) -> list[Job]:
        return [job for job in self.jobs if not job.is_done]

    @property
    def done(self) -> list[Job]:
        return [job for job in self.jobs if job.is_done]

    @property
    def score(self) -> int | None:
        """0 to 100: the share of all points that is earned; 100 only when nothing is left, for any kind that is open costs a point or more.

        None where nothing was loaded yet.
        """
        return round(100 * sum(job.earned for job in self.jobs) / sum(job.kind.points for job in self.jobs)) if self.jobs else None

    @property
    def number(self) -> int:
        return sum(job.number for job in self.jobs)

    def gain(self, job: Job) -> int:
        """How many points the score rises once this work is done."""
        return round(100 * (job.kind.points - job.earned) / sum(one.kind.points for one in self.jobs))


def survey(school: School) -> Survey:
    """Look for all kinds of work at this school."""
    ground = Ground(school)
    jobs = [Job(kind, kind.look(ground), ground.mis) for kind in KINDS]
    return Survey([job for job in jobs if job.work.of or job.number])


def work_of(school: School, kind: Kind) -> Job:
    """Look for one kind of work."""
    ground = Ground(school)
    return Job(kind, kind.look(ground), ground.mis)


def remember(school: School, found: Survey | None = None) -> None:
    """Write down the score of this week, after a drop or when somebody looks; the last one of a week counts. found: what is known already."""
    found = found or survey(school)
    if found.score is None:
        return
    week = clock.monday_of(clock.today())
    open_text = json.dumps({job.kind.key: job.number for job in found.jobs})
    row = QualityScore.get_or_none(QualityScore.school == school, QualityScore.week == week)
    if row and (row.score, row.open_text) == (found.score, open_text):
        return
    with db.write_lock():
        (QualityScore.insert(school=school, week=week, score=found.score, open_text=open_text)
         .on_conflict(conflict_target=[QualityScore.school, QualityScore.week], update={"score": found.score, "open_text": open_text}).execute())


def after_drop(code: str, report: Report) -> None:
    """Once a drop of this school was kept, its score is written down: some schools never open the page."""
    if report.status == KEPT:
        remember(School.get(School.code == code))


def weeks(school: School) -> list[QualityScore]:
    """The scores of the last half year, the oldest first."""
    since = clock.monday_of(clock.today()) - REMEMBERED
    return list(QualityScore.select().where(QualityScore.school == school, QualityScore.week > since).order_by(QualityScore.week))
