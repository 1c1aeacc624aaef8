"""Where Terraform gets its providers from: a mirror on disk if there is one, else the registry.

Terraform calls a folder of the shape ``registry.terraform.io/<namespace>/<type>/…`` a filesystem mirror. With one,
``terraform init`` needs no network. Source: "CLI Configuration", section Provider Installation,
developer.hashicorp.com.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from constructs_lib import cache

MIRROR_VARIABLE = "TF_PLUGIN_MIRROR"
"""Environment variable naming the folder that holds ``registry.terraform.io``."""

REGISTRY = "registry.terraform.io"
AWS_PROVIDER = f"{REGISTRY}/hashicorp/aws"

_MAX_DEPTH = 4
"""Folders between the root and a mirror. Looking this deep lists a few hundred folders: about 10 ms."""

_MAX_FOLDERS = 20_000
_NOT_SEARCHED = frozenset({"/dev", "/proc", "/run", "/sys"})


def find_mirror(environment: Mapping[str, str], root: Path = Path("/")) -> Path | None:
    """The folder to name in ``filesystem_mirror``: from TF_PLUGIN_MIRROR, else found on disk; None without any."""
    if named := environment.get(MIRROR_VARIABLE):
        mirror = Path(named)
        if not (mirror / AWS_PROVIDER).is_dir():
            raise FileNotFoundError(f"{MIRROR_VARIABLE}={named}: it has no folder {AWS_PROVIDER}")
        return mirror
    for conventional in (
        Path.home() / ".terraform.d/plugins",
        Path.home() / ".local/share/terraform/plugins",
        root / "usr/local/share/terraform/plugins",
        root / "usr/share/terraform/plugins",
    ):
        if (conventional / AWS_PROVIDER).is_dir():
            return conventional
    return _search(root)


def _search(root: Path) -> Path | None:
    """Breadth first, so that the mirror nearest the root wins; bounded in depth and in folders read."""
    level, read = [str(root)], 0
    for _ in range(_MAX_DEPTH):
        below: list[str] = []
        for folder in level:
            if read >= _MAX_FOLDERS:
                return None
            read += 1
            try:
                with os.scandir(folder) as entries:
                    children = sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
            except OSError:  # not ours to read, or gone meanwhile
                continue
            for child in children:
                if child.endswith(f"/{REGISTRY}") and (Path(folder) / AWS_PROVIDER).is_dir():
                    return Path(folder)
            below += (child for child in children if child not in _NOT_SEARCHED)
        level = below
    return None


def cli_config(mirror: Path) -> str:
    """A Terraform CLI configuration: the mirror for the providers it holds, the registry for every other."""
    held = sorted(f"{REGISTRY}/{p.parent.name}/{p.name}" for p in (mirror / REGISTRY).glob("*/*") if p.is_dir())
    path, names = json.dumps(str(mirror)), json.dumps(held)
    return (
        "disable_checkpoint = true\n"
        "provider_installation {\n"
        f"  filesystem_mirror {{\n    path    = {path}\n    include = {names}\n  }}\n"
        f"  direct {{\n    exclude = {names}\n  }}\n"
        "}\n"
    )


def cache_directory(environment: Mapping[str, str]) -> Path:
    """Where providers that had to be downloaded are kept for the next test run: TF_PLUGIN_CACHE_DIR if it is set."""
    if named := environment.get("TF_PLUGIN_CACHE_DIR"):
        return Path(named)
    return cache.directory(environment) / "terraform-plugins"


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """One process at a time: Terraform's plugin cache is not safe for several ``terraform init`` at once."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when the file is closed
        yield


def configured_by_user(environment: Mapping[str, str]) -> Path | None:
    """The user's own CLI configuration, if it says where providers come from: then theirs is used as it is."""
    named = environment.get("TF_CLI_CONFIG_FILE")
    config = Path(named) if named else Path.home() / ".terraformrc"
    if config.is_file() and "provider_installation" in config.read_text(encoding="utf-8"):
        return config
    return None
