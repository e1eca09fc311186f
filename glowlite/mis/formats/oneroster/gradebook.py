"""Hides how line items and results of OneRoster become homework and assessment results."""

import re
from functools import cached_property
from typing import NamedTuple

from glowlite.mis.formats import Sheet
from glowlite.mis.formats.oneroster.classes import Classes
from glowlite.mis.formats.oneroster.files import Record, word
from glowlite.mis.formats.oneroster.school import Row, School
from glowlite.mis.report import Problem
from glowlite.mis.rows import BY_NAME
from glowlite.mis.sessions import day
from glowlite.mis.telling import OF_OTHERS

DONE = "fullygraded"
STATES = {DONE: "fully graded", "exempt": "exempt", "notsubmitted": "not submitted", "partiallygraded": "partially graded", "submitted": "submitted"}
HOMEWORK = re.compile(r"home\s?-?\s?(work|learning)|hwk", re.IGNORECASE)
ASSIGNMENT = ["id", "group_id", "title", "details", "set_on", "due_on"]
ASSIGNMENT_CALLED = {"id": "sourcedid", "group_id": "classsourcedid", "title": "title", "details": "description", "set_on": "assigndate", "due_on": "duedate"}
RESULT = ["id", "pupil_id", "subject", "title", "day", "value", "out_of", "comment"]
RESULT_CALLED = {"id": "sourcedid", "pupil_id": "studentsourcedid", "day": "scoredate", "value": "score", "comment": "comment"}


class Item(NamedTuple):
    """What a line item says to its results."""

    title: str
    group: str
    out_of: str


class Gradebook:
    """The homework and the results of one school."""

    def __init__(self, school: School, classes: Classes) -> None:
        self.school, self.files, self.classes = school, school.files, classes
        self.unusable: dict[int, Problem | None] = {}

    def sheets(self) -> list[Sheet]:
        return [*self._assignments(), *self._results()]

    # --- homework ----------------------------------------------------------------------------------------

    def _assignments(self) -> list[Sheet]:
        file = self.files["lineitems"]
        if file is None:
            return []
        rows = [(number, self._assignment(row)) for number, row in file.rows() if self._is_mine(number, row) and self._is_homework(number, row)]
        here = {cells[0] for _, cells in rows}
        is_whole = self.files.is_whole("lineitems")
        ends = () if is_whole else [(number, (row["sourcedid"],)) for number, row in file.over() if row["sourcedid"] not in here]
        return [Sheet(BY_NAME["assignments"], file.table.name, ASSIGNMENT, rows, is_whole, ends, file.called(ASSIGNMENT_CALLED), file.unread)]

    def _assignment(self, row: Record) -> list[str]:
        set_on = day(row.get("assigndate", ""))
        return [row["sourcedid"], row["classsourcedid"], row["title"], row.get("description", ""), set_on, day(row.get("duedate", ""))]

    def _is_mine(self, number: int, row: Record) -> bool:
        if self.classes.is_elsewhere(row["classsourcedid"], row.get("schoolsourcedid", "")):
            self.school.mention("lineitems", number, OF_OTHERS)
            return False
        return True

    def _is_homework(self, number: int, row: Record) -> bool:
        """Where the school has a category for homework, only what is in it; otherwise everything that was set."""
        if not self._homework or row.get("categorysourcedid", "") in self._homework:
            return True
        self.school.mention("lineitems", number, "Line items in other categories than homework, of which families see the results only")
        return False

    @cached_property
    def _homework(self) -> set[str]:
        return {row["sourcedid"] for _, row in self.files.rows("categories") if HOMEWORK.search(row["title"])}

    # --- results -----------------------------------------------------------------------------------------

    def _results(self) -> list[Sheet]:
        file = self.files["results"]
        if file is None:
            return []
        rows, unfinished = [], []
        for number, row in file.rows():
            if self._is_elsewhere(row):
                self.school.mention("results", number, OF_OTHERS)
            elif number in file.out_of_step or self._is_finished(number, row):
                rows.append(self._result(number, row))
            elif not self._is_state(row):
                rows += self._standing(number, row)
            else:
                unfinished.append((number, (row["sourcedid"],)))
        here = {cells[0] for _, cells in rows}
        is_whole = self.files.is_whole("results")
        over = [*unfinished, *((number, (row["sourcedid"],)) for number, row in file.over())]
        ends = () if is_whole else [(number, key) for number, key in over if key[0] not in here]
        return [Sheet(BY_NAME["results"], file.table.name, RESULT, rows, is_whole, ends, file.called(RESULT_CALLED), self.unusable | file.unread)]

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {row["sourcedid"]: Item(row["title"], row["classsourcedid"], _plain_number(row.get("resultvaluemax", "")))
                for _, row in self.files.rows("lineitems")}

    def _is_elsewhere(self, row: Record) -> bool:
        item = self._items.get(row["lineitemsourcedid"])
        return self.classes.is_elsewhere(item.group if item else row.get("classsourcedid", ""))

    def _is_state(self, row: Record) -> bool:
        return word(row["scorestatus"]) in ("", *STATES)

    def _standing(self, number: int, row: Record) -> list[Row]:
        """What stands of a result whose state nobody knows: a word misspelt takes nothing away."""
        self.school.set_aside("results", number, "scoreStatus", row["scorestatus"], f"This is none of {', '.join(sorted(STATES.values()))}.")
        standing = self.school.on_record.rows("results").get((row["sourcedid"],))
        return [(number, [standing[column] for column in RESULT])] if standing else []

    def _is_finished(self, number: int, row: Record) -> bool:
        """May a family see it: graded to the end, and with something to see?"""
        if not self._is_state(row):
            return False
        if word(row["scorestatus"]) != DONE or row.get("inprogress", "").lower() == "true":
            self.school.mention("results", number, "Results not shown, as they are not fully graded (exempt, not submitted, still being marked)")
            return False
        if not row.get("score") and not row.get("textscore"):
            self.school.mention("results", number, "Results not shown, as they are graded without a score")
            return False
        return True

    def _result(self, number: int, row: Record) -> Row:
        item = self._items.get(row["lineitemsourcedid"])
        group = self.classes.said_of(item.group if item else row.get("classsourcedid", ""))
        standing = {} if item else self.school.on_record.rows("results").get((row["sourcedid"],), {})
        if not item and not standing:
            message = "There is no such line item in lineItems.csv, so nobody knows what this result is of. The row is set aside."
            self.unusable[number] = Problem(self._table, number, "lineItemSourcedId", row["lineitemsourcedid"], message)
        said = {"id": row["sourcedid"], "pupil_id": row["studentsourcedid"], "day": day(row.get("scoredate", "")),
                "value": _plain_number(row.get("score", "")) or row.get("textscore", ""), "comment": row.get("comment", "")}
        if item:
            said |= {"title": item.title, "out_of": item.out_of if row.get("score") else "", "subject": group.get("subject") or group.get("name", "")}
        return number, [(standing | said).get(column, "") for column in RESULT]

    @property
    def _table(self) -> str:
        file = self.files["results"]
        return file.table.name if file else "results.csv"


def _plain_number(cell: str) -> str:
    """30.0 is 30."""
    return re.sub(r"^(-?\d+)\.0+$", r"\1", cell)
