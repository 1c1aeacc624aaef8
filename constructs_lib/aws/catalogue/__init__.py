"""What AWS publishes: each namespace's metrics, and the dimension sets that really exist.

One file per source. CloudWatch accepts an alarm on any name and any dimensions and never says that there is no such
series, so this is where "the alarm can fire" is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from types import MappingProxyType

from constructs_lib.aws.catalogue import (
    aws_api_gateway,
    aws_autoscaling,
    aws_bedrock,
    aws_billing,
    aws_dynamodb,
    aws_ec2,
    aws_ecs,
    aws_elb,
    aws_events,
    aws_firehose,
    aws_lambda,
    aws_logs,
    aws_sagemaker,
    aws_sqs,
    container_insights,
    lambda_insights,
    sagemaker_bias,
)
from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace
from constructs_lib.errors import Problem
from constructs_lib.model import nearest

__all__ = [
    "NAMESPACES",
    "DimensionSet",
    "MetricFacts",
    "Namespace",
    "describe",
    "elsewhere",
    "find",
    "measured",
    "misspelt",
    "problems",
]

NAMESPACES: Mapping[str, Namespace] = MappingProxyType(
    {
        namespace.name: namespace
        for namespace in (
            aws_api_gateway.NAMESPACE,
            aws_autoscaling.NAMESPACE,
            aws_bedrock.NAMESPACE,
            aws_bedrock.GUARDRAILS,
            aws_bedrock.AGENTS,
            aws_bedrock.AGENT_CORE,
            aws_billing.NAMESPACE,
            aws_dynamodb.NAMESPACE,
            aws_ec2.NAMESPACE,
            aws_ecs.NAMESPACE,
            aws_elb.APPLICATION,
            aws_events.NAMESPACE,
            aws_firehose.NAMESPACE,
            aws_lambda.NAMESPACE,
            aws_logs.NAMESPACE,
            aws_sagemaker.NAMESPACE,
            aws_sagemaker.INSTANCES,
            aws_sagemaker.COMPONENTS,
            aws_sqs.NAMESPACE,
            container_insights.NAMESPACE,
            lambda_insights.NAMESPACE,
            sagemaker_bias.ENDPOINTS,
            sagemaker_bias.BATCH,
        )
    }
)


def find(namespace: str, metric: str) -> MetricFacts | None:
    """What is known of a metric, or None."""
    known = NAMESPACES.get(namespace)
    return known.metrics.get(metric) if known else None


def elsewhere(namespace: str, metric: str) -> list[str]:
    """Other namespaces that have a metric of this name."""
    return [other for other, known in NAMESPACES.items() if other != namespace and metric in known.metrics]


def problems(namespace: str, metric: str, dimensions: DimensionSet | None) -> Iterator[Problem]:
    """Why no such series exists; `dimensions` is None where the names are not known yet."""
    known = NAMESPACES.get(namespace)
    if known is None:
        yield _unknown_namespace(namespace)
        return
    facts = known.metrics.get(metric)
    if facts is None:
        yield Problem(
            f"{namespace} has no metric {metric!r} that this library knows",
            f"{_nearest(metric, known)} (Add `custom: true` if AWS really publishes it.)",
            path="name",
        )
        return
    legal = known.legal_sets(metric)
    if dimensions is not None and dimensions not in legal:
        yield Problem(
            f"AWS never publishes {namespace} {metric} with {_names(dimensions)}",
            f"use {' or '.join(_names(option) for option in legal)}",
            path="dimensions",
        )


def describe(namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str) -> str:
    """A series in words: `sum of invocations of Lambda function ranker`."""
    known, facts = NAMESPACES.get(namespace), find(namespace, metric)
    words = _STATISTICS.get(statistic, statistic)
    legal = known.legal_sets(metric) if known and facts else ()
    if known is None or facts is None or frozenset(dimensions) not in legal:
        pairs = ", ".join(f"{name} {value}" for name, value in dimensions.items())
        return f"{words} {namespace} {metric}" + (f" ({pairs})" if pairs else "")
    return f"{words} {facts.meaning} of {known.subject(dimensions)}"


def measured(namespace: str, metric: str, statistic: str) -> str:
    """What a metric measures, of whatever it is: `sum of invocations`."""
    facts = find(namespace, metric)
    return f"{_STATISTICS.get(statistic, statistic)} {facts.meaning if facts else f'{namespace} {metric}'}"


_STATISTICS = {
    "Sum": "sum of",
    "Average": "average",
    "Minimum": "lowest",
    "Maximum": "highest",
    "SampleCount": "number of samples of",
}


def _nearest(metric: str, known: Namespace) -> str:
    """A metric that is a slip of the pen away; else all of them, for one that looks alike measures something else."""
    slips = [name for name in known.metrics if misspelt(metric, name)]
    return f"did you mean {slips[0]!r}?" if slips else nearest("", known.metrics)


def misspelt(name: str, other: str) -> bool:
    """Whether a name is another one misspelt: in its capitals, in blanks, or by a letter."""
    one, two = (text.lower().replace(" ", "") for text in (name, other))
    letters = len(one) + len(two)
    # The letters that only one of them has: 1 for one left out, 2 for one that is another.
    return letters * (1 - SequenceMatcher(None, one, two, autojunk=False).ratio()) < 2.5


def _unknown_namespace(namespace: str) -> Problem:
    guess = nearest(namespace, NAMESPACES)
    fix = "add `custom: true` if a metric is published under this name with exactly these dimensions"
    if guess.startswith("did"):
        fix = f"{guess} (If not, {fix}.)"
    return Problem(f"{namespace!r} is not a namespace this library knows", fix, path="namespace")


def _names(dimensions: DimensionSet) -> str:
    return "{" + ", ".join(sorted(dimensions)) + "}" if dimensions else "no dimensions"
