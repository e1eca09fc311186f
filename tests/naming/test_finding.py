"""Does a text about one child name another? Each rule in a sentence, then all of them measured."""

from typing import NamedTuple

import pytest

from glowlite import naming
from tests.naming import texts
from tests.naming.measuring import measure


class Pupil(NamedTuple):
    id: int
    forename: str
    known_as: str | None
    surname: str


PUPILS = [Pupil(number, forename, known_as, surname) for number, (forename, known_as, surname) in enumerate([
    ("Ewan", None, "Fraser"), ("Isla", None, "Fraser"), ("Grace", None, "Bell"), ("Mark", None, "Young"), ("May", None, "Brown"), ("Hope", None, "White"),
    ("Ali", None, "Butt"), ("Ali", None, "Khan"), ("Seònaid", None, "O'Neill"), ("Anna-Maria", None, "Smith-Jones"), ("Catriona", "Cat", "MacLeod"),
    ("Jack", None, "Smith"), ("Will", None, "Grant"), ("Fraser", None, "Reid"), ("Skye", None, "Park"), ("Art", None, "Dale"), ("Jerry", None, "Tait"),
    ("Tom", None, "Orr")])]
EWAN = 0
ALI_BUTT = 6
STAFF = [naming.Adult("Ailsa", "Reid"), naming.Adult("Joan", "Young")]


@pytest.fixture(scope="module")
def found():
    """found(text) – the words of a text about Ewan Fraser that name another child."""
    roster = naming.Roster(PUPILS, STAFF)
    return lambda text, about=EWAN: [one.words for one in naming.find(text, about, roster)]


@pytest.mark.parametrize(("text", "words"), [
    ("Pushed Grace Bell on the stairs.", ["Grace Bell"]),
    ("Pushed Grace on the stairs.", ["Grace"]),
    ("Took Bell's ruler.", ["Bell's"]),
    ("Laughed at Catriona.", ["Catriona"]),
    ("Laughed at Cat's hat.", ["Cat's"]),
    ("Laughed at Seònaid\u2019s hat.", ["Seònaid\u2019s"]),
    ("Laughed at Seonaid, then at ONeill.", ["Seonaid", "ONeill"]),
    ("A quarrel with O Neill.", ["O Neill"]),
    ("A quarrel with McLeod.", ["McLeod"]),
    ("A quarrel with Anna.", ["Anna"]),
    ("A quarrel with Annamaria.", ["Annamaria"]),
    ("A quarrel with Anna-Maria Smith-Jones.", ["Anna-Maria Smith-Jones"]),
    ("A quarrel with J.S. about a pen.", ["J.S."]),
    ("A quarrel with JS about a pen.", ["JS"]),
    ("A quarrel with J. Smith.", ["J. Smith"]),
    ("A quarrel with Jack S.", ["Jack S"]),
    ("A quarrel with J about a pen.", ["J"]),
    ("A quarrel with Catroina.", ["Catroina"]),
    ("A quarrel with Catrina.", ["Catrina"]),
    ("pushed grace on the stairs", ["grace"]),
    ("PUSHED GRACE ON THE STAIRS", ["GRACE"]),
    ("took jacks pen", ["jacks"]),
    ("Jack, Will and Mark were there.", ["Jack", "Will", "Mark"]),
    ("With Grace and Hope in the lunch line.", ["Grace", "Hope"]),
    ("Shoved Isla, his sister.", ["Isla"]),
    ("Shoved Fraser in the lunch line.", ["Fraser"]),
    ("Miss Grace was pushed.", ["Grace"]),
    ("Tom and Jerry were pushed.", ["Tom", "Jerry"]),
    ("Read a story to Skye and pulled her hair.", ["Skye"]),
    ("Se\u00f2\u200bnaid was pushed.", ["Se\u00f2\u200bnaid"]),
    ("So\u0300 Seo\u0300naid was pushed.", ["Seo\u0300naid"]),
])
def test_another_child_is_found_however_it_is_written(found, text, words):
    assert found(text) == words


