"""Hides how far a school has come: the nine steps, each done by something recorded, and what stops the next one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import fn

from glowlite import agreement, clock
from glowlite.models import (
    Approval,
    BriefingReading,
    ExposureCheck,
    HandOver,
    KeyDecision,
    LetterRun,
    Link,
    School,
    Staff,
    Teaching,
    User,
    UserStaff,
)
from glowlite.models.school import Place
from glowlite.policy import links_with_access
from glowlite.policy.parenthood import key_decision
from glowlite.rollout import candidates, signing, switching

DONE, OPEN, BLOCKED, AGAIN = "done", "open", "blocked", "again"

TITLES = {
    1: "Acceptable use policy", 2: "The authority lets parents in", 3: "What parents may use", 4: "Key decisions", 5: "Pages for parents",
    6: "The first parent", 7: "Nothing shows that should not", 8: "Staff know", 9: "The others follow",
}
NEEDS = {6: (1, 2, 3, 4, 5), 7: (3, 5, 6), 8: (3, 5), 9: (1, 2, 3, 4, 5, 6, 7, 8)}  # what must be done before
TOPICS = {
    "parents": "who counts as a parent", "handing-out": "how details are handed out", "support": "what help there is", "training": "what training there is"}


class NotYet(Exception):
    """A step is not open yet; the message says which one stops it and why."""


@dataclass(frozen=True)
class Evidence:
    """Something recorded. who: empty where nobody in particular did it. account: of whom it is, for those who may know the families."""

    what: str
    who: str = ""
    at: datetime | None = None
    account: str = ""

    def as_json(self) -> dict[str, str | None]:
        return {"what": self.what, "who": self.who, "at": self.at.isoformat() + "Z" if self.at else None, "account": self.account or None}


@dataclass
class Step:
    """One of the nine. to_do: what is missing, in a sentence; empty when it is done. reopened: what changed since it was signed.

    blocked_by: an earlier step that this one needs and that is not done; what was done before that stays done.
    """

    number: int
    evidence: list[Evidence] = field(default_factory=list)
    to_do: str = ""
    reopened: list[str] = field(default_factory=list)
    blocked_by: int | None = None

    @property
    def title(self) -> str:
        return TITLES[self.number]

    @property
    def is_done(self) -> bool:
        return not self.to_do

    @property
    def state(self) -> str:
        """done, open (can be done now), again (was done, and what it rested on has changed), or blocked (by `blocked_by`)."""
        if self.is_done:
            return DONE
        return BLOCKED if self.blocked_by else AGAIN if self.reopened else OPEN

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "title": self.title, "state": self.state, "evidence": [one.as_json() for one in self.evidence],
                "to_do": self.to_do, "reopened_by": self.reopened, "blocked_by": self.blocked_by}


def of_school(school: School) -> list[Step]:
    """The nine steps of a school, in order."""
    found: dict[int, Step] = {}
    for number, look in LOOKS.items():
        step = look(school)
        step.blocked_by = next((needed for needed in NEEDS.get(number, ()) if not found[needed].is_done), None)
        found[number] = step
    return [*found.values()]


def next_one(steps: list[Step]) -> Step | None:
    """The first that can be done now; None when all are done."""
    return next((step for step in steps if step.state in (OPEN, AGAIN)), None)


def demand(school: School, number: int) -> None:
    """Raises NotYet unless everything that this step needs is done."""
    steps = {step.number: step for step in of_school(school)}
    blocking = steps[number].blocked_by
    if blocking:
        raise NotYet(f"Step {blocking} of the rollout, “{TITLES[blocking]}”, is not done yet: {steps[blocking].to_do or 'an earlier step is open'}")


# --- the nine -----------------------------------------------------------------------------------------------


def _agreement(school: School) -> Step:
    found = [Evidence(f"{text.school.name if text.school_id else text.authority.name}, version {text.number}", text.changed_by, text.published)
             for text in agreement.in_force(school)]
    return Step(1, found, "" if found else "No acceptable use policy is published yet.")


def _switch(school: School) -> Step:
    places = [Place(school.authority), Place(school.authority, school)]
    used = [(place, switching.newest(place)) for place in places]
    off = [place.name for place, last in used if last is None or not last.is_on]
    found = [Evidence(f"{place.name}: {'on' if last.is_on else 'off'}", last.by, last.at) for place, last in used if last]
    return Step(2, found, f"The switch is off for {' and for '.join(off)}. The authority turns it on." if off else "")


def _signed(school: School, number: int, missing: str) -> Step:
    last = signing.last(school, number)
    if last is None:
        return Step(number, [], missing)
    evidence = Evidence(f"Signed off{f': {last.note}' if last.note else ''}", last.by, last.at)
    if signing.still_counts(last):
        return Step(number, [evidence])
    changed = signing.what_changed(last)
    return Step(number, [evidence], f"Since it was signed off, {'; '.join(changed)}. Look at it and sign again.", changed)


def _policies(school: School) -> Step:
    return _signed(school, signing.POLICY, "Nobody has gone through what parents may use and signed it off.")


def _decisions(school: School) -> Step:
    made: dict[str, KeyDecision | None] = {topic: key_decision(school, topic) for topic in TOPICS}
    open_ones = [words for topic, words in TOPICS.items() if made[topic] is None]
    found = [Evidence(f"{TOPICS[topic].capitalize()}{'' if one.school_id else f' (by {school.authority.name})'}", one.by, one.at)
             for topic, one in made.items() if one]
    return Step(4, found, f"Still to be decided: {', '.join(open_ones)}." if open_ones else "")


def _pages(school: School) -> Step:
    return _signed(school, signing.PAGES_STEP, "Nobody has signed off the pages that parents meet.")


def first_account(school: School) -> Approval | None:
    """The account that the school tries everything with, while its links still open a child here."""
    approval = Approval.select(Approval, User).join(User).where(Approval.school == school, Approval.is_first == True).order_by(Approval.id.desc()).first()
    alive = approval and approval.user.is_active and links_with_access().where(Link.contact == approval.contact_id).exists()
    return approval if alive else None


def _first(school: School) -> Step:
    approval = first_account(school)
    if approval is None:
        return Step(6, [], "The first account is still to be approved, like every later one.")
    return Step(6, [Evidence("The first account is approved", approval.by, approval.at, approval.user.username)])


def _check(school: School) -> Step:
    step, first = _signed(school, signing.CHECK, "Check what the first parent meets on the site, and sign it off."), first_account(school)
    checks = ExposureCheck.select().where(ExposureCheck.school == school, ExposureCheck.user == (first.user_id if first else None))
    newest = checks.order_by(ExposureCheck.at.desc(), ExposureCheck.id.desc()).first()
    if newest is None:
        return step
    findings = f"{newest.findings} findings" if newest.findings != 1 else "1 finding"
    step.evidence.insert(0, Evidence(f"Checked as a parent: {newest.pages} pages, {findings}", newest.by, newest.at, newest.username))
    signed = signing.last(school, signing.CHECK)
    if step.is_done and newest.findings and signed and signed.at < newest.at:
        step.to_do = "A check since the sign-off has found something. Look at it, put it right, and sign again."
        step.reopened = ["a later check found something"]
    return step


def briefed(school: School) -> tuple[list[User], list[BriefingReading]]:
    """The accounts of everyone who teaches here, and their readings of what the briefing says now."""
    teaching = Teaching.select(Teaching.staff).where(Teaching.gone.is_null())
    teachers = list(User.select().join(UserStaff).join(Staff).where(Staff.school == school, Staff.gone.is_null(), Staff.id.in_(teaching)).distinct())
    now = signing.digest(signing.rests_on(school, 8))
    rows = BriefingReading.select().where(BriefingReading.school == school, BriefingReading.version == now, BriefingReading.user.in_(teachers))
    return teachers, list(rows.order_by(BriefingReading.at))


def _staff(school: School) -> Step:
    teachers, readings = briefed(school)
    found = [Evidence(f"{len(readings)} of {len(teachers)} teachers have read what parents can see", "", readings[-1].at if readings else None)]
    missing = len(teachers) - len(readings)
    before = BriefingReading.select().where(BriefingReading.school == school).exists()
    if not teachers:
        return Step(8, [], "No teacher has an account yet, so nobody can be told.")
    to_do = f"{missing} of {len(teachers)} teachers have not confirmed what parents can see." if missing else ""
    return Step(8, found, to_do, ["what parents can see has changed"] if missing and before and not readings else [])


def _others(school: School) -> Step:
    now = candidates.counts(school)
    found = [Evidence(f"{now.accounts} accounts, {now.signed_in} have signed in, {now.remote} with remote access")]
    runs = LetterRun.select(LetterRun.count, LetterRun.by, LetterRun.at).where(LetterRun.school == school, LetterRun.count > 0)
    run = runs.order_by(LetterRun.at.desc()).first()
    given = HandOver.select(fn.COUNT(HandOver.id), fn.MAX(HandOver.given)).where(HandOver.school == school, HandOver.given.is_null(False))
    handed, since = given.scalar(as_tuple=True)
    found += [Evidence(f"Account details for {run.count} downloaded last", run.by, run.at)] if run else []
    found += [Evidence(f"{handed} handed over at the desk", "", since if isinstance(since, datetime) else None)] if handed else []
    to_do = f"{now.waiting} adults wait for an account." if now.waiting else "" if now.accounts > 1 else "No account but the first is approved yet."
    return Step(9, found, to_do)


LOOKS: dict[int, Callable[[School], Step]] = {
    1: _agreement, 2: _switch, 3: _policies, 4: _decisions, 5: _pages, 6: _first, 7: _check, 8: _staff, 9: _others}


def as_json(school: School) -> dict[str, Any]:
    """What `flask rollout status --json` prints."""
    steps = of_school(school)
    return {"school": school.code, "at": clock.now().isoformat() + "Z", "done": sum(step.is_done for step in steps),
            "steps": [step.as_json() for step in steps]}
