"""OpenSLO files as monitors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from constructs_lib import ConfigError
from constructs_lib.cli import main
from constructs_lib.config import openslo
from tests.configs import config, load

RATIO = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout}
spec:
  description: Checkouts succeed
  service: shop
  indicator:
    metadata: {name: success}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: CloudWatch, spec: {namespace: Shop, metricName: Served, dimensions: [{name: Step, value: pay}]}}}
        total: {metricSource: {type: CloudWatch, spec: {namespace: Shop, metricName: Requests, dimensions: [{name: Step, value: pay}]}}}
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: good, target: 0.995}]
"""  # noqa: E501
THRESHOLD = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: latency}
spec:
  thresholdMetric:
    metricSource:
      type: CloudWatch
      spec:
        Namespace: AWS/SageMaker
        MetricName: ModelLatency
        Dimensions: {EndpointName: ranker, VariantName: AllTraffic}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: ranker}
spec:
  indicatorRef: latency
  timeWindow: [{duration: 30d, isRolling: true}]
  objectives: [{op: lte, value: 800000, targetPercent: 99}, {op: lte, value: 300000, target: 0.95}]
"""


def test_a_ratio_of_counts() -> None:
    dimensions = {"Step": "pay"}
    assert openslo.monitors(RATIO, "openslo.yaml") == {
        "checkout": {
            "pattern": "slo",
            "target_percent": 99.5,
            "window_days": 28,
            "good": {"namespace": "Shop", "name": "Served", "dimensions": dimensions, "custom": True},
            "total": {"namespace": "Shop", "name": "Requests", "dimensions": dimensions, "custom": True},
        }
    }


def test_a_limit_on_a_time_in_the_metrics_own_unit_and_an_indicator_next_to_it() -> None:
    found = openslo.monitors(THRESHOLD, "openslo.yaml")
    assert {name: (one["target_percent"], one["within"]["milliseconds"]) for name, one in found.items()} == {
        "ranker-1": (99, 800),
        "ranker-2": (95, 300),
    }


def test_what_is_printed_is_a_part_of_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "openslo.yaml").write_text(f"{RATIO}---{THRESHOLD}")
    done = CliRunner().invoke(main, ["slo", "import", str(tmp_path / "openslo.yaml")])
    assert done.exit_code == 0
    assert [*load(config(yaml.safe_load(done.output))).stacks["production"].monitors] == [
        "checkout",
        "ranker-1",
        "ranker-2",
    ]


REFUSED: list[tuple[tuple[str, str], str]] = [
    (
        ("budgetingMethod: Occurrences", "budgetingMethod: Timeslices"),
        "checkout.spec.budgetingMethod: 'Timeslices' counts periods, and alarms here count requests; write Occurrences",
    ),
    (
        ("isRolling: true", "isRolling: false"),
        (
            "checkout.spec.timeWindow.0.isRolling: the window begins anew by the calendar, and CloudWatch's windows "
            "move on; write `isRolling: true`"
        ),
    ),
    (
        ("duration: 4w", "duration: 1M"),
        "checkout.spec.timeWindow.0.duration: '1M' is not a number of days or weeks; write it like 28d or 4w",
    ),
    (
        ("type: CloudWatch, spec: {namespace: Shop, metricName: Served", "type: Prometheus, spec: {query: up"),
        (
            "checkout.indicator.ratioMetric.good.metricSource: 'Prometheus' with query, dimensions is not a metric of "
            "CloudWatch; give `type: CloudWatch`, and namespace, metricName and dimensions under `spec`"
        ),
    ),
    (("target: 0.995", "target: 1"), "checkout.target_percent: 100 is not below 100; write a number below 100"),
    (("target: 0.995", "goal: 1"), "checkout.spec.objectives.0.target: is missing; write it like 0.995"),
    (("kind: SLO", "kind: Service"), "holds no document of `kind: SLO`; name a file of OpenSLO's"),
]


@pytest.mark.parametrize(("change", "problem"), REFUSED, ids=[change[1] for change, _ in REFUSED])
def test_what_no_alarm_can_be_made_of_is_refused(change: tuple[str, str], problem: str) -> None:
    with pytest.raises(ConfigError) as refused:
        openslo.monitors(RATIO.replace(*change), "openslo.yaml")
    assert [str(one) for one in refused.value.problems] == [f"openslo.yaml: {problem}"]


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", "kind: SLO", "kind: SLO\nspec: 3\n", "a: [", "kind: SLO\nspec: {indicator: 3}"]
)
def test_damaged_files_are_refused_in_plain_words(text: str, tmp_path: Path) -> None:
    (tmp_path / "openslo.yaml").write_text(text)
    done: Any = CliRunner().invoke(main, ["slo", "import", str(tmp_path / "openslo.yaml")])
    assert done.exit_code == 2
    assert "problem" in done.stderr
