"""Whatever the files hold, there is a report and never an exception."""

import io
import itertools
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from glowlite import db, mis
from glowlite.mis.rows import NOUNS
from glowlite.models import School
from tests.mis import bundles

MORE = settings(max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))

OURS = sorted(bundles.everything())
THEIRS = sorted({*bundles.sds_v1_uk(), *bundles.sds_v21()})
CELLS = some.one_of(some.sampled_from(["", " ", "0001", "0002", "C1", "Y", "N", "AM", "10", "2026-11-16", "1-EN", "T1", "MON1", "Mon", "class",
                                       "9001", "101", "student", "1E+05", '"', '"x', "a,b", "x\ny", "\x00", "\x1f",
                                       "\ufeff", "\ufffd", "é", "😀", "-1", "99999999999999999999", "=1+1"]),
                    some.text(max_size=12), some.text(alphabet="a", min_size=70, max_size=200))
HEADERS = sorted({column.name for noun in NOUNS for column in noun.columns} | {"ID", "School DfE Number", "sourcedId", "userSourcedId", "password", "", "x"})


@pytest.fixture
def reports(glenbeg: School, tmp_path: Path) -> Callable[..., None]:
    """reports({name: bytes}) loads them over a standing family, twice, and takes everything back."""
    numbers = itertools.count()
    School.update(mis_id="9001").where(School.id == glenbeg.id).execute()

    def look(bundle: bundles.Bundle, is_right: Callable[[], bool] = lambda: True) -> None:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        for name, content in (bundles.with_marks() | bundle).items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        with db.database.atomic() as all_of_it:
            first = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            again = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            (folder / "pupils.csv").write_bytes((folder / "pupils.csv").read_bytes() + b"\n")
            third = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            right = is_right()
            all_of_it.rollback()
        assert right
        assert json.dumps(first.as_json()) and first.status in ("kept", "refused")
        for file in first.as_json()["files"]:
            assert file["rows"] == file["created"] + file["changed"] + file["unchanged"] + file["set_aside"], file
        for later in (again, third):
            assert not any(later.total(what) for what in ("created", "changed", "gone")), (first.as_json(), later.as_json())

    return look


@FEW
@given(name=some.sampled_from(OURS + THEIRS), content=some.binary(max_size=300))
def test_any_bytes_give_a_report(reports: Callable[..., None], name: str, content: bytes) -> None:
    reports({name: content})


@FEW
@given(name=some.sampled_from(OURS), rows=some.lists(some.lists(CELLS, max_size=9), max_size=6))
def test_any_cells_under_a_sound_header_give_a_report(reports: Callable[..., None], name: str, rows: list[list[str]]) -> None:
    header = str(bundles.everything()[name]).split("\n")[0]
    reports(bundles.everything() | {name: "\n".join([header, *(",".join(row) for row in rows)])})


@FEW
@given(kind=some.sampled_from([bundles.sds_v1_uk, bundles.sds_v1, bundles.sds_v21]), file=some.integers(0, 8),
       rows=some.lists(some.lists(CELLS, max_size=9), max_size=6))
def test_any_cells_in_a_foreign_format_give_a_report(reports: Callable[..., None], kind: Callable[[], bundles.Bundle], file: int,
                                                     rows: list[list[str]]) -> None:
    bundle = kind()
    name = sorted(bundle)[file % len(bundle)]
    reports(bundle | {name: "\n".join([str(bundle[name]).rstrip(), *(",".join(row) for row in rows)])})


