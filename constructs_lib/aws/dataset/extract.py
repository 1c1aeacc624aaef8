# /// script
# requires-python = ">=3.11"
# dependencies = ["awslabs.cloudwatch-mcp-server==0.3.1"]
# ///
"""Writes the files beside it from AWS's own dataset of metrics and recommended alarms.

    uv run constructs_lib/aws/dataset/extract.py

Without uv, `python constructs_lib/aws/dataset/extract.py` in any environment that has the package of the lines above
(`pip install --no-deps` is enough: nothing of it is run). Facts are taken, sentences are not: the package is
Copyright Amazon.com, Inc. or its affiliates, under the Apache License 2.0.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

PACKAGE = "awslabs.cloudwatch-mcp-server"
FILE = "metric_metadata.json"

_OPERATORS = {
    "GreaterThanThreshold": "above",
    "GreaterThanOrEqualToThreshold": "at_least",
    "LessThanThreshold": "below",
    "LessThanOrEqualToThreshold": "at_most",
}
_MISSING = {"notBreaching": "not_breaching"}

# What the dataset says of a unit, in the catalogue's words; the first that fits.
_UNITS = (
    (r"milliseconds?\b", "milliseconds"),
    (r"microseconds?\b", "microseconds"),
    (r"seconds?\b", "seconds"),
    (r"bytes */ *second|bytes per second", "bytes per second"),
    (r"count */ *second|count \(?per second", "count per second"),
    (r"count \(1/0\)|boolean", "0 or 1"),
    (r"fractional value between 0 and 1", "0 to 1"),
    (r"count\b|number|integer|the metric represents a count|nitro instances: none, xen instances: count", "count"),
    (r"percent", "percent"),
    (r"megabytes", "megabytes"),
    (r"gigabytes", "gigabytes"),
    (r"bytes$", "bytes"),
    (r"minutes$", "minutes"),
    (r"credits", "credits"),
    (r"usd", "US dollars"),
)
_STATISTICS = {
    "average": "Average",
    "minimum": "Minimum",
    "min": "Minimum",
    "maximum": "Maximum",
    "max": "Maximum",
    "sum": "Sum",
    "samplecount": "SampleCount",
    "sample count": "SampleCount",
    "data samples": "SampleCount",
    "samples": "SampleCount",
    "percentiles": "p99",
    "percentile": "p99",
}


def unit(text: str) -> str:
    """A unit in the catalogue's words; nothing where the dataset gives none."""
    found = (word for pattern, word in _UNITS if re.match(pattern, text, re.IGNORECASE))
    return next(found, "")


def statistics(text: str) -> list[str]:
    """The statistics that the dataset calls useful, in its order."""
    text = re.sub(r"\(.*?\)|—[^,|]*", "", text)
    words = (word.strip(" .").lower() for word in re.split(r",|\||\band\b", text))
    return [*dict.fromkeys(_STATISTICS[word] for word in words if word in _STATISTICS)]


def metric(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one metric."""
    facts = {
        "unit": unit(entry.get("unitInfo") or ""),
        "statistics": statistics(entry.get("recommendedStatistics") or ""),
    }
    return {key: value for key, value in facts.items() if value}


def alarm(name: str, advice: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one recommended alarm; a threshold that AWS leaves open is null, a dimension's value as well."""
    return {
        "metric": name,
        "dimensions": {dimension["name"]: dimension.get("value") for dimension in advice["dimensions"]},
        "statistic": advice["statistic"],
        "comparison": _OPERATORS[advice["comparisonOperator"]],
        "threshold": advice["threshold"].get("staticValue"),
        "period_seconds": advice["period"],
        "datapoints": advice["datapointsToAlarm"],
        "of": advice["evaluationPeriods"],
        "missing_data": _MISSING.get(advice["treatMissingData"], advice["treatMissingData"]),
    }


def lines(namespace: str, source: str, entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A namespace's file: JSON, with a line for each metric and each alarm."""
    metrics = [f"    {json.dumps(name)}: {json.dumps(metric(entries[name]))}" for name in sorted(entries)]
    alarms = [
        f"    {json.dumps(alarm(name, advice))}"
        for name in sorted(entries)
        for advice in entries[name].get("alarmRecommendations", ())
    ]
    yield "{\n"
    yield f'  "namespace": {json.dumps(namespace)},\n  "source": {json.dumps(source)},\n'
    yield '  "metrics": {\n' + ",\n".join(metrics) + "\n  },\n"
    yield '  "alarms": [' + ("\n" + ",\n".join(alarms) + "\n  " if alarms else "") + "]\n}\n"


def main() -> None:
    """Write every file anew."""
    package = distribution(PACKAGE)
    (data,) = (file for file in package.files or () if file.name == FILE)
    by_namespace: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for entry in json.loads(Path(str(data.locate())).read_text(encoding="utf-8")):
        by_namespace[entry["metricId"]["namespace"]][entry["metricId"]["metricName"]] = entry
    folder = Path(__file__).parent
    for old in folder.glob("*.json"):
        old.unlink()
    source = f"{FILE} of {PACKAGE} {package.version}, Apache License 2.0"
    for namespace, entries in by_namespace.items():
        file = folder / f"{namespace.replace('/', '_')}.json"
        file.write_text("".join(lines(namespace, source, entries)), encoding="utf-8")


if __name__ == "__main__":
    main()
