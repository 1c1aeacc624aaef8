"""The catalogue: what it must say of every metric, and what it catches."""

from __future__ import annotations

import subprocess
import sys

import pytest

from constructs_lib import ConfigError, Metric
from constructs_lib.aws import catalogue, dataset, limits
from constructs_lib.aws.catalogue import data

EVERY_NAMESPACE = [pytest.param(known, id=name) for name, known in catalogue.NAMESPACES.items()]


@pytest.mark.parametrize("namespace", EVERY_NAMESPACE)
def test_every_entry_is_complete(namespace: catalogue.Namespace) -> None:
    for name, facts in namespace.metrics.items():
        assert facts.statistics, name
        assert all(limits.statistic(statistic) is None for statistic in facts.statistics), name
        assert limits.period(facts.period_seconds) is None, name
        assert facts.meaning, name
        words = (facts.meaning, facts.impact, facts.first_step, facts.unit)
        assert not any(sentence.endswith(".") for sentence in words), name
        assert bool(facts.impact) is bool(facts.first_step), f"{name}: both are written by hand, or neither"
        assert facts.unit or not facts.impact, name


@pytest.mark.parametrize("namespace", EVERY_NAMESPACE)
def test_every_legal_series_has_no_problem_and_a_subject(namespace: catalogue.Namespace) -> None:
    for name, facts in namespace.metrics.items():
        for dimensions in namespace.legal_sets(name):
            assert [*catalogue.problems(namespace.name, name, dimensions)] == []
            values = {dimension: f"my-{dimension}" for dimension in sorted(dimensions)}
            words = catalogue.describe(namespace.name, name, values, facts.statistics[0])
            assert facts.meaning in words
            assert not dimensions or "my-" in words, "the text says which one is meant"


def test_sources_are_public_pages() -> None:
    assert {namespace.source.split("/")[2] for namespace in catalogue.NAMESPACES.values()} == {"docs.aws.amazon.com"}


def test_a_custom_metric_of_a_known_namespace_is_the_users_own_business() -> None:
    metric = Metric(namespace="AWS/Lambda", name="Brandnew", dimensions={"X": "y"}, statistic="Sum", custom=True)
    assert metric.facts is None
    assert metric.describe() == "sum of AWS/Lambda Brandnew (X y)"


def test_bedrock_takes_a_model_or_none() -> None:
    for dimensions in ({"ModelId": "us.anthropic.claude"}, {}):
        Metric(namespace="AWS/Bedrock", name="InvocationThrottles", dimensions=dimensions, statistic="Sum")
    with pytest.raises(ConfigError, match="AWS never publishes AWS/Bedrock InvocationThrottles with {Model}"):
        Metric(namespace="AWS/Bedrock", name="InvocationThrottles", dimensions={"Model": "x"}, statistic="Sum")


def test_a_gpu_of_a_container_is_known_by_the_sets_the_agent_publishes() -> None:
    workload = {"ClusterName": "ml", "Namespace": "llm", "PodName": "vllm"}
    metric = Metric(namespace="ContainerInsights", name="pod_gpu_utilization", dimensions=workload, statistic="Maximum")
    assert metric.describe() == "highest GPU utilization of workload vllm in cluster ml"
    with pytest.raises(ConfigError, match="AWS never publishes ContainerInsights node_gpu_temperature with"):
        Metric(namespace="ContainerInsights", name="node_gpu_temperature", dimensions=workload, statistic="Maximum")


def test_how_much_is_known() -> None:
    known = [namespace for namespace in catalogue.NAMESPACES.values() if namespace.dimension_sets]
    assert len(known) >= 100
    assert sum(len(namespace.metrics) for namespace in known) > 2_500
    for service in ("States", "RDS", "AOSS", "Kafka", "S3", "EFS", "ElastiCache", "NATGateway", "Cognito", "WAFV2"):
        assert f"AWS/{service}" in catalogue.NAMESPACES
    assert not data.services() & {*catalogue.NAMESPACES}


@pytest.mark.parametrize("namespace", data.namespaces())
def test_every_metric_of_the_dataset_is_in_the_catalogue(namespace: str) -> None:
    assert set(dataset.of(namespace).get("metrics", ())) <= set(catalogue.NAMESPACES[namespace].metrics)


def test_every_namespace_of_the_dataset_has_its_dimension_sets() -> None:
    assert set(dataset.namespaces()) <= set(catalogue.NAMESPACES)


def test_what_is_written_by_hand_goes_before_data() -> None:
    errors, read = catalogue.find("AWS/DynamoDB", "SystemErrors"), catalogue.find("AWS/DynamoDB", "ReturnedBytes")
    assert errors is not None and errors.meaning == "requests that failed in DynamoDB"
    assert read is not None and (read.meaning, read.unit, read.impact) == ("returned bytes", "bytes", "")
    assert catalogue.NAMESPACES["AWS/DynamoDB"].subject({"TableName": "orders"}) == "table orders"


def test_a_recommended_alarm_reads_what_is_there() -> None:
    """Where AWS recommends a series that its own page does not have, the page is right."""
    refused = {
        (namespace, alarm.metric)
        for namespace in catalogue.NAMESPACES
        for alarm in dataset.recommended_for(namespace)
        if [*catalogue.problems(namespace, alarm.metric, frozenset(alarm.dimensions))]
    }
    assert refused == {
        ("AWS/DynamoDB", "SystemErrors"),  # by operation only
        ("AWS/SNS", "SMSMonthToDateSpentUSD"),  # of the account
        ("AWS/SNS", "SMSSuccessRate"),  # by country
        ("ContainerInsights", "pod_status_pending"),
    }


