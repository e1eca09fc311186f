"""Hides how OneRoster bundles stray from their own standard: the manifest, spellings of headers, NULL, and the states of rows."""

import re
from collections.abc import Iterator
from functools import cached_property

from glowlite.mis.formats import missing, note_out_of_step
from glowlite.mis.read import Bundle, Table, fold
from glowlite.mis.report import NOTE, Problem, Refused, Report
from glowlite.mis.telling import note_unknown, nothing, unread, which

Record = dict[str, str]
ABSENT, BULK, DELTA = "absent", "bulk", "delta"
OVER = {"tobedeleted", "inactive", "deleted"}

# What is read, and the columns without which it cannot be; then those that the standard has beside them.
READ = {
    "orgs": ("sourcedId", "name", "type"),
    "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("userSourcedId", "role"),
    "demographics": ("sourcedId",),
    "classes": ("sourcedId", "title"),
    "courses": ("sourcedId",),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
    "academicsessions": ("sourcedId", "title", "type", "startDate", "endDate"),
    "categories": ("sourcedId", "title"),
    "lineitems": ("sourcedId", "title", "classSourcedId"),
    "results": ("sourcedId", "lineItemSourcedId", "studentSourcedId", "scoreStatus"),
}
EVERYWHERE = "sourcedid status datelastmodified metadata"
ALSO_STANDARD = {
    "orgs": "identifier parentsourcedid",
    "users": "enableduser orgsourcedids role username userids middlename identifier email sms phone agentsourcedids grades password usermasteridentifier "
             "resourcesourcedids preferredgivenname preferredmiddlename preferredfamilyname primaryorgsourcedid pronouns",
    "roles": "roletype begindate enddate orgsourcedid userprofilesourcedid",
    "demographics": "birthdate sex americanindianoralaskanative asian blackorafricanamerican nativehawaiianorotherpacificislander white "
                    "demographicracetwoormoreraces hispanicorlatinoethnicity countryofbirthcode stateofbirthabbreviation cityofbirth "
                    "publicschoolresidencestatus",
    "classes": "grades coursesourcedid classcode classtype location schoolsourcedid termsourcedids subjects subjectcodes periods",
    "courses": "schoolyearsourcedid title coursecode grades orgsourcedid subjects subjectcodes",
    "enrollments": "schoolsourcedid primary begindate enddate",
    "academicsessions": "parentsourcedid schoolyear",
    "categories": "weight",
    "lineitems": "description assigndate duedate categorysourcedid gradingperiodsourcedid academicsessionsourcedid resultvaluemin resultvaluemax "
                 "schoolsourcedid",
    "results": "score scoredate comment textscore classsourcedid inprogress incomplete late missing",
}
LEFT_ALONE = {"classresources", "courseresources", "resources", "lineitemlearningobjectiveids", "lineitemscorescales", "resultlearningobjectiveids",
              "resultscorescales", "scorescales", "userprofiles", "userresources"}
# Columns that only OneRoster has: School Data Sync v2 uses the same names for its files.
TELLTALE = {"users": {"enableduser", "status", "agentsourcedids", "userids"}, "roles": {"roletype"}, "enrollments": {"schoolsourcedid"},
            "classes": {"schoolsourcedid", "classtype"}, "lineitems": {"classsourcedid"}, "results": {"lineitemsourcedid"}}
# Names of OneRoster 1.0, and spellings that are met in exports.
ALSO = {
    "users": {"agents": "agentsourcedids", "agentsourcedid": "agentsourcedids", "userid": "userids", "grade": "grades", "orgsourcedid": "orgsourcedids",
              "prefferedgivenname": "preferredgivenname", "prefferedmiddlename": "preferredmiddlename", "prefferedfamilyname": "preferredfamilyname"},
    "roles": {"datalastmodified": "datelastmodified"},
    "demographics": {"usersourcedid": "sourcedid"},
    "classes": {"grade": "grades", "subject": "subjects", "termsourcedid": "termsourcedids"},
    "courses": {"grade": "grades", "subject": "subjects"},
}
EXTENSIONS = ("metadata.", "ext_")
NAMES = {"givenname", "familyname"}  # NULL is a surname, too


