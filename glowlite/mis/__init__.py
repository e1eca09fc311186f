"""One delivery of MIS files, from bytes to what parents see: `load()` is the whole way, `keep=False` the same way rolled back."""

import json
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from uuid import uuid4

from peewee import chunked

from glowlite import clock, code_tables, db, naming, policy, words
from glowlite.mis import apply, captions, drop_rules, formats, identity, new_year, read
from glowlite.mis.brakes import Brakes, newest_day
from glowlite.mis.identity import numbers, strangers
from glowlite.mis.impact import Footing, Impact, names_of, who_can_release
from glowlite.mis.one_at_a_time import alone
from glowlite.mis.report import DRY_RUN, HELD, KEPT, REFUSED, RELEASED, Refused, Report, sentence
from glowlite.mis.report import Problem as Finding
from glowlite.mis.rows import BY_NAME, Column
from glowlite.mis.shut_again import AsLeft
from glowlite.mis.stage import Stage
from glowlite.mis.waiting import newest_since
from glowlite.models import AgreementText, Audit, Authority, Drop, Problem, School
from glowlite.policy import parenthood

Progress = Callable[[int], None]

MIS_NAME = 60


class _RolledBack(Exception):
    """Leaves the transaction without keeping anything."""


def load(path: Path, school_code: str, *, by: str, keep: bool = True, despite_brakes: bool = False, waiting_room: Path | None = None,
         started: Callable[[int], Progress] | None = None, waits: Callable[[], None] | None = None) -> Report:
    """Load one bundle (folder, zip or CSV file) for one school.

    by: who loads it, for the record. keep: False for a dry run. despite_brakes: a person has looked at a held drop and lets it in.
    waiting_room: the folder in which a held bundle is kept. started: called with the number of rows, returns what is told of progress.
    waits: called when another import of the school has to end first.
    Returns the report, also when the bundle is refused; never raises because of what the files hold.
    """
    with alone(school_code, waits):
        return _load(path, school_code, by=by, keep=keep, despite_brakes=despite_brakes, waiting_room=waiting_room, started=started)


def _load(path: Path, school_code: str, *, by: str, keep: bool = True, despite_brakes: bool = False, waiting_room: Path | None = None,
          started: Callable[[int], Progress] | None = None, waited: Drop | None = None, same: Collection[dict[str, str]] = ()) -> Report:
    """waited: the held drop that this is once more, and goes on being when it is held again. same: as of `identity.recognise`."""
    report = Report()
    try:
        bundle = read.bundle(path)
        bundle.kept = captions.kept(School.get_or_none(School.code == school_code))
        format_ = formats.of(bundle)
        report.format = format_.NAME
        named = _readable(format_.schools(bundle))
        _school_of(school_code, named)
    except Refused as refused:
        _refuse(report, refused, school_code, by, keep)
        return report
    return _Load(school_code, named, bundle, format_, report, by, keep, despite_brakes, waited, same).run(waiting_room, started)


