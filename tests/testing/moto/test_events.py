"""EventBridge to SNS, by boto3 alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib.simulation.input_transformer import fill
from constructs_lib.testing import MotoServer, Probe
from tests.names import Names

FAILED = {"TrainingJobName": "ranker-7", "TrainingJobStatus": "Failed", "FailureReason": 'Disk "full"'}


class Rule:
    """A rule for failed training jobs, its topic, and what arrives there."""

    def __init__(self, moto: MotoServer, names: Names) -> None:
        self.name = names("training-failed")
        self.events = moto.client("events")
        self.source = names("source")
        self.topic = moto.client("sns").create_topic(Name=names("tickets"))["TopicArn"]
        self.probe: Probe = moto.listen(self.topic)

    def put(self, *, pattern: dict[str, Any] | None = None, state: str = "ENABLED", **target: Any) -> None:
        wanted = pattern or {"source": [self.source], "detail": {"TrainingJobStatus": ["Failed"]}}
        self.events.put_rule(Name=self.name, EventPattern=json.dumps(wanted), State=state)
        self.events.put_targets(Rule=self.name, Targets=[{"Id": "topic", "Arn": self.topic, **target}])

    def send(self, detail: dict[str, Any]) -> None:
        self.events.put_events(
            Entries=[
                {
                    "Source": self.source,
                    "DetailType": "SageMaker Training Job State Change",
                    "Detail": json.dumps(detail),
                }
            ]
        )

    def received(self) -> list[str]:
        return [notification["Message"] for notification in self.probe.notifications()]


@pytest.fixture
def rule(moto: MotoServer, names: Names) -> Rule:
    return Rule(moto, names)


def test_a_matching_event_arrives_whole(rule: Rule) -> None:
    rule.put()
    rule.send(FAILED)
    rule.send({**FAILED, "TrainingJobStatus": "Completed"})

    (message,) = rule.received()
    event = json.loads(message)
    assert event["detail"] == FAILED
    assert event["source"] == rule.source
    assert event["time"].endswith("Z")


def test_the_transformer_makes_a_readable_message(rule: Rule) -> None:
    rule.put(
        InputTransformer={
            "InputPathsMap": {"job": "$.detail.TrainingJobName", "reason": "$.detail.FailureReason"},
            "InputTemplate": '"Training job <job> failed: <reason>"\n"First: open its log."',
        }
    )
    rule.send(FAILED)

    assert rule.received() == ['"Training job ranker-7 failed: Disk \\"full\\""\n"First: open its log."']


@pytest.mark.parametrize(
    ("target", "message"),
    [({"Input": '{"fixed": 1}'}, '{"fixed": 1}'), ({"InputPath": "$.detail.TrainingJobName"}, '"ranker-7"')],
)
def test_a_fixed_input_and_a_path(rule: Rule, target: dict[str, Any], message: str) -> None:
    rule.put(**target)
    rule.send(FAILED)

    assert rule.received() == [message]


def test_a_disabled_rule_is_silent(rule: Rule) -> None:
    rule.put(state="DISABLED")
    rule.send(FAILED)

    assert rule.received() == []


def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(rule: Rule, moto: MotoServer, names: Names) -> None:
    sqs = moto.client("sqs")
    queue = sqs.create_queue(QueueName=names("undelivered"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    rule.topic = rule.topic.replace("tickets", "gone")
    rule.put(DeadLetterConfig={"Arn": arn})
    rule.send(FAILED)

    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["detail"] == FAILED


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ('"<name> is <n>"', '"a \\"b\\" is 3"'),
        ("<name>", '"a \\"b\\""'),
        ('{"n": <n>, "text": "<name>", "all": <tree>}', '{"n": 3, "text": "a \\"b\\"", "all": {"x": [1]}}'),
        ('"tree: <tree>"', '"tree: {\\"x\\": [1]}"'),
        ('"missing: <missing>."', '"missing: ."'),
        ('"not ours: <other>"', '"not ours: <other>"'),
        ('"escaped \\" quote <n>"', '"escaped \\" quote 3"'),
    ],
)
def test_a_template_is_filled(template: str, filled: str) -> None:
    assert fill(template, {"name": 'a "b"', "n": 3, "tree": {"x": [1]}, "missing": None}) == filled
