"""What was loaded from the MIS: sending files, trying them first, the report of each drop, and letting in what waits."""

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Self

from flask import Blueprint, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from glowlite import gate, mis, quality
from glowlite.folder import late
from glowlite.mis.captions import explaining
from glowlite.mis.impact import NOTHING, Impact, NewYear, who_can_release
from glowlite.mis.report import BRAKE, HELD, REFUSED, STOP, UNDONE, Report
from glowlite.mis.shut_again import left_shut
from glowlite.mis.undo import newest
from glowlite.mis.waiting import newest_since, outcomes
from glowlite.models import Audit, Drop, School
from glowlite.models import Problem as Remark
from glowlite.policy import Action, can

pages = Blueprint("drops", __name__, url_prefix="/schools/<int:school>/drops")

MOST_BYTES = 120_000_000
NEWEST = 50


class NotSent(Exception):
    """Nothing that can be loaded was sent; the message says what would be right."""


@dataclass
class Sheet:
    """What a page says about one drop, whether it has just run or lies in the history."""

    status: str
    format: str | None
    files: list[dict[str, Any]]
    problems: list[Any]
    impact: Impact = NOTHING
    drop: Drop | None = None
    access: dict[str, int] = field(default_factory=dict)
    new_year: NewYear | None = None
    strangers: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of_report(cls, report: Report, drop: Drop | None) -> Self:
        as_json = report.as_json()
        return cls(report.status, report.format, as_json["files"], report.problems, report.impact, drop, as_json["access"], report.new_year,
                   report.strangers)

    @classmethod
    def of_drop(cls, drop: Drop) -> Self:
        """As it was written down; an older one has the names of those who gained or lost access in the audit."""
        report = drop.report
        impact = Impact.of_json(report["impact"]) if "impact" in report else _impact_in_the_audit(drop)
        new_year = NewYear.of_json(report["new_year"]) if "new_year" in report else None
        problems = list(drop.problems.order_by(Remark.id))
        return cls(drop.status, drop.format, report.get("files", []), problems, impact, drop, _counts(report.get("access", {})), new_year,
                   report.get("strangers", []))

    @property
    def reasons(self) -> list[Any]:
        """Why it waits or was refused."""
        return [problem for problem in self.problems if problem.weight in (BRAKE, STOP)]

    @property
    def explained(self) -> list[Any]:
        """The reasons that are no more than the new school year."""
        return [problem for problem in self.reasons if self.new_year and problem.message in self.new_year.explained]

    @property
    def remarks(self) -> list[Any]:
        return [problem for problem in self.problems if problem not in self.reasons]


def _impact_in_the_audit(drop: Drop) -> Impact:
    told = Audit.select(Audit.after).where(Audit.school == drop.school, Audit.subject == f"drop {drop.id}", Audit.after.is_null(False))
    names: dict[str, Any] = {}
    for row in told.order_by(Audit.id):
        names |= json.loads(row.after)
    gained, lost = (names[what] if isinstance(names.get(what), list) else [] for what in ("gained", "lost"))
    return Impact(gained, lost, [])


def _counts(access: dict[str, Any]) -> dict[str, int]:
    return {what: len(value) if isinstance(value, list) else value for what, value in access.items()}


@pages.get("")
@gate.needs(Action.SEE_DROPS, "school")
def history(school: School) -> ResponseReturnValue:
    return _history(school)


@pages.post("")
@gate.needs(Action.LOAD_DROPS, "school", most_bytes=MOST_BYTES)
def send(school: School) -> ResponseReturnValue:
    keep = request.form.get("then") == "load"
    with tempfile.TemporaryDirectory(prefix="glowlite-drop-") as folder:
        try:
            path = _saved(request.files.getlist("files"), Path(folder))
        except NotSent as problem:
            return _history(school, str(problem)), 422
        report = mis.load(path, school.code, by=current_user.username, keep=keep, waiting_room=_waiting_room())
    return _told(school, report, is_trial=not keep)


