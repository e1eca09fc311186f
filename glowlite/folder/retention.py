"""Hides how long the files of a school stay: raw files leave after the school's retention time, held ones stay while their drop waits."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from glowlite.folder import filing
from glowlite.folder.places import Places
from glowlite.mis import drop_rules
from glowlite.mis.report import KEPT
from glowlite.mis.waiting import still_waiting
from glowlite.models import Drop, School

DAY = 86_400
LEFT_OVER = "saving-*.zip"  # what was being saved for later when somebody pulled the plug


def tidy(places: Places, school: School, waiting_room: Path) -> Iterator[str]:
    """Remove what has been kept long enough; yields a sentence about it."""
    days = drop_rules.of(school).keep_raw_days
    waiting = {drop.id for drop in still_waiting([school])}
    filed = [folder for place in (places.archive, places.held, places.refused) for folder in place.glob("[!.]*")]
    own = [waiting_room / str(number) for (number,) in Drop.select(Drop.id).where(Drop.school == school, Drop.status != KEPT).tuples()]
    old = [folder for folder in filed if filing.number_of(folder) not in waiting and _age(folder) > days]
    old += [folder for folder in own if folder.is_dir() and int(folder.name) not in waiting and _age(folder) > days]
    old += [file for file in waiting_room.glob(LEFT_OVER) if _age(file) > 1]
    for one in old:
        shutil.rmtree(one) if one.is_dir() else one.unlink(missing_ok=True)
    if old:
        yield f"{len(old)} deliveries were older than {days} days; their files were removed." if len(old) > 1 \
            else f"One delivery was older than {days} days; its files were removed."


def _age(path: Path) -> float:
    """Days since it was filed."""
    return (time.time() - path.stat().st_mtime) / DAY
