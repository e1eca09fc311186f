"""News: who writes, who reads, what stops a post, and what never leaks from one."""

import io
import os
import re
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from glowlite import clock, feed, news, pictures, prose
from glowlite.models import FileContent, Group, GroupPage, Membership, Post, PostFile, Pupil, User
from glowlite.news import Overtaken, Place, Stopped, Wording
from glowlite.policy import Action, all_allowed


@pytest.fixture
def english(site):
    """2B English: Ailsa Reid teaches it, Catriona is in it, parents may come in."""
    group = Group.get(Group.mis_id == "2B-EN")
    GroupPage.arrange(group, True, [])
    return group


@pytest.fixture
def ailsa(site):
    return User.get(User.username == "ailsa.reid")


@pytest.fixture
def write(english, ailsa):
    """write(title="Trip", …) publishes a post in 2B English."""

    def publish(title="Canary trip", **wording):
        post = news.draft(ailsa, Place.of(english), Wording(title, **wording))
        news.publish(ailsa, post)
        return Post.get_by_id(post.id)

    return publish


def photo(size=(3000, 2000), **options):
    out = io.BytesIO()
    image = Image.new("RGB", size, "teal")
    place = image.getexif()
    place[0x0110] = "Canary camera"
    place.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=place, **options)
    return out.getvalue()


# --- who reads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "sees"), [
    ("mairi.macleod", True), ("ailsa.reid", True), ("donald.munro", True), ("tomasz.kowalski", False), ("gordon.fraser", False),
    ("shona.campbell", False), ("margaret.sinclair", False), ("jean.baxter", False), ("priya.sharma", False), ("helen.ross", False)])
def test_a_class_post_reaches_its_families_its_teachers_and_the_head(write, visitor, who, sees):
    post = write()
    assert visitor(who).get(f"/news/{post.id}").status == (200 if sees else 404)
    assert ("Canary trip" in visitor(who).get("/")) is (sees and who != "donald.munro") or who == "donald.munro"


def test_a_draft_is_seen_by_its_author_alone(english, ailsa, visitor):
    post = news.draft(ailsa, Place.of(english), Wording("Canary draft"))
    assert visitor("ailsa.reid").get(f"/news/{post.id}").status == 200
    for who in ("mairi.macleod", "donald.munro", "shona.campbell"):
        assert visitor(who).get(f"/news/{post.id}").status == 404


def test_a_group_that_is_not_open_keeps_parents_out(write, english, visitor):
    post = write()
    GroupPage.arrange(english, False, [])
    mairi = visitor("mairi.macleod")
    assert mairi.get(f"/groups/{english.id}").status == 404
    assert mairi.get(f"/news/{post.id}").status == 404
    assert "Canary trip" not in mairi.get("/")


def test_a_post_not_yet_begun_or_expired_is_in_no_feed(write, visitor):
    later = write("Canary later", shows_from=clock.now() + timedelta(hours=1))
    gone = write("Canary gone", shows_from=clock.now() - timedelta(days=2), shows_until=clock.now() - timedelta(days=1))
    mairi = visitor("mairi.macleod")
    assert "Canary" not in mairi.get("/")
    assert {mairi.get(f"/news/{post.id}").status for post in (later, gone)} == {404}


def test_news_for_named_children_reaches_only_their_families(english, ailsa, visitor, pupil):
    other = Pupil.select().join(Membership).where(Membership.group == english, Pupil.mis_id != "000101").first()
    post = news.draft(ailsa, Place.of(english), Wording("Canary named", named_only=True, addressed={other.id}))
    news.publish(ailsa, post)
    assert visitor("mairi.macleod").get(f"/news/{post.id}").status == 404
    news.edit(ailsa, post, Wording("Canary named", named_only=True, addressed={pupil("000101").id}), 1)
    assert visitor("mairi.macleod").get(f"/news/{post.id}").status == 200


def test_news_for_staff_only_is_not_for_parents(write, visitor):
    post = write(for_parents=False)
    assert visitor("mairi.macleod").get(f"/news/{post.id}").status == 404
    assert visitor("ailsa.reid").get(f"/news/{post.id}").status == 200


def test_the_teacher_who_is_a_parent_reads_as_a_parent_only_what_parents_read(site, visitor, academy):
    head = User.get(User.username == "donald.munro")
    post = news.draft(head, Place.of(academy), Wording("Canary for staff", for_parents=False))
    news.publish(head, post)
    assert visitor("shona.campbell", hat="parent").get(f"/news/{post.id}").status == 404
    assert visitor("shona.campbell", hat="staff").get(f"/news/{post.id}").status == 200


