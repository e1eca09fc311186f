"""Hides the set-based difference between what was staged and what stands, and how it is written, with a journal of what was before.

Four statements a noun: journal and change what differs, add what is new, journal and end what is gone. Nothing is deleted.
"""

from dataclasses import dataclass
from typing import Any

from glowlite import clock, db, words
from glowlite.mis.report import Problem, Report
from glowlite.mis.rows import BY_NAME, NOUNS, Noun
from glowlite.mis.stage import Stage, Staged
from glowlite.models import Drop, School


@dataclass
class Change:
    """What a drop did to one noun. before: how many rows of the school stood."""

    noun: Noun
    file: str
    before: int
    created: int = 0
    changed: int = 0
    gone: int = 0


def everything(stage: Stage, drop: Drop, report: Report) -> list[Change]:
    """Write all staged nouns, in the order of NOUNS, within the caller's transaction."""
    return [_Writing(stage, stage.staged[noun.name], drop, report).run() for noun in NOUNS if noun.name in stage.staged]


def restrictions(stage: Stage, drop: Drop) -> None:
    """Of a drop that is held, only what takes access away from one adult to one child: that cannot wait for a person."""
    staged = stage.staged.get("links")
    guards = [column for column in staged.columns if column.guards] if staged else []
    if staged is None or not guards:
        return
    refused = {column.live: f"r.{column.live} = {str(column.refuses).upper()}" for column in guards}
    news = " OR ".join(f"({is_refused} AND {db.differs(f't.{name}', f'r.{name}')})" for name, is_refused in refused.items())
    sets = ", ".join(f"{name} = CASE WHEN {is_refused} THEN r.{name} ELSE t.{name} END" for name, is_refused in refused.items())
    rows = _resolved(staged.noun, staged)
    tighter = f"t.pupil_id = r.pupil_id AND t.contact_id = r.contact_id AND ({news})"
    journal(staged.noun.model, drop, f"JOIN ({rows}) AS r ON {tighter}", school=stage.school.id)
    db.run(f"UPDATE links AS t SET {sets}, drop_id = :drop, source_row = r.source_row FROM ({rows}) AS r WHERE {tighter}",
           drop=drop.id, school=stage.school.id)


def school_row(drop: Drop) -> None:
    """Keep the school's own row as it stands, before a drop describes the school anew."""
    journal(School, drop, where="t.id = :school", school=drop.school_id)


