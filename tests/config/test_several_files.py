"""Several files are one app: what their stacks can't share is found before one overwrites the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.config.command import check
from tests.configs import anomaly, config

API = {
    "pattern": "model_api",
    "stage": "prod",
    "account_role": "managed",
    "routes": [{"path": "/rank", "method": "POST", "lambda": "ranker"}],
    "authorization": "iam",
    "throttle": {"rate_per_second": 50, "burst": 100},
}
LLM = {
    "pattern": "llm",
    "models": [{"id": "us.anthropic.claude-sonnet-4-5-20250929-v1:0"}],
    "invocation_log": {"setting": "managed", "log_group": {"name": "/bedrock", "create": False}},
}


def app(monitors: dict[str, Any], *, project: str, stack: str, **options: Any) -> dict[str, Any]:
    """A file with one stack."""
    data = config(monitors, **options)
    return {"project": project, "stacks": {stack: data["stacks"]["production"]}}


def found(folder: Path, *apps: dict[str, Any]) -> list[str]:
    """What is wrong with files, each named by its letter."""
    files = []
    for letter, data in zip("abc", apps, strict=False):
        file = folder / f"{letter}.yaml"
        file.write_text(yaml.safe_dump(data, sort_keys=False))
        files.append(str(file))
    problems = [problem for one in check(files) for problem in one.problems]
    assert all(problem.line for problem in problems)
    return [f"{Path(p.file or '').name}: {p.path}: {p.rule}".replace(f"{folder}/", "") for p in problems]


def test_files_that_share_nothing(tmp_path: Path) -> None:
    both = [app({"calls": anomaly()}, project="p", stack=stack) for stack in ("one", "two")]
    assert found(tmp_path, *both) == []


def test_two_stacks_of_one_name(tmp_path: Path) -> None:
    said = found(tmp_path, *(app({"calls": anomaly()}, project=project, stack="s") for project in "pq"))
    assert "b.yaml: stacks.s: has the name of stacks.s of a.yaml, and one app has one folder for both" in said
    assert not [one for one in said if "its alarm" in one], "said once, not of each alarm"


def test_two_folders_may_have_stacks_of_one_name(tmp_path: Path) -> None:
    files = []
    for project in "pq":
        (tmp_path / project).mkdir()
        files.append(tmp_path / project / "monitoring.yaml")
        files[-1].write_text(yaml.safe_dump(app({"calls": anomaly()}, project=project, stack="s")))
    assert [one.problems for one in check([*map(str, files)])] == [(), ()]


def test_one_state(tmp_path: Path) -> None:
    backend = {"s3": {"bucket": "state", "key": "k"}}
    both = [app({"calls": anomaly()}, project="p", stack=stack, backend=backend) for stack in ("one", "two")]
    assert found(tmp_path, *both) == [
        "b.yaml: stacks.two.backend: keeps its state where stacks.one of a.yaml does, the object state/k"
    ]


def test_one_alarm_name_in_one_account_and_region(tmp_path: Path) -> None:
    both = [app({"b-calls": anomaly()}, project="p", stack="a"), app({"calls": anomaly()}, project="p", stack="a-b")]
    assert found(tmp_path, *both) == [
        (
            "b.yaml: stacks.a-b.monitors.calls: its alarm 'p-a-b-calls-band' has the name of one of "
            "stacks.a.monitors.b-calls of a.yaml"
        )
    ]
    both[1]["stacks"]["a-b"]["account"] = "210987654321"
    assert found(tmp_path, *both) == []


@pytest.mark.parametrize(
    ("monitor", "what"),
    [(API, "the account's API Gateway logging role"), (LLM, "Bedrock's log of invocations")],
    ids=["API Gateway", "Bedrock"],
)
def test_two_owners_of_what_an_account_has_once(tmp_path: Path, monitor: dict[str, Any], what: str) -> None:
    both = [app({"it": monitor}, project="p", stack=stack) for stack in ("one", "two")]
    (said,) = found(tmp_path, *both)
    assert said.startswith(f"b.yaml: stacks.two.monitors.it: sets {what}, as stacks.one")
    assert said.endswith(" of a.yaml does")
    both[1]["stacks"]["two"]["region"] = "eu-west-1"
    assert found(tmp_path, *both) == [], "each Region has its own"
    both[1]["stacks"]["two"] |= {"region": "us-east-1", "account": "210987654321"}
    assert found(tmp_path, *both) == [], "and each account"


def test_a_file_that_another_includes_is_a_part_of_it(tmp_path: Path) -> None:
    data = config()
    team = {"stacks": {"production": {"monitors": data["stacks"]["production"].pop("monitors")}}}
    (tmp_path / "team.yaml").write_text(yaml.safe_dump(team))
    (tmp_path / "whole.yaml").write_text(yaml.safe_dump({"include": ["team.yaml"], **data}))
    (only,) = check([str(tmp_path / "team.yaml"), str(tmp_path / "whole.yaml")])
    assert (only.name, only.problems) == (str(tmp_path / "whole.yaml"), ())
