"""Hides what the captions of a school's own reports mean: maps kept for a school, shipped maps, and the file by which they are shared.

A report of SIMS, SEEMiS or any other MIS has the captions that its author chose. A layout says, for each caption of one kind of
file, which column of the drop format it is. `targets()` lists what can be said; contacts in one row are numbered: `contacts.email#2`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from glowlite import clock, db
from glowlite.mis.captions.week_grid import half_day
from glowlite.mis.read import Kept, Table, fold
from glowlite.mis.rows import BY_NAME
from glowlite.models import Audit, CaptionMap, Group, Membership, Pupil, School

SHIPPED_FOLDER = Path(__file__).parents[2] / "defaults" / "captions"
SHAPE = "GlowLite caption maps, 1"
MOST_BYTES, MOST_MAPS, MOST_CAPTIONS, LONGEST_NAME, LONGEST_CAPTION = 500_000, 100, 300, 80, 200
BLOCKS = range(1, 7)
BLOCK_NOUNS = ("contacts", "links")

# What a report says in one cell that the drop format says in another way.
OWN: dict[str, str] = {
    "pupils.name": "Forename and surname in one cell, or “surname, forename”.",
    "pupils.role": "Pupil or parent, where rows of both stand in one file. It says who a row is about, and never gives access.",
    "pupils.child": "In the row of a parent: the number of the child, where rows of both stand in one file.",
    "contacts.name": "Forename and surname in one cell, or “surname, forename”.",
    "staff.name": "Title, forename and surname in one cell.",
    "marks.am": "The mark of the morning, where a row holds both.",
    "marks.pm": "The mark of the afternoon, where a row holds both.",
    "marks.grid": "The mark of the half-day that the caption names: Mon AM, 16/11/2026 PM.",
    "marks.week": "A day of the week that the row is of, where captions name only days: Mon AM.",
    "periods.slot": "Week, day and period in one: 1Mon:4.",
    "conduct.achievement": "What kind of achievement, in the school's words.",
    "conduct.behaviour": "What kind of behaviour, in the school's words.",
}
NOT_IN_REPORTS = {"periods.id", "periods.week", "periods.weekday", "periods.name", "lessons.id", "lessons.bring"}  # a slot says it, or nobody does
# The nouns of which a report can speak, and what one of each is called.
ONES = {"pupils": "child", "contacts": "contact", "links": "contact", "staff": "staff", "groups": "class", "periods": "period", "lessons": "lesson",
        "marks": "mark", "conduct": "entry", "results": "result"}
COLUMN_WORDS = {"id": "number in the MIS", "upn": "UPN", "scn": "SCN", "born": "date of birth", "email": "e-mail", "name": "full name", "registration":
                "registration class", "slot": "week, day and period (1Mon:4)", "am": "mark of the morning", "pm": "mark of the afternoon",
                "grid": "mark of that half-day", "week": "week that the row is of", "role": "pupil or parent (role)",
                "child": "number of this parent’s child"}
# References are told by the number of what they refer to: the child by pupils.id, whoever recorded it by staff.id.
SEVERAL = ("contacts.address", "contacts.phone", "contacts.mobile", "contacts.email",  # joined, or the first that is filled
           "marks.grid")
REGISTRATION = "REG-"  # what stands before the name of a registration class that is known by nothing else
PUPIL_KEYS = ("pupils.id", "pupils.upn", "pupils.scn")


class NotAMap(Exception):
    """What was sent is no caption map; the message says where and what would be right."""


@dataclass(frozen=True)
class Layout:
    """What the captions of one kind of file mean. captions: folded caption -> target, or "" for left alone.

    whole: such a file speaks for the whole school, so that who is no longer in it ends. number: of its CaptionMap; None for a shipped one.
    below: a row without a child belongs to the child above it, as in a printed list that names each child once.
    own: folded caption -> as the report writes it.
    """

    name: str
    captions: dict[str, str] = field(hash=False)
    whole: bool = False
    number: int | None = None
    own: dict[str, str] = field(default_factory=dict, hash=False, compare=False)
    below: bool = False

    @property
    def said(self) -> dict[str, str]:
        """caption, as the report writes it -> target."""
        return {self.own.get(caption, caption): target for caption, target in self.captions.items()}

    @property
    def mapped(self) -> set[str]:
        return {caption for caption, target in self.captions.items() if target}

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "whole": self.whole, "captions": self.said} | ({"below": True} if self.below else {})


class Match(NamedTuple):
    """A file and the layout it is read by. lost: mapped captions that the file no longer has. new: captions the layout does not speak of."""

    layout: Layout
    lost: list[str]
    new: list[str]


# --- what can be said of a column ----------------------------------------------------------------------------


@cache
def targets() -> dict[str, str]:
    """noun.column -> what it is, in words; without the numbers of contacts."""
    found: dict[str, str] = {}
    for noun in ONES:
        found |= {f"{noun}.{column.name}": column.about or column.name.replace("_", " ").capitalize() + "."
                  for column in BY_NAME[noun].columns if not column.to}
        found |= {target: about for target, about in OWN.items() if target.startswith(f"{noun}.")}
    return {target: about for target, about in found.items() if target not in NOT_IN_REPORTS}


def decides_access(target: str) -> bool:
    """Does this column decide who may see a child, or who is given an account?"""
    noun, _, name = target.partition("#")[0].partition(".")
    return noun == "links" and (BY_NAME["links"].column(name).guards or name == "account_selected")


def checked(name: str, said: dict[str, str], whole: bool, below: bool = False) -> Layout:
    """A sound layout, or NotAMap: an unknown column, or one column for two captions. said: caption, as the report writes it -> target."""
    taken: dict[str, str] = {}
    known: dict[str, str] = {}
    for caption, target in said.items():
        if known.setdefault(known_as(caption), target) != target:
            raise NotAMap(f"“{caption}” is one of several columns of the same kind, and they are not said to be the same. Say the same of all of them.")
        base, _, block = target.partition("#")
        if not target:
            continue
        if base not in targets() or (block and (base.split(".")[0] not in BLOCK_NOUNS or block not in map(str, BLOCKS))):
            raise NotAMap(f"“{caption}” is said to be “{target}”. There is no such column; it would be one like pupils.surname or contacts.email#2.")
        if target in taken and base not in SEVERAL:
            raise NotAMap(f"“{taken[target]}” and “{caption}” are both said to be “{in_words(target)}”. Keep one of them.")
        taken.setdefault(target, caption)
    return Layout(name, known, whole, own=_own(said), below=below)


def check_use(layout: Layout) -> None:
    """Raises NotAMap when nothing could ever be read by it, saying which column is wanting."""
    found = {target.partition("#")[0] for target in layout.captions.values()}
    names_child = found & {"pupils.surname", "pupils.name"}
    if names_child and not found & {*PUPIL_KEYS, "pupils.born"}:
        raise NotAMap("No column is said to be the child's number, UPN, SCN or date of birth, and without one nobody can tell two children of one name apart. "
                      "Choose it, or add it to the report and send it again.")
    if "conduct.type" in found and "conduct.kind" not in found:
        raise NotAMap("No column says whether an entry is an achievement or behaviour. If the report holds only one of them, choose “achievement” or "
                      "“behaviour” for the column with its type.")


def known_as(caption: str) -> str:
    """A caption as layouts compare it; all half-days of a grid of marks are known as two, for next week they have other dates."""
    half = half_day(caption)
    return f"half_day_{half.half.lower()}" if half else fold(caption)


def _own(captions: Iterable[str]) -> dict[str, str]:
    """known as -> as the report writes it."""
    return {known_as(caption): caption for caption in captions if not half_day(caption)}


def in_words(target: str) -> str:
    """contacts.email#2 -> contact 2: e-mail."""
    base, _, block = target.partition("#")
    number = f" {block}" if block else ""
    return f"{ONES[base.partition('.')[0]]}{number}: {column_in_words(base)}"


