"""What the instances of a fleet may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.resources.policy import Statement
from constructs_lib.resources.role import Role, rules_of
from constructs_lib.resources.values import as_mark, aws


class InstanceProfile(Construct):
    """A role for EC2 instances, and the profile that hands it to them.

    Args:
        fleet: The fleet's name.
        namespace: The CloudWatch namespace the instances publish to, and no other.
        agent: The aws_ssm_parameter their agents read, if any.
        holds: Whether they tell Auto Scaling when a lifecycle hook is over.
        policies: ARNs of more policies, for the workload.

    Attributes:
        role: The role with its own policy; add to it what the workload needs.
        profile: The aws_iam_instance_profile.
        permissions: The policies of the role; depend on them before an instance starts.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        fleet: str,
        environment: Environment,
        namespace: str,
        agent: Any | None,
        holds: bool,
        policies: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        statements = [
            Statement(
                sid="PublishesMetrics",
                actions=["cloudwatch:PutMetricData"],  # it knows no resources, only namespaces
                conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
            )
        ]
        if agent is not None:
            statements += [
                Statement(sid="ReadsAgentConfiguration", actions=["ssm:GetParameter"], resources=[agent.arn]),
                # The agent finds the name of its group in the instance's tags; the action knows no resources.
                Statement(sid="FindsItsGroup", actions=["ec2:DescribeTags"]),
            ]
        if holds:
            group = environment.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{fleet}")
            actions = ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"]
            statements.append(Statement(sid="EndsItsLifecycleHooks", actions=actions, resources=[group]))
        self.role = Role(
            self,
            "role",
            name=join(fleet, "instance"),
            description=f"The instances of {fleet}",
            service="ec2.amazonaws.com.cn" if environment.partition == "aws-cn" else "ec2.amazonaws.com",
            statements=statements,
        )
        attachments = [
            aws.iam_role_policy_attachment.IamRolePolicyAttachment(
                self, f"policy-{as_mark(self, arn)}", role=self.role.role.name, policy_arn=arn
            )
            for arn in policies
        ]
        self.permissions: list[Any] = [self.role.policy, *attachments]
        self.profile: Any = aws.iam_instance_profile.IamInstanceProfile(
            self, "profile", name=join(fleet, "instance"), role=self.role.role.name, path=rules_of(self).get("path")
        )
