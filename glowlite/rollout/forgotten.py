"""Hides what becomes of a forgotten password where the school decided for e-mail: a code to the one address that is this adult's alone.

Whoever asks learns nothing, neither from the answer nor from the time it takes: the work is done beside the request.
"""

import logging
from datetime import timedelta
from threading import Thread

from flask import Flask, current_app

from glowlite import clock, db
from glowlite.models import AccessCode, Contact, School, User, UserContact
from glowlite.rollout import codes, decisions, jobs, mail

RESET = "reset"
PAUSE = timedelta(minutes=10)  # between two mails to one adult


def is_offered() -> bool:
    """Does any school here let parents reset a lost password themselves?"""
    return mail.is_on() and any(one.support.is_self_service for some in decisions.help_at_the_door() for one in some)


def ask(username: str) -> None:
    """Somebody says that this is their user name and that they have lost the password."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.config.get("JOBS") == jobs.INLINE:
        _help(username)
    else:
        Thread(target=_beside, args=(app, username), daemon=True).start()


def _beside(app: Flask, username: str) -> None:
    with app.app_context(), db.database.connection_context():
        try:
            _help(username)
        except Exception:
            logging.getLogger("glowlite").exception("While helping somebody with a lost password")


def _help(username: str) -> None:
    """Mail a code, if there is somebody of this name who has lost something, and an address to mail it to."""
    user = User.get_or_none(User.username == username.strip().lower(), User.password_hash.is_null(False))
    if user is None or AccessCode.select().where(AccessCode.user == user, AccessCode.how == RESET, AccessCode.made > clock.now() - PAUSE).exists():
        return
    records = Contact.select(Contact, School).join(School).switch(Contact).join(UserContact).where(UserContact.user == user).order_by(Contact.id)
    own = [record for record in records if decisions.support(record.school).is_self_service and not codes.obstacle(user, record)]
    addresses = mail.own_addresses(own)
    record = next((one for one in own if one.id in addresses), None)
    if record:
        _send(user, record, addresses[record.id])


def _send(user: User, record: Contact, address: str) -> None:
    code = codes.make("forgotten password", user, record, RESET)
    site, letter = current_app.config["GLOWLITE"].address, current_app.jinja_env.get_template("emails/forgotten.txt")
    try:
        mail.send(address, f"A new password for {record.school.name}",
                  letter.render(name=record.name, school=record.school, code=code, site=site, days=decisions.handing_out(record.school).days))
    except mail.NotSent as problem:
        codes.end_for(user)
        logging.getLogger("glowlite").warning("No code mailed to %s: %s", user.username, problem)
