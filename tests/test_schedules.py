"""When parents get to see what: a component that opens at a moment, marks that wait for the register, remarks that are held back."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from glowlite import clock, policy
from glowlite.clock import LONDON
from glowlite.models import Audit, Conduct, Mark, Result, School, User
from glowlite.policy import Action, Role
from glowlite.rollout import schedules
from glowlite.rollout.schedules import TooEarly

THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)
HALF_PAST_THREE = clock.stored(datetime.combine(FRIDAY, time(15, 30)))
ISLA = "000104"


def user(name: str) -> User:
    return User.get(User.username == name)


@contextmanager
def at(hour: int, minute: int = 0, day: date = THURSDAY) -> Iterator[None]:
    with time_machine.travel(datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON), tick=True):
        yield


def said(page) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page.text)).split())


@pytest.fixture
def donald(site) -> User:
    return user("donald.munro")


@pytest.fixture
def isla(pupil):
    return pupil(ISLA)


@pytest.fixture
def part(visitor, isla):
    """part("results") is what Karen Fraser meets of a widget on Isla's page; part("results", "ailsa.reid") what her teacher does."""
    return lambda key, who="karen.fraser", hat=None: visitor(who, hat).get(f"/children/{isla.id}/widgets/{key}")


# --- reports open Friday 15:30 --------------------------------------------------------------------------


@pytest.fixture
def results_open_on_friday(academy, donald, isla):
    Result.create(school=academy, pupil=isla, mis_id="R-FOLIO", subject="English", title="Canary folio", day=THURSDAY, value="A")
    schedules.open_at(donald, academy, Action.RESULTS, HALF_PAST_THREE)


@pytest.mark.usefixtures("results_open_on_friday")
def test_before_the_moment_parents_are_told_when_and_nothing_else(part):
    seen = part("results")
    assert said(seen) == "Results Morran Academy shows this from tomorrow at 15:30 on."


@pytest.mark.usefixtures("results_open_on_friday")
def test_from_the_moment_on_parents_see_it(part):
    with at(15, 29, FRIDAY):
        assert "Canary folio" not in part("results")
    with at(15, 31, FRIDAY):
        assert "Canary folio" in part("results")


@pytest.mark.usefixtures("results_open_on_friday")
def test_staff_see_it_at_once(part):
    assert "Canary folio" in part("results", "ailsa.reid") and "shows this from" not in part("results", "ailsa.reid")


@pytest.mark.usefixtures("results_open_on_friday")
def test_on_no_page_of_parents_is_a_result_before(visitor, isla):
    karen = visitor("karen.fraser")
    for path in ("/", f"/children/{isla.id}", "/why-not"):
        assert "Canary folio" not in karen.get(path), path


@pytest.mark.usefixtures("results_open_on_friday")
def test_a_school_without_that_schedule_shows_its_own(visitor, pupil):
    page = visitor("mairi.macleod").get(f"/children/{pupil('000102').id}/widgets/results")
    assert page.status == 200 and "shows this from" not in page


@pytest.mark.usefixtures("results_open_on_friday")
def test_who_may_not_see_it_anyway_is_told_nothing(visitor, isla):
    assert visitor("gordon.fraser").get(f"/children/{isla.id}/widgets/results").status == 404


def test_what_is_switched_off_is_not_announced(academy, donald, part, results_open_on_friday):
    from glowlite.models import ComponentPolicy
    ComponentPolicy.create(authority=academy.authority, school=academy, role="parent", component="results", allowed=False)
    assert part("results").status == 404


@pytest.mark.usefixtures("results_open_on_friday")
def test_a_page_that_a_browser_keeps_is_fetched_anew_when_the_moment_passes(visitor, isla):
    with at(9, day=FRIDAY):
        karen = visitor("karen.fraser")
        karen.get(f"/children/{isla.id}")
        tag = karen.get(f"/children/{isla.id}").headers["ETag"]
        assert karen.get(f"/children/{isla.id}", If_None_Match=tag).status == 304
    with at(15, 31, FRIDAY):
        assert karen.get(f"/children/{isla.id}", If_None_Match=tag).status == 200


