"""A subquery that a statement holds several times is asked once; what comes out is the same."""

import pytest
from peewee import fn

from glowlite import db
from glowlite.models import Link, Membership, Post, PostPupil, Pupil
from glowlite.repeats import asked_once

MINE = '(SELECT "t2"."pupil_id" FROM "links" AS "t2" WHERE ("t2"."contact_id" = ?))'
THEIRS = '(SELECT "t3"."group_id" FROM "memberships" AS "t3" WHERE ("t3"."pupil_id" = "t1"."id"))'

AGAIN = 'EXISTS(SELECT "t1"."id" FROM "pupils" AS "t1" WHERE "t1"."id" = ?)'


def statement(*conditions):
    return f'SELECT "t1"."id" FROM "pupils" AS "t1" WHERE {" OR ".join(conditions)}'


def test_what_stands_twice_is_put_before_the_statement_with_its_values():
    sql, values = asked_once(statement('("t1"."year" = ?)', f'"t1"."id" IN {MINE}', '("t1"."house" = ?)', f'"t1"."id" IN {MINE}'), ["S1", 7, "Iona", 7], "?")
    named = '"t1"."id" IN (SELECT * FROM "once1")'
    assert sql == f'WITH "once1" AS {MINE} ' + statement('("t1"."year" = ?)', named, '("t1"."house" = ?)', named)
    assert values == [7, "S1", "Iona"]


def test_what_repeats_within_what_repeats_is_asked_once_too():
    groups = f'(SELECT "t3"."group_id" FROM "memberships" AS "t3" WHERE (("t3"."week" = ?) AND "t3"."pupil_id" IN {MINE}))'
    sql, values = asked_once(statement(f'"t1"."a" IN {groups}', f'"t1"."b" IN {groups}', f'"t1"."id" IN {MINE}'), ["A", 7, "A", 7, 7], "?")
    assert sql.startswith(f'WITH "once2" AS {MINE}, "once1" AS (SELECT "t3"."group_id"') and values == [7, "A"]
    assert sql.count(MINE) == 1 and sql.count('"memberships"') == 1


@pytest.mark.parametrize(("sql", "values"), [
    (statement(f'"t1"."id" IN {MINE}', '("t1"."house" = ?)'), [7, "Iona"]),
    (statement(f'"t1"."id" IN {MINE}', f'"t1"."id" IN {MINE}'), [7, 8]),
    (statement(f'"t1"."id" IN {MINE}', f'"t1"."id" IN {MINE}'), [1, True]),
    (statement(f'"t1"."a" IN {THEIRS}', f'"t1"."b" IN {THEIRS}'), []),
    (statement(*[f'"t1"."a" IN (SELECT "t4"."id" FROM "groups" AS "t4" WHERE "t4"."id" IN {THEIRS})'] * 2), []),
    (statement(*[f'"t1"."a" IN (SELECT "t2"."id" FROM "links" AS "t2" WHERE "t2"."id" = "t1"."id" AND {AGAIN})'] * 2), [7, 8]),
    (statement(*['"t1"."a" IN (SELECT "t2"."id" FROM "links" AS "t2" UNION SELECT "t3"."id" FROM "groups" AS "t3")'] * 2), []),
    (statement(f'"t1"."id" IN {MINE}', f'"t1"."id" IN {MINE}', "\"t1\".\"name\" = '('"), [7, 7]),
], ids=["once only", "for somebody else", "of another kind", "for each row", "for each row, further in",
        "for each row, by a name used again", "a union", "signs that are text"])
def test_what_is_not_the_same_for_the_whole_statement_stays(sql, values):
    assert asked_once(sql, values, "?") == (sql, values)


def test_the_answer_is_the_same():
    parents = Link.select(Link.pupil).where(Link.parental_responsibility == True)
    classes = Membership.select(Membership.group).where(Membership.pupil.in_(parents))
    named = PostPupil.select(PostPupil.post).where(PostPupil.pupil.in_(parents))
    query = (Pupil.select(Pupil.id, fn.COUNT(Membership.id)).join(Membership)
             .where(Pupil.id.in_(parents), Membership.group.in_(classes) | Pupil.id.not_in(parents) | Post.select().where(Post.id.in_(named)).exists())
             .group_by(Pupil.id).order_by(Pupil.id))
    sql, values = query.sql()
    once, fewer = asked_once(sql, values, "%s" if db.is_postgresql() else "?")
    rows = db.database.execute_sql(once, fewer).fetchall()
    assert once.startswith("WITH ") and len(fewer) < len(values)
    assert rows and rows == db.database.execute_sql(sql, values).fetchall()
