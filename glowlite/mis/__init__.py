"""One delivery of MIS files, from bytes to what parents see: `load()` is the whole way, `keep=False` the same way rolled back."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from peewee import fn

from glowlite import clock, db, policy
from glowlite.mis import apply, brakes, formats, read
from glowlite.mis.report import DRY_RUN, HELD, KEPT, REFUSED, Refused, Report
from glowlite.mis.rows import BY_NAME, Column
from glowlite.mis.stage import Stage
from glowlite.models import AttendanceCode, Audit, Authority, Contact, Drop, Mark, Problem, Pupil, School

Progress = Callable[[int], None]


class _RolledBack(Exception):
    """Leaves the transaction without keeping anything."""


def load(path: Path, school_code: str, *, by: str, keep: bool = True, despite_brakes: bool = False, waiting_room: Path | None = None,
         started: Callable[[int], Progress] | None = None) -> Report:
    """Load one bundle (folder, zip or CSV file) for one school.

    by: who loads it, for the record. keep: False for a dry run. despite_brakes: a person has looked at a held drop and lets it in.
    waiting_room: the folder in which a held bundle is kept. started: called with the number of rows, returns what is told of progress.
    Returns the report, also when the bundle is refused; never raises because of what the files hold.
    """
    report = Report()
    try:
        bundle = read.bundle(path)
        format_ = formats.of(bundle)
        report.format = format_.NAME
        school = _school_of(school_code, format_.schools(bundle), keep)
    except Refused as refused:
        report.problems.append(refused.problem)
        _remember_refusal(report, School.get_or_none(School.code == school_code), by, keep)
        return report
    for table in bundle.tables:
        report.problems += table.notes()
    for name in bundle.others:
        report.note(name, "This is not a CSV file; it was left alone.")
    return _Load(school, bundle, format_, report, by, keep, despite_brakes).run(path, waiting_room, started)


class _Load:
    """One bundle on its way into one school."""

    def __init__(self, school: School, bundle: read.Bundle, format_: formats.Format, report: Report, by: str,
                 keep: bool, despite_brakes: bool) -> None:
        self.school, self.bundle, self.format, self.report = school, bundle, format_, report
        self.by, self.keep, self.despite_brakes = by, keep, despite_brakes
        self.stage = Stage(school, report)
        self.mis_name = ""

    def run(self, path: Path, waiting_room: Path | None, started: Callable[[int], Progress] | None) -> Report:
        if self._is_the_same_again():
            return self._nothing_new()
        try:
            progress = started(sum(table.guessed_rows for table in self.bundle.tables)) if started else lambda rows: None
            sheets = self.format.sheets(self.bundle, self.school.mis_id, self.report)
            self.stage.fill(sheets, progress)
            school_row = next((sheet for sheet in sheets if sheet.noun is BY_NAME["school"]), None)
            self._apply(school_row)
        except Refused as refused:
            self.report.problems.append(refused.problem)
            _remember_refusal(self.report, self.school, self.by, self.keep)
        if self.report.status == HELD and self.keep:
            self._hold(path, waiting_room)
        self.stage.clear()
        return self.report

    # --- the very same bytes again ---------------------------------------------------------------

    def _is_the_same_again(self) -> bool:
        newest = Drop.select().where(Drop.school == self.school, Drop.status == KEPT).order_by(Drop.id.desc()).first()
        return newest is not None and newest.digest == self.bundle.digest

    def _nothing_new(self) -> Report:
        newest = Drop.select().where(Drop.school == self.school, Drop.status == KEPT).order_by(Drop.id.desc()).get()
        for file in newest.report["files"]:
            self.report.count(file["name"], "rows", file["rows"])
            self.report.count(file["name"], "unchanged", file["rows"] - file["set_aside"])
            self.report.count(file["name"], "set_aside", file["set_aside"])
        self.report.note("", f"These are the very same files as drop {newest.id} of {clock.local(newest.started):%d/%m/%Y %H:%M}. Nothing has changed.")
        self.report.status = KEPT if self.keep else DRY_RUN
        return self.report

    # --- within one transaction ------------------------------------------------------------------

    def _apply(self, school_row: formats.Sheet | None) -> None:
        """Everything or nothing: the changes, the report, the ended sessions and the audit row stand or fall together."""
        try:
            with db.write_lock():
                drop = self._open_drop()
                before = policy.access_pairs(self.school)
                if school_row:
                    self._describe_school(school_row)
                changes = apply.everything(self.stage, drop, self.report)
                self._compare_access(before)
                self._note_unknown_codes()
                self._note_missing_rights()
                brakes.check(self.stage, changes, len(before), self.report)
                if self.report.brakes() and not self.despite_brakes:
                    self.report.status = HELD
                    raise _RolledBack
                self.report.status = KEPT if self.keep else DRY_RUN
                if not self.keep:
                    raise _RolledBack
                self._close_drop(drop)
        except _RolledBack:
            self.report.drop_id = None

    def _open_drop(self) -> Drop:
        drop = Drop.create(school=self.school, status="open", format=self.report.format, digest=self.bundle.digest,
                           loaded_by=self.by, started=clock.now())
        self.report.drop_id = drop.id
        return drop

    def _close_drop(self, drop: Drop) -> None:
        drop.status, drop.finished = self.report.status, clock.now()
        drop.mis = self.mis_name
        _write_down(drop, self.report)
        self.school.touch()
        counts = {what: self.report.total(what) for what in ("created", "changed", "gone", "set_aside")}
        access = {"gained": self.report.gained, "lost": self.report.lost}
        Audit.write(self.by, f"drop {drop.status}", f"drop {drop.id}", school=self.school, after=counts | access)

    def _describe_school(self, sheet: formats.Sheet) -> None:
        """Take the school's own row: name, address and so on; the code by which GlowLite knows the school stays."""
        for number, cells in sheet.rows:
            given = dict(zip(sheet.columns, (cell.strip() for cell in cells), strict=False))
            if self.school.mis_id and given.get("id") != self.school.mis_id:
                continue
            self.mis_name = given.pop("mis", "")
            self.report.count(sheet.file, "rows")
            is_new = [self._describe(sheet, number, column, given[column.name]) for column in sheet.noun.columns if given.get(column.name)]
            self.school.save()
            self.report.count(sheet.file, "changed" if any(is_new) else "unchanged")

    def _describe(self, sheet: formats.Sheet, number: int, column: Column, cell: str) -> bool:
        """Take one cell of the school's row; True when it says something new."""
        try:
            value = column.read(cell)
        except ValueError as error:
            self.report.note(sheet.file, f"{str(error).capitalize()}. What was there stays.", row=number, column=column.name, value=cell)
            return False
        is_new = getattr(self.school, column.live) != value
        setattr(self.school, column.live, value)
        return is_new

    # --- what it means for people ------------------------------------------------------------------

    def _compare_access(self, before: set[tuple[int, int]]) -> None:
        """Name who gains and who loses access; whoever loses it is signed out at once."""
        after = policy.access_pairs(self.school)
        self.report.gained = _names_of(after - before)
        self.report.lost = _names_of(before - after)
        for user in policy.users_behind({contact for contact, _ in before - after}):
            user.end_sessions()

    def _note_unknown_codes(self) -> None:
        staged = self.stage.staged.get("marks")
        if staged is None:
            return
        known = AttendanceCode.select(AttendanceCode.code).where(AttendanceCode.table == self.school.code_table)
        unknown = (Mark.select(Mark.code, fn.COUNT(Mark.day)).join(Pupil)
                   .where(Pupil.school == self.school, Mark.gone.is_null(), Mark.code.not_in(known)).group_by(Mark.code).order_by(Mark.code))
        for code, count in unknown.tuples():
            self.report.note(staged.file, f"The code is not in the table “{self.school.code_table}”. {count} marks with it are shown as “not yet known”, "
                             "never as absent. Add the code with `flask codes load`.", column="code", value=code)

    def _note_missing_rights(self) -> None:
        """Say in plain words when a format cannot give anyone access."""
        staged = self.stage.staged.get("links")
        given = {column.name for column in staged.columns} if staged else set()
        if staged and not {"parental_responsibility", "court_order"} <= given:
            self.report.note(staged.file, "This format does not say who has parental responsibility or whether there is a court order, "
                             "so nobody gains access from it, whatever the relationship is called.")

    # --- holding -------------------------------------------------------------------------------------

    def _hold(self, path: Path, waiting_room: Path | None) -> None:
        """Keep the bundle until a person decides; restrictions in it act now all the same."""
        with db.write_lock():
            drop = self._open_drop()
            before = policy.access_pairs(self.school)
            apply.restrictions(self.stage, drop)
            self.report.gained = []
            self._compare_access(before)
            self.school.touch()
            drop.status, drop.finished = HELD, clock.now()
            _write_down(drop, self.report)
            Audit.write(self.by, "drop held", f"drop {drop.id}", school=self.school, after={"why": [p.message for p in self.report.brakes()]})
        if waiting_room:
            _copy(path, waiting_room / str(drop.id))