@FEW
@given(name=some.sampled_from(OURS + THEIRS), header=some.lists(some.sampled_from(HEADERS), max_size=8),
       rows=some.lists(some.lists(CELLS, max_size=8), max_size=4), encoding=some.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_header_gives_a_report(reports: Callable[..., None], name: str, header: list[str], rows: list[list[str]], encoding: str) -> None:
    text = "\n".join(",".join(row) for row in [header, *rows])
    reports({name: text.encode(encoding, "replace")})


@FEW
@given(rows=some.lists(some.tuples(some.sampled_from(["0001", "0002", " 0001"]), some.sampled_from(["2026-11-16", "16/11/2026", "2026-11-17"]),
                                   some.sampled_from(["AM", "pm", "PM"]), some.sampled_from(["10", "20", "ZZ", "", "TOOLONG"])), max_size=12))
def test_any_marks_are_the_same_the_second_time(reports: Callable[..., None], rows: list[tuple[str, ...]]) -> None:
    reports(bundles.marks(*(",".join(row) for row in rows)))


@FEW
@given(rows=some.lists(some.tuples(some.sampled_from(["0001", "0003"]), some.sampled_from(["C1", "C2", "C9"]), some.sampled_from(["Y", "N", "", "?"]),
                                   some.sampled_from(["Y", "N", "", "?"]), some.sampled_from(["", ",oops"])), max_size=10))
def test_any_links_give_only_what_every_row_gives(reports: Callable[..., None], access: Callable[[], set[str]], rows: list[tuple[str, ...]]) -> None:
    bundle = bundles.links(*(",".join(row[:4]) + row[4] for row in rows), header="pupil_id,contact_id,parental_responsibility,court_order")
    sound = {row[:2] for row in rows if row[2:] == ("Y", "N", "") and row[1] != "C9"}
    allowed = {f"{contact}-{pupil}" for pupil, contact in sound if all(row[2:] == ("Y", "N", "") for row in rows if row[:2] == (pupil, contact))}
    reports(bundle, lambda: access() == allowed)


# --- a sound bundle that something happened to ------------------------------------------------------------

SOUND = {"XMMM4-PAAA1", "XMMM4-PBBB2"}
# One sign that slipped into a cell may be any but those that say yes, no or nothing: what was written in truth no one could know then.
SLIP = some.sampled_from([sign for sign in range(256) if chr(sign) not in "YyTtNnFf01"])
PLACE = some.integers(0, 10_000)

Lines = list[list[str]]


def _without_line(lines: Lines, place: int) -> Lines:
    return lines[:place % len(lines)] + lines[place % len(lines) + 1:] or lines


def _line_twice(lines: Lines, place: int) -> Lines:
    return [*lines, lines[place % len(lines)]]


def _turned(lines: Lines, place: int) -> Lines:
    return lines[place % len(lines):] + lines[:place % len(lines)]


def _without_column(lines: Lines, place: int) -> Lines:
    column = place % max(1, len(lines[0]))
    return [cells[:column] + cells[column + 1:] for cells in lines]


def _column_last(lines: Lines, place: int) -> Lines:
    column = place % max(1, len(lines[0]))
    return [cells[:column] + cells[column + 1:] + cells[column:column + 1] for cells in lines]


def _blank_cell(lines: Lines, place: int) -> Lines:
    line = place % len(lines)
    return [[*cells[:place % 7], "", *cells[place % 7 + 1:]] if number == line else cells for number, cells in enumerate(lines)]


def _short_line(lines: Lines, place: int) -> Lines:
    return [cells[:place % 7] if number == place % len(lines) else cells for number, cells in enumerate(lines)]


def _title(lines: Lines, place: int) -> Lines:
    return [["Who may see whom"], *[[]] * (place % 3), *lines]


def _blank_line(lines: Lines, place: int) -> Lines:
    return [*lines[:place % len(lines)], [""] * (place % 9), *lines[place % len(lines):]]


ACCIDENTS = some.sampled_from([_without_line, _line_twice, _turned, _without_column, _column_last, _blank_cell, _short_line, _title, _blank_line])
WAYS = some.tuples(some.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]), some.sampled_from([",", ";", "\t", "|"]),
                   some.sampled_from(["\n", "\r\n", "\r"]))
SLIPS = some.none() | some.tuples(some.sampled_from(["in place of", "before", "without"]), PLACE, SLIP)


def _slipped(data: bytes, slip: tuple[str, int, int] | None) -> bytes:
    if slip is None:
        return data
    how, place, sign = slip
    at = place % len(data)
    return data[:at] + (b"" if how == "without" else bytes([sign])) + data[at + (how != "before"):]


def _after(accidents: list[tuple[Callable[[Lines, int], Lines], int]], way: tuple[str, str, str]) -> bytes:
    """links.csv of the sound bundle after all that, in one of the ways to write it."""
    lines = [line.split(",") for line in str(bundles.guarded()["links.csv"]).splitlines()]
    for happens, place in accidents:
        lines = happens(lines, place)
    encoding, delimiter, end = way
    return end.join(delimiter.join(cells) for cells in [*lines, []]).encode(encoding)


