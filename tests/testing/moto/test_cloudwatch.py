"""The alarm calls added to moto, by boto3 alone."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.testing import MotoServer, Probe
from tests.names import Names


class Alarms:
    """Alarms of one test, under names of their own, all telling one topic."""

    def __init__(self, moto: MotoServer, names: Names) -> None:
        self.moto, self.name = moto, names
        self.topic = moto.client("sns").create_topic(Name=names("pages"))["TopicArn"]
        self.probe: Probe = moto.listen(self.topic)
        self.cloudwatch = moto.client("cloudwatch")

    def metric(self, name: str, **options: Any) -> None:
        self.cloudwatch.put_metric_alarm(
            AlarmName=self.name(name),
            AlarmDescription="Errors above 0. First: read the log.",
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": "FunctionName", "Value": "ranker"}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanThreshold",
            Threshold=0,
            **options,
        )

    def composite(self, name: str, rule: str, **options: Any) -> None:
        self.cloudwatch.put_composite_alarm(
            AlarmName=self.name(name),
            AlarmRule=rule,
            AlarmActions=[self.topic],
            OKActions=[self.topic],
            **options,
        )

    def set(self, name: str, state: str) -> None:
        self.moto.set_alarm_state(self.name(name), state)

    def state(self, name: str) -> str:
        return self.moto.alarm_state(self.name(name))

    def told(self) -> list[tuple[str, str, str]]:
        """What arrived since the last look: alarm, old state, new state."""
        return [(m["AlarmName"], m["OldStateValue"], m["NewStateValue"]) for m in self.probe.alarm_messages()]


@pytest.fixture
def alarms(moto: MotoServer, names: Names) -> Alarms:
    return Alarms(moto, names)


def test_a_new_alarm_has_no_data(alarms: Alarms) -> None:
    alarms.metric("errors")

    assert alarms.state("errors") == "INSUFFICIENT_DATA"


def test_a_changed_alarm_keeps_its_state(alarms: Alarms) -> None:
    alarms.metric("errors")
    alarms.set("errors", "ALARM")
    alarms.metric("errors")

    assert alarms.state("errors") == "ALARM"


def test_an_alarm_tells_its_topic_what_a_person_needs(alarms: Alarms) -> None:
    alarms.metric("errors", AlarmActions=[alarms.topic])
    alarms.moto.set_alarm_state(alarms.name("errors"), "ALARM", reason="3 errors in a minute")

    (notification,) = alarms.probe.notifications()
    alarms.set("errors", "OK")
    alarms.set("errors", "ALARM")
    (message,) = alarms.probe.alarm_messages()

    assert notification["Subject"] == f'ALARM: "{alarms.name("errors")}" in US East (N. Virginia)'
    assert '"NewStateReason": "3 errors in a minute"' in notification["Message"]
    assert message["AlarmName"] == alarms.name("errors")
    assert message["AlarmDescription"] == "Errors above 0. First: read the log."
    assert message["AWSAccountId"] == "123456789012"
    assert (message["OldStateValue"], message["NewStateValue"]) == ("OK", "ALARM")
    assert message["Trigger"]["MetricName"] == "Errors"
    assert message["Trigger"]["Dimensions"] == [{"name": "FunctionName", "value": "ranker"}]
    assert (message["Trigger"]["Statistic"], message["Trigger"]["Threshold"]) == ("SUM", 0)


def test_an_anomaly_alarm_tells_its_queries(alarms: Alarms) -> None:
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Invocations", "Dimensions": [{"Name": "A", "Value": "b"}]}
    alarms.cloudwatch.put_metric_alarm(
        AlarmName=alarms.name("band"),
        EvaluationPeriods=3,
        ComparisonOperator="LessThanLowerOrGreaterThanUpperThreshold",
        ThresholdMetricId="band",
        AlarmActions=[alarms.topic],
        Metrics=[
            {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}, "ReturnData": True},
            {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 2)", "ReturnData": True},
        ],
    )
    alarms.set("band", "ALARM")

    (message,) = alarms.probe.alarm_messages()
    queries = message["Trigger"]["Metrics"]
    assert message["Trigger"]["ThresholdMetricId"] == "band"
    assert queries[0]["MetricStat"]["Metric"]["Dimensions"] == [{"name": "A", "value": "b"}]
    assert queries[1]["Expression"] == "ANOMALY_DETECTION_BAND(m1, 2)"


def test_only_a_change_of_state_acts(alarms: Alarms) -> None:
    alarms.metric("errors", AlarmActions=[alarms.topic])
    alarms.set("errors", "ALARM")
    alarms.set("errors", "ALARM")

    assert len(alarms.told()) == 1


def test_each_state_has_its_own_actions(alarms: Alarms) -> None:
    alarms.metric("errors", OKActions=[alarms.topic])
    for state in ("ALARM", "OK", "INSUFFICIENT_DATA"):
        alarms.set("errors", state)

    assert alarms.told() == [(alarms.name("errors"), "ALARM", "OK")]


def test_disabled_actions_stay_silent(alarms: Alarms) -> None:
    alarms.metric("errors", AlarmActions=[alarms.topic], ActionsEnabled=False)
    alarms.set("errors", "ALARM")

    assert alarms.told() == []


def test_a_composite_pages_only_when_its_whole_rule_holds(alarms: Alarms) -> None:
    alarms.metric("band")
    alarms.metric("traffic")
    alarms.composite("page", f'ALARM("{alarms.name("band")}") AND ALARM("{alarms.name("traffic")}")')
    alarms.told()

    alarms.set("band", "ALARM")
    assert (alarms.state("page"), alarms.told()) == ("OK", [])

    alarms.set("traffic", "ALARM")
    assert (alarms.state("page"), alarms.told()) == ("ALARM", [(alarms.name("page"), "OK", "ALARM")])

    alarms.set("traffic", "OK")
    assert (alarms.state("page"), alarms.told()) == ("OK", [(alarms.name("page"), "ALARM", "OK")])


def test_a_composite_of_a_composite_follows_too(alarms: Alarms) -> None:
    alarms.metric("errors")
    alarms.composite("inner", f"ALARM({alarms.name('errors')})")
    alarms.composite("outer", f"NOT OK({alarms.name('inner')})")
    alarms.set("errors", "ALARM")

    assert (alarms.state("inner"), alarms.state("outer")) == ("ALARM", "ALARM")


def test_a_composite_follows_a_child_named_by_arn(alarms: Alarms) -> None:
    alarms.metric("errors")
    (child,) = alarms.cloudwatch.describe_alarms(AlarmNames=[alarms.name("errors")])["MetricAlarms"]
    alarms.composite("page", f'ALARM("{child["AlarmArn"]}")')
    alarms.set("errors", "ALARM")

    assert alarms.state("page") == "ALARM"


def suppressed(alarms: Alarms) -> None:
    alarms.metric("errors")
    alarms.metric("deploying")
    alarms.composite(
        "page",
        f"ALARM({alarms.name('errors')})",
        ActionsSuppressor=alarms.name("deploying"),
        ActionsSuppressorWaitPeriod=60,
        ActionsSuppressorExtensionPeriod=120,
    )
    alarms.told()
    alarms.set("deploying", "ALARM")


def test_a_suppressor_silences_and_then_tells(alarms: Alarms) -> None:
    suppressed(alarms)
    alarms.set("errors", "ALARM")
    assert (alarms.state("page"), alarms.told()) == ("ALARM", [])

    alarms.set("deploying", "OK")
    assert alarms.told() == [(alarms.name("page"), "OK", "ALARM")]


def test_what_comes_and_goes_while_suppressed_is_never_told(alarms: Alarms) -> None:
    suppressed(alarms)
    alarms.set("errors", "ALARM")
    alarms.set("errors", "OK")
    alarms.set("deploying", "OK")

    assert alarms.told() == []


def test_a_composite_reads_back_as_written(alarms: Alarms) -> None:
    suppressed(alarms)
    found = alarms.cloudwatch.describe_alarms(AlarmNames=[alarms.name("page")], AlarmTypes=["CompositeAlarm"])

    (composite,) = found["CompositeAlarms"]
    assert composite["AlarmRule"] == f"ALARM({alarms.name('errors')})"
    assert composite["ActionsSuppressor"] == alarms.name("deploying")
    assert composite["ActionsSuppressorWaitPeriod"] == 60
    assert composite["ActionsSuppressorExtensionPeriod"] == 120


@pytest.mark.parametrize(
    ("rule", "why"), [("ALARM(nobody)", "nobody does not exist"), ("ALARM(", "alarm rule, column 1")]
)
def test_a_composite_that_aws_refuses(alarms: Alarms, rule: str, why: str) -> None:
    with pytest.raises(ClientError, match=why):
        alarms.composite("page", rule)


def test_a_child_cannot_go_before_its_composite(alarms: Alarms) -> None:
    alarms.metric("errors")
    alarms.composite("page", f"ALARM({alarms.name('errors')})")

    with pytest.raises(ClientError, match=f"depending on it: {alarms.name('page')}"):
        alarms.cloudwatch.delete_alarms(AlarmNames=[alarms.name("errors")])
    alarms.cloudwatch.delete_alarms(AlarmNames=[alarms.name("page")])
    alarms.cloudwatch.delete_alarms(AlarmNames=[alarms.name("errors")])

    assert alarms.cloudwatch.describe_alarms(AlarmNamePrefix=alarms.name(""))["MetricAlarms"] == []


def test_the_history_tells_states_and_actions(alarms: Alarms) -> None:
    gone = alarms.topic.replace("pages", "gone")
    alarms.metric("errors", AlarmActions=[alarms.topic, gone])
    alarms.set("errors", "ALARM")

    history = alarms.cloudwatch.describe_alarm_history(AlarmName=alarms.name("errors"))["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in history] == [
        f"Failed action {gone}",
        f"Succeeded action {alarms.topic}",
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
    ]