class _Load:
    """One bundle on its way into one school. named: the schools that the bundle says it is of."""

    def __init__(self, code: str, named: list[tuple[str, str]], bundle: read.Bundle, format_: formats.Format, report: Report, by: str,
                 keep: bool, despite_brakes: bool, waited: Drop | None, same: Collection[dict[str, str]]) -> None:
        self.code, self.named, self.bundle, self.format, self.report = code, named, bundle, format_, report
        self.by, self.keep, self.despite_brakes, self.waited, self.same = by, keep, despite_brakes, waited, same
        self.school = _school_of(code, named)
        self.stage = Stage(self.school, report)
        self.mis_name, self.is_new = "", False

    def run(self, waiting_room: Path | None, started: Callable[[int], Progress] | None) -> Report:
        newest = _newest(self.school)
        if newest and newest.status == KEPT and newest.digest == self.bundle.digest and not captions.changed_since(self.school, newest.started):
            return self._nothing_new(newest)
        try:
            for table in self.bundle.tables:
                self.report.problems += table.notes()
            for name in self.bundle.others:
                self.report.note(name, "This is not a CSV file; it was left alone.")
            for document in self.bundle.documents if self.bundle.tables else ():
                self.report.note(document.name, "An XML file is read by itself, not among CSV files; it was left alone.")
            progress = started(sum(table.guessed_rows for table in self.bundle.tables)) if started else lambda rows: None
            sheets = self.format.sheets(self.bundle, self.school.mis_id, self.report)
            self.stage.fill(sheets, progress)
            self._apply(next((sheet for sheet in sheets if sheet.noun is BY_NAME["school"]), None))
        except formats.NotYetKnown as unknown:
            self._wait_for_captions(unknown)
        except Refused as refused:
            _refuse(self.report, refused, self.code, self.by, self.keep)
        if self.report.status == HELD and self.keep:
            self._hold(waiting_room)
        self.stage.clear()
        return self.report

    def _wait_for_captions(self, unknown: formats.NotYetKnown) -> None:
        """Nothing could be read, so there is nothing to let in: a person first says what the captions mean."""
        if self.despite_brakes:
            why = Refused("Nobody has said yet what the captions of this report mean, so there is nothing to let in. Say it on the page of the drop.")
            _refuse(self.report, why, self.code, self.by, self.keep)
            return
        self.report.problems += unknown.problems
        self.report.status, self.report.releasers = HELD, who_can_release(self.school)

    def _nothing_new(self, newest: Drop) -> Report:
        """The very same bytes again: say so, and what there was to say about them."""
        for file in newest.report["files"]:
            self.report.count(file["name"], "rows", file["rows"])
            self.report.count(file["name"], "unchanged", file["rows"] - file["set_aside"])
            self.report.count(file["name"], "set_aside", file["set_aside"])
        self.report.problems += [Finding(row.file, row.row, row.column, row.value, row.message, row.weight) for row in self._still_to_say(newest)]
        self.report.note("", f"These are the very same files as drop {newest.id} of {clock.local(newest.started):%d/%m/%Y %H:%M}. Nothing has changed.")
        self.report.status = KEPT if self.keep else DRY_RUN
        if self.keep:  # the MIS has said once more how things stand
            Drop.update(finished=clock.now()).where(Drop.id == newest.id).execute()
        return self.report

    def _still_to_say(self, newest: Drop) -> list[Problem]:
        """What the report had to say, but for codes that somebody has explained since."""
        explained = code_tables.meanings(self.school).lasting()
        said = newest.problems.order_by(Problem.id)
        return [row for row in said if not (row.column == "code" and row.row is None and row.value in explained)]

    # --- within one transaction ------------------------------------------------------------------

    def _apply(self, school_row: formats.Sheet | None) -> None:
        """Everything or nothing: the changes, the report, the ended sessions and the audit row stand or fall together."""
        try:
            with db.write_lock():
                drop = self._open_drop()
                before = Footing.of(self.school)
                if school_row or self.school.is_dirty():  # its id in the MIS may be new
                    apply.school_row(drop)
                    self.school.save()
                if school_row:
                    self._describe_school(school_row)
                    code_tables.settle(self.school)
                recognised = identity.recognise(self.stage, self.same)
                self.report.strangers = [one.as_json() for one in recognised.strangers]
                strangers.set_apart(recognised.strangers, drop)
                strangers.leave_with_the_first(self.stage, self.report)
                changes = apply.everything(self.stage, drop, self.report)
                parenthood.settle(self.school)
                after = Footing.of(self.school)
                self._compare(before, after)
                self._note_unknown_codes()
                self._note_missing_rights()
                numbers.note_faults(self.stage, self.report)
                brakes = Brakes(drop, self.stage, changes, recognised, before, self.report.impact, drop_rules.of(self.school), self.report)
                brakes.check()
                if brakes.counted:
                    self.report.new_year = new_year.seen(before, after, recognised.strangers, brakes.counted)
                if self.report.brakes() and not self.despite_brakes:
                    self.report.status = HELD
                    self.report.releasers = who_can_release(self.school)
                    raise _RolledBack
                self.report.status = KEPT if self.keep else DRY_RUN
                if not self.keep:
                    raise _RolledBack
                naming.check(self.school, drop)
                self._close_drop(drop)
        except _RolledBack:
            self.report.drop_id = None

    def _open_drop(self) -> Drop:
        """The drop, of the school as it stands or as the bundle introduces it: written here, so that what is rolled back leaves no school behind."""
        self.school = self.stage.school = _school_of(self.code, self.named)
        self.is_new = self.school.id is None
        if self.is_new:
            self.school.save()
            AgreementText.put_in_force(self.school)
            code_tables.settle(self.school)
            Audit.write(self.by, "added school", self.code, school=self.school, after={"name": self.school.name, "mis_id": self.school.mis_id})
        drop = Drop.create(school=self.school, status="open", format=self.report.format, digest=self.bundle.digest,
                           loaded_by=self.by, started=clock.now())
        self.report.drop_id = drop.id
        return drop

    def _close_drop(self, drop: Drop) -> None:
        drop.status, drop.finished = self.report.status, clock.now()
        drop.mis, drop.newest_day = self.mis_name, newest_day(self.stage)
        _write_down(drop, self.report)
        self.school.touch()
        counts = {what: self.report.total(what) for what in ("created", "changed", "gone", "set_aside")}
        access = {"gained": self.report.gained, "lost": self.report.lost}
        Audit.write(self.by, f"drop {drop.status}", f"drop {drop.id}", school=self.school, after=counts | access)

    def _describe_school(self, sheet: formats.Sheet) -> None:
        """Take the school's own row: name, address and so on; the code by which GlowLite knows the school stays."""
        others, is_told = 0, False
        for number, cells in sheet.rows:
            given = dict(zip(sheet.columns, (cell.strip() for cell in cells), strict=False))
            if is_told or (self.school.mis_id and given.get("id") != self.school.mis_id):
                others += 1
                continue
            is_told = True
            self.mis_name = given.pop("mis", "")[:MIS_NAME]
            self.report.count(sheet.file, "rows")
            news = [self._describe(sheet, number, column, given[column.name]) for column in sheet.noun.columns if given.get(column.name)]
            self.school.save()
            self.report.count(sheet.file, "created" if self.is_new else "changed" if any(news) else "unchanged")
        if others:
            self.report.note(sheet.file, f"{words.plural(others, 'row is', 'rows are')} not this school's, or a repetition, and left alone.")

    def _describe(self, sheet: formats.Sheet, number: int, column: Column, cell: str) -> bool:
        """Take one cell of the school's row; True when it says something new."""
        try:
            value = column.read(cell)
            if column.live == "codes_said" and value not in code_tables.names():
                raise ValueError("there is no table of attendance codes of this name; `flask codes load` adds one")
        except ValueError as error:
            self.report.note(sheet.file, f"{sentence(error)}. What was there stays.", row=number, column=column.name, value=cell)
            return False
        if column.live == "codes_said" and self.school.codes_chosen is not None and value != self.school.code_table:
            self.report.note(sheet.file, f"{self.school.name} uses the table “{code_tables.title(self.school.code_table)}”: so it was chosen on the page "
                             "“Attendance codes”, and that counts before this file.", row=number, column=column.name, value=cell)
        is_new = getattr(self.school, column.live) != value
        setattr(self.school, column.live, value)
        return is_new

    # --- what it means for people ------------------------------------------------------------------

    def _compare(self, before: Footing, after: Footing) -> None:
        """Name who gains and who loses access, and who leaves; whoever loses it is signed out at once."""
        self.report.impact = Impact.between(before, after)
        parenthood.sign_out(before.pairs - after.pairs)

    def _note_unknown_codes(self) -> None:
        staged = self.stage.staged.get("marks")
        if staged is None:
            return
        for one in code_tables.unknown(self.school):
            marks = words.plural(one.number, "mark with it is", "marks with it are")
            self.report.note(staged.file, f"Nobody has said yet what the code means. {marks} shown as “not yet known”, never as absent. "
                             "Say it on the page “Attendance codes”.", column="code", value=one.code)

    def _note_missing_rights(self) -> None:
        """Say in plain words when a format cannot give anyone access."""
        staged = self.stage.staged.get("links")
        given = {column.name for column in staged.columns} if staged else set()
        if staged and not {"parental_responsibility", "court_order"} <= given:
            self.report.note(staged.file, "This file does not say both who has parental responsibility and whether there is a court order, "
                             "so nobody gains access from it, whatever the relationship is called.")

    # --- holding -------------------------------------------------------------------------------------

    def _hold(self, waiting_room: Path | None) -> None:
        """Keep the bundle until a person decides; restrictions in it act now all the same.

        It is saved first and moved to its place before anything counts: whenever this is killed, no drop waits whose bundle is lost.
        """
        saved = self._save_for_later(waiting_room) if waiting_room else None
        with db.write_lock():
            drop = self._waits_already() or self._open_drop()
            if waiting_room and saved:
                kept_copy(waiting_room, drop).parent.mkdir(mode=0o700, exist_ok=True)
                saved.replace(kept_copy(waiting_room, drop))
            left = AsLeft(self.school)
            apply.restrictions(self.stage, drop)
            left.shut_again(drop, frozenset())  # where the school's rule takes one adult, a drop that waits does not put another in the place of one
            at_once = left.access.keys() - policy.access_pairs(self.school)
            parenthood.sign_out(at_once)
            if at_once:
                self.report.note(self.stage.staged["links"].file, f"Restrictions act at once, though the drop waits: "
                                 f"{words.plural(len(at_once), 'link is', 'links are')} shut.",
                                 value=", ".join(names_of(at_once)))
            self.school.touch()
            drop.status, drop.finished = HELD, clock.now()
            _write_down(drop, self.report)
            Audit.write(self.by, "drop held", f"drop {drop.id}", school=self.school,
                        after={"why": [p.message for p in self.report.brakes()], "lost at once": names_of(at_once)})

    def _waits_already(self) -> Drop | None:
        """The drop that this is once more, or the newest, when it is held and of the very same bytes: what comes every night waits once."""
        here = self.waited or _newest(self.school)
        if here is None or here.status != HELD or here.digest != self.bundle.digest:
            return None
        self.report.drop_id = here.id
        Problem.delete().where(Problem.drop == here).execute()
        return here

    def _save_for_later(self, waiting_room: Path) -> Path:
        file = waiting_room / f"saving-{uuid4().hex}.zip"
        self.bundle.save(file)
        return file


