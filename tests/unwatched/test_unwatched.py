"""Which resources of any Terraform no alarm watches, and what closes the gap."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.terraform.reading import ReadPlan, parse
from constructs_lib.unwatched import report
from constructs_lib.unwatched.gaps import Gaps, gaps
from tests.configs import config, load

TOPIC = "arn:aws:sns:us-east-1:123456789012:oncall"


def alarm(namespace: str, metric: str, dimensions: Any, **options: Any) -> dict[str, Any]:
    return {
        "alarm_name": "by-hand",
        "namespace": namespace,
        "metric_name": metric,
        "dimensions": dimensions,
        "statistic": "Sum",
        "period": 60,
        "alarm_actions": [TOPIC],
    } | options


def configuration(alarms: Any = (), **resources: Any) -> dict[str, Any]:
    named = {f"a{index}": one for index, one in enumerate([alarms] if isinstance(alarms, dict) else alarms)}
    return {"resource": {**resources, "aws_cloudwatch_metric_alarm": named}}


def judged(*documents: dict[str, Any]) -> Gaps:
    read = [parse(document, name=f"{index}.json") for index, document in enumerate(documents)]
    return gaps([one.after if isinstance(one, ReadPlan) else one for one in read])


def states(*documents: dict[str, Any]) -> dict[str, str]:
    return {one.resource.address: one.state for one in judged(*documents).found}


FUNCTIONS = {"aws_lambda_function": {"a": {"function_name": "a"}, "b": {"function_name": "${var.name}"}}}
A, B = "aws_lambda_function.a", "aws_lambda_function.b"
NONE = {A: "unwatched", B: "unwatched"}


def query(expression: str) -> dict[str, Any]:
    queries = [{"id": "q", "expression": expression, "period": 60, "return_data": True}]
    return {"alarm_name": "query", "alarm_actions": [TOPIC], "metric_query": queries}


@pytest.mark.parametrize(
    ("alarms", "expected"),
    [
        pytest.param((), NONE, id="no alarm"),
        pytest.param(
            alarm("AWS/Lambda", "Errors", {"FunctionName": "${aws_lambda_function.b.function_name}"}),
            {A: "unwatched", B: "watched"},
            id="by reference",
        ),
        pytest.param(
            alarm("AWS/Lambda", "Errors", {"FunctionName": "a"}),
            {A: "watched", B: "not known"},
            id="by name: b may be a",
        ),
        pytest.param(
            alarm("AWS/Lambda", "Errors", {"FunctionName": "${var.name}"}),
            {A: "not known", B: "not known"},
            id="by a variable",
        ),
        pytest.param(alarm("AWS/Lambda", "Errors", {}), NONE, id="of the whole account"),
        pytest.param(
            alarm("AWS/Lambda", "Errors", "${var.dimensions}"),
            {A: "not known", B: "not known"},
            id="dimensions not known",
        ),
        pytest.param(
            alarm("AWS/Lambda", "Errors", {"FunctionName": "${aws_lambda_function.a.function_name}"}, alarm_actions=[]),
            NONE,
            id="that calls no one",
        ),
        pytest.param(
            alarm(
                "AWS/Lambda",
                "Errors",
                {"FunctionName": "${aws_lambda_function.a.function_name}"},
                alarm_actions=["arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x"],
            ),
            NONE,
            id="that scales",
        ),
        pytest.param(
            alarm("AWS/SQS", "NumberOfMessagesSent", {"QueueName": "a"}),
            NONE,
            id="of a queue",
        ),
        pytest.param(
            query('SELECT SUM(Errors) FROM SCHEMA("AWS/Lambda", FunctionName) GROUP BY FunctionName'),
            {A: "watched", B: "watched"},
            id="of all functions",
        ),
        pytest.param(
            query("SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\", FunctionName) WHERE FunctionName = 'a'"),
            {A: "watched", B: "not known"},
            id="a query for one",
        ),
        pytest.param(
            query('SELECT SUM(tokens) FROM SCHEMA("Shop", FunctionName) GROUP BY FunctionName'),
            NONE,
            id="of a namespace of one's own",
        ),
        pytest.param(
            query("SELECT SUM(Errors) FROM \"AWS/Lambda\" WHERE tag.team = 'ml' GROUP BY FunctionName"),
            {A: "not known", B: "not known"},
            id="a query by tags",
        ),
    ],
)
def test_an_alarm_watches_what_it_names(alarms: Any, expected: dict[str, str]) -> None:
    assert states(configuration(alarms, **FUNCTIONS)) == expected


def test_a_filter_on_a_function_s_log_watches_the_function() -> None:
    transformation = {"namespace": "Shop", "name": "failures", "value": "1"}
    filters = {
        "f": {
            "name": "f",
            "pattern": "ERROR",
            "log_group_name": "/aws/lambda/a",
            "metric_transformation": transformation,
        }
    }
    found = states(configuration(alarm("Shop", "failures", {}), **FUNCTIONS, aws_cloudwatch_log_metric_filter=filters))
    assert found[A] == "watched"


def test_a_composite_that_calls_speaks_for_its_alarms() -> None:
    member = alarm("AWS/Lambda", "Errors", {"FunctionName": "${aws_lambda_function.a.function_name}"}, alarm_actions=[])
    rule = 'ALARM("${aws_cloudwatch_metric_alarm.a0.alarm_name}")'
    composite = {"all": {"alarm_name": "all", "alarm_rule": rule, "alarm_actions": [TOPIC]}}
    document = configuration(member, **FUNCTIONS)
    document["resource"]["aws_cloudwatch_composite_alarm"] = composite
    assert states(document)[A] == "watched"


def test_an_alarm_in_another_file_watches_by_name_and_region() -> None:
    app = configuration(**FUNCTIONS)
    app["provider"] = {"aws": {"region": "us-east-1"}}
    monitoring = configuration(alarm("AWS/Lambda", "Errors", {"FunctionName": "a"}))
    monitoring["provider"] = {"aws": {"region": "us-east-1"}}
    assert states(app, monitoring)[A] == "watched"
    monitoring["provider"] = {"aws": {"region": "eu-west-1"}}
    assert states(app, monitoring)[A] == "unwatched", "metrics are in the Region of the resource"


def test_a_service_is_known_by_its_cluster_too() -> None:
    services = {
        "aws_ecs_service": {"ranker": {"name": "ranker", "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/shop"}}
    }
    for cluster, state in (("shop", "watched"), ("other", "unwatched")):
        dimensions = {"ClusterName": cluster, "ServiceName": "ranker"}
        found = states(configuration(alarm("AWS/ECS", "CPUUtilization", dimensions), **services))
        assert found == {"aws_ecs_service.ranker": state}


def test_a_module_that_is_given_a_resource_may_watch_it() -> None:
    document = configuration(**FUNCTIONS)
    document["module"] = {
        "monitoring": {"source": "./monitoring", "function": "${aws_lambda_function.a.function_name}"}
    }
    found = judged(document)
    assert {one.resource.address: one.state for one in found.found} == {A: "not known", B: "unwatched"}
    assert "a configuration does not show what is in module.monitoring: give a plan" in report.text(found)


def plan(*changes: dict[str, Any], resources: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "format_version": "1.2",
        "resource_changes": list(changes),
        "configuration": {"root_module": {"resources": resources or []}},
    }


def change(address: str, after: dict[str, Any] | None, unknown: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "address": address,
        "type": address.split(".")[-2],
        "mode": "managed",
        "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown or {}},
    }


def test_a_plan_s_alarm_watches_what_its_configuration_refers_to() -> None:
    """The value of an ARN's end shows after the apply; which resource it is of is in the configuration."""
    dimensions = {"references": ["aws_lb.web.arn_suffix", "aws_lb.web"]}
    watched = alarm("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", {})
    document = plan(
        change("aws_lb.web", {"name": "web"}, {"arn_suffix": True}),
        change("aws_lb.other", {"name": "other"}, {"arn_suffix": True}),
        change("aws_cloudwatch_metric_alarm.errors", watched, {"dimensions": {"LoadBalancer": True}}),
        resources=[{"address": "aws_cloudwatch_metric_alarm.errors", "expressions": {"dimensions": dimensions}}],
    )
    assert states(document) == {"aws_lb.web": "watched", "aws_lb.other": "unwatched"}


