"""The alarms of a bias monitor: one for each metric, facet and facet value, and one for silence."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from constructs_lib.alarms.alarm import Alarm, Evaluate, Insights, Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.aws.names import join
from constructs_lib.aws.sagemaker import bias
from constructs_lib.errors import Problem
from constructs_lib.patterns.model_bias.options import Facet, Limit
from constructs_lib.patterns.monitoring_job.construct_id import construct_id
from constructs_lib.patterns.monitoring_job.spec import NEWLY_DEPLOYED
from constructs_lib.units import duration, number

if TYPE_CHECKING:
    from constructs_lib.patterns.model_bias.spec import ModelBiasSpec

_IMPACT = "The model treats these people differently from everyone else"
_FIRST_STEP = "Open the newest report of the monitor, and compare with the last model and its training data"


def rows(spec: ModelBiasSpec, name: str, runbook: str | None) -> Iterator[Alarm]:
    """The alarm table of the monitor `name`."""
    table = _Table(spec, name, runbook)
    for metric, limit in spec.limits.items():
        for facet in spec.facets:
            for value in facet.published:
                yield table.known(metric, limit, facet, value)
            if not facet.published:
                yield from table.unknown(metric, limit, facet)
    if spec.known_series is not None:
        yield table.silence(next(iter(spec.limits)), *spec.known_series)
    elif spec.publish == "model_monitor":
        yield table.no_runs()
    if spec.ground_truth_events:
        yield table.labels_late()


class _Table:
    """The rows, with what they all have in common."""

    def __init__(self, spec: ModelBiasSpec, name: str, runbook: str | None) -> None:
        self._spec, self._name = spec, name
        self._period = spec.every.seconds
        # Between two runs the last result stands; a run without a result is what `silence` is for.
        self._row = partial(spec.row, runbook=runbook, impact=_IMPACT, first_step=_FIRST_STEP, missing_data="ignore")

    def known(self, metric: str, limit: Limit, facet: Facet, value: str) -> Alarm:
        """One series, with all its dimensions."""
        words = f"{bias.METRICS[metric].meaning} ({metric}) between {facet.name} {value} and everyone else"
        series = self._metric(metric, facet, value, statistic="Average")
        condition, is_wrong = _outside(series, limit, words)
        return self._row(
            construct_id(metric, facet.name, value),
            join(self._name, metric, facet.name, value),
            summary=f"{words} {is_wrong} in {self._spec.evaluate.over(self._period)}",
            condition=condition,
            evaluate=self._spec.evaluate,
        )

    def unknown(self, metric: str, limit: Limit, facet: Facet) -> Iterator[Alarm]:
        """Whatever interval is published: the largest value, and the smallest, by a query over the facet."""
        if limit.between is not None:
            low, high = limit.between
        else:
            assert limit.at_most is not None  # its rule  # noqa: S101
            low, high = -limit.at_most, limit.at_most
        words = f"{bias.METRICS[metric].meaning} ({metric}) between {facet.name} above {number(facet.above or 0)}"
        words = f"{words} and everyone else"
        sides = [("high", "MAX", "above", high), ("low", "MIN", "below", low)]
        if bias.METRICS[metric].shape == "distance" and limit.at_most is not None:
            sides = sides[:1]  # it is never negative
        for key, function, comparison, bound in sides:
            watch = Insights(
                query=self._query(function, metric, facet),
                period_seconds=min(self._period, limits.INSIGHTS_SECONDS),
                label=words,
            )
            yield self._row(
                construct_id(metric, facet.name, key),
                join(self._name, metric, facet.name, key),
                summary=f"{words} is {comparison} {number(bound)} in the newest run",
                condition=Threshold(watch=watch, comparison="above" if comparison == "above" else "below", limit=bound),
            )

    def silence(self, metric: str, facet: Facet, value: str) -> Alarm:
        """No result at all."""
        return self._absent(
            "silence",
            self._metric(metric, facet, value, statistic="SampleCount"),
            what="no bias was measured",
            impact="Nobody knows whether the model is fair: the monitor itself is broken",
            first_step="open the monitoring schedule and read why its last runs failed; often the ground truth is late",
        )

    def no_runs(self) -> Alarm:
        """No run that completed, where the dimensions of what one publishes can't be known."""
        return self._absent(
            "silence",
            self._counted(self._spec.completed_rule(self._name)),
            what="no run of the monitor completed",
            impact="Nobody knows whether the model is fair: the monitor itself is broken",
            first_step="open the monitoring schedule and read why its last runs failed; often the ground truth is late",
        )

    def labels_late(self) -> Alarm:
        """No new labels."""
        return self._absent(
            "labels-late",
            self._counted(self._spec.labels_rule(self._name)),
            what=f"no ground truth arrived at {self._spec.ground_truth}",
            impact="Bias can't be measured against what nobody knows yet: the next runs will fail",
            first_step="look at the job that writes the labels",
        )

    def _absent(self, key: str, watch: Metric, *, what: str, impact: str, first_step: str) -> Alarm:
        """Something that each run, or each period, should bring."""
        runs = self._spec.silent_after_runs
        return self._row(
            key,
            join(self._name, key),
            summary=f"{what} for {duration(self._period * runs)}, that is {number(runs)} runs",
            impact=impact,
            first_step=f"{NEWLY_DEPLOYED}; else {first_step}",
            condition=Threshold(watch=watch, comparison="below", limit=1),
            evaluate=Evaluate(breaching=runs, of=runs),
            missing_data="breaching",
        )

    def _counted(self, rule: str) -> Metric:
        """Events that matched a rule."""
        return Metric(
            namespace="AWS/Events",
            name="TriggeredRules",
            dimensions={"RuleName": rule},
            statistic="Sum",
            period_seconds=self._period,
        )

    def _metric(self, metric: str, facet: Facet, value: str, *, statistic: str) -> Metric:
        return Metric(
            namespace=self._spec.namespace,
            name=bias.metric_name(metric),
            dimensions={**self._common(metric, facet), "FacetValue": value},
            statistic=statistic,
            period_seconds=self._period,
        )

    def _common(self, metric: str, facet: Facet) -> dict[str, str]:
        """The dimensions all values of a facet share."""
        endpoint = {"Endpoint": self._spec.endpoint.name} if self._spec.endpoint is not None else {}
        return {
            **endpoint,
            "MonitoringSchedule": self._spec.schedule_name(self._name),
            "BiasStage": bias.METRICS[metric].stage,
            "Label": self._spec.label.name,
            "LabelValue": self._spec.label.published,
            "Facet": facet.name,
        }

    def _query(self, function: str, metric: str, facet: Facet) -> str:
        dimensions = self._common(metric, facet)
        # In double quotes, for any of them might be a word of the language: Label, say.
        names = ", ".join(f'"{name}"' for name in [*dimensions, "FacetValue"])
        where = " AND ".join(f'"{name}" = {_quoted(value)}' for name, value in dimensions.items())
        schema = f'SCHEMA("{self._spec.namespace}", {names})'
        return f'SELECT {function}("{bias.metric_name(metric)}") FROM {schema} WHERE {where}'  # noqa: S608


