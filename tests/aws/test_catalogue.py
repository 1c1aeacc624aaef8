"""The catalogue: what it must say of every metric, and what it catches."""

from __future__ import annotations

import pytest

from constructs_lib import ConfigError, Metric
from constructs_lib.aws import catalogue, limits

EVERY_METRIC = [
    pytest.param(namespace, name, id=f"{namespace.name} {name}")
    for namespace in catalogue.NAMESPACES.values()
    for name in namespace.metrics
]


@pytest.mark.parametrize(("namespace", "name"), EVERY_METRIC)
def test_every_entry_is_complete(namespace: catalogue.Namespace, name: str) -> None:
    facts = namespace.metrics[name]
    assert facts.statistics
    assert all(limits.statistic(statistic) is None for statistic in facts.statistics)
    assert limits.period(facts.period_seconds) is None
    for sentence in (facts.meaning, facts.impact, facts.first_step, facts.unit):
        assert sentence
        assert not sentence.endswith(".")


@pytest.mark.parametrize(("namespace", "name"), EVERY_METRIC)
def test_every_legal_series_makes_a_metric_with_a_subject(namespace: catalogue.Namespace, name: str) -> None:
    facts = namespace.metrics[name]
    for dimensions in facts.dimension_sets or namespace.dimension_sets:
        metric = Metric(
            namespace=namespace.name,
            name=name,
            dimensions={dimension: f"my-{dimension}" for dimension in dimensions},
            statistic=facts.statistics[0],
            period_seconds=max(facts.period_seconds, 300),
        )
        assert facts.meaning in metric.describe()
        if dimensions:
            assert "my-" in metric.describe(), "the text says which one is meant"


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
