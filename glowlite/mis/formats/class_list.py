"""The class list with two parents a row that UK schools fill in for others: CHILD_… and PARENT_1_…, PARENT_2_….

No numbers and no rights: a child is known by forename, surname and birthday, a parent by name within one child. The child's NHS number,
address and gender are not read: GlowLite has no use for them, and an address of the child is not known to be that of either parent.
The NHS number is no key either: it stands in some rows and not in others, and a child must not become another one when it is filled in.
"""

from glowlite.mis import captions
from glowlite.mis.captions import unravel
from glowlite.mis.formats import About, Sheet, require
from glowlite.mis.read import Bundle, Table
from glowlite.mis.report import Refused, Report

NAME = "Class list"
CHILD = {"child_first_name": "pupils.forename", "child_last_name": "pupils.surname", "child_date_of_birth": "pupils.born",
         "child_preferred_first_name": "pupils.known_as", "child_preferred_given_name": "pupils.known_as", "child_year_group": "pupils.year_group",
         "child_registration": "pupils.registration"}
PARENTS = {f"parent_{place}_{name}": f"{target}#{place}" for place in (1, 2) for name, target in (
    ("name", "contacts.name"), ("relationship", "links.relationship"), ("phone", "contacts.phone"), ("email", "contacts.email"))}
TARGETS = CHILD | PARENTS
NOT_KEPT = {"child_preferred_last_name", "child_gender", "child_nhs_number", "child_town", "child_postcode"}
ABOUT = About(
    what="The class list that UK schools fill in, one row a child with up to two parents: children, their registration classes and parents.",
    files=(("any name", ",".join(name.upper() for name in TARGETS if name != "child_preferred_given_name")),),
    rights="The list says nothing about parental responsibility or court orders, so nobody gains access from it, whatever a relationship is called.",
    bundle=("class-list",),
    more=("A child is known by forename, surname and date of birth together; a row without one of them is set aside.",
          "A parent is known by name within one child only (by e-mail or phone where there is no name), so nobody is merged.",
          "The list speaks only for the children in it. A child who is in another registration class now leaves the old one.",
          "NHS number, gender and the child's address are not read."))


def recognises(bundle: Bundle) -> bool:
    return any(_is_list(table) for table in bundle.tables)


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    return []


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    readings = []
    for table in bundle.tables:
        if not _is_list(table):
            report.note(table.name, "This is no class list; it was left alone.")
            continue
        require(table, ("child_date_of_birth",))
        if next(table.rows(), None) is None:
            raise Refused("There is a header, but not one child under it. Please fill in the list and send it again.", table.name, 2)
        for name in table.header:
            if name and name not in TARGETS and name not in NOT_KEPT and not name.startswith("child_address"):
                report.note(table.name, "A class list has no such column; it was left alone.", column=name)
        readings.append(unravel.Reading(table.name, [TARGETS.get(name, "") for name in captions.folded(table)], table.rows()))
    return unravel.sheets(readings, report, bundle.kept)


def _is_list(table: Table) -> bool:
    return {"child_first_name", "child_last_name"} <= set(table.header)
