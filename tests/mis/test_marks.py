"""Session marks: they speak for their days, unknown codes are shown as such, and a year of them is compared, not rewritten."""

from collections.abc import Callable
from datetime import date

import pytest

from glowlite import attendance
from glowlite.mis.report import KEPT
from glowlite.models import Journal, Mark, Pupil, School
from tests.mis import bundles
from tests.mis.conftest import Load, adds_up, counts, said, total

STANDARD = ("0001,2026-11-16,AM,10", "0001,2026-11-16,PM,10", "0001,2026-11-17,AM,20", "0002,2026-11-16,AM,10")


def stand() -> dict[str, str]:
    rows = Mark.select(Mark, Pupil).join(Pupil).join(School).where(School.code == "glenbeg", Mark.gone.is_null())
    return {f"{row.pupil.mis_id} {row.day} {row.session}": row.code for row in rows}


def test_marks_are_made_once(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    assert len(stand()) == 4 and stand()["0001 2026-11-17 AM"] == "20"
    report = load({"marks.csv": str(bundles.marks(*STANDARD)["marks.csv"]) + "\n"})
    assert counts(report, "marks.csv") == {"rows": 4, "unchanged": 4} and not total(report)
    assert not Journal.select().where(Journal.drop == report.drop_id).exists()


def test_only_new_and_changed_marks_are_written(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    report = load(bundles.marks(*STANDARD[:2], "0001,2026-11-17,AM,10", STANDARD[3], "0001,2026-11-18,AM,10"))
    assert counts(report, "marks.csv") == {"rows": 5, "created": 1, "changed": 1, "unchanged": 3}
    assert Mark.select().where(Mark.drop == report.drop_id).count() == 2 and stand()["0001 2026-11-17 AM"] == "10"


def test_other_spellings_of_a_standing_mark_stand(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    report = load(bundles.marks("0001 ,16/11/2026,am,10", "0001,16.11.2026,Pm, 10", "0001,2026-11-17T00:00:00,AM,20", "0002,2026-11-16,AM,10,, "))
    assert counts(report, "marks.csv") == {"rows": 4, "unchanged": 4} and not report.problems


def test_marks_speak_only_for_their_days(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    report = load(bundles.marks("0001,2026-11-18,AM,10"))
    assert counts(report, "marks.csv") == {"rows": 1, "created": 1} and len(stand()) == 5


def test_a_mark_that_vanished_within_its_days_is_ended_and_comes_back(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    report = load(bundles.marks(STANDARD[0], STANDARD[2], STANDARD[3]))
    assert counts(report, "marks.csv") == {"rows": 3, "unchanged": 3, "gone": 1} and "0001 2026-11-16 PM" not in stand()
    back = load(bundles.marks(*STANDARD, ""))
    assert counts(back, "marks.csv") == {"rows": 4, "changed": 1, "unchanged": 3} and len(stand()) == 4


def test_a_mark_that_cannot_be_read_is_not_taken_for_vanished(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    report = load(bundles.marks(*STANDARD[:2], "0001,2026-11-17,AM,TOOLONG", STANDARD[3]))
    assert counts(report, "marks.csv") == {"rows": 4, "unchanged": 3, "set_aside": 1} and stand()["0001 2026-11-17 AM"] == "20"
    report = load(bundles.marks(*STANDARD[:3], "0002,16.11.26,AM,10"))
    assert report.total("gone") == 0 and len(stand()) == 4


def test_a_file_with_only_a_header_says_nothing_about_any_day(load: Load) -> None:
    load(bundles.marks(*STANDARD))
    assert load(bundles.marks()).status == KEPT and len(stand()) == 4


def test_an_unknown_code_is_kept_named_and_never_counted_absent(load: Load, glenbeg: School) -> None:
    report = load(bundles.marks(*STANDARD, "0002,2026-11-16,PM,ZZ"))
    assert said(report, "never as absent") == [("marks.csv", None, "code")] and stand()["0002 2026-11-16 PM"] == "ZZ"
    ben = Pupil.get(Pupil.school == glenbeg, Pupil.mis_id == "0002")
    morning, afternoon = attendance.marks([ben.id], (date(2026, 11, 16), date(2026, 11, 16)))[ben.id]
    assert afternoon.category == attendance.UNKNOWN and attendance.share([morning, afternoon]) == attendance.share([morning])


@pytest.mark.parametrize("row", [
    "0001,2026-11-16,XX,10", "0001,2026-11-16,,10", "0001,,AM,10", "0001,2026-11-16,AM,", "9999,2026-11-16,AM,10", "0001,2026-11-16"])
def test_a_mark_without_its_cells_is_set_aside(load: Load, row: str) -> None:
    report = load(bundles.marks(row))
    assert counts(report, "marks.csv") == {"rows": 1, "set_aside": 1} and not stand()


@pytest.mark.parametrize("standing", [(), STANDARD[:1], ("0001,2026-11-16,AM,20",), ("0001,2026-11-16,AM,30",)])
def test_of_marks_that_disagree_the_first_counts_whatever_stood_before(load: Load, standing: tuple[str, ...]) -> None:
    load(bundles.marks(*standing, "0003,2026-11-16,AM,10"))
    twice = bundles.marks("0001,2026-11-16,AM,10", "0001,2026-11-16,AM,20", "0001,2026-11-16,AM,10", "0003,2026-11-16,AM,10")
    report = load(twice)
    assert stand()["0001 2026-11-16 AM"] == "10" and adds_up(report)
    assert (said(report, "says otherwise")[0], counts(report, "marks.csv")["set_aside"]) == (("marks.csv", 3, None), 1)
    assert "0001 2026-11-16 AM" in str(next(problem.value for problem in report.problems if "otherwise" in problem.message))
    again = load({name: f"{content}\n" for name, content in twice.items()})
    assert not total(again) and counts(again, "marks.csv")["set_aside"] == 1


def test_a_whole_year_twice_in_one_file_is_one_year(load: Load) -> None:
    days = [f"0001,2026-{month:02}-{day:02},AM,10" for month in range(1, 11) for day in range(1, 29)]
    report = load(bundles.marks(*days, *days))
    assert counts(report, "marks.csv") == {"rows": 560, "created": 280, "unchanged": 280} and not said(report, "otherwise")


def test_thousands_of_bad_rows_make_a_short_report(load: Load) -> None:
    report = load(bundles.marks(*(f"{n},2026-11-16,AM,10" for n in range(3_000))))
    assert len(report.problems) < 220 and said(report, "More than 200 rows") and counts(report, "marks.csv")["set_aside"] == 3_000


def test_progress_is_told(load: Load) -> None:
    told: list[int] = []

    def started(rows: int) -> Callable[[int], None]:
        told.append(-rows)
        return told.append

    load(bundles.with_marks(), started=started)
    assert told[0] < 0 and sum(told[1:]) == 14
