"""The training-jobs pattern: which events count, who is told, and in which words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import ConfigError, Environment, Routing, TrainingJobsMonitor, TrainingJobsSpec
from constructs_lib.testing import resource, resources
from tests import sagemaker
from tests.stacks import CRITICAL, ROUTING, WARNING, own_stack

HERE = Environment("123456789012", "us-east-1")


def synthesised(routing: Routing = ROUTING, **options: Any) -> dict[str, Any]:
    spec = TrainingJobsSpec.model_validate(sagemaker.training(**options))
    return own_stack(
        lambda scope: TrainingJobsMonitor(
            scope, "jobs", spec, environment=HERE, notifications=routing, name="shop-jobs", runbook="https://x/{alarm}"
        )
    )


def patterns(**options: Any) -> dict[str, Any]:
    """The event patterns, by the rule's name."""
    rules = resources(synthesised(**options), "aws_cloudwatch_event_rule").values()
    return {rule["name"]: json.loads(rule["event_pattern"]) for rule in rules}


def test_a_failure_and_the_end_of_its_time_count_and_a_stop_by_hand_does_not() -> None:
    assert patterns()["shop-jobs-training-failed"] == {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Training Job State Change"],
        "detail": {
            "TrainingJobName": [{"prefix": "ranker-"}],
            "$or": [
                {"TrainingJobStatus": ["Failed"]},
                {
                    "TrainingJobStatus": ["Stopped"],
                    "SecondaryStatus": ["MaxRuntimeExceeded", "MaxWaitTimeExceeded"],
                },
            ],
        },
    }


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("processing", {"ProcessingJobName": [{"prefix": "ranker-"}], "ProcessingJobStatus": ["Failed"]}),
        ("transform", {"TransformJobName": [{"prefix": "ranker-"}], "TransformJobStatus": ["Failed"]}),
        (
            "tuning",
            {"HyperParameterTuningJobName": [{"prefix": "ranker-"}], "HyperParameterTuningJobStatus": ["Failed"]},
        ),
        (
            "pipeline",
            {
                "pipelineArn": [{"prefix": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/ranker-"}],
                "currentPipelineExecutionStatus": ["Failed"],
            },
        ),
    ],
)
def test_every_kind_of_job_has_its_own_fields(kind: str, detail: dict[str, Any]) -> None:
    assert patterns(jobs=[kind], overdue=None)[f"shop-jobs-{kind}-failed"]["detail"] == detail


def test_a_pipelines_arn_may_be_in_lower_case() -> None:
    found = patterns(jobs=["pipeline"], name_prefix="Ranker")["shop-jobs-pipeline-failed"]
    assert [name["prefix"].rpartition("/")[2] for name in found["detail"]["pipelineArn"]] == ["Ranker", "ranker"]


def test_any_stop_counts_if_wanted() -> None:
    detail = patterns(stopped="any")["shop-jobs-training-failed"]["detail"]
    assert detail["TrainingJobStatus"] == ["Failed", "Stopped"]


def test_a_failure_is_told_with_retries_and_a_place_for_what_is_lost() -> None:
    stack = synthesised(overdue=None)
    target = resource(stack, "aws_cloudwatch_event_target")
    (queue,) = resources(stack, "aws_sqs_queue")
    assert target["arn"] == WARNING, "the severity's topic"
    assert target["retry_policy"] == {"maximum_event_age_in_seconds": 86_400, "maximum_retry_attempts": 185}
    assert target["dead_letter_config"] == {"arn": f"${{aws_sqs_queue.{queue}.arn}}"}
    assert resources(stack, "aws_sqs_queue")[queue]["sqs_managed_sse_enabled"] is True
    policy = json.loads(resource(stack, "aws_sqs_queue_policy")["policy"])
    condition = policy["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"]
    assert condition == "arn:aws:events:us-east-1:123456789012:rule/shop-jobs*"


def test_the_message_in_readable_lines(json_snapshot: SnapshotAssertion) -> None:
    transformer = resource(synthesised(overdue=None), "aws_cloudwatch_event_target")["input_transformer"]
    assert all(json.loads(line) for line in transformer["input_template"].splitlines()), "each a quoted string"
    assert json_snapshot == transformer


def test_the_users_own_words_can_not_break_the_message() -> None:
    stack = synthesised(overdue=None, impact='Revenue < 1 "today"', first_step="see <wiki> %{x}")
    template = resource(stack, "aws_cloudwatch_event_target")["input_transformer"]["input_template"]
    assert '"Revenue ‹ 1 \\"today\\""' in template
    assert "First: see ‹wiki› %%{x}" in template


def test_successes_are_counted_where_they_are_awaited() -> None:
    stack = synthesised()
    assert len(resources(stack, "aws_sqs_queue")) == 2
    assert set(patterns()) == {"shop-jobs-training-failed", "shop-jobs-training-succeeded"}
    assert set(patterns(overdue=None)) == {"shop-jobs-training-failed"}


def test_the_third_failure_calls_somebody_else() -> None:
    alarms = resources(synthesised(), "aws_cloudwatch_metric_alarm").values()
    actions = {alarm["alarm_name"]: alarm["alarm_actions"] for alarm in alarms}
    assert actions == {
        "shop-jobs-training-repeated": [CRITICAL],
        "shop-jobs-training-overdue": [WARNING],
        "shop-jobs-undelivered": [WARNING],
    }


def test_an_action_that_is_no_topic_can_not_take_an_event() -> None:
    function = "arn:aws:lambda:us-east-1:123456789012:function:on-alarm"
    with pytest.raises(ConfigError, match="all that receives 'warning' hears of alarms only"):
        synthesised(Routing({"warning": [function], "critical": [CRITICAL]}))
