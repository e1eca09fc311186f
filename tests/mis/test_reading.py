"""Bytes: encodings, delimiters, quotation marks, spreadsheet rows, zips and folders that are not what they seem."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from glowlite.mis import read
from glowlite.mis.report import KEPT, REFUSED
from glowlite.models import Drop, Pupil, School
from tests.mis import bundles
from tests.mis.bundles import Bundle, changed
from tests.mis.conftest import Load, adds_up, counts, said, total

ZOE = "id,forename,surname\n0001,Zoë,MacAoidh\n"


def forename(number: str = "0001") -> str:
    return Pupil.select().join(School).where(School.code == "glenbeg", Pupil.mis_id == number).get().forename


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_whatever_its_mark(load: Load, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    report = load({"pupils.csv": mark + ZOE.encode(encoding)})
    assert report.status == KEPT and not report.problems and forename() == "Zoë"


def test_windows_text_is_read_and_said(load: Load) -> None:
    report = load({"pupils.csv": ZOE.encode("cp1252")})
    assert forename() == "Zoë" and said(report, "not UTF-8") == [("pupils.csv", None, None)]


def test_utf16_without_a_mark_is_no_text(load: Load) -> None:
    report = load({"pupils.csv": ZOE.encode("utf-16-le")})
    assert report.status == REFUSED and said(report, "zero bytes")


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_the_delimiter_is_found(load: Load, delimiter: str) -> None:
    assert counts(load({"pupils.csv": bundles.PUPILS.replace(",", delimiter)}), "pupils.csv") == {"rows": 3, "created": 3}


def test_a_comma_within_a_cell_is_no_delimiter(load: Load) -> None:
    load({"pupils.csv": 'id;forename;surname\n0001;"Ann; Mary";"Bell, Dow"\n'})
    assert forename() == "Ann; Mary"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(load: Load, end: str) -> None:
    assert counts(load({"pupils.csv": bundles.PUPILS.replace("\n", end)}), "pupils.csv") == {"rows": 3, "created": 3}


def test_rows_are_counted_as_a_spreadsheet_does(load: Load) -> None:
    text = 'id,forename,surname,born\n\n0001,Ann,"Bell\nof that ilk",x1\n , ,,\n,,,\n0002,Ben,Bell,x2\n'
    report = load({"pupils.csv": text})
    assert said(report, "A date like") == [("pupils.csv", 3, "born"), ("pupils.csv", 6, "born")]
    assert counts(report, "pupils.csv") == {"rows": 2, "created": 2}


@pytest.mark.parametrize(("text", "row"), [
    ('id,forename,surname\n0001,Ann,Bell\n0002,"Ben,Bell\n0003,Cat,Dow\n', 3),
    ('id,forename,surname\n0001,"Ann"x,Bell\n', 2),
    ('id,forename,surname\n0001,"Ann \\"Nan\\" B",Bell\n', 2),
    ('id,"forename,surname\n', 1)])
def test_quotation_marks_that_do_not_pair_refuse_the_drop_by_row(load: Load, text: str, row: int) -> None:
    report = load({"pupils.csv": text})
    assert report.status == REFUSED and said(report, "quotation marks") == [("pupils.csv", row, None)] and report.as_json()["files"] == []


def test_a_cell_that_swallowed_the_file_refuses_the_drop(load: Load) -> None:
    report = load({"pupils.csv": 'id,forename,surname\n0001,"' + "a\n" * 5_000_000 + '",Bell\n'})
    assert report.status == REFUSED and said(report, "longer than") == [("pupils.csv", 2, None)]


def test_zero_bytes_are_refused(load: Load) -> None:
    report = load({"pupils.csv": b"id,forename,surname\n0001,A\0nn,Bell\n"})
    assert report.status == REFUSED and said(report, "not text")


@pytest.mark.parametrize("header", ["id,forename,forename,surname", "ID,forename,surname,id", "id,year group,year_group,forename,surname"])
def test_a_header_with_a_name_twice_is_refused(load: Load, header: str) -> None:
    report = load({"pupils.csv": f"{header}\n1,2,3,4,5\n"})
    assert report.status == REFUSED and said(report, "stands twice")[0][:2] == ("pupils.csv", 1)


def test_a_file_without_a_header_shows_nobody(load: Load) -> None:
    report = load({"Student.csv": "10001,Chris,Sadler,chris.s,TopSecret99,4/2/2000\n"})
    assert report.status == REFUSED and "topsecret" not in str(report.as_json()).lower()


def test_headers_that_nobody_knows_are_refused_and_named(load: Load) -> None:
    report = load({"list.csv": "CHILD_FIRST_NAME,CHILD_LAST_NAME\nAnn,Bell\n"})
    assert report.status == REFUSED and "child_first_name" in str(report.problems[0].value) and report.format is None


# --- folders and zips -----------------------------------------------------------------------------------


def zipped(path: Path, bundle: Bundle, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle.items():
            archive.writestr(folder + name, content)
    return path


@pytest.mark.parametrize("folder", ["", "export/2026/", "../../", "C:\\MIS\\", "__glow__/"])
def test_a_zip_is_read_whatever_its_folders(load: Load, tmp_path: Path, folder: str) -> None:
    before = sorted(tmp_path.parent.rglob("*.csv"))
    report = load(zipped(tmp_path / "drop.zip", bundles.family(), folder))
    assert total(report) == {"created": 10} and {file["name"] for file in report.as_json()["files"]} == set(bundles.family())
    assert sorted(tmp_path.parent.rglob("*.csv")) == before, "something was unpacked to the disk"


def test_a_zip_and_a_folder_of_the_same_bytes_are_the_same_drop(load: Load, tmp_path: Path) -> None:
    load(bundles.family())
    assert said(load(zipped(tmp_path / "drop.zip", bundles.family(), "x/")), "the very same files")


def test_two_files_of_one_name_in_a_zip_are_refused(load: Load, tmp_path: Path) -> None:
    path = zipped(tmp_path / "drop.zip", {"a/pupils.csv": bundles.PUPILS, "b/PUPILS.csv": bundles.PUPILS})
    assert said(load(path), "two files of this name")


def test_a_zip_with_a_password_is_refused(load: Load, tmp_path: Path) -> None:
    path = zipped(tmp_path / "drop.zip", bundles.family())
    data = bytearray(path.read_bytes())
    data[6] |= 1
    for place in range(len(data) - 4):
        if data[place:place + 4] == b"PK\x01\x02":
            data[place + 8] |= 1
    path.write_bytes(data)
    assert said(load(path), "protected by a password")


def test_a_zip_bomb_is_refused(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_BYTES_PER_FILE", 1_000)
    report = load(zipped(tmp_path / "drop.zip", {"pupils.csv": bundles.PUPILS + "\n" * 5_000}))
    assert report.status == REFUSED and said(report, "too large") == [("pupils.csv", None, None)]


@pytest.mark.parametrize("as_zip", [True, False])
def test_many_files_together_may_not_be_too_large(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_zip: bool) -> None:
    monkeypatch.setattr(read, "MOST_BYTES", 1_000)
    many: Bundle = {f"{n}.csv": "x" * 400 for n in range(4)}
    assert said(load(zipped(tmp_path / "drop.zip", many) if as_zip else many), "too large")


def test_a_zip_of_too_many_files_is_refused(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_FILES", 2)
    assert said(load(zipped(tmp_path / "drop.zip", bundles.family())), "at most 2")


def test_a_damaged_zip_is_refused_wherever_the_damage_is(load: Load, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "drop.zip", bundles.family()).read_bytes()
    for place in range(0, len(whole) - 1, 7):
        broken = tmp_path / "broken.zip"
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1:])
        load(broken, keep=False)  # any report will do, but it must be a report


def test_half_a_zip_is_refused(load: Load, tmp_path: Path) -> None:
    path = zipped(tmp_path / "drop.zip", bundles.family())
    path.write_bytes(path.read_bytes()[:-60])
    assert load(path).status == REFUSED


def test_a_folder_without_csv_is_refused_and_says_what_there_was(load: Load) -> None:
    report = load({"pupils.xlsx": b"PK\x03\x04"})
    assert report.status == REFUSED and said(report, "saved as CSV") and report.problems[0].value == "pupils.xlsx"


def test_nothing_at_all_is_refused(load: Load, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"x")
    for path in (tmp_path / "nowhere", tmp_path / "photo.png"):
        assert load(path).status == REFUSED


def test_a_name_that_is_no_text_is_no_crash(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / b"pupils\xff.csv".decode("utf-8", "surrogateescape")).write_text(bundles.PUPILS)
    assert total(load(folder)) == {"created": 3}


def test_a_very_long_name_is_cut_where_it_is_remembered(load: Load, tmp_path: Path) -> None:
    report = load(zipped(tmp_path / "drop.zip", {"n" * 500 + ".csv": "nothing,known\n1,2\n", "pupils.csv": bundles.PUPILS}))
    assert report.status == KEPT and max(len(problem["file"]) for problem in report.as_json()["problems"]) == 200


def test_a_refused_drop_leaves_a_trace(load: Load, glenbeg: School) -> None:
    load({"pupils.csv": "id,forename,surname\n1,\"Ann,Bell\n"})
    drop = Drop.get(Drop.school == glenbeg)
    assert drop.status == REFUSED and "quotation marks" in drop.problems.get().message and drop.loaded_by == "a test"


def test_a_refused_dry_run_leaves_none(load: Load, glenbeg: School) -> None:
    load({"pupils.csv": ""}, keep=False)
    assert not Drop.select().where(Drop.school == glenbeg).exists()


def test_headers_of_any_length_and_kind_are_no_crash(load: Load, sized: Callable[[int], str]) -> None:
    for header in ("x" * 90_000, "\x01\x02", "id,forename,surname,\x00x", "id,forename,surname," + sized(300)):
        load({"pupils.csv": f"{header}\n1,2,3,4\n".encode("utf-16")})


@pytest.fixture
def sized() -> Callable[[int], str]:
    return lambda length: "".join(chr(0x2600 + number) for number in range(length))


def test_the_report_adds_up_in_every_encoding(load: Load) -> None:
    text = changed(bundles.family(), "pupils.csv", ("2013-12-24", "24/24/2013"))
    for encoding in ("utf-8", "utf-16", "cp1252"):
        assert adds_up(load({name: str(content).encode(encoding) for name, content in text.items()}))


def test_a_kept_copy_gives_the_very_same_bytes(tmp_path: Path) -> None:
    first = read.bundle(zipped(tmp_path / "drop.zip", bundles.family()))
    first.save(tmp_path / "room" / "1" / "bundle.zip")
    again = read.bundle(tmp_path / "room" / "1" / "bundle.zip")
    assert again.digest == first.digest and zipfile.ZipFile(io.BytesIO((tmp_path / "room" / "1" / "bundle.zip").read_bytes())).testzip() is None
