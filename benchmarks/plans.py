"""What `review` and `rules` cost on a large plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Command, median_seconds_in_turns
from benchmarks.report import Report
from benchmarks.synth import ROOT, ROUNDS, environment

SIZES = (100, 1_000, 6_000)  # the last is a plan of some 50 MB
COMMANDS = ("review", "rules")
_MARKED = ("alarm_actions", "dimensions", "tags")
"""Arguments that Terraform says of in every change that they are known, and no secret."""


def large(work: Path) -> Report:
    """`review` and `rules` on plans of 100 to 6,000 alarms, one in a hundred of them loosened."""
    commands, megabytes = {}, {}
    for size in SIZES:
        file = work / f"plan-{size}.json"
        write_plan(file, alarms=size, loosened=size // 100)
        megabytes[size] = file.stat().st_size / 1e6
        for name in COMMANDS:
            argv = [sys.executable, "-m", "constructs_lib", name, str(file)]
            commands[f"{name} {size:,}"] = Command(argv, cwd=ROOT, env=environment())
    seconds = median_seconds_in_turns(commands, ROUNDS)
    return Report(
        "Reviewing a plan, and holding it to the rules",
        ["alarms", "MB of JSON", *(f"{name}, {unit}" for name in COMMANDS for unit in ("seconds", "peak MB"))],
        [
            [f"{size:,}", f"{megabytes[size]:.1f}"]
            + [
                cell
                for name in COMMANDS
                for key in [f"{name} {size:,}"]
                for cell in (f"{seconds[key]:.2f}", f"{commands[key].peak_megabytes():.0f}")
            ]
            for size in SIZES
        ],
        "What `terraform show -json` prints of alarms that are there already, with a topic, its policy and a "
        f"subscriber for each hundred, and a metric filter for each ten; the median of {ROUNDS} runs in turns.",
    )


def write_plan(file: Path, *, alarms: int, loosened: int) -> None:
    """A plan over alarms that exist, the first of them loosened; with all the parts that Terraform repeats them in."""
    changes = [*_changes(alarms, loosened), *_others(alarms)]
    planned = [{**_head(item), "values": item["change"]["after"], "sensitive_values": {}} for item in changes]
    prior = [{**_head(item), "values": item["change"]["before"], "sensitive_values": {}} for item in changes]
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": prior}}},
        "configuration": {"root_module": {"resources": [_configuration(item) for item in changes]}},
    }
    file.write_text(json.dumps(plan), encoding="utf-8")


def _changes(alarms: int, loosened: int) -> Iterator[dict[str, Any]]:
    for number in range(alarms):
        before, after = _alarm(number, 5), _alarm(number, 50 if number < loosened else 5)
        yield _change("aws_cloudwatch_metric_alarm", f"model-{number}_alarm", before, after)


def _others(alarms: int) -> Iterator[dict[str, Any]]:
    """What the alarms call, and what some of them read."""
    for number in range(0, alarms, 100):
        arn = _topic(number)
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": arn,
                    "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
                }
            ],
        }
        endpoint = f"team-{number}@example.com"
        for kind, values in {
            "aws_sns_topic": {"arn": arn, "id": arn, "name": arn.rpartition(":")[2], "kms_master_key_id": ""},
            "aws_sns_topic_policy": {"arn": arn, "id": arn, "policy": json.dumps(policy)},
            "aws_sns_topic_subscription": {"topic_arn": arn, "protocol": "email", "endpoint": endpoint},
        }.items():
            yield _change(kind, f"team-{number}", values, values)
    for number in range(0, alarms, 10):
        transformation = {"namespace": "Recommender", "name": f"Errors{number}", "value": "1", "default_value": "0"}
        lines = {
            "name": f"errors-{number}",
            "log_group_name": f"/aws/lambda/model-{number}",
            "pattern": "ERROR",
            "metric_transformation": [transformation | {"dimensions": {}, "unit": "None"}],
        }
        yield _change("aws_cloudwatch_log_metric_filter", f"errors-{number}", lines, lines)


def _change(kind: str, name: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    marks = {key: [False] if isinstance(after[key], list) else {} for key in _MARKED if key in after}
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": ["no-op"] if before == after else ["update"],
            "before": before,
            "after": after,
            **dict.fromkeys(("after_unknown", "before_sensitive", "after_sensitive"), marks),
        },
    }


def _topic(number: int) -> str:
    return f"arn:aws:sns:us-east-1:123456789012:recommender-production-{number // 100 * 100}"


def _alarm(number: int, threshold: float) -> dict[str, Any]:
    name = f"recommender-production-model-{number}-errors"
    topic = _topic(number)
    reads = {"namespace": "AWS/Lambda", "metric_name": "Errors", "dimensions": {"FunctionName": f"model-{number}"}}
    if number % 10 == 0:
        reads = {"namespace": "Recommender", "metric_name": f"Errors{number}", "dimensions": {}}
    return reads | {
        "actions_enabled": True,
        "alarm_actions": [topic],
        "alarm_description": f"Sum of errors of Lambda function model-{number} is above {threshold} in 3 of 5 periods "
        "of 1 minute.\nCallers do not get what they asked for.\nFirst: Open the function's log group, and read the "
        f"newest errors.\nRunbook: https://runbooks.example.com/{name}",
        "alarm_name": name,
        "arn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
        "comparison_operator": "GreaterThanThreshold",
        "datapoints_to_alarm": 3,
        "evaluate_low_sample_count_percentiles": "",
        "evaluation_periods": 5,
        "extended_statistic": "",
        "id": name,
        "insufficient_data_actions": [],
        "metric_query": [],
        "ok_actions": [topic],
        "period": 60,
        "statistic": "Sum",
        "tags": {"severity": "critical"},
        "tags_all": {"project": "recommender", "severity": "critical", "stack": "production"},
        "threshold": threshold,
        "threshold_metric_id": "",
        "treat_missing_data": "notBreaching",
        "unit": "",
    }


def _head(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("address", "mode", "type", "name", "provider_name")}


def _configuration(item: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = item["change"]["after"]
    expressions = {key: {"constant_value": value} for key, value in values.items() if value not in ("", [], None)}
    return _head(item) | {"provider_config_key": "aws", "expressions": expressions, "schema_version": 1}
