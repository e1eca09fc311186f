"""One adult, two records: offered with the evidence, joined only by a person or by who proves both codes, and taken apart again at once."""

import pytest

from glowlite import clock, founding
from glowlite.models import AccessCode, Approval, Audit, Contact, Link, Match, Pupil, School, User, UserContact
from glowlite.rollout import accounts, codes, life, matches
from glowlite.rollout.likeness import DIFFERENT, NOT_THERE, SAME

SHOWN = ("title", "forename", "surname", "email", "mobile", "phone", "address", "postcode")


def user(username):
    return User.get(User.username == username)


def record(number, school):
    return Contact.get(Contact.mis_id == number, Contact.school == school)


def another(like, number, school, child, **differing):
    """One more record of that adult, with a link that opens a child."""
    made = Contact.create(school=school, mis_id=number, **({name: getattr(like, name) for name in SHOWN} | differing))
    Link.create(pupil=child, contact=made, parental_responsibility=True, court_order=False, account_selected=True, priority=1)
    return made


def offers(school):
    return {(offer.ours.mis_id, offer.other.mis_id): offer for offer in matches.offered(school)}


def sees(visitor, username, child):
    return visitor(username).get(f"/children/{child.id}").status == 200


@pytest.fixture
def primary():
    return School.get(School.code == "shore-primary")


@pytest.fixture
def aisha(pupil):
    return pupil("000106")


@pytest.fixture
def twice(academy, pupil):
    """The Academy's MIS has Mairi MacLeod a second time, as a contact of another child."""
    return another(record("C000101", academy), "C000901", academy, pupil("000109"))


@pytest.fixture
def tomasz_at_primary(academy, primary, aisha):
    """Tomasz Kowalski, who has an account from the Academy, is a contact at the Primary too."""
    return another(record("C000103", academy), "P17", primary, aisha, phone="", address="3 New Street")


@pytest.fixture
def two_accounts(tomasz_at_primary, primary):
    """The Primary has made him an account of its own."""
    second = accounts.approve(user("isobel.grant"), primary, tomasz_at_primary, remote=True).user
    User.update(agreed_text=user("tomasz.kowalski").agreed_text).where(User.id == second.id).execute()
    return user("tomasz.kowalski2")


@pytest.fixture
def isobel(visitor, primary):
    """The office of the Primary at the list."""
    somebody = visitor("isobel.grant")
    somebody.list = f"/schools/{primary.id}/matches"
    return somebody


@pytest.fixture
def jean(visitor, academy):
    somebody = visitor("jean.baxter")
    somebody.list = f"/schools/{academy.id}/matches"
    return somebody


def say(office, ours, other, answer="same"):
    return office.post(office.list, {"ours": str(ours.id), "other": str(other.id), "answer": answer})


# --- what is offered ----------------------------------------------------------------------------------------


def test_who_stands_twice_in_one_mis_is_offered_with_both_sides(academy, twice, jean):
    assert set(offers(academy)) == {("C000101", "C000901")}
    page = jean.get(jean.list)
    assert page.text.count("07700 900101") == 2 and "C000901" in page and "twice here?" in page


def test_of_another_school_only_same_or_different_is_said(primary, tomasz_at_primary, academy, isobel):
    Contact.update(mobile="07700 900555", address="99 Canary Lane").where(Contact.id == record("C000103", academy).id).execute()
    verdicts = {line.label: (line.theirs, line.verdict) for line in offers(primary)["P17", "C000103"].evidence}
    assert verdicts["E-mail"] == (None, SAME) and verdicts["Mobile"] == (None, DIFFERENT) and verdicts["Telephone"] == (None, NOT_THERE)
    page = isobel.get(isobel.list)
    assert "Morran Academy" in page
    assert not any(hidden in page for hidden in ("Canary Lane", "07700 900555", "Zofia", "C000103", "tomasz.kowalski<", "000103"))


