"""GlowLite's own drop format: a file for each noun, columns as in docs/drop-format.md."""

from glowlite.mis.formats import About, Sheet, shown_header
from glowlite.mis.read import Bundle, Table
from glowlite.mis.report import Refused, Report
from glowlite.mis.rows import BY_NAME, NOUNS, Noun
from glowlite.mis.telling import note_unknown

NAME = "GlowLite CSV"
ABOUT = About(
    what="GlowLite's own: a file for each kind of row, described column by column in docs/drop-format.md. Everything that GlowLite shows can come across.",
    files=tuple((f"{noun.name}.csv", ",".join(column.name for column in sorted(noun.columns, key=lambda column: not column.needed))) for noun in NOUNS),
    rights="Access comes from links.csv, from parental_responsibility and court_order together.",
    bundle=("glowlite",))


def recognises(bundle: Bundle) -> bool:
    return any(_noun_of(table) or _is_nearly(table) for table in bundle.tables)


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    table = next((table for table in bundle.tables if _noun_of(table) is BY_NAME["school"]), None)
    if table is None:
        return []
    return [(row["id"], row["name"]) for _, row in table.records()]


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    found: dict[str, Sheet] = {}
    unplaced: list[Table] = []
    for table in bundle.tables:
        noun = _noun_of(table)
        if noun is None:
            _refuse_if_nearly(table)
            unplaced.append(table)
            continue
        if noun.name in found:
            raise Refused(f"This file and {found[noun.name].file} both hold {noun.name}. Keep one of them.", table.name)
        known = {column.name for column in noun.columns}
        note_unknown(table, [name for name in table.header if name and name not in known], report)
        found[noun.name] = Sheet(noun, table.name, table.header, table.rows())
    for table in unplaced:
        if "pupils" not in found and BY_NAME["pupils"] in _fitting(table):  # left alone without a word it would look as if nobody were missing
            report.brake(table.name, f"{_why_left_alone(table)} The drop waits for a person.")
        else:
            report.note(table.name, _why_left_alone(table))
    return [found[noun.name] for noun in NOUNS if noun.name in found]


def _fitting(table: Table) -> list[Noun]:
    return [noun for noun in NOUNS if noun.needed <= set(table.header)]


def _noun_of(table: Table) -> Noun | None:
    """The noun whose needed columns all stand in the header; where several fit, the file's name decides, then the closest fit."""
    header, fitting = set(table.header), _fitting(table)
    named = [noun for noun in fitting if noun.name == _stem(table)]
    if named or not fitting:
        return named[0] if named else None
    known = {noun.name: len(header & {column.name for column in noun.columns}) for noun in fitting}
    best = [noun for noun in fitting if known[noun.name] == max(known.values())]
    # Two nouns that fit alike, or a header that is mostly unknown, is a guess: better none.
    return best[0] if len(best) == 1 and known[best[0].name] * 2 > len(header) else None


def _why_left_alone(table: Table) -> str:
    fitting = [f"{noun.name}.csv" for noun in _fitting(table)]
    if len(fitting) > 1:
        return f"These columns could be those of {', '.join(fitting[:-1])} or {fitting[-1]}. Name the file after what it holds; it was left alone."
    return "This file's header is not one of the drop format; the file was left alone."


def _is_nearly(table: Table) -> bool:
    """Has it a noun's name and key, and hardly a column that is not the noun's? Then what it lacks is worth saying."""
    noun, header = BY_NAME.get(_stem(table)), set(table.header)
    return noun is not None and set(noun.key) <= header and len(header & {column.name for column in noun.columns}) * 2 > len(header)


def _refuse_if_nearly(table: Table) -> None:
    """A file with a noun's name but without a needed column must stop the drop: skipping it would look like success."""
    noun = BY_NAME.get(_stem(table))
    if noun:
        missing = [column.name for column in noun.columns if column.needed and column.name not in table.header]
        lacks = f"The column {missing[0]} is" if len(missing) == 1 else f"The columns {', '.join(missing[:-1])} and {missing[-1]} are"
        words = f"{lacks} missing; {noun.name} cannot be read without."
        if not table.header:
            words = "The file is empty, without even a header. To say nothing about its rows, leave it out."
        raise Refused(words, table.name, table.header_row, missing[0], shown_header(table))


def _stem(table: Table) -> str:
    return table.kind.rsplit(".", 1)[0]
