"""A whole stack: provider, backend, variables, outputs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.config.contents import contents
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import outputs, resources, synth
from tests.configs import anomaly, config, load, metric, threshold
from tests.stacks import monitoring_stack, new_app


def synthesised(monitors: dict[str, Any] | None = None, /, **options: Any) -> dict[str, Any]:
    return synth(monitoring_stack(config(monitors, **options)))


def test_the_provider_refuses_other_accounts_and_tags_everything() -> None:
    (provider,) = synthesised(tags={"team": "ml"})["provider"]["aws"]
    assert provider == {
        "region": "us-east-1",
        "allowed_account_ids": ["123456789012"],
        "default_tags": [{"tags": {"team": "ml", "project": "recommender", "stack": "production"}}],
    }


def test_both_majors_of_the_provider_are_allowed() -> None:
    assert synthesised()["terraform"]["required_providers"]["aws"]["version"] == ">= 5.100.0, < 7.0.0"


@pytest.mark.parametrize(
    ("backend", "emitted"),
    [
        (None, {"local": {"path": "../../../terraform.production.tfstate"}}),
        ({"local": {"path": "state/production"}}, {"local": {"path": "../../../state/production"}}),
        (
            {"s3": {"bucket": "state"}},
            {
                "s3": {
                    "bucket": "state",
                    "key": "recommender/production.tfstate",
                    "region": "us-east-1",
                    "encrypt": True,
                    "use_lockfile": True,
                }
            },
        ),
        (
            {"s3": {"bucket": "state", "key": "k", "region": "eu-west-1", "dynamodb_table": "locks"}},
            {
                "s3": {
                    "bucket": "state",
                    "key": "k",
                    "region": "eu-west-1",
                    "encrypt": True,
                    "dynamodb_table": "locks",
                }
            },
        ),
    ],
)
def test_backends(backend: dict[str, Any] | None, emitted: dict[str, Any]) -> None:
    options = {} if backend is None else {"backend": backend}
    assert synthesised(**options)["terraform"]["backend"] == emitted


def test_the_cloud_backend() -> None:
    stack = synthesised(backend={"cloud": {"organization": "acme", "workspace": "monitoring"}})
    assert stack["terraform"]["cloud"] == {"organization": "acme", "workspaces": {"name": "monitoring"}}


@pytest.mark.parametrize(
    ("backend", "version"),
    [
        ({"s3": {"bucket": "state"}}, ">= 1.10.0"),
        ({"s3": {"bucket": "state", "dynamodb_table": "locks"}}, None),
        ({"local": {}}, None),
    ],
)
def test_a_lock_in_s3_itself_needs_a_terraform_that_has_it(backend: dict[str, Any], version: str | None) -> None:
    assert synthesised(backend=backend)["terraform"].get("required_version") == version


def test_an_absolute_state_file_stays_where_it_is() -> None:
    assert synthesised(backend={"local": {"path": "/state/x"}})["terraform"]["backend"] == {
        "local": {"path": "/state/x"}
    }


def test_a_monitor_and_a_variable_of_one_name() -> None:
    stack = synthesised({"floor": anomaly(quiet_below="${var.floor}")})
    assert stack["variable"] == {"floor": {"sensitive": True}}
    names = {alarm["alarm_name"] for alarm in resources(stack, "aws_cloudwatch_metric_alarm").values()}
    assert names == {"recommender-production-floor-band", "recommender-production-floor-traffic"}


def test_an_alarm_of_the_stack_that_silences_another_is_made_first() -> None:
    monitors = {"calls": anomaly(suppressed_by="recommender-production-deploying"), "deploying": threshold()}
    stack = synthesised(monitors)
    (composite,) = resources(stack, "aws_cloudwatch_composite_alarm").values()
    alarms = resources(stack, "aws_cloudwatch_metric_alarm")
    (address,) = (key for key, alarm in alarms.items() if alarm["alarm_name"] == "recommender-production-deploying")
    assert composite["actions_suppressor"]["alarm"] == f"${{aws_cloudwatch_metric_alarm.{address}.alarm_name}}"


def test_template_directives_in_tags_and_summaries_are_text() -> None:
    stack = synthesised({"calls": threshold(metric=metric(label="calls %{if}"))})
    assert outputs(stack)["alarms"]["recommender-production-calls"]["summary"].startswith("calls %%{if} is above 1")


def test_eventbridge_may_only_do_what_a_monitor_needs() -> None:
    quiet = json.dumps(synthesised())
    assert "events.amazonaws.com" not in quiet
    told = synthesised({"jobs": {"pattern": "training_jobs", "name_prefix": "ranker-"}})
    assert "events.amazonaws.com" in json.dumps(resources(told, "aws_sns_topic_policy"))
    for event_rule in resources(told, "aws_cloudwatch_event_rule").values():
        assert event_rule["name"].startswith("recommender-production-")


def test_a_stack_that_is_copied_is_worked_out_anew() -> None:
    spec = load(config()).stacks["production"]
    assert list(contents("x", spec).tables) == ["calls"]
    assert contents("x", spec) is contents("x", spec)
    other = spec.model_copy(update={"monitors": {}})
    assert list(contents("x", other).tables) == []


def test_each_variable_of_the_file_is_declared_once_and_sensitive() -> None:
    stack = synthesised(
        {"calls": anomaly(metric=metric(dimensions={"FunctionName": "${var.function}"}), quiet_below="${var.floor}")},
        notifications={"critical": [{"https": "${var.hook}"}, {"email": "${lower(var.hook)}@example.com"}]},
    )
    assert stack["variable"] == {name: {"sensitive": True} for name in ("floor", "function", "hook")}


def test_outputs_name_what_was_made() -> None:
    found = outputs(synthesised({"calls": anomaly(quiet_below=20)}))
    assert found["topic_names"].keys() == found["topic_arns"].keys() == {"critical"}
    assert found["alarm_names"] == [
        "recommender-production-calls-band",
        "recommender-production-calls-traffic",
        "recommender-production-calls",
    ]
    assert set(found["alarm_arns"]) == set(found["alarm_names"]) == set(found["alarms"])
    assert found["alarms"]["recommender-production-calls"]["severity"] == "critical"
    assert found["alarms"]["recommender-production-calls-band"]["severity"] == "none", "it calls nobody"


def test_an_output_that_holds_a_sensitive_variable_is_sensitive() -> None:
    monitors = {"calls": anomaly(metric=metric(dimensions={"FunctionName": "${var.function}"}))}
    found = synthesised(monitors)["output"]
    assert found["alarms"]["sensitive"] is True
    assert "sensitive" not in found["alarm_names"]


def test_nothing_needs_a_live_look_up(json_snapshot: SnapshotAssertion) -> None:
    stack = synthesised()
    assert "data" not in stack
    assert {kind: sorted(found) for kind, found in stack["resource"].items()} == json_snapshot(name="addresses")


def test_names_begin_with_project_and_stack() -> None:
    stack = synthesised()
    (topic,) = resources(stack, "aws_sns_topic").values()
    (alarm,) = resources(stack, "aws_cloudwatch_metric_alarm").values()
    assert topic["name"] == "recommender-production-critical"
    assert alarm["alarm_name"] == "recommender-production-calls-band"


def test_two_stacks_share_nothing() -> None:
    data = config()
    data["stacks"]["staging"] = data["stacks"]["production"]
    loaded = load(data)
    app = new_app()
    production, staging = (
        synth(MonitoringStack(app, name, stack, project=loaded.project)) for name, stack in loaded.stacks.items()
    )
    (one,) = resources(production, "aws_cloudwatch_metric_alarm").values()
    (other,) = resources(staging, "aws_cloudwatch_metric_alarm").values()
    assert (one["alarm_name"], other["alarm_name"]) == (
        "recommender-production-calls-band",
        "recommender-staging-calls-band",
    )


@pytest.mark.filterwarnings("error")
def test_references_where_numbers_belong_warn_nobody() -> None:
    watched = metric(dimensions="${var.dimensions}", period_seconds="${var.period}")
    stack = synthesised({"calls": threshold(metric=watched)})
    (alarm,) = resources(stack, "aws_cloudwatch_metric_alarm").values()
    assert (alarm["dimensions"], alarm["period"]) == ("${var.dimensions}", "${var.period}")
