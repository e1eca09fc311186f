"""News: one post, its pictures and files, and writing it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from glowlite import clock, feed, gate, news, pictures, widgets
from glowlite.models import Authority, Group, Post, School
from glowlite.models.news import DRAFT
from glowlite.news import Place, Stopped, Wording
from glowlite.policy import Action, can
from glowlite.readership import readers, readership
from glowlite.views.base import me

pages = Blueprint("news", __name__)

UPLOADS = 80_000_000
SLOTS = 4


class Children(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Upload(Form):
    # named one by one, or an iPhone would send its own format instead of JPEG
    file = FileField("A picture or file", render_kw={"accept": ",".join((*pictures.ENDINGS, *news.FILE_KINDS))})
    alt = StringField("What the picture shows", [Length(max=300)])


class Writing(FlaskForm):
    title = StringField("Title", [InputRequired("Give the post a title."), Length(max=160, message="A title has at most 160 characters.")])
    body = TextAreaField("Text", [Length(max=20_000)], render_kw={"rows": 8})
    uploads = FieldList(FormField(Upload), min_entries=SLOTS, max_entries=SLOTS)
    for_parents = BooleanField("Parents", default=True)
    for_pupils = BooleanField("Pupils")
    for_staff = BooleanField("Staff", default=True)
    named_only = BooleanField("Only the families of the children ticked here")
    addressed = Children("Named children", coerce=int)
    shown = Children("Children who can be seen in the pictures", coerce=int)
    shows_from = DateTimeLocalField("Show from", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    shows_until = DateTimeLocalField("Show until", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    pinned = BooleanField("Keep at the top")
    version = IntegerField(widget=HiddenInput(), default=1)

    def validate_shows_until(self, field: DateTimeLocalField) -> None:
        if self.shows_from.data and field.data and field.data <= self.shows_from.data:
            raise ValidationError("This is before the post begins to show.")


# --- reading -------------------------------------------------------------------------------------


@pages.get("/news/<int:post>")
@gate.needs(Action.NEWS, "post")
def page(post: Post) -> ResponseReturnValue:
    item = feed.item(g.viewer, post)
    feed.record_reading(g.viewer, [item])
    may_change = can(g.viewer, Action.CHANGE_NEWS, post)
    return render_template("pages/post.html", item=item, family=widgets.home_of(g.viewer), may_change=may_change,
                           readers=readers(post) if may_change else None)


@pages.get("/news/<int:post>/files/<key>/<form>")
@gate.needs(Action.NEWS, "post")
def file(post: Post, key: str, form: str) -> ResponseReturnValue:
    content = news.content(post, key, form) or abort(404)
    response = Response(bytes(content.data), mimetype=content.mime)
    if form == "original":
        response.headers.set("Content-Disposition", "attachment", filename=content.file.name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


# --- writing -------------------------------------------------------------------------------------


def _writing(place: Place, back: str) -> Any:
    """The form for a new post at a place, and what sending it does."""
    form = _form(place)
    if request.method == "GET" or not form.validate():
        return render_template("pages/write.html", form=form, place=place, back=back, closed=news.is_closed(place),
                               **_consent(place)), _status(form)
    author = me()
    return _keep(news.draft(author, place, _wording(form)), form, place)


@pages.route("/groups/<int:group>/news/new", methods=["GET", "POST"])
@gate.needs(Action.WRITE_GROUP_NEWS, "group", most_bytes=UPLOADS)
def write_for_group(group: Group) -> ResponseReturnValue:
    return _writing(Place.of(group), url_for("groups.page", group=group.id))


@pages.route("/schools/<int:school>/news/new", methods=["GET", "POST"])
@gate.needs(Action.WRITE_SCHOOL_NEWS, "school", most_bytes=UPLOADS)
def write_for_school(school: School) -> ResponseReturnValue:
    return _writing(Place.of(school), url_for("home.home"))


@pages.route("/authorities/<int:authority>/news/new", methods=["GET", "POST"])
@gate.needs(Action.WRITE_AUTHORITY_NEWS, "authority", most_bytes=UPLOADS)
def write_for_authority(authority: Authority) -> ResponseReturnValue:
    return _writing(Place.of(authority), url_for("home.home"))


@pages.get("/news/<int:post>/edit")
@gate.needs(Action.CHANGE_NEWS, "post")
def edit(post: Post) -> ResponseReturnValue:
    place = Place.of_post(post)
    return _editor(post, _form(place, post), place)


@pages.post("/news/<int:post>/edit")
@gate.needs(Action.CHANGE_NEWS, "post", most_bytes=UPLOADS)
def send_edit(post: Post) -> ResponseReturnValue:
    place = Place.of_post(post)
    form = _form(place)
    if not form.validate():
        return _editor(post, form, place)
    try:
        changed = news.edit(me(), post, _wording(form), form.version.data or 0)
    except Stopped as stopped:
        form.form_errors.append(str(stopped))
        form.version.data = getattr(stopped, "version", form.version.data)
        return _editor(post, form, place)
    return _keep(changed, form, place)


@pages.get("/news/<int:post>/preview")
@gate.needs(Action.CHANGE_NEWS, "post")
def preview(post: Post) -> ResponseReturnValue:
    item = feed.item(g.viewer, post)._replace(children=news.named_or_first(post))
    return render_template("pages/preview.html", item=item, audience=readership([post])[post.id].reached, closed=news.is_closed(Place.of_post(post)))


@pages.post("/news/<int:post>/publish")
@gate.needs(Action.CHANGE_NEWS, "post")
def publish(post: Post) -> ResponseReturnValue:
    try:
        news.publish(me(), post)
        flash(f"“{post.title}” is published.")
    except Stopped as stopped:
        flash(str(stopped))
        return redirect(url_for("news.edit", post=post.id), 303)
    return redirect(url_for("news.page", post=post.id), 303)


@pages.post("/news/<int:post>/withdraw")
@gate.needs(Action.CHANGE_NEWS, "post")
def withdraw(post: Post) -> ResponseReturnValue:
    news.withdraw(me(), post)
    flash(f"“{post.title}” is withdrawn. Nobody sees it any more.")
    return redirect(url_for("news.page", post=post.id), 303)


@pages.post("/news/<int:post>/files/<key>/remove")
@gate.needs(Action.CHANGE_NEWS, "post")
def remove_file(post: Post, key: str) -> ResponseReturnValue:
    news.remove(post, key)
    return redirect(url_for("news.edit", post=post.id), 303)


def _keep(post: Post, form: Writing, place: Place) -> Any:
    """Add what was uploaded, then publish, preview or leave it as a draft, as the author's button says."""
    try:
        for upload in form.uploads.entries:
            if upload.file.data and upload.file.data.filename:
                news.attach(post, upload.file.data.filename, upload.file.data.read(), upload.alt.data or "")
        if request.form.get("then") == "publish":
            news.publish(me(), post)
            flash(f"“{post.title}” is published.")
            return redirect(url_for("news.page", post=post.id), 303)
    except Stopped as stopped:
        flash(f"Your words are kept as a draft. {stopped}")
        return redirect(url_for("news.edit", post=post.id), 303)
    if request.form.get("then") == "preview":
        return redirect(url_for("news.preview", post=post.id), 303)
    flash("Kept as a draft. Only you see it." if post.state == DRAFT else "Saved.")
    return redirect(url_for("news.edit", post=post.id), 303)


