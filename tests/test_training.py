"""Training of parents: places are taken by parents, never more than there are, and nobody learns who else comes."""

import json
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest

from glowlite import clock, db
from glowlite.models import Audit, School, Training, TrainingPlace, User
from glowlite.models.school import Place
from glowlite.rollout import decisions, training
from glowlite.rollout.decisions import TRAINING
from glowlite.rollout.training import NoPlace

DAY = timedelta(days=1)


def user(username):
    return User.get(User.username == username)


@pytest.fixture
def nothing_arranged(site):
    """Without the training of the demo."""
    Training.delete().execute()


@pytest.fixture
def evening(academy, nothing_arranged):
    """Two places, in a week."""
    facts = {"title": "First steps", "place": "Library", "places": 2, "trainers": "Rory and Aidan"}
    return training.arrange(user("jean.baxter"), academy, starts=clock.now() + 7 * DAY, **facts)


def begin(one):
    """It was yesterday."""
    Training.update(starts=clock.now() - DAY).where(Training.id == one.id).execute()


@pytest.fixture
def parents(visitor, academy):
    """The page of a parent, and taking a place."""
    page = f"/schools/{academy.id}/training"

    def of(username):
        somebody = visitor(username)
        return SimpleNamespace(
            page=lambda: somebody.get(page), take=lambda one: somebody.post(f"{page}/{one.id}/take"),
            give_back=lambda one: somebody.post(f"{page}/{one.id}/give-back"))

    return of


# --- taking a place ---------------------------------------------------------------------------------------------


def test_a_parent_takes_a_place_and_gives_it_back(parents, evening):
    mairi = parents("mairi.macleod")
    assert "2 places left" in mairi.page() and "Rory and Aidan will show you round" in mairi.page()
    mairi.take(evening)
    assert "You have a place" in mairi.page() and TrainingPlace.select().count() == 1
    mairi.give_back(evening)
    assert "2 places left" in mairi.page() and TrainingPlace.select().count() == 0


def test_a_place_taken_twice_is_one_place(parents, evening):
    mairi = parents("mairi.macleod")
    mairi.take(evening)
    mairi.take(evening)
    assert TrainingPlace.select().count() == 1


def test_there_are_never_more_than_there_are_places(parents, evening):
    tomasz = parents("tomasz.kowalski")
    for somebody in (parents("mairi.macleod"), parents("karen.fraser"), tomasz):
        somebody.take(evening)
    assert TrainingPlace.select().count() == 2
    page = tomasz.page()
    assert "The last place has just been taken" in page and "No place is left" in page and "Take a place" not in page


def test_a_place_given_back_can_be_taken(parents, evening):
    for username in ("mairi.macleod", "karen.fraser"):
        parents(username).take(evening)
    parents("karen.fraser").give_back(evening)
    parents("tomasz.kowalski").take(evening)
    assert {row.user.username for row in TrainingPlace.select()} == {"mairi.macleod", "tomasz.kowalski"}


def test_nobody_gives_anothers_place_back(parents, evening):
    parents("mairi.macleod").take(evening)
    parents("karen.fraser").give_back(evening)
    assert TrainingPlace.select().count() == 1


def test_no_parent_learns_who_else_comes(parents, evening):
    for username in ("karen.fraser", "fiona.drummond"):
        parents(username).take(evening)
    page = parents("mairi.macleod").page()
    assert not [name for name in ("Karen", "Fraser", "Drummond", "karen.fraser") if name in page]


