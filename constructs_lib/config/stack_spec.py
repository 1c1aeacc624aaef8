"""One stack of monitoring.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws import names
from constructs_lib.config.backend import BackendSpec, LocalBackendSpec
from constructs_lib.config.maintenance import MaintenanceWindow
from constructs_lib.config.provider import ProviderSpec
from constructs_lib.config.security import OwnKeys, RoleRules
from constructs_lib.config.variable import Variable
from constructs_lib.config.waiver import Waiver
from constructs_lib.dashboard.spec import DashboardSpec, ExtraWidget
from constructs_lib.errors import Problem
from constructs_lib.model import Items, checked, nearest, shown
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.notifications import NotificationsSpec
from constructs_lib.options.renamed import Key, Renamed, renaming_problems, shared_names
from constructs_lib.patterns.registry import AnyMonitor, retaining
from constructs_lib.references import OrReference, variables_in

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
    "retired",
}
_OUTPUTS = {"topic_names", "topic_arns", "alarm_names", "alarm_arns", "alarms", "resources"}


def _form(value: object) -> str:
    return "[switch]" if isinstance(value, bool) else "[more]"


TAKEN = frozenset(_CONSTRUCTS | _OUTPUTS)
"""Construct ids and outputs that every stack has; a monitor can't be called so."""


