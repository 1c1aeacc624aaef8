"""AWS's dataset of metrics and recommended alarms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from constructs_lib.aws import dataset, limits
from constructs_lib.aws.dataset import extract, recommended_for

FILES = sorted(Path(dataset.__file__).parent.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_names_its_source_and_holds_facts_alone(file: Path) -> None:
    read = json.loads(file.read_text(encoding="utf-8"))
    assert set(read) == {"namespace", "source", "metrics", "alarms"}
    assert file.stem == read["namespace"].replace("/", "_")
    assert "awslabs.cloudwatch-mcp-server 0." in read["source"]
    for name, facts in read["metrics"].items():
        assert set(facts) <= {"unit", "statistics"}, name
        assert all(limits.statistic(statistic) is None for statistic in facts.get("statistics", ())), name


def test_all_of_the_dataset_is_there() -> None:
    namespaces = dataset.namespaces()
    assert len(namespaces) == 38
    assert sum(len(dataset.of(namespace)["metrics"]) for namespace in namespaces) == 1179
    assert sum(len(recommended_for(namespace)) for namespace in namespaces) == 156


def test_every_recommended_alarm_is_one_that_cloudwatch_takes() -> None:
    for namespace in dataset.namespaces():
        for alarm in recommended_for(namespace):
            assert alarm.metric in dataset.of(namespace)["metrics"]
            assert limits.statistic(alarm.statistic) is None
            assert limits.period(alarm.period_seconds) is None
            assert limits.window(alarm.period_seconds, alarm.of) is None
            assert 1 <= alarm.datapoints <= alarm.of


def test_a_recommended_alarm_is_read_as_it_is_recommended() -> None:
    (reserved,) = (alarm for alarm in recommended_for("AWS/RDS") if alarm.metric == "EBSIOBalance%")
    assert reserved == dataset.RecommendedAlarm(
        metric="EBSIOBalance%",
        dimensions={"DBInstanceIdentifier": None},
        statistic="Average",
        comparison="below",
        threshold=10.0,
        period_seconds=60,
        datapoints=3,
        of=3,
        missing_data="missing",
    )
    opened = [alarm.metric for alarm in recommended_for("AWS/Lambda") if alarm.threshold is None]
    assert opened == ["ClaimedAccountConcurrency", "ConcurrentExecutions", "Duration", "Errors", "Throttles"]
    assert recommended_for("AWS/CloudFront")[0].dimensions == {"DistributionId": None, "Region": "Global"}


def test_there_is_no_advice_for_other_namespaces() -> None:
    assert recommended_for("AWS/Nothing") == ()
    assert recommended_for("../catalogue") == ()


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("Count/Second", "count per second"),
        ("Count (per second)", "count per second"),
        ("Bytes per second", "bytes per second"),
        ("Count (1/0) (HEALTHY/UNHEALTHY in the Amazon Redshift console)", "0 or 1"),
        ("The metric represents a Count but uses None for the CloudWatch unit.", "count"),
        ("Milliseconds.", "milliseconds"),
        ("Average, Minimum, Maximum", ""),
        ("Minutes or TBs", ""),
        ("None", ""),
    ],
)
def test_a_unit_in_the_words_of_the_catalogue(said: str, unit: str) -> None:
    assert extract.unit(said) == unit


def test_statistics_without_what_is_said_of_them() -> None:
    said = "Average — not relevant for volumes attached to Nitro-based instances, Sum, Minimum | Maximum — for some"
    assert extract.statistics(said) == ["Average", "Sum", "Minimum", "Maximum"]
    assert extract.statistics("Average (bytes per request), Min, Max (same as p100)") == [
        "Average",
        "Minimum",
        "Maximum",
    ]
    assert extract.statistics("None") == []
