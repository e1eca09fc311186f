"""Hides how the newest kept drop of a school is taken back: rows stand as the journal has them, and what the drop made is gone.

What people have done since stays. A row that the drop made and that a person's thing hangs on (an account, a reading, a post) is ended
instead, so that it opens nothing. Restrictions that a later drop has set since stay, too. And undoing gives nobody access by itself: what the
drop had shut stays shut (`shut_again`), but for the links that a person has named.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from glowlite import clock, code_tables, db, naming, words
from glowlite.mis.identity import strangers
from glowlite.mis.impact import names_of
from glowlite.mis.one_at_a_time import alone
from glowlite.mis.report import KEPT, UNDONE
from glowlite.mis.rows import BY_NAME, NOUNS, Noun
from glowlite.mis.shut_again import GUARDS, AsLeft, GiveBack, Offer
from glowlite.models import ALL, Audit, Drop, Journal, Link, School
from glowlite.policy import access_pairs, parenthood

# What every row from an MIS has besides the columns of its noun.
ORIGIN = ("drop_id", "source_row", "gone")


class NothingToUndo(Exception):
    """This drop cannot be undone; the message says why."""


class Counts(NamedTuple):
    """Rows of one noun. back: stand as before; removed: made by the drop, gone for good; ended: made by it, but somebody's thing hangs on them."""

    noun: str
    back: int
    removed: int
    ended: int


@dataclass
class Undoing:
    """What undoing a drop does, or would do. gained, lost: names of adult and child. left_shut: what it could loosen, and does not."""

    drop: Drop
    is_kept: bool
    counts: list[Counts] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    left_shut: list[Offer] = field(default_factory=list)

    def total(self, what: str) -> int:
        return sum(getattr(one, what) for one in self.counts)

    @property
    def sentence(self) -> str:
        """What becomes of those whom the drop had shut out; empty when there are none."""
        adults = len({one.adult for one in self.left_shut if one.would_open})
        if not adults:
            return "Restrictions that came with it stay in force until the next drop says otherwise." if self.left_shut else ""
        stay = "stays shut out" if adults == 1 else "stay shut out"
        if self.is_kept:
            return f"{words.plural(adults, 'adult')} {stay} until the next drop says otherwise."
        return (f"Undoing it completely would give {words.plural(adults, 'adult')} access again. {'This one' if adults == 1 else 'They'} {stay} until the "
                "next drop says otherwise, or you say so here.")

    def in_words(self) -> str:
        """The same for a terminal, a line for each thing there is to know."""
        would, gains, loses = ("", "gains", "loses") if self.is_kept else ("would ", "would gain", "would lose")
        back = words.plural(self.total("back"), *(("row now stands", "rows now stand") if self.is_kept else ("row would stand", "rows would stand")))
        removed = words.plural(self.total("removed"), *(("is gone", "are gone") if self.is_kept else ("would go", "would go")))
        lines = [f"Drop {self.drop.id} of {self.drop.school.name}: {back} as before, {removed}, {self.total('ended'):,} {would}{'end' if would else 'ended'}."]
        lines += [f"{gains} access: {name}" for name in self.gained] + [f"{loses} access: {name}" for name in self.lost]
        lines += [f"stays as the drop left it: link {one.link}, {one.name}: {one.why}" for one in self.left_shut]
        if self.left_shut:
            lines.append(self.sentence if self.is_kept else f"{self.sentence} With --give-back LINK, or --give-back all.")
        return "\n".join([*lines, "Undone." if self.is_kept else "Nothing was changed."])

    def as_json(self) -> dict[str, Any]:
        """What `flask drops undo --json` prints: a promise to scripts."""
        return {"drop": self.drop.id, "status": UNDONE if self.is_kept else "dry-run",
                "rows": {what: self.total(what) for what in ("back", "removed", "ended")},
                "access": {"gained": len(self.gained), "lost": len(self.lost)},
                "left_shut": [one.as_json() for one in self.left_shut]}


def newest(school: School) -> Drop | None:
    """The one drop of a school that can be undone: its newest kept one."""
    return Drop.select().where(Drop.school == school, Drop.status == KEPT).order_by(Drop.id.desc()).first()


