"""Kilmorran Primary, a school in which nobody has brought parents on yet: its bundle, and the staff who are to do it.

Ailie Buchanan may see Skye and Struan. Rab Buchanan only Struan: about Skye there is a court order. Erik Tulloch is not selected
for an account, Una Oag has no parental responsibility, for Dougal Oag the MIS does not say. Nia Gilchrist may see Freya.
"""

from pathlib import Path

from glowlite import founding, mis
from glowlite.models import Authority, Duty, School, Staff, User, UserStaff
from glowlite.policy import Role

CODE = "kilmorran"
STAFF = {"rhona.imrie": (Role.HEAD, "S1"), "effie.leask": (Role.OFFICE, "S2"), "magnus.isbister": (Role.TEACHER, "S3"), "tam.harper": (Role.EDITOR, "S4")}

BUNDLE = {
    "staff.csv": """id,title,forename,surname,job
S1,Ms,Rhona,Imrie,Head Teacher
S2,Mrs,Effie,Leask,Office
S3,Mr,Magnus,Isbister,Class Teacher
S4,Mr,Tam,Harper,Librarian
""",
    "pupils.csv": """id,forename,surname,born,year_group,registration,photo_consent
100001,Skye,Buchanan,2018-02-03,P4,P4,Y
100002,Struan,Buchanan,2021-05-17,P1,P1,N
100003,Iona,Tulloch,2018-07-21,P4,P4,Y
100004,Hamish,Oag,2018-11-02,P4,P4,Y
100005,Freya,Gilchrist,2021-01-30,P1,P1,Y
""",
    "contacts.csv": """id,title,forename,surname,email,mobile,address,postcode
K1,Mrs,Ailie,Buchanan,ailie.buchanan@example.org,07700 900201,3 Pier Road Kilmorran,IV99 4BB
K2,Mr,Rab,Buchanan,rab.buchanan@example.org,07700 900202,8 Quarry Lane Ardmorran,IV99 3CC
K3,Ms,Morven,Tulloch,morven.tulloch@example.org,07700 900203,21 Kirk Brae Kilmorran,IV99 4DD
K4,Mr,Erik,Tulloch,erik.tulloch@example.org,07700 900204,21 Kirk Brae Kilmorran,IV99 4DD
K5,Mrs,Una,Oag,,01632 960205,5 Smithy Row Kilmorran,IV99 4EE
K6,Mr,Dougal,Oag,dougal.oag@example.org,07700 900206,5 Smithy Row Kilmorran,IV99 4EE
K7,Dr,Nia,Gilchrist,nia.gilchrist@example.org,07700 900207,2 Manse Lane Kilmorran,IV99 4FF
""",
    "links.csv": """pupil_id,contact_id,relationship,priority,parental_responsibility,court_order,lives_with,account_selected
100001,K1,Mother,1,Y,N,Y,Y
100002,K1,Mother,1,Y,N,Y,Y
100001,K2,Father,2,Y,Y,N,Y
100002,K2,Father,2,Y,N,N,Y
100003,K3,Mother,1,Y,N,Y,Y
100003,K4,Father,2,Y,N,Y,N
100004,K5,Grandmother,1,N,N,Y,Y
100004,K6,Father,2,,N,Y,Y
100005,K7,Mother,1,Y,N,Y,Y
""",
    "groups.csv": """id,kind,name
REG-P4,registration,P4
REG-P1,registration,P1
""",
    "memberships.csv": """group_id,pupil_id
REG-P4,100001
REG-P4,100003
REG-P4,100004
REG-P1,100002
REG-P1,100005
""",
    "teaching.csv": """group_id,staff_id
REG-P4,S3
REG-P1,S3
""",
}


def found(authority: Authority, folder: Path, password: str = "a school begins small") -> School:
    """Make the school, load its bundle from this folder, and give its staff their accounts."""
    school = founding.add_school(authority, CODE, "Kilmorran Primary School", "test", kind="primary", accent="moss")
    for name, text in BUNDLE.items():
        (folder / name).write_text(text)
    report = mis.load(folder, CODE, by="test")
    assert report.status == "kept", report.problems
    for username, (role, number) in STAFF.items():
        user = User(username=username, name=username.replace(".", " ").title())
        user.set_password(password)
        UserStaff.create(user=user, staff=Staff.get(Staff.school == school, Staff.mis_id == number))
        Duty.create(user=user, role=role.value, school=school, authority=authority)
    return School.get_by_id(school.id)