def release(drop: Drop, *, by: str, waiting_room: Path, same: Collection[str] = (), waits: Callable[[], None] | None = None) -> Report:
    """Let in a held drop: a person has looked at it. The kept copy is removed once it is in.

    A drop is refused that came before one that was kept or has shut links: it could give back what the newer one took away.
    same: keys of `report.strangers` that are the same person after all, under a corrected name; each other one is kept apart from who had
    the id before. waits: as of `load`.
    """
    with alone(drop.school.code, waits):
        return _release(drop, by, waiting_room, same)


def _release(drop: Drop, by: str, waiting_room: Path, same: Collection[str]) -> Report:
    if late := _came_too_late(drop):
        report = Report(format=drop.format)
        _refuse(report, late, drop.school.code, by, keep=True)
        return report
    seen = [one for one in drop.report.get("strangers", []) if one["key"] in same]
    report = _load(kept_copy(waiting_room, drop), drop.school.code, by=by, despite_brakes=True, same=seen)
    if report.status == KEPT:
        _note_released(drop, report, by, waiting_room, same)
    return report


def again(drop: Drop, *, by: str, waiting_room: Path, keep: bool = True) -> Report:
    """Load a held drop once more as if it had just come, after a person has said what its captions mean: every brake applies.

    keep: False for a dry run. Held again, it goes on waiting, for the reasons it has now.
    """
    with alone(drop.school.code):
        if late := _came_too_late(drop):
            report = Report(format=drop.format)
            _refuse(report, late, drop.school.code, by, keep)
            return report
        report = _load(kept_copy(waiting_room, drop), drop.school.code, by=by, keep=keep, waiting_room=waiting_room, waited=drop)
        if report.status == KEPT:
            _note_released(drop, report, by, waiting_room)
    return report


