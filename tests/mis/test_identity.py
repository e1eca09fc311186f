"""Who is who: ids are the keys, nobody is merged by name or e-mail, and an id that becomes somebody else's hands nothing over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from glowlite import mis
from glowlite.mis import undo
from glowlite.mis.identity.numbers import scn_fault, upn_fault
from glowlite.mis.report import HELD, KEPT, REFUSED
from glowlite.models import (
    Audit,
    Conduct,
    Contact,
    Drop,
    Link,
    LinkDecision,
    Mark,
    Pupil,
    Result,
    School,
    Staff,
    User,
    UserContact,
    UserStaff,
)
from glowlite.policy import Viewer, can
from glowlite.policy.roles import Action
from tests.mis import bundles
from tests.mis.bundles import changed
from tests.mis.conftest import Load, adds_up, said, total

Access = Callable[[], set[str]]
ANN = "0001,Ann,Bell,2014-03-01,S1"
STAFF = "id,title,forename,surname,email\nT1,Mrs,Ailsa,Reid,a.reid@glenbeg.example\n"


def pupils(*rows: str, header: str = "id,forename,surname,born,year_group") -> bundles.Bundle:
    return bundles.family() | {"pupils.csv": "\n".join([header, *rows, ""])}


def with_ann_as(row: str) -> bundles.Bundle:
    return changed(bundles.family(), "pupils.csv", (ANN, row))


def with_mairi_as(row: str, file: str = bundles.CONTACTS) -> bundles.Bundle:
    return changed(bundles.family() | {"contacts.csv": file}, "contacts.csv", ("C1,Mairi,Bell,bells@example.org", row))


def standing(model: type = Pupil) -> dict[str, str]:
    rows = model.select().join(School).where(School.code == "glenbeg", model.gone.is_null())
    return {row.mis_id: row.name for row in rows}


@pytest.fixture
def let_in(load: Load, waiting_room: Path) -> Callable[[bundles.Bundle], mis.Report]:
    """let_in(bundle) loads a bundle that waits, and lets it in."""

    def do(bundle: bundles.Bundle) -> mis.Report:
        report = load(bundle)
        assert report.status == HELD, report.problems
        released = mis.release(Drop.get_by_id(report.drop_id), by="office", waiting_room=waiting_room)
        assert released.status == KEPT
        return released

    return do


def sees(user: User) -> set[str]:
    """Names of the children this account may open now."""
    viewer = Viewer.of(User.get_by_id(user.id))
    return {child.name for child in Pupil.select() if can(viewer, Action.CHILD, child)}


# --- an id that becomes somebody else's -----------------------------------------------------------------------


@pytest.mark.parametrize("row", ["0001,Zoe,Ross,2012-06-07,S1", "0001,Ann,Ross,2012-06-07,S1", "0001,Zoe,Bell,2012-06-07,S1", "0001,Zoe,Ross,,S1"])
def test_another_name_with_another_birthday_waits_and_both_are_named(load: Load, access: Access, row: str) -> None:
    load(bundles.family())
    before = access()
    report = load(with_ann_as(row))
    assert report.status == HELD and said(report, "This id was somebody else’s") == [("pupils.csv", 2, "id")]
    assert "Ann Bell, 2014-03-01; now: " in str(report.brakes()[0].value) and "Bell" not in report.brakes()[0].message
    assert access() == before and standing()["0001"] == "Ann Bell"


@pytest.mark.parametrize("row", [
    "0001,Anne,Bell,2014-03-01,S1", "0001,Zoe,Ross,2014-03-01,S1", "0001,Ann,Bell,2012-06-07,S1", "0001,ANN,BELL,2012-06-07,S1", "0001,Ann,Ross,,S1",
    "0001,Bell,Ann,2012-06-07,S1"])
def test_one_of_them_alone_is_a_correction(load: Load, access: Access, row: str) -> None:
    load(bundles.family())
    before = access()
    assert load(with_ann_as(row)).status == KEPT and access() == before and Pupil.select().join(School).where(School.code == "glenbeg").count() == 3


def test_without_birthdays_both_names_must_be_others(load: Load) -> None:
    header = "id,forename,surname"
    load(pupils("0001,Ann,Bell", "0002,Ben,Bell", "0003,Cat,Dow", header=header))
    assert load(pupils("0001,Ann,Ross", "0002,Ben,Bell", "0003,Cat,Dow", header=header)).status == KEPT
    assert load(pupils("0001,Zoe,Munro", "0002,Ben,Bell", "0003,Cat,Dow", header=header)).status == HELD


def test_the_first_childs_parents_never_see_the_second(let_in: Callable[..., mis.Report], load: Load, access: Access, account: Callable[[str], User]) -> None:
    """Not even when the file of links has not been put right, or does not come at all."""
    load(bundles.with_marks())
    rob = account("C2")
    assert sees(rob) == {"Ann Bell"}
    released = let_in({"pupils.csv": with_ann_as("0001,Zoe,Ross,2012-06-07,S1")["pupils.csv"]})
    assert standing()["0001"] == "Zoe Ross" and access() == {"C1-0002", "C3-0003"} and not sees(rob)
    assert released.impact.sentence == "2 adults lose access; 1 pupil leaves the roll." and released.lost == ["Mairi Bell – Ann Bell", "Rob Bell – Ann Bell"]
    assert not Mark.select().where(Mark.pupil == Pupil.get(Pupil.mis_id == "0001")).exists()
    first = Pupil.get(Pupil.forename == "Ann", Pupil.surname == "Bell", Pupil.gone.is_null(False))
    assert Mark.select().where(Mark.pupil == first).count() == 3


def test_only_what_this_very_drop_states_opens_the_second(let_in: Callable[..., mis.Report], load: Load, access: Access) -> None:
    load(bundles.family())
    let_in(changed(with_ann_as("0001,Zoe,Ross,2012-06-07,S1"), "links.csv", ("0001,C2,Father,2,Y,N", "0001,C3,Mother,1,Y,N"), ("0001,C1,Mother,1,Y,N\n", "")))
    assert access() == {"C1-0002", "C3-0001", "C3-0003"}


def test_what_the_head_said_about_the_first_does_not_open_the_second(let_in: Callable[..., mis.Report], load: Load, access: Access) -> None:
    load(changed(bundles.family(), "links.csv", ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,N,N")))
    link = Link.select().join(Pupil).where(Pupil.mis_id == "0001", Link.priority == 2).get()
    LinkDecision.create(link=link, opens=True, reason="Agreed", order_then=False, at="2026-11-01 09:00", by="head", review_on="2027-01-01")
    load(changed(bundles.family(), "links.csv", ("0001,C2,Father,2,Y,N", "0001,C2,Dad,2,N,N")))
    assert "C2-0001" in access()
    let_in(changed(with_ann_as("0001,Zoe,Ross,2012-06-07,S1"), "links.csv", ("0001,C2,Father,2,Y,N", "0001,C2,Father,2,N,N")))
    assert "C2-0001" not in access()


def test_what_was_written_about_the_first_is_not_handed_to_the_second(let_in: Callable[..., mis.Report], load: Load) -> None:
    """The MIS still has the old entries, under an id that is another child's by now."""
    load(bundles.everything())
    later = bundles.everything() | {"pupils.csv": with_ann_as("0001,Zoe,Ross,2012-06-07,S1")["pupils.csv"]}
    report = let_in(later)
    ann = Pupil.get(Pupil.forename == "Ann", Pupil.surname == "Bell", Pupil.gone.is_null(False))
    assert said(report, "It stays with them") == [("conduct.csv", 2, "pupil_id"), ("results.csv", 2, "pupil_id")] and adds_up(report)
    for model in (Conduct, Result):
        assert [row.pupil_id for row in model.select().join(School).where(School.code == "glenbeg")] == [ann.id]
    again = load({name: f"{text}\n" for name, text in later.items()})
    assert again.status == KEPT and said(again, "It stays with them") and not Conduct.select().join(Pupil).where(Pupil.mis_id == "0001").exists()


