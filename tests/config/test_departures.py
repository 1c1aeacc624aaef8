"""What has left the file since it was last synthesised is not passed over in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from constructs_lib.app import synthesise
from constructs_lib.cli import main
from constructs_lib.config.departures import departures
from tests.configs import config, load, threshold

LOGS: dict[str, Any] = {
    "pattern": "log_pattern",
    "log_group": {"name": "/ai/ranker", "create": True},
    "filter": "?Error",
    "alarm": {"above": 0},
    "archive": {"bucket": "create"},
}
BOTH = {"logs": LOGS, "calls": threshold()}
CALLS = {"calls": threshold()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two stacks, one with a log monitor."""
    data = config(BOTH)
    data["stacks"]["staging"] = data["stacks"]["production"] | {"monitors": CALLS, "region": "eu-west-1"}
    return synthesise(load(data), tmp_path_factory.mktemp("app") / "cdktf.out")


def said(data: dict[str, Any], folder: Path) -> list[str]:
    return [str(note) for note in departures(load(data), folder)]


def both(monitors: dict[str, Any], **options: Any) -> dict[str, Any]:
    data = config(monitors, **options)
    data["stacks"]["staging"] = data["stacks"]["production"] | {"monitors": CALLS, "region": "eu-west-1"}
    data["stacks"]["staging"].pop("retired", None)
    return data


def test_a_monitor_that_held_data_is_asked_for(written: Path) -> None:
    (one,) = said(both(CALLS), written)
    assert one == (
        "stacks.production: logs has left the file, and held the log group /aws/kinesisfirehose/recommender-production-"
        "logs-archive and the log group /ai/ranker and the bucket recommender-production-logs-logs-123456789012; "
        "write `retired: {logs: log_pattern}`, so that an apply deletes none of it, nor its key; or, if it has another "
        "name now, `was: logs`"
    )


@pytest.mark.parametrize(
    "data",
    [
        both(BOTH),
        both(CALLS, retired={"logs": "log_pattern"}),
        both({"app-logs": LOGS | {"was": "logs"}, **CALLS}),
        both({"logs": LOGS}),
        both(CALLS) | {"project": "other"},
    ],
    ids=["as it was", "retired", "renamed", "one that held nothing left", "another project"],
)
def test_nothing_is_said_where_all_is_known(data: dict[str, Any], written: Path) -> None:
    assert said(data, written) == []


def test_a_stack_that_leaves_is_orphaned(written: Path) -> None:
    (one,) = said(config(BOTH), written)
    assert one == (
        "stacks.staging: has left the file; what it deployed in eu-west-1 of 123456789012 stays, and no one manages "
        "it; to remove it, bring it back, `cdktf destroy staging`, and then take it out (docs/life-cycle.md)"
    )


def test_a_stack_that_is_renamed_is_not(written: Path) -> None:
    data = both(BOTH)
    data["stacks"]["test"] = data["stacks"].pop("staging") | {"was": "staging"}
    assert said(data, written) == []


def test_what_is_given_up_is_not_asked_for(tmp_path: Path) -> None:
    folder = synthesise(load(config(BOTH, retain=False)), tmp_path / "cdktf.out")
    assert said(config(CALLS), folder) == []


@pytest.mark.parametrize("content", ["", "[]", '{"provider": 3}', '{"provider": {"aws": [3]}, "resource": 7}'])
def test_a_damaged_folder_says_nothing(content: str, tmp_path: Path) -> None:
    folder = synthesise(load(config(BOTH)), tmp_path / "cdktf.out")
    (folder / "stacks/production/cdk.tf.json").write_text(content)
    assert said(config(CALLS), folder) == []
    assert said(config(CALLS), tmp_path / "nowhere") == []


def test_check_and_synth_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path("monitoring.yaml")
    file.write_text(yaml.safe_dump(config(BOTH)))
    assert CliRunner().invoke(main, ["synth"]).exit_code == 0
    file.write_text(yaml.safe_dump(config(CALLS)))
    for command in ("check", "synth"):
        done = CliRunner().invoke(main, [command])
        assert done.exit_code == 0
        assert "logs has left the file, and held the log group" in done.output, command
    assert "has left the file" not in CliRunner().invoke(main, ["synth"]).output, "it is as the file says now"