class _Writing:
    """One noun's way from its staging table into its live table."""

    def __init__(self, stage: Stage, staged: Staged, drop: Drop, report: Report) -> None:
        self.stage, self.staged, self.noun, self.drop, self.report = stage, staged, staged.noun, drop, report
        self.live, self.ready = self.noun.table, f"ready_{self.noun.table}"
        self.columns = [column.live for column in staged.columns]
        self.values = [column.live for column in staged.values]
        self.keys = [column.live for column in staged.noun.columns if column.name in self.noun.key]
        self.has_school = "school" in self.noun.model._meta.fields

    def run(self) -> Change:
        self._resolve()
        change = Change(self.noun, self.staged.file, self._standing())
        self._set_repeated_aside()
        if change.before or self._has_ended():
            change.changed = self._change()
        change.created = self._add()
        if change.before:
            change.gone = self._end()
        self._count(change)
        db.run(f"DROP TABLE {self.ready}")
        return change

    def _resolve(self) -> None:
        """The staged rows with the MIS's ids replaced by ours."""
        db.run(f"DROP TABLE IF EXISTS {self.ready}")
        db.run(f"CREATE TEMP TABLE {self.ready} AS {_resolved(self.noun, self.staged)}", school=self.stage.school.id)

    def _standing(self) -> int:
        return db.run(f"SELECT COUNT(*) FROM {self.live} AS t WHERE t.gone IS NULL AND {self._of_school()}", **self._school).fetchone()[0]

    def _has_ended(self) -> bool:
        """Are there rows that stood once? They can come back."""
        return bool(db.run(f"SELECT 1 FROM {self.live} AS t WHERE {self._of_school()} LIMIT 1", **self._school).fetchone())

    def _set_repeated_aside(self) -> None:
        """Big files are not checked for repeated keys while they are read, but here, all at once."""
        if self.noun.whole:
            return
        keys = ", ".join(self.keys)
        if not db.run(f"SELECT 1 FROM {self.ready} WHERE aside = 0 GROUP BY {keys} HAVING COUNT(*) > 1 LIMIT 1").fetchone():
            return
        firsts = ", ".join(f"FIRST_VALUE({name}) OVER same AS first_{name}" for name in ("source_row", *self.values))
        differs = " OR ".join(db.differs(name, f"first_{name}") for name in self.values)
        db.run("DROP TABLE IF EXISTS repeated")
        db.run(f"CREATE TEMP TABLE repeated AS SELECT source_row, first_source_row AS first_row, {keys}, CASE WHEN {differs} THEN 1 ELSE 0 END AS otherwise "
               f"FROM (SELECT *, {firsts} FROM {self.ready} WHERE aside = 0 WINDOW same AS (PARTITION BY {keys} ORDER BY source_row)) AS w "
               "WHERE source_row > first_source_row")
        db.run(f"DELETE FROM {self.ready} WHERE source_row IN (SELECT source_row FROM repeated)")
        file, key_in_words = self.staged.file, self._key_in_words()
        rows = db.run(f"SELECT source_row, first_row, otherwise, {key_in_words} FROM repeated AS w ORDER BY source_row").fetchall()
        for row, first, otherwise, *key in rows:
            self.report.count(file, "set_aside" if otherwise else "unchanged")
            if otherwise:
                self.report.add_row(Problem(file, row, None, " ".join(map(str, key)), f"Row {first} says otherwise about the same. "
                                            "The first was used, this row is set aside."))
        db.run("DROP TABLE repeated")

    def _key_in_words(self) -> str:
        """SQL for the key with the MIS's own ids, as the office knows them."""
        columns = [self.noun.column(name) for name in self.noun.key]
        return ", ".join(f"(SELECT x.mis_id FROM {BY_NAME[c.to].table} AS x WHERE x.id = w.{c.live})" if c.to else f"w.{c.live}" for c in columns)

    def _change(self) -> int:
        """Rows whose values differ, or that are back after they had been ended."""
        differs = " OR ".join([*(db.differs(f"t.{name}", f"r.{name}") for name in self.values), "t.gone IS NOT NULL"])
        matching = f"{self._same_key()} AND r.aside = 0 AND ({differs})"
        journal(self.noun.model, self.drop, f"JOIN {self.ready} AS r ON {matching}")
        sets = ", ".join([*(f"{name} = r.{name}" for name in self.values), "drop_id = :drop", "source_row = r.source_row", "gone = NULL"])
        sql = f"UPDATE {self.live} AS t SET {sets} FROM {self.ready} AS r WHERE {matching}"
        return db.run(sql, drop=self.drop.id).rowcount

    def _add(self) -> int:
        own = ["drop_id", "source_row", *(["school_id"] if self.has_school else [])]
        values = [":drop", "r.source_row", *(["CAST(:school AS INTEGER)"] if self.has_school else [])]
        names = ", ".join([*own, *self.columns])
        picked = ", ".join([*values, *(f"r.{name}" for name in self.columns)])
        absent = f"NOT EXISTS (SELECT 1 FROM {self.live} AS t WHERE {self._same_key()})"
        sql = f"INSERT INTO {self.live} ({names}) SELECT {picked} FROM {self.ready} AS r WHERE r.aside = 0 AND {absent}"
        return db.run(sql, drop=self.drop.id, **(self._school if self.has_school else {})).rowcount

    def _end(self) -> int:
        """Rows of the school that the file speaks for and does not hold."""
        if not self.staged.whole:
            return self._end_these()
        if self.staged.keyless and self.noun.name != "links":
            self.report.note(self.staged.file, f"{words.plural(self.staged.keyless, 'row does', 'rows do')} not say readably "
                             "what it is about, so nothing that is missing from this file was ended.")
            return 0
        if self.staged.unmet == []:
            return 0
        return self._end_where(self._not_in_file())

    def _end_these(self) -> int:
        """Of a file that speaks only for the rows it holds, the rows that it says are over."""
        if not self.staged.ends:
            return 0
        keys = [self.noun.column(name) for name in self.noun.key]
        db.run("DROP TABLE IF EXISTS over")
        db.run(f"CREATE TEMP TABLE over ({', '.join(f'k{place} TEXT' for place in range(len(keys)))})")
        db.write_rows("over", [f"k{place}" for place in range(len(keys))], [key for _, key in self.staged.ends])
        same = [f"t.{column.live} = (SELECT x.id FROM {BY_NAME[column.to].table} AS x WHERE x.school_id = :school AND x.mis_id = o.k{place})"
                if column.to else f"t.{column.live} = o.k{place}" for place, column in enumerate(keys)]
        return self._end_where(f"EXISTS (SELECT 1 FROM over AS o WHERE {' AND '.join(same)})")

    def _end_where(self, over: str) -> int:
        missing = f"t.gone IS NULL AND {self._of_school()} AND {over}"
        journal(self.noun.model, self.drop, where=missing, **self._school)
        sql = f"UPDATE {self.live} AS t SET gone = :today, drop_id = :drop WHERE {missing}"
        return db.run(sql, today=clock.today().isoformat(), drop=self.drop.id, **self._school).rowcount

    def _not_in_file(self) -> str:
        db.run(f"CREATE INDEX {self.ready}_key ON {self.ready} ({', '.join(self.keys)})")
        absent = f"NOT EXISTS (SELECT 1 FROM {self.ready} AS r WHERE {self._same_key()})"
        if self.staged.unmet is None:
            return absent
        # Of a big file only rows that do not stand already were staged; those that were not met in it are known by their key.
        db.run("DROP TABLE IF EXISTS unmet")
        db.run("CREATE TEMP TABLE unmet (mis_id TEXT, day DATE, session TEXT)")
        db.write_rows("unmet", ["mis_id", "day", "session"], self.staged.unmet)
        return (f"{absent} AND (t.pupil_id, t.day, t.session) IN (SELECT p.id, u.day, u.session FROM unmet AS u "
                "JOIN pupils AS p ON p.mis_id = u.mis_id AND p.school_id = :school)")

    def _same_key(self) -> str:
        school = ["t.school_id = r.school_id"] if self.has_school else []
        return " AND ".join([*school, *(f"t.{name} = r.{name}" for name in self.keys)])

    def _of_school(self) -> str:
        if self.has_school:
            return "t.school_id = :school"
        owner = self.noun.column(str(self.noun.owner))
        return f"t.{owner.live} IN (SELECT id FROM {BY_NAME[str(owner.to)].table} WHERE school_id = :school)"

    @property
    def _school(self) -> dict[str, Any]:
        return {"school": self.stage.school.id}

    def _count(self, change: Change) -> None:
        counts = self.report.counts[self.staged.file]
        staged = db.run(f"SELECT COUNT(*) FROM {self.ready} WHERE aside = 0").fetchone()[0]
        counts.update(created=change.created, changed=change.changed, gone=change.gone,
                      unchanged=self.staged.standing + staged - change.created - change.changed)