def test_the_day_and_time_are_those_of_the_school(academy, visitor):
    """In June, London is an hour ahead of what is stored."""
    visitor("donald.munro").post(f"/schools/{academy.id}/policy/opening", {"component": "results", "opens_on": "2027-06-11", "opens_at": "15:30"})
    assert School.get_by_id(academy.id).schedule_text == '{"results": {"opens": "2027-06-11T14:30:00"}}'
    assert "Results: from Fri 11 Jun at 15:30" in visitor("donald.munro").get(f"/schools/{academy.id}/policy")


@pytest.mark.parametrize("form", [{"component": "results", "opens_on": "2026-11-19", "opens_at": "09:00"}, {"component": "results"},
                                  {"component": "see-audit", "opens_on": "2027-01-01", "opens_at": "09:00"}], ids=["past", "empty", "no component"])
def test_a_moment_that_cannot_be_is_refused(academy, visitor, form):
    assert visitor("donald.munro").post(f"/schools/{academy.id}/policy/opening", form).status == 422
    assert School.get_by_id(academy.id).schedule_text == "{}"


@pytest.mark.usefixtures("results_open_on_friday")
def test_the_head_opens_it_earlier(academy, visitor, part):
    assert visitor("donald.munro").post(f"/schools/{academy.id}/policy/opening/results").status == 303
    assert "Canary folio" in part("results") and School.get_by_id(academy.id).schedule_text == "{}"


def test_a_part_that_is_about_no_child_waits_as_well(academy, donald, part):
    schedules.open_at(donald, academy, Action.CALENDAR, HALF_PAST_THREE)
    assert said(part("calendar")) == "Dates Morran Academy shows this from tomorrow at 15:30 on."


def test_when_children_themselves_open_later_the_home_page_says_so(academy, donald, visitor):
    schedules.open_at(donald, academy, Action.CHILD, HALF_PAST_THREE)
    karen = visitor("karen.fraser").get("/")
    assert karen.status == 200 and "Morran Academy shows this from tomorrow at 15:30 on." in said(karen) and "Isla" not in karen


# --- attendance shown once the register is checked -----------------------------------------------------------


@pytest.fixture
def marked(academy, isla):
    """Isla was in on Wednesday afternoon, and is away this morning. Nobody has checked this morning's register."""
    for day, session, code in ((THURSDAY - timedelta(days=1), "PM", "10"), (THURSDAY, "AM", "20")):
        Mark.delete().where(Mark.pupil == isla, Mark.day == day, Mark.session == session).execute()
        Mark.create(school=academy, pupil=isla, day=day, session=session, code=code)


@pytest.fixture
def checked(academy, donald, marked):
    schedules.hold(donald, academy, after_check=True, days=0)
    return lambda day, session: schedules.check(user("jean.baxter"), academy, day, session)


def cell(page, day: int) -> str:
    """What the month says under this day."""
    return next(re.sub("<[^>]+>", " ", one) for one in re.findall(r"<td[^>]*>(.*?)</td>", page.text, re.DOTALL) if f'"date">{day}<' in one)


def test_an_unchecked_register_is_nowhere_for_parents(part, visitor, checked):
    assert "not checked yet" in said(part("today")) and "absent" not in said(part("today"))
    home = said(visitor("karen.fraser").get("/widgets/children"))
    assert "Today’s register is not checked yet" in home and "absent" not in home
    assert cell(part("attendance"), 19).split() == ["19"] and cell(part("attendance"), 18).split() != ["18"]


def test_it_does_not_count_towards_the_percentage(part, checked):
    half_days = re.search(r"of (\d+) half days", said(part("attendance")))[1]
    checked(THURSDAY, "AM")
    assert int(re.search(r"of (\d+) half days", said(part("attendance")))[1]) == int(half_days) + 1


def test_staff_see_every_mark(part, checked):
    assert "absent" in said(part("today", "ailsa.reid")) and cell(part("attendance", "ailsa.reid"), 19).split() != ["19"]


