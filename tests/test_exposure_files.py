"""Attached files in the check of what a parent meets: their words are read, found by page and sheet, and no file can stop a check."""

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
import weasyprint
from pypdf.annotations import FreeText

from glowlite import exposure, news
from glowlite.demo import cast
from glowlite.exposure import files, unpack
from glowlite.models import ExposureCheck, Group, GroupPage, User
from glowlite.news import FILE_KINDS, Place, Wording

W = 'xmlns:w="word"'
LIST = "<h1>Class 1A</h1><table><tr><th>Surname<th>Forename</tr><tr><td>Fraser<td>Isla</tr></table>"


def user(name: str) -> User:
    return User.get(User.username == name)


def pdf(*pages: str) -> bytes:
    return weasyprint.HTML(string='<p style="break-after:page">'.join(pages)).write_pdf()


def zipped(**parts: str) -> bytes:
    """With __ for a slash, and _dot_ for a dot but the last."""
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return packet.getvalue()


def docx(body: str, **parts: str) -> bytes:
    return zipped(word__document_dot_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>", **parts)


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    return f"<w:tbl>{''.join('<w:tr>' + ''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row) + '</w:tr>' for row in rows)}</w:tbl>"


def xlsx(rows: str, strings: str = "", **parts: str) -> bytes:
    return zipped(
        xl__workbook_dot_xml='<workbook xmlns:r="rel"><sheets><sheet name="Class 1A" r:id="r1" state="hidden"/></sheets></workbook>',
        xl___rels__workbook_dot_xml_dot_rels='<r><Relationship Id="r1" Target="worksheets/sheet1.xml"/></r>',
        xl__sharedStrings_dot_xml=f"<sst>{strings}</sst>", xl__worksheets__sheet1_dot_xml=f"<worksheet>{rows}</worksheet>", **parts)


def text_of(data: bytes, kind: str) -> str:
    return files.read(data, FILE_KINDS[kind]).text


def left_of(data: bytes, kind: str) -> list[str]:
    return files.read(data, FILE_KINDS[kind]).left


@pytest.fixture
def attached(site, academy):
    """attached("list.pdf", data) is the report of a check as Gordon Fraser, with this file on a post of his son's class; he may not see Isla."""
    group = Group.get(Group.mis_id == "1A-EN")
    GroupPage.arrange(group, True, [])

    def made(name: str, data: bytes, **wording):
        post = news.draft(user("ailsa.reid"), Place.of(group), Wording("For the trip", **wording))
        news.attach(post, name, data, "")
        news.publish(user("ailsa.reid"), post)
        with site.app_context():
            return SimpleNamespace(**exposure.check("test", academy, user("gordon.fraser"), proves=False).report)

    return made


# --- found by a check ----------------------------------------------------------------------------------------------


CLASS_LISTS = {
    "a PDF": ("list.pdf", lambda: pdf("<p>Dear parents</p>", LIST), "list.pdf, page 2"),
    "a Word document": ("list.docx", lambda: docx(paragraph("Dear parents") + table(("Forename", "Surname"), ("Isla", "Fraser"))), "list.docx"),
    "a workbook": ("list.xlsx", lambda: xlsx('<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c></row>', "<si><t>Isla</t></si><si><t>Fraser</t></si>"),
                   "list.xlsx, sheet “Class 1A”"),
    "slides": ("trip.pptx", lambda: zipped(ppt__presentation_dot_xml="<p/>", ppt__notesSlides__notesSlide1_dot_xml="<p><t>Isla Fraser</t></p>"),
               "trip.pptx, notes of a slide"),
    "an OpenDocument text": ("list.odt", lambda: zipped(content_dot_xml='<o xmlns="urn:opendocument"><p>See <span>Isla</span> Fraser</p></o>'), "list.odt"),
    "a text": ("list.txt", lambda: "1A\nIsla Fraser\n".encode("utf-16"), "list.txt"),
    "a CSV": ("list.csv", lambda: b"Forename;Surname\r\nIsla;Fraser\r\n", "list.csv"),
    "a calendar": ("days.ics", lambda: b"SUMMARY:Birthday of Isla\r\n  Fraser\r\n", "days.ics"),
}


@pytest.mark.parametrize("kind", CLASS_LISTS)
def test_a_class_list_in_a_file_that_the_parent_can_open_is_a_finding(attached, kind):
    name, make, place = CLASS_LISTS[kind]
    found = next(one for one in attached(name, make()).findings if one["what"] == "Name – a pupil: Isla Fraser")
    assert found["file"] == place and found["addresses"][0].endswith("/original")


def test_the_same_list_on_a_post_for_staff_is_none(attached):
    assert attached("list.pdf", pdf(LIST), for_parents=False).findings == []


def test_a_letter_that_names_nobody_else_is_none(attached):
    report = attached("letter.pdf", pdf("<p>Dear parents, Mrs Reid goes to Inverness with the class. Ewan Fraser knows the way.</p>"))
    assert report.findings == [] and report.unread == []


def test_words_of_the_school_are_found_though_the_lines_of_a_page_break_them(attached):
    found = [one["what"] for one in attached("letter.pdf", pdf(f'<p style="width:5cm">{cast.CANARY_COMMENT}</p>')).findings]
    assert any(one.startswith("Words – a comment on behaviour") for one in found)


def test_a_finding_shows_the_line_and_not_the_page(attached):
    report = attached("list.txt", b"Dear parents\nthe number of Karen is 000104\nGoodbye\n")
    assert [one["shown"] for one in report.findings] == ["the number of Karen is 000104"]


def test_a_file_that_cannot_be_read_is_for_somebody_to_look_at(attached):
    assert attached("song.mp3", b"ID3").unread == [f"song.mp3 – {files.SOUND}"]


def test_the_page_says_where_in_a_file_and_what_is_left_to_look_at(attached, visitor, academy):
    attached("list.docx", docx(table(("Isla", "Fraser")), word__media__a_dot_png="x"))
    row = ExposureCheck.select().order_by(ExposureCheck.id.desc()).get()
    page = visitor("donald.munro").get(f"/schools/{academy.id}/checks/{row.id}")
    assert "in the file list.docx" in page and f"list.docx – {unpack.PICTURES}" in page


def test_a_file_that_many_parents_reach_is_taken_apart_once(monkeypatch):
    data = docx(paragraph("Only once"))
    assert text_of(data, ".docx").strip() == "Only once"
    monkeypatch.setattr(files, "_taken_apart", None)
    assert text_of(data, ".docx").strip() == "Only once"


# --- what is read of a file ------------------------------------------------------------------------------------------


def test_a_name_of_which_some_letters_look_another_way_is_one_name():
    assert "Isla Fraser" in text_of(docx(paragraph("Is", "la Fra", "ser")), ".docx")


HIDDEN = {
    "a comment": docx("", word__comments_dot_xml=f"<w:comments {W}><w:comment w:author='Isla Fraser'>{paragraph('See')}</w:comment></w:comments>"),
    "what was struck out": docx("<w:p><w:del><w:r><w:delText>Isla Fraser</w:delText></w:r></w:del></w:p>"),
    "the foot of the page": docx("", word__footer1_dot_xml=f"<w:ftr {W}>{paragraph('Isla Fraser')}</w:ftr>"),
    "who wrote it": docx("", docProps__core_dot_xml='<c xmlns:dc="dc"><dc:creator>Isla Fraser</dc:creator></c>'),
    "the words of a picture": docx('<w:p><docPr descr="Isla Fraser, reading"/></w:p>'),
    "a box of text": docx(f"<w:p><w:r><w:t>Hello</w:t><txbx>{paragraph('Isla Fraser')}</txbx></w:r></w:p>"),
    "an address behind a link": docx("", word___rels__document_dot_xml_dot_rels='<r><Relationship Target="mailto:x@y.org?subject=Isla Fraser"/></r>'),
    "a cell with its own words": xlsx('<row><c t="inlineStr"><is><t>Isla Fraser</t></is></c></row>'),
    "the head of a sheet": xlsx("<headerFooter><oddHeader>&amp;C&amp;12Isla Fraser</oddHeader></headerFooter>"),
    "whose programme it was": docx("", docProps__app_dot_xml="<Properties><Company>Isla Fraser</Company></Properties>"),
    "a cell that was reckoned": xlsx('<row><c t="str"><f>A1</f><v>Isla Fraser</v></c></row>'),
    "the memory of a pivot table": xlsx("", xl__pivotCache__pivotCacheDefinition1_dot_xml='<p><s v="Isla Fraser"/><n v="5"/></p>'),
    "a chart": xlsx("", xl__charts__chart1_dot_xml="<c><v>Isla Fraser</v><v>7</v></c>"),
    "a remark on a cell": xlsx("", xl__comments1_dot_xml="<c><comment><text><r><t>Isla Fraser</t></r></text></comment></c>"),
}


@pytest.mark.parametrize("place", HIDDEN)
def test_what_nobody_sees_on_the_page_is_read_too(place):
    contents = files.read(HIDDEN[place], FILE_KINDS[".docx"])
    assert "Isla Fraser" in contents.text and contents.left == []


def test_a_name_of_which_two_people_wrote_a_part_is_one_name():
    parts = "".join(f'<w:ins author="Jean Baxter"><w:r><w:t>{part}</w:t></w:r></w:ins>' for part in ("Isla ", "Fraser"))
    assert "Isla Fraser" in text_of(docx(f"<w:p>{parts}</w:p>"), ".docx")


def test_a_page_that_is_damaged_does_not_hide_the_next():
    class Page(dict):
        annotations = None

        def extract_text(self):
            return self["words"]

    reader = SimpleNamespace(pages=[Page(), Page(words="Isla Fraser")], get_fields=dict, metadata={}, outline=[], attachments={})
    left: list[str] = []
    assert [part.place for part in unpack._pages(reader, left) if "Isla" in part.text] == ["page 2"] and left == [unpack.PARTLY]


def test_a_telephone_number_that_lost_its_nought_in_a_sheet_is_whole_again():
    assert "07700900123" in text_of(xlsx("<row><c><v>7700900123</v></c></row>"), ".xlsx")


def test_notes_and_facts_of_a_pdf_are_read():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("<p>Hello to everybody</p>")))
    writer.add_metadata({"/Author": "Isla Fraser"})
    writer.add_outline_item(title="Zara Quill", page_number=0, parent=writer.add_outline_item(title="Pupils", page_number=0))
    writer.add_annotation(0, FreeText(text="Ring Karen", rect=(0, 0, 50, 50)))
    packet = io.BytesIO()
    writer.write(packet)
    said = text_of(packet.getvalue(), ".pdf")
    assert "Isla Fraser" in said and "Ring Karen" in said and "Zara Quill" in said


