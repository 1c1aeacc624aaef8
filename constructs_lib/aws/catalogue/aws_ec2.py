"""EC2 instances."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_SUBJECTS = {
    "InstanceId": "EC2 instance",
    "AutoScalingGroupName": "Auto Scaling group",
    "InstanceType": "all EC2 instances of type",
    "ImageId": "all EC2 instances of image",
}
_DETAILED = "detailed monitoring of the instances, for values of every minute instead of every five"


def _subject(dimensions: Mapping[str, str]) -> str:
    return next((f"{_SUBJECTS[name]} {value}" for name, value in dimensions.items()), "all EC2 instances")


def _metric(meaning: str, unit: str, statistic: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit=unit,
        statistics=(statistic, "Average", "Maximum"),
        impact=impact,
        first_step=first_step,
        requires=_DETAILED,
        sampled=unit == "percent",
    )


_BUSY = "The instances are busier or idler than usual"
_LOOK = "Look at what runs on the instances, and at the traffic that reaches them"
_TRAFFIC = "More or less data than usual goes over the network"
_CHECKS = "The instance does not work; what runs on it is gone or will be"
_REPLACE = "Replace the instance; in an Auto Scaling group that happens by itself"
_DISK = "The instance's own disks are busier or idler than usual"


def _check(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning, unit="0 or 1", statistics=("Maximum", "Sum"), impact=_CHECKS, first_step=_REPLACE
    )


NAMESPACE = Namespace(
    name="AWS/EC2",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html",
    dimension_sets=dimension_sets("InstanceId", "AutoScalingGroupName", "InstanceType", "ImageId", ""),
    subject=_subject,
    lists_all=False,  # instance types have some of their own, such as CPUCreditBalance
    metrics={
        "CPUUtilization": _metric("CPU utilisation", "percent", "Average", _BUSY, _LOOK),
        "NetworkIn": _metric("bytes received", "bytes", "Sum", _TRAFFIC, _LOOK),
        "NetworkOut": _metric("bytes sent", "bytes", "Sum", _TRAFFIC, _LOOK),
        "NetworkPacketsIn": _metric("packets received", "count", "Sum", _TRAFFIC, _LOOK),
        "NetworkPacketsOut": _metric("packets sent", "count", "Sum", _TRAFFIC, _LOOK),
        "DiskReadOps": _metric("reads from instance store volumes", "count", "Sum", _DISK, _LOOK),
        "DiskWriteOps": _metric("writes to instance store volumes", "count", "Sum", _DISK, _LOOK),
        "DiskReadBytes": _metric("bytes read from instance store volumes", "bytes", "Sum", _DISK, _LOOK),
        "DiskWriteBytes": _metric("bytes written to instance store volumes", "bytes", "Sum", _DISK, _LOOK),
        "EBSReadOps": _metric("reads from EBS volumes", "count", "Sum", _DISK, _LOOK),
        "EBSWriteOps": _metric("writes to EBS volumes", "count", "Sum", _DISK, _LOOK),
        "EBSReadBytes": _metric("bytes read from EBS volumes", "bytes", "Sum", _DISK, _LOOK),
        "EBSWriteBytes": _metric("bytes written to EBS volumes", "bytes", "Sum", _DISK, _LOOK),
        "StatusCheckFailed": _check("failed status checks"),
        "StatusCheckFailed_Instance": _check("failed status checks of the instance"),
        "StatusCheckFailed_System": _check("failed status checks of the machine under it"),
        "StatusCheckFailed_AttachedEBS": _check("failed status checks of EBS volumes"),
    },
)
