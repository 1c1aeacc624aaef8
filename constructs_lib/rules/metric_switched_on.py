"""metric-switched-on."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Series
from constructs_lib.terraform.blocks import block, blocks, flag, texts
from constructs_lib.terraform.stack import Resource, Stack


@rule(
    "metric-switched-on",
    "will not fire",
    story="An alarm on a group's size waited for a metric that the group had never been asked to publish.",
    page="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html",
)
def metric_switched_on(stack: Stack) -> Iterator[Broken]:
    """Where the stack makes what is watched, it also switches on the metrics that are off by default.

    Metrics of API Gateway by method or route, group metrics of Auto Scaling, and counts of an ECS service's tasks do
    not exist until they are switched on, and an alarm on them waits for data forever.
    """
    for alarm in stack.alarms:
        for series in alarm.series:
            if off := _off(stack, series):
                yield alarm, off


def _off(stack: Stack, series: Series) -> Problem | None:
    dimensions = series.dimensions or {}
    if series.namespace == "AWS/ApiGateway" and {"Method", "Resource"} <= dimensions.keys():
        made = _made(stack, "aws_api_gateway_rest_api", "name", dimensions.get("ApiName", ""))
        if made and not _detailed(stack):
            return Problem(
                f"{series.name} per method needs detailed metrics", "set metrics_enabled in the method settings"
            )
        http = _made(stack, "aws_apigatewayv2_api", "id", dimensions.get("ApiId", ""))
        if http and not _detailed_http(stack):
            fix = "set detailed_metrics_enabled in the stage's default_route_settings"
            return Problem(f"{series.name} per route needs detailed metrics", fix)
    if series.namespace == "ContainerInsights" and "ServiceName" in dimensions:
        cluster = _made(stack, "aws_ecs_cluster", "name", dimensions.get("ClusterName", ""))
        if cluster and not _insights(cluster):
            return Problem(
                f"{series.name} needs Container Insights, which the cluster has switched off",
                'set containerInsights to "enabled"',
            )
    if series.namespace == "AWS/AutoScaling":
        group = _made(stack, "aws_autoscaling_group", "name", dimensions.get("AutoScalingGroupName", ""))
        published = texts(group.values.get("enabled_metrics")) if group else ()
        if group and series.name not in published and not is_reference(published):
            return Problem(f"the group does not publish {series.name}", "add it to the group's enabled_metrics")
    return None


def _made(stack: Stack, kind: str, attribute: str, value: str) -> Resource | None:
    """The resource of this stack that a dimension's value names, by reference or by name."""
    found = stack.referred(value)
    if found and found.type == kind:
        return found
    return next((resource for resource in stack.of(kind) if value and resource.values.get(attribute) == value), None)


def _detailed_http(stack: Stack) -> bool:
    """Whether a stage of an HTTP API has detailed metrics; stages made elsewhere may have them, too."""
    stages = [block(item.values.get("default_route_settings")) for item in stack.of("aws_apigatewayv2_stage")]
    return not stages or any(
        flag(found.get("detailed_metrics_enabled"), default=False) is not False for found in stages
    )


def _insights(cluster: Resource) -> bool:
    """Whether a cluster counts its tasks. Left out, the account's own setting decides, which is not known."""
    named = [item for item in blocks(cluster.values.get("setting")) if item.get("name") == "containerInsights"]
    return not named or any(item.get("value") != "disabled" for item in named)


def _detailed(stack: Stack) -> bool:
    settings = [block(item.values.get("settings")) for item in stack.of("aws_api_gateway_method_settings")]
    return any(flag(setting.get("metrics_enabled"), default=False) is not False for setting in settings)