def test_a_whole_school_notice_stands_once_with_all_the_children_it_concerns(site, viewer_of, academy):
    helen = User.get(User.username == "helen.ross")
    post = news.draft(helen, Place.of(academy.authority), Wording("Snow"))
    news.publish(helen, post)
    mairi = viewer_of("mairi.macleod")
    items = [item for item in feed.feed(mairi, all_allowed(mairi, Action.CHILD), most=20) if item.post == post]
    assert [sorted(child.forename for child in item.children) for item in items] == [["Catriona", "Finlay"]]


def test_what_came_since_the_last_visit_is_marked(write, visitor):
    mairi = visitor("mairi.macleod")
    mairi.get("/")
    User.update(last_visit=clock.now() - timedelta(hours=1)).where(User.username == "mairi.macleod").execute()
    write()
    page = visitor("mairi.macleod").get("/")
    assert re.search(r"Canary trip.{0,200}New", page.text, re.S)


# --- who writes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["mairi.macleod", "shona.campbell", "margaret.sinclair", "jean.baxter", "priya.sharma", "helen.ross"])
def test_nobody_else_writes_for_a_group(english, visitor, who):
    stranger = visitor(who)
    assert stranger.get(f"/groups/{english.id}/news/new").status == 404
    assert stranger.post(f"/groups/{english.id}/news/new", {"title": "Intruder", "for_parents": "y", "then": "publish"}).status == 404
    assert not Post.select().where(Post.title == "Intruder").exists()


@pytest.mark.parametrize("action", ["edit", "publish", "withdraw"])
@pytest.mark.parametrize("who", ["mairi.macleod", "shona.campbell", "margaret.sinclair", "jean.baxter"])
def test_nobody_else_changes_a_post(write, visitor, who, action):
    post = write()
    assert visitor(who).post(f"/news/{post.id}/{action}", {"title": "Hijacked", "version": "1"}).status == 404
    assert Post.get_by_id(post.id).title == "Canary trip" and Post.get_by_id(post.id).state == "published"


def test_a_teacher_publishes_from_one_form(english, visitor):
    sent = visitor("ailsa.reid").post(f"/groups/{english.id}/news/new", {"title": "A walk", "body": "To the **burn**", "for_parents": "y", "then": "publish"})
    assert sent.status == 303
    assert "<strong>burn</strong>" in visitor("mairi.macleod").get("/")


def test_two_people_editing_cannot_overwrite_each_other(write, visitor):
    post = write()
    assert visitor("ailsa.reid").post(f"/news/{post.id}/edit", {"title": "First", "for_parents": "y", "version": "1"}).status == 303
    late = visitor("donald.munro").post(f"/news/{post.id}/edit", {"title": "Second", "for_parents": "y", "version": "1"})
    assert late.status == 422 and "Somebody else has changed this post" in late and "Second" in late
    assert Post.get_by_id(post.id).title == "First"


def test_an_overtaken_edit_raises(write, ailsa):
    post = write()
    news.edit(ailsa, post, Wording("First"), 1)
    with pytest.raises(Overtaken):
        news.edit(ailsa, post, Wording("Second"), 1)


def test_a_picture_of_a_child_without_consent_stops_the_post(english, ailsa, pupil):
    catriona = pupil("000101")
    Pupil.update(photo_consent=None).where(Pupil.id == catriona.id).execute()
    assert catriona in Place.of(english).without_consent()
    post = news.draft(ailsa, Place.of(english), Wording("Trip", shown={catriona.id}))
    with pytest.raises(Stopped, match="Catriona MacLeod"):
        news.publish(ailsa, post)
    assert Post.get_by_id(post.id).state == "draft"


def test_an_edit_cannot_bring_a_child_without_consent_into_a_published_post(write, ailsa, pupil):
    Pupil.update(photo_consent=False).where(Pupil.mis_id == "000101").execute()
    post = write()
    with pytest.raises(Stopped):
        news.edit(ailsa, post, Wording("Trip", shown={pupil("000101").id}), 1)
    assert Post.get_by_id(post.id).title == "Canary trip"


def test_a_picture_goes_when_consent_is_withdrawn_after_publishing(write, ailsa, visitor, pupil):
    post = write(shown={pupil("000101").id})
    picture = news.attach(post, "trip.jpg", photo((900, 600)), "Canary hill")
    address = f"/news/{post.id}/files/{picture.key}/small.webp"
    mairi = visitor("mairi.macleod")
    assert mairi.get(address).status == 200 and "Canary hill" in mairi.get(f"/news/{post.id}")
    Pupil.update(photo_consent=False).where(Pupil.mis_id == "000101").execute()
    assert mairi.get(address).status == 404 and "Canary hill" not in mairi.get(f"/news/{post.id}")


