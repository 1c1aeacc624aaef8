"""Resources of a user's own app, and the alarms AWS recommends for them, planned by the real provider."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib import AWS_PROVIDER_VERSIONS, WatchEverything
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.terraform.reading import ReadPlan, parse
from constructs_lib.testing.fixtures import WorkspaceFactory
from constructs_lib.unwatched.gaps import gaps
from tests.stacks import ROUTING, new_app

pytestmark = pytest.mark.plan

ROLE = "arn:aws:iam::123456789012:role/shop"


def shop(*, watched: bool) -> TerraformStack:
    """Resources of ten types; two of them are known to CloudWatch by what another resource is called."""
    stack = TerraformStack(new_app(), "shop")
    stack.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSIONS)
    aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/rank:1"
    aws.lambda_function.LambdaFunction(
        stack, "rank", function_name="rank", role=ROLE, package_type="Image", image_uri=image
    )
    aws.sqs_queue.SqsQueue(stack, "jobs", name="jobs")
    aws.sns_topic.SnsTopic(stack, "events", name="events")
    aws.kinesis_stream.KinesisStream(stack, "clicks", name="clicks", shard_count=1)
    key = [{"name": "id", "type": "S"}]
    aws.dynamodb_table.DynamodbTable(
        stack, "orders", name="orders", hash_key="id", attribute=key, billing_mode="PAY_PER_REQUEST"
    )
    cluster = aws.ecs_cluster.EcsCluster(stack, "cluster", name="shop")
    aws.ecs_service.EcsService(stack, "web", name="web", cluster=cluster.id, task_definition="web:1")
    aws.db_instance.DbInstance(
        stack,
        "db",
        identifier="db",
        instance_class="db.m6g.large",
        engine="postgres",
        allocated_storage=100,
        username="shop",
        manage_master_user_password=True,
        skip_final_snapshot=True,
        replicate_source_db=None,
    )
    api = aws.api_gateway_rest_api.ApiGatewayRestApi(stack, "api", name="shop")
    aws.api_gateway_stage.ApiGatewayStage(stack, "prod", rest_api_id=api.id, stage_name="prod", deployment_id="d")
    aws.efs_file_system.EfsFileSystem(stack, "models", throughput_mode="elastic")
    aws.nat_gateway.NatGateway(stack, "nat", subnet_id="subnet-0123456789abcdef0", connectivity_type="private")
    if watched:
        WatchEverything(
            stack,
            notifications=ROUTING,
            limits={
                "aws_lambda_function": {"errors": 0},
                "aws_sqs_queue": {"age_seconds": 600},
                "aws_sns_topic": {"failed": 0},
                "aws_kinesis_stream": {"iterator_age_seconds": 43200},
                "aws_dynamodb_table": {"system_errors": 5},
                "db": {"free_storage_gib": 10},
            },
        )
    return stack


def judged(plan: dict[str, Any]) -> dict[str, str]:
    read = parse(plan, name="plan.json")
    assert isinstance(read, ReadPlan)
    return {one.resource.address: one.state for one in gaps([read.after]).found}


def test_everything_of_ten_types_is_watched(workspace: WorkspaceFactory) -> None:
    plan = workspace(shop(watched=True)).plan()
    assert plan.warnings == ()
    alarms = {
        change["change"]["after"]["alarm_name"]: change["change"]["after"]
        for change in plan.json["resource_changes"]
        if change["type"] == "aws_cloudwatch_metric_alarm"
    }
    types = {change["type"] for change in plan.json["resource_changes"]} - {"aws_cloudwatch_metric_alarm"}
    assert len(types - {"aws_ecs_cluster", "aws_api_gateway_rest_api"}) == 10
    assert alarms["shop-web-cpu"]["dimensions"] == {"ClusterName": "shop", "ServiceName": "web"}
    assert alarms["shop-db-transaction-ids"]["threshold"] == 1_000_000_000, "it is PostgreSQL"
    assert "shop-db-replica-lag" not in alarms, "and no replica"
    assert "shop-models-burst-credits" not in alarms, "elastic throughput has no credits"
    assert {*judged(plan.json).values()} == {"watched"}, json.dumps(judged(plan.json))


def test_nothing_is_watched_without_alarms(workspace: WorkspaceFactory) -> None:
    found = judged(workspace(shop(watched=False)).plan().json)
    assert len(found) == 10
    assert {*found.values()} == {"unwatched"}
