"""Explaining a strange report on the site: what the office sees and says, what is tried first, who may, and the maps that are handed on."""

import io
import json
import re

import pytest

from glowlite import founding, mis
from glowlite.mis import captions
from glowlite.models import Authority, CaptionMap, Contact, Drop, Duty, Pupil, School, User
from glowlite.policy import Role, access_pairs
from tests.visitor import Visitor

HEADER = "Pupil No,Pupil Forename,Pupil Surname,DOB,Form,Contact 1 Name,Contact 1 Relationship,Contact 1 Parental Responsibility,Contact 1 Court Order,Password"
ROWS = "0001,Ann,Bell,01/03/2014,8A,Mairi Bell,Mother,Y,N,Tr0ub4dor\n0002,Ben,Dow,09/12/2012,9B,Flora Dow,Mother,Y,N,Tr0ub4dor\n"
SAID = {"c-0-0": "pupils.id", "c-0-1": "pupils.forename", "c-0-2": "pupils.surname", "c-0-3": "pupils.born", "c-0-4": "pupils.registration",
        "c-0-5": "contacts.name#1", "c-0-6": "links.relationship#1", "name-0": "Form list"}
RIGHTS = {"c-0-7": "links.parental_responsibility#1", "c-0-8": "links.court_order#1"}


@pytest.fixture
def glenbeg(site) -> School:
    """A new school, whose office is Jean Baxter too and whose head is Donald Munro."""
    school = founding.add_school(Authority.get(), "glenbeg", "Glenbeg Academy", "test")
    for username, role in (("jean.baxter", Role.OFFICE), ("donald.munro", Role.HEAD)):
        Duty.create(user=User.get(User.username == username), role=role.value, school=school, authority=school.authority)
    return school


@pytest.fixture
def strange(site, glenbeg, tmp_path) -> Drop:
    """A drop that waits for somebody to say what its captions mean."""
    (tmp_path / "Form list.csv").write_text(f"{HEADER}\n{ROWS}")
    report = mis.load(tmp_path, "glenbeg", by="nightly drop", waiting_room=site.config["GLOWLITE"].waiting_room)
    assert report.status == "held"
    return Drop.get_by_id(report.drop_id)


@pytest.fixture
def office(visitor) -> Visitor:
    return visitor("jean.baxter")


def page_of(drop: Drop) -> str:
    return f"/schools/{drop.school_id}/drops/{drop.id}/captions"


def chosen(page) -> dict[str, str]:
    """select -> the option that is chosen."""
    selects = re.findall(r'<select id="(c-\d+-\d+)"(.*?)</select>', page.text, re.DOTALL)
    return {name: found[1] for name, options in selects if (found := re.search(r'<option value="([^"]*)" selected', options))}


def test_the_office_is_led_from_the_drop_to_its_columns(office, strange):
    drop = office.get(f"/schools/{strange.school_id}/drops/{strange.id}")
    assert page_of(strange) in drop.links and "I have looked: let it in" not in drop and "Nobody gains or loses access" not in drop
    page = office.get(page_of(strange))
    assert page.status == 200 and "Mairi Bell · Flora Dow" in page and "By its caption" in page


def test_the_proposal_is_chosen_but_for_what_decides_who_may_see_a_child(office, strange):
    page = office.get(page_of(strange))
    assert chosen(page) == {name: target for name, target in SAID.items() if name.startswith("c-")}
    assert page.text.count("May decide who may see a child") == 2


def test_a_password_is_not_shown(office, strange):
    assert "Tr0ub4dor" not in office.get(page_of(strange)) and "(not shown)" in office.get(page_of(strange))


def test_what_was_said_is_tried_first_and_then_loaded(office, strange, glenbeg):
    tried = office.post(page_of(strange), SAID | {"sure": "yes"})
    assert tried.status == 200 and "Tried: nothing was kept" in tried and "nobody gains access" in tried
    assert not Pupil.select().where(Pupil.school == glenbeg).exists()
    loaded = office.post(f"{page_of(strange)}/load", {})
    assert loaded.status == 303 and Pupil.select().where(Pupil.school == glenbeg).count() == 2 and not access_pairs(glenbeg)
    assert Drop.get_by_id(strange.id).status == "released" and CaptionMap.get(CaptionMap.school == glenbeg).name == "Form list"