def test_looking_joins_nothing(jean, isobel, twice, tomasz_at_primary):
    before = list(UserContact.select(UserContact.user, UserContact.contact).tuples())
    jean.get(jean.list), isobel.get(isobel.list)
    assert list(UserContact.select(UserContact.user, UserContact.contact).tuples()) == before and not Match.select().exists()


def test_two_people_with_one_address_and_one_e_mail_are_not_offered(academy):
    """Fiona and Alan Drummond share both."""
    assert not [pair for pair in offers(academy) if {"C000120", "C000121"} & set(pair)]


def test_a_name_alone_is_not_enough(academy, pupil):
    another(record("C000101", academy), "C000902", academy, pupil("000109"), email=None, mobile=None, phone=None, address="1 Far Away", postcode="IV1 1AA")
    assert offers(academy) == {}


def test_an_e_mail_address_alone_is_not_enough(academy, pupil):
    another(record("C000101", academy), "C000902", academy, pupil("000109"), forename="Mairi", surname="Other", mobile=None, phone=None, address=None)
    assert offers(academy) == {}


@pytest.mark.parametrize("differing", [
    {"surname": "Mac Leod"}, {"surname": "MACLEOD"}, {"forename": "Màiri"}, {"mobile": "+44 7700 900101"}, {"forename": None}])
def test_spelling_does_not_hide_it(academy, pupil, differing):
    another(record("C000101", academy), "C000902", academy, pupil("000109"), **differing)
    assert ("C000101", "C000902") in offers(academy)


def test_who_married_is_offered_when_two_signs_speak_for_it(academy, pupil):
    another(record("C000101", academy), "C000902", academy, pupil("000109"), surname="Ross")
    assert set(offers(academy)) == {("C000101", "C000902")}


def test_who_may_see_nobody_is_not_offered(academy, twice):
    Link.update(court_order=True).where(Link.contact == twice).execute()
    assert offers(academy) == {}


def test_what_is_one_account_already_is_not_offered(academy, primary):
    """Mairi MacLeod stands in the MIS of both schools, and has had one account from the beginning."""
    assert record("C000101", academy).mobile == record("C000101", primary).mobile
    assert offers(academy) == offers(primary) == {}


def test_a_record_that_is_gone_is_not_offered(academy, twice):
    Contact.update(gone=clock.today()).where(Contact.id == twice.id).execute()
    assert offers(academy) == {}


def test_the_other_school_is_not_asked_while_nobody_there_has_an_account(academy, tomasz_at_primary):
    assert offers(academy) == {}


# --- joined by a person ---------------------------------------------------------------------------------------


def test_joined_in_one_mis_both_records_open_one_account(jean, visitor, academy, twice, pupil):
    assert not sees(visitor, "mairi.macleod", pupil("000109"))
    say(jean, record("C000101", academy), twice)
    assert sees(visitor, "mairi.macleod", pupil("000109")) and sees(visitor, "mairi.macleod", pupil("000101"))
    assert Approval.get(Approval.contact == twice).user.username == "mairi.macleod" and offers(academy) == {}


def test_joined_across_schools_the_account_that_is_there_opens_it(isobel, visitor, academy, tomasz_at_primary, aisha):
    count = User.select().count()
    say(isobel, tomasz_at_primary, record("C000103", academy))
    assert sees(visitor, "tomasz.kowalski", aisha) and User.select().count() == count


def test_joining_is_written_for_both_schools_and_gives_nothing_away(isobel, academy, primary, tomasz_at_primary):
    say(isobel, tomasz_at_primary, record("C000103", academy))
    rows = {row.school_id: row for row in Audit.select().where(Audit.action == "joined two records")}
    assert set(rows) == {academy.id, primary.id} and {row.actor_name for row in rows.values()} == {"isobel.grant"}
    assert "C000103" not in rows[primary.id].after and "P17" not in rows[academy.id].after


