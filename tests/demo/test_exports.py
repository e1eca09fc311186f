"""The bundles of other systems: each format that is read has one, and each loads as what it says it is."""

from datetime import date
from pathlib import Path

import pytest

from glowlite import mis
from glowlite.demo import bundle, cast, exports
from glowlite.mis import formats
from glowlite.mis.documentation import all_formats
from glowlite.mis.report import KEPT
from glowlite.models import Authority, School
from glowlite.policy import access_pairs

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
THURSDAY = date(2026, 11, 19)
GIVE_ACCESS = {"glowlite", "sims", "seemis", "cmis", "bromcom"}  # the formats with columns for rights


@pytest.fixture(scope="module")
def rows() -> exports.Rows:
    return bundle.rows(cast.ACADEMY, THURSDAY, pupils=60)


def test_the_documentation_is_written_from_the_formats():
    assert PAGE.read_text(encoding="utf-8") == all_formats(), "write it again: flask drops formats --markdown > docs/formats.md"


def test_every_format_names_its_bundles_and_every_bundle_is_of_a_format():
    assert sorted(name for one in formats.everyone() for name in one.ABOUT.bundle) == list(exports.by_name())


@pytest.mark.parametrize("name", exports.by_name())
def test_the_bundle_loads_as_the_format_it_is_of(name, rows, tmp_path, rolled_back):
    School.update(mis_id=None).execute()  # the demo's own school is in the bundle, and is somebody else here
    school = School.create(authority=Authority.select().first(), code="glenbeg", name="Glenbeg")
    exports.by_name()[name].write(tmp_path, name, rows)
    report = mis.load(tmp_path, "glenbeg", by="a test")
    assert report.status == KEPT, [str(problem) for problem in report.problems]
    assert name in next(one for one in formats.everyone() if report.format == one.NAME).ABOUT.bundle
    assert report.total("created") > 100 and report.total("set_aside") == 0
    assert bool(access_pairs(school)) == (name in GIVE_ACCESS)
