"""Small OneRoster bundles, built in code: one of each version, and news (a delta) about them."""

from tests.mis.bundles import SECRET, Bundle

FILES = {
    "1.1": "academicSessions categories classes classResources courses courseResources demographics enrollments lineItems orgs resources results users",
    "1.2": "academicSessions categories classes classResources courses courseResources demographics enrollments lineItemLearningObjectiveIds lineItems "
           "lineItemScoreScales orgs resources resultLearningObjectiveIds results resultScoreScales roles scoreScales userProfiles userResources users",
}
USERS_11 = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone," \
           "agentSourcedIds,grades,password"
USERS_12 = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades," \
           "password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
ROLES = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
ENROLLMENTS = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
CLASSES = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects," \
          "subjectCodes,periods"
LINE_ITEMS = "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId," \
             "resultValueMin,resultValueMax"
RESULTS = "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment"
DEMOGRAPHICS = "sourcedId,status,dateLastModified,birthDate,sex"


def csv(header: str, *rows: str) -> str:
    return "\n".join([header, *rows, ""])


def manifest(version: str, bundle: Bundle, mode: str = "bulk", **modes: str) -> Bundle:
    """The same bundle with a manifest that tells the truth about it, but for what is given."""
    here = {name.removesuffix(".csv") for name in bundle}
    said = {name: mode if name in here else "absent" for name in FILES[version].split()} | modes
    rows = [f"file.{name},{what}" for name, what in said.items()]
    return bundle | {"manifest.csv": csv("propertyName,value", "manifest.version,1.0", f"oneroster.version,{version}", *rows, "source.systemName,Some MIS")}


def bulk_11() -> Bundle:
    """Two schools; two pupils here with three adults who name them, a teacher, a deputy of the department; homework and results."""
    return manifest("1.1", {
        "orgs.csv": csv("sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId", "D,,,District,district,,", "9001,,,High,school,,D",
                        "9002,,,Low,school,,D", "9001-EN,,,English,department,,9001"),
        "users.csv": csv(USERS_11,
                         f"101,,,true,9001,student,ann,{{SCN:091234564}},Ann,Bell,,,,,,,07,{SECRET}",
                         f'102,,,true,"9002, 9001",student,ben,,Ben,Bell,,,,,,,08,{SECRET}',
                         f"201,,,true,9002,student,cat,,Cat,Dow,,,,,,,P2,{SECRET}",
                         f'11,,,true,"9001,9001-EN",teacher,ada,,Ada,Reid,,,ada@example.org,,,,,{SECRET}',
                         "12,,,true,9001-EN,administrator,al,,Al,Innes,,,,,,,,",
                         '501,,,true,9001,parent,mum,,Mairi,Bell,,,m@example.org,07700 1,0131 1,"101,102",,',
                         "502,,,true,9001,guardian,rob,,Rob,Bell,,,m@example.org,,,101,,", "503,,,true,9001,relative,gran,,Una,Bell,,,,,,102,,",
                         "601,,,true,9002,parent,flo,,Flo,Dow,,,,,,201,,"),
        "demographics.csv": csv(DEMOGRAPHICS, "101,,,2014-04-02,female", "201,,,2019-01-01,female"),
        "courses.csv": csv("sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
                           "E,,,,English,,,9001,,", "REG,,,,Registration,,,9001,,"),
        "classes.csv": csv(CLASSES, "K1,,,7 English,07,E,7EN,scheduled,E4,9001,T1,,,1", "R1,,,7B,07,REG,7B,homeroom,E4,9001,T1,,,",
                           "K9,,,P2,02,E,P2,scheduled,,9002,T1,,,"),
        "enrollments.csv": csv(ENROLLMENTS, "e1,,,K1,9001,101,student,,,", "e2,,,K1,9001,102,student,,,", "e3,,,K1,9001,11,teacher,true,,",
                               "e4,,,R1,9001,101,student,,,", "e5,,,K9,9002,201,student,,,"),
        "academicSessions.csv": csv("sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
                                    "SY,,,2026-27,schoolYear,2026-08-18,2027-06-25,,2027", "T1,,,Autumn,term,2026-08-18,2026-12-18,SY,2027"),
        "lineItems.csv": csv(LINE_ITEMS, "L1,,,Diary,One page.,2026-11-16,2026-11-23,K1,C,T1,0,30.0", "L9,,,Shapes,,2026-11-16,2026-11-23,K9,C,T1,0,5"),
        "results.csv": csv(RESULTS, "r1,,,L1,101,fully graded,23.0,2026-11-18,Well done.", "r2,,,L1,102,exempt,0,2026-11-18,"),
    })


def bulk_12() -> Bundle:
    """The same school with roles in their own file. Pupils name their adults; the teacher is a parent, too; 504 has no role at all."""
    old = bulk_11()
    return manifest("1.2", {name: text for name, text in old.items() if name not in ("manifest.csv", "lineItems.csv", "results.csv")} | {
        "users.csv": csv(USERS_12,
                         f'101,,,true,ann,,Ann,Bell,,,,,,"501,502,504",07,{SECRET},,Annie,,,9001,',
                         f'102,,,true,ben,,Ben,Bell,,,,,,"501,503,11",08,{SECRET},,,,,9001,',
                         "201,,,true,cat,,Cat,Dow,,,,,,601,P2,,,,,,9002,", "11,,,true,ada,,Ada,Reid,,,ada@example.org,,,,,,,,,,9001,",
                         "12,,,true,al,,Al,Innes,,,,,,,,,,,,,9001,", "501,,,true,mum,,Mairi,Bell,,,m@example.org,07700 1,0131 1,,,,,,,,9001,",
                         "502,,,true,rob,,Rob,Bell,,,m@example.org,,,,,,,,,,9001,", "503,,,true,gran,,Una,Bell,,,,,,,,,,,,,9001,",
                         "504,,,true,doc,,Dora,Good,,,,,,,,,,,,,9001,", "601,,,true,flo,,Flo,Dow,,,,,,,,,,,,,9002,"),
        "roles.csv": csv(ROLES, "a,,,101,primary,student,2025-08-19,,9001,", "b,,,102,primary,student,2025-08-19,,9001,",
                         "c,,,201,primary,student,,,9002,", "d,,,11,primary,teacher,,,9001,", "e,,,11,secondary,parent,,,9001,",
                         "f,,,12,primary,principal,,,9001,", "g,,,501,primary,parent,,,9001,", "h,,,502,primary,guardian,,,9001,",
                         "i,,,503,primary,relative,,,9001,", "j,,,601,primary,parent,,,9002,"),
    })


def news(version: str = "1.2", **files: str) -> Bundle:
    """A delta of these files only: users=…, roles=…."""
    return manifest(version, {f"{name}.csv": text for name, text in files.items()}, "delta")
