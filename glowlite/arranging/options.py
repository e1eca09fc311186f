"""Hides how the options of a widget are read from a form, and what is said where they are wrong."""

from collections.abc import Callable, Mapping
from typing import Any

from glowlite.arranging.drafts import Part, Stopped

LONGEST_TEXT = 4000


class Wrong(Stopped):
    """Options that cannot be taken. words: by the name of the option, what would be right."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__("Nothing was saved yet. Please look at what is marked below.")
        self.words = words


def options_from(part: Part, given: Mapping[str, str]) -> dict[str, Any]:
    """The options of a form. Raises Wrong with words. What is as usual is not kept, so that it follows what is usual."""
    values, wrong = {}, {}
    for name, option in part.options.items():
        try:
            values[name] = _READERS[option.kind](option, given.get(name))
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Wrong(wrong)
    return {name: value for name, value in values.items() if value != part.options[name].default}


def _number(option: Any, text: str | None) -> int:
    digits = (text or "").strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 7 and option.lowest <= int(digits) <= option.highest:
        return int(digits)
    raise ValueError(f"Give a whole number from {option.lowest} to {option.highest}.")


def _choice(option: Any, text: str | None) -> str:
    if text in option.choices:
        return str(text)
    raise ValueError(f"Choose one of these: {', '.join(option.choices)}.")


def _lines(_: Any, text: str | None) -> str:
    lines = "\n".join(line.strip() for line in (text or "").replace("\0", "").splitlines()).strip()
    if len(lines) <= LONGEST_TEXT:
        return lines
    raise ValueError(f"This is too long: {LONGEST_TEXT:,} letters fit, and these are {len(lines):,}.")


_READERS: dict[str, Callable[[Any, str | None], Any]] = {
    "number": _number, "yes-no": lambda _, text: text is not None, "choice": _choice, "lines": _lines}
