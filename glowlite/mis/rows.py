"""Hides what a row of each file means: the neutral rows every MIS format is turned into, column by column.

`docs/drop-format.md` is written from the tables below (`flask drops format`), so the two cannot drift apart.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from glowlite import models

Reader = Callable[[str], Any]

OLDEST_DATE, NEWEST_DATE = date(1900, 1, 1), date(2100, 1, 1)

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# 1.23457E+11, #REF!, ####, a letter lost in decoding: different ids end up as the same one, and one child's parents as another's.
FAILED_FORMULA = r"#(REF|VALUE|NAME|NUM|NULL|DIV/0|N/A|SPILL|CALC)[!?]?|#{2,}"
DAMAGE = re.compile(rf"\d+([.,]\d+)?[eE]\+\d+|{FAILED_FORMULA}|.*\ufffd.*", re.DOTALL)
WITHOUT_VALUE = re.compile(FAILED_FORMULA)
# What exports do so that a spreadsheet leaves the zeros alone: ="000123"
KEPT_AS_TEXT = re.compile(r'="([^"=]*)"')
UNSEEN = {ord(sign): None for sign in "\u200b\u200e\u200f\u2060\ufeff\u00ad"}


# --- reading one cell: text in, value out; ValueError says what would be right -----------------------


def text(longest: int) -> Reader:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"at most {longest} characters fit here")
        if CONTROL.search(cell):
            raise ValueError("only letters, digits and signs belong here; this holds characters that no one can see")
        if cell.startswith("#") and WITHOUT_VALUE.fullmatch(cell):
            raise ValueError("this is what a spreadsheet writes where it has no value")
        return cell if cell.isascii() else _seen(cell)

    read.__doc__ = f"text, at most {longest} characters"
    return read


def _seen(cell: str) -> str:
    """The text without signs that no one can see, and with plain blanks; two ids that look alike are the same one."""
    return cell.replace("\u00a0", " ").translate(UNSEEN).strip()


def identity(cell: str) -> str:
    """text, at most 80 characters"""
    if kept := KEPT_AS_TEXT.fullmatch(cell):
        cell = kept[1].strip()
    if DAMAGE.fullmatch(cell):
        raise ValueError("this id was spoilt on its way, often by a spreadsheet, and could be anybody's; export again and do not open the file in between")
    return _short_text(cell)


_short_text = text(80)
# A time of that zone's own clock says nothing about the day; one of Greenwich (Z) may be of the day after in summer, unless it is midnight.
TIME = r"(?:[T ] *(?:00:00(?::00(?:\.0+)?)?Z|\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AaPp][Mm])?))?"
ISO_DATE = re.compile(rf"(\d{{4}})-(\d\d?)-(\d\d?){TIME}|((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
DATE_IN_WORDS = re.compile(r"(\d\d?)(?:st|nd|rd|th)?[ -]([A-Za-z]+)\.?,?[ -](\d{4})", re.ASCII)
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
UK_DATE = re.compile(rf"(\d\d?)[/.-](\d\d?)[/.-](\d{{4}}){TIME}", re.ASCII)
DAY_NAME = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[,.]? +(?=\d)", re.ASCII | re.IGNORECASE)


def day(cell: str) -> date:
    """ISO or UK dates only: 2026-11-23, 23/11/2026 or 23 Nov 2026; the name of the day before it and the time after it are left alone."""
    bare = DAY_NAME.sub("", cell, count=1) if cell[:1].isalpha() else cell
    iso, uk, words = ISO_DATE.fullmatch(bare), UK_DATE.fullmatch(bare), DATE_IN_WORDS.fullmatch(bare)
    try:
        found = date(*map(int, filter(None, iso.groups()))) if iso else date(*map(int, reversed(uk.groups()))) if uk else None
        if words and (month := _month(words[2])):
            found = date(int(words[3]), month, int(words[1]))
    except ValueError:
        found = None
    if not found or not OLDEST_DATE <= found <= NEWEST_DATE:
        raise ValueError(f"a date like 2026-11-23 or 23/11/2026 is needed{_instead_of_a_date(cell)}")
    return found


def _month(word: str) -> int | None:
    return next((number for number, name in enumerate(MONTHS, start=1) if len(word) >= 3 and name.startswith(word.lower())), None)


def day_and_month(cell: str) -> tuple[int, int] | None:
    """The first two numbers of a date that does not begin with the year: which of them is the month, it does not say itself."""
    found = UK_DATE.fullmatch(DAY_NAME.sub("", cell, count=1))
    return (int(found[1]), int(found[2])) if found else None


def is_month_first(cell: str) -> bool:
    """Can this be a date only if its month comes first?"""
    first, second = day_and_month(cell) or (0, 0)
    return 1 <= first <= 12 < second <= 31


def _instead_of_a_date(cell: str) -> str:
    """What the cell seems to be, as the end of a sentence."""
    if re.fullmatch(r"[2-5]\d{4}([.,]\d+)?", cell, re.ASCII):
        return "; this looks like a spreadsheet's day number: format the column as a date and save again"
    if re.fullmatch(r"\d\d?[/.-]\d\d?[/.-]\d\d", cell, re.ASCII):
        return "; a year of two digits could be in either century"
    return "; here the month seems to come first" if is_month_first(cell) else ""


YES = ("y", "yes", "true", "t", "1", "\u2713", "\u2714", "\u2611", "oui", "ja")
NO = ("n", "no", "false", "f", "0", "non", "nein", "nee", "nej")


def flag(cell: str) -> bool:
    word = cell.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError("Y or N is needed")


def guard(refuses: bool) -> Reader:
    """A yes or no that decides who may see a child. Of “Yes - see file” the first word is believed, but only where it takes access away."""
    words = YES if refuses else NO

    def flag_and_words(cell: str) -> bool:
        first, *more = re.findall(r"\w+|[^\w\s]", cell.lower()) or [""]
        # “No contact order” in a column of court orders is none of the words that refuse, and so no “no” either.
        return refuses if more and first in words else flag(cell)

    return flag_and_words


def number(lowest: int, highest: int) -> Reader:
    def read(cell: str) -> int:
        if not re.fullmatch(r"-?\d{1,9}", cell, re.ASCII) or not lowest <= int(cell) <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest} is needed")
        return int(cell)

    read.__doc__ = f"{lowest} to {highest}"
    return read


def clock_time(cell: str) -> str:
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", cell, re.ASCII):
        raise ValueError("a time like 09:05 is needed")
    return cell.rjust(5, "0")


def one_of(**meanings: str) -> Reader:
    """One of these words, in any case; `meanings` says what each stands for."""

    def read(cell: str) -> str:
        word = cell.lower().replace(" ", "-")
        if word not in words:
            raise ValueError(f"one of {', '.join(words)} is needed")
        return word

    words = {word.replace("_", "-"): meaning for word, meaning in meanings.items()}
    read.__doc__ = "; ".join(f"`{word}` {meaning}".strip() for word, meaning in words.items())
    return read


def weekday(cell: str) -> int:
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    word = cell.lower().rstrip(".s")  # Tues, Weds, Thurs
    for number, name in enumerate(names, start=1):
        if cell == str(number) or (len(word) >= 3 and name.startswith(word)):
            return number
    raise ValueError("a day like Mon, or 1 for Monday, is needed")


def session(cell: str) -> str:
    if cell.upper() not in ("AM", "PM"):
        raise ValueError("AM or PM is needed")
    return cell.upper()


def web_address(cell: str) -> str:
    if not re.fullmatch(r"https://[^\s<>\"']{4,390}", cell):
        raise ValueError("an address that begins with https:// is needed")
    return cell


# --- what a file holds --------------------------------------------------------------------------------


class Column(NamedTuple):
    """One column of the drop format.

    field: the table's column. to: the noun whose id this cell repeats. needed: a row without it is set aside.
    refuses: the value of a column that decides who may see a child by which access is taken away; if such a column disappears, the drop is held.
    opens: blank shows more to more people, so a cell that cannot be read is not taken as blank: it sets its row aside.
    """

    name: str
    read: Reader
    about: str
    example: str
    needed: bool = False
    to: str | None = None
    field: str = ""
    refuses: bool | None = None
    missing: str = "stays blank"
    default: Any = None
    opens: bool = False

    @property
    def live(self) -> str:
        return self.field or self.name

    @property
    def guards(self) -> bool:
        return self.refuses is not None


def _stricter(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two rows about one adult and one child that disagree: whatever gives less access wins, and not known gives less than yes."""
    return {name: value if value == second[name] else _stricter_value(name, value, second[name]) for name, value in first.items()}


