"""Hides what counts as one delivery among the files that arrive, and when it has arrived whole.

A zip is a delivery, a folder is one, and all loose files that arrive together are one.
"""

import os
import stat
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

HALF_WRITTEN = (".tmp", ".part", ".filepart", ".crdownload")  # what WinSCP, browsers and scripts write until a file is whole
NOBODYS = ("thumbs.db", "desktop.ini")
PATIENCE = 3600  # seconds for which a zip may rest without opening before it counts as damaged
FUTURE = 86_400  # a clock that is further ahead than this is wrong and tells nothing

# Path -> size, when it was written, when it was changed, and which file it is.
Signature = dict[str, list[int]]


@dataclass
class Delivery:
    """One zip, one folder, or all loose files together. paths: what it consists of, in `incoming`."""

    name: str
    paths: list[Path]
    signature: Signature

    @property
    def arrived(self) -> float:
        """When the last of it was written."""
        return max((changed for _, changed, _, _ in self.signature.values()), default=0) / 1e9

    def has_changed(self) -> bool:
        return signature_of(self.paths) != self.signature

    def copy_to(self, bench: Path) -> Path:
        """A private copy, so that what is loaded is one state of it; follows no link. Returns what is to be loaded."""
        if len(self.paths) == 1 and (self.paths[0].is_dir() or _is_zip(self.paths[0])):
            _copy(self.paths[0], bench / self.paths[0].name)
            return bench / self.paths[0].name
        together = bench / "incoming"
        together.mkdir()
        for path in self.paths:
            _copy(path, together / path.name)
        return together


@dataclass
class Found:
    """What lies there. ready: in the order in which it arrived. notes: what still arrives; troubles: what a person must look at."""

    ready: list[Delivery] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def found(incoming: Path, settle: int) -> Found:
    """What has arrived in a folder, and of which nothing has changed for so many seconds."""
    here = Found()
    entries = sorted(path for path in incoming.iterdir() if not path.name.startswith(".") and path.name.lower() not in NOBODYS)
    sound = [path for path in entries if not _is_strange(path)]
    here.troubles += [f"{readable(path)} is, or holds, a link or something else that is no plain file; it was left alone."
                      for path in entries if path not in sound]
    loose = [path for path in sound if not path.is_dir() and not _is_zip(path)]
    halves = [path for path in loose if _is_half(path)]
    here.notes += [f"{readable(path)} is only half written; it was left alone." for path in halves]
    for paths in ([path] for path in sound if path not in loose):
        _add(here, paths, paths, settle)
    whole = [path for path in loose if path not in halves]
    if whole:
        _add(here, whole, loose, settle)
    here.ready.sort(key=lambda delivery: delivery.arrived)
    return here


def _add(here: Found, paths: list[Path], watched: list[Path], settle: int) -> None:
    """Add a delivery when nothing of what is watched with it has changed lately."""
    name = ", ".join(map(readable, paths[:3])) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    rest = _rest(signature_of(watched))
    if rest < settle or any(_is_half(path) and rest < PATIENCE for path in _inside(paths)):
        here.notes.append(f"{name} is still arriving.")
    elif _is_zip(paths[0]) and rest < PATIENCE and not _opens(paths[0]):
        here.notes.append(f"{name} does not open yet; it was left alone.")
    else:
        here.ready.append(Delivery(name, paths, signature_of(paths)))


def _rest(signature: Signature) -> float:
    """For how many seconds nothing has changed, by when this machine saw it and by what the sender says."""
    now = time.time()
    moments = [moment / 1e9 for _, *two, _ in signature.values() for moment in two]
    return now - max((moment for moment in moments if moment < now + FUTURE), default=0)


def signature_of(paths: list[Path]) -> Signature:
    """What these are now; another one means that somebody has written there."""
    found: Signature = {}
    for path in paths:
        for file in (path, *_inside([path])):
            try:
                known = file.lstat()
            except FileNotFoundError:  # taken away meanwhile
                continue
            found[str(file)] = [known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino]
    return found


def _inside(paths: list[Path]) -> list[Path]:
    """All that lies in those of these that are folders; no link is followed."""
    folders = [path for path in paths if path.is_dir()]
    return [Path(folder, name) for path in folders for folder, below, files in os.walk(path) for name in sorted(below + files)]


def _is_strange(path: Path) -> bool:
    modes = [file.lstat().st_mode for file in (path, *_inside([path] if not path.is_symlink() else []))]
    return not all(stat.S_ISREG(mode) or stat.S_ISDIR(mode) for mode in modes)


def _is_half(path: Path) -> bool:
    return path.name.lower().endswith(HALF_WRITTEN) or path.name.startswith("~$")


def _is_zip(path: Path) -> bool:
    return path.name.lower().endswith(".zip")


def _opens(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            archive.infolist()
            return True
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def _copy(path: Path, to: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        to.mkdir(mode=0o700)
        for file in sorted(path.iterdir()):
            if not file.is_dir() and not _is_half(file):
                _copy(file, to / file.name)
        return
    source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(source, "rb") as reader, to.open("xb") as writer:
        while some := reader.read(1_000_000):
            writer.write(some)


def readable(path: Path) -> str:
    """Its name as it can be printed: a disk may hold names that are no text."""
    return path.name.encode("utf-8", "replace").decode()
