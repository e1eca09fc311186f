"""Hides long work outside a request: a process of its own that says how far it is, and is noticed when it has died."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from flask import current_app

from glowlite import clock
from glowlite.config import ROOT
from glowlite.models import Job, School, User

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"

SILENCE = timedelta(minutes=5)  # after which nobody believes any more that somebody is at work
INLINE = "inline"  # as app.config["JOBS"]: within the request, for tests


class Outcome(NamedTuple):
    """What came of it. message: said to the person who waits; result: the number of what was made, if it has one."""

    message: str
    result: int | None = None


class Failed(Exception):
    """The work cannot be done; the message says why, to the person who waits for it."""


class Progress:
    """How far the work is; whoever looks at the job sees it."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def begin(self, total: int) -> None:
        self._write(done=0, total=total)

    def step(self, count: int = 1) -> None:
        self._write(done=Job.done + count)

    def _write(self, **values: Any) -> None:
        Job.update(at=clock.now(), **values).where(Job.id == self.job.id).execute()


Work = Callable[[Job, Progress], Outcome]

_KINDS: dict[str, Work] = {}


def work(kind: str) -> Callable[[Work], Work]:
    """Declare what is done for jobs of this kind."""

    def declare(function: Work) -> Work:
        _KINDS[kind] = function
        return function

    return declare


def start(by: User, school: School, kind: str, arguments: dict[str, Any], then: str) -> Job:
    """Have it done outside this request. then: the page that comes next, with {result} for the number of what was made."""
    job = Job.create(kind=kind, school=school, user=by, arguments_text=json.dumps(arguments | {"then": then}), at=clock.now())
    if current_app.config.get("JOBS") == INLINE:
        run(job.id)
    else:
        _start_process(job)
    return Job.get_by_id(job.id)


def _start_process(job: Job) -> None:
    """A process of its own gives all its memory back, and lives on when the server that started it is renewed."""
    settings = current_app.config["GLOWLITE"]
    environment = os.environ | {"GLOWLITE_DATA": str(settings.data_folder), "DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "flask", "jobs", "run", str(job.id)]  # of app.py, or of what FLASK_APP names
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603 - our own words
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves nothing behind when it ends


def run(number: int) -> bool:
    """Do the work of a job that waits; once, however often it is started. True when it was done."""
    if not Job.update(state=RUNNING, at=clock.now()).where(Job.id == number, Job.state == WAITING).execute():
        return False
    job = Job.get_by_id(number)
    try:
        outcome = _KINDS[job.kind](job, Progress(job))
    except Failed as problem:
        _end(job, FAILED, str(problem))
    except Exception:
        logging.getLogger("glowlite").exception("In job %s", number)
        _end(job, FAILED, "Something went wrong on our side, and nothing came of it. It is written in the log. Please try once more.")
    else:
        _end(job, DONE, outcome.message, outcome.result)
        return True
    return False


def _end(job: Job, state: str, message: str, result: int | None = None) -> None:
    Job.update(state=state, message=message, result=result, at=clock.now()).where(Job.id == job.id).execute()


def of(user_id: int, school: School, number: int) -> Job | None:
    """A job that this person started at this school, as it stands; one that has said nothing for long has failed."""
    job = Job.get_or_none(Job.id == number, Job.school == school, Job.user == user_id)
    if job and job.state in (WAITING, RUNNING) and clock.now() - job.at > SILENCE:
        died = Job.update(state=FAILED, message="The work stopped without a word, perhaps because the server was started anew. Please start it once more.")
        died.where(Job.id == job.id, Job.state == job.state, Job.at == job.at).execute()
        return Job.get_by_id(job.id)
    return job


def next_page(job: Job) -> str:
    """Where the person goes on from here."""
    return str(job.arguments["then"]).replace("{result}", str(job.result or ""))
