"""Hides the head's decisions about single links: what one would do, making it, taking it back, and which must be looked at again.

A decision outranks the school's rule, and a court order that the head knew of; see policy/parenthood.py for what it does to the link.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from peewee import Expression, ModelSelect

from glowlite import clock, db, policy
from glowlite.models import Audit, Contact, Link, LinkDecision, Pupil, School, User
from glowlite.policy import parenthood

LONGEST = timedelta(days=365)  # until a decision is looked at again
SOON = timedelta(days=14)


class CannotDecide(Exception):
    """The message says why, and nothing has changed."""


class Standing(NamedTuple):
    """A decision that counts. opens: does the link give access now, whatever was decided?"""

    decision: LinkDecision
    link: Link
    opens: bool

    @property
    def is_overdue(self) -> bool:
        return self.decision.review_on < clock.today()

    @property
    def is_due(self) -> bool:
        """Has it to be looked at again within two weeks, or is that long past?"""
        return self.decision.review_on <= clock.today() + SOON


class Outlook(NamedTuple):
    """What stands about one link, and what each answer of the head would do, in sentences. why: what stops it now."""

    link: Link
    opens: bool
    why: str
    decision: LinkDecision | None
    if_open: str
    if_shut: str
    if_back: str


# --- one link ---------------------------------------------------------------------------------------------


def of(school: School, number: int) -> Link | None:
    """The link with this number, if it is one of this school."""
    return _links().where(Link.id == number, Pupil.school == school).first()


def _links() -> ModelSelect:
    return Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact)


def outlook(link: Link) -> Outlook:
    """What is to be read before deciding."""
    opens, adult, child = _gives_access(link), link.contact.name, link.pupil.first_name
    return Outlook(
        link, opens, "" if opens else policy.link_fact(link), parenthood.decision_on(link),
        f"{adult} will {f'go on seeing {child}' if opens else f'see {child} from now on'}{_although(link)}.",
        f"{adult} will {'no longer' if opens else 'still not'} see {child}, whatever the MIS and the school’s rule say.",
        f"{adult} will {'' if _opens_undecided(link) else 'not '}see {child}, as the MIS and the school’s rule say.")


def _although(link: Link) -> str:
    """What an opening decision overrules."""
    verdict = parenthood.rule_reason(link)
    against = ["the MIS has a court order on record" if link.court_order else "",
               "the MIS does not say whether there is a court order" if link.court_order is None else "",
               "the MIS says there is no parental responsibility" if link.parental_responsibility is False else "",
               "the MIS does not say whether there is parental responsibility" if link.parental_responsibility is None else "",
               "the school’s rule says otherwise" if verdict else ""]
    words = ", and ".join(filter(None, against))
    return f", although {words}" if words else ""


def _opens_undecided(link: Link) -> bool:
    """Would the link give access if the head had said nothing?"""
    return parenthood.has_usual_right(link) and not parenthood.rule_reason(link) and _child_is_here(link)


def _gives_access(link: Link) -> bool:
    return bool(policy.links_with_access().where(Link.id == link.id).exists())


def _child_is_here(link: Link) -> bool:
    return bool(Pupil.select().where(Pupil.id == link.pupil_id, policy.in_parents_time()).exists())


def is_over(link: Link) -> bool:
    """Is there nothing left to open: the MIS has ended the link, the adult or the child?"""
    return link.gone is not None or link.contact.gone is not None or not _child_is_here(link)


# --- deciding -----------------------------------------------------------------------------------------------


def decide(by: User, link: Link, *, opens: bool, reason: str, review_on: date, order_seen: bool | None) -> None:
    """The head's word on this link, from now on; it ends the one before. Whoever loses access is signed out at once.

    order_seen: the court order as the head saw it. Raises CannotDecide when the MIS says something else by now.
    """
    today = clock.today()
    if not today < review_on <= today + LONGEST:
        raise CannotDecide("The day on which it is looked at again has to be after today and within a year.")
    with db.write_lock():
        now = of(link.pupil.school, link.id)
        if now is None or is_over(now):
            raise CannotDecide("The MIS no longer links this adult to this child, so there is nothing to decide.")
        if now.court_order is not order_seen:
            raise CannotDecide("What the MIS says about a court order has changed since you opened this page. Please look at it and decide again.")
        before = parenthood.decision_on(now)
        _end(now, by)
        LinkDecision.create(link=now, opens=opens, reason=reason, review_on=review_on, order_then=now.court_order, at=clock.now(), by=by.name)
        _settle(by, now, "decided about a link", before, {"opens": opens, "reason": reason, "review_on": review_on, "court_order": now.court_order})


def take_back(by: User, link: Link) -> None:
    """From now on the MIS and the school's rule decide about this link again."""
    with db.write_lock():
        before = parenthood.decision_on(link)
        if before:
            _end(link, by)
            _settle(by, link, "took a decision about a link back", before, None)


def _end(link: Link, by: User) -> None:
    """End what stands: a decision that was replaced must not come back when its successor is taken back."""
    standing = LinkDecision.update(ended=clock.now(), ended_by=by.name)
    standing.where(LinkDecision.link == link, LinkDecision.ended.is_null()).execute()


def _settle(by: User, link: Link, what: str, before: LinkDecision | None, after: dict[str, object] | None) -> None:
    school = link.pupil.school
    pairs = policy.access_pairs(school)
    parenthood.settle(school)
    parenthood.sign_out(pairs - policy.access_pairs(school))
    school.touch()
    was = {"opens": before.opens, "reason": before.reason, "review_on": before.review_on} if before else None
    Audit.write(by, what, f"{link.contact.name} – {link.pupil.name}"[:120], school=school, before=was, after=after)


# --- what has to be looked at -----------------------------------------------------------------------------


def standing(school: School) -> list[Standing]:
    """Every decision that counts at a school; those to be looked at again first come first."""
    return _standing([school.id])


def due(schools: Collection[int]) -> list[Standing]:
    """Of these schools (their ids), the decisions to be looked at again within two weeks, the oldest first."""
    return _standing(schools, LinkDecision.review_on <= clock.today() + SOON)


def _standing(schools: Collection[int], *which: Expression) -> list[Standing]:
    rows = (LinkDecision.select(LinkDecision, Link, Pupil, Contact).join(Link).join(Pupil).switch(Link).join(Contact)
            .where(LinkDecision.ended.is_null(), Pupil.school.in_(list(schools)), *which).order_by(LinkDecision.review_on, LinkDecision.id))
    decisions = list(rows)
    here = policy.links_with_access().select(Link.id).where(Link.id.in_([row.link_id for row in decisions])) if decisions else None
    opening = {number for (number,) in here.tuples()} if here else set()
    return [Standing(row, row.link, row.link_id in opening) for row in decisions]


def orders_waiting(schools: Collection[int]) -> list[Link]:
    """Of these schools, links that a court order shuts and about which the head has not decided knowing it; by child."""
    new = Link.head_says.is_null() & (Link.parental_responsibility == True)
    later = (Link.head_says == "open") & (Link.head_knew_order == False)
    rows = _links().where(Pupil.school.in_(list(schools)), Link.court_order == True, new | later,
                          Link.gone.is_null(), Contact.gone.is_null(), policy.on_roll())
    return list(rows.order_by(Pupil.surname, Pupil.forename, Link.id))
