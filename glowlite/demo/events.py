"""Hides the school calendar: terms, holidays and what happens between them."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from glowlite.demo import cast
from glowlite.demo.year import DAY, SchoolYear, Span, monday_from


class Event(NamedTuple):
    """month and day are where it falls, moved on to the next school day; it lasts `days` school days, five from a Monday."""

    month: int
    day: int
    title: str
    details: str
    days: int = 1
    audience: str = ""


ACADEMY_EVENTS = (
    Event(8, 27, "S1 settling-in evening",
          "6.30 pm in the hall. Meet the registration teachers; tea and shortbread from the Parent Council."),
    Event(9, 3, "Parent Council", "7 pm in the library. Everyone with a child at the school is welcome."),
    Event(9, 9, "S5 and S6 information evening",
          "How the senior phase works, and how to help at home without taking over. 7 pm, hall."),
    Event(9, 17, "Individual school photographs", "Forms come home the week before."),
    Event(9, 30, "S3 Duke of Edinburgh practice walk", "Warm layers, packed lunch. Back at school by 5 pm.", 2),
    Event(10, 6, "S2 flu vaccinations", "In the gymnasium. The consent form goes to NHS Strathmorran, not to us."),
    Event(10, 29, "S4 parents' evening", "4.30 to 7 pm. Five minutes with each teacher; book through the office or on paper."),
    Event(11, 1, "S4 work experience", "Most of S4 are out this week. Ring us if a placement does not work out.", 5),
    Event(11, 11, "Remembrance assembly", "The pipe band plays at 10.50; families may join us at the war memorial."),
    Event(11, 26, "S1 parents' evening", "4.30 to 7 pm in the hall. Book through the office; brothers and sisters are welcome."),
    Event(12, 2, "School show: Brigadoon",
          "7 pm, three nights. Tickets at the office, £5, free for anyone for whom that is a stretch.", 3),
    Event(12, 9, "S2 parents' evening", "4.30 to 7 pm in the hall."),
    Event(12, 15, "Christmas concert", "7 pm in the Old Kirk. The choir, the ceilidh band and the brass group."),
    Event(12, 17, "Christmas dance, S1 to S3", "7 to 9.30 pm in the games hall. Please collect at the side door."),
    Event(1, 13, "S4 to S6 prelims",
          "Timetables come home before Christmas. Pupils without an exam have study leave with our agreement only.", 10),
    Event(2, 4, "S2 course choice evening", "What S3 looks like, subject by subject. 6.30 pm."),
    Event(2, 25, "S4 to S6 parents' evening", "After the prelims: 4.30 to 7 pm."),
    Event(3, 5, "World Book Day", "Come as a character, or bring the book."),
    Event(3, 18, "S3 parents' evening", "4.30 to 7 pm in the hall."),
    Event(4, 24, "SQA examinations begin", "The national timetable is on the wall at the office and on the SQA's own pages."),
    Event(5, 20, "Sports day", "The whole day, on the playing fields. Sun cream and water; families welcome from 1 pm."),
    Event(6, 10, "P7 visit days", "Next year's S1 spend three days with us.", 3),
    Event(6, 17, "Prizegiving and leavers' ceilidh", "2 pm in the hall; the ceilidh from 7 pm."),
    Event(9, 22, "Staff meeting: tracking", "3.50 pm, library.", 1, "staff"),
    Event(12, 1, "Staff meeting: attendance and the winter bug", "3.50 pm, library.", 1, "staff"),
    Event(3, 2, "Staff: timetabling week begins", "Requests to the depute heads.", 1, "staff"),
)
PRIMARY_EVENTS = (
    Event(8, 25, "P1 families' tea", "2.15 pm in the hall. Come and see the classroom."),
    Event(9, 2, "Meet the teacher", "3.15 to 6 pm, drop in. No appointment needed."),
    Event(9, 10, "Parent Council", "6.30 pm in the staffroom; the kettle is on."),
    Event(9, 24, "Harvest assembly", "10 am in the hall. Tins for the food bank are very welcome; nobody is counting."),
    Event(10, 1, "Flu vaccinations", "P1 to P7. The form in your child's bag goes back to NHS Strathmorran."),
    Event(10, 30, "Halloween party", "1.30 pm. Guising clothes, home-made is best, no masks please."),
    Event(11, 9, "Book fair", "In the library after school all week. Swaps are as welcome as sales.", 5),
    Event(11, 12, "Parents' evening", "3.30 to 7 pm, ten minutes for each child. Both parents may have their own appointment."),
    Event(11, 27, "St Andrew's Day ceilidh", "1.45 pm in the hall. Families dance too."),
    Event(12, 3, "Christmas fair", "2 to 4 pm. Tombola, tablet and a very old Santa."),
    Event(12, 10, "P1 to P3 nativity", "10 am and 6 pm. Two tickets for each family, more if there is room."),
    Event(12, 16, "Christmas concert", "6.30 pm in the Old Kirk. P4 to P7 in white tops, please."),
    Event(1, 25, "Burns poems", "Children may recite a Scots or Gaelic poem to the class. The poems came home before Christmas."),
    Event(2, 9, "Internet safety day", "Open session for families at 2.15 pm."),
    Event(3, 5, "World Book Day", "Pyjamas, a cushion and a favourite book."),
    Event(3, 11, "Parents' evening", "3.30 to 7 pm."),
    Event(5, 11, "P7 residential at Lochan Lodge",
          "Five days. The kit list and the helpfund form are at the office; nobody stays behind for money.", 5),
    Event(5, 27, "Sports day", "1 pm on the links. If it rains: Thursday."),
    Event(6, 10, "P7 visit to Morran Academy", "Three days with their new classes.", 3),
    Event(6, 18, "Summer picnic", "12 noon on the shore. Bring a blanket."),
    Event(6, 23, "P7 leavers' assembly", "1.45 pm. Bring a handkerchief."),
    Event(9, 15, "Staff meeting: writing moderation", "3.20 pm, P7 room.", 1, "staff"),
    Event(11, 25, "Staff meeting: playground rota", "3.20 pm, staffroom.", 1, "staff"),
)


def calendar(school: str, year: SchoolYear, today: date) -> Iterator[tuple[str, ...]]:
    """Rows of calendar.csv. A date keeps its number from one day's bundle to the next."""
    for span in (*year.terms, *year.holidays, *year.in_service):
        yield _row(f"CAL-{span.kind}-{span.starts:%m%d}", span)
    events = ACADEMY_EVENTS if school == cast.ACADEMY else PRIMARY_EVENTS
    for number, event in enumerate(events, start=1):
        yield _row(f"CAL-{number:03}", _placed(event, year), event.audience)
    if today >= year.snow_day and year.snow_day in year.days:
        yield _row("CAL-snow", Span("closure", "School closed: snow", year.snow_day, year.snow_day,
                                    "The roads are shut. Homework can wait; snowmen cannot."))
    if school == cast.ACADEMY:  # always just ahead, where a leak would show first
        soon = year.school_day_from(today + DAY)
        yield _row("CAL-CANARY", Span("event", cast.CANARY_STAFF_EVENT, soon, soon, "English base, from period 6."), "staff")


def _row(id: str, span: Span, audience: str = "") -> tuple[str, ...]:
    ends = span.ends.isoformat() if span.ends > span.starts else ""
    return id, span.kind, span.title, span.starts.isoformat(), ends, span.details, audience


def _placed(event: Event, year: SchoolYear) -> Span:
    wanted = date(year.begins + (event.month < 8), event.month, event.day)
    starts = year.school_day_from(monday_from(wanted) if event.days == 5 else wanted)
    following = year.days[year.days.index(starts):]
    return Span("event", event.title, starts, following[min(event.days, len(following)) - 1], event.details)
