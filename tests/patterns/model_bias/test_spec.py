"""What users get wrong about a bias monitor, and the series its alarms are on."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ConfigError, ModelBiasSpec
from constructs_lib.alarms.alarm import Alarm, Evaluate, Insights, Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.patterns.model_bias import Facet
from constructs_lib.patterns.model_bias.alarms import alarms as alarm_table
from tests.configs import config, problems
from tests.sagemaker import bias, data, endpoint
from tests.stacks import new_app

EXISTING: dict[str, Any] = {"endpoint": {"existing": "ranker-v3"}, "captured": "s3://traffic/ranker"}
EXTERNAL = {
    "publish": "external",
    "headers": None,
    "endpoint": {"existing": "ranker-v3"},
    "ground_truth": None,
    "instances": None,
    "monitoring_schedule": "ranker-clarify",
}


def test_a_number_that_shows_at_deployment_is_no_dimension() -> None:
    token = TerraformVariable(TerraformStack(new_app(), "mine"), "sensitive", type="number").number_value
    with pytest.raises(ConfigError, match="must be known before deployment"):
        Facet(name="gender", sensitive=[token])


def found(**options: Any) -> list[str]:
    monitors = {"ranker": endpoint(), "bias": bias(**options)}
    return [problem.removeprefix("monitors.bias").removeprefix(".") for problem in problems(config(monitors))]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"limits": {"DPPI": 0.1}}, "limits.DPPI: 'DPPI' is not a bias metric Clarify measures; did you mean 'DPPL'?"),
        (
            {"facets": [{"name": "gender"}]},
            (
                "facets.0: no sensitive values of 'gender' are given, and bias is measured for them; write `sensitive: "
                "[value]`, or `above: number` for a numeric column"
            ),
        ),
        (
            {"schedule": "every 5 minutes"},
            (
                "schedule: 'every 5 minutes' is not a schedule SageMaker keeps; write hourly, every 6 hours "
                "(2 to 23), daily, or daily at 17 (0 to 23, UTC)"
            ),
        ),
        (
            {"endpoint": "rnaker"},
            (
                "endpoint: 'rnaker' is not a monitor of this stack; did you mean 'ranker'? or write {existing: rnaker} "
                "for an endpoint that is there already"
            ),
        ),
        (
            {"endpoint": {"existing": "ranker-v3"}},
            (
                "endpoint: where the endpoint 'ranker-v3' captures its data is not known; add `captured: s3://…`, the "
                "address in its data capture configuration"
            ),
        ),
        (
            {"instances": {"type": "m5.xlarge"}},
            "instances.type: 'm5.xlarge' is not a SageMaker instance type; write ml.m5.xlarge",
        ),
        (
            {"facets": [{"name": "gender", "sensitive": [None]}]},
            "facets.0.sensitive.0: null is not a value of a column; write a number, true, false or text",
        ),
        (
            {"facets": [{"name": "gender", "sensitive": [""]}]},
            'facets.0.sensitive.0: is empty, and no dimension\'s value is; write the value, such as "unknown"',
        ),
        (
            {"label": {"name": "clicked", "positive": [float("nan")]}},
            "label.positive.0: nan is not a value of a column; write a number",
        ),
        (
            {"facets": [{"name": "gender", "sensitive": ["${var.group}"]}]},
            (
                "facets.0.sensitive.0: '${var.group}' is a Terraform reference, and this must be known before "
                "deployment; write the value itself"
            ),
        ),
        (
            {"facets": [{"name": "age", "above": 40}], "limits": {"DPPL": "${var.limit}"}, "schedule": "hourly"},
            (
                "limits.DPPL: of a numeric facet both sides are asked for, and a reference has no other side; write "
                "{between: [-x, x]} for DPPL"
            ),
        ),
        ({"ground_truth": "labels"}, "ground_truth: 'labels' is not an S3 address; write it like s3://bucket/folder/"),
        (
            {"ground_truth": None},
            "ground_truth: is missing: bias is measured against what turned out to be true; add `ground_truth: s3://…`",
        ),
        (
            {"batch": {"data": "s3://transform/captured"}},
            "batch: a job looks at an endpoint or at batch data; remove one of the two",
        ),
        ({"endpoint": None}, "endpoint: nothing to look at is given; name an `endpoint`, or give `batch`"),
        ({"limits": {"DI": 0.2}}, "limits.DI: DI is a ratio, and fine around 1; write {between: [0.8, 1.25]}"),
        ({"limits": {"AD": 0}}, "limits.AD.at_most: 0 is not above 0; write a number above 0"),
        ({"limits": {"AD": {"between": [1, 0]}}}, "limits.AD.between: 1 is not below 0; write the smaller one first"),
        ({"limits": {"CDDPL": 0.1}}, "limits.CDDPL: CDDPL is measured within subgroups; add `group: column`"),
        (
            {"headers": ["clicked", "gender"]},
            "facets.1.name: 'plan' is not among the headers; add it there",
        ),
        (
            {"schedule": "hourly", "max_runtime_seconds": 3600},
            (
                "max_runtime_seconds: 3600 is longer than SageMaker gives an hourly job; write 1800 or less, or run it "
                "less often"
            ),
        ),
        (
            {"facets": [{"name": "age", "above": 40}], "schedule": "every 3 hours"},
            (
                "facets.0.above: is published as an interval that is not known, and an alarm that asks for it sees "
                'three hours: nothing of a run every 3 hours; add `published_as: ["(40, 75]"]` as the first run '
                "publishes it, or `schedule: every 2 hours`"
            ),
        ),
        (
            {"silent_after_runs": 8},
            (
                "silent_after_runs: 8 runs take 194 hours with a late start and a long run, and CloudWatch looks back "
                "168 at most; write 6 or less"
            ),
        ),
    ],
)
def test_what_users_get_wrong(options: dict[str, Any], problem: str) -> None:
    assert found(**options) == [problem]


def test_an_endpoint_monitor_that_keeps_no_data_is_of_no_use() -> None:
    (problem,) = problems(config({"ranker": endpoint(capture=None), "bias": bias()}))
    assert problem == (
        "monitors.bias.endpoint: the monitor 'ranker' does not capture its endpoint's data; add `capture:` to it"
    )


def test_a_region_without_a_known_image_needs_one() -> None:
    monitors = {"ranker": endpoint(), "bias": bias()}
    assert problems(config(monitors, region="ap-southeast-5")) == [
        (
            "monitors.bias.image: no sagemaker-clarify-processing image is known in 'ap-southeast-5'; give its address "
            "from AWS's documentation"
        )
    ]
    monitors["bias"]["image"] = "123456789012.dkr.ecr.ap-southeast-5.amazonaws.com/sagemaker-clarify-processing:1.0"
    assert problems(config(monitors, region="ap-southeast-5")) == []


def test_the_data_monitor_has_the_same_rules() -> None:
    monitors = {"ranker": endpoint(), "data": data(schedule="weekly", max_runtime_seconds=7_200)}
    (problem,) = problems(config(monitors))
    assert problem.startswith("monitors.data.schedule: 'weekly' is not a schedule SageMaker keeps")
    monitors["data"]["schedule"] = "daily"
    (problem,) = problems(config(monitors))
    assert "7200 is longer than the Terraform provider takes; write 3600 or less" in problem


def test_a_name_that_is_too_long_once_it_is_whole() -> None:
    monitors = {"ranker": endpoint(), "b" * 35: bias()}
    name, *_ = problems(config(monitors))
    assert "and SageMaker allows 63, with the 9 that are appended" in name


def table(**options: Any) -> dict[str, Alarm]:
    spec = ModelBiasSpec.model_validate(bias(**{**EXISTING, **options}))
    return {alarm.key: alarm for alarm in alarm_table(spec, "shop-bias")}


def watched(alarm: Alarm) -> Metric:
    assert isinstance(alarm.condition, Threshold)
    watch = alarm.condition.watch
    assert not isinstance(watch, Insights)
    if isinstance(watch, Math):
        (watch,) = watch.metrics.values()
    return watch


def test_one_alarm_for_each_metric_facet_and_value() -> None:
    pairs = [
        f"{metric}-{facet}" for metric in ("DPPL", "DI", "AD") for facet in ("gender-0", "plan-free", "plan-trial")
    ]
    assert set(table()) == {*pairs, "silence", "unpublished", "undelivered"}


def test_an_alarm_has_all_seven_dimensions_as_they_are_published() -> None:
    series = watched(table()["DPPL-plan-free"])
    assert series.namespace == "aws/sagemaker/Endpoints/bias-metrics", "without a leading slash"
    assert series.name == "bias_metric_DPPL"
    assert series.dimensions == {
        "Endpoint": "ranker-v3",
        "MonitoringSchedule": "shop-bias",
        "BiasStage": "Post-Training",
        "Label": "clicked",
        "LabelValue": "1",
        "Facet": "plan",
        "FacetValue": "free",
    }


def test_batch_data_has_its_own_namespace_and_no_endpoint() -> None:
    series = watched(table(endpoint=None, captured=None, batch={"data": "s3://transform/captured"})["AD-gender-0"])
    assert series.namespace == "aws/sagemaker/ModelMonitoring/bias-metrics"
    assert "Endpoint" not in series.dimensions


def test_a_pre_training_metric_has_its_stage() -> None:
    assert watched(table(limits={"CI": 0.2})["CI-gender-0"]).dimensions["BiasStage"] == "Pre-training"


@pytest.mark.parametrize(
    ("schedule", "seconds"), [("hourly", 3_600), ("every 6 hours", 21_600), ("daily at 3", 86_400)]
)
def test_a_period_is_the_time_between_two_runs(schedule: str, seconds: int) -> None:
    alarms = table(schedule=schedule)
    assert watched(alarms["AD-gender-0"]).period_seconds == seconds
    assert watched(alarms["silence"]).period_seconds == 3_600, "by the hour: a run may be late"


def test_differences_are_watched_on_both_sides_and_ratios_around_one() -> None:
    alarms = table()
    difference, ratio = alarms["DPPL-gender-0"].condition, alarms["DI-gender-0"].condition
    assert isinstance(difference, Threshold)
    assert isinstance(ratio, Threshold)
    assert (difference.watch.expression, difference.limit) == ("ABS(value)", 0.1)  # type: ignore[union-attr]
    expression = "IF(value < 0.8, 0.8 - value, IF(value > 1.25, value - 1.25, 0))"
    assert (ratio.watch.expression, ratio.comparison, ratio.limit) == (expression, "above", 0)  # type: ignore[union-attr]


def test_between_two_runs_the_last_result_stands_and_silence_is_an_alarm() -> None:
    alarms = table()
    assert alarms["AD-gender-0"].missing_data == "ignore"
    silence = alarms["silence"]
    assert silence.missing_data == "breaching"
    assert silence.evaluate.of == silence.evaluate.breaching == 2 * 24 + 2
    assert watched(silence).dimensions == {"RuleName": "shop-bias-completed"}


def test_the_interval_of_a_numeric_facet_is_asked_for_not_guessed() -> None:
    alarms = table(facets=[{"name": "age", "above": 40}], limits={"DPPL": 0.1, "KL": 0.2}, schedule="every 2 hours")
    assert set(alarms) == {"DPPL-age-high", "DPPL-age-low", "KL-age-high", "silence", "undelivered"}
    low = alarms["DPPL-age-low"].condition
    assert isinstance(low, Threshold)
    assert (low.comparison, low.limit) == ("below", -0.1)
    assert isinstance(low.watch, Insights)
    assert low.watch.query == (
        'SELECT MIN("bias_metric_DPPL") FROM SCHEMA("aws/sagemaker/Endpoints/bias-metrics", "Endpoint", '
        '"MonitoringSchedule", "BiasStage", "Label", "LabelValue", "Facet", "FacetValue") WHERE '
        "\"Endpoint\" = 'ranker-v3' AND \"MonitoringSchedule\" = 'shop-bias' AND \"BiasStage\" = 'Post-Training' AND "
        "\"Label\" = 'clicked' AND \"LabelValue\" = '1' AND \"Facet\" = 'age'"
    )
    assert low.watch.period_seconds == 7_200


@pytest.mark.parametrize(
    ("options", "hours", "due"),
    [
        ({}, 50, "2 runs were due"),
        ({"silent_after_runs": 1}, 26, "1 run was due"),
        ({"schedule": "hourly"}, 3, "2 runs were due"),
        ({"max_runtime_seconds": 86_400}, 73, "2 runs were due"),
    ],
    ids=str,
)
def test_silence_gives_a_late_start_and_a_long_run_their_time(options: dict[str, Any], hours: int, due: str) -> None:
    silence = table(**options)["silence"]
    assert silence.evaluate == Evaluate(breaching=hours, of=hours)
    assert silence.summary == f"no run of the monitor shop-bias completed for {hours} hours, in which {due}"


def test_silence_right_after_deployment_explains_itself() -> None:
    for key, alarm in table(ground_truth_events=True).items():
        if key in ("silence", "labels-late"):
            assert alarm.first_step.startswith("If it was deployed just now, wait for the first run; else ")


def test_an_interval_that_was_seen_can_be_told() -> None:
    alarms = table(facets=[{"name": "age", "above": 40, "published_as": ["(40, 75]"]}], limits={"AD": 0.1})
    (key,) = (key for key in alarms if key.startswith("AD-"))
    assert watched(alarms[key]).dimensions["FacetValue"] == "(40, 75]"
    assert "silence" in alarms


def test_what_clarify_is_told_of_the_facets() -> None:
    spec = ModelBiasSpec.model_validate(
        bias(
            **EXISTING,
            facets=[
                {"name": "gender", "sensitive": [0]},
                {"name": "plan", "sensitive": ["free", "trial"]},
                {"name": "region", "sensitive": ["north", "east"], "together": True},
                {"name": "age", "above": 40, "published_as": ["(40, 75]"]},
            ],
            headers=["clicked", "gender", "plan", "region", "age"],
        )
    )
    assert spec.analysis() == {
        "headers": ["clicked", "gender", "plan", "region", "age"],
        "label": "clicked",
        "label_values_or_threshold": [1],
        "facet": [
            {"name_or_index": "gender", "value_or_threshold": [0]},
            {"name_or_index": "plan"},  # each value against all others, or they would be one group
            {"name_or_index": "region", "value_or_threshold": ["north", "east"]},
            {"name_or_index": "age", "value_or_threshold": [40]},
        ],
    }
    keys = [alarm.key for alarm in alarm_table(spec, "shop-bias") if alarm.key.startswith("AD-region")]
    assert len(keys) == 1, "one group, one alarm"


def test_labels_that_do_not_come_are_told_where_it_can_be_told() -> None:
    late = table(ground_truth_events=True)["labels-late"]
    assert watched(late).dimensions == {"RuleName": "shop-bias-labels"}
    assert late.missing_data == "breaching"
    assert late.summary == "no ground truth arrived at s3://labels/ranker/ for 50 hours, in which 2 runs were due"


def test_silence_of_another_job_is_that_it_publishes_nothing() -> None:
    spec = ModelBiasSpec.model_validate(bias(**EXTERNAL))
    silence = {alarm.key: alarm for alarm in alarm_table(spec, "shop-bias")}["silence"]
    assert (watched(silence).statistic, watched(silence).period_seconds) == ("SampleCount", 3_600)
    assert silence.summary == "no bias was measured for 50 hours, in which 2 runs were due"


def test_alarms_alone_watch_what_another_job_publishes() -> None:
    spec = ModelBiasSpec.model_validate(bias(**EXTERNAL))
    alarms = {alarm.key: alarm for alarm in alarm_table(spec, "shop-bias")}
    assert watched(alarms["AD-gender-0"]).dimensions["MonitoringSchedule"] == "ranker-clarify"
    assert "undelivered" not in alarms
    assert spec.events == frozenset()
