"""The same family's pages in an authority of two schools and in one of a hundred, in turns."""

import statistics
from collections.abc import Iterator

from tests.bench.pages import PARENT, child_of
from tests.bench.report import Line, ratio
from tests.bench.serve import database

SCHOOLS = 100
ROUNDS, SECONDS, CONNECTIONS = 7, 2.5, 2
AIM = 1.2


def measure() -> Iterator[Line]:
    with database("few") as few, database("many") as many:
        for site in (few, many):
            site.flask("demo", "load")
        many.python("tests.bench.clone:make_schools", str(SCHOOLS))
        with few.served() as small, many.served() as large:
            small.cookie, large.cookie = few.cookie_of(PARENT), many.cookie_of(PARENT)
            for name, path in (("home page", "/"), ("child page", child_of(small))):
                pairs = [(large.under_load(path, SECONDS, connections=CONNECTIONS), small.under_load(path, SECONDS, connections=CONNECTIONS))
                         for _ in range(ROUNDS)]
                slow, quick = ([one.percentile(0.95) * 1000 for one in side] for side in zip(*pairs, strict=True))
                ratios = [one / other for one, other in zip(slow, quick, strict=True)]
                work = statistics.median(one.cpu_each / other.cpu_each for one, other in pairs)
                yield Line(f"{name} with {SCHOOLS} schools, 95th percentile", f"{statistics.median(slow):.1f} ms",
                           f"the demo's two schools, {statistics.median(quick):.1f} ms", f"{ratio(ratios)} (by processor time {work:.2f})",
                           f"≤ {AIM}", statistics.median(ratios) <= AIM)
