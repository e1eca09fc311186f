"""What all this is for, in the words of the authority."""

from typing import Any

from glowlite.policy import Action
from glowlite.widgets.base import Ask, Option, Widget

USUAL = """\
Home and school know different halves of a child’s day. This site brings the two together: one place and one sign-in, for all of your children \
in our schools.

- **Every day** you see what was set, what to bring, and what the class has been doing.
- **You can help** without ringing to ask: the lesson, the resources and the deadline stand beside each piece of work.
- **What the school knows about your child, you know too**, from the school’s own records. Only adults with parental responsibility see it, \
each with a sign-in of their own.

No smartphone, or no time for this? Your school’s office is there for you as before."""


def fetch(ask: Ask) -> dict[str, Any] | None:
    return {"words": ask.option("words")}


WIDGET = Widget(
    title="What this is for",
    needs=Action.SEE_AUTHORITY_PAGE,
    fetch=fetch,
    pages=("authority",),
    options={"words": Option("lines", USUAL, "The words; an empty line begins a paragraph, a line that begins with - is a point of a list")},
    about="In a few words, what the authority and its schools want to reach with this.",
)
