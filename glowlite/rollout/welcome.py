"""Hides when the first ten minutes of a parent are over."""

from glowlite import clock, db
from glowlite.models import Audit, User


def finish(user: User) -> None:
    """The parent has been shown round, or would rather look for themselves; they are not asked again."""
    if user.welcomed is None:
        with db.write_lock():
            User.update(welcomed=clock.now()).where(User.id == user.id).execute()
            Audit.write(user, "was welcomed", user.username)
