"""What a day is at a school, and what it brings a child."""

from datetime import date

from glowlite import school_day
from glowlite.school_day import BETWEEN_TERMS, WEEKEND, Entry, Slot

THURSDAY, FRIDAY, SATURDAY, MONDAY = (date(2026, 11, day) for day in (19, 20, 21, 23))
TERM_2 = Entry(1, "term", "Term 2", date(2026, 10, 27), date(2026, 12, 18))
TERM_3 = Entry(1, "term", "Term 3", date(2027, 1, 6), date(2027, 3, 26))
CHRISTMAS = Entry(1, "holiday", "Christmas holiday", date(2026, 12, 21), date(2027, 1, 5))
IN_SERVICE = Entry(1, "in-service", "In-service day", FRIDAY, FRIDAY)
WEEK_B = Entry(1, "week", " b", MONDAY, date(2026, 11, 29))


def slot(weekday=4, week="", bring=None, subject="PE"):
    return Slot(1, weekday, week, "09:00", "09:50", "Period 1", "2B PE", subject, None, None, bring)


def test_without_a_calendar_a_school_opens_from_monday_to_friday():
    assert school_day.on(FRIDAY, []).open
    assert school_day.on(SATURDAY, []).shut == WEEKEND


def test_holidays_and_in_service_days_give_their_names():
    assert school_day.on(date(2026, 12, 25), [TERM_2, CHRISTMAS]).shut == "Christmas holiday"
    assert school_day.on(FRIDAY, [TERM_2, IN_SERVICE]).shut == "In-service day"


def test_a_closure_is_named_before_a_holiday():
    snow = Entry(1, "closure", "Closed for snow", date(2026, 12, 21), date(2026, 12, 21))
    assert school_day.on(date(2026, 12, 21), [CHRISTMAS, snow]).shut == "Closed for snow"


def test_a_day_between_two_terms_is_no_school_day():
    assert school_day.on(date(2026, 12, 22), [TERM_2, TERM_3]).shut == BETWEEN_TERMS


def test_after_the_last_term_on_record_nobody_is_kept_at_home():
    assert school_day.on(date(2027, 1, 7), [TERM_2, CHRISTMAS]).open


def test_the_next_school_day_skips_in_service_days_and_weekends():
    assert school_day.next_after(THURSDAY, [TERM_2, IN_SERVICE]).date == MONDAY


def test_there_is_no_next_school_day_when_everything_ahead_is_holiday():
    assert school_day.next_after(THURSDAY, [Entry(1, "holiday", "Long", THURSDAY, date(2027, 12, 31))]) is None


def test_the_calendar_says_whether_it_is_week_a_or_b():
    assert school_day.on(MONDAY, [WEEK_B]).week == "B"
    assert school_day.on(THURSDAY, [WEEK_B]).week is None


def test_lessons_of_the_other_week_are_left_out():
    lessons = [slot(1, "A"), slot(1, "B"), slot(1, "")]
    assert [found.week for found in school_day.slots(school_day.on(MONDAY, [WEEK_B]), lessons)] == ["B", ""]


def test_when_nobody_knows_the_week_lessons_of_both_are_shown():
    assert len(school_day.slots(school_day.on(MONDAY, []), [slot(1, "A"), slot(1, "B")])) == 2


def test_a_day_without_school_has_no_lessons():
    assert school_day.slots(school_day.on(FRIDAY, [IN_SERVICE]), [slot(5)]) == []


def test_kit_is_named_once_with_the_subjects_it_is_for():
    art, cooking = slot(bring="Apron", subject="Art"), slot(bring="Apron", subject="Home Economics")
    lessons = [art, cooking, art, slot()]
    assert school_day.kit(lessons) == [("Apron", ["Art", "Home Economics"])]


def test_the_session_begins_in_august():
    assert school_day.session_start(date(2026, 7, 31)) == date(2025, 8, 1)
    assert school_day.session_start(date(2026, 8, 1)) == date(2026, 8, 1)


def test_staff_dates_lose_their_words_and_keep_their_days(school, date_of):
    date_of("in-service", "Budget meeting", FRIDAY, audience="staff")
    (entry,) = school_day.calendar([school.id], THURSDAY)[school.id]
    assert (entry.title, entry.public, entry.starts) == ("In-service day for staff", False, FRIDAY)


def test_an_entry_without_an_end_is_one_day_and_a_week_counts_to_sunday(school, date_of):
    date_of("event", "Parents’ night", FRIDAY)
    date_of("week", "A", MONDAY)
    ends = {entry.kind: entry.ends for entry in school_day.calendar([school.id], THURSDAY)[school.id]}
    assert ends == {"event": FRIDAY, "week": date(2026, 11, 29)}


def test_what_is_over_or_gone_is_not_read(school, date_of):
    date_of("event", "Long ago", date(2026, 9, 1))
    entry = date_of("event", "Cancelled", MONDAY)
    entry.gone = THURSDAY
    entry.save()
    assert school_day.calendar([school.id], THURSDAY) == {}


def test_lessons_come_with_teacher_room_and_kit(pupil, lesson):
    (found,) = school_day.lessons([pupil.id])[pupil.id]
    assert (found.subject, found.teacher, found.room, found.bring, found.week) == ("PE", "Mrs Reid", "Gym", "PE kit", "A")


def test_lessons_of_other_children_and_of_left_groups_are_not_read(pupil, lesson):
    assert school_day.lessons([pupil.id + 1]) == {}
    lesson.group.gone = THURSDAY
    lesson.group.save()
    assert school_day.lessons([pupil.id]) == {}


def test_a_teacher_who_left_is_not_named(pupil, lesson):
    lesson.staff.gone = THURSDAY
    lesson.staff.save()
    assert school_day.lessons([pupil.id])[pupil.id][0].teacher is None


def test_homework_is_hidden_before_the_day_it_is_set(pupil, homework):
    homework("Essay", FRIDAY, MONDAY)
    assert school_day.homework([pupil.id], THURSDAY, THURSDAY) == {}
    assert len(school_day.homework([pupil.id], FRIDAY, FRIDAY)[pupil.id]) == 1


def test_homework_comes_soonest_first_and_without_what_is_gone(pupil, homework):
    homework("Later", THURSDAY, MONDAY)
    homework("Sooner", THURSDAY, FRIDAY)
    homework("Withdrawn", THURSDAY, FRIDAY, gone=THURSDAY)
    assert [task.title for task in school_day.homework([pupil.id], THURSDAY, THURSDAY)[pupil.id]] == ["Sooner", "Later"]
