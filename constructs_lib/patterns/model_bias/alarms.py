"""The alarms of a bias monitor: one for each metric, facet and facet value, and one for silence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from constructs_lib.alarms.alarm import Insights, Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Past, Row, above, below, every, series, table
from constructs_lib.aws import limits
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import bias
from constructs_lib.options.undelivered import undelivered
from constructs_lib.patterns.model_bias.options import Facet, Limit
from constructs_lib.patterns.model_bias.spec import ModelBiasSpec
from constructs_lib.patterns.monitoring_job.construct_id import construct_id
from constructs_lib.patterns.monitoring_job.spec import NEWLY_DEPLOYED
from constructs_lib.units import duration, number, plain


@table
def alarms(spec: ModelBiasSpec, name: str) -> Iterator[Row]:
    """Each metric for each facet value; silence; late labels; messages that reached no one."""
    seconds, runs = spec.every.seconds, spec.silent_after_runs
    window, long = spec.evaluate.over(seconds), f"for {duration(seconds * runs)}, that is {number(runs)} runs"

    def measured(metric: str, facet: Facet, value: str, statistic: str) -> Metric:
        dimensions = _dimensions(spec, name, metric, facet) | {"FacetValue": value}
        return series(spec.namespace, dimensions, seconds)(bias.metric_name(metric), statistic)

    # fmt: off
    # Between two runs the last result stands; a run without a result is what `silence` is for.
    biased = partial(Row, missing="ignore",
        impact="The model treats these people differently from everyone else",
        first_step="Open the newest report of the monitor, and compare with the last model and its training data")
    for metric, limit in spec.limits.items():
        for facet in spec.facets:
            for value in facet.published:
                words = f"{_meaning(metric)} between {facet.name} {value} and everyone else"
                distance, past, is_wrong = _outside(measured(metric, facet, value, "Average"), limit, words)
                yield biased(construct_id(metric, facet.name, value), distance, past, spec.evaluate,
                    name=join(name, metric, facet.name, value),
                    says=f"{words} {is_wrong} in {window}")
            for side, query, past in _sides(spec, name, metric, facet, limit) if not facet.published else ():
                yield biased(construct_id(metric, facet.name, side), query, past,
                    name=join(name, metric, facet.name, side),
                    says=f"{query.label} is {past.comparison} {number(past.limit)} in the newest run")
    # What each run, or each period, should bring.
    absent = partial(Row, limit=below(1), window=every(runs))
    no_run = partial(absent, "silence",
        impact="No one knows whether the model is fair: the monitor itself is broken",
        first_step=f"{NEWLY_DEPLOYED}; else open the monitoring schedule and read why its last runs failed; "
                   "often the ground truth is late")
    if spec.known_series is not None:
        yield no_run(measured(next(iter(spec.limits)), *spec.known_series, "SampleCount"),
            says=f"no bias was measured {long}")
    elif spec.publish == "model_monitor":  # the dimensions of what a run publishes can't be known
        yield no_run(_counted(spec, spec.completed_rule(name)), says=f"no run of the monitor completed {long}")
    if spec.ground_truth_events:
        yield absent("labels-late", _counted(spec, spec.labels_rule(name)),
            says=f"no ground truth arrived at {spec.ground_truth} {long}",
            impact="Bias can't be measured against what no one knows yet: the next runs will fail",
            first_step=f"{NEWLY_DEPLOYED}; else look at the job that writes the labels")
    # fmt: on
    if spec.publish == "model_monitor":
        yield undelivered(spec.undelivered_queue(name))


def _meaning(metric: str) -> str:
    return f"{bias.METRICS[metric].meaning} ({metric})"


def _counted(spec: ModelBiasSpec, rule: str) -> Metric:
    """Events that matched a rule."""
    return series("AWS/Events", {"RuleName": rule}, spec.every.seconds)("TriggeredRules", "Sum")


def _dimensions(spec: ModelBiasSpec, name: str, metric: str, facet: Facet) -> dict[str, str]:
    """Those that all values of a facet share."""
    endpoint = {"Endpoint": spec.endpoint.name} if spec.endpoint is not None else {}
    return {
        **endpoint,
        "MonitoringSchedule": spec.schedule_name(name),
        "BiasStage": bias.METRICS[metric].stage,
        "Label": spec.label.name,
        "LabelValue": spec.label.published,
        "Facet": facet.name,
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
    # In double quotes, for any of them might be a word of the language: Label, say.
    names = ", ".join(f'"{dimension}"' for dimension in [*dimensions, "FacetValue"])
    where = " AND ".join(f'"{dimension}" = {_quoted(value)}' for dimension, value in dimensions.items())
    sides = (("high", "MAX", Past("above", high)), ("low", "MIN", Past("below", low)))
    never_negative = bias.METRICS[metric].shape == "distance" and limit.at_most is not None
    for side, function, past in sides[:1] if never_negative else sides:
        what = f'{function}("{bias.metric_name(metric)}") FROM SCHEMA("{spec.namespace}", {names})'
        query = Insights(
            query=f"SELECT {what} WHERE {where}",
            period_seconds=min(spec.every.seconds, limits.INSIGHTS_SECONDS),
            label=label,
        )
        yield side, query, past


def _quoted(value: str) -> str:
    """A value in a Metrics Insights query."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
