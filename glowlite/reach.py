"""Hides who can see what, asked from the office: one adult's answer with its reason, and everybody who can or cannot see a post or a part."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from glowlite import clock, policy
from glowlite.models import (
    Contact,
    Duty,
    Group,
    GroupPage,
    Link,
    Membership,
    Post,
    PostPupil,
    Pupil,
    School,
    Staff,
    Teaching,
    User,
    UserContact,
    UserStaff,
)
from glowlite.models.news import DRAFT, WITHDRAWN
from glowlite.policy import (
    PARENT_HAT,
    STAFF_HAT,
    WHO_CHANGES_LINKS,
    Action,
    Part,
    Question,
    Viewer,
    Why,
    can,
    link_fact,
    source_of,
)

CANNOT_SIGN_IN = "the head or the school office, on the page of the person"


class Tie(NamedTuple):
    """One adult and one child. opens: does the link between them give access?"""

    link: Link
    opens: bool

    @property
    def child(self) -> Pupil:
        return self.link.pupil

    @property
    def fact(self) -> str:
        """What stops this adult, when the link does not open."""
        if self.child.left_on and self.child.left_on < clock.today():
            return "the MIS says that the child has left"
        return link_fact(self.link)


Ties = dict[int, list[Tie]]


NEWEST_POSTS = 40


def posts_at(viewer: Viewer, school: School) -> list[Post]:
    """The newest posts of a school and its authority, as far as whoever asks may know of them."""
    mine = [post for post in policy.all_allowed(viewer, Action.NEWS) if post.school_id in (None, school.id)]
    return sorted(mine, key=lambda post: (post.changed, post.id), reverse=True)[:NEWEST_POSTS]


def post_at(viewer: Viewer, school: School, number: int) -> Post | None:
    """The one of them with this number."""
    post = policy.one_allowed(viewer, Action.NEWS, number)
    return post if post and post.school_id in (None, school.id) else None


# --- one adult --------------------------------------------------------------------------------------------


def why_part(user: User, child: Pupil, part: Part, group: Group | None = None) -> Why:
    """Does this adult see this part about this child, under any hat and on any page, and what stops it? group: on whose page."""
    def asked(hat: str) -> list[Why]:
        answers = [policy.why(user, part.needs, child, widget=part.key, page=page, hat=hat) for page in ("child", "home") if page in part.pages]
        places = groups_of(child) if group is None else [group]
        if group or not answers:
            answers = [why_group(user, one, part, hat=hat) for one in places] or [_no_group(user, child, part, hat)]
        return answers

    return _best(user, asked)


def why_child(user: User, child: Pupil) -> Why:
    """Does this adult see the child's page at all?"""
    return _best(user, lambda hat: [policy.why(user, Action.CHILD, child, hat=hat)])


def why_post(user: User, post: Post, school: School | None = None, *, hat: str | None = None) -> Why:
    """Does this adult see this post, and what stops it? school: the one that asks; of news for all schools it learns about its own children only."""
    return _best(user, lambda one: [_post_under(user, post, one, _ties(post, school, user)[user.id])], hat)


def why_group(user: User, group: Group, part: Part | None = None, *, hat: str | None = None) -> Why:
    """Does this adult see the page of a group (or this part of it), and what stops it?"""
    return _best(user, lambda one: [_group_under(user, group, part, one)], hat)


def why_not_without_account(contact: Contact, child: Pupil) -> Why:
    """For an adult in the MIS who has no account: what stands in the way."""
    link = Link.select().where(Link.contact == contact, Link.pupil == child).order_by(Link.gone.is_null(False)).first()
    begin = f"{contact.name} has no account"
    if link is None:
        fact = f"the MIS does not have {contact.name} as a contact of {child.name}"
        return Why(False, 5, f"{begin}, and {fact}.", source_of(contact), "the school office, in the MIS", fact)
    if not policy.links_with_access().where(Link.id == link.id).exists():
        fact = link_fact(link)
        return Why(False, 5, f"{begin}, and could see nothing about {child.name} with one: {fact}.", source_of(link), WHO_CHANGES_LINKS, fact)
    fact = "no account has been made yet"
    return Why(False, 0, f"{begin}: {fact}. The link to {child.name} would give access.", source_of(link), "the school office", fact)


def groups_of(child: Pupil) -> list[Group]:
    rows = Group.select().join(Membership).where(Membership.pupil == child, Membership.gone.is_null(), Group.gone.is_null())
    return list(rows.order_by(Group.name))