def _outside(series: Metric, limit: Limit, words: str) -> tuple[Threshold, str]:
    """When the series is out of bounds, and that in words."""
    if limit.between is not None:
        low, high = (number(bound) for bound in limit.between)
        watch = Math(
            expression=f"IF(value < {low}, {low} - value, IF(value > {high}, value - {high}, 0))",
            metrics={"value": series},
            label=f"how far {words} is outside {low} to {high}",
        )
        return Threshold(watch=watch, comparison="above", limit=0), f"is outside {low} to {high}"
    assert limit.at_most is not None  # its rule  # noqa: S101
    watch = Math(expression="ABS(value)", metrics={"value": series}, label=words)
    return (
        Threshold(watch=watch, comparison="above", limit=limit.at_most),
        f"is more than {number(limit.at_most)} away from 0",
    )


def _quoted(value: str) -> str:
    """A value in a Metrics Insights query."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def duplicates(spec: ModelBiasSpec) -> Iterator[Problem]:
    """Facets that give the same alarm twice."""
    seen: set[tuple[str, str]] = set()
    for index, facet in enumerate(spec.facets):
        for value in facet.published or ("",):
            if (facet.name, value) in seen:
                rule = f"{f'{facet.name} {value}'.rstrip()} is listed twice"
                yield Problem(rule, "remove one", path=f"facets.{index}")
            seen.add((facet.name, value))
