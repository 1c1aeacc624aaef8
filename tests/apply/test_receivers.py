"""An alarm's message at the last hop: a queue of the same stack, a web address, a topic of the user's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from constructs_lib import Environment, Notifications, NotificationsSpec, QueueMonitor, QueueSpec, Receiver
from constructs_lib.cdk import TerraformStack, TerraformVariable, aws
from constructs_lib.stack import AWS_PROVIDER_VERSIONS
from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.stacks import new_app

pytestmark = pytest.mark.apply


@contextmanager
def web_hook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address on this machine, and what was posted to it."""
    posted: list[dict[str, Any]] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Takes) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", posted
        server.shutdown()


def stack(names: Names, topic: str) -> TerraformStack:
    made = TerraformStack(new_app(), names("shop"))
    made.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSIONS)
    aws.provider.AwsProvider(made, "aws", region="us-east-1")
    url = TerraformVariable(made, "url", sensitive=True).string_value
    key = TerraformVariable(made, "key", sensitive=True).string_value
    queue = aws.sqs_queue.SqsQueue(made, "alarms", name=names("alarms"))
    spec = NotificationsSpec(
        critical=[
            Receiver(sqs=queue.arn),
            Receiver(https=url),
            Receiver(pagerduty=key),
            Receiver(email="oncall@example.com"),
            Receiver(topic=topic),
        ]
    )
    here = Environment("123456789012", "us-east-1")
    told = Notifications(made, "alerts", spec, name=names("shop"), environment=here)
    watched = QueueSpec(queue="jobs", wait_minutes=10, severity="critical")
    QueueMonitor(made, "jobs", watched, notifications=told, name=names("jobs"), runbook="https://r.example.com")
    return made


def test_each_receiver_gets_the_alarm(workspace: WorkspaceFactory, moto: MotoServer, names: Names) -> None:
    own = moto.client("sns").create_topic(Name=names("own"))["TopicArn"]
    theirs = moto.listen(own)
    with web_hook() as (url, posted):
        live_stack = workspace(stack(names, own), endpoint=moto.url, variables={"url": url, "key": "k" * 32})
        with applied(live_stack):
            moto.set_alarm_state(names("jobs-waiting"), "ALARM")
            sqs = moto.client("sqs")
            queue = sqs.get_queue_url(QueueName=names("alarms"))["QueueUrl"]
            (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
            assert json.loads(json.loads(received["Body"])["Message"])["NewStateValue"] == "ALARM"
            statements = json.loads(
                sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy"])["Attributes"]["Policy"]
            )["Statement"]
            assert statements[0]["Principal"] == {"Service": "sns.amazonaws.com"}

            (message,) = [json.loads(one["Message"]) for one in posted if one["Type"] == "Notification"]
            assert (message["AlarmName"], message["NewStateValue"]) == (names("jobs-waiting"), "ALARM")
            (page,) = theirs.alarm_messages()
            assert page["AlarmName"] == names("jobs-waiting")

            listed = moto.client("sns").list_subscriptions()["Subscriptions"]
            endpoints = {one["Endpoint"] for one in listed if names("shop") in one["TopicArn"]}
            assert {f"https://events.pagerduty.com/integration/{'k' * 32}/enqueue", "oncall@example.com"} <= endpoints