def _best(user: User, asked: Callable[[str], list[Why]], hat: str | None = None) -> Why:
    """The answer that helps most: a yes, or else the no of the way that got furthest. The usual hat is asked first."""
    usual = policy.usual_hat(user)
    hats = [hat] if hat else sorted({usual, *Viewer.of(user).hats}, key=lambda one: one != usual)
    answer = max((why for one in hats for why in asked(one)), key=lambda why: (why.sees, why.sieve or 0))
    return _locked_out(user, answer) if user.locked else answer


def _locked_out(user: User, answer: Why) -> Why:
    fact = f"the account is locked since {clock.local(user.locked):%a %-d %b %Y}, so there is no way to sign in"
    return Why(False, 0, f"{user.name} cannot see this: {fact}.", "the list of accounts", CANNOT_SIGN_IN, fact) if answer.sees else answer


def _no_group(user: User, child: Pupil, part: Part, hat: str) -> Why:
    asked = Question(user, part.needs, child.school, f"for {child.name}", hat, page="group")
    return asked.no(5, f"{child.name} is in no group", who="the school office, in the MIS")


# --- a post, a group ----------------------------------------------------------------------------------------


def _post_under(user: User, post: Post, hat: str, ties: list[Tie]) -> Why:
    """The answer under one hat. ties: this adult's links to children of the post's place, whether or not they give access."""
    asked = Question(user, Action.NEWS, post.school, f"“{post.title}”", hat, page="post")
    return asked.yes() if can(asked.viewer, Action.NEWS, post) else _post_refused(asked, post, ties)


def _post_refused(asked: Question, post: Post, ties: list[Tie]) -> Why:
    return asked.stopped_early() or _post_stopped(asked, post, ties)


def _post_stopped(asked: Question, post: Post, ties: list[Tie]) -> Why:
    if asked.hat == PARENT_HAT:
        return _no_child_in(asked, _place_name(post), ties) or _not_out(asked, post) or _not_for_family(asked, post, ties)
    return _not_staff_of(asked, post) or _not_out(asked, post) or asked.no(6, "it is not addressed to staff", who=_who_writes(post))


def _no_child_in(asked: Question, place: str, ties: list[Tie]) -> Why | None:
    """Sieve 5: none of this adult's links to a child there gives access."""
    if any(tie.opens for tie in ties):
        return None
    if not ties:
        return asked.no(5, f"they have no child in {place} on record", who="the school office, in the MIS")
    return asked.no(5, f"about {ties[0].child.name} {ties[0].fact}", row=ties[0].link, who=WHO_CHANGES_LINKS)


def _not_out(asked: Question, post: Post) -> Why | None:
    """Sieve 6, the same for everybody: not published, withdrawn, not yet, or over."""
    who, now = _who_writes(post), clock.now()
    source = f"the post itself, changed {clock.local(post.changed):%a %-d %b %Y at %H:%M}"
    facts = [
        (post.state == DRAFT, f"it is a draft, which only its author {post.author_name} sees"),
        (post.state == WITHDRAWN, f"it was withdrawn {clock.local(post.changed):on %a %-d %b %Y at %H:%M}"),
        (bool(post.shows_from and post.shows_from > now), f"it does not show before {_at(post.shows_from)}"),
        (bool(post.shows_until and post.shows_until <= now), f"it stopped showing {_at(post.shows_until)}"),
    ]
    return next((asked.no(6, fact, source=source, who=who) for stops, fact in facts if stops), None)


def _not_for_family(asked: Question, post: Post, ties: list[Tie]) -> Why:
    """Sieve 6 for parents: the audience, the named children, and whether the teacher opened the group's page."""
    if not post.for_parents:
        return asked.no(6, "it is not addressed to parents", source="the post itself", who=_who_writes(post))
    if post.group_id and not GroupPage.is_open(post.group):
        return _closed(asked, post.group)
    names = {tie.child.name for tie in ties if tie.opens}
    return asked.no(6, f"it is only for the families of named children, and {' and '.join(sorted(names))} is not among them",
                    source="the post itself", who=_who_writes(post))


def _not_staff_of(asked: Question, post: Post) -> Why | None:
    if post.school_id and post.school_id not in asked.viewer.school_ids:
        return asked.no(5, f"they do not work at {post.school.name}", who=f"the office of {post.school.name}")
    teaches = post.group_id and _teaching(post.group).where(UserStaff.user == asked.user).exists()
    runs = Question(asked.user, Action.GROUP, asked.school, "", asked.hat)
    if post.group_id and not teaches and not can(runs.viewer, Action.WRITE_GROUP_NEWS, post.group):
        return asked.no(5, f"they do not teach {post.group.name}", who="the school office, in the MIS")
    return None