def test_every_recommended_threshold_is_within_reach() -> None:
    for namespace in catalogue.NAMESPACES:
        for alarm in dataset.recommended_for(namespace):
            facts = catalogue.find(namespace, alarm.metric)
            assert facts is not None
            low, high = facts.reach(alarm.statistic)
            assert alarm.threshold is None or low <= alarm.threshold <= high, alarm


@pytest.mark.parametrize(
    ("namespace", "metric", "dimensions", "words"),
    [
        ("AWS/RDS", "FreeableMemory", {"DBInstanceIdentifier": "orders"}, "freeable memory of DB instance orders"),
        ("AWS/RDS", "EBSIOBalance%", {"DBInstanceIdentifier": "a"}, "EBSIO balance% of DB instance a"),
        ("AWS/States", "ExecutionsFailed", {"StateMachineArn": "arn:x"}, "executions failed of state machine arn:x"),
        ("AWS/ELB", "HTTPCode_Backend_5XX", {"LoadBalancerName": "a"}, "HTTP code backend 5XX of load balancer a"),
        ("AWS/Scheduler", "InvocationDroppedCount", {}, "invocation dropped count of the whole account"),
        ("AWS/Kafka", "CpuUser", {"Cluster Name": "c", "Broker ID": "1"}, "cpu user of cluster c, broker 1"),
    ],
)
def test_a_metric_without_words_is_said_by_its_name(
    namespace: str, metric: str, dimensions: dict[str, str], words: str
) -> None:
    assert catalogue.describe(namespace, metric, dimensions, "Average") == f"average {words}"


NOT_AWS = "is not a namespace of AWS; write "
REAL = "is a namespace of AWS whose metrics this library does not know; add `custom: true` if"


@pytest.mark.parametrize(
    ("namespace", "answer"),
    [
        ("AWS/Lamda", f"{NOT_AWS}AWS/Lambda"),
        ("aws/lambda", f"{NOT_AWS}AWS/Lambda"),
        ("AWS/Dynamodb", f"{NOT_AWS}AWS/DynamoDB"),
        ("AWS/StepFunctions", "is not a namespace this library knows; add `custom: true` if"),
        ("AWS/MediaConvert", REAL),
        ("AWS/Bedrock/Batch", REAL),
        ("AWS/DirectoryService", REAL),
        ("ContainerInsight", "is not a namespace this library knows; did you mean 'ContainerInsights'?"),
        ("Shop/Orders", "is not a namespace this library knows; add `custom: true` if"),
        ("CWAgent", "is for its publisher's configuration to say; add `custom: true`"),
    ],
)
def test_a_namespace_is_wrong_or_not_known(namespace: str, answer: str) -> None:
    (problem,) = catalogue.problems(namespace, "Errors", frozenset({"X"}))
    assert answer in str(problem)
    assert problem.path == "namespace"


def test_no_real_namespace_is_called_another_one_misspelt() -> None:
    for namespace in (*catalogue.NAMESPACES, *data.services()):
        assert catalogue.namespace_problem(namespace) is None
        said = " ".join(str(problem) for problem in catalogue.problems(namespace, "no-such-metric-at-all", frozenset()))
        assert "did you mean" not in said
        assert "write AWS/" not in said


@pytest.mark.parametrize(
    ("series", "answer"),
    [
        (("AWS/RDS", "FreeStorageSpace", {"DBInstanceIdentifer"}), "AWS never publishes AWS/RDS FreeStorageSpace"),
        (
            ("AWS/RDS", "FreeStorageSpace", {"dbinstanceidentifier"}),
            "AWS never publishes AWS/RDS FreeStorageSpace",
        ),
        (("AWS/RDS", "FreeStorageSpace", {"EngineName", "DatabaseClass"}), "this library does not know AWS/RDS FreeSt"),
        (("AWS/RDS", "FreStorageSpace", {"DBInstanceIdentifier"}), "did you mean 'FreeStorageSpace'?"),
        (
            ("AWS/States", "ExecutionsFailedCount", {"StateMachineArn"}),
            "has no metric 'ExecutionsFailedCount'",
        ),
        (("AWS/States", "ExecutionsFailed", {"StateMachineName"}), "use {StateMachineArn}"),
        (("AWS/S3", "BucketSizeBytes", {"BucketName"}), "this library does not know AWS/S3 BucketSizeBytes with"),
    ],
)
def test_a_series_is_wrong_or_not_known(series: tuple[str, str, set[str]], answer: str) -> None:
    namespace, metric, dimensions = series
    (problem,) = catalogue.problems(namespace, metric, frozenset(dimensions))
    assert answer in str(problem)


def test_only_the_namespaces_that_are_asked_for_are_read() -> None:
    code = (
        "from constructs_lib.aws import catalogue, dataset; import sys; catalogue.find('AWS/Lambda', 'Errors'); "
        "assert len(catalogue.NAMESPACES._read) == 1; assert 'constructs_lib.aws.catalogue.aws_sqs' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
