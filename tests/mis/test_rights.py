"""Who may see whom: only parental responsibility and no court order, both said, both on the link; whatever is in doubt gives nothing."""

from collections.abc import Callable

import pytest

from glowlite.mis.report import HELD, KEPT
from glowlite.models import Journal, Link, Pupil, School, User
from tests.mis import bundles
from tests.mis.bundles import changed
from tests.mis.conftest import Load, adds_up, counts, said, total

Access = Callable[[], set[str]]
HEADER = "pupil_id,contact_id,parental_responsibility,court_order"
OTHERS = ("0002,C1,Y,N", "0003,C3,Y,N")


def one(cells: str, *more: str) -> bundles.Bundle:
    """One adult's link to one child, with these cells, and links of others."""
    return bundles.links(f"0001,C1,{cells}", *more, *OTHERS, header=HEADER)


def links() -> dict[str, Link]:
    rows = Link.select(Link, Pupil).join(Pupil).join(School).where(School.code == "glenbeg")
    return {f"{row.contact.mis_id}-{row.pupil.mis_id}": row for row in rows}


@pytest.mark.parametrize("cells", ["Y,N", "yes,no", "TRUE,FALSE", "1,0", " y , n ", "T,F"])
def test_responsibility_and_no_order_give_access(load: Load, access: Access, cells: str) -> None:
    report = load(one(cells))
    assert "C1-0001" in access() and "Mairi Bell – Ann Bell" in report.gained


@pytest.mark.parametrize("cells", ["Y,Y", "N,N", "N,Y", ",N", "Y,", ",", "Y,maybe", "maybe,N", "Y,-", "ok,N", "Y,none", "Yes!,N", "Y,NULL", "2,0", "Y,n/a",
                                   "Ｙ,N", "Y\u200b,N", "Y", "", "#REF!,N"])
def test_anything_else_gives_none(load: Load, access: Access, cells: str) -> None:
    load(one(cells))
    assert "C1-0001" not in access() and len(access()) == 2


@pytest.mark.parametrize("column", ["parental_responsibility", "court_order"])
def test_a_word_that_is_neither_is_named_with_what_would_be_right(load: Load, column: str) -> None:
    report = load(one("perhaps,N" if column == "parental_responsibility" else "Y,perhaps"))
    assert said(report, "Y or N is needed. Taken as blank: this gives no access.") == [("links.csv", 2, column)]


@pytest.mark.parametrize("header", ["pupil_id,contact_id,parental_responsibility", "pupil_id,contact_id,court_order", "pupil_id,contact_id"])
def test_a_missing_column_gives_nobody_access_and_says_so(load: Load, access: Access, header: str) -> None:
    report = load(bundles.crowd(range(3), header=header, cells="N" if "court" in header else "Y" if "parental" in header else ""))
    assert report.status == KEPT and not access() and said(report, "nobody gains access from it") == [("links.csv", None, None)]


@pytest.mark.parametrize("word", ["Mother", "Father", "Parent", "Guardian", "parental responsibility", "Carer", "Doctor", "Y"])
def test_no_relationship_word_gives_access(load: Load, access: Access, word: str) -> None:
    load(bundles.links(f"0001,C1,{word},1,,N", f"0002,C1,{word},1,N,N", f"0003,C3,{word},1,Y,Y"))
    assert access() == set()


def test_access_belongs_to_the_link_not_to_the_adult(load: Load, access: Access) -> None:
    load(one("Y,Y"))
    assert access() == {"C1-0002", "C3-0003"}


def test_who_gains_and_who_loses_is_named(load: Load) -> None:
    load(one("Y,N"))
    lost = load(one("Y,Y"))
    assert lost.lost == ["Mairi Bell – Ann Bell"] and lost.as_json()["access"] == {"gained": 0, "lost": 1}
    back = load(one("Y,N"))
    assert back.gained == ["Mairi Bell – Ann Bell"] and back.as_json()["access"] == {"gained": 1, "lost": 0}


@pytest.mark.parametrize("cells", ["Y,Y", "N,N", "Y,", "Y,perhaps"])
def test_who_loses_access_is_signed_out_and_nobody_else(load: Load, account: Callable[[str], User], cells: str) -> None:
    load(one("Y,N"))
    mairi, flora = account("C1"), account("C3")
    load(one(cells))
    assert User.get_by_id(mairi.id).session_key != mairi.session_key and User.get_by_id(flora.id).session_key == flora.session_key


def test_losing_the_link_or_leaving_school_signs_out_too(load: Load, account: Callable[[str], User]) -> None:
    load(one("Y,N"))
    mairi, flora = account("C1"), account("C3")
    gone = changed(one("Y,N"), "links.csv", ("0001,C1,Y,N\n", ""))
    load(changed(gone, "pupils.csv", ("born", "left"), ("2013-12-24", "2026-11-18")))
    assert User.get_by_id(mairi.id).session_key != mairi.session_key and User.get_by_id(flora.id).session_key != flora.session_key


def test_a_contact_who_is_gone_sees_nothing(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load(changed(bundles.family(), "contacts.csv", ("C3,Flora,Dow,\n", "")))
    assert "C3-0003" not in access() and report.lost == ["Flora Dow – Cat Dow"]


# --- two rows about the same adult and child ------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [
    ("Y,N", "Y,Y"), ("Y,N", "N,N"), ("Y,N", "Y,"), ("Y,N", ",N"), ("Y,N", "Y,perhaps"), ("Y,N", ",Y"), ("N,", "Y,N")])
