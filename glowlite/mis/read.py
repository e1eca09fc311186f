"""Hides bytes: folders, zips, encodings, delimiters and header spellings become tables of text cells."""

import codecs
import csv
import hashlib
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from pathlib import Path, PurePosixPath

from glowlite.mis.report import NOTE, Problem, Refused

MOST_FILES = 200
MOST_BYTES_PER_FILE = 200_000_000
MOST_BYTES = 400_000_000
LONGEST_CELL = 100_000

# Whatever Python's zip reader raises about bytes that are not what they say they are.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)


@dataclass
class Table:
    """One CSV file. Rows are read when they are asked for, so that a year of marks does not fill the memory."""

    name: str
    data: bytes = field(repr=False)

    @cached_property
    def encoding(self) -> str:
        if self.data.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        try:
            self.data.decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            return "cp1252"

    @cached_property
    def header(self) -> list[str]:
        """Column names, folded: lower case, one underscore for every run of blanks, dashes or underscores."""
        names = [fold(cell) for _, cells in islice(self._records(), 1) for cell in cells]
        while names and not names[-1]:
            names.pop()
        for name in names:
            if name and names.count(name) > 1:
                raise Refused("This column stands twice in the header. Keep one of them.", self.name, 1, name)
        return names

    @cached_property
    def guessed_rows(self) -> int:
        """About how many rows, for a progress bar."""
        return max(0, self.data.count(b"\n") - 1)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(spreadsheet row, cells) of every row that is not blank, from row 2 on."""
        for number, cells in islice(self._records(), 1, None):
            if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                yield number, cells

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(spreadsheet row, folded column name -> stripped cell) of every row that is not blank; a missing cell is ''.

        Of a row that is out of step only the first cell is handed on: in the wrong column a password could pass for a surname.
        """
        for number, cells in self.rows():
            known = cells[:1] if self._is_out_of_step(cells) else cells
            known = known + [""] * (len(self.header) - len(known))
            yield number, {name: cell.strip() for name, cell in zip(self.header, known, strict=False)}

    def out_of_step(self) -> list[int]:
        """The rows of which `records` hands on only the first cell."""
        return [number for number, cells in self.rows() if self._is_out_of_step(cells)]

    def _is_out_of_step(self, cells: list[str]) -> bool:
        """Has it more cells than the header, or fewer where one of them is a password?"""
        width = len(self.header)
        return "password" in self.header if len(cells) < width else any(cells[width:])

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, errors="replace", newline="")
        if self.encoding == "utf-16":
            text = io.StringIO(self.data.decode("utf-16", errors="replace"), newline="")  # type: ignore[assignment]
        numbers = count(1)
        try:
            yield from zip(numbers, csv.reader(text, delimiter=self._delimiter, strict=True))  # noqa: B905  one of them has no end
        except csv.Error as error:
            raise Refused(_csv_words(error), self.name, next(numbers) - 1) from None

    @cached_property
    def _delimiter(self) -> str:
        lines = self.data[:4000].decode(self.encoding, errors="replace").splitlines()
        return max(",;\t", key=lines[0].count if lines else len)

    def notes(self) -> list[Problem]:
        """What a person should know about the file as a whole."""
        if self.encoding != "cp1252":
            return []
        return [Problem(self.name, None, None, None, "The file is not UTF-8; it was read as Windows text (CP1252). "
                        "Please check names with accents, or export as UTF-8.", NOTE)]


@dataclass
class Document:
    """One XML file, as bytes; only the format that knows it parses it."""

    name: str
    data: bytes = field(repr=False)


@dataclass
class Bundle:
    """The files of one drop. digest: the same for the very same bytes. others: names of files that are neither CSV nor XML."""

    tables: list[Table]
    digest: str
    others: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    @property
    def files(self) -> list[Table | Document]:
        return [*self.tables, *self.documents]

    def named(self, name: str) -> Table | None:
        """The table of this file name, whatever its case."""
        return next((table for table in self.tables if table.name.lower() == name.lower()), None)

    def save(self, file: Path) -> None:
        """Write the very bytes that were read as one zip, so that `bundle(file)` gives them again."""
        file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for file_ in self.files:
                archive.writestr(file_.name, file_.data)


def fold(name: str) -> str:
    """A header as formats compare it."""
    return re.sub(r"[\s_\-\u2010-\u2015\u2212]+", "_", re.sub("[\ufeff\u200b\u00ad]", "", name).strip().lower()).strip("_")


