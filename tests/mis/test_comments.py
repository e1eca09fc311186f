"""Comments on conduct are looked at as they come: which name another child, and when all of them are looked at again."""

import pytest

from glowlite import naming
from glowlite.mis import undo
from glowlite.models import Audit, ClearedText, Conduct, Drop, User
from tests.mis.bundles import changed, everything

NAMES_ANOTHER, NAMES_NOBODY = "Pushed Flora off the bench.", "Pushed another pupil off the bench."


def with_comment(comment, bundle=None):
    return changed(bundle or everything(), "conduct.csv", ("Well done.", comment))


def with_flora(bundle):
    pupils = bundle["pupils.csv"].rstrip("\n").splitlines()
    cells = pupils[0].split(",")
    row = {"id": "0999", "forename": "Flora", "surname": "Leask"}
    return bundle | {"pupils.csv": "\n".join([*pupils, ",".join(row.get(cell, "") for cell in cells)]) + "\n"}


def entry(number="K1"):
    return Conduct.get(Conduct.mis_id == number, Conduct.school == Drop.select().order_by(Drop.id.desc()).get().school_id)


@pytest.fixture
def office():
    return User.create(username="glenbeg.office", name="Office")


def test_a_comment_that_names_another_child_is_marked(load):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    assert entry().names_other is True


def test_a_comment_that_names_nobody_else_is_marked_as_such(load):
    load(with_flora(with_comment(NAMES_NOBODY)))
    assert entry().names_other is False


def test_a_comment_that_changes_is_looked_at_again(load):
    load(with_flora(with_comment(NAMES_NOBODY)))
    load(with_flora(with_comment(NAMES_ANOTHER)))
    assert entry().names_other is True
    load(with_flora(with_comment(f"{NAMES_NOBODY} They made up.")))
    assert entry().names_other is False


def test_a_new_pupil_makes_old_comments_name_somebody(load):
    load(with_comment(NAMES_ANOTHER))
    assert entry().names_other is False  # there is no Flora yet
    load(with_flora(with_comment(NAMES_ANOTHER)))
    assert entry().names_other is True


def test_a_new_name_of_a_pupil_makes_old_comments_name_somebody(load):
    bundle = with_flora(with_comment("Pushed Morven off the bench."))
    load(bundle)
    assert entry().names_other is False
    load(changed(bundle, "pupils.csv", ("Flora", "Morven")))
    assert entry().names_other is True


def test_who_has_left_is_still_somebody(load):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    load(with_comment(NAMES_ANOTHER), despite_brakes=True)
    naming.check(entry().school)
    assert entry().names_other is True


def test_the_drop_of_every_night_reads_only_what_it_brings(load):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    more = changed(with_flora(with_comment(NAMES_ANOTHER)), "conduct.csv", ("K1,", "K2,0001,achievement,Effort,2026-11-13,1,T1,Tried hard.\nK1,"))
    load(more)
    newest = Drop.select().order_by(Drop.id.desc()).get()
    assert naming.check(newest.school, newest) == 1 and naming.check(newest.school) == 2


def test_a_dry_run_marks_nothing(load):
    load(with_flora(with_comment(NAMES_NOBODY)))
    load(with_flora(with_comment(NAMES_ANOTHER)), keep=False)
    assert entry().names_other is False and entry().comment == NAMES_NOBODY


def test_a_drop_undone_brings_back_what_was_known_of_the_comment(load):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    load(with_flora(with_comment(NAMES_NOBODY)))
    undo.undo(Drop.select().order_by(Drop.id.desc()).get(), by="a test")
    assert entry().comment == NAMES_ANOTHER and entry().names_other is True


def test_a_name_undone_makes_comments_name_somebody_again(load):
    bundle = with_flora(with_comment(NAMES_ANOTHER))
    load(bundle)
    load(changed(bundle, "pupils.csv", ("Flora", "Brenda")))
    assert entry().names_other is False
    undo.undo(Drop.select().order_by(Drop.id.desc()).get(), by="a test")
    assert entry().names_other is True


def test_a_comment_that_somebody_has_read_stays_cleared_until_its_words_change(load, office):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    naming.clear(office, entry())
    assert entry().names_other is False and Audit.select().where(Audit.action == "cleared a comment", Audit.actor == office).count() == 1
    naming.check(entry().school)
    assert entry().names_other is False
    load(with_flora(with_comment(f"{NAMES_ANOTHER} Again.")))
    assert entry().names_other is True


def test_a_comment_cleared_about_one_child_is_not_cleared_about_another(load, office):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    naming.clear(office, entry())
    load(with_flora(changed(with_comment(NAMES_ANOTHER), "conduct.csv", ("K1,", f"K2,0002,behaviour,Rough,2026-11-13,1,T1,{NAMES_ANOTHER}\nK1,"))))
    assert (entry("K1").names_other, entry("K2").names_other) == (False, True) and ClearedText.select().count() == 1


def test_the_command_looks_at_what_came_before(load, shell):
    load(with_flora(with_comment(NAMES_ANOTHER)))
    Conduct.update(names_other=None).execute()
    told = shell("drops", "check-texts", "--school", "glenbeg")
    assert told.exit_code == 0 and "1 comments read, 1 name" in told.output.replace("  ", " "), told.output
    assert entry().names_other is True