def column_in_words(target: str) -> str:
    """pupils.born -> date of birth."""
    name = target.partition("#")[0].partition(".")[2]
    return COLUMN_WORDS.get(name, name.replace("_", " "))


# --- which layout a file has ---------------------------------------------------------------------------------


def folded(table: Table) -> list[str]:
    """The captions of a file as layouts compare them; "" for a column without one."""
    return [known_as(caption) for caption in table.captions]


def match(table: Table, layouts: Sequence[Layout]) -> Match | None:
    """The layout of this file: one of the school's with the same captions, or nearly, or a shipped one with exactly its captions."""
    here = {caption for caption in folded(table) if caption}
    for layout in (*layouts, *shipped()):
        if set(layout.captions) == here:
            return Match(layout, [], [])
    near = changed(here, layouts)
    return Match(near, sorted(near.mapped - here), sorted(here - set(near.captions))) if near else None


def changed(here: set[str], layouts: Iterable[Layout]) -> Layout | None:
    """The layout of which these captions seem to be a later form: still the same rows, known by the same columns."""
    return nearest(here, [layout for layout in layouts if _keys(layout) <= here])


def nearest(here: set[str], layouts: Iterable[Layout]) -> Layout | None:
    """The layout that shares most of its mapped captions with a file, at least three in four."""
    shares = [(len(layout.mapped & here) / len(layout.mapped), layout) for layout in layouts if layout.mapped]
    share, layout = max(shares, key=lambda one: one[0], default=(0, None))
    return layout if share >= 0.75 else None


