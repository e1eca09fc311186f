"""The four key decisions: what each changes, that nobody loses access unseen, and that a school may differ from its authority and come back."""

import json
import re
from html import unescape

import pytest

from glowlite import clock, policy
from glowlite.models import Audit, KeyDecision, Link, Pupil, School, User
from glowlite.models.school import Place
from glowlite.policy import parenthood
from glowlite.rollout import decisions, steps
from glowlite.rollout.decisions import HANDING_OUT, PARENTS, SUPPORT, TRAINING, NotSeen

BETH, CATRIONA, ISLA, LEWIS = "000116", "000101", "000104", "000112"


def user(username):
    return User.get(User.username == username)


def line(years=(), priority=None, lives_with=False, opens="all"):
    return {"years": list(years), "priority": priority, "lives_with": lives_with, "opens": opens}


def rule(*lines, grace=0):
    return {"rules": list(lines), "grace_days": grace}


FIRST_ONLY = rule(line(priority=1))
EVERYONE = rule(line())


def decide(place, value, by="donald.munro"):
    """Who counts as a parent, by somebody who has seen what it does."""
    decisions.record(user(by), place, PARENTS, value, "Agreed with the parent council", seen=decisions.stamp(value, decisions.try_out(place, value)))


@pytest.fixture
def here(academy):
    return Place(academy.authority, academy)


@pytest.fixture
def council(academy):
    return Place(academy.authority)


@pytest.fixture
def primary():
    return School.get(School.code == "shore-primary")


def sees(username, pupil):
    return policy.can(policy.Viewer.of(user(username)), policy.Action.CHILD, pupil)


def link(username, pupil):
    adult = user(username).as_contact.get().contact
    return Link.get(Link.pupil == pupil, Link.contact == adult)


# --- who counts as a parent ---------------------------------------------------------------------------------


def test_a_narrower_rule_shuts_the_second_contact_and_signs_him_out(visitor, pupil, here):
    beth = pupil(BETH)
    alan, fiona = visitor("alan.drummond"), visitor("fiona.drummond")
    assert alan.get(f"/children/{beth.id}").status == fiona.get(f"/children/{beth.id}").status == 200
    decide(here, FIRST_ONLY)
    assert alan.get(f"/children/{beth.id}").headers["Location"].startswith("/sign-in")
    assert visitor("alan.drummond").get(f"/children/{beth.id}").status != 200 and not sees("alan.drummond", beth)
    assert fiona.get(f"/children/{beth.id}").status == 200


def test_every_open_session_of_who_loses_ends_and_of_nobody_else(here):
    keys = {name: user(name).session_key for name in ("alan.drummond", "fiona.drummond")}
    decide(here, FIRST_ONLY)
    assert [name for name, key in keys.items() if user(name).session_key != key] == ["alan.drummond"]


def test_a_wider_rule_lets_him_in_again(pupil, here):
    decide(here, FIRST_ONLY)
    decide(here, EVERYONE)
    assert sees("alan.drummond", pupil(BETH))


@pytest.mark.parametrize(("lines", "fiona", "alan"), [
    ([line(opens="one")], True, False),
    ([line(opens="none")], False, False),
    ([line(["S5"]), line(priority=1)], True, True),
    ([line(["S1"])], False, False),
    ([line(["S5"], opens="none"), line()], False, False),
    ([line(), line(["S5"], opens="none")], True, True),
    ([line(priority=1), line(lives_with=True)], True, True),
], ids=["one for each child", "nobody", "every contact of S5, elsewhere the first", "S1 only", "not S5", "the first line that fits decides", "a second chance"])
def test_the_first_line_that_fits_decides(pupil, here, lines, fiona, alan):
    decide(here, rule(*lines))
    assert (sees("fiona.drummond", pupil(BETH)), sees("alan.drummond", pupil(BETH))) == (fiona, alan)


