"""`make screenshots` takes the pictures of the documentation: the demo on Thursday 19 November 2026."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser import site as places
from tests.browser.site import DESK, PHONE, DemoSite

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
TALLEST, COLOURS = 1400, 256
# name: window, colours, whose sign-in ("" for nobody), and the address, in which records have names
PICTURES = {
    "sign-in-phone": (PHONE, "light", "", "/sign-in"),
    "home-phone": (PHONE, "light", "mairi.macleod", "/"),
    "child-phone": (PHONE, "light", "mairi.macleod", "/children/{catriona}"),
    "child-phone-dark": (PHONE, "dark", "mairi.macleod", "/children/{catriona}"),
    "group-phone": (PHONE, "light", "mairi.macleod", "/groups/{2b-english}"),
    "write-phone": (PHONE, "light", "ailsa.reid", "/groups/{2b-english}/news/new"),
    "teacher-home-phone": (PHONE, "light", "ailsa.reid", "/"),
    "home-desk": (DESK, "light", "mairi.macleod", "/"),
    "home-desk-dark": (DESK, "dark", "mairi.macleod", "/"),
    "child-desk": (DESK, "light", "mairi.macleod", "/children/{catriona}"),
    "head-home-desk": (DESK, "light", "donald.munro", "/"),
    "pages-desk": (DESK, "light", "donald.munro", "/schools/{academy}/pages/home?role=parent"),
    "why-desk": (DESK, "light", "jean.baxter", "/schools/{academy}/why?adult-letters=gordon+fraser&child-letters=isla&what=attendance"),
    "who-sees-desk": (DESK, "light", "jean.baxter", "/schools/{academy}/who-sees?widget=attendance"),
    "people-desk": (DESK, "light", "jean.baxter", "/schools/{academy}/people?q=fraser"),
    "drops-desk": (DESK, "light", "jean.baxter", "/schools/{academy}/drops"),
    "audit-desk": (DESK, "light", "donald.munro", "/schools/{academy}/audit"),
}


def take(browser: Browser, site: DemoSite, name: str) -> Path:
    """One picture, no taller than TALLEST, with 256 colours so that it stays small in the repository."""
    size, scheme, username, path = PICTURES[name]
    context = places.context(browser, size, scheme)
    page = context.new_page()
    if username:
        site.sign_in(page, username)
    page.goto(site.at(path))
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(image => { image.loading = 'eager' })")
    page.wait_for_load_state("networkidle")
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
