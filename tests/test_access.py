"""Who gets what at every address: one row a route, one column a person."""

import json
import re
from datetime import timedelta
from functools import partial

import pytest
from flask import Blueprint, Flask

import app as the_app
from glowlite import clock, db, gate, naming, news, views
from glowlite.config import Config
from glowlite.demo import cast
from glowlite.gate import UndeclaredView
from glowlite.models import (
    Authority,
    ComingOfAge,
    Contact,
    Correction,
    Drop,
    ExposureCheck,
    Group,
    Job,
    LetterRun,
    Link,
    Match,
    Post,
    PostFile,
    Pupil,
    School,
    Training,
    User,
)
from glowlite.news import Place, Wording
from glowlite.rollout import training

# The columns. A name after the slash is the hat.
WHO = {
    "stranger": None,
    "mother": "mairi.macleod",            # Catriona (Academy) and Finlay (Primary)
    "neighbour": "tomasz.kowalski",       # another family
    "gordon": "gordon.fraser",            # a court order about Isla, none about Ewan
    "karen": "karen.fraser",              # Isla and Ewan
    "shona/par": "shona.campbell/parent", # Rory
    "shona/sta": "shona.campbell/staff",  # teaches PE to Ewan, never to Rory
    "reid": "ailsa.reid",                 # teaches Catriona, Isla, Ewan and Rory
    "nicolson": "mhairi.nicolson",        # teaches at the Primary: Finlay's class
    "munro": "donald.munro",              # head of the Academy
    "sinclair": "margaret.sinclair",      # head of the Primary
    "baxter": "jean.baxter",              # office of the Academy
    "sharma": "priya.sharma",             # editor of the Academy
    "ross": "helen.ross",                 # authority
}
CHILDREN = {"{catriona}": "000101", "{finlay}": "000102", "{isla}": "000104", "{ewan}": "000105", "{rory}": "000110", "{left}": "000112"}


def user(who: str) -> User:
    return User.get(User.username == WHO[who].partition("/")[0])


def group(number: str) -> Group:
    return Group.get(Group.mis_id == number)


def post(title: str) -> Post:
    return Post.get(Post.title == title)


def new_post(*, draft: bool = False, **wording: bool) -> Post:
    written = news.draft(user("reid"), Place.of(group("2B-EN")), Wording("Of 2B", **wording))
    if not draft:
        news.publish(user("reid"), written)
    return written


def a_training() -> Training:
    facts = {"title": "First steps", "starts": clock.now() + timedelta(days=7), "place": "Library", "places": 12}
    return training.arrange(user("baxter"), School.get(School.code == cast.ACADEMY), **facts)


def contact(number: str) -> Contact:
    return Contact.get(Contact.mis_id == number, Contact.school == School.get(School.code == cast.ACADEMY))


def new_correction() -> Correction:
    return Correction.create(school=contact("C000101").school, user=user("mother"), contact=contact("C000101"), field="mobile", after="1", at=clock.now())


def new_match() -> Match:
    return Match.create(first=contact("C000107"), second=contact("C000108"), is_same=False, at=clock.now(), by="Jean Baxter")


def kept_check() -> ExposureCheck:
    """A check of the mother at the Academy that found nothing."""
    report = {"name": "Mairi MacLeod", "school": "Morran Academy", "pages": [], "canaries": {"planted": 0, "seen": 0, "proven": 0}, "refused": 0}
    return ExposureCheck.create(school=School.get(School.code == cast.ACADEMY), user=user("mother"), username="mairi.macleod", at=clock.now(), by="Test",
                                pages=0, findings=0, report_text=json.dumps(report))


def a_birthday_dealt_with() -> ComingOfAge:
    rory = Pupil.get(Pupil.mis_id == "000110")
    return ComingOfAge.create(pupil=rory, age=16, day=clock.today(), done="Mrs Reid asked him.", at=clock.now(), by="Jean Baxter")


def job_of_baxter() -> Job:
    return Job.create(kind="letters", school=School.get(School.code == cast.ACADEMY), user=user("baxter"), arguments_text='{"then": "/"}', at=clock.now())