def test_where_two_share_the_lowest_priority_neither_is_chosen(visitor, pupil, here, academy):
    Link.update(priority=1).where(Link.id == link("alan.drummond", pupil(BETH)).id).execute()
    decide(here, rule(line(opens="one")))
    assert not sees("fiona.drummond", pupil(BETH)) and not sees("alan.drummond", pupil(BETH))
    page = visitor("donald.munro").get(f"/schools/{academy.id}/decisions/parents")
    assert "several share the lowest priority" in page


@pytest.mark.parametrize("username", ["gordon.fraser", "blank.macaulay"])
def test_no_rule_opens_what_the_mis_shuts(pupil, here, username):
    decide(here, EVERYONE)
    child = pupil(ISLA) if username == "gordon.fraser" else pupil("000113")
    assert not sees(username, child)


def test_the_rule_of_one_school_leaves_the_other_alone(pupil, here, primary):
    before = policy.access_pairs(primary)
    decide(here, rule(line(opens="none")))
    assert policy.access_pairs(primary) == before and policy.access_pairs(here.school) == set()


def test_parents_of_a_leaver_keep_their_access_as_long_as_was_decided(pupil, here):
    lewis = pupil(LEWIS)
    assert not sees("paul.geddes", lewis)
    days = (clock.today() - lewis.left_on).days
    decide(here, rule(line(), grace=min(90, days + 5)))
    assert sees("paul.geddes", lewis) is (days <= 85)
    decide(here, rule(line(), grace=max(0, days - 1)))
    assert not sees("paul.geddes", lewis)


# --- seen before it is decided -------------------------------------------------------------------------------


def fields(*lines, grace="0", **more):
    """A form as the page sends it."""
    sent = {"grace_days": grace}
    for number, one in enumerate(lines):
        sent[f"rules-{number}-priority"] = str(one["priority"] or "")
        sent[f"rules-{number}-opens"] = one["opens"]
        sent |= {f"rules-{number}-years": one["years"]} if one["years"] else {}
        sent |= {f"rules-{number}-lives_with": "y"} if one["lives_with"] else {}
    return sent | more


def stamp_on(page):
    return re.search(r'name="save" value="(\w+)"', page.text)[1]


@pytest.fixture
def donald(visitor, academy):
    """The head before the rule of his school."""
    head, address = visitor("donald.munro"), f"/schools/{academy.id}/decisions/parents"
    head.show = lambda *lines, do="show", **more: head.post(address, fields(*lines, do=do, **more))
    head.save = lambda stamp, *lines, reason="So agreed", **more: head.post(address, fields(*lines, save=stamp, reason=reason, **more))
    return head


def test_who_loses_is_shown_by_name_before_and_nothing_has_changed(donald, pupil, academy):
    before, kept = policy.access_pairs(academy), KeyDecision.select().count()
    page = donald.show(line(priority=1))
    lost = unescape(page.text.partition("would shut")[2].partition("Who is in")[0])
    assert page.status == 200 and "Alan Drummond and Beth Drummond" in lost and "Fiona Drummond" not in lost and "fewer than now" in page
    assert policy.access_pairs(academy) == before and KeyDecision.select().count() == kept and sees("alan.drummond", pupil(BETH))


def test_who_is_out_is_listed_with_the_reason(donald):
    page = donald.show(line())
    out = unescape(page.text.partition("Who is out, and why")[2])
    order = out.partition("a court order on record")[2].partition("<h4>")[0]
    assert "Gordon Fraser and Isla Fraser" in order and "Gordon Fraser and Ewan Fraser" not in out


def test_nothing_is_saved_that_was_not_seen(donald, pupil):
    for stamp in ("", "made-up", stamp_on(donald.show(line()))):
        answer = donald.save(stamp, line(priority=1))
        assert answer.status == 422 and "Alan Drummond" in answer and "Nothing is saved yet" in answer
    assert sees("alan.drummond", pupil(BETH))


