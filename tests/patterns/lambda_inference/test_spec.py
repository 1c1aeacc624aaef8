"""What a user may say of a function, and which alarms that gives."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, Math, Threshold
from constructs_lib.patterns.lambda_inference import PATTERN, LambdaInferenceSpec
from tests.configs import config, problems

EMBEDDER: dict[str, Any] = {"pattern": "lambda_inference", "function": "embedder", "timeout_seconds": 30}
EVERYTHING: dict[str, Any] = {
    "called": ["synchronously", "asynchronously", "stream", "queue"],
    "alias": "live",
    "reserved_concurrency": 100,
    "account_concurrency": 1000,
    "insights": True,
    "alarms": {"spillover_percent": 5},
}


def table(**options: Any) -> dict[str, Alarm]:
    spec = LambdaInferenceSpec.model_validate(EMBEDDER | options)
    return {alarm.key: alarm for alarm in PATTERN.alarms(spec, "shop-embedder")}


@pytest.mark.parametrize(
    ("called", "keys"),
    [
        (["synchronously"], ["errors", "throttled", "near-timeout"]),
        (
            ["asynchronously"],
            ["errors", "near-timeout", "event-age", "dropped", "undelivered", "recursion"],
        ),
        (["stream"], ["errors", "throttled", "near-timeout", "undelivered", "iterator-age"]),
        (["queue"], ["errors", "throttled", "near-timeout", "recursion"]),
    ],
    ids=["synchronously", "asynchronously", "stream", "queue"],
)
def test_what_calls_it_decides_what_there_is_to_watch(called: list[str], keys: list[str]) -> None:
    assert [*table(called=called)] == keys


def test_every_alarm_can_be_had() -> None:
    assert {key: alarm.severity for key, alarm in table(**EVERYTHING).items()} == {
        "errors": "critical",
        "throttled": "critical",
        "near-timeout": "warning",
        "concurrency": "warning",
        "account-concurrency": "warning",
        "event-age": "warning",
        "dropped": "critical",
        "undelivered": "critical",
        "recursion": "critical",
        "iterator-age": "warning",
        "spillover": "warning",
        "memory": "warning",
    }
    assert {alarm.missing_data for alarm in table(**EVERYTHING).values()} == {"not_breaching"}
    assert {alarm.severity for alarm in table(**EVERYTHING, severity="info").values()} == {"info"}


def test_a_dead_letter_queue_is_there_for_asynchronous_events_only() -> None:
    def watched(called: list[str]) -> set[str]:
        condition = table(called=called)["undelivered"].condition
        assert isinstance(condition, Threshold)
        assert isinstance(condition.watch, Math)
        return {metric.name for metric in condition.watch.metrics.values()}

    assert watched(["stream"]) == {"DestinationDeliveryFailures"}
    assert watched(["asynchronously"]) == {"DestinationDeliveryFailures", "DeadLetterErrors"}


@pytest.mark.parametrize(("timeout", "window"), [(1, 960), (60, 960), (61, 1_020), (900, 1_800)], ids=str)
def test_the_window_of_shares_exceeds_the_timeout(timeout: int, window: int) -> None:
    watch = table(timeout_seconds=timeout)["errors"].condition
    assert isinstance(watch, Threshold) and watch.watch.period_seconds == window


def test_of_a_timeout_that_is_not_known_yet_the_longest_is_assumed() -> None:
    watch = table(timeout_seconds="${var.timeout}")["errors"].condition
    assert isinstance(watch, Threshold) and watch.watch.period_seconds == 1_800


def test_the_sentences() -> None:
    at_once, lasting = "in one period of 16 minutes", "in 5 of 20 periods of 1 minute"
    assert {key: alarm.summary for key, alarm in table(**EVERYTHING).items()} == {
        "errors": f"the share of calls of Lambda function embedder that fail is above 5 % {at_once}",
        "throttled": (f"the share of calls of Lambda function embedder that are throttled is above 1 % {at_once}"),
        "near-timeout": (
            "the p99 duration of Lambda function embedder, in percent of its timeout of 30 seconds, is above 80 % "
            f"{at_once}"
        ),
        "concurrency": (
            f"the share of its reserved concurrency that Lambda function embedder uses is above 80 % {lasting}"
        ),
        "account-concurrency": (
            f"the share of the account's Lambda concurrency that is in use or reserved is above 80 % {lasting}"
        ),
        "event-age": (
            f"highest time asynchronous events waited of Lambda function embedder is above 300 seconds {lasting}"
        ),
        "dropped": "1 or more asynchronous events of Lambda function embedder were dropped in 5 minutes",
        "undelivered": (
            "1 or more events or results of Lambda function embedder reached neither dead-letter queue nor destination"
        ),
        "recursion": "Lambda function embedder calls itself, and Lambda has stopped it",
        "iterator-age": (
            f"highest age of the last stream record read of Lambda function embedder is above 300 seconds {lasting}"
        ),
        "spillover": (
            "the share of calls of Lambda function embedder:live beyond its provisioned concurrency is above 5 % "
            f"{at_once}"
        ),
        "memory": f"highest memory in use, in percent, of Lambda function embedder is above 90 % {lasting}",
    }


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"function": "arn:aws:lambda:us-east-1:123456789012:function:embedder"},
        (
            "function: 'arn:aws:lambda:us-east-1:123456789012:function:embedder' cannot be the name of a function; "
            "write the name alone, which follows `function:` in the ARN"
        ),
    ),
    ({"function": "my function"}, "function: 'my function' cannot be the name of a function; correct it"),
    ({"alias": "$LATEST"}, "alias: '$LATEST' names neither an alias nor a version; write it like live, or 7"),
    ({"timeout_seconds": 901}, "timeout_seconds: 901 is above 900; write 900 or less"),
    ({"reserved_concurrency": 0}, "reserved_concurrency: 0 is below 1; write 1 or more"),
    ({"account_concurrency": 0}, "account_concurrency: 0 is below 1; write 1 or more"),
    ({"called": []}, "called: is empty; add an entry"),
    ({"called": ["queue", "queue"]}, "called: a kind of call is listed twice; remove one"),
    (
        {"called": ["asynchronously"], "maximum_event_age_seconds": 300},
        (
            "alarms.event_age_seconds: a limit of 5 minutes is never reached: Lambda drops an event after 5 minutes; "
            "write less, or the `maximum_event_age_seconds` it really has"
        ),
    ),
    (
        {"called": ["stream"], "alarms": {"iterator_age_seconds": 86400}},
        (
            "alarms.iterator_age_seconds: a limit of 1 day is never reached: the stream drops a record after 1 day; "
            "write less, or the `stream_retention_hours` it really has"
        ),
    ),
    (
        {"timeout_seconds": 900, "alarms": {"share_period_seconds": 900}},
        (
            "alarms.share_period_seconds: 15 minutes are over before calls that run into the timeout of 15 minutes are "
            "counted, as of their start; write more than 1200, or leave it out"
        ),
    ),
    (
        {"alarms": {"near_timeout_percent": 100}},
        "alarms.near_timeout_percent: 100 is not below 100; write a number below 100",
    ),
    *(
        ({"alarms": {field: value}}, f"alarms.{field}: watches nothing here; {fix}")
        for field, value, fix in (
            ("event_age_seconds", 60, "add `asynchronously` to `called`"),
            ("dropped_events", 1, "add `asynchronously` to `called`"),
            ("undelivered_results", 1, "add `asynchronously` or `stream` to `called`"),
            ("iterator_age_seconds", 60, "add `stream` to `called`"),
            ("recursive_calls", 1, "add `asynchronously` or `queue` to `called`"),
            ("spillover_percent", 5, "name the `alias` that has provisioned concurrency"),
            ("memory_percent", 90, "write `insights: true` once its layer is there"),
            ("concurrency_percent", 90, "add `reserved_concurrency`"),
            ("account_concurrency_percent", 90, "add `account_concurrency`"),
        )
    ),
    (
        {"called": ["asynchronously"], "alarms": {"throttled_percent": 1}},
        "alarms.throttled_percent: watches nothing here; watch event_age_seconds instead",
    ),
]


@pytest.mark.parametrize(("options", "problem"), REFUSED, ids=[problem[:50] for _, problem in REFUSED])
def test_what_could_not_fire_is_refused(options: dict[str, Any], problem: str) -> None:
    assert problems(config({"embedder": EMBEDDER | options})) == [f"monitors.embedder.{problem}"]


def test_a_limit_that_is_switched_off_needs_nothing() -> None:
    off = {"event_age_seconds": None, "memory_percent": None, "iterator_age_seconds": None}
    assert problems(config({"embedder": EMBEDDER | {"alarms": off}})) == []


def test_every_value_may_be_a_reference() -> None:
    options = EVERYTHING | {
        "function": "${var.function}",
        "timeout_seconds": "${var.timeout}",
        "alias": "${var.alias}",
        "reserved_concurrency": "${var.reserved}",
        "account_concurrency": "${var.account}",
        "maximum_event_age_seconds": "${var.age}",
        "stream_retention_hours": "${var.hours}",
        "alarms": {"errors_percent": "${var.p}", "event_age_seconds": "${var.wait}", "minimum_requests": "${var.n}"},
    }
    assert problems(config({"embedder": EMBEDDER | options})) == []
