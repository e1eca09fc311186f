"""Hides how the demo of that Thursday is made and served, how a browser is found, and how somebody signs in."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests import kilmorran
from tests.bench import serve
from tests.browser.numbers import NEWCOMERS
from tests.browser.thursday import APP, BEGAN, MORNING, real_now

PATIENCE = 20_000  # thousandths of a second that a page may take where two cores are busy with other things
BEGINNING = "a school begins small"  # the password of those who come with a school that is founded here
PHONE, DESK, NARROW = (390, 844), (1280, 900), (320, 640)


@dataclass
class DemoSite:
    """The demo being served. passwords: by username; a test that changes one writes it down here. numbers: of `numbers.py`."""

    address: str
    passwords: dict[str, str]
    numbers: dict[str, int | str]
    inside: serve.Site

    def at(self, path: str) -> str:
        """The whole address of a path in which records have names: /groups/{2b-english}."""
        return self.address + path.format_map(self.numbers)

    def found_school(self) -> None:
        """Add a school in which there is nothing yet, and people for each role in it: new.head, new.office …"""
        self.numbers |= self.inside.python("tests.browser.numbers:print_new_school", BEGINNING)
        self.passwords |= dict.fromkeys(NEWCOMERS, BEGINNING)

    def found_kilmorran(self) -> None:
        """Add the school of tests/kilmorran.py, in which nobody has brought parents on yet, with the accounts of its staff."""
        self.numbers |= self.inside.python("tests.browser.numbers:print_kilmorran", BEGINNING)
        self.passwords |= dict.fromkeys(kilmorran.STAFF, BEGINNING)

    def sign_in(self, page: Page, username: str) -> None:
        """Sign in at /sign-in, or on the sign-in page that is open already."""
        if "/sign-in" not in page.url:
            page.goto(f"{self.address}/sign-in")
        page.get_by_label("User name", exact=True).fill(username)
        page.get_by_label("Password", exact=True).fill(self.passwords[username])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


@contextmanager
def served(name: str) -> Iterator[DemoSite]:
    """A fresh demo, served as `make run` does: on SQLite, or in a database of this name on the server of DATABASE_URL."""
    with _on_thursday(name) as site:
        site.flask("--app", APP, "demo", "load", "--on", f"{MORNING:%Y-%m-%d}")
        rows = json.loads(site.flask("--app", APP, "demo", "sign-ins", "--json"))
        with site.served(APP) as server:
            passwords = {row["username"]: row["password"] for row in rows}
            yield DemoSite(f"http://127.0.0.1:{server.port}", passwords, site.python("tests.browser.numbers:print_numbers"), site)


@contextmanager
def served_kilmorran(name: str) -> Iterator[DemoSite]:
    """A site with nothing but the school of tests/kilmorran.py, its staff and catriona.gunn of the council; what is loaded there is in nobody's way."""
    with _on_thursday(name) as site:
        numbers = site.python("tests.browser.numbers:print_council", BEGINNING)
        with site.served(APP) as server:
            small = DemoSite(f"http://127.0.0.1:{server.port}", {"catriona.gunn": BEGINNING}, numbers, site)
            small.found_kilmorran()
            yield small


@contextmanager
def _on_thursday(name: str) -> Iterator[serve.Site]:
    """A new database without anything in it, for a site on which long work, a process of its own, is done on the same Thursday."""
    with serve.database(name) as site:
        site.env |= {BEGAN: str(real_now()), "FLASK_APP": APP}
        yield site


def launched(playwright: Playwright) -> Browser:
    """The browser that .ci/browser would find: one on the path that starts, or playwright's own."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    return playwright.chromium.launch(executable_path=_on_path(), args=flags, timeout=60_000)


def _on_path() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def context(browser: Browser, size: tuple[int, int] = PHONE, scheme: str = "light", **more: Any) -> BrowserContext:
    """A browser of one's own, with its own cookies: a phone to touch up to 600 px wide, else a desk."""
    width, height = size
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if width < 600 else {}
    opened = browser.new_context(**{"viewport": {"width": width, "height": height}, "color_scheme": scheme, "locale": "en-GB",
                                    "timezone_id": "Europe/London", "reduced_motion": "reduce", **phone, **more})
    opened.set_default_timeout(PATIENCE)
    return opened