def test_whose_rows_without_a_child_are_is_asked_where_there_are_some(site, glenbeg, office, tmp_path, strange):
    assert "belongs to the child above it" not in office.get(page_of(strange))
    (tmp_path / "Form list.csv").write_text("Adno,Forename,Surname,Contact Name,Relationship\n0001,Ann,Bell,Jo Bell,Mother\n,,,Rob Bell,Father\n")
    report = mis.load(tmp_path, "glenbeg", by="nightly drop", waiting_room=site.config["GLOWLITE"].waiting_room)
    page = f"/schools/{glenbeg.id}/drops/{report.drop_id}/captions"
    assert 'name="below-0" value="yes">' in office.get(page)
    answers = {f"c-0-{place}": target for place, target in enumerate(
        ("pupils.id", "pupils.forename", "pupils.surname", "contacts.name", "links.relationship"))} | {"name-0": "Blocks"}
    assert "The row is set aside" in office.post(page, answers)
    assert "The row is set aside" not in office.post(page, answers | {"below-0": "yes"}) and captions.of_school(glenbeg)[0].below
    assert 'name="below-0" value="yes" checked>' in office.get(page)


def test_a_report_by_which_no_child_could_be_known_is_said_on_the_page(site, glenbeg, office, tmp_path):
    (tmp_path / "P4.csv").write_text("Pupil,Class,Parent\nAnn Bell,P4,Jo Bell\n")
    report = mis.load(tmp_path, "glenbeg", by="nightly drop", waiting_room=site.config["GLOWLITE"].waiting_room)
    answer = office.post(f"/schools/{glenbeg.id}/drops/{report.drop_id}/captions",
                         {"c-0-0": "pupils.name", "c-0-1": "pupils.registration", "c-0-2": "contacts.name", "name-0": "P4"})
    assert answer.status == 422 and "UPN, SCN or date of birth" in answer and not captions.of_school(glenbeg)


def test_the_command_says_what_is_wanting(site, shell, glenbeg, tmp_path):
    (tmp_path / "P4.csv").write_text("Pupil,Class,Parent\nAnn Bell,P4,Jo Bell\n")
    report = mis.load(tmp_path, "glenbeg", by="nightly drop", waiting_room=site.config["GLOWLITE"].waiting_room)
    result = shell("drops", "captions", "--school", "glenbeg", "--accept", report.drop_id)
    assert result.exit_code == 1 and "UPN, SCN or date of birth" in result.output and "Traceback" not in result.output


def test_columns_that_decide_need_an_express_yes(office, strange, glenbeg):
    refused = office.post(page_of(strange), SAID | RIGHTS)
    assert refused.status == 422 and "tick the box" in refused and not captions.of_school(glenbeg) and chosen(refused)["c-0-8"] == "links.court_order#1"
    tried = office.post(page_of(strange), SAID | RIGHTS | {"sure": "yes"})
    assert tried.status == 200 and "Would gain access: 2" in tried and not access_pairs(glenbeg)
    office.post(f"{page_of(strange)}/load", {})
    assert len(access_pairs(glenbeg)) == 2


def test_what_was_said_can_be_changed_before_loading(office, strange, glenbeg):
    office.post(page_of(strange), SAID | RIGHTS | {"sure": "yes", "whole-0": "yes", "name-0": "Our forms"})
    page = office.get(page_of(strange))
    assert chosen(page)["c-0-7"] == "links.parental_responsibility#1" and 'name="whole-0" value="yes" checked' in page and 'value="Our forms"' in page
    office.post(page_of(strange), SAID | {"c-0-4": ""})
    assert [set(one.captions.values()) & {"pupils.registration", "links.court_order#1"} for one in captions.of_school(glenbeg)] == [set()]


@pytest.mark.parametrize("wrong", [{"c-0-1": "pupils.nothing"}, {"c-0-1": "pupils.surname"}, {"c-0-1": "school.name"}])
def test_answers_that_cannot_be_are_refused_in_words(office, strange, glenbeg, wrong):
    page = office.post(page_of(strange), SAID | wrong)
    assert page.status == 422 and 'role="alert"' in page and not captions.of_school(glenbeg)


@pytest.mark.parametrize("who", [None, "mairi.macleod", "gordon.fraser", "ailsa.reid", "donald.munro", "priya.sharma", "margaret.sinclair", "helen.ross"])
def test_nobody_else_sees_the_rows_or_explains_them(visitor, strange, glenbeg, who):
    somebody = visitor(who)
    for page in (somebody.get(page_of(strange)), somebody.post(page_of(strange), SAID), somebody.post(f"{page_of(strange)}/load", {})):
        assert page.status in (303, 404) and "Mairi Bell" not in page
    for address in ("captions", "captions/file"):
        assert somebody.get(f"/schools/{glenbeg.id}/drops/{address}").status in (303, 404)
    assert not captions.of_school(glenbeg) and not Contact.select().where(Contact.school == glenbeg).exists()