@pytest.mark.parametrize("turned", [False, True])
def test_of_two_links_that_disagree_the_stricter_counts(load: Load, access: Access, first: str, second: str, turned: bool) -> None:
    bundle = one(second, f"0001,C1,{first}") if turned else one(first, f"0001,C1,{second}")
    report = load(bundle)
    assert access() == {"C1-0002", "C3-0003"} and adds_up(report)
    assert [problem.row for problem in report.problems if "Whatever gives less access was used" in problem.message] == [3]
    assert not total(load({name: f"{content}\n" for name, content in bundle.items()}))


def test_three_links_merge_like_two(load: Load, access: Access) -> None:
    report = load(one("Y,N", "0001,C1,Y,Y", "0001,C1,Y,N"))
    assert "C1-0001" not in access() and counts(report, "links.csv") == {"rows": 5, "created": 3, "unchanged": 2}


def test_a_blank_beside_an_answer_invents_no_court_order(load: Load) -> None:
    load(one("Y,", "0001,C1,Y,N"))
    assert links()["C1-0001"].court_order is None


@pytest.mark.parametrize("extra", ["0001,C1,Y,N,oops", "0001,C1,Y,Y,oops", "0001,C1,N,Y,oops"])
@pytest.mark.parametrize("first", [True, False])
def test_a_link_row_out_of_step_takes_access_away(load: Load, access: Access, extra: str, first: bool) -> None:
    """It might be the very row that brings the court order."""
    load(one("Y,N"))
    rows = (extra, "0001,C1,Y,N") if first else ("0001,C1,Y,N", extra)
    bundle = bundles.links(*rows, *OTHERS, header=HEADER)
    report = load(bundle)
    assert "C1-0001" not in access() and said(report, "it gives no access") and adds_up(report)
    assert not total(load({name: f"{content}\n" for name, content in bundle.items()}))


def test_a_link_row_out_of_step_alone_takes_access_away(load: Load, access: Access) -> None:
    load(one("Y,N"))
    report = load(one("Y,N,oops"))
    assert report.status == KEPT and report.lost == ["Mairi Bell – Ann Bell"] and "C1-0001" not in access()


def test_a_link_without_a_readable_adult_keeps_no_old_access(load: Load, access: Access) -> None:
    load(one("Y,N"))
    load(bundles.links("0001,,Y,N", *OTHERS, header=HEADER))
    assert "C1-0001" not in access()


# --- held drops ---------------------------------------------------------------------------------------------


def shrunken(*swaps: tuple[str, str]) -> bundles.Bundle:
    """Half the pupils are missing, so it waits; some links say something new."""
    return changed(bundles.crowd(range(10), linked=range(20)), "links.csv", *swaps) if swaps else bundles.crowd(range(10), linked=range(20))


@pytest.mark.parametrize("cells", ["Y,Y", "N,N", "N,Y", ",Y"])
def test_a_restriction_in_a_held_drop_acts_at_once(load: Load, access: Access, account: Callable[[str], User], cells: str) -> None:
    load(bundles.crowd())
    before, parent, other = access(), account("C003"), account("C004")
    report = load(shrunken(("P003,C003,Y,N", f"P003,C003,{cells}")))
    assert report.status == HELD and access() == before - {"C003-P003"}
    assert said(report, "act at once") and "Name3 – Ann Name3" in report.lost
    assert User.get_by_id(parent.id).session_key != parent.session_key and User.get_by_id(other.id).session_key == other.session_key


def test_nothing_else_of_a_held_drop_acts(load: Load, access: Access) -> None:
    load(bundles.crowd(linked=range(19)))
    before = access()
    report = load(shrunken(("P003,C003,Y,N", "P003,C003,Y,"), ("P004,C004,Y,N", "P004,C004,,N")))
    assert access() == before and not Journal.select().where(Journal.drop == report.drop_id).exists()
    assert Pupil.select().join(School).where(School.code == "glenbeg", Pupil.gone.is_null()).count() == 20


def test_a_restriction_of_a_pupil_whose_row_was_set_aside_acts_in_a_held_drop(load: Load, access: Access) -> None:
    load(bundles.crowd())
    held = changed(shrunken(("P003,C003,Y,N", "P003,C003,Y,Y")), "pupils.csv", ("P003,Ann,Name3", "P003,Ann,"))
    assert load(held).status == HELD and "C003-P003" not in access()


def test_a_restriction_in_a_row_out_of_step_acts_in_a_held_drop(load: Load, access: Access) -> None:
    load(bundles.crowd())
    load(shrunken(("P003,C003,Y,N", "P003,C003,Y,Y,oops")))
    assert "C003-P003" not in access()


def test_a_new_link_in_a_held_drop_is_not_made(load: Load, access: Access) -> None:
    load(bundles.crowd())
    before, made = access(), Link.select().count()
    load(changed(shrunken(), "links.csv", ("P003,C003,Y,N", "P003,C003,Y,N\nP003,C004,Y,Y\nP003,C005,Y,N")))
    assert access() == before and Link.select().count() == made


def test_a_restriction_that_acted_at_once_left_the_row_before_in_the_journal(load: Load) -> None:
    load(bundles.crowd())
    load(shrunken(("P003,C003,Y,N", "P003,C003,N,Y")))
    newest = Journal.select().order_by(Journal.id.desc()).get()
    assert (newest.table, newest.drop.status) == ("links", HELD) and newest.before.replace(" ", "").count("null") >= 1
    assert Journal.select().where(Journal.drop == newest.drop).count() == 1


def test_after_a_held_drop_the_old_bytes_are_looked_at_again(load: Load, access: Access) -> None:
    load(bundles.crowd())
    load(shrunken(("P003,C003,Y,N", "P003,C003,Y,Y")))
    report = load(bundles.crowd())
    assert report.status == HELD and report.gained == ["Name3 – Ann Name3"] and len(access()) == 19  # they would give back what was shut since
