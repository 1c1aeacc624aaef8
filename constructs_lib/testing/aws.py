"""AWS played by moto, in a process of its own on this machine.

    with MotoServer() as moto:
        workspace = terraform.workspace(stack, directory, endpoint=moto.url)
        workspace.apply()
        moto.set_alarm_state("errors", "ALARM")

A green run shows the round trip of the provider's requests, never that AWS would accept them: moto validates little.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import IO, Any, Self, cast
from urllib.request import Request, urlopen
from uuid import uuid4

from constructs_lib.testing.overrides import REGION

ACCOUNT = "123456789012"
"""The account every resource in moto belongs to."""

_STOP_SECONDS = 10


class MotoUnavailable(Exception):
    """moto is not installed, or its server does not start."""


class MotoServer:
    """A moto server, with the calls and messages it lacks added (constructs_lib.testing.moto). One per test run."""

    def __init__(self) -> None:
        if importlib.util.find_spec("moto") is None:
            raise MotoUnavailable("moto is not installed: pip install 'ai-monitoring-constructs[testing]'")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "constructs_lib.testing.moto.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **environment,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                # Without it, attaching an AWS-managed policy fails with NoSuchEntity.
                "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
        )
        pipe = cast("IO[str]", self._process.stdout)
        port = pipe.readline().strip()
        if not port.isdigit():
            raise MotoUnavailable(f"moto's server did not start (exit {self._process.wait()}): its error is above")
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End the server and wait for it."""
        cast("IO[str]", self._process.stdin).close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        cast("IO[str]", self._process.stdout).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """Forget every resource."""
        urlopen(Request(f"{self.url}/moto-api/reset", method="POST")).close()  # noqa: S310 (our own http URL)

    def client(self, service: str, region: str = REGION) -> Any:
        """A boto3 client of this server."""
        import boto3

        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 (moto takes anything)
        )

    def set_alarm_state(self, alarm_name: str, state: str, reason: str = "set by a test") -> None:
        """Put an alarm into ALARM, OK or INSUFFICIENT_DATA; its actions, and the composites above it, follow."""
        self.client("cloudwatch").set_alarm_state(AlarmName=alarm_name, StateValue=state, StateReason=reason)

    def alarm_state(self, alarm_name: str) -> str:
        """The state of a metric or composite alarm."""
        found = self.client("cloudwatch").describe_alarms(
            AlarmNames=[alarm_name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        (alarm,) = found["MetricAlarms"] + found["CompositeAlarms"]
        return str(alarm["StateValue"])

    def metric(
        self, namespace: str, name: str, dimensions: Mapping[str, str] | None = None, statistic: str = "Sum"
    ) -> float | None:
        """One statistic over the last hour of the metric with exactly these dimensions; None where it has no data."""
        now = datetime.now(UTC)
        found = self.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in (dimensions or {}).items()],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=7200,
            Statistics=[statistic],
        )
        (point,) = found["Datapoints"] or [{statistic: None}]
        value: float | None = point[statistic]
        return value

    def put_log_lines(self, log_group: str, *lines: str, stream: str = "test") -> None:
        """Write lines to a log group now; its metric filters and subscriptions see them."""
        logs = self.client("logs")
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=log_group, logStreamName=stream)
        now = int(datetime.now(UTC).timestamp() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        logs.put_log_events(logGroupName=log_group, logStreamName=stream, logEvents=events)

    def listen(self, topic_arn: str) -> Probe:
        """A queue subscribed to the topic: what arrives there can be read from the probe."""
        return Probe(self, topic_arn)


class Probe:
    """Reads what a topic delivers, through an SQS queue made with boto3: with Terraform a queue takes 25 s."""

    def __init__(self, moto: MotoServer, topic_arn: str) -> None:
        region = topic_arn.split(":")[3]
        self._sqs = moto.client("sqs", region)
        self._queue = self._sqs.create_queue(QueueName=f"probe-{uuid4().hex}")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        moto.client("sns", region).subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])

    def notifications(self) -> list[dict[str, Any]]:
        """The SNS envelopes that arrived since the last call, in order: Subject, Message, TopicArn."""
        received: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                received.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return received

    def alarm_messages(self) -> list[dict[str, Any]]:
        """The alarm messages that arrived since the last call: AlarmName, NewStateValue, OldStateValue and the rest."""
        return [json.loads(notification["Message"]) for notification in self.notifications()]
