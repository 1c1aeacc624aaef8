"""What a user installs, and what this repository installs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("constructs_lib/")}
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "constructs_lib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == source
    assert "constructs_lib/py.typed" in packed


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-checkov.lock"])
def test_python_locks_pin_and_hash_without_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    requirements = re.findall(r"^[a-z0-9].*(?:\n +.*)*", text, flags=re.MULTILINE)
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9._-]+==\S+ .*\\\n +--hash=sha256:", requirement), requirement
    assert "://" not in text


def test_the_npm_lock_hashes_without_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    # What a package bundles is covered by the hash of that package.
    installed = {path: package for path, package in packages.items() if path and "inBundle" not in package}
    assert "node_modules/cdktf-cli" in installed
    for path, package in installed.items():
        assert package.get("integrity", "").startswith("sha512-"), path
        assert "resolved" not in package, path
        assert "hasInstallScript" not in package, path


def test_the_cdktf_command_and_library_are_of_one_release() -> None:
    command = json.loads((ROOT / "package.json").read_text())["devDependencies"]["cdktf-cli"]
    assert f"\ncdktf=={command} " in (ROOT / "requirements.lock").read_text()
