"""No parent reads a comment that names another child; the office meets it with a wording, and can say that it names nobody."""

import ast
import csv
import io
from pathlib import Path

import pytest

from glowlite import naming
from glowlite.clock import today
from glowlite.demo import cast
from glowlite.models import Audit, ComponentPolicy, Conduct, Pupil, Reading, School
from glowlite.policy import Action, Role

ABOUT_ANOTHER = "Helped Zofia Kowalska with her bag."
HARMLESS = "Helped somebody with a heavy bag."
ROOT = Path(__file__).parents[1]


@pytest.fixture
def ewan(academy, pupil):
    """Ewan Fraser of the Academy, whose parents and teachers may read comments."""
    for role in (Role.PARENT, Role.TEACHER):
        ComponentPolicy.create(authority=academy.authority, school=academy, role=role.value, component=Action.CONDUCT_TEXT.key, allowed=True)
    return pupil(cast.CANARY_PUPIL)


@pytest.fixture
def praise(ewan):
    """praise(comment, names_other) writes an entry about Ewan of today."""

    def write(comment, names_other, number="K-1"):
        return Conduct.create(school=ewan.school, mis_id=number, pupil=ewan, kind="achievement", type="Kindness", day=today(), comment=comment,
                              names_other=names_other)

    return write


def pages_of(ewan):
    """Where a parent meets what was written about Ewan: whole pages, and the parts that are fetched alone."""
    return "/", "/widgets/conduct", f"/children/{ewan.id}", f"/children/{ewan.id}/widgets/conduct"


def read(visitor, username, ewan):
    return "".join(page.text for page in (visitor(username).get(path) for path in pages_of(ewan)) if page.status == 200)


@pytest.mark.parametrize("names_other", [True, None])
def test_a_parent_reads_no_comment_that_names_another_or_that_nobody_has_looked_at(visitor, ewan, praise, names_other):
    praise(ABOUT_ANOTHER, names_other)
    seen = read(visitor, "karen.fraser", ewan)
    assert "Kindness" in seen and "Zofia" not in seen


def test_a_parent_reads_a_comment_that_names_nobody_else(visitor, ewan, praise):
    praise(HARMLESS, False)
    assert read(visitor, "karen.fraser", ewan).count(HARMLESS) == 4


def test_the_canary_of_the_demo_is_seen_by_no_parent_even_where_comments_are_shown(visitor, ewan):
    assert Conduct.get(Conduct.mis_id == cast.CANARY_CONDUCT).names_other is True
    for username in ("karen.fraser", "gordon.fraser"):
        assert "Zofia" not in read(visitor, username, ewan)


def test_a_parent_shut_out_by_a_court_order_reads_no_comment(visitor, ewan, praise, pupil):
    isla = pupil("000104")
    Conduct.create(school=ewan.school, mis_id="K-2", pupil=isla, kind="achievement", type="Kindness", day=today(), comment=HARMLESS, names_other=False)
    assert HARMLESS in read(visitor, "karen.fraser", isla) and HARMLESS not in read(visitor, "gordon.fraser", isla)


@pytest.mark.parametrize(("username", "reads"), [("ailsa.reid", True), ("mhairi.nicolson", False), ("mairi.macleod", False), (None, False)])
def test_the_teachers_of_the_child_read_all_of_it_and_others_nothing(visitor, ewan, praise, username, reads):
    praise(ABOUT_ANOTHER, True)
    assert (ABOUT_ANOTHER in read(visitor, username, ewan)) is reads


def test_nothing_but_policy_and_those_who_look_for_names_reads_comments():
    """A new way to parents would have to go through policy.readable_comment."""
    free = ("policy/rules.py", "naming/", "mis/", "exposure/", "quality/rows.py", "demo/", "views/texts.py", "models/")
    for file in (ROOT / "glowlite").rglob("*.py"):
        path = str(file.relative_to(ROOT / "glowlite"))
        named = [node for node in ast.walk(ast.parse(file.read_text()))
                 if isinstance(node, ast.Attribute) and node.attr == "comment" and ast.unparse(node.value) == "Conduct"]
        assert not named or path.startswith(free), path


# --- the page of the office -----------------------------------------------------------------------------------


def page_of(school, end=""):
    return f"/schools/{school.id}/quality/comments{end}"


def test_the_office_sees_the_words_whom_they_mean_and_another_wording(visitor, academy):
    page = visitor("jean.baxter").get(page_of(academy))
    assert "<mark>Zofia Kowalska</mark>" in page.text and "the full name: Zofia Kowalska" in page
    assert "Pushed another pupil in the lunch queue" in page and "who wrote it" in page


def test_reading_the_comments_is_written_down(visitor, academy, ewan):
    before = Reading.select().where(Reading.pupil == ewan).count()
    visitor("jean.baxter").get(page_of(academy))
    assert Reading.select().where(Reading.pupil == ewan).count() == before + 1


def test_the_csv_has_old_and_new_words_and_the_number_of_the_entry(visitor, academy):
    answer = visitor("donald.munro").get(page_of(academy, ".csv"))
    rows = {row["entry id"]: row for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}
    row = rows[cast.CANARY_CONDUCT]
    assert row["comment"] == cast.CANARY_COMMENT and row["proposed comment"].startswith("Pushed another pupil in the lunch queue")
    assert row["words that name another child"] == "Zofia Kowalska" and len(rows) == naming.naming_others(academy).count()
    assert Audit.select().where(Audit.action == "downloaded comments").count() == 1


@pytest.mark.parametrize("username", [None, "mairi.macleod", "gordon.fraser", "ailsa.reid", "margaret.sinclair", "priya.sharma", "helen.ross"])
def test_nobody_else_gets_the_page_or_the_csv(visitor, academy, username):
    for end in ("", ".csv"):
        answer = visitor(username).get(page_of(academy, end))
        assert answer.status in (303, 404) and "Zofia" not in answer


def test_the_office_says_that_a_comment_names_nobody_and_parents_read_it(visitor, academy, ewan, praise):
    entry = praise("Read Grace Darling aloud to Zofia.", True)
    office = visitor("jean.baxter")
    done = office.post(page_of(academy, f"/{entry.id}/clear"))
    assert done.status == 303 and Conduct.get_by_id(entry.id).names_other is False
    row = Audit.get(Audit.action == "cleared a comment")
    assert row.actor_name == "jean.baxter" and entry.mis_id in row.subject
    assert "Grace Darling" in read(visitor, "karen.fraser", ewan)


def test_a_comment_of_another_school_or_one_that_names_nobody_is_not_there_to_be_cleared(visitor, academy, ewan, praise):
    fine = praise(HARMLESS, False)
    elsewhere = naming.naming_others(School.get(School.code == cast.PRIMARY)).first()
    for number in (fine.id, elsewhere.id, 2**40):
        assert visitor("jean.baxter").post(page_of(academy, f"/{number}/clear")).status == 404
    assert Conduct.get_by_id(elsewhere.id).names_other is True


def test_every_comment_of_the_demo_was_looked_at(site):
    comments = Conduct.comment.is_null(False) & (Conduct.comment != "") & Conduct.gone.is_null()
    assert Conduct.select().where(comments, Conduct.names_other.is_null()).count() == 0
    named = {row.mis_id for row in Conduct.select().where(Conduct.names_other == True)}
    others = {f"{row.first_name} {row.surname}" for row in Pupil.select()}
    spoken_of = {row.mis_id for row in Conduct.select(Conduct, Pupil).join(Pupil).where(comments)
                 if any(name in row.comment for name in others - {f"{row.pupil.first_name} {row.pupil.surname}"})}
    assert named == spoken_of and len(named) > 50
