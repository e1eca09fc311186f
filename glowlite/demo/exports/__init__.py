"""One school of the demo as another system would export it: one module a format, made from the rows of the drop format.

A module has FORMATS, the names it answers to in `flask demo bundle --format NAME`, and `write(folder, name, rows)`.
"""

import csv
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

from stdnum.gb import upn

Rows = dict[str, list[dict[str, str]]]


class Export(Protocol):
    FORMATS: tuple[str, ...]

    def write(self, folder: Path, name: str, rows: Rows) -> None:
        """Write the files of this format into an empty folder. rows: noun -> rows of the drop format, column -> text."""


def unique_pupil_number(pupil: dict[str, str]) -> str:
    """A UPN for a child of the demo, which has none: its letter fits its digits."""
    digits = f"990{int(pupil['id']):09}"
    return str(upn.calc_check_digit(f"A{digits}")) + digits


def by_name() -> dict[str, Export]:
    """Format name -> the module that writes it, in the order of the names."""
    modules: list[Export] = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return dict(sorted((name, module) for module in modules for name in module.FORMATS))


def write_table(folder: Path, file: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one CSV file as most systems do: lines end with CR LF, cells with a comma stand in quotation marks."""
    with (folder / file).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