def test_while_the_rollout_stops_approvals_nothing_is_joined(primary, tomasz_at_primary, aisha):
    """At another school, where nothing is done yet."""
    kilmorran = founding.add_school(primary.authority, "kilmorran", "Kilmorran Primary", "test")
    Contact.update(school=kilmorran).where(Contact.id == tomasz_at_primary.id).execute()
    Pupil.update(school=kilmorran).where(Pupil.id == aisha.id).execute()
    offer = matches.offered(kilmorran)[0]
    with pytest.raises(accounts.NotYet):
        matches.join(user("isobel.grant"), kilmorran, offer)
    assert not Match.select().exists() and not UserContact.select().where(UserContact.contact == tomasz_at_primary).exists()


def test_who_was_not_selected_is_not_joined(isobel, academy, tomasz_at_primary, visitor, aisha):
    Link.update(account_selected=False).where(Link.contact == tomasz_at_primary).execute()
    say(isobel, tomasz_at_primary, record("C000103", academy))
    assert not sees(visitor, "tomasz.kowalski", aisha) and not Match.select().exists()


def test_only_what_is_offered_can_be_joined(isobel, academy, primary, visitor, pupil):
    """By address, without the evidence: another adult of the other school."""
    say(isobel, record("C000106", primary), record("C000103", academy))
    assert not Match.select().exists() and not sees(visitor, "tomasz.kowalski", pupil("000106"))


def test_the_office_joins_records_of_its_own_school_only(jean, academy, tomasz_at_primary, visitor, aisha):
    """Jean Baxter of the Academy would give away a child of the Primary."""
    say(jean, record("C000103", academy), tomasz_at_primary)
    assert not sees(visitor, "tomasz.kowalski", aisha) and not Match.select().exists()


def test_before_either_has_an_account_it_is_remembered(jean, academy, pupil, visitor):
    calum = record("C000102", academy)
    Link.update(account_selected=True).where(Link.contact == calum).execute()
    second = another(calum, "C000903", academy, pupil("000109"))
    say(jean, calum, second)
    first = accounts.approve(user("jean.baxter"), academy, calum, remote=True)
    assert accounts.approve(user("jean.baxter"), academy, second, remote=True).user == first.user


@pytest.mark.parametrize("username", ["mairi.macleod", "ailsa.reid", "donald.munro", "priya.sharma", "isobel.grant", "helen.ross"])
def test_nobody_else_sees_or_answers(visitor, academy, twice, username):
    stranger = visitor(username)
    stranger.list = f"/schools/{academy.id}/matches"
    assert stranger.get(stranger.list).status == 404
    assert say(stranger, record("C000101", academy), twice).status == 404 and not Match.select().exists()


# --- two people -----------------------------------------------------------------------------------------------


def test_two_people_are_remembered_and_not_offered_again(jean, academy, twice):
    say(jean, record("C000101", academy), twice, "different")
    assert offers(academy) == {} and "Two people: 1" in jean.get(jean.list)
    assert not UserContact.select().where(UserContact.contact == twice).exists()


def test_it_can_be_asked_again(jean, academy, twice):
    say(jean, record("C000101", academy), twice, "different")
    jean.post(f"{jean.list}/{Match.get().id}")
    assert set(offers(academy)) == {("C000101", "C000901")} and not Match.select().exists()


def test_an_answer_that_is_none_does_nothing(jean, academy, twice):
    say(jean, record("C000101", academy), twice, "")
    assert not Match.select().exists()


# --- both have an account ---------------------------------------------------------------------------------------


def test_the_second_account_is_emptied_and_locked_and_it_is_said_before(isobel, visitor, academy, tomasz_at_primary, two_accounts, aisha):
    page = isobel.get(isobel.list)
    assert "Both have an account" in page and "tomasz.kowalski2 is signed out, and locked" in page
    say(isobel, tomasz_at_primary, record("C000103", academy))
    assert sees(visitor, "tomasz.kowalski", aisha) and User.get_by_id(two_accounts.id).locked
    assert Approval.get(Approval.contact == tomasz_at_primary).user.username == "tomasz.kowalski"


