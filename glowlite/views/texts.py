"""Comments on conduct that name another child: which words, a wording without them, the same as CSV for the MIS, and saying that one names nobody."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import clock, db, gate, naming, spreadsheet
from glowlite.models import Audit, Conduct, Pupil, School
from glowlite.naming import Found, Piece
from glowlite.policy import Action
from glowlite.views.base import me

pages = Blueprint("texts", __name__, url_prefix="/schools/<int:school>/quality")

PER_PAGE = 15
NAMED = 3  # of those whom a word may mean; the words themselves are marked
COLUMNS = ("entry id", "pupil id", "pupil", "day", "written by", "comment", "proposed comment", "words that name another child")


class Text(NamedTuple):
    """One entry. pieces: its comment, with the words that name another child apart. meant: each of these words, and whom it may mean."""

    entry: Conduct
    pieces: list[Piece]
    proposed: str
    meant: list[tuple[str, str]]

    @property
    def writer(self) -> str:
        return self.entry.staff.name if self.entry.staff else ""


@pages.get("/comments")
@gate.needs(Action.SEE_QUALITY, "school")
def of_school(school: School) -> ResponseReturnValue:
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    entries = naming.naming_others(school)
    texts = _texts(school, entries.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    gate.record_reading(_children(texts), request.path)
    count = entries.count()
    return render_template("pages/texts.html", school=school, texts=texts, page=page, count=count, has_more=count > page * PER_PAGE)


@pages.get("/comments.csv")
@gate.needs(Action.SEE_QUALITY, "school")
def download(school: School) -> ResponseReturnValue:
    texts = _texts(school, naming.naming_others(school))
    gate.record_reading(_children(texts), request.path)
    Audit.write(me(), "downloaded comments", school.code, school=school, after={"comments": len(texts)})
    response = Response("".join(_csv(texts)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"comments-{school.code}-{clock.today()}.csv")
    return response


@pages.post("/comments/<int:number>/clear")
@gate.needs(Action.SEE_QUALITY, "school")
def clear(school: School, number: int) -> ResponseReturnValue:
    with db.write_lock():
        entry = naming.one_naming_others(school, number) if number <= gate.LARGEST_ID else None
        if entry is None:
            abort(404)
        naming.clear(me(), entry)
    flash(f"Written down: this comment about {entry.pupil.name} names nobody else. If its words change in the MIS, it is looked at again.")
    return redirect(url_for("texts.of_school", school=school.id), 303)


def _texts(school: School, entries: Iterable[Conduct]) -> list[Text]:
    roster, read = naming.roster_of(school), list(entries)
    found = [naming.find(entry.comment, entry.pupil_id, roster) for entry in read]
    names = _names({number for some in found for one in some for number in one.whom[:NAMED]})
    return [Text(entry, list(naming.pieces(entry.comment, some)), naming.proposed(entry.comment, some), [(one.words, _whom(one, names)) for one in some])
            for entry, some in zip(read, found, strict=True)]


def _children(texts: list[Text]) -> list[Pupil]:
    """Each once, whoever has several entries."""
    return list({text.entry.pupil_id: text.entry.pupil for text in texts}.values())


def _names(numbers: set[int]) -> dict[int, str]:
    rows = Pupil.select(Pupil.id, Pupil.forename, Pupil.known_as, Pupil.surname, Pupil.registration).where(Pupil.id.in_(list(numbers)))
    return {row.id: f"{row.name} ({row.registration})" if row.registration else row.name for row in rows}


def _whom(one: Found, names: dict[int, str]) -> str:
    listed = " or ".join(names[number] for number in one.whom[:NAMED])
    return f"{one.how}: {listed}{' or somebody else' if len(one.whom) > NAMED else ''}"


def _csv(texts: list[Text]) -> Iterator[str]:
    yield spreadsheet.MARK
    yield spreadsheet.row(COLUMNS)
    for text in texts:
        entry = text.entry
        yield spreadsheet.row((entry.mis_id, entry.pupil.mis_id, entry.pupil.name, f"{entry.day:%d/%m/%Y}", text.writer, entry.comment, text.proposed,
                               ", ".join(words for words, _ in text.meant)))