@pages.get("/<int:number>")
@gate.needs(Action.SEE_DROPS, "school")
def drop(school: School, number: int) -> ResponseReturnValue:
    return _page(school, Sheet.of_drop(_drop(school, number)))


@pages.post("/<int:number>/release")
@gate.needs(Action.LOAD_DROPS, "school")
def release(school: School, number: int) -> ResponseReturnValue:
    held = _drop(school, number)
    if held.status != HELD or not (_waiting_room() / str(held.id)).is_dir():
        abort(404)
    same = {one["key"] for one in held.report.get("strangers", [])} & set(request.form.getlist("same"))
    return _told(school, mis.release(held, by=current_user.username, waiting_room=_waiting_room(), same=same))


def _waiting_room() -> Path:
    return current_app.config["GLOWLITE"].waiting_room


def _drop(school: School, number: int) -> Drop:
    found = school.drops.where(Drop.id == number).first() if number <= gate.LARGEST_ID else None
    return found or abort(404)


def _saved(files: list[FileStorage], folder: Path) -> Path:
    """Write what was sent into an empty folder; a zip alone is read as a zip."""
    sent = [(PurePosixPath((file.filename or "").replace("\\", "/")).name, file) for file in files if file.filename]
    if not sent:
        raise NotSent("No file was chosen. Choose the zip from your MIS, or all of its CSV files at once.")
    zips = [name for name, _ in sent if name.lower().endswith(".zip")]
    if zips and len(sent) > 1:
        raise NotSent("Send either one zip or several CSV files, not both together.")
    for position, (name, file) in enumerate(sent):
        file.save(folder / (name.lstrip(".")[-120:] or f"file-{position}"))
    return folder / (zips[0].lstrip(".")[-120:]) if zips else folder


def _told(school: School, report: Report, *, is_trial: bool = False) -> ResponseReturnValue:
    """The report of a load that has just run."""
    quality.after_drop(school.code, report)
    drop = Drop.get_or_none(Drop.id == report.drop_id) if report.drop_id else None
    return _page(school, Sheet.of_report(report, drop), is_trial), 422 if report.status == REFUSED else 200


def _page(school: School, sheet: Sheet, is_trial: bool = False) -> str:
    may_load = can(g.viewer, Action.LOAD_DROPS, school)
    waits = sheet.drop is not None and sheet.status == HELD and (_waiting_room() / str(sheet.drop.id)).is_dir()
    by_name = can(g.viewer, Action.FIND_PEOPLE, school)  # rows of the MIS speak of children; who may not find them is told how many
    releasers = who_can_release(school) if sheet.status == HELD else []
    overtaken = newest_since(sheet.drop) if sheet.drop is not None and sheet.status == HELD else None
    has_captions = sheet.drop is not None and explaining.waits(sheet.drop, _waiting_room())
    is_unread = has_captions and not sheet.files  # what it would mean is not known yet
    may_decide = may_load and overtaken is None
    shut = left_shut(sheet.drop) if sheet.drop is not None and sheet.status == UNDONE else []
    return render_template("pages/drop.html", school=school, sheet=sheet, may_release=may_decide and waits and not is_unread,
                           may_explain=may_decide and has_captions, is_trial=is_trial, by_name=by_name, overtaken=overtaken, is_unread=is_unread,
                           releasers=releasers, left_shut=shut, may_undo=may_load and sheet.drop is not None and sheet.drop == newest(school))


def _history(school: School, message: str = "") -> str:
    drops = list(school.drops.order_by(Drop.id.desc()).limit(NEWEST))
    return render_template("pages/drops.html", school=school, drops=drops, outcomes=outcomes(drops), message=message,
                           may_load=can(g.viewer, Action.LOAD_DROPS, school), may_set=can(g.viewer, Action.SET_DROPS, school),
                           may_name=can(g.viewer, Action.SET_CODES, school),
                           late=late.late_ones([school]).get(school.id), megabytes=MOST_BYTES // 1_000_000)
