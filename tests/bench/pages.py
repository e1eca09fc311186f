"""Pages side by side with a bare view: answers per second, queries, weight."""

import re
import statistics
from collections.abc import Iterator, Mapping

from tests.bench.report import Line, ratio
from tests.bench.serve import Server, Site, database

PARENT = "mairi.macleod"
ROUNDS, SECONDS = 5, 2.5
WEIGHT = 14 * 1024
MOST_QUERIES = 12


def measure() -> Iterator[Line]:
    with database("pages") as site:
        site.flask("demo", "load")
        yield from _queries(site, "two children")
        posts = site.python("tests.bench.year:make", PARENT)
        yield Line("posts of a year", f"{posts:,}")
        yield from _queries(site, "four in two schools, a year of posts")
        with site.served() as ours, site.served("tests.bench.bare:create_app") as bare:
            ours.cookie = site.cookie_of(PARENT)
            yield from _weight(ours)
            yield from _speed(ours, bare)


def _speed(ours: Server, bare: Server) -> Iterator[Line]:
    home = ours.get("/")
    child = child_of(ours)
    half = "≥ 0.50, never under 0.33"
    yield _side_by_side("home page", ours, "/", bare, len(home[2]), aim=half)
    yield _side_by_side("home page, not compressed", ours, "/", bare, len(ours.get("/", plain())[2]), plain(), aim=half)
    yield _side_by_side("home page, beside a bare view that opens a connection each time", ours, "/", bare, len(home[2]), view="opening&")
    yield _side_by_side("home page, nothing new (304)", ours, "/", bare, len(home[2]), {"If-None-Match": home[1]["etag"]})
    yield _side_by_side("child page", ours, child, bare, len(ours.get(child)[2]))


def _side_by_side(what: str, ours: Server, path: str, bare: Server, size: int, more: Mapping[str, str] | None = None,
                  aim: str = "", view: str = "") -> Line:
    """In turns, so that whatever else the machine does falls on both."""
    pairs = [(ours.under_load(path, SECONDS, more), bare.under_load(f"/page?{view}bytes={size}", SECONDS)) for _ in range(ROUNDS)]
    rates = [mine.per_second / theirs.per_second for mine, theirs in pairs]
    work = [theirs.cpu_each / mine.cpu_each for mine, theirs in pairs]
    holds = statistics.median(rates) >= 0.5 and min(rates) >= 1 / 3 if aim else None
    return Line(what, _said([mine for mine, _ in pairs]), f"bare view, {_said([theirs for _, theirs in pairs])}",
                f"{ratio(rates)} (by processor time {statistics.median(work):.2f})", aim, holds)


def _said(results: list) -> str:
    return (f"{statistics.median(one.per_second for one in results):,.0f} a second, "
            f"{statistics.median(one.cpu_each for one in results) * 1000:.1f} ms of processor each")


def _weight(ours: Server) -> Iterator[Line]:
    for name, path in (("home page", "/"), ("child page", child_of(ours))):
        html = ours.get(path, plain())[2]
        sent = {how: len(ours.get(path, {"Accept-Encoding": how})[2]) for how in ("br", "gzip")}
        said = f"{sent['br']:,} bytes br, {sent['gzip']:,} gzip, {len(html):,} plain"
        yield Line(f"weight of the {name}", said, aim=f"≤ {WEIGHT:,} compressed", holds=max(sent.values()) <= WEIGHT)
        blocking = render_blocking(html.decode())
        yield Line(f"render-blocking requests of the {name}", str(blocking), aim="0", holds=blocking == 0)


def render_blocking(html: str) -> int:
    """How many files the browser must fetch before it may draw."""
    scripts = [tag for tag in re.findall(r"<script[^>]*\bsrc=[^>]*>", html) if not re.search(r"\b(defer|async)\b|type=.?module", tag)]
    styles = re.findall(r"<link[^>]*rel=.?stylesheet[^>]*>|@import", html)
    return len(scripts) + len(styles)


def _queries(site: Site, family: str) -> Iterator[Line]:
    """Statements for each page."""
    for page, count in site.python("tests.bench.count:print_queries", PARENT).items():
        aim = f"≤ {MOST_QUERIES}" if page == "home page" else ""
        yield Line(f"queries of the {page}, {family}", str(count), aim=aim, holds=count <= MOST_QUERIES if aim else None)


def child_of(ours: Server) -> str:
    """The address of the first child on the home page."""
    found = re.search(r"/children/\d+", ours.get("/", plain())[2].decode())
    assert found, "the home page names no child"
    return found.group()


def plain() -> dict[str, str]:
    return {"Accept-Encoding": "identity"}
