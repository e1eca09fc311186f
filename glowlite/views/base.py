"""What several pages share: who is signed in, choosing a password, and how text arrives."""

from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from glowlite.models import User
from glowlite.models.users import SHORTEST_PASSWORD


def me() -> User:
    """The account of whoever is signed in, as what is written down needs it."""
    user: User = current_user._get_current_object()
    return user


def without_nul(text: str | None) -> str | None:
    """PostgreSQL has no such character, and nothing that people type has it either."""
    return text.replace("\0", "") if text else text


class ChosenPassword(FlaskForm):
    """A new password, twice. username: of the account it is for."""

    new = PasswordField("New password", [InputRequired("Type a new password."),
                                         Length(SHORTEST_PASSWORD, 400, f"Use at least {SHORTEST_PASSWORD} characters; three words are easy to remember.")])
    again = PasswordField("New password again", [EqualTo("new", "The two new passwords differ. Type the same one twice.")])

    username = ""

    def validate_new(self, field: PasswordField) -> None:
        if field.data.strip().lower() == self.username:
            raise ValidationError("Choose a password that is not your user name.")