def undo(drop: Drop, *, by: str, keep: bool = True, give_back: GiveBack = frozenset(), waits: Callable[[], None] | None = None) -> Undoing:
    """Undo a drop. Then the one before it is the newest, and may be undone too.

    keep: False for a dry run, the very same work rolled back, so that it cannot say otherwise than what happens. On SQLite others wait with
    their writing as long (readers do not); copying the rows of a school to try it on would take longer.
    give_back: the links on which the drop's restrictions go, too; ALL of them: it is undone completely.
    waits: called when another import of the school has to end first.
    Raises NothingToUndo when it is not the newest kept drop of its school, NoSuchLink when a link is named that would not be loosened.
    """
    with alone(drop.school.code, waits), db.write_lock() if keep else db.undone():
        here = newest(drop.school)
        if here is None or here.id != drop.id:
            raise NothingToUndo(f"Drop {drop.id} is not the newest kept drop of {drop.school.name}"
                                + (f": that is drop {here.id}." if here else ", which has none."))
        return _Undo(here, by, keep, give_back).run()


class _Undo:
    """Taking back one drop, within one transaction."""

    def __init__(self, drop: Drop, by: str, keep: bool, give_back: GiveBack) -> None:
        self.drop, self.school, self.by, self.give_back = drop, drop.school, by, give_back
        self.told = Undoing(drop, keep)

    def run(self) -> Undoing:
        left = AsLeft(self.school)
        strangers.make_room(self.drop)
        ended_links = self._step_behind_restrictions()
        back = {noun.name: self._bring_back(noun) for noun in NOUNS}
        gone = {noun.name: self._take_away(noun) for noun in reversed(NOUNS) if noun.model}
        Journal.delete().where(Journal.drop == self.drop).execute()
        self.told.left_shut = left.shut_again(self.drop, self.give_back)
        back["links"] -= sum(left.links[one.link]["drop"] == self.drop.id for one in self.told.left_shut)
        for noun in NOUNS:
            removed, ended = gone.get(noun.name, (0, 0))
            self.told.counts.append(Counts(noun.name, back[noun.name], removed, ended + (ended_links if noun.model is Link else 0)))
        code_tables.settle(self.school)
        if self.told.is_kept:  # a dry run holds up everybody who writes, and says nothing of comments
            naming.check(self.school)
        self._compare_access(left.access)
        self._write_down()
        return self.told

    # --- what it changed -----------------------------------------------------------------------------

    def _bring_back(self, noun: Noun) -> int:
        """Give the rows that the drop changed or ended their old cells, those that are the MIS's; the number of them."""
        model = noun.model or School
        table = model._meta.table_name
        entry = Journal.select().where(Journal.drop == self.drop, Journal.table == table).order_by(Journal.id).first()
        if entry is None:
            return 0
        own = () if noun.model is None else ORIGIN
        known = json.loads(entry.before)  # an older version may have known fewer columns
        columns = [name for name in (*own, *(column.live for column in noun.columns)) if name in known]
        keys = [key.column_name for key in model._meta.get_primary_keys()]
        journal = f"SELECT id AS number, before AS text FROM journal WHERE drop_id = :drop AND table_name = '{table}'"
        db.run("DROP TABLE IF EXISTS as_before")
        db.run(f"CREATE TEMP TABLE as_before AS {db.rows_of_json(table, list(dict.fromkeys([*keys, *columns])), journal)}", drop=self.drop.id)
        db.run(f"CREATE INDEX as_before_key ON as_before ({', '.join(keys)})")
        same = " AND ".join(f"t.{key} = b.{key}" for key in keys)
        first = f"NOT EXISTS (SELECT 1 FROM as_before AS e WHERE {same.replace('t.', 'e.')} AND e.number < b.number)"
        untouched = "t.drop_id = :drop AND " if own else ""
        sets = ", ".join(f"{name} = b.{name}" for name in columns)
        sql = f"UPDATE {table} AS t SET {sets} FROM as_before AS b WHERE {same} AND {untouched}{first}"
        changed = db.run(sql, **({"drop": self.drop.id} if own else {})).rowcount
        db.run("DROP TABLE as_before")
        return changed

    def _step_behind_restrictions(self) -> int:
        """Links that a later drop has shut since: what this drop said of them goes, the restriction stays. The number of those that end."""
        upon = {number: entry for number, entry in self._shut_since().items() if json.loads(entry.before)["drop_id"] == self.drop.id}
        old = {before["id"]: before for before in self._journal_of_links()} if upon else {}
        ended = 0
        for number, entry in upon.items():
            if number not in old:  # made by this drop
                ended += Link.update(gone=clock.today()).where(Link.id == number, Link.gone.is_null()).execute()
                continue
            link, since = Link.get_by_id(number), json.loads(entry.before)
            names = {column.live for column in BY_NAME["links"].columns} & old[number].keys()
            shut = {column.live for column in GUARDS if getattr(link, column.live) != since.get(column.live)}  # by the later one
            cells = {name: old[number][name] for name in names - shut}
            if not link.gone or since.get("gone"):
                cells["gone"] = old[number]["gone"]
            Link.update({getattr(Link, name): value for name, value in cells.items()}).where(Link.id == number).execute()
            Journal.update(before=json.dumps(old[number])).where(Journal.id == entry.id).execute()
        return ended

    def _shut_since(self) -> dict[int, Journal]:
        """link id -> how it stood before the first drop after this one shut it."""
        rows = Journal.select(Journal).join(Drop).where(Drop.school == self.school, Drop.id > self.drop.id, Journal.table == Link._meta.table_name)
        return {json.loads(entry.before)["id"]: entry for entry in rows.order_by(Journal.id.desc())}

    def _journal_of_links(self) -> list[dict[str, Any]]:
        rows = Journal.select(Journal.before).where(Journal.drop == self.drop, Journal.table == Link._meta.table_name)
        return [json.loads(text) for (text,) in rows.order_by(Journal.id.desc()).tuples()]

    # --- what it made ----------------------------------------------------------------------------------

    def _take_away(self, noun: Noun) -> tuple[int, int]:
        """Remove the rows that the drop made; end those on which something of people's hangs. (removed, ended)."""
        made = f"t.drop_id = :drop AND {_of_school(noun)}"
        hangs = " OR ".join(f"EXISTS (SELECT 1 FROM {table} AS o WHERE o.{column} = t.id)" for table, column in _references(noun.model))
        values = {"drop": self.drop.id, "school": self.school.id}
        removed = db.run(f"DELETE FROM {noun.table} AS t WHERE {made} AND NOT ({hangs or '1 = 0'})", **values).rowcount
        ended = db.run(f"UPDATE {noun.table} AS t SET gone = :today WHERE {made} AND t.gone IS NULL", today=clock.today(), **values).rowcount
        return removed, ended

    # --- what it means ---------------------------------------------------------------------------------

    def _compare_access(self, before: dict[tuple[int, int], str]) -> None:
        after = access_pairs(self.school)
        self.told.gained = names_of(after - before.keys())
        self.told.lost = sorted(before[pair] for pair in before.keys() - after)
        parenthood.sign_out(before.keys() - after)

    def _write_down(self) -> None:
        self.school.touch()
        self.drop.status, self.drop.undone, self.drop.undone_by = UNDONE, clock.now(), self.by
        self.drop.save()
        counts = {what: self.told.total(what) for what in ("back", "removed", "ended")}
        Audit.write(self.by, "drop undone", f"drop {self.drop.id}", school=self.school,
                    after=counts | {"access given back": self.told.gained, "access taken away": self.told.lost,
                                    "left shut": [one.name for one in self.told.left_shut]})


def _of_school(noun: Noun) -> str:
    """SQL for the rows of the school: with it, a big table need not be searched whole for the rows of one drop."""
    if noun.owner is None:
        return "t.school_id = :school"
    owner = noun.column(noun.owner)
    return f"t.{owner.live} IN (SELECT id FROM {BY_NAME[str(owner.to)].table} WHERE school_id = :school)"


@cache
def _references(model: Any) -> tuple[tuple[str, str], ...]:
    """(table, column) of everything that can refer to a row of this table."""
    return tuple((other._meta.table_name, key.column_name) for other in ALL for key in other._meta.refs if key.rel_model is model)
