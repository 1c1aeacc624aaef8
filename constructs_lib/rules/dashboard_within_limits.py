"""dashboard-within-limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.blocks import block, blocks
from constructs_lib.terraform.stack import Stack

_NAME = re.compile(r"[0-9A-Za-z_-]{1,255}")


@rule(
    "dashboard-within-limits",
    "advice",
    story="A dashboard with too many metrics failed at apply, after the alarms it shows were deployed.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Dashboards.html",
    blocks=True,
)
def dashboard_within_limits(stack: Stack) -> Iterator[Broken]:
    """Every dashboard has a legal name and body: at most 500 widgets, 2,500 metrics, 500 metrics in one widget.

    The provider only checks that the body is JSON.
    """
    for resource in stack.of("aws_cloudwatch_dashboard"):
        name = resource.values.get("dashboard_name")
        if isinstance(name, str) and not is_reference(name) and not _NAME.fullmatch(name):
            yield resource, Problem(f"{name!r} is not a valid name", "use letters, digits, - and _, at most 255")
        for problem in _body(resource.values.get("dashboard_body")):
            yield resource, Problem(problem, "split the dashboard")


def _body(body: object) -> Iterator[str]:
    try:
        parsed = json.loads(body) if isinstance(body, str) else {}
    except json.JSONDecodeError:  # an expression
        return
    widgets = blocks(parsed.get("widgets") if isinstance(parsed, dict) else None)
    counts = [len(block(widget.get("properties")).get("metrics") or ()) for widget in widgets]
    if len(widgets) > limits.DASHBOARD_WIDGETS:
        yield f"{len(widgets)} widgets, and a dashboard has at most {limits.DASHBOARD_WIDGETS}"
    if sum(counts) > limits.DASHBOARD_METRICS:
        yield f"{sum(counts)} metrics, and a dashboard has at most {limits.DASHBOARD_METRICS}"
    if max(counts, default=0) > limits.WIDGET_METRICS:
        yield f"{max(counts)} metrics in one widget, and at most {limits.WIDGET_METRICS} fit"
