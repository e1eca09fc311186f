"""A sound drop: first load, the same again, other orders and spellings, and what changed, went and came back."""

import csv
import io
import random
from collections.abc import Callable

import pytest

from glowlite.mis.report import HELD, KEPT
from glowlite.models import Audit, CalendarEntry, Drop, Journal, Link, Pupil, School
from tests.mis import bundles
from tests.mis.bundles import Bundle, changed
from tests.mis.conftest import Load, adds_up, counts, said, total

Access = Callable[[], set[str]]
ALL_FOUR = {"C1-0001", "C1-0002", "C2-0001", "C3-0003"}


def test_the_first_load_makes_every_row(load: Load, access: Access) -> None:
    report = load(bundles.with_marks())
    assert (report.status, report.format) == (KEPT, "GlowLite CSV")
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 3}
    assert counts(report, "links.csv") == {"rows": 4, "created": 4}
    assert counts(report, "marks.csv") == {"rows": 4, "created": 4}
    assert access() == ALL_FOUR and not report.problems and adds_up(report)


def test_every_kind_of_file_loads(load: Load) -> None:
    report = load(bundles.everything())
    assert report.status == KEPT and not report.problems and adds_up(report)
    assert set(report.counts) == set(bundles.everything())


def test_the_very_same_bytes_again_change_nothing_and_say_so(load: Load) -> None:
    load(bundles.everything())
    drops, journal = Drop.select().count(), Journal.select().count()
    report = load(bundles.everything())
    assert report.status == KEPT and not total(report) and adds_up(report)
    assert said(report, "the very same files") and report.as_json()["access"] == {"gained": 0, "lost": 0}
    assert (Drop.select().count(), Journal.select().count()) == (drops, journal)


def test_the_very_same_bytes_repeat_what_there_was_to_say(load: Load) -> None:
    bundle = changed(bundles.family(), "pupils.csv", ("2013-12-24", "24 Dec"))
    first = load(bundle)
    again = load(bundle)
    assert first.as_json()["problems"] == again.as_json()["problems"][:-1] and first.problems


def test_the_same_rows_in_other_bytes_change_nothing(load: Load) -> None:
    load(bundles.everything())
    report = load({name: f"{text}\n" for name, text in bundles.everything().items()})
    assert report.status == KEPT and not total(report) and adds_up(report) and Journal.select().where(Journal.drop == report.drop_id).count() == 1
    assert Journal.get(Journal.drop == report.drop_id).table == "schools"


def shuffled(text: str) -> str:
    header, *rows = csv.reader(io.StringIO(text))
    chance = random.Random(7)
    order = chance.sample(range(len(header)), len(header))
    chance.shuffle(rows)
    lines = io.StringIO()
    csv.writer(lines).writerows([row[place] for place in order] for row in (header, *rows))
    return lines.getvalue()


def test_other_orders_of_rows_and_columns_change_nothing(load: Load) -> None:
    load(bundles.everything())
    report = load({name: shuffled(str(text)) for name, text in bundles.everything().items()})
    assert report.status == KEPT and not total(report)


@pytest.mark.parametrize("header", ["ID,FORENAME,SURNAME,BORN,YEAR GROUP", " Id ,Forename,Surname,Born,Year-Group", "id,forename,surname,born,year\u00a0group",
                                    '"id","forename","surname","born","year – group"', "id,forename,surname,born,Year__Group,,",
                                    "Id.,Forename*,Surname*:,Born?,Year\u200b Group"])
def test_other_spellings_of_the_header_are_the_same_header(load: Load, header: str) -> None:
    report = load(changed(bundles.family(), "pupils.csv", ("id,forename,surname,born,year_group", header)))
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 3} and not report.problems
    assert Pupil.get(Pupil.mis_id == "0001", Pupil.drop == report.drop_id).year_group == "S1"


def test_the_file_is_known_by_its_header_whatever_its_name(load: Load) -> None:
    bundle = bundles.family()
    mobiles = "id,surname,mobile\nC1,Bell,07700 1\nC2,Bell,07700 2\nC3,Dow,07700 3\n"
    report = load({"a.csv": bundle["pupils.csv"], "b.txt": mobiles, "c.CSV": bundle["links.csv"]})
    assert report.status == KEPT and total(report) == {"created": 10}


