"""The options of a GPU fleet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import series
from constructs_lib.aws import names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import Items, OldName
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.options.vpc import SecurityGroup, Subnet
from constructs_lib.patterns.gpu_fleet.options import instances
from constructs_lib.patterns.gpu_fleet.options.alarm_options import AlarmOptions
from constructs_lib.patterns.gpu_fleet.options.existing import ExistingFleet
from constructs_lib.patterns.gpu_fleet.options.metric import MetricChoice
from constructs_lib.patterns.gpu_fleet.options.scaling import Scaling, Target
from constructs_lib.patterns.gpu_fleet.options.schedule import schedule_problems
from constructs_lib.patterns.gpu_fleet.options.size import Size, Spot
from constructs_lib.references import OrReference, is_whole

ROLE_NAME_CHARACTERS = 64  # IAM CreateRole
OVERRIDES = 40  # instance types in one mixed-instances policy


_OF_A_NEW_FLEET = (
    *("image", "subnets", "security_groups", "size", "spot", "scaling", "bootstrap", "instance_policies"),
    *("root_volume", "target_groups", "lifecycle", "refresh"),
)


class GpuFleetSpec(MonitorSpec):
    """An Auto Scaling group of GPU instances, the agent that measures them, the policies that scale it, its alarms.

    Or the alarms alone, on what is there already: `existing`.
    """

    OLD_NAMES: ClassVar[Mapping[str, OldName]] = {"alarm_options": OldName("alarms", until=date(2027, 6, 30))}

    pattern: Literal["gpu_fleet"] = "gpu_fleet"
    existing: ExistingFleet | None = None
    """An Auto Scaling group or an ECS service that is there already: only the alarms are made."""
    instance_types: Items[instances.InstanceType] = ()
    """Types with NVIDIA GPUs, best first; more than one makes it likelier that AWS has some left. Of a group that is
    there already: what its instances are, so that it is known how many GPUs have to report."""
    image: instances.Image = instances.DEFAULT_IMAGE
    """default (AWS's deep-learning image, the newest at each launch), an AMI ID, or resolve:ssm: and a parameter."""
    subnets: Annotated[Items[Subnet], OrReference()] = ()
    """Subnets, best in different availability zones; instances need a way to CloudWatch, SSM and EC2 from there."""
    security_groups: Annotated[Items[SecurityGroup], OrReference()] = ()
    """Security groups of the instances."""
    size: Size | None = None
    """Limits of the group."""
    spot: Spot | None = None
    """Left out: On-Demand only."""
    warmup_seconds: Annotated[int, Field(ge=1, le=14_400), OrReference()] = instances.DEFAULT_WARMUP_SECONDS
    """From launch until an instance does its share: boot, driver, model load. Until then it does not count for
    scaling, and its health is not judged."""
    scaling: Scaling = Scaling(target=Target())
    """Left out: target tracking at 70 %."""
    metric: MetricChoice = None
    """default (the CloudWatch agent's, installed here), or a GPU utilisation you publish yourself."""
    alarms: AlarmOptions = AlarmOptions()
    """Limits of the alarms."""
    bootstrap: instances.Bootstrap | None = None
    """Your own script, run as root at first boot after the agent has started. Write `$${name}` for a shell's
    `${name}`, which Terraform would take for a reference."""
    instance_policies: Items[instances.PolicyArn] = ()
    """ARNs of IAM policies for what the workload may do; without any, an instance may only publish its metrics."""
    root_volume: instances.RootVolume = instances.RootVolume()
    """The disk instances boot from."""
    target_groups: Annotated[Items[instances.TargetGroupArn], OrReference()] = ()
    """ARNs of load balancer target groups; the group then also replaces instances that fail their health checks."""
    lifecycle: instances.Lifecycle = instances.Lifecycle()
    """How instances come and go."""
    refresh: instances.Refresh = instances.Refresh()
    """How they are replaced when the launch template changes."""

    def problems(self) -> Iterator[Problem]:
        """What only shows when options come together."""
        yield from self._existing_problems(self.existing) if self.existing is not None else self._missing()
        for field in ("instance_types", "instance_policies"):
            if is_whole(getattr(self, field)):
                yield Problem("is one reference to a list of unknown length", "list them one by one", path=field)
        for field in ("instance_types", "subnets", "security_groups", "instance_policies", "target_groups"):
            yield from instances.twice(getattr(self, field), field)
        if len(self.instance_types) > OVERRIDES:
            rule = f"{len(self.instance_types)} types, and a group takes {OVERRIDES}"
            yield Problem(rule, "list fewer", path="instance_types")
        yield from instances.type_problems(self.instance_types, self.image)
        for broken in schedule_problems(self.scaling.schedule, self.size) if self.size is not None else ():
            yield broken.under("scaling.schedule")
        if not self.has_agent:
            yield from self.alarms.unavailable()
        if self.refresh.rollback and instances.resolves_image(self.image):
            yield Problem(
                "true with an image that is looked up at launch: AWS can't tell what to go back to",
                "give an AMI ID, or leave rollback out",
                path="refresh.rollback",
            )
        yield from self._alike()

    def _missing(self) -> Iterator[Problem]:
        """What a fleet that is made here can't do without."""
        for field in ("instance_types", "subnets", "security_groups"):
            if not getattr(self, field):
                given = field in self.model_fields_set
                yield Problem("is empty" if given else "is missing", "list at least one" if given else "add it", field)
        if self.size is None:
            yield Problem("is missing", "add it", path="size")

    def _existing_problems(self, fleet: ExistingFleet) -> Iterator[Problem]:
        for field in _OF_A_NEW_FLEET:
            if field in self.model_fields_set:
                yield Problem("has no effect on a fleet that is there already", "remove it, or `existing`", path=field)
        if fleet.group is None and "instance_types" in self.model_fields_set:
            yield Problem("no agent counts the GPUs of a service", "remove it", path="instance_types")
        if not self.is_measured and "idle" in self.alarms.model_fields_set and self.alarms.idle is not None:
            rule = "nothing is known of the GPUs of a service without a `metric` of your own"
            yield Problem(rule, "remove it, or add `metric`", path="alarms.idle")

    def _alike(self) -> Iterator[Problem]:
        counts = {known.gpus for known in instances.known_types(self.instance_types)}
        if self.scaling.predictive is not None and len(counts) > 1:
            yield Problem(
                f"the types have {' and '.join(map(str, sorted(counts)))} GPUs, and a forecast counts instances",
                "list types with equally many GPUs, or leave predictive out",
                path="scaling.predictive",
            )

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """The role's name is the shortest; a metric that names a group has to name this one; ARNs of this Region."""
        if self.metric is not None and (group := self.group(name)) is not None:
            yield from self.metric.group_problems(group)
        if self.existing is not None:
            return
        role = join(name, "instance")
        if len(role) > ROLE_NAME_CHARACTERS:
            yield Problem(
                f"{role!r} has {len(role)} characters, and an IAM role's name may have {ROLE_NAME_CHARACTERS}",
                "shorten the monitor's, the stack's or the project's name",
            )
        yield from self._elsewhere(environment)

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:  # noqa: ARG002  (as declared)
        """The role, and the instance profile of the same name."""
        return (join(name, "instance"),) if self.existing is None else ()

    def _elsewhere(self, environment: Environment) -> Iterator[Problem]:
        """Target groups and keys of another Region, which only an apply would refuse, or a launch."""
        arns: list[tuple[str, str]] = []
        if not isinstance(self.target_groups, str):
            arns += [(arn, f"target_groups.{index}") for index, arn in enumerate(self.target_groups)]
        if self.root_volume.kms_key_arn is not None:
            arns.append((self.root_volume.kms_key_arn, "root_volume.kms_key_arn"))
        for arn, path in arns:
            if region := names.elsewhere(arn, environment.region):
                yield Problem(
                    f"is in {region}, and the fleet in {environment.region}", "name one of its Region", path=path
                )

    def utilization(self, name: str, statistic: str, period_seconds: int) -> Metric:
        """The GPU utilisation that alarms and policies read; the agent's unless the user has one."""
        if self.metric is not None:
            return self.metric.series(statistic, period_seconds)
        return cloudwatch_agent.metric("utilization_gpu", self.group(name) or name, statistic, period_seconds)

    def size_metric(self, name: str, what: Literal["desired", "in_service"], *, seconds: int) -> Metric:
        """How many instances or tasks there are, or should be; `name` is that of the monitor."""
        fleet = self.existing
        if fleet is not None and fleet.group is None:
            dimensions = {"ClusterName": fleet.cluster or "", "ServiceName": fleet.service or ""}
            counts = {"desired": "DesiredTaskCount", "in_service": "RunningTaskCount"}
            return series("ContainerInsights", dimensions, seconds)(counts[what], "Average")
        counts = {"desired": "GroupDesiredCapacity", "in_service": "GroupInServiceInstances"}
        of_group = series("AWS/AutoScaling", {cloudwatch_agent.GROUP: self.group(name) or name}, seconds)
        return of_group(counts[what], "Average")

    def group(self, name: str) -> str | None:
        """The Auto Scaling group's name, by that of the monitor; None for a service."""
        return self.existing.group if self.existing is not None else name

    def called(self, name: str) -> str:
        """What people call the fleet; `name` is that of the monitor."""
        return self.existing.called if self.existing is not None else name

    @property
    def busy_percent(self) -> float:
        """The GPU utilisation above which the fleet is meant to grow."""
        return self.existing.busy_percent if self.existing is not None else self.scaling.busy_percent

    @property
    def has_agent(self) -> bool:
        """Whether the CloudWatch agent measures its GPUs."""
        return self.metric is None and (self.existing is None or self.existing.group is not None)

    @property
    def is_measured(self) -> bool:
        """Whether anyone measures its GPUs."""
        return self.has_agent or self.metric is not None

    @property
    def image_id(self) -> str:
        """The image as a launch template takes it."""
        if self.image != instances.DEFAULT_IMAGE:
            return self.image
        parameter = instances.DEFAULT_IMAGE_PARAMETER.format(architecture=instances.architecture(self.instance_types))
        return instances.RESOLVE + parameter

    @property
    def rolls_back(self) -> bool:
        """Whether a failed refresh goes back; AWS can't where the image is looked up at launch."""
        if self.refresh.rollback is not None:
            return self.refresh.rollback
        return not instances.resolves_image(self.image)

    @property
    def is_mixed(self) -> bool:
        """Whether the group needs a mixed-instances policy."""
        return self.spot is not None or len(self.instance_types) > 1

    @property
    def size_changes_by_itself(self) -> bool:
        """Whether AWS changes the group's limits, which Terraform must then leave alone."""
        predictive = self.scaling.predictive
        return bool(self.scaling.schedule) or (predictive is not None and predictive.raise_max_by_percent is not None)