def test_undone_everybody_has_their_own_again(let_in: Callable[..., mis.Report], load: Load, access: Access, account: Callable[[str], User]) -> None:
    load(bundles.everything())
    before, rob = access(), account("C2")
    report = let_in(with_mairi_as("C1,Gus,Ross,gus@example.org") | {"pupils.csv": with_ann_as("0001,Zoe,Ross,2012-06-07,S1")["pupils.csv"]})
    account("C1")  # the office has given Gus an account since, so that his record cannot be removed
    undo.undo(Drop.get_by_id(report.drop_id), by="office", give_back="all")
    assert standing() == {"0001": "Ann Bell", "0002": "Ben Bell", "0003": "Cat Dow"} and standing(Contact)["C1"] == "Mairi Bell"
    assert access() == before and sees(rob) == {"Ann Bell"} and not sees(User.get(User.username == "glenbeg.c1"))


def test_an_account_does_not_pass_to_the_adult_who_has_its_id_now(let_in: Callable[..., mis.Report], load: Load, access: Access,
                                                                   account: Callable[[str], User]) -> None:
    load(bundles.family())
    mairi = account("C1")
    assert sees(mairi) == {"Ann Bell", "Ben Bell"}
    let_in(with_mairi_as("C1,Gus,Ross,gus@example.org"))
    assert access() == {"C1-0001", "C1-0002", "C2-0001", "C3-0003"} and standing(Contact)["C1"] == "Gus Ross"
    assert not sees(mairi) and User.get_by_id(mairi.id).session_key != mairi.session_key
    assert not UserContact.select().where(UserContact.contact == Contact.get(Contact.mis_id == "C1")).exists()


