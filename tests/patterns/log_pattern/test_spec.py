"""What a user may say about log patterns, and what is wrong with what they said."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from constructs_lib import ConfigError, LogPatternSpec
from constructs_lib.alarms.alarm import Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.patterns.log_pattern.alarms import alarms as alarm_table
from tests.configs import config, load, problems

LINE = "2026-11-20T10:00:00Z Error: CUDA out of memory"
JSON = "{ $.latency_ms > 500 && $.model = * }"


def monitor(**options: Any) -> dict[str, Any]:
    """A text pattern that counts."""
    return {
        "pattern": "log_pattern",
        "log_group": {"name": "/ai/ranker"},
        "filter": "?Error ?Exception",
        "alarm": {"above": 0},
        **options,
    }


def slow(**options: Any) -> dict[str, Any]:
    """A JSON pattern with a value and a dimension."""
    whole = monitor(
        filter=JSON,
        value="$.latency_ms",
        dimensions={"model": "$.model"},
        dimension_values={"model": ["ranker-v2", "ranker-v3"]},
        alarm={"statistic": "p90", "above": 900, "period_seconds": 60},
    )
    return whole | options


def alarm(**options: Any) -> dict[str, Any]:
    return monitor(alarm={"above": 0} | options)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a count that can't be negative": (
        monitor(alarm={"below": 0}),
        "alarm.below: 0 is never reached by a number of lines; write 1 or more",
    ),
    "a count that is always reached": (
        monitor(alarm={"at_least": 0}),
        "alarm.at_least: 0 is always reached by a number of lines; write 1 or more",
    ),
    "a negative limit for a count": (monitor(alarm={"above": -1}), "alarm.above: -1 is always reached"),
    "a count of no line": (
        monitor(default_value=5),
        (
            "default_value: 5 for a minute without a match, in which no line was counted; "
            "leave it out, or write null for no data"
        ),
    ),
    "a default that fires": (
        monitor(
            filter=JSON,
            value="$.latency_ms",
            default_value=5,
            alarm={"statistic": "Average", "below": 10, "period_seconds": 60},
        ),
        (
            "alarm.below: a minute without a match counts as 5 and would fire; "
            "write `default_value: null`, or another number"
        ),
    ),
    "every value at once": (
        slow(dimension_values={"model": ["*"]}),
        "dimension_values.model.0: '*' stands for itself: an alarm watches one series; list the values one by one",
    ),
    "a dimension value outside ASCII": (
        slow(dimension_values={"model": ["rangée"]}),
        "dimension_values.model.0: 'rangée' can't be a dimension's value, which is ASCII text; remove it",
    ),
    "a dimension value the filter keeps out": (
        monitor(
            filter="[ip, request, status = 5*, bytes]",
            dimensions={"status": "$status"},
            dimension_values={"status": ["502", "404"]},
        ),
        (
            "dimension_values.status.1: '404' is never published: no event whose status is that matches the filter; "
            "remove it, or change the filter"
        ),
    ),
    "an alias of a key": (
        monitor(archive={"bucket": "our-logs", "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:alias/logs"}),
        "archive.kms_key_arn: arn:aws:kms:us-east-1:123456789012:alias/logs is an alias, and a permission for one",
    ),
    "a bucket that is an IP address": (
        monitor(archive={"bucket": "192.168.0.1"}),
        "archive.bucket: the bucket '192.168.0.1' is an IP address, and S3 makes no such bucket; write another name",
    ),
    "a bucket with two dots": (
        monitor(archive={"bucket": "our..logs"}),
        "archive.bucket: the bucket 'our..logs' has two dots in a row",
    ),
    "files for longer than S3 counts": (
        monitor(archive={"bucket": "create", "expire_days": 10**10}),
        "archive.expire_days: 10000000000 is above 2147483647",
    ),
    "two words that need each other": (
        monitor(filter="Error Exception"),
        (
            "filter: 'Error Exception', column 7: words in a row match only events that hold every one of them "
            '(`Error`, `Exception`); write `?Error ?Exception` for any of them, `"Error Exception"` for the phrase, '
            '`"Error" "Exception"` for all of them'
        ),
    ),
    "an ignored optional word": (monitor(filter="?Error timeout"), "filter: '?Error timeout', column 1: CloudWatch"),
    "IS NOT": (monitor(filter="{ $.level IS NOT NULL }"), "filter: '{ $.level IS NOT NULL }', column 14:"),
    "EXISTS": (monitor(filter="{ $.level EXISTS }"), "filter: '{ $.level EXISTS }', column 11:"),
    "parentheses in a regex": (monitor(filter="%(a|b)%"), "filter: '%(a|b)%', column 2:"),
    "four wildcards": (
        monitor(filter="{ $.a.* = 1 && $.b.* = 1 && $.c.* = 1 && $.d.* = 1 }"),
        "filter: '{ $.a.* = 1 && $.b.* = 1 && $.c.* = 1 && $.d.* = 1 }', column 42: a fourth selector",
    ),
    "three regexes in JSON": (monitor(filter="{ $.a = %x% && $.b = %y% && $.c = %z% }"), "filter: "),
    "a filter nobody knows yet": (
        monitor(filter="${var.pattern}"),
        (
            "filter: '${var.pattern}' is a Terraform reference, and a filter is tried before deployment; "
            "write the filter itself"
        ),
    ),
    "an example that should match": (
        monitor(examples={"match": ["an error"]}),
        (
            "examples.match.0: 'an error' does not match: `?Error` is false: \"Error\" is not in the line, "
            'which has "error", and case counts; `?Exception` is false: "Exception" is not in the line; '
            "change the filter, or the line"
        ),
    ),
    "an example that should not": (
        monitor(examples={"match": [LINE], "ignore": ["served 200", LINE]}),
        (
            f"examples.ignore.1: '{LINE}' matches, and should not: `?Error` is true: \"Error\" is in the line; "
            "change the filter, or the line"
        ),
    ),
    "an example of 300 KB": (
        monitor(examples={"match": ["Error " + "x" * 300_000]}),
        (
            f"examples.match.0: 'Error {'x' * 70}… has 300,006 bytes, "
            "and agents cut events from 262,118 on; keep the part that decides"
        ),
    ),
    "a field that is not there": (
        slow(value="$.latency.*"),
        "value: `$.latency.*` is not a field of a json pattern; name one of the pattern's",
    ),
    "a value of a text pattern": (
        monitor(value="$.latency_ms"),
        "value: `$.latency_ms` is not a field of a text pattern; only patterns in braces",
    ),
    "four dimensions": (
        slow(dimensions=dict.fromkeys("abcd", "$.model"), dimension_values={}),
        "dimensions: 4 dimensions, and a filter's metric has at most 3; remove some",
    ),
    "a dimension the filter does not name": (
        slow(dimensions={"model": "$.region"}),
        (
            "dimensions.model: '$.region' is not in the pattern, which names `$.latency_ms` and `$.model`; "
            "name one of those, or test it in the pattern: `$.region = *`"
        ),
    ),
    "dimensions of a text pattern": (
        monitor(dimensions={"model": "$.model"}),
        "dimensions: '?Error ?Exception' is a text pattern, and only JSON and space-delimited ones have fields; write",
    ),
    "a dimension name": (slow(dimensions={":model": "$.model"}, dimension_values={}), "dimensions.:model: ':model' is"),
    "a default value beside dimensions": (
        slow(default_value=0),
        (
            "default_value: a default value, and CloudWatch takes none for a metric with dimensions; "
            "leave it out: the total has 0 by itself"
        ),
    ),
    "values of no dimension": (
        slow(dimension_values={"model": ["a"], "modle": ["b"]}),
        "dimension_values.modle: 'modle' is not a dimension here; add it to `dimensions`",
    ),
    "values for one of two dimensions": (
        slow(dimensions={"model": "$.model", "ms": "$.latency_ms"}),
        "dimension_values: has no values for 'ms', and an alarm needs one for every dimension; list them, or remove",
    ),
    "an empty value": (
        slow(dimension_values={"model": [""]}),
        "dimension_values.model.0: '' has 0 characters, and CloudWatch publishes 1 to 255; remove it",
    ),
    "a value twice": (
        slow(dimension_values={"model": ["a", "a"]}),
        "dimension_values.model.1: 'a' is listed twice; remove one",
    ),
    "no value": (slow(dimension_values={"model": []}), "dimension_values.model: lists nothing; list values, or leave"),
    "more values than CloudWatch publishes": (
        slow(dimension_values={"model": [str(number) for number in range(1_001)]}),
        "dimension_values: 1,001 combinations, and CloudWatch switches off a filter that publishes so many",
    ),
    "two combinations of one name": (
        slow(
            dimensions={"model": "$.model", "ms": "$.latency_ms"},
            dimension_values={"model": ["a", "a-b"], "ms": ["b-c", "c"]},
        ),
        "dimension_values: two combinations give one alarm name; watch one of them",
    ),
    "no limit": (
        monitor(alarm={}),
        "alarm: no limit is given; give exactly one of above, at_least, below, at_most",
    ),
    "two limits": (alarm(below=3), "alarm.below: above and below are given; give exactly one of above"),
    "a percentile of a count": (
        alarm(statistic="p90"),
        (
            "alarm.statistic: p90 of matching lines, each of which counts 1, says nothing; "
            "write Sum, or name a field in `value`"
        ),
    ),
    "a percentile that zeros would distort": (
        slow(alarm={"statistic": "p90", "above": 900, "period_seconds": 300}),
        (
            "alarm.period_seconds: p90 over 300 seconds, in which each minute without a match counts as a 0; "
            "write `period_seconds: 60`, or `default_value: null`"
        ),
    ),
    "a lower limit that zeros would reach": (
        slow(alarm={"statistic": "Average", "below": 5, "period_seconds": 60}),
        (
            "alarm.below: a minute without a match counts as 0 and would fire; "
            "write `default_value: null`, or another number"
        ),
    ),
    "a period filters do not publish in": (
        alarm(period_seconds=10),
        "alarm.period_seconds: 10 is shorter than the minute between two values of a metric filter; write 60 or more",
    ),
    "a look back over more than a day": (
        alarm(evaluate={"breaching": 1, "of": 289}),
        "alarm.evaluate.of: 289 periods of 5 minutes are",
    ),
    "a log group AWS refuses": (
        monitor(log_group={"name": "/ai/ranker errors"}),
        "log_group.name: '/ai/ranker errors' is not a log group name; write 1 to 512 letters, digits and . - _ / #",
    ),
    "a reserved log group": (
        monitor(log_group={"name": "aws/ranker"}),
        "log_group.name: 'aws/ranker' begins with aws/, which is reserved; begin with another word, or with /aws/",
    ),
    "no log group": (
        monitor(log_group={}),
        "log_group: no log group is named; give `name`, or `made_by` for one that another monitor makes",
    ),
    "a retention of 45 days": (
        monitor(log_group={"name": "/ai/ranker", "create": True, "retention_days": 45}),
        (
            "log_group.retention_days: 45 is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, "
            "1096, 1827, 2192, 2557, 2922, 3288, 3653; write 60"
        ),
    ),
    "the retention of a group that is not made": (
        monitor(log_group={"name": "/ai/ranker", "retention_days": 30}),
        (
            "log_group.retention_days: 30 has no effect on a group that is not made here; "
            "remove it, or write `create: true`"
        ),
    ),
    "a group of no monitor": (
        monitor(log_group={"made_by": "ranker"}),
        "log_group.made_by: 'ranker' is not a monitor of this stack; write {existing: ranker} for a log group",
    ),
    "an archive without permission to create": (
        monitor(archive={"expire_days": 400}),
        (
            "archive.bucket: no bucket is named, and none is made unless asked for; "
            "write `bucket: create`, or the name of one that is there"
        ),
    ),
    "the lifecycle of a bucket that is not made": (
        monitor(archive={"bucket": "our-logs", "expire_days": 400}),
        "archive.expire_days: 400 has no effect on a bucket that is not made here; remove it",
    ),
    "a bucket name S3 refuses": (
        monitor(archive={"bucket": "Our_Logs"}),
        "archive.bucket: the bucket 'Our_Logs' has 8 characters, and S3 takes 3 to 63: lower-case letters",
    ),
    "an archive whose parts get too long names": (
        config({"x" * 40: monitor(archive={"bucket": "create"})}),
        f"monitors.{'x' * 40}.archive: the delivery stream",
    ),
    "a key for a bucket made here": (
        monitor(archive={"bucket": "create", "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:key/1"}),
        "archive.kms_key_arn: has no effect on a bucket made here; remove it",
    ),
    "a key that is none": (
        monitor(archive={"bucket": "our-logs", "kms_key_arn": "alias/logs"}),
        "archive.kms_key_arn: 'alias/logs' is not a valid kms ARN; write it like arn:aws:kms:",
    ),
    "an unknown thing to mask": (
        monitor(mask=["EmailAdress"]),
        "mask.0: 'EmailAdress' is nothing CloudWatch Logs can mask; did you mean 'EmailAddress'?",
    ),
    "a mask without its country": (
        monitor(mask=["Ssn"]),
        "mask.0: 'Ssn' differs from country to country; write Ssn-ES or Ssn-US",
    ),
    "a mask twice": (monitor(mask=["Name", "Name"]), "mask: something is listed twice; remove one"),
}


@pytest.mark.parametrize(("bad", "problem"), BAD.values(), ids=BAD.keys())
def test_bad_input(bad: dict[str, Any], problem: str) -> None:
    data = bad if "stacks" in bad else config({"logs": bad})
    found = problems(data)
    expected = problem if "stacks" in bad else f"monitors.logs.{problem}"
    assert found and found[0].startswith(expected), found


def test_every_wrong_example_is_told_at_once() -> None:
    found = problems(config({"logs": monitor(examples={"match": ["fine", "good"], "ignore": [LINE]})}))
    assert [problem.split(":")[0] for problem in found] == [
        "monitors.logs.examples.match.0",
        "monitors.logs.examples.match.1",
        "monitors.logs.examples.ignore.0",
    ]


def test_examples_and_filters_may_hold_terraforms_signs() -> None:
    lines = {"match": ["GET /?x=${jndi:ldap://x}"], "ignore": ["GET /"]}
    assert problems(config({"logs": monitor(filter='"${jndi:"', examples=lines)})) == []


def test_a_reference_elsewhere_is_still_told() -> None:
    (problem,) = problems(config({"logs": monitor(filter='"${jndi:"', impact="${local.why}")}))
    assert problem.startswith("monitors.logs.impact: ${local.why} refers to nothing in this stack")


def spec(**options: Any) -> LogPatternSpec:
    return LogPatternSpec.model_validate(options)


def watched(row: Any) -> Metric:
    assert isinstance(row.condition, Threshold)
    watch = row.condition.watch
    if isinstance(watch, Math):  # a count, in which no value is 0
        assert watch.expression == "FILL(count, 0)"
        watch = watch.metrics["count"]
    assert isinstance(watch, Metric)
    return watch


def test_a_count_is_one_filter_and_one_alarm_on_its_metric() -> None:
    counted = spec(**monitor())
    (filter_,) = counted.filters("shop-ranker")
    (row,) = alarm_table(counted, "shop-ranker")
    assert (filter_.value, filter_.default_value, filter_.dimensions) == ("1", 0, {})
    assert (watched(row).namespace, watched(row).name) == (filter_.namespace, filter_.metric_name)
    assert watched(row).dimensions == {}, "the total has no dimensions, so its alarm has none"
    assert watched(row).statistic == "Sum"
    assert row.missing_data == "not_breaching"


@pytest.mark.parametrize(
    ("alarm", "filled"),
    [
        ({"above": 0}, True),
        ({"below": 1}, True),
        ({"above": 0, "period_seconds": 60}, False),  # the newest minute is not there yet: it would always be 0
        ({"above": 0, "missing_data": "ignore"}, False),  # the user's own choice would have nothing to act on
    ],
    ids=str,
)
def test_a_count_that_falls_silent_is_0(alarm: dict[str, Any], filled: bool) -> None:
    (row,) = alarm_table(spec(**monitor(alarm=alarm)), "shop")
    assert isinstance(row.condition, Threshold)
    assert isinstance(row.condition.watch, Math) is filled


def test_dimensions_make_a_second_filter_and_an_alarm_for_each_value() -> None:
    total, by_dimension = spec(**slow()).filters("shop-slow")
    rows = alarm_table(spec(**slow()), "shop-slow")
    assert (total.default_value, total.dimensions) == (0, {})
    assert (by_dimension.default_value, by_dimension.dimensions) == (None, {"model": "$.model"})
    assert total.name != by_dimension.name
    assert [(row.name, dict(watched(row).dimensions)) for row in rows] == [
        ("shop-slow", {}),
        ("shop-slow-ranker-v2", {"model": "ranker-v2"}),
        ("shop-slow-ranker-v3", {"model": "ranker-v3"}),
    ]


def test_two_dimensions_are_watched_in_every_combination() -> None:
    rows = alarm_table(
        spec(
            **slow(
                dimensions={"model": "$.model", "ms": "$.latency_ms"},
                dimension_values={"model": ["a", "b"], "ms": ["501", "502"]},
            )
        ),
        "shop",
    )
    assert [dict(watched(row).dimensions) for row in rows[1:]] == [
        {"model": "a", "ms": "501"},
        {"model": "a", "ms": "502"},
        {"model": "b", "ms": "501"},
        {"model": "b", "ms": "502"},
    ]
    assert len({row.key for row in rows}) == len(rows)


def test_dimensions_without_values_are_published_and_not_watched() -> None:
    unwatched = spec(**slow(dimension_values={}))
    assert len(unwatched.filters("shop")) == 2
    assert len(alarm_table(unwatched, "shop")) == 1


def test_fields_are_deployed_in_one_spelling() -> None:
    odd = spec(**slow(dimensions={"model": "$.['model']"}, value="$.['latency_ms']"))
    total, by_dimension = odd.filters("shop")
    assert total.published_value == "$.latency_ms"
    assert by_dimension.published_dimensions == {"model": "$.model"}


def test_fields_of_a_space_delimited_pattern() -> None:
    (filter_,) = spec(
        **monitor(filter="[ip, ..., status = 5*, bytes]", value="$bytes", alarm={"statistic": "Maximum", "above": 9})
    ).filters("shop")
    assert filter_.text == '[ip, ..., status = "5*", bytes]'
    assert filter_.published_value == "$bytes"


def test_archive_and_detector_are_watched() -> None:
    rows = alarm_table(spec(**monitor(archive={"bucket": "create"}, anomaly_detector=True)), "shop")
    assert {
        row.key: (watched(row).namespace, watched(row).name, dict(watched(row).dimensions)) for row in rows[1:]
    } == {
        "archive-stale": ("AWS/Firehose", "DeliveryToS3.DataFreshness", {"DeliveryStreamName": "shop-archive"}),
        "archive-refused": ("AWS/Firehose", "DeliveryToS3.Success", {"DeliveryStreamName": "shop-archive"}),
        "log-anomalies": (
            "AWS/Logs",
            "AnomalyCount",
            {"LogAnomalyDetector": "shop-log-anomalies", "LogAnomalyPriority": "HIGH"},
        ),
    }


def test_the_alarms_severity_is_its_own() -> None:
    rows = alarm_table(
        spec(**monitor(alarm={"above": 0, "severity": "critical"}, archive={"bucket": "create"})), "shop"
    )
    assert [row.severity for row in rows] == ["critical", "warning", "warning"]


def test_a_lower_limit_takes_silence_for_trouble() -> None:
    (row,) = alarm_table(spec(**monitor(filter="heartbeat", alarm={"below": 1})), "shop")
    assert row.missing_data == "breaching"


def test_the_text_says_what_where_and_what_first() -> None:
    row = alarm_table(
        spec(**slow(alarm={"statistic": "p90", "above": 900, "period_seconds": 60, "unit": "ms"})), "shop"
    )[1]
    assert row.description.splitlines() == [
        (
            "p90 of latency_ms in matching lines of log group /ai/ranker for model ranker-v2 is above 900 ms "
            "in one period of 1 minute."
        ),
        "What the workload reports of itself is past the limit that was set for it.",
        "First: Open log group /ai/ranker and search it for { $.latency_ms > 500 && $.model = * }.",
    ]


def test_a_long_filter_does_not_fill_the_text() -> None:
    long = " ".join(f"?word{number}" for number in range(60))
    (row,) = alarm_table(spec(**monitor(filter=long)), "shop")
    assert "search it for what the monitor's filter matches" in row.description


def group(name: str = "/ai/ranker", **options: Any) -> dict[str, Any]:
    return {"name": name, **options}


def test_a_group_made_by_another_monitor() -> None:
    monitors = {"a": monitor(log_group=group(create=True)), "b": monitor(log_group={"made_by": "a"})}
    assert problems(config(monitors)) == []
    (row,) = load(config(monitors)).contents("production").tables["b"]
    assert "log group /ai/ranker" in row.summary


SHARED: dict[str, tuple[dict[str, Any], str]] = {
    "made twice": (
        {"a": monitor(log_group=group(create=True)), "b": monitor(log_group=group(create=True))},
        (
            "monitors.b: log group /ai/ranker is made by stacks.production.monitors.a already; "
            "write `log_group: {made_by: a}`"
        ),
    ),
    "made and looked for": (
        {"a": monitor(log_group=group()), "b": monitor(log_group=group(create=True))},
        (
            "monitors.a: log group /ai/ranker is made by stacks.production.monitors.b, and Terraform may look for it "
            "before it is there; write `log_group: {made_by: b}`"
        ),
    ),
    "masked twice": (
        {"a": monitor(mask=["Name"]), "b": monitor(mask=["Address"])},
        (
            "monitors.b: log group /ai/ranker has one data protection policy, "
            "and stacks.production.monitors.a sets it; list everything under `mask` there"
        ),
    ),
    "archived six times": (
        {key: monitor(archive={"bucket": "our-logs"}) for key in "abcdef"},
        "monitors.f: log group /ai/ranker would have 6 subscription filters, and CloudWatch takes 5; remove some",
    ),
    "six filters with a regex": (
        {key: monitor(filter="%a|b%") for key in "abcdef"},
        (
            "monitors.f: log group /ai/ranker would have 6 filters with a regular expression, and CloudWatch takes 5; "
            "remove some"
        ),
    ),
    "a hundred and one filters": (
        {f"m{number}": monitor() for number in range(101)},
        "monitors.m100: log group /ai/ranker would have 101 metric filters, and CloudWatch takes 100; remove some",
    ),
}


@pytest.mark.parametrize(("monitors", "problem"), SHARED.values(), ids=SHARED.keys())
def test_monitors_that_share_a_log_group(monitors: dict[str, Any], problem: str) -> None:
    assert problems(config(monitors)) == [problem]


def test_in_python_the_same_errors() -> None:
    with pytest.raises(ConfigError, match="column 7: words in a row"):
        LogPatternSpec(**monitor(filter="Error Exception"))


def test_a_config_without_log_patterns_loads_no_parser() -> None:
    code = (
        "import sys, json; from tests.configs import config, load; load(config());"
        "print(json.dumps([m for m in sys.modules if m.split('.')[0] in ('lark', 'orjson')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_looks_like_a_reference_in_a_filter_is_text_in_its_query_too() -> None:
    monitor = {"pattern": "log_pattern", "log_group": {"name": "/a", "create": False}, "filter": '"${jndi:"'}
    spec = load(config({"lines": monitor | {"alarm": {"at_least": 1}, "severity": "critical"}}))
    (query,) = spec.stacks["production"].monitors["lines"].log_queries("lines")
    assert 'filter @message like "$${jndi:"' in query.text
