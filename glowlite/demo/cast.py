"""Hides the named people of the demo: who they are, what each was invented to show, and the traps set for leaks.

Everything else in the demo is made up at random; these rows are the same in every bundle, whatever its size.
MacLeod: one account, two schools. Kowalska: one child. Fraser: a father who may see one child and not the other.
Hussain: twins. Smith: two pupils of one name. Campbell: a teacher who is a parent too. Wójcik: nothing on record yet.
Geddes: has left. MacAulay and Nowak: a blank where a Y or N should be. Mackenzie: a doctor and a social worker are contacts.
Drummond: two parents with one e-mail address. A contact's number stands for the same person in both schools.
"""

from dataclasses import dataclass

AUTHORITY = "Strathmorran Council"
ACADEMY, PRIMARY = "morran-academy", "shore-primary"


@dataclass(frozen=True)
class School:
    code: str
    id: str
    name: str
    kind: str
    accent: str
    mis: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True)
class Child:
    """birthday is (month, day); the year follows from the stage. A class of '' is placed by the generator."""

    id: str
    school: str
    forename: str
    surname: str
    stage: str
    birthday: tuple[int, int]
    registration: str = ""
    house: str = "Skye"
    known_as: str = ""


@dataclass(frozen=True)
class Adult:
    """username '' has no account; the e-mail address is made of the username unless one is given."""

    id: str
    title: str
    forename: str
    surname: str
    address: str
    postcode: str
    email: str = ""
    username: str = ""


@dataclass(frozen=True)
class Tie:
    """One adult and one child, with the cells exactly as the MIS writes them: Y, N or blank."""

    contact_id: str
    pupil_id: str
    relationship: str
    priority: int
    parental_responsibility: str = "Y"
    court_order: str = "N"
    lives_with: str = "Y"
    account_selected: str = "Y"


@dataclass(frozen=True)
class StaffMember:
    """role names a member of policy.Role; contact_id joins the same account to a parent."""

    id: str
    school: str
    title: str
    forename: str
    surname: str
    job: str
    username: str
    role: str
    department: str = ""
    contact_id: str = ""


SCHOOLS = (
    School(ACADEMY, "9904121", "Morran Academy", "secondary", "loch", "SEEMiS", "Academy Brae, Morran, IV99 1AA", "01632 960100",
           "office@morran-academy.example"),
    School(PRIMARY, "9904129", "Shore Street Primary School", "primary", "heather", "SEEMiS", "Shore Street, Morran, IV99 1BD",
           "01632 960200", "office@shore-primary.example"),
)

CHILDREN = (
    Child("000101", ACADEMY, "Catriona", "MacLeod", "S2", (4, 30), "2B", "Skye"),
    Child("000102", PRIMARY, "Finlay", "MacLeod", "P5", (9, 12), house="Otter"),
    Child("000103", ACADEMY, "Zofia", "Kowalska", "S1", (6, 3), "1A", "Mull"),
    Child("000104", ACADEMY, "Isla", "Fraser", "S3", (11, 21), "3A", "Islay"),
    Child("000105", ACADEMY, "Ewan", "Fraser", "S1", (3, 17), "1A", "Islay"),
    Child("000106", PRIMARY, "Aisha", "Hussain", "P3", (1, 8), house="Puffin"),
    Child("000107", PRIMARY, "Amina", "Hussain", "P3", (1, 8), house="Puffin"),
    Child("000108", ACADEMY, "James", "Smith", "S2", (7, 2), "2A", "Jura", known_as="Jamie"),
    Child("000109", ACADEMY, "James", "Smith", "S2", (10, 25), "2B", "Mull"),
    Child("000110", ACADEMY, "Rory", "Campbell", "S2", (8, 14), "2A", "Jura"),
    Child("000111", ACADEMY, "Oliwia", "Wójcik", "S1", (5, 19), house=""),
    Child("000112", ACADEMY, "Lewis", "Geddes", "S4", (12, 1), "4A", "Mull"),
    Child("000113", ACADEMY, "Seòras", "MacAulay", "S3", (2, 11), house="Skye"),
    Child("000114", PRIMARY, "Eòghann", "Mackenzie", "P6", (6, 27), house="Heron"),
    Child("000115", PRIMARY, "Maja", "Nowak", "P4", (10, 9), house="Seal"),
    Child("000116", ACADEMY, "Beth", "Drummond", "S5", (3, 29), house="Jura"),
)
JOINED_YESTERDAY = "000111"
LEAVER = "000112"

