"""The dashboards of a stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.dashboard.layout import Dashboard
from constructs_lib.resources.values import as_json, aws


class Dashboards(Construct):
    """One aws_cloudwatch_dashboard for each of them.

    Args:
        dashboards: What they show.

    Attributes:
        resources: aws_cloudwatch_dashboard, in their order.
    """

    def __init__(self, scope: Construct, construct_id: str, dashboards: Sequence[Dashboard]) -> None:
        super().__init__(scope, construct_id)
        self.resources: list[Any] = [
            aws.cloudwatch_dashboard.CloudwatchDashboard(
                self,
                f"part-{number}",
                dashboard_name=dashboard.name,
                dashboard_body=as_json(dashboard.body(), separators=(",", ":")),
            )
            for number, dashboard in enumerate(dashboards, start=1)
        ]