def test_what_was_seen_is_saved_and_written_into_the_audit(donald, pupil, academy):
    stamp = stamp_on(donald.show(line(priority=1)))
    assert donald.save(stamp, line(priority=1)).status == 303 and not sees("alan.drummond", pupil(BETH))
    row = Audit.select().where(Audit.school == academy).order_by(Audit.id.desc()).first()
    after = json.loads(row.after)
    assert (row.actor_name, after["reason"], after["rules"], after["gained"]) == ("donald.munro", "So agreed", [line(priority=1)], 0) and after["lost"] > 0
    assert json.loads(row.before)["rules"] == [line()]


def test_a_drop_in_between_asks_to_look_once_more(donald, pupil):
    stamp = stamp_on(donald.show(line(priority=1)))
    Link.update(priority=1).where(Link.id == link("alan.drummond", pupil(BETH)).id).execute()
    assert donald.save(stamp, line(priority=1)).status == 422 and parenthood.link_rules(pupil(BETH).school) == parenthood.USUAL
    with pytest.raises(NotSeen):
        decisions.record(user("donald.munro"), Place(pupil(BETH).school.authority, pupil(BETH).school), PARENTS, FIRST_ONLY, "x", seen=stamp)


def test_a_rule_without_a_reason_is_not_saved(donald, pupil):
    stamp = stamp_on(donald.show(line(priority=1)))
    answer = donald.save(stamp, line(priority=1), reason=" ")
    assert answer.status == 422 and "Say why" in answer and sees("alan.drummond", pupil(BETH))
    assert donald.save(stamp_on(answer), line(priority=1)).status == 303, "what was shown again can be saved"


@pytest.mark.parametrize("wrong", [{"grace": "91"}, {"grace": "-1"}, {"grace": "soon"}, {"rules-0-opens": "all of them"}, {"rules-0-priority": "0"},
                                   {"rules-0-years": "S99"}])
def test_what_cannot_be_is_neither_shown_nor_saved(donald, academy, wrong):
    stamp = stamp_on(donald.show(line()))
    before = KeyDecision.select().count()
    assert 'name="save"' not in donald.show(line(), **wrong)
    assert donald.save(stamp, line(), **wrong).status == 422 and KeyDecision.select().count() == before


def lines_on(page):
    """The priority chosen in each line of the page."""
    return [re.search(r"<option selected value=\"(\d?)\"", part)[1] for part in page.text.split("<legend>Line ")[1:]]


@pytest.mark.parametrize(("button", "lines"), [
    ("add", ["1", "2", "3", ""]), ("remove-1", ["1", "3"]), ("up-2", ["1", "3", "2"]), ("down-0", ["2", "1", "3"]), ("up-0", ["1", "2", "3"]),
    ("remove-9", ["1", "2", "3"]), ("remove-x", ["1", "2", "3"]), ("nonsense", ["1", "2", "3"])])
def test_lines_are_added_removed_and_moved_without_a_script(donald, button, lines):
    assert lines_on(donald.show(line(priority=1), line(priority=2), line(priority=3), do=button)) == lines


def test_the_last_line_stays(donald):
    assert lines_on(donald.show(line(priority=1), do="remove-0")) == ["1"]


def test_year_groups_travel_with_their_line(donald):
    page = donald.show(line(["S1", "S2"], priority=1), line(["S5"], priority=2), do="down-0")
    ticked = [re.findall(r"<input[^>]*checked[^>]*>", part) for part in page.text.split("<legend>Line ")[1:]]
    assert [[re.search(r'value="(\w+)"', one)[1] for one in row] for row in ticked] == [["S5"], ["S1", "S2"]]


# --- the authority --------------------------------------------------------------------------------------------


def test_the_authority_decides_in_numbers_and_never_reads_a_name(visitor, council):
    page = visitor("helen.ross").post(f"/authorities/{council.authority.id}/decisions/parents", fields(line(priority=1), do="show"))
    assert "Morran Academy" in page and "fewer than now" in page and 'name="save"' in page
    assert not [name for name in ("Drummond", "MacLeod", "Fraser", "Kowalsk") if name in page]


