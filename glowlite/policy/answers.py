"""Hides how it is found out why somebody sees something or not: the sieves are asked in their order for the first that says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from glowlite import clock
from glowlite.models import Authority, Contact, Link, Page, PageVersion, Pupil, School, User, UserContact
from glowlite.policy.decisions import Decisions
from glowlite.policy.parenthood import decision_on, rule_reason
from glowlite.policy.placements import placed
from glowlite.policy.records import can
from glowlite.policy.roles import PARENT_HAT, STAFF_HAT, Action, Role
from glowlite.policy.rules import ROLES
from glowlite.policy.schedules import schedule_of
from glowlite.policy.viewer import Viewer, held_by

SIEVES = {
    0: "the account",
    1: "what GlowLite ever allows a role",
    2: "what the authority decided",
    3: "what the school decided",
    4: "what stands on the page",
    5: "the link between adult and child",
    6: "the item itself",
}


class Why(NamedTuple):
    """The answer the office can read out. sieve: the first that says no, None when nothing does; 0 means that there is no way to sign in.

    fact: the reason alone. source: the file, row and date of the fact. who: who could change it.
    """

    sees: bool
    sieve: int | None
    sentence: str
    source: str = ""
    who: str = ""
    fact: str = ""

    @property
    def sieve_name(self) -> str:
        return "" if self.sieve is None else SIEVES[self.sieve]


def why(user: User, action: Action, child: Pupil, *, widget: str | None = None, page: str = "child", hat: str | None = None,
        known: Viewer | None = None) -> Why:
    """Why may, or may not, this person do this for this child (with this widget on this page)? Asks the sieves in their order."""
    asked = Question(user, action, child.school, f"for {child.name}", hat=hat or usual_hat(user), widget=widget, page=page, known=known)
    return asked.stopped_early() or _why_link(asked, child) or asked.yes()


def usual_hat(user: User) -> str:
    """The hat under which somebody is asked about: that of a parent for whoever stands for a contact."""
    return PARENT_HAT if UserContact.select().where(UserContact.user == user).exists() else STAFF_HAT


class Part(Protocol):
    """What may be asked about, as far as policy needs to know it; widgets are such."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def needs(self) -> Action: ...
    @property
    def pages(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Question:
    """One person under one hat, and what they might do. about: the words for it, such as "for Isla Fraser". school: None is all of theirs.

    known: the viewer that they are under this hat, for who asks much about one person.
    """

    user: User
    action: Action
    school: School | None
    about: str
    hat: str
    widget: str | None = None
    page: str = "child"
    known: Viewer | None = None

    @cached_property
    def viewer(self) -> Viewer:
        """Under this hat, even when no link gives it any more."""
        return self.known or Viewer(self.user.id, self.user.name, held_by(self.user.id), self.hat)

    def decisions(self, schools: list[int]) -> Decisions:
        knows = self.known is not None and set(schools) <= set(self.known.school_ids)
        return self.viewer.decisions if knows else Decisions.about(schools, self.roles)

    @cached_property
    def roles(self) -> list[Role]:
        return [Role.PARENT] if self.hat == PARENT_HAT else self.viewer.roles

    @property
    def role_words(self) -> str:
        return " and ".join(self.roles) or "nobody in particular"

    def yes(self) -> Why:
        held = self.viewer.held_back(self.school, self.action).words if self.school else ""
        return Why(True, None, f"{self.user.name} can {self.action.sentence} {self.about}{f'; {held}' if held else ''}.")

    def no(self, sieve: int, because: str, *, row: Any = None, source: str = "", who: str) -> Why:
        sentence = f"{self.user.name} cannot {self.action.sentence} {self.about}: {because}."
        return Why(False, sieve, sentence, source or (source_of(row) if row else ""), who, because)

    def stopped_early(self) -> Why | None:
        """What stops it before link and item: sieves 1 to 4."""
        return _why_ceiling(self) or _why_decisions(self) or _why_placement(self)


def _why_ceiling(asked: Question) -> Why | None:
    if any(asked.action in ROLES[role] for role in asked.roles):
        return None
    return asked.no(1, f"GlowLite never allows that to {' or '.join(asked.roles) or asked.role_words}", who="nobody")


def _why_decisions(asked: Question) -> Why | None:
    for action in (Action.CHILD, asked.action) if asked.page == "child" or asked.action.subject is Pupil else (asked.action,):
        stop = _decision_against(asked, action)
        if stop is not None:
            return _why_decided(asked, stop, *_place_of(asked))
    return None


def _place_of(asked: Question) -> tuple[Authority, School | None]:
    school = asked.school or School.get_or_none(School.id.in_(asked.viewer.school_ids))
    return (school.authority if school else Authority.get()), school


def _decision_against(asked: Question, action: Action) -> int | None:
    """The sieve (2 or 3) that stops this action for every role of the person that could have it, or None."""
    if not action.component:
        return None
    schools = [asked.school.id] if asked.school else asked.viewer.school_ids
    decisions = asked.decisions(schools)
    stops = [decisions.stopped_at(school, role, action) for role in asked.roles if action in ROLES[role] for school in schools]
    return None if None in stops else min(filter(None, stops), default=None)


def _why_decided(asked: Question, sieve: int, authority: Authority, school: School | None) -> Why:
    if sieve == 6 and school:
        opens = clock.local(schedule_of(school, asked.action.key).opens or clock.now())
        return asked.no(6, f"{school.name} opens this to parents on {opens:%a %-d %b %Y at %H:%M}",
                        source=f"the schedule of {school.name}", who=f"the head of {school.name}")
    if sieve == 2 or school is None:
        return asked.no(2, f"{authority.name} has not switched this on for the role {asked.role_words}",
                        source=f"the policy of {authority.name}", who=authority.name)
    return asked.no(3, f"{school.name} has switched this off for the role {asked.role_words}",
                    source=f"the policy of {school.name}", who=f"the head of {school.name}")


def _why_placement(asked: Question) -> Why | None:
    if asked.widget is None or asked.school is None:
        return None
    rows = placed(asked.page, (asked.school.id,), tuple(role.value for role in asked.roles))
    if any(widget == asked.widget for _, _, widget, _ in rows):
        return None
    page = Page.of(asked.school, asked.page)
    return asked.no(4, f"that part does not stand on this page for the role {asked.role_words}",
                    source=_published(page) if page else "", who="the head or the site editor")


def _published(page: Page) -> str:
    whose = page.school.name if page.school_id else page.authority.name
    newest = page.versions.order_by(PageVersion.number.desc()).first()
    when = f", published by {newest.published_by} on {clock.local(newest.published):%a %-d %b %Y}" if newest else ""
    return f"the page “{page.key}” of {whose}{when}"


def _why_link(asked: Question, child: Pupil) -> Why | None:
    if can(asked.viewer, asked.action if asked.action.subject is Pupil else Action.CHILD, child):
        return None
    if child.gone or (child.left_on and child.left_on < clock.today()):
        return asked.no(5, f"{child.name} is no longer on the roll of {child.school.name}", row=child, who="the school office, in the MIS")
    if asked.hat != PARENT_HAT:
        return asked.no(5, f"{child.name} is not in a group or school of theirs", who="the school office, in the MIS")
    rows = Link.select(Link, Contact).join(Contact).join(UserContact).where(UserContact.user == asked.user, Link.pupil == child)
    link = rows.order_by(Link.gone.is_null(False)).first()
    if link is None:
        return asked.no(5, "this account is not joined to any contact of the child", who="the school office")
    return asked.no(5, link_fact(link), row=link, who=WHO_CHANGES_LINKS)


WHO_CHANGES_LINKS = "the school office, in the MIS; for a court order the head"


def link_fact(link: Link, reasons: Mapping[int, str] | None = None) -> str:
    """What on a link stops an adult, the most serious first. reasons: what the school's rule says by link id, where it is known already."""
    if link.head_says:
        stopped = _against_head(link)
        if stopped:
            return stopped
    facts = [
        (bool(link.court_order), "the MIS has a court order on record between these two"),
        (link.gone is not None or link.contact.gone is not None, "the MIS no longer has this adult as a contact of the child"),
        (link.parental_responsibility is False, "the MIS says this adult has no parental responsibility"),
        (link.parental_responsibility is None, "the MIS does not say whether this adult has parental responsibility, and blank means no"),
        (link.court_order is None, "the MIS does not say whether there is a court order, and blank means no"),
    ]
    by_mis = next((words for stops, words in facts if stops), "")
    by_rule = "" if by_mis else (rule_reason(link) if reasons is None else reasons.get(link.id, ""))
    return by_mis or by_rule or "the link between these two gives no access"


def _against_head(link: Link) -> str:
    """What the head's own decision, or an order that came after it, stops."""
    decided = decision_on(link)
    if decided and link.head_says == "shut":
        return f"the head has closed this link; it is looked at again by {decided.review_on:%-d %b %Y}"
    if decided and link.court_order:
        return "the MIS has a court order on record that came after the head opened this link"
    return ""


def source_of(row: Any) -> str:
    """The file, row and date that a fact came from."""
    drop = row.drop
    if drop is None:
        return ""
    table = row._meta.table_name
    file = drop.report.get("sources", {}).get(table, f"{table}.csv")
    return f"{file}, row {row.source_row}, drop of {clock.local(drop.started):%a %-d %b %Y}"
