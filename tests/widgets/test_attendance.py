"""What marks mean: words, categories, the percentage, and the sentences about today."""

import csv
from datetime import date
from pathlib import Path

import pytest

from glowlite import attendance
from glowlite.attendance import COUNTED, SIGNS, UNKNOWN, Half, Share

TUESDAY, WEDNESDAY = date(2026, 11, 10), date(2026, 11, 11)
CODES = Path(attendance.__file__).parent / "codes"


def half(category, day=TUESDAY, session="AM", code="10", words="In school"):
    return Half(1, day, session, code, words, category)


def table(name):
    with (CODES / f"{name}.csv").open(newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def test_late_and_approved_count_as_in_school():
    marks = [half("present"), half("late"), half("approved"), half("authorised"), half("unauthorised")]
    assert attendance.share(marks) == Share(3, 5)


def test_unknown_and_not_required_are_left_out_of_the_percentage():
    assert attendance.share([half("present"), half(UNKNOWN), half("not-required")]) == Share(1, 1)


@pytest.mark.parametrize(("present", "possible", "percent"),
                         [(118, 123, 96), (999, 1000, 99), (1000, 1000, 100), (0, 3, 0), (0, 0, None)])
def test_the_percentage_is_a_hundred_only_when_nothing_was_missed(present, possible, percent):
    assert Share(present, possible).percent == percent


def test_a_code_the_table_does_not_have_is_not_yet_known(pupil, mark):
    mark(TUESDAY, "AM", "Q7")
    (found,) = attendance.marks([pupil.id], (TUESDAY, TUESDAY))[pupil.id]
    assert (found.category, found.words) == (UNKNOWN, "not yet known (code Q7)")


def test_a_retired_code_means_something_only_until_it_was_retired(pupil, mark):
    mark(date(2024, 6, 3), "AM", "H")
    mark(TUESDAY, "AM", "H")
    found = attendance.marks([pupil.id], (date(2024, 1, 1), TUESDAY))[pupil.id]
    assert [half.category for half in found] == ["authorised", UNKNOWN]


def test_only_marks_that_stand_of_the_children_asked_for_within_the_days_asked_for(pupil, mark):
    mark(TUESDAY, "AM", "10")
    mark(TUESDAY, "PM", "10", gone=WEDNESDAY)
    mark(date(2026, 9, 1), "AM", "10")
    assert len(attendance.marks([pupil.id], (TUESDAY, WEDNESDAY))[pupil.id]) == 1
    assert attendance.marks([pupil.id + 1], (TUESDAY, WEDNESDAY)) == {}


def test_several_spans_of_days_are_read_together(pupil, mark):
    for day in (TUESDAY, WEDNESDAY, date(2026, 9, 1)):
        mark(day, "AM", "10")
    assert len(attendance.marks([pupil.id], (TUESDAY, TUESDAY), (date(2026, 9, 1), date(2026, 9, 2)))[pupil.id]) == 2


def test_the_same_mark_morning_and_afternoon_is_one_spell():
    sick = [half("authorised", session=session, code="30", words="Sickness") for session in ("AM", "PM")]
    late = half("late", WEDNESDAY, code="11", words="Late")
    found = [(spell.day, spell.when) for spell in attendance.spells([*sick, late])]
    assert found == [(WEDNESDAY, "morning"), (TUESDAY, "all day")]


def test_plain_presence_is_no_spell():
    assert attendance.spells([half("present")]) == []


def test_words_that_occur_are_listed_with_their_days():
    marks = [half("present"), half("present", session="PM", code="\\"), half("late", WEDNESDAY, code="11", words="Late")]
    rows = attendance.used(marks)
    assert [(row.half.words, row.count, row.days) for row in rows] == [
        ("In school", 2, [(TUESDAY, "all day")]), ("Late", 1, [(WEDNESDAY, "morning")])]


def test_a_month_has_whole_weeks_and_only_its_own_days():
    weeks = attendance.month(date(2026, 11, 1), [half("present")])
    assert all(len(week) == 7 for week in weeks)
    assert [day for week in weeks for day, _ in week if day] == [date(2026, 11, day) for day in range(1, 31)]
    assert dict(day for week in weeks for day in week if day[0])[TUESDAY]["AM"].category == "present"


@pytest.mark.parametrize(("category", "words", "said"), [
    ("present", "In school", "Registered this morning at school"),
    ("late", "Late", "Marked late this morning"),
    ("authorised", "Sickness", "Marked absent this morning: Sickness"),
    ("unauthorised", "No reason", "Marked absent this morning: No reason"),
    ("approved", "Work experience", "This morning: Work experience"),
    (UNKNOWN, "not yet known (code Q7)", "This morning’s mark is not yet known (code Q7)"),
])
def test_the_register_is_said_in_plain_words(category, words, said):
    assert [line.words for line in attendance.register([half(category, words=words)])] == [said]


def test_without_a_mark_the_register_is_not_in_yet():
    assert attendance.register([])[0].state == "waiting"


@pytest.mark.parametrize("name", ["scotland", "england-2024"])
def test_every_code_of_a_table_has_words_and_a_category_that_can_be_drawn(name):
    for code, row in table(name).items():
        assert row["words"] and row["category"] in set(SIGNS) - {UNKNOWN}, code
        assert len(code) <= 4


def test_the_english_table_has_every_statutory_code_and_the_retired_ones_end():
    codes = table("england-2024")
    assert set(codes) >= set("/\\LKVPWBDCEIMRSTGNOUXQZ#-JHYF") | {"C1", "C2", "J1", *(f"Y{n}" for n in range(1, 8))}
    assert {code for code, row in codes.items() if row["valid_to"]} == set("JHYF")


def test_the_scottish_table_knows_what_is_national():
    codes = table("scotland")
    assert {code for code, row in codes.items() if row["note"] == "national"} == {"02", "10", "11", "12", "13"}
    assert codes["02"]["category"] not in COUNTED
