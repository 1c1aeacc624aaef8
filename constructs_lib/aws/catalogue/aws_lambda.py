"""AWS Lambda."""

from __future__ import annotations

from collections.abc import Mapping

from constructs_lib.aws.catalogue.facts import MetricFacts, Namespace, dimension_sets

_ACCOUNT_ONLY = dimension_sets("")
_MAPPING = dimension_sets("EventSourceMappingUUID")
_LOGS = "Open the function's log group, /aws/lambda/ followed by its name, and read the newest errors"


def _subject(dimensions: Mapping[str, str]) -> str:
    if "EventSourceMappingUUID" in dimensions:
        return f"event source mapping {dimensions['EventSourceMappingUUID']}"
    if "FunctionName" not in dimensions:
        return "all Lambda functions of the account"
    return f"Lambda function {dimensions.get('Resource', dimensions['FunctionName'])}"


def _count(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(meaning=meaning, unit="count", statistics=("Sum",), impact=impact, first_step=first_step)


def _failed(meaning: str, impact: str, first_step: str) -> MetricFacts:
    # A call publishes 0 or 1, so that the average is the share that failed.
    return MetricFacts(
        meaning=meaning, unit="count", statistics=("Sum", "Average"), impact=impact, first_step=first_step, highest=1
    )


def _peak(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(meaning=meaning, unit="count", statistics=("Maximum",), impact=impact, first_step=first_step)


def _time(meaning: str, impact: str, first_step: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="milliseconds",
        statistics=("p99", "p95", "p90", "Average", "Maximum"),
        impact=impact,
        first_step=first_step,
    )


def _of_account(meaning: str) -> MetricFacts:
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Maximum",),
        impact="Calls are throttled at the limit",
        first_step=_CONCURRENCY,
        dimension_sets=_ACCOUNT_ONLY,
    )


def _mapped(meaning: str, first_step: str) -> MetricFacts:
    """What an event source mapping reports of itself."""
    return MetricFacts(
        meaning=meaning,
        unit="count",
        statistics=("Sum",),
        impact="Records are not worked on as they should be",
        first_step=first_step,
        dimension_sets=_MAPPING,
        requires="`metrics_config` with EventCount on the event source mapping",
    )


_CALLERS = "Callers do not get what they asked for"
_SLOW = "Callers wait longer, and at the function's timeout they get an error"
_TRAFFIC = (
    "Fewer calls than usual mean that a caller broke (a full stop is not seen); more mean cost and throttling ahead"
)
_CALLER_STEP = "Look at what calls the function: its last deployment and its errors"
_CONCURRENCY = "Compare with the account's concurrency limit, and find the function that grew"

NAMESPACE = Namespace(
    name="AWS/Lambda",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    dimension_sets=dimension_sets("FunctionName", "FunctionName Resource", "ExecutedVersion FunctionName Resource", ""),
    subject=_subject,
    lists_all=False,
    metrics={
        "Invocations": _count("invocations", _TRAFFIC, _CALLER_STEP),
        "Errors": _failed("errors", _CALLERS, _LOGS),
        "Throttles": _failed("throttled calls", _CALLERS, "Raise the reserved concurrency, or the account's limit"),
        "Duration": _time("duration", _SLOW, _LOGS),
        "PostRuntimeExtensionsDuration": _time("time extensions ran on after the code", _SLOW, _LOGS),
        "ConcurrentExecutions": _peak("concurrent executions", "Calls are throttled at the limit", _CONCURRENCY),
        "UnreservedConcurrentExecutions": _of_account("concurrent executions without a reservation"),
        "ClaimedAccountConcurrency": _of_account("concurrency in use or reserved"),
        "ProvisionedConcurrentExecutions": _peak("executions on provisioned concurrency", _SLOW, _CONCURRENCY),
        "ProvisionedConcurrencyInvocations": _count("calls served by provisioned concurrency", _SLOW, _CONCURRENCY),
        "ProvisionedConcurrencySpilloverInvocations": _count(
            "calls beyond provisioned concurrency", "These calls pay for a cold start", "Raise provisioned concurrency"
        ),
        "ProvisionedConcurrencyUtilization": MetricFacts(
            meaning="share of provisioned concurrency in use",
            unit="ratio from 0 to 1",
            statistics=("Maximum", "Average"),
            impact="Above 1, calls pay for a cold start",
            first_step="Raise provisioned concurrency",
        ),
        "DeadLetterErrors": _count(
            "events that did not reach the dead-letter queue", "These events are lost", "Check the function's role"
        ),
        "DestinationDeliveryFailures": _count(
            "results that did not reach their destination", "These results are lost", "Check the function's role"
        ),
        "RecursiveInvocationsDropped": _count(
            "calls dropped because the function calls itself",
            "Work is not done, and before the stop it cost money",
            "Find the loop: the function writes to what triggers it",
        ),
        "IteratorAge": _time("age of the last stream record read", "Results lag behind", _LOGS),
        "OffsetLag": _peak("records waiting in the stream", "Results lag behind", _LOGS),
        "AsyncEventsReceived": _count("queued asynchronous events", _TRAFFIC, _CALLER_STEP),
        "AsyncEventsDropped": _count("dropped asynchronous events", "These events are lost", _LOGS),
        "AsyncEventAge": _time("time asynchronous events waited", "Results lag behind", _CONCURRENCY),
        "UrlRequestCount": _count("requests to the function URL", _TRAFFIC, _CALLER_STEP),
        "Url4xxCount": _count("function URL requests refused as wrong (4xx)", _CALLERS, _CALLER_STEP),
        "Url5xxCount": _count("function URL requests that failed (5xx)", _CALLERS, _LOGS),
        "UrlRequestLatency": _time("latency of the function URL", _SLOW, _LOGS),
        "SignatureValidationErrors": _count(
            "deployments with code whose signature is not valid", "Unsigned code runs", "Look at what deployed it"
        ),
        "PolledEventCount": _mapped("records read", _CALLER_STEP),
        "FilteredOutEventCount": _mapped(
            "records filtered out", "Look at the mapping's filter, and one of the records"
        ),
        "InvokedEventCount": _mapped("records handed to the function", _LOGS),
        "FailedInvokeEventCount": _mapped("records the function failed on", _LOGS),
        "DroppedEventCount": _mapped("records dropped after their age or retries", _LOGS),
        "OnFailureDestinationDeliveredEventCount": _mapped("records sent to the destination for failures", _LOGS),
        "DeletedEventCount": _mapped("messages deleted after the function succeeded", _LOGS),
    },
)
