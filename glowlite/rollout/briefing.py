"""Hides the staff briefing: what a parent can see at a school, in words drawn from what is in force, and who of the staff has read it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import ModelSelect

from glowlite import clock, db
from glowlite.models import Audit, BriefingReading, Group, GroupPage, School, Staff, Teaching, User, UserStaff
from glowlite.policy import PARENT_HAT, Action, Role, Viewer, components_of, parenthood, placed, schools_open
from glowlite.policy.schedules import schedule_of
from glowlite.rollout import signing, steps

STEP = 8

# Where the usual words of an action say too little about parents.
WORDS = {
    Action.CHILD: "open the page of the child",
    Action.GROUP: "open the page of a class or club of the child, once its teacher lets parents in",
    Action.NEWS: "read news that is for parents: of the authority, the school and the child’s groups",
    Action.HELD: "see what the school holds about the child, and about themselves",
}

# What no policy, page or switch of a school can open to a parent.
NEVER = (
    "any other child: no name, no mark, no place in a list of a class",
    "any other adult, not even one of their own child’s: no name, address, telephone number or e-mail address, and not that there is somebody",
    "news for staff, drafts, posts that were withdrawn, and posts of groups their child is not in",
    "a post before its day or after it, and a post for named children unless theirs is one of them",
    "dates for staff, results before the day they are released, and homework before it is set",
    "a photograph with a child in it for whom there is no consent on record",
    "why an adult has no access, what the head has written about it, and who of the staff has read what",
)


class Part(NamedTuple):
    """Something that a school may or may not open to parents. later: when, if not at once."""

    words: str
    is_open: bool
    later: str


class TaughtGroup(NamedTuple):
    """A group and what parents meet there. shown, hidden: keys of the parts, in the order of the page."""

    group: Group
    is_open: bool
    shown: list[str]
    hidden: list[str]


@dataclass(frozen=True)
class Briefing:
    """What parents can see at a school now. pages: by page, the keys of its parts. who: the lines of the rule on who counts as a parent."""

    school: School
    parts: list[Part]
    pages: dict[str, list[str]]
    who: list[str]
    grace: int
    never: tuple[str, ...] = NEVER

    @property
    def open(self) -> list[Part]:
        return [part for part in self.parts if part.is_open]

    @property
    def shut(self) -> list[Part]:
        return [part for part in self.parts if not part.is_open]


def of_school(school: School) -> Briefing:
    """From the very policy, pages and rule that the site asks at this moment."""
    facts = signing.rests_on(school, STEP)
    parts = [Part(WORDS.get(action, action.sentence), facts["policy"]["may"][action.key], _later(school, action)) for action in components_of(Role(PARENT_HAT))]
    pages = {page: [widget for widget, _ in widgets] for page, widgets in facts["pages"].items()}
    return Briefing(school, parts, pages, [rule.words for rule in parenthood.link_rules(school)], parenthood.grace_days(school))


def _later(school: School, action: Action) -> str:
    schedule = schedule_of(school, action.key)
    opens = f"opens on {clock.local(schedule.opens):%a %-d %b at %H:%M}" if schedule.opens and schedule.waits(clock.now()) else ""
    return ", and ".join(filter(None, (opens, schedule.words)))


def groups_of(user: User, school: School) -> list[TaughtGroup]:
    """The groups that somebody teaches here, by name."""
    taught = Teaching.select(Teaching.group).join(UserStaff, on=UserStaff.staff == Teaching.staff).where(UserStaff.user == user, Teaching.gone.is_null())
    return as_parents_meet(school, Group.select().where(Group.school == school, Group.gone.is_null(), Group.id.in_(taught)).order_by(Group.name))


def as_parents_meet(school: School, groups: Iterable[Group]) -> list[TaughtGroup]:
    """What parents meet on the pages of these groups of a school."""
    keys = [key for _, _, key, _ in placed("group", (school.id,), (PARENT_HAT,))]
    wanted = list(groups)
    pages = {page.group_id: page for page in GroupPage.select().where(GroupPage.group.in_(wanted))}
    return [_taught(group, pages.get(group.id), keys) for group in wanted]


def _taught(group: Group, page: GroupPage | None, keys: list[str]) -> TaughtGroup:
    hidden = set(json.loads(page.hidden_text)) if page else set()
    return TaughtGroup(group, bool(page and page.open_to_parents), [key for key in keys if key not in hidden], [key for key in keys if key in hidden])


# --- who has read it -----------------------------------------------------------------------------------------


def version(school: School) -> str:
    """Stands for what the briefing says now."""
    return signing.digest(signing.rests_on(school, STEP))


def reading(user: User, school: School) -> BriefingReading | None:
    """Somebody's confirmation of what the briefing says now."""
    return _readings(user, school).where(BriefingReading.version == version(school)).first()