def journal(model: Any, drop: Drop, join: str = "", where: str = "1 = 1", **values: Any) -> None:
    """Keep these rows of a live table, called t, as they stand."""
    table = model._meta.table_name
    before = db.json_object({name: f"t.{name}" for name in model._meta.columns})
    db.run(f"INSERT INTO journal (drop_id, table_name, before) SELECT :drop, '{table}', {before} FROM {table} AS t {join} WHERE {where}",
           drop=drop.id, **values)


def _resolved(noun: Noun, staged: Staged) -> str:
    """SQL for the staged rows with every reference replaced by the id of the row it points to."""
    picked, joins = ["s.source_row", "s.aside"], []
    if "school" in noun.model._meta.fields:
        picked.append("CAST(:school AS INTEGER) AS school_id")
    for number, column in enumerate(staged.columns):
        if not column.to:
            picked.append(f's."{column.live}"')
            continue
        kind = "JOIN" if column.needed else "LEFT JOIN"
        joins.append(f"{kind} {BY_NAME[column.to].table} AS x{number} ON x{number}.school_id = :school AND x{number}.mis_id = s.{column.name}")
        picked.append(f"x{number}.id AS {column.live}")
    return f"SELECT {', '.join(picked)} FROM {staged.table} AS s {' '.join(joins)}"
