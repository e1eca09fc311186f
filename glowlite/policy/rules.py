"""Hides sieve 1, the ceiling: the most that each role can ever do, and the rule (one expression over records) that opens each thing."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from peewee import Case, Expression, ModelSelect, Value, fn

from glowlite import clock
from glowlite.models import (
    Authority,
    Conduct,
    Contact,
    Duty,
    Group,
    GroupPage,
    Link,
    Membership,
    Post,
    PostFile,
    PostPupil,
    Pupil,
    School,
    Teaching,
    User,
    UserContact,
    UserStaff,
)
from glowlite.models.news import DRAFT, PUBLISHED
from glowlite.policy.roles import STAFF_HAT, Action, Role


class Asker(NamedTuple):
    """All that a rule may know: who asks, and when. While a query is being prepared, stand-ins for both."""

    user_id: Any
    today: Any
    now: Any


def on_roll(today: Any = None) -> Expression:
    return Pupil.gone.is_null() & (Pupil.left_on.is_null() | (Pupil.left_on >= (today or clock.today())))


def link_gives_access() -> Expression:
    """The usual UK rule: parental responsibility and no court order, both on record. NULL (a blank cell) fails both.

    The school's rule narrows it; the head's word on this one link outranks both, but never a court order that came after it.
    """
    by_rule = ((Link.parental_responsibility == True) & (Link.court_order == False) & (Link.rule_shuts == False)
               & (Link.head_says.is_null() | (Link.head_says != "shut")))
    by_head = (Link.head_says == "open") & ((Link.court_order == False) | (Link.head_knew_order == True))
    return Link.gone.is_null() & (by_rule | by_head)


def in_parents_time(today: Any = None) -> Expression:
    """On the roll, or left so lately that the school's grace for leavers still runs."""
    return on_roll(today) | (Pupil.gone.is_null() & (Pupil.parents_until >= (today or clock.today())))


def links_with_access(today: Any = None) -> ModelSelect:
    """Links that give an adult access to a child, whether or not the adult has an account."""
    return (Link.select().join(Contact).switch(Link).join(Pupil)
            .where(link_gives_access(), Contact.gone.is_null(), in_parents_time(today)))


def themselves(asker: Asker) -> Expression:
    return User.id == asker.user_id


def linked_children(asker: Asker) -> Expression:
    mine = (links_with_access(asker.today).select(Link.pupil)
            .join_from(Contact, UserContact).where(UserContact.user == asker.user_id))
    return Pupil.id.in_(mine)


def taught_children(asker: Asker) -> Expression:
    """Pupils of the groups this person teaches; the staff hat only, so a teacher's own child is no short cut."""
    taught = (Membership.select(Membership.pupil).join(Group)
              .where(Membership.gone.is_null(), taught_groups(asker)))
    return on_roll(asker.today) & Pupil.id.in_(taught)


def taught_groups(asker: Asker) -> Expression:
    mine = (Teaching.select(Teaching.group).join(UserStaff, on=UserStaff.staff == Teaching.staff)
            .where(UserStaff.user == asker.user_id, Teaching.gone.is_null()))
    return Group.gone.is_null() & Group.id.in_(mine)


def school_children(asker: Asker) -> Expression:
    return on_roll(asker.today)


def school_groups(asker: Asker) -> Expression:
    return Group.gone.is_null()


def groups_of_linked_children(asker: Asker) -> Expression:
    """Groups of one's own children into which the teacher lets parents."""
    opened = GroupPage.select(GroupPage.group).where(GroupPage.open_to_parents == True)
    theirs = (Membership.select(Membership.group).join(Pupil)
              .where(Membership.gone.is_null(), linked_children(asker)))
    return Group.gone.is_null() & Group.id.in_(opened) & Group.id.in_(theirs)