def _stricter_value(name: str, first: Any, second: Any) -> Any:
    strict = {"court_order": True, "parental_responsibility": False, "lives_with": False, "account_selected": False}
    if name in strict:
        return strict[name] if strict[name] in (first, second) else None
    if name == "priority":
        return None if None in (first, second) else max(first, second)
    return first


@dataclass(frozen=True)
class Noun:
    """One kind of row: its file, its table, what identifies a row, and the columns.

    key: the columns that identify a row. whole: the file speaks for all rows of the school (else only for the days it holds).
    owner: the reference through which a row belongs to the school, where the table has no school column.
    people: ending an unusual share of these rows waits for a person.
    """

    name: str
    model: Any
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    whole: bool = True
    owner: str | None = None
    people: bool = False
    merge: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] | None = None

    @property
    def table(self) -> str:
        return self.model._meta.table_name if self.model else self.name

    @property
    def needed(self) -> set[str]:
        return {c.name for c in self.columns if c.needed}

    def column(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


def _id(of: str) -> Column:
    return Column("id", identity, f"The MIS's own number for the {of}. Text: leading zeros are kept.", "000123", needed=True,
                  field="mis_id", missing="row set aside")


def _ref(name: str, to: str, about: str, example: str, needed: bool = True) -> Column:
    return Column(name, identity, about, example, needed=needed, to=to,
                  missing="row set aside" if needed else "stays blank")


NOUNS: tuple[Noun, ...] = (
    Noun("school", None, "The school itself: one row.", (
        _id("school"),
        Column("name", text(120), "The school's name as parents know it.", "Glenbeg Academy", needed=True, missing="row set aside"),
        Column("kind", one_of(primary="", secondary="", special="", nursery="", all_through="all ages"), "What kind of school.", "secondary"),
        Column("mis", text(60), "The name of the MIS that wrote the bundle; shown to parents.", "SEEMiS"),
        Column("attendance_codes", text(40), "Which table of attendance codes the marks use. What the school has chosen on its page counts before it.",
               "scotland", field="codes_said"),
        Column("address", text(200), "Postal address.", "1 School Brae, Glenbeg"),
        Column("phone", text(40), "Office telephone.", "01632 960100"),
        Column("email", text(120), "Office e-mail.", "office@glenbeg.example"),
    )),
    Noun("staff", models.Staff, "Everyone who teaches or works with pupils.", (
        _id("member of staff"),
        Column("title", text(20), "", "Mrs"),
        Column("forename", text(80), "", "Ailsa"),
        Column("surname", text(80), "", "Reid", needed=True, missing="row set aside"),
        Column("job", text(80), "In the school's words.", "Teacher of English"),
        Column("email", text(200), "Never shown to parents.", "a.reid@glenbeg.example"),
    )),
    Noun("pupils", models.Pupil, "Every pupil on the roll. A pupil who is missing from the file is taken off roll, never deleted.", (
        _id("pupil"),
        Column("scn", text(20), "Scottish Candidate Number: nine digits.", "091234564"),
        Column("upn", text(20), "Unique Pupil Number (England).", "H801200001001"),
        Column("forename", text(80), "Legal forename.", "Catriona", needed=True, missing="row set aside"),
        Column("surname", text(80), "Legal surname.", "MacLeod", needed=True, missing="row set aside"),
        Column("known_as", text(80), "The first name used in school.", "Cat", missing="the forename is used"),
        Column("born", day, "Date of birth.", "2013-04-30"),
        Column("year_group", text(20), "P1 to P7, S1 to S6, Year 1 to Year 13.", "S2"),
        Column("registration", text(40), "Registration class.", "2B"),
        Column("house", text(40), "", "Skye"),
        Column("photo_consent", flag, "May photographs be used?", "Y", missing="counts as no"),
        Column("joined", day, "First day on roll.", "2025-08-19", field="joined_on"),
        Column("left", day, "Last day on roll; access of parents ends with it.", "2027-06-25", missing="still on roll", field="left_on",
               opens=True),
    ), people=True),
    Noun("contacts", models.Contact, "Every adult on a pupil's record. Being a contact gives no access to anything.", (
        _id("contact"),
        Column("title", text(20), "", "Ms"),
        Column("forename", text(80), "", "Mairi"),
        Column("surname", text(80), "", "MacLeod", needed=True, missing="row set aside"),
        Column("email", text(200), "Two people may share one: they stay two people.", "mairi@example.org"),
        Column("mobile", text(40), "", "07700 900123"),
        Column("phone", text(40), "", "01632 960123"),
        Column("address", text(300), "", "4 Shore Street, Glenbeg"),
        Column("postcode", text(12), "", "IV99 1AB"),
    ), people=True),
    Noun("links", models.Link, "One row for each adult and each child. Only this file gives a parent access.", (
        _ref("pupil_id", "pupils", "The child.", "000123"),
        _ref("contact_id", "contacts", "The adult.", "C0456"),
        Column("relationship", text(60), "Shown to the office. Never gives access, whatever it says.", "Mother"),
        Column("priority", number(1, 99), "Order in which the school rings.", "1"),
        Column("parental_responsibility", guard(refuses=False), "Has parental rights and responsibilities.", "Y", refuses=False,
               missing="**no access** for this adult to this child"),
        Column("court_order", guard(refuses=True), "A court order limits contact or information.", "N", refuses=True,
               missing="**no access** for this adult to this child"),
        Column("lives_with", flag, "The child lives with this adult. Not a reason to refuse access.", "Y"),
        Column("account_selected", flag, "The school wants this adult to have an account.", "Y", missing="counts as no"),
    ), key=("pupil_id", "contact_id"), owner="pupil_id", people=True, merge=_stricter),
    Noun("groups", models.Group, "Classes, registration classes, years, houses and clubs.", (
        _id("group"),
        Column("kind", one_of(**{"class": "teaching class", "registration": "", "year": "", "house": "", "club": ""}),
               "What kind of group.", "class", needed=True, missing="row set aside"),
        Column("name", text(120), "As staff and parents know it.", "2B English", needed=True, missing="row set aside"),
        Column("subject", text(80), "For teaching classes.", "English"),
    )),
    Noun("memberships", models.Membership, "Which pupils are in which group.", (
        _ref("group_id", "groups", "The group.", "2B-EN"),
        _ref("pupil_id", "pupils", "The pupil.", "000123"),
    ), key=("group_id", "pupil_id"), owner="group_id"),
    Noun("teaching", models.Teaching, "Which staff teach or look after which group.", (
        _ref("group_id", "groups", "The group.", "2B-EN"),
        _ref("staff_id", "staff", "The member of staff.", "T07"),
    ), key=("group_id", "staff_id"), owner="group_id"),
    Noun("periods", models.Period, "The slots of the school week.", (
        _id("period"),
        Column("week", text(4), "A or B in a two-week timetable; blank for every week.", "A"),
        Column("weekday", weekday, "Mon to Sun, or 1 to 7.", "Mon", needed=True, missing="row set aside"),
        Column("name", text(40), "As on the timetable.", "Period 1", needed=True, missing="row set aside"),
        Column("starts", clock_time, "", "09:00", needed=True, missing="row set aside"),
        Column("ends", clock_time, "", "09:50", needed=True, missing="row set aside"),
    )),
    Noun("lessons", models.Lesson, "Which group meets in which period.", (
        _id("lesson"),
        _ref("group_id", "groups", "The group.", "2B-EN"),
        _ref("period_id", "periods", "The period.", "MON1"),
        _ref("staff_id", "staff", "Who takes it.", "T07", needed=False),
        Column("room", text(40), "", "E4"),
        Column("bring", text(120), "What the children need to bring.", "PE kit"),
    )),
    Noun("marks", models.Mark, "Session marks: was the child there, morning and afternoon? The file speaks for the days between its "
         "first and its last; other days stay as they are.", (
        _ref("pupil_id", "pupils", "The pupil.", "000123"),
        Column("day", day, "", "2026-11-19", needed=True, missing="row set aside"),
        Column("session", session, "AM or PM.", "AM", needed=True, missing="row set aside"),
        Column("code", text(4), "The MIS's code. One that nobody has explained is shown as “not yet known”, never as absent.",
               "10", needed=True, missing="row set aside"),
    ), key=("pupil_id", "day", "session"), owner="pupil_id", whole=False),
    Noun("conduct", models.Conduct, "Achievement and behaviour.", (
        _id("entry"),
        _ref("pupil_id", "pupils", "The pupil.", "000123"),
        Column("kind", one_of(achievement="praise", behaviour="something that went wrong"), "", "achievement", needed=True, missing="row set aside"),
        Column("type", text(120), "In the school's words.", "Helping others", needed=True, missing="row set aside"),
        Column("day", day, "When it happened.", "2026-11-12", needed=True, missing="row set aside"),
        Column("points", number(-99, 99), "", "2"),
        _ref("staff_id", "staff", "Who recorded it.", "T07", needed=False),
        Column("comment", text(2000), "Free text. Hidden from parents unless the school switches it on: it may name other children.",
               "Showed a new pupil round."),
    )),
    Noun("results", models.Result, "Assessment results.", (
        _id("result"),
        _ref("pupil_id", "pupils", "The pupil.", "000123"),
        Column("subject", text(80), "", "Mathematics", needed=True, missing="row set aside"),
        Column("title", text(120), "", "Unit 2 test", needed=True, missing="row set aside"),
        Column("day", day, "When it was taken.", "2026-10-30", needed=True, missing="row set aside"),
        Column("value", text(40), "A mark, a grade or a level.", "17", needed=True, missing="row set aside"),
        Column("out_of", text(20), "", "20"),
        Column("comment", text(2000), "For the child's family to read.", "Fractions are secure now."),
        Column("released", day, "Families see the result from this day.", "2026-11-06", missing="the day it was taken", opens=True),
    )),
    Noun("assignments", models.Assignment, "Homework, with what families need in order to help.", (
        _id("assignment"),
        _ref("group_id", "groups", "The group it was set for.", "2B-EN"),
        _ref("staff_id", "staff", "Who set it.", "T07", needed=False),
        Column("title", text(160), "", "Diary of a Highlander", needed=True, missing="row set aside"),
        Column("details", text(4000), "What to do, in words a family understands.", "Write one page as if you lived in 1746."),
        Column("resource", web_address, "An https:// address of a template, video or document.", "https://example.org/diary"),
        Column("set_on", day, "Families see it from this day.", "2026-11-16", needed=True, missing="row set aside"),
        Column("due_on", day, "", "2026-11-23", needed=True, missing="row set aside"),
    )),
    Noun("calendar", models.CalendarEntry, "Dates of the school.", (
        _id("entry"),
        Column("kind", one_of(term="first to last day of a term", holiday="", closure="", in_service="staff only, no pupils", event="",
                              week="which week of a two-week timetable: its title is A or B"),
               "", "holiday", needed=True, missing="row set aside"),
        Column("title", text(160), "", "Christmas holiday", needed=True, missing="row set aside"),
        Column("starts", day, "First day.", "2026-12-21", needed=True, missing="row set aside"),
        Column("ends", day, "Last day.", "2027-01-05", missing="one day"),
        Column("details", text(2000), "", "School opens again on Wed 6 Jan."),
        Column("audience", one_of(everyone="", staff="not shown to families"), "", "everyone", missing="everyone", default="everyone",
               opens=True),
    )),
)

BY_NAME = {noun.name: noun for noun in NOUNS}
