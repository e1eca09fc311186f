"""Hides how docs/drop-format.md and docs/formats.md are written: from the tables in rows.py and from the formats, so that they are always true."""

from collections.abc import Iterable

from glowlite.mis import formats
from glowlite.mis.rows import NOUNS, Column, Noun

OPENING = """# The drop format

A drop is a folder or a zip of CSV files, one for each kind of row. This page is written by `flask drops format` from the code
that reads the files.

## For every file

- **Files are recognised by their headers**; the file name decides only where two kinds share a header,
  and a school or a date before or after the names of all files is no part of them (`Hill_pupils_2026-11-18.csv`). Columns may stand in any
  order; capitals, blanks, `-` and `_` in their names, and a `?`, `:`, `*` or full stop at their end, make no difference. Columns that GlowLite does
  not know are left alone and named in the report.
- **Around the rows:** a title above the header, a row of instructions under it, the header again in the middle and a total at the end are
  left alone, and the report says so. Rows are numbered as a spreadsheet numbers them, whatever stands above them.
- **Text:** UTF-8 (with or without a mark at the start), UTF-16 or UTF-32; anything else is read as Windows text and the report says so, as it does
  when accents were spoilt before. Cells are separated by comma, semicolon, tab or `|`; a first line `sep=;` is understood. Cells with a
  comma, a quotation mark or a line break stand in `"quotation marks"`, and a quotation mark within them is doubled.
- **Ids are text.** Leading zeros count. They are the only key: nobody is ever matched by name or e-mail. An id that a spreadsheet
  has spoilt (`1.2E+11`, `#REF!`, `####`) could be anybody's: its row is set aside. So is that of `123` where `000123` is on record or nearly all
  other ids have six digits; when no row of a file of people is left then, the drop waits.
- **Dates:** `2026-11-23`, `23/11/2026` or `23 Nov 2026`, with or without the name of the day and the time. Where a column proves to have its
  months first (`11/23/2026`, and no date with the day first), no date in it counts that could be two days.
- **Yes and no:** `Y`/`N` (also yes/no, true/false, 1/0, ✓). Blank means not known, and where access hangs on it, not known means no. There
  `Yes - see file` counts as `Y` in `court_order`, and `No, removed` as `N` in `parental_responsibility`: words beside it are believed where they take
  access away, and never where they would give it.
- **A missing file says nothing**: what is on record stays. **A file speaks for all rows of its kind**: a row that is no longer in
  it is ended, never deleted, and comes back when it does. Only `marks.csv` speaks for the days between its first and its last.
- **A missing column says nothing** either: what is on record stays.
- **A row with a needed cell empty or unreadable is set aside** and reported by spreadsheet row; what is on record for it stays.
  An optional cell that cannot be read counts as blank and is reported; but where blank would show more to more people (`left`, `released`,
  `audience`) it sets its row aside. While a file has a row without a readable id, nothing that is missing from that file is ended: it could be that
  very row.
- **A row with more cells than the header** is set aside: a comma within a cell needs quotation marks. In `links.csv` it counts, and so does one
  with fewer cells, and gives no access: it could be the one that brings a court order. There, a row whose ids cannot be read keeps no old access either.
  Blank cells beyond the header are no cells where all rows have them; in one row of `links.csv` alone one is enough: the others may have moved into it.
- **The same row twice** counts once. Of two rows with one id that disagree the first counts and the other is set aside; of two
  rows of `links.csv` about the same adult and child, whatever gives less access counts, cell by cell.
- The same files again change nothing.

## When a drop waits for a person (held)

Nothing of a held drop is kept, but for restrictions: a court order, or parental responsibility taken away, acts at once.
The report says what the drop would mean ("3 adults lose access, 1 gains"), by name, and who can let it in. A drop is held when

- **a file shrinks:** more than 10 % and more than 5 pupils, contacts, links or marks on record would end, or all pupils, contacts
  or links of a small school; or the file has names of columns and no row, and more than 5 rows of any kind would end;
- **nobody knows whether a file holds the pupils:** there is no `pupils.csv`, and a file whose columns could be those of pupils or of others;
- **pupils leave the roll, or links to children lose access,** in that share; or links to pupils who were here before **gain** it;
- **rows had to be set aside** in that share of a file;
- **dates of birth would be lost** in that share, or all of them, because they are blank now or can no longer be read;
- **a restriction is gone:** `parental_responsibility` or `court_order` was there before and the column is not there now;
- **an id has become somebody else's,** also one that had ended: of a pupil, another name and another birthday (without birthdays,
  another forename and another surname); of an adult, another first name, with another surname or another mobile or e-mail address,
  or the same first name with another surname, another mobile or e-mail address and none of the same children;
- **it is the bundle of another school:** hardly any of its pupils are known here, or most stand in another school under the same
  ids and names;
- **it is the very bundle that somebody has undone:** it says who, and when;
- **it is older than what was loaded before:** the very files of an older drop, marks that end more than 7 days earlier, or most
  pupils a year group lower.

The percentages and numbers are the school's to choose on the page “When a drop waits”, within the bounds of its authority.

`flask drops release NUMBER` lets it in after somebody has looked, unless a newer drop has been kept since, or has
shut links while it waits: that one has the newer word on who may see a child. If an id has become somebody else's, whoever had
it keeps their whole record, ended, and whoever has it now begins anew: no mark, link or account passes from one to the other.
Where it is the same person after all, under a corrected name, whoever lets the drop in says so for that id: on its page, or with
`--same 'pupils 0003'`.

**August.** When the oldest leave, the youngest come and all others move up, several of these happen at once. The drop waits all the
same; its page says first that it looks like the new school year, and then, apart and by name, what is no part of that: pupils who left
from other years or did not move up, links to children who stay that lose or gain access, ids that have become somebody else's.

## When a drop is refused

The files cannot be read (no CSV, a workbook or another kind of file under the name of a CSV, two files of one name, damaged or protected zip, a path
that points out of the zip, a link to another place, quotation marks that do not pair up, a column twice, a needed column missing, an empty file without
a header), or the bundle is of another school. What became of thirty disasters from other systems stands in [disasters.md](disasters.md).
"""


