"""Data quality: each kind of work finds whom it should and nobody else, the score rises with the work, and only the school's office and head read it."""

import csv
import io
import json
from datetime import date, datetime, timedelta

import pytest
import time_machine

from glowlite import clock, quality
from glowlite.models import (
    Audit,
    CalendarEntry,
    Conduct,
    Contact,
    Correction,
    Drop,
    Duty,
    Group,
    Link,
    Mark,
    Membership,
    Problem,
    Pupil,
    QualityScore,
    Reading,
    School,
    Teaching,
    User,
)
from glowlite.quality import BY_KEY, Ground

CATRIONA, ISLA, EWAN, JAMIE, JAMES, RORY, OLIWIA, BETH = "000101", "000104", "000105", "000108", "000109", "000110", "000111", "000116"
TUESDAY, WEDNESDAY = date(2026, 11, 10), date(2026, 11, 11)  # days of school, before the Thursday on which the tests run


@pytest.fixture
def found(academy):
    """found("gaps") are the findings of that kind at the Academy, by the MIS id of whom they are about."""
    return lambda kind: {one.ids: one for one in BY_KEY[kind].look(Ground(academy)).findings}


@pytest.fixture
def contact(academy):
    return lambda number: Contact.get(Contact.school == academy, Contact.mis_id == number)


def change(record, **values):
    type(record).update(**values).where(type(record).id == record.id).execute()


def mark(pupil, day, session, code):
    Mark.update(code=code).where(Mark.pupil == pupil, Mark.day == day, Mark.session == session).execute()


def unmark(pupils, day, *sessions):
    Mark.update(gone=clock.today()).where(Mark.pupil.in_(pupils), Mark.day == day, Mark.session.in_(sessions)).execute()


# --- registers --------------------------------------------------------------------------------------------


def test_a_child_without_a_mark_while_the_class_has_some_is_a_gap(found, pupil):
    unmark([pupil(CATRIONA)], TUESDAY, "AM", "PM")
    unmark([pupil(CATRIONA)], WEDNESDAY, "PM")
    gap = found("gaps")[CATRIONA]
    assert gap.found == "no mark on Tue 10 Nov, Wed 11 Nov (afternoon)" and "register of 2B" in gap.who
    assert RORY not in found("gaps")


def test_days_of_school_that_follow_on_one_another_are_said_as_one(found, pupil):
    for day in (date(2026, 11, 6), date(2026, 11, 9), TUESDAY):
        unmark([pupil(CATRIONA)], day, "AM", "PM")
    assert found("gaps")[CATRIONA].found == "no mark on Fri 6 Nov – Tue 10 Nov"


def test_a_class_whose_register_was_not_taken_is_one_gap(found, pupil):
    unmark(Pupil.select(Pupil.id).where(Pupil.registration == "2B"), TUESDAY, "AM")
    gaps = found("gaps")
    assert gaps["2B"].found == "nobody has a mark on Tue 10 Nov (morning)" and CATRIONA not in gaps and "2A" not in gaps


def test_todays_register_is_still_being_taken(found, pupil):
    unmark([pupil(CATRIONA)], clock.today(), "AM", "PM")
    assert CATRIONA not in found("gaps")


def test_days_that_no_drop_has_brought_yet_are_no_gaps_though_leave_is_planned(found, pupil):
    Mark.update(gone=clock.today()).where(Mark.day >= WEDNESDAY).execute()
    Mark.update(gone=None, code="21").where(Mark.pupil == pupil(CATRIONA), Mark.day >= WEDNESDAY).execute()
    assert found("gaps") == {}


def test_nobody_is_missed_before_they_joined_or_after_they_left(found, pupil):
    unmark([pupil(CATRIONA)], TUESDAY, "AM", "PM")
    change(pupil(CATRIONA), joined_on=WEDNESDAY)
    assert CATRIONA not in found("gaps")


def test_where_the_first_day_is_not_known_the_first_mark_is_it(found, pupil):
    Mark.delete().where(Mark.pupil == pupil(CATRIONA), Mark.day < TUESDAY).execute()
    change(pupil(CATRIONA), joined_on=None)
    assert CATRIONA not in found("gaps")
    unmark([pupil(CATRIONA)], WEDNESDAY, "AM")
    assert CATRIONA in found("gaps")


