"""The disasters that school offices report of other systems, each as a small bundle named by its defect; test_disasters.py says what becomes of them."""

from tests.mis import bundles
from tests.mis.bundles import Bundle, changed

PAIR = "pupil_id,contact_id,parental_responsibility,court_order"


def half_a_file() -> Bundle:
    """The connection broke half-way through the pupils."""
    return bundles.crowd() | {"pupils.csv": bundles.crowd(range(10))["pupils.csv"]}


def not_eligibile() -> Bundle:
    """A column typed wrongly in every row, as a whole list of another system once was."""
    rows = str(bundles.crowd()["pupils.csv"]).splitlines()
    return bundles.crowd() | {"pupils.csv": "\n".join([f"{rows[0]},photo_consent", *(f"{row},Not Eligibile" for row in rows[1:]), ""])}


def class_list(*children: str) -> Bundle:
    header = "CHILD_FIRST_NAME,CHILD_LAST_NAME,CHILD_DATE_OF_BIRTH,CHILD_REGISTRATION,PARENT_1_NAME,PARENT_1_EMAIL,PARENT_2_NAME,PARENT_2_EMAIL"
    return {"list.csv": "\n".join([header, *children, ""])}


def accents() -> Bundle:
    return bundles.family() | {"pupils.csv": "id,forename,surname\n0001,Zoë,MacAoidh\n0002,Seán,Ó Briain\n0003,Žofie,Dow\n"}


def stray_blanks() -> Bundle:
    """Non-breaking blanks and padding, in the header and in the cells."""
    return {"pupils.csv": " ID ,\u00a0Forename,Surname\u00a0,year\u00a0group\n0001\u00a0, Ann ,\u00a0Bell,S1 \n",
            "contacts.csv": "id,surname, Forename\n C1 ,Bell\u00a0,\u00a0Mairi\n",
            "links.csv": "Pupil\u00a0ID,contact_id ,Parental\u00a0Responsibility, Court Order\n\u00a00001,C1\u00a0, Y\u00a0,\u00a0N \n"}


def opened_in_a_spreadsheet() -> Bundle:
    """Saved again, without the zeros: 0001 has become 1."""
    return {name: str(content).replace("\n000", "\n") for name, content in bundles.family().items()}


def dates(*cells: str) -> Bundle:
    return bundles.family() | {"pupils.csv": "\n".join(["id,forename,surname,born", *(f"000{n},Ann,Bell,{cell}" for n, cell in enumerate(cells, start=1)), ""])}


def line_breaks() -> Bundle:
    """Addresses of several lines, and a fault after them."""
    return bundles.family() | {"contacts.csv": 'id,surname,address,email\nC1,Bell,"4 Shore Street\r\nGlenbeg\r\n",a@example.org\n'
                                               'C2,Bell,"4 Shore Street\nGlenbeg",b@example.org\nC3,,"1 High\nStreet",\n'}


def one_mother_twice() -> Bundle:
    """Each child was entered with its own record of the same mother: J. Smith and Joyce Smith."""
    return {"pupils.csv": "id,forename,surname\n1,Ann,Smith\n2,Ben,Smith\n",
            "contacts.csv": "id,forename,surname,email,mobile\nA,J.,Smith,joyce@example.org,07700 900001\nB,Joyce,Smith,joyce@example.org,07700 900001\n",
            "links.csv": f"{PAIR}\n1,A,Y,N\n2,B,Y,Y\n"}


def teacher_with_a_child_here() -> Bundle:
    """She is T1 among the staff; a contact, too, has the id T1, and both have her e-mail address."""
    return bundles.family() | {"staff.csv": "id,forename,surname,email\nT1,Mairi,Bell,bells@example.org\n",
                               "contacts.csv": "id,forename,surname,email\nT1,Flora,Dow,bells@example.org\nC1,Mairi,Bell,bells@example.org\n",
                               "links.csv": f"{PAIR}\n0003,T1,N,N\n0001,C1,Y,N\n"}


