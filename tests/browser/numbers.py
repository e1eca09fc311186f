"""Programs that run within the environment of the served demo; each prints one JSON value."""

import csv
import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from flask import Flask

from glowlite import clock, db, exposure, founding, mis
from glowlite.demo import cast
from glowlite.models import (
    Authority,
    Contact,
    Drop,
    Duty,
    Group,
    Link,
    Post,
    PostFile,
    Pupil,
    School,
    Staff,
    Training,
    User,
    UserStaff,
)
from glowlite.policy import Role
from glowlite.rollout import training
from tests import kilmorran
from tests.browser.thursday import create_app

CHILDREN = {"catriona": "000101", "finlay": "000102", "isla": "000104", "ewan": "000105", "rory": "000110", "oliwia": "000111"}
GROUPS = {"2b-english": "2B-EN", "3a-english": "3A-EN", "2a": "REG-2A"}
POSTS = {"diary": "Diary of a Highlander", "answers": "What we did with your answers", "bus times": "Winter bus times from Monday"}
PEOPLE = {"linda": "linda.smith", "gordon": "gordon.fraser", "reid": "ailsa.reid"}
CELLS = {True: "Y", False: "N", None: ""}
NEWCOMERS = {"new.head": Role.HEAD, "new.office": Role.OFFICE, "new.editor": Role.EDITOR, "new.teacher": Role.TEACHER}


def opened() -> Flask:
    app = create_app()
    db.database.connect()
    return app


def print_numbers() -> None:
    """What the addresses of the demo's records are made of: {"academy": 1, "catriona": 7, …}; and one drop is made that waits."""
    app = opened()
    academy = School.get(School.code == cast.ACADEMY)
    found = {"council": Authority.get().id, "academy": academy.id, "primary": School.get(School.code == cast.PRIMARY).id,
             "drop": academy.drops.order_by(Drop.id).first().id, "held drop": _held_drop(app, academy),
             "strange drop": _strange_drop(app, academy)}
    found |= {name: Pupil.get(Pupil.mis_id == number).id for name, number in CHILDREN.items()}
    found |= {name: Group.get(Group.mis_id == number).id for name, number in GROUPS.items()}
    found |= {name: Post.get(Post.title == title).id for name, title in POSTS.items()}
    found |= {name: User.get(User.username == username).id for name, username in PEOPLE.items()}
    found |= {"gordon and isla": Link.get(Link.pupil == found["isla"], Link.court_order == True).id, "training": _training(academy).id}
    with app.app_context():
        found["check"] = exposure.check("test", academy, User.get(User.username == "mairi.macleod")).id
    print(json.dumps(found | {"picture": PostFile.get(PostFile.post == found["diary"]).key}))


def _strange_drop(app: Flask, school: School) -> int:
    """A report whose captions nobody has explained yet."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Form list.csv").write_text(
            "Pupil No,Pupil Forename,Pupil Surname,D.O.B.,Form,Contact 1 Name,Contact 1 Relation,Contact 1 E-mail,"
            "Contact 1 Parental Responsibility,Court Order,Bus\n"
            "000101,Catriona,MacLeod,30/04/2013,2B,Mairi MacLeod,Mother,mairi.macleod@example.org,Y,N,14\n"
            "000110,Rory,Campbell,11/02/2013,2A,Shona Campbell,Mother,,Y,N,\n")
        report = mis.load(Path(folder), school.code, by="jean.baxter", waiting_room=app.config["GLOWLITE"].waiting_room)
    assert report.status == "held" and report.drop_id
    return report.drop_id


def _held_drop(app: Flask, school: School) -> int:
    """The links once more, of which the MIS no longer says whether there is a court order."""
    given = (Pupil.mis_id, Contact.mis_id, Link.relationship, Link.priority, Link.parental_responsibility, Link.lives_with)
    rows = Link.select(*given).join(Pupil).switch(Link).join(Contact).where(Pupil.school == school, Link.gone.is_null())
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "links.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["pupil_id", "contact_id", "relationship", "priority", "parental_responsibility", "lives_with"])
            for *cells, responsible, lives_with in rows.tuples():
                writer.writerow([*cells, CELLS[responsible], CELLS[lives_with]])
        report = mis.load(Path(folder), school.code, by="jean.baxter", waiting_room=app.config["GLOWLITE"].waiting_room)
    return Drop.get(Drop.id == report.drop_id).id


def _training(school: School) -> Training:
    """One to come, in which nobody has a place yet."""
    facts = {"title": "First steps", "starts": clock.now() + timedelta(days=7), "place": "Library", "places": 12, "trainers": "Rory and Isla"}
    return training.arrange(User.get(User.username == "jean.baxter"), school, **facts)


def print_routes() -> None:
    """Every view that answers to GET."""
    print(json.dumps(sorted({rule.endpoint for rule in opened().url_map.iter_rules() if "GET" in (rule.methods or ())})))


def print_new_school(password: str) -> None:
    """A school that has nothing yet but a class without anybody in it, and one person for each role: {"glenbeg": 3, "new class": 170}"""
    opened()
    school = founding.add_school(Authority.get(), "glenbeg", "Glenbeg Academy", "demo")
    for username, role in NEWCOMERS.items():
        user = User(username=username, name=username.replace(".", " ").title())
        user.set_password(password)
        if role is Role.TEACHER:
            UserStaff.create(user=user, staff=Staff.create(school=school, mis_id="N1", surname="Teacher", forename="New"))
        Duty.create(user=user, role=role.value, school=school, authority=school.authority)
    print(json.dumps({"glenbeg": school.id, "new class": Group.create(school=school, mis_id="1A-MA", name="1A Mathematics", kind="class").id}))


def print_kilmorran(password: str) -> None:
    """The school of tests/kilmorran.py: {"kilmorran": 3}"""
    opened()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"kilmorran": kilmorran.found(Authority.get(), Path(folder), password).id}))


def print_council(password: str) -> None:
    """An authority without schools, and catriona.gunn who decides for it: {"council": 1}"""
    opened()
    council = founding.found("North Isles Council", "test")
    user = User(username="catriona.gunn", name="Catriona Gunn")
    user.set_password(password)
    Duty.create(user=user, role=Role.AUTHORITY.value, authority=council)
    print(json.dumps({"council": council.id}))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
