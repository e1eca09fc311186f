"""The class list that UK schools fill in: one row a child, up to two parents, no numbers and no rights."""

import csv
from pathlib import Path

from glowlite.demo.exports import Rows

FORMATS = ("class-list",)
OF_CHILD = ("FIRST_NAME", "LAST_NAME", "PREFERRED_FIRST_NAME", "PREFERRED_LAST_NAME", "DATE_OF_BIRTH", "YEAR_GROUP", "REGISTRATION", "GENDER",
            "ADDRESS_LINE_1", "ADDRESS_LINE_2", "TOWN", "POSTCODE", "NHS_NUMBER")
OF_PARENT = ("NAME", "RELATIONSHIP", "PHONE", "EMAIL")
HEADER = [*(f"CHILD_{name}" for name in OF_CHILD), *(f"PARENT_{place}_{name}" for place in (1, 2) for name in OF_PARENT)]


def write(folder: Path, name: str, rows: Rows) -> None:
    contacts = {row["id"]: row for row in rows["contacts"]}
    with (folder / "class-list.csv").open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, HEADER, restval="", lineterminator="\r\n")
        writer.writeheader()
        for pupil in (one for one in rows["pupils"] if not one["left"]):
            row = {"CHILD_FIRST_NAME": pupil["forename"], "CHILD_LAST_NAME": pupil["surname"], "CHILD_PREFERRED_FIRST_NAME": pupil["known_as"],
                   "CHILD_DATE_OF_BIRTH": pupil["born"], "CHILD_YEAR_GROUP": pupil["year_group"], "CHILD_REGISTRATION": pupil["registration"]}
            links = sorted((link for link in rows["links"] if link["pupil_id"] == pupil["id"]), key=lambda link: link["priority"])
            for place, link in enumerate(links[:2], start=1):
                contact = contacts[link["contact_id"]]
                row |= {f"PARENT_{place}_NAME": f"{contact['forename']} {contact['surname']}", f"PARENT_{place}_RELATIONSHIP": link["relationship"],
                        f"PARENT_{place}_PHONE": contact["mobile"] or contact["phone"], f"PARENT_{place}_EMAIL": contact["email"]}
            writer.writerow(row)
