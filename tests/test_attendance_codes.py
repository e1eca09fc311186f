"""What attendance codes mean: which table counts and who says so, codes of a school's own, what families then read, and who may decide."""

import json
from datetime import date

import peewee
import pytest
from playhouse.migrations import Runner

from glowlite import attendance, code_tables, db, founding, mis, quality
from glowlite.attendance import SIGNS, UNKNOWN, Share
from glowlite.code_tables import NotPossible
from glowlite.mis import undo
from glowlite.mis.report import HELD, KEPT
from glowlite.models import AttendanceCode, Audit, Authority, Drop, Mark, OwnCode, Pupil, School, User
from glowlite.models.school import CATEGORIES
from tests.mis import bundles

CATRIONA = "000101"
TUESDAY = date(2026, 11, 10)
ENGLISH = {"11": "L", "12": "W", "30": "I", "31": "M", "20": "N", "21": "G", "14": "C", "13": "B", "02": "T"}
STORM = {"code": "QX", "words": "School shut by a storm", "category": "not-required"}


def baxter() -> User:
    return User.get(User.username == "jean.baxter")


def there(school: School) -> School:
    return School.get_by_id(school.id)


def address(school: School, rest: str = "") -> str:
    return f"/schools/{school.id}/attendance-codes{rest}"


def last_audit(school: School | None = None) -> Audit:
    return Audit.select().where(Audit.school == school if school else Audit.id > 0).order_by(Audit.id.desc()).first()


@pytest.fixture
def english(academy) -> School:
    """The Academy with English marks, for which nobody has said a table: it has the Scottish one of its authority."""
    here = Mark.pupil.in_(Pupil.select(Pupil.id).where(Pupil.school == academy))
    for scottish, code in ENGLISH.items():
        Mark.update(code=code).where(here, Mark.code == scottish).execute()
    Mark.update(code=peewee.Case(Mark.session, [("AM", "/")], "\\")).where(here, Mark.code == "10").execute()
    School.update(codes_said="").where(School.id == academy.id).execute()
    return there(academy)


@pytest.fixture
def strange(academy, pupil) -> School:
    """Catriona has a mark that is in no table."""
    Mark.update(code="QX").where(Mark.pupil == pupil(CATRIONA), Mark.day == TUESDAY, Mark.session == "AM").execute()
    return there(academy)


@pytest.fixture
def glenbeg(rolled_back) -> School:
    return founding.add_school(Authority.select().first(), "glenbeg", "Glenbeg", "a test")


@pytest.fixture
def load(write_bundle):
    """load(bundle) loads it for Glenbeg; which: the table its school.csv says, or none for a bundle without that file."""
    count = iter(range(100))

    def load_it(which: str | None = None, bundle: bundles.Bundle | None = None):
        given = bundle or bundles.everything()
        said = bundles.changed(given, "school.csv", ("scotland\n", f"{which}\n")) if which else bundles.without(given, "school.csv")
        return mis.load(write_bundle(said, f"bundle{next(count)}"), "glenbeg", by="a test")

    return load_it


def read(pupil_id: int, day: date = TUESDAY) -> list[str]:
    return [half.category for half in attendance.marks([pupil_id], (day, day))[pupil_id]]


# --- which table counts -----------------------------------------------------------------------------------------


def test_where_nobody_says_anything_the_authority_counts(glenbeg, load):
    assert load().status == KEPT and there(glenbeg).code_table == "scotland" and code_tables.origin(there(glenbeg)) == "default"
    changed = code_tables.choose_for_all(baxter(), glenbeg.authority, "england-2024")
    assert glenbeg in changed and there(glenbeg).code_table == "england-2024" and there(glenbeg).stamp > glenbeg.stamp
    assert load(bundle=bundles.everything() | {"staff.csv": "id,surname\nT1,Reid\n"}).status == KEPT and there(glenbeg).code_table == "england-2024"


