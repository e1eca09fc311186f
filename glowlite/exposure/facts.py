"""Hides what a parent may not meet: of every other child and adult of the authority, and of what the school keeps to itself or has not let out yet.

It is worked out from the records alone, by rules written here a second time: if it asked policy, a fault in policy would hide itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from peewee import Model, fn

from glowlite import clock
from glowlite.exposure.reading import BREAK, Piece
from glowlite.models import (
    AgreementText,
    Assignment,
    CalendarEntry,
    ComingOfAge,
    Conduct,
    Contact,
    Group,
    GroupPage,
    Link,
    LinkDecision,
    Membership,
    Post,
    PostFile,
    PostPupil,
    Pupil,
    Result,
    School,
    Staff,
    User,
    UserContact,
    UserStaff,
)
from glowlite.models.news import PUBLISHED
from glowlite.people import folded
from glowlite.policy import parenthood
from glowlite.rollout import signing

NAME, NUMBER, ADDRESS, PHONE, MAIL, TEXT = "name", "number", "address", "telephone number", "e-mail address", "words"
SURE = 4  # so many words in a row are nobody's chance; fewer are for a person to look at
LOOKED_FOR = 8  # of a sentence: its first words

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_PHONE = re.compile(r"\+?\d[\d ()-]{7,}\d")
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*[a-z0-9]")
_SENTENCES = re.compile(r"[.!?]\s|\n")


class Fact(NamedTuple):
    """Something that must not show. words: as a page would say it, folded; value: for what is not made of words.

    what: what it belongs to, such as "a pupil". name: whose, for those who may know. weak: it may be a chance.
    """

    kind: str
    words: tuple[str, ...]
    value: str
    what: str
    name: str
    school_id: int | None
    row: tuple[type[Model], int] | None
    weak: bool = False


@lru_cache(maxsize=100_000)
def words_of(text: str) -> tuple[str, ...]:
    return tuple(folded(text).split())


def phone(text: str) -> str:
    """The digits alone, +44 as 0."""
    digits = re.sub(r"\D", "", text)
    return f"0{digits[2:]}" if text.strip().startswith("+44") else digits


def values_in(piece: Piece) -> list[str]:
    """Everything in it that could be an e-mail address, a telephone number, or the number or user name of somebody."""
    text = piece.text.lower()
    mails = _MAIL.findall(text)
    phones = [] if piece.is_address else _PHONE.findall(text)
    for taken in (*mails, *phones):
        text = text.replace(taken, " ")
    keys = [key for key in _KEY.findall(text) if len(key) >= 5 and re.search(r"[\d.]", key) and not (piece.is_address and re.fullmatch(r"[1-9]\d*", key))]
    return [*mails, *filter(None, map(phone, phones)), *keys]


@lru_cache(maxsize=20_000)
def sentences(text: str | None) -> list[tuple[str, ...]]:
    """The first words of each sentence of a text."""
    found = [words_of(sentence)[:LOOKED_FOR] for sentence in _SENTENCES.split(text or "")]
    return [words for words in found if len(words) >= 2 and sum(map(len, words)) >= 10]


@dataclass(frozen=True)
class Said:
    """All the words and values that were found anywhere; what is not among them cannot have shown, and is not looked for."""

    words: frozenset[str]
    values: frozenset[str]

    def could_say(self, fact: Fact) -> bool:
        return fact.value in self.values if fact.value else all(word in self.words for word in fact.words)


class Family:
    """What one adult may meet at one school: their own records, their own opened children, and what these lead to."""

    def __init__(self, user: User, school: School) -> None:
        self.user, self.school, self.since, self.today = user, school, clock.now(), clock.today()
        joined = Contact.select().join(UserContact).where(UserContact.user == user)
        self.contacts: list[Contact] = [contact for contact in joined if contact.school_id == school.id]
        links = Link.select(Link, Pupil, Contact).join(Pupil).switch(Link).join(Contact).where(Link.contact.in_([one.id for one in self.contacts]))
        self.children: list[Pupil] = [link.pupil for link in links if opens(link) and self._in_time(link.pupil)]
        self.ids = {child.id for child in self.children}
        self.may: dict[str, bool] = signing.parents_policy(school)["may"]

    def _in_time(self, pupil: Pupil) -> bool:
        last = max(filter(None, (pupil.left_on, pupil.parents_until)), default=None)
        return pupil.gone is None and (pupil.left_on is None or (last is not None and last >= self.today))

    @cached_property
    def groups(self) -> set[int]:
        rows = Membership.select(Membership.group).join(Group).where(Membership.pupil.in_(self.ids), Membership.gone.is_null(), Group.gone.is_null())
        return {number for (number,) in rows.tuples()}

    @cached_property
    def open_groups(self) -> set[int]:
        rows = GroupPage.select(GroupPage.group).where(GroupPage.open_to_parents == True, GroupPage.group.in_(self.groups))
        return {number for (number,) in rows.tuples()}

    def may_read(self, post: Post, named: set[int]) -> bool:
        """named: the children whom the post is for by name. One that came or went while the pages were followed was there for a part of the time."""
        here = post.authority_id == self.school.authority_id and post.school_id in (None, self.school.id)
        begun = post.shows_from is None or post.shows_from <= clock.now()
        over = post.shows_until is not None and post.shows_until <= self.since
        theirs = post.group_id is None or post.group_id in self.open_groups
        return here and post.state == PUBLISHED and post.for_parents and begun and not over and theirs and (not post.named_only or bool(named & self.ids))


def opens(link: Link) -> bool:
    """Parental responsibility and no court order, not narrowed by the school's rule; or the head's word, unless an order came after it."""
    if link.gone or link.contact.gone or link.head_says == "shut":
        return False
    if link.head_says == "open":
        return link.court_order is False or bool(link.head_knew_order)
    return parenthood.has_usual_right(link) and link.rule_shuts is False


@dataclass
class Known:
    """What may show. phrases: names and addresses, each with whose name it is; values: numbers and the like; texts: the beginnings of sentences."""

    phrases: dict[tuple[str, ...], str]
    values: set[str]
    texts: set[tuple[str, ...]]


# --- what may show -------------------------------------------------------------------------------------------


def known(family: Family) -> Known:
    """The family's own, the school's own, and the names of its staff: they teach, and they sign what they write."""
    found = Known({}, set(), set())
    for child in family.children:
        _know(found, _person_facts(child, (child.forename, child.known_as), "own child"), child.name)
        found.texts |= {words for conduct in _own_comments(child) if family.may.get("conduct-text")
                        for words in sentences(conduct.comment)}
    for contact in family.contacts:
        _know(found, _contact_facts(contact), contact.name)
    _know(found, [*_names(family.user.name.split()[:-1], family.user.name.split()[-1])], family.user.name)
    found.values.add(family.user.username.lower())
    for staff in Staff.select().where(Staff.school == family.school):
        _know(found, [*_names([staff.forename], staff.surname), *_names([staff.title], staff.surname)], staff.name)
    _know_school(found, family)
    _know_texts(found, family)
    return found


def _own_comments(child: Pupil) -> Iterable[Conduct]:
    """What a parent may read of it: nothing that names another child, or that nobody has looked at."""
    return Conduct.select(Conduct.comment).where(Conduct.pupil == child, Conduct.names_other == False)


def _know(found: Known, facts: Iterable[Fact], name: str) -> None:
    for fact in facts:
        if fact.value:
            found.values.add(fact.value)
        else:
            found.phrases[fact.words] = name if fact.kind == NAME else ""


def _know_school(found: Known, family: Family) -> None:
    found.phrases[words_of(family.school.authority.name)] = ""
    for school in School.select().where(School.authority == family.school.authority_id):
        found.values |= {phone(school.phone), school.email.lower(), (school.mis_id or "").lower()}
        found.phrases |= dict.fromkeys((*_places(school.address, ""), words_of(school.name)), "")


def _know_texts(found: Known, family: Family) -> None:
    for post, named in _posts(family):
        if family.may_read(post, named):
            found.texts |= {*sentences(post.title), *sentences(post.body)}
            found.phrases[words_of(post.author_name)] = post.author_name
    released = (Result.released.is_null() & (Result.day <= family.today)) | (Result.released <= family.today)
    for result in Result.select().where(Result.pupil.in_(family.ids), released):
        found.texts |= {*sentences(result.title), *sentences(result.comment)}
    for work in Assignment.select().where(Assignment.group.in_(family.groups), Assignment.set_on <= family.today):
        found.texts |= {*sentences(work.title), *sentences(work.details)}
    for entry in CalendarEntry.select().where(CalendarEntry.school == family.school, CalendarEntry.audience == "everyone"):
        found.texts |= {*sentences(entry.title), *sentences(entry.details)}


# --- what may not ---------------------------------------------------------------------------------------------


def forbidden(family: Family, said: Said, fine: Known) -> Iterator[Fact]:
    """Every fact that could have shown and may not."""
    for fact in chain(_people(family), _texts(family)):
        is_known = fact.value in fine.values if fact.value else fact.words in fine.phrases  # a blank number that may show excuses no name
        if said.could_say(fact) and not is_known and not (fact.kind == TEXT and _is_fine(fact, fine)):
            yield fact


def _is_fine(fact: Fact, fine: Known) -> bool:
    """The same words may show; and a few words say nothing when they stand within some that may."""
    size = len(fact.words)
    within = (text[start:start + size] == fact.words for text in fine.texts for start in range(len(text) - size + 1)) if fact.weak else ()
    return fact.words in fine.texts or any(within)


def _people(family: Family) -> Iterator[Fact]:
    schools = School.select(School.id).where(School.authority == family.school.authority_id)
    for pupil in Pupil.select().where(Pupil.school.in_(schools), Pupil.id.not_in(family.ids)).iterator():
        yield from _person_facts(pupil, (pupil.forename, pupil.known_as), "a pupil")
    own = {contact.id for contact in family.contacts}
    for contact in Contact.select().where(Contact.school.in_(schools)).iterator():
        if contact.id not in own:
            yield from _contact_facts(contact)
    for staff in Staff.select().where(Staff.school.in_(schools)).iterator():
        yield from _values(staff, "a member of staff", (NUMBER, staff.mis_id), (MAIL, staff.email))
        if staff.school_id != family.school.id:
            yield from _names([staff.forename], staff.surname, "a member of staff", staff)
    here = _accounts_of(family.school)
    for number, username, name in User.select(User.id, User.username, User.name).where(User.id != family.user.id).tuples().iterator():
        if re.search(r"[\d.]", username):
            yield Fact(NUMBER, (), username.lower(), "an account", name, family.school.id if number in here else None, (User, number))


def _accounts_of(school: School) -> set[int]:
    contacts = UserContact.select(UserContact.user).join(Contact).where(Contact.school == school)
    staff = UserStaff.select(UserStaff.user).join(Staff).where(Staff.school == school)
    return {number for (number,) in (contacts | staff).tuples()}


def _person_facts(pupil: Pupil, forenames: Iterable[str | None], what: str) -> Iterator[Fact]:
    yield from _names(forenames, pupil.surname, what, pupil)
    yield from _values(pupil, what, (NUMBER, pupil.mis_id), (NUMBER, pupil.scn), (NUMBER, pupil.upn))


def _contact_facts(contact: Contact) -> Iterator[Fact]:
    what = "another adult"
    yield from _names([contact.forename], contact.surname, what, contact)
    yield from _values(contact, what, (NUMBER, contact.mis_id), (MAIL, contact.email), (PHONE, contact.mobile), (PHONE, contact.phone))
    for words in _places(contact.address, contact.postcode):
        yield Fact(ADDRESS, words, "", what, contact.name, contact.school_id, (Contact, contact.id))


def _names(forenames: Iterable[str | None], surname: str, what: str = "", row: Any = None) -> Iterator[Fact]:
    """Forename Surname, and Surname, Forename as lists have it, with a comma or in two cells.

    Another of the same name says nothing about this one: see `known`.
    """
    for forename in filter(None, dict.fromkeys(forenames)):
        first, last = words_of(forename), words_of(surname)
        if first and last:
            about = (what, row.name, row.school_id, (type(row), row.id)) if row else ("", "", None, None)
            yield Fact(NAME, (*first, *last), "", *about)
            yield Fact(NAME, (*last, BREAK, *first), "", *about)
            yield Fact(NAME, (*last, *first), "", *about)


def _values(row: Any, what: str, *values: tuple[str, str | None]) -> Iterator[Fact]:
    for kind, value in values:
        plain = phone(value) if value and kind == PHONE else (value or "").strip().lower()
        if len(plain) >= 5 and re.search(r"[\d@]", plain):
            yield Fact(kind, (), plain, what, row.name, row.school_id, (type(row), row.id))


def _places(address: str | None, postcode: str | None) -> Iterator[tuple[str, ...]]:
    """The street with its number, or the name of a house; and the postcode."""
    street = words_of((address or "").split(",")[0])
    if len(street) >= (2 if any(sign.isdigit() for word in street for sign in word) else 3):
        yield street
    for words in (words_of(postcode or ""), words_of((address or "").split(",")[-1])):
        if len(words) == 2 and re.fullmatch(r"\d[a-z]{2}", words[1]):
            yield words


def _texts(family: Family) -> Iterator[Fact]:
    yield from _of_posts(family)
    yield from _of_records(family)
    for text in AgreementText.select().where(AgreementText.authority == family.school.authority_id, AgreementText.number.is_null()):
        yield from _said(text.body, "a draft of the acceptable use policy", (AgreementText, text.id), text.school_id)
    for decision in LinkDecision.select(LinkDecision, Link, Pupil).join(Link).join(Pupil).where(Pupil.school == family.school):
        yield from _said(decision.reason, "the head’s reason about a link", (LinkDecision, decision.id), family.school.id)
    for row in ComingOfAge.select(ComingOfAge.id, ComingOfAge.done).join(Pupil).where(Pupil.school == family.school):
        yield from _said(row.done, "what was done about a birthday", (ComingOfAge, row.id), family.school.id)


def _posts(family: Family) -> Iterator[tuple[Post, set[int]]]:
    named: dict[int, set[int]] = {}
    for post, pupil in PostPupil.select(PostPupil.post, PostPupil.pupil).where(PostPupil.is_for == True).tuples():
        named.setdefault(post, set()).add(pupil)
    for post in Post.select().where(Post.authority == family.school.authority_id).iterator():
        yield post, named.get(post.id, set())


def _of_posts(family: Family) -> Iterator[Fact]:
    kept_back = {post.id: post for post, named in _posts(family) if not family.may_read(post, named)}
    for post in kept_back.values():
        what = "a post for staff" if not post.for_parents else "a post that is not out" if post.state != PUBLISHED else "a post for others"
        yield from _said(f"{post.title}\n{post.body}", what, (Post, post.id), post.school_id)
    for number, post_id, name, alt in PostFile.select(PostFile.id, PostFile.post, PostFile.name, PostFile.alt).tuples():
        if post_id in kept_back:
            yield from _said(f"{name}\n{alt}", "a file of a post for others", (PostFile, number), kept_back[post_id].school_id)


def _of_records(family: Family) -> Iterator[Fact]:
    here, own = family.school.id, family.ids
    names = {pupil.id: pupil.name for pupil in Pupil.select(Pupil.id, Pupil.forename, Pupil.known_as, Pupil.surname).where(Pupil.school == here)}
    remarks = Conduct.select(Conduct.id, Conduct.pupil, Conduct.comment, Conduct.names_other).where(Conduct.school == here, Conduct.comment.is_null(False))
    for number, pupil, comment, names_other in remarks.tuples().iterator():
        if pupil not in own or names_other is not False or not (family.may.get("conduct") and family.may.get("conduct-text")):
            yield from _said(comment, "a comment on behaviour", (Conduct, number), here, names.get(pupil, ""))
    grades = Result.select(Result.id, Result.pupil, Result.title, Result.comment, fn.COALESCE(Result.released, Result.day) <= family.today)
    for number, pupil, title, comment, is_out in grades.where(Result.school == here).tuples().iterator():
        if pupil not in own:
            yield from _said(comment, "a comment on a result", (Result, number), here, names.get(pupil, ""))
        elif not is_out:
            yield from _said(f"{title}\n{comment or ''}", "a result before its release", (Result, number), here, names.get(pupil, ""))
    works = Assignment.select(Assignment.id, Assignment.group, Assignment.set_on <= family.today, Assignment.title, Assignment.details)
    for number, group, is_set, title, details in works.where(Assignment.school == here).tuples().iterator():
        if group not in family.groups or not is_set:
            yield from _said(f"{title}\n{details or ''}", "homework of others, or not set yet", (Assignment, number), here)
    for entry in CalendarEntry.select().where(CalendarEntry.school == here, CalendarEntry.audience != "everyone"):
        yield from _said(f"{entry.title}\n{entry.details or ''}", "a date for staff only", (CalendarEntry, entry.id), here)


def _said(text: str | None, what: str, row: tuple[type[Model], int], school_id: int | None, name: str = "") -> Iterator[Fact]:
    for words in sentences(text):
        yield Fact(TEXT, words, "", what, name, school_id, row, weak=len(words) < SURE)
