"""OneRoster 1.1 and 1.2 CSV (1EdTech): people, classes, enrolments, terms, homework and results, whole or as news only.

Headers and rules: https://www.imsglobal.org/spec/oneroster/v1p2/bind/csv and https://www.imsglobal.org/oneroster-v11-final-csv-tables.
The manifest says of each file whether it is bulk (all rows there are) or delta (those that changed). Passwords are not read.
"""

from glowlite.mis.formats import About, Sheet
from glowlite.mis.formats.oneroster.classes import Classes
from glowlite.mis.formats.oneroster.files import Files, is_ours
from glowlite.mis.formats.oneroster.gradebook import Gradebook
from glowlite.mis.formats.oneroster.people import People
from glowlite.mis.formats.oneroster.school import School, named
from glowlite.mis.read import Bundle
from glowlite.mis.report import Report
from glowlite.mis.rows import BY_NAME, NOUNS

NAME = "OneRoster"
ABOUT = About(
    what="OneRoster 1.1 and 1.2, and most of 1.0: people, classes, enrolments, terms, homework (line items) and results.",
    files=(("manifest.csv", "propertyName,value"), ("orgs.csv", "sourcedId,name,type,parentSourcedId"),
           ("users.csv", "sourcedId,givenName,familyName,role,orgSourcedIds,email,sms,phone,agentSourcedIds,grades,userIds,preferredGivenName"),
           ("roles.csv", "userSourcedId,role,orgSourcedId,beginDate,endDate"), ("demographics.csv", "sourcedId,birthDate"),
           ("classes.csv", "sourcedId,title,classType,schoolSourcedId,courseSourcedId,subjects"), ("courses.csv", "sourcedId,title,subjects"),
           ("enrollments.csv", "classSourcedId,userSourcedId,role,schoolSourcedId,beginDate,endDate"),
           ("academicSessions.csv", "sourcedId,title,type,startDate,endDate"), ("categories.csv", "sourcedId,title"),
           ("lineItems.csv", "sourcedId,title,classSourcedId,assignDate,dueDate,description,categorySourcedId,resultValueMax"),
           ("results.csv", "sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,scoreDate,score,textScore,comment")),
    rights="Neither a role (parent, guardian, relative, aide) nor agentSourcedIds says anything about rights, so nobody gains access from it.",
    bundle=("oneroster-1.1", "oneroster-1.2", "oneroster-1.2-delta"),
    more=("A bundle contradicting its manifest is refused. Without a manifest every file counts as bulk. A manifest alone says that there is no news.",
          "A bulk file speaks for everyone in it: who is missing, or marked `tobedeleted` or `inactive`, ends. A delta ends only what it marks so; "
          "what it says nothing about stays. An export without any parents or staff says nothing about them.",
          "`agentSourcedIds` is read in either direction; a link stands between a pupil and somebody's parent, guardian, relative or aide only. "
          "In a delta a person who names nobody any more keeps the links on record until the next bulk export.",
          "Of several schools in a bundle only this one's rows are read; a department counts as part of its school.",
          "A homeroom is the registration class. Terms come from `academicSessions` (semesters where there are no terms); in 1.2 the end is "
          "the day after. What else stands in the calendar stays.",
          "Where a category is called homework, only its line items are homework. Results come across when they are fully graded.",
          "`enabledUser` speaks of accounts elsewhere and is left alone; so are passwords, periods and columns called `metadata.…` or `ext_…`.",
          "Columns may stand in any order and case; names of 1.0 (`agents`, `grade`, `birthdate`, `termSourcedId`) and `NULL` for nothing are understood, "
          "so are the roles pupil, learner, mother, father, carer, contact and staff.",
          "A row that points to a person, class or organisation that nobody knows is set aside and named by its row and column; whoever else does not "
          "come in is named by row and reason. Of two people under one id only the first counts, with their own role and children."))


def recognises(bundle: Bundle) -> bool:
    return is_ours(bundle)


def schools(bundle: Bundle) -> list[tuple[str, str]]:
    return named(Files(bundle))


def sheets(bundle: Bundle, school_id: str | None, report: Report) -> list[Sheet]:
    files = Files(bundle)
    files.check(report)
    school = School(files, school_id, report)
    classes = Classes(school)
    found = [*_school(school), *People(school, classes.registrations, classes.teachers).sheets(), *classes.sheets(), *Gradebook(school, classes).sheets()]
    school.mentions.say()
    return sorted(found, key=lambda sheet: NOUNS.index(sheet.noun))


def _school(school: School) -> list[Sheet]:
    file = school.files["orgs"]
    system = school.files.manifest.get("source.systemname", "")
    mis = "" if system.lower() in ("", "absent") else system
    rows = [(number, [row["sourcedid"], row["name"], mis]) for number, row in school.files.rows("orgs") if row["sourcedid"] == school.id]
    return [Sheet(BY_NAME["school"], file.table.name, ["id", "name", "mis"], rows)] if file and rows else []
