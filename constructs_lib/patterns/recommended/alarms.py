"""AWS's advice as rows of an alarm table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from constructs_lib.alarms.alarm import Evaluate, Insights, Math, MissingData
from constructs_lib.alarms.insights import FUNCTIONS, SelectQuery
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Past, Row, counted, guarded, table
from constructs_lib.aws import catalogue
from constructs_lib.aws.advice import Advice, facts_of
from constructs_lib.aws.comparison import COMPARISONS
from constructs_lib.aws.dataset import RecommendedAlarm
from constructs_lib.patterns.recommended.named import Named, kind_of
from constructs_lib.patterns.recommended.spec import RecommendedSpec
from constructs_lib.units import plain

UNITS = {"percent": "%", "gib": "GiB", "bytes_per_second": "bytes per second"}
"""Units of limits as a sentence has them, where that is another word."""


@table
def alarms(spec: RecommendedSpec, name: str) -> Iterable[Row]:  # noqa: ARG001  (as every table)
    """What AWS recommends, of each resource."""
    return tuple(row for named in spec.resources for row in _rows(spec, named))


def _rows(spec: RecommendedSpec, named: Named) -> Iterator[Row]:
    kind = kind_of(spec.type, named.dimensions)
    for advice in kind.alarms:
        facts, limit = facts_of(kind, advice), spec.limit(advice)
        yield Row(
            f"{named.label}-{advice.key}" if spec.several else advice.key,
            _watch(kind.namespace, named.dimensions, advice, facts, spec.minimum_samples),
            Past(facts.comparison, limit, UNITS.get(advice.unit, advice.unit)) if limit is not None else None,
            Evaluate(breaching=facts.datapoints, of=facts.of),
            missing=_missing(facts),
            impact=advice.impact,
            first_step=advice.first_step,
        )


def _missing(facts: RecommendedAlarm) -> MissingData:
    """AWS's own for a lower limit, where silence may be the trouble; what is too much is not there when nothing is."""
    return "not_breaching" if COMPARISONS[facts.comparison].upper else facts.missing_data


def _watch(
    namespace: str, named: Mapping[str, str], advice: Advice, facts: RecommendedAlarm, minimum: float | None
) -> Metric | Math | Insights:
    dimensions = {name: value if value is not None else named[name] for name, value in facts.dimensions.items()}
    known = catalogue.NAMESPACES.get(namespace)
    label = advice.label.format(subject=known.subject(dimensions)) if advice.label and known else None
    if advice.query:
        return Insights(
            query=str(
                SelectQuery(
                    function=FUNCTIONS[facts.statistic],
                    namespace=namespace,
                    name=advice.metric,
                    dimensions=tuple(sorted({*dimensions, *advice.query})),
                    conditions=tuple((name, True, value) for name, value in dimensions.items()),
                )
            ),
            period_seconds=facts.period_seconds,
            label=label or advice.asks,
        )
    metric = Metric(
        namespace=namespace,
        name=advice.metric,
        dimensions=dimensions,
        statistic=facts.statistic,
        period_seconds=facts.period_seconds,
    )
    value = "value" if advice.factor == 1 else f"{plain(advice.factor)} * value"
    if advice.floor and minimum is not None:
        samples = Metric(**{**dict(metric), "statistic": "SampleCount"})
        metrics = {"value": metric, "samples": samples}
        return guarded(value, metrics, label or metric.describe(), of="samples", minimum=minimum)
    if value == "value":
        return counted(metric) if facts.statistic == "Sum" and COMPARISONS[facts.comparison].upper else metric
    return Math(expression=value, metrics={"value": metric}, label=label or metric.describe())
