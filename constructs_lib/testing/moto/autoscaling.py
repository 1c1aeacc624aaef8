"""Auto Scaling: what moto forgets of a group, its policies and hooks; notifications; instance refreshes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import camelcase_to_underscores, utcnow

from constructs_lib.testing.moto.calls import kept, parameters

_KEPT_ON_CREATE = ("DefaultInstanceWarmup", "DesiredCapacityType", "InstanceMaintenancePolicy", "MaxInstanceLifetime")
_KEPT_ON_UPDATE = (*_KEPT_ON_CREATE, "CapacityRebalance", "DefaultCooldown", "PlacementGroup", "TerminationPolicies")


def keep_on_create(original: Callable[..., Any], response: AutoScalingResponse) -> Any:
    """Options of a new group that moto drops."""
    result = original(response)
    _keep_group(response, _KEPT_ON_CREATE)
    return result


def keep_on_update(original: Callable[..., Any], response: AutoScalingResponse) -> Any:
    """Options of a changed group that moto drops."""
    result = original(response)
    _keep_group(response, _KEPT_ON_UPDATE)
    return result


def _keep_group(response: AutoScalingResponse, names: tuple[str, ...]) -> None:
    wanted = parameters(response)
    group = response.autoscaling_backend.autoscaling_groups[wanted["AutoScalingGroupName"]]
    for name in names:
        if name in wanted:
            # 0 and -1 are how the API unsets a lifetime and a warm-up.
            unset = (name, wanted[name]) in (("MaxInstanceLifetime", 0), ("DefaultInstanceWarmup", -1))
            setattr(group, camelcase_to_underscores(name), None if unset else wanted[name])


def keep_policy(original: Callable[..., Any], response: AutoScalingResponse) -> Any:
    """A policy is enabled unless it says otherwise, and predictive only if it is."""
    result = original(response)
    wanted = parameters(response)
    policy: Any = response.autoscaling_backend.policies[wanted["PolicyName"]]
    policy.enabled = wanted.get("Enabled", True)
    policy.predictive_scaling_configuration = wanted.get("PredictiveScalingConfiguration")
    return result


def keep_hook(original: Callable[..., Any], response: AutoScalingResponse) -> Any:
    """A hook's own role and target."""
    result = original(response)
    wanted = parameters(response)
    (hook,) = response.autoscaling_backend.describe_lifecycle_hooks(
        wanted["AutoScalingGroupName"], [wanted["LifecycleHookName"]]
    )
    for name in ("RoleARN", "NotificationTargetARN", "NotificationMetadata"):
        setattr(hook, camelcase_to_underscores(name), wanted.get(name))
    return result


def put_notification_configuration(response: AutoScalingResponse) -> EmptyResult:
    """PutNotificationConfiguration replaces the types a topic receives for a group."""
    wanted = parameters(response)
    of_group = kept(response.autoscaling_backend, "notifications").setdefault(wanted["AutoScalingGroupName"], {})
    of_group[wanted["TopicARN"]] = wanted["NotificationTypes"]
    return EmptyResult()


def describe_notification_configurations(response: AutoScalingResponse) -> ActionResult:
    """DescribeNotificationConfigurations: one entry per group, topic and type."""
    names = parameters(response).get("AutoScalingGroupNames")
    found = [
        {"AutoScalingGroupName": group, "TopicARN": topic, "NotificationType": kind}
        for group, topics in kept(response.autoscaling_backend, "notifications").items()
        for topic, kinds in topics.items()
        for kind in kinds
        if not names or group in names
    ]
    return ActionResult({"NotificationConfigurations": found})


def delete_notification_configuration(response: AutoScalingResponse) -> EmptyResult:
    """DeleteNotificationConfiguration."""
    wanted = parameters(response)
    of_group = kept(response.autoscaling_backend, "notifications").get(wanted["AutoScalingGroupName"], {})
    of_group.pop(wanted["TopicARN"], None)
    return EmptyResult()


def start_instance_refresh(response: AutoScalingResponse) -> ActionResult:
    """StartInstanceRefresh: recorded, and done at once."""
    wanted = parameters(response)
    refresh = {
        **wanted,
        "InstanceRefreshId": str(uuid4()),
        "Status": "Successful",
        "StartTime": utcnow(),
        "EndTime": utcnow(),
        "PercentageComplete": 100,
    }
    refreshes = kept(response.autoscaling_backend, "instance_refreshes")
    refreshes.setdefault(wanted["AutoScalingGroupName"], []).insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


def describe_instance_refreshes(response: AutoScalingResponse) -> ActionResult:
    """DescribeInstanceRefreshes: a group's refreshes, newest first."""
    wanted = parameters(response)
    refreshes = kept(response.autoscaling_backend, "instance_refreshes").get(wanted["AutoScalingGroupName"], [])
    identities = wanted.get("InstanceRefreshIds")
    found = [refresh for refresh in refreshes if not identities or refresh["InstanceRefreshId"] in identities]
    return ActionResult({"InstanceRefreshes": found})
