"""Whatever the cells of a report, a class list or a Common Transfer File hold, there is a report and never an exception; and nobody sees what no row gives."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from glowlite import db, mis
from glowlite.mis import captions
from glowlite.models import School
from tests.mis.test_captions import BROMCOM, NO_IDS, TIMETABLE, a_map
from tests.mis.test_class_lists import HEADER as CLASS_LIST

FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
CELLS = some.one_of(some.sampled_from(["", " ", "0001", "0002", "C1", "Y", "N", "AM", "10", "2026-11-16", "01/03/2014", "1Mon:4", "Fri:pm", "?",
                                       "H801200001001", "Ann", "Bell", "Mr J. Bell",
                                       "Bell, Ann", "a@b.org", "1E+05", "#REF!", '"', '"x', "x\ny", "\x00", "\ufffd", "é", "=1+1"]),
                    some.text(max_size=10), some.text(alphabet="a", min_size=70, max_size=140))
ROWS = some.lists(some.lists(CELLS, max_size=22), max_size=5)
SIMS = {layout.name: ",".join(layout.captions) for layout in captions.shipped()}


@pytest.fixture
def reports(glenbeg: School, tmp_path: Path) -> Callable[..., None]:
    """reports({name: text}) loads the files thrice, and takes everything back."""
    numbers = itertools.count()
    captions.keep(glenbeg, a_map(NO_IDS, whole=True), by="a test")

    def look(bundle: dict[str, bytes], is_right: Callable[[], bool] = lambda: True) -> None:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        for name, content in bundle.items():
            (folder / name).write_bytes(content)
        with db.database.atomic() as all_of_it:
            first = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            (folder / next(iter(bundle))).write_bytes(next(iter(bundle.values())) + b"\n")
            again = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            right = is_right()
            all_of_it.rollback()
        assert right and first.as_json() and first.status in ("kept", "refused")
        for file in first.as_json()["files"]:
            assert file["rows"] == file["created"] + file["changed"] + file["unchanged"] + file["set_aside"], file
        assert not any(again.total(what) for what in ("created", "changed", "gone")), (first.as_json(), again.as_json())

    return look


def text(header: str, rows: list[list[str]]) -> bytes:
    return "\n".join([header, *(",".join(row) for row in rows)]).encode("utf-8", "replace")


@FEW
@given(header=some.sampled_from([*SIMS.values(), NO_IDS, CLASS_LIST]), rows=ROWS)
def test_any_cells_under_known_captions_give_a_report(reports: Callable[..., None], header: str, rows: list[list[str]]) -> None:
    reports({"x.csv": text(header, rows)})


@FEW
@given(rows=ROWS, file=some.integers(0, 2))
def test_any_cells_in_a_timetable_give_a_report(reports: Callable[..., None], rows: list[list[str]], file: int) -> None:
    name = list(TIMETABLE)[file]
    reports(dict(sorted({one: content.encode() for one, content in TIMETABLE.items()}.items())) | {name: text(TIMETABLE[name].rstrip(), rows)})


@FEW
@given(header=some.lists(some.one_of(some.sampled_from(BROMCOM.split(",")), some.text(max_size=8)), max_size=9), rows=ROWS)
def test_any_captions_give_a_report(reports: Callable[..., None], header: list[str], rows: list[list[str]]) -> None:
    reports({"x.csv": text(",".join(header), rows)})


@FEW
@given(content=some.binary(max_size=200), begins=some.sampled_from([b"", b"<?xml version='1.0'?>", b"<CTfile><CTFpupilData><Pupil><UPN>", b"\xff\xfe<\0"]))
def test_any_bytes_as_xml_give_a_report(reports: Callable[..., None], content: bytes, begins: bytes) -> None:
    reports({"x.xml": begins + content})


@FEW
@given(rows=some.lists(some.tuples(some.sampled_from(["0001", "0002", ""]), some.sampled_from(["C1", "C2", ""]), some.sampled_from(["Y", "N", "", "?"]),
                                   some.sampled_from(["Y", "N", "", "?"]), some.sampled_from(["", ",oops"])), max_size=8))
def test_any_rights_give_only_what_every_row_gives(reports: Callable[..., None], access: Callable[[], set[str]], rows: list[tuple[str, ...]]) -> None:
    lines = [f"{pupil},,Ann,Bell,,,,,{contact},,Jo,Bell,Mother,1,{pr},{order},,,,{more}".split(",") for pupil, contact, pr, order, more in rows]
    everyone = {row[:2] for row in rows if row[0] and row[1]}
    allowed = {f"{contact}-{pupil}" for pupil, contact in everyone if all(row[2:] == ("Y", "N", "") for row in rows if row[:2] == (pupil, contact))}
    reports({"x.csv": text(BROMCOM, lines)}, lambda: access() <= allowed)
