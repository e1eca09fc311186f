"""Hides the four key decisions: what each may say, recording one, and what the software reads from them."""

from typing import NamedTuple

from glowlite.models import School
from glowlite.policy.parenthood import key_decision

COLLECTED, SENT_HOME, E_MAILED = "collected", "sent-home", "e-mailed"


class HandingOut(NamedTuple):
    """How account details reach an adult. days: how long a code works. identity: what the desk asks to see."""

    ways: tuple[str, ...] = (COLLECTED,)
    days: int = 30
    identity: str = "A passport, a driving licence, or somebody of the school who knows them"


class Support(NamedTuple):
    """What help there is. is_self_service: a parent can reset a lost password alone, by e-mail and second fact."""

    is_self_service: bool = False
    hours: str = ""
    words: str = ""


def handing_out(school: School) -> HandingOut:
    decided = key_decision(school, "handing-out")
    value = decided.value if decided else {}
    usual = HandingOut()
    return HandingOut(tuple(value.get("ways", usual.ways)), int(value.get("days", usual.days)), value.get("identity", usual.identity))


def support(school: School) -> Support:
    decided = key_decision(school, "support")
    value = decided.value if decided else {}
    return Support(value.get("reset") == "self", value.get("hours", ""), value.get("words", ""))
