"""Hides the canaries: records made up for a check, each with a word that nobody has ever written, which a parent must never meet.

They stand only within a transaction that is rolled back. The same ones made visible on purpose prove that a check can find.
"""

import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from glowlite import clock
from glowlite.exposure.crawl import CannotCheck, Guessable, Things
from glowlite.models import (
    Assignment,
    CalendarEntry,
    ComponentPolicy,
    Conduct,
    Contact,
    FileContent,
    Group,
    GroupPage,
    Link,
    Membership,
    Page,
    Placement,
    Post,
    PostFile,
    PostPupil,
    Pupil,
    Result,
    School,
    User,
    UserContact,
)
from glowlite.models.news import DRAFT, PUBLISHED, WITHDRAWN
from glowlite.policy import PAGES, PARENT_HAT, ROLES, Action, Role, Viewer, all_allowed
from glowlite.widgets import WIDGETS

# What is planted, as the report says it. The number of each is the same in every check.
ABOUT = {
    "child": "another child of the class, by name", "adult": "another adult of one’s own child, by name", "address": "that adult’s address",
    "phone": "that adult’s telephone number", "e-mail": "that adult’s e-mail address", "staff-post": "a post for staff only", "draft": "a draft",
    "withdrawn": "a withdrawn post", "group": "a post of another group", "named": "a post for another family",
    "picture": "a picture of a child without consent", "result": "a result before its release", "event": "a date for staff only",
    "pdf": "the words in a PDF for staff", "document": "the words in a Word document for staff",
    "homework": "homework that is not set yet", "remark": "a comment on another child’s behaviour",
    "other": "a comment on one’s own child that names another",
}
LETTERS = "bcdfghjkmnpqrtvwxz"
PERCH = "Perch of a canary"  # the title of what may show although a canary sits in it
LAST = 2**31 - 1  # the number of the post with files: its links lead on from one planting to the next


@dataclass(frozen=True)
class Canaries:
    """The words of one check, by what they mark."""

    words: dict[str, str]

    @classmethod
    def hatch(cls) -> "Canaries":
        words = {name: "Zq" + "".join(secrets.choice(LETTERS) for _ in range(10)) for name in ABOUT}
        return cls(words | {"phone": f"077009{secrets.randbelow(10**5):05}"})

    def in_text(self, raw: str) -> set[str]:
        """Which of them stand in this text."""
        close = raw.replace(" ", "")
        return {name for name, word in self.words.items() if word in (close if name == "phone" else raw)}

    def planter(self, school: School, user: User, *, visible: bool = False) -> Callable[[], Guessable]:
        """What plants them, and says what of them could be guessed at. visible: so that this parent must meet every one."""
        return lambda: _Nest(self.words, school, user, visible).fill()


