"""Hides how a text falls into words: where each stands, how it is folded for comparing, and what its capital letter is worth."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ð": "d", "Ð": "D", "ı": "i", "æ": "ae", "ß": "ss", "œ": "oe", "þ": "th"})
# A letter with what hangs on it: accents written apart, and the marks without width that copying leaves behind.
LETTERS = "(?:[^\\W\\d_][\u0300-\u036f\u00ad\u200b-\u200d]*+)++"
WORD = re.compile(f"(?<!\\w){LETTERS}(?:['\u2018\u2019\u02bc`\u00b4]{LETTERS})*+(?!\\d)")
OWNED = re.compile("['\u2018\u2019\u02bc`\u00b4][sS]$")
NEW_SENTENCE = re.compile("[.!?:;\u2022\u2026\"\u201c\u201d(\\n\\r]|(?:^|\\s)[-\u2013\u2014*]\\s")
MANY = 0.6
NEAR = 4


class Word(NamedTuple):
    """One word of a text. key: folded, without 's. gap: what stands between the word before and this. begins: is it the first of a sentence?"""

    start: int
    end: int
    raw: str
    key: str
    owns: bool
    gap: str
    begins: bool

    @property
    def is_capital(self) -> bool:
        return self.raw[:1].isupper()

    @property
    def is_initial(self) -> bool:
        return len(self.key) == 1 and self.is_capital and not self.owns


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Letters only, lower case, without accents; Mc is Mac: "Seònaid" -> seonaid, "O'Neill" -> oneill, "McLeod" -> macleod."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text.translate(UNDECOMPOSED)).lower() if letter.isalpha())
    return f"mac{plain[2:]}" if plain.startswith("mc") and len(plain) > 4 else plain


def words(text: str) -> list[Word]:
    """The words of a text in order; the parts of Mary-Kate are two."""
    found: list[Word] = []
    last = 0
    for match in WORD.finditer(text):
        start, end, raw = match.start(), match.end(), match.group()
        owned = OWNED.search(raw)
        raw = raw[:owned.start()] if owned else raw
        owns = bool(owned)
        gap = text[last:start]
        if raw[-1] in "sS" and text[end:end + 1] in ("'", "\u2019") and gap[-1:] not in ("'", "\u2018"):
            owns, end = True, end + 1
        abbreviated = gap[:1] == "." and found and (len(found[-1].key) == 1 or found[-1].key in ("mr", "mrs", "ms", "dr", "st", "prof", "rev"))
        begins = not found or bool(NEW_SENTENCE.search(gap[1:] if abbreviated else gap))
        found.append(Word(start, end, raw, folded(raw), owns, gap, begins))
        last = end
    return found


def capitals_tell(found: list[Word]) -> bool:
    """Is a capital in the middle of a sentence a sign of a name here? Not in a TEXT OF CAPITALS, nor In One Where Most Have One."""
    inner = [word for word in found if not word.begins and len(word.key) > 1]
    capital = [word for word in inner if word.is_capital]
    if any(len(word.raw) > 3 and word.raw.isupper() for word in capital) and not any(word.raw.islower() for word in inner if len(word.raw) > 2):
        return False
    return len(inner) < 4 or len(capital) < MANY * len(inner)


class Line:
    """A text as words, to look around in. names: what pupils are called; mine: what the child is called; met: words already known to name another."""

    def __init__(self, text: str, names: frozenset[str], mine: frozenset[str]) -> None:
        self.text, self.names, self.mine = text, names, mine
        self.words = words(text)
        self.capitals = capitals_tell(self.words)
        self.met: list[Word] = []

    def key(self, at: int) -> str:
        return self.words[at].key if 0 <= at < len(self.words) else ""

    def before(self, at: int) -> str:
        """The word before in the same sentence."""
        return self.key(at - 1) if at and not self.words[at].begins else ""

    def after(self, at: int) -> str:
        """The word after in the same sentence."""
        return self.key(at + 1) if at + 1 < len(self.words) and not self.words[at + 1].begins else ""

    def follows(self, at: int) -> Word | None:
        return self.words[at + 1] if self.after(at) else None

    def near(self, at: int) -> set[str]:
        """The few words before."""
        return {self.key(place) for place in range(max(0, at - NEAR), at)}
