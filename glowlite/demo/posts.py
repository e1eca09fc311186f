"""Hides the demo's news: what its teachers, heads and the council have written this term, and which groups they opened to parents."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

from glowlite import clock, news
from glowlite.demo import cast
from glowlite.models import Authority, Group, GroupPage, Post, School, Teaching, User, UserStaff
from glowlite.news import Place, Wording

OPEN_KINDS = ("registration", "club")
OPEN_CLASSES = ("2B-EN", "1A-EN", "1B-EN")


class Told(NamedTuple):
    """One post. where: a group's MIS id, a school's code, or '' for the authority; days_ago from the demo's day."""

    author: str
    where: str
    days_ago: int
    title: str
    body: str
    pinned: bool = False
    picture: str = ""


POSTS = (
    Told("helen.ross", "", 20, "Winter bus times from Monday", "The 8.05 from Kilmorran leaves **five minutes earlier** until the end of February. "
         "School bus passes stay as they are."),
    Told("donald.munro", cast.ACADEMY, 9, "Parents’ evening for S1", "Thursday 26 November, 4.30 to 7 pm, in the hall.\n\n"
         "- Ten minutes with each teacher\n- Tea and shortbread by the S6 committee\n- Brothers and sisters are welcome", pinned=True),
    Told("donald.munro", cast.ACADEMY, 30, "What we did with your answers", "In September 212 of you told us what you want to see here first. "
         "**Homework** won by a mile, so homework now stands at the top of every page."),
    Told("margaret.sinclair", cast.PRIMARY, 4, "Christmas fair: jars wanted", "P6 are making chutney for the fair on 3 December. "
         "Please send clean jars with lids to the office by Friday."),
    Told("ailsa.reid", "2B-EN", 2, "Diary of a Highlander", "We have finished reading about the winter of 1746. Every one of the class has begun a diary of "
         "somebody who lived through it.\n\n**Ask at home:** whose diary is it, and what is that person most afraid of?",
         picture="A hillside in evening light, drawn by the class"),
    Told("ailsa.reid", "2B-EN", 16, "Reading books this month", "Please look in the bag: each pupil has chosen a book of their own. "
         "Ten minutes aloud to anyone who will listen counts as homework."),
    Told("mhairi.nicolson", "P5", 1, "Our rock pool morning", "We counted **fourteen** kinds of living thing between the harbour wall and the slip. "
         "The hermit crab was voted animal of the week.\n\nWellies can stay in school until Friday.", picture="The harbour at low tide, with rock pools"),
    Told("mhairi.nicolson", "P5", 11, "Times tables, the quiet way", "We practise sixes and sevens this fortnight. A card game does more than a worksheet: "
         "turn two, say the product, keep the pair."),
)


def write(authority: Authority, today: date) -> int:
    """Open the groups and publish the posts, as their authors would; returns how many posts."""
    groups = list(Group.select().where(Group.kind.in_(OPEN_KINDS) | Group.mis_id.in_(OPEN_CLASSES)))
    for group in groups:
        GroupPage.arrange(group, True, [])
    return sum(1 for _ in _published(authority, today))


def _published(authority: Authority, today: date) -> Iterator[Post]:
    for told in POSTS:
        place = _place(authority, told)
        if place is None:
            continue  # a small demo has not every class
        author = User.get(User.username == told.author)
        begins = clock.stored(datetime.combine(today - timedelta(days=told.days_ago), time(8, 30)))
        post = news.draft(author, place, Wording(told.title, told.body, pinned=told.pinned, shows_from=begins))
        if told.picture:
            news.attach(post, "picture.png", _drawn(), told.picture)
        news.publish(author, post)
        yield post


def _place(authority: Authority, told: Told) -> Place | None:
    if not told.where:
        return Place.of(authority)
    school = School.get_or_none(School.code == told.where)
    if school:
        return Place.of(school)
    taught = (Group.select().join(Teaching).join(UserStaff, on=UserStaff.staff == Teaching.staff).join(User)
              .where(User.username == told.author, (Group.mis_id == told.where) | (Group.name == told.where)))
    group = taught.first()
    return Place.of(group) if group else None


def _drawn() -> bytes:
    """A quiet landscape, so that the demo has a picture without borrowing one."""
    image = Image.new("RGB", (1200, 800), "#cfe3ea")
    pen = ImageDraw.Draw(image)
    pen.ellipse((860, 110, 980, 230), fill="#fbe7ad")
    for top, colour in ((430, "#9fb7ac"), (500, "#7e9c8b"), (580, "#5f7f76")):
        pen.polygon([(0, top + 60), (260, top - 60), (520, top + 40), (820, top - 90), (1200, top + 30), (1200, 800), (0, 800)], fill=colour)
    pen.rectangle((0, 690, 1200, 800), fill="#4f7f95")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
