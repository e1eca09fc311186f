"""Programs that write marks into a measured site, each in a process of its own; each prints one JSON value."""

import csv
import json
import re
import sqlite3
import sys
import time
from pathlib import Path

from glowlite import db, founding, mis
from glowlite.models import Authority
from tests.bench.count import opened

COLUMNS = ("drop_id", "source_row", "gone", "pupil_id", "day", "session", "code")


def print_raw(marks: str) -> None:
    """The same rows into a table of the same definition, by the quickest way of the driver; reading the CSV is not counted."""
    opened()
    with Path(marks).open(newline="") as file:
        next(rows := csv.reader(file))
        ready = [(1, number, None, int(pupil[1:]), day, session, code) for number, (pupil, day, session, code) in enumerate(rows, start=2)]
    begins = time.perf_counter()
    how = _copy(ready) if db.is_postgresql() else _executemany(ready)
    print(json.dumps({"seconds": time.perf_counter() - begins, "how": how}))


def _executemany(rows: list[tuple]) -> str:
    definition = db.run("SELECT sql FROM sqlite_master WHERE name = 'marks'").fetchone()[0]
    handle = sqlite3.connect(Path(db.database.database).with_name("raw.db"))
    handle.execute("PRAGMA journal_mode = wal")
    handle.execute("PRAGMA synchronous = normal")
    handle.execute(definition)
    handle.executemany(f"INSERT INTO marks ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    handle.commit()
    return "sqlite3.executemany"


def _copy(rows: list[tuple]) -> str:
    db.run("CREATE TABLE raw_marks (LIKE marks INCLUDING ALL)")
    with db.database.atomic(), db.database.connection().cursor() as cursor, cursor.copy(f"COPY raw_marks ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    db.run("DROP TABLE raw_marks")
    return "COPY"


def print_school(code: str) -> None:
    opened()
    authority = Authority.select().first() or founding.found("Bench Council", "bench")
    founding.add_school(authority, code, "Bench School", "bench", mis_id=code)
    print(json.dumps(code))


def print_load(path: str, code: str) -> None:
    opened()
    idle, begins = peak(), time.perf_counter()
    report = mis.load(Path(path), code, by="bench")
    seconds = time.perf_counter() - begins
    if report.status != mis.KEPT:
        raise SystemExit(f"{report.status}: {[str(problem) for problem in report.problems][:5]}")
    print(json.dumps({"seconds": seconds, "idle_mb": idle, "peak_mb": peak(),
                      **{what: report.total(what) for what in ("created", "changed", "gone", "set_aside")}}))


def peak() -> float:
    """The most memory this process ever had, in MB. What getrusage says would include the process that started this one."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