# What else the addresses name. Teachers let parents into 2B English (Catriona), 2A (Rory), 3A (Isla) and P5 (Finlay), not into 3A English.
THINGS = {name: partial(lambda number: Pupil.get(Pupil.mis_id == number).id, number) for name, number in CHILDREN.items()} | {
    "{academy}": lambda: School.get(School.code == cast.ACADEMY).id, "{primary}": lambda: School.get(School.code == cast.PRIMARY).id,
    "{council}": lambda: Authority.get().id, "{drop}": lambda: Drop.get(Drop.school == School.get(School.code == cast.ACADEMY)).id,
    "{2b-english}": lambda: group("2B-EN").id, "{3a-english}": lambda: group("3A-EN").id,
    "{2a}": lambda: group("REG-2A").id, "{3a}": lambda: group("REG-3A").id, "{p5}": lambda: group("REG-P5").id,
    "{of-2b}": lambda: post("Diary of a Highlander").id, "{of-academy}": lambda: post("What we did with your answers").id,
    "{of-council}": lambda: post("Winter bus times from Monday").id,
    "{of-2b-for-staff}": lambda: new_post(for_parents=False).id, "{draft-of-2b}": lambda: new_post(draft=True).id,
    "{picture}": lambda: PostFile.get(PostFile.post == post("Diary of a Highlander")).key,
    "{gordon-isla}": lambda: Link.get(Link.pupil == Pupil.get(Pupil.mis_id == "000104"), Link.court_order == True).id,
    "{training}": lambda: a_training().id,
    "{text}": lambda: naming.naming_others(School.get(School.code == cast.ACADEMY)).first().id,
    "{record-of-mother}": lambda: contact("C000101").id,
    "{birthday}": lambda: a_birthday_dealt_with().id, "{correction}": lambda: new_correction().id, "{match}": lambda: new_match().id,
    "{mother}": lambda: user("mother").id, "{karen}": lambda: user("karen").id, "{baxter}": lambda: user("baxter").id, "{munro}": lambda: user("munro").id,
    "{reid}": lambda: user("reid").id, "{check}": lambda: kept_check().id,
    "{letters}": lambda: LetterRun.get(LetterRun.school == School.get(School.code == cast.ACADEMY)).id, "{job}": lambda: job_of_baxter().id}

# What every POST sends. It is too little for most forms, and then the answer is 422, or 409 where somebody else could have changed the page.
SENT = {"widget": "news"}

