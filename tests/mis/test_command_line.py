"""`flask drops load`: the JSON that scripts rely on, its exit codes, and words for people."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glowlite.models import School
from tests.mis import bundles

Shell = Callable[..., Any]


@pytest.fixture
def run(shell: Shell, glenbeg: School, write_bundle: Callable[..., Path]) -> Shell:
    """run(bundle, "--json") → (exit code, what was printed)."""

    def load(bundle: bundles.Bundle, *flags: str) -> tuple[int, str]:
        for old in write_bundle({}).iterdir():
            old.unlink()
        result = shell("drops", "load", write_bundle(bundle), "--school", "glenbeg", *flags)
        return result.exit_code, result.stdout

    return load


def test_the_json_is_as_promised(run: Shell) -> None:
    code, text = run(bundles.family(), "--json")
    assert code == 0
    assert json.loads(text) == {
        "format": "GlowLite CSV", "status": "kept",
        "files": [{"name": name, "rows": rows, "created": rows, "changed": 0, "unchanged": 0, "gone": 0, "set_aside": 0}
                  for name, rows in (("pupils.csv", 3), ("contacts.csv", 3), ("links.csv", 4))],
        "problems": [], "access": {"gained": 4, "lost": 0}}


def test_a_problem_in_the_json_has_its_place_and_its_words(run: Shell) -> None:
    _, text = run({"pupils.csv": "id,forename,surname,born\n1,Ann,Bell,soon\n"}, "--json")
    problem = json.loads(text)["problems"][0]
    assert set(problem) == {"file", "row", "column", "value", "message"}
    assert (problem["file"], problem["row"], problem["column"], problem["value"]) == ("pupils.csv", 2, "born", "soon")


def test_kept_is_0_held_is_1_refused_is_2(run: Shell) -> None:
    assert run(bundles.crowd(), "--dry-run")[0] == 0
    assert run(bundles.crowd())[0] == 0
    assert run(bundles.crowd(range(10)))[0] == 1
    assert run({"pupils.csv": ""})[0] == 2
    code, text = run({"pupils.csv": ""}, "--json")
    assert code == 2 and json.loads(text)["status"] == "refused" and json.loads(text)["files"] == []


def test_a_dry_run_says_so(run: Shell) -> None:
    assert json.loads(run(bundles.family(), "--json", "--dry-run")[1])["status"] == "dry-run"


def test_nothing_new_is_said_in_words(run: Shell) -> None:
    run(bundles.family())
    assert "Nothing has changed." in run(bundles.family())[1]


def test_a_held_drop_says_how_to_let_it_in(run: Shell, shell: Shell) -> None:
    run(bundles.crowd())
    text = run(bundles.crowd(range(10)))[1]
    number = text.split("flask drops release ")[1].split()[0]
    result = shell("drops", "release", number, "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["status"] == "kept"


def test_who_gains_access_is_named(run: Shell) -> None:
    assert "gains access: Mairi Bell – Ann Bell" in run(bundles.family())[1]