def test_a_whole_school_post_names_those_without_consent_and_is_stopped_by_one(academy, visitor, pupil):
    Pupil.update(photo_consent=None).where(Pupil.mis_id == "000101").execute()
    head = User.get(User.username == "donald.munro")
    assert "Catriona MacLeod" in visitor("donald.munro").get(f"/schools/{academy.id}/news/new")
    post = news.draft(head, Place.of(academy), Wording("Fair", shown={pupil("000101").id}))
    with pytest.raises(Stopped, match="Catriona MacLeod"):
        news.publish(head, post)


def test_an_author_who_meets_no_child_is_told_how_many_and_no_name(academy, visitor, pupil):
    Pupil.update(photo_consent=None).where(Pupil.mis_id == "000101").execute()
    form = visitor("priya.sharma").get(f"/schools/{academy.id}/news/new")
    assert re.search(r"\d+ pupils may not be in a photograph", form.text) and "Catriona" not in form and "MacLeod" not in form


def test_a_child_of_another_group_cannot_be_named(english, ailsa, pupil):
    post = news.draft(ailsa, Place.of(english), Wording("Trip", named_only=True, addressed={pupil("000105").id}))
    with pytest.raises(Stopped, match="none is named"):
        news.publish(ailsa, post)


# --- pictures and files ------------------------------------------------------------------------------


@pytest.fixture
def picture(write):
    post = write()
    return post, news.attach(post, "phone.jpg", photo(), "A teal rectangle")


def address(post, file, form="small.webp"):
    return f"/news/{post.id}/files/{file.key}/{form}"


@pytest.mark.parametrize("form", ["small.webp", "large.webp", "small.jpeg", "large.jpeg"])
def test_a_picture_reaches_those_who_may_see_the_post_and_nobody_else(picture, visitor, form):
    assert visitor("mairi.macleod").get(address(*picture, form)).status == 200
    for who in ("tomasz.kowalski", "gordon.fraser", "shona.campbell", "margaret.sinclair"):
        assert visitor(who).get(address(*picture, form)).status == 404
    assert visitor().get(address(*picture, form)).status == 303


def test_a_withdrawn_post_takes_its_fragment_picture_and_file_along(picture, ailsa, visitor, english):
    post, _ = picture
    document = news.attach(post, "list.pdf", b"%PDF-1.4 canary", "")
    news.withdraw(ailsa, post)
    mairi = visitor("mairi.macleod")
    assert "Canary trip" not in mairi.get("/") and "Canary trip" not in mairi.get("/widgets/news")
    assert "Canary trip" not in mairi.get(f"/groups/{english.id}/widgets/news") and "list.pdf" not in mairi.get(f"/groups/{english.id}")
    assert {mairi.get(address(*picture)).status, mairi.get(address(post, document, "original")).status, mairi.get(f"/news/{post.id}").status} == {404}


def test_the_address_of_one_posts_picture_does_not_open_through_another(picture, write, visitor):
    other = write("Another")
    assert visitor("mairi.macleod").get(address(other, picture[1])).status == 404


def test_pictures_are_small_and_carry_neither_place_nor_camera(picture):
    forms = {content.form: bytes(content.data) for content in FileContent.select().where(FileContent.file == picture[1])}
    assert {name: max(Image.open(io.BytesIO(data)).size) for name, data in forms.items()} == {
        "large.webp": 1280, "large.jpeg": 1280, "small.webp": 480, "small.jpeg": 480}
    assert not any(b"Canary camera" in data or dict(Image.open(io.BytesIO(data)).getexif()) for data in forms.values())


def test_a_picture_without_words_is_asked_for_them(write):
    with pytest.raises(Stopped, match="what the picture shows"):
        news.attach(write(), "phone.jpg", photo((20, 20)), " ")


@pytest.mark.parametrize("data", [b"", b"not a picture", b"<svg onload='x'/>", b"GIF89a", b"\xff\xd8\xff\xe0", photo((50, 50))[:300]],
                         ids=["empty", "text", "svg", "half-gif", "half-jpeg", "cut-off"])
def test_what_is_no_picture_is_refused_in_words(write, data):
    with pytest.raises(Stopped, match=r"not a picture|what the picture shows"):
        news.attach(write(), "phone.jpg", data, "Something")
    assert not PostFile.select().where(PostFile.name == "phone.jpg").exists()


