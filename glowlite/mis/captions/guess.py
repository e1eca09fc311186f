"""Hides how GlowLite guesses what the captions of a strange report mean: from the words in a caption and the first rows under it.

A guess is only ever offered to a person. It never says that a column decides who may see a child: that it only suspects.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

from glowlite.mis import captions, rows
from glowlite.mis.captions import Layout, one_cell
from glowlite.mis.read import Table, fold

FIRST_ROWS = 5
LOOKED_AT = 40

# Who or what a caption speaks of, and what of it. The first that fits counts.
SUBJECTS = (
    ("contacts", r"contacts?|parents?|guardians?|carers?|mother|father|adult|emergency contact|next of kin"),
    ("staff", r"staff|teachers?|tutor(?! (?:group|form|set))|recorded by|employee"),
    ("pupils", r"pupils?|students?|child|learners?"),
)
OF_PUPIL = (
    ("pupils.upn", r"upn|unique pupil (number|no|id)"),
    ("pupils.scn", r"scn|(scottish )?candidate (number|no)"),
    ("pupils.id", r"(arbor |bromcom |sims |mis |sis |external |cmis )?id|adno|adm(ission)?s? (number|no|num)|person id|number|no|ref(erence)?|id number|code"),
    ("pupils.known_as", r"(preferred|known|chosen|usual) (forename|first name|given name|name|as)|known as"),
    ("", r"preferred (surname|last name|family name)|middle name.?|former .*|previous .*"),
    ("pupils.forename", r"(legal )?(forename|first name|given name|christian name).?"),
    ("pupils.surname", r"(legal )?(surname|last name|family name)"),
    ("pupils.born", r"do ?b|d o b|date of birth|birth ?date|birthday|born"),
    ("pupils.year_group", r"(nc |curriculum |current )?(year|yr)( group| taught in| s for today)?|stage|year stage|grade( level)?"),
    ("pupils.registration", r"(reg|registration)( group| class| form)?|form( group)?|tutor group|reg class|class"),
    ("groups.id", r"id class|class (id|code)"),
    ("groups.name", r"class name|teaching (group|set)( name)?"),
    ("pupils.house", r"house( group| name)?"),
    ("pupils.photo_consent", r"photo(graph)?s?( consent| permission)?|consent photo(graph)?s?"),
    ("pupils.joined", r"admission date|date of (admission|entry)|(entry|enrolment|joining|start) date|joined"),
    ("pupils.left", r"leaving date|date of leaving|(leaver|end) date|left"),
    ("pupils.name", r"(full |legal |display )?name"),
)
OF_LINK = (
    ("links.parental_responsibility", r"parental? (responsibility|resp)|pr|legal guardian|parental rights.*|responsibility"),
    ("links.court_order", r"court order.*|legal restriction.*|access restrict.*|no contact order"),
    ("links.account_selected", r"has access|portal access|account selected|child data access"),
    ("links.lives_with", r"lives? with.*|same address|resident with.*"),
    ("links.relationship", r"relation(ship)?( type)?( to (student|pupil|child|learner))?"),
    ("links.priority", r"priority( order)?|contact order|order|rank|call order"),
)
OF_CONTACT = (
    ("contacts.id", r"(person |mis |sis |external |arbor |bromcom |sims )?id|number|no|ref(erence)?|code"),
    ("contacts.title", r"title|salutation|prefix"),
    ("contacts.forename", r"(legal |preferred )?(forename|first name|given name)s?"),
    ("contacts.surname", r"(legal |preferred )?(surname|last name|family name)"),
    ("contacts.email", r"(.* )?e ?mail( address)?( main| primary| home)?"),
    ("contacts.mobile", r"(.* )?(mobile|cell|sms)( phone| telephone| number| no| tel)*"),
    ("contacts.phone", r"(.* )?(tele)?phone( number| no)?|(home |work |main |day )?tel( no| number)?"),
    ("contacts.postcode", r"(home )?post ?code|zip"),
    ("contacts.address", r"(.* )?address.*|street|town|city"),
    ("contacts.name", r"(full |display )?name"),
)
OF_STAFF = (
    ("staff.id", r"id|code|initials|number|ref"),
    ("staff.title", r"title"),
    ("staff.forename", r"(preferred |legal )?(forename|first name)"),
    ("staff.surname", r"(preferred |legal )?(surname|last name)"),
    ("staff.job", r"job|post|role"),
    ("staff.email", r"e ?mail( address)?"),
    ("staff.name", r"(full )?name|"),
)
# What the rows of a file are about, told by a caption that only such files have; their own columns are looked at before those of people.
KINDS = (
    ("marks", r"mark|attendance (mark|code)|am mark|pm mark|registration mark|am|pm",
     (("marks.day", r"(mark |session |attendance )?date|day"), ("marks.session", r"session( name)?|am pm|half day"), ("marks.am", r"am( mark| code)?"),
      ("marks.pm", r"pm( mark| code)?"), ("marks.code", r"(attendance |registration )?(mark|code)"))),
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
# A grade alone may be a year group.
TOGETHER = {"results": {"subject", "grade"}}
# What a file may say of a child that it names only by number.
OF_A_CHILD = {"marks.code", "marks.am", "conduct.type", "conduct.achievement", "conduct.behaviour", "results.value", "groups.id", "groups.name",
              "contacts.id", "contacts.name", "contacts.surname"}
SHAPES = (
    ("pupils.upn", "all look like a Unique Pupil Number", re.compile(r"[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]").fullmatch),
    ("periods.slot", "all look like 1Mon:4", one_cell.slot),
    ("contacts.email", "all look like e-mail addresses", re.compile(r"[^@\s]+@[^@\s]+\.\w+").fullmatch),
)


class Guess(NamedTuple):
    """What one column may be. target: "" when nothing comes to mind. suspect: a column that decides about access, only ever offered in words."""

    caption: str
    target: str
    why: str
    suspect: str = ""


class Proposal(NamedTuple):
    """What GlowLite makes of one file. guesses: one a column. rows: its first rows, as they stand. like: the map of the school that it is like."""

    file: str
    guesses: list[Guess]
    rows: list[list[str]]
    like: Layout | None = None

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
    here = {fold(name) for name in names}
    model = captions.nearest(here, layouts) or captions.nearest(here, captions.shipped())
    guesses: list[Guess] = []
    look = _Looking(names)
    for name, values in zip(names, columns, strict=True):
        guess = _as_before(name, model) or look.at(name, values)
        taken = guess.target in {one.target for one in guesses} and guess.target.partition("#")[0] not in captions.SEVERAL
        guesses.append(Guess(name, "", f"{captions.in_words(guess.target).capitalize()} is another column already") if taken and guess.target else guess)
    return Proposal(table.name, guesses, some[:FIRST_ROWS], model if model and model.number is not None else None)


def _as_before(name: str, model: Layout | None) -> Guess | None:
    target = model.captions.get(fold(name)) if model else None
    if model is None or target is None:
        return None
    why = f"As in the map “{model.name}”"
    is_only_ours = model.number is None and captions.decides_access(target)  # nobody at this school has said so
    return Guess(name, "", why, target) if is_only_ours else Guess(name, target, why)


class _Looking:
    """Going through the captions from left to right: one that does not say whose it is belongs to whom the one before spoke of."""

    def __init__(self, names: list[str]) -> None:
        self.words = {name: _words(name) for name in names}
        said = set(self.words.values())
        kinds = [kind for kind in KINDS if any(re.fullmatch(kind[1], words) for words in said) or TOGETHER.get(kind[0], {""}) <= said]
        self.kind = kinds[0][0] if kinds else ""
        self.of_kind: Sequence[tuple[str, str]] = kinds[0][2] if kinds else ()
        self.subject, self.block = "pupils", ""
        self.blocks: dict[str, str] = {}

    def at(self, name: str, values: list[str]) -> Guess:
        words = self.words[name]
        target = _fitting(self.of_kind, words) or self._of_people(words)
        if target and not _agrees(target, values):
            return Guess(name, "", f"The caption sounds like {captions.in_words(target)}, but what stands under it does not look so")
        if target and captions.decides_access(target):
            return Guess(name, "", "Only you can say; GlowLite does not propose it", target)
        if target:
            return Guess(name, target, "By its caption")
        shape = next(((target, why) for target, why, fits in SHAPES if len(values) > 1 and all(map(fits, values))), None)
        return Guess(name, shape[0], f"The first rows {shape[1]}") if shape else Guess(name, "", "GlowLite has no proposal")

    def _of_people(self, words: str) -> str:
        # What only a link has (priority, relationship) speaks of a contact, whatever stands before it.
        if link := _fitting(OF_LINK, words):
            self.subject = "contacts"
            return f"{link}{self.block}"
        subject, rest = self._subject(words)
        own = {"contacts": OF_LINK + OF_CONTACT, "staff": OF_STAFF, "pupils": OF_PUPIL}
        if subject:
            self.subject = subject
        target = _fitting(own[self.subject], rest)
        if target and self.subject == "contacts":
            return f"{target}{self.block}"
        if not target and not subject and self.subject != "pupils":
            target = _fitting(OF_PUPIL, rest)
        return "" if self.kind and target.startswith("pupils.") and target not in (*captions.PUPIL_KEYS, "pupils.born") and subject != "pupils" else target

    def _subject(self, words: str) -> tuple[str, str]:
        """(who it speaks of, the other words); also notes which contact of the row it is."""
        for subject, pattern in SUBJECTS:
            found = re.search(rf"\b({pattern})(?: (\d))?\b", words)
            if found is None:
                continue
            if subject == "contacts":
                label = found[2] or (found[1] if found[1] in ("mother", "father") else "")
                self.block = self.blocks.setdefault(label, f"#{len(self.blocks) + 1}") if label else ""
            rest = f"{words[:found.start()]} {words[found.end():]}".split()
            return subject, " ".join(word for word in rest if word not in ("of", "the", "s"))
        return "", words


def _fitting(patterns: Sequence[tuple[str, str]], words: str) -> str:
    return next((target for target, pattern in patterns if re.fullmatch(pattern, words)), "")


def _words(caption: str) -> str:
    """A caption as plain words: StudentForename, student_forename and “Student Forename:” are one."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", caption)
    apart = re.sub(r"\((t/f|y/n|\d+)\)", "", apart.lower())
    return " ".join(re.findall(r"[a-z]+|\d+", re.sub("['\u2019]", "", apart)))


def _agrees(target: str, values: list[str]) -> bool:
    """Could most of these cells stand in that column?"""
    noun, _, name = target.partition("#")[0].partition(".")
    if not values or target == "marks.session":
        return True
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
