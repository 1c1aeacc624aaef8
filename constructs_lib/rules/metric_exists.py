"""metric-exists."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.alarms.insights import SelectQuery
from constructs_lib.aws import catalogue
from constructs_lib.aws.catalogue import Namespace, as_set, misspelt
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.alarm import Series
from constructs_lib.terraform.metric_filter import METRIC_FILTER
from constructs_lib.terraform.stack import Stack, path_of


@rule(
    "metric-exists",
    "will not fire",
    story="An alarm on 5XXError by ApiId stayed without data through an outage: REST APIs publish it by ApiName.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
)
def metric_exists(stack: Stack) -> Iterator[Broken]:
    """Every metric of an alarm is one that AWS, or a metric filter of the stack, publishes with just these dimensions.

    CloudWatch accepts an alarm on any name and never says that the metric does not exist: the alarm just never fires.
    What this library does not know is left alone.

    Stays quiet: metrics of an application in the namespace of a filter, unless their name is a slip of the pen away
    from the filter's; metrics and dimensions of AWS that are not listed here, unless another namespace has them.
    """
    for alarm in stack.alarms:
        for series in alarm.looked_for:
            if (series.namespace, series.name) not in stack.custom_metrics:
                for problem in _problems(stack, series, alarm.region):
                    yield alarm, problem
        for query in alarm.queries:
            if (asked := query.fleet) and asked.dimensions is None:
                yield from ((alarm, problem) for problem in _of_any_dimensions(stack, asked))


def _problems(stack: Stack, series: Series, region: str) -> Iterator[Problem]:
    if problem := _name_of_a_filter(stack, series):
        yield problem
        return
    namespace, name = stack.resolved(series.namespace), stack.resolved(series.name)
    if is_reference(namespace) or is_reference(name):
        return
    known = catalogue.NAMESPACES.get(namespace)
    if known is None:
        if problem := catalogue.namespace_problem(namespace):
            yield problem
        yield from _of_filters(stack, namespace, name, series)
    elif not known.dimension_sets:
        yield from _of_filters(stack, namespace, name, series)
    elif known.region and region and region != known.region:
        yield Problem(f"{namespace} is published in {known.region} only, and the alarm is in {region}", "move it there")
    else:
        yield from of_aws(known, name, frozenset(series.dimensions) if series.dimensions is not None else None)


def _of_any_dimensions(stack: Stack, asked: SelectQuery) -> Iterator[Problem]:
    """Dimensions that a query without SCHEMA looks at, of which the series it finds have each."""
    known = catalogue.NAMESPACES.get(asked.namespace)
    if known is None or not known.name.startswith(catalogue.RESERVED) or asked.name not in known.metrics:
        return
    if known.has_other_sets(asked.name):
        return
    sets = known.legal_sets(asked.name)
    if (asked.namespace, asked.name) not in stack.custom_metrics and not any(asked.keys <= one for one in sets):
        yield Problem(
            f"AWS never publishes {asked.namespace} {asked.name} with {as_set(asked.keys)}",
            f"use {' or '.join(map(as_set, sets))}",
        )


def of_aws(known: Namespace, name: str, dimensions: frozenset[str] | None) -> Iterator[Problem]:
    """Why AWS publishes no such series."""
    reserved = known.name.startswith(catalogue.RESERVED)
    if name in known.metrics:
        never = dimensions is not None and catalogue.never_published(known, name, dimensions)
        if never and (reserved or catalogue.alike(known, name, dimensions or frozenset())):
            yield from catalogue.problems(known.name, name, dimensions)
    elif any(misspelt(name, other) for other in known.metrics):
        yield from catalogue.problems(known.name, name, dimensions)
    elif reserved and dimensions not in known.dimension_sets and (others := _elsewhere(known, name, dimensions)):
        yield Problem(f"{known.name} has no metric {name!r}", f"read it in {' or '.join(others)}")


def _elsewhere(known: Namespace, name: str, dimensions: frozenset[str] | None) -> list[str]:
    """Where the series is; of a namespace whose metrics are not all known only where its dimensions say so."""
    others = catalogue.elsewhere(known.name, name)
    if known.lists_all and not dimensions:
        return others
    return [other for other in others if dimensions in catalogue.NAMESPACES[other].legal_sets(name)]


def _name_of_a_filter(stack: Stack, series: Series) -> Problem | None:
    """A metric called by its filter's name."""
    path, resource = path_of(series.name), stack.referred(series.name)
    if resource is None or resource.type != METRIC_FILTER or path[-1] not in ("id", "name") or path[-2] in _BLOCK:
        return None
    (made,) = (found for found in stack.metric_filters if found.address == resource.address)
    if not made.known or made.name == made.metric:
        return None
    return Problem(f"it reads a metric by its filter's name, {made.name!r}", f"write {made.metric!r}")


_BLOCK = ("metric_transformation",)


def _of_filters(stack: Stack, namespace: str, name: str, series: Series) -> Iterator[Problem]:
    """Metrics that look like those of the stack's filters; an application may publish others beside them."""
    alike = stack.filters_in(namespace)
    if any(map(is_reference, alike)):
        return
    read = frozenset(series.dimensions or ())
    if same := stack.filters_of(namespace, name):
        sets = {frozenset(made.dimensions) for made in same if made.dimensions is not None}
        if series.dimensions is not None and all(made.dimensions is not None for made in same) and read not in sets:
            yield Problem(
                f"the metric filter publishes {namespace} {name} with {' or '.join(map(as_set, sets))}, and it reads "
                f"{as_set(read)}",
                "give the alarm the filter's dimensions, or take them out of the filter",
            )
    elif other := alike.get(name):
        yield Problem(f"no metric filter publishes {namespace} {name}", f"write the namespace {other[0].namespace}")
    elif any(misspelt(name, metric) for metric, made in alike.items() if made[0].namespace == namespace):
        yield Problem(f"no metric filter publishes {namespace} {name}", f"use one of {', '.join(sorted(alike))}")
