"""Hides how the national numbers of pupils are checked: the Scottish Candidate Number and England's Unique Pupil Number.

A wrong number is a remark for the office and nothing else: neither is a key, both get mistyped, and an SCN can stand twice.
"""

import re
from collections.abc import Callable

from stdnum.gb import upn

from glowlite import db
from glowlite.mis.report import NOTE, Problem, Report
from glowlite.mis.stage import Stage

# Eight digits, weighted, and a ninth that checks them (HESA c07051, field SCN; the first two are the year of issue).
SCN_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
# A letter, eleven digits and one more, which is a letter while the number is temporary (DfE, Common Basic Data Set P1).
UPN_SHAPE = re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]")


def scn_fault(text: str) -> str:
    """What is wrong with a Scottish Candidate Number, in a sentence; empty when its check digit is right."""
    if not re.fullmatch(r"\d{9}", text, re.ASCII):
        lost = " A zero at its front may have been lost in a spreadsheet." if re.fullmatch(r"\d{8}", text, re.ASCII) and not scn_fault(f"0{text}") else ""
        return f"A Scottish Candidate Number has nine digits.{lost}"
    check = 11 - sum(weight * int(digit) for weight, digit in zip(SCN_WEIGHTS, text, strict=False)) % 11
    if check == 10:
        return "No Scottish Candidate Number begins with these eight digits; one of them is mistyped."
    return "" if int(text[8]) == check % 11 else f"The check digit, the last of this Scottish Candidate Number, should be {check % 11}; a digit is mistyped."


def upn_fault(text: str) -> str:
    """What is wrong with a Unique Pupil Number, in a sentence; empty when its check letter is right. Temporary ones are right too."""
    number = upn.compact(text)
    if not UPN_SHAPE.fullmatch(number):
        return "A Unique Pupil Number is a letter and twelve digits; the last of these is a letter while the number is temporary."
    letter = upn.calc_check_digit(number)
    return "" if number[0] == letter else f"The check letter, the first of this Unique Pupil Number, should be {letter}; something in it is mistyped."


CHECKS: dict[str, Callable[[str], str]] = {"scn": scn_fault, "upn": upn_fault}


def note_faults(stage: Stage, report: Report) -> None:
    """Name the rows whose number is wrong, or stands a second time; each child is taken all the same."""
    staged = stage.staged.get("pupils")
    if staged is None:
        return
    for column in CHECKS.keys() & staged.given:
        first: dict[str, int] = {}
        rows = db.run(f"SELECT source_row, {column} FROM {staged.table} WHERE aside = 0 AND {column} IS NOT NULL ORDER BY source_row")
        for row, text in rows.fetchall():
            same = first.setdefault(text, row)
            fault = CHECKS[column](text) or (f"Row {same} has the same number, for another pupil. They stay two pupils." if same != row else "")
            if fault:
                report.add_row(Problem(staged.file, row, column, text, fault, NOTE))
