"""An API in front of models through its whole life: real Terraform, real provider, moto."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.patterns.model_api import access_log
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.configs import config
from tests.names import Names
from tests.stacks import monitoring_stack

pytestmark = pytest.mark.apply

EMBED: dict[str, Any] = {
    "path": "/embed",
    "sagemaker_endpoint": {"existing": "embedder"},
    "throttle": {"rate_per_second": 5, "burst": 10},
    "request": {"body": {"type": "object", "required": ["text"]}},
}


def stack(names: Names, *more_routes: dict[str, Any], acl: str) -> MonitoringStack:
    """Most of what an API can have, under names of this test's own."""
    rank = {"path": "/rank", "lambda": names("ranker")}
    api = {
        "pattern": "model_api",
        "routes": [rank, EMBED, *more_routes],
        "authorization": {"api_key": {"clients": ["web"], "requests_per_day": 1_000}},
        "reachable_from": {"ip_ranges": ["203.0.113.0/24"]},
        "account_role": "managed",
        "alarms": {"latency_p99_milliseconds": 1_500},
        "waf": acl,
    }
    return monitoring_stack(config({"api": api}) | {"project": names("shop")})


def function(moto: MotoServer, name: str) -> None:
    """What the API stands in front of is not its own."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("ranker.py", "")
    role = moto.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    moto.client("lambda").create_function(
        FunctionName=name, Runtime="python3.12", Role=role, Handler="ranker.rank", Code={"ZipFile": code.getvalue()}
    )


def web_acl(moto: MotoServer, name: str) -> str:
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "acl"}
    made = moto.client("wafv2").create_web_acl(
        Name=name, Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility
    )
    return str(made["Summary"]["ARN"])


def counted(moto: MotoServer, metric: str) -> float:
    now = datetime.now(tz=UTC)
    points = moto.client("cloudwatch").get_metric_statistics(
        Namespace="LogPatterns",
        MetricName=metric,
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    return float(sum(point["Sum"] for point in points))


def test_a_new_route_is_deployed_and_nothing_else_changes(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    function(moto, names("ranker"))
    acl = web_acl(moto, names("acl"))
    with applied(workspace(stack(names, acl=acl), endpoint=moto.url)) as live:
        outputs = live.workspace.outputs()["resources"]["api"]
        address = f"https://{outputs['api_id']}.execute-api.us-east-1.amazonaws.com/prod"
        assert outputs["invoke_urls"] == {"POST /rank": f"{address}/rank", "POST /embed": f"{address}/embed"}

        logs = moto.client("logs")
        logs.create_log_stream(logGroupName=outputs["access_log_group"], logStreamName="requests")
        event = {"timestamp": int(datetime.now(tz=UTC).timestamp() * 1_000), "message": access_log.example_line()}
        logs.put_log_events(logGroupName=outputs["access_log_group"], logStreamName="requests", logEvents=[event])
        prefix = names("shop-production-api-integration-errors-post")
        assert counted(moto, f"{prefix}-rank") == 1, "the timeout of the documentation is found"
        assert counted(moto, f"{prefix}-embed") == 0, "and told from the other route's"

        plan = live.planned_change(stack(names, {"path": "/rank/{user}", "lambda": names("ranker")}, acl=acl))
        assert Counter((change.type, change.action) for change in plan.changes.values()) == {
            ("aws_api_gateway_resource", "create"): 1,
            ("aws_api_gateway_method", "create"): 1,
            ("aws_api_gateway_integration", "create"): 1,
            ("aws_lambda_permission", "create"): 1,
            ("aws_cloudwatch_log_metric_filter", "create"): 1,
            ("aws_cloudwatch_metric_alarm", "create"): 1,
            ("aws_cloudwatch_dashboard", "update"): 1,  # the new alarm is on it
            ("aws_api_gateway_deployment", "replace"): 1,
            ("aws_api_gateway_stage", "update"): 1,
        }
        (stage,) = (change for change in plan.changes.values() if change.type == "aws_api_gateway_stage")
        assert stage.before is not None and stage.after is not None
        assert {key for key, value in stage.before.items() if stage.after.get(key) != value} == {"deployment_id"}

    left = [api["name"] for api in moto.client("apigateway").get_rest_apis()["items"]]
    assert not any(name.startswith(names("")) for name in left)
