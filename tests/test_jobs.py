"""Long work outside a request: it is done once, says how far it is, and is noticed when it has died."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from glowlite import clock
from glowlite.demo import cast
from glowlite.models import Job, School, User
from glowlite.rollout import jobs
from glowlite.rollout.jobs import Failed, Outcome

HERE = "/schools/{}/jobs/{}"


@pytest.fixture
def jean(site):
    return User.get(User.username == "jean.baxter")


@pytest.fixture
def work(monkeypatch):
    """work(function) makes jobs of the kind `trial` do this."""
    return lambda function: monkeypatch.setitem(jobs._KINDS, "trial", function)


@pytest.fixture
def in_app(site):
    with site.app_context():
        yield


@pytest.fixture
def waiting(jean, academy):
    """A job that nobody has begun."""
    return Job.create(kind="trial", school=academy, user=jean, arguments_text=json.dumps({"then": "/schools/1/letters"}), at=clock.now())


def now(job):
    return Job.get_by_id(job.id)


def test_work_that_is_done_says_so_and_where_to_go_on(visitor, work, in_app, jean, academy):
    work(lambda job, progress: Outcome("Two things were made.", 7))
    job = jobs.start(jean, academy, "trial", {}, then="/schools/1/things/{result}")
    page = visitor("jean.baxter").get(HERE.format(academy.id, job.id))
    assert "Two things were made." in page and "/schools/1/things/7" in page.links and "hx-trigger" not in page


def test_progress_is_seen_while_it_goes_on(visitor, work, waiting, academy):
    seen = []

    def count(job, progress):
        progress.begin(4)
        progress.step(3)
        seen.append(visitor("jean.baxter").get(HERE.format(academy.id, job.id)))
        return Outcome("Done.")

    work(count)
    assert jobs.run(waiting.id)
    assert "3 of 4" in seen[0] and 'value="3" max="4"' in seen[0] and "hx-trigger" in seen[0] and "Look again" in seen[0]


def test_a_job_is_done_once_however_often_it_is_started(work, waiting):
    done = []
    work(lambda job, progress: done.append(job.id) or Outcome(""))
    assert [jobs.run(waiting.id), jobs.run(waiting.id)] == [True, False] and done == [waiting.id]


def test_a_reason_is_said_and_an_accident_is_not(visitor, work, waiting, academy, jean, in_app):
    def refuses(job, progress):
        raise Failed("The switch is off.")

    def breaks(job, progress):
        raise ZeroDivisionError("canary of the inside")

    work(refuses)
    assert not jobs.run(waiting.id)
    assert "The switch is off." in visitor("jean.baxter").get(HERE.format(academy.id, waiting.id))
    work(breaks)
    broken = jobs.start(jean, academy, "trial", {}, then="/")
    assert broken.state == jobs.FAILED and "canary" not in broken.message and "Please try once more" in broken.message


@pytest.mark.parametrize("state", [jobs.WAITING, jobs.RUNNING])
def test_work_that_died_is_noticed(visitor, waiting, academy, state):
    Job.update(state=state, at=clock.now() - jobs.SILENCE - timedelta(seconds=1)).where(Job.id == waiting.id).execute()
    page = visitor("jean.baxter").get(HERE.format(academy.id, waiting.id))
    assert "stopped without a word" in page and now(waiting).state == jobs.FAILED


def test_work_that_spoke_lately_is_believed(visitor, waiting, academy):
    Job.update(state=jobs.RUNNING, at=clock.now() - jobs.SILENCE + timedelta(minutes=1)).where(Job.id == waiting.id).execute()
    assert "At work" in visitor("jean.baxter").get(HERE.format(academy.id, waiting.id)) and now(waiting).state == jobs.RUNNING


@pytest.mark.parametrize("username", ["donald.munro", "margaret.sinclair", "helen.ross", "ailsa.reid", "mairi.macleod", "gordon.fraser", None])
def test_a_job_is_seen_by_nobody_but_who_started_it(visitor, waiting, academy, username):
    seen = visitor(username).get(HERE.format(academy.id, waiting.id))
    assert seen.status == (404 if username else 303)


def test_a_job_is_found_at_its_own_school_only(visitor, waiting, academy):
    """Helen Ross of the council may look at the rollout of both."""
    Job.update(user=User.get(User.username == "helen.ross")).where(Job.id == waiting.id).execute()
    helen, primary = visitor("helen.ross"), School.get(School.code == cast.PRIMARY)
    assert helen.get(HERE.format(academy.id, waiting.id)).status == 200 and helen.get(HERE.format(primary.id, waiting.id)).status == 404


def test_the_command_says_when_there_was_nothing_to_do(shell, work, waiting):
    work(lambda job, progress: Outcome(""))
    assert shell("jobs", "run", waiting.id).exit_code == 0 and now(waiting).state == jobs.DONE
    assert shell("jobs", "run", waiting.id).exit_code == 1


def test_outside_tests_it_is_a_process_of_its_own(monkeypatch, site, in_app, work, jean, academy):
    begun = []

    class Process:
        def __init__(self, command, **more):
            begun.append((command, more))

        def wait(self):
            return 0

    monkeypatch.setitem(site.config, "JOBS", "process")
    monkeypatch.setattr(subprocess, "Popen", Process)
    job = jobs.start(jean, academy, "trial", {}, then="/")
    command, more = begun[0]
    assert job.state == jobs.WAITING and command == [sys.executable, "-m", "flask", "jobs", "run", str(job.id)]
    assert more["start_new_session"] and more["env"]["DATABASE_URL"] == site.config["GLOWLITE"].database_url
    assert more["env"].keys() - os.environ.keys() <= {"GLOWLITE_DATA", "DATABASE_URL"}
