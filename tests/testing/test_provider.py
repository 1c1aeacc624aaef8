"""The provider that is kept: the same verdicts as one started for each run, and gone when its test run is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.testing import Terraform, TerraformError
from constructs_lib.testing.fixtures import WorkspaceFactory, require_terraform
from constructs_lib.testing.provider import ProviderProcess, ProviderUnattachable, executable_in, may_share
from tests.testing.stacks import metric_alarm, stack, topic_stack

PRODUCTION = Path(__file__).parents[2] / "cdktf.out" / "stacks" / "production"
VARIABLES = {"pagerduty_url": "https://events.example.com/integration/enqueue"}


def script(folder: Path, text: str) -> Path:
    executable = folder / "terraform-provider-aws_v1"
    executable.write_text(f"#!/bin/sh\n{text}\n")
    executable.chmod(0o755)
    return executable


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone_soon(pid: int) -> bool:
    """Whether the process ends within five seconds."""
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.plan
def test_the_default_stack_plans_alike_on_a_provider_of_its_own(tmp_path: Path, workspace: WorkspaceFactory) -> None:
    kept = workspace(PRODUCTION, variables=VARIABLES)
    own = require_terraform(tmp_path / "own").workspace(PRODUCTION, tmp_path / "stack", variables=VARIABLES)

    assert own.validate() == kept.validate() == ()
    plans = own.plan(), kept.plan()
    changes = [[(name, change.after) for name, change in plan.changes.items()] for plan in plans]
    assert changes[0] == changes[1]


@pytest.mark.plan
def test_runs_attach_to_one_process_until_it_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, str]] = []
    run = subprocess.run

    def noting(arguments: list[str], **options: Any) -> object:
        if arguments[1] == "plan":
            given.append(options["env"])
        return run(arguments, **options)

    terraform = require_terraform(tmp_path / "terraform", keep_provider=True)
    monkeypatch.setattr(subprocess, "run", noting)
    wrong = stack({"aws_cloudwatch_metric_alarm": {"errors": metric_alarm("errors", period=90)}})
    with pytest.raises(TerraformError, match="period"):
        terraform.workspace(wrong, tmp_path / "wrong").plan()
    assert terraform.workspace(topic_stack(), tmp_path / "right").plan().count("create") == 1

    pids = {next(iter(json.loads(env["TF_REATTACH_PROVIDERS"]).values()))["Pid"] for env in given}
    (pid,) = pids
    assert len(given) == 2 and alive(pid)
    terraform.close()
    assert gone_soon(pid)


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    offer = json.dumps({"registry.terraform.io/hashicorp/aws": {}})
    provider = script(tmp_path, f"""echo $$ > {tmp_path}/pid; echo "TF_REATTACH_PROVIDERS='{offer}'"; exec sleep 60""")
    starter = (
        "import os, sys, pathlib, signal\n"
        "from constructs_lib.testing.provider import ProviderProcess\n"
        "process = ProviderProcess(pathlib.Path(sys.argv[1]), dict(os.environ))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", starter, provider], check=False)
    assert gone_soon(int((tmp_path / "pid").read_text()))


def test_a_provider_that_cannot_be_attached_to_is_started_by_each_run(tmp_path: Path) -> None:
    script(tmp_path, "exit 1")
    with pytest.raises(ProviderUnattachable, match="terraform-provider-aws_v1"):
        ProviderProcess(tmp_path / "terraform-provider-aws_v1", dict(os.environ))

    folder = tmp_path / ".terraform/providers/registry.terraform.io/hashicorp/aws/1.0.0/any"
    folder.mkdir(parents=True)
    script(folder, "exit 1")
    assert executable_in(tmp_path) is not None
    assert Terraform("terraform", tmp_path, keep_provider=True).kept_provider(tmp_path, {}, None) == {}


def test_several_provider_configurations_are_not_shared() -> None:
    one, two = {"region": "us-east-1"}, {"region": "us-west-2", "alias": "west"}
    shared = [may_share({"provider": {"aws": blocks}}) for blocks in (one, [one], [one, two])]
    assert shared == [True, True, False]
    assert may_share({}) and not may_share({"module": {"theirs": {}}})