def test_a_changed_row_is_changed_and_the_row_before_is_in_the_journal(load: Load) -> None:
    load(bundles.family())
    report = load(changed(bundles.family(), "pupils.csv", ("Cat,Dow", "Cath,Dow")))
    assert counts(report, "pupils.csv") == {"rows": 3, "changed": 1, "unchanged": 2}
    entry = Journal.get(Journal.drop == report.drop_id)
    assert entry.table == "pupils" and '"Cat"' in entry.before.replace(": ", ":").replace(" :", ":")
    pupil = Pupil.get(Pupil.mis_id == "0003", Pupil.drop == report.drop_id)
    assert (pupil.forename, pupil.source_row) == ("Cath", 4)


def test_a_row_that_is_gone_is_ended_and_comes_back(load: Load, access: Access, glenbeg: School) -> None:
    load(bundles.family())
    report = load(changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", "")))
    assert counts(report, "pupils.csv") == {"rows": 2, "unchanged": 2, "gone": 1}
    assert access() == ALL_FOUR - {"C3-0003"} and report.lost == ["Flora Dow – Cat Dow"]
    assert Pupil.get(Pupil.school == glenbeg, Pupil.mis_id == "0003").gone is not None
    assert Journal.select().where(Journal.drop == report.drop_id, Journal.table == "pupils").count() == 1
    back = load(bundles.family() | {"pupils.csv": f"{bundles.PUPILS}\n"})
    assert counts(back, "pupils.csv") == {"rows": 3, "changed": 1, "unchanged": 2} and back.gained == ["Flora Dow – Cat Dow"]
    assert access() == ALL_FOUR and not total(load({name: f"{text}\n" for name, text in bundles.family().items()}))


def test_a_row_that_stays_gone_is_not_ended_again(load: Load) -> None:
    load(bundles.family())
    less = changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2\n", ""))
    load(less)
    assert not total(load({name: f"{text}\n" for name, text in less.items()}))


def test_a_missing_file_says_nothing(load: Load, access: Access) -> None:
    load(bundles.with_marks())
    report = load({"contacts.csv": bundles.CONTACTS})
    assert report.status == KEPT and not total(report) and access() == ALL_FOUR


@pytest.mark.parametrize("file", ["pupils.csv", "contacts.csv", "links.csv"])
def test_an_empty_file_is_not_a_missing_one_and_waits(load: Load, access: Access, file: str) -> None:
    load(bundles.family())
    header = str(bundles.family()[file]).split("\n")[0]
    report = load({file: header})
    assert report.status == HELD and said(report, "Is the export complete?") and access() == ALL_FOUR


def test_a_file_without_even_a_header_is_refused(load: Load) -> None:
    load(bundles.family())
    for nothing in ("", "\ufeff", "\n\n"):
        report = load(bundles.family() | {"links.csv": nothing})
        assert report.status == "refused" and said(report, "empty") == [("links.csv", 1, "pupil_id")]


def test_a_missing_column_says_nothing(load: Load) -> None:
    load(bundles.family())
    report = load({"pupils.csv": "id,forename,surname\n0001,Ann,Bell\n0002,Ben,Bell\n0003,Cat,Dow\n"})
    assert not total(report) and report.status == KEPT
    assert not Pupil.select().join(School).where(School.code == "glenbeg", Pupil.born.is_null()).count()


def test_a_default_does_not_overwrite_when_its_column_is_missing(load: Load) -> None:
    load({"calendar.csv": "id,kind,title,starts,audience\nX1,event,Staff night,2026-12-01,staff\n"})
    report = load({"calendar.csv": "id,kind,title,starts\nX1,event,Staff night,2026-12-01\nX2,event,Fair,2026-12-02\n"})
    assert counts(report, "calendar.csv") == {"rows": 2, "created": 1, "unchanged": 1}
    assert [row.audience for row in CalendarEntry.select().join(School).where(School.code == "glenbeg").order_by(CalendarEntry.mis_id)] == ["staff", "everyone"]


def test_a_missing_needed_column_refuses_the_drop_by_name(load: Load, access: Access) -> None:
    load(bundles.family())
    report = load(bundles.family() | {"pupils.csv": "id,forename,born\n0001,Ann,2014-03-01\n"})
    assert report.status == "refused" and access() == ALL_FOUR
    assert said(report, "The column surname is missing") == [("pupils.csv", 1, "surname")]


def test_a_column_that_nobody_knows_is_left_alone_and_named(load: Load) -> None:
    report = load({"pupils.csv": "id,forename,surname,shoe_size\n0001,Ann,Bell,36\n"})
    assert report.status == KEPT and said(report, "does not know this column") == [("pupils.csv", None, "shoe_size")]


def test_ten_thousand_unknown_columns_make_a_short_report(load: Load) -> None:
    report = load({"pupils.csv": f"id,forename,surname,{','.join(f'x{n}' for n in range(10_000))}\n0001,Ann,Bell\n"})
    assert report.status == KEPT and len(report.problems) < 30


def test_a_file_of_another_kind_is_left_alone_and_named(load: Load) -> None:
    report = load(bundles.family() | {"lunch.csv": "day,dish\n2026-11-19,Soup\n", "photo.jpg": b"\xff\xd8"})
    assert report.status == KEPT
    assert {file for file, _, _ in said(report, "left alone")} == {"lunch.csv", "photo.jpg"}


def test_two_files_of_one_kind_are_refused(load: Load) -> None:
    report = load(bundles.family() | {"pupils_new.csv": bundles.PUPILS})
    assert report.status == "refused" and "both hold pupils" in report.problems[0].message


def test_a_header_that_fits_two_kinds_is_not_guessed(load: Load) -> None:
    report = load({"pupils.csv": bundles.PUPILS, "people.csv": "id,forename,surname,email\n1,Eve,Ross,\n"})
    assert said(report, "could be those of staff.csv, pupils.csv or contacts.csv") == [("people.csv", None, None)] and total(report) == {"created": 3}


def test_a_new_year_of_ids_leaves_the_old_ones_ended(load: Load, glenbeg: School) -> None:
    load(bundles.family())
    report = load({name: str(text).replace("0001", "9001") for name, text in bundles.family().items()})
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 1, "unchanged": 2, "gone": 1}
    assert Link.select().join(Pupil).where(Pupil.mis_id == "0001", Pupil.school == glenbeg, Link.gone.is_null()).count() == 0