# --- what a person says about it ---------------------------------------------------------------------------------


def test_who_is_said_to_be_the_same_keeps_everything_and_the_others_are_kept_apart(load: Load, access: Access, account: Callable[[str], User],
                                                                                    waiting_room: Path) -> None:
    load(bundles.family())
    mairi, rob, before = account("C1"), account("C2"), access()
    report = load(with_ann_as("0001,Zoe,Ross,2012-06-07,S1") | {"contacts.csv": bundles.CONTACTS.replace("C1,Mairi,Bell,bells@", "C1,Gus,Ross,gus@")})
    assert [one["key"] for one in report.strangers] == ["pupils 0001", "contacts C1"]
    released = mis.release(Drop.get_by_id(report.drop_id), by="office", waiting_room=waiting_room, same={"pupils 0001"})
    assert released.status == KEPT and standing()["0001"] == "Zoe Ross" and Pupil.select().join(School).where(School.code == "glenbeg").count() == 3
    assert sees(rob) == {"Zoe Ross"} and sees(mairi) == set() and standing(Contact)["C1"] == "Gus Ross"
    assert "pupils 0001" in Audit.get(Audit.action == "drop released").after
    undo.undo(Drop.get_by_id(released.drop_id), by="office", give_back="all")
    assert standing()["0001"] == "Ann Bell" and access() == before and sees(mairi) == {"Ann Bell", "Ben Bell"}


@pytest.mark.parametrize("said", [set(), {"pupils 0002"}, {"contacts 0001"}, {"0001"}])
def test_without_such_a_word_an_id_that_changes_person_hands_nothing_over(load: Load, account: Callable[[str], User], waiting_room: Path,
                                                                           said: set[str]) -> None:
    load(bundles.family())
    rob = account("C2")
    report = load({"pupils.csv": with_ann_as("0001,Zoe,Ross,2012-06-07,S1")["pupils.csv"]})
    mis.release(Drop.get_by_id(report.drop_id), by="office", waiting_room=waiting_room, same=said)
    assert sees(rob) == set()


def test_who_is_the_same_is_asked_anew_when_the_drop_before_has_been_undone(load: Load, let_in: Callable[..., mis.Report], waiting_room: Path) -> None:
    load(bundles.family())
    gus = let_in(with_mairi_as("C1,Gus,Ross,gus@example.org"))
    held = load(with_mairi_as("C1,Fergus,Ross,other@example.org"))
    assert held.strangers == [{"key": "contacts C1", "before": "Gus Ross", "now": "Fergus Ross"}]
    undo.undo(Drop.get_by_id(gus.drop_id), by="office", give_back="all")
    report = mis.release(Drop.get_by_id(held.drop_id), by="office", waiting_room=waiting_room, same={"contacts C1"})
    assert report.status == REFUSED and said(report, "must be asked anew") and standing(Contact)["C1"] == "Mairi Bell"
    assert mis.release(Drop.get_by_id(held.drop_id), by="office", waiting_room=waiting_room).status == KEPT and standing(Contact)["C1"] == "Fergus Ross"


