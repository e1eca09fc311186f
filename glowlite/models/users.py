"""Hides accounts: passwords, sessions that can be ended, and which records in the MIS an account stands for."""

import secrets
from typing import Any, Self

import argon2
from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, ModelSelect, TextField

from glowlite import clock
from glowlite.db import BaseModel
from glowlite.models.people import Contact, Staff
from glowlite.models.school import Authority, School
from glowlite.prepared import as_models, prepared

HASHER = argon2.PasswordHasher()
NOBODYS_HASH = HASHER.hash(secrets.token_urlsafe(16))  # so that an unknown name takes as long as a wrong password
SHORTEST_PASSWORD = 10


def new_session_key() -> str:
    return secrets.token_urlsafe(12)


class User(BaseModel):
    """Someone who can sign in. `session_key` is part of every session cookie; a new one ends all sessions.

    remote_access: without it a parent signs in from the networks of their schools only. welcomed: when the first ten minutes were over.
    """

    username = CharField(60, unique=True)
    name = CharField(120)
    password_hash = CharField(200, null=True)
    must_change_password = BooleanField(default=False)
    session_key = CharField(24, default=new_session_key)
    locked = DateTimeField(null=True)
    last_sign_in = DateTimeField(null=True)
    last_visit = DateTimeField(null=True)
    agreed_text = TextField(default="[]")
    remote_access = BooleanField(default=True)
    welcomed = DateTimeField(null=True)

    class Meta:
        table_name = "users"

    @property
    def by_surname(self) -> tuple[str, str, int]:
        """How people are put in order: by the last word of the name, then by the whole."""
        name = self.name.casefold()
        return name.rpartition(" ")[2], name, self.id

    def get_id(self) -> str:
        """What flask-login keeps in the cookie."""
        return f"{self.id}.{self.session_key}"

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.locked is None

    @classmethod
    def of_session(cls, cookie: str) -> Self | None:
        """The user of a session cookie, unless that session was ended or the account locked."""
        number, _, key = cookie.partition(".")
        user = next(iter(as_models(cls, _by_id(int(number)))), None) if number.isdigit() else None
        alive = user and user.is_active and secrets.compare_digest(user.session_key, key)
        return user if alive else None

    @classmethod
    def with_credentials(cls, username: str, password: str) -> Self | None:
        """The user of this name and password, or None, in the same time whether the name exists or not."""
        user = cls.get_or_none(cls.username == username.strip().lower())
        try:
            HASHER.verify(user.password_hash if user and user.password_hash else NOBODYS_HASH, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return None
        return user if user and user.password_hash and user.is_active else None

    def has_password(self, password: str) -> bool:
        return User.with_credentials(self.username, password) is not None

    def set_password(self, password: str, *, by_owner: bool = True) -> None:
        """Set the password and end every session. One that somebody else chose must be changed at the next sign-in."""
        self.password_hash = HASHER.hash(password)
        self.must_change_password = not by_owner
        self.end_sessions()

    def end_sessions(self) -> None:
        self.session_key = new_session_key()
        self.save()

    def lock(self) -> None:
        self.locked = clock.now()
        self.end_sessions()


@prepared
def _by_id(number: Any) -> ModelSelect:
    return User.select().where(User.id == number)


class UserContact(BaseModel):
    """This account is that adult in the MIS. Joined by a person, never by name or e-mail."""

    user = ForeignKeyField(User, backref="as_contact", on_delete="CASCADE")
    contact = ForeignKeyField(Contact, on_delete="CASCADE")

    class Meta:
        table_name = "user_contacts"
        indexes = ((("user", "contact"), True),)


class UserStaff(BaseModel):
    """This account is that member of staff in the MIS."""

    user = ForeignKeyField(User, on_delete="CASCADE")
    staff = ForeignKeyField(Staff, on_delete="CASCADE")

    class Meta:
        table_name = "user_staff"
        indexes = ((("user", "staff"), True),)


class Duty(BaseModel):
    """A role a person holds, at one school or for the whole authority. One person can hold several."""

    user = ForeignKeyField(User, backref="duties", on_delete="CASCADE")
    role = CharField(20)
    school = ForeignKeyField(School, null=True)
    authority = ForeignKeyField(Authority)

    class Meta:
        table_name = "duties"
        indexes = ((("user", "role", "school"), True),)