def changes(user: User, school: School) -> list[str]:
    """What has changed since somebody confirmed it last, in words; nothing when they never did, or when it still counts."""
    last = _readings(user, school).first()
    if last is None or last.version == version(school):
        return []
    before = json.loads(last.snapshot_text)
    return signing.differences(before, signing.rests_on(school, STEP)) if before else ["what parents can see is no longer what you read"]


def _readings(user: User, school: School) -> ModelSelect:
    mine = BriefingReading.select().where(BriefingReading.user == user, BriefingReading.school == school)
    return mine.order_by(BriefingReading.at.desc(), BriefingReading.id.desc())


def confirm(user: User, school: School, seen: str, told_by: User | None = None) -> bool:
    """Write down that somebody knows what parents can see, because they read it or were told in person; once for each version.

    seen: the version that they had before them. False when that is no longer what the briefing says.
    """
    facts = signing.rests_on(school, STEP)
    with db.write_lock():
        if signing.digest(facts) != seen:
            return False
        if not _readings(user, school).where(BriefingReading.version == seen).exists():
            BriefingReading.create(school=school, user=user, version=seen, at=clock.now(), told_by=told_by.name if told_by else "",
                                   snapshot_text=signing.as_text(facts))
            Audit.write(told_by or user, "told what parents can see" if told_by else "read what parents can see", user.username, school=school,
                        after={"version": seen})
    return True


@dataclass
class Standing:
    """One who teaches here. read: their confirmation of what the briefing says now; before: that they confirmed an earlier one."""

    user: User
    read: BriefingReading | None = None
    before: bool = field(default=False)


def staff(school: School) -> list[Standing]:
    """Everyone who teaches here and has an account, by name."""
    teachers, readings = steps.briefed(school)
    read = {row.user_id: row for row in readings}
    earlier = {number for (number,) in BriefingReading.select(BriefingReading.user).where(BriefingReading.school == school).tuples()}
    return sorted((Standing(user, read.get(user.id), user.id in earlier) for user in teachers), key=lambda one: one.user.by_surname)


def without_account(school: School) -> list[Staff]:
    """Those who teach here and cannot sign in: they are told in person, and nothing can be recorded for them."""
    teaching = Teaching.select(Teaching.staff).where(Teaching.gone.is_null())
    rows = Staff.select().where(Staff.school == school, Staff.gone.is_null(), Staff.id.in_(teaching), Staff.id.not_in(UserStaff.select(UserStaff.staff)))
    return list(rows.order_by(Staff.surname, Staff.forename))


def unread(viewer: Viewer) -> list[School]:
    """The schools where this viewer teaches and has not confirmed the briefing yet, though what it says is signed off."""
    here = [viewer.places[number] for number in schools_open(viewer, Action.READ_BRIEFING)]
    if not here:
        return []
    taught = (Staff.select(Staff.school).join(Teaching, on=Teaching.staff == Staff.id).join_from(Staff, UserStaff)
              .where(UserStaff.user == viewer.user_id, Teaching.gone.is_null(), Staff.gone.is_null(), Staff.school.in_(here)).distinct())
    numbers = {number for (number,) in taught.tuples()}
    return [school for school in here if school.id in numbers and reading(User(id=viewer.user_id), school) is None and _is_signed(school)]


def _is_signed(school: School) -> bool:
    """Before somebody answers for policy and pages, they may change every day: then nobody is asked to learn them."""
    signed = [signing.last(school, step) for step in steps.NEEDS[STEP]]
    return all(one is not None and signing.still_counts(one) for one in signed)
