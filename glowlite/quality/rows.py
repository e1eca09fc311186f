"""Hides what is looked for in groups, texts and the rows of the newest drop: nobody's rows, unread rows, classes that nobody takes."""

from peewee import JOIN, fn

from glowlite import policy, words
from glowlite.mis.report import ROW
from glowlite.mis.stage import NOBODY
from glowlite.models import Conduct, Group, Membership, Problem, Pupil, Staff, Teaching
from glowlite.quality.base import Finding, Ground, Source, Work, of_pupil
from glowlite.quality.people import without_a_child

TAUGHT = ("class", "registration")


def orphans(ground: Ground) -> Work:
    """Rows of the newest drop that point to nobody, and contacts of no child."""
    found = [_of_problem(row, "an id that is in the export, or no such row") for row in ground.problems if row.message.startswith(NOBODY)]
    return Work(found + without_a_child(ground), _rows(ground) + len(ground.contacts))


def unread(ground: Ground) -> Work:
    """Other rows of the newest drop that had to be set aside."""
    found = [_of_problem(row, "") for row in ground.problems if row.weight == ROW and not row.message.startswith(NOBODY)]
    return Work(found, _rows(ground))


def _rows(ground: Ground) -> int:
    """How many rows the newest drop had."""
    return sum(file["rows"] for file in ground.drop.report.get("files", [])) if ground.drop else 0


def _of_problem(row: Problem, right: str) -> Finding:
    about = f"{row.file}, {row.column}" if row.column else row.file
    found = f"{row.value}: {row.message}" if row.value else row.message
    return Finding(about, found, right, row.value or "", source=Source("", row.drop_id, row.row, row.file))


def untaught(ground: Ground) -> Work:
    """Classes with pupils and without a teacher on record."""
    taught = Teaching.select(1).join(Staff).where(Teaching.group == Group.id, Teaching.gone.is_null(), Staff.gone.is_null())
    rows = (Group.select(Group, fn.COUNT(Membership.id).alias("pupils"), fn.EXISTS(taught).alias("is_taught")).join(Membership)
            .where(Group.school == ground.school, Group.kind.in_(TAUGHT), Group.gone.is_null(), Membership.gone.is_null())
            .group_by(Group.id).order_by(Group.name, Group.id))
    groups = list(rows)
    found = [Finding(group.name, f"{words.plural(group.pupils, 'pupil')} and no teacher", "who teaches or registers this group", group.mis_id,
                     source=Source("groups", group.drop_id, group.source_row)) for group in groups if not group.is_taught]
    return Work(found, len(groups))


def texts(ground: Ground) -> Work:
    """Comments on conduct that name another child; parents do not read them until they name nobody else."""
    has_comment = (Conduct.school == ground.school, Conduct.gone.is_null(), Conduct.comment.is_null(False), Conduct.comment != "", policy.on_roll())
    of = Conduct.select().join(Pupil).where(*has_comment).count()
    rows = (Conduct.select(Conduct, Pupil, Staff).join(Pupil).switch(Conduct).join(Staff, JOIN.LEFT_OUTER)
            .where(*has_comment, Conduct.names_other == True).order_by(Conduct.day.desc(), Conduct.id))
    return Work([_of_text(row) for row in rows], of)


def _of_text(row: Conduct) -> Finding:
    who = f"{row.staff.name}, who wrote it" if row.staff else ""
    place = Source("conduct", row.drop_id, row.source_row)
    found = of_pupil(row.pupil, f"{row.type}, {words.day(row.day)}: the comment names another child", "a comment that names nobody else", who=who, source=place)
    return found._replace(ids=f"{row.mis_id} of {row.pupil.mis_id}")
