"""Small bundles, built in code: a sound one, and one for each defect that turns up in real exports."""

from collections.abc import Iterable

Bundle = dict[str, str | bytes]

PUPILS = """id,forename,surname,born,year_group
0001,Ann,Bell,2014-03-01,S1
0002,Ben,Bell,01/09/2012,S3
0003,Cat,Dow,2013-12-24,S2
"""
CONTACTS = """id,forename,surname,email
C1,Mairi,Bell,bells@example.org
C2,Rob,Bell,bells@example.org
C3,Flora,Dow,
"""
LINKS = """pupil_id,contact_id,relationship,priority,parental_responsibility,court_order
0001,C1,Mother,1,Y,N
0002,C1,Mother,1,Y,N
0001,C2,Father,2,Y,N
0003,C3,Mother,1,Y,N
"""
MARKS = """pupil_id,day,session,code
0001,2026-11-16,AM,10
0001,2026-11-16,PM,10
0001,2026-11-17,AM,20
0002,2026-11-16,AM,10
"""


def family() -> Bundle:
    """Three children, three adults, four links that give access."""
    return {"pupils.csv": PUPILS, "contacts.csv": CONTACTS, "links.csv": LINKS}


def with_marks() -> Bundle:
    return family() | {"marks.csv": MARKS}


def links(*rows: str, header: str = "pupil_id,contact_id,relationship,priority,parental_responsibility,court_order") -> Bundle:
    return family() | {"links.csv": "\n".join([header, *rows, ""])}


def marks(*rows: str) -> Bundle:
    return family() | {"marks.csv": "\n".join(["pupil_id,day,session,code", *rows, ""])}


def crowd(pupils: Iterable[int] = range(20), linked: Iterable[int] | None = None, header: str = "", cells: str = "Y,N") -> Bundle:
    """Many families of one pupil and one adult; `linked` are those with a link, `cells` what their links say."""
    pupils = list(pupils)
    header = header or "pupil_id,contact_id,parental_responsibility,court_order"
    return {
        "pupils.csv": "\n".join(["id,forename,surname", *(f"P{n:03},Ann,Name{n}" for n in pupils), ""]),
        "contacts.csv": "\n".join(["id,surname", *(f"C{n:03},Name{n}" for n in pupils), ""]),
        "links.csv": "\n".join([header, *(f"P{n:03},C{n:03},{cells}" for n in (pupils if linked is None else linked)), ""]),
    }


def guarded() -> Bundle:
    """Adults who may see a child beside adults who may not, under ids so unlike that no slip makes one of another; the last columns may be blank."""
    return {
        "pupils.csv": "id,forename,surname\nPAAA1,Ann,Bell\nPBBB2,Ben,Bell\nPCCC3,Cat,Dow\n",
        "contacts.csv": "id,surname\nXMMM4,Bell\nXNNN5,Bell\nXOOO6,Dow\n",
        "links.csv": "pupil_id,contact_id,relationship,parental_responsibility,court_order,lives_with,account_selected\n"
                     "PAAA1,XMMM4,Mother,Y,N,Y,Y\nPBBB2,XMMM4,Mother,Y,N,,\nPAAA1,XNNN5,Father,N,Y,N,\nPBBB2,XNNN5,Aunt,N,Y,N,Y\n"
                     "PCCC3,XOOO6,Mother,Y,Y,N,\nPCCC3,XMMM4,Uncle,N,N,N,\nPAAA1,XOOO6,,,,Y,Y\n",
    }


def changed(bundle: Bundle, file: str, *swaps: tuple[str, str]) -> Bundle:
    """The same bundle with these words swapped in one file; each must be there."""
    text = bundle[file]
    assert isinstance(text, str)
    for old, new in swaps:
        assert old in text, f"{old} is not in {file}"
        text = text.replace(old, new)
    return bundle | {file: text}


def without(bundle: Bundle, file: str) -> Bundle:
    return {name: content for name, content in bundle.items() if name != file}


def everything() -> Bundle:
    """A file for each kind of row."""
    return with_marks() | {
        "school.csv": "id,name,kind,mis,attendance_codes\nG1,Glenbeg Academy,secondary,SEEMiS,scotland\n",
        "staff.csv": "id,title,surname,job\nT1,Mrs,Reid,Teacher of English\n",
        "groups.csv": "id,kind,name,subject\n1-EN,class,1 English,English\n",
        "memberships.csv": "group_id,pupil_id\n1-EN,0001\n1-EN,0002\n",
        "teaching.csv": "group_id,staff_id\n1-EN,T1\n",
        "periods.csv": "id,week,weekday,name,starts,ends\nMON1,,Mon,Period 1,9:00,09:50\n",
        "lessons.csv": "id,group_id,period_id,staff_id,room,bring\nL1,1-EN,MON1,T1,E4,A dictionary\n",
        "conduct.csv": "id,pupil_id,kind,type,day,points,staff_id,comment\nK1,0001,achievement,Helping others,2026-11-12,2,T1,Well done.\n",
        "results.csv": "id,pupil_id,subject,title,day,value,out_of\nR1,0001,English,Essay,2026-11-02,17,20\n",
        "assignments.csv": "id,group_id,staff_id,title,set_on,due_on\nA1,1-EN,T1,Diary,2026-11-16,2026-11-23\n",
        "calendar.csv": "id,kind,title,starts,ends,audience\nX1,holiday,Christmas,2026-12-21,2027-01-05,everyone\n",
    }


