"""Metrics Insights queries: what is written is read the same, and what AWS documents is read."""

from __future__ import annotations

import pytest

from constructs_lib.alarms.insights import SelectQuery, is_query


def test_a_query_with_every_clause() -> None:
    query = SelectQuery(
        function="SUM",
        namespace="AWS/ApplicationELB",
        name="RequestCount",
        dimensions=("LoadBalancer", "AvailabilityZone"),
        conditions=(("LoadBalancer", True, "app/one"), ("tag.env", False, "test")),
        groups=("AvailabilityZone", "tag.cost center"),
        order="MAX",
        descending=True,
        limit=5,
    )
    assert str(query) == (
        'SELECT SUM("RequestCount") FROM SCHEMA("AWS/ApplicationELB", "LoadBalancer", "AvailabilityZone") '
        """WHERE "LoadBalancer" = 'app/one' AND tag."env" != 'test' """
        'GROUP BY "AvailabilityZone", tag."cost center" ORDER BY MAX() DESC LIMIT 5'
    )
    assert SelectQuery.read(str(query)) == query


def test_a_query_for_any_dimensions_in_ascending_order() -> None:
    query = SelectQuery(function="MIN", namespace="App", name="calls", groups=("zone",), order="SUM")
    assert str(query) == 'SELECT MIN("calls") FROM "App" GROUP BY "zone" ORDER BY SUM() ASC'
    assert SelectQuery.read(str(query)) == query


def test_a_line_break_after_a_backslash_is_the_line_break() -> None:
    assert SelectQuery.read("SELECT AVG(x) FROM App WHERE a = 'b\\\nc'").conditions == (("a", True, "b\nc"),)


@pytest.mark.parametrize(
    "value", ["o'neill", 'a "quoted" word', "back\\slash", "x AND y", "a, b", "= '1' AND \"b\"", "%{"]
)
def test_whatever_stands_in_a_name_or_value_stays_there(value: str) -> None:
    query = SelectQuery(
        function="AVG", namespace=value, name=value, dimensions=(value,), conditions=((value, True, value),),
        groups=(value,),
    )  # fmt: skip
    assert SelectQuery.read(str(query)) == query


def test_a_reference_is_not_escaped() -> None:
    written = str(
        SelectQuery(function="MAX", namespace="A", name="b", conditions=(("c", True, '${var.all["it\'s"]}'),))
    )
    assert """'${var.all["it's"]}'""" in written


@pytest.mark.parametrize(
    ("text", "read"),
    {
        "no schema": (
            'SELECT AVG(CpuUtilization) FROM "AWS/EC2" GROUP BY AWS.AccountId, InstanceType',
            SelectQuery(
                function="AVG", namespace="AWS/EC2", name="CpuUtilization", groups=("AWS.AccountId", "InstanceType")
            ),
        ),
        "namespace without quotes": (
            "select avg(DatabaseConnections)\n from AWS/RDS\n group by DBInstanceIdentifier\n order by AVG() DESC;",
            SelectQuery(
                function="AVG", namespace="AWS/RDS", name="DatabaseConnections", groups=("DBInstanceIdentifier",),
                order="AVG", descending=True,
            ),
        ),
        "quotes in a name": (
            r'SELECT AVG("Bytes\"Input\"") FROM App',
            SelectQuery(function="AVG", namespace="App", name='Bytes"Input"'),
        ),
        "a tag": (
            "SELECT MAX(x) FROM SCHEMA(App) WHERE tag.env = 'prod' AND InstanceType = 'm5.large'",
            SelectQuery(
                function="MAX", namespace="App", name="x", dimensions=(),
                conditions=(("tag.env", True, "prod"), ("InstanceType", True, "m5.large")),
            ),
        ),
    }.values(),
)  # fmt: skip
def test_what_the_guide_shows(text: str, read: SelectQuery) -> None:
    assert SelectQuery.read(text) == read


@pytest.mark.parametrize(
    "text",
    ["SELECT P99(x) FROM y", "SELECT SUM(x) FROM y WHERE a LIKE 'b%'", "SELECT SUM(x) FROM y WHERE a = b", "m1 + m2"],
)
def test_what_is_no_query(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        SelectQuery.read(text)


def test_metric_math_is_not_one() -> None:
    assert is_query(" select sum(x) from y")
    assert not is_query('INSIGHT_RULE_METRIC("rule", "MaxContributorValue")')