def test_the_school_describes_itself_and_the_row_before_is_kept(load: Load, glenbeg: School) -> None:
    load(bundles.everything())
    school = School.get_by_id(glenbeg.id)
    assert (school.name, school.mis_id, school.code) == ("Glenbeg Academy", "G1", "glenbeg")
    report = load(changed(bundles.everything(), "school.csv", ("Glenbeg Academy", "Glenbeg High")))
    assert counts(report, "school.csv") == {"rows": 1, "changed": 1}
    assert "Glenbeg Academy" in Journal.get(Journal.drop == report.drop_id, Journal.table == "schools").before


def test_a_school_row_twice_is_read_once(load: Load) -> None:
    twice = changed(bundles.everything(), "school.csv", ("scotland\n", "scotland\nG1,Other Name,primary,,\n"))
    assert load(twice).status == KEPT
    report = load({name: f"{text}\n" for name, text in twice.items()})
    assert not total(report) and School.get(School.code == "glenbeg").name == "Glenbeg Academy" and said(report, "1 row is not this school's")


def test_an_unknown_table_of_codes_is_not_taken(load: Load) -> None:
    report = load(changed(bundles.everything(), "school.csv", ("scotland", "atlantis")))
    assert School.get(School.code == "glenbeg").code_table == "scotland"
    assert said(report, "no table of attendance codes") == [("school.csv", 2, "attendance_codes")]


def test_who_loaded_what_is_in_the_audit(load: Load, glenbeg: School) -> None:
    report = load(bundles.family())
    row = Audit.get(Audit.school == glenbeg, Audit.subject == f"drop {report.drop_id}")
    assert (row.actor_name, row.action) == ("a test", "drop kept")


@pytest.mark.parametrize("bundle", [bundles.family, bundles.everything, bundles.crowd])
def test_loading_is_the_same_the_second_time(load: Load, bundle: Callable[[], Bundle]) -> None:
    load(bundle())
    assert not total(load({name: f"{text}\n" for name, text in bundle().items()}))


def test_a_drop_remembers_which_file_each_table_came_from(load: Load) -> None:
    load(bundles.family())
    newest = Drop.select().order_by(Drop.id.desc()).first()
    assert newest.report["sources"]["pupils"] == "pupils.csv"
