from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.testing import Terraform, TerraformError, TerraformUnavailable
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.testing.stacks import metric_alarm, stack, topic_stack

pytestmark = pytest.mark.plan


def test_a_good_stack_validates_without_a_word(workspace: WorkspaceFactory) -> None:
    assert workspace(topic_stack()).validate() == ()


def test_validate_gives_terraforms_own_diagnostics(workspace: WorkspaceFactory) -> None:
    wrong = stack({"aws_cloudwatch_metric_alarm": {"errors": metric_alarm("errors", period=90)}})

    diagnostics = workspace(wrong).validate()

    assert {diagnostic.severity for diagnostic in diagnostics} == {"error"}
    assert any("period" in str(diagnostic) for diagnostic in diagnostics)


def test_a_plan_without_aws_says_what_it_would_create(workspace: WorkspaceFactory) -> None:
    plan = workspace(topic_stack()).plan()

    assert not plan.is_empty
    assert plan.actions == {"aws_sns_topic.pages": "create"}
    assert plan.count("create") == 1
    assert plan.warnings == ()
    change = plan.changes["aws_sns_topic.pages"]
    assert (change.action, change.before) == ("create", None)
    assert change.after is not None and change.after["name"] == "pages"
    assert "# aws_sns_topic.pages will be created" in plan.text
    with pytest.raises(AssertionError, match="aws_sns_topic.pages will be created"):
        plan.assert_empty()


def test_a_stack_that_asks_aws_does_not_plan_without_aws(workspace: WorkspaceFactory) -> None:
    asks = stack({}, data={"aws_caller_identity": {"me": {}}})

    with pytest.raises(TerraformError, match=r"data\.aws_caller_identity\.me"):
        workspace(asks).plan()


def test_variables_get_values(workspace: WorkspaceFactory) -> None:
    declared = {"url": {"type": "string", "sensitive": True}, "names": {"type": "list(string)"}}
    uses = topic_stack(display_name="${var.names[0]}", tags={"url": "${var.url}"}) | {"variable": declared}

    plan = workspace(uses, variables={"url": "https://example.com", "names": ["first"]}).plan()

    after = plan.changes["aws_sns_topic.pages"].after
    assert after is not None and after["display_name"] == "first"


def test_a_variable_without_a_value_is_named(workspace: WorkspaceFactory) -> None:
    uses = topic_stack(display_name="${var.url}") | {"variable": {"url": {"type": "string"}}}

    with pytest.raises(TerraformError, match="No value for required variable") as failure:
        workspace(uses).plan()

    assert '"url"' in str(failure.value)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"backend": {"s3": {"bucket": "states", "key": "x", "region": "us-east-1"}}},
        {"cloud": {"organization": "acme", "workspaces": {"name": "monitoring"}}},
    ],
    ids=["s3", "cloud"],
)
def test_the_state_stays_in_the_workspace_whatever_the_backend(
    workspace: WorkspaceFactory, elsewhere: dict[str, Any]
) -> None:
    remote = topic_stack()
    del remote["terraform"]["backend"]
    remote["terraform"] |= elsewhere

    assert workspace(remote).plan().count("create") == 1


def test_every_provider_alias_gets_test_settings(workspace: WorkspaceFactory) -> None:
    two = topic_stack()
    two["provider"]["aws"].append({"alias": "west", "region": "us-west-2", "allowed_account_ids": ["210987654321"]})
    two["resource"]["aws_sns_topic"]["west"] = {"name": "west", "provider": "aws.west"}

    assert workspace(two).plan().count("create") == 2


def test_a_stack_without_a_provider_block_plans(workspace: WorkspaceFactory) -> None:
    bare = topic_stack()
    del bare["provider"]

    assert workspace(bare).plan().count("create") == 1


def test_a_folder_is_copied_and_left_alone(workspace: WorkspaceFactory, tmp_path: Path) -> None:
    folder = tmp_path / "cdktf.out/stacks/production"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets/note.txt").write_text("hello")
    (folder / "cdk.tf.json").write_text(
        json.dumps({"output": {"note": {"value": '${file("assets/note.txt")}'}}, "provider": {"aws": {}}})
    )
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))

    made = workspace(folder)
    made.apply()

    assert made.outputs() == {"note": "hello"}
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before


def test_without_terraform_on_the_path_the_reason_is_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TerraformUnavailable, match="terraform is not on PATH"):
        Terraform.find(tmp_path)
