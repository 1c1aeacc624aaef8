"""Everything a CI asks of a change: the command itself, with git and a platform that are real but for the network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import yaml

from constructs_lib.app import synthesise
from constructs_lib.ci.report import COMMENT_CHARACTERS, Step, comment
from tests.ci.platforms import TOKEN, Platform, platform
from tests.configs import anomaly, config, load, threshold

ROOT = Path(__file__).parents[2]
BOTH = config({"calls": anomaly(), "errors": threshold()})
WEAKER = config({"calls": anomaly()})
ONE_PAGE = """
tests:
  - name: few calls page
    given: {metrics: [{of: calls-band, values: 600x20 9x20}], bands: {calls-band: {lower: 400, upper: 800}}}
    expect: {alarms: {calls-band: {alarm: 35m}}}
"""


def git(folder: Path, *arguments: str) -> str:
    who = {f"GIT_{role}_{what}": "ci@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | who | plain, capture_output=True, text=True, check=True
    ).stdout.strip()


def write(folder: Path, data: dict[str, Any]) -> None:
    (folder / "monitoring.yaml").write_text(yaml.safe_dump(data))
    synthesise(load(data), folder / "cdktf.out")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clone with one commit on a branch of its own; what it is compared with is the origin's main."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    write(origin, BOTH)
    git(origin, "add", "--all")
    git(origin, "commit", "--quiet", "--message=both")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "--quiet", "-b", "change")
    write(clone, WEAKER)
    git(clone, "commit", "--quiet", "--all", "--message=weaker")
    return clone


@pytest.fixture
def served() -> Iterator[Platform]:
    with platform() as found:
        yield found


def github(folder: Path, served: Platform, **more: str) -> dict[str, str]:
    event = folder.parent / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 12}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": served.address,
        "GITHUB_REPOSITORY": "shop/monitoring",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md"),
        "GITHUB_TOKEN": TOKEN,
        **more,
    }


def gitlab(folder: Path, served: Platform, **more: str) -> dict[str, str]:
    return {
        "CI_API_V4_URL": served.address,
        "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(folder, "rev-parse", "origin/main"),
        "GITLAB_TOKEN": TOKEN,
        **more,
    }


def ci(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI", "GITLAB_"))}
    return subprocess.run(
        [sys.executable, "-m", "constructs_lib", "ci", *arguments],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_pull_request_gets_one_comment_that_is_changed_afterwards(project: Path, served: Platform) -> None:
    served.comments += [{"id": number, "body": "LGTM", "user": {"type": "User"}} for number in range(150)]
    first = ci(project, github(project, served))
    assert (first.returncode, first.stderr) == (0, "")
    assert "review: ok: WEAKENS monitoring in 1 place" in first.stdout
    assert first.stdout.splitlines()[-2] == "The comment was written."
    (written,) = served.comments[150:]
    assert written["body"].startswith("<!-- ai-monitoring monitoring.yaml -->\n### Monitoring: all is well\n")
    assert "`recommender-production-errors`" in written["body"]
    write(project, BOTH)
    second = ci(project, github(project, served))
    assert second.stdout.splitlines()[-2] == "The comment was changed."
    (written,) = served.comments[150:]
    assert "weakens nothing" in written["body"]
    assert served.asked[-1] == f"PATCH /repos/shop/monitoring/issues/comments/{written['id']}"
    assert (project.parent / "summary.md").read_text().count("### Monitoring: all is well") == 2


def test_a_merge_request_too(project: Path, served: Platform) -> None:
    for done in ("written", "changed"):
        result = ci(project, gitlab(project, served), "--fail-on", "weakened")
        assert (result.returncode, result.stdout.splitlines()[-1]) == (1, f"The comment was {done}.")
    (written,) = served.comments
    assert "### Monitoring: review failed" in written["body"]
    assert served.asked[-1] == f"PUT /projects/42/merge_requests/3/notes/{written['id']}"


def test_a_stranger_can_not_have_his_comment_taken_for_ours(project: Path, served: Platform) -> None:
    mark = "<!-- ai-monitoring monitoring.yaml -->"
    stranger = {"id": 1, "body": f"{mark} all is well", "user": {"type": "User"}, "author_association": "NONE"}
    served.comments.append(stranger | {"author": {"id": 8}})
    for environment in (github(project, served), gitlab(project, served)):
        ci(project, environment)
        assert served.comments[0]["body"] == f"{mark} all is well"
    assert len(served.comments) == 2


@pytest.mark.parametrize("writable", [False, None])
def test_a_fork_gets_the_report_as_a_summary_and_is_not_failed(
    project: Path, served: Platform, writable: bool | None
) -> None:
    served.writable = writable is None
    environment = github(project, served) | ({"GITHUB_TOKEN": ""} if writable is None else {})
    result = ci(project, environment)
    assert result.returncode == 0
    why = "there is no GITHUB_TOKEN" if writable is None else "may not comment here, as in a pull request from a fork"
    assert f"{why}.\n" in result.stdout
    summary = (project.parent / "summary.md").read_text()
    assert why.replace("_", "\\_") in summary.replace("GITHUB_TOKEN", "GITHUB\\_TOKEN") or why in summary
    assert "WEAKENS monitoring" in summary


def test_the_token_is_never_shown_and_follows_no_redirect(project: Path, served: Platform) -> None:
    with platform() as elsewhere:
        served.redirects_to = f"{elsewhere.address}/stolen"
        result = ci(project, github(project, served))
        assert elsewhere.asked == []
    assert "No comment was written: HTTP 307" in result.stdout
    assert TOKEN not in result.stdout + result.stderr + (project.parent / "summary.md").read_text()
    down = ci(project, github(project, served, GITHUB_API_URL="http://127.0.0.1:9"))
    assert (down.returncode, "No comment was written: GET failed" in down.stdout) == (0, True)


def test_every_step_is_told_and_the_worst_is_the_exit_code(project: Path, served: Platform) -> None:
    (project / "monitoring.yaml").write_text("project: shop\nstacks:\n  production:\n    acount: '1'\n")
    (project / "monitoring.tests.yaml").write_text(ONE_PAGE.replace("alarm: 35m", "alarm: 1m"))
    result = ci(project, github(project, served), "--junit", "results.xml")
    assert result.returncode == 1
    assert "::error file=monitoring.yaml,line=4,title=stacks.production.acount::'acount' is not a key" in result.stdout
    (written,) = served.comments
    assert "### Monitoring: check and tests failed" in written["body"]
    suites = {suite.get("name"): suite.get("failures") for suite in Xml.parse(project / "results.xml").getroot()}  # noqa: S314  (our own)
    assert suites == {
        "check: monitoring.yaml": "5",
        "tests: monitoring.tests.yaml": "1",
        "rules: cdktf.out/stacks/production/cdk.tf.json": "0",
    }


def test_nothing_in_a_change_is_taken_for_a_command_of_the_runner(project: Path, served: Platform) -> None:
    (project / "monitoring.tests.yaml").write_text(ONE_PAGE.replace("few calls page", '"a\\n::set-env name=X::1"'))
    lines = ci(project, github(project, served)).stdout.splitlines()
    assert any("::set-env" in line for line in lines)
    stopped = next(index for index, line in enumerate(lines) if line.startswith("::stop-commands::"))
    guard = lines[stopped].removeprefix("::stop-commands::")
    assert lines[-1] == f"::{guard}::"
    assert all(line.startswith("::error ") for line in lines[:stopped])
    assert ci(project, github(project, served)).stdout.splitlines()[stopped] != lines[stopped]


def test_a_base_that_a_shallow_clone_lacks_is_fetched(project: Path, tmp_path: Path, served: Platform) -> None:
    git(project, "push", "--quiet", "origin", "change")
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=change", f"file://{tmp_path / 'origin'}", "shallow")
    shallow = tmp_path / "shallow"
    result = ci(shallow, github(shallow, served), "--no-comment")
    assert "review: ok: WEAKENS monitoring in 1 place" in result.stdout
    lost = ci(shallow, {}, "--base", "no-such")
    assert (lost.returncode, "'no-such' is not a revision here, and can't be fetched" in lost.stdout) == (1, True)
    option = ci(shallow, {}, "--base", "--upload-pack=touch stolen")
    assert option.returncode == 1
    assert not (shallow / "stolen").exists()


def test_a_stack_that_comes_or_goes_is_reviewed(project: Path) -> None:
    data = config({"calls": anomaly()})
    data["stacks"]["staging"] = data["stacks"].pop("production")
    write(project, data)
    result = ci(project, {}, "--base", "origin/main")
    assert "#### `production`" in result.stdout
    assert "review: ok: WEAKENS monitoring in" in result.stdout


def test_plans_are_reviewed_instead(project: Path) -> None:
    plan = {"format_version": "1.2", "resource_changes": [], "planned_values": {}}
    (project / "plans").mkdir()
    (project / "plans" / "a.json").write_text(json.dumps(plan))
    assert "review: ok: weakens nothing" in ci(project, {"AI_MONITORING_PLANS": "plans/*.json"}).stdout
    none = ci(project, {}, "--plan", "plans/b*.json")
    assert (none.returncode, "no file is called 'plans/b\\*.json'" in none.stdout) == (1, True)


def test_without_terraform_json_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "monitoring.yaml").write_text(yaml.safe_dump(BOTH))
    result = ci(tmp_path, {})
    assert result.returncode == 1
    assert "rules: failed: could not run" in result.stdout
    assert "run `ai-monitoring synth`" in result.stdout.replace("\\", "")
    assert "review: ok: nothing to compare with" in result.stdout


def test_a_long_report_is_cut_between_lines_and_stays_whole_markdown() -> None:
    long = Step(name="review", verdict="much", markdown="\n".join(f"- finding {number}" for number in range(9_000)))
    text = comment("monitoring.yaml", [long])
    assert len(text) <= COMMENT_CHARACTERS
    assert text.count("<details") == text.count("</details>") == 1
    assert text.endswith("*The rest did not fit: it is in the job's log.*\n")