def _keys(layout: Layout) -> set[str]:
    """The captions without which a row would mean another child or adult, or nothing at all."""
    has_number = any(target in PUPIL_KEYS for target in layout.captions.values())
    return {caption for caption, target in layout.captions.items()
            if target and (is_key(target.partition("#")[0]) or (target == "pupils.born" and not has_number))}


def is_key(target: str) -> bool:
    """Is it one of the columns by which a row is known, or without which it is set aside?"""
    noun, _, name = target.partition(".")
    return target in OWN or target in PUPIL_KEYS or BY_NAME[noun].column(name).needed


# --- the layouts of a school -----------------------------------------------------------------------------------


@cache
def shipped() -> tuple[Layout, ...]:
    """Layouts of well-known reports; each file of the folder is of the same shape as a downloaded one."""
    return tuple(layout for file in sorted(SHIPPED_FOLDER.glob("*.json")) for layout in read(file.read_bytes()))


def of_school(school: School | None) -> list[Layout]:
    """Those in force, the newest first."""
    return [layout_of(row) for row in in_force(school)] if school and school.id else []


def layout_of(row: CaptionMap) -> Layout:
    """What a kept map says."""
    return Layout(row.name, row.map["captions"], row.map["whole"], row.id, _own(row.header), row.map.get("below", False))


def kept(school: School | None) -> Kept:
    """What such reports of the school are read by."""
    if school is None:
        return Kept()
    rows = (Membership.select(Pupil.mis_id, Group.mis_id).join(Group).switch(Membership).join(Pupil)
            .where(Group.school == school, Group.mis_id.startswith(REGISTRATION), Membership.gone.is_null()).tuples())
    registered: dict[str, set[str]] = {}
    for child, group in rows:
        registered.setdefault(child, set()).add(group)
    return Kept(of_school(school), registered, _numbers(school))


def _numbers(school: School) -> dict[str, str]:
    """UPN or SCN -> the MIS's own number, of children here now; one that two children have is nobody's."""
    pupils = Pupil.select(Pupil.mis_id, Pupil.upn, Pupil.scn).where(Pupil.school == school, Pupil.gone.is_null()).tuples()
    told: dict[str, set[str]] = {}
    for own, *others in pupils:
        for number in filter(None, others):
            told.setdefault(plain_number(number), set()).add(own)
    return {number: owns.pop() for number, owns in told.items() if len(owns) == 1}


def plain_number(number: str) -> str:
    """A UPN or SCN as numbers are compared: without blanks, in capitals."""
    return "".join(number.split()).upper()


def in_force(school: School) -> list[CaptionMap]:
    return list(CaptionMap.select().where(CaptionMap.school == school, CaptionMap.ended.is_null()).order_by(CaptionMap.id.desc()))


