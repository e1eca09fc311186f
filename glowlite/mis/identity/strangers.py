"""Hides how two people who have had one id are kept apart: the first is ended under an id that no MIS gives out, and the second begins anew."""

import json

from peewee import chunked

from glowlite import clock, db
from glowlite.mis.apply import journal
from glowlite.mis.identity import OTHER_SIGNS, Stranger
from glowlite.mis.report import Problem, Report
from glowlite.mis.rows import BY_NAME
from glowlite.mis.stage import Stage
from glowlite.models import Drop, Journal

FREED = "____-__-__ #% %"  # as LIKE reads it: what `_freed` makes
LONGEST = 80
STAYS = "This was about whoever had the pupil’s id before. It stays with them; the row is set aside."


def set_apart(strangers: list[Stranger], drop: Drop) -> None:
    """End the records of those whose id is somebody else's now, and free the id. Whatever hangs on them stays with them."""
    for one in strangers:
        journal(one.noun.model, drop, where="t.id = :record", record=one.record)
        db.run(f"UPDATE {one.noun.table} SET mis_id = :freed, gone = COALESCE(gone, :today), drop_id = :drop WHERE id = :record",
               freed=_freed(one.mis_id, one.record), today=clock.today().isoformat(), drop=drop.id, record=one.record)


def leave_with_the_first(stage: Stage, report: Report) -> None:
    """Set aside what was about a pupil who had the id before: praise, behaviour and results with ids of their own do not change child with it."""
    for name in ("conduct", "results"):
        staged = stage.staged.get(name)
        if staged is None:
            continue
        theirs = (f"SELECT t.mis_id FROM {staged.noun.table} AS t JOIN pupils AS p ON p.id = t.pupil_id "
                  "WHERE t.school_id = :school AND p.mis_id LIKE :freed AND p.gone IS NOT NULL")
        rows = db.run(f"SELECT source_row, mis_id FROM {staged.table} WHERE aside = 0 AND mis_id IN ({theirs})", school=stage.school.id, freed=FREED)
        for row, mis_id in rows.fetchall():
            db.run(f"UPDATE {staged.table} SET aside = 1 WHERE source_row = :row", row=row)
            report.count(staged.file, "set_aside")
            report.add_row(Problem(staged.file, row, "pupil_id", mis_id, STAYS))


def make_room(drop: Drop) -> None:
    """Before a drop is undone: of those whom it set apart, free the id that another has by now, so that they can have it back."""
    for noun in (BY_NAME[name] for name in OTHER_SIGNS):
        rows = Journal.select(Journal.before).where(Journal.drop == drop, Journal.table == noun.table)
        before = {row["id"]: row["mis_id"] for row in (json.loads(text) for (text,) in rows.tuples())}
        for some in chunked(sorted(before), 500):
            here = noun.model.select(noun.model.id, noun.model.mis_id).where(noun.model.id.in_(some)).tuples()
            for record in [number for number, mis_id in here if mis_id != before[number]]:
                now = noun.model.get_or_none(noun.model.school == drop.school, noun.model.mis_id == before[record])
                if now:
                    noun.model.update(mis_id=_freed(now.mis_id, now.id)).where(noun.model.id == now.id).execute()


def _freed(mis_id: str, record: int) -> str:
    return f"{clock.today()} #{record} {mis_id}"[:LONGEST]
