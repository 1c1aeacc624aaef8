"""The limits of an API's alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.alarms.alarm import Count
from constructs_lib.errors import Problem
from constructs_lib.options.request_limits import Percent, RequestLimits
from constructs_lib.patterns.model_api.options.route import Milliseconds
from constructs_lib.references import OrReference, above

_METRIC_PERIOD_SECONDS = 60


class ApiAlarms(RequestLimits):
    """Limits; `null` leaves an alarm out."""

    errors_4xx_percent: Percent | None = 20
    """Refused requests, in percent of all; some callers are always wrong, so this is about a sudden many."""
    latency_p99_milliseconds: Milliseconds | None = None
    """What 99 of 100 callers wait at most. No default: only you know what your callers bear."""
    integration_latency_p99_milliseconds: Milliseconds | None = None
    """The part of it behind API Gateway, where the model is."""
    latency_anomaly: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()] | None = 3
    """Half the width, in standard deviations, of the band that CloudWatch learns for the p90 latency."""
    healthy_targets: Count | None = 1
    """Of a target group: healthy targets there are at least."""
    throttled_requests: Count | None = 10
    """Requests refused by a rate limit or a quota, in five minutes."""
    integration_errors: Count | None = 5
    """Failures of one route's function or endpoint, in five minutes."""

    def problems(self) -> Iterator[Problem]:
        """API Gateway's metrics have one value a minute."""
        yield from super().problems()
        for field in ("period_seconds", "share_period_seconds"):
            if above(_METRIC_PERIOD_SECONDS, seconds := getattr(self, field)):
                yield Problem(
                    f"{seconds} is shorter than the minute between two values of API Gateway's metrics",
                    f"write {_METRIC_PERIOD_SECONDS} or more",
                    path=field,
                )