class File:
    """One file of the bundle. mode: bulk or delta."""

    def __init__(self, name: str, table: Table, mode: str) -> None:
        self.name, self.table, self.mode = name, table, mode
        self.columns = [ours(name, column) for column in table.header]
        self.captions = dict(zip(self.columns, table.captions, strict=False))

    def called(self, columns: dict[str, str]) -> dict[str, str]:
        """Columns of the drop format -> what this file calls those they come from."""
        return {ours: self.captions[theirs] for ours, theirs in columns.items() if theirs in self.captions}

    def has(self, *columns: str) -> bool:
        return set(columns) <= set(self.columns)

    def records(self) -> Iterator[tuple[int, Record]]:
        """Every row, under the standard's names of the columns, in lower case."""
        needed = dict.fromkeys(map(str.lower, READ.get(self.name, ())), "")
        for number, row in self.table.records():
            yield number, needed | {name: _plain(name, cell) for name, cell in zip(self.columns, row.values(), strict=False)}

    def rows(self) -> Iterator[tuple[int, Record]]:
        """The rows that hold."""
        return ((number, row) for number, row in self.records() if word(row.get("status", "")) not in OVER)

    def over(self) -> Iterator[tuple[int, Record]]:
        """The rows that say of themselves that they no longer hold."""
        return ((number, row) for number, row in self.records() if word(row.get("status", "")) in OVER)

    @cached_property
    def out_of_step(self) -> set[int]:
        return set(self.table.out_of_step())

    @cached_property
    def unread(self) -> dict[int, Problem | None]:
        """Those rows as a sheet sets them aside; `check` has said why."""
        return unread(self.table)


class Files:
    """The files of a bundle that are read. version: as the manifest says."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.manifest = manifest(bundle)
        self.version = self.manifest.get("oneroster.version", "")
        modes = {name: self.manifest.get(f"file.{name}") or (ABSENT if self.manifest else BULK) for name in READ}
        self.by_name = {name: File(name, table, modes[name]) for name in READ if (table := bundle.named(f"{name}.csv"))}

    def __getitem__(self, name: str) -> File | None:
        return self.by_name.get(name)

    def rows(self, name: str) -> Iterator[tuple[int, Record]]:
        return self.by_name[name].rows() if name in self.by_name else iter(())

    def over(self, name: str) -> Iterator[tuple[int, Record]]:
        return self.by_name[name].over() if name in self.by_name else iter(())

    def is_whole(self, name: str) -> bool:
        """Is it here, and does it speak for all rows of its kind?"""
        return name in self.by_name and self.by_name[name].mode == BULK

    def is_part(self, name: str) -> bool:
        """Is it here, and does it speak for the rows it holds only?"""
        return name in self.by_name and self.by_name[name].mode == DELTA

    @cached_property
    def ends_are_the_day_after(self) -> bool:
        """Since 1.2 an end is the first day that no longer belongs to it."""
        return self.version.startswith("1.2") or (not self.version and "roles" in self.by_name)

    def check(self, report: Report) -> None:
        """Refuse what contradicts its manifest or cannot be read; note what is left alone, and rows that are over or out of step."""
        _check_manifest(self.bundle, self.manifest)
        if self.manifest and not self.by_name:
            report.note("manifest.csv", "The manifest announces no file that GlowLite reads: there is no news, and nothing has changed.")
        for table in self.bundle.tables:
            name = stem(table)
            if name in LEFT_ALONE:
                report.note(table.name, "GlowLite has no use for this file and left it alone.")
            elif name not in READ and name != "manifest":
                report.note(table.name, "OneRoster has no such file; it was left alone.")
        for file in self.by_name.values():
            _check_columns(file)
            _note_rows(file, report)


def manifest(bundle: Bundle) -> dict[str, str]:
    """Property -> value, in lower case; nothing where there is no manifest. Source: OneRoster 1.1 and 1.2, manifest.csv."""
    table = bundle.named("manifest.csv")
    if table is None or not {"propertyname", "value"} <= {ours("manifest", column) for column in table.header}:
        return {}
    rows = [row for _, row in File("manifest", table, BULK).records()]
    return {row["propertyname"].lower(): row["value"] if row["propertyname"].lower() == "source.systemname" else row["value"].lower() for row in rows}


def is_ours(bundle: Bundle) -> bool:
    """Is this OneRoster? Its manifest says so, or a column that only OneRoster has."""
    properties = manifest(bundle)
    if any(name.startswith(("oneroster.", "file.")) for name in properties):
        return True
    return any(telltale & {ours(name, column) for column in table.header} for name, telltale in TELLTALE.items()
               if (table := bundle.named(f"{name}.csv")) and "sourcedid" in {ours(name, column) for column in table.header})


def ours(file: str, column: str) -> str:
    """The standard's name of a column in lower case, whatever its case and spelling."""
    if column.startswith(EXTENSIONS):
        return column
    plain = fold(column).replace("_", "")
    return ALSO.get(file, {}).get(plain, plain)


