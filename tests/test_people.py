"""Finding people by a few letters, and what head and office may do with an account."""

import re

import pytest

from glowlite import people
from glowlite.models import Audit, Contact, Duty, Link, Pupil, Reading, School, User
from glowlite.policy import Role

CATRIONA, ISLA = "000101", "000104"


def user(username: str) -> User:
    return User.get(User.username == username)


def names(school: School, letters: str) -> list[str]:
    return [one.name for one in people.find(school, letters)]


@pytest.fixture
def page_of(academy):
    return lambda username: f"/schools/{academy.id}/people/account/{user(username).id}"


# --- finding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("letters", "name"), [
    ("macl mair", "Mairi MacLeod"), ("MÀIRI macleod", "Mairi MacLeod"), ("wojcik", "Marta Wójcik"),
    ("gordon.fraser", "Gordon Fraser"), ("C000104", "Gordon Fraser"), (ISLA, "Isla Fraser"), ("isla fr", "Isla Fraser"), ("t0007", "Ailsa Reid"),
    ("angus macl", "Angus MacLeod"), ("baxt", "Jean Baxter")])
def test_a_few_letters_find_somebody(academy, letters, name):
    assert name in names(academy, letters)


def test_nobody_of_another_school_is_found(academy):
    assert "Finlay MacLeod" not in names(academy, "finlay macl") and "Margaret Sinclair" not in names(academy, "margaret.sinclair")
    assert "Finlay MacLeod" not in names(academy, "000102")


def test_accents_in_the_name_do_not_matter():
    assert "Màiri Mackenzie" in names(Contact.get(Contact.forename == "Màiri", Contact.surname == "Mackenzie").school, "mairi mackenz")


@pytest.mark.parametrize("letters", ["", "   ", "'", "zzzzz", "%", "_", "\x00", "a" * 500])
def test_what_fits_nobody_finds_nobody(academy, visitor, letters):
    assert names(academy, letters) == []
    assert visitor("jean.baxter").client.get(f"/schools/{academy.id}/people", query_string={"q": letters}).status_code == 200


def test_one_person_stands_in_the_list_once(academy):
    assert names(academy, "shona.campbell") == ["Shona Campbell"] and len(names(academy, "shona campbell")) == 1
    found = people.find(academy, "shona.campbell")[0]
    assert found.kind == "account" and {"T0008", "C000109"} <= set(found.mis_ids)


def test_the_page_lists_whom_it_found_and_links_to_them(visitor, academy):
    page = visitor("jean.baxter").get(f"/schools/{academy.id}/people?q=fraser")
    assert "Gordon Fraser" in page and f"/schools/{academy.id}/people/account/{user('gordon.fraser').id}" in page.links


# --- who somebody is -----------------------------------------------------------------------------------------


def test_a_parents_page_says_who_they_are_and_what_each_link_gives(visitor, page_of):
    page = visitor("jean.baxter").get(page_of("gordon.fraser"))
    assert "Isla Fraser" in page and "Ewan Fraser" in page
    assert all(words in page for words in ("court order: yes", "court order: no", "Gives access", "Gives no access", "links.csv, row"))


def test_a_pupils_page_names_the_adults_and_is_a_reading(visitor, academy, pupil):
    Reading.delete().execute()
    page = visitor("donald.munro").get(f"/schools/{academy.id}/people/pupil/{pupil(ISLA).id}")
    assert "Gordon Fraser" in page and "Karen Fraser" in page and "parental responsibility: yes" in page
    assert [row.pupil_id for row in Reading.select()] == [pupil(ISLA).id]


def test_children_in_another_school_are_not_shown(visitor, page_of):
    page = visitor("jean.baxter").get(page_of("mairi.macleod"))
    assert "Catriona" in page and "Finlay" not in page


def test_a_page_of_a_contact_or_of_staff_leads_to_the_same_person(academy):
    link = Link.get(Link.pupil == Pupil.get(Pupil.mis_id == CATRIONA), Link.relationship == "Mother")
    assert people.person(academy, "contact", link.contact_id).user == user("mairi.macleod")


@pytest.mark.parametrize("path", ["people/pupil/0", "people/pupil/99999999999", "people/pupil/99999999999999999999999", "people/toast/1", "people/account/0"])
def test_nobody_is_not_here(visitor, academy, path):
    assert visitor("jean.baxter").get(f"/schools/{academy.id}/{path}").status == 404


def test_people_of_another_school_are_not_here(visitor, academy, pupil):
    jean = visitor("jean.baxter")
    for path in (f"pupil/{pupil('000102').id}", f"account/{user('margaret.sinclair').id}", f"account/{user('helen.ross').id}"):
        assert jean.get(f"/schools/{academy.id}/people/{path}").status == 404, path
    assert visitor("margaret.sinclair").get(f"/schools/{academy.id}/people/pupil/{pupil(ISLA).id}").status == 404


@pytest.mark.parametrize("username", [None, "mairi.macleod", "ailsa.reid", "priya.sharma", "helen.ross", "margaret.sinclair"])
def test_a_persons_page_is_for_head_and_office(visitor, page_of, username):
    assert visitor(username).get(page_of("gordon.fraser")).status == (404 if username else 303)