# --- School Data Sync -----------------------------------------------------------------------------------

SECRET = "Tr0ub4dor&3"  # every password in these files; it must be found nowhere afterwards


def sds_v1_uk() -> Bundle:
    """Two schools in one bundle, dates month first."""
    return {
        "School.csv": "DfE Number,Name,Address,City,Phone\n9001,High,1 Road,Town,01632 1\n9002,Low,2 Road,Town,01632 2\n",
        "Student.csv": "ID,School DfE Number,First Name,Last Name,Username,Password,Grade,Birthdate\n"
                       f"101,9001,Ann,Bell,ann,{SECRET},7,4/2/2014\n102,9001,Ben,Bell,ben,{SECRET},8,12/31/2012\n"
                       f"201,9002,Cat,Dow,cat,{SECRET},2,1/1/2019\n",
        "Teacher.csv": f"ID,School DfE Number,First Name,Last Name,Username,Password\n11,9001,Ada,Reid,ada,{SECRET}\n21,9002,Eve,Ross,eve,{SECRET}\n",
        "Section.csv": "ID,School DfE Number,Section Name,Course Subject\nS1,9001,7 English,English\nS2,9002,P2,\n",
        "StudentEnrollment.csv": "Section ID,ID\nS1,101\nS1,102\nS2,201\n",
        "TeacherRoster.csv": "Section ID,ID\nS1,11\nS2,21\n",
    }


def sds_v1() -> Bundle:
    """The same under the plain format's names."""
    plain = {}
    for name, text in sds_v1_uk().items():
        assert isinstance(text, str)
        head, rest = text.split("\n", 1)
        head = head.replace("School DfE Number", "School SIS ID").replace("DfE Number", "SIS ID").replace("Section ID", "Section SIS ID")
        plain[name] = (head.replace("ID,School", "SIS ID,School") if head.startswith("ID,") else head.replace(",ID", ",SIS ID")) + "\n" + rest
    return plain


def sds_v21() -> Bundle:
    """One school with a district above it; two pupils, a teacher, two adults without a role."""
    return {
        "orgs.csv": "sourcedId,name,type,parentSourcedId\nD,District,district,\n9001,High,school,D\n",
        "users.csv": "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms\n"
                     f"101,ann,Ann,Bell,{SECRET},,,,\n102,ben,Ben,Bell,{SECRET},,,,\n11,ada,Ada,Reid,{SECRET},,ada@example.org,,\n"
                     f"501,mum,Mairi,Bell,{SECRET},,m@example.org,0131 1,07700 1\n502,doc,Dora,Good,{SECRET},,d@example.org,,\n",
        "roles.csv": "userSourcedId,orgSourcedId,role,grade,isPrimary\n101,9001,student,07,TRUE\n102,9001,student,08,TRUE\n11,9001,teacher,,TRUE\n",
        "classes.csv": "sourcedId,orgSourcedId,title,courseSourcedId\nK1,9001,7 English,E\n",
        "courses.csv": "sourcedId,orgSourcedId,title\nE,9001,English\n",
        "enrollments.csv": "classSourcedId,userSourcedId,role\nK1,101,student\nK1,102,student\nK1,11,teacher\n",
        "relationships.csv": "userSourcedId,relationshipUserSourcedId,relationshipRole\n101,501,parent\n102,501,guardian\n101,502,doctor\n",
        "demographics.csv": "userSourcedId,birthDate\n101,2014-04-02\n",
        "userFlags.csv": "userSourcedId,flag\n101,FreeMeals\n",
    }


def sds_v2() -> Bundle:
    """Before 2.1: the role, the grade and the organisations of a person stand in users.csv."""
    return {
        "orgs.csv": "sourcedId,name,type,parentSourcedId\nD,District,district,\n9001,High,school,D\n9002,Low,school,D\n",
        "users.csv": "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade\n"
                     f'101,9001,Ann,Bell,ann,{SECRET},student,07\n102,"9002,9001",Ben,Bell,ben,{SECRET},student,08\n'
                     f"201,9002,Cat,Dow,cat,{SECRET},student,02\n11,9001,Ada,Reid,ada,{SECRET},teacher,\n",
        "classes.csv": "sourcedId,orgSourcedId,title\nK1,9001,7 English\nK9,9002,P2\n",
        "enrollments.csv": "classSourcedId,userSourcedId,role\nK1,101,student\nK1,102,student\nK1,11,teacher\nK9,201,student\n",
    }