def word(cell: str) -> str:
    """A word of one of the standard's lists, whatever its case, blanks and dashes: fully graded, fullyGraded."""
    return re.sub(r"[\s_\-]", "", cell).lower()


def listed(cell: str) -> list[str]:
    """The ids or words of a list."""
    return [part.strip() for part in re.split("[,;|]", cell) if part.strip()]


def stem(table: Table) -> str:
    return table.kind.rsplit(".", 1)[0]


def file_name(name: str) -> str:
    """A file as the standard spells it."""
    return {"academicsessions": "academicSessions", "lineitems": "lineItems"}.get(name, name) + ".csv"


def _plain(column: str, cell: str) -> str:
    return "" if column not in NAMES and nothing(cell) else cell


# --- what is wrong with the bundle as a whole --------------------------------------------------------------


def _check_manifest(bundle: Bundle, properties: dict[str, str]) -> None:
    if not properties:
        return
    here = {stem(table): table for table in bundle.tables}
    for name in (*READ, *LEFT_ALONE):
        mode = properties.get(f"file.{name}", "") or ABSENT
        if mode not in (ABSENT, BULK, DELTA):
            raise Refused("The manifest says of each file whether it is absent, bulk or delta; this is none of these.", "manifest.csv",
                          column=f"file.{name}", value=mode)
        if name in here and mode == ABSENT and name in READ:
            raise Refused("The manifest says that this file is absent, and yet it is here; so nobody knows whether it speaks for everyone. "
                          "Please export again.", here[name].name)
        if name not in here and mode != ABSENT and name in READ:
            raise Refused(f"The manifest announces this file ({mode}), and it is not here; so the bundle is not complete. Please export again.",
                          file_name(name))


def _check_columns(file: File) -> None:
    for column in READ[file.name]:
        if not file.has(column.lower()):
            raise missing(file.table, column, column)
    if file.out_of_step and file.name == "roles":
        raise Refused("This row has not as many cells as the header, so nobody knows whose it is; put quotation marks around a cell with a comma.",
                      file.table.name, min(file.out_of_step))


def _note_rows(file: File, report: Report) -> None:
    note_out_of_step(file.table, report)
    extensions = [name for name in file.columns if name.startswith(EXTENSIONS)]
    if extensions:
        report.note(file.table.name, f"Columns that are the sender's own and were left alone: {', '.join(extensions[:3])}"
                    f"{' …' if len(extensions) > 3 else ''}.", column=extensions[0])
    standard = {*EVERYWHERE.split(), *map(str.lower, READ[file.name]), *ALSO_STANDARD[file.name].split()}
    note_unknown(file.table, [caption for name, caption in file.captions.items() if name and name not in standard and name not in extensions], report)
    if file.has("status"):
        _note_states(file, report)


def _note_states(file: File, report: Report) -> None:
    over = [number for number, _ in file.over()]
    if over:
        report.note(file.table.name, f"Rows marked as over (tobedeleted or inactive), so that what they stand for ends: {len(over)}. {which(over)}",
                    column="status")
    odd: dict[str, list[int]] = {}
    for number, row in file.rows():
        if word(row["status"]) not in ("", "active"):
            odd.setdefault(row["status"], []).append(number)
    for status, rows in odd.items():
        message = f"A status is active or tobedeleted; rows that say this were taken as active: {len(rows)}. {which(rows)}"
        report.add_row(Problem(file.table.name, rows[0], "status", status, message, NOTE))
