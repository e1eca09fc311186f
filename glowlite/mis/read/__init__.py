"""Hides bytes: folders, zips, encodings, delimiters and header spellings become tables of text cells."""

import csv
import hashlib
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice, takewhile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from glowlite.mis.read import layout, texts
from glowlite.mis.report import NOTE, Problem, Refused

if TYPE_CHECKING:
    from glowlite.mis.captions import Layout

MOST_FILES = 200
MOST_BYTES_PER_FILE = 200_000_000
MOST_BYTES = 400_000_000
LONGEST_CELL = 100_000
MOST_LEFT_ALONE = 20
DEEPEST = 5
USUAL_ROWS = 200

# Whatever Python's zip reader raises about bytes that are not what they say they are.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)


@dataclass
class Table:
    """One CSV file. Rows are read when they are asked for, so that a year of marks does not fill the memory.

    kind: its name in lower case, without what all files of its bundle share: Hill_users_2026-11-18.csv is a users.csv.
    """

    name: str
    data: bytes = field(repr=False)
    kind: str = ""

    @cached_property
    def encoding(self) -> str:
        return texts.encoding_of(self.data)

    @cached_property
    def header_row(self) -> int:
        """The spreadsheet row of the header: 1, unless titles or blank rows stand above it."""
        return layout.header_row(self._records()) + 1

    @cached_property
    def _captions(self) -> list[str]:
        """The header's cells as they stand; of a header of two rows (Contact over Forename) both."""
        names = self._record(self.header_row)
        return layout.under(self._record(self.header_row - 1), names) if self._has_groups else names

    @cached_property
    def _has_groups(self) -> bool:
        return self.header_row > 1 and layout.is_group_row(self._record(self.header_row - 1), self._record(self.header_row))

    def _record(self, number: int) -> list[str]:
        """The cells of one spreadsheet row, the first being 1."""
        return [cell.strip("\ufeff ") for _, cells in islice(self._records(), number - 1, number) for cell in cells]

    @cached_property
    def titles(self) -> list[str]:
        """What stands above the names of the columns, cell by cell."""
        return [cell.strip() for _, cells in islice(self._records(), self.header_row - 1) for cell in cells if cell.strip()]

    @cached_property
    def header(self) -> list[str]:
        """Column names, folded: lower case, one underscore for every run of blanks, dashes or underscores."""
        names = list(map(fold, self._captions))
        while names and not names[-1]:
            names.pop()
        for name in names:
            if name and names.count(name) > 1:
                raise Refused("This column stands twice in the header. Keep one of them.", self.name, self.header_row, name)
        return names

    @cached_property
    def captions(self) -> list[str]:
        """Column names as they are written; one that comes again is numbered: Forename, Forename (2)."""
        names = [cell.strip() for cell in self._captions]
        while names and not names[-1]:
            names.pop()
        folded = list(map(fold, names))
        return [f"{name} ({folded[:place].count(folded[place]) + 1})" if name and folded[place] in folded[:place] else name
                for place, name in enumerate(names)]

    @cached_property
    def guessed_rows(self) -> int:
        """About how many rows, for a progress bar."""
        return max(0, self.data.count(b"\n") - 1)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(spreadsheet row, cells) of every row below the header that is not blank and was not left alone.

        Blank cells beyond the header are no cells where all rows have them. In one row alone they stay: a comma without quotation marks may
        have moved every cell of it one to the right, into a blank last one.
        """
        skipped, width, usual = self.left_alone, self._width, self._usual_width
        for number, cells in islice(self._records(), self.header_row, None):
            if cells and (cells[0].strip() or any(cell.strip() for cell in cells)) and number not in skipped:
                yield number, cells if len(cells) <= width or len(cells) > usual or any(map(str.strip, cells[width:])) else cells[:width]

    @cached_property
    def _usual_width(self) -> int:
        """How many cells rows have, counting blank ones beyond the header."""
        below = islice(self._records(), self.header_row, self.header_row + USUAL_ROWS)
        widths = [len(cells) for _, cells in below if any(map(str.strip, cells)) and len(cells) >= self._width]
        return max(len(self._captions), min(widths, default=0))

    @cached_property
    def _width(self) -> int:
        """How many columns have a name, counting those between."""
        return max((place for place, name in enumerate(self._captions, start=1) if fold(name)), default=0)

    @cached_property
    def left_alone(self) -> dict[int, str]:
        """Spreadsheet row -> why it is none of the rows: instructions under the header, the header again, a total at the end."""
        below = list(islice(self._records(), self.header_row, self.header_row + 2))
        found = {number: "This row says how to fill in the columns; it was left alone." for number, cells in below if layout.is_instruction(cells)}
        if not self._may_have_extras():
            return found
        again, pages, totals = layout.extras(islice(self._records(), self.header_row, None), self._record(self.header_row))
        found |= dict.fromkeys(pages, "This row numbers the pages; it was left alone.")
        found |= dict.fromkeys(again, "The header stands here once more, as when files were put together; this row was left alone.")
        return found | dict.fromkeys(totals, "This row at the end sums up the others; it was left alone.")

    def _may_have_extras(self) -> bool:
        """A look at the bytes, so that a year of marks need not be read twice to know that it has no header in its middle."""
        if self.encoding not in ("utf-8", "utf-8-sig", "cp1252"):
            return True
        longest = max(self._record(self.header_row), key=len, default="").encode(self.encoding.removesuffix("-sig"), errors="ignore")
        last = self.data[-texts.SAMPLE:].decode(self.encoding, errors="replace").splitlines()[-5:]
        return bool(longest and self.data.count(longest) > 1) or layout.may_end_with_total(last)

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
        return "password" in self.header if len(cells) < width else len(cells) > width

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        text = io.TextIOWrapper(io.BytesIO(self.data), encoding=self.encoding, errors="replace", newline="")
        if self.encoding.startswith("utf-16"):
            text = io.StringIO(self.data.decode(self.encoding, errors="replace"), newline="")  # type: ignore[assignment]
        if self._said_delimiter:
            text.readline()  # spreadsheets do not count it either
        numbers = count(1)
        try:
            yield from zip(numbers, csv.reader(text, delimiter=self._delimiter, quotechar=self._quote, strict=True))  # noqa: B905  one of them has no end
        except csv.Error as error:
            raise Refused(_csv_words(error, self.data), self.name, next(numbers) - 1) from None

    @cached_property
    def _first_lines(self) -> list[str]:
        return self.data[:texts.SAMPLE].decode(self.encoding, errors="replace").lstrip("\ufeff").splitlines()[:layout.LOOKED_AT]

    @cached_property
    def _said_delimiter(self) -> str | None:
        """What a first line `sep=;`, as Excel knows it, says."""
        said = re.fullmatch(r"\"?sep=([,;\t|])\"?", self._first_lines[0], re.IGNORECASE) if self._first_lines else None
        return said and said[1]

    @cached_property
    def _delimiter(self) -> str:
        return self._said_delimiter or texts.delimiter_of(self._first_lines)

    @property
    def _quote(self) -> str:
        """What stands around cells: quotation marks, or apostrophes where the header has them around each name."""
        return "'" if self._first_lines and re.match(r"'[^']*'([,;\t|])'[^']*'(\1'[^']*')*$", self._first_lines[0]) else '"'

    def notes(self) -> list[Problem]:
        """What a person should know about the file as a whole, and about rows that were left alone."""
        words: list[tuple[int | None, str]] = [(None, message) for message in texts.words_about(self.data, self.encoding)]
        if self._has_groups:
            words.append((self.header_row, "The names of the columns stand in two rows; they were read together, as “Contact Forename”."))
        elif self.titles:
            words.append((self.header_row, "The names of the columns were found here; what stands above them was left alone."))
        if self.captions and next(self.rows(), None) is None:
            words.append((None, "There are names of columns, but not one row under them."))
        words += list(self.left_alone.items())[:MOST_LEFT_ALONE]
        if len(self.left_alone) > MOST_LEFT_ALONE:
            words.append((None, f"More rows like these that were left alone: {len(self.left_alone) - MOST_LEFT_ALONE}."))
        return [Problem(self.name, row, None, None, message, NOTE) for row, message in words]


@dataclass
class Document:
    """One XML file, as bytes; only the format that knows it parses it."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Kept:
    """layouts: what the captions of the school's reports mean. registered: child -> the registration groups that such reports put it into.

    numbers: UPN or SCN -> the MIS's own number of the child that has it on record, where that is another.
    """

    layouts: Sequence["Layout"] = ()
    registered: Mapping[str, set[str]] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Bundle:
    """The files of one drop. digest: the same for the very same bytes. others: names of files that are neither CSV nor XML.

    kept: what this school has on record by which reports without ids of their own are read.
    """

    tables: list[Table]
    digest: str
    others: list[str] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)

    @property
    def files(self) -> list[Table | Document]:
        return [*self.tables, *self.documents]

    def named(self, name: str) -> Table | None:
        """The table of this kind, whatever the case of its name."""
        return next((table for table in self.tables if table.kind == name.lower()), None)

    def save(self, file: Path) -> None:
        """Write the very bytes that were read as one zip, so that `bundle(file)` gives them again."""
        file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for file_ in self.files:
                archive.writestr(file_.name, file_.data)


