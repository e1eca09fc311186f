"""Hides how PDF and office files are taken apart. Run as a program of its own, which may take neither long nor much memory: see files.py.

In: the file. Out, as JSON: parts, each a place in the file and its words, a line for a line and a tab between cells; and what a person has to look at.
Also read is what nobody sees on the page: comments, notes, hidden sheets, what was struck out, the memory of a pivot table, who wrote it.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from defusedxml import DefusedXmlException, ElementTree

MOST_MEMORY, MOST_SECONDS = 1_000_000_000, 20
MOST_PAGES, MOST_PARTS = 500, 2_000
MOST_BYTES = 100_000_000  # of an office file, unpacked
MOST_LETTERS = 1_000_000
LONGEST_PLACE, MOST_LEFT = 200, 50  # letters of what the file itself calls a part; things for a person to look at
WRAPS = 40  # letters: a line as long as this goes on in the next one

ENCRYPTED = "it is locked with a password"
DAMAGED = "it is damaged, or not what its name says"
PARTLY = "a part of it is damaged and was not read"
TOO_LARGE = "it is too large when unpacked"
CUT = f"only the first {MOST_LETTERS:,} letters were read"
PICTURES = "it holds pictures, and only a person can say who is in them"


class Part(NamedTuple):
    place: str
    text: str


class Unreadable(Exception):
    """The message says why, as the end of a sentence."""


def taken_apart(data: bytes) -> tuple[list[Part], list[str]]:
    """The parts with words, and what remains for a person. Raises Unreadable."""
    if b"%PDF-" in data[:1024]:
        parts, left = _pdf(data)
    elif data.startswith(b"PK"):
        parts, left = _office(data)
    else:  # an office file with a password is not a zip any more
        raise Unreadable(ENCRYPTED if data.startswith(b"\xd0\xcf\x11\xe0") else DAMAGED)
    kept = _not_too_many(parts, left)
    return kept, list(dict.fromkeys(words[:LONGEST_PLACE] for words in left))[:MOST_LEFT]


def _not_too_many(parts: Iterator[Part], left: list[str]) -> list[Part]:
    """What was read stays read when the rest is damaged or too much."""
    kept: list[Part] = []
    room = MOST_LETTERS
    try:
        for place, text in parts:
            if text.strip():
                kept.append(Part(place[:LONGEST_PLACE], text[:room]))
            room -= len(text)
            if room < 0:
                left.append(CUT)
                break
    except Exception:  # noqa: BLE001 - whatever is wrong with a file that anybody may have made
        left.append(PARTLY if kept else DAMAGED)
    return kept


# --- PDF -------------------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> tuple[Iterator[Part], list[str]]:
    import pypdf
    from pypdf.errors import DependencyError

    reader = pypdf.PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(ENCRYPTED)
    except DependencyError as error:
        raise Unreadable(ENCRYPTED) from error
    left: list[str] = []
    return _pages(reader, left), left


def _pages(reader: Any, left: list[str]) -> Iterator[Part]:
    count, dim = len(reader.pages), []
    for number, page in enumerate(reader.pages[:MOST_PAGES], 1):
        try:
            text = page.extract_text()
            yield Part(f"page {number}", "\n".join([_unwrapped(text), *_notes(page)]))
            if not _is_legible(text):
                dim.append(number)
            elif _has_pictures(page):
                left.append(PICTURES)
        except Exception:  # noqa: BLE001 - the other pages may be whole
            left.append(PARTLY)
    if dim:
        left.append(f"the words of {f'page {dim[0]}' if len(dim) == 1 else f'{len(dim)} pages, from page {dim[0]} on,'} cannot be made out, as in a scan")
    if count > MOST_PAGES:
        left.append(f"only the first {MOST_PAGES} of {count} pages were read")
    fields = (field.get("/V") for field in (reader.get_fields() or {}).values())
    yield Part("the fields of its form", "\n".join(str(value) for value in fields if value is not None))
    yield Part("what it says about itself", "\n".join([*map(str, (reader.metadata or {}).values()), *_headings(reader.outline)]))
    left += [f"it holds another file: {name}" for name in reader.attachments]


def _headings(outline: Any) -> Iterator[str]:
    """The words of its bookmarks, at whatever depth."""
    for one in outline:
        yield from _headings(one) if isinstance(one, list) else [str(one.title)]


def _is_legible(text: str) -> bool:
    """Letters that are only drawn have no words, and letters of an unknown code make more signs than words."""
    close = "".join(text.split())
    return bool(close) and sum(map(str.isalnum, close)) * 2 > len(close)


def _unwrapped(text: str) -> str:
    return "".join(line + (" " if len(line) >= WRAPS else "\n") for line in text.splitlines())


def _has_pictures(page: Any) -> bool:
    things = page["/Resources"].get_object() if "/Resources" in page else {}
    drawn = things["/XObject"].get_object() if "/XObject" in things else {}
    return any(thing.get_object().get("/Subtype") == "/Image" for thing in drawn.values())


def _notes(page: Any) -> Iterator[str]:
    for note in page.annotations or ():
        facts = note.get_object()
        yield from (str(facts[key]) for key in ("/Contents", "/T") if key in facts)
        yield str(facts["/A"].get("/URI", "")) if "/A" in facts else ""


# --- office files ------------------------------------------------------------------------------------------------

# Elements by their names without namespace: of Word, Excel, PowerPoint and OpenDocument.
WORDS = {"t", "delText", "instrText", "text", "creator", "lastModifiedBy", "title", "subject", "description", "keywords", "category", "Manager",
         "Company", "lpwstr", "initial-creator", "keyword", "desc"}
RUNNING = {"p", "h"}  # of OpenDocument: whatever stands in them is words
ROWS, BLOCKS = {"tr", "row", "table-row"}, {"p", "h", "si", "comment", *WORDS - {"t", "delText"}}
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " ", "noBreakHyphen": "-"}
SPOKEN = {"descr", "author", "displayName", "Target", "href"}  # attributes
SILENT = re.compile(r"theme|fontTable|webSettings|printerSettings|\[Content_Types\]|META-INF|calcChain|(^|/)_rels/\.rels$")
READ_OR_HARMLESS = re.compile(r"\.(xml|rels|rdf|odttf|fntdata)$|/$|^mimetype$|media/|^Pictures/|[Tt]humbnail|printerSettings|layout-cache|^Configurations2/")
KNOWN_PLACES = (("notesSlides/", "notes of a slide"), ("omments", "comments"), ("header", "head of the page"), ("footer", "foot of the page"),
                ("notes.xml", "notes"), ("docProps/", "what it says about itself"), ("meta.xml", "what it says about itself"), ("_rels/", "links"),
                ("pivotCache", "memory of a pivot table"), ("chart", "chart"))


def _office(data: bytes) -> tuple[Iterator[Part], list[str]]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(ENCRYPTED)
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    names = [entry.filename for entry in entries]
    if not {"word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "content.xml"} & set(names):
        raise Unreadable(DAMAGED)
    left = [PICTURES] if any("media/" in name or name.startswith("Pictures/") for name in names) else []
    left += [f"it holds another file: {name}" for name in names if not READ_OR_HARMLESS.search(name)]
    return _parts(archive, names, left), left


def _parts(archive: zipfile.ZipFile, names: list[str], left: list[str]) -> Iterator[Part]:
    book = _Book(archive) if "xl/workbook.xml" in names else None
    if book:
        yield Part("the names of its sheets", "\n".join(book.names.values()))
    for name in names:
        if not name.endswith((".xml", ".rels")) or SILENT.search(name):
            continue
        try:
            root = ElementTree.fromstring(archive.read(name))
        except (ElementTree.ParseError, DefusedXmlException):
            left.append(PARTLY)
            continue
        if book and name.startswith(("xl/worksheets/sheet", "xl/externalLinks/")):
            yield Part(book.place(name), "\n".join(book.rows(root)))
        elif "pivotCache" in name or "chart" in name:
            yield Part(_place(name), "\n".join(_values(root)))
        else:
            yield Part(_place(name), "\n".join([_said(root), *_spoken(root)]))


def _place(name: str) -> str:
    slide = re.search(r"slides/slide(\d+)", name)
    return f"slide {slide[1]}" if slide else next((words for part, words in KNOWN_PLACES if part in name), "")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _said(node: Any, running: bool = False) -> str:
    """All words within an element, in their order; what belongs to machines is left out."""
    name = _local(node.tag)
    running = running or (name in RUNNING and "opendocument" in node.tag)
    if name in ROWS:
        return "\t".join(" ".join(_said(cell, running).split()) for cell in node) + "\n"
    own = (node.text or "") if running or name in WORDS else SIGNS.get(name, "")
    inner = own + "".join(_said(child, running) + ((child.tail or "") if running else "") for child in node)
    return f"\n{inner}\n" if name in BLOCKS else inner


def _spoken(root: Any) -> Iterable[str]:
    """What stands in attributes, once each, but for ways to other parts of the file."""
    return dict.fromkeys(value for node in root.iter() for key, value in node.attrib.items() if _local(key) in SPOKEN and not value.endswith(".xml"))


def _values(root: Any) -> Iterator[str]:
    """Words that stand in attributes or between the numbers of a chart."""
    for node in root.iter():
        for value in (node.get("v"), node.text if _local(node.tag) in ("v", "t") else None):
            if value and re.search(r"[^\W\d]", value):
                yield value


class _Book:
    """A workbook: its sheets by name, and the words that its cells only point to."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.words = [_said(one).strip() for one in self._tree(archive, "xl/sharedStrings.xml")]
        targets = {str(one.get("Id")): str(one.get("Target")).rpartition("/")[2] for one in self._tree(archive, "xl/_rels/workbook.xml.rels")}
        sheets = [node for node in self._tree(archive, "xl/workbook.xml").iter() if _local(node.tag) == "sheet"]
        self.names = {targets.get(self._id(sheet), ""): str(sheet.get("name")) for sheet in sheets}

    @staticmethod
    def _id(sheet: Any) -> str:
        return next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")

    @staticmethod
    def _tree(archive: zipfile.ZipFile, name: str) -> Any:
        return ElementTree.fromstring(archive.read(name) if name in archive.namelist() else b"<none/>")

    def place(self, name: str) -> str:
        sheet = self.names.get(name.rpartition("/")[2])
        return f"sheet “{sheet}”" if sheet else "another sheet"

    def rows(self, root: Any) -> Iterator[str]:
        for row in (node for node in root.iter() if _local(node.tag) == "row"):
            yield "\t".join(self._cell(cell) for cell in row)
        heads = (node.text or "" for node in root.iter() if _local(node.tag).endswith(("Header", "Footer")))
        yield from (re.sub(r'&("[^"]*"|\d+|[A-Z])', " ", head) for head in heads)  # such as &C for “centred”

    def _cell(self, cell: Any) -> str:
        value = next((node.text or "" for node in cell if _local(node.tag) == "v"), "")
        if cell.get("t") == "s":
            return self.words[int(value)] if value.isdigit() and int(value) < len(self.words) else ""
        if re.fullmatch(r"[127]\d{9}", value):  # a telephone number that was taken for a number has lost its 0
            return f"0{value}"
        return value or _said(cell).strip()


def main() -> None:
    with suppress(ValueError, OSError):  # where such limits are not kept, there is still that of time
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        parts, left = taken_apart(sys.stdin.buffer.read())
    except Unreadable as why:
        parts, left = [], [str(why)]
    except Exception:  # noqa: BLE001 - as above
        parts, left = [], [DAMAGED]
    json.dump({"parts": parts, "left": left}, sys.stdout)


if __name__ == "__main__":
    main()
