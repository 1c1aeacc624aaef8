"""Renamed monitors, as Terraform reads them: `moved` blocks, names that stay, and nothing else that changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.addresses import address
from constructs_lib.alarms.routing import Routing
from constructs_lib.aws.environment import Environment
from constructs_lib.patterns.log_pattern import LogPatternSpec
from constructs_lib.patterns.log_pattern.construct import LogPatternMonitor
from constructs_lib.patterns.registry import PATTERNS, pattern
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import resources, synth
from tests.configs import anomaly, config, load, threshold
from tests.stacks import CRITICAL, WARNING, monitoring_stack, new_app, own_stack

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "monitoring.yaml", *sorted((ROOT / "examples").glob("*.yaml"))]
LOGS: dict[str, Any] = {
    "pattern": "log_pattern",
    "log_group": {"name": "/ai/ranker", "create": True},
    "filter": "?Error",
    "alarm": {"above": 0},
    "archive": {"bucket": "create"},
    "mask": ["EmailAddress"],
}


def addresses(stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every resource of a stack by its address."""
    return {f"{kind}.{name}": body for kind, named in stack["resource"].items() for name, body in named.items()}


NEW = "the-new-"
LINKS = {"of", "made_by", "sagemaker_endpoint"}


def renamed(data: dict[str, Any]) -> dict[str, Any]:
    """The same file with every monitor and every stack called otherwise."""

    def linked(value: Any, monitors: dict[str, Any], links: set[str] = LINKS) -> Any:
        if isinstance(value, list):
            return [linked(item, monitors) for item in value]
        if not isinstance(value, dict):
            return value
        if "when" in value:  # of a composite: words of a rule
            words = re.sub(r"[a-z][\w-]*", lambda word: NEW * (word[0] in monitors) + word[0], value["when"])
            value = value | {"when": words}
        links = {*links, "endpoint"} if value.get("pattern") in ("model_bias", "data_quality") else links
        return {
            key: NEW + item if key in links and isinstance(item, str) and item in monitors else linked(item, monitors)
            for key, item in value.items()
        }

    stacks = {}
    for name, stack in data["stacks"].items():
        monitors = stack["monitors"]
        changed = stack | {
            "monitors": {NEW + key: linked(one, monitors) | {"was": key} for key, one in monitors.items()}
        }
        for option in ("waivers", "maintenance"):
            if option in stack:
                chosen = [one | {"monitors": [NEW + key for key in one.get("monitors", ())]} for one in stack[option]]
                changed[option] = chosen
        stacks[NEW + name] = changed | {"was": name}
    return data | {"stacks": stacks}


def without_ids(stack: dict[str, Any]) -> Any:
    """Resources and local values; what CDKTF's names of local values hash is left out, and the new names' beginning."""
    text = json.dumps([addresses(stack), stack.get("locals", {})], sort_keys=True)
    return json.loads(re.sub(r"_[0-9A-F]{8}\b", "_", text).replace(NEW, ""))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_whatever_is_renamed_is_moved_and_stays_as_it_is(file: Path) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    before, after = load(data), load(renamed(data))
    for (name, old), (new_name, new) in zip(before.stacks.items(), after.stacks.items(), strict=True):
        app = new_app()
        was = synth(MonitoringStack(app, name, old, project=before.project))
        becomes = synth(MonitoringStack(app, new_name, new, project=after.project))
        moved = {one["to"]: one["from"] for one in becomes["moved"]}
        assert {moved.get(one, one) for one in addresses(becomes)} == addresses(was).keys()
        assert without_ids(becomes) == without_ids(was), "nothing is made anew, and texts alone change"
        assert was["terraform"]["backend"] == becomes["terraform"]["backend"], "the state stays where it is"
        assert was["provider"] == becomes["provider"]