def test_a_school_that_comes_later_has_the_table_of_its_authority(glenbeg, write_bundle):
    code_tables.choose_for_all(baxter(), glenbeg.authority, "england-2024")
    later = founding.add_school(glenbeg.authority, "later", "Later", "a test")
    introduced = write_bundle({"school.csv": "id,name\nnew-1,New School\n", "pupils.csv": "id,forename,surname\n1,Ann,Bell\n"})
    assert mis.load(introduced, "new-1", by="a test").status == KEPT
    rows = "".join(f"{number},Ann{number},{'Bell' if number > 20 else ''}\n" for number in range(1, 41))
    waits = write_bundle({"school.csv": "id,name\nnew-2,Other School\n", "pupils.csv": f"id,forename,surname\n{rows}"}, "waits")
    assert mis.load(waits, "new-2", by="a test").status == HELD
    assert {there(later).code_table, *(School.get(School.code == code).code_table for code in ("new-1", "new-2"))} == {"england-2024"}


def test_what_the_bundle_says_counts_before_the_authority(glenbeg, load):
    load("england-2024")
    assert (there(glenbeg).code_table, code_tables.origin(there(glenbeg))) == ("england-2024", "bundle")
    assert glenbeg not in code_tables.choose_for_all(baxter(), glenbeg.authority, "scotland") and there(glenbeg).code_table == "england-2024"


def test_what_a_person_of_the_school_says_counts_before_the_bundle_and_the_report_says_so(glenbeg, load):
    load("scotland")
    code_tables.choose(baxter(), glenbeg, "england-2024")
    report = load("scotland", bundles.everything() | {"staff.csv": "id,surname\nT1,Reid\n"})
    assert there(glenbeg).code_table == "england-2024"
    assert [(one.file, one.column) for one in report.problems if "chosen on the page" in one.message] == [("school.csv", "attendance_codes")]


def test_a_school_goes_back_to_its_authority(glenbeg, load):
    load("england-2024")
    code_tables.choose(baxter(), there(glenbeg), "")
    assert there(glenbeg).code_table == "scotland"
    code_tables.choose_for_all(baxter(), glenbeg.authority, "england-2024")
    assert there(glenbeg).code_table == "england-2024"


def test_undoing_a_drop_takes_back_what_it_said_and_not_what_a_person_chose(glenbeg, load):
    load("scotland")
    load("england-2024")
    undo.undo(Drop.select().where(Drop.school == glenbeg).order_by(Drop.id.desc()).first(), by="a test")
    assert (there(glenbeg).code_table, there(glenbeg).codes_said) == ("scotland", "scotland")
    load("england-2024", bundles.everything() | {"staff.csv": "id,surname\nT1,Reid\n"})
    code_tables.choose(baxter(), there(glenbeg), "england-2024")
    undo.undo(Drop.select().where(Drop.school == glenbeg, Drop.status == KEPT).order_by(Drop.id.desc()).first(), by="a test")
    assert (there(glenbeg).code_table, there(glenbeg).codes_said) == ("england-2024", "scotland")


def test_an_upgrade_changes_the_table_of_nobody(tmp_path):
    """Who had another table, or a bundle with a row of its own, keeps it whatever the authority says later."""
    old = peewee.SqliteDatabase(tmp_path / "old.db")
    runner = Runner(old, str(db.MIGRATIONS))
    runner.up("0004_drops")
    old.execute_sql("INSERT INTO authorities (id, name, drop_rules_text) VALUES (1, 'A', '{}')")
    columns = [row[1] for row in old.execute_sql("PRAGMA table_info(schools)").fetchall() if row[3] and row[1] not in ("id", "code", "code_table")]
    values = ", ".join("1" if name in ("authority_id", "stamp") else "'{}'" for name in columns)
    for number, table in enumerate(("scotland", "england-2024", "scotland"), start=1):
        old.execute_sql(f"INSERT INTO schools (id, code, code_table, {', '.join(columns)}) VALUES ({number}, 's{number}', '{table}', {values})")
    old.execute_sql("INSERT INTO drops (school_id, status, mis, digest, loaded_by, started, report_text, undone_by) "
                    "VALUES (3, 'kept', 'SEEMiS', '', '', '2026-11-19', '{}', '')")
    runner.up()
    assert old.execute_sql("SELECT code_table, codes_said, codes_chosen FROM schools ORDER BY id").fetchall() == [
        ("scotland", "", None), ("england-2024", "england-2024", None), ("scotland", "scotland", None)]
    old.close()


# --- what fits --------------------------------------------------------------------------------------------------


