"""Hides how account details reach adults: who gets them, letters as one PDF, the same as a list, and invitations by e-mail.

What holds codes is kept for a day and then emptied. It is handed out only while everybody in it may still see what it says.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, Protocol, Self

from flask import current_app, render_template
from peewee import fn

from glowlite import clock, db, policy, spreadsheet
from glowlite.models import AccessCode, Audit, Contact, Job, LetterRun, Link, Pupil, School, User
from glowlite.qr import Square
from glowlite.rollout import accounts, codes, decisions, jobs, mail, press, steps
from glowlite.rollout.accounts import Account

PRINTED, LISTED, MAILED = "letters", "csv", "email"
KINDS = {PRINTED: "letters to print", LISTED: "a list for a spreadsheet", MAILED: "invitations by e-mail"}
NEW, UNUSED, CLASS, CHOSEN = "new", "unused", "class", "chosen"
HOW = {PRINTED: "letter", LISTED: "letter", MAILED: "e-mail"}  # as the code remembers it

PDF, CSV, _PAIRS = "letters.pdf", "accounts.csv", "pairs.json"
COLUMNS = ("user name", "name", "class", "code")
KEPT = timedelta(days=1)
NEWEST = 12


class CannotMake(Exception):
    """The message says why there is nothing to print or send."""


class Gone(Exception):
    """What was printed cannot be downloaded any more; the message says why."""


# --- who ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """Who is to get account details. who: new (no code is out), unused (nobody signed in yet), class or chosen."""

    who: str
    class_name: str = ""
    users: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        if self.who == CHOSEN:
            return "1 chosen person" if len(self.users) == 1 else f"{len(self.users)} chosen people"
        return {NEW: "everybody without a code", UNUSED: "everybody who has not signed in", CLASS: f"class {self.class_name}"}[self.who]

    @property
    def nobody(self) -> str:
        """What is said when that is nobody."""
        return {CHOSEN: "None of them has an approved account here.", CLASS: f"In class {self.class_name} nobody with an account still has to sign in."}.get(
            self.who, "Nobody needs account details at the moment.")

    def takes(self, one: Account) -> bool:
        """A class and everybody: those who have not signed in. Somebody who has is only chosen by name."""
        waits = one.state in (accounts.NEVER, accounts.CODE_OUT)
        if self.who == CHOSEN:
            return one.user.id in self.users
        return waits and {NEW: one.state == accounts.NEVER, UNUSED: True, CLASS: self.class_name in one.candidate.classes}[self.who]

    @classmethod
    def of(cls, who: str, class_name: str, users: Sequence[int]) -> Self | None:
        """As a form says it; None when it says nothing."""
        if users:
            return cls(CHOSEN, users=tuple(users))
        if class_name:
            return cls(CLASS, class_name)
        return cls(who) if who in (NEW, UNUSED) else None


class LeftOut(NamedTuple):
    name: str
    reason: str


def in_order(school: School, class_name: str = "") -> list[Account]:
    """Everybody with an approved account, by class and the child's surname. class_name: the one that counts for whoever has a child in it."""
    approved = [one for one in accounts.of_school(school) if one.candidate.approval]
    return sorted(approved, key=lambda one: (*_place(one, class_name), one.user.username))


def _place(one: Account, class_name: str) -> tuple[str, str, str]:
    """Class, surname and forename of the child with whose class the letter goes out."""
    children = one.candidate.opened or one.candidate.children
    places = sorted((_class_of(child), child.surname.casefold(), child.first_name.casefold()) for child in children)
    return next((place for place in places if place[0] == class_name), places[0] if places else ("", "", ""))


def _class_of(child: Pupil) -> str:
    return child.registration or child.year_group or ""


def demand(school: School, users: Sequence[User]) -> None:
    """Raises steps.NotYet: before the rollout has come as far as the others, details are for the first account only."""
    first = steps.first_account(school)
    only_first = first is not None and {user.id for user in users} == {first.user_id}
    steps.demand(school, accounts.FIRST if only_first else accounts.OTHERS)


def _chosen(school: School, choice: Choice) -> list[Account]:
    """Raises CannotMake or steps.NotYet."""
    found = [one for one in in_order(school, choice.class_name) if choice.takes(one)]
    if not found:
        raise CannotMake(choice.nobody)
    demand(school, [one.user for one in found])
    return found


# --- what one adult is told -----------------------------------------------------------------------------------


def way_in(code: str = "") -> str:
    """The address at which a code is used."""
    return f"{current_app.config['GLOWLITE'].address}/begin{f'?code={code}' if code else ''}"


