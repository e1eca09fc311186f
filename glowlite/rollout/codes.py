"""Hides the single-use codes with which adults set their own password: making one, proving it with a child's birthday, using it up.

Only a keyed digest of a code is kept. Whatever is wrong with a code or a birthday, the answer is the same and costs the same.
"""

import hashlib
import hmac
import re
import secrets
from datetime import date, timedelta
from functools import cache

from flask import current_app
from peewee import Expression, ModelSelect

from glowlite import clock, db, policy
from glowlite.models import AccessCode, Audit, Authority, Contact, LetterRun, Link, Pupil, School, User, UserContact
from glowlite.people import LETTERS
from glowlite.rollout import decisions, switching
from glowlite.words import MONTHS

GROUPS, IN_GROUP = 3, 4
MOST_WRONG = 5  # wrong birthdays; the next one finds no code any more


class CannotMake(Exception):
    """No code for this adult would work; the message says why, for the office."""


class CodeIsGone(Exception):
    """Somebody else used this code a moment ago, or it was ended."""


# --- making -------------------------------------------------------------------------------------------------


def make(by: User | str, user: User, contact: Contact, how: str, run: LetterRun | None = None) -> str:
    """A new code for this account, told once and kept nowhere; it ends the older ones. Raises CannotMake.

    how: letter, e-mail, desk or reset. run: the letters that it is printed in.
    """
    stops = obstacle(user, contact)
    if stops:
        raise CannotMake(stops)
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(IN_GROUP)) for _ in range(GROUPS)).upper()
    now = clock.now()
    with db.write_lock():
        end_for(user)
        AccessCode.create(user=user, contact=contact, digest=_digest(code), how=how, run=run, made=now, by=by.name if isinstance(by, User) else by,
                          expires=now + timedelta(days=decisions.handing_out(contact.school).days))
        Audit.write(by, "made code", user.username, school=contact.school, after={"how": how})
    return code


def obstacle(user: User, contact: Contact) -> str:
    """Why no code would work for this adult at the moment, in a sentence for the office; empty when one would."""
    reasons = (
        (user.locked, f"The account of {user.name} is locked. Open it first."),
        (not suits(user), f"{user.name} runs the school or works in its office, so a code on paper would open too much. Give a first password instead."),
        (not _is_joined(user, contact), f"The account {user.username} is not joined to {contact.name}."),
        (not switching.lets_parents_in(contact.school), f"The switch that lets parents in is off for {contact.school.name}."),
        (not _opened_children(contact).exists(), f"No link of {contact.name} gives access to a child at the moment."),
        (not _birthdays(contact), f"The MIS has no date of birth of any child of {contact.name}. It is asked for with the code, so enter it there first."),
    )  # all are looked at: what does not work must not be quicker to find out
    return next((sentence for stops, sentence in reasons if stops), "")


def suits(user: User) -> bool:
    """Is this an account to be opened with a code? One whose rights are worth taking over is not: codes pass through the office's hands."""
    return not policy.runs_a_school(user)


def end_for(user: User) -> None:
    """End every code of this account that has not been used."""
    AccessCode.update(ended=clock.now()).where(AccessCode.user == user, AccessCode.used.is_null(), AccessCode.ended.is_null()).execute()


# --- proving and using ----------------------------------------------------------------------------------------


def check(code: str, birthday: date | None) -> AccessCode | None:
    """The row of a code that works, proven by the birthday of a child whom its contact may see now; else None, for whatever reason.

    A wrong birthday counts against the code, and the fifth ends it.
    """
    with db.write_lock():
        found = whose(code)
        access = found or _nobodys()
        granted = _take_try(access.id)  # before looking, so that many at once get no more tries than one after another
        stands = not obstacle(access.user, access.contact)
        is_right = birthday is not None and birthday in _birthdays(access.contact)
        _give_back_try(access.id if granted and is_right else 0)
        _end_guessed(access)
    return found if granted and stands and is_right else None


def _take_try(number: int) -> bool:
    return bool(AccessCode.update(wrong=AccessCode.wrong + 1).where(AccessCode.id == number, alive()).execute())


def _give_back_try(number: int) -> None:
    AccessCode.update(wrong=AccessCode.wrong - 1).where(AccessCode.id == number).execute()


def _end_guessed(access: AccessCode) -> None:
    guessed = (AccessCode.id == access.id) & (AccessCode.wrong >= MOST_WRONG) & AccessCode.ended.is_null()
    if AccessCode.update(ended=clock.now()).where(guessed).execute():
        Audit.write("sign-in", "ended code after wrong birthdays", access.user.username, school=access.contact.school)


def use(access: AccessCode) -> None:
    """Use the code up, within the transaction of what it is used for. Raises CodeIsGone for the second of two at once."""
    now = clock.now()
    if not AccessCode.update(used=now).where(AccessCode.id == access.id, alive()).execute():
        raise CodeIsGone
    Audit.write(access.user, "used code", access.user.username, school=access.contact.school, after={"how": access.how})


def alive() -> Expression:
    """Codes that could still be used."""
    return (AccessCode.used.is_null() & AccessCode.ended.is_null() & (AccessCode.expires > clock.now()) & (AccessCode.wrong < MOST_WRONG))


# --- what is kept ---------------------------------------------------------------------------------------------


def whose(code: str) -> AccessCode | None:
    """The row of a code, whether it still works or not: whose letter is this? It proves nothing."""
    rows = AccessCode.select(AccessCode, User, Contact, School, Authority).join(User).switch(AccessCode).join(Contact).join(School).join(Authority)
    return rows.where(AccessCode.digest == _digest(code)).first()


def still_works(access: AccessCode) -> bool:
    """Could this code still be used, as far as the code itself goes?"""
    return bool(AccessCode.select().where(AccessCode.id == access.id, alive()).exists())


def _digest(code: str) -> str:
    """Of a code as it may be typed: capitals or not, with blanks, dashes or neither."""
    signs = "".join(sign for sign in code.lower() if sign.isalnum())
    return hmac.new(current_app.config["SECRET_KEY"].encode(), f"access code {signs}".encode(), hashlib.sha256).hexdigest()


@cache
def _nobodys() -> AccessCode:
    """Stands in for a code that does not exist, so that looking at it costs the same."""
    school = School(id=0, name="", authority=Authority(id=0, name=""))
    return AccessCode(id=0, user=User(id=0, name="", username=""), contact=Contact(id=0, surname="", school=school))


def _is_joined(user: User, contact: Contact) -> bool:
    return bool(UserContact.select().where(UserContact.user == user, UserContact.contact == contact).exists())


def _opened_children(contact: Contact) -> ModelSelect:
    return policy.links_with_access().where(Link.contact == contact)


def _birthdays(contact: Contact) -> set[date]:
    """Of the children whom this contact may see now."""
    return {born for (born,) in _opened_children(contact).select(Pupil.born).tuples() if born}


# --- what is typed --------------------------------------------------------------------------------------------


def day_typed(text: str) -> date | None:
    """A date of birth as people type it: 30/04/2014, 30.4.14, 30042014, 30 April 2014, 2014-04-30; None when it cannot be read."""
    parts = re.findall(r"\d+|[a-z]{3,}", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.lower()))
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) != 3:
        return None
    if parts[0].isalpha():
        parts[0], parts[1] = parts[1], parts[0]  # April 30, 2014
    day, month, year = reversed(parts) if len(parts[0]) == 4 else parts
    months = [number for number, name in enumerate(MONTHS) if number and name.lower().startswith(month)]
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), months[0] if months else int(month), int(day))
    except ValueError:
        return None
