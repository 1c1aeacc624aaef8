"""The rules stop a real synth, through CDKTF and through the command; a waiver lets one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib import enforce
from constructs_lib.app import synthesise
from constructs_lib.cdk import TerraformStack, aws
from constructs_lib.cli import main
from constructs_lib.config.config import RUNBOOK_RULE, Config
from constructs_lib.config.waiver import Waiver
from constructs_lib.errors import ConfigError
from constructs_lib.rules import NAMES
from constructs_lib.rules.judgement import judge
from constructs_lib.stack import MonitoringStack
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Stack
from constructs_lib.testing import synth
from tests.configs import anomaly, config, load, problems
from tests.stacks import monitoring_stack, new_app

WAIVER = {"rule": "alarm-has-runbook", "reason": "They are being written, due in March."}


def without_runbook(**options: Any) -> dict[str, Any]:
    data = config({"calls": anomaly(), "other": anomaly()}, **options)
    del data["stacks"]["production"]["runbook"]
    return data


def built(data: dict[str, Any]) -> Config:
    """A configuration as Python builds it: `load` would find the missing runbook itself."""
    return Config.model_validate(data)


def test_cdktf_validates_a_monitoring_stack() -> None:
    config = built(without_runbook())
    stack = MonitoringStack(new_app(), "production", config.stacks["production"], project=config.project)
    with pytest.raises(RuntimeError, match="recommender-production-calls-band: its description links to no runbook"):
        synth(stack)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "by 'recommender-production-calls-band' and 1 more would find one"),
        ({"waivers": [WAIVER | {"monitors": ["calls"]}]}, "by 'recommender-production-other-band' would find one"),
        ({"waivers": [WAIVER | {"rule": "quotas"}]}, "by 'recommender-production-calls-band' and 1 more would"),
        ({"group_alarms": True, "suppressed_by": "x"}, "by 'recommender-production-calls-critical' and 1 more would"),
    ],
)
def test_check_finds_a_missing_runbook_where_it_belongs(options: dict[str, Any], says: str) -> None:
    (problem,) = problems(without_runbook(**options))
    assert problem.startswith("runbook: is missing, and no one who is called ")
    assert says in problem
    assert problem.endswith("; add it, or give every monitor one, or waive alarm-has-runbook with a reason")


def test_check_finds_every_runbook_there_is() -> None:
    linked = {
        "calls": anomaly(runbook="https://r.example.com"),
        "other": anomaly(impact="See https://wiki.example.com"),
    }
    data = without_runbook()
    data["stacks"]["production"]["monitors"] = linked
    assert problems(data) == []
    synth(monitoring_stack(data))
    assert problems(without_runbook(waivers=[WAIVER])) == []


def test_what_an_escape_hatch_breaks_is_found_too() -> None:
    stack = monitoring_stack(config())
    stack.monitors["calls"].alarms["band"].add_override("datapoints_to_alarm", 9)
    with pytest.raises(RuntimeError, match="recommender-production-calls-band: 9 of 3 can never happen"):
        synth(stack)


def test_a_synth_writes_nothing_and_names_the_monitor(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        synthesise(built(without_runbook()), tmp_path / "out")
    first = caught.value.problems[0]
    assert first.path == "stacks.production.monitors.calls"
    assert first.rule == "recommender-production-calls-band: its description links to no runbook [alarm-has-runbook]"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_waiver_lets_the_whole_stack_pass(tmp_path: Path) -> None:
    alarms = synth(monitoring_stack(without_runbook(waivers=[WAIVER])))["resource"]["aws_cloudwatch_metric_alarm"]
    assert {alarm["alarm_name"] for alarm in alarms.values()} == {
        "recommender-production-calls-band",
        "recommender-production-other-band",
    }
    folder = synthesise(load(without_runbook(waivers=[WAIVER])), tmp_path / "out") / "stacks" / "production"
    assert WAIVER["reason"] in (folder / "register.md").read_text(encoding="utf-8")


def test_the_command_takes_waivers_from_the_register(tmp_path: Path) -> None:
    folder = synthesise(load(without_runbook(waivers=[WAIVER])), tmp_path / "out") / "stacks" / "production"
    result = CliRunner().invoke(main, ["rules", str(folder / "cdk.tf.json")])
    assert result.exit_code == 0
    assert f"Waived: alarm-has-runbook (2): {WAIVER['reason']}" in result.output
    (folder / "register.json").unlink()
    assert CliRunner().invoke(main, ["rules", str(folder / "cdk.tf.json")]).exit_code == 1


def test_a_waiver_for_one_monitor_leaves_the_others(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        synthesise(built(without_runbook(waivers=[WAIVER | {"monitors": ["calls"]}])), tmp_path / "out")
    assert [problem.path for problem in caught.value.problems] == ["stacks.production.monitors.other"]


def test_a_metric_the_user_vouches_for_is_taken_for_real() -> None:
    metric = {"namespace": "AWS/Lambda", "name": "Brandnew", "statistic": "Sum", "custom": True}
    (alarm,) = synth(monitoring_stack(config({"new": anomaly(metric=metric)})))["resource"][
        "aws_cloudwatch_metric_alarm"
    ].values()
    assert [query["metric"]["metric_name"] for query in alarm["metric_query"] if "metric" in query] == ["Brandnew"]
    unknown = problems(config({"new": anomaly(metric={**metric, "custom": False})}))
    assert "Brandnew" in unknown[0]


def own_stack() -> TerraformStack:
    stack = TerraformStack(new_app(), "mine")
    aws.provider.AwsProvider(stack, "aws", region="us-east-1")
    aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
        stack,
        "errors",
        alarm_name="errors",
        alarm_description="Calls fail. https://runbooks.example.com/errors",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        threshold=5,
        namespace="AWS/Lambda",
        metric_name="Errors",
        dimensions={"FunctionName": "ranker"},
        period=60,
        statistic="Sum",
    )
    return stack


def test_a_users_own_stack_can_be_held_to_the_rules() -> None:
    stack = own_stack()
    enforce(stack)
    with pytest.raises(RuntimeError, match="errors: it has no receiver"):
        synth(stack)


def test_and_waive_one() -> None:
    stack = own_stack()
    enforce(stack, waivers=[Waiver(rule="alarm-has-receiver", reason="Shown on a dashboard only.")])
    assert synth(stack)["resource"]["aws_cloudwatch_metric_alarm"]["errors"]["alarm_name"] == "errors"


def test_the_rule_that_check_looks_after_itself_is_one() -> None:
    assert RUNBOOK_RULE in NAMES


def threshold(name: str, statistic: str = "Sum", namespace: str = "AWS/Lambda", **options: Any) -> dict[str, Any]:
    dimensions = options.pop("dimensions", {"FunctionName": "ranker"})
    metric = {"namespace": namespace, "name": name, "dimensions": dimensions, "statistic": statistic}
    return {"pattern": "threshold", "metric": metric, **options}


QUEUE: dict[str, Any] = {"namespace": "AWS/SQS", "dimensions": {"QueueName": "jobs"}}
JUDGED = {
    "nothing": threshold("Errors", above=5),
    "a queue's URL": threshold(
        "NumberOfMessagesSent", above=5, **QUEUE | {"dimensions": {"QueueName": "https://q/jobs"}}
    ),
    "silence that is health": threshold("Invocations", below=1, missing_data="not_breaching"),
    "errors below 1": threshold("Errors", below=1),
    "errors at least 0": threshold("Errors", at_least=0),
    "an average above 5": threshold("Errors", "Average", above=5),
    "the sum of an age": threshold("ApproximateAgeOfOldestMessage", above=600, **QUEUE),
    "the samples of a length": threshold("ApproximateNumberOfMessagesVisible", "SampleCount", above=10, **QUEUE),
    "a reference": threshold("Errors", "Average", above="${var.limit}"),
}


@pytest.mark.parametrize("monitor", [pytest.param(value, id=key) for key, value in JUDGED.items()])
def test_check_and_synth_say_the_same(monitor: dict[str, Any]) -> None:
    config_ = built(config({"it": monitor}))
    stack = MonitoringStack(new_app(), "production", config_.stacks["production"], project=config_.project)
    written = Stack("production", configured(stack.to_terraform()))
    said = judge(written).problems("production")
    assert config_.check() == said
    assert bool(said) is (monitor not in (JUDGED["nothing"], JUDGED["a reference"]))
