"""Hides which adults of a school should have an account: the selection in the MIS and the rules, with the reason for everyone left out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import fn

from glowlite import policy
from glowlite.models import Approval, Contact, Link, Pupil, School, User, UserContact
from glowlite.policy import parenthood

WAITING, APPROVED, LEFT_OUT = "waiting", "approved", "left out"


@dataclass(frozen=True)
class Candidate:
    """One contact of a school. children: all in the MIS; opened: those whose link gives access. why_not: why there is no account."""

    contact: Contact
    children: list[Pupil]
    opened: list[Pupil]
    user: User | None = None
    approval: Approval | None = None
    why_not: str = ""

    @property
    def state(self) -> str:
        return APPROVED if self.user else LEFT_OUT if self.why_not else WAITING

    @property
    def classes(self) -> list[str]:
        """The registration classes of the children that this adult may see, or else of all of them."""
        return sorted({child.registration or child.year_group or "" for child in self.opened or self.children} - {""})


@dataclass
class _School:
    """What is read once for all contacts of a school."""

    school: School
    links: dict[int, list[Link]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[int, str] = field(default_factory=dict)
    opening: set[int] = field(default_factory=set)

    def read(self) -> None:
        links = parenthood.links_of(self.school)
        for link in links:
            self.links[link.contact_id].append(link)
        self.reasons = {number: verdict.reason for number, verdict in parenthood.verdicts(links, parenthood.link_rules(self.school)).items()}
        rows = policy.links_with_access().select(Link.id).where(Pupil.school == self.school)
        self.opening = {number for (number,) in rows.tuples()}

    def why_not(self, contact: Contact) -> str:
        links = self.links[contact.id]
        opening = [link for link in links if link.id in self.opening]
        if not links:
            return "the MIS links no child to this adult"
        if not opening:
            return policy.link_fact(min(links, key=lambda link: (link.priority or 99, link.id)), self.reasons)
        if not any(link.account_selected or link.head_says == "open" for link in opening):
            return "the school has not selected this adult for an account in the MIS"
        return ""


def of_school(school: School, contact_ids: Iterable[int] | None = None) -> list[Candidate]:
    """Every standing contact of a school, by surname, or these of them."""
    known = _School(school)
    known.read()
    accounts = _by_contact(UserContact.select(UserContact, User).join(User).switch(UserContact).join(Contact).where(Contact.school == school))
    approvals = _by_contact(Approval.select().where(Approval.school == school))
    contacts = Contact.select().where(Contact.school == school, Contact.gone.is_null())
    if contact_ids is not None:
        contacts = contacts.where(Contact.id.in_(list(contact_ids)))
    found = [_candidate(known, contact, accounts.get(contact.id), approvals.get(contact.id)) for contact in contacts]
    return sorted(found, key=lambda one: (one.contact.surname.casefold(), (one.contact.forename or "").casefold(), one.contact.id))


def reasons(school: School, contacts: Iterable[Contact]) -> dict[int, str]:
    """Why no child of the school is open to these adults, by contact; empty where nothing speaks against it."""
    known = _School(school)
    known.read()
    return {contact.id: known.why_not(contact) for contact in contacts}


class Counts(NamedTuple):
    """How many adults of a school wait for an account, have one, have signed in, and may from anywhere."""

    waiting: int
    accounts: int
    signed_in: int
    remote: int


def counts(school: School) -> Counts:
    """The same as `of_school`, only counted: for a page about many schools."""
    selected = (Link.account_selected == True) | (Link.head_says == "open")
    without = Link.contact.not_in(UserContact.select(UserContact.contact))
    waiting = policy.links_with_access().select(fn.COUNT(Link.contact.distinct())).where(Pupil.school == school, selected, without).scalar()
    joined = (UserContact.select(fn.COUNT(User.id), fn.COUNT(User.last_sign_in), fn.SUM(User.remote_access.cast("integer")))
              .join(User).switch(UserContact).join(Contact).where(Contact.school == school, Contact.gone.is_null()))
    accounts, signed_in, remote = joined.scalar(as_tuple=True)
    return Counts(waiting, accounts, signed_in, remote or 0)


def _by_contact(rows: Any) -> dict[int, Any]:
    return {row.contact_id: row for row in rows}


def _candidate(known: _School, contact: Contact, joint: UserContact | None, approval: Approval | None) -> Candidate:
    links = known.links[contact.id]
    opened = [link.pupil for link in links if link.id in known.opening]
    user = joint.user if joint else None
    return Candidate(contact, [link.pupil for link in links], opened, user, approval, "" if user else known.why_not(contact))
