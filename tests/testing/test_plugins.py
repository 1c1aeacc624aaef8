from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.testing import plugins


def mirror_in(folder: Path) -> Path:
    (folder / "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64").mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def no_home_of_the_developer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")


def test_the_environment_names_the_mirror(tmp_path: Path) -> None:
    mirror = mirror_in(tmp_path / "plugins")

    assert plugins.find_mirror({"TF_PLUGIN_MIRROR": str(mirror)}, root=tmp_path / "empty") == mirror


def test_a_named_folder_without_the_provider_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="TF_PLUGIN_MIRROR=.*no folder registry.terraform.io/hashicorp/aws"):
        plugins.find_mirror({"TF_PLUGIN_MIRROR": str(tmp_path)})


def test_terraforms_own_places_come_first(tmp_path: Path) -> None:
    mirror_in(tmp_path / "opt")
    conventional = mirror_in(tmp_path / "usr/share/terraform/plugins")

    assert plugins.find_mirror({}, root=tmp_path) == conventional


def test_a_mirror_elsewhere_is_found(tmp_path: Path) -> None:
    mirror = mirror_in(tmp_path / "srv/terraform/mirror")

    assert plugins.find_mirror({}, root=tmp_path) == mirror


def test_no_mirror_is_no_error(tmp_path: Path) -> None:
    mirror_in(tmp_path / "a/folder/far/too/deep/down")

    assert plugins.find_mirror({}, root=tmp_path) is None


def test_the_mirror_serves_what_it_holds_and_the_registry_the_rest(tmp_path: Path) -> None:
    config = plugins.cli_config(mirror_in(tmp_path))

    assert f'path    = "{tmp_path}"' in config
    assert 'include = ["registry.terraform.io/hashicorp/aws"]' in config
    assert 'exclude = ["registry.terraform.io/hashicorp/aws"]' in config


def test_downloads_are_kept_between_test_runs(tmp_path: Path) -> None:
    assert plugins.cache_directory({"TF_PLUGIN_CACHE_DIR": "/cache"}) == Path("/cache")
    assert plugins.cache_directory({"XDG_CACHE_HOME": "/x"}) == Path("/x/ai-monitoring-constructs/terraform-plugins")
    assert plugins.cache_directory({}) == tmp_path / "home/.cache/ai-monitoring-constructs/terraform-plugins"


def test_one_process_at_a_time_uses_the_cache(tmp_path: Path) -> None:
    ask = [
        sys.executable,
        "-c",
        "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)",
        str(tmp_path / "cache/.lock"),
    ]
    with plugins.locked(tmp_path / "cache"):
        assert b"BlockingIOError" in subprocess.run(ask, capture_output=True, check=False).stderr
    assert subprocess.run(ask, check=False).returncode == 0


def test_a_users_own_provider_installation_is_left_to_them(tmp_path: Path) -> None:
    config = tmp_path / "terraform.rc"
    config.write_text("provider_installation {\n  direct {}\n}\n")

    assert plugins.configured_by_user({"TF_CLI_CONFIG_FILE": str(config)}) == config
    config.write_text("disable_checkpoint = true\n")
    assert plugins.configured_by_user({"TF_CLI_CONFIG_FILE": str(config)}) is None
    assert plugins.configured_by_user({"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}) is None
