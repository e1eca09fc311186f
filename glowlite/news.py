"""Hides how news is written: drafts, publishing, what comes with a post, and consent for photographs."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from glowlite import clock, db, pictures
from glowlite.models import (
    Audit,
    Authority,
    FileContent,
    Group,
    GroupPage,
    Membership,
    Post,
    PostFile,
    PostPupil,
    Pupil,
    School,
    User,
)
from glowlite.models.news import DRAFT, PUBLISHED, WITHDRAWN
from glowlite.policy import Action, Viewer, allowed, may_be_shown, on_roll

MOST_FILES = 12
MOST_FILE_BYTES = 20_000_000
FILE_KINDS = {
    ".pdf": "application/pdf", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".odt": "application/vnd.oasis.opendocument.text",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".txt": "text/plain", ".csv": "text/csv",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ics": "text/calendar",
}


class Stopped(Exception):
    """A post cannot be written or published so; the message says why and what would help."""


class Overtaken(Stopped):
    """Somebody else has changed the post since this author opened it. version: theirs."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__("Somebody else has changed this post since you opened it. Your words are below; look at theirs before you save again.")


class Place(NamedTuple):
    """Where a post stands: a group, a school, or all schools of an authority."""

    authority: Authority
    school: School | None = None
    group: Group | None = None

    @classmethod
    def of(cls, record: Group | School | Authority) -> "Place":
        if isinstance(record, Group):
            return cls(record.school.authority, record.school, record)
        return cls(record.authority, record) if isinstance(record, School) else cls(record)

    @classmethod
    def of_post(cls, post: Post) -> "Place":
        return cls(post.authority, post.school, post.group)

    @property
    def name(self) -> str:
        return (self.group or self.school or self.authority).name

    def pupils(self) -> list[Pupil]:
        """Those whom a post here can address by name: the children of the group."""
        if not self.group:
            return []
        here = Membership.select(Membership.pupil).where(Membership.group == self.group, Membership.gone.is_null())
        return list(Pupil.select().where(Pupil.id.in_(here), on_roll()).order_by(Pupil.surname, Pupil.forename))

    def without_consent(self) -> list[Pupil]:
        """The children here whose photograph may not be used: consent is not on record as given."""
        if self.group or not self.school:
            return [pupil for pupil in self.pupils() if not pupil.photo_consent]
        refused = Pupil.photo_consent.is_null() | (Pupil.photo_consent == False)
        return list(Pupil.select().where(Pupil.school == self.school, on_roll(), refused).order_by(Pupil.surname, Pupil.forename))

    def in_pictures(self) -> list[Pupil]:
        """Those whom an author can say are in a picture: of a group all; of a whole school those of whom there must be none."""
        return self.pupils() if self.group else self.without_consent()


@dataclass
class Wording:
    """What an author says in the form. children: ids of those addressed (named_only) and of those shown in pictures."""

    title: str
    body: str = ""
    for_parents: bool = True
    for_pupils: bool = False
    for_staff: bool = True
    named_only: bool = False
    pinned: bool = False
    shows_from: datetime | None = None
    shows_until: datetime | None = None
    addressed: set[int] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)


def draft(author: User, place: Place, wording: Wording) -> Post:
    """Write a post that nobody but its author sees yet."""
    with db.write_lock():
        post = Post.create(authority=place.authority, school=place.school, group=place.group, author=author, author_name=author.name,
                           changed=clock.now(), **_columns(wording))
        _name_children(post, place, wording)
        _record(author, "drafted post", post)
    return post


def edit(author: User, post: Post, wording: Wording, version: int) -> Post:
    """Change a post and return it. Raises Overtaken when it is no longer the version that this author opened."""
    with db.write_lock():
        changes = _columns(wording) | {"changed": clock.now(), "version": Post.version + 1}
        if not Post.update(changes).where(Post.id == post.id, Post.version == version).execute():
            raise Overtaken(Post.get_by_id(post.id).version)
        before, post = post.title, Post.get_by_id(post.id)
        _name_children(post, Place.of_post(post), wording)
        if post.state == PUBLISHED:
            _stop_without_consent(post)
        _record(author, "changed post", post, before=before)
        _touch(post)
    return post


def publish(author: User, post: Post) -> None:
    """Let a post be seen, now or from its own moment on. Raises Stopped when a child without consent is in its pictures."""
    with db.write_lock():
        _stop_without_consent(post)
        if not (post.for_parents or post.for_staff or post.for_pupils):
            raise Stopped("Nobody would see this post. Choose who it is for.")
        if post.named_only and not PostPupil.select().where(PostPupil.post == post, PostPupil.is_for).exists():
            raise Stopped("This post is for named children, and none is named yet.")
        post.state, post.changed = PUBLISHED, clock.now()
        post.shows_from = post.shows_from or clock.now()
        post.save(only=[Post.state, Post.changed, Post.shows_from])
        _record(author, "published post", post, shows_from=post.shows_from)
        _touch(post)


def withdraw(author: User, post: Post) -> None:
    """Take a post back: from this moment nobody sees it, its pictures or its files, but for its author and the head."""
    with db.write_lock():
        Post.update(state=WITHDRAWN, changed=clock.now()).where(Post.id == post.id).execute()
        _record(author, "withdrew post", post)
        _touch(post)