# 303 is "please sign in", "done" or the way home; 404 what one may not see; 422 and 409 a form that was sent nearly empty.
TABLE = """
                                                   stranger mother neighbour gordon karen shona/par shona/sta reid nicolson munro sinclair baxter sharma ross
GET  /                                                  303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /widgets/today                                     303    200       200    200   200       200       404  404      404   404      404    404    404  404
GET  /widgets/children                                  303    200       200    200   200       200       404  404      404   404      404    404    404  404
GET  /widgets/classes                                   303    404       404    404   404       404       200  200      200   200      200    200    404  404
GET  /widgets/calendar                                  303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /widgets/waiting                                   303    404       404    404   404       404       404  404      404   200      200    200    404  404
GET  /widgets/changes                                   303    404       404    404   404       404       404  404      404   200      200    404    404  404
GET  /widgets/nothing-of-the-kind                       303    404       404    404   404       404       404  404      404   404      404    404    404  404

GET  /children/{catriona}                               303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /children/{finlay}                                 303    200       404    404   404       404       404  404      200   404      200    404    404  404
GET  /children/{isla}                                   303    404       404    404   200       404       404  200      404   200      404    200    404  404
GET  /children/{ewan}                                   303    404       404    200   200       404       200  200      404   200      404    200    404  404
GET  /children/{rory}                                   303    404       404    404   404       200       404  200      404   200      404    200    404  404
GET  /children/{left}                                   303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/0                                        303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/99999999999999999999                     303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{catriona}/widgets/results               303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /children/{catriona}/widgets/held                  303    200       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{catriona}/widgets/children              303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{isla}/widgets/attendance                303    404       404    404   200       404       404  200      404   200      404    200    404  404
GET  /children/{ewan}/widgets/attendance                303    404       404    200   200       404       200  200      404   200      404    200    404  404
GET  /children/{rory}/widgets/attendance                303    404       404    404   404       200       404  200      404   200      404    200    404  404

GET  /groups/{2b-english}                               303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /groups/{2b-english}/widgets/news                  303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /groups/{2b-english}/widgets/work_set              303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /groups/{2b-english}/widgets/classes               303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /groups/{2b-english}/widgets/attendance            303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /groups/{2a}                                       303    404       404    404   404       200       404  404      404   200      404    200    404  404
GET  /groups/{3a}                                       303    404       404    404   200       404       404  404      404   200      404    200    404  404
GET  /groups/{3a-english}                               303    404       404    404   404       404       404  200      404   200      404    200    404  404
GET  /groups/{3a-english}/widgets/news                  303    404       404    404   404       404       404  200      404   200      404    200    404  404
GET  /groups/{p5}                                       303    200       404    404   404       404       404  404      200   404      200    404    404  404
GET  /groups/99999999999999999999                       303    404       404    404   404       404       404  404      404   404      404    404    404  404
POST /groups/{2b-english}/arrangement                   303    404       404    404   404       404       404  303      404   303      404    404    404  404

GET  /groups/{2b-english}/news/new                      303    404       404    404   404       404       404  200      404   200      404    404    404  404
POST /groups/{2b-english}/news/new                      303    404       404    404   404       404       404  422      404   422      404    404    404  404
GET  /schools/{academy}/news/new                        303    404       404    404   404       404       404  404      404   200      404    200    200  404
POST /schools/{academy}/news/new                        303    404       404    404   404       404       404  404      404   422      404    422    422  404
GET  /authorities/{council}/news/new                    303    404       404    404   404       404       404  404      404   404      404    404    404  200
POST /authorities/{council}/news/new                    303    404       404    404   404       404       404  404      404   404      404    404    404  422

GET  /news/{of-2b}                                      303    200       404    404   404       404       404  200      404   200      404    404    404  404
GET  /news/{of-2b-for-staff}                            303    404       404    404   404       404       404  200      404   200      404    404    404  404
GET  /news/{draft-of-2b}                                303    404       404    404   404       404       404  200      404   404      404    404    404  404
GET  /news/{of-academy}                                 303    200       200    200   200       200       200  200      404   200      404    200    200  404
GET  /news/{of-council}                                 303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /news/0                                            303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /news/{of-2b}/files/{picture}/small.webp           303    200       404    404   404       404       404  200      404   200      404    404    404  404
GET  /news/{of-2b}/files/{picture}/original             303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /news/{of-academy}/files/{picture}/small.webp      303    404       404    404   404       404       404  404      404   404      404    404    404  404

GET  /news/{of-2b}/edit                                 303    404       404    404   404       404       404  200      404   200      404    404    404  404
GET  /news/{draft-of-2b}/edit                           303    404       404    404   404       404       404  200      404   404      404    404    404  404
GET  /news/{of-academy}/edit                            303    404       404    404   404       404       404  404      404   200      404    404    404  404
GET  /news/{of-council}/edit                            303    404       404    404   404       404       404  404      404   404      404    404    404  200
POST /news/{of-2b}/edit                                 303    404       404    404   404       404       404  422      404   422      404    404    404  404
GET  /news/{of-2b}/preview                              303    404       404    404   404       404       404  200      404   200      404    404    404  404
POST /news/{of-2b}/publish                              303    404       404    404   404       404       404  303      404   303      404    404    404  404
POST /news/{draft-of-2b}/publish                        303    404       404    404   404       404       404  303      404   404      404    404    404  404
POST /news/{of-2b}/withdraw                             303    404       404    404   404       404       404  303      404   303      404    404    404  404
POST /news/{of-council}/withdraw                        303    404       404    404   404       404       404  404      404   404      404    404    404  303
POST /news/{of-2b}/files/{picture}/remove               303    404       404    404   404       404       404  303      404   303      404    404    404  404

GET  /schools                                           303    404       404    404   404       404       404  404      404   200      200    200    200  200
GET  /schools/{academy}/pages                           303    404       404    404   404       404       404  404      404   200      404    404    200  404
GET  /schools/{academy}/pages/child                     303    404       404    404   404       404       404  404      404   200      404    404    200  404
POST /schools/{academy}/pages/home/changes              303    404       404    404   404       404       404  404      404   409      404    404    409  404
GET  /schools/{primary}/pages                           303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /authorities/{council}                             303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /authorities/{council}/widgets/news                303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /authorities/{council}/widgets/today               303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /authorities/0                                     303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /authorities/{council}/pages                       303    404       404    404   404       404       404  404      404   404      404    404    404  200
GET  /authorities/{council}/pages/home                  303    404       404    404   404       404       404  404      404   404      404    404    404  200
POST /authorities/{council}/pages/home/changes          303    404       404    404   404       404       404  404      404   404      404    404    404  409
POST /schools/{academy}/pages/sign                      303    404       404    404   404       404       404  404      404   409      404    404    409  404

GET  /why-not                                           303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /schools/{academy}/why                             303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{academy}/who-sees                        303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/who-sees                        303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/people                          303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/people                          303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/people/pupil/{isla}             303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{academy}/people/pupil/{finlay}           303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /schools/{primary}/people/pupil/{finlay}           303    404       404    404   404       404       404  404      404   404      200    404    404  404
POST /accounts/{mother}/reset                           303    404       404    404   404       404       404  404      404   200      200    200    404  404
POST /accounts/{karen}/lock                             303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /accounts/{karen}/unlock                           303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /accounts/{baxter}/lock                            303    404       404    404   404       404       404  404      404   303      404    404    404  404
POST /accounts/{munro}/lock                             303    404       404    404   404       404       404  404      404   404      404    404    404  404

GET  /schools/{academy}/checks                          303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/checks                          303    404       404    404   404       404       404  404      404   303      404    303    404  404
GET  /schools/{academy}/checks/{check}                  303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/checks/{check}                  303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /schools/{academy}/checks/{check}.pdf              303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/checks/{check}/sign             303    404       404    404   404       404       404  404      404   422      404    404    404  404
GET  /schools/{academy}/briefing                        303    404       404    404   404       404       200  200      404   200      404    200    200  404
POST /schools/{academy}/briefing                        303    404       404    404   404       404       303  303      404   303      404    303    303  404
GET  /schools/{academy}/briefing.pdf                    303    404       404    404   404       404       200  200      404   200      404    200    200  404
GET  /schools/{academy}/briefing/staff                  303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/briefing/staff/{reid}           303    404       404    404   404       404       404  404      404   303      404    303    404  404
GET  /groups/{2b-english}/as-parents                    303    404       404    404   404       404       404  200      404   200      404    404    404  404
GET  /groups/{p5}/as-parents                            303    404       404    404   404       404       404  404      200   404      200    404    404  404

GET  /schools/{academy}/drops                           303    404       404    404   404       404       404  404      404   200      404    200    404  200
POST /schools/{academy}/drops                           303    404       404    404   404       404       404  404      404   404      404    422    404  404
GET  /schools/{academy}/drops/{drop}                    303    404       404    404   404       404       404  404      404   200      404    200    404  200
POST /schools/{academy}/drops/{drop}/release            303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /schools/{academy}/drops/rules                     303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/drops/rules                     303    404       404    404   404       404       404  404      404   422      404    422    404  404
GET  /schools/{academy}/attendance-codes                303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/attendance-codes                303    404       404    404   404       404       404  404      404   422      404    422    404  404
GET  /schools/{academy}/attendance-codes/own            303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/attendance-codes/own            303    404       404    404   404       404       404  404      404   422      404    422    404  404
POST /schools/{academy}/attendance-codes/own/1/end      303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /authorities/{council}/attendance-codes            303    404       404    404   404       404       404  404      404   404      404    404    404  200
POST /authorities/{council}/attendance-codes            303    404       404    404   404       404       404  404      404   404      404    404    404  422
GET  /authorities/{council}/drops/rules                 303    404       404    404   404       404       404  404      404   404      404    404    404  200
POST /authorities/{council}/drops/rules                 303    404       404    404   404       404       404  404      404   404      404    404    404  422
GET  /schools/{academy}/drops/{drop}/undo               303    404       404    404   404       404       404  404      404   404      404    200    404  404
POST /schools/{academy}/drops/{drop}/undo               303    404       404    404   404       404       404  404      404   404      404    303    404  404
GET  /schools/{academy}/drops/{drop}/captions           303    404       404    404   404       404       404  404      404   404      404    404    404  404
POST /schools/{academy}/drops/{drop}/captions           303    404       404    404   404       404       404  404      404   404      404    404    404  404
POST /schools/{academy}/drops/{drop}/captions/load      303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /schools/{academy}/drops/captions                  303    404       404    404   404       404       404  404      404   404      404    200    404  404
POST /schools/{academy}/drops/captions                  303    404       404    404   404       404       404  404      404   404      404    422    404  404
GET  /schools/{academy}/drops/captions/file             303    404       404    404   404       404       404  404      404   404      404    200    404  404
POST /schools/{academy}/drops/captions/1/end            303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /schools/{academy}/audit                           303    404       404    404   404       404       404  404      404   200      404    404    404  404

GET  /schools/{academy}/rollout                         303       404       404    404   404       404       404  404      404   200      404    200    200  200
GET  /schools/{primary}/rollout                         303       404       404    404   404       404       404  404      404   404      200    404    404  200
GET  /authorities/{council}/rollout                     303       404       404    404   404       404       404  404      404   404      404    404    404  200
GET  /authorities/{council}/switch                      303       404       404    404   404       404       404  404      404   404      404    404    404  200
POST /authorities/{council}/switch                      303       404       404    404   404       404       404  404      404   404      404    404    404  200
GET  /schools/{academy}/switch                          303       404       404    404   404       404       404  404      404   404      404    404    404  200
POST /schools/{academy}/switch                          303       404       404    404   404       404       404  404      404   404      404    404    404  200
GET  /agreement                                         303       303       303    303   303       303       303  303      303   303      303    303    303  303
POST /agreement                                         303       303       303    303   303       303       303  303      303   303      303    303    303  303
GET  /schools/{academy}/agreement                       303       404       404    404   404       404       404  404      404   200      404    404    404  404
POST /schools/{academy}/agreement                       303       404       404    404   404       404       404  404      404   422      404    404    404  404
GET  /authorities/{council}/agreement                   303       404       404    404   404       404       404  404      404   404      404    404    404  200
POST /authorities/{council}/agreement                   303       404       404    404   404       404       404  404      404   404      404    404    404  422
GET  /schools/{academy}/agreements                      303       404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{academy}/agreement.pdf                   303       404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/agreements/{mother}             303       404       404    404   404       404       404  404      404   422      404    422    404  404
GET  /schools/{academy}/audit.csv                       303    404       404    404   404       404       404  404      404   200      404    404    404  404
GET  /schools/{primary}/audit.csv                       303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/quality                         303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/quality                         303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/quality/emergency               303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/quality/emergency               303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/quality.csv                     303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/quality.csv                     303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/quality/comments                303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/quality/comments                303    404       404    404   404       404       404  404      404   404      200    404    404  404
GET  /schools/{academy}/quality/comments.csv            303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/quality/comments/{text}/clear   303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /schools/{primary}/quality/comments/{text}/clear   303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /schools/{academy}/quality/corrected/list.csv      303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/quality/corrected/list.csv      303    404       404    404   404       404       404  404      404   404      200    404    404  404

GET  /schools/{academy}/policy                          303 404    404       404    404   404       404       404  404      200   404      200    404    404
GET  /schools/{primary}/policy                          303 404    404       404    404   404       404       404  404      404   200      404    404    404
POST /schools/{academy}/policy                          303 404    404       404    404   404       404       404  404      409   404      404    404    404
POST /schools/{academy}/policy/review                   303 404    404       404    404   404       404       404  404      409   404      404    404    404
POST /schools/{academy}/policy/sign                     303 404    404       404    404   404       404       404  404      303   404      303    404    404
POST /schools/{academy}/policy/opening                  303 404    404       404    404   404       404       404  404      422   404      404    404    404
POST /schools/{academy}/policy/opening/results          303 404    404       404    404   404       404       404  404      303   404      404    404    404
POST /schools/{academy}/policy/opening/see-audit        303 404    404       404    404   404       404       404  404      404   404      404    404    404
POST /schools/{academy}/policy/holding                  303 404    404       404    404   404       404       404  404      422   404      404    404    404
POST /schools/{academy}/policy/registers                303 404    404       404    404   404       404       404  404      422   404      422    404    404
GET  /authorities/{council}/policy                      303 404    404       404    404   404       404       404  404      404   404      404    404    200
POST /authorities/{council}/policy                      303 404    404       404    404   404       404       404  404      404   404      404    404    409
POST /authorities/{council}/policy/review               303 404    404       404    404   404       404       404  404      404   404      404    404    409

GET  /schools/{academy}/decisions                  303      404    404       404    404   404       404       404  404      200   404      200    200    200
GET  /schools/{primary}/decisions                  303      404    404       404    404   404       404       404  404      404   200      404    404    200
GET  /authorities/{council}/decisions              303      404    404       404    404   404       404       404  404      404   404      404    404    200
GET  /schools/{academy}/decisions/parents          303      404    404       404    404   404       404       404  404      200   404      404    404    404
POST /schools/{academy}/decisions/parents          303      404    404       404    404   404       404       404  404      200   404      404    404    404
GET  /authorities/{council}/decisions/parents      303      404    404       404    404   404       404       404  404      404   404      404    404    200
POST /authorities/{council}/decisions/parents      303      404    404       404    404   404       404       404  404      404   404      404    404    200
GET  /schools/{academy}/decisions/handing-out      303      404    404       404    404   404       404       404  404      200   404      404    404    404
POST /schools/{academy}/decisions/handing-out      303      404    404       404    404   404       404       404  404      422   404      404    404    404
GET  /authorities/{council}/decisions/handing-out  303      404    404       404    404   404       404       404  404      404   404      404    404    200
POST /authorities/{council}/decisions/handing-out  303      404    404       404    404   404       404       404  404      404   404      404    404    422
GET  /schools/{academy}/decisions/support          303      404    404       404    404   404       404       404  404      200   404      404    404    404
POST /schools/{academy}/decisions/support          303      404    404       404    404   404       404       404  404      422   404      404    404    404
GET  /authorities/{council}/decisions/support      303      404    404       404    404   404       404       404  404      404   404      404    404    200
POST /authorities/{council}/decisions/support      303      404    404       404    404   404       404       404  404      404   404      404    404    422
GET  /schools/{academy}/decisions/training         303      404    404       404    404   404       404       404  404      200   404      404    404    404
POST /schools/{academy}/decisions/training         303      404    404       404    404   404       404       404  404      422   404      404    404    404
GET  /authorities/{council}/decisions/training     303      404    404       404    404   404       404       404  404      404   404      404    404    200
POST /authorities/{council}/decisions/training     303      404    404       404    404   404       404       404  404      404   404      404    404    422
GET  /schools/{primary}/decisions/parents          303      404    404       404    404   404       404       404  404      404   200      404    404    404
POST /schools/{academy}/decisions/parents/as-authority 303  404    404       404    404   404       404       404  404      200   404      404    404    404
POST /schools/{academy}/decisions/support/as-authority 303  404    404       404    404   404       404       404  404      303   404      404    404    404
GET  /schools/{academy}/link-decisions             303      404    404       404    404   404       404       404  404      200   404      200    404    404
GET  /schools/{primary}/link-decisions             303      404    404       404    404   404       404       404  404      404   200      404    404    404
GET  /schools/{academy}/links/{gordon-isla}/decision 303    404    404       404    404   404       404       404  404      200   404      404    404    404
GET  /schools/{primary}/links/{gordon-isla}/decision 303    404    404       404    404   404       404       404  404      404   404      404    404    404
POST /schools/{academy}/links/{gordon-isla}/decision 303    404    404       404    404   404       404       404  404      422   404      404    404    404
POST /schools/{primary}/links/{gordon-isla}/decision 303    404    404       404    404   404       404       404  404      404   404      404    404    404
POST /schools/{academy}/links/{gordon-isla}/decision/back 303 404  404       404    404   404       404       404  404      303   404      404    404    404
GET  /schools/{academy}/trainings                  303      404    404       404    404   404       404       404  404      200   404      200    404    404
POST /schools/{academy}/trainings                  303      404    404       404    404   404       404       404  404      422   404      422    404    404
GET  /schools/{academy}/trainings/{training}       303      404    404       404    404   404       404       404  404      200   404      200    404    404
GET  /schools/{primary}/trainings/{training}       303      404    404       404    404   404       404       404  404      404   404      404    404    404
POST /schools/{academy}/trainings/{training}       303      404    404       404    404   404       404       404  404      303   404      303    404    404
POST /schools/{academy}/trainings/{training}/cancel 303     404    404       404    404   404       404       404  404      303   404      303    404    404
GET  /schools/{academy}/training                   303      200    200       200    200   200       404       404  404      404   404      404    404    404
GET  /schools/{primary}/training                   303      200    404       404    404   404       404       404  404      404   404      404    404    404
POST /schools/{academy}/training/{training}/take   303      303    303       303    303   303       404       404  404      404   404      404    404    404
POST /schools/{academy}/training/{training}/give-back 303   303    303       303    303   303       404       404  404      404   404      404    404    404

GET  /welcome/details                                   303    200       200    200   200       200       404  404      404   404      404    404    404  404
POST /welcome/details/{record-of-mother}                303    422       404    404   404       404       404  404      404   404      404    404    404  404
POST /welcome/details/right                             303    303       303    303   303       303       404  404      404   404      404    404    404  404
GET  /welcome/tour                                      303    200       200    200   200       200       404  404      404   404      404    404    404  404
POST /welcome/done                                      303    303       303    303   303       303       404  404      404   404      404    404    404  404
GET  /codes                                             303    200       200    200   200       200       404  404      404   404      404    404    404  404
POST /codes                                             303    422       422    422   422       422       404  404      404   404      404    404    404  404
GET  /schools/{academy}/corrections                     303    404       404    404   404       404       404  404      404   404      404    200    404  404
GET  /schools/{primary}/corrections                     303    404       404    404   404       404       404  404      404   404      404    404    404  404
POST /schools/{academy}/corrections/{correction}        303    404       404    404   404       404       404  404      404   404      404    422    404  404
GET  /schools/{academy}/matches                         303    404       404    404   404       404       404  404      404   404      404    200    404  404
POST /schools/{academy}/matches                         303    404       404    404   404       404       404  404      404   404      404    303    404  404
POST /schools/{academy}/matches/{match}                 303    404       404    404   404       404       404  404      404   404      404    303    404  404
GET  /schools/{academy}/aims                            303    200       200    200   200       200       200  200      404   200      404    200    200  200
GET  /schools/{academy}/aims/parents                    303    404       404    404   404       404       404  404      404   200      404    404    404  404
POST /schools/{academy}/aims/staff                      303    404       404    404   404       404       404  404      404   422      404    404    404  404
GET  /schools/{academy}/life                            303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/life                            303    404       404    404   404       404       404  404      404   404      200    404    404  404
POST /schools/{academy}/life/birthdays                  303    404       404    404   404       404       404  404      404   422      404    422    404  404
POST /schools/{academy}/life/birthdays/{birthday}/again 303    404       404    404   404       404       404  404      404   303      404    303    404  404

GET  /schools/{academy}/accounts                        303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{primary}/accounts                        303    404       404    404   404       404       404  404      404   404      200    404    404  404
POST /schools/{academy}/accounts                        303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /schools/{academy}/accounts/remote                 303    404       404    404   404       404       404  404      404   303      404    303    404  404
GET  /schools/{academy}/networks                        303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/networks                        303    404       404    404   404       404       404  404      404   303      404    303    404  404

GET  /begin                                             200    200       200    200   200       200       200  200      200   200      200    200    200  200
POST /begin                                             422    422       422    422   422       422       422  422      422   422      422    422    422  422
GET  /forgotten                                         200    200       200    200   200       200       200  200      200   200      200    200    200  200
POST /forgotten                                         422    422       422    422   422       422       422  422      422   422      422    422    422  422
GET  /schools/{academy}/letters                         303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/letters                         303    404       404    404   404       404       404  404      404   422      404    422    404  404
GET  /schools/{academy}/letters/{letters}/letters.pdf   303    404       404    404   404       404       404  404      404   303      404    303    404  404
GET  /schools/{academy}/jobs/{job}                      303    404       404    404   404       404       404  404      404   404      404    200    404  404
GET  /schools/{academy}/desk                            303    404       404    404   404       404       404  404      404   200      404    200    404  404
GET  /schools/{academy}/desk/{karen}                    303    404       404    404   404       404       404  404      404   200      404    200    404  404
POST /schools/{academy}/desk/{karen}/identity           303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /schools/{academy}/desk/{karen}/agreement          303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /schools/{academy}/desk/{karen}/letter             303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /schools/{academy}/desk/{karen}/code               303    404       404    404   404       404       404  404      404   303      404    303    404  404
POST /schools/{academy}/desk/{karen}/training           303    404       404    404   404       404       404  404      404   303      404    303    404  404

GET  /sign-in                                           200    303       303    303   303       303       303  303      303   303      303    303    303  303
POST /sign-in                                           422    422       422    422   422       422       422  422      422   422      422    422    422  422
POST /sign-out                                          303    303       303    303   303       303       303  303      303   303      303    303    303  303
POST /hat                                               303    303       303    303   303       303       303  303      303   303      303    303    303  303
GET  /password                                          303    200       200    200   200       200       200  200      200   200      200    200    200  200
POST /password                                          303    422       422    422   422       422       422  422      422   422      422    422    422  422
GET  /healthz                                           200    200       200    200   200       200       200  200      200   200      200    200    200  200
"""