def keep(school: School, layout: Layout, *, by: str, instead_of: Layout | None = None) -> CaptionMap:
    """Put a layout in force; the one of the very same captions ends, and so does the one it takes the place of."""
    with db.write_lock():
        before = [one for one in of_school(school) if set(one.captions) == set(layout.captions) or one == instead_of]
        CaptionMap.update(ended=clock.now()).where(CaptionMap.id.in_([one.number for one in before])).execute()
        row = CaptionMap.create(school=school, name=layout.name, header_text=json.dumps([*layout.said]), made_by=by, made=clock.now(),
                                map_text=json.dumps({"captions": layout.captions, "whole": layout.whole, "below": layout.below}))
        Audit.write(by, "caption map kept", layout.name, school=school, before=[one.as_json() for one in before] or None, after=layout.as_json())
    return row


def changed_since(school: School, moment: datetime) -> bool:
    """Has a map of the school been kept or ended since? Then the very same file may say something else."""
    since = (CaptionMap.made > moment) | (CaptionMap.ended > moment)
    return bool(CaptionMap.select().where(CaptionMap.school == school, since).exists())


def end(row: CaptionMap, *, by: str) -> None:
    """From now on such files wait for a person again."""
    with db.write_lock():
        CaptionMap.update(ended=clock.now()).where(CaptionMap.id == row.id, CaptionMap.ended.is_null()).execute()
        Audit.write(by, "caption map ended", row.name, school=row.school, before=row.map)


# --- sharing as a file -----------------------------------------------------------------------------------------


def written(layouts: Iterable[Layout]) -> str:
    """The file by which layouts are handed to another school."""
    return json.dumps({"shape": SHAPE, "maps": [layout.as_json() for layout in layouts]}, indent=2, ensure_ascii=False) + "\n"


def read(data: bytes) -> list[Layout]:
    """The layouts of such a file. Raises NotAMap, which says what is wrong with it."""
    if len(data) > MOST_BYTES:
        raise NotAMap(f"This file is too large for caption maps: at most {MOST_BYTES // 1000} kB are read.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise NotAMap("This is no file of caption maps: it is not JSON. Download one here to see what it looks like.") from None
    if not isinstance(content, dict) or content.get("shape") != SHAPE or not isinstance(content.get("maps"), list):
        raise NotAMap(f"This is no file of caption maps: it does not begin with “shape”: “{SHAPE}” and a list of maps.")
    if not 1 <= len(content["maps"]) <= MOST_MAPS:
        raise NotAMap(f"A file holds 1 to {MOST_MAPS} maps; this one holds {len(content['maps'])}.")
    return [_read(one, place) for place, one in enumerate(content["maps"], start=1)]


def _read(one: Any, place: int) -> Layout:
    """One map of a file; place: which of them."""
    where = f"Map {place} of the file"
    if not isinstance(one, dict) or not isinstance(one.get("name"), str) or not 1 <= len(one["name"].strip()) <= LONGEST_NAME:
        raise NotAMap(f"{where} has no name, or one longer than {LONGEST_NAME} characters.")
    captions = one.get("captions")
    if not isinstance(captions, dict) or not 1 <= len(captions) <= MOST_CAPTIONS or not all(
            isinstance(target, str) and 1 <= len(caption) <= LONGEST_CAPTION and "\0" not in caption + one["name"] for caption, target in captions.items()):
        raise NotAMap(f"{where} has no captions: they are written as “caption”: “noun.column”, at most {MOST_CAPTIONS} of them.")
    for tick in ("whole", "below"):
        if not isinstance(one.get(tick, False), bool):
            raise NotAMap(f"{where}: “{tick}” is true or false.")
    names = {fold(caption) for caption in captions}
    if len(names) < len(captions) or "" in names:
        raise NotAMap(f"{where} names a caption twice, or names an empty one; capitals, blanks, - and _ make no difference.")
    try:
        return checked(one["name"].strip(), captions, one.get("whole", False), one.get("below", False))
    except NotAMap as problem:
        raise NotAMap(f"{where}: {problem}") from None
