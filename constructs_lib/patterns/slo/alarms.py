"""The alarms on an error budget: for each tier two windows, and the composite that notifies when both are bad."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from constructs_lib.alarms.alarm import AllOf, Math
from constructs_lib.alarms.duty import PartOf
from constructs_lib.alarms.figure import Figure
from constructs_lib.alarms.row import Row, above, table
from constructs_lib.aws.names import join
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.patterns.slo.options import Within
from constructs_lib.patterns.slo.spec import MINUTES_A_DAY, SloSpec
from constructs_lib.patterns.slo.tiers import Tier
from constructs_lib.units import duration, number, plain

MINUTE_SECONDS = 60


@table
def alarms(spec: SloSpec, name: str) -> Iterator[Row]:
    """Most urgent first: while a tier is in alarm, the one after it says nothing new."""
    above_it: Tier | None = None
    for tier in spec.tiers:
        limit = tier.limit(spec.target_percent, spec.window_days)
        row = partial(
            Row,
            severity=tier.severity(spec.severity),
            impact=f"Users are failed faster than was agreed: {spec.allowed} % may be",
            first_step=_first_step(spec),
        )
        part = partial(row, duty=PartOf(join(name, tier.name)))
        long, short = f"{tier.name}-long", f"{tier.name}-short"
        yield part(long, bad_share(spec, tier.long_seconds, 1), above(limit, "%"))
        yield part(short, bad_share(spec, tier.short_seconds, tier.parts), above(limit, "%"))
        both = AllOf(alarms=(long, short))
        if above_it is not None:  # and for as long as its own short window still holds what the other has said
            both = AllOf(alarms=(long, short), suppressed_by=above_it.name, extension_seconds=tier.short_seconds)
        yield row(tier.name, both, says=_says(spec, tier, limit))
        above_it = tier


def figures(spec: SloSpec) -> tuple[Figure, ...]:
    """How much of the error budget is spent: at 100 % the objective is missed."""
    if spec.within is None and spec.outcomes is None:
        return ()
    share = bad_share(spec, MINUTE_SECONDS, spec.window_days * MINUTES_A_DAY)
    spent = share.model_copy(
        update={"expression": f"100 * ({share.expression}) / {plain(round(100 - spec.target_percent, 6))}"}
    )
    of = spec.of.monitor if spec.of is not None else "requests"
    title = f"Error budget of {of} spent over {spec.window_days} days, in %"
    return (Figure(title, spent, spec.window_days),)


def bad_share(spec: SloSpec, seconds: int, part: float) -> Math:
    """Bad requests in percent of a window's, which slides; 0 where there are too few to say anything.

    Args:
        spec: The objective.
        seconds: The window: a single period of that length.
        part: How many times it fits into the tier's long window, for which the floors are.
    """
    few, fewest_bad = max(1, round(spec.minimum_requests / part)), max(1, round(spec.minimum_bad / part))
    if spec.within is not None:
        return _slow_share(spec.within, seconds, few, fewest_bad)
    outcomes = spec.outcomes
    if outcomes is None:
        rule = "names a monitor, and those are known in a configuration only"
        raise ConfigError([Problem(rule, "give `bad` and `total`", "of")])
    counted = outcomes.over(seconds)
    bad, total = (counted.filled(f"({expression})") for expression in (counted.bad, counted.total))
    return Math(
        expression=f"IF({total} >= {few} AND {bad} >= {fewest_bad}, 100 * {bad} / {total}, 0)",
        metrics=counted.metrics,
        label=f"share of bad {counted.words}",
    )


def _slow_share(within: Within, seconds: int, few: int, fewest_bad: int) -> Math:
    changed = {"period_seconds": seconds}
    metrics = {
        "good": within.metric.model_copy(update={**changed, "statistic": f"PR(:{within.limit})"}),
        "requests": within.metric.model_copy(update={**changed, "statistic": "SampleCount"}),
    }
    slow = "(100 - FILL(good, 100))"
    return Math(
        expression=f"IF(FILL(requests, 0) >= {few} AND FILL(requests, 0) * {slow} >= {100 * fewest_bad}, {slow}, 0)",
        metrics=metrics,
        label=f"share of requests that take longer than {number(within.milliseconds)} ms",
    )


def _says(spec: SloSpec, tier: Tier, limit: float) -> str:
    return (
        f"at this rate the {spec.window_days} days' error budget is spent in {duration(tier.spent_in_seconds)}: more "
        f"than {number(limit)} % of {_what(spec)}, over {duration(tier.long_seconds)} and still over the last "
        f"{duration(tier.short_seconds)}"
    )


def _what(spec: SloSpec) -> str:
    if spec.within is not None:
        return f"requests take longer than {number(spec.within.milliseconds)} ms"
    return f"{spec.outcomes.words if spec.outcomes is not None else 'requests'} fail"


def _first_step(spec: SloSpec) -> str:
    if spec.of is not None:
        return f"Look at the alarms of {spec.of.monitor}, which say what fails; if it is a deployment, take it back"
    return "Look at what was deployed or changed when the share began to rise, and take it back"
