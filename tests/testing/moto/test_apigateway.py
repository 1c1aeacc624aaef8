"""A REST API through Terraform: its policy reads back, and its parts change in place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import stack

API = "${aws_api_gateway_rest_api.ranker.id}"
ROLE = "arn:aws:iam::123456789012:role/api"


def api(names: Names, *, path: str, timeout: int, template: str, key_required: bool) -> dict[str, Any]:
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}],
    }
    method = {
        "rest_api_id": API,
        "resource_id": "${aws_api_gateway_resource.rank.id}",
        "http_method": "POST",
    }
    after_method = {"depends_on": ["aws_api_gateway_method.rank"]}
    integration = {
        "type": "AWS",
        "uri": "arn:aws:apigateway:us-east-1:runtime.sagemaker:path//endpoints/ranker/invocations",
        "integration_http_method": "POST",
        "credentials": ROLE,
        "timeout_milliseconds": timeout,
        "passthrough_behavior": "WHEN_NO_TEMPLATES",
        "request_templates": {"application/json": template},
    }
    stage = {
        "rest_api_id": API,
        "deployment_id": "${aws_api_gateway_deployment.ranker.id}",
        "stage_name": "prod",
        "xray_tracing_enabled": True,
        "access_log_settings": {
            "destination_arn": "${aws_cloudwatch_log_group.access.arn}",
            "format": '{"request": "$context.requestId"}',
        },
    }
    settings = {
        "metrics_enabled": True,
        "logging_level": "ERROR",
        "data_trace_enabled": False,
        "throttling_rate_limit": 50,
        "throttling_burst_limit": 100,
    }
    return stack(
        {
            "aws_api_gateway_rest_api": {
                "ranker": {"name": names("ranker"), "endpoint_configuration": {"types": ["REGIONAL"]}}
            },
            "aws_api_gateway_rest_api_policy": {"ranker": {"rest_api_id": API, "policy": json.dumps(policy)}},
            "aws_api_gateway_resource": {
                "rank": {
                    "rest_api_id": API,
                    "parent_id": "${aws_api_gateway_rest_api.ranker.root_resource_id}",
                    "path_part": path,
                }
            },
            "aws_api_gateway_method": {
                "rank": {**method, "authorization": "AWS_IAM", "api_key_required": key_required}
            },
            "aws_api_gateway_integration": {"rank": {**method, **integration, **after_method}},
            "aws_api_gateway_deployment": {
                "ranker": {
                    "rest_api_id": API,
                    "triggers": {"routes": f"{path} {timeout} {template}"},
                    "lifecycle": {"create_before_destroy": True},
                    "depends_on": ["aws_api_gateway_integration.rank"],
                }
            },
            "aws_api_gateway_stage": {"prod": stage},
            "aws_api_gateway_method_settings": {
                "all": {
                    "rest_api_id": API,
                    "stage_name": "${aws_api_gateway_stage.prod.stage_name}",
                    "method_path": "*/*",
                    "settings": settings,
                }
            },
            "aws_cloudwatch_log_group": {"access": {"name": names("access"), "retention_in_days": 90}},
        }
    )


@pytest.mark.apply
def test_an_api_reads_back_and_changes_in_place(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    first = api(names, path="rank", timeout=5000, template="$input.body", key_required=False)
    second = api(names, path="embed", timeout=9000, template='{"body": $input.body}', key_required=True)

    with applied(workspace(first, endpoint=moto.url)) as live:
        change = live.change(second)

        assert change.actions == {
            "aws_api_gateway_resource.rank": "update",
            "aws_api_gateway_method.rank": "update",
            "aws_api_gateway_integration.rank": "update",
            "aws_api_gateway_deployment.ranker": "replace",
            "aws_api_gateway_stage.prod": "update",
        }
        state = live.workspace.state()
        gateway = moto.client("apigateway")
        where = {
            "restApiId": state["aws_api_gateway_rest_api.ranker"]["id"],
            "resourceId": state["aws_api_gateway_resource.rank"]["id"],
        }
        assert gateway.get_resource(**where)["path"] == "/embed"
        assert gateway.get_method(**where, httpMethod="POST")["apiKeyRequired"] is True
        integration = gateway.get_integration(**where, httpMethod="POST")
        assert integration["timeoutInMillis"] == 9000
        assert integration["requestTemplates"] == {"application/json": '{"body": $input.body}'}
