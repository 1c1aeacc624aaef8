"""A SageMaker model."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.options.vpc import Vpc
from constructs_lib.patterns.model_endpoint import ModelArtifact
from constructs_lib.resources.content_hash import content_hash
from constructs_lib.resources.role import Role
from constructs_lib.resources.values import aws


def model(
    scope: Construct,
    construct_id: str,
    spec: ModelArtifact,
    *,
    name: str,
    role: Role | str,
    vpc: Vpc | None,
) -> Any:
    """An aws_sagemaker_model, of which nothing can change.

    A new one is made next to the old one, which is in use until the endpoint has moved: so its name ends in a hash.
    """
    given_role = role if isinstance(role, str) else None  # one of our own keeps its ARN
    content = [
        spec.model_dump(mode="json", exclude={"data_kms_key_arn"}, warnings=False),  # which only the role knows
        given_role,
        vpc.model_dump(mode="json", warnings=False) if vpc is not None else None,
    ]
    sagemaker = aws.sagemaker_model
    return sagemaker.SagemakerModel(
        scope,
        construct_id,
        name=join(name, content_hash(scope, f"{construct_id}-hash", content)),
        execution_role_arn=role if isinstance(role, str) else role.arn,
        enable_network_isolation=spec.network_isolation,
        primary_container=sagemaker.SagemakerModelPrimaryContainer(
            image=spec.image, model_data_url=spec.data, environment=spec.environment or None
        ),
        vpc_config=sagemaker.SagemakerModelVpcConfig(subnets=vpc.subnets, security_group_ids=vpc.security_groups)
        if vpc is not None
        else None,
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        depends_on=[role.policy] if isinstance(role, Role) else None,
    )
