"""Delivering by folder: what counts as arrived, what becomes of it, and that nothing is ever lost."""

import io
import json
import os
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from glowlite import clock, folder, mis
from glowlite.config import ROOT
from glowlite.folder import deliveries, filing, late
from glowlite.folder.places import Places
from glowlite.mis.undo import newest, undo
from glowlite.models import CalendarEntry, Drop, Pupil, School
from tests.mis import bundles

Sweep = Callable[..., folder.Sweep]


@pytest.fixture
def glenbeg(academy: School) -> School:
    return School.create(authority=academy.authority, code="glenbeg", name="Glenbeg", email="office@glenbeg.example")


@pytest.fixture
def places(glenbeg: School, tmp_path: Path) -> Places:
    here = Places(tmp_path / "drops" / "glenbeg")
    here.make()
    return here


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def sweep(site: Flask, places: Places, glenbeg: School, tmp_path: Path, said: list[str]) -> Sweep:
    """One look into the folder of Glenbeg; what is said goes to `said`."""

    def look(settle: int = 0, only: School | None = glenbeg) -> folder.Sweep:
        with site.app_context():
            return folder.sweep(tmp_path / "drops", tmp_path / "held", by="a test", say=said.append, settle=settle, only=only)

    return look


def put(place: Path, bundle: bundles.Bundle) -> None:
    place.mkdir(exist_ok=True)
    for name, content in bundle.items():
        (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def zipped(bundle: bundles.Bundle) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in bundle.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def only_one(place: Path) -> Path:
    found = [entry for entry in place.iterdir() if not entry.name.startswith(".")]
    assert len(found) == 1, found
    return found[0]


def is_empty(place: Path) -> bool:
    return not list(place.iterdir())


def at_glenbeg() -> int:
    return Pupil.select().join(School).where(School.code == "glenbeg", Pupil.gone.is_null()).count()


# --- what becomes of a delivery ---------------------------------------------------------------------------


def test_loose_files_are_one_delivery(sweep: Sweep, places: Places) -> None:
    put(places.incoming, bundles.family())
    look = sweep()
    assert [one.report.status for one in look.loaded] == ["kept"] and look.exit_code == 0 and at_glenbeg() == 3
    filed = only_one(places.archive)
    assert is_empty(places.incoming) and {path.name for path in (filed / "files").iterdir()} == set(bundles.family())
    assert filed.name.endswith(f"-drop-{look.loaded[0].report.drop_id}") and "kept" in (filed / "report.txt").read_text()
    assert json.loads((filed / "report.json").read_text()) == look.loaded[0].report.as_json()


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_a_zip_and_a_folder_are_deliveries_by_themselves(sweep: Sweep, places: Places, kind: str) -> None:
    if kind == "zip":
        (places.incoming / "export.zip").write_bytes(zipped(bundles.family()))
    else:
        put(places.incoming / "export", bundles.family())
    assert [one.report.status for one in sweep().loaded] == ["kept"]
    assert is_empty(places.incoming) and only_one(only_one(places.archive) / "files").name.startswith("export")


def test_a_held_drop_is_filed_as_held_and_can_be_released(sweep: Sweep, places: Places, tmp_path: Path) -> None:
    put(places.incoming, bundles.crowd())
    sweep()
    put(places.incoming, bundles.crowd(range(5)))
    look = sweep()
    assert look.exit_code == 1 and filing.number_of(only_one(places.held)) == look.loaded[0].report.drop_id
    held = Drop.get_by_id(look.loaded[0].report.drop_id)
    assert mis.release(held, by="a test", waiting_room=tmp_path / "held").status == "kept" and at_glenbeg() == 5


def test_a_refused_drop_is_filed_as_refused_with_the_reason(sweep: Sweep, places: Places) -> None:
    put(places.incoming, {"pupils.csv": "colour,taste\nred,sweet\n"})
    assert sweep().exit_code == 2 and is_empty(places.incoming)
    assert "refused" in (only_one(places.refused) / "report.txt").read_text()


def test_several_deliveries_are_loaded_in_the_order_in_which_they_came(sweep: Sweep, places: Places) -> None:
    for age, pupils in ((50, range(20)), (30, range(19)), (10, range(18))):
        file = places.incoming / f"{age % 7}.zip"  # the names tell nothing
        file.write_bytes(zipped(bundles.crowd(pupils)))
        os.utime(file, (time.time() - age, time.time() - age))
    look = sweep()
    assert [one.report.as_json()["files"][0]["rows"] for one in look.loaded] == [20, 19, 18] and at_glenbeg() == 18


def test_the_very_same_bytes_again_change_nothing_and_are_filed(sweep: Sweep, places: Places) -> None:
    for _ in range(2):
        put(places.incoming, bundles.family())
        look = sweep()
    assert look.exit_code == 0 and len(list(places.archive.glob("*-nothing-new"))) == 1 and is_empty(places.incoming)
    assert Drop.select().join(School).where(School.code == "glenbeg").count() == 1


def test_the_same_held_bytes_again_make_no_second_held_drop(sweep: Sweep, places: Places) -> None:
    put(places.incoming, bundles.crowd())
    sweep()
    for _ in range(2):
        put(places.incoming, bundles.crowd(range(5)))
        assert sweep().exit_code == 1
    assert Drop.select().join(School).where(School.code == "glenbeg", Drop.status == "held").count() == 1 and is_empty(places.incoming)


def test_the_bundle_that_was_undone_waits_when_the_folder_brings_it_again(sweep: Sweep, places: Places, glenbeg: School, tmp_path: Path) -> None:
    later = bundles.changed(bundles.family(), "pupils.csv", ("Ann,Bell", "Anne,Bell"))
    for bundle in (bundles.family(), later):
        put(places.incoming, bundle)
        sweep()
    undo(newest(glenbeg), by="jean.baxter")
    put(places.incoming, later)
    look = sweep()
    assert look.exit_code == 1 and len(look.loaded[0].report.brakes()) == 1
    assert "is the one that jean.baxter undid on 19 November 2026" in (only_one(places.held) / "report.txt").read_text()
    held = Drop.get_by_id(look.loaded[0].report.drop_id)
    assert mis.release(held, by="a test", waiting_room=tmp_path / "held").status == "kept" and Pupil.select().where(Pupil.forename == "Anne").exists()
    put(places.incoming, later)
    assert sweep().exit_code == 0


def test_folders_are_for_nobody_else(places: Places, sweep: Sweep) -> None:
    put(places.incoming, bundles.family())
    sweep()
    assert {place.stat().st_mode & 0o777 for place in (places.folder, places.incoming, places.archive, only_one(places.archive))} == {0o700}


# --- has it arrived? ----------------------------------------------------------------------------------------


def test_what_was_written_just_now_is_left_alone(places: Places) -> None:
    put(places.incoming, bundles.family())
    now = max(file.stat().st_ctime for file in places.incoming.iterdir())
    with time_machine.travel(now + 30, tick=False):
        found = deliveries.found(places.incoming, 60)
        assert not found.ready and "is still arriving" in found.notes[0]
    with time_machine.travel(now + 61, tick=False):
        assert len(deliveries.found(places.incoming, 60).ready) == 1


def test_one_file_that_still_arrives_holds_back_all_loose_files(places: Places) -> None:
    put(places.incoming, bundles.family())
    now = max(file.stat().st_ctime for file in places.incoming.iterdir())
    os.utime(places.incoming / "links.csv", (now + 50, now + 50))
    with time_machine.travel(now + 100, tick=False):
        assert not deliveries.found(places.incoming, 60).ready
    with time_machine.travel(now + 111, tick=False):
        assert len(deliveries.found(places.incoming, 60).ready) == 1


@pytest.mark.parametrize("name", ["links.csv.part", "links.csv.filepart", "links.csv.tmp", "links.csv.crdownload", "~$links.csv"])
def test_a_half_written_file_is_never_read(sweep: Sweep, places: Places, said: list[str], name: str) -> None:
    put(places.incoming, bundles.without(bundles.family(), "links.csv") | {name: "pupil_id,cont"})
    look = sweep()
    assert [one.report.status for one in look.loaded] == ["kept"] and [path.name for path in places.incoming.iterdir()] == [name]
    assert any("only half written" in sentence for sentence in said)


@pytest.mark.parametrize("name", [".pupils.csv", ".DS_Store", "Thumbs.db", "desktop.ini"])
def test_hidden_files_are_nobodys(sweep: Sweep, places: Places, name: str) -> None:
    put(places.incoming, {name: "id,forename,surname\n1,Ann,Bell\n"})
    assert not sweep().loaded and (places.incoming / name).exists()


def test_a_zip_that_does_not_open_waits_and_in_the_end_is_refused(places: Places) -> None:
    file = places.incoming / "export.zip"
    file.write_bytes(zipped(bundles.family())[:-30])
    now = file.stat().st_ctime
    with time_machine.travel(now + 600, tick=False):
        found = deliveries.found(places.incoming, 60)
        assert not found.ready and "does not open yet" in found.notes[0]
    with time_machine.travel(now + deliveries.PATIENCE + 1, tick=False):
        assert len(deliveries.found(places.incoming, 60).ready) == 1


def test_what_changes_while_it_is_loaded_stays_and_is_loaded_anew(sweep: Sweep, places: Places, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put(places.incoming, bundles.family())
    load = mis.load

    def slow(*args: Any, **more: Any) -> Any:
        (places.incoming / "pupils.csv").write_text(bundles.PUPILS + "0004,Dan,Dow,2012-02-02,S3\n")
        return load(*args, **more)

    monkeypatch.setattr(mis, "load", slow)
    sweep()
    assert at_glenbeg() == 3 and (places.incoming / "pupils.csv").exists() and is_empty(places.archive) and any("changed while" in one for one in said)
    monkeypatch.undo()
    sweep()
    assert at_glenbeg() == 4 and is_empty(places.incoming)


# --- tricks and troubles --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["loose", "in a folder", "a folder"])
def test_a_link_out_of_the_folder_is_never_followed_and_stops_nothing_else(sweep: Sweep, places: Places, tmp_path: Path, said: list[str], where: str) -> None:
    put(tmp_path / "other school", bundles.crowd())
    (places.incoming / "sound.zip").write_bytes(zipped(bundles.family()))
    if where == "loose":
        (places.incoming / "pupils.csv").symlink_to(tmp_path / "other school" / "pupils.csv")
    elif where == "in a folder":
        (places.incoming / "export").mkdir()
        (places.incoming / "export" / "pupils.csv").symlink_to(tmp_path / "other school" / "pupils.csv")
    else:
        (places.incoming / "export").symlink_to(tmp_path / "other school")
    look = sweep()
    assert [one.delivery for one in look.loaded] == ["sound.zip"] and look.exit_code == 3 and at_glenbeg() == 3
    assert len(list(places.incoming.iterdir())) == 1 and any("is, or holds, a link" in one for one in said)


def test_a_link_put_there_after_the_look_is_not_followed_either(places: Places, tmp_path: Path) -> None:
    put(tmp_path / "other school", bundles.family())
    put(places.incoming, bundles.family())
    delivery = deliveries.found(places.incoming, 0).ready[0]
    (places.incoming / "pupils.csv").unlink()
    (places.incoming / "pupils.csv").symlink_to(tmp_path / "other school" / "pupils.csv")
    with places.workbench() as bench, pytest.raises(OSError):
        delivery.copy_to(bench)


def test_a_delivery_that_cannot_be_moved_stays_and_is_said(sweep: Sweep, places: Places, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put(places.incoming, bundles.family())

    def no(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "move", no)
    look = sweep()
    assert look.exit_code == 3 and at_glenbeg() == 3 and len(list(places.incoming.iterdir())) == 3 and is_empty(places.archive)
    assert "could not be moved" in said[-1]
    monkeypatch.undo()
    assert sweep().exit_code == 0 and is_empty(places.incoming)


def test_a_move_that_was_broken_off_is_finished(sweep: Sweep, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    put(places.incoming, bundles.family())
    move, moved = shutil.move, []

    def break_off(path: Path, to: Path) -> None:
        if moved:
            raise KeyboardInterrupt
        moved.append(move(path, to))

    monkeypatch.setattr(shutil, "move", break_off)
    with pytest.raises(KeyboardInterrupt):
        sweep()
    monkeypatch.undo()
    assert len(list(places.incoming.iterdir())) == 2
    look = sweep()
    assert not look.loaded and is_empty(places.incoming) and len(list((only_one(places.archive) / "files").iterdir())) == 3


def test_a_disk_that_is_full_while_it_is_filed_stops_no_later_look(sweep: Sweep, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    put(places.incoming, bundles.family())
    write = Path.write_text

    def full(path: Path, text: str, **more: Any) -> int:
        if path.name.startswith(filing.TO_MOVE):
            write(path, text[:7])
            raise OSError(28, "No space left on device")
        return write(path, text, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        assert sweep().troubles and not is_empty(places.incoming)
    assert not sweep().troubles and is_empty(places.incoming) and only_one(places.archive)


def test_a_new_file_of_the_same_name_is_not_moved_unread_after_a_broken_off_move(sweep: Sweep, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    put(places.incoming, bundles.family())
    monkeypatch.setattr(shutil, "move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        sweep()
    monkeypatch.undo()
    (places.incoming / "pupils.csv").write_text(bundles.PUPILS + "0004,Dan,Dow,2012-02-02,S3\n")
    sweep()
    assert at_glenbeg() == 4 and is_empty(places.incoming)


def test_what_goes_wrong_at_one_school_does_not_stop_the_others(sweep: Sweep, places: Places, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put(places.incoming, bundles.family())
    finish = filing.finish

    def fail(places: Places) -> None:
        if places.folder.name != "glenbeg":
            raise RuntimeError("something unforeseen")
        finish(places)

    monkeypatch.setattr(filing, "finish", fail)
    look = sweep(only=None)
    assert at_glenbeg() == 3 and look.exit_code == 3 and any("went wrong on our side" in one for one in said)


def test_a_folder_of_no_school_is_said_and_left_alone(sweep: Sweep, places: Places, said: list[str]) -> None:
    put(places.folder.parent / "glenbog", bundles.family())
    assert not sweep(only=None).loaded and any("glenbog: there is no school" in one for one in said)
    assert len(list((places.folder.parent / "glenbog").iterdir())) == 3


def test_a_code_that_is_no_name_of_a_folder_reaches_nowhere(sweep: Sweep, glenbeg: School, tmp_path: Path) -> None:
    School.update(code="../elsewhere").where(School.id == glenbeg.id).execute()
    assert sweep(only=School.get_by_id(glenbeg.id)).exit_code == 3 and not (tmp_path / "elsewhere").exists()


# --- how long files stay ---------------------------------------------------------------------------------------


def make_old(path: Path, days: int) -> None:
    moment = time.time() - days * 86_400
    os.utime(path, (moment, moment))


def test_files_leave_after_the_time_that_the_school_set(sweep: Sweep, places: Places, glenbeg: School, said: list[str]) -> None:
    School.update(drop_rules_text=json.dumps({"keep_raw_days": 10})).where(School.id == glenbeg.id).execute()
    put(places.incoming, bundles.family())
    sweep()
    put(places.incoming, {"pupils.csv": ""})
    sweep()
    glenbeg = School.get_by_id(glenbeg.id)
    for days, still in ((9, 1), (11, 0)):
        make_old(only_one(places.archive), days)
        make_old(only_one(places.refused), days)
        sweep(only=glenbeg)
        assert len(list(places.archive.glob("2*"))) == len(list(places.refused.glob("2*"))) == still
    assert any("2 deliveries were older than 10 days" in one for one in said)


def test_held_files_stay_while_the_drop_waits(sweep: Sweep, places: Places, tmp_path: Path) -> None:
    put(places.incoming, bundles.crowd())
    sweep()
    put(places.incoming, bundles.crowd(range(5)))
    sweep()
    copy = only_one(tmp_path / "held")
    make_old(only_one(places.held), 400)
    make_old(copy, 400)
    sweep()
    assert only_one(places.held) and (copy / "bundle.zip").exists()
    put(places.incoming, bundles.crowd(range(21)))  # a newer one is kept: the held one can never be let in again
    assert sweep().exit_code == 0
    sweep()
    assert is_empty(places.held) and not copy.exists()


# --- late ---------------------------------------------------------------------------------------------------------


def test_a_drop_is_late_after_so_many_school_days(glenbeg: School) -> None:
    """Thursday 19 November; two school days are allowed."""
    drop = Drop.create(school=glenbeg, status="kept", digest="", loaded_by="a test", started=clock.now())
    for day, is_late in ((17, False), (16, True)):
        Drop.update(finished=f"2026-11-{day} 06:00:00").where(Drop.id == drop.id).execute()
        assert (glenbeg.id in late.late_ones([glenbeg])) == is_late
    CalendarEntry.create(school=glenbeg, mis_id="X", kind="closure", title="Snow", starts="2026-11-18", ends="2026-11-18")
    assert not late.late_ones([glenbeg])


def test_the_office_reads_on_its_pages_that_a_drop_is_late(visitor: Any, academy: School) -> None:
    pages = ("/", f"/schools/{academy.id}/drops")
    assert not [page for page in pages if "has come from the MIS for" in visitor("jean.baxter").get(page)]
    Drop.update(finished="2026-11-02 06:00:00").where(Drop.school == academy).execute()
    for page in pages:
        assert "13 school days" in visitor("jean.baxter").get(page) and "Mon 2 Nov 2026" in visitor("jean.baxter").get(page)
    for who in ("mairi.macleod", "ailsa.reid", "margaret.sinclair"):
        assert "has come from the MIS for" not in visitor(who).get("/")


def test_the_very_same_bytes_again_are_not_late(sweep: Sweep, places: Places, glenbeg: School) -> None:
    put(places.incoming, bundles.family())
    sweep()
    Drop.update(finished="2026-11-02 06:00:00").where(Drop.school == glenbeg).execute()
    assert late.late_ones([glenbeg])
    put(places.incoming, bundles.family())
    sweep()
    assert not late.late_ones([glenbeg])


def test_a_refused_or_undone_drop_is_no_news_and_a_school_without_any_is_not_late(glenbeg: School) -> None:
    assert not late.late_ones([glenbeg])
    for status, day in (("kept", 9), ("refused", 18), ("undone", 18)):
        Drop.create(school=glenbeg, status=status, digest="", loaded_by="a test", started=f"2026-11-{day:02} 06:00:00")
    assert late.late_ones([glenbeg])[glenbeg.id].days == 8


def test_the_office_is_mailed_once(sweep: Sweep, glenbeg: School, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, ...]] = []
    monkeypatch.setattr(late.mail, "is_on", lambda: True)
    monkeypatch.setattr(late.mail, "send", lambda *mail: sent.append(mail))
    drop = Drop.create(school=glenbeg, status="kept", digest="", loaded_by="a test", started="2026-11-09 06:00:00")
    for _ in range(3):
        sweep(only=School.get_by_id(glenbeg.id))
    assert [(to, "8 school days" in subject, "09/11/2026" in text) for to, subject, text in sent] == [("office@glenbeg.example", True, True)]
    Drop.update(finished=clock.now()).where(Drop.id == drop.id).execute()
    sweep(only=School.get_by_id(glenbeg.id))
    assert len(sent) == 1


# --- the documentation -------------------------------------------------------------------------------------------


def test_every_command_in_the_documentation_is_one(site: Flask) -> None:
    text = (ROOT / "docs" / "drop-folder.md").read_text()
    known = site.cli.commands["drops"].commands
    named = re.findall(r"flask drops (\w+)((?: --\w+)*)", text)
    assert {"sweep", "watch", "undo", "release"} <= {name for name, _ in named}
    for name, options in named:
        assert set(options.split()) <= {option for parameter in known[name].params for option in parameter.opts}, name
