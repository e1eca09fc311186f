"""Hides sign-offs: somebody answers for what stands at that moment, and the sign-off counts only while it still stands."""

import hashlib
import json
from typing import Any

from glowlite import clock, db
from glowlite.models import Audit, School, SignOff, User
from glowlite.policy import PAGES, PARENT_HAT, Decisions, Role, components_of, pages_of, placed

POLICY, PAGES_STEP, CHECK = 3, 5, 7  # the steps that somebody signs


class CannotSign(Exception):
    """The message says what is missing."""


def parents_policy(school: School) -> dict[str, Any]:
    """What parents may use here, by component, and what the school's schedule holds back."""
    role = Role(PARENT_HAT)
    decisions = Decisions.about([school.id], [role])
    matrix = {action.key: decisions.decided_at(school.id, role, action) is None for action in components_of(role)}
    return {"may": matrix, "schedule": _lasting(json.loads(school.schedule_text))}


def _lasting(schedule: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the schedule holds back for good. A day on which something opens only delays what was signed, and a checked register moves daily."""
    kept = {component: {"days": row.get("days"), "after register": "checked" in row} for component, row in schedule.items()}
    return {component: row for component, row in kept.items() if any(row.values())}


def parents_pages(school: School) -> dict[str, list[list[Any]]]:
    """What stands on each page of the school for parents, with its options, in order."""
    return {page: [[widget, json.loads(options)] for _, _, widget, options in placed(page, (school.id,), (PARENT_HAT,))] for page in pages_of(school)}


def authority_pages(school: School) -> dict[str, list[list[Any]]]:
    """Which parts stand for parents on the page of the authority; their options, its words and links, are not for a school to answer for."""
    return {page: [[widget, {}] for _, _, widget, _ in placed(page, (school.id,), (PARENT_HAT,))] for page in PAGES if page not in pages_of(school)}


def rests_on(school: School, step: int) -> dict[str, Any]:
    """What a sign-off of this step answers for, as it stands now; later steps rest on the page of the authority, too."""
    if step == POLICY:
        return {"policy": parents_policy(school)}
    if step == PAGES_STEP:
        return {"pages": parents_pages(school)}
    return {"policy": parents_policy(school), "pages": parents_pages(school) | authority_pages(school)}


def digest(facts: dict[str, Any]) -> str:
    """A short word that stands for these facts."""
    return hashlib.sha256(as_text(facts).encode()).hexdigest()[:16]


def as_text(facts: dict[str, Any]) -> str:
    """The facts as a snapshot keeps them."""
    return json.dumps(facts, sort_keys=True, default=str)


def last(school: School, step: int) -> SignOff | None:
    """The newest sign-off of a step, whether it still counts or not."""
    return SignOff.select().where(SignOff.school == school, SignOff.step == step).order_by(SignOff.at.desc(), SignOff.id.desc()).first()


def still_counts(sign_off: SignOff) -> bool:
    return sign_off.snapshot_text == as_text(rests_on(sign_off.school, sign_off.step))


def what_changed(sign_off: SignOff) -> list[str]:
    """In words, what is no longer as it was signed."""
    return differences(json.loads(sign_off.snapshot_text), rests_on(sign_off.school, sign_off.step))


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """In words, what of the facts that something rested on is another now."""
    words = []
    for component, may in now.get("policy", {}).get("may", {}).items():
        was = before.get("policy", {}).get("may", {}).get(component)
        if was is not may:
            words.append(f"{component} is now {'on' if may else 'off'}")
    if before.get("policy", {}).get("schedule") != now.get("policy", {}).get("schedule"):
        words.append("the schedule is another")
    for page, widgets in now.get("pages", {}).items():
        if before.get("pages", {}).get(page) != json.loads(json.dumps(widgets)):
            words.append(f"the {page} page was arranged anew")
    return words


def sign(by: User, school: School, step: int, note: str = "", *, seen: str | None = None, **more: Any) -> SignOff:
    """Answer for a step as it stands now. more: facts for the audit, such as the number of the check.

    seen: the digest of what the signer saw; raises CannotSign where that is not what stands now.
    """
    with db.write_lock():
        facts = rests_on(school, step)
        if seen is not None and seen != digest(facts):
            raise CannotSign("This has changed since you saw it, so nothing is signed. Below is how it stands now: look at it, then sign.")
        row = SignOff.create(school=school, step=step, snapshot_text=as_text(facts), note=note, at=clock.now(), user=by, by=by.name)
        Audit.write(by, "signed off", f"step {step}", school=school, after={"step": step, "note": note} | more)
    return row
