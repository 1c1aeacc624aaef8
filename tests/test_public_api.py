"""What `from constructs_lib import …` offers."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

import constructs_lib
from constructs_lib.model import Model

API: Any = constructs_lib


def test_every_name_can_be_imported() -> None:
    for name in API.__all__:
        found = getattr(API, name)
        assert get_origin(found) or getattr(found, "__name__", name) == name, "constants and aliases have no name"


def test_type_checkers_see_the_names_that_are_there() -> None:
    """Every line of the stub is one that `__init__.py` understands."""
    stub = ast.parse(Path(constructs_lib.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    public = [alias.asname for line in stub.body if isinstance(line, ast.ImportFrom) for alias in line.names]
    assert public and sorted(map(str, public)) == API.__all__
    assert {*API.__all__} <= {*dir(API)}


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'AnomlyMonitor'"):
        _ = API.AnomlyMonitor


def test_importing_the_package_loads_neither_pydantic_nor_cdktf() -> None:
    code = (
        "import sys, constructs_lib; "
        "print([n for n in ('pydantic', 'yaml', 'jsii', 'cdktf', 'click', 'lark') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_explain_themselves() -> None:
    assert [name for name in API.__all__ if not (getattr(API, name).__doc__ or "").strip()] == []


def test_options_within_options_are_public_too() -> None:
    """Who writes a spec in Python needs a name for every model in it."""
    models = [
        value for name in API.__all__ if isinstance(value := getattr(API, name), type) and issubclass(value, Model)
    ]
    missing = {model.__name__ for known in models for model in _within(known)} - {*API.__all__}
    assert models and {name for name in missing if not name.startswith("_")} == set()


def _within(kind: Any) -> Iterator[type[Model]]:
    if isinstance(kind, type) and issubclass(kind, Model):
        yield kind
        for field in kind.model_fields.values():
            yield from _within(field.annotation)
    for part in get_args(kind):
        yield from _within(part)