def test_once_checked_parents_see_it(part, checked):
    checked(THURSDAY, "AM")
    assert "absent" in said(part("today")) and cell(part("attendance"), 19).split() != ["19"]


def test_a_checked_morning_says_nothing_about_the_afternoon(academy, part, isla, checked):
    Mark.create(school=academy, pupil=isla, day=THURSDAY, session="PM", code="20")
    checked(THURSDAY, "AM")
    assert "this morning" in said(part("today")) and "afternoon" not in said(part("today"))


def test_the_widget_says_up_to_when(part, checked):
    assert "at present up to the afternoon of Wed 18 Nov" in said(part("attendance"))


def test_a_teacher_who_is_a_parent_waits_as_a_parent(visitor, pupil, checked):
    rory = f"/children/{pupil('000110').id}/widgets/today"
    assert "not checked yet" in said(visitor("shona.campbell", hat="parent").get(rory))


def test_at_the_other_school_nothing_waits(visitor, checked):
    home = visitor("mairi.macleod").get("/widgets/children").text
    catriona, finlay = re.findall(r"<li class=.*?</li>", home, re.DOTALL)
    assert "not checked yet" in catriona and "not checked yet" not in finlay


def test_the_office_says_that_registers_are_checked(academy, visitor, part, checked):
    answer = visitor("jean.baxter").post(f"/schools/{academy.id}/policy/registers", {"checked_day": "2026-11-19", "session": "AM"})
    assert answer.status == 303 and "absent" in said(part("today"))
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.action, row.actor_name, json.loads(row.after)["attendance"]) == ("checked registers", "jean.baxter", {"checked": ["2026-11-19", "AM"]})


@pytest.mark.parametrize(("day", "session"), [("2026-11-19", "PM"), ("2026-11-20", "AM"), ("", "AM")])
def test_a_session_that_is_still_to_come_cannot_have_been_checked(academy, visitor, checked, day, session):
    answer = visitor("jean.baxter").post(f"/schools/{academy.id}/policy/registers", {"checked_day": day, "session": session})
    assert answer.status == 422
    with pytest.raises(TooEarly):
        checked(FRIDAY, "AM")


def test_a_page_that_a_browser_keeps_is_fetched_anew_when_registers_are_checked(visitor, checked):
    karen = visitor("karen.fraser")
    karen.get("/")
    tag = karen.get("/").headers["ETag"]
    checked(THURSDAY, "AM")
    assert karen.get("/", If_None_Match=tag).status == 200


def test_turned_off_again_everything_shows(academy, donald, part, checked):
    schedules.hold(donald, academy, after_check=False, days=0)
    assert "absent" in said(part("today")) and School.get_by_id(academy.id).schedule_text == "{}"


def test_where_nothing_waits_for_a_check_no_check_can_hide_anything(academy, visitor, marked, part):
    """A form that was kept open after the head had turned it off."""
    assert visitor("jean.baxter").post(f"/schools/{academy.id}/policy/registers", {"checked_day": "2026-11-02", "session": "AM"}).status == 303
    assert "absent" in said(part("today")) and School.get_by_id(academy.id).schedule_text == "{}"


# --- hold everything of conduct for three days -----------------------------------------------------------------


@pytest.fixture
def remarks(academy, isla):
    for days in (2, 3):
        for kind in ("achievement", "behaviour"):
            Conduct.create(school=academy, pupil=isla, mis_id=f"K-{kind}-{days}", kind=kind, type=f"Canary {kind} {days}", day=THURSDAY - timedelta(days=days))


@pytest.fixture
def held_three_days(academy, donald, remarks):
    schedules.hold(donald, academy, after_check=False, days=3)


@pytest.mark.usefixtures("held_three_days")
def test_remarks_show_to_parents_after_three_days(part, visitor):
    page = said(part("conduct"))
    assert "Canary achievement 3" in page and "Canary behaviour 3" in page and "Canary achievement 2" not in page and "Canary behaviour 2" not in page
    assert "What is written down shows after 3 days" in page
    assert "Canary achievement 2" not in visitor("karen.fraser").get("/")
    with at(10, day=FRIDAY):
        assert "Canary achievement 2" in part("conduct")


