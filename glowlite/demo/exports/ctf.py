"""The DfE's Common Transfer File: pupils with their contacts as XML; attendance and history are left out."""

from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from glowlite.demo.exports import Rows, unique_pupil_number

FORMATS = ("ctf",)
RELATIONSHIPS = {"Mother": "PAM", "Father": "PAF", "Stepmother": "STM", "Stepfather": "STF", "Foster mother": "FOM", "Foster father": "FOF", "Carer": "CAR",
                 "Doctor": "DOC", "Social worker": "SWR", "Childminder": "CHM"}


def write(folder: Path, name: str, rows: Rows) -> None:
    school = rows["school"][0]
    root = Element("CTfile")
    _texts(SubElement(root, "Header"), DocumentName="Common Transfer File", CTFversion="21.0", SupplierID="DEMO")
    for kind, texts in (("SourceSchool", {"LEA": "820", "Estab": "4001"}), ("DestSchool", {"LEA": school["id"][:3], "Estab": school["id"][3:]})):
        _texts(SubElement(root[0], kind), **texts)
    contacts = {row["id"]: row for row in rows["contacts"]}
    pupils = SubElement(root, "CTFpupilData")
    for pupil in (one for one in rows["pupils"] if not one["left"]):
        one = SubElement(pupils, "Pupil")
        _texts(one, UPN=unique_pupil_number(pupil), Surname=pupil["surname"], Forename=pupil["forename"], DOB=pupil["born"])
        family = SubElement(one, "Contacts")
        for link in (link for link in rows["links"] if link["pupil_id"] == pupil["id"]):
            _contact(SubElement(family, "Contact"), contacts[link["contact_id"]], link)
    indent(root)
    ElementTree(root).write(folder / "820LLLL_CTF_9904121_001.xml", encoding="UTF-8", xml_declaration=True)


def _contact(element: Element, contact: dict[str, str], link: dict[str, str]) -> None:
    _texts(element, Order=link["priority"], Title=contact["title"], Surname=contact["surname"], Forename=contact["forename"],
           Relationship=RELATIONSHIPS.get(link["relationship"], "OTH"), Responsibility="true" if link["parental_responsibility"] == "Y" else "false")
    _texts(SubElement(element, "Address"), AddressLine1=contact["address"], PostCode=contact["postcode"])
    phones = SubElement(element, "Phones")
    for kind, number in (("M", contact["mobile"]), ("H", contact["phone"])):
        if number:
            _texts(SubElement(phones, "Phone"), TelephoneType=kind, PhoneNo=number)
    _texts(element, Email=contact["email"])


def _texts(element: Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            SubElement(element, name).text = text