def test_a_bomb_in_a_picture_is_refused_before_it_is_unpacked(write):
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (60_000).to_bytes(4, "big")
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + size + b"\x08\x02\x00\x00\x00") + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    with pytest.raises(Stopped, match="too many to open"):
        news.attach(write(), "bomb.png", bomb, "A bomb")


def noise(size):
    """A photograph as large as those that phones take."""
    out = io.BytesIO()
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(out, "JPEG", quality=90)
    return out.getvalue()


def test_a_photograph_as_phones_take_them_arrives(english, visitor):
    data = noise((2400, 1800))
    assert len(data) > 3_000_000
    sent = visitor("ailsa.reid").post(f"/groups/{english.id}/news/new", {
        "title": "Canary sea", "for_parents": "y", "uploads-0-file": (io.BytesIO(data), "sea.jpg"), "uploads-0-alt": "The sea", "then": "publish"})
    assert sent.status == 303 and "The sea" in visitor("mairi.macleod").get(sent.headers["Location"])


def test_an_upload_of_fifty_megabytes_is_answered_in_words_and_the_words_are_kept(english, visitor):
    ailsa = visitor("ailsa.reid")
    sent = ailsa.post(f"/groups/{english.id}/news/new", {
        "title": "Canary sea", "for_parents": "y", "uploads-0-file": (io.BytesIO(bytes(50_000_000)), "sea.jpg"), "uploads-0-alt": "The sea", "then": "publish"})
    assert sent.status == 303 and Post.get(Post.title == "Canary sea").state == "draft"
    assert "larger than 20 MB" in ailsa.get(sent.headers["Location"])


def test_a_picture_of_fifty_megabytes_is_refused_in_words():
    with pytest.raises(pictures.NoPicture, match="larger than 20 MB"):
        pictures.from_upload(b"\xff\xd8" + b"\0" * 50_000_000)


def test_a_file_is_handed_out_for_keeping_and_cannot_run(picture, visitor):
    document = news.attach(picture[0], "list.pdf", b"%PDF-1.4", "")
    seen = visitor("mairi.macleod").get(address(picture[0], document, "original"))
    assert seen.headers["Content-Disposition"].startswith("attachment") and "sandbox" in seen.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["page.html", "run.exe", "macro.docm", "picture.svg", "noending"])
def test_other_kinds_of_file_are_not_taken(write, name):
    with pytest.raises(Stopped):
        news.attach(write(), name, b"<script>alert(1)</script>", "x")


# --- what people write ---------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<style>body{display:none}</style>", "[x](javascript:alert(1))",
    "[x](data:text/html,hi)", "![x](https://elsewhere.example/track.png)", "<a href='https://x' onclick='y'>z</a>", "<iframe src=//x></iframe>",
    "[x](  JaVaScRiPt:alert(1))", "<div style='position:fixed'>x</div>", "<form action=//x><input name=password></form>"])
def test_markdown_cannot_do_harm(hostile):
    tags = " ".join(re.findall(r"<[^>]*>", str(prose.html(hostile))))  # what is written as text may say anything
    assert not re.search(r"<(script|img|style|iframe|div|form|input)|href=\"(?!https?:|mailto:|tel:)| on\w+=|style=", tags, re.I), tags


def test_markdown_headings_start_below_the_pages_own():
    assert str(prose.html("# Big")).startswith("<h3>")


def test_who_has_read_is_shown_to_the_author(write, visitor):
    post = write()
    visitor("mairi.macleod").get(f"/news/{post.id}")
    assert "Mairi MacLeod" in visitor("ailsa.reid").get(f"/news/{post.id}")
    assert "on their screen" not in visitor("mairi.macleod").get(f"/news/{post.id}")


def test_the_teacher_decides_what_parents_meet(english, visitor):
    ailsa, mairi = visitor("ailsa.reid"), visitor("mairi.macleod")
    assert "Homework set" in mairi.get(f"/groups/{english.id}")
    ailsa.post(f"/groups/{english.id}/arrangement", {"open": "1", "shown": "news"})
    page = mairi.get(f"/groups/{english.id}")
    assert "Homework set" not in page and page.status == 200
    assert mairi.get(f"/groups/{english.id}/widgets/work_set").status == 404
    assert "Homework set" in ailsa.get(f"/groups/{english.id}")


def test_only_its_teachers_and_the_head_arrange_a_group(english, visitor):
    for who in ("mairi.macleod", "shona.campbell", "margaret.sinclair", "jean.baxter"):
        assert visitor(who).post(f"/groups/{english.id}/arrangement", {}).status == 404
    assert visitor("donald.munro").post(f"/groups/{english.id}/arrangement", {}).status == 303