@pytest.fixture
def nobody_more(glenbeg: School, tmp_path: Path, access: Callable[[], set[str]]) -> Callable[[bytes], None]:
    """Loads the sound bundle with these bytes for links.csv, first into an empty school and then over the sound one; takes everything back."""
    numbers = itertools.count()

    def look(links: bytes) -> None:
        for before in ([], [bundles.guarded()]):
            with db.database.atomic() as all_of_it:
                for bundle in [*before, bundles.guarded() | {"links.csv": links}]:
                    folder = tmp_path / str(next(numbers))
                    folder.mkdir()
                    for name, content in bundle.items():
                        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
                    report = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
                seen = access()
                all_of_it.rollback()
            assert seen <= SOUND, (seen - SOUND, links, report.as_json())

    return look


@MORE
@given(accidents=some.lists(some.tuples(ACCIDENTS, PLACE), max_size=4), way=WAYS, slip=SLIPS)
def test_no_accident_with_the_links_gives_anybody_more(nobody_more: Callable[[bytes], None], accidents: list[tuple[Callable[[Lines, int], Lines], int]],
                                                       way: tuple[str, str, str], slip: tuple[str, int, int] | None) -> None:
    nobody_more(_slipped(_after(accidents, way), slip))


def test_the_sound_links_give_what_they_say(nobody_more: Callable[[bytes], None], access: Callable[[], set[str]], load: Callable[..., object]) -> None:
    load(bundles.guarded())
    assert access() == SOUND


@FEW
@given(cut=PLACE)
def test_links_that_end_too_early_give_nobody_more(nobody_more: Callable[[bytes], None], cut: int) -> None:
    data = str(bundles.guarded()["links.csv"]).encode()
    nobody_more(data[:cut % len(data)])


# --- zips and XML --------------------------------------------------------------------------------------------


@FEW
@given(slips=some.lists(some.tuples(some.sampled_from(["in place of", "before", "without"]), PLACE, some.integers(0, 255)), min_size=1, max_size=8),
       kind=some.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
def test_any_zip_gives_a_report(glenbeg: School, tmp_path_factory: pytest.TempPathFactory, slips: list[tuple[str, int, int]], kind: int) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", kind) as archive:
        for name, content in bundles.with_marks().items():
            archive.writestr(name, content)
    data = whole.getvalue()
    for slip in slips:
        data = _slipped(data, slip)
    path = tmp_path_factory.mktemp("zip") / "drop.zip"
    path.write_bytes(data)
    assert mis.load(path, "glenbeg", by="a test", keep=False).status in ("dry-run", "refused", "held")


XML = some.lists(some.one_of(some.text(max_size=8), some.sampled_from([
    "<?xml version='1.0' encoding='utf-16'?>", "<CTfile>", "</CTfile>", "<Header>", "</Header>", "<CTFpupilData>", "</CTFpupilData>", "<Pupil>", "</Pupil>",
    "<UPN>H801200001001</UPN>", "<Surname>Bell</Surname>", "<Forename>Ann</Forename>", "<DOB>2014-03-01</DOB>", "<Contacts>", "</Contacts>",
    "<Contact>", "</Contact>", "<Responsibility>true</Responsibility>", "<SourceSchool>", "<LEA>801</LEA>", "<Estab>2000</Estab>", "</SourceSchool>",
    "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", "&b;", "&#0;", "<![CDATA[", "]]>", "<a b='c' b='d'/>"])), max_size=24)


@FEW
@given(parts=XML, encoding=some.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_xml_gives_a_report_and_nobody_access(glenbeg: School, access: Callable[[], set[str]], tmp_path_factory: pytest.TempPathFactory,
                                                  parts: list[str], encoding: str) -> None:
    path = tmp_path_factory.mktemp("xml") / "8012000_CTF_8012000_001.xml"
    path.write_bytes("".join(parts).encode(encoding, "replace"))
    with db.database.atomic() as all_of_it:
        report = mis.load(path, "glenbeg", by="a test", despite_brakes=True)
        seen = access()
        all_of_it.rollback()
    assert json.dumps(report.as_json()) and report.status in ("kept", "refused") and not seen
