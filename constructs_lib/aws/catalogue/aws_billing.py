"""AWS Billing: what the month has cost so far. It is in one Region, and an account has to ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets


def _subject(dimensions: Mapping[str, str]) -> str:
    whose = f"account {dimensions['LinkedAccount']}" if "LinkedAccount" in dimensions else "the account"
    what = f"{dimensions['ServiceName']} in {whose}" if "ServiceName" in dimensions else whose
    return f"{what} in {dimensions['Currency']}"


NAMESPACE = Namespace(
    name="AWS/Billing",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html",
    dimension_sets=dimension_sets(
        "Currency", "Currency ServiceName", "Currency LinkedAccount", "Currency LinkedAccount ServiceName"
    ),
    subject=_subject,
    region="us-east-1",
    metrics={
        "EstimatedCharges": MetricFacts(
            meaning="estimated charges of the month",
            unit="US dollars",
            statistics=("Maximum",),
            impact="The bill is higher than planned",
            first_step="Open Cost Explorer, and group the month by service",
            period_seconds=300,  # published every few hours; alarms take six
            requires="billing alerts, in the account's billing preferences",
        ),
    },
)
