"""Whatever the files hold, there is a report and never an exception."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from glowlite import db, mis
from glowlite.mis.rows import NOUNS
from glowlite.models import School
from tests.mis import bundles

FEW = settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))

OURS = sorted(bundles.everything())
THEIRS = sorted({*bundles.sds_v1_uk(), *bundles.sds_v21()})
CELLS = some.one_of(some.sampled_from(["", " ", "0001", "0002", "C1", "Y", "N", "AM", "10", "2026-11-16", "1-EN", "T1", "MON1", "Mon", "class",
                                       "9001", "101", "student", "1E+05", '"', '"x', "a,b", "x\ny", "\x00", "\x1f",
                                       "\ufeff", "\ufffd", "é", "😀", "-1", "99999999999999999999", "=1+1"]),
                    some.text(max_size=12), some.text(alphabet="a", min_size=70, max_size=200))
HEADERS = sorted({column.name for noun in NOUNS for column in noun.columns} | {"ID", "School DfE Number", "sourcedId", "userSourcedId", "password", "", "x"})


@pytest.fixture
def reports(glenbeg: School, tmp_path: Path) -> Callable[..., None]:
    """reports({name: bytes}) loads them over a standing family, twice, and takes everything back."""
    numbers = itertools.count()
    School.update(mis_id="9001").where(School.id == glenbeg.id).execute()

    def look(bundle: bundles.Bundle, is_right: Callable[[], bool] = lambda: True) -> None:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        for name, content in (bundles.with_marks() | bundle).items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
        with db.database.atomic() as all_of_it:
            first = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            again = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            (folder / "pupils.csv").write_bytes((folder / "pupils.csv").read_bytes() + b"\n")
            third = mis.load(folder, "glenbeg", by="a test", despite_brakes=True)
            right = is_right()
            all_of_it.rollback()
        assert right
        assert json.dumps(first.as_json()) and first.status in ("kept", "refused")
        for file in first.as_json()["files"]:
            assert file["rows"] == file["created"] + file["changed"] + file["unchanged"] + file["set_aside"], file
        for later in (again, third):
            assert not any(later.total(what) for what in ("created", "changed", "gone")), (first.as_json(), later.as_json())

    return look


@FEW
@given(name=some.sampled_from(OURS + THEIRS), content=some.binary(max_size=300))
def test_any_bytes_give_a_report(reports: Callable[..., None], name: str, content: bytes) -> None:
    reports({name: content})


@FEW
@given(name=some.sampled_from(OURS), rows=some.lists(some.lists(CELLS, max_size=9), max_size=6))
def test_any_cells_under_a_sound_header_give_a_report(reports: Callable[..., None], name: str, rows: list[list[str]]) -> None:
    header = str(bundles.everything()[name]).split("\n")[0]
    reports(bundles.everything() | {name: "\n".join([header, *(",".join(row) for row in rows)])})


@FEW
@given(kind=some.sampled_from([bundles.sds_v1_uk, bundles.sds_v1, bundles.sds_v21]), file=some.integers(0, 8),
       rows=some.lists(some.lists(CELLS, max_size=9), max_size=6))
def test_any_cells_in_a_foreign_format_give_a_report(reports: Callable[..., None], kind: Callable[[], bundles.Bundle], file: int,
                                                     rows: list[list[str]]) -> None:
    bundle = kind()
    name = sorted(bundle)[file % len(bundle)]
    reports(bundle | {name: "\n".join([str(bundle[name]).rstrip(), *(",".join(row) for row in rows)])})


@FEW
@given(name=some.sampled_from(OURS + THEIRS), header=some.lists(some.sampled_from(HEADERS), max_size=8),
       rows=some.lists(some.lists(CELLS, max_size=8), max_size=4), encoding=some.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_header_gives_a_report(reports: Callable[..., None], name: str, header: list[str], rows: list[list[str]], encoding: str) -> None:
    text = "\n".join(",".join(row) for row in [header, *rows])
    reports({name: text.encode(encoding, "replace")})


@FEW
@given(rows=some.lists(some.tuples(some.sampled_from(["0001", "0002", " 0001"]), some.sampled_from(["2026-11-16", "16/11/2026", "2026-11-17"]),
                                   some.sampled_from(["AM", "pm", "PM"]), some.sampled_from(["10", "20", "ZZ", "", "TOOLONG"])), max_size=12))
def test_any_marks_are_the_same_the_second_time(reports: Callable[..., None], rows: list[tuple[str, ...]]) -> None:
    reports(bundles.marks(*(",".join(row) for row in rows)))


@FEW
@given(rows=some.lists(some.tuples(some.sampled_from(["0001", "0003"]), some.sampled_from(["C1", "C2", "C9"]), some.sampled_from(["Y", "N", "", "?"]),
                                   some.sampled_from(["Y", "N", "", "?"]), some.sampled_from(["", ",oops"])), max_size=10))
def test_any_links_give_only_what_every_row_gives(reports: Callable[..., None], access: Callable[[], set[str]], rows: list[tuple[str, ...]]) -> None:
    bundle = bundles.links(*(",".join(row[:4]) + row[4] for row in rows), header="pupil_id,contact_id,parental_responsibility,court_order")
    sound = {row[:2] for row in rows if row[2:] == ("Y", "N", "") and row[1] != "C9"}
    allowed = {f"{contact}-{pupil}" for pupil, contact in sound if all(row[2:] == ("Y", "N", "") for row in rows if row[:2] == (pupil, contact))}
    reports(bundle, lambda: access() == allowed)
