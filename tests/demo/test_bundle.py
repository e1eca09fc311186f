"""The demo bundles obey the drop format, look like two real schools, and are the same whenever they are made again."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from glowlite.demo import bundle, cast
from glowlite.demo.names import folded
from glowlite.demo.people import scn
from glowlite.demo.year import SchoolYear, easter
from glowlite.mis.rows import BY_NAME

TODAY = date(2026, 11, 23)
Tables = dict[str, list[dict[str, str]]]


def tables(folder: Path) -> Tables:
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def made(folder: Path, today: date = TODAY, pupils: int = 360) -> dict[str, Tables]:
    return {code: tables(path) for code, path in bundle.write(folder, today, pupils).items()}


@pytest.fixture(scope="module")
def schools(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tables]:
    return made(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def academy(schools: dict[str, Tables]) -> Tables:
    return schools[cast.ACADEMY]


def assert_obeys_the_format(found: Tables) -> None:
    assert set(found) <= set(BY_NAME)
    ids = {noun: {row.get("id") for row in rows} for noun, rows in found.items()}
    for noun, rows in found.items():
        columns = {column.name: column for column in BY_NAME[noun].columns}
        keys = Counter(tuple(row[name] for name in BY_NAME[noun].key) for row in rows)
        assert max(keys.values()) == 1, f"{noun}: {keys.most_common(1)}"
        assert rows and set(rows[0]) <= set(columns) and BY_NAME[noun].needed <= set(rows[0])
        for row in rows:
            for name, cell in row.items():
                assert cell or not columns[name].needed, f"{noun}.{name} is blank in {row}"
                if cell:
                    columns[name].read(cell)
                    assert not (to := columns[name].to) or cell in ids[to], f"{noun}.{name} {cell}"


def assert_nobody_is_in_two_places(found: Tables) -> None:
    members: dict[str, list[str]] = {}
    for row in found["memberships"]:
        members.setdefault(row["group_id"], []).append(row["pupil_id"])
    seen = Counter(("room", lesson["room"], lesson["period_id"]) for lesson in found["lessons"]
                   if not lesson["id"].endswith("ASM-FRI6"))  # everybody sits in the same assembly
    seen += Counter(("staff", lesson["staff_id"], lesson["period_id"]) for lesson in found["lessons"])
    seen += Counter(("pupil", pupil, lesson["period_id"]) for lesson in found["lessons"] for pupil in members[lesson["group_id"]])
    assert seen.most_common(1)[0][1] == 1, seen.most_common(3)


@pytest.mark.parametrize(("today", "pupils"), [
    (TODAY, 30), (TODAY, 61), (TODAY, 360), (TODAY, 1000), (date(2026, 8, 17), 90), (date(2026, 8, 18), 90),
    (date(2026, 8, 25), 90), (date(2027, 1, 20), 90), (date(2027, 7, 10), 90)])
def test_every_cell_obeys_the_drop_format(tmp_path: Path, today: date, pupils: int) -> None:
    for found in made(tmp_path, today, pupils).values():
        assert_obeys_the_format({noun: rows for noun, rows in found.items() if rows})  # in August some files have no rows yet


@pytest.mark.parametrize("pupils", [30, 100, 360, 1200])
def test_nobody_is_in_two_places_at_once(tmp_path: Path, pupils: int) -> None:
    for found in made(tmp_path, pupils=pupils).values():
        assert_nobody_is_in_two_places(found)


@pytest.mark.parametrize("pupils", [30, 360, 3000])
def test_there_are_as_many_pupils_as_asked_for(tmp_path: Path, pupils: int) -> None:
    found = made(tmp_path, pupils=pupils)
    assert len(found[cast.PRIMARY]["pupils"]) == round(pupils / 3)
    assert sum(len(one["pupils"]) for one in found.values()) == pupils


def test_fewer_pupils_than_the_cast_needs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="30 to 3000"):
        bundle.write(tmp_path, TODAY, 12)


def test_two_writes_are_equal_byte_for_byte(tmp_path: Path) -> None:
    first, second = bundle.write(tmp_path / "a", TODAY), bundle.write(tmp_path / "b", TODAY)
    for code, folder in first.items():
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            path.name: path.read_bytes() for path in second[code].iterdir()}


def test_tomorrow_repeats_today_and_adds_to_it(tmp_path: Path) -> None:
    today, tomorrow = made(tmp_path / "a"), made(tmp_path / "b", TODAY + timedelta(days=1))
    for code in today:
        for noun in ("marks", "assignments", "conduct", "results", "lessons", "contacts", "links", "calendar"):
            stable = [tuple(row.values()) for row in today[code][noun]
                      if "CANARY" not in row.get("id", "") and row.get("id") != cast.CANARY_CONDUCT]
            assert set(stable) <= {tuple(row.values()) for row in tomorrow[code][noun]}, noun


def test_the_cast_is_there(schools: dict[str, Tables]) -> None:
    for child in cast.CHILDREN:
        row = next(row for row in schools[child.school]["pupils"] if row["id"] == child.id)
        assert (row["forename"], row["surname"], row["year_group"]) == (child.forename, child.surname, child.stage)
    for member in cast.STAFF:
        assert member.id in {row["id"] for row in schools[member.school]["staff"]}
    for tie in cast.TIES:
        rows = [row for found in schools.values() for row in found["links"]
                if (row["contact_id"], row["pupil_id"]) == (tie.contact_id, tie.pupil_id)]
        wanted = (tie.parental_responsibility, tie.court_order)
        assert [(row["parental_responsibility"], row["court_order"]) for row in rows] == [wanted]


def test_a_restriction_is_blank_only_where_the_cast_says_so(schools: dict[str, Tables]) -> None:
    links = [row for found in schools.values() for row in found["links"]]
    assert [row["contact_id"] for row in links if not row["parental_responsibility"]] == ["C000113"]
    assert [row["contact_id"] for row in links if not row["court_order"]] == ["C000119"]


def test_the_pupil_who_joined_yesterday_has_nothing_yet(academy: Tables) -> None:
    assert next(row for row in academy["pupils"] if row["id"] == cast.JOINED_YESTERDAY)["joined"] == "2026-11-20"
    for noun in ("memberships", "marks", "conduct", "results"):
        assert cast.JOINED_YESTERDAY not in {row["pupil_id"] for row in academy[noun]}


def test_the_leaver_left_in_the_past_and_has_no_marks_after(academy: Tables) -> None:
    left = next(row for row in academy["pupils"] if row["id"] == cast.LEAVER)["left"]
    days = [row["day"] for row in academy["marks"] if row["pupil_id"] == cast.LEAVER]
    assert days and max(days) <= left < TODAY.isoformat()


def test_twins_share_a_birthday_and_two_pupils_share_a_name(schools: dict[str, Tables]) -> None:
    born = {row["id"]: row["born"] for found in schools.values() for row in found["pupils"]}
    assert born["000106"] == born["000107"]
    smiths = [row for row in schools[cast.ACADEMY]["pupils"] if (row["forename"], row["surname"]) == ("James", "Smith")]
    assert len(smiths) == 2 and len({row["registration"] for row in smiths}) == 2


@pytest.mark.parametrize("pupils", [30, 360])
def test_a_teacher_never_has_her_own_son_nor_every_class(tmp_path: Path, pupils: int) -> None:
    found = made(tmp_path, pupils=pupils)[cast.ACADEMY]
    groups = {name: {row["group_id"] for row in found["teaching"] if row["staff_id"] == name} for name in ("T0007", "T0008")}
    assert not groups["T0008"] & {row["group_id"] for row in found["memberships"] if row["pupil_id"] == "000110"}
    taught = {row["pupil_id"] for row in found["memberships"] if row["group_id"] in groups["T0007"]}
    assert "000101" in taught and len(taught) < len(found["pupils"])


def test_families_reach_across_both_schools(schools: dict[str, Tables]) -> None:
    adults = [{row["contact_id"] for row in found["links"] if row["parental_responsibility"] == "Y"}
              for found in schools.values()]
    assert len(adults[0] & adults[1]) > 20


def test_about_a_quarter_of_parents_are_separated(schools: dict[str, Tables]) -> None:
    seconds = [row for found in schools.values() for row in found["links"]
               if row["priority"] == "2" and row["parental_responsibility"] == "Y"]
    assert 0.15 < sum(row["lives_with"] == "N" for row in seconds) / len(seconds) < 0.4


def test_marks_are_believable(schools: dict[str, Tables]) -> None:
    codes = Counter(row["code"] for found in schools.values() for row in found["marks"])
    assert 0.90 < sum(codes[code] for code in ("10", "11", "12")) / codes.total() < 0.97
    missed = Counter(row["pupil_id"] for found in schools.values() for row in found["marks"]
                     if row["code"] not in ("10", "11", "12"))
    assert max(missed.values()) > 20, "somebody is away a great deal"


def test_marks_hold_only_codes_of_the_scottish_table(schools: dict[str, Tables]) -> None:
    table = Path(bundle.__file__).parent.parent / "codes" / "scotland.csv"
    with table.open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    assert {row["code"] for found in schools.values() for row in found["marks"]} <= known


def test_today_is_registered_but_for_one_class_and_the_afternoon(schools: dict[str, Tables]) -> None:
    for found in schools.values():
        today = [row for row in found["marks"] if row["day"] == TODAY.isoformat()]
        assert {row["session"] for row in today} == {"AM"}
        marked = {row["pupil_id"] for row in today}
        waiting = {row["registration"] for row in found["pupils"]
                   if row["registration"] and not row["left"] and row["id"] not in marked}
        assert len(waiting) == 1


def test_no_mark_falls_on_a_day_without_school(schools: dict[str, Tables]) -> None:
    days = {day.isoformat() for day in SchoolYear.around(TODAY).days}
    assert {row["day"] for found in schools.values() for row in found["marks"]} <= days


def test_every_teaching_group_has_a_teacher_pupils_and_lessons(schools: dict[str, Tables]) -> None:
    for found in schools.values():
        classes = {row["id"] for row in found["groups"] if row["kind"] == "class"}
        for noun in ("teaching", "memberships", "lessons"):
            assert classes <= {row["group_id"] for row in found[noun]}, noun
        assert {row["id"] for row in found["groups"]} <= {row["group_id"] for row in found["teaching"]}


def test_every_pupil_in_class_has_a_full_week(schools: dict[str, Tables]) -> None:
    for found in schools.values():
        lessons = Counter(row["group_id"] for row in found["lessons"])
        filled: Counter[str] = Counter()
        for row in found["memberships"]:
            filled[row["pupil_id"]] += lessons[row["group_id"]]
        assert set(filled.values()) == {len(found["periods"])}


def test_no_teacher_has_more_periods_than_the_national_limit(academy: Tables) -> None:
    loads = Counter(row["staff_id"] for row in academy["lessons"])
    assert max(loads.values()) <= 27 and sum(loads.values()) / len(loads) > 15


def test_homework_is_due_on_the_next_school_day_and_never_set_twice(schools: dict[str, Tables]) -> None:
    for found in schools.values():
        tomorrow = (TODAY + timedelta(days=1)).isoformat()
        assert [row for row in found["assignments"] if row["set_on"] <= TODAY.isoformat() < row["due_on"] == tomorrow]
        titles = Counter((row["group_id"], row["title"]) for row in found["assignments"])
        assert max(titles.values()) == 1
        with_link = sum(bool(row["resource"]) for row in found["assignments"]) / len(found["assignments"])
        assert 0.25 < with_link < 0.5, with_link


def test_no_text_has_an_unfilled_place(schools: dict[str, Tables]) -> None:
    cells = (cell for found in schools.values() for rows in found.values() for row in rows for cell in row.values())
    assert not [cell for cell in cells if "{" in cell]


def test_praise_is_three_times_as_frequent_as_trouble(schools: dict[str, Tables]) -> None:
    kinds = Counter(row["kind"] for found in schools.values() for row in found["conduct"])
    assert 2 < kinds["achievement"] / kinds["behaviour"] < 4


def test_the_canaries_are_in_place(academy: Tables) -> None:
    comment = next(row for row in academy["conduct"] if row["id"] == cast.CANARY_CONDUCT)
    assert (comment["pupil_id"], comment["comment"]) == (cast.CANARY_PUPIL, cast.CANARY_COMMENT)
    assert next(row for row in academy["results"] if row["title"] == cast.CANARY_RESULT)["released"] > TODAY.isoformat()
    assert next(row for row in academy["assignments"] if row["title"] == cast.CANARY_ASSIGNMENT)["set_on"] > TODAY.isoformat()
    assert next(row for row in academy["calendar"] if row["title"] == cast.CANARY_STAFF_EVENT)["audience"] == "staff"


def test_some_results_are_not_yet_released(schools: dict[str, Tables]) -> None:
    for found in schools.values():
        assert [row for row in found["results"] if row["released"] > TODAY.isoformat()]
        assert [row for row in found["results"] if row["released"] <= TODAY.isoformat()]


def test_candidate_numbers_have_their_check_digit_and_are_unique(schools: dict[str, Tables]) -> None:
    assert (scn(9, 123456), scn(10, 1), scn(99, 123)) == ("091234564", "100000016", "990001235")
    numbers = [row["scn"] for found in schools.values() for row in found["pupils"]]
    assert len(set(numbers)) == len(numbers) == 360


def test_two_schools_never_share_a_pupil_or_staff_number(schools: dict[str, Tables]) -> None:
    for noun in ("pupils", "staff"):
        first, second = ({row["id"] for row in found[noun]} for found in schools.values())
        assert not first & second


def test_a_contact_in_both_schools_is_the_same_person(schools: dict[str, Tables]) -> None:
    first, second = ({row["id"]: row for row in found["contacts"]} for found in schools.values())
    assert all(first[number] == second[number] for number in first.keys() & second.keys())


def test_the_session_runs_from_mid_august_to_the_end_of_june() -> None:
    year = SchoolYear.around(TODAY)
    assert (year.first, year.last) == (date(2026, 8, 18), date(2027, 6, 25))
    assert 180 <= len(year.days) <= 195
    assert SchoolYear.around(date(2027, 8, 1)) == year
    assert easter(2027) == date(2027, 3, 28) and easter(2026) == date(2026, 4, 5)


@pytest.mark.parametrize("begins", range(2020, 2040))
def test_every_session_has_its_breaks_in_order(begins: int) -> None:
    year = SchoolYear(begins)
    assert 180 <= len(year.days) <= 198
    edges = [edge for span in year.terms for edge in (span.starts, span.ends)]
    assert edges == sorted(edges) and all(edge in year.days for edge in edges)


def test_names_fold_to_ascii() -> None:
    assert [folded(name) for name in ("Wójcik", "Łukasz", "Màiri", "O'Brien", "Eòghann")] == [
        "wojcik", "lukasz", "mairi", "obrien", "eoghann"]
