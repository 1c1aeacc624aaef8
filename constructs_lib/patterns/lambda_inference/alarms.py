"""The alarms of a function, in percent and seconds."""

from __future__ import annotations

from collections.abc import Iterable

from constructs_lib.alarms.alarm import Math
from constructs_lib.alarms.metric import Metric
from constructs_lib.alarms.row import Row, above, at_least, counted, series, table
from constructs_lib.alarms.severity import milder
from constructs_lib.patterns.lambda_inference.spec import LambdaInferenceSpec
from constructs_lib.units import duration, number, plain

LOSS_SECONDS = 300
"""Period of the alarms on what is lost: each loss counts, and one message for those of five minutes is enough."""


@table
def alarms(spec: LambdaInferenceSpec, name: str) -> Iterable[Row]:  # noqa: ARG001  (as every table)
    """What callers feel, what is full, and what is lost."""
    limits, window, function = spec.alarms, spec.alarms.evaluate, spec.function
    warning = milder("warning", spec.severity)
    subject = f"Lambda function {function}"
    dimensions, alias = {"FunctionName": function}, spec.alias if spec.alias is not None else function
    share, of_function, of_account, of_alias, of_losses = (
        series("AWS/Lambda", names, period)
        for names, period in (
            (dimensions, spec.share_seconds),
            (dimensions, limits.period_seconds),
            ({}, limits.period_seconds),
            (dimensions | {"Resource": f"{function}:{alias}"}, spec.share_seconds),
            (dimensions, LOSS_SECONDS),
        )
    )
    calls = share("Invocations", "Sum")

    def guarded(result: str, label: str, **metrics: Metric) -> Math:
        """0 on little traffic."""
        expression = f"IF(calls >= {plain(limits.minimum_requests)}, {result}, 0)"
        return Math(expression=expression, metrics={"calls": calls, **metrics}, label=label)

    def used(metric: Metric, of: float | None, label: str) -> Math:
        """In percent of what there is."""
        return Math(expression=f"100 * used / {plain(of or 1)}", metrics={"used": metric}, label=label)

    def age(metric: Metric) -> Math:
        """In seconds; CloudWatch has milliseconds."""
        return Math(expression="age / 1000", metrics={"age": metric}, label=metric.describe())

    # Neither counter has a point without an event of its kind; and throttled calls are no invocations.
    throttled = Math(
        expression=f"IF(FILL(throttles, 0) >= {plain(limits.minimum_throttles)}, "
        "100 * throttles / (throttles + FILL(calls, 0)), 0)",
        metrics={"throttles": share("Throttles", "Sum"), "calls": calls},
        label=f"the share of calls of {subject} that are throttled",
    )
    spillover = Math(
        expression="IF(FILL(beyond, 0) > 0, 100 * beyond / (beyond + FILL(within, 0)), 0)",
        metrics={
            "beyond": of_alias("ProvisionedConcurrencySpilloverInvocations", "Sum"),
            "within": of_alias("ProvisionedConcurrencyInvocations", "Sum"),
        },
        label=f"the share of calls of {subject}:{alias} beyond its provisioned concurrency",
    )
    asynchronous, stream = "asynchronously" in spec.called, "stream" in spec.called
    undelivered = {"results": of_losses("DestinationDeliveryFailures", "Sum")}
    if asynchronous:
        undelivered["events"] = of_losses("DeadLetterErrors", "Sum")
    lost = Math(
        expression=" + ".join(f"FILL({key}, 0)" for key in undelivered),
        metrics=undelivered,
        label=f"events and results of {subject} that could not be delivered",
    )

    def only(there: object, limit: float | None) -> float | None:
        """A limit where there is something to watch."""
        return limit if there else None

    # fmt: off
    return (
        Row("errors", guarded("100 * errors / calls", f"the share of calls of {subject} that fail",
                errors=share("Errors", "Sum")),
            above(limits.errors_percent, "%"),
            impact="Callers do not get what they asked for; an event is tried again, and then given up",
            first_step=f"Open the log group /aws/lambda/{function} and read the newest errors"),
        Row("throttled", throttled, above(only(spec.refused_to_callers, limits.throttled_percent), "%"),
            impact="Callers are turned away though the function works",
            first_step="Compare its concurrency with what is reserved for it, and the account's with its limit"),
        Row("near-timeout", guarded(f"duration / (10 * {plain(spec.timeout_seconds)})",
                f"the p99 duration of {subject}, in percent of its timeout of {duration(spec.timeout_seconds)},",
                duration=share("Duration", "p99")),
            above(limits.near_timeout_percent, "%"), severity=warning,
            impact="Soon calls are cut off, which costs as much as an answer and gives none",
            first_step="Look for what became slow: the model, its loading, a service it calls; then raise the timeout"),
        Row("concurrency", used(of_function("ConcurrentExecutions", "Maximum"), spec.reserved_concurrency,
                f"the share of its reserved concurrency that {subject} uses"),
            above(only(spec.reserved_concurrency, limits.concurrency_percent), "%"), window, warning,
            impact="Beyond it calls are throttled, however much the account has left",
            first_step="See whether calls became more or slower, and reserve more"),
        Row("account-concurrency", used(of_account("ClaimedAccountConcurrency", "Maximum"), spec.account_concurrency,
                "the share of the account's Lambda concurrency that is in use or reserved"),
            above(only(spec.account_concurrency, limits.account_concurrency_percent), "%"), window, warning,
            impact="At the limit every function without a reservation is throttled, this one or any other",
            first_step="Find the function that grew or reserves more than it uses; then ask AWS for more"),
        Row("event-age", age(of_function("AsyncEventAge", "Maximum")),
            above(only(asynchronous, limits.event_age_seconds), "seconds"), window, warning,
            impact="Results are late; what waits longer than Lambda keeps an event is lost",
            first_step="Look for throttles first, then for errors: both send events back to wait"),
        Row("dropped", counted(of_losses("AsyncEventsDropped", "Sum")),
            at_least(only(asynchronous, limits.dropped_events)),
            says=f"{number(limits.dropped_events or 0)} or more asynchronous events of {subject} were dropped in "
                 "5 minutes",
            impact="This work is not done, unless a dead-letter queue or destination has it",
            first_step="Read the newest errors; send the events again from the dead-letter queue or destination"),
        Row("undelivered", lost, at_least(only(asynchronous or stream, limits.undelivered_results)),
            says=f"{number(limits.undelivered_results or 0)} or more events or results of {subject} reached neither "
                 "dead-letter queue nor destination",
            impact="What the function gave up, or its result, is lost for good",
            first_step="See whether that queue, topic or bus is there, and the function's role may write to it"),
        Row("recursion", counted(of_losses("RecursiveInvocationsDropped", "Sum")),
            at_least(only(spec.may_recurse, limits.recursive_calls)),
            says=f"{subject} calls itself, and Lambda has stopped it"),
        Row("iterator-age", age(of_function("IteratorAge", "Maximum")),
            above(only(stream, limits.iterator_age_seconds), "seconds"), window, warning,
            impact="Results lag behind the stream; records it no longer keeps are lost",
            first_step="Look for errors, for a batch that fails holds up its shard; then for too few shards"),
        Row("spillover", spillover, above(only(spec.alias, limits.spillover_percent), "%"), severity=warning,
            impact="These calls wait for a cold start, which for a model takes long",
            first_step="Raise the provisioned concurrency, or let it scale"),
        Row("memory", series("LambdaInsights", {"function_name": function}, limits.period_seconds)(
                "memory_utilization", "Maximum"),
            above(only(spec.insights, limits.memory_percent), "%"), window, warning),
    )
    # fmt: on
