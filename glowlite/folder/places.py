"""Hides where the files of a school lie: incoming, archive, held and refused, in a folder with the school's code as its name."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from glowlite.models import School

PRIVATE = 0o700


@dataclass(frozen=True)
class Places:
    """The folders of one school. Whoever delivers needs `incoming` only."""

    folder: Path

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def held(self) -> Path:
        return self.folder / "held"

    @property
    def refused(self) -> Path:
        return self.folder / "refused"

    def make(self) -> None:
        """Make what is missing, for nobody but GlowLite's user; what is there keeps its rights."""
        for place in (self.folder, self.incoming, self.archive, self.held, self.refused):
            if not place.is_dir():
                place.mkdir(mode=PRIVATE, parents=True)

    @contextmanager
    def workbench(self) -> Iterator[Path]:
        """An empty folder that is gone afterwards; one that a killed process left behind is cleared first."""
        bench = self.archive / ".loading"
        shutil.rmtree(bench, ignore_errors=True)
        bench.mkdir(mode=PRIVATE)
        try:
            yield bench
        finally:
            shutil.rmtree(bench, ignore_errors=True)


def places_of(root: Path, school: School) -> Places:
    """The places of a school. Raises OSError for a code that is no name of a folder."""
    if school.code != Path(school.code).name or school.code.startswith("."):
        raise OSError(f"the code {school.code!r} cannot be the name of a folder, so this school can only be loaded by hand")
    return Places(root / school.code)
