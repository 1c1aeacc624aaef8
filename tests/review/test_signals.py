"""Metric filters and CloudWatch agents: what alarms read of them, and whether it is still published."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from constructs_lib.review.review import Review, review
from constructs_lib.terraform.reading import parse
from constructs_lib.terraform.stack import Stack
from tests.review.plans import ALARM, change, reviewed

FILTER = "aws_cloudwatch_log_metric_filter"
READS = ALARM | {"alarm_name": "oom", "namespace": "App", "metric_name": "Oom", "dimensions": {}}
LOST = "alarm oom has no data any more"


def lines(metric: str = "Oom", **more: Any) -> dict[str, Any]:
    transformation = {"namespace": "App", "name": metric, "value": "1", "dimensions": {}} | more
    return {"name": "oom", "log_group_name": "/ai", "pattern": "OOM", "metric_transformation": [transformation]}


def counted(before: Any, after: Any, *others: dict[str, Any], reads: Any = READS) -> list[tuple[str, ...]]:
    found = reviewed(change(before, after, kind=FILTER, name="oom"), change(READS, reads), *others)
    return [
        (e.kind, e.summary, *(d for d in e.details if "→" not in d))
        for e in found.effects
        if e.address.startswith(FILTER)
    ]


def test_a_filter_that_an_alarm_reads_publishes_something_else() -> None:
    assert counted(lines(), lines("Memory")) == [("signals", "App Oom is no longer published", LOST)]


def test_a_filter_that_an_alarm_reads_gets_dimensions() -> None:
    assert counted(lines(), lines(dimensions={"Pod": "$.pod"})) == [("signals", "App Oom is no longer published", LOST)]


def test_an_alarm_that_follows_its_filter_loses_nothing() -> None:
    follows = READS | {"metric_name": "Memory"}
    assert counted(lines(), lines("Memory"), reads=follows) == [("unclear", "its metric_transformation changes")]


def test_a_deleted_filter_names_the_alarms_without_data() -> None:
    said = "log lines are no longer counted, and alarms on App Oom have no data"
    assert counted(lines(), None) == [("signals", said, LOST)]


def test_another_filter_still_publishes_it() -> None:
    other = change(lines(), lines(), kind=FILTER, name="other")
    assert counted(lines(), None, other) == [("unclear", "log lines are counted by another filter only: App Oom")]


def test_a_metric_that_is_not_yet_known_is_not_called_lost() -> None:
    unknown = {"metric_transformation": [{"name": True}]}
    found = reviewed(change(lines(), lines(name=None), kind=FILTER, unknown=unknown), change(READS, READS))
    assert [effect.level for effect in found.effects] == ["unclear"]


PARAMETER = "aws_ssm_parameter"
GPU_ALARM = ALARM | {
    "alarm_name": "busy", "namespace": "CWAgent", "metric_name": "nvidia_smi_utilization_gpu",
    "dimensions": {"index": "0", "name": "T4", "host": "h"},
}  # fmt: skip


def agent(*measurements: str, **plugins: Any) -> str:
    collected = {"nvidia_gpu": {"measurement": list(measurements)}} | plugins
    return json.dumps({"agent": {"region": "eu-west-1"}, "metrics": {"metrics_collected": collected}})


def parameter(value: str, kind: str = "String") -> dict[str, Any]:
    return {"name": "AmazonCloudWatch-gpus", "type": kind, "value": value, "insecure_value": None}


def configured(before: Any, after: Any, kind: str = PARAMETER, **more: Any) -> list[tuple[str, ...]]:
    found = reviewed(change(before, after, kind=kind, name="agent", **more), change(GPU_ALARM, GPU_ALARM))
    return [(effect.kind, effect.summary, *effect.details) for effect in found.effects]


NARROWED = "the CloudWatch agent no longer collects all it did"
GONE = "metrics.metrics_collected.nvidia_gpu.measurement: utilization_gpu is gone"
NO_DATA = "alarm busy has no data any more"
BOTH, ONE = agent("utilization_gpu", "memory_used"), agent("memory_used")


@pytest.mark.parametrize("sensitive", [None, {"value": True}], ids=["shown", "as the provider hides every parameter"])
def test_a_measurement_that_is_no_longer_taken(sensitive: Any) -> None:
    found = configured(parameter(BOTH), parameter(ONE), sensitive=sensitive)
    assert found == [("signals", NARROWED, GONE, NO_DATA)]


def test_a_deleted_configuration() -> None:
    ((kind, _, *details),) = configured(parameter(BOTH), None)
    assert (kind, details[-1]) == ("signals", NO_DATA)


def test_a_plugin_that_is_no_longer_there() -> None:
    found = configured(parameter(agent("x", mem={"measurement": ["mem_used_percent"]})), parameter(agent("x")))
    assert found == [("signals", NARROWED, "metrics.metrics_collected.mem.measurement: mem_used_percent is gone")]


def test_how_often_it_measures_is_for_a_person_to_judge() -> None:
    slow, fast = (agent("x", mem={"metrics_collection_interval": seconds}) for seconds in (300, 60))
    ((kind, said, detail),) = configured(parameter(fast), parameter(slow))
    assert (kind, said) == ("unclear", "the CloudWatch agent is configured or started in another way")
    assert "metrics_collection_interval" in detail


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BOTH, BOTH.replace(" ", "")),
        (ONE, BOTH),
        ("a plain value", "another"),
        ('{"metrics": "no agent\'s"}', "{}"),
    ],
    ids=["other blanks", "more is measured", "no configuration", "another document"],
)
def test_what_takes_nothing_away_is_no_finding(before: str, after: str) -> None:
    assert configured(parameter(before), parameter(after)) == []


def test_a_secret_parameter_stays_one() -> None:
    found = configured(parameter(BOTH, "SecureString"), parameter(ONE, "SecureString"), sensitive={"value": True})
    assert found == []


def test_a_configuration_that_is_known_after_apply() -> None:
    found = configured(parameter(BOTH), parameter(""), unknown={"value": True})
    assert found == [("unclear", "what the CloudWatch agent collects is known after apply")]


SCRIPT = "#!/bin/bash\necho {config}\namazon-cloudwatch-agent-ctl -a fetch-config -s\n"


def user_data(script: str) -> dict[str, Any]:
    return {"user_data": base64.b64encode(script.encode()).decode()}


def launched(before: str, after: str) -> list[tuple[str, ...]]:
    return configured(user_data(before), user_data(after), kind="aws_launch_template")


def test_instances_that_no_longer_start_the_agent() -> None:
    assert launched(SCRIPT, "#!/bin/bash\n") == [("signals", "instances no longer start the CloudWatch agent")]


def test_a_script_that_configures_the_agent_itself() -> None:
    found = launched(SCRIPT.replace("{config}", BOTH), SCRIPT.replace("{config}", ONE))
    assert found == [("signals", NARROWED, GONE, NO_DATA)]


def test_an_agent_that_is_started_in_another_way() -> None:
    ((kind, _),) = launched(SCRIPT, SCRIPT.replace("-s\n", "\n"))
    assert kind == "unclear"


def test_the_rest_of_a_script_is_no_finding() -> None:
    assert launched(SCRIPT, SCRIPT + "yum update\n") == []


def stack(**resources: Any) -> Stack:
    found = parse({"resource": {kind: {"it": values} for kind, values in resources.items()}}, name="x")
    assert isinstance(found, Stack)
    return found


PEOPLE: dict[str, Any] = {
    "aws_sns_topic": {"name": "alarms"},
    "aws_sns_topic_subscription": {
        "topic_arn": "${aws_sns_topic.it.arn}", "protocol": "email", "endpoint": "ml-team@example.com"
    },
    "aws_cloudwatch_metric_alarm": ALARM | {"alarm_actions": ["${aws_sns_topic.it.arn}"], "ok_actions": []},
}  # fmt: skip


def between(before: dict[str, Any], after: dict[str, Any]) -> Review:
    return review(stack(**before), stack(**after))


def test_alarms_call_people_by_the_names_they_have() -> None:
    (effect,) = between({}, PEOPLE).effects
    assert effect.summary.startswith("Calls ml-team when")


def test_two_topics_with_the_same_people_are_told_apart() -> None:
    moved = PEOPLE["aws_cloudwatch_metric_alarm"] | {"alarm_actions": []}
    (effect,) = between(PEOPLE, PEOPLE | {"aws_cloudwatch_metric_alarm": moved}).effects
    assert effect.details == ("when in alarm: ml-team → no one",)


def test_a_chat_channel_is_a_receiver() -> None:
    chat = {"configuration_name": "ml", "sns_topic_arns": ["${aws_sns_topic.it.arn}"]}
    kind = "aws_chatbot_slack_channel_configuration"
    without = {key: value for key, value in PEOPLE.items() if key != "aws_sns_topic_subscription"}
    (lost,) = between(without | {kind: chat}, without).effects
    assert (lost.kind, lost.name) == ("receivers", "chatbot slack channel configuration ml")
    assert lost.summary == "ml no longer receives what is published to alarms"
    (new, *_) = between({}, without | {kind: chat}).effects
    assert new.summary.startswith("Calls ml when")
