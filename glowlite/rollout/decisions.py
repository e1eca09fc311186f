"""Hides the four key decisions: what each may say, trying one out, recording it, and what the software reads from them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import JOIN, fn

from glowlite import clock, db, policy
from glowlite.models import Audit, KeyDecision, Link, Pupil, School, User
from glowlite.models.school import Place
from glowlite.policy import parenthood
from glowlite.policy.parenthood import ALL, NOBODY, ONE, PARENTS, LinkRule, key_decision
from glowlite.rollout import signing, steps

HANDING_OUT, SUPPORT, TRAINING = "handing-out", "support", "training"

COLLECTED, SENT_HOME, E_MAILED = "collected", "sent-home", "e-mailed"
WAYS = {
    COLLECTED: "collected in person, with a look at who it is", SENT_HOME: "letters sent home", E_MAILED: "invitations by e-mail"}
SELF_SERVICE, AT_THE_OFFICE = "self", "at-office"
RESETS = {
    SELF_SERVICE: "parents reset a lost password themselves, by e-mail and a child’s date of birth", AT_THE_OFFICE: "a lost password is reset by the school"}
SESSIONS, PUPIL_TRAINERS, PARENTS_NIGHT = "sessions", "pupil-trainers", "parents-night"
KINDS = {SESSIONS: "sessions in which parents take a place", PUPIL_TRAINERS: "pupils show parents round", PARENTS_NIGHT: "at a parents’ night"}
OPENS = {ALL: "every such adult", ONE: "one for each child", NOBODY: "nobody"}

LONGEST_CODE = 90  # days
MOST_LISTED = 200

AS_AUTHORITY = {"as_authority": True}

Pair = tuple[int, int]  # contact id, pupil id


# --- what the software reads ------------------------------------------------------------------------------


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

    @classmethod
    def of(cls, value: dict[str, Any]) -> "Support":
        return cls(value.get("reset") == SELF_SERVICE, value.get("hours", ""), value.get("words", ""))


class TrainingOffer(NamedTuple):
    """What first training there is."""

    kinds: tuple[str, ...] = ()
    words: str = ""

    @property
    def has_places(self) -> bool:
        """Can parents take a place?"""
        return SESSIONS in self.kinds


def handing_out(school: School) -> HandingOut:
    value, usual = _value(school, HANDING_OUT), HandingOut()
    return HandingOut(tuple(value.get("ways", usual.ways)), int(value.get("days", usual.days)), value.get("identity", usual.identity))


def support(school: School) -> Support:
    return Support.of(_value(school, SUPPORT))


def training(school: School) -> TrainingOffer:
    value = _value(school, TRAINING)
    return TrainingOffer(tuple(value.get("kinds", ())), value.get("words", ""))


def _value(school: School, topic: str) -> dict[str, Any]:
    decided = key_decision(school, topic)
    return decided.value if decided else {}


class Help(NamedTuple):
    """What the sign-in page says about help, and whose words these are."""

    name: str
    support: Support


def help_at_the_door() -> tuple[list[Help], list[Help]]:
    """For whoever is not signed in: the help of each authority, and of the schools that decided otherwise."""
    newest = KeyDecision.select(fn.MAX(KeyDecision.id)).where(KeyDecision.topic == SUPPORT).group_by(KeyDecision.authority, KeyDecision.school)
    rows = KeyDecision.select(KeyDecision, School).join(School, JOIN.LEFT_OUTER).where(KeyDecision.id.in_(newest)).order_by(School.name)
    of_all = [Help(row.authority.name, Support.of(row.value)) for row in rows if row.school_id is None]
    return of_all, [Help(row.school.name, Support.of(row.value)) for row in rows if row.school_id and not row.as_authority]


# --- what was decided -------------------------------------------------------------------------------------


def in_force(place: Place, topic: str) -> KeyDecision | None:
    """What counts here: of a school that decided nothing itself, the authority's."""
    return key_decision(place.school, topic) if place.school else next(iter(history(place, topic)), None)


def history(place: Place, topic: str) -> list[KeyDecision]:
    """What was ever decided here, the newest first."""
    here = KeyDecision.school == place.school if place.school else KeyDecision.school.is_null()
    rows = KeyDecision.select().where(KeyDecision.authority == place.authority, KeyDecision.topic == topic, here)
    return list(rows.order_by(KeyDecision.at.desc(), KeyDecision.id.desc()))


def schools_of(place: Place, topic: str) -> list[School]:
    """The schools for which a decision made here counts: not those that decided otherwise."""
    if place.school:
        return [place.school]
    schools = School.select().where(School.authority == place.authority).order_by(School.name)
    return [school for school in schools if not (decided := key_decision(school, topic)) or decided.school_id is None]


def in_words(topic: str, value: dict[str, Any]) -> list[str]:
    """What a decision says, a line each."""
    return ["As the authority decided"] if value.get("as_authority") else WORDS[topic](value)


def _rule_words(value: dict[str, Any]) -> list[str]:
    days = value.get("grace_days", 0)
    kept = f"parents keep their access for {days} {'day' if days == 1 else 'days'}" if days else "access ends with the last day"
    grace = f"When a child leaves, {kept}"
    return [*(_sentence(LinkRule.of(row).words) for row in value["rules"]), grace]


def _handing_out_words(value: dict[str, Any]) -> list[str]:
    lines = [_sentence("; ".join(WAYS[way] for way in value["ways"])), f"A code works for {value['days']} days"]
    return [*lines, f"At the desk: {value['identity']}"] if value.get("identity") else lines


