"""Hides how a site is made and served for measuring: a data folder of its own, the demo, and granian with the flags of the Makefile."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

from tests.bench import load

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PORT_IN_MAKEFILE = "$(PORT)"


def flags(port: int) -> list[str]:
    """The flags of `make run`, read from the Makefile so that both stay the same."""
    lines = re.findall(r"^SERVE \+?:?= (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return shlex.split(" ".join(lines).replace(PORT_IN_MAKEFILE, str(port)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """A site that is being served. cookie: of whoever is signed in."""

    port: int
    process: int
    cookie: str = ""

    def headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        return {"Accept-Encoding": "gzip, br", **({"Cookie": self.cookie} if self.cookie else {}), **(more or {})}

    def get(self, path: str, more: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        """One page: status, headers by name in lower case, body as sent."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=self.headers(more))
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPErrorProcessor)
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, _lower(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, _lower(error.headers), error.read()

    def under_load(self, path: str, seconds: float, more: Mapping[str, str] | None = None,
                   connections: int = load.CONNECTIONS) -> load.Result:
        """Measure from a process of its own, so that the client does not slow itself down."""
        order = {"port": self.port, "path": path, "headers": self.headers(more), "seconds": seconds, "connections": connections}
        before = cpu_seconds(self.process)
        done = subprocess.run([sys.executable, "-m", "tests.bench.load"], input=json.dumps(order), cwd=ROOT,
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{path}: {done.stderr}")
        result = load.Result(**json.loads(done.stdout))
        result.cpu_each = (cpu_seconds(self.process) - before) / max(len(result.times), 1)
        return result


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def cpu_seconds(process: int) -> float:
    """Processor time that a process and those it started have used so far; other people's work on the machine is not in it."""
    try:
        spent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        children = [int(child) for task in Path(f"/proc/{process}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return 0.0  # ended meanwhile, or not Linux
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_seconds, children))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


@dataclass
class Site:
    """A data folder with a database of its own, and what is set in the environment of everything that runs on it."""

    folder: Path
    database_url: str | None
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        outside = {name: value for name, value in os.environ.items() if name != "DATABASE_URL" and not name.startswith("GLOWLITE_")}
        self.env = outside | {"GLOWLITE_DATA": str(self.folder)} | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def flask(self, *words: str) -> str:
        done = subprocess.run([str(BIN / "flask"), *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"flask {' '.join(words)}: {done.stderr}")
        return done.stdout

    @contextmanager
    def served(self, app: str = "app:create_app") -> Iterator[Server]:
        """Serve an application on this site's database, by the command of the Makefile."""
        port = free_port()
        process = subprocess.Popen([str(BIN / "granian"), *flags(port), app], cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL)
        try:
            server = Server(port, process.pid)
            _wait_for(port, process)
            yield server
        finally:
            process.terminate()
            process.wait(20)

    def python(self, program: str, *words: str) -> Any:
        """What a program of the bench prints as JSON, run within this site's environment. program: module:function."""
        module, _, function = program.partition(":")
        done = subprocess.run([sys.executable, "-m", module, function, *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def cookie_of(self, username: str) -> str:
        """The session cookie of somebody who is signed in."""
        return str(self.python("tests.bench.count:print_cookie", username))


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server stopped at once")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not answer")


@contextmanager
def database(name: str, server: str | None = os.environ.get("DATABASE_URL")) -> Iterator[Site]:
    """A new site with the tables made: SQLite in a folder, or a database of this name on the server of DATABASE_URL."""
    with tempfile.TemporaryDirectory(prefix="glowlite-bench-") as folder:
        url = _fresh_database(server, f"bench_{name}") if server else None
        site = Site(Path(folder), url)
        try:
            site.flask("db", "upgrade")
            yield site
        finally:
            if server:
                _drop_database(server, f"bench_{name}")


def _fresh_database(server: str, name: str) -> str:
    _drop_database(server, name)
    _on_server(server, f"CREATE DATABASE {name}")
    return f"{server.rsplit('/', 1)[0]}/{name}"


def _drop_database(server: str, name: str) -> None:
    _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _on_server(server: str, sql: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql)