def _editor(post: Post, form: Writing, place: Place) -> Any:
    return render_template("pages/write.html", form=form, place=place, post=post, files=news.files_of(post), back=url_for("news.page", post=post.id),
                           closed=news.is_closed(place), **_consent(place)), _status(form)


def _consent(place: Place) -> dict[str, Any]:
    """The children who may not be in a photograph: by name those whom the author may meet, the others counted."""
    refused = place.without_consent()
    known = news.known_to(g.viewer, refused)
    return {"without_consent": known, "unnamed": len(refused) - len(known)}


def _status(form: Writing) -> int:
    return 422 if form.errors else 200


def _form(place: Place, post: Post | None = None) -> Writing:
    form = Writing(obj=post)
    form.addressed.choices = [(pupil.id, pupil.name) for pupil in news.known_to(g.viewer, place.pupils())]
    form.shown.choices = [(pupil.id, pupil.name) for pupil in news.known_to(g.viewer, place.in_pictures())]
    if post:
        form.addressed.data, form.shown.data = news.named(post)
        form.shows_from.data, form.shows_until.data = (moment and clock.local(moment).replace(tzinfo=None) for moment in (post.shows_from, post.shows_until))
    return form


def _wording(form: Writing) -> Wording:
    def utc(moment: datetime | None) -> datetime | None:
        return moment and clock.stored(moment)

    return Wording(title=form.title.data.strip(), body=form.body.data or "", for_parents=form.for_parents.data, for_pupils=form.for_pupils.data,
                   for_staff=form.for_staff.data, named_only=form.named_only.data, pinned=form.pinned.data, shows_from=utc(form.shows_from.data),
                   shows_until=utc(form.shows_until.data), addressed=set(form.addressed.data or ()), shown=set(form.shown.data or ()))

