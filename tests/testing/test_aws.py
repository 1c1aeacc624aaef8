"""The moto server as a process, and what reaches whom."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from constructs_lib.testing import MotoServer
from tests.apps.default import ROOT
from tests.names import Names


def test_reset_forgets_everything_ours_included() -> None:
    with MotoServer() as moto:
        cloudwatch, logs = moto.client("cloudwatch"), moto.client("logs")
        cloudwatch.put_composite_alarm(AlarmName="page", AlarmRule="FALSE")
        logs.create_log_group(logGroupName="errors")
        logs.put_data_protection_policy(logGroupIdentifier="errors", policyDocument="{}")
        moto.reset()

        assert cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"] == []
        assert cloudwatch.describe_alarm_history()["AlarmHistoryItems"] == []
        logs.create_log_group(logGroupName="errors")
        assert "policyDocument" not in logs.get_data_protection_policy(logGroupIdentifier="errors")


def listens(url: str) -> bool:
    """Whether anything takes connections there."""
    with socket.socket() as connection:
        return connection.connect_ex((urlsplit(url).hostname, urlsplit(url).port)) == 0


def test_the_server_ends_with_its_context() -> None:
    with MotoServer() as moto:
        assert listens(moto.url)
    assert not listens(moto.url)


def test_the_server_does_not_outlive_a_killed_test_run() -> None:
    code = "from constructs_lib.testing import MotoServer; import os; print(MotoServer().url, flush=True); os._exit(1)"
    url = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False).stdout

    assert url.startswith("http://127.0.0.1:")
    # `run` returns when the server, which shares its output, has ended too.
    assert not listens(url.strip())


class Listener:
    """A web hook on this machine."""

    def __init__(self) -> None:
        received: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the standard library's name)
                """Keep the test's output clean."""

        self.received = received
        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/page"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_web_hooks_on_this_machine_are_called_and_no_others(moto: MotoServer, names: Names, listener: Listener) -> None:
    sns = moto.client("sns")
    topic = sns.create_topic(Name=names("pages"))["TopicArn"]
    # Were it called, publishing would fail: nobody can be reached under this name.
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://pager.invalid/page")
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=listener.url)
    sns.publish(TopicArn=topic, Message="disk full")

    assert [one["Message"] for one in listener.received if one["Type"] == "Notification"] == ["disk full"]


def test_a_probe_gives_each_notification_once(moto: MotoServer, names: Names) -> None:
    sns = moto.client("sns")
    topic = sns.create_topic(Name=names("pages"))["TopicArn"]
    probe = moto.listen(topic)
    for number in range(12):
        sns.publish(TopicArn=topic, Message=str(number), Subject="count")

    first = probe.notifications()
    assert sorted(int(one["Message"]) for one in first) == list(range(12))
    assert {one["Subject"] for one in first} == {"count"}
    assert probe.notifications() == []


def test_a_metric_is_its_name_and_its_dimensions(moto: MotoServer, names: Names) -> None:
    cloudwatch, namespace = moto.client("cloudwatch"), names("ranker")
    for dimensions, value in (([], 1), ([{"Name": "model", "Value": "v2"}], 10)):
        datum = {"MetricName": "errors", "Value": value, "Dimensions": dimensions}
        cloudwatch.put_metric_data(Namespace=namespace, MetricData=[datum])

    assert moto.metric(namespace, "errors") == 1
    assert moto.metric(namespace, "errors", {"model": "v2"}) == 10
    assert moto.metric(namespace, "errors", {"model": "v3"}) is None
    assert moto.metric(namespace, "errors", statistic="SampleCount") == 1