def test_the_office_of_another_school_cannot_open_it_through_its_own(office, strange, academy):
    assert office.get(f"/schools/{academy.id}/drops/{strange.id}/captions").status == 404


def test_a_drop_of_another_format_has_no_such_page(office, academy):
    assert office.get(f"/schools/{academy.id}/drops/{academy.drops.order_by(Drop.id).first().id}/captions").status == 404


def test_the_list_of_maps_has_the_reports_own_words(office, strange, glenbeg):
    office.post(page_of(strange), SAID | RIGHTS | {"sure": "yes"})
    address = f"/schools/{glenbeg.id}/drops/captions"
    page = office.get(address)
    assert "<strong>Pupil No</strong> is child: number in the MIS" in page and "<strong>Legal Surname</strong>" in page and "pupil_no" not in page
    handed = json.loads(office.get(f"{address}/file").text)["maps"][0]["captions"]
    assert handed["Pupil No"] == "pupils.id" and ",".join(handed) == HEADER
    CaptionMap.update(header_text='["pupil_no"]').execute()  # as it was kept before
    assert "<strong>pupil_no</strong> is child: number in the MIS" in office.get(address)


def test_maps_are_seen_handed_on_and_taken_over(office, strange, glenbeg):
    office.post(page_of(strange), SAID | RIGHTS | {"sure": "yes"})
    page = office.get(f"/schools/{glenbeg.id}/drops/captions")
    assert "Maps of Glenbeg Academy: 1" in page and "decides who may see a child" in page and "SIMS: pupils and contacts" in page
    text = office.get(f"/schools/{glenbeg.id}/drops/captions/file").text
    assert json.loads(text)["maps"][0]["name"] == "Form list"
    CaptionMap.delete().execute()
    refused = upload(office, glenbeg, text)
    assert refused.status == 422 and not captions.of_school(glenbeg)
    assert upload(office, glenbeg, text, sure="yes").status == 303 and captions.of_school(glenbeg)[0].name == "Form list"


def upload(office, school: School, text: str, **more: str):
    data = {"csrf_token": office.csrf(), "file": (io.BytesIO(text.encode()), "maps.json")} | more
    return office._seen(office.client.post(f"/schools/{school.id}/drops/captions", data=data, content_type="multipart/form-data"))


@pytest.mark.parametrize("text", ["", "{}", "hello", '{"shape": "GlowLite caption maps, 1", "maps": [{"name": "x", "captions": {"A": "pupils.nothing"}}]}'])
def test_what_is_no_file_of_maps_is_refused_in_words(office, glenbeg, text):
    page = upload(office, glenbeg, text)
    assert page.status == 422 and 'role="alert"' in page and not captions.of_school(glenbeg)


def test_a_map_can_be_ended_and_only_by_its_own_school(office, strange, glenbeg, academy):
    office.post(page_of(strange), SAID)
    number = captions.of_school(glenbeg)[0].number
    assert office.post(f"/schools/{academy.id}/drops/captions/{number}/end", {}).status == 404 and captions.of_school(glenbeg)
    assert office.post(f"/schools/{glenbeg.id}/drops/captions/{number}/end", {}).status == 303 and not captions.of_school(glenbeg)


# --- the command line ---------------------------------------------------------------------------------------


def test_the_command_keeps_the_proposal_without_what_decides_who_may_see_a_child(shell, strange, glenbeg):
    result = shell("drops", "captions", "--school", "glenbeg", "--accept", strange.id)
    assert result.exit_code == 0 and "Left alone, for a person to say" in result.output and "kept" in result.output
    assert Pupil.select().where(Pupil.school == glenbeg).count() == 2 and not access_pairs(glenbeg)
    assert "Pupil No is child: number in the MIS" in shell("drops", "captions", "--school", "glenbeg").output


def test_the_command_hands_maps_on_and_takes_them_over(shell, glenbeg, tmp_path):
    assert shell("drops", "captions", "--school", "glenbeg", "--export", tmp_path / "maps.json").exit_code == 0
    assert shell("drops", "captions", "--school", "glenbeg", "--import", tmp_path / "maps.json").exit_code == 0
    assert len(captions.of_school(glenbeg)) == len(captions.shipped())


@pytest.mark.parametrize("options", [("--accept", "99999"), ("--import", __file__)])
def test_the_command_says_in_words_what_cannot_be_done(shell, glenbeg, options):
    result = shell("drops", "captions", "--school", "glenbeg", *options)
    assert result.exit_code == 1 and result.output.startswith("Error: ") and "Traceback" not in result.output
