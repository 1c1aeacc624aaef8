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


def test_an_agent_that_leaves_its_host_out() -> None:
    metrics = {"metrics_collected": {"mem": {"measurement": ["used_percent"]}}}
    found = [series({"agent": {"omit_hostname": omitted}, "metrics": metrics}) for omitted in (True, False, "true")]
    hosts = [{"CWAgent", "mem_used_percent", *names} for names in ((), ("host",), ("host",))]
    assert [{namespace, name, *names} for one in found for namespace, name, names in one] == hosts


def test_dimensions_of_one_plugin() -> None:
    disk = {"measurement": ["used_percent"], "drop_device": True, "append_dimensions": {"role": "gpu"}}
    config = {"metrics": {"aggregation_dimensions": [["path"]], "metrics_collected": {"disk": disk}}}
    single = frozenset({"path", "fstype", "host", "role"})
    assert {names for _, _, names in series(config)} == {single, frozenset({"path"})}


def test_what_terraform_writes_with_two_dollars_is_read_with_one() -> None:
    written = agent.configuration_text().replace("${", "$${")
    assert agent.read(written) == agent.configuration()
    assert [agent.read(text) for text in ("[]", "{}", '{"metrics": 5}', "{")] == [{}, {}, {}, {}]


def test_what_the_agent_is_to_do() -> None:
    """AWS's names for the keys; CloudWatch agent reference, "metrics section"."""
    config = agent.configuration()
    assert config["agent"] == {"metrics_collection_interval": 60}
    assert {key: value for key, value in config["metrics"].items() if key != "metrics_collected"} == {
        "namespace": "CWAgent",
        "append_dimensions": {
            "AutoScalingGroupName": "${aws:AutoScalingGroupName}",
            "InstanceId": "${aws:InstanceId}",
        },
        "aggregation_dimensions": [["AutoScalingGroupName"]],
    }
    assert agent.configuration_text().startswith('{\n  "agent": {\n    "metrics_collection_interval": 60')


def test_a_renamed_measurement_goes_by_its_new_name() -> None:
    config = agent.configuration()
    config["metrics"]["namespace"] = "Own"
    config["metrics"]["metrics_collected"]["nvidia_gpu"]["measurement"] = [{"name": "utilization_gpu", "rename": "gpu"}]
    assert ("Own", "gpu", GROUP) in series(config)


def test_the_text_is_the_configuration() -> None:
    assert json.loads(agent.configuration_text()) == agent.configuration()


def test_the_parameter_has_the_name_aws_policies_allow() -> None:
    assert agent.parameter_name("trainers").startswith("AmazonCloudWatch-")