class Letter(NamedTuple):
    """Everything that one letter says. address: a line each; without one the letter is given by hand."""

    name: str
    greeting: str
    address: list[str]
    class_name: str
    children: str
    children_or: str
    username: str
    remote: bool
    code: str
    until: date

    @property
    def qr(self) -> Square:
        return Square.of(way_in(self.code))


def _letter(one: Account, code: str, until: date, class_name: str, *, by_post: bool) -> Letter:
    contact, forenames = one.candidate.contact, list(dict.fromkeys(child.first_name for child in one.candidate.opened))
    greeting = f"{contact.title} {contact.surname}" if contact.title else contact.name
    return Letter(contact.name, greeting, _address(contact, by_post=by_post), _place(one, class_name)[0],
                  _joined(forenames, "and"), _joined(forenames, "or"), one.user.username, one.user.remote_access, code, until)


def _address(contact: Contact, *, by_post: bool) -> list[str]:
    """Only what stands at this very adult. Where letters are not sent home, their home is nobody's business."""
    name = " ".join(filter(None, (contact.title, contact.name)))
    parts = [part.strip() for part in (contact.address or "").split(",") if part.strip()]
    home = [*parts[:3], ", ".join(parts[3:]), contact.postcode or ""] if parts and by_post else ["To be handed over in person"]
    return [line for line in (name, *home) if line]


def _joined(names: list[str], word: str) -> str:
    """Aisha, Amina and Omar"""
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "your child"


def last_day(run: LetterRun) -> date:
    """The last whole day on which the codes of a run work."""
    first = AccessCode.select(AccessCode.expires).where(AccessCode.run == run).order_by(AccessCode.expires).first()
    return clock.local(first.expires).date() - timedelta(days=1)


# --- making ---------------------------------------------------------------------------------------------------


class Progress(Protocol):
    """Who is told how far the work is."""

    def begin(self, total: int) -> None: ...
    def step(self, count: int = 1) -> None: ...


@dataclass
class Made:
    """What came of it. left_out: for whom nothing was made, and why."""

    run: LetterRun
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def message(self) -> str:
        s = "" if self.run.count == 1 else "s"
        said = f"{self.run.count} " + {PRINTED: f"letter{s}.", LISTED: f"account{s} on the list.", MAILED: f"invitation{s} sent."}[self.run.kind]
        return said + "".join(f"\nNot for {name}: {reason}" for name, reason in self.left_out)


def make(by: User | str, school: School, choice: Choice, kind: str, progress: Progress) -> Made:
    """Make new codes for these adults, which end their older ones, and letters, a list or mails of them. Raises CannotMake or steps.NotYet."""
    empty_old()
    found = _chosen(school, choice)
    if kind == MAILED:
        return _invite(by, school, choice, found, progress)
    with _begun(by, school, choice, kind) as run:
        written, left_out = _coded(by, found, run, kind)
        if not written:
            raise CannotMake("\n".join(f"Not for {name}: {reason}" for name, reason in left_out))
        progress.begin(len(written))
        until, by_post = last_day(run), decisions.SENT_HOME in decisions.handing_out(school).ways
        letters = [_letter(one, code, until, choice.class_name, by_post=by_post) for one, code in written]
        files = {CSV: _csv(letters), _PAIRS: _pairs(one for one, _ in written)} | ({PDF: _pdf(school, letters, progress)} if kind == PRINTED else {})
        run.count, run.content = len(written), _packed(files)
        _keep(by, run, left_out)
    return Made(run, left_out)


@contextmanager
def _begun(by: User | str, school: School, choice: Choice, kind: str) -> Iterator[LetterRun]:
    """A run whose codes end again when nothing comes of it."""
    run = LetterRun.create(school=school, kind=kind, about=choice.words, count=0, at=clock.now(), by=by.name if isinstance(by, User) else by)
    try:
        yield run
    except BaseException:
        with db.write_lock():
            AccessCode.update(ended=clock.now()).where(AccessCode.run == run, AccessCode.ended.is_null()).execute()
            run.delete_instance()
        raise


def _keep(by: User | str, run: LetterRun, left_out: list[LeftOut]) -> None:
    with db.write_lock():
        run.save()
        Audit.write(by, "made account details", run.about, school=run.school, after={"kind": run.kind, "count": run.count, "left out": len(left_out)})


