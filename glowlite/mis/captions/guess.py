"""Hides how GlowLite guesses what the captions of a strange report mean: from the words in a caption and the first rows under it.

A guess is only ever offered to a person. It never says that a column decides who may see a child: that it only suspects.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from glowlite.mis import captions, rows
from glowlite.mis.captions import BLOCKS, Layout, languages, one_a_row, one_cell
from glowlite.mis.captions.week_grid import half_day
from glowlite.mis.read import Table

FIRST_ROWS = 5
LOOKED_AT = 40

# Who or what a caption speaks of, and what of it. The first that fits counts.
ADULTS = (r"emergency contacts?|(?:parents?|mothers?|fathers?) (?:or )?(?:carers?|guardians?)|contacts?|parents?|guardians?|carers?|mothers?|fathers?|"
          r"mums?|mam|dads?|adults?|relatives?|payers?|next of kin")
SUBJECTS = (
    ("contacts", rf"(?P<before>first|primary|main|second|secondary|third|\d)? ?\b(?P<who>{ADULTS})(?: (?P<after>\d))?"),
    ("staff", r"staff|teachers?|tutor(?! (?:group|form|set))|recorded by|employee"),
    ("pupils", r"pupils?|students?|child(?:s|ren|rens)?|learners?"),
)
ORDER = {"first": "1", "primary": "1", "main": "1", "second": "2", "secondary": "2", "third": "3"}
PARENTS = {"mother": "mother", "mum": "mother", "mam": "mother", "father": "father", "dad": "father"}
OF_PUPIL = (
    ("pupils.upn", r"upn|unique pupil (number|no|id)"),
    ("pupils.scn", r"scn|(scottish )?candidate (number|no)"),
    ("pupils.id", r"(arbor |bromcom |sims |mis |sis |external |cmis |person |school ?tool |rosario ?sis )?id|"
                  r"person number|adno|adm(ission)?s? (number|no|num)|person id|number|no|ref(erence)?|id number|code"),
    ("pupils.known_as", r"(preferred|known|chosen|usual) (forename|first name|given name|name|as)|known as"),
    ("", r"preferred (surname|last name|family name)|middle name.?|former .*|previous .*"),
    ("pupils.forename", r"(legal )?(forename|first name|given name|christian name).?"),
    ("pupils.surname", r"(legal )?(surname|last name|family name)"),
    ("pupils.born", r"do ?b|d o b|date of birth|birth ?date|birthday|born"),
    ("pupils.year_group", r"(nc |curriculum |current |course )?(year|yr)( group| level| taught in| s for today)?|stage|year stage|grade( level)?"),
    ("pupils.registration", r"(reg|registration)( group| class| form)?|form( group| name)?|tutor group|(reg|roll|primary) class|class"),
    ("groups.id", r"id class|class (id|code)"),
    ("groups.name", r"class name|teaching (group|set)( name)?"),
    ("pupils.house", r"house( group| name)?"),
    ("pupils.photo_consent", r"photo(graph)?s?( consent| permission)?|consent photo(graph)?s?"),
    ("pupils.joined", r"admission date|date of (admission|entry)|(entry|enrolment|joining|start) date|joined"),
    ("pupils.left", r"leaving date|date of leaving|(leaver|end) date|left"),
    ("pupils.name", r"(full |legal |display )?name"),
)
OF_LINK = (
    ("links.parental_responsibility", r"(has |have |is |with )?(parental? (responsibility|resp)|pr|legal guardian|parental rights.*|responsibility)( y n)?"),
    ("links.court_order", r"(has |have |is |any )?(court order|legal restriction|access restrict|injunction).*|no contact order|(do )?not (to )?disclose|"
                          r"(do not|no) (contact|release).*|(custody|access) (arrangements?|issues?|restrictions?)"),
    ("links.account_selected", r"(has )?access|((student|pupil|parent) )?portal access|account selected|child data access"),
    ("links.lives_with", r"lives? with.*|same address|resident with.*"),
    ("links.relationship", r"relation(ship)?( type)?( to (student|pupil|child|learner))?|(contact|parent|guardian) type"),
    ("links.priority", r"priority( order)?|(contact )?sequence|(emergency )?contact order|emergency order|order|rank|call order"),
)
# However it is put, a column of this kind is pointed out; it is only ever a hint.
SUSPECT = (
    ("links.court_order", r"\bcourt\b|injunction|custod|prohibit|\bbarred\b|disclos|\bno (access|contact)\b|(access|contact|legal|collection) restrict"),
    ("links.parental_responsibility", r"parental (resp|right)|\bpr\b|legal guardian"),
)
OF_CONTACT = (
    ("contacts.id", r"(school ?tool |person |mis |sis |external |arbor |bromcom |sims )?id|number|no|ref(erence)?|code"),
    ("contacts.title", r"title|salutation|prefix"),
    ("contacts.forename", r"(legal |preferred )?(forename|first name|given name)s?"),
    ("contacts.surname", r"(legal |preferred )?(surname|last name|family name)"),
    ("contacts.email", r"(.* )?e ?mail( address)?( main| primary| home)?"),
    ("contacts.mobile", r"(.* )?(mobile|cell|sms)( phone| telephone| number| no| tel| main| primary)*"),
    ("contacts.phone", r"(.* )?(tele)?phone( number| no)?( \d)?|(home |work |main |day )?tel( no| number)?"),
    ("contacts.postcode", r"(home )?post ?code|zip"),
    ("contacts.address", r"(.* )?address(?! type).*|street|town|city"),
    ("contacts.name", r"(full |display )?name"),
)
OF_STAFF = (
    ("staff.id", r"id|code|initials|number|ref"),
    ("staff.title", r"title"),
    ("staff.forename", r"(preferred |legal )?(forename|first name)"),
    ("staff.surname", r"(preferred |legal )?(surname|last name)"),
    ("staff.job", r"job( title)?|post|role"),
    ("staff.email", r"((work|school) )?e ?mail( address)?"),
    ("staff.name", r"(full )?name|"),
)
# What the rows of a file are about, told by a caption that only such files have; their own columns are looked at before those of people.
KINDS = (
    ("marks", r"mark|attendance (mark|code)|am mark|pm mark|registration mark|am|pm|half day",
     (("marks.day", r"(mark |session |attendance )?date|day"), ("marks.session", r"session( name)?|am pm|half day|opening"), ("marks.am", r"am( mark| code)?"),
      ("marks.pm", r"pm( mark| code)?"), ("marks.code", r"(attendance |registration )?(mark|code)"),
      ("marks.week", r"w c|week( (commencing|beginning|starting))?"))),
    ("conduct", r"(behaviour|achievement|incident)( type| date| id| points| category)?",
     (("conduct.achievement", r"achievement( type| category)?"), ("conduct.behaviour", r"behaviour( type| category)?|incident type"),
      ("conduct.kind", r"kind"), ("conduct.type", r"type|category"), ("conduct.day", r"((incident|achievement|behaviour|event) )?date"),
      ("conduct.points", r".*points"), ("conduct.comment", r"comments?|details|description|notes"),
      ("conduct.id", r"(incident|event|behaviour|achievement) (id|number|no)"))),
    ("periods", r"periods?( code)?",
     (("periods.slot", r"periods?( code| id)?"), ("periods.starts", r"starts?( time)?|from"), ("periods.ends", r"(ends?|finish)( time)?|to"),
      ("groups.id", r"class( name| code)?|(teaching )?(group|set)( name)?"), ("groups.subject", r"subject( name| description)?"),
      ("staff.id", r"(staff |teacher )?(initials|code)"), ("staff.surname", r"(preferred )?surname"), ("staff.title", r"title"),
      ("lessons.room", r"room( name| code)?|location"))),
    ("results", r"result|(result|assessment|test) date|aspect( name)?|score",
     (("results.subject", r"subject( name)?"), ("results.title", r"aspect( name)?|result ?set( name)?|assessment( name)?|test"),
      ("results.day", r"(result |assessment |test )?date"), ("results.value", r"result|grade|score|value|mark"), ("results.out_of", r"out of|maximum"),
      ("results.comment", r"comments?"))),
)
# A grade alone may be a year group, a type or a date anything.
TOGETHER = {"results": [{"subject", "grade"}], "marks": [{"opening", "code"}, {"session", "code"}], "conduct": [{"type", "date", "points"}]}
ENTRIES = {"achievement|praise|merit|reward": "conduct.achievement", "behaviour|incident|sanction|detention": "conduct.behaviour"}
ROLES = r"((person|user|record|primary|contact) )?(role|type|kind|category)"
# What a file may say of a child that it names only by number.
OF_A_CHILD = {"marks.code", "marks.am", "marks.grid", "conduct.type", "conduct.achievement", "conduct.behaviour", "results.value", "groups.id", "groups.name",
              "contacts.id", "contacts.name", "contacts.surname"}
SHAPES = (
    ("pupils.upn", "all look like a Unique Pupil Number", re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]").fullmatch),
    ("periods.slot", "all look like 1Mon:4", one_cell.slot),
    ("contacts.email", "all look like e-mail addresses", re.compile(r"[^@\s]+@[^@\s]+\.\w+").fullmatch),
)


# By which an adult is named; a second one of what anybody has is another person's.
NAMES_ADULT = {"contacts.id", "contacts.name", "contacts.surname", "contacts.forename"}
OF_ANYBODY = {"pupils.forename", "pupils.surname", "pupils.name"}
OF_PUPIL_ONLY = [pair for pair in OF_PUPIL if pair[0] in ("pupils.upn", "pupils.scn", "pupils.born", "pupils.year_group", "pupils.registration")] + [
    ("pupils.id", r"adno|adm(ission)?s? (number|no|num)")]
NO_WORDS = ("of", "the", "s", "household")
NUMBER = re.compile(r"[A-Za-z]{0,3}-?\d[\w-]*")
IN_BRACKETS = r"\([^)]*\)|\[[^]]*\]"
OF_WHOM = re.compile("|".join(rf"\b(?:{pattern})\b".replace("?P<before>", "").replace("?P<who>", "").replace("?P<after>", "") for _, pattern in SUBJECTS))
YES_OR_NO = re.compile(r"yes|no|true|false|y|n|t|f|1|0", re.IGNORECASE)
NAME = re.compile(rf"(?!({YES_OR_NO.pattern})$)[^\d@]*[^\W\d_][^\d@]*", re.IGNORECASE)


class Guess(NamedTuple):
    """What one column may be. target: "" when nothing comes to mind. suspect: a column that decides about access, only ever offered in words."""

    caption: str
    target: str
    why: str
    suspect: str = ""


class Proposal(NamedTuple):
    """What GlowLite makes of one file. guesses: one a column. rows: its first rows, as they stand. like: the map of the school that it is like.

    has_gaps: are there rows without any cell of a child under rows with one?
    """

    file: str
    guesses: list[Guess]
    rows: list[list[str]]
    like: Layout | None = None
    has_gaps: bool = False

    @property
    def is_enough(self) -> bool:
        """Is there something in it that could be read: children, their adults, their marks, a timetable?"""
        found = {guess.target.partition("#")[0] for guess in self.guesses}
        names_child = {"pupils.forename", "pupils.surname"} <= found or "pupils.name" in found
        of_child = bool(found & {*captions.PUPIL_KEYS, "pupils.born"})
        names_adult = bool(found & {"contacts.name", "contacts.surname"})
        return ((names_child and (of_child or len(found) > 2)) or (of_child and bool(found & OF_A_CHILD)) or (names_adult and "contacts.id" in found)
                or {"staff.id", "staff.surname"} <= found or ("periods.slot" in found and len(found) > 1))


def proposal(table: Table, layouts: Sequence[Layout] = ()) -> Proposal:
    """What each column of a strange file may be. layouts: of the school; one that is nearly of this file is followed where captions are equal.

    Raises Refused when the rows cannot be told apart.
    """
    names = table.captions
    some = [cells for _, cells in islice(table.rows(), LOOKED_AT)]
    columns = [[cells[place].strip() for cells in some if place < len(cells) and cells[place].strip()] for place in range(len(names))]
    here = {captions.known_as(name) for name in names}
    model = captions.nearest(here, layouts) or captions.nearest(here, captions.shipped())
    guesses: list[Guess] = []
    look = _Looking(table.name, names, columns)
    for name, values in zip(names, columns, strict=True):
        guess = _as_before(name, model) or look.at(name, values)
        taken = guess.target in look.taken and guess.target.partition("#")[0] not in captions.SEVERAL
        guesses.append(Guess(name, "", f"{captions.in_words(guess.target).capitalize()} is another column already") if taken and guess.target else guess)
        look.taken |= {guesses[-1].target, guesses[-1].suspect} - {""}
    guesses = look.without_strangers(guesses)
    return Proposal(table.name, guesses, some[:FIRST_ROWS], model if model and model.number is not None else None, _has_gaps(guesses, some))


def _has_gaps(guesses: list[Guess], some: list[list[str]]) -> bool:
    places = [place for place, guess in enumerate(guesses) if guess.target.startswith("pupils.")]
    named = [any(place < len(cells) and cells[place].strip() for place in places) for cells in some]
    return bool(places) and named[:1] == [True] and not all(named)


def _as_before(name: str, model: Layout | None) -> Guess | None:
    target = model.captions.get(captions.known_as(name)) if model else None
    if model is None or target is None:
        return None
    why = f"As in the map “{model.name}”"
    is_only_ours = model.number is None and captions.decides_access(target)  # nobody at this school has said so
    return Guess(name, "", why, target) if is_only_ours else Guess(name, target, why)


class _Looking:
    """Going through the captions from left to right: one that does not say whose it is belongs to whom the one before spoke of.

    taken: what is proposed or suspected so far.
    """

    def __init__(self, file: str, names: list[str], columns: list[list[str]]) -> None:
        self.words = {name: _words(name) for name in names}
        said = set(self.words.values()) - {""} | ({"half day"} if any(map(half_day, names)) else set())
        kinds = [kind for kind in KINDS if any(re.fullmatch(kind[1], words) for words in said) or any(one <= said for one in TOGETHER.get(kind[0], []))]
        self.kind = kinds[0][0] if kinds else ""
        self.of_kind: Sequence[tuple[str, str]] = kinds[0][2] if kinds else ()
        self.role = next((name for name, values in zip(names, columns, strict=True) if self._is_role(name, values)), "")
        self.subject, self.block = "contacts" if self._speaks_of_adults(file) else "pupils", ""
        self.entries = next((kind for kind in ENTRIES if re.search(rf"\b({kind})", _words(file))), "")
        self.blocks: dict[str, str] = {}
        self.of_adults: set[str] = set()
        self.taken: set[str] = set()

    def at(self, name: str, values: list[str]) -> Guess:
        words = self.words[name]
        if name == self.role:
            return Guess(name, one_a_row.ROLE, "It tells pupils and parents apart")
        if half_day(name):
            return Guess(name, "marks.grid", "The caption names a half-day")
        target = self._of_conduct(_fitting(self.of_kind, words)) or self._of_people(name, words, values)
        decides = target if target and captions.decides_access(target) else "" if target else self._suspected(words)
        if decides:  # whatever stands under it: “Yes - see file” is no Y, and still decides
            return Guess(name, "", "Only you can say; GlowLite does not propose it", decides)
        if target and not _agrees(target, values):
            return Guess(name, "", f"The caption sounds like {captions.in_words(target)}, but what stands under it does not look so")
        if target:
            return Guess(name, target, "By its caption")
        shape = next(((target, why) for target, why, fits in SHAPES if len(values) > 1 and all(map(fits, values))), None)
        return Guess(name, shape[0], f"The first rows {shape[1]}") if shape else Guess(name, "", "GlowLite has no proposal")

    def _suspected(self, words: str) -> str:
        found = next((target for target, pattern in SUSPECT if re.search(pattern, words)), "")
        return f"{found}{self.block}" if found and self.subject == "contacts" else found

    def _of_conduct(self, target: str) -> str:
        """A report with one kind of entry often says which only in its name."""
        return ENTRIES.get(self.entries, target) if target == "conduct.type" else target

    def without_strangers(self, guesses: list[Guess]) -> list[Guess]:
        """Where no column names an adult, an address or a number is the child's own, or nobody knows whose."""
        if self.role or self.of_adults or any(guess.target.partition("#")[0] in NAMES_ADULT for guess in guesses):
            return guesses
        return [Guess(one.caption, "", "Whose it is, no column says") if one.target.startswith("contacts.") else one for one in guesses]

    def _is_role(self, name: str, values: list[str]) -> bool:
        found = {one_a_row.role(value) for value in values}
        return re.fullmatch(ROLES, self.words[name]) is not None and {"pupil", "adult"} <= found

    def _speaks_of_adults(self, file: str) -> bool:
        """Is this a list of adults only, going by the name of the file, where no caption says of whom it speaks?"""
        spoken = [words for words in self.words.values() if re.search(rf"\b({ADULTS})\b", words) or _fitting(OF_PUPIL_ONLY, words)]
        return not spoken and re.search(rf"\b({ADULTS})\b", _words(file.rpartition(".")[0])) is not None

    def _of_people(self, name: str, words: str, values: list[str]) -> str:
        # What only a link has (priority, relationship) speaks of a contact, whatever stands before it.
        subject, rest = self._subject(name, words, values)
        without_number = " ".join(re.sub(r"\b\d\b", "", words).split())
        if link := _fitting(OF_LINK, words) or (subject == "contacts" and (_fitting(OF_LINK, rest) or _fitting(OF_LINK, without_number))):
            return self._of_link(link, words)
        self.subject = subject or self.subject
        if self.role and not subject:
            return _fitting(OF_PUPIL, words) or _fitting(OF_CONTACT, words)  # a name is of whom the row is about, an address the parent's
        own = {"contacts": OF_LINK + OF_CONTACT, "staff": OF_STAFF, "pupils": OF_PUPIL}[self.subject]
        target = _fitting(own, rest) or (_fitting(own, rest.rstrip(" 123456789")) if rest else "")  # Parent Email 2
        if not target and subject and not rest and self.subject != "staff":
            target = f"{self.subject}.{'id' if values and all(map(NUMBER.fullmatch, values)) else 'name'}"
        if self.role and target == "pupils.id":
            return one_a_row.CHILD  # the number of a child, said so, is not that of whoever the row is about
        target = self._of_the_next(target, name, words, subject)
        if target and self.subject == "contacts":
            self.of_adults |= {words} if subject else set()
            return f"{target}{self.block}"
        if not target and not subject and self.subject != "pupils":
            target = _fitting(OF_PUPIL, rest)
        return "" if self.kind and target.startswith("pupils.") and target not in (*captions.PUPIL_KEYS, "pupils.born") and subject != "pupils" else target

    def _of_link(self, link: str, words: str) -> str:
        """A court order that is said once, after several adults, may be about any of them: it is offered as one about all."""
        is_of_all = link == "links.court_order" and len(self.blocks) > 1 and not re.search(rf"\b({ADULTS}|\d)\b", words)
        if not is_of_all:
            self.subject = "contacts"
        return link if is_of_all else f"{link}{self.block}"

    def _of_the_next(self, target: str, name: str, words: str, subject: str) -> str:
        """A second surname or title is somebody else's: after the child's comes an adult's, after an adult's the next one's."""
        if self.kind or subject == "staff":
            return target
        is_named = {"pupils.surname", "pupils.name"} & self.taken
        if self.subject == "pupils" and not subject and is_named and (words == "title" or target == "pupils.name" or target in self.taken & OF_ANYBODY):
            self.subject = "contacts"
            target = _fitting(OF_CONTACT, words)
        if self.subject == "contacts" and f"{target}{self.block}" in self.taken and target not in captions.SEVERAL:
            self.block = self._block_of(f"after {name}")
        return target

    def _subject(self, name: str, words: str, values: list[str]) -> tuple[str, str]:
        """(who it speaks of, the other words); also notes which contact of the row it is."""
        for subject, pattern in SUBJECTS:
            found = re.search(rf"\b(?:{pattern})\b", words)
            if found is None:
                continue
            rest = " ".join(word for word in f"{words[:found.start()]} {words[found.end():]}".split() if word not in NO_WORDS)
            is_yes_or_no = values and all(map(YES_OR_NO.fullmatch, values))
            if words.startswith(("is ", "has ", "have ")) or (is_yes_or_no and not rest):  # Main Carer: Y
                return "", words
            if subject == "contacts":
                number = found["after"] or ORDER.get(found["before"] or "", found["before"])
                label = number or PARENTS.get(found["who"].rstrip("s"), "")
                is_again = re.search(r" \(\d+\)$", name)  # Parent Email (2) goes on with whom Parent Surname (2) spoke of
                self.block = self._block_of(label) if label else self.block if is_again else ""
            return subject, rest
        return "", words

    def _block_of(self, label: str) -> str:
        """Which contact of the row that is; those without a number count from the one that has none."""
        is_plain = any(target.startswith("contacts.") and "#" not in target for target in self.taken)
        number = len(self.blocks) + 1 + is_plain
        return self.blocks.setdefault(label, f"#{number}" if number in BLOCKS else "#?")