def drop_format() -> str:
    """The whole page as Markdown."""
    return "\n".join([OPENING, *(_section(noun) for noun in NOUNS)])


def _section(noun: Noun) -> str:
    key = " + ".join(f"`{name}`" for name in noun.key)
    head = f"## {noun.name}.csv\n\n{noun.about} A row is known by {key}.\n"
    table = ["| Column | Needed | Allowed | Example | What it is | When missing or blank |", "|---|---|---|---|---|---|"]
    return "\n".join([head, *table, *(_line(column) for column in noun.columns), ""])


def _line(column: Column) -> str:
    cells = (f"`{column.name}`", "yes" if column.needed else "", _allowed(column), f"`{column.example}`", column.about or "–", column.missing)
    return f"| {' | '.join(cells)} |"


def _allowed(column: Column) -> str:
    if column.to:
        return f"an id of {column.to}.csv"
    names = {"day": "date", "flag": "`Y` or `N`", "flag_and_words": "`Y` or `N`", "clock_time": "time, `09:05`", "weekday": "`Mon` to `Sun`, or 1 to 7",
             "session": "`AM` or `PM`", "web_address": "https:// address"}
    return names.get(column.read.__name__) or column.read.__doc__ or "text"


FORMATS_OPENING = """# The formats that are read

GlowLite tells a format by the headers of its files, whatever the files are called; capitals, blanks, `-` and `_` make no difference.
This page is written by `flask drops formats --markdown` from the code that reads the files. `flask demo bundle --format NAME` writes a
realistic bundle of each to try with.

No word for a relationship or a role ever gives access. Where a format has no columns for rights, nobody gains access from it, and
the report says so.
"""


def all_formats() -> str:
    """docs/formats.md as Markdown."""
    return "\n".join([FORMATS_OPENING, *(_of_format(one) for one in formats.everyone())])


def _of_format(one: formats.Format) -> str:
    about = one.ABOUT
    files = ["| File | Columns |", "|---|---|", *(f"| `{file}` | {_as_code(columns.split(','))} |" for file, columns in about.files)]
    more = [*(f"- {line}" for line in about.more), ""] if about.more else []
    bundles = _as_code(f"flask demo bundle --format {name}" for name in about.bundle)
    return "\n".join([f"## {one.NAME}\n", f"{about.what}\n", f"**Rights:** {about.rights}\n", *more, *files, "", f"To try it: {bundles}.\n"])


def _as_code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