def showing(asker: Asker) -> Expression:
    """Sieve 6 for news: published, begun and not expired."""
    begun = Post.shows_from.is_null() | (Post.shows_from <= asker.now)
    return (Post.state == PUBLISHED) & begun & (Post.shows_until.is_null() | (Post.shows_until > asker.now))


def may_be_shown() -> Expression:
    """Files of posts, but no picture of a child for whom consent is not, or no longer, on record."""
    refused = Pupil.photo_consent.is_null() | (Pupil.photo_consent == False)
    in_it = PostPupil.select(Value(1)).join(Pupil).where(PostPupil.post == PostFile.post, PostPupil.is_shown == True, refused)
    return (PostFile.kind != "picture") | ~fn.EXISTS(in_it)


def readable_comment(hat: str) -> Any:
    """The comment of an entry on conduct, as a column: for parents none unless the school is known to name no other child in it."""
    return Conduct.comment if hat == STAFF_HAT else Case(None, [(Conduct.names_other == False, Conduct.comment)])


def family_news(asker: Asker) -> Expression:
    """News for parents: of the whole school or authority, or of an open group of one's child; named children only when it is one's own."""
    groups = Group.select(Group.id).where(groups_of_linked_children(asker))
    addressed = PostPupil.select(PostPupil.post).join(Pupil).where(PostPupil.is_for == True, linked_children(asker))
    return (showing(asker) & (Post.for_parents == True) & (Post.group.is_null() | Post.group.in_(groups))
            & ((Post.named_only == False) | Post.id.in_(addressed)))


def staff_news(asker: Asker) -> Expression:
    """News for staff, of the school, or of a group one teaches; and always one's own."""
    groups = Group.select(Group.id).where(taught_groups(asker))
    return (showing(asker) & (Post.for_staff == True) & (Post.group.is_null() | Post.group.in_(groups))) | own_news(asker)


def own_news(asker: Asker) -> Expression:
    """What one wrote oneself for a group, while one teaches it."""
    return (Post.author == asker.user_id) & Post.group.in_(Group.select(Group.id).where(taught_groups(asker)))


def _no_strangers_draft(asker: Asker) -> Expression:
    return (Post.state != DRAFT) | (Post.author == asker.user_id)


def school_news(asker: Asker) -> Expression:
    """All news of the school that is out or was; another's draft is nobody's business. The authority's is not the school's."""
    return Post.school.is_null(False) & _no_strangers_draft(asker)


def news_for_the_head(asker: Asker) -> Expression:
    return school_news(asker) | (showing(asker) & Post.school.is_null())


def own_school_news(asker: Asker) -> Expression:
    return Post.school.is_null(False) & Post.group.is_null() & (Post.author == asker.user_id)


def school_wide_news(asker: Asker) -> Expression:
    return (showing(asker) & (Post.for_staff == True) & Post.group.is_null()) | own_school_news(asker)


RUNNING_A_SCHOOL = (Role.HEAD, Role.OFFICE, Role.EDITOR, Role.AUTHORITY)  # duties whose rights are worth taking over


def _without_duties(asker: Asker, *roles: Role) -> Expression:
    """Not oneself, and nobody whose rights one could take over by resetting their password."""
    return (User.id != asker.user_id) & User.id.not_in(Duty.select(Duty.user).where(Duty.role.in_([role.value for role in roles])))


def accounts_for_the_office(asker: Asker) -> Expression:
    return _without_duties(asker, *RUNNING_A_SCHOOL)


def accounts_for_the_head(asker: Asker) -> Expression:
    """Office and editors too, but not one who is that at a school with another head."""
    own = Duty.alias()
    schools = own.select(own.school).where(own.user == asker.user_id, own.role == Role.HEAD.value)
    elsewhere = Duty.select(Duty.user).where(Duty.role.in_([Role.OFFICE.value, Role.EDITOR.value]), Duty.school.is_null() | Duty.school.not_in(schools))
    return _without_duties(asker, Role.HEAD, Role.AUTHORITY) & User.id.not_in(elsewhere)