def test_the_table_that_knows_most_codes_is_proposed_and_nothing_is_switched(english, visitor):
    page = visitor("jean.baxter").get(address(english))
    assert "The table “England 2024” fits your marks better." in page and "none in “Scotland”" in page and "Nothing changes until you choose" in page
    assert there(english).code_table == "scotland"


def test_a_table_that_fits_no_better_is_not_proposed(academy, visitor):
    assert "fits your marks better" not in visitor("jean.baxter").get(address(academy))


def test_codes_of_the_schools_own_make_no_table_fit_better(strange):
    before = {fit.table: fit.known for fit in attendance.fits(strange, code_tables.occurrences(strange))}
    code_tables.name_own(baxter(), strange, **STORM)
    after = attendance.fits(strange, code_tables.occurrences(strange))
    assert {fit.table: fit.known for fit in after} == before and [fit.strange for fit in after if fit.table == "scotland"] == [0]


def test_a_code_that_has_ended_is_known_on_its_days_only(english, pupil):
    Mark.update(code="H").where(Mark.pupil == pupil(CATRIONA), Mark.day == TUESDAY).execute()
    fit = next(fit for fit in attendance.fits(english, code_tables.occurrences(english)) if fit.table == "england-2024")
    assert fit.known == fit.of - 1 and fit.strange == 2


def test_the_share_of_a_table_is_what_families_would_read(english, pupil):
    fit = next(fit for fit in attendance.fits(english, code_tables.occurrences(english)) if fit.table == "england-2024")
    code_tables.choose(baxter(), english, "england-2024")
    children = [row.id for row in Pupil.select(Pupil.id).where(Pupil.school == english)]
    halves = [half for some in attendance.marks(children, (date(2000, 1, 1), date(2030, 1, 1))).values() for half in some]
    assert fit.share == attendance.share(halves) and fit.share.possible > 10_000


# --- choosing on screen -----------------------------------------------------------------------------------------


def test_a_choice_changes_at_once_what_a_parent_reads_and_counts(english, visitor, pupil):
    mother, child = visitor("mairi.macleod"), pupil(CATRIONA)
    before = mother.get(f"/children/{child.id}")
    assert "not yet known" in before and "in school</strong>" not in before
    assert visitor("jean.baxter").post(address(english), {"table": "england-2024"}).status == 303
    after = mother.get(f"/children/{child.id}", If_None_Match=before.headers.get("ETag", ""))
    assert after.status == 200 and "not yet known" not in after
    halves = attendance.marks([child.id], (date(2026, 8, 1), date(2026, 12, 1)))[child.id]
    assert f"{attendance.share(halves).percent}%" in after and attendance.share(halves).possible > 50


def test_a_choice_is_in_the_audit_and_on_the_page(english, visitor):
    office = visitor("jean.baxter")
    office.post(address(english), {"table": "england-2024"})
    row = last_audit(english)
    assert (row.action, json.loads(row.before), json.loads(row.after)) == ("chose attendance codes", {"table": "scotland"}, {"table": "england-2024"})
    assert row.actor_name == "jean.baxter" and "as was chosen here" in office.get(address(english))


@pytest.mark.parametrize("sent", [{"table": "atlantis"}, {"table": "\0"}, {}])
def test_what_is_no_table_changes_nothing(academy, visitor, sent):
    page = visitor("jean.baxter").post(address(academy), sent)
    expected = 303 if sent.get("table") == "\0" else 422  # without that character it is empty: as the authority has it
    assert page.status == expected and there(academy).code_table == "scotland"


def test_a_request_without_its_token_changes_nothing(academy, visitor):
    assert visitor("jean.baxter").post(address(academy), {"table": "england-2024"}, csrf=False).status in (400, 403)
    assert there(academy).code_table == "scotland"


def test_the_authority_chooses_for_those_who_follow_it(english, visitor):
    ross, page = visitor("helen.ross"), f"/authorities/{english.authority_id}/attendance-codes"
    assert "Shore Street Primary School" in ross.get(page)
    assert ross.post(page, {"table": "atlantis"}).status == 422 and there(english).code_table == "scotland"
    assert ross.post(page, {"table": "england-2024"}).status == 303
    assert there(english).code_table == "england-2024" and School.get(School.code == "shore-primary").code_table == "scotland"
    assert last_audit(english).action == "attendance codes follow the authority"
    overall = Audit.select().where(Audit.action == "chose attendance codes for all schools").get()
    assert json.loads(overall.after) == {"table": "england-2024", "schools": ["morran-academy"]}


