"""Hides how files that are not one child a row become such: blocks with the child named once, rows of pupils and of parents mixed, grids of marks."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from glowlite.mis.captions.unravel import Reading
from glowlite.mis.captions.week_grid import MARK, MONDAY, NO_WEEK, Grid
from glowlite.mis.report import NOTE, Problem, Report

ROLE, CHILD = "pupils.role", "pupils.child"
PUPIL_WORDS = re.compile(r"(pupil|student|child|learner|young person)s?")
ADULT_WORDS = re.compile(r"((emergency )?contact|parent|guardian|carer|parent ?/ ?(carer|guardian)|mother|father|mum|dad|relative)s?")
# What stands in a column of names or numbers is the adult's in a row of an adult.
OF_ADULT = {"pupils.id": "contacts.id", "pupils.forename": "contacts.forename", "pupils.surname": "contacts.surname", "pupils.name": "contacts.name"}

Rows = Iterable[tuple[int, list[str]]]


def role(cell: str) -> str:
    """pupil or adult, going by a word for a role; "" for any other, such as a member of staff."""
    word = " ".join(cell.casefold().split())
    return "pupil" if PUPIL_WORDS.fullmatch(word) else "adult" if ADULT_WORDS.fullmatch(word) else ""


def readings(reading: Reading, captions: list[str], *, below: bool, monday: date | None, report: Report) -> list[Reading]:
    """The file as readings with one child a row.

    captions: of its columns, as they are written. below: a row without a child belongs to the child above it. monday: of the week its title names.
    """
    if below:
        reading = reading._replace(rows=list(_filled(reading)))
    if ROLE in reading.targets:
        return _by_role(reading, report)
    return [_marks(reading, captions, monday, report)] if MARK in reading.targets else [reading]


def _filled(reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with its child: one without any cell of a child takes those of the row above; of a row out of step nobody does."""
    places = [place for place, target in enumerate(reading.targets) if target.startswith("pupils.")]
    above: list[str] | None = None
    for number, row in reading.rows:
        cells = row + [""] * (len(reading.targets) - len(row))
        if any(cells[place].strip() for place in places):
            above = None if reading.is_out_of_step(row) else cells
        elif above:
            for place in places:
                cells[place] = above[place]
        yield number, cells


def _by_role(reading: Reading, report: Report) -> list[Reading]:
    """Pupils and adults apart. What a pupil's row says of contacts, and an adult's of classes, is nobody's and is left out.

    Who may not see a child is an adult, whatever the role is called: “Father (no contact)” must not be overlooked.
    """
    at, child_at = reading.targets.index(ROLE), reading.targets.index(CHILD) if CHILD in reading.targets else len(reading.targets)
    found: dict[str, list[tuple[int, list[str]]]] = {"pupil": [], "adult": [], "": []}
    for number, row in reading.rows:
        is_restricted = any(cell.strip() for cell in row[child_at:child_at + 1]) and reading.takes_away(row)
        found[role(row[at] if at < len(row) else "") or ("adult" if is_restricted else "")].append((number, row))
    _say_who_was_left_alone(reading, at, found[""], report)
    pupils = [target if target.startswith("pupils.") and target not in (ROLE, CHILD) else "" for target in reading.targets]
    adults = [_of_adult(target) for target in reading.targets]
    if found["adult"] and "pupils.id" not in adults:
        report.note(reading.file, "No column says which child the adults in this file belong to, so it is not known whose parents they are.")
    return [reading._replace(targets=pupils, rows=found["pupil"]), reading._replace(targets=adults, rows=found["adult"])]


def _of_adult(target: str) -> str:
    if target == CHILD:
        return "pupils.id"
    return target if target.startswith(("contacts.", "links.")) else OF_ADULT.get(target, "")


def _say_who_was_left_alone(reading: Reading, at: int, rows: list[tuple[int, list[str]]], report: Report) -> None:
    for number, row in rows:
        word = row[at].strip() if at < len(row) else ""
        if word:
            report.add_row(Problem(reading.file, number, None, word, "This is neither a pupil nor a parent or contact; the row was left alone.", NOTE))
        else:
            report.count(reading.file, "rows")
            report.count(reading.file, "set_aside")
            report.add_row(Problem(reading.file, number, None, None, "This row does not say whether it is a pupil or a parent. It is set aside."))


def _marks(reading: Reading, captions: list[str], monday: date | None, report: Report) -> Reading:
    grid = Grid(reading.targets, captions, monday)
    targets = ["" if target in (MARK, MONDAY) else target for target in reading.targets] + ["marks.day", "marks.session", "marks.code"]
    if grid.needs_week:
        report.brake(reading.file, NO_WEEK)
        return reading._replace(targets=targets, rows=[])
    return reading._replace(targets=targets, rows=grid.rows(reading.rows))
