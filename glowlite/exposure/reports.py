"""Hides the reports of checks: how one is said to people, compared with the one before, and signed off."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from glowlite import clock
from glowlite.exposure.crawl import GUESSED
from glowlite.models import Drop, ExposureCheck, School, SignOff, User
from glowlite.policy import Action
from glowlite.rollout import signing, steps
from glowlite.rollout.signing import CannotSign

MOST_KEPT = 30  # on the page; older ones stay in the database
SHORTEST_REASON = 10  # letters
OPENED = 200

# Which tables of the MIS a part is made of; what is not here is written in GlowLite.
TABLES = {
    Action.CHILD: ("pupils",), Action.TODAY: ("lessons", "assignments", "marks", "calendar"), Action.TIMETABLE: ("lessons", "periods", "calendar"),
    Action.ATTENDANCE: ("marks", "calendar"), Action.HOMEWORK: ("assignments",), Action.CONDUCT: ("conduct",), Action.RESULTS: ("results",),
    Action.HELD: ("pupils", "contacts"), Action.CALENDAR: ("calendar",), Action.GROUP: ("groups", "teaching", "assignments"),
    Action.SOURCE: ("drops",),
}


def newest(school: School) -> list[ExposureCheck]:
    """The last ones, the newest first."""
    return list(ExposureCheck.select().where(ExposureCheck.school == school).order_by(ExposureCheck.id.desc()).limit(MOST_KEPT))


def one(school: School, number: int) -> ExposureCheck | None:
    return ExposureCheck.get_or_none(ExposureCheck.school == school, ExposureCheck.id == number)


# --- said to people ------------------------------------------------------------------------------------------


@dataclass
class Kind:
    """Addresses that are one page to a person, such as a child's with one month after another. parts: title -> where it comes from."""

    title: str
    addresses: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    guessed: bool = True


def kinds(row: ExposureCheck) -> list[Kind]:
    """The pages of a report, page by page as a person would count them, each with what showed."""
    files, found = sources(row.school), dict[str, Kind]()
    for page in row.report.get("pages", ()):
        if page["status"] != OPENED:
            continue
        kind = found.setdefault(_title(page), Kind(_title(page)))
        kind.addresses.append(page["address"])
        kind.parts |= {part["title"]: "; ".join(files.get(table, table) for table in part["tables"]) for part in page["parts"]}
        kind.names = sorted({*kind.names, *page["names"]})
        kind.guessed = kind.guessed and page["by"] == GUESSED
    return list(found.values())


def _title(page: dict[str, Any]) -> str:
    """Of a page its own; fragments and files have none."""
    if page["title"]:
        return str(page["title"])
    return "Pictures and files" if page["parts"] == [] else "Parts of pages, asked for alone"


def sources(school: School) -> dict[str, str]:
    """By table: the file of the last drop, and its day."""
    drop = Drop.select().where(Drop.school == school, Drop.status == "kept").order_by(Drop.id.desc()).first()
    if drop is None:
        return {}
    named = drop.report.get("sources", {})
    tables = {table for row in TABLES.values() for table in row} - {"drops"}
    return {table: f"{named.get(table, f'{table}.csv')}, drop of {clock.local(drop.started):%a %-d %b %Y}" for table in tables}


# --- compared ------------------------------------------------------------------------------------------------


class Difference(NamedTuple):
    """What is another since the check before, of the same parent; in sentences."""

    before: ExposureCheck
    new: list[str]
    solved: list[str]
    pages: list[str]


def compared(row: ExposureCheck) -> Difference | None:
    """This check against the one before; None when it is the first."""
    mine = ExposureCheck.select().where(ExposureCheck.school == row.school_id, ExposureCheck.username == row.username, ExposureCheck.id < row.id)
    before = mine.order_by(ExposureCheck.id.desc()).first()
    if before is None:
        return None
    old, new = ({finding["what"] for finding in check.report.get("findings", ())} for check in (before, row))
    return Difference(before, sorted(new - old), sorted(old - new), [*_other_pages(before, row)])


def _other_pages(before: ExposureCheck, row: ExposureCheck) -> Iterator[str]:
    old, new = ({kind.title: set(kind.parts) for kind in kinds(check)} for check in (before, row))
    yield from (f"{title}: a new page" for title in sorted(new.keys() - old.keys()))
    yield from (f"{title}: no longer there" for title in sorted(old.keys() - new.keys()))
    for title in sorted(old.keys() & new.keys()):
        yield from (f"{title}: {part} is new" for part in sorted(new[title] - old[title]))
        yield from (f"{title}: {part} is gone" for part in sorted(old[title] - new[title]))


# --- the sign-off of step 7 ------------------------------------------------------------------------------------


def first_user(school: School) -> User | None:
    """The first account, with which the school tries everything."""
    approval = steps.first_account(school)
    return approval.user if approval else None


def why_not_signed(row: ExposureCheck) -> str:
    """Why this check cannot be signed off; empty when it can."""
    first = first_user(row.school)
    if first is None or row.user_id != first.id:
        return "Only a check of the first account is signed off. This one is for your information."
    if row.report.get("rests_on") != signing.digest(signing.rests_on(row.school, signing.CHECK)):
        return "What parents may use, or what stands on their pages, has changed since. Run the check again and sign that one."
    if ExposureCheck.select().where(ExposureCheck.school == row.school_id, ExposureCheck.user == first, ExposureCheck.id > row.id).exists():
        return "There is a newer check of the first account. Sign that one."
    if row.report["canaries"]["proven"] is None:
        return "This check did not prove that it finds what it should. Run it from the page and sign that one."
    return ""


def sign(by: User, row: ExposureCheck, reason: str) -> SignOff:
    """Answer for a check. Findings need a reason. Raises CannotSign, or steps.NotYet while an earlier step is open."""
    steps.demand(row.school, signing.CHECK)
    stopped = why_not_signed(row)
    if stopped:
        raise CannotSign(stopped)
    if row.findings and len(reason.strip()) < SHORTEST_REASON:
        raise CannotSign("There are findings. Say in a sentence why they may stand; or put them right and check again.")
    return signing.sign(by, row.school, signing.CHECK, reason.strip(), check=row.id)
