"""Loading MIS files on the site: trying first, loading, what waits and is let in, what is broken, and who may."""

import io
import zipfile

import pytest

from glowlite import founding
from glowlite.models import Authority, Contact, Drop, Duty, Link, Pupil, School, User
from glowlite.policy import Role
from glowlite.views import drops

PUPILS = "id,forename,surname\n" + "".join(f"P{n:02},Ann,Name{n}\n" for n in range(20))
CONTACTS = "id,forename,surname\n" + "".join(f"C{n:02},Bea,Name{n}\n" for n in range(20))
HEADER = "pupil_id,contact_id,parental_responsibility,court_order\n"


def links(some=range(20), order: str = "N") -> str:
    return HEADER + "".join(f"P{n:02},C{n:02},Y,{order}\n" for n in some)


def family(**more: str) -> dict[str, str]:
    return {"pupils.csv": PUPILS, "contacts.csv": CONTACTS, "links.csv": links()} | {f"{name}.csv": text for name, text in more.items()}


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture
def glenbeg(site) -> School:
    """A new school, whose office is Jean Baxter too and whose head is Donald Munro."""
    school = founding.add_school(Authority.get(), "glenbeg", "Glenbeg Academy", "test")
    for username, role in (("jean.baxter", Role.OFFICE), ("donald.munro", Role.HEAD)):
        Duty.create(user=User.get(User.username == username), role=role.value, school=school, authority=school.authority)
    return school


@pytest.fixture
def send(visitor, glenbeg):
    """send({"pupils.csv": …}) as the office, or as somebody else."""

    def post(files: dict[str, str | bytes], then: str = "load", who: str = "jean.baxter"):
        somebody = visitor(who)
        data = {"csrf_token": somebody.csrf(), "then": then,
                "files": [(io.BytesIO(text if isinstance(text, bytes) else text.encode()), name) for name, text in files.items()]}
        return somebody._seen(somebody.client.post(f"/schools/{glenbeg.id}/drops", data=data, content_type="multipart/form-data"))

    return post


def test_trying_says_what_would_happen_and_keeps_nothing(send, glenbeg):
    page = send(family(), "try")
    assert page.status == 200 and "Tried: nothing was kept" in page and "Would gain access: 20" in page and "Bea Name3 – Ann Name3" in page
    assert not Drop.select().where(Drop.school == glenbeg).exists() and not Pupil.select().where(Pupil.school == glenbeg).exists()


@pytest.mark.parametrize("files", [family(), {"export.zip": zipped(family())}], ids=["several files", "a zip"])
def test_loading_keeps_it_and_stands_in_the_history(send, glenbeg, visitor, files):
    page = send(files)
    assert page.status == 200 and "Gained access: 20" in page and Pupil.select().where(Pupil.school == glenbeg).count() == 20
    drop = Drop.get(Drop.school == glenbeg)
    assert drop.loaded_by == "jean.baxter"
    later = visitor("donald.munro").get(f"/schools/{glenbeg.id}/drops/{drop.id}")
    assert "Bea Name3 – Ann Name3" in later and "pupils.csv" in later
    assert f"Drop {drop.id}" in visitor("jean.baxter").get(f"/schools/{glenbeg.id}/drops")


def test_problems_are_named_by_file_and_row(send):
    page = send(family(pupils=PUPILS + "P99,,Nameless\n"))
    assert "pupils.csv, row 22" in page


def test_who_loses_access_is_named(send):
    send(family())
    page = send(family(links=links(range(20)).replace("P03,C03,Y,N", "P03,C03,Y,Y")), "try")
    assert "Would lose access: 1" in page and "Bea Name3 – Ann Name3" in page


def test_trying_says_that_it_would_wait(send, glenbeg):
    send(family())
    page = send(family(links=links(range(5))), "try")
    assert "Tried: this would wait for a person" in page and "I have looked" not in page
    assert not Drop.select().where(Drop.school == glenbeg, Drop.status == "held").exists()


