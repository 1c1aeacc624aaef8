"""Addresses followed from one configuration into another, and the `moved` blocks that are missing between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.app import synthesise
from constructs_lib.cli import main
from constructs_lib.review.addresses import compare
from constructs_lib.review.review import review
from constructs_lib.terraform.reading import parse
from constructs_lib.terraform.stack import Stack
from tests.configs import anomaly, config, load, threshold

LOGS: dict[str, Any] = {
    "pattern": "log_pattern",
    "log_group": {"name": "/ai/ranker", "create": True},
    "filter": "?Error",
    "alarm": {"above": 0},
    "archive": {"bucket": "create"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    """Writes a config's cdktf.out."""

    def write(name: str, monitors: dict[str, Any], **stack: Any) -> Path:
        return synthesise(load(config(monitors, **stack)), tmp_path / name)

    return write


def run(old: Path, new: Path) -> Result:
    return CliRunner().invoke(main, ["addresses", str(old), str(new)])


def stack(resources: dict[str, Any], **more: Any) -> Stack:
    made = parse({"resource": resources, **more}, name="x")
    assert isinstance(made, Stack)
    return made


def test_what_was_renamed_with_was_is_moved(folder: Any) -> None:
    old = folder("old", {"logs": LOGS, "calls": threshold()})
    done = run(old, folder("new", {"app-logs": LOGS | {"was": "logs"}, "calls": threshold()}))
    assert done.exit_code == 0
    assert "production: 12 kept, 20 moved, 0 without a `moved` block, 0 gone, 0 new" in done.output


def test_what_was_renamed_without_it_lacks_its_blocks(folder: Any) -> None:
    """Names in AWS are the same, as the user says; whatever has none of its own is found by what it belongs to."""
    old = folder("old", {"logs": LOGS, "calls": threshold()})
    new = folder("new", {"app-logs": LOGS | {"name": "logs"}, "calls": threshold()})
    done = run(old, new)
    assert done.exit_code == 1
    assert "production: 12 kept, 0 moved, 20 without a `moved` block, 0 gone, 0 new" in done.output
    expected = json.loads(
        (
            folder("renamed", {"app-logs": LOGS | {"was": "logs"}, "calls": threshold()})
            / "stacks/production/cdk.tf.json"
        ).read_text()
    )["moved"]
    for block in expected:
        assert f"moved {{\n  from = {block['from']}\n  to   = {block['to']}\n}}" in done.output


def test_what_a_new_name_replaces_is_shown_as_one_thing(folder: Any) -> None:
    """`name` next to `was`: an address that moved, and an alarm of another name."""
    old = folder("old", {"calls": threshold()}) / "stacks/production/cdk.tf.json"
    new = folder("new", {"visits": threshold(was="calls", name="visits")}) / "stacks/production/cdk.tf.json"
    done = CliRunner().invoke(main, ["review", str(old), str(new)])
    assert "recommender-production-calls → recommender-production-visits" in done.output
    assert "deleted" not in done.output and "New (" not in done.output


def test_another_thing_is_gone_and_new(folder: Any) -> None:
    other = {"traffic": anomaly(metric=anomaly()["metric"] | {"dimensions": {"FunctionName": "other"}})}
    done = run(folder("old", {"calls": threshold()}), folder("new", other))
    assert done.exit_code == 0
    assert "1 gone, 1 new" in done.output
    assert "gone: aws_cloudwatch_metric_alarm.calls_alarm_" in done.output
    assert "(recommender-production-calls)" in done.output


def test_a_chain_of_moves_is_followed_and_a_release_is_neither_gone_nor_moved() -> None:
    old = stack({"aws_sns_topic": {"a": {"name": "x"}, "kept": {"name": "y"}}, "aws_s3_bucket": {"b": {"bucket": "z"}}})
    blocks = {
        "moved": [
            {"from": "aws_sns_topic.b", "to": "aws_sns_topic.c"},
            {"from": "aws_sns_topic.a", "to": "aws_sns_topic.b"},
        ],
        "removed": [{"from": "aws_s3_bucket.b", "lifecycle": {"destroy": False}}],
    }
    new = stack({"aws_sns_topic": {"c": {"name": "x"}, "kept": {"name": "y"}}}, **blocks)
    found = compare(old, new)
    assert (found.kept, found.moved, found.missing, found.gone, found.new) == (1, 1, {}, (), ())
    assert [effect.kind for effect in review(old, new).effects] == [], "nor is data lost"


def test_a_removed_block_that_destroys_is_no_release() -> None:
    old = stack({"aws_s3_bucket": {"b": {"bucket": "z"}}})
    destroying = [{"from": "aws_s3_bucket.b", "lifecycle": {"destroy": True}}, {"from": "aws_sns_topic.x"}]
    new = stack({}, removed=destroying, provider={})
    assert [one.address for one in compare(old, new).gone] == ["aws_s3_bucket.b"]
    assert [effect.kind for effect in review(old, new).effects] == ["data"]


def test_two_that_look_alike_are_not_guessed() -> None:
    old = stack({"aws_sns_topic": {"a": {"name": "x"}, "b": {"name": "x"}}})
    new = stack({"aws_sns_topic": {"c": {"name": "x"}, "d": {"name": "x"}}})
    found = compare(old, new)
    assert (found.missing, len(found.gone), len(found.new)) == ({}, 2, 2)


def test_moves_in_a_circle_end() -> None:
    circle = [
        {"from": "aws_sns_topic.a", "to": "aws_sns_topic.b"},
        {"from": "aws_sns_topic.b", "to": "aws_sns_topic.a"},
    ]
    topic = {"aws_sns_topic": {"a": {"name": "x"}}}
    assert compare(stack(topic), stack(topic, moved=circle)).kept == 1


def test_a_folder_without_stacks_is_refused(tmp_path: Path, folder: Any) -> None:
    done = run(tmp_path, folder("new", {"calls": threshold()}))
    assert done.exit_code == 2
    assert "has neither cdk.tf.json nor stacks in it; name a folder that was synthesised" in done.output
