"""The Common Transfer File of England's Department for Education: pupils who move to this school, and their contacts, as XML.

Elements: https://www.gov.uk/government/collections/common-transfer-file. A pupil is known by UPN. Contacts have no number, there is
`Responsibility` (parental responsibility) and no element for a court order, so nobody gains access. Attendance and history are not read.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from glowlite.mis.captions import unravel
from glowlite.mis.formats import About, Sheet
from glowlite.mis.read import Bundle, Document
from glowlite.mis.report import NOTE, Problem, Refused, Report

NAME = "DfE Common Transfer File"
MOST_BYTES = 30_000_000
PUPIL = {"UPN": "pupils.id", "Surname": "pupils.surname", "Forename": "pupils.forename", "PreferredForename": "pupils.known_as", "DOB": "pupils.born"}
CONTACT = {"Title": "contacts.title", "Forename": "contacts.forename", "Surname": "contacts.surname", "Email": "contacts.email",
           "Order": "links.priority", "Responsibility": "links.parental_responsibility"}
RELATIONSHIPS = {
    "CAR": "Carer", "CHM": "Childminder", "DOC": "Doctor", "FAM": "Other family member", "FOF": "Foster father", "FOM": "Foster mother", "HTC": "Head teacher",
    "OTH": "Other contact", "PAF": "Father", "PAM": "Mother", "REL": "Other relative", "RLG": "Religious contact", "STF": "Stepfather", "STM": "Stepmother",
    "SWR": "Social worker", "TCH": "Teacher"}
OWN = ("pupils.upn", "pupils.year_group", "contacts.mobile", "contacts.phone", "contacts.address", "contacts.postcode", "links.relationship")
TARGETS = [*PUPIL.values(), *CONTACT.values(), *OWN]
PARTS_OF_ADDRESS = ("SAON", "PAON", "Street", "Locality", "Town", "AdministrativeArea", *(f"AddressLine{number}" for number in range(1, 6)))
ABOUT = About(
    what="The DfE's Common Transfer File (XML): pupils who move to this school, and their contacts.",
    files=(("CTfile/CTFpupilData/Pupil", "UPN,Surname,Forename,DOB,NCyearActual,Address,Contacts"),
           ("Contacts/Contact", "Surname,Forename,Relationship,Order,Responsibility,Address,Phones,Email")),
    rights="There is an element for parental responsibility and none for court orders, so nobody gains access from it.",
    bundle=("ctf",),
    more=("The file speaks only for the pupils in it: nobody who is missing from it leaves the school.",
          "A contact has no number and is known by name within one pupil only, so nobody is merged.",
          "A place in the report counts pupils, not lines: row 3 is the third pupil.",
          "A file that defines entities or a document type is refused: no MIS writes one."))


def recognises(bundle: Bundle) -> bool:
    return bool(bundle.documents) and not bundle.tables


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    return []


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    readings = []
    for document in bundle.documents:
        root = _parsed(document, report)
        _check_destination(root, document, school_id)
        readings.append(unravel.Reading(document.name, TARGETS, list(_rows(root, document, report))))
    return unravel.sheets(readings, report, bundle.kept)


def _parsed(document: Document, report: Report) -> Element:
    """The root of the file, names without their namespaces. Raises Refused when it is no such file."""
    if len(document.data) > MOST_BYTES:
        raise Refused(f"This file is too large for a Common Transfer File: at most {MOST_BYTES // 1_000_000} MB are read.", document.name)
    try:
        root: Element = ElementTree.fromstring(_readable(document, report), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused("This XML defines a document type or entities, which no Common Transfer File does. It was not opened.", document.name) from None
    except ParseError as error:
        raise Refused("This XML is cut off or damaged, so it cannot be read from here on. Please export it again.", document.name, error.position[0]) from None
    except (ValueError, LookupError):
        raise Refused("This XML is in an encoding that cannot be read. Please export it as UTF-8.", document.name) from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if root.tag.lower() != "ctfile":
        raise Refused("Of XML only the DfE's Common Transfer File is read; it begins with CTfile.", document.name, 1, None, root.tag)
    if root.find("CTFpupilData/Pupil") is None:
        raise Refused("There is not one pupil in this Common Transfer File.", document.name)
    return root


def _readable(document: Document, report: Report) -> bytes | str:
    """The bytes; or, where they say that they are UTF-8 and are not, their text as Windows writes it, as of a CSV file."""
    claims_utf8 = re.match(rb"\s*(<\?xml(?![^>]*encoding)|<\?xml[^>]*encoding=[\"']utf-?8[\"']|<(?!\?))", document.data, re.IGNORECASE)
    try:
        document.data.decode("utf-8")
    except UnicodeDecodeError:
        if claims_utf8:
            report.note(document.name, "The file is not UTF-8, though it says so; it was read as Windows text (CP1252). Please check names with accents.")
            return re.sub(r"^\s*<\?xml[^>]*\?>", "", document.data.decode("cp1252", "replace"))
    return document.data


def _check_destination(root: Element, document: Document, school_id: str | None) -> None:
    """A file that is addressed to another school is refused, where this one is known by its DfE number."""
    number = _of(root, "Header/DestSchool/LEA") + _of(root, "Header/DestSchool/Estab")
    if school_id and re.fullmatch(r"\d{7}", number) and re.fullmatch(r"\d{7}", school_id) and number != school_id:
        raise Refused(f"This Common Transfer File is for another school; this one has the number {school_id}.", document.name, value=number)


def _rows(root: Element, document: Document, report: Report) -> Iterator[tuple[int, list[str]]]:
    """A row for each pupil and contact; a pupil without contacts has one."""
    for number, pupil in enumerate(root.findall("CTFpupilData/Pupil"), start=1):
        told = {target: _of(pupil, name) for name, target in PUPIL.items()}
        _note(told, pupil, number, document, report)
        told |= {"pupils.upn": told["pupils.id"], "pupils.year_group": _of(pupil, "NCyearActual") or _of(pupil, "BasicDetails/NCyearActual")}
        for contact in [_contact(one, pupil) for one in pupil.findall("Contacts/Contact")] or [{}]:
            cells = told | contact
            yield number, [cells.get(target, "") for target in TARGETS]


def _note(told: dict[str, str], pupil: Element, number: int, document: Document, report: Report) -> None:
    """What a person should know about one pupil."""
    def say(message: str, value: str) -> None:
        report.add_row(Problem(document.name, number, None, value, message, NOTE))

    if re.fullmatch(r"\d\d?/\d\d?/\d{4}", told["pupils.born"]):
        say("A date in this file is written like 2013-04-30; this one was read as day, month, year.", told["pupils.born"])
    if former := _of(pupil, "FormerUPN"):
        say("This pupil had another UPN before. GlowLite knows the pupil by the present one.", former)


def _contact(contact: Element, pupil: Element) -> dict[str, str]:
    code = _of(contact, "Relationship").upper()
    address = contact.find("Address")
    if address is None and contact.find("AddressAsPupil") is not None:
        address = pupil.find("Address")
    phones = [(_of(phone, "TelephoneType").upper(), _of(phone, "PhoneNo")) for phone in contact.findall("Phones/Phone")]
    parts = [_of(address, part) for part in PARTS_OF_ADDRESS] if address is not None else []
    return {target: _of(contact, name) for name, target in CONTACT.items()} | {
        "links.relationship": RELATIONSHIPS.get(code, code),
        "contacts.mobile": next((number for kind, number in phones if kind == "M"), ""),
        "contacts.phone": next((number for kind, number in phones if kind != "M"), ""),
        "contacts.address": ", ".join(filter(None, parts)),
        "contacts.postcode": (_of(address, "PostCode") or _of(address, "Postcode")) if address is not None else ""}


def _of(element: Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())
