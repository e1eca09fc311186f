"""Hides who counts as a parent: the school's rule over links, and the head's word on one of them, settled into the links themselves.

The usual UK rule (parental responsibility and no court order) is the floor: it is asked live, and a school's rule only narrows it.
What a rule says is written to the links, so that the gate's question stays one expression (`rules.link_gives_access`).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple, Self

from peewee import chunked

from glowlite.models import Contact, KeyDecision, Link, LinkDecision, Pupil, School
from glowlite.policy.records import users_behind

PARENTS = "parents"  # the topic of the key decision
ALL, ONE, NOBODY = "all", "one", "none"
LONGEST_GRACE = 90


class LinkRule(NamedTuple):
    """One line of the rule; the first that a link matches decides about it. Parental responsibility is always asked for.

    years: year groups, none for all of them. priority: at most this. lives_with: the child lives with the adult.
    opens: all that match, one (for each child the one with the lowest priority), or none.
    """

    years: tuple[str, ...] = ()
    priority: int | None = None
    lives_with: bool = False
    opens: str = ALL

    @classmethod
    def of(cls, row: dict[str, Any]) -> Self:
        return cls(tuple(row.get("years", ())), row.get("priority"), bool(row.get("lives_with")), row.get("opens", ALL))

    def matches(self, link: Link) -> bool:
        near = self.priority is None or (link.priority is not None and link.priority <= self.priority)
        return near and (not self.years or link.pupil.year_group in self.years) and (not self.lives_with or link.lives_with is True)

    @property
    def words(self) -> str:
        """Such as: S1 and S2, priority up to 2, living with the child: one adult for each child"""
        parts = [" and ".join(self.years) or "every year group", f"priority up to {self.priority}" if self.priority else "",
                 "living with the child" if self.lives_with else ""]
        what = {ALL: "every such adult", ONE: "one such adult for each child, the one with the lowest priority", NOBODY: "nobody"}[self.opens]
        return f"{', '.join(filter(None, parts))}: {what}"


USUAL = [LinkRule()]


class Verdict(NamedTuple):
    """What the rule says about one link. reason: why it shuts, in the words of the office."""

    opens: bool
    reason: str = ""


def key_decision(school: School, topic: str) -> KeyDecision | None:
    """The newest of a topic: the school's own, or else, also when the school went back to that, the authority's."""
    here = KeyDecision.select().where(KeyDecision.authority == school.authority_id, KeyDecision.topic == topic)
    newest = here.order_by(KeyDecision.at.desc(), KeyDecision.id.desc())
    own = newest.where(KeyDecision.school == school).first()
    return own if own and not own.as_authority else newest.where(KeyDecision.school.is_null()).first()


def link_rules(school: School) -> list[LinkRule]:
    """The rule in force at a school; before anybody decided, the usual one."""
    decided = key_decision(school, PARENTS)
    return [LinkRule.of(row) for row in decided.value["rules"]] if decided else USUAL


def grace_days(school: School) -> int:
    """How many days after a leaver's last day their parents keep their access."""
    decided = key_decision(school, PARENTS)
    return min(int(decided.value.get("grace_days", 0)), LONGEST_GRACE) if decided else 0


def has_usual_right(link: Link) -> bool:
    """Parental responsibility and no court order, both on record: the floor that no rule of a school can lower."""
    return link.parental_responsibility is True and link.court_order is False and link.gone is None and link.contact.gone is None


def verdicts(links: Iterable[Link], rules: list[LinkRule]) -> dict[int, Verdict]:
    """What these rules say about each link, by its id; of the children all links must be among them."""
    found: dict[int, Verdict] = {}
    rivals: dict[tuple[int, int], list[Link]] = defaultdict(list)
    for link in links:
        number = next((number for number, rule in enumerate(rules) if rule.matches(link)), None)
        if number is None:
            found[link.id] = Verdict(False, "no line of the school’s rule on who counts as a parent fits this adult")
        elif rules[number].opens == ONE and has_usual_right(link):
            rivals[link.pupil_id, number].append(link)
        else:
            rule = rules[number]
            found[link.id] = Verdict(rule.opens != NOBODY, "" if rule.opens != NOBODY else f"the school’s rule says: {rule.words}")
    for rival in rivals.values():
        found |= _one_of(rival)
    return found


