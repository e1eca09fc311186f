"""What a night of drops does to others: a parent's home page while a school year is loaded, and 150 schools one after another."""

import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench import drops
from tests.bench.load import Result
from tests.bench.pages import PARENT
from tests.bench.report import Line, ratio
from tests.bench.serve import Server, Site, database

ROUNDS, SECONDS, CONNECTIONS = 3, 2.5, 2
SCHOOLS, MOST_MB = 150, 300


def measure() -> Iterator[Line]:
    with tempfile.TemporaryDirectory() as folder:
        drops.write(Path(folder) / "year", drops.DAYS)
        with database("nights") as site:
            site.flask("demo", "load")
            yield from _while_loading(site, Path(folder) / "year")
    with database("schools") as site:
        yield from _one_after_another(site)


def _while_loading(site: Site, year: Path) -> Iterator[Line]:
    """In turns: the page alone, then the page while another school's first load goes on in a process of its own."""
    alone, beside = [], []
    with site.served() as server, ThreadPoolExecutor(1) as other:
        server.cookie = site.cookie_of(PARENT)
        for number in range(ROUNDS):
            alone.append(server.under_load("/", SECONDS * 2, connections=CONNECTIONS))
            code = site.python("tests.bench.loading:print_school", f"busy-{number}")
            loading = other.submit(site.python, "tests.bench.loading:print_load", str(year), code)
            beside.append(_until(lambda one=loading: one.done(), server))
            loading.result()
    slow, quick = ([one.percentile(0.95) * 1000 for one in side] for side in (beside, alone))
    ratios = [one / two for one, two in zip(slow, quick, strict=True)]
    yield Line("home page while a year is loaded, 95th percentile", f"{statistics.median(slow):.1f} ms",
               f"nothing loaded, {statistics.median(quick):.1f} ms", ratio(ratios), "≤ 2", statistics.median(ratios) <= 2)
    worst = max(max(one.times) for one in beside)
    yield Line("the slowest of these home pages", f"{worst * 1000:,.0f} ms", f"nothing loaded, {max(max(one.times) for one in alone) * 1000:,.0f} ms")


def _until(done, server: Server) -> Result:  # type: ignore[no-untyped-def]
    """All answers from now until it is done."""
    result = Result()
    while not done():
        result.times += server.under_load("/", SECONDS / 5, connections=CONNECTIONS).times
    return result


def _one_after_another(site: Site) -> Iterator[Line]:
    found = site.python("tests.bench.loading:print_schools", str(SCHOOLS))
    tenth = SCHOOLS // 10
    growth = found["mb"][-1] - found["mb"][tenth]
    yield Line(f"memory of one process that loads {SCHOOLS} schools", f"{found['mb'][-1]:.0f} MB after the last", f"{found['mb'][tenth]:.0f} MB after {tenth}",
               f"{growth:+.0f} MB", f"≤ {MOST_MB} MB", found["mb"][-1] <= MOST_MB)
    first, last = (statistics.median(some) for some in (found["seconds"][:tenth], found["seconds"][-tenth:]))
    yield Line("seconds for one of the last schools", f"{last:.2f} s", f"one of the first, {first:.2f} s", f"{last / first:.2f}")