def _support_words(value: dict[str, Any]) -> list[str]:
    return [_sentence(RESETS[value["reset"]]), *filter(None, [value.get("hours"), value.get("words")])]


def _training_words(value: dict[str, Any]) -> list[str]:
    return [_sentence("; ".join(KINDS[kind] for kind in value["kinds"])), *filter(None, [value.get("words")])]


WORDS: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    PARENTS: _rule_words, HANDING_OUT: _handing_out_words, SUPPORT: _support_words, TRAINING: _training_words}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- deciding ---------------------------------------------------------------------------------------------


class NotSeen(Exception):
    """Who gains and who loses is not what was shown to the person who decided."""


@dataclass(frozen=True)
class Effect:
    """What a rule on parents does at one school. before, after: the (contact id, pupil id) pairs with access."""

    school: School
    before: set[Pair]
    after: set[Pair]

    @property
    def gained(self) -> set[Pair]:
        return self.after - self.before

    @property
    def lost(self) -> set[Pair]:
        return self.before - self.after


def try_out(place: Place, value: dict[str, Any]) -> list[Effect]:
    """What this rule would do at each school for which it counts: the real thing, rolled back."""
    with db.undone():
        return _write("", place, PARENTS, value, "")


def stamp(value: dict[str, Any], effects: Iterable[Effect]) -> str:
    """A short word for a rule and what it does to whom; another rule or another drop makes it another."""
    return signing.digest({"value": value, "schools": [[one.school.id, sorted(one.gained), sorted(one.lost)] for one in effects]})


def record(by: User, place: Place, topic: str, value: dict[str, Any], reason: str = "", *, seen: str = "") -> None:
    """Decide. Whoever loses access by it is signed out at once.

    seen: for who counts as a parent, the stamp of what was shown before; raises NotSeen when it would do something else.
    """
    before = in_force(place, topic)
    with db.write_lock():
        effects = _write(by.name, place, topic, value, reason)
        if topic == PARENTS and stamp(value, effects) != seen:
            raise NotSeen
        for effect in effects:
            parenthood.sign_out(effect.lost)
        for school in schools_of(place, topic):
            school.touch()
        counts = {"gained": sum(len(one.gained) for one in effects), "lost": sum(len(one.lost) for one in effects)} if effects else {}
        Audit.write(by, "recorded key decision", steps.TOPICS[topic], school=place.school, before=before.value if before else None,
                    after=value | counts | ({"reason": reason} if reason else {}))


def _write(by: str, place: Place, topic: str, value: dict[str, Any], reason: str) -> list[Effect]:
    schools = schools_of(place, topic) if topic == PARENTS else []
    before = [policy.access_pairs(school) for school in schools]
    KeyDecision.create(authority=place.authority, school=place.school, topic=topic, value_text=json.dumps(value, ensure_ascii=False), reason=reason,
                       at=clock.now(), by=by)
    for school in schools:
        parenthood.settle(school)
    return [Effect(school, pairs, policy.access_pairs(school)) for school, pairs in zip(schools, before, strict=True)]


# --- by name ----------------------------------------------------------------------------------------------


class Listed(NamedTuple):
    """One adult and one child. why: what stops them; of those with access, what else than the rule gives it."""

    link: Link
    why: str


class Lists(NamedTuple):
    """Who has access under a rule and who has not, of the children on the roll; and who gains or loses it, leavers too."""

    inside: list[Listed]
    outside: list[Listed]
    gained: list[Listed]
    lost: list[Listed]


def by_name(effect: Effect, value: dict[str, Any], year: str = "") -> Lists:
    """The people behind an effect, by child. year: of this year group only; who gains or loses is always listed."""
    links = sorted(parenthood.links_of(effect.school), key=_by_child)
    reasons = {number: verdict.reason for number, verdict in parenthood.verdicts(links, _rules(effect.school, value)).items()}
    on_roll = {number for (number,) in Pupil.select(Pupil.id).where(Pupil.school == effect.school, policy.on_roll()).tuples()}
    found = Lists([], [], [], [])
    for link in links:
        pair = (link.contact_id, link.pupil_id)
        if pair in effect.gained:
            found.gained.append(Listed(link, ""))
        elif pair in effect.lost:
            found.lost.append(Listed(link, policy.link_fact(link, reasons)))
        if link.pupil_id in on_roll and year in ("", link.pupil.year_group):
            inside = pair in effect.after
            why = "the head opened this link" if inside and link.head_says else "" if inside else policy.link_fact(link, reasons)
            (found.inside if inside else found.outside).append(Listed(link, why))
    return found


def _rules(school: School, value: dict[str, Any]) -> list[LinkRule]:
    """The lines of a decision that is still to be made."""
    if value.get("as_authority"):
        decided = in_force(Place(school.authority), PARENTS)
        value = decided.value if decided else {}
    return [LinkRule.of(row) for row in value["rules"]] if value else parenthood.USUAL


def _by_child(link: Link) -> tuple[Any, ...]:
    return link.pupil.surname.casefold(), link.pupil.first_name.casefold(), link.pupil_id, link.priority or 99, link.id


def years_of(place: Place) -> list[str]:
    """The year groups of the children here, for the lines of a rule; and those that the rule in force names."""
    schools = [place.school] if place.school else list(School.select().where(School.authority == place.authority))
    rows = Pupil.select(Pupil.year_group).where(Pupil.school.in_(schools), Pupil.gone.is_null(), Pupil.year_group.is_null(False)).distinct()
    decided = in_force(place, PARENTS)
    named = {year for row in (decided.value["rules"] if decided else ()) for year in row.get("years", ())}
    return sorted({year for (year,) in rows.tuples()} | named)