def test_a_second_account_that_stands_for_more_is_not_locked(isobel, academy, tomasz_at_primary, two_accounts, primary):
    UserContact.create(user=two_accounts, contact=record("C000117", primary))
    key = User.get_by_id(two_accounts.id).session_key
    say(isobel, tomasz_at_primary, record("C000103", academy))
    left = User.get_by_id(two_accounts.id)
    assert left.locked is None and left.session_key != key


def test_of_two_settings_of_remote_access_the_narrower_counts(isobel, academy, tomasz_at_primary, two_accounts):
    User.update(remote_access=False).where(User.id == two_accounts.id).execute()
    say(isobel, tomasz_at_primary, record("C000103", academy))
    assert user("tomasz.kowalski").remote_access is False


def test_a_lock_is_not_got_round(isobel, academy, tomasz_at_primary, two_accounts, visitor, aisha):
    User.update(locked=clock.now()).where(User.id == two_accounts.id).execute()
    say(isobel, tomasz_at_primary, record("C000103", academy))
    assert not sees(visitor, "tomasz.kowalski", aisha) and not Match.select().exists()


# --- taken apart ------------------------------------------------------------------------------------------------


def test_taken_apart_access_is_gone_at_once_and_sessions_end(isobel, visitor, academy, tomasz_at_primary, aisha):
    say(isobel, tomasz_at_primary, record("C000103", academy))
    tomasz = visitor("tomasz.kowalski")
    assert tomasz.get(f"/children/{aisha.id}").status == 200 and "Joined by Isobel Grant" in isobel.get(isobel.list)
    isobel.post(f"{isobel.list}/{Match.get().id}")
    assert tomasz.get("/").status == 303 and not sees(visitor, "tomasz.kowalski", aisha)
    assert not Approval.select().where(Approval.contact == tomasz_at_primary).exists() and offers(tomasz_at_primary.school) == {}
    assert Audit.select().where(Audit.action == "took two records apart").count() == 2


def test_taken_apart_the_second_account_has_all_it_had(isobel, visitor, academy, tomasz_at_primary, two_accounts, aisha):
    say(isobel, tomasz_at_primary, record("C000103", academy))
    isobel.post(f"{isobel.list}/{Match.get().id}")
    assert sees(visitor, "tomasz.kowalski2", aisha) and not sees(visitor, "tomasz.kowalski", aisha)
    assert User.get_by_id(two_accounts.id).locked is None and Approval.get(Approval.contact == tomasz_at_primary).user == two_accounts


def test_the_other_school_can_take_it_apart_too(isobel, jean, visitor, academy, tomasz_at_primary, two_accounts, aisha):
    say(isobel, tomasz_at_primary, record("C000103", academy))
    assert "a record of Shore Street Primary School" in jean.get(jean.list) and "P17" not in jean.get(jean.list)
    jean.post(f"{jean.list}/{Match.get().id}")
    assert not sees(visitor, "tomasz.kowalski", aisha) and sees(visitor, "tomasz.kowalski2", aisha)


def test_a_school_that_has_nothing_to_do_with_it_cannot(visitor, jean, academy, twice, primary):
    say(jean, record("C000101", academy), twice)
    assert visitor("isobel.grant").post(f"/schools/{primary.id}/matches/{Match.get().id}").status == 404 and Match.get().is_same


# --- by who proves both codes -------------------------------------------------------------------------------------


@pytest.fixture
def code(site, two_accounts, tomasz_at_primary):
    """In the letter of the Primary."""
    with site.app_context():
        return codes.make("letters", two_accounts, tomasz_at_primary, "letter")


@pytest.fixture
def born(aisha):
    return f"{aisha.born:%d/%m/%Y}"


def prove(visitor, code, born, username="tomasz.kowalski"):
    return visitor(username).post("/codes", {"code": code, "born": born})


def test_a_second_code_and_a_birthday_add_the_child(visitor, code, born, aisha, pupil, two_accounts):
    assert prove(visitor, code, born).status == 303
    assert sees(visitor, "tomasz.kowalski", aisha) and sees(visitor, "tomasz.kowalski", pupil("000103"))
    assert User.get_by_id(two_accounts.id).locked and AccessCode.get(AccessCode.user == two_accounts).used


