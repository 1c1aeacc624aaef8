"""The JSON Schema in an editor: what it suggests, and what a validator says of one mistake."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import boto3
import jsonschema
import pytest

from constructs_lib.aws.catalogue import NAMESPACES
from constructs_lib.aws.names import REGIONS, region
from constructs_lib.config import file
from constructs_lib.config.editor import for_editors, written
from constructs_lib.patterns.registry import PATTERNS
from tests.configs import config, threshold

SCHEMA = file.schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
MONITORS = SCHEMA["$defs"]["FileStack"]["properties"]["monitors"]["additionalProperties"]


def changed(change: Callable[[dict[str, Any]], object], **monitor: Any) -> dict[str, Any]:
    data = config({"calls": threshold(**monitor)})
    change(data["stacks"]["production"])
    return data


def errors(data: dict[str, Any]) -> list[jsonschema.ValidationError]:
    return list(VALIDATOR.iter_errors(data))


def said(found: jsonschema.ValidationError) -> int:
    """How many lines a validator prints at most: the error, and those behind it."""
    return 1 + sum(map(said, found.context or ()))


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], object], str, int]] = {
    "a key of a monitor": (lambda s: s["monitors"]["calls"].update(abov=3), "('abov' was unexpected)", 1),
    "a key of a metric": (lambda s: s["monitors"]["calls"]["metric"].update(nam="x"), "('nam' was unexpected)", 3),
    "a pattern": (lambda s: s["monitors"]["calls"].update(pattern="treshold"), "'treshold' is not one of", 1),
    "no pattern": (lambda s: s["monitors"]["calls"].pop("pattern"), "'pattern' is a required property", 1),
    "text for a number": (lambda s: s["monitors"]["calls"].update(above="much"), "'much' does not match", 1),
    "a severity": (lambda s: s["monitors"]["calls"].update(severity="criticl"), "'criticl' is not one of", 1),
    "no statistic": (lambda s: s["monitors"]["calls"]["metric"].pop("statistic"), "'statistic' is a required", 3),
    "no Region": (lambda s: s.pop("region"), "'region' is a required property", 1),
}


@pytest.mark.parametrize(("change", "message", "lines"), MISTAKES.values(), ids=MISTAKES.keys())
def test_one_mistake_is_one_error(change: Callable[[dict[str, Any]], object], message: str, lines: int) -> None:
    (found,) = errors(changed(change))
    assert said(found) <= lines
    best = jsonschema.exceptions.best_match([found])
    assert best is not None and message in best.message


def test_what_check_accepts_is_not_refused() -> None:
    for metric in (
        {"namespace": "Shop/Orders", "name": "lost", "dimensions": {"shop": "1"}, "custom": True, "statistic": "p99.9"},
        {"namespace": "AWS/Lambda", "name": "Brandnew", "dimensions": {"X": "y"}, "custom": True, "statistic": "Sum"},
        {"namespace": "${var.n}", "name": "${var.m}", "dimensions": "${var.d}", "statistic": "${var.s}"},
    ):
        assert errors(changed(lambda _: None, metric=metric)) == []
    assert errors(changed(lambda stack: stack.update(region="us-moon-1"))) == []
    for value in (None, "${var.limit}", 3, 2.5):
        assert errors(config({"calls": threshold() | {"above": value}})) == []


def test_before_a_pattern_is_chosen_an_editor_lists_that_alone() -> None:
    """An editor completes the properties of what holds, and no pattern's condition does yet."""
    assert [*MONITORS["properties"]] == ["pattern"]
    assert all(choice["if"]["required"] == ["pattern"] for choice in MONITORS["allOf"])
    assert [choice["if"]["properties"]["pattern"]["const"] for choice in MONITORS["allOf"]] == [*PATTERNS]
    choice = MONITORS["properties"]["pattern"]
    assert choice["enum"] == [*PATTERNS]
    assert len(choice["enumDescriptions"]) == len(PATTERNS)
    assert choice["enumDescriptions"][PATTERNS.index("threshold")] == "Alerts when a metric is past a limit."


def test_names_come_from_the_catalogue() -> None:
    definitions = SCHEMA["$defs"]
    metric = definitions["Metric"]
    assert metric["allOf"] == [{"$ref": "#/$defs/Catalogue"}]
    assert metric["properties"]["namespace"]["anyOf"] == [{"$ref": "#/$defs/Namespaces"}, {"type": "string"}]
    assert definitions["Namespaces"]["enum"] == [name for name, known in NAMESPACES.items() if known.dimension_sets]
    (of_queues,) = (
        condition["then"]["properties"]
        for condition in definitions["Catalogue"]["allOf"]
        if condition["if"]["properties"]["namespace"] == {"const": "AWS/SQS"}
    )
    assert "ApproximateAgeOfOldestMessage" in of_queues["name"]["anyOf"][0]["enum"]
    assert of_queues["dimensions"] == {"properties": {"QueueName": {}}}
    assert "p99" in definitions["Statistics"]["enum"]
    with_metrics = [name for name, one in definitions.items() if one.get("allOf") == metric["allOf"]]
    assert {"Metric", "MetricPart", "CountMetric", "TimeMetric", "Fleet"} <= {*with_metrics}


def test_regions_are_suggested() -> None:
    stack = SCHEMA["$defs"]["FileStack"]["properties"]["region"]
    assert {"$ref": "#/$defs/Regions"} in stack["anyOf"]
    assert SCHEMA["$defs"]["Regions"]["enum"] == [*REGIONS]
    assert all(region(code) is None for code in REGIONS)
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    assert {*REGIONS} <= {code for part in partitions for code in session.get_available_regions("logs", part)}


def test_a_number_or_a_reference_is_said_once() -> None:
    above = SCHEMA["$defs"]["ThresholdSpec"]["properties"]["above"]
    assert above == {
        "description": "Fires above this.",
        "type": ["number", "string", "null"],
        "pattern": r"\$\{",
        "patternErrorMessage": "Write a number, or a reference such as ${var.name}.",
    }
    assert '"title"' not in json.dumps({**SCHEMA, "$defs": None})


def test_an_option_called_title_keeps_its_name() -> None:
    made = for_editors({"title": "Made", "properties": {"title": {"title": "Title", "type": "string"}}}, "x.json")
    assert made["properties"] == {"title": {"type": "string"}}
    release = ".".join(version("ai-monitoring-constructs").split(".")[:2])
    assert (made["$id"], made["$schema"][-7:]) == (f"urn:ai-monitoring-constructs:{release}:x.json", "/schema")


def test_the_file_stays_small_and_is_the_schema() -> None:
    text = written(SCHEMA)
    assert json.loads(text) == SCHEMA
    assert len(text.encode()) < 550_000, "half of it are the parts that `like` may leave out"