def test_dimensions_that_a_plan_does_not_know_at_all_are_those_of_what_they_refer_to() -> None:
    dimensions = {"references": ["aws_efs_file_system.models.id", "aws_efs_file_system.models"]}
    document = plan(
        change("aws_efs_file_system.models", {}, {"id": True}),
        change("aws_efs_file_system.other", {}, {"id": True}),
        change("aws_cloudwatch_metric_alarm.io", alarm("AWS/EFS", "PercentIOLimit", None), {"dimensions": True}),
        resources=[{"address": "aws_cloudwatch_metric_alarm.io", "expressions": {"dimensions": dimensions}}],
    )
    assert states(document) == {"aws_efs_file_system.models": "watched", "aws_efs_file_system.other": "unwatched"}


def test_a_topic_that_alarms_call_is_not_asked_for() -> None:
    """An alarm on it would be sent by it."""
    topics = {"aws_sns_topic": {"oncall": {"name": "oncall"}, "events": {"name": "events"}}}
    calls = alarm("AWS/Lambda", "Errors", {"FunctionName": "f"}, alarm_actions=["${aws_sns_topic.oncall.arn}"])
    assert states(configuration(calls, **topics)) == {"aws_sns_topic.events": "unwatched"}


def test_what_an_alarm_notifies_is_not_what_it_watches() -> None:
    """Of an alarm's arguments that a plan knows in part, only those count that say what it reads."""
    queues = {"references": ["aws_sqs_queue.jobs.arn", "aws_sqs_queue.jobs"]}
    document = plan(
        change("aws_sqs_queue.jobs", {"name": "jobs"}, {"arn": True}),
        change(
            "aws_cloudwatch_metric_alarm.x",
            alarm("AWS/Lambda", "Errors", {"FunctionName": "f"}, alarm_actions=[None, TOPIC]),
            {"alarm_actions": [True, False]},
        ),
        resources=[{"address": "aws_cloudwatch_metric_alarm.x", "expressions": {"alarm_actions": queues}}],
    )
    assert states(document) == {"aws_sqs_queue.jobs": "unwatched"}