def test_the_offices_can_take_it_apart(visitor, isobel, code, born, aisha):
    prove(visitor, code, born)
    assert "Joined by Tomasz Kowalski" in isobel.get(isobel.list)
    isobel.post(f"{isobel.list}/{Match.get().id}")
    assert not sees(visitor, "tomasz.kowalski", aisha) and sees(visitor, "tomasz.kowalski2", aisha)


def test_a_code_works_once(visitor, code, born, aisha):
    prove(visitor, code, born)
    assert prove(visitor, code, born, "linda.smith").status == 422 and not sees(visitor, "linda.smith", aisha)


@pytest.fixture
def wrong_ones(site, code, born, pupil, academy):
    """What is typed, by what is wrong with it."""
    with site.app_context():
        own = codes.make("letters", user("tomasz.kowalski"), record("C000103", academy), "letter")
    return {"no such code": ("AAAA-BBBB-CCCC", born), "another birthday": (code, "01/01/2001"), "one's own code": (own, f"{pupil('000103').born:%d/%m/%Y}"),
            "no day": (code, "31/02/2015")}


def test_whatever_is_wrong_the_answer_is_the_same(visitor, wrong_ones, aisha):
    tomasz, said = visitor("tomasz.kowalski"), set()
    for code, born in wrong_ones.values():
        page = tomasz.post("/codes", {"code": code, "born": born})
        said.add((page.status, page.text.split('role="alert">')[1].split("<")[0]))
    assert len(said) == 1 and said.pop()[0] == 422 and not sees(visitor, "tomasz.kowalski", aisha)


def test_guessing_is_stopped(visitor, two_accounts, aisha):
    tomasz = visitor("tomasz.kowalski")
    answers = [tomasz.post("/codes", {"code": f"AAAA-BBBB-{number:04}", "born": "01/01/2015"}).status for number in range(12)]
    assert answers[:10] == [422] * 10 and answers[10:] == [429, 429]


def test_a_restricted_adult_adds_nothing(visitor, code, born, aisha, tomasz_at_primary):
    Link.update(court_order=True).where(Link.contact == tomasz_at_primary).execute()
    assert prove(visitor, code, born).status == 422 and not sees(visitor, "tomasz.kowalski", aisha)


@pytest.mark.parametrize(("username", "hat"), [("ailsa.reid", None), ("shona.campbell", "staff"), ("jean.baxter", None)])
def test_staff_have_no_such_page(visitor, code, born, username, hat):
    somebody = visitor(username, hat)
    assert somebody.get("/codes").status == 404 and somebody.post("/codes", {"code": code, "born": born}).status == 404


def test_a_self_proved_join_brings_no_remote_access(visitor, code, born, two_accounts):
    """The Primary lets him in from its own networks only; its letter cannot be used to get round that."""
    User.update(remote_access=False).where(User.id == two_accounts.id).execute()
    prove(visitor, code, born)
    assert user("tomasz.kowalski").remote_access is False


# --- a child who has moved ------------------------------------------------------------------------------------

SCN = "091234564"


@pytest.fixture
def moved(academy, primary, pupil):
    """Zofia Kowalska has left the Academy for the Primary, whose MIS has her father as a new contact with nothing but his name."""
    zofia, tomasz = pupil("000103"), record("C000103", academy)
    Pupil.update(scn=SCN, gone=clock.today()).where(Pupil.id == zofia.id).execute()
    Link.update(gone=clock.today()).where(Link.pupil == zofia).execute()
    Contact.update(gone=clock.today()).where(Contact.id == tomasz.id).execute()
    there = Pupil.create(school=primary, mis_id="900", scn=SCN, forename=zofia.forename, surname=zofia.surname, born=zofia.born, year_group="P7")
    another(tomasz, "P17", primary, there, email=None, mobile=None, phone=None, address=None, postcode=None)
    return there


