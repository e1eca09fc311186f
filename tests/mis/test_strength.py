"""Killed at any moment, without disk, locked out: the database is the old or the new state, the delivery is there, and the next look finishes it."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from glowlite.config import ROOT

Run = Callable[[str], Any]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """run("kept") has tests/mis/killing.py do that to a site of its own."""
    server = os.environ.get("DATABASE_URL")
    name = f"glowlite_killed_{uuid.uuid4().hex[:8]}"
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
    url = f"{server.rsplit('/', 1)[0]}/{name}" if server else f"sqlite:///{tmp_path}/glowlite.db"

    def do(what: str) -> Any:
        done = subprocess.run([sys.executable, "-m", "tests.mis.killing", str(tmp_path), url, what], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return do


@pytest.mark.parametrize("outcome", ["kept", "held"])
def test_killed_at_twenty_moments_it_is_the_old_or_the_new_state_and_the_next_look_finishes_it(run: Run, outcome: str) -> None:
    rounds = run(outcome)
    assert len(rounds) == 20 and {one["after"] for one in rounds} <= {"old", "new"}, rounds
    assert all(one["then"] == "new" and not one["left"] and not one["lost bundles"] for one in rounds), rounds
    assert sum(one["after"] == "old" for one in rounds) >= 5, "killed too late to tell anything"


def test_without_room_on_the_disk_nothing_is_kept_and_nothing_lost(run: Run) -> None:
    told, code, is_new, is_left = run("starved")
    for (exit_code, _, errors), is_old, delivery_is_there in told:
        assert exit_code == 3 and is_old and delivery_is_there, told
        assert "Traceback" not in errors and "Error(" not in errors and "cannot rollback" not in errors and errors.strip().endswith("."), errors
    assert (code, is_new, is_left) == (0, True, False)


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="on PostgreSQL another writer does not lock the database")
def test_locked_out_by_another_writer_nothing_is_kept_and_nothing_lost(run: Run) -> None:
    told, is_old, code, is_new = run("locked")
    for exit_code, _, errors in told:
        assert exit_code == 3 and "Somebody else is writing to the database" in errors and "Traceback" not in errors, told
    assert is_old and code == 0 and is_new


def test_imports_of_one_school_wait_for_each_other(run: Run) -> None:
    told, statuses, still_open = run("together")
    assert [code for code, _, _ in told] == [0, 0, 0], told
    assert statuses == ["kept", "kept"] and not still_open


def test_watching_loads_what_comes_and_stops_when_asked(run: Run) -> None:
    (code, output, errors), statuses, left = run("watched")
    assert code == 0 and "glenbeg: export.zip: kept, drop" in output and not errors and statuses == ["kept", "kept"] and not left


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/nothing", "sqlite:////nowhere/at/all.db"])
def test_without_a_database_a_sentence_is_said(tmp_path: Path, url: str) -> None:
    environment = os.environ | {"DATABASE_URL": url, "GLOWLITE_DATA": str(tmp_path)}
    for command in (["load", str(tmp_path), "--school", "x"], ["sweep"], ["undo", "--school", "x"]):
        done = subprocess.run([sys.executable, "-m", "flask", "drops", *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 3 and "The database did not answer" in done.stderr and "Traceback" not in done.stderr, done.stderr