def test_a_day_without_school_has_no_gaps(found, academy, pupil):
    unmark(Pupil.select(Pupil.id).where(Pupil.registration == "2B"), TUESDAY, "AM", "PM")
    CalendarEntry.create(school=academy, mis_id="X1", kind="closure", title="Snow", starts=TUESDAY)
    assert "2B" not in found("gaps")


def test_a_day_on_which_nobody_was_marked_is_said_once(found):
    Mark.update(gone=clock.today()).where(Mark.day == TUESDAY).execute()
    gaps = found("gaps")
    assert gaps[""].found == "nobody has a mark on Tue 10 Nov" and set(gaps) == {"", OLIWIA}


def test_a_school_that_shuts_on_friday_afternoons_has_no_gaps_there(found):
    fridays = [day for (day,) in Mark.select(Mark.day).distinct().tuples() if day.weekday() == 4]
    Mark.update(gone=clock.today()).where(Mark.day.in_(fridays), Mark.session == "PM").execute()
    assert set(found("gaps")) == {OLIWIA}


def test_a_class_that_comes_in_the_mornings_only_has_no_gaps_in_the_afternoons(found):
    Mark.update(gone=clock.today()).where(Mark.pupil.in_(Pupil.select(Pupil.id).where(Pupil.registration == "2B")), Mark.session == "PM").execute()
    assert set(found("gaps")) == {OLIWIA}


def test_a_child_in_no_class_is_held_against_the_whole_school(found):
    """Oliwia joined yesterday."""
    assert found("gaps")[OLIWIA].found == "no mark on Wed 18 Nov"


def test_marks_on_a_day_without_school_contradict(found, academy):
    assert not [one for one in found("contradictions").values() if "though there is no school" in one.found]
    CalendarEntry.create(school=academy, mis_id="X1", kind="holiday", title="Local holiday", starts=TUESDAY)
    one = next(one for one in found("contradictions").values() if "though there is no school" in one.found)
    assert one.about == "Tuesday 10 November 2026" and "Local holiday" in one.found


def test_marks_of_a_child_who_was_not_there_yet_contradict(found, pupil):
    change(pupil(CATRIONA), joined_on=WEDNESDAY)
    assert "though on the roll since Wednesday 11 November 2026" in found("contradictions")[CATRIONA].found
    assert RORY not in found("contradictions")


def test_marks_after_leaving_contradict(found, pupil):
    change(pupil(CATRIONA), left_on=TUESDAY)
    assert "left on Tuesday 10 November 2026" in found("contradictions")[CATRIONA].found


def test_being_in_school_tomorrow_contradicts_and_leave_that_is_planned_does_not(found, pupil):
    tomorrow = clock.today() + timedelta(days=1)
    Mark.create(pupil=pupil(CATRIONA), day=tomorrow, session="AM", code="21")
    assert not [one for one in found("contradictions").values() if "still to come" in one.found]
    Mark.create(pupil=pupil(RORY), day=tomorrow, session="AM", code="10")
    assert [one.found for one in found("contradictions").values() if "still to come" in one.found] == ["1 mark, though that day is still to come"]


def test_conduct_on_a_day_of_absence_contradicts(found, pupil, academy):
    Conduct.delete().where(Conduct.pupil.in_([pupil(CATRIONA), pupil(RORY)])).execute()
    for child in (pupil(CATRIONA), pupil(RORY)):
        Conduct.create(school=academy, mis_id=f"X{child.id}", pupil=child, kind="achievement", type="Kindness", day=TUESDAY)
    mark(pupil(CATRIONA), TUESDAY, "AM", "30")
    mark(pupil(CATRIONA), TUESDAY, "PM", "30")
    mark(pupil(RORY), TUESDAY, "AM", "30")
    mark(pupil(RORY), TUESDAY, "PM", "10")
    assert found("contradictions")[CATRIONA].found.startswith("Kindness on Tue 10 Nov") and RORY not in found("contradictions")
    unmark([pupil(CATRIONA)], TUESDAY, "PM")  # nobody knows whether the child came in the afternoon
    assert CATRIONA not in found("contradictions")


def test_a_code_that_the_table_does_not_know_is_named(found, pupil):
    mark(pupil(CATRIONA), TUESDAY, "AM", "77")
    assert list(found("codes")) == [CATRIONA] and "code 77, 1 mark, Tue 10 Nov" in found("codes")[CATRIONA].found


# --- people ----------------------------------------------------------------------------------------------