def bundle(path: Path) -> Bundle:
    """The CSV and XML files of a folder, or of a zip. Raises Refused when there is nothing usable or the zip is not safe to open."""
    try:
        if path.is_dir():
            contents, others = _taken(_in_folder(path), path.name)
        elif path.is_file() and zipfile.is_zipfile(path):
            contents, others = _unzip(path)
        elif path.is_file() and _is_read(path.name):
            contents, others = _taken([_in_file(path)], path.name)
        elif path.exists():
            raise Refused("This is neither a folder, a zip nor a CSV or XML file.", path.name)
        else:
            raise Refused("There is no folder, zip or CSV file here.", str(path))
    except OSError as error:
        raise Refused(f"This cannot be read: {error.strerror}.", path.name) from error
    if not contents:
        raise Refused("There is no CSV file in this bundle. Spreadsheets must be saved as CSV.", path.name, value=", ".join(others) or None)
    tables = [_checked(Table(name, data)) for name, data in contents if _is_csv(name)]
    documents = [Document(name, data) for name, data in contents if not _is_csv(name)]
    digest = hashlib.sha256(b"".join(hashlib.sha256(name.encode() + b"\0" + data).digest() for name, data in sorted(contents)))
    return Bundle(tables, digest.hexdigest(), others, documents)


def _is_csv(name: str) -> bool:
    return name.lower().endswith((".csv", ".txt", ".tsv"))


def _is_read(name: str) -> bool:
    return _is_csv(name) or name.lower().endswith(".xml")


# A file in a folder or a zip: its name, and how to read at most so many of its bytes.
Entry = tuple[str, Callable[[int], bytes]]


def _in_folder(path: Path) -> list[Entry]:
    return [_in_file(file) for file in sorted(path.iterdir()) if file.is_file() and not file.name.startswith(".")]


def _in_file(path: Path) -> Entry:
    def read(most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most)

    return path.name, read


def _unzip(path: Path) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files of a zip, in memory: nothing is ever written under a name that came from the zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX" not in entry.filename]
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused("The zip is protected by a password. Please export it without one.", path.name)
            return _taken([_in_zip(archive, entry) for entry in entries], path.name)
    except ZIP_ERRORS as error:
        raise Refused("The zip is damaged and cannot be opened. Please send it again.", path.name) from error


def _in_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Entry:
    def read(most: int) -> bytes:
        with archive.open(entry) as member:
            return member.read(most)

    return PurePosixPath(entry.filename.replace("\\", "/")).name, read


def _taken(entries: Iterable[Entry], whole: str) -> tuple[list[tuple[str, bytes]], list[str]]:
    """(name, bytes) of the CSV and XML files among these, within what a school's export can measure; and the names of the others."""
    entries = [(name.encode("utf-8", "replace").decode(), read) for name, read in entries]  # a disk may hold names that are no text
    if len(entries) > MOST_FILES:
        raise Refused(f"The bundle holds {len(entries)} files; at most {MOST_FILES} are read.", whole)
    contents: list[tuple[str, bytes]] = []
    left = MOST_BYTES
    for name, read in entries:
        if not _is_read(name):
            continue
        if any(name.lower() == other.lower() for other, _ in contents):
            raise Refused("The bundle holds two files of this name. Keep one of them.", name)
        most = min(left, MOST_BYTES_PER_FILE)
        data = read(most + 1)
        if len(data) > most:
            raise Refused(f"This file is too large to be a school's export: at most {MOST_BYTES_PER_FILE // 1_000_000} MB a file and "
                          f"{MOST_BYTES // 1_000_000} MB a bundle are read.", name)
        left -= len(data)
        contents.append((name, data))
    return contents, [name for name, _ in entries if not _is_read(name)]


def _checked(table: Table) -> Table:
    """Itself, or Refused when its bytes are no text."""
    if b"\0" in table.data and table.encoding != "utf-16":
        raise Refused("This file is not text: it holds zero bytes. Export it as CSV.", table.name)
    return table


def _csv_words(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"A cell here is longer than {LONGEST_CELL:,} characters. A quotation mark is probably missing."
    return "From here on the quotation marks do not pair up, so cells cannot be told apart. Please export the file again."


csv.field_size_limit(LONGEST_CELL)
