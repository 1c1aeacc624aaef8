"""What the machine does to a synth: one line, exit code 2 or that of the signal, and the old output as it was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from constructs_lib import app, output
from constructs_lib.config.loader import load

EXAMPLE = "examples/anomaly.yaml"


def started(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "constructs_lib", *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hears_ctrl_c,  # noqa: PLW1509  (no thread of ours runs)
    )


def _hears_ctrl_c() -> None:
    """A shell makes what it starts in the background deaf to it, and with it these tests."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ended(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code, and what was said on standard error."""
    process = started(*arguments, **environment)
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def test_a_folder_for_temporary_files_that_is_missing(tmp_path: Path) -> None:
    code, said = ended("synth", EXAMPLE, "-o", str(tmp_path / "out"), TMPDIR="/nonexistent")
    assert code == 2
    assert re.fullmatch(r"ENOENT: .* '/nonexistent/.*'; nothing was written\n", said)


def test_a_home_where_nothing_can_be_made_does_not_stop_a_synth(tmp_path: Path) -> None:
    assert ended("synth", EXAMPLE, "-o", str(tmp_path / "out"), HOME="/proc/none") == (0, "")


def test_an_alarm_that_others_silence_needs_no_terraform(tmp_path: Path) -> None:
    assert "suppressed_by" in Path("examples/silence.yaml").read_text(encoding="utf-8")
    assert ended("synth", "examples/silence.yaml", "-o", str(tmp_path / "out"), PATH="/usr/bin:/bin") == (0, "")


def test_an_empty_output_is_refused() -> None:
    code, said = ended("synth", EXAMPLE, "-o", "")
    assert code == 2
    assert "is empty; name a folder, or leave it out" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_that_is_full_is_said_once() -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "constructs_lib", "check", EXAMPLE],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stderr) == (2, "No space left on device; nothing was written\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"])
def test_a_synth_that_is_stopped_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    process = started("synth", "monitoring.yaml", "-o", str(tmp_path / "out"))  # long enough to be stopped
    until = time.monotonic() + 60
    while not any(tmp_path.glob(".out-*")):  # it has begun to write
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not any((tmp_path / "out").iterdir())


def test_output_that_can_not_be_moved_is_put_back(tmp_path: Path) -> None:
    home = tmp_path / "out" / "stacks" / "staging"
    (home / "register.md").mkdir(parents=True)
    (home / "cdk.tf.json").write_text("old", encoding="utf-8")
    with pytest.raises(IsADirectoryError):
        app.synthesise(load(EXAMPLE), tmp_path / "out")
    assert (home / "cdk.tf.json").read_text(encoding="utf-8") == "old"
    assert [path.name for path in home.iterdir() if path.is_file()] == ["cdk.tf.json"]


def test_what_a_killed_synth_left_is_removed_by_a_later_one(tmp_path: Path) -> None:
    left, running = tmp_path / ".out-old", tmp_path / ".out-new"
    for folder in (left, running):
        (folder / "stacks").mkdir(parents=True)
    long_ago = time.time() - 2 * output.LITTER_SECONDS
    os.utime(left, (long_ago, long_ago))
    app.synthesise(load(EXAMPLE), tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out-new", "out"]
