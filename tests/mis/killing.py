"""A school that is loaded in processes of their own, so that they can be killed, starved of disk or locked out; what is left is looked at.

`python -m tests.mis.killing FOLDER DATABASE_URL WHAT` prints JSON. The parent never opens the database: each piece of work is a fork.
"""

import json
import os
import random
import resource
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peewee

from app import create_app
from glowlite import db, founding
from glowlite.config import Config
from glowlite.mis import undo
from glowlite.mis.one_at_a_time import alone
from glowlite.mis.rows import NOUNS
from glowlite.models import Drop, Journal, Problem, School
from tests.mis import bundles

ROUNDS = 20
PUPILS, DAYS = 150, 20

Work = Callable[[], Any]


def year(pupils: range, code: str) -> bundles.Bundle:
    """A school with marks, so that loading takes long enough to be hit in the middle."""
    marks = [f"P{n:03},2026-10-{day:02},{session},{code}" for n in pupils for day in range(1, DAYS + 1) for session in ("AM", "PM")]
    return bundles.crowd(pupils) | {"marks.csv": "\n".join(["pupil_id,day,session,code", *marks, ""])}


OLD, NEW, LESS = year(range(PUPILS), "10"), year(range(2, PUPILS + 2), "20"), year(range(PUPILS // 3), "30")


class Place:
    """The site, its folder for deliveries, and work that is done there by somebody else."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.app = create_app(Config(folder, url, "a secret that only these tests have, long enough"))
        self.incoming = folder / "drops" / "glenbeg" / "incoming"

    def begin(self, work: Work, pipe: int | None = None) -> int:
        """Start work in a process of its own; returns its id."""
        child = os.fork()
        if child:
            return child
        try:
            with self.app.app_context():
                told = json.dumps(work())
            if pipe is not None:
                os.write(pipe, told.encode())
        finally:
            os._exit(0)

    def do(self, work: Work) -> Any:
        """Have work done; returns what it returned."""
        reading, writing = os.pipe()
        child = self.begin(work, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        return json.loads(told)

    def shell(self, *args: str) -> Callable[[], list[Any]]:
        """A flask command as work: [exit code, output, errors]."""

        def run() -> list[Any]:
            result = self.app.test_cli_runner().invoke(args=list(args))
            trace = "" if result.exception is None or isinstance(result.exception, SystemExit) else repr(result.exception)
            return [result.exit_code, result.stdout, result.stderr + trace]

        return run

    def deliver(self, bundle: bundles.Bundle, name: str = "export.zip") -> None:
        self.incoming.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(self.incoming / f".{name}", "w") as archive:
            for file, content in bundle.items():
                archive.writestr(file, content)
        (self.incoming / f".{name}").rename(self.incoming / name)

    def prepare(self) -> None:
        """A school with a first drop."""
        self.do(self.shell("db", "upgrade"))
        self.do(lambda: founding.found("Test", "a test") and None)
        self.do(self.shell("schools", "add", "glenbeg", "Glenbeg"))
        self.deliver(OLD)
        told = self.do(self.shell("drops", "sweep", "--settle", "0"))
        assert told[0] == 0, told

    def state(self) -> Any:
        """All that drops write, without numbers that differ from load to load; read when nobody writes any more."""

        def read() -> list[Any]:
            with alone("glenbeg"):
                found: list[Any] = [sorted(map(str, model.select(*_telling(model)).tuples())) for model in [noun.model for noun in NOUNS if noun.model]]
                drops = [drop.status for drop in Drop.select().where(Drop.status != "undone").order_by(Drop.id)]
                return [found, drops, Journal.select().count(), Problem.select().join(Drop).where(Drop.status != "undone").count()]

        return self.do(read)


def _telling(model: Any) -> list[peewee.Field]:
    """The columns that say the same whichever number a row has."""
    fields = model._meta.sorted_fields
    return [one for one in fields if not isinstance(one, (peewee.ForeignKeyField, peewee.AutoField)) and one.name not in ("gone", "source_row")]


def killed(place: Place, delivered: bundles.Bundle, reset: Work, seed: int) -> list[dict[str, Any]]:
    """Kill the look into the folder at random moments, spread over as long as it takes; say what stood then and what stood after the next."""
    sweep, chance = place.shell("drops", "sweep", "--settle", "0"), random.Random(seed)
    old = place.state()
    place.deliver(delivered)
    begun = time.monotonic()
    place.do(sweep)
    takes = time.monotonic() - begun
    new = place.state()
    place.do(reset)
    rounds = []
    for number in range(ROUNDS):
        assert place.state() == old
        place.deliver(delivered)
        child = place.begin(sweep)
        time.sleep(takes * (number + chance.random()) / ROUNDS)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        stood = place.state()
        kept = [path.parent.name for path in place.folder.glob("drops/held/*/bundle.zip") if zipfile.is_zipfile(path)]
        held = place.do(lambda: [str(drop.id) for drop in Drop.select().where(Drop.status == "held")])
        place.do(sweep)
        rounds.append({"after": "old" if stood == old else "new" if stood == new else "neither", "lost bundles": sorted(set(held) - set(kept)),
                       "then": "new" if place.state() == new else "something else", "left": [path.name for path in place.incoming.iterdir()]})
        place.do(reset)
    return rounds


def forget_kept() -> None:
    """Undo the newest drop completely, and that it ever was: what was undone waits when it comes again."""
    drop = undo.newest(School.get())
    undo.undo(drop, by="a test", give_back="all")
    Drop.update(digest="").where(Drop.id == drop.id).execute()


def forget_held() -> None:
    with db.write_lock():
        Drop.delete().where(Drop.status == "held").execute()


def starved(place: Place) -> list[Any]:
    """Load and look while nothing can grow beyond a little more than it is."""
    place.deliver(NEW)
    delivery, old = place.incoming / "export.zip", place.state()

    def without_room(work: Work, room: int) -> Work:
        def run() -> Any:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            return work()

        return run

    look, load = ("drops", "sweep", "--settle", "0"), ("drops", "load", str(delivery), "--school", "glenbeg")
    told = []
    for room in (100_000, 20_000, 1_000):
        for command in [look] if place.do(db.is_postgresql) else [load, look]:  # the disk of a server is not ours to fill
            told.append([place.do(without_room(place.shell(*command), room)), place.state() == old, delivery.exists()])
    return [told, place.do(place.shell("drops", "sweep", "--settle", "0"))[0], place.state() != old, delivery.exists()]


def locked(place: Place) -> list[Any]:
    """Load and look while somebody else is writing and does not come to an end."""
    place.deliver(NEW)
    delivery, old = place.incoming / "export.zip", place.state()

    def hog() -> None:
        with db.write_lock():
            School.update(stamp=School.stamp + 1).execute()
            time.sleep(300)

    child = place.begin(hog)
    time.sleep(1)
    told = [place.do(place.shell(*command)) for command in
            (("drops", "load", str(delivery), "--school", "glenbeg", "--json"), ("drops", "sweep", "--settle", "0"), ("drops", "undo", "--school", "glenbeg"))]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    same = place.state() == old and delivery.exists()
    return [told, same, place.do(place.shell("drops", "sweep", "--settle", "0"))[0], place.state() != old]


def together(place: Place) -> list[Any]:
    """Two looks and a load at the same time."""
    place.deliver(NEW)
    pipes = []
    for command in (("drops", "sweep", "--settle", "0"), ("drops", "load", str(_kept(place)), "--school", "glenbeg"), ("drops", "sweep", "--settle", "0")):
        reading, writing = os.pipe()
        pipes.append((place.begin(place.shell(*command), writing), reading))
        os.close(writing)
    told = []
    for child, reading in pipes:
        with os.fdopen(reading, "rb") as pipe:
            told.append(json.loads(pipe.read()))
        os.waitpid(child, 0)
    return [told, place.state()[1], place.do(lambda: Drop.select().where(Drop.status == "open").count())]


def watched(place: Place) -> list[Any]:
    """Somebody watches the folder, a delivery comes, and they are asked to stop."""
    reading, writing = os.pipe()
    child = place.begin(place.shell("drops", "watch", "--settle", "0", "--every", "1"), writing)
    os.close(writing)
    place.deliver(NEW)
    until = time.monotonic() + 120
    while list(place.incoming.iterdir()) and time.monotonic() < until:
        time.sleep(0.2)
    os.kill(child, signal.SIGTERM)
    with os.fdopen(reading, "rb") as pipe:
        told = json.loads(pipe.read())
    os.waitpid(child, 0)
    return [told, place.state()[1], [path.name for path in place.incoming.iterdir()]]


def _kept(place: Place) -> Path:
    """The same delivery somewhere else."""
    copy = place.folder / "copy.zip"
    copy.write_bytes((place.incoming / "export.zip").read_bytes())
    return copy


WHAT: dict[str, Callable[[Place], Any]] = {
    "kept": lambda place: killed(place, NEW, forget_kept, 1),
    "held": lambda place: killed(place, LESS, forget_held, 2),
    "starved": starved,
    "locked": locked,
    "together": together,
    "watched": watched,
}

if __name__ == "__main__":
    here = Place(Path(sys.argv[1]), sys.argv[2])
    here.prepare()
    print(json.dumps(WHAT[sys.argv[3]](here)))