def test_staff_whose_id_is_somebody_elses_lose_the_classes(let_in: Callable[..., mis.Report], load: Load, glenbeg: School) -> None:
    load(bundles.everything() | {"staff.csv": STAFF})
    ailsa = User.create(username="glenbeg.ailsa", name="Ailsa")
    UserStaff.create(user=ailsa, staff=Staff.get(Staff.school == glenbeg, Staff.mis_id == "T1"))
    let_in(bundles.everything() | {"staff.csv": STAFF.replace("Ailsa,Reid,a.reid", "Gus,Ross,g.ross")})
    assert not UserStaff.select().where(UserStaff.staff == Staff.get(Staff.school == glenbeg, Staff.mis_id == "T1")).exists()
    assert not sees(ailsa)


@pytest.mark.parametrize("row", [
    "C1,Mairi,Ross,bells@example.org", "C1,M,Ross,other@example.org", "C1,Mairi,Ross,other@example.org", "C1,Marie,Bell,bells@example.org",
    "C1,Mairi Ann,Ross,", "C1,,Bell,other@example.org"])
def test_who_marries_or_was_mistyped_stays_the_same_adult(load: Load, account: Callable[[str], User], row: str) -> None:
    load(bundles.family())
    mairi = account("C1")
    assert load(with_mairi_as(row)).status == KEPT and sees(mairi) == {"Ann Bell", "Ben Bell"}


@pytest.mark.parametrize("row", ["C1,Rob,Ross,bells@example.org", "C1,Rob,Bell,other@example.org", "C1,Gus,Ross,"])
def test_an_adults_id_with_another_first_name_and_more_waits(load: Load, row: str) -> None:
    load(bundles.family())
    report = load(with_mairi_as(row))
    assert report.status == HELD and said(report, "This id was somebody else’s") == [("contacts.csv", 2, "id")]


SARAH = "C003,Sarah,Lennox,s.lennox@example.org"


def with_sarah_as(row: str, *links: tuple[str, str]) -> bundles.Bundle:
    crowd = bundles.crowd() | {"contacts.csv": f"id,forename,surname,email\n{row}\n"
                               + "".join(f"C{n:03},Con{n},Name{n},c{n}@example.org\n" for n in range(20) if n != 3)}
    return changed(crowd, "links.csv", *links)


def test_a_namesake_who_has_the_id_now_and_other_children_waits(load: Load, access: Access, account: Callable[[str], User]) -> None:
    load(with_sarah_as(SARAH))
    sarah = account("C003")
    before = sees(sarah)
    report = load(with_sarah_as("C003,Sarah,Kerr,s.kerr@example.org", ("P003,C003,Y,N", "P004,C003,Y,N")))
    assert report.status == HELD and said(report, "This id was somebody else’s") == [("contacts.csv", 2, "id")] and sees(sarah) == before


def test_who_marries_and_has_another_child_here_stays_the_same_adult(load: Load) -> None:
    load(with_sarah_as(SARAH))
    assert load(with_sarah_as("C003,Sarah,Kerr,s.kerr@example.org", ("P003,C003,Y,N", "P003,C003,Y,N\nP004,C003,Y,N"))).status == KEPT


def test_a_shared_e_mail_does_not_hide_another_mobile(load: Load) -> None:
    """The office writes Rob over Mairi's record; the household keeps its one e-mail address."""
    file = bundles.CONTACTS.replace("email\n", "email,mobile\n").replace("C1,Mairi,Bell,bells@example.org", "C1,Mairi,Bell,bells@example.org,07700 900001")
    load(bundles.family() | {"contacts.csv": file})
    later = file.replace("C1,Mairi,Bell,bells@example.org,07700 900001", "C1,Rob,Bell,bells@example.org,07700 900002")
    assert load(bundles.family() | {"contacts.csv": later}).status == HELD


