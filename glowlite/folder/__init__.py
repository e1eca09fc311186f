"""Hides how a school delivers by putting files into a folder: what has arrived is loaded, then filed with its report.

One look is `sweep()`. A delivery stays where it lies until it is loaded and its report is written, so whenever this is killed, the
next look finishes it: the very same bytes again change nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peewee import PeeweeException

from glowlite import db, mis, quality
from glowlite.folder import deliveries, filing, late, retention
from glowlite.folder.deliveries import Delivery
from glowlite.folder.places import Places, places_of
from glowlite.mis.one_at_a_time import alone
from glowlite.mis.report import Report
from glowlite.models import School

SETTLE = 60  # seconds
TROUBLE = 3


@dataclass
class Loaded:
    """One delivery that was loaded, and what came of it."""

    school: str
    delivery: str
    report: Report

    def as_json(self) -> dict[str, Any]:
        """What `flask drops sweep --json` prints of it: a promise to scripts."""
        return {"school": self.school, "delivery": self.delivery, "report": self.report.as_json()}


@dataclass
class Sweep:
    """What one look found. troubles: what could not be done and is tried again by the next look."""

    loaded: list[Loaded] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all is well, 1 something is held, 2 something was refused, 3 something could not be done."""
        return TROUBLE if self.troubles else max((one.report.exit_code for one in self.loaded), default=0)


def sweep(root: Path, waiting_room: Path, *, by: str, say: Callable[[str], None], settle: int = SETTLE, only: School | None = None,
          stopped: Callable[[], bool] = lambda: False) -> Sweep:
    """Look once into the folder of every school, or of one. What goes wrong at one school never stops the others.

    root: the folder of all schools' folders. waiting_room: as of mis.load. by: for the record. say: told what a person should know, a
    sentence at a time. settle: for how many seconds nothing of a delivery may have changed. stopped: asked before each school and delivery.
    """
    look = _Look(root, waiting_room, by, say, settle, stopped)
    for school in [only] if only else list(School.select().order_by(School.code)):
        look.into(school)
    if not only:
        look.at_strangers()
    return look.seen


@dataclass
class _Look:
    """One look into all folders, while it lasts."""

    root: Path
    waiting_room: Path
    by: str
    say: Callable[[str], None]
    settle: int
    stopped: Callable[[], bool]
    seen: Sweep = field(default_factory=Sweep)

    def into(self, school: School) -> None:
        if self.stopped():
            return
        try:
            with alone(f"folder of {school.code}"):
                self._load_what_is_there(places_of(self.root, school), school)
        except PeeweeException as error:
            self._trouble(school, f"{db.in_words(error)} Nothing is lost; the next look tries again.")
        except OSError as error:
            self._trouble(school, f"{error.strerror or error}. Nothing is lost; the next look tries again.")
        except Exception:
            logging.getLogger("glowlite").exception("While looking into the folder of %s", school.code)
            self._trouble(school, "something went wrong on our side; it is written in the log. Nothing is lost; the next look tries again.")
        finally:
            db.give_back()

    def _load_what_is_there(self, places: Places, school: School) -> None:
        places.make()
        filing.finish(places)
        found = deliveries.found(places.incoming, self.settle)
        for note in found.notes:
            self.say(f"{school.code}: {note}")
        for trouble in found.troubles:
            self._trouble(school, trouble)
        for delivery in found.ready:
            if not self.stopped():
                self._take(delivery, places, school)
        for note in (*retention.tidy(places, school, self.waiting_room), *late.tell(school)):
            self.say(f"{school.code}: {note}")

    def _take(self, delivery: Delivery, places: Places, school: School) -> None:
        """Load one delivery from a copy that nobody else can change, and file it with its report."""
        with places.workbench() as bench:
            report = mis.load(delivery.copy_to(bench), school.code, by=self.by, waiting_room=self.waiting_room,
                              waits=lambda: self.say(f"{school.code}: another drop of this school is being loaded; waiting."))
        quality.after_drop(school.code, report)
        self.seen.loaded.append(Loaded(school.code, delivery.name, report))
        if delivery.has_changed():
            self.say(f"{school.code}: {delivery.name} changed while it was loaded; the next look loads it anew.")
            return
        try:
            filing.file(delivery, places, report)
        except OSError as error:
            self._trouble(school, f"{delivery.name} is loaded, but could not be moved out of {places.incoming} ({error.strerror}). "
                          "May GlowLite's user write there?")

    def at_strangers(self) -> None:
        """Say which folders are of no school."""
        codes = {code for (code,) in School.select(School.code).tuples()}
        for entry in sorted(self.root.iterdir()) if self.root.is_dir() else []:
            if entry.is_dir() and entry.name not in codes and entry != self.waiting_room:
                self.say(f"{deliveries.readable(entry)}: there is no school with this code; the folder was left alone.")

    def _trouble(self, school: School, sentence: str) -> None:
        self.seen.troubles.append(f"{school.code}: {sentence}")
        self.say(f"{school.code}: {sentence}")
