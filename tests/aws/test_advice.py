"""What AWS advises for each type of resource, in our words and with AWS's numbers."""

from __future__ import annotations

import re

import pytest

from constructs_lib.aws import catalogue, dataset
from constructs_lib.aws.advice import KINDS, Advice, Kind, Look, facts_of


def look(arguments: dict[str, object]) -> Look:
    def of(path: str) -> object:
        return arguments.get(path)

    return of


EVERY = [pytest.param(kind, id=kind.thing) for kinds in KINDS.values() for kind in kinds]


def numbers(kind: Kind, advice: Advice) -> tuple[object, ...]:
    facts = facts_of(kind, advice)
    return facts.statistic, facts.comparison, facts.threshold, facts.datapoints, facts.of, facts.period_seconds


def test_there_is_advice_for_many_types() -> None:
    assert len(KINDS) >= 25
    assert sum(len(kind.alarms) for kinds in KINDS.values() for kind in kinds) > 100


@pytest.mark.parametrize("kind", EVERY)
def test_every_alarm_reads_what_aws_publishes(kind: Kind) -> None:
    for advice in kind.alarms:
        facts = facts_of(kind, advice)
        names = frozenset({*facts.dimensions, *advice.query})
        assert [*catalogue.problems(kind.namespace, advice.metric, names)] == [], advice.key


@pytest.mark.parametrize("kind", EVERY)
def test_every_alarm_says_why_and_what_first(kind: Kind) -> None:
    assert kind.page.startswith("https://docs.aws.amazon.com/")
    keys = [advice.key for advice in kind.alarms]
    assert len(set(keys)) == len(keys)
    for advice in kind.alarms:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", advice.key)
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", advice.option)
        for sentence in (advice.impact, advice.first_step):
            assert sentence[0].isupper() and not sentence.endswith("."), advice.key
        assert advice.asks


def test_the_words_are_not_those_of_the_dataset() -> None:
    """It is read for its numbers alone: none of its sentences is in the package, so none can be here."""
    for namespace in dataset.namespaces():
        assert all(not hasattr(alarm, "intent") for alarm in dataset.recommended_for(namespace))


def test_numbers_are_those_of_the_dataset() -> None:
    (database,) = KINDS["aws_db_instance"]
    by_key = {advice.key: numbers(database, advice) for advice in database.alarms}
    assert by_key["cpu"] == ("Average", "above", 90.0, 5, 5, 60)
    assert by_key["free-storage"] == ("Minimum", "below", None, 5, 5, 60)
    (topic,) = KINDS["aws_sns_topic"]
    lost = {advice.key: numbers(topic, advice) for advice in topic.alarms}["lost"]
    assert lost == ("Sum", "above", 0.0, 1, 1, 300), "each loss counts, and AWS's five minutes in a row would miss it"


def test_alarms_with_numbers_of_their_own_are_few_and_named() -> None:
    """Where the dataset has the metric for the resource, its numbers are taken."""
    own = {
        (kind.namespace, advice.metric)
        for kinds in KINDS.values()
        for kind in kinds
        for advice in kind.alarms
        if advice.facts is not None
    }
    known = {
        (namespace, alarm.metric) for namespace in dataset.namespaces() for alarm in dataset.recommended_for(namespace)
    }
    assert own & known == set()
    assert {namespace for namespace, _ in own} == {
        "AWS/ApplicationELB", "AWS/ES", "AWS/Firehose", "AWS/Kafka", "AWS/NetworkELB", "AWS/States",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "arguments", "expected"),
    [
        ("aws_lb", {"load_balancer_type": "network"}, "Network Load Balancer"),
        ("aws_lb", {}, "Application Load Balancer"),
        ("aws_lb", {"load_balancer_type": "gateway"}, None),
        ("aws_lb_target_group", {"protocol": "TCP"}, "target group of a Network Load Balancer"),
        ("aws_rds_cluster", {"engine": "aurora-postgresql"}, "Aurora cluster"),
        ("aws_rds_cluster", {"engine": "mysql"}, None),
        ("aws_elasticache_cluster", {"engine": "memcached"}, None),
        ("aws_msk_cluster", {"broker_node_group_info.instance_type": "express.m7g.large"}, None),
    ],
)
def test_the_kind_of_a_resource_follows_from_its_arguments(
    type_: str, arguments: dict[str, object], expected: str | None
) -> None:
    assert next((kind.thing for kind in KINDS[type_] if kind.when(look(arguments))), None) == expected


def test_suggestions_come_from_the_resource_where_aws_gives_a_share() -> None:
    (database,) = KINDS["aws_db_instance"]
    storage = next(advice for advice in database.alarms if advice.key == "free-storage")
    assert storage.start and storage.start.of(look({"allocated_storage": 500})) == 50
    assert storage.start.of(look({})) is None
    (stream,) = KINDS["aws_kinesis_stream"]
    age = next(advice for advice in stream.alarms if advice.key == "iterator-age")
    assert age.start and age.start.of(look({})) == 12 * 3600, "half of a day, which is the default"
