"""A Terraform stack made from a `StackSpec`: provider, backend, notifications, monitors, outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from constructs_lib.alarms.alarm import Alarm, Composite
from constructs_lib.alarms.routing import Routing
from constructs_lib.alarms.watched import metrics_of
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import (
    CloudBackend,
    Construct,
    LocalBackend,
    NamedCloudWorkspace,
    S3Backend,
    TerraformOutput,
    TerraformStack,
    TerraformVariable,
    aws,
)
from constructs_lib.config.backend import BackendSpec
from constructs_lib.config.config import StackSpec
from constructs_lib.dashboard.layout import dashboards
from constructs_lib.errors import ConfigError
from constructs_lib.options import link
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.anomaly.construct import AnomalyMonitor
from constructs_lib.patterns.anomaly.spec import AnomalySpec
from constructs_lib.patterns.data_quality.construct import DataQualityMonitor
from constructs_lib.patterns.data_quality.spec import DataQualitySpec
from constructs_lib.patterns.gpu_fleet import GpuFleetSpec
from constructs_lib.patterns.gpu_fleet.construct import GpuFleet
from constructs_lib.patterns.log_pattern import LogPatternSpec
from constructs_lib.patterns.log_pattern.construct import LogPatternMonitor
from constructs_lib.patterns.model_api import ModelApiSpec
from constructs_lib.patterns.model_api.construct import ModelApi
from constructs_lib.patterns.model_bias import ModelBiasSpec
from constructs_lib.patterns.model_bias.construct import ModelBiasMonitor
from constructs_lib.patterns.model_endpoint import ModelEndpointSpec
from constructs_lib.patterns.model_endpoint.construct import ModelEndpoint
from constructs_lib.patterns.threshold.construct import ThresholdMonitor
from constructs_lib.patterns.threshold.spec import ThresholdSpec
from constructs_lib.patterns.training_jobs.construct import TrainingJobsMonitor
from constructs_lib.patterns.training_jobs.spec import TrainingJobsSpec
from constructs_lib.references import variables_in
from constructs_lib.register.entry import About
from constructs_lib.resources.alarm_groups import AlarmGroups
from constructs_lib.resources.api_gateway_account import AccountRole
from constructs_lib.resources.dashboard import Dashboards
from constructs_lib.resources.encryption_key import EncryptionKey, data_key
from constructs_lib.resources.notifications import Notifications
from constructs_lib.resources.values import as_literal, as_map
from constructs_lib.validation import enforce

SILENCE_OF_GROUPS = "silence of groups"
"""Where the dashboard and the register list what silences groups; no workload can be called so."""

S3_LOCKS_SINCE = ">= 1.10.0"
"""Terraform versions that can lock a state in S3 itself; older ones refuse the argument without a reason."""

AWS_PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0"
"""What is emitted is valid for both majors; the bindings alone would pin the one they were made from."""


class MonitoringStack(TerraformStack):
    """All monitoring of one account and Region.

    Args:
        scope: The app.
        construct_id: Name of the stack, and of its folder in cdktf.out.
        spec: What to build.
        project: Prefix of every name.

    Attributes:
        provider: The AWS provider.
        variables: Terraform variables by name: one for each `${var.name}` in the spec, all sensitive.
        notifications: The topics and their receivers.
        monitors: The pattern constructs by name.
        encryption_key: The key of what the monitors store, or None where they store nothing.
        account_role: The account's API Gateway logging role, where a monitor manages it.
        groups: The composites that call for whole workloads, or None where each alarm calls for itself.
        workloads: The alarms of each workload.
        dashboards: What the dashboards show; none where they are switched off.
        about: What the register tells beside what Terraform's JSON says.
        rules: What stops a synth that breaks a rule.

    Raises:
        ConfigError: Something that only shows when monitors come together, such as a severity nobody receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: StackSpec, *, project: str) -> None:
        super().__init__(scope, construct_id)
        self.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSIONS)
        self._name = join(project, construct_id)
        self._environment = Environment(spec.account, spec.region)
        self._tags = {**spec.tags, "project": project, "stack": construct_id}
        self.encryption_key: EncryptionKey | None = None
        self.account_role: AccountRole | None = None
        self.provider: Any = aws.provider.AwsProvider(
            self,
            "aws",
            region=spec.region,
            allowed_account_ids=[spec.account],
            default_tags=[aws.provider.AwsProviderDefaultTags(tags=as_map(self._tags))],
        )
        _backend(self, spec.backend, project=project, region=spec.region)
        # A value that is kept out of the file is kept out of the plan's text too.
        self.variables = {name: _variable(self, name) for name in variables_in(spec)}
        contents = spec.contents(self._name)
        if contents.problems:
            raise ConfigError(contents.problems)
        self.notifications = Notifications(
            self,
            "notifications",
            spec.notifications,
            name=self._name,
            environment=self._environment,
            severities=contents.severities,
            events=contents.events,
        )
        self._runbook = spec.runbook
        self._grouping = contents.grouping
        self._routing = Routing(self.notifications.routing.actions, groups=self._grouping.group_of)
        built: dict[str, Any] = {}
        for name in link.build_order(contents.monitors):  # what a monitor names is there when it is built
            built[name] = self._monitor(name, link.refer(contents.monitors[name], lambda other: built[other].made))
        self.monitors = {name: built[name] for name in contents.monitors}
        self.groups = self._groups(spec)
        _wait_for_suppressors(self.monitors.values())
        self._outputs()
        self.workloads = self._deployed(contents.workloads)
        self.dashboards = (
            dashboards(self._name, self.workloads, environment=self._environment) if spec.dashboard else ()
        )
        if self.dashboards:
            Dashboards(self, "dashboard", self.dashboards)
        self.about = About(
            project=project,
            stack=construct_id,
            account=spec.account,
            region=spec.region,
            workloads=self.workloads,
            owners=_owners(spec),
            dashboards=self.dashboards,
        )
        self.rules = enforce(self, waivers=spec.waivers, custom_metrics=_custom_metrics(contents.tables))

    def _monitor(self, construct_id: str, spec: MonitorSpec) -> Any:
        common: dict[str, Any] = {
            "notifications": self._routing,
            "name": join(self._name, construct_id),
            "runbook": self._runbook,
        }
        match spec:
            case AnomalySpec():
                return AnomalyMonitor(self, construct_id, spec, **common)
            case GpuFleetSpec():
                return GpuFleet(self, construct_id, spec, environment=self._environment, tags=self._tags, **common)
            case LogPatternSpec():
                key = self._data_key() if spec.stores else None
                return LogPatternMonitor(
                    self, construct_id, spec, environment=self._environment, encryption_key=key, **common
                )
            case ModelApiSpec():
                return ModelApi(
                    self,
                    construct_id,
                    spec,
                    **common,
                    environment=self._environment,
                    encryption_key=self._data_key(),
                    account_role=self._account_role() if spec.account_role == "managed" else None,
                )
            case DataQualitySpec():
                key = self._data_key()
                return DataQualityMonitor(
                    self, construct_id, spec, environment=self._environment, encryption_key=key, **common
                )
            case ModelBiasSpec():
                key = self._data_key() if spec.publish == "model_monitor" else None
                return ModelBiasMonitor(
                    self, construct_id, spec, environment=self._environment, encryption_key=key, **common
                )
            case ModelEndpointSpec():
                key = self._data_key() if spec.stores else None
                return ModelEndpoint(
                    self, construct_id, spec, environment=self._environment, encryption_key=key, **common
                )
            case ThresholdSpec():
                return ThresholdMonitor(self, construct_id, spec, **common)
            case TrainingJobsSpec():
                return TrainingJobsMonitor(self, construct_id, spec, environment=self._environment, **common)
            case _:
                raise TypeError(f"{type(spec).__name__} has no construct")

    def _groups(self, spec: StackSpec) -> AlarmGroups | None:
        """The composites that call in place of the monitors' alarms, which are there by now."""
        if not spec.group_alarms:
            return None
        members = {
            alarm.name: monitor.alarms[alarm.key]
            for monitor in self.monitors.values()
            for alarm in monitor.alarms.table
        }
        return AlarmGroups(
            self,
            "groups",
            self._grouping,
            members=members,
            notifications=self.notifications.routing,
            suppressed_by=spec.suppressed_by,
        )

    def _deployed(self, workloads: Mapping[str, Sequence[Alarm]]) -> dict[str, tuple[Alarm, ...]]:
        """The alarms of each workload as they are deployed, with the groups that speak for them."""
        found = {
            name: (*self._grouping.groups.get(name, ()), *map(self._routing.grouped, table))
            for name, table in workloads.items()
        }
        return found | ({SILENCE_OF_GROUPS: self._grouping.silencing} if self._grouping.silencing else {})

    def _data_key(self) -> EncryptionKey:
        """One key for whatever the monitors of this stack store, made when the first of them stores something."""
        if self.encryption_key is None:
            self.encryption_key = data_key(self, "data", name=self._name, environment=self._environment)
        return self.encryption_key

    def _account_role(self) -> AccountRole:
        """API Gateway's logging role is one per account and Region, so the APIs of this stack share it."""
        if self.account_role is None:
            self.account_role = AccountRole(
                self, "api-gateway", name=join(self._name, "gateway-logs"), environment=self._environment
            )
        return self.account_role

    def _outputs(self) -> None:
        topics = self.notifications.topics
        sets = [monitor.alarms for monitor in self.monitors.values()]
        sets += [self.groups.alarms] if self.groups else []
        made = [(alarm, alarms[alarm.key]) for alarms in sets for alarm in alarms.table]
        self._output("topic_names", {severity: topic.name for severity, topic in topics.items()}, "SNS topic names")
        self._output("topic_arns", {severity: topic.arn for severity, topic in topics.items()}, "SNS topic ARNs")
        self._output("alarm_names", [alarm.name for alarm, _ in made], "CloudWatch alarm names")
        self._output("alarm_arns", {alarm.name: resource.arn for alarm, resource in made}, "CloudWatch alarm ARNs")
        self._output("alarms", {alarm.name: _entry(alarm) for alarm, _ in made}, "Severity and meaning of each alarm")
        others = {
            name: outputs for name, monitor in self.monitors.items() if (outputs := getattr(monitor, "outputs", {}))
        }
        if others:
            self._output("resources", others, "What each monitor made beside its alarms")

    def _output(self, name: str, value: Any, description: str) -> None:
        # Terraform refuses an open output that holds a sensitive variable.
        sensitive = True if variables_in(value) else None
        TerraformOutput(self, name, value=value, description=description, sensitive=sensitive)


