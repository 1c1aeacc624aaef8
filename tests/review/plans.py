"""Plans as `terraform show -json` prints them, written by hand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from constructs_lib.review.effect import Effect
from constructs_lib.review.review import Review, review
from constructs_lib.terraform.reading import ReadPlan, parse

ONCALL, TEAM = (f"arn:aws:sns:us-east-1:123456789012:{name}" for name in ("oncall", "team"))

ALARM: dict[str, Any] = {
    "actions_enabled": True,
    "alarm_actions": [ONCALL],
    "alarm_description": "Calls fail. https://runbooks.example.com/errors",
    "alarm_name": "ranker-errors",
    "comparison_operator": "GreaterThanThreshold",
    "datapoints_to_alarm": 3,
    "dimensions": {"FunctionName": "ranker"},
    "evaluate_low_sample_count_percentiles": "",
    "evaluation_periods": 5,
    "extended_statistic": "",
    "insufficient_data_actions": [],
    "metric_name": "Errors",
    "metric_query": [],
    "namespace": "AWS/Lambda",
    "ok_actions": [ONCALL],
    "period": 60,
    "statistic": "Sum",
    "tags": {"severity": "critical"},
    "threshold": 5,
    "threshold_metric_id": "",
    "treat_missing_data": "breaching",
}
METRIC: dict[str, Any] = {
    "dimensions": {"FunctionName": "ranker"}, "metric_name": "Errors", "namespace": "AWS/Lambda", "period": 300,
    "stat": "Sum", "unit": "",
}  # fmt: skip


def alarm(**options: Any) -> dict[str, Any]:
    """The alarm with other arguments."""
    return ALARM | options


def band(width: float = 2, operator: str = "LessThanLowerOrGreaterThanUpperThreshold") -> dict[str, Any]:
    """The alarm on a band."""
    query = {"account_id": "", "label": "", "period": None}
    return ALARM | {
        "comparison_operator": operator,
        "threshold": None,
        "threshold_metric_id": "band",
        "metric_name": "",
        "namespace": "",
        "dimensions": None,
        "period": 0,
        "statistic": "",
        "metric_query": [
            {"id": "band", "expression": f"ANOMALY_DETECTION_BAND(m1, {width})", "metric": [], "return_data": True}
            | query,
            {"id": "m1", "expression": "", "metric": [METRIC], "return_data": True} | query,
        ],
    }


def math(expression: str) -> dict[str, Any]:
    """The alarm on metric math."""
    return ALARM | {
        "metric_name": "",
        "namespace": "",
        "dimensions": None,
        "period": 0,
        "statistic": "",
        "metric_query": [
            {"id": "e1", "expression": expression, "label": "", "metric": [], "return_data": True},
            {"id": "m1", "expression": "", "label": "", "metric": [METRIC], "return_data": False},
        ],
    }


def composite(rule: str, **options: Any) -> dict[str, Any]:
    """A composite alarm."""
    return {
        "actions_enabled": True,
        "actions_suppressor": [],
        "alarm_actions": [ONCALL],
        "alarm_name": "ranker",
        "alarm_rule": rule,
        "insufficient_data_actions": [],
        "ok_actions": [],
        "tags": {"severity": "critical"},
    } | options


def change(
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    kind: str = "aws_cloudwatch_metric_alarm",
    name: str = "errors",
    unknown: dict[str, Any] | None = None,
    replaced: bool = False,
    sensitive: dict[str, Any] | None = None,
    actions: list[str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One entry of resource_changes."""
    happens = ["delete", "create"] if replaced else ["update"] if before != after else ["no-op"]
    if before is None or after is None:
        happens = ["create"] if before is None else ["delete"]
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions or happens,
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "before_sensitive": sensitive or {},
            "after_sensitive": sensitive or {},
        },
    } | more


def plan(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": list(changes)} | more


def reviewed(*changes: dict[str, Any], **more: Any) -> Review:
    found = parse(deepcopy(plan(*changes, **more)), name="plan.json")
    assert isinstance(found, ReadPlan)
    return review(found)


def told(found: Review) -> list[tuple[str, ...]]:
    """Kind and text of each effect."""
    return [(effect.kind, text(effect)) for effect in found.effects]


def text(effect: Effect) -> str:
    return "; ".join(effect.details) or effect.summary