_heading, *_rows = TABLE.strip().splitlines()
COLUMNS = _heading.split()
ROWS = [(method, path, dict(zip(COLUMNS, map(int, statuses), strict=True))) for method, path, *statuses in filter(None, map(str.split, _rows))]
CELLS = [(method, path, who, status) for method, path, row in ROWS for who, status in row.items()]


@pytest.mark.parametrize(("method", "path", "who", "status"), CELLS, ids=[f"{m} {p} {w}" for m, p, w, _ in CELLS])
def test_who_gets_what(visitor, method, path, who, status):
    username, _, hat = (WHO[who] or "").partition("/")
    for name in re.findall(r"{.+?}", path):
        path = path.replace(name, str(THINGS[name]()))
    somebody = visitor(username or None, hat or None)
    assert (somebody.get(path) if method == "GET" else somebody.post(path, SENT)).status == status


def test_the_table_has_a_column_for_everybody():
    assert list(WHO) == COLUMNS


def test_every_route_has_a_row(site):
    address = site.url_map.bind("127.0.0.1")
    written = set()
    for method, path, _ in ROWS:
        written.add((method, address.match(re.sub(r"{.+?}", "1", path), method=method)[0]))
    routes = {(method, rule.endpoint) for rule in site.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert routes == written


def test_a_route_says_who_may_use_it(site):
    public = {endpoint for endpoint, view in site.view_functions.items() if view.access.action is None}
    assert public == {"session.sign_in", "session.send_sign_in", "session.sign_out", "health.healthz",
                      "begin.page", "begin.begin", "begin.lost", "begin.send_lost"}


# --- a view that says nothing -------------------------------------------------------------------------


@pytest.fixture
def another_site(tmp_path):
    """Makes a second app, and gives the database back to the first."""
    handle = db.database.obj
    yield lambda: the_app.create_app(Config(tmp_path, f"sqlite:///{tmp_path}/other.db", "another secret, and long enough as well"))
    db.database.initialize(handle)


def test_a_site_with_an_undeclared_view_does_not_start(another_site, monkeypatch):
    forgotten = Blueprint("forgotten", __name__)
    forgotten.get("/marks.csv")(lambda: "everything")
    monkeypatch.setattr(views, "ALL", (*views.ALL, forgotten))
    with pytest.raises(UndeclaredView, match=r"/marks\.csv"):
        another_site()


def test_a_view_passed_through_another_decorator_is_still_declared(another_site):
    assert another_site().view_functions["password.send_change"].access.action


def test_every_undeclared_route_is_named():
    site = Flask("bare", static_folder=None)
    site.add_url_rule("/a", view_func=lambda: "a", endpoint="a")
    site.add_url_rule("/b", view_func=gate.public(lambda: "b"), endpoint="b")
    with pytest.raises(UndeclaredView, match=r": /a$"):
        gate.refuse_undeclared_views(site)