def _coded(by: User | str, found: list[Account], run: LetterRun, kind: str) -> tuple[list[tuple[Account, str]], list[LeftOut]]:
    """A new code for each. One after the other, so that others can write in between."""
    written, left_out = [], []
    for one in found:
        try:
            written.append((one, codes.make(by, one.user, one.candidate.contact, HOW[kind], run)))
        except codes.CannotMake as problem:
            left_out.append(LeftOut(one.candidate.contact.name, str(problem)))
    return written, left_out


def _pdf(school: School, letters: list[Letter], progress: Progress) -> bytes:
    back = render_template("letters/account_help.html", school=school, support=decisions.support(school))
    return press.pdf(letters, lambda some: front(school, some), back, progress.step)


def front(school: School, letters: Sequence[Letter]) -> str:
    """The HTML of these letters, a page each."""
    return render_template("letters/account.html", school=school, letters=letters, address=current_app.config["GLOWLITE"].address)


def _csv(letters: list[Letter]) -> bytes:
    rows = [COLUMNS, *((letter.username, letter.name, letter.class_name, letter.code) for letter in letters)]
    return (spreadsheet.MARK + "".join(map(spreadsheet.row, rows))).encode()


def _pairs(found: Iterator[Account]) -> bytes:
    """Whom each of these adults could see: [user, contact, child]"""
    return json.dumps([(one.user.id, one.candidate.contact.id, child.id) for one in found for child in one.candidate.opened]).encode()


def _packed(files: dict[str, bytes]) -> bytes:
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as archive:  # a PDF is compressed already
        for name, content in files.items():
            archive.writestr(name, content)
    return packet.getvalue()


@jobs.work("letters")
def _work(job: Job, progress: jobs.Progress) -> jobs.Outcome:
    told = job.arguments
    try:
        made = make(job.user, job.school, Choice(told["who"], told["class"], tuple(told["users"])), told["kind"], progress)
    except (CannotMake, steps.NotYet) as problem:
        raise jobs.Failed(str(problem)) from problem
    return jobs.Outcome(made.message, made.run.id)


def start(by: User, school: School, choice: Choice, kind: str, then: str) -> Job:
    """The same outside the request. then: the page that comes next."""
    return jobs.start(by, school, "letters", {"who": choice.who, "class": choice.class_name, "users": choice.users, "kind": kind}, then)


# --- e-mail -----------------------------------------------------------------------------------------------------


def may_mail(school: School) -> str:
    """Why no invitation can be e-mailed; empty when it can."""
    if decisions.E_MAILED not in decisions.handing_out(school).ways:
        return "It is not decided that invitations are e-mailed. That is one of the key decisions."
    return "" if mail.is_on() else "No mail server is set up for this site, so nothing can be e-mailed."


def _invite(by: User | str, school: School, choice: Choice, found: list[Account], progress: Progress) -> Made:
    stopped = may_mail(school)
    if stopped:
        raise CannotMake(stopped)
    progress.begin(len(found))
    addresses = mail.own_addresses(one.candidate.contact for one in found)
    left_out = [LeftOut(one.candidate.contact.name, no_address(one)) for one in found if one.candidate.contact.id not in addresses]
    with _begun(by, school, choice, MAILED) as run:
        left_out += _sent(by, run, [(one, addresses[one.candidate.contact.id]) for one in found if one.candidate.contact.id in addresses], progress)
        run.count = len(found) - len(left_out)
        if not run.count:
            raise CannotMake("No invitation was sent." + "".join(f"\nNot for {name}: {reason}" for name, reason in left_out))
        _keep(by, run, left_out)
    return Made(run, left_out)


def no_address(one: Account) -> str:
    """Why an adult has no address that a mail may go to."""
    if not one.candidate.contact.email:
        return "no e-mail address in the MIS; print a letter instead."
    return "the e-mail address is not theirs alone, or not written as one; print a letter instead."


def _sent(by: User | str, run: LetterRun, wanted: list[tuple[Account, str]], progress: Progress) -> list[LeftOut]:
    """Send them one after another; gives those to whom none was sent."""
    left_out: list[LeftOut] = []
    try:
        with mail.post_office() as post:
            for number, (one, to) in enumerate(wanted):
                try:
                    post.send(to, f"Your account at {run.school.name}", _invitation(by, run, one))
                except mail.NoMail as problem:
                    return left_out + [LeftOut(one.candidate.contact.name, str(problem)) for one, _ in wanted[number:]]
                except (mail.NotSent, codes.CannotMake) as problem:
                    left_out.append(LeftOut(one.candidate.contact.name, str(problem)))
                progress.step()
    except mail.NoMail as problem:
        raise CannotMake(str(problem)) from problem
    return left_out


