"""The demo authority on Thursday 19 November 2026, 10:00, on SQLite or on the PostgreSQL that DATABASE_URL names; each test is rolled back."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import peewee
import pytest
import time_machine
from flask import Flask

from app import create_app
from glowlite import agreement, db, gate
from glowlite.clock import LONDON
from glowlite.config import Config
from glowlite.models import AgreementText, Pupil, School, User
from glowlite.policy import Viewer
from glowlite.rollout import jobs
from tests.visitor import Visitor

THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=LONDON)


@pytest.fixture(scope="session", autouse=True)
def thursday() -> Iterator[None]:
    with time_machine.travel(THURSDAY, tick=True):
        yield


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """A database of this test run's own: a file, or on the server of DATABASE_URL one for each worker."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        return f"sqlite:///{tmp_path_factory.mktemp('site')}/glowlite.db"
    return fresh_database(server, f"glowlite_test_{worker_id}")


def fresh_database(server: str, name: str) -> str:
    """Make an empty database on that PostgreSQL server and return its address."""
    handle = db.use(server)
    handle.execute_sql(f"DROP DATABASE IF EXISTS {name}")
    handle.execute_sql(f"CREATE DATABASE {name}")
    handle.close_all()  # it is a pool, which would keep one open
    return f"{server.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(scope="session")
def site(thursday: None, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    config = Config(tmp_path_factory.mktemp("data"), database_url, "a secret that only these tests have, long enough")
    app = create_app(config)
    app.testing = False  # errors become pages, as in real life
    app.config["JOBS"] = jobs.INLINE  # within the request, and so within the transaction of the test
    shell = app.test_cli_runner()
    for command in (["db", "upgrade"], ["demo", "load"]):
        result = shell.invoke(args=command)
        assert result.exit_code == 0, result.output
    yield app
    db.database.close()


@pytest.fixture(autouse=True)
def rolled_back(site: Flask) -> Iterator[None]:
    """Whatever a test writes is gone afterwards."""
    gate.limiter.reset()
    db.database.connect(reuse_if_open=True)
    with db.database.atomic() as transaction:
        yield
        transaction.rollback()


@pytest.fixture
def sign_ins(site: Flask) -> dict[str, dict[str, str]]:
    """username -> what `flask demo sign-ins --json` says."""
    rows = json.loads((site.config["GLOWLITE"].data_folder / "demo-sign-ins.json").read_text())
    return {row["username"]: row for row in rows}


@pytest.fixture
def visitor(site: Flask) -> Callable[..., Visitor]:
    """visitor("mairi.macleod") has signed in; visitor() is a stranger."""
    return lambda username=None, hat=None: Visitor(site, username, hat)


@pytest.fixture
def viewer_of() -> Callable[..., Viewer]:
    return lambda username, hat=None: Viewer.of(User.get(User.username == username), hat)


@pytest.fixture
def pupil() -> Callable[[str], Pupil]:
    """pupil("000101") is Catriona; the numbers are those of glowlite/demo/cast.py."""
    return lambda number: Pupil.get(Pupil.mis_id == number)


@pytest.fixture
def academy(site: Flask) -> School:
    return School.get(School.code == "morran-academy")


@pytest.fixture
def has_agreed(site: Flask) -> Callable[[str], None]:
    """has_agreed("new.parent") has accepted the acceptable use policy, which a new account of a parent meets first."""

    def accept(username: str) -> None:
        user = User.get(User.username == username)
        agreement.accept(user, [text.id for text in AgreementText.select()])

    return accept


@pytest.fixture
def shell(site: Flask) -> Callable[..., Any]:
    """shell("drops", "load", …) runs a flask command and returns its result."""
    runner = site.test_cli_runner()
    return lambda *args, **more: runner.invoke(args=[str(arg) for arg in args], **more)


@pytest.fixture
def counted() -> Callable[[], Any]:
    """with counted() as statements: … – every SQL statement that was run inside."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        handle: peewee.Database = db.database.obj
        run, statements = handle.execute_sql, []

        def remember(sql: str, *args: Any, **more: Any) -> Any:
            statements.append(sql)
            return run(sql, *args, **more)

        handle.execute_sql = remember  # type: ignore[method-assign]
        try:
            yield statements
        finally:
            del handle.execute_sql

    return count


@pytest.fixture
def write_bundle(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """write_bundle({"pupils.csv": "id,forename,surname\\n…"}) makes a folder with these files."""

    def write(files: dict[str, str | bytes], folder: str = "bundle") -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        for name, content in files.items():
            (tmp_path / folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / folder

    return write
