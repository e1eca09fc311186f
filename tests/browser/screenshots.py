"""`make screenshots` takes the pictures of the documentation: the demo on Thursday 19 November 2026, and a drop that waits."""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser import site as places
from tests.browser.site import DESK, PHONE, DemoSite

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
TALLEST, COLOURS = 1400, 256
WHY = "/schools/{academy}/why?adult-letters=gordon.fraser&child-letters=isla+fraser&what=attendance"


class Picture(NamedTuple):
    """Who looks ("" is nobody) at what. typed: words for the fields of a form. A path with # begins at that part of the page."""

    size: tuple[int, int]
    username: str
    path: str = "/"
    scheme: str = "light"
    typed: dict[str, str] = {}  # noqa: RUF012 - nobody writes to it


WRITTEN = {"Title": "Diary of a Highlander", "Text": "Every one of the class has begun a diary of somebody who lived through the winter of 1746.\n\n"
                                                    "**Ask at home:** whose diary is it?"}
PICTURES = {
    "sign-in-phone": Picture(PHONE, "", "/sign-in"),
    "home-phone": Picture(PHONE, "mairi.macleod"),
    "news-phone": Picture(PHONE, "mairi.macleod", "/#w-news"),
    "child-phone": Picture(PHONE, "mairi.macleod", "/children/{catriona}"),
    "child-phone-dark": Picture(PHONE, "mairi.macleod", "/children/{catriona}", "dark"),
    "home-desk": Picture(DESK, "mairi.macleod"),
    "home-desk-dark": Picture(DESK, "mairi.macleod", "/", "dark"),
    "child-desk": Picture(DESK, "mairi.macleod", "/children/{catriona}"),
    "teacher-phone": Picture(PHONE, "ailsa.reid"),
    "group-phone": Picture(PHONE, "ailsa.reid", "/groups/{2b-english}"),
    "write-phone": Picture(PHONE, "ailsa.reid", "/groups/{2b-english}/news/new", typed=WRITTEN),
    "head-desk": Picture(DESK, "donald.munro"),
    "pages-desk": Picture(DESK, "donald.munro", "/schools/{academy}/pages/home"),
    "why-desk": Picture(DESK, "jean.baxter", WHY),
    "who-sees-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/who-sees?widget=attendance"),
    "person-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/people/pupil/{isla}"),
    "drops-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/drops"),
    "drop-held-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/drops/{held drop}"),
    "undo-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/drops/{drop}/undo"),
    "captions-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/drops/{strange drop}/captions"),
    "attendance-codes-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/attendance-codes"),
    "quality-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/quality"),
    "texts-phone": Picture(PHONE, "jean.baxter", "/schools/{academy}/quality/comments"),
    "rollout-desk": Picture(DESK, "donald.munro", "/schools/{academy}/rollout"),
    "policy-desk": Picture(DESK, "donald.munro", "/schools/{academy}/policy"),
    "parents-rule-desk": Picture(DESK, "donald.munro", "/schools/{academy}/decisions/parents"),
    "accounts-desk": Picture(DESK, "jean.baxter", "/schools/{academy}/accounts"),
    "briefing-phone": Picture(PHONE, "ailsa.reid", "/schools/{academy}/briefing"),
    "begin-phone": Picture(PHONE, "", "/begin"),
    "tour-phone": Picture(PHONE, "mairi.macleod", "/welcome/tour?card=2"),
    "audit-desk": Picture(DESK, "donald.munro", "/schools/{academy}/audit"),
}


def take(browser: Browser, site: DemoSite, name: str) -> Path:
    """One picture, no taller than TALLEST, with 256 colours so that it stays small in the repository."""
    size, username, address, scheme, typed = PICTURES[name]
    context = places.context(browser, size, scheme)
    page = context.new_page()
    if username:
        site.sign_in(page, username)
    page.goto(site.at(address), wait_until="networkidle")
    for label, words in typed.items():
        page.get_by_label(label).fill(words)
    page.evaluate("document.activeElement.blur()")
    taken = Image.open(BytesIO(page.screenshot(full_page="#" not in address)))
    context.close()
    path = FOLDER / f"{name}.png"
    cropped = taken.convert("RGB").crop((0, 0, taken.width, min(taken.height, TALLEST)))
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