def _wait_for_suppressors(monitors: Iterable[Any]) -> None:
    """A composite refers to the alarm of the same stack that silences it, so that Terraform makes that one first."""
    made = {alarm.name: monitor.alarms[alarm.key] for monitor in monitors for alarm in monitor.alarms.table}
    for monitor in monitors:
        for alarm in monitor.alarms.table:
            if isinstance(alarm.condition, Composite) and (suppressor := made.get(alarm.condition.suppressed_by or "")):
                monitor.alarms[alarm.key].actions_suppressor.alarm = suppressor.alarm_name


def _variable(stack: TerraformStack, name: str) -> TerraformVariable:
    """A sensitive variable; no monitor's name has a dot in it, so the construct id is free whatever it is called."""
    variable = TerraformVariable(stack, f"var.{name}", sensitive=True)
    variable.override_logical_id(name)
    return variable


def _entry(alarm: Alarm) -> dict[str, str]:
    return {"severity": alarm.severity if alarm.notifies else "none", "summary": as_literal(alarm.summary)}


def _owners(spec: StackSpec) -> dict[str, str]:
    """The owners of each workload, by its monitors."""
    found: dict[str, list[str]] = {}
    for name in sorted(spec.monitors):
        monitor = spec.monitors[name]
        if owner := monitor.owner or spec.owner:
            found.setdefault(monitor.workload or name, []).append(owner)
    return {workload: ", ".join(dict.fromkeys(owners)) for workload, owners in found.items()}


