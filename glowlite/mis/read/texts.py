"""Hides how bytes become text: which encoding, which delimiter, and which files are no text, whatever they are called."""

import codecs
import re
from collections.abc import Sequence

DELIMITERS = ",;\t|"
SAMPLE = 4_000

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),  # before UTF-16, which begins alike
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

OTHER_KINDS = ((b"\xd0\xcf\x11\xe0", "an Excel or Word file"), (b"%PDF", "a PDF"), (b"{\\rtf", "a Word document"), (b"\x1f\x8b", "a compressed file"),
               (b"7z\xbc\xaf", "a compressed file"), (b"Rar!", "a compressed file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
               (b"SQLite format 3", "a database"))
ZIPPED_KINDS = ((b"xl/", "an Excel workbook"), (b"word/", "a Word document"), (b"opendocument", "an OpenDocument spreadsheet"))
OTHER_TEXTS = ((b"<!doctype html", "a web page, perhaps that of a sign-in"), (b"<html", "a web page, perhaps that of a sign-in"),
               (b"<?xml", "an XML file"), (b'{"', "a JSON file"), (b"[{", "a JSON file"),
               (b"from: ", "a mail"), (b"received: ", "a mail"), (b"return-path: ", "a mail"), (b"begin:vcard", "a list of address cards"))

# UTF-8 that was taken for Windows text and written as UTF-8 once more (Ã©, â€™).
SPOILT_TWICE = re.compile(rb"\xc3[\x82\x83](?:\xc2[\xa0-\xbf]|\xe2\x80.|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xcb[\x86\x9c])|\xc3\xa2\xe2\x82\xac")
# In a file of unknown encoding: UTF-8 all the same, or signs within a name that are letters on DOS and on old Macs (Zo‰).
NOT_WINDOWS = re.compile(rb"[\xc3\xc5][\x80-\xbf]|[A-Za-z][\x80\x82\x86-\x89\x8b\xa1-\xa9](?=[A-Za-z,;\"\t\r\n])")
NOT_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def other_kind(data: bytes) -> str | None:
    """What these bytes are, when they are another kind of file than a table; told by how they begin."""
    if data.startswith(b"PK\x03\x04"):
        return next((kind for sign, kind in ZIPPED_KINDS if sign in data), "a zip")
    start = data[:SAMPLE].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    binary = next((kind for signature, kind in OTHER_KINDS if data.startswith(signature)), None)
    return binary or next((kind for signature, kind in OTHER_TEXTS if start.startswith(signature)), None)


def encoding_of(data: bytes) -> str:
    """UTF-8, UTF-16 or UTF-32 by its mark; UTF-16 without one by its zero bytes; else UTF-8, or CP1252 where it cannot be that."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if marked or (data.isascii() and b"\0" not in data[:SAMPLE]):
        return marked or "utf-8"
    if bare := _bare_utf16(data[:SAMPLE]):
        return bare
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return "cp1252"


def _bare_utf16(sample: bytes) -> str | None:
    """Of western text in UTF-16 every other byte is zero."""
    half = len(sample) // 2
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if low > 0.4 * half and high < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if high > 0.4 * half and low < 0.05 * half else None


def delimiter_of(lines: Sequence[str]) -> str:
    """What separates the cells. lines: the first of the file; a title without any delimiter may stand above the header."""
    first = lines[0] if lines else ""
    best = max(DELIMITERS, key=first.count)
    if first.count(best) >= 2:
        return best
    return max(DELIMITERS, key=lambda sign: (max((line.count(sign) for line in lines), default=0), first.count(sign)))


def words_about(data: bytes, encoding: str) -> list[str]:
    """What a person should know about how this text was read, a sentence or two each."""
    words = []
    if encoding == "cp1252":
        words.append("The file is not UTF-8; it was read as Windows text (CP1252). Please check names with accents, or export as UTF-8.")
    is_spoilt = NOT_WINDOWS if encoding == "cp1252" else SPOILT_TWICE
    if not data.isascii() and is_spoilt.search(data):
        words.append("Signs like Ã©, â€™ or ‰ stand where letters with accents were: the file was spoilt before it came here. "
                     "Names are shown as they stand; please export again, as UTF-8.")
    if _has_unreadable(data, encoding):
        words.append("Some letters cannot be read and are shown as \ufffd. Please export again, as UTF-8.")
    return words


def _has_unreadable(data: bytes, encoding: str) -> bool:
    if encoding == "cp1252":
        return NOT_IN_CP1252.search(data) is not None
    if encoding == "utf-8":
        return "\ufffd".encode() in data
    try:
        return "\ufffd" in data.decode(encoding)
    except UnicodeDecodeError:
        return True