ADULTS = (
    Adult("C000101", "Ms", "Mairi", "MacLeod", "4 Shore Street, Morran", "IV99 1AB", username="mairi.macleod"),
    Adult("C000102", "Mr", "Calum", "MacLeod", "4 Shore Street, Morran", "IV99 1AB"),
    Adult("C000103", "Mr", "Tomasz", "Kowalski", "17 Station Road, Morran", "IV99 1CD", username="tomasz.kowalski"),
    Adult("C000104", "Mr", "Gordon", "Fraser", "22 Harbour Brae, Ardmorran", "IV99 3EF", username="gordon.fraser"),
    Adult("C000105", "Mrs", "Karen", "Fraser", "9 Manse Road, Morran", "IV99 1GH", username="karen.fraser"),
    Adult("C000106", "Mrs", "Nasreen", "Hussain", "31 Castle Street, Morran", "IV99 1JL", username="nasreen.hussain"),
    Adult("C000107", "Mrs", "Linda", "Smith", "2 Mill Lane, Morran", "IV99 1NP", username="linda.smith"),
    Adult("C000108", "Mr", "Robert", "Smith", "58 Rowan Drive, Balnamore", "IV99 2QR", username="robert.smith"),
    Adult("C000109", "Mrs", "Shona", "Campbell", "6 Lochview Crescent, Morran", "IV99 1ST", username="shona.campbell"),
    Adult("C000110", "Mrs", "Marta", "Wójcik", "14b Queen Street, Morran", "IV99 1UW", username="marta.wojcik"),
    Adult("C000111", "Mr", "Paul", "Geddes", "3 Smiddy Lane, Kilmorran", "IV99 4XY", username="paul.geddes"),
    Adult("C000112", "Mrs", "Seonag", "MacAulay", "11 Croft Place, Kilmorran", "IV99 4AB", username="seonag.macaulay"),
    Adult("C000113", "Mr", "Ruaraidh", "MacAulay", "11 Croft Place, Kilmorran", "IV99 4AB",
          "ruaraidh@example.org", "blank.macaulay"),
    Adult("C000114", "Mrs", "Màiri", "Mackenzie", "8 Kirk Wynd, Morran", "IV99 1DE", username="mairi.mackenzie"),
    Adult("C000115", "Dr", "Alasdair", "Beaton", "Morran Medical Practice, Telford Road, Morran", "IV99 1ZZ"),
    Adult("C000116", "Ms", "Rachel", "Ogilvie", "Strathmorran Council, Children and Families, Morran", "IV99 1AA"),
    Adult("C000117", "Mrs", "Peigi", "Mackenzie", "1 Old Ferry Road, Ardmorran", "IV99 3FG"),
    Adult("C000118", "Mrs", "Agnieszka", "Nowak", "27 Birch Grove, Morran", "IV99 1HJ", username="agnieszka.nowak"),
    Adult("C000119", "Mr", "Piotr", "Nowak", "5 Telford Road, Balnamore", "IV99 2LN", "piotr.nowak@example.org", "blank.nowak"),
    Adult("C000120", "Mrs", "Fiona", "Drummond", "40 Glebe Terrace, Morran", "IV99 1PQ",
          "the.drummonds@example.org", "fiona.drummond"),
    Adult("C000121", "Mr", "Alan", "Drummond", "40 Glebe Terrace, Morran", "IV99 1PQ",
          "the.drummonds@example.org", "alan.drummond"),
    Adult("C000122", "Mr", "Angus", "MacLeod", "19 Fishertown Row, Morran", "IV99 1RS"),
)