def test_one_of_several_whose_index_a_plan_does_not_give_may_be_any() -> None:
    dimensions = {"references": ["aws_efs_file_system.models", "aws_efs_file_system.models"]}
    document = plan(
        *(change(f'aws_efs_file_system.models["{key}"]', {}, {"id": True}) for key in "ab"),
        change("aws_efs_file_system.other", {}, {"id": True}),
        change("aws_cloudwatch_metric_alarm.io", alarm("AWS/EFS", "PercentIOLimit", None), {"dimensions": True}),
        resources=[{"address": "aws_cloudwatch_metric_alarm.io", "expressions": {"dimensions": dimensions}}],
    )
    found = states(document)
    assert found.pop("aws_efs_file_system.other") == "unwatched"
    assert {*found.values()} == {"not known"}


def test_one_of_several_is_told_by_its_index() -> None:
    queues = [change(f'aws_sqs_queue.jobs["{name}"]', {"name": f"jobs-{name}"}) for name in ("a", "b")]
    watched = alarm("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": "jobs-a"})
    document = plan(*queues, change("aws_cloudwatch_metric_alarm.age", watched))
    assert states(document) == {'aws_sqs_queue.jobs["a"]': "watched", 'aws_sqs_queue.jobs["b"]': "unwatched"}


def test_what_a_plan_deletes_is_not_asked_for() -> None:
    gone = change("aws_sqs_queue.jobs", None)
    gone["change"] |= {"actions": ["delete"], "before": {"name": "jobs"}}
    assert states(plan(gone)) == {}


MIXED = configuration(
    (
        alarm("AWS/Lambda", "Errors", {"FunctionName": "a"}),
        alarm("AWS/DynamoDB", "ReadThrottleEvents", {"TableName": "orders"}, alarm_name="mute", alarm_actions=[]),
    ),
    aws_lambda_function={name: {"function_name": name} for name in "abc"},
    aws_dynamodb_table={"orders": {"name": "orders"}},
    aws_ecs_service={"ranker": {"name": "ranker", "cluster": "${var.cluster}"}},
    aws_instance={"web": {}},
    aws_iam_role={"r": {}},
)


def test_the_text_names_what_is_missing() -> None:
    text = report.text(judged(MIXED))
    assert text.startswith("1 of 6 resources that AWS recommends alarms for is watched (16.7 %).\n")
    assert "  aws_lambda_function.b, aws_lambda_function.c: Lambda function\n" in text
    assert "errors (AWS suggests 1), throttles (AWS suggests 1), duration, concurrency (AWS suggests 900)\n" in text
    assert "      mute watches it and calls no one\n" in text
    assert "      AWS recommends cpu above 80 %, memory above 80 %\n" in text
    assert "1 further resource of types that AWS recommends no alarms for\n" in text


def test_markdown_has_a_table_and_the_yaml() -> None:
    text = report.markdown(judged(MIXED))
    assert "| `aws_lambda_function.b`<br>`aws_lambda_function.c` | Lambda function | " in text
    assert "```yaml\n" in text


