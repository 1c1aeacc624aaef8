"""Small hand-written stacks to try the test helpers on, so that their tests need nothing else of the library."""

from __future__ import annotations

from typing import Any


def stack(resources: dict[str, Any], **blocks: Any) -> dict[str, Any]:
    """A stack as CDKTF writes it: one aws provider, a local backend, and `resources` by type and name."""
    return {
        "terraform": {
            "backend": {"local": {"path": "elsewhere.tfstate"}},
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}},
        },
        "provider": {"aws": [{"region": "us-east-1", "allowed_account_ids": ["123456789012"]}]},
        **({"resource": resources} if resources else {}),
        **blocks,
    }


def topic_stack(name: str = "pages", **attributes: Any) -> dict[str, Any]:
    """The smallest stack there is to apply: one topic, its ARN as an output."""
    return stack(
        {"aws_sns_topic": {"pages": {"name": name, **attributes}}},
        output={"topic_arn": {"value": "${aws_sns_topic.pages.arn}"}},
    )


def metric_alarm(name: str, **attributes: Any) -> dict[str, Any]:
    return {
        "alarm_name": name,
        "namespace": "AWS/Lambda",
        "metric_name": "Errors",
        "dimensions": {"FunctionName": "ranker"},
        "statistic": "Sum",
        "period": 60,
        "evaluation_periods": 1,
        "comparison_operator": "GreaterThanThreshold",
        "threshold": 0,
        **attributes,
    }
