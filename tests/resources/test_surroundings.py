"""What a pattern's construct is given, and what it shares with others."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ConfigError, Environment, LogPatternMonitor, LogPatternSpec, TrainingJobsMonitor
from constructs_lib.app import build
from constructs_lib.cdk import TerraformStack
from constructs_lib.config.stack_spec import TAKEN
from constructs_lib.patterns.model_endpoint.construct import ExistingEndpoint
from constructs_lib.patterns.training_jobs import TrainingJobsSpec
from constructs_lib.resources.shared import Shared
from constructs_lib.testing import resources
from tests.configs import config, load
from tests.stacks import ROUTING, monitoring_stack, own_stack

HERE = Environment("123456789012", "us-east-1")


def logs(group: str) -> LogPatternSpec:
    return LogPatternSpec.model_validate(
        {"log_group": {"name": group, "create": True}, "filter": "ERROR", "alarm": {"at_least": 1}}
    )


def two_monitors(stack: TerraformStack, **given: Any) -> None:
    for name in ("one", "two"):
        LogPatternMonitor(stack, name, logs(f"/{name}"), notifications=ROUTING, environment=HERE, **given)


def test_each_construct_makes_a_key_of_its_own() -> None:
    keys = resources(own_stack(two_monitors), "aws_kms_key")
    assert {name.rpartition("_")[0] for name in keys} == {"one_key", "two_key"}


def test_constructs_share_what_is_given_to_both() -> None:
    stack = own_stack(lambda stack: two_monitors(stack, shared=Shared(stack, name="shop", environment=HERE)))
    (address,) = resources(stack, "aws_kms_key")
    groups = resources(stack, "aws_cloudwatch_log_group").values()
    assert [group["kms_key_id"] for group in groups] == [f"${{aws_kms_key.{address}.arn}}"] * 2


def test_a_key_that_is_given_goes_before_the_shared_one() -> None:
    def fill(stack: TerraformStack) -> None:
        mine = Shared(stack, name="mine", environment=HERE)
        LogPatternMonitor(stack, "first", logs("/first"), notifications=ROUTING, environment=HERE, shared=mine)
        other = Shared(stack, name="other", environment=HERE)
        two_monitors(stack, shared=other, encryption_key=mine.made["data"])
        assert other.made == {}

    assert len(resources(own_stack(fill), "aws_kms_key")) == 1


def test_a_pattern_that_needs_to_know_where_it_is_says_so() -> None:
    jobs = TrainingJobsSpec(name_prefix="ranker-")
    with pytest.raises(ConfigError, match=r"environment: is missing; give it: Environment\(account, region\)"):
        own_stack(lambda stack: TrainingJobsMonitor(stack, "jobs", jobs, notifications=ROUTING))


def test_a_mistyped_keyword_is_refused() -> None:
    given: dict[str, Any] = {"runbok": "https://x.example.com"}
    with pytest.raises(TypeError, match="runbok"):
        own_stack(lambda stack: two_monitors(stack, **given))


def test_no_monitor_can_have_the_name_of_what_is_shared() -> None:
    monitors = {
        "logs": {"pattern": "log_pattern", "filter": "ERROR", "alarm": {"at_least": 1}}
        | {"log_group": {"name": "/logs", "create": True}},
        "api": {"pattern": "model_api", "account_role": "managed"}
        | {"routes": [{"path": "/rank", "method": "POST", "lambda": "ranker"}], "authorization": "iam"},
    }
    made = monitoring_stack(config(monitors)).shared.made
    assert made.keys() == {"data", "api-gateway"}
    assert made.keys() <= TAKEN


def test_a_stack_made_for_synthesise_leaves_the_rules_to_it(tmp_path: Any) -> None:
    data = config()
    app, stacks = build(load(data), tmp_path)
    stacks[0].monitors["calls"].alarms["band"].add_override("datapoints_to_alarm", 9)
    app.synth()  # raises where the stack is judged by CDKTF: tests/rules/test_enforcement.py


def test_an_endpoint_that_is_there_has_no_empty_attributes() -> None:
    monitors = {"ranker": {"pattern": "model_endpoint", "endpoint": "ranker-v3", "kind": "real_time"}}
    assert monitoring_stack(config(monitors)).monitors["ranker"].serving == ExistingEndpoint("ranker-v3")
