"""Programs that write marks into a measured site, each in a process of its own; each prints one JSON value."""

import csv
import json
import re
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from glowlite import db, founding, mis
from glowlite.models import Authority
from tests.bench import drops
from tests.bench.count import opened

COLUMNS = ("drop_id", "source_row", "gone", "pupil_id", "day", "session", "code")


def print_raw(marks: str) -> None:
    """The same rows into a table of the same definition, by the quickest way of the driver; reading the CSV is not counted."""
    opened()
    with Path(marks).open(newline="") as file:
        next(rows := csv.reader(file))
        ready = [(1, number, None, int(pupil[1:]), day, session, code) for number, (pupil, day, session, code) in enumerate(rows, start=2)]
    if not db.is_postgresql():
        print(json.dumps({"seconds": _executemany(ready), "how": "sqlite3.executemany"}))
        return
    print(json.dumps({"seconds": _copy(ready), "how": "COPY", "checked": _copy(ready, checked=True)}))


def _executemany(rows: list[tuple]) -> float:
    definition = db.run("SELECT sql FROM sqlite_master WHERE name = 'marks'").fetchone()[0]
    handle = sqlite3.connect(Path(db.database.database).with_name("raw.db"))
    handle.execute("PRAGMA journal_mode = wal")
    handle.execute("PRAGMA synchronous = normal")
    handle.execute(definition)
    begins = time.perf_counter()
    handle.executemany(f"INSERT INTO marks ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    handle.commit()
    return time.perf_counter() - begins


def _copy(rows: list[tuple], checked: bool = False) -> float:
    """checked: into a table whose rows must point to a pupil and a drop, as those of marks must; PostgreSQL asks for each row."""
    db.run("CREATE TABLE raw_marks (LIKE marks INCLUDING ALL)")
    if checked:
        db.run("CREATE TABLE raw_pupils (id INTEGER PRIMARY KEY)")
        db.run("CREATE TABLE raw_drops (id INTEGER PRIMARY KEY)")
        db.run("INSERT INTO raw_pupils SELECT generate_series(0, 10000)")
        db.run("INSERT INTO raw_drops VALUES (1)")
        db.run("ALTER TABLE raw_marks ADD FOREIGN KEY (pupil_id) REFERENCES raw_pupils, ADD FOREIGN KEY (drop_id) REFERENCES raw_drops")
    begins = time.perf_counter()
    with db.database.atomic(), db.database.connection().cursor() as cursor, cursor.copy(f"COPY raw_marks ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    seconds = time.perf_counter() - begins
    for table in ("raw_marks", "raw_pupils", "raw_drops"):
        db.run(f"DROP TABLE IF EXISTS {table}")
    return seconds


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


def print_schools(count: str) -> None:
    """One process loads a small school after another: memory (MB) and seconds after each."""
    opened()
    authority, mb, seconds = founding.found("Bench Council", "bench"), [], []
    with tempfile.TemporaryDirectory() as folder:
        drops.write(Path(folder) / "school", days=20, pupils=300)
        for number in range(int(count)):
            founding.add_school(authority, f"school-{number}", f"School {number}", "bench")
            begins = time.perf_counter()
            report = mis.load(Path(folder) / "school", f"school-{number}", by="bench")
            if report.status != mis.KEPT:
                raise SystemExit(f"{report.status}: {[str(problem) for problem in report.problems][:5]}")
            seconds.append(time.perf_counter() - begins)
            mb.append(resident())
    print(json.dumps({"mb": mb, "seconds": seconds}))


def resident() -> float:
    """The memory of this process now, in MB."""
    return int(re.findall(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)[0]) / 1024


def peak() -> float:
    """The most memory this process ever had, in MB. What getrusage says would include the process that started this one."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