def _note_released(drop: Drop, report: Report, by: str, waiting_room: Path, same: Collection[str] = ()) -> None:
    Drop.update(status=RELEASED).where(Drop.id == drop.id).execute()
    Audit.write(by, "drop released", f"drop {drop.id}", school=drop.school, after={"as": report.drop_id} | ({"same person": sorted(same)} if same else {}))
    shutil.rmtree(waiting_room / str(drop.id), ignore_errors=True)


def _came_too_late(drop: Drop) -> Refused | None:
    """Why a held drop can no longer be let in: a newer one may have taken access away."""
    newer = newest_since(drop)
    if newer is None:
        return None
    did = "was kept" if newer.status == KEPT else "has taken access away"
    return Refused(f"Drop {newer.id} came after drop {drop.id} and {did}; going back could give access that was taken away since. Load a new export.")


def kept_copy(waiting_room: Path, drop: Drop) -> Path:
    """Where the bundle of a held drop waits."""
    return waiting_room / str(drop.id) / "bundle.zip"


def _school_of(code: str, named: list[tuple[str, str]]) -> School:
    """The school to load for, not saved when the bundle introduces it or its id. A bundle of another school is refused."""
    school = School.get_or_none(School.code == code)
    ids = [number for number, _ in named]
    if school is None:
        return _new_school(code, named)
    if not named or school.mis_id in ids:
        return school
    if school.mis_id is None and (code in ids or len(set(ids)) == 1):
        school.mis_id = code if code in ids else ids[0]
        _check_nobody_elses(school, named)
        return school
    wanted = f"the MIS knows {school.name} as {school.mis_id}" if school.mis_id else f"it is not known which of them is {school.name}"
    raise Refused(f"This bundle is of {_in_words(named)}; {wanted}. If it is the right one, say so with `flask schools add {code} NAME --mis-id ID`.",
                  value=code)


