"""The limits of an API's alarms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.alarms.alarm import Count, Evaluate
from constructs_lib.alarms.metric import PeriodSeconds
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.patterns.model_api.options.route import Milliseconds
from constructs_lib.references import OrReference, above

Percent = Annotated[float, Field(ge=0, lt=100, allow_inf_nan=False), OrReference()]

_METRIC_PERIOD_SECONDS = 60


class ApiAlarms(Model):
    """Limits; `null` leaves an alarm out."""

    errors_5xx_percent: Percent | None = 1
    """Failed requests, in percent of all."""
    errors_4xx_percent: Percent | None = 20
    """Refused requests, in percent of all; some callers are always wrong, so this is about a sudden many."""
    latency_p99_milliseconds: Milliseconds | None = None
    """What 99 of 100 callers wait at most. No default: only you know what your callers bear."""
    integration_latency_p99_milliseconds: Milliseconds | None = None
    """The part of it behind API Gateway, where the model is."""
    latency_anomaly: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()] | None = 3
    """Half the width, in standard deviations, of the band that CloudWatch learns for the p90 latency."""
    throttled_requests: Count | None = 10
    """Requests refused by a rate limit or a quota, in one period."""
    integration_errors: Count | None = 5
    """Failures of one route's function or endpoint, in one period."""
    minimum_requests: Count = 20
    """Traffic guard: with fewer requests in a period, rates and latencies are silent; 1 of 2 is 50 %."""
    period_seconds: PeriodSeconds = 300
    """Length of one period. Five minutes gather enough requests for a rate to mean something."""
    evaluate: Evaluate = Evaluate(breaching=2, of=3)
    """How many of the last periods must breach; 2 of 3 rides out a single spike."""

    def problems(self) -> Iterator[Problem]:
        """API Gateway's metrics have one value a minute."""
        if above(_METRIC_PERIOD_SECONDS, self.period_seconds):
            yield Problem(
                f"{self.period_seconds} is shorter than the minute between two values of API Gateway's metrics",
                f"write {_METRIC_PERIOD_SECONDS} or more",
                path="period_seconds",
            )
