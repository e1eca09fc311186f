"""The demo's accounts: who gets one, which records it stands for, and who is turned away all the same."""

import pytest

from glowlite import policy
from glowlite.demo import cast
from glowlite.models import Contact, Duty, Pupil, School, User, UserContact, UserStaff


def seen_by(username: str) -> set[str]:
    """The numbers of the children this account may open."""
    pairs = {pair for school in School.select() for pair in policy.access_pairs(school)}
    mine = {row.contact for row in UserContact.select().join(User).where(User.username == username)}
    return {pupil.mis_id for pupil in Pupil.select() if any((contact.id, pupil.id) in pairs for contact in mine)}


def contacts_of(username: str) -> list[str]:
    rows = Contact.select().join(UserContact).join(User).where(User.username == username)
    return [f"{row.school.code} {row.mis_id}" for row in rows]


def test_everybody_named_in_the_cast_can_try_to_sign_in(sign_ins: dict[str, dict[str, str]]) -> None:
    named = {one.username for one in (*cast.STAFF, *cast.ADULTS) if one.username} | {cast.AUTHORITY_USERNAME}
    assert named <= set(sign_ins)
    assert User.with_credentials("mairi.macleod", sign_ins["mairi.macleod"]["password"]) and not User.with_credentials("mairi.macleod", "wrong")
    assert not User.get(User.username == "mairi.macleod").must_change_password


def test_one_adult_with_children_in_two_schools_has_one_account(sign_ins: dict[str, dict[str, str]]) -> None:
    assert sorted(contacts_of("mairi.macleod")) == [f"{cast.ACADEMY} C000101", f"{cast.PRIMARY} C000101"]
    assert sign_ins["mairi.macleod"]["school"] == f"{cast.ACADEMY}, {cast.PRIMARY}"


def test_a_teacher_who_is_a_parent_has_one_account_with_both(sign_ins: dict[str, dict[str, str]]) -> None:
    assert sign_ins["shona.campbell"]["role"] == "teacher, parent"
    assert contacts_of("shona.campbell") == [f"{cast.ACADEMY} C000109"]
    assert UserStaff.select().join(User).where(User.username == "shona.campbell").count() == 1


@pytest.mark.parametrize(("username", "children"), [
    ("mairi.macleod", {"000101", "000102"}), ("karen.fraser", {"000104", "000105"}), ("gordon.fraser", {"000105"}),
    ("paul.geddes", set()), ("blank.macaulay", set()), ("blank.nowak", set()), ("marta.wojcik", {"000111"})])
def test_each_sees_the_children_the_links_give(sign_ins: dict[str, dict[str, str]], username: str, children: set[str]) -> None:
    assert seen_by(username) == children


def test_no_contact_stands_behind_two_accounts(sign_ins: dict[str, dict[str, str]]) -> None:
    rows = [row.contact_id for row in UserContact.select()]
    assert len(rows) == len(set(rows))


def test_two_people_with_one_email_stay_two_people(sign_ins: dict[str, dict[str, str]]) -> None:
    assert contacts_of("fiona.drummond") != contacts_of("alan.drummond")


def test_doctor_social_worker_and_grandparents_have_no_account(sign_ins: dict[str, dict[str, str]]) -> None:
    joined = {row.contact.mis_id for row in UserContact.select()}
    assert not joined & {"C000115", "C000116", "C000117", "C000122"}


def test_parents_hold_no_duty_and_staff_hold_one(sign_ins: dict[str, dict[str, str]]) -> None:
    duties = {(row.user.username, row.role, row.school and row.school.code) for row in Duty.select()}
    assert ("donald.munro", "head", cast.ACADEMY) in duties and ("helen.ross", "authority", None) in duties
    assert ("priya.sharma", "editor", cast.ACADEMY) in duties and ("isobel.grant", "office", cast.PRIMARY) in duties
    assert not [name for name, role, _ in duties if role == "parent" or name == "mairi.macleod"]


def test_usernames_are_plain(sign_ins: dict[str, dict[str, str]]) -> None:
    assert all(name.isascii() and name == name.lower() and " " not in name for name in sign_ins)
