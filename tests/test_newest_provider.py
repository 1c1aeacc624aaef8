"""Everything we emit is known to the newest provider there are bindings for, too, without its binary.

The bindings of cdktn are made from the provider's own schema (6.69): each argument and block has a field in one of
their structs, and what is required has no default. They say nothing about what is deprecated.
"""

from __future__ import annotations

import ast
import importlib.util
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from constructs_lib.app import synthesise
from constructs_lib.config.loader import load
from tests.configs import config
from tests.configs import load as loaded

ROOT = Path(__file__).parents[1]
META = {"depends_on", "count", "for_each", "provider", "lifecycle", "provisioner", "connection", "//"}


class Struct(NamedTuple):
    """One struct of the bindings: the fields it knows, and those it must have."""

    known: frozenset[str]
    required: frozenset[str]


@cache
def structs(module: str) -> Mapping[str, Struct]:
    """The structs of one resource type, read from its source: importing it would start Node."""
    package = importlib.util.find_spec("cdktn_provider_aws")
    assert package is not None and package.origin is not None
    source = Path(package.origin).with_name(module) / "__init__.py"
    if not source.exists():
        return {}
    return {
        node.name: Struct(*fields(init))
        for node in ast.parse(source.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and any("data_type" in ast.unparse(mark) for mark in node.decorator_list)
        for init in node.body
        if isinstance(init, ast.FunctionDef) and init.name == "__init__"
    }


def fields(init: ast.FunctionDef) -> tuple[frozenset[str], frozenset[str]]:
    arguments = zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True)
    given = {argument.arg: default is None for argument, default in arguments}
    return frozenset(given), frozenset(name for name, required in given.items() if required)


def pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def unknown(resource_type: str, values: Mapping[str, Any]) -> Iterator[str]:
    module = resource_type.removeprefix("aws_")
    found = structs(module)
    if not found:
        yield f"{resource_type} is not a resource type"
        return
    (root,) = (name for name in found if "lifecycle" in found[name].known)
    yield from differences(found, root, root.removesuffix("A").removesuffix("Config"), values, resource_type)


def differences(
    found: Mapping[str, Struct], name: str, prefix: str, values: Mapping[str, Any], path: str
) -> Iterator[str]:
    struct = found[name]
    given = {field.removesuffix("_") for field in values}
    yield from (f"{path}.{field} is unknown" for field in sorted(given - struct.known - META))
    yield from (f"{path}.{field} is missing" for field in sorted(struct.required - given))
    for field, value in values.items():
        nested = f"{prefix}{pascal(field)}"
        for block in value if isinstance(value, list) else [value]:
            if isinstance(block, Mapping) and nested in found:
                yield from differences(found, nested, nested, block, f"{path}.{field}")


def resources(out: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in sorted(out.glob("stacks/*/cdk.tf.json")):
        for resource_type, made in json.loads(file.read_text(encoding="utf-8")).get("resource", {}).items():
            if resource_type.startswith("aws_"):
                yield from ((resource_type, values) for values in made.values())


def test_the_reader_sees_what_is_wrong() -> None:
    assert [*unknown("aws_sns_topic", {"nane": "x"})] == ["aws_sns_topic.nane is unknown"]
    assert [*unknown("aws_no_such_thing", {})] == ["aws_no_such_thing is not a resource type"]
    assert [
        *unknown("aws_cloudwatch_metric_alarm", {"alarm_name": "x", "evaluation_periods": 1, "metric_query": [{}]})
    ] == ["aws_cloudwatch_metric_alarm.metric_query.id is missing"]


def test_the_default_stack() -> None:
    found = {text for kind, values in resources(ROOT / "cdktf.out") for text in unknown(kind, values)}
    assert found == set()


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples(example: Path, tmp_path: Path) -> None:
    synthesise(load(example), tmp_path / "out")
    found = {text for kind, values in resources(tmp_path / "out") for text in unknown(kind, values)}
    assert found == set()


def test_what_only_a_new_provider_takes(tmp_path: Path) -> None:
    synthesise(loaded(config(provider={"at_least": "6.69"})), tmp_path / "out")
    made = [*resources(tmp_path / "out")]
    assert any("warm_up_configuration" in values for _, values in made)
    assert {text for kind, values in made for text in unknown(kind, values)} == set()
