"""AWS played by moto, in a process of its own on this machine.

    with MotoServer() as moto:
        workspace = terraform.workspace(stack, directory, endpoint=moto.url)
        moto.prepare(stack)
        workspace.apply()
        moto.of(stack).set_alarm_state("errors", "ALARM")

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
from typing import IO, TYPE_CHECKING, Any, Self, cast
from urllib.request import Request, urlopen
from uuid import uuid4

from constructs_lib.testing import overrides, prepared
from constructs_lib.testing.prerequisites import Prerequisite, prerequisites
from constructs_lib.testing.process import end
from constructs_lib.testing.synth import StackJson, as_json

if TYPE_CHECKING:
    from pathlib import Path

    from constructs_lib.cdk import TerraformStack


class MotoUnavailable(Exception):
    """moto is not installed, or its server does not start."""


class MotoAccount:
    """One account and Region of a moto server."""

    def __init__(self, url: str, account: str, region: str) -> None:
        self.url, self.account, self.region = url, account, region

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of this account."""
        import boto3

        return boto3.client(
            service,
            region_name=region if region is not None else self.region,
            endpoint_url=self.url,
            aws_access_key_id=self.account,  # by which the server knows whose resources are meant
            aws_secret_access_key="test",  # noqa: S106 (moto takes anything)
        )

    def at(self, region: str, account: str | None = None) -> MotoAccount:
        """Another Region, or another account."""
        return MotoAccount(self.url, account if account is not None else self.account, region)

    def of(self, stack: TerraformStack | StackJson | Path, *, alias: str | None = None) -> MotoAccount:
        """The account and Region that a stack is for.

        The account is the first of the provider's `allowed_account_ids`, else that of the role it assumes.

        Args:
            stack: A construct, its JSON, or its folder in cdktf.out.
            alias: Of the provider, where the stack has several.
        """
        block = overrides.provider_block(as_json(stack), alias)
        return self.at(overrides.region(block), overrides.account(block))

    def prepare(
        self, stack: TerraformStack | StackJson | Path, variables: Mapping[str, Any] | None = None
    ) -> tuple[Prerequisite, ...]:
        """Make what a stack refers to and does not make itself, in its account and Region; returns what that is.

        Functions, log groups, topics, queues, buckets, roles and policies, SageMaker endpoints, Auto Scaling groups,
        alarms, subnets, security groups and VPCs. Without them an apply fails, some of it after minutes, in which the
        provider tries again.

        Args:
            stack: A construct, its JSON, or its folder in cdktf.out.
            variables: The values of its variables.

        Raises:
            CannotPrepare: Some of it can't be made, such as a load balancer's target group, whose ARN AWS chooses.
        """
        content = as_json(stack)
        things = prerequisites(content, variables)
        prepared.prepare(self.of(content), things)
        return things

    def set_alarm_state(self, alarm: str, state: str, reason: str = "set by a test") -> None:
        """Put an alarm into ALARM, OK or INSUFFICIENT_DATA; its actions, and the composites above it, follow.

        Args:
            alarm: Its name; or its ARN, which also says where it is.
        """
        place, name = self._named(alarm, ":alarm:")
        place.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason=reason)

    def alarm_state(self, alarm: str) -> str:
        """The state of a metric or composite alarm, by its name or ARN."""
        place, name = self._named(alarm, ":alarm:")
        found = place.client("cloudwatch").describe_alarms(
            AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        alarms = found["MetricAlarms"] + found["CompositeAlarms"]
        if not alarms:
            raise LookupError(f"there is no alarm {name!r} in {place.region} of account {place.account}")
        return str(alarms[0]["StateValue"])

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
        """Write lines to a log group, by its name or ARN, now; its metric filters and subscriptions see them."""
        place, name = self._named(log_group.removesuffix(":*"), ":log-group:")
        logs = place.client("logs")
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=name, logStreamName=stream)
        now = int(datetime.now(UTC).timestamp() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        logs.put_log_events(logGroupName=name, logStreamName=stream, logEvents=events)

    def listen(self, topic_arn: str) -> Probe:
        """A queue subscribed to the topic: what arrives there can be read from the probe."""
        place, _ = self._named(topic_arn, ":")
        return Probe(place, topic_arn)

    def _named(self, name_or_arn: str, before_name: str) -> tuple[MotoAccount, str]:
        """The place and the name that an ARN says; a name alone is one of this place."""
        if not name_or_arn.startswith("arn:"):
            return self, name_or_arn
        _, _, _, region, account, _ = name_or_arn.split(":", 5)
        return self.at(region, account), name_or_arn.partition(before_name)[2]


class MotoServer(MotoAccount):
    """A moto server, with the calls and messages it lacks added (constructs_lib.testing.moto). One per test run.

    It has every account and Region. By itself it speaks of account 123456789012 in us-east-1; `of` gives the place that
    a stack is for, `at` any other.
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("moto") is None:
            raise MotoUnavailable("moto is not installed: pip install 'ai-monitoring-constructs[testing]'")
        # MOTO_ACCOUNT_ID would make one account of all.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "constructs_lib.testing.moto.server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **inherited,
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
        super().__init__(f"http://127.0.0.1:{port}", overrides.ACCOUNT, overrides.REGION)

    def stop(self) -> None:
        """End the server and wait for it."""
        end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """Forget every resource."""
        urlopen(Request(f"{self.url}/moto-api/reset", method="POST")).close()  # noqa: S310 (our own http URL)


class Probe:
    """Reads what a topic delivers, through an SQS queue made with boto3: with Terraform a queue takes 25 s."""

    def __init__(self, place: MotoAccount, topic_arn: str) -> None:
        self._sqs = place.client("sqs")
        self._queue = self._sqs.create_queue(QueueName=f"probe-{uuid4().hex}")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        place.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])

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
