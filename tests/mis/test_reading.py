"""Bytes: encodings, delimiters, quotation marks, spreadsheet rows, zips and folders that are not what they seem."""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from glowlite.mis import read
from glowlite.mis.report import KEPT, REFUSED, Report
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


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_zero_bytes(load: Load, encoding: str) -> None:
    report = load({"pupils.csv": ZOE.encode(encoding)})
    assert report.status == KEPT and not report.problems and forename() == "Zoë"


@pytest.mark.parametrize("spoilt", ["ZoÃ«", "Andrâ€™e", "Ã‰ilidh"])
def test_accents_spoilt_before_the_file_came_are_noticed(load: Load, spoilt: str) -> None:
    report = load({"pupils.csv": ZOE.replace("Zoë", spoilt)})
    assert report.status == KEPT and said(report, "spoilt before it came here") == [("pupils.csv", None, None)] and forename() == spoilt


@pytest.mark.parametrize("encoding", ["cp850", "cp437"])
def test_accents_of_another_alphabet_are_noticed(load: Load, encoding: str) -> None:
    assert said(load({"pupils.csv": ZOE.encode(encoding)}), "stand where letters with accents were") == [("pupils.csv", None, None)]


@pytest.mark.parametrize("fine", ["Zoë", "Renée", "D’Arcy", "Ó Briain", "Žofie", "“Nan”"])
def test_accents_of_windows_are_not_complained_about(load: Load, fine: str) -> None:
    report = load({"pupils.csv": ZOE.replace("Zoë", fine).encode("cp1252")})
    assert forename() == fine and len(report.problems) == (0 if fine.isascii() else 1)


@pytest.mark.parametrize("fine", ["JOÃO", "Zoë", "D’Arcy", "Ætheldreda", "Łucja", "Ömer", "李"])
def test_accents_that_are_right_are_not_complained_about(load: Load, fine: str) -> None:
    assert not load({"pupils.csv": ZOE.replace("Zoë", fine)}).problems and forename() == fine


def test_a_file_put_together_of_two_encodings_is_noticed(load: Load) -> None:
    report = load({"pupils.csv": ZOE.encode() + "0002,René,Roy\n".encode("cp1252")})
    assert said(report, "not UTF-8") and said(report, "spoilt before it came here")


def test_letters_that_cannot_be_read_are_said(load: Load) -> None:
    for data in (ZOE.encode("utf-8-sig").replace("ë".encode(), b"\xeb"), ZOE.encode("cp1252").replace(b"\xeb", b"\x81"), ZOE.replace("ë", "\ufffd").encode()):
        assert said(load({"pupils.csv": data}), "cannot be read and are shown as \ufffd") == [("pupils.csv", None, None)]


@pytest.mark.parametrize("delimiter", [";", "\t", ",", "|"])
def test_the_delimiter_is_found(load: Load, delimiter: str) -> None:
    assert counts(load({"pupils.csv": bundles.PUPILS.replace(",", delimiter)}), "pupils.csv") == {"rows": 3, "created": 3}


def test_a_comma_within_a_cell_is_no_delimiter(load: Load) -> None:
    load({"pupils.csv": 'id;forename;surname\n0001;"Ann; Mary";"Bell, Dow"\n'})
    assert forename() == "Ann; Mary"


@pytest.mark.parametrize("delimiter", [";", ",", "|"])
def test_a_first_line_that_tells_excel_the_delimiter_is_no_row(load: Load, delimiter: str) -> None:
    text = bundles.PUPILS.replace(",", delimiter).replace("2013-12-24", "24 Dec")
    report = load({"pupils.csv": f"sep={delimiter}\r\n{text}"})
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 3} and said(report, "A date like") == [("pupils.csv", 4, "born")]


# --- what stands around the rows --------------------------------------------------------------------------


@pytest.mark.parametrize(("above", "lines"), [("Pupil list 2026\n", 1), ("Pupil list 2026,,,,\n\n", 2), ("Glenbeg Academy\nPupil list\nRun on,23/11/2026\n", 3),
                                              ('"Pupils of\nGlenbeg, S1 to S6"\n', 1)])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_title_above_the_header_is_left_alone_and_rows_keep_their_numbers(load: Load, above: str, lines: int, delimiter: str) -> None:
    text = above.replace(",,,,", delimiter * 4) + bundles.PUPILS.replace("2013-12-24", "24 Dec").replace(",", delimiter)
    report = load({"pupils.csv": text.replace("on,23", f"on{delimiter}23")})
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 3}
    assert said(report, "names of the columns were found here") == [("pupils.csv", lines + 1, None)]
    assert said(report, "A date like") == [("pupils.csv", lines + 4, "born")]


