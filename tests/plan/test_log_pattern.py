"""Log patterns before the real provider: what Terraform makes of a filter that holds its own signs."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.plan

# Filter patterns with Terraform's template signs in every place one can stand, as CloudWatch is to see them.
PATTERNS = [
    '"${jndi:ldap"',
    '"%{if true}"',
    '"$${a}" "%%{b}" "$%{c}"',
    "%a{2}%",
    "{ $.message = %^[$]{1}% && $.model = * }",
    '{ $.message = "*${var.x}*" && $.model = * }',
    "{ $.['cost%{x}'] > 1 && $.model = * }",
    '[time, message = "%{x}*", ...]',
]


def monitor(pattern: str, **options: Any) -> dict[str, Any]:
    return {
        "pattern": "log_pattern",
        "log_group": {"name": "/ai/ranker"},
        "filter": pattern,
        "alarm": {"above": 0},
        **options,
    }


def test_every_filter_arrives_letter_by_letter(workspace: WorkspaceFactory) -> None:
    monitors = {f"m{index}": monitor(pattern) for index, pattern in enumerate(PATTERNS)}
    stack = workspace(monitoring_stack(config(monitors)))
    plan = stack.plan()
    assert plan.warnings == ()
    planned = [change.after for address, change in plan.changes.items() if "log_metric_filter" in address]
    assert sorted(filter_["pattern"] for filter_ in planned if filter_) == sorted(PATTERNS)


def test_an_alarms_text_names_the_filter_letter_by_letter(workspace: WorkspaceFactory) -> None:
    plan = workspace(monitoring_stack(config({"m": monitor('"${jndi:ldap" "%{if true}"')}))).plan()
    (alarm,) = [change.after for address, change in plan.changes.items() if "metric_alarm" in address]
    assert alarm is not None
    assert 'search it for "${jndi:ldap" "%{if true}".' in alarm["alarm_description"]


def test_everything_at_once_plans(workspace: WorkspaceFactory) -> None:
    whole = monitor(
        "{ $.latency_ms > 500 && $.model = * }",
        log_group={"name": "/ai/ranker", "create": True, "retention_days": 30},
        value="$.latency_ms",
        dimensions={"model": "$.model"},
        dimension_values={"model": ["ranker-v2", "ranker-v3"]},
        alarm={"statistic": "p90", "above": 900, "period_seconds": 60},
        archive={"bucket": "shop-logs", "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/1234"},
        anomaly_detector=True,
        mask=["EmailAddress", "Ssn-US"],
    )
    planned = monitoring_stack(config({"slow": whole}))
    stack = workspace(planned)
    plan = stack.plan()
    assert plan.warnings == ()
    assert set(plan.actions.values()) == {"create"}
    filters = [change.after for address, change in plan.changes.items() if "log_metric_filter" in address]
    transformations = [filter_["metric_transformation"][0] for filter_ in filters if filter_]
    assert sorted((t["default_value"] or "none", t["dimensions"] or {}) for t in transformations) == [
        ("0", {}),
        ("none", {"model": "$.model"}),
    ]
