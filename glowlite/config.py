"""Hides where settings come from: the environment, and one secret file in the data folder."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from click import ClickException

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(ClickException):
    """A setting that would make the site unsafe or impossible to start; the message says which and what is right.

    As an error of click's it reaches the person at the command line as a sentence.
    """


@dataclass(frozen=True)
class Config:
    """Everything that may differ between two installations.

    data_folder: holds the database, the secret and the drops that wait.
    database_url: peewee's form, such as sqlite:///glowlite.db or postgresql://user@host/name.
    secret_key: signs the session cookie.
    limits_storage: where wrong sign-ins are counted; memory:// for one server, redis://… for several.
    trusted_proxies: how many reverse proxies in front may be believed about the client's address.
    address: where people reach the site; printed in letters and put into mails.
    smtp: the mail server, smtp://user:password@host:587 (with STARTTLS) or smtps://…; empty: nothing is ever mailed.
    mail_from: whom mails come from.
    drops: the folder in which each school has one for its deliveries.
    """

    data_folder: Path
    database_url: str
    secret_key: str = field(repr=False)
    limits_storage: str = "memory://"
    trusted_proxies: int = 0
    address: str = "http://127.0.0.1:8000"
    smtp: str = field(default="", repr=False)
    mail_from: str = ""
    drops: Path | None = None

    @property
    def drops_folder(self) -> Path:
        """Where schools deliver by putting files into a folder."""
        return self.drops or self.data_folder / "drops"

    @property
    def waiting_room(self) -> Path:
        """Where held drops wait for a person."""
        return self.data_folder / "drops" / "held"

    @classmethod
    def from_environment(cls, environ: dict[str, str] | None = None) -> Self:
        """Read the settings, making the data folder and its secret on the very first start.

        Raises BadSetting with a sentence for a person when a value cannot be used.
        """
        env = dict(os.environ if environ is None else environ)
        folder = Path(env.get("GLOWLITE_DATA") or ROOT / "instance").expanduser().resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(
            data_folder=folder,
            database_url=_database_url(env, folder),
            secret_key=env.get("GLOWLITE_SECRET_KEY") or _secret_in(folder),
            limits_storage=env.get("GLOWLITE_LIMITS", "memory://"),
            trusted_proxies=_whole_number(env, "GLOWLITE_PROXIES", 0),
            address=(env.get("GLOWLITE_ADDRESS") or cls.address).rstrip("/"),
            smtp=env.get("GLOWLITE_SMTP", ""),
            mail_from=env.get("GLOWLITE_MAIL_FROM", ""),
            drops=Path(env["GLOWLITE_DROPS"]).expanduser().resolve() if env.get("GLOWLITE_DROPS") else None,
        ).checked()

    def checked(self) -> Self:
        """Itself, or BadSetting when a setting would be unsafe."""
        if len(self.secret_key) < 32:
            raise BadSetting("The secret key is shorter than 32 characters. Remove the file secret-key to have one made.")
        if not self.address.startswith(("http://", "https://")):
            raise BadSetting(f"GLOWLITE_ADDRESS is {self.address!r}; it is what people type, such as https://glowlite.example.org.")
        if self.smtp and not self.smtp.startswith(("smtp://", "smtps://")):
            raise BadSetting("GLOWLITE_SMTP starts neither with smtp:// nor with smtps://, such as smtp://user:password@mail.example.org:587.")
        if self.smtp and "@" not in self.mail_from:
            raise BadSetting("GLOWLITE_MAIL_FROM says whom mails come from, such as office@school.example. Without it nothing can be mailed.")
        return self


def _database_url(env: dict[str, str], folder: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{folder / 'glowlite.db'}"
    if url.startswith("postgres://"):  # the older spelling that many hosts still hand out
        url = "postgresql://" + url.removeprefix("postgres://")
    if not url.startswith(("sqlite:", "postgresql:")):
        raise BadSetting(f"DATABASE_URL starts with {url.split(':')[0]!r}; GlowLite knows sqlite: and postgresql:.")
    return url


def _whole_number(env: dict[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isdigit():
        raise BadSetting(f"{name} is {value!r}; a whole number such as {default} is needed.")
    return int(value)


def _secret_in(folder: Path) -> str:
    """The secret of this data folder; made once, readable by its owner only."""
    path = folder / "secret-key"
    if not path.exists():
        draft = folder / f"secret-key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # two servers starting at once agree on whichever came first
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text().strip()
