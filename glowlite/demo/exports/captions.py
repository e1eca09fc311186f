"""Reports as the MISs of UK schools write them: SIMS (Windows text, padded initials), SEEMiS, Facility CMIS, Arbor and Bromcom."""

import csv
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

from glowlite.demo.exports import Rows, unique_pupil_number

FORMATS = ("sims", "seemis", "cmis", "arbor", "bromcom")
Row = dict[str, str]


def write(folder: Path, name: str, rows: Rows) -> None:
    WRITERS[name](folder, rows if name == "sims" else _on_roll(rows))  # of SIMS the date of leaving is exported


def uk(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}" if day else ""


def _sims(folder: Path, rows: Rows) -> None:
    initials = _initials(rows["staff"])
    classes = {row["id"]: row for row in rows["groups"] if row["kind"] == "class"}
    _save(folder / "Pupil contacts.csv", "cp1252", [{
        "Adno": pupil["id"], "UPN": unique_pupil_number(pupil), "Legal Surname": pupil["surname"], "Legal Forename": pupil["forename"],
        "Preferred Surname": pupil["surname"], "Preferred Forename": pupil["known_as"] or pupil["forename"], "DOB": uk(pupil["born"]), "Gender": "",
        "Year": pupil["year_group"], "Reg Group": pupil["registration"], "House": pupil["house"], "Date of Admission": uk(pupil["joined"]),
        "Date of Leaving": uk(pupil["left"]), "Contact Person ID": contact["id"], "Contact Title": contact["title"], "Contact Surname": contact["surname"],
        "Contact Forename": contact["forename"], "Relationship to Student": link["relationship"], "Priority": link["priority"],
        "Parental Responsibility": link["parental_responsibility"], "Court Order": link["court_order"], "Lives with Pupil": link["lives_with"],
        "Correspondence": "", "Home Telephone": contact["phone"], "Mobile Telephone": contact["mobile"], "Home E-mail": contact["email"],
        "Home Address": contact["address"], "Home Postcode": contact["postcode"]} for pupil, contact, link in _families(rows)])
    pupils = {row["id"]: row for row in rows["pupils"]}
    _save(folder / "Session attendance.csv", "cp1252", [{
        "Adno": mark["pupil_id"], "Name": _name(pupils[mark["pupil_id"]]), "Reg": pupils[mark["pupil_id"]]["registration"], "Date": uk(mark["day"]),
        "Session Name": mark["session"], "Mark": mark["code"]} for mark in rows["marks"]])
    periods = {row["id"]: f"1{row['weekday']}:{row['name'].removeprefix('Period ')}" for row in rows["periods"]}
    _save(folder / "Periods.csv", "cp1252", [{"Period": periods[row["id"]], "Start Time": row["starts"], "End Time": row["ends"]} for row in rows["periods"]])
    staff = {row["id"]: row for row in rows["staff"]}
    lessons = [row for row in rows["lessons"] if row["group_id"] in classes and row["staff_id"]]
    _save(folder / "Teacher timetables.csv", "cp1252", [{
        "Title": staff[row["staff_id"]]["title"], "Preferred Surname": staff[row["staff_id"]]["surname"], "Initials": initials[row["staff_id"]],
        "Subject code": classes[row["group_id"]]["subject"], "Class": _class(row["group_id"]), "Room": row["room"], "Period": periods[row["period_id"]]}
        for row in lessons])
    of_class = {group: [row for row in lessons if row["group_id"] == group] for group in classes}
    _save(folder / "Pupil timetables.csv", "cp1252", [{
        "Adno": one["pupil_id"], "Name": _name(pupils[one["pupil_id"]]), "Reg": pupils[one["pupil_id"]]["registration"],
        "Subject code": classes[row["group_id"]]["subject"], "Class": _class(row["group_id"]), "Initials": initials[row["staff_id"]], "Room": row["room"],
        "Period": periods[row["period_id"]]} for one in rows["memberships"] for row in of_class.get(one["group_id"], [])])
    for kind, file, caption in (("achievement", "Achievements.csv", "Achievement Type"), ("behaviour", "Behaviour.csv", "Behaviour Type")):
        _save(folder / file, "cp1252", [{
            "Adno": row["pupil_id"], "Name": _name(pupils[row["pupil_id"]]), "Date": uk(row["day"]), caption: row["type"], "Points": row["points"],
            "Comments": row["comment"], "Recorded By": initials.get(row["staff_id"], "")} for row in rows["conduct"] if row["kind"] == kind])


