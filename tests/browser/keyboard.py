"""Going through a page with the Tab key alone, and seeing at each stop where one is."""

from playwright.sync_api import Locator, Page

_WHERE = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const styles = [null, "::after"].map(part => getComputedStyle(at, part));
    const outlined = styles.some(style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
    if (at === document.body) return [true, "the window"];  // after the last stop comes the browser itself, then the first one
    return [outlined && box.width > 1 && box.bottom > 0 && box.top < innerHeight, (at.textContent.trim() || at.name || at.tagName)];
}"""


def tab_to(page: Page, wanted: Locator, steps: int = 60, key: str = "Tab") -> None:
    """Press Tab until the focus is where it is wanted, each stop on the way being plain to see."""
    for _ in range(steps):
        page.keyboard.press(key)
        visible, here = page.evaluate(_WHERE)
        assert visible, f"nobody sees that the focus is on {here!r}"
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
    raise AssertionError(f"Tab never gets to {wanted}")
