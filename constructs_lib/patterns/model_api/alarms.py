"""The alarms of an API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from constructs_lib.alarms.alarm import AllOf, Math
from constructs_lib.alarms.duty import PartOf
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import OFTEN, Row, Unusual, above, at_least, below, counted, every, guarded, table
from constructs_lib.alarms.severity import milder, sterner
from constructs_lib.aws.names import join
from constructs_lib.patterns.model_api.spec import ModelApiSpec

COUNT_SECONDS = 300
"""Of what is counted in the access log."""
_READ_LOG = "Search the access log for"


@table
def alarms(spec: ModelApiSpec, name: str) -> Iterator[Row]:
    """Rates, latencies, what is unusual, and what is counted in the access log."""
    limits, window, filters = spec.alarms, spec.alarms.evaluate, spec.alarm_filters(name)
    api = spec.figures(name)
    of_api = api.of(limits.period_seconds)
    # No one gets up for what callers do wrong, for what is merely unusual, or for a count that is a share of nothing.
    warning = milder("warning", spec.severity)

    share_of, few = f"100 * {'FILL(errors, 0)' if api.sparse else 'errors'} / requests", limits.fewest

    def share(metric: str, words: str, percent: float | None, *, many: bool = False) -> Math:
        """Of all requests, in percent."""
        of = of_api if many else api.of(limits.share_period_seconds)
        metrics = {"requests": of(api.requests, "Sum"), "errors": of(metric, "Sum")}
        label = f"share of {words} of {api.subject}"
        minimum = few if many else limits.minimum_requests
        return guarded(share_of, metrics, label, of="requests", percent=percent, minimum=minimum)

    def slowest(metric: str, of: Callable[[str, str], Metric] = of_api) -> Math:
        """The p99."""
        latency = of(metric, "p99")
        metrics = {"requests": of(api.requests, "Sum"), "latency": latency}
        p99 = "latency" if api.latency_factor == 1 else f"{api.latency_factor} * latency"
        return guarded(p99, metrics, latency.describe(), of="requests", minimum=few)

    def lines(key: str, words: str) -> Metric | Math:
        """Lines of the access log."""
        label = f"number of {words}"
        return counted(filters[key].metric(statistic="Sum", period_seconds=COUNT_SECONDS, label=label))

    # fmt: off
    some, many, refused = limits.errors_5xx_percent, limits.errors_5xx_many, limits.errors_4xx_percent
    worse = sterner(spec.severity)
    failed = partial(Row,
        impact="Callers get an error instead of the model's answer",
        first_step=api.on_failure)
    yield failed("errors-5xx", share(api.failed, "failed requests (5xx)", some), above(some, "%"))
    yield failed("errors-5xx-many", share(api.failed, "failed requests (5xx)", many, many=True),
        above(many if worse is not None else None, "%"), OFTEN, severity=worse)
    yield Row("errors-4xx", share(api.refused, "refused requests (4xx)", refused), above(refused, "%"),
        severity=warning,
        impact="Many callers are turned away: a changed client, expired credentials, or someone trying doors",
        first_step=api.on_refusal)
    if spec.existing is not None and spec.existing.target_group is not None:
        healthy = api.of(60)("HealthyHostCount", "Maximum")  # a zone without a target says 0 for ever
        yield Row("targets", healthy, below(limits.healthy_targets, "targets"), every(3),
            impact="Callers get 503: the load balancer has no one to pass them on to, or too few",
            first_step="Open the target group: it says why each target is unhealthy")

    late = partial(Row, window=window,
        impact="Callers wait, and at the integration's timeout they get 504",
        first_step=api.when_slow)
    yield late("latency-p99", slowest(api.latency), above(limits.latency_p99_milliseconds, "ms"))
    if api.behind is not None:
        yield late("integration-latency-p99", slowest(api.behind),
            above(limits.integration_latency_p99_milliseconds, "ms"))
    for route in spec.routes if spec.existing is None else spec.existing.routes:
        of_route = api.of(limits.period_seconds, {"Method": route.method, "Resource": route.path})
        yield late(join("latency-p99", route.name), slowest(api.latency, of_route),
            above(route.latency_p99_milliseconds, "ms"))

    if limits.latency_anomaly is not None:
        # A band means little on a handful of requests: it notifies together with the traffic guard.
        latency, band = of_api(api.latency, "p90"), Unusual(limits.latency_anomaly, "above")
        unusual = partial(Row,
            severity=warning,
            impact="Most callers wait longer than they usually do at this hour",
            first_step="Compare with the last deployment of the model, and with its traffic")
        part = partial(unusual, window=window, duty=PartOf(join(name, "latency-anomaly")))
        yield part("latency-band", latency, band)
        yield part("latency-traffic", of_api(api.requests, "Sum"), at_least(few, "requests"))
        yield unusual("latency-anomaly", AllOf(alarms=("latency-band", "latency-traffic")),
            says=band.on(latency).describe(window))

    if "throttled" in filters:
        yield Row("throttled", lines("throttled", f"requests refused by a rate limit or quota of API {name}"),
            at_least(limits.throttled_requests),
            severity=warning,
            impact="Callers get 429 and no answer, though the model may be idle",
            first_step=f"{_READ_LOG} errorType THROTTLED or QUOTA_EXCEEDED: one caller is a loop, many are growth")
    for route in spec.routes if limits.integration_errors is not None else ():
        key = join("integration-errors", route.name)
        yield Row(key, lines(key, f"calls of {route.backend} behind {route.key} that failed on the way"),
            at_least(limits.integration_errors),
            severity=warning,
            impact="The route's callers get an error; what the backend answers itself is counted by errors-5xx",
            first_step=f"{_READ_LOG} the route's integrationError, and open {route.log}")
    # fmt: on
