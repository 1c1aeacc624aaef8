"""AWS's own dataset: its metrics with their units, and the alarms it recommends, as facts.

`extract.py` writes the files; each names its source. The dataset is not held to what CloudWatch publishes: it has no
dimension sets, and some of what it says is wrong. What is checked by hand is in `aws/catalogue/`, and wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import orjson

from constructs_lib.aws.comparison import Comparison

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendedAlarm:
    """An alarm that AWS recommends for a kind of resource.

    Attributes:
        metric: The metric's name.
        dimensions: The names, each with None for the resource's own value, or a value that is always the same.
        statistic: As in CloudWatch.
        comparison: With the threshold, by the option's name.
        threshold: In the unit the metric is published with; None where AWS leaves it open.
        period_seconds: Length of one period.
        datapoints: How many of the last periods have to breach.
        of: How many periods are looked at.
        missing_data: What a period without data counts as.
    """

    metric: str
    dimensions: Mapping[str, str | None]
    statistic: str
    comparison: Comparison
    threshold: float | None
    period_seconds: int
    datapoints: int
    of: int
    missing_data: Literal["breaching", "not_breaching", "ignore", "missing"]


@cache
def namespaces() -> Mapping[str, Path]:
    """The namespaces that have a file, with it."""
    return {file.stem.replace("_", "/"): file for file in sorted(_FOLDER.glob("*.json"))}


@cache
def of(namespace: str) -> Mapping[str, Any]:
    """A namespace's file, empty for one that has none."""
    file = namespaces().get(namespace)
    read: Mapping[str, Any] = orjson.loads(file.read_bytes()) if file else {}
    return read


@cache
def recommended_for(namespace: str) -> tuple[RecommendedAlarm, ...]:
    """The alarms that AWS recommends in a namespace, in the order of the metrics' names."""
    return tuple(RecommendedAlarm(**facts) for facts in of(namespace).get("alarms", ()))
