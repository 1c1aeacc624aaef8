"""Every pair of values of an argument that bears on when an alarm fires, and what going from one to the other does."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.review.difference import differences
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.stack import Stack
from tests.review.plans import METRIC, alarm, band

NOTHING = Stack("nothing", ())
UNKNOWN = "${?}"
SIGNS = {"looser": "L", "tighter": "t", "unclear": "?"}


def percentile(statistic: str, **options: Any) -> dict[str, Any]:
    simple = statistic in ("Minimum", "Maximum", "Average", "Sum", "SampleCount")
    return alarm(statistic=statistic if simple else "", extended_statistic="" if simple else statistic, **options)


ABOVE, BELOW = "GreaterThanThreshold", "LessThanThreshold"
WIDTHS: tuple[Any, ...] = (2, 3, "?")
STATISTICS = ("Minimum", "p50", "p99", "p99.9", "p100", "Maximum", "Average", "Sum", "tm99")
ASKED: dict[str, dict[str, dict[str, Any]]] = {
    "a limit": {
        f"{words} {limit}": alarm(comparison_operator=operator, threshold=limit)
        for (words, operator), limit in product(
            {
                ">": ABOVE,
                ">=": "GreaterThanOrEqualToThreshold",
                "<": BELOW,
                "<=": "LessThanOrEqualToThreshold",
            }.items(),
            (1, 2),
        )
    }
    | {"> ?": alarm(threshold=UNKNOWN), "? 1": alarm(comparison_operator=UNKNOWN, threshold=1)},
    "a band": {
        f"{words} {width}": band(width, operator)
        for (words, operator), width in product(
            {
                "outside": "LessThanLowerOrGreaterThanUpperThreshold",
                "above": "GreaterThanUpperThreshold",
                "below": "LessThanLowerThreshold",
            }.items(),
            WIDTHS,
        )
    }
    | {"> 1": alarm(threshold=1)},
    "a statistic above": {name: percentile(name, comparison_operator=ABOVE) for name in STATISTICS},
    "a statistic below": {name: percentile(name, comparison_operator=BELOW) for name in STATISTICS},
    "a statistic of an unknown side": {
        name: percentile(name, comparison_operator=UNKNOWN) for name in ("p50", "p99", "Average")
    },
    "a period": {
        f"{statistic} {words} of {seconds}": percentile(statistic, comparison_operator=operator, period=seconds)
        for statistic, (words, operator), seconds in product(
            ("Sum", "SampleCount", "Average"), {">": ABOVE, "<": BELOW}.items(), (60, 300)
        )
    }
    | {"Sum > of ?": alarm(period=UNKNOWN)},
    "missing data": {
        word: alarm(treat_missing_data=word)
        for word in ("breaching", "ignore", "missing", "notBreaching", "Breaching", "other")
    },
    "severity": {
        word or "none": alarm(tags={"severity": word}) for word in ("critical", "warning", "info", "P1", "", "Critical")
    },
    "M of N": {
        f"{m} of {n}": alarm(datapoints_to_alarm=m, evaluation_periods=n)
        for m, n in ((1, 1), (1, 3), (2, 2), (2, 3), (3, 3), (3, 5), (5, 5), (0, 3), (UNKNOWN, 3), (UNKNOWN, UNKNOWN))
    },
    "few samples": {
        f"{statistic} {word or 'default'}": percentile(statistic, evaluate_low_sample_count_percentiles=word)
        for statistic, word in product(("p99", "Sum"), ("", "evaluate", "ignore", UNKNOWN))
    },
}  # fmt: skip


def verdicts(before: dict[str, Any], after: dict[str, Any]) -> str:
    """The signs of all that differs; a dot for nothing."""
    one, other = (DeployedAlarm.read("a.b", "aws_cloudwatch_metric_alarm", values) for values in (before, after))
    return "".join(SIGNS[found.verdict] for found in differences(one, other, NOTHING, NOTHING)) or "."


@pytest.mark.parametrize("what", ASKED)
def test_what_each_change_does(what: str, snapshot: SnapshotAssertion) -> None:
    """A row is what it was, a column what it becomes: L looser, t tighter, ? for a person to judge."""
    values = ASKED[what]
    width = max(map(len, values))
    lines = [f"{name:{width}} | " + "".join(f"{verdicts(one, other):4}" for other in values.values()).rstrip()
             for name, one in values.items()]  # fmt: skip
    assert "\n".join(lines) == snapshot


@pytest.mark.parametrize(
    "what", ["a limit", "a band", "a statistic above", "a statistic below", "missing data", "M of N"]
)
def test_there_and_back(what: str) -> None:
    """What is looser one way is tighter the other way, unless an alarm looks to another side, or fires just as soon."""
    for (name, one), (new, other) in product(ASKED[what].items(), repeat=2):
        there, back = verdicts(one, other), verdicts(other, one)
        if "?" in there + back or {there, back} in ({"."}, {"L", "t"}):
            continue
        if there == "L":
            sides = [operator[:4] for operator in (one["comparison_operator"], other["comparison_operator"])]
            assert sides[0] != sides[1] or what == "a band", (name, new)
        else:
            assert (there, one["datapoints_to_alarm"]) == ("t", other["datapoints_to_alarm"]), (name, new)


def test_the_first_metric_of_several_is_compared_with_its_like() -> None:
    names = ("Errors", "Throttles")
    metrics = [{"id": f"m{n}", "metric": [METRIC | {"metric_name": name}]} for n, name in enumerate(names)]
    math = {"id": "e", "expression": "m0 + m1", "return_data": True, "metric": []}
    one = alarm(metric_name="", namespace="", period=0, statistic="", metric_query=[math, *metrics])
    other = one | {"metric_query": [math, metrics[0], metrics[1] | {"metric": [METRIC | {"metric_name": UNKNOWN}]}]}
    assert (verdicts(one, other), verdicts(one, one | {"metric_query": [math, *reversed(metrics)]})) == ("?", ".")
