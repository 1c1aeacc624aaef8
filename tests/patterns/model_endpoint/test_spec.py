"""What users get wrong about an endpoint, and the figures its alarms are made of."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ModelEndpointSpec
from constructs_lib.alarms.alarm import Math, Threshold
from constructs_lib.patterns.model_endpoint.alarms import alarms as alarm_table
from constructs_lib.patterns.model_endpoint.options import EndpointAlarms
from tests.configs import config, problems
from tests.sagemaker import IMAGE, endpoint

ISOLATED = {"image": IMAGE, "network_isolation": False}


def found(**options: Any) -> list[str]:
    return [
        problem.removeprefix("monitors.ranker").removeprefix(".").removeprefix(": ")
        for problem in problems(config({"ranker": endpoint(**options)}))
    ]


def test_an_existing_endpoint_is_named_as_everywhere() -> None:
    spec = ModelEndpointSpec.model_validate({"endpoint": {"existing": "ranker-v3"}, "kind": "real_time"})
    assert spec == ModelEndpointSpec(endpoint="ranker-v3", kind="real_time")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"instances": {"type": "g5.xlarge"}},
            "instances.type: 'g5.xlarge' is not a SageMaker instance type; write ml.g5.xlarge",
        ),
        (
            {"alarms": {"latency_p99_milliseconds": 0}},
            "alarms.latency_p99_milliseconds: 0 is not above 0; write a number above 0",
        ),
        (
            {"model": {"image": IMAGE, "data": "models/ranker.tar.gz"}},
            "model.data: 'models/ranker.tar.gz' is not an S3 address; write it like s3://bucket/folder/",
        ),
        (
            {"model": {"image": IMAGE, "data": "s3://Models/ranker"}},
            "model.data: 's3://Models/ranker' is not an S3 address; write it like s3://bucket/folder/",
        ),
        (
            {"model": {"image": "ranker v3"}},
            (
                "model.image: 'ranker v3' is not an address of a container image; write it like "
                "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3"
            ),
        ),
        (
            {"variant": "all_calls"},
            "variant: 'all_calls' can't be a name in SageMaker; write letters, digits and hyphens, 63 of them at most",
        ),
        (
            {"role_arn": "arn:aws:sns:us-east-1:123456789012:ranker"},
            (
                "role_arn: 'arn:aws:sns:us-east-1:123456789012:ranker' is not a valid iam ARN; write it like "
                "arn:aws:iam::123456789012:role/monitoring"
            ),
        ),
        (
            {"capture": {"csv_content_types": ["csv"]}},
            "capture.csv_content_types.0: 'csv' is not a content type SageMaker takes; write it like text/csv",
        ),
        (
            {"deployment": {"bake_seconds": 900, "timeout_seconds": 600}},
            (
                "deployment.timeout_seconds: the deployment would be given up after 600 seconds, while it still bakes "
                "for 900; write more than 900, or a shorter bake_seconds"
            ),
        ),
        (
            {"serverless": {}},
            "instances: both are given; give one of instances and serverless",
        ),
        ({"model": None}, "no model and no endpoint is given; give `model`, or the name of an `endpoint`"),
        (
            {"instances": None},
            "instances: neither instances nor serverless is given; give one of instances and serverless",
        ),
        (
            {"endpoint": "ranker-v3", "kind": "real_time", "instances": None, "model": None, "alarms": {}},
            "capture: has no effect on an endpoint that is there already; remove it, or `endpoint`",
        ),
        (
            {"instances": {"type": "ml.m5.xlarge"}, "alarms": {"gpu_utilization_percent": 90}},
            "alarms.gpu_utilization_percent: ml.m5.xlarge has no GPU; remove it, or use a type with GPUs",
        ),
        (
            {"instances": {"type": "ml.g9.xlarge"}, "alarms": {"gpu_utilization_percent": 90}},
            (
                "alarms.gpu_utilization_percent: CloudWatch counts to 100 for each GPU, and how many an instance has "
                "is not known; add `gpus`, the GPUs of one instance"
            ),
        ),
        (
            {"serverless": {}, "instances": None, "model": ISOLATED, "alarms": {}},
            "capture: SageMaker does not offer it on serverless endpoints; remove it, or use instances",
        ),
        (
            {"serverless": {}, "instances": None, "capture": None, "alarms": {}},
            (
                "model.network_isolation: a serverless endpoint can't be isolated from the network; write "
                "`network_isolation: false` to accept that, or use instances"
            ),
        ),
        (
            {"scaling": {"min_count": 4, "max_count": 2, "invocations_per_instance": 100}},
            "scaling.max_count: 2 is below min_count 4; write 4 or more",
        ),
        (
            {"deployment": {"strategy": "rolling", "step_percent": 60}},
            "deployment.step_percent: 60 is more than SageMaker moves in one step; write 50 or less",
        ),
        (
            {"instances": {"type": "ml.g5.xlarge", "count": 1}, "deployment": {"strategy": "rolling"}},
            "deployment: one instance can't be replaced in batches; use blue_green, or more instances",
        ),
        (
            {"capture": {"bucket": "traffic", "expire_days": 30}},
            (
                "capture.expire_days: 30 has no effect on a bucket that is not made here; remove it and set the "
                "bucket's own lifecycle, or write `bucket: create`"
            ),
        ),
        (
            {"capture": {"sample_percent": 0}},
            "capture.sample_percent: 0 is below 1; write 1 or more",
        ),
        (
            {"deployment": {"timeout_seconds": 14_401}},
            "deployment.timeout_seconds: 14401 is above 14400; write 14400 or less",
        ),
        (
            {"deployment": {"bake_seconds": 1079}},
            (
                "deployment.bake_seconds: 1079 is over before the alarms can take the deployment back: they look at 15 "
                "minutes, and their figures come 3 minutes late; write 1080 or more, or look at less: "
                "`alarms.share_period_seconds`, `alarms.period_seconds`, `alarms.evaluate`"
            ),
        ),
    ],
)
def test_what_users_get_wrong(options: dict[str, Any], problem: str) -> None:
    assert found(**options) == [problem]


def test_a_name_that_is_too_long_once_it_is_whole() -> None:
    (problem,) = problems(config({"r" * 25: endpoint(capture=None)}))
    name = f"recommender-production-{'r' * 25}"
    assert f"'{name}' has {len(name)} characters, and SageMaker allows 63, with the 27 that are appended" in problem


def test_an_underscore_is_no_name_in_sagemaker() -> None:
    (problem,) = problems(config({"my_ranker": endpoint(capture=None)}))
    assert "'recommender-production-my_ranker' can't be a name in SageMaker" in problem


def alarm(key: str, **options: Any) -> Any:
    spec = ModelEndpointSpec.model_validate(endpoint(**options))
    return {row.key: row for row in alarm_table(spec, "ranker")}[key]


def test_latency_is_told_in_milliseconds_though_published_in_microseconds() -> None:
    row = alarm("latency")
    assert isinstance(row.condition, Threshold)
    assert isinstance(row.condition.watch, Math)
    assert (row.condition.watch.expression, row.condition.limit) == (
        "IF(calls >= 5, latency / 1000, 0)",
        800,
    )
    assert row.condition.watch.metrics["latency"].statistic == "p99"


@pytest.mark.parametrize(
    ("instance_type", "gpus"), [("ml.g5.12xlarge", 4), ("ml.g5.24xlarge", 4), ("ml.p5.48xlarge", 8)]
)
def test_gpu_utilization_is_in_percent_of_all_gpus(instance_type: str, gpus: int) -> None:
    row = alarm("gpu", instances={"type": instance_type, "count": 2})
    assert row.condition.watch.expression == f"gpu / {gpus}"
    assert row.condition.limit == 90


def test_one_gpu_needs_no_expression() -> None:
    watch = alarm("gpu").condition.watch
    assert (watch.namespace, watch.name) == ("/aws/sagemaker/Endpoints", "GPUUtilization")


def test_gpus_of_an_unknown_type_are_told() -> None:
    row = alarm("gpu", instances={"type": "${var.type}", "count": 2}, gpus=4)
    assert row.condition.watch.expression == "gpu / 4"


def test_error_rates_are_silent_on_little_traffic() -> None:
    assert alarm("errors-5xx").condition.watch.expression == "IF(FILL(calls, 0) >= 40, 100 * errors / calls, 0)"


def test_an_endpoint_that_fails_altogether_is_a_step_more_urgent_and_undoes_a_deployment() -> None:
    many = alarm("errors-5xx-many")
    assert (many.severity, many.rolls_back, many.condition.watch.period_seconds) == ("critical", True, 60)


@pytest.mark.parametrize(
    ("alarms", "seconds"),
    [
        ({}, 900),
        ({"share_period_seconds": 300}, 300),
        ({"share_period_seconds": 120, "latency_p99_milliseconds": 800}, 300),
        ({"errors_5xx_percent": None}, 0),
        ({"errors_5xx_percent": None, "errors_5xx_many_percent": 20}, 180),
        ({"errors_5xx_percent": None, "latency_p99_milliseconds": 800, "period_seconds": 120}, 600),
        ({"share_period_seconds": "${var.x}"}, 180),
    ],
)
def test_a_deployment_bakes_for_what_its_alarms_look_at(alarms: dict[str, Any], seconds: float) -> None:
    assert EndpointAlarms.model_validate(alarms).rolling_back_seconds == seconds


def test_an_existing_endpoint_is_watched_by_its_own_name() -> None:
    spec = ModelEndpointSpec.model_validate(
        {"endpoint": "ranker-v3", "kind": "real_time", "variant": "blue", "alarms": {"memory_utilization_percent": 80}}
    )
    memory = {row.key: row for row in alarm_table(spec, "shop-ranker")}["memory"]
    assert memory.condition.watch.dimensions == {"EndpointName": "ranker-v3", "VariantName": "blue"}  # type: ignore[union-attr]
    assert spec.makes("shop-ranker")["sagemaker_endpoint"] == "ranker-v3"


KINDS: dict[str, dict[str, Any]] = {
    "real_time": {"kind": "real_time"},
    "asynchronous": {"kind": "asynchronous"},
    "serverless": {"kind": "serverless"},
    "components": {"kind": "components", "component": "llama"},
}
HOSTS: dict[str, Any] = {"gpu_utilization_percent": 90, "gpu_memory_utilization_percent": 90}
HOSTS |= {"memory_utilization_percent": 90, "disk_utilization_percent": 75}
CALLS: dict[str, Any] = {"errors_4xx_percent": 20, "latency_p99_milliseconds": 800, "invocations_anomaly": 3}
EVERYTHING: dict[str, dict[str, Any]] = {
    "real_time": CALLS | HOSTS,
    "asynchronous": HOSTS | {"processing_average_milliseconds": 60_000},
    "serverless": CALLS | {"memory_utilization_percent": 90, "setup_p99_milliseconds": 5_000},
    "components": CALLS | {key: value for key, value in HOSTS.items() if not key.startswith("disk")},
}

ANSWERS = ["errors-5xx", "errors-5xx-many", "errors-4xx", "latency"]


def existing(kind: str, **options: Any) -> dict[str, Any]:
    """A monitor of an endpoint of that kind, which is there already."""
    return {"pattern": "model_endpoint", "endpoint": "ranker-v3", **KINDS[kind]} | options


def of_kind(kind: str, **options: Any) -> dict[str, Any]:
    """Its alarms."""
    spec = ModelEndpointSpec.model_validate(existing(kind, **options))
    return {row.key: row for row in alarm_table(spec, "shop-ranker")}


def test_without_its_kind_an_existing_endpoint_is_refused_in_one_error() -> None:
    assert problems(config({"ranker": {"pattern": "model_endpoint", "endpoint": "ranker-v3"}})) == [
        (
            "monitors.ranker.kind: is missing: what an endpoint publishes depends on its kind, and an alarm on "
            "anything else never fires; write real_time, asynchronous, serverless or components"
        )
    ]


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("real_time", ["errors-5xx", "errors-5xx-many"]),
        ("serverless", ["errors-5xx", "errors-5xx-many"]),
        ("components", ["errors-5xx", "errors-5xx-many"]),
        ("asynchronous", ["waiting", "no-capacity", "expired", "failures", "no-answer"]),
    ],
)
def test_by_default_each_kind_has_the_alarms_that_can_fire(kind: str, keys: list[str]) -> None:
    assert [*of_kind(kind)] == keys


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("real_time", [*ANSWERS, "traffic", "gpu", "gpu-memory", "memory", "disk"]),
        ("serverless", [*ANSWERS, "setup", "traffic", "memory"]),
        ("components", [*ANSWERS, "traffic", "gpu", "gpu-memory", "memory"]),
        (
            "asynchronous",
            [
                *("waiting", "no-capacity", "expired", "failures", "no-answer", "slow"),
                *("gpu", "gpu-memory", "memory", "disk"),
            ],
        ),
    ],
)
def test_every_alarm_of_a_kind_can_be_had(kind: str, keys: list[str]) -> None:
    assert [*of_kind(kind, gpus=4, alarms=EVERYTHING[kind])] == keys


def metrics(row: Any) -> list[Any]:
    watch = row.condition.watch
    return [*watch.metrics.values()] if isinstance(watch, Math) else [watch]


def test_components_are_watched_by_their_own_name_in_their_own_namespace() -> None:
    rows = of_kind("components", alarms=EVERYTHING["components"])
    found = [metric for row in rows.values() for metric in metrics(row)]
    assert {tuple(metric.dimensions.items()) for metric in found} == {(("InferenceComponentName", "llama"),)}
    (gpu,) = metrics(rows["gpu"])
    assert (gpu.namespace, gpu.name) == ("/aws/sagemaker/InferenceComponents", "GPUUtilizationNormalized")
    assert "log group /aws/sagemaker/InferenceComponents/llama" in rows["errors-5xx"].first_step


def test_an_asynchronous_endpoint_publishes_its_queue_without_a_variant() -> None:
    rows = of_kind("asynchronous", alarms={"processing_average_milliseconds": 60_000})
    names = {key: {tuple(sorted(metric.dimensions)) for metric in metrics(row)} for key, row in rows.items()}
    queue, variant = {("EndpointName",)}, {("EndpointName", "VariantName")}
    assert names == {
        "waiting": queue,
        "no-capacity": queue,
        "expired": variant,
        "failures": variant,
        "no-answer": variant,
        "slow": variant,
    }
    assert not {"Invocations", "OverheadLatency"} & {metric.name for row in rows.values() for metric in metrics(row)}


def test_only_an_endpoint_that_may_have_no_instance_is_woken() -> None:
    def scaled(least: Any) -> dict[str, Any]:
        return of_kind("asynchronous", scaling={"min_count": least, "max_count": 4, "backlog_per_instance": 5})

    assert "wake" in scaled(0)
    assert "wake" in scaled("${var.least}"), "it may be 0"
    assert "wake" not in scaled(1)
    assert not scaled(0)["wake"].notifies


REFUSED_OF_KINDS: list[tuple[str, dict[str, Any], str]] = [
    (
        "asynchronous",
        {"alarms": {"errors_5xx_percent": 5}},
        "alarms.errors_5xx_percent: SageMaker publishes no such figure of asynchronous endpoints; remove it",
    ),
    (
        "serverless",
        {"alarms": {"gpu_utilization_percent": 90}},
        "alarms.gpu_utilization_percent: SageMaker publishes no such figure of serverless endpoints; remove it",
    ),
    (
        "components",
        {"alarms": {"disk_utilization_percent": 75}},
        "alarms.disk_utilization_percent: SageMaker publishes no such figure of component endpoints; remove it",
    ),
    (
        "real_time",
        {"alarms": {"wait_minutes": 5}},
        "alarms.wait_minutes: SageMaker publishes no such figure of real-time endpoints; remove it",
    ),
    (
        "asynchronous",
        {"request_ttl_minutes": 30},
        (
            "alarms.wait_minutes: 30 minutes are never reached: SageMaker keeps a request for 30; write less, or the "
            "callers' own request_ttl_minutes"
        ),
    ),
    (
        "real_time",
        {"alarms": {"gpu_utilization_percent": 90}},
        (
            "alarms.gpu_utilization_percent: CloudWatch counts to 100 for each GPU, and how many an instance has is "
            "not known; add `gpus`, the GPUs of one instance"
        ),
    ),
    ("components", {"component": None}, "component: is missing; name the inference component"),
    (
        "real_time",
        {"component": "llama"},
        "component: is not looked at in an endpoint of another kind; write `kind: components`, or remove it",
    ),
    (
        "real_time",
        {"scaling": {"min_count": 1, "max_count": 2, "invocations_per_instance": 5}},
        "scaling: has no effect on an endpoint that is there already; remove it, or `endpoint`",
    ),
    (
        "asynchronous",
        {"scaling": {"min_count": 0, "max_count": 2}},
        "scaling.backlog_per_instance: is missing; add it",
    ),
    (
        "asynchronous",
        {"scaling": {"min_count": 0, "max_count": 2, "backlog_per_instance": 5, "invocations_per_instance": 5}},
        (
            "scaling.invocations_per_instance: is not what this kind of endpoint scales by: backlog_per_instance is; "
            "remove it"
        ),
    ),
]


@pytest.mark.parametrize(
    ("kind", "options", "problem"), REFUSED_OF_KINDS, ids=[f"{row[0]}-{row[2][:40]}" for row in REFUSED_OF_KINDS]
)
def test_what_could_not_fire_is_refused(kind: str, options: dict[str, Any], problem: str) -> None:
    assert problems(config({"ranker": existing(kind, **options)})) == [f"monitors.ranker.{problem}"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"kind": "asynchronous"},
            "kind: what is made here is real_time; remove it, or name an `endpoint` of that kind",
        ),
        (
            {"scaling": {"min_count": 0, "max_count": 2, "invocations_per_instance": 5}},
            "scaling.min_count: only an asynchronous endpoint can wait without an instance; write 1 or more",
        ),
        ({"scaling": {"min_count": 1, "max_count": 2}}, "scaling.invocations_per_instance: is missing; add it"),
    ],
)
def test_what_is_made_here_answers_at_once(options: dict[str, Any], problem: str) -> None:
    assert found(**options) == [problem]


def test_what_is_made_here_may_say_its_kind() -> None:
    assert found(kind="real_time") == []


@pytest.mark.parametrize(
    ("kind", "bad", "total", "words"),
    [
        ("asynchronous", "errors", "errors + done", "calls of endpoint ranker-v3"),
        ("components", "errors", "calls", "calls of inference component llama"),
    ],
)
def test_an_objective_counts_what_the_kind_publishes(kind: str, bad: str, total: str, words: str) -> None:
    outcomes = ModelEndpointSpec.model_validate(existing(kind)).makes("shop-ranker")["outcomes"]
    assert (outcomes.bad, outcomes.total, outcomes.words) == (bad, total, words)