def _one_of(rivals: list[Link]) -> dict[int, Verdict]:
    """The one with the lowest priority. Where two share it, neither: a machine does not choose between parents."""
    best = min((link.priority for link in rivals if link.priority is not None), default=None)
    chosen = [link for link in rivals if link.priority == best]
    if len(chosen) > 1:
        tie = "the school’s rule takes one adult for each child, and several share the lowest priority; the head can decide"
        return {link.id: Verdict(False, tie) for link in rivals}
    other = "the school’s rule takes one adult for each child, and another has a lower priority"
    return {link.id: Verdict(link in chosen, "" if link in chosen else other) for link in rivals}


def links_of(school: School) -> list[Link]:
    """Every standing link of a school, with child and adult."""
    rows = Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact)
    return list(rows.where(Pupil.school == school, Link.gone.is_null()))


def settle(school: School) -> None:
    """Write what the rule, the head's decisions and the grace for leavers say to the links and pupils. Within the caller's transaction.

    To be called after whatever these rest on has changed: a drop, a key decision, a decision about one link.
    """
    links = links_of(school)
    said = verdicts(links, link_rules(school))
    for shuts in (True, False):
        _write_to(Link, [link.id for link in links if link.rule_shuts is not shuts and said[link.id].opens is not shuts], {"rule_shuts": shuts})
    _settle_decisions(school)
    _settle_leavers(school)


def _settle_decisions(school: School) -> None:
    """A decision outranks the court order that the head knew of, never one that came or changed later."""
    standing: dict[int, LinkDecision] = {}
    rows = LinkDecision.select(LinkDecision, Link).join(Link).join(Pupil).where(Pupil.school == school, LinkDecision.ended.is_null())
    for decision in rows.order_by(LinkDecision.at, LinkDecision.id):
        standing[decision.link_id] = decision
    for decision in standing.values():
        if decision.link.court_order is not decision.order_then and not decision.overtaken:
            LinkDecision.update(overtaken=True).where(LinkDecision.id == decision.id).execute()
            decision.overtaken = True
        knew = decision.order_then is not False and not decision.overtaken
        says = "open" if decision.opens else "shut"
        if (decision.link.head_says, decision.link.head_knew_order) != (says, knew):
            _write_to(Link, [decision.link_id], {"head_says": says, "head_knew_order": knew})
    left = Link.select(Link.id).join(Pupil).where(Pupil.school == school, Link.head_says.is_null(False))
    _write_to(Link, [number for (number,) in left.tuples() if number not in standing], {"head_says": None, "head_knew_order": False})


def _settle_leavers(school: School) -> None:
    days = timedelta(days=grace_days(school))
    for pupil in Pupil.select(Pupil.id, Pupil.left_on, Pupil.parents_until).where(
            Pupil.school == school, Pupil.left_on.is_null(False) | Pupil.parents_until.is_null(False)):
        until = pupil.left_on + days if pupil.left_on else None
        if until != pupil.parents_until:
            _write_to(Pupil, [pupil.id], {"parents_until": until})


def _write_to(model: Any, numbers: list[int], values: dict[str, Any]) -> None:
    for some in chunked(numbers, 500):
        model.update(values).where(model.id.in_(some)).execute()


def sign_out(pairs: Iterable[tuple[int, int]]) -> None:
    """End the sessions of the adults in these (contact, pupil) pairs, who have lost access to the child."""
    for user in users_behind({contact for contact, _ in pairs}):
        user.end_sessions()


def decision_on(link: Link) -> LinkDecision | None:
    """The head's standing decision about this link."""
    rows = LinkDecision.select().where(LinkDecision.link == link, LinkDecision.ended.is_null())
    return rows.order_by(LinkDecision.at.desc(), LinkDecision.id.desc()).first()


def rule_reason(link: Link) -> str:
    """Why the school's rule shuts this link; empty when it does not."""
    siblings = Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact).where(Link.pupil == link.pupil_id, Link.gone.is_null())
    verdict = verdicts(siblings, link_rules(link.pupil.school)).get(link.id)
    return verdict.reason if verdict else ""
