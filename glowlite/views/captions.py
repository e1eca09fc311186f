"""What the captions of a school's reports mean: explaining a held drop column by column, and the maps that are kept and shared."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from glowlite import gate, mis
from glowlite.mis import captions
from glowlite.mis.captions import Layout, NotAMap, explaining
from glowlite.mis.captions.guess import Guess, Proposal
from glowlite.mis.report import DRY_RUN, HELD, Report
from glowlite.models import CaptionMap, Drop, School
from glowlite.policy import Action
from glowlite.views.base import me, without_nul

pages = Blueprint("captions", __name__, url_prefix="/schools/<int:school>")

MOST_FORM_BYTES = 2_000_000
NOUNS = {"pupils": "Child", "contacts": "Contact", "links": "Contact", "staff": "Staff", "groups": "Class", "periods": "Timetable", "lessons": "Timetable",
         "marks": "Attendance", "conduct": "Achievement and behaviour", "results": "Results"}
NOT_SURE = "A column that decides who may see a child has been chosen. Look at it once more, and tick the box at the end if it is right."


@dataclass
class Line:
    """One column on the page: what GlowLite thinks of it, what stands in it, and what has been said."""

    place: int
    guess: Guess
    cells: list[str]
    said: str

    @property
    def decides(self) -> str:
        """What it says about access, in words; "" for other columns."""
        target = self.guess.suspect or self.said
        return captions.in_words(target) if target and captions.decides_access(target) else ""


@dataclass
class Sheet:
    """One file on the page."""

    place: int
    proposal: Proposal
    name: str
    whole: bool = False
    below: bool = False
    said: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[Line]:
        rows = self.proposal.rows
        cells = [[row[place] for row in rows if place < len(row) and row[place].strip()] for place in range(len(self.proposal.guesses))]
        return [Line(place, guess, ["(not shown)"] if "password" in guess.caption.lower() else cells[place], self.said.get(guess.caption, ""))
                for place, guess in enumerate(self.proposal.guesses) if guess.caption]

    def layout(self) -> Layout:
        return explaining.said(self.proposal, self.said, whole=self.whole, name=self.name, below=self.below)


# --- a held drop ------------------------------------------------------------------------------------------


@pages.get("/drops/<int:number>/captions")
@gate.needs(Action.LOAD_DROPS, "school")
def ask(school: School, number: int) -> ResponseReturnValue:
    drop = _held(school, number)
    sheets = [_proposed(place, one) for place, one in enumerate(explaining.questions(drop, _waiting_room()))]
    return _asked(school, drop, sheets)


@pages.post("/drops/<int:number>/captions")
@gate.needs(Action.LOAD_DROPS, "school", most_bytes=MOST_FORM_BYTES)
def answer(school: School, number: int) -> ResponseReturnValue:
    drop = _held(school, number)
    sheets = [_said(place, one) for place, one in enumerate(explaining.questions(drop, _waiting_room()))]
    try:
        layouts = _sure([sheet.layout() for sheet in sheets])
    except NotAMap as problem:
        return _asked(school, drop, sheets, str(problem)), 422
    explaining.keep(drop, [sheet.proposal for sheet in sheets], layouts, by=me().username)
    return _tried(school, drop, mis.again(drop, by=me().username, waiting_room=_waiting_room(), keep=False))


@pages.post("/drops/<int:number>/captions/load")
@gate.needs(Action.LOAD_DROPS, "school")
def load(school: School, number: int) -> ResponseReturnValue:
    drop = _held(school, number)
    report = mis.again(drop, by=me().username, waiting_room=_waiting_room())
    return redirect(url_for("drops.drop", school=school.id, number=report.drop_id or drop.id), 303)


# --- the maps of a school ---------------------------------------------------------------------------------


@pages.get("/drops/captions")
@gate.needs(Action.LOAD_DROPS, "school")
def of_school(school: School) -> ResponseReturnValue:
    return _maps(school)


@pages.post("/drops/captions")
@gate.needs(Action.LOAD_DROPS, "school")
def take_over(school: School) -> ResponseReturnValue:
    file = request.files.get("file")
    try:
        layouts = _sure(captions.read(file.read(captions.MOST_BYTES + 1) if file else b""))
    except NotAMap as problem:
        return _maps(school, str(problem)), 422
    for layout in layouts:
        captions.keep(school, layout, by=me().username)
    flash(f"Kept: {', '.join(layout.name for layout in layouts)}.")
    return redirect(url_for("captions.of_school", school=school.id), 303)


@pages.get("/drops/captions/file")
@gate.needs(Action.LOAD_DROPS, "school")
def hand_over(school: School) -> ResponseReturnValue:
    text = captions.written(captions.of_school(school) or captions.shipped())
    return Response(text, mimetype="application/json", headers={"Content-Disposition": f"attachment; filename={school.code}-caption-maps.json"})


@pages.post("/drops/captions/<int:number>/end")
@gate.needs(Action.LOAD_DROPS, "school")
def end(school: School, number: int) -> ResponseReturnValue:
    row = next((row for row in captions.in_force(school) if row.id == number), None) or abort(404)
    captions.end(row, by=me().username)
    flash(f"“{row.name}” is no longer used. A file like that waits for you again.")
    return redirect(url_for("captions.of_school", school=school.id), 303)


# --- what they share --------------------------------------------------------------------------------------


def _waiting_room() -> Path:
    return current_app.config["GLOWLITE"].waiting_room


def _held(school: School, number: int) -> Drop:
    """A drop that waits and is of this kind, or 404."""
    found = school.drops.where(Drop.id == number, Drop.status == HELD).first() if number <= gate.LARGEST_ID else None
    return found if found and explaining.waits(found, _waiting_room()) else abort(404)


def _proposed(place: int, proposal: Proposal) -> Sheet:
    """What GlowLite proposes for one file; name and reach are those of the map of the school that it is like."""
    name, whole, below = (proposal.like.name, proposal.like.whole, proposal.like.below) if proposal.like else (proposal.file, False, False)
    return Sheet(place, proposal, name, whole, below, {guess.caption: guess.target for guess in proposal.guesses})


def _said(place: int, proposal: Proposal) -> Sheet:
    """What the form says of one file."""
    said = {guess.caption: (without_nul(request.form.get(f"c-{place}-{column}")) or "")[:80] for column, guess in enumerate(proposal.guesses) if guess.caption}
    name = (without_nul(request.form.get(f"name-{place}")) or proposal.file)[:captions.LONGEST_NAME]
    whole, below = (request.form.get(f"{tick}-{place}") == "yes" for tick in ("whole", "below"))
    return Sheet(place, proposal, name, whole, below, said)


def _sure(layouts: list[Layout]) -> list[Layout]:
    """The same, or NotAMap: whoever says that a column decides about access says so expressly."""
    if any(captions.decides_access(target) for layout in layouts for target in layout.captions.values() if target) and request.form.get("sure") != "yes":
        raise NotAMap(NOT_SURE)
    return layouts


def _asked(school: School, drop: Drop, sheets: list[Sheet], message: str = "") -> str:
    return render_template("pages/captions.html", school=school, drop=drop, sheets=sheets, message=message, choices=_choices(sheets))


def _choices(sheets: list[Sheet]) -> dict[str, list[tuple[str, str]]]:
    """Heading -> (target, words): what can be said of a column; contacts again for each that a row may hold."""
    numbered = [int(target.partition("#")[2]) for sheet in sheets for target in sheet.said.values() if target.partition("#")[2].isdigit()]
    blocks = ["", *map(str, range(1, min(max(numbered, default=1) + 2, max(captions.BLOCKS) + 1)))]
    found: dict[str, list[tuple[str, str]]] = {}
    for block in blocks:
        for target in captions.targets():
            noun = target.partition(".")[0]
            if block and noun not in captions.BLOCK_NOUNS:
                continue
            heading = f"Contact {block}" if block else NOUNS[noun]
            warning = " (decides who may see a child)" if captions.decides_access(target) else ""
            found.setdefault(heading, []).append((f"{target}#{block}" if block else target, f"{captions.column_in_words(target)}{warning}"))
    return found


def _tried(school: School, drop: Drop, report: Report) -> str:
    """What it would mean to load the drop by the answers that were just kept."""
    is_fine = report.status == DRY_RUN
    return render_template("pages/captions_tried.html", school=school, drop=drop, report=report, is_fine=is_fine, files=report.as_json()["files"],
                           reasons=[one for one in report.problems if one.weight in ("stop", "brake")],
                           remarks=[one for one in report.problems if one.weight not in ("stop", "brake")])


def _maps(school: School, message: str = "") -> str:
    rows: list[CaptionMap] = captions.in_force(school)
    return render_template("pages/caption_maps.html", school=school, rows=rows, shipped=captions.shipped(), message=message, in_words=captions.in_words,
                           layout_of=captions.layout_of, decides=captions.decides_access)
