"""docs/drop-format.md says what the code does: it is written by it, and its own examples load."""

from pathlib import Path

from glowlite.mis.documentation import drop_format
from glowlite.mis.report import KEPT
from glowlite.mis.rows import NOUNS
from tests.mis.conftest import Load

PAGE = Path(__file__).parents[2] / "docs" / "drop-format.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == drop_format(), "write it again: flask drops format > docs/drop-format.md"


def test_the_examples_of_the_page_load(load: Load) -> None:
    ids = {noun.name: noun.column("id").example for noun in NOUNS if "id" in noun.needed}
    ids |= {"pupils": "000123", "contacts": "C0456", "groups": "2B-EN", "staff": "T07", "periods": "MON1"}
    bundle = {}
    for noun in NOUNS:
        row = [ids[noun.name] if column.name == "id" else column.example for column in noun.columns]
        bundle[f"{noun.name}.csv"] = ",".join(column.name for column in noun.columns) + "\n" + ",".join(f'"{cell}"' for cell in row) + "\n"
    report = load(bundle)
    assert report.status == KEPT and not report.problems and report.total("set_aside") == 0


def test_the_page_has_a_section_for_each_kind_of_row() -> None:
    text = drop_format()
    assert all(f"## {noun.name}.csv" in text for noun in NOUNS)