# --- codes of a school's own ------------------------------------------------------------------------------------


def test_an_unknown_code_is_listed_with_how_often_and_when(strange, visitor, pupil):
    mark = Mark.get(Mark.pupil == pupil(CATRIONA), Mark.day == TUESDAY, Mark.session == "AM")
    assert code_tables.unknown(strange) == [("QX", 1, TUESDAY, TUESDAY, mark.drop_id)]
    page = visitor("jean.baxter").get(address(strange))
    assert "Not yet explained: 1 code" in page and address(strange, "/own?code=QX") in page.links
    assert f"/schools/{strange.id}/drops/{mark.drop_id}" in page.links


def test_the_work_on_the_data_leads_there(strange, visitor):
    assert [one.about for one in quality.work_of(strange, quality.BY_KEY["codes"]).work.findings] == ["Catriona MacLeod, 2B"]
    assert address(strange) in visitor("jean.baxter").get(f"/schools/{strange.id}/quality/codes").links
    assert address(strange) in visitor("jean.baxter").get(f"/schools/{strange.id}/drops").links
    code_tables.name_own(baxter(), strange, **STORM)
    assert not quality.work_of(strange, quality.BY_KEY["codes"]).work.findings


def test_a_code_that_is_explained_counts_at_once(strange, visitor, pupil):
    child, office, mother = pupil(CATRIONA), visitor("jean.baxter"), visitor("mairi.macleod")
    before = mother.get(f"/children/{child.id}")
    assert "not yet known (code QX)" in before and read(child.id)[0] == UNKNOWN
    assert "1 mark with it so far" in office.get(address(strange, "/own?code=QX"))
    assert office.post(address(strange, "/own"), STORM).status == 303
    after = mother.get(f"/children/{child.id}", If_None_Match=before.headers.get("ETag", ""))
    assert after.status == 200 and "School shut by a storm" in after and "not yet known" not in after and read(child.id)[0] == "not-required"
    row = last_audit(strange)
    assert (row.action, row.subject, json.loads(row.after)) == ("said what an attendance code means", "QX", {k: STORM[k] for k in ("words", "category")})


def test_it_can_be_said_anew_and_taken_away(strange, visitor, pupil):
    office = visitor("jean.baxter")
    office.post(address(strange, "/own"), STORM)
    office.post(address(strange, "/own"), STORM | {"category": "authorised", "words": "Away"})
    own, = OwnCode.select()
    assert (own.words, own.category) == ("Away", "authorised") and 'value="Away"' in office.get(address(strange, "/own?code=QX"))
    assert office.post(address(strange, f"/own/{own.id}/end")).status == 303
    assert read(pupil(CATRIONA).id)[0] == UNKNOWN and json.loads(last_audit(strange).before) == {"words": "Away", "category": "authorised"}


def test_where_the_table_knows_a_code_the_table_counts_and_each_mark_is_one(strange, pupil):
    code_tables.name_own(baxter(), strange, **STORM)
    AttendanceCode.create(table="scotland", code="QX", words="In the table now", category="authorised")
    assert read(pupil(CATRIONA).id) == ["authorised", "present"] and code_tables.meanings(strange).on("QX", TUESDAY).words == "In the table now"


def test_a_code_that_has_ended_in_the_table_can_be_explained_for_the_days_after(english, pupil):
    code_tables.choose(baxter(), english, "england-2024")
    child = pupil(CATRIONA).id
    Mark.update(code="H").where(Mark.pupil == child, Mark.day == TUESDAY).execute()
    Mark.create(pupil=child, day=date(2024, 6, 3), session="AM", code="H")
    assert [one.code for one in code_tables.unknown(english)] == ["H"]
    code_tables.name_own(baxter(), english, "H", "Hospital school", "approved")
    assert read(child) == ["approved", "approved"] and read(child, date(2024, 6, 3)) == ["authorised"] and not code_tables.unknown(english)


def test_what_one_school_says_counts_at_no_other(strange):
    code_tables.name_own(baxter(), School.get(School.code == "shore-primary"), **STORM)
    assert read(Pupil.get(Pupil.mis_id == CATRIONA).id)[0] == UNKNOWN and code_tables.unknown(strange)


