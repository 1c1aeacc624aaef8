"""What `review` costs on a large plan."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Command, median_seconds_in_turns
from benchmarks.report import Report
from benchmarks.synth import ROOT, ROUNDS, environment

SIZES = (100, 1_000, 6_500)  # the last is a plan of some 50 MB


def large(work: Path) -> Report:
    """`python -m constructs_lib review` on plans of 100 to 6,500 alarms, one in a hundred of them loosened."""
    commands, megabytes = {}, {}
    for size in SIZES:
        file = work / f"plan-{size}.json"
        write_plan(file, alarms=size, loosened=size // 100)
        argv = [sys.executable, "-m", "constructs_lib", "review", str(file)]
        commands[f"{size:,}"] = Command(argv, cwd=ROOT, env=environment())
        megabytes[f"{size:,}"] = file.stat().st_size / 1e6
    seconds = median_seconds_in_turns(commands, ROUNDS)
    return Report(
        "Reviewing a plan",
        ["alarms", "MB of JSON", "seconds", "peak MB"],
        [
            [name, f"{megabytes[name]:.1f}", f"{seconds[name]:.2f}", f"{command.peak_megabytes():.0f}"]
            for name, command in commands.items()
        ],
        f"What `terraform show -json` prints of alarms that are there already; the median of {ROUNDS} runs in turns.",
    )


def write_plan(file: Path, *, alarms: int, loosened: int) -> None:
    """A plan over alarms that exist, the first of them loosened; with all the parts that Terraform repeats them in."""
    changes = [*_changes(alarms, loosened)]
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
        yield {
            "address": f"aws_cloudwatch_metric_alarm.model-{number}_alarm",
            "mode": "managed",
            "type": "aws_cloudwatch_metric_alarm",
            "name": f"model-{number}_alarm",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["no-op"] if before == after else ["update"],
                "before": before,
                "after": after,
                "after_unknown": {"alarm_actions": [False], "dimensions": {}, "tags": {}},
                "before_sensitive": {"alarm_actions": [False], "dimensions": {}, "tags": {}},
                "after_sensitive": {"alarm_actions": [False], "dimensions": {}, "tags": {}},
            },
        }


def _alarm(number: int, threshold: float) -> dict[str, Any]:
    name = f"recommender-production-model-{number}-errors"
    topic = "arn:aws:sns:us-east-1:123456789012:recommender-production-critical"
    return {
        "actions_enabled": True,
        "alarm_actions": [topic],
        "alarm_description": f"Sum of errors of Lambda function model-{number} is above {threshold} in 3 of 5 periods "
        "of 1 minute.\nCallers do not get what they asked for.\nFirst: Open the function's log group, and read the "
        f"newest errors.\nRunbook: https://runbooks.example.com/{name}",
        "alarm_name": name,
        "arn": f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{name}",
        "comparison_operator": "GreaterThanThreshold",
        "datapoints_to_alarm": 3,
        "dimensions": {"FunctionName": f"model-{number}"},
        "evaluate_low_sample_count_percentiles": "",
        "evaluation_periods": 5,
        "extended_statistic": "",
        "id": name,
        "insufficient_data_actions": [],
        "metric_name": "Errors",
        "metric_query": [],
        "namespace": "AWS/Lambda",
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
