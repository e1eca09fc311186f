"""Makes a family of four children and a year of posts in the measured site: what a home page has to choose from in summer."""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from peewee import chunked

from glowlite import clock
from glowlite.models import Contact, FileContent, Group, GroupPage, Link, Membership, Post, PostFile, Pupil, School, User
from tests.bench.count import opened

WEEKS = 38
WORDS = "This week the class found out **how far** the sound of the harbour bell carries, and wrote down what they heard.\n\n- a bell\n- three gulls\n"
PICTURE = bytes(40_000)


def make(username: str) -> None:
    """Print how many posts there are then."""
    opened()
    parent = User.get(User.username == username)
    two_more_children(parent)
    groups = list(Group.select().where(_open_to(parent)))
    for group in groups:
        GroupPage.arrange(group, True, [])
    for rows in chunked(_posts(groups), 100):
        Post.insert_many(rows).execute()
    _add_pictures()
    print(json.dumps(Post.select().count()))


def two_more_children(parent: User) -> None:
    """One more child in each school of this parent."""
    for contact in Contact.select().join(School).where(Contact.id.in_([row.contact_id for row in parent.as_contact])):
        linked = Link.select(Link.pupil).where(Link.contact == contact)
        another = Pupil.select().where(Pupil.school == contact.school, Pupil.id.not_in(linked), Pupil.left_on.is_null()).first()
        Link.create(pupil=another, contact=contact, parental_responsibility=True, court_order=False)


def _open_to(parent: User) -> Any:
    """Every class of a child of the family, and every registration class and club."""
    family = Link.select(Link.pupil).where(Link.contact.in_([row.contact_id for row in parent.as_contact]))
    classes = Membership.select(Membership.group).where(Membership.pupil.in_(family))
    return Group.gone.is_null() & (Group.kind.in_(["registration", "club"]) | Group.id.in_(classes))


def _posts(groups: list[Group]) -> Iterator[dict[str, Any]]:
    """One post a week of every group and every school, ten a year of the authority."""
    author, now = User.get(User.username == "donald.munro"), clock.now()
    schools = list(School.select())
    for week in range(WEEKS):
        places = [(school.authority_id, school.id, None) for school in schools] + [(group.school.authority_id, group.school_id, group.id) for group in groups]
        places += [(schools[0].authority_id, None, None)] if week % 4 == 0 else []
        for authority, school, group in places:
            yield {"authority": authority, "school": school, "group": group, "author": author, "author_name": author.name, "title": f"Week {week}",
                   "body": WORDS, "state": "published", "shows_from": now - timedelta(weeks=week, minutes=group or 0), "changed": now}


def _add_pictures() -> None:
    """To every fourth post."""
    for post in Post.select(Post.id).where(Post.id % 4 == 0):
        file = PostFile.create(post=post, kind="picture", name="picture.jpg", alt="What was drawn this week", width=1280, height=853)
        FileContent.create(file=file, form="small.webp", mime="image/webp", data=PICTURE)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
