"""Hides how what pages said is held against what may not show: each leak as one finding, with the page, the widget and the source it came from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from glowlite import clock
from glowlite.exposure.crawl import FOUND, Page
from glowlite.exposure.facts import TEXT, Fact, Family, Known, Said, forbidden, known, values_in, words_of
from glowlite.exposure.reading import BREAK, Piece
from glowlite.models import GroupPage, Membership, Post, PostFile, PostPupil, Pupil
from glowlite.models.base import FromMis
from glowlite.policy import PARENT_HAT, ROLES, Role, source_of
from glowlite.policy.schedules import schedule_of
from glowlite.widgets import WIDGETS

ELSEWHERE = "of another school"
SHOWN = 120  # letters of a piece of a page, in the report
SENTENCE = 5  # words


@dataclass
class Finding:
    """Something that showed and may not. shown: as it stood there. addresses: where, the first few. weak: for a person to look at, it may be a chance.

    file: that of an attachment in which it stood, and where in it.
    """

    what: str
    shown: str = ""
    widget: str = ""
    file: str = ""
    source: str = ""
    weak: bool = False
    addresses: list[str] = field(default_factory=list)
    times: int = 0

    def also(self, address: str) -> None:
        self.times += 1
        if address not in self.addresses and len(self.addresses) < 5:
            self.addresses.append(address)


class Findings:
    """One for each leak, however often it stood somewhere."""

    def __init__(self) -> None:
        self.by_key: dict[Any, Finding] = {}

    def add(self, address: str, what: str, **facts: Any) -> None:
        key = (what, facts.get("shown"), facts.get("widget"), facts.get("file"))
        self.by_key.setdefault(key, Finding(what, **facts)).also(address)

    def sure(self) -> list[Finding]:
        return [one for one in self.by_key.values() if not one.weak]

    def to_look_at(self) -> list[Finding]:
        return [one for one in self.by_key.values() if one.weak]


@dataclass
class Reckoning:
    """What a walk came to. named: by address, whose names stood there by right."""

    findings: Findings
    named: dict[str, list[str]]


def reckon(pages: list[Page], family: Family) -> Reckoning:
    """Hold every page against what this family may not meet."""
    fine, found, said = known(family), Findings(), _said_on(pages)
    index = _Index(forbidden(family, said, fine), fine)
    classmates = _forenames_around(family, fine)
    distinct = {piece for page in pages for piece in page.document.pieces}
    facts, names = {piece: index.facts_in(piece) for piece in distinct}, {piece: index.names_in(piece) for piece in distinct}
    for page in pages:
        _by_address(page, family, found)
        for piece in page.document.pieces:
            _by_words(page, piece, facts[piece], found, family)
            _by_forename(page, piece, classmates, found)
    named = {page.address: sorted({name for piece in page.document.pieces for name in names[piece]}) for page in pages}
    return Reckoning(found, named)


def _said_on(pages: list[Page]) -> Said:
    words: set[str] = {BREAK}
    values: set[str] = set()
    for piece in {piece for page in pages for piece in page.document.pieces}:
        words.update(piece.words)
        values.update(values_in(piece))
    return Said(frozenset(words), frozenset(values))


# --- by words ------------------------------------------------------------------------------------------------


class _Index:
    """Facts by their first word, or by their value."""

    def __init__(self, facts: Iterable[Fact], fine: Known) -> None:
        self.by_word: dict[str, list[Fact]] = defaultdict(list)
        self.by_value: dict[str, Fact] = {}
        for fact in facts:
            if fact.value:
                self.by_value[fact.value] = fact
            else:
                self.by_word[fact.words[0]].append(fact)
        self.fine: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for words, name in fine.phrases.items():
            if words:
                self.fine[words[0]].append((words, name))

    def facts_in(self, piece: Piece) -> list[Fact]:
        found = [self.by_value[value] for value in values_in(piece) if value in self.by_value]
        words, taken = piece.words, self._taken(piece.words)
        for number, word in enumerate(words):
            found += [fact for fact in self.by_word.get(word, ()) if fact.kind != TEXT and _stands_at(words, number, fact.words)
                      and not taken.issuperset(range(number, number + len(fact.words)))]
        together = tuple(word for word in words if word != BREAK)  # sentences go on over signs
        for number, word in enumerate(together):
            found += [fact for fact in self.by_word.get(word, ()) if fact.kind == TEXT and _stands_at(together, number, fact.words)]
        return found

    def names_in(self, piece: Piece) -> set[str]:
        words = piece.words
        return {name for number, word in enumerate(words) for phrase, name in self.fine.get(word, ()) if name and _stands_at(words, number, phrase)}

    def _taken(self, words: tuple[str, ...]) -> set[int]:
        """The places of words that are part of a name that may show."""
        return {place for number, word in enumerate(words) for phrase, _ in self.fine.get(word, ()) if _stands_at(words, number, phrase)
                for place in range(number, number + len(phrase))}


def _stands_at(words: tuple[str, ...], number: int, phrase: tuple[str, ...]) -> bool:
    return words[number:number + len(phrase)] == phrase


def _by_words(page: Page, piece: Piece, facts: list[Fact], found: Findings, family: Family) -> None:
    for fact in facts:
        here = fact.school_id in (family.school.id, None) and fact.school_id is not None
        whose = (f": {fact.name}" if fact.name else "") if here else f" {ELSEWHERE}"
        found.add(page.address, f"{fact.kind.capitalize()} – {fact.what}{whose}", shown=_line(piece, fact) if here else "", widget=piece.widget,
                  file=_in_file(page, piece), source=_source(fact), weak=fact.weak)


def _in_file(page: Page, piece: Piece) -> str:
    return ", ".join(filter(None, (page.file, piece.place)))


def _line(piece: Piece, fact: Fact) -> str:
    """What a person is shown of a piece: the line where the fact begins, and of a long line some of what stands before it."""
    lines = [line for line in piece.text.splitlines() if line.strip()]
    holds = (line for line in lines if fact.value in values_in(Piece(line, "")) or (fact.words and fact.words[0] in words_of(line)))
    line = " ".join(next(holds, piece.text).split())
    begins = max(0, line.lower().find(fact.value or fact.words[0]) - SHOWN // 3) if len(line) > SHOWN else 0
    return f"{'…' if begins else ''}{line[begins:begins + SHOWN]}"


def _source(fact: Fact) -> str:
    """The table, and for what came from the MIS the file, row and drop."""
    if fact.row is None:
        return ""
    model, number = fact.row
    name = f"table {model._meta.table_name}"
    row = model.get_or_none(model.id == number) if issubclass(model, FromMis) else None
    return source_of(row) or name if row else name


def _forenames_around(family: Family, fine: Known) -> dict[str, str]:
    """Forenames of the children one's own are with in class, but for words that also name something else here."""
    rows = (Pupil.select(Pupil.forename, Pupil.known_as, Pupil.surname).join(Membership)
            .where(Membership.group.in_(family.groups), Membership.gone.is_null(), Pupil.id.not_in(family.ids)).tuples())
    other = {word for words in fine.phrases for word in words} | {word for child in family.children for word in words_of(child.house or "")}
    return {name: name for forename, known_as, _ in rows for name in filter(None, (forename, known_as)) if not other.intersection(words_of(name))}


