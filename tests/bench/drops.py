"""A school year of marks: the driver's own way of writing them, then the same as drops."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from tests.bench.report import Line
from tests.bench.serve import Site, database

PUPILS, DAYS, CODE = 1500, 190, "bench-school"
BEGINS = date(2026, 1, 5)
ROUNDS = 2
FIRST, NEXT, SAME = 4, 1 / 3, 1 / 10


def measure() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        year, later = Path(folder) / "year", Path(folder) / "later"
        write(year, DAYS)
        write(later, DAYS + 1)
        rounds = []
        for _ in range(ROUNDS):
            with database("drops") as site:
                rounds.append(_round(site, year, later))
    raw, first, then, same = (min(rounds, key=lambda one: one[name]["seconds"])[name] for name in ("raw", "first", "next", "same"))
    rows = PUPILS * DAYS * 2
    yield _line(f"first load of a year, {rows:,} marks", first, raw, raw["how"], FIRST)
    if "checked" in raw:
        yield _line("the same", first, {"seconds": raw["checked"]}, "COPY into a table with the same foreign keys", FIRST)
    yield _line("the next day: the year again, one day more", then, first, "the first load", NEXT)
    yield _line("the very same bytes again", same, first, "the first load", SAME)
    kept = (first["created"] == rows + PUPILS, then["created"] == PUPILS * 2 and then["changed"] == 0, same["created"] == 0)
    yield Line("rows written", f"{first['created']:,}, then {then['created']:,}, then {same['created']:,}", aim="only what is new", holds=all(kept))
    yield Line("most memory of the first load", f"{first['peak_mb']:,.0f} MB", f"before it, {first['idle_mb']:,.0f} MB")


def _round(site: Site, year: Path, later: Path) -> dict[str, dict]:
    raw = site.python("tests.bench.loading:print_raw", str(year / "marks.csv"))
    site.python("tests.bench.loading:print_school", CODE)
    loads = [site.python("tests.bench.loading:print_load", str(path), CODE) for path in (year, later, later)]
    return {"raw": raw, **dict(zip(("first", "next", "same"), loads, strict=True))}


def _line(what: str, mine: dict, other: dict, how: str, aim: float) -> Line:
    share = mine["seconds"] / other["seconds"]
    return Line(what, f"{mine['seconds']:.2f} s", f"{how}, {other['seconds']:.2f} s", f"{share:.2f}", f"≤ {aim:.2f}", share <= aim)


def write(folder: Path, days: int, pupils: int = PUPILS) -> None:
    """A bundle in GlowLite's own format; the same every time, and a longer one begins like a shorter one."""
    folder.mkdir()
    _sheet(folder / "pupils.csv", ["id", "forename", "surname"], ([f"P{number:05}", f"Ann{number}", "Example"] for number in range(pupils)))
    _sheet(folder / "marks.csv", ["pupil_id", "day", "session", "code"], _marks(days, pupils))


def _marks(days: int, pupils: int) -> Iterator[list[str]]:
    chance = Random(1)
    for day in _school_days(days):
        for number in range(pupils):
            for session, present in (("AM", "/"), ("PM", "\\")):
                yield [f"P{number:05}", day, session, present if chance.random() < 0.94 else chance.choice("LIMO")]


def _school_days(count: int) -> list[str]:
    every = (BEGINS + timedelta(days=number) for number in range(count * 2))
    return [day.isoformat() for day in every if day.weekday() < 5][:count]


def _sheet(path: Path, header: list[str], rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)  # type: ignore[arg-type]
