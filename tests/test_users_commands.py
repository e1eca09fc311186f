"""The commands for accounts, schools, attendance codes and the database, as the person at the keyboard meets them."""

import json

import pytest

from glowlite.demo import cast
from glowlite.models import AttendanceCode, Audit, Authority, Duty, School, User, UserContact, UserStaff


def last_audit() -> tuple[str, str]:
    row = Audit.select().order_by(Audit.id.desc()).first()
    return row.action, row.subject


# --- users add -----------------------------------------------------------------------------------------


def test_a_new_account_gets_a_first_password_that_is_printed_once(shell, visitor):
    result = shell("users", "add", "Eilidh.Ross", "--role", "head", "--school", cast.ACADEMY, "--name", "Eilidh Ross")
    assert result.exit_code == 0
    password = result.output.split()[-1]
    user = User.get(User.username == "eilidh.ross")
    assert user.name == "Eilidh Ross" and user.must_change_password and password not in user.password_hash
    eilidh = visitor()
    assert eilidh.sign_in("eilidh.ross", password).status == 303 and eilidh.get("/").headers["Location"] == "/password"
    again = shell("users", "add", "eilidh.ross", "--role", "head", "--school", cast.ACADEMY)
    assert again.exit_code == 0 and password not in again.output and "password" not in again.output


def test_the_password_is_in_no_log(shell):
    password = shell("users", "add", "eilidh.ross", "--role", "head", "--school", cast.ACADEMY).output.split()[-1]
    rows = [f"{row.subject} {row.before} {row.after}" for row in Audit.select()]
    assert rows and not [row for row in rows if password in row] and last_audit() == ("added duty", "eilidh.ross")


def test_the_same_as_json(shell):
    row = json.loads(shell("users", "add", "eilidh.ross", "--role", "office", "--school", cast.PRIMARY, "--json").output)
    assert row["username"] == "eilidh.ross" and row["role"] == "office" and row["school"] == cast.PRIMARY and len(row["password"]) >= 12
    row = json.loads(shell("users", "add", "eilidh.ross", "--role", "teacher", "--school", cast.PRIMARY, "--json").output)
    assert row["password"] is None


def test_a_password_can_be_given_on_standard_input(shell, visitor):
    result = shell("users", "add", "eilidh.ross", "--role", "head", "--school", cast.ACADEMY, "--password-stdin", input="three words together\n")
    assert result.exit_code == 0 and "three words together" not in result.output
    eilidh = visitor()
    assert eilidh.sign_in("eilidh.ross", "three words together").status == 303 and eilidh.get("/").status == 200


def test_a_short_password_makes_no_account(shell):
    result = shell("users", "add", "eilidh.ross", "--role", "head", "--school", cast.ACADEMY, "--password-stdin", input="short\n")
    assert result.exit_code != 0 and "at least 10" in result.output and not User.select().where(User.username == "eilidh.ross").exists()


def test_an_account_that_is_there_keeps_its_password_and_gains_a_duty(shell, visitor, sign_ins):
    result = shell("users", "add", "ailsa.reid", "--role", "editor", "--school", cast.ACADEMY)
    assert result.exit_code == 0
    assert visitor().sign_in("ailsa.reid", sign_ins["ailsa.reid"]["password"]).status == 303
    assert {duty.role for duty in Duty.select().join(User).where(User.username == "ailsa.reid")} == {"teacher", "editor"}


def test_a_parent_sees_what_the_links_of_their_contact_give(shell, visitor, pupil, has_agreed):
    joined = ("--role", "parent", "--school", cast.ACADEMY, "--contact", "C000104")
    shell("users", "add", "second.account", *joined, "--password-stdin", input="three words together\n")
    assert UserContact.select().join(User).where(User.username == "second.account").count() == 1
    has_agreed("second.account")
    gordon = visitor("second.account")
    assert gordon.get(f"/children/{pupil('000105').id}").status == 200 and gordon.get(f"/children/{pupil('000104').id}").status == 404


def test_a_parent_refused_by_the_only_link_cannot_sign_in(shell, visitor):
    shell("users", "add", "piotr", "--role", "parent", "--school", cast.PRIMARY, "--contact", "C000119", "--password-stdin", input="three words together\n")
    answer = visitor().sign_in("piotr", "three words together")
    assert answer.status == 422 and "not open at the moment" in answer