def test_a_drop_that_takes_too_much_waits_and_the_office_lets_it_in(send, glenbeg, visitor):
    send(family())
    page = send(family(links=links(range(5))))
    held = Drop.get(Drop.school == glenbeg, Drop.status == "held")
    assert "This drop waits for a person" in page and "I have looked: let it in" in page and "Would lose access: 15" in page
    address = f"/schools/{glenbeg.id}/drops/{held.id}"
    assert "I have looked" in visitor("jean.baxter").get(address) and "I have looked" not in visitor("donald.munro").get(address)
    assert visitor("donald.munro").post(f"{address}/release").status == 404
    assert Link.select().join(Contact).where(Contact.school == glenbeg, Link.gone.is_null()).count() == 20
    done = visitor("jean.baxter").post(f"{address}/release")
    assert done.status == 200 and "Lost access: 15" in done
    assert Link.select().join(Contact).where(Contact.school == glenbeg, Link.gone.is_null()).count() == 5
    assert visitor("jean.baxter").post(f"{address}/release").status == 404
    assert "Was let in" in visitor("jean.baxter").get(address)


def test_a_drop_that_a_newer_one_has_overtaken_says_so_and_is_not_offered(send, glenbeg, visitor):
    send(family())
    send(family(links=links(range(5))))
    held = Drop.get(Drop.school == glenbeg, Drop.status == "held")
    send(family(links=links(range(19))))
    office = visitor("jean.baxter")
    page = office.get(f"/schools/{glenbeg.id}/drops/{held.id}")
    assert "<h1>Overtaken</h1>" in page and "I have looked" not in page and "Who can let it in" not in page and "Why it waited" in page
    assert f"/schools/{glenbeg.id}/drops/{glenbeg.drops.order_by(Drop.id.desc()).get().id}" in page.links
    assert '<span class="tag">overtaken</span>' in office.get(f"/schools/{glenbeg.id}/drops")


@pytest.mark.parametrize(("files", "words"), [
    ({}, "No file was chosen"), ({"a.zip": zipped(family()), "pupils.csv": PUPILS}, "either one zip or several"),
    ({"broken.zip": b"PK\x03\x04 this is no zip"}, "neither a folder, a zip nor a CSV"), ({"cut.zip": zipped(family())[:400]}, "zip"),
    ({"empty.zip": zipped({})}, "no CSV"), ({"photo.jpg": b"\xff\xd8"}, "no CSV"), ({"pupils.csv": b"id,forename\n\x00\x00"}, "zero bytes"),
    ({"pupils.csv": "id,surname\n\"1,2\n"}, ""), ({"../../pupils.csv": "colour,taste\nred,sweet\n"}, "")])
def test_what_cannot_be_loaded_is_refused_in_words(send, glenbeg, files, words):
    page = send(files)
    assert page.status == 422 and words in page and not Pupil.select().where(Pupil.school == glenbeg).exists()