def fold(name: str) -> str:
    """A header as formats compare it."""
    return re.sub(r"[\s_\-\u2010-\u2015\u2212]+", "_", re.sub("[\ufeff\u200b-\u200f\u2060\u00ad]", "", name).strip().lower()).strip("_?:*.")


def bundle(path: Path) -> Bundle:
    """The CSV and XML files of a folder, or of a zip. Raises Refused when there is nothing usable or the zip is not safe to open."""
    try:
        if path.is_dir():
            contents, others = _taken(_in_folder(_innermost(path)), path.name)
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
        inner = " A zip within a zip or a folder is not opened: send that zip by itself." if any(name.lower().endswith(".zip") for name in others) else ""
        raise Refused(f"There is no CSV file in this bundle. Spreadsheets must be saved as CSV.{inner}", path.name, value=", ".join(others) or None)
    kinds = _kinds([name for name, _ in contents if _is_csv(name)])
    tables = [_checked(Table(name, data, kinds[name])) for name, data in contents if _is_csv(name)]
    documents = [Document(name, data) for name, data in contents if not _is_csv(name)]
    digest = hashlib.sha256(b"".join(hashlib.sha256(name.encode() + b"\0" + data).digest() for name, data in sorted(contents)))
    return Bundle(tables, digest.hexdigest(), others, documents)


