"""The launch template of a GPU fleet; AWS closed launch configurations to new accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.patterns.gpu_fleet.options.instances import root_device
from constructs_lib.patterns.gpu_fleet.resources.instance_profile import InstanceProfile
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec
from constructs_lib.resources.values import aws


def launch_template(
    scope: Construct,
    construct_id: str,
    spec: GpuFleetSpec,
    *,
    name: str,
    instances: InstanceProfile,
    user_data: str | None,
    tags: Mapping[str, str],
) -> Any:
    """An aws_launch_template: encrypted disk, IMDSv2 only, metrics of every minute, tags on all it launches.

    The instance type is the first of the spec; a mixed-instances policy overrides it.
    """
    module = aws.launch_template
    volume = spec.root_volume
    return module.LaunchTemplate(
        scope,
        construct_id,
        name=name,
        description=f"Instances of {name}",
        update_default_version=True,
        image_id=spec.image_id,
        instance_type=spec.instance_types[0],
        user_data=user_data,
        vpc_security_group_ids=spec.security_groups,
        iam_instance_profile=module.LaunchTemplateIamInstanceProfile(arn=instances.profile.arn),
        monitoring=module.LaunchTemplateMonitoring(enabled=True),
        # One hop keeps containers from taking the instance's role; a workload in containers that needs it raises it.
        metadata_options=module.LaunchTemplateMetadataOptions(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        block_device_mappings=[
            module.LaunchTemplateBlockDeviceMappings(
                device_name=root_device(volume, spec.image),
                ebs=module.LaunchTemplateBlockDeviceMappingsEbs(
                    volume_type="gp3",
                    volume_size=volume.gib,
                    encrypted="true",
                    kms_key_id=volume.kms_key_arn,
                    delete_on_termination="true",
                ),
            )
        ],
        # The provider's default tags reach the template, not what it launches.
        tag_specifications=[
            module.LaunchTemplateTagSpecifications(resource_type=kind, tags={**tags, "Name": name})
            for kind in ("instance", "volume")
        ],
        depends_on=instances.permissions,  # an instance without them could not fetch the agent's configuration
    )
