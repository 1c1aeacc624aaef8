"""What users get wrong about failing jobs, and when their alarms fire."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import TrainingJobsSpec
from constructs_lib.alarms.alarm import Alarm, Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.patterns.training_jobs.alarms import alarms as alarm_table
from tests.configs import config, problems
from tests.sagemaker import training


def found(**options: Any) -> list[str]:
    return [
        problem.removeprefix("monitors.training").removeprefix(".").removeprefix(": ")
        for problem in problems(config({"training": training(**options)}))
    ]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"name_prefix": ""},
            "name_prefix: no name in SageMaker begins with ''; write letters, digits and hyphens, 63 of them at most",
        ),
        (
            {"name_prefix": "ranker_"},
            (
                "name_prefix: no name in SageMaker begins with 'ranker_'; write letters, digits and hyphens, 63 of "
                "them at most"
            ),
        ),
        (
            {"jobs": ["tuning"], "name_prefix": "a" * 33},
            (
                f"name_prefix: {'a' * 33!r} has 33 characters, and the name of a tuning job 32; shorten it, or watch "
                "tuning jobs in a monitor of their own"
            ),
        ),
        (
            {"jobs": ["traning"]},
            (
                "jobs.0: 'traning' is not 'training', 'processing', 'transform', 'tuning' or 'pipeline'; "
                "did you mean 'training'?"
            ),
        ),
        ({"jobs": ["training", "training"]}, "jobs: a kind of job is listed twice; remove one"),
        (
            {"escalate": {"severity": "warning"}},
            (
                "escalate.severity: 'warning' is not above 'warning', the severity of a single failure; name a higher "
                "severity, or lower that of the monitor"
            ),
        ),
        ({"escalate": {"after_failures": 1}}, "escalate.after_failures: 1 is below 2; write 2 or more"),
        ({"overdue": {"no_success_hours": 200}}, "overdue.no_success_hours: 200 is above 168; write 168 or less"),
    ],
)
def test_what_users_get_wrong(options: dict[str, Any], problem: str) -> None:
    assert found(**options) == [problem]


def test_a_rule_name_that_is_too_long_once_it_is_whole() -> None:
    (failed, succeeded) = problems(config({"t" * 30: training()}))
    assert "characters, and EventBridge takes 64" in failed
    assert "training-succeeded" in succeeded


def test_nobody_may_be_left_to_hear_of_a_failure() -> None:
    (problem,) = problems(config({"training": training(severity="info")}))
    assert problem.startswith("notifications.info: no one receives 'info'")


def table(**options: Any) -> dict[str, Alarm]:
    spec = TrainingJobsSpec.model_validate(training(**options))
    return {alarm.key: alarm for alarm in alarm_table(spec, "shop-training")}


def counted(alarm: Alarm) -> Metric:
    """What an alarm counts, with 0 where nothing was: else old failures would be counted again, and silence late."""
    assert isinstance(alarm.condition, Threshold) and isinstance(alarm.condition.watch, Math)
    assert alarm.condition.watch.expression == "FILL(count, 0)"
    return alarm.condition.watch.metrics["count"]


def test_the_third_failure_within_six_hours_is_critical() -> None:
    repeated = table()["training-repeated"]
    watch = counted(repeated)
    assert repeated.severity == "critical"
    assert (repeated.condition.comparison, repeated.condition.limit) == ("at_least", 3)  # type: ignore[union-attr]
    assert (watch.namespace, watch.name, watch.period_seconds) == ("AWS/Events", "TriggeredRules", 21_600)
    assert watch.dimensions == {"RuleName": "shop-training-training-failed"}


def test_silence_is_what_overdue_is_about() -> None:
    overdue = table()["training-overdue"]
    assert (overdue.evaluate.breaching, overdue.evaluate.of) == (26, 26)
    assert overdue.missing_data == "breaching"
    assert counted(overdue).dimensions == {"RuleName": "shop-training-training-succeeded"}


def test_every_kind_of_job_has_its_own_ladder() -> None:
    keys = set(table(jobs=["training", "pipeline"], overdue=None))
    assert keys == {"training-repeated", "pipeline-repeated", "undelivered"}


def test_without_a_ladder_only_lost_messages_are_an_alarm() -> None:
    assert set(table(escalate=None, overdue=None)) == {"undelivered"}
