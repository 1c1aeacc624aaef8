"""The alarms of a bias monitor: one for each metric, facet and facet value, and one for silence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from constructs_lib.alarms.alarm import Insights, Math
from constructs_lib.alarms.insights import Function, SelectQuery
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Past, Row, above, series, table
from constructs_lib.aws import limits
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import bias
from constructs_lib.options.undelivered import undelivered
from constructs_lib.patterns.model_bias.options import Facet, Limit
from constructs_lib.patterns.model_bias.spec import ModelBiasSpec
from constructs_lib.patterns.monitoring_job.alarms import absent, events, missed, silence, unpublished
from constructs_lib.patterns.monitoring_job.construct_id import construct_id
from constructs_lib.patterns.monitoring_job.spec import HOUR_SECONDS, NEWLY_DEPLOYED
from constructs_lib.units import number, plain


@table
def alarms(spec: ModelBiasSpec, name: str) -> Iterator[Row]:
    """Each metric for each facet value; silence; late labels; messages that reached no one."""
    seconds = spec.every.seconds
    window = spec.evaluate.over(seconds)
    # fmt: off
    # Between two runs the last result stands; a run without a result is what `silence` is for.
    biased = partial(Row, missing="ignore",
        impact="The model treats these people differently from everyone else",
        first_step="Open the newest report of the monitor, and compare with the last model and its training data")
    for metric, limit in spec.limits.items():
        for facet in spec.facets:
            for value in facet.published:
                words = f"{_meaning(metric)} between {facet.name} {value} and everyone else"
                value_of = series(spec.namespace, _dimensions(spec, name, metric, facet, value), seconds)
                distance, past, is_wrong = _outside(value_of(bias.metric_name(metric), "Average"), limit, words)
                yield biased(construct_id(metric, facet.name, value), distance, past, spec.evaluate,
                    name=join(name, metric, facet.name, value),
                    says=f"{words} {is_wrong} in {window}")
            for side, query, past in _sides(spec, name, metric, facet, limit) if not facet.published else ():
                yield biased(construct_id(metric, facet.name, side), query, past,
                    name=join(name, metric, facet.name, side),
                    says=f"{query.label} is {past.comparison} {number(past.limit)} in the newest run")
    # fmt: on
    yield from _silences(spec, name)


def _silences(spec: ModelBiasSpec, name: str) -> Iterator[Row]:
    """What each run, or each period, should bring, and does not."""
    own_job = spec.publish == "model_monitor"
    if own_job:
        yield silence(spec, name, unknown="whether the model is fair", often="; often the ground truth is late")
    if spec.known_series is not None:
        metric = next(iter(spec.limits))
        dimensions = _dimensions(spec, name, metric, *spec.known_series)
        published = series(spec.namespace, dimensions, spec.every.seconds if own_job else HOUR_SECONDS)
        values = published(bias.metric_name(metric), "SampleCount")
        if own_job:
            yield unpublished(spec, values, what="bias")
        else:
            yield absent(
                spec,
                "silence",
                values,
                says=f"no bias was measured {missed(spec)}",
                impact="No one knows whether the model is fair: the job that measures it is broken",
                first_step="Open the job that publishes the metrics, and read why its last runs failed",
            )
    if spec.ground_truth_events:
        yield absent(
            spec,
            "labels-late",
            events(spec.labels_rule(name)),
            says=f"no ground truth arrived at {spec.ground_truth} {missed(spec)}",
            impact="Bias can't be measured against what no one knows yet: the next runs will fail",
            first_step=f"{NEWLY_DEPLOYED}; else look at the job that writes the labels",
        )
    if own_job:
        yield undelivered(spec.undelivered_queue(name))


def _meaning(metric: str) -> str:
    return f"{bias.METRICS[metric].meaning} ({metric})"


def _dimensions(spec: ModelBiasSpec, name: str, metric: str, facet: Facet, value: str | None = None) -> dict[str, str]:
    """Those of one value of a facet, or those that all its values share."""
    endpoint = {"Endpoint": spec.endpoint.name} if spec.endpoint is not None else {}
    return {
        **endpoint,
        "MonitoringSchedule": spec.schedule_name(name),
        "BiasStage": bias.METRICS[metric].stage,
        "Label": spec.label.name,
        "LabelValue": spec.label.published,
        "Facet": facet.name,
        **({"FacetValue": value} if value is not None else {}),
    }


def _outside(measured: Metric, limit: Limit, words: str) -> tuple[Math, Past | None, str]:
    """How far a series is out of bounds, when that is too far, and that in words."""
    if limit.between is None:
        distance = Math(expression="ABS(value)", metrics={"value": measured}, label=words)
        return distance, above(limit.at_most), f"is more than {number(limit.at_most or 0)} away from 0"
    low, high = (plain(bound) for bound in limit.between)
    distance = Math(
        expression=f"IF(value < {low}, {low} - value, IF(value > {high}, value - {high}, 0))",
        metrics={"value": measured},
        label=f"how far {words} is outside {low} to {high}",
    )
    return distance, above(0), f"is outside {low} to {high}"


def _sides(
    spec: ModelBiasSpec, name: str, metric: str, facet: Facet, limit: Limit
) -> Iterator[tuple[str, Insights, Past]]:
    """Of whatever interval is published: the largest value, and the smallest, by a query over the facet."""
    if limit.between is not None:
        low, high = limit.between
    else:
        assert limit.at_most is not None  # its rule  # noqa: S101
        low, high = -limit.at_most, limit.at_most
    label = f"{_meaning(metric)} between {facet.name} above {number(facet.above or 0)} and everyone else"
    dimensions = _dimensions(spec, name, metric, facet)
    sides: tuple[tuple[str, Function, Past], ...] = (
        ("high", "MAX", Past("above", high)),
        ("low", "MIN", Past("below", low)),
    )
    never_negative = bias.METRICS[metric].shape == "distance" and limit.at_most is not None
    for side, function, past in sides[:1] if never_negative else sides:
        query = SelectQuery(
            function=function,
            namespace=spec.namespace,
            name=bias.metric_name(metric),
            dimensions=(*dimensions, "FacetValue"),
            conditions=tuple((dimension, True, value) for dimension, value in dimensions.items()),
        )
        watch = Insights(
            query=str(query),
            period_seconds=min(spec.every.seconds, limits.INSIGHTS_SECONDS),
            label=label,
        )
        yield side, watch, past
