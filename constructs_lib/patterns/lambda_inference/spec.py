"""What a user may say of a Lambda function."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.alarm import Count, Evaluate
from constructs_lib.alarms.log_query import ERRORS, LogQuery
from constructs_lib.alarms.metric import PeriodSeconds
from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.alarms.row import SUSTAINED, series
from constructs_lib.alarms.severity import Severity
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown
from constructs_lib.options.link import Exports
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.references import OrReference, at_least, is_reference, known
from constructs_lib.units import duration

LONGEST_TIMEOUT_SECONDS = 900
"""Lambda developer guide, "Lambda quotas"."""
LONGEST_EVENT_AGE_SECONDS = 21_600
"""PutFunctionEventInvokeConfig, MaximumEventAgeInSeconds: six hours, which is the default too."""
QUARTER_SECONDS = 900
METRIC_DELAY_SECONDS = 300
"""How late the figures of a call may be there after its end."""

Caller = Literal["synchronously", "asynchronously", "stream", "queue"]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VERSION = re.compile(r"[A-Za-z0-9_-]{1,128}")


def _function(name: str) -> Problem | None:
    """CreateFunction, FunctionName."""
    if _NAME.fullmatch(name):
        return None
    fix = "write the name alone, which follows `function:` in the ARN" if ":" in name else "correct it"
    return Problem(f"{shown(name)} cannot be the name of a function", fix)


def _alias(name: str) -> Problem | None:
    """CreateAlias, Name; a version is a number. $LATEST takes no provisioned concurrency."""
    if _VERSION.fullmatch(name):
        return None
    return Problem(f"{shown(name)} names neither an alias nor a version", "write it like live, or 7")


Percent = Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False), OrReference()]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]


class LambdaAlarms(Model):
    """Limits; `null` leaves an alarm out."""

    errors_percent: Percent | None = 5
    """Calls that failed, timeouts among them, in percent of all."""
    minimum_requests: Count = 20
    """Traffic guard: with fewer calls in a period, errors and durations are silent; 1 of 2 is 50 %."""
    throttled_percent: Percent | None = 1
    """Calls that were refused for want of concurrency, in percent of those tried."""
    minimum_throttles: Count = 5
    """With fewer of them in a period nothing is said: callers try again."""
    near_timeout_percent: Percent | None = 80
    """What 99 of 100 calls take at most, in percent of the timeout."""
    concurrency_percent: Percent | None = 80
    """Use of the function's own `reserved_concurrency`; without that there is no such alarm."""
    account_concurrency_percent: Percent | None = 80
    """Use of the account's `account_concurrency`; without that there is no such alarm."""
    event_age_seconds: Seconds | None = 300
    """How long an asynchronous event may wait for the function, retries included."""
    dropped_events: Count | None = 1
    """Asynchronous events given up in five minutes from which they are an incident."""
    undelivered_results: Count | None = 1
    """Events and results, in five minutes, that did not reach the dead-letter queue or destination meant for them."""
    recursive_calls: Count | None = 1
    """Calls in five minutes that Lambda stopped because the function calls itself through a queue, topic or bucket."""
    iterator_age_seconds: Seconds | None = 300
    """How far the function may lag behind a stream."""
    spillover_percent: Percent | None = None
    """Calls of the `alias` beyond its provisioned concurrency, in percent of all. No default: it may be planned."""
    memory_percent: Percent | None = 90
    """Memory in use, of what the function has; only with Lambda Insights."""
    share_period_seconds: PeriodSeconds | None = None
    """The time that shares and durations are taken over: one window, moved on each minute. Left out: a quarter of an
    hour, which does not flap, and the timeout, as Lambda counts calls that run into it that late."""
    period_seconds: PeriodSeconds = 60
    """Length of a period of load, of waiting and of lag."""
    evaluate: Evaluate = SUSTAINED
    """How many of those must breach. 5 of 20 minutes ride out a short burst, and what comes and goes is one alarm."""