def test_the_authoritys_rule_counts_where_no_school_decided_otherwise(pupil, here, council, primary):
    decide(here, EVERYONE)
    pairs = policy.access_pairs(primary)
    decide(council, FIRST_ONLY, by="helen.ross")
    assert sees("alan.drummond", pupil(BETH)) and policy.access_pairs(primary) < pairs


def test_the_authority_alone_decides_for_all(visitor, council):
    for username in ("donald.munro", "jean.baxter", "mairi.macleod", "ailsa.reid"):
        for topic in steps.TOPICS:
            assert visitor(username).get(f"/authorities/{council.authority.id}/decisions/{topic}").status == 404


def test_a_school_goes_back_to_what_the_authority_decided_seeing_what_that_does(visitor, pupil, here, council, academy):
    decide(council, FIRST_ONLY, by="helen.ross")
    decide(here, EVERYONE)
    donald, address = visitor("donald.munro"), f"/schools/{academy.id}/decisions/parents/as-authority"
    page = donald.post(address)
    assert page.status == 200 and "Alan Drummond and Beth Drummond" in page and sees("alan.drummond", pupil(BETH))
    assert donald.post(address, {"save": "not this"}).status == 200 and sees("alan.drummond", pupil(BETH))
    assert donald.post(address, {"save": stamp_on(page)}).status == 303 and not sees("alan.drummond", pupil(BETH))
    assert parenthood.key_decision(academy, PARENTS).school_id is None
    decide(council, EVERYONE, by="helen.ross")
    assert sees("alan.drummond", pupil(BETH)), "and follows it from then on"


def test_step_four_is_done_by_decisions_of_either(academy):
    school = School.create(authority=academy.authority, code="kilmorran", name="Kilmorran Primary")
    assert steps.of_school(school)[3].is_done
    KeyDecision.delete().where(KeyDecision.topic == TRAINING).execute()
    assert "what training there is" in steps.of_school(school)[3].to_do
    decisions.record(user("helen.ross"), Place(academy.authority, school), TRAINING, {"kinds": ["sessions"], "words": ""})
    assert steps.of_school(school)[3].is_done and not steps.of_school(academy)[3].is_done


# --- the other three --------------------------------------------------------------------------------------------


def test_handing_out_is_read_as_it_was_decided(visitor, academy):
    head, address = visitor("donald.munro"), f"/schools/{academy.id}/decisions/handing-out"
    assert head.post(address, {"ways": "e-mailed", "days": "14", "identity": "A passport"}).status == 303
    assert decisions.handing_out(academy) == decisions.HandingOut(("e-mailed",), 14, "A passport")


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"days": "91"}, {"days": "many"}, {"ways": "shouted"}, {"ways": []}, {"identity": ""}])
def test_handing_out_that_cannot_be_is_refused(visitor, academy, wrong):
    before = decisions.handing_out(academy)
    sent = {"ways": "collected", "days": "30", "identity": "A passport"} | wrong
    assert visitor("donald.munro").post(f"/schools/{academy.id}/decisions/handing-out", sent).status == 422
    assert decisions.handing_out(academy) == before


def test_the_sign_in_page_says_the_authoritys_words_and_folds_a_schools_own(visitor, academy, council, here):
    decisions.record(user("helen.ross"), council, SUPPORT, {"reset": "self", "hours": "8 to 4", "words": "Canary of the council."})
    decisions.record(user("donald.munro"), here, SUPPORT, {"reset": "at-office", "hours": "9 to 3", "words": "Canary of the academy."})
    page = visitor().get("/sign-in")
    of_all, _, folded = page.text.partition("<details>")
    assert "Canary of the council." in of_all and "8 to 4" in of_all and "Canary of the academy." not in of_all
    assert "Morran Academy" in folded and "Canary of the academy." in folded and "Shore Street" not in folded
    assert decisions.support(academy) == decisions.Support(False, "9 to 3", "Canary of the academy.")
    visitor("donald.munro").post(f"/schools/{academy.id}/decisions/support/as-authority")
    assert "Canary of the academy." not in visitor().get("/sign-in") and decisions.support(academy).is_self_service