def _record(author: User, what: str, post: Post, before: str | None = None, **facts: Any) -> None:
    """Into the audit. Who reads it may not read every post, so a title stands there only when the whole school could read it."""
    was_for_all = post.group_id is None and post.state != DRAFT
    titles = [{"title": title} if title and was_for_all else {} for title in (before, post.title)]
    subject = f"post {post.id} of {post.group.name}" if post.group_id else f"post {post.id}"
    Audit.write(author, what, subject, school=post.school, before=titles[0] or None, after=titles[1] | facts or None)


def attach(post: Post, name: str, data: bytes, alt: str) -> PostFile:
    """Add a picture or a file to a post. Raises Stopped when it cannot be taken."""
    if PostFile.select().where(PostFile.post == post).count() >= MOST_FILES:
        raise Stopped(f"A post holds at most {MOST_FILES} pictures and files.")
    ending = f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""
    if ending in FILE_KINDS:
        return _attach_file(post, name, data, FILE_KINDS[ending])
    try:
        picture = pictures.from_upload(data)
    except pictures.NoPicture as error:
        raise Stopped(f"{name}: {error}") from error
    if not alt.strip():
        raise Stopped(f"{name}: say in a few words what the picture shows, for people who cannot see it.")
    with db.write_lock():
        file = PostFile.create(post=post, kind="picture", name=name[:160], alt=alt.strip()[:300], width=picture.width, height=picture.height)
        for form in picture.forms:
            FileContent.create(file=file, form=form.name, mime=form.mime, data=form.data)
        _touch(post)
    return file


def _attach_file(post: Post, name: str, data: bytes, mime: str) -> PostFile:
    if len(data) > MOST_FILE_BYTES:
        raise Stopped(f"{name}: the file is larger than {MOST_FILE_BYTES // 1_000_000} MB.")
    with db.write_lock():
        file = PostFile.create(post=post, kind="file", name=name[:160])
        FileContent.create(file=file, form="original", mime=mime, data=data)
        _touch(post)
    return file


def remove(post: Post, key: str) -> None:
    """Take a picture or file off a post."""
    with db.write_lock():
        PostFile.delete().where(PostFile.post == post, PostFile.key == key).execute()
        _touch(post)


def _columns(wording: Wording) -> dict[str, Any]:
    names = ("title", "body", "for_parents", "for_pupils", "for_staff", "named_only", "pinned", "shows_from", "shows_until")
    return {name: getattr(wording, name) for name in names}


def _name_children(post: Post, place: Place, wording: Wording) -> None:
    """Only children of the place can be named: an id from elsewhere is left out."""
    addressed = wording.addressed & {pupil.id for pupil in place.pupils()}
    shown = wording.shown & {pupil.id for pupil in place.in_pictures()}
    PostPupil.delete().where(PostPupil.post == post).execute()
    rows = [{"post": post, "pupil": number, "is_for": number in addressed, "is_shown": number in shown} for number in sorted(addressed | shown)]
    if rows:
        PostPupil.insert_many(rows).execute()


def _stop_without_consent(post: Post) -> None:
    shown = Pupil.select().join(PostPupil).where(PostPupil.post == post, PostPupil.is_shown).order_by(Pupil.surname)
    names = [pupil.name for pupil in shown if not pupil.photo_consent]
    if names:
        raise Stopped(f"There is no consent on record for photographs of {' and '.join(names)}. Take the picture out, or ask the office about consent.")


def _touch(post: Post) -> None:
    """Pages that could show the post are fetched anew, now and at the moments when its news begins or ends."""
    for school in [post.school] if post.school else School.select().where(School.authority == post.authority):
        School.update(turns_text=json.dumps(_turns(school))).where(School.id == school.id).execute()
        school.touch()


def _turns(school: School) -> list[str]:
    here = (Post.school == school) | (Post.school.is_null() & (Post.authority == school.authority_id))
    rows = Post.select(Post.shows_from, Post.shows_until).where(here, Post.state == PUBLISHED).tuples()
    moments = sorted({moment for row in rows for moment in row if moment})
    past = [moment for moment in moments if moment <= clock.now()]
    return [moment.isoformat() for moment in (*past[-1:], *moments[len(past):])]


def known_to(viewer: Viewer, pupils: list[Pupil]) -> list[Pupil]:
    """Those of these children whom this author may meet by name; a site editor writes without knowing any."""
    mine = allowed(viewer, Action.CHILD).select(Pupil.id).where(Pupil.id.in_([pupil.id for pupil in pupils]))
    numbers = {number for (number,) in mine.tuples()}
    return [pupil for pupil in pupils if pupil.id in numbers]


def named(post: Post) -> tuple[set[int], set[int]]:
    """Ids of the children a post is for by name, and of those in its pictures."""
    rows = list(PostPupil.select().where(PostPupil.post == post))
    return {row.pupil_id for row in rows if row.is_for}, {row.pupil_id for row in rows if row.is_shown}


def content(post: Post, key: str, form: str) -> FileContent | None:
    """The bytes of a picture or file of this post, in one of its forms."""
    rows = FileContent.select(FileContent, PostFile).join(PostFile)
    return rows.where(PostFile.post == post, PostFile.key == key, FileContent.form == form, may_be_shown()).first()


def files_of(post: Post) -> list[PostFile]:
    return list(PostFile.select().where(PostFile.post == post).order_by(PostFile.id))


def is_closed(place: Place) -> bool:
    """Is this a group into which its teachers let no parent?"""
    return place.group is not None and not GroupPage.is_open(place.group)


def named_or_first(post: Post) -> list[Pupil]:
    """For a preview: a child whose family would see the post."""
    addressed, _ = named(post)
    return [pupil for pupil in Place.of_post(post).pupils() if not post.named_only or pupil.id in addressed][:1]