def _custom_metrics(tables: Mapping[str, Sequence[Alarm]]) -> list[tuple[str, str]]:
    """Metrics somebody vouches for, so that the rules take them for real."""
    return [
        (metric.namespace, metric.name) for table in tables.values() for metric in metrics_of(table) if metric.custom
    ]


def _backend(stack: TerraformStack, spec: BackendSpec, *, project: str, region: str) -> None:
    name = stack.node.id
    if spec.cloud is not None:
        CloudBackend(
            stack,
            organization=spec.cloud.organization,
            workspaces=NamedCloudWorkspace(spec.cloud.workspace),
            hostname=spec.cloud.hostname,
        )
    elif spec.s3 is not None:
        backend = S3Backend(
            stack,
            bucket=spec.s3.bucket,
            key=spec.s3.key if spec.s3.key is not None else f"{project}/{name}.tfstate",
            region=spec.s3.region if spec.s3.region is not None else region,
            encrypt=True,
            kms_key_id=spec.s3.kms_key_id,
            dynamodb_table=spec.s3.dynamodb_table,
        )
        if spec.s3.dynamodb_table is None:
            backend.add_override("use_lockfile", True)
            stack.add_override("terraform.required_version", S3_LOCKS_SINCE)
    else:
        path = (spec.local and spec.local.path) or f"terraform.{name}.tfstate"
        # Terraform runs in cdktf.out/stacks/NAME; CDKTF's own default would be this machine's absolute path.
        LocalBackend(stack, path=path if path.startswith("/") else f"../../../{path}")