# --- reset, lock, unlock ---------------------------------------------------------------------------------------


def press(somebody, what: str, username: str, school: School):
    return somebody.post(f"/accounts/{user(username).id}/{what}", {"school": str(school.id)})


def test_a_first_password_is_shown_once_works_once_and_ends_every_session(visitor, academy):
    ailsa, jean = visitor("ailsa.reid"), visitor("jean.baxter")
    page = press(jean, "reset", "ailsa.reid", academy)
    password = re.search(r"<code>([a-z0-9-]+)</code>", page.text)[1]
    assert page.status == 200 and page.headers["Cache-Control"] == "no-store" and ailsa.get("/").status == 303
    fresh = visitor()
    assert fresh.sign_in("ailsa.reid", password).status == 303
    assert fresh.get("/").headers["Location"] == "/password"
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.action, row.subject, row.actor_name, row.school) == ("reset password", "ailsa.reid", "jean.baxter", academy)
    assert password not in str(list(Audit.select(Audit.before, Audit.after).tuples()))


def test_a_parents_reset_is_a_code_and_written_down(visitor, academy):
    mairi = visitor("mairi.macleod")
    page = press(visitor("jean.baxter"), "reset", "mairi.macleod", academy)
    assert re.search(r"<code>[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}</code>", page.text) and mairi.get("/").status == 303
    row = Audit.select().order_by(Audit.id.desc()).first()
    assert (row.action, row.subject, row.actor_name, row.school) == ("reset password", "mairi.macleod", "jean.baxter", academy)


def test_a_lock_ends_everything_and_can_be_undone(visitor, academy, page_of):
    mairi, jean = visitor("mairi.macleod"), visitor("jean.baxter")
    assert press(jean, "lock", "mairi.macleod", academy).headers["Location"] == page_of("mairi.macleod")
    assert mairi.get("/").status == 303 and user("mairi.macleod").locked and "locked since" in jean.get(page_of("mairi.macleod"))
    assert press(jean, "unlock", "mairi.macleod", academy).status == 303 and not user("mairi.macleod").locked
    assert [row.action for row in Audit.select().order_by(Audit.id.desc()).limit(2)] == ["unlocked account", "locked account"]


@pytest.mark.parametrize("what", ["reset", "lock", "unlock"])
@pytest.mark.parametrize(("who", "whom"), [
    ("jean.baxter", "jean.baxter"), ("jean.baxter", "donald.munro"), ("jean.baxter", "priya.sharma"), ("jean.baxter", "helen.ross"),
    ("donald.munro", "donald.munro"), ("donald.munro", "helen.ross"), ("donald.munro", "margaret.sinclair"), ("donald.munro", "mhairi.nicolson"),
    ("margaret.sinclair", "gordon.fraser"), ("helen.ross", "mairi.macleod"), ("priya.sharma", "mairi.macleod"), ("ailsa.reid", "mairi.macleod"),
    ("mairi.macleod", "gordon.fraser"), ("mairi.macleod", "mairi.macleod")])
def test_nobody_takes_over_an_account_that_is_not_theirs_to_manage(visitor, academy, who, whom, what):
    before = user(whom).password_hash
    assert press(visitor(who), what, whom, academy).status == 404
    assert user(whom).password_hash == before and user(whom).locked is None


@pytest.mark.parametrize(("who", "whom"), [("donald.munro", "jean.baxter"), ("donald.munro", "ailsa.reid"), ("jean.baxter", "ailsa.reid"),
                                           ("jean.baxter", "gordon.fraser"), ("margaret.sinclair", "mairi.macleod")])
def test_head_and_office_manage_the_others_of_their_school(visitor, academy, who, whom):
    assert press(visitor(who), "reset", whom, academy).status == 200


def test_the_buttons_are_only_there_for_those_who_may(visitor, page_of):
    assert "Lock the account" in visitor("jean.baxter").get(page_of("ailsa.reid"))
    assert "Lock the account" not in visitor("jean.baxter").get(page_of("donald.munro"))


def test_a_parent_who_is_the_authority_too_is_out_of_reach(visitor, academy):
    Duty.create(user=user("mairi.macleod"), role=Role.AUTHORITY.value, authority=academy.authority)
    assert press(visitor("jean.baxter"), "reset", "mairi.macleod", academy).status == 404


def test_a_button_without_token_does_nothing(visitor, academy):
    answer = visitor("jean.baxter").post(f"/accounts/{user('mairi.macleod').id}/lock", {"school": str(academy.id)}, csrf=False)
    assert answer.status == 400 and not user("mairi.macleod").locked


@pytest.mark.parametrize("school", ["", "x", "0", "99999999999999"])
def test_a_form_from_nowhere_still_leads_home(visitor, school):
    answer = visitor("jean.baxter").post(f"/accounts/{user('mairi.macleod').id}/lock", {"school": school})
    assert answer.status == 303 and user("mairi.macleod").locked