# --- what cannot be read -----------------------------------------------------------------------------------------------


def locked_pdf() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf("<p>Hello</p>")))
    writer.encrypt("a long password", algorithm="RC4-128")
    packet = io.BytesIO()
    writer.write(packet)
    return packet.getvalue()


def bomb() -> bytes:
    return docx(paragraph("x" * (unpack.MOST_BYTES + 1)))


def many_entities() -> bytes:
    return zipped(word__document_dot_xml='<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>')


BAD = {
    "a PDF with a password": (locked_pdf, [unpack.ENCRYPTED]), "an office file with a password": (lambda: b"\xd0\xcf\x11\xe0" + b"x" * 600, [unpack.ENCRYPTED]),
    "a zip that grows without end": (bomb, [unpack.TOO_LARGE]), "a zip of something else": (lambda: zipped(a_dot_xml="<a/>"), [unpack.DAMAGED]),
    "half a zip": (lambda: docx(paragraph("Hello"))[:60], [unpack.DAMAGED]), "half a PDF": (lambda: b"%PDF-1.7\nhalf", [unpack.DAMAGED]),
    "any bytes": (lambda: b"\0\1\2" * 300, [unpack.DAMAGED]), "nothing": (lambda: b"", [unpack.DAMAGED]),
    "words that grow without end": (many_entities, [unpack.PARTLY]),
    "elements within elements": (lambda: docx("<w:p>" * 5_000 + "</w:p>" * 5_000), [unpack.DAMAGED]),
    "a page without words": (lambda: pdf("<p></p>"), ["the words of page 1 cannot be made out, as in a scan"]),
    "a scan of two pages": (lambda: pdf("<p></p>", "<p></p>"), ["the words of 2 pages, from page 1 on, cannot be made out, as in a scan"]),
    "a picture": (lambda: docx(paragraph("Hello"), word__media__image1_dot_png="x"), [unpack.PICTURES]),
    "a web page within": (lambda: docx(paragraph("Hello"), word__chunk_dot_html="x"), ["it holds another file: word/chunk.html"]),
    "another file with a name without end": (lambda: docx(paragraph("Hello"), **{f"word__{'x' * 9_000}_dot_bin": "x"}),
                                             [f"it holds another file: word/{'x' * 200}"[:unpack.LONGEST_PLACE]]),
    "a file within": (lambda: docx(paragraph("Hello"), word__embeddings__list_dot_xlsx="x"), ["it holds another file: word/embeddings/list.xlsx"]),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_said_with_the_reason(kind):
    make, left = BAD[kind]
    assert left_of(make(), ".pdf") == left


def test_a_file_whose_name_says_something_else_is_read_as_what_it_is():
    assert text_of(docx(paragraph("Isla Fraser")), ".txt").strip() == "Isla Fraser"


def test_a_long_text_is_read_as_far_as_it_goes_and_says_so():
    contents = files.read(b"word " * unpack.MOST_LETTERS, FILE_KINDS[".txt"])
    assert len(contents.text) == unpack.MOST_LETTERS and contents.left == [unpack.CUT]


def test_a_long_file_is_read_as_far_as_it_goes_and_says_so():
    contents = files.read(docx(paragraph("word " * unpack.MOST_LETTERS)), FILE_KINDS[".docx"])
    assert len(contents.text) == unpack.MOST_LETTERS and contents.left == ["only the first 1,000,000 letters were read"]


@pytest.mark.parametrize(("program", "why"), [("import time; time.sleep(60)", files.TOO_LONG), ("import os; os.abort()", files.TOO_LONG),
                                              ("raise SystemExit(3)", unpack.DAMAGED)])
def test_a_file_that_stops_its_reader_stops_nobody_else(tmp_path, monkeypatch, program, why):
    (tmp_path / "unpack.py").write_text(program)
    monkeypatch.setattr(unpack, "__file__", str(tmp_path / "unpack.py"))
    monkeypatch.setattr(files, "MOST_SECONDS", 1)
    assert left_of(f"%PDF- {program}".encode(), ".pdf") == [why]


def test_the_reader_may_not_take_more_memory_or_time_than_it_is_given(tmp_path, monkeypatch):
    """Its limits are its own: they are set before the first byte is read, and do not reach the site."""
    greedy = Path(unpack.__file__).read_text().replace("taken_apart(sys.stdin.buffer.read())", "[str(len(bytes(2 * MOST_MEMORY)))], []")
    (tmp_path / "unpack.py").write_text(greedy)
    monkeypatch.setattr(unpack, "__file__", str(tmp_path / "unpack.py"))
    assert left_of(b"%PDF- greedy", ".pdf") == [unpack.DAMAGED]