def test_fewer_than_two_adults_to_ring(found):
    """Zofia has her father only, Catriona both parents."""
    assert found("emergency")["000103"].found == "Tomasz Kowalski only" and CATRIONA not in found("emergency")


def test_an_adult_with_a_court_order_is_nobody_to_ring(found):
    """Isla's father."""
    assert found("emergency")[ISLA].found == "Karen Fraser only" and EWAN not in found("emergency")


def test_two_adults_on_one_number_are_one(found, contact):
    assert BETH not in found("emergency")
    Contact.update(mobile="07700 900555", phone=None).where(Contact.mis_id.in_(["C000120", "C000121"])).execute()
    assert found("emergency")[BETH].found.endswith("on one number")


def test_a_parent_without_any_way_to_reach_them(found, contact):
    assert found("reach") == {}
    Contact.update(email=None, mobile=None, phone=None, address=None).where(Contact.mis_id.in_(["C000101", "C000115"])).execute()
    assert list(found("reach")) == ["C000101"]  # the doctor is to have no account


def test_an_address_is_a_way_to_reach_somebody(found, contact):
    change(contact("C000101"), email=None, mobile=None, phone=None)
    assert found("reach") == {}


def test_what_a_parent_has_corrected_is_work_until_the_mis_says_it(found, contact):
    """Linda Smith has a new telephone."""
    assert found("corrected")["C000107"].right == "07700 900765"
    Correction.update(state="done", settled=clock.now()).execute()
    assert "C000107" in found("corrected")
    change(contact("C000107"), mobile="07700 900765")
    assert found("corrected") == {}


def test_a_correction_that_was_declined_is_no_work(found):
    Correction.update(state="declined", settled=clock.now()).execute()
    assert found("corrected") == {}


def test_a_child_whom_no_adult_may_see(found, pupil):
    assert found("access") == {}
    Link.update(parental_responsibility=None).where(Link.pupil == pupil(CATRIONA)).execute()
    assert list(found("access")) == [CATRIONA]
    Link.update(gone=clock.today()).where(Link.pupil == pupil(CATRIONA)).execute()
    assert found("access")[CATRIONA].found == "no contact on record"


def test_a_pupil_with_something_not_on_record(found, pupil):
    change(pupil(CATRIONA), born=None, photo_consent=None)
    assert found("facts")[CATRIONA].found == "not on record: date of birth, consent to photographs, yes or no" and RORY not in found("facts")


def test_a_mistyped_national_number(found, pupil):
    assert found("numbers") == {}
    scn = pupil(CATRIONA).scn
    change(pupil(CATRIONA), scn=f"{scn[:8]}{(int(scn[8]) + 1) % 10}")
    change(pupil(JAMIE), scn=pupil(JAMES).scn)
    assert set(found("numbers")) == {CATRIONA, JAMIE, JAMES}


# --- groups, texts and rows ------------------------------------------------------------------------------


def test_a_class_without_a_teacher(found):
    Teaching.update(gone=clock.today()).where(Teaching.group == Group.get(Group.mis_id == "2B-EN")).execute()
    assert list(found("untaught")) == ["2B-EN"]


def test_a_class_without_pupils_needs_no_teacher(found):
    group = Group.get(Group.mis_id == "2B-EN")
    Teaching.update(gone=clock.today()).where(Teaching.group == group).execute()
    Membership.update(gone=clock.today()).where(Membership.group == group).execute()
    assert found("untaught") == {}


def test_a_comment_that_names_another_child_is_told_without_its_words(found):
    Conduct.update(names_other=False).execute()
    Conduct.update(names_other=True).where(Conduct.mis_id == "K000001").execute()
    one, = found("texts").values()
    assert one.ids == "K000001 of 000105" and "who wrote it" in one.who and "Zofia" not in str(one)


def test_a_contact_of_no_child_is_an_orphan(found, contact):
    assert found("orphans") == {}
    Link.update(gone=clock.today()).where(Link.contact == contact("C000103")).execute()
    assert list(found("orphans")) == ["C000103"]


def test_rows_of_the_newest_drop_that_were_set_aside(found, academy):
    drop = academy.drops.order_by(Drop.id.desc()).first()
    for row, message in ((4, "There is no such id among the pupils, neither in this drop nor on record. The row is set aside."), (5, "This is no date.")):
        Problem.create(drop=drop, weight="row", file="links.csv", row=row, column="pupil_id", value="000999", message=message)
    (orphan,), (other,) = found("orphans").values(), found("unread").values()
    assert (orphan.source.row, other.source.row) == (4, 5) and "000999" in orphan.found


