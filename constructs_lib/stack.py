"""A Terraform stack made from a `StackSpec`: provider, backend, notifications, monitors, outputs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from constructs_lib import output
from constructs_lib.addresses import address
from constructs_lib.alarms.alarm import Alarm, Composite
from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.metrics_read import custom_metrics
from constructs_lib.alarms.routing import Routing
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import identifier, join
from constructs_lib.bindings.kernel import read
from constructs_lib.cdk import (
    CloudBackend,
    Construct,
    LocalBackend,
    NamedCloudWorkspace,
    S3Backend,
    TerraformOutput,
    TerraformStack,
    TerraformVariable,
)
from constructs_lib.config.contents import Contents
from constructs_lib.config.contents import contents as contents_of
from constructs_lib.config.provider import WARM_UP_SINCE, ProviderSpec
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.dashboard.layout import WorkloadExtras
from constructs_lib.dashboard.widget import Watched, Widget
from constructs_lib.errors import ConfigError
from constructs_lib.options import link
from constructs_lib.options.retained import KEY
from constructs_lib.patterns.registry import pattern
from constructs_lib.references import variables_in
from constructs_lib.register.build import build
from constructs_lib.register.entry import StackContext
from constructs_lib.resources.encryption_key import DATA_KEY, GivenKey
from constructs_lib.resources.moves import Releases
from constructs_lib.resources.notifications import Notifications
from constructs_lib.resources.role import rule_roles
from constructs_lib.resources.shared import Shared
from constructs_lib.resources.values import as_literal, aws
from constructs_lib.resources.warm_up import warm_up
from constructs_lib.stackwide.alarm_groups import AlarmGroups, deployed
from constructs_lib.stackwide.alarm_register import write_when_synthesised
from constructs_lib.stackwide.dashboards import Dashboards
from constructs_lib.stackwide.maintenance import Maintenance
from constructs_lib.stackwide.workloads import members
from constructs_lib.validation import JudgingApp, RulesValidation

IMPORTS_SINCE, RELEASES_SINCE, S3_LOCKS_SINCE = 5, 7, 10
"""Terraform 1.x that knows `import` blocks, `removed` blocks, and how to lock a state in S3 itself; older ones refuse
what they do not know, and do not say why."""

AWS_PROVIDER_VERSIONS = ProviderSpec().versions
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
        variables: Terraform variables by name: one for each `${var.name}` in the spec, sensitive unless it is declared.
        notifications: The topics and their receivers.
        shared: What several monitors share, as far as one needs it: `data`, the key of what they store, and
            `api-gateway`, the account's logging role.
        monitors: The pattern constructs by name.
        groups: The composites that call for whole workloads, or None where each alarm calls for itself.
        maintenance: The mute rules, or None without a maintenance window.
        dashboards: The dashboards, or None where none are wanted.
        context: What the register says that Terraform's JSON does not.
        rules: What stops a synth that breaks a rule.

    Raises:
        ConfigError: Something that only shows when monitors come together, such as a severity no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: StackSpec, *, project: str) -> None:
        super().__init__(scope, construct_id)
        called = spec.named(construct_id)
        name, environment = join(project, called), Environment(spec.account, spec.region)
        tags = {**spec.tags, "project": project, "stack": called}
        contents = contents_of(name, spec)
        if contents.problems:
            raise ConfigError(contents.problems)
        self.provider = _provider(self, spec, tags)
        rule_roles(self, permissions_boundary=spec.roles.permissions_boundary, path=spec.roles.path)
        _backend(self, spec, project=project)
        if needs := [*_terraform_needed(spec)]:
            self.add_override("terraform.required_version", f">= 1.{max(needs)}.0")
        self.variables = {name: _variable(self, spec, name) for name in variables_in(spec)}
        used = contents.used(spec)
        self.notifications = Notifications(
            self,
            "notifications",
            spec.notifications,
            name=name,
            environment=environment,
            severities=used[""].severities,
            events=used[""].events,
            costs=used[""].costs,
            audiences=used,
            encryption_key=_given(spec.encryption.notifications_kms_key_arn),
        )
        routings = _routings(self.notifications, spec, contents)
        self.shared = Shared(self, name=name, environment=environment)
        if key := _given(spec.encryption.data_kms_key_arn):
            self.shared.give(DATA_KEY, key)
        self.monitors = _monitors(
            self,
            name,
            contents,
            routings,
            environment=environment,
            runbook=spec.runbook,
            tags=tags,
            shared=self.shared,
            retain=spec.retain,
        )
        workloads = _workloads(spec, self.monitors)
        self.groups = (
            AlarmGroups(
                self,
                "groups",
                workloads,
                notifications=_of_groups(self.notifications, spec, contents),
                name=name,
                runbook=spec.runbook,
                suppressed_by=spec.suppressed_by,
            )
            if spec.group_alarms
            else None
        )
        _wait_for_suppressors(self.monitors.values())
        if spec.provider.has(WARM_UP_SINCE):
            for built in self.monitors.values():
                warm_up(built.alarms)
        _let_go(self, spec)
        self.maintenance = (
            Maintenance(self, "maintenance", spec.maintenance, workloads, name=name, groups=self.groups, tags=tags)
            if spec.maintenance
            else None
        )
        _outputs(self)
        self.dashboards = _dashboards(self, spec, contents, workloads, name) if spec.dashboard else None
        self.context = StackContext(
            project=project,
            stack=construct_id,
            account=spec.account,
            region=spec.region,
            workloads=deployed(members(self, workloads), self.groups),
            owners=_owners(spec),
            dashboards=self.dashboards.shown if self.dashboards else (),
            source=spec.source or "",
            logs={
                key: monitor.log_queries(join(name, monitor.named(key))) for key, monitor in contents.monitors.items()
            },
            commit=output.commit(),
            objectives={key: said for key in sorted(spec.monitors) if (said := spec.monitors[key].objective)},
        )
        self.rules = RulesValidation(
            self, spec.waivers, [metric for table in contents.tables.values() for metric in custom_metrics(table)]
        )
        if not isinstance(scope, JudgingApp):
            self.node.add_validation(self.rules)
            write_when_synthesised(self, lambda written: build(written, self.context, self.rules.judge(written)))


def _provider(stack: TerraformStack, spec: StackSpec, tags: Mapping[str, str]) -> Any:
    stack.add_override("terraform.required_providers.aws.version", spec.provider.versions)
    role = spec.provider.assume_role
    return aws.provider.AwsProvider(
        stack,
        "aws",
        region=spec.region,
        allowed_account_ids=[spec.account],
        default_tags=[aws.provider.AwsProviderDefaultTags(tags=tags)],
        profile=spec.provider.profile,
        assume_role=[aws.provider.AwsProviderAssumeRole(**role.model_dump())] if role else None,
    )


def _terraform_needed(spec: StackSpec) -> Iterator[int]:
    """The minor versions of Terraform 1 that a stack asks for."""
    if any(monitor.adopt for monitor in spec.monitors.values()):
        yield IMPORTS_SINCE
    if spec.retired:
        yield RELEASES_SINCE
    if spec.backend.s3 is not None and spec.backend.s3.dynamodb_table is None:
        yield S3_LOCKS_SINCE


def _given(arn: str | None) -> GivenKey | None:
    return GivenKey(arn) if arn is not None else None


def _routings(notifications: Notifications, spec: StackSpec, contents: Contents) -> dict[str, Routing]:
    """Who hears of each monitor."""
    return {
        key: _routing(notifications, spec, monitor.workload_of(key), monitor.owner or spec.owner)
        for key, monitor in contents.monitors.items()
    }


def _routing(notifications: Notifications, spec: StackSpec, workload: str, owner: str | None) -> Routing:
    heard = notifications.routing_of(workload, owner)
    return Routing(heard.actions, when_over=spec.ok_messages, chats=heard.chats, register=spec.register_link)


def _of_groups(notifications: Notifications, spec: StackSpec, contents: Contents) -> Routing:
    """Who hears of each workload's composites: where it has two owners, those who hear of everything."""
    owners, heard = _owners(spec), notifications.routing
    others = {
        composite.name: _routing(notifications, spec, workload, owners.get(workload))
        for workload, composites in contents.grouping.groups.items()
        for composite in composites
    }
    return Routing(heard.actions, when_over=spec.ok_messages, register=spec.register_link, others=others)


