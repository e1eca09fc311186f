"""CSV files that go out: no spreadsheet takes a cell for a formula."""

import pytest

from glowlite import spreadsheet


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@SUM(A1)", "\tx", " =1+1", "\u00a0=1+1", "\ufeff=1+1", "＝1+1", "＠x"])
def test_what_a_spreadsheet_could_run_is_text(cell: str) -> None:
    assert spreadsheet.row([cell]).strip('"').startswith("'")


@pytest.mark.parametrize("cell", ["", "Ann", "  Ann", "2B-EN", "07700 900123", "a=b", "D'Arcy"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert spreadsheet.row([cell, "x"]) == f"{cell},x\r\n"