@pytest.fixture
def committed():
    """do(work) runs in a thread with a connection of its own, and what it writes stays until the end of the test."""

    def do(*works):
        problems = []

        def one(work):
            try:
                with db.database.connection_context():
                    work()
            except Exception as problem:  # noqa: BLE001 - told to the test
                problems.append(problem)

        threads = [threading.Thread(target=one, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return problems

    yield do
    mine = Training.select(Training.id).where(Training.title == "Crowded")
    clean = [lambda: TrainingPlace.delete().where(TrainingPlace.training.in_(mine)).execute(),
             lambda: Audit.delete().where(Audit.subject == "Crowded").execute(), lambda: Training.delete().where(Training.title == "Crowded").execute()]
    for work in clean:
        assert do(work) == []


def test_of_many_at_once_no_more_get_a_place_than_there_are(committed):
    names = ["mairi.macleod", "karen.fraser", "tomasz.kowalski", "fiona.drummond", "alan.drummond", "linda.smith"]

    def arrange():
        school = School.get(School.code == "morran-academy")
        training.arrange(user("jean.baxter"), school, title="Crowded", starts=clock.now() + DAY, place="Hall", places=2)

    assert committed(arrange) == []
    start = threading.Barrier(len(names))

    def take(name):
        school, somebody, number = School.get(School.code == "morran-academy"), user(name), Training.get(Training.title == "Crowded").id
        start.wait()
        training.take(somebody, school, number)

    refused = committed(*(lambda name=name: take(name) for name in names))
    found = []
    committed(lambda: found.append(TrainingPlace.select().join(Training).where(Training.title == "Crowded").count()))
    assert found == [2] and len(refused) == 4 and {type(one) for one in refused} == {NoPlace}


# --- what is offered ----------------------------------------------------------------------------------------------


def test_where_the_decision_offers_no_places_there_are_none(parents, evening, academy):
    place = Place(academy.authority, academy)
    decisions.record(user("donald.munro"), place, TRAINING, {"kinds": ["parents-night"], "words": "Canary words for parents."})
    mairi = parents("mairi.macleod")
    assert "Canary words for parents." in mairi.page() and "First steps" not in mairi.page()
    mairi.take(evening)
    assert TrainingPlace.select().count() == 0


def test_a_cancelled_one_is_told_to_who_had_a_place_and_offered_to_nobody(visitor, parents, evening, academy):
    parents("mairi.macleod").take(evening)
    assert visitor("jean.baxter").post(f"/schools/{academy.id}/trainings/{evening.id}/cancel").status == 303
    assert "This one does not take place" in parents("mairi.macleod").page()
    assert "First steps" not in parents("karen.fraser").page()
    parents("karen.fraser").take(evening)
    assert TrainingPlace.select().count() == 1


def test_what_has_begun_is_offered_no_longer(parents, evening):
    begin(evening)
    assert "First steps" not in parents("mairi.macleod").page()
    parents("mairi.macleod").take(evening)
    assert TrainingPlace.select().count() == 0


def test_a_training_of_another_school_cannot_be_taken_by_its_number(visitor, evening):
    primary = School.get(School.code == "shore-primary")
    for number in (evening.id, 0, 99999999999999999999):
        visitor("nasreen.hussain").post(f"/schools/{primary.id}/training/{number}/take")
        visitor("nasreen.hussain").post(f"/schools/{primary.id}/training/{number}/give-back")
    assert TrainingPlace.select().count() == 0


# --- by the school --------------------------------------------------------------------------------------------------


FORM = {"title": "Parents’ night", "starts": "2026-11-26T18:30", "place": "Hall", "places": "40", "trainers": ""}


def test_the_office_arranges_one(visitor, academy, parents, nothing_arranged):
    jean = visitor("jean.baxter")
    assert jean.post(f"/schools/{academy.id}/trainings", FORM).status == 303
    assert "Thu 26 Nov at 18:30, Hall" in jean.get(f"/schools/{academy.id}/trainings") and "40 places left" in parents("mairi.macleod").page()


@pytest.mark.parametrize("wrong", [{"title": ""}, {"starts": ""}, {"starts": "2026-11-19T09:00"}, {"starts": "2028-01-01T09:00"}, {"starts": "soon"},
                                   {"place": ""}, {"places": "0"}, {"places": "501"}, {"places": "x"}])
def test_what_cannot_be_is_not_arranged(visitor, academy, nothing_arranged, wrong):
    assert visitor("jean.baxter").post(f"/schools/{academy.id}/trainings", FORM | wrong).status == 422
    assert not Training.select().where(Training.school == academy, Training.title.in_(["", FORM["title"]])).exists()


def test_who_came_is_noted_by_name_and_can_be_put_right(visitor, academy, parents, evening):
    for username in ("mairi.macleod", "karen.fraser"):
        parents(username).take(evening)
    begin(evening)
    jean, address = visitor("jean.baxter"), f"/schools/{academy.id}/trainings/{evening.id}"
    assert "Mairi MacLeod" in jean.get(address) and "Karen Fraser" in jean.get(address)
    jean.post(address, {"came": [str(user("mairi.macleod").id), str(user("tomasz.kowalski").id)]})
    assert {row.user.username for row in TrainingPlace.select().where(TrainingPlace.came.is_null(False))} == {"mairi.macleod"}
    jean.post(address, {"came": str(user("karen.fraser").id)})
    assert {row.user.username for row in TrainingPlace.select().where(TrainingPlace.came.is_null(False))} == {"karen.fraser"}
    row = Audit.select().where(Audit.action == "noted who came").order_by(Audit.id.desc()).first()
    assert json.loads(row.after) == {"came": ["karen.fraser"]}


def test_at_the_desk_a_chair_is_always_found(evening):
    for username in ("mairi.macleod", "karen.fraser", "tomasz.kowalski", "mairi.macleod"):
        training.note_at_the_desk(user("jean.baxter"), evening, user(username))
    assert [row.came is not None for row in TrainingPlace.select()] == [True] * 3


# --- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["mairi.macleod", "gordon.fraser", "ailsa.reid", "priya.sharma", "helen.ross", "margaret.sinclair", "isobel.grant"])
def test_others_neither_read_who_comes_nor_arrange(visitor, academy, evening, username):
    somebody, address = visitor(username), f"/schools/{academy.id}/trainings"
    assert somebody.get(address).status == somebody.post(address, FORM).status == 404
    one = f"{address}/{evening.id}"
    assert somebody.get(one).status == somebody.post(one).status == somebody.post(f"{one}/cancel").status == 404
    assert Training.get_by_id(evening.id).cancelled is None


@pytest.mark.parametrize("username", ["ailsa.reid", "jean.baxter", "donald.munro", "nasreen.hussain", "paul.geddes", "blank.macaulay"])
def test_only_parents_of_the_school_take_places(parents, evening, username):
    somebody = parents(username)
    assert somebody.page().status != 200 and somebody.take(evening).status in (303, 404)
    assert TrainingPlace.select().count() == 0


def test_the_office_of_another_school_finds_nothing_at_its_own_address(visitor, evening):
    primary = School.get(School.code == "shore-primary")
    for path in (f"{evening.id}", "99999999999999999999"):
        address = f"/schools/{primary.id}/trainings/{path}"
        assert visitor("isobel.grant").get(address).status == visitor("isobel.grant").post(f"{address}/cancel").status == 404
