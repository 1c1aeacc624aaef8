"""What a user may say of an objective, and which alarms that gives."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, AllOf, Math, Threshold
from constructs_lib.patterns.slo import PATTERN, SloSpec
from constructs_lib.patterns.slo.tiers import TIERS
from tests.configs import config, load, problems

COUNTS: dict[str, Any] = {
    "bad": {"namespace": "Shop", "name": "Failed", "custom": True},
    "total": {"namespace": "Shop", "name": "Requests", "custom": True},
}
SLO: dict[str, Any] = {"pattern": "slo", "target_percent": 99.5, **COUNTS}
FIRST_TOKEN = {
    "namespace": "AWS/Bedrock",
    "name": "TimeToFirstToken",
    "dimensions": {"ModelId": "us.amazon.nova-lite-v1:0"},
}


def only(**options: Any) -> dict[str, Any]:
    """An objective without the counts."""
    return {"pattern": "slo", "target_percent": 99.5, **options}


def table(spec: dict[str, Any]) -> dict[str, Alarm]:
    return {alarm.key: alarm for alarm in PATTERN.alarms(SloSpec.model_validate(spec), "shop-slo")}


def limit(alarm: Alarm) -> float:
    assert isinstance(alarm.condition, Threshold)
    return alarm.condition.limit


def math(alarm: Alarm) -> Math:
    assert isinstance(alarm.condition, Threshold)
    assert isinstance(alarm.condition.watch, Math)
    return alarm.condition.watch


@pytest.mark.parametrize(
    ("days", "burns"),
    [(30, [14.4, 6, 3, 1]), (28, [13.44, 5.6, 2.8, 0.933]), (7, [3.36, 1.4, 0.7, 0.233])],
    ids=["30 days, as in the book", "28 days", "7 days"],
)
def test_the_factors_follow_from_the_window(days: int, burns: list[float]) -> None:
    assert [round(tier.burn(days), 3) for tier in TIERS.values()] == burns


def test_two_windows_and_a_composite_a_tier_and_only_composites_notify() -> None:
    alarms = table(SLO)
    assert [*alarms] == [f"{tier}{part}" for tier in ("fast", "medium", "slow") for part in ("-long", "-short", "")]
    assert {key for key, alarm in alarms.items() if alarm.notifies} == {"fast", "medium", "slow"}
    assert {key: alarm.severity for key, alarm in alarms.items() if alarm.notifies} == {
        "fast": "critical",
        "medium": "critical",
        "slow": "warning",
    }
    assert [limit(alarms[f"{tier}-long"]) for tier in ("fast", "medium", "slow")] == [6.72, 2.8, 1.4]
    periods = {key: math(alarm).period_seconds for key, alarm in alarms.items() if not alarm.notifies}
    assert periods == {
        "fast-long": 3_600,
        "fast-short": 300,
        "medium-long": 21_600,
        "medium-short": 1_800,
        "slow-long": 86_400,
        "slow-short": 7_200,
    }
    assert {(one.evaluate.of, one.missing_data) for one in alarms.values() if not one.notifies} == {
        (1, "not_breaching")
    }


def test_a_higher_tier_silences_the_next_for_as_long_as_that_still_sees_the_same() -> None:
    conditions = {key: alarm.condition for key, alarm in table(SLO | {"alerts": ["fast", "creeping"]}).items()}
    fast, creeping = conditions["fast"], conditions["creeping"]
    assert isinstance(fast, AllOf)
    assert isinstance(creeping, AllOf)
    assert (fast.suppressed_by, creeping.suppressed_by, creeping.extension_seconds) == (None, "fast", 21_600)


def test_the_floors_shrink_with_the_window() -> None:
    alarms = table(SLO | {"minimum_requests": 600, "minimum_bad": 24})
    assert ">= 600 AND (FILL(bad, 0)) >= 24" in math(alarms["fast-long"]).expression
    assert ">= 50 AND (FILL(bad, 0)) >= 2" in math(alarms["fast-short"]).expression
    assert "AND (FILL(bad, 0)) >= 1" in math(table(SLO)["fast-short"]).expression, "one bad request at least"


def test_good_ones_may_be_counted_instead_of_bad_ones() -> None:
    spec = {key: value for key, value in SLO.items() if key != "bad"} | {"good": COUNTS["bad"] | {"name": "Served"}}
    assert "(FILL(total, 0) - FILL(good, 0))" in math(table(spec)["fast-long"]).expression


def test_a_time_is_compared_by_the_share_of_fast_requests() -> None:
    watch = math(table(only(target_percent=95, within={"metric": FIRST_TOKEN, "milliseconds": 3000}))["fast-long"])
    assert {key: metric.statistic for key, metric in watch.metrics.items()} == {
        "good": "PR(:3000)",
        "requests": "SampleCount",
    }


def test_a_time_in_other_units_is_converted() -> None:
    latency = {
        "namespace": "AWS/SageMaker",
        "name": "ModelLatency",  # in microseconds
        "dimensions": {"EndpointName": "ranker", "VariantName": "AllTraffic"},
    }
    watch = math(table(only(within={"metric": latency, "milliseconds": 0.5}))["fast-long"])
    assert watch.metrics["good"].statistic == "PR(:500)"


LLM = {"pattern": "llm", "models": ["us.amazon.nova-lite-v1:0"]}
API = {
    "pattern": "model_api",
    "routes": [{"path": "/rank", "method": "POST", "lambda": "ranker"}],
    "authorization": "iam",
}
FUNCTION = {"pattern": "lambda_inference", "function": "ranker", "timeout_seconds": 30}
ENDPOINT = {"pattern": "model_endpoint", "endpoint": "ranker", "kind": "real_time"}


@pytest.mark.parametrize(
    ("monitor", "names"),
    [
        (LLM, {"Invocations", "InvocationServerErrors", "InvocationThrottles"}),
        (API, {"Count", "5XXError"}),
        (ENDPOINT, {"Invocations", "Invocation5XXErrors"}),
        (FUNCTION, {"Invocations", "Errors", "Throttles"}),
    ],
    ids=lambda value: value["pattern"] if isinstance(value, dict) else "",
)
def test_a_monitor_knows_its_good_and_bad(monitor: dict[str, Any], names: set[str]) -> None:
    loaded = load(config({"service": monitor, "promise": only(of="service")}))
    alarms = {alarm.key: alarm for alarm in loaded.contents("production").tables["promise"]}
    assert {metric.name for metric in math(alarms["fast-long"]).metrics.values()} == names
    assert "Look at the alarms of service" in alarms["fast"].first_step


def test_the_sentence_is_one_a_product_owner_understands() -> None:
    fast = table(only(target_percent=95, within={"metric": FIRST_TOKEN, "milliseconds": 3000}))["fast"]
    assert fast.summary == (
        "at this rate the 28 days' error budget is spent in 50 hours: more than 67.2 % of requests take longer than "
        "3000 ms, over 1 hour and still over the last 5 minutes"
    )
    assert fast.impact == "Users are failed faster than was agreed: 5 % may be"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (99.5, "5 of 1,000 requests may be bad, or all of them for 201.6 minutes"),
        (99.95, "5 of 10,000 requests may be bad, or all of them for 20.2 minutes"),
        (95, "5 of 100 requests may be bad, or all of them for 2016 minutes"),
    ],
)
def test_the_budget_in_minutes_and_requests(target: float, words: str) -> None:
    assert SloSpec.model_validate(SLO | {"target_percent": target, "alerts": ["slow"]}).budget.endswith(words)


REFUSED: list[tuple[dict[str, Any], str]] = [
    (SLO | {"target_percent": 100}, "target_percent: 100 is not below 100; write a number below 100"),
    (SLO | {"window_days": 6}, "window_days: 6 is below 7; write 7 or more"),
    (SLO | {"window_days": 91}, "window_days: 91 is above 90; write 90 or less"),
    (
        SLO | {"target_percent": "${var.target}"},
        (
            "target_percent: '${var.target}' is a Terraform reference, and this must be known before deployment; write "
            "the value itself"
        ),
    ),
    (
        SLO | {"target_percent": 90},
        (
            "alerts: `fast` would fire above 134.4 % of bad requests, which is never reached: with 10 % allowed, 2 % "
            "of the 28 days' budget can't be spent in 1 hour; write `alerts: [medium, slow]`, or a higher target"
        ),
    ),
    (
        SLO | {"window_days": 7, "alerts": ["slow"]},
        (
            "alerts: `slow` would fire while the objective is met: at its rate the budget lasts 10 days, longer than "
            "the 7 days; leave it out, or write a longer window"
        ),
    ),
    (SLO | {"alerts": ["fast", "fast"]}, "alerts: lists one twice; remove one"),
    (
        only(),
        "nothing says which requests are good; give one of `of`, `bad` or `good` with `total`, or `within`",
    ),
    (
        SLO | {"within": {"metric": FIRST_TOKEN, "milliseconds": 3000}},
        "within: bad and within are given; give one of `of`, `bad` or `good` with `total`, or `within`",
    ),
    (only(bad=COUNTS["bad"]), "total: is missing; give `bad` or `good` with `total`"),
    (
        SLO | {"bad": COUNTS["bad"] | {"namespace": "Other"}},
        ("bad: counts something else than `total`: Other, and Shop; count the same thing with both"),
    ),
    (
        SLO | {"bad": COUNTS["bad"] | {"statistic": "Average"}},
        "bad.statistic: Average does not count anything; leave it out",
    ),
    (
        only(within={"metric": FIRST_TOKEN | {"name": "Invocations"}, "milliseconds": 3000}),
        "within.metric: Invocations is in count, not a time; name a latency or a duration",
    ),
    (
        only(of="nobody"),
        "of: 'nobody' is not a monitor of this stack; give `bad` and `total` in its place",
    ),
    (only(of={"existing": "x"}), "of: names no monitor of this stack; give `bad` and `total` in its place"),
]


@pytest.mark.parametrize(("spec", "problem"), REFUSED, ids=[problem.partition(";")[0] for _, problem in REFUSED])
def test_what_could_not_fire_is_refused(spec: dict[str, Any], problem: str) -> None:
    path = "monitors.slo: " if problem.startswith("nothing says") else "monitors.slo."
    assert problems(config({"slo": spec})) == [f"{path}{problem}"]


def test_a_monitor_without_good_and_bad_is_refused() -> None:
    queue = {"pattern": "queue", "queue": "jobs", "wait_minutes": 10}
    assert problems(config({"jobs": queue, "slo": only(of="jobs")})) == [
        "monitors.slo.of: 'jobs' makes none; give `bad` and `total` in its place"
    ]
    assert problems(config({"jobs": queue, "chat": LLM, "slo": only(of="jobs")})) == [
        "monitors.slo.of: 'jobs' makes none; use one of chat or give `bad` and `total` in its place"
    ]


def test_a_short_window_has_fewer_alerts_by_itself() -> None:
    assert [tier.name for tier in SloSpec.model_validate(SLO | {"window_days": 7}).tiers] == ["fast", "medium"]