def test_rows_of_an_older_drop_are_no_work_any_more(found, academy):
    older = academy.drops.order_by(Drop.id.desc()).first()
    Problem.create(drop=older, weight="row", file="links.csv", row=4, message="This is no date.")
    Drop.create(school=academy, status="kept", digest="x", loaded_by="test", started=clock.now(), report_text='{"files": []}')
    assert found("unread") == {}


def test_the_real_message_of_an_orphan_is_recognised(found, academy, shell, write_bundle):
    folder = write_bundle({"conduct.csv": "id,pupil_id,kind,type,day\nX1,000101,achievement,Kindness,2026-11-10\nX2,nobody,achievement,Kindness,2026-11-10\n"})
    shell("drops", "load", folder, "--school", academy.code)
    drop = academy.drops.order_by(Drop.id.desc()).first()
    Drop.update(status="kept").where(Drop.id == drop.id).execute()  # half of so small a file is set aside, which holds it
    assert list(found("orphans")) == ["nobody"]


def test_a_finding_says_the_file_and_row_that_it_came_from(academy, pupil):
    change(pupil(CATRIONA), born=None)
    one = next(one for one in quality.with_files(BY_KEY["facts"].look(Ground(academy)).findings) if one.ids == CATRIONA)
    assert one.source.words == f"pupils.csv, row {pupil(CATRIONA).source_row}, drop {pupil(CATRIONA).drop_id}"


# --- whose work is looked at -----------------------------------------------------------------------------


def test_another_schools_work_is_not_found(academy):
    primary = School.get(School.code == "shore-primary")
    Contact.update(email=None, mobile=None, phone=None, address=None).where(Contact.school == primary).execute()
    Pupil.update(born=None).where(Pupil.school == primary).execute()
    Mark.update(gone=clock.today()).where(Mark.pupil.in_(Pupil.select(Pupil.id).where(Pupil.registration == "P5"))).execute()
    Conduct.update(names_other=True).where(Conduct.school == primary).execute()
    ours, theirs = quality.survey(academy), quality.survey(primary)
    assert theirs.score < ours.score and BY_KEY["orphans"].look(Ground(academy)).findings == []
    for kind, model in (("pupil", Pupil), ("contact", Contact)):
        numbers = {one.person[1] for job in ours.jobs for one in job.work.findings if one.person and one.person[0] == kind}
        assert {row.school for row in model.select().where(model.id.in_(numbers))} == {academy}


def test_who_has_left_the_roll_is_no_work(found, pupil):
    change(pupil("000103"), gone=clock.today())
    assert "000103" not in found("emergency")


# --- the score -------------------------------------------------------------------------------------------


def all_mended(school):
    """Of one kind after the other everything is as it should be."""
    Correction.update(state="declined", settled=clock.now()).execute()
    yield "corrected"
    for one in BY_KEY["facts"].look(Ground(school)).findings:
        Pupil.update(registration="1A", born=date(2014, 1, 1), photo_consent=False).where(Pupil.id == one.person[1]).execute()
    yield "facts"
    for one in BY_KEY["emergency"].look(Ground(school)).findings:
        for number in range(2):
            contact = Contact.create(school=school, mis_id=f"X{one.ids}{number}", surname="Aunt", mobile=f"07700 {one.ids}{number}")
            Link.create(pupil=one.person[1], contact=contact)
    yield "emergency"
    for one in BY_KEY["gaps"].look(Ground(school)).findings:
        Pupil.update(joined_on=clock.today()).where(Pupil.id == one.person[1]).execute()
    yield "gaps"
    Conduct.update(gone=clock.today()).execute()
    yield "contradictions"


def test_the_score_rises_with_every_kind_that_is_done_and_ends_at_100(academy):
    scores = [quality.survey(academy).score]
    for _ in all_mended(academy):
        scores.append(quality.survey(academy).score)
    assert scores == sorted(set(scores)) and scores[-1] == 100


def test_one_thing_alone_does_not_lower_what_is_earned(academy, pupil, contact):
    before = {job.kind.key: job.earned for job in quality.survey(academy).jobs}
    Link.create(pupil=pupil("000103"), contact=contact("C000101"))
    after = {job.kind.key: job.earned for job in quality.survey(academy).jobs}
    assert after["emergency"] > before["emergency"] and all(after[kind] >= before[kind] for kind in before)


