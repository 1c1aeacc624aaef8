"""How terraform is set up: its environment, and what happens where something is missing. No terraform is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from constructs_lib.testing import Terraform, TerraformUnavailable
from constructs_lib.testing.overrides import backend_override, provider_override, without_credentials


def failing(tmp_path: Path, environment: dict[str, str]) -> Terraform:
    """A terraform that cannot download anything."""
    executable = tmp_path / "terraform"
    executable.write_text("#!/bin/sh\necho 'Error: could not connect to registry.terraform.io' >&2\nexit 1\n")
    executable.chmod(0o755)
    return Terraform(str(executable), tmp_path / "run", environment)


def test_nothing_of_the_developers_account_reaches_terraform(tmp_path: Path) -> None:
    inherited = {
        "HOME": "/home/dev",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "TF_VAR_account": "real",
        "TF_WORKSPACE": "real",
        "TF_LOG": "DEBUG",
    }
    environment = Terraform("terraform", tmp_path, inherited).environment(endpoint=None)

    assert "real" not in environment.values()
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert "AWS_PROFILE" not in environment
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9", "without moto no request leaves the machine"
    assert (environment["HOME"], environment["TF_LOG"]) == ("/home/dev", "DEBUG")


def test_a_mirror_becomes_the_cli_configuration(tmp_path: Path) -> None:
    (tmp_path / "mirror/registry.terraform.io/hashicorp/aws").mkdir(parents=True)
    terraform = Terraform("terraform", tmp_path / "run", {"TF_PLUGIN_MIRROR": str(tmp_path / "mirror")})

    environment = terraform.environment(endpoint="http://127.0.0.1:5000")
    assert f'path    = "{tmp_path}/mirror"' in Path(environment["TF_CLI_CONFIG_FILE"]).read_text()
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5000"
    assert "TF_PLUGIN_CACHE_DIR" not in environment


def test_without_a_mirror_downloads_are_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constructs_lib.testing.plugins.find_mirror", lambda _: None)
    environment = Terraform("terraform", tmp_path, {"XDG_CACHE_HOME": str(tmp_path)}).environment(endpoint=None)

    assert environment["TF_PLUGIN_CACHE_DIR"] == f"{tmp_path}/ai-monitoring-constructs/terraform-plugins"
    assert "TF_CLI_CONFIG_FILE" not in environment


def test_a_provider_that_cannot_be_had_is_named_and_leaves_no_half_initialised_folder(tmp_path: Path) -> None:
    terraform = failing(tmp_path, {"XDG_CACHE_HOME": str(tmp_path)})

    with pytest.raises(TerraformUnavailable, match="could not connect to registry.terraform.io"):
        terraform.workspace({}, tmp_path / "workspace")
    assert list((tmp_path / "run").glob("init-*")) == []


def test_the_override_names_every_provider_block() -> None:
    stack = {"provider": {"aws": [{"region": "us-east-1"}, {"alias": "west", "region": "us-west-2"}]}}

    first, second = provider_override(stack, endpoint=None)["provider"]["aws"]
    assert "alias" not in first
    assert second["alias"] == "west"
    assert first["skip_requesting_account_id"] is True
    assert "skip_requesting_account_id" not in provider_override(stack, "http://127.0.0.1:5000")["provider"]["aws"][0]


def test_the_backend_becomes_a_file_in_the_workspace() -> None:
    assert backend_override() == {"terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}}


def test_a_copy_works_as_no_one_and_the_rest_of_it_is_the_same() -> None:
    role = {"role_arn": "arn:aws:iam::123456789012:role/deploy"}
    block = {"region": "eu-west-1", "assume_role": [role], "profile": "prod"}
    stack = {"provider": {"aws": [block, {"alias": "us", "region": "us-east-1"}]}, "output": {}}
    kept = {"provider": {"aws": [{"region": "eu-west-1"}, {"alias": "us", "region": "us-east-1"}]}, "output": {}}
    assert without_credentials(stack) == kept
    plain: dict[str, Any] = {"provider": {"aws": {"region": "eu-west-1"}}}
    assert without_credentials(plain) is plain, "then the file is copied as it is"
