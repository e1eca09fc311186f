"""The DfE's Common Transfer File: pupils and contacts as XML, and XML that must not be opened."""

from collections.abc import Callable

import pytest

from glowlite.mis.report import KEPT, REFUSED
from glowlite.models import Contact, Link, Pupil, School
from tests.mis.conftest import Load, adds_up, said, total

Access = Callable[[], set[str]]

MOTHER = ("<Contact><Order>1</Order><Title>Ms</Title><Surname>Bell</Surname><Forename>Mairi</Forename><Relationship>PAM</Relationship>"
          "<Responsibility>true</Responsibility><AddressAsPupil/><Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900123</PhoneNo></Phone>"
          "<Phone><TelephoneType>H</TelephoneType><PhoneNo>01632 960123</PhoneNo></Phone></Phones><Email>bells@example.org</Email></Contact>")
DOCTOR = "<Contact><Order>3</Order><Surname>Good</Surname><Relationship>DOC</Relationship><Responsibility>false</Responsibility></Contact>"


def pupil(upn: str = "H801200001001", forename: str = "Ann", contacts: str = MOTHER, born: str = "2014-03-01", more: str = "") -> str:
    return (f"<Pupil><UPN>{upn}</UPN>{more}<Surname>Bell</Surname><Forename>{forename}</Forename><DOB>{born}</DOB><BasicDetails><NCyearActual>8</NCyearActual>"
            f"</BasicDetails><Address><AddressLine1>1 High Street</AddressLine1><PostCode>ZZ99 3WZ</PostCode></Address><Contacts>{contacts}</Contacts></Pupil>")


def ctf(*pupils: str, destination: str = "<LEA>990</LEA><Estab>4121</Estab>", head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> dict[str, str | bytes]:
    header = f"<Header><DestSchool>{destination}</DestSchool></Header>"
    return {"820LLLL_CTF_9904121_001.xml": f"{head}<CTfile>{header}<CTFpupilData>{''.join(pupils)}</CTFpupilData></CTfile>"}


def test_pupils_and_contacts_load(load: Load, glenbeg: School) -> None:
    report = load(ctf(pupil(contacts=MOTHER + DOCTOR)))
    assert (report.status, report.format) == (KEPT, "DfE Common Transfer File") and adds_up(report)
    ann = Pupil.get(Pupil.school == glenbeg)
    assert (ann.mis_id, ann.upn, ann.forename, ann.born.isoformat(), ann.year_group) == ("H801200001001", "H801200001001", "Ann", "2014-03-01", "Year 8")
    mother = Contact.get(Contact.school == glenbeg, Contact.forename == "Mairi")
    assert (mother.mobile, mother.phone, mother.address, mother.postcode) == ("07700 900123", "01632 960123", "1 High Street", "ZZ99 3WZ")
    links = {row.relationship: (row.parental_responsibility, row.court_order, row.priority) for row in Link.select().where(Link.pupil == ann)}
    assert links == {"Mother": (True, None, 1), "Doctor": (False, None, 3)}


def test_responsibility_alone_gives_nobody_access(load: Load, access: Access) -> None:
    report = load(ctf(pupil()))
    assert access() == set() and said(report, "nobody gains access")


def test_a_contact_of_two_pupils_is_two_records(load: Load, glenbeg: School) -> None:
    load(ctf(pupil(), pupil("B801200001002", "Ben")))
    assert Contact.select().where(Contact.school == glenbeg, Contact.forename == "Mairi").count() == 2


def test_a_later_file_ends_nobody(load: Load, glenbeg: School) -> None:
    load(ctf(pupil()))
    assert total(load(ctf(pupil("B801200001002", "Ben", contacts="")))) == {"created": 1}


def test_odd_upns_and_dates_are_said(load: Load) -> None:
    report = load(ctf(pupil("A801200001001", born="01/03/2014", more="<FormerUPN>H80120000100A</FormerUPN>")))
    assert said(report, "check letter") and said(report, "day, month, year") and said(report, "another UPN before")


def test_a_pupil_without_a_upn_is_set_aside(load: Load, glenbeg: School) -> None:
    report = load(ctf(pupil(""), pupil("B801200001002", "Ben")))
    assert said(report, "number by which the child is known is missing") == [("820LLLL_CTF_9904121_001.xml", 1, "number in the MIS")] and adds_up(report)
    assert [row.forename for row in Pupil.select().where(Pupil.school == glenbeg)] == ["Ben"]


def test_namespaces_and_windows_text_are_read(load: Load, glenbeg: School) -> None:
    text = str(ctf(pupil(forename="Zoë"), head='<?xml version="1.0" encoding="ISO-8859-1"?>')["820LLLL_CTF_9904121_001.xml"])
    load({"x.xml": text.replace("<CTfile>", '<CTfile xmlns="http://www.example.org/ctf">').encode("latin-1")})
    assert Pupil.get(Pupil.school == glenbeg).forename == "Zoë"


@pytest.mark.parametrize("head", ['<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>', ""])
def test_xml_that_only_says_that_it_is_utf_8_is_read_as_windows_text(load: Load, glenbeg: School, head: str) -> None:
    text = str(ctf(pupil(forename="Zoë"), head=head)["820LLLL_CTF_9904121_001.xml"])
    report = load({"x.xml": text.encode("cp1252")})
    assert report.status == KEPT and Pupil.get(Pupil.school == glenbeg).forename == "Zoë" and said(report, "not UTF-8, though it says so")


def test_xml_beside_a_strange_csv_is_told_how_to_be_sent(load: Load) -> None:
    report = load({"notes.csv": "UPN,Note\nH801200001001,hello\n"} | ctf(pupil()))
    assert report.status == REFUSED and said(report, "An XML file is read only by itself")


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(("bundle", "words"), [
    (ctf(pupil(forename="&b;"), head=BOMB), "document type or entities"), (ctf(pupil(forename="&a;"), head=OUTSIDE), "document type or entities"),
    (ctf(pupil(), head='<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'), "document type or entities"),
    ({"x.xml": "<html><p>no</p></html>"}, "begins with CTfile"), ({"x.xml": str(ctf(pupil())["820LLLL_CTF_9904121_001.xml"])[:200]}, "cut off or damaged"),
    ({"x.xml": b""}, "cut off or damaged"), ({"x.xml": b"\xff\xfe\x00garbage"}, "damaged"), (ctf(), "not one pupil"),
    ({"x.xml": b'<?xml version="1.0" encoding="klingon"?><CTfile/>'}, "encoding|damaged")])
def test_what_cannot_be_used_is_refused_in_words(load: Load, glenbeg: School, bundle: dict[str, str | bytes], words: str) -> None:
    report = load(bundle)
    assert report.status == REFUSED and any(said(report, one) for one in words.split("|")), report.problems
    assert not Pupil.select().where(Pupil.school == glenbeg).exists()


def test_a_file_for_another_school_is_refused(load: Load, glenbeg: School) -> None:
    School.update(mis_id="9904121").where(School.id == glenbeg.id).execute()
    assert load(ctf(pupil())).status == KEPT
    report = load(ctf(pupil("B801200001002"), destination="<LEA>990</LEA><Estab>4122</Estab>"))
    assert report.status == REFUSED and said(report, "for another school")


def test_xml_beside_csv_is_left_alone_and_said(load: Load) -> None:
    report = load({"pupils.csv": "id,forename,surname\n1,Ann,Bell\n"} | ctf(pupil()))
    assert report.status == KEPT and said(report, "left alone") == [("820LLLL_CTF_9904121_001.xml", None, None)]
