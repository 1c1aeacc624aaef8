"""An Auto Scaling group of GPU instances whose metrics, alarms and policies agree by construction."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.alarms.duty import Scales
from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.alarms import alarms
from constructs_lib.patterns.gpu_fleet.resources.agent_configuration import agent_configuration
from constructs_lib.patterns.gpu_fleet.resources.group import group, hooks
from constructs_lib.patterns.gpu_fleet.resources.instance_profile import InstanceProfile
from constructs_lib.patterns.gpu_fleet.resources.launch_template import launch_template
from constructs_lib.patterns.gpu_fleet.resources.predictive_policy import predictive_policy
from constructs_lib.patterns.gpu_fleet.resources.scheduled_actions import scheduled_actions
from constructs_lib.patterns.gpu_fleet.resources.step_policy import step_policies
from constructs_lib.patterns.gpu_fleet.resources.target_policy import target_policy
from constructs_lib.patterns.gpu_fleet.resources.user_data import user_data
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings

POLICY_PERIOD_SECONDS = 60


class GpuFleet(Construct):
    """GPU instances that scale on GPU metrics, and say so when they can't.

    Args:
        spec: The fleet.

    Attributes:
        group: The aws_autoscaling_group.
        template: The aws_launch_template.
        instance_profile: The instances' role and profile.
        agent: The aws_ssm_parameter with the agent's configuration; None with a metric of the user's own.
        policies: aws_autoscaling_policy by kind: `target`, `scale-out`, `scale-in`, `predictive`.
        schedule: aws_autoscaling_schedule by construct id.
        hooks: aws_autoscaling_lifecycle_hook by end of life: `launching`, `terminating`.
        alarms: The alarms by key: `saturated`, `capacity`, `silent`, `idle`, `memory`, `temperature`; with step scaling
            also `scale-out` and `scale-in`, which call the policies of these names.
        outputs: Names and ARNs for the stack's output.

    Raises:
        ConfigError: A name over AWS's limits, or a severity that no one receives.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: GpuFleetSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        name, environment = here.name, here.environment
        self._spec, self._name = spec, name
        self.agent: Any = agent_configuration(self, "agent", fleet=name) if spec.metric is None else None
        self.instance_profile = InstanceProfile(
            self,
            "instances",
            fleet=name,
            environment=environment,
            namespace=spec.utilization(name, "Average", POLICY_PERIOD_SECONDS).namespace,
            agent=self.agent,
            holds=spec.lifecycle.launching_seconds is not None or spec.lifecycle.terminating_seconds is not None,
            policies=spec.instance_policies,
        )
        boot = user_data(self, "user-data", environment=environment, agent=self.agent, bootstrap=spec.bootstrap)
        self.template: Any = launch_template(
            self, "template", spec, name=name, instances=self.instance_profile, user_data=boot, tags=here.tags
        )
        self.group: Any = group(self, "group", spec, name=name, template=self.template, tags=here.tags)
        self.hooks = hooks(self, spec, self.group, name=name)
        self.policies = self._policies()
        self.schedule = scheduled_actions(self, spec.scaling.schedule, spec.size, self.group, name=name)
        table = alarms(spec, name, runbook=here.runbook)
        calls = {alarm.key: [self.policies[alarm.key].arn] for alarm in table if isinstance(alarm.duty, Scales)}
        self.alarms = AlarmSet(self, table, here.routing, calls=calls)
        self.outputs: dict[str, Any] = {
            "group": self.group.name,
            "group_arn": self.group.arn,
            "launch_template": self.template.id,
            "role": self.instance_profile.role.arn,
            "policies": {kind: policy.arn for kind, policy in self.policies.items()},
        }

    def _policies(self) -> dict[str, Any]:
        scaling, name = self._spec.scaling, self._name
        made: dict[str, Any] = {}
        if scaling.target is not None:
            utilization = self._spec.utilization(name, "Average", POLICY_PERIOD_SECONDS)
            made["target"] = target_policy(self, scaling.target, self.group, name=name, utilization=utilization)
        if scaling.steps is not None:
            made |= step_policies(self, scaling.steps, self.group, name=name)
        if scaling.predictive is not None:
            made["predictive"] = predictive_policy(
                self,
                scaling.predictive,
                self.group,
                name=name,
                load=self._spec.utilization(name, "Sum", POLICY_PERIOD_SECONDS),
                utilization=self._spec.utilization(name, "Average", POLICY_PERIOD_SECONDS),
                warmup_seconds=self._spec.warmup_seconds,
            )
        return made
