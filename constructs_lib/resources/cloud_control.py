"""Resource types that CloudFormation knows and the AWS provider does not, or not in every version we support.

With the registry's schema the content is checked when Terraform plans, without asking AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constructs_lib.cdk import Construct
from constructs_lib.resources.schemas import schema
from constructs_lib.resources.values import as_json, aws


def cloud_control(
    scope: Construct, construct_id: str, type_name: str, desired: Mapping[str, Any], **arguments: Any
) -> Any:
    """The aws_cloudcontrolapi_resource of a type in `schemas`, such as AWS::CloudWatch::AlarmMuteRule."""
    return aws.cloudcontrolapi_resource.CloudcontrolapiResource(
        scope,
        construct_id,
        type_name=type_name,
        schema=schema(type_name),
        desired_state=as_json(desired),
        **arguments,
    )