def _check_nobody_elses(school: School, named: list[tuple[str, str]]) -> None:
    """Refuse to learn a school's id from a bundle when another school here is known by it: it is that one's bundle."""
    other = School.get_or_none(School.mis_id == school.mis_id, School.code != school.code)
    if other:
        raise Refused(f"This bundle is of {_in_words(named)}, and that is {other.name} here (code {other.code}), not {school.name}. Load it for that school. "
                      f"If the MIS gave both the same id, say so with `flask schools add {school.code} NAME --mis-id ID`.", value=school.code)


def _readable(named: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same, or Refused when a school has no id that can be read: nobody would know whose drop this is."""
    for number, name in named:
        try:
            BY_NAME["school"].column("id").read(number)
        except ValueError as error:
            raise Refused(f"{sentence(error)}: the school's id.", value=number) from None
        if not number:
            raise Refused("The bundle names a school without its id, so it is not known whose it is.", value=name)
    return named


def _new_school(code: str, named: list[tuple[str, str]]) -> School:
    """A code that nobody knows becomes a school when the bundle itself names it."""
    if code not in dict(named):
        known = ", ".join(row.code for row in School.select().order_by(School.code).limit(10)) or "none yet"
        raise Refused(f"There is no school with the code {code}. Schools here: {known}. The bundle is of: {_in_words(named) or 'it does not say'}. "
                      "Add a school with `flask schools add CODE NAME --mis-id ID`.", value=code)
    authority = Authority.select().order_by(Authority.id).first()
    if authority is None:
        raise Refused("There is no authority yet. Begin with `flask schools add CODE NAME`.", value=code)
    try:
        name = BY_NAME["school"].column("name").read(dict(named)[code] or code)
    except ValueError as error:
        raise Refused(f"{sentence(error)}: the school's name.", value=dict(named)[code]) from None
    return School(authority=authority, code=code, mis_id=code, name=name)


def _in_words(named: list[tuple[str, str]]) -> str:
    return ", ".join(f"{number} ({name[:60]})" for number, name in named[:10])


def _refuse(report: Report, refused: Refused, code: str, by: str, keep: bool) -> None:
    """Nothing of it counts; a refused drop leaves its trace, so that the office finds the reason tomorrow."""
    report.status = REFUSED
    report.counts.clear()
    report.problems.append(refused.problem)
    school = School.get_or_none(School.code == code)
    if school and keep:
        with db.write_lock():
            drop = Drop.create(school=school, status=REFUSED, format=report.format, digest="", loaded_by=by, started=clock.now(), finished=clock.now())
            _write_down(drop, report)


def _newest(school: School) -> Drop | None:
    """The newest drop that was not refused."""
    return Drop.select().where(Drop.school == school, Drop.status != REFUSED).order_by(Drop.id.desc()).first()


def _write_down(drop: Drop, report: Report) -> None:
    drop.report_text = json.dumps(report.to_keep())
    drop.save()
    rows = [problem.as_json() | {"drop": drop.id, "weight": problem.weight} for problem in report.problems]
    for some in chunked(rows, 500):  # a statement holds only so many values
        Problem.insert_many(some).execute()
