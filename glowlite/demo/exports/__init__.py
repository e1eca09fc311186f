"""One school of the demo as another system would export it: one module a format, made from the rows of the drop format.

A module has FORMATS, the names it answers to in `flask demo bundle --format NAME`, and `write(folder, name, rows)`.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

Rows = dict[str, list[dict[str, str]]]


class Export(Protocol):
    FORMATS: tuple[str, ...]

    def write(self, folder: Path, name: str, rows: Rows) -> None:
        """Write the files of this format into an empty folder. rows: noun -> rows of the drop format, column -> text."""


def by_name() -> dict[str, Export]:
    """Format name -> the module that writes it, in the order of the names."""
    modules: list[Export] = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return dict(sorted((name, module) for module in modules for name in module.FORMATS))
