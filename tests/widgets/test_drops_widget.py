"""What was loaded from the MIS lately, and what is wrong most often in the last drop."""

import pytest

from glowlite import clock
from glowlite.models import Drop, Problem, School


@pytest.fixture
def section(visitor):
    return lambda username, hat=None: visitor(username, hat).get("/widgets/drops")


@pytest.fixture
def dropped(academy):
    """dropped("held", [("row", "links.csv", "…")]) is a drop of the Academy with these problems."""

    def load(status: str = "kept", problems: list[tuple[str, str, str]] = [], school: School = academy) -> Drop:  # noqa: B006
        drop = Drop.create(school=school, status=status, digest="", loaded_by="nightly", started=clock.now())
        for row, (weight, file, message) in enumerate(problems, start=2):
            Problem.create(drop=drop, weight=weight, file=file, row=row, message=message)
        return drop

    return load


def test_the_newest_come_first_with_how_they_went(section, dropped, academy):
    numbers = [dropped(status).id for status in ("kept", "refused", "held")]
    page = section("donald.munro")
    places = [page.text.index(f"Drop {number}<") for number in numbers]
    assert places == sorted(places, reverse=True) and all(f"/schools/{academy.id}/drops/{number}" in page.links for number in numbers)
    assert all(words in page for words in ("kept", "refused", "waits for a person", "no problems"))


def test_what_a_newer_one_has_overtaken_waits_for_nobody(section, dropped):
    dropped("held")
    assert "waits for a person" in section("donald.munro")
    dropped("kept")
    page = section("donald.munro")
    assert "overtaken" in page and "waits for a person" not in page


def test_only_a_few_are_listed_and_the_others_are_a_tap_away(section, dropped, academy):
    for _ in range(9):
        dropped()
    page = section("donald.munro")
    assert page.text.count('<span class="tag">') == 4 and f"/schools/{academy.id}/drops" in page.links


def test_problems_are_counted(section, dropped):
    dropped(problems=[("row", "pupils.csv", "No surname.")])
    assert "1 thing to look at" in section("jean.baxter")
    dropped(problems=[("row", "pupils.csv", "No surname."), ("note", "", "Something.")])
    assert "2 things to look at" in section("jean.baxter")


def test_problems_of_one_kind_are_one_line(section, dropped):
    dropped(problems=[("row", "pupils.csv", "No surname.")] * 3 + [("row", "links.csv", f"Row {n} says otherwise about the same.") for n in (4, 5)])
    page = section("jean.baxter")
    assert "3 times in pupils.csv: No surname." in page and "2 times in links.csv: Row … says otherwise about the same." in page


def test_one_alone_is_named_by_its_row(section, dropped):
    dropped(problems=[("row", "links.csv", "Row 7 says otherwise about the same.")])
    assert "links.csv, row 2: Row 7 says otherwise about the same." in section("jean.baxter")


def test_what_holds_a_drop_comes_before_what_is_merely_common(section, dropped):
    kinds = [("note", "a.csv", f"Note {letter}.") for letter in "ABCDE" for _ in range(5)]
    dropped("held", [*kinds, ("brake", "links.csv", "15 of 20 adult-child links would lose access.")])
    page = section("jean.baxter")
    assert page.text.index("would lose access") < page.text.index("Note A.") and "Note D." not in page


def test_only_the_last_drop_of_a_school_says_what_is_wrong(section, dropped):
    dropped(problems=[("row", "pupils.csv", "No surname.")])
    dropped()
    assert "No surname." not in section("jean.baxter")


def test_the_office_may_load_and_the_head_only_looks(section):
    assert "Load files from the MIS" in section("jean.baxter") and "Load files from the MIS" not in section("donald.munro")


def test_another_schools_drops_are_not_here(section, dropped):
    drop = dropped(problems=[("row", "pupils.csv", "No surname.")])
    for username in ("margaret.sinclair", "isobel.grant"):
        assert f"/drops/{drop.id}" not in section(username) and "No surname." not in section(username)


@pytest.mark.parametrize(("username", "hat"), [("mairi.macleod", None), ("shona.campbell", "parent"), ("shona.campbell", "staff"), ("ailsa.reid", None),
                                               ("priya.sharma", None), ("helen.ross", None)])
def test_it_is_for_the_head_and_the_office(section, username, hat):
    assert section(username, hat).status == 404


def test_a_school_that_has_loaded_nothing_says_what_will_come(section):
    Drop.update(school=School.get(School.code == "shore-primary")).execute()
    assert "Nothing has been loaded yet." in section("jean.baxter")


def test_many_drops_take_as_few_queries_as_one(viewer_of, counted, dropped):
    from glowlite.widgets import home_of, panel
    baxter = viewer_of("jean.baxter")
    home = home_of(baxter)
    assert baxter.decisions
    with counted() as few:
        panel(baxter, home, "drops")
    for _ in range(5):
        dropped(problems=[("row", "pupils.csv", "No surname.")])
    with counted() as many:
        assert len(panel(baxter, home, "drops").values["drops"]) == 4
    assert len(many) == len(few) <= 6