@pytest.mark.usefixtures("held_three_days")
def test_remarks_show_to_staff_at_once(part):
    assert "Canary behaviour 2" in part("conduct", "ailsa.reid") and "shows after" not in part("conduct", "ailsa.reid")


@pytest.mark.usefixtures("remarks")
def test_without_a_schedule_remarks_show_at_once(part):
    assert "Canary behaviour 2" in part("conduct") and "shows after" not in part("conduct")


@pytest.mark.parametrize("days", ["-1", "31", "three", ""])
def test_no_more_than_thirty_days_can_be_held(academy, visitor, days):
    assert visitor("donald.munro").post(f"/schools/{academy.id}/policy/holding", {"days": days}).status == 422


def test_one_form_decides_both(academy, visitor):
    visitor("donald.munro").post(f"/schools/{academy.id}/policy/holding", {"days": "5", "after_check": "y"})
    stands = schedules.of_school(School.get_by_id(academy.id))
    assert (stands.days, stands.checked) == (5, (THURSDAY - timedelta(days=1), "PM"))


# --- asking why, signing, and what it costs ---------------------------------------------------------------------


def test_why_says_what_is_held_back(academy, donald, isla, checked):
    schedules.hold(donald, academy, after_check=True, days=2)
    asked = {action: policy.why(user("karen.fraser"), action, isla).sentence for action in (Action.ATTENDANCE, Action.CONDUCT, Action.HOMEWORK)}
    assert "up to the afternoon of Wed 18 Nov" in asked[Action.ATTENDANCE] and "after 2 days" in asked[Action.CONDUCT]
    assert asked[Action.HOMEWORK] == "Karen Fraser can see homework for Isla Fraser."
    assert "registers" not in policy.why(user("ailsa.reid"), Action.ATTENDANCE, isla).sentence


def test_a_parent_who_asks_is_told_as_well(visitor, academy, checked, results_open_on_friday):
    page = said(visitor("karen.fraser").get("/why-not"))
    assert "Attendance: registers show once the school has checked them, at present up to the afternoon of Wed 18 Nov." in page
    assert "Morran Academy opens this to parents on Fri 20 Nov 2026 at 15:30." in page


def test_what_holds_back_opens_the_sign_off_again(academy, visitor, checked):
    assert "It no longer counts: the schedule is another." in said(visitor("jean.baxter").get(f"/schools/{academy.id}/policy"))


def test_a_day_on_which_something_opens_only_delays_what_was_signed(academy, visitor, results_open_on_friday):
    assert "It still counts" in said(visitor("jean.baxter").get(f"/schools/{academy.id}/policy"))


def test_every_component_of_parents_can_open_later(academy, donald):
    assert schedules.openable() == policy.components_of(Role.PARENT)
    for action in schedules.openable():
        schedules.open_at(donald, academy, action, HALF_PAST_THREE)
    assert len(schedules.of_school(School.get_by_id(academy.id)).openings) == len(schedules.openable())


def test_a_schedule_takes_no_query_more(visitor, counted, academy, donald, isla):
    def queries(path: str) -> int:
        karen = visitor("karen.fraser")
        karen.get(path)
        with counted() as statements:
            assert karen.get(path).status == 200
        return len(statements)

    paths = ("/", f"/children/{isla.id}")
    before = [queries(path) for path in paths]
    schedules.hold(donald, academy, after_check=True, days=3)
    assert [queries(path) for path in paths] == before


def test_what_is_decided_is_written_in_the_audit(academy, donald):
    schedules.hold(donald, academy, after_check=False, days=3)
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.actor_name, json.loads(row.before), json.loads(row.after)) == ("donald.munro", {}, {"conduct": {"days": 3}})
    assert clock.now() - row.at < timedelta(minutes=5)
