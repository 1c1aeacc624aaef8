"""What a register says that a stack costs, counted from what Terraform will see."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.register.costs import COUNTED, costs
from constructs_lib.register.markdown import markdown
from constructs_lib.register.page import page
from tests.gpu_fleets import SMALLEST
from tests.register.registers import by_hand, registered
from tests.rules.stacks import alarm


def of(**resources: Any) -> dict[str, float]:
    """The costs of a stack written by hand, without its alarms'."""
    return dict(costs(by_hand(resources), 0, 0))


FILTER: dict[str, Any] = {
    "log_group_name": "/ai/ranker",
    "pattern": "Error",
    "metric_transformation": {"namespace": "Mine", "name": "slow", "value": "1"},
}
BY_MODEL = FILTER | {"metric_transformation": {**FILTER["metric_transformation"], "dimensions": {"model": "$.model"}}}


def reading(**dimensions: str) -> dict[str, Any]:
    return alarm(alarm_name=f"a-{dimensions}", namespace="Mine", metric_name="slow", dimensions=dimensions)


def test_a_filter_with_dimensions_makes_a_metric_of_each_value() -> None:
    alarms = {"total": reading(), "a": reading(model="a"), "b": reading(model="b"), "other": reading(host="x")}
    found = of(aws_cloudwatch_log_metric_filter={"total": FILTER, "by": BY_MODEL}, aws_cloudwatch_metric_alarm=alarms)
    assert found == {"3 metrics made from logs, and one more for each other value of model": 0.90}


def test_one_without_dimensions_is_one_metric_and_one_that_no_alarm_reads_still_costs() -> None:
    assert of(aws_cloudwatch_log_metric_filter={"total": FILTER}) == {"1 metric made from logs": 0.30}
    (found,) = of(aws_cloudwatch_log_metric_filter={"by": BY_MODEL}).values()
    assert found == 0.30


def test_keys_cost_by_the_key() -> None:
    assert of(aws_kms_key={"a": {}, "b": {}}) == {"2 encryption keys": 2.00}


@pytest.mark.parametrize(
    ("measured", "expected"), [(True, {"10 metrics of 2 API methods": 3.00}), (False, {})], ids=("measured", "not")
)
def test_detailed_metrics_cost_by_the_method(measured: bool, expected: dict[str, float]) -> None:
    api = "${aws_api_gateway_rest_api.api.id}"
    settings = {
        "rest_api_id": "${aws_api_gateway_stage.prod.rest_api_id}",
        "stage_name": "${aws_api_gateway_stage.prod.stage_name}",
        "method_path": "*/*",
        "settings": {"metrics_enabled": measured},
    }
    assert (
        of(
            aws_api_gateway_rest_api={"api": {"name": "ranker"}, "other": {"name": "unmeasured"}},
            aws_api_gateway_stage={"prod": {"rest_api_id": api, "stage_name": "prod"}},
            aws_api_gateway_method_settings={"all": settings},
            aws_api_gateway_method={
                "rank": {"rest_api_id": api},
                "embed": {"rest_api_id": api},
                "other": {"rest_api_id": "${aws_api_gateway_rest_api.other.id}"},
            },
        )
        == expected
    )


@pytest.mark.parametrize(
    ("types", "largest", "gpus", "metrics"),
    [
        (["g5.xlarge", "g5.2xlarge"], 10, "10 GPUs", 44),
        (["g5.12xlarge"], 2, "8 GPUs", 36),
        (["g5.xlarge"], 1, "1 GPU", 8),
    ],
    ids=str,
)
def test_a_fleets_gpus_cost_as_if_all_of_it_ran(types: list[str], largest: int, gpus: str, metrics: int) -> None:
    register = registered({"trainers": SMALLEST | {"instance_types": types, "size": {"max": largest}}})
    words = f"metrics of {gpus}, all of recommender-production-trainers"
    assert register.costs[words] == pytest.approx(0.30 * metrics)


def test_results_of_the_stacks_own_monitoring_jobs_are_metrics() -> None:
    def result(facet: str, schedule: str) -> dict[str, Any]:
        dimensions = {"MonitoringSchedule": schedule, "Facet": facet}
        return alarm(alarm_name=f"a-{facet}-{schedule}", namespace="bias", metric_name="DI", dimensions=dimensions)

    found = of(
        aws_sagemaker_monitoring_schedule={"own": {"name": "own"}},
        aws_cloudwatch_metric_alarm={
            "a": result("gender", "own"),
            "again": result("gender", "own") | {"alarm_name": "again", "statistic": "SampleCount"},
            "b": result("plan", "own"),
            "c": result("plan", "of-another-team"),
        },
    )
    assert found == {"2 results of monitoring jobs, as metrics": 0.60}


def test_the_page_and_the_text_say_what_is_counted() -> None:
    register = registered()
    assert COUNTED in markdown(register)
    assert COUNTED.replace("'", "&#39;") in page(register)