def authority_news(asker: Asker) -> Expression:
    return Post.school.is_null() & _no_strangers_draft(asker)


def their_authority(asker: Asker) -> Expression:
    return Authority.id.is_null(False)


def their_schools(asker: Asker) -> Expression:
    return School.id.is_null(False)


Rule = Callable[[Asker], Expression]

EVERYONE: dict[Action, Rule] = {
    Action.SEE_HOME: themselves, Action.WEAR_HAT: themselves, Action.CHANGE_PASSWORD: themselves, Action.ASK_WHY_NOT_ME: themselves,
    Action.AGREE: themselves, Action.READ_AIMS: their_schools, Action.SEE_AUTHORITY_PAGE: their_authority,
    Action.CALENDAR: their_schools, Action.LINKS: their_schools, Action.SOURCE: their_schools,
}


def _about_children(rule: Rule, *, but: Iterable[Action] = ()) -> dict[Action, Rule]:
    return {action: rule for action in Action if action.subject is Pupil and action not in but}


# Sieve 1, the ceiling: the most a role can ever have. What is not written here is refused.
# Each rule is also confined to the schools in which the person holds the role.
ROLES: dict[Role, dict[Action, Rule]] = {
    Role.PARENT: EVERYONE | _about_children(linked_children) | {
        Action.GROUP: groups_of_linked_children, Action.NEWS: family_news, Action.PROVE_CODE: themselves, Action.BEGIN: themselves,
        Action.CORRECT_DETAILS: themselves, Action.TAKE_TRAINING: their_schools},
    Role.TEACHER: EVERYONE | _about_children(taught_children, but=[Action.HELD]) | {
        Action.CLASSES: taught_groups, Action.GROUP: taught_groups, Action.NEWS: staff_news, Action.WRITE_GROUP_NEWS: taught_groups,
        Action.CHANGE_NEWS: own_news, Action.ARRANGE_GROUP: taught_groups, Action.READ_BRIEFING: their_schools, Action.SEE_AS_PARENTS: taught_groups},
    Role.HEAD: EVERYONE | _about_children(school_children, but=[Action.HELD]) | {
        Action.CLASSES: school_groups, Action.GROUP: school_groups, Action.NEWS: news_for_the_head, Action.WRITE_GROUP_NEWS: school_groups,
        Action.WRITE_SCHOOL_NEWS: their_schools, Action.CHANGE_NEWS: school_news, Action.ARRANGE_GROUP: school_groups,
        Action.ARRANGE_PAGES: their_schools, Action.ASK_WHY: their_schools, Action.FIND_PEOPLE: their_schools, Action.MANAGE_ACCOUNT: accounts_for_the_head,
        Action.SEE_DROPS: their_schools, Action.SEE_AUDIT: their_schools, Action.SEE_SCHOOLS: themselves,
        Action.WRITE_AGREEMENT: their_schools, Action.RECORD_AGREEMENT: their_schools, Action.SEE_ROLLOUT: their_schools,
        Action.DECIDE_POLICY: their_schools, Action.SIGN_POLICY: their_schools, Action.SIGN_PAGES: their_schools, Action.DECIDE_KEYS: their_schools,
        Action.DECIDE_LINK: their_schools, Action.SEE_LINK_DECISIONS: their_schools, Action.CHECK_EXPOSURE: their_schools,
        Action.SIGN_CHECK: their_schools, Action.READ_BRIEFING: their_schools, Action.TELL_STAFF: their_schools,
        Action.SEE_AS_PARENTS: school_groups, Action.APPROVE_ACCOUNTS: their_schools, Action.HAND_OVER: their_schools,
        Action.HOLD_TRAINING: their_schools, Action.WRITE_AIMS: their_schools, Action.SET_DROPS: their_schools, Action.SEE_QUALITY: their_schools,
        Action.SET_CODES: their_schools},
    Role.OFFICE: EVERYONE | _about_children(school_children, but=[Action.HELD]) | {
        Action.CLASSES: school_groups, Action.GROUP: school_groups, Action.NEWS: school_wide_news,
        Action.WRITE_SCHOOL_NEWS: their_schools, Action.CHANGE_NEWS: own_school_news,
        Action.ASK_WHY: their_schools, Action.FIND_PEOPLE: their_schools, Action.MANAGE_ACCOUNT: accounts_for_the_office,
        Action.SEE_DROPS: their_schools, Action.LOAD_DROPS: their_schools, Action.SEE_SCHOOLS: themselves, Action.RECORD_AGREEMENT: their_schools,
        Action.SEE_ROLLOUT: their_schools, Action.SIGN_POLICY: their_schools, Action.SEE_LINK_DECISIONS: their_schools,
        Action.CHECK_EXPOSURE: their_schools, Action.READ_BRIEFING: their_schools, Action.TELL_STAFF: their_schools,
        Action.APPROVE_ACCOUNTS: their_schools, Action.HAND_OVER: their_schools, Action.MATCH_PEOPLE: their_schools,
        Action.SETTLE_CORRECTIONS: their_schools, Action.HOLD_TRAINING: their_schools, Action.SET_DROPS: their_schools,
        Action.SEE_QUALITY: their_schools, Action.SET_CODES: their_schools},
    Role.EDITOR: EVERYONE | {
        Action.NEWS: school_wide_news, Action.WRITE_SCHOOL_NEWS: their_schools, Action.CHANGE_NEWS: own_school_news,
        Action.ARRANGE_PAGES: their_schools, Action.SIGN_PAGES: their_schools, Action.READ_BRIEFING: their_schools,
        Action.SEE_ROLLOUT: their_schools, Action.SEE_SCHOOLS: themselves},
    Role.AUTHORITY: EVERYONE | {
        Action.NEWS: authority_news, Action.WRITE_AUTHORITY_NEWS: their_authority, Action.CHANGE_NEWS: authority_news,
        Action.SEE_DROPS: their_schools, Action.SEE_SCHOOLS: themselves, Action.WRITE_AUTHORITY_AGREEMENT: their_authority,
        Action.SEE_ROLLOUT: their_schools, Action.SEE_ROLLOUTS: their_authority, Action.SWITCH_ALL: their_authority, Action.SWITCH_SCHOOL: their_schools,
        Action.DECIDE_AUTHORITY_POLICY: their_authority, Action.DECIDE_AUTHORITY_KEYS: their_authority,
        Action.ARRANGE_AUTHORITY_PAGE: their_authority, Action.SET_AUTHORITY_DROPS: their_authority,
        Action.SET_AUTHORITY_CODES: their_authority},
}

# The pages that are put together from widgets, and what opens each.
PAGES = {"home": Action.SEE_HOME, "child": Action.CHILD, "group": Action.GROUP, "authority": Action.SEE_AUTHORITY_PAGE}


def roles_of_school() -> list[Role]:
    """The roles about which a school decides; what the authority meets is not a school's to decide."""
    return [role for role in Role if role is not Role.AUTHORITY]


def pages_of(place: School | Authority) -> list[str]:
    """What a school arranges for its people; the authority its own page, and for schools without one of their own the default of the others."""
    own = [key for key, action in PAGES.items() if action.subject is Authority]
    others = [key for key in PAGES if key not in own]
    return others if isinstance(place, School) else own + others


def roles_with_page(key: str, place: School | Authority) -> list[Role]:
    """The roles for which this page is arranged there."""
    theirs = roles_of_school() if isinstance(place, School) else list(Role)
    return [role for role in theirs if PAGES[key] in ROLES[role]] if key in pages_of(place) else []


def components_of(role: Role) -> list[Action]:
    """What authority and schools decide about for this role, in the order of the actions."""
    return [action for action in Action if action.component and action in ROLES[role]]
