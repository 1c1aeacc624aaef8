"""All that a fleet is made of: instances with their agent, the group, and what scales it."""

from __future__ import annotations

from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.options.size import Size
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
from constructs_lib.resources.surroundings import Surroundings

POLICY_PERIOD_SECONDS = 60


class DeployedFleet:
    """A fleet that is made here, directly under the monitor's construct.

    Args:
        scope: The monitor's construct.
        spec: The fleet.
        size: The limits of the group.
        here: What is around it.

    Attributes:
        group: The aws_autoscaling_group.
        template: The aws_launch_template.
        instance_profile: The instances' role and profile.
        agent: The aws_ssm_parameter with the agent's configuration; None with a metric of the user's own.
        policies: aws_autoscaling_policy by kind: `target`, `scale-out`, `scale-in`, `predictive`.
        schedule: aws_autoscaling_schedule by construct id.
        hooks: aws_autoscaling_lifecycle_hook by end of life: `launching`, `terminating`.
        outputs: Names and ARNs for the stack's output.
    """

    def __init__(self, scope: Construct, spec: GpuFleetSpec, size: Size, here: Surroundings) -> None:
        name, environment = here.name, here.environment
        self._scope, self._spec, self._name = scope, spec, name
        self.agent: Any = agent_configuration(scope, "agent", fleet=name) if spec.metric is None else None
        self.instance_profile = InstanceProfile(
            scope,
            "instances",
            fleet=name,
            environment=environment,
            namespace=spec.utilization(name, "Average", POLICY_PERIOD_SECONDS).namespace,
            agent=self.agent,
            holds=spec.lifecycle.launching_seconds is not None or spec.lifecycle.terminating_seconds is not None,
            policies=spec.instance_policies,
        )
        boot = user_data(scope, "user-data", environment=environment, agent=self.agent, bootstrap=spec.bootstrap)
        self.template: Any = launch_template(
            scope, "template", spec, name=name, instances=self.instance_profile, user_data=boot, tags=here.tags
        )
        self.group: Any = group(scope, "group", spec, size, name=name, template=self.template, tags=here.tags)
        self.hooks = hooks(scope, spec, self.group, name=name)
        self.policies = self._policies()
        self.schedule = scheduled_actions(scope, spec.scaling.schedule, size, self.group, name=name)
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
            made["target"] = target_policy(self._scope, scaling.target, self.group, name=name, utilization=utilization)
        if scaling.steps is not None:
            made |= step_policies(self._scope, scaling.steps, self.group, name=name)
        if scaling.predictive is not None:
            made["predictive"] = predictive_policy(
                self._scope,
                scaling.predictive,
                self.group,
                name=name,
                load=self._spec.utilization(name, "Sum", POLICY_PERIOD_SECONDS),
                utilization=self._spec.utilization(name, "Average", POLICY_PERIOD_SECONDS),
                warmup_seconds=self._spec.warmup_seconds,
            )
        return made
