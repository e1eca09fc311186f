"""`python -m tests.browser.screenshots` takes the pictures of the documentation: the demo on Thursday 19 November 2026."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser import site as places
from tests.browser.site import DESK, PHONE, DemoSite

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
TALLEST, COLOURS = 1400, 256
# name: window, colours, whose sign-in ("" for nobody), and whose page to open from home
PICTURES = {
    "sign-in-phone": (PHONE, "light", "", ""),
    "home-phone": (PHONE, "light", "mairi.macleod", ""),
    "child-phone": (PHONE, "light", "mairi.macleod", "Catriona"),
    "child-phone-dark": (PHONE, "dark", "mairi.macleod", "Catriona"),
    "home-desk": (DESK, "light", "mairi.macleod", ""),
    "child-desk": (DESK, "light", "mairi.macleod", "Catriona"),
}


def take(browser: Browser, site: DemoSite, name: str) -> Path:
    """One picture, no taller than TALLEST, with 256 colours so that it stays small in the repository."""
    size, scheme, username, child = PICTURES[name]
    context = places.context(browser, size, scheme)
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    if username:
        site.sign_in(page, username)
    if child:
        page.get_by_role("navigation", name="Your children").get_by_role("link", name=child).click()
        page.wait_for_url("**/children/*")
    page.locator(".board" if username else ".door").wait_for()
    picture = Image.open(BytesIO(page.screenshot(full_page=True)))
    context.close()
    path = FOLDER / f"{name}.png"
    cropped = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, TALLEST)))
    cropped.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with places.served("screenshots") as site, sync_playwright() as playwright:
        browser = places.launched(playwright)
        for name in PICTURES:
            path = take(browser, site, name)
            print(f"{path.relative_to(FOLDER.parents[1])}  {path.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main()
