"""What work the data of a school needs: the score by week, the kinds of work, each with its list, and the same as CSV to hand to the MIS."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from glowlite import clock, gate, quality, spreadsheet
from glowlite.models import Audit, Pupil, QualityScore, School
from glowlite.policy import Action, can
from glowlite.quality import Finding, Job
from glowlite.views.base import me

pages = Blueprint("quality", __name__, url_prefix="/schools/<int:school>")

PER_PAGE = 50
COLUMNS = ("what", "about", "MIS id", "what is there", "what would be right", "who can put it right", "file", "row", "drop")


class Point(NamedTuple):
    x: float
    y: float
    row: QualityScore


class Line(NamedTuple):
    """The scores as they are drawn, in a space of 320 by 100: a week that nobody knows of is left out of the line, not guessed."""

    points: list[Point]

    @classmethod
    def of(cls, rows: list[QualityScore]) -> Self:
        weeks = max(1, (rows[-1].week - rows[0].week).days // 7) if rows else 1
        return cls([Point(round(320 * ((row.week - rows[0].week).days // 7) / weeks, 1), 100 - row.score, row) for row in rows])

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{point.x} {point.y}" for point in self.points)


@pages.get("/quality")
@gate.needs(Action.SEE_QUALITY, "school")
def overview(school: School) -> ResponseReturnValue:
    found = quality.survey(school)
    quality.remember(school, found)
    return render_template("pages/quality.html", school=school, survey=found, line=Line.of(quality.weeks(school)), weeks=quality.WEEKS)


@pages.get("/quality/<kind>")
@gate.needs(Action.SEE_QUALITY, "school")
def work(school: School, kind: str) -> ResponseReturnValue:
    job, page = _job(school, kind), max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    findings = quality.with_files(job.work.findings[(page - 1) * PER_PAGE:page * PER_PAGE])
    gate.record_reading(_children(findings), request.path)
    elsewhere = job.kind.elsewhere
    return render_template("pages/quality_work.html", school=school, job=job, findings=findings, page=page, first=(page - 1) * PER_PAGE + 1,
                           has_more=job.number > page * PER_PAGE, elsewhere=elsewhere if elsewhere and can(g.viewer, elsewhere.needs, school) else None)


@pages.get("/quality.csv")
@gate.needs(Action.SEE_QUALITY, "school")
def download_all(school: School) -> ResponseReturnValue:
    return _download(school, quality.survey(school).jobs, "all")


@pages.get("/quality/<kind>/list.csv")
@gate.needs(Action.SEE_QUALITY, "school")
def download(school: School, kind: str) -> ResponseReturnValue:
    return _download(school, [_job(school, kind)], kind)


def _job(school: School, kind: str) -> Job:
    return quality.work_of(school, quality.BY_KEY.get(kind) or abort(404))


def _children(findings: Iterable[Finding]) -> list[Pupil]:
    """The children about whom something is said."""
    numbers = dict.fromkeys(number for kind, number in (one.person for one in findings if one.person) if kind == "pupil")
    return [Pupil(id=number) for number in numbers]


def _download(school: School, jobs: list[Job], name: str) -> Response:
    Audit.write(me(), "downloaded data quality", school.code, school=school, after={"work": name, "rows": sum(job.number for job in jobs)})
    response = Response("".join(_csv(jobs)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"data-quality-{school.code}-{name}-{clock.today()}.csv")
    return response


def _csv(jobs: list[Job]) -> Iterator[str]:
    yield spreadsheet.MARK
    yield spreadsheet.row(COLUMNS)
    for job in jobs:
        for one in quality.with_files(job.work.findings):
            place = (one.source.file, *(str(number or "") for number in (one.source.row, one.source.drop)))
            yield spreadsheet.row((job.kind.title, one.about, one.ids, one.found, one.right, job.who_mends(one), *place))
