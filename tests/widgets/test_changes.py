"""What changed lately, in the words of the audit, for those who may read it."""

import pytest

from glowlite.models import Audit, User


def user(username: str) -> User:
    return User.get(User.username == username)


@pytest.fixture
def section(visitor):
    return lambda username, hat=None: visitor(username, hat).get("/widgets/changes")


@pytest.fixture
def wrote(academy):
    """wrote("locked account", "somebody") writes a row of Jean Baxter's at the Academy."""
    return lambda action, subject, **more: Audit.write(user("jean.baxter"), action, subject, **{"school": academy} | more)


def test_it_says_who_did_what_and_when(section, wrote):
    wrote("locked account", "gordon.fraser")
    page = section("donald.munro")
    assert "Jean Baxter: locked account" in page and "gordon.fraser" in page and "today at 10:" in page


def test_a_post_for_the_whole_school_is_named_by_its_title(section, wrote):
    wrote("published post", "post 99", after={"title": "Christmas dance"})
    wrote("withdrew post", "post 98", before={"title": "Wrong date"})
    page = section("donald.munro")
    assert all(words in page for words in ("Jean Baxter: published post", "Christmas dance", "Jean Baxter: withdrew post", "Wrong date"))
    assert "post 99" not in page and "post 98" not in page


def test_the_title_of_a_draft_is_told_to_nobody(section, wrote):
    wrote("drafted post", "post 99", after={"title": "Half done"})
    wrote("changed post", "post 99", before={"title": "Half done"}, after={"title": "Nearly done"})
    page = section("donald.munro")
    assert "Half done" not in page and "Nearly done" not in page and "post 99" in page


@pytest.mark.parametrize("action", ["looked at page as", "wore another hat", "downloaded audit"])
def test_looking_is_no_change(section, wrote, action):
    wrote(action, "something")
    assert action not in section("donald.munro")


def test_it_leads_to_the_whole_audit(section, academy):
    assert f"/schools/{academy.id}/audit" in section("donald.munro").links


def test_another_schools_changes_are_not_here(section, wrote):
    wrote("locked account", "gordon.fraser")
    assert "gordon.fraser" not in section("margaret.sinclair") and "Ailsa Reid" not in section("margaret.sinclair")


def test_what_people_did_to_their_own_account_is_no_change_of_the_school(section):
    Audit.write(user("mairi.macleod"), "changed password", "mairi.macleod")
    assert "changed password" not in section("donald.munro")


@pytest.mark.parametrize(("username", "hat"), [("mairi.macleod", None), ("shona.campbell", "parent"), ("shona.campbell", "staff"), ("ailsa.reid", None),
                                               ("jean.baxter", None), ("priya.sharma", None), ("helen.ross", None)])
def test_it_is_for_those_who_may_read_the_audit(section, username, hat):
    assert section(username, hat).status == 404


def test_only_the_newest_are_here(section, wrote):
    for number in range(12):
        wrote("counted", f"row number {number}.")
    page = section("donald.munro")
    assert page.text.count("row number") == 6 and "row number 11." in page and "row number 5." not in page


def test_a_school_where_nothing_has_happened_says_so(section):
    Audit.delete().execute()
    assert "Nothing has changed yet." in section("donald.munro")


def test_words_of_others_are_words_and_never_markup(section, wrote):
    wrote("<b onclick=alert(1)>", "<i>")
    assert "<b onclick" not in section("donald.munro") and "<i>" not in section("donald.munro")
