"""GlowLite's own drop format: a file for each noun."""

import csv
from pathlib import Path

from glowlite.demo.exports import Rows

FORMATS = ("glowlite",)


def write(folder: Path, name: str, rows: Rows) -> None:
    for noun, some in rows.items():
        with (folder / f"{noun}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, some[0])
            writer.writeheader()
            writer.writerows(some)