def test_a_teacher_is_joined_to_their_groups(shell, visitor):
    shell("users", "add", "a.reid", "--role", "teacher", "--school", cast.ACADEMY, "--staff", "T0007", "--password-stdin", input="three words together\n")
    assert UserStaff.select().join(User).where(User.username == "a.reid").count() == 1
    assert "2B" in visitor("a.reid").get("/")


@pytest.mark.parametrize(("arguments", "words"), [
    (["--role", "head"], "Say which school"), (["--role", "head", "--school", "nowhere"], "no school with the code nowhere"),
    (["--role", "janitor", "--school", cast.ACADEMY], "janitor"), (["--role", "parent", "--school", cast.ACADEMY, "--contact", "C999"], "C999 is not an id"),
    (["--role", "teacher", "--school", cast.ACADEMY, "--staff", "T1001"], "T1001 is not an id")])
def test_what_cannot_be_done_is_said_and_leaves_no_account(shell, arguments, words):
    result = shell("users", "add", "eilidh.ross", *arguments)
    assert result.exit_code != 0 and words in result.output and "Traceback" not in result.output
    assert not User.select().where(User.username == "eilidh.ross").exists()


def test_the_authoritys_own_people_need_no_school(shell, visitor):
    assert shell("users", "add", "ann.gunn", "--role", "authority").exit_code == 0
    User.update(must_change_password=False).where(User.username == "ann.gunn").execute()
    page = visitor("ann.gunn").get("/")
    assert page.status == 200 and "Morran Academy" in page and "Shore Street Primary" in page


# --- users lock ------------------------------------------------------------------------------------------


def test_locking_ends_sessions_and_is_written_down(shell, visitor, sign_ins):
    mairi = visitor("mairi.macleod")
    assert mairi.get("/").status == 200
    assert shell("users", "lock", "Mairi.MacLeod").exit_code == 0 and last_audit() == ("locked account", "mairi.macleod")
    assert mairi.get("/").status == 303 and visitor().sign_in("mairi.macleod", sign_ins["mairi.macleod"]["password"]).status == 422


def test_locking_nobody_is_said(shell):
    result = shell("users", "lock", "nobody")
    assert result.exit_code == 1 and "There is no account nobody" in result.output


# --- schools, codes, database ----------------------------------------------------------------------------------


def test_a_school_is_added_with_the_authoritys_defaults(shell, visitor):
    assert shell("schools", "add", "ness", "Ness Primary", "--mis-id", "9904130", "--kind", "primary").exit_code == 0
    school = School.get(School.code == "ness")
    assert (school.name, school.mis_id, school.kind) == ("Ness Primary", "9904130", "primary") and last_audit() == ("added school", "ness")
    assert Authority.select().count() == 1


def test_a_code_that_is_taken_is_refused(shell):
    result = shell("schools", "add", cast.ACADEMY, "Another Academy")
    assert result.exit_code == 1 and "already a school" in result.output
    assert School.get(School.code == cast.ACADEMY).name == "Morran Academy"


def test_a_table_of_codes_is_replaced_and_its_schools_pages_become_new(shell, academy, write_bundle):
    before = academy.stamp
    file = write_bundle({"codes.csv": "code,words,category\nP,In school,present\nX,Storm,not-required\n"}) / "codes.csv"
    assert "2 codes" in shell("codes", "load", file, "--table", "scotland").output
    assert {row.code for row in AttendanceCode.select().where(AttendanceCode.table == "scotland")} == {"P", "X"}
    assert School.get_by_id(academy.id).stamp > before


@pytest.mark.parametrize("content", [b"code;words\nP;x\n", b"\xff\xfe\x00", b"nothing,of,this\n1,2,3\n"])
def test_codes_that_cannot_be_read_change_nothing(shell, write_bundle, content):
    before = AttendanceCode.select().count()
    result = shell("codes", "load", write_bundle({"codes.csv": content}) / "codes.csv", "--table", "scotland")
    assert result.exit_code == 1 and "cannot be read" in result.output and AttendanceCode.select().count() == before


def test_an_edited_table_of_codes_outlives_an_upgrade(shell):
    AttendanceCode.update(words="At school").where(AttendanceCode.table == "scotland").execute()
    assert shell("db", "upgrade").exit_code == 0
    assert {row.words for row in AttendanceCode.select().where(AttendanceCode.table == "scotland")} == {"At school"}


def test_the_demo_goes_into_an_empty_database_only(shell):
    before = User.select().count()
    assert shell("demo", "load").exit_code == 1 and shell("demo", "load", "--if-empty").exit_code == 0
    assert User.select().count() == before