def test_a_second_renaming_leads_from_either_name() -> None:
    stack = synth(monitoring_stack(config({"visits": threshold(was=["calls", "2nd"])})))
    steps = [f"aws_cloudwatch_metric_alarm.{name}_alarm_" for name in ("calls", "_2nd", "visits")]
    moved = [(one["from"], one["to"]) for one in stack["moved"]]
    assert [(old[:-8], new[:-8]) for old, new in moved] == [(steps[0], steps[1]), (steps[1], steps[2])]
    (alarm,) = resources(stack, "aws_cloudwatch_metric_alarm").values()
    assert alarm["alarm_name"] == "recommender-production-calls"


def test_a_name_renames_what_is_deployed() -> None:
    stack = synth(monitoring_stack(config({"visits": threshold(was="calls", name="visits")})))
    (alarm,) = resources(stack, "aws_cloudwatch_metric_alarm").values()
    assert alarm["alarm_name"] == "recommender-production-visits"
    assert len(stack["moved"]) == 1


def test_nothing_is_moved_where_nothing_was_renamed() -> None:
    assert "moved" not in synth(monitoring_stack(config()))


def test_a_monitor_in_a_stack_of_ones_own_is_moved_too() -> None:
    routing = Routing({"critical": [CRITICAL], "warning": [WARNING]})
    given: dict[str, Any] = {"notifications": routing, "environment": Environment("123456789012", "us-east-1")}
    runbook = "https://runbooks.example.com"

    def logs(name: str, **options: Any) -> dict[str, Any]:
        spec = LogPatternSpec(**{**LOGS, "runbook": runbook, **options})
        return own_stack(lambda stack: LogPatternMonitor(stack, name, spec, **given))

    before, after = logs("logs"), logs("app-logs", was="logs")
    moved = {one["from"]: one["to"] for one in after["moved"]}
    assert moved.keys() == addresses(before).keys()
    assert set(moved.values()) == addresses(after).keys()
    (bucket,) = resources(after, "aws_s3_bucket").values()
    assert bucket["bucket"] == "mine-logs-logs-123456789012"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["logs"], "t.logs"),
        (["Default"], "t."),
        (["logs", "Default", "alarm"], "t.logs_alarm_"),
        (["logs", "Resource", "alarm"], "t.logs_alarm_"),
        (["logs", "logs", "x"], "t.logs_x_"),
        (["logs", "a.b/c"], "t.logs_abc_"),
        (["a" * 200, "b" * 200], f"t.{'a' * 200}_{'b' * 39}_"),
    ],
)
def test_an_address_is_the_one_that_cdktf_gives(path: list[str], expected: str) -> None:
    from constructs_lib.cdk import Construct, TerraformResource

    assert address("t", path).startswith(expected)
    if path == ["Default"]:
        return
    made: list[str] = []

    def fill(stack: Any) -> None:
        scope = stack
        for part in path[:-1]:
            scope = Construct(scope, part)
        resource = TerraformResource(scope, path[-1].replace("/", "-"), terraform_resource_type="t")
        made.append(f"t.{resource.friendly_unique_id}")

    own_stack(fill)
    assert made == [address("t", [*path[:-1], path[-1].replace("/", "-")])]


HOLD_DATA = ("aws_cloudwatch_log_group", "aws_s3_bucket", "aws_cloudwatch_log_data_protection_policy")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_holds_data_is_protected_and_can_be_let_go_of(file: Path) -> None:
    """Every pattern lists all that it retains, under the ids that it gives it."""
    loaded = load(yaml.safe_load(file.read_text(encoding="utf-8")))
    for name, spec in loaded.stacks.items():
        made = addresses(synth(MonitoringStack(new_app(), name, spec, project=loaded.project)))
        retiring = spec.model_copy(
            update={
                "monitors": {},
                "waivers": (),
                "maintenance": (),
                "retired": {key: one.pattern for key, one in spec.monitors.items() if pattern(one.pattern).retains},
            }
        )
        left = synth(MonitoringStack(new_app(), name, retiring, project=loaded.project))
        released = {one["from"] for one in left.get("removed", ())}
        holding = {one for one in made if one.split(".")[0] in HOLD_DATA}
        assert holding <= released
        assert {one for one in made if one.startswith("aws_kms_key.data_")} <= released
        for one in holding:
            body = made[one]
            protected = body.get("skip_destroy") or body.get("lifecycle", {}).get("prevent_destroy")
            assert protected or one.startswith("aws_cloudwatch_log_data_protection_policy")
            assert "force_destroy" not in body