def _group_under(user: User, group: Group, part: Part | None, hat: str) -> Why:
    about = f"{group.name}" if part is None else f"(“{part.title}”) on the page of {group.name}"
    asked = Question(user, part.needs if part else Action.GROUP, group.school, about, hat, widget=part.key if part else None, page="group")
    opens = replace(asked, action=Action.GROUP, widget=None)
    return asked.stopped_early() or opens.stopped_early() or _group_stopped(asked, group, part) or asked.yes()


def _group_stopped(asked: Question, group: Group, part: Part | None) -> Why | None:
    hidden = asked.hat == PARENT_HAT and part is not None and part.key in GroupPage.hidden_from_parents(group)
    if can(asked.viewer, Action.GROUP, group) and not hidden:
        return None
    if group.gone:
        return asked.no(5, f"{group.name} has ended", row=group, who="the school office, in the MIS")
    if asked.hat != PARENT_HAT:
        return asked.no(5, f"they do not teach {group.name}", who="the school office, in the MIS")
    childless = _no_child_in(asked, group.name, _ties_to(_members(group), asked.user)[asked.user.id])
    if childless or not GroupPage.is_open(group):
        return childless or _closed(asked, group)
    return asked.no(6, f"its teachers have hidden that part from parents on the page of {group.name}",
                    source=f"the page of {group.name}", who=_teachers_of(group))


def _closed(asked: Question, group: Group) -> Why:
    return asked.no(6, f"the teachers of {group.name} have not opened its page to parents", source=f"the page of {group.name}", who=_teachers_of(group))


def _teachers_of(group: Group) -> str:
    names = [staff.name for staff in Staff.select().join(Teaching).where(Teaching.group == group, Teaching.gone.is_null())]
    return " or ".join([*names, "the head"])


def _who_writes(post: Post) -> str:
    return f"{post.author_name}, who wrote it{', or the head' if post.school_id else ''}"


def _place_name(post: Post) -> str:
    return post.group.name if post.group_id else post.school.name if post.school_id else f"any school of {post.authority.name}"


def _at(moment: Any) -> str:
    return f"{clock.local(moment):%a %-d %b %Y at %H:%M}" if moment else ""


# --- links to the children of a place ------------------------------------------------------------------------


def _ties(post: Post, school: School | None = None, user: User | None = None) -> Ties:
    """user id -> their ties to children of the post's place."""
    return _ties_to(_members(post.group) if post.group_id else _children_at(post, school), user)


def _children_at(post: Post, school: School | None) -> Any:
    place = post.school or school
    return Pupil.school == place if place else Pupil.id.is_null(False)


def _members(group: Group) -> Any:
    return Pupil.id.in_(Membership.select(Membership.pupil).where(Membership.group == group, Membership.gone.is_null()))


def _ties_to(children: Any, user: User | None = None) -> Ties:
    rows = (Link.select(Link, Pupil, Contact, UserContact).join(Pupil).switch(Link).join(Contact).join(UserContact)
            .where(children, Pupil.gone.is_null()).order_by(Link.gone.is_null(False), Pupil.born, Pupil.id))
    opening = {number for (number,) in policy.links_with_access().select(Link.id).where(children).tuples()}
    found: Ties = defaultdict(list)
    for link in rows.where(UserContact.user == user) if user else rows:
        found[link.contact.usercontact.user_id].append(Tie(link, link.id in opening))
    return found


# --- everybody --------------------------------------------------------------------------------------------


class No(NamedTuple):
    """Why somebody does not see something. child: with whom, when it is about one."""

    why: Why
    child: str = ""


@dataclass
class Adult:
    """Somebody with an account. can: what lets them see it, in words; cannot: what stops them, once for each child where that differs."""

    id: int
    name: str
    username: str
    can: list[str] = field(default_factory=list)
    cannot: list[No] = field(default_factory=list)

    @property
    def sees(self) -> bool:
        return bool(self.can)


@dataclass
class Reach:
    """Who can see something and who cannot. without_account: adults with a link there whom nobody gave an account."""

    title: str
    adults: list[Adult]
    without_account: list[str]

    @property
    def those_who_can(self) -> list[Adult]:
        return [adult for adult in self.adults if adult.sees]

    @property
    def those_who_cannot(self) -> list[Adult]:
        return [adult for adult in self.adults if not adult.sees]

    @property
    def sentence(self) -> str:
        can, cannot = len(self.those_who_can), len(self.those_who_cannot)
        return f"{can:,} {'adult' if can == 1 else 'adults'} can, {cannot:,} cannot"


