"""Metric filters as data: what other patterns build theirs on."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms import metric_filter as filters
from constructs_lib.alarms.metric_filter import MetricFilter
from constructs_lib.errors import ConfigError


def metric_filter(**options: Any) -> MetricFilter:
    defaults = {"name": "slow", "pattern": "{ $.latency_ms > 500 && $.model = * }", "metric_name": "slow"}
    return MetricFilter(**defaults | options)


def test_the_metric_of_a_filter_is_what_it_publishes() -> None:
    total = metric_filter(default_value=0).metric(statistic="Sum", period_seconds=60)
    assert (total.namespace, total.name, dict(total.dimensions)) == ("LogPatterns", "slow", {})
    by_model = metric_filter(dimensions={"model": "$.model"})
    series = by_model.metric(statistic="p90", period_seconds=60, values={"model": "v2"})
    assert dict(series.dimensions) == {"model": "v2"}


@pytest.mark.parametrize("values", [{}, {"modle": "v2"}, {"model": "v2", "region": "x"}])
def test_no_metric_with_dimensions_it_never_publishes(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"slow publishes \['model'\]"):
        metric_filter(dimensions={"model": "$.model"}).metric(statistic="Sum", period_seconds=60, values=values)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"name": "a:b"}, "name: 'a:b' can't name a filter"),
        ({"metric_name": "a$b"}, "metric_name: 'a\\$b' can't name a filter's metric"),
        ({"namespace": "a*"}, "namespace: 'a\\*' can't name a filter's metric"),
        ({"pattern": "{ $.a = }"}, "MetricFilter: '{ \\$.a = }', column 9"),
        ({"value": "$.a*"}, "value: "),
        ({"value": "latency"}, "value: `latency` is not a field of a json pattern"),
        ({"dimensions": {"model": "$.region"}}, "dimensions.model: '\\$.region' is not in the pattern"),
        ({"dimensions": {"model": "$.model"}, "default_value": 0}, "default_value: a default value, and CloudWatch"),
        ({"default_value": float("nan")}, "default_value: nan is not a finite number"),
    ],
)
def test_what_the_service_would_refuse(options: dict[str, Any], rule: str) -> None:
    with pytest.raises(ConfigError, match=rule):
        metric_filter(**options)


def test_it_is_deployed_in_one_spelling() -> None:
    odd = metric_filter(pattern="[ip,status = 5*]", value="$status", dimensions={"ip": "$ip"})
    assert odd.text == '[ip, status = "5*"]'
    assert odd.published_value == "$status"
    assert odd.published_dimensions == {"ip": "$ip"}


JSON = "{ $.a = 1 }"


def said(pattern: str, value: str | None = None, **dimensions: str) -> list[str]:
    return [str(problem) for problem in filters.field_problems(pattern, value, dimensions)]


def test_as_many_dimensions_as_cloudwatch_takes() -> None:
    three = dict.fromkeys(("a", "b", "c"), "$.a")
    assert said(JSON, **three) == []
    assert said(JSON, **three, d="$.a") == [
        "dimensions: 4 dimensions, and a filter's metric has at most 3; remove some"
    ]


def test_a_value_of_a_hundred_characters_is_the_longest() -> None:
    field = "$." + "a" * 98
    assert said(f"{{ {field} = 1 }}", field) == []
    assert said(f"{{ {field}a = 1 }}", f"{field}a") == ["value: has 101 characters, and 100 are allowed; shorten it"]


@pytest.mark.parametrize(("name", "right"), [("a", True), ("n" * 255, True), ("n" * 256, False), (":a", False),
                                             ("é", False), ("", False)])  # fmt: skip
def test_names_of_dimensions(name: str, right: bool) -> None:
    found = said(JSON, **{name: "$.a"})
    assert (found == []) is right
    assert right or "is not a dimension name; write 1 to 255 ASCII characters, no leading colon" in found[0]


def test_a_field_that_the_pattern_does_not_name() -> None:
    (found,) = said(JSON, d="$.b")
    assert found.startswith("dimensions.d: '$.b' is not in the pattern, which names `$.a`; name one of those")
    assert found.endswith("or test it in the pattern: `$.b = *`")
    (found,) = said("[ip, user]", d="$code")
    assert found.endswith("or test it in the pattern: a field called code")
    assert not filters.is_field("{ $.a =", "$.a")
    assert filters.is_field(JSON, "$.['a']")
    assert filters.default_and_dimensions().fix == "leave it out"
