"""What the agent is told, and what it therefore publishes."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib.alarms import cloudwatch_agent as agent

GROUP = frozenset({"AutoScalingGroupName"})


def series(config: dict[str, Any]) -> set[tuple[str, str, frozenset[str]]]:
    return set(agent.published(config))


def test_every_metric_the_library_can_ask_for_is_published() -> None:
    published = series(agent.configuration())
    for measurement in agent.MEASUREMENTS:
        metric = agent.metric(measurement, "trainers", "Average")
        assert (metric.namespace, metric.name, frozenset(metric.dimensions)) in published


def test_without_aggregation_there_is_no_series_of_the_group() -> None:
    config = agent.configuration()
    del config["metrics"]["aggregation_dimensions"]
    found = {dimensions for _, _, dimensions in series(config)}
    assert found == {frozenset({"index", "name", "AutoScalingGroupName", "InstanceId"})}


def test_a_group_that_is_not_appended_can_not_be_aggregated_on() -> None:
    config = agent.configuration()
    del config["metrics"]["append_dimensions"]["AutoScalingGroupName"]
    assert GROUP not in {dimensions for _, _, dimensions in series(config)}


def test_the_host_is_a_dimension_only_where_nothing_is_appended() -> None:
    config = {"metrics": {"metrics_collected": {"nvidia_gpu": {"measurement": ["utilization_gpu"]}}}}
    assert series(config) == {("CWAgent", "nvidia_smi_utilization_gpu", frozenset({"index", "name", "host"}))}


def test_a_renamed_measurement_goes_by_its_new_name() -> None:
    config = agent.configuration()
    config["metrics"]["namespace"] = "Own"
    config["metrics"]["metrics_collected"]["nvidia_gpu"]["measurement"] = [{"name": "utilization_gpu", "rename": "gpu"}]
    assert ("Own", "gpu", GROUP) in series(config)


def test_the_text_is_the_configuration() -> None:
    assert json.loads(agent.configuration_text()) == agent.configuration()


def test_the_parameter_has_the_name_aws_policies_allow() -> None:
    assert agent.parameter_name("trainers").startswith("AmazonCloudWatch-")
