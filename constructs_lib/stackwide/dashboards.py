"""The dashboards of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.dashboard.layout import WorkloadExtras, dashboards
from constructs_lib.dashboard.widget import Widget
from constructs_lib.resources.values import as_json, aws
from constructs_lib.stackwide.alarm_groups import AlarmGroups, deployed
from constructs_lib.stackwide.workloads import Workloads, members


class Dashboards(Construct):
    """The states of a stack's alarms, and what they watch, by workload, on as many dashboards as the limits ask for.

    Args:
        workloads: What belongs to each workload. Left out: every monitor made so far, and every other alarm, is one.
        environment: Account and Region.
        name: Of the first dashboard; the others are numbered. Left out: the stack's id.
        groups: The composites that call for the workloads, if there are any.
        extras: What is shown of a workload besides its alarms.
        receivers: Whom an alarm of each severity calls, in words.
        figures: Single numbers, shown on top.
        widgets: What is shown besides, at the end.

    Attributes:
        shown: What they show.
        resources: aws_cloudwatch_dashboard, in their order.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        workloads: Workloads | None = None,
        *,
        environment: Environment,
        name: str | None = None,
        groups: AlarmGroups | None = None,
        extras: Mapping[str, WorkloadExtras] | None = None,
        receivers: Mapping[Severity, str] | None = None,
        figures: Sequence[Figure] = (),
        widgets: Sequence[Widget] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        stack = TerraformStack.of(self)
        self.shown = dashboards(
            name if name is not None else stack.node.id,
            deployed(members(stack, workloads, besides=groups), groups),
            environment=environment,
            extras=extras,
            receivers=receivers,
            figures=figures,
            widgets=widgets,
        )
        self.resources: list[Any] = [
            aws.cloudwatch_dashboard.CloudwatchDashboard(
                self,
                f"part-{number}",
                dashboard_name=dashboard.name,
                dashboard_body=as_json(dashboard.body(), separators=(",", ":")),
            )
            for number, dashboard in enumerate(self.shown, start=1)
        ]