def test_what_was_sent_does_not_stay(send, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    send(family())
    send({"broken.zip": b"PK\x03\x04"})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_said_in_words(send, monkeypatch, site, visitor, glenbeg):
    view = site.view_functions["drops.send"]
    monkeypatch.setattr(view, "access", view.access._replace(most_bytes=1000))
    page = send(family())
    assert page.status == 413 and "too big" in page.text.lower()


def test_the_most_that_may_be_sent_is_said_before(visitor, academy):
    assert f"at most {drops.MOST_BYTES // 1_000_000} MB" in visitor("jean.baxter").get(f"/schools/{academy.id}/drops")


@pytest.mark.parametrize(("who", "sees", "loads"), [
    (None, 303, 303), ("jean.baxter", 200, 422), ("donald.munro", 200, 404), ("helen.ross", 200, 404), ("priya.sharma", 404, 404),
    ("ailsa.reid", 404, 404), ("mairi.macleod", 404, 404), ("margaret.sinclair", 404, 404), ("isobel.grant", 404, 404)])
def test_who_sees_and_who_loads(visitor, academy, who, sees, loads):
    somebody, drop = visitor(who), academy.drops.first()
    assert somebody.get(f"/schools/{academy.id}/drops").status == sees
    assert somebody.get(f"/schools/{academy.id}/drops/{drop.id}").status == sees
    assert somebody.post(f"/schools/{academy.id}/drops").status == loads
    assert somebody.post(f"/schools/{academy.id}/drops/{drop.id}/release").status == (303 if who is None else 404)


def test_the_form_is_only_there_for_those_who_load(visitor, academy):
    assert "Try it first" in visitor("jean.baxter").get(f"/schools/{academy.id}/drops")
    assert "Try it first" not in visitor("donald.munro").get(f"/schools/{academy.id}/drops")


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999"])
def test_a_drop_that_is_not_here(visitor, academy, number):
    assert visitor("jean.baxter").get(f"/schools/{academy.id}/drops/{number}").status == 404
    assert visitor("jean.baxter").post(f"/schools/{academy.id}/drops/{number}/release").status == 404


def test_a_drop_of_another_school_is_not_here(visitor, academy):
    other = Drop.select().where(Drop.school != academy).first()
    assert visitor("jean.baxter").get(f"/schools/{academy.id}/drops/{other.id}").status == 404


def test_the_authority_is_told_how_many_and_no_name(visitor, academy):
    drop = Drop.select().where(Drop.school == academy).order_by(Drop.id).first()
    address = f"/schools/{academy.id}/drops/{drop.id}"
    assert "Catriona MacLeod" in visitor("jean.baxter").get(address)
    page = visitor("helen.ross").get(address)
    assert page.status == 200 and "Gained access: 4" in page and "MacLeod" not in page and "000101" not in page


@pytest.fixture
def held(send, glenbeg):
    """A drop that waits: ten pupils are missing, an id is somebody else's, and one restriction acts at once. Its address."""
    send(family(pupils=PUPILS.replace("Ann", "Zoe")))
    left = "".join(line for line in PUPILS.splitlines(keepends=True) if not line.startswith("P1"))
    pupils = left.replace("P03,Ann,Name3", "P03,Eve,Other").replace("Ann", "Zoe")
    send(family(pupils=pupils, links=links().replace("P02,C02,Y,N", "P02,C02,Y,Y")))
    return f"/schools/{glenbeg.id}/drops/{Drop.get(Drop.school == glenbeg, Drop.status == 'held').id}"


def test_a_drop_that_waits_says_by_name_what_it_means_and_who_can_let_it_in(held, visitor):
    page = visitor("donald.munro").get(held)
    assert "12 adults lose access" in page and "11 pupils leave the roll" in page and "Who can let it in: Jean Baxter." in page
    assert "Would leave the roll: 11" in page and "Zoe Name15" in page and "before: Zoe Name3; now: Eve Other" in page


def test_of_a_drop_that_waits_the_authority_reads_no_name(held, visitor):
    for address in (held, held.rpartition("/")[0], "/"):
        page = visitor("helen.ross").get(address)
        assert page.status == 200 and not any(name in page for name in ("Name3", "Name15", "Name2", "Eve Other", "P03"))
    assert "12 adults lose access" in visitor("helen.ross").get(held)


@pytest.mark.parametrize("username", ["mairi.macleod", "ailsa.reid", "gordon.fraser", "isobel.grant", "priya.sharma"])
def test_of_a_drop_that_waits_nobody_else_reads_anything(held, visitor, username):
    assert visitor(username).get(held).status == 404


# --- the new school year ---------------------------------------------------------------------------------------


def of_years(first: int) -> dict[str, str]:
    """Four pupils in each of S1 to S6, under numbers that go up by the year of their beginning. first: the lowest number, of S6."""
    rows = [(first + place * 4 + n, f"S{6 - place}") for place in range(6) for n in range(4)]
    return {"pupils.csv": "id,forename,surname,year_group\n" + "".join(f"P{n:02},Ann,Name{n},{year}\n" for n, year in rows),
            "contacts.csv": "id,forename,surname\n" + "".join(f"C{n:02},Bea,Name{n}\n" for n, _ in rows),
            "links.csv": HEADER + "".join(f"P{n:02},C{n:02},Y,N\n" for n, _ in rows)}


@pytest.fixture
def august(send, glenbeg):
    """A drop that waits: a roll-over in which a boy of S3 is missing, too. The older links file keeps two who lose access. Its address."""
    send(of_years(10))
    files = of_years(14)
    files = {name: "".join(line for line in text.splitlines(keepends=True) if "P24" not in line and "C24" not in line) for name, text in files.items()}
    rule = "P20,C20,Y,N"
    files["links.csv"] = files["links.csv"].replace(rule, "P20,C20,N,N")
    page = send(files)
    assert "This drop waits for a person" in page
    return f"/schools/{glenbeg.id}/drops/{Drop.get(Drop.school == glenbeg, Drop.status == 'held').id}"


def test_a_roll_over_is_called_so_and_what_is_no_part_of_it_is_named(august, visitor):
    page = visitor("jean.baxter").get(august)
    assert "This looks like the new school year: 4 left from S6, 4 came into S1, 19 moved up a year." in page
    assert "1 pupil left from another year than S6" in page and "Ann Name24, S3" in page and "Bea Name20 – Ann Name20" in page
    assert page.text.index("This looks like") < page.text.index("Why it waits") and "I have looked: let it in" in page


def test_of_a_roll_over_the_authority_reads_how_many_and_nobody_else_anything(august, visitor):
    page = visitor("helen.ross").get(august)
    assert "1 pupil left from another year than S6" in page and "Name24" not in page and "Name20" not in page
    assert [visitor(who).get(august).status for who in ("mairi.macleod", "ailsa.reid", "gordon.fraser")] == [404] * 3


# --- ids that are somebody else's now ---------------------------------------------------------------------------


def test_the_office_says_of_each_whether_it_is_the_same_person(send, glenbeg, visitor):
    send(family())
    send(family(pupils=PUPILS.replace("P03,Ann,Name3", "P03,Eve,Other").replace("P05,Ann,Name5", "P05,Zoe,Young")))
    held = Drop.get(Drop.school == glenbeg, Drop.status == "held")
    address = f"/schools/{glenbeg.id}/drops/{held.id}"
    page = visitor("jean.baxter").get(address)
    assert "Ids that seem to be somebody else’s now: 2" in page and "Id P03, before: Ann Name3; now: Eve Other" in page
    assert "The same person" not in visitor("donald.munro").get(address) and "Eve Other" not in visitor("helen.ross").get(address)
    assert visitor("donald.munro").post(f"{address}/release", {"same": "pupils P03"}).status == 404
    assert visitor("jean.baxter").post(f"{address}/release", {"same": "pupils P03"}).status == 200
    here = Pupil.select().where(Pupil.school == glenbeg)
    assert here.where(Pupil.mis_id == "P03").get().links.count() == 1 and here.count() == 21  # of P05 there are two


def test_the_command_says_it_too_and_knows_what_it_is_asked_for(send, glenbeg, shell):
    send(family())
    send(family(pupils=PUPILS.replace("P03,Ann,Name3", "P03,Eve,Other")))
    held = Drop.get(Drop.school == glenbeg, Drop.status == "held")
    wrong = shell("drops", "release", held.id, "--same", "pupils P04")
    assert wrong.exit_code == 2 and "pupils P03" in wrong.stderr
    assert shell("drops", "release", held.id, "--same", "pupils P03").exit_code == 0
    assert Pupil.select().where(Pupil.school == glenbeg).count() == 20