@pytest.mark.parametrize(("change", "said"), [
    ({"code": ""}, "Type the code"), ({"code": "TOOLONG"}, "at most 4 characters"), ({"code": "   "}, "1 to 4 characters"), ({"code": "\0"}, "Please"),
    ({"words": ""}, "Say what it means"), ({"words": "   "}, "1 to 120 characters"), ({"words": "x" * 121}, "120"), ({"category": "holiday"}, "Please check"),
    ({"category": ""}, "Please check"), ({"code": "10"}, "What the table says counts")])
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(strange, visitor, change, said):
    page = visitor("jean.baxter").post(address(strange, "/own"), STORM | change)
    assert page.status == 422 and said in page and not OwnCode.select().exists()


@pytest.mark.parametrize("change", [{"category": "holiday"}, {"category": UNKNOWN}, {"code": "TOOLONG"}, {"code": ""}, {"words": " "}, {"code": "10"}])
def test_nor_is_it_whoever_asks(strange, change):
    with pytest.raises(NotPossible):
        code_tables.name_own("a test", strange, **STORM | change)
    assert not OwnCode.select().exists()


def test_words_are_text_and_never_markup(strange, visitor, pupil):
    visitor("jean.baxter").post(address(strange, "/own"), STORM | {"words": "<b>Storm</b> & gale"})
    page = visitor("mairi.macleod").get(f"/children/{pupil(CATRIONA).id}")
    assert "&lt;b&gt;Storm&lt;/b&gt; &amp; gale" in page and "<b>Storm" not in page


@pytest.mark.parametrize("code", ["/", "\\", "#", "-", "é&", "'\"", "=1+1"])
def test_any_code_can_be_asked_about(academy, visitor, pupil, code):
    Mark.update(code=code).where(Mark.pupil == pupil(CATRIONA), Mark.day == TUESDAY).execute()
    office = visitor("jean.baxter")
    link = next(link for link in office.get(address(academy)).links if "/own?code=" in link)
    assert office.get(link.replace("&amp;", "&")).forms[-1]["code"] == code
    assert office.post(address(academy, "/own"), STORM | {"code": code}).status == 303 and not code_tables.unknown(academy)


def test_the_same_files_again_do_not_ask_for_what_was_explained_since(glenbeg, load):
    strange = bundles.changed(bundles.everything(), "marks.csv", ("AM,10", "AM,QX"))
    asked = [one.value for one in load("scotland", strange).problems if "Nobody has said yet" in one.message]
    code_tables.name_own(baxter(), there(glenbeg), **STORM)
    again = load("scotland", strange)
    assert asked == ["QX"] and not [one for one in again.problems if "Nobody has said yet" in one.message] and "very same files" in again.problems[-1].message


# --- who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["mairi.macleod", "gordon.fraser", "ailsa.reid", "mhairi.nicolson", "priya.sharma", "isobel.grant", "margaret.sinclair",
                                      "helen.ross"])
def test_nobody_else_reads_or_decides(visitor, strange, username):
    own, somebody = code_tables.name_own(baxter(), strange, **STORM), visitor(username)
    assert somebody.get(address(strange)).status == 404 and somebody.get(address(strange, "/own?code=QX")).status == 404
    for rest, sent in (("", {"table": "england-2024"}), ("/own", STORM | {"code": "QY"}), (f"/own/{own.id}/end", {})):
        assert somebody.post(address(strange, rest), sent).status == 404
    assert there(strange).code_table == "scotland" and [one.code for one in OwnCode.select()] == ["QX"]


@pytest.mark.parametrize("username", ["mairi.macleod", "ailsa.reid", "jean.baxter", "donald.munro"])
def test_only_the_authority_decides_for_all(visitor, academy, username):
    page = f"/authorities/{academy.authority_id}/attendance-codes"
    assert visitor(username).get(page).status == 404 and visitor(username).post(page, {"table": "england-2024"}).status == 404
    assert Authority.get_by_id(academy.authority_id).code_table == "scotland"


def test_a_stranger_is_asked_to_sign_in(visitor, academy):
    assert visitor().get(address(academy)).status == 303 and visitor().post(address(academy), {"table": "england-2024"}, csrf=False).status in (303, 400)
    assert there(academy).code_table == "scotland"