def test_99_is_the_most_while_anything_is_left(academy):
    for _ in all_mended(academy):
        pass
    Pupil.update(scn="091234565").where(Pupil.mis_id == CATRIONA).execute()
    assert quality.survey(academy).score == 99


def test_the_points_of_all_kinds_come_to_100_and_the_most_useful_is_first():
    points = [kind.points for kind in quality.KINDS]
    assert sum(points) == 100 and points == sorted(points, reverse=True)


def test_a_school_without_data_has_no_score(academy):
    new = School.create(authority=academy.authority, code="new", name="New School")
    quality.remember(new)
    assert quality.survey(new).score is None and not QualityScore.select().where(QualityScore.school == new).exists()


def test_one_row_a_week_and_the_last_counts(academy, pupil):
    QualityScore.delete().execute()
    quality.remember(academy)
    first = QualityScore.get()
    Pupil.update(born=None).where(Pupil.school == academy).execute()
    quality.remember(academy)
    row, = QualityScore.select()
    assert row.week == date(2026, 11, 16) and row.score < first.score and row.open["facts"] > first.open["facts"]


def test_a_kept_drop_writes_the_score_down(academy, shell, write_bundle):
    QualityScore.delete().execute()
    folder = write_bundle({"calendar.csv": "id,kind,title,starts\nX1,event,Concert,2026-12-10\n"})
    assert shell("drops", "load", folder, "--school", academy.code, "--dry-run").exit_code == 0
    assert not QualityScore.select().exists()
    assert shell("drops", "load", folder, "--school", academy.code).exit_code == 0
    assert [row.school for row in QualityScore.select()] == [academy]


def test_a_drop_that_is_held_does_not(academy, shell, write_bundle):
    QualityScore.delete().execute()
    folder = write_bundle({"pupils.csv": "id,forename,surname\n000101,Catriona,MacLeod\n"})
    assert shell("drops", "load", folder, "--school", academy.code).exit_code == 1
    assert not QualityScore.select().exists()


def test_the_next_week_is_another_row(academy):
    QualityScore.delete().execute()
    quality.remember(academy)
    with time_machine.travel(datetime(2026, 11, 24, 10, 0, tzinfo=clock.LONDON)):
        quality.remember(academy)
        assert [row.week for row in quality.weeks(academy)] == [date(2026, 11, 16), date(2026, 11, 23)]


# --- the pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["jean.baxter", "donald.munro"])
def test_the_page_says_the_kinds_the_most_useful_first(visitor, academy, username):
    page = visitor(username).get(f"/schools/{academy.id}/quality")
    places = [page.text.index(f"<h2>{job.kind.title}") for job in quality.survey(academy).open]
    assert page.status == 200 and places == sorted(places) and "in SEEMiS: pupil" in page


def test_the_page_names_nobody(visitor, academy):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/quality")
    assert not [name for name in ("Kowalsk", "Oliwia", "Fraser", "07700") if name in page]


def test_the_weeks_are_drawn_and_stand_in_a_table(visitor, academy):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/quality")
    rows = quality.weeks(academy)
    assert len(rows) > 5 and page.text.count("<circle") - 2 == len(rows) and page.text.count('data-label="Score"') == len(rows)


def test_opening_the_page_remembers_the_score(visitor, academy):
    QualityScore.delete().execute()
    visitor("jean.baxter").get(f"/schools/{academy.id}/quality")
    assert QualityScore.get().score == quality.survey(academy).score


def test_the_page_of_a_school_without_data_says_so(visitor, academy):
    new = School.create(authority=academy.authority, code="new", name="New School")
    Duty.create(user=User.get(User.username == "jean.baxter"), role="office", school=new, authority=academy.authority)
    page = visitor("jean.baxter").get(f"/schools/{new.id}/quality")
    assert "Nothing has been loaded yet" in page and "of 100" not in page


@pytest.mark.parametrize("kind", list(BY_KEY))
def test_each_kind_has_its_page_and_its_csv(visitor, academy, kind):
    jean = visitor("jean.baxter")
    assert jean.get(f"/schools/{academy.id}/quality/{kind}").status == 200
    assert jean.get(f"/schools/{academy.id}/quality/{kind}/list.csv").status == 200


