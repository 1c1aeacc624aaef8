"""The rules of the house: which part may know which."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from constructs_lib.patterns.registry import PATTERNS, pattern

PACKAGE = Path(__file__).parents[1] / "constructs_lib"

# Every part, and the parts it may import. Patterns do not know each other.
MAY_IMPORT = {
    "aws": {"aws"},
    "filter_pattern": {"filter_pattern"},
    "alarms": {"alarms", "aws", "filter_pattern"},
    "options": {"options", "alarms", "aws"},
    "terraform": {"terraform", "alarms", "aws"},
    "rules": {"rules", "terraform", "alarms", "aws"},
    "review": {"review", "terraform", "alarms", "aws"},
    "simulation": {"simulation", "terraform", "filter_pattern", "alarms", "aws"},
    "behaviour": {"behaviour", "simulation", "terraform", "alarms"},
    "dashboard": {"dashboard", "alarms", "aws"},
    "register": {"register", "dashboard", "rules", "terraform", "alarms", "aws"},
    "resources": {"resources", "options", "dashboard", "alarms", "aws"},
    "patterns": {"patterns", "resources", "options", "terraform", "alarms", "aws", "filter_pattern"},
    "unwatched": {"unwatched", "patterns", "rules", "terraform", "alarms", "aws"},
    "config": {
        "config",
        "dashboard",
        "patterns",
        "options",
        "rules",
        "terraform",
        "alarms",
        "aws",
    },  # `check` asks the rules
    "ci": {"ci", "config", "behaviour", "rules", "review", "terraform"},
}
PURE = (
    "aws",
    "filter_pattern",
    "alarms",
    "options",
    "terraform",
    "rules",
    "review",
    "simulation",
    "behaviour",
    "dashboard",
    "register",
    "config",
    "unwatched",
    "ci",
)
IMPURE_IN_A_PATTERN = ("construct.py", "resources")
"""The rest of a pattern's folder is pure."""


BELOW = {
    "addresses",
    "annotations",
    "cache",
    "errors",
    "junit",
    "markup",
    "model",
    "output",
    "references",
    "terminal",
    "units",
    "yaml_lines",
}
"""Modules that every part may import."""
ABOVE = {"stack", "stackwide", "app", "cli", "parallel", "validation", "try_filter", "testing", "watch_everything"}
"""What no part may import."""


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports_of(file: Path) -> frozenset[str]:
    """The constructs_lib modules a file imports, wherever in it: in a function and for type checkers, too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("constructs_lib"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module)
    return frozenset(found)


def files(part: str) -> list[Path]:
    return sorted((PACKAGE / part).rglob("*.py"))


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_arrows_point_one_way(part: str) -> None:
    wrong = [
        f"{file.relative_to(PACKAGE)} imports {module}"
        for file in files(part)
        for module in sorted(imports_of(file))
        if (home := module.split(".")[1]) in {*MAY_IMPORT, *ABOVE} and home not in MAY_IMPORT[part]
    ]
    assert wrong == []


def test_no_arrow_leads_back() -> None:
    TopologicalSorter({part: others - {part} for part, others in MAY_IMPORT.items()}).prepare()  # raises for a circle
    wrong = [
        f"{name} imports {module}"
        for name in BELOW
        for module in imports_of(PACKAGE / f"{name}.py")
        if module.split(".")[1] not in BELOW
    ]
    assert wrong == []


def test_every_file_has_its_place() -> None:
    """A new room, or a new file beside the rooms, has to be given its arrows here."""
    doors = {"cdk", "bindings", "__main__"}
    assert {name.split(".")[1] for name in MODULES if "." in name} <= {*MAY_IMPORT, *ABOVE, *BELOW, *doors}


def test_no_two_modules_import_each_other() -> None:
    graph = {name: imports_of(file) - {name} for name, file in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises for a circle, and names it


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_declares_itself(name: str) -> None:
    declared = pattern(name)
    assert declared.spec.model_fields["pattern"].default == name
    assert declared.load_construct().__module__ == f"constructs_lib.patterns.{name}.construct"


def test_patterns_do_not_know_each_other() -> None:
    """What two of them share is a folder that declares no pattern."""
    wrong = [
        f"{file.relative_to(PACKAGE)} imports {module}"
        for name in PATTERNS
        for file in files(f"patterns/{name}")
        for module in imports_of(file)
        if module.startswith("constructs_lib.patterns.") and module.split(".")[2] in {*PATTERNS} - {name}
    ]
    assert wrong == []


def test_no_two_classes_share_a_name() -> None:
    homes: dict[str, list[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(file.relative_to(PACKAGE)))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def is_pure(file: Path) -> bool:
    part, *inside = file.relative_to(PACKAGE).parts
    return part in PURE or (part == "patterns" and not {*inside} & {*IMPURE_IN_A_PATTERN})


def test_the_pure_half_loads_no_cdktf_in_a_fresh_interpreter() -> None:
    modules = [module_of(file) for part in MAY_IMPORT for file in files(part) if is_pure(file)]
    assert len(modules) > 20
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print([name for name in ('jsii', 'cdktf', 'constructs', 'cdktf_cdktf_provider_aws') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pattern_fits_on_a_few_screens() -> None:
    constructs = (PACKAGE / "patterns").glob("*/construct.py")
    assert {file.parent.name: lines for file in constructs if (lines := len(file.read_text().splitlines())) > 200} == {}


def test_nothing_names_a_machine_or_a_registry() -> None:
    root = PACKAGE.parent
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    forbidden = [f"{root}/", "py" + "pi.org", "python" + "hosted", "npm" + "js.org"]
    if Path.home() != Path("/"):
        forbidden.append(f"{Path.home()}/")
    wrong = [
        f"{name}: {word}"
        for name in filter(None, tracked)
        if (root / name).is_file()
        for word in forbidden
        if word in (root / name).read_bytes().decode(errors="ignore")
    ]
    assert wrong == []
