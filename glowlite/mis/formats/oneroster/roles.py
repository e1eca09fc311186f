"""Hides which words say what somebody is at a school."""

from typing import NamedTuple

# The standard's words, and those that are met in their place.
PUPIL = {"student", "pupil", "learner"}
ADULT = {"parent", "guardian", "relative", "aide", "mother", "father", "carer", "contact"}
STAFF = {"teacher", "staff", "administrator", "proctor", "counselor", "principal", "siteadministrator", "districtadministrator", "systemadministrator"}
NOUN = {**dict.fromkeys(PUPIL, "pupils"), **dict.fromkeys(ADULT, "contacts"), **dict.fromkeys(STAFF, "staff")}
ALL = "student, teacher, administrator, parent, guardian, relative, aide"


def is_one(word: str) -> bool:
    """Is this one of the words, or one by which a sender extends them?"""
    return word in NOUN or word.startswith("ext:")


class Role(NamedTuple):
    """One role of one person. word: as in NOUN, or one nobody knows."""

    word: str
    org: str
    begins: str = ""
    ends: str = ""