@pytest.mark.parametrize("text", [
    "", "Ewan was late.", "Ewan Fraser was late.", "E.F. was late.", "Ewan's book was lost.", "Fraser was late.", "ewan was late", "Ewen was late.",
    "Sent to Mr Reid.", "Mr and Mrs Young came in.",
    "Ailsa Reid has spoken to him.", "sent to mr reid", "Rude to Miss Young twice.",
    "Accepted it with good grace.", "In May we meet again.", "A mark of respect.", "We hope for better.",
    "Will need help.", "May need help.", "On 12 May we met.",
    "Excellent in Art.", "The Art homework was late.", "Left PE kit at home.", "A trip to Skye with the class.", "Pushed another pupil.",
    "Robin Hood was the play.",
    "Scored 9 of 10 at 9 a.m.", "Plan B worked.", "S2 assembly.", "Young people like him.", "Grant given.",
])
def test_a_text_that_names_nobody_else_is_let_through(found, text):
    assert found(text) == []


@pytest.mark.parametrize(("text", "words"), [
    ("Ali was late.", []), ("Ali B was late.", []), ("Spoke to Ali about it.", []), ("Ali Butt was late.", []),
    ("Fought with the other Ali.", ["Ali"]), ("Both Alis were late.", ["Alis"]), ("Fought with Ali K.", ["Ali K"]), ("Fought with Ali Khan.", ["Ali Khan"]),
    ("Pushed Ali.", ["Ali"])])
def test_of_two_who_share_a_name_the_text_is_about_one(found, text, words):
    assert found(text, ALI_BUTT) == words


def test_a_pupil_whom_the_roster_does_not_know_is_nobody_s_own_name(found):
    assert found("Ewan was late.", 999) == ["Ewan"]


def test_it_is_said_whom_a_word_may_mean_and_how():
    roster = naming.Roster(PUPILS, STAFF)
    full, alone = naming.find("Grace Bell pushed Ali.", EWAN, roster)
    assert (full.whom, full.how) == ((2,), "the full name") and (alone.whom, alone.how) == ((6, 7), "a first name")


# --- the wording that is proposed -----------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "proposed"), [
    ("Pushed Grace on the stairs.", "Pushed another pupil on the stairs."),
    ("Grace was pushed.", "Another pupil was pushed."),
    ("Took Grace's ruler.", "Took another pupil's ruler."),
    ("Grace and Jack were pushed.", "Two other pupils were pushed."),
    ("Ripped Jack and Grace's work.", "Ripped two other pupils' work."),
    ("Jack, Will and Mark were there.", "Three other pupils were there."),
    ("Ewan and Jack were late.", "Ewan and another pupil were late."),
    ("A quarrel with his friend Jack at lunch.", "A quarrel with his friend at lunch."),
    ("Laughed at Jack's reading. Jack cried.", "Laughed at another pupil's reading. The other pupil cried."),
    ("A quarrel with J.S. about a pen.", "A quarrel with another pupil about a pen."),
    ("Took J.S.'s pen.", "Took another pupil's pen."),
    ("PUSHED GRACE ON THE STAIRS", "PUSHED ANOTHER PUPIL ON THE STAIRS"),
    ("Fought with the other Ewan.", "Fought with the other Ewan."),
    ("took jacks pen", "took another pupil's pen"),
])
def test_the_proposed_wording_reads_as_a_person_would_write_it(text, proposed):
    found = naming.find(text, EWAN, naming.Roster(PUPILS, STAFF))
    assert naming.proposed(text, found) == proposed


def test_what_is_proposed_names_nobody_any_more():
    pupils, cases = texts.cases("held", "demo", 3, 1500)
    roster = naming.Roster(pupils)
    for case in cases:
        words = naming.proposed(case.text, naming.find(case.text, case.about.id, roster))
        assert not [one for one in naming.find(words, case.about.id, roster) if one.how in ("the full name", "a first name")], words


def test_the_pieces_are_the_text():
    text = "Pushed Grace and took Jack's pen."
    found = naming.find(text, EWAN, naming.Roster(PUPILS, STAFF))
    assert "".join(piece.text for piece in naming.pieces(text, found)) == text


# --- measured ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("half", "stock"), [("held", "other"), ("last", "demo"), ("told", "other"), ("told", "demo")])
def test_at_least_99_of_100_are_found_and_95_of_100_found_are_right(half, stock):
    figures = measure(half, stock, seed=97)
    assert figures.by_kind.total() >= 4000
    assert figures.recall >= 0.99 and figures.precision >= 0.95, (figures.recall, figures.precision)


def test_a_big_school_is_compiled_in_half_a_second():
    figures = measure("tune", "other", seed=5, count=400)
    assert figures.build < 0.5
