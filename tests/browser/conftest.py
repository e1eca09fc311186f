"""A served demo and a browser for each worker; whatever a page complains about fails the test that opened it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import site as places
from tests.browser.site import PATIENCE, PHONE, DemoSite

expect.set_options(timeout=PATIENCE)

EXPECTED = "the server responded with a status of 4"  # Chromium's note about a page that says no; tests look at these themselves


@pytest.fixture(scope="session")
def site(worker_id: str) -> Iterator[DemoSite]:
    with places.served(f"browser_{worker_id}") as demo:
        yield demo


@pytest.fixture(scope="session")
def new_school(site: DemoSite) -> DemoSite:
    """The same site, where there is a school with nothing in it too."""
    site.found_school()
    return site


@pytest.fixture(autouse=True)
def rolled_back() -> None:
    """The server here is a process of its own, with its own database; there is nothing to roll back in this one."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = places.launched(playwright)
        yield opened
        opened.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the pages of a test complained about: errors in the console, broken scripts, the Content-Security-Policy, lost files."""
    found: list[str] = []
    yield found
    assert not found, found


@pytest.fixture
def open_context(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """open_context(PHONE, "dark", java_script_enabled=False): a browser of one's own, closed after the test."""
    contexts: list[BrowserContext] = []

    def watch(page: Page) -> None:
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}")
                if said.type in ("error", "warning") and EXPECTED not in said.text else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("response", lambda answer: complaints.append(f"{answer.url}: {answer.status}")
                if answer.status >= 500 or (answer.status >= 400 and answer.request.resource_type in ("script", "stylesheet", "image")) else None)

    def open_one(size: tuple[int, int] = PHONE, scheme: str = "light", **more: object) -> BrowserContext:
        opened = places.context(browser, size, scheme, **more)
        opened.on("page", watch)
        contexts.append(opened)
        return opened

    yield open_one
    for opened in contexts:
        opened.close()


@pytest.fixture
def signed_in(site: DemoSite, open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """signed_in("mairi.macleod", DESK, "dark") is her home page, signed_in("") a stranger's; all but the name goes to open_context."""

    def sign_in(username: str, size: tuple[int, int] = PHONE, scheme: str = "light", **more: object) -> Page:
        page = open_context(size, scheme, **more).new_page()
        if username:
            site.sign_in(page, username)
        return page

    return sign_in
