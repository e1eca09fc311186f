"""Hides the aims: what all this is for, told to parents and to staff in the school's own words, begun from words that are there."""

from pathlib import Path

from glowlite import clock, db
from glowlite.models import AimsText, Audit, School, User

PARENTS, STAFF = "parents", "staff"
LONGEST = 10_000
_FOLDER = Path(__file__).parent.parent / "defaults" / "aims"


def starting_words(audience: str) -> str:
    """To be read, changed and then answered for by the school; nobody meets them before that."""
    return (_FOLDER / f"{audience}.md").read_text().strip()


def of_school(school: School) -> dict[str, AimsText]:
    """What the school has written, by audience."""
    return {text.audience: text for text in AimsText.select().where(AimsText.school == school)}


def write(by: User, school: School, audience: str, body: str) -> AimsText:
    """Put these words on the page of parents or of staff."""
    with db.write_lock():
        text = AimsText.get_or_none(AimsText.school == school, AimsText.audience == audience) or AimsText(school=school, audience=audience, body="")
        before, text.body = text.body, body.replace("\r\n", "\n").strip()
        text.changed, text.changed_by = clock.now(), by.name
        text.save()
        Audit.write(by, "wrote what this is for", audience, school=school, before=before, after=text.body)
    return text
