"""Hides the words of policy: the roles people have, the hats they wear, and what can be done to what."""

from enum import Enum, StrEnum
from functools import cached_property
from typing import Any

from glowlite.models import Authority, Group, Post, Pupil, School, User

PARENT_HAT, STAFF_HAT = "parent", "staff"


class Role(StrEnum):
    PARENT = "parent"
    TEACHER = "teacher"
    HEAD = "head"
    EDITOR = "editor"
    OFFICE = "office"
    AUTHORITY = "authority"

    @property
    def people(self) -> str:
        """Those who hold it, as one says in a sentence."""
        return {"head": "the head", "office": "the office", "authority": "the authority"}.get(self.value, f"{self.value}s")

    def counted(self, number: int) -> str:
        """So many of those who hold it: 1 parent, 14 parents, 2 members of the office."""
        of = f" of {self.people}" if self in (Role.OFFICE, Role.AUTHORITY) else ""
        return f"{number:,} {'member' if of else self.value}{'' if number == 1 else 's'}{of}"


class Action(Enum):
    """Something a person may do, with the sentence the office reads out, and what it is done to.

    component: authority and schools decide about it per role (sieves 2 and 3). Its key is its name in lower case.
    """

    SEE_HOME = ("open a home page", User, False)
    WEAR_HAT = ("change between parent and staff", User, False)
    CHANGE_PASSWORD = ("change the password", User, False)
    CHILD = ("open the page", Pupil, True)
    TODAY = ("see what today brings", Pupil, True)
    TIMETABLE = ("see the timetable", Pupil, True)
    ATTENDANCE = ("see attendance", Pupil, True)
    HOMEWORK = ("see homework", Pupil, True)
    CONDUCT = ("see praise and behaviour", Pupil, True)
    CONDUCT_TEXT = ("read the comments on praise and behaviour", Pupil, True)
    RESULTS = ("see results", Pupil, True)
    HELD = ("see what the school holds about the family", Pupil, True)
    CALENDAR = ("see the school's dates", School, True)
    LINKS = ("see useful links", School, True)
    SOURCE = ("see where the data comes from", School, True)
    CLASSES = ("see the list of a group", Group, True)
    GROUP = ("open the page of a group", Group, True)
    NEWS = ("read news", Post, True)
    WRITE_GROUP_NEWS = ("write news for a group", Group, False)
    WRITE_SCHOOL_NEWS = ("write news for the school", School, False)
    WRITE_AUTHORITY_NEWS = ("write news for all schools", Authority, False)
    CHANGE_NEWS = ("change or withdraw news", Post, False)
    ARRANGE_GROUP = ("decide what parents meet on a group's page", Group, False)
    ARRANGE_PAGES = ("arrange the pages of the school", School, False)
    AGREE = ("accept the acceptable use policy", User, False)
    WRITE_AGREEMENT = ("write what the school adds to the acceptable use policy", School, False)
    WRITE_AUTHORITY_AGREEMENT = ("write the acceptable use policy", Authority, False)
    RECORD_AGREEMENT = ("see who has accepted the acceptable use policy, and record paper", School, False)
    SEE_ROLLOUT = ("see how far the school has come with bringing parents on", School, False)
    SEE_ROLLOUTS = ("see how far the schools have come with bringing parents on", Authority, False)
    SWITCH_ALL = ("let the schools bring parents on", Authority, False)
    SWITCH_SCHOOL = ("let the school bring parents on", School, False)
    DECIDE_POLICY = ("decide what each role may use at the school", School, False)
    DECIDE_AUTHORITY_POLICY = ("decide what each role may use at all schools", Authority, False)
    SIGN_POLICY = ("sign off what parents may use", School, False)
    SIGN_PAGES = ("sign off the pages of parents", School, False)
    DECIDE_KEYS = ("record the key decisions of the school", School, False)
    DECIDE_AUTHORITY_KEYS = ("record the key decisions of the authority", Authority, False)
    DECIDE_LINK = ("decide about the link between one adult and one child", School, False)
    SEE_LINK_DECISIONS = ("see what the head decided about single links", School, False)
    CHECK_EXPOSURE = ("check what a parent meets on the site", School, False)
    SIGN_CHECK = ("sign off the check of what a parent meets", School, False)
    READ_BRIEFING = ("read what parents can see", School, False)
    TELL_STAFF = ("see who of the staff has read what parents can see", School, False)
    SEE_AS_PARENTS = ("see the page of a group as parents see it", Group, False)
    APPROVE_ACCOUNTS = ("approve the accounts of parents and hand out their details", School, False)
    HAND_OVER = ("hand account details over at the desk", School, False)
    MATCH_PEOPLE = ("say whether two records are one adult", School, False)
    PROVE_CODE = ("add another child with a code from the school", User, False)
    BEGIN = ("go through the first ten minutes", User, False)
    CORRECT_DETAILS = ("say that one's contact details are no longer right", User, False)
    SETTLE_CORRECTIONS = ("settle what parents say is no longer right", School, False)
    HOLD_TRAINING = ("arrange training for parents", School, False)
    TAKE_TRAINING = ("take a place in a training", School, False)
    READ_AIMS = ("read what this is for", School, False)
    WRITE_AIMS = ("write what this is for", School, False)
    SEE_AUTHORITY_PAGE = ("open the page of the authority", Authority, True)
    ARRANGE_AUTHORITY_PAGE = ("arrange the page of the authority", Authority, False)
    SEE_SCHOOLS = ("see the list of one's schools", User, False)
    ASK_WHY = ("ask why somebody sees or does not see something", School, False)
    ASK_WHY_NOT_ME = ("ask why one does not see something oneself", User, False)
    FIND_PEOPLE = ("find the people of the school", School, False)
    MANAGE_ACCOUNT = ("reset or lock an account", User, False)
    SEE_DROPS = ("see what was loaded from the MIS", School, False)
    LOAD_DROPS = ("load files from the MIS", School, False)
    SET_DROPS = ("decide when a drop waits for a person", School, False)
    SET_AUTHORITY_DROPS = ("decide for all schools within which bounds drops wait", Authority, False)
    SET_CODES = ("say what the attendance codes of the school mean", School, False)
    SET_AUTHORITY_CODES = ("decide which attendance codes the schools use", Authority, False)
    SEE_QUALITY = ("see what work the data of the school needs", School, False)
    SEE_AUDIT = ("see who did what", School, False)

    def __init__(self, sentence: str, subject: Any, component: bool) -> None:
        self.sentence, self.subject, self.component = sentence, subject, component

    @property
    def thing(self) -> str:
        """What it opens, without the verb: praise and behaviour."""
        return "the page of a child" if self is Action.CHILD else self.sentence.partition(" ")[2]

    @cached_property
    def key(self) -> str:
        return self.name.lower().replace("_", "-")
