"""An SQS queue that EventBridge rules write to."""

from __future__ import annotations

from typing import Any

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct
from constructs_lib.resources.policy import Statement, document, only_tls
from constructs_lib.resources.values import aws


class EventQueue(Construct):
    """A queue for events, encrypted by SQS itself: EventBridge then needs no key.

    Args:
        name: Name of the queue.
        rules: What the names of the rules that may write begin with.
        kept_days: Days until a message no one fetched is deleted.

    Attributes:
        queue: The aws_sqs_queue.
        arn: Its ARN.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, environment: Environment, rules: str, kept_days: int
    ) -> None:
        super().__init__(scope, construct_id)
        self.queue: Any = aws.sqs_queue.SqsQueue(
            self, "queue", name=name, sqs_managed_sse_enabled=True, message_retention_seconds=kept_days * 86_400
        )
        self.arn: str = self.queue.arn
        statements = [
            Statement(
                sid="EventBridgeWrites",
                actions=["sqs:SendMessage"],
                resources=[self.queue.arn],
                principals={"Service": "events.amazonaws.com"},
                conditions={"ArnLike": {"aws:SourceArn": environment.arn("events", f"rule/{rules}*")}},
            ),
            only_tls(["sqs:*"], [self.queue.arn]),
        ]
        aws.sqs_queue_policy.SqsQueuePolicy(self, "policy", queue_url=self.queue.url, policy=document(statements))
