"""The home page on a phone with a slow line, side by side with a static page of the same weight: when is the main thing there?"""

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import brotli
from playwright.sync_api import Browser, sync_playwright

from tests.bench.pages import PARENT
from tests.bench.report import Line, ratio
from tests.bench.serve import database
from tests.browser.site import launched

ROUNDS = 7
AIM = 1.2
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER_PROCESSOR = 4
LARGEST_PAINT = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: 'largest-contentful-paint', buffered: true}))"""


def measure() -> Iterator[Line]:
    with database("phone") as site, sync_playwright() as playwright:
        site.flask("demo", "load")
        browser = launched(playwright)
        with site.served() as ours:
            ours.cookie = site.cookie_of(PARENT)
            size = len(ours.get("/", {"Accept-Encoding": "br"})[2])
            with _static_page(size) as port:
                pairs = [(_painted(browser, ours.port, ours.cookie), _painted(browser, port)) for _ in range(ROUNDS)]
        browser.close()
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratios = [one / other for one, other in pairs]
    yield Line("largest paint of the home page, 390 px, slow 4G, processor 4× slower", f"{mine:.0f} ms",
               f"static page of {size:,} bytes, {theirs:.0f} ms", ratio(ratios), f"≤ {AIM}", statistics.median(ratios) <= AIM)


def _painted(browser: Browser, port: int, cookie: str = "") -> float:
    """Milliseconds to the largest paint, with nothing kept from before."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True)
    if cookie:
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
    page = context.new_page()
    steering = context.new_cdp_session(page)
    steering.send("Network.enable")
    steering.send("Network.emulateNetworkConditions", SLOW_4G)
    steering.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    page.goto(f"http://127.0.0.1:{port}/", wait_until="load")
    page.wait_for_timeout(500)
    painted = float(page.evaluate(LARGEST_PAINT))
    context.close()
    return painted


@contextmanager
def _static_page(size: int) -> Iterator[int]:
    """Serve plain text of this weight, compressed in advance; gives the port."""
    body = _text_of_weight(size)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "br"), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def _text_of_weight(size: int) -> bytes:
    """A heading and paragraphs of made-up words that weigh so much once compressed."""
    chance, words, body = Random(1), [], b""
    while len(body) < size:
        words += ["".join(chance.choices("abcdefghijklmnoprstuvw", k=chance.randint(3, 9))) for _ in range(40)]
        paragraphs = "".join(f"<p>{' '.join(words[start:start + 40])}</p>" for start in range(0, len(words), 40))
        html = ("<!doctype html><html lang=en><meta name=viewport content='width=device-width'><link rel=icon href=data:,>"
                f"<title>Text</title><h1>Text</h1>{paragraphs}")
        body = brotli.compress(html.encode(), quality=4)
    return body