class StackSpec(Renamed):
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
    variables: Mapping[str, Variable] = {}
    """Terraform variables with a type and a description, by name. One that is used without is a sensitive text."""
    roles: RoleRules = RoleRules()
    """What every IAM role of the stack has."""
    encryption: OwnKeys = OwnKeys()
    """Keys of your own for topics and stored data."""
    monitors: Mapping[Key, Annotated[MonitorSpec, AnyMonitor()]]
    """What to watch, by name. {} once all of them are retired: an apply then leaves what is retained, and no more."""
    owner: Annotated[str, Field(min_length=1)] | None = None
    """The team that owns what is watched, as the register shows; a monitor may have another."""
    dashboard: Annotated[
        Annotated[bool, Tag("[switch]")] | Annotated[DashboardSpec, Tag("[more]")], Discriminator(_form)
    ] = True
    """Whether to make a CloudWatch dashboard, or what to show on it besides. One costs about as much as 30 alarms; an
    account's first three are free while none has more than 50 metrics."""
    group_alarms: bool = False
    """One composite alarm per workload and severity calls in place of the single ones, so that one broken workload
    pages once. Off, for a second failure of a workload that already pages then stays quiet."""
    suppressed_by: Annotated[str, Field(min_length=1, max_length=1_600)] | None = None
    """Name of an alarm that silences all groups while it is in alarm, such as one that marks a deployment."""
    maintenance: Items[MaintenanceWindow] = ()
    """Windows in which alarms notify no one."""
    retain: bool = True
    """Whether log groups, buckets and keys stay when their monitor leaves the file, or the stack is destroyed. Without
    it they are deleted, with what they hold, where it is empty or Terraform may; a monitor may say otherwise."""
    retired: Mapping[Key, Annotated[str, checked(retaining)]] = {}
    """Monitors that have left the file, with the pattern of each: Terraform lets go of the log groups, buckets and keys
    made for them, and deletes none."""
    waivers: Items[Waiver] = ()
    """Rules that are set aside, each with a reason; the register shows them."""

    def problems(self) -> Iterator[Problem]:
        """Names that are taken, receivers out of reach, waivers for no monitor, and silence without groups."""
        if not self.monitors and not self.retired:
            yield Problem("has 0 entries, and needs at least 1", "add one", path="monitors")
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
        yield from self._names()
        yield from self._unknown_names()
        yield from self._variable_problems()
        for key, arn in self.encryption:
            if arn is not None and (there := names.elsewhere(arn, self.region)):
                rule = f"{shown(arn)} is in {there}, and a key works in its own Region"
                yield Problem(rule, f"name one in {self.region}", path=f"encryption.{key}")

    def _variable_problems(self) -> Iterator[Problem]:
        """Declared and not used, and secrets that are to be shown."""
        used = variables_in(self) if self.variables else ()
        for name, variable in self.variables.items():
            path = f"variables.{name}"
            if name not in used:
                fix = f"write ${{var.{name}}} where it belongs, or remove it"
                yield Problem(f"{shown(name)} is declared and not used", fix, path=path)
            elif name in self.secrets and variable.sensitive is False:
                rule = f"{shown(name)} is part of a receiver's address, which is as good as a password"
                yield Problem(rule, "leave `sensitive` out", path=f"{path}.sensitive")

    @property
    def secrets(self) -> frozenset[str]:
        """Variables that receivers' addresses are made of."""
        return self.once("secrets", self._secrets)

    def _secrets(self) -> frozenset[str]:
        listed = (some for group in self.notifications.audiences().values() for some in group.by_severity().values())
        every = (receiver for receivers in listed for receiver in receivers if receiver.kind.protocol == "https")
        return frozenset(name for receiver in every for name in variables_in(receiver.endpoint))

    def is_sensitive(self, variable: str) -> bool:
        """Whether Terraform hides a variable, and all text it is part of."""
        declared = self.variables.get(variable)
        if declared is None:
            return True
        return declared.sensitive if declared.sensitive is not None else variable in self.secrets

    def _names(self) -> Iterator[Problem]:
        """Monitors that were renamed or retired."""
        for problem in (*renaming_problems(self.monitors), *shared_names(self.monitors)):
            yield problem.under("monitors")
        former = {old: name for name, monitor in self.monitors.items() for old in monitor.was}
        for name in self.retired:
            if name in self.monitors:
                yield Problem(f"{shown(name)} is still there", "remove one of the two", path=f"retired.{name}")
            elif name in former:
                rule = f"{shown(name)} is {former[name]} now, and goes on"
                yield Problem(rule, f"remove it, or the `was` of {former[name]}", path=f"retired.{name}")

    def _unknown_names(self) -> Iterator[Problem]:
        """What waivers, maintenance windows and widgets name, and there is not."""
        workloads = {monitor.workload_of(name) for name, monitor in self.monitors.items()}
        for path, what, name in self._chosen():
            known = workloads if what == "workload" else self.monitors
            if name not in known:
                yield Problem(f"{shown(name)} is not a {what} of this stack", nearest(name, known), path=path)
        owners = {owner for monitor in self.monitors.values() if (owner := monitor.owner or self.owner)}
        for name in self.notifications.owners:
            if name not in owners:
                rule = f"{shown(name)} owns nothing in this stack"
                fix = nearest(name, owners) or "give a monitor, or the stack, this owner"
                yield Problem(rule, fix, path=f"notifications.owners.{name}")

    def _chosen(self) -> Iterator[tuple[str, str, str]]:
        """What options name: where, what it has to be, and its name."""
        for name in self.notifications.workloads:
            yield f"notifications.workloads.{name}", "workload", name
        for index, waiver in enumerate(self.waivers):
            for place, name in enumerate(waiver.monitors):
                yield f"waivers.{index}.monitors.{place}", "monitor", name
        for index, window in enumerate(self.maintenance):
            for place, name in enumerate(window.monitors):
                yield f"maintenance.{index}.monitors.{place}", "monitor", name
            for place, name in enumerate(window.workloads):
                yield f"maintenance.{index}.workloads.{place}", "workload", name
        for index, widget in enumerate(self.extra_widgets):
            if widget.workload is not None:
                yield f"dashboard.widgets.{index}.workload", "workload", widget.workload

    @property
    def extra_widgets(self) -> Sequence[ExtraWidget]:
        """The user's own widgets on the dashboard."""
        return self.dashboard.widgets if isinstance(self.dashboard, DashboardSpec) else ()

    @property
    def log_tables(self) -> bool:
        """Whether the dashboard shows lines of logs."""
        return self.dashboard.log_tables if isinstance(self.dashboard, DashboardSpec) else self.dashboard
