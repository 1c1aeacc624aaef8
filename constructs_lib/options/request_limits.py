"""The limits on what callers of a model notice, as every thing that is called has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from constructs_lib.alarms.alarm import Count, Evaluate
from constructs_lib.alarms.metric import PeriodSeconds
from constructs_lib.alarms.row import FEWEST_IN_A_MINUTE, SUSTAINED
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.references import OrReference, at_least, known

Percent = Annotated[float, Field(ge=0, lt=100, allow_inf_nan=False), OrReference()]


class RequestLimits(Model):
    """Limits; `null` leaves an alarm out."""

    errors_5xx_percent: Percent | None = 1
    """Failed requests, in percent of all."""
    errors_5xx_many_percent: Percent | None = 20
    """So many of them in 3 of 20 periods are an alarm of their own, one severity above the monitor's: it pages for an
    outage where the others warn. A critical monitor needs none."""
    minimum_requests: Count | None = None
    """Traffic guard: with fewer requests, shares and latencies are silent. Left out: for a share so many that two
    failed ones are not past the limit, 20 at least, 200 for 1 %; else 5 a minute, as several minutes have to agree."""
    share_period_seconds: PeriodSeconds = 900
    """The time a share is taken over: one window, moved on each minute. A quarter of an hour gathers enough requests,
    hears of an outage within minutes and of a few failures not at all, and does not flap."""
    period_seconds: PeriodSeconds = 60
    """Length of a period of many failures, of latencies and of load."""
    evaluate: Evaluate = SUSTAINED
    """How many of the last periods must breach, for latencies and load. 5 of 20 minutes ride out a short burst, and
    what comes and goes is one alarm."""

    def problems(self) -> Iterator[Problem]:
        """Many are more than some."""
        some, many = self.errors_5xx_percent, self.errors_5xx_many_percent
        if "errors_5xx_many_percent" in self.model_fields_set and at_least(some, many):
            yield Problem(
                f"{many:g} is not above errors_5xx_percent, {some:g}", "write more", path="errors_5xx_many_percent"
            )

    @property
    def fewest(self) -> float:
        """Requests in a period, from which on it counts."""
        given = self.minimum_requests
        return given if given is not None else FEWEST_IN_A_MINUTE * max(1, known(self.period_seconds, 60) // 60)

    @property
    def errors_5xx_many(self) -> float | None:
        """The limit of the second alarm; by default there is one only next to a first that is lower."""
        some, many = self.errors_5xx_percent, self.errors_5xx_many_percent
        if "errors_5xx_many_percent" in self.model_fields_set:
            return many
        return None if some is None or at_least(some, many) else many