def _kinds(names: list[str]) -> dict[str, str]:
    """Each name in lower case; without what stands before or after all of them, up to a blank, dash or underscore: a school, a date."""
    stems, endings = zip(*(name.lower().rsplit(".", 1) for name in names), strict=True) if names else ((), ())
    before = re.sub(r"[^\s_\-]+$", "", _shared(stems))
    after = re.sub(r"^[^\s_\-]+", "", _shared([stem[::-1] for stem in stems])[::-1])
    plain = [stem.removeprefix(before).removesuffix(after) for stem in stems]
    kinds = plain if all(plain) else stems
    return {name: f"{kind}.{ending}" for name, kind, ending in zip(names, kinds, endings, strict=True)}


def _shared(texts: Sequence[str]) -> str:
    """What all of several texts begin with."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False)) if len(texts) > 1 else ()
    return "".join(letters[0] for letters in alike)


def _is_csv(name: str) -> bool:
    return name.lower().endswith((".csv", ".txt", ".tsv"))


def _is_read(name: str) -> bool:
    return _is_csv(name) or name.lower().endswith(".xml")


# A file in a folder or a zip: its name, and how to read at most so many of its bytes.
Entry = tuple[str, Callable[[int], bytes]]


def _innermost(path: Path) -> Path:
    """The folder in the folder, where a zip was unpacked into one of its own and nothing else is there."""
    for _ in range(DEEPEST):
        inside = [entry for entry in path.iterdir() if not entry.name.startswith(".") and entry.name != "__MACOSX"]
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].is_symlink():
            break
        path = inside[0]
    return path


def _in_folder(path: Path) -> list[Entry]:
    files = [file for file in sorted(path.iterdir()) if file.is_file() and not file.name.startswith(".")]
    for file in files:
        if file.is_symlink() and _is_read(file.name):
            raise Refused("This is a link to another place on the disk, not a file. Put the file itself here.", file.name)
    return [_in_file(file) for file in files]


def _in_file(path: Path) -> Entry:
    def read(most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most)

    return path.name, read


def _unzip(path: Path) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files of a zip, in memory: nothing is ever written under a name that came from the zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_hidden(entry.filename)]
            _check_zip(entries, path.name)
            return _taken([_in_zip(archive, entry) for entry in entries], path.name)
    except ZIP_ERRORS as error:
        raise Refused("The zip is damaged and cannot be opened. Please send it again.", path.name) from error


def _is_hidden(path: str) -> bool:
    """What systems put beside the files of a person: .DS_Store, ._users.csv, __MACOSX."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return "__MACOSX" in parts or bool(parts and parts[-1].startswith(".") and parts[-1] != "..")


def _check_zip(entries: list[zipfile.ZipInfo], whole: str) -> None:
    """Refused when the zip is not what an export makes."""
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        kind = "an Excel workbook" if any(name.startswith("xl/") for name in names) else "an Office document"
        raise Refused(f"This is {kind}. Save it as CSV (in Excel: Save as, CSV UTF-8) and send that.", whole)
    for entry in entries:
        if entry.flag_bits & 1:
            raise Refused("The zip is protected by a password. Please export it without one.", whole)
        if ".." in re.split(r"[/\\]", entry.filename) or re.match(r"[/\\]|[A-Za-z]:", entry.filename):
            raise Refused("This zip holds a file that points out of the zip (its path is absolute or has ..). No export does that; nothing was read.",
                          whole, value=entry.filename)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused("This zip holds a link to another place instead of a file. Put the file itself in the zip.", whole, value=entry.filename)


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
    if kind := texts.other_kind(table.data):
        raise Refused(f"This is {kind}, whatever its name says. Save it as CSV (in Excel: Save as, CSV UTF-8) and send that.", table.name)
    if b"\0" in table.data and not table.encoding.startswith(("utf-16", "utf-32")):
        raise Refused("This file is not text: it holds zero bytes. Export it as CSV.", table.name)
    return table


def _csv_words(error: csv.Error, data: bytes) -> str:
    if b'\\"' in data:
        return ("From here on the quotation marks do not pair up: the file seems to write one within a cell with a backslash before it, as databases do. "
                "Please export it with the mark doubled.")
    if "field larger" in str(error):
        return f"A cell here is longer than {LONGEST_CELL:,} characters. A quotation mark is probably missing."
    return "From here on the quotation marks do not pair up, so cells cannot be told apart. Please export the file again."


csv.field_size_limit(LONGEST_CELL)
