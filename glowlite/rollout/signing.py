"""Hides sign-offs: somebody answers for what stands at that moment, and the sign-off counts only while it still stands."""

import hashlib
import json
from typing import Any

from glowlite import clock, db
from glowlite.models import Audit, School, SignOff, User
from glowlite.policy import PAGES, PARENT_HAT, Decisions, Role, components_of, placed

POLICY, PAGES_STEP, CHECK = 3, 5, 7  # the steps that somebody signs


class CannotSign(Exception):
    """The message says what is missing."""


def parents_policy(school: School) -> dict[str, Any]:
    """What parents may use here, by component, and what the school's schedule holds back."""
    role = Role(PARENT_HAT)
    decisions = Decisions.about([school.id], [role])
    matrix = {action.key: decisions.decided_at(school.id, role, action) is None for action in components_of(role)}
    return {"may": matrix, "schedule": _lasting(json.loads(school.schedule_text))}


def _lasting(schedule: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The schedule without what moves every day: up to which session registers were checked."""
    return {component: "after the register is checked" if "checked" in row else row for component, row in schedule.items()}


def parents_pages(school: School) -> dict[str, list[list[Any]]]:
    """What stands on each page for parents, with its options, in order."""
    return {page: [[widget, json.loads(options)] for _, _, widget, options in placed(page, (school.id,), (PARENT_HAT,))] for page in PAGES}


def rests_on(school: School, step: int) -> dict[str, Any]:
    """What a sign-off of this step answers for, as it stands now."""
    found: dict[int, dict[str, Any]] = {
        POLICY: {"policy": parents_policy(school)},
        PAGES_STEP: {"pages": parents_pages(school)},
    }
    return found.get(step) or {"policy": parents_policy(school), "pages": parents_pages(school)}


def digest(facts: dict[str, Any]) -> str:
    """A short word that stands for these facts."""
    return hashlib.sha256(_text(facts).encode()).hexdigest()[:16]


def _text(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, default=str)


def last(school: School, step: int) -> SignOff | None:
    """The newest sign-off of a step, whether it still counts or not."""
    return SignOff.select().where(SignOff.school == school, SignOff.step == step).order_by(SignOff.at.desc(), SignOff.id.desc()).first()


def still_counts(sign_off: SignOff) -> bool:
    return sign_off.snapshot_text == _text(rests_on(sign_off.school, sign_off.step))


def what_changed(sign_off: SignOff) -> list[str]:
    """In words, what is no longer as it was signed."""
    before, now = json.loads(sign_off.snapshot_text), rests_on(sign_off.school, sign_off.step)
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


def sign(by: User, school: School, step: int, note: str = "", **more: Any) -> SignOff:
    """Answer for a step as it stands now. more: facts for the audit, such as the number of the check."""
    with db.write_lock():
        row = SignOff.create(school=school, step=step, snapshot_text=_text(rests_on(school, step)), note=note, at=clock.now(), user=by, by=by.name)
        Audit.write(by, "signed off", f"step {step}", school=school, after={"step": step, "note": note} | more)
    return row
