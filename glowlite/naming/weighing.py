"""Hides how Grace is told from grace: each sign around a word that is also a name counts for or against the name."""

from glowlite.naming import signs
from glowlite.naming.roster import english
from glowlite.naming.written import Line, Word

ENOUGH = 2  # signs for a name, less those against it


def is_name(line: Line, at: int, key: str, owns: bool) -> bool:
    """Does this word, which is a common one too, name somebody here? owns: it ends in 's, or in an s that must be one."""
    score = _weight_of_capital(line, line.words[at]) + _weight_before(line, at, key) + _weight_after(line, at, key) + _weight_of_list(line, at)
    if owns:
        score += 3
    if any(one.key == key for one in line.met):
        score += 2
    return score >= ENOUGH


def _weight_of_capital(line: Line, word: Word) -> int:
    if not line.capitals:
        return -1
    if word.begins:
        return 0
    return 3 if word.is_capital else -1


def _weight_before(line: Line, at: int, key: str) -> int:  # noqa: PLR0911 - one line a sign
    word, before = line.words[at], line.before(at)
    two_before, tells = line.key(at - 2), line.capitals and word.is_capital and not word.begins
    near = line.near(at)
    if before in signs.OTHERS and tells:
        return 1
    if (before in signs.PARTICLES and two_before in signs.PHRASAL) or (before == "about" and near & signs.RUMOURS):
        return 4
    if (key in signs.MONTHS and _is_month(line, at)) or (key in signs.INSTITUTIONS and _ends_a_title(line, at)):
        return -4
    if key == "art" and not (before == "to" and near & signs.COMPANY) and (before in signs.SUBJECT_BEFORE or line.after(at) in signs.SUBJECT_AFTER):
        return -4
    if (before in signs.DETERMINERS and not (tells and before == "that")) or (before == "of" and two_before in signs.MONTHS | {"full", "sense", "lots"}):
        return -3
    if tells:
        return 0
    if before in signs.DONE_TO:
        return 4 if line.after(at) not in signs.OBJECT_AFTER or before in signs.ALWAYS_SOMEBODY else 0
    if before in signs.CLOSE_TO and near & signs.COMPANY and not _is_verb_after_to(line, at, before):
        return 4
    if before in signs.BARE and key not in signs.NOT_COUNTED and _stands_alone(line, at):
        return 4
    return -1 if before in ("he", "she", "they", "i", "we", "you", "it", "who", "to", "that", "there") else 0


def _is_verb_after_to(line: Line, at: int, before: str) -> bool:
    """went to chase, refused to mark the work"""
    return before == "to" and line.after(at) in signs.OBJECT_AFTER


def _ends_a_title(line: Line, at: int) -> bool:
    """Sports Day, Social Area"""
    word, before = line.words[at], line.words[at - 1]
    return bool(line.before(at)) and word.is_capital and before.is_capital and word.gap == " " and before.key not in line.names and line.capitals


def _stands_alone(line: Line, at: int) -> bool:
    """with rose again, but not with rose petals: a thing that can be counted has a word before it."""
    after = line.follows(at)
    return after is None or after.gap.strip() != "" or after.key in signs.ENDS_IT


def _is_month(line: Line, at: int) -> bool:
    before, two_before = line.before(at), line.key(at - 2)
    digits_before = line.text[:line.words[at].start].rstrip()[-1:].isdigit() or before in ("st", "nd", "rd", "th")
    digits_after = line.text[line.words[at].end:].lstrip()[:1].isdigit()
    and_month = line.after(at) == "and" and line.key(at + 2) in signs.PROPER | signs.MONTHS
    if digits_before or digits_after or and_month or line.after(at) in signs.RATHER_A_MONTH:
        return True
    if before == "of":
        return two_before in signs.CALENDAR_OF
    if before in ("by", "from", "for", "over", "in", "before") and (two_before in signs.ACTED_BY or two_before.endswith("ed")):
        return False
    return before in signs.BEFORE_MONTH


def _weight_after(line: Line, at: int, key: str) -> int:  # noqa: PLR0911 - one line a sign
    word, after = line.words[at], line.follows(at)
    if after is None:
        return 2 if word.begins and line.text[word.end:word.end + 1] == ":" and key != "art" else 0
    if after.key == "of" and word.begins:
        return -3
    if after.key == "who" or (line.before(at) in signs.CLAUSE and after.key in signs.SAYS_STRONGLY):
        return 3
    if after.key == "of" and after.gap == " " and word.is_capital:
        return 0 if line.before(at) in signs.MEETS else -2
    if key in ("will", "may") and not word.owns and after.key not in signs.MODAL_AFTER and not after.key.endswith("ed") and word.begins:
        return -2
    if word.begins and after.gap == " ":
        does = after.raw in ("was", "had", "has", "were", "is") if line.capitals else after.key in ("was", "had", "has")
        return 3 if after.key in signs.SAYS_STRONGLY or (word.is_capital and does) else 0
    if after.key in ("the", "a", "my", "your") and not word.is_capital:
        return -2
    return 1 if after.key in signs.SAYS_STRONGLY else 0


def _weight_of_list(line: Line, at: int) -> int:
    """Faith and Joy; Jack, Will and Mark."""
    word, after = line.words[at], line.follows(at)
    if after and after.key == "and":
        then = line.words[at + 2] if at + 2 < len(line.words) else None
        others = {"others", "friends", "me", "i"}
        if then and (_looks_like_name(line, then) or then.key in line.mine or (then.key == "the" and line.key(at + 3) in others)):
            return 2 if word.is_capital or not line.capitals else 3 if then.key not in english() else 1
    if after and after.gap.strip() == "," and _looks_like_name(line, after):
        return 2
    if line.before(at) == "and" or word.gap.strip() == ",":
        earlier = line.words[at - 2] if line.before(at) == "and" else line.words[at - 1]
        if (line.met and line.met[-1].end == earlier.end) or earlier.key in line.mine:
            return 3
    return 0


def _looks_like_name(line: Line, word: Word) -> bool:
    return word.key in line.names and (word.key not in english() or (word.is_capital and line.capitals))