def _seemis(folder: Path, rows: Rows) -> None:
    _save(folder / "Pupils and contacts.csv", "utf-8-sig", [{
        "Student ID": pupil["id"], "SCN": pupil["scn"], "Forename": pupil["forename"], "Surname": pupil["surname"], "Known As": pupil["known_as"],
        "Date of Birth": uk(pupil["born"]), "Stage": pupil["year_group"], "Class": pupil["registration"], "House": pupil["house"],
        "Photo Consent": pupil["photo_consent"], "Contact ID": contact["id"], "Contact Title": contact["title"], "Contact Forename": contact["forename"],
        "Contact Surname": contact["surname"], "Relationship": link["relationship"], "Contact Order": link["priority"],
        "Parental Rights and Responsibilities": link["parental_responsibility"], "Court Order": link["court_order"], "Lives With": link["lives_with"],
        "Contact Home Phone": contact["phone"], "Contact Mobile": contact["mobile"], "Contact Email": contact["email"],
        "Contact Address": contact["address"], "Contact Postcode": contact["postcode"]} for pupil, contact, link in _families(rows)])
    _save(folder / "Attendance.csv", "utf-8-sig", [{"Student ID": pupil, "Date": uk(day), "AM": codes.get("AM", ""), "PM": codes.get("PM", "")}
                                                    for pupil, day, codes in _days(rows)])


def _cmis(folder: Path, rows: Rows) -> None:
    students = []
    for pupil, family in groupby(_families(rows), key=lambda one: one[0]):
        adults = list(family)[:3]
        students.append({"StudentId": pupil["id"], "Forename": pupil["forename"], "Surname": pupil["surname"], "KnownAs": pupil["known_as"],
                         "DOB": uk(pupil["born"]), "NCYear": pupil["year_group"], "ClassGroup": pupil["registration"]}
                        | {f"Contact{place}{what}": "" for place in (1, 2, 3) for what in _of_cmis({}, {})}
                        | {f"Contact{place}{what}": text for place, (_, contact, link) in enumerate(adults, start=1)
                           for what, text in _of_cmis(contact, link).items()})
    _save(folder / "students.csv", "cp1252", students)
    _save(folder / "attendance.csv", "cp1252", [{"StudentId": mark["pupil_id"], "AttDate": uk(mark["day"]), "AttSession": mark["session"],
                                                 "AttMark": mark["code"]} for mark in rows["marks"]])


def _of_cmis(contact: Row, link: Row) -> Row:
    return {"Name": _name(contact), "Relationship": link.get("relationship", ""), "Priority": link.get("priority", ""),
            "ParentalResponsibility": link.get("parental_responsibility", ""), "CourtOrder": link.get("court_order", ""),
            "Phone": contact.get("phone", ""), "Mobile": contact.get("mobile", ""), "Email": contact.get("email", "")}


def _arbor(folder: Path, rows: Rows) -> None:
    _save(folder / "Students and guardians.csv", "utf-8", [{
        "Arbor Student ID": pupil["id"], "UPN": unique_pupil_number(pupil), "Legal First Name": pupil["forename"], "Legal Last Name": pupil["surname"],
        "Preferred First Name": pupil["known_as"], "Date of birth": pupil["born"], "Year group": pupil["year_group"],
        "Registration form": pupil["registration"], "Arbor Guardian ID": contact["id"], "Guardian Title": contact["title"],
        "Guardian First Name": contact["forename"], "Guardian Last Name": contact["surname"], "Relationship": link["relationship"],
        "Primary Guardian": "Yes" if link["priority"] == "1" else "No", "Legal Guardian": link["parental_responsibility"],
        "Email Address (Main)": contact["email"], "Mobile Number (Main)": contact["mobile"]} for pupil, contact, link in _families(rows)])
    _save(folder / "Attendance.csv", "utf-8", [{"Arbor Student ID": pupil, "Date": day, "AM Mark": codes.get("AM", ""), "PM Mark": codes.get("PM", "")}
                                                for pupil, day, codes in _days(rows)])