class _Nest:
    """One planting. Each record is what it is about, but made visible: then it is the same record with the one fact changed that kept it back."""

    def __init__(self, words: dict[str, str], school: School, user: User, visible: bool) -> None:
        self.words, self.school, self.user, self.visible = words, school, user, visible
        self.children = [child for child in all_allowed(Viewer.of(user, PARENT_HAT), Action.CHILD) if child.school_id == school.id]
        if not self.children:
            raise CannotCheck(f"No page of a child at {school.name} is open to this account, so there is nothing to follow.")
        self.own = self.children[0]
        self.contact_id = UserContact.select().join(Contact).where(UserContact.user == user, Contact.school == school).order_by(Contact.id).get().contact_id
        self.groups = list(Group.select().join(Membership).where(Membership.pupil == self.own, Membership.gone.is_null()).order_by(Group.id))
        self.group = next((group for group in self.groups if GroupPage.is_open(group)), None)

    def fill(self) -> Guessable:
        if self.visible:
            self._open_everything()
        child, adult = self._child(), self._adult()
        other = Group.create(school=self.school, mis_id=self.words["group"], kind="club", name=PERCH)
        GroupPage.arrange(other, True, [])
        posts, keys = self._posts(child, other)
        self._records(child)
        others: Things = {
            "child": [child.id], "group": [other.id], "post": posts, "key": keys, "form": ["small.webp", "original"], "school": [self.school.id],
            "authority": [self.school.authority_id], "user": [self.user.id], "contact": [adult.id], "number": [child.id], "kind": ["pupil"]}
        group = [self.group.id] if self.group else []
        return Guessable(others, {"child": [own.id for own in self.children], "group": group, "key": list(WIDGETS)})

    def _child(self) -> Pupil:
        name = self.words["child"]
        child = Pupil.create(school=self.school, mis_id=name, forename=name, surname=name, registration=self.own.registration,
                             year_group=self.own.year_group, photo_consent=self.visible)
        if self.group:
            Membership.create(group=self.group, pupil=child)
        if self.visible:
            Link.create(pupil=child, contact=self.contact_id, parental_responsibility=True, court_order=False, rule_shuts=False)
        return child

    def _adult(self) -> Contact:
        word = self.words
        adult = Contact.create(school=self.school, mis_id=word["adult"], forename=word["adult"], surname=word["adult"], mobile=word["phone"],
                               email=f"{word['e-mail']}@example.org", address=f"1 {word['address']} Street")
        Link.create(pupil=self.own, contact=adult, relationship=word["adult"], parental_responsibility=False, court_order=False)
        if self.visible:
            UserContact.create(user=self.user, contact=adult)
        return adult

    def _posts(self, child: Pupil, other: Group) -> tuple[list[int], list[str]]:
        self._post("staff-post", for_parents=self.visible)
        self._post("draft", state=PUBLISHED if self.visible else DRAFT)
        self._post("withdrawn", state=PUBLISHED if self.visible else WITHDRAWN)
        self._post("group", group=self.group if self.visible else other)
        PostPupil.create(post=self._post("named", named_only=not self.visible), pupil=child, is_for=True)
        shown = self._post("picture", title=PERCH, body="")
        PostPupil.create(post=shown, pupil=child, is_shown=True)
        file = PostFile.create(post=shown, kind="picture", name="canary.jpeg", alt=self.words["picture"], width=1, height=1)
        keys = [file.key, *self._files(self._post("pdf", id=LAST, title=PERCH, body="", for_parents=self.visible))]
        mine = Post.select(Post.id).where(Post.author_name == PERCH)
        return [number for (number,) in mine.order_by(Post.id).tuples()], keys

    def _files(self, post: Post) -> Iterator[str]:
        """The words of these are found only by reading them."""
        for name, ending, mime, made in (("pdf", "pdf", "application/pdf", _pdf), ("document", "docx", "application/zip", _document)):
            word = self.words[name]
            file = PostFile.create(post=post, kind="file", key=word.lower(), name=f"canary.{ending}")
            FileContent.create(file=file, form="original", mime=mime, data=made(word))
            yield file.key

    def _post(self, name: str, **facts: Any) -> Post:
        usual = {"title": self.words[name], "body": self.words[name], "state": PUBLISHED, "group": self.group, "pinned": self.visible}
        return Post.create(authority=self.school.authority_id, school=self.school, author_name=PERCH, shows_from=clock.now() - timedelta(minutes=1),
                           changed=clock.now(), **usual | facts)

    def _records(self, child: Pupil) -> None:
        today, later = clock.today(), clock.today() + timedelta(days=3)
        word, begins = self.words, today if self.visible else later
        Result.create(school=self.school, mis_id=word["result"], pupil=self.own, subject=word["result"], title=word["result"], day=today, value="1",
                      released=begins)
        CalendarEntry.create(school=self.school, mis_id=word["event"], kind="event", title=word["event"], starts=today,
                             audience="everyone" if self.visible else "staff")
        Conduct.create(school=self.school, mis_id=word["remark"], pupil=self.own if self.visible else child, kind="achievement", type=PERCH, day=today,
                       comment=word["remark"], names_other=False)
        Conduct.create(school=self.school, mis_id=word["other"], pupil=self.own, kind="achievement", type=PERCH, day=today, comment=word["other"],
                       names_other=not self.visible)
        Assignment.create(school=self.school, mis_id=word["homework"], group=self.groups[0] if self.groups else self._first_group(), title=word["homework"],
                          set_on=begins, due_on=later)

    def _first_group(self) -> Group:
        group = Group.create(school=self.school, mis_id=self.words["homework"], kind="class", name=PERCH)
        Membership.create(group=group, pupil=self.own)
        return group

    def _open_everything(self) -> None:
        """Every part that parents could ever have, allowed and placed: so that none of them can hide a canary from the proof."""
        School.update(schedule_text=json.dumps({})).where(School.id == self.school.id).execute()
        ComponentPolicy.update(allowed=True).where(ComponentPolicy.role == PARENT_HAT).execute()
        if self.group:
            GroupPage.arrange(self.group, True, [])
        for key in PAGES:
            page = Page.of(self.school, key)
            if page:
                Placement.delete().where(Placement.page == page, Placement.role == PARENT_HAT).execute()
                fitting = [widget for widget in WIDGETS.values() if key in widget.pages and widget.needs in ROLES[Role(PARENT_HAT)]]
                for position, widget in enumerate(fitting):
                    Placement.create(page=page, role=PARENT_HAT, widget=widget.key, position=position)


def _pdf(word: str) -> bytes:
    """The smallest PDF with a word in it (ISO 32000-1, 7.5)."""
    drawn = f"BT /F1 12 Tf 72 720 Td ({word}) Tj ET"
    things = ("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
              "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
              f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    text, places = "%PDF-1.4\n", []
    for number, thing in enumerate(things, 1):
        places.append(f"{len(text):010} 00000 n \n")
        text += f"{number} 0 obj{thing}endobj\n"
    table = f"xref\n0 {len(things) + 1}\n0000000000 65535 f \n{''.join(places)}"
    return f"{text}{table}trailer<</Size {len(things) + 1}/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF".encode()


def _document(word: str) -> bytes:
    """The smallest Word document with a word in it."""
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{word}</w:t></w:r></w:p></w:body></w:document>')
    return packet.getvalue()
