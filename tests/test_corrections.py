"""Corrections: parents say what is wrong about themselves, the office settles it, and nothing but a drop changes the data."""

import pytest

from glowlite import mis
from glowlite.models import Audit, Contact, Correction, Link, School

OWN = ("title", "forename", "surname", "email", "mobile", "phone", "address", "postcode")


def record(number, school):
    return Contact.get(Contact.mis_id == number, Contact.school == school)


@pytest.fixture(autouse=True)
def nothing_said_yet(rolled_back):
    """The demo's own correction is out of the way."""
    Correction.delete().execute()


@pytest.fixture
def mother(academy):
    """Mairi MacLeod's record at the Academy."""
    return record("C000101", academy)


@pytest.fixture
def primary():
    return School.get(School.code == "shore-primary")


@pytest.fixture
def tell(visitor):
    """tell(contact, mobile="07700 900999") as Mairi fills in the form: the rest stays as it is."""

    def send(contact, username="mairi.macleod", everywhere=False, **changed):
        fields = {f"{contact.id}-{name}": getattr(contact, name) or "" for name in OWN} | {f"{contact.id}-{name}": value for name, value in changed.items()}
        return visitor(username).post(f"/welcome/details/{contact.id}", fields | ({f"{contact.id}-everywhere": "y"} if everywhere else {}))

    return send


def standing(contact):
    return {row.field: (row.before, row.after) for row in Correction.select().where(Correction.contact == contact, Correction.state == "open")}


# --- what parents say -------------------------------------------------------------------------------------


def test_a_parent_says_what_is_wrong_and_the_data_stays(tell, mother):
    held = Contact.select().where(Contact.id == mother.id).dicts().get()
    assert tell(mother, mobile="07700 900999").status == 303
    assert standing(mother) == {"mobile": (mother.mobile, "07700 900999")}
    assert Contact.select().where(Contact.id == mother.id).dicts().get() == held


def test_it_is_written_with_before_and_after(tell, mother):
    tell(mother, mobile="07700 900999")
    row = Audit.select().where(Audit.action == "asked for a correction").order_by(Audit.id.desc()).first()
    assert (row.actor_name, row.before, row.after) == ("mairi.macleod", f'"{mother.mobile}"', '"07700 900999"')


def test_what_is_right_already_asks_for_nothing(tell, mother):
    tell(mother, mobile=mother.mobile.replace(" ", ""))
    assert standing(mother) == {}


def test_saying_it_twice_asks_once_and_the_last_word_counts(tell, mother):
    for number in ("07700 900999", "07700 900999", "07700 900111"):
        tell(mother, mobile=number)
    assert standing(mother) == {"mobile": (mother.mobile, "07700 900111")}


def test_it_can_be_taken_back(tell, mother):
    tell(mother, mobile="07700 900999")
    tell(mother)
    assert standing(mother) == {} and Correction.get(Correction.contact == mother).state == "withdrawn"


def test_both_schools_are_told_when_she_wishes(tell, mother, primary):
    tell(mother, everywhere=True, mobile="07700 900999")
    assert "mobile" in standing(record("C000101", primary)) and set(standing(mother)) == {"mobile"}


def test_only_one_school_is_told_otherwise(tell, mother, primary):
    tell(mother, mobile="07700 900999")
    assert standing(record("C000101", primary)) == {}


@pytest.mark.parametrize("wrong", [{"surname": ""}, {"email": "nobody at home"}, {"address": "x" * 301}])
def test_what_cannot_be_right_is_said_beside_the_field(tell, mother, wrong):
    page = tell(mother, **wrong)
    assert page.status == 422 and 'aria-invalid="true"' in page and standing(mother) == {}


def test_a_zero_byte_does_no_harm(tell, mother):
    assert tell(mother, mobile="07700\0 900999").status == 303


@pytest.mark.parametrize("username", ["tomasz.kowalski", "gordon.fraser", "karen.fraser", "ailsa.reid", "jean.baxter", "donald.munro"])
def test_nobody_else_speaks_for_her(tell, mother, username):
    assert tell(mother, username, mobile="07700 900999").status == 404
    assert standing(mother) == {}


def test_one_sees_ones_own_details_and_nobody_elses(visitor, academy):
    """The Drummonds share an address and an e-mail address; each has a record of their own."""
    alan = record("C000121", academy)
    Contact.update(mobile="07700 900777").where(Contact.id == alan.id).execute()
    page = visitor("fiona.drummond").get("/welcome/details")
    assert "Fiona" in page and "Alan" not in page and "07700 900777" not in page


