"""Hides how undoing a drop gives nobody access by itself: what the drop had shut is shut again, but for the links that a person has named.

What is left shut stands in the journal under the undone drop, just as the restrictions of a drop that waits do: the next kept drop decides
again, older bytes wait for a person, and undoing an older drop steps behind it.
"""

import json
from typing import Any, Literal, NamedTuple

from peewee import ModelSelect, chunked

from glowlite import clock
from glowlite.mis.apply import journal
from glowlite.mis.rows import BY_NAME, Column
from glowlite.models import Contact, Drop, Journal, Link, Pupil, School
from glowlite.policy import access_pairs, in_parents_time, links_with_access, parenthood

ALL: Literal["all"] = "all"  # whatever the drop had shut is given back: it is undone completely
GiveBack = frozenset[int] | Literal["all"]  # ids of links

GUARDS = [column for column in BY_NAME["links"].columns if column.guards]
NAMES = (Contact.id, Contact.forename, Contact.surname, Pupil.id, Pupil.forename, Pupil.known_as, Pupil.surname)

# What a drop had said, by the column and what stands in it, for who decides whether to take it back.
WHY = {
    ("court_order", True): "a court order came with this drop",
    ("court_order", None): "this drop no longer said that there is no court order",
    ("parental_responsibility", False): "this drop took parental responsibility away",
    ("parental_responsibility", None): "this drop no longer said that this adult has parental responsibility",
}


class NoSuchLink(Exception):
    """A link was named that undoing this drop would not loosen; the message says which."""


class Offer(NamedTuple):
    """A link that undoing a drop could loosen. adult: the contact's id. would_open: would the adult see the child again?"""

    link: int
    adult: int
    name: str
    why: str
    would_open: bool

    def as_json(self) -> dict[str, Any]:
        return {"link": self.link, "name": self.name, "why": self.why, "would_open": self.would_open}


class AsLeft:
    """How the links of a school stand, to be made before a drop is undone, or before the restrictions of one that waits act."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.links = _links(school)
        self.access = _access(school)

    def shut_again(self, drop: Drop, give_back: GiveBack) -> list[Offer]:
        """After that, within its transaction: shut what it has loosened, but for these links. Returns what was left shut, by name.

        Raises NoSuchLink. It may take several rounds: where the school's rule takes one adult of several, shutting the one can open the other.
        """
        left: dict[int, Offer] = {}
        parenthood.settle(self.school)
        loosened = self._loosened()
        could = frozenset(one.link for one in loosened)
        given = could if give_back == "all" else give_back
        if unknown := given - could:
            raise NoSuchLink(f"Undoing drop {drop.id} gives nobody access by link {min(unknown)}. Look once more what it would do.")
        while news := [one for one in loosened if one.link not in given]:
            self._shut(news, drop)
            parenthood.settle(self.school)
            left = {one.link: one for one in news} | left
            loosened = self._loosened()
        return sorted(left.values(), key=lambda one: (one.name, one.link))

    def _loosened(self) -> list[Offer]:
        """The links that stand looser than the drop had left them: who would see a child again, and restrictions that are gone."""
        gaining = access_pairs(self.school) - self.access.keys()
        rows = {number: row for number, row in _links(self.school).items() if _pair(row) in gaining or self._reopened(number, row)}
        names = {link.id: _name(link) for some in chunked(rows, 500) for link in _with_names(Link.id.in_(some))}
        return [Offer(number, row["contact"], names[number], self._why(number, row), _pair(row) in gaining) for number, row in rows.items()]

    def _reopened(self, number: int, now: dict[str, Any]) -> list[str]:
        """The columns by which this link was shut, and is no longer, or not as firmly: not known is less than refused."""
        left = self.links[number]
        return [c.live for c in GUARDS if _firmness(c, now[c.live]) < _firmness(c, left[c.live])]

    def _why(self, number: int, now: dict[str, Any]) -> str:
        left = self.links[number]
        if columns := self._reopened(number, now):
            return "; ".join(WHY[name, left[name]] for name in columns)
        facts = [("gone", "this drop no longer linked the two"), ("child_gone", "the child was off the roll after this drop"),
                 ("adult_gone", "the adult was no longer in this drop")]
        return next((words for name, words in facts if left[name] and not now[name]), "the school’s rule on who counts as a parent said otherwise after it")

    def _shut(self, loosened: list[Offer], drop: Drop) -> None:
        """By the restriction that the drop had brought; where it brought none, by an end of the link."""
        for some in chunked(loosened, 500):
            journal(Link, drop, where=f"t.id IN ({', '.join(str(one.link) for one in some)})")
        now = _links(self.school)
        for one in loosened:
            left = self.links[one.link]
            shut = {name: left[name] for name in self._reopened(one.link, now[one.link])} or {"gone": left["gone"] or clock.today()}
            Link.update(shut | {"drop": drop.id, "source_row": left["source_row"]}).where(Link.id == one.link).execute()


def left_shut(drop: Drop) -> list[str]:
    """The names on the links that an undone drop still shuts."""
    told = Journal.select(Journal.before).where(Journal.drop == drop, Journal.table == Link._meta.table_name)
    numbers = {json.loads(text)["id"] for (text,) in told.tuples()}
    return sorted(_name(link) for some in chunked(sorted(numbers), 500) for link in _with_names(Link.id.in_(some), Link.drop == drop))


def _access(school: School) -> dict[tuple[int, int], str]:
    """(contact id, pupil id) -> their names, of every link of the school that gives access now; some of these people may soon be gone for good."""
    rows = links_with_access().select(Link.id, Link.contact, Link.pupil, *NAMES).where(Pupil.school == school)
    return {(link.contact_id, link.pupil_id): _name(link) for link in rows}


def _links(school: School) -> dict[int, dict[str, Any]]:
    """By id: what of each link of the school decides about access."""
    columns = [Link.id, Link.contact, Link.pupil, Link.gone, Link.drop, Link.source_row, *(getattr(Link, column.live) for column in GUARDS)]
    rows = Link.select(*columns, Contact.gone.alias("adult_gone"), (~in_parents_time()).alias("child_gone"))
    return {row["id"]: row for row in rows.join(Contact).switch(Link).join(Pupil).where(Pupil.school == school).dicts()}


def _firmness(column: Column, said: bool | None) -> int:
    """How firmly what stands in a column of rights keeps somebody out: it does not, nobody knows, it does."""
    return 1 if said is None else 2 * (said is column.refuses)


def _pair(row: dict[str, Any]) -> tuple[int, int]:
    return row["contact"], row["pupil"]


def _with_names(*which: Any) -> ModelSelect:
    return Link.select(Link.id, Link.contact, Link.pupil, *NAMES).join(Contact).switch(Link).join(Pupil).where(*which)


def _name(link: Link) -> str:
    return f"{link.contact.name} – {link.pupil.name}"
