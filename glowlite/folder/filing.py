"""Hides how a delivery that was loaded is put away: into archive, held or refused, with its report, never half."""

import json
import shutil
from pathlib import Path

from glowlite import clock
from glowlite.folder.deliveries import Delivery, signature_of
from glowlite.folder.places import PRIVATE, Places
from glowlite.mis.report import HELD, REFUSED, Report
from glowlite.mis.wording import in_words

TO_MOVE = "moving.json"  # what is still to be moved into a folder's `files`


def file(delivery: Delivery, places: Places, report: Report) -> None:
    """Move a delivery out of incoming, beside its report. Raises OSError, and leaves what cannot be moved where it is."""
    target = _new_folder(places, report)
    try:
        (target / "report.txt").write_text(in_words(report) + "\n", errors="replace")
        (target / "report.json").write_text(json.dumps(report.as_json(), indent=2))
        _write_what_to_move(target, delivery)
        _move_all(target)
    except OSError:
        if not any((target / "files").iterdir()):
            shutil.rmtree(target)
        raise


def finish(places: Places) -> None:
    """Go on with what was being moved when somebody pulled the plug."""
    for note in [found for place in (places.archive, places.held, places.refused) for found in place.glob(f"*/{TO_MOVE}")]:
        _move_all(note.parent)


def number_of(folder: Path) -> int | None:
    """The number of the drop that lies in this folder, if it became one."""
    number = folder.name.partition("-drop-")[2].partition("-")[0]
    return int(number) if number.isdigit() else None


def _new_folder(places: Places, report: Report) -> Path:
    place = {HELD: places.held, REFUSED: places.refused}.get(report.status, places.archive)
    what = f"drop-{report.drop_id}" if report.drop_id else "refused" if report.status == REFUSED else "nothing-new"
    name = f"{clock.local(clock.now()):%Y-%m-%dT%H-%M-%S}-{what}"
    free = (place / (f"{name}-{again}" if again else name) for again in range(10_000))
    target = next(folder for folder in free if not folder.exists())
    target.mkdir(mode=PRIVATE)
    (target / "files").mkdir(mode=PRIVATE)
    return target


def _write_what_to_move(target: Path, delivery: Delivery) -> None:
    """Whole or not at all: half of it, on a full disk, would stop every look after this one."""
    half = target / f"{TO_MOVE}.half"
    half.write_text(json.dumps({str(path): signature_of([path]) for path in delivery.paths}))
    half.replace(target / TO_MOVE)


def _move_all(target: Path) -> None:
    for name, signature in json.loads((target / TO_MOVE).read_text()).items():
        path = Path(name)
        if signature_of([path]) == signature:  # else it is gone, or something new of the same name
            _move(path, target / "files" / path.name)
    (target / TO_MOVE).unlink()


def _move(path: Path, to: Path) -> None:
    """From one disk to another this is a copy first: one that was broken off is begun again."""
    if to.is_dir():
        shutil.rmtree(to)
    shutil.move(path, to)