def test_a_parent_whose_child_has_moved_is_offered_first_with_the_number(academy, primary, moved, aisha, isobel):
    for number in ("P20", "P21"):  # stands twice in the Primary's own MIS
        another(record("C000101", academy), number, primary, aisha, surname="Abel")
    assert len(offers(primary)) > 1
    first = matches.offered(primary)[0]
    assert (first.ours.mis_id, first.other.mis_id) == ("P17", "C000103") and first.user is None and first.other_user == user("tomasz.kowalski")
    assert first.evidence[0] == ("The same child", f"{moved.name}, by SCN {SCN}", None, SAME)
    assert f"by SCN {SCN}" in isobel.get(isobel.list)


def test_joined_by_a_person_the_account_goes_on_at_the_new_school(primary, moved, isobel, visitor, pupil):
    assert not sees(visitor, "tomasz.kowalski", moved)
    offer = offers(primary)["P17", "C000103"]
    assert say(isobel, offer.ours, offer.other).status == 303
    assert sees(visitor, "tomasz.kowalski", moved) and not sees(visitor, "tomasz.kowalski", pupil("000103"))


def test_a_move_alone_joins_nobody(primary, moved, visitor, isobel):
    isobel.get(isobel.list)
    assert not sees(visitor, "tomasz.kowalski", moved) and not Match.select().exists()
    assert not UserContact.select().where(UserContact.contact == record("P17", primary)).exists()


def test_the_account_is_not_closed_while_the_move_is_open(academy, primary, moved, jean, isobel):
    assert "tomasz.kowalski" in {one.user.username for one in life.moved(academy)} - {one.user.username for one in life.closed(academy)}
    page = jean.get(f"/schools/{academy.id}/life")
    told = page.text.partition('id="moved"')[2].partition("</section>")[0]
    assert "tomasz.kowalski" in told and primary.name not in told
    assert user("tomasz.kowalski").locked is None
    offer = offers(primary)["P17", "C000103"]
    say(isobel, offer.ours, offer.other)
    assert not life.moved(academy) and "tomasz.kowalski" not in {one.user.username for one in life.closed(academy)}


@pytest.mark.parametrize("differing", [
    {"scn": "990001235"}, {"scn": "091234565"}, {"scn": None}, {"born": "2001-01-01"}, {"gone": clock.today()}])
def test_without_the_same_right_number_and_birthday_it_is_no_move(academy, primary, moved, differing):
    Pupil.update(**differing).where(Pupil.id == moved.id).execute()
    if differing.get("scn") == "091234565":  # wrong in both schools alike
        Pupil.update(scn="091234565").where(Pupil.mis_id == "000103").execute()
    assert not offers(primary) and not life.moved(academy) and "tomasz.kowalski" in {one.user.username for one in life.closed(academy)}


def test_a_number_that_two_pupils_have_is_no_evidence(academy, primary, moved, pupil):
    Pupil.create(school=primary, mis_id="901", scn=SCN, forename="Amy", surname="Other", born=moved.born)
    assert not offers(primary) and not life.moved(academy)


@pytest.mark.parametrize("differing", [{"forename": "Jan"}, {"forename": None}, {"surname": "Other"}])
def test_another_adult_of_the_child_who_moved_is_not_offered(primary, moved, differing):
    """The new partner, or the other parent: the child alone makes nobody the same adult."""
    Contact.update(**differing).where(Contact.id == record("P17", primary).id).execute()
    assert not offers(primary)


def test_who_may_not_see_the_child_at_the_new_school_is_not_offered(primary, moved):
    Link.update(court_order=True).where(Link.pupil == moved).execute()
    assert not offers(primary)


def test_an_english_number_does_it_too(primary, moved):
    Pupil.update(scn=None, upn="H801200001001").where((Pupil.id == moved.id) | (Pupil.mis_id == "000103")).execute()
    assert offers(primary)["P17", "C000103"].evidence[0].ours.endswith("by UPN H801200001001")
