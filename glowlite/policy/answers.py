"""Hides how it is found out why somebody sees something or not: the sieves are asked in their order for the first that says no."""

from typing import Any, NamedTuple

from glowlite import clock
from glowlite.models import Contact, Link, Page, Placement, Pupil, User, UserContact
from glowlite.policy import PARENT_HAT, ROLES, STAFF_HAT, Action, Decisions, Role, Viewer, can, held_by


class Why(NamedTuple):
    """The answer the office can read out. sieve: the first that says no, None when nothing does.

    source: the file, row and date of the fact. who: who could change it.
    """

    sees: bool
    sieve: int | None
    sentence: str
    source: str = ""
    who: str = ""


def why(user: User, action: Action, child: Pupil, *, widget: str | None = None, page: str = "child", hat: str | None = None) -> Why:
    """Why may, or may not, this person do this for this child (with this widget on this page)? Asks the sieves in their order."""
    wanted = hat or (PARENT_HAT if _stands_for_a_contact(user) else STAFF_HAT)
    viewer = Viewer(user.id, user.name, held_by(user.id), wanted)  # under this hat, even when no link gives it any more
    roles = viewer.roles or ([Role.PARENT] if wanted == PARENT_HAT else [])
    for sieve in (_why_ceiling, _why_decisions, _why_placement, _why_link):
        answer = sieve(_Question(user, viewer, roles, action, child, widget, page))
        if answer:
            return answer
    return Why(True, None, f"{user.name} can {action.sentence} for {child.name}.")


class _Question(NamedTuple):
    user: User
    viewer: Viewer
    roles: list[Role]
    action: Action
    child: Pupil
    widget: str | None
    page: str

    def no(self, sieve: int, because: str, *, row: Any = None, who: str) -> Why:
        sentence = f"{self.user.name} cannot {self.action.sentence} for {self.child.name}: {because}."
        return Why(False, sieve, sentence, _source(row) if row else "", who)


def _why_ceiling(asked: _Question) -> Why | None:
    if any(asked.action in ROLES[role] for role in asked.roles):
        return None
    role = " or ".join(asked.roles) or "nobody in particular"
    return asked.no(1, f"GlowLite never allows that to {role}", who="nobody")


def _why_decisions(asked: _Question) -> Why | None:
    if not asked.action.component:
        return None
    school = asked.child.school
    decisions = Decisions.about([school.id], asked.roles)
    stops = [decisions.stopped_at(school.id, role, asked.action) for role in asked.roles if asked.action in ROLES[role]]
    if None in stops:
        return None
    roles = " and ".join(asked.roles)
    if 2 in stops:
        return asked.no(2, f"{school.authority.name} has not switched this on for the role {roles}", who=school.authority.name)
    return asked.no(3, f"{school.name} has switched this off for the role {roles}", who=f"the head of {school.name}")


def _why_placement(asked: _Question) -> Why | None:
    if asked.widget is None:
        return None
    own = Page.get_or_none(Page.school == asked.child.school, Page.key == asked.page)
    page = own or Page.get_or_none(Page.school.is_null(), Page.authority == asked.child.school.authority, Page.key == asked.page)
    stands = Placement.select().where(Placement.page == page, Placement.widget == asked.widget, Placement.is_on, Placement.role.in_(asked.roles))
    if page and stands.exists():
        return None
    return asked.no(4, f"that part does not stand on this page for the role {' and '.join(asked.roles)}", who="the head or the site editor")


def _why_link(asked: _Question) -> Why | None:
    if can(asked.viewer, asked.action, asked.child):
        return None
    child = asked.child
    if child.gone or (child.left_on and child.left_on < clock.today()):
        return asked.no(5, f"{child.name} is no longer on the roll of {child.school.name}", row=child, who="the school office, in the MIS")
    if Role.PARENT not in asked.roles:
        return asked.no(5, f"{child.name} is not in a group or school of theirs", who="the school office, in the MIS")
    rows = Link.select(Link, Contact).join(Contact).join(UserContact).where(UserContact.user == asked.user, Link.pupil == child)
    link = rows.order_by(Link.gone.is_null(False)).first()
    if link is None:
        return asked.no(5, "this account is not joined to any contact of the child", who="the school office")
    because = next(words for stops, words in _link_facts(link) if stops)
    return asked.no(5, because, row=link, who="the school office, in the MIS; for a court order the head")


def _link_facts(link: Link) -> list[tuple[bool, str]]:
    """What on a link can stop an adult, the most serious first."""
    return [
        (bool(link.court_order), "the MIS has a court order on record between these two"),
        (link.gone is not None or link.contact.gone is not None, "the MIS no longer has this adult as a contact of the child"),
        (link.parental_responsibility is False, "the MIS says this adult has no parental responsibility"),
        (link.parental_responsibility is None, "the MIS does not say whether this adult has parental responsibility, and blank means no"),
        (link.court_order is None, "the MIS does not say whether there is a court order, and blank means no"),
        (True, "the link between these two gives no access"),
    ]


def _stands_for_a_contact(user: User) -> bool:
    return bool(UserContact.select().where(UserContact.user == user).exists())


def _source(row: Any) -> str:
    """The file, row and date that a fact came from."""
    drop = row.drop
    if drop is None:
        return ""
    table = row._meta.table_name
    file = drop.report.get("sources", {}).get(table, f"{table}.csv")
    return f"{file}, row {row.source_row}, drop of {clock.local(drop.started):%a %-d %b %Y}"