def test_what_comes_after_the_header_need_not_be_readable_to_know_the_format(load: Load) -> None:
    assert load(bundles.family() | {"pupils.csv": bundles.PUPILS + '"'}).format == "GlowLite CSV"


def test_a_title_above_a_header_of_two_columns_is_left_alone(load: Load) -> None:
    report = load(bundles.everything() | {"memberships.csv": "Who is in which class\n\ngroup_id,pupil_id\n1-EN,0001\n"})
    assert counts(report, "memberships.csv") == {"rows": 1, "created": 1}


def test_blank_lines_above_the_header_are_blank_lines(load: Load) -> None:
    report = load({"pupils.csv": "\n,,\n" + bundles.PUPILS})
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 3} and not report.problems


@pytest.mark.parametrize("bundle", [bundles.links("pupil_id,contact_id,relationship,parental_responsibility,court_order", header="pupil_id,contact_id"),
                                    {"pupils.csv": "0001,Ann,Bell\nid,forename,surname\n0002,Ben,Bell\n"}])
def test_a_row_of_names_far_below_is_not_taken_for_the_header(load: Load, bundle: Bundle) -> None:
    assert not said(load(bundle), "names of the columns were found here")


def test_a_missing_column_under_a_title_is_named_where_the_header_stands(load: Load) -> None:
    assert said(load({"pupils.csv": "Pupil list\n\nid,forename,born\n1,Ann,2014-03-01\n"}), "column surname is missing") == [("pupils.csv", 3, "surname")]


def test_a_row_of_instructions_is_nobody(load: Load) -> None:
    report = load({"pupils.csv": "id,forename,surname,born\nRequired: text,Required: text,Required: text,Optional: DD/MM/YYYY\n0001,Ann,Bell,2014-03-01\n"})
    assert counts(report, "pupils.csv") == {"rows": 1, "created": 1} and said(report, "how to fill in") == [("pupils.csv", 2, None)]


@pytest.mark.parametrize("again", ["id,forename,surname,born,year_group", "\ufeffid,forename,surname,born,year_group",
                                   '"id","forename","surname","born","year_group"'])
def test_the_header_in_the_middle_of_the_file_is_nobody(load: Load, again: str) -> None:
    head, rows = bundles.PUPILS.split("\n", 1)
    report = load({"pupils.csv": f"{head}\n{rows}{again}\n0004,Dan,Eve,,\n"})
    assert counts(report, "pupils.csv") == {"rows": 4, "created": 4} and said(report, "stands here once more") == [("pupils.csv", 5, None)]


@pytest.mark.parametrize("end", ["Total,3\n", "Total: 3 pupils\n", ",,\n\nTotal,,,,3\n", "3 rows affected\n", '"(3 rows)"\n',
                                 "Total,3\nReport printed on,23/11/2026\n"])
def test_a_total_at_the_end_is_nobody(load: Load, end: str) -> None:
    report = load({"pupils.csv": bundles.PUPILS + end})
    assert counts(report, "pupils.csv") == {"rows": 3, "created": 3} and said(report, "sums up the others")


def test_a_pupil_called_total_is_a_pupil(load: Load) -> None:
    report = load({"pupils.csv": "id,forename,surname\n0001,Ann,Bell\nTotal,Ben,Total\n"})
    assert counts(report, "pupils.csv") == {"rows": 2, "created": 2} and not report.problems


def test_a_hundred_headers_make_a_short_report(load: Load) -> None:
    report = load({"pupils.csv": bundles.PUPILS * 100})
    assert counts(report, "pupils.csv") == {"rows": 300, "created": 3, "unchanged": 297} and len(report.problems) < 30


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


def test_backslashes_before_quotation_marks_are_named(load: Load) -> None:
    report = load({"pupils.csv": 'id,forename,surname\n0001,"Ann \\"Nan\\" B",Bell\n'})
    assert said(report, "with a backslash before it, as databases do") == [("pupils.csv", 2, None)]