def _fitting(patterns: Sequence[tuple[str, str]], words: str) -> str:
    return next((target for target, pattern in patterns if re.fullmatch(pattern, words)), "")


def _words(caption: str) -> str:
    """A caption as plain words: StudentForename, student_forename and “Student Forename:” are one; what is in brackets counts where it says of whom."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", caption)
    bare = re.sub(IN_BRACKETS, lambda found: f" {found[0]} " if OF_WHOM.search(found[0].lower()) else " ", apart)
    plain = languages.without_accents(bare if re.search(r"\w", bare) else apart)
    words = " ".join(re.findall(r"[a-z]+|\d+", re.sub("['\u2019]", "", plain)))
    return languages.in_english(re.sub(r"\b(\d) (st|nd|rd|th)\b", r"\1", words))


def _agrees(target: str, values: list[str]) -> bool:
    """Could most of these cells stand in that column?"""
    noun, _, name = target.partition("#")[0].partition(".")
    if not values or target == "marks.session":
        return True
    if name == "name" and noun in ("pupils", "contacts"):
        return sum(bool(NAME.fullmatch(value)) for value in values) * 2 >= len(values)
    if f"{noun}.{name}" in captions.OWN:
        return target != "periods.slot" or sum(one_cell.slot(value) is not None for value in values) * 2 >= len(values)
    if name == "email":
        return sum("@" in value for value in values) * 2 >= len(values)
    return sum(_can_be_read(rows.BY_NAME[noun].column(name).read, value) for value in values) * 2 >= len(values)


def _can_be_read(reader: Callable[[str], object], value: str) -> bool:
    try:
        reader(value)
    except ValueError:
        return False
    return True