@pytest.mark.parametrize("path", ["quality/nothing-of-the-kind", "quality/nothing-of-the-kind/list.csv"])
def test_a_kind_that_is_none_is_not_found(visitor, academy, path):
    assert visitor("jean.baxter").get(f"/schools/{academy.id}/{path}").status == 404


def test_a_long_list_comes_page_by_page(visitor, academy):
    Pupil.update(born=None).where(Pupil.school == academy).execute()
    jean, number = visitor("jean.baxter"), Pupil.select().where(Pupil.school == academy, Pupil.gone.is_null(), Pupil.left_on.is_null()).count()
    pages = [jean.get(f"/schools/{academy.id}/quality/facts?page={page}").text.count("<tr>") - 1 for page in range(1, number // 50 + 2)]
    assert sum(pages) == number and max(pages) == 50
    assert "nothing on this page any more" in jean.get(f"/schools/{academy.id}/quality/facts?page=99")


def test_reading_the_list_is_recorded_for_each_child_on_it(visitor, academy, pupil):
    visitor("jean.baxter").get(f"/schools/{academy.id}/quality/emergency")
    jean = User.get(User.username == "jean.baxter")
    assert Reading.select().where(Reading.user == jean, Reading.pupil == pupil("000103"), Reading.page.endswith("/quality/emergency")).exists()


def test_the_head_is_not_sent_to_a_page_that_is_not_theirs(visitor, academy):
    address = f"/schools/{academy.id}/corrections"
    assert address in visitor("jean.baxter").get(f"/schools/{academy.id}/quality/corrected").links
    assert address not in visitor("donald.munro").get(f"/schools/{academy.id}/quality/corrected").links


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_the_csv_tells_the_mis_who_where_and_what(visitor, academy):
    rows = rows_of(visitor("jean.baxter").get(f"/schools/{academy.id}/quality.csv").text)
    linda = next(row for row in rows if row["MIS id"] == "C000107" and row["what"] == "Details that parents have corrected")
    assert (linda["about"], linda["what would be right"], linda["file"]) == ("Linda Smith", "07700 900765", "contacts.csv")
    assert linda["what is there"].startswith("Mobile:") and linda["row"].isdigit() and "SEEMiS" in linda["who can put it right"]
    assert len(rows) == quality.survey(academy).number


def test_the_csv_of_one_kind_has_that_kind_only(visitor, academy):
    rows = rows_of(visitor("jean.baxter").get(f"/schools/{academy.id}/quality/emergency/list.csv").text)
    assert {row["what"] for row in rows} == {"Fewer than two emergency contacts"} and len(rows) == len(BY_KEY["emergency"].look(Ground(academy)).findings)


def test_a_formula_in_a_name_stays_text(visitor, academy, pupil):
    change(pupil("000103"), forename="=1+1")
    text = visitor("jean.baxter").get(f"/schools/{academy.id}/quality/emergency/list.csv").text
    assert "'=1+1" in text


def test_a_download_is_in_the_audit(visitor, academy):
    visitor("jean.baxter").get(f"/schools/{academy.id}/quality/emergency/list.csv")
    row = Audit.select().where(Audit.action == "downloaded data quality").order_by(Audit.id.desc()).first()
    assert row.actor_name == "jean.baxter" and json.loads(row.after)["work"] == "emergency"


# A stranger, a parent, a restricted parent, a teacher, a teacher of another school, the editor, the authority, and office and head elsewhere.
OTHERS = (None, "mairi.macleod", "gordon.fraser", "ailsa.reid", "mhairi.nicolson", "priya.sharma", "helen.ross", "isobel.grant", "margaret.sinclair")


@pytest.mark.parametrize("username", OTHERS)
@pytest.mark.parametrize("path", ["quality", "quality/emergency", "quality/corrected", "quality.csv", "quality/emergency/list.csv"])
def test_nobody_else_gets_anything(visitor, academy, username, path):
    page = visitor(username).get(f"/schools/{academy.id}/{path}")
    assert page.status == (404 if username else 303) and "Kowalski" not in page and "900765" not in page


def test_the_menu_leads_there(visitor, academy):
    address = f"/schools/{academy.id}/quality"
    assert address in visitor("jean.baxter").get("/").links and address not in visitor("ailsa.reid").get("/").links


def test_the_page_is_put_together_with_few_queries(visitor, academy, counted):
    jean = visitor("jean.baxter")
    with counted() as statements:
        jean.get(f"/schools/{academy.id}/quality")
    assert len(statements) <= 32, "\n".join(statements)
