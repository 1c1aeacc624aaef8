"""What a user gets wrong: one line each, with the path, the value, the rule and the fix."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constructs_lib.config.loader import load as load_file
from constructs_lib.config.loader import loads
from constructs_lib.errors import ConfigError
from tests.configs import anomaly, config, math, metric, problems, threshold

ITSELF = "recommender-production-calls"
WHEN = datetime(2026, 12, 1, 2, tzinfo=UTC)
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a typo at the top": (
        config() | {"projet": "x"},
        "projet: 'projet' is not a key here; did you mean 'project'?",
    ),
    "a typo in a stack": (
        config(acount="1"),
        "acount: 'acount' is not a key here; did you mean 'account'?",
    ),
    "a typo in a monitor": (
        config({"calls": anomaly(bandwidth=2)}),
        "monitors.calls.bandwidth: 'bandwidth' is not a key here; did you mean 'band_width'?",
    ),
    "a typo deep down": (
        config({"calls": anomaly(metric=metric(dimension={}))}),
        "monitors.calls.metric.dimension: 'dimension' is not a key here; did you mean 'dimensions'?",
    ),
    "a typo that is near nothing": (
        config(backend={"consul": {}}),
        "backend.consul: 'consul' is not a key here; use one of cloud, local, s3",
    ),
    "a wrong type": (
        config({"calls": anomaly(band_width="two")}),
        "monitors.calls.band_width: 'two' is not a number; write a number without quotes",
    ),
    "a number in quotes": (
        config({"calls": anomaly(metric=metric(period_seconds="300"))}),
        "monitors.calls.metric.period_seconds: '300' is not a whole number; write a whole number without quotes",
    ),
    "a list where a mapping belongs": (
        config(notifications=["oncall@example.com"]),
        "notifications: ['oncall@example.com'] is not a mapping; write keys and values: {key: value}",
    ),
    "period 90": (
        config({"calls": anomaly(metric=metric(period_seconds=90))}),
        "monitors.calls.metric.period_seconds: 90 is not 10, 20, 30 or a multiple of 60; write 60 or 300",
    ),
    "period 0": (
        config({"calls": anomaly(metric=metric(period_seconds=0))}),
        "monitors.calls.metric.period_seconds: 0 is not 10, 20, 30 or a multiple of 60; write 60 or 300",
    ),
    "a period AWS does not publish in": (
        config({"calls": anomaly(metric=metric(period_seconds=30))}),
        (
            "monitors.calls.metric.period_seconds: 30 is shorter than the 1 minute between two values of AWS/Lambda "
            "Invocations; write 60 or more"
        ),
    ),
    "a band on a high-resolution metric": (
        config({"calls": anomaly(metric=metric(period_seconds=10, custom=True))}),
        (
            "monitors.calls.metric.period_seconds: 10 is a high-resolution period, and CloudWatch learns no band for "
            "those; write 60 or more"
        ),
    ),
    "3 of 2": (
        config({"calls": anomaly(evaluate={"breaching": 3, "of": 2})}),
        "monitors.calls.evaluate.breaching: 3 of 2 can never happen; write 2 or less",
    ),
    "a window over a day": (
        config({"calls": anomaly(evaluate={"breaching": 1, "of": 289})}),
        (
            "monitors.calls.evaluate.of: 289 periods of 5 minutes are 1,445 minutes, and CloudWatch looks back at most "
            "1 day with this period; look at 288 periods at most, or use a longer period"
        ),
    ),
    "a window over a week": (
        config({"calls": anomaly(metric=metric(period_seconds=86_400), evaluate={"breaching": 1, "of": 8})}),
        (
            "monitors.calls.evaluate.of: 8 periods of 1 day are 8 days, and CloudWatch looks back at most 7 days with "
            "this period; look at 7 periods at most, or use a longer period"
        ),
    ),
    "band width 0": (
        config({"calls": anomaly(band_width=0)}),
        "monitors.calls.band_width: 0 is not above 0; write a number above 0",
    ),
    "an unknown severity": (
        config({"calls": anomaly(severity="critcal")}),
        "monitors.calls.severity: 'critcal' is not 'critical', 'warning' or 'info'; did you mean 'critical'?",
    ),
    "receivers for an unknown severity": (
        config(notifications={"urgent": [{"email": "a@example.com"}], "critical": [{"email": "a@example.com"}]}),
        "notifications.urgent: 'urgent' is not a key here; use one of critical, info, warning",
    ),
    "a reference where only a literal can work": (
        config({"calls": anomaly(severity="${var.severity}")}),
        (
            "monitors.calls.severity: '${var.severity}' is a Terraform reference, and this must be known before "
            "deployment; write the value itself"
        ),
    ),
    "a reference for the account": (
        config(account="${var.account}"),
        (
            "account: '${var.account}' is a Terraform reference, and this must be known before deployment; write the "
            "value itself"
        ),
    ),
    "a reference to nothing": (
        config({"calls": anomaly(metric=metric(dimensions={"FunctionName": "${aws_lambda_function.x.id}"}))}),
        (
            "monitors.calls.metric.dimensions.FunctionName: ${aws_lambda_function.x.id} refers to nothing in "
            "this stack; "
            "write ${var.name}, and a variable of that name is declared"
        ),
    ),
    "an unknown pattern": (
        config({"calls": anomaly(pattern="anomoly")}),
        "monitors.calls.pattern: 'anomoly' is not a pattern; did you mean 'anomaly'?",
    ),
    "a malformed account": (
        config(account="12345"),
        "account: '12345' is not an AWS account ID; write its 12 digits in quotes",
    ),
    "an account without quotes": (
        config(account=123456789012),
        "account: 123456789012 is not text; write it in quotes",
    ),
    "a malformed region": (
        config(region="us-east"),
        "region: 'us-east' is not an AWS Region code; write it like us-east-1",
    ),
    "dimensions AWS never publishes": (
        config({"calls": anomaly(metric=metric(dimensions={"Function": "ranker"}))}),
        (
            "monitors.calls.metric.dimensions: AWS never publishes AWS/Lambda Invocations with {Function}; use "
            "{FunctionName} or {FunctionName, Resource} or {ExecutedVersion, FunctionName, Resource} or no dimensions"
        ),
    ),
    "a metric AWS does not publish": (
        config({"calls": anomaly(metric=metric(name="Invocation"))}),
        (
            "monitors.calls.metric.name: AWS/Lambda has no metric 'Invocation' that this library knows; did you mean "
            "'Invocations'? (Add `custom: true` if AWS really publishes it.)"
        ),
    ),
    "a namespace nobody knows": (
        config({"calls": anomaly(metric=metric(namespace="AWS/Lamda"))}),
        (
            "monitors.calls.metric.namespace: 'AWS/Lamda' is not a namespace this library knows; did you mean "
            "'AWS/Lambda'? (If not, add `custom: true` if a metric is published under this name with exactly these "
            "dimensions.)"
        ),
    ),
    "a namespace with a leading colon": (
        config({"calls": anomaly(metric=metric(namespace=":x", custom=True))}),
        (
            "monitors.calls.metric.namespace: ':x' is not a CloudWatch namespace; write 1 to 255 characters, "
            "no colon first"
        ),
    ),
    "31 dimensions": (
        config({"calls": anomaly(metric=metric(dimensions={f"d{i}": "x" for i in range(31)}, custom=True))}),
        "monitors.calls.metric.dimensions: 31 dimensions, and a metric has at most 30; remove some",
    ),
    "a statistic CloudWatch does not have": (
        config({"calls": anomaly(metric=metric(statistic="p99.999"))}),
        (
            "monitors.calls.metric.statistic: 'p99.999' is not a CloudWatch statistic; write Average, Sum, "
            "Minimum, Maximum, "
            "SampleCount or a percentile such as p99 or p99.9"
        ),
    ),
    "a choice that mutes the alarm": (
        config({"calls": anomaly(quiet_below=20, missing_data="breaching")}),
        (
            "monitors.calls.missing_data: 'breaching' can't fire together with quiet_below: without data the metric is "
            "not above it; remove quiet_below, or watch for missing data with a threshold monitor"
        ),
    ),
    "a severity no one receives": (
        config({"calls": anomaly(severity="info")}),
        (
            "notifications.info: no one receives 'info', and an alarm uses it; add a receiver for it, or give "
            "the alarm "
            "a severity that has one"
        ),
    ),
    "more than five actions on one state": (
        config(
            notifications={
                "critical": [
                    {"email": "a@example.com"},
                    *({"topic": f"arn:aws:sns:us-east-1:123456789012:t{i}"} for i in range(5)),
                ]
            }
        ),
        (
            "notifications.critical: 6 actions, and CloudWatch calls at most 5 when an alarm changes state; "
            "subscribe the "
            "receivers to one topic instead"
        ),
    ),
    "two ways in one receiver": (
        config(notifications={"critical": [{"email": "a@example.com", "sqs": "arn:aws:sqs:us-east-1:123456789012:q"}]}),
        (
            "notifications.critical.0: email and sqs in one receiver; write one of email, https, sqs, lambda, "
            "topic, slack, teams, incident, ops_item per entry"
        ),
    ),
    "an address that is none": (
        config(notifications={"critical": [{"email": "oncall"}]}),
        "notifications.critical.0.email: 'oncall' is not an e-mail address; write it like oncall@example.com",
    ),
    "a webhook without TLS": (
        config(notifications={"critical": [{"https": "http://hooks.example.com"}]}),
        (
            "notifications.critical.0.https: 'http://hooks.example.com' is not an https address; write it like "
            "https://hooks.example.com/…, or ${var.name}"
        ),
    ),
    "a queue's URL instead of its ARN": (
        config(notifications={"critical": [{"sqs": "https://sqs.us-east-1.amazonaws.com/123456789012/q"}]}),
        (
            "notifications.critical.0.sqs: 'https://sqs.us-east-1.amazonaws.com/123456789012/q' is not a valid sqs ARN"
            "; write it "
            "like arn:aws:sqs:us-east-1:123456789012:alarms"
        ),
    ),
    "a receiver twice": (
        config(notifications={"critical": [{"email": "a@example.com"}, {"email": "a@example.com"}]}),
        "notifications.critical.1: 'a@example.com' is listed twice; remove one",
    ),
    "a name that can't be one": (
        config({"calls per day": anomaly()}),
        (
            "monitors.calls per day: 'calls per day' can't be used as a name; use letters, digits, hyphens and "
            "underscores, with a letter or digit at both ends"
        ),
    ),
    "two backends": (
        config(backend={"local": {}, "s3": {"bucket": "state"}}),
        "backend.s3: local and s3 are given; write one of local, s3, cloud",
    ),
    "an unknown placeholder in a runbook": (
        config(runbook="https://runbooks.example.com/{name}"),
        "runbook: {name} is not known in a runbook link; use {alarm}, the alarm's name",
    ),
    "no monitors": (
        config({}),
        "monitors: has 0 entries, and needs at least 1; add one",
    ),
    "an AWS tag": (
        config(tags={"aws:team": "x"}),
        "tags: 'aws:team' is not a tag key; write 1 to 128 characters that do not begin with aws:",
    ),
    "a description that is too long": (
        config({"calls": anomaly(impact="x" * 1_000)}),
        (
            "monitors.calls: the alarm's description has 1276 characters, and CloudWatch keeps 1024; shorten "
            "`impact` or "
            "`first_step`, and put the rest into the runbook"
        ),
    ),
    "a monitor with a name that is taken": (
        config({"alarms": anomaly()}),
        "monitors.alarms: 'alarms' is the name of something else in the stack; rename it",
    ),
    "silence without groups": (
        config(suppressed_by="deploying"),
        (
            "suppressed_by: suppressed_by silences groups of alarms, and there are none; add `group_alarms: true`: "
            "CloudWatch suppresses composite alarms only"
        ),
    ),
    "a window that is not a time": (
        config(group_alarms=True, maintenance=[{"from": "2:00", "until": "04:00"}]),
        "maintenance.0.from: '2:00' is not a time of day; write it in quotes: \"02:00\"",
    ),
    "a window that ends before it begins": (
        config(group_alarms=True, maintenance=[{"from": WHEN, "until": WHEN}]),
        "maintenance.0.until: 2026-12-01 02:00:00+00:00 is not after its beginning; write a later moment",
    ),
    "a window of two kinds": (
        config(group_alarms=True, maintenance=[{"from": "02:00", "until": WHEN}]),
        "maintenance.0.until: one end is a time of day, the other a moment; write both alike",
    ),
    "a window with one end": (
        config(maintenance=[{"from": "02:00"}]),
        "maintenance.0.until: is missing; write `from` and `until`, or `cron` and `minutes`",
    ),
    "a window without an end": (
        config(maintenance=[{"from": "02:00", "until": "02:00"}]),
        "maintenance.0.until: the window never ends: its alarms would always be muted; end it earlier",
    ),
    "a window that comes again before it ends": (
        config(maintenance=[{"cron": "0 2 * * *", "minutes": 1440}]),
        (
            "maintenance.0.minutes: 1440 minutes: the next window begins before, and its alarms would always be muted; "
            "make it shorter"
        ),
    ),
    "a schedule with steps": (
        config(maintenance=[{"cron": "*/15 2 * * *", "minutes": 5}]),
        "maintenance.0.cron: '*/15 2 * * *' has a step, and mute rules know none; list the values: 0,15,30,45",
    ),
    "a window in no time zone": (
        config(maintenance=[{"from": "02:00", "until": "04:00", "time_zone": "Europe/Berln"}]),
        "maintenance.0.time_zone: 'Europe/Berln' is not a time zone; did you mean 'Europe/Berlin'?",
    ),
    "a window over three weeks": (
        config(maintenance=[{"from": WHEN, "until": WHEN + timedelta(days=21)}]),
        "maintenance.0.until: 2026-12-22 02:00:00+00:00 is more than 15 days after it begins; write several",
    ),
    "a window for nobody": (
        config(maintenance=[{"from": "02:00", "until": "04:00", "monitors": ["cals"]}]),
        "maintenance.0.monitors.0: 'cals' is not a monitor of this stack; did you mean 'calls'?",
    ),
    "a window for no alarm": (
        config(maintenance=[{"from": "02:00", "until": "04:00", "severities": ["info"]}]),
        "maintenance.0: mutes no alarm of this stack; choose others, or remove it",
    ),
    "a window for half a group": (
        config(
            {"calls": anomaly(workload="ranker"), "more": anomaly(workload="ranker")},
            group_alarms=True,
            maintenance=[{"from": "02:00", "until": "04:00", "monitors": ["calls"]}],
        ),
        (
            "maintenance.0: would also mute more, for which recommender-production-ranker-critical calls too; choose "
            "the whole workload: its alarms are grouped"
        ),
    ),
    "a waiver that names no rule": (
        config(waivers=[{"rule": "alarm-has-runbok", "reason": "They are being written."}]),
        "waivers.0.rule: 'alarm-has-runbok' is not a rule; did you mean 'alarm-has-runbook'?",
    ),
    "a waiver without a reason": (
        config(waivers=[{"rule": "alarm-has-runbook", "reason": "later"}]),
        "waivers.0.reason: 'later' is shorter than 10; write at least 10 characters",
    ),
    "a state in a place that only a variable knows": (
        config(backend={"s3": {"bucket": "${var.bucket}"}}),
        (
            "backend.s3.bucket: '${var.bucket}' is a Terraform reference, and this must be known before deployment; "
            "write the value itself"
        ),
    ),
    "a backend's Region without text": (
        config(backend={"s3": {"bucket": "state", "region": ""}}),
        "backend.s3.region: '' is shorter than 1; write at least 1 characters",
    ),
    "an organization that only a variable knows": (
        config(backend={"cloud": {"organization": "${var.o}", "workspace": "w"}}),
        (
            "backend.cloud.organization: '${var.o}' is a Terraform reference, and this must be known before "
            "deployment; write the value itself"
        ),
    ),
    "an empty dimension beside one that is a reference": (
        config({"calls": anomaly(metric=metric(dimensions={"FunctionName": "${var.f}", "Resource": ""}))}),
        "monitors.calls.metric.dimensions: Resource has a value of 0 characters; write 1 to 1,024 characters",
    ),
    "a number beside a dimension that is a reference": (
        config({"calls": anomaly(metric=metric(dimensions={"FunctionName": "${var.f}", "Resource": 5}))}),
        "monitors.calls.metric.dimensions.Resource: 5 is not text; write it in quotes",
    ),
    "a reference as a key": (
        config({"calls": anomaly(metric=metric(dimensions={"${var.k}": "x"}, custom=True))}),
        "monitors.calls.metric.dimensions.${var.k}: a key can't be a Terraform reference; write it out",
    ),
    "a reference that is never closed": (
        config({"calls": anomaly(impact="${var.x")}),
        "monitors.calls.impact: holds a `${` that is never closed; write ${var.name}, or $${ for the two characters",
    ),
    "a word that only ends in var": (
        config({"calls": anomaly(impact="${myvar.x}")}),
        (
            "monitors.calls.impact: ${myvar.x} refers to nothing in this stack; write ${var.name}, and a variable of "
            "that name is declared"
        ),
    ),
    "a variable that Terraform has no room for": (
        config({"calls": anomaly(quiet_below="${var.count}")}),
        (
            "monitors.calls.quiet_below: Terraform has no variable 'count': it keeps that name for itself; choose "
            "another name"
        ),
    ),
    "a metric the expression does not have": (
        config({"calls": math("calls + clals")}),
        "monitors.calls.math.expression: 'clals' is not a metric of the expression; did you mean 'calls'?",
    ),
    "a function in small letters": (
        config({"calls": math("fill(calls, 0)")}),
        (
            "monitors.calls.math.expression: 'fill' is not a metric of the expression; write FILL, for functions have "
            "capitals"
        ),
    ),
    "an id for two": (
        config({"calls": math("calls", steps={"calls": "calls * 2"})}),
        "monitors.calls.math.steps.calls: 'calls' is the id of a metric; choose another",
    ),
    "a character nobody can read": (
        config({"calls": anomaly(impact="ring \x07")}),
        "monitors.calls: the alarm's description holds a control character; remove it from `impact` or `first_step`",
    ),
    "the ARN of an alarm that would silence itself": (
        config({"calls": anomaly(suppressed_by=f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{ITSELF}")}),
        (
            "monitors.calls: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:recommender-production-calls' would "
            "silence itself; name another alarm in suppressed_by"
        ),
    ),
    "a parenthesis that stays open": (
        config({"calls": math("(calls")}),
        "monitors.calls.math.expression: its parentheses do not match; close each one",
    ),
    "a parenthesis that is closed first": (
        config({"calls": math(")calls(")}),
        "monitors.calls.math.expression: its parentheses do not match; close each one",
    ),
    "a search in an alarm": (
        config({"calls": math("SUM(SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum')) + calls")}),
        "monitors.calls.math.expression: SEARCH can't be compared with a limit; name the metrics one by one",
    ),
    "a band in an expression": (
        config({"calls": math("ANOMALY_DETECTION_BAND(calls)")}),
        (
            "monitors.calls.math.expression: ANOMALY_DETECTION_BAND can't be compared with a limit; use the pattern "
            "anomaly"
        ),
    ),
    "a limit CloudWatch can't keep": (
        config({"calls": threshold(above=1e120)}),
        (
            "monitors.calls.above: 1e+120 is beyond what CloudWatch keeps; write a smaller number; to calculate with "
            "a reference write it as text: ${var.timeout * 0.8}"
        ),
    ),
    "a number that YAML reads as text": (
        config({"calls": threshold(above="1e5")}),
        "monitors.calls.above: '1e5' is text to YAML, not a number; write 100000",
    ),
    "a statistic in lower case": (
        config({"calls": anomaly(metric=metric(statistic="sum"))}),
        "monitors.calls.metric.statistic: 'sum' is not a CloudWatch statistic; write Sum",
    ),
    "a percentile in capitals": (
        config({"calls": anomaly(metric=metric(statistic="P99"))}),
        "monitors.calls.metric.statistic: 'P99' is not a CloudWatch statistic; write p99",
    ),
    "quiet below nothing": (
        config({"calls": anomaly(quiet_below=0)}),
        "monitors.calls.quiet_below: 0 keeps nothing quiet; write a number above 0",
    ),
    "nothing where a mapping belongs": (
        config({"calls": anomaly(evaluate=None)}),
        "monitors.calls.evaluate: null is not a mapping; write keys and values: {key: value}",
    ),
    "a truth where a number belongs": (
        config({"calls": anomaly(band_width=True)}),
        "monitors.calls.band_width: true is not a number; write a number without quotes",
    ),
    "an account in other digits": (
        config(account="١٢٣٤٥٦٧٨٩٠١٢"),
        "account: '١٢٣٤٥٦٧٨٩٠١٢' is not an AWS account ID; write its 12 digits in quotes",
    ),
    "48 tags": (
        config(tags={f"t{i}": "x" for i in range(48)}),
        "tags: 48 tags, and 47 fit besides `project`, `stack` and `severity`; remove some",
    ),
    "a tag that the library sets": (
        config(tags={"Project": "x"}),
        "tags: tag Project is set by this library; choose another key",
    ),
    "a tag with a character AWS refuses": (
        config(tags={"team": "ml; ops"}),
        "tags: tag 'ml; ops' holds a character AWS refuses; use letters, digits, _.:/=+-@",
    ),
    "a FIFO queue": (
        config(notifications={"critical": [{"sqs": "arn:aws:sqs:us-east-1:123456789012:q.fifo"}]}),
        (
            "notifications.critical.0.sqs: 'arn:aws:sqs:us-east-1:123456789012:q.fifo' is a FIFO queue, and SNS "
            "sends from a standard topic to none; name a standard one"
        ),
    ),
    "a FIFO topic": (
        config(notifications={"critical": [{"topic": "arn:aws:sns:us-east-1:123456789012:t.fifo"}]}),
        (
            "notifications.critical.0.topic: 'arn:aws:sns:us-east-1:123456789012:t.fifo' is not a standard topic's ARN"
            "; write it like arn:aws:sns:us-east-1:123456789012:oncall"
        ),
    ),
    "a subscription's ARN": (
        config(notifications={"critical": [{"topic": "arn:aws:sns:us-east-1:123456789012:t:6b0e71bd-7e97"}]}),
        (
            "notifications.critical.0.topic: 'arn:aws:sns:us-east-1:123456789012:t:6b0e71bd-7e97' is not a standard "
            "topic's ARN; write it like arn:aws:sns:us-east-1:123456789012:oncall"
        ),
    ),
    "a layer's ARN": (
        config(notifications={"critical": [{"lambda": "arn:aws:lambda:us-east-1:123456789012:layer:x:1"}]}),
        (
            "notifications.critical.0.lambda: 'arn:aws:lambda:us-east-1:123456789012:layer:x:1' is not a Lambda "
            "function's ARN; write it like arn:aws:lambda:us-east-1:123456789012:function:on-alarm"
        ),
    ),
    "a topic in another Region": (
        config(notifications={"critical": [{"topic": "arn:aws:sns:eu-west-1:123456789012:t"}]}),
        (
            "notifications.critical.0.topic: 'arn:aws:sns:eu-west-1:123456789012:t' is in eu-west-1, and CloudWatch "
            "publishes to topics of its own Region only; name one in us-east-1"
        ),
    ),
    "a function in another Region": (
        config(notifications={"critical": [{"lambda": "arn:aws:lambda:eu-west-1:123456789012:function:f"}]}),
        (
            "notifications.critical.0.lambda: 'arn:aws:lambda:eu-west-1:123456789012:function:f' is in eu-west-1, "
            "and its permission is made in the Region of the alarms; name one in us-east-1"
        ),
    ),
    "an alarm that would silence itself": (
        config({"calls": anomaly(suppressed_by="recommender-production-calls")}),
        ("monitors.calls: 'recommender-production-calls' would silence itself; name another alarm in suppressed_by"),
    ),
    "an alarm that its own part would silence": (
        config({"calls": anomaly(suppressed_by="recommender-production-calls-band")}),
        (
            "monitors.calls: 'recommender-production-calls-band' would silence itself; name another alarm in "
            "suppressed_by"
        ),
    ),
    "a group that its own member would silence": (
        config({"calls": anomaly()}, group_alarms=True, suppressed_by="recommender-production-calls-band"),
        "group_alarms: 'recommender-production-calls-band' would silence itself; name another alarm in suppressed_by",
    ),
    "a waiver for a monitor that is not there": (
        config(waivers=[{"rule": "alarm-has-runbook", "reason": "They are being written.", "monitors": ["call"]}]),
        "waivers.0.monitors.0: 'call' is not a monitor of this stack; did you mean 'calls'?",
    ),
}


@pytest.mark.parametrize(("data", "problem"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_explained(data: dict[str, Any], problem: str) -> None:
    assert problems(data) == [problem]


def test_a_name_over_255_characters_after_prefixing() -> None:
    prefix = len("recommender-production--band")
    assert problems(config({"m" * (255 - prefix): anomaly()})) == []
    (problem,) = problems(config({"m" * (256 - prefix): anomaly()}))
    assert problem.startswith("monitors.mmm")
    assert problem.endswith(
        " has 256 characters, and an alarm's name may have 255; shorten the monitor's, the stack's or the "
        "project's name"
    )


def test_two_monitors_whose_names_meet_after_prefixing() -> None:
    data = config({"calls": anomaly(quiet_below=20), "calls-band": anomaly()})
    data["stacks"]["production"]["monitors"]["calls-band"] |= {
        "pattern": "threshold",
        "above": 1,
    }
    assert problems(data) == [
        (
            "monitors.calls-band: its alarm 'recommender-production-calls-band' has the name of one of "
            "stacks.production.monitors.calls; rename one of the two"
        )
    ]


def test_names_meet_across_stacks_of_one_account_and_region() -> None:
    data = config({"b-calls": anomaly()})
    data["stacks"]["production-b"] = config({"calls": anomaly()})["stacks"]["production"]
    assert problems(data) == [
        (
            "stacks.production-b.monitors.calls: its alarm 'recommender-production-b-calls-band' has the name "
            "of one of "
            "stacks.production.monitors.b-calls; rename one of the two"
        )
    ]
    data["stacks"]["production-b"]["region"] = "eu-west-1"
    assert problems(data) == []


@pytest.mark.parametrize("name", ["aws", "backend", "cloud", "notifications", "data", "dashboard", "groups", "alarms"])
def test_names_that_are_taken(name: str) -> None:
    assert problems(config({name: anomaly()})) == [
        f"monitors.{name}: {name!r} is the name of something else in the stack; rename it"
    ]


def test_a_group_and_a_monitor_of_one_name() -> None:
    monitors = {"calls-critical": threshold(), "a": anomaly(workload="calls"), "b": anomaly(workload="calls")}
    assert problems(config(monitors, group_alarms=True)) == [
        (
            "group_alarms: its alarm 'recommender-production-calls-critical' has the name of one of "
            "stacks.production.monitors.calls-critical; rename one of the two"
        )
    ]


@pytest.mark.parametrize(
    ("backend", "place"),
    [
        ({"s3": {"bucket": "state", "key": "k"}}, "the object state/k"),
        ({"cloud": {"organization": "acme", "workspace": "w"}}, "the workspace acme/w"),
        ({"local": {"path": "state.json"}}, "the file state.json"),
    ],
)
def test_two_stacks_with_one_state(backend: dict[str, Any], place: str) -> None:
    data = config(backend=backend)
    data["stacks"]["staging"] = data["stacks"]["production"]
    assert problems(data) == [
        (
            f"stacks.staging.backend: keeps its state where stacks.production does, {place}; give each stack a state "
            "of its own: each would destroy the other's resources"
        )
    ]


def test_a_monitor_may_have_the_name_of_a_variable() -> None:
    assert problems(config({"floor": anomaly(quiet_below="${var.floor}")})) == []


@pytest.mark.parametrize(
    "text", ["${terraform.workspace}", "${jsonencode({a = var.b})}", "$${jndi:x}", "${var.a.count}"]
)
def test_expressions_that_refer_to_something(text: str) -> None:
    assert problems(config({"calls": anomaly(impact=text)})) == []


@pytest.mark.parametrize("key", ["on", "404", "null", "2026-01-01"])
def test_a_key_is_a_name_whatever_yaml_reads(key: str) -> None:
    with pytest.raises(ConfigError, match=f"{key}: '{key}' is not a key here"):
        loads(f"project: x\nstacks: {{}}\n{key}: 1\n")


@pytest.mark.parametrize("entry", ["{email: {{ oncall }}}", "{[a, b]: c}"])
def test_a_list_or_a_mapping_as_a_key(entry: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loads(f"project: x\nstacks: {entry}\n", file="m.yaml")
    assert str(caught.value) == (
        "m.yaml:2: is not YAML: found a list or a mapping as a key (put a text that begins with [ or { in quotes)"
    )


def test_every_problem_comes_in_one_message_with_its_line() -> None:
    text = """\