def twins() -> Bundle:
    """One surname, birthday, class and address; the parents live apart, and each has an order about one of the two."""
    return {"pupils.csv": "id,forename,surname,born,registration\n1,Ali,Khan,2014-03-01,1A\n2,Ali,Khan,2014-03-01,1A\n",
            "contacts.csv": "id,forename,surname,postcode\nA,Sara,Khan,IV99 1AB\nB,Omar,Khan,IV99 1AB\n",
            "links.csv": f"{PAIR}\n1,A,Y,N\n2,A,Y,Y\n1,B,Y,Y\n2,B,Y,N\n"}


def same_names() -> Bundle:
    """Two families of one name, and two children of the very same name."""
    return {"pupils.csv": "id,forename,surname\n1,Ann,Bell\n2,Ann,Bell\n", "contacts.csv": "id,forename,surname\nA,Mairi,Bell\nB,Mairi,Bell\n",
            "links.csv": f"{PAIR}\n1,A,Y,N\n2,B,Y,N\n"}


def id_given_to_another() -> Bundle:
    """Cat Dow has left, and her number was given to a new boy; her mother's link is still in the export."""
    return changed(bundles.family(), "pupils.csv", ("0003,Cat,Dow,2013-12-24,S2", "0003,Olaf,Hansen,2015-06-30,P7"))


def rows_twice() -> Bundle:
    """One row word for word again; one pupil again as somebody else; one link again, the second time with an order."""
    bundle = changed(bundles.family(), "pupils.csv", ("0002,Ben", "0001,Ann,Bell,2014-03-01,S1\n0001,Otto,Ross,2014-03-01,S1\n0002,Ben"))
    return changed(bundle, "links.csv", ("0003,C3", "0001,C2,Father,2,Y,Y\n0003,C3"))


def header_drift() -> Bundle:
    """The next version of the MIS calls a needed column something else."""
    return changed(bundles.family(), "pupils.csv", ("surname", "family name"))


def rights_renamed() -> Bundle:
    """The next version of the MIS calls a column of rights something else: it reads like success, and nobody has a right any more."""
    return changed(bundles.family(), "links.csv", ("court_order", "legal_restriction"))


def orphans() -> Bundle:
    """Links stand before the people they mean, in the order of the files and in time; some mean nobody at all."""
    family = bundles.family()
    links = str(family["links.csv"]) + "9999,C1,Mother,1,Y,N\n0001,C9,Mother,1,Y,N\n"
    return {"a.csv": links, "contacts.csv": family["contacts.csv"], "z.csv": family["pupils.csv"]}


def timetable(prefix: str, period: str) -> Bundle:
    """The lessons of a week under ids of their own, which change at each refresh."""
    return bundles.everything() | {"lessons.csv": f"id,group_id,period_id,staff_id,room\n{prefix}1,1-EN,{period},T1,E4\n",
                                   "periods.csv": "id,weekday,name,starts,ends\nMON1,Mon,Period 1,9:00,9:50\nTUE1,Tue,Period 1,9:00,9:50\n"}


def present_and_absent() -> Bundle:
    """One child on one morning present and, a row further down, absent."""
    return bundles.marks("0001,2026-11-16,AM,10", "0002,2026-11-16,AM,10", "0001,2026-11-16,AM,30")


def guardians(*roles: str) -> Bundle:
    """School Data Sync v2.1 with an adult of each role."""
    rows = [f"101,50{number},{role}" for number, role in enumerate(roles)]
    users = [f"50{number},u{number},Adult,Number{number},,,a{number}@example.org,," for number, _ in enumerate(roles)]
    return bundles.sds_v21() | {
        "users.csv": "\n".join([line for line in str(bundles.sds_v21()["users.csv"]).splitlines() if not line.startswith("50")] + users + [""]),
        "relationships.csv": "\n".join(["userSourcedId,relationshipUserSourcedId,relationshipRole", *rows, ""])}