def _by_forename(page: Page, piece: Piece, classmates: dict[str, str], found: Findings) -> None:
    """Only in sentences: a word alone is more often a house or a month."""
    for line in piece.text.splitlines():
        words = line.split()
        if len(words) < SENTENCE or piece.is_address:
            continue
        for word in {word.strip(".,;:!?()“”‘’\"'") for word in words} & classmates.keys():
            found.add(page.address, f"Forename – {word}, as some child in the same class is called", shown=" ".join(words)[:SHOWN], widget=piece.widget,
                      file=_in_file(page, piece), weak=True)


# --- by what an address stands for -----------------------------------------------------------------------------


def _by_address(page: Page, family: Family, found: Findings) -> None:
    """What opened that may not: pages of staff, of other children, groups and posts, parts that are switched off, pictures without consent."""
    if page.status >= 500:
        found.add(page.address, "A page that breaks")
    if page.status >= 300:
        return
    for what in _wrongly_open(page, family):
        found.add(page.address, what)
    for key in page.document.parts:
        why = _wrong_part(page, key, family)
        if why:
            found.add(page.address, why, widget=key, source=f"the part “{WIDGETS[key].title}”")


def _wrongly_open(page: Page, family: Family) -> Iterator[str]:
    access = getattr(current_app.view_functions.get(page.endpoint), "access", None)
    if access and access.action and access.action not in ROLES[Role(PARENT_HAT)]:
        yield "A page that only staff may open"
    child, group, post = (page.arguments.get(name) for name in ("child", "group", "post"))
    if child is not None and child not in family.ids:
        yield "The page of another child"
    if group is not None and group not in family.open_groups:
        yield "The page of a group that is not open to this family"
    if post is not None:
        yield from _wrong_post(page, post, family)


def _wrong_post(page: Page, number: int, family: Family) -> Iterator[str]:
    post = Post.get_or_none(Post.id == number)
    if post is None:  # a canary that is gone again: its word would have been found
        return
    named = {row.pupil_id for row in PostPupil.select().where(PostPupil.post == number, PostPupil.is_for == True)}
    if not family.may_read(post, named):
        yield "A post, or a file of one, that is not for this family"
    is_picture = PostFile.select().where(PostFile.key == str(page.arguments.get("key", "")), PostFile.kind == "picture").exists()
    shown = Pupil.select().join(PostPupil).where(PostPupil.post == number, PostPupil.is_shown == True)
    without = [pupil for pupil in shown if pupil.photo_consent is not True]
    if is_picture and without:
        yield f"A photograph without consent on record: {', '.join(pupil.name for pupil in without)}"


def _wrong_part(page: Page, key: str, family: Family) -> str:
    """Why this panel should not be there; nothing when it should."""
    widget = WIDGETS.get(key)
    if widget is None:
        return ""
    component = widget.needs.key
    if widget.needs.component and not family.may.get(component):
        return f"{widget.title} shows, though parents may not use it here"
    if schedule_of(family.school, component).waits(clock.now()):
        return f"{widget.title} shows, though the school opens it later"
    hidden = GroupPage.select().where(GroupPage.group == page.arguments.get("group"), GroupPage.hidden_text.contains(f'"{key}"'))
    if "group" in page.arguments and hidden.exists():
        return f"{widget.title} shows, though the teacher hid it from parents"
    return ""


def dead_ends(pages: Iterable[Page]) -> list[str]:
    """Addresses that a page names and that lead nowhere."""
    return [page.address for page in pages if page.by == FOUND and page.status == 404]