def _bromcom(folder: Path, rows: Rows) -> None:
    _save(folder / "Students and contacts.csv", "utf-8-sig", [{
        "Student ID": pupil["id"], "UPN": unique_pupil_number(pupil), "First Name": pupil["forename"], "Last Name": pupil["surname"],
        "Preferred First Name": pupil["known_as"], "Date of Birth": uk(pupil["born"]), "Year Group": pupil["year_group"],
        "Tutor Group": pupil["registration"], "Contact ID": contact["id"], "Contact Title": contact["title"], "Contact First Name": contact["forename"],
        "Contact Last Name": contact["surname"], "Relationship": link["relationship"], "Contact Priority": link["priority"],
        "Parental Responsibility": link["parental_responsibility"], "Court Order Restricted Access": link["court_order"],
        "Lives With Student": link["lives_with"], "Contact Email": contact["email"], "Contact Mobile": contact["mobile"],
        "Contact Home Phone": contact["phone"]} for pupil, contact, link in _families(rows)])
    _save(folder / "Attendance.csv", "utf-8-sig", [{"Student ID": mark["pupil_id"], "Date": uk(mark["day"]), "Session": mark["session"],
                                                    "Mark": mark["code"]} for mark in rows["marks"]])
    _save(folder / "Events.csv", "utf-8-sig", [{
        "Student ID": row["pupil_id"], "Event ID": row["id"], "Event Date": uk(row["day"]), "Event Kind": row["kind"].capitalize(), "Event Type": row["type"],
        "Points": row["points"], "Comment": row["comment"]} for row in rows["conduct"]])


WRITERS = {"sims": _sims, "seemis": _seemis, "cmis": _cmis, "arbor": _arbor, "bromcom": _bromcom}


# --- what these reports share ------------------------------------------------------------------------


def _on_roll(rows: Rows) -> Rows:
    """Without the children who have left, as most reports are."""
    left = {pupil["id"] for pupil in rows["pupils"] if pupil["left"]}
    return {noun: [row for row in some if row.get("id" if noun == "pupils" else "pupil_id") not in left] for noun, some in rows.items()}


def _families(rows: Rows) -> Iterator[tuple[Row, Row, Row]]:
    """(pupil, contact, link) of each adult and child, by pupil."""
    contacts = {row["id"]: row for row in rows["contacts"]}
    links: dict[str, list[Row]] = {}
    for link in rows["links"]:
        links.setdefault(link["pupil_id"], []).append(link)
    for pupil in rows["pupils"]:
        for link in sorted(links.get(pupil["id"], []), key=lambda one: one["priority"]):
            yield pupil, contacts[link["contact_id"]], link


def _days(rows: Rows) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(pupil, day, session -> code): both marks of a day in one row."""
    marks = sorted(rows["marks"], key=lambda mark: (mark["pupil_id"], mark["day"]))
    for (pupil, day), of_day in groupby(marks, key=lambda mark: (mark["pupil_id"], mark["day"])):
        yield pupil, day, {mark["session"]: mark["code"] for mark in of_day}


def _initials(staff: list[Row]) -> dict[str, str]:
    """Staff id -> three letters and the blank with which SIMS pads them."""
    taken: dict[str, str] = {}
    for row in staff:
        letters = f"{row['forename'][:1]}{row['surname'][:2]}".upper()
        while letters in taken.values():
            letters = f"{letters[:2]}{chr((ord(letters[2]) - 64) % 26 + 65)}"
        taken[row["id"]] = letters
    return {number: f"{letters} " for number, letters in taken.items()}


def _class(group: str) -> str:
    """As SIMS names a class: 12L/Ph1."""
    return group.replace("-", "/", 1)


def _name(person: Row) -> str:
    return f"{person.get('forename', '')} {person.get('surname', '')}".strip()


def _save(file: Path, encoding: str, rows: list[Row]) -> None:
    with file.open("w", encoding=encoding, errors="replace", newline="") as out:
        writer = csv.DictWriter(out, rows[0], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