def release(drop: Drop, *, by: str, waiting_room: Path) -> Report:
    """Let in a held drop: a person has looked at it. The kept copy is removed once it is in."""
    folder = waiting_room / str(drop.id)
    report = load(folder, drop.school.code, by=by, despite_brakes=True)
    if report.status == KEPT:
        Drop.update(status="released").where(Drop.id == drop.id).execute()
        Audit.write(by, "drop released", f"drop {drop.id}", school=drop.school, after={"as": report.drop_id})
        shutil.rmtree(folder, ignore_errors=True)
    return report


def _copy(path: Path, folder: Path) -> None:
    """Keep what was delivered where only the site can read it."""
    folder.mkdir(parents=True, mode=0o700)
    for file in path.iterdir() if path.is_dir() else [path]:
        if file.is_file():
            shutil.copyfile(file, folder / file.name)


def _school_of(code: str, named: list[tuple[str, str]], keep: bool) -> School:
    """The school to load for. A new code that the bundle itself names becomes a school; a bundle of another school is refused."""
    school = School.get_or_none(School.code == code)
    ids = [number for number, _ in named]
    here = ", ".join(f"{number} ({name})" for number, name in named[:10])
    if school is None and code in ids:
        authority = Authority.select().order_by(Authority.id).first()
        if authority is None:
            raise Refused("There is no authority yet. Begin with `flask schools add CODE NAME`.", value=code)
        if not keep:
            raise Refused(f"School {code} is new. Load it without --dry-run, or begin with `flask schools add {code} NAME`.", value=code)
        return School.create(authority=authority, code=code, mis_id=code, name=dict(named)[code])
    if school is None:
        known = ", ".join(row.code for row in School.select().order_by(School.code).limit(10)) or "none yet"
        raise Refused(f"There is no school with the code {code}. Schools here: {known}. The bundle is of: {here or 'it does not say'}. "
                      "Add a school with `flask schools add CODE NAME --mis-id ID`.", value=code)
    if not named or school.mis_id in ids:
        return school
    if school.mis_id is None and (code in ids or len(ids) == 1):
        school.mis_id = code if code in ids else ids[0]
        school.save()
        return school
    wanted = f"the MIS knows {school.name} as {school.mis_id}" if school.mis_id else f"it is not known which of them is {school.name}"
    raise Refused(f"This bundle is of {here}; {wanted}. If it is the right one, say so with `flask schools add {code} NAME --mis-id ID`.", value=code)


def _names_of(pairs: set[tuple[int, int]]) -> list[str]:
    contacts = {row.id: row.name for row in Contact.select().where(Contact.id.in_([contact for contact, _ in pairs]))}
    pupils = {row.id: row.name for row in Pupil.select().where(Pupil.id.in_([pupil for _, pupil in pairs]))}
    return sorted(f"{contacts[contact]} – {pupils[pupil]}" for contact, pupil in pairs)


def _remember_refusal(report: Report, school: School | None, by: str, keep: bool) -> None:
    """A refused drop leaves its trace, so that the office finds the reason tomorrow."""
    report.status = REFUSED
    if school and keep:
        drop = Drop.create(school=school, status=REFUSED, format=report.format, digest="", loaded_by=by, started=clock.now(), finished=clock.now())
        _write_down(drop, report)


def _write_down(drop: Drop, report: Report) -> None:
    drop.report_text = json.dumps(report.as_json())
    drop.save()
    if report.problems:
        Problem.insert_many([problem.as_json() | {"drop": drop.id, "weight": problem.weight} for problem in report.problems]).execute()