def _monitors(
    stack: TerraformStack, stack_name: str, contents: Contents, routings: Mapping[str, Routing], **given: Any
) -> dict[str, Any]:
    """The construct of each monitor; what a monitor names is there when it is built."""
    monitors, built = contents.monitors, dict[str, Any]()
    singles = [key for key in link.build_order(monitors) if key not in contents.combined]
    for key in (*singles, *contents.combined):
        spec = link.refer(monitors[key], lambda other: getattr(built[other], "made", {}))
        construct = pattern(spec.pattern).load_construct()
        others = {"alarms": _by_name(built.values())} if key in contents.combined else {}
        named = {"name": join(stack_name, spec.named(key)), "notifications": routings[key]}
        built[key] = construct(stack, identifier(key), spec, **given | named | others)
    return {key: built[key] for key in monitors}


def _workloads(spec: StackSpec, monitors: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The constructs of each workload: the order in the file changes nothing that is deployed."""
    found: dict[str, list[Any]] = {}
    for name in sorted(monitors):
        found.setdefault(spec.monitors[name].workload_of(name), []).append(monitors[name])
    return {name: found[name] for name in sorted(found)}


def _dashboards(
    stack: MonitoringStack, spec: StackSpec, contents: Contents, workloads: Mapping[str, list[Any]], name: str
) -> Dashboards:
    """The alarms of each workload, with what its monitors and the user show besides."""
    environment, owners = Environment(spec.account, spec.region), _owners(spec)
    charts: dict[str, list[Watched]] = {}
    logs: dict[str, dict[LogQuery, None]] = {}
    for key in sorted(contents.monitors):
        monitor = contents.monitors[key]
        workload = monitor.workload_of(key)
        charts.setdefault(workload, []).extend(pattern(monitor.pattern).charts(monitor))
        if spec.log_tables:
            logs.setdefault(workload, {}).update(dict.fromkeys(monitor.log_queries(join(name, monitor.named(key)))))
    widgets: dict[str | None, list[Widget]] = {}
    for widget in spec.extra_widgets:
        widgets.setdefault(widget.workload, []).append(widget.widget(environment))
    return Dashboards(
        stack,
        "dashboard",
        workloads,
        environment=environment,
        name=name,
        groups=stack.groups,
        extras={
            workload: WorkloadExtras(
                charts=charts.get(workload, ()),
                logs=(*logs.get(workload, ()),),
                owner=owners.get(workload, ""),
                widgets=widgets.get(workload, ()),
            )
            for workload in workloads
        },
        receivers={
            severity: ", ".join(dict.fromkeys(receiver.words for receiver in heard))
            for severity, heard in spec.notifications.by_severity().items()
        },
        figures=[
            figure
            for key in sorted(contents.monitors)
            for figure in pattern(contents.monitors[key].pattern).figures(contents.monitors[key])
        ],
        widgets=widgets.get(None, ()),
    )


def _let_go(stack: MonitoringStack, spec: StackSpec) -> None:
    """What holds data of monitors that have left the file stays, and so does the key, once no one else needs it."""
    addresses = [
        address(kind, [identifier(name), *path.split("/")])
        for name in sorted(spec.retired)
        for path, kind in pattern(spec.retired[name]).retains.items()
    ]
    if addresses and DATA_KEY.construct_id not in stack.shared.made:
        addresses += [address(kind, [DATA_KEY.construct_id, part]) for part, kind in KEY.items()]
    if addresses:
        Releases(stack, "retired", addresses=addresses)


def _outputs(stack: MonitoringStack) -> None:
    topics, monitors = stack.notifications.topics, stack.monitors
    made = [(alarm, built.alarms[alarm.key]) for built in _with_alarms(stack) for alarm in built.alarms.table]
    _output(stack, "topic_names", {severity: topic.name for severity, topic in topics.items()}, "SNS topic names")
    _output(stack, "topic_arns", {severity: topic.arn for severity, topic in topics.items()}, "SNS topic ARNs")
    _output(stack, "alarm_names", [alarm.name for alarm, _ in made], "CloudWatch alarm names")
    arns = read([resource for _, resource in made], "arn")
    _output(
        stack, "alarm_arns", dict(zip((alarm.name for alarm, _ in made), arns, strict=True)), "CloudWatch alarm ARNs"
    )
    _output(stack, "alarms", {alarm.name: _entry(alarm) for alarm, _ in made}, "Severity and meaning of each alarm")
    if others := {name: outputs for name, monitor in monitors.items() if (outputs := getattr(monitor, "outputs", {}))}:
        _output(stack, "resources", others, "What each monitor made besides its alarms")


def _output(stack: MonitoringStack, name: str, value: Any, description: str) -> None:
    # Terraform refuses an open output that holds a sensitive variable.
    sensitive = True if any(stack.variables[name].sensitive for name in variables_in(value)) else None
    TerraformOutput(stack, name, value=as_literal(value), description=description, sensitive=sensitive)


def _with_alarms(stack: MonitoringStack) -> list[Any]:
    """The constructs that make alarms."""
    return [*stack.monitors.values(), *([stack.groups] if stack.groups else [])]


def _by_name(constructs: Iterable[Any]) -> dict[str, Any]:
    """The alarms' resources, by the alarm's name."""
    return {alarm.name: built.alarms[alarm.key] for built in constructs for alarm in built.alarms.table}


def _wait_for_suppressors(monitors: Collection[Any]) -> None:
    """A composite refers to the alarm of the same stack that silences it, so that Terraform makes that one first."""
    made = _by_name(monitors)
    for monitor in monitors:
        for alarm in monitor.alarms.table:
            if isinstance(alarm.condition, Composite) and (suppressor := made.get(alarm.condition.suppressed_by or "")):
                monitor.alarms[alarm.key].actions_suppressor.alarm = suppressor.alarm_name


def _variable(stack: TerraformStack, spec: StackSpec, name: str) -> TerraformVariable:
    """A variable; no monitor's name has a dot in it, so the construct id is free whatever it is called.

    One that is not declared is sensitive: a value that is kept out of the file is kept out of the plan's text too.
    """
    declared = spec.variables.get(name)
    given = declared.model_dump(exclude={"sensitive"}, exclude_none=True) if declared else {}
    variable = TerraformVariable(stack, f"var.{name}", sensitive=spec.is_sensitive(name) or None, **given)
    variable.override_logical_id(name)
    return variable


def _entry(alarm: Alarm) -> dict[str, str]:
    return {"severity": alarm.severity if alarm.notifies else "none", "summary": alarm.summary}


def _owners(spec: StackSpec) -> dict[str, str]:
    """The owners of each workload, by its monitors."""
    found: dict[str, list[str]] = {}
    for name in sorted(spec.monitors):
        monitor = spec.monitors[name]
        if owner := monitor.owner or spec.owner:
            found.setdefault(monitor.workload_of(name), []).append(owner)
    return {workload: ", ".join(dict.fromkeys(owners)) for workload, owners in found.items()}


def _backend(stack: TerraformStack, stack_spec: StackSpec, *, project: str) -> None:
    spec, name = stack_spec.backend, stack_spec.oldest(stack.node.id)  # the state stays where it is
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
            region=spec.s3.region if spec.s3.region is not None else stack_spec.region,
            encrypt=True,
            kms_key_id=spec.s3.kms_key_id,
            dynamodb_table=spec.s3.dynamodb_table,
        )
        if spec.s3.dynamodb_table is None:
            backend.add_override("use_lockfile", True)
    else:
        path = (spec.local and spec.local.path) or f"terraform.{name}.tfstate"
        # Terraform runs in cdktf.out/stacks/NAME; CDKTF's own default would be this machine's absolute path.
        LocalBackend(stack, path=path if path.startswith("/") else f"../../../{path}")
