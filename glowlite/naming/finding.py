"""Hides how another child's name is found in a text about one child: what is certain, what the words around decide, and what is nobody of the school."""

import re
from typing import NamedTuple

from glowlite.naming import signs
from glowlite.naming.roster import NOBODY, Ids, Roster, english
from glowlite.naming.weighing import is_name
from glowlite.naming.written import Line, folded

STOP = re.compile(r"\.(?:['\u2019]s\b|(?=,|\s+[a-z]))")  # of J.S.'s and of J.S. within a sentence
MOST_WHOM = 12


class Found(NamedTuple):
    """Words of a text that name another child. whom: ids of those whom it may mean. how: in words for the office. owns: does it end in 's?"""

    start: int
    end: int
    words: str
    whom: tuple[int, ...]
    how: str
    owns: bool = False


def find(text: str, about: int, roster: Roster) -> list[Found]:
    """Where a text about this pupil (an id of the roster) names another pupil, in order; in doubt it does."""
    return _Reading(text, about, roster).run()


class _Reading:
    """One text. taken: places of words that are accounted for: the child itself, staff, places."""

    def __init__(self, text: str, about: int, roster: Roster) -> None:
        self.about, self.roster = about, roster
        self.my_first, self.my_last = roster.own.get(about, (frozenset(), frozenset()))
        self.line = Line(text, roster.names, self.my_first)
        self.words = self.line.words
        self.taken: set[int] = set()
        self.found: list[Found] = []

    def run(self) -> list[Found]:
        if self.words:
            self._set_staff_aside()
            self._set_books_aside()
        at = 0
        while at < len(self.words):
            at += self._read(at) if at not in self.taken else 1
        return self.found

    def _read(self, at: int) -> int:
        """Look at the word here and what goes with it; returns how many words that was."""
        return (self._full_name(at) or self._initials(at) or self._with_initial(at) or self._initial_with(at) or self._split_name(at) or self._alone(at)
                or self._slip(at) or 1)

    def _add(self, first: int, last: int, whom: Ids, how: str) -> int:
        begins, ends, owns = self.words[first].start, self.words[last].end, self.words[last].owns
        if len(self.words[last].key) == 1 and (stop := STOP.match(self.line.text, ends)):
            ends, owns = stop.end(), owns or len(stop.group()) > 1
        self.found.append(Found(begins, ends, self.line.text[begins:ends], tuple(sorted(whom)[:MOST_WHOM]), how, owns))
        self.line.met.append(self.words[last])
        return last - first + 1

    def _others(self, ids: Ids) -> Ids:
        return ids - {self.about}

    # --- who is no pupil --------------------------------------------------------------------------------------

    def _set_staff_aside(self) -> None:
        """Mr Reid, Mr and Mrs Young, Miss Carla King; and of staff without a title the full name, where no pupil bears it."""
        for at, word in enumerate(self.words):
            if self._is_title(at):
                first = at + 1
                if (self.line.key(first) == "and" and self.line.key(first + 1) in signs.TITLES) or self._is_first_name_only(self.line.key(first)):
                    continue
                self.taken |= {at, first}
                if self.line.follows(first) and self.words[first + 1].gap == " " and self.words[first + 1].is_capital and not self.words[first].owns \
                        and self.line.key(first) not in self.roster.staff_surnames \
                        and (self.line.key(first + 1) in self.roster.staff_surnames or self.line.key(first + 1) in self.roster.last):
                    self.taken.add(first + 1)
            if (word.key, self.line.after(at)) in self.roster.staff and not self._pair(at):
                self.taken |= {at, at + 1}

    def _is_first_name_only(self, name: str) -> bool:
        """Miss Grace may be a child."""
        return name in self.roster.first and name not in self.roster.last and name not in self.roster.staff_names

    def _is_title(self, at: int) -> bool:
        """miss is a word too, unless somebody of the staff is called so."""
        word, name = self.words[at], self.line.key(at + 1)
        if word.key not in signs.TITLES or not name or self.words[at + 1].gap.strip(" .") or "\n" in self.words[at + 1].gap:
            return False
        if word.key in ("miss", "sir", "coach") and not (word.is_capital and self.words[at + 1].is_capital and not word.raw.isupper()):
            return name in self.roster.staff_surnames
        return True

    def _set_books_aside(self) -> None:
        """People of books and history, kings and saints, and places: unless a pupil bears that very name."""
        keys = [word.key for word in self.words]
        for phrase in signs.NOT_PUPILS:
            if phrase[0] in keys:
                for at in range(len(keys) - len(phrase) + 1):
                    if tuple(keys[at:at + len(phrase)]) == phrase and not self._may_be_pupils(at, phrase):
                        self.taken |= set(range(at, at + len(phrase)))
        for at, word in enumerate(self.words):
            whose = self.line.follows(at) if word.key in signs.RULERS and word.is_capital and not word.owns else None
            if whose and whose.is_capital and whose.gap in (" ", ". ") and self.line.capitals and self.line.before(at) not in self.roster.first:
                self.taken |= {at, at + 1}
            if word.key in ("st", "saint") and self.line.after(at) and not word.owns and (word.raw != "ST" or not self.line.capitals):
                self.taken |= {at, at + 1}

    def _may_be_pupils(self, at: int, phrase: tuple[str, ...]) -> bool:
        """Romeo and Juliet are two of the school, where there is a Romeo and a Juliet."""
        return bool(self._pair(at)) if len(phrase) == 2 else "and" in phrase and phrase[0] in self.roster.first and phrase[-1] in self.roster.first

    def _is_place(self, at: int) -> bool:
        """Morran Academy, Wallace House, a trip to Skye, Paris and its museums."""
        word, after = self.words[at], self.line.follows(at)
        if after and after.gap == " " and not word.owns and word.is_capital and self.line.capitals and (
                (after.key in signs.INSTITUTIONS and after.is_capital) or after.key in signs.INSTITUTIONS_LOWER):
            self.taken.add(at + 1)
            return True
        if self.line.after(at) == "and" and self.line.key(at + 2) == "its":
            return True
        near = self.line.near(at)
        if word.key in signs.PLACES:
            there, of = self.line.before(at) in signs.BEFORE_PLACE, self.line.before(at) in ("of", "about")
            return (there and bool(near & signs.TRAVEL)) or (of and bool(near & signs.TOLD_OF)) or self.line.after(at) in signs.AFTER_PLACE
        return self.line.after(at) in signs.NATURE and not (word.is_capital and self.line.capitals)

    # --- certain names -------------------------------------------------------------------------------------------

    def _pair(self, at: int) -> Ids:
        """The pupils who are called by this word and the next, or by these two with an initial or a hyphen between."""
        second = self._second(at)
        return self.roster.first.get(self.line.key(at), NOBODY) & self.roster.last.get(self.line.key(second), NOBODY) if second else NOBODY

    def _second(self, at: int) -> int:
        """Where the surname stands that may go with the first name here; 0 when none does."""
        if self.words[at].owns:
            return 0
        for second in range(at + 1, min(at + 4, len(self.words))):
            word = self.words[second]
            if word.begins or word.gap.strip() not in ("", "-", ".", "(", "*"):
                return 0
            if self.roster.first.get(self.line.key(at), NOBODY) & self.roster.last.get(word.key, NOBODY):
                return second
            if not (word.is_initial or word.key in self.roster.first or word.key in ("van", "der", "de", "el", "al", "mac", "mc", "o", "ap")):
                return 0
        return 0

    def _full_name(self, at: int) -> int:
        second = self._second(at)
        whom = self._pair(at)
        if not whom:
            return 0
        word, last = self.words[at], self.words[second]
        while second + 1 < len(self.words) and self.words[second + 1].gap == "-" and self.words[second + 1].key in self.roster.last and not last.owns:
            second, last = second + 1, self.words[second + 1]
        if word.key in self.my_first and last.key in self.my_last:
            return second - at + 1 if not self._is_another_of_mine(at, whom, word.key) else self._add(at, second, self._others(whom), "a namesake")
        if word.key in english() and last.key in english() and not (word.is_capital and last.is_capital and self.line.capitals):
            return 0
        return self._add(at, second, self._others(whom), "the full name")

    def _initials(self, at: int) -> int:
        """J.S., J. S., JS; not PE, and not the child's own."""
        word, after = self.words[at], self.line.follows(at) or (self.words[at + 1] if at + 1 < len(self.words) else None)
        if len(word.key) == 2 and word.raw.isupper() and word.raw.isalpha() and self.line.capitals:
            if word.key in signs.ACRONYMS or not self._stands_for_somebody(at):
                return 0
            return self._add_initials(at, at, word.key)
        pair = after is not None and len(word.key) == 1 and len(after.key) == 1 and after.gap in (".", ". ", "") and "." in after.gap
        if not pair or after is None or (word.key + after.key in signs.DOTTED and after.gap != ". "):
            return 0
        if self.line.key(at + 2) and len(self.line.key(at + 2)) == 1 and self.words[at + 2].gap == "." and self.line.text[self.words[at + 2].end:][:1] == ".":
            return 0  # three letters with dots are no pupil's
        return self._add_initials(at, at + 1, word.key + after.key)

    def _stands_for_somebody(self, at: int) -> bool:
        if self.words[at].key in signs.HALF_ACRONYMS:
            return self.line.before(at) in signs.BEFORE_SLIP or self.words[at].owns
        if self.words[at].key in english():
            return self.line.before(at) in ("with", "at", "towards", "against", "beside") and self.line.after(at) not in signs.BELONGINGS
        return True

    def _add_initials(self, first: int, last: int, letters: str) -> int:
        heads, tails = self.roster.heads.get(letters[0], NOBODY), self.roster.tails.get(letters[1], NOBODY)
        if self.about in heads and self.about in tails:
            return last - first + 1
        whom = self._others(heads & tails)
        return self._add(first, last, whom, "initials") if whom else 0

    def _with_initial(self, at: int) -> int:
        """Jack S or Jack S."""
        word, letter = self.words[at], self.line.follows(at)
        if letter is None and at + 1 < len(self.words) and self.words[at + 1].gap == " ":
            letter = self.words[at + 1]
        if letter is None or not letter.raw[:1].isupper() or len(letter.key) != 1 or word.owns or letter.gap != " " or letter.key in "ai":
            return 0
        named = self.roster.first.get(word.key, NOBODY) & self.roster.tails.get(letter.key, NOBODY)
        if self.about in named and word.key in self.my_first and not self._is_another_of_mine(at, named, word.key):
            return 2
        return self._add(at, at + 1, self._others(named), "first name and initial") if self._others(named) else 0

    def _initial_with(self, at: int) -> int:
        """J. Smith or J Smith; and one letter alone where somebody is meant."""
        word, name = self.words[at], self.words[at + 1] if at + 1 < len(self.words) else None
        if not word.is_initial:
            return 0
        if name and name.gap in (" ", ".", ". ") and (name.is_capital or not self.line.capitals):
            named = self.roster.heads.get(word.key, NOBODY) & self.roster.last.get(name.key, NOBODY)
            if self.about in named and name.key in self.my_last and not self._is_another_of_mine(at, named, name.key):
                return 2
            if self._others(named) and (name.is_capital or word.key not in "ai"):
                return self._add(at, at + 1, self._others(named), "initial and surname")
        somebody = self.line.before(at) in signs.MEETS and word.key not in "ai" and self.line.key(at - 2) not in signs.CLASS_LETTER
        whom = self._others(self.roster.heads.get(word.key, NOBODY))
        return self._add(at, at, whom, "an initial") if somebody and whom and self.line.before(at) not in signs.CLASS_LETTER and self.line.capitals else 0

    def _split_name(self, at: int) -> int:
        """Mac Leod, O Neill, Mary Kate written apart where the MIS has one word."""
        after = self.line.follows(at)
        if after is None or after.gap not in (" ", "-", "'", "\u2019") or self.words[at].owns:
            return 0
        if after.gap != "-" and (len(self.line.key(at)) > 4 or self.line.key(at) in english()):
            return 0
        joined = folded(self.words[at].raw + after.raw)
        if joined in self.my_first | self.my_last:
            return 2
        whom = self._others(self.roster.called(joined))
        return self._add(at, at + 1, whom, "a name of two parts") if whom and (after.gap == "-" or after.key not in self.roster.names) else 0

    # --- one word -----------------------------------------------------------------------------------------------------

    def _alone(self, at: int) -> int:
        key, owns_less = self._name_here(at)
        if not key:
            return 0
        whom = self._others(self.roster.called(key))
        mine = key in self.my_first | self.my_last
        if not whom:
            return 1
        if mine and not self._is_another_of_mine(at, whom, key, plural=owns_less):
            return 1
        owns = self.words[at].owns or (owns_less and self._takes_belongings(at))
        if self._is_place(at) or (key in english() and not mine and not is_name(self.line, at, key, owns)):
            return 1
        how = "a namesake" if mine else "a first name" if key in self.roster.first else "a surname"
        self._add(at, at, whom, how)
        if owns_less and self.line.before(at) not in signs.OTHERS:
            self.found[-1] = self.found[-1]._replace(owns=True)
        return 1

    def _name_here(self, at: int) -> tuple[str, bool]:
        """(the name that this word is, is it an 's without apostrophe?), or ("", False)."""
        word = self.words[at]
        if word.key in self.roster.names:
            return word.key, False
        less = word.key[:-1]
        tells = word.is_capital and not word.begins and self.line.capitals
        may_own = word.key.endswith("s") and less in self.roster.names and not word.owns and len(less) > 2
        return (less, True) if may_own and (word.key not in english() or self._takes_belongings(at) or tells) else ("", False)

    def _takes_belongings(self, at: int) -> bool:
        return self.line.before(at) in signs.LOSES and self.line.after(at) in signs.BELONGINGS

    def _is_another_of_mine(self, at: int, whom: Ids, key: str = "", plural: bool = False) -> bool:
        """The child's own name means the child, unless the words speak of a second one."""
        before, two_before = self.line.before(at), self.line.key(at - 2)
        if before in signs.OTHERS or (before in signs.KIN and two_before in signs.OTHERS):
            return True
        if plural:
            return before in signs.OTHERS
        if not key or not self._others(whom):
            return False
        if key in self.my_last and key not in self.my_first:
            called_so = self._others(self.roster.first.get(key, NOBODY))
            if before in self.my_first or (before and len(before) == 1) or not called_so:
                return False
        earlier = self.line.near(at)
        acted_on = before in signs.ACTED_ON
        beside = before in ("with", "beside", "against", "towards", "alongside") or (before in ("to", "at", "on") and bool(earlier & signs.CONTACT))
        by_staff = bool(earlier & signs.BY_STAFF) or (at < 2 and before in signs.TO_SOMEBODY)
        return (acted_on or beside) and not by_staff

    # --- slips ----------------------------------------------------------------------------------------------------------------

    def _slip(self, at: int) -> int:
        """A name with one letter wrong, unless it is a word, or nearer to the child's own name than to another's."""
        word = self.words[at]
        if word.key in self.roster.names or word.key in signs.PROPER or word.key in self.roster.staff_surnames or not self._may_be_slip(at):
            return 0
        near = self.roster.nearly(word.key)
        if word.key.endswith("s") and len(word.key) > 5:
            near |= self.roster.nearly(word.key[:-1])
        if not near or near & (self.my_first | self.my_last):
            return 0
        whom = self._others(frozenset(number for name in near for number in self.roster.called(name)))
        return self._add(at, at, whom, "a name with a slip") if whom and not self._is_place(at) else 0

    def _may_be_slip(self, at: int) -> bool:
        word = self.words[at]
        if word.key not in english():
            return not (word.raw.isupper() and len(word.key) < 5)
        somebody = self.line.before(at) in signs.BEFORE_SLIP and self.line.after(at) not in signs.INSTITUTIONS
        return somebody and self.line.capitals and word.is_capital and not word.begins and not word.raw.isupper()