def test_a_wrong_password_reads_the_same_help(visitor, council):
    decisions.record(user("helen.ross"), council, SUPPORT, {"reset": "self", "hours": "", "words": "Canary of the council."})
    assert "Canary of the council." in visitor().sign_in("mairi.macleod", "not hers at all")


def test_words_on_the_sign_in_page_can_do_no_harm(visitor, council):
    words = "<script>alert(1)</script> [x](javascript:alert(1))"
    decisions.record(user("helen.ross"), council, SUPPORT, {"reset": "self", "hours": "<b>8</b>", "words": words})
    page = visitor().get("/sign-in")
    assert "<script>alert" not in page and not [link for link in page.links if "javascript" in link] and "<b>8" not in page


def test_the_sign_in_page_costs_few_queries(visitor, counted):
    stranger = visitor()
    stranger.get("/sign-in")
    with counted() as statements:
        stranger.get("/sign-in")
    assert len([sql for sql in statements if sql.startswith("SELECT")]) <= 2


def test_every_decision_is_kept_and_the_newest_counts(visitor, academy, here):
    for words in ("First words.", "Second words."):
        decisions.record(user("donald.munro"), here, TRAINING, {"kinds": ["sessions"], "words": words})
    page = visitor("donald.munro").get(f"/schools/{academy.id}/decisions")
    assert decisions.training(academy).words == "Second words." and "First words." in page and "2 decisions" in page


# --- who may look -------------------------------------------------------------------------------------------------


def test_the_office_reads_what_was_decided_and_decides_nothing(visitor, academy):
    jean = visitor("jean.baxter")
    page = jean.get(f"/schools/{academy.id}/decisions")
    assert page.status == 200 and not [link for link in page.links if "/decisions/" in link]
    for topic in steps.TOPICS:
        assert jean.get(f"/schools/{academy.id}/decisions/{topic}").status == jean.post(f"/schools/{academy.id}/decisions/{topic}").status == 404
        assert jean.post(f"/schools/{academy.id}/decisions/{topic}/as-authority").status == 404


@pytest.mark.parametrize("username", ["mairi.macleod", "gordon.fraser", "ailsa.reid", "mhairi.nicolson", "margaret.sinclair", "isobel.grant"])
def test_strangers_to_the_school_find_nothing(visitor, academy, username):
    somebody, before = visitor(username), KeyDecision.select().count()
    for path in ("", *(f"/{topic}" for topic in steps.TOPICS)):
        assert somebody.get(f"/schools/{academy.id}/decisions{path}").status == 404
    sent = fields(line(opens="none"), save="x", reason="x")
    assert somebody.post(f"/schools/{academy.id}/decisions/parents", sent).status == 404
    assert somebody.post(f"/schools/{academy.id}/decisions/support/as-authority").status == 404
    assert KeyDecision.select().count() == before


def test_the_page_of_what_was_decided_names_nobodys_family(visitor, academy, here):
    decide(here, FIRST_ONLY)
    page = visitor("helen.ross").get(f"/schools/{academy.id}/decisions")
    names = {child.surname for child in Pupil.select().where(Pupil.school == academy)} - {"Ross", "Munro"}
    assert page.status == 200 and not [name for name in names if re.search(rf"\b{name}\b", page.text)]


def test_every_topic_says_what_it_changes(visitor, academy):
    page = visitor("donald.munro").get(f"/schools/{academy.id}/decisions")
    assert page.text.count("What this changes") == len(steps.TOPICS) and HANDING_OUT in page