def test_a_number_that_is_given_out_again_waits_and_says_when_it_ended(load: Load, access: Access) -> None:
    load(bundles.family())
    load(changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", "")))
    report = load(changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2", "0003,Eve,Orr,2015-05-05,P7")))
    assert report.status == HELD and said(report, "who ended on") == [("pupils.csv", 4, "id")] and "C3-0003" not in access()


def test_who_comes_back_as_themselves_does_not_wait(load: Load, access: Access) -> None:
    load(bundles.family())
    load(changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", "")))
    assert load(changed(bundles.family(), "pupils.csv", ("Cat,Dow", "Catherine,Dow"))).status == KEPT and "C3-0003" in access()


def test_two_pupils_whose_ids_were_swapped_wait_and_are_kept_apart(let_in: Callable[..., mis.Report], load: Load, account: Callable[[str], User]) -> None:
    load(bundles.family())
    rob = account("C2")
    let_in({"pupils.csv": "id,forename,surname,born\n0003,Ann,Bell,2014-03-01\n0002,Ben,Bell,2012-09-01\n0001,Cat,Dow,2013-12-24\n"})
    assert standing() == {"0001": "Cat Dow", "0002": "Ben Bell", "0003": "Ann Bell"} and not sees(rob)


def test_the_same_files_after_it_was_let_in_change_nothing(let_in: Callable[..., mis.Report], load: Load) -> None:
    load(bundles.family())
    later = with_ann_as("0001,Zoe,Ross,2012-06-07,S1")
    let_in(later)
    again = load({name: f"{text}\n" for name, text in later.items()})
    assert again.status == KEPT and not total(again) and adds_up(again)


# --- nobody is merged -------------------------------------------------------------------------------------------


def test_twins_stay_two(load: Load, access: Access) -> None:
    twins = pupils("0001,Ann,Bell,2014-03-01,S1", "0002,Amy,Bell,2014-03-01,S1", "0003,Cat,Dow,2013-12-24,S2")
    only_one = changed(twins, "links.csv", ("0002,C1,Mother,1,Y,N\n", ""))
    load(only_one)
    assert len(standing()) == 3 and {pair for pair in access() if pair.endswith("-0002")} == set()
    assert load(changed(only_one, "pupils.csv", ("0001,Ann,Bell", "0001,Amy,Bell"), ("0002,Amy,Bell", "0002,Ann,Bell"))).status == KEPT  # names swapped back


def test_namesakes_with_one_birthday_stay_two(load: Load, access: Access) -> None:
    load(pupils("0001,Ann,Bell,2014-03-01,S1", "0002,Ann,Bell,2014-03-01,S1", "0003,Cat,Dow,2013-12-24,S2"))
    assert len(standing()) == 3 and "C2-0002" not in access() and "C2-0001" in access()


def test_two_adults_with_one_e_mail_stay_two(load: Load, access: Access, account: Callable[[str], User]) -> None:
    load(bundles.family())
    mairi, rob = account("C1"), account("C2")
    assert sees(mairi) == {"Ann Bell", "Ben Bell"} and sees(rob) == {"Ann Bell"}


def test_two_records_of_one_adult_stay_two_until_a_person_joins_them(load: Load, account: Callable[[str], User]) -> None:
    load(bundles.family())
    mairi = account("C1")
    load(changed(changed(bundles.family(), "contacts.csv", ("C3,Flora,Dow,", "C3,Flora,Dow,\nC9,Mairi,Bell,bells@example.org")), "links.csv",
                 ("0003,C3,Mother,1,Y,N", "0003,C3,Mother,1,Y,N\n0003,C9,Aunt,2,Y,N")))
    assert len(standing(Contact)) == 4 and sees(mairi) == {"Ann Bell", "Ben Bell"}


def test_staff_who_are_parents_are_two_records_and_gain_nothing(load: Load, account: Callable[[str], User], glenbeg: School) -> None:
    """The same id, name and e-mail address in both files."""
    staff = "id,forename,surname,email\nC1,Mairi,Bell,bells@example.org\n"
    load(bundles.everything() | {"staff.csv": staff, "teaching.csv": "group_id,staff_id\n1-EN,C1\n"})
    mairi, teacher = account("C1"), User.create(username="glenbeg.bell", name="Mairi Bell")
    UserStaff.create(user=teacher, staff=Staff.get(Staff.school == glenbeg, Staff.mis_id == "C1"))
    assert not UserStaff.select().where(UserStaff.user == mairi).exists() and not UserContact.select().where(UserContact.user == teacher).exists()
    assert standing(Staff) == {"C1": "Mairi Bell"} and standing(Contact)["C1"] == "Mairi Bell"


# --- national numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["091234564", "100000016", "990001235"])
def test_a_right_scn(number: str) -> None:
    assert scn_fault(number) == ""


@pytest.mark.parametrize(("number", "words"), [
    ("091234565", "should be 4"), ("091243564", "should be"), ("91234564", "A zero at its front may have been lost"), ("12345678", "has nine digits."),
    ("ABC", "has nine digits."), ("0912345645", "has nine digits."), ("٠٩١٢٣٤٥٦٤", "has nine digits.")])
def test_a_wrong_scn_is_told_with_what_would_be_right(number: str, words: str) -> None:
    assert words in scn_fault(number)


def test_an_scn_that_was_never_given_out() -> None:
    never = next(f"{n:08}" for n in range(10_000_000, 10_000_100) if "No Scottish" in scn_fault(f"{n:08}0"))
    assert all("No Scottish Candidate Number begins" in scn_fault(f"{never}{digit}") for digit in range(10))


@pytest.mark.parametrize("number", ["H801200001001", "h801200001001", "H801 200 001 001"])
def test_a_right_upn(number: str) -> None:
    assert upn_fault(number) == ""


@pytest.mark.parametrize(("number", "words"), [
    ("A801200001001", "should be H"), ("H801200001002", "should be"), ("H80120000100", "a letter and twelve digits"), ("I801200001001", "a letter and twelve"),
    ("", "a letter and twelve"), ("H80120000100S", "a letter and twelve")])
def test_a_wrong_upn_is_told_with_what_would_be_right(number: str, words: str) -> None:
    assert words in upn_fault(number)


def test_a_temporary_upn_is_a_right_one() -> None:
    from stdnum.gb import upn
    assert upn_fault(upn.calc_check_digit("80120000100A") + "80120000100A") == ""


HEADER = "id,forename,surname,born,scn,upn"


def test_a_wrong_number_is_a_remark_and_the_child_is_taken(load: Load) -> None:
    report = load(pupils("0001,Ann,Bell,2014-03-01,091234565,", "0002,Ben,Bell,2012-09-01,,A801200001001", "0003,Cat,Dow,2013-12-24,091234564,", header=HEADER))
    assert report.status == KEPT and len(standing()) == 3 and adds_up(report)
    assert said(report, "should be 4") == [("pupils.csv", 2, "scn")] and said(report, "should be H") == [("pupils.csv", 3, "upn")]


def test_one_number_of_two_pupils_is_a_remark_and_they_stay_two(load: Load, access: Access) -> None:
    report = load(pupils("0001,Ann,Bell,2014-03-01,091234564,", "0002,Ben,Bell,2012-09-01,091234564,", "0003,Cat,Dow,2013-12-24,,", header=HEADER))
    assert report.status == KEPT and said(report, "Row 2 has the same number") == [("pupils.csv", 3, "scn")] and len(standing()) == 3
    assert len(access()) == 4


def test_a_temporary_upn_that_becomes_permanent_is_the_same_child(load: Load, access: Access) -> None:
    rows = ("0001,Ann,Bell,2014-03-01,,{}", "0002,Ben,Bell,2012-09-01,,", "0003,Cat,Dow,2013-12-24,,")
    load(pupils(*(row.format("F80120000100A") for row in rows), header=HEADER))
    before = access()
    report = load(pupils(*(row.format("H801200001001") for row in rows), header=HEADER))
    assert report.status == KEPT and access() == before and Pupil.get(Pupil.mis_id == "0001").upn == "H801200001001" and len(standing()) == 3


def test_the_wrong_numbers_of_a_whole_school_do_not_drown_the_report(load: Load) -> None:
    rows = [f"P{n:04},Ann,Name{n},,12345678{n % 10},x" for n in range(600)]
    report = load({"pupils.csv": "\n".join([HEADER, *rows, ""])})
    assert report.status == KEPT and len(report.problems) < 220
