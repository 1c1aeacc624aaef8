"""Elastic Load Balancing, Application Load Balancers: the metrics alarms read most."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_BALANCER = ("LoadBalancer", "AvailabilityZone LoadBalancer")
_TARGETS = (
    "LoadBalancer TargetGroup",
    "AvailabilityZone LoadBalancer TargetGroup",
    "AvailabilityZone TargetGroup",
    "TargetGroup",
)
_CALLERS = "Callers do not get what they asked for"
_LOGS = "Read the access log of the load balancer, then the log of the targets"


def _subject(dimensions: Mapping[str, str]) -> str:
    zone = f" in {dimensions['AvailabilityZone']}" if "AvailabilityZone" in dimensions else ""
    group = f"{dimensions['TargetGroup']} of " if "TargetGroup" in dimensions and "LoadBalancer" in dimensions else ""
    return f"{group}{dimensions['LoadBalancer' if 'LoadBalancer' in dimensions else 'TargetGroup']}{zone}"


def _responses(meaning: str, *sets: str) -> MetricFacts:
    # Each answer publishes 1, as the page says: every other statistic than the sum returns that.
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Sum",),
        impact=_CALLERS,
        first_step=_LOGS,
        highest=1,
        dimension_sets=dimension_sets(*sets),
    )


def _hosts(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Average", "Minimum", "Maximum"),
        impact=_CALLERS,
        first_step="Open the target group: it says why each target is unhealthy",
        sampled=True,
        dimension_sets=dimension_sets(*_TARGETS),
    )


APPLICATION = Namespace(
    name="AWS/ApplicationELB",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
    dimension_sets=dimension_sets(*_BALANCER, *_TARGETS),
    subject=_subject,
    other_sets=True,
    lists_all=False,
    metrics={
        "HealthyHostCount": _hosts("healthy targets"),
        "UnHealthyHostCount": _hosts("unhealthy targets"),
        **{
            f"HTTPCode_Target_{status}_Count": _responses(f"answers {status} of targets", *_BALANCER, *_TARGETS)
            for status in ("2XX", "3XX", "4XX", "5XX")
        },
        **{
            f"HTTPCode_ELB_{status}_Count": _responses(f"answers {status} of the load balancer", *_BALANCER)
            for status in ("4XX", "5XX", "500", "502", "503", "504")
        },
        "RequestCount": _responses("requests", *_BALANCER, *_TARGETS[:2]),
        "TargetResponseTime": MetricFacts(
            meaning="time targets take to answer",
            unit="seconds",
            statistics=("p99", "p95", "p90", "Average", "Maximum"),
            impact="Callers wait",
            first_step=_LOGS,
        ),
    },
)
