"""What AWS publishes: each namespace's metrics, and the dimension sets that really exist.

CloudWatch accepts an alarm on any name and any dimensions and never says that there is no such series, so this is where
"the alarm can fire" is checked. What is said of a metric is checked by hand, in a module of its namespace; what no one
has written down is data (`data.py`). There are three answers: it is there, it is not, and it is not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cached_property
from importlib import import_module
from types import MappingProxyType

from constructs_lib.aws.catalogue import data
from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace
from constructs_lib.errors import Problem
from constructs_lib.model import nearest

__all__ = [
    "NAMESPACES",
    "RESERVED",
    "DimensionSet",
    "MetricFacts",
    "Namespace",
    "alike",
    "as_set",
    "describe",
    "elsewhere",
    "find",
    "measured",
    "misspelt",
    "namespace_problem",
    "never_published",
    "problems",
]

RESERVED = "AWS/"
"""What only AWS may publish to (PutMetricData)."""

_BY_HAND: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "AWS/ApiGateway": ("aws_api_gateway", "NAMESPACE"),
        "AWS/ApplicationELB": ("aws_elb", "APPLICATION"),
        "AWS/AutoScaling": ("aws_autoscaling", "NAMESPACE"),
        "AWS/Bedrock": ("aws_bedrock", "NAMESPACE"),
        "AWS/Bedrock-AgentCore": ("aws_bedrock", "AGENT_CORE"),
        "AWS/Bedrock/Agents": ("aws_bedrock", "AGENTS"),
        "AWS/Bedrock/Guardrails": ("aws_bedrock", "GUARDRAILS"),
        "AWS/Billing": ("aws_billing", "NAMESPACE"),
        "AWS/DynamoDB": ("aws_dynamodb", "NAMESPACE"),
        "AWS/EC2": ("aws_ec2", "NAMESPACE"),
        "AWS/ECS": ("aws_ecs", "NAMESPACE"),
        "AWS/Events": ("aws_events", "NAMESPACE"),
        "AWS/Firehose": ("aws_firehose", "NAMESPACE"),
        "AWS/Lambda": ("aws_lambda", "NAMESPACE"),
        "AWS/Logs": ("aws_logs", "NAMESPACE"),
        "AWS/SQS": ("aws_sqs", "NAMESPACE"),
        "AWS/SageMaker": ("aws_sagemaker", "NAMESPACE"),
        "/aws/sagemaker/Endpoints": ("aws_sagemaker", "INSTANCES"),
        "/aws/sagemaker/InferenceComponents": ("aws_sagemaker", "COMPONENTS"),
        "ContainerInsights": ("container_insights", "NAMESPACE"),
        "LambdaInsights": ("lambda_insights", "NAMESPACE"),
        "aws/sagemaker/Endpoints/bias-metrics": ("sagemaker_bias", "ENDPOINTS"),
        "aws/sagemaker/ModelMonitoring/bias-metrics": ("sagemaker_bias", "BATCH"),
    }
)
"""Module and name of each namespace that is written by hand."""


class _Namespaces(Mapping[str, Namespace]):
    """Every namespace by its name, each read when it is asked for."""

    def __init__(self) -> None:
        self._read: dict[str, Namespace] = {}

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted({*_BY_HAND, *data.namespaces()}))

    def __getitem__(self, name: str) -> Namespace:
        if (known := self._read.get(name)) is not None:
            return known
        if name not in _BY_HAND and name not in data.namespaces():
            raise KeyError(name)
        return self._read.setdefault(name, _read(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


NAMESPACES: Mapping[str, Namespace] = _Namespaces()


def _read(name: str) -> Namespace:
    """A namespace: what is written by hand goes before data."""
    if name not in _BY_HAND:
        return data.read(name)
    module, attribute = _BY_HAND[name]
    by_hand: Namespace = getattr(import_module(f"{__name__}.{module}"), attribute)
    own = {*by_hand.dimension_sets}.union(*(facts.dimension_sets for facts in by_hand.metrics.values()))
    return replace(
        by_hand,
        metrics=data.Metrics(name, by_hand.metrics),
        # It has words for the dimensions of its own metrics only.
        subject=lambda dimensions: (by_hand.subject if frozenset(dimensions) in own else data.subject)(dimensions),
    )


def find(namespace: str, metric: str) -> MetricFacts | None:
    """What is known of a metric, or None."""
    known = NAMESPACES.get(namespace)
    return known.metrics.get(metric) if known else None


def elsewhere(namespace: str, metric: str) -> list[str]:
    """Other namespaces of AWS services that have a metric of this name."""
    return [
        other
        for other, known in NAMESPACES.items()
        if other != namespace and known.dimension_sets and metric in known.metrics
    ]


def problems(namespace: str, metric: str, dimensions: DimensionSet | None) -> Iterator[Problem]:
    """Why no such series exists, or is not known to; `dimensions` is None where the names are not known yet."""
    known = NAMESPACES.get(namespace)
    if known is None:
        yield namespace_problem(namespace) or _not_known(namespace)
        return
    if not known.dimension_sets:
        rule = f"what is in {namespace}, and with which dimensions, is for its publisher's configuration to say"
        yield Problem(rule, "add `custom: true`, with exactly the dimensions it is published with", path="namespace")
        return
    if metric not in known.metrics:
        yield Problem(
            f"{namespace} has no metric {metric!r} that this library knows",
            f"{_nearest(metric, known)} (Add `custom: true` if AWS really publishes it.)",
            path="name",
        )
        return
    if dimensions is None or dimensions in (legal := known.legal_sets(metric)):
        return
    fix = f"use {_options(dimensions, legal)}"
    if never_published(known, metric, dimensions):
        yield Problem(f"AWS never publishes {namespace} {metric} with {as_set(dimensions)}", fix, path="dimensions")
    else:
        rule = f"this library does not know {namespace} {metric} with {as_set(dimensions)}"
        yield Problem(rule, f"{fix} (Add `custom: true` if AWS really publishes it.)", path="dimensions")


def describe(namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str) -> str:
    """A series in words: `sum of invocations of Lambda function ranker`."""
    known, facts = NAMESPACES.get(namespace), find(namespace, metric)
    said = _STATISTICS.get(statistic, statistic)
    legal = known.legal_sets(metric) if known and facts else ()
    if known is None or facts is None or frozenset(dimensions) not in legal:
        pairs = ", ".join(f"{name} {value}" for name, value in dimensions.items())
        return f"{said} {namespace} {metric}" + (f" ({pairs})" if pairs else "")
    return f"{said} {facts.meaning} of {known.subject(dimensions)}"


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


def never_published(known: Namespace, metric: str, dimensions: DimensionSet) -> bool:
    """Whether AWS has no such series, and not just this library: where it may have more sets, a slip of the pen."""
    if dimensions in known.legal_sets(metric) or not known.has_other_sets(metric):
        return dimensions not in known.legal_sets(metric)
    # Of what is written by hand, the dimensions are all there are, and the sets nearly so.
    by_hand = known.metrics[metric].other_sets is None
    return alike(known, metric, dimensions) and (by_hand or not dimensions <= _dimensions(known, metric))


def alike(known: Namespace, metric: str, dimensions: DimensionSet) -> bool:
    """Whether every dimension is one of those of a metric, if not spelt so."""
    words = _dimensions(known, metric)
    return all(any(misspelt(one, word) or one.lower() in word.lower() for word in words) for one in dimensions)


def _dimensions(known: Namespace, metric: str) -> frozenset[str]:
    return frozenset[str]().union(*known.dimension_sets, *known.legal_sets(metric))


def namespace_problem(namespace: str) -> Problem | None:
    """Why a namespace is none of AWS's: in AWS's part of the names, or another one's misspelt.

    A name that AWS has is never called another one misspelt, however little is known of it.
    """
    if not namespace.lower().startswith(RESERVED.lower()) or namespace in NAMESPACES or namespace in data.services():
        return None
    slips = [name for name in sorted({*NAMESPACES, *data.services()}) if misspelt(namespace, name)]
    exact = [name for name in slips if name.lower() == namespace.lower()]
    if not slips:
        return None
    return Problem(f"{namespace!r} is not a namespace of AWS", f"write {' or '.join(exact or slips)}", path="namespace")


def _not_known(namespace: str) -> Problem:
    fix = "add `custom: true` if a metric is published under this name with exactly these dimensions"
    if namespace in data.services():
        rule = f"{namespace!r} is a namespace of AWS whose metrics this library does not know"
        return Problem(rule, fix, path="namespace")
    slips = [name for name in NAMESPACES if misspelt(namespace, name)]
    hint = f"did you mean {slips[0]!r}? (If not, {fix}.)" if slips else fix
    return Problem(f"{namespace!r} is not a namespace this library knows", hint, path="namespace")


_SETS = 6
"""More of them are not read; those that are nearest come first."""


def _options(dimensions: DimensionSet, legal: tuple[DimensionSet, ...]) -> str:
    if len(legal) <= _SETS:
        return " or ".join(map(as_set, legal))
    near = sorted(legal, key=lambda option: len(option ^ dimensions))
    return f"{' or '.join(map(as_set, near[:_SETS]))} or one of {len(legal) - _SETS} more"


def as_set(dimensions: DimensionSet) -> str:
    """The names of a set of dimensions: `{FunctionName, Resource}`."""
    return "{" + ", ".join(sorted(dimensions)) + "}" if dimensions else "no dimensions"