project: recommender
stacks:
  production:
    account: "12"
    regoin: us-east-1
    notifications:
      critical: [{email: oncall}]
    monitors:
      calls:
        pattern: anomaly
        severity: critical
        metric: {namespace: AWS/Lambda, name: Invocations, statistic: Sum, period_seconds: 90}
"""
    with pytest.raises(ConfigError) as caught:
        loads(text, file="monitoring.yaml")
    assert [(problem.line, problem.path.rpartition(".")[2]) for problem in caught.value.problems] == [
        (3, "region"),  # missing: the line of what it is missing from
        (4, "account"),
        (5, "regoin"),
        (7, "email"),
        (12, "period_seconds"),
    ]
    assert str(caught.value).splitlines()[1] == (
        "monitoring.yaml:4: stacks.production.account: '12' is not an AWS account ID; write its 12 digits in quotes"
    )


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n"])
def test_an_empty_file(text: str) -> None:
    with pytest.raises(ConfigError, match="is empty; begin with `project:` and `stacks:`|null is not a mapping"):
        loads(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stacks: [", "is not YAML: while parsing a flow"),
        ("a: b: c", "is not YAML: mapping values are not allowed"),
        ("a: \t\x00", "is not YAML"),
        ("just words", "'just words' is not a mapping"),
        ("a: &x [*x]", "holds itself through an alias"),
    ],
)
def test_not_yaml_or_not_a_config(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loads(text)
    assert says in str(caught.value)


def test_a_key_given_twice() -> None:
    text = "project: a\nproject: b\nstacks: {}\n"
    with pytest.raises(ConfigError) as caught:
        loads(text, file="f.yaml")
    assert "f.yaml:2: project: is given twice; remove one of the two, or rename it" in str(caught.value).splitlines()


def test_files_that_can_not_be_read(tmp_path: Any) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"project: caf\xe9")
    for path, says in (
        (tmp_path / "none.yaml", "there is no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "latin.yaml", "byte 12 is not UTF-8"),
    ):
        with pytest.raises(ConfigError, match=says):
            load_file(path)


def test_python_gets_the_same_errors() -> None:
    from constructs_lib import AnomalySpec

    with pytest.raises(ConfigError) as caught:
        AnomalySpec(metric=metric(period_seconds=90), band_width=0)  # type: ignore[arg-type]
    assert [str(problem) for problem in caught.value.problems] == [
        "AnomalySpec.metric.period_seconds: 90 is not 10, 20, 30 or a multiple of 60; write 60 or 300",
        "AnomalySpec.band_width: 0 is not above 0; write a number above 0",
    ]
