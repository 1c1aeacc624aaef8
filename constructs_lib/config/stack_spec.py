"""One stack of monitoring.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws import names
from constructs_lib.config.backend import BackendSpec, LocalBackendSpec
from constructs_lib.config.maintenance import MaintenanceWindow
from constructs_lib.config.provider import ProviderSpec
from constructs_lib.config.waiver import Waiver
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, nearest, shown
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.notifications import NotificationsSpec
from constructs_lib.patterns.registry import AnyMonitor
from constructs_lib.references import OrReference

Key = Annotated[str, checked(names.key)]

_CONSTRUCTS = {
    "aws",
    "backend",
    "cloud",
    "notifications",
    "data",
    "api-gateway",
    "dashboard",
    "groups",
    "maintenance",
}
_OUTPUTS = {"topic_names", "topic_arns", "alarm_names", "alarm_arns", "alarms", "resources"}
TAKEN = frozenset(_CONSTRUCTS | _OUTPUTS)
"""Construct ids and outputs that every stack has; a monitor can't be called so."""


class StackSpec(Model):
    """One Terraform stack: one account, one Region, one state."""

    account: Annotated[str, checked(names.account)]
    """AWS account ID, 12 digits in quotes. A plan against any other account stops."""
    region: Annotated[str, checked(names.region)]
    """AWS Region, such as us-east-1."""
    backend: BackendSpec = BackendSpec(local=LocalBackendSpec())
    """Where Terraform keeps the state. Left out: a local file."""
    tags: Annotated[Mapping[str, Annotated[str, OrReference()]], checked(names.tags)] = {}
    """Tags on every resource; `project` and `stack` are added."""
    runbook: Annotated[str, checked(names.runbook), OrReference()] | None = None
    """Link to the runbooks; `{alarm}` stands for the alarm's name. An alarm that notifies without one is refused,
    unless a waiver sets alarm-has-runbook aside."""
    register_link: Annotated[str, checked(names.register), OrReference()] | None = Field(
        default=None, validation_alias="register"
    )
    """Link to the register's page where it is published; `{alarm}` stands for the alarm's name. Every message about an
    alarm then ends in a link to its row: https://alarms.example.com/register.html#{alarm}"""
    source: Annotated[str, checked(names.source)] | None = None
    """Link to a line of this file where it is kept, with `{file}` and `{line}`, for the register; `{commit}` stands for
    the commit in AI_MONITORING_COMMIT, or for HEAD."""
    notifications: NotificationsSpec
    """Whom to notify, by severity."""
    ok_messages: Items[Severity] = SEVERITIES
    """Severities of which people also hear when an alarm is over. [] sends no OK message at all."""
    provider: ProviderSpec = ProviderSpec()
    """The AWS provider that deploys the stack."""
    monitors: Annotated[Mapping[Key, Annotated[MonitorSpec, AnyMonitor()]], Field(min_length=1)]
    """What to watch, by name."""
    owner: Annotated[str, Field(min_length=1)] | None = None
    """The team that owns what is watched, as the register shows; a monitor may have another."""
    dashboard: bool = True
    """Whether to make a CloudWatch dashboard. One costs about as much as 30 alarms."""
    group_alarms: bool = False
    """One composite alarm per workload and severity calls in place of the single ones, so that one broken workload
    pages once. Off, for a second failure of a workload that already pages then stays quiet."""
    suppressed_by: Annotated[str, Field(min_length=1, max_length=1_600)] | None = None
    """Name of an alarm that silences all groups while it is in alarm, such as one that marks a deployment."""
    maintenance: Items[MaintenanceWindow] = ()
    """Windows in which alarms notify no one."""
    waivers: Items[Waiver] = ()
    """Rules that are set aside, each with a reason; the register shows them."""

    def problems(self) -> Iterator[Problem]:
        """Names that are taken, receivers out of reach, waivers for no monitor, and silence without groups."""
        for name in self.monitors:
            if name in TAKEN:
                yield Problem(
                    f"{shown(name)} is the name of something else in the stack", "rename it", path=f"monitors.{name}"
                )
        if self.suppressed_by and not self.group_alarms:
            yield Problem(
                "suppressed_by silences groups of alarms, and there are none",
                "add `group_alarms: true`: CloudWatch suppresses composite alarms only",
                path="suppressed_by",
            )
        for problem in self.notifications.elsewhere(self.region):
            yield problem.under("notifications")
        workloads = {monitor.workload or name for name, monitor in self.monitors.items()}
        chosen = [("waivers", index, "monitors", waiver.monitors) for index, waiver in enumerate(self.waivers)]
        for index, window in enumerate(self.maintenance):
            chosen.append(("maintenance", index, "monitors", window.monitors))
            chosen.append(("maintenance", index, "workloads", window.workloads))
        for option, index, what, given in chosen:
            known = workloads if what == "workloads" else self.monitors
            for place, name in enumerate(given):
                if name not in known:
                    rule = f"{shown(name)} is not a {what.removesuffix('s')} of this stack"
                    yield Problem(rule, nearest(name, known), path=f"{option}.{index}.{what}.{place}")