def test_json_has_stable_keys() -> None:
    document = json.loads(report.json(judged(MIXED)))
    counts = {key: value for key, value in document.items() if isinstance(value, int | float)}
    assert counts == {"watched_percent": 16.7, "watched": 1, "unwatched": 5, "not_known": 0, "without_advice": 1}
    table = next(one for one in document["resources"] if one["type"] == "aws_dynamodb_table")
    assert (table["state"], table["silent_alarms"], table["names"]) == ("unwatched", ["mute"], {"table": "orders"})
    assert table["recommended"][0] == {
        "key": "read-throttled",
        "metric": "AWS/DynamoDB ReadThrottleEvents",
        "limit": "read_throttled",
        "aws": None,
        "suggested": None,
        "asks": "throttled reads",
        "impact": "Reads fail and are tried again: callers wait, or get nothing",
        "first_step": "Look for a hot key, then compare what is read with the table's capacity",
    }


def test_the_yaml_passes_check_and_watches_what_was_not() -> None:
    printed = json.loads(report.json(judged(MIXED)))["monitors"]
    monitors = yaml.safe_load(printed)
    load(config(monitors))
    assert monitors["lambda-function"]["resource"] == {"aws_lambda_function": ["b", "c"]}
    assert monitors["ranker"]["resource"] == {
        "aws_ecs_service": {"cluster": "${var.ranker_cluster}", "service": "ranker"}
    }
    assert monitors["web"]["resource"] == {"aws_instance": "${var.web_instance}"}
    assert "orders" not in monitors, "AWS leaves all of its thresholds open"
    waiting = printed.partition("# AWS leaves every threshold of these to you:\n")[2]
    (orders,) = yaml.safe_load(re.sub("(?m)^# ", "", waiting)).items()
    assert orders[1]["limits"] == {"read_throttled": None, "write_throttled": None, "system_errors": None}


def test_it_fails_under_a_share(tmp_path: Path) -> None:
    file = tmp_path / "cdk.tf.json"
    file.write_text(json.dumps(MIXED))
    for percent, code in (("16", 0), ("17", 1)):
        run = CliRunner().invoke(main, ["unwatched", str(file), "--fail-under", percent])
        assert run.exit_code == code, run.output
    assert CliRunner().invoke(main, ["unwatched", str(file), "--fail-under", "101"]).exit_code == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("", "the file is empty", id="empty"),
        pytest.param(json.dumps(MIXED)[:200], "if it was cut short, write it again", id="truncated"),
        pytest.param('{"a": 1}', "is not a Terraform configuration, plan or state", id="foreign"),
        pytest.param("PK\x03\x04", "this is a saved plan", id="a saved plan"),
        pytest.param("[]", "is not a Terraform configuration, plan or state", id="a list"),
    ],
)
def test_what_is_not_terraform_s_is_refused(content: str, expected: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content)
    run = CliRunner().invoke(main, ["unwatched", str(file)])
    assert (run.exit_code, expected in run.output) == (2, True), run.output
    assert "Traceback" not in run.output


@pytest.mark.parametrize(
    "damaged",
    [
        {"resource": {"aws_lambda_function": {"a": [{"function_name": 7}]}}},
        {
            "resource": {
                "aws_lb_target_group": {"a": {"protocol": ["HTTP"]}},
                "aws_lb_listener": {"l": {"default_action": 3}},
            }
        },
        {"resource": {"aws_api_gateway_stage": {"a": {"rest_api_id": {"x": 1}, "stage_name": None}}}},
        {"resource": {"aws_opensearch_domain": {"a": {"cluster_config": "x", "domain_name": []}}}},
        {
            "resource": {
                "aws_cloudwatch_metric_alarm": {"a": {"dimensions": 5, "metric_query": ["x", {"expression": "SELECT"}]}}
            }
        },
    ],
)
def test_damaged_resources_are_read_without_a_traceback(damaged: dict[str, Any]) -> None:
    found = judged(damaged)
    for form in report.FORMATS.values():
        assert form(found)


def test_a_large_configuration_is_read_in_time() -> None:
    """10,000 resources, each with an alarm: pairs are not compared one by one."""
    many = {f"f{index}": {"function_name": f"f{index}"} for index in range(5_000)}
    alarms = [alarm("AWS/Lambda", "Errors", {"FunctionName": f"f{index}"}) for index in range(0, 5_000, 2)]
    found = judged(configuration(alarms, aws_lambda_function=many))
    assert len(found.of("watched")) == 2_500
