"""Who did what at a school: filters, pages, and the same as CSV."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from peewee import ModelSelect

from glowlite import clock, gate, logbook, spreadsheet
from glowlite.logbook import Line
from glowlite.models import Audit, School, User
from glowlite.policy import Action
from glowlite.views.base import me

pages = Blueprint("audit", __name__, url_prefix="/schools/<int:school>")

PER_PAGE = 50
LISTED = 12  # of a long list, on the page; the CSV has all
COLUMNS = ("when", "user name", "name", "what", "about", "before", "after")


class Filter(NamedTuple):
    """What the reader wants to see, as typed; a date that is none is left out."""

    person: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def query(self) -> dict[str, str]:
        """The same for an address."""
        words = {"person": self.person, "action": self.action, "from": self.first, "to": self.last}
        return {name: str(value) for name, value in words.items() if value}


@pages.get("/audit")
@gate.needs(Action.SEE_AUDIT, "school")
def log(school: School) -> ResponseReturnValue:
    wanted, page = _filter(), max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    rows = list(_rows(school, wanted).limit(PER_PAGE + 1).offset((page - 1) * PER_PAGE))
    return render_template("pages/audit.html", school=school, wanted=wanted, page=page, rows=[Line.of(row, LISTED) for row in rows[:PER_PAGE]],
                           has_more=len(rows) > PER_PAGE, actions=_actions(school), query=wanted.query)


@pages.get("/audit.csv")
@gate.needs(Action.SEE_AUDIT, "school")
def download(school: School) -> ResponseReturnValue:
    wanted = _filter()
    Audit.write(me(), "downloaded audit", school.code, school=school, after=wanted.query)
    response = Response("".join(_csv(_rows(school, wanted))), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"audit-{school.code}-{clock.today()}.csv")
    return response


def _filter() -> Filter:
    asked = {name: value.replace("\0", "") for name, value in request.args.items()}  # PostgreSQL takes no zero byte
    return Filter(asked.get("person", "").strip()[:80], asked.get("action", "")[:60], _day(asked.get("from", "")), _day(asked.get("to", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- the rows ---------------------------------------------------------------------------------------------


def _rows(school: School, wanted: Filter) -> ModelSelect:
    rows = logbook.rows(school)
    if wanted.person:
        rows = rows.where(Audit.actor_name.contains(wanted.person) | User.name.contains(wanted.person) | Audit.subject.contains(wanted.person))
    if wanted.action:
        rows = rows.where(Audit.action == wanted.action)
    if wanted.first:
        rows = rows.where(Audit.at >= _midnight(wanted.first))
    if wanted.last:
        rows = rows.where(Audit.at < _midnight(wanted.last, days=1))
    return rows.order_by(Audit.at.desc(), Audit.id.desc())


def _midnight(day: date, days: int = 0) -> datetime:
    """Where the school is; the first and last days that a calendar knows are as far as it goes."""
    day = min(max(day, date(1900, 1, 1)), date(2999, 12, 30)) + timedelta(days=days)
    return clock.stored(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - London time, as `stored` takes it


def _actions(school: School) -> list[str]:
    return [action for (action,) in Audit.select(Audit.action).where(logbook.written_for(school)).distinct().order_by(Audit.action).tuples()]


# --- CSV --------------------------------------------------------------------------------------------------


def _csv(rows: ModelSelect) -> Iterator[str]:
    yield spreadsheet.MARK
    yield spreadsheet.row(COLUMNS)
    for row in rows.iterator():
        line = Line.of(row)
        yield spreadsheet.row((f"{clock.local(line.at):%d/%m/%Y %H:%M:%S}", line.username, line.name, line.action, line.subject,
                               _joined(line.before), _joined(line.after)))


def _joined(facts: list[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {words}" if name else words for name, words in facts)