def test_a_pattern_retains_nothing_that_it_does_not_make() -> None:
    made: set[str] = set()
    for file in FILES:
        loaded = load(yaml.safe_load(file.read_text(encoding="utf-8")))
        for name, spec in loaded.stacks.items():
            made |= addresses(synth(MonitoringStack(new_app(), name, spec, project=loaded.project))).keys()
    tails = {re.sub(r"^(\w+)\.[\w-]+?_", r"\1.", one)[:-8] for one in made}
    missing = [
        (name, path, kind)
        for name in PATTERNS
        for path, kind in pattern(name).retains.items()
        if not any(one.startswith(f"{kind}.") and _readable(path) in one for one in tails)
    ]
    assert missing == []


def _readable(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if not parts or not parts[-1].endswith(part):
            parts.append(part)
    return "_".join(parts)


@pytest.mark.parametrize(("monitor", "stack_wide"), [({"retain": False}, True), ({}, False)])
def test_retain_false_gives_it_up(monitor: dict[str, Any], *, stack_wide: bool) -> None:
    stack = synth(monitoring_stack(config({"logs": LOGS | monitor}, retain=stack_wide)))
    (bucket,) = resources(stack, "aws_s3_bucket").values()
    assert "lifecycle" not in bucket
    assert all("skip_destroy" not in group for group in resources(stack, "aws_cloudwatch_log_group").values())
    assert "ScheduleKeyDeletion" not in json.dumps(resources(stack, "aws_kms_key"))


def test_a_key_is_kept_for_as_long_as_one_monitor_needs_it() -> None:
    other = LOGS | {"log_group": {"name": "/ai/other", "create": True}, "retain": False}
    stack = synth(monitoring_stack(config({"logs": LOGS, "other": other})))
    keys = resources(stack, "aws_kms_key")
    (data,) = (key for name, key in keys.items() if name.startswith("data_"))
    assert data["lifecycle"] == {"prevent_destroy": True}
    statements = {one["Sid"]: one for one in json.loads(data["policy"])["Statement"]}
    assert statements["NoOneSchedulesDeletion"]["Effect"] == "Deny"
    assert [key for name, key in keys.items() if "lifecycle" in key and not name.startswith("data_")] == []


def test_a_key_that_is_still_needed_is_not_let_go_of() -> None:
    stack = synth(monitoring_stack(config({"logs": LOGS}, retired={"old": "log_pattern"})))
    released = {one["from"] for one in stack["removed"]}
    assert not any("kms" in one for one in released)
    assert address("aws_cloudwatch_log_group", ["old", "log-group"]) in released
    assert all(one["lifecycle"] == {"destroy": False} for one in stack["removed"])
    assert stack["terraform"]["required_version"] == ">= 1.7.0"


def test_an_adopted_alarm_keeps_its_name_and_is_imported() -> None:
    arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:legacy: all calls"
    stack = synth(monitoring_stack(config({"calls": anomaly(adopt={"band": arn})})))
    assert stack["import"] == [
        {"id": "legacy: all calls", "to": address("aws_cloudwatch_metric_alarm", ["calls", "band"])}
    ]
    (alarm,) = resources(stack, "aws_cloudwatch_metric_alarm").values()
    assert alarm["alarm_name"] == "legacy: all calls"
    assert "/legacy: all calls" in alarm["alarm_description"], "the runbook's link, too"
    assert stack["terraform"]["required_version"] == ">= 1.5.0"