def test_who_is_let_in_no_more_says_nothing(visitor):
    """Paul Geddes' son has left."""
    assert visitor("paul.geddes").get("/welcome/details").headers["Location"].startswith("/sign-in")


def test_a_record_of_a_school_that_is_closed_to_one_is_not_shown(visitor, mother, primary):
    Link.update(court_order=True).where(Link.contact == mother).execute()
    page = visitor("mairi.macleod").get("/welcome/details")
    assert "Shore Street" in page and f"/welcome/details/{mother.id}" not in page.links


# --- what the office does ---------------------------------------------------------------------------------


@pytest.fixture
def new_number(tell, mother):
    tell(mother, mobile="07700 900999")
    return Correction.get(Correction.contact == mother)


@pytest.fixture
def office(visitor, academy):
    jean = visitor("jean.baxter")
    jean.corrections = f"/schools/{academy.id}/corrections"
    return jean


def test_the_office_meets_it_on_the_home_page_and_in_the_list(office, new_number):
    assert "1 correction from parents" in office.get("/") and office.corrections in office.get("/").links
    page = office.get(office.corrections)
    assert f"<del>{new_number.before}</del>" in page and "<ins>07700 900999</ins>" in page


def test_the_head_is_not_asked_to_settle_it(visitor, new_number):
    assert "correction from parents" not in visitor("donald.munro").get("/")


def test_done_in_the_mis_is_said_to_the_parent(office, visitor, new_number):
    assert office.post(f"{office.corrections}/{new_number.id}", {"state": "done", "answer": "Thank you!"}).status == 303
    page = visitor("mairi.macleod").get("/welcome/details")
    assert "Thank you!" in page and "Done" in page and "Nothing waits" in office.get(office.corrections)


def test_who_leaves_it_says_why(office, visitor, new_number):
    refused = office.post(f"{office.corrections}/{new_number.id}", {"state": "declined"})
    assert refused.status == 422 and Correction.get_by_id(new_number.id).state == "open"
    office.post(f"{office.corrections}/{new_number.id}", {"state": "declined", "answer": "Please bring the deed poll."})
    assert "Please bring the deed poll." in visitor("mairi.macleod").get("/welcome/details")


def test_it_is_settled_once(office, new_number):
    office.post(f"{office.corrections}/{new_number.id}", {"state": "done"})
    assert office.post(f"{office.corrections}/{new_number.id}", {"state": "declined", "answer": "x"}).status == 404


def test_the_office_of_another_school_cannot(visitor, primary, new_number):
    isobel = visitor("isobel.grant")
    assert isobel.post(f"/schools/{primary.id}/corrections/{new_number.id}", {"state": "done"}).status == 404
    assert "07700 900999" not in isobel.get(f"/schools/{primary.id}/corrections")


def test_a_drop_that_brings_the_new_value_settles_it(office, new_number, mother, write_bundle, academy):
    """As it comes from the MIS, written without the space."""
    rows = Contact.select().where(Contact.school == academy, Contact.gone.is_null())
    lines = [f'{row.mis_id},"{row.forename or ""}","{row.surname}",{"07700900999" if row.id == mother.id else row.mobile or ""}' for row in rows]
    report = mis.load(write_bundle({"contacts.csv": "id,forename,surname,mobile\n" + "\n".join(lines) + "\n"}), academy.code, by="nightly drop")
    assert report.status == "kept" and Contact.get_by_id(mother.id).mobile == "07700900999"
    assert "Nothing waits" in office.get(office.corrections)
    row = Correction.get_by_id(new_number.id)
    assert (row.state, row.settled_by) == ("done", "the MIS")


def test_a_request_stays_open_while_the_mis_says_something_else(office, new_number, mother):
    Contact.update(mobile="07700 900123").where(Contact.id == mother.id).execute()
    assert "the MIS now says 07700 900123" in office.get(office.corrections)


def test_who_has_two_records_is_shown_the_second_in_one_line(visitor):
    assert "The very same as Morran Academy" in visitor("mairi.macleod").get("/welcome/details")


def test_the_home_page_leads_to_it(visitor, pupil):
    assert "/welcome/details" in visitor("mairi.macleod").get(f"/children/{pupil('000101').id}/widgets/held").links
