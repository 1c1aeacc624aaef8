"""What `from constructs_lib import …` offers."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import constructs_lib


def test_every_name_can_be_imported() -> None:
    for name in constructs_lib.__all__:
        assert getattr(constructs_lib, name).__name__ == name


def test_the_three_lists_of_names_agree() -> None:
    tree = ast.parse(Path(constructs_lib.__file__).read_text(encoding="utf-8"))
    for_type_checkers = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.If)
        for statement in node.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert for_type_checkers == set(constructs_lib.__all__) == set(constructs_lib._HOMES)
    assert set(constructs_lib.__all__) <= set(dir(constructs_lib))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'AnomlyMonitor'"):
        _ = constructs_lib.AnomlyMonitor


def test_importing_the_package_loads_neither_pydantic_nor_cdktf() -> None:
    code = (
        "import sys, constructs_lib; "
        "print([n for n in ('pydantic', 'yaml', 'jsii', 'cdktf', 'click', 'lark') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_explain_themselves() -> None:
    assert [name for name in constructs_lib.__all__ if not (getattr(constructs_lib, name).__doc__ or "").strip()] == []