class LambdaInferenceSpec(MonitorSpec):
    """Alarms on a Lambda function that is there already, by what calls it."""

    pattern: Literal["lambda_inference"] = "lambda_inference"
    severity: Severity = "critical"
    """Of calls that fail or are throttled and of events that are lost or go round in circles; the rest is a warning."""
    function: Annotated[str, checked(_function), OrReference()]
    """The function's name."""
    timeout_seconds: Annotated[int, Field(ge=1, le=LONGEST_TIMEOUT_SECONDS), OrReference()]
    """The function's timeout: a call that takes longer is an error, and counted that late."""
    called: Annotated[Items[Caller], checked(not_empty)] = ("synchronously",)
    """What calls it. synchronously: someone waits for the answer (API Gateway, an SDK). asynchronously: Lambda queues
    the events (S3, SNS, EventBridge). stream: Kinesis or DynamoDB. queue: SQS."""
    alias: Annotated[str, checked(_alias), OrReference()] | None = None
    """The alias or version that has provisioned concurrency."""
    reserved_concurrency: Count | None = None
    """The function's reserved concurrency, if it has one."""
    account_concurrency: Count | None = None
    """The account's concurrency in this Region, 1,000 unless AWS has changed it, for the alarm on its use. One monitor
    for each account and Region is enough."""
    maximum_event_age_seconds: Annotated[int, Field(ge=60, le=LONGEST_EVENT_AGE_SECONDS), OrReference()] = (
        LONGEST_EVENT_AGE_SECONDS
    )
    """How long Lambda keeps an asynchronous event, as the function is configured: older ones are dropped, not seen."""
    stream_retention_hours: Annotated[float, Field(ge=24, le=8_760), OrReference()] = 24
    """How long the stream keeps a record; longer lags are never seen."""
    insights: bool = False
    """Whether the function has the layer of Lambda Insights, and a role that may write its log."""
    alarms: LambdaAlarms = LambdaAlarms()
    """Limits of the alarms."""

    def log_queries(self, name: str) -> tuple[LogQuery, ...]:  # noqa: ARG002  (the function is the user's)
        """Failures in the function's own log."""
        group = f"/aws/lambda/{self.function}"
        return (LogQuery(title=f"Newest errors in {group}", group=group, condition=ERRORS),)

    def makes(self, name: str) -> Exports:  # noqa: ARG002  (the function is the user's)
        """What fails, for objectives; refused calls are not among the invocations."""
        function = series("AWS/Lambda", {"FunctionName": self.function}, 60)
        counts = {"calls": function("Invocations", "Sum"), "errors": function("Errors", "Sum")}
        bad, total = "errors", "calls"
        if self.refused_to_callers:
            counts["throttled"] = function("Throttles", "Sum")
            bad, total = "errors + throttled", "calls + throttled"
        return {"outcomes": Outcomes(counts, bad=bad, total=total, words=f"calls of Lambda function {self.function}")}

    def problems(self) -> Iterator[Problem]:
        """Limits that nothing can reach, and those on series that are not there."""
        limits = self.alarms
        if len(set(self.called)) < len(self.called):
            yield Problem("a kind of call is listed twice", "remove one", path="called")
        yield from self._without_effect()
        yield from self._window_problems()
        hours = self.stream_retention_hours
        retention_seconds = hours if is_reference(hours) else hours * 3_600
        longest = (
            ("event_age_seconds", self.maximum_event_age_seconds, "Lambda drops an event", "maximum_event_age_seconds"),
            ("iterator_age_seconds", retention_seconds, "the stream drops a record", "stream_retention_hours"),
        )
        for field, kept_seconds, drops, option in longest:
            if at_least(age := getattr(limits, field), kept_seconds):
                yield Problem(
                    f"a limit of {duration(age)} is never reached: {drops} after {duration(kept_seconds)}",
                    f"write less, or the `{option}` it really has",
                    path=f"alarms.{field}",
                )

    def _without_effect(self) -> Iterator[Problem]:
        """Limits that were written down, and watch nothing as the function is called."""
        asynchronous, stream = "asynchronously" in self.called, "stream" in self.called
        needs = (
            (asynchronous, "add `asynchronously` to `called`", ("event_age_seconds", "dropped_events")),
            (asynchronous or stream, "add `asynchronously` or `stream` to `called`", ("undelivered_results",)),
            (stream, "add `stream` to `called`", ("iterator_age_seconds",)),
            (self.refused_to_callers, "watch event_age_seconds instead", ("throttled_percent", "minimum_throttles")),
            (self.may_recurse, "add `asynchronously` or `queue` to `called`", ("recursive_calls",)),
            (self.alias is not None, "name the `alias` that has provisioned concurrency", ("spillover_percent",)),
            (self.insights, "write `insights: true` once its layer is there", ("memory_percent",)),
            (self.reserved_concurrency is not None, "add `reserved_concurrency`", ("concurrency_percent",)),
            (self.account_concurrency is not None, "add `account_concurrency`", ("account_concurrency_percent",)),
        )
        for there, fix, fields in needs:
            for field in fields:
                if not there and field in self.alarms.model_fields_set and getattr(self.alarms, field) is not None:
                    yield Problem("watches nothing here", fix, path=f"alarms.{field}")

    def _window_problems(self) -> Iterator[Problem]:
        given, timeout = self.alarms.share_period_seconds, known(self.timeout_seconds, 0)
        if given is not None and at_least(needed := timeout + METRIC_DELAY_SECONDS, given):
            yield Problem(
                f"{duration(given)} are over before calls that run into the timeout of {duration(timeout)} "
                "are counted, as of their start",
                f"write more than {needed}, or leave it out",
                path="alarms.share_period_seconds",
            )

    @property
    def share_seconds(self) -> float:
        """The window of shares: as given, or long enough for calls that take as long as they may."""
        given = self.alarms.share_period_seconds
        if given is not None:
            return given
        return QUARTER_SECONDS + 60 * math.ceil(known(self.timeout_seconds, LONGEST_TIMEOUT_SECONDS) / 60)

    @property
    def refused_to_callers(self) -> bool:
        """Whether a throttled call is lost to anyone: asynchronous ones Lambda repeats itself for hours."""
        return {*self.called} != {"asynchronously"}

    @property
    def may_recurse(self) -> bool:
        """Whether something calls it in whose loops Lambda steps in: SQS, SNS, S3 or a function."""
        return bool({*self.called} & {"asynchronously", "queue"})