TIES = (
    Tie("C000101", "000101", "Mother", 1), Tie("C000101", "000102", "Mother", 1),
    Tie("C000102", "000101", "Father", 2, account_selected="N"), Tie("C000102", "000102", "Father", 2, account_selected="N"),
    Tie("C000122", "000101", "Grandfather", 3, "N", "N", "N", "N"),
    Tie("C000122", "000102", "Grandfather", 3, "N", "N", "N", "N"),
    Tie("C000103", "000103", "Father", 1),
    Tie("C000104", "000104", "Father", 2, court_order="Y", lives_with="N"),
    Tie("C000104", "000105", "Father", 2, lives_with="N"),
    Tie("C000105", "000104", "Mother", 1), Tie("C000105", "000105", "Mother", 1),
    Tie("C000106", "000106", "Mother", 1), Tie("C000106", "000107", "Mother", 1),
    Tie("C000107", "000108", "Mother", 1), Tie("C000108", "000109", "Father", 1),
    Tie("C000109", "000110", "Mother", 1), Tie("C000110", "000111", "Mother", 1), Tie("C000111", "000112", "Father", 1),
    Tie("C000112", "000113", "Mother", 1), Tie("C000113", "000113", "Father", 2, parental_responsibility=""),
    Tie("C000114", "000114", "Mother", 1), Tie("C000117", "000114", "Grandmother", 2, "N", "N", "Y", "N"),
    Tie("C000115", "000114", "Doctor", 8, "N", "N", "N", "N"), Tie("C000116", "000114", "Social worker", 9, "N", "N", "N", "N"),
    Tie("C000118", "000115", "Mother", 1), Tie("C000119", "000115", "Father", 2, court_order="", lives_with="N"),
    Tie("C000120", "000116", "Mother", 1), Tie("C000121", "000116", "Father", 2),
)

STAFF = (
    StaffMember("T0001", ACADEMY, "Mr", "Donald", "Munro", "Head Teacher", "donald.munro", "HEAD"),
    StaffMember("T0002", ACADEMY, "Ms", "Priya", "Sharma", "Librarian", "priya.sharma", "EDITOR"),
    StaffMember("T0003", ACADEMY, "Mrs", "Jean", "Baxter", "Office Manager", "jean.baxter", "OFFICE"),
    StaffMember("T0007", ACADEMY, "Mrs", "Ailsa", "Reid", "Teacher of English", "ailsa.reid", "TEACHER", "English"),
    StaffMember("T0008", ACADEMY, "Mrs", "Shona", "Campbell", "Teacher of Physical Education", "shona.campbell", "TEACHER",
                "Physical Education", contact_id="C000109"),
    StaffMember("T1001", PRIMARY, "Mrs", "Margaret", "Sinclair", "Head Teacher", "margaret.sinclair", "HEAD"),
    StaffMember("T1002", PRIMARY, "Miss", "Mhairi", "Nicolson", "Class Teacher", "mhairi.nicolson", "TEACHER", "P5"),
    StaffMember("T1003", PRIMARY, "Mrs", "Isobel", "Grant", "School Clerical Assistant", "isobel.grant", "OFFICE"),
)
AUTHORITY_USERNAME, AUTHORITY_NAME = "helen.ross", "Helen Ross"  # works for the council, so no school's MIS knows her

ALWAYS_TEACHES = {"2B-EN": "T0007"}           # Ailsa Reid has Catriona's English class
NEVER_TEACHES = {"T0008": ("000110",)}        # Shona Campbell and her own son

# Texts that must never reach a parent's screen, feed or letter. Tests look for them word for word.
CANARY_COMMENT = "Pushed Zofia Kowalska in the lunch queue and would not apologise. Spoken to by the depute head."
CANARY_CONDUCT = "K000001"                    # the entry with that comment …
CANARY_PUPIL = "000105"                       # … on the record of Ewan Fraser, which Karen and Gordon may both open
CANARY_RESULT = "CANARY: reading folio, not released yet"
CANARY_STAFF_EVENT = "Staff only: moderation of S4 folios"
CANARY_ASSIGNMENT = "Not set yet: a letter to my future self"
