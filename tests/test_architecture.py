"""The shape of the code: imports go down only, roles are named in one place, and every module says what it is for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from glowlite.policy import Role

ROOT = Path(__file__).parents[1]
MODULES = sorted([ROOT / "app.py", *(ROOT / "glowlite").rglob("*.py")])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# From the top down. A module may import from layers below its own, and from its own package; never from a sibling.
LAYERS = [
    {"app"},
    {"glowlite.cli", "glowlite.demo"},
    {"glowlite.views"},
    {"glowlite.exposure", "glowlite.stand_in"},
    {"glowlite.gate", "glowlite.widgets", "glowlite.turns", "glowlite.menu"},
    {"glowlite.folder"},
    {"glowlite.quality"},
    {"glowlite.rollout"},
    {"glowlite.mis", "glowlite.founding", "glowlite.school_day", "glowlite.attendance", "glowlite.words", "glowlite.news", "glowlite.feed",
     "glowlite.agreement", "glowlite.people", "glowlite.reach", "glowlite.arranging", "glowlite.readership", "glowlite.logbook", "glowlite.paper"},
    {"glowlite.naming", "glowlite.code_tables"},
    {"glowlite.policy"},
    {"glowlite.models"},
    {"glowlite.prepared"},
    {"glowlite.db"},
    {"glowlite.config", "glowlite.clock", "glowlite.drawing", "glowlite.prose", "glowlite.pictures", "glowlite.qr", "glowlite.repeats", "glowlite.spreadsheet"},
]
RANK = {part: number for number, layer in enumerate(LAYERS) for part in layer}
# Where one process is built upon another, written down here with its reason.
AGREED = {
    ("glowlite.attendance", "glowlite.school_day"): "what a mark means depends on what the day is",
    ("glowlite.mis", "glowlite.people"): "which names are the same is said once",
    ("glowlite.mis", "glowlite.words"): "one row and two rows are said once",
}


def dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    """The part of the layers that a module belongs to: glowlite.mis.read is glowlite.mis."""
    return ".".join(module.split(".")[:2])


def imports(file: Path) -> Iterator[str]:
    """Every module of ours that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in ("app", "glowlite"))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("app", "glowlite"):
            yield from (f"{node.module}.{alias.name}" if node.module == "glowlite" else node.module for alias in node.names)
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{file}: say the whole name of what you import"


each_module = pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT)))


@each_module
def test_imports_go_down(file):
    here = part_of(dotted(file))
    if here == "glowlite":
        assert not list(imports(file))
        return
    for wanted in map(part_of, imports(file)):
        if wanted != here and (here, wanted) not in AGREED:
            assert RANK[wanted] > RANK[here], f"{dotted(file)} imports {wanted}, which is not below it"


def test_every_part_has_a_layer():
    assert {part_of(dotted(file)) for file in MODULES} - {"glowlite"} <= set(RANK)


@pytest.mark.parametrize("folder", ["widgets", "views", "mis/formats"])
def test_modules_of_one_folder_do_not_know_each_other(folder):
    """A widget, a page or a format can be added or removed alone. base.py and the folder itself are what they share."""
    package = "glowlite." + folder.replace("/", ".")
    known = {("glowlite.widgets.held", "glowlite.widgets.source")}  # both show the viewer's own record, read once
    for file in (ROOT / "glowlite" / folder).glob("*.py"):
        if file.name != "__init__.py":
            others = {name for name in imports(file) if name.startswith(f"{package}.")} - {f"{package}.base"}
            assert {(dotted(file), other) for other in others} <= known


@each_module
def test_a_module_says_in_a_sentence_what_it_hides(file):
    said = ast.get_docstring(ast.parse(file.read_text()))
    assert said, "no docstring"
    first = " ".join(said.split("\n\n")[0].split())
    assert first[0].isupper() and first.endswith((".", "?"))


def test_no_drawer_for_odds_and_ends():
    assert not [file for file in MODULES if re.search("util|helper|misc|common|tools", file.stem)]


def test_no_module_is_too_long_to_read():
    assert not [(file.name, lines) for file in MODULES if (lines := len(file.read_text().splitlines())) > 500]


# --- roles -----------------------------------------------------------------------------------------------


def names_a_role(file: Path) -> list[str]:
    """Where a file names one role: as Role.HEAD, or as its word. `authority` is also a table, and that word is free."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role":
            found.append(f"line {node.lineno}: Role.{node.attr}")
        if isinstance(node, ast.Constant) and node.value in set(Role) - {"authority"}:
            found.append(f"line {node.lineno}: {node.value!r}")
    return found


# Policy decides; the demo hands out accounts. In the files of an MIS, parent and teacher are the MIS's own words.
EXEMPT = ("glowlite.policy", "glowlite.demo", "glowlite.mis.formats")


@each_module
def test_roles_are_named_in_policy_only(file):
    free = {"Role.AUTHORITY"} if dotted(file) == "glowlite.cli.site" else set()  # the one duty that needs no school
    if not dotted(file).startswith(EXEMPT):
        assert [found for found in names_a_role(file) if found.partition(": ")[2] not in free] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_never_ask_for_a_role(file):
    code = " ".join(re.findall(r"{[{%].*?[}%]}", file.read_text(), re.DOTALL))
    words = set(re.findall(r"['\"](\w+)['\"]", code))
    assert not words & set(Role) and ".roles" not in code and ".held" not in code


# --- views and templates -------------------------------------------------------------------------------------


def views() -> list[tuple[str, ast.FunctionDef]]:
    """Every function with a route."""
    return [(file.name, node) for file in (ROOT / "glowlite" / "views").glob("*.py") for node in ast.parse(file.read_text()).body
            if isinstance(node, ast.FunctionDef) and any("pages." in ast.unparse(one) for one in node.decorator_list)]


@pytest.mark.parametrize(("file", "view"), views(), ids=lambda one: getattr(one, "name", one))
def test_a_view_is_thin(file, view):
    assert view.end_lineno - view.body[0].lineno + 1 <= 12


@pytest.mark.parametrize(("file", "view"), views(), ids=lambda one: getattr(one, "name", one))
def test_a_view_asks_the_gate_and_never_the_tables(file, view):
    written = ast.unparse(view)
    assert "gate." in written and not re.search(r"\.select\(|get_or_none|\.where\(|\.get_by_id", written)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_has_no_style_of_its_own_and_trusts_nothing(file):
    text = file.read_text()
    assert "style=" not in text and not re.search(r"\son\w+=", text)
    assert re.findall(r"\|\s*safe\b", text) == (["|safe"] if file.name == "base.html" else [])
    assert not re.search(r"\.(select|where|execute|get_or_none)\(", text)


def test_only_the_gate_and_the_door_ask_policy_for_records():
    """A view gets its record from the gate and its widgets from the door; asking policy itself is a second way in."""
    for file in (ROOT / "glowlite" / "views").glob("*.py"):
        assert not re.search(r"\b(allowed|all_allowed|one_allowed|among)\(", file.read_text()), file.name