def test_the_code_of_another_school_cannot_be_taken_away(visitor, strange):
    primary = School.get(School.code == "shore-primary")
    own = code_tables.name_own(baxter(), primary, **STORM)
    assert visitor("jean.baxter").post(address(strange, f"/own/{own.id}/end")).status == 404 and OwnCode.select().exists()


# --- at the keyboard --------------------------------------------------------------------------------------------


def test_the_commands_do_what_the_page_does(shell, english, pupil):
    Mark.update(code="QX").where(Mark.pupil == pupil(CATRIONA), Mark.day == TUESDAY, Mark.session == "AM").execute()
    assert shell("codes", "use", "england-2024", "--school", english.code).exit_code == 0 and there(english).code_table == "england-2024"
    said = json.loads(shell("codes", "show", "--school", english.code, "--json").output)
    assert said["table"] == "england-2024" and [one["code"] for one in said["unknown"]] == ["QX"]
    assert {one["table"]: one["known"] == one["of"] - 1 for one in said["tables"]} == {"england-2024": True, "scotland": False}
    assert "Not known: QX, 1 mark" in shell("codes", "show", "--school", english.code).output
    assert shell("codes", "name", "QX", "Storm", "--school", english.code, "--kind", "not-required").exit_code == 0 and not code_tables.unknown(there(english))
    assert shell("codes", "forget", "QX", "--school", english.code).exit_code == 0 and code_tables.unknown(there(english))
    assert shell("codes", "use", "authority", "--school", english.code).exit_code == 0 and there(english).code_table == "scotland"
    assert "1 school has it now" in shell("codes", "use", "england-2024").output and there(english).code_table == "england-2024"
    assert last_audit(english).actor_name.startswith("command line")


@pytest.mark.parametrize("line", [("use", "atlantis", "--school", "morran-academy"), ("use", "atlantis"), ("forget", "QX", "--school", "morran-academy"),
                                  ("name", "10", "Here", "--school", "morran-academy", "--kind", "present"), ("show", "--school", "nowhere")])
def test_what_a_command_cannot_do_it_says(shell, line):
    result = shell("codes", *line)
    assert result.exit_code == 1 and result.output.startswith("Error: ") and "Traceback" not in result.output


def test_a_school_is_added_with_a_table_that_is_there(shell):
    assert shell("schools", "add", "one", "One", "--codes", "england-2024").exit_code == 0
    assert shell("schools", "add", "two", "Two", "--codes", "atlantis").exit_code == 1 and not School.select().where(School.code == "two").exists()
    assert School.get(School.code == "one").code_table == "england-2024"


@pytest.mark.parametrize(("row", "said"), [
    ("A,Away,holiday", "Row 3: “holiday” is not one of"), ("TOOLONG,Away,authorised", "Row 3: the code “TOOLONG”"),
    ("P,Again,present", "P stands in row 2 already"), ("A,,authorised", "not said what A means"),
    ("A,Away,authorised,19/08/2024", "Row 3: “19/08/2024” is not a day like 2024-08-19")])
def test_a_table_with_a_wrong_row_changes_nothing_and_says_where(academy, tmp_path, row, said):
    (tmp_path / "codes.csv").write_text(f"code,words,category,valid_from\nP,In school,present,\n{row}\n")
    before = AttendanceCode.select().count()
    with pytest.raises(NotPossible, match=said):
        code_tables.load(tmp_path / "codes.csv", "scotland", by="a test")
    assert AttendanceCode.select().count() == before


def test_a_table_that_is_replaced_is_in_the_audit_of_its_schools(academy, tmp_path):
    (tmp_path / "codes.csv").write_text("code,words,category\nP,In school,present\n")
    code_tables.load(tmp_path / "codes.csv", "scotland", by="a test")
    assert last_audit(academy).action == "replaced a table of attendance codes"


# --- the kinds --------------------------------------------------------------------------------------------------


def test_every_kind_can_be_drawn_and_counts_somehow():
    assert {*CATEGORIES, UNKNOWN} == set(SIGNS)


def test_a_school_without_marks_has_its_page(glenbeg):
    assert [fit.share for fit in attendance.fits(glenbeg, [])] == [Share(0, 0)] * 2 and attendance.better(attendance.fits(glenbeg, []), glenbeg) is None