def _invitation(by: User | str, run: LetterRun, one: Account) -> str:
    """The text for one adult, with a new code. Asked at that very moment whom they may see: many mails take minutes."""
    contact = one.candidate.contact
    code = codes.make(by, one.user, contact, HOW[MAILED], run)
    children = Pupil.select().where(Pupil.id.in_(policy.links_with_access().select(Link.pupil).where(Link.contact == contact))).order_by(Pupil.id)
    forenames = list(dict.fromkeys(child.first_name for child in children))
    return render_template("emails/invitation.txt", school=run.school, contact=contact, user=one.user, code=code, way_in=way_in(code),
                           until=last_day(run), children=_joined(forenames, "and"), children_or=_joined(forenames, "or"))


# --- what was made ------------------------------------------------------------------------------------------------


def empty_old() -> None:
    """Take the codes out of what was made more than a day ago."""
    LetterRun.update(content=None).where(LetterRun.at < clock.now() - KEPT, LetterRun.content.is_null(False)).execute()


def runs(school: School) -> list[LetterRun]:
    """What was made last, the newest first. is_there: is the content still kept? alive: how many of its codes still work."""
    columns = [column for column in LetterRun._meta.sorted_fields if column is not LetterRun.content]
    alive = AccessCode.select(fn.COUNT(AccessCode.id)).where(AccessCode.run == LetterRun.id, codes.alive())
    rows = LetterRun.select(*columns, LetterRun.content.is_null(False).alias("is_there"), alive.alias("alive"))
    return list(rows.where(LetterRun.school == school, LetterRun.count > 0).order_by(LetterRun.at.desc(), LetterRun.id.desc()).limit(NEWEST))


def fetch(by: User | str, school: School, number: int, name: str) -> bytes | None:
    """One file of a run, and its download written down; None when the school has no such run or file. Raises Gone."""
    empty_old()
    run = LetterRun.get_or_none(LetterRun.id == number, LetterRun.school == school)
    if run is None:
        return None
    if run.content is None:
        raise Gone("This was made more than a day ago and is no longer kept, for it holds codes. Make it anew; the older codes then stop working.")
    if not AccessCode.select().where(AccessCode.run == run, codes.alive()).exists():
        raise Gone("None of its codes works any more: they were used, or newer ones replaced them.")
    with zipfile.ZipFile(io.BytesIO(run.content)) as archive:
        files = {file: archive.read(file) for file in archive.namelist()}
    if _no_longer_true(school, json.loads(files.pop(_PAIRS))):
        LetterRun.update(content=None).where(LetterRun.id == run.id).execute()
        raise Gone("Since this was made, somebody in it has lost access to a child or the account was locked. Make it anew for the others.")
    if name in files:
        with db.write_lock():
            LetterRun.update(fetched=clock.now()).where(LetterRun.id == run.id).execute()
            Audit.write(by, "downloaded letters", run.about, school=school, after={"file": name, "count": run.count, "made": run.at})
    return files.get(name)


def _no_longer_true(school: School, pairs: list[list[int]]) -> bool:
    now = policy.access_pairs(school)
    locked = {number for (number,) in User.select(User.id).where(User.locked.is_null(False)).tuples()}
    return any((contact, child) not in now or user in locked for user, contact, child in pairs)


# --- the page ---------------------------------------------------------------------------------------------------


class Counter(NamedTuple):
    """What the page of a school says. stopped: what the rollout says against letters at the moment. shared: who cannot be mailed."""

    new: int
    unused: int
    classes: dict[str, int]
    runs: list[LetterRun]
    stopped: str
    no_mail: str
    shared: list[LeftOut]


def counter(school: School) -> Counter:
    empty_old()
    waiting = [one for one in in_order(school) if Choice(UNUSED).takes(one)]
    classes: dict[str, int] = {}
    for one in waiting:
        for name in one.candidate.classes:
            classes[name] = classes.get(name, 0) + 1
    no_mail = may_mail(school)
    own = {} if no_mail else mail.own_addresses(one.candidate.contact for one in waiting)
    shared = [] if no_mail else [LeftOut(one.candidate.contact.name, no_address(one)) for one in waiting if one.candidate.contact.id not in own]
    return Counter(sum(map(Choice(NEW).takes, waiting)), len(waiting), dict(sorted(classes.items())), runs(school), _stopped(school, waiting), no_mail, shared)


def _stopped(school: School, waiting: list[Account]) -> str:
    try:
        demand(school, [one.user for one in waiting])
    except steps.NotYet as stopped:
        return str(stopped)
    return ""
