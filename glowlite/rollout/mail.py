"""Hides how e-mail leaves the site: text only, over SMTP as the settings say, and only to an address that is one adult's alone."""

import re
import smtplib
import ssl
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app
from peewee import JOIN, chunked, fn

from glowlite.models import Contact, UserContact

SECONDS = 20  # for each answer of the mail server
ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
PORTS = {"smtp": 587, "smtps": 465}

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\]+")


class NotSent(Exception):
    """This one mail was not taken; the message says why, for the office."""


class NoMail(NotSent):
    """No mail can be sent at all at the moment, this one or another."""


def is_on() -> bool:
    """Do the settings name a mail server?"""
    return bool(current_app.config["GLOWLITE"].smtp)


# --- sending ----------------------------------------------------------------------------------------------


def send(to: str, subject: str, text: str) -> None:
    """Send one mail. Raises NotSent."""
    with post_office() as post:
        post.send(to, subject, text)


class PostOffice:
    """A connection to the mail server that takes one mail after another."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self.server, self.sender = server, sender

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises NotSent when this address is refused, NoMail when the server is gone."""
        message = EmailMessage()
        message["From"], message["Subject"], message["Date"] = self.sender, subject, formatdate(localtime=False)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> "))
        message["Auto-Submitted"] = "auto-generated"
        try:
            message["To"] = Address(addr_spec=to)
            message.set_content(text)
            self.server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise NotSent(f"The mail server does not take the address: {code} {_words(said)}") from error
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"The mail server does not take it: {error.smtp_code} {_words(error.smtp_error)}") from error
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            raise NotSent("The address is not one that mail can be sent to.") from error
        except OSError as error:  # whatever else smtplib says is an OSError too
            raise NoMail("The connection to the mail server broke off.") from error


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """The mail server of the settings. Raises NoMail when there is none or it does not answer."""
    settings = current_app.config["GLOWLITE"]
    if not settings.smtp:
        raise NoMail("No mail server is set up for this site, so nothing can be e-mailed.")
    try:
        server = _connected(urlsplit(settings.smtp))
    except OSError as error:
        raise NoMail("The mail server does not answer, or does not let this site send.") from error
    try:
        yield PostOffice(server, settings.mail_from)
    finally:
        _hang_up(server)


def _connected(where: SplitResult) -> smtplib.SMTP:
    """Encrypted before anything is said, but for a mail server on this very machine."""
    host, port, context = where.hostname or "", where.port or PORTS[where.scheme], ssl.create_default_context()
    server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context) if where.scheme == "smtps" else smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if where.scheme == "smtp" and host not in ON_THIS_MACHINE:
            server.starttls(context=context)
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
    except OSError:
        _hang_up(server)
        raise
    return server


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except OSError:
        server.close()


def _words(said: bytes | str) -> str:
    return (said.decode(errors="replace") if isinstance(said, bytes) else said).splitlines()[0][:120]


# --- to whom ----------------------------------------------------------------------------------------------


def own_addresses(contacts: Iterable[Contact]) -> dict[int, str]:
    """contact id -> the e-mail address, of those whose address is written well and stands at no other adult of the authority.

    Two records that are joined to one account are one adult. Records that ended count too: whoever it was may still read there.
    """
    wanted = {contact.id: contact.email.strip() for contact in contacts if contact.email and _ADDRESS.fullmatch(contact.email.strip())}
    holders = _holders({address.lower() for address in wanted.values()})
    return {number: address for number, address in wanted.items() if len(holders[address.lower()]) == 1}


def _holders(addresses: set[str]) -> dict[str, set[tuple[str, int]]]:
    """For each of these addresses, the adults at whom it stands: an account, or a record without one."""
    same = fn.LOWER(fn.TRIM(Contact.email))
    everybody = Contact.select(same, Contact.id, UserContact.user).join(UserContact, JOIN.LEFT_OUTER)
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for some in chunked(addresses, 500):
        for address, number, user in everybody.where(same.in_(some)).tuples():
            found[address].add(("account", user) if user else ("record", number))
    return found
