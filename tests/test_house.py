"""The rules of the house: which part may know which."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "constructs_lib"

# Every part, and the parts it may import. Patterns do not know each other.
MAY_IMPORT = {
    "signals": {"signals"},
    "spec": {"spec", "signals", "rules"},  # a waiver names a rule
    "terraform": {"terraform", "signals"},
    "rules": {"rules", "signals", "terraform"},
    "review": {"review", "signals", "terraform"},
    "dashboard": {"dashboard", "signals"},
    "register": {"register", "dashboard", "rules", "signals", "terraform"},
    "resources": {"resources", "spec", "signals", "dashboard"},
    "patterns": {"resources", "spec", "signals"},
}
PURE = ("signals", "spec", "terraform", "rules", "review", "dashboard", "register")


def imports_of(file: Path) -> Iterator[str]:
    """The constructs_lib modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("constructs_lib"):
            if node.module in ("constructs_lib", "constructs_lib.signals", "constructs_lib.spec"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def files(part: str) -> list[Path]:
    return sorted((PACKAGE / part).rglob("*.py"))


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_arrows_point_one_way(part: str) -> None:
    wrong = [
        f"{file.relative_to(PACKAGE)} imports {module}"
        for file in files(part)
        for module in imports_of(file)
        if (home := module.split(".")[1]) in {*MAY_IMPORT, "stack", "app", "cli"} and home not in MAY_IMPORT[part]
    ]
    assert wrong == []


def test_patterns_do_not_know_each_other() -> None:
    wrong = [
        f"{file.name} imports {module}"
        for file in files("patterns")
        for module in imports_of(file)
        if module.startswith("constructs_lib.patterns.")
        and module.split(".")[2] != file.relative_to(PACKAGE / "patterns").parts[0].removesuffix(".py")
    ]
    assert wrong == []


def test_the_pure_half_loads_no_cdktf_in_a_fresh_interpreter() -> None:
    modules = [
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for part in PURE
        for file in files(part)
    ]
    assert len(modules) > 20
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print([name for name in ('jsii', 'cdktf', 'constructs', 'cdktf_cdktf_provider_aws') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_pattern_fits_on_a_few_screens() -> None:
    assert {file.name: lines for file in files("patterns") if (lines := len(file.read_text().splitlines())) > 200} == {}


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