def who_sees_post(post: Post, school: School | None = None) -> Reach:
    """Everybody of the post's place, with what lets them see it or stops them. school: the one that asks; it is told of its own people only."""
    place = post.school or school
    schools = [place] if place else list(School.select().where(School.authority == post.authority))
    reached, ties = policy.reached(Action.NEWS, Post.id == post.id, schools), _ties(post, school)
    staff = {user for school in schools for user in _staff_accounts(school, post.group)}

    stops = _RoleStops(("post",))

    def refused(user: User, hat: str) -> list[No]:
        if (user.id, hat) in reached:
            return []
        asked = Question(user, Action.NEWS, post.school, f"“{post.title}”", hat, page="post")
        return [No(stops.of(asked) or _post_stopped(asked, post, ties.get(user.id, [])))]

    title = f"“{post.title}”" if post.school_id or not place else f"“{post.title}” at {place.name}"
    return Reach(title, _adults(reached, ties, staff, refused), _without_account(_children_of(post, school)))


def who_sees_part(part: Part, school: School) -> Reach:
    """Everybody of a school, with what lets them see a widget (on any page, for any child) or stops them."""
    ties, staff = _ties_to(Pupil.school == school), set(_staff_accounts(school))
    reached, pairs = _reached_part(part, school)
    seen = {user: [Tie(tie.link, (user, tie.child.id) in pairs) for tie in theirs] for user, theirs in ties.items()}
    adults = _adults(reached, seen, staff, _Refusals(part, school, ties, seen).of)
    return Reach(f"“{part.title}” at {school.name}", adults, _without_account(Pupil.school == school))


Reached = set[tuple[int, str]]


def _reached_part(part: Part, school: School) -> tuple[Reached, set[tuple[int, int]]]:
    """(user, hat) of all who see it anywhere, and (user, pupil) of every child with whom a parent sees it."""
    about_children = part.needs.subject is Pupil
    records = {Pupil: Pupil.school == school, School: School.id == school.id, Group: _groups_showing(part, school)}.get(part.needs.subject)
    reached = policy.reached(part.needs, records, [school]) & {one for page in part.pages for one in policy.shown_to(school, page, part.key)}
    pairs = policy.reached_by_link(Action.CHILD, school)
    if about_children:
        pairs &= policy.reached_by_link(part.needs, school)
        reached = {(user, hat) for user, hat in reached if hat == STAFF_HAT or any(user == one for one, _ in pairs)}
    parents = {user for user, hat in reached if hat == PARENT_HAT}
    return reached, {(user, pupil) for user, pupil in pairs if user in parents}


def _groups_showing(part: Part, school: School) -> Any:
    pages = GroupPage.select(GroupPage, Group).join(Group).where(Group.school == school)
    hidden = [page.group_id for page in pages if part.key in GroupPage.hidden_from_parents(page.group)]
    return (Group.school == school) & Group.id.not_in(hidden)


def _adults(reached: Reached, ties: Ties, staff: set[int], refused: Callable[[User, str], list[No]]) -> list[Adult]:
    """Everybody concerned, in the order of their surnames. refused: what stops somebody under a hat."""
    people = User.select().where(User.id.in_(list({*ties, *staff, *(user for user, _ in reached)})))
    found = []
    for user in people:
        adult = Adult(user.id, user.name, user.username)
        for hat, has in ((PARENT_HAT, user.id in ties), (STAFF_HAT, user.id in staff)):
            sees = (user.id, hat) in reached
            if sees and not user.locked:
                adult.can.append(_because(user, hat, ties.get(user.id, [])))
            if sees or has:
                adult.cannot += [no for no in refused(user, hat) if no.child or not sees]
        found.append(_locked(adult, user) if user.locked else adult)
    return sorted(found, key=lambda adult: (adult.name.split()[-1].casefold(), adult.name.casefold(), adult.id))


def _because(user: User, hat: str, ties: list[Tie]) -> str:
    if hat == STAFF_HAT:
        return f"as {' and '.join(Viewer.of(user, hat).roles)}"
    names = dict.fromkeys(tie.child.name for tie in ties if tie.opens)
    return f"as parent of {' and '.join(names)}" if names else "as parent"


def _locked(adult: Adult, user: User) -> Adult:
    return replace(adult, cannot=[No(_locked_out(user, Why(True, None, "")))])


