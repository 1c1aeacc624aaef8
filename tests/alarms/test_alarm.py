"""Limits, units and texts of alarms, without any resource."""

from __future__ import annotations

import pytest

from constructs_lib import Alarm, AllOf, Band, ConfigError, Evaluate, Metric, Threshold
from constructs_lib.alarms import table as alarm_table
from constructs_lib.alarms.alarm import AnyOf
from constructs_lib.alarms.duty import Duty, GroupedIn, Notifies, PartOf, Scales
from constructs_lib.aws import limits, names
from constructs_lib.units import duration, number
from tests.configs import INVOCATIONS

METRIC = Metric(**INVOCATIONS)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (10, "10 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (300, "5 minutes"),
        (3_600, "1 hour"),
        (86_400, "1 day"),
    ],
)
def test_durations(seconds: int, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(5.0, "5"), (0.25, "0.25"), (0, "0"), (123_456, "123456"), (2_500_000, "2,500,000"), ("${var.x}", "${var.x}")],
)
def test_numbers(value: float, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    "statistic",
    ["Average", "SampleCount", "p99", "p99.9", "p0.01", "p100", "tm90", "tc10", "ts5", "wm98", "IQM", "PR(:300)",
     "PR(100:2000)", "TM(10%:90%)", "WM(80%:)", "TS(:95%)"],
)  # fmt: skip
def test_statistics_cloudwatch_has(statistic: str) -> None:
    assert limits.statistic(statistic) is None


@pytest.mark.parametrize("statistic", ["average", "sum", "p", "p101", "p99.999", "median", "PR()x", "", "P99"])
def test_statistics_it_does_not_have(statistic: str) -> None:
    assert limits.statistic(statistic) is not None


@pytest.mark.parametrize(("period", "of", "fits"), [
    (60, 1_440, True), (60, 1_441, False), (3_540, 24, True), (3_540, 25, False), (3_600, 168, True),
    (3_600, 169, False), (86_400, 7, True), (86_400, 8, False), (10, 8_640, True), (10, 8_641, False),
])  # fmt: skip
def test_how_far_cloudwatch_looks_back(period: int, of: int, fits: bool) -> None:
    assert (limits.window(period, of) is None) is fits


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-northwest-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov"), ("us-iso-east-1", "aws-iso"),
     ("us-isob-east-1", "aws-iso-b"), ("eusc-de-east-1", "aws-eusc"), ("ap-southeast-7", "aws")],
)  # fmt: skip
def test_regions_and_their_partitions(region: str, partition: str) -> None:
    assert names.region(region) is None
    assert names.partition_of(region) == partition


def row(**columns: object) -> Alarm:
    base = {
        "key": "alarm",
        "name": "shop-calls",
        "severity": "critical",
        "summary": "p99 latency is above 800 ms",
        "impact": "Shoppers wait",
        "first_step": "Look at the log!",
        "condition": Threshold(watch=METRIC, comparison="above", limit=1),
    }
    return Alarm(**base | columns)  # type: ignore[arg-type]


def test_the_text_of_an_alarm() -> None:
    assert row(runbook="https://r.example.com/x").description.splitlines() == [
        "p99 latency is above 800 ms.",
        "Shoppers wait.",
        "First: Look at the log!",
        "Runbook: https://r.example.com/x",
    ]


def test_the_text_of_a_part_sends_nobody_anywhere() -> None:
    assert row(duty=PartOf("shop")).description.splitlines() == [
        "p99 latency is above 800 ms.",
        "Part of shop.",
    ]


@pytest.mark.parametrize(
    ("duty", "notifies", "says"),
    [
        (Notifies(), True, "Notifies no one itself"),
        (PartOf("shop"), False, "Part of shop"),
        (GroupedIn("shop-critical"), False, "Notifies through shop-critical"),
        (Scales("adds 2 instances"), False, "Its scaling policy adds 2 instances"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, bool | str) else str(value),
)
def test_each_duty_has_a_sentence(duty: Duty, notifies: bool, says: str) -> None:
    found = row(duty=duty)
    assert (found.notifies, str(duty)) == (notifies, says)
    assert (f"{says}." in found.description.splitlines()) is not notifies
    to_people = isinstance(duty, Notifies | GroupedIn)
    assert ("First: Look at the log!" in found.description) is to_people


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"name": ""}, "an alarm's name may have 255"),
        ({"name": "a\tb"}, "holds a control character"),
        ({"evaluate": {"breaching": 1, "of": 289}}, "CloudWatch looks back at most 1 day"),
        ({"impact": "x" * 1_100}, "CloudWatch keeps 1024"),
        ({"severity": "fatal"}, "'fatal' is not 'critical', 'warning' or 'info'"),
    ],
)
def test_an_alarm_cloudwatch_would_refuse_can_not_be_built(columns: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        row(**columns)


def test_a_band_needs_a_period_of_a_minute() -> None:
    with pytest.raises(ConfigError, match="CloudWatch learns no band"):
        Band(watch=Metric(**INVOCATIONS | {"period_seconds": 10, "custom": True}), width=2, direction="above")


def test_a_composite_names_its_parts() -> None:
    rule = AllOf(alarms=("band", "traffic")).rule(lambda key: f"shop-{key}")
    assert rule == 'ALARM("shop-band") AND ALARM("shop-traffic")'


def test_a_composite_is_made_of_one_to_a_hundred_alarms() -> None:
    for alarms in ((), tuple(f"a{index}" for index in range(101))):
        for kind in (AllOf, AnyOf):
            with pytest.raises(ConfigError, match=r"alarms: has (0|101) entries"):
                kind(alarms=alarms)


def composite(*parts: str, **columns: object) -> Alarm:
    return row(key="all", name="shop", condition=AllOf(alarms=parts), **columns)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ([row(), row(name="other")], "alarm: 'alarm' is the key of two alarms"),
        ([row(), row(key="other")], "other: 'shop-calls' is the name of two alarms"),
        ([row(), composite("alrm")], "all: 'alrm' is not an alarm before it; did you mean 'alarm'?"),
        ([composite("alarm"), row()], "all: 'alarm' is not an alarm before it"),
        ([row(name='say "no"'), composite("alarm")], "holds a quote or a backslash, and is named in an alarm rule"),
        (
            [*(row(key=f"k{i}", name=f"{'n' * 250}{i}") for i in range(50)), composite(*(f"k{i}" for i in range(50)))],
            "characters, and CloudWatch takes 10240; name fewer alarms, in steps",
        ),
    ],
)
def test_rows_that_do_not_go_together(table: list[Alarm], says: str) -> None:
    assert says in "\n".join(str(problem) for problem in alarm_table.problems(table))


def test_rows_that_go_together() -> None:
    assert list(alarm_table.problems([row(), composite("alarm", "elsewhere")], others=["elsewhere"])) == []


def test_periods_in_words() -> None:
    assert Evaluate(breaching=2, of=3).over(300) == "2 of 3 periods of 5 minutes"
    assert Evaluate(breaching=1, of=1).over(60) == "one period of 1 minute"