@pytest.mark.parametrize(("start", "kind"), [
    (b"PK\x03\x04 xl/workbook.xml", "an Excel workbook"), (b"PK\x03\x04 word/document.xml", "a Word document"), (b"PK\x03\x04", "a zip"),
    (b"\xd0\xcf\x11\xe0\xa1", "an Excel or Word file"), (b"{\\rtf1", "a Word document"), (b"\r\n<!DOCTYPE HTML><html>", "a web page"),
    (b"%PDF-1.7", "a PDF"), (b"<?xml version", "an XML file"), (b'\xef\xbb\xbf[{"id": 1}]', "a JSON file")])
def test_another_kind_of_file_under_the_name_of_a_csv_is_named(load: Load, start: bytes, kind: str) -> None:
    report = load(bundles.family() | {"pupils.csv": start + b" " * 40})
    assert report.status == REFUSED and said(report, f"This is {kind}") == [("pupils.csv", None, None)] and said(report, "as CSV")


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
    report = load({"list.csv": "HERD_OF_COWS,COLOUR\n7,brown\n"})
    assert report.status == REFUSED and "herd_of_cows" in str(report.problems[0].value) and report.format is None


# --- folders and zips -----------------------------------------------------------------------------------


def zipped(path: Path, bundle: Bundle, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle.items():
            archive.writestr(folder + name, content)
    return path


@pytest.mark.parametrize("folder", ["", "export/2026/", "..export/", "__glow__/"])
def test_a_zip_is_read_whatever_its_folders(load: Load, tmp_path: Path, folder: str) -> None:
    before = sorted(tmp_path.parent.rglob("*.csv"))
    report = load(zipped(tmp_path / "drop.zip", bundles.family(), folder))
    assert total(report) == {"created": 10} and {file["name"] for file in report.as_json()["files"]} == set(bundles.family())
    assert sorted(tmp_path.parent.rglob("*.csv")) == before, "something was unpacked to the disk"


@pytest.mark.parametrize("folder", ["../../", "x/../../", "/etc/", "C:\\MIS\\", "..\\", "\\\\server\\share\\"])
def test_a_zip_that_points_out_of_itself_is_refused(load: Load, tmp_path: Path, folder: str) -> None:
    before = sorted(tmp_path.parent.rglob("*.csv"))
    report = load(zipped(tmp_path / "drop.zip", bundles.family(), folder))
    assert report.status == REFUSED and said(report, "points out of the zip") and sorted(tmp_path.parent.rglob("*.csv")) == before


def test_a_link_to_another_place_is_not_followed(load: Load, tmp_path: Path, write_bundle: Callable[..., Path]) -> None:
    folder, secret = write_bundle(bundles.family(), "links"), tmp_path / "secret.csv"
    secret.write_text("id,surname\nSECRET,Secret\n")
    (folder / "contacts.csv").unlink()
    (folder / "contacts.csv").symlink_to(secret)
    report = load(folder)
    assert report.status == REFUSED and said(report, "a link to another place") == [("contacts.csv", None, None)] and "SECRET" not in str(report.as_json())


def test_a_link_within_a_zip_is_refused(load: Load, tmp_path: Path) -> None:
    path = zipped(tmp_path / "drop.zip", {"pupils.csv": bundles.PUPILS})
    link = zipfile.ZipInfo("contacts.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "../../secret.csv")
    assert said(load(path), "a link to another place") == [("drop.zip", None, None)]


def test_a_workbook_is_told_to_be_one(load: Load, tmp_path: Path) -> None:
    book = zipped(tmp_path / "pupils.xlsx", {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
    assert said(load(book), "This is an Excel workbook. Save it as CSV") == [("pupils.xlsx", None, None)]


def test_a_zip_within_a_zip_is_not_opened(load: Load, tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", bundles.family()).read_bytes()
    report = load(zipped(tmp_path / "drop.zip", {"inner.zip": inner}))
    assert report.status == REFUSED and said(report, "send that zip by itself") and report.problems[0].value == "inner.zip"


def test_a_zip_that_swells_is_refused_before_it_does(load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_BYTES_PER_FILE", 1_000_000)
    path = zipped(tmp_path / "drop.zip", {"pupils.csv": bundles.PUPILS + "\n" * 200_000_000})
    assert path.stat().st_size < 300_000
    report, most = weighed(lambda: load(path))
    assert said(report, "too large") == [("pupils.csv", None, None)] and most < 20_000_000


def weighed(work: Callable[[], Report]) -> tuple[Report, int]:
    """What it returns, and the most memory that Python took for it."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


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
