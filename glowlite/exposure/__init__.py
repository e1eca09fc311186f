"""Hides the check of what a parent meets: everything they reach is followed as them, held against what may not show, and kept as a report.

crawl: the way through the site. reading: what a page says. facts: what may not show. findings: what showed all the same.
canaries: records that nobody may meet, and the proof that they would be found. reports: what is kept, compared and signed off.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from glowlite import clock, db, people
from glowlite.exposure.canaries import ABOUT, PERCH, Canaries
from glowlite.exposure.crawl import CannotCheck, Page, Walk, follow
from glowlite.exposure.facts import Family
from glowlite.exposure.findings import Finding, Findings, dead_ends, reckon
from glowlite.exposure.reports import TABLES
from glowlite.models import Audit, Contact, ExposureCheck, Job, School, User, UserContact
from glowlite.policy import links_with_access
from glowlite.rollout import jobs, signing
from glowlite.widgets import WIDGETS

JOB = "exposure"
Told = Callable[[int], None]


# --- checking ------------------------------------------------------------------------------------------------


def check(by: User | str, school: School, user: User, *, proves: bool = True, told: Told = lambda done: None) -> ExposureCheck:
    """Follow everything as this parent and keep the report. Raises CannotCheck when there is nothing to follow.

    proves: also make the canaries visible and see that each is found. told: how many pages were followed so far.
    """
    report, found = _look(school, user, proves, told)
    with db.write_lock():
        row = ExposureCheck.create(school=school, user=user, username=user.username, at=clock.now(), by=by.name if isinstance(by, User) else by,
                                   pages=len(report["pages"]), findings=len(found), report_text=json.dumps(report, ensure_ascii=False))
        Audit.write(by, "checked what a parent meets", user.username, school=school, after={"pages": row.pages, "findings": row.findings, "check": row.id})
    return row


def start(by: User, school: School, user: User, then: str) -> Job:
    """Have it done outside this request. then: the page that comes next, with {result} for the number of the check."""
    return jobs.start(by, school, JOB, {"user": user.id}, then)


@jobs.work(JOB)
def _in_job(job: Job, progress: jobs.Progress) -> jobs.Outcome:
    try:
        row = check(job.user, job.school, User.get_by_id(job.arguments["user"]), told=lambda done: progress.step())
    except CannotCheck as problem:
        raise jobs.Failed(str(problem)) from problem
    return jobs.Outcome(f"{row.pages} pages were followed as {row.username}.", row.id)


def all_of(by: User | str, school: School, told: Callable[[User, ExposureCheck | None], None] = lambda user, row: None) -> list[ExposureCheck]:
    """Check as every parent of a school, one after the other. Only reports with findings are kept; the first proves that the canaries are found."""
    rows: list[ExposureCheck] = []
    for user in everybody(school):
        try:
            row = check(by, school, user, proves=not rows)
        except CannotCheck:
            told(user, None)
            continue
        rows.append(row)
        told(user, row)
        if not row.findings:
            ExposureCheck.delete().where(ExposureCheck.id == row.id).execute()
    return rows


def _look(school: School, user: User, proves: bool, told: Told) -> tuple[dict[str, Any], list[Finding]]:
    if user.locked:
        raise CannotCheck(f"The account {user.username} is locked, so there is nothing to follow.")
    family, canaries = Family(user, school), Canaries.hatch()
    rests_on = signing.digest(signing.rests_on(school, signing.CHECK))
    walk = follow(user, school, canaries.planter(school, user), told=told)
    walk.pages = [page for page in walk.pages if not page.document.title.startswith(PERCH)]
    result = reckon(walk.pages, family)
    seen = _canaries_in(walk.pages, canaries, result.findings)
    proven = _proof(school, user, canaries) if proves else set()
    if proves and len(proven) < len(ABOUT):
        missed = [ABOUT[name] for name in ABOUT if name not in proven]
        result.findings.add("/", f"The check could not find what it had made visible itself: {', '.join(missed)}")
    found = result.findings.sure()
    return {
        "rests_on": rests_on, "school": school.name, "name": user.name,
        "pages": [_said(page, result.named[page.address], school) for page in walk.pages],
        "findings": [asdict(one) for one in found], "to_look_at": [asdict(one) for one in result.findings.to_look_at()],
        "canaries": {"planted": len(ABOUT), "seen": len(seen), "proven": len(proven) if proves else None, "what": [*ABOUT.values()]},
        "refused": walk.refused, "alike": walk.alike, "stopped": walk.stopped, "dead_ends": dead_ends(walk.pages), "unread": _unread(walk),
    }, found


def _canaries_in(pages: Iterable[Page], canaries: Canaries, found: Findings) -> set[str]:
    seen: set[str] = set()
    for page in pages:
        for name in canaries.in_text(page.raw):
            found.add(page.address, f"A canary showed – {ABOUT[name]}", source="planted for this check")
            seen.add(name)
    return seen


def _proof(school: School, user: User, canaries: Canaries) -> set[str]:
    """The same canaries, made visible: which of them the very same walk finds."""
    found: set[str] = set()

    def has_all(page: Page) -> bool:
        found.update(canaries.in_text(page.raw))
        return len(found) == len(ABOUT)

    follow(user, school, canaries.planter(school, user, visible=True), until=has_all)
    return found


def _unread(walk: Walk) -> list[str]:
    """Files of which a machine cannot read everything, and why: somebody has to look at them."""
    return sorted({f"{page.file or page.address} – {why}" for page in walk.pages for why in page.left})


def _said(page: Page, named: list[str], school: School) -> dict[str, Any]:
    """A page in the report: what showed on it, from which part, and whose names stood there by right."""
    parts = [{"key": key, "title": WIDGETS[key].title, "tables": TABLES.get(WIDGETS[key].needs, ())} for key in page.document.parts if key in WIDGETS]
    return {"address": page.address, "title": page.document.title.partition(" – ")[0], "endpoint": page.endpoint, "status": page.status, "by": page.by,
            "mime": page.mime, "parts": parts, "names": [name for name in named if name != school.name]}


# --- whom to check ---------------------------------------------------------------------------------------------


def everybody(school: School) -> list[User]:
    """The accounts that a link opens a child of this school to, by user name."""
    contacts = links_with_access().join_from(Contact, UserContact).select(UserContact.user).where(Contact.school == school)
    return list(User.select().where(User.id.in_(contacts), User.locked.is_null()).order_by(User.username))


def parents(school: School, letters: str) -> list[User]:
    """Those of them whom these letters fit."""
    found = {one.id for one in people.find(school, letters, kinds=[people.ACCOUNT])}
    return [user for user in everybody(school) if user.id in found]


def parent(school: School, number: int) -> User | None:
    """The one with this number."""
    return next((user for user in everybody(school) if user.id == number), None)
