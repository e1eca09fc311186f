"""Hides the demo's acceptable use policy, and that every parent of the demo has accepted it on paper."""

import json

from glowlite import agreement, clock
from glowlite.models import Agreement, Authority, School, User, UserContact
from glowlite.models.agreements import PAPER
from glowlite.models.school import Place

COUNCIL = """What you see here comes from the school's own records about **your** child. Please treat it as you would a letter from the school.

- Keep your password to yourself. Nobody from the school or the council will ever ask you for it.
- Do not pass on what you read here about any other child, and do not put pictures of other children elsewhere.
- If something is wrong, ring the school office. If you see something that is not yours to see, tell them at once.

The council looks after this site and keeps a record of who opens which page."""

ACADEMY = "Teachers read what you send on school days. Please do not expect an answer in the evening."


def write(authority: Authority) -> None:
    """The council's text and what the academy adds, in force before any parent signs in."""
    helen, donald = (User.get(User.username == name) for name in ("helen.ross", "donald.munro"))
    academy = School.get(School.authority == authority, School.code == "morran-academy")
    for author, place, body in ((helen, Place(authority), COUNCIL), (donald, Place(authority, academy), ACADEMY)):
        agreement.save_draft(author, place, body)
        agreement.publish(author, place)
    _sign_for_everybody(authority)


def _sign_for_everybody(authority: Authority) -> None:
    numbers = sorted({number for school in School.select().where(School.authority == authority) for number in json.loads(school.agreement_text)})
    parents = [row.user_id for row in UserContact.select(UserContact.user).distinct()]
    paper = {"at": clock.now(), "how": PAPER, "witness": "Jean Baxter", "recorded_by": "demo"}
    rows = [{"user": user, "text": number, **paper} for user in parents for number in numbers]
    for start in range(0, len(rows), 500):
        Agreement.insert_many(rows[start:start + 500]).execute()
    User.update(agreed_text=json.dumps(numbers)).where(User.id.in_(parents)).execute()