class _RoleStops:
    """What stops everybody with the same roles on all of these pages; worked out once, not for each of them."""

    def __init__(self, pages: tuple[str, ...]) -> None:
        self.pages = pages
        self.known: dict[tuple[str, ...], Why | None] = {}

    def of(self, asked: Question) -> Why | None:
        key = (asked.hat, *asked.roles)
        if key not in self.known:
            stops = [replace(asked, page=page).stopped_early() for page in self.pages]
            self.known[key] = None if None in stops else max(filter(None, stops), key=lambda why: why.sieve or 0)
        stop = self.known[key]
        return stop and asked.no(stop.sieve or 1, stop.fact, source=stop.source, who=stop.who)


class _Refusals:
    """Why somebody does not see a widget. ties: to children; seen: the same, open where the widget is."""

    def __init__(self, part: Part, school: School, ties: Ties, seen: Ties) -> None:
        self.part, self.school, self.ties, self.seen = part, school, ties, seen
        self.stops = _RoleStops(part.pages)

    def of(self, user: User, hat: str) -> list[No]:
        asked = Question(user, self.part.needs, self.school, f"at {self.school.name}", hat, widget=self.part.key, page=self.part.pages[0])
        stop = self.stops.of(asked)
        if stop:
            return [No(stop)]
        if hat != PARENT_HAT:
            return [No(asked.no(5, "they have no group there, and no duty over the whole school", who="the school office, in the MIS"))]
        both = zip(self.ties.get(user.id, []), self.seen.get(user.id, []), strict=True)
        return [self._about(user, tie) for tie, seen in both if not seen.opens] or [No(_unopened(asked))]

    def _about(self, user: User, tie: Tie) -> No:
        asked = Question(user, self.part.needs, self.school, f"for {tie.child.name}", PARENT_HAT)
        why = _unopened(asked) if tie.opens else asked.no(5, tie.fact, row=tie.link, who=WHO_CHANGES_LINKS)
        return No(why, tie.child.name)


def _unopened(asked: Question) -> Why:
    return asked.no(6, "no group of their child shows it to parents", source="the pages of the groups", who="the teachers of each group")


def _staff_accounts(school: School, group: Group | None = None) -> list[int]:
    """The accounts of the staff of a school; of a group its teachers and whoever holds a duty over the whole school."""
    duties = Duty.select(Duty.user).where(Duty.school == school)
    if group is None:
        staff = UserStaff.select(UserStaff.user).join(Staff).where(Staff.school == school)
        return [number for (number,) in (duties | staff).tuples()]
    return [number for (number,) in _teaching(group).select(UserStaff.user).tuples()]


def _teaching(group: Group) -> Any:
    return UserStaff.select().join(Teaching, on=Teaching.staff == UserStaff.staff).where(Teaching.group == group, Teaching.gone.is_null())


def _children_of(post: Post, school: School | None) -> Any:
    here = _members(post.group) if post.group_id else _children_at(post, school)
    named = Pupil.id.in_(PostPupil.select(PostPupil.pupil).where(PostPupil.post == post, PostPupil.is_for))
    return here & named if post.named_only else here


def _without_account(children: Any) -> list[str]:
    """Adults whose link to one of these children would give access, if they had an account."""
    rows = policy.links_with_access().select(Contact.forename, Contact.surname).where(
        children, Contact.id.not_in(UserContact.select(UserContact.contact))).distinct()
    return sorted((" ".join(part for part in name if part) for name in rows.tuples()), key=str.casefold)


# --- for oneself --------------------------------------------------------------------------------------------


def missing(user: User, child: Pupil, parts: Iterable[Part]) -> list[tuple[Part, Why]]:
    """The parts that a parent could expect about a child whom they see, and does not have, with what stops each."""
    viewer = Viewer.of(user, PARENT_HAT)
    answers = [(part, _at_home(user, viewer, child, part)) for part in parts]
    return [(part, why) for part, why in answers if not why.sees and why.sieve != 1]


def _at_home(user: User, viewer: Viewer, child: Pupil, part: Part) -> Why:
    """Only as a parent: what the same person may see as staff is nobody's business here."""
    answers = [policy.why(user, part.needs, child, widget=part.key, page=page, hat=PARENT_HAT, known=viewer)
               for page in ("child", "home") if page in part.pages]
    return max(answers, key=lambda why: (why.sees, why.sieve or 0))


def closed_groups(viewer: Viewer, child: Pupil) -> list[Group]:
    """The groups of a child whose page their teachers keep to themselves."""
    opened = {number for (number,) in policy.allowed(viewer, Action.GROUP).select(Group.id).tuples()}
    return [group for group in groups_of(child) if group.id not in opened]


def no_account(name: str) -> Why:
    fact = "no account has been made yet"
    return Why(False, 0, f"{name} has no account: {fact}.", "the list of accounts", "the school office", fact)
